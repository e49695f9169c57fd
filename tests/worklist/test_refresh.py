"""Work items brought up to date: a table of (what was, what is known now, what comes out)."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import msgspec
import pytest

from edi_engine.records.deadlines import DeadlineAnchor, DeadlineKind, DeadlineRule
from edi_engine.records.denials import DenialRule
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.work import Queue, WorkEventKind, WorkItem, WorkStatus
from edi_engine.worklist import (
    CAUSES,
    ClaimFacts,
    CounselDesk,
    PlacedIssue,
    close,
    refresh,
    refresh_on_date,
    snooze,
)

POLICY = ReconcilePolicy()
AS_OF = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def issue(
    cause: str = "underpaid",
    *,
    detail: str = "",
    amount_cents: int = 25_00,
    claim_id: int | None = 7,
    claim_payment_id: int | None = None,
    remittance_id: int | None = None,
    payer_sequence: int = 1,
    reason: str = "The payer allowed less than the contract.",
    line_numbers: tuple[int, ...] = (1,),
) -> PlacedIssue:
    return PlacedIssue(
        ReconciliationIssue(
            cause=cause,
            detail=detail,
            claim_id=claim_id,  # type: ignore[arg-type]
            claim_payment_id=claim_payment_id,  # type: ignore[arg-type]
            remittance_id=remittance_id,  # type: ignore[arg-type]
            payer_sequence=payer_sequence,
            amount_cents=amount_cents,
            arose_on=date(2026, 2, 20),
            reason=reason,
            line_numbers=line_numbers,
        ),
        payer_id="PAYER1",
        service_from=date(2026, 1, 5),
    )


def refreshed(items: list[WorkItem], issues: list[PlacedIssue], *, as_of: date = AS_OF):
    return refresh(items, issues, policy=POLICY, as_of=as_of, happened_at=NOW)


def opened(**facts: object) -> WorkItem:
    (change,) = refreshed([], [issue(**facts)])  # type: ignore[arg-type]
    return msgspec.structs.replace(change.item, work_item_id=1)


def with_status(status: WorkStatus, *, until: date | None = None) -> WorkItem:
    return msgspec.structs.replace(opened(), status=status, next_action_on=until)


class Case(NamedTuple):
    name: str
    status_before: WorkStatus
    snoozed_until: date | None
    issue_now: str
    status_after: WorkStatus | None
    events: tuple[WorkEventKind, ...]


SAME, MORE, GONE = "same", "more", "gone"
LATER = date(2026, 4, 1)
CASES = (
    Case("an open item with the same facts stays", WorkStatus.OPEN, None, SAME, None, ()),
    Case("a new item with the same facts stays", WorkStatus.NEW, None, SAME, None, ()),
    Case(
        "new evidence is added to an open item",
        WorkStatus.OPEN,
        None,
        MORE,
        WorkStatus.OPEN,
        (WorkEventKind.EVIDENCE,),
    ),
    Case(
        "an open item without an issue is resolved",
        WorkStatus.OPEN,
        None,
        GONE,
        WorkStatus.RESOLVED,
        (WorkEventKind.RESOLVED,),
    ),
    Case(
        "a snoozed item without an issue is resolved",
        WorkStatus.WAITING,
        LATER,
        GONE,
        WorkStatus.RESOLVED,
        (WorkEventKind.RESOLVED,),
    ),
    Case("a snoozed item sleeps on", WorkStatus.WAITING, LATER, SAME, None, ()),
    Case(
        "a snoozed item wakes on its day",
        WorkStatus.WAITING,
        AS_OF,
        SAME,
        WorkStatus.OPEN,
        (WorkEventKind.WOKEN,),
    ),
    Case(
        "a snoozed item wakes early on new evidence",
        WorkStatus.WAITING,
        LATER,
        MORE,
        WorkStatus.OPEN,
        (WorkEventKind.EVIDENCE, WorkEventKind.WOKEN),
    ),
    Case(
        "a resolved item comes back when the same thing is wrong again",
        WorkStatus.RESOLVED,
        None,
        SAME,
        WorkStatus.OPEN,
        (WorkEventKind.REOPENED,),
    ),
    Case(
        "a resolved item comes back with new facts",
        WorkStatus.RESOLVED,
        None,
        MORE,
        WorkStatus.OPEN,
        (WorkEventKind.REOPENED,),
    ),
    Case("a resolved item stays resolved", WorkStatus.RESOLVED, None, GONE, None, ()),
    Case("what a person closed stays closed", WorkStatus.CLOSED, None, SAME, None, ()),
    Case("what a person closed stays closed when settled", WorkStatus.CLOSED, None, GONE, None, ()),
    Case(
        "what a person closed comes back with new evidence",
        WorkStatus.CLOSED,
        None,
        MORE,
        WorkStatus.OPEN,
        (WorkEventKind.REOPENED,),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_item_moves_as_the_table_says(case: Case) -> None:
    before = with_status(case.status_before, until=case.snoozed_until)
    issues = {
        SAME: [issue()],
        MORE: [issue(amount_cents=40_00)],
        GONE: [],
    }[case.issue_now]

    changes = refreshed([before], issues)

    if case.status_after is None:
        assert changes == []
        return
    (change,) = changes
    assert change.item.status is case.status_after
    assert tuple(event.kind for event in change.events) == case.events
    assert change.item.work_item_id == before.work_item_id
    assert {event.actor for event in change.events} == {"engine"}


def test_a_new_issue_opens_a_new_item_that_says_what_why_and_how_urgent() -> None:
    (change,) = refreshed([], [issue()])

    item = change.item
    assert (item.status, item.work_item_id, item.queue) == (WorkStatus.NEW, 0, Queue.UNDERPAY)
    assert item.deadline == date(2026, 8, 19)
    assert item.next_action_on == AS_OF
    assert item.amount_at_risk_cents == 25_00
    assert item.reason == "The payer allowed less than the contract."
    assert [factor.name for factor in item.factors] == [
        "amount at risk",
        "chance of recovery",
        "urgency",
        "effort",
        "priority",
        "appeal deadline",
    ]
    assert item.factors[-1].value == "2026-08-19"
    assert item.factors[-1].reason == (
        "180 days from the date of the remittance, 2026-02-20 (the setting policy.appeal_days)"
    )
    assert item.factors[2].reason.endswith("until 2026-08-19: the appeal deadline")
    assert [event.kind for event in change.events] == [WorkEventKind.OPENED]


def test_the_same_evidence_told_in_other_words_changes_no_history() -> None:
    (change,) = refreshed([opened()], [issue(reason="Said differently.")])

    assert change.events == ()
    assert change.item.reason == "Said differently."


def test_a_payment_that_becomes_clearer_keeps_its_item() -> None:
    before = opened(cause="ambiguous_payment", claim_id=None, claim_payment_id=3)

    (change,) = refreshed([before], [issue("suggested_payment", claim_id=7, claim_payment_id=3)])

    assert change.item.work_item_id == 1
    assert change.item.cause == "suggested_payment"
    assert [event.kind for event in change.events] == [WorkEventKind.EVIDENCE]


def test_issues_of_one_cause_and_payer_are_one_item_in_any_order() -> None:
    issues = [
        issue(amount_cents=10_00, line_numbers=(1,), reason="Line 1."),
        issue(amount_cents=30_00, line_numbers=(2,), reason="Line 2."),
        issue("denied", detail="coding", amount_cents=5_00, reason="Line 3."),
        issue(payer_sequence=2, amount_cents=1_00),
    ]

    advised = "Advised: corrected claim. Coding conflict: it can be repaired, until 2027-01-05."

    forwards = refreshed([], issues)

    assert forwards == refreshed([], issues[::-1])
    assert [
        (change.item.item_key, change.item.amount_at_risk_cents, change.item.reason)
        for change in forwards
    ] == [
        (
            "claim:7/denied/1",
            5_00,
            f"Line 3. {advised}",
        ),
        ("claim:7/underpaid/1", 40_00, "Line 2. Line 1."),
        ("claim:7/underpaid/2", 1_00, "The payer allowed less than the contract."),
    ]


def test_an_issue_without_its_usual_subject_stands_on_what_it_has() -> None:
    (orphan,) = refreshed([], [issue("reversal_orphan", claim_id=None, claim_payment_id=9)])
    (unknown,) = refreshed([], [issue("something_new", claim_id=None, remittance_id=4)])

    assert orphan.item.item_key == "payment:9/reversal/1"
    assert unknown.item.item_key == "remittance:4/something_new/1"
    assert unknown.item.queue is Queue.UNMATCHED_REMIT


def test_assignee_and_status_survive_new_evidence() -> None:
    mine = msgspec.structs.replace(opened(), assignee="kim", status=WorkStatus.OPEN)

    (change,) = refreshed([mine], [issue(amount_cents=99_00)])

    assert (change.item.assignee, change.item.status) == ("kim", WorkStatus.OPEN)


def test_closing_and_snoozing_are_what_the_next_refresh_respects() -> None:
    closed = close(opened(), "not worth it", actor="kim", happened_at=NOW).item
    asleep = snooze(opened(), LATER, actor="kim", as_of=AS_OF, happened_at=NOW).item

    assert refreshed([closed], [issue()]) == []
    assert refreshed([asleep], [issue()]) == []
    (woken,) = refreshed([asleep], [issue()], as_of=LATER)
    assert woken.item.status is WorkStatus.OPEN


def test_the_calendar_alone_wakes_items_and_raises_urgency() -> None:
    asleep = with_status(WorkStatus.WAITING, until=AS_OF)
    urgent_on = date(2026, 8, 18)

    (woken,) = refresh_on_date([asleep], as_of=AS_OF, happened_at=NOW)
    (raised,) = refresh_on_date([opened()], as_of=urgent_on, happened_at=NOW)

    assert woken.item.status is WorkStatus.OPEN
    assert [event.kind for event in woken.events] == [WorkEventKind.WOKEN]
    assert raised.item.priority > opened().priority
    assert raised.events == ()
    assert refresh_on_date([opened()], as_of=AS_OF, happened_at=NOW) == []
    settled = [with_status(WorkStatus.RESOLVED), with_status(WorkStatus.CLOSED)]
    assert refresh_on_date(settled, as_of=urgent_on, happened_at=NOW) == []


def refusal(codes: tuple[str, ...], detail: str, **claim: object) -> PlacedIssue:
    placed = issue("denied", detail=detail, reason="Refused.")
    return msgspec.structs.replace(
        placed, denial_codes=codes, claim=ClaimFacts(sent_on=date(2026, 1, 8), **claim)
    )


def test_a_refusal_says_what_to_do_why_and_until_when() -> None:
    (change,) = refreshed([], [refusal(("CO-16/MA130",), "missing_information")])

    item = change.item
    assert "send a new claim" in item.next_action
    assert item.reason == (
        "Refused. Advised: new claim. MA130: the claim was not decided, so it cannot be appealed,"
        " until 2027-01-05."
    )
    assert item.deadline == date(2027, 1, 5)
    assert [factor.name for factor in item.factors if factor.is_deadline] == ["filing deadline"]


def test_what_the_patient_owes_has_no_deadline_of_the_payer() -> None:
    (change,) = refreshed([], [refusal(("PR-96",), "noncovered")])

    assert change.item.deadline is None
    assert change.item.factors[2].reason == "nothing lapses"
    assert "bill the patient" in change.item.next_action


def test_a_refusal_turns_to_the_appeal_once_it_is_too_late_for_a_correction() -> None:
    rule = DeadlineRule(
        kind=DeadlineKind.CORRECTED_CLAIM, count=60, anchor=DeadlineAnchor.REMITTANCE, source="s"
    )
    policy = ReconcilePolicy(deadline_rules=(rule,))
    coding = refusal(("CO-4",), "coding")
    last_day = date(2026, 4, 21)

    def on(day: date, items: list[WorkItem]) -> WorkItem:
        (change,) = refresh(items, [coding], policy=policy, as_of=day, happened_at=NOW)
        return change.item

    before = on(last_day, [])
    after = on(date(2026, 4, 22), [before])

    assert (before.deadline, after.deadline) == (last_day, date(2026, 8, 19))
    assert "Advised: corrected claim." in before.reason
    assert "Advised: appeal. The corrected claim deadline 2026-04-21 has passed" in after.reason
    assert CounselDesk(policy).days_that_turn(coding) == [
        date(2027, 1, 5),
        last_day,
        date(2026, 8, 19),
    ]


def test_the_next_payers_limit_is_not_that_of_the_payer_before() -> None:
    rule = DeadlineRule(
        payer_id="PAYER1",
        kind=DeadlineKind.FILING,
        count=90,
        anchor=DeadlineAnchor.FIRST_SERVICE,
        source="s",
    )
    policy = ReconcilePolicy(deadline_rules=(rule,))
    issues = [issue("secondary_due"), issue("no_response")]

    changes = refresh([], issues, policy=policy, as_of=AS_OF, happened_at=NOW)

    assert [change.item.deadline for change in changes] == [date(2026, 4, 5), date(2027, 1, 5)]


def test_a_deadline_whose_day_is_missing_says_which() -> None:
    unknown = msgspec.structs.replace(issue("secondary_due"), service_from=None)
    (change,) = refreshed([], [unknown])

    assert change.item.deadline is None
    urgency, deadline = change.item.factors[2], change.item.factors[-1]
    assert deadline.value == "unknown"
    assert "the first day of service is missing" in deadline.reason
    assert urgency.reason.startswith("filing deadline unknown: the first day of service")


def test_a_deadline_is_told_as_passed_when_the_calendar_says_so() -> None:
    item = opened()
    (passed,) = refresh_on_date([item], as_of=date(2026, 8, 20), happened_at=NOW)

    assert passed.item.factors[-1].value == "2026-08-19, passed"
    assert passed.item.priority == 0
    assert passed.item.factors[-1].reason == item.factors[-1].reason
    assert refresh_on_date([passed.item], as_of=date(2026, 8, 21), happened_at=NOW) == []


def test_the_practices_own_rule_of_a_refusal_is_followed() -> None:
    own = DenialRule("PAYER1", "CO", "16", "", "authorization", action="Call the payer.")
    policy = ReconcilePolicy(denial_rules=(own,))
    placed = refusal(("CO-16",), "authorization")

    (change,) = refresh([], [placed], policy=policy, as_of=AS_OF, happened_at=NOW)

    assert change.item.next_action == "Call the payer."


def test_a_second_refresh_on_the_same_facts_changes_nothing() -> None:
    first = refreshed([], [issue(), issue("denied", detail="coding")])

    assert (
        refreshed([change.item for change in first], [issue(), issue("denied", detail="coding")])
        == []
    )


@pytest.mark.parametrize("cause", [rule.cause for rule in CAUSES])
def test_every_cause_closes_by_itself_and_comes_back(cause: str) -> None:
    """Whatever it is about: the money settles it, and the same thing wrong again reopens it."""
    fact = issue(cause, claim_payment_id=3, remittance_id=4)
    (first,) = refreshed([], [fact])
    item = msgspec.structs.replace(first.item, work_item_id=1)

    (settled,) = refreshed([item], [])
    (again,) = refreshed([settled.item], [fact])

    assert (settled.item.status, settled.item.next_action_on) == (WorkStatus.RESOLVED, None)
    assert (again.item.status, again.item.work_item_id) == (WorkStatus.OPEN, 1)
    assert [event.kind for event in again.events] == [WorkEventKind.REOPENED]
    given_up = msgspec.structs.replace(item, status=WorkStatus.WONT_WORK)
    assert refreshed([given_up], [fact]) == []
    more = issue(cause, claim_payment_id=3, remittance_id=4, amount_cents=99_00)
    (woken,) = refreshed([given_up], [more])
    assert woken.item.status is WorkStatus.OPEN

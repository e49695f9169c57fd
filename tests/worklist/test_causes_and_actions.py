"""The tables of causes, and what people do to items."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from edi_engine.codes import denial_categories
from edi_engine.errors import InputError
from edi_engine.records.work import Queue, WorkEventKind, WorkItem, WorkStatus
from edi_engine.worklist import CAUSES, assign, cause_rule, close, note, reopen, snooze
from edi_engine.worklist.actions import TEXT_LENGTH_MAX
from edi_engine.worklist.advice import advice_for, refusal_reason

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def item(status: WorkStatus = WorkStatus.NEW) -> WorkItem:
    return WorkItem(
        item_key="claim:1/denied/1",
        queue=Queue.DENIAL,
        cause="denied",
        detail="coding",
        claim_id=1,
        claim_payment_id=None,
        remittance_id=None,
        payer_sequence=1,
        amount_at_risk_cents=10_00,
        priority=5,
        factors=(),
        deadline=None,
        next_action="Correct it.",
        next_action_on=TODAY,
        reason="Refused.",
        evidence_digest="d",
        status=status,
        work_item_id=12,
    )


def test_every_cause_stands_once_and_makes_sense() -> None:
    assert len({rule.cause for rule in CAUSES}) == len(CAUSES)
    for rule in CAUSES:
        assert rule.effort_minutes >= 1
        assert 0 <= rule.recovery_percent <= 100
        assert rule.next_action.endswith(".")


def test_an_unknown_cause_still_makes_work() -> None:
    assert cause_rule("never_heard_of").queue is Queue.UNMATCHED_REMIT


@pytest.mark.parametrize("category", sorted(denial_categories()))
def test_every_category_of_refusal_refines_the_advice(category: str) -> None:
    advice = advice_for("denied", category)

    assert advice.next_action == denial_categories()[category].action
    assert category.replace("_", " ") in advice.recovery_reason
    assert advice.effort_minutes >= 1


def test_exact_codes_give_a_more_exact_reason() -> None:
    plain = refusal_reason("missing_information", ())
    exact = refusal_reason("missing_information", ("CO-45", "CO-16/N1/MA130", "CO-16/N706"))

    assert plain.action == denial_categories()["missing_information"].action
    assert "cannot be appealed" in exact.action
    assert exact.remark_codes == ("N1", "MA130", "N706")
    assert refusal_reason("coding", ("CO-16/MA130",)).action == denial_categories()["coding"].action


def test_a_detail_means_nothing_for_what_is_no_refusal() -> None:
    assert advice_for("underpaid", "coding") == advice_for("underpaid", "")


def test_assigning_opens_a_new_item_and_can_give_it_back() -> None:
    given = assign(item(), " kim ", actor="lee", happened_at=NOW)
    back = assign(given.item, "", actor="kim", happened_at=NOW)

    assert (given.item.assignee, given.item.status) == ("kim", WorkStatus.OPEN)
    assert given.events[0].text == "Assigned to kim."
    assert (given.events[0].actor, given.events[0].kind) == ("lee", WorkEventKind.ASSIGNED)
    assert (back.item.assignee, back.events[0].text) == ("", "Given back to the queue.")


def test_a_note_is_kept_on_any_item_and_settled_ones_stay_settled() -> None:
    assert note(item(), "called", actor="kim", happened_at=NOW).item.status is WorkStatus.OPEN
    noted = note(item(WorkStatus.CLOSED), "called", actor="kim", happened_at=NOW)
    assert noted.item.status is WorkStatus.CLOSED
    assert noted.events[0].text == "called"


def test_snoozing_hides_until_a_day_after_today() -> None:
    later = date(2026, 3, 9)
    asleep = snooze(item(), later, actor="kim", as_of=TODAY, happened_at=NOW, text="on hold")

    assert (asleep.item.status, asleep.item.next_action_on) == (WorkStatus.WAITING, later)
    assert asleep.events[0].text == "Until 2026-03-09. on hold"


def test_closing_needs_a_reason_and_reopening_takes_it_back() -> None:
    closed = close(item(), "written off", actor="kim", happened_at=NOW).item
    again = reopen(closed, actor="lee", as_of=TODAY, happened_at=NOW)

    assert (closed.status, closed.next_action_on) == (WorkStatus.CLOSED, None)
    assert (again.item.status, again.item.next_action_on) == (WorkStatus.OPEN, TODAY)
    assert again.events[0].kind is WorkEventKind.REOPENED


def refusals() -> list[tuple[str, object, str]]:
    closed, resolved = item(WorkStatus.CLOSED), item(WorkStatus.RESOLVED)
    who = {"actor": "kim", "happened_at": NOW}
    return [
        ("assign", lambda: assign(closed, "kim", **who), "work item 12: cannot be assigned"),
        ("close", lambda: close(resolved, "x", **who), "it is resolved already"),
        ("close without reason", lambda: close(item(), " ", **who), "the reason is empty"),
        ("empty note", lambda: note(item(), "", **who), "the note is empty"),
        ("long note", lambda: note(item(), "x" * (TEXT_LENGTH_MAX + 1), **who), "more than 2000"),
        ("reopen open", lambda: reopen(item(), as_of=TODAY, **who), "only a closed item can"),
        ("snooze closed", lambda: snooze(closed, TODAY, as_of=TODAY, **who), "cannot be snoozed"),
        ("snooze to today", lambda: snooze(item(), TODAY, as_of=TODAY, **who), "not after"),
    ]


@pytest.mark.parametrize(
    ("action", "message"), [pytest.param(*rest, id=name) for name, *rest in refusals()]
)
def test_what_makes_no_sense_is_refused_with_the_reason(action: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        action()  # type: ignore[operator]


def test_actions_leave_the_item_given_to_them_alone() -> None:
    before = item()
    copy = msgspec.structs.replace(before)
    close(before, "done", actor="kim", happened_at=NOW)
    assert before == copy

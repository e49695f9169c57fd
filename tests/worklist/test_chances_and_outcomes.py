"""The chance of recovery from what became of others, and what is recorded of an end."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.records.outcomes import (
    ClaimMeasure,
    OutcomeCount,
    OutcomeKind,
    WorkOutcome,
    WorkStake,
)
from edi_engine.records.work import WorkEvent, WorkEventKind, WorkItem, WorkStatus
from edi_engine.worklist import (
    WorkChange,
    close,
    count_outcomes,
    follow,
    reopen,
    resolution_of,
)
from edi_engine.worklist.chances import PRIOR_WEIGHT, Chances, age_band
from edi_engine.worklist.refresh import Placement
from tests.store.sample_records import work_item

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
AROSE, OPENED, ENDED = date(2026, 1, 1), date(2026, 1, 5), date(2026, 3, 2)


def counted(payer_id: str, ended: int, recovered: int, partly: int, shares: int) -> OutcomeCount:
    return OutcomeCount(payer_id, "denied", "coding", 0, ended, recovered, partly, shares)


def chance(counts: list[OutcomeCount], payer_id: str = "P", base: int = 50) -> tuple[int, str]:
    return Chances(counts).chance(
        "denied", "coding", payer_id=payer_id, band=0, base_percent=base, base_reason="usual"
    )


def test_without_anything_like_it_the_table_of_causes_is_what_counts() -> None:
    assert chance([]) == (50, "usual")
    other = msgspec.structs.replace(counted("P", 40, 40, 0, 4000), age_band=1)
    assert chance([other]) == (50, "usual")


@pytest.mark.parametrize(
    ("counts", "percent", "reason"),
    [
        # (10 x 50 + 10 x 0) / 20
        ([counted("P", 10, 0, 0, 0)], 25, "0 of 10 like it at this payer; smoothed from 50%"),
        # (47 items, 3100 percent + 10 x 50) / 57 = 63.15
        ([counted("P", 47, 31, 0, 3100)], 63, "31 of 47 like it at this payer; smoothed from 50%"),
        # others: (90 x 100 + 500) / 100 = 95; here: (5 x 0 + 10 x 95) / 15 = 63.3
        (
            [counted("P", 5, 0, 0, 0), counted("Q", 90, 90, 0, 9000)],
            63,
            "0 of 5 like it at this payer, 90 of 90 like it at other payers; smoothed from 50%",
        ),
        # nothing here: others, (10 x 30 + 10 x 50) / 20 = 40, drawn to itself
        (
            [counted("Q", 10, 2, 4, 300)],
            40,
            "6 (4 in part) of 10 like it at other payers; smoothed from 50%",
        ),
    ],
)
def test_few_outcomes_move_the_chance_and_many_take_it_over(
    counts: list[OutcomeCount], percent: int, reason: str
) -> None:
    assert chance(counts) == (percent, reason)


_COUNT = st.integers(1, 500).flatmap(
    lambda ended: st.tuples(st.just(ended), st.integers(0, 100 * ended))
)


@given(_COUNT, st.none() | _COUNT, st.integers(0, 100))
def test_the_chance_is_the_mean_of_the_two_priors_in_exact_numbers(
    here: tuple[int, int], elsewhere: tuple[int, int] | None, base: int
) -> None:
    counts = [counted("P", here[0], 0, 0, here[1])]
    usual = Fraction(base)
    if elsewhere is not None:
        counts.append(counted("Q", elsewhere[0], 0, 0, elsewhere[1]))
        usual = (elsewhere[1] + usual * PRIOR_WEIGHT) / (elsewhere[0] + PRIOR_WEIGHT)
    exact = (here[1] + usual * PRIOR_WEIGHT) / (here[0] + PRIOR_WEIGHT)

    percent, _ = chance(counts, base=base)

    assert 0 <= percent <= 100
    assert abs(percent - exact) <= Fraction(52, 100)
    assert chance(counts[::-1], base=base)[0] == percent


@pytest.mark.parametrize(
    ("days", "band"),
    [(-3, 0), (0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (120, 3), (121, 4)],
)
def test_age_bands_are_those_of_an_aging_report(days: int, band: int) -> None:
    assert age_band(date.fromordinal(ENDED.toordinal() - days), ENDED) == band
    assert age_band(None, ENDED) == 0


def stake(**changes: object) -> WorkStake:
    plain = WorkStake(1, "P", "denied", "coding", AROSE, OPENED, 100_00, 20_00)
    return msgspec.structs.replace(plain, **changes)


def measure(allowed_cents: int, **changes: object) -> ClaimMeasure:
    plain = ClaimMeasure(
        is_replaced=False,
        patient_balance_cents=0,
        allowed_cents=((1, allowed_cents), (2, 999_00)),
        paid_cents=((1, 0), (2, allowed_cents)),
    )
    return msgspec.structs.replace(plain, **changes)


def item(cause: str = "denied", **changes: object) -> WorkItem:
    return work_item("claim:7/denied/1", cause=cause, work_item_id=1, claim_id=7, **changes)


def resolved(cause: str = "denied") -> WorkChange:
    event = WorkEvent(NOW, WorkEventKind.RESOLVED, "engine", "Settled.")
    return WorkChange(item(cause, status=WorkStatus.RESOLVED), (event,))


def closed(cause: str = "denied") -> WorkChange:
    return close(item(cause), "written off", actor="kim", happened_at=NOW)


class End(NamedTuple):
    name: str
    change: WorkChange
    stake: WorkStake
    claim: ClaimMeasure | None
    kind: OutcomeKind
    recovered_cents: int
    share_percent: int


RECOVERED, PARTLY, NOT = OutcomeKind.RECOVERED, OutcomeKind.PARTLY, OutcomeKind.NOT_RECOVERED
ENDS = (
    End("all is allowed now", resolved(), stake(), measure(120_00), RECOVERED, 100_00, 100),
    End("more than was at risk", resolved(), stake(), measure(500_00), RECOVERED, 100_00, 100),
    End("a part is allowed now", resolved(), stake(), measure(53_34), PARTLY, 33_34, 33),
    End("settled without money", resolved(), stake(), measure(20_00), NOT, 0, 0),
    End("less than at first", resolved(), stake(), measure(0), NOT, 0, 0),
    End("closed after a part came", closed(), stake(), measure(60_00), PARTLY, 40_00, 40),
    End("closed with nothing", closed(), stake(), measure(20_00), NOT, 0, 0),
    End(
        "the claim was replaced",
        resolved(),
        stake(),
        measure(0, is_replaced=True),
        OutcomeKind.MOVED,
        0,
        0,
    ),
    End(
        "the next payer paid",
        resolved("secondary_due"),
        stake(cause="secondary_due", measured_cents=0),
        measure(75_00),
        PARTLY,
        75_00,
        75,
    ),
    End(
        "the patient owes less",
        resolved("patient_balance"),
        stake(cause="patient_balance", measured_cents=100_00),
        measure(0, patient_balance_cents=25_00),
        PARTLY,
        75_00,
        75,
    ),
    End(
        "what no amount can tell was settled",
        resolved("unmatched_payment"),
        stake(cause="unmatched_payment"),
        None,
        RECOVERED,
        100_00,
        100,
    ),
    End(
        "what no amount can tell was closed",
        closed("unmatched_payment"),
        stake(cause="unmatched_payment"),
        None,
        NOT,
        0,
        0,
    ),
)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
def test_an_end_is_recorded_with_what_came(end: End) -> None:
    followed = follow(end.change, end.stake, last=None, claim=end.claim, as_of=ENDED)

    assert followed.stake is None
    (outcome,) = followed.outcomes
    assert (outcome.kind, outcome.recovered_cents, outcome.share_percent) == end[4:]
    assert outcome.count == (0 if end.kind is OutcomeKind.MOVED else 1)
    assert (outcome.first_band, outcome.last_band) == (0, 1)
    assert outcome.concluded_by == end.change.events[-1].actor
    assert outcome.concluded_on == ENDED


def end_of(change: WorkChange, before: WorkStake, claim: ClaimMeasure | None) -> WorkOutcome:
    (outcome,) = follow(change, before, last=None, claim=claim, as_of=ENDED).outcomes
    return outcome


def test_an_item_that_comes_back_takes_its_outcome_with_it() -> None:
    end = end_of(closed(), stake(), measure(60_00))
    back = reopen(closed().item, actor="kim", as_of=ENDED, happened_at=NOW)

    followed = follow(back, None, last=end, claim=measure(60_00), as_of=ENDED)

    (withdrawn,) = followed.outcomes
    assert withdrawn.kind is OutcomeKind.WITHDRAWN
    assert followed.stake == stake()
    assert [
        (one.count, one.recovered_count, one.partly_count, one.share_percents)
        for one in count_outcomes([end, withdrawn])
    ] == [(0, 0, 0, 0), (0, 0, 0, 0)]


def test_a_note_on_a_settled_item_changes_no_outcome() -> None:
    end = end_of(closed(), stake(), measure(60_00))
    event = WorkEvent(NOW, WorkEventKind.NOTED, "kim", "by the way")
    noted = WorkChange(closed().item, (event,))

    followed = follow(noted, None, last=end, claim=None, as_of=ENDED)

    assert (followed.stake, followed.outcomes) == (None, ())


def test_of_what_is_settled_without_a_known_start_nothing_is_told() -> None:
    followed = follow(resolved(), None, last=None, claim=measure(1), as_of=ENDED)
    assert (followed.stake, followed.outcomes) == (None, ())


def test_a_new_item_is_measured_from_where_it_is() -> None:
    placed = Placement("P", AROSE)
    event = WorkEvent(NOW, WorkEventKind.OPENED, "engine", "Refused.")
    opened = WorkChange(item(amount_at_risk_cents=100_00), (event,), placed)

    followed = follow(opened, None, last=None, claim=measure(20_00), as_of=OPENED)

    assert (followed.stake, followed.outcomes) == (stake(), ())


def test_a_stage_that_brought_money_is_an_outcome_and_the_rest_goes_on() -> None:
    placed = Placement("P", ENDED)
    now = WorkChange(item("partially_denied", amount_at_risk_cents=70_00), (), placed)

    paid = follow(now, stake(), last=None, claim=measure(50_00), as_of=ENDED)
    unpaid = follow(now, stake(), last=None, claim=measure(20_00), as_of=ENDED)

    (outcome,) = paid.outcomes
    assert (outcome.kind, outcome.cause, outcome.recovered_cents) == (PARTLY, "denied", 30_00)
    assert paid.stake is not None
    assert (paid.stake.cause, paid.stake.at_risk_cents, paid.stake.measured_cents) == (
        "partially_denied", 70_00, 50_00,
    )  # fmt: skip
    assert unpaid.outcomes == ()
    assert unpaid.stake == stake(cause="partially_denied", arose_on=ENDED)


def test_an_outcome_counts_in_every_age_at_which_the_item_was_open() -> None:
    old = end_of(resolved(), stake(opened_on=date(2026, 2, 5)), measure(120_00))
    older = msgspec.structs.replace(
        old, last_band=3, kind=PARTLY, recovered_cents=1, share_percent=0
    )

    assert [
        (one.age_band, one.count, one.recovered_count, one.partly_count, one.share_percents)
        for one in count_outcomes([old, older])
    ] == [(1, 2, 1, 1, 100), (2, 1, 0, 1, 0), (3, 1, 0, 1, 0)]


def test_what_the_money_settles_on_its_first_day_is_no_outcome_that_counts() -> None:
    new = stake(opened_on=ENDED)
    assert end_of(resolved(), new, measure(120_00)).count == 0
    assert end_of(closed(), new, measure(120_00)).count == 1


def test_on_its_first_day_an_item_starts_from_the_last_that_is_known() -> None:
    more = WorkChange(item(amount_at_risk_cents=60_00), (), Placement("P", AROSE))

    followed = follow(more, stake(opened_on=ENDED), last=None, claim=measure(40_00), as_of=ENDED)

    assert followed.outcomes == ()
    assert followed.stake == stake(opened_on=ENDED, at_risk_cents=60_00, measured_cents=40_00)


RESOLVED_AS = [
    # cause, outcome, patient's balance, how it ended
    ("denied", OutcomeKind.RECOVERED, 0, "paid"),
    ("denied", OutcomeKind.PARTLY, 50, "paid"),
    ("denied", OutcomeKind.NOT_RECOVERED, 50, "patient"),
    ("denied", OutcomeKind.NOT_RECOVERED, 0, "invalid"),
    ("denied", OutcomeKind.MOVED, 50, "corrected"),
    ("underpaid", OutcomeKind.NOT_RECOVERED, 50, "invalid"),
    ("no_response", OutcomeKind.NOT_RECOVERED, 50, "corrected"),
    ("missing_line", OutcomeKind.RECOVERED, 0, "paid"),
    ("secondary_due", OutcomeKind.NOT_RECOVERED, 0, "corrected"),
    ("patient_balance", OutcomeKind.RECOVERED, 0, "paid"),
    ("deposit_missing", OutcomeKind.RECOVERED, 0, "paid"),
    ("unagreed_sequestration", OutcomeKind.RECOVERED, 0, "paid"),
    ("unmatched_payment", OutcomeKind.RECOVERED, 0, "corrected"),
    ("takeback_awaited", OutcomeKind.RECOVERED, 0, "corrected"),
]


@pytest.mark.parametrize(("cause", "kind", "patient_cents", "resolution"), RESOLVED_AS)
def test_how_an_item_ended_is_told_by_its_outcome(
    cause: str, kind: OutcomeKind, patient_cents: int, resolution: str
) -> None:
    day = date(2026, 3, 2)
    outcome = WorkOutcome(1, kind, "P", cause, "", 0, 0, 1, 100, 0, 0, day, "engine", day, day, 0)
    claim = ClaimMeasure(False, patient_cents, (), ())
    ended = WorkChange(work_item("claim:1/x/1", status=WorkStatus.RESOLVED))
    assert resolution_of(ended, [outcome], claim) == resolution
    # Of what a person closed the person says it, and of what nobody recorded nobody does.
    closed = WorkChange(work_item("claim:1/x/1", status=WorkStatus.CLOSED))
    assert resolution_of(closed, [outcome], claim) is None
    assert resolution_of(ended, [], claim) is None

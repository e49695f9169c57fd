"""Underpaid lines are followed until they are made good, and again when they come back."""

from datetime import date

from msgspec.structs import replace

from edi_engine.matchers import follow_variances
from edi_engine.records.matching import ClaimId
from edi_engine.records.reconciliation import (
    ClaimReconciliation,
    ClaimStatus,
    LineReconciliation,
    LineState,
    ReconciliationIssue,
)
from edi_engine.records.variance_hits import VarianceHit

FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 3)
PAYERS = {ClaimId(1): "EX001"}


def line(
    allowed_cents: int, *, state: LineState = LineState.UNDERPAID, cause: str = "modifier"
) -> LineReconciliation:
    return LineReconciliation(
        claim_id=ClaimId(1),
        line_number=1,
        payer_sequence=1,
        charge_cents=200_00,
        expected_allowed_cents=100_00,
        expected_source="example-ppo 2026: fees",
        allowed_cents=allowed_cents,
        paid_cents=allowed_cents,
        contractual_cents=200_00 - allowed_cents,
        patient_responsibility_cents=0,
        denied_cents=0,
        other_adjustment_cents=0,
        variance_cents=100_00 - allowed_cents,
        state=state,
        denial_category="",
        remit_lines=(),
        recode="",
        variance_cause=cause,
    )


def test_what_is_the_patients_is_followed_where_it_is_told_as_short() -> None:
    patients = line(60_00, state=LineState.PATIENT, cause="rate")
    told = ReconciliationIssue(
        "underallowed", "", ClaimId(1), None, None, 1, 40_00, FIRST, "", line_numbers=(1,)
    )
    found = [replace(concluded(patients)[0], issues=(told,))]
    (hit,) = follow_variances({}, found, PAYERS, as_of=FIRST)
    assert (hit.short_cents, hit.cause) == (40_00, "rate")
    assert follow_variances({}, concluded(patients), PAYERS, as_of=FIRST) == []


def concluded(*lines: LineReconciliation) -> list[ClaimReconciliation]:
    return [ClaimReconciliation(ClaimId(1), ClaimStatus.UNDERPAID, 0, 0, 0, lines)]


def follow(before: list[VarianceHit], found: LineReconciliation, on: date) -> list[VarianceHit]:
    known = {(hit.claim_id, hit.line_number): hit for hit in before}
    return follow_variances(known, concluded(found), PAYERS, as_of=on)


def test_a_short_line_is_a_hit_with_what_it_is_short() -> None:
    (hit,) = follow([], line(60_00), FIRST)
    assert (hit.payer_id, hit.cause, hit.term) == ("EX001", "modifier", "example-ppo 2026: fees")
    assert (hit.short_cents, hit.first_allowed_cents, hit.recovered_cents) == (40_00, 60_00, 0)
    assert (hit.hit_on, hit.solved_on) == (FIRST, None)


def test_seeing_it_again_changes_nothing() -> None:
    hits = follow([], line(60_00), FIRST)
    assert follow(hits, line(60_00), SECOND) == []


def test_what_the_payer_adds_is_recovered() -> None:
    hits = follow([], line(60_00), FIRST)
    (partly,) = follow(hits, line(75_00), SECOND)
    assert (partly.recovered_cents, partly.solved_on) == (15_00, None)
    (wholly,) = follow([partly], line(100_00, state=LineState.PAID, cause=""), THIRD)
    assert (wholly.recovered_cents, wholly.solved_on) == (40_00, THIRD)
    assert wholly.hit_on == FIRST


def test_a_solved_one_that_comes_back_is_reopened() -> None:
    hits = follow([], line(60_00), FIRST)
    solved = follow(hits, line(100_00, state=LineState.PAID, cause=""), SECOND)
    (again,) = follow(solved, line(60_00), THIRD)
    assert (again.solved_on, again.reopened_count, again.recovered_cents) == (None, 1, 0)
    assert follow([again], line(60_00), THIRD) == []


def test_a_solved_one_stays_on_the_day_it_was_solved() -> None:
    hits = follow([], line(60_00), FIRST)
    solved = follow(hits, line(100_00, state=LineState.PAID, cause=""), SECOND)
    assert follow(solved, line(100_00, state=LineState.PAID, cause=""), THIRD) == []


def test_a_share_of_what_is_short_as_a_whole_counts() -> None:
    share = replace(line(60_00, state=LineState.PAID, cause="stop_loss"), variance_cents=None)
    (hit,) = follow([], share, FIRST)
    assert (hit.cause, hit.short_cents) == ("stop_loss", 40_00)


def test_what_was_never_short_is_no_hit() -> None:
    assert follow([], line(100_00, state=LineState.PAID, cause=""), FIRST) == []
    assert follow([], line(120_00, state=LineState.OVERPAID, cause="rate"), FIRST) == []
    secondary = replace(line(60_00), payer_sequence=2)
    assert follow([], secondary, FIRST) == []

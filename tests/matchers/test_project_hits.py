"""Short and refused lines are followed until they are made good, and again when they come back."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edi_engine.matchers import follow_projects
from edi_engine.matchers.project_hits import HitKey
from edi_engine.records.matching import ClaimId, ClaimPaymentId
from edi_engine.records.projects import DISCOUNT_LINE, INTEREST_LINE, HitKind, ProjectHit
from edi_engine.records.reconciliation import (
    ClaimReconciliation,
    ClaimStatus,
    LineReconciliation,
    LineState,
    ReconciliationIssue,
    RemitLine,
)
from edi_engine.records.timely_payments import TimelyVerdict
from tests.matchers.making import billed, paid

FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 3)
ANSWERED = date(2026, 2, 27)
CLAIMS = {
    ClaimId(1): billed(1, payer_id="EX001"),
    ClaimId(2): billed(2, payer_id="EX001"),
}
PAYMENTS = {
    ClaimPaymentId(7): paid(7, paid_on=ANSWERED, payer_id="EX009"),
    ClaimPaymentId(8): paid(8, paid_on=None, payer_id=""),
}


def line(
    allowed_cents: int,
    *,
    state: LineState = LineState.UNDERPAID,
    cause: str = "modifier",
    claim_id: int = 1,
) -> LineReconciliation:
    return LineReconciliation(
        claim_id=ClaimId(claim_id),
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
        remit_lines=(RemitLine(ClaimPaymentId(7), 1, "same_line"),),
        recode="",
        variance_cause=cause,
    )


def refused(*codes: str, category: str = "authorization", claim_id: int = 1) -> LineReconciliation:
    return replace(
        line(0, state=LineState.DENIED, cause="", claim_id=claim_id),
        denied_cents=200_00,
        contractual_cents=0,
        denial_category=category,
        denial_codes=codes,
    )


GOOD = line(100_00, state=LineState.PAID, cause="")
TAKEN_BACK = line(0, state=LineState.REVERSED, cause="")
PARTLY = replace(
    line(100_00, state=LineState.PAID, cause=""),
    denied_cents=30_00,
    denial_category="level_of_service",
    denial_codes=("CO-151",),
)


def concluded(
    *lines: LineReconciliation,
    status: ClaimStatus = ClaimStatus.UNDERPAID,
    claim_id: int = 1,
    replaced_by: int | None = None,
) -> ClaimReconciliation:
    return ClaimReconciliation(
        ClaimId(claim_id),
        status,
        0,
        0,
        0,
        lines,
        replaced_by=None if replaced_by is None else ClaimId(replaced_by),
    )


def by_key(hits: list[ProjectHit]) -> dict[HitKey, ProjectHit]:
    return {(hit.claim_id, hit.line_number, hit.payer_sequence): hit for hit in hits}


def follow(before: list[ProjectHit], found: LineReconciliation, on: date) -> list[ProjectHit]:
    return follow_all(before, [concluded(found)], on)


def follow_all(
    before: list[ProjectHit], conclusions: list[ClaimReconciliation], on: date
) -> list[ProjectHit]:
    return follow_projects(by_key(before), conclusions, CLAIMS, PAYMENTS, as_of=on)


def test_a_short_line_is_a_hit_with_what_it_is_short() -> None:
    (hit,) = follow([], line(60_00), FIRST)
    assert (hit.kind, hit.payer_id) == (HitKind.UNDERPAID, "EX001")
    assert (hit.cause, hit.term) == ("modifier", "example-ppo 2026: fees")
    assert (hit.short_cents, hit.first_allowed_cents, hit.recovered_cents) == (40_00, 60_00, 0)
    assert (hit.hit_on, hit.answered_on, hit.solved_on) == (FIRST, ANSWERED, None)


def test_a_refused_line_is_a_hit_with_what_it_should_have_brought() -> None:
    (hit,) = follow([], refused("CO-197/N54", "CO-16"), FIRST)
    assert (hit.kind, hit.cause, hit.term) == (HitKind.REFUSED, "authorization", "CO-197/N54")
    assert (hit.short_cents, hit.first_allowed_cents, hit.recovered_cents) == (100_00, 0, 0)
    (hit,) = follow([], replace(refused("CO-197"), expected_allowed_cents=None), FIRST)
    assert hit.short_cents == 200_00


def test_a_refusal_without_a_code_says_so() -> None:
    (hit,) = follow([], refused(category="eligibility"), FIRST)
    assert (hit.cause, hit.term) == ("eligibility", "CLP02-4")


def test_a_line_refused_in_part_is_a_hit_of_that_part() -> None:
    (hit,) = follow([], PARTLY, FIRST)
    assert (hit.kind, hit.cause, hit.term) == (HitKind.REFUSED, "level_of_service", "CO-151")
    assert (hit.short_cents, hit.first_allowed_cents) == (30_00, 100_00)


def test_what_is_refused_on_a_short_line_belongs_to_its_underpayment() -> None:
    found = replace(PARTLY, state=LineState.UNDERPAID, allowed_cents=60_00, variance_cents=40_00)
    (hit,) = follow([], found, FIRST)
    assert (hit.kind, hit.short_cents) == (HitKind.UNDERPAID, 40_00)


def told(cause: str, cents: int, *lines: int) -> ReconciliationIssue:
    return ReconciliationIssue(
        cause, "", ClaimId(1), None, None, 1, cents, ANSWERED, "", line_numbers=lines
    )


def test_what_is_the_patients_is_followed_where_it_is_told_as_short() -> None:
    patients = line(60_00, state=LineState.PATIENT, cause="rate")
    found = replace(concluded(patients), issues=(told("underallowed", 40_00, 1),))
    (hit,) = follow_all([], [found], FIRST)
    assert (hit.short_cents, hit.cause) == (40_00, "rate")
    assert follow([], patients, FIRST) == []


@pytest.mark.parametrize(
    ("cause", "number", "first", "then", "recovered"),
    [
        ("timely_interest", INTEREST_LINE, (1_00, 0), (5_00, 0), 4_00),
        ("timely_discount", DISCOUNT_LINE, (0, 20_00), (0, 5_00), 15_00),
    ],
)
def test_what_is_wrong_with_when_it_was_paid_is_followed_until_it_is_made_good(
    cause: str, number: int, first: tuple[int, int], then: tuple[int, int], recovered: int
) -> None:
    def judged(moved: tuple[int, int], short_cents: int) -> ClaimReconciliation:
        issues = (told(cause, short_cents),) if short_cents else ()
        verdict = TimelyVerdict("example-ppo 2026: timely payment", None, *moved)
        return replace(concluded(GOOD), issues=issues, timely=verdict)

    (hit,) = follow_all([], [judged(first, 9_00)], FIRST)
    assert (hit.line_number, hit.kind, hit.short_cents) == (number, HitKind.UNDERPAID, 9_00)
    assert follow_all([hit], [judged(first, 9_00)], SECOND) == []
    (solved,) = follow_all([hit], [judged(then, 0)], SECOND)
    assert (solved.solved_on, solved.recovered_cents) == (SECOND, recovered)
    (again,) = follow_all([solved], [judged(first, 9_00)], THIRD)
    assert (again.is_open, again.recovered_cents, again.reopened_count) == (True, 0, 1)


def test_a_claim_refused_as_a_whole_is_a_hit_of_its_own_row() -> None:
    own = replace(refused("CO-29", category="timely_filing"), line_number=0, charge_cents=0)
    (hit,) = follow([], own, FIRST)
    assert (hit.line_number, hit.cause, hit.short_cents) == (0, "timely_filing", 200_00)


def test_a_refusal_of_a_payer_it_was_passed_on_to_is_that_payers() -> None:
    (hit,) = follow([], replace(refused("CO-22"), payer_sequence=2), FIRST)
    assert hit.payer_id == "EX009"
    unnamed = (RemitLine(ClaimPaymentId(8), 1, "same_line"),)
    (hit,) = follow([], replace(refused("CO-22"), payer_sequence=2, remit_lines=unnamed), FIRST)
    assert (hit.payer_id, hit.answered_on) == ("EX001", None)


def test_seeing_it_again_changes_nothing() -> None:
    for found in (line(60_00), refused("CO-50"), PARTLY):
        hits = follow([], found, FIRST)
        assert follow(hits, found, SECOND) == []


def test_what_the_payer_adds_is_recovered() -> None:
    hits = follow([], line(60_00), FIRST)
    (partly,) = follow(hits, line(75_00), SECOND)
    assert (partly.recovered_cents, partly.solved_on) == (15_00, None)
    (wholly,) = follow([partly], GOOD, THIRD)
    assert (wholly.recovered_cents, wholly.solved_on) == (40_00, THIRD)
    assert wholly.hit_on == FIRST


def test_a_refusal_that_is_paid_after_all_is_recovered() -> None:
    hits = follow([], refused("CO-197"), FIRST)
    (paid_now,) = follow(hits, GOOD, SECOND)
    assert (paid_now.recovered_cents, paid_now.solved_on) == (100_00, SECOND)


def test_a_refusal_for_another_reason_moves_to_the_other_project() -> None:
    hits = follow([], refused("CO-197"), FIRST)
    (moved,) = follow(hits, refused("CO-50", category="medical_necessity"), SECOND)
    assert (moved.term, moved.cause, moved.hit_on) == ("CO-50", "medical_necessity", FIRST)
    assert (moved.short_cents, moved.reopened_count) == (100_00, 0)


def test_a_short_line_that_is_refused_then_is_reckoned_anew() -> None:
    hits = follow([], line(60_00), FIRST)
    (now,) = follow(hits, refused("CO-50"), SECOND)
    assert (now.kind, now.short_cents, now.first_allowed_cents) == (HitKind.REFUSED, 100_00, 0)
    assert (now.hit_on, now.reopened_count) == (FIRST, 0)


@pytest.mark.parametrize("found", [line(60_00), refused("CO-197"), PARTLY])
def test_a_solved_one_that_comes_back_is_reopened(found: LineReconciliation) -> None:
    hits = follow([], found, FIRST)
    solved = follow(hits, GOOD, SECOND)
    (again,) = follow(solved, found, THIRD)
    assert (again.solved_on, again.reopened_count, again.recovered_cents) == (None, 1, 0)
    assert follow([again], found, THIRD) == []


def test_a_solved_one_stays_on_the_day_it_was_solved() -> None:
    hits = follow([], line(60_00), FIRST)
    solved = follow(hits, GOOD, SECOND)
    assert follow(solved, GOOD, THIRD) == []


def test_what_is_taken_back_is_no_refusal_until_it_is_refused_again() -> None:
    hits = follow([], refused("CO-197"), FIRST)
    (solved,) = follow(hits, TAKEN_BACK, SECOND)
    assert (solved.solved_on, solved.recovered_cents) == (SECOND, 0)
    (again,) = follow([solved], refused("CO-197"), THIRD)
    assert (again.solved_on, again.reopened_count) == (None, 1)


def test_a_corrected_claim_waits_for_its_answer() -> None:
    hits = follow([], refused("CO-16"), FIRST)
    dead = concluded(refused("CO-16"), status=ClaimStatus.SUPERSEDED, replaced_by=2)
    silent = replace(GOOD, claim_id=ClaimId(2), state=LineState.UNANSWERED, allowed_cents=0)
    waiting = [dead, concluded(silent, claim_id=2)]
    assert follow_all(hits, waiting, SECOND) == []
    assert follow_all([], waiting, FIRST) == hits


def test_what_a_corrected_claim_brings_is_recovered() -> None:
    hits = follow([], refused("CO-16"), FIRST)
    dead = concluded(refused("CO-16"), status=ClaimStatus.SUPERSEDED, replaced_by=2)
    good = concluded(replace(GOOD, claim_id=ClaimId(2)), claim_id=2, status=ClaimStatus.PAID)
    (solved,) = follow_all(hits, [dead, good], SECOND)
    assert (solved.claim_id, solved.solved_on, solved.recovered_cents) == (1, SECOND, 100_00)
    assert follow_all([solved], [dead, good], THIRD) == []


def test_a_corrected_claim_that_is_refused_again_takes_the_hit_over() -> None:
    hits = follow([], refused("CO-16"), FIRST)
    dead = concluded(refused("CO-16"), status=ClaimStatus.SUPERSEDED, replaced_by=2)
    again = concluded(refused("CO-16", claim_id=2), claim_id=2)
    old, new = follow_all(hits, [dead, again], SECOND)
    assert (old.claim_id, old.solved_on, old.recovered_cents) == (1, SECOND, 0)
    assert (new.claim_id, new.solved_on, new.hit_on) == (2, None, SECOND)
    good = concluded(replace(GOOD, claim_id=ClaimId(2)), claim_id=2)
    (paid_now,) = follow_all([old, new], [dead, good], THIRD)
    assert (paid_now.claim_id, paid_now.recovered_cents) == (2, 100_00)


def test_a_voided_claim_is_solved_with_nothing_recovered() -> None:
    hits = follow([], line(60_00), FIRST)
    (solved,) = follow_all(hits, [concluded(line(60_00), status=ClaimStatus.VOIDED)], SECOND)
    assert (solved.solved_on, solved.recovered_cents) == (SECOND, 0)


def test_a_share_of_what_is_short_as_a_whole_counts() -> None:
    share = replace(line(60_00, state=LineState.PAID, cause="stop_loss"), variance_cents=None)
    (hit,) = follow([], share, FIRST)
    assert (hit.cause, hit.short_cents) == ("stop_loss", 40_00)


def test_what_was_never_short_is_no_hit() -> None:
    assert follow([], GOOD, FIRST) == []
    assert follow([], line(120_00, state=LineState.OVERPAID, cause="rate"), FIRST) == []
    secondary = replace(line(60_00), payer_sequence=2)
    assert follow([], secondary, FIRST) == []
    assert follow([], replace(refused("CO-97"), state=LineState.BUNDLED), FIRST) == []


STATES = (GOOD, line(60_00), line(75_00), refused("CO-197"), refused("CO-50"), PARTLY, TAKEN_BACK)


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=8), st.booleans())
def test_what_is_open_is_told_by_the_last_answer_alone(
    answers: list[LineReconciliation], is_looked_at_again: bool
) -> None:
    """An oracle that knows nothing of the way: the last answer alone decides whether something is
    open, its term and cause; looking again or rebuilding changes nothing."""
    hits: dict[HitKey, ProjectHit] = {}
    for place, answer in enumerate(answers):
        hits |= by_key(follow(list(hits.values()), answer, date(2026, 1, 1 + place)))
        if is_looked_at_again:
            assert follow(list(hits.values()), answer, THIRD) == []
    still_open = [hit for hit in hits.values() if hit.is_open]
    alone = follow([], answers[-1], FIRST)
    assert [(hit.kind, hit.term, hit.cause, hit.answered_on) for hit in still_open] == [
        (hit.kind, hit.term, hit.cause, hit.answered_on) for hit in alone
    ]
    is_bad = [answer not in (GOOD, TAKEN_BACK) for answer in answers]
    begun = sum(now and not was for was, now in pairwise([False, *is_bad]))
    assert sum(hit.reopened_count for hit in hits.values()) == max(0, begun - 1)


def test_the_order_of_claims_does_not_matter() -> None:
    both = [concluded(refused("CO-16")), concluded(refused("CO-29", claim_id=2), claim_id=2)]
    assert follow_all([], both[::-1], FIRST) == follow_all([], both, FIRST)

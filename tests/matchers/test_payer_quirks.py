"""Evidence for and against each quirk, row by row; and the threshold that makes a profile of it."""

from collections.abc import Sequence
from datetime import date

import msgspec
import pytest

from edi_engine.matchers.payer_learning import learn, opportunities
from edi_engine.matchers.payer_quirks import observe_group, observe_payment, observe_remittance
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim, PriorPayer
from edi_engine.records.payer_profiles import (
    CATALOGUE,
    Observation,
    Quirk,
    QuirkTally,
    bit_of,
    payer_key,
    quirks_of_mask,
)
from edi_engine.records.reconciliation import ClaimMatch, MatchOutcome
from tests.matchers.making import billed, billed_line, paid, paid_line, reversed_payment

FOR, AGAINST, SILENT = True, False, None

NUMBERED = billed(
    lines=(
        billed_line(1, "99213", 100_00, control_number="LINE0001"),
        billed_line(2, "85025", 50_00, control_number="LINE0002"),
    )
)
MODIFIED = billed(
    lines=(
        billed_line(1, "99213", 100_00, modifiers=("25",)),
        billed_line(2, "85025", 50_00),
    )
)
LONG = billed(number="TEST0001-20260302-A7")
DENIED = (paid_line(1, "99213", 100_00, "CO-50 100.00"),)
SHARED = paid(lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00"),))


def lines_numbered(*numbers: str) -> PaidClaim:
    codes = (("99213", 100_00), ("85025", 50_00))
    return paid(
        lines=tuple(
            paid_line(place, code, cents, control_number=number)
            for place, ((code, cents), number) in enumerate(zip(codes, numbers, strict=False), 1)
        )
    )


def lines_coded(*lines: tuple[str, tuple[str, ...]]) -> PaidClaim:
    return paid(
        lines=tuple(
            paid_line(place, code, 100_00, modifiers=modifiers)
            for place, (code, modifiers) in enumerate(lines, 1)
        )
    )


def stated(payment: PaidClaim, cents: int | None) -> PaidClaim:
    return msgspec.structs.replace(payment, patient_responsibility_cents=cents)


def verdict(found: Observation, quirk: Quirk) -> bool | None:
    assert not found.seen_mask & found.against_mask
    if found.seen_mask & bit_of(quirk):
        return FOR
    return AGAINST if found.against_mask & bit_of(quirk) else SILENT


PAYMENT_CASES = (
    # what the case is, quirk, claim it is matched to, payment, verdict
    ("no number", Quirk.OMITS_LINE_CONTROL_NUMBERS, NUMBERED, lines_numbered("", ""), FOR),
    ("one number", Quirk.OMITS_LINE_CONTROL_NUMBERS, NUMBERED, lines_numbered("", "7"), AGAINST),
    ("none sent", Quirk.OMITS_LINE_CONTROL_NUMBERS, billed(), lines_numbered("", ""), SILENT),
    ("no claim", Quirk.OMITS_LINE_CONTROL_NUMBERS, None, lines_numbered("", ""), SILENT),
    ("no lines", Quirk.OMITS_LINE_CONTROL_NUMBERS, NUMBERED, paid(lines=()), SILENT),
    ("1, 2", Quirk.POSITIONAL_LINE_CONTROL_NUMBERS, NUMBERED, lines_numbered("1", "02"), FOR),
    (
        *("ours once", Quirk.POSITIONAL_LINE_CONTROL_NUMBERS, NUMBERED),
        *(lines_numbered("1", "LINE0002"), AGAINST),
    ),
    (
        *("neither", Quirk.POSITIONAL_LINE_CONTROL_NUMBERS, NUMBERED),
        *(lines_numbered("OTHER01", "1"), SILENT),
    ),
    ("none", Quirk.POSITIONAL_LINE_CONTROL_NUMBERS, NUMBERED, lines_numbered("", ""), SILENT),
    ("dropped", Quirk.DROPS_MODIFIERS, MODIFIED, lines_coded(("99213", ())), FOR),
    ("kept", Quirk.DROPS_MODIFIERS, MODIFIED, lines_coded(("99213", ("25",))), AGAINST),
    ("another code", Quirk.DROPS_MODIFIERS, MODIFIED, lines_coded(("85025", ())), SILENT),
    ("glued", Quirk.DROPS_MODIFIERS, MODIFIED, lines_coded(("9921325", ())), SILENT),
    ("none billed", Quirk.DROPS_MODIFIERS, billed(), lines_coded(("99213", ())), SILENT),
    ("cut", Quirk.TRUNCATES_CONTROL_NUMBER, LONG, paid(number="TEST0001-20260"), FOR),
    (
        *("whole", Quirk.TRUNCATES_CONTROL_NUMBER, LONG),
        *(paid(number=LONG.patient_control_number), AGAINST),
    ),
    ("stub", Quirk.TRUNCATES_CONTROL_NUMBER, LONG, paid(number="TEST0"), SILENT),
    ("lost", Quirk.TRUNCATES_CONTROL_NUMBER, LONG, paid(number="0"), SILENT),
    ("other", Quirk.TRUNCATES_CONTROL_NUMBER, LONG, paid(number="SAMPLE99"), SILENT),
    ("padded", Quirk.ALTERS_CONTROL_NUMBER, billed(), paid(number="0000TEST0001"), FOR),
    ("prefixed", Quirk.ALTERS_CONTROL_NUMBER, billed(), paid(number="DCTEST0001"), FOR),
    ("stripped", Quirk.ALTERS_CONTROL_NUMBER, LONG, paid(number="TEST000120260302A7"), FOR),
    ("as sent", Quirk.ALTERS_CONTROL_NUMBER, billed(), paid(), AGAINST),
    ("cut", Quirk.ALTERS_CONTROL_NUMBER, LONG, paid(number="TEST0001-20260"), AGAINST),
    ("lost", Quirk.ALTERS_CONTROL_NUMBER, billed(), paid(number="0"), SILENT),
    (
        *("denied by 4", Quirk.USES_STATUS_4_FOR_DENIALS, billed()),
        *(paid(lines=DENIED, status="4"), FOR),
    ),
    ("denied by 1", Quirk.USES_STATUS_4_FOR_DENIALS, billed(), paid(lines=DENIED), AGAINST),
    ("paid", Quirk.USES_STATUS_4_FOR_DENIALS, billed(), paid(), SILENT),
    (
        *("not known to be ours", Quirk.USES_STATUS_4_FOR_DENIALS, None),
        *(paid(lines=DENIED, status="4"), SILENT),
    ),
    ("22, positive", Quirk.REVERSAL_STATUS_ON_CORRECTIONS, None, paid(status="22"), FOR),
    (
        *("22, negative", Quirk.REVERSAL_STATUS_ON_CORRECTIONS, None),
        *(reversed_payment(paid(), 2), AGAINST),
    ),
    ("no reversal", Quirk.REVERSAL_STATUS_ON_CORRECTIONS, None, paid(), SILENT),
    (
        *("none taken back", Quirk.REVERSAL_WITHOUT_ADJUSTMENTS, None),
        *(paid(status="22", lines=(), charge_cents=-100_00, paid_cents=-80_00), FOR),
    ),
    (
        *("paid in full", Quirk.REVERSAL_WITHOUT_ADJUSTMENTS, None),
        *(paid(status="22", lines=(), charge_cents=-100_00, paid_cents=-100_00), SILENT),
    ),
    (
        *("taken back", Quirk.REVERSAL_WITHOUT_ADJUSTMENTS, None),
        *(reversed_payment(paid(), 2), AGAINST),
    ),
    (
        *("CLP05 on 22", Quirk.PATIENT_RESPONSIBILITY_ON_REVERSALS, None),
        *(stated(reversed_payment(SHARED, 2), 16_00), FOR),
    ),
    (
        *("CLP05 empty", Quirk.PATIENT_RESPONSIBILITY_ON_REVERSALS, None),
        *(stated(reversed_payment(SHARED, 2), None), AGAINST),
    ),
    (
        *("no share", Quirk.PATIENT_RESPONSIBILITY_ON_REVERSALS, None),
        *(stated(reversed_payment(paid(), 2), None), SILENT),
    ),
    (
        *("both levels", Quirk.PRIOR_PAYER_AT_BOTH_LEVELS, None),
        paid(
            lines=(paid_line(1, "99213", 100_00, "OA-23 80.00"),),
            adjusted="OA-23 80.00",
            paid_cents=20_00,
        ),
        FOR,
    ),
    (
        *("lines only", Quirk.PRIOR_PAYER_AT_BOTH_LEVELS, None),
        *(paid(lines=(paid_line(1, "99213", 100_00, "OA-23 80.00"),)), AGAINST),
    ),
    ("no prior payer", Quirk.PRIOR_PAYER_AT_BOTH_LEVELS, None, paid(), SILENT),
    (
        *("repeated", Quirk.REPEATS_CLAIM_ADJUSTMENTS_OF_LINES, None),
        *(paid(adjusted="CO-45 20.00", paid_cents=80_00), FOR),
    ),
    (
        *("others on the claim", Quirk.REPEATS_CLAIM_ADJUSTMENTS_OF_LINES, None),
        *(paid(adjusted="CO-253 1.60"), AGAINST),
    ),
    ("none on the claim", Quirk.REPEATS_CLAIM_ADJUSTMENTS_OF_LINES, None, paid(), AGAINST),
    (
        *("nothing adjusted", Quirk.REPEATS_CLAIM_ADJUSTMENTS_OF_LINES, None),
        *(paid(lines=(paid_line(1, "99213", 100_00),)), SILENT),
    ),
    ("no day", Quirk.NO_SERVICE_DATES, billed(), paid(served_on=None), FOR),
    ("a day", Quirk.NO_SERVICE_DATES, billed(), paid(), AGAINST),
    ("no claim", Quirk.NO_SERVICE_DATES, None, paid(served_on=None), SILENT),
    ("not stated", Quirk.NO_ALLOWED_AMOUNTS, None, paid(), FOR),
    (
        *("stated", Quirk.NO_ALLOWED_AMOUNTS, None),
        *(
            paid(lines=(paid_line(1, "99213", 100_00, "CO-45 20.00", allowed_cents=80_00),)),
            AGAINST,
        ),
    ),
    ("not paid", Quirk.NO_ALLOWED_AMOUNTS, None, paid(lines=DENIED), SILENT),
)


@pytest.mark.parametrize(
    ("case", "quirk", "claim", "payment", "expected"),
    PAYMENT_CASES,
    ids=[f"{case[1].value}: {case[0]}" for case in PAYMENT_CASES],
)
def test_a_claim_payment_speaks_for_or_against_a_quirk(
    case: str, quirk: Quirk, claim: BilledClaim | None, payment: PaidClaim, expected: bool | None
) -> None:
    assert case
    assert verdict(observe_payment(payment, claim), quirk) is expected


@pytest.mark.parametrize(
    ("case", "adjusted", "prior_cents", "expected"),
    [
        ("the whole rest is contractual", "CO-45 435.00", 360_00, FOR),
        ("OA 23 says it", "OA-23 425.00, CO-45 10.00", 360_00, AGAINST),
        ("it fits into what was open", "CO-45 35.00, PR-1 400.00", 0, SILENT),
        ("the earlier payer paid nothing", "CO-45 435.00", 0, SILENT),
    ],
)
def test_a_later_payer_that_calls_everything_contractual(
    case: str, adjusted: str, prior_cents: int, expected: bool | None
) -> None:
    assert case
    payment = paid(status="2", lines=(paid_line(1, "99213", 500_00, adjusted),))
    found = observe_payment(payment, billed(), payer_sequence=2, prior_cents=prior_cents)
    assert verdict(found, Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING) is expected
    first = observe_payment(payment, billed(), payer_sequence=1, prior_cents=prior_cents)
    assert verdict(first, Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING) is SILENT


def remittance(
    trace: str = "77", *, held: bool = False, again: bool = False, sign: str = "guide", plb: int = 0
) -> Observation:
    return observe_remittance(
        trace_number=trace,
        is_held=held,
        has_earlier_trace=again,
        balance_sign=sign,
        provider_adjustments_cents=plb,
    )


REMITTANCE_CASES = (
    ("zeros", Quirk.ZERO_TRACE_NUMBERS, remittance("0000000"), FOR),
    ("none", Quirk.ZERO_TRACE_NUMBERS, remittance(""), FOR),
    ("a number", Quirk.ZERO_TRACE_NUMBERS, remittance("0070"), AGAINST),
    ("held", Quirk.ZERO_TRACE_NUMBERS, remittance("000", held=True), SILENT),
    ("again", Quirk.REUSES_TRACE_NUMBERS, remittance(again=True), FOR),
    ("its own", Quirk.REUSES_TRACE_NUMBERS, remittance(), AGAINST),
    ("zeros again", Quirk.REUSES_TRACE_NUMBERS, remittance("000", again=True), SILENT),
    ("inverted", Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN, remittance(sign="inverted", plb=1), FOR),
    ("guide", Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN, remittance(plb=1), AGAINST),
    ("neither", Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN, remittance(sign="", plb=1), SILENT),
    ("no sum", Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN, remittance(), SILENT),
)


@pytest.mark.parametrize(
    ("case", "quirk", "found", "expected"),
    REMITTANCE_CASES,
    ids=[f"{case[1].value}: {case[0]}" for case in REMITTANCE_CASES],
)
def test_a_remittance_speaks_for_or_against_a_quirk(
    case: str, quirk: Quirk, found: Observation, expected: bool | None
) -> None:
    assert case
    assert verdict(found, quirk) is expected


def test_every_quirk_has_cases_for_and_against_and_its_place_in_the_catalogue() -> None:
    told = {(case[1], case[4]) for case in PAYMENT_CASES if case[4] is not None}
    told |= {(case[1], case[3]) for case in REMITTANCE_CASES if case[3] is not None}
    told |= {(Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING, verdict) for verdict in (True, False)}
    assert told == {(quirk, verdict) for quirk in Quirk for verdict in (True, False)}
    assert [entry.quirk for entry in CATALOGUE] == list(Quirk)
    assert [quirks_of_mask(bit_of(quirk)) for quirk in Quirk] == [[quirk] for quirk in Quirk]


def test_what_is_held_or_answers_nothing_says_nothing() -> None:
    assert observe_payment(paid(held="It repeats set 1."), LONG) == Observation()
    assert observe_payment(paid(status="25"), LONG) == Observation()
    assert observe_payment(paid(status="23"), LONG) == Observation()


def test_what_the_earlier_payer_paid_is_taken_from_its_answers_or_from_our_claim() -> None:
    later = paid(
        2, status="2", lines=(paid_line(1, "99213", 100_00, "CO-45 95.00"),), payer_id="PAYERB"
    )
    first = paid(1)

    def seen(claim: BilledClaim, *payments: tuple[PaidClaim, int]) -> bool | None:
        found = observe_group(
            {ClaimId(1): claim},
            {one.claim_payment_id: one for one, _ in payments},
            {
                one.claim_payment_id: ClaimMatch(
                    one.claim_payment_id, MatchOutcome.MATCHED, ClaimId(1), "r", sequence, ""
                )
                for one, sequence in payments
            },
        )
        return verdict(found[later.claim_payment_id], Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING)

    assert seen(billed(), (first, 1), (later, 2)) is FOR
    assert seen(billed(), (later, 2)) is SILENT
    undone = reversed_payment(first, 3)
    assert seen(billed(), (first, 1), (undone, 1), (later, 2)) is SILENT
    listed = billed(sequence=2, prior=(PriorPayer("PAYERA", "P", 80_00),))
    assert seen(listed, (later, 2)) is FOR


# From counts to a profile ---

DAY, LATER = date(2026, 3, 2), date(2026, 4, 1)


def tally(quirk: Quirk, seen: int, against: int, value: int = 0) -> QuirkTally:
    dates = (DAY, LATER) if seen else (None, None)
    return QuirkTally(quirk, value, seen, against, *dates)


@pytest.mark.parametrize(
    ("seen", "against", "is_learned"),
    [
        *[(19, 0, False), (20, 0, True), (19, 1, True), (18, 2, False), (95, 5, True)],
        *[(94, 6, False), (9_499, 501, False), (9_500, 500, True), (0, 100, False)],
    ],
)
def test_a_quirk_is_learned_from_twenty_opportunities_and_95_percent(
    seen: int, against: int, is_learned: bool
) -> None:
    found = learn([tally(Quirk.DROPS_MODIFIERS, seen, against)])
    assert [(one.quirk, one.seen_count, one.opportunities_count) for one in found] == (
        [(Quirk.DROPS_MODIFIERS, seen, seen + against)] if is_learned else []
    )


@pytest.mark.parametrize(
    ("case", "tallies", "expected"),
    [
        ("always at fifteen", [(15, 30, 0)], [(15, 30, 30)]),
        ("short ones come whole", [(15, 30, 0), (12, 0, 50)], [(15, 30, 30)]),
        ("one of its length came whole", [(15, 30, 9)], [(15, 30, 30)]),
        ("longer ones came whole", [(15, 30, 0), (20, 0, 10)], []),
        ("at two lengths", [(15, 30, 0), (17, 30, 0)], []),
        ("at another once", [(15, 30, 0), (17, 1, 0)], [(15, 30, 31)]),
    ],
)
def test_a_cut_is_learned_with_its_length(
    case: str, tallies: Sequence[tuple[int, int, int]], expected: list[tuple[int, int, int]]
) -> None:
    assert case
    counted = [
        tally(Quirk.TRUNCATES_CONTROL_NUMBER, seen, against, value)
        for value, seen, against in tallies
    ]
    found = [(one.value, one.seen_count, one.opportunities_count) for one in learn(counted)]
    assert found == expected
    assert learn(reversed(counted)) == learn(counted)


def test_counts_keep_what_was_never_seen_and_the_days_of_what_was() -> None:
    (never, seen) = opportunities(
        [tally(Quirk.ZERO_TRACE_NUMBERS, 1, 4), tally(Quirk.TRUNCATES_CONTROL_NUMBER, 0, 7, 20)]
    )
    assert (never.quirk, never.seen_count, never.opportunities_count) == (
        *(Quirk.TRUNCATES_CONTROL_NUMBER, 0, 7),
    )
    assert (seen.first_on, seen.last_on) == (DAY, LATER)


def test_a_payer_is_its_identifier_or_else_its_name() -> None:
    assert payer_key(" ex001 ", "EXAMPLE HEALTH") == "EX001"
    assert payer_key("", "Example Health") == "EXAMPLE HEALTH"

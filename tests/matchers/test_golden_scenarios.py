"""The field's golden scenarios: each message, and exactly what must come out of it.

Numbers in the names are those of the list of scenarios the project was given.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from edi_engine.matchers import Reconciliation, reconcile
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim, PriorPayer
from edi_engine.records.reconciliation import (
    ClaimReconciliation,
    ClaimStatus,
    LineReconciliation,
    LineState,
    MatchOutcome,
    ReversalOutcome,
)
from tests.matchers.making import (
    PAID_ON,
    POLICY,
    SENT_ON,
    billed,
    billed_line,
    expect,
    paid,
    paid_line,
    reversed_payment,
)

AS_OF = PAID_ON + timedelta(days=20)
DAY = timedelta(days=1)


def run(
    claims: Sequence[BilledClaim],
    payments: Sequence[PaidClaim],
    expected: Mapping[int, Sequence[ExpectedAllowed]] | None = None,
    *,
    as_of: date = AS_OF,
) -> Reconciliation:
    by_claim = {ClaimId(claim_id): found for claim_id, found in (expected or {}).items()}
    return reconcile(claims, payments, by_claim, policy=POLICY, as_of=as_of)


def claim_of(result: Reconciliation, claim_id: int = 1) -> ClaimReconciliation:
    return next(each for each in result.claims if each.claim_id == claim_id)


def row(
    result: Reconciliation, line: int = 1, *, claim_id: int = 1, sequence: int = 1
) -> LineReconciliation:
    return next(
        each
        for each in claim_of(result, claim_id).lines
        if (each.line_number, each.payer_sequence) == (line, sequence)
    )


def amounts(line: LineReconciliation) -> tuple[int, int, int, int, int, int]:
    """Allowed, paid, contractual, patient, denied, other."""
    return (
        line.allowed_cents,
        line.paid_cents,
        line.contractual_cents,
        line.patient_responsibility_cents,
        line.denied_cents,
        line.other_adjustment_cents,
    )


def causes(result: Reconciliation, claim_id: int = 1) -> set[str]:
    return {each.cause for each in claim_of(result, claim_id).issues}


def test_g5_reversal_and_correction_leave_the_correction_and_move_the_patients_share() -> None:
    first = paid(1, lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-1 80.00"),))
    reversal = reversed_payment(first, 2)
    correction = paid(
        3,
        remittance=2,
        ordinal=3,
        paid_on=reversal.paid_on,
        lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00"),),
    )
    result = run([billed()], [first, reversal, correction])
    assert amounts(row(result)) == (80_00, 64_00, 20_00, 16_00, 0, 0)
    (pair,) = claim_of(result).reversals
    assert (pair.original_id, pair.correction_id, pair.outcome) == (1, 3, "exact")
    assert claim_of(result).patient_balance_cents == 16_00
    assert causes(result) == {"patient_balance"}


def test_a_reversal_without_correction_leaves_nothing_and_waits() -> None:
    first = paid(1)
    result = run([billed()], [first, reversed_payment(first, 2)])
    assert amounts(row(result)) == (0, 0, 0, 0, 0, 0)
    assert row(result).state is LineState.REVERSED
    assert claim_of(result).status is ClaimStatus.REVERSED
    assert claim_of(result).payer_balance_cents == 100_00
    (issue,) = claim_of(result).issues
    assert (issue.cause, issue.detail) == ("correction_awaited", "waiting")
    late = run([billed()], [first, reversed_payment(first, 2)], as_of=AS_OF + 60 * DAY)
    assert claim_of(late).issues[0].detail == "overdue"


def test_g10_a_reversal_without_adjustments_is_incomplete() -> None:
    first = paid(1)
    reversal = reversed_payment(first, 2)
    bare = msgspec.structs.replace(
        reversal,
        lines=tuple(msgspec.structs.replace(line, adjustments=()) for line in reversal.lines),
    )
    result = run([billed()], [first, bare])
    (pair,) = claim_of(result).reversals
    assert pair.outcome is ReversalOutcome.INCOMPLETE
    assert "contractual: paid 20.00, reversed 0.00" in pair.differences
    assert (row(result).state, row(result).paid_cents) == (LineState.PAID, 80_00)
    assert claim_of(result).status is ClaimStatus.PAID
    assert causes(result) == {"reversal_incomplete"}


def test_g11_a_reversal_with_positive_money_is_held_out_for_a_person() -> None:
    first = paid(1)
    odd = paid(2, status="22", paid_on=PAID_ON + 5 * DAY, lines=(paid_line(1, "99213", 100_00),))
    result = run([billed()], [first, odd])
    assert amounts(row(result)) == (80_00, 80_00, 20_00, 0, 0, 0)
    assert claim_of(result).reversals[0].outcome is ReversalOutcome.NOT_NEGATIVE
    assert causes(result) == {"reversal_not_negative"}


def test_g12_a_claim_split_over_two_files_is_answered_as_one() -> None:
    lines = [billed_line(n, code, 100_00) for n, code in enumerate(("A1", "B2", "C3"), 1)]
    parts = [
        paid(1, lines=(paid_line(1, "A1", 100_00), paid_line(2, "B2", 100_00, "CO-45 10.00"))),
        paid(2, paid_on=PAID_ON + DAY, lines=(paid_line(1, "C3", 100_00, "PR-1 100.00"),)),
    ]
    result = run([billed(lines=lines)], parts)
    states = [each.state for each in claim_of(result).lines]
    assert states == [LineState.PAID, LineState.PAID, LineState.PATIENT]
    assert sum(each.paid_cents for each in claim_of(result).lines) == 190_00
    assert causes(result) == {"patient_balance"}


def test_identical_lines_in_two_parts_are_answered_once_each() -> None:
    lines = [billed_line(n, "97110", 50_00) for n in (1, 2)]
    parts = [
        paid(number, remittance=1, lines=(paid_line(1, "97110", 50_00, "CO-45 5.00"),))
        for number in (1, 2)
    ]
    result = run([billed(lines=lines)], parts)
    assert [each.paid_cents for each in claim_of(result).lines] == [45_00, 45_00]


def test_g13_a_split_line_is_one_line_with_all_its_money() -> None:
    lines = [billed_line(1, "J1885", 400_00, units=4)]
    payment = paid(
        lines=(
            paid_line(1, "J1885", 100_00, "CO-45 20.00", units=1),
            paid_line(2, "J1885", 300_00, "CO-45 40.00", units=3),
        )
    )
    result = run([billed(lines=lines)], [payment])
    assert amounts(row(result)) == (340_00, 340_00, 60_00, 0, 0, 0)
    assert [each.rule for each in row(result).remit_lines] == ["split_line"] * 2


def test_g14_unbundled_money_comes_back_to_the_billed_line() -> None:
    lines = [billed_line(1, "93000", 60_00)]
    payment = paid(
        lines=(
            paid_line(1, "93005", 60_00, "CO-45 40.00", submitted="93000"),
            paid_line(2, "93010", 0, "CO-45 -15.00", submitted="93000"),
        )
    )
    result = run([billed(lines=lines)], [payment])
    assert amounts(row(result)) == (35_00, 35_00, 25_00, 0, 0, 0)
    assert row(result).recode == "93005+93010"
    assert causes(result) == {"recoded"}


def test_g15_a_bundle_pays_one_line_and_leaves_the_others_bundled() -> None:
    codes = ("80053", "85025", "84443")
    lines = [billed_line(n, code, 20_00) for n, code in enumerate(codes, 1)]
    payment = paid(
        lines=(
            paid_line(1, "80050", 20_00, "CO-45 -25.00", submitted="80053"),
            paid_line(2, "80050", 20_00, "CO-97 20.00", submitted="85025"),
            paid_line(3, "80050", 20_00, "CO-97 20.00", submitted="84443"),
        )
    )
    expected = {1: (expect(1, 15_00), expect(2, 15_00), expect(3, 15_00))}
    result = run([billed(lines=lines)], [payment], expected)
    assert [each.state for each in claim_of(result).lines] == ["paid", "bundled", "bundled"]
    assert [each.paid_cents for each in claim_of(result).lines] == [45_00, 0, 0]
    assert claim_of(result).status is ClaimStatus.PAID
    assert not causes(result) & {"denied", "partially_denied", "underpaid", "overpaid"}


def test_g16_lines_that_nothing_tells_apart_share_their_answers() -> None:
    lines = [
        billed_line(1, "73560", 80_00, modifiers=("LT",)),
        billed_line(2, "73560", 80_00, modifiers=("RT",)),
        billed_line(3, "99213", 100_00),
    ]
    payment = paid(
        lines=(
            paid_line(1, "99213", 100_00),
            paid_line(2, "73560", 80_00, "CO-50 80.00"),
            paid_line(3, "73560", 80_00, "CO-45 10.00"),
        )
    )
    result = run([billed(lines=lines)], [payment])
    assert [row(result, n).paid_cents for n in (1, 2, 3)] == [35_00, 35_00, 100_00]
    assert {row(result, n).allocation for n in (1, 2)} == {"pro rata"}
    assert {each.rule for each in row(result).remit_lines} == {"not_told_apart"}


def test_g17_positional_line_numbers_are_refused_where_the_code_differs() -> None:
    lines = [
        billed_line(1, "99213", 100_00, control_number="1"),
        billed_line(2, "85025", 30_00, control_number="2"),
    ]
    payment = paid(
        lines=(
            paid_line(1, "85025", 30_00, control_number="1"),
            paid_line(2, "99213", 100_00, "CO-50 100.00", control_number="2"),
        )
    )
    result = run([billed(lines=lines)], [payment])
    assert [row(result, n).paid_cents for n in (1, 2)] == [0, 30_00]
    assert row(result).remit_lines[0].rule == "same_code_modifiers_date_and_charge"


def test_g18_two_claims_behind_a_cut_number_are_told_by_charge_or_left() -> None:
    number = "ABCDEF0123456789"
    claims = [
        billed(1, number=number + "1"),
        billed(2, number=number + "2", lines=(billed_line(1, "99214", 150_00),)),
    ]
    payment = paid(number=number[:15])
    assert run(claims, [payment]).matches[0].claim_id == 1
    twins = [billed(1, number=number + "1"), billed(2, number=number + "2")]
    result = run(twins, [payment])
    assert result.matches[0].outcome is MatchOutcome.AMBIGUOUS
    assert result.issues[0].cause == "ambiguous_payment"


def test_g19_a_recycled_number_of_another_patient_is_unmatched_with_its_reason() -> None:
    payment = paid(last="OTHERNAME", first="ZULU", members=("X1",), served_on=date(2025, 1, 1))
    (match,) = run([billed()], [payment]).matches
    assert match.outcome is MatchOutcome.UNMATCHED
    assert "used again" in match.reason
    assert [each.claim_id for each in match.candidates] == [1]


def test_g20_a_replacement_answered_under_the_original_number_takes_its_answer() -> None:
    original = billed(1)
    replacement = billed(2, frequency="7", sent_on=SENT_ON + 30 * DAY, number="TEST0001")
    payments = [paid(1), paid(2, paid_on=SENT_ON + 50 * DAY)]
    result = run([original, replacement], payments, as_of=SENT_ON + 60 * DAY)
    assert [each.claim_id for each in result.matches] == [1, 2]
    assert claim_of(result, 1).status is ClaimStatus.SUPERSEDED
    assert claim_of(result, 2).status is ClaimStatus.PAID


def _secondary_case(adjusted: str, paid_cents: int) -> Reconciliation:
    """Charge 500: the primary pays 300, 125 contractual, 75 coinsurance; then the second payer."""
    prior = (PriorPayer("PAYERA", "P", 300_00),)
    line = billed_line(1, "99213", 500_00)
    claims = [
        billed(1, lines=(line,)),
        billed(2, lines=(line,), payer_id="PAYERB", payer_name="B", sequence=2, prior=prior),
    ]
    payments = [
        paid(1, lines=(paid_line(1, "99213", 500_00, "CO-45 125.00, PR-2 75.00"),)),
        paid(
            2,
            payer_id="PAYERB",
            payer_name="B",
            status="2",
            lines=(paid_line(1, "99213", 500_00, adjusted, paid_cents=paid_cents),),
        ),
    ]
    return run(claims, payments)


def test_a_secondary_payment_closes_what_the_primary_left() -> None:
    result = _secondary_case("OA-23 425.00, PR-3 10.00", 65_00)
    assert amounts(row(result, claim_id=2, sequence=2)) == (75_00, 65_00, 0, 10_00, 0, 425_00)
    assert claim_of(result, 1).balance_cents == 0
    assert claim_of(result, 2).balance_cents == 10_00
    assert claim_of(result, 2).patient_balance_cents == 10_00


def test_g21_a_secondary_that_calls_everything_contractual_makes_no_credit() -> None:
    result = _secondary_case("CO-45 435.00", 65_00)
    line = row(result, claim_id=2, sequence=2)
    assert (line.state, line.paid_cents) == (LineState.PAID, 65_00)
    assert claim_of(result, 1).balance_cents == claim_of(result, 2).balance_cents == 0
    assert "credit_balance" not in causes(result, 1) | causes(result, 2)


def test_g22_claim_level_prior_payer_amounts_stay_on_the_claims_own_row() -> None:
    lines = [billed_line(1, "A1", 500_00), billed_line(2, "B2", 100_00)]
    payment = paid(
        lines=(
            paid_line(1, "A1", 500_00, "CO-45 39.08"),
            paid_line(2, "B2", 100_00, "CO-45 66.32"),
        ),
        adjusted="OA-23 395.68",
        status="2",
        payer_id="PAYERB",
        payer_name="",
    )
    assert payment.paid_cents == 98_92
    result = run([billed(lines=lines)], [payment])
    assert sum(each.paid_cents for each in claim_of(result).lines) == 98_92
    own = row(result, 0, sequence=2)
    assert (own.charge_cents, own.paid_cents, own.other_adjustment_cents) == (0, -395_68, 395_68)


def test_g23_a_secondary_answer_before_the_primary_one_bills_no_patient() -> None:
    secondary = paid(
        1,
        status="2",
        payer_id="PAYERB",
        payer_name="B",
        lines=(paid_line(1, "99213", 100_00, "OA-23 84.00, PR-3 5.00"),),
    )
    waiting = run([billed()], [secondary])
    assert claim_of(waiting).patient_balance_cents == 0
    assert row(waiting).state is LineState.UNANSWERED
    primary = paid(
        2, status="19", lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00"),)
    )
    result = run([billed()], [secondary, primary])
    assert claim_of(result).balance_cents == 5_00
    assert claim_of(result).patient_balance_cents == 5_00


def test_g24_one_payer_twice_on_one_remittance_has_two_sequences() -> None:
    primary = paid(1, lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00"),))
    secondary = paid(
        2,
        remittance=1,
        status="2",
        lines=(paid_line(1, "99213", 100_00, "OA-23 84.00"),),
    )
    result = run([billed()], [primary, secondary])
    assert amounts(row(result, sequence=1)) == (80_00, 64_00, 20_00, 16_00, 0, 0)
    assert amounts(row(result, sequence=2)) == (16_00, 16_00, 0, 0, 0, 84_00)
    assert claim_of(result).balance_cents == 0


def test_g25_all_deductible_is_the_patients_and_no_denial() -> None:
    payment = paid(lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-1 80.00"),))
    result = run([billed()], [payment], {1: (expect(1, 80_00),)})
    assert row(result).state is LineState.PATIENT
    assert (row(result).allowed_cents, row(result).variance_cents) == (80_00, 0)
    assert claim_of(result).status is ClaimStatus.PATIENT
    assert claim_of(result).patient_balance_cents == 80_00
    assert causes(result) == {"patient_balance"}


def test_g26_capitation_pays_nothing_and_is_right() -> None:
    payment = paid(lines=(paid_line(1, "99213", 100_00, "CO-24 100.00"),))
    result = run([billed()], [payment], {1: (expect(1, 80_00),)})
    assert row(result).state is LineState.PAID
    assert (row(result).expected_allowed_cents, row(result).variance_cents) == (0, 0)
    assert row(result).other_adjustment_cents == 100_00
    assert claim_of(result).balance_cents == 0
    assert not causes(result)


def test_g26_a_line_without_charge_is_no_denial() -> None:
    lines = [billed_line(1, "99213", 100_00), billed_line(2, "3008F", 0)]
    shown = paid(lines=(paid_line(1, "99213", 100_00), paid_line(2, "3008F", 0)))
    dropped = paid(lines=(paid_line(1, "99213", 100_00),))
    for payment in (shown, dropped):
        result = run([billed(lines=lines)], [payment])
        assert row(result, 2).state is LineState.ZERO_CHARGE
        assert not causes(result)


def test_g27_a_refusal_is_classed_by_its_reason_whatever_clp02_says() -> None:
    for status in ("1", "4"):
        payment = paid(status=status, lines=(paid_line(1, "99213", 100_00, "CO-50 100.00"),))
        result = run([billed()], [payment], {1: (expect(1, 80_00),)})
        assert row(result).state is LineState.DENIED
        assert row(result).denial_category == "medical_necessity"
        assert row(result).denial_codes == ("CO-50",)
        (issue,) = claim_of(result).issues
        assert (issue.cause, issue.detail, issue.amount_cents) == (
            "denied",
            "medical_necessity",
            80_00,
        )


def test_clp02_4_without_a_word_means_that_the_patient_was_not_recognised() -> None:
    payment = paid(status="4", lines=(), charge_cents=100_00, paid_cents=0)
    result = run([billed()], [payment])
    assert row(result).state is LineState.DENIED
    assert row(result).denial_category == "eligibility"


def test_g28_a_predetermination_touches_nothing() -> None:
    result = run([billed()], [paid(status="25")])
    assert result.matches[0].outcome is MatchOutcome.MATCHED
    assert row(result).state is LineState.UNANSWERED
    assert claim_of(result).status is ClaimStatus.UNANSWERED
    assert claim_of(result).balance_cents == 100_00


def test_g29_what_was_paid_to_the_patient_is_owed_by_the_patient() -> None:
    payment = paid(lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-100 80.00"),))
    result = run([billed()], [payment])
    assert row(result).state is LineState.PATIENT
    assert amounts(row(result)) == (80_00, 0, 20_00, 80_00, 0, 0)
    assert claim_of(result).patient_balance_cents == 80_00


def test_g4_a_tax_that_raises_the_payment_is_no_overpayment() -> None:
    payment = paid(
        lines=(paid_line(1, "99213", 26_20, "CO-45 23.20, CO-137 -0.06", allowed_cents=3_00),)
    )
    claim = billed(lines=(billed_line(1, "99213", 26_20),))
    result = run([claim], [payment], {1: (expect(1, 3_00),)})
    assert (row(result).allowed_cents, row(result).paid_cents) == (3_00, 3_06)
    assert row(result).state is LineState.PAID


def test_g37_sequestration_lowers_the_payment_and_not_the_allowance() -> None:
    for stated in (None, 100_00):
        payment = paid(
            lines=(
                paid_line(
                    1,
                    "99213",
                    150_00,
                    "CO-45 50.00, PR-1 50.00, PR-2 10.00, CO-253 0.80",
                    allowed_cents=stated,
                ),
            )
        )
        claim = billed(lines=(billed_line(1, "99213", 150_00),))
        result = run([claim], [payment], {1: (expect(1, 100_00),)})
        assert amounts(row(result)) == (100_00, 39_20, 50_00, 60_00, 0, 80)
        assert (row(result).state, row(result).variance_cents) == (LineState.PAID, 0)


def test_g43_a_recode_is_priced_by_what_was_billed() -> None:
    claim = billed(lines=(billed_line(1, "99215", 200_00),))
    payment = paid(lines=(paid_line(1, "99214", 200_00, "CO-45 80.00", submitted="99215"),))
    result = run([claim], [payment], {1: (expect(1, 160_00),)})
    assert row(result).state is LineState.UNDERPAID
    assert (row(result).variance_cents, row(result).recode) == (40_00, "99214")
    assert causes(result) == {"underpaid", "recoded"}


def test_a_fingerprint_sent_twice_is_told_and_its_money_waits() -> None:
    result = run([billed()], [paid(1), paid(2, paid_on=PAID_ON + DAY)])
    assert row(result).paid_cents == 160_00
    assert causes(result) == {"duplicate_payment"}
    first, second = result.claims[0].postings
    assert (first.refusal, first.cash_cents) == ("", 80_00)
    assert (second.refusal, second.suspense_cents) == ("over_balance", 80_00)
    assert result.claims[0].balance_cents == 0
    held = run([billed()], [paid(1), paid(2, held="same payment in another file")])
    assert row(held).paid_cents == 80_00
    assert held.matches[1].claim_id == 1

"""Claims as a whole: claim-level money, answers that replace one another, balances and issues."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
import pytest

from edi_engine.matchers import reconcile
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim, PriorPayer
from edi_engine.records.reconciliation import ClaimReconciliation, ClaimStatus, ReversalOutcome
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

DAY = timedelta(days=1)
AS_OF = PAID_ON + 10 * DAY
TWO_LINES = (billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00))


def run(
    claim: BilledClaim,
    payments: Sequence[PaidClaim],
    *,
    expected: Sequence[ExpectedAllowed] = (),
    others: Sequence[BilledClaim] = (),
    as_of: date = AS_OF,
) -> ClaimReconciliation:
    by_claim: Mapping[ClaimId, Sequence[ExpectedAllowed]] = {claim.claim_id: expected}
    result = reconcile([claim, *others], payments, by_claim, policy=POLICY, as_of=as_of)
    return next(each for each in result.claims if each.claim_id == claim.claim_id)


def causes(found: ClaimReconciliation) -> list[str]:
    return [issue.cause for issue in found.issues]


# Claim level ---


def test_a_claim_answered_as_a_whole_is_shared_out_by_charge_and_says_so() -> None:
    payment = paid(lines=(), charge_cents=130_00, adjusted="CO-45 30.01, PR-1 10.00")
    found = run(billed(lines=TWO_LINES), [payment])
    first, second = found.lines
    assert (first.paid_cents + second.paid_cents) == payment.paid_cents
    for line in found.lines:
        assert line.allocation == "pro rata"
        assert line.charge_cents == (
            line.paid_cents + line.contractual_cents + line.patient_responsibility_cents
        )


def test_claim_level_adjustments_beside_lines_have_their_own_row() -> None:
    payment = paid(
        lines=(paid_line(1, "99213", 100_00), paid_line(2, "85025", 30_00)), adjusted="CO-A2 50.00"
    )
    found = run(billed(lines=TWO_LINES), [payment])
    own = found.lines[-1]
    assert (own.line_number, own.paid_cents, own.contractual_cents) == (0, -50_00, 50_00)
    assert sum(line.paid_cents for line in found.lines) == 80_00


def test_a_claim_refused_as_a_whole_refuses_the_lines_that_say_nothing() -> None:
    payment = paid(
        lines=(
            paid_line(1, "99213", 100_00, paid_cents=0),
            paid_line(2, "85025", 30_00, paid_cents=0),
        ),
        charge_cents=130_00,
        paid_cents=0,
        adjusted="CO-29 130.00",
    )
    found = run(billed(lines=TWO_LINES), [payment])
    assert [line.denied_cents for line in found.lines] == [100_00, 30_00]
    assert {line.denial_category for line in found.lines} == {"timely_filing"}
    assert {line.allocation for line in found.lines} == {"claim level"}
    assert found.status is ClaimStatus.DENIED


def test_claim_level_adjustments_that_repeat_the_lines_count_once() -> None:
    payment = paid(
        lines=(paid_line(1, "99213", 100_00, "CO-45 20.00"),), adjusted="CO-45 20.00",
        paid_cents=80_00,
    )  # fmt: skip
    found = run(billed(), [payment])
    assert [line.contractual_cents for line in found.lines] == [20_00]


# Answers that replace one another ---


def test_a_payment_after_a_refusal_replaces_it() -> None:
    refusal = paid(1, lines=(paid_line(1, "99213", 100_00, "CO-16 100.00"),))
    payment = paid(2, paid_on=PAID_ON + 9 * DAY)
    for order in ([refusal, payment], [payment, refusal]):
        found = run(billed(), order)
        (line,) = found.lines
        assert (line.state, line.paid_cents, line.denied_cents) == ("paid", 80_00, 0)
        assert {each.claim_payment_id for each in line.remit_lines} == {1, 2}
        assert not found.issues


def test_a_refusal_as_duplicate_never_replaces_an_answer() -> None:
    deductible = paid(1, lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-1 80.00"),))
    refusal = paid(
        2, paid_on=PAID_ON + 9 * DAY, lines=(paid_line(1, "99213", 100_00, "OA-18 100.00"),)
    )
    found = run(billed(), [deductible, refusal])
    assert (found.lines[0].state, found.lines[0].denied_cents) == ("patient", 0)


def test_the_latest_of_several_refusals_stands() -> None:
    first = paid(1, lines=(paid_line(1, "99213", 100_00, "CO-16 100.00"),))
    second = paid(
        2, paid_on=PAID_ON + 9 * DAY, lines=(paid_line(1, "99213", 100_00, "CO-50 100.00"),)
    )
    found = run(billed(), [second, first])
    assert found.lines[0].denial_category == "medical_necessity"
    assert found.lines[0].denied_cents == 100_00


def test_an_answer_to_some_lines_leaves_the_others_as_they_were() -> None:
    both = paid(
        1,
        lines=(paid_line(1, "99213", 100_00), paid_line(2, "85025", 30_00, "CO-16 30.00")),
    )
    again = paid(2, paid_on=PAID_ON + 9 * DAY, lines=(paid_line(1, "85025", 30_00),))
    found = run(billed(lines=TWO_LINES), [both, again])
    assert [line.paid_cents for line in found.lines] == [100_00, 30_00]
    assert found.status is ClaimStatus.PAID


# Reversals ---


def test_a_reversal_of_some_lines_leaves_the_others_paid() -> None:
    first = paid(1, lines=(paid_line(1, "99213", 100_00), paid_line(2, "85025", 30_00)))
    whole = reversed_payment(first, 2)
    part = msgspec.structs.replace(
        whole, lines=whole.lines[1:], charge_cents=-30_00, paid_cents=-30_00
    )
    found = run(billed(lines=TWO_LINES), [first, part])
    assert [line.state for line in found.lines] == ["paid", "reversed"]
    assert found.reversals[0].outcome is ReversalOutcome.PARTIAL_LINES
    assert found.status is ClaimStatus.PARTIAL


def test_a_reversal_by_another_amount_names_the_difference() -> None:
    first = paid(1, payer_number="ICN7")
    reversal = msgspec.structs.replace(
        reversed_payment(first, 2),
        paid_cents=-70_00,
        lines=(paid_line(1, "99213", -100_00, "CO-45 -30.00"),),
    )
    found = run(billed(), [first, reversal])
    (pair,) = found.reversals
    assert pair.outcome is ReversalOutcome.AMOUNTS_DIFFER
    assert "payment: paid 80.00, reversed 70.00" in pair.differences
    assert causes(found) == ["reversal_amounts_differ"]
    line, own = found.lines
    assert (line.state, line.paid_cents, found.status) == ("paid", 80_00, ClaimStatus.PAID)
    assert (own.paid_cents, own.remit_lines[0].rule) == (-70_00, "reversal_amounts_differ")


def test_a_reversal_of_what_we_never_got_is_an_orphan() -> None:
    """It stands on the claim's own row; with what it undoes it comes to nothing, so the claim is
    as open as before it was answered, and the corrected answer is awaited."""
    reversal = reversed_payment(paid(1), 2)
    found = run(billed(), [reversal])
    assert found.reversals[0].outcome is ReversalOutcome.ORPHAN
    assert causes(found) == ["reversal_orphan", "correction_awaited"]
    line, own = found.lines
    assert (line.state, line.paid_cents, line.contractual_cents) == ("reversed", 0, 0)
    assert [each.claim_payment_id for each in line.remit_lines] == [2]
    assert (own.line_number, own.state, own.paid_cents) == (0, "reversed", -80_00)
    assert (own.contractual_cents, own.remit_lines[0].rule) == (-20_00, "reversal_orphan")
    assert found.status is ClaimStatus.REVERSED
    assert (found.balance_cents, found.payer_balance_cents) == (100_00, 100_00)


ORPHANS = [
    # why, payments beside the orphan, state of the line, status, balance, patient balance, causes
    (
        "beside a payment it does not undo",
        [paid(1, payer_number="ICN7")],
        "paid",
        ClaimStatus.PAID,
        0,
        0,
        ["reversal_orphan"],
    ),
    (
        "beside a refusal",
        [paid(1, payer_number="ICN7", lines=(paid_line(1, "99213", 100_00, "CO-50 100.00"),))],
        "denied",
        ClaimStatus.DENIED,
        100_00,
        0,
        ["denied", "reversal_orphan"],
    ),
    (
        "beside what the patient owes",
        [
            paid(
                1,
                payer_number="ICN7",
                lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-1 80.00"),),
            )
        ],
        "patient",
        ClaimStatus.PATIENT,
        80_00,
        80_00,
        ["reversal_orphan", "patient_balance"],
    ),
    (
        "beside a payment and its own reversal",
        [paid(1, payer_number="ICN7"), reversed_payment(paid(1, payer_number="ICN7"), 2)],
        "reversed",
        ClaimStatus.REVERSED,
        100_00,
        0,
        ["correction_awaited", "reversal_orphan"],
    ),
    (
        "before its correction",
        [paid(9, payer_number="ICN8", paid_on=PAID_ON + 20 * DAY)],
        "paid",
        ClaimStatus.PAID,
        0,
        0,
        ["reversal_orphan"],
    ),
]


@pytest.mark.parametrize("case", ORPHANS, ids=[case[0] for case in ORPHANS])
@pytest.mark.parametrize("has_lines", [True, False], ids=["by line", "as a whole"])
def test_an_orphan_reversal_takes_nothing_off_what_we_have(
    case: tuple[str, list[PaidClaim], str, ClaimStatus, int, int, list[str]], *, has_lines: bool
) -> None:
    _, payments, state, status, balance, patient, expected_causes = case
    unseen = paid(5, payer_number="ICN5", lines=(paid_line(1, "99213", 100_00, "CO-45 33.00"),))
    orphan = reversed_payment(unseen, 6)
    if not has_lines:
        orphan = msgspec.structs.replace(orphan, lines=(), adjustments=orphan.lines[0].adjustments)
    found = run(billed(), [*payments, orphan], as_of=AS_OF + 10 * DAY)
    line, own = found.lines
    assert (line.line_number, line.state) == (1, state)
    assert sum(each.paid_cents for each in payments) == line.paid_cents
    assert (own.line_number, own.paid_cents, own.contractual_cents) == (0, -67_00, -33_00)
    assert found.status is status
    assert (found.balance_cents, found.patient_balance_cents) == (balance, patient)
    assert sorted(causes(found)) == sorted(expected_causes)


def test_an_orphan_reversal_leaves_what_the_second_payer_is_asked_for() -> None:
    second = billed(
        2, payer_id="PAYERB", payer_name="B", sequence=2, prior=(PriorPayer("PAYERA", "P", 64_00),)
    )
    orphan = reversed_payment(paid(1), 2)
    result = reconcile([billed(), second], [orphan], {}, policy=POLICY, as_of=AS_OF)
    assert [each.balance_cents for each in result.claims] == [100_00, 36_00]


def test_of_two_equal_payments_the_later_is_reversed() -> None:
    payments = [paid(1), paid(2, paid_on=PAID_ON + DAY)]
    reversal = reversed_payment(payments[1], 3, payer_claim_control_number="ICNX")
    found = run(billed(), [*payments, reversal])
    assert [(pair.original_id, pair.outcome) for pair in found.reversals] == [(2, "exact")]
    assert found.lines[0].paid_cents == 80_00
    by_number = msgspec.structs.replace(
        reversal, payer_claim_control_number=payments[0].payer_claim_control_number
    )
    assert run(billed(), [*payments, by_number]).reversals[0].original_id == 1


def test_reversals_chain_through_corrections() -> None:
    first = paid(1)
    undo_first = reversed_payment(first, 2)
    second = paid(
        3, remittance=2, ordinal=3, paid_on=undo_first.paid_on,
        lines=(paid_line(1, "99213", 100_00, "CO-45 30.00"),),
    )  # fmt: skip
    undo_second = reversed_payment(second, 4)
    found = run(billed(), [undo_second, second, first, undo_first])
    assert [
        (pair.reversal_id, pair.original_id, pair.correction_id) for pair in found.reversals
    ] == [
        (2, 1, 3),
        (4, 3, None),
    ]
    assert found.status is ClaimStatus.REVERSED


# Standing, balance, issues ---


def test_silence_is_an_issue_only_after_the_payers_time() -> None:
    soon = run(billed(), [], as_of=SENT_ON + 30 * DAY)
    assert soon.status is ClaimStatus.UNANSWERED
    assert not soon.issues
    on_saturday = run(billed(), [], as_of=SENT_ON + 31 * DAY)
    assert not on_saturday.issues
    late = run(billed(), [], as_of=SENT_ON + 33 * DAY)
    assert causes(late) == ["no_response"]
    assert late.payer_balance_cents == 100_00


def test_a_forgotten_line_and_an_added_line_are_told() -> None:
    payment = paid(lines=(paid_line(1, "99213", 100_00), paid_line(2, "99080", 0, "CO-45 -5.00")))
    found = run(billed(lines=TWO_LINES), [payment], expected=[expect(2, 12_00)])
    assert causes(found) == ["missing_line", "extra_line"]
    assert [issue.amount_cents for issue in found.issues] == [12_00, 5_00]
    assert found.lines[-1].line_number == 0
    assert found.status is ClaimStatus.PARTIAL


def test_a_partial_refusal_names_its_lines() -> None:
    payment = paid(
        lines=(
            paid_line(1, "99213", 100_00),
            paid_line(2, "85025", 30_00, "CO-197 30.00", remarks=("N54",)),
        )
    )
    (issue,) = run(billed(lines=TWO_LINES), [payment]).issues
    assert (issue.cause, issue.detail, issue.line_numbers) == (
        "partially_denied",
        "authorization",
        (2,),
    )
    assert "CO-197/N54" in issue.reason


def test_a_voided_claim_is_at_rest() -> None:
    void = billed(2, frequency="8", sent_on=PAID_ON + DAY)
    first = paid(1)
    reversal = reversed_payment(first, 2)
    found = run(billed(), [first, reversal], others=[void])
    assert (found.status, found.balance_cents) == (ClaimStatus.VOIDED, 0)
    assert not found.issues
    unreversed = run(billed(), [first], others=[void])
    assert unreversed.balance_cents == -80_00


def test_a_void_and_a_replacement_touch_no_other_claim_of_the_day_under_their_number() -> None:
    """Practices give one number to all visits of a patient."""
    laboratory = billed(2, lines=(billed_line(1, "85025", 30_00),))
    void = billed(3, frequency="8", sent_on=PAID_ON + DAY)
    assert run(laboratory, [paid(1)], others=[billed(1), void]).status is ClaimStatus.UNANSWERED
    assert run(billed(1), [paid(1)], others=[laboratory, void]).status is ClaimStatus.VOIDED
    replacement = billed(
        3, frequency="7", sent_on=PAID_ON + DAY, original_reference="ICN000001",
        lines=(billed_line(1, "99214", 130_00),),
    )  # fmt: skip
    first = paid(1, payer_number="ICN000001")
    assert run(laboratory, [first], others=[billed(1), replacement]).balance_cents == 30_00
    assert run(billed(1), [first], others=[laboratory, replacement]).status == "superseded"


def _with_secondary(status: str, *, forwarded_to: str = "") -> PaidClaim:
    return paid(
        status=status,
        forwarded_to=forwarded_to,
        lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00"),),
    )


def test_a_known_second_payer_is_billed_before_the_patient() -> None:
    claim = billed(prior=(PriorPayer("PAYERB", "S", 0),))
    found = run(claim, [_with_secondary("1")])
    assert [(issue.cause, issue.detail) for issue in found.issues] == [
        ("secondary_due", "not_billed")
    ]
    assert (found.payer_balance_cents, found.patient_balance_cents) == (16_00, 0)


@pytest.mark.parametrize("payment", [_with_secondary("19"), _with_secondary("1", forwarded_to="B")])
def test_a_crossover_is_awaited_before_it_is_an_issue(payment: PaidClaim) -> None:
    found = run(billed(), [payment])
    assert not found.issues
    assert found.payer_balance_cents == 16_00
    late = run(billed(), [payment], as_of=PAID_ON + 31 * DAY)
    assert [(issue.cause, issue.detail) for issue in late.issues] == [
        ("no_secondary_remittance", "crossover")
    ]


def test_a_claim_sent_to_the_second_payer_carries_the_open_balance() -> None:
    second = billed(
        2, payer_id="PAYERB", payer_name="B", sequence=2, prior=(PriorPayer("PAYERA", "P", 64_00),)
    )
    first = run(billed(), [_with_secondary("1")], others=[second])
    assert (first.balance_cents, causes(first)) == (0, [])
    payments = [_with_secondary("1")]
    result = reconcile([billed(), second], payments, {}, policy=POLICY, as_of=AS_OF)
    assert [each.balance_cents for each in result.claims] == [0, 16_00]
    assert [each.payer_balance_cents for each in result.claims] == [0, 16_00]


def test_the_parts_of_a_balance_add_up_to_it() -> None:
    for payment in (paid(), _with_secondary("1"), _with_secondary("19")):
        found = run(billed(), [payment])
        assert found.balance_cents == found.payer_balance_cents + found.patient_balance_cents

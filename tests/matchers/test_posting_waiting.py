"""The order of the whole gate, and payments that wait together, without a claim, or in vain."""

import msgspec
import pytest

from edi_engine.matchers import reconcile
from edi_engine.matchers.posting import EVERYBODY, PostingContext, known_payers, post_loose
from edi_engine.records.matching import ClaimPaymentId, PaidClaim
from edi_engine.records.policy import HoldRule, PostingPolicy, PostOn
from edi_engine.records.reconciliation import (
    ClaimReconciliation,
    MatchEvidence,
    MatchOutcome,
    Verdict,
)
from tests.matchers.making import POLICY, billed, paid, paid_line, reversed_payment
from tests.matchers.posting_cases import AS_OF, by_account, concluded, matched, plan_of

DIFFERS = tuple(
    MatchEvidence(name, "ours", "theirs", Verdict.DIFFERENT) for name in ("charge", "service_dates")
)
ZERO = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-45 20.00, PR-1 80.00")])


AT_MOST_19 = PostingContext(
    PostingPolicy(hold_rules=(HoldRule(reason_code="45", above_cents=19_00),))
)


def refused_of(
    payments: list[PaidClaim], context: PostingContext = EVERYBODY
) -> tuple[ClaimReconciliation, list[str]]:
    result = concluded(billed(), payments, context)
    return result, [each.refusal for each in result.postings if each.refusal]


# With everything against a payment, the first is told; each row takes away what the one before
# told (the payment's fields, the settings, the rest of what the gate knows) and shows the next.
IN_ORDER: tuple[tuple[str, dict[str, object], dict[str, object], dict[str, object]], ...] = (
    ("duplicate", {}, {}, {}),
    ("unbalanced", {"held": ""}, {}, {}),
    ("rejected", {"paid_cents": 0}, {}, {}),
    ("sequence_conflict", {}, {}, {"rejected": {}}),
    ("hold_list", {"status_code": "1"}, {}, {}),
    ("zero_payment", {}, {"hold_rules": ()}, {}),
    ("deposit_awaited", {}, {"hold_zero_payments": False}, {}),
    ("payer_unknown", {}, {"post_on": PostOn.REMITTANCE}, {}),
    ("disagreement", {}, {}, {"known_payers": None}),
)


def test_the_first_refusal_in_the_order_of_the_gate_is_told() -> None:
    payment = msgspec.structs.replace(ZERO, held="Again.", status_code="2", paid_cents=1)
    settings = PostingPolicy(
        PostOn.DEPOSIT, hold_zero_payments=True, hold_rules=(HoldRule(reason_code="1"),)
    )
    context = PostingContext(
        settings, known_payers([]), frozenset(), rejected={ClaimPaymentId(1): "No."}
    )
    told = []
    for _, of_payment, of_settings, of_context in IN_ORDER:
        payment = msgspec.structs.replace(payment, **of_payment)
        changed = msgspec.structs.replace(context.policy, **of_settings)
        context = msgspec.structs.replace(context, policy=changed, **of_context)
        result = concluded(billed(), [matched(payment, evidence=DIFFERS)], context)
        told.append(plan_of(result, 1).refusal)
    assert told == [row[0] for row in IN_ORDER]


@pytest.mark.parametrize("outcome", [each for each in MatchOutcome if each != "matched"])
def test_a_payment_without_a_claim_waits_line_by_line(outcome: MatchOutcome) -> None:
    lines = [paid_line(1, "99213", 100_00), paid_line(2, "85025", 15_00)]
    payment = paid(1, lines=lines, paid_cents=110_00)
    match = msgspec.structs.replace(matched(payment)[1], outcome=outcome, reason="Why.")
    plan = post_loose(payment, match)
    assert (plan.refusal, plan.reason) == (outcome.value, "Why.")
    assert [(each.account, each.line_ordinal, each.amount_cents) for each in plan.entries] == [
        *(("cash", 1, 100_00), ("suspense", 1, -100_00)),
        *(("cash", 2, 15_00), ("suspense", 2, -15_00)),
        *(("cash", 0, -5_00), ("suspense", 0, 5_00)),
    ]


def test_a_held_payment_without_a_claim_is_told_as_a_duplicate() -> None:
    payment = paid(1, held="It repeats another.")
    match = msgspec.structs.replace(matched(payment)[1], outcome=MatchOutcome.UNMATCHED)
    assert post_loose(payment, match).refusal == "duplicate"


def test_a_reversal_waits_with_the_payment_that_it_undoes() -> None:
    first = paid(1)
    result, refusals = refused_of([first, reversed_payment(first, 2)], AT_MOST_19)
    assert refusals == ["over_cap", "reversal_not_exact"]
    assert result.balance_cents == 100_00


def test_an_orphan_reversal_waits() -> None:
    _, refusals = refused_of([reversed_payment(paid(1), 1)])
    assert refusals == ["reversal_not_exact"]


def test_a_reversal_that_takes_nothing_back_is_a_correction_once_accepted() -> None:
    first = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00")])
    back = reversed_payment(first, 2)
    lines = [paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 10.00")]
    correction = paid(3, status="22", lines=lines, remittance=2, ordinal=3, paid_on=back.paid_on)
    payments = [first, back, correction]
    waiting = concluded(billed(), payments)
    assert plan_of(waiting, 3).refusal == "reversal_not_exact"
    assert (waiting.balance_cents, waiting.reversals[1].outcome) == (100_00, "not_negative")
    accepted = PostingContext(accepted=frozenset({ClaimPaymentId(3)}))
    result = concluded(billed(), payments, accepted)
    assert by_account(plan_of(result, 3).entries) == {
        "cash": 70_00,
        "contractual": 20_00,
        "receivable_patient": 10_00,
        "receivable_payer_1": -100_00,
    }
    assert (result.balance_cents, len(result.reversals)) == (10_00, 1)


def test_of_two_equal_payments_the_second_is_over_the_balance_and_told_once() -> None:
    first, second = paid(1), paid(2, remittance=9, paid_on=AS_OF)
    result, refusals = refused_of([first, second])
    assert refusals == ["over_balance"]
    assert plan_of(result, 2).suspense_cents == 80_00
    assert [each.cause for each in result.issues] == ["duplicate_payment"]
    assert result.balance_cents == 0


def test_accepted_the_second_payment_makes_a_credit() -> None:
    first, second = paid(1), paid(2, remittance=9, paid_on=AS_OF)
    context = PostingContext(accepted=frozenset({ClaimPaymentId(2)}))
    result = concluded(billed(), [first, second], context)
    assert result.balance_cents == -100_00
    assert {each.cause for each in result.issues} == {"duplicate_payment", "credit_balance"}


def test_one_refusal_holds_nothing_else_of_its_remittance() -> None:
    claims = [billed(1, number="TEST0001"), billed(2, number="TEST0002", member="MEM0002")]
    payments = [
        paid(1, number="TEST0001", remittance=1),
        msgspec.structs.replace(
            paid(2, number="TEST0002", remittance=1, members=("MEM0002",)), paid_cents=70_00
        ),
    ]
    result = reconcile(claims, payments, policy=POLICY, as_of=AS_OF)
    assert [plan.refusal for each in result.claims for plan in each.postings] == ["", "unbalanced"]

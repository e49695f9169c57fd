"""The gate before the journal: each refusal once, their order, and what a person may overrule."""

import pytest

from edi_engine.matchers.posting import PostingContext, known_payers
from edi_engine.records.journal import SUSPENSE
from edi_engine.records.matching import BilledClaim, ClaimPaymentId, PaidClaim, RemittanceId
from edi_engine.records.policy import HoldRule, PostingPolicy, PostOn
from edi_engine.records.reconciliation import MatchEvidence, Verdict
from tests.matchers.making import billed, paid, paid_line, reversed_payment
from tests.matchers.posting_cases import concluded, matched, plan_of

ALL_PATIENT = (paid_line(1, "99213", 100_00, "CO-45 20.00, PR-1 80.00"),)
NAME_AND_CHARGE_DIFFER = (
    MatchEvidence("patient_last_name", "TESTPATIENT", "OTHER", Verdict.DIFFERENT),
    MatchEvidence("charge", "100.00", "90.00", Verdict.DIFFERENT),
)
NOBODY = known_payers([("PAYERZ", "SOMEBODY ELSE")])


def policy(*rules: HoldRule, hold_zero: bool = False) -> PostingContext:
    return PostingContext(PostingPolicy(hold_zero_payments=hold_zero, hold_rules=rules))


REFUSALS = {
    # why: (payments in order, which one, context, refusal, may a person accept it)
    "its remittance is held": ([paid(held="again")], 1, PostingContext(), "duplicate", False),
    "an estimate with money": ([paid(status="25")], 1, PostingContext(), "not_an_answer", False),
    "its line does not add up": (
        [paid(lines=(paid_line(1, "99213", 100_00, "CO-45 20.00", paid_cents=79_00),))],
        1,
        PostingContext(),
        "unbalanced",
        False,
    ),
    "a person rejected it": (
        [paid()],
        1,
        PostingContext(rejected={ClaimPaymentId(1): "kim rejected it."}),
        "rejected",
        False,
    ),
    "the second payer came alone": (
        [paid(status="2")],
        1,
        PostingContext(),
        "sequence_conflict",
        True,
    ),
    "it undoes nothing of ours": (
        [reversed_payment(paid(2), 1)],
        1,
        PostingContext(),
        "reversal_not_exact",
        True,
    ),
    "it came twice": ([paid(1), paid(2)], 2, PostingContext(), "over_balance", True),
    "its discount is above the limit": (
        [paid()],
        1,
        policy(HoldRule(group_code="CO", reason_code="45", above_cents=19_99)),
        "over_cap",
        True,
    ),
    "its payer and reason are on the list": (
        [paid()],
        1,
        policy(HoldRule(payer_id="payer-a", reason_code="45")),
        "hold_list",
        True,
    ),
    "it pays nothing": (
        [paid(lines=ALL_PATIENT)],
        1,
        policy(hold_zero=True),
        "zero_payment",
        True,
    ),
    "its deposit has not come": (
        [paid()],
        1,
        PostingContext(PostingPolicy(post_on=PostOn.DEPOSIT), deposited=frozenset()),
        "deposit_awaited",
        True,
    ),
    "nobody knows the payer": (
        [paid()],
        1,
        PostingContext(known_payers=NOBODY),
        "payer_unknown",
        True,
    ),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_what_the_gate_refuses_waits_with_its_money_and_a_reason(why: str) -> None:
    payments, which, context, refusal, _ = REFUSALS[why]
    plan = plan_of(concluded(billed(), payments, context), which)
    payment = payments[which - 1]
    assert (plan.refusal, plan.cash_cents) == (refusal, payment.paid_cents)
    assert plan.on(SUSPENSE) == -payment.paid_cents
    assert plan.reason.endswith((".", "again"))


@pytest.mark.parametrize("why", REFUSALS)
def test_a_person_may_overrule_what_can_be_posted_at_all(why: str) -> None:
    payments, which, context, refusal, may_accept = REFUSALS[why]
    accepted = PostingContext(
        policy=context.policy,
        known_payers=context.known_payers,
        deposited=context.deposited,
        accepted=frozenset({ClaimPaymentId(which)}),
        rejected=context.rejected,
    )
    plan = plan_of(concluded(billed(), payments, accepted), which)
    assert plan.refusal == ("" if may_accept else refusal)


PASSES = {
    "within the limit": (
        paid(),
        policy(HoldRule(group_code="CO", reason_code="45", above_cents=20_00)),
    ),
    "another payer's rule": (paid(), policy(HoldRule(payer_id="PAYERB"))),
    "known by name alone": (
        paid(payer_id="9999"),
        PostingContext(known_payers=known_payers([("", "Sample Payer A")])),
    ),
    "its deposit came": (
        paid(),
        PostingContext(
            PostingPolicy(post_on=PostOn.DEPOSIT), deposited=frozenset({RemittanceId(1)})
        ),
    ),
    "one thing differs": (paid(), PostingContext()),
}


@pytest.mark.parametrize("why", PASSES)
def test_what_passes_posts(why: str) -> None:
    payment, context = PASSES[why]
    evidence = NAME_AND_CHARGE_DIFFER[:1] if why == "one thing differs" else ()
    result = concluded(billed(), [matched(payment, evidence=evidence)], context)
    assert plan_of(result, 1).refusal == ""


def test_name_and_charge_that_both_differ_wait_unless_a_person_linked_it() -> None:
    found = matched(paid(), evidence=NAME_AND_CHARGE_DIFFER)
    assert plan_of(concluded(billed(), [found]), 1).refusal == "disagreement"
    linked = matched(paid(), evidence=NAME_AND_CHARGE_DIFFER, rule="decided")
    assert plan_of(concluded(billed(), [linked]), 1).refusal == ""


def test_the_first_rule_that_refuses_says_why() -> None:
    worst: PaidClaim = paid(
        held="again", lines=(paid_line(1, "99213", 100_00, "CO-45 20.00", paid_cents=79_00),)
    )
    context = PostingContext(known_payers=NOBODY, rejected={ClaimPaymentId(1): "no"})
    claim: BilledClaim = billed()
    assert plan_of(concluded(claim, [worst], context), 1).refusal == "duplicate"
    balanced = paid()
    assert plan_of(concluded(claim, [balanced], context), 1).refusal == "rejected"


def test_a_refused_payment_raises_one_issue_where_nothing_else_tells_it() -> None:
    found = concluded(billed(), [paid()], policy(HoldRule(reason_code="45")))
    refused = [issue for issue in found.issues if issue.cause == "posting_refused"]
    assert [(each.detail, each.claim_payment_id) for each in refused] == [("hold_list", 1)]
    unknown = concluded(billed(), [paid()], PostingContext(known_payers=NOBODY))
    assert "posting_refused" not in {issue.cause for issue in unknown.issues}

"""What a person must settle because the gate refused it, where no other issue says so already."""

from collections.abc import Collection, Iterator, Sequence

from edi_engine.matchers.claim_cases import ClaimCase
from edi_engine.matchers.facts import REVERSAL
from edi_engine.records.journal import PostingPlan, PostingRefusal
from edi_engine.records.matching import ClaimPaymentId
from edi_engine.records.reconciliation import ReconciliationIssue

__all__ = ["posting_issues"]

_TOLD_ELSEWHERE = frozenset(
    {
        PostingRefusal.DUPLICATE,  # by the remittance that is held
        PostingRefusal.PAYER_UNKNOWN,  # once for the remittance
        PostingRefusal.DEPOSIT_AWAITED,  # by the deposit that is overdue
        PostingRefusal.NOT_AN_ANSWER,
        PostingRefusal.REJECTED,  # a person said so
        PostingRefusal.REVERSAL_NOT_EXACT,  # by the reversal, or by the payment it undoes
    }
)


def posting_issues(
    case: ClaimCase, plans: Sequence[PostingPlan], told: Collection[str]
) -> Iterator[ReconciliationIssue]:
    """One issue per payment of the claim that waits in suspense for a reason of its own.

    `told` are the causes that the claim has issues of already.
    """
    waiting = [
        plan
        for plan in plans
        if plan.refusal and PostingRefusal(plan.refusal) not in _TOLD_ELSEWHERE
    ]
    if not waiting:
        return
    payments = {
        each.claim_payment_id: (each, sequence.payer_sequence)
        for sequence in case.sequences
        for each in sequence.matched
    }
    for plan in waiting:
        payment, payer_sequence = payments[ClaimPaymentId(plan.subject_id)]
        if plan.refusal == PostingRefusal.UNBALANCED and payment.status_code == REVERSAL:
            continue  # an incomplete reversal is told as such
        if plan.refusal == PostingRefusal.OVER_BALANCE and "duplicate_payment" in told:
            continue
        yield ReconciliationIssue(
            cause="posting_refused",
            detail=plan.refusal,
            claim_id=case.claim.claim_id,
            claim_payment_id=payment.claim_payment_id,
            remittance_id=payment.remittance_id,
            payer_sequence=payer_sequence,
            amount_cents=abs(payment.paid_cents),
            arose_on=payment.paid_on,
            reason=plan.reason,
        )

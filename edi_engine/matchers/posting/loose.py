"""Money that has no claim: it came, so it is in the journal, and waits in suspense."""

from edi_engine.matchers.posting.gate import Refusal, set_aside
from edi_engine.records.journal import (
    CASH,
    SUSPENSE,
    JournalEntry,
    PostingPlan,
    PostingRefusal,
    SubjectKind,
)
from edi_engine.records.matching import PaidClaim
from edi_engine.records.reconciliation import ClaimMatch

__all__ = ["empty", "post_loose", "suspended"]


def post_loose(payment: PaidClaim, match: ClaimMatch) -> PostingPlan:
    """The plan of a payment that is not matched: unmatched, ambiguous, suggested or not ours."""
    if payment.held:
        refusal = set_aside(payment)
    else:
        refusal = Refusal(PostingRefusal(match.outcome.value), match.reason)
    return suspended(payment, match, refusal)


def empty(payment: PaidClaim, match: ClaimMatch, reason: str) -> PostingPlan:
    """The plan of a payment that moves nothing."""
    return PostingPlan(
        SubjectKind.PAYMENT,
        payment.claim_payment_id,
        payment.remittance_id,
        match.claim_id,
        (),
        reason=reason,
    )


def suspended(payment: PaidClaim, match: ClaimMatch, refusal: Refusal) -> PostingPlan:
    """The plan of a payment that waits: cash against suspense, line by line as it was paid.

    What was withdrawn never came, and has none.
    """
    if payment.is_withdrawn:
        return empty(payment, match, refusal.reason)
    amounts = [(line.line_ordinal, line.paid_cents) for line in payment.lines]
    rest = payment.paid_cents - sum(cents for _, cents in amounts)
    entries: list[JournalEntry] = []
    for line_ordinal, cents in (*amounts, (0, rest)):
        if cents:
            entries += (
                JournalEntry(CASH, cents, line_ordinal=line_ordinal),
                JournalEntry(SUSPENSE, -cents, line_ordinal=line_ordinal),
            )
    return PostingPlan(
        SubjectKind.PAYMENT,
        payment.claim_payment_id,
        payment.remittance_id,
        match.claim_id,
        tuple(entries),
        refusal.code.value,
        refusal.reason,
    )

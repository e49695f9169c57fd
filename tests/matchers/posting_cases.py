"""One claim with its payments as the journal takes them: short to write, amounts by account."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from edi_engine.matchers.claim_reconciliation import reconcile_claim, reconcile_group
from edi_engine.matchers.posting import EVERYBODY, PostingContext
from edi_engine.records.journal import JournalEntry, PostingPlan
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    MatchEvidence,
    MatchOutcome,
)
from tests.matchers.making import PAID_ON, POLICY

__all__ = ["AS_OF", "by_account", "by_line", "concluded", "family", "matched", "plan_of"]

AS_OF = PAID_ON + timedelta(days=20)


def matched(
    payment: PaidClaim,
    claim_id: int = 1,
    *,
    sequence: int | None = None,
    evidence: tuple[MatchEvidence, ...] = (),
    rule: str = "same_control_number_and_charge",
) -> tuple[PaidClaim, ClaimMatch]:
    """The payment on a claim, as the payer that its status says (19 and 22 count as the first)."""
    said = {"2": 2, "20": 2, "3": 3, "21": 3}.get(payment.status_code, 1)
    return payment, ClaimMatch(
        claim_payment_id=payment.claim_payment_id,
        outcome=MatchOutcome.MATCHED,
        claim_id=ClaimId(claim_id),
        rule=rule,
        payer_sequence=sequence or said,
        reason="",
        evidence=evidence,
    )


def concluded(
    claim: BilledClaim,
    payments: Iterable[PaidClaim | tuple[PaidClaim, ClaimMatch]],
    posting: PostingContext = EVERYBODY,
) -> ClaimReconciliation:
    """The claim alone with these payments."""
    found = [each if isinstance(each, tuple) else matched(each) for each in payments]
    return reconcile_claim(claim, found, policy=POLICY, as_of=AS_OF, posting=posting)


def family(
    claims: Sequence[BilledClaim],
    payments: Mapping[int, Sequence[tuple[PaidClaim, ClaimMatch]]],
    posting: PostingContext = EVERYBODY,
) -> dict[int, ClaimReconciliation]:
    """Claims that are versions of one another or go to the next payer, by claim id."""
    by_claim = {ClaimId(claim_id): found for claim_id, found in payments.items()}
    found = reconcile_group(claims, by_claim, {}, policy=POLICY, as_of=AS_OF, posting=posting)
    return {int(each.claim_id): each for each in found}


def plan_of(result: ClaimReconciliation, payment_id: int) -> PostingPlan:
    """The plan of a claim payment."""
    return next(
        each for each in result.postings if each.remittance_id and each.subject_id == payment_id
    )


def by_account(entries: Iterable[JournalEntry]) -> dict[str, int]:
    """Cents by account, those that are nothing left out."""
    sums: dict[str, int] = {}
    for each in entries:
        sums[each.account] = sums.get(each.account, 0) + each.amount_cents
    return {account: cents for account, cents in sums.items() if cents}


def by_line(entries: Iterable[JournalEntry], account: str) -> dict[int, int]:
    """Cents of an account by billed line."""
    return {each.line_number: each.amount_cents for each in entries if each.account == account}

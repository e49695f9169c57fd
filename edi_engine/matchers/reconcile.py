"""The whole reconciliation on data in memory: pure, and the same in any order of arrival."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.matchers.candidates import CandidatePool
from edi_engine.matchers.claim_ladder import match_payments
from edi_engine.matchers.claim_reconciliation import MatchedPayment, reconcile_group
from edi_engine.matchers.facts import number_key
from edi_engine.matchers.posting import EVERYBODY, PostingContext, post_loose
from edi_engine.matchers.provider_adjustments import (
    PlacedAdjustment,
    TracedAdjustment,
    trace_provider_adjustments,
)
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.journal import PostingPlan
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    Decision,
    MatchOutcome,
    ReconciliationIssue,
)

__all__ = ["Reconciliation", "payment_issues", "reconcile"]

_CAUSES = {
    MatchOutcome.UNMATCHED: "unmatched_payment",
    MatchOutcome.AMBIGUOUS: "ambiguous_payment",
    MatchOutcome.SUGGESTED: "suggested_payment",
    MatchOutcome.NOT_OURS: "not_ours",
}


class Reconciliation(msgspec.Struct, frozen=True):
    """Everything concluded: matches by claim payment id, claims by claim id, issues of payments
    and provider adjustments that stand on no claim, and what payments without a claim post."""

    matches: tuple[ClaimMatch, ...]
    claims: tuple[ClaimReconciliation, ...]
    issues: tuple[ReconciliationIssue, ...]
    provider_adjustments: tuple[TracedAdjustment, ...] = ()
    loose_postings: tuple[PostingPlan, ...] = ()


def payment_issues(
    payments: Sequence[PaidClaim], matches: Sequence[ClaimMatch]
) -> list[ReconciliationIssue]:
    """Issues of payments that count on no claim: unmatched, ambiguous, suggested, not ours.

    `matches` are in the order of `payments`. A held payment raises none here: its remittance
    does, and once it is released it counts like any other.
    """
    found = []
    for payment, match in zip(payments, matches, strict=True):
        cause = _CAUSES.get(match.outcome)
        if cause is None or payment.held:
            continue
        found.append(
            ReconciliationIssue(
                cause=cause,
                detail="",
                claim_id=match.claim_id,
                claim_payment_id=payment.claim_payment_id,
                remittance_id=payment.remittance_id,
                payer_sequence=match.payer_sequence,
                amount_cents=abs(payment.paid_cents),
                arose_on=payment.paid_on,
                reason=match.reason,
            )
        )
    return found


def reconcile(
    claims: Sequence[BilledClaim],
    payments: Sequence[PaidClaim],
    expected: Mapping[ClaimId, Sequence[ExpectedAllowed]] | None = None,
    *,
    decisions: Sequence[Decision] = (),
    policy: ReconcilePolicy,
    as_of: date,
    provider_adjustments: Sequence[PlacedAdjustment] = (),
    posting: PostingContext = EVERYBODY,
) -> Reconciliation:
    """Match all payments and reconcile all claims. Same input, same output, in any order.

    `expected` comes from `contracts.expected_allowed`; claims without an entry have none.
    """
    billed = sorted(claims, key=lambda claim: claim.claim_id)
    paid = sorted(payments, key=lambda payment: payment.claim_payment_id)
    matches = match_payments(
        paid,
        CandidatePool(billed),
        decisions=decisions,
        policy=policy,
        profiles=posting.profiles,
    )
    by_claim: dict[ClaimId, list[MatchedPayment]] = {}
    for payment, match in zip(paid, matches, strict=True):
        if match.claim_id is not None and match.outcome is MatchOutcome.MATCHED:
            by_claim.setdefault(match.claim_id, []).append((payment, match))
    concluded = reconcile_group(
        billed, by_claim, expected or {}, policy=policy, as_of=as_of, posting=posting
    )
    issues = payment_issues(paid, matches)
    traced: list[TracedAdjustment] = []
    if provider_adjustments:
        traced, more = trace_provider_adjustments(
            sorted(provider_adjustments, key=lambda each: each.provider_adjustment_id),
            list(zip(paid, matches, strict=True)),
            _claims_by_number(billed),
            policy=policy,
        )
        issues += more
    loose = [
        post_loose(payment, match)
        for payment, match in zip(paid, matches, strict=True)
        if match.outcome is not MatchOutcome.MATCHED
    ]
    return Reconciliation(
        tuple(matches), tuple(concluded), tuple(issues), tuple(traced), tuple(loose)
    )


def _claims_by_number(claims: Sequence[BilledClaim]) -> dict[str, list[ClaimId]]:
    found: dict[str, list[ClaimId]] = {}
    for claim in claims:
        key = number_key(claim.patient_control_number)
        if key:
            found.setdefault(key, []).append(claim.claim_id)
    return found

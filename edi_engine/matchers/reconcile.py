"""The whole reconciliation on data in memory: pure, and the same in any order of arrival."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.matchers.candidates import CandidatePool
from edi_engine.matchers.claim_ladder import match_payments
from edi_engine.matchers.claim_reconciliation import MatchedPayment, reconcile_group
from edi_engine.matchers.duplicates import (
    ClaimPaymentFingerprint,
    claim_payment_fingerprint,
    unnumbered_fingerprint,
)
from edi_engine.matchers.facts import REVERSAL, number_key
from edi_engine.matchers.posting import EVERYBODY, PostingContext, post_loose
from edi_engine.matchers.provider_issues import provider_issues
from edi_engine.matchers.provider_items import settle_provider_items
from edi_engine.matchers.provider_references import ReferenceIndex
from edi_engine.matchers.provider_takebacks import taken_by_claim
from edi_engine.matchers.timely_payments import (
    JudgeTimely,
    nobody_agreed,
    timely_by_claim,
    unnamed_interest,
)
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.journal import PostingPlan
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.provider_items import (
    NamedClaim,
    NamedPayment,
    NamedRemittance,
    PlacedAdjustment,
    ProviderItem,
)
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
    provider_items: tuple[ProviderItem, ...] = ()
    loose_postings: tuple[PostingPlan, ...] = ()


def payment_issues(
    payments: Sequence[PaidClaim], matches: Sequence[ClaimMatch]
) -> list[ReconciliationIssue]:
    """Issues of payments that count on no claim: unmatched, ambiguous, suggested, not ours.

    `matches` are in the order of `payments`. A held payment raises none here: its remittance
    does, and once it is released it counts like any other. One that says what another remittance
    says too is told with it.
    """
    found: list[ReconciliationIssue] = []
    waiting = [
        (payment, match, _CAUSES[match.outcome])
        for payment, match in zip(payments, matches, strict=True)
        if match.outcome in _CAUSES and not payment.held
    ]
    if not waiting:
        return found
    alike = _by_words(payments)
    for payment, match, cause in waiting:
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
                reason=match.reason + _told_twice(payment, alike),
            )
        )
    return found


_Words = dict[ClaimPaymentFingerprint, tuple[PaidClaim, PaidClaim | None]]
"""By what payments say the earliest of them, and the earliest of another remittance than its."""


def _by_words(payments: Iterable[PaidClaim]) -> _Words:
    """Payments by what they say; those of held remittances are told by these."""
    found: _Words = {}
    for payment in sorted(
        payments, key=lambda each: (each.paid_on or date.min, each.claim_payment_id)
    ):
        words = _words_of(payment)
        if words is None or payment.held or payment.paid_cents <= 0:
            continue
        first, other = found.setdefault(words, (payment, None))
        if other is None and payment.remittance_id != first.remittance_id:
            found[words] = first, payment
    return found


def _words_of(payment: PaidClaim) -> ClaimPaymentFingerprint | None:
    """By its numbers, else by everything else, as what is always looked at together; None when
    it says too little."""
    if number_key(payment.patient_control_number) or number_key(payment.payer_claim_control_number):
        return claim_payment_fingerprint(payment)
    return unnumbered_fingerprint(payment)


def _told_twice(payment: PaidClaim, alike: _Words) -> str:
    """A sentence about another remittance that pays the same in the same words, or nothing."""
    words = _words_of(payment)
    if words is None or words not in alike:
        return ""
    other: PaidClaim | None
    other, next_one = alike[words]
    if other.remittance_id == payment.remittance_id:
        other = next_one
    if other is None:
        return ""
    return (
        f" Claim payment {other.claim_payment_id} of {other.paid_on or 'an unknown day'} says the"
        " same under another payment: perhaps it was paid twice."
    )


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
    judge_timely: JudgeTimely = nobody_agreed,
) -> Reconciliation:
    """Match all payments and reconcile all claims. Same input, same output, in any order.

    `expected` comes from `contracts.expected_allowed`; claims without an entry have none.
    `judge_timely` says what is agreed on when a claim is paid.
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
    items = _provider_items(billed, paid, matches, provider_adjustments)
    taken = taken_by_claim(items, {item.item_id: item for item in items})
    posting = msgspec.structs.replace(
        posting,
        taken=taken,
        timely=timely_by_claim(items),
        timely_unnamed=unnamed_interest(
            provider_adjustments, [_named(*each) for each in zip(paid, matches, strict=True)]
        ),
    )
    concluded = reconcile_group(
        billed,
        by_claim,
        expected or {},
        policy=policy,
        as_of=as_of,
        posting=posting,
        judge_timely=judge_timely,
    )
    issues = payment_issues(paid, matches)
    issues += provider_issues(items, _newest(items), policy=policy)
    loose = [
        post_loose(payment, match)
        for payment, match in zip(paid, matches, strict=True)
        if match.outcome is not MatchOutcome.MATCHED
    ]
    return Reconciliation(
        tuple(matches), tuple(concluded), tuple(issues), tuple(items), tuple(loose)
    )


def _provider_items(
    claims: Sequence[BilledClaim],
    payments: Sequence[PaidClaim],
    matches: Sequence[ClaimMatch],
    adjustments: Sequence[PlacedAdjustment],
) -> list[ProviderItem]:
    named = [
        _named(payment, match)
        for payment, match in zip(payments, matches, strict=True)
        if not payment.held
    ]
    traces = {(one.remittance_id, one.payer_id, one.trace_number) for one in payments}
    index = ReferenceIndex(
        named,
        [NamedClaim(one.claim_id, one.payer_id, one.patient_control_number) for one in claims],
        [NamedRemittance(*found) for found in sorted(traces)],
    )
    reversals = [one for one in named if one.status_code == REVERSAL]
    return settle_provider_items(adjustments, index, reversals=reversals, interest=named)


def _named(payment: PaidClaim, match: ClaimMatch) -> NamedPayment:
    return NamedPayment(
        claim_payment_id=payment.claim_payment_id,
        remittance_id=payment.remittance_id,
        payer_id=payment.payer_id,
        paid_on=payment.paid_on,
        patient_control_number=payment.patient_control_number,
        payer_claim_control_number=payment.payer_claim_control_number,
        status_code=payment.status_code,
        paid_cents=payment.paid_cents,
        interest_cents=payment.interest_cents,
        claim_id=match.claim_id if match.outcome is MatchOutcome.MATCHED else None,
    )


def _newest(items: Sequence[ProviderItem]) -> dict[str, date]:
    newest: dict[str, date] = {}
    for item in items:
        if item.arose_on is not None:
            newest[item.payer_id] = max(item.arose_on, newest.get(item.payer_id, item.arose_on))
    return newest

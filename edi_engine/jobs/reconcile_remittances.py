"""Remittances after their payments were matched: provider adjustments traced and posted.

With them, and what a payment has beyond its parts, the journal holds all of the payment amount:
posted, or in suspense with the reason. Source: design 3.7, domain 3.12 and 4.4.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from edi_engine.jobs.payer_evidence import (
    TRACE_CONFLICT,
    as_profiled,
    count_remittances,
    unexpected_conflicts,
    with_note,
)
from edi_engine.jobs.reconcile_batch import BatchContext
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.matchers import (
    PlacedAdjustment,
    PlacedItem,
    ProviderAdjustmentState,
    RemittanceParts,
    TracedAdjustment,
    post_remittance,
    trace_provider_adjustments,
)
from edi_engine.money import format_cents
from edi_engine.records.journal import PostingRefusal, SubjectKind
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import ClaimPaymentId, RemittanceId
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.stored import (
    RemittanceMoney,
    RemittancePosting,
    StoredProviderAdjustment,
    StoredRemittance,
)
from edi_engine.records.work import WorkEventKind, WorkStatus
from edi_engine.store import Reader, Writer
from edi_engine.worklist import PlacedIssue

__all__ = ["reconcile_remittances"]

_WORDS = {
    PostingRefusal.UNBALANCED: "on claim payments that do not add up",
    PostingRefusal.DUPLICATE: "held as a repetition",
    PostingRefusal.UNMATCHED: "on no claim of ours",
    PostingRefusal.AMBIGUOUS: "on several possible claims",
    PostingRefusal.SUGGESTED: "on a claim that a person must confirm",
    PostingRefusal.NOT_OURS: "for another practice",
    PostingRefusal.NOT_AN_ANSWER: "on notices that answer nothing",
    PostingRefusal.REJECTED: "rejected by a person",
    PostingRefusal.SEQUENCE_CONFLICT: "of a later payer, waiting for the earlier one",
    PostingRefusal.REVERSAL_NOT_EXACT: "on reversals that undo nothing of ours exactly",
    PostingRefusal.OVER_BALANCE: "beyond what is open on the claims",
    PostingRefusal.OVER_CAP: "with adjustments above the limit",
    PostingRefusal.HOLD_LIST: "with adjustments on the list",
    PostingRefusal.ZERO_PAYMENT: "on answers that pay nothing",
    PostingRefusal.ADJUSTMENT_UNTRACED: "of provider adjustments that are not explained",
    PostingRefusal.DEPOSIT_AWAITED: "not seen at the bank yet",
    PostingRefusal.PAYER_UNKNOWN: "of a payer that no claim of ours names",
    PostingRefusal.DISAGREEMENT: "on claims that differ in more than one thing",
    PostingRefusal.PARTS_DIFFER: "beyond what its parts add up to",
}
"""How a remittance's standing says what waits, after the amount."""


def reconcile_remittances(
    writer: Writer, context: BatchContext, remittance_ids: Collection[int]
) -> Counter[WorkEventKind]:
    """Trace the provider adjustments of these remittances, and conclude what is posted of each.

    A chain of adjustments closes over all remittances of a payer, so others of the same payer
    change with them. The queue is the caller's.
    """
    own = writer.provider_adjustments(remittance_ids=remittance_ids)
    payers = sorted({adjustment.payer_id for adjustment in own})
    adjustments = writer.provider_adjustments(payer_ids=payers) if payers else []
    traced, issues = _trace(writer, context, adjustments)
    changed = [
        one
        for one in adjustments
        if _state(traced[one.provider_adjustment_id]) != (one.state, one.traced_claim_id)
    ]
    writer.write_provider_adjustment_states(
        [
            (one.provider_adjustment_id, *_state(traced[one.provider_adjustment_id]))
            for one in changed
        ]
    )
    to_place = {RemittanceId(remittance_id) for remittance_id in remittance_ids}
    to_place.update(one.remittance_id for one in changed)
    profiles = context.posting.profiles
    money, notes = as_profiled(writer, profiles, writer.remittance_money(to_place))
    _post(writer, context, money, adjustments, traced)
    standing = writer.remittance_postings(to_place)
    writer.write_remittance_standings(
        [with_note(_standing(money[key], standing.get(key, [])), notes) for key in sorted(money)]
    )
    # An adjustment may need somebody, or nobody any more, without a change of its own state.
    looked_at = to_place | {issue.remittance_id for issue in issues if issue.remittance_id}
    looked_at |= _with_open_items(writer, adjustments)
    heads = writer.remittances(looked_at)
    rest = looked_at - money.keys()
    money |= as_profiled(writer, profiles, writer.remittance_money(rest))[0]
    count_remittances(writer, heads, money)
    standing |= writer.remittance_postings(rest)
    conflicts = unexpected_conflicts(
        profiles, heads, writer.remittance_ids_with_finding(TRACE_CONFLICT, looked_at)
    )
    issues += [
        issue
        for key in sorted(money)
        for issue in _issues(money[key], heads[key], standing.get(key, []), conflicts)
    ]
    return refresh_work(
        writer,
        _placed(issues, heads),
        remittance_ids=sorted(looked_at),
        policy=context.policy,
        as_of=context.as_of,
        happened_at=context.happened_at,
    )


def _with_open_items(
    reader: Reader, adjustments: Sequence[StoredProviderAdjustment]
) -> set[RemittanceId]:
    ids = {one.remittance_id for one in adjustments}
    return {
        RemittanceId(item.remittance_id)
        for item in reader.work_items_of(remittance_ids=sorted(ids))
        if item.remittance_id is not None
        and item.status not in {WorkStatus.RESOLVED, WorkStatus.CLOSED}
    }


def _state(traced: TracedAdjustment) -> tuple[str, int | None]:
    return traced.state.value, traced.claim_id


def _trace(
    reader: Reader, context: BatchContext, adjustments: Sequence[StoredProviderAdjustment]
) -> tuple[dict[int, TracedAdjustment], list[ReconciliationIssue]]:
    """What is concluded of every adjustment, and issues. Those of held remittances stay open:
    they may never have happened."""
    found = {
        one.provider_adjustment_id: TracedAdjustment(
            one.provider_adjustment_id, ProviderAdjustmentState.OPEN, None, ""
        )
        for one in adjustments
        if one.held
    }
    counting = [one for one in adjustments if not one.held]
    if not counting:
        return found, []
    keys = sorted({control_number_key(one.reference) for one in counting} - {""})
    named: set[ClaimPaymentId] = set()
    for groups in (
        reader.payment_ids_by_pcn(keys),
        reader.payment_ids_by_payer_claim_control_number(keys),
    ):
        for ids in groups.values():
            named.update(ids)
    payments = reader.paid_claims(named)
    matches = reader.match_of(named)
    traced, issues = trace_provider_adjustments(
        [_placed_adjustment(one) for one in counting],
        [(payments[key], matches[key]) for key in sorted(matches)],
        reader.claim_ids_by_pcn(keys),
        policy=context.policy,
    )
    return found | {one.provider_adjustment_id: one for one in traced}, issues


def _placed_adjustment(adjustment: StoredProviderAdjustment) -> PlacedAdjustment:
    return PlacedAdjustment(
        provider_adjustment_id=adjustment.provider_adjustment_id,
        remittance_id=adjustment.remittance_id,
        payer_id=adjustment.payer_id,
        paid_on=adjustment.paid_on,
        reason_code=adjustment.reason_code,
        reference=adjustment.reference,
        amount_cents=adjustment.amount_cents,
    )


def _post(
    writer: Writer,
    context: BatchContext,
    money: Mapping[RemittanceId, RemittanceMoney],
    adjustments: Iterable[StoredProviderAdjustment],
    traced: Mapping[int, TracedAdjustment],
) -> None:
    """Bring the journal in line with these remittances' provider adjustments and their rest."""
    items: dict[RemittanceId, list[PlacedItem]] = {key: [] for key in money}
    for one in adjustments:
        if one.remittance_id in items:
            found = traced[one.provider_adjustment_id]
            items[one.remittance_id].append(
                PlacedItem(
                    one.provider_adjustment_id,
                    one.reason_code,
                    one.amount_cents,
                    found.state is not ProviderAdjustmentState.UNTRACED,
                    found.claim_id,
                    found.reason,
                )
            )
    plans = [
        plan for key in sorted(money) for plan in post_remittance(_parts(money[key]), items[key])
    ]
    subjects: dict[SubjectKind, Sequence[int]] = {
        SubjectKind.PROVIDER_ADJUSTMENT: [
            one.provider_adjustment_id for of_remittance in items.values() for one in of_remittance
        ],
        SubjectKind.REMITTANCE: sorted(money),
    }
    writer.post(plans, subjects, posted_on=context.as_of)


def _parts(money: RemittanceMoney) -> RemittanceParts:
    return RemittanceParts(
        money.remittance_id,
        money.payment_amount_cents,
        money.claim_payments_cents,
        money.balance_sign == "inverted",
        money.held,
    )


def _standing(
    money: RemittanceMoney, postings: Sequence[RemittancePosting]
) -> tuple[int, int, int, str]:
    """(remittance, posted, suspense, why something waits); the sums of what the journal holds."""
    cash = sum(one.cash_cents for one in postings)
    suspense = sum(one.suspense_cents for one in postings)
    if money.held:
        return money.remittance_id, cash - suspense, suspense, f"Held: {money.held}"
    by_refusal: Counter[str] = Counter()
    for one in postings:
        if one.refusal and one.suspense_cents:
            by_refusal[one.refusal] += one.suspense_cents
    text = "; ".join(
        f"${format_cents(cents)} {_WORDS[PostingRefusal(refusal)]}"
        for refusal, cents in sorted(by_refusal.items())
    )
    return money.remittance_id, cash - suspense, suspense, f"{text}." if text else ""


def _total_cents(money: RemittanceMoney) -> int:
    """What its claims and provider adjustments add up to."""
    sign = -1 if money.balance_sign == "inverted" else 1
    return money.claim_payments_cents - sign * money.provider_adjustments_cents


def _issues(
    money: RemittanceMoney,
    head: StoredRemittance,
    postings: Sequence[RemittancePosting],
    conflicts: Mapping[int, str],
) -> list[ReconciliationIssue]:
    """What a person must settle about a remittance as a whole."""
    parts_cents = _total_cents(money)
    total_cents = parts_cents
    if money.payment_amount_cents is not None:
        total_cents = money.payment_amount_cents
    if money.held:
        return [_issue("duplicate_remittance", head, abs(total_cents), money.held)]
    issues: list[ReconciliationIssue] = []
    if money.remittance_id in conflicts:
        reason = conflicts[money.remittance_id]
        issues.append(_issue("conflicting_remittance", head, abs(total_cents), reason))
    if money.balanced is False:
        difference_cents = abs(total_cents - parts_cents)
        reason = "Amounts inside its claims do not add up; its findings say which."
        if difference_cents:
            reason = (
                f"The payment is ${format_cents(total_cents)}, but its claims and adjustments add"
                f" up to ${format_cents(parts_cents)}."
            )
        at_risk = difference_cents or abs(_waiting_cents(postings, PostingRefusal.UNBALANCED))
        issues.append(_issue("unbalanced_remittance", head, at_risk, reason))
    unknown = [one for one in postings if one.refusal == PostingRefusal.PAYER_UNKNOWN]
    if unknown:
        count = sum(one.count for one in unknown)
        reason = (
            f"No claim of ours names the payer {head.payer_name or head.payer_id}:"
            f" {count} claim payment{'s' * (count > 1)} of it wait."
        )
        at_risk = abs(_waiting_cents(postings, PostingRefusal.PAYER_UNKNOWN))
        issues.append(_issue("payer_unknown", head, at_risk, reason))
    return issues


def _waiting_cents(postings: Iterable[RemittancePosting], refusal: PostingRefusal) -> int:
    return sum(one.suspense_cents for one in postings if one.refusal == refusal)


def _issue(
    cause: str, head: StoredRemittance, amount_cents: int, reason: str
) -> ReconciliationIssue:
    return ReconciliationIssue(
        cause=cause,
        detail="",
        claim_id=None,
        claim_payment_id=None,
        remittance_id=head.remittance_id,
        payer_sequence=1,
        amount_cents=amount_cents,
        arose_on=head.payment_date or head.production_date,
        reason=reason,
    )


def _placed(
    issues: Iterable[ReconciliationIssue], heads: Mapping[RemittanceId, StoredRemittance]
) -> list[PlacedIssue]:
    return [
        PlacedIssue(issue, heads[issue.remittance_id].payer_id if issue.remittance_id else "")
        for issue in issues
    ]

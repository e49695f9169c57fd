"""Remittances after their payments were matched: provider adjustments traced, money placed.

Whatever is matched and adds up is posted; the rest waits in suspense with the reason, so that
posted and suspense always make the payment amount. Source: design 3.7, domain 3.12 and 4.4.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from edi_engine.jobs.reconcile_batch import BatchContext
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.matchers import (
    PlacedAdjustment,
    ProviderAdjustmentState,
    trace_provider_adjustments,
)
from edi_engine.money import format_cents
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import ClaimPaymentId, RemittanceId
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.stored import RemittanceMoney, StoredProviderAdjustment, StoredRemittance
from edi_engine.records.work import WorkEventKind, WorkStatus
from edi_engine.store import Reader, Writer
from edi_engine.worklist import PlacedIssue

__all__ = ["reconcile_remittances"]

_IN_TRANSACTION = frozenset({"BAL-0103", "BAL-0104"})
_IN_CLAIMS = frozenset({"BAL-0101", "BAL-0102", "BAL-0108", "BAL-0109"})
"""The findings of equations that fail, whose likeliest answers are told with the work."""

_UNEXPLAINED = ProviderAdjustmentState.UNTRACED.value


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
    states, issues = _trace(writer, context, adjustments)
    changed = [
        one for one in adjustments if states[one.provider_adjustment_id] != _state_before(one)
    ]
    writer.write_provider_adjustment_states(
        [(one.provider_adjustment_id, *states[one.provider_adjustment_id]) for one in changed]
    )
    to_place = {RemittanceId(remittance_id) for remittance_id in remittance_ids}
    to_place.update(one.remittance_id for one in changed)
    unexplained = _unexplained_cents(adjustments, states)
    money = {one.remittance_id: one for one in writer.remittance_money(to_place)}
    writer.write_remittance_standings(
        [_standing(money[key], unexplained[key]) for key in sorted(money)]
    )
    # An adjustment may need somebody, or nobody any more, without a change of its own state.
    looked_at = to_place | {issue.remittance_id for issue in issues if issue.remittance_id}
    looked_at |= _with_open_items(writer, adjustments)
    heads = writer.remittances(looked_at)
    rest = looked_at - money.keys()
    money |= {one.remittance_id: one for one in writer.remittance_money(rest)}
    conflicts = writer.remittance_conflicts(looked_at)
    issues += [
        issue
        for key in sorted(money)
        for issue in _issues(money[key], heads[key], conflicts, _answer(writer, money[key]))
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


_State = tuple[str, int | None]


def _state_before(adjustment: StoredProviderAdjustment) -> _State:
    return adjustment.state, adjustment.traced_claim_id


def _trace(
    reader: Reader, context: BatchContext, adjustments: Sequence[StoredProviderAdjustment]
) -> tuple[dict[int, _State], list[ReconciliationIssue]]:
    """State of every adjustment, and issues. Those of held remittances stay open: they may never
    have happened."""
    states: dict[int, _State] = {
        one.provider_adjustment_id: (ProviderAdjustmentState.OPEN.value, None)
        for one in adjustments
        if one.held
    }
    counting = [one for one in adjustments if not one.held]
    if not counting:
        return states, []
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
    states |= {one.provider_adjustment_id: (one.state.value, one.claim_id) for one in traced}
    return states, issues


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


def _unexplained_cents(
    adjustments: Iterable[StoredProviderAdjustment], states: Mapping[int, _State]
) -> Counter[RemittanceId]:
    """Cents of untraced adjustments by remittance."""
    found: Counter[RemittanceId] = Counter()
    for one in adjustments:
        if states[one.provider_adjustment_id][0] == _UNEXPLAINED:
            found[one.remittance_id] += one.amount_cents
    return found


def _standing(money: RemittanceMoney, unexplained_cents: int) -> tuple[int, int, int, str]:
    """(remittance, posted, suspense, why something waits); see the module for the rule."""
    sign = -1 if money.balance_sign == "inverted" else 1
    parts_cents = _parts_cents(money)
    total_cents = money.payment_amount_cents
    if total_cents is None:
        total_cents = parts_cents
    if money.held:
        return money.remittance_id, 0, total_cents, f"Held: {money.held}"
    explained_cents = money.provider_adjustments_cents - unexplained_cents
    posted_cents = money.matched_cents - sign * explained_cents
    reasons: list[str] = []
    if money.unmatched_count:
        count = f"{money.unmatched_count} claim payment" + "s" * (money.unmatched_count > 1)
        reasons.append(f"{count} (${format_cents(money.unmatched_cents)}) on no claim of ours")
    if money.matched_unbalanced_cents:
        amount = format_cents(money.matched_unbalanced_cents)
        reasons.append(f"${amount} on claim payments that do not add up")
    if unexplained_cents:
        amount = format_cents(unexplained_cents)
        reasons.append(f"${amount} of provider adjustments that name nothing we know")
    if total_cents != parts_cents:
        amount = format_cents(total_cents - parts_cents)
        reasons.append(f"the payment differs from its parts by ${amount}")
    text = "; ".join(reasons)
    reason = f"{text[:1].upper()}{text[1:]}." if text else ""
    return money.remittance_id, posted_cents, total_cents - posted_cents, reason


def _parts_cents(money: RemittanceMoney) -> int:
    """What the claims and provider adjustments of a remittance add up to."""
    sign = -1 if money.balance_sign == "inverted" else 1
    claims_cents = money.matched_cents + money.matched_unbalanced_cents + money.unmatched_cents
    return claims_cents - sign * money.provider_adjustments_cents


def _issues(
    money: RemittanceMoney, head: StoredRemittance, conflicts: Mapping[int, str], answer: str
) -> list[ReconciliationIssue]:
    """What a person must settle about a remittance as a whole."""
    parts_cents = _parts_cents(money)
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
        if money.balance_sign == "inverted":
            # The parts are placed with the sign that balances; what fails is the file's own.
            parts_cents -= 2 * money.provider_adjustments_cents
        difference_cents = abs(total_cents - parts_cents)
        reason = "Amounts inside its claims do not add up; its findings say which."
        if difference_cents:
            reason = (
                f"The payment is ${format_cents(total_cents)}, but its claims and adjustments add"
                f" up to ${format_cents(parts_cents)}: ${format_cents(difference_cents)} off."
            )
        reason += answer
        at_risk = difference_cents or abs(money.matched_unbalanced_cents)
        issues.append(_issue("unbalanced_remittance", head, at_risk, reason))
    return issues


def _answer(reader: Reader, money: RemittanceMoney) -> str:
    """What would balance the remittance, in words to follow the reason; empty if nothing is known.

    An edit of the transaction is told before one of a claim: it may repair both.
    """
    if money.balanced is not False or money.held:
        return ""
    key = money.remittance_id
    for codes, subject in ((_IN_TRANSACTION, "It balances"), (_IN_CLAIMS, "A claim balances")):
        found = reader.balancing_answers(codes, [key]).get(key)
        if found is not None:
            return (
                f" {subject} if {found.words} ({found.element}, segment {found.segment_ordinal})."
            )
    return ""


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

"""Remittances after their payments were matched and their provider adjustments settled: money
placed.

Whatever is matched and adds up is posted; the rest waits in suspense with the reason, so that
posted and suspense always make the payment amount. Source: design 3.7, domain 3.12 and 4.4.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from edi_engine.jobs.reconcile_batch import BatchContext
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.money import format_cents
from edi_engine.records.matching import RemittanceId
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.stored import RemittanceMoney, StoredRemittance
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Writer
from edi_engine.worklist import PlacedIssue

__all__ = ["reconcile_remittances"]

_CONFLICT = "FILE-0112"
"""The finding of a trace number that came before with other money or other claims."""


def reconcile_remittances(
    writer: Writer, context: BatchContext, remittance_ids: Collection[int]
) -> Counter[WorkEventKind]:
    """Conclude what is posted of each of these remittances. The queue is the caller's."""
    unexplained = writer.unexplained_cents(remittance_ids)
    money = {one.remittance_id: one for one in writer.remittance_money(remittance_ids)}
    writer.write_remittance_standings(
        [_standing(money[key], unexplained.get(key, 0)) for key in sorted(money)]
    )
    heads = writer.remittances(money)
    conflicts = writer.remittance_ids_with_finding(_CONFLICT, money)
    issues = [
        issue for key in sorted(money) for issue in _issues(money[key], heads[key], conflicts)
    ]
    return refresh_work(
        writer,
        _placed(issues, heads),
        remittance_ids=sorted(money),
        policy=context.policy,
        as_of=context.as_of,
        happened_at=context.happened_at,
    )


def _standing(money: RemittanceMoney, unexplained_cents: int) -> tuple[int, int, int, str]:
    """(remittance, posted, suspense, why something waits); see the module for the rule.

    `unexplained_cents` lower the payment when positive, whatever sign the payer writes.
    """
    sign = -1 if money.balance_sign == "inverted" else 1
    parts_cents = _parts_cents(money)
    total_cents = money.payment_amount_cents
    if total_cents is None:
        total_cents = parts_cents
    if money.held:
        return money.remittance_id, 0, total_cents, f"Held: {money.held}"
    adjusted_cents = sign * money.provider_adjustments_cents
    posted_cents = money.matched_cents - (adjusted_cents - unexplained_cents)
    reasons: list[str] = []
    if money.unmatched_count:
        count = f"{money.unmatched_count} claim payment" + "s" * (money.unmatched_count > 1)
        reasons.append(f"{count} (${format_cents(money.unmatched_cents)}) on no claim of ours")
    if money.matched_unbalanced_cents:
        amount = format_cents(money.matched_unbalanced_cents)
        reasons.append(f"${amount} on claim payments that do not add up")
    if unexplained_cents:
        amount = format_cents(unexplained_cents)
        reasons.append(f"${amount} of provider adjustments that nobody explained")
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
    money: RemittanceMoney, head: StoredRemittance, conflicts: Mapping[int, str]
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
        difference_cents = abs(total_cents - parts_cents)
        reason = "Amounts inside its claims do not add up; its findings say which."
        if difference_cents:
            reason = (
                f"The payment is ${format_cents(total_cents)}, but its claims and adjustments add"
                f" up to ${format_cents(parts_cents)}."
            )
        at_risk = difference_cents or abs(money.matched_unbalanced_cents)
        issues.append(_issue("unbalanced_remittance", head, at_risk, reason))
    return issues


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

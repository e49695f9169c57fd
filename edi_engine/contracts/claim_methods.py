"""Rates that price all lines of a claim together: per diem, case rate, DRG, and stop-loss.

Source: domain 5.1; golden scenario G41.
"""

from collections.abc import Sequence
from decimal import Decimal

from edi_engine.contracts.amounts import format_exact, format_percent
from edi_engine.contracts.book import CodeSet
from edi_engine.contracts.drafts import LineDraft
from edi_engine.contracts.line_methods import escalate
from edi_engine.quantities import format_quantity
from edi_engine.records.contracts import (
    CaseRate,
    CostOutlier,
    DayCount,
    DayOutlier,
    DrgRate,
    PerDiemRate,
    StopLoss,
    StopLossKind,
    Term,
)
from edi_engine.records.matching import BilledClaim

__all__ = ["rate_group"]

_WHOLE = Decimal(100)


def rate_group(claim: BilledClaim, drafts: Sequence[LineDraft]) -> LineDraft:
    """The rate of lines that one term prices together, as a draft of its own.

    The draft stands on the first line; its amount is that of all lines.
    """
    first = drafts[0]
    total = LineDraft(first.line, first.indexed, first.term, first.day)
    method = first.term.method
    if isinstance(method, CaseRate):
        _case(claim, total, method)
    elif isinstance(method, PerDiemRate):
        _per_diem(claim, drafts, total, method)
    elif isinstance(method, DrgRate):
        _drg(claim, drafts, total, method)
    if total.is_priced:
        _stop_loss(first.term, total, _charges(drafts))
    return total


def _charges(drafts: Sequence[LineDraft]) -> int:
    return sum(draft.line.charge_cents for draft in drafts)


def _days_of_stay(claim: BilledClaim) -> int | None:
    """Nights from admission to the last day, at least one; None when a day is missing."""
    first_on = claim.admitted_on or claim.service_from
    if first_on is None or claim.service_to is None:
        return None
    return max((claim.service_to - first_on).days, 1)


def _case(claim: BilledClaim, total: LineDraft, method: CaseRate) -> None:
    total.step("case rate", "case rate", Decimal(method.amount_cents))
    if method.included_days is not None:
        days = _days_of_stay(claim)
        if days is None:
            total.give_up("The claim has no days of admission and discharge to count.")
            return
        extra = days - method.included_days
        if extra > 0:
            each = Decimal(method.extra_day_cents)
            words = (
                f"{extra} of {days} days beyond the {method.included_days} included,"
                f" {format_exact(each)} each"
            )
            total.step("extra days", words, total.amount + extra * each)
    escalate(total)


def _per_diem(
    claim: BilledClaim, drafts: Sequence[LineDraft], total: LineDraft, method: PerDiemRate
) -> None:
    days = _days_of_stay(claim)
    if method.count is DayCount.UNITS:
        days = _days_billed(drafts, CodeSet(method.day_revenue_codes))
    if days is None:
        total.give_up(
            "No whole days are billed with a room and board revenue code."
            if method.count is DayCount.UNITS
            else "The claim has no days of admission and discharge to count."
        )
        return
    if method.days_max is not None and days > method.days_max:
        total.step("days", f"{days} days, of which {method.days_max} are paid", total.amount)
        days = method.days_max
    ends = [tier.first_day - 1 for tier in method.tiers[1:]]
    for tier, last in zip(method.tiers, [*ends, days], strict=True):
        count = min(last, days) - tier.first_day + 1
        if count > 0:
            rate = Decimal(tier.rate_cents)
            words = f"{count} days from day {tier.first_day} on, {format_exact(rate)} each"
            total.step("per diem", words, total.amount + count * rate)
    escalate(total)


def _days_billed(drafts: Sequence[LineDraft], room_codes: CodeSet) -> int | None:
    """Units of room and board lines, None without any or when they are no whole number."""
    units = [
        draft.line.units if draft.line.units is not None else Decimal(1)
        for draft in drafts
        if draft.line.revenue_code.zfill(4) in room_codes
    ]
    days = sum(units, Decimal(0))
    return int(days) if days > 0 and days == int(days) else None


def _drg(
    claim: BilledClaim, drafts: Sequence[LineDraft], total: LineDraft, method: DrgRate
) -> None:
    if not claim.drg:
        total.give_up("The claim carries no DRG.")
        return
    weight = total.indexed.schedules[method.schedule].weight_of(claim.drg, total.day)
    if weight is None:
        total.give_up(f"{method.schedule} has no single weight for DRG {claim.drg} on this day.")
        return
    base = Decimal(method.base_rate_cents)
    words = f"base rate {format_exact(base)} x {format_quantity(weight.weight)} (DRG {claim.drg})"
    total.step("drg", words, base * weight.weight)
    escalate(total)
    if method.cost_outlier is not None:
        _cost_outlier(total, method.cost_outlier, _charges(drafts))
    if method.day_outlier is not None:
        _day_outlier(claim, total, method.day_outlier)


def _cost_outlier(total: LineDraft, outlier: CostOutlier, charges_cents: int) -> None:
    cost = charges_cents * outlier.cost_to_charge
    beyond = cost - total.amount - outlier.fixed_loss_cents
    if beyond > 0:
        words = (
            f"{format_percent(outlier.percent)} of {format_exact(beyond)}, by which the cost of"
            f" {format_exact(cost)} exceeds payment and fixed loss"
        )
        total.step("cost outlier", words, total.amount + beyond * outlier.percent / _WHOLE)


def _day_outlier(claim: BilledClaim, total: LineDraft, outlier: DayOutlier) -> None:
    days = _days_of_stay(claim)
    if days is None:
        total.give_up("The claim has no days of admission and discharge to count.")
        return
    extra = days - outlier.after_days
    if extra > 0:
        rate = Decimal(outlier.rate_cents)
        words = f"{extra} days after day {outlier.after_days}, {format_exact(rate)} each"
        total.step("day outlier", words, total.amount + extra * rate)


def _stop_loss(term: Term, total: LineDraft, charges_cents: int) -> None:
    relief: StopLoss | None = term.stop_loss
    if relief is None or charges_cents <= relief.threshold_cents:
        return
    charges, threshold = Decimal(charges_cents), Decimal(relief.threshold_cents)
    over = f"charges of {format_exact(charges)} exceed {format_exact(threshold)}"
    paid = format_percent(relief.percent)
    if relief.kind is StopLossKind.FIRST_DOLLAR:
        words = f"{over}: {paid} of all charges instead"
        total.step("stop-loss", words, charges * relief.percent / _WHOLE)
    else:
        words = f"{over}: {paid} of what is above, on top"
        above = (charges - threshold) * relief.percent / _WHOLE
        total.step("stop-loss", words, total.amount + above)

"""The amounts of line payments and claim payments, each adjustment in its bucket.

What an adjustment is, `codes.adjustment_money` says. Source: domain 3.2, 3.6, 5.4, 6.1.
"""

from edi_engine.codes.adjustment_money import Kind, Money, kind_of
from edi_engine.records.matching import PaidClaim, PaidLine

__all__ = ["Kind", "Money", "claim_level_money", "kind_of", "line_money", "whole_claim_money"]


def line_money(line: PaidLine) -> Money:
    """The amounts of one line payment."""
    money = Money(line.charge_cents, line.paid_cents)
    if line.adjustments:
        money.adjust(line.adjustments, line.remark_codes)
    money.settle_allowed(line.allowed_cents)
    return money


def whole_claim_money(payment: PaidClaim) -> Money:
    """The amounts of a claim payment that answers no single line."""
    money = Money(payment.charge_cents, payment.paid_cents)
    money.adjust(payment.adjustments, payment.remark_codes)
    money.settle_allowed(None)
    return money


def claim_level_money(payment: PaidClaim) -> Money | None:
    """What a claim payment with lines says on claim level beside them; None when nothing.

    Its payment is CLP04 less the line payments, its charge CLP03 less the line charges. Adjustments
    on claim level that only repeat those of the lines, while the lines alone add up to the
    payment, count once (quirk of some payers). Source: domain 3.1, quirks 14.
    """
    charge = payment.charge_cents - sum([line.charge_cents for line in payment.lines])
    paid = payment.paid_cents - sum([line.paid_cents for line in payment.lines])
    adjustments = payment.adjustments
    if adjustments and paid == 0 and _repeats_lines(payment):
        adjustments = ()
    if not adjustments and not paid and not charge:
        return None
    money = Money(charge, paid)
    money.adjust(adjustments, payment.remark_codes)
    money.settle_allowed(None)
    return money


def _repeats_lines(payment: PaidClaim) -> bool:
    sums: dict[tuple[str, str], int] = {}
    for line in payment.lines:
        for each in line.adjustments:
            key = (each.group_code, each.reason_code)
            sums[key] = sums.get(key, 0) + each.amount_cents
    for each in payment.adjustments:
        key = (each.group_code, each.reason_code)
        sums[key] = sums.get(key, 0) - each.amount_cents
    return not any(sums.values())

"""What follows from the allowed amount: the payment after sequestration, interest, discounts.

None of these changes what is allowed. Source: domain 5.1, 5.3; golden scenario G37.
"""

from datetime import date
from decimal import Decimal, localcontext

from edi_engine.contracts.amounts import EXACT, half_up, percent_of
from edi_engine.records.contracts import Contract

__all__ = ["discount_cents", "expected_payment_cents", "interest_cents"]

_DAYS_OF_YEAR = 365


def expected_payment_cents(contract: Contract, allowed_cents: int, patient_cents: int) -> int:
    """What the payer should pay: allowed less the patient's share, less sequestration of that."""
    payment = max(allowed_cents - patient_cents, 0)
    percent = contract.sequestration_percent
    if percent is None:
        return payment
    with localcontext(EXACT):
        return payment - int(half_up(percent_of(Decimal(payment), percent)))


def interest_cents(
    contract: Contract, paid_cents: int, sent_on: date | None, paid_on: date | None
) -> int:
    """Interest owed on a late payment; zero without an agreement or a day."""
    rule = contract.timely_payment
    if rule is None or rule.interest_after_days is None or sent_on is None or paid_on is None:
        return 0
    late = (paid_on - sent_on).days - rule.interest_after_days
    if late <= 0 or paid_cents <= 0:
        return 0
    with localcontext(EXACT):
        year = percent_of(Decimal(paid_cents), rule.interest_percent)
        return int(half_up(year * late / _DAYS_OF_YEAR))


def discount_cents(
    contract: Contract, allowed_cents: int, sent_on: date | None, paid_on: date | None
) -> int:
    """The discount that the payer may take for having paid in time."""
    rule = contract.timely_payment
    if rule is None or rule.discount_days is None or sent_on is None or paid_on is None:
        return 0
    if (paid_on - sent_on).days > rule.discount_days or allowed_cents <= 0:
        return 0
    with localcontext(EXACT):
        return int(half_up(percent_of(Decimal(allowed_cents), rule.discount_percent)))

"""What hospitals are allowed: the maker's own exact arithmetic, one rate for lines together.

Fractions, rounded half up at the end. It shares nothing with the engine's pricing. Sources:
domain 5.1; docs/CONTRACTS.md.
"""

from fractions import Fraction

import msgspec

from edi_engine.synthetic.agreed_lines import half_up
from edi_engine.synthetic.agreement_maker import DAY_TERM, DELIVERY_TERM, HEART_TERM, JOINT_TERM
from edi_engine.synthetic.agreements import (
    HospitalAgreement,
    HospitalEdition,
    Rise,
    StopLossTerm,
)
from edi_engine.synthetic.bills import Bill, BillLine

__all__ = ["StayPrice", "edition_of_stay", "is_implant", "price_stay"]

_HUNDRED = Fraction(100)
_ROOM_CODES = ("0110", "0120", "0200", "0206")


class StayPrice(msgspec.Struct, frozen=True):
    """What a hospital claim is allowed: `own` by line number for lines with a price of their own,
    one rate for all the others together (None: there are none), and the rate's term."""

    own: dict[int, int]
    together: tuple[int, ...]
    together_cents: int
    term: str


def edition_of_stay(agreement: HospitalAgreement, bill: Bill) -> HospitalEdition:
    """The version in force on the day of admission."""
    return next(
        each
        for each in agreement.editions
        if each.first_on <= bill.first_on
        and (each.last_on is None or bill.first_on <= each.last_on)
    )


def is_implant(line: BillLine) -> bool:
    """Whether the line is carved out."""
    return "0274" <= line.revenue_code <= "0278"


def price_stay(
    bill: Bill,
    edition: HospitalEdition,
    *,
    drg: str = "",
    days_less: int = 0,
    has_relief: bool = True,
) -> StayPrice:
    """What the claim is allowed under a version.

    A careless payer takes another DRG, counts some days less, or knows no stop-loss and outlier.
    """
    own = {}
    together = []
    for line in bill.lines:
        if is_implant(line):
            own[line.number] = half_up(line.charge_cents * edition.implant_percent / _HUNDRED)
        elif not bill.bill_type.startswith("11"):
            own[line.number] = half_up(line.charge_cents * edition.outpatient_percent / _HUNDRED)
        else:
            together.append(line)
    if not together:
        return StayPrice(own, (), 0, "")
    group = drg or bill.drg
    charges = sum(line.charge_cents for line in together)
    term, amount = _rate(bill, edition, group, charges, days_less=days_less, has_relief=has_relief)
    return StayPrice(own, tuple(line.number for line in together), half_up(amount), term)


def _rate(
    bill: Bill,
    edition: HospitalEdition,
    drg: str,
    charges: int,
    *,
    days_less: int,
    has_relief: bool,
) -> tuple[str, Fraction]:
    nights = max((bill.last_on - bill.first_on).days, 1)
    if "765" <= drg <= "768":
        extra = max(nights - edition.delivery_days, 0)
        amount = Fraction(edition.delivery_cents + extra * edition.delivery_extra_cents)
        return DELIVERY_TERM, _risen(bill, edition.rises, DELIVERY_TERM, amount)
    if "231" <= drg <= "236":
        amount = _risen(bill, edition.rises, HEART_TERM, Fraction(edition.heart_cents))
        relief = edition.heart_stop_loss if has_relief else None
        return HEART_TERM, _relieved(amount, relief, charges)
    weight = next((each.weight for each in edition.groups if each.drg == drg), None)
    if weight is not None:
        amount = _risen(bill, edition.rises, JOINT_TERM, edition.base_cents * weight)
        if has_relief:
            beyond = charges * edition.cost_to_charge - amount - edition.fixed_loss_cents
            amount += max(beyond, Fraction(0)) * edition.outlier_percent / _HUNDRED
        amount += max(nights - edition.outlier_days, 0) * edition.outlier_day_cents
        return JOINT_TERM, amount
    days = sum(line.units for line in bill.lines if line.revenue_code in _ROOM_CODES) - days_less
    amount = Fraction(sum(_rate_of_day(edition, day) for day in range(1, days + 1)))
    amount = _risen(bill, edition.rises, DAY_TERM, amount)
    return DAY_TERM, _relieved(amount, edition.day_stop_loss if has_relief else None, charges)


def _rate_of_day(edition: HospitalEdition, day: int) -> int:
    return [cents for first_day, cents in edition.tiers if first_day <= day][-1]


def _risen(bill: Bill, rises: tuple[Rise, ...], term: str, amount: Fraction) -> Fraction:
    for rise in rises:
        if rise.first_on <= bill.first_on and (not rise.terms or term in rise.terms):
            amount *= (_HUNDRED + rise.percent) / _HUNDRED
    return amount


def _relieved(amount: Fraction, relief: StopLossTerm | None, charges: int) -> Fraction:
    if relief is None or charges <= relief.above_cents:
        return amount
    if relief.is_first_dollar:
        return charges * relief.percent / _HUNDRED
    return amount + (charges - relief.above_cents) * relief.percent / _HUNDRED

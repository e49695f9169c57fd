"""Exact amounts while a price is made: cents with parts of a cent, percentages, half up."""

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal

from edi_engine.records.contracts import Rounding

__all__ = [
    "EXACT",
    "HUNDREDTH",
    "MINUTES",
    "format_exact",
    "format_percent",
    "half_up",
    "percent_of",
    "rounding_of",
]

EXACT = Context(prec=100, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX)
"""Nothing is rounded but on purpose: an amount of ten digits may be multiplied by a dozen
percentages of four places before a hundred digits are used up."""

_ONE_CENT = Decimal(1)
HUNDREDTH = Decimal("0.01")
"""Of percent a share, of cents dollars."""

MINUTES = "MJ"
"""Unit code of anesthesia minutes."""


def half_up(amount: Decimal) -> Decimal:
    """Whole cents; half a cent goes away from zero."""
    return amount.quantize(_ONE_CENT, rounding=ROUND_HALF_UP)


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """So many percent of an amount, exact."""
    return amount * percent * HUNDREDTH


def rounding_of(rounding: Rounding) -> Callable[[Decimal], Decimal]:
    """What is done to an amount after each step."""
    return half_up if rounding is Rounding.STEP else _as_it_is


def _as_it_is(amount: Decimal) -> Decimal:
    return amount


def format_exact(amount: Decimal) -> str:
    """Dollars with at least two places, and more where there are parts of a cent: "13.6068"."""
    dollars = f"{amount * HUNDREDTH:f}"
    whole, _, places = dollars.partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def format_percent(percent: Decimal) -> str:
    """ "62.5 %": as few places as needed."""
    text = f"{percent:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"

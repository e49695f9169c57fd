"""Quantities (units, days, minutes, weights): exact decimals, never money."""

import re
from decimal import Decimal

__all__ = ["format_quantity", "parse_quantity"]

_QUANTITY = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})", re.ASCII)


def parse_quantity(text: str) -> Decimal | None:
    """The quantity, without trailing zeros, or None when the text is no plain decimal number.

    "1", "1.0" and "01" give equal values. Never raises.
    """
    if _QUANTITY.fullmatch(text) is None:
        return None
    value = Decimal(text)
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def format_quantity(quantity: Decimal | None) -> str:
    """Plain digits without exponent; empty for None."""
    return "" if quantity is None else f"{quantity:f}"

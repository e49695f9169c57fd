"""Money is whole cents, exact. This module alone turns text into cents and cents into text.

X12 amounts are decimal text ("12", "12.5", ".01", "-3.00"). At most eight digits before the point
and two after it, as the guides' element type R 1/10 for dollars allows. Nothing is rounded: an
amount that is not exact cents is refused, and the caller reports it and keeps the raw text.
"""

import re
from collections.abc import Iterable

__all__ = [
    "CENTS_MAX",
    "format_cents",
    "format_dollars",
    "parse_bank_cents",
    "parse_cents",
    "parse_implied_cents",
    "split_cents",
]

CENTS_MAX = 99_999_999_99
"""Largest amount one element may hold (eight digits and two places), in cents."""

_AMOUNT = re.compile(r"([+-]?)([0-9]{0,8})(?:\.([0-9]{0,2})0*)?", re.ASCII)
_DOLLARS = {str(dollars): dollars * 100 for dollars in range(2_000)}
_PLACES = {
    "": 0,
    **{str(tenths): tenths * 10 for tenths in range(10)},
    **{f"{cents:02d}": cents for cents in range(100)},
}
"""Nearly every amount is one of two thousand dollar texts with one of 111 places. A file holds
millions of them, so they are looked up; everything else goes by the pattern."""

_LEADING_ZEROS = re.compile(r"\A([+-]?)0+(?=[0-9])", re.ASCII)


def parse_cents(text: str) -> int | None:
    """Cents of an amount as X12 writes it, or None when the text is no exact dollar amount.

    Leading zeros and trailing zeros after the second place are harmless and accepted.
    Never raises. Exponents, blanks, full-width digits, "NaN" and a third significant decimal
    give None.
    """
    whole, _, places = text.partition(".")
    dollars, rest = _DOLLARS.get(whole), _PLACES.get(places)
    if rest is not None:
        if dollars is not None:
            return dollars + rest
        if whole.isdecimal() and whole.isascii() and len(whole) <= 8:
            return int(whole) * 100 + rest
    found = _AMOUNT.fullmatch(text)
    if found is None:
        found = _AMOUNT.fullmatch(_LEADING_ZEROS.sub(r"\1", text))
        if found is None:
            return None
    sign, whole, places = found.groups()
    if not whole and not places:
        return None
    cents = int(whole or "0") * 100 + int(((places or "") + "00")[:2])
    return -cents if sign == "-" else cents


_BANK_AMOUNT = re.compile(
    r"(?P<open>\()? ?(?P<sign>[+-])? ?\$? ?(?P<inner>-)?"
    r"(?P<whole>[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,3})?(?:\.(?P<places>[0-9]{1,2}))? ?"
    r"(?P<shut>\))? ?(?P<tail>-|CR|DR)?",
    re.ASCII | re.IGNORECASE,
)
_IMPLIED = re.compile(r"[+-]?[0-9]{1,12}", re.ASCII)
"""Ten digits and two places: the longest amount an ACH entry can hold."""


def parse_bank_cents(text: str) -> int | None:
    """Cents of an amount as banks print it: "$1,234.50", "(12.00)", "12.00-", "12 DR".

    Commas must stand between thousands. None when the text is no exact amount, or is negative in
    two ways at once. Never raises.
    """
    found = _BANK_AMOUNT.fullmatch(text.strip())
    if found is None or not (found["whole"] or found["places"]):
        return None
    if bool(found["open"]) != bool(found["shut"]):
        return None
    tail = (found["tail"] or "").upper()
    marks = [found["open"], found["sign"], found["inner"], tail]
    if sum(1 for mark in marks if mark) > 1:
        return None
    cents = int((found["whole"] or "0").replace(",", "")) * 100
    cents += int(((found["places"] or "") + "00")[:2])
    negative = found["open"] or found["inner"] or found["sign"] == "-" or tail in {"-", "DR"}
    return -cents if negative else cents


def parse_implied_cents(text: str) -> int | None:
    """Cents of an amount without a point, the last two digits being the cents (NACHA, BAI2).

    None for anything but at most twelve digits after an optional sign. Never raises.
    """
    return int(text) if _IMPLIED.fullmatch(text) else None


def format_cents(cents: int) -> str:
    """Dollars with two places, "-0.05" style; what exports, screens and messages show. With a
    dollar sign it is `format_dollars`."""
    if cents < 0:
        return f"-{-cents // 100}.{-cents % 100:02d}"
    return f"{cents // 100}.{cents % 100:02d}"


def format_dollars(cents: int, *, thousands: bool = False) -> str:
    """What sentences show: "$64.00", the sign before the dollar sign ("-$64.00"); with commas
    between `thousands` where a person reads sums."""
    whole, places = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}${whole:{',' if thousands else ''}}.{places:02d}"


def split_cents(total_cents: int, weights: Iterable[int]) -> tuple[int, ...]:
    """Shares of a total in proportion to non-negative weights; they add up to it exactly.

    Largest remainders get the odd cents, the earlier share on a tie. With no positive weight
    everything goes to the first share. Raises ValueError when there is no share to give to.
    """
    shares = tuple(weights)
    if not shares or any(weight < 0 for weight in shares):
        raise ValueError("split_cents needs at least one share and no negative weight")
    weight_total = sum(shares)
    if weight_total == 0:
        return (total_cents, *(0 for _ in shares[1:]))
    sign = -1 if total_cents < 0 else 1
    whole = [divmod(abs(total_cents) * weight, weight_total) for weight in shares]
    cents = [quotient for quotient, _ in whole]
    left = abs(total_cents) - sum(cents)
    by_remainder = sorted(range(len(shares)), key=lambda index: (-whole[index][1], index))
    for index in by_remainder[:left]:
        cents[index] += 1
    return tuple(sign * share for share in cents)

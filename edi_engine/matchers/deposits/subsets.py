"""Which of some amounts add up to a total, if that has exactly one answer.

Meet in the middle: the sums of each half are listed, then joined. Twice 4,096 sums at most, so a
search ends at once however the amounts were chosen.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

__all__ = ["SUBSET_CANDIDATES_MAX", "Subset", "SubsetOutcome", "unique_subset"]

SUBSET_CANDIDATES_MAX = 24
"""Remittances of one payer within some days; with more of them a sum could hit by mere chance."""


class SubsetOutcome(StrEnum):
    """NONE, ONE or SEVERAL answers; TOO_MANY amounts to look at them all."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"
    TOO_MANY = "too_many"


class Subset(NamedTuple):
    """The answer: places of the amounts in order where there is exactly one, else none."""

    outcome: SubsetOutcome
    places: tuple[int, ...] = ()


def unique_subset(amounts: Sequence[int], total: int) -> Subset:
    """The places of the amounts that add up to the total, if only one choice does.

    Amounts and total must be positive: ValueError otherwise. Amounts above the total are never
    part of an answer and do not count against the limit.
    """
    if total <= 0 or any(amount <= 0 for amount in amounts):
        raise ValueError("amounts and total must be positive")
    places = [place for place, amount in enumerate(amounts) if amount <= total]
    if len(places) > SUBSET_CANDIDATES_MAX:
        return Subset(SubsetOutcome.TOO_MANY)
    middle = len(places) // 2
    low = _sums([amounts[place] for place in places[:middle]])
    by_sum: dict[int, list[int]] = {}
    for mask, found in enumerate(low):
        by_sum.setdefault(found, []).append(mask)
    answer: int | None = None
    for mask, found in enumerate(_sums([amounts[place] for place in places[middle:]])):
        for other in by_sum.get(total - found, ()):
            if answer is not None:
                return Subset(SubsetOutcome.SEVERAL)
            answer = (mask << middle) | other
    if answer is None:
        return Subset(SubsetOutcome.NONE)
    chosen = tuple(place for bit, place in enumerate(places) if answer >> bit & 1)
    return Subset(SubsetOutcome.ONE, chosen)


def _sums(amounts: Sequence[int]) -> list[int]:
    """The sum of every choice of the amounts; bit n of a place in the list says amount n is in."""
    sums = [0]
    for amount in amounts:
        sums += [found + amount for found in sums]
    return sums

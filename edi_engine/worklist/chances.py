"""The chance that working an item brings the money, from what became of the office's own.

Pure, in whole numbers. Of items like it (same payer, cause and age) the mean share of the money
that came is taken, drawn towards what other payers do, and that towards the table of causes: each
stands for `PRIOR_WEIGHT` items, which is the mean of a Beta distribution with that prior. Few
outcomes move a chance little, many take it over. Source: domain features 69 and 73, 7.2.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from edi_engine.records.outcomes import OutcomeCount

__all__ = [
    "AGE_BANDS",
    "NO_HISTORY",
    "PRIOR_WEIGHT",
    "Chance",
    "Chances",
    "age_band",
    "band_starts",
]

PRIOR_WEIGHT = 10
"""So many items the chance of the table weighs, and so many what other payers did. With ten of its
own a payer's history counts half: fewer are chance, and more take a small office a year."""

AGE_BANDS = (30, 60, 90, 120)
"""The last day of each band but the open one: the columns of an aging report."""


class Chance(NamedTuple):
    """Whole percent, and why."""

    percent: int
    reason: str


class _Tally(NamedTuple):
    ended: int = 0
    recovered: int = 0
    partly: int = 0
    share_percents: int = 0

    def plus(self, other: "_Tally") -> "_Tally":
        return _Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def minus(self, other: "_Tally") -> "_Tally":
        return _Tally(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


_Kind = tuple[str, str, int]


class Chances:
    """Counts of outcomes, asked for the chance of one item."""

    def __init__(self, counts: Iterable[OutcomeCount]) -> None:
        self._all: dict[_Kind, _Tally] = {}
        self._payers: dict[tuple[str, _Kind], _Tally] = {}
        for one in counts:
            tally = _Tally(one.count, one.recovered_count, one.partly_count, one.share_percents)
            kind = (one.cause, one.detail, one.age_band)
            self._all[kind] = self._all.get(kind, _Tally()).plus(tally)
            self._payers[one.payer_id, kind] = tally

    def chance(
        self,
        cause: str,
        detail: str,
        *,
        payer_id: str,
        band: int,
        base_percent: int,
        base_reason: str,
    ) -> Chance:
        """The chance of an item of this kind and age band; the base where nothing like it ended."""
        kind = (cause, detail, band)
        everywhere = self._all.get(kind)
        if everywhere is None or everywhere.ended <= 0:
            return Chance(base_percent, base_reason)
        here = self._payers.get((payer_id, kind), _Tally())
        elsewhere = everywhere.minus(here)
        usual = _smoothed(elsewhere, base_percent * 100)
        percent = (_smoothed(here, usual) + 50) // 100
        return Chance(percent, _reason(here, elsewhere, base_percent))


NO_HISTORY = Chances(())
"""Of an office that has none yet."""


def age_band(arose_on: date | None, as_of: date) -> int:
    """The age band of something that arose on a day; the first where the day is not known."""
    days = 0 if arose_on is None else (as_of - arose_on).days
    return sum(1 for last in AGE_BANDS if days > last)


def band_starts() -> tuple[int, ...]:
    """Ages in days on which an item passes into its next band."""
    return tuple(last + 1 for last in AGE_BANDS)


def _smoothed(tally: _Tally, prior_basis_points: int) -> int:
    """The mean share in hundredths of a percent, rounded down."""
    total = tally.share_percents * 100 + prior_basis_points * PRIOR_WEIGHT
    return total // (tally.ended + PRIOR_WEIGHT)


def _reason(here: _Tally, elsewhere: _Tally, base_percent: int) -> str:
    said = []
    if here.ended:
        said.append(f"{_told(here)} like it at this payer")
    if elsewhere.ended:
        said.append(f"{_told(elsewhere)} like it at other payers")
    return f"{', '.join(said)}; smoothed from {base_percent}%"


def _told(tally: _Tally) -> str:
    brought = tally.recovered + tally.partly
    in_part = f" ({tally.partly} in part)" if tally.partly else ""
    return f"{brought}{in_part} of {tally.ended}"

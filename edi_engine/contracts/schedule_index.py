"""Schedules as pricing asks them: the rate of a code on a day, the weight of a DRG."""

from collections.abc import Iterable
from datetime import date

from edi_engine.dates import lies_within
from edi_engine.records.contracts import DrgWeight, RateSchedule, ScheduleRate
from edi_engine.records.matching import BilledLine

__all__ = ["FACILITY_PLACES", "ScheduleIndex"]

FACILITY_PLACES = frozenset(
    "02 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61".split()  # noqa: SIM905 - reads best
)
"""Places of service that Medicare pays by the facility rate. Source: Medicare Claims Processing
Manual, chapter 12, 20.4.2."""


class ScheduleIndex:
    """One schedule, its rates found by procedure code, the most specific first."""

    def __init__(self, schedule: RateSchedule) -> None:
        self.name = schedule.name
        self._rates = _by_code(schedule.rates)
        self._weights: dict[str, list[DrgWeight]] = {}
        for weight in schedule.weights:
            self._weights.setdefault(_drg_key(weight.drg), []).append(weight)

    def rate_of(self, line: BilledLine, day: date | None) -> tuple[ScheduleRate | None, bool]:
        """The rate of the line, None where the schedule has none.

        Also whether two equally specific rates disagree: then none is taken.
        """
        return self._find(line.procedure_code.upper(), _modifiers(line), line, day)

    def rate_with(
        self, code: str, modifiers: frozenset[str], line: BilledLine, day: date | None
    ) -> ScheduleRate | None:
        """The rate of another code, or of these modifiers alone, in the place of the line."""
        return self._find(code.upper(), modifiers, line, day)[0]

    def weight_of(self, drg: str, day: date | None) -> DrgWeight | None:
        """The weight of a DRG ("1" is "001"), None without one or when two are in force."""
        found = [
            each
            for each in self._weights.get(_drg_key(drg), ())
            if lies_within(day, each.effective_from, each.effective_to)
        ]
        return found[0] if len(found) == 1 else None

    def _find(
        self, code: str, modifiers: frozenset[str], line: BilledLine, day: date | None
    ) -> tuple[ScheduleRate | None, bool]:
        best: ScheduleRate | None = None
        best_rank: tuple[int, int, date, bool] | None = None
        for key in (code, ""):
            for rate in self._rates.get(key, ()):
                if not _covers(rate, modifiers, line, day):
                    continue
                rank = _specificity(rate)
                if best is None or best_rank is None or rank > best_rank:
                    best, best_rank = rate, rank
                elif rank == best_rank and _differ(rate, best):
                    return None, True
                else:
                    break
        return best, False


def amount_in(rate: ScheduleRate, line: BilledLine) -> int:
    """The rate's amount in the place of the line, in cents."""
    if rate.facility_cents is not None and line.place_of_service in FACILITY_PLACES:
        return rate.facility_cents
    return rate.amount_cents


def practice_expense_in(rate: ScheduleRate, line: BilledLine) -> int | None:
    """The practice expense part of the amount, None when it is not known."""
    if line.place_of_service in FACILITY_PLACES:
        return rate.facility_practice_expense_cents
    return rate.practice_expense_cents


def has_outpatient_cap(rate: ScheduleRate | None) -> bool:
    """Whether the rate is capped in any place."""
    return rate is not None and (
        rate.outpatient_cap_cents is not None or rate.facility_outpatient_cap_cents is not None
    )


def outpatient_cap_in(rate: ScheduleRate, line: BilledLine) -> int | None:
    """The cap of the rate in the place of the line, None without one."""
    if rate.facility_cents is not None and line.place_of_service in FACILITY_PLACES:
        return rate.facility_outpatient_cap_cents
    return rate.outpatient_cap_cents


def _modifiers(line: BilledLine) -> frozenset[str]:
    return frozenset([modifier.upper() for modifier in line.modifiers])


def _covers(
    rate: ScheduleRate, modifiers: frozenset[str], line: BilledLine, day: date | None
) -> bool:
    if rate.modifiers and not modifiers.issuperset(rate.modifiers):
        return False
    if rate.place_of_service and rate.place_of_service != line.place_of_service:
        return False
    return lies_within(day, rate.effective_from, rate.effective_to)


def _specificity(rate: ScheduleRate) -> tuple[int, int, date, bool]:
    cells = (rate.procedure_code, rate.modifiers, rate.place_of_service)
    return (
        sum(1 for cell in cells if cell),
        len(rate.modifiers),
        rate.effective_from or date.min,
        rate.effective_to is not None,
    )


def _by_code(rates: Iterable[ScheduleRate]) -> dict[str, list[ScheduleRate]]:
    found: dict[str, list[ScheduleRate]] = {}
    for rate in sorted(rates, key=_specificity, reverse=True):
        found.setdefault(rate.procedure_code.upper(), []).append(rate)
    return found


def _differ(rate: ScheduleRate, other: ScheduleRate) -> bool:
    return (rate.amount_cents, rate.facility_cents, rate.base_units) != (
        other.amount_cents,
        other.facility_cents,
        other.base_units,
    )


def _drg_key(drg: str) -> str:
    return drg.strip().lstrip("0")

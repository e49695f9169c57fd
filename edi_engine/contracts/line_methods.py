"""The rate of one line before modifiers: schedule, flat, percentage of charge, anesthesia."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from edi_engine.contracts.amounts import MINUTES, format_exact, format_percent
from edi_engine.contracts.drafts import LineDraft
from edi_engine.contracts.schedule_index import amount_in
from edi_engine.quantities import format_quantity
from edi_engine.records.contracts import (
    AnesthesiaRate,
    CaseRate,
    DrgRate,
    FlatRate,
    NotPayable,
    PercentOfCharge,
    PerDiemRate,
    ScheduledRate,
    ScheduleRate,
)

__all__ = ["TAKES_NO_MODIFIERS", "escalate", "is_group_method", "rate_line"]

TAKES_NO_MODIFIERS = (PercentOfCharge, NotPayable)
"""Methods whose amount modifiers, sides and ranks do not change."""

_WHOLE = Decimal(100)
_TENTH = Decimal("0.1")


def is_group_method(method: object) -> bool:
    """Whether a method prices all lines that it covers together."""
    return isinstance(method, CaseRate | PerDiemRate | DrgRate)


def rate_line(draft: LineDraft) -> None:
    """Put the rate of the line's units on the draft, or why there is none.

    The draft has its term, and its rate where the term has a schedule.
    """
    method = draft.term.method
    if isinstance(method, NotPayable):
        draft.step("not payable", method.reason or "excluded by the contract", Decimal(0))
    elif isinstance(method, PercentOfCharge):
        _percent_of_charge(draft, method)
    elif isinstance(method, FlatRate):
        _flat(draft, method)
    elif draft.rate is not None and isinstance(method, ScheduledRate):
        _scheduled(draft, method, draft.rate)
    elif draft.rate is not None and isinstance(method, AnesthesiaRate):
        _anesthesia(draft, method, draft.rate)


def _percent_of_charge(draft: LineDraft, method: PercentOfCharge) -> None:
    charge = Decimal(draft.line.charge_cents)
    words = f"{format_percent(method.percent)} of the charge of {format_exact(charge)}"
    draft.step("percent of charge", words, charge * method.percent / _WHOLE)


def _scheduled(draft: LineDraft, method: ScheduledRate, rate: ScheduleRate) -> None:
    draft.step("rate", rate.origin or method.schedule, Decimal(amount_in(rate, draft.line)))
    if method.percent != _WHOLE:
        words = f"{format_percent(method.percent)} of {method.schedule}"
        draft.times_percent("percent", words, method.percent)
    escalate(draft)
    _times_units(draft)


def _flat(draft: LineDraft, method: FlatRate) -> None:
    draft.step("rate", "flat rate", Decimal(method.amount_cents))
    escalate(draft)
    if method.per_unit:
        _times_units(draft)


def escalate(draft: LineDraft) -> None:
    """Change the amount by every escalator whose first day has come."""
    day = draft.day
    for escalator in draft.indexed.contract.escalators:
        if escalator.terms and draft.term.name not in escalator.terms:
            continue
        if day is not None and escalator.first_on <= day:
            words = f"{escalator.percent:+f} % from {escalator.first_on.isoformat()}"
            draft.times_percent("escalator", words, _WHOLE + escalator.percent, escalator.clause)


def _times_units(draft: LineDraft) -> None:
    """Multiply by the units; a line in minutes, or without a positive number, has no price."""
    line = draft.line
    units = line.units if line.units is not None else Decimal(1)
    if line.unit_code == MINUTES:
        draft.give_up("The line is billed in minutes, and the term pays by units.")
        return
    if units <= 0:
        draft.give_up(f"The line has {format_quantity(units)} units.")
        return
    if "50" in draft.modifiers:
        if units not in {1, 2}:
            draft.give_up(
                f"Modifier 50 stands on {format_quantity(units)} units: one or two mean one pair."
            )
        return
    draft.units_count = units
    if units != 1:
        draft.step("units", f"x {format_quantity(units)} units", draft.amount * units)


def _anesthesia(draft: LineDraft, method: AnesthesiaRate, rate: ScheduleRate) -> None:
    line, base_units = draft.line, rate.base_units or Decimal(0)
    units = line.units if line.units is not None else Decimal(0)
    if units <= 0:
        draft.give_up("The line has no time.")
        return
    time_units = units
    if line.unit_code == MINUTES:
        time_units = _time_units(units, method)
    status = _status_units(draft.modifiers, dict(method.physical_status))
    total = base_units + time_units + status
    words = (
        f"{format_quantity(base_units)} base units + {format_quantity(time_units)} of time"
        + (f" + {format_quantity(status)} of physical status" if status else "")
        + f", x {format_exact(method.conversion_factor)}"
    )
    draft.step("anesthesia", words, total * method.conversion_factor)
    escalate(draft)


def _time_units(minutes: Decimal, method: AnesthesiaRate) -> Decimal:
    exact = minutes / method.minutes_per_unit
    if method.whole_units:
        return exact.quantize(Decimal(1), rounding=ROUND_CEILING)
    return exact.quantize(_TENTH, rounding=ROUND_HALF_UP)


def _status_units(modifiers: frozenset[str], units: Mapping[str, Decimal]) -> Decimal:
    return sum((units[each] for each in sorted(modifiers) if each in units), Decimal(0))

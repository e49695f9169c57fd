"""Priority of a work item: expected money per minute of work, made of factors a person can read.

priority = amount at risk x chance of recovery x urgency / effort, in whole cents per minute.
Source: domain 7.2. Whole numbers only: percentages are hundredths.
"""

from datetime import date, timedelta

import msgspec

from edi_engine.dates import (
    FEDERAL_CALENDAR,
    BusinessCalendar,
    add_business_days,
    business_days_between,
)
from edi_engine.money import format_cents, format_dollars
from edi_engine.records.work import PriorityFactor, WorkItem

__all__ = [
    "BROKEN_PROMISE",
    "URGENT_BUSINESS_DAYS",
    "Priority",
    "chance_percent",
    "chance_reason",
    "last_urgent_day",
    "priority_of",
    "urgency_percent",
]

URGENT_BUSINESS_DAYS = 15
"""Inside so many business days before its deadline an item grows up to three times as urgent."""

BROKEN_PROMISE = "broken promise"
"""Name of the factor that an item of a broken promise has: what was promised and what came."""

_CHANCE = "chance of recovery"
_CALM_PERCENT = 100
_LAST_DAY_PERCENT = 300
_BROKEN_PROMISE_PERCENT = 200
"""Ours: whoever has just broken a promise is asked before what is calm, and after what lapses
within a week. A promise may be held to after any deadline."""


class Priority(msgspec.Struct, frozen=True):
    """The number, higher first, and the factors it is made of, in the order they multiply."""

    value: int
    factors: tuple[PriorityFactor, ...]


def priority_of(
    amount_cents: int,
    recovery_percent: int,
    *,
    recovery_reason: str,
    effort_minutes: int,
    effort_reason: str,
    deadline: date | None,
    as_of: date,
    deadline_reason: str = "",
    broken_promise: bool = False,
    calendar: BusinessCalendar = FEDERAL_CALENDAR,
) -> Priority:
    """The priority on one day. `effort_minutes` is at least 1; an amount is never negative.

    `deadline_reason` says in words which deadline it is, or why none is known.
    """
    urgency = urgency_percent(deadline, as_of, calendar)
    urgency_reason = _urgency_reason(deadline, as_of, calendar)
    if deadline_reason:
        urgency_reason = (
            deadline_reason if deadline is None else f"{urgency_reason}: {deadline_reason}"
        )
    if broken_promise and urgency < _BROKEN_PROMISE_PERCENT:
        urgency = _BROKEN_PROMISE_PERCENT
        urgency_reason = f"a promise is broken; {urgency_reason}"
    value = amount_cents * recovery_percent * urgency // (100 * 100 * effort_minutes)
    factors = (
        PriorityFactor("amount at risk", format_dollars(amount_cents), "what is at stake"),
        PriorityFactor(_CHANCE, f"{recovery_percent}%", recovery_reason),
        PriorityFactor("urgency", f"x{format_cents(urgency)}", urgency_reason),
        PriorityFactor("effort", f"{effort_minutes} minutes", effort_reason),
        PriorityFactor(
            "priority", str(value), "expected cents per minute of work: product over effort"
        ),
    )
    return Priority(value, factors)


def chance_percent(item: WorkItem) -> int:
    """The chance that the item's priority was made of, in whole percent; 0 where it has none."""
    found = (one.value for one in item.factors if one.name == _CHANCE)
    return int(next(found, "0%").rstrip("%"))


def expected_cents(item: WorkItem) -> int:
    """What working the item may bring: what is at risk times its chance, in whole cents, down."""
    return item.amount_at_risk_cents * chance_percent(item) // 100


def chance_reason(item: WorkItem) -> str:
    """Why that chance; empty where the item has none."""
    return next((one.reason for one in item.factors if one.name == _CHANCE), "")


def urgency_percent(
    deadline: date | None, as_of: date, calendar: BusinessCalendar = FEDERAL_CALENDAR
) -> int:
    """100 far from the deadline or without one, rising evenly to 300 on the last day, 0 after."""
    if deadline is None:
        return _CALM_PERCENT
    if deadline < as_of:
        return 0
    left = min(business_days_between(as_of, deadline, calendar), URGENT_BUSINESS_DAYS)
    rise = _LAST_DAY_PERCENT - _CALM_PERCENT
    return _CALM_PERCENT + rise * (URGENT_BUSINESS_DAYS - left) // URGENT_BUSINESS_DAYS


def last_urgent_day(as_of: date, calendar: BusinessCalendar = FEDERAL_CALENDAR) -> date:
    """The last day that is no more than `URGENT_BUSINESS_DAYS` business days away."""
    return add_business_days(as_of, URGENT_BUSINESS_DAYS + 1, calendar) - timedelta(days=1)


def _urgency_reason(deadline: date | None, as_of: date, calendar: BusinessCalendar) -> str:
    if deadline is None:
        return "nothing lapses"
    if deadline < as_of:
        return f"the deadline {deadline.isoformat()} has passed"
    left = business_days_between(as_of, deadline, calendar)
    return f"{left} business days until {deadline.isoformat()}"

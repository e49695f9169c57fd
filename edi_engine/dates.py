"""Dates of X12 files, and business days. No clock here: whoever needs "today" is given `as_of`."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, lru_cache

__all__ = [
    "FEDERAL_CALENDAR",
    "BusinessCalendar",
    "add_business_days",
    "add_months",
    "business_days_between",
    "federal_holidays",
    "lies_within",
    "open_ranges_meet",
    "parse_date",
    "parse_date_range",
    "ranges_overlap",
]

_WORKING_DAYS = 5

_CENTURY_PIVOT = 70
"""Two-digit years (ISA09, some 4010 files): 70 to 99 are 19xx, 00 to 69 are 20xx."""

_EIGHT = re.compile(r"[0-9]{8}", re.ASCII)
_SIX = re.compile(r"[0-9]{6}", re.ASCII)

NO_DATE = date(1900, 1, 1)
"""What some payers send for "no date"; read as None."""


def parse_date(text: str) -> date | None:
    """CCYYMMDD, or YYMMDD with the pivot year 1970, or CCYYMMDDHHMM; None when it is no date.

    Never raises. 1900-01-01 counts as no date.
    """
    digits = text[:8] if len(text) == 12 and text.isdigit() else text
    if _EIGHT.fullmatch(digits):
        year = int(digits[:4])
        month, day = int(digits[4:6]), int(digits[6:])
    elif _SIX.fullmatch(digits):
        short = int(digits[:2])
        year = short + (1900 if short >= _CENTURY_PIVOT else 2000)
        month, day = int(digits[2:4]), int(digits[4:])
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return None if found == NO_DATE else found


def parse_date_range(text: str) -> tuple[date, date] | None:
    """CCYYMMDD-CCYYMMDD (qualifier RD8), inclusive; a single date gives a one-day range.

    None when either end is no date or the ends are the wrong way round.
    """
    first_text, dash, last_text = text.partition("-")
    first_on = parse_date(first_text)
    last_on = parse_date(last_text) if dash else first_on
    if first_on is None or last_on is None or last_on < first_on:
        return None
    return first_on, last_on


def lies_within(day: date | None, first_on: date | None, last_on: date | None) -> bool:
    """Whether a day lies in an inclusive range without ends where None; an unknown day lies only
    in a range without ends."""
    if day is None:
        return first_on is None and last_on is None
    return (first_on is None or first_on <= day) and (last_on is None or day <= last_on)


def open_ranges_meet(
    first_on: date | None,
    last_on: date | None,
    other_first_on: date | None,
    other_last_on: date | None,
) -> bool:
    """Whether two inclusive ranges without ends where None share a day."""
    return max(first_on or date.min, other_first_on or date.min) <= min(
        last_on or date.max, other_last_on or date.max
    )


def ranges_overlap(
    first_on: date | None,
    last_on: date | None,
    other_first_on: date | None,
    other_last_on: date | None,
) -> bool:
    """Whether two inclusive ranges share a day; a range without a first day shares none.

    A missing last day means a one-day range.
    """
    if first_on is None or other_first_on is None:
        return False
    return first_on <= (other_last_on or other_first_on) and other_first_on <= (last_on or first_on)


@lru_cache(maxsize=1 << 12)
def add_business_days(day: date, count: int, calendar: "BusinessCalendar | None" = None) -> date:
    """The day so many business days later, or earlier when negative; federal holidays are days off.

    From a day off the first step leads to the next business day, or back to the last. `calendar`
    None means the federal one. Stops at the ends of the calendar.
    """
    calendar = calendar or FEDERAL_CALENDAR
    step = timedelta(days=1 if count >= 0 else -1)
    found, left = day, abs(count)
    try:
        while left:
            found += step
            left -= calendar.is_business_day(found)
    except OverflowError:
        return date.max if count >= 0 else date.min
    return found


def business_days_between(
    as_of: date, last_on: date, calendar: "BusinessCalendar | None" = None
) -> int:
    """Business days after `as_of` up to and with `last_on`; 0 when it is today or past.

    `calendar` None means the federal one.
    """
    days = (last_on - as_of).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    extra = sum(1 for step in range(1, rest + 1) if (as_of.weekday() + step) % 7 < _WORKING_DAYS)
    return (
        weeks * _WORKING_DAYS + extra - (calendar or FEDERAL_CALENDAR).weekdays_off(as_of, last_on)
    )


def add_months(day: date, count: int) -> date:
    """The same day of the month so many months later; the last of the month where there is none.

    A year from February 29 is February 28, as Medicare counts it (Pub. 100-04, chapter 1, 70.1).
    Stops at the ends of the calendar.
    """
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        return date.max if count > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """Days on which federal offices are closed for a holiday of the year, as observed.

    One on a Saturday is observed the Friday before (New Year's Day then in December of the year
    before), one on a Sunday the Monday after. Inauguration Day is a holiday of one city only.
    Source: 5 U.S.C. 6103; Executive Order 11582; Juneteenth since 2021 (Public Law 117-17).
    """
    days = {_observed(date(year, month, day)) for month, day in _FIXED_HOLIDAYS}
    days |= {_nth_weekday(year, *rule) for rule in _MOVING_HOLIDAYS}
    if year >= _JUNETEENTH_SINCE:
        days.add(_observed(date(year, 6, 19)))
    return frozenset(days)


_FIXED_HOLIDAYS = ((1, 1), (7, 4), (11, 11), (12, 25))
"""New Year's Day, Independence Day, Veterans Day, Christmas Day."""

_MOVING_HOLIDAYS = ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4))
"""(month, weekday, which; -1 the last): Birthday of Martin Luther King, Jr., Washington's Birthday,
Memorial Day, Labor Day, Columbus Day, Thanksgiving Day."""

_JUNETEENTH_SINCE = 2021


def _observed(day: date) -> date:
    shift = {5: -1, 6: 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift) if shift and day > date.min else day


def _nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    if which < 0:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


class BusinessCalendar:
    """Which days count as business days: Mondays to Fridays without federal holidays (unless
    `federal` is False) and without the days off given."""

    def __init__(self, days_off: Iterable[date] = (), *, federal: bool = True) -> None:
        self.days_off = frozenset(days_off)
        self.federal = federal
        self._by_year: dict[int, frozenset[date]] = {}

    def is_business_day(self, day: date) -> bool:
        """Whether offices are open."""
        return day.weekday() < _WORKING_DAYS and day not in self._off_in(day.year)

    def weekdays_off(self, as_of: date, last_on: date) -> int:
        """Days off on Mondays to Fridays after `as_of` up to and with `last_on`."""
        return sum(
            1
            for year in range(as_of.year, last_on.year + 1)
            for day in self._off_in(year)
            if as_of < day <= last_on and day.weekday() < _WORKING_DAYS
        )

    def name_of_day_off(self, day: date) -> str:
        """What kind of day off it is, "a Saturday" for one; empty for a business day."""
        if day.weekday() >= _WORKING_DAYS:
            return "a Saturday" if day.weekday() == _WORKING_DAYS else "a Sunday"
        if day in self.days_off:
            return "a day off of ours"
        return "" if self.is_business_day(day) else "a federal holiday"

    def _off_in(self, year: int) -> frozenset[date]:
        found = self._by_year.get(year)
        if found is None:
            # New Year's Day of the next year may be observed on December 31.
            near = {day for other in (year, year + 1) for day in _federal(other)}
            found = frozenset(
                day for day in (near if self.federal else set()) | self.days_off if day.year == year
            )
            self._by_year[year] = found
        return found


def _federal(year: int) -> frozenset[date]:
    return federal_holidays(year) if date.min.year <= year <= date.max.year else frozenset()


FEDERAL_CALENDAR = BusinessCalendar()
"""Mondays to Fridays without federal holidays."""

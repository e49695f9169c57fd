"""Dates of X12 files. No clock here: whoever needs "today" is given `as_of`."""

import re
from datetime import date, timedelta
from functools import lru_cache

__all__ = ["add_business_days", "parse_date", "parse_date_range", "ranges_overlap"]

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
def add_business_days(day: date, count: int) -> date:
    """The day so many Mondays to Fridays later, or earlier when negative; holidays count.

    From a Saturday or Sunday the first step leads to the Monday, or back to the Friday. Stops at
    the ends of the calendar.
    """
    weeks, rest = divmod(abs(count), _WORKING_DAYS)
    step = 1 if count >= 0 else -1
    try:
        found = day + timedelta(days=step * weeks * 7)
        if not rest and weeks and found.weekday() >= _WORKING_DAYS:
            # Whole weeks keep the weekend; the last working day before it is meant.
            off = found.weekday() - _WORKING_DAYS + 1 if step > 0 else 7 - found.weekday()
            found -= timedelta(days=step * off)
        for _ in range(rest):
            found += timedelta(days=step)
            while found.weekday() >= _WORKING_DAYS:
                found += timedelta(days=step)
    except OverflowError:
        return date.max if step > 0 else date.min
    return found

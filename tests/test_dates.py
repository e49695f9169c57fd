"""Dates of X12 files."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.dates import add_business_days, parse_date, parse_date_range, ranges_overlap


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240229", date(2024, 2, 29)),
        ("240229", date(2024, 2, 29)),
        ("991231", date(1999, 12, 31)),
        ("202402291530", date(2024, 2, 29)),
        ("19000101", None),
        ("20002316", None),
        ("20230229", None),
        ("", None),
        ("2024-02-29", None),
        ("2024022", None),
        ("\uff12\uff10240229", None),
        ("00000000", None),
    ],
)
def test_dates_are_read_or_refused(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


@given(st.text(max_size=14))
def test_no_text_makes_the_date_reader_raise(text: str) -> None:
    parse_date(text)
    parse_date_range(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240101-20240131", (date(2024, 1, 1), date(2024, 1, 31))),
        ("20240101", (date(2024, 1, 1), date(2024, 1, 1))),
        ("20240131-20240101", None),
        ("20240131-", None),
    ],
)
def test_ranges_are_inclusive_and_the_right_way_round(
    text: str, expected: tuple[date, date] | None
) -> None:
    assert parse_date_range(text) == expected


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ((1, 5), (5, 9), True),
        ((1, 5), (6, 9), False),
        ((3, None), (1, 9), True),
        ((None, None), (1, 9), False),
        ((1, 9), (None, 5), False),
    ],
)
def test_ranges_overlap_when_they_share_a_day(
    first: tuple[int | None, int | None], second: tuple[int | None, int | None], overlap: bool
) -> None:
    days = [date(2024, 1, day) if day is not None else None for day in (*first, *second)]
    assert ranges_overlap(*days) is overlap


@pytest.mark.parametrize("day", [date(2026, 1, 5) + timedelta(days=step) for step in range(7)])
@pytest.mark.parametrize("count", range(-12, 13))
def test_business_days_are_counted_one_by_one(day: date, count: int) -> None:
    found, left = day, abs(count)
    step = timedelta(days=1 if count >= 0 else -1)
    while left:
        found += step
        left -= found.weekday() < 5
    assert add_business_days(day, count) == found


def test_business_days_end_with_the_calendar() -> None:
    assert add_business_days(date.max, 5) == date.max
    assert add_business_days(date.min, -5) == date.min

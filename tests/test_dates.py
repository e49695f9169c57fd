"""Dates of X12 files."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.dates import (
    FEDERAL_CALENDAR,
    BusinessCalendar,
    add_business_days,
    add_months,
    business_days_between,
    federal_holidays,
    lies_within,
    open_ranges_meet,
    parse_date,
    parse_date_range,
    ranges_overlap,
)


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


MARTIN_LUTHER_KING_DAY = date(2026, 1, 19)
CHRISTMAS, NEW_YEAR = date(2025, 12, 25), date(2026, 1, 1)


def counted_one_by_one(day: date, count: int, days_off: set[date]) -> date:
    found, left = day, abs(count)
    step = timedelta(days=1 if count >= 0 else -1)
    while left:
        found += step
        left -= found.weekday() < 5 and found not in days_off
    return found


@pytest.mark.parametrize("day", [date(2026, 1, 5) + timedelta(days=step) for step in range(7)])
@pytest.mark.parametrize("count", range(-12, 13))
def test_business_days_are_counted_one_by_one(day: date, count: int) -> None:
    holidays = {CHRISTMAS, NEW_YEAR, MARTIN_LUTHER_KING_DAY}
    assert add_business_days(day, count) == counted_one_by_one(day, count, holidays)
    closed = {date(2026, 1, 2), date(2026, 1, 13)}
    ours = BusinessCalendar(closed)
    assert add_business_days(day, count, ours) == counted_one_by_one(day, count, holidays | closed)
    plain = BusinessCalendar(federal=False)
    assert add_business_days(day, count, plain) == counted_one_by_one(day, count, set())


# As the Office of Personnel Management lists them: the observed day where it is another.
HOLIDAYS = {
    2021: "0101 0118 0215 0531 0618 0705 0906 1011 1111 1125 1224",
    2022: "1231- 0117 0221 0530 0620 0704 0905 1010 1111 1124 1226",
    2023: "0102 0116 0220 0529 0619 0704 0904 1009 1110 1123 1225",
    2024: "0101 0115 0219 0527 0619 0704 0902 1014 1111 1128 1225",
    2025: "0101 0120 0217 0526 0619 0704 0901 1013 1111 1127 1225",
    2026: "0101 0119 0216 0525 0619 0703 0907 1012 1111 1126 1225",
    2027: "0101 0118 0215 0531 0618 0705 0906 1011 1111 1125 1224",
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_federal_holidays_are_those_of_the_public_list(year: int) -> None:
    listed = {
        # "-" is a day of the year before: New Year's Day on a Saturday.
        date(year - text.endswith("-"), int(text[:2]), int(text[2:4]))
        for text in HOLIDAYS[year].split()
    }
    assert federal_holidays(year) == listed


def test_there_was_no_juneteenth_before_it_was_one() -> None:
    assert len(federal_holidays(2020)) == 10
    assert len(federal_holidays(2021)) == 11


@pytest.mark.parametrize("year", range(1990, 2060))
def test_holidays_are_observed_on_weekdays_and_new_years_eve_counts_in_its_own_year(
    year: int,
) -> None:
    assert all(day.weekday() < 5 for day in federal_holidays(year))
    new_year = date(year + 1, 1, 1)
    is_observed_before = new_year.weekday() == 5
    last_day = date(year, 12, 31)
    assert FEDERAL_CALENDAR.is_business_day(last_day) is (
        last_day.weekday() < 5 and not is_observed_before
    )


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 3, 7), "a Saturday"),
        (date(2026, 3, 8), "a Sunday"),
        (date(2026, 7, 3), "a federal holiday"),
        (date(2026, 3, 6), "a day off of ours"),
        (date(2026, 3, 5), ""),
    ],
)
def test_a_day_off_is_named(day: date, kind: str) -> None:
    assert BusinessCalendar([date(2026, 3, 6)]).name_of_day_off(day) == kind


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(-10, 800),
    st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=5),
)
def test_business_days_between_agree_with_counting_on_the_fingers(
    day: date, days: int, closed: set[date]
) -> None:
    calendar = BusinessCalendar(closed)
    last_on = day + timedelta(days)
    counted = sum(calendar.is_business_day(day + timedelta(step)) for step in range(1, days + 1))
    assert business_days_between(day, last_on, calendar) == counted


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 300))
def test_adding_and_counting_business_days_agree(day: date, count: int) -> None:
    found = add_business_days(day, count)
    assert business_days_between(day, found) == count
    assert found >= day


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 2, 28), 12, date(2026, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(9999, 1, 1), 12, date.max),
        (date(1, 1, 1), -1, date.min),
    ],
)
def test_months_end_on_the_same_day_or_the_last_one(day: date, count: int, found: date) -> None:
    assert add_months(day, count) == found


def test_business_days_end_with_the_calendar() -> None:
    assert add_business_days(date.max, 5) == date.max
    assert add_business_days(date.min, -5) == date.min


@pytest.mark.parametrize(
    ("day", "first_on", "last_on", "is_within"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 9), False),
        (date(2026, 3, 10), date(2026, 3, 2), date(2026, 3, 9), False),
        (date(2026, 3, 2), None, date(2026, 3, 2), True),
        (date(2026, 3, 2), date(2026, 3, 2), None, True),
        (date(2026, 3, 2), None, None, True),
        (None, None, None, True),
        (None, date(2026, 3, 2), None, False),
        (None, None, date(2026, 3, 2), False),
    ],
)
def test_a_day_lies_within_a_range_with_both_its_ends(
    day: date | None, first_on: date | None, last_on: date | None, is_within: bool
) -> None:
    assert lies_within(day, first_on, last_on) is is_within


@given(*[st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9))] * 4)
def test_open_ranges_meet_when_a_day_lies_within_both(
    first_on: date | None,
    last_on: date | None,
    other_first_on: date | None,
    other_last_on: date | None,
) -> None:
    days = [date(2025, 12, 31) + timedelta(days=place) for place in range(11)]
    both = [
        day
        for day in days
        if lies_within(day, first_on, last_on) and lies_within(day, other_first_on, other_last_on)
    ]
    assert open_ranges_meet(first_on, last_on, other_first_on, other_last_on) is bool(both)

"""Priority as a table, with a slower second way to the same numbers."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.dates import BusinessCalendar, business_days_between
from edi_engine.worklist.priority import (
    URGENT_BUSINESS_DAYS,
    last_urgent_day,
    priority_of,
    urgency_percent,
)

FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("deadline", "percent"),
    [
        (None, 100),
        (date(2026, 6, 1), 100),
        (date(2026, 3, 27), 100),
        (date(2026, 3, 20), 166),
        (date(2026, 3, 9), 286),
        (FRIDAY, 300),
        (date(2026, 3, 5), 0),
    ],
)
def test_urgency_rises_threefold_inside_fifteen_business_days(
    deadline: date | None, percent: int
) -> None:
    assert urgency_percent(deadline, FRIDAY) == percent


@settings(derandomize=True)
@given(
    st.integers(0, 10**10),
    st.integers(0, 100),
    st.integers(1, 240),
    st.none() | st.integers(-5, 60),
)
def test_priority_is_the_product_over_the_effort_rounded_down(
    amount_cents: int, recovery: int, effort: int, days: int | None
) -> None:
    deadline = None if days is None else FRIDAY + timedelta(days)

    priority = priority_of(
        amount_cents,
        recovery,
        recovery_reason="r",
        effort_minutes=effort,
        effort_reason="e",
        deadline=deadline,
        as_of=FRIDAY,
    )

    urgency = Fraction(urgency_percent(deadline, FRIDAY), 100)
    exact = Fraction(amount_cents) * Fraction(recovery, 100) * urgency / effort
    assert priority.value == exact.numerator // exact.denominator
    assert priority.factors[-1].value == str(priority.value)


def test_days_off_make_a_deadline_come_sooner() -> None:
    deadline = date(2026, 3, 20)
    closed = BusinessCalendar([date(2026, 3, 12), date(2026, 3, 13)])

    assert urgency_percent(deadline, FRIDAY) == 166
    assert urgency_percent(deadline, FRIDAY, closed) == 193


def test_the_urgency_says_which_deadline_it_is_or_what_is_missing() -> None:
    def reason(deadline: date | None, words: str) -> str:
        found = priority_of(
            100,
            50,
            recovery_reason="r",
            effort_minutes=1,
            effort_reason="e",
            deadline=deadline,
            as_of=FRIDAY,
            deadline_reason=words,
        )
        return found.factors[2].reason

    assert reason(None, "") == "nothing lapses"
    assert reason(date(2026, 3, 13), "the appeal deadline") == (
        "5 business days until 2026-03-13: the appeal deadline"
    )
    assert reason(date(2026, 3, 5), "the filing deadline") == (
        "the deadline 2026-03-05 has passed: the filing deadline"
    )
    assert reason(None, "filing deadline unknown: a day is missing") == (
        "filing deadline unknown: a day is missing"
    )


@settings(derandomize=True)
@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_the_last_urgent_day_is_the_last_so_many_business_days_away(as_of: date) -> None:
    last = last_urgent_day(as_of)

    assert business_days_between(as_of, last) == URGENT_BUSINESS_DAYS
    assert business_days_between(as_of, last + timedelta(1)) == URGENT_BUSINESS_DAYS + 1

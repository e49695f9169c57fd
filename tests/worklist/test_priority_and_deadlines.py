"""Priority and deadlines as tables, with a slower second way to the same numbers."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.records.policy import ReconcilePolicy
from edi_engine.worklist.causes import Window
from edi_engine.worklist.deadlines import business_days_between, deadline_for
from edi_engine.worklist.priority import (
    URGENT_BUSINESS_DAYS,
    last_urgent_day,
    priority_of,
    urgency_percent,
)

FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("as_of", "last_on", "business_days"),
    [
        (FRIDAY, FRIDAY, 0),
        (FRIDAY, date(2026, 3, 7), 0),
        (FRIDAY, date(2026, 3, 9), 1),
        (FRIDAY, date(2026, 3, 13), 5),
        (FRIDAY, date(2026, 3, 1), 0),
        (date(2026, 3, 7), date(2026, 3, 8), 0),
        (date(2026, 3, 8), date(2026, 3, 9), 1),
    ],
)
def test_business_days_leave_out_weekends(as_of: date, last_on: date, business_days: int) -> None:
    assert business_days_between(as_of, last_on) == business_days


@settings(derandomize=True)
@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(-10, 400))
def test_business_days_agree_with_counting_on_the_fingers(as_of: date, days: int) -> None:
    counted = sum(1 for step in range(1, days + 1) if (as_of + timedelta(step)).weekday() < 5)

    assert business_days_between(as_of, as_of + timedelta(days)) == counted


@pytest.mark.parametrize(
    ("window", "arose_on", "service_from", "deadline"),
    [
        (Window.NONE, date(2026, 3, 1), date(2026, 1, 1), None),
        (Window.APPEAL, date(2026, 3, 1), None, date(2026, 8, 28)),
        (Window.APPEAL, None, date(2026, 1, 1), None),
        (Window.FILING, date(2026, 3, 1), date(2026, 1, 1), date(2027, 1, 1)),
        (Window.FILING, date(2026, 3, 1), None, None),
        (Window.CORRECTED_CLAIM, date(2026, 3, 1), date(2026, 1, 1), date(2026, 8, 28)),
        (Window.CORRECTED_CLAIM, date(2026, 3, 1), date(2025, 6, 1), date(2026, 6, 1)),
        # Filing was over before the refusal came: only the appeal is left.
        (Window.CORRECTED_CLAIM, date(2026, 3, 1), date(2025, 1, 1), date(2026, 8, 28)),
        (Window.CORRECTED_CLAIM, None, None, None),
        (Window.REFUND, date(2026, 3, 1), date(2026, 1, 1), date(2026, 4, 30)),
        (Window.REFUND, None, date(2026, 1, 1), None),
    ],
)
def test_deadlines_follow_their_window(
    window: Window, arose_on: date | None, service_from: date | None, deadline: date | None
) -> None:
    found = deadline_for(
        window, ReconcilePolicy(), payer_id="P", arose_on=arose_on, service_from=service_from
    )

    assert found == deadline


def test_a_payer_may_have_its_own_windows() -> None:
    policy = ReconcilePolicy(filing_days_by_payer=(("P", 90),), appeal_days_by_payer=(("P", 60),))
    first = date(2026, 1, 1)

    def found(window: Window, payer_id: str) -> date | None:
        return deadline_for(window, policy, payer_id=payer_id, arose_on=first, service_from=first)

    assert found(Window.FILING, "P") == date(2026, 4, 1)
    assert found(Window.APPEAL, "P") == date(2026, 3, 2)
    assert found(Window.APPEAL, "OTHER") == date(2026, 6, 30)


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


@settings(derandomize=True)
@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_the_last_urgent_day_is_the_last_so_many_business_days_away(as_of: date) -> None:
    last = last_urgent_day(as_of)

    assert business_days_between(as_of, last) == URGENT_BUSINESS_DAYS
    assert business_days_between(as_of, last + timedelta(1)) == URGENT_BUSINESS_DAYS + 1

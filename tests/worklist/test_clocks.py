"""Clocks of work items: a table of days worked out by hand, hours, pauses, and properties."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.dates import add_business_days
from edi_engine.records.policy import ReconcilePolicy, WorklistPolicy
from edi_engine.records.work import Queue, WaitingFor, WorkEvent, WorkEventKind, WorkStatus
from edi_engine.records.work_clocks import (
    ClockKind,
    ClockLimit,
    ClockSpan,
    ClockState,
    ClockUnit,
    ItemTurn,
    QueueClocks,
    TurnKind,
    WorkClock,
)
from edi_engine.worklist import ClockBook, clock_after, escalate, turns_of
from tests.store.sample_records import work_item

NOW = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
DENIAL = (Queue.DENIAL,)
DAYS, HOURS = ClockUnit.BUSINESS_DAYS, ClockUnit.BUSINESS_HOURS


def book(first: int = 2, unit: ClockUnit = DAYS, *, next_: int = 5, **policy: object) -> ClockBook:
    clocks = QueueClocks(Queue.DENIAL, ClockLimit(first, unit), ClockLimit(next_, unit))
    return ClockBook(
        ReconcilePolicy(worklist=WorklistPolicy(clocks=(clocks,)), **policy)  # type: ignore[arg-type]
    )


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))


def running(since: datetime) -> WorkClock:
    return WorkClock(since.date(), spans=(ClockSpan(since),))


def state_of(
    book: ClockBook, clock: WorkClock, now: datetime, status: WorkStatus = WorkStatus.NEW
) -> ClockState | None:
    return book.state(clock, DENIAL, status=status, next_action_on=None, now=now)


DUE_DAYS = [
    # opened on, business days, due on, as of, business days late
    ("2026-11-30", 2, "2026-12-02", "2026-12-03", 1),  # Monday to Wednesday
    ("2026-11-30", 2, "2026-12-02", "2026-12-02", 0),  # its last day is in time
    ("2026-11-25", 2, "2026-11-30", "2026-12-02", 2),  # over Thanksgiving and a weekend
    ("2026-02-14", 1, "2026-02-17", "2026-02-17", 0),  # a Saturday; Monday is a holiday
    ("2026-12-24", 1, "2026-12-28", "2026-12-29", 1),  # Christmas Day is a Friday
    ("2026-07-02", 1, "2026-07-06", "2026-07-06", 0),  # July 4 is observed on July 3
    ("2026-03-04", 2, "2026-03-06", "2026-03-08", 0),  # on a Sunday nobody is late yet
    ("2026-03-04", 2, "2026-03-06", "2026-03-09", 1),
    ("2026-12-31", 3, "2027-01-06", "2027-01-11", 3),  # over New Year's Day
    ("2026-03-02", 10, "2026-03-16", "2026-03-21", 4),  # a Saturday after four days
]


@pytest.mark.parametrize(("opened_on", "days", "due_on", "as_of", "late"), DUE_DAYS)
def test_days_are_counted_on_the_calendar(
    opened_on: str, days: int, due_on: str, as_of: str, late: int
) -> None:
    state = state_of(book(days), running(at(opened_on)), at(as_of))

    assert state is not None
    assert (str(state.due_on), state.is_late, state.late_count) == (due_on, late > 0, late)
    unit = "business day" if late == 1 else "business days"
    lateness = f", {late} {unit} late" if late else ""
    assert state.words == f"first touch due {due_on}{lateness}"


def test_days_off_of_the_office_count_too() -> None:
    day_off = frozenset({date(2026, 11, 27)})
    state = state_of(book(days_off=day_off), running(at("2026-11-25")), at("2026-12-02"))
    assert state is not None
    assert state.words == "first touch due 2026-12-01, 1 business day late"


LESS = "less than a business hour late"
DUE_HOURS = [
    # since, hours, due, now, in words
    ("2026-03-02 09:00", 4, "2026-03-02 13:00", "2026-03-02 13:00", ""),
    ("2026-03-02 15:00", 4, "2026-03-03 10:00", "2026-03-03 12:30", "2 business hours late"),
    ("2026-03-06 16:00", 2, "2026-03-09 09:00", "2026-03-09 10:00", "1 business hour late"),
    ("2026-03-02 02:00", 4, "2026-03-02 12:00", "2026-03-02 11:59", ""),  # before it opens
    ("2026-03-02 22:00", 1, "2026-03-03 09:00", "2026-03-03 08:59", ""),  # after it closed
    ("2026-03-01 12:00", 9, "2026-03-02 17:00", "2026-03-02 23:00", ""),  # a whole day
    ("2026-03-02 08:00", 9, "2026-03-02 17:00", "2026-03-03 08:20", LESS),
    ("2026-11-25 16:30", 9, "2026-11-27 16:30", "2026-11-30 09:30", "2 business hours late"),
]  # fmt: skip


@pytest.mark.parametrize(("since", "hours", "due", "now", "late"), DUE_HOURS)
def test_hours_are_those_of_the_office(
    since: str, hours: int, due: str, now: str, late: str
) -> None:
    state = state_of(book(hours, HOURS), running(at(*since.split())), at(*now.split()))

    assert state is not None
    assert f"{state.due_on} {state.due_at}" == due
    assert state.words == f"first touch due {due}" + (f", {late}" if late else "")
    assert state.is_late == bool(late)


def turned(clock: WorkClock, *turns: tuple[TurnKind, str]) -> WorkClock:
    return clock_after(clock, [ItemTurn(kind, at(day)) for kind, day in turns])


def test_a_snooze_stops_the_clock_and_it_goes_on_where_it_stood() -> None:
    opened = running(at("2026-03-02"))
    paused = turned(opened, (TurnKind.PAUSED, "2026-03-03"))
    back = turned(paused, (TurnKind.RESUMED, "2026-03-16"))

    # One of two business days was used, so one is left from the sixteenth on.
    state = state_of(book(), back, at("2026-03-18"), WorkStatus.OPEN)
    assert state is not None
    assert state.words == "first touch due 2026-03-17, 1 business day late"
    waiting = book().state(
        paused,
        DENIAL,
        status=WorkStatus.WAITING,
        next_action_on=date(2026, 3, 16),
        now=at("2026-03-05"),
        waiting_for=WaitingFor.INTERNAL,
    )
    assert waiting == ClockState(
        ClockKind.FIRST_TOUCH, "first touch paused: put off until 2026-03-16", is_paused=True
    )


def test_what_was_late_before_a_snooze_is_late_after_it() -> None:
    late = turned(
        running(at("2026-03-02")),
        (TurnKind.PAUSED, "2026-03-06"),
        (TurnKind.RESUMED, "2026-03-16"),
    )
    state = state_of(book(), late, at("2026-03-16"), WorkStatus.OPEN)
    assert state is not None
    # Four days were used of two, so it is two days late on the day it comes back.
    assert (state.due_on, state.late_count) == (date(2026, 3, 12), 2)


def test_a_touch_ends_the_first_clock_and_the_next_begins_when_the_item_comes_back() -> None:
    touched = turned(running(at("2026-03-02")), (TurnKind.TOUCHED, "2026-03-03"))
    assert (touched.kind, touched.is_running) == (ClockKind.NEXT_TOUCH, False)
    assert touched.first_touched_on == date(2026, 3, 3)

    back = turned(touched, (TurnKind.RESUMED, "2026-03-16"))
    state = state_of(book(), back, at("2026-03-24"), WorkStatus.OPEN)
    assert state is not None
    assert state.words == "next touch due 2026-03-23, 1 business day late"
    again = turned(back, (TurnKind.TOUCHED, "2026-03-24"))
    assert (again.first_touched_on, again.spans) == (date(2026, 3, 3), ())


@pytest.mark.parametrize(
    ("status", "waiting_for", "words"),
    [
        (WorkStatus.APPEALED, WaitingFor.PAYER, "appealed until 2026-05-01"),
        (WorkStatus.WAITING, WaitingFor.PAYER, "waiting for the payer until 2026-05-01"),
        (WorkStatus.WAITING, WaitingFor.PATIENT, "waiting for the patient until 2026-05-01"),
        (WorkStatus.WAITING, None, "snoozed until 2026-05-01"),
    ],
)
def test_what_is_hidden_says_why_its_clock_stands(
    status: WorkStatus, waiting_for: WaitingFor | None, words: str
) -> None:
    state = book().state(
        WorkClock(date(2026, 3, 2), date(2026, 3, 3)),
        DENIAL,
        status=status,
        next_action_on=date(2026, 5, 1),
        now=at("2026-03-05"),
        waiting_for=waiting_for,
    )
    assert state is not None
    assert state.words == f"next touch paused: {words}"


@pytest.mark.parametrize("status", [WorkStatus.RESOLVED, WorkStatus.CLOSED, WorkStatus.WONT_WORK])
def test_what_is_settled_and_what_no_queue_clocks_has_no_clock(status: WorkStatus) -> None:
    clock = running(at("2026-03-02"))
    assert state_of(book(), clock, at("2026-03-20"), status) is None
    assert book().state(
        clock, (Queue.CREDIT,), status=WorkStatus.NEW, next_action_on=None, now=at("2026-03-20")
    ) is None  # fmt: skip


def test_the_first_queue_that_has_clocks_gives_the_limit() -> None:
    policy = WorklistPolicy(
        clocks=(
            QueueClocks(Queue.PROMISE_BROKEN, ClockLimit(1, DAYS)),
            QueueClocks(Queue.DENIAL, ClockLimit(5, DAYS)),
        )
    )
    clocks = ClockBook(ReconcilePolicy(worklist=policy))
    both = (Queue.PROMISE_BROKEN, Queue.DENIAL)
    assert clocks.limit(both, ClockKind.FIRST_TOUCH) == ClockLimit(1, DAYS)
    assert clocks.limit(both, ClockKind.NEXT_TOUCH) is None
    assert clocks.limit(DENIAL, ClockKind.FIRST_TOUCH) == ClockLimit(5, DAYS)


TURNS = [
    # what happened, the status it left, what that means for the clock
    ("opened", WorkStatus.NEW, ["opened"]),
    ("reopened", WorkStatus.OPEN, ["opened"]),
    ("touched", WorkStatus.WAITING, ["touched"]),
    ("promised", WorkStatus.WAITING, ["touched"]),
    ("appealed", WorkStatus.APPEALED, ["touched"]),
    ("answered", WorkStatus.APPEALED, ["touched", "paused"]),
    ("answered", WorkStatus.OPEN, ["touched", "resumed"]),
    ("snoozed", WorkStatus.WAITING, ["paused"]),
    ("woken", WorkStatus.OPEN, ["resumed"]),
    ("promise_broken", WorkStatus.OPEN, ["resumed"]),
    ("undone", WorkStatus.OPEN, ["resumed"]),
    ("undone", WorkStatus.WAITING, ["paused"]),
    ("closed", WorkStatus.CLOSED, ["ended"]),
    ("given_up", WorkStatus.WONT_WORK, ["ended"]),
    ("resolved", WorkStatus.RESOLVED, ["ended"]),
    ("escalated", WorkStatus.ESCALATED, ["escalated"]),
    ("noted", WorkStatus.OPEN, []),
    ("assigned", WorkStatus.OPEN, []),
    ("evidence", WorkStatus.OPEN, []),
    ("promise_kept", WorkStatus.WAITING, []),
]


@pytest.mark.parametrize(("kind", "status", "meaning"), TURNS)
def test_what_happens_to_an_item_moves_its_clock(
    kind: str, status: WorkStatus, meaning: list[str]
) -> None:
    event = WorkEvent(NOW, WorkEventKind(kind), "kim", "")
    turns = turns_of(work_item("claim:1/denied/1", status=status), [event], at("2026-03-05"))
    assert [turn.kind.value for turn in turns] == meaning


def test_every_kind_of_event_is_in_the_table() -> None:
    assert {kind for kind, _, _ in TURNS} == {kind.value for kind in WorkEventKind}


def test_reopening_starts_a_new_clock() -> None:
    clock = WorkClock(date(2026, 3, 2), date(2026, 3, 3), escalated_on=date(2026, 3, 9))
    again = turned(clock, (TurnKind.OPENED, "2026-04-01"))
    assert again == running(at("2026-04-01"))


@pytest.mark.parametrize("manager", ["", "PAT"])
def test_escalating_says_why_and_gives_the_item_to_the_manager(manager: str) -> None:
    item = work_item("claim:1/denied/1", status=WorkStatus.NEW, assignee="kim")
    state = state_of(book(), running(at("2026-11-30")), at("2026-12-03"))
    assert state is not None

    change = escalate(item, state, manager=manager, happened_at=NOW)

    assert (change.item.status, change.item.assignee) == (WorkStatus.ESCALATED, manager or "kim")
    (event,) = change.events
    assert (event.kind, event.actor) == (WorkEventKind.ESCALATED, "engine")
    assert event.text == (
        "Its clock ran out: first touch due 2026-12-02, 1 business day late."
        + (" It goes to PAT." if manager else "")
    )


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 31)).map(  # noqa: DTZ001
    lambda found: found.replace(second=0, microsecond=0)
)


def open_minutes_by_counting(clocks: ClockBook, first: datetime, last: datetime) -> int:
    """Minute by minute, from eight to five: slow, and plain."""
    count, moment = 0, first
    while moment < last:
        if clocks.calendar.is_business_day(moment.date()) and 8 <= moment.hour < 17:
            count += 1
        moment += timedelta(minutes=1)
    return count


@given(moments, st.integers(0, 6_000))
def test_office_minutes_are_those_that_one_counts(first: datetime, length: int) -> None:
    clocks = book(1, HOURS)
    last = first + timedelta(minutes=length)
    assert clocks.office_minutes(first, last) == open_minutes_by_counting(clocks, first, last)


@given(moments, st.integers(1, 3_000))
def test_so_many_office_minutes_later_is_the_first_moment_at_which_they_passed(
    start: datetime, minutes: int
) -> None:
    clocks = book(1, HOURS)
    due = clocks.after_office_minutes(start, minutes)
    assert clocks.office_minutes(start, due) == minutes
    assert clocks.office_minutes(start, due - timedelta(minutes=1)) == minutes - 1


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=4),
)
def test_a_pause_moves_the_day_by_as_many_business_days_as_it_lasts(
    opened_on: date, days: int, pauses: list[tuple[int, int]]
) -> None:
    """Held against counting: the due day is the one after so many business days in sight."""
    clocks = book(days)
    day = add_business_days(opened_on, 1)
    clock = running(datetime.combine(day, time(9)))
    in_sight: set[date] = set()
    for shown, hidden in pauses:
        in_sight.update(day + timedelta(days=step) for step in range(1, shown + 1))
        clock = clock_after(
            clock, [ItemTurn(TurnKind.PAUSED, datetime.combine(day, time(9)) + timedelta(shown))]
        )
        day += timedelta(days=shown + hidden)
        clock = clock_after(clock, [ItemTurn(TurnKind.RESUMED, datetime.combine(day, time(9)))])
    state = state_of(clocks, clock, datetime.combine(day, time(9)), WorkStatus.OPEN)
    assert state is not None
    assert state.due_on is not None
    used = sum(clocks.calendar.is_business_day(one) for one in in_sight)
    assert state.due_on == add_business_days(day, days - used)

"""The manager's view of the queues: clocks, the oldest, and how soon somebody touches an item.

Source: domain feature 78.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median_low

from edi_engine.dates import BusinessCalendar, business_days_between
from edi_engine.jobs.clock import office_moment, utc_now
from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.jobs.work_progress import clock_of_row
from edi_engine.records.datasets import Dataset
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import UNSETTLED, Queue, WorkStatus
from edi_engine.records.work_clocks import ClockLimit, ClockRow, ClockState
from edi_engine.store import Reader
from edi_engine.worklist import ClockBook, cause_rule

__all__ = ["CLOCKS", "clocks_report"]

FIRST_TOUCH_DAYS = 90
"""Items first touched in so many days make the median: a quarter, as managers compare."""

CLOCKS = Dataset(
    "clocks",
    "How the queues stand: open items, those whose clock is on time, late or paused, the oldest, "
    "and business days to the first touch.",
    report_columns(
        queue="text",
        first_touch="text",
        next_touch="text",
        open="number",
        on_time="number",
        late="number",
        paused="number",
        escalated="number",
        late_at_risk="money",
        oldest_on="day",
        oldest_business_days="number",
        first_touches="number",
        median_days_to_first_touch="number",
    ),
)


def clocks_report(reader: Reader, as_of: date, policy: ReconcilePolicy) -> Report:
    """A row per queue that has open items, or items first touched lately."""
    book = ClockBook(policy)
    now = office_moment(as_of, utc_now())
    rows = reader.clock_rows()
    by_queue: dict[Queue, list[ClockRow]] = defaultdict(list)
    for row in rows:
        by_queue[row.queue].append(row)
    found = []
    for queue in Queue:
        of_queue = by_queue.get(queue, [])
        open_rows = [row for row in of_queue if row.status in UNSETTLED]
        touches = _days_to_first_touch(of_queue, as_of, book.calendar)
        if not open_rows and not touches:
            continue
        states = [
            (row, state) for row in open_rows if (state := _state(book, row, now)) is not None
        ]
        running = [(row, state) for row, state in states if not state.is_paused]
        late = [row for row, state in running if state.is_late]
        oldest = min((row.opened_on for row in open_rows if row.opened_on), default=None)
        clocks = book.queues.get(queue)
        found.append(
            (
                queue.value,
                _limit_words(None if clocks is None else clocks.first_touch),
                _limit_words(None if clocks is None else clocks.next_touch),
                len(open_rows),
                len(running) - len(late),
                len(late),
                len(states) - len(running),
                sum(row.status == WorkStatus.ESCALATED for row in open_rows),
                sum(row.amount_at_risk_cents for row in late),
                oldest,
                None if oldest is None else business_days_between(oldest, as_of, book.calendar),
                len(touches),
                median_low(touches) if touches else None,
            )
        )
    return Report(CLOCKS, tuple(found))


def _state(book: ClockBook, row: ClockRow, now: datetime) -> ClockState | None:
    return book.state(
        clock_of_row(row),
        (row.queue, cause_rule(row.cause).queue),
        status=WorkStatus(row.status),
        next_action_on=row.next_action_on,
        now=now,
    )


def _days_to_first_touch(
    rows: Iterable[ClockRow], as_of: date, calendar: BusinessCalendar
) -> list[int]:
    since = as_of - timedelta(days=FIRST_TOUCH_DAYS)
    days = []
    for row in rows:
        clock = None if row.progress is None else row.progress.clock
        if clock is None or clock.first_touched_on is None:
            continue
        if since < clock.first_touched_on <= as_of:
            days.append(business_days_between(clock.opened_on, clock.first_touched_on, calendar))
    return days


def _limit_words(limit: ClockLimit | None) -> str:
    if limit is None:
        return ""
    unit = limit.unit.value.replace("_", " ")
    return f"{limit.count} {unit[:-1] if limit.count == 1 else unit}"

"""Clocks of work items: until when somebody should touch one, and whether that day has passed.

Pure. A clock counts business days or office hours on the office's calendar while its item is in
sight; while it is hidden (snoozed, appealed, waiting after a touch) the clock stands still. A touch
ends it, and the next begins on the day the item comes back. Source: domain feature 78.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import msgspec

from edi_engine.dates import add_business_days, business_days_between
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import (
    SETTLED,
    Queue,
    WaitingFor,
    WorkEvent,
    WorkEventKind,
    WorkItem,
    WorkStatus,
)
from edi_engine.records.work_clocks import (
    ClockKind,
    ClockLimit,
    ClockSpan,
    ClockState,
    ClockUnit,
    ItemTurn,
    TurnKind,
    WorkClock,
)
from edi_engine.worklist.refresh import ENGINE, WorkChange

__all__ = ["ClockBook", "clock_after", "escalate", "turns_of"]

_HIDDEN = frozenset({WorkStatus.WAITING, WorkStatus.APPEALED})

_TURNS = {
    WorkEventKind.OPENED: TurnKind.OPENED,
    WorkEventKind.REOPENED: TurnKind.OPENED,
    WorkEventKind.TOUCHED: TurnKind.TOUCHED,
    WorkEventKind.PROMISED: TurnKind.TOUCHED,
    WorkEventKind.APPEALED: TurnKind.TOUCHED,
    WorkEventKind.ANSWERED: TurnKind.TOUCHED,
    WorkEventKind.ESCALATED: TurnKind.ESCALATED,
}
"""What starts, ends or marks a clock. Whether it then runs is told by the item's status."""

_RUNS_BY_STATUS = frozenset(
    {
        WorkEventKind.ANSWERED,
        WorkEventKind.SNOOZED,
        WorkEventKind.WOKEN,
        WorkEventKind.UNDONE,
        WorkEventKind.CLOSED,
        WorkEventKind.GIVEN_UP,
        WorkEventKind.RESOLVED,
        WorkEventKind.PROMISE_BROKEN,
    }
)

_MINUTES_PER_HOUR = 60


def turns_of(item: WorkItem, events: Iterable[WorkEvent], at: datetime) -> list[ItemTurn]:
    """What these events, which made the item what it is, mean for its clock, in order."""
    turns: list[ItemTurn] = []
    for event in events:
        if event.kind in _TURNS:
            turns.append(ItemTurn(_TURNS[event.kind], at))
        if event.kind in _RUNS_BY_STATUS:
            turns.append(ItemTurn(_standing(item.status), at))
    return turns


def _standing(status: WorkStatus) -> TurnKind:
    if status in SETTLED:
        return TurnKind.ENDED
    return TurnKind.PAUSED if status in _HIDDEN else TurnKind.RESUMED


def clock_after(clock: WorkClock, turns: Iterable[ItemTurn]) -> WorkClock:
    """The clock after these turns."""
    for turn in turns:
        day = turn.at.date()
        match turn.kind:
            case TurnKind.OPENED:
                clock = WorkClock(day, spans=(ClockSpan(turn.at),))
            case TurnKind.TOUCHED:
                clock = WorkClock(clock.opened_on, clock.first_touched_on or day)
            case TurnKind.ESCALATED:
                clock = msgspec.structs.replace(clock, escalated_on=day)
            case TurnKind.PAUSED | TurnKind.ENDED if clock.is_running:
                last = msgspec.structs.replace(clock.spans[-1], stopped_at=turn.at)
                clock = msgspec.structs.replace(clock, spans=(*clock.spans[:-1], last))
            case TurnKind.RESUMED if not clock.is_running:
                spans = (*clock.spans, ClockSpan(turn.at))
                clock = msgspec.structs.replace(clock, spans=spans)
            case _:
                pass
    return clock


class ClockBook:
    """The clocks of an office: its limits per queue, its calendar and its hours."""

    def __init__(self, policy: ReconcilePolicy) -> None:
        worklist = policy.worklist
        self.calendar = policy.calendar
        self.queues = {one.queue: one for one in worklist.clocks}
        self._opens = worklist.opens_minute
        self._closes = worklist.closes_minute

    def limit(self, queues: Iterable[Queue], kind: ClockKind) -> ClockLimit | None:
        """How long a clock of this kind may run: that of the first queue which has clocks."""
        found = next((self.queues[queue] for queue in queues if queue in self.queues), None)
        if found is None:
            return None
        return found.first_touch if kind is ClockKind.FIRST_TOUCH else found.next_touch

    def state(
        self,
        clock: WorkClock | None,
        queues: Iterable[Queue],
        *,
        status: WorkStatus,
        next_action_on: date | None,
        now: datetime,
        waiting_for: WaitingFor | None = None,
    ) -> ClockState | None:
        """How the clock of an item stands; None where its queues have none, or it ended.

        `now` is the moment as the office reckons, without a time zone.
        """
        if clock is None or status in SETTLED:
            return None
        limit = self.limit(queues, clock.kind)
        if limit is None:
            return None
        name = clock.kind.value.replace("_", " ")
        if status in _HIDDEN:
            words = f"{name} paused: {_why_paused(status, next_action_on, waiting_for)}"
            return ClockState(clock.kind, words, is_paused=True)
        if not clock.is_running:
            return None
        if limit.unit is ClockUnit.BUSINESS_DAYS:
            return self._in_days(clock, limit, name, now)
        return self._in_hours(clock, limit, name, now)

    def _in_days(self, clock: WorkClock, limit: ClockLimit, name: str, now: datetime) -> ClockState:
        used = sum(
            business_days_between(
                span.started_at.date(), (span.stopped_at or now).date(), self.calendar
            )
            for span in clock.spans[:-1]
        )
        since = clock.spans[-1].started_at.date()
        due_on = add_business_days(since, limit.count - used, self.calendar)
        # Over a weekend nobody is late: nobody was there who could have touched it.
        late = business_days_between(due_on, now.date(), self.calendar)
        words = f"{name} due {due_on.isoformat()}"
        if late:
            words += f", {_counted(late, 'business day')} late"
        return ClockState(clock.kind, words, due_on, is_late=late > 0, late_count=late)

    def _in_hours(
        self, clock: WorkClock, limit: ClockLimit, name: str, now: datetime
    ) -> ClockState:
        used = sum(
            self.office_minutes(span.started_at, span.stopped_at or now)
            for span in clock.spans[:-1]
        )
        minutes = limit.count * _MINUTES_PER_HOUR - used
        due = self.after_office_minutes(clock.spans[-1].started_at, minutes)
        minutes_late = self.office_minutes(due, now)
        late = minutes_late // _MINUTES_PER_HOUR
        at = due.strftime("%H:%M")
        words = f"{name} due {due.date().isoformat()} {at}"
        if minutes_late:
            lateness = _counted(late, "business hour") if late else "less than a business hour"
            words += f", {lateness} late"
        return ClockState(clock.kind, words, due.date(), at, minutes_late > 0, late)

    def office_minutes(self, first: datetime, last: datetime) -> int:
        """Whole minutes in which the office was open between two moments; 0 when turned around."""
        if last <= first:
            return 0
        if first.date() == last.date():
            return self._minutes_until(last) - self._minutes_until(first)
        between = business_days_between(
            first.date(), last.date() - timedelta(days=1), self.calendar
        )
        of_first = self._length_of(first.date()) - self._minutes_until(first)
        return of_first + between * (self._closes - self._opens) + self._minutes_until(last)

    def after_office_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment at which so many minutes of open office have passed since another; the other
        itself when none are left. From outside the hours the first minute is that of opening."""
        if minutes <= 0:
            return start
        length = self._closes - self._opens
        day = start.date()
        left = minutes + self._minutes_until(start)
        if not self.calendar.is_business_day(day):
            day = add_business_days(day, 1, self.calendar)
        days, rest = divmod(left - 1, length)
        if days:
            day = add_business_days(day, days, self.calendar)
        return _moment(day, self._opens + rest + 1)

    def _length_of(self, day: date) -> int:
        return self._closes - self._opens if self.calendar.is_business_day(day) else 0

    def _minutes_until(self, moment: datetime) -> int:
        """Open minutes of the moment's day that had passed by then."""
        minute = moment.hour * _MINUTES_PER_HOUR + moment.minute
        return min(max(minute - self._opens, 0), self._length_of(moment.date()))


def escalate(
    item: WorkItem, state: ClockState, *, manager: str, happened_at: datetime
) -> WorkChange:
    """The item, whose clock ran out, as the manager should see it; theirs where one is named."""
    event = WorkEvent(
        happened_at,
        WorkEventKind.ESCALATED,
        ENGINE,
        f"Its clock ran out: {state.words}." + (f" It goes to {manager}." if manager else ""),
    )
    changed = msgspec.structs.replace(
        item, status=WorkStatus.ESCALATED, assignee=manager or item.assignee
    )
    return WorkChange(changed, (event,))


def _why_paused(
    status: WorkStatus, next_action_on: date | None, waiting_for: WaitingFor | None
) -> str:
    if status is WorkStatus.APPEALED:
        why = "appealed"
    elif waiting_for is None:
        why = "snoozed"
    elif waiting_for is WaitingFor.INTERNAL:
        why = "put off"
    else:
        why = f"waiting for the {waiting_for.value}"
    return why if next_action_on is None else f"{why} until {next_action_on.isoformat()}"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)

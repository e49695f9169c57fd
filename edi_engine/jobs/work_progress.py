"""How far the work on items has come: their clocks, whom they wait for, how they ended.

Kept inside the caller's transaction, from what happened to the items.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from edi_engine.jobs.clock import office_moment
from edi_engine.records.outcomes import WorkStake
from edi_engine.records.work import SETTLED, Resolution, WorkEventKind
from edi_engine.records.work_clocks import ClockRow, ClockSpan, WorkClock, WorkProgress
from edi_engine.store import Writer
from edi_engine.worklist import WorkChange, clock_after, turns_of

__all__ = ["clock_of_row", "clock_since_opened", "note_progress"]

_NO_PROGRESS = frozenset(
    {
        WorkEventKind.OPENED,
        WorkEventKind.EVIDENCE,
        WorkEventKind.ASSIGNED,
        WorkEventKind.NOTED,
        WorkEventKind.PROMISE_KEPT,
    }
)
"""What happens to an item without moving its clock."""


def note_progress(
    writer: Writer,
    changes: Sequence[WorkChange],
    stakes: Mapping[int, WorkStake],
    resolutions: Mapping[int, Resolution],
    as_of: date,
) -> None:
    """Keep clocks, whom items wait for and how they ended, of stored items.

    Of what only opened nothing is kept: its stake among `stakes` (those of before) says since
    when, and a night opens many.
    """
    moved = [change for change in changes if _is_progress(change)]
    if not moved:
        return
    before = writer.work_progress(change.item.work_item_id for change in moved)
    progress: dict[int, WorkProgress] = {}
    for change in moved:
        key = change.item.work_item_id
        was = before.get(key) or WorkProgress(clock_since_opened(stakes.get(key), as_of))
        at = office_moment(as_of, change.events[-1].happened_at)
        progress[key] = WorkProgress(
            clock_after(was.clock, turns_of(change.item, change.events, at)),
            change.waiting_for or was.waiting_for,
            resolutions.get(key) or (was.resolution if change.item.status in SETTLED else None),
        )
    writer.write_work_progress(progress)


def clock_since_opened(stake: WorkStake | None, as_of: date) -> WorkClock:
    """The clock of an item to which nothing happened since it opened: it runs since the beginning
    of that day, for the night opens items before the office does."""
    return _clock_since(as_of if stake is None else stake.opened_on)


def clock_of_row(row: ClockRow) -> WorkClock | None:
    """The clock of a stored item; None where nothing says since when it runs."""
    if row.progress is not None:
        return row.progress.clock
    return None if row.opened_on is None else _clock_since(row.opened_on)


def _clock_since(opened_on: date) -> WorkClock:
    return WorkClock(opened_on, spans=(ClockSpan(datetime.combine(opened_on, time())),))


def _is_progress(change: WorkChange) -> bool:
    return any(event.kind not in _NO_PROGRESS for event in change.events)

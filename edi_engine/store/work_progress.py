"""How far the work on items has come: clocks, whom they wait for, how they ended, what was given
out on a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.records.work import Queue, Resolution, WaitingFor
from edi_engine.records.work_clocks import ClockRow, WorkClock, WorkProgress
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, day_of, json_of
from edi_engine.store.work_statuses import IS_UNSETTLED

__all__ = ["ProgressReading", "ProgressWriting"]

_CLOCK = msgspec.json.Decoder(WorkClock)

_CLOCK_ROWS_SQL = """
SELECT i.work_item_id, i.queue, i.cause, i.status, i.next_action_on, i.amount_at_risk_cents,
    s.opened_on, p.waiting_for, p.resolution, p.clock
FROM work_items i
LEFT JOIN work_stakes s ON s.work_item_id = i.work_item_id
LEFT JOIN work_progress p ON p.work_item_id = i.work_item_id
"""


class ProgressReading(Queries):
    """The part of the reader that knows how far the work has come."""

    def work_progress(self, work_item_ids: Iterable[int]) -> dict[int, WorkProgress]:
        """Of those of the items to which something happened since they opened."""
        rows = self.rows_in(
            "SELECT work_item_id, waiting_for, resolution, clock FROM work_progress"
            " WHERE work_item_id IN ({keys})",
            work_item_ids,
        )
        return {row[0]: _progress(*row[1:]) for row in rows}

    def clock_rows(
        self,
        *,
        work_item_ids: Iterable[int] | None = None,
        queues: Iterable[Queue] | None = None,
    ) -> list[ClockRow]:
        """What clocks are reckoned from: of these items, of what nobody settled in these queues,
        or of everything, in order of identifier."""
        if work_item_ids is not None:
            sql = f"{_CLOCK_ROWS_SQL} WHERE i.work_item_id IN ({{keys}})"
            return [_clock_row(row) for row in sorted(self.rows_in(sql, work_item_ids))]
        if queues is not None:
            sql = f"{_CLOCK_ROWS_SQL} WHERE i.queue IN ({{keys}}) AND i.{IS_UNSETTLED}"
            found = self.rows_in(sql, [queue.value for queue in queues])
            return sorted(map(_clock_row, found), key=lambda row: row.work_item_id)
        return [_clock_row(row) for row in self.rows(f"{_CLOCK_ROWS_SQL} ORDER BY i.work_item_id")]

    def given_as(self, work_item_id: int, day: date) -> str:
        """Why an item went ahead of others on a day; empty where it did not."""
        row = self.row(
            "SELECT given_as FROM work_pulls WHERE pulled_on = ? AND work_item_id = ?",
            (iso_days[day], work_item_id),
        )
        return "" if row is None else str(row[0])

    def pulled(self, day: date) -> tuple[int, int]:
        """How many items were given out on a day under the quota, and how many of them young."""
        row = self.row(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN is_young THEN 1 ELSE 0 END), 0)"
            " FROM work_pulls WHERE pulled_on = ?",
            (iso_days[day],),
        )
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def batch_progress(
        self, batch_id: int
    ) -> dict[int, tuple[WaitingFor | None, Resolution | None]]:
        """Whom each item of a batch waited for, and how it had ended, before."""
        rows = self.rows(
            "SELECT work_item_id, waiting_for, resolution FROM batch_item_progress"
            " WHERE batch_id = ? ORDER BY work_item_id",
            (batch_id,),
        )
        return {row[0]: _said(row[1], row[2]) for row in rows}


class ProgressWriting(ProgressReading):
    """The part of the writer that keeps how far the work has come."""

    def write_work_progress(self, progress: Mapping[int, WorkProgress]) -> None:
        """Keep it, in place of what was known of the same items."""
        self.replace(
            "work_progress",
            [
                (
                    work_item_id,
                    one.waiting_for or "",
                    one.resolution or "",
                    json_of(one.clock),
                )
                for work_item_id, one in sorted(progress.items())
            ],
        )

    def note_pull(
        self, work_item_id: int, *, day: date, holder: str, is_young: bool, given_as: str
    ) -> None:
        """An item was given out under the quota; given out again on the same day it counts once."""
        self.replace("work_pulls", [(iso_days[day], work_item_id, holder, is_young, given_as)])

    def write_batch_progress(
        self, batch_id: int, progress: Sequence[tuple[int, WorkProgress]]
    ) -> None:
        """Remember how far the items of a batch had come before it."""
        self.insert(
            "batch_item_progress",
            [
                (batch_id, work_item_id, one.waiting_for or "", one.resolution or "")
                for work_item_id, one in sorted(progress)
            ],
        )


def _clock_row(row: DriverRow) -> ClockRow:
    item, queue, cause, status, next_on, cents, opened_on, waiting_for, resolution, clock = row
    return ClockRow(
        work_item_id=item,
        queue=Queue(queue),
        cause=cause,
        status=status,
        next_action_on=day_of(next_on),
        amount_at_risk_cents=cents,
        opened_on=day_of(opened_on),
        progress=None if clock is None else _progress(waiting_for, resolution, clock),
    )


def _progress(waiting_for: str, resolution: str, clock: str) -> WorkProgress:
    return WorkProgress(_CLOCK.decode(clock), *_said(waiting_for, resolution))


def _said(waiting_for: str, resolution: str) -> tuple[WaitingFor | None, Resolution | None]:
    return (
        WaitingFor(waiting_for) if waiting_for else None,
        Resolution(resolution) if resolution else None,
    )

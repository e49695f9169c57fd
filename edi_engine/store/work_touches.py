"""Touches of work items: added, never changed or removed."""

from collections.abc import Iterable
from datetime import date, datetime

from edi_engine.records.work import Channel, WorkTouch
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import Queries, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["TouchReading", "TouchWriting"]


class TouchReading(Queries):
    """The part of the reader that knows what was done about items."""

    def work_touches(self, work_item_id: int) -> list[WorkTouch]:
        """The touches of an item, oldest first."""
        rows = self.rows(
            "SELECT touched_at, actor, channel, contact, reference, outcome, note, next_action_on"
            " FROM work_touches WHERE work_item_id = ? ORDER BY touch_id",
            (work_item_id,),
        )
        return [
            WorkTouch(
                datetime.fromisoformat(at),
                actor,
                Channel(channel),
                outcome=outcome,
                next_action_on=day_of(next_on) or date.max,
                contact=contact,
                reference=reference,
                note=note,
            )
            for at, actor, channel, contact, reference, outcome, note, next_on in rows
        ]

    def touch_counts(self, work_item_ids: Iterable[int]) -> dict[int, int]:
        """How often each of these items was touched, for those that were."""
        sql = "SELECT work_item_id, COUNT(*) FROM work_touches WHERE work_item_id IN ({keys})"
        return {
            row[0]: int(row[1])
            for row in self.rows_in(f"{sql} GROUP BY work_item_id", work_item_ids)
        }


class TouchWriting(FileWriting):
    """The part of the writer that keeps touches."""

    def add_work_touch(self, work_item_id: int, touch: WorkTouch) -> None:
        """Add a touch to an item."""
        row = (
            self.next_ids("work_touches"),
            work_item_id,
            touch.touched_at.isoformat(),
            touch.actor,
            touch.channel.value,
            touch.contact,
            touch.reference,
            touch.outcome,
            touch.note,
            iso_days[touch.next_action_on],
        )
        self.insert("work_touches", [row])

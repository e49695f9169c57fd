"""Bulk actions that were done, with how each item was before."""

from collections.abc import Iterable, Sequence

from edi_engine.records.work import WorkStatus
from edi_engine.records.work_batches import BatchItem, BulkKind, WorkBatch
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import Queries, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["BatchReading", "BatchWriting"]


class BatchReading(Queries):
    """The part of the reader that knows bulk actions."""

    def work_batch(self, batch_id: int) -> WorkBatch | None:
        """One batch, or None."""
        row = self.row(
            "SELECT batch_id, kind, text, made_by, made_at, items_count, amount_cents, undone_by,"
            " undone_at FROM work_batches WHERE batch_id = ?",
            (batch_id,),
        )
        return None if row is None else WorkBatch(row[0], BulkKind(row[1]), *row[2:])

    def work_batch_items(self, batch_id: int) -> list[BatchItem]:
        """The items of a batch as they were before, in order of identifier."""
        rows = self.rows(
            "SELECT work_item_id, last_event_id, status, assignee, next_action_on"
            " FROM work_batch_items WHERE batch_id = ? ORDER BY work_item_id",
            (batch_id,),
        )
        return [
            BatchItem(item, event, WorkStatus(status), assignee, day_of(next_on))
            for item, event, status, assignee, next_on in rows
        ]

    def last_event_ids(self, work_item_ids: Iterable[int]) -> dict[int, int]:
        """The newest event of each item's history."""
        sql = (
            "SELECT work_item_id, MAX(work_event_id) FROM work_events"
            " WHERE work_item_id IN ({keys}) GROUP BY work_item_id"
        )
        return {row[0]: int(row[1]) for row in self.rows_in(sql, work_item_ids)}


class BatchWriting(FileWriting):
    """The part of the writer that keeps bulk actions."""

    def add_work_batch(self, batch: WorkBatch, items: Sequence[BatchItem]) -> int:
        """Keep a batch under a new identifier, which is returned; that of `batch` means nothing."""
        batch_id = self.next_ids("work_batches")
        head = (batch_id, batch.kind.value, batch.text, batch.made_by, batch.made_at)
        self.insert("work_batches", [(*head, batch.items_count, batch.amount_cents, None, None)])
        self.insert(
            "work_batch_items",
            [
                (
                    batch_id,
                    one.work_item_id,
                    one.last_event_id,
                    one.status.value,
                    one.assignee,
                    iso_days[one.next_action_on],
                )
                for one in items
            ],
        )
        return batch_id

    def mark_batch_undone(self, batch_id: int, *, undone_by: str, undone_at: str) -> None:
        """The batch does not stand any more."""
        self.run(
            "UPDATE work_batches SET undone_by = ?, undone_at = ? WHERE batch_id = ?",
            (undone_by, undone_at, batch_id),
        )

"""Who has which work item in hand: leases that run out by themselves.

All changes are made inside the single writer's transaction, so no two of them can give one item to
two people.
"""

from collections.abc import Iterable
from datetime import datetime

from edi_engine.records.work import WorkLease
from edi_engine.store.queries import Queries

__all__ = ["WorkLeaseReading", "WorkLeaseWriting", "instant_text"]


class WorkLeaseReading(Queries):
    """The part of the reader that knows who holds what."""

    def work_leases(self, work_item_ids: Iterable[int], *, now: datetime) -> dict[int, WorkLease]:
        """Leases of these items that have not run out."""
        rows = self.rows_in(
            "SELECT work_item_id, holder, taken_at, expires_at FROM work_leases"
            " WHERE work_item_id IN ({keys}) AND expires_at > ?",
            work_item_ids,
            instant_text(now),
        )
        return {row[0]: _lease(row[1:]) for row in rows}

    def work_leases_of(self, holder: str, *, now: datetime) -> dict[int, WorkLease]:
        """Everything somebody holds."""
        rows = self.rows(
            "SELECT work_item_id, holder, taken_at, expires_at FROM work_leases"
            " WHERE holder = ? AND expires_at > ? ORDER BY work_item_id",
            (holder, instant_text(now)),
        )
        return {row[0]: _lease(row[1:]) for row in rows}


class WorkLeaseWriting(WorkLeaseReading):
    """The part of the writer that gives items out and takes them back."""

    def lease_work_item(self, work_item_id: int, lease: WorkLease) -> None:
        """Give an item to somebody, in place of whoever had it; asking comes before."""
        row = (
            work_item_id,
            lease.holder,
            instant_text(lease.taken_at),
            instant_text(lease.expires_at),
        )
        self.replace("work_leases", [row])

    def release_work_items(self, work_item_ids: Iterable[int]) -> None:
        """Nobody holds these items any more."""
        self.run_in("DELETE FROM work_leases WHERE work_item_id IN ({keys})", work_item_ids)


def instant_text(instant: datetime) -> str:
    """ISO text to the second of an aware UTC instant: texts of this form compare as instants do."""
    return instant.isoformat(timespec="seconds")


def _lease(row: tuple[str, ...]) -> WorkLease:
    holder, taken_at, expires_at = row
    return WorkLease(holder, datetime.fromisoformat(taken_at), datetime.fromisoformat(expires_at))

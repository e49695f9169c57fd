"""What people did about work items, and what they have in hand."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from edi_engine.records.work import WorkDeed, WorkEvent, WorkEventKind
from edi_engine.store.queries import Queries
from edi_engine.store.work_leases import instant_text

__all__ = ["WorkDoneReading"]


class WorkDoneReading(Queries):
    """The part of the reader that knows what the team did."""

    def work_deeds(
        self, kinds: Sequence[WorkEventKind], *, since: datetime, nobody: Iterable[str] = ()
    ) -> list[WorkDeed]:
        """Events of these kinds from an instant on, in the order they were recorded, without
        those of actors that are `nobody`."""
        others = list(nobody)
        marks = ", ".join("?" * len(kinds))
        not_theirs = f" AND actor NOT IN ({', '.join('?' * len(others))})" if others else ""
        rows = self.rows(
            "SELECT work_item_id, happened_at, kind, actor FROM work_events"
            f" WHERE kind IN ({marks}) AND happened_at >= ?{not_theirs} ORDER BY work_event_id",
            [*(kind.value for kind in kinds), instant_text(since), *others],
        )
        return [
            WorkDeed(work_item_id, datetime.fromisoformat(at), WorkEventKind(kind), actor)
            for work_item_id, at, kind, actor in rows
        ]

    def work_done_about(self, subject: str, *, nobody: str) -> list[tuple[int, WorkEvent]]:
        """Events of all items about a subject ("claim:12") with their item, oldest first, without
        those of the actor that is `nobody`."""
        rows = self.rows(
            "SELECT e.work_item_id, e.happened_at, e.kind, e.actor, e.text"
            " FROM work_items i JOIN work_events e ON e.work_item_id = i.work_item_id"
            " WHERE i.subject = ? AND e.actor <> ? ORDER BY e.work_event_id",
            (subject, nobody),
        )
        return [
            (item_id, WorkEvent(datetime.fromisoformat(at), WorkEventKind(kind), actor, text))
            for item_id, at, kind, actor, text in rows
        ]

    def work_in_hand(self, *, now: datetime) -> list[tuple[str, int]]:
        """Who has which item in hand at an instant, by name and item."""
        rows = self.rows(
            "SELECT holder, work_item_id FROM work_leases WHERE expires_at > ?"
            " ORDER BY holder, work_item_id",
            (instant_text(now),),
        )
        return [(holder, work_item_id) for holder, work_item_id in rows]

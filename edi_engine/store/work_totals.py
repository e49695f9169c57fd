"""How much work waits, by queue: counts and money, without reading an item."""

from datetime import date

from edi_engine.records.work import Queue, QueueTotal
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import Queries

__all__ = ["WorkTotalsReading"]


class WorkTotalsReading(Queries):
    """The part of the reader that counts work."""

    def queue_totals(self, *, awake_on: date, assignee: str | None = None) -> list[QueueTotal]:
        """Items nobody settled and nobody snoozed beyond a day, by queue; queues without any are
        left out. `assignee` "" means nobody's, None everybody's."""
        values: list[object] = [iso_days[awake_on]]
        whose = ""
        if assignee is not None:
            whose = " AND assignee = ?"
            values.append(assignee)
        rows = self.rows(
            "SELECT queue, COUNT(*), SUM(amount_at_risk_cents) FROM work_items"
            " WHERE status NOT IN ('resolved', 'closed', 'wont_work')"
            " AND (status NOT IN ('waiting', 'appealed') OR next_action_on <= ?)"
            f"{whose} GROUP BY queue ORDER BY queue",
            values,
        )
        return [QueueTotal(Queue(queue), int(count), int(cents)) for queue, count, cents in rows]

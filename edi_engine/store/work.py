"""Reading and writing work items and their history."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from edi_engine.records.work import (
    PriorityFactor,
    Queue,
    QueueMatch,
    WorkEvent,
    WorkEventKind,
    WorkItem,
    WorkOrder,
    WorkSort,
    WorkStatus,
)
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, Row, day_of, json_of
from edi_engine.store.work_leases import instant_text
from edi_engine.store.writing_files import FileWriting

__all__ = ["WorkReading", "WorkWriting"]

_BEST_FIRST = (
    " ORDER BY priority DESC, CASE WHEN deadline IS NULL THEN 1 ELSE 0 END, deadline, work_item_id"
)

_AROSE = "(SELECT arose_on FROM work_stakes s WHERE s.work_item_id = work_items.work_item_id)"

_YOUNGEST_FIRST = _BEST_FIRST.replace("ORDER BY", f"ORDER BY {_AROSE} DESC,")

_SORTS = {
    WorkSort.PRIORITY: ("priority", True),
    WorkSort.AMOUNT: ("amount_at_risk_cents", True),
    WorkSort.DEADLINE: ("deadline", False),
    WorkSort.NEXT_ACTION: ("next_action_on", False),
    WorkSort.AGE: (_AROSE, False),
    WorkSort.CAUSE: ("cause", False),
    WorkSort.ASSIGNEE: ("NULLIF(assignee, '')", False),
}
"""What is sorted by, and whether the highest comes first."""

_ITEM_SQL = """
SELECT work_item_id, item_key, queue, cause, detail, claim_id, claim_payment_id, remittance_id,
    payer_sequence, amount_at_risk_cents, priority, factors, deadline, next_action,
    next_action_on, reason, evidence_digest, status, assignee
FROM work_items
"""

_OF_PAYER = """(claim_id IN (SELECT claim_id FROM claims WHERE payer_id = ?)
    OR remittance_id IN (SELECT remittance_id FROM remittances WHERE payer_id = ?)
    OR claim_payment_id IN (SELECT p.claim_payment_id FROM claim_payments p
        JOIN remittances r ON r.remittance_id = p.remittance_id WHERE r.payer_id = ?))"""

_FREE = """NOT EXISTS (SELECT 1 FROM work_leases l
    WHERE l.work_item_id = work_items.work_item_id AND l.holder <> ? AND l.expires_at > ?)"""

_FACTORS = msgspec.json.Decoder(tuple[PriorityFactor, ...])


class WorkReading(Queries):
    """The part of the reader that knows the worklist."""

    def work_items(
        self,
        *,
        queue: Queue | None = None,
        match: QueueMatch | None = None,
        statuses: Sequence[WorkStatus] = (),
        assignee: str | None = None,
        claim_id: int | None = None,
        payer_id: str | None = None,
        awake_on: date | None = None,
        due: tuple[date, date] | None = None,
        free_for: tuple[str, datetime] | None = None,
        young_since: tuple[Sequence[str], date] | None = None,
        order: WorkOrder | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[WorkItem]:
        """Work items with all of these properties: highest priority first, then the earliest
        deadline, then the oldest item, or in the `order` given. No status given means every status.

        `queue` is the item's own, `match` finds those that belong to one as well. `young_since`
        (causes, a day) asks for what arose on that day or later, and puts the youngest first.
        `assignee` "" means nobody's. `due` (first and last day) asks for a deadline on one of these
        days. `awake_on` leaves out what is snoozed beyond that day, `free_for` (a name, an instant)
        what somebody else holds at that instant.
        """
        conditions: list[str] = []
        values: list[object] = []
        for name, value in (
            ("queue", None if queue is None else queue.value),
            ("assignee", assignee),
            ("claim_id", claim_id),
        ):
            if value is not None:
                conditions.append(f"{name} = ?")
                values.append(value)
        if statuses:
            conditions.append(f"status IN ({', '.join('?' * len(statuses))})")
            values += [status.value for status in statuses]
        if match is not None:
            condition, more = _matching(match)
            conditions.append(condition)
            values += more
        if young_since is not None:
            causes, day = young_since
            conditions.append(f"cause IN ({_marks(causes)})")
            conditions.append(
                "work_item_id IN (SELECT work_item_id FROM work_stakes WHERE arose_on >= ?)"
            )
            values += [*causes, iso_days[day]]
        if awake_on is not None:
            conditions.append("(status NOT IN ('waiting', 'appealed') OR next_action_on <= ?)")
            values.append(iso_days[awake_on])
        if due is not None:
            conditions.append("deadline BETWEEN ? AND ?")
            values += [iso_days[day] for day in due]
        if free_for is not None:
            holder, at = free_for
            conditions.append(_FREE)
            values += [holder, instant_text(at)]
        if payer_id is not None:
            conditions.append(_OF_PAYER)
            values += [payer_id, payer_id, payer_id]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        ordered = _ordered(order) if young_since is None else _YOUNGEST_FIRST
        if limit is not None:
            # Sorted by what they are sorted by alone: whole rows take six times as long.
            part = f"{where}{ordered} LIMIT {int(limit)} OFFSET {int(offset)}"
            where = f" WHERE work_item_id IN (SELECT work_item_id FROM work_items{part})"
        sql = f"{_ITEM_SQL}{where}{ordered}"
        return [_work_item(row) for row in self.rows(sql, values)]

    def work_item(self, work_item_id: int) -> WorkItem | None:
        """One work item, or None."""
        row = self.row(f"{_ITEM_SQL} WHERE work_item_id = ?", (work_item_id,))
        return None if row is None else _work_item(row)

    def work_items_by_id(self, work_item_ids: Iterable[int]) -> dict[int, WorkItem]:
        """Work items by their identifier; there is none for a number that no item has."""
        rows = self.rows_in(f"{_ITEM_SQL} WHERE work_item_id IN ({{keys}})", work_item_ids)
        return {row[0]: _work_item(row) for row in rows}

    def work_items_by_key(self, item_keys: Iterable[str]) -> dict[str, WorkItem]:
        """Work items by their stable key."""
        rows = self.rows_in(f"{_ITEM_SQL} WHERE item_key IN ({{keys}})", item_keys)
        return {row[1]: _work_item(row) for row in rows}

    def work_items_of(
        self,
        *,
        claim_ids: Iterable[int] = (),
        claim_payment_ids: Iterable[int] = (),
        remittance_ids: Iterable[int] = (),
        provider_item_ids: Iterable[int] = (),
        deposit_ids: Iterable[int] = (),
        remittance_deposit_ids: Iterable[int] = (),
        acknowledgment_ids: Iterable[int] = (),
    ) -> list[WorkItem]:
        """Items of every status about these subjects, in order of key.

        An item about a payment that mentions a claim is none of the claim's.
        """
        subjects = [
            f"{kind}:{key}"
            for kind, keys in (
                ("claim", claim_ids),
                ("payment", claim_payment_ids),
                ("remittance", remittance_ids),
                ("provider_item", provider_item_ids),
                ("deposit", deposit_ids),
                ("remittance_deposit", remittance_deposit_ids),
                ("acknowledgment", acknowledgment_ids),
            )
            for key in keys
        ]
        rows = self.rows_in(f"{_ITEM_SQL} WHERE subject IN ({{keys}})", subjects)
        return sorted((_work_item(row) for row in rows), key=lambda item: item.item_key)

    def work_items_by_cause(
        self, causes: Sequence[str], *, awake_on: date, limit: int, offset: int = 0
    ) -> list[WorkItem]:
        """Items of these causes that nobody settled or snoozed beyond a day, the best first."""
        marks = ", ".join("?" * len(causes))
        sql = (
            f"{_ITEM_SQL} WHERE cause IN ({marks})"
            " AND status NOT IN ('resolved', 'closed', 'wont_work')"
            " AND (status NOT IN ('waiting', 'appealed') OR next_action_on <= ?)"
            f"{_BEST_FIRST} LIMIT {int(limit)} OFFSET {int(offset)}"
        )
        return [_work_item(row) for row in self.rows(sql, (*causes, iso_days[awake_on]))]

    def work_items_to_wake(self, as_of: date) -> list[WorkItem]:
        """Snoozed and appealed items whose day has come."""
        sql = (
            f"{_ITEM_SQL} WHERE status IN ('waiting', 'appealed') AND next_action_on <= ?"
            " ORDER BY item_key"
        )
        return [_work_item(row) for row in self.rows(sql, (iso_days[as_of],))]

    def work_items_by_deadline(self, first_on: date, last_on: date) -> list[WorkItem]:
        """Items nobody settled whose deadline lies in an inclusive range.

        The statuses are told by what they are not, so that the deadline's index is searched:
        given which they are, SQLite reads every open item in search of a deadline.
        """
        sql = (
            f"{_ITEM_SQL} WHERE deadline BETWEEN ? AND ?"
            " AND status NOT IN ('resolved', 'closed', 'wont_work') ORDER BY item_key"
        )
        return [_work_item(row) for row in self.rows(sql, (iso_days[first_on], iso_days[last_on]))]

    def work_items_of_kind(self, cause: str, detail: str) -> list[WorkItem]:
        """Items nobody settled of a cause and the detail that their chance depends on."""
        sql = (
            f"{_ITEM_SQL} WHERE work_item_id IN (SELECT work_item_id FROM work_stakes"
            " WHERE cause = ? AND detail = ?)"
        )
        return [_work_item(row) for row in self.rows(sql, (cause, detail))]

    def work_items_arisen(self, first_on: date, last_on: date) -> list[WorkItem]:
        """Items nobody settled that arose on a day of an inclusive range."""
        sql = (
            f"{_ITEM_SQL} WHERE work_item_id IN (SELECT work_item_id FROM work_stakes"
            " WHERE arose_on BETWEEN ? AND ?)"
        )
        return [_work_item(row) for row in self.rows(sql, (iso_days[first_on], iso_days[last_on]))]

    def work_events(self, work_item_id: int) -> list[WorkEvent]:
        """The item's history, oldest first."""
        rows = self.rows(
            "SELECT happened_at, kind, actor, text FROM work_events WHERE work_item_id = ?"
            " ORDER BY work_event_id",
            (work_item_id,),
        )
        return [
            WorkEvent(datetime.fromisoformat(happened_at), WorkEventKind(kind), actor, text)
            for happened_at, kind, actor, text in rows
        ]


class WorkWriting(FileWriting):
    """The part of the writer that keeps the worklist."""

    def upsert_work_items(self, items: Sequence[WorkItem]) -> list[int]:
        """Keep items; those with a known key are changed and keep their identifier.

        Returns the identifiers in the order of the items. Keys must differ among them.
        """
        known: dict[str, int] = dict(
            self.rows_in(
                "SELECT item_key, work_item_id FROM work_items WHERE item_key IN ({keys})",
                [item.item_key for item in items],
            )
        )
        new = [item for item in items if item.item_key not in known]
        first = self.next_ids("work_items", len(new))
        known |= {item.item_key: first + place for place, item in enumerate(new)}
        ids = [known[item.item_key] for item in items]
        self.replace(
            "work_items",
            [_item_row(item, work_item_id) for item, work_item_id in zip(items, ids, strict=True)],
        )
        return ids

    def add_work_events(self, events: Sequence[tuple[int, WorkEvent]]) -> None:
        """Add to the history of items: (work item id, event) in the order they happened."""
        first = self.next_ids("work_events", len(events))
        self.insert(
            "work_events",
            [
                (
                    event_id,
                    work_item_id,
                    event.happened_at.isoformat(),
                    event.kind.value,
                    event.actor,
                    event.text,
                )
                for event_id, (work_item_id, event) in enumerate(events, first)
            ],
        )


def _ordered(order: WorkOrder | None) -> str:
    if order is None or order == WorkOrder():
        return _BEST_FIRST
    what, is_descending = _SORTS[order.sort]
    down = " DESC" if is_descending != order.is_reversed else ""
    first = f"ORDER BY CASE WHEN {what} IS NULL THEN 1 ELSE 0 END, {what}{down},"
    return _BEST_FIRST.replace("ORDER BY", first)


def _matching(match: QueueMatch) -> tuple[str, list[object]]:
    """The condition of a queue, and its values."""
    parts: list[str] = ["queue = ?"]
    values: list[object] = [match.queue.value]
    if match.broken and match.causes:
        parts.append(f"(queue IN ({_marks(match.broken)}) AND cause IN ({_marks(match.causes)}))")
        values += [*match.broken, *match.causes]
    if match.refusals:
        parts.append(f"(cause IN ({_marks(match.refusals)}) AND reason LIKE ?)")
        values += [*match.refusals, f"%{match.advised}%"]
    return f"({' OR '.join(parts)})", values


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _work_item(row: DriverRow) -> WorkItem:
    work_item_id, item_key, queue, *middle = row[:11]
    factors, deadline, next_action, next_action_on, reason, digest, status, assignee = row[11:]
    cause, detail, claim_id, claim_payment_id, remittance_id, payer_sequence, amount, priority = (
        middle
    )
    return WorkItem(
        item_key=item_key,
        queue=Queue(queue),
        cause=cause,
        detail=detail,
        claim_id=claim_id,
        claim_payment_id=claim_payment_id,
        remittance_id=remittance_id,
        payer_sequence=payer_sequence,
        amount_at_risk_cents=amount,
        priority=priority,
        factors=_FACTORS.decode(factors),
        deadline=day_of(deadline),
        next_action=next_action,
        next_action_on=day_of(next_action_on),
        reason=reason,
        evidence_digest=digest,
        status=WorkStatus(status),
        assignee=assignee,
        work_item_id=work_item_id,
    )


def _item_row(item: WorkItem, work_item_id: int) -> Row:
    return (
        work_item_id,
        item.item_key,
        item.item_key.partition("/")[0],
        item.queue.value,
        item.cause,
        item.detail,
        item.claim_id,
        item.claim_payment_id,
        item.remittance_id,
        item.payer_sequence,
        item.amount_at_risk_cents,
        item.priority,
        json_of(item.factors),
        iso_days[item.deadline],
        item.next_action,
        iso_days[item.next_action_on],
        item.reason,
        item.evidence_digest,
        item.status.value,
        item.assignee,
    )

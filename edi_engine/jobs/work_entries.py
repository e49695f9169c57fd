"""Work items as the faces show them: with what names their subject, and who has them in hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

import msgspec

from edi_engine.errors import InputError
from edi_engine.records.outcomes import WorkOutcome
from edi_engine.records.reports import Subject
from edi_engine.records.work import Queue, WorkEvent, WorkItem, WorkLease, WorkTouch
from edi_engine.store import Reader
from edi_engine.worklist import last_urgent_day

__all__ = ["QueueConditions", "WorkEntry", "entries_of", "existing_item", "queue_conditions"]


class WorkEntry(msgspec.Struct, frozen=True):
    """An item with what names its subject to a person; `lease` while somebody has it in hand,
    `events`, `outcomes` and `touches` only where they were asked for."""

    item: WorkItem
    subject: Subject
    lease: WorkLease | None = None
    events: tuple[WorkEvent, ...] = ()
    outcomes: tuple[WorkOutcome, ...] = ()
    touches: tuple[WorkTouch, ...] = ()


def entries_of(reader: Reader, items: Sequence[WorkItem], *, now: datetime) -> list[WorkEntry]:
    """The items in the order given; leases that have run out are not told."""
    subjects = reader.subjects(items)
    leases = reader.work_leases((item.work_item_id for item in items), now=now)
    return [
        WorkEntry(item, subjects[item.item_key], leases.get(item.work_item_id)) for item in items
    ]


def existing_item(reader: Reader, work_item_id: int) -> WorkItem:
    """The item. Raises InputError when there is no such one."""
    item = reader.work_item(work_item_id)
    if item is None:
        raise InputError(
            "there is no such work item.",
            place=f"work item {work_item_id}",
            remedy='List them with "edi-engine worklist list".',
        )
    return item


class QueueConditions(TypedDict):
    """What the store is asked for in place of a queue."""

    queue: Queue | None
    due: tuple[date, date] | None


def queue_conditions(queue: Queue | None, as_of: date) -> QueueConditions:
    """A queue as the store knows it. The deadline queue is a view: items of any queue whose
    deadline is near and has not passed."""
    if queue is Queue.DEADLINE:
        return {"queue": None, "due": (as_of, last_urgent_day(as_of))}
    return {"queue": queue, "due": None}

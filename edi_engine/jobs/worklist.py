"""What people do to work items, each as one transaction, and lists of items for the faces."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_changes import write_changes
from edi_engine.records.reports import Subject
from edi_engine.records.work import Queue, WorkEvent, WorkItem, WorkStatus
from edi_engine.store import Reader, Store
from edi_engine.worklist import WorkChange, assign, close, note, reopen, snooze

__all__ = [
    "WorkEntry",
    "assign_item",
    "close_item",
    "list_work",
    "next_item",
    "note_item",
    "reopen_item",
    "show_item",
    "snooze_item",
]

_UNSETTLED = (WorkStatus.NEW, WorkStatus.OPEN, WorkStatus.WAITING, WorkStatus.APPEALED)


class WorkEntry(msgspec.Struct, frozen=True):
    """An item with what names its subject to a person; `events` only where they were asked for."""

    item: WorkItem
    subject: Subject
    events: tuple[WorkEvent, ...] = ()


def list_work(
    store: Store,
    *,
    as_of: date,
    queue: Queue | None = None,
    statuses: Sequence[WorkStatus] = (),
    assignee: str | None = None,
    payer_id: str | None = None,
    limit: int | None = None,
) -> list[WorkEntry]:
    """Items, most important first.

    Without statuses those that wait for somebody today: not settled, not snoozed beyond `as_of`.
    """
    with store.reading() as reader:
        items = reader.work_items(
            queue=queue,
            statuses=statuses or _UNSETTLED,
            assignee=assignee,
            payer_id=payer_id,
            awake_on=None if statuses else as_of,
            limit=limit,
        )
        return _entries(reader, items)


def next_item(
    store: Store,
    *,
    actor: str,
    as_of: date,
    take: bool = False,
    queue: Queue | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry | None:
    """The most important item that is the actor's or nobody's; None when there is none.

    `take` assigns it to the actor in the same transaction, so that no two people get one item.
    """
    if not take:
        with store.reading() as reader:
            item = _next(reader, actor, as_of, queue)
            return None if item is None else _entries(reader, [item])[0]
    with store.writing() as writer:
        item = _next(writer, actor, as_of, queue)
        if item is None:
            return None
        if item.assignee != actor:
            change = assign(item, actor, actor=actor, happened_at=now())
            write_changes(writer, [change])
            item = change.item
        return _entries(writer, [item])[0]


def show_item(store: Store, work_item_id: int) -> WorkEntry:
    """An item with its history. Raises InputError when there is no such item."""
    with store.reading() as reader:
        item = _item(reader, work_item_id)
        (entry,) = _entries(reader, [item])
        events = tuple(reader.work_events(work_item_id))
        return msgspec.structs.replace(entry, events=events)


def assign_item(
    store: Store,
    work_item_id: int,
    assignee: str,
    *,
    actor: str,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Give an item to somebody, or (empty text) back to nobody."""
    return _change(
        store, work_item_id, lambda item: assign(item, assignee, actor=actor, happened_at=now())
    )


def note_item(
    store: Store,
    work_item_id: int,
    text: str,
    *,
    actor: str,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Write something down on an item."""
    return _change(
        store, work_item_id, lambda item: note(item, text, actor=actor, happened_at=now())
    )


def snooze_item(
    store: Store,
    work_item_id: int,
    until: date,
    *,
    actor: str,
    as_of: date,
    text: str = "",
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Hide an item until a day, or until new evidence comes."""
    return _change(
        store,
        work_item_id,
        lambda item: snooze(item, until, actor=actor, as_of=as_of, happened_at=now(), text=text),
    )


def close_item(
    store: Store,
    work_item_id: int,
    reason: str,
    *,
    actor: str,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Say that an item is done, and why."""
    return _change(
        store, work_item_id, lambda item: close(item, reason, actor=actor, happened_at=now())
    )


def reopen_item(
    store: Store,
    work_item_id: int,
    *,
    actor: str,
    as_of: date,
    text: str = "",
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Take a closed item up again."""
    return _change(
        store,
        work_item_id,
        lambda item: reopen(item, actor=actor, as_of=as_of, happened_at=now(), text=text),
    )


def _change(store: Store, work_item_id: int, action: Callable[[WorkItem], WorkChange]) -> WorkEntry:
    with store.writing() as writer:
        change = action(_item(writer, work_item_id))
        write_changes(writer, [change])
        (entry,) = _entries(writer, [change.item])
        return msgspec.structs.replace(entry, events=change.events)


def _item(reader: Reader, work_item_id: int) -> WorkItem:
    item = reader.work_item(work_item_id)
    if item is None:
        raise InputError(
            "there is no such work item.",
            place=f"work item {work_item_id}",
            remedy='List them with "edi-engine worklist list".',
        )
    return item


def _next(reader: Reader, actor: str, as_of: date, queue: Queue | None) -> WorkItem | None:
    found = [
        item
        for assignee in (actor, "")
        for item in reader.work_items(
            queue=queue, statuses=_UNSETTLED, assignee=assignee, awake_on=as_of, limit=1
        )
    ]
    return min(found, key=_best_first, default=None)


def _best_first(item: WorkItem) -> tuple[int, date, int]:
    return -item.priority, item.deadline or date.max, item.work_item_id


def _entries(reader: Reader, items: Sequence[WorkItem]) -> list[WorkEntry]:
    subjects = reader.subjects(items)
    return [WorkEntry(item, subjects[item.item_key]) for item in items]

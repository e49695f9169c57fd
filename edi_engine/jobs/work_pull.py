"""Pulling the next item: the best one that nobody else has, in hand for a while.

The choice and the lease are one transaction of the single writer, so two people who pull at the
same instant, from two machines, get two items. Source: domain feature 74 and 7.4.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import WorkEntry, entries_of, existing_item, queue_conditions
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import UNSETTLED, Queue, WorkItem, WorkStatus
from edi_engine.store import Reader, Store
from edi_engine.worklist import assign, lease_for, refuse_held

__all__ = ["next_item", "peek_item", "release_item"]


def peek_item(
    store: Store,
    *,
    actor: str,
    as_of: date,
    queue: Queue | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry | None:
    """The item that `next_item` would give, without taking it; None when there is none."""
    at = now()
    with store.reading() as reader:
        item = _next(reader, actor, as_of, queue, at)
        return None if item is None else entries_of(reader, [item], now=at)[0]


def next_item(
    store: Store,
    *,
    actor: str,
    as_of: date,
    take: bool = False,
    queue: Queue | None = None,
    policy: WorklistPolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry | None:
    """Put the best item into the actor's hands; None when there is none.

    What the actor holds already comes first: it is to be worked, or released, before another.
    Then the most important item that is the actor's or nobody's and that nobody else holds.
    `take` also assigns it to the actor, so that it stays theirs after the lease has run out.
    """
    minutes = (policy or WorklistPolicy()).lease_minutes
    with store.writing() as writer:
        at = now()
        item = _next(writer, actor, as_of, queue, at)
        if item is None:
            return None
        held = writer.work_leases([item.work_item_id], now=at).get(item.work_item_id)
        if take and item.assignee != actor:
            change = assign(item, actor, actor=actor, happened_at=at)
            write_changes(writer, [change], as_of=as_of)
            item = change.item
        lease = lease_for(actor, minutes=minutes, now=at, earlier=held)
        writer.lease_work_item(item.work_item_id, lease)
        return entries_of(writer, [item], now=at)[0]


def release_item(
    store: Store, work_item_id: int, *, actor: str, now: Callable[[], datetime] = utc_now
) -> WorkEntry:
    """Let go of an item, so that others get it. Nothing happens when nobody holds it."""
    with store.writing() as writer:
        at = now()
        item = existing_item(writer, work_item_id)
        refuse_held(item, writer.work_leases([work_item_id], now=at).get(work_item_id), actor)
        writer.release_work_items([work_item_id])
        return entries_of(writer, [item], now=at)[0]


def _next(
    reader: Reader, actor: str, as_of: date, queue: Queue | None, at: datetime
) -> WorkItem | None:
    held = [reader.work_item(work_item_id) for work_item_id in reader.work_leases_of(actor, now=at)]
    in_hand = [item for item in held if item is not None and _is_workable(item, as_of, queue)]
    if in_hand:
        return _best(in_hand)
    return _best(
        item
        for assignee in (actor, "")
        for item in reader.work_items(
            **queue_conditions(queue, as_of),
            statuses=UNSETTLED,
            assignee=assignee,
            awake_on=as_of,
            free_for=(actor, at),
            limit=1,
        )
    )


def _is_workable(item: WorkItem, as_of: date, queue: Queue | None) -> bool:
    sleeps = (
        item.status in {WorkStatus.WAITING, WorkStatus.APPEALED}
        and item.next_action_on is not None
        and item.next_action_on > as_of
    )
    wanted = queue_conditions(queue, as_of)
    first_on, last_on = wanted["due"] or (date.min, date.max)
    is_due = wanted["due"] is None or first_on <= (item.deadline or date.min) <= last_on
    return (
        item.status in UNSETTLED and not sleeps and is_due and wanted["queue"] in {None, item.queue}
    )


def _best(items: Iterable[WorkItem]) -> WorkItem | None:
    return min(items, key=_best_first, default=None)


def _best_first(item: WorkItem) -> tuple[int, date, int]:
    return -item.priority, item.deadline or date.max, item.work_item_id

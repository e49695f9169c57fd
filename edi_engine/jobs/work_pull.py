"""Pulling the next item: the best one that nobody else has, in hand for a while.

The choice and the lease are one transaction of the single writer, so two people who pull at the
same instant, from two machines, get two items. Source: domain feature 74 and 7.4.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import WorkEntry, entries_of, existing_item, queue_conditions
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import UNSETTLED, Queue, WorkItem, WorkStatus
from edi_engine.store import Reader, Store
from edi_engine.worklist import (
    REFUSALS,
    assign,
    lease_for,
    queues_of,
    quota_words,
    refuse_held,
    takes_young,
)

__all__ = ["next_item", "peek_item", "release_item"]


def peek_item(
    store: Store,
    *,
    actor: str,
    as_of: date,
    queue: Queue | None = None,
    policy: WorklistPolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry | None:
    """The item that `next_item` would give, without taking it; None when there is none."""
    at = now()
    with store.reading() as reader:
        found = _next(_Free(reader, actor, as_of, queue, at), policy or WorklistPolicy())
        return None if found is None else _entry(reader, found, at, as_of)


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
    Then the most important item that is the actor's or nobody's and that nobody else holds; or,
    where the office gives a part of each day's items to young refusals and it is their turn, the
    youngest of these. `take` also assigns it to the actor, so that it stays theirs after the
    lease has run out.
    """
    policy = policy or WorklistPolicy()
    minutes = policy.lease_minutes
    with store.writing() as writer:
        at = now()
        found = _next(_Free(writer, actor, as_of, queue, at), policy)
        if found is None:
            return None
        item = found.item
        held = writer.work_leases([item.work_item_id], now=at).get(item.work_item_id)
        if take and item.assignee != actor:
            change = assign(item, actor, actor=actor, happened_at=at)
            write_changes(writer, [change], as_of=as_of)
            item = change.item
        lease = lease_for(actor, minutes=minutes, now=at, earlier=held)
        writer.lease_work_item(item.work_item_id, lease)
        if found.counts:
            writer.note_pull(
                item.work_item_id,
                day=as_of,
                holder=actor,
                is_young=found.is_young,
                given_as=found.given_as,
            )
        return _entry(writer, found._replace(item=item), at, as_of)


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


class _Given(NamedTuple):
    """What is given out. `counts` when it is one of the day's items that the quota speaks of."""

    item: WorkItem
    is_young: bool = False
    counts: bool = False
    given_as: str = ""


def _entry(reader: Reader, found: _Given, at: datetime, as_of: date) -> WorkEntry:
    (entry,) = entries_of(reader, [found.item], now=at, as_of=as_of)
    return msgspec.structs.replace(entry, given_as=found.given_as)


def _next(free: "_Free", policy: WorklistPolicy) -> _Given | None:
    reader, actor, as_of, queue, at = free
    held = [reader.work_item(work_item_id) for work_item_id in reader.work_leases_of(actor, now=at)]
    in_hand = [item for item in held if item is not None and _is_workable(item, as_of, queue)]
    if in_hand:
        item = min(in_hand, key=_best_first)
        return _Given(item, given_as=reader.given_as(item.work_item_id, as_of))
    percent = policy.young_percent
    if not percent or queue not in _QUOTA_QUEUES:
        best = free.best()
        return None if best is None else _Given(best)
    since = as_of - timedelta(days=policy.young_days)
    given_count, young_count = reader.pulled(as_of)
    if takes_young(given_count, young_count, percent):
        youngest = free.youngest(since)
        if youngest is not None:
            words = quota_words(given_count + 1, young_count + 1)
            return _Given(youngest, is_young=True, counts=True, given_as=words)
    best = free.best()
    return None if best is None else _Given(best, _is_young(reader, best, since), counts=True)


_QUOTA_QUEUES = frozenset({None, Queue.DENIAL})
"""Who asks for another queue wants that one, and takes nothing from the quota of the others."""


class _Free(NamedTuple):
    """What somebody may be given: theirs or nobody's, in sight, and in nobody's hands."""

    reader: Reader
    actor: str
    as_of: date
    queue: Queue | None
    at: datetime

    def best(self) -> WorkItem | None:
        """The most important of them."""
        found = [item for assignee in (self.actor, "") for item in self._first(assignee, None)]
        return min(found, key=_best_first, default=None)

    def youngest(self, since: date) -> WorkItem | None:
        """The refusal among them that arose last, on this day or later; of one day the most
        important."""
        young = (sorted(REFUSALS), since)
        found = [item for assignee in (self.actor, "") for item in self._first(assignee, young)]
        arose = _arose(self.reader, found)
        return min(
            found,
            key=lambda item: (-arose[item.work_item_id].toordinal(), *_best_first(item)),
            default=None,
        )

    def _first(self, assignee: str, young: tuple[Sequence[str], date] | None) -> list[WorkItem]:
        return self.reader.work_items(
            **queue_conditions(self.queue, self.as_of),
            statuses=UNSETTLED,
            assignee=assignee,
            awake_on=self.as_of,
            free_for=(self.actor, self.at),
            young_since=young,
            limit=1,
        )


def _arose(reader: Reader, items: Sequence[WorkItem]) -> dict[int, date]:
    stakes = reader.work_stakes(item.work_item_id for item in items)
    return {
        item.work_item_id: stakes[item.work_item_id].arose_on or date.min
        if item.work_item_id in stakes
        else date.min
        for item in items
    }


def _is_young(reader: Reader, item: WorkItem, since: date) -> bool:
    return item.cause in REFUSALS and _arose(reader, [item])[item.work_item_id] >= since


def _is_workable(item: WorkItem, as_of: date, queue: Queue | None) -> bool:
    sleeps = (
        item.status in {WorkStatus.WAITING, WorkStatus.APPEALED}
        and item.next_action_on is not None
        and item.next_action_on > as_of
    )
    fits = queue is None or queue in queues_of(item, as_of)
    return item.status in UNSETTLED and not sleeps and fits


def _best_first(item: WorkItem) -> tuple[int, date, int]:
    return -item.priority, item.deadline or date.max, item.work_item_id

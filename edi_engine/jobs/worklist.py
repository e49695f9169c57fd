"""What people do to work items, each as one transaction, and lists of items for the faces."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import WorkEntry, entries_of, existing_item, queue_conditions
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import UNSETTLED, Channel, Queue, WorkItem, WorkStatus, WorkTouch
from edi_engine.store import Store, Writer
from edi_engine.worklist import (
    WorkChange,
    assign,
    close,
    expected_cents,
    give_up,
    is_in_sample,
    lease_for,
    note,
    refuse_held,
    reopen,
    snooze,
    touch,
)

__all__ = [
    "assign_item",
    "close_item",
    "give_up_item",
    "list_work",
    "note_item",
    "reopen_item",
    "show_item",
    "snooze_item",
    "touch_item",
]


class _Lease(StrEnum):
    """What an action means for the lease. KEPT: the holder works on, others may do it too. ENDED:
    only the holder may, and lets go. OVERRULED: whoever does it ends the lease."""

    KEPT = "kept"
    ENDED = "ended"
    OVERRULED = "overruled"


def list_work(
    store: Store,
    *,
    as_of: date,
    queue: Queue | None = None,
    statuses: Sequence[WorkStatus] = (),
    assignee: str | None = None,
    payer_id: str | None = None,
    limit: int | None = None,
    sample_percent: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> list[WorkEntry]:
    """Items, most important first.

    Without statuses those that wait for somebody today: not settled, not snoozed beyond `as_of`.
    `sample_percent` leaves of them the sample that a manager looks at.
    """
    with store.reading() as reader:
        items = reader.work_items(
            **queue_conditions(queue, as_of),
            statuses=statuses or UNSETTLED,
            assignee=assignee,
            payer_id=payer_id,
            awake_on=None if statuses else as_of,
            limit=limit if sample_percent is None else None,
        )
        if sample_percent is not None:
            items = [item for item in items if is_in_sample(item, sample_percent)][:limit]
        return entries_of(reader, items, now=now())


def show_item(
    store: Store, work_item_id: int, *, now: Callable[[], datetime] = utc_now
) -> WorkEntry:
    """An item with its history and outcomes. Raises InputError when there is no such item."""
    with store.reading() as reader:
        item = existing_item(reader, work_item_id)
        (entry,) = entries_of(reader, [item], now=now())
        events = tuple(reader.work_events(work_item_id))
        outcomes = tuple(reader.work_outcomes([work_item_id]).get(work_item_id, ()))
        touches = tuple(reader.work_touches(work_item_id))
        return msgspec.structs.replace(entry, events=events, outcomes=outcomes, touches=touches)


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
        store,
        work_item_id,
        lambda _, item, at: assign(item, assignee, actor=actor, happened_at=at),
        actor=actor,
        lease=_Lease.OVERRULED,
        now=now,
    )


def note_item(
    store: Store,
    work_item_id: int,
    text: str,
    *,
    actor: str,
    policy: WorklistPolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Write something down on an item; anybody may, and whoever has it in hand has it longer."""
    return _change(
        store,
        work_item_id,
        lambda _, item, at: note(item, text, actor=actor, happened_at=at),
        actor=actor,
        lease=_Lease.KEPT,
        policy=policy,
        now=now,
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
        lambda _, item, at: snooze(
            item, until, actor=actor, as_of=as_of, happened_at=at, text=text
        ),
        actor=actor,
        lease=_Lease.ENDED,
        as_of=as_of,
        now=now,
    )


def touch_item(
    store: Store,
    work_item_id: int,
    channel: Channel,
    outcome: str,
    *,
    next_action_on: date,
    contact: str = "",
    reference: str = "",
    text: str = "",
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Write down what was done about an item; it waits until its next action, and nobody has it in
    hand meanwhile."""

    def touched(at: datetime) -> WorkTouch:
        return WorkTouch(
            at,
            actor,
            channel,
            outcome=outcome.strip(),
            next_action_on=next_action_on,
            contact=contact.strip(),
            reference=reference.strip(),
            note=text.strip(),
        )

    def kept(writer: Writer, item: WorkItem, at: datetime) -> WorkChange:
        done = touched(at)
        change = touch(item, done, as_of=as_of)
        writer.add_work_touch(item.work_item_id, done)
        return change

    return _change(store, work_item_id, kept, actor=actor, lease=_Lease.ENDED, as_of=as_of, now=now)


def give_up_item(
    store: Store,
    work_item_id: int,
    reason: str,
    *,
    actor: str,
    as_of: date,
    policy: WorklistPolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Stop working an item that was fully worked or is not worth it."""
    policy = policy or WorklistPolicy()

    def given_up(writer: Writer, item: WorkItem, at: datetime) -> WorkChange:
        return give_up(
            item,
            reason,
            touches_count=writer.touch_counts([work_item_id]).get(work_item_id, 0),
            expected_cents=expected_cents(item),
            policy=policy,
            actor=actor,
            happened_at=at,
        )

    return _change(
        store, work_item_id, given_up, actor=actor, lease=_Lease.ENDED, as_of=as_of, now=now
    )


def close_item(
    store: Store,
    work_item_id: int,
    reason: str,
    *,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Say that an item is done, and why."""
    return _change(
        store,
        work_item_id,
        lambda _, item, at: close(item, reason, actor=actor, happened_at=at),
        actor=actor,
        lease=_Lease.ENDED,
        as_of=as_of,
        now=now,
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
        lambda _, item, at: reopen(item, actor=actor, as_of=as_of, happened_at=at, text=text),
        actor=actor,
        lease=_Lease.KEPT,
        as_of=as_of,
        now=now,
    )


def _change(
    store: Store,
    work_item_id: int,
    action: Callable[[Writer, WorkItem, datetime], WorkChange],
    *,
    actor: str,
    lease: _Lease,
    as_of: date | None = None,
    policy: WorklistPolicy | None = None,
    now: Callable[[], datetime],
) -> WorkEntry:
    with store.writing() as writer:
        at = now()
        item = existing_item(writer, work_item_id)
        held = writer.work_leases([work_item_id], now=at).get(work_item_id)
        if lease is _Lease.ENDED:
            refuse_held(item, held, actor)
        change = action(writer, item, at)
        write_changes(writer, [change], as_of=as_of or at.date())
        if lease is not _Lease.KEPT:
            writer.release_work_items([work_item_id])
        elif held is not None and held.holder == actor:
            minutes = (policy or WorklistPolicy()).lease_minutes
            renewed = lease_for(actor, minutes=minutes, now=at, earlier=held)
            writer.lease_work_item(work_item_id, renewed)
        (entry,) = entries_of(writer, [change.item], now=at)
        return msgspec.structs.replace(entry, events=change.events)

"""What people do to work items, each as one transaction, and lists of items for the faces.

An action may say which event of the item was the newest that was looked at (`seen`): where another
came since, ConflictError is raised and nothing is changed.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import (
    WorkEntry,
    clock_states,
    entries_of,
    existing_item,
    queue_conditions,
    require_unchanged,
)
from edi_engine.jobs.work_promises import PromiseGiven, add_promise, promise_standings
from edi_engine.records.policy import ReconcilePolicy, WorklistPolicy
from edi_engine.records.work import (
    SETTLED,
    UNSETTLED,
    Channel,
    Queue,
    QueueTotal,
    Resolution,
    WaitingFor,
    WorkItem,
    WorkOrder,
    WorkStatus,
    WorkTouch,
)
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
    "queue_totals",
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
    offset: int = 0,
    sample_percent: int | None = None,
    late_only: bool = False,
    waiting_for: WaitingFor | None = None,
    resolution: Resolution | None = None,
    order: WorkOrder | None = None,
    policy: ReconcilePolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> list[WorkEntry]:
    """Items, most important first or in the `order` given.

    Without statuses those that wait for somebody today: not settled, not snoozed beyond `as_of`.
    `limit` and `offset` cut a part out. `sample_percent` leaves of them the sample that a manager
    looks at, `late_only` those whose clock ran out, `waiting_for` and `resolution` those of which
    that is said.
    """
    at = now()
    is_chosen_here = sample_percent is not None or late_only or waiting_for or resolution
    with store.reading() as reader:
        items = reader.work_items(
            **queue_conditions(queue, as_of),
            statuses=statuses or UNSETTLED,
            assignee=assignee,
            payer_id=payer_id,
            awake_on=None if statuses else as_of,
            order=order,
            limit=None if is_chosen_here else limit,
            offset=0 if is_chosen_here else offset,
        )
        if sample_percent is not None:
            items = [item for item in items if is_in_sample(item, sample_percent)]
        if late_only:
            states = clock_states(reader, items, policy or ReconcilePolicy(), as_of=as_of, now=at)
            late = {key for key, state in states.items() if state.is_late}
            items = [item for item in items if item.work_item_id in late]
        if waiting_for or resolution:
            progress = reader.work_progress(item.work_item_id for item in items)
            items = [
                item
                for item in items
                if (found := progress.get(item.work_item_id)) is not None
                and (waiting_for is None or _waits(item, found.waiting_for, waiting_for))
                and (resolution is None or _ended(item, found.resolution, resolution))
            ]
        first = offset if is_chosen_here else 0
        part = items[first : None if limit is None else first + limit]
        return entries_of(reader, part, now=at, as_of=as_of, policy=policy)


def _waits(item: WorkItem, found: WaitingFor | None, wanted: WaitingFor) -> bool:
    return item.status is WorkStatus.WAITING and found is wanted


def _ended(item: WorkItem, found: Resolution | None, wanted: Resolution) -> bool:
    return item.status in SETTLED and found is wanted


def queue_totals(store: Store, *, as_of: date, assignee: str | None = None) -> list[QueueTotal]:
    """How much waits for somebody today, by queue."""
    with store.reading() as reader:
        return reader.queue_totals(awake_on=as_of, assignee=assignee)


def show_item(
    store: Store,
    work_item_id: int,
    *,
    as_of: date | None = None,
    policy: ReconcilePolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """An item with its history, outcomes, touches and promises, as of a day (None: today's).

    Raises InputError when there is no such item.
    """
    at = now()
    day = as_of or at.date()
    with store.reading() as reader:
        item = existing_item(reader, work_item_id)
        (entry,) = entries_of(reader, [item], now=at, as_of=day, policy=policy)
        events = tuple(reader.work_events(work_item_id))
        outcomes = tuple(reader.work_outcomes([work_item_id]).get(work_item_id, ()))
        touches = tuple(reader.work_touches(work_item_id))
        return msgspec.structs.replace(
            entry,
            events=events,
            outcomes=outcomes,
            touches=touches,
            promises=tuple(
                promise_standings(reader, [work_item_id], as_of=day).get(work_item_id, ())
            ),
            given_as=reader.given_as(work_item_id, day),
            last_event_id=reader.last_event_ids([work_item_id]).get(work_item_id, 0),
        )


def assign_item(
    store: Store,
    work_item_id: int,
    assignee: str,
    *,
    actor: str,
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Give an item to somebody, or (empty text) back to nobody."""
    return _change(
        store,
        work_item_id,
        lambda _, item, at: assign(item, assignee, actor=actor, happened_at=at),
        actor=actor,
        lease=_Lease.OVERRULED,
        seen=seen,
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
    waiting_for: WaitingFor = WaitingFor.INTERNAL,
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Hide an item until a day, or until new evidence comes."""
    return _change(
        store,
        work_item_id,
        lambda _, item, at: snooze(
            item,
            until,
            actor=actor,
            as_of=as_of,
            happened_at=at,
            text=text,
            waiting_for=waiting_for,
        ),
        actor=actor,
        lease=_Lease.ENDED,
        as_of=as_of,
        seen=seen,
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
    waiting_for: WaitingFor | None = None,
    promised: PromiseGiven | None = None,
    actor: str,
    as_of: date,
    policy: ReconcilePolicy | None = None,
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Write down what was done about an item, and what was `promised`; it waits until its next
    action, and nobody has it in hand meanwhile."""

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
        change = touch(item, done, as_of=as_of, waiting_for=waiting_for)
        writer.add_work_touch(item.work_item_id, done)
        if promised is None:
            return change
        given = add_promise(
            writer,
            change.item,
            promised,
            actor=actor,
            as_of=as_of,
            policy=policy or ReconcilePolicy(),
            happened_at=at,
            keep_next_action=True,
        )
        return msgspec.structs.replace(
            given,
            events=(*change.events, *given.events),
            waiting_for=waiting_for or given.waiting_for,
        )

    return _change(
        store, work_item_id, kept, actor=actor, lease=_Lease.ENDED, as_of=as_of, seen=seen, now=now
    )


def give_up_item(
    store: Store,
    work_item_id: int,
    reason: str,
    *,
    actor: str,
    as_of: date,
    policy: WorklistPolicy | None = None,
    seen: int | None = None,
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
        store,
        work_item_id,
        given_up,
        actor=actor,
        lease=_Lease.ENDED,
        as_of=as_of,
        seen=seen,
        now=now,
    )


def close_item(
    store: Store,
    work_item_id: int,
    reason: str,
    *,
    actor: str,
    as_of: date,
    resolution: Resolution | None = None,
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> WorkEntry:
    """Say that an item is done, why, and how it ended."""
    return _change(
        store,
        work_item_id,
        lambda _, item, at: close(item, reason, actor=actor, happened_at=at, resolution=resolution),
        actor=actor,
        lease=_Lease.ENDED,
        as_of=as_of,
        seen=seen,
        now=now,
    )


def reopen_item(
    store: Store,
    work_item_id: int,
    *,
    actor: str,
    as_of: date,
    text: str = "",
    seen: int | None = None,
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
        seen=seen,
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
    seen: int | None = None,
    now: Callable[[], datetime],
) -> WorkEntry:
    with store.writing() as writer:
        at = now()
        item = existing_item(writer, work_item_id)
        require_unchanged(writer, work_item_id, seen)
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
        (entry,) = entries_of(writer, [change.item], now=at, as_of=as_of)
        return msgspec.structs.replace(entry, events=change.events)

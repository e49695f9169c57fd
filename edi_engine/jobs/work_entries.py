"""Work items as the faces show them: with what names their subject, and who has them in hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

import msgspec

from edi_engine.errors import ConflictError, InputError
from edi_engine.jobs.clock import office_moment
from edi_engine.jobs.work_progress import clock_since_opened
from edi_engine.records.outcomes import WorkOutcome
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.promises import PromiseStanding
from edi_engine.records.reports import Subject
from edi_engine.records.work import (
    SETTLED,
    Queue,
    QueueMatch,
    Resolution,
    WaitingFor,
    WorkEvent,
    WorkItem,
    WorkLease,
    WorkStatus,
    WorkTouch,
)
from edi_engine.records.work_clocks import ClockState
from edi_engine.store import Reader
from edi_engine.worklist import ClockBook, last_urgent_day, own_queue, queue_match, queues_of

__all__ = [
    "QueueConditions",
    "WorkEntry",
    "clock_states",
    "entries_of",
    "existing_item",
    "queue_conditions",
    "require_unchanged",
]


class WorkEntry(msgspec.Struct, frozen=True):
    """An item with what names its subject to a person; `lease` while somebody has it in hand,
    `events`, `outcomes`, `touches` and `promises` only where they were asked for, and with them
    `last_event_id`, the identifier of the newest event.

    `queues` are all it belongs to, its own first. `clock` is None where its queues have none,
    `waiting_for` unless it waits, `resolution` unless it ended and that is known. `given_as` says
    why it was given out ahead of others.
    """

    item: WorkItem
    subject: Subject
    lease: WorkLease | None = None
    events: tuple[WorkEvent, ...] = ()
    outcomes: tuple[WorkOutcome, ...] = ()
    touches: tuple[WorkTouch, ...] = ()
    queues: tuple[Queue, ...] = ()
    clock: ClockState | None = None
    waiting_for: WaitingFor | None = None
    resolution: Resolution | None = None
    promises: tuple[PromiseStanding, ...] = ()
    given_as: str = ""
    last_event_id: int = 0


def entries_of(
    reader: Reader,
    items: Sequence[WorkItem],
    *,
    now: datetime,
    as_of: date | None = None,
    policy: ReconcilePolicy | None = None,
) -> list[WorkEntry]:
    """The items in the order given; leases that have run out are not told.

    Clocks and deadlines are those of `as_of` (None: the day of `now`) under the policy.
    """
    as_of = as_of or now.date()
    keys = [item.work_item_id for item in items]
    subjects = reader.subjects(items)
    leases = reader.work_leases(keys, now=now)
    progress = reader.work_progress(keys)
    clocks = clock_states(reader, items, policy or ReconcilePolicy(), as_of=as_of, now=now)
    entries: list[WorkEntry] = []
    for item in items:
        key = item.work_item_id
        far = progress.get(key)
        waits = item.status is WorkStatus.WAITING
        entries.append(
            WorkEntry(
                item,
                subjects[item.item_key],
                leases.get(key),
                queues=queues_of(item, as_of),
                clock=clocks.get(key),
                waiting_for=far.waiting_for if far is not None and waits else None,
                resolution=far.resolution if far is not None and item.status in SETTLED else None,
            )
        )
    return entries


def clock_states(
    reader: Reader,
    items: Sequence[WorkItem],
    policy: ReconcilePolicy,
    *,
    as_of: date,
    now: datetime,
) -> dict[int, ClockState]:
    """How the clocks of these items stand, for those that have one; no question is asked of the
    store where the office keeps none."""
    if not policy.worklist.clocks:
        return {}
    book = ClockBook(policy)
    moment = office_moment(as_of, now)
    keys = [item.work_item_id for item in items]
    progress, stakes = reader.work_progress(keys), reader.work_stakes(keys)
    states: dict[int, ClockState] = {}
    for item in items:
        key = item.work_item_id
        far = progress.get(key)
        state = book.state(
            clock_since_opened(stakes.get(key), as_of) if far is None else far.clock,
            (item.queue, own_queue(item)),
            status=item.status,
            next_action_on=item.next_action_on,
            now=moment,
            waiting_for=None if far is None else far.waiting_for,
        )
        if state is not None:
            states[key] = state
    return states


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

    match: QueueMatch | None
    due: tuple[date, date] | None


def queue_conditions(queue: Queue | None, as_of: date) -> QueueConditions:
    """A queue as the store knows it, with the items that belong to it as well. The deadline queue
    is told by days alone: items of any queue whose deadline is near and has not passed."""
    if queue is Queue.DEADLINE:
        return {"match": None, "due": (as_of, last_urgent_day(as_of))}
    return {"match": None if queue is None else queue_match(queue), "due": None}


def require_unchanged(reader: Reader, work_item_id: int, seen: int | None) -> None:
    """`seen` is the identifier of the newest event that somebody looked at before they acted."""
    if seen is None or reader.last_event_ids([work_item_id]).get(work_item_id, 0) == seen:
        return
    latest = reader.work_events(work_item_id)[-1]
    raise ConflictError(
        f"{latest.actor} worked on it meanwhile: {latest.text}",
        place=f"work item {work_item_id}",
        remedy="Look at it again; nothing of yours was changed.",
    )

"""Bulk actions on a selection of the worklist: preview, do, undo, each as one transaction.

A preview gives a token; doing it needs the token, and is refused when the selection is no longer
what was seen. Items that somebody else has in hand are left out. Source: domain feature 77.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import queue_conditions
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import (
    UNSETTLED,
    Queue,
    Resolution,
    WaitingFor,
    WorkItem,
    WorkStatus,
)
from edi_engine.records.work_batches import BatchItem, BulkAction, BulkKind, WorkBatch
from edi_engine.store import Reader, Store
from edi_engine.worklist import WorkChange, act, selection_token, undo

__all__ = ["BulkPreview", "BulkUndone", "Selection", "do_bulk", "preview_bulk", "undo_bulk"]


class Selection(msgspec.Struct, frozen=True):
    """Which items: all of these at once; None and empty mean any. Without statuses those that wait
    for somebody today."""

    queue: Queue | None = None
    statuses: tuple[WorkStatus, ...] = ()
    assignee: str | None = None
    payer_id: str | None = None


class BulkPreview(msgspec.Struct, frozen=True):
    """What a bulk action would do, or did: `batch_id` is 0 before it is done. `held_count` items
    are left out because somebody else has them in hand."""

    work_item_ids: tuple[int, ...]
    amount_cents: int
    held_count: int
    token: str
    batch_id: int = 0


class BulkUndone(msgspec.Struct, frozen=True):
    """Items that are as they were before, and those that somebody changed since, which stay."""

    undone: tuple[int, ...]
    changed_since: tuple[int, ...]


def preview_bulk(
    store: Store,
    selection: Selection,
    action: BulkAction,
    *,
    actor: str,
    as_of: date,
    policy: WorklistPolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> BulkPreview:
    """What would be changed, and the token to do it with. Raises InputError when the selection is
    empty or larger than `policy.bulk_items_max`, or one of its items refuses the action."""
    at = now()
    with store.reading() as reader:
        items, preview = _selected(
            reader, selection, action, actor=actor, as_of=as_of, at=at, policy=policy
        )
        for item in items:
            act(item, action, actor=actor, as_of=as_of, happened_at=at)
        return preview


def do_bulk(
    store: Store,
    selection: Selection,
    action: BulkAction,
    *,
    token: str,
    actor: str,
    as_of: date,
    policy: WorklistPolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> BulkPreview:
    """Do it to all items of the selection, or, with InputError, to none."""
    with store.writing() as writer:
        at = now()
        items, preview = _selected(
            writer, selection, action, actor=actor, as_of=as_of, at=at, policy=policy
        )
        if token != preview.token:
            raise InputError(
                "the selection is not what was previewed: an item or the action changed.",
                place=f"token {token}",
                remedy="Preview it again, and use the new token.",
            )
        changes = [act(item, action, actor=actor, as_of=as_of, happened_at=at) for item in items]
        progress = writer.work_progress(preview.work_item_ids)
        write_changes(writer, changes, as_of=as_of)
        if action.kind is not BulkKind.NOTE:
            writer.release_work_items(preview.work_item_ids)
        events = writer.last_event_ids(preview.work_item_ids)
        batch = WorkBatch(
            batch_id=0,
            kind=action.kind,
            text=action.text,
            made_by=actor,
            made_at=at.isoformat(),
            items_count=len(items),
            amount_cents=preview.amount_cents,
        )
        batch_id = writer.add_work_batch(
            batch,
            [
                BatchItem(
                    work_item_id=item.work_item_id,
                    last_event_id=events[item.work_item_id],
                    status=item.status,
                    assignee=item.assignee,
                    next_action_on=item.next_action_on,
                )
                for item in items
            ],
        )
        writer.write_batch_progress(batch_id, list(progress.items()))
        return msgspec.structs.replace(preview, batch_id=batch_id)


def undo_bulk(
    store: Store,
    batch_id: int,
    *,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> BulkUndone:
    """Give the items of a batch back what it took, but those whose history went on since.

    Raises InputError when there is no such batch, or it was undone already.
    """
    with store.writing() as writer:
        at = now()
        batch = writer.work_batch(batch_id)
        if batch is None or batch.undone_at is not None:
            raise InputError(
                "there is no such batch."
                if batch is None
                else f"{batch.undone_by} undid it at {batch.undone_at}.",
                place=f"batch {batch_id}",
                remedy="",
            )
        before = {one.work_item_id: one for one in writer.work_batch_items(batch_id)}
        events = writer.last_event_ids(before)
        progress = writer.batch_progress(batch_id)
        undone = tuple(key for key, one in before.items() if events[key] == one.last_event_id)
        items = [item for key in undone if (item := writer.work_item(key)) is not None]
        changes = [
            _as_it_was(
                undo(item, before[item.work_item_id], batch_id, actor=actor, happened_at=at),
                *progress.get(item.work_item_id, (None, None)),
            )
            for item in items
        ]
        write_changes(writer, changes, as_of=as_of)
        writer.mark_batch_undone(batch_id, undone_by=actor, undone_at=at.isoformat())
        return BulkUndone(undone, tuple(key for key in before if key not in set(undone)))


def _as_it_was(
    change: WorkChange, waiting_for: WaitingFor | None, resolution: Resolution | None
) -> WorkChange:
    return msgspec.structs.replace(change, waiting_for=waiting_for, resolution=resolution)


def _selected(
    reader: Reader,
    selection: Selection,
    action: BulkAction,
    *,
    actor: str,
    as_of: date,
    at: datetime,
    policy: WorklistPolicy | None,
) -> tuple[Sequence[WorkItem], BulkPreview]:
    found = reader.work_items(
        **queue_conditions(selection.queue, as_of),
        statuses=selection.statuses or UNSETTLED,
        assignee=selection.assignee,
        payer_id=selection.payer_id,
        awake_on=None if selection.statuses else as_of,
    )
    leases = reader.work_leases((item.work_item_id for item in found), now=at)
    items = [
        item
        for item in found
        if (lease := leases.get(item.work_item_id)) is None or lease.holder == actor
    ]
    most = (policy or WorklistPolicy()).bulk_items_max
    if not items or len(items) > most:
        raise InputError(
            f"the selection has {len(items)} items, and 1 to {most} can be changed at once.",
            remedy="Narrow it with --queue, --payer, --assignee or --status."
            if items
            else "Widen it; what others have in hand is left out.",
        )
    events = reader.last_event_ids(item.work_item_id for item in items)
    preview = BulkPreview(
        work_item_ids=tuple(item.work_item_id for item in items),
        amount_cents=sum(item.amount_at_risk_cents for item in items),
        held_count=len(found) - len(items),
        token=selection_token(items, events, action),
    )
    return items, preview

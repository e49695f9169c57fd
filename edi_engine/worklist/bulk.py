"""Bulk actions: the same thing done to many items, what was selected proved by a token, and undone.

Pure. The token is a digest of the action and of every selected item as it stands, so an action is
done on exactly what was previewed, or not at all. Source: domain feature 77.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from edi_engine.records.work import WaitingFor, WorkEvent, WorkEventKind, WorkItem
from edi_engine.records.work_batches import BatchItem, BulkAction, BulkKind
from edi_engine.worklist.actions import assign, close, note, snooze
from edi_engine.worklist.refresh import WorkChange

__all__ = ["act", "selection_token", "undo"]

_TOKEN_LENGTH = 12


def act(
    item: WorkItem, action: BulkAction, *, actor: str, as_of: date, happened_at: datetime
) -> WorkChange:
    """Do it to one item. Raises InputError as the single action does."""
    match action.kind:
        case BulkKind.ASSIGN:
            return assign(item, action.text, actor=actor, happened_at=happened_at)
        case BulkKind.CLOSE:
            return close(
                item,
                action.text,
                actor=actor,
                happened_at=happened_at,
                resolution=action.resolution,
            )
        case BulkKind.NOTE:
            return note(item, action.text, actor=actor, happened_at=happened_at)
        case BulkKind.SNOOZE:
            return snooze(
                item,
                action.until or as_of,
                actor=actor,
                as_of=as_of,
                happened_at=happened_at,
                text=action.text,
                waiting_for=action.waiting_for or WaitingFor.INTERNAL,
            )


def selection_token(
    items: Sequence[WorkItem], last_event_ids: Mapping[int, int], action: BulkAction
) -> str:
    """Digits and letters that change when the action, the selection or one of its items does."""
    facts = [
        (
            item.work_item_id,
            last_event_ids.get(item.work_item_id, 0),
            item.status,
            item.assignee,
            item.next_action_on,
            item.amount_at_risk_cents,
        )
        for item in sorted(items, key=lambda item: item.work_item_id)
    ]
    data = msgspec.json.encode((action, facts))
    return hashlib.sha256(data).hexdigest()[:_TOKEN_LENGTH]


def undo(
    item: WorkItem, before: BatchItem, batch_id: int, *, actor: str, happened_at: datetime
) -> WorkChange:
    """The item as it was before the batch. What was said stays in its history."""
    restored = msgspec.structs.replace(
        item,
        status=before.status,
        assignee=before.assignee,
        next_action_on=before.next_action_on,
    )
    event = WorkEvent(happened_at, WorkEventKind.UNDONE, actor, f"Batch {batch_id} was undone.")
    return WorkChange(restored, (event,))

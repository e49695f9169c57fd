"""Many items changed at once: what was done, by whom, and how each was before.

Source: domain feature 77.
"""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.records.work import Resolution, WaitingFor, WorkStatus

__all__ = ["BatchItem", "BulkAction", "BulkKind", "WorkBatch"]


class BulkKind(StrEnum):
    """What can be done to many items at once."""

    ASSIGN = "assign"
    SNOOZE = "snooze"
    CLOSE = "close"
    NOTE = "note"


class BulkAction(msgspec.Struct, frozen=True):
    """What to do to each item. `text` is the name, the reason or the note; `until` the day of a
    snooze, None for the others; how closed items ended and whom snoozed ones wait for, where that
    is said."""

    kind: BulkKind
    text: str
    until: date | None = None
    resolution: Resolution | None = None
    waiting_for: WaitingFor | None = None


class WorkBatch(msgspec.Struct, frozen=True):
    """A bulk action that was done. Instants are ISO text in UTC; `undone_at` and `undone_by` are
    None while it stands."""

    batch_id: int
    kind: BulkKind
    text: str
    made_by: str
    made_at: str
    items_count: int
    amount_cents: int
    undone_by: str | None = None
    undone_at: str | None = None


class BatchItem(msgspec.Struct, frozen=True, gc=False):
    """An item of a batch as it was before, and the last event of its history right after: when
    another came since, somebody else has changed it."""

    work_item_id: int
    last_event_id: int
    status: WorkStatus
    assignee: str
    next_action_on: date | None

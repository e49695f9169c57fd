"""What a person does to a work item: assign, note, snooze, close, reopen.

Pure: each takes the item and gives the item as it is afterwards with the event that records it.
What makes no sense (closing a closed item) raises InputError and changes nothing. Actors and texts
are the person's own words. Source: domain features 74 to 76.
"""

from datetime import date, datetime

import msgspec

from edi_engine.errors import InputError
from edi_engine.records.work import (
    SETTLED,
    Resolution,
    WaitingFor,
    WorkEvent,
    WorkEventKind,
    WorkItem,
    WorkStatus,
)
from edi_engine.worklist.refresh import WorkChange

__all__ = [
    "TEXT_LENGTH_MAX",
    "assign",
    "checked_text",
    "close",
    "note",
    "refuse_settled",
    "reopen",
    "required_text",
    "snooze",
]

TEXT_LENGTH_MAX = 2000
"""Longest note: a page of text; what is longer belongs in a document."""

_CLOSED_BY_PERSONS = frozenset({WorkStatus.CLOSED, WorkStatus.WONT_WORK})


def assign(item: WorkItem, assignee: str, *, actor: str, happened_at: datetime) -> WorkChange:
    """Give the item to somebody; empty text gives it back to nobody. A new item becomes open."""
    assignee = checked_text(assignee, "assignee")
    refuse_settled(item, "assigned")
    text = f"Assigned to {assignee}." if assignee else "Given back to the queue."
    changed = msgspec.structs.replace(item, assignee=assignee, status=_touched(item))
    return WorkChange(changed, (WorkEvent(happened_at, WorkEventKind.ASSIGNED, actor, text),))


def note(item: WorkItem, text: str, *, actor: str, happened_at: datetime) -> WorkChange:
    """Write something down; allowed on an item of any status. A new item becomes open."""
    text = required_text(text, "note")
    status = item.status if item.status in SETTLED else _touched(item)
    changed = msgspec.structs.replace(item, status=status)
    return WorkChange(changed, (WorkEvent(happened_at, WorkEventKind.NOTED, actor, text),))


def snooze(
    item: WorkItem,
    until: date,
    *,
    actor: str,
    as_of: date,
    happened_at: datetime,
    text: str = "",
    waiting_for: WaitingFor = WaitingFor.INTERNAL,
) -> WorkChange:
    """Hide the item until a day after `as_of`, or until new evidence comes. Who puts one off
    without another word waits for nobody outside."""
    refuse_settled(item, "snoozed")
    if until <= as_of:
        raise InputError(
            f"cannot snooze until {until.isoformat()}: that is not after {as_of.isoformat()}.",
            place=_place(item),
            remedy="Give a later day.",
        )
    words = checked_text(text, "note")
    said = f"Until {until.isoformat()}." + (f" {words}" if words else "")
    changed = msgspec.structs.replace(item, status=WorkStatus.WAITING, next_action_on=until)
    event = WorkEvent(happened_at, WorkEventKind.SNOOZED, actor, said)
    return WorkChange(changed, (event,), waiting_for=waiting_for)


def close(
    item: WorkItem,
    reason: str,
    *,
    actor: str,
    happened_at: datetime,
    resolution: Resolution | None = None,
) -> WorkChange:
    """A person says it is done, and may say how; it stays closed unless new evidence arises. A
    reason is needed."""
    reason = required_text(reason, "reason")
    refuse_settled(item, "closed")
    changed = msgspec.structs.replace(item, status=WorkStatus.CLOSED, next_action_on=None)
    said = f"{resolution.value.replace('_', ' ').capitalize()}. {reason}" if resolution else reason
    event = WorkEvent(happened_at, WorkEventKind.CLOSED, actor, said)
    return WorkChange(changed, (event,), resolution=resolution)


def reopen(
    item: WorkItem, *, actor: str, as_of: date, happened_at: datetime, text: str = ""
) -> WorkChange:
    """Take a closed item up again. A resolved one cannot be: nothing is wrong there."""
    if item.status not in _CLOSED_BY_PERSONS:
        raise InputError(
            f"cannot be reopened: it is {_words(item)}, and only a closed item can.",
            place=_place(item),
            remedy="",
        )
    words = checked_text(text, "note") or "Reopened."
    changed = msgspec.structs.replace(item, status=WorkStatus.OPEN, next_action_on=as_of)
    return WorkChange(changed, (WorkEvent(happened_at, WorkEventKind.REOPENED, actor, words),))


def _touched(item: WorkItem) -> WorkStatus:
    return WorkStatus.OPEN if item.status is WorkStatus.NEW else item.status


def refuse_settled(item: WorkItem, done: str) -> None:
    """Raises InputError for an item that is settled; `done` says what it cannot be."""
    if item.status in SETTLED:
        raise InputError(
            f"cannot be {done}: it is {_words(item)} already.",
            place=_place(item),
            remedy="Reopen it first, or add a note." if item.status in _CLOSED_BY_PERSONS else "",
        )


def required_text(text: str, what: str) -> str:
    """The text without blanks around it. Raises InputError when nothing is left, or too much."""
    text = checked_text(text, what)
    if not text:
        raise InputError(f"the {what} is empty.", remedy=f"Say the {what} in a few words.")
    return text


def checked_text(text: str, what: str) -> str:
    """The text without blanks around it. Raises InputError when it is too long."""
    text = text.strip()
    if len(text) > TEXT_LENGTH_MAX:
        raise InputError(
            f"the {what} has {len(text)} characters, more than {TEXT_LENGTH_MAX}.",
            remedy="Shorten it.",
        )
    return text


def _words(item: WorkItem) -> str:
    return item.status.value.replace("_", " ")


def _place(item: WorkItem) -> str:
    return f"work item {item.work_item_id}"

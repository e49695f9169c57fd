"""Touches: what somebody did about an item, with whom, what came of it, and when to look again.

Pure. Nothing is left open: every touch names the day of the next action, and the item is hidden
until then. A payer that was called gave a reference number, or the call cannot be proved. Source:
domain features 75, 76 and 79.
"""

import hashlib
from datetime import date, datetime

import msgspec

from edi_engine.errors import InputError
from edi_engine.money import format_dollars
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import (
    Channel,
    Queue,
    WaitingFor,
    WorkEvent,
    WorkEventKind,
    WorkItem,
    WorkStatus,
    WorkTouch,
)
from edi_engine.worklist.actions import checked_text, refuse_settled, required_text
from edi_engine.worklist.queues import own_queue
from edi_engine.worklist.refresh import WorkChange

__all__ = ["give_up", "is_in_sample", "touch"]

_NEEDS_REFERENCE = frozenset({Channel.PAYER_CALL})


def touch(
    item: WorkItem, done: WorkTouch, *, as_of: date, waiting_for: WaitingFor | None = None
) -> WorkChange:
    """Put a touch on an item: it waits for the day of the next action, or for new evidence.

    Whom it waits for is told by how it was touched, unless `waiting_for` says otherwise.

    Raises InputError when the item is settled, the outcome is missing, a payer's call has no
    reference number, or the next action is not after `as_of`.
    """
    refuse_settled(item, "worked")
    place = f"work item {item.work_item_id}"
    required_text(done.outcome, "outcome")
    for text, name in (
        (done.contact, "contact"),
        (done.reference, "reference number"),
        (done.note, "note"),
    ):
        checked_text(text, name)
    if done.channel in _NEEDS_REFERENCE and not done.reference.strip():
        raise InputError(
            "the call has no reference number.",
            place=place,
            remedy="Ask the payer for it; without it the call cannot be proved.",
        )
    if done.next_action_on <= as_of:
        raise InputError(
            f"the next action on {done.next_action_on.isoformat()} is not after"
            f" {as_of.isoformat()}.",
            place=place,
            remedy="Give the day on which somebody should look again.",
        )
    event = WorkEvent(done.touched_at, WorkEventKind.TOUCHED, done.actor, _in_words(done))
    waiting = msgspec.structs.replace(
        item, status=WorkStatus.WAITING, next_action_on=done.next_action_on
    )
    return WorkChange(waiting, (event,), waiting_for=waiting_for or _other_side(item, done))


def _other_side(item: WorkItem, done: WorkTouch) -> WaitingFor:
    """Whom somebody waits for who called, wrote or asked: the other side."""
    if done.channel is Channel.INTERNAL:
        return WaitingFor.INTERNAL
    if done.channel in {Channel.PAYER_CALL, Channel.PORTAL}:
        return WaitingFor.PAYER
    is_patients = own_queue(item) is Queue.PATIENT_OVERDUE
    if done.channel is Channel.PATIENT_CALL or is_patients:
        return WaitingFor.PATIENT
    return WaitingFor.PAYER


def give_up(
    item: WorkItem,
    reason: str,
    *,
    touches_count: int,
    expected_cents: int,
    policy: WorklistPolicy,
    actor: str,
    happened_at: datetime,
) -> WorkChange:
    """Stop working an item that was fully worked, or never was worth it; a reason is needed.

    Fully worked: at least `policy.touches_before_stop` touches. Not worth it: `expected_cents`,
    the amount at risk times its chance, is at most `policy.low_value_cents`. Raises InputError
    when it is neither. It stays closed unless new evidence arises.
    """
    reason = required_text(reason, "reason")
    refuse_settled(item, "given up")
    if touches_count >= policy.touches_before_stop:
        why = f"Fully worked, {touches_count} touches."
    elif expected_cents <= policy.low_value_cents:
        why = f"Worth {format_dollars(expected_cents)} at its chance."
    else:
        raise InputError(
            f"it has {touches_count} of {policy.touches_before_stop} touches, and is worth"
            f" {format_dollars(expected_cents)} at its chance.",
            place=f"work item {item.work_item_id}",
            remedy="Work it, or close it for another reason than giving up.",
        )
    stopped = msgspec.structs.replace(item, status=WorkStatus.WONT_WORK, next_action_on=None)
    event = WorkEvent(happened_at, WorkEventKind.GIVEN_UP, actor, f"{why} {reason}")
    return WorkChange(stopped, (event,))


def is_in_sample(item: WorkItem, percent: int) -> bool:
    """Whether a manager looks at this item: so many of a hundred, always the same ones."""
    digest = hashlib.sha256(item.item_key.encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < percent


def _in_words(done: WorkTouch) -> str:
    said = [
        done.channel.value.replace("_", " ").capitalize(),
        f"with {done.contact}" if done.contact else "",
        f"(reference {done.reference})" if done.reference else "",
    ]
    note = f" {done.note}" if done.note else ""
    told = " ".join(word for word in said if word)
    return f"{told}: {done.outcome}. Next on {done.next_action_on.isoformat()}.{note}"

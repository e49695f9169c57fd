"""Work items brought up to date with what is known: opened, added to, resolved, reopened, woken.

Pure: `refresh` is given the items and issues of some subjects and returns what changes. A
person's word stands: a closed item comes back only with new evidence, a snoozed one with new
evidence or on its day. Nothing is ever deleted. Source: domain features 71, 75 and 81.
"""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from edi_engine.dates import FEDERAL_CALENDAR, BusinessCalendar
from edi_engine.money import format_dollars
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import WorkEvent, WorkEventKind, WorkItem, WorkStatus
from edi_engine.worklist.advice import Advice, advice_for
from edi_engine.worklist.concerns import Concern, PlacedIssue, gather_concerns
from edi_engine.worklist.counsel import Counsel, CounselDesk, deadlines_on, urgency_words
from edi_engine.worklist.priority import Priority, priority_of

__all__ = ["ENGINE", "WorkChange", "refresh", "refresh_on_date"]

ENGINE = "engine"
"""The actor of events that a rule causes."""

_WORKABLE = frozenset({WorkStatus.NEW, WorkStatus.OPEN, WorkStatus.WAITING})


class WorkChange(msgspec.Struct, frozen=True):
    """An item as it is now (`work_item_id` 0 when it is new) and what happened to it, in order.

    No events when only its numbers moved with the calendar.
    """

    item: WorkItem
    events: tuple[WorkEvent, ...] = ()


def refresh(
    items: Iterable[WorkItem],
    issues: Iterable[PlacedIssue],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    happened_at: datetime,
) -> list[WorkChange]:
    """What changes, sorted by item key; an item that stays as it is does not appear.

    `items` are all items, of every status, of the claims, payments and remittances looked at, and
    `issues` is everything wrong with these now: an item that no issue speaks for is resolved.
    """
    concerns = {concern.item_key: concern for concern in gather_concerns(issues)}
    known = {item.item_key: item for item in items}
    desk = CounselDesk(policy)
    changes: list[WorkChange] = []
    for item_key in sorted(concerns.keys() | known.keys()):
        change = _change(known.get(item_key), concerns.get(item_key), desk, as_of, happened_at)
        if change is not None:
            changes.append(change)
    return changes


def refresh_on_date(
    items: Iterable[WorkItem],
    *,
    as_of: date,
    happened_at: datetime,
    calendar: BusinessCalendar = FEDERAL_CALENDAR,
) -> list[WorkChange]:
    """What the calendar alone changes: snoozed items wake, urgency moves. Sorted by item key."""
    changes: list[WorkChange] = []
    for item in sorted(items, key=lambda item: item.item_key):
        if item.status not in _WORKABLE:
            continue
        woken = _is_due(item, as_of)
        current = _reprioritised(item, as_of, calendar)
        events: tuple[WorkEvent, ...] = ()
        if woken:
            current = msgspec.structs.replace(current, status=WorkStatus.OPEN)
            events = (
                _event(happened_at, WorkEventKind.WOKEN, "The day it was snoozed to has come."),
            )
        if current != item:
            changes.append(WorkChange(current, events))
    return changes


def _change(
    item: WorkItem | None,
    concern: Concern | None,
    desk: CounselDesk,
    as_of: date,
    happened_at: datetime,
) -> WorkChange | None:
    if concern is None:
        return _resolved(item, happened_at) if item is not None else None
    if item is None:
        return _opened(concern, desk, as_of, happened_at)
    current = _described(item, concern, desk, as_of)
    is_new_evidence = item.evidence_digest != concern.evidence_digest
    if item.status is WorkStatus.RESOLVED:
        return _reopened(current, concern, happened_at, "It is no longer settled:", as_of)
    if item.status is WorkStatus.CLOSED:
        if not is_new_evidence:
            return None
        return _reopened(current, concern, happened_at, "New evidence after it was closed:", as_of)
    if is_new_evidence:
        return _with_evidence(item, current, concern, happened_at, as_of)
    if _is_due(item, as_of):
        woken = _event(happened_at, WorkEventKind.WOKEN, "The day it was snoozed to has come.")
        return WorkChange(msgspec.structs.replace(current, status=WorkStatus.OPEN), (woken,))
    return WorkChange(current) if current != item else None


def _described(item: WorkItem, concern: Concern, desk: CounselDesk, as_of: date) -> WorkItem:
    """The item with today's facts; status, assignee and the person's next date stay."""
    fresh = _new_item(concern, desk, as_of)
    return msgspec.structs.replace(
        fresh,
        status=item.status,
        assignee=item.assignee,
        next_action_on=item.next_action_on,
        work_item_id=item.work_item_id,
    )


def _new_item(concern: Concern, desk: CounselDesk, as_of: date) -> WorkItem:
    advice = advice_for(concern.cause, concern.detail)
    counsel = desk.counsel(concern, advice, as_of)
    deadline = counsel.deadline
    priority = _priority(advice, concern.amount_cents, counsel, desk, as_of)
    return WorkItem(
        item_key=concern.item_key,
        queue=advice.queue,
        cause=concern.cause,
        detail=concern.detail,
        claim_id=concern.claim_id,
        claim_payment_id=concern.claim_payment_id,
        remittance_id=concern.remittance_id,
        payer_sequence=concern.payer_sequence,
        amount_at_risk_cents=concern.amount_cents,
        priority=priority.value,
        factors=(*priority.factors, *counsel.deadline_factors),
        deadline=deadline,
        next_action=counsel.next_action,
        next_action_on=as_of,
        reason=" ".join(filter(None, (concern.reason, counsel.why))),
        evidence_digest=concern.evidence_digest,
    )


def _reprioritised(item: WorkItem, as_of: date, calendar: BusinessCalendar) -> WorkItem:
    """With today's urgency; what was advised and which deadlines there are stays."""
    advice = advice_for(item.cause, item.detail)
    deadlines = deadlines_on(item.factors, as_of)
    priority = priority_of(
        item.amount_at_risk_cents,
        advice.recovery_percent,
        recovery_reason=advice.recovery_reason,
        effort_minutes=advice.effort_minutes,
        effort_reason=advice.effort_reason,
        deadline=item.deadline,
        as_of=as_of,
        deadline_reason=urgency_words(item.deadline, deadlines),
        calendar=calendar,
    )
    return msgspec.structs.replace(
        item, priority=priority.value, factors=(*priority.factors, *deadlines)
    )


def _priority(
    advice: Advice, amount_cents: int, counsel: Counsel, desk: CounselDesk, as_of: date
) -> Priority:
    return priority_of(
        amount_cents,
        advice.recovery_percent,
        recovery_reason=advice.recovery_reason,
        effort_minutes=advice.effort_minutes,
        effort_reason=advice.effort_reason,
        deadline=counsel.deadline,
        as_of=as_of,
        deadline_reason=urgency_words(counsel.deadline, counsel.deadline_factors),
        calendar=desk.book.calendar,
    )


def _opened(concern: Concern, desk: CounselDesk, as_of: date, happened_at: datetime) -> WorkChange:
    event = _event(happened_at, WorkEventKind.OPENED, _evidence_text(concern))
    return WorkChange(_new_item(concern, desk, as_of), (event,))


def _resolved(item: WorkItem, happened_at: datetime) -> WorkChange | None:
    if item.status not in _WORKABLE:
        return None
    resolved = msgspec.structs.replace(item, status=WorkStatus.RESOLVED, next_action_on=None)
    text = "Nothing is wrong here any more: later files or a decision settled it."
    return WorkChange(resolved, (_event(happened_at, WorkEventKind.RESOLVED, text),))


def _reopened(
    current: WorkItem, concern: Concern, happened_at: datetime, because: str, as_of: date
) -> WorkChange:
    reopened = msgspec.structs.replace(current, status=WorkStatus.OPEN, next_action_on=as_of)
    text = f"{because} {_evidence_text(concern)}"
    return WorkChange(reopened, (_event(happened_at, WorkEventKind.REOPENED, text),))


def _with_evidence(
    item: WorkItem, current: WorkItem, concern: Concern, happened_at: datetime, as_of: date
) -> WorkChange:
    events = [_event(happened_at, WorkEventKind.EVIDENCE, _evidence_text(concern))]
    if item.status is WorkStatus.WAITING:
        current = msgspec.structs.replace(current, status=WorkStatus.OPEN, next_action_on=as_of)
        events.append(_event(happened_at, WorkEventKind.WOKEN, "New evidence woke it early."))
    return WorkChange(current, tuple(events))


def _evidence_text(concern: Concern) -> str:
    amount = format_dollars(concern.amount_cents)
    return f"{concern.cause.replace('_', ' ')}, {amount} at risk. {concern.reason}".strip()


def _is_due(item: WorkItem, as_of: date) -> bool:
    return (
        item.status is WorkStatus.WAITING
        and item.next_action_on is not None
        and item.next_action_on <= as_of
    )


def _event(happened_at: datetime, kind: WorkEventKind, text: str) -> WorkEvent:
    return WorkEvent(happened_at, kind, ENGINE, text)

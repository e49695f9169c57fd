"""Work items brought up to date with what is known: opened, added to, resolved, reopened, woken.

Pure: `refresh` is given the items and issues of some subjects and returns what changes. A
person's word stands: a closed item comes back only with new evidence, a snoozed one with new
evidence or on its day. Nothing is ever deleted. Source: domain features 71, 75 and 81.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from edi_engine.dates import FEDERAL_CALENDAR, BusinessCalendar
from edi_engine.money import format_dollars
from edi_engine.records.outcomes import WorkStake
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import (
    UNSETTLED,
    PriorityFactor,
    Queue,
    Resolution,
    WaitingFor,
    WorkEvent,
    WorkEventKind,
    WorkItem,
    WorkStatus,
)
from edi_engine.worklist.advice import Advice, advice_for, chance_detail
from edi_engine.worklist.appeals import AppealStanding
from edi_engine.worklist.chances import NO_HISTORY, Chance, Chances, age_band
from edi_engine.worklist.concerns import Concern, PlacedIssue, gather_concerns
from edi_engine.worklist.counsel import CounselDesk, deadlines_on, urgency_words
from edi_engine.worklist.priority import (
    BROKEN_PROMISE,
    chance_percent,
    chance_reason,
    priority_of,
)

__all__ = [
    "ENGINE",
    "Placement",
    "WorkChange",
    "refresh",
    "refresh_on_date",
    "repriced",
    "with_standing",
]

ENGINE = "engine"
"""The actor of events that a rule causes."""

_CLOSED_BY_PERSONS = frozenset({WorkStatus.CLOSED, WorkStatus.WONT_WORK})
_HIDDEN = frozenset({WorkStatus.WAITING, WorkStatus.APPEALED})
"""Until the day of their next action, or new evidence."""


class Placement(msgspec.Struct, frozen=True, gc=False):
    """What the chance of an item depends on beside its cause: the payer, and since when."""

    payer_id: str
    arose_on: date | None


class WorkChange(msgspec.Struct, frozen=True):
    """An item as it is now (`work_item_id` 0 when it is new) and what happened to it, in order.

    No events when only its numbers moved with the calendar. `placed` is None where nothing new is
    known of it, `waiting_for` and `resolution` where nobody says.
    """

    item: WorkItem
    events: tuple[WorkEvent, ...] = ()
    placed: Placement | None = None
    waiting_for: WaitingFor | None = None
    resolution: Resolution | None = None


def refresh(
    items: Iterable[WorkItem],
    issues: Iterable[PlacedIssue],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    happened_at: datetime,
    chances: Chances = NO_HISTORY,
    stakes: Mapping[int, WorkStake] | None = None,
    standings: Mapping[str, AppealStanding] | None = None,
) -> list[WorkChange]:
    """What changes, sorted by item key; an item that stays as it is does not appear.

    `standings` say for the keys of items that were appealed what comes of it next, which then
    stands in place of the usual advice. `items` are all items, of every status, of the claims,
    payments and remittances looked at, and `issues` is everything wrong with these now: an item
    that no issue speaks for is resolved. An open item whose stake among `stakes` says something
    else than is known now appears as well.
    """
    today = _Today(CounselDesk(policy), as_of, happened_at, chances)
    concerns = {concern.item_key: concern for concern in gather_concerns(issues)}
    known = {item.item_key: item for item in items}
    changes: list[WorkChange] = []
    for item_key in sorted(concerns.keys() | known.keys()):
        item, concern = known.get(item_key), concerns.get(item_key)
        change = _change(item, concern, today, (standings or {}).get(item_key))
        if concern is None:
            if change is not None:
                changes.append(change)
            continue
        placed = Placement(concern.payer_id, concern.arose_on)
        if change is None and item is not None and _is_unplaced(item, placed, stakes):
            change = WorkChange(item)
        if change is not None:
            changes.append(msgspec.structs.replace(change, placed=placed))
    return changes


def refresh_on_date(
    items: Iterable[WorkItem],
    *,
    as_of: date,
    happened_at: datetime,
    chances: Chances = NO_HISTORY,
    stakes: Mapping[int, WorkStake] | None = None,
    calendar: BusinessCalendar = FEDERAL_CALENDAR,
) -> list[WorkChange]:
    """What the calendar and the outcomes of others change: snoozed items wake, urgency and chance
    move. Sorted by item key; an item without a stake is of no payer and no known age."""
    changes: list[WorkChange] = []
    for item in sorted(items, key=lambda item: item.item_key):
        if item.status not in UNSETTLED:
            continue
        woken = _is_due(item, as_of)
        stake = (stakes or {}).get(item.work_item_id)
        current = _reprioritised(item, stake, chances, as_of, calendar)
        events: tuple[WorkEvent, ...] = ()
        if woken:
            current = msgspec.structs.replace(current, status=WorkStatus.OPEN)
            events = (_event(happened_at, WorkEventKind.WOKEN, _why_woken(item)),)
        if current != item:
            changes.append(WorkChange(current, events))
    return changes


class _Today(msgspec.Struct, frozen=True):
    """What is the same for every item of a refresh."""

    desk: CounselDesk
    as_of: date
    happened_at: datetime
    chances: Chances


def _is_unplaced(item: WorkItem, placed: Placement, stakes: Mapping[int, WorkStake] | None) -> bool:
    if stakes is None or item.status not in UNSETTLED:
        return False
    stake = stakes.get(item.work_item_id)
    return stake is None or Placement(stake.payer_id, stake.arose_on) != placed


def _change(
    item: WorkItem | None,
    concern: Concern | None,
    today: _Today,
    standing: AppealStanding | None,
) -> WorkChange | None:
    if concern is None:
        return _resolved(item, today.happened_at) if item is not None else None
    if item is None:
        return _opened(concern, today)
    current = _described(item, concern, today, standing)
    is_new_evidence = item.evidence_digest != concern.evidence_digest
    if item.status is WorkStatus.RESOLVED:
        return _reopened(current, concern, today, "It is no longer settled:")
    if item.status in _CLOSED_BY_PERSONS:
        if not is_new_evidence:
            return None
        return _reopened(current, concern, today, "New evidence after it was closed:")
    if is_new_evidence:
        return _with_evidence(item, current, concern, today)
    if _is_due(item, today.as_of):
        woken = _event(today.happened_at, WorkEventKind.WOKEN, _why_woken(item))
        return WorkChange(msgspec.structs.replace(current, status=WorkStatus.OPEN), (woken,))
    return WorkChange(current) if current != item else None


def _described(
    item: WorkItem, concern: Concern, today: _Today, standing: AppealStanding | None
) -> WorkItem:
    """The item with today's facts; status, assignee and the person's next date stay."""
    fresh = _new_item(concern, today)
    if standing is not None:
        fresh = with_standing(fresh, standing, today.as_of, today.desk.book.calendar)
    if item.queue is Queue.PROMISE_BROKEN:
        broken = (*fresh.factors, *_broken_promises(item))
        fresh = msgspec.structs.replace(fresh, queue=item.queue, factors=broken)
        fresh = repriced(fresh, today.as_of, today.desk.book.calendar)
    return msgspec.structs.replace(
        fresh,
        status=item.status,
        assignee=item.assignee,
        next_action_on=item.next_action_on,
        work_item_id=item.work_item_id,
    )


def _new_item(concern: Concern, today: _Today) -> WorkItem:
    advice = advice_for(concern.cause, concern.detail)
    counsel = today.desk.counsel(concern, advice, today.as_of)
    placed = Placement(concern.payer_id, concern.arose_on)
    item = WorkItem(
        item_key=concern.item_key,
        queue=advice.queue,
        cause=concern.cause,
        detail=concern.detail,
        claim_id=concern.claim_id,
        claim_payment_id=concern.claim_payment_id,
        remittance_id=concern.remittance_id,
        payer_sequence=concern.payer_sequence,
        amount_at_risk_cents=concern.amount_cents,
        priority=0,
        factors=(),
        deadline=counsel.deadline,
        next_action=counsel.next_action,
        next_action_on=today.as_of,
        reason=" ".join(filter(None, (concern.reason, counsel.why))),
        evidence_digest=concern.evidence_digest,
    )
    return _prioritised(
        item,
        advice,
        placed,
        chances=today.chances,
        as_of=today.as_of,
        deadlines=counsel.deadline_factors,
        calendar=today.desk.book.calendar,
    )


def with_standing(
    item: WorkItem,
    standing: AppealStanding,
    as_of: date,
    calendar: BusinessCalendar = FEDERAL_CALENDAR,
) -> WorkItem:
    """The item with what its appeal asks for next, and the day until when that can be done; the
    chance that was reckoned for it stays."""
    changed = msgspec.structs.replace(
        item, next_action=standing.next_action, deadline=standing.deadline
    )
    return repriced(changed, as_of, calendar)


def repriced(
    item: WorkItem, as_of: date, calendar: BusinessCalendar = FEDERAL_CALENDAR
) -> WorkItem:
    """The item with the priority that its deadline, promises and the chance it had give it."""
    advice = advice_for(item.cause, item.detail)
    chance = Chance(chance_percent(item), chance_reason(item))
    deadlines = deadlines_on(item.factors, as_of)
    return _priced(item, advice, chance, as_of=as_of, deadlines=deadlines, calendar=calendar)


def _broken_promises(item: WorkItem) -> tuple[PriorityFactor, ...]:
    return tuple(factor for factor in item.factors if factor.name == BROKEN_PROMISE)


def _reprioritised(
    item: WorkItem,
    stake: WorkStake | None,
    chances: Chances,
    as_of: date,
    calendar: BusinessCalendar,
) -> WorkItem:
    """With today's urgency and chance; what was advised and which deadlines there are stays."""
    placed = Placement("", None) if stake is None else Placement(stake.payer_id, stake.arose_on)
    return _prioritised(
        item,
        advice_for(item.cause, item.detail),
        placed,
        chances=chances,
        as_of=as_of,
        deadlines=deadlines_on(item.factors, as_of),
        calendar=calendar,
    )


def _prioritised(
    item: WorkItem,
    advice: Advice,
    placed: Placement,
    *,
    chances: Chances,
    as_of: date,
    deadlines: tuple[PriorityFactor, ...],
    calendar: BusinessCalendar,
) -> WorkItem:
    chance = chances.chance(
        item.cause,
        chance_detail(item.cause, item.detail),
        payer_id=placed.payer_id,
        band=age_band(placed.arose_on, as_of),
        base_percent=advice.recovery_percent,
        base_reason=advice.recovery_reason,
    )
    return _priced(item, advice, chance, as_of=as_of, deadlines=deadlines, calendar=calendar)


def _priced(
    item: WorkItem,
    advice: Advice,
    chance: Chance,
    *,
    as_of: date,
    deadlines: tuple[PriorityFactor, ...],
    calendar: BusinessCalendar,
) -> WorkItem:
    promises = _broken_promises(item)
    priority = priority_of(
        item.amount_at_risk_cents,
        chance.percent,
        recovery_reason=chance.reason,
        effort_minutes=advice.effort_minutes,
        effort_reason=advice.effort_reason,
        deadline=item.deadline,
        as_of=as_of,
        deadline_reason=urgency_words(item.deadline, deadlines),
        broken_promise=bool(promises),
        calendar=calendar,
    )
    return msgspec.structs.replace(
        item, priority=priority.value, factors=(*priority.factors, *promises, *deadlines)
    )


def _opened(concern: Concern, today: _Today) -> WorkChange:
    event = _event(today.happened_at, WorkEventKind.OPENED, _evidence_text(concern))
    return WorkChange(_new_item(concern, today), (event,))


def _resolved(item: WorkItem, happened_at: datetime) -> WorkChange | None:
    if item.status not in UNSETTLED:
        return None
    resolved = msgspec.structs.replace(item, status=WorkStatus.RESOLVED, next_action_on=None)
    text = "Nothing is wrong here any more: later files or a decision settled it."
    return WorkChange(resolved, (_event(happened_at, WorkEventKind.RESOLVED, text),))


def _reopened(current: WorkItem, concern: Concern, today: _Today, because: str) -> WorkChange:
    reopened = msgspec.structs.replace(current, status=WorkStatus.OPEN, next_action_on=today.as_of)
    text = f"{because} {_evidence_text(concern)}"
    return WorkChange(reopened, (_event(today.happened_at, WorkEventKind.REOPENED, text),))


def _with_evidence(
    item: WorkItem, current: WorkItem, concern: Concern, today: _Today
) -> WorkChange:
    events = [_event(today.happened_at, WorkEventKind.EVIDENCE, _evidence_text(concern))]
    if item.status in _HIDDEN:
        current = msgspec.structs.replace(
            current, status=WorkStatus.OPEN, next_action_on=today.as_of
        )
        events.append(_event(today.happened_at, WorkEventKind.WOKEN, "New evidence woke it early."))
    return WorkChange(current, tuple(events))


def _evidence_text(concern: Concern) -> str:
    amount = format_dollars(concern.amount_cents)
    return f"{concern.cause.replace('_', ' ')}, {amount} at risk. {concern.reason}".strip()


def _is_due(item: WorkItem, as_of: date) -> bool:
    return (
        item.status in _HIDDEN and item.next_action_on is not None and item.next_action_on <= as_of
    )


def _why_woken(item: WorkItem) -> str:
    if item.status is WorkStatus.APPEALED:
        return "What the appeal should have brought has not come by its day."
    return "The day it was snoozed to has come."


def _event(happened_at: datetime, kind: WorkEventKind, text: str) -> WorkEvent:
    return WorkEvent(happened_at, kind, ENGINE, text)

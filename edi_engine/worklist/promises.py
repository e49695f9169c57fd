"""Promises to pay: recorded, kept or broken, and what that means for their item.

Pure. Money counts by the day it is dated, so the order in which files arrive does not matter, and
what is taken back later breaks a promise again. A broken one stands in a queue of its own and is
at least twice as urgent, until the money comes or another promise takes its place. Source: domain
feature 80 and 7.3.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from edi_engine.dates import FEDERAL_CALENDAR, BusinessCalendar
from edi_engine.errors import InputError
from edi_engine.money import format_dollars
from edi_engine.records.promises import (
    Promise,
    PromiseMoney,
    Promiser,
    PromiseReceipt,
    PromiseStanding,
    PromiseState,
)
from edi_engine.records.work import (
    PriorityFactor,
    Queue,
    WaitingFor,
    WorkEvent,
    WorkEventKind,
    WorkItem,
    WorkStatus,
)
from edi_engine.worklist.actions import checked_text, refuse_settled
from edi_engine.worklist.priority import BROKEN_PROMISE
from edi_engine.worklist.queues import own_queue
from edi_engine.worklist.refresh import ENGINE, WorkChange, repriced

__all__ = [
    "UNKEPT",
    "after_promises",
    "check_receipt",
    "last_day_of",
    "promise",
    "promise_words",
    "promiser_of",
    "standing_of_promise",
]

UNKEPT = frozenset({PromiseState.BROKEN, PromiseState.PARTLY_KEPT})
"""States for which somebody asks again."""

_HIDDEN = frozenset({WorkStatus.WAITING, WorkStatus.APPEALED})


def promiser_of(item: WorkItem) -> Promiser:
    """Who promises on an item when nobody says: whoever owes what it is about."""
    is_patients = own_queue(item) is Queue.PATIENT_OVERDUE
    return Promiser.PATIENT if is_patients else Promiser.PAYER


def last_day_of(found: Promise) -> date:
    """The last day of its grace."""
    return found.due_on + timedelta(days=found.grace_days)


def promise(
    item: WorkItem,
    made: Promise,
    *,
    as_of: date,
    happened_at: datetime,
    keep_next_action: bool = False,
    calendar: BusinessCalendar = FEDERAL_CALENDAR,
) -> WorkChange:
    """The item waits for whoever promised until the day after the grace, or with
    `keep_next_action` until the day it has already.

    Raises InputError for a settled item, one about no claim, an amount that is none, a day that
    has passed, and money counted from a day after the promised one.
    """
    refuse_settled(item, "promised on")
    place = f"work item {item.work_item_id}"
    checked_text(made.note, "note")
    if item.claim_id is None:
        raise InputError(
            "it is about no claim, so what comes of a promise could not be told.",
            place=place,
            remedy='Write the promise down with "worklist touch".',
        )
    if made.amount_cents <= 0:
        raise InputError(
            f"{format_dollars(made.amount_cents)} is no amount to promise.",
            place=place,
            remedy="Give what was promised, more than nothing.",
        )
    if made.due_on < as_of:
        raise InputError(
            f"{made.due_on.isoformat()} has passed.",
            place=place,
            remedy="Give the day by which the money should be here.",
        )
    if made.counted_from > made.due_on:
        raise InputError(
            f"money from {made.counted_from.isoformat()} on comes after"
            f" {made.due_on.isoformat()}, the day it was promised for.",
            place=place,
            remedy="Give an earlier day from which money counts, or leave it out.",
        )
    words = (
        f"The {made.promised_by.value} promised {format_dollars(made.amount_cents)} by"
        f" {made.due_on.isoformat()}; grace until {last_day_of(made).isoformat()}."
    )
    if made.replaces_promise_id is not None:
        words += f" This replaces promise {made.replaces_promise_id}."
    if made.note:
        words += f" {made.note}"
    until = last_day_of(made) + timedelta(days=1)
    waiting = msgspec.structs.replace(
        _without_broken_promise(item, as_of, calendar),
        status=WorkStatus.WAITING,
        next_action_on=item.next_action_on if keep_next_action else until,
    )
    event = WorkEvent(happened_at, WorkEventKind.PROMISED, made.recorded_by, words)
    return WorkChange(waiting, (event,), waiting_for=WaitingFor(made.promised_by.value))


def check_receipt(found: Promise, receipt: PromiseReceipt, *, as_of: date) -> None:
    """Raises InputError for money that the journal tells of itself, no money, or a day to come."""
    place = f"promise {found.promise_id}"
    checked_text(receipt.note, "note")
    if found.promised_by is not Promiser.PATIENT:
        raise InputError(
            "what a payer paid is told by its remittance.",
            place=place,
            remedy="Load the remittance, or type it in from paper.",
        )
    if not receipt.amount_cents:
        raise InputError("0.00 is no money.", place=place, remedy="Give what came.")
    if receipt.came_on > as_of:
        raise InputError(
            f"{receipt.came_on.isoformat()} is still to come.",
            place=place,
            remedy="Give the day on which the money came.",
        )


def standing_of_promise(
    found: Promise,
    money: Iterable[PromiseMoney],
    *,
    as_of: date,
    is_replaced: bool,
    is_settled: bool,
) -> PromiseStanding:
    """What came of a promise as of a day. `money` is all that came on its claim from whoever
    promised, in any order; `is_settled` says that nobody asks for it any more."""
    came, kept_on = -found.known_cents, None
    for day, cents in _by_day(money, found.counted_from):
        came += cents
        if came < found.amount_cents:
            kept_on = None
        elif kept_on is None:
            kept_on = day
    if kept_on is not None:
        state = PromiseState.KEPT
    elif is_replaced:
        state = PromiseState.REPLACED
    elif is_settled:
        state = PromiseState.RELEASED
    elif as_of <= last_day_of(found):
        state = PromiseState.OPEN
    else:
        state = PromiseState.PARTLY_KEPT if came > 0 else PromiseState.BROKEN
    is_late = kept_on is not None and kept_on > last_day_of(found)
    return PromiseStanding(found, state, came, kept_on, is_late)


def _by_day(money: Iterable[PromiseMoney], first_on: date) -> list[tuple[date, int]]:
    """Sums of each day from one on: within a day nobody can tell what came first."""
    sums: dict[date, int] = {}
    for one in money:
        if one.came_on >= first_on:
            sums[one.came_on] = sums.get(one.came_on, 0) + one.cents
    return sorted(sums.items())


def after_promises(
    item: WorkItem,
    standings: Sequence[PromiseStanding],
    before: dict[int, PromiseState],
    *,
    as_of: date,
    happened_at: datetime,
    calendar: BusinessCalendar = FEDERAL_CALENDAR,
) -> WorkChange | None:
    """The item with what came of all of its promises; None when that changes nothing.

    `before` are the states as they were known, by promise; one that is missing was open.
    """
    events = [
        event
        for one in standings
        if (was := before.get(one.promise.promise_id, PromiseState.OPEN)) is not one.state
        and (event := _turned(one, was, happened_at)) is not None
    ]
    unkept = [one for one in standings if one.state in UNKEPT]
    if unkept:
        factor = PriorityFactor(
            BROKEN_PROMISE,
            format_dollars(sum(one.promise.amount_cents for one in unkept)),
            " ".join(promise_words(one) for one in unkept),
        )
        kept = [one for one in item.factors if one.name != BROKEN_PROMISE]
        changed = msgspec.structs.replace(item, queue=Queue.PROMISE_BROKEN, factors=(*kept, factor))
        changed = repriced(changed, as_of, calendar)
        is_new = any(event.kind is WorkEventKind.PROMISE_BROKEN for event in events)
        if is_new and item.status in _HIDDEN:
            changed = msgspec.structs.replace(changed, status=WorkStatus.OPEN, next_action_on=as_of)
            text = "A broken promise woke it early."
            events.append(WorkEvent(happened_at, WorkEventKind.WOKEN, ENGINE, text))
    else:
        changed = _without_broken_promise(item, as_of, calendar)
    if changed == item and not events:
        return None
    return WorkChange(changed, tuple(events))


def promise_words(standing: PromiseStanding) -> str:
    """What was promised and what came, in a sentence."""
    found = standing.promise
    said = (
        f"The {found.promised_by.value} promised {format_dollars(found.amount_cents)} by"
        f" {found.due_on.isoformat()}"
    )
    came = format_dollars(max(standing.came_cents, 0))
    last = last_day_of(found).isoformat()
    match standing.state:
        case PromiseState.KEPT:
            late = f", after the grace until {last}" if standing.is_late else ""
            day = standing.kept_on.isoformat() if standing.kept_on is not None else ""
            return f"{said}; it came on {day}{late}."
        case PromiseState.OPEN:
            return f"{said}; {came} came so far, grace until {last}."
        case PromiseState.PARTLY_KEPT:
            return f"{said}; {came} of it came, and the grace ended on {last}."
        case PromiseState.BROKEN:
            return f"{said}; nothing came, and the grace ended on {last}."
        case PromiseState.REPLACED:
            return f"{said}; another promise took its place."
        case PromiseState.RELEASED:
            return f"{said}; nobody asks for it any more."


def _turned(
    standing: PromiseStanding, was: PromiseState, happened_at: datetime
) -> WorkEvent | None:
    text = promise_words(standing)
    if standing.state in UNKEPT:
        kind = WorkEventKind.EVIDENCE if was in UNKEPT else WorkEventKind.PROMISE_BROKEN
    elif standing.state is PromiseState.KEPT:
        kind = WorkEventKind.PROMISE_KEPT
    elif standing.state is PromiseState.OPEN:
        kind = WorkEventKind.EVIDENCE
    else:
        return None
    if was is PromiseState.KEPT:
        text = f"Money was taken back. {text}"
    return WorkEvent(happened_at, kind, ENGINE, text)


def _without_broken_promise(item: WorkItem, as_of: date, calendar: BusinessCalendar) -> WorkItem:
    if item.queue is not Queue.PROMISE_BROKEN:
        return item
    factors = tuple(one for one in item.factors if one.name != BROKEN_PROMISE)
    changed = msgspec.structs.replace(item, queue=own_queue(item), factors=factors)
    return repriced(changed, as_of, calendar)

"""Work items: one per claim (or remittance) and cause, with what was done about it."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

__all__ = [
    "DEADLINE_NAME",
    "QUEUE_WORDS",
    "SETTLED",
    "UNSETTLED",
    "Channel",
    "PriorityFactor",
    "Queue",
    "QueueMatch",
    "QueueTotal",
    "Resolution",
    "WaitingFor",
    "WorkDeed",
    "WorkEvent",
    "WorkEventKind",
    "WorkItem",
    "WorkLease",
    "WorkOrder",
    "WorkSort",
    "WorkStatus",
    "WorkTouch",
]


class Queue(StrEnum):
    """Where an item waits, in the order in which the first that fits is an item's own queue.

    A broken word stands before what the item is about, for it says what to do first; `DEADLINE`
    comes last, so it is no item's own. Source: domain, feature 72.
    """

    PLAN_BROKEN = "plan_broken"
    PROMISE_BROKEN = "promise_broken"
    REJECTION = "rejection"
    NO_RESPONSE = "no_response"
    DENIAL = "denial"
    UNDERPAY = "underpay"
    UNMATCHED_REMIT = "unmatched_remit"
    EFT_ERA_GAP = "eft_era_gap"
    PLB = "plb"
    CREDIT = "credit"
    SECONDARY_DUE = "secondary_due"
    PATIENT_OVERDUE = "patient_overdue"
    DEADLINE = "deadline"


QUEUE_WORDS = {
    Queue.PLAN_BROKEN: "payment plans with an instalment that did not come",
    Queue.PROMISE_BROKEN: "promised and not paid",
    Queue.REJECTION: "rejected before a payer decided",
    Queue.NO_RESPONSE: "no answer from the payer",
    Queue.DENIAL: "refused by payers",
    Queue.UNDERPAY: "paid too little",
    Queue.UNMATCHED_REMIT: "payments without a place",
    Queue.EFT_ERA_GAP: "deposits and remittances that do not meet",
    Queue.PLB: "takebacks and adjustments of whole payments",
    Queue.CREDIT: "paid too much",
    Queue.SECONDARY_DUE: "to bill to the next payer",
    Queue.PATIENT_OVERDUE: "to collect from patients",
    Queue.DEADLINE: "a deadline is near, whatever it is about",
}
"""What waits in each queue, in words."""


class QueueMatch(msgspec.Struct, frozen=True):
    """How a store finds the items of a queue: those it is the own queue of; of `broken` queues
    those with one of the `causes`; and `refusals` whose reason says what is `advised`."""

    queue: Queue
    broken: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    advised: str = ""


class QueueTotal(msgspec.Struct, frozen=True, gc=False):
    """How many items of a queue wait for somebody, and what is at risk in them."""

    queue: Queue
    count: int
    amount_cents: int


class WorkSort(StrEnum):
    """By what a list of items is ordered. PRIORITY and AMOUNT begin with the highest, DEADLINE and
    NEXT_ACTION with the first day, AGE with what arose first, CAUSE and ASSIGNEE with A."""

    PRIORITY = "priority"
    AMOUNT = "amount"
    DEADLINE = "deadline"
    NEXT_ACTION = "next_action"
    AGE = "age"
    CAUSE = "cause"
    ASSIGNEE = "assignee"


class WorkOrder(msgspec.Struct, frozen=True):
    """How a list of items is ordered; what has no such value comes last either way, and equals
    by priority."""

    sort: WorkSort = WorkSort.PRIORITY
    is_reversed: bool = False


class WorkStatus(StrEnum):
    """NEW: nobody touched it. OPEN: being worked. ESCALATED: its clock ran out, and the manager
    should see it. WAITING: hidden until its next action date; `WaitingFor` says for whom.
    APPEALED: the payer has an appeal, or the money that one brings is on its way; like WAITING.
    RESOLVED: the money says so. CLOSED: a person says so; how each ended says `Resolution`.
    WONT_WORK: a person gave it up, fully worked or not worth it."""

    NEW = "new"
    OPEN = "open"
    ESCALATED = "escalated"
    WAITING = "waiting"
    APPEALED = "appealed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WONT_WORK = "wont_work"


SETTLED = frozenset({WorkStatus.RESOLVED, WorkStatus.CLOSED, WorkStatus.WONT_WORK})
"""Statuses of items that nobody works."""

UNSETTLED = tuple(status for status in WorkStatus if status not in SETTLED)
"""Statuses of items that somebody works, or will."""


class WaitingFor(StrEnum):
    """Whom a waiting item waits for. INTERNAL is ourselves: another desk, or a later day."""

    PAYER = "payer"
    PATIENT = "patient"
    INTERNAL = "internal"


class Resolution(StrEnum):
    """How an item ended that is resolved or closed. PAID: the money came. CORRECTED: it was put
    right, or goes on elsewhere. WRITTEN_OFF: nobody asks for the money any more. PATIENT: it is
    the patient's now. INVALID: nothing was wrong. Source: domain 7.1."""

    PAID = "paid"
    CORRECTED = "corrected"
    WRITTEN_OFF = "written_off"
    PATIENT = "patient"
    INVALID = "invalid"


class Channel(StrEnum):
    """How somebody worked on an item. PAYER_CALL needs a reference number."""

    PAYER_CALL = "payer_call"
    PATIENT_CALL = "patient_call"
    PORTAL = "portal"
    LETTER = "letter"
    FAX = "fax"
    EMAIL = "email"
    IN_PERSON = "in_person"
    INTERNAL = "internal"


class WorkEventKind(StrEnum):
    """What happened to an item; events are never changed or removed."""

    OPENED = "opened"
    EVIDENCE = "evidence"
    ASSIGNED = "assigned"
    NOTED = "noted"
    TOUCHED = "touched"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    APPEALED = "appealed"
    ANSWERED = "answered"
    PROMISED = "promised"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    GIVEN_UP = "given_up"
    REOPENED = "reopened"
    UNDONE = "undone"


class PriorityFactor(msgspec.Struct, frozen=True, gc=False):
    """One factor of a priority: its name, its value as text and why it has that value.

    Behind the factors that multiply stand the deadlines looked at, named "appeal deadline".
    """

    name: str
    value: str
    reason: str

    @property
    def is_deadline(self) -> bool:
        """Whether it tells a deadline: its value is the day, or "unknown"."""
        return self.name.endswith(DEADLINE_NAME)


DEADLINE_NAME = " deadline"
"""How the name of a factor ends that tells a deadline."""


class WorkEvent(msgspec.Struct, frozen=True, gc=False):
    """Something that happened to an item: when (aware UTC), by whom ("engine" for a rule), what."""

    happened_at: datetime
    kind: WorkEventKind
    actor: str
    text: str


class WorkDeed(msgspec.Struct, frozen=True, gc=False):
    """Something that somebody did about an item: when (aware UTC), what, and who."""

    work_item_id: int
    happened_at: datetime
    kind: WorkEventKind
    actor: str


class WorkTouch(msgspec.Struct, frozen=True, gc=False):
    """What somebody did about an item: when (aware UTC), how, with whom, what came of it, and the
    day of the next action. Never changed. `reference` is the number the other side gave."""

    touched_at: datetime
    actor: str
    channel: Channel
    outcome: str
    next_action_on: date
    contact: str = ""
    reference: str = ""
    note: str = ""


class WorkLease(msgspec.Struct, frozen=True, gc=False):
    """Somebody has an item in hand, from one aware UTC instant until before another."""

    holder: str
    taken_at: datetime
    expires_at: datetime


class WorkItem(msgspec.Struct, frozen=True, gc=False):
    """A piece of work. `item_key` is stable: the same claim, cause and payer give the same item.

    `amount_at_risk_cents` is never negative. `priority` is a whole number, higher first, made of
    `factors`. `deadline` is the last day on which acting still helps, None when nothing lapses or
    the day to count from is not known.
    `evidence_digest` tells whether new evidence arrived.
    """

    item_key: str
    queue: Queue
    cause: str
    detail: str
    claim_id: int | None
    claim_payment_id: int | None
    remittance_id: int | None
    payer_sequence: int
    amount_at_risk_cents: int
    priority: int
    factors: tuple[PriorityFactor, ...]
    deadline: date | None
    next_action: str
    next_action_on: date | None
    reason: str
    evidence_digest: str
    status: WorkStatus = WorkStatus.NEW
    assignee: str = ""
    work_item_id: int = 0

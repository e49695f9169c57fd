"""Service clocks of work items: since when somebody should do something, and until when.

What is stored are facts, the spans during which a clock ran; until when it runs is reckoned from
the settings of the day. Source: domain feature 78.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from edi_engine.records.work import Queue, Resolution, WaitingFor

__all__ = [
    "ClockKind",
    "ClockLimit",
    "ClockRow",
    "ClockSpan",
    "ClockState",
    "ClockUnit",
    "ItemTurn",
    "QueueClocks",
    "TurnKind",
    "WorkClock",
    "WorkProgress",
]


class ClockKind(StrEnum):
    """FIRST_TOUCH runs from the day an item opens, NEXT_TOUCH from the day it comes back after it
    was touched; the next touch, or the end of the item, stops either."""

    FIRST_TOUCH = "first_touch"
    NEXT_TOUCH = "next_touch"


class ClockUnit(StrEnum):
    """What a limit counts. Hours are those in which the office is open."""

    BUSINESS_DAYS = "business_days"
    BUSINESS_HOURS = "business_hours"


class ClockLimit(msgspec.Struct, frozen=True):
    """How long a clock may run: at least one."""

    count: int
    unit: ClockUnit


class QueueClocks(msgspec.Struct, frozen=True):
    """The clocks of one queue; None where it has none of that kind."""

    queue: Queue
    first_touch: ClockLimit | None = None
    next_touch: ClockLimit | None = None


class ClockSpan(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A clock ran from one moment to another; `stopped_at` None while it runs. Moments are those
    of the office: the day that was reckoned with, and the time of day where the machine is."""

    started_at: datetime
    stopped_at: datetime | None = None


class WorkClock(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """When an item was opened and first touched, the spans of the clock that runs now (or stands
    still), and the day on which that clock's running out was told to the manager."""

    opened_on: date
    first_touched_on: date | None = None
    spans: tuple[ClockSpan, ...] = ()
    escalated_on: date | None = None

    @property
    def kind(self) -> ClockKind:
        """Which clock it is."""
        return ClockKind.FIRST_TOUCH if self.first_touched_on is None else ClockKind.NEXT_TOUCH

    @property
    def is_running(self) -> bool:
        """Whether time counts now."""
        return bool(self.spans) and self.spans[-1].stopped_at is None


class WorkProgress(msgspec.Struct, frozen=True, gc=False):
    """How far the work on an item has come, beside its status. None where nobody said.

    `waiting_for` means something while the item waits, `resolution` once it ended.
    """

    clock: WorkClock
    waiting_for: WaitingFor | None = None
    resolution: Resolution | None = None


class TurnKind(StrEnum):
    """What an event means for the clock of its item. TOUCHED: somebody did something. PAUSED and
    RESUMED: it was hidden, or came back. ENDED: nobody works it any more."""

    OPENED = "opened"
    TOUCHED = "touched"
    PAUSED = "paused"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    ENDED = "ended"


class ItemTurn(msgspec.Struct, frozen=True):
    """Something that happened to a clock, and when, as the office reckons."""

    kind: TurnKind
    at: datetime


class ClockState(msgspec.Struct, frozen=True):
    """A clock as it stands at a moment, and in words.

    `due_on` is its last day, `due_at` the time of that day where hours are counted; both None
    while it stands still. `late_count` counts days or hours as the limit does, 0 while on time.
    """

    kind: ClockKind
    words: str
    due_on: date | None = None
    due_at: str = ""
    is_late: bool = False
    late_count: int = 0
    is_paused: bool = False


class ClockRow(msgspec.Struct, frozen=True, gc=False):
    """What the clock of an item that nobody settled is reckoned from. `progress` is None for an
    item of which nothing is known but the day it opened."""

    work_item_id: int
    queue: Queue
    cause: str
    status: str
    next_action_on: date | None
    amount_at_risk_cents: int
    opened_on: date | None
    progress: WorkProgress | None

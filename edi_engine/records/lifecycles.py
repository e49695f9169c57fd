"""Where a claim is in its life, told from dated events. Source: domain 3.9, 3.10, 3.11.

Money is no state: what a claim brought is in its reconciliation. Nothing here decides; see
`matchers/lifecycles.py` and docs/ACKNOWLEDGMENTS.md.
"""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.records.matching import ClaimId

__all__ = [
    "NOT_RECEIVED",
    "EventPlace",
    "LifeEvent",
    "LifeEventKind",
    "Lifecycle",
    "LifecycleState",
    "Reception",
    "Silence",
    "Tier",
]


class LifecycleState(StrEnum):
    """Where a claim stands. SENT: nobody said a word. FILE_ACKNOWLEDGED: its file was taken.
    CLEARINGHOUSE_ACCEPTED: a clearinghouse took the claim or passed it on. PAYER_RECEIVED: the
    payer has it. PAYER_ACCEPTED: the payer will decide about it. REJECTED: it never reached a
    decision. ADJUDICATED: decided, and something is open with the payer. NEXT_PAYER: the next
    payer is to answer. PATIENT: the rest is the patient's. CLOSED: nothing is open. SUPERSEDED:
    another claim stands in its place. VOIDED: we took it back. REVERSED: the payer took its answer
    back and gave no other."""

    SENT = "sent"
    FILE_ACKNOWLEDGED = "file_acknowledged"
    CLEARINGHOUSE_ACCEPTED = "clearinghouse_accepted"
    PAYER_RECEIVED = "payer_received"
    PAYER_ACCEPTED = "payer_accepted"
    REJECTED = "rejected"
    ADJUDICATED = "adjudicated"
    NEXT_PAYER = "next_payer"
    PATIENT = "patient"
    CLOSED = "closed"
    SUPERSEDED = "superseded"
    VOIDED = "voided"
    REVERSED = "reversed"


class Tier(StrEnum):
    """Whose word it is, the one nearest to us first."""

    FILE = "file"
    CLEARINGHOUSE = "clearinghouse"
    PAYER = "payer"


class Silence(StrEnum):
    """What did not come although it is past the time that this payer usually takes."""

    NO_ACKNOWLEDGMENT = "no_acknowledgment"
    NO_REMITTANCE = "no_remittance"
    NO_SECONDARY_REMITTANCE = "no_secondary_remittance"


class LifeEventKind(StrEnum):
    """What happened to a claim. ACCEPTED_WITH_ERRORS: the file was taken although something in it
    is wrong. FORWARDED: passed on to somebody. INFORMED: a word that settles nothing (pending, a
    request, an answer to an inquiry). SENT_AGAIN, REPLACED and VOIDED are our own doing."""

    SENT = "sent"
    SENT_AGAIN = "sent_again"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    FORWARDED = "forwarded"
    RECEIVED = "received"
    REJECTED = "rejected"
    INFORMED = "informed"
    ANSWERED = "answered"
    REVERSED = "reversed"
    REPLACED = "replaced"
    VOIDED = "voided"


class EventPlace(msgspec.Struct, frozen=True, gc=False):
    """Where an event can be read: a set of a file and a segment of it; zeros for no place."""

    set_id: int = 0
    segment_ordinal: int = 0
    byte_offset: int = 0


class LifeEvent(msgspec.Struct, frozen=True, gc=False):
    """One dated event. `tier` is None for what we did ourselves and for remittances. `happened_on`
    is None where no file says a day: such an event stands first of its tier. `detail` is a short
    stable name of what was said ("A7:562:85", "999 NM109 7"), `words` a sentence for the biller.
    `place` is where it is said, `fault_place` the segment of our own file that is at fault and
    `fault_element` its element ("NM109"), as far as they are told."""

    kind: LifeEventKind
    happened_on: date | None
    tier: Tier | None = None
    source: str = ""
    detail: str = ""
    words: str = ""
    place: EventPlace = EventPlace()
    fault_place: EventPlace = EventPlace()
    fault_element: str = ""
    acknowledgment_id: int | None = None
    claim_payment_id: int | None = None
    payer_claim_control_number: str = ""


class Reception(msgspec.Struct, frozen=True, gc=False):
    """How a claim was received, by what was said of it and of its file; remittances aside.

    `state` is one of SENT to REJECTED, `since_on` the day of what decided it and `tier` whose word
    that was; None for SENT. `said_of_claim_on` is the first day on which anybody said something of
    the claim itself, and not only of its file. `rejection` is the event that rejects it.
    """

    state: LifecycleState = LifecycleState.SENT
    since_on: date | None = None
    tier: Tier | None = None
    acknowledged_on: date | None = None
    accepted_on: date | None = None
    said_of_claim_on: date | None = None
    rejected_on: date | None = None
    rejected_by: Tier | None = None
    rejection: LifeEvent | None = None
    events: tuple[LifeEvent, ...] = ()

    @property
    def is_rejected(self) -> bool:
        return self.state is LifecycleState.REJECTED


NOT_RECEIVED = Reception()
"""Of a claim about which nobody said anything."""


class Lifecycle(msgspec.Struct, frozen=True, gc=False):
    """What is concluded about a claim's way. `state` since `since_on`. `tier` is who rejected it,
    or how far it is known to have come; None before anybody said a word and once it is decided.

    Days are None for what did not happen: `acknowledged_on` the first word about the claim itself,
    or else about its file, `accepted_on` the accept of clearinghouse or payer that holds,
    `answered_on` the first remittance of its own payer, `forwarded_on` that of the one that passed
    it on, `next_answered_on` the first one of a later payer. `rejected_on`, `rejected_by` and
    `rejection` tell the first rejection, whatever became of it. `silence` is what is missing by
    now, `silent_from` the first day on which something is missed; None while nothing is awaited.
    """

    claim_id: ClaimId
    state: LifecycleState
    since_on: date | None
    tier: Tier | None = None
    sent_on: date | None = None
    acknowledged_on: date | None = None
    accepted_on: date | None = None
    answered_on: date | None = None
    forwarded_on: date | None = None
    next_answered_on: date | None = None
    rejected_on: date | None = None
    rejected_by: Tier | None = None
    rejection: str = ""
    silence: Silence | None = None
    silent_from: date | None = None
    payer_key: str = ""

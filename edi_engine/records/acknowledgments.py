"""What TA1, 997, 999, 277CA and 277 say of what we sent: one record for each thing answered.

External codes stay text. What an answer is about is told by control numbers alone; which claim that
is, is concluded later (docs/ACKNOWLEDGMENTS.md). Source: X12.5, 005010X230, 005010X231A1,
005010X214, 005010X212; domain 3.9 and 3.10.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from edi_engine.records.common import Amount, Party, Procedure, Quantity, Reference
from edi_engine.records.source import SetSource

__all__ = [
    "Acknowledgment",
    "AcknowledgmentKind",
    "AcknowledgmentTie",
    "AnswerLevel",
    "AnswerableClaim",
    "LineStatus",
    "SentSet",
    "StatusCode",
    "StatusInformation",
    "StoredAcknowledgment",
    "SyntaxFault",
    "TieOutcome",
]


class AcknowledgmentKind(StrEnum):
    """Which kind of set says it. CLAIM acknowledges claims (277CA), STATUS answers an inquiry."""

    INTERCHANGE = "ta1"
    FUNCTIONAL = "997"
    IMPLEMENTATION = "999"
    CLAIM = "277ca"
    STATUS = "277"


class AnswerLevel(StrEnum):
    """What is answered: a whole interchange (TA1), a group (AK1), a set (AK2), everything of a
    receiver or of a provider (277 loops 2200B and 2200C), or one claim (2200D)."""

    INTERCHANGE = "interchange"
    GROUP = "group"
    SET = "set"
    RECEIVER = "receiver"
    PROVIDER = "provider"
    CLAIM = "claim"


class SyntaxFault(msgspec.Struct, frozen=True, gc=False):
    """One thing wrong in a set of ours (AK3/IK3 with one of its AK4/IK4).

    `segment_position` counts our segments from ST as 1, None where it is not said. `element`,
    `component` and `repetition` count from 1, 0 where only the segment is at fault.
    `element_reference` is the data element's number. `read_as` is the shape of the copy of bad
    data, for it may hold what is the patient's. `context` are the names and places of CTX;
    `claim_number` is the CLM01 that one of them names. The place is that of the IK3 or IK4.
    """

    segment_id: str
    segment_position: int | None
    loop: str
    segment_code: str
    element: int = 0
    component: int = 0
    repetition: int = 0
    element_reference: str = ""
    element_code: str = ""
    read_as: str = ""
    context: tuple[str, ...] = ()
    claim_number: str = ""
    segment_ordinal: int = 0
    byte_offset: int = 0

    @property
    def designator(self) -> str:
        """Segment and element as billers write them: "NM109", "SV101-2", "HI"."""
        if not self.element:
            return self.segment_id
        part = f"-{self.component}" if self.component else ""
        return f"{self.segment_id}{self.element:02d}{part}"


class StatusCode(msgspec.Struct, frozen=True, gc=False):
    """A composite of STC: category, status, entity; `code_list` RX names NCPDP's list."""

    category: str
    status: str = ""
    entity: str = ""
    code_list: str = ""


class StatusInformation(msgspec.Struct, frozen=True, gc=False):
    """STC: up to three composites (STC01, STC10, STC11), the day (STC02, None where it is missing),
    the action asked for (STC03), charge and payment, days of decision and payment, the number of
    the cheque, and free text (STC12)."""

    codes: tuple[StatusCode, ...]
    effective_on: date | None
    action: str
    charge_cents: int | None
    paid_cents: int | None
    decided_on: date | None
    paid_on: date | None
    check_number: str
    message: str
    segment_ordinal: int
    byte_offset: int


class LineStatus(msgspec.Struct, frozen=True, gc=False):
    """What is said of a service line (loop 2220D): SVC, its STC, REF*FJ and DTP*472."""

    procedure: Procedure | None
    charge_cents: int | None
    paid_cents: int | None
    revenue_code: str
    units: Decimal | None
    statuses: tuple[StatusInformation, ...]
    line_item_control_number: str
    service_from: date | None
    service_to: date | None
    segment_ordinal: int
    byte_offset: int


class Acknowledgment(msgspec.Struct, frozen=True, gc=False):
    """One answer. `number` is what it answers by: ISA13, GS06, ST02, or TRN02 of a 277 (at claim
    level our patient control number). `group_number`, `group_type` and `version` are those of the
    group answered (AK1), for a set too. `answered_day` is the day of the interchange answered
    (TA102).

    `code` is TA104, AK901 or AK501/IK501; `fault_codes` are TA105, AK905 to AK909 or AK502 to
    AK506.
    `counts` are AK902 to AK904: sets included, received, accepted.

    `happened_on` is the day of the answer: STC02 of the first status, else the day on which the
    responder worked on it (DTP*009), else BHT04, else GS04 or ISA09; None where no one is there.
    `responder` is loop 2100A, `receiver` 2100B, `provider` 2100C, `patient` 2100D.
    `references` are all REF of the claim; the named ones are 1K, D9 and BLT. `batch_number` is the
    number of the receiver's level above a claim (TRN02 of 2200B): what the 837 called itself.
    """

    source: SetSource
    kind: AcknowledgmentKind
    level: AnswerLevel
    segment_ordinal: int
    byte_offset: int
    number: str
    group_number: str = ""
    group_type: str = ""
    version: str = ""
    answered_day: date | None = None
    code: str = ""
    fault_codes: tuple[str, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()
    counts: tuple[int | None, int | None, int | None] = (None, None, None)
    happened_on: date | None = None
    responder: Party | None = None
    receiver: Party | None = None
    provider: Party | None = None
    patient: Party | None = None
    statuses: tuple[StatusInformation, ...] = ()
    payer_claim_control_number: str = ""
    clearinghouse_trace: str = ""
    type_of_bill: str = ""
    references: tuple[Reference, ...] = ()
    service_from: date | None = None
    service_to: date | None = None
    lines: tuple[LineStatus, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    amounts: tuple[Amount, ...] = ()
    batch_number: str = ""

    @property
    def charge_cents(self) -> int | None:
        """The charge as the first status that has one says it (STC04)."""
        return next(
            (each.charge_cents for each in self.statuses if each.charge_cents is not None), None
        )


class StoredAcknowledgment(msgspec.Struct, frozen=True, gc=False):
    """An acknowledgment as the store has it, with what ties it. Keys are those of `records.keys`.

    `source_code` is NM101 of loop 2100A (PR a payer, AY a clearinghouse), empty elsewhere.
    `sender_id` and `receiver_id` are ISA06 and ISA08, the group codes GS02 and GS03 of the set that
    says it.
    """

    acknowledgment_id: int
    set_id: int
    segment_ordinal: int
    byte_offset: int
    kind: AcknowledgmentKind
    level: AnswerLevel
    number: str
    number_key: str
    group_key: str
    group_type: str
    version: str
    answered_day: date | None
    code: str
    fault_codes: tuple[str, ...]
    happened_on: date | None
    source_code: str
    source_id: str
    source_name: str
    payer_claim_control_number: str
    pccn_key: str
    clearinghouse_trace: str
    type_of_bill: str
    patient_last_name: str
    patient_first_name: str
    member_id: str
    service_from: date | None
    service_to: date | None
    charge_cents: int | None
    statuses: tuple[StatusInformation, ...] = ()
    lines: tuple[LineStatus, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()
    sender_id: str = ""
    receiver_id: str = ""
    group_sender: str = ""
    group_receiver: str = ""
    batch_key: str = ""


class SentSet(msgspec.Struct, frozen=True, gc=False):
    """A set that may be answered, with its envelope. `original_set_id` is the set that it repeats,
    else itself; `created_on` is GS04."""

    set_id: int
    original_set_id: int
    file_id: int
    set_type: str
    version: str
    interchange_key: str
    group_key: str
    set_key: str
    batch_key: str
    sender_id: str
    receiver_id: str
    group_sender: str
    group_receiver: str
    created_on: date | None


class AnswerableClaim(msgspec.Struct, frozen=True, gc=False):
    """What of a claim an acknowledgment of it may be held against."""

    claim_id: int
    pcn_key: str
    frequency_code: str
    payer_id: str
    payer_name: str
    payer_sequence: int
    subscriber_id: str
    patient_last_name: str
    patient_first_name: str
    charge_cents: int
    sent_on: date | None
    service_from: date | None
    service_to: date | None
    batch_key: str = ""


class TieOutcome(StrEnum):
    """Whether it is told what an acknowledgment answers. UNKNOWN: nothing of ours has its number,
    or what has it contradicts it. AMBIGUOUS: several things have, and nothing tells them apart.
    SUMMARY: it says nothing of its own, but sums up what follows it in its set."""

    TIED = "tied"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"
    SUMMARY = "summary"


class AcknowledgmentTie(msgspec.Struct, frozen=True, gc=False):
    """What an acknowledgment answers: sets (of levels above a claim) or one claim. `candidates` are
    the claims or sets that were considered, `reason` is a sentence for the biller."""

    acknowledgment_id: int
    outcome: TieOutcome
    rule: str = ""
    reason: str = ""
    claim_id: int | None = None
    set_ids: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()

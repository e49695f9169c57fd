"""Claims written out again: what is changed, under which envelope, and that it was done.

Frequency 7 replaces a claim that the payer has, frequency 8 takes it back. Both name it by the
payer's own number (REF*F8). Source: 005010X222A1, X223A2, X224A2 (CLM05-3, REF*F8).
"""

from enum import StrEnum

import msgspec

from edi_engine.records.common import Party

__all__ = ["REPLACEMENT", "VOID", "ClaimChange", "ClaimField", "OriginalEnvelope", "WrittenClaim"]

REPLACEMENT = "7"
"""CLM05-3 of a claim that replaces an earlier one."""

VOID = "8"
"""CLM05-3 of a claim that takes an earlier one back."""


class ClaimField(StrEnum):
    """What of a claim may be changed when it is written again; nothing else may."""

    PROCEDURE = "procedure"
    MODIFIERS = "modifiers"
    UNITS = "units"
    CHARGE = "charge"
    POINTERS = "pointers"
    PLACE_OF_SERVICE = "place_of_service"
    DIAGNOSIS = "diagnosis"
    AUTHORIZATION = "authorization"


class ClaimChange(msgspec.Struct, frozen=True, gc=False):
    """One change. `line_number` is 0 for the claim's own fields; `position` counts diagnoses from
    1 and is 0 for every other field. `value` is as a person typed it."""

    field: ClaimField
    value: str
    line_number: int = 0
    position: int = 0


class OriginalEnvelope(msgspec.Struct, frozen=True):
    """Who sent an 837 set to whom: ISA05 to ISA08, GS02, GS03, ISA15, submitter and receiver."""

    sender_qualifier: str = ""
    sender_id: str = ""
    receiver_qualifier: str = ""
    receiver_id: str = ""
    group_sender_code: str = ""
    group_receiver_code: str = ""
    usage_indicator: str = ""
    submitter: Party | None = None
    receiver: Party | None = None


class WrittenClaim(msgspec.Struct, frozen=True):
    """A claim that was written out as a file; nobody knows here whether it was sent.

    `changes` are sentences in the order they were made. `digest` is the SHA-256 of the file, whose
    name is not kept. `written_at` is an aware UTC instant as ISO text.
    """

    written_claim_id: int
    claim_id: int
    written_at: str
    actor: str
    frequency_code: str
    original_reference: str
    interchange_control_number: int
    digest: str
    changes: tuple[str, ...] = ()

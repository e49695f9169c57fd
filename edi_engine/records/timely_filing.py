"""Proof that a claim was filed in time: what was sent, who took it and when, until when it was due.

Source: domain feature 14; docs/TIMELY_FILING.md.
"""

from datetime import date
from enum import StrEnum

import msgspec

__all__ = ["Evidence", "PieceKind", "ProofPiece", "TimelyFilingProof"]


class PieceKind(StrEnum):
    """What a piece proves: what was sent, that the file was taken, that the claim was."""

    CLAIM = "claim"
    FILE_ACKNOWLEDGMENT = "file_acknowledgment"
    CLAIM_ACKNOWLEDGMENT = "claim_acknowledgment"


class Evidence(StrEnum):
    """Whose word the day of filing rests on, the strongest first. NOBODY: our own file alone."""

    PAYER = "payer"
    CLEARINGHOUSE = "clearinghouse"
    FILE = "file"
    NOBODY = "nobody"


class ProofPiece(msgspec.Struct, frozen=True):
    """Bytes of a file as they were sent or received, with where they stand in it.

    `set_type` is the kind of set (837, 999, 997, TA1, 277). `set_data` is the whole set, from ST
    to the end of SE (of a TA1 the segment). `extract` are the segments of this claim alone with
    the levels above it: None where the whole set is to be shown, empty where they cannot be cut
    out, and then no bytes of it are shown. `file_digest` is the SHA-256 of the whole file.
    `happened_on` is the day on which it was sent or says it was taken, None where no day is said.
    `says` is the answer in words. `other_claims_count` are claims of others in the set.
    """

    kind: PieceKind
    set_type: str
    set_data: bytes
    file_digest: str
    byte_offset: int
    interchange_control_number: str
    group_control_number: str
    set_control_number: str
    happened_on: date | None
    says: str = ""
    extract: bytes | None = None
    other_claims_count: int = 0

    @property
    def shown(self) -> bytes:
        """What of it is given away."""
        return self.set_data if self.extract is None else self.extract


class TimelyFilingProof(msgspec.Struct, frozen=True):
    """Everything that is known. Texts are one line without control characters; empty means not
    known. `filed_on` is the day on which the claim counts as filed, by `evidence`; `limit_on` the
    last day of filing with `limit_reason` how it is counted. `missing` and `notes` are sentences:
    what is not there, and what else a reader must know.
    """

    claim_id: int
    made_on: date
    payer_name: str
    payer_id: str
    provider_name: str
    provider_npi: str
    patient_name: str
    member_id: str
    patient_control_number: str
    payer_claim_control_number: str
    charge_cents: int
    service_from: date | None
    service_to: date | None
    sent_on: date | None
    pieces: tuple[ProofPiece, ...]
    evidence: Evidence
    filed_on: date | None
    limit_on: date | None
    limit_reason: str
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def days_left(self) -> int | None:
        """Days from filing to the last day: 0 on it, negative when it was missed, None unknown."""
        if self.filed_on is None or self.limit_on is None:
            return None
        return (self.limit_on - self.filed_on).days

    @property
    def is_complete(self) -> bool:
        """Whether the payer took the claim in time and nothing is missing."""
        days_left = self.days_left
        return not self.missing and days_left is not None and days_left >= 0

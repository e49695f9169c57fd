"""What reading a file gives, piece by piece, in file order."""

from enum import StrEnum

import msgspec

from edi_engine.findings import Finding
from edi_engine.records.acknowledgments import Acknowledgment
from edi_engine.records.claims import Claim
from edi_engine.records.remittances import (
    ClaimPayment,
    ProviderAdjustment,
    ProviderSummary,
    Remittance,
)
from edi_engine.records.source import SetSource

__all__ = ["ManualEntry", "ParsedBatch", "RawSet", "SetState"]


class SetState(StrEnum):
    """READ: its records are loaded. KEPT: another type, recorded with its place. QUARANTINED: not
    readable as what it says it is; its bytes are kept and findings say why."""

    READ = "read"
    KEPT = "kept"
    QUARANTINED = "quarantined"


class RawSet(msgspec.Struct, frozen=True, gc=False):
    """A transaction set once it has been read to its end.

    `byte_length` runs from `source.byte_offset` to the end of SE with its terminator.
    `charge_cents` and `paid_cents` are sums over the set's claims or claim payments as read.
    `fingerprint` is a SHA-256 over the set's segments without envelope, line ends and control
    numbers (ST02, SE02): equal for the same content in other bytes. `balanced` is None for what
    is no 835; `balance_sign` names the PLB sign that balances: "guide", "inverted" or "".
    """

    source: SetSource
    byte_length: int
    segment_count: int
    state: SetState
    claims_count: int = 0
    lines_count: int = 0
    charge_cents: int = 0
    paid_cents: int = 0
    adjustment_cents: int = 0
    provider_adjustment_cents: int = 0
    fingerprint: str = ""
    balanced: bool | None = None
    balance_sign: str = ""


class ManualEntry(msgspec.Struct, frozen=True, gc=False):
    """Who typed a remittance in from paper, when (an aware UTC instant as ISO text) and what they
    noted; empty as long as it is not known."""

    entered_by: str = ""
    entered_at: str = ""
    note: str = ""


class ParsedBatch(msgspec.Struct, frozen=True):
    """A piece of a file, in file order; a set's pieces follow one another.

    `source` is None for findings outside any set. `remittance` comes in the set's first piece
    that has one, before its claim payments; `ended` in the set's last piece. `entry` comes with
    the remittance of a paper remittance, and is None for electronic ones. `batch_reference`
    comes with `ended`: what an 837 calls itself (BHT03), for receivers answer by it.
    """

    source: SetSource | None
    findings: tuple[Finding, ...] = ()
    claims: tuple[Claim, ...] = ()
    remittance: Remittance | None = None
    claim_payments: tuple[ClaimPayment, ...] = ()
    provider_summaries: tuple[ProviderSummary, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    ended: RawSet | None = None
    entry: ManualEntry | None = None
    acknowledgments: tuple[Acknowledgment, ...] = ()
    batch_reference: str = ""

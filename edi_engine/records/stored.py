"""What the store tells about files and runs it holds: small views for jobs and faces."""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.findings import Severity
from edi_engine.records.journal import SubjectKind
from edi_engine.records.matching import ClaimId, RemittanceId
from edi_engine.records.reconciliation import (
    ClaimStatus,
    Decision,
    ReconciliationIssue,
    ReversalPair,
)

__all__ = [
    "ClaimStanding",
    "FileContents",
    "FileCounts",
    "FileState",
    "ManualRemittance",
    "PayerRelease",
    "RemittanceIdentity",
    "RemittanceMoney",
    "RemittancePosting",
    "RemittanceTwin",
    "StoredContract",
    "StoredDecision",
    "StoredFile",
    "StoredRemittance",
    "StoredRun",
    "StoredSet",
    "Withdrawal",
]


class StoredContract(msgspec.Struct, frozen=True, gc=False):
    """A version of a contract as it was loaded; `ended_at` is None while it is in force."""

    contract_id: int
    key: str
    version: str
    name: str
    file_name: str
    digest: str
    loaded_at: str
    ended_at: str | None


class FileState(StrEnum):
    """LOADED: every set was read or kept. PARTLY: some set is quarantined. UNREADABLE: no set at
    all, the bytes are kept. ARCHIVE: its members are files of their own. READING: inside the
    transaction that loads it, never seen from outside."""

    READING = "reading"
    LOADED = "loaded"
    PARTLY = "partly"
    UNREADABLE = "unreadable"
    ARCHIVE = "archive"


class FileCounts(msgspec.Struct, frozen=True, gc=False):
    """What a file held. Duplicate sets count as well: their rows are there."""

    sets: int = 0
    claims: int = 0
    service_lines: int = 0
    claim_payments: int = 0
    findings: int = 0
    error_findings: int = 0


class FileContents(msgspec.Struct, frozen=True, gc=False):
    """What a file holds: types of its transaction sets ("835", "837", "paper"), a bank's format,
    and the findings of each severity that it has."""

    set_types: tuple[str, ...] = ()
    bank_format: str = ""
    findings: tuple[tuple[Severity, int], ...] = ()


class StoredFile(msgspec.Struct, frozen=True, gc=False):
    """One file as ingested. `received_at` is an aware UTC instant as ISO text."""

    file_id: int
    run_id: int | None
    name: str
    digest: str
    size_bytes: int
    received_at: str
    state: FileState
    counts: FileCounts


class StoredSet(msgspec.Struct, frozen=True, gc=False):
    """One transaction set as ingested; `state` as in `SetState`.

    `duplicate_of_set_id` names an earlier set with the same content, None for the first of them.
    `balanced` is None for what is no 835.
    """

    set_id: int
    file_id: int
    set_ordinal: int
    set_control_number: str
    set_type: str
    implementation: str
    state: str
    byte_offset: int
    byte_length: int
    segment_count: int
    claims_count: int
    lines_count: int
    charge_cents: int
    paid_cents: int
    fingerprint: str
    balanced: bool | None
    duplicate_of_set_id: int | None


class RemittanceIdentity(msgspec.Struct, frozen=True, gc=False):
    """By what a remittance is told from others, and whether it is held.

    `payment_key` is payer, payee and trace number, or the content where the trace number means
    nothing (`has_trace` is False then: empty or all zeros). `order` are payment date, production
    date and the numbers of its envelope as text, by which the earlier of two is told. `content` is
    the digest of the set. `is_decided` tells that a person held or released it.
    """

    remittance_id: RemittanceId
    file_id: int
    file_name: str
    set_ordinal: int
    set_control_number: str
    segment_ordinal: int
    byte_offset: int
    payment_key: tuple[str, ...]
    order: tuple[str, ...]
    content: str
    has_trace: bool
    payment_date: date | None
    amount_cents: int | None
    held: str
    is_decided: bool


class RemittanceTwin(msgspec.Struct, frozen=True, gc=False):
    """A remittance and an earlier one that may be the same payment, one of them from paper.

    The amounts (BPR02 in cents) decide, because paper is seldom typed to the last code; `is_typed`
    tells that the later one was.
    """

    remittance_id: RemittanceId
    earlier_remittance_id: RemittanceId
    set_ordinal: int
    set_control_number: str
    segment_ordinal: int
    byte_offset: int
    amount_cents: int | None
    earlier_amount_cents: int | None
    earlier_file_name: str
    is_typed: bool


class ManualRemittance(msgspec.Struct, frozen=True, gc=False):
    """A remittance typed in from paper: who, when (ISO text), and what they noted."""

    remittance_id: RemittanceId
    entered_by: str
    entered_at: str
    note: str


class Withdrawal(msgspec.Struct, frozen=True, gc=False):
    """What a person said of a remittance whose money never came; `withdrawn_at` is ISO text."""

    remittance_id: RemittanceId
    withdrawn_by: str
    withdrawn_at: str
    note: str


class StoredRun(msgspec.Struct, frozen=True, gc=False):
    """One operation: instants are ISO text, `report` is JSON."""

    run_id: int
    kind: str
    started_at: str
    finished_at: str | None
    status: str
    report: str


class StoredRemittance(msgspec.Struct, frozen=True, gc=False):
    """A remittance's head with its place and how it stands.

    `posted_cents` and `suspense_cents` add up to the payment amount (0 when BPR02 is unreadable);
    before reconciling all of it is in suspense. `held` says why it must not count, else empty.
    """

    remittance_id: RemittanceId
    set_id: int
    file_id: int
    file_name: str
    set_control_number: str
    segment_ordinal: int
    byte_offset: int
    payer_id: str
    payer_name: str
    payee_name: str
    payee_npi: str
    payee_tin: str
    originator_id: str
    trace_number: str
    handling_code: str
    method: str
    credit_debit_flag: str
    payment_date: date | None
    production_date: date | None
    payment_amount_cents: int | None
    claim_payments_count: int
    balanced: bool | None
    balance_sign: str
    held: str
    posted_cents: int
    suspense_cents: int
    standing_reason: str


class RemittanceMoney(msgspec.Struct, frozen=True, gc=False):
    """Sums over a remittance's parts, in cents.

    `claim_payments_cents` is the sum of CLP04, `provider_adjustments_cents` of PLB as in the file
    (positive lowers the payment); `balance_sign` as in `RawSet`. `withdrawn` tells that a person
    said it never came: typed in by mistake, or a repetition; it is held as well.
    """

    remittance_id: RemittanceId
    payment_amount_cents: int | None
    balanced: bool | None
    balance_sign: str
    held: str
    claim_payments_cents: int
    provider_adjustments_cents: int
    withdrawn: bool = False


class RemittancePosting(msgspec.Struct, frozen=True, gc=False):
    """What stands in the journal of a remittance, summed by kind of subject and refusal.

    `suspense_cents` is money that waits, positive when it came in.
    """

    subject_kind: SubjectKind
    refusal: str
    count: int
    cash_cents: int
    suspense_cents: int


class PayerRelease(msgspec.Struct, frozen=True, gc=False):
    """A payer that a person lets post although no claim names it; instants are ISO text."""

    payer_release_id: int
    payer_id: str
    released_by: str
    released_at: str
    note: str
    revoked_by: str | None
    revoked_at: str | None


class StoredDecision(msgspec.Struct, frozen=True, gc=False):
    """A person's decision with its history; instants are ISO text, None while it stands."""

    decision: Decision
    decided_at: str
    revoked_by: str | None
    revoked_at: str | None


class ClaimStanding(msgspec.Struct, frozen=True, gc=False):
    """How a claim stands: its reconciliation without the lines."""

    claim_id: ClaimId
    status: ClaimStatus
    balance_cents: int
    payer_balance_cents: int
    patient_balance_cents: int
    reversals: tuple[ReversalPair, ...]
    issues: tuple[ReconciliationIssue, ...]

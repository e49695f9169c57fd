"""The truth about a synthetic practice: what belongs to what, and what every cent was meant as.

It comes from how the payers decided, never from reading the files back. Amounts are whole cents.
Keys name a place in a file: file name, set control number (ST02, unique in each of our files) and
the ordinal of the CLM or CLP in that set from 1.
"""

from datetime import date

import msgspec

__all__ = [
    "ClaimKey",
    "DepositTruth",
    "DuplicateFileTruth",
    "FateTruth",
    "LineTruth",
    "MessTruth",
    "PairTruth",
    "PaymentKey",
    "PracticeTruth",
    "ProviderAdjustmentTruth",
    "RemittanceKey",
    "RemittanceTruth",
    "ReversalTruth",
]


class ClaimKey(msgspec.Struct, frozen=True, gc=False, order=True):
    """A claim in an 837."""

    file_name: str
    set_control_number: str
    claim_ordinal: int


class PaymentKey(msgspec.Struct, frozen=True, gc=False, order=True):
    """A claim payment in an 835."""

    file_name: str
    set_control_number: str
    claim_ordinal: int


class PairTruth(msgspec.Struct, frozen=True, gc=False):
    """One claim payment and the claim it answers.

    `claim` is None when it answers none of ours, and `reason` says why (other_practice, paper,
    recycled). `candidates` is filled only where the files truly cannot tell: then any of them, or
    none, is an honest answer. `role` is payment, denial, reversal, correction, secondary, foreign.
    `duplicate_of` is the first delivery of the same payment.
    """

    payment: PaymentKey
    claim: ClaimKey | None
    payer_sequence: int
    role: str
    reason: str = ""
    candidates: tuple[ClaimKey, ...] = ()
    duplicate_of: PaymentKey | None = None
    messes: tuple[str, ...] = ()


class LineTruth(msgspec.Struct, frozen=True, gc=False):
    """One billed line and payer as things stand after everything in the files.

    charge = paid + contractual + patient_responsibility + denied + other for answered lines.
    `line_number` 0 is money for the claim that answers no billed line. `expected_cents` is what the
    contract allows, 0 under capitation, None without a contract or for a later payer.
    variance = expected - allowed.
    `uncertain` names a reason why the amounts or state of this single line cannot be told from the
    files ("ambiguous", "claim_level": only the claim's sums are certain, "unbalanced", "bundle":
    expected and allowed only compare over the bundle, "prior_payer_missing").
    """

    claim: ClaimKey
    line_number: int
    payer_sequence: int
    state: str
    charge_cents: int
    paid_cents: int
    allowed_cents: int
    contractual_cents: int
    patient_responsibility_cents: int
    denied_cents: int
    other_cents: int
    expected_cents: int | None
    variance_cents: int | None
    denial_category: str = ""
    uncertain: str = ""


class ReversalTruth(msgspec.Struct, frozen=True, gc=False):
    """A reversal, what it undoes, and the correction that follows (None: none in the files)."""

    reversal: PaymentKey
    original: PaymentKey | None
    correction: PaymentKey | None


class ProviderAdjustmentTruth(msgspec.Struct, frozen=True, gc=False):
    """One PLB pair. `ordinal` counts pairs in the set. `claim` is whom it concerns, if it says so.

    `meaning` is takeback, postponed (WO raised again after a reversal), carried (FB), interest,
    capitation, other. `traceable` False: nothing in the files leads to a claim.
    """

    file_name: str
    set_control_number: str
    ordinal: int
    reason_code: str
    reference: str
    amount_cents: int
    meaning: str
    claim: ClaimKey | None
    traceable: bool


class RemittanceTruth(msgspec.Struct, frozen=True, gc=False):
    """One 835 set: what it pays, and whether it balances. `unbalanced` names the level or is empty.

    Levels: line (and with it claim), claim, transaction.
    """

    file_name: str
    set_control_number: str
    payer_id: str
    payee_npi: str
    trace_number: str
    paid_on: date
    payment_cents: int
    claim_payments_count: int
    unbalanced: str = ""


class RemittanceKey(msgspec.Struct, frozen=True, gc=False, order=True):
    """A set in an 835."""

    file_name: str
    set_control_number: str


class DepositTruth(msgspec.Struct, frozen=True, gc=False):
    """One movement on the bank account, known by the bank's reference, and what it pays.

    `kind`: paid (with its trace number), untraced, bundle (several remittances in one sum), check
    (its number is the trace number), short (less than announced), unannounced (a payer's, without
    a remittance), taken_back (a payer took money out again), other (nothing to do with payers).
    `amount_cents` is negative for money that left.
    """

    bank_reference: str
    received_on: date
    amount_cents: int
    kind: str
    remittances: tuple[RemittanceKey, ...] = ()


class DuplicateFileTruth(msgspec.Struct, frozen=True, gc=False):
    """A file that repeats another: "same_bytes" under a new name, or "same_payment" in a new
    interchange."""

    file_name: str
    original_file_name: str
    kind: str


class FateTruth(msgspec.Struct, frozen=True, gc=False, order=True):
    """What became of an unanswered claim where acknowledgments tell: refused_by_file,
    refused_by_clearinghouse, refused_by_payer, silent_after_clearinghouse, silent_after_payer."""

    claim: ClaimKey
    fate: str


class MessTruth(msgspec.Struct, frozen=True, gc=False):
    """Where one kind of mess happened, as "file set ordinal" texts of claims or payments."""

    name: str
    places: tuple[str, ...]


class PracticeTruth(msgspec.Struct, frozen=True):
    """Everything, sorted by its keys."""

    pairs: tuple[PairTruth, ...]
    lines: tuple[LineTruth, ...]
    reversals: tuple[ReversalTruth, ...]
    provider_adjustments: tuple[ProviderAdjustmentTruth, ...]
    remittances: tuple[RemittanceTruth, ...]
    deposits: tuple[DepositTruth, ...]
    duplicate_files: tuple[DuplicateFileTruth, ...]
    ambiguous_claims: tuple[ClaimKey, ...]
    unanswered_claims: tuple[ClaimKey, ...]
    messes: tuple[MessTruth, ...]
    fates: tuple[FateTruth, ...] = ()

    def mess(self, name: str) -> tuple[str, ...]:
        """Places of a mess, empty when it did not happen."""
        return next((mess.places for mess in self.messes if mess.name == name), ())

"""What an appeal letter may say: facts as text, ready to be set into a template.

Every text is one line, without control characters; amounts are "$1,234.50", days "March 5, 2026".
What is not known is empty. A template does no arithmetic: whatever it needs stands here.
Source: domain feature 67.
"""

from enum import StrEnum

import msgspec

__all__ = [
    "EarlierAppeal",
    "Exhibit",
    "LetterFacts",
    "LetterKind",
    "LetterLine",
    "LetterPayment",
    "LetterReason",
    "LetterStep",
]


class LetterKind(StrEnum):
    """What the letter is about; the template has the same name."""

    UNDERPAYMENT = "underpayment"
    MEDICAL_NECESSITY = "medical_necessity"
    AUTHORIZATION = "authorization"
    TIMELY_FILING = "timely_filing"
    BUNDLING = "bundling"
    DUPLICATE = "duplicate"
    DENIAL = "denial"
    """Any other refusal."""
    TAKEBACK = "takeback"
    SECOND_LEVEL = "second_level"
    """Any appeal after one that was answered."""


class LetterReason(msgspec.Struct, frozen=True):
    """A refusal code with our words for it; `remarks` are the payer's remark codes."""

    line: str
    code: str
    words: str
    remarks: tuple[str, ...] = ()


class LetterLine(msgspec.Struct, frozen=True):
    """One billed line and its answer. `short` is expected less allowed where that is positive."""

    number: str
    procedure: str
    units: str
    served_on: str
    charge: str
    expected: str
    allowed: str
    paid: str
    refused: str
    short: str
    is_refused: bool
    is_short: bool


class LetterStep(msgspec.Struct, frozen=True):
    """One step of a contract's arithmetic, its amount, and the clause it stands in."""

    line: str
    words: str
    amount: str
    clause: str


class LetterPayment(msgspec.Struct, frozen=True):
    """An answer of the payer. `is_reversal` tells that it takes an earlier one back."""

    paid_on: str
    trace_number: str
    payer_claim_control_number: str
    paid: str
    is_reversal: bool


class EarlierAppeal(msgspec.Struct, frozen=True):
    """An appeal before this one."""

    level: str
    name: str
    filed_on: str
    method: str
    tracking_number: str
    outcome: str
    decided_on: str
    overturned: str


class Exhibit(msgspec.Struct, frozen=True):
    """Something to put behind the letter, under its own mark (A, B ...). `is_to_add` tells that
    the practice has it and this program has not."""

    mark: str
    words: str
    is_to_add: bool = False


class LetterFacts(msgspec.Struct, frozen=True):
    """Everything a template may name."""

    written_on: str
    practice_name: str
    practice_address: tuple[str, ...]
    practice_phone: str
    practice_npi: str
    practice_tin: str
    payer_name: str
    payer_address: tuple[str, ...]
    patient_name: str
    patient_born_on: str
    subscriber_name: str
    member_id: str
    group_number: str
    patient_control_number: str
    payer_claim_control_number: str
    served: str
    sent_on: str
    days_from_service_to_sending: str
    interchange_control_number: str
    prior_authorization: str
    diagnoses: tuple[str, ...]
    charge: str
    expected: str
    allowed: str
    paid: str
    short: str
    disputed: str
    level: str
    level_name: str
    contract: str
    lines: tuple[LetterLine, ...] = ()
    reasons: tuple[LetterReason, ...] = ()
    steps: tuple[LetterStep, ...] = ()
    payments: tuple[LetterPayment, ...] = ()
    earlier: tuple[EarlierAppeal, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()

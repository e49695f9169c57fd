"""Deposits: money a bank says arrived, and where each belongs among the remittances.

Cents are positive when money came and negative when it was taken back. Source: domain 3.8,
features 23 to 27.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NewType

import msgspec

from edi_engine.findings import Finding
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import DECIDED_RULE, RemittanceId

__all__ = [
    "ANY_REMITTANCE",
    "AwaitedRemittance",
    "BankFile",
    "BankFormat",
    "BankSpan",
    "Deposit",
    "DepositDecision",
    "DepositEvidence",
    "DepositId",
    "DepositMatch",
    "DepositStatus",
    "RemittanceDeposit",
    "RemittanceDepositStatus",
    "StoredDeposit",
    "deposit_keys",
    "trace_key",
]

DepositId = NewType("DepositId", int)

ANY_REMITTANCE = RemittanceId(0)
"""In a decision that keeps a deposit off remittances: every one of them."""


class BankFormat(StrEnum):
    """NACHA: entries of an ACH file, only electronic money. BAI2 and CSV: a whole account."""

    NACHA = "nacha"
    BAI2 = "bai2"
    CSV = "csv"


class Deposit(msgspec.Struct, frozen=True, gc=False):
    """One movement of money as a bank file tells it.

    `deposit_ordinal` counts them in the file from 1. `received_on` is the day the money is there
    (effective entry date, value date or as-of date), None when the file has none. `trace_number`
    is TRN02 where the bank passes the addenda on, else what the bank calls the customer's
    reference; `trace_is_stated` tells the two apart. `originator_id` is TRN03, else the ACH
    company identification `company_id`. `method` is as in BPR04: ACH, CHK, FWT, or empty.
    `description` is the bank's text, cut to a length. `account_last4` is all that is kept of the
    account. Bytes count from the start of the file and cover every record of the deposit.
    """

    deposit_ordinal: int
    received_on: date | None
    amount_cents: int
    originator_id: str = ""
    originator_name: str = ""
    trace_number: str = ""
    trace_is_stated: bool = False
    company_id: str = ""
    method: str = ""
    bank_reference: str = ""
    account_last4: str = ""
    description: str = ""
    line_number: int = 0
    byte_offset: int = 0
    byte_length: int = 0


class BankSpan(msgspec.Struct, frozen=True, gc=False):
    """The days a bank file tells of, inclusive; None where it names no day."""

    bank_format: BankFormat
    first_on: date | None
    last_on: date | None


class BankFile(msgspec.Struct, frozen=True):
    """Everything one bank file holds, in file order."""

    span: BankSpan
    deposits: tuple[Deposit, ...]
    findings: tuple[Finding, ...]


class StoredDeposit(msgspec.Struct, frozen=True, gc=False):
    """A deposit with its number and file, for matching and for faces."""

    deposit_id: DepositId
    file_id: int
    file_name: str
    bank_format: BankFormat
    deposit: Deposit


class AwaitedRemittance(msgspec.Struct, frozen=True, gc=False):
    """A remittance as far as its deposit is concerned.

    `payment_amount_cents` is BPR02, None when it is unreadable; provider adjustments (PLB) are
    taken off in it already. `originator_id` is TRN03 and `method` BPR04.
    """

    remittance_id: RemittanceId
    payer_id: str
    payer_name: str
    originator_id: str
    trace_number: str
    method: str
    payment_date: date | None
    payment_amount_cents: int | None
    provider_adjustments_cents: int = 0
    payee_npi: str = ""
    payee_tin: str = ""


class DepositStatus(StrEnum):
    """What was concluded of a deposit.

    MATCHED: its remittances add up to it. AMOUNT_DIFFERS: it belongs to a remittance of another
    amount. AMBIGUOUS: several answers are as good; a person chooses. NO_REMITTANCE: it comes from
    a payer, and nothing explains it. OTHER_MONEY: nothing says that it comes from a payer.
    TAKEN_BACK: money that left. NO_MONEY: zero. REPEATED: another kind of bank file tells of the
    same movement, and that deposit stands for it.
    """

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    AMBIGUOUS = "ambiguous"
    NO_REMITTANCE = "no_remittance"
    OTHER_MONEY = "other_money"
    TAKEN_BACK = "taken_back"
    NO_MONEY = "no_money"
    REPEATED = "repeated"


class RemittanceDepositStatus(StrEnum):
    """What was concluded of a remittance: as for deposits; ZERO_PAY never needs a deposit."""

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    AMBIGUOUS = "ambiguous"
    NO_DEPOSIT = "no_deposit"
    ZERO_PAY = "zero_pay"


class DepositEvidence(msgspec.Struct, frozen=True, gc=False):
    """One field of both sides, as the bank and as the payer has it, and whether they agree."""

    field: str
    deposit_value: str
    remittance_value: str
    agrees: bool


class DepositMatch(msgspec.Struct, frozen=True, gc=False):
    """Where a deposit belongs.

    `difference_cents` is what came less what the remittances say: positive when more came; None
    without a remittance or with one whose amount is unreadable. `candidates` are remittances
    considered and not taken, in order of number, cut to ten.
    """

    deposit_id: DepositId
    status: DepositStatus
    remittance_ids: tuple[RemittanceId, ...] = ()
    rule: str = ""
    difference_cents: int | None = None
    reason: str = ""
    evidence: tuple[DepositEvidence, ...] = ()
    candidates: tuple[RemittanceId, ...] = ()


class RemittanceDeposit(msgspec.Struct, frozen=True, gc=False):
    """The deposits of a remittance; fields as in `DepositMatch`, `candidates` are deposits."""

    remittance_id: RemittanceId
    status: RemittanceDepositStatus
    deposit_ids: tuple[DepositId, ...] = ()
    rule: str = ""
    difference_cents: int | None = None
    reason: str = ""
    candidates: tuple[DepositId, ...] = ()

    @property
    def money_is_seen(self) -> bool:
        """Whether its money is at the bank, or never comes because it pays nothing.

        A deposit of another amount counts once a person says that it is the one.
        """
        if self.status is RemittanceDepositStatus.AMOUNT_DIFFERS:
            return self.rule == DECIDED_RULE
        return self.status in _SEEN


_SEEN = frozenset({RemittanceDepositStatus.MATCHED, RemittanceDepositStatus.ZERO_PAY})


class DepositDecision(msgspec.Struct, frozen=True, gc=False):
    """A person put a deposit and a remittance together, or keeps them apart.

    `remittance_id` may be `ANY_REMITTANCE` where they are kept apart. `decided_at` is ISO text.
    """

    deposit_decision_id: int
    is_link: bool
    deposit_id: DepositId
    remittance_id: RemittanceId
    decided_by: str
    decided_at: str
    note: str = ""


def trace_key(text: str) -> str:
    """A trace number without leading zeros, blanks and punctuation; empty when it means nothing."""
    return control_number_key(text)


def deposit_keys(deposits: Sequence[Deposit]) -> list[str]:
    """What makes each the same movement when another file tells of it, in order.

    Day, amount, account and trace number; without a stated trace number the bank's reference, else
    the bank's text. The second of two alike in one file is another one.
    """
    seen: Counter[str] = Counter()
    keys = []
    for one in deposits:
        day = one.received_on.isoformat() if one.received_on is not None else ""
        if one.trace_is_stated and trace_key(one.trace_number):
            told = f"trace {trace_key(one.trace_number)}"
        elif one.bank_reference:
            told = f"reference {one.bank_reference}"
        else:
            told = f"text {one.trace_number} {one.originator_name} {one.description}"
        base = f"{day} {one.amount_cents} {told}"
        seen[base] += 1
        digest = hashlib.sha256(f"{base} {seen[base]}".encode()).hexdigest()
        keys.append(digest[:32])
    return keys

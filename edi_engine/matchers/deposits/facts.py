"""Deposits and remittances reduced to what they are compared by: trace keys, payers, days."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cached_property

from edi_engine.dates import add_business_days
from edi_engine.records.deposits import AwaitedRemittance, StoredDeposit, trace_key
from edi_engine.records.keys import control_number_key

__all__ = [
    "WINDOW_BUSINESS_DAYS",
    "DepositFacts",
    "PayerKeys",
    "PayerVerdict",
    "RemittanceFacts",
    "payers_agree",
    "traces_contradict",
    "within_window",
]

WINDOW_BUSINESS_DAYS = 5
"""How far deposit and payment date may lie apart where no trace number says more (feature 25)."""

_TAX_ID_LENGTH = 9
_NAME_LENGTH_MIN = 5
_COMPANY_NAME_LENGTH = 16
"""An ACH company name is cut to so many characters; letters beyond them cannot be compared."""
_CUT_TRACE_LENGTH_MIN = 5
_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_CLAIM_PAYMENT = "HCCLAIMPMT"
"""The entry description that every payer must give to health care payments."""


class PayerKeys:
    """Identifiers and names by which a payer is told, comparable at once."""

    def __init__(self, identifiers: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self.identifiers = frozenset(_identifier_key(one) for one in identifiers) - {""}
        self.names = frozenset(_name_key(one) for one in names) - {""}


def _identifier_key(text: str) -> str:
    """The last nine characters: companies put a digit before their tax id, not all the same."""
    return control_number_key(text)[-_TAX_ID_LENGTH:]


def _name_key(text: str) -> str:
    return _NOT_WORD.sub("", text.upper())


class DepositFacts:
    """A deposit as it is compared."""

    def __init__(self, stored: StoredDeposit) -> None:
        self.deposit_id = stored.deposit_id
        self.deposit = stored.deposit
        self.bank_format = stored.bank_format
        self.cents = stored.deposit.amount_cents
        self.day = stored.deposit.received_on
        self.trace = trace_key(stored.deposit.trace_number)

    @cached_property
    def payer(self) -> PayerKeys:
        one = self.deposit
        return PayerKeys((one.originator_id, one.company_id), (one.originator_name,))

    @cached_property
    def text(self) -> str:
        return _name_key(self.deposit.description)

    @property
    def names_a_claim_payment(self) -> bool:
        """Whether the bank's text says it is one, or a TRN segment came with it."""
        return _CLAIM_PAYMENT in self.text or "TRN*" in self.deposit.description.upper()


class RemittanceFacts:
    """A remittance as it is compared."""

    def __init__(self, remittance: AwaitedRemittance) -> None:
        self.remittance_id = remittance.remittance_id
        self.remittance = remittance
        self.cents = remittance.payment_amount_cents
        self.day = remittance.payment_date
        self.trace = trace_key(remittance.trace_number)

    @cached_property
    def payer(self) -> PayerKeys:
        one = self.remittance
        return PayerKeys((one.originator_id, one.payer_id), (one.payer_name,))


class PayerVerdict(StrEnum):
    """Whether deposit and remittance name the same payer; UNKNOWN when one names none."""

    AGREE = "agree"
    UNKNOWN = "unknown"
    CONTRADICT = "contradict"


def payers_agree(deposit: DepositFacts, payer: PayerKeys) -> PayerVerdict:
    """By identifier, by name (one may be cut short), or by the name in the bank's text."""
    ours = deposit.payer
    if ours.identifiers & payer.identifiers:
        return PayerVerdict.AGREE
    if any(_same_name(first, second) for first in ours.names for second in payer.names):
        return PayerVerdict.AGREE
    cut = (name[:_COMPANY_NAME_LENGTH] for name in payer.names if len(name) >= _NAME_LENGTH_MIN)
    if any(name in deposit.text for name in cut):
        return PayerVerdict.AGREE
    both_numbered = ours.identifiers and payer.identifiers
    both_named = ours.names and payer.names
    return PayerVerdict.CONTRADICT if both_numbered or both_named else PayerVerdict.UNKNOWN


def _same_name(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    if short == long:
        return True
    # A cut name ends where the field ends; a shorter one is another name that begins alike.
    return len(short) >= _COMPANY_NAME_LENGTH - 3 and long.startswith(short)


def traces_contradict(deposit: DepositFacts, remittance: RemittanceFacts) -> bool:
    """Whether both state a trace number, and neither can be the other cut short or prefixed."""
    ours, theirs = deposit.trace, remittance.trace
    if not (deposit.deposit.trace_is_stated and ours and theirs) or ours == theirs:
        return False
    short, long = sorted((ours, theirs), key=len)
    return len(short) < _CUT_TRACE_LENGTH_MIN or short not in long


def within_window(first: date | None, second: date | None) -> bool:
    """Whether two days lie within the window; False when one is not known."""
    if first is None or second is None:
        return False
    low, high = sorted((first, second))
    return high <= add_business_days(low, WINDOW_BUSINESS_DAYS)

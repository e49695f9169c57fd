"""What the claim ladder compares, worked out once per claim and once per claim payment.

Texts are reduced to keys (`records.keys`) and names to upper-case words without marks and
generation suffixes. No decisions here. Source: domain 4.1 (normalising).
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from edi_engine.codes import claim_status
from edi_engine.records.keys import (
    control_number_key,
    member_key,
    patient_control_number_key,
)
from edi_engine.records.matching import BilledClaim, BilledLine, PaidClaim, PaidLine

__all__ = [
    "ClaimFacts",
    "PaymentFacts",
    "answers_by_revenue_code",
    "code_forms",
    "identifier_key",
    "member_keys",
    "name_keys",
    "name_words",
    "number_key",
    "revenue_code_of",
]

REVERSAL = "22"

REPLACEMENT = "7"
"""Frequency code of a claim that stands in the place of an earlier one."""

VOID = "8"
"""Frequency code of a claim that takes back an earlier one."""
NOT_OUR_CLAIM = "23"
SEQUESTRATION = "253"
"""Reason code of what the law takes off Medicare's payments."""

PREDETERMINATION = "25"

LAST_NAME_LENGTH_MIN = 5
"""A last name cut shorter than this says too little to agree by its beginning."""

MEMBER_TAIL_MAX = 2
"""A payer adds or drops at most a two-character person code at the end of a member id."""

_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV"})

_REVENUE_QUALIFIER = "NU"
"""SVC01-1 of a line payment whose procedure code is a revenue code."""

_REVENUE_CODE_LENGTH = 4

_GLUED_CODE_LENGTH = 7
"""A five-character code with a two-character modifier glued to it, as some payers return it."""


@lru_cache(maxsize=1 << 16)
def name_words(text: str) -> tuple[str, ...]:
    """The words of a name: upper case, accents dropped, JR, SR and the like left out."""
    plain = text.upper()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.replace("'", "")
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return tuple(word for word in words if word not in _SUFFIXES) or tuple(words)


def name_keys(last_name: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of which any two last names that agree (see `comparison`) share one."""
    joined = "".join(last_name)
    words = [word for word in last_name if len(word) > 2]
    return tuple(dict.fromkeys(filter(None, (joined, joined[:LAST_NAME_LENGTH_MIN], *words))))


def member_keys(members: Iterable[str]) -> tuple[str, ...]:
    """Keys of which any two member ids that agree (see `comparison`) share one; no last name is
    one of them."""
    cut = [
        member[: len(member) - tail] for member in members for tail in range(MEMBER_TAIL_MAX + 1)
    ]
    return tuple(dict.fromkeys(f"#{key}" for key in cut if key))


@lru_cache(maxsize=1 << 16)
def number_key(text: str) -> str:
    """`patient_control_number_key`, remembered: a number is asked for on both sides."""
    return patient_control_number_key(text)


@lru_cache(maxsize=1 << 12)
def identifier_key(text: str) -> str:
    """Key of a payer or provider identifier; empty for one that means nothing."""
    return control_number_key(text)


def revenue_code_of(line: BilledLine | PaidLine) -> str:
    """The revenue code in four digits, empty without one; of a line payment the one it was
    answered by (SVC01 with qualifier NU), else SVC04."""
    code = line.revenue_code
    if isinstance(line, PaidLine) and line.procedure.qualifier == _REVENUE_QUALIFIER:
        code = line.procedure.code
    return code.zfill(_REVENUE_CODE_LENGTH) if code else ""


def answers_by_revenue_code(paid: PaidLine, billed: BilledLine) -> bool:
    """Whether the payer names a hospital line by its revenue code alone (NU:0450), although it was
    billed with a procedure as well."""
    return (
        paid.procedure.qualifier == _REVENUE_QUALIFIER
        and bool(paid.procedure.code)
        and revenue_code_of(paid) == revenue_code_of(billed)
    )


def code_forms(line: PaidLine) -> tuple[str, ...]:
    """Codes under which a line payment may have been billed, the likeliest first, upper case.

    What the payer says was submitted, then what it adjudicated, each also without a modifier
    glued to it; empty when the line has no procedure code.
    """
    submitted = line.submitted_procedure
    return _code_forms(submitted.code if submitted is not None else "", line.procedure.code)


@lru_cache(maxsize=1 << 12)
def _code_forms(submitted_code: str, code: str) -> tuple[str, ...]:
    codes = [text.upper() for text in (submitted_code, code) if text]
    codes += [text[:5] for text in codes if len(text) == _GLUED_CODE_LENGTH]
    return tuple(dict.fromkeys(codes))


class ClaimFacts:
    """A billed claim with its keys."""

    __slots__ = (
        "_control_numbers",
        "_line_counts",
        "claim",
        "first_name",
        "last_name",
        "lines_charge_cents",
        "member",
        "number",
        "number_text",
        "original_number",
        "payer",
    )

    def __init__(self, claim: BilledClaim) -> None:
        self.claim = claim
        self.number_text = claim.patient_control_number.strip().upper()
        self.number = number_key(self.number_text)
        self.original_number = number_key(claim.original_reference)
        self.member = member_key(claim.subscriber_id)
        self.last_name = name_words(claim.patient_last_name)
        self.first_name = name_words(claim.patient_first_name)
        self.payer = identifier_key(claim.payer_id)
        self.lines_charge_cents = sum(line.charge_cents for line in claim.lines)
        self._line_counts: Counter[tuple[str, int]] | None = None
        self._control_numbers: dict[str, BilledLine] | None = None

    @property
    def line_counts(self) -> "Counter[tuple[str, int]]":
        """How many lines have a code (or revenue code) and a charge."""
        if self._line_counts is None:
            self._line_counts = Counter(
                (line.procedure_code.upper() or line.revenue_code, line.charge_cents)
                for line in self.claim.lines
            )
        return self._line_counts

    @property
    def control_numbers(self) -> dict[str, BilledLine]:
        """Lines by the key of their line item control number; lines without one are left out."""
        if self._control_numbers is None:
            found: dict[str, BilledLine] = {}
            for line in self.claim.lines:
                key = control_number_key(line.line_item_control_number)
                if key:
                    found[key] = line
            self._control_numbers = found
        return self._control_numbers

    @property
    def codes(self) -> set[str]:
        """The procedure codes billed; revenue codes for lines without one."""
        return {code for code, _ in self.line_counts}


class PaymentFacts:
    """A claim payment with its keys. `group_charge_cents` is the sum over its split (see G)."""

    __slots__ = (
        "charge_cents",
        "first_name",
        "group_charge_cents",
        "is_reversal",
        "last_name",
        "members",
        "number",
        "number_text",
        "original_number",
        "paid_on",
        "payer",
        "payer_number",
        "payment",
        "stated_sequence",
    )

    def __init__(self, payment: PaidClaim) -> None:
        self.payment = payment
        self.number_text = payment.patient_control_number.strip().upper()
        self.number = number_key(self.number_text)
        self.payer_number = number_key(payment.payer_claim_control_number)
        self.original_number = number_key(payment.original_reference)
        self.members = tuple(
            key for key in (member_key(member) for member in payment.member_ids) if key
        )
        self.last_name = name_words(payment.patient_last_name)
        self.first_name = name_words(payment.patient_first_name)
        self.payer = identifier_key(payment.payer_id)
        self.is_reversal = payment.status_code == REVERSAL
        self.charge_cents = abs(payment.charge_cents)
        self.group_charge_cents = self.charge_cents
        status = claim_status(payment.status_code)
        self.stated_sequence = status.payer_sequence if status is not None else None
        self.paid_on: date | None = payment.paid_on

    @property
    def control_numbers(self) -> tuple[tuple[str, PaidLine], ...]:
        """(key, line) of the lines that return a line item control number, in file order."""
        found = ((control_number_key(ln.line_item_control_number), ln) for ln in self.payment.lines)
        return tuple((key, line) for key, line in found if key)

"""Pieces that claims and remittances share.

External code values stay `str`: payers send codes that no list knows. Empty text means the
element is absent or empty; None means absent for numbers and dates, or unreadable with a finding.
"""

from datetime import date
from decimal import Decimal

import msgspec

__all__ = [
    "Adjustment",
    "Amount",
    "Contact",
    "EventDate",
    "Party",
    "Procedure",
    "Quantity",
    "Reference",
    "RemarkCode",
]


class Reference(msgspec.Struct, frozen=True, gc=False):
    """REF: qualifier (REF01), value (REF02), description (REF03)."""

    qualifier: str
    value: str
    description: str = ""


class Amount(msgspec.Struct, frozen=True, gc=False):
    """AMT: qualifier and cents as in the file. Informational: never part of a balance."""

    qualifier: str
    amount_cents: int


class Quantity(msgspec.Struct, frozen=True, gc=False):
    """QTY: qualifier and quantity."""

    qualifier: str
    quantity: Decimal


class EventDate(msgspec.Struct, frozen=True, gc=False):
    """DTM or DTP: qualifier and an inclusive range; one day has `last_on` equal to `first_on`.

    `time` is the text after the date (HHMM of format DT, or a TM), empty without one.
    """

    qualifier: str
    first_on: date
    last_on: date
    time: str = ""


class Contact(msgspec.Struct, frozen=True, gc=False):
    """PER: function (PER01), name, and up to three (qualifier, number) pairs in file order."""

    function: str
    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


class Party(msgspec.Struct, frozen=True, gc=False):
    """NM1 or N1 with what follows it: who someone is.

    `entity_code` is NM101/N101 (85 billing, 82 rendering, IL subscriber, QC patient, PR payer,
    PE payee ...). `last_name` holds an organisation's name when `entity_type` is "2".
    """

    entity_code: str
    entity_type: str = ""
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    name_prefix: str = ""
    name_suffix: str = ""
    id_qualifier: str = ""
    identifier: str = ""
    address: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    born_on: date | None = None
    gender: str = ""
    taxonomy: str = ""
    references: tuple[Reference, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def reference(self, qualifier: str) -> str:
        """Value of the first reference with that qualifier, or empty."""
        return next((ref.value for ref in self.references if ref.qualifier == qualifier), "")


class Procedure(msgspec.Struct, frozen=True, gc=False):
    """A procedure composite (SV101, SV202, SV301, SVC01, SVC06, SVD03): qualifier:code:modifiers.

    `modifiers` keeps the file's order, empty ones left out. `description` is the 7th component.
    """

    qualifier: str
    code: str
    modifiers: tuple[str, ...] = ()
    description: str = ""


class Adjustment(msgspec.Struct, frozen=True, gc=False):
    """One CAS triplet. Positive cents lower the payment. Group code CO, PR, OA, PI (CR in 4010)."""

    group_code: str
    reason_code: str
    amount_cents: int
    quantity: Decimal | None
    segment_ordinal: int
    byte_offset: int


class RemarkCode(msgspec.Struct, frozen=True, gc=False):
    """A remark: LQ (qualifier HE or RX), or one of MIA/MOA (qualifier then MIA or MOA)."""

    qualifier: str
    code: str

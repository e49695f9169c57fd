"""The head of an 835: payment, trace, payer and payee, up to the first claim."""

import re

from edi_engine.parsers.elements import ElementReader, PartyBuilder, element_at, trailing_elements
from edi_engine.records.common import EventDate, Reference
from edi_engine.records.remittances import Remittance

__all__ = ["RemittanceHead"]

_METHODS = frozenset({"ACH", "BOP", "CHK", "FWT", "NON"})
_DATE = re.compile(r"[0-9]{8}", re.ASCII)
_PAYMENT_DATE_INDEX = 16


class RemittanceHead:
    """Gathers the segments before the claims, then makes the `Remittance`."""

    def __init__(self, reader: ElementReader) -> None:
        self._reader = reader
        self._payment: list[str] = []
        self._payment_at = (1, reader.source.byte_offset)
        self._trace: list[str] = []
        self._currency: tuple[str, ...] = ()
        self._references: list[Reference] = []
        self._dates: list[EventDate] = []
        self._extras: list[str] = []
        self._parties: dict[str, PartyBuilder] = {}
        self._party: PartyBuilder | None = None

    @property
    def has_payment(self) -> bool:
        """Whether a BPR was seen."""
        return bool(self._payment)

    def add(self, text: str, at: tuple[int, int]) -> None:
        """Take the next segment."""
        elements = text.split(self._reader.delimiters.element)
        segment_id = elements[0]
        if segment_id == "BPR" and not self._payment:
            self._payment, self._payment_at = elements, at
        elif segment_id == "TRN" and not self._trace:
            self._trace = elements
        elif segment_id == "N1":
            self._begin_party(elements, text)
        elif self._party is not None and self._party.add(elements, at):
            pass
        elif segment_id == "REF":
            self._references.append(self._reader.reference(elements))
        elif segment_id == "DTM":
            date = self._reader.event_date(elements, at)
            if date is None:
                self._extras.append(self._reader.stored.of(text))
            else:
                self._dates.append(date)
        elif segment_id == "CUR":
            self._currency = trailing_elements(elements)
        elif segment_id != "ST":
            self._extras.append(self._reader.stored.of(text))

    def _begin_party(self, elements: list[str], text: str) -> None:
        builder = PartyBuilder(self._reader, elements)
        self._party = builder
        if builder.entity_code in self._parties:
            self._extras.append(self._reader.stored.of(text))
        else:
            self._parties[builder.entity_code] = builder

    def build(self) -> Remittance:
        """The remittance's head, with findings for what is missing."""
        reader = self._reader
        at = self._payment_at
        payment = self._payment
        if not payment:
            reader.report("X12-0301", at, "BPR", "The remittance has no BPR.")
        amount = None
        if payment:
            amount = reader.cents(element_at(payment, 2), at, "BPR02")
            if not element_at(payment, 2):
                reader.report("X12-0202", at, "BPR02", "The payment amount is absent.")
            elif amount is not None and amount < 0:
                reader.report("X12-0303", at, "BPR02", "The payment is negative.")
        if not element_at(self._trace, 2):
            reader.report("X12-0302", at, "TRN02", "The remittance has no trace number.")
        for code, who in (("PR", "payer"), ("PE", "payee")):
            if code not in self._parties:
                reader.report("X12-0306", at, "N1", f"The remittance names no {who}.")
        payment_date = self._payment_date()
        dates = tuple(self._dates)
        produced = next((date.first_on for date in dates if date.qualifier == "405"), None)
        payer, payee = self._parties.get("PR"), self._parties.get("PE")
        return Remittance(
            reader.source,
            at[0],
            at[1],
            element_at(payment, 1),
            amount,
            element_at(payment, 3),
            self._method(),
            None if not payment_date else reader.day(payment_date, at, "BPR16"),
            element_at(self._trace, 2).strip(),
            element_at(self._trace, 3).strip(),
            element_at(self._trace, 4).strip(),
            trailing_elements(payment),
            produced,
            self._currency,
            tuple(self._references),
            dates,
            payer.build() if payer is not None else None,
            payee.build() if payee is not None else None,
            tuple(self._extras),
        )

    def _method(self) -> str:
        """BPR04; some payers glue the check number to it."""
        text = element_at(self._payment, 4).strip()
        if len(text) > 3 and text[:3] in _METHODS:
            self._reader.report(
                "X12-0305", self._payment_at, "BPR04", "More than the method stands in BPR04."
            )
            return text[:3]
        return text

    def _payment_date(self) -> str:
        """BPR16, or the date a shorter BPR ends with."""
        text = element_at(self._payment, _PAYMENT_DATE_INDEX).strip()
        if text or not self._payment:
            return text
        last = self._payment[-1].strip()
        if 5 < len(self._payment) <= _PAYMENT_DATE_INDEX and _DATE.fullmatch(last):
            self._reader.report(
                "X12-0304", self._payment_at, "BPR16", "The payment date stands before BPR16."
            )
            return last
        return ""

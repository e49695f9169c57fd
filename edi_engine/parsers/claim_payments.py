"""CLP loops of an 835: the inner loop of the engine.

A remittance of a hundred megabytes has five million segments, so this module trades some beauty
for speed: one pass, no object per segment, repeated texts looked up instead of read again, and
every unusual form left to `ElementReader` and `RareSegments`. What is read is the same either
way; tests compare the two. Source: 005010X221A1 loops 2100 and 2110.

    CLP                 a claim begins
      CAS NM1 DTM ...   its own segments: one turn of the gathering loop
      SVC               a line begins
        DTM CAS ...     its segments: another turn of the same loop
      SVC ...
    LX, PLB, CLP ...    whatever else ends the claim
"""

from collections.abc import Callable, Iterator
from datetime import date as CalendarDate  # noqa: N812 - `date` is an EventDate here
from decimal import Decimal
from itertools import count
from typing import TypeVar

from edi_engine.parsers.balancing import REVERSAL_STATUS, RemittanceBalance
from edi_engine.parsers.claim_payment_parts import (
    MEANINGLESS_NUMBERS,
    RareSegments,
    check_claim_head,
    join_split_service,
    read_party,
)
from edi_engine.parsers.elements import CACHE_ENTRIES_MAX, GROUP_CODES, ElementReader
from edi_engine.records.common import Adjustment, Amount, EventDate, Party, Procedure, Reference
from edi_engine.records.remittances import ClaimPayment, LinePayment

__all__ = ["ClaimPaymentReader"]

_CLAIM_BLANKS = tuple([""] * (15 - length) for length in range(16))
_SERVICE_BLANKS = tuple([""] * (8 - length) for length in range(9))
_PATIENT_GROUP = "PR"
_PATIENT_CODES = frozenset({"QC", "IL", "74"})
_NOTHING: tuple[tuple[()], tuple[()], tuple[()]] = ((), (), ())
_NO_PROCEDURE = Procedure("", "")

_Known = TypeVar("_Known")


class ClaimPaymentReader:
    """Reads the claims of one set, piece by piece; each piece holds whole claims.

    `assigned_number` is the LX01 in force. `extra_segments` are those seen between claims, which
    the next claim keeps. Whoever is told of the segments outside claims sets both.
    """

    def __init__(self, elements: ElementReader, balance: RemittanceBalance) -> None:
        self._elements = elements
        self._balance = balance
        self._adjustment_pairs: dict[str, tuple[str, str]] = {}
        self._qualifiers: dict[str, str] = {}
        self._dates: dict[str, EventDate] = {}
        self._parties: dict[str, Party] = {}
        self.claims_count = 0
        self.lines_count = 0
        self.assigned_number = ""
        self.extra_segments: list[str] = []

    def read(
        self,
        texts: list[str],
        offsets: list[int],
        first_ordinal: int,
        outside: Callable[[str, int, int], None],
    ) -> list[ClaimPayment]:
        """The claim payments in these segments.

        What stands between claims goes to `outside`: text, segment ordinal, byte offset.
        """
        segments = zip(count(first_ordinal), texts, offsets, strict=False)
        claim_start = "CLP" + self._elements.delimiters.element
        payments: list[ClaimPayment] = []
        for ordinal, text, offset in segments:
            if text.startswith(claim_start):
                self._read_claims(segments, (ordinal, text, offset), payments, outside)
            else:
                outside(text, ordinal, offset)
        return payments

    def _read_claims(
        self,
        segments: Iterator[tuple[int, str, int]],
        start: tuple[int, str, int],
        payments: list[ClaimPayment],
        outside: Callable[[str, int, int], None],
    ) -> None:
        """Claims that follow one another, from a CLP to what is part of no claim, or the end."""
        reader = self._elements
        separator = reader.delimiters.element
        cents_of, quantity_of, procedure_of = reader.known_values()
        pair_of, qualifier_of = self._adjustment_pairs.get, self._qualifiers.get
        date_of, party_of = self._dates.get, self._parties.get
        claim_start, service_start = "CLP" + separator, "SVC" + separator
        rare = RareSegments(reader)
        take_rare = rare.take
        adjustments: list[Adjustment] = []
        dates: list[EventDate] = []
        amounts: list[Amount] = []
        references: list[Reference] = []
        parties: list[Party] = []
        lines: list[LinePayment] = []
        procedure = _NO_PROCEDURE
        paid_units: Decimal | None = None
        submitted_procedure: Procedure | None = None
        submitted_units: Decimal | None = None
        no_date: CalendarDate | None = None
        line_ordinal = line_offset = line_charge = line_paid = 0
        ordinal, text, offset = start

        while text:
            claim_ordinal, claim_offset = ordinal, offset
            claim = text.split(separator)
            length = len(claim)
            if length < 15:
                claim += _CLAIM_BLANKS[length]
            # Zero is remembered like any amount; reading it once more changes nothing.
            charge_cents = cents_of(claim[3]) or reader.required_cents(
                claim[3], (ordinal, offset), "CLP03"
            )
            paid_cents = cents_of(claim[4]) or reader.required_cents(
                claim[4], (ordinal, offset), "CLP04"
            )
            if length < 8 or claim[1] in MEANINGLESS_NUMBERS or claim[2] == REVERSAL_STATUS:
                check_claim_head(reader, claim, charge_cents, (ordinal, offset))
            service: list[str] = []
            lines_charge = lines_adjusted = claim_adjusted = patient_cents = 0

            while True:
                adjusted = 0
                for ordinal, text, offset in segments:
                    kind = text[0]
                    if kind == "C":
                        head, _, last = text.rpartition(separator)
                        pair = pair_of(head)
                        if pair is not None:
                            cents = cents_of(last)
                            if cents is None:
                                cents = reader.cents(last, (ordinal, offset), "CAS03")
                            if cents is not None:
                                adjusted += cents
                                if pair[0] == _PATIENT_GROUP:
                                    patient_cents += cents
                                adjustments.append(
                                    Adjustment(pair[0], pair[1], cents, None, ordinal, offset)
                                )
                                continue
                            rare.keep(text)
                        elif text.startswith(claim_start):
                            break
                        elif text[:3] == "CAS":
                            for adjustment in self._adjustments(
                                text, head, (ordinal, offset), rare
                            ):
                                adjusted += adjustment.amount_cents
                                if adjustment.group_code == _PATIENT_GROUP:
                                    patient_cents += adjustment.amount_cents
                                adjustments.append(adjustment)
                        elif not take_rare(text, ordinal, offset):
                            break
                    elif kind == "D":
                        date = date_of(text)
                        if date is None:
                            date = self._event_date(text, (ordinal, offset), rare)
                            if date is None:
                                continue
                        dates.append(date)
                    elif kind == "S":
                        if text.startswith(service_start) or not take_rare(text, ordinal, offset):
                            break
                    elif kind == "A":
                        head, _, last = text.rpartition(separator)
                        qualifier = qualifier_of(head)
                        cents = cents_of(last)
                        if qualifier is None or cents is None:
                            amount = self._amount(text, head, (ordinal, offset), rare)
                            if amount is not None:
                                amounts.append(amount)
                        else:
                            amounts.append(Amount(qualifier, cents))
                    elif kind == "R":
                        head, _, last = text.rpartition(separator)
                        qualifier = qualifier_of(head)
                        if qualifier is not None:
                            references.append(Reference(qualifier, last.strip()))
                        else:
                            reference = self._reference(text, head, (ordinal, offset), rare)
                            if reference is not None:
                                references.append(reference)
                    elif kind == "N" and text.startswith("NM1"):
                        party = party_of(text)
                        parties.append(self._party(text) if party is None else party)
                    elif not take_rare(text, ordinal, offset):
                        break
                else:
                    text = ""

                # One loop is over: that of the claim itself, or that of a line.
                quantities, remarks, extras = rare.take_loop() if rare.in_loop else _NOTHING
                if not service:
                    claim_adjusted = adjusted
                    claim_adjustments = tuple(adjustments)
                    claim_dates, claim_amounts = tuple(dates), tuple(amounts)
                    claim_references = tuple(references)
                    claim_quantities, claim_remarks, claim_extras = quantities, remarks, extras
                else:
                    lines_adjusted += adjusted
                    lines_charge += line_charge
                    if line_charge != line_paid + adjusted:
                        self._balance.line_failed(
                            line_charge - adjusted, line_paid, (line_ordinal, line_offset)
                        )
                    service_from = service_to = no_date
                    for date in dates:
                        if date.qualifier == "472":
                            service_from, service_to = date.first_on, date.last_on
                        elif date.qualifier == "150":
                            service_from = date.first_on
                        elif date.qualifier == "151":
                            service_to = date.last_on
                    control_number = ""
                    for reference in references:
                        if reference.qualifier == "6R":
                            control_number = reference.value
                            break
                    lines.append(
                        LinePayment(
                            line_ordinal,
                            line_offset,
                            len(lines) + 1,
                            procedure,
                            line_charge,
                            line_paid,
                            service[4],
                            paid_units,
                            submitted_procedure,
                            submitted_units,
                            service_from or service_to,
                            service_to or service_from,
                            control_number,
                            tuple(adjustments),
                            tuple(references),
                            tuple(dates),
                            tuple(amounts),
                            quantities,
                            remarks,
                            extras,
                        )
                    )
                adjustments.clear()
                dates.clear()
                amounts.clear()
                references.clear()
                if not text.startswith(service_start):
                    break

                line_ordinal, line_offset = ordinal, offset
                service = text.split(separator)
                length = len(service)
                if length < 8:
                    service += _SERVICE_BLANKS[length]
                if len(service[1]) <= 2:
                    service = join_split_service(reader, service, (ordinal, offset))
                procedure = (
                    procedure_of(service[1])
                    or reader.procedure(service[1], (ordinal, offset), "SVC01")
                    or _NO_PROCEDURE
                )
                # Zero is remembered like any amount; reading it once more changes nothing.
                line_charge = cents_of(service[2]) or reader.required_cents(
                    service[2], (ordinal, offset), "SVC02"
                )
                line_paid = cents_of(service[3]) or reader.required_cents(
                    service[3], (ordinal, offset), "SVC03"
                )
                paid_units = quantity_of(service[5])
                if paid_units is None:
                    paid_units = reader.quantity(service[5], (ordinal, offset), "SVC05")
                submitted_procedure = submitted_units = None
                if length > 6:
                    submitted_procedure = reader.procedure(service[6], (ordinal, offset), "SVC06")
                    submitted_units = reader.quantity(service[7], (ordinal, offset), "SVC07")

            # The claim is over.
            service_from = service_to = no_date
            for date in claim_dates:
                if date.qualifier == "232":
                    service_from = date.first_on
                    service_to = service_to or date.last_on
                elif date.qualifier == "233":
                    service_to = date.last_on
            contacts, inpatient, outpatient = rare.take_claim() if rare.in_claim else _NOTHING
            self.claims_count += 1
            self.lines_count += len(lines)
            if self.extra_segments:
                claim_extras = (*self.extra_segments, *claim_extras)
                self.extra_segments.clear()
            payment = ClaimPayment(
                reader.source,
                claim_ordinal,
                claim_offset,
                self.claims_count,
                claim[1].strip(),
                claim[2],
                charge_cents,
                paid_cents,
                reader.cents(claim[5], (claim_ordinal, claim_offset), "CLP05"),
                claim[6],
                claim[7].strip(),
                claim[8],
                claim[9],
                claim[10],
                claim[11],
                reader.quantity(claim[12], (claim_ordinal, claim_offset), "CLP12"),
                reader.quantity(claim[13], (claim_ordinal, claim_offset), "CLP13"),
                self.assigned_number,
                service_from or service_to,
                service_to or service_from,
                claim_adjustments,
                tuple(parties),
                claim_references,
                claim_dates,
                claim_amounts,
                claim_quantities,
                contacts,
                inpatient,
                outpatient,
                claim_remarks,
                tuple(lines),
                claim_extras,
            )
            payments.append(payment)
            self._balance.add_claim(
                payment, claim_adjusted, lines_adjusted, patient_cents, lines_charge
            )
            parties.clear()
            lines.clear()
            if not text.startswith(claim_start):
                if text:
                    outside(text, ordinal, offset)
                return

    # The unusual forms, and the first time a usual one is seen.

    def _adjustments(
        self, text: str, head: str, at: tuple[int, int], rare: RareSegments
    ) -> tuple[Adjustment, ...]:
        elements = text.split(self._elements.delimiters.element)
        found = self._elements.adjustments(elements, at)
        if len(found) == 1 and len(elements) == 4 and found[0].group_code in GROUP_CODES:
            _remember(self._adjustment_pairs, head, (found[0].group_code, found[0].reason_code))
        if len(found) < sum(map(bool, elements[3::3])):
            rare.keep(text)
        return found

    def _event_date(self, text: str, at: tuple[int, int], rare: RareSegments) -> EventDate | None:
        elements = text.split(self._elements.delimiters.element)
        if elements[0] != "DTM":
            rare.keep_unknown(text, at)
            return None
        found = self._elements.event_date(elements, at)
        if found is None:
            rare.keep(text)
        else:
            _remember(self._dates, text, found)
        return found

    def _amount(
        self, text: str, head: str, at: tuple[int, int], rare: RareSegments
    ) -> Amount | None:
        elements = text.split(self._elements.delimiters.element)
        if elements[0] != "AMT":
            rare.keep_unknown(text, at)
            return None
        found = self._elements.amount(elements, at)
        if found is None:
            rare.keep(text)
        elif len(elements) == 3:
            _remember(self._qualifiers, head, found.qualifier)
        return found

    def _reference(
        self, text: str, head: str, at: tuple[int, int], rare: RareSegments
    ) -> Reference | None:
        elements = text.split(self._elements.delimiters.element)
        if elements[0] != "REF":
            rare.keep_unknown(text, at)
            return None
        if len(elements) == 3:
            _remember(self._qualifiers, head, elements[1])
        return self._elements.reference(elements)

    def _party(self, text: str) -> Party:
        found = read_party(self._elements, text)
        if found.entity_code not in _PATIENT_CODES:
            _remember(self._parties, text, found)
        return found


def _remember(known: dict[str, _Known], text: str, found: _Known) -> None:
    """Keep what was read for the next time; a full table starts again."""
    if len(known) >= CACHE_ENTRIES_MAX:
        known.clear()
    known[text] = found

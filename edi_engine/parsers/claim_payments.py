"""CLP loops of an 835: the inner loop of the engine.

A remittance of a hundred megabytes has five million segments, so this module trades some beauty
for speed: one pass, no object per segment, and segments whose text was seen before (a service
date, a contractual adjustment, a rendering provider) are looked up instead of read again. First
sights and odd forms go to `ClaimSegmentReader`. What is read is the same either way; tests compare
the two. Source: 005010X221A1 loops 2100 and 2110.

    CLP                 a claim begins
      CAS NM1 DTM ...   its own segments: one turn of the gathering loop
      SVC               a line begins
        DTM CAS ...     its segments: another turn of the same loop
      SVC ...
    LX, PLB, CLP ...    whatever else ends the claim
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count

from edi_engine.parsers.balancing import REVERSAL_STATUS, RemittanceBalance
from edi_engine.parsers.claim_segments import (
    LOOP_REPEATS_MAX,
    MEANINGLESS_NUMBERS,
    NO_SERVICE,
    ClaimMemory,
    ClaimSegmentReader,
    Service,
)
from edi_engine.parsers.elements import ElementReader
from edi_engine.records.common import Adjustment, Amount, EventDate, Party, Reference, RemarkCode
from edi_engine.records.remittances import ClaimPayment, LinePayment

__all__ = ["ClaimPaymentReader"]

_CLAIM_BLANKS = tuple([""] * (15 - length) for length in range(16))
_NOTHING: tuple[tuple[()], tuple[()], tuple[()]] = ((), (), ())

OutsideSegment = Callable[[str, int, int], None]
"""Is given what is part of no claim: text, segment ordinal, byte offset."""


class ClaimPaymentReader:
    """Reads the claims of one set, piece by piece; each piece holds whole claims.

    `assigned_number` is the LX01 in force. `extra_segments` are those seen between claims, which
    the next claim keeps. Whoever is told of the segments outside claims sets both.
    """

    def __init__(
        self, elements: ElementReader, balance: RemittanceBalance, memory: ClaimMemory
    ) -> None:
        self._elements = elements
        self._balance = balance
        self._segments = ClaimSegmentReader(elements, memory)
        self.claims_count = 0
        self.lines_count = 0
        self.assigned_number = ""
        self.extra_segments: list[str] = []

    def read(
        self,
        texts: list[str],
        offsets: list[int],
        first_ordinal: int,
        outside: OutsideSegment,
    ) -> list[ClaimPayment]:
        """The claim payments in these segments; what stands between them goes to `outside`."""
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
        outside: OutsideSegment,
    ) -> None:
        """Claims that follow one another, from a CLP to what is part of no claim, or the end."""
        reader, special, balance = self._elements, self._segments, self._balance
        separator = reader.delimiters.element
        memory = special.memory
        adjustment_of, amount_of, date_of = (
            memory.adjustments.get,
            memory.amounts.get,
            memory.dates.get,
        )
        party_of, qualifier_of = memory.parties.get, memory.qualifiers.get
        remark_of, service_of = memory.remarks.get, memory.services.get
        cents_of = memory.elements.cents.get
        claim_start = "CLP" + separator
        adjustments: list[Adjustment] = []
        parties: list[Party] = []
        lines: list[LinePayment] = []
        no_date: date | None = None
        line_ordinal = line_offset = 0
        ordinal, text, offset = start

        while text:
            claim_ordinal, claim_offset = ordinal, offset
            claim = text.split(separator)
            length = len(claim)
            if length < 15:
                claim += _CLAIM_BLANKS[length]
            charge_cents, paid_cents = cents_of(claim[3]), cents_of(claim[4])
            if charge_cents is None:
                charge_cents = reader.required_cents(claim[3], (ordinal, offset), "CLP03")
            if paid_cents is None:
                paid_cents = reader.required_cents(claim[4], (ordinal, offset), "CLP04")
            if length < 8 or claim[1] in MEANINGLESS_NUMBERS or claim[2] == REVERSAL_STATUS:
                special.check_claim(claim, charge_cents, (ordinal, offset))
            service = NO_SERVICE
            known_service: Service | None = None
            in_line = False
            lines_charge = lines_adjusted = claim_adjusted = patient_cents = 0

            while True:
                dates: tuple[EventDate, ...] = ()
                amounts: tuple[Amount, ...] = ()
                references: tuple[Reference, ...] = ()
                remarks: tuple[RemarkCode, ...] = ()
                adjusted = 0
                starts_line = False
                for ordinal, text, offset in segments:
                    kind = text[0]
                    if kind == "C":
                        known = adjustment_of(text)
                        if known is not None:
                            group_code, reason_code, cents, patient_share = known
                            adjusted += cents
                            patient_cents += patient_share
                            adjustments.append(
                                Adjustment(group_code, reason_code, cents, None, ordinal, offset)
                            )
                        elif text.startswith(claim_start):
                            break
                        else:
                            found = special.adjustments(text, (ordinal, offset))
                            if found is None:
                                break
                            for adjustment in found:
                                adjusted += adjustment.amount_cents
                                if adjustment.group_code == "PR":
                                    patient_cents += adjustment.amount_cents
                            adjustments += found
                    elif kind == "D":
                        new_dates = date_of(text) or special.dates(text, (ordinal, offset))
                        if not dates:
                            dates = new_dates
                        elif len(dates) < LOOP_REPEATS_MAX:
                            dates += new_dates
                        else:
                            special.keep_repeat(text, (ordinal, offset))
                    elif kind == "A":
                        new_amounts = amount_of(text) or special.amounts(text, (ordinal, offset))
                        if not amounts:
                            amounts = new_amounts
                        elif len(amounts) < LOOP_REPEATS_MAX:
                            amounts += new_amounts
                        else:
                            special.keep_repeat(text, (ordinal, offset))
                    elif kind == "S":
                        known_service = service_of(text)
                        if known_service is not None:
                            starts_line = True
                            break
                        if text[1:2] == "V" or not special.take(text, (ordinal, offset)):
                            starts_line = text[:3] == "SVC"
                            break
                    elif kind == "R":
                        head, _, last = text.rpartition(separator)
                        qualifier = qualifier_of(head)
                        if qualifier is not None:
                            new_references: tuple[Reference, ...] = (
                                Reference(qualifier, last.strip()),
                            )
                        else:
                            new_references = special.references(text, head, (ordinal, offset))
                        if not references:
                            references = new_references
                        elif len(references) < LOOP_REPEATS_MAX:
                            references += new_references
                        else:
                            special.keep_repeat(text, (ordinal, offset))
                    elif kind == "L":
                        remark = remark_of(text)
                        if remark is None:
                            if not special.take(text, (ordinal, offset)):
                                break
                        elif remarks or special.in_loop:
                            special.add_remark(remark[0])
                        else:
                            remarks = remark
                    elif kind == "N" and text.startswith("NM1"):
                        parties.append(party_of(text) or special.party(text))
                    elif not special.take(text, (ordinal, offset)):
                        break
                else:
                    text = ""

                # One loop is over: that of a line, or that of the claim itself.
                quantities, more_remarks, extras = (
                    special.take_loop() if special.in_loop else _NOTHING
                )
                if more_remarks:
                    remarks += more_remarks
                if in_line:
                    (
                        procedure,
                        line_charge,
                        line_paid,
                        revenue_code,
                        paid_units,
                        submitted_procedure,
                        submitted_units,
                    ) = service
                    lines_adjusted += adjusted
                    lines_charge += line_charge
                    if line_charge != line_paid + adjusted:
                        balance.line_failed(
                            line_charge - adjusted, line_paid, (line_ordinal, line_offset)
                        )
                    service_from = service_to = no_date
                    for day in dates:
                        if day.qualifier == "472":
                            service_from, service_to = day.first_on, day.last_on
                        elif day.qualifier == "150":
                            service_from = day.first_on
                        elif day.qualifier == "151":
                            service_to = day.last_on
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
                            revenue_code,
                            paid_units,
                            submitted_procedure,
                            submitted_units,
                            service_from or service_to,
                            service_to or service_from,
                            control_number,
                            tuple(adjustments),
                            references,
                            dates,
                            amounts,
                            quantities,
                            remarks,
                            extras,
                        )
                    )
                    adjustments.clear()
                else:
                    claim_adjusted, claim_adjustments = adjusted, tuple(adjustments)
                    claim_dates, claim_amounts, claim_references = dates, amounts, references
                    claim_quantities, claim_remarks, claim_extras = quantities, remarks, extras
                    if adjustments:
                        adjustments.clear()
                if not starts_line:
                    break
                in_line = True
                line_ordinal, line_offset = ordinal, offset
                service = known_service or special.service(text, (ordinal, offset))

            # The claim is over.
            service_from = service_to = no_date
            for day in claim_dates:
                if day.qualifier == "232":
                    service_from = day.first_on
                    service_to = service_to or day.last_on
                elif day.qualifier == "233":
                    service_to = day.last_on
            contacts, inpatient, outpatient = special.take_claim() if special.in_claim else _NOTHING
            self.claims_count += 1
            self.lines_count += len(lines)
            if self.extra_segments:
                claim_extras = (*self.extra_segments, *claim_extras)
                self.extra_segments.clear()
            patient_responsibility = cents_of(claim[5])
            if patient_responsibility is None and claim[5]:
                patient_responsibility = reader.cents(
                    claim[5], (claim_ordinal, claim_offset), "CLP05"
                )
            drg_weight = discharge_fraction = None
            if length > 12:
                drg_weight = reader.quantity(claim[12], (claim_ordinal, claim_offset), "CLP12")
                discharge_fraction = reader.quantity(
                    claim[13], (claim_ordinal, claim_offset), "CLP13"
                )
            payment = ClaimPayment(
                reader.source,
                claim_ordinal,
                claim_offset,
                self.claims_count,
                claim[1].strip(),
                claim[2],
                charge_cents,
                paid_cents,
                patient_responsibility,
                claim[6],
                claim[7].strip(),
                claim[8],
                claim[9],
                claim[10],
                claim[11],
                drg_weight,
                discharge_fraction,
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
            parties.clear()
            lines.clear()
            balance.add_claim(payment, claim_adjusted, lines_adjusted, patient_cents, lines_charge)
            if not text.startswith(claim_start):
                if text:
                    outside(text, ordinal, offset)
                return

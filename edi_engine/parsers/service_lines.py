"""Service lines of a claim: loops 2400 (line), 2410 (drug), 2420 (parties), 2430 (adjudication).

Source: 005010X222A1, X223A2, X224A2 and the 4010 forms where they agree.
"""

from datetime import date
from decimal import Decimal

from edi_engine.parsers.claim_pieces import PieceReader
from edi_engine.parsers.elements import element_at
from edi_engine.records.claims import (
    Drug,
    LineAdjudication,
    Note,
    ServiceLine,
    Tooth,
)
from edi_engine.records.common import (
    Adjustment,
    Amount,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
)

__all__ = ["SERVICE_IDS", "read_lines"]

SERVICE_IDS = frozenset({"SV1", "SV2", "SV3"})

_KEPT_IDS = frozenset(
    {"PWK", "CR1", "CR2", "CR3", "CR4", "CR5", "CRC", "MEA", "CN1", "K3", "PS1", "HCP", "HSD"}
    | {"SV4", "SV5", "SV6", "SV7", "LQ", "FRM"}
)
"""Segments a line may have that no field of the record holds."""

_DRUG_REFERENCES = frozenset({"XZ", "VY"})
_LINE_REFERENCES = frozenset({"6R"})


def read_lines(piece: PieceReader, start: int, end: int) -> tuple[ServiceLine, ...]:
    """The service lines between two indexes, the first of which is an LX, SV1, SV2 or SV3."""
    starts: list[int] = []
    served = False
    for index in range(start, end):
        segment_id = piece.ids[index]
        if segment_id == "LX":
            starts.append(index)
            served = False
        elif segment_id in SERVICE_IDS:
            if served or not starts:
                starts.append(index)
                piece.report("X12-0411", index, "LX", "The service stands under no LX of its own.")
            served = True
    ends = [*starts[1:], end]
    return tuple(
        _LineDraft(piece, first, number).read(first, last)
        for number, (first, last) in enumerate(zip(starts, ends, strict=True), 1)
    )


class _LineDraft:
    """One line while its segments are walked."""

    __slots__ = (
        "adjudications",
        "amounts",
        "charge_cents",
        "control_number",
        "dates",
        "drugs",
        "extras",
        "further",
        "index",
        "line_number",
        "noncovered_cents",
        "notes",
        "oral_cavity",
        "parties",
        "piece",
        "place_of_service",
        "pointers",
        "procedure",
        "quantities",
        "references",
        "revenue_code",
        "served",
        "teeth",
        "unit_code",
        "units",
    )

    def __init__(self, piece: PieceReader, index: int, line_number: int) -> None:
        self.piece = piece
        self.index = index
        self.line_number = line_number
        self.procedure: Procedure | None = None
        self.charge_cents = 0
        self.control_number = ""
        self.served: EventDate | None = None
        self.units: Decimal | None = None
        self.unit_code = ""
        self.revenue_code = ""
        self.place_of_service = ""
        self.pointers: tuple[str, ...] = ()
        self.noncovered_cents: int | None = None
        self.oral_cavity: tuple[str, ...] = ()
        self.further: tuple[tuple[int, str], ...] = ()
        self.teeth: list[Tooth] = []
        self.drugs: list[_DrugDraft] = []
        self.parties: list[Party] = []
        self.references: list[Reference] = []
        self.dates: list[EventDate] = []
        self.amounts: list[Amount] = []
        self.quantities: list[Quantity] = []
        self.notes: list[Note] = []
        self.adjudications: list[_AdjudicationDraft] = []
        self.extras: list[str] = []

    def read(self, start: int, end: int) -> ServiceLine:
        """Walk the line's segments and make its record."""
        piece = self.piece
        ids, rows = piece.ids, piece.rows
        assigned = element_at(rows[start], 1).strip() if ids[start] == "LX" else ""
        index = start + 1 if ids[start] == "LX" else start
        served = False
        while index < end:
            segment_id, row = ids[index], rows[index]
            if segment_id == "DTP":
                self._date(index, row)
            elif segment_id == "REF":
                self._reference(index)
            elif segment_id == "NM1":
                party, index = piece.party(index, end, own_references=_LINE_REFERENCES)
                self.parties.append(party)
                continue
            elif segment_id == "SV1":
                served = True
                self._professional(row, index)
            elif segment_id == "SV2":
                served = True
                self._institutional(row, index)
            elif segment_id == "SV3":
                served = True
                self._dental(row, index)
            elif segment_id == "SVD":
                self.adjudications.append(_AdjudicationDraft(piece, index))
            else:
                self._other(segment_id, row, index)
            index += 1
        if not served:
            piece.report("X12-0412", start, "LX01", "The line has no SV1, SV2 or SV3.")
        return self._record(assigned)

    def _professional(self, row: list[str], index: int) -> None:
        """SV1."""
        piece, elements = self.piece, self.piece.elements
        at = piece.at(index)
        length = len(row)
        if length < 8:
            row = row + [""] * (8 - length)
        self.procedure = piece.procedure(row[1], index, "SV101")
        self.charge_cents = elements.required_cents(row[2], at, "SV102")
        self.unit_code = row[3].strip()
        self.units = elements.quantity(row[4], at, "SV104")
        self.place_of_service = row[5].strip()
        self.pointers = piece.components(row[7], index, "SV107")
        if length > 8 or row[6]:
            self.further = self._further(row, (6, *range(8, length)))

    def _institutional(self, row: list[str], index: int) -> None:
        """SV2."""
        piece, elements = self.piece, self.piece.elements
        at = piece.at(index)
        length = len(row)
        if length < 8:
            row = row + [""] * (8 - length)
        self.revenue_code = row[1].strip()
        self.procedure = piece.procedure(row[2], index, "SV202")
        self.charge_cents = elements.required_cents(row[3], at, "SV203")
        self.unit_code = row[4].strip()
        self.units = elements.quantity(row[5], at, "SV205")
        self.noncovered_cents = elements.cents(row[7], at, "SV207")
        if length > 6:
            self.further = self._further(row, (6, *range(8, length)))

    def _dental(self, row: list[str], index: int) -> None:
        """SV3."""
        piece, elements = self.piece, self.piece.elements
        at = piece.at(index)
        length = len(row)
        if length < 12:
            row = row + [""] * (12 - length)
        self.procedure = piece.procedure(row[1], index, "SV301")
        self.charge_cents = elements.required_cents(row[2], at, "SV302")
        self.place_of_service = row[3].strip()
        self.oral_cavity = piece.components(row[4], index, "SV304")
        self.units = elements.quantity(row[6], at, "SV306")
        self.pointers = piece.components(row[11], index, "SV311")
        if length > 5:
            self.further = self._further(row, (5, 7, 8, 9, 10, *range(12, length)))

    def _further(self, row: list[str], positions: tuple[int, ...]) -> tuple[tuple[int, str], ...]:
        return tuple(
            (position, self.piece.stored_element(row[position]))
            for position in positions
            if position < len(row) and row[position]
        )

    def _date(self, index: int, row: list[str]) -> None:
        found = self.piece.date(index)
        if found is None:
            self.extras.append(self.piece.stored_text(index))
        elif self.adjudications and row[1] == "573" and not self.adjudications[-1].dated:
            self.adjudications[-1].date(found)
        else:
            self.dates.append(found)
            if self.served is None and row[1] == "472":
                self.served = found

    def _reference(self, index: int) -> None:
        reference = self.piece.reference(index)
        if self.drugs and reference.qualifier in _DRUG_REFERENCES:
            self.drugs[-1].references.append(reference)
            return
        self.references.append(reference)
        if reference.qualifier == "6R" and not self.control_number:
            self.control_number = reference.value

    def _other(self, segment_id: str, row: list[str], index: int) -> None:
        """The segments that few lines have."""
        piece, elements = self.piece, self.piece.elements
        at = piece.at(index)
        if segment_id == "AMT":
            amount = elements.amount(row, at)
            if amount is None:
                self.extras.append(piece.stored_text(index))
            elif self.adjudications:
                self.adjudications[-1].amounts.append(amount)
            else:
                self.amounts.append(amount)
        elif segment_id == "CAS" and self.adjudications:
            self.adjudications[-1].adjustments += elements.adjustments(row, at)
        elif segment_id == "QTY":
            quantity = elements.quantity_of(row, at)
            if quantity is None:
                self.extras.append(piece.stored_text(index))
            else:
                self.quantities.append(quantity)
        elif segment_id == "NTE":
            self.notes.append(Note(element_at(row, 1), element_at(row, 2).strip()))
        elif segment_id == "TOO":
            surfaces = piece.components(element_at(row, 3), index, "TOO03")
            self.teeth.append(Tooth(element_at(row, 1), element_at(row, 2).strip(), surfaces))
        elif segment_id == "LIN":
            self.drugs.append(_DrugDraft(row))
        elif segment_id == "CTP" and self.drugs and not self.drugs[-1].counted:
            self.drugs[-1].count(piece, row, index)
        else:
            self.extras.append(piece.stored_text(index))
            if segment_id not in _KEPT_IDS:
                piece.report("X12-0401", index, "", "A service line has no place for the segment.")

    def _record(self, assigned: str) -> ServiceLine:
        served = self.served
        ordinal, offset = self.piece.at(self.index)
        return ServiceLine(
            ordinal,
            offset,
            self.line_number,
            assigned,
            self.procedure,
            self.charge_cents,
            self.units,
            self.unit_code,
            self.revenue_code,
            self.place_of_service,
            self.pointers,
            None if served is None else served.first_on,
            None if served is None else served.last_on,
            self.control_number,
            self.noncovered_cents,
            self.oral_cavity,
            tuple(self.teeth),
            tuple([drug.record() for drug in self.drugs]),
            tuple(self.parties),
            tuple(self.references),
            tuple(self.dates),
            tuple(self.amounts),
            tuple(self.quantities),
            tuple(self.notes),
            tuple([adjudication.record() for adjudication in self.adjudications]),
            tuple(self.extras),
            self.further,
        )


class _DrugDraft:
    """LIN with its CTP and REF."""

    __slots__ = ("code", "counted", "qualifier", "quantity", "references", "unit")

    def __init__(self, row: list[str]) -> None:
        self.qualifier = element_at(row, 2).strip()
        self.code = element_at(row, 3).strip()
        self.counted = False
        self.quantity: Decimal | None = None
        self.unit = ""
        self.references: list[Reference] = []

    def count(self, piece: PieceReader, row: list[str], index: int) -> None:
        """CTP: quantity and the first component of its unit."""
        self.counted = True
        self.quantity = piece.elements.quantity(element_at(row, 4), piece.at(index), "CTP04")
        self.unit = next(iter(piece.components(element_at(row, 5), index, "CTP05")), "")

    def record(self) -> Drug:
        return Drug(self.qualifier, self.code, self.quantity, self.unit, tuple(self.references))


class _AdjudicationDraft:
    """SVD with its CAS, date and amounts."""

    __slots__ = (
        "adjudicated_on",
        "adjustments",
        "amounts",
        "at",
        "bundled_into",
        "dated",
        "paid_cents",
        "paid_units",
        "payer_id",
        "procedure",
        "revenue_code",
    )

    def __init__(self, piece: PieceReader, index: int) -> None:
        row, elements = piece.rows[index], piece.elements
        self.at = piece.at(index)
        self.payer_id = element_at(row, 1).strip()
        self.paid_cents = elements.required_cents(element_at(row, 2), self.at, "SVD02")
        self.procedure = piece.procedure(element_at(row, 3), index, "SVD03")
        self.revenue_code = element_at(row, 4).strip()
        self.paid_units = elements.quantity(element_at(row, 5), self.at, "SVD05")
        self.bundled_into = element_at(row, 6).strip()
        self.dated = False
        self.adjudicated_on: date | None = None
        self.adjustments: tuple[Adjustment, ...] = ()
        self.amounts: list[Amount] = []

    def date(self, event: EventDate) -> None:
        """DTP*573."""
        self.dated = True
        self.adjudicated_on = event.first_on

    def record(self) -> LineAdjudication:
        return LineAdjudication(
            self.at[0],
            self.at[1],
            self.payer_id,
            self.paid_cents,
            self.procedure,
            self.paid_units,
            self.bundled_into,
            self.adjustments,
            self.adjudicated_on,
            tuple(self.amounts),
            self.revenue_code,
        )

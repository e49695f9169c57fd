"""A claim: loops 2300 (claim), 2310 (its parties), 2320 and 2330 (other payers).

Source: 005010X222A1, X223A2, X224A2 and the 4010 forms where they agree.
"""

from datetime import date

from edi_engine.parsers.claim_levels import LevelReader, read_coverage
from edi_engine.parsers.claim_pieces import PieceReader
from edi_engine.parsers.elements import element_at, trailing_elements
from edi_engine.parsers.service_lines import SERVICE_IDS, read_lines
from edi_engine.records.claims import (
    Claim,
    ClaimKind,
    CodedInformation,
    Note,
    OtherPayer,
    ServiceLine,
)
from edi_engine.records.common import Adjustment, Amount, EventDate, Party, Quantity, Reference

__all__ = ["ClaimHead", "read_claim"]

_KEPT_IDS = frozenset(
    {"PWK", "CN1", "K3", "CR1", "CR2", "CR3", "CR4", "CR5", "CR6", "CR7", "CR8", "CRC"}
    | {"DN1", "DSB", "HCP", "HSD", "UR"}
)
"""Segments a claim may have that no field of the record holds."""

_CLAIM_REFERENCES = frozenset({"F8", "G1", "9F", "D9", "EA"})
_LINE_STARTS = SERVICE_IDS | {"LX"}

_KINDS_BY_SERVICE = {
    "SV1": ClaimKind.PROFESSIONAL,
    "SV2": ClaimKind.INSTITUTIONAL,
    "SV3": ClaimKind.DENTAL,
}
_KINDS_BY_GUIDE = {
    "X096": ClaimKind.INSTITUTIONAL,
    "X097": ClaimKind.DENTAL,
    "X223": ClaimKind.INSTITUTIONAL,
    "X224": ClaimKind.DENTAL,
    "X292": ClaimKind.INSTITUTIONAL,
    "X293": ClaimKind.DENTAL,
    "X299": ClaimKind.INSTITUTIONAL,
    "X300": ClaimKind.DENTAL,
}
"""Guides other than the professional ones, by the middle of ST03 or GS08."""


class ClaimHead:
    """What a set says once for all its claims: BHT04 and BHT06."""

    __slots__ = ("bill_purpose", "sent_on")

    def __init__(self) -> None:
        self.sent_on: date | None = None
        self.bill_purpose = ""


def read_claim(
    piece: PieceReader, end: int, *, levels: LevelReader, head: ClaimHead, ordinal: int
) -> Claim:
    """The claim whose CLM stands first in the piece and that ends before index `end`."""
    first_line = 1
    while first_line < end and piece.ids[first_line] not in _LINE_STARTS:
        first_line += 1
    draft = _ClaimDraft(piece)
    draft.read(1, first_line)
    lines = read_lines(piece, first_line, end) if first_line < end else ()
    return _record(draft, lines, levels=levels, head=head, ordinal=ordinal)


class _OtherPayerDraft:
    """SBR in a claim, with what follows it until the next SBR or the lines."""

    __slots__ = (
        "adjustments",
        "amounts",
        "assignment",
        "at",
        "coverage",
        "dates",
        "extras",
        "inpatient",
        "outpatient",
        "parties",
        "payer",
        "subscriber",
    )

    def __init__(self, piece: PieceReader, index: int) -> None:
        self.at = piece.at(index)
        self.coverage = read_coverage(piece.rows[index])
        self.subscriber: Party | None = None
        self.payer: Party | None = None
        self.parties: list[Party] = []
        self.adjustments: tuple[Adjustment, ...] = ()
        self.amounts: list[Amount] = []
        self.dates: list[EventDate] = []
        self.assignment: tuple[str, ...] = ()
        self.inpatient: tuple[str, ...] = ()
        self.outpatient: tuple[str, ...] = ()
        self.extras: list[str] = []

    def add_party(self, party: Party) -> None:
        if party.entity_code == "IL" and self.subscriber is None:
            self.subscriber = party
        elif party.entity_code == "PR" and self.payer is None:
            self.payer = party
        else:
            self.parties.append(party)

    def record(self) -> OtherPayer:
        return OtherPayer(
            self.at[0],
            self.at[1],
            self.coverage,
            self.subscriber,
            self.payer,
            tuple(self.parties),
            self.adjustments,
            tuple(self.amounts),
            tuple(self.dates),
            self.assignment,
            self.inpatient,
            self.outpatient,
            tuple(self.extras),
        )


class _ClaimDraft:
    """The segments between CLM and the first service line while they are walked."""

    __slots__ = (
        "amounts",
        "codes",
        "dates",
        "extras",
        "institutional",
        "notes",
        "other_payers",
        "parties",
        "piece",
        "quantities",
        "references",
        "teeth",
    )

    def __init__(self, piece: PieceReader) -> None:
        self.piece = piece
        self.codes: list[CodedInformation] = []
        self.references: list[Reference] = []
        self.dates: list[EventDate] = []
        self.amounts: list[Amount] = []
        self.quantities: list[Quantity] = []
        self.notes: list[Note] = []
        self.teeth: list[tuple[str, str]] = []
        self.parties: list[Party] = []
        self.other_payers: list[_OtherPayerDraft] = []
        self.institutional: tuple[str, ...] = ()
        self.extras: list[str] = []

    def read(self, start: int, end: int) -> None:
        piece = self.piece
        index = start
        while index < end:
            segment_id = piece.ids[index]
            if segment_id == "NM1":
                index = self._party(index, end)
                continue
            if segment_id == "HI":
                self.codes += piece.codes(index)
            elif segment_id == "SBR":
                self.other_payers.append(_OtherPayerDraft(piece, index))
            elif not (self.other_payers and self._of_other_payer(segment_id, index)):
                self._of_claim(segment_id, index)
            index += 1

    def _party(self, index: int, end: int) -> int:
        piece = self.piece
        if not self.other_payers:
            party, after = piece.party(index, end, own_references=_CLAIM_REFERENCES)
            self.parties.append(party)
            return after
        other = self.other_payers[-1]
        party, after = piece.party(index, end, with_dates=True)
        other.add_party(party)
        for follower in range(index + 1, after):
            if piece.ids[follower] == "DTP":
                self._other_date(other, follower)
        return after

    def _other_date(self, other: _OtherPayerDraft, index: int) -> None:
        found = self.piece.date(index)
        if found is None:
            other.extras.append(self.piece.stored_text(index))
        else:
            other.dates.append(found)

    def _of_other_payer(self, segment_id: str, index: int) -> bool:
        """Read a segment of loop 2320; False for one that a whole claim has."""
        piece = self.piece
        row, at, other = piece.rows[index], piece.at(index), self.other_payers[-1]
        if segment_id == "CAS":
            other.adjustments += piece.elements.adjustments(row, at)
        elif segment_id == "AMT":
            amount = piece.elements.amount(row, at)
            if amount is None:
                other.extras.append(piece.stored_text(index))
            else:
                other.amounts.append(amount)
        elif segment_id == "OI":
            other.assignment = self._elements(row)
        elif segment_id == "MIA":
            other.inpatient = self._elements(row)
        elif segment_id == "MOA":
            other.outpatient = self._elements(row)
        elif segment_id == "DTP":
            self._other_date(other, index)
        elif segment_id in {"DMG", "REF", "N2", "N3", "N4", "PER", "PRV"}:
            other.extras.append(piece.stored_text(index))
            if segment_id != "DMG":  # 4010 has the insured's birth date here, before the NM1
                piece.report("X12-0401", index, "", "Another payer has no place for the segment.")
        else:
            return False
        return True

    def _of_claim(self, segment_id: str, index: int) -> None:
        """Read a segment of loop 2300."""
        piece = self.piece
        row = piece.rows[index]
        if segment_id == "REF":
            self.references.append(piece.reference(index))
        elif segment_id == "DTP":
            found = piece.date(index)
            if found is None:
                self.extras.append(piece.stored_text(index))
            else:
                self.dates.append(found)
        elif segment_id == "AMT":
            amount = piece.elements.amount(row, piece.at(index))
            if amount is None:
                self.extras.append(piece.stored_text(index))
            else:
                self.amounts.append(amount)
        elif segment_id == "QTY":
            quantity = piece.elements.quantity_of(row, piece.at(index))
            if quantity is None:
                self.extras.append(piece.stored_text(index))
            else:
                self.quantities.append(quantity)
        elif segment_id == "NTE":
            self.notes.append(Note(element_at(row, 1), element_at(row, 2).strip()))
        elif segment_id == "CL1":
            self.institutional = self._elements(row)
        elif segment_id == "DN2":
            self.teeth.append((element_at(row, 1).strip(), element_at(row, 2).strip()))
        else:
            self.extras.append(piece.stored_text(index))
            if segment_id not in _KEPT_IDS:
                piece.report("X12-0401", index, "", "A claim has no place for the segment.")

    def _elements(self, row: list[str]) -> tuple[str, ...]:
        return tuple(map(self.piece.stored_element, trailing_elements(row)))


def _record(
    draft: _ClaimDraft,
    lines: tuple[ServiceLine, ...],
    *,
    levels: LevelReader,
    head: ClaimHead,
    ordinal: int,
) -> Claim:
    """The claim from its CLM, what was read under it and the levels above it."""
    piece = draft.piece
    row, at, source = piece.rows[0], piece.at(0), piece.elements.source
    facility, qualifier, frequency, further = piece.claim_head()
    kind = _kind_of(piece, qualifier)
    institutional = kind is ClaimKind.INSTITUTIONAL
    service_from, service_to = _service_period(draft.dates, lines)
    return Claim(
        source,
        at[0],
        at[1],
        ordinal,
        kind,
        element_at(row, 1).strip(),
        piece.elements.required_cents(element_at(row, 2), at, "CLM02"),
        frequency,
        "" if institutional else facility,
        facility + frequency if institutional and facility else "",
        head.sent_on,
        service_from,
        service_to,
        levels.billing_provider,
        levels.pay_to,
        levels.coverage,
        levels.subscriber,
        levels.patient,
        levels.patient_relationship,
        levels.payer,
        levels.parties + tuple(draft.parties),
        _first_reference(draft.references, "F8"),
        _first_reference(draft.references, "G1"),
        further,
        draft.institutional,
        tuple(draft.codes),
        tuple(draft.references),
        tuple(draft.dates),
        tuple(draft.amounts),
        tuple(draft.quantities),
        tuple(draft.notes),
        tuple(draft.teeth),
        tuple([other.record() for other in draft.other_payers]),
        lines,
        levels.extra_segments + tuple(draft.extras),
        head.bill_purpose,
    )


def _kind_of(piece: PieceReader, qualifier: str) -> ClaimKind:
    """Told by the first service segment, then CLM05-2 (A is institutional), then the guide."""
    for segment_id in piece.ids:
        if segment_id in SERVICE_IDS:
            return _KINDS_BY_SERVICE[segment_id]
    if qualifier == "A":
        return ClaimKind.INSTITUTIONAL
    implementation = piece.elements.source.implementation
    for part, kind in _KINDS_BY_GUIDE.items():
        if part in implementation:
            return kind
    return ClaimKind.PROFESSIONAL


def _service_period(
    dates: list[EventDate], lines: tuple[ServiceLine, ...]
) -> tuple[date | None, date | None]:
    """The claim's own statement or service date (434, 472), else that of its lines together."""
    for event in dates:
        if event.qualifier in {"434", "472"}:
            return event.first_on, event.last_on
    firsts = [line.service_from for line in lines if line.service_from is not None]
    lasts = [line.service_to for line in lines if line.service_to is not None]
    return min(firsts, default=None), max(lasts, default=None)


def _first_reference(references: list[Reference], qualifier: str) -> str:
    """The first value of that qualifier; an empty one says nothing."""
    found = (item.value for item in references if item.qualifier == qualifier and item.value)
    return next(found, "")

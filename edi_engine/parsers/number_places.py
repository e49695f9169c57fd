"""Which element of a loop holds an amount, told by the same rules that read it.

A triplet of a CAS that was left out when the file was read is no adjustment here either, so the
third adjustment of a line is the third one that counts.
"""

from collections.abc import Iterator, Sequence

from edi_engine.findings import FindingLog
from edi_engine.parsers.claim_segments import CLAIM_ENDS, has_split_procedure
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.elements import ElementReader
from edi_engine.parsers.provider_adjustments import placed_provider_adjustments
from edi_engine.parsers.service_lines import SERVICE_IDS
from edi_engine.records.numbers import FileNumber
from edi_engine.records.places import NOWHERE

__all__ = ["SHEET_COLUMNS", "element_of_number"]

_SINGLE: dict[FileNumber, tuple[str, int]] = {
    FileNumber.CLAIM_CHARGE: ("CLM", 2),
    FileNumber.PAID_CLAIM_CHARGE: ("CLP", 3),
    FileNumber.CLAIM_PAID: ("CLP", 4),
    FileNumber.PATIENT_RESPONSIBILITY: ("CLP", 5),
    FileNumber.PAYMENT_AMOUNT: ("BPR", 2),
    FileNumber.PAID_LINE_CHARGE: ("SVC", 2),
    FileNumber.LINE_PAID: ("SVC", 3),
}
"""Those that stand in the segment their loop begins with."""

_SERVICE_CHARGES = {"SV1": 2, "SV2": 3, "SV3": 2}
_OF_CLAIM_OR_LINE = {
    FileNumber.CLAIM_ADJUSTMENT: ("CLP", "CAS", ""),
    FileNumber.LINE_ADJUSTMENT: ("SVC", "CAS", ""),
    FileNumber.INTEREST: ("CLP", "AMT", "I"),
    FileNumber.LINE_ALLOWED: ("SVC", "AMT", "B6"),
}
"""What their loop begins with, their own segment and its qualifier."""

_LINE_ENDS = frozenset({"LX", "CLM", "HL", "SE"})

SHEET_COLUMNS: dict[FileNumber, str] = {
    FileNumber.PAID_CLAIM_CHARGE: "claim_charge",
    FileNumber.CLAIM_PAID: "claim_paid",
    FileNumber.PATIENT_RESPONSIBILITY: "patient_responsibility",
    FileNumber.INTEREST: "interest",
    FileNumber.PAID_LINE_CHARGE: "line_charge",
    FileNumber.LINE_PAID: "line_paid",
    FileNumber.LINE_ALLOWED: "line_allowed",
    FileNumber.CLAIM_ADJUSTMENT: "adjustments",
    FileNumber.LINE_ADJUSTMENT: "adjustments",
    FileNumber.PAYMENT_AMOUNT: "payment_amount",
    FileNumber.PROVIDER_ADJUSTMENT: "provider_adjustment_amount",
}
"""The columns of a sheet of paper remittances. All adjustments of a row stand in one cell."""


def element_of_number(
    segments: Sequence[str], delimiters: Delimiters, number: FileNumber, nth: int = 1
) -> tuple[int, str] | None:
    """Index of the segment and designator of the element ("CAS06") that hold an amount.

    `segments` begin with the one that its loop begins with; those after the loop are not looked
    at. None when the loop has no such amount.
    """
    rows = [text.replace("\r", "").replace("\n", "").strip() for text in segments]
    reader = ElementReader(NOWHERE, delimiters, FindingLog())
    for at, (index, designator) in enumerate(_elements(rows, reader, number), 1):
        if at == nth:
            return index, designator
    return None


def _elements(
    rows: Sequence[str], reader: ElementReader, number: FileNumber
) -> Iterator[tuple[int, str]]:
    """Every amount of this kind in the loop, in file order."""
    split = [row.split(reader.delimiters.element) for row in rows]
    ids = [elements[0].upper() for elements in split]
    if not ids:
        return
    if number in _SINGLE:
        segment_id, place = _SINGLE[number]
        if ids[0] == segment_id:
            is_shifted = segment_id == "SVC" and has_split_procedure(_filled(split[0]))
            yield 0, f"{segment_id}{place + is_shifted:02d}"
    elif number is FileNumber.PROVIDER_ADJUSTMENT:
        if ids[0] == "PLB":
            for place, _ in placed_provider_adjustments(reader, rows[0], (0, 0), 1):
                yield 0, f"PLB{place:02d}"
    elif number is FileNumber.LINE_CHARGE:
        end = _end(ids, _LINE_ENDS)
        index = next((at for at in range(end) if ids[at] in SERVICE_IDS), None)
        if index is not None:
            yield index, f"{ids[index]}{_SERVICE_CHARGES[ids[index]]:02d}"
    else:
        begins, segment_id, qualifier = _OF_CLAIM_OR_LINE[number]
        for index in range(1, _end(ids, CLAIM_ENDS) if ids[0] == begins else 1):
            if ids[index] == segment_id:
                for place in _amounts_of(split[index], reader, qualifier):
                    yield index, f"{segment_id}{place:02d}"


def _amounts_of(elements: list[str], reader: ElementReader, qualifier: str) -> list[int]:
    """Places of the amounts of a CAS, or of an AMT with this qualifier."""
    if not qualifier:
        return [place for place, _ in reader.placed_adjustments(elements, (0, 0))]
    amount = reader.amount(elements, (0, 0))
    return [2] if amount is not None and amount.qualifier == qualifier else []


def _end(ids: Sequence[str], ends: frozenset[str]) -> int:
    """The index after the last segment of the loop that begins with the first."""
    return next((at for at in range(1, len(ids)) if ids[at] in ends), len(ids))


def _filled(elements: list[str]) -> list[str]:
    return elements + [""] * (8 - len(elements))

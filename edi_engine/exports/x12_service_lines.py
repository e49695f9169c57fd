"""Segments of a claim's service line: loops 2400 to 2440. Source: 005010X222A1, X223A2, X224A2."""

from collections.abc import Iterable, Iterator

from edi_engine.exports.x12_common import (
    adjustment_segments,
    amount_segment,
    date_period,
    date_text,
    dollars,
    extra_segment,
    party_segments,
    procedure_composite,
    quantity_segment,
    reference_segment,
)
from edi_engine.exports.x12_envelope import Segment
from edi_engine.exports.x12_order import in_guide_order
from edi_engine.quantities import format_quantity
from edi_engine.records.claims import ClaimKind, Drug, LineAdjudication, Note, ServiceLine
from edi_engine.records.common import EventDate, Reference

__all__ = ["date_segments", "line_segments", "note_segment"]

_FORM_IDS = frozenset({"LQ", "FRM"})
"""Loop 2440 stands after everything else of a line."""


def line_segments(line: ServiceLine, kind: ClaimKind) -> Iterator[Segment]:
    """LX and everything of the line, in guide order."""
    yield ("LX", line.assigned_line_number)
    extras, forms = list(line.extra_segments), list[str]()
    while extras and extras[-1].partition("*")[0] in _FORM_IDS:
        forms.insert(0, extras.pop())
    known = [_service_segment(line, kind)] if _has_service(line) else []
    known += _detail_segments(line)
    yield from in_guide_order("2400", known, map(extra_segment, extras))
    for drug in line.drugs:
        yield from _drug_segments(drug)
    for party in line.parties:
        yield from party_segments(party)
    for adjudication in line.adjudications:
        yield from _adjudication_segments(adjudication)
    yield from map(extra_segment, forms)


def date_segments(dates: Iterable[EventDate]) -> Iterator[Segment]:
    """DTP. A statement period is written as a range even for one day, as its guide wants."""
    for event in dates:
        yield ("DTP", event.qualifier, *date_period(event, as_range=event.qualifier == "434"))


def note_segment(note: Note) -> Segment:
    """NTE."""
    return ("NTE", note.qualifier, note.text)


def _has_service(line: ServiceLine) -> bool:
    return bool(line.procedure is not None or line.charge_cents or line.revenue_code or line.units)


def _service_segment(line: ServiceLine, kind: ClaimKind) -> Segment:
    """SV1, SV2 or SV3 with the elements the record names and the further ones it carries."""
    procedure = procedure_composite(line.procedure)
    charge = dollars(line.charge_cents)
    units = format_quantity(line.units)
    elements: list[str | tuple[str, ...]]
    if kind is ClaimKind.PROFESSIONAL:
        elements = ["SV1", procedure, charge, line.unit_code, units, line.place_of_service, ""]
        elements.append(line.diagnosis_pointers)
    elif kind is ClaimKind.INSTITUTIONAL:
        elements = ["SV2", line.revenue_code, procedure, charge, line.unit_code, units, ""]
        elements.append("" if line.noncovered_cents is None else dollars(line.noncovered_cents))
    else:
        elements = ["SV3", procedure, charge, line.place_of_service, line.oral_cavity, "", units]
        elements += ["", "", "", "", line.diagnosis_pointers]
    for position, text in line.further_elements:
        elements.extend("" for _ in range(position + 1 - len(elements)))
        elements[position] = tuple(text.split(":")) if ":" in text else text
    return tuple(elements)


def _detail_segments(line: ServiceLine) -> list[Segment]:
    segments: list[Segment] = [
        ("TOO", tooth.qualifier, tooth.code, tooth.surfaces) for tooth in line.teeth
    ]
    dates = line.dates
    if line.service_from is not None and not any(day.qualifier == "472" for day in dates):
        served = EventDate("472", line.service_from, line.service_to or line.service_from)
        dates = (served, *dates)
    segments += date_segments(dates)
    segments += map(quantity_segment, line.quantities)
    segments += map(reference_segment, line.references)
    control_number = line.line_item_control_number
    if control_number and not any(item.qualifier == "6R" for item in line.references):
        segments.append(reference_segment(Reference("6R", control_number)))
    segments += map(amount_segment, line.amounts)
    segments += map(note_segment, line.notes)
    return segments


def _drug_segments(drug: Drug) -> Iterator[Segment]:
    yield ("LIN", "", drug.qualifier, drug.code)
    if drug.quantity is not None or drug.unit:
        yield ("CTP", "", "", "", format_quantity(drug.quantity), drug.unit)
    yield from map(reference_segment, drug.references)


def _adjudication_segments(adjudication: LineAdjudication) -> Iterator[Segment]:
    yield (
        "SVD",
        adjudication.payer_id,
        dollars(adjudication.paid_cents),
        procedure_composite(adjudication.procedure),
        adjudication.revenue_code,
        format_quantity(adjudication.paid_units),
        adjudication.bundled_into,
    )
    yield from adjustment_segments(adjudication.adjustments)
    if adjudication.adjudicated_on is not None:
        yield ("DTP", "573", "D8", date_text(adjudication.adjudicated_on))
    yield from map(amount_segment, adjudication.amounts)

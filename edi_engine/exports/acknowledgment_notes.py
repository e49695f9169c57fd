"""IK3, CTX and IK4: which segments and elements of a set are at fault, from its faults.

Which codes a finding has stands in `acknowledgment_answers`. A copy of a bad element is made only
where it can be: no value that would separate something, none outside plain ASCII.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from edi_engine.exports.acknowledgment_answers import SetVerdict, answer_for
from edi_engine.exports.x12_envelope import Segment
from edi_engine.findings import Finding
from edi_engine.records.validation import GuideFault, InterchangeOutline

__all__ = ["faults_of_readers", "segment_notes"]

_COPY_MAX = 99
"""Longest copy of a bad element (IK404)."""

_UNIT_MAX = 35
_PLAIN = re.compile(r"[ -~]+", re.ASCII)
_STANDARD = frozenset("*:^~")
_UNREADABLE = frozenset({"X12-0106", "X12-0117"})
"""Findings of what was passed over: the guide check has not seen it either."""


def segment_notes(faults: Sequence[GuideFault]) -> Iterator[Segment]:
    """IK3 for each segment at fault, its business unit, and IK4 for each element."""
    index = 0
    while index < len(faults):
        end = index
        key = _segment_key(faults[index])
        while end < len(faults) and _segment_key(faults[end]) == key:
            end += 1
        yield from _notes_of_segment(faults[index:end])
        index = end


def _segment_key(fault: GuideFault) -> tuple[int, str]:
    return fault.finding.place.segment_ordinal, fault.segment_id


def _notes_of_segment(faults: Sequence[GuideFault]) -> Iterator[Segment]:
    told: set[str] = set()
    elements: dict[Segment, GuideFault] = {}
    places: set[tuple[int, int]] = set()
    for fault in faults:
        answer = answer_for(fault.finding.code)
        if answer is None or (segment_id := _segment_id(fault.segment_id)) is None:
            continue
        if answer.segment_code and answer.segment_code not in told:
            told.add(answer.segment_code)
            yield _segment_note(fault, segment_id, answer.segment_code)
            yield from _unit_note(fault)
        elif answer.element_code and fault.element:
            place = fault.element, fault.component
            if answer.verdict is SetVerdict.REJECTED or place not in places:
                places.add(place)
                elements[_element_note(fault, answer.element_code)] = fault
    if elements:
        first = next(iter(elements.values()))
        yield _segment_note(first, first.segment_id, "8")
        yield from _unit_note(first)
        yield from elements


def _segment_id(text: str) -> str | None:
    """The id as IK301 can hold it: two or three letters and digits; None for anything else."""
    return text if re.fullmatch(r"[A-Z0-9]{2,3}", text, re.ASCII) else None


def _segment_note(fault: GuideFault, segment_id: str, code: str) -> Segment:
    """IK3. A loop's id has four characters at most there ("2010AA" is loop 2010)."""
    ordinal = str(fault.finding.place.segment_ordinal)
    return ("IK3", segment_id, ordinal, fault.loop[:4], code)


def _unit_note(fault: GuideFault) -> Iterator[Segment]:
    """CTX with the claim or trace the segment belongs to, where it can be written."""
    name, value = fault.unit
    if value and len(value) <= _UNIT_MAX and _is_plain(value):
        yield ("CTX", (name, value))


def _element_note(fault: GuideFault, code: str) -> Segment:
    position: str | tuple[str, ...] = str(fault.element)
    if fault.component:
        position = (str(fault.element), str(fault.component))
    reference = fault.reference if fault.reference.isdecimal() else ""
    value = fault.value[:_COPY_MAX].rstrip()
    copied = value if code not in {"1", "2"} and _is_plain(value) else ""
    return ("IK4", position, reference, code, copied)


def _is_plain(value: str) -> bool:
    """Whether a value can be copied: nothing in it separates, nothing is outside ASCII."""
    return bool(_PLAIN.fullmatch(value)) and not _STANDARD & set(value)


def faults_of_readers(
    findings: Sequence[Finding],
    unguided: frozenset[int],
    outline: Sequence[InterchangeOutline],
) -> list[GuideFault]:
    """Faults from findings of the readers, where the guide check cannot have found them.

    That is in sets that no guide was there for, where only findings that name an element count,
    and everywhere what could not be read at all.
    """
    faults = []
    for one in findings:
        if one.code in _UNREADABLE:
            place = one.place
            ordinal = place.set_ordinal or _set_at(outline, place.byte_offset)
            place = msgspec.structs.replace(place, set_ordinal=ordinal)
            faults.append(GuideFault(msgspec.structs.replace(one, place=place), ""))
        elif one.place.set_ordinal in unguided:
            faults += _fault_of_reader(one)
    return faults


def _fault_of_reader(one: Finding) -> Iterator[GuideFault]:
    answer = answer_for(one.code)
    named = re.fullmatch(r"([A-Z0-9]{2,3}?)([0-9]{2})(?:-([0-9]+))?", one.place.element)
    if answer is not None and answer.element_code and named:
        yield GuideFault(one, named[1], element=int(named[2]), component=int(named[3] or 0))


def _set_at(outline: Sequence[InterchangeOutline], byte_offset: int) -> int:
    """The ordinal of the set that a byte lies in; 0 when it lies in none."""
    for interchange in outline:
        for group in interchange.groups:
            for one in group.sets:
                if one.byte_offset <= byte_offset < one.byte_end:
                    return one.set_ordinal
    return 0

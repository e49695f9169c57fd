"""Writes the answer to an interchange: a 999 (005010X231A1) for its sets, and a TA1.

One functional group of the answer, with one 999, for each group of the interchange. A TA1 is
written when ISA14 asks for one or the interchange is bad; a rejected interchange gets its TA1 and
no 999, because nothing in it was taken. What is itself an acknowledgment (999, 997, TA1) is never
answered. What is said of a set comes from its faults by `acknowledgment_answers`, what is said of
envelopes from the outline. Numbers and dates are given from outside. Source: 005010X231A1; X12.5.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.dates import parse_date
from edi_engine.exports.acknowledgment_answers import SetVerdict, answer_for
from edi_engine.exports.x12_envelope import (
    Segment,
    TransactionSet,
    WriterDelimiters,
    choose_delimiters,
)
from edi_engine.findings import Finding
from edi_engine.records.validation import (
    GroupOutline,
    GuideFault,
    InterchangeOutline,
    SetOutline,
)

__all__ = [
    "Acknowledgment",
    "AnswerEnvelope",
    "SetAnswer",
    "faults_of_readers",
    "interchange_note",
    "write_acknowledgment",
]

GUIDE = "005010X231A1"
_GROUP_OF = {
    "270": "HS", "271": "HB", "276": "HR", "277": "HN", "278": "HI", "820": "RA", "834": "BE",
    "835": "HP", "837": "HC",
}  # fmt: skip
_TYPE_OF = {group: set_type for set_type, group in _GROUP_OF.items()}
_ANSWERS = frozenset({"999", "997", "TA1"})
_COPY_MAX = 99
"""Longest copy of a bad element (IK404)."""

_CODES_MAX = 5
"""How many codes IK5 and AK9 have room for."""

_UNIT_MAX = 35
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_PLAIN = re.compile(r"[ -~]+", re.ASCII)
_STANDARD = frozenset("*:^~")
_UNREADABLE = frozenset({"X12-0106", "X12-0117"})
"""Findings of what was passed over: the guide check has not seen it either."""


class AnswerEnvelope(msgspec.Struct, frozen=True):
    """The day and time (HHMM) of the answer, and its interchange control number: None takes the
    number of the interchange that is answered, so that the same file gives the same answer."""

    written_on: date
    written_at: str = "0000"
    control_number: int | None = None


class SetAnswer(msgspec.Struct, frozen=True):
    """What was said of one set: IK501 and how many segments were named."""

    set_ordinal: int
    verdict: SetVerdict
    segments_count: int


class Acknowledgment(msgspec.Struct, frozen=True):
    """The bytes, what they hold ("TA1", "999" or both) and what was said.

    `note` is TA104 and TA105, two empty texts without a TA1.
    """

    data: bytes
    kinds: tuple[str, ...]
    note: tuple[str, str]
    sets: tuple[SetAnswer, ...]


def write_acknowledgment(
    interchange: InterchangeOutline, faults: Sequence[GuideFault], envelope: AnswerEnvelope
) -> Acknowledgment | None:
    """The answer to an interchange; `faults` are those of its sets, in file order.

    None when there is nothing to answer or nobody: an interchange of acknowledgments only, one
    without an ISA. Raises InputError when its ids use up every possible delimiter.
    """
    if not interchange.elements or _is_answer(interchange):
        return None
    verdict, code = interchange_note(interchange)
    asked = interchange.element(14) == "1"
    note = (verdict, code) if asked or verdict != "A" else ("", "")
    number = _control_number(interchange, envelope)
    groups: list[tuple[GroupOutline, TransactionSet]] = []
    answers: list[SetAnswer] = []
    if verdict != "R":
        by_set: dict[int, list[GuideFault]] = {}
        for fault in faults:
            by_set.setdefault(fault.finding.place.set_ordinal, []).append(fault)
        for group in interchange.groups:
            if _is_answer_group(group):
                continue
            writer = _GroupWriter(group, by_set)
            groups.append((group, writer.transaction()))
            answers += writer.answers
    if not note[0] and not groups:
        return None
    data = _text(interchange, envelope, number, note, groups)
    kinds = (("TA1",) if note[0] else ()) + (("999",) if groups else ())
    return Acknowledgment(data, kinds, note, tuple(answers))


def _is_answer(interchange: InterchangeOutline) -> bool:
    return bool(interchange.groups or interchange.answers_count) and all(
        map(_is_answer_group, interchange.groups)
    )


def _is_answer_group(group: GroupOutline) -> bool:
    types = {one.set_type for one in group.sets}
    return group.element(1) == "FA" or (bool(types) and types <= _ANSWERS)


# The interchange.


def interchange_note(interchange: InterchangeOutline) -> tuple[str, str]:
    """TA104 and TA105: ("A", "000"), or the first reason to reject, else to note an error."""
    notes = list(_notes(interchange))
    rejected = [code for verdict, code in notes if verdict == "R"]
    if rejected:
        return "R", rejected[0]
    return ("E", notes[0][1]) if notes else ("A", "000")


def _notes(interchange: InterchangeOutline) -> Iterator[tuple[str, str]]:
    """What is wrong with an interchange. Rejecting is what leaves in doubt whether it is whole, or
    which one it is; a header that could be read is an error that is noted."""
    if len(interchange.elements) < 16:
        yield "R", "022"
    if not re.fullmatch(r"[0-9]{9}", interchange.element(13)):
        yield "R", "018"
    if interchange.element(12) not in {"00401", "00501"}:
        yield "R", "017"
    if interchange.repeats:
        yield "R", "025"
    if interchange.end_number is None:
        yield "R", "023"
    elif not _same_number(interchange.end_number, interchange.element(13)):
        yield "R", "001"
    elif not _says(interchange.said_count, len(interchange.groups)):
        yield "R", "021"
    if not interchange.groups and not interchange.answers_count:
        yield "R", "022"
    if any(not _is_answer_group(group) and _is_no_group(group) for group in interchange.groups):
        yield "R", "024"
    yield from _header_notes(interchange)


def _is_no_group(group: GroupOutline) -> bool:
    return not group.elements or _codes_of(group) is None


def _header_notes(interchange: InterchangeOutline) -> Iterator[tuple[str, str]]:
    at = interchange.element
    elements = (*interchange.elements, *[""] * 16)
    checks = (
        (re.fullmatch(r"\d\d", at(1)), "010"),
        (len(elements[2]) == 10, "011"),
        (re.fullmatch(r"\d\d", at(3)), "012"),
        (len(elements[4]) == 10, "013"),
        (re.fullmatch(r"\d\d|ZZ", at(5)), "005"),
        (len(elements[6]) == 15 and at(6), "006"),
        (re.fullmatch(r"\d\d|ZZ", at(7)), "007"),
        (len(elements[8]) == 15 and at(8), "008"),
        (len(at(9)) == 6 and parse_date(at(9)) is not None, "014"),
        (_is_time(at(10)), "015"),
        (at(11) == "U" or bool(interchange.separators[2]), "016"),
        (at(14) in {"0", "1"}, "019"),
        (at(15) in {"P", "T"}, "020"),
        (len(set(interchange.separators)) == 4 or not interchange.separators[2], "027"),
        (interchange.is_header_whole, "022"),
    )
    for holds, code in checks:
        if not holds:
            yield "E", code


def _is_time(text: str) -> bool:
    return bool(re.fullmatch(r"(?:[01][0-9]|2[0-3])[0-5][0-9]", text, re.ASCII))


def _control_number(interchange: InterchangeOutline, envelope: AnswerEnvelope) -> int:
    if envelope.control_number is not None:
        return envelope.control_number % 1_000_000_000
    found = interchange.element(13)
    return int(found) if _NUMBER.fullmatch(found) else 1


# A group and its sets.


class _GroupWriter:
    """Makes the 999 for one group."""

    def __init__(self, group: GroupOutline, faults: Mapping[int, list[GuideFault]]) -> None:
        self._group = group
        self._faults = faults
        self.answers: list[SetAnswer] = []

    def transaction(self) -> TransactionSet:
        """The 999 between its ST and SE."""
        group = self._group
        code = _codes_of(group) or ""
        segments: list[Segment] = [("AK1", code, _group_number(group), _version(group))]
        seen: set[str] = set()
        for one in group.sets:
            segments += self._set(one, _TYPE_OF.get(code, ""), seen)
        segments.append(self._close())
        return TransactionSet("999", GUIDE, "FA", tuple(segments))

    def _set(self, one: SetOutline, usual_type: str, seen: set[str]) -> Iterator[Segment]:
        set_type = one.set_type if one.set_type in _GROUP_OF else usual_type
        number = one.control_number
        shown = number if 4 <= len(number) <= 9 and _PLAIN.fullmatch(number) else number[:9]
        version = one.implementation if len(one.implementation) <= 35 else ""
        yield ("AK2", set_type, shown.rjust(4, "0"), version)
        codes = list(_set_codes(one, seen))
        seen.add(number)
        # What is wrong with ST01 and ST02 has codes of its own in IK5.
        faults = [
            fault
            for fault in self._faults.get(one.set_ordinal, [])
            if fault.segment_id != "ST" or fault.element > 2
        ]
        notes = list(_segment_notes(faults))
        yield from notes
        told = [answer_for(fault.finding.code) for fault in faults]
        verdicts = {answer.verdict for answer in told if answer is not None}
        verdict = SetVerdict.ACCEPTED
        if codes or SetVerdict.REJECTED in verdicts:
            verdict = SetVerdict.REJECTED
        elif SetVerdict.WITH_ERRORS in verdicts:
            verdict = SetVerdict.WITH_ERRORS
        if verdicts - {SetVerdict.ACCEPTED}:
            codes.append("5")
        yield ("IK5", verdict.value, *sorted(set(codes))[:_CODES_MAX])
        count = len({note[2] for note in notes if note[0] == "IK3"})
        self.answers.append(SetAnswer(one.set_ordinal, verdict, count))

    def _close(self) -> Segment:
        """AK9: how many sets GE announces, how many came, how many were accepted."""
        group = self._group
        received = len(group.sets)
        codes = list(_group_codes(group))
        accepted = sum(one.verdict is not SetVerdict.REJECTED for one in self.answers)
        if codes:
            accepted, verdict = 0, "R"
        elif accepted == received:
            clean = all(one.verdict is SetVerdict.ACCEPTED for one in self.answers)
            verdict = "A" if clean else "E"
        else:
            verdict = "P" if accepted else "R"
        said = group.said_count
        announced = said if said is not None and re.fullmatch(r"[0-9]{1,6}", said) else received
        return ("AK9", verdict, str(announced), str(received), str(accepted), *codes[:_CODES_MAX])


def _codes_of(group: GroupOutline) -> str | None:
    """The functional code of a group: GS01, or that of its first known set; None for neither."""
    if group.element(1) in _TYPE_OF:
        return group.element(1)
    return next((_GROUP_OF[one.set_type] for one in group.sets if one.set_type in _GROUP_OF), None)


def _group_number(group: GroupOutline) -> str:
    return group.element(6) if _NUMBER.fullmatch(group.element(6)) else "0"


def _version(group: GroupOutline) -> str:
    """AK103, which must stand: GS08, else the guide of a set, else what all of them begin with."""
    said = (group.element(8), *(one.implementation for one in group.sets))
    return next((one for one in said if one and len(one) <= 12), "005010")


def _group_codes(group: GroupOutline) -> Iterator[str]:
    """AK905 and following."""
    if group.element(1) not in _TYPE_OF:
        yield "1"
    if group.said_count is None:
        yield "3"
    else:
        if not _same_number(group.end_number or "", group.element(6)):
            yield "4"
        if not _says(group.said_count, len(group.sets)):
            yield "5"
    if not group.element(8):
        yield "2"
    if not _NUMBER.fullmatch(group.element(6)):
        yield "6"


def _set_codes(one: SetOutline, seen: set[str]) -> Iterator[str]:
    """IK502 and following, but for the code that segments are in error."""
    if one.said_count is None:
        yield "2"
    else:
        if not _same_number(one.end_number or "", one.control_number):
            yield "3"
        if not _says(one.said_count, one.segments_count):
            yield "4"
    if one.set_type not in _GROUP_OF:
        yield "6"
    if not 4 <= len(one.control_number) <= 9:
        yield "7"
    if one.control_number in seen:
        yield "23"


def _says(text: str | None, count: int) -> bool:
    return text is not None and bool(re.fullmatch(r"[0-9]{1,12}", text)) and int(text) == count


def _same_number(first: str, second: str) -> bool:
    return first == second or first.lstrip("0") == second.lstrip("0")


# Segments and elements.


def _segment_notes(faults: Sequence[GuideFault]) -> Iterator[Segment]:
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


# The text.


def _text(
    interchange: InterchangeOutline,
    envelope: AnswerEnvelope,
    number: int,
    note: tuple[str, str],
    groups: Sequence[tuple[GroupOutline, TransactionSet]],
) -> bytes:
    names: Segment = tuple(
        [interchange.element(6), interchange.element(8), interchange.element(13)]
        + [group.element(index) for group, _ in groups for index in (2, 3, 6, 8)]
    )
    probe = TransactionSet("", "", "", (("IDS", *names),))
    delimiters = choose_delimiters((probe, *(one for _, one in groups)))
    text_of = delimiters.text_of
    out = [_header(interchange, envelope, number, delimiters)]
    if note[0]:
        out.append(text_of(_interchange_answer(interchange, envelope, note)))
    for index, (group, transaction) in enumerate(groups):
        group_number = str((number + index) % 1_000_000_000 or 1)
        out.append(text_of(_group_header(group, envelope, group_number)))
        out.append(text_of(("ST", "999", "0001", GUIDE)))
        out += map(text_of, transaction.segments)
        out.append(text_of(("SE", str(len(transaction.segments) + 2), "0001")))
        out.append(text_of(("GE", "1", group_number)))
    out.append(text_of(("IEA", str(len(groups)), f"{number:09d}")))
    return "".join(out).encode("ascii", "replace")


def _header(
    interchange: InterchangeOutline,
    envelope: AnswerEnvelope,
    number: int,
    delimiters: WriterDelimiters,
) -> str:
    """ISA, the two sides exchanged. It asks for no TA1: an answer is not answered."""
    at = interchange.element
    elements = [
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        _qualifier(at(7)),
        _printable(at(8))[:15].ljust(15),
        _qualifier(at(5)),
        _printable(at(6))[:15].ljust(15),
        f"{envelope.written_on:%y%m%d}",
        envelope.written_at,
        delimiters.repetition,
        "00501",
        f"{number:09d}",
        "0",
        at(15) if at(15) in {"P", "T"} else "P",
        delimiters.component,
    ]
    return delimiters.element.join(elements) + delimiters.segment + "\n"


def _qualifier(text: str) -> str:
    return text if re.fullmatch(r"[0-9]{2}|ZZ", text, re.ASCII) else "ZZ"


def _interchange_answer(
    interchange: InterchangeOutline, envelope: AnswerEnvelope, note: tuple[str, str]
) -> Segment:
    """TA1. What cannot be copied because it is no number, day or time stands as zeros or today."""
    number, day, time = (interchange.element(index) for index in (13, 9, 10))
    return (
        "TA1",
        number.zfill(9) if _NUMBER.fullmatch(number) else "000000000",
        day if len(day) == 6 and parse_date(day) is not None else f"{envelope.written_on:%y%m%d}",
        time if _is_time(time) else "0000",
        *note,
    )


def _group_header(group: GroupOutline, envelope: AnswerEnvelope, number: str) -> Segment:
    return (
        "GS",
        "FA",
        _code_of_side(group.element(3)),
        _code_of_side(group.element(2)),
        f"{envelope.written_on:%Y%m%d}",
        envelope.written_at,
        number,
        "X",
        GUIDE,
    )


def _code_of_side(text: str) -> str:
    found = _printable(text)[:15].strip()
    return found if len(found) >= 2 else "UNKNOWN"


def _printable(text: str) -> str:
    return "".join(character if " " <= character <= "~" else "?" for character in text)

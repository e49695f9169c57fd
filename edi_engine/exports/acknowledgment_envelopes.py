"""What is wrong with interchanges, groups and sets, as TA1, AK9 and IK5 say it.

Rejected is what leaves in doubt whether a thing is whole, or which one it is. A header that could
be read all the same is an error that is noted. Source: X12.5 for TA105, 005010X231A1 for the rest.
"""

import re
from collections.abc import Iterator

from edi_engine.dates import parse_date
from edi_engine.records.validation import GroupOutline, InterchangeOutline, SetOutline

__all__ = [
    "GROUP_OF",
    "TYPE_OF",
    "functional_code",
    "group_codes",
    "group_number",
    "interchange_note",
    "is_answer_group",
    "is_number",
    "is_time",
    "set_codes",
    "version_of",
]

# The functional code (GS01) of each kind of set that is answered, and the other way round.
GROUP_OF = {
    "270": "HS", "271": "HB", "276": "HR", "277": "HN", "278": "HI", "820": "RA", "834": "BE",
    "835": "HP", "837": "HC",
}  # fmt: skip
TYPE_OF = {group: set_type for set_type, group in GROUP_OF.items()}
_ANSWERS = frozenset({"999", "997", "TA1"})
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def is_answer_group(group: GroupOutline) -> bool:
    """Whether a group holds acknowledgments, which are never answered."""
    types = {one.set_type for one in group.sets}
    return group.element(1) == "FA" or (bool(types) and types <= _ANSWERS)


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
    if any(not is_answer_group(group) and _is_no_group(group) for group in interchange.groups):
        yield "R", "024"
    yield from _header_notes(interchange)


def _is_no_group(group: GroupOutline) -> bool:
    return not group.elements or functional_code(group) is None


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
        (is_time(at(10)), "015"),
        (at(11) == "U" or bool(interchange.separators[2]), "016"),
        (at(14) in {"0", "1"}, "019"),
        (at(15) in {"P", "T"}, "020"),
        (_are_different(interchange.separators), "027"),
        (interchange.is_header_whole, "022"),
    )
    for holds, code in checks:
        if not holds:
            yield "E", code


def _are_different(separators: tuple[str, ...]) -> bool:
    used = [one for one in separators if one]
    return len(set(used)) == len(used)


def is_time(text: str) -> bool:
    """Whether a text is a time of day, HHMM."""
    return bool(re.fullmatch(r"(?:[01][0-9]|2[0-3])[0-5][0-9]", text, re.ASCII))


def functional_code(group: GroupOutline) -> str | None:
    """The functional code of a group: GS01, or that of its first known set; None for neither."""
    if group.element(1) in TYPE_OF:
        return group.element(1)
    return next((GROUP_OF[one.set_type] for one in group.sets if one.set_type in GROUP_OF), None)


def group_number(group: GroupOutline) -> str:
    return group.element(6) if is_number(group.element(6)) else "0"


def version_of(group: GroupOutline) -> str:
    """AK103, which must stand: GS08, else the guide of a set, else what all of them begin with."""
    said = (group.element(8), *(one.implementation for one in group.sets))
    return next((one for one in said if one and len(one) <= 12), "005010")


def group_codes(group: GroupOutline) -> Iterator[str]:
    """AK905 and following."""
    if group.element(1) not in TYPE_OF:
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
    if not is_number(group.element(6)):
        yield "6"


def set_codes(one: SetOutline, seen: set[str]) -> Iterator[str]:
    """IK502 and following, but for the code that segments are in error."""
    if one.said_count is None:
        yield "2"
    else:
        if not _same_number(one.end_number or "", one.control_number):
            yield "3"
        if not _says(one.said_count, one.segments_count):
            yield "4"
    if one.set_type not in GROUP_OF:
        yield "6"
    if not 4 <= len(one.control_number) <= 9:
        yield "7"
    if one.control_number in seen:
        yield "23"


def _says(text: str | None, count: int) -> bool:
    return text is not None and bool(re.fullmatch(r"[0-9]{1,12}", text)) and int(text) == count


def _same_number(first: str, second: str) -> bool:
    return first == second or first.lstrip("0") == second.lstrip("0")


def is_number(text: str) -> bool:
    """Whether a text is a control number of interchange or group: one to nine digits."""
    return bool(_NUMBER.fullmatch(text))

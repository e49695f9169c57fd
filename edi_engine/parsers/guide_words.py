"""What the guide check says in our words: a table of pyx12's error codes, and its known mistakes.

pyx12's own sentences hold file content and its own jargon, so none of them is passed on; only its
code, its numbers and the rule of its map are.
"""

import re

import msgspec

from edi_engine.parsers.faults import shown_value

__all__ = [
    "ELEMENT_CODES",
    "KNOWN_MISTAKES",
    "SEGMENT_CODES",
    "ElementRule",
    "KnownMistake",
    "element_words",
    "known_mistake",
    "segment_words",
]

SEGMENT_CODES = {
    "1": "GUIDE-0201",
    "2": "GUIDE-0202",
    "3": "GUIDE-0203",
    "4": "GUIDE-0204",
    "5": "GUIDE-0205",
    "6": "GUIDE-0201",
    "7": "GUIDE-0206",
}
"""pyx12's codes of segment errors, which are those of IK304, and our findings."""

ELEMENT_CODES = {
    "1": "GUIDE-0301",
    "2": "GUIDE-0302",
    "3": "GUIDE-0303",
    "4": "GUIDE-0304",
    "5": "GUIDE-0305",
    "6": "GUIDE-0306",
    "7": "GUIDE-0307",
    "8": "GUIDE-0308",
    "9": "GUIDE-0309",
    "10": "GUIDE-0310",
}
"""pyx12's codes of element errors, which are those of IK403, and our findings."""

_CODES_SHOWN = 12
_NUMBERS = re.compile(r"Found (\d+), should have (\d+)", re.ASCII)
_LENGTHS = re.compile(r"= (\d+) [<>] (\d+) \((?:min|max)_len\)\Z", re.ASCII)
_TYPES = {
    "AN": "text",
    "ID": "a code",
    "R": "a number",
    "DT": "a date (CCYYMMDD)",
    "TM": "a time (HHMM)",
}


class ElementRule(msgspec.Struct, frozen=True):
    """What a map asks of an element: its name there, type, and the codes it allows (if listed)."""

    name: str = ""
    data_type: str = ""
    codes: tuple[str, ...] = ()


class KnownMistake(msgspec.Struct, frozen=True):
    """A mistake of pyx12's that is not passed on: which finding, where, and why."""

    name: str
    guide: str
    segment_id: str
    code: str
    loops: tuple[str, ...]
    values: tuple[str, ...]
    reason: str


KNOWN_MISTAKES = (
    KnownMistake(
        "assistant-surgeon-qualifiers",
        "004010X097A1",
        "REF",
        "GUIDE-0201",
        ("2310D", "2400", "2420C"),
        ("EI", "G5", "SY", "X4", "X5"),
        "its map allows these qualifiers of an assistant surgeon's number for a subscriber and not "
        "for a dependent, or the other way round",
    ),
    KnownMistake(
        "prescription-number-of-a-dependent",
        "004010X096A1",
        "REF",
        "GUIDE-0201",
        ("2400", "2410"),
        ("XZ",),
        "its map has the prescription number for a subscriber and not for a dependent",
    ),
)
"""Mistakes in pyx12's maps, found by comparing the two copies that each map has of the claim loops.
Others are kept from it beforehand: see `parsers/guide_check.py`."""


def known_mistake(
    guide: str, code: str, segment_id: str, loop: str, qualifier: str
) -> KnownMistake | None:
    """The known mistake that an error is, or None. `loop` is the one it was found in, `qualifier`
    the first element of the segment."""
    for one in KNOWN_MISTAKES:
        if (one.guide, one.segment_id, one.code) == (guide, segment_id, code) and (
            loop in one.loops and qualifier in one.values
        ):
            return one
    return None


def segment_words(
    code: str, segment_id: str, *, name: str, loop: str, said: str, allowed: tuple[str, ...] = ()
) -> str:
    """A sentence about a segment; `name` is the map's name of it, `said` pyx12's sentence, of which
    only the numbers are taken, `allowed` first elements with which it could stand there."""
    where = f" in loop {loop}" if loop else ""
    called = f"{segment_id} ({name})" if name else segment_id
    if code == "GUIDE-0201":
        return f"{segment_id} is no segment that the guide knows."
    if code == "GUIDE-0202":
        instead = f"; it could with {_codes_words(allowed)} in its first element" if allowed else ""
        return f"{segment_id} stands where the guide has none of its kind{where}{instead}."
    if code == "GUIDE-0203":
        return f"{called} is missing before this segment{where}."
    if code == "GUIDE-0206":
        return f"{called} stands too late{where}."
    numbers = _NUMBERS.search(said)
    times = f"time {numbers[1]}" if numbers else "once more"
    most = f"; the guide allows {numbers[2]}" if numbers else ""
    if code == "GUIDE-0204":
        begins = f"begins loop {loop}" if loop else "begins its loop"
        return f"{segment_id} {begins} for {times}{most}."
    if code == "GUIDE-0205":
        return f"{called} stands here for {times}{where}{most}."
    return f"{segment_id} breaks a rule of its loop{where}."


def element_words(code: str, position: str, value: str, rule: ElementRule, said: str) -> str:
    """A sentence about an element: what was read and what was expected."""
    called = f"{position} ({rule.name})" if rule.name else position
    shown = shown_value(value)
    if code == "GUIDE-0301":
        return f"{called} is empty; the guide requires it."
    if code == "GUIDE-0302":
        return f"{called} is empty; elements beside it make the guide require it."
    if code == "GUIDE-0303":
        return f"{called} is one more than the guide has."
    if code in {"GUIDE-0304", "GUIDE-0305"}:
        return _length_words(code, called, value, said)
    if code == "GUIDE-0306":
        return _form_words(called, value, rule, said)
    if code == "GUIDE-0307":
        return f"{called} is {shown}; the guide allows {_codes_words(rule.codes)}."
    if code == "GUIDE-0308":
        return f"{called} is {shown}, which is no date of the form asked for."
    if code == "GUIDE-0309":
        return f"{called} is {shown}, which is no time of the form HHMM."
    if code == "GUIDE-0310":
        return f"{called} must not stand beside the elements it stands beside."
    if code == "GUIDE-0311":
        return f"{called} is used; the guide leaves it empty."
    if code == "GUIDE-0312":
        return f"{called} has more components than the guide."
    return f"{called} breaks a rule of the guide."


def _form_words(called: str, value: str, rule: ElementRule, said: str) -> str:
    if said.endswith("is an invalid composite"):
        return f"{called} holds a component separator; the guide has no components there."
    if value.endswith(" "):
        return f"{called} ends in blanks."
    expected = _TYPES.get(rule.data_type, "of its form")
    return f"{called} is {shown_value(value)}, which is not {expected}."


def _length_words(code: str, called: str, value: str, said: str) -> str:
    found = _LENGTHS.search(said)
    length, limit = (found[1], found[2]) if found else (str(len(value)), "")
    word = "character" if length == "1" else "characters"
    most = "at least" if code == "GUIDE-0304" else "at most"
    expected = f"; {most} {limit} are expected" if limit else ""
    return f"{called} has {length} {word}{expected}."


def _codes_words(codes: tuple[str, ...]) -> str:
    if not codes:
        return "another form"
    shown = ", ".join(codes[:_CODES_SHOWN])
    left = len(codes) - _CODES_SHOWN
    return shown if left <= 0 else f"{shown} and {left} more"

"""Checks dental claims (005010X224A2) against the table of their guide, as pyx12 does the others.

It walks the loops of `dental_map`: each segment goes to the innermost open loop that has a place
for it, and what a loop requires must have come before it ends. The findings are those of the guide
check, with the same codes. Teeth, surfaces and the like are `dental_values`.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from edi_engine.dates import parse_date, parse_date_range
from edi_engine.findings import Place
from edi_engine.money import parse_cents
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.dental_map import (
    CODES,
    COMPOSITES,
    ELEMENTS,
    PAIRS,
    SEGMENTS,
    Loop,
    Slot,
    dental_map,
)
from edi_engine.parsers.dental_values import DentalValues
from edi_engine.parsers.faults import FaultAt, FaultLog, id_in_message
from edi_engine.parsers.guide_words import ElementRule, element_words, segment_words
from edi_engine.parsers.set_walk import SetPiece, walk_sets
from edi_engine.parsers.units import Numbering, UnitFinder
from edi_engine.quantities import parse_quantity

__all__ = ["DENTAL_GUIDES", "check_dental"]

DENTAL_GUIDES = frozenset({"005010X224", "005010X224A1", "005010X224A2", "005010X224A3"})
"""The editions of the guide; they differ in notes that the table does not hold."""


class DentalReport(msgspec.Struct, frozen=True):
    """Findings and faults, and how many sets were checked."""

    out: FaultLog
    sets_count: int


def check_dental(stream: BinaryIO, *, file_name: str, file_digest: str) -> DentalReport:
    """Findings and faults of every dental set of a file, in file order. Never raises."""
    out = FaultLog()
    current: _DentalSet | None = None
    count = 0
    for piece in walk_sets(stream, Place(file_name, file_digest)):
        head = piece.head
        if current is None or current.place.set_ordinal != head.place.set_ordinal:
            current = None
            if head.has_start and head.implementation in DENTAL_GUIDES:
                current = _DentalSet(head.place, out)
                count += 1
        if current is not None:
            current.take(piece)
    return DentalReport(out, count)


class _Frame:
    """An open loop: how far its order has come, and how often each part came."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.position = 0
        self.slot_counts = [0] * len(loop.slots)
        self.loop_counts = [0] * len(loop.loops)

    def find(self, elements: list[str], *, in_order: bool) -> Slot | Loop | None:
        """The place for a segment here: a slot, or a loop that it begins."""
        from_position = self.position if in_order else 0
        begins = self.loop.slots[0] if self.loop.loop_id else None
        for slot in self.loop.slots:
            if slot is not begins and slot.position >= from_position and _fits(slot, elements):
                return slot
        for loop in self.loop.loops:
            if loop.position >= from_position and _fits(loop.slots[0], elements):
                return loop
        return None

    def missing(self, before: int | None) -> Iterator[Slot | Loop]:
        """What is required and has not come, of what stands before a position (all when None).

        Each is given once.
        """
        for index, slot in enumerate(self.loop.slots):
            if slot.is_required and not self.slot_counts[index] and _is_before(slot, before):
                self.slot_counts[index] = 1
                yield slot
        for index, loop in enumerate(self.loop.loops):
            if loop.is_required and not self.loop_counts[index] and _is_before(loop, before):
                self.loop_counts[index] = 1
                yield loop


def _is_before(part: Slot | Loop, position: int | None) -> bool:
    return position is None or part.position < position


def _fits(slot: Slot, elements: list[str]) -> bool:
    if slot.segment_id != elements[0]:
        return False
    return not slot.qualifiers or _at(elements, slot.qualifier_at) in slot.qualifiers


class _DentalSet:
    """One set on its way through the table."""

    def __init__(self, place: Place, out: FaultLog) -> None:
        self.place = place
        self._out = out
        self._frames = [_Frame(dental_map())]
        self._units = UnitFinder("837")
        self._numbering = Numbering()
        self._values = DentalValues(out)

    def take(self, piece: SetPiece) -> None:
        for index, text in enumerate(piece.texts):
            self.place = msgspec.structs.replace(
                self.place,
                segment_ordinal=piece.first_ordinal + index,
                byte_offset=piece.offsets[index],
            )
            self._segment(text, piece.delimiters)
        if piece.is_last:
            self.place = msgspec.structs.replace(
                self.place, segment_ordinal=self.place.segment_ordinal + 1
            )
            self._close(0)
            self._tell_missing(self._frames[0], None)
            self._values.close()

    def _segment(self, text: str, delimiters: Delimiters) -> None:
        elements = text.split(delimiters.element)
        while len(elements) > 1 and not elements[-1]:
            elements.pop()
        self._units.take(elements)
        self._out.unit = self._units.unit
        for element, reference, message in self._numbering.take(elements):
            at = FaultAt("", element, 0, reference, _at(elements, element))
            self._out.add("GUIDE-0101", self.place, message, elements[0], at)
        slot = self._walk(elements)
        if slot is not None:
            loop_id = self._frames[-1].loop.loop_id
            _Elements(self._out, self.place, loop_id, delimiters.component).check(slot, elements)
        self._values.take(elements, delimiters.component, self.place)

    # Loops.

    def _walk(self, elements: list[str]) -> Slot | None:
        """The segment's place in the table, or None with a finding."""
        for in_order in (True, False):
            for depth in range(len(self._frames) - 1, -1, -1):
                found = self._frames[depth].find(elements, in_order=in_order)
                if found is not None:
                    self._close(depth)
                    return self._enter(found, elements, in_order=in_order)
        code = "GUIDE-0202" if elements[0] in SEGMENTS else "GUIDE-0201"
        loop_id = self._frames[-1].loop.loop_id
        words = segment_words(code, id_in_message(elements[0]), name="", loop=loop_id, said="")
        self._out.add(code, self.place, words, elements[0], FaultAt(loop=loop_id))
        return None

    def _enter(self, found: Slot | Loop, elements: list[str], *, in_order: bool) -> Slot:
        frame = self._frames[-1]
        loop_id = frame.loop.loop_id
        if in_order:
            self._tell_missing(frame, found.position)
            frame.position = found.position
        else:
            self._tell_segment("GUIDE-0206", elements[0], loop_id)
        if isinstance(found, Slot):
            index = frame.loop.slots.index(found)
            frame.slot_counts[index] += 1
            count = frame.slot_counts[index]
            if count > found.most:
                self._tell_segment("GUIDE-0205", elements[0], loop_id, count, found.most)
            return found
        index = frame.loop.loops.index(found)
        frame.loop_counts[index] += 1
        count = frame.loop_counts[index]
        if count > found.most:
            self._tell_segment("GUIDE-0204", elements[0], found.loop_id, count, found.most)
        inner = _Frame(found)
        inner.slot_counts[0] = 1
        self._frames.append(inner)
        return found.slots[0]

    def _close(self, depth: int) -> None:
        """Close the loops deeper than that one."""
        while len(self._frames) > depth + 1:
            self._tell_missing(self._frames[-1], None)
            self._frames.pop()

    def _tell_missing(self, frame: _Frame, before: int | None) -> None:
        for part in frame.missing(before):
            is_loop = isinstance(part, Loop)
            slot = part.slots[0] if isinstance(part, Loop) else part
            loop_id = part.loop_id if isinstance(part, Loop) else frame.loop.loop_id
            qualifiers = "" if is_loop or len(slot.qualifiers) > 3 else _shown(slot.qualifiers)
            self._tell_segment("GUIDE-0203", slot.segment_id, loop_id, name=qualifiers)

    def _tell_segment(
        self,
        code: str,
        segment_id: str,
        loop_id: str,
        count: int = 0,
        most: int = 0,
        *,
        name: str = "",
    ) -> None:
        said = f"Found {count}, should have {most}" if count else ""
        words = segment_words(code, segment_id, name=name, loop=loop_id, said=said)
        self._out.add(code, self.place, words, segment_id, FaultAt(loop=loop_id))


def _shown(qualifiers: frozenset[str]) -> str:
    return " or ".join(sorted(qualifiers))


class _Elements:
    """Checks the elements of one segment: presence, number, length, type and code."""

    def __init__(self, out: FaultLog, place: Place, loop_id: str, component: str) -> None:
        self._out = out
        self._place = place
        self._loop_id = loop_id
        self._component = component

    def check(self, slot: Slot, elements: list[str]) -> None:
        """Every element of a segment that stands in that slot."""
        rules = SEGMENTS[slot.segment_id]
        for position, rule in enumerate(rules, 1):
            text = _at(elements, position)
            number = rule.rstrip("!")
            if number in COMPOSITES:
                self._composite(slot.segment_id, position, number, text, rule.endswith("!"))
                continue
            is_required = rule.endswith("!") or position in slot.needs
            self._one(slot.segment_id, (position, 0), number, text, is_required=is_required)
        if len(elements) > len(rules) + 1:
            position = len(rules) + 1
            self._tell("GUIDE-0303", slot.segment_id, (position, 0), "", elements[position])
        for first, second in PAIRS.get(slot.segment_id, ()):
            texts = _at(elements, first), _at(elements, second)
            if bool(texts[0]) != bool(texts[1]):
                empty = second if texts[0] else first
                self._tell("GUIDE-0302", slot.segment_id, (empty, 0), rules[empty - 1], "")
        if slot.segment_id in {"DTP", "DMG"}:
            self._date(slot.segment_id, elements)

    def _composite(
        self, segment_id: str, position: int, number: str, text: str, is_required: bool
    ) -> None:
        if not text:
            if is_required:
                self._tell("GUIDE-0301", segment_id, (position, 0), number, "")
            return
        parts = text.split(self._component)
        rules = COMPOSITES[number]
        for index, rule in enumerate(rules, 1):
            part = _at(parts, index - 1)
            required = rule.endswith("!")
            self._one(segment_id, (position, index), rule.rstrip("!"), part, is_required=required)
        if len(parts) > len(rules):
            self._tell("GUIDE-0312", segment_id, (position, 0), number, text)

    def _one(
        self, segment_id: str, at: tuple[int, int], number: str, text: str, *, is_required: bool
    ) -> None:
        if not text:
            if is_required:
                self._tell("GUIDE-0301", segment_id, at, number, "")
            return
        known = ELEMENTS.get(number)
        if known is None:
            self._tell("GUIDE-0311", segment_id, at, number, text)
            return
        kind, least, most = known
        length = len(text.replace("-", "").replace(".", "") if kind in {"R", "N"} else text)
        codes = CODES.get(_name(segment_id, at))
        if length < least or length > most:
            code, limit = ("GUIDE-0304", least) if length < least else ("GUIDE-0305", most)
            words = "min_len" if length < least else "max_len"
            said = f"= {length} {'<' if length < least else '>'} {limit} ({words})"
            self._tell(code, segment_id, at, number, text, said=said)
        elif codes is not None and text not in codes:
            self._tell("GUIDE-0307", segment_id, at, number, text, codes=tuple(sorted(codes)))
        elif (wrong := _wrong_form(kind, text)) is not None:
            self._tell(wrong, segment_id, at, number, text)

    def _date(self, segment_id: str, elements: list[str]) -> None:
        """The date, by the format that stands before it."""
        position = 3 if segment_id == "DTP" else 2
        form, text = _at(elements, position - 1), _at(elements, position)
        if not text or form not in {"D8", "RD8"}:
            return
        is_day = len(text) == 8 and parse_date(text) is not None
        is_range = len(text) == 17 and parse_date_range(text) is not None
        if not (is_range if form == "RD8" else is_day):
            self._tell("GUIDE-0308", segment_id, (position, 0), "1251", text)

    def _tell(
        self,
        code: str,
        segment_id: str,
        at: tuple[int, int],
        number: str,
        value: str,
        *,
        said: str = "",
        codes: tuple[str, ...] = (),
    ) -> None:
        number = number.rstrip("!")
        kind = ELEMENTS.get(number, ("", 0, 0))[0]
        rule = ElementRule("", "R" if kind == "N" else kind, codes)
        words = element_words(code, _name(segment_id, at), value, rule, said)
        fault = FaultAt(self._loop_id, at[0], at[1], number, value)
        self._out.add(code, self._place, words, segment_id, fault)


def _name(segment_id: str, at: tuple[int, int]) -> str:
    return f"{segment_id}{at[0]:02d}" + (f"-{at[1]}" if at[1] else "")


def _wrong_form(kind: str, text: str) -> str | None:
    """The finding's code when a text is not of its type."""
    if kind == "R":
        return (
            None
            if parse_quantity(text) is not None or parse_cents(text) is not None
            else ("GUIDE-0306")
        )
    if kind == "N":
        return None if text.isascii() and text.isdecimal() else "GUIDE-0306"
    if kind == "DT":
        return None if parse_date(text) is not None else "GUIDE-0308"
    if kind == "TM":
        return None if _is_time(text) else "GUIDE-0309"
    return "GUIDE-0306" if text != text.rstrip(" ") else None


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text[:2]) < 24 and int(text[2:4] or "0") < 60


def _at(elements: list[str], index: int) -> str:
    return elements[index] if index < len(elements) else ""

"""Checks sets against the implementation guides with pyx12, which is used nowhere else.

pyx12 refuses many files before it reads them and stops at others, so only its maps and its rules
are asked: it is given the segments as our own reader cuts them, with standard separators, in upper
case ids and in ASCII. What it is known to be wrong about is kept from it or not passed on:

- its lists of external codes are years old: they are left out, `code_checks` has newer ones;
- a composite with too many components makes it fail: that is told by us, and it sees the rest;
- the envelope, which it takes by position: it never sees one;
- a set that holds nothing, which it passes: that is told by us;
- a few places of its maps: `guide_words.KNOWN_MISTAKES`.

It checks the guide and never the money. Its sentences may hold file content and are not passed on.
"""

import contextlib
import logging
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO

import msgspec
import pyx12.codes
import pyx12.map_if
import pyx12.map_index
import pyx12.map_walker
import pyx12.params
import pyx12.segment

from edi_engine.findings import Finding, Place
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.faults import FaultAt, FaultLog, id_in_message
from edi_engine.parsers.guide_words import (
    ELEMENT_CODES,
    SEGMENT_CODES,
    ElementRule,
    element_words,
    known_mistake,
    segment_words,
)
from edi_engine.parsers.set_walk import SetHead, SetPiece, walk_sets
from edi_engine.parsers.units import Numbering, UnitFinder
from edi_engine.records.validation import GuideFault
from edi_engine.redact import shape_of

__all__ = ["GUIDE_BYTES_MAX", "GuideReport", "check_guide", "check_guide_faults"]

GUIDE_BYTES_MAX = 8 * 1024 * 1024
"""How much of one file is checked. pyx12 goes through 0.2 to 0.5 MB/s, so this is half a minute."""

_GUIDE = re.compile(r"00[45]010X[0-9]{3}(?:A[0-9])?", re.ASCII)
_NEAREST = {
    "005010X221": "005010X221A1",
    "005010X222": "005010X222A1",
    "005010X222A2": "005010X222A1",
    "005010X223": "005010X223A2",
    "005010X223A1": "005010X223A2",
    "005010X223A3": "005010X223A2",
}
"""Editions that pyx12 has no map for, and the edition of the same guide that it has. They differ in
notes and in single codes; checking by the other one says more than not checking at all."""

_BY_PURPOSE = "004010X094"
"""The 278 of 4010 has two maps, one for each purpose; such sets are not checked."""

_START = "/ISA_LOOP/GS_LOOP"


class GuideReport(msgspec.Struct, frozen=True):
    """What the check of one file gave. `checked` counts sets by the guide they were checked with,
    `unchecked` those that no map was there for. `unlisted` are faults whose findings are counted
    only."""

    findings: tuple[Finding, ...]
    faults: tuple[GuideFault, ...]
    unlisted: tuple[GuideFault, ...]
    checked: dict[str, int]
    unchecked: dict[str, int]


def check_guide(
    stream: BinaryIO, *, file_name: str, file_digest: str, bytes_max: int = GUIDE_BYTES_MAX
) -> tuple[Finding, ...]:
    """Findings of the guide check for every set of a file, in file order. See `GuideReport`."""
    report = check_guide_faults(
        stream, file_name=file_name, file_digest=file_digest, bytes_max=bytes_max
    )
    return report.findings


def check_guide_faults(
    stream: BinaryIO,
    *,
    file_name: str,
    file_digest: str,
    bytes_max: int = GUIDE_BYTES_MAX,
    elsewhere: frozenset[str] = frozenset(),
) -> GuideReport:
    """Findings and faults of the guide check for every set of a file, in file order.

    Never raises for any bytes. Sets of guides that pyx12 has no map for, and what lies beyond
    `bytes_max` of segment text, give an info finding. Guides in `elsewhere` are checked by others
    and passed over.
    """
    check = _FileCheck(bytes_max, elsewhere)
    with _silence():
        for piece in walk_sets(stream, Place(file_name, file_digest)):
            if not check.take(piece):
                break
    return check.report()


class _FileCheck:
    """One file on its way through the maps."""

    def __init__(self, bytes_max: int, elsewhere: frozenset[str]) -> None:
        self._bytes_left = bytes_max
        self._bytes_max = bytes_max
        self._elsewhere = elsewhere
        self._out = FaultLog()
        self._checked: Counter[str] = Counter()
        self._unchecked: Counter[str] = Counter()
        self._head: SetHead | None = None
        self._set: _SetCheck | None = None

    def take(self, piece: SetPiece) -> bool:
        """The next piece; False when no more may be checked."""
        head = piece.head
        if head is not self._head:
            self._head = head
            self._set = self._begin(head) if head.has_start else None
        current = self._set
        if current is None:
            return True
        self._bytes_left -= sum(map(len, piece.texts))
        if self._bytes_left < 0:
            message = f"Only {self._bytes_max} bytes of a file are checked."
            self._out.log.add("GUIDE-0104", head.place, message)
            return False
        try:
            current.take(piece)
        except Exception:  # whatever another program stumbles over must not stop the file
            message = "The guide check gave no answer for this set."
            self._out.log.add("GUIDE-0103", head.place, message)
            self._set = None
        return True

    def report(self) -> GuideReport:
        return GuideReport(
            self._out.findings(),
            tuple(self._out.faults),
            tuple(self._out.unlisted),
            dict(self._checked),
            dict(self._unchecked),
        )

    def _begin(self, head: SetHead) -> "_SetCheck | None":
        if head.set_type == "TA1" or head.implementation in self._elsewhere:
            return None
        guide = _NEAREST.get(head.implementation, head.implementation)
        found = _map_of(guide, head.group_code)
        if found is None:
            self._unchecked[_named(head.implementation)] += 1
            message = f"There is no map for '{_named(head.implementation)}'."
            self._out.log.add("GUIDE-0102", head.place, message)
            return None
        if guide != head.implementation:
            message = f"Checked by the map of {guide}, the edition that is there."
            self._out.log.add("GUIDE-0105", head.place, message)
        self._checked[guide] += 1
        return _SetCheck(found, head, self._out)


class _Map(msgspec.Struct, frozen=True):
    """A loaded map and what is looked up in it."""

    guide: str
    start: Any
    segment_ids: frozenset[str]
    first_id: str


class _SetCheck:
    """One set on its way through its map."""

    def __init__(self, found: _Map, head: SetHead, out: FaultLog) -> None:
        self._map = found
        self._out = out
        self._walker = pyx12.map_walker.walk_tree()
        self._walker.forceWalkCounterToLoopStart(_START, f"{_START}/GS")
        self._node = found.start
        self._units = UnitFinder(head.set_type)
        self._numbering = Numbering()
        self._place = head.place

    def take(self, piece: SetPiece) -> None:
        for ordinal, text in enumerate(piece.texts, piece.first_ordinal):
            offset = piece.offsets[ordinal - piece.first_ordinal]
            self._place = _at_segment(self._place, ordinal, offset)
            self._segment(ordinal, text, piece.delimiters)
        if piece.is_last:
            # SE is the envelope's and taken for right; walking to it tells what is missing.
            ordinal = self._place.segment_ordinal + 1
            if ordinal == 2:  # of a set that holds nothing pyx12 finds nothing missing
                words = segment_words("GUIDE-0203", self._map.first_id, name="", loop="", said="")
                self._out.add("GUIDE-0203", self._place, words, self._map.first_id)
            self._place = _at_segment(self._place, ordinal, self._place.byte_offset)
            self._walk(ordinal, pyx12.segment.Segment(f"SE*{ordinal}*0001", "~", "*", ":"))

    def _segment(self, ordinal: int, raw: str, delimiters: Delimiters) -> None:
        elements = _clean(raw, delimiters).rstrip("*").split("*")
        if ordinal == 1:
            elements = _start_for(self._map.guide, elements)
        segment_id = elements[0]
        raw_elements = raw.split(delimiters.element)
        if ordinal > 1 and len(raw_elements) > len(elements):
            message = f"{id_in_message(segment_id)} ends in separators."
            self._out.add("GUIDE-0207", self._place, message, segment_id)
        self._units.take(raw_elements)
        self._out.unit = self._units.unit
        node = self._walk(ordinal, _data(elements))
        for element, reference, message in self._numbering.take(elements):
            at = FaultAt("", element, 0, reference, _at(elements, element))
            self._out.add("GUIDE-0101", self._place, message, segment_id, at)
        if node is not None:
            self._elements(node, elements, _Raw(raw_elements, delimiters))

    def _walk(self, ordinal: int, data: Any) -> Any:
        """Move on in the map; None when the segment has no place in it."""
        found, _, _, errors = self._walker.walk_errors(self._node, data, ordinal, ordinal, None)
        for error in errors:
            self._segment_error(error, data)
        if found is not None:
            self._node = found
        return found

    def _segment_error(self, error: Any, data: Any) -> None:
        node = error.map_node
        code = SEGMENT_CODES.get(str(error.err_cde), "GUIDE-0101")
        segment_id, name = str(data.get_seg_id() or ""), ""
        loop = _loop_of(node)
        if code == "GUIDE-0203":
            segment_id, name = str(node.id), str(node.name or "")
        elif code == "GUIDE-0205":
            name = str(node.name or "")
        mistake = known_mistake(
            self._map.guide, code, segment_id, loop, str(data.get_value("01") or "")
        )
        if mistake is not None:
            message = f"Left out: {mistake.reason}."
            self._out.log.add("GUIDE-0106", self._place, message)
            return
        if code == "GUIDE-0201" and segment_id in self._map.segment_ids:
            code = "GUIDE-0202"
        words = segment_words(
            code,
            id_in_message(segment_id),
            name=name,
            loop=loop,
            said=str(error.err_str or ""),
            allowed=_qualifiers_here(self._node, segment_id) if code == "GUIDE-0202" else (),
        )
        self._out.add(code, self._place, words, segment_id, FaultAt(loop=loop))

    # Elements.

    def _elements(self, node: Any, elements: list[str], raw: "_Raw") -> None:
        for position in _too_many_components(node, elements):
            self._element_fault("GUIDE-0312", node, (position, 0), raw, "")
            parts = elements[position].split(":")[: len(_child(node, position).children)]
            elements[position] = ":".join(parts)
        data = _data(elements)
        for error in node.is_valid_errors(data)[1]:
            code = ELEMENT_CODES.get(str(error.err_cde), "GUIDE-0101")
            said = str(error.err_str or "")
            if said.endswith("is marked as Not Used"):
                code = "GUIDE-0311"
            at = _position_of(error)
            if code == "GUIDE-0302":
                at = _missing_beside(said, data) or at
            self._element_fault(code, node, at, raw, said)

    def _element_fault(
        self, code: str, node: Any, at: tuple[int, int], raw: "_Raw", said: str
    ) -> None:
        position, component = at
        child = _child(node, position)
        if child is not None and component:
            parts = child.children
            child = parts[component - 1] if component <= len(parts) else child
        segment_id = str(node.id)
        name = f"{segment_id}{position:02d}" + (f"-{component}" if component else "")
        value = raw.value(position, component)
        words = element_words(code, name, value, _rule_of(child), said)
        reference = str(getattr(child, "data_ele", None) or "")
        fault = FaultAt(_loop_of(node), position, component, reference, value)
        self._out.add(code, self._place, words, segment_id, fault)


class _Raw:
    """A segment's elements as the file has them."""

    def __init__(self, elements: list[str], delimiters: Delimiters) -> None:
        self._elements = elements
        self._component = delimiters.component

    def value(self, position: int, component: int) -> str:
        text = _at(self._elements, position)
        return _at(text.split(self._component), component - 1) if component else text


# Maps.


def _named(guide: str) -> str:
    """A guide's identifier as it stands; the shape of anything else, which may hold data."""
    return guide if _GUIDE.fullmatch(guide) else shape_of(guide)


def _version(guide: str) -> str:
    return "00401" if guide.startswith("004") else "00501"


@cache
def _index() -> Any:
    return pyx12.map_index.map_index(None)


def _map_of(guide: str, group_code: str) -> _Map | None:
    """The map of a guide, loaded once; None when there is none."""
    if guide.startswith(_BY_PURPOSE) or not (_GUIDE.fullmatch(guide) or guide == "004010"):
        return None
    name = _index().get_filename(_version(guide), guide, group_code, None)
    return _loaded(str(name), guide) if name is not None else None


@cache
def _loaded(name: str, guide: str) -> _Map:
    settings = pyx12.params.ParamsBase()
    lists = ",".join(known for known, _ in pyx12.codes.list_external_codesets())
    settings.set("exclude_external_codes", lists)
    root = pyx12.map_if.load_map_file(name, settings)
    ids = [str(node.id) for node in _nodes(root) if node.is_segment()]
    start = root.getnodebypath(f"{_START}/GS")
    return _Map(guide, start, frozenset(ids), ids[ids.index("ST") + 1])


def _nodes(node: Any) -> Iterator[Any]:
    for position in sorted(node.pos_map):
        for child in node.pos_map[position]:
            yield child
            if child.is_loop():
                yield from _nodes(child)


def _loop_of(node: Any) -> str:
    """The id of the loop a node stands in ("2010AA"); empty for the parts that are no loops."""
    while node is not None and not node.is_map_root():
        found = str(node.id or "")
        if node.is_loop() and found[:1].isdigit():
            return found
        node = node.parent
    return ""


def _qualifiers_here(node: Any, segment_id: str) -> tuple[str, ...]:
    """The first elements with which a segment could stand after that node, in its loop or in one
    around it; none when the guide has no such segment there."""
    found: dict[str, None] = {}
    first = node.pos
    loop = node.parent
    while loop is not None and not loop.is_map_root() and not found:
        for position in sorted(loop.pos_map):
            for child in loop.pos_map[position] if position >= first else ():
                part = child if child.is_segment() else child.get_first_seg()
                if part is not None and part.id == segment_id:
                    found |= dict.fromkeys(map(str, getattr(part.children[0], "valid_codes", ())))
        first, loop = loop.pos, loop.parent
    return tuple(found)


def _child(node: Any, position: int) -> Any:
    return next((child for child in node.children if child.seq == position), None)


def _rule_of(child: Any) -> ElementRule:
    if child is None or not hasattr(child, "valid_codes"):
        return ElementRule(str(getattr(child, "name", None) or ""))
    codes = tuple(str(code) for code in child.valid_codes)
    return ElementRule(str(child.name or ""), str(child.data_type or ""), codes)


def _too_many_components(node: Any, elements: list[str]) -> list[int]:
    return [
        child.seq
        for child in node.children
        if child.is_composite()
        and child.usage != "N"
        and _at(elements, child.seq).count(":") >= len(child.children)
    ]


_REFERENCE = re.compile(r"[A-Z0-9]{2,3}?([0-9]{2})(?:-([0-9]{1,2}))?", re.ASCII)
_NAMED = re.compile(r"\b[A-Z][A-Z0-9]{1,2}([0-9]{2})\b", re.ASCII)


def _position_of(error: Any) -> tuple[int, int]:
    """Element and component of an error, from the map's own numbering."""
    node = error.map_node
    if node is not None and hasattr(node, "seq"):
        parent = node.parent
        if parent is not None and parent.is_composite():
            return parent.seq, node.seq
        return node.seq, 0
    text = str(error.refdes or "")
    found = _REFERENCE.fullmatch(text)
    if found:
        return int(found[1]), int(found[2] or 0)
    return (int(text), 0) if text.isdecimal() else (0, 0)


def _missing_beside(said: str, data: Any) -> tuple[int, int] | None:
    """Of the elements that a rule names together, the first that is empty."""
    for number in _NAMED.findall(said):
        if not data.get_value(number):
            return int(number), 0
    return None


# Text.


def _clean(text: str, delimiters: Delimiters) -> str:
    """Text with standard separators and in ASCII; a separator that is data becomes a hyphen."""
    if delimiters != STANDARD:
        text = text.translate(_table(delimiters))
    return text if text.isascii() else text.encode("ascii", "replace").decode("ascii")


@cache
def _table(delimiters: Delimiters) -> dict[int, str]:
    table = {ord(character): "-" for character in "*:~^"}
    if delimiters.repetition:
        table[ord(delimiters.repetition)] = "^"
    # Some files announce one character for both; composites are what they use it for.
    return table | {ord(delimiters.element): "*", ord(delimiters.component): ":"}


def _start_for(guide: str, elements: list[str]) -> list[str]:
    """An ST whose version is the map's: that it differs from GS08 is told by the reader."""
    if len(elements) < 4:
        return elements
    return elements[:3] if guide.startswith("005010X221") else [*elements[:3], guide]


def _data(elements: list[str]) -> Any:
    return pyx12.segment.Segment("*".join(elements), "~", "*", ":")


def _at_segment(place: Place, ordinal: int, byte_offset: int) -> Place:
    return msgspec.structs.replace(place, segment_ordinal=ordinal, byte_offset=byte_offset)


def _at(elements: list[str], index: int) -> str:
    return elements[index] if index < len(elements) else ""


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """pyx12 logs what it finds, file content included."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith("pyx12")]
    loggers = [logging.getLogger(name) for name in ("pyx12", *names)]
    before = [one.disabled for one in loggers]
    for one in loggers:
        one.disabled = True
    try:
        yield
    finally:
        for one, was_disabled in zip(loggers, before, strict=True):
            one.disabled = was_disabled

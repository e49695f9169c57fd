"""The sets of a file as the readers count them, with their segments as text, piece by piece.

For the checks that look at segments and not at claims: which set, which guide, which segment. The
numbering of sets and segments is that of `parsers/reading.py`, so that places are the same.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from edi_engine.findings import FindingLog, Place
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import EnvelopeSegment, OtherText, Segments, SegmentStream
from edi_engine.parsers.set_intake import is_body_segment

__all__ = ["GROUP_CODES", "SetHead", "SetPiece", "walk_sets"]

GROUP_CODES = {
    "270": "HS",
    "271": "HB",
    "276": "HR",
    "277": "HN",
    "278": "HI",
    "820": "RA",
    "834": "BE",
    "835": "HP",
    "837": "HC",
    "997": "FA",
    "999": "FA",
}
"""The functional code (GS01) of each kind of set."""


class SetHead(msgspec.Struct, frozen=True):
    """What ST and GS say of a set. `place` is that of its ST, or of its first segment when there
    is none; `implementation` is ST03, else GS08. Texts are empty where the file has none."""

    place: Place
    set_type: str
    implementation: str
    group_code: str
    has_start: bool


class SetPiece(msgspec.Struct, frozen=True):
    """Segments of one set between ST and SE, in order; `first_ordinal` is that of the first one.

    The first piece of a set with an ST begins with the ST. `is_last` marks the last one, which may
    be empty.
    """

    head: SetHead
    delimiters: Delimiters
    texts: list[str]
    offsets: list[int]
    first_ordinal: int
    is_last: bool = False


def walk_sets(stream: BinaryIO, place: Place) -> Iterator[SetPiece]:
    """The pieces of every set, in file order, in bounded memory. Never raises for any bytes."""
    walk = _Walk(place)
    for event in SegmentStream(stream, place, FindingLog()):
        if isinstance(event, Segments):
            yield from walk.take_segments(event)
        elif isinstance(event, EnvelopeSegment):
            yield from walk.take_envelope(event)
        elif not isinstance(event, OtherText):
            if isinstance(event, InterchangeStart):
                yield from walk.open_interchange()
            walk.delimiters = event.delimiters
    yield from walk.close()


class _Walk:
    """Follows the envelope and numbers sets and segments."""

    def __init__(self, place: Place) -> None:
        self.delimiters = STANDARD
        self._place = place
        self._in_interchange = False
        self._group: EnvelopeSegment | None = None
        self._head: SetHead | None = None
        self._ordinal = 0
        self._next = 1

    def open_interchange(self) -> Iterator[SetPiece]:
        yield from self.close()
        self._in_interchange = True
        self._group = None

    def take_segments(self, event: Segments) -> Iterator[SetPiece]:
        if self._head is None:
            if not self._in_interchange and not any(
                is_body_segment(text, self.delimiters) for text in event.texts[:50]
            ):
                return
            self._open(None, event.offsets[0])
        yield from self._piece(event.texts, event.offsets)

    def take_envelope(self, event: EnvelopeSegment) -> Iterator[SetPiece]:
        yield from self.close()
        segment_id = event.elements[0]
        if segment_id in {"ST", "TA1"}:
            self._open(event, event.byte_offset)
            yield from self._piece(
                [self.delimiters.element.join(event.elements)], [event.byte_offset]
            )
            if segment_id == "TA1":
                yield from self.close()
        elif segment_id == "GS":
            self._group = event
        elif segment_id == "GE":
            self._group = None
        elif segment_id in {"ISA", "IEA"}:
            self._in_interchange = segment_id == "ISA"
            self._group = None

    def close(self) -> Iterator[SetPiece]:
        """The last piece of the set that is open, if one is."""
        if self._head is not None:
            yield SetPiece(self._head, self.delimiters, [], [], self._next, is_last=True)
        self._head = None

    def _open(self, start: EnvelopeSegment | None, byte_offset: int) -> None:
        self._ordinal += 1
        self._next = 1
        set_type = "TA1" if start and start.elements[0] == "TA1" else _at(start, 1)
        group_code = GROUP_CODES.get(set_type, _at(self._group, 1))
        place = msgspec.structs.replace(
            self._place,
            set_ordinal=self._ordinal,
            set_control_number=_at(start, 1 if set_type == "TA1" else 2),
            segment_ordinal=1,
            byte_offset=byte_offset,
        )
        version = "" if set_type == "TA1" else _at(start, 3) or _at(self._group, 8)
        self._head = SetHead(place, set_type, version, group_code, start is not None)

    def _piece(self, texts: list[str], offsets: list[int]) -> Iterator[SetPiece]:
        if self._head is not None:
            yield SetPiece(self._head, self.delimiters, texts, offsets, self._next)
            self._next += len(texts)


def _at(segment: EnvelopeSegment | None, index: int) -> str:
    found = segment is not None and index < len(segment.elements)
    return segment.elements[index] if segment is not None and found else ""

"""Every segment of a file in order, envelope included, for a page that shows the file.

A large file is not shown whole: only what stands beside the places asked for is kept, and a gap is
told by the ordinals. Lengths are bounded, so a page stays one that a browser opens.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from edi_engine.findings import FindingLog, Place
from edi_engine.parsers.delimiters import STANDARD
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import EnvelopeSegment, OtherText, Segments, SegmentStream
from edi_engine.records.validation import PageSegment

__all__ = ["SEGMENTS_SHOWN_MAX", "PageSegments", "page_segments"]

SEGMENTS_SHOWN_MAX = 5_000
"""How many segments a page shows; a browser lays out ten times as many, and nobody reads them."""

_CHARACTERS_MAX = 2_000
"""How much of one segment is shown; the longest a guide allows are shorter."""

_BESIDE = 3
"""How many segments before and after a place are kept in a large file."""


class PageSegments(msgspec.Struct, frozen=True):
    """The segments to show, in order, and how many the file has."""

    segments: tuple[PageSegment, ...]
    whole_count: int

    @property
    def is_whole(self) -> bool:
        """Whether every segment of the file is there."""
        return len(self.segments) == self.whole_count


def page_segments(stream: BinaryIO, byte_offsets: Iterable[int]) -> PageSegments:
    """The segments of a file, or in a large one those around these places. Never raises."""
    places = sorted(set(byte_offsets))
    first: list[PageSegment] = []
    near: list[PageSegment] = []
    before: deque[PageSegment] = deque(maxlen=_BESIDE)
    wanted = count = 0
    previous_end = -1
    for one in _segments(stream):
        count += 1
        if count <= SEGMENTS_SHOWN_MAX:
            first.append(one)
        # A place may lie inside a segment or behind it: it belongs to the last one begun.
        reached = bisect_right(places, one.byte_offset)
        inside = reached > 0 and places[reached - 1] == one.byte_offset
        behind = reached > 0 and previous_end < places[reached - 1] < one.byte_offset
        if inside or behind:
            near += before
            before.clear()
            wanted = _BESIDE + 1
        if wanted and len(near) < SEGMENTS_SHOWN_MAX:
            near.append(one)
            wanted -= 1
        else:
            before.append(one)
        previous_end = one.byte_offset
    if places and places[-1] > previous_end and len(near) < SEGMENTS_SHOWN_MAX:
        near += before
    kept = first if count <= SEGMENTS_SHOWN_MAX else near[:SEGMENTS_SHOWN_MAX]
    return PageSegments(tuple(kept), count)


def _segments(stream: BinaryIO) -> Iterator[PageSegment]:
    delimiters = STANDARD
    set_ordinal = segment_ordinal = 0
    in_set = False
    for event in SegmentStream(stream, Place(), FindingLog()):
        if isinstance(event, OtherText):
            continue
        if isinstance(event, InterchangeStart):
            delimiters = event.delimiters
            in_set = False
            text = delimiters.element.join((*event.elements, delimiters.component))
            yield _segment(text, event.byte_offset, 0, 0, delimiters.element, delimiters.component)
        elif isinstance(event, EnvelopeSegment):
            segment_id = event.elements[0]
            if segment_id in {"ST", "TA1"}:
                set_ordinal, segment_ordinal, in_set = set_ordinal + 1, 0, True
            elif segment_id != "SE":
                in_set = False
            segment_ordinal += in_set
            text = delimiters.element.join(event.elements)
            at = (set_ordinal, segment_ordinal) if in_set else (0, 0)
            yield _segment(text, event.byte_offset, *at, delimiters.element, delimiters.component)
            in_set = in_set and segment_id == "ST"
        elif isinstance(event, Segments):
            if not in_set:
                set_ordinal, segment_ordinal, in_set = set_ordinal + 1, 0, True
            for text, byte_offset in zip(event.texts, event.offsets, strict=True):
                segment_ordinal += 1
                at = (set_ordinal, segment_ordinal)
                yield _segment(text, byte_offset, *at, delimiters.element, delimiters.component)
        else:
            delimiters = event.delimiters


def _segment(
    text: str, byte_offset: int, set_ordinal: int, segment_ordinal: int, *separators: str
) -> PageSegment:
    is_cut = len(text) > _CHARACTERS_MAX
    return PageSegment(
        byte_offset,
        set_ordinal,
        segment_ordinal,
        text[:_CHARACTERS_MAX],
        separators[0],
        separators[1],
        is_cut,
    )

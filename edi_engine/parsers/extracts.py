"""The segments of one claim or answer, cut out of its set byte for byte.

A set often holds claims of several patients; what goes to a payer about one of them should show
no other. Kept are the head of the set, the levels (HL) that the claim stands under up to their
first claim or answer, and the claim itself. Source: 005010X222A1, X223A2, X224A2 and X214.
"""

from typing import BinaryIO

from edi_engine.findings import FindingLog, Place
from edi_engine.parsers.delimiters import STANDARD
from edi_engine.parsers.elements import element_at
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import (
    EnvelopeSegment,
    GuessedDelimiters,
    Segments,
    SegmentStream,
)

__all__ = ["claim_spans"]

_RANKS = {"20": 0, "21": 1, "19": 2, "22": 3, "PT": 3, "23": 4}
"""How deep a level is. A new one ends those as deep or deeper."""

_DETAILS = frozenset({"CLM", "TRN"})

Span = tuple[int, int]
"""First byte and the byte after the last, counted from the start of the file."""


def claim_spans(stream: BinaryIO, *, set_byte_offset: int, claim_byte_offset: int) -> list[Span]:
    """Where the segments of a claim (its CLM or TRN is at a byte of the file) stand, in order.

    `stream` is the file from its start at least up to the end of the set. Empty when no such claim
    stands in the set, and when it stands under no level: then nothing tells whose the segments
    before it are. Never raises for any bytes.
    """
    cutter = _Cutter(claim_byte_offset)
    delimiters = STANDARD
    is_in_set = False
    for event in SegmentStream(stream, Place("extract", ""), FindingLog()):
        if isinstance(event, (InterchangeStart, GuessedDelimiters)):
            delimiters = event.delimiters
        elif isinstance(event, EnvelopeSegment):
            if is_in_set:
                break
            is_in_set = event.elements[0] == "ST" and event.byte_offset == set_byte_offset
            if is_in_set:
                cutter.take("ST", "", event.byte_offset, event.byte_end)
        elif isinstance(event, Segments) and is_in_set:
            ends = [*event.offsets[1:], event.byte_end]
            for text, start, end in zip(event.texts, event.offsets, ends, strict=True):
                elements = text.split(delimiters.element, 4)
                cutter.take(elements[0], element_at(elements, 3), start, end)
    return cutter.spans()


class _Cutter:
    """Remembers the spans of the levels at hand until the claim comes."""

    def __init__(self, claim_byte_offset: int) -> None:
        self._claim_byte_offset = claim_byte_offset
        self._head: list[Span] = []
        self._levels: list[tuple[int, list[Span]]] = []
        self._claim: list[Span] = []
        self._is_in_claim = False
        self._is_in_detail = False

    def take(self, segment_id: str, level_code: str, start: int, end: int) -> None:
        """The next segment with its extent; `level_code` is HL03."""
        if segment_id == "HL":
            self._is_in_claim = self._is_in_detail = False
            if not self._claim:
                rank = _RANKS.get(level_code, 0)
                self._levels = [level for level in self._levels if level[0] < rank]
                self._levels.append((rank, []))
        elif segment_id in _DETAILS and self._levels:
            self._is_in_detail = True
            self._is_in_claim = start == self._claim_byte_offset
        if self._is_in_claim:
            self._claim.append((start, end))
        elif not self._is_in_detail and not self._claim:
            (self._levels[-1][1] if self._levels else self._head).append((start, end))

    def spans(self) -> list[Span]:
        if not self._claim:
            return []
        levels = [span for _, found in self._levels for span in found]
        return _joined([*self._head, *levels, *self._claim])


def _joined(spans: list[Span]) -> list[Span]:
    """Spans that touch are one."""
    found: list[Span] = []
    for start, end in spans:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found

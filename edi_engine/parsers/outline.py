"""The outline of a file: interchanges, groups and sets, with what their ends say.

It watches the same parts that the readers read, so one pass serves both, and numbers sets as they
do. It judges nothing: what differs from what is the business of whoever reads the outline.
"""

from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import EnvelopeSegment, OtherText, Segments, StreamEvent
from edi_engine.parsers.set_intake import is_body_segment
from edi_engine.records.validation import GroupOutline, InterchangeOutline, SetOutline

__all__ = ["INTERCHANGES_MAX", "SETS_MAX", "OutlineWatch"]

INTERCHANGES_MAX = 10_000
SETS_MAX = 200_000
"""More of either in one file is none that an acknowledgment is asked for; the rest is left out of
the outline. The largest real file seen has 312 sets."""


class OutlineWatch:
    """Give it every part of a file (`read_file(watch=...)`), then `finish` it."""

    def __init__(self) -> None:
        self._interchanges: list[InterchangeOutline] = []
        self._numbers: set[str] = set()
        self._delimiters = STANDARD
        self._start: tuple[tuple[str, ...], int, bool] | None = None
        self._end: tuple[str, str] | None = None
        self._groups: list[GroupOutline] = []
        self._answers = 0
        self._group: EnvelopeSegment | None = None
        self._sets: list[SetOutline] = []
        self._set: EnvelopeSegment | None = None
        self._headless_at: int | None = None
        self._segments = 0
        self._ordinal = 0
        self._byte_end = 0
        self.is_cut_short = False

    def __call__(self, event: StreamEvent) -> None:
        """The next part of the file."""
        if isinstance(event, Segments):
            self._take_segments(event)
        elif isinstance(event, EnvelopeSegment):
            self._take_envelope(event)
        elif isinstance(event, InterchangeStart):
            self._close_interchange()
            self._delimiters = event.delimiters
            self._start = (event.elements, event.byte_offset, event.regular)
        elif not isinstance(event, OtherText):
            self._delimiters = event.delimiters
            return
        if not isinstance(event, OtherText):
            self._byte_end = event.byte_end

    def finish(self) -> tuple[InterchangeOutline, ...]:
        """The outline; interchanges in file order."""
        self._close_interchange()
        return tuple(self._interchanges)

    def _take_segments(self, event: Segments) -> None:
        if self._set is None and self._headless_at is None:
            if self._start is None and not any(
                is_body_segment(text, self._delimiters) for text in event.texts[:50]
            ):
                return
            self._ordinal += 1
            self._headless_at = event.offsets[0]
        self._segments += len(event.texts)

    def _take_envelope(self, event: EnvelopeSegment) -> None:
        segment_id = event.elements[0]
        self._close_set(event if segment_id == "SE" else None)
        if segment_id == "ST":
            self._ordinal += 1
            self._set, self._segments = event, 1
        elif segment_id == "TA1":
            self._ordinal += 1
            self._answers += 1
        elif segment_id == "GS":
            self._close_group(None)
            self._group = event
        elif segment_id == "GE":
            self._close_group(event)
        elif segment_id == "IEA":
            self._close_group(None)
            self._end = (_at(event, 1), _at(event, 2))
            self._close_interchange()
        elif segment_id == "ISA":
            self._close_interchange()
            self._start = (event.elements, event.byte_offset, False)

    def _close_set(self, ended: EnvelopeSegment | None) -> None:
        start, headless_at = self._set, self._headless_at
        self._set = self._headless_at = None
        if start is None and headless_at is None:
            return
        if len(self._sets) >= SETS_MAX:
            self.is_cut_short = True
            return
        self._sets.append(
            SetOutline(
                self._ordinal,
                _at(start, 1),
                _at(start, 2),
                _at(start, 3),
                start.byte_offset if start is not None else headless_at or 0,
                ended.byte_end if ended is not None else self._byte_end,
                self._segments + (ended is not None),
                start is not None,
                _at(ended, 1) if ended is not None else None,
                _at(ended, 2) if ended is not None else None,
            )
        )
        self._segments = 0

    def _close_group(self, ended: EnvelopeSegment | None) -> None:
        self._close_set(None)
        group, sets = self._group, tuple(self._sets)
        self._group = None
        self._sets = []
        if group is None and not sets:
            return
        self._groups.append(
            GroupOutline(
                group.elements if group is not None else (),
                group.byte_offset if group is not None else sets[0].byte_offset,
                sets,
                _at(ended, 1) if ended is not None else None,
                _at(ended, 2) if ended is not None else None,
            )
        )

    def _close_interchange(self) -> None:
        self._close_group(None)
        start, end, groups = self._start, self._end, tuple(self._groups)
        answers = self._answers
        self._start = self._end = None
        self._groups = []
        self._answers = 0
        if start is None and not groups and not answers:
            return
        if len(self._interchanges) >= INTERCHANGES_MAX:
            self.is_cut_short = True
            return
        elements, byte_offset, is_regular = start or ((), groups[0].byte_offset if groups else 0, 1)
        number = elements[13].strip() if len(elements) > 13 else ""
        self._interchanges.append(
            InterchangeOutline(
                elements,
                _separators(self._delimiters),
                byte_offset,
                groups,
                answers,
                end[0] if end is not None else None,
                end[1] if end is not None else None,
                bool(is_regular),
                start is not None and number in self._numbers,
            )
        )
        if start is not None:
            self._numbers.add(number)


def _separators(found: Delimiters) -> tuple[str, str, str, str]:
    return found.element, found.component, found.repetition, found.segment


def _at(segment: EnvelopeSegment | None, index: int) -> str:
    found = segment is not None and index < len(segment.elements)
    return segment.elements[index] if segment is not None and found else ""

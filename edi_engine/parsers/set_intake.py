"""One transaction set on its way from the stream to its reader.

Tells the type, holds segments back so that the reader only gets whole claims, keeps count and
fingerprint, and bounds what one claim may hold. Knows nothing of what claims contain.
"""

import hashlib
from collections.abc import Iterator

import msgspec

from edi_engine.findings import FindingLog
from edi_engine.parsers.claim_segments import ClaimMemory
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.remittances import Remittance835Reader
from edi_engine.parsers.segments import Segments
from edi_engine.parsers.set_reader import SetEnd, SetReader
from edi_engine.records.intake import ParsedBatch, RawSet, SetState
from edi_engine.records.source import SetSource
from edi_engine.redact import shape_of

__all__ = ["CLAIM_BYTES_MAX", "SetIntake", "is_body_segment"]

CLAIM_BYTES_MAX = 4 * 1024 * 1024
"""Most text one claim may hold. A claim has at most 999 lines; a hundred segments of forty
characters for each of them, many times what is ever sent, fit into four megabytes."""

TYPE_SEGMENTS = 60
"""How many segments tell the type. An 835 has its BPR second and its first CLP after a dozen, an
837 its first CLM after some thirty."""

# fmt: off
OTHER_TYPES = frozenset({
    "TA1", "269", "270", "271", "274", "275", "276", "277", "278", "820", "824", "834", "864",
    "997", "999",
})
# fmt: on
"""Sets that are told by their number alone. Acknowledgments are read, the others kept unread."""

_ACKNOWLEDGMENTS = frozenset({"TA1", "277", "997", "999"})

_READ_TYPES = ("835", "837")
_TYPE_OF_GROUP = {"HP": "835", "HC": "837"}
_TYPE_OF_SEGMENT = {
    "CLP": "835",
    "PLB": "835",
    "CLM": "837",
    "SBR": "837",
    "SV1": "837",
    "SV2": "837",
    "SV3": "837",
}
# fmt: off
_BODY_IDS = frozenset({
    "AMT", "BHT", "BPR", "CAS", "CLM", "CLP", "DMG", "DTM", "DTP", "HI", "HL", "LQ", "LX", "MIA",
    "MOA", "N1", "N3", "N4", "NM1", "NTE", "PAT", "PER", "PLB", "PRV", "QTY", "REF", "SBR", "SV1",
    "SV2", "SV3", "SVC", "SVD", "TRN", "TS2", "TS3",
})
# fmt: on


def is_body_segment(text: str, delimiters: Delimiters) -> bool:
    """Whether a text is a segment of a claim or remittance, so that a set must be around it."""
    segment_id, separator, _ = text.partition(delimiters.element)
    return bool(separator) and segment_id in _BODY_IDS


class SetIntake:
    """Takes the segments of one set as they come and gives batches as they become whole.

    `source` holds ST01 as its `set_type` until the content has been seen. `start_text` is the ST,
    empty when the set has none; `group_type` is GS01. `memory` is shared by sets that use the same
    delimiters.
    """

    def __init__(
        self,
        source: SetSource,
        delimiters: Delimiters,
        log: FindingLog,
        *,
        start_text: str,
        group_type: str,
        memory: ClaimMemory,
    ) -> None:
        self.source = source
        self.segment_count = 1 if start_text else 0
        self._delimiters = delimiters
        self._log = log
        self._has_start = bool(start_text)
        self._group_type = group_type
        self._memory = memory
        self._reader: SetReader | None = None
        self._decided = False
        self._state = SetState.KEPT
        self._texts = [start_text] if start_text else []
        self._offsets = [source.byte_offset] if start_text else []
        self._held_bytes = 0
        self._first_ordinal = 1
        self._skipping = False
        self._hash = hashlib.sha256()

    def take(self, segments: Segments) -> Iterator[ParsedBatch]:
        """Segments of the set's body, in order."""
        self._hash.update(segments.normal_form)
        self.segment_count += len(segments.texts)
        if self._decided and self._reader is None:
            return
        texts, offsets = segments.texts, segments.offsets
        if self._skipping:
            texts, offsets = self._after_skipping(texts, offsets)
            if not texts:
                return
        held_count = len(self._texts) if self._decided else 0
        self._texts += texts
        self._offsets += offsets
        self._held_bytes += len(segments.normal_form)
        if not self._decided and len(self._texts) < TYPE_SEGMENTS:
            return
        yield from self._feed(held_count)

    def finish(self, *, byte_end: int, complete: bool) -> Iterator[ParsedBatch]:
        """The set is over; `complete` when its SE was there (and is counted here)."""
        self._decide()
        self.segment_count += complete
        ended = SetEnd(
            byte_end - self.source.byte_offset,
            self.segment_count,
            self._hash.hexdigest(),
            complete,
        )
        if self._reader is None:
            raw_set = RawSet(
                self.source,
                ended.byte_length,
                ended.segment_count,
                self._state,
                fingerprint=ended.fingerprint,
            )
            yield ParsedBatch(self.source, self._log.take(), ended=raw_set)
            return
        if self._texts:
            yield self._reader.feed(self._texts, self._offsets, self._first_ordinal)
        yield self._reader.finish(ended)

    def _feed(self, new_from: int) -> Iterator[ParsedBatch]:
        """Feed everything before the last boundary; what begins there may not be whole yet."""
        self._decide()
        reader = self._reader
        if reader is None:
            self._drop(len(self._texts))
            return
        cut = self._last_boundary(new_from, reader.boundary_ids)
        if cut <= 0 and self._held_bytes > CLAIM_BYTES_MAX:
            # One claim without end: what is read of it is given, the rest is passed over.
            self._log.add(
                "X12-0117",
                self.source.place(self._first_ordinal, self._offsets[0]),
                f"One claim holds more than {CLAIM_BYTES_MAX} bytes; the rest of it is not read.",
            )
            cut = len(self._texts)
            self._skipping = True
        if cut > 0:
            texts, offsets = self._texts[:cut], self._offsets[:cut]
            first_ordinal = self._first_ordinal
            self._drop(cut)
            yield reader.feed(texts, offsets, first_ordinal)

    def _drop(self, count: int) -> None:
        del self._texts[:count]
        del self._offsets[:count]
        self._first_ordinal += count
        self._held_bytes = sum(map(len, self._texts))

    def _last_boundary(self, new_from: int, boundary_ids: frozenset[str]) -> int:
        """Index of the last boundary segment among the new ones, or -1."""
        element = self._delimiters.element
        texts = self._texts
        for index in range(len(texts) - 1, new_from - 1, -1):
            if texts[index].partition(element)[0] in boundary_ids:
                return index
        return -1

    def _after_skipping(self, texts: list[str], offsets: list[int]) -> tuple[list[str], list[int]]:
        """What is left from the first boundary on; nothing when there is none."""
        reader = self._reader
        element = self._delimiters.element
        for index, text in enumerate(texts):
            if reader is not None and text.partition(element)[0] in reader.boundary_ids:
                self._skipping = False
                self._first_ordinal += index
                return texts[index:], offsets[index:]
        self._first_ordinal += len(texts)
        return [], []

    # The type.

    def _decide(self) -> None:
        """Tell the type once, from ST01 and content first, then from the group."""
        if self._decided:
            return
        self._decided = True
        said = self.source.set_type
        found = self._type_by_content()
        if said in OTHER_TYPES:
            set_type = said
        elif said in _READ_TYPES:
            set_type = found or said
        else:
            set_type = found or ("" if said else _TYPE_OF_GROUP.get(self._group_type, ""))
        if set_type and set_type != said and self._has_start:
            self._report(
                "X12-0114",
                f"ST01 is '{shape_of(said)}'; the content is that of an {set_type}.",
            )
        self.source = msgspec.structs.replace(self.source, set_type=set_type or said)
        self._choose_reader(set_type)

    def _choose_reader(self, set_type: str) -> None:
        if set_type == "835":
            self._reader = Remittance835Reader(
                self.source, self._delimiters, self._log, self._memory
            )
        elif set_type == "837":
            # Loading this takes as long as reading 300 KB, and most files hold remittances only.
            from edi_engine.parsers.claims import Claim837Reader  # noqa: PLC0415

            self._reader = Claim837Reader(self.source, self._delimiters, self._log)
        elif set_type in _ACKNOWLEDGMENTS:
            self._reader = self._acknowledgment_reader(set_type)
        elif not (len(self.source.set_type) == 3 and self.source.set_type.isalnum()):
            self._state = SetState.QUARANTINED
            self._report("X12-0115", "Neither ST01 nor the content tells what the set is.")

    def _acknowledgment_reader(self, set_type: str) -> SetReader:
        """These come seldom and small: they are loaded when the first one is seen."""
        if set_type == "TA1":
            from edi_engine.parsers.acknowledgment_interchanges import (  # noqa: PLC0415
                InterchangeAnswerReader,
            )

            return InterchangeAnswerReader(self.source, self._delimiters, self._log)
        if set_type == "277":
            from edi_engine.parsers.acknowledgment_statuses import (  # noqa: PLC0415
                StatusAnswerReader,
            )

            return StatusAnswerReader(self.source, self._delimiters, self._log)
        from edi_engine.parsers.acknowledgment_syntax import (  # noqa: PLC0415
            SyntaxAnswerReader,
        )

        return SyntaxAnswerReader(self.source, self._delimiters, self._log)

    def _type_by_content(self) -> str:
        """ "835" or "837" by the first segment that only one of them has, else empty.

        A set announced as one of them is taken for the other only when it has nothing of its own.
        """
        element = self._delimiters.element
        seen = {
            _TYPE_OF_SEGMENT[segment_id]
            for segment_id in (text.partition(element)[0] for text in self._texts[:TYPE_SEGMENTS])
            if segment_id in _TYPE_OF_SEGMENT
        }
        said = self.source.set_type
        if said in seen or len(seen) != 1:
            return said if said in seen else ""
        return seen.pop()

    def _report(self, code: str, message: str) -> None:
        self._log.add(code, self.source.place(1, self.source.byte_offset, "ST01"), message)

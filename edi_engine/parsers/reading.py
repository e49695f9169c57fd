"""Reads a whole file: interchanges, groups and sets, in any number and any state of repair.

The envelope is trusted for nothing: a missing or contradictory ISA, GS, ST, SE, GE or IEA is a
finding, and what stands between is read all the same. Source: X12.5, X12.6; real files.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from edi_engine.dates import parse_date
from edi_engine.errors import InputError
from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.parsers.claim_segments import ClaimMemory
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import (
    BLOCK_BYTES,
    EnvelopeSegment,
    OtherText,
    Segments,
    SegmentStream,
    StreamEvent,
)
from edi_engine.parsers.set_intake import SetIntake, is_body_segment
from edi_engine.records.acknowledgments import Acknowledgment
from edi_engine.records.claims import Claim
from edi_engine.records.intake import ParsedBatch, RawSet
from edi_engine.records.remittances import (
    ClaimPayment,
    ProviderAdjustment,
    ProviderSummary,
    Remittance,
    RemittanceSet,
)
from edi_engine.records.source import SetSource

__all__ = ["ParsedFile", "read_bytes", "read_file"]

CONTROL_NUMBERS_MAX = 100_000
"""How many ISA13 of one file are remembered to see one used twice; ISA13 has nine digits, and no
file comes near."""


class ParsedFile(msgspec.Struct, frozen=True):
    """Everything one file holds, in file order; for files known to be small."""

    claims: tuple[Claim, ...]
    remittance_sets: tuple[RemittanceSet, ...]
    raw_sets: tuple[RawSet, ...]
    findings: tuple[Finding, ...]
    acknowledgments: tuple[Acknowledgment, ...] = ()


def read_file(
    stream: BinaryIO,
    *,
    file_name: str,
    file_digest: str,
    block_bytes: int = BLOCK_BYTES,
    watch: Callable[[StreamEvent], None] | None = None,
) -> Iterator[ParsedBatch]:
    """Records and findings of a stream, piece by piece, in bounded memory.

    `watch` sees every part before it is read. Any bytes at all give records or findings.
    Raises InputError only when the stream itself cannot be read.
    """
    place = Place(file_name, file_digest)
    log = FindingLog()
    segments = SegmentStream(stream, place, log, block_bytes=block_bytes)
    file = _FileReader(place, log)
    try:
        for event in segments:
            if watch is not None:
                watch(event)
            yield from file.take(event)
    except OSError as problem:
        raise InputError(
            "The file could not be read to its end.",
            place=file_name,
            remedy="Copy the file again, then ingest the copy.",
        ) from problem
    yield from file.finish(segments.bytes_read)


def read_bytes(data: bytes, *, file_name: str = "", file_digest: str | None = None) -> ParsedFile:
    """Everything in these bytes at once. `file_digest` defaults to their SHA-256."""
    digest = hashlib.sha256(data).hexdigest() if file_digest is None else file_digest
    claims: list[Claim] = []
    raw_sets: list[RawSet] = []
    findings: list[Finding] = []
    gathered: list[RemittanceSet] = []
    remittance: Remittance | None = None
    payments: list[ClaimPayment] = []
    adjustments: list[ProviderAdjustment] = []
    summaries: list[ProviderSummary] = []
    acknowledgments: list[Acknowledgment] = []
    for batch in read_file(io.BytesIO(data), file_name=file_name, file_digest=digest):
        claims += batch.claims
        findings += batch.findings
        remittance = batch.remittance or remittance
        payments += batch.claim_payments
        adjustments += batch.provider_adjustments
        summaries += batch.provider_summaries
        acknowledgments += batch.acknowledgments
        if batch.ended is not None:
            raw_sets.append(batch.ended)
            if remittance is not None:
                gathered.append(
                    RemittanceSet(remittance, tuple(payments), tuple(adjustments), tuple(summaries))
                )
            remittance = None
            payments, adjustments, summaries = [], [], []
    return ParsedFile(
        tuple(claims), tuple(gathered), tuple(raw_sets), tuple(findings), tuple(acknowledgments)
    )


class _FileReader:
    """Follows the envelope through one file."""

    def __init__(self, place: Place, log: FindingLog) -> None:
        self._place = place
        self._log = log
        self._delimiters = STANDARD
        self._memory = ClaimMemory()
        self._interchange: InterchangeStart | None = None
        self._groups_count = 0
        self._group: EnvelopeSegment | None = None
        self._group_sets_count = 0
        self._set: SetIntake | None = None
        self._set_ordinal = 0
        self._byte_end = 0
        self._control_numbers: set[str] = set()
        self._other_bytes = 0
        self._other_at = 0

    def take(self, event: StreamEvent) -> Iterator[ParsedBatch]:
        """The next thing in the file."""
        if isinstance(event, Segments):
            yield from self._take_segments(event)
        elif isinstance(event, EnvelopeSegment):
            yield from self._take_envelope(event)
        elif isinstance(event, InterchangeStart):
            yield from self._close_interchange()
            self._open_interchange(event)
        elif isinstance(event, OtherText):
            self._note_other(event.byte_offset, event.byte_length)
            return
        else:
            self._use(event.delimiters)
            return
        self._byte_end = event.byte_end

    def finish(self, bytes_read: int) -> Iterator[ParsedBatch]:
        """The file is over: close what is open and say what was not X12."""
        yield from self._close_interchange()
        if bytes_read == 0:
            self._report("X12-0102", 0, "The file is empty.")
        elif not self._set_ordinal and not self._control_numbers:
            self._report("X12-0101", 0, "No X12 segment was found.")
        elif self._other_bytes:
            self._report(
                "X12-0103",
                self._other_at,
                f"{self._other_bytes} bytes outside interchanges are no X12.",
            )
        self._report_uncounted()
        findings = self._log.take()
        if findings:
            yield ParsedBatch(None, findings)

    def _report_uncounted(self) -> None:
        listed: dict[str, int] = dict(self._log.counts)
        for code, count in sorted(listed.items()):
            if self._log.is_full(code):
                self._report(
                    "X12-0119", 0, f"{count} findings {code} in this file; not all are listed."
                )

    def _report(self, code: str, byte_offset: int, message: str, element: str = "") -> None:
        place = msgspec.structs.replace(self._place, byte_offset=byte_offset, element=element)
        self._log.add(code, place, message)

    def _note_other(self, byte_offset: int, byte_length: int) -> None:
        if not self._other_bytes:
            self._other_at = byte_offset
        self._other_bytes += byte_length

    def _use(self, delimiters: Delimiters) -> None:
        if delimiters != self._delimiters:
            self._delimiters = delimiters
            self._memory = ClaimMemory()

    # Interchanges and groups.

    def _open_interchange(self, start: InterchangeStart) -> None:
        self._use(start.delimiters)
        self._interchange = start
        self._groups_count = 0
        if not start.regular:
            self._report("X12-0104", start.byte_offset, "The ISA is not 106 characters long.")
        number = start.element(13)
        if number in self._control_numbers:
            self._report("X12-0118", start.byte_offset, "An interchange number is used again.")
        elif len(self._control_numbers) < CONTROL_NUMBERS_MAX:
            self._control_numbers.add(number)

    def _close_interchange(self, ended: EnvelopeSegment | None = None) -> Iterator[ParsedBatch]:
        yield from self._close_group()
        interchange = self._interchange
        self._interchange = None
        if ended is None:
            if interchange is not None:
                self._report("X12-0112", self._byte_end, "The interchange has no IEA.")
            return
        if interchange is None:
            self._report("X12-0111", ended.byte_offset, "IEA without an ISA before it.")
            return
        self._check_count(ended, self._groups_count, "IEA01", "groups")
        self._check_number(ended, interchange.element(13), "IEA02", "ISA13")

    def _open_group(self, start: EnvelopeSegment) -> Iterator[ParsedBatch]:
        yield from self._close_group()
        if self._interchange is None and not self._groups_count:
            self._report("X12-0111", start.byte_offset, "GS without an ISA before it.")
        self._group = start
        self._groups_count += 1
        self._group_sets_count = 0

    def _close_group(self, ended: EnvelopeSegment | None = None) -> Iterator[ParsedBatch]:
        yield from self._close_set()
        group = self._group
        self._group = None
        if ended is None:
            if group is not None:
                self._report("X12-0112", self._byte_end, "The group has no GE.")
            return
        if group is None:
            self._report("X12-0111", ended.byte_offset, "GE without a GS before it.")
            return
        self._check_count(ended, self._group_sets_count, "GE01", "sets")
        self._check_number(ended, _at(group, 6), "GE02", "GS06")

    def _check_count(self, ended: EnvelopeSegment, count: int, element: str, what: str) -> None:
        text = _at(ended, 1)
        if not text.isdecimal() or int(text[:12]) != count:
            said = text if text.isdecimal() else "no number"
            self._report(
                "X12-0109",
                ended.byte_offset,
                f"{element} says {said[:12]}, the file holds {count} {what}.",
                element,
            )

    def _check_number(
        self, ended: EnvelopeSegment, started_with: str, element: str, other: str
    ) -> None:
        if not _same_number(_at(ended, 2), started_with):
            self._report("X12-0110", ended.byte_offset, f"{element} differs from {other}.", element)

    def _take_envelope(self, event: EnvelopeSegment) -> Iterator[ParsedBatch]:
        segment_id = event.elements[0]
        if segment_id == "ST":
            yield from self._close_set()
            self._open_set(event)
        elif segment_id == "SE":
            yield from self._end_set(event)
        elif segment_id == "GS":
            yield from self._open_group(event)
        elif segment_id == "GE":
            yield from self._close_group(event)
        elif segment_id == "IEA":
            yield from self._close_interchange(event)
        elif segment_id == "TA1":
            yield from self._close_set()
            self._open_set(event)
            yield from self._close_set(complete=True, byte_end=event.byte_end)
        else:
            # An ISA too damaged for its separators to be told: those of before it stand.
            yield from self._close_interchange()
            self._open_interchange(
                InterchangeStart(
                    event.elements, self._delimiters, event.byte_offset, event.byte_end, False
                )
            )

    # Sets.

    def _open_set(self, start: EnvelopeSegment) -> None:
        if self._group is None and start.elements[0] == "ST":
            self._report("X12-0111", start.byte_offset, "ST without a GS before it.")
        self._begin(start, self._delimiters.element.join(start.elements))
        version, said = _at(start, 3), self._from_group(8)
        if version and said and version != said:
            self._report("X12-0116", start.byte_offset, "ST03 differs from GS08.", "ST03")

    def _begin(self, start: EnvelopeSegment, start_text: str) -> None:
        self._set_ordinal += 1
        self._group_sets_count += 1
        interchange, is_answer = self._interchange, start.elements[0] == "TA1"
        source = SetSource(
            self._place.file_name,
            self._place.file_digest,
            self._set_ordinal,
            _at(start, 2) if not is_answer else _at(start, 1),
            "TA1" if is_answer else _at(start, 1),
            "" if is_answer else _at(start, 3) or self._from_group(8),
            start.byte_offset,
            interchange.element(13) if interchange else "",
            interchange.element(6) if interchange else "",
            interchange.element(8) if interchange else "",
            self._from_group(6),
            self._from_group(2),
            self._from_group(3),
            parse_date(self._from_group(4) or self._interchange_day(is_answer=is_answer)),
            interchange.element(15) if interchange else "",
        )
        self._group_sets_count -= is_answer
        self._set = SetIntake(
            source,
            self._delimiters,
            self._log,
            start_text=start_text,
            group_type=self._from_group(1),
            memory=self._memory,
        )

    def _interchange_day(self, *, is_answer: bool) -> str:
        """ISA09 for a TA1, which stands in no group."""
        return self._interchange.element(9) if is_answer and self._interchange else ""

    def _from_group(self, index: int) -> str:
        return _at(self._group, index) if self._group is not None else ""

    def _take_segments(self, event: Segments) -> Iterator[ParsedBatch]:
        if self._set is None:
            if self._interchange is None and not any(
                is_body_segment(text, self._delimiters) for text in event.texts[:50]
            ):
                self._note_other(event.offsets[0], event.byte_end - event.offsets[0])
                return
            self._report("X12-0111", event.offsets[0], "Segments without an ST before them.")
            start = EnvelopeSegment(("ST", "", ""), event.offsets[0], event.offsets[0])
            self._begin(start, "")
        if self._set is not None:
            yield from self._set.take(event)

    def _end_set(self, event: EnvelopeSegment) -> Iterator[ParsedBatch]:
        current = self._set
        if current is None:
            self._report("X12-0111", event.byte_offset, "SE without an ST before it.")
            return
        self._check_count(event, current.segment_count + 1, "SE01", "segments")
        self._check_number(event, current.source.set_control_number, "SE02", "ST02")
        yield from self._close_set(complete=True, byte_end=event.byte_end)

    def _close_set(
        self, *, complete: bool = False, byte_end: int | None = None
    ) -> Iterator[ParsedBatch]:
        current = self._set
        if current is None:
            return
        self._set = None
        if not complete:
            self._log.add(
                "X12-0113",
                current.source.place(current.segment_count, self._byte_end),
                "The set has no SE.",
            )
        is_answer = current.source.set_type == "TA1"
        yield from current.finish(
            byte_end=self._byte_end if byte_end is None else byte_end,
            complete=complete and not is_answer,
        )


def _at(segment: EnvelopeSegment, index: int) -> str:
    return segment.elements[index] if index < len(segment.elements) else ""


def _same_number(first: str, second: str) -> bool:
    """Whether two control numbers are equal, leading zeros aside."""
    return first == second or first.lstrip("0") == second.lstrip("0")

"""Checks sets against the implementation guides with pyx12, which is used nowhere else.

pyx12 refuses many files before it reads them and stops at others, so it is given clean text: the
segments as our own reader cuts them, standard separators, a right envelope, ASCII. Its lists of
external codes are years old and are left out. It checks the guide and never the money. What it
says may hold file content, so its words are not passed on: only where and which rule.
"""

import contextlib
import io
import json
import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO

import msgspec
import pyx12.codes
import pyx12.map_index
import pyx12.params
import pyx12.x12n_document

from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import (
    EnvelopeSegment,
    OtherText,
    Segments,
    SegmentStream,
)
from edi_engine.parsers.set_intake import is_body_segment
from edi_engine.redact import shape_of

__all__ = ["GUIDE_BYTES_MAX", "check_guide"]

GUIDE_BYTES_MAX = 8 * 1024 * 1024
"""How much of one file is checked. pyx12 goes through 0.15 to 0.25 MB/s, so this is a minute."""

_BATCH_BYTES = 512 * 1024
"""Sets given to pyx12 at once: it loads its map anew for each call and keeps all errors."""

_GUIDE = re.compile(r"00[45]010X[0-9]{3}(?:A[0-9])?", re.ASCII)
_GROUP_CODES = {"835": "HP", "837": "HC"}
_INTERCHANGE = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *200101*0000*{repetition}"
    "*{version}*000000001*0*P*:~\nGS*{code}*SENDER*RECEIVER*20200101*0000*1*X*{guide}~\n"
)
_FIRST_LINE = 3
"""pyx12 counts segments as lines: ISA is 1, GS is 2, the first ST is 3."""

_SEGMENT_RULES = {
    "1": "is not known",
    "2": "is not expected here",
    "3": "is missing, or what it needs after it",
    "4": "begins a loop too often",
    "5": "is used too often",
    "6": "does not belong to this set",
    "7": "is out of sequence",
    "8": "has wrong elements",
}
_ELEMENT_RULES = {
    "1": "is missing",
    "2": "is missing beside another element",
    "3": "is one too many",
    "4": "is too short",
    "5": "is too long",
    "6": "has a character that is not allowed",
    "7": "is no code of the guide",
    "8": "is no valid date",
    "9": "is no valid time",
    "10": "must not stand beside another element",
}


class _Set(msgspec.Struct):
    """A set waiting to be checked: clean texts from ST on, without SE, and where each stands."""

    place: Place
    guide: str
    group_code: str
    texts: list[str]
    offsets: list[int]

    def bytes_count(self) -> int:
        return sum(map(len, self.texts))


def check_guide(
    stream: BinaryIO, *, file_name: str, file_digest: str, bytes_max: int = GUIDE_BYTES_MAX
) -> tuple[Finding, ...]:
    """Findings of the guide check for every set of a file, in file order.

    Never raises for any bytes. Sets of guides that pyx12 has no map for, and what lies beyond
    `bytes_max` of segment text, give an info finding.
    """
    place = Place(file_name, file_digest)
    log = FindingLog()
    batch: list[_Set] = []
    batch_bytes = checked_bytes = 0
    for one in _sets(stream, place, bytes_max):
        size = one.bytes_count()
        if checked_bytes + size > bytes_max:
            log.add("GUIDE-0104", one.place, f"Only {bytes_max} bytes of a file are checked.")
            break
        if not _has_map(one):
            log.add("GUIDE-0102", one.place, f"There is no map for '{_named(one.guide)}'.")
            continue
        if batch and (_kind(one) != _kind(batch[0]) or batch_bytes + size > _BATCH_BYTES):
            _check(batch, log)
            batch, batch_bytes = [], 0
        batch.append(one)
        batch_bytes += size
        checked_bytes += size
    if batch:
        _check(batch, log)
    return log.take()


def _kind(one: _Set) -> tuple[str, str]:
    return one.group_code, one.guide


def _sets(stream: BinaryIO, place: Place, bytes_max: int) -> Iterator[_Set]:
    """The sets of a file as our reader cuts them; those without an ST are counted and left out."""
    group: EnvelopeSegment | None = None
    delimiters = STANDARD
    current: _Set | None = None
    ordinal = 0
    in_set = False
    for event in SegmentStream(stream, place, FindingLog()):
        if isinstance(event, Segments):
            if current is not None:
                if current.bytes_count() <= bytes_max:
                    current.texts += _clean(event.texts, delimiters)
                    current.offsets += event.offsets
            elif not in_set and any(is_body_segment(text, delimiters) for text in event.texts[:50]):
                ordinal += 1
                in_set = True
            continue
        if current is not None:
            yield current
            current = None
        in_set = False
        if isinstance(event, EnvelopeSegment):
            segment_id = event.elements[0]
            if segment_id == "GS":
                group = event
            elif segment_id in {"ST", "TA1"}:
                ordinal += 1
                if segment_id == "ST":
                    current = _start(event, group, place, ordinal)
        elif not isinstance(event, OtherText):
            delimiters = event.delimiters
            if isinstance(event, InterchangeStart):
                group = None
    if current is not None:
        yield current


def _start(
    start: EnvelopeSegment, group: EnvelopeSegment | None, place: Place, ordinal: int
) -> _Set:
    def at(segment: EnvelopeSegment | None, index: int) -> str:
        found = segment is not None and index < len(segment.elements)
        return segment.elements[index] if segment is not None and found else ""

    set_type = at(start, 1)
    return _Set(
        msgspec.structs.replace(
            place,
            set_ordinal=ordinal,
            set_control_number=at(start, 2),
            segment_ordinal=1,
            byte_offset=start.byte_offset,
        ),
        at(start, 3) or at(group, 8),
        _GROUP_CODES.get(set_type, at(group, 1)),
        ["*".join(_clean(list(start.elements), STANDARD))],
        [start.byte_offset],
    )


def _clean(texts: list[str], delimiters: Delimiters) -> list[str]:
    """Texts with standard separators and in ASCII; a separator that is data becomes a hyphen."""
    table = {ord(character): "-" for character in "*:~^"}
    table |= {ord(delimiters.element): "*", ord(delimiters.component): ":"}
    if delimiters.repetition:
        table[ord(delimiters.repetition)] = "^"
    if delimiters != STANDARD:
        texts = [text.translate(table) for text in texts]
    return [text.encode("ascii", "replace").decode("ascii") for text in texts]


def _named(guide: str) -> str:
    """A guide's identifier as it stands; the shape of anything else, which may hold data."""
    return guide if _GUIDE.fullmatch(guide) else shape_of(guide)


def _has_map(one: _Set) -> bool:
    return (
        _maps().get_filename(_version(one.guide), one.guide, one.group_code, None) is not None
        and one.guide != ""
    )


@cache
def _maps() -> pyx12.map_index.map_index:
    return pyx12.map_index.map_index(None)


@cache
def _external_codes() -> str:
    """Names of all external code lists, so that none of them is looked at."""
    return ",".join(name for name, _ in pyx12.codes.list_external_codesets())


def _version(guide: str) -> str:
    return "00401" if guide.startswith("004") else "00501"


def _document(batch: list[_Set]) -> str:
    """One interchange around these sets, one segment a line."""
    first = batch[0]
    version = _version(first.guide)
    lines = [
        _INTERCHANGE.format(
            repetition="^" if version == "00501" else "U",
            version=version,
            code=first.group_code,
            guide=first.guide,
        )
    ]
    for number, one in enumerate(batch, 1):
        start = one.texts[0].split("*")
        version_element = start[3:4]
        lines.append("*".join([*start[:2], f"{number:04d}", *version_element]) + "~\n")
        lines += [text + "~\n" for text in one.texts[1:]]
        lines.append(f"SE*{len(one.texts) + 1}*{number:04d}~\n")
    lines.append(f"GE*{len(batch)}*1~\nIEA*1*000000001~\n")
    return "".join(lines)


def _check(batch: list[_Set], log: FindingLog) -> None:
    """Run pyx12 over these sets and take over what it found."""
    report = io.StringIO()
    settings = pyx12.params.ParamsBase()
    settings.set("exclude_external_codes", _external_codes())
    with _silence():
        try:
            passed = pyx12.x12n_document.x12n_document(
                settings, io.StringIO(_document(batch)), None, None, fd_json=report
            )
        except Exception:  # whatever another program stumbles over must not stop the file
            passed = None
    found = _take_over(report.getvalue(), batch, log)
    if not passed and not found:
        log.add("GUIDE-0103", batch[0].place, "The guide check gave no answer.")


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """pyx12 logs and prints what it finds, file content included."""
    logger = logging.getLogger("pyx12")
    names = [name for name in logging.root.manager.loggerDict if name.startswith("pyx12.")]
    loggers = [logger, *map(logging.getLogger, names)]
    before = [one.disabled for one in loggers]
    for one in loggers:
        one.disabled = True
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        for one, was_disabled in zip(loggers, before, strict=True):
            one.disabled = was_disabled


class _ElementError(msgspec.Struct):
    ele_pos: int | None = None
    subele_pos: int | None = None
    errors: list[dict[str, str | None]] = []


class _SegmentError(msgspec.Struct):
    seg_id: str | None = None
    cur_line: int = 0
    errors: list[dict[str, str | None]] = []
    elements: list[_ElementError] = []


class _Transaction(msgspec.Struct):
    segments: list[_SegmentError] = []


class _Group(msgspec.Struct):
    transactions: list[_Transaction] = []


class _Interchange(msgspec.Struct):
    groups: list[_Group] = []


class _Report(msgspec.Struct):
    interchanges: list[_Interchange] = []


def _take_over(text: str, batch: list[_Set], log: FindingLog) -> bool:
    """Findings from pyx12's report; False when there is nothing in it."""
    if not text:
        return False
    try:
        report = msgspec.convert(json.loads(text), _Report, strict=False)
    except (ValueError, msgspec.ValidationError):
        return False
    before = sum(log.counts.values())
    for interchange in report.interchanges:
        for group in interchange.groups:
            for transaction in group.transactions:
                for segment in transaction.segments:
                    _report_segment(segment, batch, log)
    return sum(log.counts.values()) > before


def _report_segment(segment: _SegmentError, batch: list[_Set], log: FindingLog) -> None:
    name = _id_in_message(segment.seg_id or "")
    place = _place_of(segment.cur_line, batch)
    for error in segment.errors:
        rule = _SEGMENT_RULES.get(str(error.get("err_cde")), "breaks a rule of its loop")
        log.add("GUIDE-0101", place, f"{name} {rule}.")
    for element in segment.elements:
        position = f"{name}{element.ele_pos or 0:02d}"
        if element.subele_pos:
            position += f"-{element.subele_pos}"
        there = msgspec.structs.replace(place, element=position)
        for error in element.errors:
            rule = _ELEMENT_RULES.get(str(error.get("err_cde")), "is wrong")
            log.add("GUIDE-0101", there, f"{position} {rule}.")


def _id_in_message(segment_id: str) -> str:
    """A segment id for a message; anything longer than an id is shown by its shape only."""
    return segment_id if len(segment_id) <= 3 and segment_id.isalnum() else shape_of(segment_id)


def _place_of(line: int, batch: list[_Set]) -> Place:
    """Where the segment of that line stands in the file."""
    left = line - _FIRST_LINE
    for one in batch:
        if left <= len(one.texts):
            index = min(max(left, 0), len(one.offsets) - 1)
            return msgspec.structs.replace(
                one.place, segment_ordinal=max(left, 0) + 1, byte_offset=one.offsets[index]
            )
        left -= len(one.texts) + 1
    return batch[-1].place

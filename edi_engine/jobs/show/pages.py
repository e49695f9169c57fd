"""The form of what `show` answers: facts, tables and raw segments, ready to print or to encode.

A page may name a patient: that is what it is for. It is printed, never logged.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from edi_engine.jobs.report_forms import Report
from edi_engine.money import format_cents
from edi_engine.parsers.envelope import guess_delimiters
from edi_engine.parsers.paper_columns import HEADER_BYTES_MAX, split_rows
from edi_engine.parsers.paper_remits import PAPER_IMPLEMENTATION
from edi_engine.records.datasets import ColumnKind
from edi_engine.store import Reader
from edi_engine.store.places import StoredPlace

__all__ = [
    "Fact",
    "Page",
    "RawSegment",
    "Table",
    "page_as_json",
    "raw_data",
    "raw_segments",
    "report_as_json",
    "shown",
    "table_as_json",
]

_WINDOW_BYTES = 65_536
_SEGMENTS_MAX = 400
"""A claim of 99 lines with all their loops has fewer; more is a whole file, to be exported."""


class Fact(msgspec.Struct, frozen=True):
    """A name and a value of some kind; money is cents."""

    name: str
    value: object
    kind: ColumnKind = ColumnKind.TEXT


class Table(msgspec.Struct, frozen=True):
    """Rows under named columns of some kind. `note` says what was left out, if anything."""

    title: str
    columns: tuple[tuple[str, ColumnKind], ...]
    rows: tuple[tuple[object, ...], ...]
    note: str = ""


class RawSegment(msgspec.Struct, frozen=True):
    """A segment as it stands in its file, without its terminator."""

    segment_ordinal: int
    byte_offset: int
    text: str


class Page(msgspec.Struct, frozen=True):
    """Everything known about one thing. `place` names the file and set of the raw segments."""

    title: str
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...] = ()
    place: str = ""
    raw: tuple[RawSegment, ...] = ()


def shown(value: object, kind: ColumnKind) -> str:
    """A value as people read it; empty for None."""
    if value is None:
        return ""
    if kind is ColumnKind.MONEY and isinstance(value, int):
        return format_cents(value)
    if kind is ColumnKind.FLAG:
        return "yes" if value else "no"
    return str(value)


def page_as_json(page: Page) -> Mapping[str, object]:
    """The page as names and values: facts as one object, each table as a list of objects."""
    return {
        "title": page.title,
        "facts": {_name(fact.name): _plain(fact.value, fact.kind) for fact in page.facts},
        "tables": {_name(table.title): table_as_json(table) for table in page.tables},
        "place": page.place,
        "raw": [msgspec.structs.asdict(segment) for segment in page.raw],
    }


def table_as_json(table: Table) -> list[dict[str, object]]:
    """The rows of a table, each as names and values."""
    return [
        {
            _name(name): _plain(value, kind)
            for (name, kind), value in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]


def report_as_json(report: Report) -> list[dict[str, object]]:
    """The rows of a report, each as names and values."""
    columns = report.dataset.columns
    return [
        {
            column.name: _plain(value, column.kind)
            for column, value in zip(columns, row, strict=True)
        }
        for row in report.rows
    ]


def _name(words: str) -> str:
    return words.replace(" ", "_").lower()


def _plain(value: object, kind: ColumnKind) -> object:
    if value is None or kind in {ColumnKind.NUMBER, ColumnKind.FLAG}:
        return value
    return shown(value, kind)


def raw_data(reader: Reader, places: Sequence[StoredPlace]) -> list[bytes]:
    """The bytes from each place on that `raw_segments` needs, of all places at once."""
    return reader.raw_pieces(
        [(place.file_id, place.byte_offset, _length(place)) for place in places]
    )


def _length(place: StoredPlace) -> int:
    to_the_end = place.set_byte_offset + place.set_byte_length - place.byte_offset
    return min(to_the_end, _WINDOW_BYTES * 4)


def raw_segments(
    reader: Reader,
    place: StoredPlace | None,
    *,
    until: Iterable[str],
    data: bytes | None = None,
) -> tuple[str, tuple[RawSegment, ...]]:
    """The place in words, and the segments from there up to the next one with an id of `until`.

    Of a paper remittance these are the header and the rows of its sheet up to the next claim.
    `data` is what `raw_data` gave for the place, where it was asked for before.
    """
    if place is None:
        return "", ()
    if place.implementation == PAPER_IMPLEMENTATION:
        return _raw_rows(reader, place)
    stop = frozenset(until)
    words = (
        f"{place.file_name} (file {place.file_id}), ST {place.set_control_number or '?'}"
        f" (set {place.set_id}), segment {place.segment_ordinal}, byte {place.byte_offset}"
    )
    if data is None:
        (data,) = raw_data(reader, [place])
    delimiters = guess_delimiters(data.decode("latin-1"))
    if delimiters is None:  # too little of the set is left to tell them by
        head = reader.raw_segments(place.file_id, place.set_byte_offset, _WINDOW_BYTES)
        delimiters = guess_delimiters(head.decode("latin-1"))
    if delimiters is None:
        return words, ()
    found: list[RawSegment] = []
    offset = place.byte_offset
    for piece in data.decode("latin-1").split(delimiters.segment):
        text = piece.strip()
        start = offset + len(piece) - len(piece.lstrip())
        offset += len(piece) + len(delimiters.segment)
        segment_id = text.partition(delimiters.element)[0].upper()
        if (found and segment_id in stop) or len(found) == _SEGMENTS_MAX:
            break
        if text:
            found.append(RawSegment(place.segment_ordinal + len(found), start, text))
    return words, tuple(found)


def _raw_rows(reader: Reader, place: StoredPlace) -> tuple[str, tuple[RawSegment, ...]]:
    row = max(place.segment_ordinal, 1)
    words = (
        f"{place.file_name} (file {place.file_id}), trace number {place.set_control_number}"
        f" (set {place.set_id}), row {row}, byte {place.byte_offset}"
    )
    following = reader.next_part_offset(place.set_id, place.byte_offset)
    end = place.set_byte_offset + place.set_byte_length
    length = (end if following is None else following) - place.byte_offset
    head = reader.raw_segments(place.file_id, 0, HEADER_BYTES_MAX)
    data = reader.raw_segments(place.file_id, place.byte_offset, min(length, _WINDOW_BYTES * 4))
    found = [RawSegment(1, 0, text) for _, text in islice(_row_texts(head), 1)]
    found += [
        RawSegment(number, place.byte_offset + start, text)
        for number, (start, text) in enumerate(islice(_row_texts(data), _SEGMENTS_MAX), row)
    ]
    return words, tuple(found)


def _row_texts(data: bytes) -> Iterator[tuple[int, str]]:
    """Byte offset and text of the rows of a sheet that was read before."""
    for _, start, end, _ in split_rows(data, is_cut=True):
        yield start, data[start:end].decode("utf-8-sig", "replace").rstrip("\r\n")

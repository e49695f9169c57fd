"""A place in a file as it stands there: the segment or row, what is around it, what is meant."""

import re
from collections.abc import Sequence

import msgspec

from edi_engine.errors import InputError
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.envelope import (
    find_interchange,
    guess_delimiters,
    read_interchange_start,
)
from edi_engine.parsers.number_places import SHEET_COLUMNS, element_of_number
from edi_engine.parsers.paper_columns import (
    HEADER_BYTES_MAX,
    LINE_COLUMNS,
    is_paper_header,
    split_rows,
)
from edi_engine.parsers.pieces import segment_pieces
from edi_engine.records.numbers import FileNumber
from edi_engine.records.stored import StoredFile
from edi_engine.store import Reader, Store

__all__ = ["MarkedSegment", "PlaceInFile", "show_number", "show_place"]

_HEAD_BYTES = 65_536
_BEFORE_BYTES, _AFTER_BYTES = 4_096, 8_192
_BEFORE, _AFTER = 3, 5
"""Segments shown around the one that is meant."""

_LOOP_BYTES_MAX = 262_144
"""How far an amount is looked for: a line or claim of a few thousand segments. One of more is not
marked."""

_TEXT_MAX = 4_000
"""Characters of one segment; a longer one is cut, for it is no segment."""

_CELL = re.compile(r'"(?:[^"]|"")*"[^,]*|[^,]*')
_ELEMENT = re.compile(r"([A-Z][A-Z0-9]{1,2}?)([0-9]{2})(?:-([0-9]{1,2}))?", re.ASCII)


class MarkedSegment(msgspec.Struct, frozen=True):
    """A segment or row: text before what is marked, the marked text, and after. `is_meant` tells
    the one that was asked for; nothing is marked in it where the element is not there."""

    byte_offset: int
    before: str
    marked: str = ""
    after: str = ""
    is_meant: bool = False


class PlaceInFile(msgspec.Struct, frozen=True):
    """A place with its surroundings, in file order. `sought` names the amount that was looked for,
    empty where a place was asked for."""

    file_id: int
    file_name: str
    byte_offset: int
    element: str
    segments: tuple[MarkedSegment, ...]
    sought: str = ""

    @property
    def is_marked(self) -> bool:
        """Whether the element was found in the segment."""
        return any(one.marked for one in self.segments)


def show_place(store: Store, file_id: int, byte_offset: int, element: str = "") -> PlaceInFile:
    """The surroundings of a byte. Raises InputError for no such file or a byte beyond its end."""
    with store.reading() as reader:
        file = _file(reader, file_id, byte_offset)
        head = reader.raw_segments(file_id, 0, _HEAD_BYTES)
        return _surroundings(reader, file, head, byte_offset, element)


def show_number(
    store: Store, file_id: int, byte_offset: int, number: FileNumber, nth: int = 1
) -> PlaceInFile:
    """The surroundings of an amount whose loop begins at a byte (`NumberPlace`), its element
    marked. Nothing is marked where the loop holds no such amount. Raises as `show_place`."""
    with store.reading() as reader:
        file = _file(reader, file_id, byte_offset)
        head = reader.raw_segments(file_id, 0, _HEAD_BYTES)
        data = reader.raw_segments(file_id, byte_offset, _LOOP_BYTES_MAX)
        if is_paper_header(head):
            at, element = byte_offset, _column_of(head, data, number, nth)
        else:
            at, element = _element_of(head, data, byte_offset, number, nth)
        found = _surroundings(reader, file, head, at, element)
    sought = number.value.replace("_", " ") + (f" {nth}" if nth > 1 else "")
    return msgspec.structs.replace(found, sought=sought)


def _file(reader: Reader, file_id: int, byte_offset: int) -> StoredFile:
    file = reader.file(file_id)
    if file is None:
        raise InputError("there is no such file.", place=f"file {file_id}")
    if byte_offset >= max(file.size_bytes, 1):
        raise InputError(f"the file has {file.size_bytes:,} bytes.", place=f"file {file_id}")
    return file


def _element_of(
    head: bytes, data: bytes, byte_offset: int, number: FileNumber, nth: int
) -> tuple[int, str]:
    """Where the segment with the amount begins, and the element; without one the place asked for
    and nothing."""
    text = data.decode("latin-1")
    delimiters = _delimiters_of(head, text)
    if delimiters is None:
        return byte_offset, ""
    pieces = list(segment_pieces(text, delimiters.segment, byte_offset))
    if len(data) == _LOOP_BYTES_MAX:
        del pieces[-1:]  # cut where the window ends
    found = element_of_number([piece for _, piece in pieces], delimiters, number, nth)
    return (byte_offset, "") if found is None else (pieces[found[0]][0], found[1])


def _delimiters_of(head: bytes, text: str) -> Delimiters | None:
    """Those of the first interchange, or of another one where a segment begins by its own."""
    first = _delimiters(head, "")
    if first is not None and re.match(
        rf"[A-Za-z][A-Za-z0-9]{{1,2}}{re.escape(first.element)}", text
    ):
        return first
    return guess_delimiters(text)


def _column_of(head: bytes, data: bytes, number: FileNumber, nth: int) -> str:
    """The column of a sheet that holds the amount, empty where no cell of the row is it alone.

    The adjustments of a row are its line's where it has a line, else the claim's; those of a claim
    may go on in rows below.
    """
    column = SHEET_COLUMNS.get(number, "")
    if number is not FileNumber.CLAIM_ADJUSTMENT:
        return column
    _, _, _, cells = next(split_rows(data, is_cut=True))
    filled = {name for name, cell in zip(_columns(head), cells, strict=False) if cell.strip()}
    has_line = not filled.isdisjoint(LINE_COLUMNS)
    return "" if has_line or nth > 1 else column


def _columns(head: bytes) -> list[str]:
    """Names of the columns of a sheet, as it has them in its first row."""
    first = next(split_rows(head[:HEADER_BYTES_MAX], is_cut=True), None)
    cells = first[3] if first is not None else []
    return [cell.removeprefix("\ufeff").strip().strip('"').lower() for cell in cells]


def _surroundings(
    reader: Reader, file: StoredFile, head: bytes, byte_offset: int, element: str
) -> PlaceInFile:
    start = max(byte_offset - _BEFORE_BYTES, 0)
    data = reader.raw_segments(file.file_id, start, byte_offset - start + _AFTER_BYTES)
    text = data.decode("latin-1")
    columns: Sequence[str] = ()
    if is_paper_header(head):
        delimiters, columns = None, _columns(head)
    else:
        delimiters = _delimiters(head, element)
        if delimiters is not None and element and not element.islower():
            delimiters = _delimiters_of(head, text[byte_offset - start :]) or delimiters
    pieces = list(segment_pieces(text, delimiters.segment if delimiters else "\n", start))
    if start > 0 and len(pieces) > 1:
        del pieces[0]  # cut where the window begins
    meant = next(
        (at for at, (offset, piece) in enumerate(pieces) if byte_offset < offset + len(piece) + 1),
        len(pieces) - 1,
    )
    first = max(meant - _BEFORE, 0)
    segments = []
    for at, (offset, piece) in enumerate(pieces[: meant + _AFTER + 1]):
        if at < first:
            continue
        shown = piece[:_TEXT_MAX]
        span = None
        if at == meant and columns:
            span = _cell_span(shown, columns, element)
        elif at == meant:
            span = _span(shown, element, delimiters)
        segments.append(_marked(offset, shown, span, is_meant=at == meant))
    return PlaceInFile(file.file_id, file.name, byte_offset, element, tuple(segments))


def _delimiters(head: bytes, element: str) -> Delimiters | None:
    """Those of the first interchange. None for a sheet, whose columns have names in small
    letters."""
    text = head.decode("latin-1")
    at = find_interchange(text, 0, None)
    start = read_interchange_start(text, at, 0) if at >= 0 else None
    if start is not None:
        return start.delimiters
    return None if element.islower() else guess_delimiters(text)


def _marked(
    offset: int, text: str, span: tuple[int, int] | None, *, is_meant: bool
) -> MarkedSegment:
    if span is None:
        return MarkedSegment(offset, text, is_meant=is_meant)
    first, end = span
    return MarkedSegment(offset, text[:first], text[first:end], text[end:], is_meant)


def _cell_span(text: str, columns: Sequence[str], column: str) -> tuple[int, int] | None:
    """Where the cell of a column stands in a row; None when it is empty, or there is no such."""
    if column not in columns:
        return None
    first = end = 0
    for _ in range(columns.index(column) + 1):
        if first > len(text):
            return None
        found = _CELL.match(text, first)
        end = found.end() if found is not None else first
        start, first = first, end + 1
    return (start, end) if text[start:end].strip('" ') else None


def _span(text: str, element: str, delimiters: Delimiters | None) -> tuple[int, int] | None:
    """Where the element stands in the segment; None when it is empty, or of another segment."""
    found = _ELEMENT.fullmatch(element)
    if found is None or delimiters is None:
        return None
    parts = text.split(delimiters.element)
    place = int(found[2])
    if parts[0].strip().upper() != found[1] or not 0 < place < len(parts):
        return None
    first = sum(len(part) + 1 for part in parts[:place])
    value = parts[place]
    if found[3]:
        components = value.split(delimiters.component)
        at = int(found[3])
        if not 0 < at <= len(components):
            return None
        first += sum(len(part) + 1 for part in components[: at - 1])
        value = components[at - 1]
    return (first, first + len(value)) if value else None

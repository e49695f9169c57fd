"""A place in a file as it stands there: the segment or row, what is around it, what is meant."""

import re
from collections.abc import Iterator

import msgspec

from edi_engine.errors import InputError
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.envelope import (
    find_interchange,
    guess_delimiters,
    read_interchange_start,
)
from edi_engine.store import Reader, Store

__all__ = ["MarkedSegment", "PlaceInFile", "show_place"]

_HEAD_BYTES = 65_536
_BEFORE_BYTES, _AFTER_BYTES = 4_096, 8_192
_BEFORE, _AFTER = 3, 5
"""Segments shown around the one that is meant."""

_TEXT_MAX = 4_000
"""Characters of one segment; a longer one is cut, for it is no segment."""

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
    """A place with its surroundings, in file order."""

    file_id: int
    file_name: str
    byte_offset: int
    element: str
    segments: tuple[MarkedSegment, ...]

    @property
    def is_marked(self) -> bool:
        """Whether the element was found in the segment."""
        return any(one.marked for one in self.segments)


def show_place(store: Store, file_id: int, byte_offset: int, element: str = "") -> PlaceInFile:
    """The surroundings of a byte. Raises InputError for no such file or a byte beyond its end."""
    with store.reading() as reader:
        file = reader.file(file_id)
        if file is None:
            raise InputError("there is no such file.", place=f"file {file_id}")
        if byte_offset >= max(file.size_bytes, 1):
            raise InputError(f"the file has {file.size_bytes:,} bytes.", place=f"file {file_id}")
        delimiters = _delimiters(reader, file_id, element)
        start = max(byte_offset - _BEFORE_BYTES, 0)
        data = reader.raw_segments(file_id, start, byte_offset - start + _AFTER_BYTES)
    text = data.decode("latin-1")
    pieces = list(_pieces(text, delimiters.segment if delimiters else "\n", start))
    if start > 0 and len(pieces) > 1:
        del pieces[0]  # cut where the window begins
    meant = next(
        (at for at, (offset, piece) in enumerate(pieces) if byte_offset < offset + len(piece) + 1),
        len(pieces) - 1,
    )
    first = max(meant - _BEFORE, 0)
    segments = tuple(
        _marked(offset, piece, element, delimiters, is_meant=at == meant)
        for at, (offset, piece) in enumerate(pieces[: meant + _AFTER + 1])
        if at >= first
    )
    return PlaceInFile(file_id, file.name, byte_offset, element, segments)


def _delimiters(reader: Reader, file_id: int, element: str) -> Delimiters | None:
    """Those of the first interchange; of another one with others nothing is marked. None for a
    sheet, whose columns have names in small letters."""
    head = reader.raw_segments(file_id, 0, _HEAD_BYTES).decode("latin-1")
    at = find_interchange(head, 0, None)
    start = read_interchange_start(head, at, 0) if at >= 0 else None
    if start is not None:
        return start.delimiters
    return None if element.islower() else guess_delimiters(head)


def _pieces(text: str, terminator: str, start: int) -> Iterator[tuple[int, str]]:
    """Segments with their offsets, without what stands between them; empty ones are left out."""
    offset = start
    for piece in text.split(terminator):
        plain = piece.strip("\r\n \t")
        if plain:
            yield offset + piece.index(plain), plain
        offset += len(piece) + len(terminator)


def _marked(
    offset: int, text: str, element: str, delimiters: Delimiters | None, *, is_meant: bool
) -> MarkedSegment:
    shown = text[:_TEXT_MAX]
    span = _span(shown, element, delimiters) if is_meant else None
    if span is None:
        return MarkedSegment(offset, shown, is_meant=is_meant)
    first, end = span
    return MarkedSegment(offset, shown[:first], shown[first:end], shown[end:], is_meant)


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

"""Cuts a byte stream into segments, with bounded memory whatever the bytes are.

Blocks are decoded as Latin-1, so a character index is a byte offset. Where every segment of a
block ends in the same characters, one `split` cuts it; every other form (indentation, wrapped
lines, blank lines, several segments a line) goes the general way and gives the same segments.
What a segment means is not known here, only which ones are envelope.

                 block:  ...~ST*835*0001~BPR*I*...~N1*...~SE*24*0001~GE*...
    EnvelopeSegment(ST)  Segments([BPR, N1 ...])  EnvelopeSegment(SE)  EnvelopeSegment(GE)
"""

import re
from collections.abc import Generator, Iterator
from itertools import accumulate
from operator import add
from typing import BinaryIO

import msgspec

from edi_engine.findings import FindingLog, Place
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.envelope import (
    ISA_CHARACTERS_MAX,
    InterchangeStart,
    find_interchange,
    guess_delimiters,
    read_interchange_start,
)

__all__ = [
    "BLOCK_BYTES",
    "SEGMENT_BYTES_MAX",
    "EnvelopeSegment",
    "GuessedDelimiters",
    "OtherText",
    "SegmentStream",
    "Segments",
    "StreamEvent",
]

BLOCK_BYTES = 48 * 1024
"""How much is read at once: some two thousand segments. With their records they fit in a processor
core's own cache. Larger blocks lean on the cache that all cores share, and are a tenth slower
while others use it; smaller ones are cut too often."""

SEGMENT_BYTES_MAX = 65_536
"""Longest segment kept. The longest a guide allows is an HI of twelve composites or a PLB of six
pairs, under two kilobytes; a note padded beyond reason still fits thirty times."""

ENVELOPE_IDS = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"})

_ID_CHARACTERS_MAX = 5
"""Longest made-up segment id seen, and two more than the standard allows."""

_BLANKS = " \t\r\n\x00\x0b\x0c\x1a"
_STANDARD_END = STANDARD.segment.encode("ascii")
_BOMS = ("\xef\xbb\xbf", "\xff\xfe", "\xfe\xff")


class Segments(msgspec.Struct, frozen=True):
    """Segments between two envelope segments, in order.

    `normal_form` is the text of these segments with standard separators, each ended by "~" and
    without line ends: the same for the same content in other bytes. `byte_end` is where the last
    one ends, terminator included.
    """

    texts: list[str]
    offsets: list[int]
    normal_form: bytes
    byte_end: int


class EnvelopeSegment(msgspec.Struct, frozen=True, gc=False):
    """ST, SE, GS, GE, IEA or TA1: its elements (the id in upper case first) and extent."""

    elements: tuple[str, ...]
    byte_offset: int
    byte_end: int


class OtherText(msgspec.Struct, frozen=True, gc=False):
    """Bytes that are no segment of anything."""

    byte_offset: int
    byte_length: int


class GuessedDelimiters(msgspec.Struct, frozen=True, gc=False):
    """Segments begin here without any ISA; these separators were told from them."""

    delimiters: Delimiters
    byte_offset: int


StreamEvent = InterchangeStart | GuessedDelimiters | EnvelopeSegment | Segments | OtherText
"""What a stream is made of."""


class _Cutter:
    """Cuts whole segments that use one set of separators."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.delimiters = delimiters
        segment = delimiters.segment
        self.ends = segment + delimiters.line_end
        # Where the terminator itself is a line end, any line end ends a segment.
        self.split_at = "\n" if "\n" in segment else segment
        self.blanks = _blanks_beside(delimiters)
        ends = self.ends.encode("latin-1")
        self._not_ends = bytes(range(256)).translate(None, ends + b"\r\n")
        self._foreign_ends = [end for end in "\r\n" if end not in self.ends]
        ids = "|".join(sorted(ENVELOPE_IDS))
        initials = "".join(sorted({segment_id[0] for segment_id in ENVELOPE_IDS}))
        element = re.escape(delimiters.element)
        # What must not be cut as it stands: blanks, empty segments and ids in lower case.
        odd = f"a-z{re.escape(self.blanks + self.split_at)}"
        unclean = f"[{odd}]"
        # One look at the first character passes over most segments.
        self._mark = re.compile(
            rf"{re.escape(self.ends)}(?=[{initials}{odd}])(?:(?:{ids}){element}|{unclean})"
        )
        self._first_mark = re.compile(rf"(?:{ids}){element}|{unclean}")
        self._unclean = re.compile(unclean)
        self._ascii = (delimiters.element + delimiters.component + segment).isascii()
        self._line_end = delimiters.line_end.encode("latin-1")
        self._table, self._deleted = self._normal_table()
        self.lower_case_at: int | None = None
        self.too_long_at: list[int] = []

    def _normal_table(self) -> tuple[bytes | None, bytes]:
        """Translation to standard separators, for the normal form of uniform blocks."""
        own = self.delimiters
        deleted = bytes(
            byte for byte in b"\r\n" if chr(byte) != self.split_at and chr(byte) != own.element
        )
        table = bytearray(range(256))
        pairs = (
            (own.component, STANDARD.component),
            (own.element, STANDARD.element),
            (self.split_at, STANDARD.segment),
        )
        for character, standard in pairs:
            if len(character) == 1:
                table[ord(character)] = ord(standard)
        return (None if table == bytes(range(256)) else bytes(table)), deleted

    def cut(self, data: bytes, text: str, base: int) -> Iterator[Segments | EnvelopeSegment]:
        """All segments of a text that ends with a terminator (and perhaps blanks)."""
        if text.endswith(self.ends) and len(self.split_at) == 1 and self._is_uniform(data, text):
            yield from self._cut_uniform(data, text, base)
        else:
            yield from self.cut_any(text, base)

    def _is_uniform(self, data: bytes, text: str) -> bool:
        """Whether every segment, and nothing else, ends in exactly `ends`."""
        if any(end in text for end in self._foreign_ends):
            return False
        if len(self.ends) == 1:
            return True
        skeleton = data.translate(None, self._not_ends)
        ends = self.ends.encode("latin-1")
        return skeleton == ends * (len(skeleton) // len(ends))

    def _cut_uniform(
        self, data: bytes, text: str, base: int
    ) -> Iterator[Segments | EnvelopeSegment]:
        ends_length = len(self.ends)
        marks = self._marks(text)
        if marks is None:
            yield from self.cut_any(text, base)
            return
        position = 0
        for mark in marks:
            if mark > position:
                yield from self._uniform_run(data, text, position, mark, base)
            end = text.index(self.ends, mark)
            position = end + ends_length
            byte_end = base + position - len(self.delimiters.line_end)
            yield self._envelope_segment(text[mark:end], base + mark, byte_end)
        if position < len(text):
            yield from self._uniform_run(data, text, position, len(text), base)

    def _marks(self, text: str) -> list[int] | None:
        """Where envelope segments begin; None when some segment begins uncleanly."""
        marks = [0] if self._first_mark.match(text) else []
        if marks and self._unclean.match(text):
            return None
        ends_length = len(self.ends)
        for found in self._mark.finditer(text):
            mark = found.start() + ends_length
            if self._unclean.match(text, mark):
                return None
            marks.append(mark)
        return marks

    def _uniform_run(
        self, data: bytes, text: str, start: int, end: int, base: int
    ) -> Iterator[Segments]:
        ends_length = len(self.ends)
        normal_form = data[start:end]
        if self._table is not None:
            normal_form = normal_form.translate(self._table, self._deleted)
            texts = text[start : end - ends_length].split(self.ends)
        else:
            if ends_length > 1:
                normal_form = normal_form.replace(self._line_end, b"")
            # The separators are those of the normal form already, and one character splits faster.
            texts = normal_form[:-1].decode("latin-1").split(STANDARD.segment)
        lengths = map(len, texts)
        # Offsets are the running sum of the lengths, plus one terminator for each segment before.
        offsets = list(
            map(
                add,
                accumulate(lengths, initial=base + start),
                range(0, ends_length * len(texts), ends_length),
            )
        )
        if self._may_be_too_long(text, start, end) and max(map(len, texts)) > SEGMENT_BYTES_MAX:
            texts, offsets = self._without_too_long(texts, offsets)
            yield from self._any_run(texts, offsets, base + end - len(self.delimiters.line_end))
            return
        if not text.isascii():
            texts = self._readable(texts)
        byte_end = base + end - len(self.delimiters.line_end)
        yield Segments(texts, offsets, normal_form, byte_end)

    def _may_be_too_long(self, text: str, start: int, end: int) -> bool:
        """Whether a segment may be longer than allowed: such a one fills half as much somewhere."""
        step = SEGMENT_BYTES_MAX // 2
        return any(text.find(self.ends, at, at + step) < 0 for at in range(start, end, step))

    def _without_too_long(
        self, texts: list[str], offsets: list[int]
    ) -> tuple[list[str], list[int]]:
        self.too_long_at += [
            offset
            for text, offset in zip(texts, offsets, strict=False)
            if len(text) > SEGMENT_BYTES_MAX
        ]
        kept = [index for index, text in enumerate(texts) if len(text) <= SEGMENT_BYTES_MAX]
        return [texts[index] for index in kept], [offsets[index] for index in kept]

    def cut_any(self, text: str, base: int) -> Iterator[Segments | EnvelopeSegment]:
        """Segments of a text in any form: blanks around them dropped, line ends inside removed."""
        texts: list[str] = []
        offsets: list[int] = []
        position = run_end = base
        element = self.delimiters.element
        step = len(self.split_at)
        for piece in text.split(self.split_at):
            begun = piece.lstrip(self.blanks)
            offset = position + len(piece) - len(begun)
            position += len(piece) + step
            found = begun.rstrip(self.blanks)
            if not found:
                continue
            if len(found) > SEGMENT_BYTES_MAX:
                self.too_long_at.append(offset)
                continue
            if "\n" in found or "\r" in found:
                found = found.replace("\r", "").replace("\n", "")
            segment_id = found.partition(element)[0]
            if (
                segment_id[:1].islower()
                and segment_id.isascii()
                and len(segment_id) <= _ID_CHARACTERS_MAX
            ):
                found = segment_id.upper() + found[len(segment_id) :]
                segment_id = segment_id.upper()
                if self.lower_case_at is None:
                    self.lower_case_at = offset
            if segment_id.rstrip() in ENVELOPE_IDS:
                yield from self._any_run(texts, offsets, run_end)
                texts, offsets = [], []
                yield self._envelope_segment(found, offset, position)
            else:
                texts.append(found)
                offsets.append(offset)
                run_end = position
        yield from self._any_run(texts, offsets, run_end)

    def _any_run(self, texts: list[str], offsets: list[int], byte_end: int) -> Iterator[Segments]:
        if not texts:
            return
        normal = [text.encode("latin-1").translate(self._table) for text in texts]
        normal_form = b"".join([text + _STANDARD_END for text in normal])
        readable = texts if all(map(str.isascii, texts)) else self._readable(texts)
        yield Segments(readable, offsets, normal_form, byte_end)

    def _envelope_segment(self, text: str, byte_offset: int, byte_end: int) -> EnvelopeSegment:
        elements = tuple(map(str.strip, text.split(self.delimiters.element)))
        return EnvelopeSegment(elements, byte_offset, byte_end)

    def _readable(self, texts: list[str]) -> list[str]:
        """Texts as their writer meant them: UTF-8, else Windows-1252 (a superset of Latin-1)."""
        if not self._ascii:
            return texts  # a separator is among the odd bytes
        return [text if text.isascii() else _meant(text) for text in texts]


def _blanks_beside(delimiters: Delimiters) -> str:
    """What may stand around a segment and means nothing: a separator always means something."""
    own = delimiters.element + delimiters.component + delimiters.repetition
    if delimiters.segment not in {"\r", "\n", "\r\n"}:
        own += delimiters.segment
    return "".join(character for character in _BLANKS if character not in own)


def _meant(text: str) -> str:
    data = text.encode("latin-1")
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text


class SegmentStream:
    """Reads a binary stream block by block; iterate over it once.

    Gives `InterchangeStart`, `EnvelopeSegment`, `Segments` and `OtherText` in file order. Adds
    findings of its own for what is too long or cut short. `bytes_read` is right once it is over.
    """

    def __init__(
        self, stream: BinaryIO, place: Place, log: FindingLog, *, block_bytes: int = BLOCK_BYTES
    ) -> None:
        self._stream = stream
        self._place = place
        self._log = log
        self._block_bytes = max(block_bytes, 1)
        self._cutter: _Cutter | None = None
        self._skipping = False
        self._scanned = 0
        self._lower_case_told = False
        self._base = 0
        self.bytes_read = 0

    def __iter__(self) -> Iterator[StreamEvent]:
        kept = b""
        while True:
            block = self._stream.read(self._block_bytes)
            self.bytes_read += len(block)
            data = kept + block if kept else block
            if not data:
                break
            text = data.decode("latin-1")
            if self._base == 0 and block:
                data, text = self._without_mark(data, text)
            used = yield from self._take(data, text, is_last=not block)
            kept = data[used:]
            self._base += used
            if not block:
                break

    def _without_mark(self, data: bytes, text: str) -> tuple[bytes, str]:
        for mark in _BOMS:
            if text.startswith(mark):
                self._base = len(mark)
                return data[len(mark) :], text[len(mark) :]
        return data, text

    def _take(self, data: bytes, text: str, *, is_last: bool) -> Generator[StreamEvent, None, int]:
        """Give what is whole in the text; returns how much of it was used."""
        position = 0
        while True:
            current = self._cutter.delimiters if self._cutter is not None else None
            index = find_interchange(text, max(position, self._scanned), current)
            self._scanned = 0
            if index < 0:
                break
            if len(text) - index < 2 * ISA_CHARACTERS_MAX and not is_last:
                yield from self._region(data, text, position, index, closed=True)
                return index
            start = read_interchange_start(text, index, self._base, inside=self._cutter is not None)
            if start is None:
                # No interchange begins here: the text belongs to what is around it.
                self._scanned = index + 3
                continue
            yield from self._region(data, text, position, index, closed=True)
            self._cutter = _Cutter(start.delimiters)
            self._skipping = False
            yield start
            position = start.byte_end - self._base
        used = yield from self._region(data, text, position, len(text), closed=is_last)
        self._scanned = max(0, len(text) - used - 3)
        return used

    def _region(
        self, data: bytes, text: str, start: int, end: int, *, closed: bool
    ) -> Generator[StreamEvent, None, int]:
        """Segments of a stretch that uses one set of separators; returns where it stopped.

        `closed` says that no more of it follows: what has no terminator ends here too.
        """
        if start >= end:
            return start
        if self._cutter is None:
            guessed = guess_delimiters(text[start:end])
            if guessed is None:
                if not closed and end - start < 2 * ISA_CHARACTERS_MAX:
                    return start
                yield from self._other(text, start, end, closed=closed)
                return end if closed else max(start, end - 3)
            self._cutter = _Cutter(guessed)
            yield GuessedDelimiters(guessed, self._base + start)
        cutter = self._cutter
        if self._skipping:
            found = text.find(cutter.split_at, start, end)
            if found < 0:
                return end
            start = found + len(cutter.split_at)
            self._skipping = False
        stop = text.rfind(cutter.ends, start, end)
        stop = stop + len(cutter.ends) if stop >= 0 else -1
        last = text.rfind(cutter.split_at, max(start, stop), end)
        if last >= 0 and (stop < 0 or closed or last - stop > SEGMENT_BYTES_MAX // 2):
            stop = last + len(cutter.split_at)
        if stop > start:
            yield from cutter.cut(data[start:stop], text[start:stop], self._base + start)
            self._report_cutting(cutter)
        stop = max(stop, start)
        if closed:
            yield from self._unterminated(cutter, text, stop, end)
            return end
        if end - stop > SEGMENT_BYTES_MAX:
            self._report_too_long(self._base + stop)
            self._skipping = True
            return end
        return stop

    def _other(self, text: str, start: int, end: int, *, closed: bool) -> Iterator[OtherText]:
        if text[start:end].strip(_BLANKS):
            yield OtherText(self._base + start, end - start - (0 if closed else 3))

    def _unterminated(
        self, cutter: _Cutter, text: str, start: int, end: int
    ) -> Iterator[EnvelopeSegment | Segments]:
        rest = text[start:end]
        if not rest.strip(cutter.blanks):
            return
        if len(rest) > SEGMENT_BYTES_MAX:
            self._report_too_long(self._base + start)
            return
        segment_id, separator, _ = rest.strip(cutter.blanks).partition(cutter.delimiters.element)
        is_segment = separator and segment_id.isalnum() and len(segment_id) <= _ID_CHARACTERS_MAX
        if is_segment and cutter.delimiters.segment not in "\r\n":
            self._log.add(
                "X12-0107",
                msgspec.structs.replace(self._place, byte_offset=self._base + start),
                "The last segment has no terminator.",
            )
        # The missing terminator is put there, so that the last segment is cut like all others.
        yield from cutter.cut_any(rest + cutter.split_at, self._base + start)

    def _report_cutting(self, cutter: _Cutter) -> None:
        for byte_offset in cutter.too_long_at:
            self._report_too_long(byte_offset)
        cutter.too_long_at.clear()
        if cutter.lower_case_at is not None and not self._lower_case_told:
            self._lower_case_told = True
            self._log.add(
                "X12-0108",
                msgspec.structs.replace(self._place, byte_offset=cutter.lower_case_at),
                "Segment ids are in lower case.",
            )

    def _report_too_long(self, byte_offset: int) -> None:
        self._log.add(
            "X12-0106",
            msgspec.structs.replace(self._place, byte_offset=byte_offset),
            f"No terminator within {SEGMENT_BYTES_MAX} bytes.",
        )

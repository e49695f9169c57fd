"""What the readers of bank files share: lines with their bytes, findings, and the TRN in a text."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from edi_engine.findings import Finding, FindingLog, Place

__all__ = ["DESCRIPTION_LENGTH_MAX", "BankLog", "Line", "Trace", "last_four", "lines_of",
           "one_line", "span_of", "trace_in"]  # fmt: skip

DESCRIPTION_LENGTH_MAX = 1000
"""Characters of a bank's text that are kept; the whole of it is in the raw bytes."""

_LINE = re.compile(r"[^\r\n]+")
_BYTE_ORDER_MARK = "\xef\xbb\xbf"
# The separator may have been changed on the way; TRN03 is at most ten letters and digits.
_TRACE = re.compile(
    r"TRN([*|^:>])\s?[0-9]{1,2}\1([^*|^>~\\\r\n]{1,50})(?:\1\s?([A-Z0-9]{0,10}))?", re.IGNORECASE
)


class Line(NamedTuple):
    """A line that is not empty, without its end. `number` and `byte_offset` are of the file."""

    number: int
    byte_offset: int
    text: str


class Trace(NamedTuple):
    """TRN02 and TRN03 as read; TRN03 is empty where the text ends before it."""

    number: str
    originator_id: str


class BankLog:
    """Findings of one bank file."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._log = FindingLog()

    def add(
        self,
        code: str,
        line: Line | None,
        message: str,
        *,
        field: str = "record",
        left_cents: int | None = None,
        right_cents: int | None = None,
    ) -> None:
        """Record a finding at a line, or at the file's beginning."""
        number, offset = (line.number, line.byte_offset) if line is not None else (0, 0)
        at = Place(self._place.file_name, self._place.file_digest, 0, "", number, offset, field)
        self._log.add(code, at, message, left_cents=left_cents, right_cents=right_cents)

    def take(self) -> tuple[Finding, ...]:
        """Everything found, in file order."""
        return self._log.take()


def lines_of(data: bytes) -> Iterator[Line]:
    """Lines that hold anything, whatever ends them; a character is a byte."""
    text = data.decode("latin-1")
    number, position = 1, 0
    start = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
    for found in _LINE.finditer(text, start):
        between = text[position : found.start()]
        number += between.count("\n") + between.count("\r") - between.count("\r\n")
        position = found.end()
        if found.group().strip(" \t\x00\x1a"):
            yield Line(number, found.start(), found.group())


def trace_in(text: str) -> Trace | None:
    """The first TRN segment in a text, or None; one that breaks off in TRN02 is returned too."""
    found = _TRACE.search(text)
    if found is None:
        return None
    number = found[2].strip()
    return Trace(number, (found[3] or "").strip()) if number else None


def one_line(text: str) -> str:
    """Text with its blanks made single and cut to the length that is kept; UTF-8 where it is."""
    raw = text.encode("latin-1", "replace")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return " ".join(text.replace("\x00", " ").split())[:DESCRIPTION_LENGTH_MAX]


def last_four(account: str) -> str:
    """The last four characters of an account number, all that is kept of it."""
    return "".join(one for one in account if one.isalnum())[-4:]


def span_of(days: list[date]) -> tuple[date | None, date | None]:
    """First and last of some days."""
    return min(days, default=None), max(days, default=None)

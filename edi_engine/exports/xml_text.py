"""XML as text, written piece by piece so that no document need be in memory.

Text of strangers cannot break a document: what XML has a mark for is escaped, and characters that
no XML document may hold or should (controls, halves of surrogate pairs) become U+FFFD. Nothing is
parsed here. Source: XML 1.0, 2.2 and 2.4.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from edi_engine.money import format_cents
from edi_engine.quantities import format_quantity

__all__ = ["NAMESPACE", "XmlText"]

NAMESPACE = "urn:edi-engine:records:1"
"""Of every element. A change that could break a reader changes the number."""

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"
# A carriage return that is not escaped would be read as a line feed.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)
_INDENT = "  "


class XmlText:
    """Elements of one namespace, indented; `take` gives what was written since it was last asked.

    Names are ours and are not checked. An attribute of None or "" is left out.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open: list[str] = []

    def take(self) -> str:
        """What was written since the last time."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def start_document(self, root: str) -> None:
        """The declaration and the start of the root, which names the namespace."""
        self._pieces.append(f'{_DECLARATION}<{root} xmlns="{NAMESPACE}">\n')
        self._open.append(root)

    def start(self, name: str, **attributes: str | int | None) -> None:
        """The start of an element that holds others."""
        self._pieces.append(f"{_INDENT * len(self._open)}<{name}{_written(attributes)}>\n")
        self._open.append(name)

    def end(self) -> None:
        """The end of the element that was started last and is still open."""
        name = self._open.pop()
        self._pieces.append(f"{_INDENT * len(self._open)}</{name}>\n")

    def text(self, name: str, value: str, **attributes: str | int | None) -> None:
        """An element with text; none for empty text."""
        if value:
            self._leaf(name, _safe(value).translate(_IN_TEXT), attributes)

    def texts(self, name: str, values: Iterable[str]) -> None:
        """An element for each text that is not empty."""
        for value in values:
            self.text(name, value)

    def positions(self, name: str, values: Iterable[str]) -> None:
        """An element for each text that is not empty, with its place in the list, from 1."""
        for position, value in enumerate(values, 1):
            self.text(name, value, position=position)

    def money(self, name: str, cents: int | None) -> None:
        """An element with dollars and two places; none for None."""
        if cents is not None:
            self._leaf(name, format_cents(cents), {})

    def day(self, name: str, day: date | None) -> None:
        """An element with an ISO date; none for None."""
        if day is not None:
            self._leaf(name, day.isoformat(), {})

    def quantity(self, name: str, quantity: Decimal | None) -> None:
        """An element with a decimal number; none for None."""
        if quantity is not None:
            self._leaf(name, format_quantity(quantity), {})

    def _leaf(self, name: str, escaped: str, attributes: dict[str, str | int | None]) -> None:
        start = f"{_INDENT * len(self._open)}<{name}{_written(attributes)}>"
        self._pieces.append(f"{start}{escaped}</{name}>\n")


def _written(attributes: dict[str, str | int | None]) -> str:
    return "".join(
        f' {name}="{_safe(str(value)).translate(_IN_ATTRIBUTE)}"'
        for name, value in attributes.items()
        if value is not None and value != ""
    )


def _safe(text: str) -> str:
    return text if text.isprintable() else _NO_CHARACTER.sub(_REPLACEMENT, text)

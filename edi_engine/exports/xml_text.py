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
        self._margin = ""

    def take(self) -> str:
        """What was written since the last time."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def start_document(self, root: str) -> None:
        """The declaration and the start of the root, which names the namespace."""
        self._pieces.append(f'{_DECLARATION}<{root} xmlns="{NAMESPACE}">\n')
        self._enter(root)

    def start(self, name: str, **attributes: str | int | None) -> None:
        """The start of an element that holds others."""
        self._pieces.append(f"{self._margin}<{name}{_written(attributes)}>\n")
        self._enter(name)

    def end(self) -> None:
        """The end of the element that was started last and is still open."""
        name = self._open.pop()
        self._margin = _INDENT * len(self._open)
        self._pieces.append(f"{self._margin}</{name}>\n")

    def text(self, name: str, value: str, **attributes: str | int | None) -> None:
        """An element with text; none for empty text."""
        if value:
            start = f"{self._margin}<{name}{_written(attributes)}>"
            self._pieces.append(f"{start}{_escaped(value, _IN_TEXT)}</{name}>\n")

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
            self._pieces.append(f"{self._margin}<{name}>{format_cents(cents)}</{name}>\n")

    def day(self, name: str, day: date | None) -> None:
        """An element with an ISO date; none for None."""
        if day is not None:
            self._pieces.append(f"{self._margin}<{name}>{day.isoformat()}</{name}>\n")

    def quantity(self, name: str, quantity: Decimal | None) -> None:
        """An element with a decimal number; none for None."""
        if quantity is not None:
            self._pieces.append(f"{self._margin}<{name}>{format_quantity(quantity)}</{name}>\n")

    def _enter(self, name: str) -> None:
        self._open.append(name)
        self._margin = _INDENT * len(self._open)


def _written(attributes: dict[str, str | int | None]) -> str:
    if not attributes:
        return ""
    return "".join(
        [
            f' {name}="{_escaped(str(value), _IN_ATTRIBUTE)}"'
            for name, value in attributes.items()
            if value is not None and value != ""
        ]
    )


def _escaped(text: str, marks: dict[int, str]) -> str:
    if text.isalnum():
        return text  # most texts are, and nothing of these is a mark or a control
    if not text.isprintable():
        text = _NO_CHARACTER.sub(_REPLACEMENT, text)
    return text.translate(marks)

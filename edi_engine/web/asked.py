"""What the address of a page asks for, read from its query; what cannot be read is told."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from edi_engine.web.asking import FieldError

__all__ = ["Asked", "payer_text"]

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
"""Days that can be meant: a year of two digits, or one mistyped, cannot."""
_NUMBER_MAX = 99_999

Choice = TypeVar("Choice", bound=StrEnum)


class Asked:
    """Reads fields of a query one by one and keeps what is wrong with them."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self.errors: list[FieldError] = []

    def text(self, name: str) -> str:
        """The field as it was given."""
        return self._query.get(name, "").strip()

    def choice(self, name: str, kind: type[Choice]) -> Choice | None:
        """One of the names of an enumeration, None where none was given."""
        text = self.text(name)
        if text and text not in {each.value for each in kind}:
            self.refuse(name, "There is no such choice: take one of the list.")
            return None
        return kind(text) if text else None

    def day(self, name: str) -> date | None:
        """A day, None where none was given."""
        text = self.text(name)
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = date.min
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            self.refuse(name, "Give a day as 2026-03-21.")
            return None
        return found

    def days(self, first: str, last: str) -> tuple[date, date] | None:
        """A first and a last day; one alone is open to the other side, None where none is given."""
        first_on, last_on = self.day(first), self.day(last)
        if first_on is None and last_on is None:
            return None
        found = first_on or date(_FIRST_YEAR, 1, 1), last_on or date(_LAST_YEAR, 12, 31)
        if found[0] > found[1]:
            self.refuse(last, "The last day is before the first.")
            return None
        return found

    def number(self, name: str, *, most: int = _NUMBER_MAX) -> int | None:
        """A whole number of 0 or more, None where none was given."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > most:
            self.refuse(name, f"Give a whole number up to {most}.")
            return None
        return int(text)

    def payer(self) -> str | None:
        """A payer's identifier, empty for claims that name none, None for any payer."""
        text = self._query.get("payer", "")
        if not text:
            return None
        return text[1:] if text.startswith("~") else text

    def refuse(self, name: str, message: str) -> None:
        """Keep what is wrong with a field."""
        error = FieldError(name, message)
        if error not in self.errors:
            self.errors.append(error)


def payer_text(payer_id: str) -> str:
    """A payer's identifier as addresses hold it: "~" for none, and before one that begins so. Any
    payer is an empty text."""
    return f"~{payer_id}" if not payer_id or payer_id.startswith("~") else payer_id

"""Cells of the tables that people keep in spreadsheets, and how a mistake in one is told.

What a spreadsheet does to a cell is undone where only one meaning is possible. Which columns a
table has is for whoever reads it to say.
"""

import csv
import io
import re
from datetime import date

from edi_engine.dates import parse_date
from edi_engine.findings import FindingLog, Place
from edi_engine.money import parse_cents

__all__ = ["RowReader", "cells_of", "date_of", "dollars_of"]

_VALUE_CHARACTERS_MAX = 24
"""How much of a bad cell a message shows."""

_AMOUNT = re.compile(r"\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.))(\.[0-9]+)?", re.ASCII)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_SLASH_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)
_PROCEDURE = re.compile(r"[A-Z0-9]{1,30}", re.ASCII)
_LOST_ZEROS = re.compile(r"[0-9]{1,4}", re.ASCII)
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)
_PLACE = re.compile(r"[0-9]{2}", re.ASCII)


class RowReader:
    """Reads one row's cells and reports each mistake with row number and column."""

    def __init__(self, log: FindingLog, file_name: str, row_number: int) -> None:
        self._log = log
        self._file_name = file_name
        self._row_number = row_number
        self.failed = False

    def report(self, code: str, column: str, text: str, expected: str, *, fatal: bool) -> None:
        """Say that a cell is not what was expected; a fatal mistake makes the row unusable."""
        shown = text[:_VALUE_CHARACTERS_MAX] + ("..." if len(text) > _VALUE_CHARACTERS_MAX else "")
        place = Place(file_name=self._file_name, element=column)
        message = f"row {self._row_number}, {column}: {shown!r} {expected}"
        self._log.add(code, place, message)
        self.failed = self.failed or fatal

    def amount(self, column: str, text: str) -> int:
        """Cents, 0 for a mistake."""
        cents = dollars_of(text)
        if cents is None:
            self.report("FEE-0103", column, text, "is not exact dollars and cents.", fatal=True)
        return cents or 0

    def day(self, column: str, text: str) -> date | None:
        """A day, None for an empty cell and for a mistake."""
        if not text:
            return None
        found = date_of(text)
        if found is None:
            self.report("FEE-0104", column, text, "is not a date like 2026-01-31.", fatal=True)
        return found

    def modifiers(self, text: str) -> tuple[str, ...]:
        """Modifiers in order, each once."""
        modifiers = tuple(part.strip().upper() for part in text.split(":")) if text else ()
        if any(_MODIFIER.fullmatch(modifier) is None for modifier in modifiers):
            self.report(
                "FEE-0106", "modifiers", text, "is not modifiers of two, joined by ':'.", fatal=True
            )
        return tuple(sorted(set(modifiers)))

    def procedure(self, text: str) -> str:
        """A procedure code in upper case; one that a spreadsheet may have cut is only a warning."""
        code = text.upper()
        if code and _PROCEDURE.fullmatch(code) is None:
            self.report("FEE-0107", "procedure_code", text, "is no procedure code.", fatal=True)
        elif _LOST_ZEROS.fullmatch(code):
            self.report(
                "FEE-0108", "procedure_code", text, "is shorter than five digits.", fatal=False
            )
        return code

    def place_of_service(self, text: str) -> str:
        """Two digits, empty for any place."""
        place = text.zfill(2) if text else ""
        if place and _PLACE.fullmatch(place) is None:
            self.report("FEE-0109", "place_of_service", text, "is not two digits.", fatal=True)
        return place

    def dates(self, from_text: str, to_text: str) -> tuple[date | None, date | None]:
        """The first and the last day of a row, both included."""
        first_on, last_on = self.day("effective_from", from_text), self.day("effective_to", to_text)
        if first_on is not None and last_on is not None and last_on < first_on:
            self.report(
                "FEE-0105",
                "effective_to",
                to_text,
                f"is before {first_on.isoformat()}.",
                fatal=True,
            )
        return first_on, last_on


def cells_of(text: str, log: FindingLog, file_name: str) -> list[tuple[int, list[str]]]:
    """Row number and trimmed cells of every row that is not blank, the first row being 1.

    A text no CSV reader takes ends early, with a finding.
    """
    table: list[tuple[int, list[str]]] = []
    number = 0
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        for cells in reader:
            number += 1
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                table.append((number, trimmed))
    except csv.Error:
        log.add(
            "FEE-0102",
            Place(file_name=file_name),
            f"row {number + 1}: cannot be read as CSV; what follows it was not read.",
        )
    return table


def dollars_of(text: str) -> int | None:
    """Cents of dollars as people write them: 1234.5, 1,234.50, $1,234.50; None unless they are
    exact cents and not negative."""
    if _AMOUNT.fullmatch(text) is None:
        return None
    return parse_cents(text.lstrip("$").replace(",", ""))


def date_of(text: str) -> date | None:
    """A day as people write it: 2026-01-31, 1/31/2026 (month first), 20260131; None for others."""
    for pattern, order in ((_ISO_DATE, (1, 2, 3)), (_SLASH_DATE, (3, 1, 2))):
        found = pattern.fullmatch(text)
        if found is not None:
            year, month, day = (found.group(part) for part in order)
            return parse_date(f"{year}{month.zfill(2)}{day.zfill(2)}")
    return parse_date(text) if len(text) == 8 else None

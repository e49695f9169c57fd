"""Reads the cells of a CSV of paper remittances and reports each mistake with row and column.

What a spreadsheet does to a value is undone where only one meaning is possible ("$1,234.50",
"(20.00)" for a negative amount, "1/31/2026" month first) and refused with a remedy elsewhere.
No message shows a cell: a column that slipped may hold a name, so its shape is shown.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from edi_engine.dates import parse_date
from edi_engine.findings import FindingLog, Place
from edi_engine.money import parse_cents
from edi_engine.parsers.paper_columns import AMOUNT_COLUMNS, DAY_COLUMNS, PaperRow
from edi_engine.quantities import parse_quantity
from edi_engine.records.common import Adjustment, Procedure, RemarkCode
from edi_engine.redact import shape_of

__all__ = ["Cell", "CellReader", "amount_of", "cell_mistake", "day_of", "same_value"]

_AMOUNT = re.compile(
    r"(?P<minus>-?)\$?(?P<inner_minus>-?)(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.))"
    r"(?P<places>\.[0-9]+)?",
    re.ASCII,
)
_IN_BRACKETS = re.compile(r"\(([^()-]+)\)", re.ASCII)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_SLASH_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)
_ADJUSTMENT = re.compile(r"([A-Z]{2})[- ]?([A-Z0-9]{1,5})\s*:\s*([^:]+?)(?:\s*:\s*(.+))?", re.ASCII)
_PROCEDURE = re.compile(r"(?:([A-Z][A-Z0-9]):)?([A-Z0-9.]{1,30})", re.ASCII)
_DENTAL = re.compile(r"D[0-9]{4}", re.ASCII)
_SEPARATORS = re.compile(r"[;,:\s]+")

METHODS = {
    **{code: code for code in ("ACH", "BOP", "CHK", "FWT", "NON")},
    "CHECK": "CHK",
    "CHEQUE": "CHK",
    "EFT": "ACH",
}
"""What a biller writes for BPR04."""

_CODES = {
    "payee_npi": (r"[0-9]{10}", "ten digits"),
    "payee_tin": (r"[0-9]{2}-?[0-9]{7}", "nine digits"),
    "status_code": (r"[A-Z0-9]{1,2}", "a claim status like 1 or 22"),
    "revenue_code": (r"[0-9]{3,4}", "a revenue code like 0450"),
    "provider_adjustment_reason": (r"[A-Z0-9]{2}", "two characters like WO"),
}
"""Form of the codes of a column, and how a message names it."""

_GROUP_CODES = frozenset({"CO", "CR", "OA", "PI", "PR"})


class Cell(NamedTuple):
    """A cell that is not blank, and the row it was read from."""

    text: str
    row: PaperRow


def amount_of(text: str) -> int | None:
    """Cents of an amount as people and spreadsheets write it; None when it is no exact amount."""
    bracketed = _IN_BRACKETS.fullmatch(text)
    found = _AMOUNT.fullmatch(bracketed[1].strip() if bracketed else text)
    if found is None or (found["minus"] and found["inner_minus"]):
        return None
    cents = parse_cents(found["number"].replace(",", "") + (found["places"] or ""))
    if cents is None:
        return None
    negative = bool(bracketed or found["minus"] or found["inner_minus"])
    return -cents if negative else cents


def day_of(text: str) -> date | None:
    """A date like 2026-01-31, 1/31/2026 (month first) or 20260131; None for anything else."""
    for pattern, order in ((_ISO_DATE, (1, 2, 3)), (_SLASH_DATE, (3, 1, 2))):
        found = pattern.fullmatch(text)
        if found is not None:
            year, month, day = (found.group(part) for part in order)
            return parse_date(f"{year}{month.zfill(2)}{day.zfill(2)}")
    return parse_date(text) if len(text) == 8 else None


def same_value(column: str, first: str, second: str) -> bool:
    """Whether two cells of a column say the same, however they are written."""
    if first == second:
        return True
    if column in AMOUNT_COLUMNS:
        return amount_of(first) is not None and amount_of(first) == amount_of(second)
    if column in DAY_COLUMNS:
        return day_of(first) is not None and day_of(first) == day_of(second)
    return first.upper() == second.upper()


class CellReader:
    """Reads the cells of one remittance, claim, line or adjustment; `start` is its first row."""

    def __init__(
        self, cells: Mapping[str, Cell], start: PaperRow, log: FindingLog, place: Place
    ) -> None:
        self._cells = cells
        self._start = start
        self._log = log
        self._place = place

    def report(self, code: str, column: str, message: str) -> None:
        """A mistake in a column: at its cell, or at the first row when the cell is blank."""
        cell = self._cells.get(column)
        row = cell.row if cell is not None else self._start
        name, digest = self._place.file_name, self._place.file_digest
        self._log.add(
            code, Place(name, digest, 0, "", row.number, row.byte_offset, column), message
        )

    def _refuse(self, code: str, column: str, expected: str, text: str | None = None) -> None:
        shown = shape_of(self.text(column) if text is None else text)
        self.report(code, column, f"'{shown}' was read, expected is {expected}.")

    def text(self, column: str) -> str:
        """The cell's text, empty when it is blank."""
        cell = self._cells.get(column)
        return cell.text if cell is not None else ""

    def require(self, *columns: str) -> None:
        """Report when all of the columns are blank."""
        if not any(self.text(column) for column in columns):
            names = " or ".join(columns)
            self.report("PAPER-0106", columns[0], f"The cell is blank, expected is {names}.")

    def cents(self, column: str, *, required: bool = False) -> int | None:
        """The amount, None when the cell is blank or unreadable."""
        text = self.text(column)
        if not text:
            if required:
                self.require(column)
            return None
        found = amount_of(text)
        if found is None:
            self._refuse("PAPER-0104", column, "exact dollars and cents like 1234.50")
        return found

    def day(self, column: str, *, required: bool = False) -> date | None:
        """The date, None when the cell is blank or unreadable."""
        text = self.text(column)
        if not text:
            if required:
                self.require(column)
            return None
        found = day_of(text)
        if found is None:
            self._refuse("PAPER-0105", column, "a date like 2026-01-31")
        return found

    def days(self, from_column: str, to_column: str) -> tuple[date | None, date | None]:
        """An inclusive range; one of the two alone is a day."""
        first_on, last_on = self.day(from_column), self.day(to_column)
        if first_on is not None and last_on is not None and last_on < first_on:
            message = f"{last_on.isoformat()} was read, expected is no day before "
            self.report("PAPER-0105", to_column, f"{message}{first_on.isoformat()}.")
        return first_on or last_on, last_on or first_on

    def quantity(self, column: str) -> Decimal | None:
        """The number of units, None when the cell is blank or unreadable."""
        text = self.text(column)
        found = parse_quantity(text) if text else None
        if text and found is None:
            self._refuse("PAPER-0109", column, "a plain number like 1 or 2.5")
        return found

    def code(self, column: str) -> str:
        """A code of the column's form in capitals, empty when the cell is blank."""
        text = self.text(column).upper()
        pattern, expected = _CODES[column]
        if text and re.fullmatch(pattern, text, re.ASCII) is None:
            self._refuse("PAPER-0107", column, expected)
        return text

    def method(self) -> str:
        """How the payment was made, as BPR04."""
        self.require("method")
        text = self.text("method")
        found = METHODS.get(text.upper(), "")
        if text and not found:
            self._refuse("PAPER-0107", "method", "CHK, ACH, FWT, BOP or NON")
        return found

    def procedure(self) -> Procedure:
        """The procedure with its modifiers; a revenue code stands in for a missing one."""
        text = self.text("procedure_code").upper()
        modifiers = tuple(
            part for part in _SEPARATORS.split(self.text("modifiers").upper()) if part
        )
        if any(re.fullmatch(r"[A-Z0-9]{2}", one, re.ASCII) is None for one in modifiers):
            self._refuse("PAPER-0107", "modifiers", "modifiers of two characters, joined by ':'")
        if not text:
            return Procedure("NU", self.text("revenue_code"), modifiers)
        found = _PROCEDURE.fullmatch(text)
        if found is None:
            self._refuse("PAPER-0107", "procedure_code", "a procedure code like 99213")
            return Procedure("HC", "")
        usual = "AD" if _DENTAL.fullmatch(found[2]) else "HC"
        return Procedure(found[1] or usual, found[2], modifiers)

    def remarks(self, qualifier: str) -> tuple[RemarkCode, ...]:
        """Remark codes in order."""
        codes = [one for one in _SEPARATORS.split(self.text("remark_codes").upper()) if one]
        if any(re.fullmatch(r"[A-Z]{1,3}[0-9]{1,5}", one, re.ASCII) is None for one in codes):
            self._refuse("PAPER-0107", "remark_codes", "remark codes like N30, joined by ';'")
        return tuple(RemarkCode(qualifier, code) for code in codes)

    def adjustments(self) -> tuple[Adjustment, ...]:
        """Adjustments in order, each with its row as place."""
        cell = self._cells.get("adjustments")
        if cell is None:
            return ()
        found = []
        for part in filter(None, map(str.strip, cell.text.split(";"))):
            adjustment = self._adjustment(part, cell.row)
            if adjustment is None:
                self._refuse(
                    "PAPER-0108", "adjustments", "a text like CO-45:12.30;PR-2:20.00", part
                )
            else:
                found.append(adjustment)
        return tuple(found)

    @staticmethod
    def _adjustment(part: str, row: PaperRow) -> Adjustment | None:
        found = _ADJUSTMENT.fullmatch(part.upper())
        if found is None or found[1] not in _GROUP_CODES:
            return None
        cents = amount_of(found[3])
        quantity = parse_quantity(found[4].strip()) if found[4] else None
        if cents is None or (found[4] and quantity is None):
            return None
        return Adjustment(found[1], found[2], cents, quantity, row.number, row.byte_offset)


def cell_mistake(column: str, text: str) -> str:
    """What is wrong with a single cell, in a sentence; empty when it can be read or is blank."""
    text = text.strip()
    row = PaperRow(1, 0, 0, {column: text} if text else {})
    log = FindingLog()
    read = CellReader(
        {name: Cell(cell, row) for name, cell in row.cells.items()}, row, log, Place()
    )
    if column in AMOUNT_COLUMNS:
        read.cents(column)
    elif column in DAY_COLUMNS:
        read.day(column)
    elif column in _CODES:
        read.code(column)
    elif column in {"procedure_code", "modifiers"}:
        read.procedure()
    elif column == "method" and text:
        read.method()
    elif column == "units":
        read.quantity(column)
    elif column == "adjustments":
        read.adjustments()
    elif column == "remark_codes":
        read.remarks("HE")
    return " ".join(found.message for found in log.take())

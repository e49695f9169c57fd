"""Tables as CMS publishes them: titles and several heading rows above, notes below the rows.

Columns are found by what stands above them, never by position alone, because CMS adds and moves
columns from year to year. Reads no meaning into cells: see `cms_rvu`, `cms_gpci` and `cms_drg`.
Source: the files of RVU25D and Table 5 of the IPPS final rules.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from edi_engine.findings import FindingLog, Place
from edi_engine.quantities import parse_quantity

__all__ = ["CellReader", "CmsRow", "CmsTable", "Heading", "places_of", "read_table"]

_HEADING_ROWS_MAX = 40
"""How far down headings are sought. CMS puts at most a dozen rows above the first code."""

_VALUE_CHARACTERS_MAX = 24
"""How much of a bad cell a message shows."""

_PLACES_MAX = 6
"""Decimal places of a relative value, index or factor; CMS writes at most four."""

_NON_FACILITY = re.compile(r"\bNON[- ]?FAC(?:ILITY)?\b")
_FACILITY = re.compile(r"\bFACILITY\b")
_NOT_OF_A_HEADING = re.compile(r"[^A-Z0-9.%-]+")


class Heading(msgspec.Struct, frozen=True):
    """A column that is looked for. `patterns` match the end of what stands above it, joined from
    top to bottom in upper case with FAC for facility; the first pattern that any column has wins.
    Two columns of the same heading are a mistake unless it `may_repeat`.
    """

    name: str
    patterns: tuple[re.Pattern[str], ...]
    required: bool = True
    may_repeat: bool = False


class CmsRow(msgspec.Struct, frozen=True):
    """One row: its number in the file, from 1, and its trimmed cells by heading name."""

    number: int
    cells: Mapping[str, str]


class CmsTable(msgspec.Struct, frozen=True):
    """The rows below the headings, the headings there are, and those that are repeated: these have
    no cells, because none of the columns can be preferred."""

    rows: tuple[CmsRow, ...] = ()
    headings: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()


class CellReader:
    """Reads the cells of one row and reports each mistake with row, column and value."""

    def __init__(self, row: CmsRow, log: FindingLog, file_name: str) -> None:
        self._row = row
        self._log = log
        self._file_name = file_name
        self.failed = False

    def text(self, column: str) -> str:
        """The cell in upper case, empty when the file does not have the column."""
        return self._row.cells.get(column, "").upper()

    def report(self, code: str, column: str, expected: str) -> None:
        """Report the cell; a row with a mistake is not used."""
        text = self._row.cells.get(column, "")
        shown = text[:_VALUE_CHARACTERS_MAX] + ("..." if len(text) > _VALUE_CHARACTERS_MAX else "")
        place = Place(file_name=self._file_name, element=column.lower())
        self._log.add(code, place, f"row {self._row.number}, {column}: {shown!r} {expected}")
        self.failed = True

    def number(self, column: str, below: int) -> Decimal:
        """A number from 0 to less than `below`, of at most six places. 0 when it is reported."""
        value = parse_quantity(self.text(column))
        if value is None or not 0 <= value < below or places_of(value) > _PLACES_MAX:
            self.report("FEE-0204", column, f"is not a number from 0 to less than {below}.")
            return Decimal(0)
        return value

    def matching(self, code: str, column: str, pattern: re.Pattern[str], expected: str) -> str:
        """The cell when it is empty or fits the pattern; empty when it is reported."""
        text = self.text(column)
        if text and pattern.fullmatch(text) is None:
            self.report(code, column, expected)
            return ""
        return text


def places_of(value: Decimal) -> int:
    """How many decimal places a finite number has."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def read_table(
    text: str, headings: Sequence[Heading], log: FindingLog, *, file_name: str
) -> CmsTable | None:
    """The table below its headings, separated by commas or tabs; None, with a finding, without.

    Rows with fewer than two filled cells are notes and left out. Never raises.
    """
    rows = _cells_of(text, log, file_name)
    above, columns = _find_headings(rows, headings)
    place = Place(file_name=file_name, element="headings")
    required = [heading.name for heading in headings if heading.required]
    missing = [name for name in required if name not in columns]
    if missing:
        log.add("FEE-0201", place, f"there is no column {', '.join(missing)}.")
        return None
    repeated = {name for name, indices in columns.items() if len(indices) > 1}
    wrong = [each.name for each in headings if each.name in repeated and not each.may_repeat]
    if wrong:
        log.add("FEE-0201", place, f"there are several columns {', '.join(wrong)}.")
        return None
    single = {name: indices[0] for name, indices in columns.items() if name not in repeated}
    width = max(len(row) for row in rows[: above + 1])
    return CmsTable(
        _data_rows(rows, above + 1, single, width, log=log, file_name=file_name),
        frozenset(single),
        frozenset(repeated),
    )


def _cells_of(text: str, log: FindingLog, file_name: str) -> list[list[str]]:
    """Trimmed cells of every row; a text that no CSV reader takes ends early."""
    text = text.removeprefix("\ufeff")
    head = "\n".join(text.split("\n", _HEADING_ROWS_MAX)[:_HEADING_ROWS_MAX])
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell.strip() for cell in cells])
    except csv.Error:
        place = Place(file_name=file_name, element="row")
        message = f"row {len(rows) + 1}: cannot be read; what follows it was not read."
        log.add("FEE-0202", place, message)
    return rows


def _find_headings(
    rows: Sequence[Sequence[str]], headings: Sequence[Heading]
) -> tuple[int, dict[str, list[int]]]:
    """The row where the headings end, and the columns of each that stands there. That is the first
    row with all that are required, else the one with most of them."""
    joined: list[str] = []
    best: tuple[int, dict[str, list[int]]] = (0, {})
    found_most = 0
    for index, row in enumerate(rows[:_HEADING_ROWS_MAX]):
        joined += [""] * (len(row) - len(joined))
        for column, cell in enumerate(row):
            joined[column] = f"{joined[column]} {_heading_text(cell)}".strip()
        columns = {heading.name: _columns_of(heading, joined) for heading in headings}
        found = sum(1 for heading in headings if heading.required and columns[heading.name])
        if found > found_most:
            found_most = found
            best = index, {name: indices for name, indices in columns.items() if indices}
    return best


def _heading_text(cell: str) -> str:
    text = _NOT_OF_A_HEADING.sub(" ", cell.upper()).strip()
    return _FACILITY.sub("FAC", _NON_FACILITY.sub("NON-FAC", text))


def _columns_of(heading: Heading, joined: Sequence[str]) -> list[int]:
    for pattern in heading.patterns:
        indices = [index for index, text in enumerate(joined) if pattern.search(text)]
        if indices:
            return indices
    return []


def _data_rows(
    rows: Sequence[Sequence[str]],
    first: int,
    columns: Mapping[str, int],
    width: int,
    *,
    log: FindingLog,
    file_name: str,
) -> tuple[CmsRow, ...]:
    taken = []
    needed = max(columns.values()) + 1
    for number, row in enumerate(rows[first:], first + 1):
        filled = [index for index, cell in enumerate(row) if cell]
        if len(filled) < 2:
            continue
        if len(row) < needed or filled[-1] >= width:
            place = Place(file_name=file_name, element="row")
            found = f"row {number}: '{len(row)} cells' found, the headings have {width}."
            log.add("FEE-0202", place, found)
            continue
        taken.append(CmsRow(number, {name: row[index] for name, index in columns.items()}))
    return tuple(taken)

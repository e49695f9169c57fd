"""The columns of a CSV of paper remittances, its rows, and how such a file is recognised.

One row is a service line, a claim as a whole or a provider adjustment; what a row leaves blank is
as in the row above (docs/PAPER_REMITS.md). What the cells mean is read in `paper_remits`.
"""

import csv
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from edi_engine.findings import FindingLog, Place

__all__ = [
    "AMOUNT_COLUMNS",
    "CLAIM_COLUMNS",
    "DAY_COLUMNS",
    "HEADER_BYTES_MAX",
    "LINE_COLUMNS",
    "LINE_OR_CLAIM_COLUMNS",
    "PAPER_COLUMNS",
    "PROVIDER_ADJUSTMENT_COLUMNS",
    "REMITTANCE_COLUMNS",
    "REQUIRED_COLUMNS",
    "PaperRow",
    "is_paper_header",
    "paper_rows",
    "split_rows",
]

REMITTANCE_COLUMNS = (
    "payer_id",
    "payer_name",
    "payee_name",
    "payee_npi",
    "payee_tin",
    "trace_number",
    "method",
    "payment_date",
    "payment_amount",
    "entered_by",
    "note",
)
CLAIM_COLUMNS = (
    "claim",
    "patient_control_number",
    "payer_claim_control_number",
    "status_code",
    "claim_charge",
    "claim_paid",
    "patient_responsibility",
    "interest",
    "patient_last_name",
    "patient_first_name",
    "member_id",
    "claim_service_from",
    "claim_service_to",
)
LINE_COLUMNS = (
    "procedure_code",
    "modifiers",
    "revenue_code",
    "units",
    "line_charge",
    "line_paid",
    "line_allowed",
    "line_item_control_number",
    "line_service_from",
    "line_service_to",
)
LINE_OR_CLAIM_COLUMNS = ("adjustments", "remark_codes")
"""Of the line when the row has one, else of the claim."""

PROVIDER_ADJUSTMENT_COLUMNS = (
    "provider_adjustment_reason",
    "provider_adjustment_reference",
    "provider_adjustment_amount",
)
PAPER_COLUMNS = (
    *REMITTANCE_COLUMNS,
    *CLAIM_COLUMNS,
    *LINE_COLUMNS,
    *LINE_OR_CLAIM_COLUMNS,
    *PROVIDER_ADJUSTMENT_COLUMNS,
)
"""In the order in which a sheet is best laid out; a file may have them in any order."""

REQUIRED_COLUMNS = (
    "payer_id",
    "payer_name",
    "trace_number",
    "method",
    "payment_date",
    "payment_amount",
    "patient_control_number",
    "status_code",
    "claim_charge",
    "claim_paid",
)
"""What the first row must have; by these the file is recognised. The others may be left out."""

AMOUNT_COLUMNS = frozenset({
    "payment_amount", "claim_charge", "claim_paid", "patient_responsibility", "interest",
    "line_charge", "line_paid", "line_allowed", "provider_adjustment_amount",
})  # fmt: skip
DAY_COLUMNS = frozenset({
    "payment_date", "claim_service_from", "claim_service_to", "line_service_from",
    "line_service_to",
})  # fmt: skip

HEADER_BYTES_MAX = 8192
"""All columns together take some 600 bytes; quotes and blanks around them stay far below."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class PaperRow(NamedTuple):
    """A row below the header. `number` counts rows of the sheet from 1, the header being 1;
    `cells` are the trimmed cells that are not blank, by column. Bytes count from the file's start.
    """

    number: int
    byte_offset: int
    byte_end: int
    cells: dict[str, str]

    def given(self, columns: tuple[str, ...]) -> dict[str, str]:
        """Those of the columns that this row fills."""
        return {name: self.cells[name] for name in columns if name in self.cells}


def is_paper_header(head: bytes) -> bool:
    """Whether a file that begins with these bytes has the required columns in its first row."""
    first = re.split(rb"[\r\n]", head.removeprefix(_BYTE_ORDER_MARK)[:HEADER_BYTES_MAX], maxsplit=1)
    return set(REQUIRED_COLUMNS) <= set(_names(first[0].decode("latin-1")))


def split_rows(data: bytes, *, is_cut: bool = False) -> Iterator[tuple[int, int, int, list[str]]]:
    """(row number, byte offset, byte after it, cells) of every row of UTF-8 text, blank ones too.

    `is_cut` tells that the bytes may end within a character, which is left out.
    Raises csv.Error where the text is no CSV, UnicodeDecodeError where it is no UTF-8.
    """
    text = data.decode("utf-8", "ignore" if is_cut else "strict")
    lines = _CountedLines(text)
    for number, cells in enumerate(csv.reader(lines), 1):
        # The reader takes exactly the lines of one row before it gives the row.
        yield number, lines.row_start, lines.byte_end, cells
        lines.row_start = lines.byte_end


class _CountedLines:
    """Physical lines of a text, with the bytes handed out so far."""

    def __init__(self, text: str) -> None:
        self._lines = _LINE.finditer(text)
        self.row_start = 0
        self.byte_end = 0

    def __iter__(self) -> "_CountedLines":
        return self

    def __next__(self) -> str:
        line = next(self._lines).group()
        self.byte_end += len(line.encode("utf-8"))
        return line


def paper_rows(data: bytes, log: FindingLog, place: Place) -> list[PaperRow]:
    """The rows below the header that hold anything; what cannot be read as rows is reported."""
    names: list[str] = []
    found: list[PaperRow] = []
    number, offset = 0, 0
    try:
        for number, offset, end, cells in split_rows(data):
            if number == 1:
                if cells:
                    cells[0] = cells[0].removeprefix("\ufeff").strip().strip('"')
                names = _header(cells, log, place)
                if "PAPER-0101" in log.counts:
                    return []  # without a required column every row would seem wrong
                continue
            at = _row_place(place, number, offset)
            filled = {
                name: cell.strip()
                for name, cell in zip(names, cells, strict=False)
                if name and cell.strip()
            }
            if any(cell.strip() for cell in cells[len(names) :]):
                message = f"{len(cells)} cells were read, the header has {len(names)} columns."
                log.add("PAPER-0103", at, message)
            if filled:
                found.append(PaperRow(number, offset, end, filled))
    except csv.Error:
        at = _row_place(place, number + 1, offset)
        log.add("PAPER-0103", at, "The row cannot be read as CSV; what follows it was not read.")
    except UnicodeDecodeError as problem:
        at = _row_place(place, 1 + data.count(b"\n", 0, problem.start), problem.start)
        log.add("PAPER-0103", at, "The row is not UTF-8 text; nothing of the file was read.")
    if not number and not log.counts:
        _header([], log, place)
    elif not found and not log.counts:
        log.add("PAPER-0111", _row_place(place, 2, len(data)), "No row stands below the header.")
    return found


def _row_place(place: Place, number: int, offset: int, column: str = "row") -> Place:
    return Place(place.file_name, place.file_digest, 0, "", number, offset, column)


def _names(first_line: str) -> list[str]:
    try:
        cells = next(csv.reader([first_line]), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _header(cells: list[str], log: FindingLog, place: Place) -> list[str]:
    """Column names in order, empty for columns that are passed over; mistakes are reported."""
    names = [cell.strip().lower() for cell in cells]
    at = _row_place(place, 1, 0, "header")
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        log.add("PAPER-0101", at, f"Missing: {', '.join(missing)}.")
    # Without its header a file begins with a row of data, which no message may show.
    is_header = len(missing) < len(REQUIRED_COLUMNS)
    for ordinal, name in enumerate(names, 1):
        shown = f"Column {ordinal}" + (f" ({name[:40]})" if is_header and name else "")
        if name and name not in PAPER_COLUMNS:
            near = _columns_like(name) if is_header else []
            asked = f" Is {' or '.join(near)} meant?" if near else ""
            log.add("PAPER-0102", at, f"{shown} is none of the known columns.{asked}")
        elif name and names.index(name) != ordinal - 1:
            log.add("PAPER-0102", at, f"{shown} stands twice.")
    return [name if name in PAPER_COLUMNS else "" for name in names]


def _columns_like(name: str) -> list[str]:
    """Columns that end with the word ("paid"), else the one that is spelt nearly so."""
    ending = [column for column in PAPER_COLUMNS if column.endswith(f"_{name}")]
    return ending[:3] or get_close_matches(name, PAPER_COLUMNS, 1)

"""A fee schedule as a CSV file: text -> rows and findings, all mistakes at once.

What a spreadsheet does to such a file is undone where only one meaning is possible ("$1,234.50",
"1/31/2026" month first, place of service "1" for "01") and refused with a remedy elsewhere.
Does not decide which row wins: see `fee_schedule`. Source: issue 2, contracts.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from edi_engine.contracts.fee_schedule import specificity
from edi_engine.dates import parse_date
from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.money import format_cents, parse_cents
from edi_engine.records.expected import FeeScheduleRow

__all__ = ["FEE_SCHEDULE_COLUMNS", "read_fee_schedule"]

FEE_SCHEDULE_COLUMNS = (
    "payer_id",
    "procedure_code",
    "modifiers",
    "place_of_service",
    "effective_from",
    "effective_to",
    "allowed_amount",
)

_VALUE_CHARACTERS_MAX = 24
"""How much of a bad cell a message shows."""

_RIVALS_MAX = 200
"""Rows of one procedure code that are compared with each other; a larger group is left to the
choice at pricing time, which never guesses either. 200 rows are 20,000 comparisons."""

_AMOUNT = re.compile(r"\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.))(\.[0-9]+)?", re.ASCII)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_SLASH_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)
_PROCEDURE = re.compile(r"[A-Z0-9]{1,30}", re.ASCII)
_LOST_ZEROS = re.compile(r"[0-9]{1,4}", re.ASCII)
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)
_PLACE = re.compile(r"[0-9]{2}", re.ASCII)


class _RowReader:
    """Reads one row's cells and reports each mistake with row number and column."""

    def __init__(self, log: FindingLog, file_name: str, row_number: int) -> None:
        self._log = log
        self._file_name = file_name
        self._row_number = row_number
        self.failed = False

    def report(self, code: str, column: str, text: str, expected: str, *, fatal: bool) -> None:
        shown = text[:_VALUE_CHARACTERS_MAX] + ("..." if len(text) > _VALUE_CHARACTERS_MAX else "")
        place = Place(file_name=self._file_name, element=column)
        message = f"row {self._row_number}, {column}: {shown!r} {expected}"
        self._log.add(code, place, message)
        self.failed = self.failed or fatal

    def amount(self, text: str) -> int:
        found = _AMOUNT.fullmatch(text)
        cents = parse_cents(text.lstrip("$").replace(",", "")) if found is not None else None
        if cents is None:
            self.report(
                "FEE-0103", "allowed_amount", text, "is not exact dollars and cents.", fatal=True
            )
            return 0
        return cents

    def day(self, column: str, text: str) -> date | None:
        if not text:
            return None
        found = _date_of(text)
        if found is None:
            self.report("FEE-0104", column, text, "is not a date like 2026-01-31.", fatal=True)
        return found

    def modifiers(self, text: str) -> tuple[str, ...]:
        modifiers = tuple(part.strip().upper() for part in text.split(":")) if text else ()
        if any(_MODIFIER.fullmatch(modifier) is None for modifier in modifiers):
            self.report(
                "FEE-0106", "modifiers", text, "is not modifiers of two, joined by ':'.", fatal=True
            )
        return tuple(sorted(set(modifiers)))

    def procedure(self, text: str) -> str:
        code = text.upper()
        if code and _PROCEDURE.fullmatch(code) is None:
            self.report("FEE-0107", "procedure_code", text, "is no procedure code.", fatal=True)
        elif _LOST_ZEROS.fullmatch(code):
            self.report(
                "FEE-0108", "procedure_code", text, "is shorter than five digits.", fatal=False
            )
        return code

    def place_of_service(self, text: str) -> str:
        place = text.zfill(2) if text else ""
        if place and _PLACE.fullmatch(place) is None:
            self.report("FEE-0109", "place_of_service", text, "is not two digits.", fatal=True)
        return place

    def dates(self, from_text: str, to_text: str) -> tuple[date | None, date | None]:
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


def read_fee_schedule(
    text: str, *, file_name: str = ""
) -> tuple[tuple[FeeScheduleRow, ...], tuple[Finding, ...]]:
    """The rows that can be used, in file order, and everything that is wrong with the others.

    Row numbers count lines of the table from 1, the header being row 1. Never raises. A schedule
    with any error finding should not replace the one in use.
    """
    log = FindingLog()
    table = _cells_of(text, log, file_name)
    numbered = [(number, cells) for number, cells in table if any(cells)]
    if not numbered or tuple(numbered[0][1]) != FEE_SCHEDULE_COLUMNS:
        found = f"{len(numbered[0][1])} other columns" if numbered else "no table at all"
        expected = ",".join(FEE_SCHEDULE_COLUMNS)
        log.add(
            "FEE-0101",
            Place(file_name=file_name, element="header"),
            f"the first row is {found}, expected {expected}.",
        )
        return (), log.take()
    rows = []
    for number, cells in numbered[1:]:
        row = _row_of(cells, _RowReader(log, file_name, number), file_name, number)
        if row is not None:
            rows.append(row)
    if not rows:
        place = Place(file_name=file_name)
        log.add("FEE-0112", place, "no usable row stands below the header.")
    _report_rivals(rows, log, file_name)
    return tuple(rows), log.take()


def _cells_of(text: str, log: FindingLog, file_name: str) -> list[tuple[int, list[str]]]:
    """Row number and trimmed cells of every row; a text no CSV reader takes ends early."""
    table: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        for cells in reader:
            table.append((len(table) + 1, [cell.strip() for cell in cells]))
    except csv.Error:
        log.add(
            "FEE-0102",
            Place(file_name=file_name),
            f"row {len(table) + 1}: cannot be read as CSV; what follows it was not read.",
        )
    return table


def _row_of(
    cells: Sequence[str], reader: _RowReader, file_name: str, number: int
) -> FeeScheduleRow | None:
    if len(cells) != len(FEE_SCHEDULE_COLUMNS):
        text = f"{len(cells)} cells"
        expected = f"found, expected {len(FEE_SCHEDULE_COLUMNS)}."
        reader.report("FEE-0102", "row", text, expected, fatal=True)
        return None
    first_on, last_on = reader.dates(cells[4], cells[5])
    row = FeeScheduleRow(
        payer_id=cells[0],
        procedure_code=reader.procedure(cells[1]),
        modifiers=reader.modifiers(cells[2]),
        place_of_service=reader.place_of_service(cells[3]),
        effective_from=first_on,
        effective_to=last_on,
        allowed_cents=reader.amount(cells[6]),
        origin=f"{file_name or 'fee schedule'} row {number}",
    )
    return None if reader.failed else row


def _date_of(text: str) -> date | None:
    for pattern, order in ((_ISO_DATE, (1, 2, 3)), (_SLASH_DATE, (3, 1, 2))):
        found = pattern.fullmatch(text)
        if found is not None:
            year, month, day = (found.group(part) for part in order)
            return parse_date(f"{year}{month.zfill(2)}{day.zfill(2)}")
    return parse_date(text) if len(text) == 8 else None


def _report_rivals(rows: Iterable[FeeScheduleRow], log: FindingLog, file_name: str) -> None:
    """Report rows that decide the same line equally well: the same cells, or crossing ones."""
    by_code: dict[str, list[FeeScheduleRow]] = {}
    for row in rows:
        by_code.setdefault(row.procedure_code, []).append(row)
    place = Place(file_name=file_name)
    for group in by_code.values():
        _report_same_cells(group, log, place)
        if len(group) <= _RIVALS_MAX:
            _report_pairs(group, _cross, "FEE-0111", log, place)


def _report_same_cells(group: Sequence[FeeScheduleRow], log: FindingLog, place: Place) -> None:
    by_cells: dict[tuple[str, tuple[str, ...], str], list[FeeScheduleRow]] = {}
    for row in group:
        key = (row.payer_id.upper(), row.modifiers, row.place_of_service)
        by_cells.setdefault(key, []).append(row)
    for same in by_cells.values():
        if len(same) <= _RIVALS_MAX:
            _report_pairs(same, lambda _row, _other: True, "FEE-0110", log, place)


def _report_pairs(
    rows: Sequence[FeeScheduleRow],
    concerns: Callable[[FeeScheduleRow, FeeScheduleRow], bool],
    code: str,
    log: FindingLog,
    place: Place,
) -> None:
    for index, row in enumerate(rows):
        for other in rows[index + 1 :]:
            if (
                row.allowed_cents != other.allowed_cents
                and specificity(row) == specificity(other)
                and concerns(row, other)
                and _days_meet(row, other)
            ):
                log.add(
                    code,
                    place,
                    f"{row.origin} says {format_cents(row.allowed_cents)} and {other.origin} "
                    f"says {format_cents(other.allowed_cents)} for the same line.",
                )


def _cross(row: FeeScheduleRow, other: FeeScheduleRow) -> bool:
    """Whether two rows that fill other cells can both cover one line.

    Rows that fill the same cells differently exclude each other; two modifiers that never stand
    on one line (26 and TC) need no warning.
    """
    pairs = (
        (row.payer_id.upper(), other.payer_id.upper()),
        (row.place_of_service, other.place_of_service),
        (":".join(row.modifiers), ":".join(other.modifiers)),
    )
    if any(ours and theirs and ours != theirs for ours, theirs in pairs):
        return False
    return any(bool(ours) != bool(theirs) for ours, theirs in pairs)


def _days_meet(row: FeeScheduleRow, other: FeeScheduleRow) -> bool:
    first_on = max(row.effective_from or date.min, other.effective_from or date.min)
    last_on = min(row.effective_to or date.max, other.effective_to or date.max)
    return first_on <= last_on

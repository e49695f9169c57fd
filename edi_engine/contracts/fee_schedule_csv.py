"""A fee schedule as a CSV file: text -> rows and findings, all mistakes at once.

What a spreadsheet does to such a file is undone where only one meaning is possible ("$1,234.50",
"1/31/2026" month first, place of service "1" for "01") and refused with a remedy elsewhere.
Does not decide which row wins: see `fee_schedule`. Source: issue 2, contracts.
"""

from collections.abc import Callable, Iterable, Sequence

from edi_engine.contracts.fee_schedule import specificity
from edi_engine.contracts.table_cells import RowReader, cells_of
from edi_engine.dates import open_ranges_meet
from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.money import format_cents
from edi_engine.records.expected import FeeScheduleRow

__all__ = ["FEE_SCHEDULE_COLUMNS", "read_fee_schedule", "report_rivals"]

FEE_SCHEDULE_COLUMNS = (
    "payer_id",
    "procedure_code",
    "modifiers",
    "place_of_service",
    "effective_from",
    "effective_to",
    "allowed_amount",
)

_RIVALS_MAX = 200
"""Rows of one procedure code that are compared with each other; a larger group is left to the
choice at pricing time, which never guesses either. 200 rows are 20,000 comparisons."""


def read_fee_schedule(
    text: str, *, file_name: str = ""
) -> tuple[tuple[FeeScheduleRow, ...], tuple[Finding, ...]]:
    """The rows that can be used, in file order, and everything that is wrong with the others.

    Row numbers count lines of the table from 1, the header being row 1. Never raises. A schedule
    with any error finding should not replace the one in use.
    """
    log = FindingLog()
    numbered = cells_of(text, log, file_name)
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
        row = _row_of(cells, RowReader(log, file_name, number), file_name, number)
        if row is not None:
            rows.append(row)
    if not rows:
        place = Place(file_name=file_name)
        log.add("FEE-0112", place, "no usable row stands below the header.")
    report_rivals(rows, log, file_name)
    return tuple(rows), log.take()


def _row_of(
    cells: Sequence[str], reader: RowReader, file_name: str, number: int
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
        allowed_cents=reader.amount("allowed_amount", cells[6]),
        origin=f"{file_name or 'fee schedule'} row {number}",
    )
    return None if reader.failed else row


def report_rivals(rows: Iterable[FeeScheduleRow], log: FindingLog, file_name: str) -> None:
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
    return open_ranges_meet(
        row.effective_from, row.effective_to, other.effective_from, other.effective_to
    )

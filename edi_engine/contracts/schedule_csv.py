"""Schedules of contracts as CSV files: rates, base units of anesthesia, and weights of DRGs.

Columns are told by their names and stand in any order; cells mean what they mean in a fee
schedule (`table_cells`). A fee schedule of several payers is taken too: the rows of other payers
are left out, whatever is in them. Every mistake is told with row and column.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

import msgspec

from edi_engine.contracts.fee_schedule_csv import report_rivals
from edi_engine.contracts.table_cells import RowReader, cells_of
from edi_engine.dates import open_ranges_meet
from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.quantities import parse_quantity
from edi_engine.records.contracts import DrgWeight, ScheduleRate
from edi_engine.records.expected import FeeScheduleRow

__all__ = [
    "BASE_UNIT_COLUMNS",
    "RATE_COLUMNS",
    "WEIGHT_COLUMNS",
    "read_base_units",
    "read_drg_weights",
    "read_rates",
]

_ROW_COLUMNS = ("modifiers", "place_of_service", "effective_from", "effective_to")
RATE_COLUMNS = (
    "payer_id",
    "procedure_code",
    *_ROW_COLUMNS,
    "allowed_amount",
    "facility_amount",
    "multiple_procedures",
    "bilateral",
    "practice_expense_amount",
    "facility_practice_expense_amount",
    "endoscopic_base",
    "intraoperative_percent",
    "base_units",
)
BASE_UNIT_COLUMNS = ("procedure_code", "base_units", *_ROW_COLUMNS)
WEIGHT_COLUMNS = ("drg", "weight", "mean_days", "effective_from", "effective_to")

_Found = TypeVar("_Found", ScheduleRate, DrgWeight)

_SAME_KEY_MAX = 200
"""Rows of one code that are compared with each other: a row a month for sixteen years."""

_INDICATOR = re.compile(r"[0-9]?", re.ASCII)
_DRG = re.compile(r"[0-9]{1,3}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?|\.[0-9]{1,6}", re.ASCII)


class _Row(RowReader):
    """One row, its cells by column; a column that the table has not is an empty cell."""

    def __init__(self, log: FindingLog, file_name: str, number: int, cells: dict[str, str]) -> None:
        super().__init__(log, file_name, number)
        self._cells = cells
        self.origin = f"{file_name or 'schedule'} row {number}"

    def cell(self, column: str) -> str:
        return self._cells.get(column, "")

    def cents(self, column: str) -> int | None:
        """Cents, None for an empty cell."""
        text = self.cell(column)
        return self.amount(column, text) if text else None

    def number(self, column: str, *, required: bool = False) -> Decimal | None:
        """A number without a sign, None for an empty cell; one that is required is above zero."""
        text = self.cell(column)
        if not text and not required:
            return None
        found = parse_quantity(text) if _NUMBER.fullmatch(text) else None
        if found is None:
            self.report("FEE-0302", column, text, "is not a plain number.", fatal=True)
        elif required and not found:
            self.report("FEE-0302", column, text, "is not above zero.", fatal=True)
        return found

    def indicator(self, column: str) -> str:
        """One digit of the relative value file, empty when unknown."""
        text = self.cell(column)
        if _INDICATOR.fullmatch(text) is None:
            self.report("FEE-0303", column, text, "is not an indicator of one digit.", fatal=True)
        return text

    def fee_row(self, allowed_cents: int) -> FeeScheduleRow:
        """What a rate has in common with a row of a fee schedule."""
        first_on, last_on = self.dates(self.cell("effective_from"), self.cell("effective_to"))
        return FeeScheduleRow(
            payer_id=self.cell("payer_id").upper(),
            procedure_code=self.procedure(self.cell("procedure_code")),
            modifiers=self.modifiers(self.cell("modifiers")),
            place_of_service=self.place_of_service(self.cell("place_of_service")),
            effective_from=first_on,
            effective_to=last_on,
            allowed_cents=allowed_cents,
            origin=self.origin,
        )


def read_rates(
    text: str, *, file_name: str, payer_ids: frozenset[str]
) -> tuple[tuple[ScheduleRate, ...], tuple[Finding, ...]]:
    """Rates by procedure code, in file order. `payer_ids` in upper case say whose rows count
    where the table has a `payer_id`; rows without one hold for every payer."""
    log = FindingLog()
    rows = _rows(text, log, file_name, RATE_COLUMNS, ("procedure_code", "allowed_amount"))
    read = []
    for row in rows:
        if row.cell("payer_id") and row.cell("payer_id").upper() not in payer_ids:
            continue
        fee_row = row.fee_row(row.amount("allowed_amount", row.cell("allowed_amount")))
        rate = _rate(row, fee_row)
        if not row.failed:
            read.append((fee_row, rate))
    kept = _without_outranked(read)
    # The contract's payers are one: two of them with different rates contradict each other.
    fee_rows = [msgspec.structs.replace(row, payer_id="") for row, _ in kept]
    report_rivals(fee_rows, log, file_name)
    return _finished([rate for _, rate in kept], log, file_name)


def _rate(row: _Row, fee_row: FeeScheduleRow) -> ScheduleRate:
    return ScheduleRate(
        procedure_code=fee_row.procedure_code,
        amount_cents=fee_row.allowed_cents,
        modifiers=fee_row.modifiers,
        place_of_service=fee_row.place_of_service,
        effective_from=fee_row.effective_from,
        effective_to=fee_row.effective_to,
        facility_cents=row.cents("facility_amount"),
        multiple_procedures=row.indicator("multiple_procedures"),
        bilateral=row.indicator("bilateral"),
        practice_expense_cents=row.cents("practice_expense_amount"),
        facility_practice_expense_cents=row.cents("facility_practice_expense_amount"),
        endoscopic_base=row.procedure(row.cell("endoscopic_base")),
        intraoperative_percent=row.number("intraoperative_percent"),
        base_units=row.number("base_units"),
        origin=row.origin,
    )


def _without_outranked(
    read: Sequence[tuple[FeeScheduleRow, ScheduleRate]],
) -> list[tuple[FeeScheduleRow, ScheduleRate]]:
    """Leave out rows for every payer on whose days a row for the contract's payer says it."""
    own: dict[tuple[str, tuple[str, ...], str], list[FeeScheduleRow]] = {}
    for row, _ in read:
        if row.payer_id:
            own.setdefault(_cells(row), []).append(row)
    return [
        (row, rate)
        for row, rate in read
        if row.payer_id or not any(_is_within(row, other) for other in own.get(_cells(row), ()))
    ]


def _cells(row: FeeScheduleRow) -> tuple[str, tuple[str, ...], str]:
    return row.procedure_code, row.modifiers, row.place_of_service


def _is_within(row: FeeScheduleRow, other: FeeScheduleRow) -> bool:
    """Whether all days of a row are days of the other."""
    starts = other.effective_from is None or (
        row.effective_from is not None and other.effective_from <= row.effective_from
    )
    ends = other.effective_to is None or (
        row.effective_to is not None and row.effective_to <= other.effective_to
    )
    return starts and ends


def read_base_units(
    text: str, *, file_name: str
) -> tuple[tuple[ScheduleRate, ...], tuple[Finding, ...]]:
    """Base units of anesthesia by procedure code, in file order; their amounts are zero."""
    log = FindingLog()
    rates = []
    for row in _rows(text, log, file_name, BASE_UNIT_COLUMNS, ("procedure_code", "base_units")):
        fee_row = row.fee_row(0)
        rate = ScheduleRate(
            procedure_code=fee_row.procedure_code,
            amount_cents=0,
            modifiers=fee_row.modifiers,
            place_of_service=fee_row.place_of_service,
            effective_from=fee_row.effective_from,
            effective_to=fee_row.effective_to,
            base_units=row.number("base_units", required=True),
            origin=row.origin,
        )
        if not row.failed:
            rates.append(rate)
    _report_contradictions(
        [
            ((rate.procedure_code, rate.modifiers, rate.place_of_service), rate.base_units, rate)
            for rate in rates
        ],
        log,
        file_name,
    )
    return _finished(rates, log, file_name)


def read_drg_weights(
    text: str, *, file_name: str
) -> tuple[tuple[DrgWeight, ...], tuple[Finding, ...]]:
    """Weights by DRG, in file order; a DRG has three digits."""
    log = FindingLog()
    weights = []
    for row in _rows(text, log, file_name, WEIGHT_COLUMNS, ("drg", "weight")):
        drg = row.cell("drg")
        if _DRG.fullmatch(drg) is None:
            row.report("FEE-0304", "drg", drg, "is not a DRG of three digits.", fatal=True)
        first_on, last_on = row.dates(row.cell("effective_from"), row.cell("effective_to"))
        weight = DrgWeight(
            drg=drg.zfill(3),
            weight=row.number("weight", required=True) or Decimal(0),
            mean_days=row.number("mean_days"),
            effective_from=first_on,
            effective_to=last_on,
            origin=row.origin,
        )
        if not row.failed:
            weights.append(weight)
    _report_contradictions(
        [(weight.drg, weight.weight, weight) for weight in weights], log, file_name
    )
    return _finished(weights, log, file_name)


# --- what the tables have in common ---


def _rows(
    text: str,
    log: FindingLog,
    file_name: str,
    columns: Sequence[str],
    required: Sequence[str],
) -> Iterator[_Row]:
    """The rows below a header that names every required column; none where it does not."""
    numbered = cells_of(text, log, file_name)
    header = [name.lower() for name in numbered[0][1]] if numbered else []
    place = Place(file_name=file_name, element="header")
    wrong = [_unknown(name, columns) for name in header if name not in columns]
    wrong += [f"{name!r} stands twice" for name in columns if header.count(name) > 1]
    wrong += [f"{name!r} is missing" for name in required if name not in header]
    if wrong:
        log.add("FEE-0301", place, f"the first row names columns: {'; '.join(wrong[:5])}.")
        return
    for number, cells in numbered[1:]:
        row = _Row(log, file_name, number, dict(zip(header, cells, strict=False)))
        if len(cells) != len(header):
            expected = f"found, expected {len(header)}."
            row.report("FEE-0102", "row", f"{len(cells)} cells", expected, fatal=True)
        else:
            yield row


def _unknown(name: str, columns: Sequence[str]) -> str:
    near = get_close_matches(name[:40], columns, n=1)
    return f"{name[:40]!r} is not known{f', is {near[0]} meant?' if near else ''}"


def _finished(
    found: list[_Found], log: FindingLog, file_name: str
) -> tuple[tuple[_Found, ...], tuple[Finding, ...]]:
    if not found and "FEE-0301" not in log.counts:
        place = Place(file_name=file_name)
        log.add("FEE-0112", place, "no usable row stands below the header.")
    return tuple(found), log.take()


def _report_contradictions(
    rows: Sequence[tuple[object, Decimal | None, ScheduleRate | DrgWeight]],
    log: FindingLog,
    file_name: str,
) -> None:
    """Report rows of the same key with a common day and different numbers."""
    by_key: dict[object, list[tuple[Decimal | None, ScheduleRate | DrgWeight]]] = {}
    for key, value, row in rows:
        by_key.setdefault(key, []).append((value, row))
    for same in by_key.values():
        for index, (value, row) in enumerate(same[:_SAME_KEY_MAX]):
            for other_value, other in same[index + 1 : _SAME_KEY_MAX]:
                if value != other_value and _days_meet(row, other):
                    log.add(
                        "FEE-0110",
                        Place(file_name=file_name),
                        f"{row.origin} says {value:f} and {other.origin} says {other_value:f} "
                        "for the same code.",
                    )


def _days_meet(row: ScheduleRate | DrgWeight, other: ScheduleRate | DrgWeight) -> bool:
    return open_ranges_meet(
        row.effective_from, row.effective_to, other.effective_from, other.effective_to
    )

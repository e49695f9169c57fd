"""A fee schedule applied to a billed claim: what the primary payer should allow on each line.

The row that decides a line is chosen by what the 837 says, never by what the payer adjudicated.
Modifiers, multiple procedures and sequestration are not computed here: a schedule that pays a
modifier differently has a row for it. Source: domain 5.1, 5.4 and feature 51.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from edi_engine.contracts.amounts import MINUTES
from edi_engine.dates import lies_within
from edi_engine.money import format_cents
from edi_engine.quantities import format_quantity
from edi_engine.records.expected import ExpectedAllowed, FeeScheduleRow
from edi_engine.records.matching import BilledClaim, BilledLine

__all__ = ["FeeSchedule", "expected_allowed", "specificity"]


_BEGINNING = date.min


def specificity(row: FeeScheduleRow) -> tuple[int, int, date, bool]:
    """How specific a row is; the greatest wins, and equal ones decide nothing if they differ.

    First the number of filled cells among payer, procedure, modifiers and place of service, then
    the number of modifiers, then the later first day, then whether it has a last day.
    """
    cells = (row.payer_id, row.procedure_code, row.modifiers, row.place_of_service)
    return (
        sum(1 for cell in cells if cell),
        len(row.modifiers),
        row.effective_from or _BEGINNING,
        row.effective_to is not None,
    )


class FeeSchedule:
    """Rows indexed by payer and procedure code; built once, asked for every line."""

    def __init__(self, rows: Iterable[FeeScheduleRow]) -> None:
        self._rows: dict[tuple[str, str], list[FeeScheduleRow]] = {}
        for row in sorted(rows, key=specificity, reverse=True):
            key = (row.payer_id.upper(), row.procedure_code.upper())
            self._rows.setdefault(key, []).append(row)
        self._payers = frozenset(payer for payer, _ in self._rows if payer)

    def names(self, payer_id: str) -> bool:
        """Whether it has rows of this payer's own, so that something was agreed with it."""
        return payer_id.strip().upper() in self._payers

    @property
    def is_empty(self) -> bool:
        """Whether no row was loaded, so that nothing can be expected."""
        return not self._rows

    def row_for(self, payer_id: str, line: BilledLine) -> FeeScheduleRow | None:
        """The most specific row that covers the line, None without one or on a tie of amounts."""
        payer, code = payer_id.strip().upper(), line.procedure_code.upper()
        best: FeeScheduleRow | None = None
        best_rank: tuple[int, int, date, bool] | None = None
        tied = False
        for key in dict.fromkeys(((payer, code), ("", code), (payer, ""), ("", ""))):
            row = next((row for row in self._rows.get(key, ()) if _covers(row, line)), None)
            if row is None:
                continue
            rank = specificity(row)
            if best is None or best_rank is None or rank > best_rank:
                best, best_rank, tied = row, rank, self._has_rival(key, row, rank, line)
            elif rank == best_rank:
                tied = tied or row.allowed_cents != best.allowed_cents
                tied = tied or self._has_rival(key, row, rank, line)
        return None if tied else best

    def _has_rival(
        self,
        key: tuple[str, str],
        chosen: FeeScheduleRow,
        rank: tuple[int, int, date, bool],
        line: BilledLine,
    ) -> bool:
        """Whether another row of the same key, equally specific, covers the line differently."""
        return any(
            row.allowed_cents != chosen.allowed_cents
            and specificity(row) == rank
            and _covers(row, line)
            for row in self._rows[key]
        )


def expected_allowed(schedule: FeeSchedule, claim: BilledClaim) -> tuple[ExpectedAllowed, ...]:
    """What the claim's payer should allow, for each line that a row decides, in line order.

    Nothing for a claim to a second or later payer: what they allow depends on the first. Never
    above the line's charge. A line billed in minutes, with units of zero or less, or whose date
    no row covers, has no expectation. Half a cent rounds up.
    """
    if claim.payer_sequence != 1 or schedule.is_empty:
        return ()
    found = []
    for line in claim.lines:
        expectation = _expectation(schedule, claim.payer_id, line)
        if expectation is not None:
            found.append(expectation)
    return tuple(found)


def _expectation(schedule: FeeSchedule, payer_id: str, line: BilledLine) -> ExpectedAllowed | None:
    units = line.units if line.units is not None else Decimal(1)
    # Base units and conversion factor of anesthesia are in no such schedule.
    if line.unit_code == MINUTES or units <= 0:
        return None
    row = schedule.row_for(payer_id, line)
    if row is None:
        return None
    full_cents = _times(row.allowed_cents, units)
    product = f"{format_cents(row.allowed_cents)} x {format_quantity(units)}"
    if full_cents > line.charge_cents:
        explanation = (
            f"{product} = {format_cents(full_cents)}, "
            f"but never above the charge of {format_cents(line.charge_cents)}"
        )
    else:
        explanation = f"{product} = {format_cents(full_cents)}"
    return ExpectedAllowed(
        line_number=line.line_number,
        allowed_cents=min(full_cents, line.charge_cents),
        source=row.origin or "fee schedule",
        explanation=explanation,
        rate_cents=full_cents if full_cents > line.charge_cents else None,
    )


def _times(cents: int, units: Decimal) -> int:
    """Cents for so many units, half up."""
    if units == 1:
        return cents
    return int((cents * units).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _covers(row: FeeScheduleRow, line: BilledLine) -> bool:
    """Whether the row applies to the line; payer and procedure code are known to agree."""
    if row.modifiers and not set(row.modifiers) <= {text.upper() for text in line.modifiers}:
        return False
    if row.place_of_service and row.place_of_service != line.place_of_service:
        return False
    return lies_within(line.service_from, row.effective_from, row.effective_to)

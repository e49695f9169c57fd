"""What each contract allows: the fee schedule as rows, and the one row that decides a line.

The most specific row wins: the one with more of its cells filled, then with more modifiers, then
the latest. Every row of ours has both dates, so that a date never makes a row more specific.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from edi_engine.money import format_cents
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.procedures import (
    DENTAL,
    DRUGS,
    FACILITY_LINES,
    OFFICE_VISITS,
    PAIRED,
    PROCEDURES,
)

__all__ = ["FEE_HEADER", "FeeRow", "FeeTable", "fee_rows"]

FEE_HEADER = (
    "payer_id,procedure_code,modifiers,place_of_service,effective_from,effective_to,allowed_amount"
)

_NEW_VERSION_PERCENT = 103
_HOSPITAL_PLACE = "22"
_HOSPITAL_PERCENT = 70
_MODIFIER_PERCENTS: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {
    "71046": ((("26",), 30), (("TC",), 70)),
    "69210": ((("50",), 150),),
    "97140": ((("GP", "59"), 80),),
}


class FeeRow(msgspec.Struct, frozen=True, gc=False):
    """One row: an amount per unit in cents. An empty text matches anything."""

    payer_id: str
    code: str
    modifiers: tuple[str, ...]
    place: str
    first_on: date
    last_on: date
    allowed_cents: int

    def csv_line(self) -> str:
        """The row under `FEE_HEADER`, without a line end."""
        return (
            f"{self.payer_id},{self.code},{':'.join(self.modifiers)},{self.place},"
            f"{self.first_on},{self.last_on},{format_cents(self.allowed_cents)}"
        )


class FeeTable:
    """All contracts' rows, found by payer and code."""

    def __init__(self, rows: Iterable[FeeRow]) -> None:
        self.rows = tuple(rows)
        self._by_code: dict[tuple[str, str], list[FeeRow]] = {}
        for row in self.rows:
            self._by_code.setdefault((row.payer_id, row.code), []).append(row)

    def rate_cents(
        self, payer_id: str, code: str, *, modifiers: tuple[str, ...], place: str, served_on: date
    ) -> int | None:
        """Allowed amount per unit, or None when the contract does not price the service."""
        fitting = [
            row
            for row in self._by_code.get((payer_id, code), ())
            if row.first_on <= served_on <= row.last_on
            and row.place in ("", place)
            and all(modifier in modifiers for modifier in row.modifiers)
        ]
        if not fitting:
            return None
        best = max(
            fitting,
            key=lambda row: (bool(row.modifiers) + bool(row.place), len(row.modifiers)),
        )
        return best.allowed_cents

    def csv_text(self) -> str:
        """The whole schedule as the file a biller would load."""
        return "\n".join((FEE_HEADER, *(row.csv_line() for row in self.rows), ""))


def fee_rows(payers: Iterable[PayerProfile], *, first_on: date, changed_on: date) -> list[FeeRow]:
    """Rows of every payer with a contract, for services from `first_on` for three years on.

    Payers that change their fees have a second version from `changed_on`.
    """
    last_on = first_on.replace(year=first_on.year + 3, day=1)
    rows: list[FeeRow] = []
    for payer in payers:
        if not payer.fee_percent:
            continue
        versions = [(first_on, last_on, 100)]
        if payer.changes_fees:
            day_before = date.fromordinal(changed_on.toordinal() - 1)
            versions = [(first_on, day_before, 100), (changed_on, last_on, _NEW_VERSION_PERCENT)]
        for version in versions:
            rows.extend(_version_rows(payer, version))
    return rows


def _version_rows(payer: PayerProfile, version: tuple[date, date, int]) -> list[FeeRow]:
    first_on, last_on, version_percent = version
    rows = []
    for code, base_cents in _priced_codes(payer).items():
        cents = base_cents * payer.fee_percent * version_percent // 10_000
        row = FeeRow(payer.payer_id, code, (), "", first_on, last_on, cents)
        rows.append(row)
        for modifiers, percent in _MODIFIER_PERCENTS.get(code, ()):
            rows.append(_variant(row, percent, modifiers=modifiers))
        if code.startswith("992"):
            rows.append(_variant(row, _HOSPITAL_PERCENT, place=_HOSPITAL_PLACE))
    return rows


def _variant(
    row: FeeRow, percent: int, *, modifiers: tuple[str, ...] = (), place: str = ""
) -> FeeRow:
    return FeeRow(
        row.payer_id,
        row.code,
        modifiers,
        place,
        row.first_on,
        row.last_on,
        row.allowed_cents * percent // 100,
    )


def _priced_codes(payer: PayerProfile) -> dict[str, int]:
    """Code to base rate, in a fixed order, for the kinds of claims the payer takes."""
    priced: dict[str, int] = {}
    if "P" in payer.kinds:
        for procedure in (*OFFICE_VISITS, *PROCEDURES, *PAIRED):
            priced[procedure.code] = procedure.base_cents
        for drug in DRUGS:
            priced[drug.code] = drug.base_cents
    if "I" in payer.kinds:
        for facility in FACILITY_LINES:
            if facility.code:
                priced[facility.code] = facility.base_cents
    if "D" in payer.kinds:
        for work in DENTAL:
            priced[work.code] = work.base_cents
    return priced

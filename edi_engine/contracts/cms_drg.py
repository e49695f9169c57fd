"""The weights of the MS-DRGs from Table 5 of CMS's inpatient rules, as CSV or tab separated text.

Since fiscal year 2023 a weight may fall by at most a tenth, and the table has the weights before
and after that cap; those after it are what is paid. Titles are not read.
Source: the headings of Table 5, fiscal years 2019 to 2026.
"""

import re
from decimal import Decimal

from edi_engine.contracts.cms_tables import CellReader, Heading, read_table
from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.records.contracts import DrgWeight

__all__ = ["read_drg_weights"]

_WEIGHT_BELOW = 1000
_DAYS_BELOW = 1000
"""The highest weight of 2025 is 28.2, the longest mean stay under 50 days."""

_DRG, _WEIGHT, _DAYS = "MS-DRG", "WEIGHTS", "GEOMETRIC MEAN LOS"

_HEADINGS = (
    Heading(_DRG, (re.compile(r"(?:^| )MS-DRG$"),)),
    Heading(_WEIGHT, (re.compile(r"\bCAP APPLIED$"), re.compile(r"\bWEIGHTS?$"))),
    Heading(_DAYS, (re.compile(r"\bGEOMETRIC MEAN LOS$"),)),
)

_CODE = re.compile(r"[0-9]{1,3}", re.ASCII)
_NO_STAY = re.compile(r"\**")
"""Asterisks, or nothing, stand where CMS had too few cases for a mean."""


def read_drg_weights(
    text: str, *, file_name: str
) -> tuple[tuple[DrgWeight, ...], tuple[Finding, ...]]:
    """The weights in file order, and everything that is wrong with the other rows.

    DRGs have three digits; zeros that a spreadsheet cut are put back. Groups of weight 0 (998
    and 999, which cannot be paid) give none. The mean stay is the geometric one, None where the
    table has none. Never raises. A table with any error finding should not replace the one in use.
    """
    log = FindingLog()
    table = read_table(text, _HEADINGS, log, file_name=file_name)
    if table is None:
        return (), log.take()
    weights: dict[str, DrgWeight] = {}
    for row in table.rows:
        reader = CellReader(row, log, file_name)
        origin = f"{file_name or 'Table 5'} row {row.number}"
        weight = _weight_of(reader, origin)
        if not reader.failed and weight.drg in weights:
            reader.report("FEE-0206", _DRG, f"is there twice as {weight.drg}.")
        if not reader.failed:
            weights[weight.drg] = weight
    usable = tuple(weight for weight in weights.values() if weight.weight)
    if not usable:
        log.add("FEE-0211", Place(file_name=file_name), "no row gives a weight.")
    return usable, log.take()


def _weight_of(reader: CellReader, origin: str) -> DrgWeight:
    if _CODE.fullmatch(reader.text(_DRG)) is None:
        reader.report("FEE-0203", _DRG, "is no diagnosis related group of up to three digits.")
    without = _NO_STAY.fullmatch(reader.text(_DAYS)) is not None
    days = Decimal(0) if without else reader.number(_DAYS, _DAYS_BELOW)
    return DrgWeight(
        drg=reader.text(_DRG).zfill(3),
        weight=reader.number(_WEIGHT, _WEIGHT_BELOW),
        mean_days=days or None,
        origin=origin,
    )

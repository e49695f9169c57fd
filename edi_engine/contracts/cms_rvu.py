"""CMS's National Physician Fee Schedule Relative Value File (PPRRVU), as CSV or fixed width.

Every row whose relative values are not all zero is read, whatever its status: what Medicare does
not pay (status N, I, X, B) other payers may, and a contract's exclusions say so. Rows without
values (carrier-priced C, measures, laboratory, anesthesia) have nothing to multiply.
Descriptions are not read. Source: record layout and attachment A in the document of RVU25D.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from edi_engine.contracts.cms_tables import CellReader, CmsRow, CmsTable, Heading, read_table
from edi_engine.findings import FindingLog, Place
from edi_engine.quantities import format_quantity, parse_quantity

__all__ = [
    "FACTOR_BELOW",
    "OutpatientValues",
    "RelativeValueFile",
    "RelativeValues",
    "read_relative_values",
]

_VALUE_BELOW = 1000
"""The record has room for 999.99."""

FACTOR_BELOW = 1000
"""The record has room for 999.9999. With at most six places each, value times index times factor
has at most 25 digits, so that decimals are exact."""

_HCPCS, _MOD = "HCPCS", "MOD"
_WORK, _MALPRACTICE = "WORK RVU", "MP RVU"
_EXPENSE, _EXPENSE_NA, _TOTAL = "NON-FAC PE RVU", "NON-FAC NA INDICATOR", "NON-FACILITY TOTAL"
_FACILITY, _FACILITY_NA = "FACILITY PE RVU", "FACILITY NA INDICATOR"
_FACILITY_TOTAL = "FACILITY TOTAL"
_INTRA, _MULTIPLE, _BILATERAL = "INTRA OP", "MULT PROC", "BILAT SURG"
_BASE, _FACTOR = "ENDO BASE", "CONV FACTOR"
_VALUES = (_WORK, _EXPENSE, _FACILITY, _MALPRACTICE)
_OPPS_EXPENSE = "NON-FACILITY PE USED FOR OPPS"
_OPPS_FACILITY = "FACILITY PE USED FOR OPPS"
_OPPS_MALPRACTICE = "MP USED FOR OPPS"
_OPPS = (_OPPS_EXPENSE, _OPPS_FACILITY, _OPPS_MALPRACTICE)


_USED_FOR_OPPS = "USED FOR OPPS PAYMENT AMOUNT"


def _ending(words: str) -> re.Pattern[str]:
    """The end of a heading. From 2007 to 2012 there were values of a transition and, for
    information, those fully implemented; the former were paid."""
    return re.compile(rf"^(?!.*\bFULLY\b).*(?<![A-Z-]){words}$")


_HEADINGS = (
    Heading(_HCPCS, (_ending(r"HCPCS(?: CODE)?"),)),
    Heading(_MOD, (_ending(r"MOD(?:IFIER)?"),)),
    Heading(_WORK, (_ending("WORK RVUS?"),)),
    Heading(_EXPENSE, (_ending("NON-FAC PE RVUS?"),)),
    Heading(_EXPENSE_NA, (_ending("NON-FAC NA INDICATOR"),), required=False),
    Heading(_FACILITY, (_ending("FAC PE RVUS?"),)),
    Heading(_FACILITY_NA, (_ending("FAC NA INDICATOR"),), required=False),
    Heading(_MALPRACTICE, (_ending("(?:MP|MALPRACTICE) RVUS?"),)),
    Heading(_TOTAL, (_ending("NON-FAC TOTAL"),), required=False),
    Heading(_FACILITY_TOTAL, (_ending("FAC TOTAL"),), required=False),
    Heading(_INTRA, (_ending("INTRA OP"),)),
    Heading(_MULTIPLE, (_ending("MULT PROC"),)),
    Heading(_BILATERAL, (_ending("BILAT SURG"),)),
    Heading(_BASE, (_ending("ENDO BASE"),)),
    Heading(_FACTOR, (_ending("(?:CONV|CONVERSION) FACTOR"),), required=False, may_repeat=True),
    Heading(_OPPS_EXPENSE, (_ending(f"NON-FAC PE {_USED_FOR_OPPS}"),), required=False),
    Heading(_OPPS_FACILITY, (_ending(f"FAC PE {_USED_FOR_OPPS}"),), required=False),
    Heading(_OPPS_MALPRACTICE, (_ending(f"MP {_USED_FOR_OPPS}"),), required=False),
)

# First and last position, counted from 1. Source: record layout of RVU25D, tried on its 19,090
# records, which say the same in both forms.
_POSITIONS = {
    _HCPCS: (1, 5),
    _MOD: (6, 7),
    _WORK: (60, 65),
    _EXPENSE: (67, 72),
    _EXPENSE_NA: (73, 74),
    _FACILITY: (76, 81),
    _FACILITY_NA: (82, 83),
    _MALPRACTICE: (85, 89),
    _TOTAL: (91, 96),
    _FACILITY_TOTAL: (97, 102),
    _INTRA: (110, 112),
    _MULTIPLE: (116, 116),
    _BILATERAL: (117, 117),
    _BASE: (128, 132),
    _FACTOR: (133, 140),
    _OPPS_EXPENSE: (152, 157),
    _OPPS_FACILITY: (159, 164),
    _OPPS_MALPRACTICE: (166, 171),
}
_RECORD_CHARACTERS_MIN = 140
_HEADER_RECORD = "HDR"
_RECORD_START = re.compile(r"[A-Z0-9]{5}[A-Z0-9 ]{2}.{50}[A-Z ] [ 0-9.]{6}", re.ASCII)

_CODE = re.compile(r"(?=.*[0-9])[A-Z0-9]{5}", re.ASCII)
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)
_DIGIT = re.compile(r"[0-9]", re.ASCII)
_NOT_APPLICABLE = re.compile("NA")


class OutpatientValues(msgspec.Struct, frozen=True):
    """Values that with the row's own work give what an outpatient department of a hospital gets
    (OPPS) for the technical component of imaging, and the professional one where it is part of the
    code: Medicare pays no more. Source: Deficit Reduction Act of 2005, 5102(b)."""

    practice_expense: Decimal
    facility_practice_expense: Decimal
    malpractice: Decimal


class RelativeValues(msgspec.Struct, frozen=True):
    """The relative values of a code, alone or with one modifier, as the file has them.

    A setting marked NA (rarely or never performed there) has the other setting's practice expense:
    that is what the file repeats and what Medicare's published fees hold. The indicators are
    CMS's. `intraoperative_percent` is 76 for .76, None without a global period.
    `conversion_factor` is None when the file has none, or two. `outpatient` is None for what is not
    capped.
    """

    row: int
    code: str
    modifier: str
    work: Decimal
    practice_expense: Decimal
    facility_practice_expense: Decimal
    malpractice: Decimal
    multiple_procedures: str = ""
    bilateral: str = ""
    endoscopic_base: str = ""
    intraoperative_percent: Decimal | None = None
    conversion_factor: Decimal | None = None
    outpatient: OutpatientValues | None = None


class RelativeValueFile(msgspec.Struct, frozen=True):
    """What was read, in file order, and how many columns of conversion factors there are: 0 for
    none, 1, or 2 for several, of which none was read."""

    values: tuple[RelativeValues, ...]
    factor_columns: int


def read_relative_values(
    text: str, log: FindingLog, *, file_name: str, needs_factor: bool
) -> RelativeValueFile | None:
    """The rows that have values, and a finding for every mistake in them; None without headings.

    A row with a mistake is left out, the second of two with the same code and modifier too. The
    file's conversion factors are read, and their mistakes told, only when they are needed.
    Never raises.
    """
    table = (
        _fixed_table(text, log, file_name)
        if _is_fixed_width(text)
        else read_table(text, _HEADINGS, log, file_name=file_name)
    )
    if table is None:
        return None
    columns = 2 if _FACTOR in table.repeated else int(_FACTOR in table.headings)
    read: dict[tuple[str, str], RelativeValues] = {}
    for row in table.rows:
        if not _has_values(row):
            continue
        reader = CellReader(row, log, file_name)
        values = _values_of(row.number, reader, with_factor=needs_factor and columns == 1)
        if not reader.failed and (values.code, values.modifier) in read:
            reader.report("FEE-0206", _HCPCS, "is there twice with the same modifier.")
        if not reader.failed:
            read[values.code, values.modifier] = values
    return RelativeValueFile(tuple(read.values()), columns)


def _is_fixed_width(text: str) -> bool:
    first = text.removeprefix("\ufeff").lstrip("\r\n")[:_RECORD_CHARACTERS_MIN]
    return first.startswith(_HEADER_RECORD) or _RECORD_START.match(first) is not None


def _fixed_table(text: str, log: FindingLog, file_name: str) -> CmsTable:
    rows = tuple(_fixed_rows(text.removeprefix("\ufeff").splitlines(), log, file_name))
    return CmsTable(rows, frozenset(_POSITIONS))


def _fixed_rows(lines: Sequence[str], log: FindingLog, file_name: str) -> Iterator[CmsRow]:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(_HEADER_RECORD):
            continue
        if len(line) < _RECORD_CHARACTERS_MIN:
            place = Place(file_name=file_name, element="row")
            found = f"row {number}: '{len(line)} characters' found, expected at least "
            log.add("FEE-0202", place, f"{found}{_RECORD_CHARACTERS_MIN}.")
            continue
        cells = {name: line[first - 1 : last].strip() for name, (first, last) in _POSITIONS.items()}
        yield CmsRow(number, cells)


def _has_values(row: CmsRow) -> bool:
    cells = (row.cells[name].upper() for name in _VALUES)
    return any(cell not in {"", "NA"} and parse_quantity(cell) != 0 for cell in cells)


def _values_of(number: int, reader: CellReader, *, with_factor: bool) -> RelativeValues:
    if _CODE.fullmatch(reader.text(_HCPCS)) is None:
        reader.report("FEE-0203", _HCPCS, "is no procedure code of five letters and digits.")
    expected = "is no modifier of two letters or digits."
    modifier = reader.matching("FEE-0203", _MOD, _MODIFIER, expected)
    work, malpractice = (reader.number(name, _VALUE_BELOW) for name in (_WORK, _MALPRACTICE))
    expense, facility = _practice_expenses(reader, work + malpractice)
    return RelativeValues(
        row=number,
        code=reader.text(_HCPCS),
        modifier=modifier,
        work=work,
        practice_expense=expense,
        facility_practice_expense=facility,
        malpractice=malpractice,
        multiple_procedures=_indicator(reader, _MULTIPLE),
        bilateral=_indicator(reader, _BILATERAL),
        endoscopic_base=reader.matching("FEE-0203", _BASE, _CODE, "is no procedure code."),
        intraoperative_percent=_intraoperative_percent(reader),
        conversion_factor=_factor(reader) if with_factor else None,
        outpatient=_outpatient(reader),
    )


def _practice_expenses(reader: CellReader, others: Decimal) -> tuple[Decimal, Decimal]:
    """Outside of and in a facility. `others` are work and malpractice, which with either make up
    the row's totals: a total that differs means that a column or a value is not what it seems."""
    outside = _practice_expense(reader, _EXPENSE, _EXPENSE_NA, _TOTAL, others)
    inside = _practice_expense(reader, _FACILITY, _FACILITY_NA, _FACILITY_TOTAL, others)
    either = outside if outside is not None else inside
    if either is None:
        reader.report("FEE-0204", _EXPENSE, "is NA in both settings, though the row has values.")
        return Decimal(0), Decimal(0)
    return either, inside if inside is not None else either


def _practice_expense(
    reader: CellReader, column: str, indicator: str, total: str, others: Decimal
) -> Decimal | None:
    """The practice expense of one setting; None where the code is not performed there. Old files
    say NA in the place of the value."""
    expected = "is neither NA nor empty."
    marked = reader.matching("FEE-0204", indicator, _NOT_APPLICABLE, expected)
    if reader.text(column) == "NA":
        return None
    value = reader.number(column, _VALUE_BELOW)
    if reader.text(total) and not reader.failed:
        stated = reader.number(total, 3 * _VALUE_BELOW)
        if not reader.failed and stated != others + value:
            summed = format_quantity(others + value)
            reader.report("FEE-0205", total, f"is not the sum of the row's values, {summed}.")
    return None if marked else value


def _indicator(reader: CellReader, column: str) -> str:
    return reader.matching("FEE-0204", column, _DIGIT, "is not one digit.")


def _intraoperative_percent(reader: CellReader) -> Decimal | None:
    if not reader.text(_INTRA):
        return None
    share = reader.number(_INTRA, 2)
    if share > 1:
        reader.report("FEE-0204", _INTRA, "is more than the whole.")
    percent = share * 100
    whole = percent.to_integral_value()
    return (whole if whole == percent else percent) if share else None


def _outpatient(reader: CellReader) -> OutpatientValues | None:
    """The values for OPPS; None where all are zero, or the file lacks them."""
    if not all(reader.text(name) for name in _OPPS):
        return None
    expense, facility, malpractice = (reader.number(name, _VALUE_BELOW) for name in _OPPS)
    if not expense and not facility:
        return None
    return OutpatientValues(expense, facility, malpractice)


def _factor(reader: CellReader) -> Decimal | None:
    factor = reader.number(_FACTOR, FACTOR_BELOW)
    if not factor and not reader.failed:
        reader.report("FEE-0204", _FACTOR, "pays nothing.")
    return factor

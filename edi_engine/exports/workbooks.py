"""Datasets as XLSX workbooks: money and days are numbers to a spreadsheet, all else is text.

Nothing in a text is ever a formula or a link. Pure: the same rows give the same bytes. Source:
decision 0019.
"""

import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from edi_engine.money import format_cents
from edi_engine.records.datasets import ColumnKind, Dataset

__all__ = ["CELL_CHARACTERS_MAX", "workbook_bytes"]

CELL_CHARACTERS_MAX = 32_767
"""What a cell may hold; a longer text is cut, with an ellipsis at its end."""

_FIRST_DAY = date(1900, 3, 1)
"""Before this day spreadsheets do not agree on which day a number is: older days stay text."""

_WHOLE_NUMBER_MAX = 10**15 - 1
"""Fifteen digits are all that a spreadsheet keeps of a number: larger ones stay text. So do amounts
of more than fifteen digits; none that an element of X12 can hold has more than ten."""

_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - the form of the library; not the time of anything
"""So that the bytes depend on the rows alone."""

_WIDTHS = {ColumnKind.TEXT: 24, ColumnKind.MONEY: 14, ColumnKind.DAY: 12, ColumnKind.NUMBER: 10}


def workbook_bytes(dataset: Dataset, rows: Iterable[tuple[object, ...]]) -> bytes:
    """A workbook of one sheet: a header that stays in view and filters, then the rows.

    Cents become decimal text and that a `Decimal`, which the library writes out digit by digit: no
    float is made of money here. All is held in memory, so that no temporary file keeps patients'
    data. Raises TypeError for money that is not whole cents.
    """
    target = io.BytesIO()
    workbook = Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    workbook.set_properties(
        {"title": dataset.name, "comments": dataset.meaning, "created": _MADE_AT}
    )
    bold = workbook.add_format({"bold": True})
    formats = {
        ColumnKind.MONEY: workbook.add_format({"num_format": "#,##0.00"}),
        ColumnKind.DAY: workbook.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet = workbook.add_worksheet(dataset.name[:31])
    for place, column in enumerate(dataset.columns):
        sheet.set_column(place, place, _WIDTHS.get(column.kind, 10))
        sheet.write_string(0, place, column.name, bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for place, (column, value) in enumerate(zip(dataset.columns, row, strict=True)):
            _write(sheet, (last, place), column.kind, value, formats.get(column.kind))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(dataset.columns) - 1)
    workbook.close()
    return target.getvalue()


def _write(
    sheet: Worksheet, cell: tuple[int, int], kind: ColumnKind, value: object, form: Format | None
) -> None:
    if value is None or value == "":
        return
    if kind is ColumnKind.MONEY:
        if not isinstance(value, int):
            raise TypeError("money is whole cents")
        if abs(value) <= _WHOLE_NUMBER_MAX:
            sheet.write_number(*cell, Decimal(format_cents(value)), form)
        else:
            sheet.write_string(*cell, format_cents(value))
    elif kind is ColumnKind.DAY and isinstance(value, date) and value >= _FIRST_DAY:
        sheet.write_datetime(*cell, value, form)
    elif kind is ColumnKind.NUMBER and isinstance(value, int) and abs(value) <= _WHOLE_NUMBER_MAX:
        sheet.write_number(*cell, value)
    elif kind is ColumnKind.FLAG:
        sheet.write_boolean(*cell, bool(value))
    else:
        sheet.write_string(*cell, _cut(str(value)))


def _cut(text: str) -> str:
    if len(text) <= CELL_CHARACTERS_MAX:
        return text
    return f"{text[: CELL_CHARACTERS_MAX - 1]}…"

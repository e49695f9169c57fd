"""Datasets as text: CSV and JSON Lines.

Money becomes dollars with two places, days ISO text. In CSV a cell that a spreadsheet would take
for a formula gets an apostrophe in front; JSON Lines has every value as it is, money as text.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

import msgspec

from edi_engine.money import format_cents
from edi_engine.records.datasets import ColumnKind, Dataset

__all__ = ["csv_lines", "json_lines"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def csv_lines(dataset: Dataset, rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """The dataset's header and rows as CSV text, line by line, each ending in a line feed."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for cells in _with_header(dataset, rows):
        writer.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def json_lines(dataset: Dataset, rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """The dataset's rows as JSON objects, one a line."""
    names = dataset.column_names
    kinds = [_JSON_VALUES[column.kind] for column in dataset.columns]
    for row in rows:
        values = (
            None if value is None else written(value)
            for written, value in zip(kinds, row, strict=True)
        )
        yield msgspec.json.encode(dict(zip(names, values, strict=True))).decode() + "\n"


def _with_header(dataset: Dataset, rows: Iterable[tuple[object, ...]]) -> Iterator[Iterable[str]]:
    kinds = [_CELLS[column.kind] for column in dataset.columns]
    yield dataset.column_names
    for row in rows:
        yield [
            "" if value is None else written(value)
            for written, value in zip(kinds, row, strict=True)
        ]


def _money(cents: object) -> str:
    if not isinstance(cents, int):
        raise TypeError("money is whole cents")
    return format_cents(cents)


def _day(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else str(day)


def _safe_text(text: object) -> str:
    cell = str(text)
    if cell.startswith(_FORMULA_STARTS) and _NUMBER.fullmatch(cell) is None:
        return f"'{cell}"
    return cell


def _same(value: object) -> object:
    return value


def _flag(value: object) -> str:
    return "true" if value else "false"


_CELLS: dict[ColumnKind, Callable[[object], str]] = {
    ColumnKind.NUMBER: str,
    ColumnKind.TEXT: _safe_text,
    ColumnKind.MONEY: _money,
    ColumnKind.DAY: _day,
    ColumnKind.FLAG: _flag,
}

_JSON_VALUES: dict[ColumnKind, Callable[[object], object]] = {
    ColumnKind.NUMBER: _same,
    ColumnKind.TEXT: _same,
    ColumnKind.MONEY: _money,
    ColumnKind.DAY: _day,
    ColumnKind.FLAG: _same,
}

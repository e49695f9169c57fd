"""Export: a dataset of the store, written line by line."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TextIO

from edi_engine.errors import InputError
from edi_engine.exports.datasets import csv_lines, json_lines
from edi_engine.records.datasets import DATASETS, Dataset, dataset
from edi_engine.store import Store

__all__ = ["ExportFormat", "export_dataset"]


class ExportFormat(StrEnum):
    """Forms a dataset can be written in."""

    CSV = "csv"
    JSON_LINES = "jsonl"


_WRITERS: dict[ExportFormat, Callable[[Dataset, Iterable[tuple[object, ...]]], Iterator[str]]] = {
    ExportFormat.CSV: csv_lines,
    ExportFormat.JSON_LINES: json_lines,
}


def export_dataset(
    store: Store,
    name: str,
    output: TextIO,
    *,
    form: ExportFormat,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a dataset of one snapshot; how many rows it has. Bounded memory.

    `progress` is told how many rows were written, now and then. Raises InputError for a name that
    is no dataset.
    """
    try:
        described = dataset(name)
    except KeyError:
        known = ", ".join(found.name for found in DATASETS)
        raise InputError(
            "There is no such dataset.", place=name, remedy=f"Choose one of {known}."
        ) from None
    rows_count = 0

    def counted(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
        nonlocal rows_count
        for row in rows:
            rows_count += 1
            if progress is not None and rows_count % 1000 == 0:
                progress(rows_count)
            yield row

    with store.reading() as reader:
        for line in _WRITERS[form](described, counted(reader.dataset(name))):
            output.write(line)
    return rows_count

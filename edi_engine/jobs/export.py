"""Export: a dataset of the store, written line by line."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from edi_engine.errors import InputError
from edi_engine.exports.datasets import csv_lines, json_lines
from edi_engine.records.datasets import DATASETS, Dataset, dataset
from edi_engine.store import Store

__all__ = ["ExportFormat", "export_dataset", "export_to_file"]


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


def export_to_file(store: Store, name: str, path: Path, *, form: ExportFormat) -> int:
    """Write a dataset to a file that appears whole or not at all; how many rows it has.

    Raises InputError for a name that is no dataset and a file that cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            rows_count = export_dataset(store, name, stream, form=form)
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"The file cannot be written ({error.strerror}).",
            place=str(path),
            remedy="Name another with --output.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return rows_count

"""Export: a dataset of the store, written line by line; claims and remittances whole as XML."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from edi_engine.errors import InputError
from edi_engine.exports.datasets import csv_lines, json_lines
from edi_engine.jobs.xml_export import NumberRange, export_xml
from edi_engine.records.datasets import DATASETS, Dataset, dataset
from edi_engine.store import Store

__all__ = ["ExportFormat", "NumberRange", "export_dataset", "export_schema", "export_to_file"]


class ExportFormat(StrEnum):
    """Forms a dataset can be written in. XML holds claims or remittances whole."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    XML = "xml"


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
    ranges: Sequence[NumberRange] = (),
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a dataset of one snapshot; how many rows it has. Bounded memory.

    `ranges` are numbers of claims or remittances, for XML only. `progress` is told how many rows
    were written, now and then. Raises InputError for a name that is no dataset, and as
    `export_xml` does.
    """
    try:
        described = dataset(name)
    except KeyError:
        known = ", ".join(found.name for found in DATASETS)
        raise InputError(
            "There is no such dataset.", place=name, remedy=f"Choose one of {known}."
        ) from None
    if form is ExportFormat.XML:
        return export_xml(store, name, output, ranges=ranges, progress=progress)
    if ranges:
        raise InputError(
            f"numbers can be chosen for {ExportFormat.XML.value} only.",
            place="--number",
            remedy="Add --format xml, or leave --number out.",
        )
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


def export_to_file(
    store: Store,
    name: str,
    path: Path,
    *,
    form: ExportFormat,
    ranges: Sequence[NumberRange] = (),
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a dataset to a file that appears whole or not at all; how many rows it has.

    Raises InputError as `export_dataset` does, and for a file that cannot be written.
    """

    def write(stream: TextIO) -> int:
        return export_dataset(store, name, stream, form=form, ranges=ranges, progress=progress)

    return _written_whole(path, write)


def export_schema(output: TextIO | Path) -> None:
    """Write the schema (XSD) of what is exported as XML.

    Raises InputError for a file that cannot be written.
    """
    from edi_engine.exports.xml_documents import schema_text  # noqa: PLC0415 - costs time

    if isinstance(output, Path):
        _written_whole(output, lambda stream: stream.write(schema_text()))
    else:
        output.write(schema_text())


def _written_whole(path: Path, write: Callable[[TextIO], int]) -> int:
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            count = write(stream)
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"The file cannot be written ({error.strerror}).",
            place=str(path),
            remedy="Name another with --output.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return count

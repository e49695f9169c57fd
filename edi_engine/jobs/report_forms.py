"""What a report is: a dataset with its rows."""

import msgspec

from edi_engine.records.datasets import ColumnKind, Dataset, DatasetColumn

__all__ = ["Report", "report_columns"]


class Report(msgspec.Struct, frozen=True):
    """A dataset with its rows. Money is cents; rows come in the order to show them."""

    dataset: Dataset
    rows: tuple[tuple[object, ...], ...]


def report_columns(**kinds: str) -> tuple[DatasetColumn, ...]:
    """Columns by name and kind; their meaning is their name in words."""
    return tuple(
        DatasetColumn(name, ColumnKind(kind), name.replace("_", " "))
        for name, kind in kinds.items()
    )

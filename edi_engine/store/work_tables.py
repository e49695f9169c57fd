"""Tables of working the worklist: who holds an item now. Items and history stand with the
conclusions."""

from sqlalchemy import Column, ForeignKey, Table

from edi_engine.store.column_types import NumberType
from edi_engine.store.table_columns import metadata, text_column

__all__ = ["work_leases"]


def _item_key_column() -> Column[int]:
    return Column(
        "work_item_id",
        NumberType,
        ForeignKey("work_items.work_item_id"),
        primary_key=True,
        autoincrement=False,
    )


work_leases = Table(
    "work_leases",
    metadata,
    _item_key_column(),
    text_column("holder"),
    text_column("taken_at"),
    text_column("expires_at"),
    sqlite_strict=True,
)
"""Who has an item in hand, and until when; one that has run out means nothing. Instants are of one
form, so that their texts compare as they do."""

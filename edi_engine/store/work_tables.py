"""Tables of working the worklist: who has an item in hand, what became of items. Items and their
history stand with the conclusions."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import DateType, NumberType
from edi_engine.store.table_columns import (
    day,
    identifier,
    metadata,
    number,
    parent,
    text_column,
    text_or_none,
)

__all__ = [
    "outcome_counts",
    "pending_assignments",
    "pending_chances",
    "pending_outcomes",
    "work_assignments",
    "work_batch_items",
    "work_batches",
    "work_leases",
    "work_outcomes",
    "work_stakes",
    "work_touches",
]


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

work_stakes = Table(
    "work_stakes",
    metadata,
    _item_key_column(),
    text_column("payer_id"),
    text_column("cause"),
    text_column("detail"),
    day("arose_on"),
    Column("opened_on", DateType, nullable=False),
    number("at_risk_cents"),
    number("measured_cents"),
    Index("ix_work_stakes_cause_detail", "cause", "detail"),
    Index("ix_work_stakes_arose_on", "arose_on"),
    sqlite_strict=True,
)
"""What was at stake in each open item when it arose. A settled item has none, for its outcome says
it."""

work_outcomes = Table(
    "work_outcomes",
    metadata,
    identifier("outcome_id"),
    parent("work_item_id", "work_items.work_item_id"),
    text_column("kind"),
    text_column("payer_id"),
    text_column("cause"),
    text_column("detail"),
    number("first_band"),
    number("last_band"),
    number("count"),
    number("at_risk_cents"),
    number("recovered_cents"),
    number("share_percent"),
    Column("concluded_on", DateType, nullable=False),
    text_column("concluded_by"),
    day("arose_on"),
    Column("opened_on", DateType, nullable=False),
    number("measured_cents"),
    Index("ix_work_outcomes_work_item_id", "work_item_id"),
    sqlite_strict=True,
)
"""What became of items; never changed or removed. A later row withdraws an earlier one."""

pending_outcomes = Table(
    "pending_outcomes",
    metadata,
    Column(
        "outcome_id",
        NumberType,
        ForeignKey("work_outcomes.outcome_id"),
        primary_key=True,
        autoincrement=False,
    ),
    sqlite_strict=True,
)
"""Outcomes that are not counted yet: those of a day count from the next day on."""

outcome_counts = Table(
    "outcome_counts",
    metadata,
    text_column("cause"),
    text_column("detail"),
    text_column("payer_id"),
    number("age_band"),
    number("count"),
    number("recovered_count"),
    number("partly_count"),
    number("share_percents"),
    PrimaryKeyConstraint("cause", "detail", "payer_id", "age_band"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The outcomes that are counted, added up. It could be made again from them."""

pending_chances = Table(
    "pending_chances",
    metadata,
    text_column("cause"),
    text_column("detail"),
    PrimaryKeyConstraint("cause", "detail"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Kinds of items whose chance changed since their priorities were reckoned."""

work_touches = Table(
    "work_touches",
    metadata,
    identifier("touch_id"),
    parent("work_item_id", "work_items.work_item_id"),
    text_column("touched_at"),
    text_column("actor"),
    text_column("channel"),
    text_column("contact"),
    text_column("reference"),
    text_column("outcome"),
    text_column("note"),
    Column("next_action_on", DateType, nullable=False),
    Index("ix_work_touches_work_item_id", "work_item_id"),
    sqlite_strict=True,
)
"""What people did about items; never changed or removed."""

work_batches = Table(
    "work_batches",
    metadata,
    identifier("batch_id"),
    text_column("kind"),
    text_column("text"),
    text_column("made_by"),
    text_column("made_at"),
    number("items_count"),
    number("amount_cents"),
    text_or_none("undone_by"),
    text_or_none("undone_at"),
    sqlite_strict=True,
)
"""Bulk actions that were done; one that was undone says by whom and when."""

work_batch_items = Table(
    "work_batch_items",
    metadata,
    parent("batch_id", "work_batches.batch_id"),
    parent("work_item_id", "work_items.work_item_id"),
    number("last_event_id"),
    text_column("status"),
    text_column("assignee"),
    day("next_action_on"),
    PrimaryKeyConstraint("batch_id", "work_item_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Items of bulk actions as they were before, with the last event of their history right after."""

work_assignments = Table(
    "work_assignments",
    metadata,
    _item_key_column(),
    text_column("assignee"),
    text_column("rule"),
    sqlite_strict=True,
)
"""Who was last given an item, and by which rule; no rule where a person said so."""

pending_assignments = Table(
    "pending_assignments",
    metadata,
    _item_key_column(),
    sqlite_strict=True,
)
"""Items that the assignment rules have not seen yet."""

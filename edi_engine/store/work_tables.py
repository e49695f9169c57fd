"""Tables of working the worklist: who has an item in hand, what became of items. Items and their
history stand with the conclusions."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import DateType, FlagType, NumberType
from edi_engine.store.table_columns import (
    day,
    identifier,
    key_of,
    metadata,
    number,
    parent,
    parent_or_none,
    text_column,
    text_or_none,
)

__all__ = [
    "batch_item_progress",
    "outcome_counts",
    "pending_assignments",
    "pending_chances",
    "pending_outcomes",
    "promise_receipts",
    "promise_standings",
    "work_assignments",
    "work_batch_items",
    "work_batches",
    "work_leases",
    "work_outcomes",
    "work_progress",
    "work_promises",
    "work_pulls",
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
    key_of("outcome_id", "work_outcomes.outcome_id"),
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

work_progress = Table(
    "work_progress",
    metadata,
    _item_key_column(),
    text_column("waiting_for"),
    text_column("resolution"),
    text_column("clock"),
    sqlite_strict=True,
)
"""How far the work on an item has come; none for one to which nothing happened since it opened.
`clock` is JSON."""

work_promises = Table(
    "work_promises",
    metadata,
    identifier("promise_id"),
    parent("work_item_id", "work_items.work_item_id"),
    parent("claim_id", "claims.claim_id"),
    number("payer_sequence"),
    text_column("promised_by"),
    number("amount_cents"),
    Column("due_on", DateType, nullable=False),
    number("grace_days"),
    Column("counted_from", DateType, nullable=False),
    number("known_cents"),
    Column("recorded_on", DateType, nullable=False),
    text_column("recorded_at"),
    text_column("recorded_by"),
    text_column("note"),
    parent_or_none("replaces_promise_id", "work_promises.promise_id"),
    Index("ix_work_promises_work_item_id", "work_item_id"),
    Index("ix_work_promises_claim_id", "claim_id"),
    sqlite_strict=True,
)
"""Promises to pay; never changed or removed. A later row replaces an earlier one."""

promise_receipts = Table(
    "promise_receipts",
    metadata,
    identifier("receipt_id"),
    parent("promise_id", "work_promises.promise_id"),
    number("amount_cents"),
    Column("came_on", DateType, nullable=False),
    text_column("recorded_at"),
    text_column("recorded_by"),
    text_column("note"),
    Index("ix_promise_receipts_promise_id", "promise_id"),
    sqlite_strict=True,
)
"""Money of patients that a person saw come in; never changed. A negative row takes one back."""

promise_standings = Table(
    "promise_standings",
    metadata,
    key_of("promise_id", "work_promises.promise_id"),
    text_column("state"),
    number("came_cents"),
    day("kept_on"),
    Column("is_late", FlagType, nullable=False),
    Column("turns_on", DateType, nullable=False),
    Index("ix_promise_standings_state_turns_on", "state", "turns_on"),
    sqlite_strict=True,
)
"""What came of each promise. `turns_on` is the first day on which an open one is broken."""

work_pulls = Table(
    "work_pulls",
    metadata,
    Column("pulled_on", DateType, nullable=False),
    parent("work_item_id", "work_items.work_item_id"),
    text_column("holder"),
    Column("is_young", FlagType, nullable=False),
    text_column("given_as"),
    PrimaryKeyConstraint("pulled_on", "work_item_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What was given out on a day while a part of it was to be young refusals. `given_as` says why it
went ahead of others, empty for what came in its turn."""

batch_item_progress = Table(
    "batch_item_progress",
    metadata,
    parent("batch_id", "work_batches.batch_id"),
    parent("work_item_id", "work_items.work_item_id"),
    text_column("waiting_for"),
    text_column("resolution"),
    PrimaryKeyConstraint("batch_id", "work_item_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Whom the items of bulk actions waited for, and how they had ended, before."""

"""Tables of appeals and of claims that were written out again."""

from sqlalchemy import Column, Index, Table

from edi_engine.store.column_types import DateType
from edi_engine.store.table_columns import (
    day,
    identifier,
    metadata,
    number,
    number_or_none,
    parent,
    parent_or_none,
    text_column,
)

__all__ = ["appeal_events", "appeals", "written_claims"]

appeals = Table(
    "appeals",
    metadata,
    identifier("appeal_id"),
    parent("claim_id", "claims.claim_id"),
    parent_or_none("work_item_id", "work_items.work_item_id"),
    text_column("payer_id"),
    number("payer_sequence"),
    text_column("ladder"),
    number("level"),
    text_column("level_name"),
    text_column("method"),
    text_column("tracking_number"),
    number("disputed_cents"),
    Column("filed_on", DateType, nullable=False),
    Column("response_due_on", DateType, nullable=False),
    number_or_none("baseline_cents"),
    number_or_none("closing_cents"),
    text_column("outcome"),
    day("decided_on"),
    number("overturned_cents"),
    text_column("note"),
    text_column("next_level_name"),
    day("next_due_on"),
    Index("ix_appeals_claim_id", "claim_id"),
    Index("ix_appeals_work_item_id", "work_item_id"),
    Index("ix_appeals_outcome_response_due_on", "outcome", "response_due_on"),
    sqlite_strict=True,
)
"""Each appeal as it stands; what it was before is in its events."""

appeal_events = Table(
    "appeal_events",
    metadata,
    identifier("appeal_event_id"),
    parent("appeal_id", "appeals.appeal_id"),
    text_column("happened_at"),
    text_column("kind"),
    text_column("actor"),
    text_column("text"),
    Index("ix_appeal_events_appeal_id", "appeal_id"),
    sqlite_strict=True,
)
"""The history of an appeal; events are never changed or removed."""

written_claims = Table(
    "written_claims",
    metadata,
    identifier("written_claim_id"),
    parent("claim_id", "claims.claim_id"),
    text_column("written_at"),
    text_column("actor"),
    text_column("frequency_code"),
    text_column("original_reference"),
    number("interchange_control_number"),
    text_column("digest"),
    text_column("changes"),
    Index("ix_written_claims_claim_id", "claim_id"),
    Index(
        "ix_written_claims_interchange_control_number", "interchange_control_number", unique=True
    ),
    sqlite_strict=True,
)
"""Corrected and voided claims that were written to a file. `changes` is JSON of sentences."""

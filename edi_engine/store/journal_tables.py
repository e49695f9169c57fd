"""Tables of the journal, and of the payers whose remittances may post. Rows are only added."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import DateType, FlagType
from edi_engine.store.table_columns import (
    identifier,
    metadata,
    number,
    parent,
    parent_or_none,
    text_column,
    text_or_none,
)

__all__ = ["journal_entries", "known_payers", "payer_releases", "postings"]

postings = Table(
    "postings",
    metadata,
    identifier("posting_id"),
    text_column("subject_kind"),
    number("subject_id"),
    parent_or_none("remittance_id", "remittances.remittance_id"),
    parent_or_none("claim_id", "claims.claim_id"),
    Column("posted_on", DateType, nullable=False),
    text_column("refusal"),
    text_column("reason"),
    number("cash_cents"),
    number("suspense_cents"),
    number("first_entry_id"),
    number("entries_count"),
    number("digest"),
    Column("in_force", FlagType, nullable=False),
    parent_or_none("reverses_posting_id", "postings.posting_id"),
    Index("ix_postings_subject_kind_subject_id", "subject_kind", "subject_id"),
    Index("ix_postings_remittance_id", "remittance_id"),
    sqlite_strict=True,
)
"""One posting of a subject is in force at most; another that takes its place reverses it first.
`digest` tells whether a plan is the same as what stands. The sums repeat those of its entries."""

journal_entries = Table(
    "journal_entries",
    metadata,
    identifier("entry_id"),
    parent("posting_id", "postings.posting_id"),
    text_column("account"),
    number("amount_cents"),
    parent_or_none("claim_id", "claims.claim_id"),
    number("line_number"),
    number("line_ordinal"),
    sqlite_strict=True,
)
"""Entries of a posting follow one another from its `first_entry_id`."""

known_payers = Table(
    "known_payers",
    metadata,
    text_column("kind"),
    text_column("value"),
    PrimaryKeyConstraint("kind", "value"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Payers that our claims name: "id" as on the claim, "name" likewise."""

payer_releases = Table(
    "payer_releases",
    metadata,
    identifier("payer_release_id"),
    text_column("payer_id"),
    text_column("released_by"),
    text_column("released_at"),
    text_column("note"),
    text_or_none("revoked_by"),
    text_or_none("revoked_at"),
    sqlite_strict=True,
)
"""Payers that a person let post although no claim of ours names them."""

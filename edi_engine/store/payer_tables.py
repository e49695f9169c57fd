"""Tables of what payers are known to do: evidence, counts, what was believed, what people say."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import DateType, FlagType, TextType
from edi_engine.store.table_columns import day, identifier, metadata, number, text_column

__all__ = [
    "payer_declarations",
    "payer_profile_versions",
    "pending_payers",
    "quirk_counts",
    "quirk_observations",
]

quirk_observations = Table(
    "quirk_observations",
    metadata,
    text_column("kind"),
    number("subject_id"),
    number("seen_mask"),
    number("against_mask"),
    number("length"),
    PrimaryKeyConstraint("kind", "subject_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What each claim payment or remittance says about its payer's quirks, one bit a quirk; subjects
that say nothing have no row. With it an answer that changes takes back what it said before."""

quirk_counts = Table(
    "quirk_counts",
    metadata,
    text_column("payer"),
    text_column("quirk"),
    number("value"),
    Column("observed_on", DateType, nullable=False),
    number("seen_count"),
    number("against_count"),
    PrimaryKeyConstraint("payer", "quirk", "value", "observed_on"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Sums of the observations by payment date (0001-01-01 for undated ones): they grow with days, not
with payments, and a first and last day survive what is taken back."""

pending_payers = Table(
    "pending_payers",
    metadata,
    Column("payer", TextType, primary_key=True),
    sqlite_strict=True,
)
"""Payers whose counts changed since their profile was last looked at."""

payer_profile_versions = Table(
    "payer_profile_versions",
    metadata,
    identifier("payer_profile_version_id"),
    text_column("payer"),
    number("version"),
    Column("believed_on", DateType, nullable=False),
    text_column("quirks"),
    Index("ix_payer_profile_versions_payer_version", "payer", "version", unique=True),
    sqlite_strict=True,
)
"""What was learned, and since when it is believed; never changed. `quirks` is JSON."""

payer_declarations = Table(
    "payer_declarations",
    metadata,
    identifier("payer_declaration_id"),
    text_column("payer"),
    text_column("quirk"),
    Column("is_denied", FlagType, nullable=False),
    number("value"),
    day("effective_from"),
    day("effective_to"),
    text_column("declared_by"),
    text_column("declared_at"),
    text_column("note"),
    sqlite_strict=True,
)
"""What persons said of a payer; a later word outranks an earlier one."""

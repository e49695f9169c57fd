"""Tables of inquiries about claims that were written to a file."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from edi_engine.store.table_columns import identifier, metadata, number, parent, text_column

__all__ = ["inquired_claims", "written_inquiries"]

written_inquiries = Table(
    "written_inquiries",
    metadata,
    identifier("written_inquiry_id"),
    text_column("written_at"),
    text_column("actor"),
    number("interchange_control_number"),
    text_column("digest"),
    Index(
        "ix_written_inquiries_interchange_control_number",
        "interchange_control_number",
        unique=True,
    ),
    sqlite_strict=True,
)
"""A file each; its claims are in `inquired_claims`."""

inquired_claims = Table(
    "inquired_claims",
    metadata,
    parent("written_inquiry_id", "written_inquiries.written_inquiry_id"),
    number("ordinal"),
    parent("claim_id", "claims.claim_id"),
    PrimaryKeyConstraint("written_inquiry_id", "ordinal"),
    Index("ix_inquired_claims_claim_id", "claim_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The claims that a file asks about, in its order; `ordinal` counts from 1."""

"""Tables of bank files and deposits, and of what was concluded and decided about them."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import FlagType, NumberType
from edi_engine.store.table_columns import (
    day,
    identifier,
    key_of,
    metadata,
    number,
    number_or_none,
    parent,
    parent_or_none,
    text_column,
    text_or_none,
)

__all__ = [
    "bank_files",
    "deposit_decisions",
    "deposit_links",
    "deposit_matches",
    "deposit_payers",
    "deposits",
    "pending_deposits",
    "pending_remittance_deposits",
    "remittance_deposits",
]

bank_files = Table(
    "bank_files",
    metadata,
    Column(
        "file_id", NumberType, ForeignKey("files.file_id"), primary_key=True, autoincrement=False
    ),
    text_column("bank_format"),
    day("first_on"),
    day("last_on"),
    sqlite_strict=True,
)
"""Which files are of a bank, and the days they tell of."""

deposits = Table(
    "deposits",
    metadata,
    identifier("deposit_id"),
    parent("file_id", "files.file_id"),
    number("deposit_ordinal"),
    day("received_on"),
    number("amount_cents"),
    text_column("originator_id"),
    text_column("originator_name"),
    text_column("trace_number"),
    Column("trace_is_stated", FlagType, nullable=False),
    text_column("company_id"),
    text_column("method"),
    text_column("bank_reference"),
    text_column("account_last4"),
    text_column("description"),
    number("line_number"),
    number("byte_offset"),
    number("byte_length"),
    text_column("trace_key"),
    text_column("deposit_key"),
    parent_or_none("same_as_deposit_id", "deposits.deposit_id"),
    Index("ix_deposits_trace_key", "trace_key"),
    Index("ix_deposits_received_on", "received_on"),
    Index("ix_deposits_deposit_key", "deposit_key"),
    Index("ix_deposits_file_id", "file_id"),
    sqlite_strict=True,
)
"""One row per movement in each bank file; `same_as_deposit_id` names the first that told of it,
None for that one."""

deposit_matches = Table(
    "deposit_matches",
    metadata,
    key_of("deposit_id", "deposits.deposit_id"),
    text_column("status"),
    text_column("rule"),
    number_or_none("difference_cents"),
    text_column("reason"),
    text_column("remittance_ids"),
    text_column("evidence"),
    text_column("candidates"),
    day("look_again_on"),
    Index("ix_deposit_matches_look_again_on", "look_again_on"),
    Index("ix_deposit_matches_status", "status"),
    sqlite_strict=True,
)
"""`remittance_ids`, `evidence` and `candidates` are JSON."""

deposit_links = Table(
    "deposit_links",
    metadata,
    parent("deposit_id", "deposits.deposit_id"),
    parent("remittance_id", "remittances.remittance_id"),
    PrimaryKeyConstraint("deposit_id", "remittance_id"),
    Index("ix_deposit_links_remittance_id", "remittance_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Which deposits pay which remittances: to find them from the remittance's side."""

remittance_deposits = Table(
    "remittance_deposits",
    metadata,
    key_of("remittance_id", "remittances.remittance_id"),
    text_column("trace_key"),
    day("payment_date"),
    text_column("status"),
    text_column("rule"),
    number_or_none("difference_cents"),
    text_column("reason"),
    text_column("candidates"),
    day("look_again_on"),
    Index("ix_remittance_deposits_trace_key", "trace_key"),
    Index("ix_remittance_deposits_payment_date", "payment_date"),
    Index("ix_remittance_deposits_look_again_on", "look_again_on"),
    sqlite_strict=True,
)
"""Remittances that count (not held, not withdrawn), since the first bank file was loaded."""

deposit_decisions = Table(
    "deposit_decisions",
    metadata,
    identifier("deposit_decision_id"),
    Column("is_link", FlagType, nullable=False),
    parent("deposit_id", "deposits.deposit_id"),
    number("remittance_id"),
    text_column("decided_by"),
    text_column("decided_at"),
    text_column("note"),
    text_or_none("revoked_by"),
    text_or_none("revoked_at"),
    Index("ix_deposit_decisions_deposit_id", "deposit_id"),
    Index("ix_deposit_decisions_remittance_id", "remittance_id"),
    sqlite_strict=True,
)
"""Never removed; a revoked one says by whom and when. `remittance_id` 0 stands for every one."""

deposit_payers = Table(
    "deposit_payers",
    metadata,
    text_column("kind"),
    text_column("value"),
    PrimaryKeyConstraint("kind", "value"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Who ever sent a remittance: "id" and "name". By these a deposit is told from other money."""

pending_deposits = Table("pending_deposits", metadata, identifier("deposit_id"), sqlite_strict=True)

pending_remittance_deposits = Table(
    "pending_remittance_deposits", metadata, identifier("remittance_id"), sqlite_strict=True
)

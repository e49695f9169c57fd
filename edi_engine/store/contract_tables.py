"""Tables of contracts: each version as it was loaded, and what only contracts ask of a claim."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import BlobType, NumberType
from edi_engine.store.table_columns import (
    day,
    identifier,
    metadata,
    number,
    parent,
    text_column,
    text_or_none,
)

__all__ = ["claim_contract_facts", "contract_schedules", "contracts"]

contracts = Table(
    "contracts",
    metadata,
    identifier("contract_id"),
    text_column("contract_key"),
    text_column("version"),
    text_column("name"),
    text_column("file_name"),
    text_column("digest"),
    text_column("loaded_at"),
    text_or_none("ended_at"),
    text_column("text"),
    Column("record", BlobType, nullable=False),
    Index("ix_contracts_contract_key_version", "contract_key", "version"),
    sqlite_strict=True,
)
"""Every contract ever loaded. The one of a key and version without `ended_at` is in force; loading
it again ends the one before. `text` is the file as it was, `record` what was read from it, in
MessagePack, so that a run does not read it again."""

contract_schedules = Table(
    "contract_schedules",
    metadata,
    parent("contract_id", "contracts.contract_id"),
    number("ordinal"),
    text_column("file_name"),
    text_column("text"),
    PrimaryKeyConstraint("contract_id", "ordinal"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The schedule files of a contract as they were."""

claim_contract_facts = Table(
    "claim_contract_facts",
    metadata,
    Column(
        "claim_id",
        NumberType,
        ForeignKey("claims.claim_id"),
        primary_key=True,
        autoincrement=False,
    ),
    text_column("group_number"),
    text_column("drg"),
    day("admitted_on"),
    sqlite_strict=True,
)
"""What only contracts ask of a claim; claims that say nothing of it have no row, and neither have
those that were taken in before there were contracts."""

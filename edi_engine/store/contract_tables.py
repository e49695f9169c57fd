"""Tables of contracts: each version as it was loaded, and what only contracts ask of a claim."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import BlobType, DateType, FlagType
from edi_engine.store.table_columns import (
    day,
    identifier,
    key_of,
    metadata,
    number,
    parent,
    text_column,
    text_or_none,
)

__all__ = [
    "claim_contract_facts",
    "contract_schedules",
    "contracts",
    "inferred_rates",
    "line_variances",
    "payment_contract_facts",
    "project_hits",
    "silent_ppo_signs",
]

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
    key_of("claim_id", "claims.claim_id"),
    text_column("group_number"),
    text_column("drg"),
    day("admitted_on"),
    sqlite_strict=True,
)
"""What only contracts ask of a claim; claims that say nothing of it have no row. Those that were
taken in before there was this table get theirs when their file is read again."""

payment_contract_facts = Table(
    "payment_contract_facts",
    metadata,
    key_of("claim_payment_id", "claim_payments.claim_payment_id"),
    text_column("drg"),
    text_or_none("drg_weight"),
    text_column("contract_class"),
    text_column("repriced_numbers"),
    sqlite_strict=True,
)
"""What a payer says of how it priced a claim; claim payments that say nothing of it have no row.
`repriced_numbers` are joined by a line feed."""

line_variances = Table(
    "line_variances",
    metadata,
    parent("claim_id", "claims.claim_id"),
    number("line_number"),
    number("payer_sequence"),
    text_column("cause"),
    text_column("words"),
    PrimaryKeyConstraint("claim_id", "line_number", "payer_sequence"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Why lines were allowed something else than expected, for the few that were: it goes with
`line_reconciliations`, and is replaced with it."""

project_hits = Table(
    "project_hits",
    metadata,
    parent("claim_id", "claims.claim_id"),
    number("line_number"),
    number("payer_sequence"),
    text_column("kind"),
    text_column("payer_id"),
    text_column("term"),
    text_column("cause"),
    number("short_cents"),
    number("first_allowed_cents"),
    number("recovered_cents"),
    Column("hit_on", DateType, nullable=False),
    day("answered_on"),
    day("solved_on"),
    number("reopened_count"),
    PrimaryKeyConstraint("claim_id", "line_number", "payer_sequence"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Lines that were short or refused, now or before: what was missing, and what came of it."""

silent_ppo_signs = Table(
    "silent_ppo_signs",
    metadata,
    key_of("claim_id", "claims.claim_id"),
    number("discount_cents"),
    number("charge_cents"),
    text_column("signs"),
    text_column("network"),
    text_column("contracts"),
    text_column("clause"),
    number("equal_count"),
    number("compared_count"),
    text_column("request"),
    Column("is_work", FlagType, nullable=False),
    sqlite_strict=True,
)
"""Claims whose payer took a discount that no contract of its own with us explains, with the signs
of whose it is; signs and contracts are joined by a line feed. It goes with `line_reconciliations`,
and is replaced with it."""

inferred_rates = Table(
    "inferred_rates",
    metadata,
    text_column("payer_id"),
    text_column("procedure_code"),
    text_column("modifiers"),
    text_column("place_of_service"),
    number("unit_cents"),
    number("same_count"),
    number("count"),
    number("lowest_cents"),
    number("highest_cents"),
    Column("first_on", DateType, nullable=False),
    Column("last_on", DateType, nullable=False),
    PrimaryKeyConstraint("payer_id", "procedure_code", "modifiers", "place_of_service"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What payers usually allow, as it was inferred last; `modifiers` joined by ":"."""

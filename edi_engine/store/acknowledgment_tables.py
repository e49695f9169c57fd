"""Tables of acknowledgments: what files said, what each answers, and where claims are by them."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table, text

from edi_engine.store.table_columns import (
    day,
    identifier,
    key_of,
    metadata,
    number,
    number_or_none,
    parent,
    text_column,
)

__all__ = [
    "acknowledged_claims",
    "acknowledged_sets",
    "acknowledgment_standings",
    "acknowledgments",
    "answerable_sets",
    "claim_lifecycles",
    "claim_payer_numbers",
    "payer_lags",
    "pending_acknowledgments",
]

# --- what files said ---

acknowledgments = Table(
    "acknowledgments",
    metadata,
    identifier("acknowledgment_id"),
    parent("set_id", "transaction_sets.set_id"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("kind"),
    text_column("level"),
    text_column("number"),
    text_column("number_key"),
    text_column("group_key"),
    text_column("group_type"),
    text_column("version"),
    day("answered_day"),
    text_column("code"),
    text_column("fault_codes"),
    day("happened_on"),
    text_column("source_code"),
    text_column("source_id"),
    text_column("source_name"),
    text_column("payer_claim_control_number"),
    text_column("pccn_key"),
    text_column("clearinghouse_trace"),
    text_column("type_of_bill"),
    text_column("patient_last_name"),
    text_column("patient_first_name"),
    text_column("member_id"),
    day("service_from"),
    day("service_to"),
    number_or_none("charge_cents"),
    text_column("statuses"),
    text_column("lines"),
    text_column("faults"),
    text_column("totals"),
    text_column("batch_key"),
    Index("ix_acknowledgments_set_id", "set_id"),
    Index("ix_acknowledgments_number_key_level", "number_key", "level"),
    Index(
        "ix_acknowledgments_group_key",
        "group_key",
        sqlite_where=text("group_key <> ''"),
        postgresql_where=text("group_key <> ''"),
    ),
    Index(
        "ix_acknowledgments_pccn_key",
        "pccn_key",
        sqlite_where=text("pccn_key <> ''"),
        postgresql_where=text("pccn_key <> ''"),
    ),
    sqlite_strict=True,
)
"""One row for each thing answered. `statuses`, `lines`, `faults` and `totals` are JSON of their
records; `number_key` is the key of ISA13, GS06, ST02, BHT03 or CLM01, by the level;
`batch_key` of a claim's answer is that of BHT03."""

answerable_sets = Table(
    "answerable_sets",
    metadata,
    key_of("set_id", "transaction_sets.set_id"),
    parent("original_set_id", "transaction_sets.set_id"),
    text_column("interchange_key"),
    text_column("group_key"),
    text_column("set_key"),
    text_column("batch_key"),
    Index("ix_answerable_sets_interchange_key", "interchange_key"),
    Index("ix_answerable_sets_group_key", "group_key"),
    Index(
        "ix_answerable_sets_batch_key",
        "batch_key",
        sqlite_where=text("batch_key <> ''"),
        postgresql_where=text("batch_key <> ''"),
    ),
    Index("ix_answerable_sets_original_set_id", "original_set_id"),
    sqlite_strict=True,
)
"""Sets that an acknowledgment may be about, by the keys of their control numbers and of BHT03.
`original_set_id` is the set that this one repeats, else itself."""

# --- what each answers ---

pending_acknowledgments = Table(
    "pending_acknowledgments", metadata, identifier("acknowledgment_id"), sqlite_strict=True
)
"""Acknowledgments to be tied to what they answer (again)."""

acknowledgment_standings = Table(
    "acknowledgment_standings",
    metadata,
    key_of("acknowledgment_id", "acknowledgments.acknowledgment_id"),
    text_column("outcome"),
    text_column("rule"),
    text_column("reason"),
    text_column("candidates"),
    Index("ix_acknowledgment_standings_outcome", "outcome"),
    sqlite_strict=True,
)
"""`candidates` are identifiers of claims or sets, joined by a blank."""

acknowledged_sets = Table(
    "acknowledged_sets",
    metadata,
    parent("acknowledgment_id", "acknowledgments.acknowledgment_id"),
    parent("set_id", "transaction_sets.set_id"),
    PrimaryKeyConstraint("acknowledgment_id", "set_id"),
    Index("ix_acknowledged_sets_set_id", "set_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

acknowledged_claims = Table(
    "acknowledged_claims",
    metadata,
    parent("acknowledgment_id", "acknowledgments.acknowledgment_id"),
    parent("claim_id", "claims.claim_id"),
    PrimaryKeyConstraint("acknowledgment_id", "claim_id"),
    Index("ix_acknowledged_claims_claim_id", "claim_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

claim_payer_numbers = Table(
    "claim_payer_numbers",
    metadata,
    parent("claim_id", "claims.claim_id"),
    text_column("pccn_key"),
    text_column("payer_claim_control_number"),
    PrimaryKeyConstraint("claim_id", "pccn_key"),
    Index("ix_claim_payer_numbers_pccn_key", "pccn_key"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Payer claim control numbers (REF*1K) of acknowledgments tied by the patient control number."""

# --- where claims are ---

claim_lifecycles = Table(
    "claim_lifecycles",
    metadata,
    key_of("claim_id", "claims.claim_id"),
    text_column("payer_key"),
    text_column("state"),
    text_column("tier"),
    day("since_on"),
    day("sent_on"),
    day("acknowledged_on"),
    day("accepted_on"),
    day("answered_on"),
    day("forwarded_on"),
    day("next_answered_on"),
    day("rejected_on"),
    text_column("rejected_by"),
    text_column("rejection"),
    text_column("silence"),
    day("silent_from"),
    Index(
        "ix_claim_lifecycles_payer_key",
        "payer_key",
        sqlite_where=text("silent_from IS NOT NULL"),
        postgresql_where=text("silent_from IS NOT NULL"),
    ),
    sqlite_strict=True,
)
"""`silent_from` is the day from which something is missed; NULL when nothing is awaited."""

payer_lags = Table(
    "payer_lags",
    metadata,
    text_column("payer_key"),
    text_column("stage"),
    number("days"),
    number("claims_count"),
    PrimaryKeyConstraint("payer_key", "stage", "days"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""How many claims of a payer took so many days for a stage; kept in step with the lifecycles."""

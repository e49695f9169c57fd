"""Tables of what was concluded, decided and done about it. Conclusions are replaced."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from edi_engine.store.column_types import DateType, FlagType, TextType
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
    "claim_answers",
    "claim_clocks",
    "claim_standings",
    "decisions",
    "fee_schedule_rows",
    "fee_schedules",
    "line_reconciliations",
    "loose_payment_keys",
    "matches",
    "payment_references",
    "pending_claims",
    "pending_payments",
    "pending_remittances",
    "practice_identifiers",
    "provider_items",
    "provider_reference_keys",
    "reconcile_marks",
    "remittance_decisions",
    "remittance_repeats",
    "remittance_standings",
    "withdrawals",
    "work_events",
    "work_items",
]

# --- conclusions ---

pending_claims = Table("pending_claims", metadata, identifier("claim_id"), sqlite_strict=True)

pending_payments = Table(
    "pending_payments", metadata, identifier("claim_payment_id"), sqlite_strict=True
)

matches = Table(
    "matches",
    metadata,
    key_of("claim_payment_id", "claim_payments.claim_payment_id"),
    text_column("outcome"),
    parent_or_none("claim_id", "claims.claim_id"),
    text_column("rule"),
    number("payer_sequence"),
    text_column("reason"),
    text_column("evidence"),
    text_column("candidates"),
    Index("ix_matches_claim_id", "claim_id"),
    sqlite_strict=True,
)
"""`evidence` and `candidates` are JSON of their records."""

pending_remittances = Table(
    "pending_remittances", metadata, identifier("remittance_id"), sqlite_strict=True
)
"""Remittances whose standing or provider adjustments must be looked at again."""

reconcile_marks = Table(
    "reconcile_marks",
    metadata,
    Column("name", TextType, primary_key=True),
    number("reached_id"),
    sqlite_strict=True,
)
"""How far reconciling has taken notice of new rows, by table: identifiers only grow."""

practice_identifiers = Table(
    "practice_identifiers",
    metadata,
    text_column("kind"),
    text_column("value"),
    PrimaryKeyConstraint("kind", "value"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Who we are, as far as reconciling knows: "npi" and "tin" of the claims' billing providers."""

payment_references = Table(
    "payment_references",
    metadata,
    text_column("reference_key"),
    parent("claim_payment_id", "claim_payments.claim_payment_id"),
    PrimaryKeyConstraint("reference_key", "claim_payment_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Claim payments that refer to an earlier answer (REF*F8), by the key of its control number."""

claim_clocks = Table(
    "claim_clocks",
    metadata,
    identifier("claim_id"),
    Column("look_again_on", DateType, nullable=False),
    Index("ix_claim_clocks_look_again_on", "look_again_on"),
    sqlite_strict=True,
)
"""Claims whose conclusion changes by time alone (no answer, no correction), and on which day."""

loose_payment_keys = Table(
    "loose_payment_keys",
    metadata,
    text_column("kind"),
    text_column("key"),
    parent("claim_payment_id", "claim_payments.claim_payment_id"),
    PrimaryKeyConstraint("kind", "key", "claim_payment_id"),
    Index("ix_loose_payment_keys_claim_payment_id", "claim_payment_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Keys of claim payments that no patient control number holds on a claim: by these a claim that
arrives late finds them. `kind` is "charge_date", "member" or "line"."""

claim_standings = Table(
    "claim_standings",
    metadata,
    key_of("claim_id", "claims.claim_id"),
    text_column("status"),
    number("balance_cents"),
    number("payer_balance_cents"),
    number("patient_balance_cents"),
    text_column("reversals"),
    text_column("issues"),
    text_column("findings"),
    sqlite_strict=True,
)
"""What `ClaimReconciliation` says beside its lines; the last three columns are JSON."""

claim_answers = Table(
    "claim_answers",
    metadata,
    key_of("claim_id", "claims.claim_id"),
    day("first_on"),
    day("last_on"),
    day("latest_on"),
    Column("is_settled_first", FlagType, nullable=False),
    number("refused_cents"),
    number("short_cents"),
    sqlite_strict=True,
)
"""What `ClaimAnswers` says, for each claim that was answered."""

line_reconciliations = Table(
    "line_reconciliations",
    metadata,
    parent("claim_id", "claims.claim_id"),
    number("line_number"),
    number("payer_sequence"),
    number("charge_cents"),
    number_or_none("expected_allowed_cents"),
    text_column("expected_source"),
    number("allowed_cents"),
    number("paid_cents"),
    number("contractual_cents"),
    number("patient_responsibility_cents"),
    number("denied_cents"),
    number("other_adjustment_cents"),
    number_or_none("variance_cents"),
    text_column("state"),
    text_column("denial_category"),
    text_column("denial_codes"),
    text_column("remit_lines"),
    text_column("recode"),
    text_column("allocation"),
    PrimaryKeyConstraint("claim_id", "line_number", "payer_sequence"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""`remit_lines` and `denial_codes` are JSON."""

remittance_standings = Table(
    "remittance_standings",
    metadata,
    key_of("remittance_id", "remittances.remittance_id"),
    number("posted_cents"),
    number("suspense_cents"),
    text_column("reason"),
    sqlite_strict=True,
)

provider_items = Table(
    "provider_items",
    metadata,
    key_of("item_id", "provider_adjustments.provider_adjustment_id"),
    parent("remittance_id", "remittances.remittance_id"),
    text_column("payer_id"),
    text_column("kind"),
    number("amount_cents"),
    number("open_cents"),
    text_column("state"),
    Column("is_explained", FlagType, nullable=False),
    parent_or_none("traced_claim_id", "claims.claim_id"),
    parent_or_none("traced_remittance_id", "remittances.remittance_id"),
    text_column("trace"),
    text_column("settled_by"),
    text_column("interest"),
    Column("by_amount", FlagType, nullable=False),
    text_column("group_key"),
    text_column("reason"),
    day("arose_on"),
    day("settled_on"),
    Index("ix_provider_items_remittance_id", "remittance_id"),
    Index("ix_provider_items_payer_id_state_settled_on", "payer_id", "state", "settled_on"),
    Index("ix_provider_items_payer_id_group_key", "payer_id", "group_key"),
    Index("ix_provider_items_payer_id_arose_on", "payer_id", "arose_on"),
    sqlite_strict=True,
)
"""What became of each provider adjustment. `trace`, `settled_by` and `interest` are JSON; the
signs of amounts are those of the guide also where the remittance turns them around."""

provider_reference_keys = Table(
    "provider_reference_keys",
    metadata,
    text_column("reference_key"),
    parent("remittance_id", "remittances.remittance_id"),
    PrimaryKeyConstraint("reference_key", "remittance_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Every key that the references of a remittance's provider adjustments may name something by, so
that what arrives later finds them."""

decisions = Table(
    "decisions",
    metadata,
    identifier("decision_id"),
    text_column("kind"),
    parent("claim_payment_id", "claim_payments.claim_payment_id"),
    parent_or_none("claim_id", "claims.claim_id"),
    text_column("decided_by"),
    text_column("decided_at"),
    text_column("note"),
    text_or_none("revoked_by"),
    text_or_none("revoked_at"),
    Index("ix_decisions_claim_payment_id", "claim_payment_id"),
    sqlite_strict=True,
)
"""Decisions are never removed; a revoked one says by whom and when."""

withdrawals = Table(
    "withdrawals",
    metadata,
    key_of("remittance_id", "remittances.remittance_id"),
    text_column("withdrawn_by"),
    text_column("withdrawn_at"),
    text_column("note"),
    text_or_none("revoked_by"),
    text_or_none("revoked_at"),
    sqlite_strict=True,
)
"""Remittances whose money never came, as a person said: a repetition, or typed in by mistake. They
are held as well, and the journal holds nothing of them. Revoked ones stand again."""

fee_schedules = Table(
    "fee_schedules",
    metadata,
    identifier("fee_schedule_id"),
    text_column("name"),
    text_column("digest"),
    text_column("loaded_at"),
    Column("active", FlagType, nullable=False),
    sqlite_strict=True,
)

fee_schedule_rows = Table(
    "fee_schedule_rows",
    metadata,
    parent("fee_schedule_id", "fee_schedules.fee_schedule_id"),
    number("row_ordinal"),
    text_column("payer_id"),
    text_column("procedure_code"),
    text_column("modifiers"),
    text_column("place_of_service"),
    day("effective_from"),
    day("effective_to"),
    number("allowed_cents"),
    text_column("origin"),
    PrimaryKeyConstraint("fee_schedule_id", "row_ordinal"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

remittance_repeats = Table(
    "remittance_repeats",
    metadata,
    key_of("remittance_id", "remittances.remittance_id"),
    text_column("kind"),
    parent("other_remittance_id", "remittances.remittance_id"),
    text_column("reason"),
    sqlite_strict=True,
)
"""Remittances that repeat an earlier one ("duplicate"), or contradict it under the same trace
number ("conflict"): which is the earlier is told by their dates, not by their arrival."""

remittance_decisions = Table(
    "remittance_decisions",
    metadata,
    key_of("remittance_id", "remittances.remittance_id"),
    Column("held", FlagType, nullable=False),
    text_column("decided_by"),
    text_column("decided_at"),
    text_column("note"),
    sqlite_strict=True,
)
"""A person's last word on whether a remittance is held; it outranks what duplicates say."""

# --- work ---

work_items = Table(
    "work_items",
    metadata,
    identifier("work_item_id"),
    text_column("item_key"),
    text_column("subject"),
    text_column("queue"),
    text_column("cause"),
    text_column("detail"),
    parent_or_none("claim_id", "claims.claim_id"),
    parent_or_none("claim_payment_id", "claim_payments.claim_payment_id"),
    parent_or_none("remittance_id", "remittances.remittance_id"),
    number("payer_sequence"),
    number("amount_at_risk_cents"),
    number("priority"),
    text_column("factors"),
    day("deadline"),
    text_column("next_action"),
    day("next_action_on"),
    text_column("reason"),
    text_column("evidence_digest"),
    text_column("status"),
    text_column("assignee"),
    Index("ix_work_items_item_key", "item_key", unique=True),
    Index("ix_work_items_subject", "subject"),
    Index("ix_work_items_status_priority", "status", "priority"),
    Index("ix_work_items_deadline", "deadline"),
    sqlite_strict=True,
)
"""`subject` is what the item is about, "claim:12", "payment:7", "remittance:3" or
"provider_item:9": the first part of its key. `factors` is JSON."""

work_events = Table(
    "work_events",
    metadata,
    identifier("work_event_id"),
    parent("work_item_id", "work_items.work_item_id"),
    text_column("happened_at"),
    text_column("kind"),
    text_column("actor"),
    text_column("text"),
    Index("ix_work_events_work_item_id", "work_item_id"),
    sqlite_strict=True,
)
"""The history of a work item; events are never changed or removed."""

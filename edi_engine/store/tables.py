"""The tables. Facts read from files are inserted once; conclusions are derived and replaced.

Identifiers are given out by us in the order of reading (`id_counters`), so that rows of one file,
set or claim stand together and bulk writes only ever append. What belongs to a claim payment is
therefore found by a range of identifiers (`first_line_payment_id` and `line_payments_count`), and
the wide tables need no index for it: that is half of the loading speed. Claims work the same way.

Money is whole cents. Days are dates, instants ISO text in UTC. Quantities are decimal text: they
are never added up in SQL. Every row that was read from a file has its `segment_ordinal` and
`byte_offset`, or those of the row it belongs to, and reaches the file through its set. What has no
column of its own is read again from the raw bytes when somebody looks
(docs/decisions/0010-raw-bytes-instead-of-detail-columns.md).
"""

from sqlalchemy import Column, ForeignKey, Index, MetaData, PrimaryKeyConstraint, Table, text

from edi_engine.store.column_types import BlobType, DateType, FlagType, NumberType, TextType

__all__ = [
    "adjustments",
    "claim_clocks",
    "claim_payments",
    "claim_standings",
    "claims",
    "decisions",
    "fee_schedule_rows",
    "fee_schedules",
    "files",
    "findings",
    "id_counters",
    "line_payments",
    "line_reconciliations",
    "loose_payment_keys",
    "matches",
    "metadata",
    "payment_references",
    "pending_claims",
    "pending_payments",
    "pending_remittances",
    "practice_identifiers",
    "provider_adjustment_states",
    "provider_adjustments",
    "raw_chunks",
    "reconcile_marks",
    "remittance_standings",
    "remittances",
    "runs",
    "service_lines",
    "transaction_sets",
    "work_events",
    "work_items",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _identifier(name: str) -> Column[int]:
    """A primary key that we give out; in SQLite it is the row's own number, so rows append."""
    return Column(name, NumberType, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, NumberType, nullable=False)


def _number_or_none(name: str) -> Column[int]:
    return Column(name, NumberType, nullable=True)


def _text(name: str) -> Column[str]:
    return Column(name, TextType, nullable=False)


def _text_or_none(name: str) -> Column[str]:
    return Column(name, TextType, nullable=True)


def _day(name: str) -> Column[object]:
    return Column(name, DateType, nullable=True)


def _of(name: str, target: str) -> Column[int]:
    return Column(name, NumberType, ForeignKey(target), nullable=False)


def _of_or_none(name: str, target: str) -> Column[int]:
    return Column(name, NumberType, ForeignKey(target), nullable=True)


# --- housekeeping ---

id_counters = Table(
    "id_counters",
    metadata,
    Column("name", TextType, primary_key=True),
    _number("next_id"),
    sqlite_strict=True,
)
"""The next free identifier per table; taken in blocks inside the writing transaction."""

runs = Table(
    "runs",
    metadata,
    _identifier("run_id"),
    _text("kind"),
    _text("started_at"),
    _text_or_none("finished_at"),
    _text("status"),
    _text("report"),
    sqlite_strict=True,
)
"""One operation each; `status` is "running" until `finish_run`; `report` is JSON."""

# --- files and transaction sets ---

files = Table(
    "files",
    metadata,
    _identifier("file_id"),
    _of_or_none("run_id", "runs.run_id"),
    _text("name"),
    _text("digest"),
    _number("size_bytes"),
    _text("received_at"),
    _text("state"),
    _number("sets_count"),
    _number("claims_count"),
    _number("service_lines_count"),
    _number("claim_payments_count"),
    _number("findings_count"),
    _number("error_findings_count"),
    Index("ix_files_digest", "digest", unique=True),
    sqlite_strict=True,
)
"""`name` as the user gave it, "archive.zip/member" inside an archive. `digest` is SHA-256."""

raw_chunks = Table(
    "raw_chunks",
    metadata,
    _of("file_id", "files.file_id"),
    _number("chunk_ordinal"),
    _number("byte_offset"),
    _number("byte_length"),
    Column("data", BlobType, nullable=False),
    PrimaryKeyConstraint("file_id", "chunk_ordinal"),
    sqlite_strict=True,
)
"""The file's bytes, zlib compressed. Chunks of one file have one length, the last may be less."""

transaction_sets = Table(
    "transaction_sets",
    metadata,
    _identifier("set_id"),
    _of("file_id", "files.file_id"),
    _number("set_ordinal"),
    _text("set_control_number"),
    _text("set_type"),
    _text("implementation"),
    _text("state"),
    _number("byte_offset"),
    _number("byte_length"),
    _number("segment_count"),
    _text("interchange_control_number"),
    _text("interchange_sender_id"),
    _text("interchange_receiver_id"),
    _text("group_control_number"),
    _text("group_sender_code"),
    _text("group_receiver_code"),
    _day("created_on"),
    _text("usage_indicator"),
    _number("claims_count"),
    _number("lines_count"),
    _number("charge_cents"),
    _number("paid_cents"),
    _number("adjustment_cents"),
    _number("provider_adjustment_cents"),
    _text("fingerprint"),
    Column("balanced", FlagType, nullable=True),
    _text("balance_sign"),
    _of_or_none("duplicate_of_set_id", "transaction_sets.set_id"),
    Index("ix_transaction_sets_file_id_set_ordinal", "file_id", "set_ordinal", unique=True),
    Index("ix_transaction_sets_fingerprint", "fingerprint"),
    sqlite_strict=True,
)
"""`duplicate_of_set_id` names an earlier set with the same content: this one does not count."""

findings = Table(
    "findings",
    metadata,
    _identifier("finding_id"),
    _of_or_none("file_id", "files.file_id"),
    _of_or_none("set_id", "transaction_sets.set_id"),
    _text("code"),
    _text("severity"),
    _number("set_ordinal"),
    _text("set_control_number"),
    _number("segment_ordinal"),
    _number("byte_offset"),
    _text("element"),
    _text("message"),
    _text("remedy"),
    _number_or_none("left_cents"),
    _number_or_none("right_cents"),
    Index("ix_findings_file_id", "file_id"),
    sqlite_strict=True,
)

# --- claims ---

claims = Table(
    "claims",
    metadata,
    _identifier("claim_id"),
    _of("set_id", "transaction_sets.set_id"),
    _number("claim_ordinal"),
    _number("segment_ordinal"),
    _number("byte_offset"),
    _text("kind"),
    _text("patient_control_number"),
    _text("pcn_key"),
    _text("frequency_code"),
    _text("original_reference"),
    _text("original_reference_key"),
    _text("prior_authorization"),
    _text("place_of_service"),
    _text("type_of_bill"),
    _text("filing_indicator"),
    _text("payer_id"),
    _text("payer_name"),
    _number("payer_sequence"),
    _text("subscriber_id"),
    _text("member_key"),
    _text("patient_last_name"),
    _text("patient_first_name"),
    _text("billing_name"),
    _text("billing_npi"),
    _text("billing_tin"),
    _text("rendering_npi"),
    _number("charge_cents"),
    _day("sent_on"),
    _day("service_from"),
    _day("service_to"),
    _text("prior_payers"),
    _number("first_service_line_id"),
    _number("service_lines_count"),
    _of_or_none("duplicate_of_claim_id", "claims.claim_id"),
    Index("ix_claims_pcn_key", "pcn_key"),
    Index("ix_claims_charge_cents_service_from", "charge_cents", "service_from"),
    Index("ix_claims_member_key", "member_key"),
    Index(
        "ix_claims_original_reference_key",
        "original_reference_key",
        sqlite_where=text("original_reference_key <> ''"),
        postgresql_where=text("original_reference_key <> ''"),
    ),
    Index("ix_claims_set_id", "set_id"),
    sqlite_strict=True,
)
"""`prior_payers` is JSON, empty without any. `duplicate_of_claim_id` names the same claim in an
earlier copy of its transaction set: the later copy is kept, but nothing matches it. Keys are those
of `records/keys.py`; one index finds a patient control number and its prefix, because keys are in
byte order."""

service_lines = Table(
    "service_lines",
    metadata,
    _identifier("service_line_id"),
    _of("claim_id", "claims.claim_id"),
    _number("line_number"),
    _number("segment_ordinal"),
    _number("byte_offset"),
    _text("assigned_line_number"),
    _text("line_item_control_number"),
    _text("control_number_key"),
    _text("procedure_qualifier"),
    _text("procedure_code"),
    _text("modifiers"),
    _text("revenue_code"),
    _text_or_none("units"),
    _text("unit_code"),
    _text("place_of_service"),
    _number("charge_cents"),
    _day("service_from"),
    _day("service_to"),
    Index(
        "ix_service_lines_control_number_key",
        "control_number_key",
        sqlite_where=text("control_number_key <> ''"),
        postgresql_where=text("control_number_key <> ''"),
    ),
    sqlite_strict=True,
)
"""`modifiers` joined by ":". Dates are the line's own, NULL where it has none."""

# --- remittances ---

remittances = Table(
    "remittances",
    metadata,
    _identifier("remittance_id"),
    _of("set_id", "transaction_sets.set_id"),
    _number("segment_ordinal"),
    _number("byte_offset"),
    _text("payer_id"),
    _text("payer_name"),
    _text("payee_name"),
    _text("payee_npi"),
    _text("payee_tin"),
    _text("originator_id"),
    _text("trace_number"),
    _text("handling_code"),
    _text("method"),
    _text("credit_debit_flag"),
    _day("payment_date"),
    _day("production_date"),
    _number_or_none("payment_amount_cents"),
    _number("first_claim_payment_id"),
    _number("claim_payments_count"),
    _text("held"),
    Index("ix_remittances_trace_number", "trace_number"),
    Index("ix_remittances_set_id", "set_id"),
    sqlite_strict=True,
)
"""`held` says why its payments must not count (a suspected duplicate), empty otherwise."""

claim_payments = Table(
    "claim_payments",
    metadata,
    _identifier("claim_payment_id"),
    _of("remittance_id", "remittances.remittance_id"),
    _number("claim_ordinal"),
    _number("segment_ordinal"),
    _number("byte_offset"),
    _text("patient_control_number"),
    _text("pcn_key"),
    _text("status_code"),
    _number("charge_cents"),
    _number("paid_cents"),
    _number_or_none("patient_responsibility_cents"),
    _text("filing_indicator"),
    _text("payer_claim_control_number"),
    _text("pccn_key"),
    _text("original_reference"),
    _text("member_ids"),
    _text("patient_last_name"),
    _text("patient_first_name"),
    _text("rendering_npi"),
    _text("forwarded_to"),
    _text("remark_codes"),
    _number("interest_cents"),
    _day("service_from"),
    _day("service_to"),
    _number("first_line_payment_id"),
    _number("line_payments_count"),
    _number("first_adjustment_id"),
    _number("adjustments_count"),
    Index("ix_claim_payments_pcn_key", "pcn_key"),
    Index("ix_claim_payments_pccn_key", "pccn_key"),
    sqlite_strict=True,
)
"""Texts of several values (`member_ids`, `remark_codes`) are joined by a line feed."""

line_payments = Table(
    "line_payments",
    metadata,
    _identifier("line_payment_id"),
    _of("claim_payment_id", "claim_payments.claim_payment_id"),
    _number("line_ordinal"),
    _number("segment_ordinal"),
    _number("byte_offset"),
    _text("procedure"),
    _number("charge_cents"),
    _number("paid_cents"),
    _number_or_none("allowed_cents"),
    _text_or_none("paid_units"),
    _day("service_from"),
    _day("service_to"),
    _text("line_item_control_number"),
    _text("further"),
    sqlite_strict=True,
)
"""`procedure` is "HC:99213:25:59". `further` is JSON of what few lines have (`LineFurther` in
`line_texts.py`), empty without any: each column costs a hundredth of the time of loading."""

adjustments = Table(
    "adjustments",
    metadata,
    _identifier("adjustment_id"),
    _of("claim_payment_id", "claim_payments.claim_payment_id"),
    _number("line_ordinal"),
    _text("group_code"),
    _text("reason_code"),
    _number("amount_cents"),
    _text_or_none("quantity"),
    sqlite_strict=True,
)
"""`line_ordinal` 0 is the claim level. Its place in the file is within that of its line payment
or claim payment."""

provider_adjustments = Table(
    "provider_adjustments",
    metadata,
    _identifier("provider_adjustment_id"),
    _of("remittance_id", "remittances.remittance_id"),
    _number("ordinal"),
    _number("segment_ordinal"),
    _number("byte_offset"),
    _text("provider_id"),
    _day("fiscal_period_end"),
    _text("reason_code"),
    _text("reference"),
    _text("reference_key"),
    _number("amount_cents"),
    Index("ix_provider_adjustments_remittance_id", "remittance_id"),
    Index("ix_provider_adjustments_reference_key", "reference_key"),
    sqlite_strict=True,
)

# --- conclusions ---

pending_claims = Table("pending_claims", metadata, _identifier("claim_id"), sqlite_strict=True)

pending_payments = Table(
    "pending_payments", metadata, _identifier("claim_payment_id"), sqlite_strict=True
)

matches = Table(
    "matches",
    metadata,
    Column(
        "claim_payment_id",
        NumberType,
        ForeignKey("claim_payments.claim_payment_id"),
        primary_key=True,
        autoincrement=False,
    ),
    _text("outcome"),
    _of_or_none("claim_id", "claims.claim_id"),
    _text("rule"),
    _number("payer_sequence"),
    _text("reason"),
    _text("evidence"),
    _text("candidates"),
    Index("ix_matches_claim_id", "claim_id"),
    sqlite_strict=True,
)
"""`evidence` and `candidates` are JSON of their records."""

pending_remittances = Table(
    "pending_remittances", metadata, _identifier("remittance_id"), sqlite_strict=True
)
"""Remittances whose standing or provider adjustments must be looked at again."""

reconcile_marks = Table(
    "reconcile_marks",
    metadata,
    Column("name", TextType, primary_key=True),
    _number("reached_id"),
    sqlite_strict=True,
)
"""How far reconciling has taken notice of new rows, by table: identifiers only grow."""

practice_identifiers = Table(
    "practice_identifiers",
    metadata,
    _text("kind"),
    _text("value"),
    PrimaryKeyConstraint("kind", "value"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Who we are, as far as reconciling knows: "npi" and "tin" of the claims' billing providers."""

payment_references = Table(
    "payment_references",
    metadata,
    _text("reference_key"),
    _of("claim_payment_id", "claim_payments.claim_payment_id"),
    PrimaryKeyConstraint("reference_key", "claim_payment_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Claim payments that refer to an earlier answer (REF*F8), by the key of its control number."""

claim_clocks = Table(
    "claim_clocks",
    metadata,
    _identifier("claim_id"),
    Column("look_again_on", DateType, nullable=False),
    Index("ix_claim_clocks_look_again_on", "look_again_on"),
    sqlite_strict=True,
)
"""Claims whose conclusion changes by time alone (no answer, no correction), and on which day."""

loose_payment_keys = Table(
    "loose_payment_keys",
    metadata,
    _text("kind"),
    _text("key"),
    _of("claim_payment_id", "claim_payments.claim_payment_id"),
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
    Column(
        "claim_id",
        NumberType,
        ForeignKey("claims.claim_id"),
        primary_key=True,
        autoincrement=False,
    ),
    _text("status"),
    _number("balance_cents"),
    _number("payer_balance_cents"),
    _number("patient_balance_cents"),
    _text("reversals"),
    _text("issues"),
    _text("findings"),
    sqlite_strict=True,
)
"""What `ClaimReconciliation` says beside its lines; the last three columns are JSON."""

line_reconciliations = Table(
    "line_reconciliations",
    metadata,
    _of("claim_id", "claims.claim_id"),
    _number("line_number"),
    _number("payer_sequence"),
    _number("charge_cents"),
    _number_or_none("expected_allowed_cents"),
    _text("expected_source"),
    _number("allowed_cents"),
    _number("paid_cents"),
    _number("contractual_cents"),
    _number("patient_responsibility_cents"),
    _number("denied_cents"),
    _number("other_adjustment_cents"),
    _number_or_none("variance_cents"),
    _text("state"),
    _text("denial_category"),
    _text("denial_codes"),
    _text("remit_lines"),
    _text("recode"),
    _text("allocation"),
    PrimaryKeyConstraint("claim_id", "line_number", "payer_sequence"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""`remit_lines` and `denial_codes` are JSON."""

remittance_standings = Table(
    "remittance_standings",
    metadata,
    Column(
        "remittance_id",
        NumberType,
        ForeignKey("remittances.remittance_id"),
        primary_key=True,
        autoincrement=False,
    ),
    _number("posted_cents"),
    _number("suspense_cents"),
    _text("reason"),
    sqlite_strict=True,
)

provider_adjustment_states = Table(
    "provider_adjustment_states",
    metadata,
    Column(
        "provider_adjustment_id",
        NumberType,
        ForeignKey("provider_adjustments.provider_adjustment_id"),
        primary_key=True,
        autoincrement=False,
    ),
    _text("state"),
    _of_or_none("traced_claim_id", "claims.claim_id"),
    sqlite_strict=True,
)

decisions = Table(
    "decisions",
    metadata,
    _identifier("decision_id"),
    _text("kind"),
    _of("claim_payment_id", "claim_payments.claim_payment_id"),
    _of_or_none("claim_id", "claims.claim_id"),
    _text("decided_by"),
    _text("decided_at"),
    _text("note"),
    _text_or_none("revoked_by"),
    _text_or_none("revoked_at"),
    Index("ix_decisions_claim_payment_id", "claim_payment_id"),
    sqlite_strict=True,
)
"""Decisions are never removed; a revoked one says by whom and when."""

fee_schedules = Table(
    "fee_schedules",
    metadata,
    _identifier("fee_schedule_id"),
    _text("name"),
    _text("digest"),
    _text("loaded_at"),
    Column("active", FlagType, nullable=False),
    sqlite_strict=True,
)

fee_schedule_rows = Table(
    "fee_schedule_rows",
    metadata,
    _of("fee_schedule_id", "fee_schedules.fee_schedule_id"),
    _number("row_ordinal"),
    _text("payer_id"),
    _text("procedure_code"),
    _text("modifiers"),
    _text("place_of_service"),
    _day("effective_from"),
    _day("effective_to"),
    _number("allowed_cents"),
    _text("origin"),
    PrimaryKeyConstraint("fee_schedule_id", "row_ordinal"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# --- work ---

work_items = Table(
    "work_items",
    metadata,
    _identifier("work_item_id"),
    _text("item_key"),
    _text("subject"),
    _text("queue"),
    _text("cause"),
    _text("detail"),
    _of_or_none("claim_id", "claims.claim_id"),
    _of_or_none("claim_payment_id", "claim_payments.claim_payment_id"),
    _of_or_none("remittance_id", "remittances.remittance_id"),
    _number("payer_sequence"),
    _number("amount_at_risk_cents"),
    _number("priority"),
    _text("factors"),
    _day("deadline"),
    _text("next_action"),
    _day("next_action_on"),
    _text("reason"),
    _text("evidence_digest"),
    _text("status"),
    _text("assignee"),
    Index("ix_work_items_item_key", "item_key", unique=True),
    Index("ix_work_items_subject", "subject"),
    Index("ix_work_items_status_priority", "status", "priority"),
    Index("ix_work_items_deadline", "deadline"),
    sqlite_strict=True,
)
"""`subject` is what the item is about, "claim:12", "payment:7" or "remittance:3": the first part
of its key. `factors` is JSON."""

work_events = Table(
    "work_events",
    metadata,
    _identifier("work_event_id"),
    _of("work_item_id", "work_items.work_item_id"),
    _text("happened_at"),
    _text("kind"),
    _text("actor"),
    _text("text"),
    Index("ix_work_events_work_item_id", "work_item_id"),
    sqlite_strict=True,
)
"""The history of a work item; events are never changed or removed."""

"""Tables of what files said: written once, when the file is taken in."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, text

from edi_engine.store.column_types import BlobType, FlagType, TextType
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
    "adjustments",
    "claim_payments",
    "claims",
    "files",
    "files_to_reread",
    "finding_edits",
    "findings",
    "id_counters",
    "line_payments",
    "manual_remittances",
    "provider_adjustments",
    "raw_chunks",
    "remittances",
    "runs",
    "service_lines",
    "transaction_sets",
]

# --- housekeeping ---

id_counters = Table(
    "id_counters",
    metadata,
    Column("name", TextType, primary_key=True),
    number("next_id"),
    sqlite_strict=True,
)
"""The next free identifier per table; taken in blocks inside the writing transaction."""

runs = Table(
    "runs",
    metadata,
    identifier("run_id"),
    text_column("kind"),
    text_column("started_at"),
    text_or_none("finished_at"),
    text_column("status"),
    text_column("report"),
    sqlite_strict=True,
)
"""One operation each; `status` is "running" until `finish_run`; `report` is JSON."""

# --- files and transaction sets ---

files = Table(
    "files",
    metadata,
    identifier("file_id"),
    parent_or_none("run_id", "runs.run_id"),
    text_column("name"),
    text_column("digest"),
    number("size_bytes"),
    text_column("received_at"),
    text_column("state"),
    number("sets_count"),
    number("claims_count"),
    number("service_lines_count"),
    number("claim_payments_count"),
    number("findings_count"),
    number("error_findings_count"),
    Index("ix_files_digest", "digest", unique=True),
    sqlite_strict=True,
)
"""`name` as the user gave it, "archive.zip/member" inside an archive. `digest` is SHA-256."""

files_to_reread = Table(
    "files_to_reread",
    metadata,
    key_of("file_id", "files.file_id"),
    sqlite_strict=True,
)
"""Files that an older program took in: what it had no column for is still to be read from their
kept bytes."""

raw_chunks = Table(
    "raw_chunks",
    metadata,
    parent("file_id", "files.file_id"),
    number("chunk_ordinal"),
    number("byte_offset"),
    number("byte_length"),
    Column("data", BlobType, nullable=False),
    PrimaryKeyConstraint("file_id", "chunk_ordinal"),
    sqlite_strict=True,
)
"""The file's bytes, zlib compressed. Chunks of one file have one length, the last may be less."""

transaction_sets = Table(
    "transaction_sets",
    metadata,
    identifier("set_id"),
    parent("file_id", "files.file_id"),
    number("set_ordinal"),
    text_column("set_control_number"),
    text_column("set_type"),
    text_column("implementation"),
    text_column("state"),
    number("byte_offset"),
    number("byte_length"),
    number("segment_count"),
    text_column("interchange_control_number"),
    text_column("interchange_sender_id"),
    text_column("interchange_receiver_id"),
    text_column("group_control_number"),
    text_column("group_sender_code"),
    text_column("group_receiver_code"),
    day("created_on"),
    text_column("usage_indicator"),
    number("claims_count"),
    number("lines_count"),
    number("charge_cents"),
    number("paid_cents"),
    number("adjustment_cents"),
    number("provider_adjustment_cents"),
    text_column("fingerprint"),
    Column("balanced", FlagType, nullable=True),
    text_column("balance_sign"),
    parent_or_none("duplicate_of_set_id", "transaction_sets.set_id"),
    Index("ix_transaction_sets_file_id_set_ordinal", "file_id", "set_ordinal", unique=True),
    Index("ix_transaction_sets_fingerprint", "fingerprint"),
    sqlite_strict=True,
)
"""`duplicate_of_set_id` names an earlier set with the same content: this one does not count."""

findings = Table(
    "findings",
    metadata,
    identifier("finding_id"),
    parent_or_none("file_id", "files.file_id"),
    parent_or_none("set_id", "transaction_sets.set_id"),
    text_column("code"),
    text_column("severity"),
    number("set_ordinal"),
    text_column("set_control_number"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("element"),
    text_column("message"),
    text_column("remedy"),
    number_or_none("left_cents"),
    number_or_none("right_cents"),
    Index("ix_findings_file_id", "file_id"),
    sqlite_strict=True,
)

finding_edits = Table(
    "finding_edits",
    metadata,
    key_of("finding_id", "findings.finding_id"),
    text_column("edits"),
    sqlite_strict=True,
)
"""What would balance the few findings that say so: JSON of their `BalancingEdit`s."""

# --- claims ---

claims = Table(
    "claims",
    metadata,
    identifier("claim_id"),
    parent("set_id", "transaction_sets.set_id"),
    number("claim_ordinal"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("kind"),
    text_column("patient_control_number"),
    text_column("pcn_key"),
    text_column("frequency_code"),
    text_column("original_reference"),
    text_column("original_reference_key"),
    text_column("prior_authorization"),
    text_column("place_of_service"),
    text_column("type_of_bill"),
    text_column("filing_indicator"),
    text_column("payer_id"),
    text_column("payer_name"),
    number("payer_sequence"),
    text_column("subscriber_id"),
    text_column("member_key"),
    text_column("patient_last_name"),
    text_column("patient_first_name"),
    text_column("billing_name"),
    text_column("billing_npi"),
    text_column("billing_tin"),
    text_column("rendering_npi"),
    number("charge_cents"),
    day("sent_on"),
    day("service_from"),
    day("service_to"),
    text_column("prior_payers"),
    number("first_service_line_id"),
    number("service_lines_count"),
    parent_or_none("duplicate_of_claim_id", "claims.claim_id"),
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
    identifier("service_line_id"),
    parent("claim_id", "claims.claim_id"),
    number("line_number"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("assigned_line_number"),
    text_column("line_item_control_number"),
    text_column("control_number_key"),
    text_column("procedure_qualifier"),
    text_column("procedure_code"),
    text_column("modifiers"),
    text_column("revenue_code"),
    text_or_none("units"),
    text_column("unit_code"),
    text_column("place_of_service"),
    number("charge_cents"),
    day("service_from"),
    day("service_to"),
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
    identifier("remittance_id"),
    parent("set_id", "transaction_sets.set_id"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("payer_id"),
    text_column("payer_name"),
    text_column("payee_name"),
    text_column("payee_npi"),
    text_column("payee_tin"),
    text_column("originator_id"),
    text_column("trace_number"),
    text_column("handling_code"),
    text_column("method"),
    text_column("credit_debit_flag"),
    day("payment_date"),
    day("production_date"),
    number_or_none("payment_amount_cents"),
    number("first_claim_payment_id"),
    number("claim_payments_count"),
    text_column("held"),
    Index("ix_remittances_trace_number", "trace_number"),
    Index("ix_remittances_set_id", "set_id"),
    sqlite_strict=True,
)
"""`held` says why its payments must not count (a suspected duplicate), empty otherwise."""

manual_remittances = Table(
    "manual_remittances",
    metadata,
    key_of("remittance_id", "remittances.remittance_id"),
    text_column("entered_by"),
    text_column("entered_at"),
    text_column("note"),
    sqlite_strict=True,
)
"""A row for each remittance typed in from paper: who, when (ISO text), and what they noted."""

claim_payments = Table(
    "claim_payments",
    metadata,
    identifier("claim_payment_id"),
    parent("remittance_id", "remittances.remittance_id"),
    number("claim_ordinal"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("patient_control_number"),
    text_column("pcn_key"),
    text_column("status_code"),
    number("charge_cents"),
    number("paid_cents"),
    number_or_none("patient_responsibility_cents"),
    text_column("filing_indicator"),
    text_column("payer_claim_control_number"),
    text_column("pccn_key"),
    text_column("original_reference"),
    text_column("member_ids"),
    text_column("patient_last_name"),
    text_column("patient_first_name"),
    text_column("rendering_npi"),
    text_column("forwarded_to"),
    text_column("remark_codes"),
    number("interest_cents"),
    day("service_from"),
    day("service_to"),
    number("first_line_payment_id"),
    number("line_payments_count"),
    number("first_adjustment_id"),
    number("adjustments_count"),
    Index("ix_claim_payments_pcn_key", "pcn_key"),
    Index("ix_claim_payments_pccn_key", "pccn_key"),
    sqlite_strict=True,
)
"""Texts of several values (`member_ids`, `remark_codes`) are joined by a line feed."""

line_payments = Table(
    "line_payments",
    metadata,
    identifier("line_payment_id"),
    parent("claim_payment_id", "claim_payments.claim_payment_id"),
    number("line_ordinal"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("procedure"),
    number("charge_cents"),
    number("paid_cents"),
    number_or_none("allowed_cents"),
    text_or_none("paid_units"),
    day("service_from"),
    day("service_to"),
    text_column("line_item_control_number"),
    text_column("remark_codes"),
    text_column("further"),
    sqlite_strict=True,
)
"""`procedure` is "HC:99213:25:59", `remark_codes` are joined by a line feed.
`further` is JSON of what few lines have (`LineFurther` in
`line_texts.py`), empty without any: each column costs a hundredth of the time of loading."""

adjustments = Table(
    "adjustments",
    metadata,
    identifier("adjustment_id"),
    parent("claim_payment_id", "claim_payments.claim_payment_id"),
    number("line_ordinal"),
    text_column("group_code"),
    text_column("reason_code"),
    number("amount_cents"),
    text_or_none("quantity"),
    sqlite_strict=True,
)
"""`line_ordinal` 0 is the claim level. Its place in the file is within that of its line payment
or claim payment."""

provider_adjustments = Table(
    "provider_adjustments",
    metadata,
    identifier("provider_adjustment_id"),
    parent("remittance_id", "remittances.remittance_id"),
    number("ordinal"),
    number("segment_ordinal"),
    number("byte_offset"),
    text_column("provider_id"),
    day("fiscal_period_end"),
    text_column("reason_code"),
    text_column("reference"),
    text_column("reference_key"),
    number("amount_cents"),
    Index("ix_provider_adjustments_remittance_id", "remittance_id"),
    Index("ix_provider_adjustments_reference_key", "reference_key"),
    sqlite_strict=True,
)

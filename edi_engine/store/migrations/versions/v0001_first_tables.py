"""The first tables, as they were then; never edited once released."""

from edi_engine.store.migrations.making import Index, make_table

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first version, parents before children."""
    make_table(
        "claim_clocks",
        """
        claim_id number, look_again_on day
        """,
        key="claim_id",
        indexes=(Index("look_again_on"),),
    )
    make_table(
        "fee_schedules",
        """
        fee_schedule_id number, name text, digest text, loaded_at text, active flag
        """,
        key="fee_schedule_id",
    )
    make_table(
        "id_counters",
        """
        name text, next_id number
        """,
        key="name",
    )
    make_table(
        "pending_claims",
        """
        claim_id number
        """,
        key="claim_id",
    )
    make_table(
        "pending_payments",
        """
        claim_payment_id number
        """,
        key="claim_payment_id",
    )
    make_table(
        "pending_remittances",
        """
        remittance_id number
        """,
        key="remittance_id",
    )
    make_table(
        "practice_identifiers",
        """
        kind text, value text
        """,
        key="kind, value",
        with_rowid=False,
    )
    make_table(
        "reconcile_marks",
        """
        name text, reached_id number
        """,
        key="name",
    )
    make_table(
        "runs",
        """
        run_id number, kind text, started_at text, finished_at text?, status text, report text
        """,
        key="run_id",
    )
    make_table(
        "fee_schedule_rows",
        """
        fee_schedule_id number, row_ordinal number, payer_id text, procedure_code text,
        modifiers text, place_of_service text, effective_from day?, effective_to day?,
        allowed_cents number, origin text
        """,
        key="fee_schedule_id, row_ordinal",
        parents={"fee_schedule_id": "fee_schedules.fee_schedule_id"},
        with_rowid=False,
    )
    make_table(
        "files",
        """
        file_id number, run_id number?, name text, digest text, size_bytes number, received_at
        text, state text, sets_count number, claims_count number, service_lines_count number,
        claim_payments_count number, findings_count number, error_findings_count number
        """,
        key="file_id",
        parents={"run_id": "runs.run_id"},
        indexes=(Index("digest", unique=True),),
    )
    make_table(
        "raw_chunks",
        """
        file_id number, chunk_ordinal number, byte_offset number, byte_length number, data bytes
        """,
        key="file_id, chunk_ordinal",
        parents={"file_id": "files.file_id"},
    )
    make_table(
        "transaction_sets",
        """
        set_id number, file_id number, set_ordinal number, set_control_number text, set_type
        text, implementation text, state text, byte_offset number, byte_length number,
        segment_count number, interchange_control_number text, interchange_sender_id text,
        interchange_receiver_id text, group_control_number text, group_sender_code text,
        group_receiver_code text, created_on day?, usage_indicator text, claims_count number,
        lines_count number, charge_cents number, paid_cents number, adjustment_cents number,
        provider_adjustment_cents number, fingerprint text, balanced flag?, balance_sign text,
        duplicate_of_set_id number?
        """,
        key="set_id",
        parents={"file_id": "files.file_id", "duplicate_of_set_id": "transaction_sets.set_id"},
        indexes=(
            Index("file_id, set_ordinal", unique=True),
            Index("fingerprint"),
        ),
    )
    make_table(
        "claims",
        """
        claim_id number, set_id number, claim_ordinal number, segment_ordinal number,
        byte_offset number, kind text, patient_control_number text, pcn_key text, frequency_code
        text, original_reference text, original_reference_key text, prior_authorization text,
        place_of_service text, type_of_bill text, filing_indicator text, payer_id text,
        payer_name text, payer_sequence number, subscriber_id text, member_key text,
        patient_last_name text, patient_first_name text, billing_name text, billing_npi text,
        billing_tin text, rendering_npi text, charge_cents number, sent_on day?, service_from
        day?, service_to day?, prior_payers text, first_service_line_id number,
        service_lines_count number, duplicate_of_claim_id number?
        """,
        key="claim_id",
        parents={"set_id": "transaction_sets.set_id", "duplicate_of_claim_id": "claims.claim_id"},
        indexes=(
            Index("charge_cents, service_from"),
            Index("member_key"),
            Index("original_reference_key", where="original_reference_key <> ''"),
            Index("pcn_key"),
            Index("set_id"),
        ),
    )
    make_table(
        "findings",
        """
        finding_id number, file_id number?, set_id number?, code text, severity text,
        set_ordinal number, set_control_number text, segment_ordinal number, byte_offset number,
        element text, message text, remedy text, left_cents number?, right_cents number?
        """,
        key="finding_id",
        parents={"file_id": "files.file_id", "set_id": "transaction_sets.set_id"},
        indexes=(Index("file_id"),),
    )
    make_table(
        "remittances",
        """
        remittance_id number, set_id number, segment_ordinal number, byte_offset number,
        payer_id text, payer_name text, payee_name text, payee_npi text, payee_tin text,
        originator_id text, trace_number text, handling_code text, method text,
        credit_debit_flag text, payment_date day?, production_date day?, payment_amount_cents
        number?, first_claim_payment_id number, claim_payments_count number, held text
        """,
        key="remittance_id",
        parents={"set_id": "transaction_sets.set_id"},
        indexes=(
            Index("set_id"),
            Index("trace_number"),
        ),
    )
    make_table(
        "claim_payments",
        """
        claim_payment_id number, remittance_id number, claim_ordinal number, segment_ordinal
        number, byte_offset number, patient_control_number text, pcn_key text, status_code text,
        charge_cents number, paid_cents number, patient_responsibility_cents number?,
        filing_indicator text, payer_claim_control_number text, pccn_key text,
        original_reference text, member_ids text, patient_last_name text, patient_first_name
        text, rendering_npi text, forwarded_to text, remark_codes text, interest_cents number,
        service_from day?, service_to day?, first_line_payment_id number, line_payments_count
        number, first_adjustment_id number, adjustments_count number
        """,
        key="claim_payment_id",
        parents={"remittance_id": "remittances.remittance_id"},
        indexes=(
            Index("pccn_key"),
            Index("pcn_key"),
        ),
    )
    make_table(
        "claim_standings",
        """
        claim_id number, status text, balance_cents number, payer_balance_cents number,
        patient_balance_cents number, reversals text, issues text, findings text
        """,
        key="claim_id",
        parents={"claim_id": "claims.claim_id"},
    )
    make_table(
        "line_reconciliations",
        """
        claim_id number, line_number number, payer_sequence number, charge_cents number,
        expected_allowed_cents number?, expected_source text, allowed_cents number, paid_cents
        number, contractual_cents number, patient_responsibility_cents number, denied_cents
        number, other_adjustment_cents number, variance_cents number?, state text,
        denial_category text, denial_codes text, remit_lines text, recode text, allocation text
        """,
        key="claim_id, line_number, payer_sequence",
        parents={"claim_id": "claims.claim_id"},
        with_rowid=False,
    )
    make_table(
        "provider_adjustments",
        """
        provider_adjustment_id number, remittance_id number, ordinal number, segment_ordinal
        number, byte_offset number, provider_id text, fiscal_period_end day?, reason_code text,
        reference text, reference_key text, amount_cents number
        """,
        key="provider_adjustment_id",
        parents={"remittance_id": "remittances.remittance_id"},
        indexes=(
            Index("reference_key"),
            Index("remittance_id"),
        ),
    )
    make_table(
        "remittance_standings",
        """
        remittance_id number, posted_cents number, suspense_cents number, reason text
        """,
        key="remittance_id",
        parents={"remittance_id": "remittances.remittance_id"},
    )
    make_table(
        "service_lines",
        """
        service_line_id number, claim_id number, line_number number, segment_ordinal number,
        byte_offset number, assigned_line_number text, line_item_control_number text,
        control_number_key text, procedure_qualifier text, procedure_code text, modifiers text,
        revenue_code text, units text?, unit_code text, place_of_service text, charge_cents
        number, service_from day?, service_to day?
        """,
        key="service_line_id",
        parents={"claim_id": "claims.claim_id"},
        indexes=(Index("control_number_key", where="control_number_key <> ''"),),
    )
    make_table(
        "adjustments",
        """
        adjustment_id number, claim_payment_id number, line_ordinal number, group_code text,
        reason_code text, amount_cents number, quantity text?
        """,
        key="adjustment_id",
        parents={"claim_payment_id": "claim_payments.claim_payment_id"},
    )
    make_table(
        "decisions",
        """
        decision_id number, kind text, claim_payment_id number, claim_id number?, decided_by
        text, decided_at text, note text, revoked_by text?, revoked_at text?
        """,
        key="decision_id",
        parents={
            "claim_payment_id": "claim_payments.claim_payment_id",
            "claim_id": "claims.claim_id",
        },
        indexes=(Index("claim_payment_id"),),
    )
    make_table(
        "line_payments",
        """
        line_payment_id number, claim_payment_id number, line_ordinal number, segment_ordinal
        number, byte_offset number, procedure text, charge_cents number, paid_cents number,
        allowed_cents number?, paid_units text?, service_from day?, service_to day?,
        line_item_control_number text, remark_codes text, further text
        """,
        key="line_payment_id",
        parents={"claim_payment_id": "claim_payments.claim_payment_id"},
    )
    make_table(
        "loose_payment_keys",
        """
        kind text, key text, claim_payment_id number
        """,
        key="kind, key, claim_payment_id",
        parents={"claim_payment_id": "claim_payments.claim_payment_id"},
        indexes=(Index("claim_payment_id"),),
        with_rowid=False,
    )
    make_table(
        "matches",
        """
        claim_payment_id number, outcome text, claim_id number?, rule text, payer_sequence
        number, reason text, evidence text, candidates text
        """,
        key="claim_payment_id",
        parents={
            "claim_payment_id": "claim_payments.claim_payment_id",
            "claim_id": "claims.claim_id",
        },
        indexes=(Index("claim_id"),),
    )
    make_table(
        "payment_references",
        """
        reference_key text, claim_payment_id number
        """,
        key="reference_key, claim_payment_id",
        parents={"claim_payment_id": "claim_payments.claim_payment_id"},
        with_rowid=False,
    )
    make_table(
        "provider_adjustment_states",
        """
        provider_adjustment_id number, state text, traced_claim_id number?
        """,
        key="provider_adjustment_id",
        parents={
            "provider_adjustment_id": "provider_adjustments.provider_adjustment_id",
            "traced_claim_id": "claims.claim_id",
        },
    )
    make_table(
        "work_items",
        """
        work_item_id number, item_key text, subject text, queue text, cause text, detail text,
        claim_id number?, claim_payment_id number?, remittance_id number?, payer_sequence
        number, amount_at_risk_cents number, priority number, factors text, deadline day?,
        next_action text, next_action_on day?, reason text, evidence_digest text, status text,
        assignee text
        """,
        key="work_item_id",
        parents={
            "claim_id": "claims.claim_id",
            "claim_payment_id": "claim_payments.claim_payment_id",
            "remittance_id": "remittances.remittance_id",
        },
        indexes=(
            Index("deadline"),
            Index("item_key", unique=True),
            Index("status, priority"),
            Index("subject"),
        ),
    )
    make_table(
        "work_events",
        """
        work_event_id number, work_item_id number, happened_at text, kind text, actor text, text
        text
        """,
        key="work_event_id",
        parents={"work_item_id": "work_items.work_item_id"},
        indexes=(Index("work_item_id"),),
    )

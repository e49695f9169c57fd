"""Acknowledgments, what each answers, and where claims are in their life."""

import sqlalchemy as sa
from alembic import op

from edi_engine.records.keys import control_number_key
from edi_engine.store.migrations.making import Index, make_table

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SETS = """
SELECT set_id, duplicate_of_set_id, interchange_control_number, group_control_number,
    set_control_number
FROM transaction_sets WHERE set_type NOT IN ('TA1', '997', '999', '277') ORDER BY set_id
"""
_ROWS_AT_ONCE = 1_000


def upgrade() -> None:
    """Make the tables. Files that hold acknowledgments are read again, for they were kept unread;
    those of claims too, for what they call their batches. Every claim is looked at once more."""
    _make_facts()
    _make_conclusions()
    connection = op.get_bind()
    rows = [
        {
            "set_id": row[0],
            "original": row[1] or row[0],
            "interchange": control_number_key(row[2]),
            "group": control_number_key(row[3]),
            "number": control_number_key(row[4]),
        }
        for row in connection.execute(sa.text(_SETS))
    ]
    insert = sa.text(
        "INSERT INTO answerable_sets (set_id, original_set_id, interchange_key, group_key,"
        " set_key, batch_key) VALUES (:set_id, :original, :interchange, :group, :number, '')"
    )
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        connection.execute(insert, rows[start : start + _ROWS_AT_ONCE])
    op.execute(
        """
        INSERT INTO files_to_reread
        SELECT DISTINCT file_id FROM transaction_sets
        WHERE set_type IN ('TA1', '997', '999', '277', '837')
            AND file_id NOT IN (SELECT file_id FROM files_to_reread)
        """
    )
    op.execute(
        """
        INSERT INTO pending_claims
        SELECT claim_id FROM claims WHERE duplicate_of_claim_id IS NULL
            AND claim_id NOT IN (SELECT claim_id FROM pending_claims)
        """
    )


def _make_facts() -> None:
    make_table(
        "acknowledgments",
        """
        acknowledgment_id number, set_id number, segment_ordinal number, byte_offset number,
        kind text, level text, number text, number_key text, group_key text, group_type text,
        version text, answered_day day?, code text, fault_codes text, happened_on day?,
        source_code text, source_id text, source_name text, payer_claim_control_number text,
        pccn_key text, clearinghouse_trace text, type_of_bill text, patient_last_name text,
        patient_first_name text, member_id text, service_from day?, service_to day?,
        charge_cents number?, statuses text, lines text, faults text, totals text, batch_key text
        """,
        key="acknowledgment_id",
        parents={"set_id": "transaction_sets.set_id"},
        indexes=(
            Index("set_id"),
            Index("number_key, level"),
            Index("group_key", where="group_key <> ''"),
            Index("pccn_key", where="pccn_key <> ''"),
        ),
    )
    make_table(
        "answerable_sets",
        """
        set_id number, original_set_id number, interchange_key text, group_key text, set_key text,
        batch_key text
        """,
        key="set_id",
        parents={
            "set_id": "transaction_sets.set_id",
            "original_set_id": "transaction_sets.set_id",
        },
        indexes=(
            Index("interchange_key"),
            Index("group_key"),
            Index("batch_key", where="batch_key <> ''"),
            Index("original_set_id"),
        ),
    )
    make_table("pending_acknowledgments", "acknowledgment_id number", key="acknowledgment_id")


def _make_conclusions() -> None:
    make_table(
        "acknowledgment_standings",
        "acknowledgment_id number, outcome text, rule text, reason text, candidates text",
        key="acknowledgment_id",
        parents={"acknowledgment_id": "acknowledgments.acknowledgment_id"},
        indexes=(Index("outcome"),),
    )
    for name, column, target in (
        ("acknowledged_sets", "set_id", "transaction_sets.set_id"),
        ("acknowledged_claims", "claim_id", "claims.claim_id"),
    ):
        make_table(
            name,
            f"acknowledgment_id number, {column} number",
            key=f"acknowledgment_id, {column}",
            parents={"acknowledgment_id": "acknowledgments.acknowledgment_id", column: target},
            indexes=(Index(column),),
            with_rowid=False,
        )
    make_table(
        "claim_payer_numbers",
        "claim_id number, pccn_key text, payer_claim_control_number text",
        key="claim_id, pccn_key",
        parents={"claim_id": "claims.claim_id"},
        indexes=(Index("pccn_key"),),
        with_rowid=False,
    )
    make_table(
        "claim_lifecycles",
        """
        claim_id number, payer_key text, state text, tier text, since_on day?, sent_on day?,
        acknowledged_on day?, accepted_on day?, answered_on day?, forwarded_on day?,
        next_answered_on day?, rejected_on day?, rejected_by text, rejection text, silence text,
        silent_from day?
        """,
        key="claim_id",
        parents={"claim_id": "claims.claim_id"},
        indexes=(Index("payer_key", where="silent_from IS NOT NULL"),),
    )
    make_table(
        "payer_lags",
        "payer_key text, stage text, days number, claims_count number",
        key="payer_key, stage, days",
        with_rowid=False,
    )

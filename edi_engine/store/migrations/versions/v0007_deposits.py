"""Deposits: bank files, what they say, and which remittances they pay."""

import sqlalchemy as sa
from alembic import op

from edi_engine.store.migrations.making import Index, make_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; every remittance waits until a bank file is loaded."""
    make_table(
        "bank_files",
        "file_id number, bank_format text, first_on day?, last_on day?",
        key="file_id",
        parents={"file_id": "files.file_id"},
    )
    make_table(
        "deposits",
        """
        deposit_id number, file_id number, deposit_ordinal number, received_on day?,
        amount_cents number, originator_id text, originator_name text, trace_number text,
        trace_is_stated flag, company_id text, method text, bank_reference text,
        account_last4 text, description text, line_number number, byte_offset number,
        byte_length number, trace_key text, deposit_key text, same_as_deposit_id number?
        """,
        key="deposit_id",
        parents={"file_id": "files.file_id", "same_as_deposit_id": "deposits.deposit_id"},
        indexes=(Index("trace_key"), Index("received_on"), Index("deposit_key"), Index("file_id")),
    )
    make_table(
        "deposit_matches",
        """
        deposit_id number, status text, rule text, difference_cents number?, reason text,
        remittance_ids text, evidence text, candidates text, look_again_on day?
        """,
        key="deposit_id",
        parents={"deposit_id": "deposits.deposit_id"},
        indexes=(Index("look_again_on"), Index("status")),
    )
    make_table(
        "deposit_links",
        "deposit_id number, remittance_id number",
        key="deposit_id, remittance_id",
        parents={
            "deposit_id": "deposits.deposit_id",
            "remittance_id": "remittances.remittance_id",
        },
        indexes=(Index("remittance_id"),),
        with_rowid=False,
    )
    make_table(
        "remittance_deposits",
        """
        remittance_id number, trace_key text, payment_date day?, status text, rule text,
        difference_cents number?, reason text, candidates text, look_again_on day?
        """,
        key="remittance_id",
        parents={"remittance_id": "remittances.remittance_id"},
        indexes=(Index("trace_key"), Index("payment_date"), Index("look_again_on")),
    )
    make_table(
        "deposit_decisions",
        """
        deposit_decision_id number, is_link flag, deposit_id number, remittance_id number,
        decided_by text, decided_at text, note text, revoked_by text?, revoked_at text?
        """,
        key="deposit_decision_id",
        parents={"deposit_id": "deposits.deposit_id"},
        indexes=(Index("deposit_id"), Index("remittance_id")),
    )
    make_table("deposit_payers", "kind text, value text", key="kind, value", with_rowid=False)
    make_table("pending_deposits", "deposit_id number", key="deposit_id")
    make_table("pending_remittance_deposits", "remittance_id number", key="remittance_id")
    op.execute(
        sa.text("INSERT INTO pending_remittance_deposits SELECT remittance_id FROM remittances")
    )

"""What payers are known to do; everything is looked at again, to count the evidence."""

import sqlalchemy as sa
from alembic import op

from edi_engine.store.migrations.making import Index, make_table

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and have the next reconciling count what is there."""
    make_table(
        "quirk_observations",
        "kind text, subject_id number, seen_mask number, against_mask number, length number",
        key="kind, subject_id",
        with_rowid=False,
    )
    make_table(
        "quirk_counts",
        """
        payer text, quirk text, value number, observed_on day, seen_count number,
        against_count number
        """,
        key="payer, quirk, value, observed_on",
        with_rowid=False,
    )
    make_table("pending_payers", "payer text", key="payer")
    make_table(
        "payer_profile_versions",
        """
        payer_profile_version_id number, payer text, version number, believed_on day, quirks text
        """,
        key="payer_profile_version_id",
        indexes=(Index("payer, version", unique=True),),
    )
    make_table(
        "payer_declarations",
        """
        payer_declaration_id number, payer text, quirk text, is_denied flag, value number,
        effective_from day?, effective_to day?, declared_by text, declared_at text, note text
        """,
        key="payer_declaration_id",
    )
    op.execute(
        sa.text(
            "INSERT INTO pending_payments SELECT claim_payment_id FROM claim_payments WHERE true"
            " ON CONFLICT DO NOTHING"
        )
    )
    op.execute(
        sa.text(
            "INSERT INTO pending_remittances SELECT remittance_id FROM remittances WHERE true"
            " ON CONFLICT DO NOTHING"
        )
    )

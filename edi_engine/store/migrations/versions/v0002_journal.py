"""The journal and the payers whose remittances may post; everything is concluded again."""

import sqlalchemy as sa
from alembic import op

from edi_engine.store.migrations.making import Index, make_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and have the next reconciling post what is there."""
    make_table(
        "known_payers",
        "kind text, value text",
        key="kind, value",
        with_rowid=False,
    )
    make_table(
        "payer_releases",
        """
        payer_release_id number, payer_id text, released_by text, released_at text, note text,
        revoked_by text?, revoked_at text?
        """,
        key="payer_release_id",
    )
    make_table(
        "postings",
        """
        posting_id number, subject_kind text, subject_id number, remittance_id number?,
        claim_id number?, posted_on day, refusal text, reason text, cash_cents number,
        suspense_cents number, first_entry_id number, entries_count number, digest number,
        in_force flag, reverses_posting_id number?
        """,
        key="posting_id",
        parents={
            "remittance_id": "remittances.remittance_id",
            "claim_id": "claims.claim_id",
            "reverses_posting_id": "postings.posting_id",
        },
        indexes=(Index("subject_kind, subject_id"), Index("remittance_id")),
    )
    make_table(
        "journal_entries",
        """
        entry_id number, posting_id number, account text, amount_cents number, claim_id number?,
        line_number number, line_ordinal number
        """,
        key="entry_id",
        parents={"posting_id": "postings.posting_id", "claim_id": "claims.claim_id"},
    )
    op.execute(
        sa.text(
            "INSERT INTO pending_claims SELECT claim_id FROM claims"
            " WHERE duplicate_of_claim_id IS NULL ON CONFLICT DO NOTHING"
        )
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
    op.execute(sa.text("DELETE FROM reconcile_marks WHERE name = 'claims'"))

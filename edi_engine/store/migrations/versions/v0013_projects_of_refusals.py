"""Projects gather what was refused beside what was underpaid."""

from alembic import op

from edi_engine.store.migrations.making import make_table

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the underpaid lines along, and have the next run look at all claims with a refusal."""
    make_table(
        "project_hits",
        """
        claim_id number, line_number number, payer_sequence number, kind text, payer_id text,
        term text, cause text, short_cents number, first_allowed_cents number,
        recovered_cents number, hit_on day, answered_on day?, solved_on day?,
        reopened_count number
        """,
        key="claim_id, line_number, payer_sequence",
        parents={"claim_id": "claims.claim_id"},
        with_rowid=False,
    )
    op.execute(
        """
        INSERT INTO project_hits
        SELECT claim_id, line_number, 1, 'underpaid', payer_id, term, cause, short_cents,
            first_allowed_cents, recovered_cents, hit_on, NULL, solved_on, reopened_count
        FROM variance_hits
        """
    )
    op.drop_table("variance_hits")
    op.execute(
        """
        INSERT INTO pending_claims
        SELECT DISTINCT claim_id FROM line_reconciliations
        WHERE (state = 'denied' OR denied_cents > 0)
            AND claim_id NOT IN (SELECT claim_id FROM pending_claims)
        """
    )

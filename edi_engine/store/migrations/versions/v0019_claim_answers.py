"""When claims were answered, and what of the answers stands."""

from alembic import op

from edi_engine.store.migrations.making import make_table

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ANSWERS = """
SELECT c.claim_id, a.first_on, a.last_on, e.latest_on,
    a.first_on IS NOT NULL AND a.first_on = a.last_on AND c.frequency_code <> '7'
        AND COALESCE(l.open_lines, 0) = 0,
    CASE WHEN a.first_on IS NULL THEN 0 ELSE COALESCE(l.refused_cents, 0) END,
    CASE WHEN a.first_on IS NULL THEN 0 ELSE COALESCE(l.short_cents, 0) END
FROM claims c
JOIN (SELECT m.claim_id, MAX(COALESCE(r.payment_date, r.production_date)) AS latest_on
    FROM matches m
    JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id
    JOIN remittances r ON r.remittance_id = p.remittance_id
    WHERE m.outcome = 'matched'
    GROUP BY m.claim_id) e ON e.claim_id = c.claim_id
LEFT JOIN (SELECT m.claim_id, MIN(COALESCE(r.payment_date, r.production_date)) AS first_on,
        MAX(COALESCE(r.payment_date, r.production_date)) AS last_on
    FROM matches m
    JOIN claims b ON b.claim_id = m.claim_id AND b.payer_sequence = m.payer_sequence
    JOIN claim_standings t ON t.claim_id = m.claim_id
    JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id
    JOIN remittances r ON r.remittance_id = p.remittance_id
    WHERE m.outcome = 'matched' AND r.held = '' AND t.status NOT IN ('superseded', 'voided')
    GROUP BY m.claim_id) a ON a.claim_id = c.claim_id
LEFT JOIN (SELECT n.claim_id,
        SUM(CASE WHEN n.denied_cents > 0 THEN n.denied_cents ELSE 0 END) AS refused_cents,
        SUM(CASE WHEN n.state = 'underpaid' THEN n.variance_cents ELSE 0 END)
            AS short_cents,
        SUM(CASE WHEN n.line_number > 0 AND n.state NOT IN
            ('paid', 'overpaid', 'patient', 'bundled', 'zero_charge')
            THEN 1 ELSE 0 END) AS open_lines
    FROM line_reconciliations n
    JOIN claims b ON b.claim_id = n.claim_id AND b.payer_sequence = n.payer_sequence
    GROUP BY n.claim_id) l ON l.claim_id = c.claim_id
WHERE e.latest_on IS NOT NULL AND c.duplicate_of_claim_id IS NULL
"""
"""What was concluded about each answered claim so far, from its matches and lines."""


def upgrade() -> None:
    """Make the table, and fill it with what was concluded so far."""
    make_table(
        "claim_answers",
        "claim_id number, first_on day?, last_on day?, latest_on day?, is_settled_first flag,"
        " refused_cents number, short_cents number",
        key="claim_id",
        parents={"claim_id": "claims.claim_id"},
    )
    op.execute(f"INSERT INTO claim_answers {ANSWERS}")

"""Who typed in a remittance from paper, and which remittances never came; never edited once
released."""

from edi_engine.store.migrations.making import make_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, empty: until now every remittance was electronic and stood."""
    make_table(
        "manual_remittances",
        "remittance_id number, entered_by text, entered_at text, note text",
        key="remittance_id",
        parents={"remittance_id": "remittances.remittance_id"},
    )
    make_table(
        "withdrawals",
        """
        remittance_id number, withdrawn_by text, withdrawn_at text, note text, revoked_by text?,
        revoked_at text?
        """,
        key="remittance_id",
        parents={"remittance_id": "remittances.remittance_id"},
    )

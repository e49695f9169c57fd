"""Who typed in a remittance from paper, and who withdrew it; never edited once released."""

import sqlalchemy as sa
from alembic import op

from edi_engine.store import column_types as types

revision = "0005"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: until now every remittance was electronic."""
    op.create_table(
        "manual_remittances",
        sa.Column("remittance_id", types.NumberType(), nullable=False, autoincrement=False),
        sa.Column("entered_by", types.TextType(), nullable=False),
        sa.Column("entered_at", types.TextType(), nullable=False),
        sa.Column("note", types.TextType(), nullable=False),
        sa.Column("withdrawn_by", types.TextType(), nullable=True),
        sa.Column("withdrawn_at", types.TextType(), nullable=True),
        sa.Column("withdrawn_note", types.TextType(), nullable=True),
        sa.PrimaryKeyConstraint("remittance_id", name="pk_manual_remittances"),
        sa.ForeignKeyConstraint(
            ["remittance_id"],
            ["remittances.remittance_id"],
            name="fk_manual_remittances_remittance_id",
        ),
        sqlite_strict=True,
    )

"""What would balance a finding; which remittances repeat others, and what a person said of it."""

import sqlalchemy as sa
from alembic import op

from edi_engine.store import column_types as types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables; nothing that is there changes."""
    op.create_table(
        "finding_edits",
        sa.Column("finding_id", types.NumberType(), nullable=False, autoincrement=False),
        sa.Column("edits", types.TextType(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name="pk_finding_edits"),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.finding_id"], name="fk_finding_edits_finding_id"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "remittance_repeats",
        sa.Column("remittance_id", types.NumberType(), nullable=False, autoincrement=False),
        sa.Column("kind", types.TextType(), nullable=False),
        sa.Column("other_remittance_id", types.NumberType(), nullable=False),
        sa.Column("reason", types.TextType(), nullable=False),
        sa.PrimaryKeyConstraint("remittance_id", name="pk_remittance_repeats"),
        sa.ForeignKeyConstraint(
            ["remittance_id"],
            ["remittances.remittance_id"],
            name="fk_remittance_repeats_remittance_id",
        ),
        sa.ForeignKeyConstraint(
            ["other_remittance_id"],
            ["remittances.remittance_id"],
            name="fk_remittance_repeats_other_remittance_id",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "remittance_decisions",
        sa.Column("remittance_id", types.NumberType(), nullable=False, autoincrement=False),
        sa.Column("held", types.FlagType(), nullable=False),
        sa.Column("decided_by", types.TextType(), nullable=False),
        sa.Column("decided_at", types.TextType(), nullable=False),
        sa.Column("note", types.TextType(), nullable=False),
        sa.PrimaryKeyConstraint("remittance_id", name="pk_remittance_decisions"),
        sa.ForeignKeyConstraint(
            ["remittance_id"],
            ["remittances.remittance_id"],
            name="fk_remittance_decisions_remittance_id",
        ),
        sqlite_strict=True,
    )

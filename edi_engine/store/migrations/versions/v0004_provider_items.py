"""The sub-ledger of provider adjustments, in place of their bare states."""

import sqlalchemy as sa
from alembic import op

from edi_engine.store import column_types as types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and have every remittance with provider adjustments looked at again."""
    op.create_table(
        "provider_items",
        sa.Column("item_id", types.NumberType(), nullable=False, autoincrement=False),
        sa.Column("remittance_id", types.NumberType(), nullable=False),
        sa.Column("payer_id", types.TextType(), nullable=False),
        sa.Column("kind", types.TextType(), nullable=False),
        sa.Column("amount_cents", types.NumberType(), nullable=False),
        sa.Column("open_cents", types.NumberType(), nullable=False),
        sa.Column("state", types.TextType(), nullable=False),
        sa.Column("is_explained", types.FlagType(), nullable=False),
        sa.Column("traced_claim_id", types.NumberType(), nullable=True),
        sa.Column("traced_remittance_id", types.NumberType(), nullable=True),
        sa.Column("trace", types.TextType(), nullable=False),
        sa.Column("settled_by", types.TextType(), nullable=False),
        sa.Column("interest", types.TextType(), nullable=False),
        sa.Column("by_amount", types.FlagType(), nullable=False),
        sa.Column("group_key", types.TextType(), nullable=False),
        sa.Column("reason", types.TextType(), nullable=False),
        sa.Column("arose_on", types.DateType(), nullable=True),
        sa.Column("settled_on", types.DateType(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", name="pk_provider_items"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["provider_adjustments.provider_adjustment_id"],
            name="fk_provider_items_item_id",
        ),
        sa.ForeignKeyConstraint(
            ["remittance_id"],
            ["remittances.remittance_id"],
            name="fk_provider_items_remittance_id",
        ),
        sa.ForeignKeyConstraint(
            ["traced_claim_id"], ["claims.claim_id"], name="fk_provider_items_traced_claim_id"
        ),
        sa.ForeignKeyConstraint(
            ["traced_remittance_id"],
            ["remittances.remittance_id"],
            name="fk_provider_items_traced_remittance_id",
        ),
        sqlite_strict=True,
    )
    for columns in (
        ["remittance_id"],
        ["payer_id", "state", "settled_on"],
        ["payer_id", "group_key"],
        ["payer_id", "arose_on"],
    ):
        op.create_index(f"ix_provider_items_{'_'.join(columns)}", "provider_items", columns)
    op.create_table(
        "provider_reference_keys",
        sa.Column("reference_key", types.TextType(), nullable=False),
        sa.Column("remittance_id", types.NumberType(), nullable=False),
        sa.PrimaryKeyConstraint(
            "reference_key", "remittance_id", name="pk_provider_reference_keys"
        ),
        sa.ForeignKeyConstraint(
            ["remittance_id"],
            ["remittances.remittance_id"],
            name="fk_provider_reference_keys_remittance_id",
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.drop_table("provider_adjustment_states")
    op.execute(
        "INSERT INTO pending_remittances SELECT DISTINCT remittance_id FROM provider_adjustments"
        " WHERE true ON CONFLICT DO NOTHING"
    )

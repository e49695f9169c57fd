"""What payers say of DRG, contract and repricer, and discounts that nobody agreed to."""

from alembic import op

from edi_engine.store.migrations.making import make_table

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. What files taken in before say of these stands in their kept bytes: they
    are put on the list of files to read again, which `edi-engine db reread` works off."""
    make_table(
        "payment_contract_facts",
        """
        claim_payment_id number, drg text, drg_weight text?, contract_class text,
        repriced_numbers text
        """,
        key="claim_payment_id",
        parents={"claim_payment_id": "claim_payments.claim_payment_id"},
    )
    make_table(
        "silent_ppo_signs",
        """
        claim_id number, discount_cents number, charge_cents number, signs text, network text,
        contracts text, clause text, equal_count number, compared_count number, request text,
        is_work flag
        """,
        key="claim_id",
        parents={"claim_id": "claims.claim_id"},
    )
    make_table(
        "files_to_reread",
        "file_id number",
        key="file_id",
        parents={"file_id": "files.file_id"},
    )
    op.execute(
        "INSERT INTO files_to_reread SELECT file_id FROM files"
        " WHERE claims_count > 0 OR claim_payments_count > 0"
    )

"""Contracts, and what only they ask of a claim."""

from edi_engine.store.migrations.making import Index, make_table

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Claims that are there already say nothing of plan, DRG and admission: a
    contract that asks for these does not price them."""
    make_table(
        "contracts",
        """
        contract_id number, contract_key text, version text, name text, file_name text,
        digest text, loaded_at text, ended_at text?, text text, record bytes
        """,
        key="contract_id",
        indexes=(Index("contract_key, version"),),
    )
    make_table(
        "contract_schedules",
        "contract_id number, ordinal number, file_name text, text text",
        key="contract_id, ordinal",
        parents={"contract_id": "contracts.contract_id"},
        with_rowid=False,
    )
    make_table(
        "claim_contract_facts",
        "claim_id number, group_number text, drg text, admitted_on day?",
        key="claim_id",
        parents={"claim_id": "claims.claim_id"},
    )

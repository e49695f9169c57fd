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
    make_table(
        "line_variances",
        "claim_id number, line_number number, payer_sequence number, cause text, words text",
        key="claim_id, line_number, payer_sequence",
        parents={"claim_id": "claims.claim_id"},
        with_rowid=False,
    )
    make_table(
        "variance_hits",
        """
        claim_id number, line_number number, payer_id text, term text, cause text,
        short_cents number, first_allowed_cents number, recovered_cents number, hit_on day,
        solved_on day?, reopened_count number
        """,
        key="claim_id, line_number",
        parents={"claim_id": "claims.claim_id"},
        with_rowid=False,
    )
    make_table(
        "inferred_rates",
        """
        payer_id text, procedure_code text, modifiers text, place_of_service text,
        unit_cents number, same_count number, count number, lowest_cents number,
        highest_cents number, first_on day, last_on day
        """,
        key="payer_id, procedure_code, modifiers, place_of_service",
        with_rowid=False,
    )

"""Appeals with their history, and claims that were written out again."""

from edi_engine.store.migrations.making import Index, make_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "appeals",
        """
        appeal_id number, claim_id number, work_item_id number?, payer_id text,
        payer_sequence number, ladder text, level number, level_name text, method text,
        tracking_number text, disputed_cents number, filed_on day, response_due_on day,
        baseline_cents number?, closing_cents number?, outcome text, decided_on day?,
        overturned_cents number, note text, next_level_name text, next_due_on day?
        """,
        key="appeal_id",
        parents={"claim_id": "claims.claim_id", "work_item_id": "work_items.work_item_id"},
        indexes=(Index("claim_id"), Index("work_item_id"), Index("outcome, response_due_on")),
    )
    make_table(
        "appeal_events",
        """
        appeal_event_id number, appeal_id number, happened_at text, kind text, actor text,
        text text
        """,
        key="appeal_event_id",
        parents={"appeal_id": "appeals.appeal_id"},
        indexes=(Index("appeal_id"),),
    )
    make_table(
        "written_claims",
        """
        written_claim_id number, claim_id number, written_at text, actor text,
        frequency_code text, original_reference text, interchange_control_number number,
        digest text, changes text
        """,
        key="written_claim_id",
        parents={"claim_id": "claims.claim_id"},
        indexes=(Index("claim_id"), Index("interchange_control_number", unique=True)),
    )

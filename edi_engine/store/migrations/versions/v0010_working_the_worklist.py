"""Who has a work item in hand, what was done about it, and what became of it."""

from alembic import op

from edi_engine.store.migrations.making import Index, make_table

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. What is at stake in items that are open already is noted by the next run,
    which looks at everything once."""
    make_table(
        "work_leases",
        "work_item_id number, holder text, taken_at text, expires_at text",
        key="work_item_id",
        parents={"work_item_id": "work_items.work_item_id"},
    )
    make_table(
        "work_stakes",
        """
        work_item_id number, payer_id text, cause text, detail text, arose_on day?,
        opened_on day, at_risk_cents number, measured_cents number
        """,
        key="work_item_id",
        parents={"work_item_id": "work_items.work_item_id"},
        indexes=(Index("cause, detail"), Index("arose_on")),
    )
    make_table(
        "work_outcomes",
        """
        outcome_id number, work_item_id number, kind text, payer_id text, cause text, detail text,
        first_band number, last_band number, count number, at_risk_cents number,
        recovered_cents number, share_percent number, concluded_on day, concluded_by text,
        arose_on day?, opened_on day, measured_cents number
        """,
        key="outcome_id",
        parents={"work_item_id": "work_items.work_item_id"},
        indexes=(Index("work_item_id"),),
    )
    make_table(
        "pending_outcomes",
        "outcome_id number",
        key="outcome_id",
        parents={"outcome_id": "work_outcomes.outcome_id"},
    )
    make_table(
        "outcome_counts",
        """
        cause text, detail text, payer_id text, age_band number, count number,
        recovered_count number, partly_count number, share_percents number
        """,
        key="cause, detail, payer_id, age_band",
        with_rowid=False,
    )
    make_table(
        "pending_chances",
        "cause text, detail text",
        key="cause, detail",
        with_rowid=False,
    )
    make_table(
        "work_touches",
        """
        touch_id number, work_item_id number, touched_at text, actor text, channel text,
        contact text, reference text, outcome text, note text, next_action_on day
        """,
        key="touch_id",
        parents={"work_item_id": "work_items.work_item_id"},
        indexes=(Index("work_item_id"),),
    )
    make_table(
        "work_batches",
        """
        batch_id number, kind text, text text, made_by text, made_at text, items_count number,
        amount_cents number, undone_by text?, undone_at text?
        """,
        key="batch_id",
    )
    make_table(
        "work_batch_items",
        """
        batch_id number, work_item_id number, last_event_id number, status text, assignee text,
        next_action_on day?
        """,
        key="batch_id, work_item_id",
        parents={
            "batch_id": "work_batches.batch_id",
            "work_item_id": "work_items.work_item_id",
        },
        with_rowid=False,
    )
    make_table(
        "work_assignments",
        "work_item_id number, assignee text, rule text",
        key="work_item_id",
        parents={"work_item_id": "work_items.work_item_id"},
    )
    make_table(
        "pending_assignments",
        "work_item_id number",
        key="work_item_id",
        parents={"work_item_id": "work_items.work_item_id"},
    )
    op.execute("UPDATE reconcile_marks SET reached_id = 0 WHERE name = 'policy'")

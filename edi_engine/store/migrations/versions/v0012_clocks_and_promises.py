"""Clocks of work items, whom they wait for and how they ended, promises to pay, daily quota."""

import json

import sqlalchemy as sa
from alembic import op

from edi_engine.store.migrations.making import Index, make_table

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TOUCHED = """
SELECT i.work_item_id, i.status, s.opened_on, MIN(t.touched_at), MAX(t.next_action_on)
FROM work_items i
JOIN work_stakes s ON s.work_item_id = i.work_item_id
JOIN work_touches t ON t.work_item_id = i.work_item_id
GROUP BY i.work_item_id, i.status, s.opened_on
ORDER BY i.work_item_id
"""


def upgrade() -> None:
    """Make the tables. An open item that was touched already has had its first touch: its clock
    counts to the next one, from the day on which it came back or will."""
    make_table(
        "work_progress",
        "work_item_id number, waiting_for text, resolution text, clock text",
        key="work_item_id",
        parents={"work_item_id": "work_items.work_item_id"},
    )
    make_table(
        "work_promises",
        """
        promise_id number, work_item_id number, claim_id number, payer_sequence number,
        promised_by text, amount_cents number, due_on day, grace_days number, counted_from day,
        known_cents number, recorded_on day, recorded_at text, recorded_by text, note text,
        replaces_promise_id number?
        """,
        key="promise_id",
        parents={
            "work_item_id": "work_items.work_item_id",
            "claim_id": "claims.claim_id",
            "replaces_promise_id": "work_promises.promise_id",
        },
        indexes=(Index("work_item_id"), Index("claim_id")),
    )
    make_table(
        "promise_receipts",
        """
        receipt_id number, promise_id number, amount_cents number, came_on day, recorded_at text,
        recorded_by text, note text
        """,
        key="receipt_id",
        parents={"promise_id": "work_promises.promise_id"},
        indexes=(Index("promise_id"),),
    )
    make_table(
        "promise_standings",
        """
        promise_id number, state text, came_cents number, kept_on day?, is_late flag, turns_on day
        """,
        key="promise_id",
        parents={"promise_id": "work_promises.promise_id"},
        indexes=(Index("state, turns_on"),),
    )
    make_table(
        "work_pulls",
        "pulled_on day, work_item_id number, holder text, is_young flag, given_as text",
        key="pulled_on, work_item_id",
        parents={"work_item_id": "work_items.work_item_id"},
        with_rowid=False,
    )
    make_table(
        "batch_item_progress",
        "batch_id number, work_item_id number, waiting_for text, resolution text",
        key="batch_id, work_item_id",
        parents={
            "batch_id": "work_batches.batch_id",
            "work_item_id": "work_items.work_item_id",
        },
        with_rowid=False,
    )
    connection = op.get_bind()
    touched = connection.execute(sa.text(_TOUCHED)).all()
    rows = [{"item": row[0], "clock": _clock(*row[1:])} for row in touched]
    if rows:
        connection.execute(
            sa.text(
                "INSERT INTO work_progress (work_item_id, waiting_for, resolution, clock)"
                " VALUES (:item, '', '', :clock)"
            ),
            rows,
        )


def _clock(status: str, opened_on: object, touched_at: str, next_on: object) -> str:
    hidden = status in {"waiting", "appealed"}
    spans = [] if hidden else [{"started_at": f"{next_on}T00:00:00"}]
    return json.dumps(
        {"opened_on": str(opened_on), "first_touched_on": touched_at[:10], "spans": spans},
        separators=(",", ":"),
    )

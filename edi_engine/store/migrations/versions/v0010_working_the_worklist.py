"""Who holds a work item."""

from edi_engine.store.migrations.making import make_table

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Nobody holds anything yet."""
    make_table(
        "work_leases",
        "work_item_id number, holder text, taken_at text, expires_at text",
        key="work_item_id",
        parents={"work_item_id": "work_items.work_item_id"},
    )

"""The first tables."""

from alembic import op

from edi_engine.store.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first version."""
    metadata.create_all(op.get_bind())

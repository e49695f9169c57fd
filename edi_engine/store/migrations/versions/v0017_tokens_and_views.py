"""Tokens of programs, and saved views of the worklist."""

from edi_engine.store.migrations.making import Index, make_table

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "api_tokens",
        """
        token_id number, user_id number, token_hash text, name text, reads_only number,
        created_at text, ends_at text, seen_at text?, ended_at text?, ended_by text
        """,
        key="token_id",
        parents={"user_id": "users.user_id"},
        indexes=(Index("token_hash", unique=True), Index("user_id")),
    )
    make_table(
        "saved_views",
        "view_id number, user_id number, name text, query text, is_shared number",
        key="view_id",
        parents={"user_id": "users.user_id"},
        indexes=(Index("user_id, name", unique=True),),
    )

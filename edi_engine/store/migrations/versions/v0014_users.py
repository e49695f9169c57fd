"""The workbench's users, their sessions, and who saw what."""

from edi_engine.store.migrations.making import Index, make_table

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "users",
        """
        user_id number, login text, name text, role text, password_hash text, created_by text,
        created_at text, disabled_at text?
        """,
        key="user_id",
        indexes=(Index("login", unique=True),),
    )
    make_table(
        "user_sessions",
        """
        token_hash text, user_id number, started_at text, seen_at text, ended_at text?,
        ended_by text
        """,
        key="token_hash",
        parents={"user_id": "users.user_id"},
        indexes=(Index("user_id"),),
        with_rowid=False,
    )
    make_table(
        "access_entries",
        """
        access_entry_id number, happened_at text, login text, kind text, subject text,
        address text
        """,
        key="access_entry_id",
        indexes=(Index("happened_at"), Index("login, happened_at"), Index("subject")),
    )
    make_table("access_segments", "name text", key="name", with_rowid=False)

"""Tables of the workbench's users: who may log in, who is, and who saw what."""

from sqlalchemy import Column, Index, Table

from edi_engine.store.column_types import TextType
from edi_engine.store.table_columns import (
    identifier,
    metadata,
    number,
    parent,
    text_column,
    text_or_none,
)

__all__ = [
    "access_entries",
    "access_segments",
    "api_tokens",
    "saved_views",
    "user_sessions",
    "users",
]

users = Table(
    "users",
    metadata,
    identifier("user_id"),
    text_column("login"),
    text_column("name"),
    text_column("role"),
    text_column("password_hash"),
    text_column("created_by"),
    text_column("created_at"),
    text_or_none("disabled_at"),
    Index("ix_users_login", "login", unique=True),
    sqlite_strict=True,
)
"""Nobody is ever deleted: what they did names them. A login that is disabled lets nobody in."""

user_sessions = Table(
    "user_sessions",
    metadata,
    Column("token_hash", TextType, primary_key=True),
    parent("user_id", "users.user_id"),
    text_column("started_at"),
    text_column("seen_at"),
    text_or_none("ended_at"),
    text_column("ended_by"),
    Index("ix_user_sessions_user_id", "user_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The token itself is with the browser alone. Instants are of one form, so that their texts compare
as they do."""

api_tokens = Table(
    "api_tokens",
    metadata,
    identifier("token_id"),
    parent("user_id", "users.user_id"),
    text_column("token_hash"),
    text_column("name"),
    number("reads_only"),
    text_column("created_at"),
    text_column("ends_at"),
    text_or_none("seen_at"),
    text_or_none("ended_at"),
    text_column("ended_by"),
    Index("ix_api_tokens_token_hash", "token_hash", unique=True),
    Index("ix_api_tokens_user_id", "user_id"),
    sqlite_strict=True,
)
"""The token itself is with a program alone."""

saved_views = Table(
    "saved_views",
    metadata,
    identifier("view_id"),
    parent("user_id", "users.user_id"),
    text_column("name"),
    text_column("query"),
    number("is_shared"),
    Index("ix_saved_views_user_id_name", "user_id", "name", unique=True),
    sqlite_strict=True,
)
"""Filters of the worklist that somebody keeps under a name."""

access_entries = Table(
    "access_entries",
    metadata,
    identifier("access_entry_id"),
    text_column("happened_at"),
    text_column("login"),
    text_column("kind"),
    text_column("subject"),
    text_column("address"),
    Index("ix_access_entries_happened_at", "happened_at"),
    Index("ix_access_entries_login_happened_at", "login", "happened_at"),
    Index("ix_access_entries_subject", "subject"),
    sqlite_strict=True,
)
"""Who saw what; rows are only added."""

access_segments = Table(
    "access_segments",
    metadata,
    Column("name", TextType, primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Spooled entries that were taken in, until their file is gone: none is taken in twice."""

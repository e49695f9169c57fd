"""What users keep: tokens of their programs, and saved views of the worklist."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from edi_engine.records.users import ApiToken, SavedView
from edi_engine.store.queries import DriverRow, Queries
from edi_engine.store.work_leases import instant_text
from edi_engine.store.writing_files import FileWriting

__all__ = ["UserKeepsReading", "UserKeepsWriting"]

_ONE_SQL = """
SELECT token_id, user_id, token_hash, name, reads_only, created_at, ends_at, seen_at, ended_at,
       ended_by
FROM api_tokens
"""

_VIEW_SQL = "SELECT view_id, user_id, name, query, is_shared FROM saved_views"


class UserKeepsReading(Queries):
    """The part of the reader that knows what users keep."""

    def api_token(self, token_hash: str) -> ApiToken | None:
        """The token of a hash, ended or not; None for an unknown one."""
        row = self.row(f"{_ONE_SQL} WHERE token_hash = ?", (token_hash,))
        return None if row is None else _token(row)

    def api_tokens(self, user_id: int | None = None) -> list[ApiToken]:
        """All tokens that were not ended, of a user or of everybody, the newest first."""
        of_user = "" if user_id is None else " AND user_id = ?"
        rows = self.rows(
            f"{_ONE_SQL} WHERE ended_at IS NULL{of_user} ORDER BY token_id DESC",
            () if user_id is None else (user_id,),
        )
        return [_token(row) for row in rows]

    def saved_views(self, user_id: int) -> list[SavedView]:
        """The views of a user and those that others share, by name."""
        rows = self.rows(
            f"{_VIEW_SQL} WHERE user_id = ? OR is_shared = 1 ORDER BY name, view_id", (user_id,)
        )
        return [_view(row) for row in rows]

    def saved_view(self, view_id: int) -> SavedView | None:
        """One view, or None."""
        row = self.row(f"{_VIEW_SQL} WHERE view_id = ?", (view_id,))
        return None if row is None else _view(row)


class UserKeepsWriting(FileWriting, UserKeepsReading):
    """The part of the writer that keeps it."""

    def add_api_token(self, token: ApiToken) -> ApiToken:
        """Keep a new token; the identifier is given out here."""
        kept = msgspec.structs.replace(token, token_id=self.next_ids("api_tokens"))
        self.insert("api_tokens", [_token_row(kept)])
        return kept

    def end_api_token(self, token_id: int, *, ended_at: datetime, ended_by: str) -> None:
        """The token lets nobody in any more."""
        self.run(
            "UPDATE api_tokens SET ended_at = ?, ended_by = ?"
            " WHERE token_id = ? AND ended_at IS NULL",
            (instant_text(ended_at), ended_by, token_id),
        )

    def end_api_tokens_of(self, user_id: int, *, ended_at: datetime, ended_by: str) -> None:
        """All tokens of a user let nobody in any more."""
        self.run(
            "UPDATE api_tokens SET ended_at = ?, ended_by = ?"
            " WHERE user_id = ? AND ended_at IS NULL",
            (instant_text(ended_at), ended_by, user_id),
        )

    def see_api_tokens(self, seen: Iterable[tuple[str, datetime]]) -> None:
        """Something was asked with these tokens, by hash, at these instants."""
        self.run_many(
            "UPDATE api_tokens SET seen_at = ?"
            " WHERE token_hash = ? AND (seen_at IS NULL OR seen_at < ?)",
            [(instant_text(at), key, instant_text(at)) for key, at in seen],
        )

    def keep_view(self, view: SavedView) -> SavedView:
        """Keep a view, in place of the user's earlier one of its name."""
        row = self.row(
            "SELECT view_id FROM saved_views WHERE user_id = ? AND name = ?",
            (view.user_id, view.name),
        )
        view_id = row[0] if row is not None else self.next_ids("saved_views")
        kept = msgspec.structs.replace(view, view_id=view_id)
        self.replace(
            "saved_views",
            [(kept.view_id, kept.user_id, kept.name, kept.query, int(kept.is_shared))],
        )
        return kept

    def drop_view(self, view_id: int) -> None:
        """Forget a view."""
        self.run("DELETE FROM saved_views WHERE view_id = ?", (view_id,))


def _token(row: DriverRow) -> ApiToken:
    token_id, user_id, token_hash, name, reads_only, created_at, ends_at, *rest = row
    seen_at, ended_at, ended_by = rest
    return ApiToken(
        token_id,
        user_id,
        token_hash,
        name,
        bool(reads_only),
        datetime.fromisoformat(created_at),
        datetime.fromisoformat(ends_at),
        None if seen_at is None else datetime.fromisoformat(seen_at),
        None if ended_at is None else datetime.fromisoformat(ended_at),
        ended_by,
    )


def _token_row(token: ApiToken) -> tuple[int | str | None, ...]:
    return (
        token.token_id,
        token.user_id,
        token.token_hash,
        token.name,
        int(token.reads_only),
        instant_text(token.created_at),
        instant_text(token.ends_at),
        None if token.seen_at is None else instant_text(token.seen_at),
        None if token.ended_at is None else instant_text(token.ended_at),
        token.ended_by,
    )


def _view(row: DriverRow) -> SavedView:
    view_id, user_id, name, query, is_shared = row
    return SavedView(view_id, user_id, name, query, bool(is_shared))

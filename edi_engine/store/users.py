"""Users of the workbench, their sessions, and who saw what."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from edi_engine.records.users import AccessEntry, AccessKind, Role, User, UserSession
from edi_engine.store.queries import DriverRow, Queries
from edi_engine.store.work_leases import instant_text
from edi_engine.store.writing_files import FileWriting

__all__ = ["UserReading", "UserWriting"]

_USER_SQL = """
SELECT user_id, login, name, role, password_hash, created_by, created_at, disabled_at FROM users
"""

_SESSION_SQL = """
SELECT token_hash, user_id, started_at, seen_at, ended_at, ended_by FROM user_sessions
"""

_ACCESS_SQL = "SELECT happened_at, login, kind, subject, address FROM access_entries"


class UserReading(Queries):
    """The part of the reader that knows users."""

    def users(self) -> list[User]:
        """Everybody, by login, the disabled ones too."""
        return [_user(row) for row in self.rows(f"{_USER_SQL} ORDER BY login")]

    def user(self, user_id: int) -> User | None:
        """One user, or None."""
        row = self.row(f"{_USER_SQL} WHERE user_id = ?", (user_id,))
        return None if row is None else _user(row)

    def user_by_login(self, login: str) -> User | None:
        """The user of a login, or None."""
        row = self.row(f"{_USER_SQL} WHERE login = ?", (login,))
        return None if row is None else _user(row)

    def user_session(self, token_hash: str) -> UserSession | None:
        """A session, ended or not; None for an unknown one."""
        row = self.row(f"{_SESSION_SQL} WHERE token_hash = ?", (token_hash,))
        return None if row is None else _session(row)

    def open_sessions(self, seen_since: datetime) -> list[UserSession]:
        """Sessions that nobody ended and in which something was asked since an instant, the one
        seen last first."""
        rows = self.rows(
            f"{_SESSION_SQL} WHERE ended_at IS NULL AND seen_at >= ?"
            " ORDER BY seen_at DESC, token_hash",
            (instant_text(seen_since),),
        )
        return [_session(row) for row in rows]

    def login_attempts(self, since: datetime, *, login: str, address: str) -> tuple[int, int]:
        """Attempts since an instant: of the login after the last that worked, and from the address
        those that failed."""
        text = instant_text(since)
        of_login = self.row(
            "SELECT COUNT(*) FROM access_entries WHERE login = ? AND kind = 'login_attempted'"
            " AND happened_at >= ? AND access_entry_id > COALESCE((SELECT MAX(access_entry_id)"
            " FROM access_entries WHERE login = ? AND kind = 'logged_in'), 0)",
            (login, text, login),
        )
        of_address = self.row(
            "SELECT COUNT(*) FROM access_entries WHERE happened_at >= ? AND address = ?"
            " AND kind = 'login_failed'",
            (text, address),
        )
        return int(of_login[0]) if of_login else 0, int(of_address[0]) if of_address else 0

    def access_entries(
        self,
        *,
        login: str = "",
        subject: str = "",
        before: int | None = None,
        limit: int = 100,
    ) -> list[tuple[int, AccessEntry]]:
        """The newest entries with their identifiers, newest first: of a login, about a thing, and
        before an entry, where given."""
        conditions, values = [], []
        for sql, value in (
            ("login = ?", login),
            ("subject = ?", subject),
            ("access_entry_id < ?", before),
        ):
            if value:
                conditions.append(sql)
                values.append(value)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self.rows(
            f"{_ACCESS_SQL.replace('SELECT', 'SELECT access_entry_id,')}{where}"
            f" ORDER BY access_entry_id DESC LIMIT {int(limit)}",
            values,
        )
        return [(row[0], _entry(row[1:])) for row in rows]


class UserWriting(FileWriting, UserReading):
    """The part of the writer that keeps users."""

    def add_user(self, user: User) -> User:
        """Keep a new user; the identifier is given out here."""
        kept = msgspec.structs.replace(user, user_id=self.next_ids("users"))
        self.insert("users", [_user_row(kept)])
        return kept

    def change_user(self, user: User) -> None:
        """Keep a user's name, role, password or standing, in place of what it was."""
        self.replace("users", [_user_row(user)])

    def start_session(self, session: UserSession) -> None:
        """Keep a new session."""
        self.replace("user_sessions", [_session_row(session)])

    def see_sessions(self, seen: Iterable[tuple[str, datetime]]) -> None:
        """Something was asked in these sessions at these instants."""
        self.run_many(
            "UPDATE user_sessions SET seen_at = ? WHERE token_hash = ? AND seen_at < ?",
            [(instant_text(at), key, instant_text(at)) for key, at in seen],
        )

    def end_session(self, token_hash: str, *, ended_at: datetime, ended_by: str) -> None:
        """The session lets nobody in any more."""
        self.run(
            "UPDATE user_sessions SET ended_at = ?, ended_by = ?"
            " WHERE token_hash = ? AND ended_at IS NULL",
            (instant_text(ended_at), ended_by, token_hash),
        )

    def end_sessions_of(self, user_id: int, *, ended_at: datetime, ended_by: str) -> None:
        """All sessions of a user let nobody in any more."""
        self.run(
            "UPDATE user_sessions SET ended_at = ?, ended_by = ?"
            " WHERE user_id = ? AND ended_at IS NULL",
            (instant_text(ended_at), ended_by, user_id),
        )

    def take_access_segment(self, name: str, entries: Sequence[AccessEntry]) -> bool:
        """Add the entries of a spooled segment, unless that was done before; whether it was now."""
        if self.row("SELECT 1 FROM access_segments WHERE name = ?", (name,)) is not None:
            return False
        self.insert("access_segments", [(name,)])
        self.add_access_entries(entries)
        return True

    def forget_access_segments(self, names: Iterable[str]) -> None:
        """These segments are gone, and cannot come again."""
        self.run_in("DELETE FROM access_segments WHERE name IN ({keys})", names)

    def add_access_entries(self, entries: Sequence[AccessEntry]) -> None:
        """Add to who saw what, in this order."""
        first = self.next_ids("access_entries", len(entries))
        self.insert(
            "access_entries",
            [
                (
                    entry_id,
                    instant_text(one.happened_at),
                    one.login,
                    one.kind.value,
                    one.subject,
                    one.address,
                )
                for entry_id, one in enumerate(entries, first)
            ],
        )


def _user(row: DriverRow) -> User:
    user_id, login, name, role, *rest = row
    return User(user_id, login, name, Role(role), *rest)


def _user_row(user: User) -> tuple[int | str | None, ...]:
    return (
        user.user_id,
        user.login,
        user.name,
        user.role.value,
        user.password_hash,
        user.created_by,
        user.created_at,
        user.disabled_at,
    )


def _session(row: DriverRow) -> UserSession:
    token_hash, user_id, started_at, seen_at, ended_at, ended_by = row
    return UserSession(
        token_hash,
        user_id,
        datetime.fromisoformat(started_at),
        datetime.fromisoformat(seen_at),
        None if ended_at is None else datetime.fromisoformat(ended_at),
        ended_by,
    )


def _session_row(session: UserSession) -> tuple[int | str | None, ...]:
    return (
        session.token_hash,
        session.user_id,
        instant_text(session.started_at),
        instant_text(session.seen_at),
        None if session.ended_at is None else instant_text(session.ended_at),
        session.ended_by,
    )


def _entry(row: DriverRow) -> AccessEntry:
    happened_at, login, kind, subject, address = row
    return AccessEntry(
        datetime.fromisoformat(happened_at), login, AccessKind(kind), subject, address
    )

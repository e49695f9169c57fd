"""The workbench's users: made on the command line or by an administrator, and logged in here.

Whoever is disabled, or gets another role or password, has to log in again, and the tokens of their
programs end. Every change is kept
with who made it among what was accessed.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.passwords import hash_password, is_password, new_token, token_hash
from edi_engine.records.users import AccessEntry, AccessKind, Role, User, UserSession
from edi_engine.store import Reader, Store, Writer

__all__ = [
    "LOGIN_WAIT",
    "LoggedIn",
    "LoginRefusedError",
    "OpenSession",
    "add_user",
    "change_own_password",
    "change_password",
    "change_role",
    "disable_user",
    "enable_user",
    "end_session",
    "find_session",
    "list_access",
    "list_sessions",
    "list_users",
    "log_in",
    "log_out",
]

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
_NAME_LENGTH_MAX = 80

FAILURES_OF_LOGIN_MAX = 5
FAILURES_OF_ADDRESS_MAX = 30
"""An office may share one address, so more are let pass from it than of one login."""

LOGIN_WAIT = timedelta(minutes=15)
"""How long nobody is let in under a login, or from an address, that failed too often."""


class LoginRefusedError(InputError):
    """Login or password is wrong, or there were too many attempts; it never says which login is."""


class LoggedIn(msgspec.Struct, frozen=True):
    """Who is logged in, and the token that the browser shows from now on."""

    user: User
    token: str


class OpenSession(msgspec.Struct, frozen=True):
    """A session with whose it is."""

    user: User
    session: UserSession


# People ---


def list_users(store: Store) -> list[User]:
    """Everybody, by login, the disabled ones too."""
    with store.reading() as reader:
        return reader.users()


def add_user(
    store: Store,
    login: str,
    *,
    name: str,
    role: Role,
    password: str,
    actor: str,
    now: Callable[[], datetime] = utc_now,
) -> User:
    """Let somebody log in. Raises InputError for a login that is taken or no login, or a password
    that is too short."""
    wanted = login.strip().lower()
    if not _LOGIN.fullmatch(wanted):
        raise InputError(
            "a login has 1 to 40 letters, digits, dots, dashes and underscores.",
            place="login",
            remedy="Begin and end it with a letter or digit, as in dana or kim.lee.",
        )
    known_as = " ".join(name.split())
    if len(known_as) > _NAME_LENGTH_MAX:
        raise InputError(
            f"a name has {_NAME_LENGTH_MAX} characters at most.",
            place="name",
            remedy="Shorten it.",
        )
    hashed = hash_password(password, login=wanted)
    with store.writing() as writer:
        if writer.user_by_login(wanted) is not None:
            raise InputError(
                f"the login {wanted} is taken.", place="login", remedy="Choose another one."
            )
        at = now()
        user = writer.add_user(
            User(0, wanted, known_as or wanted, role, hashed, actor, at.isoformat())
        )
        _noted(writer, at, actor, f"added {wanted} as {role.value}")
        return user


def change_role(
    store: Store,
    login: str,
    role: Role,
    *,
    actor: str,
    now: Callable[[], datetime] = utc_now,
) -> User:
    """Give somebody another role. Raises InputError for an unknown login, and where nobody would be
    left to administer."""
    return _change(
        store,
        login,
        lambda user, _: msgspec.structs.replace(user, role=role),
        actor=actor,
        words=f"role of {{login}} is {role.value}",
        now=now,
    )


def change_password(
    store: Store,
    login: str,
    password: str,
    *,
    actor: str,
    now: Callable[[], datetime] = utc_now,
) -> User:
    """Give somebody another password. Raises InputError."""
    hashed = hash_password(password, login=login.strip().lower())
    return _change(
        store,
        login,
        lambda user, _: msgspec.structs.replace(user, password_hash=hashed),
        actor=actor,
        words="password of {login} changed",
        now=now,
    )


def change_own_password(
    store: Store,
    login: str,
    *,
    old: str,
    new: str,
    address: str,
    now: Callable[[], datetime] = utc_now,
) -> User:
    """Give oneself another password. Raises InputError, LoginRefusedError where the old one is
    wrong: it is tried as at the login, so that nobody can try as many as they like."""
    log_in(store, login, old, address=address, now=now)
    return change_password(store, login, new, actor=login, now=now)


def disable_user(
    store: Store, login: str, *, actor: str, now: Callable[[], datetime] = utc_now
) -> User:
    """Let somebody log in no more. Raises InputError, also for the last administrator."""
    return _change(
        store,
        login,
        lambda user, at: msgspec.structs.replace(user, disabled_at=at.isoformat()),
        actor=actor,
        words="disabled {login}",
        now=now,
    )


def enable_user(
    store: Store, login: str, *, actor: str, now: Callable[[], datetime] = utc_now
) -> User:
    """Let somebody log in again. Raises InputError for an unknown login."""
    return _change(
        store,
        login,
        lambda user, _: msgspec.structs.replace(user, disabled_at=None),
        actor=actor,
        words="enabled {login}",
        now=now,
    )


def _change(
    store: Store,
    login: str,
    change: Callable[[User, datetime], User],
    *,
    actor: str,
    words: str,
    now: Callable[[], datetime],
) -> User:
    with store.writing() as writer:
        at = now()
        before = _existing(writer, login)
        after = change(before, at)
        if _administers(before) and not _administers(after):
            others = [user for user in writer.users() if user.login != before.login]
            if not any(_administers(user) for user in others):
                raise InputError(
                    f"{before.login} is the last administrator.",
                    place="login",
                    remedy="Make somebody else an administrator first.",
                )
        writer.change_user(after)
        writer.end_sessions_of(after.user_id, ended_at=at, ended_by=actor)
        writer.end_api_tokens_of(after.user_id, ended_at=at, ended_by=actor)
        _noted(writer, at, actor, words.format(login=after.login))
        return after


def _administers(user: User) -> bool:
    return user.role is Role.ADMINISTRATOR and user.disabled_at is None


def _existing(reader: Reader, login: str) -> User:
    user = reader.user_by_login(login.strip().lower())
    if user is None:
        raise InputError(
            "there is no such login.", place="login", remedy='"edi-engine users list" shows all.'
        )
    return user


def _noted(writer: Writer, at: datetime, actor: str, words: str) -> None:
    writer.add_access_entries([AccessEntry(at, actor, AccessKind.CHANGED_USERS, words)])


# Sessions ---


def log_in(
    store: Store,
    login: str,
    password: str,
    *,
    address: str,
    now: Callable[[], datetime] = utc_now,
) -> LoggedIn:
    """Start a session. Raises LoginRefusedError; every attempt is kept."""
    wanted = login.strip().lower()[:_NAME_LENGTH_MAX]
    at = now()
    with store.writing() as writer:
        # Counted before it is tried, so that many at once are no more than many in turn.
        of_login, of_address = writer.login_attempts(at - LOGIN_WAIT, login=wanted, address=address)
        is_open = of_login < FAILURES_OF_LOGIN_MAX and of_address < FAILURES_OF_ADDRESS_MAX
        if is_open:
            attempt = AccessEntry(at, wanted, AccessKind.LOGIN_ATTEMPTED, address=address)
            writer.add_access_entries([attempt])
        user = writer.user_by_login(wanted)
    if not is_open:
        minutes = int(LOGIN_WAIT.total_seconds() // 60)
        raise LoginRefusedError(
            "too many attempts failed.", place="login", remedy=f"Wait {minutes} minutes."
        )
    kept = user.password_hash if user is not None and user.disabled_at is None else None
    is_right = is_password(password, kept)
    token = new_token()
    with store.writing() as writer:
        if is_right and user is not None:
            writer.start_session(UserSession(token_hash(token), user.user_id, at, at))
        kind = AccessKind.LOGGED_IN if is_right else AccessKind.LOGIN_FAILED
        writer.add_access_entries([AccessEntry(at, wanted, kind, address=address)])
    if not is_right or user is None:
        raise LoginRefusedError(
            "login or password is wrong.",
            place="login",
            remedy="Try again, or ask an administrator for a new password.",
        )
    return LoggedIn(user, token)


def find_session(
    store: Store,
    token: str,
    *,
    idle: timedelta,
    seen_at: datetime | None = None,
    now: Callable[[], datetime] = utc_now,
) -> OpenSession | None:
    """Whose token it is; None when it is nobody's, was ended or was idle too long.

    `seen_at` is when it was last used, where the database does not know yet.
    """
    with store.reading() as reader:
        session = reader.user_session(token_hash(token))
        if session is None or session.ended_at is not None:
            return None
        if max(session.seen_at, seen_at or session.seen_at) + idle < now():
            return None
        user = reader.user(session.user_id)
    return None if user is None or user.disabled_at is not None else OpenSession(user, session)


def log_out(store: Store, token: str, *, now: Callable[[], datetime] = utc_now) -> None:
    """End the session of a token; nothing happens where there is none."""
    with store.writing() as writer:
        at = now()
        session = writer.user_session(token_hash(token))
        user = writer.user(session.user_id) if session is not None else None
        if session is None or user is None or session.ended_at is not None:
            return
        writer.end_session(session.token_hash, ended_at=at, ended_by=user.login)
        writer.add_access_entries([AccessEntry(at, user.login, AccessKind.LOGGED_OUT)])


def list_sessions(
    store: Store, *, idle: timedelta, now: Callable[[], datetime] = utc_now
) -> list[OpenSession]:
    """Who is logged in, the one seen last first."""
    with store.reading() as reader:
        people = {user.user_id: user for user in reader.users()}
        return [
            OpenSession(people[session.user_id], session)
            for session in reader.open_sessions(now() - idle)
        ]


def end_session(
    store: Store, hashed_token: str, *, actor: str, now: Callable[[], datetime] = utc_now
) -> None:
    """End somebody's session, named by its token's hash. Raises InputError for an unknown one."""
    with store.writing() as writer:
        at = now()
        session = writer.user_session(hashed_token)
        if session is None:
            raise InputError("there is no such session.", place="session", remedy="Look again.")
        writer.end_session(session.token_hash, ended_at=at, ended_by=actor)
        user = writer.user(session.user_id)
        _noted(writer, at, actor, f"ended a session of {user.login if user else '?'}")


def list_access(
    store: Store,
    *,
    login: str = "",
    subject: str = "",
    before: int | None = None,
    limit: int = 100,
) -> list[tuple[int, AccessEntry]]:
    """The newest entries of who saw what, newest first, with their identifiers."""
    with store.reading() as reader:
        return reader.access_entries(login=login, subject=subject, before=before, limit=limit)

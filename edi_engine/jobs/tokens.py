"""Tokens by which programs ask in the name of a user: made, found, ended.

A token is shown once, when it is made; the database has its hash. It may do what its user's role
includes on that day. Making and ending are kept among what was accessed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.passwords import new_token, token_hash
from edi_engine.records.users import AccessEntry, AccessKind, ApiToken, User
from edi_engine.store import Store

__all__ = [
    "TOKEN_DAYS_DEFAULT",
    "TOKEN_DAYS_MAX",
    "MadeToken",
    "OpenToken",
    "end_token",
    "find_token",
    "list_tokens",
    "make_token",
]

TOKEN_DAYS_DEFAULT = 90
TOKEN_DAYS_MAX = 366
"""Somebody looks once a year at which programs still need one."""

_TOKENS_OF_USER_MAX = 20
_NAME_LENGTH_MAX = 60
_PREFIX = "edi_"
"""So that a token that was left somewhere is seen to be one."""


class MadeToken(msgspec.Struct, frozen=True):
    """A new token: what is kept of it, and its text, which nobody can see again."""

    kept: ApiToken
    text: str


class OpenToken(msgspec.Struct, frozen=True):
    """A token with whose it is."""

    user: User
    token: ApiToken


def make_token(
    store: Store,
    login: str,
    *,
    name: str,
    actor: str,
    days: int = TOKEN_DAYS_DEFAULT,
    reads_only: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> MadeToken:
    """Let a program ask in the name of a user. Raises InputError for an unknown or disabled login,
    a token without a name, too many days, or a user who has too many tokens."""
    known_as = " ".join(name.split())
    if not 1 <= len(known_as) <= _NAME_LENGTH_MAX:
        raise InputError(
            f"a token's name has 1 to {_NAME_LENGTH_MAX} characters.",
            place="name",
            remedy="Name the program that will use it.",
        )
    if not 1 <= days <= TOKEN_DAYS_MAX:
        raise InputError(
            f"a token lasts 1 to {TOKEN_DAYS_MAX} days.", place="days", remedy="Give fewer days."
        )
    text = _PREFIX + new_token()
    with store.writing() as writer:
        user = writer.user_by_login(login.strip().lower())
        if user is None or user.disabled_at is not None:
            raise InputError(
                "there is no such login, or it is disabled.",
                place="login",
                remedy='"edi-engine users list" shows all.',
            )
        at = now()
        alive = [one for one in writer.api_tokens(user.user_id) if one.ends_at > at]
        if len(alive) >= _TOKENS_OF_USER_MAX:
            raise InputError(
                f"{user.login} has {len(alive)} tokens already.",
                place="name",
                remedy="End one that is not used any more.",
            )
        kept = writer.add_api_token(
            ApiToken(
                0, user.user_id, token_hash(text), known_as, reads_only, at, at + timedelta(days)
            )
        )
        words = f"made token {kept.token_id} of {user.login}"
        writer.add_access_entries([AccessEntry(at, actor, AccessKind.CHANGED_USERS, words)])
    return MadeToken(kept, text)


def find_token(
    store: Store, text: str, *, now: Callable[[], datetime] = utc_now
) -> OpenToken | None:
    """Whose token it is; None when it is nobody's, was ended or has run out."""
    with store.reading() as reader:
        token = reader.api_token(token_hash(text))
        if token is None or token.ended_at is not None or token.ends_at <= now():
            return None
        user = reader.user(token.user_id)
    return None if user is None or user.disabled_at is not None else OpenToken(user, token)


def list_tokens(store: Store, login: str | None = None) -> list[OpenToken]:
    """Tokens that nobody ended, of a login or (None) of everybody, the newest first; those that
    have run out too."""
    with store.reading() as reader:
        people = {user.user_id: user for user in reader.users()}
        return [
            OpenToken(people[token.user_id], token)
            for token in reader.api_tokens()
            if login is None or people[token.user_id].login == login
        ]


def end_token(
    store: Store,
    token_id: int,
    *,
    actor: str,
    of_login: str | None = None,
    now: Callable[[], datetime] = utc_now,
) -> OpenToken:
    """End a token, only one of `of_login` where that is given. Raises InputError when there is no
    such one."""
    with store.writing() as writer:
        token = next((one for one in writer.api_tokens() if one.token_id == token_id), None)
        user = None if token is None else writer.user(token.user_id)
        if token is None or user is None or of_login not in {None, user.login}:
            raise InputError(
                "there is no such token.", place="token", remedy="Look at the list again."
            )
        at = now()
        writer.end_api_token(token_id, ended_at=at, ended_by=actor)
        words = f"ended token {token_id} of {user.login}"
        writer.add_access_entries([AccessEntry(at, actor, AccessKind.CHANGED_USERS, words)])
        return OpenToken(user, token)

"""Users, their sessions and tokens, and who saw what.

No token makes another: whoever finds one could stay for ever.
"""

from datetime import datetime, timedelta

import msgspec

from edi_engine.jobs.tokens import OpenToken, end_token, list_tokens
from edi_engine.jobs.users import (
    add_user,
    change_password,
    change_role,
    disable_user,
    enable_user,
    end_session,
    list_access,
    list_sessions,
    list_users,
)
from edi_engine.records.users import AccessEntry, Permission, Role, User, may
from edi_engine.web.api.calling import Input, Limit
from edi_engine.web.asking import Ask

__all__ = [
    "access",
    "add",
    "disable",
    "enable",
    "end_one_session",
    "end_one_token",
    "me",
    "people",
    "set_password",
    "set_role",
    "tokens",
]


class PersonAnswer(msgspec.Struct, frozen=True):
    """Somebody with a login, and what the role includes. `disabled_at` is None while it works."""

    login: str
    name: str
    role: Role
    may: list[Permission]
    created_at: str
    disabled_at: str | None


class SessionAnswer(msgspec.Struct, frozen=True):
    """Who is logged in in a browser; `session` names it to end it."""

    session: str
    login: str
    started_at: datetime
    seen_at: datetime


class PeopleAnswer(msgspec.Struct, frozen=True):
    """Everybody, and who is logged in."""

    users: list[PersonAnswer]
    sessions: list[SessionAnswer]


class AddUser(Input, frozen=True, kw_only=True):
    """Somebody who may log in from now on."""

    login: str
    password: str
    role: Role
    name: str = ""


class SetRole(Input, frozen=True, kw_only=True):
    role: Role


class SetPassword(Input, frozen=True, kw_only=True):
    password: str


class EndSession(Input, frozen=True, kw_only=True):
    """`session` as the list of users gives it."""

    session: str


class Ended(msgspec.Struct, frozen=True):
    """What was ended."""

    ended: str


class TokenAnswer(msgspec.Struct, frozen=True):
    """A token as it is kept; `seen_at` is None until it was used."""

    token_id: int
    login: str
    name: str
    reads_only: bool
    created_at: datetime
    ends_at: datetime
    seen_at: datetime | None


class AccessQuery(Input, frozen=True, kw_only=True):
    """Of a login, about a thing ("claim 17"), and before an entry, where given."""

    login: str = ""
    subject: str = ""
    before: int | None = None
    limit: Limit = 100


class AccessRow(msgspec.Struct, frozen=True):
    """One entry; `number` asks for those before it."""

    number: int
    entry: AccessEntry


def me(ask: Ask) -> PersonAnswer:
    """The user whose token this is."""
    return _person(ask.user)


def people(ask: Ask) -> PeopleAnswer:
    """Everybody, and who is logged in."""
    idle = timedelta(minutes=ask.site.settings.web.idle_minutes)
    return PeopleAnswer(
        [_person(user) for user in list_users(ask.store)],
        [
            SessionAnswer(
                one.session.token_hash, one.user.login, one.session.started_at, one.session.seen_at
            )
            for one in list_sessions(ask.store, idle=idle)
        ],
    )


def add(ask: Ask, given: AddUser) -> PersonAnswer:
    """Let somebody log in."""
    return _person(
        add_user(
            ask.store,
            given.login,
            name=given.name,
            role=given.role,
            password=given.password,
            actor=ask.actor,
        )
    )


def set_role(ask: Ask, given: SetRole) -> PersonAnswer:
    """Give somebody another role; sessions and tokens of the user end."""
    return _person(change_role(ask.store, ask.path["login"], given.role, actor=ask.actor))


def set_password(ask: Ask, given: SetPassword) -> PersonAnswer:
    """Give somebody another password; sessions and tokens of the user end."""
    return _person(change_password(ask.store, ask.path["login"], given.password, actor=ask.actor))


def disable(ask: Ask) -> PersonAnswer:
    """Let somebody log in no more; sessions and tokens of the user end."""
    return _person(disable_user(ask.store, ask.path["login"], actor=ask.actor))


def enable(ask: Ask) -> PersonAnswer:
    """Let somebody log in again."""
    return _person(enable_user(ask.store, ask.path["login"], actor=ask.actor))


def end_one_session(ask: Ask, given: EndSession) -> Ended:
    """End a session of a browser."""
    end_session(ask.store, given.session, actor=ask.actor)
    return Ended(given.session)


def access(ask: Ask, given: AccessQuery) -> list[AccessRow]:
    """Who saw what, the newest first."""
    found = list_access(
        ask.store,
        login=given.login,
        subject=given.subject,
        before=given.before,
        limit=given.limit,
    )
    return [AccessRow(number, entry) for number, entry in found]


def tokens(ask: Ask) -> list[TokenAnswer]:
    """The user's tokens; an administrator's list has everybody's."""
    login = None if ask.may(Permission.ADMINISTER) else ask.user.login
    return [_token(one) for one in list_tokens(ask.store, login)]


def end_one_token(ask: Ask) -> TokenAnswer:
    """End a token of the user; an administrator may end anybody's."""
    of_login = None if ask.may(Permission.ADMINISTER) else ask.user.login
    return _token(end_token(ask.store, ask.number("token"), actor=ask.actor, of_login=of_login))


def _person(user: User) -> PersonAnswer:
    return PersonAnswer(
        user.login,
        user.name,
        user.role,
        [one for one in Permission if may(user.role, one)],
        user.created_at,
        user.disabled_at,
    )


def _token(found: OpenToken) -> TokenAnswer:
    token = found.token
    return TokenAnswer(
        token.token_id,
        found.user.login,
        token.name,
        token.reads_only,
        token.created_at,
        token.ends_at,
        token.seen_at,
    )

"""Who may use the workbench, as what, and what each of them saw."""

from datetime import datetime
from enum import StrEnum

import msgspec

__all__ = [
    "AccessEntry",
    "AccessKind",
    "ApiToken",
    "Permission",
    "Role",
    "SavedView",
    "User",
    "UserSession",
    "may",
]


class Role(StrEnum):
    """What somebody is in the office. COLLECTOR works what patients owe, BILLER what payers owe."""

    BILLER = "biller"
    COLLECTOR = "collector"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    READ_ONLY = "read_only"


class Permission(StrEnum):
    """What a role may let somebody do; every page and action asks for exactly one.

    LOOK: see claims, remittances, work. WORK: act on work items. DECIDE: say where payments belong
    and whether they post. TAKE_IN: upload files. MANAGE: see the team, act in bulk, export.
    ADMINISTER: users, sessions, and who saw what.
    """

    LOOK = "look"
    WORK = "work"
    DECIDE = "decide"
    TAKE_IN = "take_in"
    MANAGE = "manage"
    ADMINISTER = "administer"


_MAY: dict[Role, frozenset[Permission]] = {
    Role.READ_ONLY: frozenset({Permission.LOOK}),
    Role.COLLECTOR: frozenset({Permission.LOOK, Permission.WORK}),
    Role.BILLER: frozenset(
        {Permission.LOOK, Permission.WORK, Permission.DECIDE, Permission.TAKE_IN}
    ),
    Role.MANAGER: frozenset(Permission) - {Permission.ADMINISTER},
    Role.ADMINISTRATOR: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether the role includes the permission. The only place that says so."""
    return permission in _MAY[role]


class User(msgspec.Struct, frozen=True):
    """Somebody with a login. `login` is lower case and never changes: it is the name under which
    notes, decisions and views are recorded. `password_hash` is argon2's, salt and cost included.
    Instants are ISO text in UTC; `disabled_at` is None while the login works."""

    user_id: int
    login: str
    name: str
    role: Role
    password_hash: str
    created_by: str
    created_at: str
    disabled_at: str | None = None


class UserSession(msgspec.Struct, frozen=True):
    """Somebody is logged in. `token_hash` is the SHA-256 of the token that only the browser has.
    Ends when it is revoked or nothing was asked for the idle time."""

    token_hash: str
    user_id: int
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""


class ApiToken(msgspec.Struct, frozen=True):
    """A program may ask in the name of a user, with the role that the user has. `token_hash` is the
    SHA-256 of the token that only the program has. `reads_only` lets it change nothing. Lets nobody
    in from `ends_at` on, nor once it was ended; `seen_at` is None until it was used."""

    token_id: int
    user_id: int
    token_hash: str
    name: str
    reads_only: bool
    created_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""


class SavedView(msgspec.Struct, frozen=True):
    """Filters and order of the worklist under a name, as the query of its address. Each is of one
    user, or of everybody where `is_shared`."""

    view_id: int
    user_id: int
    name: str
    query: str
    is_shared: bool = False


class AccessKind(StrEnum):
    """What somebody did that is kept for later questions. VIEWED and SEARCHED touch patients.
    Each LOGIN_ATTEMPTED is followed by what came of it."""

    LOGIN_ATTEMPTED = "login_attempted"
    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    LOGGED_OUT = "logged_out"
    VIEWED = "viewed"
    SEARCHED = "searched"
    EXPORTED = "exported"
    REFUSED = "refused"
    CHANGED_USERS = "changed_users"


class AccessEntry(msgspec.Struct, frozen=True):
    """One row of who saw what: when (aware UTC), who, what, and of which thing ("claim 17").

    Names things by their identifiers only, never a patient.
    """

    happened_at: datetime
    login: str
    kind: AccessKind
    subject: str = ""
    address: str = ""

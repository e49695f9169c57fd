"""What a page is asked with, and what it answers: plain data, so that a page needs no framework."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlencode

import msgspec

from edi_engine.config import Settings
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.database import Store
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.users import Permission, User, may

__all__ = [
    "Answer",
    "Ask",
    "Download",
    "FieldError",
    "HtmlPage",
    "Redirect",
    "Site",
    "Upload",
    "address_of",
]


class Site(msgspec.Struct):
    """What is the same for every request. `as_of` is the day to reckon from, None for each today.
    `notices` hold a sentence for the next page of a session, by the hash of its token."""

    store: Store
    settings: Settings
    recorder: AccessRecorder
    as_of: date | None = None
    notices: dict[str, str] = msgspec.field(default_factory=dict)


class Upload(msgspec.Struct, frozen=True):
    """A file that was sent: its name as the browser gives it, and its bytes."""

    name: str
    data: bytes


class Ask(msgspec.Struct, frozen=True):
    """One request of somebody who may make it. `path` are the parts of the address by name, `query`
    and `form` the last value of each field, `lists` all values of fields given several times."""

    site: Site
    user: User
    now: datetime
    as_of: date
    csrf: str
    session_key: str
    address: str
    path: Mapping[str, str] = msgspec.field(default_factory=dict)
    query: Mapping[str, str] = msgspec.field(default_factory=dict)
    form: Mapping[str, str] = msgspec.field(default_factory=dict)
    lists: Mapping[str, list[str]] = msgspec.field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()
    url: str = "/"

    @property
    def store(self) -> Store:
        return self.site.store

    @property
    def policy(self) -> ReconcilePolicy:
        """The office's settings as the jobs take them."""
        return self.site.settings.reconcile_policy

    @property
    def actor(self) -> str:
        """Under which name what is done is recorded."""
        return self.user.login

    def may(self, permission: Permission) -> bool:
        return may(self.user.role, permission)

    def number(self, name: str) -> int:
        """A whole number of the address; the routes let nothing else through."""
        return int(self.path[name])

    @property
    def page_number(self) -> int:
        """Which page of a list is asked for, from 1."""
        text = self.query.get("page", "")
        return max(int(text), 1) if text.isdecimal() and len(text) < 6 else 1


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a form, shown beside it."""

    field: str
    message: str


class HtmlPage(msgspec.Struct, frozen=True):
    """A template with what it shows."""

    template: str
    data: Mapping[str, object]
    status: int = 200


class Redirect(msgspec.Struct, frozen=True):
    """Go on there; `notice` is said on top of the next page."""

    url: str
    notice: str = ""


class Download(msgspec.Struct, frozen=True):
    """Bytes to keep under a name."""

    data: bytes
    media_type: str
    file_name: str


Answer = HtmlPage | Redirect | Download


def address_of(path: str, **query: object) -> str:
    """An address with those of the fields that hold something."""
    kept = {name: value for name, value in query.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(kept)}" if kept else path

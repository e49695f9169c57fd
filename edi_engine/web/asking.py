"""What a page is asked with, and what it answers: plain data, so that a page needs no framework."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import BinaryIO
from urllib.parse import urlencode

import msgspec

from edi_engine.config import Settings
from edi_engine.errors import InputError
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.database import Store
from edi_engine.jobs.uploads import UploadDesk
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
    "whole_number",
    "words_of_problem",
]


_NUMBER_MAX = (1 << 63) - 1
"""The largest that the database can hold."""


class Site(msgspec.Struct):
    """What is the same for every request. `as_of` is the day to reckon from, None for each today.
    `notices` hold a sentence for the next page of a session, by the hash of its token. Without a
    desk no files can be uploaded."""

    store: Store
    settings: Settings
    recorder: AccessRecorder
    as_of: date | None = None
    notices: dict[str, str] = msgspec.field(default_factory=dict)
    desk: UploadDesk | None = None


class Upload(msgspec.Struct, frozen=True):
    """A file that was sent: its name as the browser gives it, and its bytes from the beginning,
    which stand on disk when they are many and are gone once the page is answered."""

    name: str
    stream: BinaryIO


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
        """A whole number of the address; the routes let nothing else through. Raises InputError
        for one that is too large to number anything."""
        found = int(self.path[name])
        if found > _NUMBER_MAX:
            raise InputError("there is no such page.", remedy="Check the address.")
        return found

    @property
    def page_number(self) -> int:
        """Which page of a list is asked for, from 1."""
        return max(whole_number(self.query.get("page", ""), digits=5) or 1, 1)


def whole_number(text: str, *, digits: int = 17) -> int | None:
    """The number that somebody sent as text; None for anything else, and for a longer one."""
    return int(text) if text.isdecimal() and len(text) <= digits else None


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a form, shown beside it."""

    field: str
    message: str


class HtmlPage(msgspec.Struct, frozen=True):
    """A template with what it shows. `seen` says what of it is recorded, where that depends on
    what was found; else the route says it."""

    template: str
    data: Mapping[str, object]
    status: int = 200
    seen: str = ""


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


def words_of_problem(error: InputError) -> str:
    """What is wrong, without what to type on the command line."""
    return error.headline if "--" in error.remedy else error.sentences


def address_of(path: str, **query: object) -> str:
    """An address with those of the fields that hold something."""
    kept = {name: value for name, value in query.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(kept)}" if kept else path

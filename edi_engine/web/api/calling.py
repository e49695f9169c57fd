"""What a call is: an address, what it takes, what it gives. The types of a call's function are its
contract: requests are read by them, and the description of the whole API is made from them."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Annotated, get_type_hints

import msgspec

from edi_engine.records.users import AccessKind, Permission
from edi_engine.web.asking import Ask

__all__ = ["ApiRoute", "FileAnswer", "Input", "Limit", "Offset", "Part", "contract_of"]

ROWS_MAX = 500
"""Rows of one answer; who wants all pages through them, or takes an export."""

Limit = Annotated[int, msgspec.Meta(ge=1, le=ROWS_MAX, description="rows at most")]
Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000, description="rows to leave out before")]


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a call is given: fields of its address for GET, of a JSON object for POST. A field that
    is not known is refused, for it may be one that was misspelt."""


class Part(Input, frozen=True, kw_only=True):
    """Which part of a long list."""

    limit: Limit = 50
    offset: Offset = 0


class FileAnswer(msgspec.Struct, frozen=True):
    """Bytes to keep under a name, in place of JSON."""

    data: bytes
    media_type: str
    file_name: str


class ApiRoute(msgspec.Struct, frozen=True):
    """An address under /api, what it needs and what is recorded of a call, as a page's route has
    them. `endpoint` takes the request and, if it takes anything, an Input; it gives what can be
    written as JSON, or a file. `takes_files` lets the body be files, as of a form."""

    method: str
    path: str
    endpoint: Callable[..., object]
    permission: Permission
    sees: Callable[[Ask], str] | None = None
    kind: AccessKind = AccessKind.VIEWED
    takes_files: bool = False


class Contract(msgspec.Struct, frozen=True):
    """What a call takes (None: nothing), what it gives, and its sentence."""

    takes: type[Input] | None
    gives: object
    summary: str
    more: str


@cache
def contract_of(endpoint: Callable[..., object]) -> Contract:
    """Read off the function's types and docstring."""
    hints = get_type_hints(endpoint, include_extras=True)
    gives = hints.pop("return")
    takes = [kind for name, kind in hints.items() if name == "given"]
    summary, _, more = inspect.cleandoc(endpoint.__doc__ or "").partition("\n\n")
    return Contract(
        takes[0] if takes else None,
        gives,
        " ".join(summary.split()),
        " ".join(more.split()),
    )

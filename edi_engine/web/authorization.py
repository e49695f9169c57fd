"""Whether somebody may have what an address gives, and the record of it: for pages and for /api."""

from collections.abc import Callable
from typing import Protocol

from edi_engine.records.users import AccessKind, Permission
from edi_engine.web.asking import Ask

__all__ = ["Guarded", "is_let_in", "record_view"]


class Guarded(Protocol):
    """An address as the guards know it. `sees` names the thing whose data it shows ("claim 17"),
    None where no patient is."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def permission(self) -> Permission: ...

    @property
    def sees(self) -> Callable[[Ask], str] | None: ...

    @property
    def kind(self) -> AccessKind: ...


def is_let_in(ask: Ask, route: Guarded) -> bool:
    """Whether the role includes what the address needs; that it did not is recorded."""
    if ask.may(route.permission):
        return True
    ask.site.recorder.record(
        ask.actor, AccessKind.REFUSED, f"{route.method} {route.path}", address=ask.address
    )
    return False


def record_view(ask: Ask, route: Guarded, seen: str = "") -> None:
    """Record what is about to be shown: `seen`, or what the address names. Raises OSError when that
    cannot be kept: then nothing may be shown."""
    if route.sees is not None:
        ask.site.recorder.record(
            ask.actor, route.kind, seen or route.sees(ask), address=ask.address
        )

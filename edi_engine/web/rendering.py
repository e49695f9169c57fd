"""Templates: strict, escaping, and in the words that people read."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

import jinja2

from edi_engine.jobs.show import shown
from edi_engine.money import format_dollars
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.users import Permission
from edi_engine.records.work import QUEUE_WORDS
from edi_engine.web.asking import Ask, address_of
from edi_engine.web.links import in_file, link_to

__all__ = ["day_text", "render"]

_NAMES_OF_OURS = frozenset(
    {
        *("account", "cause", "field", "kind", "lifecycle", "match", "missing", "outcome"),
        *("queue", "quirk", "resolution", "rule", "state", "status"),
    }
)
"""Facts and columns whose values are names of ours, with lines between words."""

_SENTENCES_OF_OURS = frozenset(
    {
        *("because", "clock", "held because", "in hand", "last day", "next action", "reason"),
        *("says", "why", "why in suspense"),
    }
)
"""Facts and columns that say something in words, days in it."""

_DAY_IN_WORDS = re.compile(r"(?<![\w-])([12][0-9]{3}-[01][0-9]-[0-3][0-9])(?![\w-])", re.ASCII)


def render(template: str, data: Mapping[str, object], ask: Ask | None, notice: str = "") -> str:
    """The page as HTML. `ask` is None where nobody is logged in."""
    return (
        _environment()
        .get_template(template)
        .render(**data, ask=ask, user=ask.user if ask else None, notice=notice)
    )


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("edi_engine.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "money": _money,
        "day": day_text,
        "instant": _instant,
        "words": _words,
        "shown": shown,
        "short": _short,
        "dated": _dated,
        "as_read": _as_read,
    }
    made.globals |= {
        "link": address_of,
        "in_file": in_file,
        "link_to": link_to,
        "Kind": ColumnKind,
        "Permission": Permission,
        "queue_words": QUEUE_WORDS,
    }
    return made


def _money(cents: int | None) -> str:
    return "" if cents is None else format_dollars(cents, thousands=True)


def day_text(value: date | None) -> str:
    """A day as people in an office read it: Mar 20, 2026."""
    return "" if value is None else f"{value:%b} {value.day}, {value.year}"


def _instant(value: datetime | str) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = at.astimezone()
    return f"{day_text(local.date())} {local:%H:%M}"


def _words(text: object) -> str:
    """A name of ours as words: "secondary_due" is "secondary due"."""
    return str(text).replace("_", " ")


def _dated(text: object) -> str:
    """A sentence with its days as people read them."""
    return _DAY_IN_WORDS.sub(_day_in_words, str(text))


def _day_in_words(found: re.Match[str]) -> str:
    try:
        return day_text(date.fromisoformat(found[1]))
    except ValueError:  # it only looks like a day
        return found[1]


def _as_read(text: object, name: str) -> str:
    """A text as people read it, by the name of its fact or column."""
    if name in _NAMES_OF_OURS:
        return _words(text)
    return _dated(text) if name in _SENTENCES_OF_OURS else str(text)


def _short(text: str, length: int = 90) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"

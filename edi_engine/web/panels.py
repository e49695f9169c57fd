"""A table as a page shows it: each number with the address of what it counts, charts before it."""

from collections.abc import Iterable, Mapping

import msgspec

from edi_engine.jobs.report_forms import Report
from edi_engine.jobs.tables import TableForm
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.users import Permission
from edi_engine.web.asking import Ask, address_of
from edi_engine.web.charts import Svg

__all__ = ["Cell", "Head", "Panel", "exports_of", "panel"]


class Head(msgspec.Struct, frozen=True):
    """A column's words; `meaning` says more where the words are not enough."""

    words: str
    kind: ColumnKind
    meaning: str = ""


class Cell(msgspec.Struct, frozen=True):
    """A value, and the address of the claims or items that it counts, empty without any."""

    value: object
    url: str = ""


class Panel(msgspec.Struct, frozen=True):
    """A heading with words, charts, the table behind them and the addresses of its files.

    `totals` are the places of rows that sum others up, `charts` captions and drawings. `empty` says
    why there is nothing, and is empty where there is something.
    """

    name: str
    title: str
    words: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: frozenset[int] = frozenset()
    charts: tuple[tuple[str, Svg], ...] = ()
    exports: tuple[tuple[str, str], ...] = ()
    empty: str = ""


_WORDS: Mapping[str, tuple[str, str]] = {
    "payer_id": ("payer", "the payer's identifier on the claim"),
    "payer_name": ("name", ""),
    "claims": ("claims", "claims on which something is owed, or owed back"),
    "days_0_30": ("0 to 30", "days old, by the clock chosen above"),
    "days_31_60": ("31 to 60", "days old"),
    "days_61_90": ("61 to 90", "days old"),
    "days_91_120": ("91 to 120", "days old"),
    "days_over_120": ("over 120", "days old"),
    "answered": ("answered", "claims that their payer first answered in these days"),
    "settled_first": (
        "settled at first",
        "one day's answer settled every line: nothing refused, nothing short, no correction sent",
    ),
    "first_pass_rate": ("first-pass rate", "settled at first, of those answered"),
    "refused_claims": ("claims refused", "claims with money that the payer refuses, as of now"),
    "refused": ("refused", "money that the payer refuses, as of now"),
    "short_claims": ("claims short", "claims with lines allowed less than the contract says"),
    "short": ("short", "what was allowed less than the contract says"),
    "sent_day_known": ("with a sent day", "claims of which it is known when they were sent"),
    "median_days": ("median days", "half of the claims were answered within so many days"),
    "nine_in_ten_days": (
        "9 in 10 within",
        "nine in ten claims were answered within so many days; click for the slow ones, from it on",
    ),
    "first_on": ("from", ""),
    "last_on": ("to", ""),
    "open": ("still short", "what was short at first, of lines that still are"),
    "open_claims": ("claims still short", ""),
    "recovered": ("recovered", "money that came since"),
    "recovered_claims": ("claims recovered", "claims with a line that was allowed more since"),
    "at_risk": ("at risk", "money at stake in these items"),
    "touched": ("touched", "items with something done about them and written down"),
    "closed": ("closed", "items that somebody said are done"),
    "given_up": ("given up", "items that somebody said are not worth more work"),
    "in_hand": ("in hand", "items pulled and being worked at this moment"),
    "assigned": ("assigned", "open items that are theirs"),
}


_OUR_NAMES = {"queue", "owed_by"}
"""Columns of names of ours, shown as words."""


def panel(
    ask: Ask,
    table: Report,
    links: Iterable[Mapping[str, str]],
    *,
    title: str,
    words: str = "",
    totals: Iterable[int] = (),
    charts: Iterable[tuple[str, Svg]] = (),
    empty: str = "",
    query: Mapping[str, object] | None = None,
) -> Panel:
    """The table with a mapping of column to address for each row; `query` are the fields that its
    files are asked with. What is zero or empty leads nowhere."""
    names = table.dataset.column_names
    return Panel(
        name=table.dataset.name,
        title=title,
        words=words,
        heads=tuple(Head(*_words(column.name, column.kind)) for column in table.dataset.columns),
        rows=tuple(
            tuple(
                Cell(
                    str(value).replace("_", " ") if name in _OUR_NAMES else value,
                    urls.get(name, "") if value not in {0, "", None} else "",
                )
                for name, value in zip(names, row, strict=True)
            )
            for row, urls in zip(table.rows, links, strict=True)
        ),
        totals=frozenset(totals),
        charts=tuple(charts),
        empty=empty,
        exports=exports_of(ask, table.dataset.name, **(query or {})),
    )


def exports_of(ask: Ask, table: str, **query: object) -> tuple[tuple[str, str], ...]:
    """Form and address of a table's files; none for somebody who may not export."""
    if not ask.may(Permission.MANAGE):
        return ()
    return tuple(
        (form.value.upper(), address_of(f"/exports/{table}/{form.value}", **query))
        for form in TableForm
    )


def _words(name: str, kind: ColumnKind) -> tuple[str, ColumnKind, str]:
    words, meaning = _WORDS.get(name, (name.replace("_", " "), ""))
    return words, kind, meaning

"""The items behind numbers of the dashboard: what brought money in, and what the team did."""

from edi_engine.errors import InputError
from edi_engine.jobs.dashboard import Span
from edi_engine.jobs.report_forms import Report
from edi_engine.jobs.tables import recovered_table, team_table
from edi_engine.jobs.team import Deed, DoneItem, RecoveredItem, recovered_items, team_items
from edi_engine.web.asked import Asked
from edi_engine.web.asking import Answer, Ask, HtmlPage, address_of
from edi_engine.web.panels import exports_of

__all__ = ["DONE_TABLES", "done_table", "recovered", "team_work"]

DONE_TABLES = ("recovered_items", "team_items")
"""Lists of items that can be taken along."""

_ROWS_PER_PAGE = 50


def recovered(ask: Ask) -> Answer:
    """The items that brought money in on some days."""
    asked = Asked(ask.query)
    within = asked.days("from", "to")
    found = _recovered(ask, asked)
    place = ask.page_number
    first = (place - 1) * _ROWS_PER_PAGE
    return HtmlPage(
        "recovered.html",
        {
            "found": found[first : first + _ROWS_PER_PAGE],
            "items": len({one.outcome.work_item_id for one in found}),
            "within": within,
            "errors": asked.errors,
            "place": place,
            "exports": exports_of(ask, "recovered_items", **_query(ask)) if found else (),
            **_around("/recovered", ask, place, has_more=first + _ROWS_PER_PAGE < len(found)),
        },
        400 if asked.errors else 200,
    )


def team_work(ask: Ask) -> Answer:
    """The items that somebody worked on, or has."""
    asked = Asked(ask.query)
    deed, person = asked.choice("did", Deed) or Deed.TOUCHED, asked.text("who")
    within = asked.days("from", "to")
    found = _done(ask, asked)
    place = ask.page_number
    first = (place - 1) * _ROWS_PER_PAGE
    return HtmlPage(
        "team_work.html",
        {
            "found": found[first : first + _ROWS_PER_PAGE],
            "count": len(found),
            "deed": deed,
            "person": person,
            "within": within,
            "errors": asked.errors,
            "place": place,
            "exports": exports_of(ask, "team_items", **_query(ask)) if found else (),
            **_around("/team/items", ask, place, has_more=first + _ROWS_PER_PAGE < len(found)),
        },
        400 if asked.errors else 200,
    )


def done_table(ask: Ask, name: str) -> Report:
    """All items of a list, as its page chooses them. Raises InputError for a question it cannot
    read."""
    asked = Asked(ask.query)
    if name == "recovered_items":
        table = recovered_table(_recovered(ask, asked))
    else:
        table = team_table(_done(ask, asked))
    for error in asked.errors:
        raise InputError(error.message, place=error.field)
    return table


def _recovered(ask: Ask, asked: Asked) -> list[RecoveredItem]:
    within = asked.days("from", "to")
    if within is None or asked.errors:
        return []
    return recovered_items(ask.store, Span(*within))


def _done(ask: Ask, asked: Asked) -> list[DoneItem]:
    deed = asked.choice("did", Deed) or Deed.TOUCHED
    within = asked.days("from", "to")
    if asked.errors:
        return []
    return team_items(
        ask.store,
        deed,
        person=asked.text("who") or None,
        within=Span(*within) if within else None,
    )


def _query(ask: Ask) -> dict[str, object]:
    """What the list was asked with, but for its part."""
    return {**ask.query, "page": ""}


def _around(path: str, ask: Ask, place: int, *, has_more: bool) -> dict[str, str]:
    """Addresses of the parts before and after."""
    query = _query(ask)
    return {
        "earlier": address_of(path, **query | {"page": place - 1}) if place > 1 else "",
        "later": address_of(path, **query | {"page": place + 1}) if has_more else "",
    }

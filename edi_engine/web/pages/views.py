"""Saved views of the worklist: kept and forgotten; the worklist shows them."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from edi_engine.errors import InputError
from edi_engine.jobs.saved_views import drop_view, keep_view, list_views
from edi_engine.web.asking import Answer, Ask, FieldError, HtmlPage, Redirect, whole_number
from edi_engine.web.pages.worklist import filters_of, query_text

__all__ = ["change_views", "views"]


def views(ask: Ask) -> Answer:
    """All views, to open or to forget; with the filters of the worklist, to keep them."""
    return _page(ask)


def change_views(ask: Ask) -> Answer:
    """Keep or forget a view."""
    try:
        if ask.form.get("action") == "drop":
            dropped = drop_view(ask.store, ask.user, whole_number(ask.form.get("view", "")) or 0)
            return Redirect("/views", f"The view {dropped.name} is forgotten.")
        kept = keep_view(
            ask.store,
            ask.user,
            name=ask.form.get("name", ""),
            query=_query(ask.form.get("here", "")),
            is_shared=bool(ask.form.get("is_shared")),
        )
    except InputError as error:
        return _page(ask, FieldError(error.place, error.sentences))
    return Redirect(f"/?{kept.query}" if kept.query else "/", f"The view {kept.name} is kept.")


def _page(ask: Ask, error: FieldError | None = None) -> HtmlPage:
    here = ask.form.get("here", "") if error else query_text(filters_of(ask.query))
    return HtmlPage(
        "views.html",
        {
            "views": list_views(ask.store, ask.user),
            "here": _query(here),
            "filters": list(_words(_query(here))),
            "error": error,
            "given": ask.form if error else {},
        },
        400 if error else 200,
    )


def _words(query: str) -> Iterator[str]:
    """The filters as people say them."""
    for name, value in parse_qsl(query):
        words = value.replace("_", " ")
        if name == "sort":
            way = ", the other way round" if value.startswith("-") else ""
            yield f"sorted by {words.removeprefix('-')}{way}"
        elif name == "whose":
            yield "my own items" if value == "mine" else "items of nobody"
        else:
            yield f"{name} {words}"


def _query(text: str) -> str:
    """The filters in a query, and nothing else of it."""
    return query_text(filters_of(dict(parse_qsl(text))))

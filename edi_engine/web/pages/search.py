"""Search from anywhere: one field, everything that it may mean."""

from edi_engine.jobs.search import SearchResult
from edi_engine.jobs.search import search as find
from edi_engine.records.search import SearchKind
from edi_engine.web.asking import Answer, Ask, HtmlPage, address_of

__all__ = ["search"]

_PER_GROUP = 10
_PER_PAGE = 50
_PAGES_MAX = 100


def search(ask: Ask) -> Answer:
    """What was found of each kind, or a page of one kind."""
    text = ask.query.get("q", "")
    name = ask.query.get("kind", "")
    kind = SearchKind(name) if name in {each.value for each in SearchKind} else None
    page = min(ask.page_number, _PAGES_MAX) if kind is not None else 1
    per_page = _PER_PAGE if kind is not None else _PER_GROUP
    found = find(ask.store, text, kind=kind, limit=per_page, offset=(page - 1) * per_page)
    more = {
        group.kind.value: address_of(
            "/search", q=found.text, kind=group.kind.value, page=page + 1 if kind else 1
        )
        for group in found.groups
        if group.has_more and page < _PAGES_MAX
    }
    return HtmlPage(
        "search.html",
        {
            "found": found,
            "kind": kind.value if kind else "",
            "page": page,
            "earlier": address_of("/search", q=found.text, kind=name, page=page - 1)
            if page > 1
            else "",
            "more": more,
        },
        seen=_counts(found),
    )


def _counts(found: SearchResult) -> str:
    """What is recorded of a search: kinds and counts. The text may be a patient's name."""
    counts = [f"{len(group.table.rows)} {group.kind.value}" for group in found.groups]
    return f"found {', '.join(counts)}" if counts else "found nothing"

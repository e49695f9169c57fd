"""The worklist: queues with counts and money, and the items of one, most important first."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from edi_engine.jobs.saved_views import list_views
from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.jobs.work_pull import next_item
from edi_engine.jobs.worklist import list_work, queue_totals
from edi_engine.records.work import Queue, WorkOrder, WorkSort, WorkStatus
from edi_engine.web.asking import Answer, Ask, HtmlPage, Redirect, address_of
from edi_engine.web.panels import exports_of

__all__ = ["filters_of", "find_work", "next_one", "query_text", "worklist"]

_ITEMS_PER_PAGE = 50
_PAYER_LENGTH_MAX = 80

_COLUMNS = (
    ("What", WorkSort.CAUSE, False),
    ("Patient", None, False),
    ("Payer", None, False),
    ("At risk", WorkSort.AMOUNT, True),
    ("Deadline", WorkSort.DEADLINE, False),
    ("Next action", WorkSort.NEXT_ACTION, False),
    ("Priority", WorkSort.PRIORITY, True),
    ("Who", WorkSort.ASSIGNEE, False),
)
_HIGHEST_FIRST = frozenset({WorkSort.AMOUNT, WorkSort.PRIORITY})


class Head(msgspec.Struct, frozen=True):
    """A column's words, where a click on them leads, and how the rows are sorted by it now
    ("ascending", "descending", or empty)."""

    words: str
    url: str = ""
    sorted_now: str = ""
    is_number: bool = False


def worklist(ask: Ask) -> Answer:
    """A page of items; the filters stand in the address, so that a view can be kept as a link."""
    place = ask.page_number
    found = find_work(ask, limit=_ITEMS_PER_PAGE + 1, offset=(place - 1) * _ITEMS_PER_PAGE)
    filters = filters_of(ask.query)
    return HtmlPage(
        "worklist.html",
        {
            "totals": queue_totals(ask.store, as_of=ask.as_of, assignee=_assignee(ask)),
            "entries": found[:_ITEMS_PER_PAGE],
            "filters": filters,
            "statuses": [each.value for each in WorkStatus],
            "place": place,
            "earlier": address_of("/", **filters, page=place - 1) if place > 1 else "",
            "later": address_of("/", **filters, page=place + 1)
            if len(found) > _ITEMS_PER_PAGE
            else "",
            "exports": exports_of(ask, "worklist", **filters),
            "heads": _heads(filters),
            "here": query_text(filters),
            "views": list_views(ask.store, ask.user),
        },
    )


def filters_of(fields: Mapping[str, str]) -> dict[str, str]:
    """What narrows and orders the list, from the fields of an address; what cannot be read is left
    out."""
    queue, status, order = _queue(fields), _status(fields), _order(fields)
    whose = fields.get("whose", "")
    return {
        "queue": queue.value if queue else "",
        "status": status.value if status else "",
        "whose": whose if whose in {"mine", "nobody"} else "",
        "payer": fields.get("payer", "").strip()[:_PAYER_LENGTH_MAX],
        "sort": "" if order == WorkOrder() else _order_text(order),
    }


def query_text(filters: Mapping[str, str]) -> str:
    """The filters as the query of an address."""
    return urlencode({name: value for name, value in filters.items() if value})


def find_work(ask: Ask, *, limit: int, offset: int = 0) -> list[WorkEntry]:
    """Items of the filters in the address, most important first."""
    status = _status(ask.query)
    return list_work(
        ask.store,
        as_of=ask.as_of,
        policy=ask.policy,
        queue=_queue(ask.query),
        statuses=(status,) if status else (),
        assignee=_assignee(ask),
        payer_id=ask.query.get("payer", "").strip() or None,
        order=_order(ask.query),
        limit=limit,
        offset=offset,
    )


def next_one(ask: Ask) -> Answer:
    """Put the most important item into one's hands, and go there."""
    queue = _queue(ask.form)
    entry = next_item(
        ask.store,
        actor=ask.actor,
        as_of=ask.as_of,
        queue=queue,
        policy=ask.policy.worklist,
    )
    if entry is None:
        return Redirect("/", "Nothing waits that is yours or nobody's. Well done.")
    return Redirect(f"/items/{entry.item.work_item_id}", "It is in your hands for now.")


def _queue(fields: Mapping[str, str]) -> Queue | None:
    name = fields.get("queue", "")
    return Queue(name) if name in {each.value for each in Queue} else None


def _status(fields: Mapping[str, str]) -> WorkStatus | None:
    name = fields.get("status", "")
    return WorkStatus(name) if name in {each.value for each in WorkStatus} else None


def _order(fields: Mapping[str, str]) -> WorkOrder:
    """A name of `WorkSort`, with "-" before it for the other way round."""
    text = fields.get("sort", "")
    name = text.removeprefix("-")
    if name not in {each.value for each in WorkSort}:
        return WorkOrder()
    return WorkOrder(WorkSort(name), text.startswith("-"))


def _order_text(order: WorkOrder) -> str:
    return f"{'-' if order.is_reversed else ''}{order.sort.value}"


def _heads(filters: dict[str, str]) -> list[Head]:
    """The columns; one that is sorted by already leads to the other way round."""
    now = _order({"sort": filters["sort"]})
    heads = []
    for words, sort, is_number in _COLUMNS:
        if sort is None:
            heads.append(Head(words))
            continue
        is_chosen = now.sort is sort
        other = WorkOrder(sort, is_chosen and not now.is_reversed)
        text = "" if other == WorkOrder() else _order_text(other)
        falls = (sort in _HIGHEST_FIRST) != now.is_reversed
        sorted_now = ("descending" if falls else "ascending") if is_chosen else ""
        heads.append(
            Head(words, address_of("/", **filters | {"sort": text}), sorted_now, is_number)
        )
    return heads


def _assignee(ask: Ask) -> str | None:
    """Whose items: everybody's (None), mine, nobody's (empty)."""
    whose = ask.query.get("whose", "")
    if whose == "mine":
        return ask.actor
    return "" if whose == "nobody" else None

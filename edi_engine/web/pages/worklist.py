"""The worklist: queues with counts and money, and the items of one, most important first."""

from collections.abc import Mapping
from urllib.parse import urlencode

from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.jobs.work_pull import next_item
from edi_engine.jobs.worklist import list_work, queue_totals
from edi_engine.records.work import Queue, WorkStatus
from edi_engine.web.asking import Answer, Ask, HtmlPage, Redirect, address_of
from edi_engine.web.panels import exports_of

__all__ = ["find_work", "next_one", "worklist"]

_ITEMS_PER_PAGE = 50


def worklist(ask: Ask) -> Answer:
    """A page of items; the filters stand in the address, so that a view can be kept as a link."""
    queue = _queue(ask.query)
    status = _status(ask.query)
    place = ask.page_number
    found = find_work(ask, limit=_ITEMS_PER_PAGE + 1, offset=(place - 1) * _ITEMS_PER_PAGE)
    filters = {
        "queue": queue.value if queue else "",
        "status": status.value if status else "",
        "whose": ask.query.get("whose", ""),
        "payer": ask.query.get("payer", "").strip(),
    }
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
            "here": urlencode({name: value for name, value in filters.items() if value}),
        },
    )


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


def _assignee(ask: Ask) -> str | None:
    """Whose items: everybody's (None), mine, nobody's (empty)."""
    whose = ask.query.get("whose", "")
    if whose == "mine":
        return ask.actor
    return "" if whose == "nobody" else None

"""Every address of the workbench, with what it needs and what of a visit is recorded."""

from collections.abc import Callable

from edi_engine.records.users import AccessKind, Permission
from edi_engine.web.asking import Ask
from edi_engine.web.guard import WebRoute
from edi_engine.web.pages import (
    account,
    bulk,
    claim_list,
    correction,
    dashboard,
    done_items,
    files,
    items,
    letters,
    people,
    remittances,
    reports,
    review,
    search,
    things,
    views,
    worklist,
)

__all__ = ["ROUTES", "the_thing"]


def the_thing(kind: str, *names: str) -> Callable[[Ask], str]:
    """Names the thing that is seen: its kind and the numbers of its address."""
    return lambda ask: " ".join((kind, *(ask.path[name] for name in names)))


_LOOK, _WORK, _DECIDE = Permission.LOOK, Permission.WORK, Permission.DECIDE
_ADMINISTER = Permission.ADMINISTER
_TAKE_IN, _MANAGE = Permission.TAKE_IN, Permission.MANAGE

ROUTES = (
    WebRoute("GET", "/", worklist.worklist, _LOOK, lambda _: "worklist"),
    WebRoute("GET", "/views", views.views, _LOOK),
    WebRoute("POST", "/views", views.change_views, _LOOK),
    WebRoute("POST", "/next", worklist.next_one, _WORK),
    WebRoute("GET", "/bulk", bulk.bulk, _MANAGE),
    WebRoute("POST", "/bulk", bulk.act_in_bulk, _MANAGE),
    WebRoute("GET", "/bulk/done", bulk.undo, _MANAGE),
    WebRoute("POST", "/bulk/done", bulk.undo, _MANAGE),
    WebRoute("GET", "/items/{item:int}", items.item, _LOOK, the_thing("item", "item")),
    WebRoute("POST", "/items/{item:int}", items.act_on_item, _WORK, the_thing("item", "item")),
    WebRoute("GET", "/items/{item:int}/letter", letters.letter, _LOOK, the_thing("item", "item")),
    WebRoute(
        "POST",
        "/items/{item:int}/letter",
        letters.take_letter,
        _WORK,
        the_thing("letter of item", "item"),
        AccessKind.EXPORTED,
    ),
    WebRoute("GET", "/review", review.reviews, _LOOK, lambda _: "payments to review"),
    WebRoute("GET", "/review/{payment:int}", review.review, _LOOK, the_thing("payment", "payment")),
    WebRoute(
        "POST", "/review/{payment:int}", review.decide, _DECIDE, the_thing("payment", "payment")
    ),
    WebRoute("GET", "/claims/{claim:int}", things.claim, _LOOK, the_thing("claim", "claim")),
    WebRoute(
        "GET",
        "/claims/{claim:int}/lines/{line:int}",
        things.line,
        _LOOK,
        the_thing("claim", "claim"),
    ),
    WebRoute(
        "GET", "/payments/{payment:int}", things.payment, _LOOK, the_thing("payment", "payment")
    ),
    WebRoute(
        "GET",
        "/claims/{claim:int}/correct",
        correction.correction,
        _LOOK,
        the_thing("claim", "claim"),
    ),
    WebRoute(
        "POST",
        "/claims/{claim:int}/correct",
        correction.correct,
        _DECIDE,
        the_thing("corrected claim", "claim"),
        AccessKind.EXPORTED,
    ),
    WebRoute(
        "GET",
        "/remittances/{remittance:int}",
        remittances.remittance,
        _LOOK,
        the_thing("remittance", "remittance"),
    ),
    WebRoute(
        "POST",
        "/remittances/{remittance:int}",
        remittances.decide,
        _DECIDE,
        the_thing("remittance", "remittance"),
    ),
    WebRoute(
        "GET",
        "/remittances/{remittance:int}/advice",
        things.advice,
        _LOOK,
        the_thing("remittance", "remittance"),
        AccessKind.EXPORTED,
    ),
    WebRoute("GET", "/files", files.files, _LOOK, lambda _: "files"),
    WebRoute("POST", "/files", files.take_files, _TAKE_IN, takes_files=True),
    WebRoute("GET", "/files/uploads", files.uploads, _TAKE_IN),
    WebRoute("POST", "/files/uploads/{upload:int}", files.act_on_upload, _TAKE_IN),
    WebRoute("GET", "/files/quarantine", files.quarantine, _LOOK, lambda _: "quarantine"),
    WebRoute("POST", "/files/quarantine", files.retry_set_aside, _TAKE_IN),
    WebRoute("GET", "/files/{file:int}", files.file, _LOOK, the_thing("file", "file")),
    WebRoute(
        "GET", "/files/{file:int}/at/{byte:int}", files.place, _LOOK, the_thing("file", "file")
    ),
    WebRoute("GET", "/findings/{code}", files.finding, _LOOK),
    WebRoute("GET", "/runs", files.runs, _LOOK),
    WebRoute("GET", "/runs/{run:int}", files.run, _LOOK, the_thing("run", "run")),
    WebRoute(
        "GET", "/search", search.search, _LOOK, lambda _: "found nothing", AccessKind.SEARCHED
    ),
    WebRoute("GET", "/sets/{set:int}", things.transaction_set, _LOOK, the_thing("set", "set")),
    WebRoute(
        "GET", "/deposits/{deposit:int}", things.deposit, _LOOK, the_thing("deposit", "deposit")
    ),
    # Sums, and how many: of nobody in particular.
    WebRoute("GET", "/dashboard", dashboard.dashboard, _LOOK),
    WebRoute("GET", "/recovered", done_items.recovered, _LOOK, lambda _: "recovered items"),
    WebRoute("GET", "/team/items", done_items.team_work, _MANAGE, lambda _: "items of the team"),
    WebRoute("GET", "/claims", claim_list.claims, _LOOK, lambda _: "list of claims"),
    WebRoute("GET", "/reports", reports.reports, _LOOK),
    WebRoute("GET", "/reports/{name}", reports.one_report, _LOOK, the_thing("report", "name")),
    WebRoute(
        "GET",
        "/exports/{table}/{form}",
        reports.export,
        _MANAGE,
        the_thing("table", "table", "form"),
        AccessKind.EXPORTED,
    ),
    WebRoute("GET", "/account", account.account, _LOOK),
    WebRoute("POST", "/account", account.change_account, _LOOK),
    WebRoute("GET", "/users", people.people, _ADMINISTER),
    WebRoute("POST", "/users", people.change_people, _ADMINISTER),
    WebRoute("GET", "/access", people.access, _ADMINISTER),
)

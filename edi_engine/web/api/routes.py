"""Every address under /api, with what it needs and what of a call is recorded."""

from edi_engine.records.users import AccessKind, Permission
from edi_engine.web.api import answers, files, people, reports, review, things, work
from edi_engine.web.api.calling import ApiRoute
from edi_engine.web.routes import the_thing

__all__ = ["API_ROUTES"]

_LOOK, _WORK, _DECIDE = Permission.LOOK, Permission.WORK, Permission.DECIDE
_ADMINISTER = Permission.ADMINISTER
_TAKE_IN, _MANAGE = Permission.TAKE_IN, Permission.MANAGE

_ITEM = the_thing("item", "item")
_CLAIM = the_thing("claim", "claim")
_PAYMENT = the_thing("payment", "payment")
_FILE = the_thing("file", "file")
_REMITTANCE = the_thing("remittance", "remittance")

API_ROUTES = (
    ApiRoute("GET", "/api/me", people.me, _LOOK),
    # Work
    ApiRoute("GET", "/api/worklist", work.worklist, _LOOK, lambda _: "worklist"),
    ApiRoute("GET", "/api/views", work.views, _LOOK),
    ApiRoute("POST", "/api/views", work.keep, _LOOK),
    ApiRoute("POST", "/api/views/{view:int}/drop", work.drop, _LOOK),
    ApiRoute("POST", "/api/worklist/next", work.pull, _WORK, lambda _: "next item"),
    ApiRoute("POST", "/api/worklist/bulk/preview", work.bulk_preview, _MANAGE),
    ApiRoute("POST", "/api/worklist/bulk", work.bulk, _MANAGE),
    ApiRoute("POST", "/api/worklist/bulk/{batch:int}/undo", work.bulk_undo, _MANAGE),
    ApiRoute("GET", "/api/items/{item:int}", work.item, _LOOK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/note", work.note, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/assign", work.assign, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/take", work.take, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/snooze", work.snooze, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/touch", work.touch, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/close", work.close, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/give-up", work.give_up, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/reopen", work.reopen, _WORK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/release", work.release, _WORK, _ITEM),
    # Answers to payers
    ApiRoute("GET", "/api/items/{item:int}/appeals", answers.appeals, _LOOK, _ITEM),
    ApiRoute("POST", "/api/items/{item:int}/appeals", answers.file, _WORK, _ITEM),
    ApiRoute(
        "POST",
        "/api/appeals/{appeal:int}/answer",
        answers.answer,
        _WORK,
        the_thing("appeal", "appeal"),
    ),
    ApiRoute("GET", "/api/items/{item:int}/letter", answers.letter, _LOOK, _ITEM),
    ApiRoute(
        "POST",
        "/api/items/{item:int}/letter",
        answers.take_letter,
        _WORK,
        the_thing("letter of item", "item"),
        AccessKind.EXPORTED,
    ),
    ApiRoute("GET", "/api/claims/{claim:int}/correct", answers.correction, _LOOK, _CLAIM),
    ApiRoute("POST", "/api/claims/{claim:int}/correct/preview", answers.preview, _DECIDE, _CLAIM),
    ApiRoute(
        "POST",
        "/api/claims/{claim:int}/correct",
        answers.correct,
        _DECIDE,
        the_thing("corrected claim", "claim"),
        AccessKind.EXPORTED,
    ),
    *(
        ApiRoute("POST", f"/api/remittances/{{remittance:int}}/{name}", call, _DECIDE, _REMITTANCE)
        for name, call in (
            ("release", answers.release),
            ("dismiss", answers.dismiss),
            ("hold", answers.hold),
            ("release-payer", answers.release_payer),
        )
    ),
    # Match review
    ApiRoute("GET", "/api/review", review.reviews, _LOOK, lambda _: "payments to review"),
    ApiRoute("GET", "/api/review/{payment:int}", review.review, _LOOK, _PAYMENT),
    ApiRoute("POST", "/api/payments/{payment:int}/link", review.link, _DECIDE, _PAYMENT),
    ApiRoute("POST", "/api/payments/{payment:int}/unlink", review.unlink, _DECIDE, _PAYMENT),
    ApiRoute("POST", "/api/payments/{payment:int}/accept", review.accept, _DECIDE, _PAYMENT),
    ApiRoute("POST", "/api/payments/{payment:int}/reject", review.reject, _DECIDE, _PAYMENT),
    ApiRoute(
        "POST",
        "/api/decisions/{decision:int}/undo",
        review.undo,
        _DECIDE,
        the_thing("decision", "decision"),
    ),
    # Things
    ApiRoute("GET", "/api/claims", things.claims, _LOOK, lambda _: "list of claims"),
    ApiRoute("GET", "/api/claims/{claim:int}", things.claim, _LOOK, _CLAIM),
    ApiRoute("GET", "/api/claims/{claim:int}/lines/{line:int}", things.line, _LOOK, _CLAIM),
    ApiRoute("GET", "/api/payments/{payment:int}", things.payment, _LOOK, _PAYMENT),
    ApiRoute(
        "GET",
        "/api/remittances/{remittance:int}",
        things.remittance,
        _LOOK,
        the_thing("remittance", "remittance"),
    ),
    ApiRoute(
        "GET",
        "/api/remittances/{remittance:int}/advice",
        things.advice,
        _LOOK,
        the_thing("remittance", "remittance"),
        AccessKind.EXPORTED,
    ),
    ApiRoute("GET", "/api/sets/{set:int}", things.transaction_set, _LOOK, the_thing("set", "set")),
    ApiRoute(
        "GET", "/api/deposits/{deposit:int}", things.deposit, _LOOK, the_thing("deposit", "deposit")
    ),
    ApiRoute("GET", "/api/search", things.search, _LOOK, lambda _: "by call", AccessKind.SEARCHED),
    # Files and runs
    ApiRoute("GET", "/api/files", files.files, _LOOK, lambda _: "files"),
    ApiRoute("POST", "/api/files", files.send, _TAKE_IN, takes_files=True),
    ApiRoute("GET", "/api/files/uploads", files.uploads, _TAKE_IN),
    ApiRoute("POST", "/api/files/uploads/{upload:int}/again", files.try_again, _TAKE_IN),
    ApiRoute("POST", "/api/files/uploads/{upload:int}/discard", files.discard, _TAKE_IN),
    ApiRoute("GET", "/api/files/quarantine", files.quarantine, _LOOK, lambda _: "quarantine"),
    ApiRoute("POST", "/api/files/quarantine/again", files.retry, _TAKE_IN),
    ApiRoute("GET", "/api/files/{file:int}", files.file, _LOOK, _FILE),
    ApiRoute("GET", "/api/files/{file:int}/at/{byte:int}", files.place, _LOOK, _FILE),
    ApiRoute("GET", "/api/findings/{code}", files.finding, _LOOK),
    ApiRoute("GET", "/api/runs", files.runs, _LOOK),
    ApiRoute("GET", "/api/runs/{run:int}", files.run, _LOOK, the_thing("run", "run")),
    # Numbers
    ApiRoute("GET", "/api/dashboard", reports.dashboard, _LOOK),
    ApiRoute("GET", "/api/recovered", reports.recovered, _LOOK, lambda _: "recovered items"),
    ApiRoute("GET", "/api/team/items", reports.team_work, _MANAGE, lambda _: "items of the team"),
    ApiRoute("GET", "/api/reports", reports.reports, _LOOK),
    ApiRoute("GET", "/api/reports/{name}", reports.one_report, _LOOK, the_thing("report", "name")),
    ApiRoute(
        "GET",
        "/api/exports/{table}/{form}",
        reports.export,
        _MANAGE,
        the_thing("table", "table", "form"),
        AccessKind.EXPORTED,
    ),
    # People
    ApiRoute("GET", "/api/users", people.people, _ADMINISTER),
    ApiRoute("POST", "/api/users", people.add, _ADMINISTER),
    ApiRoute("POST", "/api/users/{login}/role", people.set_role, _ADMINISTER),
    ApiRoute("POST", "/api/users/{login}/password", people.set_password, _ADMINISTER),
    ApiRoute("POST", "/api/users/{login}/disable", people.disable, _ADMINISTER),
    ApiRoute("POST", "/api/users/{login}/enable", people.enable, _ADMINISTER),
    ApiRoute("POST", "/api/sessions/end", people.end_one_session, _ADMINISTER),
    ApiRoute("GET", "/api/tokens", people.tokens, _LOOK),
    ApiRoute("POST", "/api/tokens/{token:int}/end", people.end_one_token, _LOOK),
    ApiRoute("GET", "/api/access", people.access, _ADMINISTER),
)

"""Programs get what people get: the same things, the same rights, the same record of it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from openapi_spec_validator import validate

from edi_engine.jobs.claim_view import view_claim
from edi_engine.jobs.tokens import end_token, list_tokens, make_token
from edi_engine.jobs.users import disable_user, enable_user, list_access
from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.jobs.worklist import list_work, note_item
from edi_engine.records.users import AccessKind, Permission, Role, may
from edi_engine.records.work import WorkStatus
from edi_engine.store import Store
from edi_engine.web import Site
from edi_engine.web.api import API_ROUTES, ApiRoute
from edi_engine.web.api.calling import FileAnswer, contract_of
from edi_engine.web.routes import ROUTES
from tests.jobs.conclusions import AS_OF
from tests.web.conftest import Browser, Program

ROUTE_IDS = [f"{route.method} {route.path}" for route in API_ROUTES]


AsProgram = Callable[[Role], Program]


def address(route: ApiRoute, **parts: str) -> str:
    """The route's address with 1 for every number."""
    values = {"code": "BAL-0101", "name": "aging", "table": "claims", "form": "csv", **parts}
    pieces = []
    for piece in route.path.split("/"):
        name = piece.strip("{}").partition(":")[0]
        pieces.append(values.get(name, "1") if piece.startswith("{") else piece)
    return "/".join(pieces)


QUERIES = {
    "/api/search": {"q": "1499"},
    "/api/recovered": {"first_on": "2025-01-01", "last_on": "2026-12-31"},
    "/api/team/items": {"deed": "touched"},
}
"""What a call cannot do without."""

_NOT_THERE = {
    "/api/deposits/{deposit:int}",
    "/api/runs/{run:int}",
    "/api/items/{item:int}/letter",
}
"""Of what has none of number 1 here: the first item is a patient's, whom no appeal concerns."""


@pytest.fixture(scope="module")
def stranger(strangers_site: Site) -> Program:
    return Program(strangers_site, "")


@pytest.mark.parametrize("route", API_ROUTES, ids=ROUTE_IDS)
@pytest.mark.parametrize("token", ["", "edi_nobody's", "\u00e9" * 3])
def test_every_call_asks_for_a_token(route: ApiRoute, stranger: Program, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()} if token else {}
    answer = stranger.client.request(route.method, address(route), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "token is needed" in answer.json()["error"]["message"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", Role)
def test_every_call_for_every_role(role: Role, as_program: AsProgram, site: Site) -> None:
    program = as_program(role)
    refused = 0
    for route in API_ROUTES:
        where = address(route, login="nobody", token="999999")
        if route.method == "GET":
            answer = program.get(where, **QUERIES.get(route.path, {}))
        else:
            answer = program.post(where, nothing="that exists")
        is_allowed = may(role, route.permission)
        assert (answer.status_code != 403) == is_allowed, route.path
        assert answer.status_code < 500, (route.path, answer.text)
        refused += not is_allowed
    site.recorder.take_in()
    entries = [
        entry
        for _, entry in list_access(site.store, login=role.value, limit=1000)
        if entry.kind is AccessKind.REFUSED and entry.subject.partition(" ")[2].startswith("/api")
    ]
    assert len(entries) == refused


@pytest.mark.parametrize(
    "route", [one for one in API_ROUTES if one.method == "GET"], ids=lambda one: one.path
)
def test_every_answer_is_what_the_description_says(
    route: ApiRoute, as_program: AsProgram, site: Site
) -> None:
    """Read back by the types that the description is made from, strictly."""
    answer = as_program(Role.ADMINISTRATOR).get(address(route), **QUERIES.get(route.path, {}))
    if route.path in _NOT_THERE:
        assert answer.status_code in {200, 404}, answer.text
    else:
        assert answer.status_code == 200, answer.text
    gives = contract_of(route.endpoint).gives
    if answer.status_code == 200 and gives is not FileAnswer:
        msgspec.json.decode(answer.content, type=gives, strict=True)


def test_programs_may_what_people_may() -> None:
    """Each page's permission is asked for by the call of its kind, and each call by a page."""
    pages = {(route.method, route.permission) for route in ROUTES}
    calls = {(route.method, route.permission) for route in API_ROUTES}
    assert calls == pages
    same = {route.path: route for route in ROUTES if route.method == "GET"}
    for route in API_ROUTES:
        page = same.get(route.path.removeprefix("/api"))
        if route.method == "GET" and page is not None:
            assert route.permission is page.permission, route.path
            assert (route.sees is None) == (page.sees is None), route.path


def test_what_a_program_sees_is_recorded_with_its_token(as_program: AsProgram, site: Site) -> None:
    program = as_program(Role.READ_ONLY)
    assert program.get("/api/claims/1").status_code == 200
    assert program.get("/api/claims/999999").status_code == 404
    site.recorder.take_in()
    (token,) = list_tokens(site.store, "read_only")
    seen = [entry for _, entry in list_access(site.store, login="read_only", limit=2)]
    assert seen[0].subject == "claim 1"
    assert seen[0].kind is AccessKind.VIEWED
    assert seen[0].address == f"testclient token {token.token.token_id}"
    assert token.token.seen_at is not None


def test_nothing_is_answered_that_cannot_be_recorded(
    as_program: AsProgram, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = as_program(Role.BILLER)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site.recorder, "record", full)
    answer = program.get("/api/claims/1")
    assert answer.status_code == 500
    assert answer.json() == {
        "error": {"message": "This is a mistake of the program.", "place": "", "remedy": ""}
    }


def test_a_session_of_a_browser_lets_no_program_in(site: Site) -> None:

    browser = Browser(site)
    browser.log_in("administrator")
    assert browser.get("/api/me").status_code == 401
    assert browser.client.post("/api/items/1/take", json={}).status_code == 401


def test_a_token_opens_no_page(as_program: AsProgram) -> None:
    program = as_program(Role.ADMINISTRATOR)
    answer = program.client.get("/claims/1", headers=program.headers, follow_redirects=False)
    assert answer.headers["location"].startswith("/login")


def test_a_token_that_only_reads_changes_nothing(as_program: AsProgram) -> None:
    program = as_program(Role.BILLER, reads_only=True)
    assert program.get("/api/items/1").status_code == 200
    answer = program.post("/api/items/1/take")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "This token only reads."


def test_a_token_ends_with_its_days_its_user_and_when_it_is_ended(
    site: Site, as_program: AsProgram
) -> None:
    store = site.store
    ended = make_token(store, "collector", name="ended", actor="collector")
    assert Program(site, ended.text).get("/api/me").status_code == 200
    end_token(store, ended.kept.token_id, actor="collector")
    assert Program(site, ended.text).get("/api/me").status_code == 401

    long_ago = lambda: datetime.now().astimezone() - timedelta(days=3)  # noqa: E731
    old = make_token(store, "collector", name="old", days=2, actor="collector", now=long_ago)
    assert Program(site, old.text).get("/api/me").status_code == 401

    theirs = make_token(store, "collector", name="of somebody who left", actor="collector")
    disable_user(store, "collector", actor="administrator")
    assert Program(site, theirs.text).get("/api/me").status_code == 401
    enable_user(store, "collector", actor="administrator")
    assert Program(site, theirs.text).get("/api/me").status_code == 401


def test_a_collector_ends_only_own_tokens(site: Site, as_program: AsProgram) -> None:
    other = make_token(site.store, "manager", name="the manager's", actor="manager")
    program = as_program(Role.COLLECTOR)
    assert all(one["login"] == "collector" for one in program.get("/api/tokens").json())
    refused = program.post(f"/api/tokens/{other.kept.token_id}/end")
    assert refused.status_code == 400
    assert Program(site, other.text).get("/api/me").json()["login"] == "manager"
    ended = as_program(Role.ADMINISTRATOR).post(f"/api/tokens/{other.kept.token_id}/end")
    assert ended.status_code == 200
    assert Program(site, other.text).get("/api/me").status_code == 401


def open_item(store: Store) -> WorkEntry:
    return list_work(store, as_of=AS_OF, statuses=(WorkStatus.NEW,), limit=1)[0]


def test_an_items_day(as_program: AsProgram, site: Site) -> None:
    program = as_program(Role.BILLER)
    found = program.get("/api/worklist", status="new", limit=1).json()
    assert found["has_more"] is True
    number = found["items"][0]["item"]["work_item_id"]
    where = f"/api/items/{number}"
    entry = program.get(where).json()
    touched = program.post(
        f"{where}/touch",
        channel="payer_call",
        outcome="It will be paid.",
        reference="INVENTED-77",
        next_action_on="2099-01-04",
        waiting_for="payer",
        seen=entry["last_event_id"],
    )
    assert touched.status_code == 200, touched.text
    after = touched.json()
    assert after["item"]["status"] == "waiting"
    assert after["waiting_for"] == "payer"
    assert after["touches"][-1]["reference"] == "INVENTED-77"
    assert after["events"][-1]["actor"] == "biller"
    assert program.post(f"{where}/note", text="Called once more.").status_code == 200
    closed = program.post(f"{where}/close", reason="Paid by phone.", resolution="paid").json()
    assert (closed["item"]["status"], closed["resolution"]) == ("closed", "paid")
    assert program.post(f"{where}/reopen").json()["item"]["status"] == "open"
    assert program.post(f"{where}/assign", assignee="collector").json()["item"]["assignee"] == (
        "collector"
    )
    assert program.post(f"{where}/take").json()["item"]["assignee"] == "biller"
    snoozed = program.post(f"{where}/snooze", until="2099-02-01", text="Vacation.").json()
    assert snoozed["item"]["next_action_on"] == "2099-02-01"
    given_up = program.post(f"{where}/give-up", reason="Too small.")
    assert given_up.status_code == 400, "it takes more touches"
    assert "touch" in given_up.json()["error"]["message"]


def test_pulling_gives_one_item_to_one_program(as_program: AsProgram) -> None:
    mine = as_program(Role.BILLER).post("/api/worklist/next").json()["item"]
    theirs = as_program(Role.COLLECTOR).post("/api/worklist/next").json()["item"]
    assert mine["lease"]["holder"] == "biller"
    assert theirs["item"]["work_item_id"] != mine["item"]["work_item_id"]
    number = mine["item"]["work_item_id"]
    assert as_program(Role.BILLER).post(f"/api/items/{number}/release").json()["lease"] is None


def test_who_comes_second_is_told_and_changes_nothing(as_program: AsProgram, site: Site) -> None:
    program = as_program(Role.BILLER)
    number = open_item(site.store).item.work_item_id
    seen = program.get(f"/api/items/{number}").json()["last_event_id"]
    note_item(site.store, number, "Somebody was faster.", actor="manager")
    answer = program.post(f"/api/items/{number}/take", seen=seen)
    assert answer.status_code == 409, answer.text
    assert program.get(f"/api/items/{number}").json()["item"]["assignee"] != "biller"


def test_many_at_once_with_preview_and_undo(as_program: AsProgram) -> None:
    program = as_program(Role.MANAGER)
    what = {"kind": "assign", "text": "biller", "queue": "denial"}
    preview = program.post("/api/worklist/bulk/preview", **what).json()
    assert preview["work_item_ids"]
    wrong = program.post("/api/worklist/bulk", **what, token="not the one previewed")
    assert wrong.status_code == 400
    done = program.post("/api/worklist/bulk", **what, token=preview["token"]).json()
    assert done["work_item_ids"] == preview["work_item_ids"]
    undone = program.post(f"/api/worklist/bulk/{done['batch_id']}/undo").json()
    assert sorted(undone["undone"]) == sorted(done["work_item_ids"])


def test_files_are_sent_and_told_of(as_program: AsProgram, site: Site) -> None:
    program = as_program(Role.BILLER)
    answer = program.client.post(
        "/api/files",
        files=[("files", ("broken.835", b"ISA*this is no interchange~"))],
        headers=program.headers,
    )
    assert answer.status_code == 200, answer.text
    (kept,) = answer.json()["kept"]
    assert site.desk is not None
    assert site.desk.wait_until_settled(20)
    entry = next(
        one
        for one in program.get("/api/files/uploads").json()
        if one["upload_id"] == kept["upload_id"]
    )
    assert entry["state"] in {"done", "failed"}
    assert program.post("/api/files").status_code == 400


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "request"),
        (b'{"text": "cut', "request"),
        (b"[]", "request"),
        (b'{"text": 17}', "request"),
        (b'{"text": "fine", "txet": "misspelt"}', "request"),
        (b"{}", "request"),
        (b'{"text": " "}', "text"),
        (b'{"text": ' + b"[" * 100_000, "request"),
        (b'{"text": "\xff\xfe"}', "request"),
        (b"null", "request"),
    ],
)
def test_a_body_that_cannot_be_used_is_told_with_its_place(
    body: bytes, place: str, as_program: AsProgram
) -> None:
    program = as_program(Role.BILLER)
    answer = program.client.post("/api/items/1/note", content=body, headers=program.headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["place"] == place
    assert answer.json()["error"]["message"]


def test_a_body_that_is_too_large_is_not_read(as_program: AsProgram) -> None:
    program = as_program(Role.BILLER)
    answer = program.client.post(
        "/api/items/1/note", content=b'{"text": "' + b"a" * 1_100_000, headers=program.headers
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"limit": "many"},
        {"offset": -1},
        {"queue": "nowhere"},
        {"colour": "blue"},
    ],
)
def test_a_question_that_cannot_be_read_is_told(query: dict, as_program: AsProgram) -> None:
    answer = as_program(Role.READ_ONLY).get("/api/worklist", **query)
    assert answer.status_code == 400
    assert answer.json()["error"]["place"] == "request"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/items/999999", 404),
        ("GET", f"/api/items/{10**25}", 404),
        ("DELETE", "/api/items/1", 405),
        ("GET", "/api/items/1/take", 405),
        ("GET", "/api/claims/1/lines/99", 404),
        ("GET", "/api/reports/none", 404),
        ("GET", "/api/exports/claims/exe", 404),
    ],
)
def test_what_is_not_there_is_told_as_json(
    method: str, path: str, status: int, as_program: AsProgram
) -> None:
    program = as_program(Role.ADMINISTRATOR)
    answer = program.client.request(method, path, headers=program.headers)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_a_claim_says_what_its_page_says(as_program: AsProgram, site: Site) -> None:

    answer = as_program(Role.READ_ONLY).get("/api/claims/1").json()
    view = view_claim(site.store, 1)
    assert answer["claim"]["charge_cents"] == view.claim.charge_cents
    assert [one["number"] for one in answer["lines"]] == [one.number for one in view.lines]
    assert answer["rest"]["facts"]["charge"] == f"{view.claim.charge_cents / 100:.2f}"


def test_a_claim_list_agrees_with_its_sums(as_program: AsProgram) -> None:
    program = as_program(Role.READ_ONLY)
    whole = program.get("/api/claims", limit=500).json()
    assert whole["totals"]["claims_count"] == len(whole["rows"])
    paid = program.get("/api/claims", status="paid", limit=500).json()
    assert {one["status"] for one in paid["rows"]} <= {"paid"}
    parts = [
        row["claim_id"]
        for offset in range(0, len(whole["rows"]), 25)
        for row in program.get("/api/claims", limit=25, offset=offset).json()["rows"]
    ]
    assert parts == [row["claim_id"] for row in whole["rows"]]


@pytest.mark.slow
def test_the_description_names_every_call_once(site: Site) -> None:
    document = Program(site, "").get("/api/openapi.json").json()
    calls = {
        (method.upper(), path) for path, there in document["paths"].items() for method in there
    }
    assert len(calls) == len(API_ROUTES)
    ids = [call["operationId"] for there in document["paths"].values() for call in there.values()]
    assert len(set(ids)) == len(ids)
    assert all(
        call["summary"].endswith(".")
        for there in document["paths"].values()
        for call in there.values()
    )
    validate(document)  # an oracle: it follows every reference, and knows the form


def test_permissions_are_told_to_their_user(as_program: AsProgram) -> None:
    for role in Role:
        me = as_program(role).get("/api/me").json()
        assert me["may"] == [one.value for one in Permission if may(role, one)]
        assert "password" not in json.dumps(me)


def denied_item(program: Program) -> int:
    found = program.get("/api/worklist", queue="denial", limit=500).json()["items"]
    return next(
        one["item"]["work_item_id"]
        for one in found
        if one["item"]["claim_id"] is not None and one["item"]["amount_at_risk_cents"] > 0
    )


def test_an_appeal_is_filed_and_answered(as_program: AsProgram) -> None:
    program = as_program(Role.BILLER)
    number = denied_item(program)
    assert program.get(f"/api/items/{number}/letter").json()["text"]
    letter = program.post(f"/api/items/{number}/letter", as_pdf=True)
    assert letter.content.startswith(b"%PDF")
    filed = program.post(
        f"/api/items/{number}/appeals", method="portal", tracking_number="INVENTED-9"
    )
    assert filed.status_code == 200, filed.text
    appeal = filed.json()["appeal"]
    assert appeal["tracking_number"] == "INVENTED-9"
    assert [one["appeal_id"] for one in program.get(f"/api/items/{number}/appeals").json()] == [
        appeal["appeal_id"]
    ]
    where = f"/api/appeals/{appeal['appeal_id']}/answer"
    refused = program.post(where, outcome="overturned", overturned_cents=-1)
    assert refused.status_code == 400
    answered = program.post(where, outcome="upheld", note="No reason given.")
    assert answered.json()["appeal"]["outcome"] == "upheld"


def test_a_corrected_claim_is_looked_at_and_written(as_program: AsProgram) -> None:
    program = as_program(Role.BILLER)
    claims = program.get("/api/claims", result="refused", limit=50).json()["rows"]
    claim_id = claims[0]["claim_id"]
    form = program.get(f"/api/claims/{claim_id}/correct").json()
    name = next(one["name"] for one in form["others"] if one["name"] == "authorization")
    body = {"changes": {name: "INVENTED77"}, "reference": form["reference"] or "PAYER77"}
    shown = program.post(f"/api/claims/{claim_id}/correct/preview", **body)
    assert shown.status_code == 200, shown.text
    assert "REF*G1*INVENTED77~" in shown.json()["text"]
    unknown = program.post(f"/api/claims/{claim_id}/correct", changes={"colour": "blue"})
    assert unknown.status_code == 400
    assert "has no field 'colour'" in unknown.json()["error"]["message"]
    written = program.post(f"/api/claims/{claim_id}/correct", **body)
    assert written.content.startswith(b"ISA*")
    assert "corrected_claim_" in written.headers["content-disposition"]


def test_a_remittance_is_held_and_released(as_program: AsProgram) -> None:
    program = as_program(Role.BILLER)
    held = program.post("/api/remittances/1/hold", note="Asked the bank.")
    assert held.status_code == 200, held.text
    assert held.json()["held"]
    assert program.post("/api/remittances/1/hold", note="Again.").status_code == 400
    assert not program.post("/api/remittances/1/release", note="It came.").json()["held"]

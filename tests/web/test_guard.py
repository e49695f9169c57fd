"""Nobody sees or does what their role does not include, however it is asked for."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from edi_engine.jobs.users import list_access, list_sessions
from edi_engine.records.users import AccessKind, Permission, Role, may
from edi_engine.web import Site
from edi_engine.web.guard import WebRoute
from edi_engine.web.routes import ROUTES
from tests.web.conftest import PASSWORD, Browser

AsRole = Callable[[Role], Browser]


def address(route: WebRoute) -> str:
    """The route's address with 1 for every number."""
    parts = ["1" if part.startswith("{") else part for part in route.path.split("/")]
    return "/".join(parts)


@pytest.fixture(scope="module")
def stranger(strangers_site: Site) -> Browser:
    return Browser(strangers_site)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_asks_who_it_is(route: WebRoute, stranger: Browser) -> None:
    answer = stranger.client.request(route.method, address(route))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("role", Role)
def test_every_route_for_every_role(role: Role, as_role: AsRole, site: Site) -> None:
    browser = as_role(role)
    refused = 0
    for route in ROUTES:
        if route.method == "GET":
            answer = browser.get(address(route))
        else:
            answer = browser.post(address(route), action="nothing that exists")
        is_allowed = may(role, route.permission)
        assert (answer.status_code != 403) == is_allowed, route.path
        assert answer.status_code < 500, (route.path, answer.text)
        refused += not is_allowed
    site.recorder.take_in()
    entries = [
        entry
        for _, entry in list_access(site.store, login=role.value, limit=1000)
        if entry.kind is AccessKind.REFUSED
    ]
    assert len(entries) == refused


def test_somebody_else_has_each_permission_but_one() -> None:
    """So that the test above can fail: no permission is everybody's but to look."""
    for permission in Permission:
        holders = [role for role in Role if may(role, permission)]
        assert len(holders) < len(Role) or permission is Permission.LOOK


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "POST"], ids=lambda r: r.path)
def test_a_form_from_elsewhere_does_nothing(route: WebRoute, as_role: AsRole) -> None:
    browser = as_role(Role.ADMINISTRATOR)
    for token in ("", "0" * 64):
        browser.csrf = token
        answer = browser.post(address(route), action="note", text="forged")
        assert answer.status_code == 403
        assert "out of date" in answer.text


def test_a_form_of_another_origin_does_nothing(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    answer = browser.client.post(
        "/next", data={"csrf": browser.csrf}, headers={"Origin": "http://elsewhere.example"}
    )
    assert answer.status_code == 403
    own = browser.client.post(
        "/next", data={"csrf": browser.csrf}, headers={"Origin": "http://localhost"}
    )
    assert own.status_code == 303


def test_another_host_is_not_answered(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    assert browser.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_what_every_answer_carries(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    for path in ("/", "/items/1", "/no/such/page", "/login", "/items/999999"):
        headers = browser.get(path).headers
        assert headers["cache-control"] == "no-store", path
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_cookies_are_for_this_server_alone(site: Site) -> None:
    browser = Browser(site)
    browser.get("/login")
    answer = browser.post("/login", login="biller", password=PASSWORD)
    cookie = next(
        value for value in answer.headers.get_list("set-cookie") if value.startswith("edi_session")
    )
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


def test_a_login_form_needs_the_cookie_it_came_with(site: Site) -> None:
    browser = Browser(site)
    browser.get("/login")
    browser.client.cookies.clear()
    assert browser.post("/login", login="biller", password=PASSWORD).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/items/1", "/items/1"),
        ("/?queue=denial", "/?queue=denial"),
        ("//elsewhere.example/", "/"),
        ("https://elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_the_login_one_goes_on_inside(site: Site, wanted: str, reached: str) -> None:
    browser = Browser(site)
    browser.get("/login")
    answer = browser.post("/login", login="biller", password=PASSWORD, next=wanted)
    assert answer.headers["location"] == reached


def test_a_wrong_password_is_told_and_the_login_kept(site: Site) -> None:
    browser = Browser(site)
    answer = browser.log_in("biller", "not the password")
    assert answer.status_code == 401
    assert "login or password is wrong" in answer.text.lower()
    assert 'value="biller"' in answer.text
    assert "not the password" not in answer.text


def test_logging_out_ends_the_session(as_role: AsRole, site: Site) -> None:
    def open_sessions() -> int:
        return len(list_sessions(site.store, idle=timedelta(minutes=15)))

    browser = as_role(Role.COLLECTOR)
    before = open_sessions()
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/").headers["location"] == "/login"
    assert open_sessions() == before - 1


def test_a_view_is_recorded_before_it_is_seen(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    browser.get("/claims/1")
    browser.get("/claims/999999")  # there is none: nothing was seen
    site.recorder.take_in()
    entries = [entry for _, entry in list_access(site.store, login="read_only")]
    seen = [entry.subject for entry in entries if entry.kind is AccessKind.VIEWED]
    assert "claim 1" in seen
    assert "claim 999999" not in seen


def test_nothing_is_shown_that_cannot_be_recorded(
    as_role: AsRole, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_role(Role.BILLER)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site.recorder, "record", full)
    answer = browser.get("/claims/1")
    assert answer.status_code == 500
    assert "control number" not in answer.text


def test_a_mistake_of_a_page_is_said_without_its_words(
    as_role: AsRole, site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = as_role(Role.BILLER)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SAMPLEPATIENT")

    for place in ("edi_engine.web.guard.render", "edi_engine.web.guard.find_session"):
        with monkeypatch.context() as patch:
            patch.setattr(place, broken)
            answer = browser.client.get("/claims/1")
        assert answer.status_code == 500, place
        assert "SAMPLEPATIENT" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "SAMPLEPATIENT" not in caplog.messages

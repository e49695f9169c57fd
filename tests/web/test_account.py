"""Everybody changes their own password, and makes and ends tokens of their programs."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from edi_engine.jobs.tokens import find_token, list_tokens
from edi_engine.jobs.users import add_user, list_access
from edi_engine.records.users import AccessKind, Role
from edi_engine.web import Site
from tests.web.conftest import PASSWORD, Browser

AsRole = Callable[[Role], Browser]


@pytest.fixture
def robin(site: Site) -> Browser:
    """Somebody who is nobody else's in these tests, logged in."""
    login = f"robin.{len(list_access(site.store, limit=10_000))}"
    add_user(site.store, login, name="Robin", role=Role.READ_ONLY, password=PASSWORD, actor="root")
    browser = Browser(site)
    assert browser.log_in(login).status_code == 303
    return browser


def make(browser: Browser, **fields: object):
    browser.get("/account")
    return browser.post(
        "/account", action="make", **{"name": "a nightly program", "days": 30} | fields
    )


def test_a_token_is_shown_once(robin: Browser, site: Site) -> None:
    page = make(robin, reads_only="yes").text
    shown = re.search(r'<code class="token">(edi_[\w-]+)</code>', page)
    assert shown
    found = find_token(site.store, shown[1])
    assert found is not None
    assert (found.user.login, found.token.reads_only) == (robin.login, True)
    later = robin.get("/account").text
    assert shown[1] not in later
    assert "a nightly program" in later
    ended = robin.post("/account", action="end", token=found.token.token_id)
    assert ended.status_code == 303
    assert find_token(site.store, shown[1]) is None
    assert "The token a nightly program is ended." in robin.get("/account").text


def test_nobody_ends_anothers_token_but_an_administrator(
    robin: Browser, as_role: AsRole, site: Site
) -> None:
    make(robin)
    (token,) = list_tokens(site.store, robin.login)
    other = as_role(Role.MANAGER)
    assert "a nightly program" not in other.get("/account").text
    answer = other.post("/account", action="end", token=token.token.token_id)
    assert answer.status_code == 400
    assert "no such token" in answer.text
    administrator = as_role(Role.ADMINISTRATOR)
    assert "a nightly program" in administrator.get("/account").text
    answer = administrator.post("/account", action="end", token=token.token.token_id)
    assert answer.status_code == 303
    assert list_tokens(site.store, robin.login) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "1 to 60 characters"),
        ({"days": "many"}, "a number of days"),
        ({"days": "0"}, "1 to 366 days"),
        ({"days": "367"}, "1 to 366 days"),
    ],
)
def test_a_token_that_cannot_be_made_is_told_beside_its_field(
    robin: Browser, site: Site, fields: dict[str, str], words: str
) -> None:
    answer = make(robin, **fields)
    assert answer.status_code == 400
    wrong = re.search(r'<span class="wrong"[^>]*>([^<]*)', answer.text)
    assert wrong
    assert words in wrong[1]
    assert list_tokens(site.store, robin.login) == []


def test_a_password_is_changed_by_who_knows_it(robin: Browser, site: Site) -> None:
    make(robin)
    new = "nine brown otters"
    robin.get("/account")
    answer = robin.post("/account", action="password", old=PASSWORD, new=new, again=new)
    assert answer.headers["location"] == "/login"
    assert robin.get("/account").headers["location"].startswith("/login")
    assert list_tokens(site.store, robin.login) == []
    assert Browser(site).log_in(robin.login).status_code == 401
    assert Browser(site).log_in(robin.login, new).status_code == 303


@pytest.mark.parametrize(
    ("passwords", "words"),
    [
        (("wrong", "nine brown otters", "nine brown otters"), "not your password"),
        ((PASSWORD, "nine brown otters", "nine brown otter"), "not the same"),
        ((PASSWORD, "short", "short"), "12 to 256 characters"),
        (("", "", ""), "not your password"),
    ],
)
def test_a_password_is_not_changed_otherwise(
    robin: Browser, site: Site, passwords: tuple[str, str, str], words: str
) -> None:
    old, new, again = passwords
    robin.get("/account")
    answer = robin.post("/account", action="password", old=old, new=new, again=again)
    assert answer.status_code == 400
    assert words in unescape(answer.text)
    assert Browser(site).log_in(robin.login).status_code == 303


def test_a_password_is_not_tried_without_end(robin: Browser, site: Site) -> None:
    """As at the login: whoever sits down at a screen left open cannot try them all."""
    new = "nine brown otters"
    robin.get("/account")
    for _ in range(5):
        robin.post("/account", action="password", old="a guess", new=new, again=new)
    answer = robin.post("/account", action="password", old=PASSWORD, new=new, again=new)
    assert answer.status_code == 400
    assert "Wait 15 minutes" in answer.text
    entries = [entry for _, entry in list_access(site.store, login=robin.login)]
    assert sum(entry.kind is AccessKind.LOGIN_FAILED for entry in entries) == 5

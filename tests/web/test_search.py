"""Search from the header of every page."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest

from edi_engine.jobs.search import search
from edi_engine.jobs.users import list_access
from edi_engine.records.users import AccessKind, Role
from edi_engine.store import Store
from edi_engine.web import Site
from tests.web.conftest import Browser

AsRole = Callable[[Role], Browser]


def some_claim(store: Store) -> tuple[int, str, str, str]:
    """A claim's number, last and first name, and control number."""
    with store.reading() as reader:
        (row,) = reader.rows(
            "SELECT claim_id, patient_last_name, patient_first_name, patient_control_number"
            " FROM claims WHERE claim_id = 7"
        )
    return row


def searched(browser: Browser, text: str, **more: str) -> str:
    answer = browser.get("/search", params={"q": text, **more})
    assert answer.status_code == 200, text[:50]
    return unescape(answer.text)


def test_the_field_is_on_every_page(as_role: AsRole) -> None:
    browser = as_role(Role.READ_ONLY)
    for path in ("/", "/files", "/runs", "/claims/1", "/no/such", "/claims/999999"):
        text = browser.get(path).text
        assert ('action="/search"' in text) == (path != "/no/such"), path
    assert "/search" not in Browser(browser.site).get("/login").text


def test_a_patient_is_found_and_the_way_to_the_claim(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    claim_id, last, first, control_number = some_claim(site.store)
    for text in (f"{last}, {first}", f"{first} {last[1:]}", control_number):
        page = searched(browser, text)
        assert f'href="/claims/{claim_id}"' in page, text
        assert control_number in page
        assert f'value="{text}"' in page  # it can be mended


def test_one_hit_does_not_lead_away(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    answer = browser.get("/search", params={"q": some_claim(site.store)[3]})
    assert answer.status_code == 200


def test_every_hit_of_the_job_is_on_the_page(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    result = search(site.store, "sample")
    page = searched(browser, "sample")
    assert result.groups
    for group in result.groups:
        place = {"claim": "claims", "payment": "payments", "item": "items"}[group.kind.value]
        for row in group.table.rows:
            assert f'href="/{place}/{row[0]}"' in page
        assert (f"kind={group.kind.value}" in page) == group.has_more


def test_more_of_a_kind_is_a_link_away(as_role: AsRole) -> None:
    browser = as_role(Role.READ_ONLY)
    page = searched(browser, "sample")
    link = re.search(r'href="(/search\?q=sample&kind=claim&page=1)"', page)
    assert link
    seen: list[str] = []
    path: str | None = link[1]
    while path:
        page = unescape(browser.get(path).text)
        seen += re.findall(r'class="open" href="/claims/(\d+)"', page)
        following = re.search(r'href="([^"]*)" rel="next"', page)
        path = following[1] if following else None
    assert len(seen) == len(set(seen)) > 10
    assert searched(browser, "sample", kind="nonsense", page="0")
    assert "on this page" in searched(browser, "sample", kind="claim", page="99")


def test_it_is_recorded_what_kind_was_found_and_never_what_was_sought(
    as_role: AsRole, site: Site
) -> None:
    browser = as_role(Role.COLLECTOR)
    _, last, first, _ = some_claim(site.store)
    searched(browser, f"{last}, {first}")
    searched(browser, "nobodyatall")
    site.recorder.take_in()
    entries = [
        entry
        for _, entry in list_access(site.store, login="collector")
        if entry.kind is AccessKind.SEARCHED
    ]
    subjects = [entry.subject for entry in entries]
    assert subjects[0] == "found nothing"
    assert re.fullmatch(r"found \d claim(, \d+ (payment|item))*", subjects[1])
    with site.store.reading() as reader:
        kept = str(reader.rows("SELECT * FROM access_entries"))
    assert last not in kept
    assert "nobodyatall" not in kept


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Type what you have"),
        ("nobodyatall", "Nothing was found."),
        ("%", "There is neither letter nor digit enough in it"),
        ("'; DROP TABLE claims; --", "Nothing was found."),
        ("<script>alert(1)</script>", "Nothing was found."),
        ('"><img src=x>', "Nothing was found."),
        ("\x00", "Type what you have"),
        ("_%_", "There is neither"),
        ("x" * 10_000, "Only the first 200 characters were looked for."),
        ("\ud83d", "Nothing was found."),
    ],
)
def test_hostile_and_empty_input(as_role: AsRole, text: str, said: str) -> None:
    browser = as_role(Role.READ_ONLY)
    answer = browser.get(f"/search?q={quote(text.encode('utf-8', 'surrogatepass'))}")
    assert answer.status_code == 200
    assert said in unescape(answer.text)
    assert "<script>" not in answer.text
    assert "<img" not in answer.text


def test_what_is_sought_for_by_post_is_not_answered(as_role: AsRole) -> None:
    assert as_role(Role.READ_ONLY).post("/search", q="sample").status_code == 404

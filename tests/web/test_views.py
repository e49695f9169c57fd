"""Views of the worklist: sorted by a column, kept under a name, shared by managers."""

import re
from collections.abc import Callable, Iterator

import pytest

from edi_engine.jobs.saved_views import drop_view, list_views
from edi_engine.jobs.users import list_users
from edi_engine.jobs.worklist import list_work
from edi_engine.records.users import Role
from edi_engine.records.work import WorkOrder, WorkSort
from edi_engine.web import Site
from tests.jobs.conclusions import AS_OF
from tests.web.conftest import Browser, Program

AsRole = Callable[[Role], Browser]


@pytest.fixture(autouse=True)
def no_views_are_left(site: Site) -> Iterator[None]:
    yield
    for user in list_users(site.store):
        for view in list_views(site.store, user):
            if view.user_id == user.user_id:
                drop_view(site.store, user, view.view_id)


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'class="open" href="/items/(\d+)"', page)]


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("sort", WorkSort)
def test_a_list_is_in_the_order_asked_for(
    as_role: AsRole, site: Site, sort: WorkSort, is_reversed: bool
) -> None:
    """The same as sorting all items here, what has no value last either way."""
    entries = list_work(site.store, as_of=AS_OF)
    with site.store.reading() as reader:
        arose = {
            key: one.arose_on
            for key, one in reader.work_stakes(entry.item.work_item_id for entry in entries).items()
        }
    values = {
        WorkSort.PRIORITY: lambda item: item.priority,
        WorkSort.AMOUNT: lambda item: item.amount_at_risk_cents,
        WorkSort.DEADLINE: lambda item: item.deadline,
        WorkSort.NEXT_ACTION: lambda item: item.next_action_on,
        WorkSort.AGE: lambda item: arose.get(item.work_item_id),
        WorkSort.CAUSE: lambda item: item.cause,
        WorkSort.ASSIGNEE: lambda item: item.assignee or None,
    }
    by_priority = [entry.item for entry in entries]
    known = [item for item in by_priority if values[sort](item) is not None]
    falls = (sort in {WorkSort.PRIORITY, WorkSort.AMOUNT}) != is_reversed
    expected = sorted(known, key=values[sort], reverse=falls)
    expected += [item for item in by_priority if values[sort](item) is None]
    found = list_work(site.store, as_of=AS_OF, order=WorkOrder(sort, is_reversed))
    assert [entry.item for entry in found] == expected
    text = f"{'-' if is_reversed else ''}{sort.value}"
    page = as_role(Role.READ_ONLY).get("/", params={"sort": text}).text
    assert shown(page) == [item.work_item_id for item in expected[:50]]


def test_a_column_is_sorted_by_and_turned_round(as_role: AsRole) -> None:
    browser = as_role(Role.READ_ONLY)
    page = browser.get("/?queue=denial").text
    assert re.search(r'aria-sort="descending"><a href="/\?queue=denial&amp;sort=-priority">', page)
    page = browser.get("/?queue=denial&sort=amount").text
    assert re.search(r'aria-sort="descending"><a href="/\?queue=denial&amp;sort=-amount">', page)
    page = browser.get("/?queue=denial&sort=-amount").text
    assert re.search(r'aria-sort="ascending"><a href="/\?queue=denial&amp;sort=amount">', page)
    assert len(re.findall("aria-sort", page)) == 1
    assert browser.get("/?sort=nonsense").status_code == 200


def test_a_view_is_kept_opened_and_forgotten(as_role: AsRole) -> None:
    browser = as_role(Role.COLLECTOR)
    page = browser.get("/?queue=denial&sort=-amount&whose=nobody").text
    link = re.search(r'href="(/views\?[^"]*)">Keep this view', page)
    assert link
    form = browser.get(link[1].replace("&amp;", "&")).text
    here = re.search(r'name="here" value="([^"]*)"', form)
    assert here
    kept = browser.post("/views", name=" My  denials ", here=here[1].replace("&amp;", "&"))
    assert kept.headers["location"] == "/?queue=denial&whose=nobody&sort=-amount"
    page = browser.get(kept.headers["location"]).text
    assert "The view My denials is kept." in page
    assert re.search(r'aria-current="page">My denials</a>', page)
    view = re.search(r'name="view" value="(\d+)"', browser.get("/views").text)
    assert view
    browser.post("/views", action="drop", view=view[1])
    assert ">My denials</a>" not in browser.get("/").text


def test_a_view_of_the_same_name_is_replaced(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    browser.get("/views")
    for queue in ("denial", "underpay"):
        browser.post("/views", name="Mine", here=f"queue={queue}")
    page = browser.get("/").text
    assert page.count(">Mine</a>") == 1
    assert 'href="/?queue=underpay">Mine' in page


def test_managers_share_views_and_others_do_not(as_role: AsRole) -> None:
    manager, biller = as_role(Role.MANAGER), as_role(Role.BILLER)
    manager.get("/views")
    manager.post("/views", name="Start here", here="queue=denial", is_shared="yes")
    assert ">Start here</a>" in biller.get("/").text
    page = biller.get("/views").text
    assert "Forget<span" not in page
    refused = biller.post("/views", name="Not for you", here="", is_shared="yes")
    assert refused.status_code == 400
    assert "Only managers share views." in refused.text
    biller.post("/views", name="Only mine", here="")
    assert "Only mine" not in manager.get("/").text


def test_a_view_leads_nowhere_else(as_role: AsRole) -> None:
    """Only filters are kept, whatever comes."""
    browser = as_role(Role.BILLER)
    browser.get("/views")
    for here in (
        "//elsewhere.example",
        "queue=denial&next=//elsewhere.example",
        "queue=<script>&payer=\"'><b>",
    ):
        answer = browser.post("/views", name="x", here=here)
        assert answer.status_code == 303
        assert "elsewhere" not in answer.headers["location"]
    assert "<b>" not in browser.get("/").text.partition("Views")[2].partition("</nav>")[0]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "1 to 40 characters"),
        ({"name": "x" * 41}, "1 to 40 characters"),
        ({"action": "drop", "view": "999"}, "no such view"),
        ({"action": "drop", "view": "x"}, "no such view"),
    ],
)
def test_what_cannot_be_kept_is_said(as_role: AsRole, fields: dict[str, str], words: str) -> None:
    browser = as_role(Role.BILLER)
    browser.get("/views")
    answer = browser.post("/views", **fields)
    assert answer.status_code == 400
    assert words in answer.text


def test_somebody_has_only_so_many_views(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    browser.get("/views")
    for number in range(50):
        assert browser.post("/views", name=f"view {number}", here="").status_code == 303
    answer = browser.post("/views", name="one more", here="")
    assert "you have 50 views already" in answer.text.lower()
    assert browser.post("/views", name="view 1", here="queue=plb").status_code == 303


def test_nobody_forgets_anothers_view(as_role: AsRole, site: Site) -> None:
    owner, other = as_role(Role.BILLER), as_role(Role.ADMINISTRATOR)
    owner.get("/views")
    owner.post("/views", name="Mine", here="queue=denial")
    user = next(one for one in list_users(site.store) if one.login == "biller")
    (view,) = list_views(site.store, user)
    other.get("/views")
    assert other.post("/views", action="drop", view=view.view_id).status_code == 400
    assert list_views(site.store, user) == [view]


def test_a_program_keeps_views_too(as_program: Callable[..., Program], as_role: AsRole) -> None:
    program = as_program(Role.BILLER)
    kept = program.post("/api/views", name="By program", queue="denial", sort="-deadline").json()
    assert kept["query"] == "queue=denial&sort=-deadline"
    assert ">By program</a>" in as_role(Role.BILLER).get("/").text
    assert [one["name"] for one in program.get("/api/views").json()] == ["By program"]
    listed = program.get("/api/worklist", sort="amount", is_reversed="true", limit=500).json()
    amounts = [one["item"]["amount_at_risk_cents"] for one in listed["items"]]
    assert amounts == sorted(amounts)
    assert program.post(f"/api/views/{kept['view_id']}/drop").status_code == 200
    assert program.get("/api/views").json() == []

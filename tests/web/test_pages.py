"""What the pages show and do, without a browser's script."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from edi_engine.jobs.users import list_users
from edi_engine.jobs.worklist import list_work, show_item
from edi_engine.money import format_dollars
from edi_engine.records.users import Role
from edi_engine.records.work import WorkItem, WorkStatus
from edi_engine.store import Store
from edi_engine.web import Site
from tests.jobs.conclusions import AS_OF
from tests.web.conftest import PASSWORD, Browser

AsRole = Callable[[Role], Browser]


def some_item(store: Store, place: int = 0) -> WorkItem:
    with store.reading() as reader:
        return reader.work_items(statuses=(WorkStatus.NEW,))[place]


def test_the_worklist_shows_what_the_command_lists(as_role: AsRole, site: Site) -> None:
    text = unescape(as_role(Role.BILLER).get("/").text)
    entries = list_work(site.store, as_of=AS_OF, limit=50)
    assert entries
    for entry in entries:
        assert f'href="/items/{entry.item.work_item_id}"' in text
        assert format_dollars(entry.item.amount_at_risk_cents, thousands=True) in text


@pytest.mark.parametrize(
    ("path", "words"),
    [("/", "Worklist"), ("/?queue=denial", "Worklist"), ("/claims", "Claims"), ("/runs", "Runs")],
)
def test_the_page_one_is_on_is_marked(as_role: AsRole, path: str, words: str) -> None:
    text = as_role(Role.ADMINISTRATOR).get(path).text
    assert re.findall(r'<a href="[^"]*" aria-current="page">([^<]*)</a>', text)[:1] == [words]
    assert text.count(f">{words}</a>") == 1


def test_the_queues_add_up(as_role: AsRole, site: Site) -> None:
    text = as_role(Role.BILLER).get("/").text
    counts = [int(found) for found in re.findall(r"<b>(\d+)</b>", text)]
    assert counts[0] == sum(counts[1:]) == len(list_work(site.store, as_of=AS_OF))


def test_a_queue_and_a_page_are_addresses(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    for path in (
        "/?queue=denial",
        "/?queue=deadline",
        "/?whose=mine",
        "/?whose=nobody&status=snoozed",
        "/?page=2",
        "/?page=999",
        "/?page=-1&queue=no+such&status=no+such&payer=%3Cscript%3E",
        "/?status=closed",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "note", "text": ""}, "Write the note."),
        ({"action": "snooze", "until": "tomorrow"}, "Give the day"),
        ({"action": "snooze", "until": "2020-01-01"}, "2020-01-01"),
        ({"action": "touch", "channel": "smoke"}, "Choose how"),
        (
            {
                "action": "touch",
                "channel": "payer_call",
                "outcome": "They look into it.",
                "next_action_on": "2099-01-04",
            },
            "reference",
        ),
        ({"action": "close", "reason": "  "}, "Write why it is done."),
        ({"action": "dance"}, "Choose what to do."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    as_role: AsRole, site: Site, fields: dict[str, str], said: str
) -> None:
    item = some_item(site.store)
    answer = as_role(Role.BILLER).post(f"/items/{item.work_item_id}", **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert fields.get("outcome", "") in answer.text
    assert show_item(site.store, item.work_item_id).item == item


def test_an_item_is_worked_from_beginning_to_end(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.BILLER)
    pulled = browser.post("/next")
    path = pulled.headers["location"]
    number = int(path.rpartition("/")[2])
    assert "in your hands" in browser.get(path).text
    for fields in (
        {"action": "note", "text": "Asked <b>billing</b> for the record."},
        {"action": "take"},
        {
            "action": "touch",
            "channel": "payer_call",
            "contact": "Lee",
            "reference": "REF 17",
            "outcome": "They look into it.",
            "next_action_on": "2099-01-04",
        },
    ):
        answer = browser.post(path, **fields)
        assert answer.status_code == 303, answer.text
    entry = show_item(site.store, number)
    assert entry.item.status is WorkStatus.WAITING
    assert entry.item.assignee == "biller"
    assert [event.actor for event in entry.events][1:] == ["biller"] * (len(entry.events) - 1)
    text = browser.get(path).text
    assert "<b>billing</b>" not in text
    assert "Asked <b>billing</b> for the record." in unescape(text)
    assert browser.post(path, action="close", reason="Paid by phone.").status_code == 303
    assert show_item(site.store, number).item.status is WorkStatus.CLOSED
    assert "Open it again" in browser.get(path).text
    browser.post(path, action="reopen")
    assert show_item(site.store, number).item.status is WorkStatus.OPEN


def test_two_people_pull_two_items(as_role: AsRole) -> None:
    one, other = as_role(Role.BILLER), as_role(Role.MANAGER)
    first = one.post("/next").headers["location"]
    second = other.post("/next").headers["location"]
    assert first != second
    refused = other.post(first, action="close", reason="Mine too.")
    assert refused.status_code == 400
    assert "biller" in refused.text


@pytest.mark.parametrize("kind", ["claims", "payments", "remittances", "files", "sets"])
def test_every_thing_has_its_page(as_role: AsRole, kind: str) -> None:
    browser = as_role(Role.READ_ONLY)
    assert browser.get(f"/{kind}/1").status_code == 200
    missing = browser.get(f"/{kind}/999999")
    assert missing.status_code == 404
    assert "There is no" in missing.text or "there is no" in missing.text


def test_the_raw_segments_are_on_the_page(as_role: AsRole) -> None:
    assert "CLM*" in as_role(Role.READ_ONLY).get("/claims/1").text


def test_who_only_looks_sees_no_buttons(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    number = some_item(site.store).work_item_id
    assert "Next item for me" not in browser.get("/").text
    assert "What you can do" not in browser.get(f"/items/{number}").text
    assert "/users" not in browser.get("/").text


def test_an_administrator_makes_and_changes_users(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.ADMINISTRATOR)
    wrong = browser.post("/users", action="add", login="kim", role="biller", password="short")
    assert wrong.status_code == 400
    assert "12 to 256 characters" in wrong.text
    assert 'value="kim"' in wrong.text
    assert "short" not in wrong.text.replace("password is too short", "")
    added = browser.post("/users", action="add", login="kim", role="biller", password=PASSWORD)
    assert added.status_code == 303
    assert "kim can log in now." in browser.get("/users").text
    assert browser.post("/users", action="role", login="kim", role="manager").status_code == 303
    assert browser.post("/users", action="disable", login="kim").status_code == 303
    (kim,) = [user for user in list_users(site.store) if user.login == "kim"]
    assert kim.role is Role.MANAGER
    assert kim.disabled_at is not None
    last = browser.post("/users", action="disable", login="administrator")
    assert "last administrator" in last.text
    assert "kim" in browser.get("/access").text


def test_of_two_people_on_one_item_the_second_sees_what_the_first_did(
    as_role: AsRole, site: Site
) -> None:
    number = some_item(site.store, 3).work_item_id
    path = f"/items/{number}"
    one, other = as_role(Role.BILLER), as_role(Role.MANAGER)
    seen = {}
    for name, browser in (("one", one), ("other", other)):
        found = re.search(r'name="seen" value="(\d+)"', browser.get(path).text)
        assert found
        seen[name] = found[1]
    assert one.post(path, action="take", seen=seen["one"]).status_code == 303
    fields = {"action": "close", "reason": "Nothing is owed here.", "seen": seen["other"]}
    answer = other.post(path, **fields)
    assert answer.status_code == 409
    text = unescape(answer.text)
    assert "biller worked on it meanwhile" in text.lower()
    assert "Nothing is owed here." in text  # what was typed is not lost
    assert show_item(site.store, number).item.status is not WorkStatus.CLOSED
    again = re.search(r'name="seen" value="(\d+)"', answer.text)
    assert again
    assert other.post(path, **{**fields, "seen": again[1]}).status_code == 303


def test_a_promise_is_kept_with_the_touch(as_role: AsRole, site: Site) -> None:
    item = some_item(site.store, 4)
    path = f"/items/{item.work_item_id}"
    browser = as_role(Role.COLLECTOR)
    browser.get(path)
    fields = {
        "action": "touch",
        "channel": "patient_call",
        "outcome": "Will pay.",
        "next_action_on": "2099-01-04",
        "waiting_for": "patient",
        "promised_on": "2099-01-02",
    }
    for amount in ("", "much", "-5.00", "0"):
        answer = browser.post(path, **fields, promised=amount)
        assert answer.status_code == 400
        assert "Give the amount" in answer.text
    assert browser.post(path, **fields, promised="$1,120.50").status_code == 303
    (promise,) = show_item(site.store, item.work_item_id, as_of=AS_OF).promises
    assert promise.promise.amount_cents == 1_120_50

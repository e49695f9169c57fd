"""Many items at once: previewed, done, refused when something changed since, taken back."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from edi_engine.jobs.worklist import list_work, note_item
from edi_engine.money import format_dollars
from edi_engine.records.users import Role
from edi_engine.records.work import Queue, WorkItem
from edi_engine.web import Site
from tests.jobs.conclusions import AS_OF
from tests.web.conftest import Browser

AsRole = Callable[[Role], Browser]
ASSIGN = {"queue": "secondary_due", "kind": "assign", "text": "kim"}


def secondary(site: Site) -> list[WorkItem]:
    found = list_work(site.store, as_of=AS_OF, queue=Queue.SECONDARY_DUE)
    return [entry.item for entry in found]


def previewed(browser: Browser, **fields: str) -> str:
    browser.get("/bulk?queue=secondary_due")
    found = re.search(r'name="token" value="([^"]+)"', browser.post("/bulk", **fields).text)
    assert found
    return found[1]


def test_a_preview_changes_nothing_and_tells_count_and_sum(as_role: AsRole, site: Site) -> None:
    browser, items = as_role(Role.MANAGER), secondary(site)
    assert items
    browser.get("/bulk?queue=secondary_due")
    text = unescape(browser.post("/bulk", **ASSIGN).text)
    amount = sum(item.amount_at_risk_cents for item in items)
    assert f"assign {len(items)} items with {format_dollars(amount, thousands=True)}" in text
    assert secondary(site) == items


def test_what_was_previewed_is_done_and_taken_back(as_role: AsRole, site: Site) -> None:
    browser, before = as_role(Role.MANAGER), secondary(site)
    token = previewed(browser, **ASSIGN)
    done = browser.post("/bulk", **ASSIGN, token=token)
    assert done.status_code == 303
    assert {item.assignee for item in secondary(site)} == {"kim"}
    page = browser.get(done.headers["location"])
    assert f"Done to {len(before)} items" in page.text
    batch = re.search(r'name="batch" value="(\d+)"', page.text)
    assert batch
    assert browser.post("/bulk/done", batch=batch[1]).headers["location"] == "/"
    assert f"{len(before)} items are as they were" in browser.get("/").text
    assert [item.assignee for item in secondary(site)] == [item.assignee for item in before]
    again = browser.post("/bulk/done", batch=batch[1])
    assert again.status_code == 400


def test_a_selection_that_changed_since_is_refused(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.MANAGER)
    token = previewed(browser, **ASSIGN)
    note_item(site.store, secondary(site)[0].work_item_id, "Meanwhile.", actor="lee")
    refused = browser.post("/bulk", **ASSIGN, token=token)
    assert refused.status_code == 400
    assert "not what was previewed" in refused.text
    assert 'value="kim"' in refused.text
    assert {item.assignee for item in secondary(site)} != {"kim"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose what to do."),
        ({"kind": "burn"}, "Choose what to do."),
        ({"kind": "close"}, "Write the reason or the note."),
        ({"kind": "snooze", "until": "soon"}, "Give the day they come back on."),
        ({"kind": "snooze", "until": "2020-01-01"}, "2020-01-01"),
        ({"kind": "note", "text": "x", "payer": "NOBODY"}, "The selection has 0 items"),
    ],
)
def test_what_cannot_be_done_is_said(as_role: AsRole, fields: dict[str, str], said: str) -> None:
    browser = as_role(Role.MANAGER)
    browser.get("/bulk")
    answer = browser.post("/bulk", **fields)
    assert answer.status_code == 400
    assert said in answer.text

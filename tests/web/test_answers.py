"""What is done about a refusal: an appeal with its letter, or the claim corrected."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from edi_engine.jobs.appeals import appeals_of_item
from edi_engine.jobs.correction_forms import correction_form
from edi_engine.jobs.worklist import show_item
from edi_engine.parsers import read_bytes
from edi_engine.records.users import AccessKind, Role
from edi_engine.records.work import Queue, WorkItem, WorkStatus
from edi_engine.store import Store
from edi_engine.web import Site
from tests.jobs.conclusions import AS_OF
from tests.web.conftest import Browser

AsRole = Callable[[Role], Browser]


def items_in(store: Store, queue: Queue) -> list[WorkItem]:
    with store.reading() as reader:
        return [
            item
            for item in reader.work_items(queue=queue, statuses=(WorkStatus.NEW,))
            if item.claim_id is not None
        ]


def seen(text: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', text)
    assert found is not None
    return found[1]


def test_an_appeal_is_read_taken_along_filed_and_answered(as_role: AsRole, site: Site) -> None:
    item = items_in(site.store, Queue.DENIAL)[0]
    path = f"/items/{item.work_item_id}"
    browser = as_role(Role.COLLECTOR)
    page = browser.get(path).text
    assert f'href="{path}/letter"' in page
    letter = unescape(browser.get(f"{path}/letter").text)
    assert "[to be added]" in letter
    pdf = browser.post(f"{path}/letter", form="pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["content-disposition"].endswith(".pdf")
    text = browser.post(f"{path}/letter", form="txt")
    assert text.text in letter or text.text[:200] in letter
    assert "Letter written" in browser.get(path).text
    fields = {
        "action": "file_appeal",
        "method": "portal",
        "tracking_number": "ABC-77",
        "due": "2026-05-20",
    }
    filed = browser.post(path, **fields, seen=seen(browser.get(path).text))
    assert filed.status_code == 303, filed.text
    (appeal,) = appeals_of_item(site.store, item.work_item_id)
    assert appeal.tracking_number == "ABC-77"
    assert appeal.response_due_on.isoformat() == "2026-05-20"
    assert appeal.disputed_cents == item.amount_at_risk_cents
    assert appeal.filed_on == AS_OF
    page = browser.get(path).text
    assert "An appeal was sent" not in page
    assert show_item(site.store, item.work_item_id).item.status is WorkStatus.APPEALED
    answered = browser.post(
        path, action="answer_appeal", appeal=appeal.appeal_id, outcome="upheld", seen=seen(page)
    )
    assert answered.status_code == 303, answered.text
    assert show_item(site.store, item.work_item_id).item.status is WorkStatus.OPEN


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"method": "pigeon"}, "Choose how it was sent."),
        ({"method": "fax", "amount": "much"}, "Give the amount, like 120.00."),
        ({"method": "fax", "amount": "-5"}, "Give the amount, like 120.00."),
        ({"method": "fax", "filed_on": "yesterday"}, "Give the day it was sent."),
        ({"method": "fax", "filed_on": "2099-01-01"}, "It cannot have been filed after today."),
        ({"method": "fax", "due": "soon"}, "Give the day the answer is due."),
        ({"action": "answer_appeal", "outcome": "lost"}, "Choose what came of it."),
        ({"action": "answer_appeal", "outcome": "upheld", "appeal": "999"}, "no such appeal"),
    ],
)
def test_what_is_wrong_with_an_appeal_is_said_and_nothing_is_lost(
    as_role: AsRole, site: Site, fields: dict[str, str], said: str
) -> None:
    item = items_in(site.store, Queue.DENIAL)[1]
    sent = {"action": "file_appeal", "tracking_number": "KEEP-ME", **fields}
    answer = as_role(Role.BILLER).post(f"/items/{item.work_item_id}", **sent)
    assert answer.status_code == 400
    assert said in answer.text
    if sent["action"] == "file_appeal":
        assert 'value="KEEP-ME"' in answer.text
    assert appeals_of_item(site.store, item.work_item_id) == []


def test_of_two_people_who_appeal_the_second_is_told(as_role: AsRole, site: Site) -> None:
    item = items_in(site.store, Queue.DENIAL)[2]
    path = f"/items/{item.work_item_id}"
    one, other = as_role(Role.BILLER), as_role(Role.COLLECTOR)
    before = seen(one.get(path).text)
    assert one.post(path, action="note", text="Called them.").status_code == 303
    late = other.post(path, action="file_appeal", method="fax", seen=before)
    assert late.status_code == 409
    assert "worked on it meanwhile" in late.text
    assert appeals_of_item(site.store, item.work_item_id) == []


def test_who_only_looks_reads_the_letter_and_takes_nothing(as_role: AsRole, site: Site) -> None:
    item = items_in(site.store, Queue.DENIAL)[3]
    browser = as_role(Role.READ_ONLY)
    page = browser.get(f"/items/{item.work_item_id}/letter")
    assert page.status_code == 200
    assert "Take along as PDF" not in page.text
    assert browser.post(f"/items/{item.work_item_id}/letter", form="pdf").status_code == 403
    correction = browser.get(f"/claims/{item.claim_id}/correct")
    assert "See what it gives" not in correction.text
    assert browser.post(f"/claims/{item.claim_id}/correct", action="write").status_code == 403


def test_a_claim_is_corrected_with_a_look_beforehand(as_role: AsRole, site: Site) -> None:
    item = next(
        one
        for one in items_in(site.store, Queue.DENIAL)
        if correction_form(site.store, one.claim_id or 0).reference
    )
    path = f"/claims/{item.claim_id}/correct"
    browser = as_role(Role.BILLER)
    assert (
        f'href="{path}?item={item.work_item_id}"' in browser.get(f"/items/{item.work_item_id}").text
    )
    form = correction_form(site.store, item.claim_id or 0)
    page = browser.get(f"{path}?item={item.work_item_id}").text
    for field in form.fields:
        assert f'name="{field.name}" value="{field.value}"' in page
    sent = {field.name: field.value for field in form.fields}
    nothing = browser.post(path, action="preview", **sent)
    assert nothing.status_code == 400
    assert "Nothing is changed." in nothing.text
    assert "--set" not in nothing.text
    wrong = browser.post(path, action="preview", **{**sent, "line 1 modifiers": "TOOLONG"})
    assert wrong.status_code == 400
    assert 'value="TOOLONG"' in wrong.text
    sent["line 1 modifiers"] = "59"
    looked = browser.post(path, action="preview", item=item.work_item_id, **sent)
    assert looked.status_code == 200
    assert "line 1 modifiers: " in looked.text
    assert "becomes 59" in looked.text
    assert "Take the 837 along" in looked.text
    assert "written out again" not in browser.get(f"/claims/{item.claim_id}").text
    taken = browser.post(path, action="write", item=item.work_item_id, **sent)
    assert taken.headers["content-disposition"].endswith(".837")
    (claim,) = read_bytes(taken.content, file_name="corrected.837").claims
    assert claim.frequency_code == "7"
    assert claim.lines[0].procedure is not None
    assert claim.lines[0].procedure.modifiers == ("59",)
    assert "written out again" in browser.get(f"/claims/{item.claim_id}").text
    events = show_item(site.store, item.work_item_id).events
    assert "frequency 7" in events[-1].text
    site.recorder.take_in()
    with site.store.reading() as reader:
        kinds = {entry.kind for _, entry in reader.access_entries(login="biller", limit=50)}
    assert AccessKind.EXPORTED in kinds


def test_a_claim_is_taken_back(as_role: AsRole, site: Site) -> None:
    item = items_in(site.store, Queue.DENIAL)[1]
    path = f"/claims/{item.claim_id}/correct"
    browser = as_role(Role.BILLER)
    browser.get(path)
    taken = browser.post(path, action="write", void="yes", reference="PAYER-1")
    (claim,) = read_bytes(taken.content, file_name="void.837").claims
    assert claim.frequency_code == "8"
    assert claim.original_reference == "PAYER-1"


@pytest.mark.parametrize("path", ["/items/999999/letter", "/claims/999999/correct"])
def test_what_is_not_there_has_no_page(as_role: AsRole, path: str) -> None:
    assert as_role(Role.BILLER).get(path).status_code == 404

"""The page of a claim: lines beside their answers, adjustments in words, amounts that add up."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from edi_engine.codes import carc_or_unknown
from edi_engine.jobs.claim_view import view_claim, view_line
from edi_engine.jobs.worklist import list_work, note_item
from edi_engine.money import format_dollars
from edi_engine.records.matching import ClaimId
from edi_engine.records.users import Role
from edi_engine.store import Store
from edi_engine.web import Site
from tests.jobs.conclusions import AS_OF, NOW
from tests.web.conftest import Browser

AsRole = Callable[[Role], Browser]


def claim_ids(store: Store) -> list[int]:
    with store.reading() as reader:
        return [row[0] for row in reader.rows("SELECT claim_id FROM claims ORDER BY 1")]


MARK = re.compile(
    r'<span class="sourced">([^<]*)<span class="sources">(?:<a class="mark".*?</a>)+</span></span>'
)


def without_marks(text: str) -> str:
    """The page without the ways from amounts to their segments."""
    return MARK.sub(r"\1", text)


def test_every_line_is_viewed_with_every_answer(store: Store) -> None:
    answered = 0
    for claim_id in claim_ids(store):
        view = view_claim(store, claim_id)
        assert [one.billed for one in view.lines if one.billed] == list(view.claim.lines)
        with store.reading() as reader:
            conclusion = reader.reconciliations([claim_id])[ClaimId(claim_id)]
        shown = [answer.line for one in view.lines for answer in one.answers]
        assert sorted(shown, key=repr) == sorted(conclusion.lines, key=repr)
        answered += len(shown)
    assert answered > 100


def test_the_adjustments_of_a_line_are_those_that_make_its_amounts(store: Store) -> None:
    compared = 0
    for claim_id in claim_ids(store):
        for one in view_claim(store, claim_id).lines:
            for answer in one.answers:
                line = answer.line
                if line.allocation or not answer.adjustments or len(line.remit_lines) != 1:
                    continue
                adjusted = sum(each.cents for each in answer.adjustments)
                assert adjusted == (
                    line.contractual_cents
                    + line.patient_responsibility_cents
                    + line.denied_cents
                    + line.other_adjustment_cents
                ), (claim_id, line.line_number)
                compared += 1
    assert compared > 50


def test_the_page_says_amounts_and_reasons(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    for claim_id in claim_ids(site.store)[:12]:
        text = without_marks(unescape(browser.get(f"/claims/{claim_id}").text))
        view = view_claim(site.store, claim_id)
        assert f"{format_dollars(view.claim.charge_cents, thousands=True)} billed" in text
        for one in view.lines:
            for answer in one.answers:
                assert format_dollars(answer.line.paid_cents, thousands=True) in text
                for each in answer.adjustments:
                    assert carc_or_unknown(each.code.partition("-")[2]).label in text
        for paid in view.payments:
            assert f'href="/payments/{paid.payment.claim_payment_id}"' in text
            for each in paid.adjustments:
                amount = format_dollars(each.cents, thousands=True)
                assert f"{each.code}</b> {amount} of the whole claim" in text
        assert 'href="/claims/' in text


def test_the_page_has_the_lifeline_with_days_and_links(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    for claim_id in claim_ids(site.store)[:12]:
        text = unescape(browser.get(f"/claims/{claim_id}").text)
        view = view_claim(site.store, claim_id)
        assert '<h2 id="lifeline">Lifeline' in text
        assert view.lifeline.lifecycle is not None
        for step in view.lifeline.steps:
            assert step.event.words in text
            if step.at is not None:
                file_id, byte = step.at
                assert f'href="/files/{file_id}/at/{byte}"' in text
                assert browser.get(f"/files/{file_id}/at/{byte}").status_code == 200


@pytest.mark.parametrize("path", ["/claims/0", "/claims/999999"])
def test_a_claim_that_is_none_has_no_page(as_role: AsRole, path: str) -> None:
    assert as_role(Role.READ_ONLY).get(path).status_code == 404


def test_the_page_of_a_line_shows_its_row_of_the_claim_page(store: Store, as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    claim_id = next(
        claim_id
        for claim_id in claim_ids(store)
        if len(view_claim(store, claim_id).lines) > 1
        and all(one.answers for one in view_claim(store, claim_id).lines)
    )
    whole = view_claim(store, claim_id)
    for line in whole.lines:
        view = view_line(store, claim_id, line.number)
        assert view.line == line
        page = browser.get(f"/claims/{claim_id}/lines/{line.number}").text
        for answer in line.answers:
            assert format_dollars(answer.line.paid_cents) in page
            for place in (*answer.paid_places, *answer.allowed_places):
                assert f"/files/{place.file_id}/at/{place.byte_offset}?" in page
            for part in answer.line.remit_lines:
                assert f'href="/payments/{part.claim_payment_id}"' in page


def test_what_people_did_about_a_claim_stands_on_its_page(site: Site, as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    item = next(
        one.item
        for one in list_work(site.store, as_of=AS_OF)
        if one.item.item_key.startswith("claim:")
    )
    before = browser.get(f"/claims/{item.claim_id}").text
    text = "The payer <b>lost</b> it."
    note_item(site.store, item.work_item_id, text, actor="biller", now=lambda: NOW)
    after = browser.get(f"/claims/{item.claim_id}").text

    assert "touches and notes" not in before
    assert "touches and notes" in after
    assert "The payer &lt;b&gt;lost&lt;/b&gt; it." in after
    assert NOW.isoformat() not in after

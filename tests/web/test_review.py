"""Payments that nobody could place are placed, kept off, undone; nobody overwrites anybody."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest

from edi_engine.config import Settings
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.decide import list_decisions
from edi_engine.jobs.review import list_reviews
from edi_engine.jobs.users import add_user
from edi_engine.records.reconciliation import ClaimMatch, DecisionKind, MatchOutcome
from edi_engine.records.users import Role
from edi_engine.store import Store, open_store
from edi_engine.web import Site
from tests.jobs.conclusions import AS_OF, conclude, practice_of, take, written
from tests.web.conftest import PASSWORD, Browser, Program

AsRole = Callable[[Role], Browser]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which some payments wait for a person."""
    folder = tmp_path_factory.mktemp("review")
    store = open_store(str(folder / "edi.db"))
    take(store, written(practice_of(150), folder / "files"))
    conclude(store)
    for role in Role:
        add_user(store, role.value, name="", role=role, password=PASSWORD, actor="root")
    assert len(list_reviews(store, as_of=AS_OF, limit=9)) > 2
    store.close()
    return folder / "edi.db"


@pytest.fixture
def site(reviewed: Path, tmp_path: Path) -> Iterator[Site]:
    copy = tmp_path / "edi.db"
    copy.write_bytes(reviewed.read_bytes())
    store = open_store(str(copy))
    with AccessRecorder(store, tmp_path / "access") as recorder:
        yield Site(store, Settings(), recorder, AS_OF)
    store.close()


def waiting(store: Store) -> list[int]:
    entries = list_reviews(store, as_of=AS_OF, limit=999)
    return [entry.item.claim_payment_id or 0 for entry in entries]


def match_of(store: Store, payment_id: int) -> ClaimMatch:
    with store.reading() as reader:
        return next(iter(reader.match_of([payment_id]).values()))


def with_candidates(store: Store) -> tuple[int, int]:
    """A payment that waits, and the first claim that it may belong to."""
    for payment_id in waiting(store):
        match = match_of(store, payment_id)
        if match.candidates:
            return payment_id, match.candidates[0].claim_id
    raise AssertionError("no payment has a candidate")


def test_the_list_shows_what_waits(as_role: AsRole, site: Site) -> None:
    text = as_role(Role.READ_ONLY).get("/review").text
    for payment_id in waiting(site.store):
        assert f'href="/review/{payment_id}"' in text


def test_a_payment_is_shown_beside_every_candidate(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.READ_ONLY)
    for payment_id in waiting(site.store):
        match = match_of(site.store, payment_id)
        text = unescape(browser.get(f"/review/{payment_id}").text)
        assert match.reason in text
        for candidate in match.candidates:
            assert f'href="/claims/{candidate.claim_id}"' in text
        assert "It belongs here" not in text  # who only looks decides nothing


def test_a_payment_is_placed_and_the_next_comes(as_role: AsRole, site: Site) -> None:
    payment_id, claim_id = with_candidates(site.store)
    browser = as_role(Role.BILLER)
    page = browser.get(f"/review/{payment_id}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    answer = browser.post(f"/review/{payment_id}", action="link", claim=claim_id, seen=seen[1])
    assert answer.status_code == 303
    following = answer.headers["location"]
    assert following != f"/review/{payment_id}"
    assert "is on claim" in browser.get(following).text
    match = match_of(site.store, payment_id)
    assert (match.outcome, match.claim_id) == (MatchOutcome.MATCHED, claim_id)
    assert payment_id not in waiting(site.store)
    (decision,) = list_decisions(site.store)
    assert decision.decision.decided_by == "biller"


def test_a_decision_is_undone(as_role: AsRole, site: Site) -> None:
    payment_id, claim_id = with_candidates(site.store)
    before = match_of(site.store, payment_id)
    browser = as_role(Role.BILLER)
    browser.get(f"/review/{payment_id}")
    browser.post(f"/review/{payment_id}", action="link", claim=claim_id, seen=0)
    (decision,) = list_decisions(site.store)
    undone = browser.post(
        f"/review/{payment_id}", action="undo", decision=decision.decision.decision_id
    )
    assert undone.headers["location"] == f"/review/{payment_id}"
    assert match_of(site.store, payment_id) == before
    assert "ended by biller" in browser.get(f"/review/{payment_id}").text


@pytest.mark.parametrize("named", [True, False])
def test_a_payment_is_kept_off(as_role: AsRole, site: Site, named: bool) -> None:
    payment_id, claim_id = with_candidates(site.store)
    browser = as_role(Role.BILLER)
    browser.get(f"/review/{payment_id}")
    fields = {"claim": claim_id} if named else {}
    answer = browser.post(f"/review/{payment_id}", action="unlink", seen=0, **fields)
    assert answer.status_code == 303
    (decision,) = list_decisions(site.store)
    assert decision.decision.kind is DecisionKind.UNLINK
    assert decision.decision.claim_id == (claim_id if named else None)


def test_of_two_people_the_second_sees_what_the_first_did(as_role: AsRole, site: Site) -> None:
    payment_id, claim_id = with_candidates(site.store)
    one, other = as_role(Role.BILLER), as_role(Role.MANAGER)
    for browser in (one, other):
        browser.get(f"/review/{payment_id}")
    assert (
        one.post(f"/review/{payment_id}", action="link", claim=claim_id, seen=0).status_code == 303
    )
    answer = other.post(f"/review/{payment_id}", action="unlink", claim=claim_id, seen=0)
    assert answer.status_code == 409
    assert "biller decided about it meanwhile" in unescape(answer.text).lower()
    assert match_of(site.store, payment_id).claim_id == claim_id
    assert len(list_decisions(site.store)) == 1


def test_any_claim_can_be_looked_up_and_compared(as_role: AsRole, site: Site) -> None:
    payment_id = waiting(site.store)[0]
    with site.store.reading() as reader:
        claim = reader.billed_claims([3])[3]  # type: ignore[index]
    browser = as_role(Role.BILLER)
    for text in ("3", claim.patient_control_number, f" {claim.patient_control_number.lower()} "):
        page = browser.get(f"/review/{payment_id}", params={"find": text}).text
        assert 'href="/claims/3"' in page, text
        assert claim.patient_control_number in page
    page = browser.get(f"/review/{payment_id}", params={"find": "no such number"})
    assert page.status_code == 200
    assert "No claim of ours has this number." in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "link"},
        {"action": "link", "claim": "999999"},
        {"action": "link", "claim": "9" * 40},
        {"action": "link", "claim": "1; DROP TABLE claims"},
        {"action": "undo", "decision": "999"},
        {"action": "undo", "decision": "x"},
        {"action": "sing"},
        {},
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    as_role: AsRole, site: Site, fields: dict[str, str]
) -> None:
    payment_id = waiting(site.store)[0]
    browser = as_role(Role.BILLER)
    browser.get(f"/review/{payment_id}")
    answer = browser.post(f"/review/{payment_id}", **fields)
    assert answer.status_code == 409
    assert 'class="wrong"' in answer.text
    assert list_decisions(site.store) == []


def test_no_payment_no_page(as_role: AsRole) -> None:
    assert as_role(Role.BILLER).get("/review/999999").status_code == 404


def test_a_program_decides_and_undoes(as_program: Callable[..., Program], site: Site) -> None:
    payment_id, claim_id = with_candidates(site.store)
    program = as_program(Role.BILLER)
    listed = program.get("/api/review", limit=500).json()["payments"]
    assert [one["item"]["claim_payment_id"] for one in listed] == waiting(site.store)
    version = program.get(f"/api/review/{payment_id}").json()["version"]
    decided = program.post(
        f"/api/payments/{payment_id}/link",
        claim_id=claim_id,
        note="The dates say so.",
        seen=version,
    ).json()
    assert decided["match"]["claim_id"] == claim_id
    late = program.post(f"/api/payments/{payment_id}/unlink", seen=version)
    assert late.status_code == 409
    assert match_of(site.store, payment_id).claim_id == claim_id
    decision_id = decided["decision"]["decision"]["decision_id"]
    undone = program.post(f"/api/decisions/{decision_id}/undo").json()
    assert undone["decision"]["revoked_by"] == "biller"
    again = program.post(f"/api/decisions/{decision_id}/undo")
    assert again.status_code == 400


@pytest.mark.parametrize("what", ["accept", "reject"])
def test_a_program_judges_a_posting(
    as_program: Callable[..., Program], site: Site, what: str
) -> None:
    program = as_program(Role.BILLER)
    judged = program.post("/api/payments/1/" + what, note="Checked by hand.").json()
    assert judged["decision"]["decision"]["kind"] == what
    assert judged["posting"] is not None
    found = program.get("/api/review/1", find="3").json()
    assert 3 in [one["claim"]["claim_id"] for one in found["candidates"]]

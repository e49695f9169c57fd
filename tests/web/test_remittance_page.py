"""The page of a remittance: equations with their numbers, payments by state, and the ways out."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.remittance_view import PaymentState, view_remittance
from edi_engine.jobs.search import make_searchable
from edi_engine.jobs.users import add_user
from edi_engine.jobs.ways_out import way_out
from edi_engine.money import format_dollars
from edi_engine.records.journal import PostingRefusal
from edi_engine.records.users import Role
from edi_engine.store import Store, open_store
from edi_engine.web import Site
from tests.jobs.conclusions import conclude, practice_of, take, written
from tests.parsers.x12_files import CLAIM, LINE, remittance
from tests.web.conftest import PASSWORD, Browser

AsRole = Callable[[Role], Browser]
_CLAIMS = 60


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A practice, of which one payer is unheard of, one remittance of many claims, and one that
    does not add up."""
    folder = tmp_path_factory.mktemp("remittances")
    files = written(practice_of(60), folder / "files")
    remits = [path for path in files if path.read_bytes().count(b"CLP*") > 2]
    strange = remits[0].read_bytes()
    strange = re.sub(rb"N1\*PR\*[^~]*~", b"N1*PR*UNHEARD OF PLAN*XV*ZZ777~", strange)
    remits[0].write_bytes(strange)
    many = "".join(CLAIM.replace("TEST-1", f"MANY-{n}") + LINE for n in range(_CLAIMS))
    wrong = CLAIM.replace("TEST-1", "WRONG-1") + LINE.replace("CO*45*20", "CO*45*15")
    for name, text in (
        ("many.835", remittance(many, paid=str(80 * _CLAIMS)).replace("TRACE0001", "TRACE0077")),
        ("wrong.835", remittance(wrong, paid="70", after="PLB*1999999976*20261231*WO:A1*25~")),
    ):
        files.append(folder / name)
        files[-1].write_text(text.replace("1999999976", _our_npi(files[0])))
    store = open_store(str(folder / "edi.db"))
    take(store, files)
    conclude(store)
    make_searchable(store)
    for role in Role:
        add_user(store, role.value, name="", role=role, password=PASSWORD, actor="root")
    return store


def _our_npi(claims: Path) -> str:
    found = re.search(rb"NM1\*85\*.*?\*XX\*(\d{10})", claims.read_bytes())
    assert found is not None
    return found[1].decode()


def remittance_ids(store: Store) -> list[int]:
    with store.reading() as reader:
        return list(reader.remittance_ids())


def of_file(store: Store, name: str) -> int:
    with store.reading() as reader:
        heads = reader.remittances(reader.remittance_ids())
    return next(key for key, head in heads.items() if head.file_name == name)


def unheard_of(store: Store) -> int:
    with store.reading() as reader:
        heads = reader.remittances(reader.remittance_ids())
    return next(key for key, head in heads.items() if head.payer_id == "ZZ777")


def test_the_equation_is_that_of_the_sums(store: Store) -> None:
    ids = remittance_ids(store)
    with store.reading() as reader:
        sums = {one.remittance_id: one for one in reader.remittance_money(ids)}
    failing = 0
    for key in ids:
        equation = view_remittance(store, key, limit=1).equation
        money = sums[key]
        assert equation.claim_payments_cents == money.claim_payments_cents
        assert equation.provider_adjustments_cents == money.provider_adjustments_cents
        assert equation.payment_cents == money.payment_amount_cents
        assert equation.difference_cents is not None
        failing += equation.difference_cents != 0
    assert 0 < failing < len(ids)


def test_every_payment_is_on_one_page_in_file_order(store: Store) -> None:
    for key in remittance_ids(store):
        with store.reading() as reader:
            ids = list(reader.payment_ids_of_remittance(key))
        view = view_remittance(store, key, limit=7)
        assert view.payments_count == len(ids)
        found = [
            row.payment.claim_payment_id
            for offset in range(0, max(len(ids), 1), 7)
            for row in view_remittance(store, key, limit=7, offset=offset).rows
        ]
        assert found == ids


def test_the_states_add_up_and_choose_what_they_say(store: Store) -> None:
    seen = set()
    for key in remittance_ids(store):
        view = view_remittance(store, key, limit=1)
        assert sum(one.count for one in view.states) == view.head.claim_payments_count
        for state in view.states:
            chosen = view_remittance(store, key, state=state.filter, limit=1000)
            assert len(chosen.rows) == chosen.payments_count == state.count
            seen.add(state.filter)
            for row in chosen.rows:
                if state.filter in {each.value for each in PostingRefusal}:
                    assert row.payment.refusal == state.filter
                    assert row.state is PaymentState.SUSPENSE
                    assert row.reason
                else:
                    assert row.state.value == state.filter
        waiting = sum(one.suspense_cents for one in view.refusals)
        assert waiting == view.head.suspense_cents
    assert seen >= {"posted", "payer_unknown", "unmatched", "not_posted"}


@pytest.mark.parametrize("refusal", PostingRefusal)
def test_every_refusal_has_a_way_out(refusal: PostingRefusal) -> None:
    way = way_out(refusal)
    assert way.words[0].islower()
    assert way.help.endswith(".")


def test_the_page_writes_out_what_does_not_hold(as_role: AsRole, store: Store) -> None:
    key = of_file(store, "wrong.835")
    text = unescape(as_role(Role.READ_ONLY).get(f"/remittances/{key}").text)
    for amount in ("$80.00", "$25.00", "$55.00", "$70.00"):
        assert amount in text
    assert "Claim payments less provider adjustments are $15.00 less than the payment." in text
    assert "BAL-0103" in text
    assert "BAL-0101" in text
    assert "It balances if" in text
    assert "Does it add up?" in text


def test_more_payments_than_a_page_holds(as_role: AsRole, store: Store) -> None:
    key = of_file(store, "many.835")
    browser = as_role(Role.READ_ONLY)
    first = browser.get(f"/remittances/{key}").text
    second = browser.get(f"/remittances/{key}?page=2").text
    rows = [len(re.findall(r'class="open" href="/payments/', text)) for text in (first, second)]
    assert rows == [50, _CLAIMS - 50]
    assert f'href="/remittances/{key}?page=2#payments" rel="next"' in first
    assert 'rel="next"' not in second
    beyond = browser.get(f"/remittances/{key}?page=9")
    assert "There are none of these on this page." in beyond.text
    filtered = browser.get(f"/remittances/{key}?state=unmatched").text
    assert "no claim of ours fits" in filtered
    assert browser.get(f"/remittances/{key}?state=nonsense").status_code == 404
    with pytest.raises(InputError, match="no such state"):
        view_remittance(store, key, state="nonsense", limit=5)


def test_a_payer_that_nobody_knows_is_released_on_the_page(
    as_role: AsRole, site: Site, store: Store
) -> None:
    key = unheard_of(store)
    path = f"/remittances/{key}"
    browser = as_role(Role.BILLER)
    text = browser.get(path).text
    assert "no claim of ours names this payer" in text
    assert "Release UNHEARD OF PLAN" in text
    assert "Release UNHEARD OF PLAN" not in as_role(Role.COLLECTOR).get(path).text
    before = view_remittance(store, key, limit=1).head.posted_cents
    assert before == 0
    browser.get(path)
    assert browser.post(path, action="release_payer", note="Called them.").status_code == 303
    assert "UNHEARD OF PLAN is released" in browser.get(path).text
    assert view_remittance(store, key, limit=1).head.posted_cents > 0
    again = browser.post(path, action="release_payer")
    assert again.status_code == 409
    assert "Its remittances post already." in again.text


def test_a_remittance_is_held_dismissed_and_released(as_role: AsRole, store: Store) -> None:
    key = of_file(store, "many.835")
    path = f"/remittances/{key}"
    browser = as_role(Role.BILLER)
    browser.get(path)
    empty = browser.post(path, action="hold", note=" ")
    assert empty.status_code == 409
    assert "The reason is empty." in empty.text
    assert not view_remittance(store, key, limit=1).head.held
    assert browser.post(path, action="hold", note="Looks like a copy.").status_code == 303
    assert "Looks like a copy. (biller)" in browser.get(path).text
    held = view_remittance(store, key, limit=1)
    assert {one.refusal for one in held.refusals} == {"duplicate"}
    assert browser.post(path, action="dismiss", note="It came twice.").status_code == 303
    dismissed = view_remittance(store, key, limit=1)
    assert dismissed.withdrawal is not None
    assert dismissed.head.posted_cents == 0
    assert browser.post(path, action="release").status_code == 303
    assert view_remittance(store, key, limit=1).withdrawal is None
    unknown = browser.post(path, action="burn")
    assert unknown.status_code == 409
    assert "Choose what to do." in unknown.text


def test_amounts_lead_to_their_elements(as_role: AsRole, store: Store) -> None:
    browser = as_role(Role.READ_ONLY)
    key = of_file(store, "wrong.835")
    text = unescape(browser.get(f"/remittances/{key}").text)
    marks = re.findall(r'class="mark" href="([^"]+)".*?<span class="hidden">([^<]*)<', text)
    assert len(marks) >= 6
    for path, words in marks:
        amount = re.search(r"-?\$([\d,.]+)", words)
        assert amount is not None, words
        page = unescape(browser.get(path).text)
        found = re.search(r"<mark>([^<]*)</mark>", page)
        assert found is not None, (path, words)
        assert format_dollars(int(float(found[1]) * 100), thousands=True).strip("-$") == amount[1]
    elements = {re.search(r"number=(\w+)", path)[1] for path, _ in marks}  # type: ignore[index]
    assert elements >= {"payment_amount", "claim_paid", "paid_claim_charge", "provider_adjustment"}


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.BILLER])
def test_every_remittance_and_payment_has_its_page(
    as_role: AsRole, store: Store, role: Role
) -> None:
    browser = as_role(role)
    for key in remittance_ids(store)[:: 1 if role is Role.BILLER else 5]:
        text = browser.get(f"/remittances/{key}").text
        assert ("Hold it back" in text or "let it count" in text) == (role is Role.BILLER)
        for payment in re.findall(r'class="open" href="(/payments/\d+)"', text)[:2]:
            assert browser.get(payment).status_code == 200

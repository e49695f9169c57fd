"""`posting.post_on = deposit`: a payment posts once its money was seen at the bank.

The files are those of golden scenarios 34 (four remittances of one payer) and 31 (remittances that
pay nothing), with a bank that says what each test needs.
"""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from edi_engine.jobs.decide import hold, release
from edi_engine.jobs.deposits import link_deposit, undo_deposit_decision, unlink_deposit
from edi_engine.records.journal import PostingRefusal, SubjectKind
from edi_engine.records.policy import PostingPolicy, PostOn, ReconcilePolicy
from edi_engine.records.work import WorkStatus
from edi_engine.store import Store, open_store
from edi_engine.store.maintenance import hash_journal, verify_store
from edi_engine.synthetic.bank_text import BankMovement, bai2_text
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import NOW, conclude, take

PAID = GOLDEN_ROOT / "g34_four_remittances_in_one_deposit"
UNPAID = GOLDEN_ROOT / "g31_one_trace_number_on_three_remittances_without_money"
DAY = date(2026, 3, 20)
WAITING = ReconcilePolicy(posting=PostingPolicy(PostOn.DEPOSIT))
AT_ONCE = ReconcilePolicy()
PAYER = ("1512345678", "TEST PAYER A")
AMOUNTS = {"TRACE189": 5000_00, "TRACE190": 4200_00, "TRACE191": 6000_00, "TRACE192": 3000_00}
NONE: dict[str, int] = {}


class Office:
    """A store, and a bank whose statements are written as they are needed."""

    def __init__(self, url: str, store: Store, folder: Path) -> None:
        self.url = url
        self.store = store
        self.folder = folder
        self.statements_count = 0
        self.words = {"actor": "kim", "as_of": DAY, "now": lambda: NOW}

    def came(self, *movements: tuple[int, str]) -> Path:
        """A statement of (cents, trace number)."""
        self.statements_count += 1
        path = self.folder / f"statement_{self.statements_count}.bai"
        path.write_bytes(
            bai2_text(
                [
                    BankMovement(DAY, cents, *PAYER, trace, f"{self.statements_count}R{place}")
                    for place, (cents, trace) in enumerate(movements)
                ],
                as_of=DAY,
            )
        )
        return path

    def take(self, *paths: Path, policy: ReconcilePolicy = WAITING) -> None:
        take(self.store, paths)
        conclude(self.store, policy=policy, as_of=DAY)

    def remit(self, folder: Path, policy: ReconcilePolicy = WAITING) -> None:
        self.take(*sorted(folder.glob("*.edi")), policy=policy)

    def suspense(self) -> dict[str, int]:
        """Cents in suspense by trace number, without those that have none."""
        with self.store.reading() as reader:
            heads = reader.remittances(reader.remittance_ids()).values()
        return {one.trace_number: one.suspense_cents for one in heads if one.suspense_cents}

    def refusals(self) -> list[PostingRefusal]:
        with self.store.reading() as reader:
            ids = [row[0] for row in reader.rows("SELECT claim_payment_id FROM claim_payments")]
            found = reader.postings(SubjectKind.PAYMENT, ids)
        return [one.plan.refusal for one in found if one.plan.refusal]

    def asked_for(self) -> list[str]:
        """Causes of the open work about deposits."""
        with self.store.reading() as reader:
            items = reader.work_items(statuses=[WorkStatus.NEW, WorkStatus.OPEN])
        return [one.cause for one in items if one.queue.value == "eft_era_gap"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    url = str(tmp_path / "office.db")
    with open_store(url) as store:
        yield Office(url, store, tmp_path)  # type: ignore[misc]
    assert verify_store(url) == []


def test_payments_wait_in_suspense_without_any_bank_file(office: Office) -> None:
    office.remit(PAID)
    assert office.suspense() == AMOUNTS
    assert set(office.refusals()) == {PostingRefusal.DEPOSIT_AWAITED}


def test_what_waits_for_a_bank_file_that_nobody_loads_is_told(office: Office) -> None:
    office.remit(PAID)
    late = date(2026, 5, 1)
    conclude(office.store, policy=AT_ONCE, as_of=late)
    assert office.asked_for() == []
    conclude(office.store, policy=WAITING, as_of=late)
    assert office.asked_for() == ["deposit_missing"] * 4
    office.take(office.came((18_200_00, "")))
    assert office.asked_for() == []


@pytest.mark.parametrize("bank_first", [True, False])
def test_each_posts_with_its_own_deposit(office: Office, bank_first: bool) -> None:
    statement = office.came((5000_00, "TRACE189"), (6000_00, "TRACE191"))
    if bank_first:
        office.take(statement)
    office.remit(PAID)
    if not bank_first:
        assert office.suspense() == AMOUNTS
        office.take(statement)
    assert office.suspense() == {"TRACE190": 4200_00, "TRACE192": 3000_00}


def test_one_deposit_of_all_four_lets_all_post(office: Office) -> None:
    office.remit(PAID)
    office.take(office.came((18_200_00, "")))
    assert office.suspense() == NONE
    assert office.refusals() == []


def test_a_bundle_that_falls_apart_takes_its_postings_with_it(office: Office) -> None:
    office.remit(PAID)
    office.take(office.came((18_200_00, "")))
    office.take(office.came((6000_00, "TRACE191")))
    assert office.suspense() == {key: cents for key, cents in AMOUNTS.items() if key != "TRACE191"}


def test_what_pays_nothing_waits_for_no_deposit(office: Office) -> None:
    office.remit(UNPAID)
    assert office.refusals() == []


def test_another_amount_waits_until_a_person_says_it_is_the_one(office: Office) -> None:
    office.remit(PAID)
    office.take(office.came((4990_00, "TRACE189")))
    assert office.suspense() == AMOUNTS
    with office.store.reading() as reader:
        traces = {
            one.trace_number: key
            for key, one in reader.awaited_remittances(reader.remittance_ids()).items()
        }
    decided = link_deposit(office.store, 1, traces["TRACE189"], policy=WAITING, **office.words)  # type: ignore[arg-type]
    assert "TRACE189" not in office.suspense()
    undo_deposit_decision(office.store, decided.deposit_decision_id, policy=WAITING, **office.words)  # type: ignore[arg-type]
    assert office.suspense() == AMOUNTS


def test_a_deposit_that_a_person_takes_away_takes_the_posting_back(office: Office) -> None:
    office.remit(PAID)
    office.take(office.came((5000_00, "TRACE189")))
    assert "TRACE189" not in office.suspense()
    unlink_deposit(office.store, 1, policy=WAITING, **office.words)  # type: ignore[arg-type]
    assert office.suspense() == AMOUNTS


def test_a_remittance_held_and_released_finds_its_deposit_again(office: Office) -> None:
    office.remit(PAID)
    office.take(office.came(*((cents, trace) for trace, cents in AMOUNTS.items())))
    hold(office.store, 1, "The bank has no such payment.", policy=WAITING, **office.words)  # type: ignore[arg-type]
    assert set(office.refusals()) == {PostingRefusal.DUPLICATE}
    release(office.store, 1, policy=WAITING, **office.words)  # type: ignore[arg-type]
    assert office.refusals() == []


def test_payers_whose_account_is_not_loaded_are_not_waited_for(office: Office) -> None:
    elsewhere = ReconcilePolicy(
        posting=PostingPolicy(PostOn.DEPOSIT), deposits_elsewhere=frozenset({"TESTPAYERA"})
    )
    office.remit(PAID, policy=elsewhere)
    assert office.suspense() == NONE


def test_a_changed_setting_holds_and_lets_go_what_is_there(office: Office) -> None:
    office.remit(PAID, policy=AT_ONCE)
    assert office.suspense() == NONE
    office.take(policy=WAITING)
    assert office.suspense() == AMOUNTS
    office.take(policy=AT_ONCE)
    assert office.suspense() == NONE


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_files_and_nights_changes_the_journal(seed: int, tmp_path: Path) -> None:
    shuffle = random.Random(seed).shuffle

    def journal(name: str, arrange: Callable[[list[Path]], object], *, nightly: bool) -> int:
        url = str(tmp_path / f"{name}.db")
        folder = tmp_path / name
        folder.mkdir()
        with open_store(url) as store:
            office = Office(url, store, folder)
            paths = [
                *sorted(PAID.glob("*.edi")),
                office.came((5000_00, "TRACE189"), (7200_00, ""), (10_00, "TRACE191")),
                office.came((77_00, "TRACE555")),
            ]
            arrange(paths)
            for path in paths:
                office.take(path) if nightly else take(store, [path])
            office.take()
            assert office.suspense() == {"TRACE191": 6000_00}
        assert verify_store(url) == []
        return hash_journal(url)

    expected = journal("at_once", sorted, nightly=False)
    assert journal("shuffled", shuffle, nightly=True) == expected

"""Discounts without a contract in a practice: work, the report, and what loading contracts does."""

from pathlib import Path

import pytest

from edi_engine.jobs.contracts import end_contract, load_contract, load_fee_schedule
from edi_engine.jobs.ingest import ingest_data
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.reports import report
from edi_engine.records.policy import ReconcilePolicy, SilentPpoPolicy
from edi_engine.store import Store, open_store
from edi_engine.synthetic import ContractPractice, make_contract_practice
from tests.jobs.contract_findings import AS_OF, NOW, write_contracts
from tests.jobs.copies import store

__all__ = ["store"]

RENTER, MUTUAL = "CP104", "CP105"


@pytest.fixture(scope="module")
def practice() -> ContractPractice:
    return make_contract_practice(5, claims_count=70, strangers_percent=40)


@pytest.fixture(scope="module")
def database(practice: ContractPractice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything taken in, no contract loaded."""
    path = tmp_path_factory.mktemp("practice") / "practice.db"
    with open_store(str(path)) as opened:
        for name, data in practice.files():
            ingest_data(opened, data, name, clock=lambda: NOW)
    return path


def conclude(store: Store, policy: ReconcilePolicy | None = None) -> None:
    reconcile(store, policy=policy or ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)


def load_all(store: Store, practice: ContractPractice, folder: Path) -> None:
    for path in write_contracts(practice, folder):
        assert load_contract(store, path, now=lambda: NOW).is_loaded


def work(store: Store) -> dict[int, int]:
    """Open work by claim, in cents."""
    with store.reading() as reader:
        return {
            item.claim_id: item.amount_at_risk_cents
            for item in reader.work_items()
            if item.cause == "silent_ppo" and item.claim_id and item.status.value == "new"
        }


def rows(store: Store) -> list[dict[str, object]]:
    found = report(store, "silent_ppo", as_of=AS_OF)
    names = [column.name for column in found.dataset.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def test_a_practice_without_contracts_gets_a_line_for_each_payer_and_no_work(store: Store) -> None:
    conclude(store)
    assert work(store) == {}
    found = rows(store)
    assert {row["signs"] for row in found} == {"none"}
    payers = [row["payer_id"] for row in found]
    assert len(payers) == len(set(payers))
    assert {RENTER, MUTUAL} <= set(payers)


def test_what_was_planted_is_reported_by_payer_network_and_contract(
    store: Store, practice: ContractPractice, tmp_path: Path
) -> None:
    load_all(store, practice, tmp_path)
    conclude(store)
    found = rows(store)
    discounts = practice.truth.discounts
    wanted = [each for each in discounts if each.is_work]
    assert sum(int(str(row["claims_with_work"])) for row in found) == len(wanted)
    by_whose = {(row["network"], row["contracts"]): row for row in found if row["claims_with_work"]}
    assert {row["payer_id"] for row in by_whose.values()} == {RENTER}
    for whose in {(each.network, each.contract) for each in wanted}:
        planted = [each for each in wanted if (each.network, each.contract) == whose]
        row = by_whose.pop(whose)
        assert row["claims_with_work"] == len(planted)
        assert row["request"]
        if row["claims"] == len(planted):
            assert row["discount"] == sum(each.discount_cents for each in planted)
        assert str(row["first_on"]) <= str(row["last_on"])
    assert not by_whose
    signs = {row["signs"] for row in found if row["payer_id"] == MUTUAL}
    assert signs == {"contract_named contract_remarked", "none"}


def test_the_first_contract_is_held_against_what_was_concluded_before(
    store: Store, practice: ContractPractice, tmp_path: Path
) -> None:
    conclude(store)
    load_all(store, practice, tmp_path)
    conclude(store)
    wanted = sum(each.discount_cents for each in practice.truth.discounts if each.is_work)
    assert sum(work(store).values()) == wanted


def test_a_contract_with_the_payer_settles_it_and_without_it_it_is_back(
    store: Store, practice: ContractPractice, tmp_path: Path
) -> None:
    load_all(store, practice, tmp_path)
    conclude(store)
    before = work(store)
    own = tmp_path / "own.yaml"
    own.write_text(
        'contract: rental\nname: Example Rental\nversion: "1"\neffective_from: 2025-01-01\n'
        f"applies_to:\n  payer_ids: {RENTER}\nterms:\n  - name: All\n    percent_of_charge: 50%\n",
        encoding="utf-8",
    )
    assert load_contract(store, own, now=lambda: NOW).is_loaded
    conclude(store)
    assert work(store) == {}
    assert RENTER not in [row["payer_id"] for row in rows(store)]
    end_contract(store, "rental", "1", now=lambda: NOW)
    conclude(store)
    with store.reading() as reader:
        again = {
            item.claim_id: item.amount_at_risk_cents
            for item in reader.work_items()
            if item.cause == "silent_ppo" and item.status.value in {"new", "open"}
        }
    assert again == before


def test_a_payer_that_the_practice_knows_makes_no_work(
    store: Store, practice: ContractPractice, tmp_path: Path
) -> None:
    load_all(store, practice, tmp_path)
    conclude(store)
    assert work(store)
    policy = ReconcilePolicy(silent_ppo=SilentPpoPolicy(known_payers=(RENTER,)))
    conclude(store, policy)
    assert work(store) == {}


def test_the_end_of_our_contract_with_another_payer_ends_what_its_rates_explained(
    store: Store, practice: ContractPractice, tmp_path: Path
) -> None:
    load_all(store, practice, tmp_path)
    conclude(store)
    for version in ("2025", "2026"):
        end_contract(store, "sample-preferred", version, now=lambda: NOW)
    conclude(store)
    assert not [row for row in rows(store) if "other_rates" in str(row["signs"])]
    assert not [row for row in rows(store) if "our_contract_named" in str(row["signs"])]


def test_a_payer_of_the_fee_schedule_is_no_stranger(
    store: Store, practice: ContractPractice, tmp_path: Path
) -> None:
    load_all(store, practice, tmp_path)
    fees = tmp_path / "fees.csv"
    fees.write_text(
        "payer_id,procedure_code,modifiers,place_of_service,effective_from,effective_to,"
        f"allowed_amount\n{RENTER},99499,,,,,10.00\n",
        encoding="utf-8",
    )
    assert load_fee_schedule(store, fees, now=lambda: NOW).is_loaded
    conclude(store)
    assert work(store) == {}
    assert {row["signs"] for row in rows(store) if row["payer_id"] == RENTER} == {"none"}

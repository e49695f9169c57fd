"""Contracts loaded, ended and asked: prices, variances, projects, what-if, inferred rates."""

from datetime import date
from pathlib import Path

import pytest

from edi_engine.contracts import InferencePolicy
from edi_engine.errors import InputError
from edi_engine.jobs.contracts import (
    check_contract,
    end_contract,
    list_contracts,
    load_contract,
    load_fee_schedule,
)
from edi_engine.jobs.inference import infer
from edi_engine.jobs.pricing import price_stored_claim, what_if
from edi_engine.jobs.reports import report
from edi_engine.store import Store, open_store
from edi_engine.synthetic import Practice
from tests.jobs.conclusions import AS_OF, NOW, conclude, conclusions, practice_of, take, written
from tests.jobs.copies import store

__all__ = ["store"]

PAYER = "EX001"


@pytest.fixture(scope="module")
def practice() -> Practice:
    return practice_of(120, seed=9)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, practice: Practice) -> Path:
    """The practice taken in and concluded about by its fee schedule."""
    folder = tmp_path_factory.mktemp("practice")
    with open_store(str(folder / "practice.db")) as found:
        fees = folder / "fees.csv"
        fees.write_text(practice.fee_schedule_csv(), encoding="utf-8")
        load_fee_schedule(found, fees, now=lambda: NOW)
        take(found, written(practice, folder / "inbox"))
        conclude(found)
    return folder / "practice.db"


def contract_file(
    folder: Path, practice: Practice, *, percent: str = "100%", version: str = "2026"
) -> Path:
    """The fee schedule's rows of one payer as a contract."""
    header, *rows = practice.fee_schedule_csv().splitlines()
    own = [row for row in rows if row.startswith(f"{PAYER},")]
    folder.mkdir(exist_ok=True)
    (folder / "fees.csv").write_text("\n".join([header, *own, ""]), encoding="utf-8")
    path = folder / f"{version}.yaml"
    path.write_text(
        f"""
contract: example-ppo
name: Example PPO
version: "{version}"
effective_from: 2024-01-01
applies_to:
  payer_ids: {PAYER}
schedules:
  fees:
    kind: rates
    file: fees.csv
terms:
  - name: All services
    clause: Exhibit A, 1
    schedule: fees
    percent: {percent}
""",
        encoding="utf-8",
    )
    return path


def prices(store: Store) -> list[tuple[object, ...]]:
    """Claim, line, expected and variance of every line that the primary payer answered."""
    with store.reading() as reader:
        return [
            (row[0], row[1], row[4], row[12])
            for row in reader.dataset("reconciliation")
            if row[2] == 1
        ]


def by_claim(found: list[tuple[object, ...]]) -> dict[object, int]:
    """The variances of each claim, added up."""
    sums: dict[object, int] = {}
    for claim_id, _, _, variance in found:
        sums[claim_id] = sums.get(claim_id, 0) + int(str(variance or 0))
    return sums


def test_a_fee_schedule_written_as_a_contract_expects_the_same(
    store: Store, tmp_path: Path, practice: Practice
) -> None:
    """But for lines that carry others: a contract says what is paid apart, so their variance is
    that of all together, and that of the claim is the same."""
    before = prices(store)
    loaded = load_contract(store, contract_file(tmp_path / "own", practice), now=lambda: NOW)
    assert loaded.is_loaded
    assert loaded.findings == ()
    assert loaded.pending_claims_count > 0
    conclude(store)
    assert [row[:3] for row in prices(store)] == [row[:3] for row in before]
    assert by_claim(prices(store)) == by_claim(before)
    with store.reading() as reader:
        sources = {row[5] for row in reader.dataset("reconciliation")}
    assert "example-ppo 2026: All services (Exhibit A, 1)" in sources


def test_loading_again_changes_nothing_and_ending_gives_the_schedule_back(
    store: Store, tmp_path: Path, practice: Practice
) -> None:
    before = conclusions(store)
    path = contract_file(tmp_path / "own", practice, percent="150%")
    load_contract(store, path, now=lambda: NOW)
    conclude(store)
    assert conclusions(store) != before
    assert load_contract(store, path, now=lambda: NOW).pending_claims_count == 0
    assert [one.version for one in list_contracts(store)] == ["2026"]
    assert end_contract(store, "example-ppo", "2026", now=lambda: NOW) > 0
    conclude(store)
    assert conclusions(store)["reconciliation"] == before["reconciliation"]
    assert list_contracts(store) == []
    assert len(list_contracts(store, ended=True)) == 1
    with pytest.raises(InputError, match="no such version"):
        end_contract(store, "example-ppo", "2026")


def test_a_rebuild_gives_the_same_as_what_was_concluded_bit_by_bit(
    store: Store, tmp_path: Path, practice: Practice
) -> None:
    load_contract(store, contract_file(tmp_path / "own", practice, percent="120%"))
    conclude(store)
    found = conclusions(store)
    conclude(store, everything=True)
    assert conclusions(store) == found


def test_a_contract_with_a_mistake_is_not_loaded_and_names_the_line(
    store: Store, tmp_path: Path, practice: Practice
) -> None:
    path = contract_file(tmp_path / "own", practice)
    path.write_text(path.read_text(encoding="utf-8").replace("percent:", "per cent:"))
    found = load_contract(store, path)
    assert not found.is_loaded
    assert [(one.code, one.place.line) for one in found.findings] == [("CON-0106", 16)]
    assert list_contracts(store) == []


def test_schedules_beside_the_contract_only(tmp_path: Path, practice: Practice) -> None:
    path = contract_file(tmp_path / "own", practice)
    (tmp_path / "fees.csv").write_text((tmp_path / "own/fees.csv").read_text())
    text = path.read_text(encoding="utf-8")
    for name in ("../fees.csv", str(tmp_path / "fees.csv"), "none.csv"):
        path.write_text(text.replace("file: fees.csv", f"file: {name}"))
        assert check_contract(path).contract is None


def test_underpaid_lines_are_told_with_their_cause_and_followed(
    store: Store, tmp_path: Path, practice: Practice
) -> None:
    load_contract(store, contract_file(tmp_path / "own", practice))
    conclude(store)
    with store.reading() as reader:
        rows = [row for row in reader.dataset("reconciliation") if row[13] == "underpaid"]
    ours = [row for row in rows if str(row[5]).startswith("example-ppo")]
    assert ours
    assert all(row[17] for row in ours)
    projects = report(store, "projects", as_of=AS_OF).rows
    own = [row for row in projects if str(row[3]).startswith("example-ppo")]
    assert sum(int(str(row[7])) for row in own) == sum(int(str(row[12])) for row in ours)
    assert {row[4] for row in own} == {"open"}


def test_a_claims_price_has_every_step(store: Store, tmp_path: Path, practice: Practice) -> None:
    path = contract_file(tmp_path / "own", practice, percent="110%")
    contract = check_contract(path).contract
    assert contract is not None
    with store.reading() as reader:
        claim_id = next(
            row[0]
            for row in reader.dataset("claims")
            if row[8] == PAYER and row[4] == "professional"
        )
    by_schedule = price_stored_claim(store, int(str(claim_id)))
    tried = price_stored_claim(store, int(str(claim_id)), [contract])
    assert by_schedule.by_schedule
    assert by_schedule.price.reason
    assert tried.by_schedule == ()
    rules = [[step.rule for step in line.steps] for line in tried.price.lines]
    assert all(found[:2] == ["rate", "percent"] for found in rules if found)
    with pytest.raises(InputError, match="no such claim"):
        price_stored_claim(store, 10**9)


def test_what_if_under_the_same_rates_makes_no_difference(
    store: Store, tmp_path: Path, practice: Practice
) -> None:
    contract = check_contract(contract_file(tmp_path / "own", practice)).contract
    assert contract is not None
    found = what_if(store, contract)
    assert found.compared_lines_count > 50
    assert found.then_cents == found.now_cents > 0
    assert all(row.difference_cents == 0 for row in found.rows)
    assert found.answered_lines_count > 0
    nobody = what_if(store, contract, first_on=date(2030, 1, 1))
    assert (nobody.claims_count, nobody.then_cents) == (0, 0)
    others = what_if(store, contract, payer_ids=["EX002"])
    assert others.claims_count > 0


def test_what_a_payer_usually_allows_is_expected_where_nothing_else_is(
    tmp_path: Path, practice: Practice
) -> None:
    with open_store(str(tmp_path / "none.db")) as store:
        take(store, written(practice, tmp_path / "inbox"))
        conclude(store)
        assert {row[2] for row in prices(store)} <= {None, 0}  # 0 is expected under capitation
        few = InferencePolicy(answers_min=4)
        found = infer(store, as_of=AS_OF, policy=few)
        assert found.rates
        assert infer(store, as_of=AS_OF, policy=few).pending_claims_count == 0
        conclude(store)
        with store.reading() as reader:
            rows = [row for row in reader.dataset("reconciliation") if row[4]]
        assert rows
        assert all(str(row[5]).startswith("inferred from") for row in rows)
        assert {row[13] for row in rows}.isdisjoint({"underpaid", "overpaid"})
        work = report(store, "projects", as_of=AS_OF).rows
        assert [row for row in work if row[14] != "refused"] == []

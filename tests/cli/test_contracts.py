"""contracts: load, check, list, end, price, what-if, infer."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, Run
from tests.repo.source import ROOT

FIXTURES = ROOT / "fixtures/contracts"
PAYER = "EX001"


@pytest.fixture
def offer(demo_folder: Path, tmp_path: Path) -> Path:
    """The demo's fee schedule of one payer, ten percent dearer."""
    header, *rows = (demo_folder / "fees.csv").read_text(encoding="utf-8").splitlines()
    own = [row for row in rows if row.startswith(f"{PAYER},")]
    (tmp_path / "fees.csv").write_text("\n".join([header, *own, ""]), encoding="utf-8")
    path = tmp_path / "offer.yaml"
    path.write_text(
        "contract: example-ppo\nname: Example PPO\nversion: offer\n"
        f"effective_from: 2027-01-01\napplies_to:\n  payer_ids: {PAYER}\n"
        "schedules:\n  fees:\n    kind: rates\n    file: fees.csv\n"
        "terms:\n  - name: All services\n    schedule: fees\n    percent: 110%\n",
        encoding="utf-8",
    )
    return path


def test_a_good_contract_is_told_in_a_sentence(run: Run) -> None:
    result = run("contracts", "check", FIXTURES / "pass/sample-health.yaml")

    assert result.exit_code == 0
    assert "11 terms" in result.stdout
    assert "It can be loaded." in result.stdout


def test_a_mistake_is_named_with_its_line(run: Run) -> None:
    path = FIXTURES / "fail/CON-0106-contract-key-unknown.yaml"

    printed = run("contracts", "check", path)
    told = json.loads(run("contracts", "check", path, "--json").stdout)

    assert printed.exit_code == 2
    assert "it cannot be loaded" in printed.stdout
    assert [(one["code"], one["place"]["line"]) for one in told] == [("CON-0106", 10)]


def test_a_contract_is_loaded_listed_and_ended(change: Run, offer: Path) -> None:
    loaded = change("contracts", "load", offer)
    listed = json.loads(change("contracts", "list", "--json").stdout)
    ended = change("contracts", "end", "example-ppo", "offer")
    again = change("contracts", "end", "example-ppo", "offer")

    assert loaded.exit_code == 0
    assert "offer.yaml: 1 term in force." in loaded.stdout
    assert [(one["key"], one["version"]) for one in listed] == [("example-ppo", "offer")]
    assert "is no longer in force" in ended.stdout
    assert again.exit_code == 2
    assert "contracts list" in again.stderr
    assert json.loads(change("contracts", "list", "--json").stdout) == []
    assert len(json.loads(change("contracts", "list", "--ended", "--json").stdout)) == 1


def test_a_contract_with_mistakes_loads_nothing(change: Run, offer: Path) -> None:
    offer.write_text(offer.read_text(encoding="utf-8").replace("percent: 110%", "percent: many"))

    result = change("contracts", "load", offer)

    assert result.exit_code == 2
    assert "nothing was loaded. Repair the lines named" in result.stdout


def test_a_price_shows_its_steps(look: Run, offer: Path) -> None:
    found = json.loads(look("export", "claims", "--format", "jsonl").stdout.splitlines()[0])

    by_fees = look("contracts", "price", found["claim_id"])
    missing = look("contracts", "price", 10**9)

    assert by_fees.exit_code == 0
    assert "the fee schedule" in by_fees.stdout
    assert missing.exit_code == 2
    assert "there is no such claim" in missing.stderr


def test_a_price_by_a_file_has_percent_and_clause(look: Run, offer: Path) -> None:
    offer.write_text(
        offer.read_text(encoding="utf-8").replace("2027-01-01", "2024-01-01"), encoding="utf-8"
    )
    lines = [
        json.loads(row)
        for row in look("export", "service_lines", "--format", "jsonl").stdout.splitlines()
    ]
    visits = [one["claim_id"] for one in lines if one["procedure_code"].startswith("9921")]
    claims = [
        json.loads(row) for row in look("export", "claims", "--format", "jsonl").stdout.splitlines()
    ]
    claim = next(
        one for one in claims if one["payer_id"] == PAYER and one["claim_id"] in set(visits)
    )

    result = look("contracts", "price", claim["claim_id"], "--contract", offer)

    assert result.exit_code == 0
    assert "110 % of fees" in result.stdout


def test_what_if_tells_the_difference_and_changes_nothing(look: Run, offer: Path) -> None:
    told = json.loads(look("contracts", "what-if", offer, "--json").stdout)
    printed = look("contracts", "what-if", offer, "--from", "2026-01-01", "--to", "2026-12-31")

    assert told["then_cents"] > told["now_cents"] > 0
    assert "What if example-ppo offer had been in force" in printed.stdout
    assert json.loads(look("contracts", "list", "--json").stdout) == []


def test_a_file_with_mistakes_prices_nothing(look: Run) -> None:
    result = look("contracts", "what-if", FIXTURES / "fail/CON-0106-contract-key-unknown.yaml")

    assert result.exit_code == 2
    assert "contracts check" in result.stderr


def test_usual_amounts_are_inferred(change: Run) -> None:
    printed = change("contracts", "infer", *DAY)
    told = json.loads(change("contracts", "infer", *DAY, "--json").stdout)

    assert printed.exit_code == 0
    assert "inferred" in printed.stdout
    assert told["pending_claims_count"] == 0


def test_a_fee_schedule_is_loaded_whole_or_not_at_all(
    change: Run, demo_folder: Path, tmp_path: Path
) -> None:
    fees = (demo_folder / "fees.csv").read_text()
    (tmp_path / "good.csv").write_text(fees.replace("\n", "\n", 1))
    (tmp_path / "bad.csv").write_text(fees + "EX001,99213,,,2026-13-01,,abc\nEX001,99213,,,,,-5\n")

    bad = change("contracts", "load", tmp_path / "bad.csv")
    good = change("contracts", "load", tmp_path / "good.csv", "--json")

    assert bad.exit_code == 2
    assert "FEE-" in bad.stdout
    assert "nothing was loaded" in bad.stdout
    told = json.loads(good.stdout)
    assert told["is_loaded"]
    assert told["rows_count"] == len(fees.splitlines()) - 1
    assert change("reconcile", *DAY).exit_code in {0, 1}


def test_new_prices_reach_the_claims(change: Run, tmp_path: Path) -> None:
    header = (
        "payer_id,procedure_code,modifiers,place_of_service,effective_from,effective_to,"
        "allowed_amount\n"
    )
    (tmp_path / "none.csv").write_text(f"{header}NOBODY,99213,,,,,1.00\n")
    before = json.loads(change("report", "underpayments", "--json").stdout)

    loaded = change("contracts", "load", tmp_path / "none.csv")
    change("reconcile", *DAY)
    after = json.loads(change("report", "underpayments", "--json").stdout)

    assert "claims wait to be priced: edi-engine reconcile" in loaded.stdout
    assert len(before) > 0
    assert after == []

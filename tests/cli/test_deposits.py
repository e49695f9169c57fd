"""The deposits commands, by a biller with the bank's files."""

import json
from datetime import date
from pathlib import Path

import pytest

from edi_engine.synthetic.bank_text import BankMovement, bai2_text, bank_csv_text, nacha_text
from tests.cli.conftest import DAY, Run
from tests.parsers.x12_files import CLAIM, LINE, remittance

PAID_ON = date(2026, 1, 5)
PAYER = ("1512345678", "EXAMPLE PAYER")


@pytest.fixture
def trace(run: Run, tmp_path: Path) -> str:
    """A remittance of $80.00 in the database; its trace number."""
    era = tmp_path / "era.835"
    era.write_text(remittance(CLAIM + LINE))
    assert run("ingest", era).exit_code in {0, 1}
    facts = json.loads(run("show", "remit", 1, "--json").stdout)["facts"]
    return str(facts["trace_number"])


def bank(tmp_path: Path, *movements: BankMovement, name: str = "bank.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(nacha_text(movements, created_on=PAID_ON))
    return path


def came(cents: int, trace: str = "", **words: str) -> BankMovement:
    return BankMovement(PAID_ON, cents, *PAYER, trace, **words)


def test_a_bank_file_is_loaded_and_its_deposit_found(run: Run, tmp_path: Path, trace: str) -> None:
    result = run("deposits", "load", bank(tmp_path, came(8000, trace), came(500, "777")))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "  file      status  deposits  known before  findings  what",
        "  bank.txt  loaded         2             0         0",
        "",
        "Next: edi-engine reconcile",
    ]
    run("reconcile", *DAY)
    listed = json.loads(run("deposits", "list", "--json").stdout)
    assert [one["match"]["status"] for one in listed] == ["matched", "no_remittance"]
    facts = json.loads(run("show", "remit", 1, "--json").stdout)["facts"]
    assert (facts["deposit"], facts["deposit_status"]) == ("1", "matched")


def test_the_list_of_open_deposits_leaves_out_what_is_explained(
    run: Run, tmp_path: Path, trace: str
) -> None:
    run("deposits", "load", bank(tmp_path, came(8000, trace), came(500, "777")))
    run("reconcile", *DAY)
    assert len(run("deposits", "list").stdout.splitlines()) == 3
    rows = run("deposits", "list", "--open").stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["deposit", "2"]


def test_a_deposit_shows_its_evidence_and_its_records(run: Run, tmp_path: Path, trace: str) -> None:
    run("deposits", "load", bank(tmp_path, came(7500, trace)))
    run("reconcile", *DAY)
    shown = run("deposits", "show", 1)
    assert shown.exit_code == 0
    assert "The deposit is LESS than the payment amount by $5.00." in shown.stdout
    page = json.loads(run("deposits", "show", 1, "--json").stdout)
    assert page["facts"]["account"] == "...0002"
    assert [row["remittance"] for row in page["tables"]["remittances"]] == [1]
    assert [line["text"][:1] for line in page["raw"]] == ["6", "7"]
    assert [row["queue"] for row in page["tables"]["work_items"]] == ["eft_era_gap"]


def test_the_same_bytes_again_and_the_same_money_in_another_file(run: Run, tmp_path: Path) -> None:
    one, two = came(8000, "1", reference="R1"), came(9000, "", reference="R2")
    first = bank(tmp_path, one)
    run("deposits", "load", first)
    assert json.loads(run("deposits", "load", first, "--json").stdout)[0]["outcome"]["status"] == (
        "known"
    )
    later = tmp_path / "later.bai"
    later.write_bytes(bai2_text([one, two], as_of=PAID_ON))
    loaded = json.loads(run("deposits", "load", later, "--json").stdout)
    assert (loaded[0]["deposits_count"], loaded[0]["known_count"]) == (2, 1)
    assert len(json.loads(run("deposits", "list", "--json").stdout)) == 2


def test_other_files_are_refused(run: Run, tmp_path: Path) -> None:
    era = tmp_path / "era.835"
    era.write_text(remittance(CLAIM + LINE))
    result = run("deposits", "load", era)
    assert result.exit_code == 2
    assert "This is no bank file" in result.stdout
    assert json.loads(run("export", "remittances", "--format", "jsonl").stdout or "[]") == []


def test_a_csv_with_columns_of_its_own_is_told_their_names(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "umsatz.csv"
    text = bank_csv_text([came(8000, "1")]).decode()
    path.write_text(text.replace("Date,", "Buchung,").replace("Amount", "Betrag"))
    assert run("deposits", "load", path).exit_code == 2
    named = ("--column", "date=Buchung", "--column", "amount=Betrag")
    assert run("deposits", "load", path, *named).exit_code == 0
    wrong = run("deposits", "load", path, "--column", "betrag")
    assert (wrong.exit_code, "names no column" in wrong.stderr) == (2, True)


def test_a_damaged_file_is_loaded_and_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bank.bai"
    path.write_bytes(bai2_text([came(8000, "1")], as_of=PAID_ON).replace(b"49,16000", b"49,16001"))
    result = run("deposits", "load", path)
    assert (result.exit_code, "BANK-0103" in result.stdout) == (1, True)


def test_a_person_links_and_unlinks(run: Run, tmp_path: Path, trace: str) -> None:
    run("deposits", "load", bank(tmp_path, came(5000, "777"), came(3000, "778")))
    run("reconcile", *DAY)
    assert "amount_differs to remittance 1" in run("deposits", "link", 1, 1, *DAY).stdout
    both = run("deposits", "link", 2, 1, "--note", "two parts", *DAY)
    assert "Deposit 2 is matched to remittance 1." in both.stdout
    decided = json.loads(run("deposits", "unlink", 2, 1, "--json", *DAY).stdout)
    assert (decided["match"]["status"], decided["replaced"]) == ("no_remittance", [2])
    assert "other_money" in run("deposits", "unlink", 2, *DAY).stdout
    undone = run("deposits", "undo", 1, *DAY)
    assert "Deposit 1 is no_remittance." in undone.stdout
    page = json.loads(run("deposits", "show", 2, "--json").stdout)
    assert [row["kind"] for row in page["tables"]["decisions"]] == ["unlink", "unlink"]


@pytest.mark.parametrize(
    "arguments",
    [("show", 9), ("link", 9, 1), ("link", 1, 9), ("unlink", 1, 9), ("undo", 9)],
)
def test_numbers_that_lead_nowhere_are_told(
    run: Run, tmp_path: Path, trace: str, arguments: tuple[object, ...]
) -> None:
    run("deposits", "load", bank(tmp_path, came(5000, trace)))
    result = run("deposits", *arguments)
    assert result.exit_code == 2
    assert "there is no such" in result.stderr


def test_a_copy_names_its_original(run: Run, tmp_path: Path) -> None:
    run("deposits", "load", bank(tmp_path, came(5000, "1")))
    run("deposits", "load", bank(tmp_path, came(5000, "1"), came(6000, "2"), name="later.txt"))
    result = run("deposits", "show", 2)
    assert (result.exit_code, "as deposit 1" in result.stderr) == (2, True)


def test_the_dataset_says_what_pays_what(run: Run, tmp_path: Path, trace: str) -> None:
    run("deposits", "load", bank(tmp_path, came(7500, trace)))
    run("reconcile", *DAY)
    (row,) = map(json.loads, run("export", "deposits", "--format", "jsonl").stdout.splitlines())
    assert row == {
        "deposit_id": 1,
        "file": "bank.txt",
        "received_on": "2026-01-05",
        "amount": "75.00",
        "originator_id": "1512345678",
        "originator_name": "EXAMPLE PAYER",
        "trace_number": trace,
        "status": "amount_differs",
        "remittance_ids": "1",
        "rule": "trace_only",
        "difference": "-5.00",
    }

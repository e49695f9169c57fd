"""The remits commands, by a biller with a pile of checks."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, Run
from tests.parsers.paper_sheets import sheet_text
from tests.parsers.test_paper_remits import TWO_CHECKS, WHOLE

CHECK = (
    "--payer-name", "EXAMPLE PAYER", "--payer-id", "EX001", "--check", "00412",
    "--date", "2026-03-02", "--amount", "80.00",
)  # fmt: skip
ROW = (
    "patient_control_number=EX-1 status_code=1 claim_charge=100 claim_paid=80 "
    "patient_last_name='TESTPATIENT JR' adjustments=CO-45:20"
)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "checks.csv"
    path.write_bytes(TWO_CHECKS.read_bytes())
    return path


def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.csv"
    path.write_text(sheet_text([WHOLE | {"claim_paid": "8O", "payment_date": "soon"}]))
    return path


def test_a_sheet_is_loaded_and_named(run: Run, sheet: Path) -> None:
    result = run("remits", "load", sheet, "--note", "lockbox")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        (
            "  remittance  payer          trace number  paid on      amount  claim payments"
            "  balanced  held"
        ),
        "           1  EXAMPLE PAYER  00412         2026-03-02   195.00               2  yes",
        "           2  EXAMPLE PAYER  00413         2026-03-02  1050.00               2  yes",
        "",
        "Next: edi-engine reconcile",
    ]
    shown = json.loads(run("show", "remit", 2, "--json").stdout)["facts"]
    assert (shown["source"], shown["entered_by"], shown["note"]) == ("manual", "kim", "lockbox")


def test_the_same_sheet_again_does_nothing(run: Run, sheet: Path) -> None:
    run("remits", "load", sheet)
    result = run("remits", "load", sheet)
    assert result.exit_code == 0
    assert "The very same sheet was loaded before; nothing was done." in result.stdout
    assert (
        len(json.loads(run("remits", "load", sheet, "--json").stdout)["loaded"]["remittances"]) == 2
    )


def test_mistakes_are_told_all_at_once_and_nothing_is_loaded(run: Run, tmp_path: Path) -> None:
    result = run("remits", "load", wrong(tmp_path))
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    assert [line.split(" (byte")[0] for line in lines] == [
        "PAPER-0105 error wrong.csv row 2, payment_date",
        "PAPER-0104 error wrong.csv row 2, claim_paid",
        "wrong.csv: nothing was loaded. Correct what is named and load it again.",
    ]
    assert lines[1].endswith("Write it like 1234.50, negative with a minus before it. [8O]")
    assert run("show", "file", 1).exit_code == 2
    told = json.loads(run("remits", "load", wrong(tmp_path), "--json").stdout)
    assert told["is_loaded"] is False
    assert [one["finding"]["code"] for one in told["understood"]["mistakes"]] == [
        *("PAPER-0105", "PAPER-0104")
    ]


def test_a_sheet_that_is_not_there_or_none_at_all_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("remits", "load", tmp_path / "none.csv").exit_code == 2
    other = tmp_path / "other.csv"
    other.write_text("TESTPATIENT,ALPHA\n")
    result = run("remits", "load", other)
    assert result.exit_code == 2
    assert "PAPER-0101" in result.stdout


def test_what_does_not_add_up_is_loaded_and_needs_a_person(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "checks.csv"
    path.write_text(sheet_text([WHOLE | {"payment_amount": "81"}]))
    result = run("remits", "load", path)
    assert result.exit_code == 1
    assert "BAL-0103 error checks.csv row 2, payment_amount" in result.stdout
    assert "edi-engine remits withdraw" in result.stdout


def test_a_check_is_entered_after_its_equations_were_confirmed(run: Run) -> None:
    asked = run("remits", "enter", *CHECK, "--row", ROW, input="y\n")
    assert asked.exit_code == 0, asked.output
    assert asked.stdout.splitlines()[:4] == [
        "Check 00412 of EXAMPLE PAYER (EX001): 80.00 by CHK, 2026-03-02",
        "  payment 00412: 80.00 - 0.00 = 80.00  (claims - provider adjustments = payment)",
        "    claim EX-1: 100.00 - 20.00 = 80.00  (charge - adjustments = paid)",
        "Load it? [y/N]: y",
    ]
    page = json.loads(run("show", "payment", 1, "--json").stdout)
    assert page["facts"]["patient"] == "TESTPATIENT JR"
    assert page["place"].startswith("manual-00412.csv (file 1), trace number 00412")


def test_a_check_that_is_not_confirmed_is_not_loaded(run: Run) -> None:
    result = run("remits", "enter", *CHECK, "--amount", "90", "--row", ROW, input="n\n")
    assert result.exit_code == 0
    assert "does not add up: off by -10.00" in result.stdout
    assert "BAL-0103" in result.stdout
    assert result.stdout.endswith("Nothing was loaded.\n")
    assert run("show", "remit", 1).exit_code == 2


def test_a_script_enters_with_yes_and_looks_with_json(run: Run) -> None:
    looked = json.loads(run("remits", "enter", *CHECK, "--row", ROW, "--json").stdout)
    assert looked["is_loaded"] is False
    assert looked["understood"]["remittances"][0]["balanced"] is True
    assert run("show", "remit", 1).exit_code == 2
    done = json.loads(run("remits", "enter", *CHECK, "--row", ROW, "--yes", "--json").stdout)
    assert done["is_loaded"] is True
    assert done["loaded"]["remittances"][0]["trace_number"] == "00412"


def test_json_asks_nothing(run: Run) -> None:
    result = run("remits", "enter", *CHECK, "--json")
    assert result.exit_code == 2
    assert "Give --row." in result.stderr


def test_several_rows_are_claims_lines_and_provider_adjustments(run: Run) -> None:
    rows = (
        (
            "patient_control_number=EX-1 status_code=1 claim_charge=100 claim_paid=80"
            " procedure_code=99213 line_charge=100 line_paid=80 adjustments=CO-45:20"
        ),
        (
            "patient_control_number=EX-2 status_code=1 claim_charge=10 claim_paid=5"
            " adjustments=CO-45:5"
        ),
        "provider_adjustment_reason=WO provider_adjustment_amount=5",
    )
    options = [part for row in rows for part in ("--row", row)]
    result = run("remits", "enter", *CHECK, *options, "--yes", "--json")
    (remittance,) = json.loads(result.stdout)["loaded"]["remittances"]
    assert (remittance["claim_payments_count"], remittance["balanced"]) == (2, True)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("claim_paid", "it is not COLUMN=VALUE"),
        ("note='open", "its quotes do not close"),
        (
            "paid=80",
            "(paid) is none of the known columns. Is claim_paid or line_paid meant?",
        ),
        ("unitz=1", "(unitz) is none of the known columns. Is units meant?"),
        ("claim_paid=x", "PAPER-0104"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(run: Run, row: str, message: str) -> None:
    result = run("remits", "enter", *CHECK, "--row", row, "--yes")
    assert result.exit_code == 2
    assert message in result.output
    assert run("show", "remit", 1).exit_code == 2


def test_without_rows_each_cell_is_asked_for(run: Run, tmp_path: Path) -> None:
    answers = [
        *("EXAMPLE PAYER", "EX001", "00412", "2 March", "3/2/2026", "75"),
        *("EX-1", "", "1", "TESTPATIENT", "ALPHA", "", "2/1/2026", "100", "80"),
        *("99213", "25", "100", "80", "CO45 20", "CO-45:20", ""),
        *("", ""),  # no further line, no adjustment of the claim itself
        "",  # no further claim
        *("WO", "EX-0", "5", ""),
        "y",
    ]
    saved = tmp_path / "saved.csv"
    result = run("remits", "enter", "--save", saved, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "'9 AAAAA' was read, expected is a date like 2026-01-31." in result.stderr
    assert "payment 00412: 80.00 - 5.00 = 75.00" in result.stdout
    assert saved.read_text().splitlines()[0].startswith("payer_id,payer_name,")
    assert run("remits", "load", saved).exit_code == 0  # the very same sheet


def test_a_withdrawn_check_says_who_and_why(run: Run) -> None:
    run("remits", "enter", *CHECK, "--row", ROW, "--yes")
    result = run("remits", "withdraw", 1, "--note", "The amount was misread.", *DAY)
    assert result.exit_code == 0, result.output
    assert "Remittance 1: Withdrawn by kim at " in result.stdout
    assert ": The amount was misread.\n" in result.stdout
    facts = json.loads(run("show", "remit", 1, "--json").stdout)["facts"]
    assert facts["withdrawn_because"] == "The amount was misread."
    again = run("remits", "withdraw", 1, "--note", "x", *DAY)
    assert again.exit_code == 2
    assert "was withdrawn by kim" in again.stderr
    assert run("decide", "release", 1, *DAY).exit_code == 2


def test_an_electronic_remittance_cannot_be_withdrawn(change: Run) -> None:
    result = change("remits", "withdraw", 1, "--note", "x", *DAY)
    assert result.exit_code == 2
    assert "it is electronic" in result.stderr


def test_the_template_is_a_sheet_without_rows(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(run("remits", "template").stdout)
    result = run("remits", "load", path)
    assert "PAPER-0111" in result.stdout
    assert json.loads(run("remits", "template", "--json").stdout)[0] == "payer_id"


def test_ingest_takes_a_sheet_and_names_who_did(run: Run, sheet: Path) -> None:
    assert run("ingest", sheet).exit_code == 0
    facts = json.loads(run("show", "remit", 1, "--json").stdout)["facts"]
    assert facts["entered_by"] == "kim"
    exported = run("export", "remittances", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["source"] for line in exported] == ["manual", "manual"]

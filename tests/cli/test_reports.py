"""export, report, aging."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from edi_engine.jobs.reports import REPORT_NAMES
from edi_engine.records.datasets import DATASETS
from tests.cli.conftest import DAY, Run


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_dataset_is_exported_alike_in_both_forms(look: Run, dataset: object) -> None:
    name: str = dataset.name  # type: ignore[attr-defined]
    as_csv = table(look("export", name).stdout)
    as_json = [json.loads(line) for line in look("export", name, "--json").stdout.splitlines()]

    assert as_csv
    assert tuple(as_csv[0]) == dataset.column_names  # type: ignore[attr-defined]
    assert len(as_csv) == len(as_json)
    assert list(as_json[0]) == list(as_csv[0])


def test_a_file_is_written_whole(look: Run, tmp_path: Path) -> None:
    result = look("export", "claims", "--format", "jsonl", "--output", "claims.jsonl")

    lines = (tmp_path / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    assert result.stdout == f"claims.jsonl: {len(lines)} rows of claims.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["claims.jsonl"]


def test_a_file_that_cannot_be_written_is_said(look: Run) -> None:
    result = look("export", "claims", "--output", "no/such/folder.csv")

    assert result.exit_code == 2
    assert "The file cannot be written" in result.stderr


_EMPTY = {
    "late_payments",
    "outcomes",
    "rate_changes",
    "unplaced_acknowledgments",
}
"""What this practice has nothing of: no contract, no rate that changes within the month, and no
acknowledgments."""


@pytest.mark.parametrize("name", [name for name in REPORT_NAMES if name != "prevention"])
def test_every_report_prints_a_table_and_json(look: Run, name: str) -> None:
    printed = look("report", name, *DAY)
    rows = json.loads(look("report", name, *DAY, "--json").stdout)

    assert printed.exit_code == 0
    assert bool(rows) is (name not in _EMPTY)
    assert len(printed.stdout.splitlines()) == (len(rows) + 2 if rows else 1)


def test_a_time_is_for_reports_of_a_time(look: Run) -> None:
    wrong = look("report", "denials", "--from", "2026-01-01")
    backwards = look("report", "late_payments", "--from", "2026-02-01", "--to", "2026-01-01")
    since = json.loads(
        look("report", "charges_below_rate", "--from", "2026-01-20", *DAY, "--json").stdout
    )
    whole = json.loads(look("report", "charges_below_rate", *DAY, "--json").stdout)

    assert wrong.exit_code == backwards.exit_code == 2
    assert "charges_below_rate, late_payments" in wrong.stderr
    assert "--from is after the last day" in backwards.stderr
    assert {row["first_on"] >= "2026-01-20" for row in since} == {True}
    assert sum(cents(row["lost"]) for row in since) < sum(cents(row["lost"]) for row in whole)


def cents(text: str) -> int:
    return round(float(text) * 100)


def test_aging_adds_up_to_the_open_balances_whatever_the_clock(look: Run) -> None:
    claims = table(look("export", "claims").stdout)
    open_cents = sum(cents(row["balance"]) for row in claims)

    for clock in ("responsibility", "service", "sent"):
        rows = json.loads(look("aging", "--clock", clock, *DAY, "--json").stdout)
        *parts, total = rows
        assert cents(total["total"]) == open_cents
        for row in rows:
            buckets = [name for name in row if name.startswith("days_")]
            assert sum(cents(row[name]) for name in buckets) == cents(row["total"])
        assert sum(cents(row["total"]) for row in parts) == open_cents


def test_aging_is_the_aging_report(look: Run) -> None:
    assert look("aging", *DAY).stdout == look("report", "aging", *DAY).stdout
    by_service = look("report", "aging", "--clock", "service", *DAY)
    assert by_service.stdout == look("aging", "--clock", "service", *DAY).stdout


def test_reports_agree_with_the_datasets(look: Run) -> None:
    lines = table(look("export", "reconciliation").stdout)
    underpaid = [row for row in lines if row["state"] == "underpaid"]
    refused_cents = sum(cents(row["denied"]) for row in lines if cents(row["denied"]) > 0)

    told = json.loads(look("report", "underpayments", "--json").stdout)
    denials = json.loads(look("report", "denials", "--json").stdout)

    assert len(told) == len(underpaid)
    assert sum(cents(row["underpaid"]) for row in told) == sum(
        cents(row["variance"]) for row in underpaid
    )
    assert sum(cents(row["denied"]) for row in denials) == refused_cents


def test_an_empty_store_gives_empty_reports(run: Run) -> None:
    assert "Total" in run("aging").stdout
    assert run("report", "denials").stdout.strip().endswith("none")
    assert run("export", "claims").stdout.count("\n") == 1


def test_open_provider_items_are_listed_by_payer_with_their_age(look: Run) -> None:
    rows = json.loads(look("report", "plb", *DAY, "--json").stdout)
    exported = [
        json.loads(line)
        for line in look("export", "plb_items", "--format", "jsonl").stdout.splitlines()
    ]

    still_open = {row["item_id"] for row in exported if row["open_amount"] != "0.00"}
    assert {row["item_id"] for row in rows} == still_open
    assert [row["payer_id"] for row in rows] == sorted(row["payer_id"] for row in rows)
    for row in rows:
        age = date(2026, 3, 21) - date.fromisoformat(row["arose_on"])
        assert row["age_days"] == age.days


def test_a_remittance_shows_what_became_of_its_provider_adjustments(look: Run) -> None:
    (first, *_) = json.loads(look("report", "plb", *DAY, "--json").stdout)
    page = json.loads(look("show", "remit", first["remittance_id"], "--json").stdout)
    shown = {row["item"]: row for row in page["tables"]["provider_adjustments"]}

    assert shown[first["item_id"]]["state"] == first["state"]
    assert shown[first["item_id"]]["why"] == first["reason"]


def test_the_prevention_pack_says_where_to_look_and_what_to_do(look: Run) -> None:
    printed = look("report", "prevention", *DAY, "--owner", "scheduling")
    rows = json.loads(look("report", "prevention", *DAY, "--owner", "scheduling", "--json").stdout)

    assert printed.exit_code == 0
    head, empty, owner, *lines = printed.stdout.splitlines()
    assert head.startswith("Refusals first seen from 2026-03-15 to 2026-03-21")
    assert empty == ""
    assert owner.startswith("Scheduling: ")
    assert {row["owner"] for row in rows} == {"scheduling"}
    assert f"Look at: {rows[0]['field']} (837 {rows[0]['place']})." in lines[2]
    assert lines[3].strip() == rows[0]["check"]
    assert f"(CARC {rows[0]['reason_code']})" in lines[0]


def test_the_prevention_pack_adds_up_and_is_cut_with_the_rest_said(look: Run) -> None:
    rows = json.loads(look("report", "prevention", *DAY, "--json").stdout)
    hits = table(look("export", "project_hits").stdout)
    refused = [hit for hit in hits if hit["kind"] == "refused"]
    first_only = look("report", "prevention", *DAY, "--top", "1").stdout

    assert sum(row["lines"] for row in rows) == len(refused)
    assert sum(cents(row["refused"]) for row in rows) == sum(cents(hit["short"]) for hit in refused)
    owners = {row["owner"] for row in rows}
    assert first_only.count("   1. ") == len(owners)
    assert "   2. " not in first_only
    assert " more, $" in first_only


def test_another_week_has_nothing_and_says_so(look: Run) -> None:
    week = ("--from", "2020-01-01", "--to", "2020-01-07")
    printed = look("report", "prevention", *week)
    assert printed.stdout.splitlines()[-1] == "Nothing was refused."
    assert json.loads(look("report", "prevention", *week, "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("denials", "--from", "2026-01-01"),
            "--from and --to go with these reports only: charges",
        ),
        (("aging", "--top", "3"), "--top goes with the prevention report only"),
        (("aging", "--clock", "seen"), "--clock seen goes with the prevention report only"),
        (("denials", "--clock", "sent"), "--clock sent goes with the aging report only"),
        (
            ("prevention", "--from", "2026-02-01", "--to", "2026-01-01"),
            "--from is after the last day",
        ),
    ],
)
def test_options_that_do_not_fit_a_report_are_said(
    look: Run, arguments: tuple[str, ...], told: str
) -> None:
    result = look("report", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr

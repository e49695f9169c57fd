"""Clocks, promises, quota, resolutions and their reports on the command line."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, Run

CLOCKS = """\
[worklist]
manager = "PAT"
young_percent = 30

[worklist.clocks.denial]
first_touch = "2 business days"
next_touch = "5 business days"

[worklist.clocks.underpay]
first_touch = "4 business hours"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "edi_engine.toml"
    path.write_text(CLOCKS)
    return path


def entries(run: Run, *options: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        run("worklist", "list", "--limit", 0, *options, "--json").stdout
    )
    return found


def first(run: Run, queue: str) -> int:
    (entry, *_) = entries(run, *DAY, "--queue", queue)
    return int(entry["item"]["work_item_id"])  # type: ignore[index]


def facts(run: Run, number: int, *options: object) -> dict[str, object]:
    page = json.loads(run("worklist", "show", number, *options, "--json").stdout)
    found: dict[str, object] = page["facts"]
    return found


@pytest.mark.usefixtures("settings")
def test_a_list_tells_clocks_in_words_and_what_is_late(change: Run) -> None:
    table = change("worklist", "list", "--queue", "denial", "--as-of", "2026-03-25").stdout
    assert "clock" in table.splitlines()[0]
    # Opened on Saturday the twenty-first: Monday and Tuesday.
    assert "first touch due 2026-03-24, 1 business day late" in table
    assert entries(change, "--late", "--as-of", "2026-03-24", "--queue", "denial") == []
    late = entries(change, "--late", "--as-of", "2026-03-25", "--queue", "denial")
    assert len(late) == len(entries(change, "--as-of", "2026-03-25", "--queue", "denial"))
    assert late[0]["clock"]["late_count"] == 1  # type: ignore[index]
    number = first(change, "underpay")
    told = str(facts(change, number, "--as-of", "2026-03-23")["clock"])
    assert told.startswith("first touch due 2026-03-23 12:00")


def test_without_clocks_the_list_has_no_such_column_and_late_is_refused(look: Run) -> None:
    table = look("worklist", "list", *DAY).stdout
    assert "clock" not in table.splitlines()[0]
    refused = look("worklist", "list", "--late", *DAY)
    assert refused.exit_code == 2
    assert "--late: no queue has a clock, so nothing is late. Set one, as" in refused.stderr


@pytest.mark.parametrize(
    "options", [["--late"], ["--waiting-for", "payer"], ["--resolution", "paid"]]
)
def test_payers_are_not_asked_what_only_items_know(look: Run, options: list[str]) -> None:
    refused = look("worklist", "list", "--by-payer", *options, *DAY)
    assert refused.exit_code == 2
    assert "--by-payer: payers have no clocks, and wait for nobody." in refused.stderr


@pytest.mark.usefixtures("settings")
def test_a_night_escalates_what_is_late_to_the_manager(change: Run) -> None:
    number = first(change, "denial")
    change("reconcile", "--as-of", "2026-03-25")
    found = facts(change, number, "--as-of", "2026-03-25")
    assert (found["status"], found["assignee"]) == ("escalated", "PAT")
    rows = json.loads(change("report", "clocks", "--as-of", "2026-03-25", "--json").stdout)
    denial = next(row for row in rows if row["queue"] == "denial")
    assert denial["late"] == denial["escalated"] == denial["open"]
    table = change("report", "clocks", "--as-of", "2026-03-25").stdout
    assert "2 business days" in table
    assert "5 business days" in table
    listed = entries(change, "--status", "escalated")
    assert number in [entry["item"]["work_item_id"] for entry in listed]  # type: ignore[index]


DENIAL = "[worklist.clocks.denial]\n"
MISTAKES = [
    (
        f'{DENIAL}first_touch = "2 days"',
        'a time up to a year is expected, like "2 business days" or "4 business hours".',
    ),
    (f'{DENIAL}first_touch = "0 business days"', "a time up to a year is expected"),
    (f'{DENIAL}next_touch = "261 business days"', "a time up to a year is expected"),
    (DENIAL, "worklist.clocks.denial: it has no clock: give first_touch or next_touch."),
    (
        '[worklist.clocks.deadline]\nfirst_touch = "1 business day"',
        "worklist.clocks: deadline shows items of other queues: give those a clock.",
    ),
    ('[worklist.clocks.denied]\nfirst_touch = "1 business day"', "one of plan_broken, promise"),
    ('[worklist]\nopens = "8"', 'worklist.opens: a time of day is expected, like "08:30".'),
    ('[worklist]\nopens = "17:00"', "worklist: closes is not after opens."),
    ("[worklist]\nyoung_percent = 101", "worklist.young_percent: input should be less than"),
    ("[worklist]\npromise_grace_days = -1", "worklist.promise_grace_days: input should be"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes_in_the_settings_are_named(
    look: Run, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "edi_engine.toml").write_text(text)
    refused = look("worklist", "list", *DAY)
    assert refused.exit_code == 3
    assert message in refused.stderr


def test_a_promise_is_recorded_broken_and_replaced(change: Run) -> None:
    number = first(change, "denial")
    told = change("worklist", "promise", number, "--amount", "50.00", "--on", "2026-04-01", *DAY)
    assert told.stdout == (
        "Promise 1: The payer promised $50.00 by 2026-04-01; $0.00 came so far, grace until"
        " 2026-04-04.\n"
    )
    found = facts(change, number, *DAY)
    assert (found["status"], found["waiting_for"]) == ("waiting", "payer")
    change("reconcile", "--as-of", "2026-04-05")
    found = facts(change, number, "--as-of", "2026-04-05")
    assert (found["queue"], found["status"]) == ("promise_broken", "open")
    assert "denial" in str(found["also_in"])
    for queue in ("promise_broken", "denial"):
        listed = entries(change, "--queue", queue, "--as-of", "2026-04-05")
        (mine,) = [e for e in listed if e["item"]["work_item_id"] == number]  # type: ignore[index]
        assert mine["queues"][:2] == ["promise_broken", "denial"]  # type: ignore[index]
    shown = change("worklist", "show", number, "--as-of", "2026-04-05").stdout
    assert "broken promise" in shown
    assert "nothing came, and the grace ended on 2026-04-04." in shown
    again = json.loads(
        change("worklist", "promise", number, "--amount", "40", "--on", "2026-04-20", "--as-of",
               "2026-04-05", "--json").stdout
    )  # fmt: skip
    assert again["promise"]["replaces_promise_id"] == 1
    assert facts(change, number)["queue"] == "denial"


def test_a_patients_promise_is_kept_by_what_a_person_saw(change: Run) -> None:
    number = first(change, "patient_overdue")
    change("worklist", "promise", number, "--amount", "20.00", "--on", "2026-03-25", *DAY)
    assert facts(change, number, *DAY)["waiting_for"] == "patient"
    came = change("worklist", "promise", number, "--came", "20.00", "--on", "2026-03-24",
                  "--as-of", "2026-03-24", "--note", "at the desk")  # fmt: skip
    assert came.stdout == (
        "Promise 1: The patient promised $20.00 by 2026-03-25; it came on 2026-03-24.\n"
    )
    page = json.loads(change("worklist", "show", number, "--json").stdout)
    (row,) = page["tables"]["promises"]
    assert (row["by"], row["state"], row["came"]) == ("patient", "kept", "20.00")


REFUSED = [
    (["--amount", "5.00"], "--amount: an amount and a day are needed. Give --amount and --on"),
    (["--on", "2026-04-01"], "an amount and a day are needed"),
    (["--amount", "5", "--came", "5", "--on", "2026-04-01"], "an amount and a day are needed"),
    (["--came", "5", "--on", "2026-03-01", "--by", "patient"], "--came: money that came is of the"),
    (["--came", "5", "--on", "2026-03-01"], "nothing was promised on it. Record the promise first"),
    (["--amount", "five", "--on", "2026-04-01"], "'five' is no amount. Write dollars as 120.50"),
    (["--amount", "5", "--on", "2026-03-01"], "2026-03-01 has passed. Give the day by which"),
    (["--amount", "0", "--on", "2026-04-01"], "$0.00 is no amount to promise."),
    (["--amount", "5", "--on", "2026-04-01", "--counted-from", "2026-04-02"], "on comes after 2"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_is_no_promise_is_refused_and_changes_nothing(
    change: Run, options: list[str], message: str
) -> None:
    number = first(change, "denial")
    refused = change("worklist", "promise", number, *options, *DAY)
    assert refused.exit_code == 2
    assert message in refused.stderr
    assert facts(change, number)["status"] == "new"


def test_a_promise_on_what_is_no_claim_or_nobodys_is_refused(change: Run) -> None:
    number = first(change, "eft_era_gap")
    refused = change("worklist", "promise", number, "--amount", "5", "--on", "2026-04-01", *DAY)
    assert f"work item {number}: it is about no claim" in refused.stderr
    missing = change("worklist", "promise", 99999, "--amount", "5", "--on", "2026-04-01", *DAY)
    assert "work item 99999: there is no such work item" in missing.stderr


def test_an_item_in_somebodys_hands_is_not_promised_on_by_others(
    change: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = json.loads(change("worklist", "next", *DAY, "--queue", "denial", "--json").stdout)
    number = page["title"].split()[-1]
    monkeypatch.setenv("EDI_ENGINE_ACTOR", "lee")
    refused = change("worklist", "promise", number, "--amount", "5", "--on", "2026-04-01", *DAY)
    assert "kim has it in hand until" in refused.stderr


def test_a_touch_brings_a_promise(change: Run) -> None:
    number = first(change, "underpay")
    touch = ("worklist", "touch", number, "--channel", "portal", "--outcome", "Will pay",
             "--next", "2026-03-30", *DAY)  # fmt: skip
    half = change(*touch, "--promise", "5.00")
    assert "--promise: a promise is an amount and a day." in half.stderr
    done = change(*touch, "--promise", "5.00", "--promise-on", "2026-04-01")
    assert "The payer promised $5.00 by 2026-04-01" in done.stdout
    assert facts(change, number)["next_action_on"] == "2026-03-30"


def test_whom_items_wait_for_and_how_they_ended_can_be_asked_for(change: Run) -> None:
    one, other, third = (first(change, queue) for queue in ("denial", "underpay", "no_response"))
    change("worklist", "snooze", one, "2026-04-01", "--waiting-for", "patient", *DAY)
    change("worklist", "snooze", other, "2026-04-01", *DAY)
    closed = change(
        "worklist", "close", third, "--reason", "small", "--resolution", "written_off", *DAY
    )
    assert closed.stdout == f"Item {third} is closed. Written off. small\n"

    def found(*options: object) -> list[object]:
        return [entry["item"]["work_item_id"] for entry in entries(change, *options)]  # type: ignore[index]

    assert found("--waiting-for", "patient", *DAY) == [one]
    assert found("--waiting-for", "internal", *DAY) == [other]
    assert found("--waiting-for", "payer", *DAY) == []
    assert found("--resolution", "written_off", *DAY) == [third]
    assert facts(change, third)["resolution"] == "written_off"
    assert "waiting for patient" in change("worklist", "list", "--status", "waiting", *DAY).stdout
    both = change("worklist", "close", one, "--reason", "x", "--wont-work", "--resolution", "paid")
    assert "--resolution: what is given up did not end otherwise." in both.stderr
    bulk = change("worklist", "bulk", "note", "x", "--resolution", "paid", *DAY)
    assert "--resolution: a resolution is of closed items, and only snoozed ones" in bulk.stderr
    bulk = change("worklist", "bulk", "close", "x", "--waiting-for", "payer", *DAY)
    assert "--waiting-for: a resolution is of closed items" in bulk.stderr


@pytest.mark.usefixtures("settings")
def test_the_next_item_says_that_it_is_one_of_the_days_young_ones(change: Run) -> None:
    day = ("--as-of", "2026-02-20")
    page = change("worklist", "next", *day).stdout
    assert "given out" in page
    assert "given out as one of today's young refusals: 1 of 1" in page
    peeked = json.loads(change("worklist", "next", "--peek", *day, "--json").stdout)
    assert peeked["facts"]["given_out"].endswith("1 of 1")


def test_the_reports_are_written_every_night_as_well(demo_folder: Path) -> None:
    (folder,) = (demo_folder / "reports").iterdir()
    rows = {
        name: list(csv.DictReader((folder / f"{name}.csv").read_text().splitlines()))
        for name in ("clocks", "kpis", "outcomes")
    }
    assert {row["queue"] for row in rows["clocks"]} >= {"denial", "underpay"}
    names = ["DN-1", "DN-2", "DN-3", "DN-4", "DN-5", "DN-6"]
    assert [row["kpi"] for row in rows["kpis"]] == names
    assert rows["outcomes"] == []

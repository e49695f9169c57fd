"""Help, usage, settings, statuses and errors: what every command has in common."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from edi_engine.cli import main
from edi_engine.store import open_store
from edi_engine.store.run_lock import hold_run_lock
from tests.cli.conftest import DAY, Run
from tests.command_contexts import context_of


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []

    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        found.append(path)
        if isinstance(command, click.Group):
            context = context_of(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                walk(inner, (*path, name))

    walk(main, ())
    return found


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_every_command_has_help(run: Run, path: tuple[str, ...]) -> None:
    result = run(*path, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage:")
    assert len(result.stdout.splitlines()) > 3


def test_help_and_usage_load_no_database_and_no_settings() -> None:
    script = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from edi_engine.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "assert CliRunner().invoke(main, ['nothing']).exit_code == 2\n"
        "heavy = {'sqlalchemy', 'pydantic', 'rich', 'pyx12', 'alembic', 'yaml'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "No such command 'nothing'"),
        (["ingest"], "Missing argument 'PATH...'"),
        (["worklist", "close", "1"], "Missing option '--reason'"),
        (["worklist", "snooze", "1", "soon"], "'soon' is no date. Write it as 2026-01-31."),
        (["worklist", "list", "--queue", "nowhere"], "'nowhere' is not one of"),
        (["aging", "--clock", "moon"], "'moon' is not one of"),
        (["report", "payers", "--clock", "sent"], "--clock sent goes with the aging report only"),
        (["report", "weather"], "'weather' is not one of"),
        (["export", "weather"], "There is no such dataset. Choose one of claims,"),
        (["export", "claims", "--format", "pdf"], "'pdf' is not one of"),
        (["ingest", "nowhere.835"], "nowhere.835: There is no such file or folder."),
        (["validate", "nowhere.835"], "nowhere.835: There is no such file or folder."),
        (["contracts", "load", "nowhere.csv"], "nowhere.csv: the file cannot be read"),
        (["nightly"], "--inbox: it is not known where the day's files are."),
        (["nightly", "--inbox", "nowhere"], "nowhere: There is no such folder."),
        (["show", "file", "7"], "file 7: there is no such file."),
        (["show", "set", "7"], "set 7: there is no such transaction set."),
        (["show", "claim", "7"], "claim 7: there is no such claim."),
        (["show", "line", "7:1"], "claim 7: there is no such claim."),
        (["show", "line", "7"], "7: this names no billed line. Write claim and line, as in 12:3."),
        (["show", "payment", "7"], "claim payment 7: there is no such claim payment."),
        (["show", "remit", "7"], "remittance 7: there is no such remittance."),
        (["show", "item", "7"], "work item 7: there is no such work item."),
        (["worklist", "show", "7"], "work item 7: there is no such work item."),
        (["worklist", "note", "7", "x"], "work item 7: there is no such work item."),
        (["decide", "link", "7", "8"], "claim payment 7: there is no such claim payment."),
        (["decide", "undo", "7"], "decision 7: there is no such decision."),
        (["decide", "release", "7"], "remittance 7: there is no such remittance."),
        (["decide", "hold", "7", "--reason", "x"], "remittance 7: there is no such remittance."),
        (["decide", "hold", "7", "--reason", " "], "the reason is empty."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_ends_with_status_2_and_says_why(
    run: Run, arguments: list[str], said: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('databse = "x.db"', "edi_engine.toml: databse: there is no such setting."),
        ('[policy]\nresponse_days = "soon"', "policy.response_days: a whole number is expected"),
        ("not toml", "This is not TOML"),
    ],
)
def test_wrong_settings_end_with_status_3(
    run: Run, tmp_path: Path, settings: str, said: str
) -> None:
    (tmp_path / "edi_engine.toml").write_text(settings)

    result = run("worklist", "list")

    assert result.exit_code == 3
    assert said in result.stderr


@pytest.mark.parametrize(
    "database", ["no/such/folder/x.db", "mysql://host/x", "not a database.txt"]
)
def test_a_database_that_cannot_be_used_ends_with_status_3(
    run: Run, tmp_path: Path, database: str
) -> None:
    (tmp_path / "not a database.txt").write_bytes(b"a letter, no database" * 400)

    result = run("--db", database, "worklist", "list")

    assert result.exit_code == 3
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


def test_a_run_at_work_ends_the_next_with_status_4(run: Run, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    with open_store(str(tmp_path / "edi_engine.db")) as store, hold_run_lock(store):
        result = run("nightly", "--inbox", "inbox")

    assert result.exit_code == 4
    assert "Another nightly run is at work on this database." in result.stderr


def test_the_database_may_be_named_before_or_after_the_command_or_by_the_environment(
    run: Run, demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = demo_folder / "practice.db"
    before = run("--db", database, "worklist", "list", *DAY)
    after = run("worklist", "list", "--db", database, *DAY)
    monkeypatch.setenv("EDI_ENGINE_DB", str(database))
    by_environment = run("worklist", "list", *DAY)

    assert before.stdout.count("\n") > 10
    assert before.stdout == after.stdout == by_environment.stdout


def test_a_mistake_of_the_program_is_one_line_without_any_data(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("TESTPATIENT 123456789")

    monkeypatch.setattr("edi_engine.cli.work.list_work", broken)

    result = run("worklist", "list")

    assert result.exit_code == 3
    assert "this is a mistake of the program (RuntimeError in" in result.stderr
    assert "TESTPATIENT" not in result.stderr


def test_ctrl_c_ends_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("edi_engine.cli.work.list_work", stopped)

    result = run("worklist", "list")

    assert result.exit_code == 130
    assert result.stderr == "Stopped. Run the same command again to go on.\n"


def test_a_reader_that_has_seen_enough_is_no_error(demo_folder: Path) -> None:
    database = demo_folder / "practice.db"
    command = [sys.executable, "-m", "edi_engine", "--db", str(database), "export", "adjustments"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()

    assert process.wait() == 0
    assert errors == b""


def test_no_name_or_identifier_of_a_patient_is_logged(
    run: Run, demo_folder: Path, tmp_path: Path
) -> None:
    names = _names(run, demo_folder)
    assert len(names) > 50

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for path in sorted((demo_folder / "done").iterdir())[:40]:
        data = path.read_bytes()
        (inbox / path.name).write_bytes(data)
        (inbox / f"cut_{path.name}").write_bytes(data[: len(data) * 2 // 3])
        (inbox / f"torn_{path.name}").write_bytes(data.replace(b"*", b"*~", 60))
        os.utime(inbox / path.name, (1, 1))
    told = [run("ingest", inbox), run("reconcile", *DAY), run("validate", inbox / "nothing")]

    assert "event=file digest=" in told[0].stderr
    for result in told:
        for name in names:
            assert name not in result.stderr


def _names(run: Run, demo_folder: Path) -> set[str]:
    lines = run("--db", demo_folder / "practice.db", "export", "claims").stdout.splitlines()
    header = lines[0].split(",")
    columns = [header.index(name) for name in ("subscriber_id", "patient_last_name")]
    return {line.split(",")[column] for line in lines[1:] for column in columns} - {""}

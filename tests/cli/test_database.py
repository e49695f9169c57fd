"""db upgrade, check, verify, backup, reread."""

import json
import sqlite3
from pathlib import Path

from tests.cli.conftest import Run


def test_a_new_database_is_made_by_upgrade(run: Run, tmp_path: Path) -> None:
    missing = run("db", "check")
    made = run("db", "upgrade")
    again = run("db", "upgrade", "--json")

    assert missing.exit_code == 3
    assert "There is no such database." in missing.stderr
    assert made.exit_code == 0
    assert "The database went from version none to " in made.stdout
    told = json.loads(again.stdout)
    assert told["from"] == told["to"]
    assert (tmp_path / "edi_engine.db").exists()


def test_a_sound_database_passes_check_and_verify(look: Run) -> None:
    assert look("db", "check").stdout == "The database is sound.\n"
    verified = look("db", "verify")
    told = json.loads(look("db", "verify", "--json").stdout)
    assert told["problems"] == []
    assert verified.stdout == (
        f"Everything stored agrees with the raw files.\nJournal {told['journal']}\n"
    )


def test_files_of_an_older_version_are_told_and_read_again(change: Run, tmp_path: Path) -> None:
    nothing = change("db", "reread")
    with sqlite3.connect(tmp_path / "copy.db") as connection:
        connection.execute(
            "INSERT INTO files_to_reread SELECT file_id FROM files WHERE claims_count > 0"
        )
        (count,) = connection.execute("SELECT count(*) FROM files_to_reread").fetchone()
        (claims,) = connection.execute("SELECT count(*) FROM claim_contract_facts").fetchone()
        connection.execute("DELETE FROM claim_contract_facts")
    connection.close()

    upgraded = change("db", "upgrade")
    told = json.loads(change("db", "verify", "--json").stdout)
    done = change("db", "reread")
    after = json.loads(change("db", "upgrade", "--json").stdout)

    assert nothing.stdout == "No file waits to be read again.\n"
    assert "taken in by an older version" in upgraded.stdout
    assert "edi-engine db reread" in upgraded.stdout
    assert (told["problems"], told["files_to_reread"]) == ([], count)
    assert done.exit_code == 0
    assert f"Added to {claims:,} claims and 0 claim payments" in done.stdout
    assert after["files_to_reread"] == 0


def test_verify_sees_a_changed_amount(change: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "copy.db") as connection:
        connection.execute(
            "UPDATE claim_payments SET paid_cents = paid_cents + 1 WHERE claim_payment_id = 1"
        )
    connection.close()

    found = change("db", "verify")

    assert found.exit_code == 3
    assert "set" in found.stdout.lower()


def test_a_backup_is_a_database_of_its_own_and_overwrites_nothing(
    look: Run, run: Run, tmp_path: Path
) -> None:
    copied = look("db", "backup", "copy of it.db")
    again = look("db", "backup", "copy of it.db")

    assert copied.stdout == f"copy of it.db: {(tmp_path / 'copy of it.db').stat().st_size} bytes.\n"
    assert again.exit_code == 2
    assert "The file exists already." in again.stderr
    assert (
        run("--db", "copy of it.db", "export", "claims").stdout == look("export", "claims").stdout
    )

"""demo, ingest, reconcile, nightly, validate."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, Run


@pytest.fixture
def files(demo_folder: Path) -> list[Path]:
    """A claim file and the remittances of the demo, as they were received."""
    return sorted((demo_folder / "done").iterdir())


def test_the_demo_tells_what_it_found_and_what_to_do_next(run: Run, tmp_path: Path) -> None:
    result = run("demo", "--dir", tmp_path / "demo", "--claims", 40)

    assert result.exit_code == 1
    assert result.stdout.startswith("An invented practice: ")
    assert "Billed: " in result.stdout
    assert "To work on: " in result.stdout
    assert re.search(r"of \d+ claim payments \d+ are .* 0 are wrong\.", result.stdout)
    assert re.search(r"of \d+ deposits \d+ are .* 0 are wrong\.", result.stdout)
    assert re.search(r"of \d+ unanswered claims \d+ are .* 0 are wrong\.", result.stdout)
    for line in result.stdout.splitlines():
        if line.startswith("  edi-engine "):
            words = line.split()[1:]
            if "serve" in words:
                words.append("--help")  # it would serve until somebody stops it
            assert run(*words).exit_code == 0, line


@pytest.mark.slow
def test_the_demo_can_be_made_again_but_overwrites_nothing_else(run: Run, tmp_path: Path) -> None:
    first = run("demo", "--dir", tmp_path / "demo", "--claims", 20, "--json")
    second = run("demo", "--dir", tmp_path / "demo", "--claims", 20, "--json")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    refused = run("demo", "--dir", tmp_path / "mine")

    one, two = json.loads(first.stdout), json.loads(second.stdout)
    assert (one["payments"], one["deposits"]) == (two["payments"], two["deposits"])
    assert one["lines"] == two["lines"]
    assert refused.exit_code == 2
    assert "The folder is not empty, and no demo made it." in refused.stderr


def test_ingest_tells_each_file_and_what_comes_next(run: Run, files: list[Path]) -> None:
    first = run("ingest", *files[:2])
    again = run("ingest", *files[:2])

    assert first.exit_code == 0, first.stderr
    assert files[0].name in first.stdout
    assert "loaded" in first.stdout
    assert "Next: edi-engine reconcile" in first.stdout
    assert again.exit_code == 0
    assert "known" in again.stdout
    assert "Next" not in again.stdout


def test_ingest_takes_folders_archives_and_standard_input(
    run: Run, files: list[Path], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.edi").write_bytes(files[0].read_bytes())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(files[1], "inner.edi")

    result = run("ingest", folder, tmp_path / "b.zip", "-", "--json", input=files[2].read_bytes())

    told = json.loads(result.stdout)
    assert [file["status"] for file in told["files"]] == ["loaded", "loaded", "archive", "loaded"]
    assert [file["path"] for file in told["files"]][-1] == "-"


def test_ingest_says_with_status_1_that_a_file_is_unreadable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("no X12 at all")

    result = run("ingest", "letter.txt")

    assert result.exit_code == 1
    assert "unreadable" in result.stdout


def test_ingest_moves_what_it_took(run: Run, files: list[Path], tmp_path: Path) -> None:
    taken = tmp_path / "in.edi"
    taken.write_bytes(files[0].read_bytes())

    result = run("ingest", taken, "--move-to", tmp_path / "done", "--json")

    assert not taken.exists()
    assert (tmp_path / "done" / "in.edi").read_bytes() == files[0].read_bytes()
    assert json.loads(result.stdout)["moved"] == {str(taken): str(tmp_path / "done" / "in.edi")}


def test_ingest_checks_the_guide_when_asked(run: Run, files: list[Path], tmp_path: Path) -> None:
    remittance = next(path for path in files if "_835_" in path.name)
    spoilt = tmp_path / "spoilt.835"
    spoilt.write_bytes(remittance.read_bytes().replace(b"BPR*I*", b"BPR*??*", 1))

    plain = json.loads(run("ingest", spoilt, "--json").stdout)
    checked = json.loads(run("ingest", spoilt, "--validate", "--json", "--db", "o.db").stdout)

    def codes(told: dict[str, object]) -> set[str]:
        return {code for code, _ in told["files"][0]["finding_counts"]}  # type: ignore[index]

    assert not any(code.startswith("GUIDE") for code in codes(plain))
    assert any(code.startswith("GUIDE") for code in codes(checked))


@pytest.mark.slow
def test_reconcile_counts_what_it_did_and_then_finds_nothing_to_do(
    run: Run, files: list[Path]
) -> None:
    run("ingest", *files)
    first = run("reconcile", *DAY)
    again = run("reconcile", *DAY)
    everything = run("reconcile", "--all", *DAY, "--json")

    assert first.exit_code == 1
    assert "Claim payments: " in first.stdout
    assert "matched" in first.stdout
    assert "Next: edi-engine worklist list" in first.stdout
    assert again.exit_code == 0
    assert "Work items: nothing new" in again.stdout
    assert json.loads(everything.stdout)["work"] == {}
    assert everything.exit_code == 0


def test_nightly_reports_what_it_did(run: Run, files: list[Path], tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for path in files[:5]:
        (inbox / path.name).write_bytes(path.read_bytes())
    (inbox / "letter.txt").write_text("no X12")
    (tmp_path / "edi_engine.toml").write_text("[nightly]\nsettle_seconds = 0\ninbox = 'inbox'\n")

    first = run("nightly", *DAY)
    again = run("nightly", *DAY, "--json")

    assert first.exit_code == 1
    assert "Files: 5 taken in, 0 known before, 1 set aside, 0 still growing." in first.stdout
    assert "set aside: letter.txt" in first.stdout
    assert (tmp_path / "quarantine" / "letter.txt").exists()
    assert again.exit_code == 0
    assert json.loads(again.stdout)["taken"] == []


def test_validate_names_what_is_wrong_and_stores_nothing(
    run: Run, files: list[Path], tmp_path: Path
) -> None:
    remittance = next(path for path in files if "_835_" in path.name)
    clean = run("validate", remittance)
    text = remittance.read_text()
    amount = text.split("BPR*I*")[1].split("*")[0]
    wrong = tmp_path / "wrong.835"
    wrong.write_text(text.replace(f"BPR*I*{amount}*", "BPR*I*1.23*", 1))
    found = run("validate", wrong, "--no-guide")

    assert clean.exit_code == 0, clean.stdout
    assert "1 sets" in clean.stdout
    assert found.exit_code == 1
    assert "BAL-" in found.stdout
    assert not (tmp_path / "edi_engine.db").exists()


def test_validate_of_what_is_no_x12_needs_a_person(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("no X12")

    result = run("validate", "letter.txt", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["files"][0]["is_readable"] is False

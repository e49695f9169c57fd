"""Claims written out again by the command: files that pass, reasons where none is made."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import Result

from edi_engine.parsers import read_bytes
from edi_engine.store import Reader, open_store

Run = Callable[..., Result]
DAY = ("--as-of", "2026-03-21")


@pytest.fixture(scope="session")
def paid(demo_folder: Path) -> dict[str, int]:
    """A claim of each kind that has exactly one payment with the payer's number, and one without
    any answer."""
    found: dict[str, int] = {}
    with open_store(str(demo_folder / "practice.db")) as store, store.reading() as reader:
        rows = reader.rows(
            "SELECT c.kind, min(c.claim_id) FROM claims c JOIN matches m ON m.claim_id = c.claim_id"
            " JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id"
            " WHERE m.outcome = 'matched' AND p.payer_claim_control_number <> ''"
            " AND p.status_code = '1' AND m.payer_sequence = 1 AND c.payer_sequence = 1"
            " AND c.claim_id IN"
            " (SELECT claim_id FROM matches GROUP BY claim_id HAVING count(*) = 1)"
            " GROUP BY c.kind"
        )
        found |= {str(kind): int(claim_id) for kind, claim_id in rows}
        row = reader.row(
            "SELECT min(claim_id) FROM claims WHERE claim_id NOT IN"
            " (SELECT claim_id FROM matches WHERE claim_id IS NOT NULL)"
        )
        assert row is not None
        found["unanswered"] = int(row[0])
    return found


@pytest.mark.parametrize("kind", ["professional", "institutional", "dental"])
def test_a_claim_of_each_kind_is_written_corrected_and_void(
    change: Run, paid: dict[str, int], kind: str, tmp_path: Path
) -> None:
    claim = paid[kind]
    for number, extra in enumerate((["--set", "authorization=AB1"], ["--void"]), 1):
        out = tmp_path / f"{number}.837"
        result = change("claims", "correct", claim, *extra, "--out", out, "--json", *DAY)
        assert result.exit_code == 0, result.output + result.stderr
        report = json.loads(result.stdout)
        assert report["written"]["interchange_control_number"] == number
        (written,) = read_bytes(out.read_bytes()).claims
        assert written.frequency_code == ("7" if number == 1 else "8")
        assert written.original_reference == report["written"]["original_reference"] != ""
        assert str(written.sent_on) == "2026-03-21"
        assert written.source.interchange_control_number == f"{number:09d}"
    shown = change("show", "claim", claim)
    assert "written out again" in shown.stdout
    assert "authorization: none becomes AB1" in shown.stdout


def test_the_command_says_that_nothing_was_sent(change: Run, paid: dict[str, int]) -> None:
    result = change("claims", "correct", paid["professional"], "--void", "--out", "void.837", *DAY)
    assert "frequency 8" in result.stdout
    assert "Nothing was sent" in result.stdout


def test_without_the_payers_number_it_is_refused_unless_it_is_named(
    change: Run, paid: dict[str, int]
) -> None:
    command = ("claims", "correct", paid["unanswered"], "--void", "--out", "void.837", *DAY)
    result = change(*command)
    assert result.exit_code == 2
    assert "no matched payment gives it a payer claim control number" in result.stderr
    assert not Path("void.837").exists()
    assert change(*command, "--reference", "ICN77").exit_code in {0, 1}
    (written,) = read_bytes(Path("void.837").read_bytes()).claims
    assert written.original_reference == "ICN77"


def test_a_file_that_is_there_is_kept(change: Run, paid: dict[str, int]) -> None:
    Path("there.837").write_text("mine")
    result = change("claims", "correct", paid["professional"], "--void", "--out", "there.837", *DAY)
    assert result.exit_code == 2
    assert "already" in result.stderr
    assert Path("there.837").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "nothing is changed"),
        (("--void", "--set", "line 1 units=2"), "as it was billed"),
        (("--set", "line 1 colour=2"), "cannot be changed"),
        (("--void", "--reference", "x" * 51), "up to 50"),
    ],
)
def test_what_makes_no_sense_is_refused_and_notes_nothing(
    change: Run, paid: dict[str, int], options: tuple[str, ...], said: str
) -> None:
    claim = paid["professional"]
    result = change("claims", "correct", claim, *options, "--out", "new.837", *DAY)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("new.837").exists()
    assert "written out again" not in change("show", "claim", claim).stdout


def test_settings_name_another_envelope(change: Run, paid: dict[str, int], tmp_path: Path) -> None:
    settings = tmp_path / "s.toml"
    settings.write_text(
        '[submitter]\nsender_id = "OTHERSENDER"\nfirst_control_number = 500000000\n'
    )
    result = change(
        "--settings", settings, "claims", "correct", paid["professional"], "--void",
        "--out", "new.837", *DAY,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    source = read_bytes(Path("new.837").read_bytes()).claims[0].source
    assert source.interchange_sender_id == source.group_sender_code == "OTHERSENDER"
    assert source.interchange_control_number == "500000000"


def test_there_is_no_such_claim(change: Run) -> None:
    result = change("claims", "correct", 999_999, "--void", "--out", "new.837", *DAY)
    assert result.exit_code == 2
    assert "no such claim" in result.stderr


def test_the_file_of_the_claim_is_read_once_and_while_nobody_waits_to_write(
    change: Run, paid: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[type, int, int]] = []
    read = Reader.raw_segments

    def counted(reader: Reader, file_id: int, at: int, length: int) -> bytes:
        asked.append((type(reader), at, length))
        return read(reader, file_id, at, length)

    monkeypatch.setattr(Reader, "raw_segments", counted)
    out = tmp_path / "void.837"
    assert change("claims", "correct", paid["dental"], "--void", "--out", out, *DAY).exit_code == 0
    assert {kind for kind, _, _ in asked} == {Reader}
    assert [at for _, at, _ in asked] == sorted({at for _, at, _ in asked})
    assert all(at + length <= later for (_, at, length), (_, later, _) in pairwise(asked))

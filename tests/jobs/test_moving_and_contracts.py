"""Moving files, loading contracts, validating, and tracing what arrives late."""

import errno
import os
import zipfile
from pathlib import Path

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.moving import move_into
from edi_engine.jobs.validate import validate_file
from edi_engine.store import Store, open_store
from edi_engine.synthetic import MessRates
from tests.jobs.conclusions import NOW, conclude, practice_of, take, written

HEADER = (
    "payer_id,procedure_code,modifiers,place_of_service,effective_from,effective_to,"
    "allowed_amount\n"
)


def test_a_moved_file_keeps_its_name_where_it_can(tmp_path: Path) -> None:
    found = []
    for content in (b"one", b"two", b"three"):
        source = tmp_path / "era.835"
        source.write_bytes(content)
        found.append(move_into(source, tmp_path / "done", "era.835", digest="abcdef" * 4))
        assert not source.exists()

    assert [path.name for path in found] == [
        *("era.835", "era.abcdefabcdef.835", "era.abcdefabcdef.2.835"),
    ]
    assert [path.read_bytes() for path in found] == [b"one", b"two", b"three"]


def test_a_file_moves_whole_between_file_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "era.835"
    source.write_bytes(b"x" * 3_000_000)
    rename = os.rename

    def far(origin: Path, target: Path) -> None:
        if Path(origin) == source:
            raise OSError(errno.EXDEV, "another file system")
        rename(origin, target)

    monkeypatch.setattr(os, "rename", far)

    moved = move_into(source, tmp_path / "done", "era.835", digest="d")

    assert moved.stat().st_size == 3_000_000
    assert not source.exists()
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["era.835"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    practice = practice_of(30, messes=MessRates.none())
    with open_store(str(tmp_path / "x.db")) as opened:
        take(opened, written(practice, tmp_path / "files"))
        conclude(opened)
        yield opened  # type: ignore[misc]


def pending(store: Store) -> int:
    with store.reading() as reader:
        return len(reader.pending_claim_ids())


def payer_of(store: Store, claim_id: int) -> str:
    with store.reading() as reader:
        return next(iter(reader.billed_claims([claim_id]).values())).payer_id


def loaded(store: Store, path: Path, rows: str) -> int:
    path.write_text(HEADER + rows)
    return load_fee_schedule(store, path, now=lambda: NOW).pending_claims_count


def test_a_schedule_marks_the_claims_of_the_payers_it_changes(store: Store, tmp_path: Path) -> None:
    fees = tmp_path / "fees.csv"
    payer = payer_of(store, 1)
    with store.reading() as reader:
        whole = len(list(reader.dataset("claims")))

    of_one = loaded(store, fees, f"{payer.lower()},99213,,,,,50.00\n")
    assert 0 < of_one < whole
    assert pending(store) == of_one
    conclude(store)
    assert loaded(store, fees, f"{payer.lower()},99213,,,,,50.00\n") == 0
    assert loaded(store, fees, f"{payer.lower()},99213,,,,,60.00\n") == of_one
    assert loaded(store, fees, f"{payer.lower()},99213,,,,,60.00\n,99214,,,,,70.00\n") == whole
    assert loaded(store, fees, f"{payer.lower()},99213,,,,,60.00\n") == whole


def test_a_schedule_with_a_mistake_changes_nothing(store: Store, tmp_path: Path) -> None:
    fees = tmp_path / "fees.csv"
    loaded(store, fees, "EX001,99213,,,,,50.00\n")
    conclude(store)

    fees.write_text(f"{HEADER}EX001,99213,,,,,60.00\nEX001,99214,,,,,sixty\n")
    report = load_fee_schedule(store, fees, now=lambda: NOW)

    assert not report.is_loaded
    assert len(report.findings) == 1
    assert pending(store) == 0
    with store.reading() as reader:
        assert [row.allowed_cents for row in reader.fee_schedule()] == [50_00]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00", "is not UTF-8 text"), (None, "cannot be read")],
)
def test_a_schedule_that_cannot_be_read_is_refused(
    store: Store, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "fees.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError, match=said):
        load_fee_schedule(store, path)


def test_every_member_of_an_archive_is_validated(tmp_path: Path) -> None:
    practice = practice_of(10, messes=MessRates.none())
    with zipfile.ZipFile(tmp_path / "day.zip", "w") as archive:
        for name, data in practice.files():
            archive.writestr(name, data)
        archive.writestr("letter.txt", "no X12")

    report = validate_file(tmp_path / "day.zip", guide=False)

    assert len(report.files) == len(practice.files()) + 1
    assert [file.name for file in report.files if not file.is_readable] == ["day.zip/letter.txt"]
    assert report.needs_a_person


def test_an_empty_folder_cannot_be_validated(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file in it"):
        validate_file(tmp_path)

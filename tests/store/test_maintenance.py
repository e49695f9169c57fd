"""Upgrade, check, backup and verify: what they find, and that a sound store has no problem."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from edi_engine.errors import InputError, StoreError
from edi_engine.store import Store, open_store
from edi_engine.store.maintenance import backup_store, check_store, upgrade_store, verify_store
from edi_engine.store.schema import SCHEMA_VERSION
from tests.store.sample_records import bill_batch, claim, claim_payment, load, remittance_batch

DAMAGES = {
    "raw bytes changed": "UPDATE raw_chunks SET data = substr(data, 1, length(data) - 1)",
    "a reference to nothing": "UPDATE line_payments SET claim_payment_id = 77"
    " WHERE line_payment_id = 1",
    "a counter behind its table": "UPDATE id_counters SET next_id = 1 WHERE name = 'claims'",
    "a claim's charge changed": "UPDATE claims SET charge_cents = charge_cents + 1",
    "a service line lost": "DELETE FROM service_lines WHERE service_line_id = 1",
    "a payment changed": "UPDATE claim_payments SET paid_cents = 0",
    "an adjustment lost": "DELETE FROM adjustments WHERE adjustment_id = 1",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one file of claims and one of payments."""
    found = tmp_path_factory.mktemp("sound") / "edi.db"
    with open_store(str(found)) as store:
        load(store, bill_batch(claim(1), claim(2)), name="bills.edi")
        load(store, remittance_batch(claim_payment(1)), name="era.edi")
    return found


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "edi.db"))


def test_a_sound_store_has_no_problems(store: Store, store_url: str) -> None:
    load(store, bill_batch(claim(1), claim(2)), name="bills.edi")
    load(store, remittance_batch(claim_payment(1)), name="era.edi")
    told: list[tuple[str, int, int]] = []
    assert check_store(store_url) == []
    assert verify_store(store_url, progress=lambda *step: told.append(step)) == []
    assert told == [("Files", 1, 2), ("Files", 2, 2)]


@pytest.mark.parametrize("damage", DAMAGES)
def test_verify_names_what_no_longer_agrees(path: Path, damage: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(DAMAGES[damage])
    connection.close()
    assert verify_store(str(path)) != []


def test_check_names_a_table_that_was_changed(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE decisions DROP COLUMN note")
    connection.close()
    assert [problem for problem in check_store(str(path)) if "decisions" in problem]


def test_check_names_damaged_pages(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 40_000)
    try:
        problems = check_store(str(path))
    except StoreError:
        return  # damaged where the check itself must read
    assert problems


def test_a_backup_is_a_whole_store_and_is_never_written_over(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with open_store(str(path)) as store, store.writing():
        size_bytes = backup_store(str(path), copy)
    assert size_bytes == copy.stat().st_size
    assert verify_store(str(copy)) == []
    with open_store(str(copy)) as store, store.reading() as reader:
        assert len(list(reader.dataset("claims"))) == 2
    with pytest.raises(InputError):
        backup_store(str(path), copy)
    assert sorted(found.name for found in tmp_path.glob("copy*") if "-" not in found.name) == [
        "copy.db"
    ]


def test_upgrading_says_from_where_to_where(tmp_path: Path) -> None:
    url = str(tmp_path / "new.db")
    assert upgrade_store(url) == (None, SCHEMA_VERSION)
    assert upgrade_store(url) == (SCHEMA_VERSION, SCHEMA_VERSION)


def test_nothing_is_checked_where_there_is_no_database(tmp_path: Path) -> None:
    for look in (check_store, verify_store):
        with pytest.raises(StoreError):
            look(str(tmp_path / "nowhere.db"))
    assert list(tmp_path.iterdir()) == []

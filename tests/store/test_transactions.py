"""Snapshots, the single writer, and what a failed transaction leaves."""

import sqlite3
from pathlib import Path

import pytest

from edi_engine.errors import LockHeldError, StoreError
from edi_engine.store import Store, backends, open_store
from tests.store.sample_records import bill_batch, claim, load, remittance_batch


def test_a_reader_sees_one_state_while_a_writer_commits(store: Store) -> None:
    load(store, bill_batch(claim(1)), name="first.edi")
    with store.reading() as reader:
        load(store, bill_batch(claim(2), fingerprint="other"), name="second.edi")
        assert len(reader.files()) == 1
        assert [row[0] for row in reader.dataset("claims")] == [1]
    with store.reading() as reader:
        assert len(reader.files()) == 2


def test_a_reader_is_not_kept_waiting_by_an_open_writer(store: Store) -> None:
    load(store, bill_batch(claim(1)))
    with store.writing() as writer:
        writer.hold_remittance(1, "nothing yet")
        writer.mark_pending_payments([])
        writer.run("UPDATE claims SET frequency_code = '7'")
        with store.reading() as reader:
            assert reader.billed_claims([1])[1].frequency_code == "1"  # type: ignore[index]


def test_there_is_one_writer_at_a_time(store_url: str) -> None:
    with (
        open_store(store_url) as store,
        open_store(store_url, busy_timeout_seconds=1) as other,
        store.writing() as writer,
    ):
        writer.start_run("ingest", started_at="2026-03-02T04:05:06+00:00")
        with pytest.raises(LockHeldError), other.writing():
            pass
    with open_store(store_url) as store, store.reading() as reader:
        assert [found.kind for found in reader.runs()] == ["ingest"]


def test_an_exception_undoes_everything_and_gives_its_identifiers_again(store: Store) -> None:
    class StopHereError(Exception):
        pass

    def write_and_stop() -> None:
        with store.writing() as writer:
            writer.begin_file("a", "d", size_bytes=1, received_at="now", run_id=None)
            writer.add_batch(remittance_batch())
            writer.flush()
            raise StopHereError

    with pytest.raises(StopHereError):
        write_and_stop()
    assert load(store, bill_batch(claim(1))) == 1
    with store.reading() as reader:
        assert [found.name for found in reader.files()] == ["a.edi"]
        assert reader.remittance_ids() == []


def test_identifiers_are_the_same_for_the_same_files_in_the_same_order(tmp_path: Path) -> None:
    counters = []
    for name in ("one.db", "two.db"):
        with open_store(str(tmp_path / name)) as store:
            load(store, bill_batch(claim(1), claim(2)), name="a.edi")
            load(store, remittance_batch(), name="b.edi")
            with store.reading() as reader:
                counters.append(reader.rows("SELECT name, next_id FROM id_counters ORDER BY name"))
    assert counters[0] == counters[1]


def test_strict_tables_refuse_text_in_a_number(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "edi.db")) as store:
        load(store, bill_batch(claim(1)))
        with pytest.raises(StoreError), store.writing() as writer:
            writer.run("UPDATE claims SET charge_cents = 'a lot'")
        with pytest.raises(StoreError), store.writing() as writer:
            writer.run("UPDATE claims SET charge_cents = 1.5")


def test_a_reference_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(StoreError), store.writing() as writer:
        writer.write_remittance_standings([(99, 0, 0, "")])


@pytest.mark.parametrize(
    "content",
    [
        b"this is not a database, whatever its name says" * 40,
        b"SQLite format 3\x00" + b"\xff" * 4096,
    ],
    ids=["text", "damaged"],
)
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "edi.db"
    path.write_bytes(content)
    with pytest.raises(StoreError):
        open_store(str(path))
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="something else"):
        open_store(str(path))


def test_an_sqlite_that_knows_no_strict_tables_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    with pytest.raises(StoreError, match="too old"):
        open_store(str(tmp_path / "edi.db"))


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "sqlite://", "sqlite:///", "oracle+x://y", "no/such/folder/x.db"]
)
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        open_store(url)


def test_a_server_that_is_not_there_is_refused_without_showing_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as refused:
        open_store("postgresql://somebody:secret-word@127.0.0.1:1/edi?connect_timeout=1")
    assert "secret-word" not in str(refused.value)


def test_only_what_is_concluded_again_does_not_wait_for_the_disk(
    store: Store, databases_wait_for_no_disk: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in databases_wait_for_no_disk.items():
        monkeypatch.setattr(backends, name, value)

    def waits(*, repeatable: bool) -> bool:
        with store.writing(repeatable=repeatable) as writer:
            asked = "PRAGMA synchronous" if writer.is_sqlite else "SHOW synchronous_commit"
            ((told,),) = writer.rows(asked)
        return told in {2, "on"}

    assert waits(repeatable=False)
    assert not waits(repeatable=True)
    assert waits(repeatable=False)

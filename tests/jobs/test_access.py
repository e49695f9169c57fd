"""Who saw what is kept before a page is sent, and taken into the database once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edi_engine.errors import LockHeldError
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.users import list_access
from edi_engine.records.users import AccessKind
from edi_engine.store import Store, open_store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "edi.db"), busy_timeout_seconds=1)


def subjects(store: Store) -> list[str]:
    return [entry.subject for _, entry in reversed(list_access(store))]


def recorder(store: Store, folder: Path) -> AccessRecorder:
    return AccessRecorder(store, folder, now=lambda: NOON)


def test_what_was_recorded_is_in_the_database_at_the_end(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "access"
    with recorder(store, folder) as found:
        for number in range(5):
            found.record("kim", AccessKind.VIEWED, f"claim {number}", address="10.0.0.1")
    assert subjects(store) == [f"claim {number}" for number in range(5)]
    (_, entry) = list_access(store)[0]
    assert (entry.login, entry.kind, entry.address, entry.happened_at) == (
        "kim", AccessKind.VIEWED, "10.0.0.1", NOON,
    )  # fmt: skip
    assert [path.name for path in folder.iterdir()] == ["lock"]


def test_a_record_waits_for_nobody_and_is_not_lost(store: Store, tmp_path: Path) -> None:
    with recorder(store, tmp_path / "access") as found:
        with store.writing():
            found.record("kim", AccessKind.VIEWED, "claim 1")
            with pytest.raises(LockHeldError):
                found.take_in()
            found.record("kim", AccessKind.VIEWED, "claim 2")
        found.take_in()
        assert subjects(store) == ["claim 1", "claim 2"]


def test_what_a_killed_process_left_is_taken_in_once(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "access"
    folder.mkdir()
    line = (
        b'{"happened_at":"2026-03-02T12:00:00Z","login":"kim","kind":"viewed",'
        b'"subject":"claim 7","address":""}\n'
    )
    (folder / "aa.open").write_bytes(line + line.replace(b"7", b"8", 1)[:40])
    with recorder(store, folder):
        pass
    assert subjects(store) == ["claim 7"]
    # Killed after the rows were committed and before the file was removed:
    with store.writing() as writer:
        assert writer.take_access_segment("bb", [])
    (folder / "bb.access").write_bytes(line)
    with recorder(store, folder):
        pass
    assert subjects(store) == ["claim 7"]


def test_two_processes_share_no_folder(store: Store, tmp_path: Path) -> None:
    with (
        recorder(store, tmp_path / "access"),
        pytest.raises(LockHeldError, match="another workbench"),
        recorder(store, tmp_path / "access"),
    ):
        pass
    with recorder(store, tmp_path / "access"):
        pass


def test_when_a_session_was_seen_is_told_later(store: Store, tmp_path: Path) -> None:
    with recorder(store, tmp_path / "access") as found:
        found.see("a hash")
        assert found.last_seen("a hash") == NOON
        assert found.last_seen("another") is None
        found.take_in()
        assert found.last_seen("a hash") is None

"""Uploads: nothing that was accepted is lost, nothing that is broken stops the others."""

import io
import logging
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edi_engine.config import Settings
from edi_engine.errors import InputError, LockHeldError
from edi_engine.jobs import uploads
from edi_engine.jobs.ingest import FileStatus
from edi_engine.jobs.uploads import UploadDesk, UploadEntry, UploadState, safe_file_name
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import practice_of
from tests.parsers.x12_files import CLAIM, LINE, remittance

GOOD = remittance(CLAIM + LINE).encode()
SECONDS = 30.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "practice.db"), busy_timeout_seconds=1) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def desk(store: Store, folder: Path) -> Iterator[UploadDesk]:
    with UploadDesk(store, Settings(), folder) as opened:
        yield opened


def send(desk: UploadDesk, *files: tuple[str, bytes]) -> list[UploadEntry]:
    """Send files and wait until all is done; how they stand, in the order of sending."""
    sent = [desk.accept(name, io.BytesIO(data), login="dana") for name, data in files]
    assert desk.wait_until_settled(SECONDS)
    now = {one.upload_id: one for one in desk.entries()}
    return [now[one.upload_id] for one in sent]


def left_in(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir() if path.name != "lock")


def archive(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("era.835", "era.835"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fake path\\era.835", "era.835"),
        ("/", "unnamed"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("a\x00b\x07c\n.835", "a?b?c?.835"),
        ("\u202eera.835", "?era.835"),
        ("\ud800.835", "?.835"),
        ("x" * 500 + ".835", "x" * 116 + ".835"),
        ("x" * 500, "x" * 120),
        ("a." + "x" * 500, ("a." + "x" * 500)[:120]),
        (".835", "835"),
        ("Ünïcode – ok.835", "Ünïcode – ok.835"),
    ],
)
def test_a_name_keeps_nothing_that_leads_elsewhere(given: str, kept: str) -> None:
    assert safe_file_name(given) == kept


def test_a_file_is_taken_in_and_reconciled(desk: UploadDesk, store: Store, folder: Path) -> None:
    files = [(f"{at}.edi", data) for at, (_, data) in enumerate(practice_of(12).files())]
    entries = send(desk, *files)
    assert {one.state for one in entries} == {UploadState.DONE}
    assert [one.outcomes[0].status for one in entries] == [FileStatus.LOADED] * len(files)
    assert all(one.reconciled is not None for one in entries)
    assert left_in(folder) == []
    with store.reading() as reader:
        assert [one.name for one in reader.files()] == [name for name, _ in files]
        assert reader.pending_payment_ids() == []
        assert {one.kind for one in reader.runs()} == {"ingest", "reconcile"}
        assert {one.status for one in reader.runs()} <= {"done", "needs_a_person"}


def test_the_folder_is_the_owners_alone(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadDesk, "_run", lambda _: None)
    with UploadDesk(store, Settings(), folder) as desk:
        desk.accept("../era.835", io.BytesIO(GOOD), login="dana")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert "era" not in path.name


def test_broken_files_tell_what_is_wrong_and_stop_no_other(desk: UploadDesk) -> None:
    broken, empty, packed, good, again = send(
        desk,
        ("broken.835", b"ISA*broken"),
        ("empty.835", b""),
        ("all.zip", archive(good=remittance(CLAIM + LINE).encode(), bad=b"nothing")),
        ("good.835", GOOD.replace(b"000000101", b"000000102")),
        ("again.835", GOOD),
    )
    assert broken.state is UploadState.DONE
    assert broken.outcomes[0].status is FileStatus.UNREADABLE
    assert broken.outcomes[0].finding_counts == (("X12-0101", 1),)
    assert empty.outcomes[0].finding_counts == (("X12-0102", 1),)
    assert [one.status for one in packed.outcomes] == [
        FileStatus.LOADED,
        FileStatus.UNREADABLE,
        FileStatus.ARCHIVE,
    ]
    assert good.outcomes[0].status is FileStatus.LOADED
    assert again.outcomes[0].status is FileStatus.KNOWN


def test_what_was_accepted_is_taken_up_again_after_a_kill(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(UploadDesk, "_run", lambda _: None)  # killed before it began
        with UploadDesk(store, Settings(), folder) as desk:
            sent = desk.accept("era.835", io.BytesIO(GOOD), login="dana")
            (folder / "7.partial").write_bytes(b"cut off")
            (folder / "8.upload").write_bytes(GOOD.replace(b"101", b"102"))  # its words are lost
            (folder / "notes.upload").write_bytes(b"not ours")
    with UploadDesk(store, Settings(), folder) as desk:
        assert desk.wait_until_settled(SECONDS)
        entries = {one.upload_id: one for one in desk.entries()}
        assert entries[sent.upload_id].name == "era.835"
        assert entries[sent.upload_id].login == "dana"
        assert entries[8].name == "unnamed"
        assert {one.state for one in entries.values()} == {UploadState.DONE}
        assert [path.name for path in sorted(folder.iterdir())] == ["lock", "notes.upload"]
        newer = desk.accept("later.835", io.BytesIO(b""), login="dana")
        assert newer.upload_id > sent.upload_id


@pytest.mark.parametrize("stopped_in", ["ingest_run", "reconcile_run"])
def test_a_server_that_stops_in_the_middle_goes_on_at_the_next_start(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, stopped_in: str
) -> None:
    """The desk is closed while it is at work: what it did is undone or done, and begun again."""
    reached = threading.Event()
    real: Callable[..., object] = getattr(uploads, stopped_in)

    def slow(*args: object, **options: object) -> object:
        told = options.pop("progress", None)
        settings = options.get("settings")

        def progress(*facts: object) -> None:
            reached.set()
            threading.Event().wait(0.2)
            (told or settings.progress)(*facts)  # type: ignore[union-attr,operator]

        if settings is not None:
            options["settings"] = uploads.IngestSettings(progress=progress)
        else:
            options["progress"] = progress
        return real(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(uploads, stopped_in, slow)
        with UploadDesk(store, Settings(), folder) as desk:
            desk.accept("era.835", io.BytesIO(GOOD), login="dana")
            assert reached.wait(SECONDS)
    assert left_in(folder) == [".json", ".upload"]
    with UploadDesk(store, Settings(), folder) as desk:
        assert desk.wait_until_settled(SECONDS)
        (entry,) = desk.entries()
        assert entry.state is UploadState.DONE
    assert left_in(folder) == []
    with store.reading() as reader:
        assert len(reader.files()) == 1
        assert reader.pending_payment_ids() == []


def test_a_busy_database_is_waited_for(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_AGAIN_SECONDS", 0.05)
    with UploadDesk(store, Settings(), folder) as desk:
        with store.writing():
            desk.accept("era.835", io.BytesIO(GOOD), login="dana")
            deadline = threading.Event()
            for _ in range(100):
                if desk.entries()[0].message.startswith("Somebody else is writing"):
                    break
                deadline.wait(0.1)
            (entry,) = desk.entries()
            assert (
                entry.message == "Somebody else is writing to the database; it goes on by itself."
            )
            assert entry.state is not UploadState.FAILED
        assert desk.wait_until_settled(SECONDS)
        assert desk.entries()[0].state is UploadState.DONE


def test_a_failed_file_is_kept_tried_again_or_thrown_away(
    desk: UploadDesk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError("The disk is full.", remedy="Make room.")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "ingest_run", refuse)
        one, other = send(desk, ("one.835", GOOD), ("other.835", b"else"))
        assert one.state is other.state is UploadState.FAILED
        assert one.message == "The disk is full. Make room."
        assert left_in(folder) == [".json", ".json", ".upload", ".upload"]
    desk.try_again(one.upload_id)
    assert desk.wait_until_settled(SECONDS)
    assert desk.discard(other.upload_id).name == "other.835"
    (entry,) = desk.entries()
    assert (entry.name, entry.state) == ("one.835", UploadState.DONE)
    assert left_in(folder) == []
    with pytest.raises(InputError, match="it did not fail"):
        desk.try_again(one.upload_id)
    with pytest.raises(InputError, match="no such upload"):
        desk.discard(other.upload_id)


def test_a_mistake_of_the_program_names_no_content(
    desk: UploadDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("TESTPATIENT")

    for place in ("ingest_run", "reconcile_run"):
        with monkeypatch.context() as patch, caplog.at_level(logging.INFO):
            patch.setattr(uploads, place, fails)
            (entry,) = send(desk, (f"TESTPATIENT {place}.835", GOOD))
        assert entry.state is UploadState.FAILED
        assert "mistake of the program" in entry.message
        assert "TESTPATIENT" not in entry.message
    assert not [record for record in caplog.records if "TESTPATIENT" in record.getMessage()]


def test_part_of_an_archive_that_fails_keeps_the_archive(
    desk: UploadDesk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edi_engine.jobs import ingest

    real = ingest._Ingest._load

    def odd(self: object, named: object, name: str, spool: object) -> object:
        if name.endswith("odd"):
            raise InputError("It is odd.")
        return real(self, named, name, spool)  # type: ignore[arg-type]

    packed = archive(good=GOOD, odd=b"nothing")
    with monkeypatch.context() as patch:
        patch.setattr(ingest._Ingest, "_load", odd)
        (entry,) = send(desk, ("all.zip", packed))
    assert entry.state is UploadState.FAILED
    assert entry.message.startswith("1 of its files could not be taken in; the others are.")
    assert entry.reconciled is not None
    assert ".upload" in left_in(folder)
    desk.try_again(entry.upload_id)
    assert desk.wait_until_settled(SECONDS)
    assert [one.status for one in desk.entries()[0].outcomes] == [
        FileStatus.KNOWN,
        FileStatus.UNREADABLE,
        FileStatus.ARCHIVE,
    ]


class _Failing(io.RawIOBase):
    def read(self, _size: int = -1) -> bytes:
        raise OSError(28, "No space left on device")


def test_what_cannot_be_kept_is_refused_and_leaves_nothing(desk: UploadDesk, folder: Path) -> None:
    with pytest.raises(InputError, match=r"No space left on device.*make room"):
        desk.accept("era.835", _Failing(), login="dana")  # type: ignore[arg-type]
    assert left_in(folder) == []
    assert desk.entries() == []


def test_too_many_waiting_files_are_refused(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadDesk, "_run", lambda _: None)
    monkeypatch.setattr(uploads, "_WAITING_MAX", 2)
    with UploadDesk(store, Settings(), folder) as desk:
        for name in ("1", "2"):
            desk.accept(name, io.BytesIO(b""), login="dana")
        with pytest.raises(InputError, match="2 files wait already"):
            desk.accept("3", io.BytesIO(b""), login="dana")


def test_only_so_many_that_are_done_are_told_of(
    desk: UploadDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_SHOWN_MAX", 3)
    for number in range(6):
        send(desk, (f"{number}.835", str(number).encode()))
    assert [one.name for one in desk.entries()] == ["5.835", "4.835", "3.835", "2.835"]


def test_two_servers_do_not_share_a_folder(desk: UploadDesk, store: Store, folder: Path) -> None:
    assert desk.entries() == []
    with pytest.raises(LockHeldError, match="upload_folder"), UploadDesk(store, Settings(), folder):
        pass

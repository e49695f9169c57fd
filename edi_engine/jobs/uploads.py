"""Files that somebody sends to the workbench: set aside first, then taken in and reconciled.

A file is safe once `accept` returns: it stands in a folder, under a number, and stays there until
the store has it. One thread takes the files in, one after the other, and reconciles when none
waits. Stopped at any moment, it begins again with what stands in the folder: taking in the same
bytes twice does nothing, and what waits for reconciling stands in the store.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from edi_engine.config import Settings
from edi_engine.errors import EdiEngineError, InputError, LockHeldError
from edi_engine.jobs.archives import ArchiveLimits, shown_name
from edi_engine.jobs.clock import today, utc_now
from edi_engine.jobs.ingest import FileOutcome, FileStatus, IngestSettings
from edi_engine.jobs.own_folder import own_folder
from edi_engine.jobs.reconcile import ReconcileReport
from edi_engine.jobs.runs import ingest_run, reconcile_run
from edi_engine.jobs.sources import NamedPath
from edi_engine.store import Store

__all__ = ["UploadDesk", "UploadEntry", "UploadState", "safe_file_name"]

_LOGGER = logging.getLogger(__name__)

_BLOCK_BYTES = 1 << 20
_NAME_LENGTH_MAX = 120
_SHOWN_MAX = 100
"""Uploads that are done with and still told of."""

_WAITING_MAX = 1_000
_AGAIN_SECONDS = 5.0
"""How long to wait when somebody else is writing, before trying again."""


class UploadState(StrEnum):
    """WAITING for its turn; TAKING_IN its bytes; RECONCILING: it is in the store, and what it says
    is being matched; DONE; FAILED: it is kept here, the message says why."""

    WAITING = "waiting"
    TAKING_IN = "taking_in"
    RECONCILING = "reconciling"
    DONE = "done"
    FAILED = "failed"


class UploadEntry(msgspec.Struct, frozen=True):
    """A file that was sent. `received_at` is an aware UTC instant as ISO text. `outcomes` are those
    of the file, or of the members of an archive and then its own. `message` says how far it is, or
    what is in its way."""

    upload_id: int
    name: str
    size_bytes: int
    login: str
    received_at: str
    state: UploadState = UploadState.WAITING
    outcomes: tuple[FileOutcome, ...] = ()
    reconciled: ReconcileReport | None = None
    message: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in {UploadState.DONE, UploadState.FAILED}


class _StoppedError(BaseException):
    """The server ends; what is being done is undone and begun again next time. No Exception, so
    that no edge takes it for a file's own trouble."""


def safe_file_name(given: str) -> str:
    """A name as a browser gives it, without folders and control characters, of at most 120
    characters; its end is kept, which tells the kind."""
    base = shown_name(given).rsplit("/", 1)[-1].strip(" .")
    if len(base) > _NAME_LENGTH_MAX:
        stem, dot, suffix = base.rpartition(".")
        end = f"{dot}{suffix}" if stem and len(suffix) <= len("compressed") else ""
        base = base[: _NAME_LENGTH_MAX - len(end)] + end
    return base or "unnamed"


class UploadDesk:
    """Takes files in for one process. Use it as a context; it is safe to call from any thread."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        folder: Path,
        *,
        as_of: date | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._as_of = as_of
        self._store = store
        self._settings = settings
        self._folder = folder
        self._now = now
        self._change = threading.Condition()
        self._entries: dict[int, UploadEntry] = {}
        self._last_id = 0
        self._is_stopped = False
        self._held = ExitStack()
        self._thread = threading.Thread(target=self._run, name="uploads", daemon=True)

    def __enter__(self) -> Self:
        """Raises LockHeldError where another process takes in from the folder."""
        self._held.enter_context(
            own_folder(
                self._folder,
                work="takes in what is uploaded to this folder",
                setting="web.upload_folder",
            )
        )
        self._pick_up()
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        with self._change:
            self._is_stopped = True
            self._change.notify_all()
        self._thread.join()
        self._held.close()

    # What pages ask for ---

    def accept(self, name: str, stream: BinaryIO, *, login: str) -> UploadEntry:
        """Keep a file; it is safe once this returns. Raises InputError when it cannot be kept."""
        shown = safe_file_name(name)
        if len(self._of(UploadState.WAITING)) >= _WAITING_MAX:
            raise InputError(
                f"{_WAITING_MAX:,} files wait already.",
                remedy="Send the others when these are taken in.",
            )
        upload_id = self._new_id()
        path = self._path(upload_id)
        partial = path.with_suffix(".partial")
        try:
            size_bytes = _keep(stream, partial)
            entry = UploadEntry(upload_id, shown, size_bytes, login, self._now().isoformat())
            _write_durably(path.with_suffix(".json"), msgspec.json.encode(entry))
            partial.rename(path)
        except OSError as error:
            for unfinished in (partial, path.with_suffix(".json")):
                with suppress(OSError):
                    unfinished.unlink()
            raise InputError(
                f"the file cannot be kept ({error.strerror}).",
                remedy="Ask an administrator to make room for uploads, then send it again.",
            ) from error
        with self._change:
            self._entries[upload_id] = entry
            self._forget_old()
            self._change.notify_all()
        return entry

    def entries(self) -> list[UploadEntry]:
        """What was sent, the newest first."""
        with self._change:
            return sorted(self._entries.values(), key=lambda one: -one.upload_id)

    def try_again(self, upload_id: int) -> UploadEntry:
        """Let a failed file wait once more. Raises InputError for one that did not fail."""
        with self._change:
            entry = self._failed(upload_id)
            waiting = msgspec.structs.replace(
                entry, state=UploadState.WAITING, outcomes=(), reconciled=None, message=""
            )
            self._entries[upload_id] = waiting
            self._change.notify_all()
        return waiting

    def discard(self, upload_id: int) -> UploadEntry:
        """Throw a failed file away. Raises InputError for one that did not fail."""
        with self._change:
            entry = self._failed(upload_id)
            self._remove(upload_id)
            del self._entries[upload_id]
        return entry

    def wait_until_settled(self, timeout_seconds: float) -> bool:
        """Wait until nothing is to do; whether that came in time. For tests and scripts."""
        with self._change:
            return self._change.wait_for(
                lambda: all(one.is_settled for one in self._entries.values()), timeout_seconds
            )

    # The folder ---

    def _path(self, upload_id: int) -> Path:
        return self._folder / f"{upload_id}.upload"

    def _new_id(self) -> int:
        with self._change:
            newest = max(self._entries, default=0)
            self._last_id = max(newest + 1, time.time_ns(), self._last_id + 1)
            return self._last_id

    def _pick_up(self) -> None:
        """What was sent before and is not in the store, as far as anybody knows."""
        for path in self._folder.glob("*.partial"):
            path.unlink()
        for path in sorted(self._folder.glob("*.upload")):
            if not path.stem.isdecimal():
                continue
            upload_id = int(path.stem)
            entry = UploadEntry(upload_id, "unnamed", path.stat().st_size, "", "")
            with suppress(OSError, msgspec.DecodeError):
                kept = path.with_suffix(".json").read_bytes()
                entry = msgspec.json.decode(kept, type=UploadEntry)
            self._entries[upload_id] = msgspec.structs.replace(entry, upload_id=upload_id)

    def _remove(self, upload_id: int) -> None:
        for path in (self._path(upload_id), self._path(upload_id).with_suffix(".json")):
            path.unlink(missing_ok=True)

    # Entries; all of these are called with the condition held or from the thread alone ---

    def _of(self, *states: UploadState) -> list[int]:
        with self._change:
            return sorted(key for key, one in self._entries.items() if one.state in states)

    def _failed(self, upload_id: int) -> UploadEntry:
        entry = self._entries.get(upload_id)
        if entry is None:
            raise InputError(
                "there is no such upload any more.", remedy="Load the page again to see what is."
            )
        if entry.state is not UploadState.FAILED:
            raise InputError(
                f"the file is {entry.state.value.replace('_', ' ')}, it did not fail.",
                remedy="Load the page again to see how it stands.",
            )
        return entry

    def _forget_old(self) -> None:
        done = self._of(UploadState.DONE)
        for upload_id in done[: max(len(done) - _SHOWN_MAX, 0)]:
            del self._entries[upload_id]

    def _set(self, upload_ids: Iterable[int], **changes: object) -> None:
        with self._change:
            for upload_id in upload_ids:
                entry = self._entries[upload_id]
                self._entries[upload_id] = msgspec.structs.replace(entry, **changes)
            self._change.notify_all()

    # The thread ---

    def _run(self) -> None:
        with suppress(_StoppedError):
            while True:
                self._wait_for_work()
                try:
                    for upload_id in self._of(UploadState.WAITING):
                        self._take_in(upload_id)
                    self._reconcile(self._of(UploadState.RECONCILING))
                except LockHeldError:
                    self._set(
                        self._of(UploadState.WAITING, UploadState.RECONCILING),
                        message="Somebody else is writing to the database; it goes on by itself.",
                    )
                    self._pause(_AGAIN_SECONDS)

    def _wait_for_work(self) -> None:
        with self._change:
            self._change.wait_for(
                lambda: (
                    self._is_stopped or self._of(UploadState.WAITING, UploadState.RECONCILING) != []
                )
            )
        self._stop_if_asked()

    def _pause(self, seconds: float) -> None:
        with self._change:
            self._change.wait_for(lambda: self._is_stopped, seconds)
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self._is_stopped:
            raise _StoppedError

    def _take_in(self, upload_id: int) -> None:
        """Into the store. Raises LockHeldError, with the file waiting again."""
        self._stop_if_asked()
        self._set([upload_id], state=UploadState.TAKING_IN, message="")
        entry = self._entries[upload_id]
        path = NamedPath(str(self._path(upload_id)), entry.name, entry.size_bytes)

        def progress(_name: str, done: int, total: int) -> None:
            self._stop_if_asked()
            percent = 100 * done // max(total, 1)
            self._set([upload_id], message=f"{percent} % read")

        limits = self._settings.limits
        settings = IngestSettings(
            limits=ArchiveLimits(
                members_max=limits.archive_members_max,
                total_bytes_max=limits.archive_bytes_max,
                ratio_max=limits.archive_ratio_max,
            ),
            progress=progress,
            entered_by=entry.login,
        )
        try:
            outcomes = ingest_run(self._store, [path], settings=settings, now=self._now).outcomes
        except LockHeldError:
            self._set([upload_id], state=UploadState.WAITING)
            raise
        except Exception as error:
            self._fail([upload_id], error)
            return
        failed = [one for one in outcomes if one.status is FileStatus.FAILED]
        if len(failed) == len(outcomes):
            message = failed[0].message if failed else "Nothing was found in the file."
            self._set(
                [upload_id], state=UploadState.FAILED, outcomes=tuple(outcomes), message=message
            )
        else:
            self._set(
                [upload_id],
                state=UploadState.RECONCILING,
                outcomes=tuple(outcomes),
                message="",
            )

    def _reconcile(self, upload_ids: Sequence[int]) -> None:
        """Match what the files brought. Raises LockHeldError, with the files still waiting."""
        if not upload_ids:
            return

        def progress(step: str, done: int, total: int) -> None:
            self._stop_if_asked()
            self._set(upload_ids, message=f"{step}, {done:,} of {total:,}")

        try:
            report = reconcile_run(
                self._store,
                policy=self._settings.reconcile_policy,
                as_of=self._as_of or today(),
                batch=self._settings.limits.reconcile_batch,
                progress=progress,
                now=self._now,
            )
        except LockHeldError:
            raise
        except Exception as error:
            self._fail(upload_ids, error)
            return
        for upload_id in upload_ids:
            self._finish(upload_id, report)

    def _finish(self, upload_id: int, report: ReconcileReport) -> None:
        """Done, unless something in an archive could not be taken in: then it stays here."""
        outcomes = self._entries[upload_id].outcomes
        failed = [one for one in outcomes if one.status is FileStatus.FAILED]
        if failed:
            message = (
                f"{len(failed)} of its files could not be taken in; the others are."
                " Try again: what is there already is not taken twice."
            )
            self._set([upload_id], state=UploadState.FAILED, reconciled=report, message=message)
            return
        self._remove(upload_id)
        self._set([upload_id], state=UploadState.DONE, reconciled=report, message="")

    def _fail(self, upload_ids: Sequence[int], error: Exception) -> None:
        """Say why, in our own words; the log has the place of what is our mistake."""
        if isinstance(error, EdiEngineError):
            message = error.sentences
        else:
            _LOGGER.exception("upload failed error=%s", type(error).__name__)
            message = "This is a mistake of the program; the log names the place. Nothing is lost."
        self._set(upload_ids, state=UploadState.FAILED, message=message)


def _keep(stream: BinaryIO, path: Path) -> int:
    """Copy a stream into a new file for its owner alone, durably; its length."""
    size_bytes = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as writing:
        while block := stream.read(_BLOCK_BYTES):
            writing.write(block)
            size_bytes += len(block)
        writing.flush()
        os.fsync(writing.fileno())
    return size_bytes


def _write_durably(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as writing:
        writing.write(data)
        writing.flush()
        os.fsync(writing.fileno())

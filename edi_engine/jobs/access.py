"""Who saw what, kept without making a page wait for the database's only writer.

A view is appended to a small file before the page is sent, so that it outlives the process, and a
thread takes the file into the database within a second or as soon as the writer is free. A segment
of the file is taken in once, whatever is killed when.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import msgspec

from edi_engine.errors import EdiEngineError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.own_folder import own_folder
from edi_engine.records.users import AccessEntry, AccessKind
from edi_engine.store import Store

__all__ = ["AccessRecorder"]

_SUFFIX = ".access"
_OPEN = ".open"
_PAUSE_SECONDS = 0.5


class AccessRecorder:
    """Records for one process. Use it as a context: what is spooled is taken in at its end.

    `folder` is where the spool stands; it is made when it is missing. What another process left
    there when it was killed is taken in, too.
    """

    def __init__(
        self, store: Store, folder: Path, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._store = store
        self._folder = folder
        self._now = now
        self._guard = threading.Lock()
        self._taking = threading.Lock()
        self._seen: dict[str, datetime] = {}
        self._current: tuple[Path, int] | None = None
        self._stopped = threading.Event()
        self._held = ExitStack()
        self._thread = threading.Thread(target=self._run, name="access", daemon=True)

    def __enter__(self) -> Self:
        """Raises LockHeldError where another process spools into the folder."""
        self._held.enter_context(
            own_folder(
                self._folder,
                work="records its views in this folder",
                setting="web.access_folder",
            )
        )
        for path in self._folder.glob(f"*{_OPEN}"):  # left by a process that was killed
            path.rename(path.with_suffix(_SUFFIX))
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()
        try:
            self.take_in()
        finally:
            self._held.close()

    def record(self, login: str, kind: AccessKind, subject: str = "", *, address: str = "") -> None:
        """Keep what somebody did. It is safe once this returns. Raises OSError when it cannot be
        kept: then nothing may be shown."""
        entry = AccessEntry(self._now(), login, kind, subject, address)
        line = msgspec.json.encode(entry) + b"\n"
        with self._guard:
            if self._current is None:
                path = self._folder / f"{time.time_ns():020d}-{uuid4().hex}{_OPEN}"
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
                self._current = path, os.open(path, flags, 0o600)
            os.write(self._current[1], line)

    def see(self, token_hash: str) -> None:
        """Something was asked in a session, which is not idle, or with a program's token."""
        with self._guard:
            self._seen[token_hash] = self._now()

    def last_seen(self, token_hash: str) -> datetime | None:
        """When something was last asked in a session, as far as this process has not told the
        database yet."""
        return self._seen.get(token_hash)

    def take_in(self) -> None:
        """Move everything spooled into the database. Raises EdiEngineError when it is busy."""
        with self._taking:
            self._close_segment()
            segments = sorted(self._folder.glob(f"*{_SUFFIX}"))
            with self._guard:
                seen = dict(self._seen)
            if not segments and not seen:
                return
            with self._store.writing() as writer:
                for path in segments:
                    writer.take_access_segment(path.stem, _entries_in(path))
                writer.see_sessions(seen.items())
                writer.see_api_tokens(seen.items())
            for path in segments:
                path.unlink()
            if segments:
                with self._store.writing() as writer:
                    writer.forget_access_segments([path.stem for path in segments])
            with self._guard:
                for key, at in seen.items():
                    if self._seen.get(key) == at:
                        del self._seen[key]

    def _close_segment(self) -> None:
        with self._guard:
            if self._current is not None:
                path, descriptor = self._current
                os.close(descriptor)
                path.rename(path.with_suffix(_SUFFIX))
                self._current = None

    def _run(self) -> None:
        while not self._stopped.wait(_PAUSE_SECONDS):
            with suppress(EdiEngineError):  # the nightly run is writing: a moment later, then
                self.take_in()


_DECODER = msgspec.json.Decoder(AccessEntry)


def _entries_in(path: Path) -> list[AccessEntry]:
    """The entries of a segment; a last line that was cut by a kill was never answered."""
    found = []
    for line in path.read_bytes().split(b"\n"):
        with suppress(msgspec.DecodeError):
            found.append(_DECODER.decode(line))
    return found

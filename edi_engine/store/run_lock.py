"""The lock of a whole run: at most one nightly run per database.

A file lock beside an SQLite database, an advisory lock in PostgreSQL. Both end with the process,
however it ends, so a killed run never leaves a lock behind.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from edi_engine.errors import LockHeldError
from edi_engine.store.backends import SqliteBackend
from edi_engine.store.engine import Store
from edi_engine.store.file_locks import file_lock

__all__ = ["hold_run_lock"]

_RUN_LOCK = 5_010_221_999
"""Advisory lock number of a run on PostgreSQL; another than the writer's."""


@contextmanager
def hold_run_lock(store: Store) -> Iterator[None]:
    """Hold the run lock for the whole block. Raises LockHeldError at once when it is taken."""
    backend = store.backend
    if isinstance(backend, SqliteBackend):
        with file_lock(Path(f"{backend.path}.run-lock"), _held()):
            yield
        return
    # The lock ends with its connection, which is held open for the whole block.
    with closing(backend.connect()) as connection:
        (got,) = connection.execute(f"SELECT pg_try_advisory_lock({_RUN_LOCK})").fetchone()
        if not got:
            raise _held()
        yield


def _held() -> LockHeldError:
    return LockHeldError(
        "Another nightly run is at work on this database.",
        remedy="Wait for it to end; it needs no help.",
    )

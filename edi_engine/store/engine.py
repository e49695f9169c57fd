"""Opening the store: snapshots for readers, the transaction of the single writer."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from edi_engine.store.backends import PostgresBackend, SqliteBackend, backend_for
from edi_engine.store.reader import Reader, RememberingReader
from edi_engine.store.schema import ensure_schema
from edi_engine.store.writer import Writer

__all__ = ["Store", "open_store"]


class Store:
    """A database of this package. Each block has a connection of its own. Close it at the end."""

    def __init__(self, backend: SqliteBackend | PostgresBackend) -> None:
        self.backend = backend

    @property
    def dialect(self) -> str:
        """Name of the database kind, "sqlite" or "postgresql"."""
        return self.backend.dialect

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent snapshot for the whole block; never waits for a writer."""
        with self.backend.transaction(writing=False) as connection:
            yield Reader(connection, self.dialect)

    @contextmanager
    def writing(self, *, loading: bool = False, repeatable: bool = False) -> Iterator[Writer]:
        """The single writer's transaction: committed at the end, undone on any exception.

        `loading` is for taking in files only: SQLite then does not look up the parent of every
        row, since each parent's identifier was given out a moment before; `verify` looks later.
        `repeatable` is for what the next run would conclude again: such a commit does not wait for
        the disk, and the last ones may be lost when the power fails, though never by a kill.
        Raises LockHeldError when another writer holds on longer than the busy timeout.
        """
        with self.backend.transaction(
            writing=True, loading=loading, repeatable=repeatable
        ) as connection:
            writer = Writer(connection, self.dialect)
            yield writer
            writer.flush()

    @contextmanager
    def rehearsing(self) -> Iterator["Store"]:
        """A store for the block whose changes are seen inside it and undone at its end.

        All its blocks share one writer's transaction, so nothing else can write meanwhile.
        """
        try:
            with self.backend.transaction(writing=True) as connection:
                yield _Rehearsal(self.backend, Writer(connection, self.dialect))
                raise _UndoneError
        except _UndoneError:
            pass

    @contextmanager
    def looking(self) -> Iterator["Store"]:
        """A store to read one page from: all its blocks see one snapshot, and a question that one
        of them asked is answered from memory when another asks it again."""
        with self.backend.transaction(writing=False) as connection:
            yield _Look(self.backend, RememberingReader(connection, self.dialect))

    def close(self) -> None:
        """Let go of the database; a block still open goes on."""
        self.backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


class _UndoneError(Exception):
    """Ends the transaction of a rehearsal without keeping anything."""


class _Rehearsal(Store):
    """A store on one open transaction, for reading and writing alike."""

    def __init__(self, backend: SqliteBackend | PostgresBackend, writer: Writer) -> None:
        super().__init__(backend)
        self._writer = writer

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        yield self._writer

    @contextmanager
    def writing(self, **_terms: bool) -> Iterator[Writer]:
        yield self._writer
        self._writer.flush()


class _Look(Store):
    """A store on one open snapshot, for reading alone."""

    def __init__(self, backend: SqliteBackend | PostgresBackend, reader: RememberingReader) -> None:
        super().__init__(backend)
        self._reader = reader

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        yield self._reader

    @contextmanager
    def writing(self, **_terms: bool) -> Iterator[Writer]:
        raise AssertionError("a page is looked at, nothing is written")


def open_store(url: str, *, upgrade: bool = True, busy_timeout_seconds: int = 30) -> Store:
    """Open a store, creating it and bringing its schema up to date unless `upgrade` is False.

    `url` is "sqlite:///path.db", a bare path, or "postgresql://...". Raises StoreError for a
    database of a newer version, a damaged one, one that is not ours or cannot be reached.
    """
    backend = backend_for(url, busy_timeout_seconds)
    try:
        ensure_schema(backend, upgrade=upgrade)
    except BaseException:
        backend.close()
        raise
    return Store(backend)

"""Opening the store: connections, transactions, snapshots, the single writer.

SQLite runs in WAL mode: readers see the last committed state and never wait for a writer. There
is one writer at a time on both dialects; who waits longer than the busy timeout gets a
`LockHeldError`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from edi_engine.errors import LockHeldError, StoreError
from edi_engine.store.reader import Reader
from edi_engine.store.schema import ensure_schema
from edi_engine.store.writer import Writer

__all__ = ["Store", "connect_engine", "open_store", "store_url"]

_WRITER_LOCK = 5_010_221_835
"""Advisory lock number of the single writer on PostgreSQL; any fixed number of ours will do."""

_WRITING = "edi_engine_writing"
_LOADING = "edi_engine_loading"
_CACHE_KIBIBYTES = 65_536
"""SQLite's page cache. A night's indexes fit, and a 100 MB file stays far under 300 MB."""


class Store:
    """A database of this package, open. Close it, or use it in a `with` statement."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def dialect(self) -> str:
        """Name of the database kind, "sqlite" or "postgresql", for messages only."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent snapshot for the whole block; never waits for a writer."""
        with _store_errors(), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
            # The snapshot begins with the first read, so read something now.
            connection.exec_driver_sql("SELECT count(*) FROM id_counters").scalar()
            yield Reader(connection)

    @contextmanager
    def writing(self, *, loading: bool = False) -> Iterator[Writer]:
        """The single writer's transaction: committed at the end, undone on any exception.

        `loading` is for taking in files only: SQLite then does not look up the parent of every
        row, since each parent's identifier was given out a moment before; `verify` looks later.
        Raises LockHeldError when another writer holds on longer than the busy timeout.
        """
        with _store_errors(), self.engine.connect() as bare:
            connection = bare.execution_options(**{_WRITING: True, _LOADING: loading})
            with connection.begin():
                writer = Writer(connection)
                yield writer
                writer.flush()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(url: str, *, upgrade: bool = True, busy_timeout_seconds: int = 30) -> Store:
    """Open a store, creating it and bringing its schema up to date unless `upgrade` is False.

    `url` is "sqlite:///path.db", a bare path, or "postgresql://...". Raises StoreError for a
    database of a newer version, a damaged one, one that is not ours or cannot be reached.
    """
    engine = connect_engine(url, busy_timeout_seconds=busy_timeout_seconds)
    try:
        with _store_errors(engine):
            ensure_schema(engine, upgrade=upgrade)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def store_url(text: str) -> URL:
    """The database's URL from what the user wrote. Raises StoreError for an unusable one."""
    try:
        url = make_url(text) if "://" in text else URL.create("sqlite", database=text)
    except ArgumentError as error:
        raise StoreError(
            "The database URL cannot be read.",
            place="--db",
            remedy='Write a path, "sqlite:///path.db" or "postgresql://host/name".',
        ) from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(
            f"Databases of kind {url.get_backend_name()} are not supported.",
            place="--db",
            remedy="Use SQLite or PostgreSQL.",
        )
    return url


def connect_engine(url: str, *, busy_timeout_seconds: int = 30) -> Engine:
    """An SQLAlchemy engine with our transactions, without touching the schema."""
    parsed = store_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, busy_timeout_seconds)
    try:
        engine = create_engine(parsed)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            "The PostgreSQL driver is not installed.",
            place="--db",
            remedy='Install it with "pip install edi-engine[postgres]".',
        ) from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITING):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{busy_timeout_seconds}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    return engine


def _sqlite_engine(url: URL, busy_timeout_seconds: int) -> Engine:
    folder = Path(url.database or "").parent
    if not folder.is_dir():
        raise StoreError(
            "The folder of the database does not exist.",
            place=str(folder),
            remedy="Create it, or name another with --db.",
        )
    engine = create_engine(url, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        # We begin transactions ourselves: the driver would begin too late for a snapshot.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {busy_timeout_seconds * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get(_LOADING):
            # Measured: the look-ups cost a fifth of all inserting. Connections are not reused.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITING) else "BEGIN")

    return engine


@contextmanager
def _store_errors(engine: Engine | None = None) -> Iterator[None]:
    """Turn the driver's errors into ours; the database's own words may hold values, ours do not."""
    try:
        yield
    except OperationalError as error:
        words = str(error.orig)
        if "locked" in words or "lock timeout" in words or "LockNotAvailable" in words:
            raise LockHeldError(
                "Another run is writing to the database.", remedy="Wait for it to end."
            ) from error
        raise StoreError(
            f"The database cannot be used ({type(error.orig).__name__}).",
            place="" if engine is None else engine.url.render_as_string(hide_password=True),
            remedy="Check that it can be reached and written, and that the disk is not full.",
        ) from error
    except DBAPIError as error:
        raise StoreError(
            f"The database is damaged or not one of ours ({type(error.orig).__name__}).",
            place="" if engine is None else engine.url.render_as_string(hide_password=True),
            remedy='Run "edi-engine db check", or restore the last backup.',
        ) from error

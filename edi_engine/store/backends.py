"""The two kinds of database: how to reach them, begin a transaction, and read their errors.

Statements go to the drivers directly. SQLAlchemy describes the tables and migrates them; loading
it takes as long as loading six megabytes of remittances, so it is left to `schema.py`, and no
command that finds the database up to date pays for it.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from edi_engine.errors import EdiEngineError, LockHeldError, StoreError
from edi_engine.store.file_locks import attempts, file_lock

__all__ = ["DriverConnection", "PostgresBackend", "SqliteBackend", "backend_for"]

WRITER_LOCK = 5_010_221_835
"""Advisory lock number of the single writer on PostgreSQL; any fixed number of ours will do."""

_WRITER_CACHE_KIBIBYTES = 65_536
"""SQLite's page cache. A night's indexes fit, and a 100 MB file stays far under 300 MB."""
_READER_CACHE_KIBIBYTES = 16_384
_SQLITE_MIN = (3, 37, 0)
"""The first version with STRICT tables."""
_PAGE_BYTES = 16_384
"""Measured: loading takes a third less time in the database than with pages of 4 KiB."""

_PRIMARY_CODE = 0xFF
"""The part of SQLite's error codes that tells the kind; the rest tells more of it."""

_NORMAL, _FULL = 1, 2
"""SQLite's words for whether a commit waits until the disk has it."""

_STATEMENTS_REMEMBERED = 512
"""Prepared statements kept by a connection; a batch of reconciling has nearly two hundred."""

_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")


class DriverConnection(Protocol):
    """What both drivers' connections can do."""

    def cursor(self) -> Any:
        """A new cursor."""

    def close(self) -> None:
        """Give the connection back; an open transaction is undone."""


class _SqliteConnection(sqlite3.Connection):
    """A connection that knows its settings: to set one makes SQLite prepare every statement again,
    also when it was so before."""

    def __init__(self, *terms: Any, **more: Any) -> None:
        super().__init__(*terms, **more)
        self._settings: dict[str, int] = {}

    def set(self, name: str, value: int) -> None:
        """Have a setting so; outside a transaction only."""
        if self._settings.get(name) != value:
            self.execute(f"PRAGMA {name} = {value}")
            self._settings[name] = value


class SqliteBackend:
    """A file. WAL mode: readers see the last committed state and never wait for a writer."""

    dialect = "sqlite"

    def __init__(self, path: Path, busy_timeout_seconds: int) -> None:
        self.path = path
        self.place = str(path)
        self.busy_timeout_seconds = busy_timeout_seconds
        # Connections between blocks. While one is open, closing a block need not copy the log
        # into the file, and the next block need not read the schema again.
        self._idle: list[_SqliteConnection] = []

    def close(self) -> None:
        """Let go of the file."""
        while self._idle:
            self._idle.pop().close()

    def connect(self) -> _SqliteConnection:
        """A connection outside any transaction, with our settings."""
        if sqlite3.sqlite_version_info < _SQLITE_MIN:
            raise StoreError(
                f"Python's SQLite is {sqlite3.sqlite_version}, too old for the tables.",
                remedy=f"Use a Python with SQLite {'.'.join(map(str, _SQLITE_MIN))} or newer.",
            )
        if not self.path.parent.is_dir():
            raise StoreError(
                "The folder of the database does not exist.",
                place=str(self.path.parent),
                remedy="Create it, or name another with --db.",
            )
        connection = sqlite3.connect(
            self.path,
            timeout=self.busy_timeout_seconds,
            isolation_level=None,  # we begin transactions; the driver would begin too late
            check_same_thread=False,
            cached_statements=_STATEMENTS_REMEMBERED,
            factory=_SqliteConnection,
        )
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a new database only
            connection.execute("PRAGMA journal_mode = WAL")
            connection.set("synchronous", _FULL)
            connection.set("foreign_keys", 1)
        except BaseException:  # it is no database, or damaged
            connection.close()
            raise
        return connection

    @contextmanager
    def transaction(
        self, *, writing: bool = False, loading: bool = False, repeatable: bool = False
    ) -> Iterator[DriverConnection]:
        """A transaction of its own: IMMEDIATE for a writer, a pinned snapshot for a reader."""
        with _sqlite_errors(self.place):
            connection = self._take_idle() or self.connect()
            try:
                cache_kibibytes = _WRITER_CACHE_KIBIBYTES if writing else _READER_CACHE_KIBIBYTES
                connection.set("cache_size", -cache_kibibytes)
                # Measured: looking up parents costs a fifth of all inserting.
                connection.set("foreign_keys", int(not loading))
                # The nightly run moves a file once it is committed: a commit must outlive a power
                # failure, but for what is concluded again.
                connection.set("synchronous", _NORMAL if repeatable else _FULL)
                if writing:
                    with self._turn():
                        self._begin_writing(connection)
                else:
                    connection.execute("BEGIN")
                # A snapshot begins with the first read, so read something now.
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                yield connection
                connection.commit()
            except BaseException:
                connection.close()  # undoes what is not committed
                raise
            self._idle.append(connection)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Writers get their turn in order: whoever waits for the database holds this, so that a
        run of one transaction after the other lets somebody in between. SQLite alone would miss
        the moment for a minute."""
        path = self.path.with_name(f"{self.path.name}.turn")
        with file_lock(path, _lock_held(), wait_milliseconds=self.busy_timeout_seconds * 1000):
            yield

    def _begin_writing(self, connection: _SqliteConnection) -> None:
        """Begin as soon as the other writer is done. SQLite's own waiting looks again every tenth
        of a second, which a person who saves a note during a night's run would feel each time."""
        connection.set("busy_timeout", 0)
        for _ in attempts(self.busy_timeout_seconds * 1000):
            try:
                connection.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                    raise
        else:
            raise _lock_held()
        connection.set("busy_timeout", self.busy_timeout_seconds * 1000)

    def _take_idle(self) -> _SqliteConnection | None:
        try:
            return self._idle.pop()
        except IndexError:  # none, or another thread was quicker
            return None

    def copy_to(self, path: Path) -> None:
        """Write a compact copy of the last committed state into an empty file."""
        with _sqlite_errors(self.place), closing(self.connect()) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))


class PostgresBackend:
    """A server. Readers see one snapshot; an advisory lock keeps writers one at a time."""

    dialect = "postgresql"

    def __init__(self, url: str, busy_timeout_seconds: int) -> None:
        self.url = url
        self.place = _PASSWORD.sub("***", url)
        self.busy_timeout_seconds = busy_timeout_seconds

    def close(self) -> None:
        """Nothing is held."""

    def connect(self) -> Any:
        """A connection outside any transaction."""
        try:
            import psycopg  # noqa: PLC0415 - installed only where PostgreSQL is used
        except ModuleNotFoundError as error:
            raise StoreError(
                "The PostgreSQL driver is not installed.",
                place="--db",
                remedy='Install it with "pip install edi-engine[postgres]".',
            ) from error
        return psycopg.connect(self.url, autocommit=True)

    @contextmanager
    def transaction(
        self,
        *,
        writing: bool = False,
        loading: bool = False,  # noqa: ARG002 - SQLite's matter
        repeatable: bool = False,
    ) -> Iterator[DriverConnection]:
        """A transaction of its own, the writer's behind the advisory lock."""
        with _postgres_errors(self.place), closing(self.connect()) as connection:
            if writing:
                connection.execute("BEGIN")
                if repeatable:
                    connection.execute("SET LOCAL synchronous_commit = off")
                connection.execute(f"SET LOCAL lock_timeout = '{self.busy_timeout_seconds}s'")
                connection.execute(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
            else:
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                connection.execute("SELECT 1 FROM pg_class LIMIT 1")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def backend_for(url: str, busy_timeout_seconds: int) -> SqliteBackend | PostgresBackend:
    """The backend that a URL or a bare path names. Raises StoreError for an unusable one."""
    kind, separator, rest = url.partition("://")
    if not separator:
        return SqliteBackend(Path(url), busy_timeout_seconds)
    kind = kind.partition("+")[0]
    if kind == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        return SqliteBackend(Path(rest[1:]), busy_timeout_seconds)
    if kind in {"postgresql", "postgres"}:
        return PostgresBackend(f"postgresql://{rest}", busy_timeout_seconds)
    raise StoreError(
        "The database URL cannot be used.",
        place="--db",
        remedy='Write a path, "sqlite:///path.db" or "postgresql://host/name".',
    )


@contextmanager
def _sqlite_errors(place: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise _lock_held() from error
        raise _unusable(place, error) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(place, error) from error


@contextmanager
def _postgres_errors(place: str) -> Iterator[None]:
    try:
        yield
    except EdiEngineError:
        raise
    except Exception as error:
        names = [kind.__name__ for kind in type(error).__mro__]
        if "LockNotAvailable" in names:
            raise _lock_held() from error
        if "OperationalError" in names:
            raise _unusable(place, error) from error
        if "DatabaseError" in names:
            raise _damaged(place, error) from error
        raise


def _lock_held() -> LockHeldError:
    return LockHeldError("Another run is writing to the database.", remedy="Wait for it to end.")


def _unusable(place: str, error: Exception) -> StoreError:
    """The database's own words may hold values of rows; ours do not."""
    return StoreError(
        f"The database cannot be used ({type(error).__name__}).",
        place=place,
        remedy="Check that it can be reached and written, and that the disk is not full.",
    )


def _damaged(place: str, error: Exception) -> StoreError:
    return StoreError(
        f"The database is damaged or not one of ours ({type(error).__name__}).",
        place=place,
        remedy='Run "edi-engine db check", or restore the last backup.',
    )

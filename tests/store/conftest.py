"""Empty stores for tests, one body for every kind of database that is here.

PostgreSQL is used where it is installed: `EDI_TEST_PG_URL` names a server whose user may create
databases, else the tests start one of their own from Debian's folder, in a temporary folder and
as an unprivileged user when run by root. Without either those tests are skipped.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edi_engine.store import Store, engine, open_store
from edi_engine.store.schema import SCHEMA_VERSION
from edi_engine.store.tables import metadata

_DEBIAN_FOLDER = Path("/usr/lib/postgresql")
_DATABASE_NUMBERS = iter(range(1, 1_000_000))


@pytest.fixture(autouse=True)
def migrations_run(
    new_databases_are_copies: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here every new database is made by the migrations themselves."""
    monkeypatch.setattr(engine, "ensure_schema", new_databases_are_copies)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server, without a database name."""
    given = os.environ.get("EDI_TEST_PG_URL")
    if given:
        yield given.rstrip("/")
        return
    programs = sorted(_DEBIAN_FOLDER.glob("*/bin/initdb"))
    if not programs:
        pytest.skip("no PostgreSQL server here: set EDI_TEST_PG_URL or install postgresql")
    pytest.importorskip("psycopg")
    # Not in pytest's own folder: another test run at the same time may clear that away.
    with tempfile.TemporaryDirectory(prefix="edi_engine_postgres_") as folder:
        server = _Server(programs[-1].parent, Path(folder))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


class _Server:
    """A PostgreSQL cluster of our own on a free local port."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.data = folder / "data"
        self.log = folder / "log"
        self.port = _free_port()
        self.url = f"postgresql://edi@127.0.0.1:{self.port}"
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user is not None:
            owner = pwd.getpwnam(self.user)
            shutil.chown(folder, owner.pw_uid, owner.pw_gid)

    def start(self) -> None:
        self._run("initdb", "-D", self.data, "-U", "edi", "-A", "trust", "-E", "UTF8", "-N")
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        )
        self._run("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [str(self.programs / program), *map(str, arguments)],
            check=True,
            user=self.user,
            cwd=self.data.parent,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Databases:
    """Databases of a server, made and dropped by name."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url

    def make(self) -> str:
        """URL of a new, empty database."""
        name = f"edi_test_{os.getpid()}_{next(_DATABASE_NUMBERS)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"{self.server_url}/{name}"

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(f"{self.server_url}/postgres", autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def databases(postgres_server: str) -> _Databases:
    return _Databases(postgres_server)


@pytest.fixture(scope="session")
def postgres_with_tables(databases: _Databases) -> Iterator[str]:
    """URL of a database with all tables: one for the whole run, emptied after each test."""
    url = databases.make()
    open_store(url).close()
    yield url
    databases.drop(url)


def _empty(url: str) -> None:
    import psycopg

    # Few tables have few rows: to delete them is quicker than to give each table a new file.
    deletes = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]
    with psycopg.connect(url) as connection:
        connection.execute("; ".join(deletes))
        connection.execute("UPDATE alembic_version SET version_num = %s", (SCHEMA_VERSION,))


@pytest.fixture
def postgres_url(databases: _Databases) -> Iterator[str]:
    """URL of a PostgreSQL database without tables."""
    url = databases.make()
    yield url
    databases.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database that does not exist yet (SQLite) or has no table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'edi.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path
) -> Iterator[str]:
    """URL of a database with all tables and no rows."""
    if request.param == "sqlite":
        path = tmp_path / "edi.db"
        shutil.copyfile(empty_database, path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("postgres_with_tables")
    yield url
    _empty(url)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store without rows."""
    with open_store(store_url) as opened:
        yield opened

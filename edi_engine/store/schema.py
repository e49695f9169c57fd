"""The schema's version: creating, upgrading and checking it.

SQLAlchemy and Alembic are loaded here only, and only when there is something to do.
"""

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from edi_engine.errors import StoreError
from edi_engine.store.backends import (
    WRITER_LOCK,
    DriverConnection,
    PostgresBackend,
    SqliteBackend,
)
from edi_engine.store.queries import Queries

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["SCHEMA_VERSION", "ensure_schema", "migrate", "migration_engine", "schema_version"]

SCHEMA_VERSION = "0019"
"""The newest migration; a test holds it against the migrations folder."""


def schema_version(connection: DriverConnection, dialect: str) -> str | None:
    """The version the database has; None for an empty database.

    Raises StoreError for a database that holds tables but none of ours.
    """
    queries = Queries(connection, dialect)
    names = {row[0] for row in queries.rows(_TABLES_SQL[dialect])}
    if "alembic_version" in names:
        found = queries.row("SELECT version_num FROM alembic_version")
        return None if found is None else str(found[0])
    if names:
        raise StoreError(
            "The database holds tables of something else.",
            remedy="Name an empty or another database with --db.",
        )
    return None


def ensure_schema(backend: SqliteBackend | PostgresBackend, *, upgrade: bool) -> None:
    """Bring the database to `SCHEMA_VERSION`, or say why that cannot be.

    Raises StoreError when it is newer than this program, or older and `upgrade` is False.
    """
    with backend.transaction() as connection:
        found = schema_version(connection, backend.dialect)
    if found == SCHEMA_VERSION:
        return
    if found is not None and found > SCHEMA_VERSION:
        raise StoreError(
            f"The database has version {found}, this program knows {SCHEMA_VERSION}.",
            place=backend.place,
            remedy="Install the newer edi-engine that made it.",
        )
    if not upgrade:
        raise StoreError(
            f"The database has version {found or 'none'}, this program needs {SCHEMA_VERSION}.",
            place=backend.place,
            remedy='Run "edi-engine db upgrade".',
        )
    migrate(backend)


def migrate(backend: SqliteBackend | PostgresBackend) -> None:
    """Run the migrations that are missing, all in one transaction of the single writer."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    engine = migration_engine(backend)
    try:
        with (
            as_file(files("edi_engine.store") / "migrations") as folder,
            engine.connect() as connection,
            connection.begin(),
        ):
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def migration_engine(backend: SqliteBackend | PostgresBackend) -> "Engine":
    """An SQLAlchemy engine on the backend's own connections, whose transactions are a writer's."""
    from sqlalchemy import create_engine, event  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    url = "sqlite://" if isinstance(backend, SqliteBackend) else "postgresql+psycopg://"
    engine = create_engine(url, creator=backend.connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: "Connection") -> None:
        if isinstance(backend, SqliteBackend):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    return engine


_TABLES_SQL = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = current_schema()",
}

"""The schema's version: creating, upgrading and checking it. Alembic is loaded only to migrate."""

from importlib.resources import as_file, files

from sqlalchemy import Connection, Engine, inspect

from edi_engine.errors import StoreError

__all__ = ["SCHEMA_VERSION", "ensure_schema", "schema_version", "upgrade_schema"]

SCHEMA_VERSION = "0001"
"""The newest migration; a test holds it against the migrations folder."""


def schema_version(connection: Connection) -> str | None:
    """The version the database has; None for an empty database.

    Raises StoreError for a database that holds tables but none of ours.
    """
    names = set(inspect(connection).get_table_names())
    if "alembic_version" in names:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return None if found is None else str(found)
    if names:
        raise StoreError(
            "The database holds tables of something else.",
            remedy="Name an empty or another database with --db.",
        )
    return None


def ensure_schema(engine: Engine, *, upgrade: bool) -> None:
    """Bring the database to `SCHEMA_VERSION`, or say why that cannot be.

    Raises StoreError when it is newer than this program, or older and `upgrade` is False.
    """
    with engine.connect() as connection:
        found = schema_version(connection)
    if found == SCHEMA_VERSION:
        return
    if found is not None and found > SCHEMA_VERSION:
        raise StoreError(
            f"The database has version {found}, this program knows {SCHEMA_VERSION}.",
            remedy="Install the newer edi-engine that made it.",
        )
    if not upgrade:
        raise StoreError(
            f"The database has version {found or 'none'}, this program needs {SCHEMA_VERSION}.",
            remedy='Run "edi-engine db upgrade".',
        )
    upgrade_schema(engine)


def upgrade_schema(engine: Engine) -> None:
    """Run the migrations that are missing, all in one transaction."""
    from alembic import command  # noqa: PLC0415 - costs 0.2 s and is needed once per version
    from alembic.config import Config  # noqa: PLC0415

    with as_file(files("edi_engine.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        writing = engine.connect().execution_options(edi_engine_writing=True)
        with writing as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

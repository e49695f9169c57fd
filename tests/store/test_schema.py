"""Migrations make what the tables declare, from nothing and by the package alone."""

import sqlite3
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from edi_engine.errors import StoreError
from edi_engine.store import Store, open_store
from edi_engine.store.backends import backend_for
from edi_engine.store.queries import Queries
from edi_engine.store.schema import SCHEMA_VERSION, migration_engine
from edi_engine.store.tables import metadata


def test_migrations_make_the_declared_tables(empty_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    open_store(empty_url).close()
    engine = migration_engine(backend_for(empty_url, 5))
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": metadata}
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_sqlite_tables_are_what_sqlalchemy_would_make(tmp_path: Path) -> None:
    """Options that a comparison of columns does not see: STRICT, WITHOUT ROWID, partial indexes."""
    open_store(str(tmp_path / "migrated.db")).close()
    declared = migration_engine(backend_for(str(tmp_path / "declared.db"), 5))
    with declared.begin() as connection:
        metadata.create_all(connection)
    declared.dispose()
    made = []
    for name in ("migrated.db", "declared.db"):
        connection = sqlite3.connect(tmp_path / name)
        rows = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%'"
            " AND tbl_name <> 'alembic_version' ORDER BY type, name"
        ).fetchall()
        connection.close()
        made.append([(kind, name, _clauses(sql)) for kind, name, sql in rows])
    assert made[0] == made[1]


def _clauses(sql: str | None) -> list[str]:
    """A CREATE statement in parts, constraints in any order."""
    head, _, rest = " ".join((sql or "").split()).partition("(")
    body, _, options = rest.rpartition(")")
    columns, *constraints = body.replace("( ", "(").replace(" )", ")").split(", CONSTRAINT ")
    return [head, columns.strip(), *sorted(found.strip() for found in constraints), options]


def test_the_newest_migration_is_the_version_of_the_program() -> None:
    folder = files("edi_engine.store") / "migrations" / "versions"
    numbers = sorted(found.name[1:5] for found in folder.iterdir() if found.name.startswith("v0"))
    assert numbers[-1] == SCHEMA_VERSION
    texts = {
        found.name[1:5]: found.read_text()
        for found in folder.iterdir()
        if found.name.startswith("v0")
    }
    assert len(texts) == len(numbers)
    for before, number in pairwise(numbers):
        assert f'revision = "{number}"\ndown_revision = "{before}"' in texts[number]


def test_every_table_of_sqlite_is_strict() -> None:
    loose = [
        table.name
        for table in metadata.sorted_tables
        if not table.dialect_options["sqlite"]["strict"]
    ]
    assert loose == []


def test_opening_again_changes_nothing(store: Store, store_url: str) -> None:
    with store.writing() as writer:
        writer.start_run("ingest", started_at="2026-03-02T04:05:06+00:00")
    with open_store(store_url) as again, again.reading() as reader:
        assert len(reader.runs()) == 1


def test_a_newer_database_is_refused(store: Store, store_url: str) -> None:
    with store.writing() as writer:
        writer.run("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="9999"):
        open_store(store_url)


def test_a_database_without_tables_is_refused_when_it_must_not_be_upgraded(empty_url: str) -> None:
    with pytest.raises(StoreError, match="db upgrade"):
        open_store(empty_url, upgrade=False)


def test_column_layouts_agree_on_both_dialects(store: Store, store_url: str) -> None:
    """Bulk rows are written in the order of the columns, whatever the database says it is."""
    backend = backend_for(store_url, 5)
    with backend.transaction() as connection:
        queries = Queries(connection, backend.dialect)
        for table in metadata.sorted_tables:
            layout = queries.layout(table.name)
            assert layout.columns == tuple(column.name for column in table.columns)
            assert layout.key == tuple(column.name for column in table.primary_key.columns)
    backend.close()

"""Databases of earlier versions, upgraded by one migration alone: the later ones stand already."""

from types import ModuleType

from alembic.migration import MigrationContext
from alembic.operations import Operations

from edi_engine.store.backends import backend_for
from edi_engine.store.schema import migration_engine

__all__ = ["upgrade_by"]


def upgrade_by(url: str, migration: ModuleType) -> None:
    """Run the migration's upgrade on a database that is as it found it."""
    engine = migration_engine(backend_for(url, 5))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
    engine.dispose()

"""Opening the database that the settings name, and looking after it."""

from pathlib import Path

from edi_engine.config import Settings
from edi_engine.jobs.reconcile import ProgressCallback
from edi_engine.store import Store, open_store
from edi_engine.store.maintenance import (
    backup_store,
    check_store,
    hash_journal,
    upgrade_store,
    verify_store,
)

__all__ = [
    "Store",
    "backup_database",
    "check_database",
    "hash_of_journal",
    "open_database",
    "upgrade_database",
    "verify_database",
]


def open_database(
    settings: Settings, *, upgrade: bool = True, busy_timeout_seconds: int = 30
) -> Store:
    """The store, made and brought up to date unless told not to. Raises StoreError."""
    return open_store(settings.database, upgrade=upgrade, busy_timeout_seconds=busy_timeout_seconds)


def upgrade_database(settings: Settings) -> tuple[str | None, str]:
    """Run the migrations that are missing; the versions before (None for a new one) and after."""
    return upgrade_store(settings.database)


def check_database(settings: Settings) -> list[str]:
    """What is wrong with the database itself, a sentence each; empty when it is sound."""
    return check_store(settings.database)


def backup_database(settings: Settings, path: Path) -> int:
    """Copy the database into a new file; its length in bytes. Raises InputError if it exists."""
    return backup_store(settings.database, path)


def verify_database(settings: Settings, *, progress: ProgressCallback | None = None) -> list[str]:
    """Where what is stored disagrees with the raw files, a sentence each."""
    return verify_store(settings.database, progress=progress)


def hash_of_journal(settings: Settings) -> str:
    """A number for all that the journal holds: the same files give the same, in any order."""
    return hash_journal(settings.database)

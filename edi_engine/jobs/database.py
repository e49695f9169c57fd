"""Opening the database that the settings name, and looking after it."""

from edi_engine.config import Settings
from edi_engine.store import Store, open_store

__all__ = ["Store", "open_database"]


def open_database(settings: Settings, *, upgrade: bool = True) -> Store:
    """The store, made and brought up to date unless told not to. Raises StoreError."""
    return open_store(settings.database, upgrade=upgrade)

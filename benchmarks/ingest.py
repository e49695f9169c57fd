"""File to committed rows with our own store: the ingest job as the command line calls it."""

from pathlib import Path

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.store import open_store

__all__ = ["ingest_one"]


def ingest_one(path: Path, database: Path) -> None:
    """Ingest an 835 into a migrated, empty store."""
    with open_store(str(database), upgrade=False) as store:
        ingest_paths(store, [path], clock=utc_now)

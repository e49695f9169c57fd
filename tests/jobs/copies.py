"""Stores that a test may change, each a copy of one that was made once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from edi_engine.store import Store, open_store

__all__ = ["store"]


@pytest.fixture
def store(database: Path, tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own with what the module's `database` holds."""
    with open_store(str(shutil.copy(database, tmp_path / "own.db"))) as opened:
        yield opened

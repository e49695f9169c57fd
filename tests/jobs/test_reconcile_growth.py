"""A night's reconcile asks no more of the database beside a long history than beside a short one.

Counted are the steps of SQLite's own machine, which are the same on every computer: a search by
index is one step however long the table is, a scan is steps for every row. Timings are in
benchmarks/.
"""

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.reconcile import reconcile
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from edi_engine.store.backends import SqliteBackend
from edi_engine.synthetic import write_large_835, write_large_837

_NIGHT = 50
_STEPS_PER_CALL = 100
_AS_OF = date(2025, 1, 31)


class _Steps:
    """How often SQLite has taken so many steps, on all connections opened meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        connect = SqliteBackend.connect

        def counted(backend: SqliteBackend) -> sqlite3.Connection:
            connection = connect(backend)
            connection.set_progress_handler(self._add, _STEPS_PER_CALL)
            return connection

        monkeypatch.setattr(SqliteBackend, "connect", counted)

    def _add(self) -> None:
        self.count += 1


def test_steps_grow_with_the_night_and_not_with_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _Steps(monkeypatch)

    beside_few, beside_many = (
        _steps_of_a_night(tmp_path, steps, answered_before=claims) for claims in (100, 1_000)
    )

    assert beside_few > 0
    assert beside_many < 1.01 * beside_few


def _steps_of_a_night(folder: Path, steps: _Steps, *, answered_before: int) -> int:
    with open_store(str(folder / f"{answered_before}.db")) as store:
        _take(store, folder, write_large_837, 1, answered_before)
        _take(store, folder, write_large_835, 1, answered_before)
        _reconcile(store)
        _take(store, folder, write_large_837, answered_before + 1, _NIGHT)
        _reconcile(store)
        _take(store, folder, write_large_835, answered_before + 1, _NIGHT)
        before = steps.count
        assert _reconcile(store) == _NIGHT
        return steps.count - before


def _take(store: Store, folder: Path, write: Callable[..., object], first: int, count: int) -> None:
    path = folder / f"{write.__name__}_{first}.edi"
    with path.open("wb") as file:
        write(file, claims_count=count, first_serial=first)
    ingest_paths(store, [path], clock=utc_now)


def _reconcile(store: Store) -> int:
    report = reconcile(store, policy=ReconcilePolicy(), as_of=_AS_OF, now=utc_now)
    return report.outcomes.get("matched", 0)

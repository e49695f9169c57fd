"""A night's reconcile asks no more of the database beside a long history than beside a short one.

Counted are the steps of SQLite's own machine, which are the same on every computer: a search by
index is one step however long the table is, a scan is steps for every row. Timings are in
benchmarks/.
"""

import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
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
from tests.jobs.conclusions import conclude, practice_of, take, written

_NIGHT = 50
_STEPS_PER_CALL = 100
_AS_OF = date(2025, 1, 31)


_GROWING = {
    "claims", "service_lines", "claim_payments", "line_payments", "adjustments", "remittances",
    "matches", "claim_clocks", "claim_standings", "line_reconciliations", "loose_payment_keys",
    "payment_references", "postings", "journal_entries", "provider_adjustments",
    "provider_reference_keys", "quirk_observations", "work_items", "work_events",
    "work_stakes", "work_outcomes",
}  # fmt: skip
"""Tables that hold history; the others hold a night's queue, or what a practice has few of."""


class _Steps:
    """How often SQLite has taken so many steps, on all connections opened meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        _tell_connections(
            monkeypatch,
            lambda connection: connection.set_progress_handler(self._add, _STEPS_PER_CALL),
        )

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


def test_no_statement_of_a_night_reads_the_whole_of_a_table_that_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a practice with something of everything; its first night makes everything known."""
    files = written(practice_of(150), tmp_path / "files")
    later = [path for path in files if b"*HP*" in path.read_bytes()[:400]][1::2]
    assert later
    statements: dict[str, str] = {}
    _tell_connections(
        monkeypatch,
        lambda connection: connection.set_trace_callback(
            lambda text: statements.setdefault(text[:200], text)
        ),
    )
    path = tmp_path / "store.db"
    with open_store(str(path)) as store:
        take(store, [path for path in files if path not in later])
        conclude(store)
        take(store, later)
        statements.clear()
        conclude(store)

    with closing(sqlite3.connect(path)) as connection:
        scans = {
            text
            for text in statements.values()
            if text.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "INSERT"))
            for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")
            if row[3].startswith("SCAN ") and _table_of(row[3].split()[1], text) in _GROWING
        }
    assert len(statements) > 50
    assert scans == set()


@pytest.mark.slow
def test_payments_under_one_number_cost_no_more_each_when_there_are_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _Steps(monkeypatch)

    few, many = (_steps_under_one_number(tmp_path, steps, count) for count in (400, 800))

    assert 0 < many < 2.3 * few


def _steps_under_one_number(folder: Path, steps: _Steps, count: int) -> int:
    paths = []
    for name, write in (("837", write_large_837), ("835", write_large_835)):
        written_whole = io.BytesIO()
        write(written_whole, claims_count=count, first_serial=1)
        path = folder / f"{count}.{name}"
        path.write_bytes(re.sub(rb"\bCLP\*[^*]+", b"CLP*SAME0001", written_whole.getvalue()))
        paths.append(path)
    with open_store(str(folder / f"same_{count}.db")) as store:
        ingest_paths(store, paths, clock=utc_now)
        before = steps.count
        _reconcile(store)
        return steps.count - before


def _table_of(name: str, statement: str) -> str:
    """The table behind a name of a plan, which is an alias where the statement gives one."""
    tables = re.findall(rf"(\w+) {name}\b", statement)
    return next((table for table in tables if table in _GROWING), name)


def _tell_connections(
    monkeypatch: pytest.MonkeyPatch, tell: Callable[[sqlite3.Connection], None]
) -> None:
    connect = SqliteBackend.connect

    def told(backend: SqliteBackend) -> sqlite3.Connection:
        connection = connect(backend)
        tell(connection)
        return connection

    monkeypatch.setattr(SqliteBackend, "connect", told)


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

"""The whole night gives the same on every kind of database."""

from pathlib import Path

import pytest

from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.decide import link, undo
from edi_engine.jobs.reports import REPORT_NAMES, report
from edi_engine.jobs.show import show_claim, show_payment
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import AS_OF, NOW, conclude, conclusions, practice_of, take, written
from tests.store.conftest import databases, postgres_server, postgres_url

__all__ = ["databases", "postgres_server", "postgres_url"]


@pytest.mark.slow
def test_postgresql_gives_what_sqlite_gives(postgres_url: str, tmp_path: Path) -> None:
    practice = practice_of(120)
    files = written(practice, tmp_path / "files", with_bank=True)
    fees = tmp_path / "fees.csv"
    fees.write_text(practice.fee_schedule_csv())

    with open_store(str(tmp_path / "lite.db")) as lite, open_store(postgres_url) as server:
        told = [_worked(store, files, fees) for store in (lite, server)]

    assert told[0] == told[1]


def _worked(store: Store, files: list[Path], fees: Path) -> list[object]:
    take(store, files[: len(files) // 2])
    conclude(store)
    load_fee_schedule(store, fees, now=lambda: NOW)
    take(store, files[len(files) // 2 :])
    conclude(store, batch=50)
    link(store, 1, 2, actor="kim", policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)
    undo(store, 1, actor="kim", policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)
    reports = [report(store, name, as_of=AS_OF) for name in REPORT_NAMES if name != "runs"]
    with store.reading() as reader:
        deposits = list(reader.dataset("deposits"))
    assert {row[7] for row in deposits} >= {"matched", "other_money"}
    return [conclusions(store), reports, deposits, show_claim(store, 1), show_payment(store, 1)]

"""Dashboard and lists over 10,000 claims: `pytest -o addopts= benchmarks/test_dashboard.py`.

A practice with its usual messes is read and reconciled once; timed is what a page asks for.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Protocol

import pytest

from edi_engine.jobs.claim_lists import list_claims
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.dashboard import dashboard
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.reports import aging_days
from edi_engine.jobs.team import team
from edi_engine.records.claim_lists import ClaimFilter, ClaimResult, OwedBy
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from edi_engine.synthetic import make_practice

AS_OF = date(2026, 3, 21)


class Benchmark(Protocol):
    """What the benchmark fixture offers."""

    def __call__(self, function: Callable[[], object]) -> object:
        """Time a function."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("dashboard")
    practice = make_practice(5, start_on=date(2026, 1, 5), claims_count=10_000)
    paths = []
    for name, data in practice.files():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    with open_store(str(folder / "edi.db")) as made:
        ingest_paths(made, paths, clock=utc_now)
        reconcile(made, policy=ReconcilePolicy(), as_of=AS_OF, now=utc_now)
        yield made


def test_dashboard(benchmark: Benchmark, store: Store) -> None:
    benchmark(lambda: team(store, dashboard(store, as_of=AS_OF, today=AS_OF).spans))


@pytest.mark.parametrize(
    "wanted",
    [
        ClaimFilter(),
        ClaimFilter(owed_by=OwedBy.EITHER, since=aging_days(2, AS_OF)),
        ClaimFilter(result=ClaimResult.REFUSED, answered=(date(2026, 1, 1), AS_OF)),
    ],
    ids=["all", "aged", "refused"],
)
def test_list_of_claims(benchmark: Benchmark, store: Store, wanted: ClaimFilter) -> None:
    benchmark(lambda: list_claims(store, wanted, limit=50))

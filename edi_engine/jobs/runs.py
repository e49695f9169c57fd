"""Operations as recorded runs: when each began and ended, how, and what it did."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec

from edi_engine.errors import EdiEngineError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import IngestReport, IngestSettings, ingest_paths
from edi_engine.jobs.reconcile import (
    BATCH_DEFAULT,
    ProgressCallback,
    ReconcileReport,
    reconcile,
)
from edi_engine.jobs.sources import NamedPath
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store

__all__ = ["Run", "ingest_run", "reconcile_run", "recorded"]

_LOGGER = logging.getLogger(__name__)


class Run:
    """A run at work. Set `report` and `needs_a_person` before it ends."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.report: object = {}
        self.needs_a_person = False


@contextmanager
def recorded(store: Store, kind: str, now: Callable[[], datetime]) -> Iterator[Run]:
    """Record what happens in the block: done, needs_a_person, or failed when it raises."""
    with store.writing() as writer:
        run = Run(writer.start_run(kind, started_at=now().isoformat()))
    try:
        yield run
    except BaseException:
        _finish_failed(store, run.run_id, now)
        raise
    with store.writing() as writer:
        writer.finish_run(
            run.run_id,
            finished_at=now().isoformat(),
            status="needs_a_person" if run.needs_a_person else "done",
            report=msgspec.json.encode(run.report).decode(),
        )


def _finish_failed(store: Store, run_id: int, now: Callable[[], datetime]) -> None:
    """Say so if the store still takes it; it may be what failed."""
    try:
        with store.writing() as writer:
            writer.finish_run(run_id, finished_at=now().isoformat(), status="failed", report="{}")
    except EdiEngineError:
        _LOGGER.warning("run not finished run_id=%d", run_id)


def ingest_run(
    store: Store,
    paths: Sequence[str | Path | NamedPath],
    *,
    settings: IngestSettings | None = None,
    now: Callable[[], datetime] = utc_now,
) -> IngestReport:
    """Take in files, as a recorded run."""
    with recorded(store, "ingest", now) as run:
        report = ingest_paths(store, paths, clock=now, run_id=run.run_id, settings=settings)
        run.report, run.needs_a_person = report, report.needs_a_person
    return report


def reconcile_run(
    store: Store,
    *,
    policy: ReconcilePolicy,
    as_of: date,
    everything: bool = False,
    batch: int = BATCH_DEFAULT,
    progress: ProgressCallback | None = None,
    now: Callable[[], datetime] = utc_now,
) -> ReconcileReport:
    """Reconcile, as a recorded run."""
    with recorded(store, "reconcile", now) as run:
        report = reconcile(
            store,
            policy=policy,
            as_of=as_of,
            now=now,
            everything=everything,
            batch=batch,
            progress=progress,
        )
        run.report, run.needs_a_person = report, report.made_work
    return report

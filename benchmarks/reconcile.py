"""A night's reconcile beside stores of growing history: `python -m benchmarks.reconcile`.

One store grows. At each size, so many claims being answered and reconciled, it is copied, and the
copy takes in a night: its claims, reconciled while they wait for an answer, and one file with
their claim payments. Reconciling these is timed, each round on a copy of its own, the sizes taking
turns. The time must grow with the night, not with the history.

A store of a million claims takes half an hour or more to make and 5 GB, and twice that while it is
measured; `--keep FOLDER` keeps what was made for the next time.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import FOLDER, machine, pin_to_one_core, write_between
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.reconcile import reconcile
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from edi_engine.synthetic import write_large_835, write_large_837

__all__ = ["main"]

_FILE_CLAIMS = 50_000
"""Claims in one history file, some 30 MB."""
_SENT_AS_OF, _PAID_AS_OF = date(2025, 1, 11), date(2025, 1, 31)
"""The days after the generated claims and remittances: no claim is ever overdue for an answer."""


class Night(NamedTuple):
    """A night's reconcile: claims answered before, claim payments of the night, and processor
    seconds and seconds by the clock, medians of the rounds."""

    claims: int
    payments: int
    cpu_seconds: float
    seconds: float

    @property
    def payments_per_second(self) -> int:
        """Claim payments matched, concluded and written in a processor second."""
        return int(self.payments / self.cpu_seconds)


def measure(sizes: list[int], payments: int, rounds: int, folder: Path) -> list[Night]:
    """Make the stores that are not there yet, then time the night beside each of them."""
    stores = prepare(sizes, payments, folder)
    timings: dict[int, list[tuple[float, float]]] = {size: [] for size in stores}
    for _ in range(rounds):
        for size, path in stores.items():
            timings[size].append(_time_night(path, payments))
            print(f"  night beside {size:,} claims", file=sys.stderr, flush=True)
    return [
        Night(
            size,
            payments,
            statistics.median(cpu for cpu, _ in found),
            statistics.median(clock for _, clock in found),
        )
        for size, found in timings.items()
    ]


def prepare(sizes: list[int], payments: int, folder: Path) -> dict[int, Path]:
    """For each size a store whose night has come and is not reconciled, in order of size."""
    stores = {size: folder / f"{size}-{payments}.db" for size in sorted(set(sizes))}
    history = folder / "history.db"
    for size, path in stores.items():
        if path.exists():
            continue
        with open_store(str(history)) as store:
            _answer_claims(store, folder, size)
        unfinished = folder / "unfinished.db"
        shutil.copyfile(history, unfinished)
        with open_store(str(unfinished)) as store:
            _take(store, folder, write_large_837, size + 1, payments)
            _reconcile(store, _SENT_AS_OF)
            _take(store, folder, write_large_835, size + 1, payments)
        unfinished.rename(path)
    return stores


def _answer_claims(store: Store, folder: Path, claims: int) -> None:
    """Go on until so many claims are stored, answered and reconciled.

    A file of claims whose answers did not come before a stop is taken again, which does nothing.
    """
    with store.reading() as reader:
        known = reader.row("SELECT count(*) FROM claim_payments")
    done = int(known[0]) if known is not None else 0
    for first in range(done + 1, claims + 1, _FILE_CLAIMS):
        count = min(_FILE_CLAIMS, claims - first + 1)
        _take(store, folder, write_large_837, first, count)
        _take(store, folder, write_large_835, first, count)
        _reconcile(store, _PAID_AS_OF)
        print(f"  history of {first + count - 1:,} claims", file=sys.stderr, flush=True)


def _time_night(path: Path, payments: int) -> tuple[float, float]:
    """Processor seconds and seconds by the clock of the night, on a copy of the store.

    Raises SystemExit unless every payment matched.
    """
    copy = path.with_suffix(".copy")
    shutil.copyfile(path, copy)
    os.sync()  # writing out the copy is no part of the night
    try:
        with open_store(str(copy)) as store:
            started, started_cpu = time.perf_counter(), time.process_time()
            matched = _reconcile(store, _PAID_AS_OF)
            cpu = time.process_time() - started_cpu
            seconds = time.perf_counter() - started
    finally:
        for leftover in path.parent.glob(f"{copy.name}*"):
            leftover.unlink()
    if matched != payments:
        raise SystemExit(f"{matched} of {payments} claim payments matched")
    return cpu, seconds


def _take(store: Store, folder: Path, write: Callable[..., object], first: int, count: int) -> None:
    """Write a file of so many claims from a serial on, and ingest it."""
    path = folder / "next.edi"
    with path.open("wb") as file:
        write(file, claims_count=count, first_serial=first)
    ingest_paths(store, [path], clock=utc_now)
    path.unlink()


def _reconcile(store: Store, as_of: date) -> int:
    report = reconcile(store, policy=ReconcilePolicy(), as_of=as_of, now=utc_now)
    return report.outcomes.get("matched", 0)


def render(nights: list[Night]) -> str:
    """The table in Markdown; the ratio is to the smallest store."""
    lines = [
        "| claims before | payments of the night | processor s | s | a processor s | ratio |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {night.claims:,} | {night.payments:,} | {night.cpu_seconds:.1f} | {night.seconds:.1f} "
        f"| {night.payments_per_second:,} | {night.cpu_seconds / nights[0].cpu_seconds:.2f} |"
        for night in nights
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--payments", type=int, default=20_000, help="claim payments of the night")
    parser.add_argument("--rounds", type=int, default=3, help="times each night is measured")
    parser.add_argument("--keep", type=Path, help="folder in which the stores are kept")
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    options = parser.parse_args()
    pin_to_one_core()
    with _folder(options.keep) as folder:
        nights = measure(options.claims, options.payments, options.rounds, folder)
    text = f"\n{render(nights)}\n\nMeasured {machine()}.\n\n"
    print(text)
    if options.write:
        write_between(FOLDER / "RESULTS.md", "reconcile", text)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """The folder of the stores: a given one, or one that goes away."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="edi-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    main()

"""A night's reconcile beside stores of growing history: `python -m benchmarks.reconcile`.

For each size: a store with so many claims, all but a night's worth answered and reconciled; then
one file with the night's claim payments is ingested (not timed) and reconciled (timed). The time
must grow with the night, not with the history. `--claims 1000000` is the size the design aims at;
making that store takes about an hour.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
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
_AS_OF = date(2025, 1, 31)
"""The day after the generated remittances, so that no claim is overdue for an answer."""


class Night(NamedTuple):
    """A night's reconcile: claims in the store, claim payments of the night, seconds."""

    claims: int
    payments: int
    seconds: float

    @property
    def payments_per_second(self) -> int:
        """Claim payments matched, concluded and written a second."""
        return int(self.payments / self.seconds)


def measure(claims: int, payments: int, folder: Path) -> Night:
    """Build the store, then time the night. Raises SystemExit unless every payment matched."""
    with open_store(str(folder / f"{claims}.db")) as store:
        history = claims - payments
        for first in range(1, history + 1, _FILE_CLAIMS):
            count = min(_FILE_CLAIMS, history - first + 1)
            _take(store, folder, write_large_837, first, count)
            _take(store, folder, write_large_835, first, count)
            _reconcile(store)
            print(f"  history of {first + count - 1:,} claims", file=sys.stderr, flush=True)
        _take(store, folder, write_large_837, history + 1, payments)
        _reconcile(store)
        _take(store, folder, write_large_835, history + 1, payments)
        started = time.perf_counter()
        matched = _reconcile(store)
        seconds = time.perf_counter() - started
    if matched != payments:
        raise SystemExit(f"{matched} of {payments} claim payments matched")
    return Night(claims, payments, seconds)


def _take(store: Store, folder: Path, write: Callable[..., object], first: int, count: int) -> None:
    """Write a file of so many claims from a serial on, and ingest it."""
    path = folder / "next.edi"
    with path.open("wb") as file:
        write(file, claims_count=count, first_serial=first)
    ingest_paths(store, [path], clock=utc_now)
    path.unlink()


def _reconcile(store: Store) -> int:
    report = reconcile(store, policy=ReconcilePolicy(), as_of=_AS_OF, now=utc_now)
    return report.outcomes.get("matched", 0)


def render(nights: list[Night]) -> str:
    """The table in Markdown."""
    lines = [
        "| claims in the store | claim payments in the night | seconds | a second |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {night.claims:,} | {night.payments:,} | {night.seconds:.1f} "
        f"| {night.payments_per_second:,} |"
        for night in nights
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--payments", type=int, default=10_000, help="claim payments of the night")
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    options = parser.parse_args()
    pin_to_one_core()
    with tempfile.TemporaryDirectory(prefix="edi-bench-") as folder:
        nights = [measure(claims, options.payments, Path(folder)) for claims in options.claims]
    text = f"\n{render(nights)}\n\nMeasured {machine()}.\n\n"
    print(text)
    if options.write:
        write_between(FOLDER / "RESULTS.md", "reconcile", text)


if __name__ == "__main__":
    main()

"""Our reader and loader beside pyx12, edi-835-parser and oxedi on the same generated files.

Whole processes on one core, one after the other, round after round (A B C A B C ...), so that a
machine that grows slower in between grows slower for all. Times are processor time (user, system)
from the start of Python to its end: what else runs hardly counts. Ratios are taken
within a round and the median of the rounds is shown. Run by `make bench`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import (
    FOLDER,
    compile_ourselves,
    machine,
    pin_to_one_core,
    write_between,
)

__all__ = ["main"]


_ROWS = (
    ("typed records / pyx12 claim loops", "edi_engine_parse", "pyx12_parse"),
    ("typed records / edi-835-parser objects", "edi_engine_parse", "edi_835_parser_parse"),
    ("typed records / oxedi columns, left in Rust", "edi_engine_parse", "oxedi_parse"),
    ("typed records / oxedi as Python rows", "edi_engine_parse", "oxedi_rows"),
    ("committed rows / pyx12 claim loops alone", "edi_engine_ingest", "pyx12_parse"),
    ("committed rows / oxedi + executemany", "edi_engine_ingest", "oxedi_ingest"),
)
_LARGE_ROWS = (
    ("typed records", "edi_engine_parse", ""),
    ("committed rows / oxedi + executemany", "edi_engine_ingest", "oxedi_ingest"),
)


class Run(NamedTuple):
    """One process: its processor time, wall time, peak resident memory, and what it counted."""

    seconds: float
    wall_seconds: float
    peak_mib: float
    counted: tuple[int, ...]


class Comparison(NamedTuple):
    """A row of the table: on a file of so many megabytes, `ours` beside `peer`.

    `ratio` is the peer's time over ours, the median over rounds. None where nobody is beside us.
    """

    title: str
    megabytes: int
    ours: Sequence[Run]
    peer: Sequence[Run]

    @property
    def ratio(self) -> float | None:
        """How many times faster we are, pair by pair."""
        if not self.peer:
            return None
        return statistics.median(
            theirs.seconds / ours.seconds for ours, theirs in zip(self.ours, self.peer, strict=True)
        )


def run(contestant: str, path: Path) -> Run:
    """Run one contestant as a process of its own and measure all of it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.contestants", contestant, str(path)],
        stdout=subprocess.PIPE,
        cwd=FOLDER.parent,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    # wait4 gives the memory of this child alone; ru_maxrss is in KiB on Linux, in bytes on macOS.
    _, status, usage = os.wait4(process.pid, 0)
    wall_seconds = time.perf_counter() - started
    seconds = usage.ru_utime + usage.ru_stime
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{contestant} failed on {path.name} with status {process.returncode}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Run(seconds, wall_seconds, usage.ru_maxrss / unit, tuple(json.loads(output)))


def rounds(contestants: Iterable[str], path: Path, count: int) -> dict[str, list[Run]]:
    """Every contestant once a round. Raises SystemExit when two counted different things."""
    names = list(contestants)
    results: dict[str, list[Run]] = {name: [] for name in names}
    for ordinal in range(1, count + 1):
        for name in names:
            found = run(name, path)
            results[name].append(found)
            print(
                f"  round {ordinal}  {name:<22} {found.seconds:8.2f} s, {found.wall_seconds:.2f} s "
                f"on the clock, {found.peak_mib:.0f} MiB",
                file=sys.stderr,
                flush=True,
            )
    counts = {name: {found.counted for found in runs} for name, runs in results.items()}
    if len({counted for found in counts.values() for counted in found}) != 1:
        raise SystemExit(f"the contestants do not agree on what is in {path.name}: {counts}")
    return results


def compare(megabytes: int, large_megabytes: int, count: int) -> list[Comparison]:
    """Make the files, run everyone, and return the rows of the table."""
    with tempfile.TemporaryDirectory(prefix="edi-bench-") as folder:
        table = _compare(_file(folder, megabytes), megabytes, count, _ROWS)
        if large_megabytes:
            large = _file(folder, large_megabytes)
            table += _compare(large, large_megabytes, count, _LARGE_ROWS)
    return table


def _file(folder: str, megabytes: int) -> Path:
    """Make the file (and an empty store) in another process: a child's peak memory counts from its
    parent's, so this one imports nothing large."""
    arguments = [sys.executable, "-m", "benchmarks.files", folder, str(megabytes)]
    subprocess.run(arguments, check=True, cwd=FOLDER.parent)
    return Path(folder) / f"{megabytes}mb.835"


def _compare(
    path: Path, megabytes: int, count: int, rows: Sequence[tuple[str, str, str]]
) -> list[Comparison]:
    names = dict.fromkeys(name for _, ours, peer in rows for name in (ours, peer) if name)
    runs = rounds(names, path, count)
    return [
        Comparison(title, megabytes, runs[ours], runs[peer] if peer else ())
        for title, ours, peer in rows
    ]


def render(table: Iterable[Comparison]) -> str:
    """The table in Markdown: medians, and the ratio pair by pair."""
    lines = [
        "| ours / theirs | 835 file | ours | MB/s | peak | theirs | peak | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in table:
        seconds = statistics.median(found.seconds for found in row.ours)
        peak = max(found.peak_mib for found in row.ours)
        cells = [row.title, f"{row.megabytes} MB", f"{seconds:.2f} s"]
        cells += [f"{row.megabytes / seconds:.1f}", f"{peak:.0f} MiB"]
        if row.ratio is None:
            cells += ["", "", ""]
        else:
            theirs = statistics.median(found.seconds for found in row.peer)
            peak = max(found.peak_mib for found in row.peer)
            cells += [f"{theirs:.2f} s", f"{peak:.0f} MiB", f"**{row.ratio:.2f}**"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, and write it down unless told otherwise."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=10, help="file all contestants read")
    parser.add_argument("--large-megabytes", type=int, default=100, help="0 leaves it out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="into RESULTS.md and README.md")
    options = parser.parse_args()
    pin_to_one_core()
    compile_ourselves()
    table = render(compare(options.megabytes, options.large_megabytes, options.rounds))
    text = f"\n{table}\n\nMeasured {machine()}.\n\n"
    print(text)
    if options.write:
        for path in (FOLDER / "RESULTS.md", FOLDER.parent / "README.md"):
            write_between(path, "side by side", text)


if __name__ == "__main__":
    main()

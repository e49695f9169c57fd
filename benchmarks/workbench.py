"""How long pages of the workbench take: `python -m benchmarks.workbench`.

A made practice with ten thousand open work items is served by a process of its own. Each page is
asked for round after round by one user alone; then by ten at once, who also write notes, while the
files of five nights, one after the other, are taken in and reconciled by a third process. Times are
those that the user waits, over a connection on this machine. Every note that a page said was kept
must be there at the end.

Making the store takes some minutes; `--keep FOLDER` keeps it for the next time.
"""

import argparse
import multiprocessing
import os
import re
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.results import FOLDER, machine, write_between
from edi_engine.config import Settings
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.search import make_searchable
from edi_engine.jobs.users import add_user
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.users import Role
from edi_engine.store import Store, open_store
from edi_engine.synthetic import make_practice
from edi_engine.web.serving import run_server

__all__ = ["main"]

_START_ON, _AS_OF = date(2026, 1, 5), date(2026, 3, 21)
_PASSWORD = "a long enough benchmark password"
_USERS, _NIGHTS = 10, 5
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_SEEN = re.compile(r'name="seen" value="(\d+)"')
_PORT = 18_350
"""Tried first; the next free one is taken."""


class Timing(NamedTuple):
    """A page with the milliseconds that it took, one by one, and the processor's on average (of
    the server alone; 0 where nobody knows)."""

    page: str
    milliseconds: list[float]
    processor_milliseconds: float = 0.0


class Crowd(NamedTuple):
    """What ten users met: timings by page, notes written and kept, answers that asked them to come
    again because a night was writing, and how long the nights took in seconds, one by one."""

    timings: list[Timing]
    written_count: int
    kept_count: int
    refused_count: int
    nights_seconds: list[float]


def prepare(claims: int, folder: Path) -> Path:
    """The store of a practice, and the files of nights that it does not have yet."""
    path = folder / f"workbench-{claims}.db"
    if path.exists():
        return path
    unfinished = folder / "unfinished.db"
    with open_store(str(unfinished)) as store:
        _take(store, _written(claims, 5, folder / "files"))
        make_searchable(store)
        for place in range(_USERS):
            login, role = f"user{place}", Role.MANAGER
            add_user(store, login, name="", role=role, password=_PASSWORD, actor="benchmark")
    for night in range(_NIGHTS):
        _written(max(claims // 10, 100), 11 + night, _nights_folder(folder, claims) / str(night))
    unfinished.rename(path)
    return path


def _nights_folder(folder: Path, claims: int) -> Path:
    return folder / f"nights-{claims}"


def _written(claims: int, seed: int, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in make_practice(seed, start_on=_START_ON, claims_count=claims).files():
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    return paths


def _take(store: Store, paths: list[Path]) -> None:
    ingest_paths(store, paths, clock=utc_now)
    reconcile(store, policy=ReconcilePolicy(), as_of=_AS_OF, now=utc_now)


# The processes beside this one ---


def _serve(path: Path, folder: Path, port: int, ready: Connection) -> None:
    folders = {"access_folder": str(folder / "access"), "upload_folder": str(folder / "uploads")}
    settings = Settings()
    settings = settings.model_copy(update={"web": settings.web.model_copy(update=folders)})
    with open_store(str(path)) as store:
        run_server(
            store,
            settings,
            host="127.0.0.1",
            port=port,
            as_of=_AS_OF,
            ready=lambda: ready.send(port),
        )


def _go_through_nights(path: Path, nights: list[list[Path]], ready: Connection) -> None:
    seconds = []
    for files in nights:
        started = time.perf_counter()
        with open_store(str(path)) as store:
            _take(store, files)
        seconds.append(time.perf_counter() - started)
    ready.send(seconds)


@contextmanager
def _served(path: Path, folder: Path) -> Iterator[tuple[str, int]]:
    """Where a server of the store is, and the process of its own, which ends with the block."""
    spawned = multiprocessing.get_context("spawn")
    port = next(port for port in range(_PORT, _PORT + 100) if _is_free(port))
    here, there = spawned.Pipe()
    server = spawned.Process(target=_serve, args=(path, folder, port, there))
    server.start()
    try:
        if not here.poll(60):
            raise SystemExit("the server did not start")
        yield f"http://127.0.0.1:{here.recv()}", server.pid or 0
    finally:
        server.terminate()
        server.join()


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


# Users ---


class _User:
    """Somebody who is logged in."""

    def __init__(self, address: str, login: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=60)
        token = _CSRF.search(self.client.get("/login").text)
        if token is None:
            raise SystemExit("there is no login form")
        fields = {"csrf": token[1], "login": login, "password": _PASSWORD}
        if self.client.post("/login", data=fields).status_code != 303:
            raise SystemExit("the login was refused")

    def get(self, path: str) -> tuple[float, httpx.Response]:
        """Milliseconds until the whole page is there, and the page."""
        started = time.perf_counter()
        answer = self.client.get(path)
        return (time.perf_counter() - started) * 1_000, answer

    def note(self, item: int, text: str) -> int:
        """Write a note on an item, as its page does; the status of the answer."""
        page = self.client.get(f"/items/{item}").text
        token, seen = _CSRF.search(page), _SEEN.search(page)
        if token is None or seen is None:
            raise SystemExit(f"item {item} has no form")
        fields = {"csrf": token[1], "action": "note", "text": text, "seen": seen[1]}
        return self.client.post(f"/items/{item}", data=fields).status_code


def pages_of(store: Store) -> dict[str, str]:
    """An address of each page, of things that have much on them."""
    with store.reading() as reader:

        def number(sql: str) -> int:
            row = reader.row(sql)
            return 0 if row is None else int(row[0])

        item = number("SELECT work_item_id FROM work_items WHERE queue = 'denial' LIMIT 1")
        claim = number(
            "SELECT claim_id FROM matches WHERE claim_id IS NOT NULL GROUP BY claim_id"
            " ORDER BY count(*) DESC LIMIT 1"
        )
        payment = number(
            "SELECT claim_payment_id FROM claim_payments ORDER BY line_payments_count DESC LIMIT 1"
        )
        remittance = number(
            "SELECT remittance_id FROM remittances ORDER BY claim_payments_count DESC LIMIT 1"
        )
        review = number(
            "SELECT claim_payment_id FROM work_items WHERE cause = 'ambiguous_payment' LIMIT 1"
        )
        file_id, byte_offset = reader.rows(
            "SELECT s.file_id, p.byte_offset FROM claim_payments p JOIN remittances r"
            " ON r.remittance_id = p.remittance_id JOIN transaction_sets s ON s.set_id = r.set_id"
            f" WHERE p.claim_payment_id = {payment}"
        )[0]
    return {
        "worklist": "/",
        "worklist, denials": "/?queue=denial",
        "worklist, page 100": "/?page=100",
        "item": f"/items/{item}",
        "letter": f"/items/{item}/letter",
        "review list": "/review",
        "review": f"/review/{review}",
        "claim": f"/claims/{claim}",
        "line": f"/claims/{claim}/lines/1",
        "corrected claim": f"/claims/{claim}/correct",
        "claim payment": f"/payments/{payment}",
        "remittance": f"/remittances/{remittance}",
        "amount in its file": f"/files/{file_id}/at/{byte_offset}?number=claim_paid",
        "files": "/files",
        "runs": "/runs",
        "claims": "/claims",
        "search, a name": "/search?q=sample",
        "search, a name and a day": "/search?q=sample+2026-01-08",
        "dashboard": "/dashboard",
        "report of aging": "/reports/aging",
        "bulk": "/bulk?queue=denial",
    }


def alone(address: str, server: int, pages: dict[str, str], rounds: int) -> list[Timing]:
    """Each page by one user, so many times after one that only warms up."""
    user = _User(address, "user0")
    found = []
    for name, path in pages.items():
        status = user.get(path)[1].status_code
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        before = _processor_milliseconds(server)
        milliseconds = [user.get(path)[0] for _ in range(rounds)]
        spent = (_processor_milliseconds(server) - before) / rounds
        found.append(Timing(name, milliseconds, spent))
    return found


def _processor_milliseconds(process: int) -> float:
    """What a process has used so far, 0 where the system does not say."""
    try:
        fields = (
            Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        )
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1_000 / os.sysconf("SC_CLK_TCK")


def together(
    address: str,
    pages: dict[str, str],
    path: Path,
    items: list[int],
    nights: list[list[Path]],
    *,
    pause_seconds: float,
) -> Crowd:
    """Ten users at once, each on items of their own, until the nights are over. After each page
    they look at it for as long as the pause."""
    found: dict[str, list[float]] = {name: [] for name in (*pages, "a note written")}
    notes: list[tuple[int, str]] = []
    refused: list[str] = []
    over = threading.Event()

    def work(place: int) -> None:
        user, turn = _User(address, f"user{place}"), 0
        while not over.is_set() or turn < 2:
            for at, (name, page) in enumerate(pages.items()):
                if (at + place + turn) % 3:
                    continue  # not all do the same at the same time
                milliseconds, answer = user.get(page)
                if answer.status_code == 200:
                    found[name].append(milliseconds)
                else:
                    refused.append(name)
                time.sleep(pause_seconds)
            item, text = items[(place + turn * _USERS) % len(items)], f"note {place} {turn}"
            started = time.perf_counter()
            status = user.note(item, text)
            found["a note written"].append((time.perf_counter() - started) * 1_000)
            if status == 303:
                notes.append((item, text))
            else:
                refused.append(text)
            turn += 1

    spawned = multiprocessing.get_context("spawn")
    here, there = spawned.Pipe()
    writer = spawned.Process(target=_go_through_nights, args=(path, nights, there))
    threads = [threading.Thread(target=work, args=[place]) for place in range(_USERS)]
    writer.start()
    for thread in threads:
        thread.start()
    nights_seconds = list(here.recv())
    over.set()
    for thread in threads:
        thread.join()
    writer.join()
    with open_store(str(path)) as store, store.reading() as reader:
        kept = sum(
            text in {event.text for event in reader.work_events(item)} for item, text in notes
        )
    timings = [Timing(name, each) for name, each in found.items() if each]
    return Crowd(timings, len(notes), kept, len(refused), nights_seconds)


# The table ---


def render(single: list[Timing], crowd: Crowd, items: int, load: float) -> str:
    """The table in Markdown: medians, 95 of 100, and the longest."""
    many = {timing.page: timing for timing in crowd.timings}
    heads = ["page", "processor ms", "alone: median ms", "95 of 100"]
    heads += ["ten users and nights: median ms", "95 of 100", "longest"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for timing in (*single, Timing("a note written", [])):
        both = many.get(timing.page, Timing(timing.page, []))
        lines.append(
            f"| {timing.page} | {_whole(timing.processor_milliseconds)}"
            f" | {_shown(timing.milliseconds)}"
            f" | {_shown(both.milliseconds)} | {_longest(both.milliseconds)} |"
        )
    told = (
        f"{items:,} open items. Of {crowd.written_count} notes that ten users were told are kept,"
        f" {crowd.kept_count} are there; {crowd.refused_count} times a page or note asked them to"
        f" come again. The nights took {' s, '.join(map('{:.0f}'.format, crowd.nights_seconds))} s."
        " The load of the machine was"
        f" {load:.1f} on {os.cpu_count()} cores before it began."
    )
    lines += ["", told]
    return "\n".join(lines)


def _shown(milliseconds: list[float]) -> str:
    if len(milliseconds) < 2:
        return " | "
    high = statistics.quantiles(milliseconds, n=20, method="inclusive")[-1]
    return f"{statistics.median(milliseconds):.0f} | {high:.0f}"


def _whole(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds else ""


def _longest(milliseconds: list[float]) -> str:
    return f"{max(milliseconds):.0f}" if milliseconds else ""


def main() -> None:
    """Make the store, measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=12_000, help="claims of the practice")
    parser.add_argument("--rounds", type=int, default=20, help="times each page is asked for")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between a user's pages")
    parser.add_argument("--keep", type=Path, help="folder in which the store is kept")
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    options = parser.parse_args()
    with _folder(options.keep) as folder:
        path = prepare(options.claims, folder)
        load = os.getloadavg()[0]
        copy = folder / f"copy-{datetime.now(UTC):%H%M%S}.db"
        shutil.copyfile(path, copy)
        try:
            text = _measured(
                copy,
                folder,
                options.rounds,
                load,
                nights=_nights_folder(folder, options.claims),
                pause_seconds=options.pause,
            )
        finally:
            for leftover in folder.glob(f"{copy.name}*"):
                leftover.unlink()
    print(text)
    if options.write:
        write_between(FOLDER / "RESULTS.md", "workbench", text)


def _measured(
    path: Path, folder: Path, rounds: int, load: float, *, nights: Path, pause_seconds: float
) -> str:
    with open_store(str(path)) as store:
        pages = pages_of(store)
        with store.reading() as reader:
            items = [
                row[0]
                for row in reader.rows(
                    "SELECT work_item_id FROM work_items WHERE status IN ('new', 'open')"
                )
            ]
    with _served(path, folder) as (address, server):
        print(f"  {len(items):,} items, pages alone", file=sys.stderr, flush=True)
        single = alone(address, server, pages, rounds)
        print("  ten users and nights", file=sys.stderr, flush=True)
        files = [sorted(night.iterdir()) for night in sorted(nights.iterdir())]
        crowd = together(address, pages, path, items, files, pause_seconds=pause_seconds)
    return f"\n{render(single, crowd, len(items), load)}\n\nMeasured {machine()}.\n\n"


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

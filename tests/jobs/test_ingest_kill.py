"""Kill -9 at any moment: the store is as before the file or after it, and running again ends it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edi_engine.records.datasets import DATASETS
from edi_engine.store import open_store
from tests.jobs.test_ingest import BILL, ERA

_SCRIPT = """
import sys
from datetime import UTC, datetime
from edi_engine.jobs.ingest import ingest_paths
from edi_engine.store import open_store
print("ready", flush=True)
with open_store(sys.argv[1]) as store:
    ingest_paths(store, [sys.argv[2]], clock=lambda: datetime(2026, 3, 2, tzinfo=UTC))
"""


def write_inbox(inbox: Path, files_count: int, sets_count: int) -> None:
    inbox.mkdir()
    for number in range(files_count):
        head, _, rest = ERA.partition(b"ST*")
        body, _, foot = rest.partition(b"GE*")
        sets = [
            b"ST*"
            + body.replace(b"TRACE0001", b"T%d-%d" % (number, place)).replace(
                b"PCN1", b"PCN%d-%d" % (number, place)
            )
            for place in range(sets_count)
        ]
        (inbox / f"{number}.edi").write_bytes(head + b"".join(sets) + b"GE*" + foot)
    (inbox / "bill.edi").write_bytes(BILL)


def start(database: Path, inbox: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(database), str(inbox)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def everything(database: Path) -> dict[str, list[tuple[object, ...]]]:
    with open_store(str(database)) as store, store.reading() as reader:
        found = {described.name: list(reader.dataset(described.name)) for described in DATASETS}
        found["files"] = [(file.file_id, file.name, file.counts) for file in reader.files()]
        found["counters"] = reader.rows("SELECT name, next_id FROM id_counters ORDER BY name")
        return found


@pytest.mark.slow
def test_a_killed_ingest_run_again_gives_the_store_of_an_undisturbed_one(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    write_inbox(inbox, 6, 150)
    undisturbed = tmp_path / "undisturbed.db"
    started = time.perf_counter()
    assert start(undisturbed, inbox).wait() == 0
    whole_seconds = time.perf_counter() - started
    wanted = everything(undisturbed)
    moments = random.Random(20260302)
    killed = tmp_path / "killed.db"
    kills = 0
    for _ in range(8):
        process = start(killed, inbox)
        time.sleep(moments.random() * whole_seconds)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
        if killed.exists():
            # Whole files only: a file has 150 payments or none.
            assert len(everything(killed)["claim_payments"]) % 150 == 0
    assert start(killed, inbox).wait() == 0
    assert kills > 0
    assert everything(killed) == wanted

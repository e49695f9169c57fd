"""Whoever writes one transaction after the other lets others in between."""

import threading
from pathlib import Path

import pytest

from edi_engine.errors import LockHeldError
from edi_engine.store import Store, open_store
from edi_engine.store.file_locks import file_lock

ROUNDS = 40
HELD_SECONDS = 0.02


def test_a_run_of_transactions_lets_another_writer_in(tmp_path: Path) -> None:
    path = str(tmp_path / "edi.db")
    order: list[str] = []
    started = threading.Event()

    def run(store: Store) -> None:
        for _ in range(ROUNDS):
            with store.writing() as writer:
                writer.set_mark("run", len(order))
                order.append("run")
                started.set()
                threading.Event().wait(HELD_SECONDS)

    def person(store: Store) -> None:
        started.wait()
        for _ in range(3):
            order.append("asks")
            with store.writing() as writer:
                writer.set_mark("person", len(order))
                order.append("person")

    with open_store(path) as one, open_store(path) as other:
        threads = [
            threading.Thread(target=run, args=[one]),
            threading.Thread(target=person, args=[other]),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    waits = []
    for place, what in enumerate(order):
        if what == "asks":
            waits.append(order.index("person", place) - place)
    # A tenth of a second is SQLite's own pause: five transactions of the run, and one more.
    assert max(waits) < 12, order


def test_a_lock_that_is_held_too_long_is_told(tmp_path: Path) -> None:
    held = LockHeldError("held")
    with (
        file_lock(tmp_path / "lock", held),
        pytest.raises(LockHeldError, match="held"),
        file_lock(tmp_path / "lock", held, wait_seconds=0.05),
    ):
        pass
    with file_lock(tmp_path / "lock", held):
        pass


def test_connections_are_shared_by_threads(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def read(store: Store) -> None:
        try:
            for _ in range(50):
                with store.reading() as reader:
                    reader.work_items(limit=1)
        except BaseException as error:
            failures.append(error)

    with open_store(str(tmp_path / "edi.db")) as store:
        threads = [threading.Thread(target=read, args=[store]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []

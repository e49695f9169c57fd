"""The nightly run: where files go, what is left alone, the lock, and running again."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from edi_engine.errors import InputError, LockHeldError
from edi_engine.jobs.ingest import FileStatus
from edi_engine.jobs.nightly import NightlyFolders, NightlyReport, nightly
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from edi_engine.store.run_lock import hold_run_lock
from edi_engine.synthetic import MessRates
from tests.jobs.conclusions import AS_OF, NOW, conclusions, practice_of, take, written

SMALL = practice_of(12, messes=MessRates.none())


@pytest.fixture
def folders(tmp_path: Path) -> NightlyFolders:
    found = NightlyFolders.beside(tmp_path / "inbox", settle_seconds=0)
    written(SMALL, found.inbox)
    return found


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with open_store(str(tmp_path / "practice.db")) as opened:
        yield opened  # type: ignore[misc]


def run(store: Store, folders: NightlyFolders) -> NightlyReport:
    return nightly(store, folders, policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_every_file_is_taken_in_and_moved_to_done(store: Store, folders: NightlyFolders) -> None:
    report = run(store, folders)

    assert names(folders.inbox) == []
    assert names(folders.done) == sorted(name for name, _ in SMALL.files())
    assert report.quarantined == ()
    assert {one.outcomes[0].status for one in report.taken} == {FileStatus.LOADED}
    assert report.reconciled.claims_count >= 12


def test_the_report_tells_of_files_that_wait_to_be_read_again(
    store: Store, folders: NightlyFolders
) -> None:
    before = run(store, folders)
    with store.writing() as writer:
        writer.run("INSERT INTO files_to_reread SELECT file_id FROM files WHERE file_id < 3")
    after = run(store, folders)

    told = [Path(one.reports, "run.txt").read_text() for one in (before, after)]
    assert ["edi-engine db reread" in text for text in told] == [False, True]
    assert "2 files were taken in by an older version" in told[1]


def test_reports_are_written_whole(store: Store, folders: NightlyFolders) -> None:
    report = run(store, folders)

    assert names(Path(report.reports)) == [
        *("acceptance.csv", "acceptance.jsonl", "aging.csv", "aging.jsonl"),
        *("clocks.csv", "clocks.jsonl"),
        *("denials.csv", "denials.jsonl", "deposits.csv", "deposits.jsonl"),
        *("kpis.csv", "kpis.jsonl", "lags.csv", "lags.jsonl", "outcomes.csv", "outcomes.jsonl"),
        *("payers.csv", "payers.jsonl", "plb.csv", "plb.jsonl"),
        *("prevention.csv", "prevention.jsonl"),
        *(
            "projects.csv",
            "projects.jsonl",
            "rate_changes.csv",
            "rate_changes.jsonl",
            "rejections.csv",
            "rejections.jsonl",
            "run.json",
            "run.txt",
            "silent_ppo.csv",
            "silent_ppo.jsonl",
        ),
        *("underpayments.csv", "underpayments.jsonl"),
        *("unplaced_acknowledgments.csv", "unplaced_acknowledgments.jsonl"),
        *("worklist.csv", "worklist.jsonl"),
    ]
    text = (Path(report.reports) / "run.txt").read_text(encoding="utf-8")
    assert f"Files: {len(SMALL.files())} taken in, 0 known before" in text
    assert [path.name for path in folders.reports.iterdir()] == ["2026-03-21-run-0001"]


def test_an_empty_inbox_changes_nothing(store: Store, folders: NightlyFolders) -> None:
    run(store, folders)
    before = conclusions(store)

    report = run(store, folders)

    assert report.taken == ()
    assert not report.needs_a_person
    assert conclusions(store) == before


def test_the_same_inbox_again_changes_nothing_and_is_moved(
    store: Store, folders: NightlyFolders
) -> None:
    run(store, folders)
    before = conclusions(store)
    written(SMALL, folders.inbox)

    report = run(store, folders)

    assert {one.outcomes[0].status for one in report.taken} == {FileStatus.KNOWN}
    assert not report.needs_a_person
    assert conclusions(store) == before
    assert names(folders.inbox) == []
    assert len(names(folders.done)) == 2 * len(SMALL.files())


def test_a_file_that_was_taken_in_but_not_moved_is_moved(
    store: Store, folders: NightlyFolders
) -> None:
    take(store, sorted(folders.inbox.iterdir()))

    report = run(store, folders)

    assert {one.outcomes[0].status for one in report.taken} == {FileStatus.KNOWN}
    assert names(folders.inbox) == []


@pytest.mark.parametrize("content", [b"", b"this is a letter, not X12\n", bytes(range(256)) * 40])
def test_a_file_that_cannot_be_read_is_set_aside_and_the_run_goes_on(
    store: Store, folders: NightlyFolders, content: bytes
) -> None:
    (folders.inbox / "a letter.txt").write_bytes(content)

    report = run(store, folders)

    assert report.quarantined == ("a letter.txt",)
    assert names(folders.quarantine) == ["a letter.txt"]
    assert len(names(folders.done)) == len(SMALL.files())
    assert report.needs_a_person


def test_an_unreadable_file_that_comes_again_is_set_aside_again(
    store: Store, folders: NightlyFolders
) -> None:
    for _ in range(3):
        (folders.inbox / "letter.txt").write_bytes(b"not X12\n")
        report = run(store, folders)
        assert report.quarantined == ("letter.txt",)

    assert len(list(folders.quarantine.iterdir())) == 3


def test_a_file_that_still_grows_waits(store: Store, folders: NightlyFolders) -> None:
    growing = folders.inbox / "zz_growing.835"
    growing.write_bytes(b"ISA*00*")
    watched: list[float] = []

    def write_on(seconds: float) -> None:
        watched.append(seconds)
        with growing.open("ab") as file:
            file.write(b"more")

    report = nightly(
        store,
        NightlyFolders(
            folders.inbox, folders.done, folders.quarantine, folders.reports, settle_seconds=60
        ),
        policy=ReconcilePolicy(),
        as_of=AS_OF,
        wait=write_on,
    )

    assert watched == [60]
    assert report.left == ("zz_growing.835",)
    assert names(folders.inbox) == ["zz_growing.835"]
    assert len(report.taken) == len(SMALL.files())


def test_files_put_there_a_moment_ago_are_taken_in_the_same_run(
    store: Store, folders: NightlyFolders
) -> None:
    usual = NightlyFolders.beside(folders.inbox)
    report = nightly(
        store, usual, policy=ReconcilePolicy(), as_of=AS_OF, wait=lambda _seconds: None
    )
    assert report.left == ()
    assert len(report.taken) == len(SMALL.files())


def test_old_files_are_not_watched(store: Store, folders: NightlyFolders) -> None:
    old = time.time() - 3600
    for path in folders.inbox.iterdir():
        os.utime(path, (old, old))

    def refuse(_seconds: float) -> None:
        raise AssertionError("nothing is young")

    report = nightly(
        store,
        NightlyFolders.beside(folders.inbox, settle_seconds=60),
        policy=ReconcilePolicy(),
        as_of=AS_OF,
        wait=refuse,
    )
    assert len(report.taken) == len(SMALL.files())


def test_folders_in_the_inbox_keep_their_names_and_hidden_files_stay(
    store: Store, folders: NightlyFolders
) -> None:
    name, data = SMALL.files()[0]
    (folders.inbox / name).unlink()
    (folders.inbox / "payer").mkdir()
    (folders.inbox / "payer" / name).write_bytes(data)
    (folders.inbox / ".partial.835").write_bytes(b"ISA")

    run(store, folders)

    assert f"payer/{name}" in names(folders.done)
    assert (folders.inbox / ".partial.835").exists()


def test_a_file_of_the_same_name_never_overwrites(store: Store, folders: NightlyFolders) -> None:
    name = SMALL.files()[0][0]
    folders.done.mkdir()
    (folders.done / name).write_bytes(b"older")

    run(store, folders)

    assert (folders.done / name).read_bytes() == b"older"
    assert len([found for found in names(folders.done) if found.startswith(name[:-4])]) == 2


def test_only_one_run_is_at_work(store: Store, folders: NightlyFolders) -> None:
    with hold_run_lock(store), pytest.raises(LockHeldError, match="Another nightly run"):
        run(store, folders)

    assert len(names(folders.inbox)) == len(SMALL.files())
    run(store, folders)


def test_a_missing_inbox_is_said_before_anything_is_done(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        run(store, NightlyFolders.beside(tmp_path / "nowhere"))


def test_a_run_that_was_killed_is_marked_by_the_next(store: Store, folders: NightlyFolders) -> None:
    with store.writing() as writer:
        writer.start_run("nightly", started_at=datetime(2026, 3, 20, tzinfo=UTC).isoformat())

    run(store, folders)

    with store.reading() as reader:
        assert [found.status for found in reader.runs()] == ["needs_a_person", "stopped"]


def test_a_run_that_fails_says_so(store: Store, folders: NightlyFolders) -> None:
    folders.reports.mkdir()
    blocked = folders.reports / f"{AS_OF.isoformat()}-run-0001"
    blocked.mkdir()
    (blocked / "in the way").touch()

    with pytest.raises(InputError, match="reports cannot be written"):
        run(store, folders)

    with store.reading() as reader:
        assert [found.status for found in reader.runs()] == ["failed"]
    assert names(folders.inbox) == []


def _history(store: Store) -> list[tuple[str, list[tuple[str, str]]]]:
    with store.reading() as reader:
        return [
            (
                item.item_key,
                [(event.kind.value, event.text) for event in reader.work_events(item.work_item_id)],
            )
            for item in sorted(reader.work_items(), key=lambda item: item.item_key)
        ]


@pytest.mark.parametrize(
    ("seed", "claims_count", "kills_count"),
    [
        pytest.param(1, 30, 2, marks=pytest.mark.slow),
        *(pytest.param(seed, 150, 8, marks=pytest.mark.slow) for seed in range(2, 6)),
    ],
)
def test_a_run_killed_at_any_moment_and_run_again_leaves_what_an_undisturbed_one_leaves(
    tmp_path: Path, seed: int, claims_count: int, kills_count: int
) -> None:
    practice = practice_of(claims_count, seed=seed, messes=MessRates())
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    for folder in (calm, killed):
        written(practice, folder / "inbox")
    _start(calm).wait()
    random = Random(seed)
    files_count = len(practice.files())

    kills = 0
    for last in range(kills_count, 0, -1):
        process = _start(killed)
        # Kills spread over the files, and the last ones fall into reconciling and reporting.
        moved = files_count if last <= kills_count // 3 else random.randrange(files_count)
        while process.poll() is None and len(names(killed / "done")) < moved:
            time.sleep(0.005)
        time.sleep(random.uniform(0.0, 0.15))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    assert _start(killed).wait() in {0, 1}

    assert kills >= kills_count // 2
    with (
        open_store(str(calm / "practice.db")) as expected,
        open_store(str(killed / "practice.db")) as found,
    ):
        assert conclusions(found) == conclusions(expected)
        assert _history(found) == _history(expected)
    assert names(killed / "done") == names(calm / "done")
    assert names(killed / "inbox") == []


def _start(folder: Path) -> "subprocess.Popen[bytes]":
    settings = folder / "edi_engine.toml"
    settings.write_text("[nightly]\nsettle_seconds = 0\n[limits]\nreconcile_batch = 25\n")
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "edi_engine", "--db", str(folder / "practice.db")),
            *("--settings", str(settings), "nightly", "--inbox", str(folder / "inbox")),
            *("--as-of", AS_OF.isoformat()),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

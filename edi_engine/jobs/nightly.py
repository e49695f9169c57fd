"""The nightly run: take in the inbox, reconcile, refresh the work, write the reports.

One run at a time per database. The files are taken one by one in sorted order; each is committed
first and moved after, so a kill at any moment leaves a file that is known but not moved, and the
next run moves it. A file that cannot be read goes to quarantine and the run goes on; one that is
still being written stays for the next run. Three nights in one run give what three runs give.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import FileOutcome, FileStatus, IngestSettings, ingest_paths
from edi_engine.jobs.moving import move_into
from edi_engine.jobs.reconcile import (
    BATCH_DEFAULT,
    ProgressCallback,
    ReconcileReport,
    reconcile,
)
from edi_engine.jobs.reports import write_reports
from edi_engine.jobs.reread import files_to_reread, waiting_words
from edi_engine.jobs.runs import recorded
from edi_engine.jobs.summary import summary_lines
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.stored import FileState
from edi_engine.store import Store
from edi_engine.store.run_lock import hold_run_lock

__all__ = ["NightlyFolders", "NightlyReport", "TakenFile", "nightly", "nightly_lines"]

_RUN_KIND = "nightly"


class NightlyFolders(msgspec.Struct, frozen=True):
    """Where files come from and go to. A file changed less than `settle_seconds` ago is watched
    for that long, and waits for the next run when it changes meanwhile."""

    inbox: Path
    done: Path
    quarantine: Path
    reports: Path
    settle_seconds: int = 1

    @classmethod
    def beside(cls, inbox: Path, *, settle_seconds: int = 1) -> "NightlyFolders":
        """The usual ones: done, quarantine and reports beside the inbox."""
        parent = inbox.parent
        return cls(
            inbox, parent / "done", parent / "quarantine", parent / "reports", settle_seconds
        )


class TakenFile(msgspec.Struct, frozen=True):
    """A file of the inbox: its outcome (of an archive, its own and then those of its members),
    and where it was moved, empty when it could not be moved or waits."""

    name: str
    outcomes: tuple[FileOutcome, ...]
    moved_to: str
    message: str = ""


class NightlyReport(msgspec.Struct, frozen=True):
    """What a run did. `left` are files that were still growing. `reports` is the folder."""

    run_id: int
    as_of: date
    taken: tuple[TakenFile, ...]
    quarantined: tuple[str, ...]
    left: tuple[str, ...]
    reconciled: ReconcileReport
    reports: str

    @property
    def needs_a_person(self) -> bool:
        """Whether this run set a file aside, found errors in one, or made work."""
        return bool(
            self.quarantined
            or any(one.message for one in self.taken)
            or self.reconciled.made_work
            or any(_has_errors(found) for one in self.taken for found in one.outcomes)
        )


def nightly(
    store: Store,
    folders: NightlyFolders,
    *,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
    ingest_settings: IngestSettings | None = None,
    batch: int = BATCH_DEFAULT,
    progress: ProgressCallback | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> NightlyReport:
    """Do one night's work. Safe to stop at any moment and to run again.

    `wait` passes the seconds for which young files are watched.
    Raises InputError for a missing inbox, LockHeldError when another run is at work, StoreError.
    """
    _require_folder(folders.inbox)
    with hold_run_lock(store):
        for folder in (folders.done, folders.quarantine, folders.reports):
            _make(folder)
        _mark_stopped(store, now)
        with recorded(store, _RUN_KIND, now) as run:
            taken, left = _take_inbox(
                store,
                folders,
                run_id=run.run_id,
                now=now,
                settings=ingest_settings or IngestSettings(),
                progress=progress,
                wait=wait,
            )
            reconciled = reconcile(
                store, policy=policy, as_of=as_of, now=now, batch=batch, progress=progress
            )
            report = NightlyReport(
                run_id=run.run_id,
                as_of=as_of,
                taken=taken,
                quarantined=tuple(one.name for one in taken if _is_set_aside(one, folders)),
                left=left,
                reconciled=reconciled,
                reports=str(_report_folder(folders, as_of, run.run_id)),
            )
            _write(store, report, policy)
            run.report, run.needs_a_person = report, report.needs_a_person
        return report


def _require_folder(inbox: Path) -> None:
    if not inbox.is_dir():
        raise InputError(
            "There is no such folder." if not inbox.exists() else "This is no folder.",
            place=str(inbox),
            remedy="Name the folder of the day's files with --inbox.",
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The folder cannot be made ({error.strerror}).",
            place=str(folder),
            remedy="Make it, or name another in the settings.",
        ) from error


def _mark_stopped(store: Store, now: Callable[[], datetime]) -> None:
    """Runs that never ended were killed: we hold the lock, so nobody else is at work."""
    with store.writing() as writer:
        for run in writer.runs():
            if run.kind == _RUN_KIND and run.status == "running":
                writer.finish_run(
                    run.run_id, finished_at=now().isoformat(), status="stopped", report="{}"
                )


def _take_inbox(
    store: Store,
    folders: NightlyFolders,
    *,
    run_id: int,
    now: Callable[[], datetime],
    settings: IngestSettings,
    progress: ProgressCallback | None,
    wait: Callable[[float], None],
) -> tuple[tuple[TakenFile, ...], tuple[str, ...]]:
    """Take in every settled file; what was taken, and the names of files that wait."""
    paths = list(_inbox_files(folders))
    stamps = {path: _stamp(path) for path in paths}
    if any(_is_young(stamp, folders.settle_seconds) for stamp in stamps.values()):
        wait(folders.settle_seconds)
    taken: list[TakenFile] = []
    left: list[str] = []
    for done, path in enumerate(paths, 1):
        name = path.relative_to(folders.inbox).as_posix()
        before = _stamp(path)
        if before is None or before != stamps[path]:
            left.append(name)
        else:
            report = ingest_paths(store, [path], clock=now, run_id=run_id, settings=settings)
            if _stamp(path) == before:
                taken.append(_moved(store, folders, path, name, report.outcomes))
            else:
                left.append(name)
        if progress is not None:
            progress("reading files", done, len(paths))
    return tuple(taken), tuple(left)


def _inbox_files(folders: NightlyFolders) -> Iterator[Path]:
    """Files of the inbox and the folders in it, sorted by path; hidden ones and our own folders
    are left out."""
    ours = {folder.resolve() for folder in (folders.done, folders.quarantine, folders.reports)}
    found: list[Path] = []
    for parent, names, files in os.walk(folders.inbox):
        names[:] = [
            name
            for name in names
            if not name.startswith(".") and Path(parent, name).resolve() not in ours
        ]
        paths = (Path(parent, name) for name in files if not name.startswith("."))
        found += [path for path in paths if path.is_file()]
    return iter(sorted(found, key=lambda path: path.relative_to(folders.inbox).as_posix()))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Length and time of change; None when the file has gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _is_young(stamp: tuple[int, int] | None, settle_seconds: int) -> bool:
    # A time in the future is a wrong clock somewhere, not a file being written.
    return stamp is not None and 0 <= time.time_ns() - stamp[1] < settle_seconds * 1_000_000_000


def _moved(
    store: Store,
    folders: NightlyFolders,
    path: Path,
    name: str,
    outcomes: Sequence[FileOutcome],
) -> TakenFile:
    folder = folders.quarantine if _is_unusable(store, outcomes) else folders.done
    digest = next((found.digest for found in outcomes if found.digest), "")
    try:
        target = move_into(path, folder, name, digest=digest)
    except OSError as error:
        message = f"It cannot be moved ({error.strerror}) and stays in the inbox."
        return TakenFile(name, tuple(outcomes), "", message)
    return TakenFile(name, tuple(outcomes), str(target))


def _is_unusable(store: Store, outcomes: Sequence[FileOutcome]) -> bool:
    """Whether nothing at all could be read of the file, now or when it came before, or a part
    of an archive failed and must be tried again by somebody."""
    statuses = {_first_status(store, found) for found in outcomes}
    if FileStatus.FAILED in statuses:
        return True
    return statuses <= {FileStatus.UNREADABLE, FileStatus.ARCHIVE} and (
        FileStatus.UNREADABLE in statuses
    )


def _first_status(store: Store, outcome: FileOutcome) -> FileStatus:
    """What became of the bytes when they were taken in, for a file known since then too."""
    if outcome.status is not FileStatus.KNOWN or outcome.file_id is None:
        return outcome.status
    with store.reading() as reader:
        known = reader.file(outcome.file_id)
    state = FileState.LOADED if known is None else known.state
    return FileStatus(state.value)


def _is_set_aside(taken: TakenFile, folders: NightlyFolders) -> bool:
    return bool(taken.moved_to) and Path(taken.moved_to).is_relative_to(folders.quarantine)


def _has_errors(outcome: FileOutcome) -> bool:
    return outcome.status is not FileStatus.KNOWN and outcome.counts.error_findings > 0


def _report_folder(folders: NightlyFolders, as_of: date, run_id: int) -> Path:
    return folders.reports / f"{as_of.isoformat()}-run-{run_id:04d}"


def _write(store: Store, report: NightlyReport, policy: ReconcilePolicy) -> None:
    """Write the reports into a folder that appears whole or not at all."""
    folder = Path(report.reports)
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        write_reports(store, partial, as_of=report.as_of, policy=policy)
        text = "\n".join(nightly_lines(store, report)) + "\n"
        (partial / "run.txt").write_text(text, encoding="utf-8")
        (partial / "run.json").write_text(_as_json(report) + "\n", encoding="utf-8")
        os.replace(partial, folder)
    except OSError as error:
        raise InputError(
            f"The reports cannot be written ({error.strerror}).",
            place=report.reports,
            remedy="Make the folder writable; everything else of the run is done.",
        ) from error


def nightly_lines(store: Store, report: NightlyReport) -> list[str]:
    """The run report as a person reads it."""
    loaded = sum(1 for one in report.taken if _is_new(one))
    known = len(report.taken) - loaded - len(report.quarantined)
    counts = (
        f"Files: {loaded} taken in, {max(known, 0)} known before, "
        f"{len(report.quarantined)} set aside, {len(report.left)} still growing."
    )
    lines = [f"Nightly run {report.run_id}, as of {report.as_of.isoformat()}", "", counts]
    lines += [f"  set aside: {name}" for name in report.quarantined]
    lines += [f"  waits: {name}" for name in report.left]
    lines += [f"  {one.name}: {one.message}" for one in report.taken if one.message]
    waiting = files_to_reread(store)
    if waiting:
        lines.append(waiting_words(waiting))
    lines += ["", *summary_lines(store, as_of=report.as_of)]
    return lines


def _is_new(taken: TakenFile) -> bool:
    good = {FileStatus.LOADED, FileStatus.PARTLY, FileStatus.ARCHIVE}
    return any(found.status in good for found in taken.outcomes)


def _as_json(report: NightlyReport) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()

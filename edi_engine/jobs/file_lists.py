"""What arrived, what was set aside, and the runs: pages of lists for people."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from edi_engine.errors import InputError
from edi_engine.findings import Finding, Severity
from edi_engine.jobs.ingest import FileOutcome, FileStatus, IngestReport
from edi_engine.jobs.nightly import NightlyReport, TakenFile
from edi_engine.jobs.reconcile import ReconcileReport
from edi_engine.jobs.uploads import UploadDesk, UploadEntry
from edi_engine.records.stored import FileContents, FileState, StoredFile, StoredRun, StoredSet
from edi_engine.store import Store

__all__ = [
    "FileList",
    "FilePage",
    "ListedFile",
    "RunPage",
    "SetAside",
    "file_page",
    "list_files",
    "list_quarantined_sets",
    "list_runs",
    "list_set_aside",
    "run_page",
    "take_in_again",
]

_NIGHTLY_RUNS_READ = 100
"""Nights whose reports are read for what was set aside; older files are found in the folder."""

_SETS_MAX = 200
_RUN_TEXT_BYTES_MAX = 200_000

_NOTHING = FileContents()


class ListedFile(msgspec.Struct, frozen=True):
    """A file with what it holds."""

    file: StoredFile
    contents: FileContents


class FileList(msgspec.Struct, frozen=True):
    """Some files, the newest first; `older_than` asks for the next ones, None at the end.
    `state_counts` are of all files."""

    files: tuple[ListedFile, ...]
    older_than: int | None
    state_counts: dict[FileState, int]


def list_files(
    store: Store, *, state: FileState | None = None, before: int | None = None, limit: int
) -> FileList:
    """Files from the newest on, or those before one."""
    with store.reading() as reader:
        found = reader.files_before(before, state=state, limit=limit + 1)
        shown = found[:limit]
        contents = reader.file_contents([one.file_id for one in shown])
        counts = reader.file_state_counts()
    return FileList(
        tuple(ListedFile(one, contents.get(one.file_id, _NOTHING)) for one in shown),
        shown[-1].file_id if len(found) > limit else None,
        counts,
    )


class FilePage(msgspec.Struct, frozen=True):
    """A file with its sets and some of its findings; `has_more` tells of further findings,
    `sets_left_out` of how many sets are not shown."""

    listed: ListedFile
    sets: tuple[StoredSet, ...]
    sets_left_out: int
    findings: tuple[Finding, ...]
    has_more: bool


def file_page(
    store: Store, file_id: int, *, severity: Severity | None, limit: int, offset: int
) -> FilePage:
    """A file. Raises InputError when there is no such one."""
    with store.reading() as reader:
        file = reader.file(file_id)
        if file is None:
            raise InputError("there is no such file.", place=f"file {file_id}")
        sets = reader.sets_of_file(file_id)
        findings = reader.findings_of_file(
            file_id, severity=severity, limit=limit + 1, offset=offset
        )
        contents = reader.file_contents([file_id]).get(file_id, _NOTHING)
    return FilePage(
        ListedFile(file, contents),
        tuple(sets[:_SETS_MAX]),
        max(len(sets) - _SETS_MAX, 0),
        tuple(findings[:limit]),
        len(findings) > limit,
    )


# What was set aside ---


class SetAside(msgspec.Struct, frozen=True):
    """A file that a nightly run set aside and that is still there. `run_id` and `place` (from 0)
    name it; `set_aside_at` is ISO text. `can_try_again` tells that nothing of it, or of a part of
    it, is in the store: the same bytes of others would be read the same again."""

    run_id: int
    place: int
    name: str
    set_aside_at: str
    outcomes: tuple[FileOutcome, ...]
    can_try_again: bool


def list_set_aside(store: Store) -> list[SetAside]:
    """What lies in quarantine, the newest first."""
    with store.reading() as reader:
        runs = reader.runs_before(None, kind="nightly", limit=_NIGHTLY_RUNS_READ, with_report=True)
    found: dict[str, SetAside] = {}
    for run in runs:
        report = _nightly_report(run)
        for place, taken in enumerate(report.taken if report is not None else ()):
            if report is not None and taken.name in report.quarantined and _is_there(taken):
                found.setdefault(taken.moved_to, _set_aside(run, place, taken))
    return list(found.values())


def take_in_again(
    store: Store, desk: UploadDesk, run_id: int, place: int, *, login: str
) -> UploadEntry:
    """Give a file that was set aside to the desk; it leaves the quarantine once it is safe there.

    Raises InputError when it is not there any more, or cannot be kept.
    """
    with store.reading() as reader:
        run = reader.stored_run(run_id)
    report = _nightly_report(run) if run is not None else None
    taken = report.taken[place] if report is not None and place < len(report.taken) else None
    if report is None or taken is None or taken.name not in report.quarantined:
        raise InputError("there is no such file.", remedy="Load the page again.")
    path = Path(taken.moved_to)
    try:
        with path.open("rb") as stream:
            entry = desk.accept(path.name, stream, login=login)
        path.unlink()
    except OSError as error:
        raise InputError(
            f"the file cannot be taken out of the quarantine ({error.strerror}).",
            remedy="Load the page again; ask an administrator when it is still there.",
        ) from error
    return entry


def list_quarantined_sets(store: Store) -> list[tuple[StoredSet, str]]:
    """The newest transaction sets that could not be read, with the names of their files."""
    with store.reading() as reader:
        return reader.quarantined_sets(_SETS_MAX)


def _is_there(taken: TakenFile) -> bool:
    return bool(taken.moved_to) and Path(taken.moved_to).is_file()


def _set_aside(run: StoredRun, place: int, taken: TakenFile) -> SetAside:
    return SetAside(
        run_id=run.run_id,
        place=place,
        name=taken.name,
        set_aside_at=run.finished_at or run.started_at,
        outcomes=taken.outcomes,
        can_try_again=any(one.status is FileStatus.FAILED for one in taken.outcomes),
    )


def _nightly_report(run: StoredRun) -> NightlyReport | None:
    """The report of a nightly run; None of one that did not end, or is of another form."""
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(run.report, type=NightlyReport)
    return None


# Runs ---


class RunPage(msgspec.Struct, frozen=True):
    """A run: of which kind, with what became of each file, what reconciling did, and the text that
    was written for people, each where there is one."""

    run: StoredRun
    seconds: int | None
    taken: tuple[TakenFile, ...]
    left: tuple[str, ...]
    quarantined: frozenset[str]
    reconciled: ReconcileReport | None
    reports: str
    text: str


def list_runs(
    store: Store, *, kind: str = "", before: int | None = None, limit: int
) -> tuple[list[StoredRun], int | None, list[str]]:
    """Runs from the newest on, the identifier that asks for older ones (None at the end), and the
    kinds there are."""
    with store.reading() as reader:
        found = reader.runs_before(before, kind=kind, limit=limit + 1)
        kinds = reader.run_kinds()
    return found[:limit], found[limit - 1].run_id if len(found) > limit else None, kinds


def run_page(store: Store, run_id: int) -> RunPage:
    """A run. Raises InputError when there is no such one."""
    with store.reading() as reader:
        run = reader.stored_run(run_id)
    if run is None:
        raise InputError("there is no such run.", place=f"run {run_id}")
    nightly = _nightly_report(run) if run.kind == "nightly" else None
    if nightly is not None:
        text = _run_text(Path(nightly.reports))
        return RunPage(
            run,
            _seconds(run),
            nightly.taken,
            nightly.left,
            frozenset(nightly.quarantined),
            nightly.reconciled,
            nightly.reports,
            text,
        )
    taken: tuple[TakenFile, ...] = ()
    reconciled = None
    with suppress(msgspec.DecodeError):
        if run.kind == "ingest":
            report = msgspec.json.decode(run.report, type=IngestReport)
            taken = tuple(TakenFile(one.name, (one,), "") for one in report.outcomes)
        elif run.kind == "reconcile":
            reconciled = msgspec.json.decode(run.report, type=ReconcileReport)
    return RunPage(run, _seconds(run), taken, (), frozenset(), reconciled, "", "")


def _run_text(folder: Path) -> str:
    """The report as it was written that night; empty when it is not there any more."""
    with suppress(OSError), (folder / "run.txt").open(encoding="utf-8") as stream:
        return stream.read(_RUN_TEXT_BYTES_MAX)
    return ""


def _seconds(run: StoredRun) -> int | None:
    """How long it took; None while it goes on, or when it never ended."""
    if run.finished_at is None:
        return None
    took = datetime.fromisoformat(run.finished_at) - datetime.fromisoformat(run.started_at)
    return int(took.total_seconds())

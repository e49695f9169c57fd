"""Files and runs: what arrived, what is wrong with it, uploads, and what a night set aside."""

import msgspec

from edi_engine.errors import InputError
from edi_engine.findings import FindingKind, Severity, finding_kind
from edi_engine.jobs.file_lists import (
    FileList,
    FilePage,
    RunPage,
    SetAside,
    file_page,
    list_files,
    list_quarantined_sets,
    list_runs,
    list_set_aside,
    run_page,
    take_in_again,
)
from edi_engine.jobs.show.places import PlaceInFile, show_place
from edi_engine.jobs.uploads import UploadEntry, safe_file_name
from edi_engine.records.stored import FileState, StoredRun, StoredSet
from edi_engine.web.api.calling import Input, Limit, Part
from edi_engine.web.asking import Ask
from edi_engine.web.desk import desk_of

__all__ = [
    "discard",
    "file",
    "files",
    "finding",
    "place",
    "quarantine",
    "retry",
    "run",
    "runs",
    "send",
    "try_again",
    "uploads",
]


class FileQuery(Input, frozen=True, kw_only=True):
    """`before` is the `older_than` of the answer before: what came earlier."""

    state: FileState | None = None
    before: int | None = None
    limit: Limit = 50


class RefusedFile(msgspec.Struct, frozen=True):
    """A file that was not kept, and why."""

    name: str
    reason: str


class SentFiles(msgspec.Struct, frozen=True):
    """What came of each file that was sent."""

    kept: list[UploadEntry]
    refused: list[RefusedFile]


class FindingQuery(Part, frozen=True, kw_only=True):
    """Which findings of the file."""

    severity: Severity | None = None


class RunQuery(Input, frozen=True, kw_only=True):
    """`before` is the `older_than` of the answer before."""

    kind: str = ""
    before: int | None = None
    limit: Limit = 50


class RunList(msgspec.Struct, frozen=True):
    """Runs from the newest on; `kinds` are all there are."""

    runs: list[StoredRun]
    older_than: int | None
    kinds: list[str]


class PlaceQuery(Input, frozen=True, kw_only=True):
    """Which element of the segment is marked, as "CLP03" or "SV101-2"."""

    element: str = ""


class QuarantinedSet(msgspec.Struct, frozen=True):
    """A transaction set that could not be read, with the name of its file."""

    set: StoredSet
    file_name: str


class Quarantine(msgspec.Struct, frozen=True):
    """Files that a night set aside, and transaction sets that could not be read."""

    set_aside: list[SetAside]
    sets: list[QuarantinedSet]


class Retry(Input, frozen=True, kw_only=True):
    """A file that was set aside, by its run and its place in that run's list."""

    run_id: int
    place: int


def files(ask: Ask, given: FileQuery) -> FileList:
    """What arrived, the newest first."""
    return list_files(ask.store, state=given.state, before=given.before, limit=given.limit)


def send(ask: Ask) -> SentFiles:
    """Send files, as fields `files` of a form (multipart/form-data).

    What is kept when this answers is then taken in and reconciled, one file after the other.
    """
    if not ask.uploads:
        raise InputError("no file came.", place="files", remedy="Send them as fields named files.")
    desk = desk_of(ask)
    kept: list[UploadEntry] = []
    refused: list[RefusedFile] = []
    for one in ask.uploads:
        try:
            kept.append(desk.accept(one.name, one.stream, login=ask.actor))
        except InputError as error:
            refused.append(RefusedFile(safe_file_name(one.name), str(error)))
    return SentFiles(kept, refused)


def uploads(ask: Ask) -> list[UploadEntry]:
    """How far the files that were sent are."""
    return desk_of(ask).entries()


def try_again(ask: Ask) -> UploadEntry:
    """Take a file that was sent and failed in once more."""
    return desk_of(ask).try_again(ask.number("upload"))


def discard(ask: Ask) -> UploadEntry:
    """Throw a file that was sent and failed away."""
    return desk_of(ask).discard(ask.number("upload"))


def file(ask: Ask, given: FindingQuery) -> FilePage:
    """A file with its transaction sets and findings."""
    return file_page(
        ask.store,
        ask.number("file"),
        severity=given.severity,
        limit=given.limit,
        offset=given.offset,
    )


def place(ask: Ask, given: PlaceQuery) -> PlaceInFile:
    """A place in a file, with what is around it and the element marked."""
    return show_place(ask.store, ask.number("file"), ask.number("byte"), given.element[:40])


def finding(ask: Ask) -> FindingKind:
    """What a finding code means, and what to do."""
    try:
        return finding_kind(ask.path["code"].upper())
    except KeyError:
        raise InputError("there is no finding of this code.") from None


def quarantine(ask: Ask) -> Quarantine:
    """What was set aside."""
    return Quarantine(
        list_set_aside(ask.store),
        [QuarantinedSet(found, name) for found, name in list_quarantined_sets(ask.store)],
    )


def retry(ask: Ask, given: Retry) -> UploadEntry:
    """Take a file that was set aside in again."""
    return take_in_again(ask.store, desk_of(ask), given.run_id, given.place, login=ask.actor)


def runs(ask: Ask, given: RunQuery) -> RunList:
    """Runs from the newest on."""
    return RunList(*list_runs(ask.store, kind=given.kind, before=given.before, limit=given.limit))


def run(ask: Ask) -> RunPage:
    """A run with what became of each file, and the report of a night."""
    return run_page(ask.store, ask.number("run"))

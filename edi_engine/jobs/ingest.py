"""Ingest: files, folders, archives and standard input into the store.

Each file is one transaction: a kill at any moment leaves the store as before the file or after
it. The same bytes again do nothing. What one file does wrong is that file's outcome; only trouble
with the store itself stops the operation.
"""

import gc
import hashlib
import io
import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from edi_engine.errors import EdiEngineError, InputError, StoreError
from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.jobs.archives import ArchiveLimits, Spool, is_archive, members, spooled
from edi_engine.jobs.bank_files import bank_kind, read_bank_stream
from edi_engine.jobs.duplicates import note_duplicates
from edi_engine.jobs.paper_files import is_paper, read_paper_file, signed
from edi_engine.jobs.sources import NamedPath, find_files, opened
from edi_engine.parsers.reading import read_file
from edi_engine.records.intake import ManualEntry, SetState
from edi_engine.records.stored import FileCounts, FileState, StoredFile
from edi_engine.store import Store, Writer

__all__ = [
    "FileOutcome",
    "FileStatus",
    "IngestReport",
    "IngestSettings",
    "ingest_data",
    "ingest_paths",
]

_LOGGER = logging.getLogger(__name__)


class FileStatus(StrEnum):
    """What became of a file. KNOWN: the same bytes were ingested before, nothing was done.
    FAILED: nothing of it is in the store; the outcome's message says why."""

    LOADED = "loaded"
    PARTLY = "partly"
    UNREADABLE = "unreadable"
    ARCHIVE = "archive"
    KNOWN = "known"
    FAILED = "failed"


class FileOutcome(msgspec.Struct, frozen=True):
    """What became of one file, an archive, or a file in an archive.

    `path` is the file on disk ("-" for standard input), the archive's own for its members; `name`
    is what the store calls it. `finding_counts` are (code, number) pairs, by code.
    """

    path: str
    name: str
    status: FileStatus
    digest: str = ""
    file_id: int | None = None
    counts: FileCounts = FileCounts()
    finding_counts: tuple[tuple[str, int], ...] = ()
    message: str = ""


class IngestReport(msgspec.Struct, frozen=True):
    """Every outcome in the order of reading. An archive comes after its members."""

    outcomes: tuple[FileOutcome, ...]

    @property
    def counts(self) -> FileCounts:
        """Sums over what was newly taken in."""
        new = [found.counts for found in self.outcomes if found.status is not FileStatus.KNOWN]
        return FileCounts(
            *(sum(getattr(counts, name) for counts in new) for name in FileCounts.__struct_fields__)
        )

    @property
    def needs_a_person(self) -> bool:
        """Whether a file failed, is unreadable or only partly read, or has an error finding."""
        looked_at = {FileStatus.PARTLY, FileStatus.UNREADABLE, FileStatus.FAILED}
        return any(
            found.status in looked_at
            or (found.status is not FileStatus.KNOWN and found.counts.error_findings)
            for found in self.outcomes
        )


class IngestSettings(msgspec.Struct, frozen=True):
    """How to ingest. `guide_check` gives further findings of a file's bytes, its stream at the
    beginning (the guide check of `--validate`); `progress` is told a file's name, the bytes read
    of it and its size. `entered_by` and `note` are kept with remittances typed in from paper where
    their file does not say. `bank_columns` gives a bank's own names of CSV columns by ours;
    with `only_bank_files` any other file is refused."""

    limits: ArchiveLimits = ArchiveLimits()
    guide_check: Callable[[BinaryIO, str, str], Sequence[Finding]] | None = None
    progress: Callable[[str, int, int], None] | None = None
    entered_by: str = ""
    note: str = ""
    bank_columns: Mapping[str, str] | None = None
    only_bank_files: bool = False


def ingest_paths(
    store: Store,
    paths: Sequence[str | Path | NamedPath],
    *,
    clock: Callable[[], datetime],
    run_id: int | None = None,
    settings: IngestSettings | None = None,
) -> IngestReport:
    """Take in every file of the paths, in order; "-" is standard input.

    `clock` gives aware UTC instants. Raises InputError for a path that does not exist (before
    anything is done), StoreError or LockHeldError when the store fails. Nothing else stops it.
    """
    ingest = _Ingest(store, clock, run_id, settings or IngestSettings())
    outcomes: list[FileOutcome] = []
    for named in find_files(paths):
        outcomes.extend(ingest.take_path(named))
    return IngestReport(tuple(outcomes))


def ingest_data(
    store: Store,
    data: bytes,
    name: str,
    *,
    clock: Callable[[], datetime],
    run_id: int | None = None,
    settings: IngestSettings | None = None,
) -> FileOutcome:
    """Take in one file that is in memory already, under a name. Raises as `ingest_paths` does."""
    ingest = _Ingest(store, clock, run_id, settings or IngestSettings())
    with spooled(io.BytesIO(data)) as spool:
        return ingest.take_file(NamedPath(name, name, len(data)), name, spool)


class _Ingest:
    """One operation: its store, clock and settings."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        run_id: int | None,
        settings: IngestSettings,
    ) -> None:
        self.store = store
        self.clock = clock
        self.run_id = run_id
        self.settings = settings

    def take_path(self, named: NamedPath) -> Iterator[FileOutcome]:
        try:
            with opened(named) as spool:
                if is_archive(spool.stream):
                    yield from self._take_archive(named, spool)
                else:
                    yield self.take_file(named, named.name, spool)
        except InputError as problem:
            yield FileOutcome(named.path, named.name, FileStatus.FAILED, message=problem.message)

    def _take_archive(self, named: NamedPath, spool: Spool) -> Iterator[FileOutcome]:
        known = self._known(spool.digest)
        if known is not None:
            yield _known_outcome(named, known)
            return
        log = FindingLog()
        failed = False
        for name, member in members(spool.stream, named.name, log=log, limits=self.settings.limits):
            outcome = self.take_file(named, name, member)
            failed = failed or outcome.status is FileStatus.FAILED
            yield outcome
        if failed:
            return  # not remembered, so that the next run tries the failed members again
        findings = tuple(
            msgspec.structs.replace(
                found, place=msgspec.structs.replace(found.place, file_digest=spool.digest)
            )
            for found in log.take()
        )
        yield self._keep_archive(named, spool, findings)

    def _keep_archive(
        self, named: NamedPath, spool: Spool, findings: tuple[Finding, ...]
    ) -> FileOutcome:
        """Remember the archive; its bytes too when something in it was not taken out."""
        with self.store.writing(loading=True) as writer:
            file_id = self._begin(writer, named.name, spool)
            if findings:
                spool.stream.seek(0)
                while block := spool.stream.read(1 << 20):
                    writer.add_raw(block)
                writer.add_findings(findings, file_id)
            counts = writer.finish_file(FileState.ARCHIVE)
        return FileOutcome(
            path=named.path,
            name=named.name,
            status=FileStatus.ARCHIVE,
            digest=spool.digest,
            file_id=file_id,
            counts=counts,
            finding_counts=_counted(Counter(found.code for found in findings)),
        )

    def take_file(self, named: NamedPath, name: str, spool: Spool) -> FileOutcome:
        """One file, whole or not at all; the edge at which its own trouble ends."""
        started = time.perf_counter()
        try:
            known = self._known(spool.digest)
            if known is not None:
                return _known_outcome(named, known)
            with _without_garbage_collection():
                outcome = self._load(named, name, spool)
        except StoreError:
            raise
        except EdiEngineError as problem:
            if problem.exit_status != InputError.exit_status:
                raise
            outcome = FileOutcome(
                named.path, name, FileStatus.FAILED, spool.digest, message=problem.message
            )
        except Exception as problem:
            _LOGGER.error("file failed digest=%s at=%s", spool.digest, _where(problem))
            outcome = FileOutcome(
                path=named.path,
                name=name,
                status=FileStatus.FAILED,
                digest=spool.digest,
                message="This is a mistake of the program; the log names the place. "
                "Nothing of the file was loaded.",
            )
        _LOGGER.info(
            "file digest=%s status=%s sets=%d claims=%d claim_payments=%d findings=%d seconds=%.3f",
            spool.digest,
            outcome.status,
            outcome.counts.sets,
            outcome.counts.claims,
            outcome.counts.claim_payments,
            outcome.counts.findings,
            time.perf_counter() - started,
        )
        return outcome

    def _load(self, named: NamedPath, name: str, spool: Spool) -> FileOutcome:
        with self.store.writing(loading=True) as writer:
            found = writer.file_by_digest(spool.digest)
            if found is not None:  # another run was faster
                return _known_outcome(named, found)
            file_id = self._begin(writer, name, spool)
            codes: Counter[str] = Counter()
            states: Counter[SetState] = Counter()
            stream = _KeepingStream(spool, name, writer, self.settings.progress)
            # The reader only ever calls read(), so it need not be a whole file object.
            source = cast("BinaryIO", stream)
            paper = is_paper(spool)
            bank = None if paper else bank_kind(spool, self.settings.bank_columns)
            if bank is not None or self.settings.only_bank_files:
                codes.update(self._add_bank_file(writer, file_id, name, source, spool.digest))
            else:
                read = read_paper_file if paper else read_file
                entered = self._entered()
                for batch in read(source, file_name=name, file_digest=spool.digest):
                    writer.add_batch(signed(batch, entered))
                    codes.update(finding.code for finding in batch.findings)
                    if batch.ended is not None:
                        states[batch.ended.state] += 1
            stream.keep_rest()
            place = Place(file_name=name, file_digest=spool.digest)
            guided = not paper and bank is None
            for finding in self._further_findings(writer, file_id, place, spool, guided=guided):
                codes[finding.code] += 1
            state = _file_state(states) if bank is None else FileState.LOADED
            counts = writer.finish_file(state)
        return FileOutcome(
            path=named.path,
            name=name,
            status=FileStatus(state.value),
            digest=spool.digest,
            file_id=file_id,
            counts=counts,
            finding_counts=_counted(codes),
        )

    def _add_bank_file(
        self, writer: Writer, file_id: int, name: str, source: BinaryIO, digest: str
    ) -> list[str]:
        """Load a bank's file; the codes of what is wrong with it."""
        found = read_bank_stream(
            source, file_name=name, file_digest=digest, columns=self.settings.bank_columns
        )
        writer.add_bank_file(file_id, found)
        writer.add_findings(found.findings, file_id)
        return [finding.code for finding in found.findings]

    def _further_findings(
        self, writer: Writer, file_id: int, place: Place, spool: Spool, *, guided: bool
    ) -> list[Finding]:
        """Findings of the guide check and about duplicates, kept with the file."""
        findings = note_duplicates(writer, file_id, place)
        if guided and self.settings.guide_check is not None:
            spool.stream.seek(0)
            findings += self.settings.guide_check(spool.stream, place.file_name, spool.digest)
        writer.add_findings(findings, file_id)
        return findings

    def _entered(self) -> ManualEntry:
        at = self.clock().isoformat(timespec="seconds")
        return ManualEntry(self.settings.entered_by, at, self.settings.note)

    def _begin(self, writer: Writer, name: str, spool: Spool) -> int:
        return writer.begin_file(
            name,
            spool.digest,
            size_bytes=spool.size_bytes,
            received_at=self.clock().isoformat(timespec="seconds"),
            run_id=self.run_id,
        )

    def _known(self, digest: str) -> StoredFile | None:
        with self.store.reading() as reader:
            return reader.file_by_digest(digest)


class _KeepingStream:
    """Hands a file's bytes to the parser and keeps every one of them in the store."""

    def __init__(
        self,
        spool: Spool,
        name: str,
        writer: Writer,
        progress: Callable[[str, int, int], None] | None,
    ) -> None:
        self._spool = spool
        self._name = name
        self._writer = writer
        self._progress = progress
        self._digest = hashlib.sha256()
        self._read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes, never more than the file had when its digest was taken: a file that
        grows as fast as it is read would have no end."""
        left = self._spool.size_bytes - self._read_bytes
        block = self._spool.stream.read(left if size < 0 else min(size, left))
        if not block:
            return block
        self._digest.update(block)
        self._writer.add_raw(block)
        self._read_bytes += len(block)
        if self._progress is not None:
            self._progress(self._name, self._read_bytes, self._spool.size_bytes)
        return block

    def keep_rest(self) -> None:
        """Keep what the parser did not ask for. Raises InputError when the file changed since its
        digest was taken: it is still being written."""
        while self.read(1 << 20):
            pass
        grown = self._spool.stream.read(1) != b""
        if grown or self._digest.hexdigest() != self._spool.digest:
            raise InputError(
                "The file changed while it was read.",
                place=self._name,
                remedy="Wait until it is complete, then ingest it again.",
            )


def _file_state(states: Counter[SetState]) -> FileState:
    if not states:
        return FileState.UNREADABLE
    if not states[SetState.QUARANTINED]:
        return FileState.LOADED
    return FileState.PARTLY if len(states) > 1 else FileState.UNREADABLE


def _where(problem: BaseException) -> str:
    """Kind of an exception and the lines it came by; its text may hold what is in the file."""
    frames = traceback.extract_tb(problem.__traceback__)
    steps = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    return " ".join([type(problem).__name__, *steps])


def _known_outcome(named: NamedPath, known: StoredFile) -> FileOutcome:
    return FileOutcome(
        path=named.path,
        name=known.name,
        status=FileStatus.KNOWN,
        digest=known.digest,
        file_id=known.file_id,
        counts=known.counts,
    )


def _counted(codes: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(codes.items()))


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Records of a file form no cycles; looking for some costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

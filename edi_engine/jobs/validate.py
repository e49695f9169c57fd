"""Validating a file: the guide check and the money checks, without a database."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from edi_engine.errors import InputError
from edi_engine.findings import Finding, FindingLog, Severity
from edi_engine.jobs.archives import ArchiveLimits, Spool, is_archive, members
from edi_engine.jobs.paper_files import is_paper, read_paper_file
from edi_engine.jobs.sources import find_files, opened
from edi_engine.parsers import read_file
from edi_engine.records.intake import SetState

__all__ = ["ValidateReport", "ValidatedFile", "guide_findings", "validate_file"]


class ValidatedFile(msgspec.Struct, frozen=True):
    """What one file (or one member of an archive) holds."""

    name: str
    sets_count: int
    claims_count: int
    claim_payments_count: int
    is_readable: bool


class ValidateReport(msgspec.Struct, frozen=True):
    """The files read, and everything that is wrong, in file order."""

    files: tuple[ValidatedFile, ...]
    findings: tuple[Finding, ...]

    @property
    def needs_a_person(self) -> bool:
        """Whether something is an error, or nothing at all could be read."""
        return any(found.severity is Severity.ERROR for found in self.findings) or not all(
            file.is_readable for file in self.files
        )


def validate_file(
    path: str | Path, *, limits: ArchiveLimits | None = None, guide: bool = True
) -> ValidateReport:
    """Read a file or archive ("-" is standard input) and gather every finding.

    `guide` adds the check against the implementation guide. Raises InputError for a path that
    cannot be read.
    """
    files: list[ValidatedFile] = []
    findings: list[Finding] = []
    for named in find_files([path]):
        with opened(named) as spool:
            if not is_archive(spool.stream):
                _validate(named.name, spool, files, findings, guide=guide)
                continue
            log = FindingLog()
            found = members(spool.stream, named.name, log=log, limits=limits or ArchiveLimits())
            for name, member in found:
                _validate(name, member, files, findings, guide=guide)
            findings += log.take()
    if not files and not findings:
        raise InputError(
            "there is no file in it.", place=str(path), remedy="Name a file or an archive."
        )
    return ValidateReport(tuple(files), tuple(findings))


def _validate(
    name: str,
    spool: Spool,
    files: list[ValidatedFile],
    findings: list[Finding],
    *,
    guide: bool,
) -> None:
    sets = claims = payments = quarantined = 0
    paper = is_paper(spool)
    read = read_paper_file if paper else read_file
    for batch in read(spool.stream, file_name=name, file_digest=spool.digest):
        findings += batch.findings
        claims += len(batch.claims)
        payments += len(batch.claim_payments)
        if batch.ended is not None:
            sets += 1
            quarantined += batch.ended.state is SetState.QUARANTINED
    files.append(ValidatedFile(name, sets, claims, payments, sets > quarantined))
    if guide and sets and not paper:
        spool.stream.seek(0)
        findings += guide_findings(spool.stream, name, spool.digest)


def guide_findings(stream: BinaryIO, name: str, digest: str) -> Sequence[Finding]:
    """What the guide check says of a file; the checker is loaded only now, it is heavy."""
    from edi_engine.parsers.guide_check import check_guide  # noqa: PLC0415

    return check_guide(stream, file_name=name, file_digest=digest)

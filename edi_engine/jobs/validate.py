"""Validating files: guide, money and codes, without a database.

Reading, balancing, the guide (pyx12's maps, and our own table for dental claims) and the tables of
codes each have their say; what they find is merged into one list. Which of them ran on what is told
too: a file without findings and without checks is not a clean file.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from edi_engine.errors import InputError
from edi_engine.findings import Finding, FindingLog, Severity
from edi_engine.jobs.archives import ArchiveLimits, Spool, is_archive, members
from edi_engine.jobs.paper_files import is_paper, read_paper_file
from edi_engine.jobs.sources import NamedPath, find_files, opened
from edi_engine.parsers import read_file
from edi_engine.parsers.code_checks import check_codes
from edi_engine.parsers.dental_guide import DENTAL_GUIDES, check_dental
from edi_engine.parsers.faults import FaultLog
from edi_engine.parsers.merging import merged_findings
from edi_engine.parsers.outline import OutlineWatch
from edi_engine.records.intake import SetState
from edi_engine.records.validation import CheckRun, GuideFault, InterchangeOutline

if TYPE_CHECKING:
    from edi_engine.parsers.guide_check import GuideReport

__all__ = [
    "CheckedFile",
    "ValidateReport",
    "ValidatedFile",
    "check_spool",
    "guide_findings",
    "validate_file",
    "validate_files",
]

CODE_TABLES_AS_OF = "August 2026"
_NOT_CHECKED = frozenset({"GUIDE-0102", "GUIDE-0103"})


class ValidatedFile(msgspec.Struct, frozen=True):
    """What one file (or one member of an archive) holds, and which checks it went through."""

    name: str
    sets_count: int
    claims_count: int
    claim_payments_count: int
    is_readable: bool
    checks: tuple[CheckRun, ...] = ()


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


class CheckedFile(msgspec.Struct, frozen=True):
    """One file with all that was found: for an acknowledgment or a page. Holds file content.

    `findings` are merged, `ours` those of the readers; `faults` are all an answer needs, in file
    order, with those whose findings are only counted; `unguided` are the ordinals of sets that no
    guide was there for.
    """

    file: ValidatedFile
    findings: tuple[Finding, ...]
    ours: tuple[Finding, ...] = ()
    faults: tuple[GuideFault, ...] = ()
    unguided: frozenset[int] = frozenset()
    outline: tuple[InterchangeOutline, ...] = ()


Each = Callable[[CheckedFile, Spool], None]
"""What to do with each file while it is open; the spool stands anywhere."""


def validate_file(
    path: str | Path, *, limits: ArchiveLimits | None = None, guide: bool = True
) -> ValidateReport:
    """Read a file, folder or archive ("-" is standard input) and gather every finding.

    `guide` adds the check against the implementation guide. Raises InputError for a path that
    cannot be read.
    """
    return validate_files([path], limits=limits, guide=guide)


def validate_files(
    paths: Sequence[str | Path],
    *,
    limits: ArchiveLimits | None = None,
    guide: bool = True,
    whole: bool = False,
    each: Each | None = None,
) -> ValidateReport:
    """As `validate_file`, for several paths in their order; `each` is called for every file.

    `whole` checks large files against their guides to the end, however long that takes.
    """
    files: list[ValidatedFile] = []
    findings: list[Finding] = []

    def check(name: str, spool: Spool) -> None:
        checked = check_spool(name, spool, guide=guide, whole=whole)
        files.append(checked.file)
        findings.extend(checked.findings)
        if each is not None:
            each(checked, spool)

    for named in find_files(paths):
        findings += _check_named(named, limits or ArchiveLimits(), check)
    if not files and not findings:
        raise InputError(
            "there is no file in it.",
            place=" ".join(map(str, paths)),
            remedy="Name a file or an archive.",
        )
    return ValidateReport(tuple(files), tuple(findings))


def _check_named(
    named: NamedPath, limits: ArchiveLimits, check: Callable[[str, Spool], None]
) -> tuple[Finding, ...]:
    """Check a file, or every member of an archive; what cannot be unpacked comes back."""
    with opened(named) as spool:
        if not is_archive(spool.stream):
            check(named.name, spool)
            return ()
        log = FindingLog()
        for name, member in members(spool.stream, named.name, log=log, limits=limits):
            check(name, member)
        return log.take()


def check_spool(name: str, spool: Spool, *, guide: bool = True, whole: bool = False) -> CheckedFile:
    """Everything that is found in one file that is no archive; the spool is read several times."""
    paper = is_paper(spool)
    watch = OutlineWatch()
    ours: list[Finding] = []
    types: Counter[str] = Counter()
    claims = payments = quarantined = 0
    batches = (
        read_paper_file(spool.stream, file_name=name, file_digest=spool.digest)
        if paper
        else read_file(spool.stream, file_name=name, file_digest=spool.digest, watch=watch)
    )
    for batch in batches:
        ours += batch.findings
        claims += len(batch.claims)
        payments += len(batch.claim_payments)
        if batch.ended is not None:
            types[batch.ended.source.set_type] += 1
            quarantined += batch.ended.state is SetState.QUARANTINED
    sets = sum(types.values())
    readable = sets > quarantined
    outline = watch.finish()
    if paper or not sets:
        file = ValidatedFile(name, sets, claims, payments, readable)
        return CheckedFile(file, tuple(ours), tuple(ours), outline=outline)
    found = _guide_and_codes(name, spool, guide=guide, whole=whole)
    checks = (*_reading_checks(types), *found.checks, _code_check(types))
    return CheckedFile(
        ValidatedFile(name, sets, claims, payments, readable, checks),
        merged_findings(ours, _in_order(found.faults), found.others),
        tuple(ours),
        _in_order([*found.faults, *found.unlisted]),
        _unguided(found.others, outline, guide=guide),
        outline,
    )


class _Found(msgspec.Struct):
    """What the checks beside reading gave: faults, faults that are only counted, findings without
    a fault, and which checks ran."""

    faults: list[GuideFault] = []
    unlisted: list[GuideFault] = []
    others: list[Finding] = []
    checks: list[CheckRun] = []

    def take(self, findings: Sequence[Finding], out: "FaultLog | GuideReport") -> None:
        """The findings of one check, with its faults."""
        told = {id(fault.finding) for fault in out.faults}
        self.faults += out.faults
        self.unlisted += out.unlisted
        self.others += [one for one in findings if id(one) not in told]


def _in_order(faults: Sequence[GuideFault]) -> tuple[GuideFault, ...]:
    return tuple(sorted(faults, key=lambda one: one.finding.place.byte_offset))


def _unguided(
    others: Sequence[Finding], outline: Sequence[InterchangeOutline], *, guide: bool
) -> frozenset[int]:
    if guide:
        return frozenset(one.place.set_ordinal for one in others if one.code in _NOT_CHECKED)
    sets = (one for parts in outline for group in parts.groups for one in group.sets)
    return frozenset(one.set_ordinal for one in sets)


def _reading_checks(types: Counter[str]) -> tuple[CheckRun, ...]:
    kinds = ", ".join(
        f"{_sets_words(count)} {name or 'of an unknown kind'}"
        for name, count in sorted(types.items())
    )
    money = types["835"] + types["837"]
    words = _sets_words(money) if money else "no claims and no remittances in it"
    return (CheckRun("envelope", True, kinds), CheckRun("money", bool(money), words))


def _sets_words(count: int) -> str:
    return f"{count} set" if count == 1 else f"{count} sets"


def _code_check(types: Counter[str]) -> CheckRun:
    count = types["835"] + types["837"] + types["277"]
    words = f"tables of {CODE_TABLES_AS_OF}" if count else "no claims, remittances or statuses"
    return CheckRun("codes", bool(count), words)


def _guide_and_codes(name: str, spool: Spool, *, guide: bool, whole: bool) -> _Found:
    found = _Found()
    if guide:
        _check_guides(name, spool, found, whole=whole)
    else:
        found.checks.append(CheckRun("guide", False, "left out as asked"))
    spool.stream.seek(0)
    codes = check_codes(spool.stream, file_name=name, file_digest=spool.digest)
    found.take(codes.findings(), codes)
    return found


def _check_guides(name: str, spool: Spool, found: _Found, *, whole: bool) -> None:
    # The checker is loaded only now, it is heavy.
    from edi_engine.parsers.guide_check import (  # noqa: PLC0415
        GUIDE_BYTES_MAX,
        check_guide_faults,
    )

    spool.stream.seek(0)
    report = check_guide_faults(
        spool.stream,
        file_name=name,
        file_digest=spool.digest,
        bytes_max=max(spool.size_bytes, GUIDE_BYTES_MAX) if whole else GUIDE_BYTES_MAX,
        elsewhere=DENTAL_GUIDES,
    )
    found.take(report.findings, report)
    spool.stream.seek(0)
    dental = check_dental(spool.stream, file_name=name, file_digest=spool.digest)
    found.take(dental.out.findings(), dental.out)
    found.checks += [
        CheckRun(f"guide {guide}", True, f"{_sets_words(count)}, by pyx12's map")
        for guide, count in sorted(report.checked.items())
    ]
    if dental.sets_count:
        words = f"{_sets_words(dental.sets_count)}, by our own table"
        found.checks.append(CheckRun("guide 005010X224A2", True, words))
    found.checks += [
        CheckRun(
            f"guide {guide or 'without a name'}", False, f"{_sets_words(count)}, and no map for it"
        )
        for guide, count in sorted(report.unchecked.items())
    ]


def guide_findings(stream: BinaryIO, name: str, digest: str) -> Sequence[Finding]:
    """What the guide check says of a file, dental claims included, in file order."""
    from edi_engine.parsers.guide_check import check_guide_faults  # noqa: PLC0415

    report = check_guide_faults(stream, file_name=name, file_digest=digest, elsewhere=DENTAL_GUIDES)
    stream.seek(0)
    dental = check_dental(stream, file_name=name, file_digest=digest)
    found = [*report.findings, *dental.out.findings()]
    return sorted(found, key=lambda one: one.place.byte_offset)

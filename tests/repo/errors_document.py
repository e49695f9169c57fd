"""docs/ERRORS.md from the catalogue of findings and what their fixtures really give."""

import re
from collections.abc import Sequence
from pathlib import Path

from edi_engine.contracts import read_fee_schedule
from edi_engine.findings import FINDING_KINDS, Finding, FindingKind
from edi_engine.parsers.deposits import read_bank_file
from edi_engine.parsers.paper_remits import read_paper_remits
from tests.contracts.contract_files import read_file, read_schedule_fixture
from tests.contracts.medicare_files import read_medicare_fixture
from tests.parsers.x12_files import expanded, findings_of
from tests.repo.source import ROOT

__all__ = ["errors_document", "fixture_of"]

_SEGMENT_CHARACTERS_MAX = 90
_FAMILIES = {
    "X12-01": "Files, separators and envelopes",
    "X12-02": "Elements: amounts, dates, quantities, composites",
    "X12-03": "Remittances (835)",
    "X12-04": "Claims (837)",
    "X12-05": "Acknowledgments (TA1, 997, 999, 277CA, 277)",
    "BAL-01": "Balances of a remittance",
    "BAL-02": "Totals of a claim",
    "FILE-01": "Archives and files seen before",
    "CON-01": "Contracts",
    "FEE-01": "Fee schedules",
    "FEE-02": "Medicare files",
    "FEE-03": "Schedules of contracts",
    "GUIDE-01": "The guide check",
    "GUIDE-02": "The guide check: segments and loops",
    "GUIDE-03": "The guide check: elements",
    "CODE-01": "Codes on lists",
    "DENT-01": "Dental claims",
    "PAPER-01": "Remittances from paper",
    "BANK-01": "Bank files",
}
_HEAD = """\
# Findings

What can be wrong in a file, by code. A finding never stops anything: it is told beside what was
read, with its place, and the rest of the file is loaded. *Error* means that money or a record is in
doubt and a person should look, *warning* that the file breaks its guide and no money is in doubt,
*info* that it was read as intended.

Each code has a small file in `fixtures/` that gives it. Below is what is said of that file and,
where there is one, the segment it points at. Codes are never used again for something else.
Written by `make docs` from `edi_engine/findings.py` and the fixtures.
"""


def fixture_of(kind: FindingKind) -> Path:
    """The one file that is made to give this finding. Raises ValueError unless there is one."""
    found = sorted(ROOT.glob(f"fixtures/*/fail/{kind.code}-*"))
    if len(found) != 1:
        raise ValueError(f"{kind.code} has {len(found)} fixtures, not one")
    return found[0]


def errors_document() -> str:
    """The whole catalogue, family by family."""
    parts = [_HEAD]
    for family, title in _FAMILIES.items():
        kinds = [kind for kind in FINDING_KINDS if kind.code.startswith(family)]
        rows = [
            f"| [{kind.code}](#{_anchor(kind)}) | {kind.severity} | {_words(kind)} |"
            for kind in kinds
        ]
        parts.append(
            "\n".join([f"## {title}\n", "| code | severity | |", "|---|---|---|", *rows, ""])
        )
        parts += [_entry(kind) for kind in kinds]
    return "\n".join(parts)


def _words(kind: FindingKind) -> str:
    return kind.name.replace("-", " ")


def _anchor(kind: FindingKind) -> str:
    return f"{kind.code}-{kind.name}".lower()


def _entry(kind: FindingKind) -> str:
    path = fixture_of(kind)
    name = path.relative_to(ROOT).as_posix()
    lines = [f"### {kind.code} {_words(kind)}\n", f"{kind.meaning} *{kind.remedy}*\n"]
    said = [found for found in _findings(path) if found.code == kind.code]
    if said:
        shown = [str(said[0]).removesuffix(f" {said[0].remedy}"), *_segment(path, said[0])]
        lines.append("\n".join(["```text", *shown, "```\n"]))
    lines.append(f"Severity {kind.severity}; fixture [{path.name}](../{name}).\n")
    return "\n".join(lines)


def _findings(path: Path) -> Sequence[Finding]:
    """What the fixture gives; nothing for what only an archive or another program can give."""
    data = path.read_bytes()
    if path.name.startswith("BANK"):
        return read_bank_file(data, file_name=path.name).findings
    if path.name.startswith("PAPER"):
        return read_paper_remits(data, file_name=path.name).mistakes
    if path.name.startswith("FEE-02"):
        return read_medicare_fixture(path)[1]
    if path.suffix == ".yaml":
        return read_file(path)[1]
    if path.name.startswith("FEE-03"):
        return read_schedule_fixture(path)
    if path.suffix == ".csv":
        return read_fee_schedule(data.decode("utf-8"), file_name=path.name)[1]
    if path.suffix != ".edi":
        return ()
    data = expanded(data)
    return findings_of(data, path.name, file_name=path.name)


def _segment(path: Path, finding: Finding) -> list[str]:
    """The segment or line at the finding's place, and a line that marks what is meant."""
    if finding.place.line:
        read = path.read_text(encoding="utf-8").splitlines()[finding.place.line - 1]
        marked = f"{' ' * (finding.place.column - 1)}^"
        return ["", f"    {read.expandtabs(1)[:_SEGMENT_CHARACTERS_MAX]}", f"    {marked}"]
    if path.suffix != ".edi" or not finding.place.segment_ordinal:
        return []
    text = expanded(path.read_bytes())[finding.place.byte_offset :].decode("latin-1")
    segment = re.split(r"[~\r\n]", text, maxsplit=1)[0]
    if len(segment) > _SEGMENT_CHARACTERS_MAX:
        segment = f"{segment[:_SEGMENT_CHARACTERS_MAX]}..."
    lines = ["", f"    {segment}"]
    numbered = re.fullmatch(r"[A-Z0-9]{2,3}?(\d\d)(?:-\d+)?", finding.place.element)
    elements = segment.split("*")
    if numbered and 0 < (at := int(numbered[1])) < len(elements):
        before = len("*".join(elements[:at])) + 1
        lines.append(f"    {' ' * before}{'^' * max(1, len(elements[at]))}")
    return lines

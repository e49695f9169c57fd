"""What a person reads of a parsed file: every record and finding, money as dollars.

What fits in a line stands in a line, so that a difference shows the record it is in.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from edi_engine.findings import Finding
from edi_engine.money import format_cents
from edi_engine.parsers import ParsedFile
from edi_engine.records.source import SetSource
from tests.parsers.x12_files import FIXTURES_ROOT

__all__ = ["GOLDEN_ROOT", "as_text", "story_files"]

GOLDEN_ROOT = FIXTURES_ROOT / "golden"
"""Scenarios of several files: what is posted of them lies beside them (test_golden_journals)."""

# Files that are compared with one another, and those of single findings, have no text beside them.
_OTHERS = {"clothes", "fail"}
_CENTS = "_cents"
_COLUMNS = 120


def story_files() -> list[Path]:
    """The files of all stories, in order."""
    return sorted(
        path
        for path in FIXTURES_ROOT.rglob("*.edi")
        if path.parent.name not in _OTHERS and GOLDEN_ROOT not in path.parents
    )


def as_text(found: ParsedFile) -> str:
    """JSON of everything read. Sets are told by their ordinal, what is empty is left out."""
    document = {
        "sets": [{**_plain(one), "source": _fields(one.source)} for one in found.raw_sets],
        "remittances": [_plain(one) for one in found.remittance_sets],
        "claims": [_plain(one) for one in found.claims],
        "acknowledgments": [_plain(one) for one in found.acknowledgments],
        "findings": [_finding(one) for one in found.findings],
    }
    kept = {name: value for name, value in document.items() if value}
    return _laid_out(kept, "") + "\n"


def _laid_out(value: Any, indent: str) -> str:
    """JSON with whatever fits on one line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= _COLUMNS or not isinstance(value, dict | list):
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_laid_out(one, inner)}" for name, one in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}}}"
    parts = [_laid_out(one, inner) for one in value]
    return "[\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}]"


def _finding(finding: Finding) -> str:
    """One line, as a report shows it; remedies are in the catalogue."""
    return f"{finding.code} {finding.severity} {finding.place}: {finding.message}"


def _fields(value: msgspec.Struct) -> dict[str, Any]:
    """A record's fields that are not empty."""
    return {
        field.removesuffix(_CENTS): _plain(getattr(value, field), field)
        for field in value.__struct_fields__
        if field != "file_digest" and getattr(value, field) not in ("", (), None)
    }


def _plain(value: Any, name: str = "") -> Any:
    """Structs to dictionaries; cents to dollars; sources to the ordinal of their set."""
    if isinstance(value, SetSource):
        return value.set_ordinal
    if isinstance(value, msgspec.Struct):
        return _fields(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if name.endswith(_CENTS):
        return format_cents(value)
    if isinstance(value, bool | int):
        return value
    return str(value)

"""Contract files of the fixtures, read as a job would read them."""

from collections.abc import Callable
from pathlib import Path

from edi_engine.contracts import read_contract
from edi_engine.contracts.schedule_csv import read_drg_weights, read_rates
from edi_engine.findings import Finding, Severity
from edi_engine.records.contracts import Contract

__all__ = ["HEAD", "TERMS", "load", "loader", "mistakes", "read_file", "read_schedule_fixture"]

HEAD = """\
contract: sample
name: Sample PPO
version: "1"
effective_from: 2026-01-01
applies_to: {payer_ids: SAMPLE1}
"""
TERMS = """\
terms:
  - name: Everything
    percent_of_charge: 60%
"""
RATES = "procedure_code,allowed_amount\n99213,92.05\n"
WEIGHTS = "drg,weight\n470,1.9\n"


def load(name: str) -> str | None:
    """The texts of a few schedules."""
    return {"rates.csv": RATES, "weights.csv": WEIGHTS, "empty.csv": ""}.get(name)


def mistakes(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of each finding; a contract comes of a text without errors alone."""
    contract, findings = read_contract(text, file_name="a.yaml", load=load)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    assert (contract is None) == bool(errors)
    return [(one.code, one.place.line, one.place.column) for one in findings]


def loader(folder: Path) -> Callable[[str], str | None]:
    """What gives the texts of a folder's files."""

    def load(name: str) -> str | None:
        path = folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    return load


def read_file(path: Path) -> tuple[Contract | None, tuple[Finding, ...]]:
    """A contract file with the schedules beside it."""
    text = path.read_text(encoding="utf-8")
    return read_contract(text, file_name=path.name, load=loader(path.parent))


def read_schedule_fixture(path: Path) -> tuple[Finding, ...]:
    """What is wrong with a schedule file; its columns tell of what kind it is."""
    text = path.read_text(encoding="utf-8")
    if text.startswith("drg"):
        return read_drg_weights(text, file_name=path.name)[1]
    return read_rates(text, file_name=path.name, payer_ids=frozenset())[1]

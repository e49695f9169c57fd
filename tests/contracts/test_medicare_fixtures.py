"""Each finding of a Medicare file has a fixture that gives it, and nothing else."""

from pathlib import Path

import pytest

from edi_engine.findings import FINDING_KINDS
from tests.contracts.medicare_files import FIXTURES, read_medicare_fixture

FAILING = sorted((FIXTURES / "fail").glob("FEE-02*"))


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_fixture_gives_its_finding(path: Path) -> None:
    _, findings = read_medicare_fixture(path)
    assert [finding.code for finding in findings] == [path.stem[:8]]
    assert findings[0].remedy


def test_every_finding_of_a_medicare_file_has_a_fixture() -> None:
    codes = {kind.code for kind in FINDING_KINDS if kind.code.startswith("FEE-02")}
    assert {path.stem[:8] for path in FAILING} == codes

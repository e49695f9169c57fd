"""Every finding code of the parsers has a fixture that yields it."""

import io
from pathlib import Path

import pytest
import pyx12.map_walker

from edi_engine.findings import FINDING_KINDS, finding_kind
from edi_engine.parsers.guide_check import GUIDE_BYTES_MAX, check_guide
from tests.parsers.x12_files import FIXTURES_ROOT, expanded, findings_of

FAMILIES = ("X12-", "BAL-", "GUIDE-", "CODE-", "DENT-")
FAIL = FIXTURES_ROOT / "fail"
CODES = [kind.code for kind in FINDING_KINDS if kind.code.startswith(FAMILIES)]

# What no fixture can do: make another program fail, or be as large as what is cut short.
ALONE = {"GUIDE-0103", "GUIDE-0104"}


def fixture_of(code: str) -> Path:
    (path,) = FAIL.glob(f"{code}-*.edi")
    return path


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_one_fixture_named_for_it(code: str) -> None:
    assert fixture_of(code).stem == f"{code}-{finding_kind(code).name}"


@pytest.mark.parametrize("code", [code for code in CODES if code not in ALONE])
def test_the_fixture_yields_its_code(code: str) -> None:
    data = expanded(fixture_of(code).read_bytes())
    found = [finding for finding in findings_of(data, code) if finding.code == code]
    assert found
    kind = finding_kind(code)
    assert all((one.severity, one.remedy) == (kind.severity, kind.remedy) for one in found)


def test_no_fixture_is_of_an_unknown_code() -> None:
    known = {f"{kind.code}-{kind.name}" for kind in FINDING_KINDS}
    assert {path.stem for path in FAIL.glob("*")} <= known


def test_a_guide_check_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise KeyError("another program's mistake")

    monkeypatch.setattr(pyx12.map_walker.walk_tree, "walk_errors", fail)
    data = fixture_of("GUIDE-0103").read_bytes()
    findings = check_guide(io.BytesIO(data), file_name="", file_digest="")
    assert [finding.code for finding in findings] == ["GUIDE-0103"]


def test_a_file_larger_than_what_is_checked_says_so() -> None:
    data = fixture_of("GUIDE-0104").read_bytes()
    findings = check_guide(io.BytesIO(data), file_name="", file_digest="", bytes_max=100)
    assert [finding.code for finding in findings] == ["GUIDE-0104"]
    assert len(data) < GUIDE_BYTES_MAX


def test_messages_hold_nothing_of_a_file() -> None:
    secrets = ("TESTPATIENT", "ALPHA", "M0001", "PAYER0001", "TEST-1", "SAMPLE CLINIC", "2O.00")
    for code in CODES:
        for finding in findings_of(expanded(fixture_of(code).read_bytes()), code):
            assert not any(secret in finding.message for secret in secrets), finding.message

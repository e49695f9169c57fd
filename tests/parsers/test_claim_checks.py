"""Findings of claims: each has a fixture that gives it and nothing else."""

from pathlib import Path

import pytest

from edi_engine.findings import FINDING_KINDS, finding_kind
from edi_engine.parsers import read_bytes
from tests.parsers.claim_texts import CLAIM, LEVELS, LINE, read_set

FAIL = Path(__file__).parents[2] / "fixtures" / "x12" / "fail"
CODES = [
    kind.code for kind in FINDING_KINDS if kind.code.startswith("X12-04") or "BAL-02" in kind.code
]


@pytest.mark.parametrize("code", CODES)
def test_the_fixture_of_a_finding_gives_it_and_nothing_else(code: str) -> None:
    (path,) = FAIL.glob(f"{code}-*.edi")
    read = read_bytes(path.read_bytes())
    assert path.stem == f"{code}-{finding_kind(code).name}"
    assert [finding.code for finding in read.findings] == [code]


def codes_of(*texts: str) -> list[str]:
    return read_set((*LEVELS, *texts)).codes


@pytest.mark.parametrize(
    ("frequency", "original", "expected"),
    [
        ("1", "", []),
        ("6", "", []),
        ("7", "REF*F8*ORIGINAL", []),
        ("8", "REF*F8*ORIGINAL", []),
        ("7", "", ["X12-0409"]),
        ("8", "", ["X12-0409"]),
        ("8", "REF*F8*", ["X12-0409"]),
        ("", "", ["X12-0410"]),
        ("A", "", ["X12-0410"]),
        ("9", "", ["X12-0410"]),
    ],
)
def test_frequencies_of_professional_claims(
    frequency: str, original: str, expected: list[str]
) -> None:
    references = (original,) if original else ()
    claim = f"CLM*PCN-1*100***11:B:{frequency}*Y"
    assert codes_of(claim, *references, *LINE) == expected


@pytest.mark.parametrize("frequency", ["0", "1", "2", "5", "9", "A", "G", "M"])
def test_institutional_claims_have_the_frequencies_of_a_type_of_bill(frequency: str) -> None:
    claim = f"CLM*PCN-1*100***13:A:{frequency}*Y"
    assert codes_of(claim, "DTP*434*D8*20240105", "LX*1", "SV2*0300**100*UN*1") == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("P", []),
        ("P" * 20, []),
        ("P" * 21, ["X12-0418"]),
        ("", ["X12-0408"]),
        ("  ", ["X12-0408"]),
    ],
)
def test_the_patient_control_number_is_there_and_short_enough(
    number: str, expected: list[str]
) -> None:
    assert codes_of(f"CLM*{number}*100***11:B:1*Y", *LINE) == expected


def test_only_a_line_without_any_date_to_take_is_told() -> None:
    undated = ("LX*1", LINE[1])
    assert codes_of(*CLAIM, *undated) == ["X12-0419"]
    assert codes_of(*CLAIM, "DTP*434*D8*20240105", *undated) == []
    second = ("LX*2", "SV1*HC:99213*0", "DTP*472*D8*20240105")
    assert codes_of(*CLAIM, *undated, *second) == [], "the claim has its other line's date"


def test_repeated_and_missing_line_control_numbers() -> None:
    plain = ("SV1*HC:99213*50", "DTP*472*D8*20240105")
    same = ("LX*1", *plain, "REF*6R*A", "LX*2", *plain, "REF*6R*A")
    other = ("LX*1", *plain, "REF*6R*A", "LX*2", *plain, "REF*6R*B")
    none = ("LX*1", *plain, "LX*2", *plain)
    assert codes_of(*CLAIM, *same) == ["X12-0414"]
    assert codes_of(*CLAIM, *other) == []
    assert codes_of(*CLAIM, *none) == []


def test_findings_come_in_the_order_of_the_file() -> None:
    read = read_set(
        (*LEVELS, "CLM*PCN-1*90***11:B:7*Y", "ZZZ*1", *LINE, "CLM**100***11:B:1*Y", *LINE)
    )
    offsets = [finding.place.byte_offset for finding in read.findings]
    claims = [read.claims[0].byte_offset, read.claims[1].byte_offset]
    assert [sum(offset >= start for start in claims) for offset in offsets] == sorted(
        sum(offset >= start for start in claims) for offset in offsets
    )
    assert set(read.codes) == {"X12-0401", "X12-0409", "BAL-0201", "X12-0408"}


def test_no_message_holds_what_could_name_a_patient() -> None:
    name, member = "TESTPATIENT", "MEMBER0001"
    texts = (*LEVELS, f"CLM*{name}{member}{name}*x***11:B:Z*Y", f"ZZZ*{name}", f"LX*{name}")
    for finding in read_set(texts).findings:
        assert name not in str(finding)
        assert member not in str(finding)

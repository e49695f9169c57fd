"""A fee schedule file gives its rows, and every mistake with row, column, value and remedy."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.contracts import FEE_SCHEDULE_COLUMNS, read_fee_schedule
from edi_engine.findings import FINDING_KINDS
from edi_engine.money import format_cents

FIXTURES = Path(__file__).parents[2] / "fixtures/contracts"
FAILING = sorted((FIXTURES / "fail").glob("FEE-01*.csv"))
HEADER = ",".join(FEE_SCHEDULE_COLUMNS) + "\n"


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_fixture_gives_its_finding(path: Path) -> None:
    _, findings = read_fee_schedule(read(path), file_name=path.name)
    code = path.stem[:8]
    assert [finding.code for finding in findings] in ([code], [code, "FEE-0112"])
    assert findings[0].remedy


def test_every_fee_schedule_finding_has_a_fixture() -> None:
    codes = {kind.code for kind in FINDING_KINDS if kind.code.startswith("FEE-01")}
    assert {path.stem[:8] for path in FAILING} == codes


def test_what_a_spreadsheet_does_is_undone() -> None:
    rows, findings = read_fee_schedule(read(FIXTURES / "pass/spreadsheet.csv"), file_name="a.csv")
    assert not findings
    first, second = rows
    assert first.allowed_cents == 1080_50
    assert first.place_of_service == "01"
    assert (first.effective_from, first.effective_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert first.origin == "a.csv row 2"
    assert second.modifiers == ("26", "LT")
    assert second.origin == "a.csv row 4"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("80", 80_00),
        ("80.5", 80_50),
        (".75", 75),
        ("$80.00", 80_00),
        ('"1,080.00"', 1080_00),
        ("80.500", 80_50),
    ],
)
def test_an_amount_with_one_meaning_is_read(text: str, cents: int) -> None:
    rows, findings = read_fee_schedule(f"{HEADER}A,99213,,,,,{text}\n")
    assert not findings
    assert rows[0].allowed_cents == cents


@pytest.mark.parametrize(
    "text", ["", "-1.00", "(1.00)", "1.005", "1E2", '"12,50"', "N/A", "$", "١", "999999999.00"]
)
def test_an_amount_that_could_mean_anything_else_is_refused(text: str) -> None:
    rows, findings = read_fee_schedule(f"{HEADER}A,99213,,,,,{text}\nA,99214,,,,,1.00\n")
    assert [finding.code for finding in findings] == ["FEE-0103"]
    assert len(rows) == 1


def test_all_mistakes_come_at_once_with_row_column_and_value() -> None:
    text = f"{HEADER}A,99213,,,2026-13-01,,x\nA,992 13,2,ZZ,,,1\n"
    rows, findings = read_fee_schedule(text, file_name="fees.csv")
    assert not rows
    assert [finding.code for finding in findings] == [
        "FEE-0104",
        "FEE-0103",
        "FEE-0107",
        "FEE-0106",
        "FEE-0109",
        "FEE-0112",
    ]
    assert findings[0].message.startswith("row 2, effective_from: '2026-13-01'")
    assert findings[0].place.file_name == "fees.csv"


def test_rows_with_the_same_cells_may_follow_one_another_in_time() -> None:
    text = (
        f"{HEADER}A,99213,,,2025-01-01,2025-12-31,80.00\nA,99213,,,2026-01-01,2026-12-31,81.00\n"
        "A,99213,,,2026-07-01,2026-12-31,82.00\n"
    )
    _, findings = read_fee_schedule(text)
    assert not findings


@given(st.text(max_size=200))
@settings(derandomize=True, max_examples=200)
def test_no_text_at_all_raises(text: str) -> None:
    read_fee_schedule(text)
    read_fee_schedule(HEADER + text)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "PAYERA", "PAYERB"]),
            st.sampled_from(["99213", "D0120", "0450T"]),
            st.sampled_from(["", "26", "26:LT"]),
            st.sampled_from(["", "11"]),
            st.integers(0, 99_999_99),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(derandomize=True, max_examples=100)
def test_well_formed_rows_all_come_back(cells: list[tuple[str, str, str, str, int]]) -> None:
    lines = [
        f"{payer},{code},{modifiers},{place},,,{format_cents(cents)}"
        for payer, code, modifiers, place, cents in cells
    ]
    rows, findings = read_fee_schedule(HEADER + "\n".join(lines))
    assert [row.allowed_cents for row in rows] == [cents for *_, cents in cells]
    assert {finding.code for finding in findings} <= {"FEE-0110", "FEE-0111"}

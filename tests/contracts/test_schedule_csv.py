"""Schedules of contracts give their rates, and every mistake with row and column."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.contracts import FEE_SCHEDULE_COLUMNS
from edi_engine.contracts.schedule_csv import (
    RATE_COLUMNS,
    WEIGHT_COLUMNS,
    read_base_units,
    read_drg_weights,
    read_rates,
)
from edi_engine.findings import FINDING_KINDS, Finding
from edi_engine.records.contracts import DrgWeight, ScheduleRate
from tests.contracts.contract_files import read_schedule_fixture
from tests.repo.source import ROOT

FAILING = sorted((ROOT / "fixtures/contracts/fail").glob("FEE-03*.csv"))
OURS = frozenset({"SAMPLE1", "SAMPLE2"})


def rates_of(text: str) -> tuple[tuple[ScheduleRate, ...], list[str]]:
    rates, findings = read_rates(text, file_name="rates.csv", payer_ids=OURS)
    return rates, codes(findings)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_fixture_gives_its_finding(path: Path) -> None:
    findings = read_schedule_fixture(path)
    assert codes(findings) == [path.stem[:8]]
    assert findings[0].remedy


def test_every_schedule_finding_has_a_fixture() -> None:
    known = {kind.code for kind in FINDING_KINDS if kind.code.startswith("FEE-03")}
    assert {path.stem[:8] for path in FAILING} == known


def test_columns_stand_in_any_order_and_may_be_left_out() -> None:
    text = (
        "Allowed_Amount,multiple_procedures,procedure_code,practice_expense_amount,"
        "intraoperative_percent,endoscopic_base,effective_from\n"
        '"$1,350.00",2,27447,12.5,69,,1/1/2026\n355.40,3,45385,,,45378,\n'
    )
    rates, found = rates_of(text)
    assert not found
    assert rates == (
        ScheduleRate(
            procedure_code="27447",
            amount_cents=1350_00,
            multiple_procedures="2",
            practice_expense_cents=12_50,
            intraoperative_percent=Decimal(69),
            effective_from=date(2026, 1, 1),
            origin="rates.csv row 2",
        ),
        ScheduleRate(
            procedure_code="45385",
            amount_cents=355_40,
            multiple_procedures="3",
            endoscopic_base="45378",
            origin="rates.csv row 3",
        ),
    )


MISTAKES = [
    # what, rows below all columns of rates, codes
    ("no row", "", ["FEE-0112"]),
    ("a row too short", "SAMPLE1,99213\n", ["FEE-0102", "FEE-0112"]),
    ("no amount", f"{',' * 1}99213{',' * 13}\n", ["FEE-0103", "FEE-0112"]),
    (
        "all cells wrong",
        ",99 213,2,X1,2026-13-01,x,1.005,-1,22,b,y,z,4 5,1%,units\n",
        [
            "FEE-0104", "FEE-0104", "FEE-0107", "FEE-0106", "FEE-0109", "FEE-0103", "FEE-0103",
            "FEE-0303", "FEE-0303", "FEE-0103", "FEE-0103", "FEE-0107", "FEE-0302", "FEE-0302",
            "FEE-0112",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_all_mistakes_come_at_once(rows: str, expected: list[str]) -> None:
    _, found = rates_of(f"{','.join(RATE_COLUMNS)}\n{rows}")
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "procedure_code",
        "procedure_code,allowed_amount,allowed_amount",
        "procedure_code,allowed_amount,notes",
        "procedure_code,,allowed_amount",
    ],
)
def test_a_header_that_is_not_understood_ends_the_reading(header: str) -> None:
    rates, found = rates_of(f"{header}\n99213,1.00,2.00\n")
    assert (rates, found) == ((), ["FEE-0301"])


FEES = ",".join(FEE_SCHEDULE_COLUMNS) + "\n"
PAYERS = [
    # what, rows of a fee schedule, amounts kept, codes
    ("rows of others", "OTHER,99213,,,,,broken\nsample1,99213,,,,,1.00\n", [1_00], []),
    ("rows of everybody", ",99213,,,,,1.00\n", [1_00], []),
    ("its own before everybody's", ",99213,,,,,2.00\nSAMPLE1,99213,,,,,1.00\n", [1_00], []),
    (
        "everybody's on other days",
        ",99213,,,2025-01-01,2025-12-31,2.00\nSAMPLE1,99213,,,2026-01-01,,1.00\n",
        [2_00, 1_00],
        [],
    ),
    (
        "everybody's on some of its days",
        ",99213,,,,,2.00\nSAMPLE1,99213,,,2026-01-01,,1.00\n",
        [2_00, 1_00],
        [],
    ),
    (
        "two payers of the contract that differ",
        "SAMPLE1,99213,,,,,1.00\nSAMPLE2,99213,,,,,2.00\n",
        [1_00, 2_00],
        ["FEE-0110"],
    ),
    ("nothing of this payer", "OTHER,99213,,,,,1.00\n", [], ["FEE-0112"]),
]


@pytest.mark.parametrize(
    ("rows", "kept", "expected"), [case[1:] for case in PAYERS], ids=[case[0] for case in PAYERS]
)
def test_of_a_fee_schedule_the_contracts_payers_count(
    rows: str, kept: list[int], expected: list[str]
) -> None:
    rates, found = rates_of(FEES + rows)
    assert ([rate.amount_cents for rate in rates], found) == (kept, expected)


def test_weights_of_a_drg_follow_one_another_in_time() -> None:
    weights, findings = read_drg_weights(
        "drg,weight,mean_days,effective_from,effective_to\n"
        "65,1.02,3.1,2024-10-01,2025-09-30\n65,1.05,,2025-10-01,\n65,1.06,,2026-01-01,\n",
        file_name="drg.csv",
    )
    assert weights[0] == DrgWeight(
        "065",
        Decimal("1.02"),
        Decimal("3.1"),
        date(2024, 10, 1),
        date(2025, 9, 30),
        "drg.csv row 2",
    )
    assert codes(findings) == ["FEE-0110"]
    assert "row 3 says 1.05 and drg.csv row 4 says 1.06" in findings[0].message


def test_base_units_are_required_and_above_zero() -> None:
    rates, findings = read_base_units(
        "procedure_code,base_units\n00100,5\n00102,0\n00103,\n00104,5.5\n", file_name="a.csv"
    )
    assert [rate.base_units for rate in rates] == [Decimal(5), Decimal("5.5")]
    assert codes(findings) == ["FEE-0302", "FEE-0302"]


@given(st.text(max_size=200))
def test_no_text_at_all_raises(text: str) -> None:
    for header in ("", ",".join(RATE_COLUMNS), FEES.strip(), ",".join(WEIGHT_COLUMNS)):
        whole = f"{header}\n{text}" if header else text
        rates_of(whole)
        read_base_units(whole, file_name="")
        read_drg_weights(whole, file_name="")

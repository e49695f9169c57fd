"""Table 5 gives a weight for each DRG that can be paid, and every mistake of its other rows."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.contracts import read_drg_weights
from tests.contracts.medicare_files import FIXTURES, csv_text

HEADINGS = (
    "MS-DRG",
    "FY 2020 FINAL Post-Acute DRG",
    "FY 2020 FINAL Special Pay DRG",
    "MDC",
    "TYPE",
    "MS-DRG Title",
    "Weights",
    "Geometric mean LOS",
    "Arithmetic mean LOS",
)


def table(*rows: tuple[str, str, str], delimiter: str = ",") -> str:
    """Table 5 with rows of DRG, weight and geometric mean stay."""
    full = [
        [drg, "No", "No", "08", "MED", "INVENTED, GROUP", weight, stay, "9.9"]
        for drg, weight, stay in rows
    ]
    return csv_text([["TABLE 5. INVENTED WEIGHTS"], [""] * 9, HEADINGS, *full], delimiter)


def test_the_weight_after_the_cap_is_the_one_that_pays() -> None:
    """The layout since fiscal year 2023, with a title over two lines and tabs."""
    text = (FIXTURES / "pass/medicare-drg.txt").read_bytes().decode("utf-8")
    weights, findings = read_drg_weights(text, file_name="table5.txt")
    assert not findings
    assert [(weight.drg, weight.weight, weight.mean_days) for weight in weights] == [
        ("001", Decimal("20.5"), Decimal("21.4")),
        ("470", Decimal("1.8"), Decimal("1.7")),
        ("777", Decimal("0.8125"), None),
    ]
    assert weights[1].origin == "table5.txt row 4"


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_the_layout_with_one_weight_is_read(delimiter: str) -> None:
    text = table(("1", "28.1664", "28.5"), ("470", "1.8855", "1.7"), delimiter=delimiter)
    weights, findings = read_drg_weights(text, file_name="")
    assert not findings
    assert [(weight.drg, weight.weight) for weight in weights] == [
        ("001", Decimal("28.1664")),
        ("470", Decimal("1.8855")),
    ]
    assert weights[0].origin == "Table 5 row 4"


def test_groups_that_cannot_be_paid_give_no_weight() -> None:
    weights, findings = read_drg_weights(table(("998", "0.0000", "0.0")), file_name="t")
    assert not weights
    assert [finding.code for finding in findings] == ["FEE-0211"]


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        (("47O", "1.0000", "2.0"), "FEE-0203", "row 5, MS-DRG: '47O'"),
        (("470", "heavy", "2.0"), "FEE-0204", "row 5, WEIGHTS: 'heavy'"),
        (("470", "", "2.0"), "FEE-0204", "row 5, WEIGHTS: ''"),
        (("470", "1.0000", "long"), "FEE-0204", "row 5, GEOMETRIC MEAN LOS: 'long'"),
        (("1", "1.0000", "2.0"), "FEE-0206", "row 5, MS-DRG: '1' is there twice as 001"),
    ],
)
def test_a_mistake_has_row_column_and_value(
    row: tuple[str, str, str], code: str, message: str
) -> None:
    weights, findings = read_drg_weights(table(("001", "1.5", "2.0"), row), file_name="t")
    assert [weight.drg for weight in weights] == ["001"]
    assert [finding.code for finding in findings] == [code]
    assert findings[0].message.startswith(message)


@given(st.text(max_size=200), st.text(st.sampled_from('019.,"\t\n*'), max_size=40))
@settings(derandomize=True, max_examples=200)
def test_no_text_at_all_raises(text: str, piece: str) -> None:
    read_drg_weights(text, file_name="t")
    weights, _ = read_drg_weights(table(("001", piece, piece)) + piece, file_name="t")
    assert all(weight.weight > 0 for weight in weights)

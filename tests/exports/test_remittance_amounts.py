"""The columns of a remittance advice: each row adds up, or says by how much it does not."""

import pytest

from edi_engine.exports.remittance_amounts import (
    AdviceAmounts,
    claim_amounts,
    claim_level_amounts,
    line_amounts,
)
from edi_engine.parsers import read_bytes
from edi_engine.records.common import Adjustment, Amount, Procedure
from edi_engine.records.places import NOWHERE
from edi_engine.records.remittances import ClaimPayment, LinePayment
from tests.exports.made_up import MadeUp
from tests.golden.stories import story_files
from tests.seeds import seeds


def line(charge: int, paid: int, *adjustments: tuple[str, str, int], allowed: int | None = None):
    return LinePayment(
        0, 0, 1, Procedure("HC", "99213"), charge, paid,
        adjustments=tuple(Adjustment(*one, None, 0, 0) for one in adjustments),
        amounts=() if allowed is None else (Amount("B6", allowed),),
    )  # fmt: skip


def claim(charge: int, paid: int, *adjustments: tuple[str, str, int], lines=()):
    return ClaimPayment(
        NOWHERE, 0, 0, 1, "TEST-1", "1", charge, paid, None,
        adjustments=tuple(Adjustment(*one, None, 0, 0) for one in adjustments),
        lines=tuple(lines),
    )  # fmt: skip


def columns(amounts: AdviceAmounts) -> dict[str, int]:
    return {
        name.removesuffix("_cents"): getattr(amounts, name)
        for name in amounts.__struct_fields__
        if getattr(amounts, name)
    }


CASES = {
    "paid in full": (line(100, 100), {"charge": 100, "allowed": 100, "paid": 100}),
    "every share of the patient by name": (
        line(200, 48, ("CO", "45", 52), ("PR", "1", 50), ("PR", "2", 30), ("PR", "3", 20)),
        {
            "charge": 200, "allowed": 148, "deductible": 50, "coinsurance": 30, "copayment": 20,
            "contractual": 52, "paid": 48,
        },
    ),
    "a share of the patient without a name": (
        line(100, 80, ("PR", "66", 20)), {"charge": 100, "allowed": 100, "other": 20, "paid": 80},
    ),
    "the same reason under another group is no share of the patient": (
        line(100, 80, ("CO", "1", 20)), {"charge": 100, "allowed": 100, "other": 20, "paid": 80},
    ),
    "refused": (line(80, 0, ("CO", "50", 80)), {"charge": 80, "denied": 80}),
    "refused to the patient": (line(80, 0, ("PR", "96", 80)), {"charge": 80, "denied": 80}),
    "bundled": (line(80, 0, ("CO", "97", 80)), {"charge": 80, "denied": 80}),
    "an unknown reason": (line(80, 0, ("CO", "ZZZ", 80)), {"charge": 80, "denied": 80}),
    "another payer paid": (
        line(100, 20, ("OA", "23", 80)), {"charge": 100, "allowed": 20, "other": 80, "paid": 20},
    ),
    "sequestration": (
        line(100, 98, ("CO", "253", 2)), {"charge": 100, "allowed": 100, "other": 2, "paid": 98},
    ),
    "a reversal": (
        line(-100, -60, ("CO", "45", -40)),
        {"charge": -100, "allowed": -60, "contractual": -40, "paid": -60},
    ),
    "an allowed amount that the arithmetic bears out": (
        line(100, 20, ("OA", "23", 80), allowed=100),
        {"charge": 100, "allowed": 100, "other": 80, "paid": 20},
    ),
    "an allowed amount that it does not bear out": (
        line(100, 60, ("CO", "45", 40), allowed=77),
        {"charge": 100, "allowed": 60, "contractual": 40, "paid": 60},
    ),
    "a line that does not add up": (
        line(100, 60, ("CO", "45", 30)),
        {"charge": 100, "allowed": 60, "contractual": 30, "paid": 60, "difference": 10},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("paid", "expected"), CASES.values(), ids=CASES)
def test_the_row_of_a_line(paid: LinePayment, expected: dict[str, int]) -> None:
    assert columns(line_amounts(paid)) == expected


def test_a_claim_with_nothing_beside_its_lines_has_no_row_for_that() -> None:
    whole = claim(150, 90, lines=[line(100, 60, ("CO", "45", 40)), line(50, 30, ("PR", "3", 20))])
    assert claim_level_amounts(whole) is None
    assert columns(claim_amounts(whole)) == {
        "charge": 150, "allowed": 110, "copayment": 20, "contractual": 40, "paid": 90,
    }  # fmt: skip


def test_what_stands_beside_the_lines_has_a_row_of_its_own() -> None:
    whole = claim(800, 450, ("CO", "A2", 50), lines=[line(800, 500, ("PR", "1", 300))])
    beside = claim_level_amounts(whole)
    assert beside is not None
    assert columns(beside) == {"allowed": -50, "contractual": 50, "paid": -50}
    assert columns(claim_amounts(whole)) == {
        "charge": 800, "allowed": 750, "deductible": 300, "contractual": 50, "paid": 450,
    }  # fmt: skip


def test_a_claim_without_lines_is_one_row() -> None:
    whole = claim(1200, 400, ("CO", "45", 700), ("PR", "2", 100))
    assert claim_level_amounts(whole) == claim_amounts(whole)
    assert columns(claim_amounts(whole)) == {
        "charge": 1200, "allowed": 500, "coinsurance": 100, "contractual": 700, "paid": 400,
    }  # fmt: skip


def test_adjustments_that_repeat_those_of_the_lines_do_not_add_up_and_allow_nothing() -> None:
    paid = line(100, 60, ("CO", "45", 20), ("PR", "1", 20))
    whole = claim(100, 60, ("CO", "45", 20), ("PR", "1", 20), lines=[paid])
    total = claim_amounts(whole)
    assert total.difference_cents == -40
    assert total.allowed_cents == 80


def _holds(row: AdviceAmounts) -> bool:
    taken = (
        row.deductible_cents
        + row.coinsurance_cents
        + row.copayment_cents
        + row.contractual_cents
        + row.denied_cents
        + row.other_cents
    )
    return row.charge_cents - taken == row.paid_cents + row.difference_cents


@pytest.mark.parametrize("seed", seeds(10, 300))
def test_every_row_says_by_how_much_it_does_not_add_up(seed: int) -> None:
    for payment in MadeUp(seed).remittance_set().claim_payments:
        rows = [line_amounts(one) for one in payment.lines]
        beside = claim_level_amounts(payment)
        total = claim_amounts(payment)
        adjusted = sum(
            one.amount_cents for part in (payment, *payment.lines) for one in part.adjustments
        )
        assert all(map(_holds, [*rows, total]))
        assert (total.charge_cents, total.paid_cents) == (payment.charge_cents, payment.paid_cents)
        assert total.difference_cents == payment.charge_cents - adjusted - payment.paid_cents
        parts = [*rows, *([beside] if beside is not None else [])]
        for name in total.__struct_fields__:
            assert getattr(total, name) == sum(getattr(one, name) for one in parts), name


@pytest.mark.parametrize("path", story_files(), ids=lambda path: path.stem)
def test_a_claim_adds_up_exactly_where_the_reader_finds_no_fault(path) -> None:
    found = read_bytes(path.read_bytes(), file_name=path.name)
    faulty = {
        one.place.segment_ordinal
        for one in found.findings
        if one.code in {"BAL-0102", "BAL-0108", "BAL-0109"}
    }
    for whole in found.remittance_sets:
        for payment in whole.claim_payments:
            assert (claim_amounts(payment).difference_cents != 0) == (
                payment.segment_ordinal in faulty
            )

"""Interest and discounts of claims: what counts as paid and taken, and which items follow."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from edi_engine.contracts import ContractBook, FeeSchedule, Prices
from edi_engine.matchers import reconcile
from edi_engine.records.contracts import TimelyPayment
from edi_engine.records.matching import PaidClaim
from edi_engine.records.provider_items import PlacedAdjustment
from edi_engine.records.reconciliation import ReconciliationIssue
from tests.contracts.contract_making import contract
from tests.matchers.making import POLICY, SENT_ON, billed, expect, paid, paid_line, reversed_payment
from tests.matchers.provider_making import adjustment

RULE = TimelyPayment(
    discount_days=20,
    discount_percent=Decimal(2),
    interest_after_days=30,
    interest_percent=Decimal(12),
    clause="Article 9",
)
LATE = SENT_ON + timedelta(days=60)
"""Thirty days late: 80.00 at 12 % are 0.79, 8000.00 are 78.90."""
PRICES = Prices(ContractBook([contract(timely_payment=RULE)]), FeeSchedule(()))
PLAIN = Prices(ContractBook([contract()]), FeeSchedule(()))
NOBODY = Prices(ContractBook(()), FeeSchedule(()))


def payment(
    payment_id: int = 1,
    *,
    on: date = LATE,
    paid_cents: int = 8_000_00,
    interest: int = 0,
    adjusted: str = "CO-45 2000.00",
) -> PaidClaim:
    line = paid_line(1, "99213", 10_000_00, adjusted)
    made = paid(payment_id, lines=(line,), paid_on=on)
    return replace(made, interest_cents=interest)


def issues(
    payments: Sequence[PaidClaim],
    plb: Sequence[PlacedAdjustment] = (),
    *,
    prices: Prices = PRICES,
    sent_on: date | None = SENT_ON,
) -> list[ReconciliationIssue]:
    (line,) = billed().lines
    claim = billed(sent_on=sent_on, lines=(replace(line, charge_cents=10_000_00),))
    found = reconcile(
        [claim],
        payments,
        {claim.claim_id: (expect(1, 8_000_00),)},
        policy=POLICY,
        as_of=LATE,
        provider_adjustments=plb,
        judge_timely=prices.judge_timely,
    )
    return [
        one
        for one in found.claims[0].issues
        if one.cause.startswith(("timely", "interest", "under", "over"))
    ]


def told(*args: object, **more: object) -> dict[str, int]:
    return {one.cause: one.amount_cents for one in issues(*args, **more)}  # type: ignore[arg-type]


def l6(cents: int, reference: str = "", *, remittance: int = 1, held: str = "") -> PlacedAdjustment:
    return adjustment(90 + remittance, "L6", -cents, reference, remittance=remittance, held=held)


INTEREST = [
    # why, AMT*I, provider adjustments, causes
    ("none", 0, [], {"timely_interest": 78_90}),
    ("on the claim", 78_90, [], {}),
    ("on the claim and at the provider level: once", 78_90, [l6(78_90, "ICN000001")], {}),
    ("at the provider level, by the payer's number", 0, [l6(78_90, "ICN000001")], {}),
    ("at the provider level, by ours", 0, [l6(78_90, "TEST0001")], {}),
    ("in a later remittance", 0, [l6(78_90, "ICN000001", remittance=7)], {}),
    ("within the tolerance", 77_90, [], {}),
    ("a cent beyond", 77_89, [], {"timely_interest": 1_01}),
    ("some", 50_00, [], {"timely_interest": 28_90}),
    ("in two parts", 50_00, [l6(28_90, "ICN000001", remittance=7)], {}),
    ("too much", 100_00, [], {"interest_overpaid": 21_10}),
    ("another claim's", 0, [l6(78_90, "ICN000099")], {"timely_interest": 78_90}),
    ("of nobody", 0, [l6(78_90)], {"timely_interest": 78_90}),
    (
        "in a remittance that is held",
        0,
        [l6(78_90, "ICN000001", remittance=7, held="a repetition")],
        {"timely_interest": 78_90},
    ),
]


@pytest.mark.parametrize("case", INTEREST, ids=[case[0] for case in INTEREST])
def test_interest_is_paid_on_the_claim_or_at_the_provider_level(
    case: tuple[str, int, list[PlacedAdjustment], dict[str, int]],
) -> None:
    _, interest, plb, causes = case
    assert told([payment(interest=interest)], plb) == causes


def test_interest_that_names_no_claim_is_mentioned_and_settles_nothing() -> None:
    (issue,) = issues([payment()], [l6(78_90)])
    assert issue.reason.endswith(
        "Its remittances pay 78.90 of interest (PLB L6) that names no claim: ask whether this is"
        " part of it."
    )
    assert (issue.claim_payment_id, issue.remittance_id) == (1, 1)
    (other,) = issues([payment(interest=20_00)], [l6(20_00)])
    assert "names no claim" not in other.reason


def test_no_day_of_sending_no_interest() -> None:
    assert told([payment()], sent_on=None) == {}


def test_paid_in_time_corrected_late() -> None:
    first = payment(on=SENT_ON + timedelta(days=10), adjusted="CO-45 4000.00")
    reversal = reversed_payment(first, 2, paid_on=LATE)
    right = replace(payment(3), remittance_id=reversal.remittance_id)
    for order in ([first, reversal, right], [right, reversal, first]):
        assert told(order) == {"timely_interest": 19_73}


def test_a_claim_that_is_paid_twice_is_not_judged_before_that_is_settled() -> None:
    assert told([payment(1), payment(2)]) == {"overpaid": 8_000_00}


DISCOUNTS = [
    # why, days from sending to payment, adjustments, contracts, provider adjustments, causes
    ("agreed, in time", 20, "CO-45 2000.00, CO-44 160.00", PRICES, 0, {}),
    ("a day late", 21, "CO-45 2000.00, CO-44 160.00", PRICES, 0, {"timely_discount": 160_00}),
    ("too much", 20, "CO-45 2000.00, CO-44 400.00", PRICES, 0, {"timely_discount": 240_00}),
    ("no clause", 20, "CO-45 2000.00, CO-44 160.00", PLAIN, 0, {"timely_discount": 160_00}),
    ("no contract", 20, "CO-45 2000.00, CO-44 160.00", NOBODY, 0, {"timely_discount": 160_00}),
    ("the patient's is none", 20, "CO-45 2000.00, PR-44 160.00", PLAIN, 0, {}),
    ("another reduction", 20, "CO-45 2000.00, CO-253 160.00", PLAIN, 0, {}),
    ("at the provider level, in time", 20, "CO-45 2000.00", PRICES, 160_00, {}),
    (
        "at the provider level, late",
        21,
        "CO-45 2000.00",
        PRICES,
        160_00,
        {"timely_discount": 160_00},
    ),
    ("not known", 10, "CO-45 2000.00", PLAIN, 0, {}),
]


@pytest.mark.parametrize("case", DISCOUNTS, ids=[case[0] for case in DISCOUNTS])
def test_a_discount_is_held_against_what_was_agreed(
    case: tuple[str, int, str, Prices, int, dict[str, int]],
) -> None:
    _, days, adjusted, prices, provider, causes = case
    on = SENT_ON + timedelta(days=days)
    plb = [adjustment(95, "90", provider, "ICN000001", remittance=1)] if provider else []
    assert told([payment(on=on, adjusted=adjusted)], plb, prices=prices) == causes

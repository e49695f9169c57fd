"""What a contract makes of when a claim was paid: interest owed, discounts agreed. By hand."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from msgspec.structs import replace

from edi_engine.contracts import ContractBook, FeeSchedule, Prices, interest_cents, judge_timely
from edi_engine.records.contracts import Contract, TimelyPayment, Tolerance
from edi_engine.records.matching import BilledClaim, ClaimPaymentId
from edi_engine.records.timely_payments import DatedPayment, TakenDiscount, TimelyFacts
from tests.contracts.contract_making import claim, contract, line

SENT_ON = date(2026, 3, 1)
"""So 31 March is the last day without interest, and 11 March the last with a discount."""
RULE = TimelyPayment(
    discount_days=10,
    discount_percent=Decimal(2),
    interest_after_days=30,
    interest_percent=Decimal(12),
    clause="Article 9",
)


def agreed(rule: TimelyPayment | None = RULE) -> Contract:
    return contract(timely_payment=rule, claim_tolerance=Tolerance(50, 0))


def billed(sent_on: date | None = SENT_ON) -> BilledClaim:
    return replace(claim(line("99213")), sent_on=sent_on)


def payments(*moved: tuple[str, int]) -> tuple[DatedPayment, ...]:
    """(month-day, cents) as payments of 2026, numbered from 1; "" has no day."""
    return tuple(
        DatedPayment(
            ClaimPaymentId(number), date.fromisoformat(f"2026-{day}") if day else None, cents
        )
        for number, (day, cents) in enumerate(moved, 1)
    )


INTEREST = [
    # why, payments, cents owed, the payment that was late, what the words say
    ("in time", [("03-31", 1_000_00)], 0, None, "paid by 2026-03-31"),
    ("a day late: 1000 x 12 % / 365 = 0.32877", [("04-01", 1_000_00)], 33, 1, "for 1 day until"),
    ("thirty days: 9.8630", [("04-30", 1_000_00)], 9_86, 1, "1000.00 for 30 days"),
    (
        "in time, and 200.00 more after thirty days: 1.97260",
        [("03-20", 800_00), ("04-30", -800_00), ("04-30", 1_000_00)],
        1_97,
        3,
        "200.00 for 30 days until 2026-04-30",
    ),
    (
        "twenty days late, then 200.00 more ten days on: 6.57534 + 0.65753 = 7.23288",
        [("04-20", 800_00), ("04-30", 200_00)],
        7_23,
        2,
        "1000.00 for 20 days until 2026-04-20 and 200.00 for 10 days until 2026-04-30",
    ),
    (
        "in time, taken back for ten days in April: 3.28767",
        [("03-20", 1_000_00), ("04-10", -1_000_00), ("04-20", 1_000_00)],
        3_29,
        3,
        "1000.00 for 10 days until 2026-04-20",
    ),
    ("taken back for good", [("04-30", 1_000_00), ("05-10", -1_000_00)], 0, None, "paid by"),
    (
        "too much first, then corrected down: late by what was right",
        [("04-30", 1_200_00), ("05-10", -200_00)],
        9_86,
        2,
        "1000.00 for 30 days",
    ),
    ("nothing paid", [("04-30", 0)], 0, None, "paid by"),
]


@pytest.mark.parametrize("case", INTEREST, ids=[case[0] for case in INTEREST])
def test_interest_is_owed_on_what_lacked_after_it_was_due(
    case: tuple[str, list[tuple[str, int]], int, int | None, str],
) -> None:
    _, moved, owed, late, words = case
    found = judge_timely(agreed(), billed(), TimelyFacts(payments(*moved)))
    assert found.interest_owed_cents == owed
    assert found.late_payment_id == late
    assert words in found.interest_words
    assert found.missing == ""
    assert found.term == "alpha 2026: timely payment (Article 9)"


def test_interest_by_parts_is_that_of_every_day_alone() -> None:
    """The oracle adds up, day by day, what was still to be paid."""
    chance = random.Random(20260301)
    for _ in range(300):
        moved = [
            (SENT_ON + timedelta(days=chance.randint(0, 120)), chance.randint(-900_00, 2_000_00))
            for _ in range(chance.randint(1, 5))
        ]
        final = sum(cents for _, cents in moved)
        due_on = SENT_ON + timedelta(days=30)
        owed = Fraction(0)
        for day in range(1, 150):
            end = due_on + timedelta(days=day)
            so_far = sum(cents for paid_on, cents in moved if paid_on < end)
            if any(paid_on >= end for paid_on, _ in moved):
                owed += Fraction(max(0, final - so_far) * 12, 36_500)
        dated = tuple(
            DatedPayment(ClaimPaymentId(number), day, cents)
            for number, (day, cents) in enumerate(moved, 1)
        )
        found = judge_timely(agreed(), billed(), TimelyFacts(dated))
        assert found.interest_owed_cents == int((owed * 2 + 1) // 2), moved
        chance.shuffle(moved)
        again = tuple(
            DatedPayment(ClaimPaymentId(number), day, cents)
            for number, (day, cents) in enumerate(moved, 1)
        )
        other = judge_timely(agreed(), billed(), TimelyFacts(again))
        assert other.interest_owed_cents == found.interest_owed_cents


def test_one_payment_owes_what_the_plain_function_says() -> None:
    for days in (0, 30, 31, 45, 400):
        paid_on = SENT_ON + timedelta(days=days)
        single = (DatedPayment(ClaimPaymentId(1), paid_on, 777_77),)
        found = judge_timely(agreed(), billed(), TimelyFacts(single))
        assert found.interest_owed_cents == interest_cents(agreed(), 777_77, SENT_ON, paid_on)


def discount(day: str, allowed: int, taken: int, number: int = 1) -> TakenDiscount:
    paid_on = date.fromisoformat(f"2026-{day}")
    return TakenDiscount(ClaimPaymentId(number), paid_on, allowed, taken)


DISCOUNTS = [
    # why, discounts told on the claim, taken at the provider level, rightly taken, words
    ("in time, as agreed", [discount("03-11", 100_00, 2_00)], 0, 2_00, "2 % of 100.00"),
    ("in time, too much", [discount("03-11", 100_00, 5_00)], 0, 2_00, "after 10 days is 2.00"),
    ("in time, less", [discount("03-05", 100_00, 1_00)], 0, 1_00, "2 % of 100.00"),
    ("a day too late", [discount("03-12", 100_00, 2_00)], 0, 0, "paid after 11 days, when no"),
    ("none taken", [discount("03-05", 100_00, 0)], 0, 0, "2 % of 100.00"),
    ("at the provider level, in time", [discount("03-05", 100_00, 0)], 2_00, 2_00, "2.00"),
    ("at the provider level, too late", [discount("03-20", 100_00, 0)], 2_00, 0, "nothing was"),
    ("on both levels", [discount("03-05", 100_00, 2_00)], 2_00, 2_00, "2 % of 100.00"),
    (
        "what one payment does not take is not another's",
        [discount("03-05", 100_00, 0), discount("03-20", 100_00, 2_00, 2)],
        0,
        0,
        "paid after 19 days",
    ),
]


@pytest.mark.parametrize("case", DISCOUNTS, ids=[case[0] for case in DISCOUNTS])
def test_a_discount_is_agreed_for_what_was_paid_in_time(
    case: tuple[str, list[TakenDiscount], int, int, str],
) -> None:
    _, discounts, provider, rightly, words = case
    facts = TimelyFacts(
        payments(("03-05", 98_00)),
        discounts=tuple(discounts),
        provider_discount_cents=provider,
    )
    found = judge_timely(agreed(), billed(), facts)
    assert found.discount_agreed_cents == rightly
    assert found.discount_taken_cents == sum(each.cents for each in discounts) + provider
    assert words in found.discount_words


MISSING = [
    ("no day of sending", billed(None), payments(("04-30", 1_00)), False, "BHT04"),
    ("no payment date", billed(), payments(("", 1_00)), False, "claim payment 1 has no"),
    ("paid twice", billed(), payments(("04-30", 1_00)), True, "paid twice"),
]


@pytest.mark.parametrize("case", MISSING, ids=[case[0] for case in MISSING])
def test_a_missing_day_is_named_and_nothing_is_reckoned(
    case: tuple[str, BilledClaim, tuple[DatedPayment, ...], bool, str],
) -> None:
    _, asked, moved, is_twice, words = case
    found = judge_timely(agreed(), asked, TimelyFacts(moved, is_paid_twice=is_twice))
    assert (found.interest_owed_cents, found.discount_agreed_cents) == (None, None)
    assert words in found.missing


def test_without_a_clause_no_discount_is_agreed_and_no_interest_known() -> None:
    taken = TimelyFacts(payments(("03-05", 98_00)), discounts=(discount("03-05", 100_00, 2_00),))
    for rule in (None, TimelyPayment()):
        for asked in (billed(), billed(None)):
            found = judge_timely(agreed(rule), asked, taken)
            assert (found.interest_owed_cents, found.discount_agreed_cents) == (None, 0)
            assert "knows no discount" in found.discount_words


# Which claims are asked about ---


def never() -> TimelyFacts:
    raise AssertionError("nobody needs the facts")


def ask(
    *contracts: Contract, asked: BilledClaim | None = None, is_discounted: bool = False
) -> Callable[[Callable[[], TimelyFacts]], object]:
    prices = Prices(ContractBook(contracts), FeeSchedule(()))
    own = billed() if asked is None else asked
    return lambda facts: prices.judge_timely(own, facts, is_discounted=is_discounted)


def test_facts_are_asked_for_only_where_a_clause_or_a_reduction_is() -> None:
    plain = agreed(None)
    assert ask()(never) is None
    assert ask(plain)(never) is None
    assert ask(agreed(), asked=replace(billed(), payer_sequence=2))(never) is None
    assert ask(agreed(), asked=replace(billed(), payer_id="OTHER"))(never) is None
    for found in (ask(plain, is_discounted=True), ask(agreed())):
        assert found(lambda: TimelyFacts(())) is not None


def test_lines_under_versions_with_different_clauses_say_so() -> None:
    old = replace(agreed(), version="2025", effective_to=date(2026, 3, 1))
    new = replace(agreed(None), version="2027", effective_from=date(2026, 3, 2))
    lines = [replace(line("99213"), service_from=date(2026, 3, day)) for day in (1, 2)]
    lines[1] = replace(lines[1], line_number=2)
    both = replace(billed(), lines=tuple(lines))
    found = Prices(ContractBook([old, new]), FeeSchedule(())).judge_timely(
        both, lambda: TimelyFacts(payments(("04-30", 100_00))), is_discounted=False
    )
    assert found is not None
    assert found.missing == "its lines fall under contracts with different clauses"
    assert found.interest_owed_cents is None

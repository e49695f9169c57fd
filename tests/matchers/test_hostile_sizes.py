"""Thousands of claims and payments that are all alike: the work grows with their number and not
with its square, no cent is lost, and nobody guesses.

Counted are function calls, which are the same on every computer.
"""

import random
import sys
from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import pytest

from edi_engine.matchers import candidates, families
from edi_engine.matchers.first_with_room import FirstWithRoom
from edi_engine.matchers.reconcile import Reconciliation, reconcile
from edi_engine.matchers.reversals import pair_reversals
from edi_engine.records.journal import CASH
from edi_engine.records.matching import BilledClaim, PaidClaim, RemittanceId
from edi_engine.records.reconciliation import MatchOutcome
from tests.matchers.hostile_worlds import WORLDS
from tests.matchers.making import (
    PAID_ON,
    POLICY,
    SENT_ON,
    SERVED_ON,
    billed,
    billed_line,
    paid,
    paid_line,
    reversed_payment,
)
from tests.matchers.reversal_oracle import originals_by_reversal
from tests.seeds import seeds

DAY = timedelta(days=1)
FEW = 600
"""Above every limit of the matchers on claims and payments, so that each is met."""
_IN_QUICK_RUN = {"reversals", "lines, all recoded"}


def run(claims: list[BilledClaim], payments: list[PaidClaim]) -> Reconciliation:
    return reconcile(claims, payments, policy=POLICY, as_of=date(2026, 6, 1))


def calls_of(function: Callable[[], object]) -> int:
    count = 0

    def tell(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(tell)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "alike",
    [
        each if each in _IN_QUICK_RUN else pytest.param(each, marks=pytest.mark.slow)
        for each in WORLDS
    ],
)
def test_twice_as_many_that_are_alike_cost_twice_as_much(alike: str) -> None:
    make, outcomes = WORLDS[alike]
    few, many = make(FEW), make(2 * FEW)
    assert calls_of(lambda: run(*many)) < 2.2 * calls_of(lambda: run(*few))

    found = run(*many)
    assert {match.outcome.value for match in found.matches} == outcomes
    plans = [*found.loose_postings, *(plan for each in found.claims for plan in each.postings)]
    assert sum(plan.on(CASH) for plan in plans) == sum(each.paid_cents for each in many[1])
    assert all(sum(entry.amount_cents for entry in plan.entries) == 0 for plan in plans)


def test_too_many_claims_to_compare_are_no_match_and_say_so() -> None:
    claims, payments = WORLDS["everything"][0](candidates.CANDIDATES_MAX + 1)
    (match,) = {msgspec.structs.replace(each, claim_payment_id=0) for each in run(
        claims, payments
    ).matches}  # fmt: skip
    assert (match.outcome, match.claim_id) == (MatchOutcome.AMBIGUOUS, None)
    assert match.reason == (
        "More than 200 claims share its charge, first day and patient, or what is left of its"
        " number (altered control number): too many to tell apart."
    )


def test_the_money_of_lines_that_nothing_tells_apart_stands_undivided_when_they_are_too_many() -> (
    None
):
    claims, payments = WORLDS["lines that nothing tells apart"][0](300)
    (concluded,) = run(claims, payments).claims
    assert [(line.line_number, line.paid_cents) for line in concluded.lines if line.paid_cents] == [
        (0, payments[0].paid_cents)
    ]
    assert {each.rule for each in concluded.lines[-1].remit_lines} == {"not_told_apart", ""}


@pytest.mark.parametrize("seed", seeds(40, 400))
def test_keys_that_narrow_a_crowd_lose_no_match(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = random.Random(seed)
    numbers = [f"{maker.choice('AB')}{maker.randint(100, 130)}XY" for _ in range(8)]
    names = ["TESTPATIENT", "TESTPAT", "SAMPLE", "SAMPLE-EXAMPLE", "LI", "EXAMPLE"]
    members = ["MEM0001", "MEM000101", "MEM0002", ""]
    days = [SERVED_ON, SERVED_ON, SERVED_ON + DAY]

    def claim(number: int) -> BilledClaim:
        served_on = maker.choice(days)
        return billed(
            number,
            number=maker.choice([*numbers, "ABCDEFGHIJKLMNO" + maker.choice(numbers)]),
            last=maker.choice(names),
            first=maker.choice(["ALFA", "BRAVO"]),
            member=maker.choice(members),
            served_on=served_on,
            served_to=served_on + maker.choice([0, 0, 1]) * DAY,
            frequency=maker.choice("1111118"),
            sent_on=SENT_ON + maker.randint(0, 20) * DAY,
            lines=(
                billed_line(
                    1, "99213", 100_00, control_number=maker.choice(["LINE0001", "LINE0002"])
                ),
            ),
        )

    def payment(number: int) -> PaidClaim:
        return paid(
            number,
            number=maker.choice(["", "PB", "PB", "ABCDEFGHIJKLMNO"]) + maker.choice([*numbers, ""]),
            last=maker.choice(names),
            first=maker.choice(["ALFA", "BRAVO", ""]),
            members=tuple(filter(None, [maker.choice(members)])),
            served_on=maker.choice([*days, None]),
            lines=(paid_line(1, "99213", 100_00, control_number=maker.choice(["", "LINE0001"])),),
        )

    claims = [claim(number) for number in range(1, 13)]
    payments = [payment(number) for number in range(1, 9)]
    everything = run(claims, payments).matches
    monkeypatch.setattr(candidates, "CANDIDATES_MAX", maker.randint(1, 5))
    for found, whole in zip(run(claims, payments).matches, everything, strict=True):
        if "too many to tell apart" not in found.reason:
            placed = (found.outcome, found.claim_id)
            # Lines numbers that stand on a crowd may be passed over; nothing else is matched then.
            is_passed_over = whole.rule == "same_line_control_numbers"
            assert placed == (whole.outcome, whole.claim_id) or (
                is_passed_over and found.claim_id in {None, whole.claim_id}
            )


@pytest.mark.parametrize("seed", seeds(100, 2_000))
def test_reversals_undo_what_they_would_undo_if_each_were_held_against_each(seed: int) -> None:
    maker = random.Random(seed)
    days = {key: maker.choice([None, PAID_ON, PAID_ON, PAID_ON + DAY]) for key in range(1, 8)}
    payments = []
    for number in range(1, maker.randint(1, 14) + 1):
        key = maker.randint(1, 7)
        lines = [
            paid_line(
                each,
                maker.choice(["99213", "85025"]),
                100_00,
                maker.choice(["CO-45 20.00", "CO-45 20.00", "PR-1 20.00", "CO-45 10.00"]),
            )
            for each in range(1, maker.choice([1, 1, 2, 3]) + 1)
        ]
        one = paid(
            number,
            remittance=key,
            ordinal=number,
            payer_number=maker.choice(["ICN1", "ICN1", "ICN2", f"ICN{number}"]),
            original_reference=maker.choice(["", "", "ICN2"]),
            lines=lines,
            paid_on=days[key],
        )
        if maker.random() < 0.5:
            one = reversed_payment(
                one,
                number,
                remittance_id=RemittanceId(key),
                claim_ordinal=number,
                paid_on=days[key],
            )
        payments.append(one)
    maker.shuffle(payments)
    expected = originals_by_reversal(payments)
    taken = [original for original in expected.values() if original is not None]
    for pair in pair_reversals(payments):
        # A first try that leaves nothing to undo is told by what another reversal undoes.
        is_first_try = expected[pair.reversal_id] is None and pair.original_id in taken
        assert is_first_try or pair.original_id == expected[pair.reversal_id]


@pytest.mark.parametrize("seed", range(20))
def test_the_first_place_with_room_is_the_one_found_by_looking_at_all(seed: int) -> None:
    maker = random.Random(seed)
    room = [0] * maker.randint(1, 9)
    places = FirstWithRoom(len(room))
    for _ in range(40):
        place, more, wanted = maker.randrange(len(room)), maker.randint(-5, 9), maker.randint(1, 9)
        room[place] += more
        places.give(place, more)
        scanned = next((index for index, left in enumerate(room) if left >= wanted), None)
        assert places.first(wanted) == scanned


@pytest.mark.parametrize("seed", seeds(30, 300))
def test_versions_among_many_claims_of_a_number_are_told_like_few(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With answers and days: what replaces an answer of one day replaces nothing of another."""
    maker = random.Random(seed)
    claims = []
    for number in range(1, 13):
        frequency = maker.choice("1111178")
        served_on = SERVED_ON + maker.randint(0, 6) * DAY
        claims.append(
            billed(
                number,
                frequency=frequency,
                original_reference=f"ICN{maker.randint(1, 6):06d}" if frequency == "7" else "",
                sequence=maker.choice([1, 1, 1, 2]),
                sent_on=SENT_ON + maker.randint(0, 9) * DAY,
                served_on=served_on,
                served_to=served_on + maker.choice([0, 0, 0, 2]) * DAY,
            )
        )
    payments = [
        paid(
            number,
            served_on=maker.choice(claims).service_from,
            paid_on=PAID_ON + maker.randint(-9, 9) * DAY,
        )
        for number in range(1, 7)
    ]
    few = run(claims, payments)
    monkeypatch.setattr(families, "_MANY", 1)
    assert run(claims, payments) == few

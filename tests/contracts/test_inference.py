"""Rates are inferred only from many answers that agree; a change is told from the day it began."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.contracts import (
    InferencePolicy,
    InferredRates,
    find_rate_changes,
    infer_rates,
    service_of,
)
from edi_engine.records.inference import AllowedAnswer, ServiceKey
from tests.contracts.contract_making import claim, line

FIRST = date(2026, 1, 5)
AS_OF = date(2026, 6, 30)
VISIT = ServiceKey("PAYERA", "99214", (), "11")


def answers(*cents: int, service: ServiceKey = VISIT, first: date = FIRST) -> list[AllowedAnswer]:
    """One answer a day, of one claim each."""
    return [
        AllowedAnswer(service, amount, first + timedelta(days=place), place + 1, 1)
        for place, amount in enumerate(cents)
    ]


INFERRED = [
    # why, allowed amounts in order of days, unit cents and how many alike of how many, or None
    ("forty alike, G44", [92_50] * 40, (92_50, 40, 40)),
    ("nine are too few", [92_50] * 9, None),
    ("ten are enough", [92_50] * 10, (92_50, 10, 10)),
    ("one in ten differs", [92_50, 80_00] + [92_50] * 8, (92_50, 9, 10)),
    ("three in ten differ", [92_50, 1_00, 2_00, 3_00] + [92_50] * 6, None),
    ("scattered", list(range(90_00, 91_00, 5)), None),
    ("after a change what is new", [92_50] * 40 + [80_00] * 12, (80_00, 12, 12)),
    ("too little since a change", [92_50] * 40 + [80_00] * 4, None),
]


@pytest.mark.parametrize(
    ("cents", "wanted"), [pytest.param(*row[1:], id=row[0]) for row in INFERRED]
)
def test_a_rate_needs_enough_answers_that_agree(
    cents: list[int], wanted: tuple[int, int, int] | None
) -> None:
    found = infer_rates(answers(*cents), as_of=AS_OF)
    assert [(one.unit_cents, one.same_count, one.count) for one in found] == (
        [wanted] if wanted else []
    )


def test_only_the_last_year_counts() -> None:
    old = answers(*[92_50] * 40, first=date(2024, 1, 1))
    assert infer_rates(old, as_of=AS_OF) == []


def test_a_cut_is_told_from_its_first_day_with_the_claims_it_hit() -> None:
    # G45: cut from the 31st day on; one answer in between is a mistake.
    (change,) = find_rate_changes(answers(*[92_50] * 30, *[80_00] * 3, 92_50, *[80_00] * 6))
    assert (change.before_cents, change.after_cents) == (92_50, 80_00)
    assert change.since == FIRST + timedelta(days=30)
    assert change.claim_ids == (31, 32, 33, 35, 36, 37, 38, 39, 40)
    assert change.lost_cents == 9 * 12_50


@pytest.mark.parametrize(
    "cents",
    [
        [92_50] * 40,
        [92_50] * 30 + [80_00] * 2,
        [92_50, 80_00] * 20,
        [92_50] * 4 + [80_00] * 10,
        list(range(90_00, 94_00, 10)),
    ],
    ids=["steady", "two only", "to and fro", "too little before", "scattered"],
)
def test_what_is_no_change_is_not_told(cents: list[int]) -> None:
    assert find_rate_changes(answers(*cents)) == []


def test_services_are_told_apart() -> None:
    other = ServiceKey("PAYERA", "99214", ("25",), "11")
    found = infer_rates(answers(*[92_50] * 10) + answers(*[95_00] * 10, service=other), as_of=AS_OF)
    assert {one.service: one.unit_cents for one in found} == {VISIT: 92_50, other: 95_00}


@given(st.permutations(answers(*[92_50] * 12, *[80_00] * 6)))
def test_the_order_of_the_answers_does_not_matter(shuffled: list[AllowedAnswer]) -> None:
    plain = answers(*[92_50] * 12, *[80_00] * 6)
    assert find_rate_changes(shuffled) == find_rate_changes(plain)
    assert infer_rates(shuffled, as_of=AS_OF) == infer_rates(plain, as_of=AS_OF)


@given(st.lists(st.sampled_from([80_00, 92_50, 95_00]), min_size=8, max_size=40))
def test_a_change_is_the_best_of_all_splits(cents: list[int]) -> None:
    """Held against trying every split by hand."""
    policy = InferencePolicy()
    found = find_rate_changes(answers(*cents), policy=policy)
    fitting = [
        start
        for start in range(policy.before_min, len(cents) - policy.after_min + 1)
        if _fits(cents[:start], cents[start:], policy)
    ]
    assert bool(found) == bool(fitting)
    for change in found:
        start = (change.since - FIRST).days
        assert start in fitting
        assert cents[start] == change.after_cents


def _fits(before: list[int], after: list[int], policy: InferencePolicy) -> bool:
    """Whether one amount is clearly the commonest of each part, and they differ."""
    left, right = (max(set(part), key=part.count) for part in (before, after))
    return (
        left != right
        and after[0] == right
        and before.count(left) >= policy.before_min
        and 100 * before.count(left) >= policy.same_percent_min * len(before)
        and after.count(right) >= policy.after_min
        and 100 * after.count(right) >= policy.same_percent_min * len(after)
    )


def test_a_line_like_the_evidence_is_expected_to_bring_the_same() -> None:
    rates = InferredRates(infer_rates(answers(*[92_50] * 40), as_of=AS_OF))
    billed = claim(line("99214", units="2"), line("99214-25"), line("99214", 150_00, units="2"))
    found = [rates.expected(billed, each) for each in billed.lines]
    assert [each and each.allowed_cents for each in found] == [185_00, None, 150_00]
    assert found[0] is not None
    assert found[0].is_inferred
    assert found[0].source == "inferred from 40 answers, 100 % of them alike"


def test_a_service_is_named_without_regard_to_letter_case_and_order() -> None:
    billed = claim(line("g0438-lt-25"), payer_id=" payera ")
    assert service_of(billed.payer_id, billed.lines[0]) == ServiceKey(
        "PAYERA", "G0438", ("25", "LT"), "11"
    )

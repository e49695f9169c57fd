"""A third payer's share is the third payer's until it answers, and so on down the sequence."""

from itertools import permutations

import pytest

from edi_engine.records.claims import payer_sequence_of
from edi_engine.records.matching import BilledClaim, PaidClaim, PriorPayer
from tests.matchers.making import billed, paid, paid_line
from tests.matchers.posting_cases import AS_OF, concluded, family, matched, plan_of


def answer(payment_id: int, adjusted: str, status: str = "1", **more: object) -> PaidClaim:
    lines = [paid_line(1, "99213", 100_00, adjusted)]
    return paid(payment_id, status=status, lines=lines, **more)  # type: ignore[arg-type]


SECOND, THIRD = PriorPayer("PAYERB", "S", 0), PriorPayer("PAYERC", "T", 0)
FOURTH, UNKNOWN = PriorPayer("PAYERD", "A", 0), PriorPayer("PAYERE", "U", 0)
BY_FIRST = answer(1, "CO-45 20.00, PR-2 16.00")
BY_SECOND = answer(2, "OA-23 84.00, PR-2 6.00", "2")
BY_SECOND_ON = answer(2, "OA-23 84.00, PR-2 6.00", "20")
BY_SECOND_IN_FULL = answer(2, "OA-23 84.00", "2")
BY_THIRD = answer(3, "OA-23 94.00, PR-3 2.00", "3")

# why, payers the claim names, answers, who is asked for what the last one left, how much,
# what a person is told: detail of the issue and whose remainder it is, or None
CASES: list[
    tuple[str, tuple[PriorPayer, ...], list[PaidClaim], dict[str, int], tuple[str, int, int] | None]
] = [
    (
        "the first answered, two more are named: the second is next",
        (SECOND, THIRD),
        [BY_FIRST],
        {"receivable_payer_2": 16_00},
        ("not_billed", 1, 16_00),
    ),
    (
        "the second answered, a third is named",
        (SECOND, THIRD),
        [BY_FIRST, BY_SECOND],
        {"receivable_payer_3": 6_00},
        ("not_billed", 2, 6_00),
    ),
    (
        "the second passed it on to a payer that nobody named",
        (),
        [BY_FIRST, BY_SECOND_ON],
        {"receivable_payer_3": 6_00},
        None,  # not late yet
    ),
    (
        "only the third is named, and the first answered",
        (THIRD,),
        [BY_FIRST],
        {"receivable_payer_3": 16_00},
        ("not_billed", 1, 16_00),
    ),
    (
        "the third answered too",
        (SECOND, THIRD),
        [BY_FIRST, BY_SECOND, BY_THIRD],
        {"receivable_patient": 2_00},
        None,
    ),
    (
        "the third answered, a fourth is named",
        (SECOND, THIRD, FOURTH),
        [BY_FIRST, BY_SECOND, BY_THIRD],
        {"receivable_payer_4": 2_00},
        ("not_billed", 3, 2_00),
    ),
    (
        "no third is named",
        (SECOND,),
        [BY_FIRST, BY_SECOND],
        {"receivable_patient": 6_00},
        None,
    ),
    (
        "a payer of unknown place is no third",
        (SECOND, UNKNOWN),
        [BY_FIRST, BY_SECOND],
        {"receivable_patient": 6_00},
        None,
    ),
    ("the second left nothing", (SECOND, THIRD), [BY_FIRST, BY_SECOND_IN_FULL], {}, None),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_what_is_left_is_the_next_payers_until_it_answers(
    case: tuple[
        str, tuple[PriorPayer, ...], list[PaidClaim], dict[str, int], tuple[str, int, int] | None
    ],
) -> None:
    _, prior, answers, left, told = case
    for order in permutations(answers):
        result = concluded(billed(prior=prior), order)
        sums: dict[str, int] = {}
        for plan in result.postings:
            for entry in plan.entries:
                sums[entry.account] = sums.get(entry.account, 0) + entry.amount_cents
        open_accounts = {
            name: cents
            for name, cents in sums.items()
            if cents and name.startswith("receivable_") and name != "receivable_payer_1"
        }
        assert open_accounts == left
        assert sum(sums.values()) == 0
        assert result.patient_balance_cents == left.get("receivable_patient", 0)
        assert result.balance_cents == sum(left.values())
        due = [
            (each.detail, each.payer_sequence, each.amount_cents)
            for each in result.issues
            if each.cause == "secondary_due"
        ]
        assert due == ([told] if told else [])
        asked = [each for each in result.issues if each.cause == "patient_balance"]
        assert bool(asked) == bool(result.patient_balance_cents)


def test_the_third_payers_answer_closes_the_work() -> None:
    before = concluded(billed(prior=(SECOND, THIRD)), [BY_FIRST, BY_SECOND])
    (issue,) = (each for each in before.issues if each.cause == "secondary_due")
    assert issue.reason == (
        "The second payer answered and another is known, but it has not been billed."
    )
    assert issue.arose_on == BY_SECOND.paid_on
    after = concluded(billed(prior=(SECOND, THIRD)), [BY_FIRST, BY_SECOND, BY_THIRD])
    assert [each.cause for each in after.issues] == ["patient_balance"]


def third_claim() -> BilledClaim:
    return billed(
        3,
        payer_id="PAYERC",
        payer_name="SAMPLE PAYER C",
        sequence=3,
        sent_on=AS_OF,
        prior=(PriorPayer("PAYERA", "P", 64_00), PriorPayer("PAYERB", "S", 10_00)),
    )


def test_a_claim_of_ours_to_the_third_payer_takes_over_what_the_second_left() -> None:
    """The second answered on the first payer's claim (a crossover); we billed the third."""
    placed = {1: [matched(BY_FIRST), matched(BY_SECOND)]}
    result = family([billed(prior=(SECOND, THIRD)), third_claim()], placed)
    assert plan_of(result[1], 1).on("receivable_payer_2") == 16_00
    assert plan_of(result[1], 2).on("rebilled") == 6_00
    assert [(each.balance_cents, each.patient_balance_cents) for each in result.values()] == [
        (0, 0),
        (6_00, 0),
    ]


def test_claims_of_ours_to_each_payer_hand_on_what_was_left() -> None:
    second = billed(
        2,
        payer_id="PAYERB",
        payer_name="SAMPLE PAYER B",
        sequence=2,
        sent_on=AS_OF,
        prior=(PriorPayer("PAYERA", "P", 64_00), THIRD),
    )
    placed = {1: [matched(BY_FIRST)], 2: [matched(BY_SECOND, 2)]}
    alone = family([billed(prior=(SECOND, THIRD)), second], placed)
    assert plan_of(alone[2], 2).on("receivable_payer_3") == 6_00
    assert [each.balance_cents for each in alone.values()] == [0, 6_00]
    assert [each.cause for each in alone[2].issues] == ["secondary_due"]
    everyone = family([billed(prior=(SECOND, THIRD)), second, third_claim()], placed)
    assert [each.balance_cents for each in everyone.values()] == [0, 0, 6_00]


@pytest.mark.parametrize(
    ("sequence_code", "place"),
    [("P", 1), ("S", 2), ("T", 3), ("A", 4), ("H", 11), ("U", 0), ("", 0), ("ST", 0), ("p", 0)],
)
def test_a_payers_place_is_told_by_its_code(sequence_code: str, place: int) -> None:
    assert payer_sequence_of(sequence_code) == place

"""Reversals that do not undo their payment exactly: the payment stands until a person or the payer
says more, on the lines, in the status and in the journal alike."""

from datetime import timedelta
from itertools import permutations

import msgspec
import pytest

from edi_engine.matchers.posting import EVERYBODY, PostingContext
from edi_engine.records.matching import ClaimPaymentId, PaidClaim
from edi_engine.records.reconciliation import ClaimReconciliation
from tests.matchers.making import billed, billed_line, paid, paid_line, reversed_payment
from tests.matchers.posting_cases import by_account, concluded, plan_of

TWO_LINES = [billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00)]
FIRST = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-45 20.00"), paid_line(2, "85025", 30_00)])
WHOLE = reversed_payment(FIRST, 2)
BARE = msgspec.structs.replace(
    WHOLE,
    lines=tuple(msgspec.structs.replace(line, adjustments=()) for line in WHOLE.lines),
)
"""Takes the payment back without its adjustments, and does not add up."""
SHORT = msgspec.structs.replace(
    WHOLE,
    paid_cents=-100_00,
    lines=(paid_line(1, "99213", -100_00, "CO-45 -30.00"), WHOLE.lines[1]),
)
"""Adds up, but takes back 10.00 less than was paid."""
ONE_LINE = msgspec.structs.replace(
    WHOLE, charge_cents=-30_00, paid_cents=-30_00, lines=WHOLE.lines[1:]
)
COMPLETE = msgspec.structs.replace(
    reversed_payment(FIRST, 3), paid_on=FIRST.paid_on and FIRST.paid_on + timedelta(days=12)
)
CORRECTION = paid(
    4,
    paid_on=FIRST.paid_on and FIRST.paid_on + timedelta(days=14),
    lines=[paid_line(1, "99213", 100_00, "CO-45 25.00"), paid_line(2, "85025", 30_00)],
)
ACCEPTED = PostingContext(accepted=frozenset({ClaimPaymentId(2)}))

CASES: list[
    tuple[str, list[PaidClaim], PostingContext, str, list[str], int, dict[int, str], set[str]]
] = [
    # why, payments, what persons decided, status, states of the two lines, balance,
    # refusals by payment, causes
    (
        "incomplete",
        [FIRST, BARE],
        EVERYBODY,
        "paid",
        ["paid", "paid"],
        0,
        {2: "unbalanced"},
        {"reversal_incomplete"},
    ),
    (
        "other amounts",
        [FIRST, SHORT],
        EVERYBODY,
        "paid",
        ["paid", "paid"],
        0,
        {2: "reversal_not_exact"},
        {"reversal_amounts_differ"},
    ),
    (
        "other amounts, accepted by a person",
        [FIRST, SHORT],
        ACCEPTED,
        "reversed",
        ["reversed", "reversed"],
        130_00,
        {},
        {"reversal_amounts_differ", "correction_awaited"},
    ),
    (
        "incomplete, then corrected: the payment stays posted, the lines show the correction",
        [FIRST, BARE, CORRECTION],
        EVERYBODY,
        "paid",
        ["paid", "paid"],
        0,
        {2: "unbalanced", 4: "over_balance"},
        {"reversal_incomplete", "posting_refused"},
    ),
    (
        "other amounts, then corrected",
        [FIRST, SHORT, CORRECTION],
        EVERYBODY,
        "paid",
        ["paid", "paid"],
        0,
        {2: "reversal_not_exact", 4: "over_balance"},
        {"reversal_amounts_differ", "posting_refused"},
    ),
    (
        "other amounts, accepted and corrected",
        [FIRST, SHORT, CORRECTION],
        ACCEPTED,
        "paid",
        ["paid", "paid"],
        0,
        {},
        {"reversal_amounts_differ"},
    ),
    (
        "incomplete: nobody can accept what does not add up",
        [FIRST, BARE],
        ACCEPTED,
        "paid",
        ["paid", "paid"],
        0,
        {2: "unbalanced"},
        {"reversal_incomplete"},
    ),
    (
        "one line exactly",
        [FIRST, ONE_LINE],
        EVERYBODY,
        "partial",
        ["paid", "reversed"],
        30_00,
        {},
        {"correction_awaited"},
    ),
    (
        "the whole exactly",
        [FIRST, WHOLE],
        EVERYBODY,
        "reversed",
        ["reversed", "reversed"],
        130_00,
        {},
        {"correction_awaited"},
    ),
    (
        "incomplete, then complete: the complete one undoes it",
        [FIRST, BARE, COMPLETE],
        EVERYBODY,
        "reversed",
        ["reversed", "reversed"],
        130_00,
        {2: "unbalanced"},
        {"reversal_incomplete", "correction_awaited"},
    ),
    (
        "incomplete, then complete, then corrected",
        [FIRST, BARE, COMPLETE, CORRECTION],
        EVERYBODY,
        "paid",
        ["paid", "paid"],
        0,
        {2: "unbalanced"},
        {"reversal_incomplete"},
    ),
]


def run(payments: list[PaidClaim], posting: PostingContext) -> ClaimReconciliation:
    return concluded(billed(lines=TWO_LINES), payments, posting)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_status_says_what_is_posted(
    case: tuple[
        str, list[PaidClaim], PostingContext, str, list[str], int, dict[int, str], set[str]
    ],
) -> None:
    _, payments, posting, status, states, balance, refusals, causes = case
    result = run(payments, posting)
    assert result.status.value == status
    assert [line.state.value for line in result.lines if line.line_number] == states
    assert result.balance_cents == balance
    assert {plan.subject_id: plan.refusal for plan in result.postings if plan.refusal} == refusals
    assert {issue.cause for issue in result.issues} == causes


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_order_of_arrival_changes_nothing(
    case: tuple[
        str, list[PaidClaim], PostingContext, str, list[str], int, dict[int, str], set[str]
    ],
) -> None:
    _, payments, posting, *_ = case
    told = {repr(run(list(order), posting)) for order in permutations(payments)}
    assert len(told) == 1


@pytest.mark.parametrize("reversal", [BARE, SHORT], ids=["incomplete", "other amounts"])
def test_every_cent_of_a_reversal_that_waits_is_shown_on_the_claims_own_row(
    reversal: PaidClaim,
) -> None:
    result = run([FIRST, reversal], EVERYBODY)
    own = result.lines[-1]
    assert (own.line_number, own.state, own.paid_cents) == (0, "reversed", reversal.paid_cents)
    assert by_account(plan_of(result, 2).entries) == {
        "cash": reversal.paid_cents,
        "suspense": -reversal.paid_cents,
    }
    assert {each.claim_payment_id for each in result.lines[0].remit_lines} == {1, 2}


def test_a_first_try_is_named_beside_the_reversal_that_counts() -> None:
    pairs = run([FIRST, BARE, COMPLETE, CORRECTION], EVERYBODY).reversals
    assert [
        (each.reversal_id, each.original_id, each.correction_id, each.outcome) for each in pairs
    ] == [(2, 1, None, "incomplete"), (3, 1, 4, "exact")]


def test_the_same_reversal_twice_undoes_nothing_twice() -> None:
    again = msgspec.structs.replace(COMPLETE, claim_payment_id=ClaimPaymentId(9))
    pairs = run([FIRST, WHOLE, again], EVERYBODY).reversals
    assert [(each.original_id, each.outcome) for each in pairs] == [(1, "exact"), (None, "orphan")]


# why, payments, what persons decided, and what the rows show: line, paid, contractual, payments
CORRECTED: list[
    tuple[str, list[PaidClaim], PostingContext, list[tuple[int, int, int, list[int]]]]
] = [
    (
        "incomplete: the 20.00 that it did not take back are no line's",
        [FIRST, BARE, CORRECTION],
        EVERYBODY,
        [(1, 75_00, 25_00, [1, 2, 4]), (2, 30_00, 0, [1, 2, 4]), (0, 0, 20_00, [2])],
    ),
    (
        "other amounts: the 10.00 that it left are no line's",
        [FIRST, SHORT, CORRECTION],
        EVERYBODY,
        [(1, 75_00, 25_00, [1, 2, 4]), (2, 30_00, 0, [1, 2, 4]), (0, 10_00, -10_00, [2])],
    ),
    (
        "other amounts, accepted: all three are posted, and stand on the line",
        [FIRST, SHORT, CORRECTION],
        ACCEPTED,
        [(1, 85_00, 15_00, [1, 2, 4]), (2, 30_00, 0, [1, 2, 4])],
    ),
    (
        "exact: nothing is left",
        [FIRST, WHOLE, CORRECTION],
        EVERYBODY,
        [(1, 75_00, 25_00, [1, 2, 4]), (2, 30_00, 0, [1, 2, 4])],
    ),
]


@pytest.mark.parametrize("case", CORRECTED, ids=[case[0] for case in CORRECTED])
def test_the_correction_is_the_answer_on_the_lines_and_every_cent_is_found(
    case: tuple[str, list[PaidClaim], PostingContext, list[tuple[int, int, int, list[int]]]],
) -> None:
    _, payments, posting, rows = case
    result = run(payments, posting)
    assert rows == [
        (
            line.line_number,
            line.paid_cents,
            line.contractual_cents,
            [each.claim_payment_id for each in line.remit_lines],
        )
        for line in result.lines
    ]
    assert sum(row[1] for row in rows) == sum(each.paid_cents for each in payments)

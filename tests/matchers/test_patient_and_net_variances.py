"""What is wrong beside single underpaid lines: what the patient owes, sums, and bundles."""

import itertools

import pytest
from msgspec.structs import replace

from edi_engine.matchers import reconcile
from edi_engine.records.contracts import Tolerance
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import ClaimId, PaidClaim
from edi_engine.records.reconciliation import ClaimReconciliation
from tests.matchers.making import (
    PAID_ON,
    POLICY,
    billed,
    billed_line,
    expect,
    paid,
    paid_line,
    reversed_payment,
)

LINES = (
    billed_line(1, "99213", 100_00),
    billed_line(2, "85025", 50_00),
    billed_line(3, "36415", 30_00),
)
EXPECTED = (80_00, 40_00, 20_00)


def agree(
    *amounts: int, line: Tolerance | None = None, claim: Tolerance | None = None
) -> tuple[ExpectedAllowed, ...]:
    """What a contract says of the lines, with its tolerances."""
    return tuple(
        replace(
            expect(number, cents), is_by_contract=True, line_tolerance=line, claim_tolerance=claim
        )
        for number, cents in enumerate(amounts, 1)
    )


def answer(*adjusted: str, codes: tuple[str, ...] = ("", "", "")) -> PaidClaim:
    """One line payment for each line; a code is what it was adjudicated as."""
    return paid(
        lines=[
            paid_line(
                line.line_number,
                code or line.procedure_code,
                line.charge_cents,
                text,
                submitted=line.procedure_code if code else "",
            )
            for line, text, code in zip(LINES, adjusted, codes, strict=False)
        ]
    )


def run(
    *payments: PaidClaim, expected: tuple[ExpectedAllowed, ...] = agree(*EXPECTED)
) -> ClaimReconciliation:
    lines = LINES[: max(len(each.lines) for each in payments) or 3]
    known = {ClaimId(1): expected[: len(lines)]}
    return reconcile([billed(lines=lines)], payments, known, policy=POLICY, as_of=PAID_ON).claims[0]


def told(found: ClaimReconciliation) -> dict[str, int]:
    return {issue.cause: issue.amount_cents for issue in found.issues}


# The patient's ---

PATIENTS = [
    # why, adjustments of the lines, states, causes with amounts but for what the patient owes
    ("as agreed", ["CO-45 20.00, PR-1 80.00"], ["patient"], {}),
    ("within the tolerance", ["CO-45 21.00, PR-1 79.00"], ["patient"], {}),
    ("a cent beyond", ["CO-45 21.01, PR-1 78.99"], ["patient"], {"underallowed": 1_01}),
    ("short", ["CO-45 50.00, PR-1 50.00"], ["patient"], {"underallowed": 30_00}),
    ("too much", ["CO-45 10.00, PR-1 90.00"], ["patient"], {"overallowed": 10_00}),
    (
        "beside a line that is paid short",
        ["CO-45 50.00, PR-1 50.00", "CO-45 25.00, PR-2 5.00"],
        ["patient", "underpaid"],
        {"underpaid": 15_00, "underallowed": 30_00},
    ),
    (
        "copay and coinsurance",
        ["CO-45 40.00, PR-3 20.00, PR-2 40.00", "CO-45 10.00"],
        ["patient", "paid"],
        {"underallowed": 20_00},
    ),
    (
        "refused to the patient is a denial",
        ["PR-96 100.00", "CO-45 10.00"],
        ["denied", "paid"],
        {"partially_denied": 80_00},
    ),
]


@pytest.mark.parametrize("case", PATIENTS, ids=[case[0] for case in PATIENTS])
def test_what_the_patient_owes_is_held_against_what_is_allowed(
    case: tuple[str, list[str], list[str], dict[str, int]],
) -> None:
    _, adjusted, states, causes = case
    found = run(answer(*adjusted))
    assert [line.state for line in found.lines] == states
    issues = told(found)
    issues.pop("patient_balance", None)
    assert issues == causes


def test_the_reason_says_who_bears_it() -> None:
    found = run(answer("CO-45 50.00, PR-1 50.00"))
    issue = next(one for one in found.issues if one.cause == "underallowed")
    assert issue.reason == (
        "Allowed 30.00 less than expected on line 1, where all is the patient's share: the payer"
        " owes nothing, but the patient owes that much too little."
    )
    assert (found.status, found.balance_cents, found.patient_balance_cents) == (
        "patient",
        50_00,
        50_00,
    )


def test_a_claim_without_lines_that_is_the_patients_is_compared_as_a_whole() -> None:
    whole = paid(lines=(), charge_cents=180_00, adjusted="CO-45 60.00, PR-1 120.00")
    found = run(whole)
    assert told(found) == {"underallowed": 20_00, "patient_balance": 120_00}
    assert found.status == "patient"


def test_the_corrected_answer_closes_it() -> None:
    first = answer("CO-45 50.00, PR-1 50.00")
    reversal = reversed_payment(first, 2)
    right = replace(
        answer("CO-45 20.00, PR-1 80.00"), claim_payment_id=3, remittance_id=2, claim_ordinal=3
    )
    right = replace(right, paid_on=reversal.paid_on)
    for order in itertools.permutations((first, reversal, right)):
        assert told(run(*order)) == {"patient_balance": 80_00}


# The claim as a whole ---

NICKELS = Tolerance(1_00, 0)
NETS = [
    # why, adjustments, tolerance of the claim, status, causes, what the reason says
    ("even", ["CO-45 20.00", "CO-45 10.00", "CO-45 10.00"], None, "paid", {}, ""),
    ("one line alone", ["CO-45 21.00", "CO-45 10.00", "CO-45 10.00"], None, "paid", {}, ""),
    ("sum tolerated", ["CO-45 20.40", "CO-45 10.60", "CO-45 10.40"], None, "paid", {}, ""),
    (
        "sum short",
        ["CO-45 20.60", "CO-45 10.60", "CO-45 10.50"],
        None,
        "underpaid",
        {"underpaid": 1_70},
        "Allowed 1.70 less than expected on lines 1, 2, 3 together, each within its tolerance.",
    ),
    (
        "the contract tolerates more of a claim",
        ["CO-45 21.00", "CO-45 11.00", "CO-45 11.00"],
        Tolerance(5_00, 0),
        "paid",
        {},
        "",
    ),
    (
        "sum too much",
        ["CO-45 19.20", "CO-45 9.40", "CO-45 9.60"],
        None,
        "paid",
        {"overpaid": 1_80},
        "Allowed 1.80 more than expected on lines 1, 2, 3 together, each within its tolerance.",
    ),
    (
        "too little on one and too much on another",
        ["CO-45 40.00", "CO-45 0.00", "CO-45 10.00"],
        None,
        "underpaid",
        {"underpaid": 20_00, "overpaid": 10_00},
        "Over all its lines the claim is allowed 10.00 less than expected.",
    ),
    (
        "both alike",
        ["CO-45 30.00", "CO-45 0.00", "CO-45 10.00"],
        None,
        "underpaid",
        {"underpaid": 10_00, "overpaid": 10_00},
        "Over all its lines the claim is allowed as expected.",
    ),
    (
        "a refused line is no part of it",
        ["CO-45 20.60", "CO-45 10.60", "CO-50 30.00"],
        None,
        "partial",
        {"partially_denied": 20_00},
        "",
    ),
]


@pytest.mark.parametrize("case", NETS, ids=[case[0] for case in NETS])
def test_the_claim_is_compared_over_all_its_lines(
    case: tuple[str, list[str], Tolerance | None, str, dict[str, int], str],
) -> None:
    _, adjusted, tolerance, status, causes, words = case
    expected = agree(*EXPECTED, line=NICKELS, claim=tolerance)
    found = run(answer(*adjusted), expected=expected)
    assert told(found) == causes
    assert found.status == status
    reasons = [one.reason for one in found.issues if one.cause in {"underpaid", "overpaid"}]
    assert all(words in reason for reason in reasons)


def test_a_line_without_a_price_leaves_the_sum_unknown() -> None:
    short = answer("CO-45 20.90", "CO-45 10.90", "CO-45 10.00")
    assert told(run(short, expected=agree(*EXPECTED))) == {"underpaid": 1_80}
    assert told(run(short, expected=agree(*EXPECTED[:2]))) == {}
    habit = (*agree(*EXPECTED[:2]), replace(expect(3, 20_00), is_inferred=True))
    assert told(run(short, expected=habit)) == {}


# Bundles ---

BUNDLES = [
    # why, adjustments, adjudicated codes, by contract, states, variances, causes
    (
        "paid for both",
        ["CO-97 -50.00, CO-45 30.00", "CO-97 50.00"],
        ("", ""),
        True,
        ["paid", "bundled"],
        [0, None],
        {},
    ),
    (
        "paid for itself alone",
        ["CO-97 -50.00, CO-45 70.00", "CO-97 50.00"],
        ("", ""),
        True,
        ["underpaid", "bundled"],
        [40_00, None],
        {"underpaid": 40_00},
    ),
    (
        "paid for a part of the other",
        ["CO-97 -50.00, CO-45 60.00", "CO-97 50.00"],
        ("", ""),
        True,
        ["underpaid", "bundled"],
        [30_00, None],
        {"underpaid": 30_00},
    ),
    (
        "less than for itself",
        ["CO-97 -50.00, CO-45 80.00", "CO-97 50.00"],
        ("", ""),
        True,
        ["underpaid", "bundled"],
        [50_00, None],
        {"underpaid": 50_00},
    ),
    (
        "more than for both",
        ["CO-97 -50.00, CO-45 10.00", "CO-97 50.00"],
        ("", ""),
        True,
        ["overpaid", "bundled"],
        [-20_00, None],
        {"overpaid": 20_00},
    ),
    (
        "both as another code",
        ["CO-45 10.00", "CO-97 50.00"],
        ("99215", "99215"),
        True,
        ["underpaid", "bundled"],
        [30_00, None],
        {"underpaid": 30_00, "recoded": 30_00},
    ),
    (
        "owed by the patient",
        ["CO-97 -50.00, CO-45 70.00, PR-1 80.00", "CO-97 50.00"],
        ("", ""),
        True,
        ["patient", "bundled"],
        [40_00, None],
        {"underallowed": 40_00, "patient_balance": 80_00},
    ),
    (
        "a fee schedule does not say what is paid apart",
        ["CO-97 -50.00, CO-45 70.00", "CO-97 50.00"],
        ("", ""),
        False,
        ["paid", "bundled"],
        [0, 40_00],
        {},
    ),
]


@pytest.mark.parametrize("case", BUNDLES, ids=[case[0] for case in BUNDLES])
def test_a_line_that_carries_others_is_paid_for_all_of_them(
    case: tuple[str, list[str], tuple[str, ...], bool, list[str], list[int | None], dict[str, int]],
) -> None:
    _, adjusted, codes, by_contract, states, variances, causes = case
    expected = tuple(replace(each, is_by_contract=by_contract) for each in agree(*EXPECTED[:2]))
    found = run(answer(*adjusted, codes=codes), expected=expected)
    assert [line.state for line in found.lines] == states
    assert [line.variance_cents for line in found.lines] == variances
    assert told(found) == causes


def test_a_bundle_of_unknown_price_leaves_the_sum_unknown() -> None:
    expected = tuple(replace(each, is_by_contract=False) for each in agree(*EXPECTED))
    both = answer("CO-97 -50.00, CO-45 50.00", "CO-97 50.00", "CO-45 10.00")
    assert told(run(both, expected=expected)) == {}


def test_what_the_contract_does_not_pay_apart_may_be_part_of_another_line() -> None:
    found = run(answer("CO-97 -50.00, CO-45 70.00", "CO-97 50.00"), expected=agree(80_00, 0))
    assert [line.state for line in found.lines] == ["paid", "bundled"]
    assert told(found) == {}


def test_the_cause_of_a_short_bundle_is_named() -> None:
    found = run(answer("CO-97 -50.00, CO-45 70.00", "CO-97 50.00"))
    (issue,) = found.issues
    assert issue.detail == "bundled"
    assert issue.reason == (
        "Allowed 40.00 less than expected on line 1. It fits the price of line 1 alone, with"
        " nothing for line 2 in it, on line 1."
    )


# A charge below the rate ---


@pytest.mark.parametrize(
    ("adjusted", "cause"),
    [("", "lesser_of"), ("PR-1 100.00", "lesser_of"), ("CO-45 5.00", "")],
    ids=["paid", "the patient's", "short"],
)
def test_a_charge_below_the_rate_is_told_where_it_explains_the_price(
    adjusted: str, cause: str
) -> None:
    expected = (replace(agree(100_00)[0], rate_cents=120_00),)
    (line,) = run(answer(adjusted), expected=expected).lines
    assert line.variance_cause == cause
    if cause:
        assert line.variance_words == ("the charge of 100.00, which is below the rate of 120.00")
        assert line.variance_cents == 0

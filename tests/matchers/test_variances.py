"""Expected against allowed: what is priced line by line, what as a whole, and what explains it."""

from collections.abc import Sequence

import pytest

from edi_engine.matchers import reconcile
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

BILLED = (billed_line(1, "99213", 100_00), billed_line(2, "85025", 50_00))
EXPECTED = (expect(1, 80_00), expect(2, 40_00))


def run(
    payments: Sequence[PaidClaim], expected: Sequence[ExpectedAllowed] = EXPECTED
) -> ClaimReconciliation:
    claim = billed(lines=BILLED)
    known = {ClaimId(1): expected}
    return reconcile([claim], payments, known, policy=POLICY, as_of=PAID_ON).claims[0]


def whole(adjusted: str) -> PaidClaim:
    return paid(lines=(), charge_cents=150_00, adjusted=adjusted)


def causes(found: ClaimReconciliation) -> list[tuple[str, str, int]]:
    return [(issue.cause, issue.detail, issue.amount_cents) for issue in found.issues]


# Claim-level money ---

WHOLE = [
    # why, adjustments of the claim, expected, states of both lines, status, causes
    ("as expected", "CO-45 30.00", EXPECTED, "paid", "paid", []),
    ("within the tolerance", "CO-45 31.20", EXPECTED, "paid", "paid", []),
    ("short", "CO-45 60.00", EXPECTED, "paid", "underpaid", [("underpaid", "", 30_00)]),
    ("too much", "CO-45 10.00", EXPECTED, "paid", "paid", [("overpaid", "", 20_00)]),
    ("short, one line without contract", "CO-45 60.00", EXPECTED[:1], "paid", "paid", []),
    ("short, no contract", "CO-45 60.00", (), "paid", "paid", []),
    (
        "deductible, as expected",
        "CO-45 30.00, PR-1 120.00",
        EXPECTED,
        "patient",
        "patient",
        [("patient_balance", "", 120_00)],
    ),
    (
        "a part refused",
        "CO-45 30.00, CO-50 40.00",
        EXPECTED,
        "paid",
        "underpaid",
        [("underpaid", "medical_necessity", 40_00)],
    ),
    (
        "a part refused, no contract",
        "CO-45 30.00, CO-50 40.00",
        (),
        "paid",
        "paid",
        [("partially_denied", "medical_necessity", 40_00)],
    ),
    (
        "all refused",
        "CO-50 150.00",
        EXPECTED,
        "denied",
        "denied",
        [("denied", "medical_necessity", 120_00)],
    ),
]


@pytest.mark.parametrize("case", WHOLE, ids=[case[0] for case in WHOLE])
def test_shares_of_claim_level_money_are_compared_as_a_whole_and_never_line_by_line(
    case: tuple[str, str, Sequence[ExpectedAllowed], str, str, list[tuple[str, str, int]]],
) -> None:
    _, adjusted, expected, state, status, issues = case
    found = run([whole(adjusted)], expected)
    assert [line.state for line in found.lines] == [state] * 2
    assert [line.variance_cents for line in found.lines] == [None, None]
    assert {line.allocation for line in found.lines} == {"pro rata"}
    assert found.status == status
    assert causes(found) == issues


def test_the_issue_says_that_the_claim_is_compared_as_a_whole() -> None:
    (issue,) = run([whole("CO-45 60.00")]).issues
    assert issue.reason == "Allowed 30.00 less than expected on the claim as a whole."
    assert issue.line_numbers == (1, 2)


def test_uneven_lines_of_a_claim_paid_as_a_whole_hide_no_variance_and_show_none() -> None:
    """By charge the lines would be 120.00 and 60.00; the contract has them the other way round."""
    found = run([whole("CO-45 30.00")], (expect(1, 40_00), expect(2, 80_00)))
    assert [line.state for line in found.lines] == ["paid", "paid"]
    assert not found.issues


def test_lines_that_lack_the_claim_levels_contractual_part_keep_their_own_price() -> None:
    payment = paid(
        lines=(
            paid_line(1, "99213", 100_00, paid_cents=60_00),
            paid_line(2, "85025", 50_00, paid_cents=40_00),
        ),
        adjusted="CO-45 50.00",
        paid_cents=100_00,
    )
    found = run([payment])
    assert [line.state for line in found.lines] == ["underpaid", "paid"]
    assert [line.variance_cents for line in found.lines] == [20_00, 0]


def test_lines_are_priced_again_once_they_are_answered_themselves() -> None:
    first = whole("CO-45 60.00")
    reversal = reversed_payment(first, 2)
    correction = paid(
        3,
        remittance=2,
        ordinal=3,
        paid_on=reversal.paid_on,
        lines=(
            paid_line(1, "99213", 100_00, "CO-45 20.00"),
            paid_line(2, "85025", 50_00, "CO-45 20.00"),
        ),
    )
    found = run([first, reversal, correction])
    assert [line.state for line in found.lines] == ["paid", "underpaid"]
    assert [line.variance_cents for line in found.lines] == [0, 10_00]
    assert causes(found) == [("underpaid", "", 10_00)]


# Partial refusals ---

PARTLY = [
    # why, adjustments of line 1, of line 2, expected, category of line 1, causes
    (
        "a refusal explains it",
        "CO-45 20.00, CO-151 40.00",
        "CO-45 10.00",
        EXPECTED,
        "level_of_service",
        [("underpaid", "level_of_service", 40_00)],
    ),
    (
        "each group that refuses",
        "PI-45 20.00, PI-16 40.00",
        "CO-45 10.00",
        EXPECTED,
        "missing_information",
        [("underpaid", "missing_information", 40_00)],
    ),
    (
        "the patient bears what is refused",
        "CO-45 20.00, PR-96 40.00",
        "CO-45 10.00",
        EXPECTED,
        "noncovered",
        [("underpaid", "noncovered", 40_00), ("patient_balance", "", 40_00)],
    ),
    (
        "a refusal and a wrong rate",
        "CO-45 30.00, CO-151 40.00",
        "CO-45 10.00",
        EXPECTED,
        "level_of_service",
        [("underpaid", "level_of_service", 50_00)],
    ),
    (
        "a refusal on one line, a wrong rate on the other",
        "CO-45 20.00, CO-151 40.00",
        "CO-45 25.00",
        EXPECTED,
        "level_of_service",
        [("underpaid", "level_of_service", 55_00)],
    ),
    (
        "a wrong rate alone",
        "CO-45 30.00",
        "CO-45 10.00",
        EXPECTED,
        "",
        [("underpaid", "", 10_00)],
    ),
    (
        "beside a line that is refused whole",
        "CO-45 20.00, CO-151 40.00",
        "CO-50 50.00",
        EXPECTED,
        "level_of_service",
        [
            ("partially_denied", "medical_necessity", 40_00),
            ("underpaid", "level_of_service", 40_00),
        ],
    ),
    (
        "no contract",
        "CO-45 20.00, CO-151 40.00",
        "CO-45 10.00",
        (),
        "level_of_service",
        [("partially_denied", "level_of_service", 40_00)],
    ),
    (
        "paid as expected all the same",
        "CO-151 20.00",
        "CO-45 10.00",
        EXPECTED,
        "level_of_service",
        [("partially_denied", "level_of_service", 20_00)],
    ),
]


@pytest.mark.parametrize("case", PARTLY, ids=[case[0] for case in PARTLY])
def test_money_refused_on_a_paid_line_is_named_once_and_by_its_reason(
    case: tuple[str, str, str, Sequence[ExpectedAllowed], str, list[tuple[str, str, int]]],
) -> None:
    _, first, second, expected, category, issues = case
    found = run(
        [paid(lines=(paid_line(1, "99213", 100_00, first), paid_line(2, "85025", 50_00, second)))],
        expected,
    )
    assert found.lines[0].denial_category == category
    assert bool(found.lines[0].denial_codes) == bool(category)
    assert causes(found) == issues


def test_the_reason_of_an_underpayment_tells_what_was_refused() -> None:
    lines = (
        paid_line(1, "99213", 100_00, "CO-45 20.00, CO-151 40.00", remarks=("N362",)),
        paid_line(2, "85025", 50_00, "CO-45 25.00"),
    )
    (issue,) = run([paid(lines=lines)]).issues
    assert issue.line_numbers == (1, 2)
    assert issue.reason == (
        "Allowed 55.00 less than expected on lines 1, 2; "
        "the payer refused 40.00 on line 1: CO-151/N362."
    )

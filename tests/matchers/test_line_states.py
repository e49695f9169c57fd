"""What one line payment makes of a line: amounts by bucket, state and variance, in a table."""

from datetime import timedelta

import pytest

from edi_engine.matchers import reconcile
from edi_engine.matchers.line_amounts import Kind, Money, kind_of
from edi_engine.records.matching import ClaimId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import LineReconciliation, LineState
from tests.matchers.making import PAID_ON, POLICY, billed, billed_line, expect, paid, paid_line

AS_OF = PAID_ON + timedelta(days=10)


def one_line(
    adjusted: str,
    *,
    charge_cents: int = 100_00,
    expected_cents: int | None = None,
    stated_cents: int | None = None,
    status: str = "1",
    policy: ReconcilePolicy = POLICY,
) -> LineReconciliation:
    """The row of a claim of one line that a payer answers with these adjustments."""
    claim = billed(lines=(billed_line(1, "99213", charge_cents),))
    line = paid_line(1, "99213", charge_cents, adjusted, allowed_cents=stated_cents)
    found = {} if expected_cents is None else {ClaimId(1): (expect(1, expected_cents),)}
    result = reconcile(
        [claim], [paid(lines=(line,), status=status)], found, policy=policy, as_of=AS_OF
    )
    return result.claims[0].lines[0]


STATES = [
    # why, adjustments, expected, state,
    #   allowed, paid, contractual, patient, denied, other, denial category
    ("paid in full", "", None, "paid", 100_00, 100_00, 0, 0, 0, 0, ""),
    ("contract", "CO-45 20.00", 80_00, "paid", 80_00, 80_00, 20_00, 0, 0, 0, ""),
    ("within a dollar", "CO-45 20.99", 80_00, "paid", 79_01, 79_01, 20_99, 0, 0, 0, ""),
    ("at the dollar", "CO-45 21.00", 80_00, "paid", 79_00, 79_00, 21_00, 0, 0, 0, ""),
    ("past the dollar", "CO-45 21.01", 80_00, "underpaid", 78_99, 78_99, 21_01, 0, 0, 0, ""),
    ("too much", "CO-45 10.00", 80_00, "overpaid", 90_00, 90_00, 10_00, 0, 0, 0, ""),
    (
        "short with coinsurance",
        "CO-45 40.00, PR-2 12.00",
        80_00,
        "underpaid",
        60_00,
        48_00,
        40_00,
        12_00,
        0,
        0,
        "",
    ),
    (
        "coinsurance is no variance",
        "CO-45 20.00, PR-2 16.00",
        80_00,
        "paid",
        80_00,
        64_00,
        20_00,
        16_00,
        0,
        0,
        "",
    ),
    ("deductible", "CO-45 20.00, PR-1 80.00", 80_00, "patient", 80_00, 0, 20_00, 80_00, 0, 0, ""),
    (
        "refused",
        "CO-50 100.00",
        80_00,
        "denied",
        0,
        0,
        0,
        0,
        100_00,
        0,
        "medical_necessity",
    ),
    (
        "refused beside a contractual part",
        "CO-45 20.00, CO-197 80.00",
        80_00,
        "denied",
        0,
        0,
        20_00,
        0,
        80_00,
        0,
        "authorization",
    ),
    (
        "refused, the patient liable",
        "PR-96 100.00",
        80_00,
        "denied",
        0,
        0,
        0,
        100_00,
        0,
        0,
        "noncovered",
    ),
    (
        "units refused",
        "CO-45 20.00, CO-151 40.00",
        80_00,
        "underpaid",
        40_00,
        40_00,
        20_00,
        0,
        40_00,
        0,
        "level_of_service",
    ),
    (
        "units refused, no contract",
        "CO-45 20.00, CO-151 40.00",
        None,
        "paid",
        40_00,
        40_00,
        20_00,
        0,
        40_00,
        0,
        "level_of_service",
    ),
    (
        "incentive on top",
        "CO-45 20.00, CO-144 -5.00",
        80_00,
        "paid",
        80_00,
        85_00,
        20_00,
        0,
        0,
        -5_00,
        "",
    ),
    (
        "tax on top",
        "CO-45 20.00, CO-137 -3.00",
        80_00,
        "paid",
        80_00,
        83_00,
        20_00,
        0,
        0,
        -3_00,
        "",
    ),
    ("all of it reduced", "CO-144 100.00", 80_00, "underpaid", 0, 0, 0, 0, 0, 100_00, ""),
    ("capitated", "CO-24 100.00", 80_00, "paid", 0, 0, 0, 0, 0, 100_00, ""),
    ("bundled into nothing", "CO-97 100.00", 80_00, "denied", 0, 0, 0, 0, 100_00, 0, "bundling"),
    ("unknown reason", "CO-X99 100.00", 80_00, "denied", 0, 0, 0, 0, 100_00, 0, "other"),
    ("still pending", "OA-133 100.00", 80_00, "denied", 0, 0, 0, 0, 100_00, 0, "pending"),
    (
        "sequestration",
        "CO-45 20.00, CO-253 1.60",
        80_00,
        "paid",
        80_00,
        78_40,
        20_00,
        0,
        0,
        1_60,
        "",
    ),
    ("old group CR", "CR-45 20.00", 80_00, "paid", 80_00, 80_00, 20_00, 0, 0, 0, ""),
    (
        "balance billed above the allowance",
        "PR-45 20.00, PR-2 16.00",
        80_00,
        "paid",
        80_00,
        64_00,
        0,
        36_00,
        0,
        0,
        "",
    ),
    ("paid above the charge", "CO-94 -20.00", None, "paid", 120_00, 120_00, -20_00, 0, 0, 0, ""),
    (
        "two refusals, the larger names it",
        "CO-16 30.00, CO-29 70.00",
        None,
        "denied",
        0,
        0,
        0,
        0,
        100_00,
        0,
        "timely_filing",
    ),
    (
        "all written off by contract",
        "CO-45 100.00",
        80_00,
        "underpaid",
        0,
        0,
        100_00,
        0,
        0,
        0,
        "",
    ),
]


@pytest.mark.parametrize("case", STATES, ids=[case[0] for case in STATES])
def test_adjustments_make_the_state_and_the_amounts(
    case: tuple[str, str, int | None, str, int, int, int, int, int, int, str],
) -> None:
    _, adjusted, expected, state, *amounts, category = case
    line = one_line(adjusted, expected_cents=expected)
    assert line.state == state
    assert [
        line.allowed_cents,
        line.paid_cents,
        line.contractual_cents,
        line.patient_responsibility_cents,
        line.denied_cents,
        line.other_adjustment_cents,
    ] == amounts
    assert line.denial_category == category
    assert line.charge_cents == (
        line.paid_cents
        + line.contractual_cents
        + line.patient_responsibility_cents
        + line.denied_cents
        + line.other_adjustment_cents
    )
    if expected is not None and "CO-24" not in adjusted:
        assert line.variance_cents == expected - line.allowed_cents


STATED = [
    # why, stated allowed, adjustments, allowed taken
    ("agrees", 80_00, "CO-45 20.00", 80_00),
    ("a cent off", 80_01, "CO-45 20.00", 80_01),
    ("far off", 95_00, "CO-45 20.00", 80_00),
    ("with all the patient owes", 100_00, "PR-45 20.00", 100_00),
    ("with what the prior payer settled", 90_00, "OA-23 50.00, CO-45 10.00", 90_00),
    ("before refused units", 80_00, "CO-45 20.00, CO-151 40.00", 80_00),
]


@pytest.mark.parametrize(
    ("stated", "adjusted", "allowed"), [case[1:] for case in STATED], ids=[c[0] for c in STATED]
)
def test_a_stated_allowed_amount_counts_when_the_arithmetic_bears_it_out(
    stated: int, adjusted: str, allowed: int
) -> None:
    assert one_line(adjusted, stated_cents=stated).allowed_cents == allowed


def test_the_tolerance_is_the_larger_of_a_dollar_and_a_percent() -> None:
    adjusted = "CO-45 205.00"
    line = one_line(adjusted, charge_cents=1000_00, expected_cents=800_00)
    assert (line.variance_cents, line.state) == (5_00, LineState.PAID)
    strict = ReconcilePolicy(tolerance_cents=0, tolerance_basis_points=0)
    line = one_line(adjusted, charge_cents=1000_00, expected_cents=800_00, policy=strict)
    assert line.state is LineState.UNDERPAID


@pytest.mark.parametrize(
    ("group", "reason", "kind"),
    [
        ("CO", "45", Kind.CONTRACTUAL),
        ("PI", "45", Kind.CONTRACTUAL),
        ("PR", "1", Kind.PLAN_SHARE),
        ("PR", "66", Kind.PLAN_SHARE),
        ("PR", "100", Kind.PLAN_SHARE),
        ("PR", "45", Kind.PATIENT_ABOVE),
        ("PR", "96", Kind.PATIENT_REFUSED),
        ("PR", "97", Kind.PATIENT_REFUSED),
        ("CO", "96", Kind.DENIED),
        ("OA", "18", Kind.DENIED),
        ("OA", "23", Kind.PRIOR),
        ("CO", "24", Kind.CAPITATED),
        ("CO", "97", Kind.BUNDLED),
        ("CO", "253", Kind.WITHIN),
        ("CO", "2", Kind.WITHIN),
        ("OA", "94", Kind.CONTRACTUAL),
        ("", "UNKNOWN", Kind.DENIED),
    ],
)
def test_group_and_reason_say_what_an_adjustment_is(group: str, reason: str, kind: Kind) -> None:
    assert kind_of(group, reason) is kind


@pytest.mark.parametrize("weights", [(1,), (1, 1, 1), (3, 0, 7), (10_000, 333, 1), (0, 0)])
def test_shares_of_money_add_up_and_balance_one_by_one(weights: tuple[int, ...]) -> None:
    whole = Money(1000_01, 333_33)
    whole.contractual, whole.plan_share, whole.denied, whole.within = 400_00, 99_99, 166_66, 3
    whole.refused[("CO", "50", ())] = 166_66
    assert whole.charge == whole.paid + whole.adjusted
    shares = whole.shared(weights)
    for name in ("charge", "paid", "contractual", "plan_share", "denied", "within", "adjusted"):
        assert sum(getattr(share, name) for share in shares) == getattr(whole, name)
    assert all(share.charge == share.paid + share.adjusted for share in shares)
    assert sum(share.refused[("CO", "50", ())] for share in shares) == 166_66


RECODES = [
    # why, qualifier and code answered, procedure and revenue code billed, recode
    ("the procedure", "HC", "99284", "99284", "0450", ""),
    ("another procedure", "HC", "99283", "99284", "0450", "99283"),
    ("the revenue code of the line", "NU", "0450", "99284", "0450", ""),
    ("the revenue code without its zero", "NU", "450", "99284", "0450", ""),
    ("another revenue code", "NU", "0360", "99284", "0450", "0360"),
    ("a revenue code, none billed", "NU", "0450", "99284", "", "0450"),
    ("a procedure that reads like it", "HC", "0450", "99284", "0450", "0450"),
    ("the revenue code, no procedure billed", "NU", "0450", "", "0450", ""),
]


@pytest.mark.parametrize("case", RECODES, ids=[case[0] for case in RECODES])
@pytest.mark.parametrize("number", ["", "LN0001"], ids=["no number", "line number"])
def test_an_answer_by_the_lines_own_revenue_code_is_no_recode(
    case: tuple[str, str, str, str, str, str], number: str
) -> None:
    _, qualifier, answered, procedure, revenue, recode = case
    billed_as = billed_line(1, procedure, 100_00, revenue_code=revenue, control_number=number)
    payment = paid_line(
        1, answered, 100_00, "CO-45 20.00", qualifier=qualifier, control_number=number
    )
    result = reconcile(
        [billed(lines=(billed_as,))], [paid(lines=(payment,))], {}, policy=POLICY, as_of=AS_OF
    )
    (found,) = result.claims[0].lines
    assert (found.line_number, found.paid_cents, found.recode) == (1, 80_00, recode)
    causes = [issue.cause for issue in result.claims[0].issues]
    assert causes == (["recoded"] if recode else [])

"""Takebacks, forwarding balances and the rest of PLB: what each is traced to."""

from datetime import timedelta

import pytest

from edi_engine.matchers import (
    PlacedAdjustment,
    ProviderAdjustmentState,
    match_payments,
    trace_provider_adjustments,
)
from edi_engine.matchers.candidates import CandidatePool
from edi_engine.records.matching import ClaimId, RemittanceId
from edi_engine.records.reconciliation import ReconciliationIssue
from tests.matchers.making import PAID_ON, POLICY, billed, paid

DAY = timedelta(days=1)


def adjustment(
    adjustment_id: int,
    reason: str,
    amount_cents: int,
    reference: str = "",
    *,
    days: int = 0,
    payer: str = "PAYERA",
) -> PlacedAdjustment:
    return PlacedAdjustment(
        adjustment_id,
        RemittanceId(adjustment_id),
        payer,
        PAID_ON + days * DAY,
        reason,
        reference,
        amount_cents,
    )


def trace(
    *adjustments: PlacedAdjustment,
) -> tuple[list[ProviderAdjustmentState], list[int | None], list[ReconciliationIssue]]:
    payment = paid(payer_number="ICN000001")
    matches = match_payments([payment], CandidatePool([billed()]), policy=POLICY)
    traced, issues = trace_provider_adjustments(
        list(adjustments),
        [(payment, matches[0])],
        {"TEST0001": [ClaimId(1)]},
        policy=POLICY,
    )
    return [each.state for each in traced], [each.claim_id for each in traced], issues


TRACES = [
    # reason, cents, reference, state, claim, cause of the issue
    ("WO", 50_00, "ICN000001", "traced", 1, "provider_adjustment"),
    ("WO", 50_00, "TEST0001", "traced", 1, "provider_adjustment"),
    ("WO", 50_00, "TEST0001 20260302 XYZ", "traced", 1, "provider_adjustment"),
    ("WO", 50_00, "OVP12345", "untraced", None, "takeback_untraced"),
    ("WO", 50_00, "", "untraced", None, "takeback_untraced"),
    ("CS", -5_00, "NOTE1", "untraced", None, "provider_adjustment"),
    ("L6", -1_00, "ICN000001", "ledger", 1, None),
    ("CT", -500_00, "", "ledger", None, None),
    ("LE", 40_00, "CASE1", "ledger", None, None),
    ("XX", 40_00, "?", "untraced", None, "takeback_untraced"),
]


@pytest.mark.parametrize("case", TRACES, ids=[f"{case[0]} {case[2]}" for case in TRACES])
def test_one_adjustment_is_traced_by_its_reference(
    case: tuple[str, int, str, str, int | None, str | None],
) -> None:
    reason, cents, reference, state, claim_id, cause = case
    states, claim_ids, issues = trace(adjustment(1, reason, cents, reference))
    assert states == [state]
    assert claim_ids == [claim_id]
    assert [issue.cause for issue in issues] == ([cause] if cause else [])


def test_a_forwarded_balance_closes_when_it_comes_back() -> None:
    """Scenario G6."""
    states, _, issues = trace(adjustment(1, "FB", -300_00), adjustment(2, "FB", 300_00, days=7))
    assert states == ["closed", "closed"]
    assert not issues


def test_a_postponed_takeback_closes_when_it_is_taken() -> None:
    """Scenario G7."""
    states, _, issues = trace(
        adjustment(1, "WO", -80_00, "ICN000001"), adjustment(2, "WO", 80_00, "ICN000001", days=28)
    )
    assert states == ["closed", "closed"]
    assert not issues


def test_a_refund_of_ours_closes_with_the_takeback_it_answers() -> None:
    """Scenario G9."""
    states, _, _ = trace(
        adjustment(1, "WO", 80_00, "ICN000001"), adjustment(2, "72", -80_00, "ICN000001")
    )
    assert states == ["closed", "closed"]


def test_an_open_balance_becomes_an_issue_when_the_payer_pays_on_without_it() -> None:
    states, _, issues = trace(adjustment(1, "FB", -300_00))
    assert states == ["open"]
    assert not issues
    _, _, issues = trace(adjustment(1, "FB", -300_00), adjustment(2, "CT", -1_00, days=31))
    assert [issue.cause for issue in issues] == ["provider_adjustment"]


def test_another_payers_opposite_closes_nothing() -> None:
    states, _, _ = trace(
        adjustment(1, "WO", -80_00, "ICN000001"),
        adjustment(2, "WO", 80_00, "ICN000001", payer="PAYERB"),
    )
    assert "closed" not in states

"""What is taken off a payment for sequestration is asked for where the contract knows none."""

import pytest
from msgspec.structs import replace

from edi_engine.matchers import reconcile
from edi_engine.records.reconciliation import LineState, ReconciliationIssue
from tests.matchers.making import PAID_ON, POLICY, billed, expect, paid, paid_line

CAUSE = "unagreed_sequestration"


def issues(adjusted: str, *, in_full: bool = True) -> list[ReconciliationIssue]:
    """Those about sequestration, of a line that is allowed what was agreed, 80.00."""
    claim = billed()
    expected = replace(expect(1, 80_00), is_paid_in_full=in_full)
    found = reconcile(
        [claim],
        [paid(1, lines=(paid_line(1, "99213", 100_00, adjusted),))],
        {claim.claim_id: (expected,)},
        policy=POLICY,
        as_of=PAID_ON,
    )
    (concluded,) = found.claims
    assert concluded.lines[0].state is LineState.PAID
    assert concluded.lines[0].variance_cents == 0
    return [one for one in concluded.issues if one.cause == CAUSE]


def test_it_is_asked_for_to_the_cent() -> None:
    (issue,) = issues("CO-45 20.00, CO-253 1.60")
    assert issue.amount_cents == 1_60
    assert "CARC 253" in issue.reason


@pytest.mark.parametrize(
    ("adjusted", "in_full"),
    [
        pytest.param("CO-45 20.00, CO-253 1.60", False, id="agreed, or no contract"),
        pytest.param("CO-45 20.00", True, id="nothing was taken"),
        pytest.param("CO-45 20.00, CO-105 1.60", True, id="another reduction"),
    ],
)
def test_what_is_agreed_or_something_else_is_not(adjusted: str, in_full: bool) -> None:
    assert issues(adjusted, in_full=in_full) == []

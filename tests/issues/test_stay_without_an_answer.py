"""A stay that one rate prices was called underpaid before its payer answered, and after it took
its answer back."""

import msgspec

from edi_engine.matchers import reconcile
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import ClaimId, PaidClaim
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

LINES = (billed_line(1, "99213", 100_00), billed_line(2, "85025", 50_00))
SHARES: tuple[ExpectedAllowed, ...] = tuple(
    msgspec.structs.replace(each, is_share=True) for each in (expect(1, 80_00), expect(2, 40_00))
)
ANSWER = paid(
    lines=(
        paid_line(1, "99213", 100_00, "CO-45 50.00"),
        paid_line(2, "85025", 50_00, "CO-45 10.00"),
    )
)


def causes(*payments: PaidClaim) -> set[str]:
    found = reconcile(
        [billed(lines=LINES)], payments, {ClaimId(1): SHARES}, policy=POLICY, as_of=PAID_ON
    )
    return {issue.cause for issue in found.claims[0].issues}


def test_a_stay_is_underpaid_only_while_an_answer_stands() -> None:
    assert "underpaid" not in causes()
    assert "underpaid" in causes(ANSWER)
    assert "underpaid" not in causes(ANSWER, reversed_payment(ANSWER, 2))

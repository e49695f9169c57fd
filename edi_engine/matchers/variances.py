"""Expected against allowed: when a difference counts.

The payer's allowed amount is compared, never what it paid: deductible and coinsurance are no
underpayment. Source: domain 5.4, features 53, 54.
"""

from edi_engine.records.contracts import Tolerance
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import LineState

__all__ = ["state_of_variance"]


def state_of_variance(
    expected_cents: int | None,
    allowed_cents: int,
    policy: ReconcilePolicy,
    agreed: Tolerance | None = None,
) -> LineState:
    """PAID within tolerance or without expectation, else UNDERPAID or OVERPAID.

    `agreed` is the tolerance of the contract that was expected by, None for the practice's.
    """
    if expected_cents is None:
        return LineState.PAID
    variance = expected_cents - allowed_cents
    if abs(variance) <= policy.tolerance_for(expected_cents, agreed):
        return LineState.PAID
    return LineState.UNDERPAID if variance > 0 else LineState.OVERPAID

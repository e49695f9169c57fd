"""Expected against allowed: when a difference counts, and how a bundle is compared.

The payer's allowed amount is compared, never what it paid: deductible and coinsurance are no
underpayment. Source: domain 5.4, features 53, 54.
"""

from edi_engine.records.contracts import Tolerance
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import LineState

__all__ = ["state_of_bundle", "state_of_variance"]


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


def state_of_bundle(
    state: LineState,
    allowed_cents: int,
    bundle_expected_cents: int | None,
    policy: ReconcilePolicy,
) -> LineState:
    """The state of a line that carries others: overpaid only if above the whole bundle.

    `bundle_expected_cents` is what the line and the lines bundled into it should be allowed
    together, None when one of them has no expectation: then nothing can be said. A carrying line
    that is paid less than its own expectation stays underpaid.
    """
    if state is not LineState.OVERPAID:
        return state
    if bundle_expected_cents is None:
        return LineState.PAID
    over = state_of_variance(bundle_expected_cents, allowed_cents, policy)
    return LineState.OVERPAID if over is LineState.OVERPAID else LineState.PAID

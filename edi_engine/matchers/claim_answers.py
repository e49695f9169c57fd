"""When claims were answered, and what of the answers stands. Pure.

What "answered", "refused", "short" and "settled at first" mean is said here once: numbers of the
dashboard and the lists behind them read what this says.
"""

from collections.abc import Iterable, Mapping, Sequence

from edi_engine.matchers.claim_reconciliation import MatchedPayment
from edi_engine.matchers.facts import REPLACEMENT
from edi_engine.records.matching import BilledClaim, ClaimId
from edi_engine.records.reconciliation import (
    DEAD_STATUSES,
    ClaimAnswers,
    ClaimReconciliation,
    LineState,
)

__all__ = ["answers_of"]

_SETTLED = frozenset(
    {
        LineState.PAID,
        LineState.OVERPAID,
        LineState.PATIENT,
        LineState.BUNDLED,
        LineState.ZERO_CHARGE,
    }
)


def answers_of(
    claims: Mapping[ClaimId, BilledClaim],
    conclusions: Iterable[ClaimReconciliation],
    payments: Mapping[ClaimId, Sequence[MatchedPayment]],
) -> list[ClaimAnswers]:
    """One for each claim that a payment with a day is matched to, in order of the conclusions."""
    answers = (_answers(claims[one.claim_id], one, payments[one.claim_id]) for one in conclusions)
    return [one for one in answers if one is not None]


def _answers(
    claim: BilledClaim, found: ClaimReconciliation, payments: Sequence[MatchedPayment]
) -> ClaimAnswers | None:
    sequence = claim.payer_sequence
    days = [payment.paid_on for payment, _ in payments if payment.paid_on is not None]
    if not days:
        return None
    own = [
        payment.paid_on
        for payment, match in payments
        if match.payer_sequence == sequence and not payment.held and payment.paid_on is not None
    ]
    if not own or found.status in DEAD_STATUSES:
        return ClaimAnswers(found.claim_id, None, None, max(days), False, 0, 0)
    first_on, last_on = min(own), max(own)
    refused = short = open_lines = 0
    for line in found.lines:
        if line.payer_sequence == sequence:
            refused += max(line.denied_cents, 0)
            if line.state is LineState.UNDERPAID:
                short += line.variance_cents or 0
            open_lines += line.line_number > 0 and line.state not in _SETTLED
    is_settled_first = (
        first_on == last_on and not open_lines and claim.frequency_code != REPLACEMENT
    )
    return ClaimAnswers(
        found.claim_id, first_on, last_on, max(days), is_settled_first, refused, short
    )

"""The same pairs found the slow way: every reversal held against every payment."""

from collections.abc import Sequence

from edi_engine.matchers.reversals import in_order_of_payment, is_not_negative, payment_money
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import ClaimPaymentId, PaidClaim

__all__ = ["originals_by_reversal"]

_FIELDS = ("charge", "paid", "contractual", "patient", "denied", "other")


def originals_by_reversal(
    payments: Sequence[PaidClaim],
) -> dict[ClaimPaymentId, ClaimPaymentId | None]:
    """For each reversal that takes something back the payment it undoes: those that cancel are
    given away first, each payment once; the best fit, the latest of equals."""
    ordered = in_order_of_payment(payments)
    left = [each for each in ordered if each.status_code != "22"]
    reversals = [each for each in ordered if each.status_code == "22" and not is_not_negative(each)]
    found: dict[ClaimPaymentId, ClaimPaymentId | None] = {}
    for at_least in (3, 0):
        for reversal in reversals:
            if found.get(reversal.claim_payment_id) is not None:
                continue
            fits = [
                (_fit(reversal, each), index, each)
                for index, each in enumerate(left)
                if _precedes(each, reversal) and _fit(reversal, each) > (0, 0)
            ]
            best = max(fits, key=lambda each: each[:2], default=None)
            found[reversal.claim_payment_id] = None
            if best is not None and best[0][0] >= at_least:
                left.remove(best[2])
                found[reversal.claim_payment_id] = best[2].claim_payment_id
    return found


def _precedes(payment: PaidClaim, reversal: PaidClaim) -> bool:
    if payment.remittance_id == reversal.remittance_id:
        return payment.claim_ordinal < reversal.claim_ordinal
    if payment.paid_on is None or reversal.paid_on is None:
        return True
    return payment.paid_on <= reversal.paid_on


def _fit(reversal: PaidClaim, original: PaidClaim) -> tuple[int, int]:
    own = control_number_key(original.payer_claim_control_number)
    named = {
        control_number_key(reversal.payer_claim_control_number),
        control_number_key(reversal.original_reference),
    }
    same_number = int(bool(own) and own in named)
    if (reversal.charge_cents, reversal.paid_cents) != (
        -original.charge_cents,
        -original.paid_cents,
    ):
        return int(_undoes_some_lines(reversal, original)), same_number
    taken, given = payment_money(reversal), payment_money(original)
    cancels = all(getattr(taken, field) == -getattr(given, field) for field in _FIELDS)
    return (3 if cancels else 2), same_number


def _undoes_some_lines(reversal: PaidClaim, original: PaidClaim) -> bool:
    if not reversal.lines or len(reversal.lines) >= len(original.lines):
        return False
    given = [(line.procedure.code, line.charge_cents, line.paid_cents) for line in original.lines]
    for line in reversal.lines:
        wanted = (line.procedure.code, -line.charge_cents, -line.paid_cents)
        if wanted not in given:
            return False
        given.remove(wanted)
    return True

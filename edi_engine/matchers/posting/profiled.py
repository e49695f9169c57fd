"""What a payer's profile says about a posting or a remittance: never an amount of a claim, only
what is expected. Without a profile everything is as ever."""

from datetime import date

from edi_engine.matchers.posting.gate import PostingContext
from edi_engine.records.matching import PaidClaim
from edi_engine.records.payer_profiles import PayerProfiles, Quirk, QuirkInForce

__all__ = ["capping_expected", "reason_as_profiled", "sign_as_profiled", "trace_as_profiled"]


def capping_expected(payment: PaidClaim, context: PostingContext) -> QuirkInForce | None:
    """The quirk that makes contractual amounts beyond what is open expected of this payer."""
    return context.profiles.find(
        Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING,
        payment.payer_id,
        payment.payer_name,
        payment.paid_on,
    )


def reason_as_profiled(
    reason: str, payment: PaidClaim, context: PostingContext, *, is_capped: bool
) -> str:
    """A posting's reason with the quirks that were used for it."""
    if not context.profiles:
        return reason
    told = [reason] if reason else []
    expected = capping_expected(payment, context) if is_capped else None
    if expected is not None:
        told.append(f"That is expected. {expected.sentence}")
    used = context.profiled.get(payment.claim_payment_id)
    if used is not None:
        told.append(used)
    return " ".join(told)


def sign_as_profiled(
    payer: QuirkInForce | None, balance_sign: str, provider_adjustments_cents: int
) -> bool:
    """Whether positive provider adjustments raise the payment: as the remittance balances, and by
    the payer's profile where it balances with neither sign or with both (they sum to zero)."""
    is_open = not balance_sign or not provider_adjustments_cents
    return balance_sign == "inverted" or (is_open and payer is not None)


def trace_as_profiled(
    profiles: PayerProfiles, payer_id: str, payer_name: str, day: date | None
) -> QuirkInForce | None:
    """The quirk that makes another payment under the same trace number no conflict."""
    return profiles.find(Quirk.REUSES_TRACE_NUMBERS, payer_id, payer_name, day)

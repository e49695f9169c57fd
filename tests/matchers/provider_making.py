"""Provider adjustments for tests: short to write, of one payer unless told otherwise."""

from datetime import date, timedelta

from edi_engine.matchers import ReferenceIndex, settle_provider_items
from edi_engine.records.matching import ClaimId, ClaimPaymentId, RemittanceId
from edi_engine.records.provider_items import (
    NamedClaim,
    NamedPayment,
    NamedRemittance,
    PlacedAdjustment,
    ProviderItem,
)

FIRST_DAY = date(2026, 3, 20)


def adjustment(
    item_id: int,
    code: str,
    cents: int,
    reference: str = "",
    *,
    days: int = 0,
    remittance: int = 0,
    payer: str = "PAYERA",
    provider: str = "1999999976",
    held: str = "",
) -> PlacedAdjustment:
    """Remittance and trace number follow the item unless told."""
    remittance = remittance or item_id
    return PlacedAdjustment(
        item_id,
        RemittanceId(remittance),
        payer,
        provider,
        f"TRACE{remittance:04d}",
        FIRST_DAY + timedelta(days=days),
        item_id,
        code,
        reference,
        cents,
        held,
    )


def payment(
    payment_id: int,
    *,
    claim: int | None = 1,
    number: str = "TEST0001",
    payer_number: str = "ICN000001",
    payer: str = "PAYERA",
    status: str = "1",
    cents: int = 80_00,
    interest_cents: int = 0,
    remittance: int = 0,
) -> NamedPayment:
    """A claim payment of the day before the first; remittance 100 and more unless told."""
    return NamedPayment(
        ClaimPaymentId(payment_id),
        RemittanceId(remittance or 100 + payment_id),
        payer,
        FIRST_DAY - timedelta(days=1),
        number,
        payer_number,
        status,
        cents,
        interest_cents,
        None if claim is None else ClaimId(claim),
    )


def claim(claim_id: int, number: str, *, payer: str = "PAYERA") -> NamedClaim:
    return NamedClaim(ClaimId(claim_id), payer, number)


def remittance(remittance_id: int, trace_number: str, *, payer: str = "PAYERA") -> NamedRemittance:
    return NamedRemittance(RemittanceId(remittance_id), payer, trace_number)


def settled(
    *adjustments: PlacedAdjustment, payments: tuple[NamedPayment, ...] = (payment(1),)
) -> list[ProviderItem]:
    """Their items, when claim 1 was paid as TEST0001 and ICN000001."""
    return settle_provider_items(
        list(adjustments),
        ReferenceIndex(payments),
        reversals=payments,
        interest=payments,
    )

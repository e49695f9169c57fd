"""Claims and claim payments for the matchers' tests: short to write, complete and balanced.

Every name is invented. Amounts are cents; a line is written as code, charge and what differs.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from edi_engine.records.claims import ClaimKind
from edi_engine.records.common import Procedure
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import (
    BilledClaim,
    BilledLine,
    ClaimId,
    ClaimPaymentId,
    PaidAdjustment,
    PaidClaim,
    PaidLine,
    PriorPayer,
    RemittanceId,
)
from edi_engine.records.policy import ReconcilePolicy

SERVED_ON = date(2026, 3, 2)
SENT_ON = date(2026, 3, 4)
PAID_ON = date(2026, 3, 20)
POLICY = ReconcilePolicy()


def billed_line(
    number: int,
    code: str,
    charge_cents: int,
    *,
    modifiers: tuple[str, ...] = (),
    units: int | None = 1,
    served_on: date | None = SERVED_ON,
    control_number: str = "",
    revenue_code: str = "",
) -> BilledLine:
    return BilledLine(
        line_number=number,
        procedure_qualifier="HC" if code else "",
        procedure_code=code,
        modifiers=modifiers,
        revenue_code=revenue_code,
        units=None if units is None else Decimal(units),
        unit_code="UN",
        charge_cents=charge_cents,
        service_from=served_on,
        service_to=served_on,
        place_of_service="11",
        line_item_control_number=control_number,
        assigned_line_number=str(number),
    )


def billed(
    claim_id: int = 1,
    *,
    number: str = "TEST0001",
    lines: Sequence[BilledLine] | None = None,
    charge_cents: int | None = None,
    frequency: str = "1",
    original_reference: str = "",
    payer_id: str = "PAYERA",
    payer_name: str = "SAMPLE PAYER A",
    sequence: int = 1,
    member: str = "MEM0001",
    last: str = "TESTPATIENT",
    first: str = "ALFA",
    npi: str = "1999999984",
    tin: str = "990000001",
    rendering: str = "1999999992",
    sent_on: date | None = SENT_ON,
    served_on: date | None = SERVED_ON,
    served_to: date | None = None,
    prior: tuple[PriorPayer, ...] = (),
) -> BilledClaim:
    if lines is None:
        lines = (billed_line(1, "99213", 100_00, served_on=served_on),)
    return BilledClaim(
        claim_id=ClaimId(claim_id),
        kind=ClaimKind.PROFESSIONAL,
        patient_control_number=number,
        frequency_code=frequency,
        original_reference=original_reference,
        payer_id=payer_id,
        payer_name=payer_name,
        payer_sequence=sequence,
        subscriber_id=member,
        patient_last_name=last,
        patient_first_name=first,
        billing_npi=npi,
        billing_tin=tin,
        rendering_npi=rendering,
        charge_cents=sum(line.charge_cents for line in lines)
        if charge_cents is None
        else charge_cents,
        sent_on=sent_on,
        service_from=served_on,
        service_to=served_to or served_on,
        lines=tuple(lines),
        prior_payers=prior,
    )


def adjustments(text: str) -> tuple[PaidAdjustment, ...]:
    """ "CO-45 20.00, PR-2 16.00" as records; negative amounts with a sign."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        codes, amount = part.split()
        group, reason = codes.split("-", 1)
        found.append(PaidAdjustment(group, reason, round(Decimal(amount) * 100)))
    return tuple(found)


def paid_line(
    ordinal: int,
    code: str,
    charge_cents: int,
    adjusted: str = "",
    *,
    paid_cents: int | None = None,
    submitted: str = "",
    modifiers: tuple[str, ...] = (),
    units: int | None = None,
    served_on: date | None = SERVED_ON,
    control_number: str = "",
    revenue_code: str = "",
    allowed_cents: int | None = None,
    remarks: tuple[str, ...] = (),
    qualifier: str = "HC",
) -> PaidLine:
    """A line payment; it pays its charge less its adjustments unless told otherwise."""
    found = adjustments(adjusted)
    return PaidLine(
        line_ordinal=ordinal,
        procedure=Procedure(qualifier, code, modifiers),
        submitted_procedure=Procedure("HC", submitted, modifiers) if submitted else None,
        revenue_code=revenue_code,
        charge_cents=charge_cents,
        paid_cents=charge_cents - sum(each.amount_cents for each in found)
        if paid_cents is None
        else paid_cents,
        paid_units=None if units is None else Decimal(units),
        submitted_units=None,
        service_from=served_on,
        service_to=served_on,
        line_item_control_number=control_number,
        allowed_cents=allowed_cents,
        adjustments=found,
        remark_codes=remarks,
    )


def paid(
    payment_id: int = 1,
    *,
    number: str = "TEST0001",
    lines: Sequence[PaidLine] | None = None,
    adjusted: str = "",
    charge_cents: int | None = None,
    paid_cents: int | None = None,
    status: str = "1",
    payer_number: str = "",
    original_reference: str = "",
    payer_id: str = "PAYERA",
    payer_name: str = "SAMPLE PAYER A",
    members: tuple[str, ...] = ("MEM0001",),
    last: str = "TESTPATIENT",
    first: str = "ALFA",
    npi: str = "1999999984",
    tin: str = "",
    rendering: str = "",
    paid_on: date | None = PAID_ON,
    served_on: date | None = SERVED_ON,
    served_to: date | None = None,
    remittance: int = 0,
    ordinal: int = 0,
    held: str = "",
    forwarded_to: str = "",
) -> PaidClaim:
    if lines is None:
        lines = (paid_line(1, "99213", 100_00, "CO-45 20.00"),)
    claim_adjustments = adjustments(adjusted)
    if charge_cents is None:
        charge_cents = sum(line.charge_cents for line in lines)
    if paid_cents is None:
        base = sum(line.paid_cents for line in lines) if lines else charge_cents
        paid_cents = base - sum(each.amount_cents for each in claim_adjustments)
    return PaidClaim(
        claim_payment_id=ClaimPaymentId(payment_id),
        remittance_id=RemittanceId(remittance or payment_id),
        claim_ordinal=ordinal or payment_id,
        payer_id=payer_id,
        payer_name=payer_name,
        payee_npi=npi,
        payee_tin=tin,
        trace_number=f"TRACE{remittance or payment_id:04d}",
        paid_on=paid_on,
        patient_control_number=number,
        status_code=status,
        charge_cents=charge_cents,
        paid_cents=paid_cents,
        patient_responsibility_cents=None,
        payer_claim_control_number=payer_number or f"ICN{payment_id:06d}",
        original_reference=original_reference,
        member_ids=members,
        patient_last_name=last,
        patient_first_name=first,
        rendering_npi=rendering,
        service_from=served_on,
        service_to=served_to or served_on,
        adjustments=claim_adjustments,
        lines=tuple(lines),
        forwarded_to=forwarded_to,
        held=held,
    )


def reversed_payment(payment: PaidClaim, payment_id: int, **changes: object) -> PaidClaim:
    """The reversal of a payment (CLP02 22): everything negated, a week later."""
    negative = msgspec.structs.replace(
        payment,
        claim_payment_id=ClaimPaymentId(payment_id),
        remittance_id=RemittanceId(payment_id),
        claim_ordinal=payment_id,
        status_code="22",
        paid_on=payment.paid_on + timedelta(days=7) if payment.paid_on else None,
        charge_cents=-payment.charge_cents,
        paid_cents=-payment.paid_cents,
        adjustments=_negated(payment.adjustments),
        lines=tuple(
            msgspec.structs.replace(
                line,
                charge_cents=-line.charge_cents,
                paid_cents=-line.paid_cents,
                adjustments=_negated(line.adjustments),
                allowed_cents=None if line.allowed_cents is None else -line.allowed_cents,
            )
            for line in payment.lines
        ),
    )
    return msgspec.structs.replace(negative, **changes)


def _negated(found: tuple[PaidAdjustment, ...]) -> tuple[PaidAdjustment, ...]:
    return tuple(msgspec.structs.replace(each, amount_cents=-each.amount_cents) for each in found)


def expect(number: int, allowed_cents: int) -> ExpectedAllowed:
    return ExpectedAllowed(number, allowed_cents, "test schedule", "")

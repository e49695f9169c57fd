"""What matching sees of claims and payments: slim, flat views with the store's identifiers.

The matchers take these instead of whole claims, so that a group of thousands can be held in
memory, pickled to a worker, and read back from the database without the raw text. Made from
`Claim` and `ClaimPayment` by `billed_claim` and `paid_claim`.
"""

from datetime import date
from decimal import Decimal
from typing import NewType

import msgspec

from edi_engine.records.claims import Claim, ClaimKind, OtherPayer, ServiceLine
from edi_engine.records.common import Adjustment, Procedure
from edi_engine.records.remittances import ClaimPayment, LinePayment, Remittance

__all__ = [
    "DECIDED_RULE",
    "BilledClaim",
    "BilledLine",
    "ClaimId",
    "ClaimPaymentId",
    "PaidAdjustment",
    "PaidClaim",
    "PaidLine",
    "PriorPayer",
    "RemittanceId",
    "billed_claim",
    "paid_claim",
    "repriced_numbers",
]

DECIDED_RULE = "decided"
"""The rule of whatever a person put together or keeps apart, claims and deposits alike."""

ClaimId = NewType("ClaimId", int)
ClaimPaymentId = NewType("ClaimPaymentId", int)
RemittanceId = NewType("RemittanceId", int)


class BilledLine(msgspec.Struct, frozen=True, gc=False):
    """One service line as billed. Dates are filled from the claim where the line has none."""

    line_number: int
    procedure_qualifier: str
    procedure_code: str
    modifiers: tuple[str, ...]
    revenue_code: str
    units: Decimal | None
    unit_code: str
    charge_cents: int
    service_from: date | None
    service_to: date | None
    place_of_service: str
    line_item_control_number: str
    assigned_line_number: str = ""


class PriorPayer(msgspec.Struct, frozen=True, gc=False):
    """What an earlier payer decided, as this claim's 2320 loop tells it."""

    payer_id: str
    sequence_code: str
    paid_cents: int


class BilledClaim(msgspec.Struct, frozen=True, gc=False):
    """One claim as billed, with its lines in order.

    What only contracts ask for stands near the end: SBR09, the plan's group number (SBR03), the
    type of bill, the DRG (HI*DR) and the day of admission; empty or None where the claim does not
    say. `acknowledged_numbers` are payer claim control numbers (REF*1K) under which the payer
    acknowledged it; they are no part of the 837.
    """

    claim_id: ClaimId
    kind: ClaimKind
    patient_control_number: str
    frequency_code: str
    original_reference: str
    payer_id: str
    payer_name: str
    payer_sequence: int
    subscriber_id: str
    patient_last_name: str
    patient_first_name: str
    billing_npi: str
    billing_tin: str
    rendering_npi: str
    charge_cents: int
    sent_on: date | None
    service_from: date | None
    service_to: date | None
    lines: tuple[BilledLine, ...]
    prior_payers: tuple[PriorPayer, ...] = ()
    filing_indicator: str = ""
    group_number: str = ""
    type_of_bill: str = ""
    drg: str = ""
    admitted_on: date | None = None
    acknowledged_numbers: tuple[str, ...] = ()


class PaidAdjustment(msgspec.Struct, frozen=True, gc=False):
    """A CAS triplet without its place; sign as in the file (positive lowers the payment)."""

    group_code: str
    reason_code: str
    amount_cents: int


class PaidLine(msgspec.Struct, frozen=True, gc=False):
    """One line payment. `allowed_cents` is AMT*B6, None when the payer did not state it.

    Dates are None where neither the line nor the claim payment has one.
    """

    line_ordinal: int
    procedure: Procedure
    submitted_procedure: Procedure | None
    revenue_code: str
    charge_cents: int
    paid_cents: int
    paid_units: Decimal | None
    submitted_units: Decimal | None
    service_from: date | None
    service_to: date | None
    line_item_control_number: str
    allowed_cents: int | None
    adjustments: tuple[PaidAdjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()


class PaidClaim(msgspec.Struct, frozen=True, gc=False):
    """One claim payment with what its remittance says of payer, payee and date.

    `paid_on` is BPR16, else the production date, else None. `member_ids` are the identifiers of
    the insured and patient parties (IL, QC, 74), none empty, in that order. `held` says why the
    payment must not count yet (a suspected duplicate); empty otherwise. `is_withdrawn` tells that
    it is held for good: a person said its money never came. `service_from` falls back to the
    earliest line date. `remittance_key` is the same for claim payments of one transaction
    set.

    How the payer priced the claim stands last: its DRG (CLP11) and weight (CLP12), the class of
    contract (REF*CE) and the numbers of a repricer (REF*9A, REF*9C); empty where it does not say.
    """

    claim_payment_id: ClaimPaymentId
    remittance_id: RemittanceId
    claim_ordinal: int
    payer_id: str
    payer_name: str
    payee_npi: str
    payee_tin: str
    trace_number: str
    paid_on: date | None
    patient_control_number: str
    status_code: str
    charge_cents: int
    paid_cents: int
    patient_responsibility_cents: int | None
    payer_claim_control_number: str
    original_reference: str
    member_ids: tuple[str, ...]
    patient_last_name: str
    patient_first_name: str
    rendering_npi: str
    service_from: date | None
    service_to: date | None
    adjustments: tuple[PaidAdjustment, ...]
    lines: tuple[PaidLine, ...]
    remark_codes: tuple[str, ...] = ()
    forwarded_to: str = ""
    filing_indicator: str = ""
    interest_cents: int = 0
    held: str = ""
    is_withdrawn: bool = False
    drg: str = ""
    drg_weight: Decimal | None = None
    contract_class: str = ""
    repriced_numbers: tuple[str, ...] = ()


def billed_claim(claim: Claim, claim_id: ClaimId) -> BilledClaim:
    """The matching view of a claim."""
    patient = claim.patient or claim.subscriber
    rendering = next((party for party in claim.parties if party.entity_code == "82"), None)
    return BilledClaim(
        claim_id=claim_id,
        kind=claim.kind,
        patient_control_number=claim.patient_control_number,
        frequency_code=claim.frequency_code,
        original_reference=claim.original_reference,
        payer_id=claim.payer_id,
        payer_name=claim.payer.last_name if claim.payer is not None else "",
        payer_sequence=claim.payer_sequence,
        subscriber_id=claim.subscriber.identifier if claim.subscriber is not None else "",
        patient_last_name=patient.last_name if patient is not None else "",
        patient_first_name=patient.first_name if patient is not None else "",
        billing_npi=claim.billing_npi,
        billing_tin=claim.billing_tin,
        rendering_npi=rendering.identifier if rendering is not None else "",
        charge_cents=claim.charge_cents,
        sent_on=claim.sent_on,
        service_from=claim.service_from,
        service_to=claim.service_to,
        lines=tuple(_billed_line(claim, line) for line in claim.lines),
        prior_payers=tuple(_prior_payer(other) for other in claim.other_payers),
        filing_indicator=claim.coverage.filing_indicator if claim.coverage is not None else "",
        group_number=claim.group_number,
        type_of_bill=claim.type_of_bill,
        drg=claim.drg,
        admitted_on=claim.admitted_on,
    )


def paid_claim(
    payment: ClaimPayment,
    remittance: Remittance,
    claim_payment_id: ClaimPaymentId,
    remittance_id: RemittanceId,
    held: str = "",
) -> PaidClaim:
    """The matching view of a claim payment."""
    patient = payment.party("QC", "IL")
    rendering = payment.party("82")
    forwarded = payment.party("TT")
    from_dates = [line.service_from for line in payment.lines if line.service_from is not None]
    to_dates = [line.service_to for line in payment.lines if line.service_to is not None]
    service_from = payment.service_from or min(from_dates, default=None)
    service_to = payment.service_to or max(to_dates, default=service_from)
    members = [
        party.identifier
        for code in ("IL", "QC", "74")
        for party in payment.parties
        if party.entity_code == code
    ]
    return PaidClaim(
        claim_payment_id=claim_payment_id,
        remittance_id=remittance_id,
        claim_ordinal=payment.claim_ordinal,
        payer_id=remittance.payer_id,
        payer_name=remittance.payer.last_name if remittance.payer is not None else "",
        payee_npi=remittance.payee_npi,
        payee_tin=remittance.payee_tin,
        trace_number=remittance.trace_number,
        paid_on=remittance.payment_date or remittance.production_date,
        patient_control_number=payment.patient_control_number,
        status_code=payment.status_code,
        charge_cents=payment.charge_cents,
        paid_cents=payment.paid_cents,
        patient_responsibility_cents=payment.patient_responsibility_cents,
        payer_claim_control_number=payment.payer_claim_control_number,
        original_reference=next(
            (ref.value for ref in payment.references if ref.qualifier == "F8"), ""
        ),
        member_ids=tuple(dict.fromkeys(member for member in members if member)),
        patient_last_name=patient.last_name if patient is not None else "",
        patient_first_name=patient.first_name if patient is not None else "",
        rendering_npi=rendering.identifier if rendering is not None else "",
        service_from=service_from,
        service_to=service_to,
        adjustments=_paid_adjustments(payment.adjustments),
        lines=tuple(_paid_line(line, service_from, service_to) for line in payment.lines),
        remark_codes=tuple(remark.code for remark in payment.remark_codes),
        forwarded_to=forwarded.last_name if forwarded is not None else "",
        filing_indicator=payment.filing_indicator,
        interest_cents=sum(
            amount.amount_cents for amount in payment.amounts if amount.qualifier == "I"
        ),
        held=held,
        drg=payment.drg_code,
        drg_weight=payment.drg_weight,
        contract_class=payment.reference("CE"),
        repriced_numbers=repriced_numbers(payment),
    )


_REPRICED = frozenset({"9A", "9C"})
"""Qualifiers of a repriced claim's number and of an adjusted repriced claim's."""


def repriced_numbers(payment: ClaimPayment) -> tuple[str, ...]:
    """Under which numbers a repricer knows the claim, each once; usually none."""
    found = [each.value for each in payment.references if each.qualifier in _REPRICED]
    return tuple(dict.fromkeys(filter(None, found)))


def _billed_line(claim: Claim, line: ServiceLine) -> BilledLine:
    procedure = line.procedure
    return BilledLine(
        line_number=line.line_number,
        procedure_qualifier=procedure.qualifier if procedure is not None else "",
        procedure_code=procedure.code if procedure is not None else "",
        modifiers=procedure.modifiers if procedure is not None else (),
        revenue_code=line.revenue_code,
        units=line.units,
        unit_code=line.unit_code,
        charge_cents=line.charge_cents,
        service_from=line.service_from or claim.service_from,
        service_to=line.service_to or line.service_from or claim.service_to,
        place_of_service=line.place_of_service or claim.place_of_service,
        line_item_control_number=line.line_item_control_number,
        assigned_line_number=line.assigned_line_number,
    )


def _prior_payer(other: OtherPayer) -> PriorPayer:
    return PriorPayer(
        payer_id=other.payer.identifier if other.payer is not None else "",
        sequence_code=other.coverage.sequence_code,
        paid_cents=sum(amount.amount_cents for amount in other.amounts if amount.qualifier == "D"),
    )


def _paid_line(line: LinePayment, service_from: date | None, service_to: date | None) -> PaidLine:
    return PaidLine(
        line_ordinal=line.line_ordinal,
        procedure=line.procedure,
        submitted_procedure=line.submitted_procedure,
        revenue_code=line.revenue_code,
        charge_cents=line.charge_cents,
        paid_cents=line.paid_cents,
        paid_units=line.paid_units,
        submitted_units=line.submitted_units,
        service_from=line.service_from or service_from,
        service_to=line.service_to or line.service_from or service_to,
        line_item_control_number=line.line_item_control_number,
        allowed_cents=next(
            (amount.amount_cents for amount in line.amounts if amount.qualifier == "B6"), None
        ),
        adjustments=_paid_adjustments(line.adjustments),
        remark_codes=tuple(remark.code for remark in line.remark_codes),
    )


def _paid_adjustments(adjustments: tuple[Adjustment, ...]) -> tuple[PaidAdjustment, ...]:
    return tuple(
        PaidAdjustment(adjustment.group_code, adjustment.reason_code, adjustment.amount_cents)
        for adjustment in adjustments
    )

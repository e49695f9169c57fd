"""Rows of records read from files: one tuple per row, values in the order of the table's columns.

This is the innermost loop of loading after the parser itself, so it builds each tuple in one go
and remembers the text of days, quantities and procedures, which repeat. The rows of what is most
numerous are added to a list of values, one row after the other. Tests hold every row's width and
order against the tables.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from edi_engine.findings import Finding
from edi_engine.quantities import format_quantity
from edi_engine.records.acknowledgments import Acknowledgment, AnswerLevel
from edi_engine.records.claims import Claim, ServiceLine
from edi_engine.records.common import Adjustment, Procedure
from edi_engine.records.intake import RawSet
from edi_engine.records.keys import control_number_key, member_key, patient_control_number_key
from edi_engine.records.matching import ClaimId, billed_claim, repriced_numbers
from edi_engine.records.remittances import ClaimPayment, ProviderAdjustment, Remittance
from edi_engine.records.source import SetSource
from edi_engine.store.line_texts import further_text, procedure_text
from edi_engine.store.queries import Row, Value, json_of

__all__ = [
    "acknowledgment_row",
    "add_line_payments",
    "answerable_set_row",
    "claim_contract_facts_row",
    "claim_payment_row",
    "claim_row",
    "finding_row",
    "iso_days",
    "payment_contract_facts_row",
    "provider_adjustment_row",
    "quantity_texts",
    "remittance_row",
    "service_line_row",
    "set_end_values",
    "set_row",
]

_REMEMBERED_MAX = 20_000
"""Days, quantities and procedures whose text is remembered; a hostile file could hold millions."""


_MEMBER_CODES = ("IL", "QC", "74")
"""The insured, the patient, the corrected insured."""


class _IsoDays(dict[date | None, str | None]):
    def __missing__(self, day: date | None) -> str | None:
        if len(self) > _REMEMBERED_MAX:
            self.clear()
        text = None if day is None else day.isoformat()
        self[day] = text
        return text


class _QuantityTexts(dict[Decimal | None, str | None]):
    def __missing__(self, quantity: Decimal | None) -> str | None:
        if len(self) > _REMEMBERED_MAX:
            self.clear()
        text = None if quantity is None else format_quantity(quantity)
        self[quantity] = text
        return text


class _ProcedureTexts(dict[Procedure, str]):
    def __missing__(self, procedure: Procedure) -> str:
        if len(self) > _REMEMBERED_MAX:
            self.clear()
        text = self[procedure] = procedure_text(procedure)
        return text


iso_days = _IsoDays()
"""ISO text of a day, None for None."""

quantity_texts = _QuantityTexts()
"""Plain text of a quantity, None for None."""

_procedure_texts = _ProcedureTexts()


def set_row(source: SetSource, set_id: int, file_id: int) -> Row:
    """A transaction set as far as its head tells; `set_end_values` complete it."""
    return (
        set_id,
        file_id,
        source.set_ordinal,
        source.set_control_number,
        source.set_type,
        source.implementation,
        "reading",
        source.byte_offset,
        0,
        0,
        source.interchange_control_number,
        source.interchange_sender_id,
        source.interchange_receiver_id,
        source.group_control_number,
        source.group_sender_code,
        source.group_receiver_code,
        iso_days[source.created_on],
        source.usage_indicator,
        *(0, 0, 0, 0, 0, 0),
        "",
        None,
        "",
        None,
    )


def set_end_values(ended: RawSet, set_id: int) -> Row:
    """Values of `SET_END_SQL`: what is known of a set at its end."""
    return (
        ended.source.set_type,
        ended.state.value,
        ended.byte_length,
        ended.segment_count,
        ended.claims_count,
        ended.lines_count,
        ended.charge_cents,
        ended.paid_cents,
        ended.adjustment_cents,
        ended.provider_adjustment_cents,
        ended.fingerprint,
        ended.balanced,
        ended.balance_sign,
        set_id,
    )


def finding_row(finding: Finding, finding_id: int, file_id: int | None, set_id: int | None) -> Row:
    """A finding with its place; the file's name and digest are those of the file's row."""
    place = finding.place
    return (
        finding_id,
        file_id,
        set_id,
        finding.code,
        finding.severity.value,
        place.set_ordinal,
        place.set_control_number,
        place.segment_ordinal,
        place.byte_offset,
        place.element,
        finding.message,
        finding.remedy,
        finding.left_cents,
        finding.right_cents,
    )


def claim_row(claim: Claim, claim_id: int, set_id: int, first_service_line_id: int) -> Row:
    """A billed claim with its match keys."""
    view = billed_claim(claim, ClaimId(claim_id))
    provider = claim.billing_provider
    return (
        claim_id,
        set_id,
        claim.claim_ordinal,
        claim.segment_ordinal,
        claim.byte_offset,
        claim.kind.value,
        claim.patient_control_number,
        patient_control_number_key(claim.patient_control_number),
        claim.frequency_code,
        claim.original_reference,
        control_number_key(claim.original_reference),
        claim.prior_authorization,
        claim.place_of_service,
        claim.type_of_bill,
        claim.coverage.filing_indicator if claim.coverage is not None else "",
        view.payer_id,
        view.payer_name,
        view.payer_sequence,
        view.subscriber_id,
        member_key(view.subscriber_id),
        view.patient_last_name,
        view.patient_first_name,
        provider.last_name if provider is not None else "",
        view.billing_npi,
        view.billing_tin,
        view.rendering_npi,
        claim.charge_cents,
        iso_days[claim.sent_on],
        iso_days[claim.service_from],
        iso_days[claim.service_to],
        json_of(view.prior_payers) if view.prior_payers else "",
        first_service_line_id,
        len(claim.lines),
        None,
    )


def claim_contract_facts_row(claim: Claim, claim_id: int) -> Row | None:
    """What only contracts ask of a claim; None when it says nothing of it."""
    group_number, drg, admitted_on = claim.group_number, claim.drg, claim.admitted_on
    if not (group_number or drg or admitted_on):
        return None
    return (claim_id, group_number, drg, iso_days[admitted_on])


def service_line_row(line: ServiceLine, service_line_id: int, claim_id: int) -> Row:
    """A billed service line."""
    procedure = line.procedure
    return (
        service_line_id,
        claim_id,
        line.line_number,
        line.segment_ordinal,
        line.byte_offset,
        line.assigned_line_number,
        line.line_item_control_number,
        control_number_key(line.line_item_control_number),
        procedure.qualifier if procedure is not None else "",
        procedure.code if procedure is not None else "",
        ":".join(procedure.modifiers) if procedure is not None else "",
        line.revenue_code,
        quantity_texts[line.units],
        line.unit_code,
        line.place_of_service,
        line.charge_cents,
        iso_days[line.service_from],
        iso_days[line.service_to],
    )


def remittance_row(
    remittance: Remittance, remittance_id: int, set_id: int, first_claim_payment_id: int
) -> Row:
    """A remittance's head; how many claim payments follow is known at the set's end."""
    payer, payee = remittance.payer, remittance.payee
    return (
        remittance_id,
        set_id,
        remittance.segment_ordinal,
        remittance.byte_offset,
        remittance.payer_id,
        payer.last_name if payer is not None else "",
        payee.last_name if payee is not None else "",
        remittance.payee_npi,
        remittance.payee_tin,
        remittance.originator_id,
        remittance.trace_number,
        remittance.handling_code,
        remittance.method,
        remittance.credit_debit_flag,
        iso_days[remittance.payment_date],
        iso_days[remittance.production_date],
        remittance.payment_amount_cents,
        first_claim_payment_id,
        0,
        "",
    )


def claim_payment_row(  # noqa: PLR0917 - keywords cost a tenth of the call, 2,000 times a MB
    payment: ClaimPayment,
    claim_payment_id: int,
    remittance_id: int,
    first_line_payment_id: int,
    first_adjustment_id: int,
    adjustments_count: int,
) -> Row:
    """A claim payment as `records.matching.paid_claim` would show it.

    `adjustments_count` counts those of the claim level and of all lines.
    """
    insured = patient = rendering = forwarded = identified = None
    member_ids = ""
    for party in payment.parties:
        code = party.entity_code
        if code == "QC":
            patient = patient or party
        elif code == "IL":
            insured = insured or party
        elif code == "82":
            rendering = rendering or party
        elif code == "TT":
            forwarded = forwarded or party
        if code in _MEMBER_CODES and party.identifier:
            member_ids = party.identifier if identified is None else _member_ids(payment)
            identified = party
    patient = patient or insured
    service_from, service_to = payment.service_from, payment.service_to
    if service_from is None or service_to is None:
        service_from, service_to = _service_days(payment)
    original_reference = ""
    for reference in payment.references:
        if reference.qualifier == "F8":
            original_reference = reference.value
            break
    interest_cents = 0
    for amount in payment.amounts:
        if amount.qualifier == "I":
            interest_cents += amount.amount_cents
    remarks = payment.remark_codes
    return (
        claim_payment_id,
        remittance_id,
        payment.claim_ordinal,
        payment.segment_ordinal,
        payment.byte_offset,
        payment.patient_control_number,
        patient_control_number_key(payment.patient_control_number),
        payment.status_code,
        payment.charge_cents,
        payment.paid_cents,
        payment.patient_responsibility_cents,
        payment.filing_indicator,
        payment.payer_claim_control_number,
        control_number_key(payment.payer_claim_control_number),
        original_reference,
        member_ids,
        patient.last_name if patient is not None else "",
        patient.first_name if patient is not None else "",
        rendering.identifier if rendering is not None else "",
        forwarded.last_name if forwarded is not None else "",
        "\n".join([remark.code for remark in remarks]) if remarks else "",
        interest_cents,
        iso_days[service_from],
        iso_days[service_to],
        first_line_payment_id,
        len(payment.lines),
        first_adjustment_id,
        adjustments_count,
    )


def payment_contract_facts_row(payment: ClaimPayment, claim_payment_id: int) -> Row | None:
    """What the payer says of how it priced the claim; None when it says nothing of it."""
    contract_class, repriced = "", ""
    if payment.references:
        contract_class = payment.reference("CE")
        repriced = "\n".join(repriced_numbers(payment))
    drg, weight = payment.drg_code, payment.drg_weight
    if not (drg or weight is not None or contract_class or repriced):
        return None
    return (claim_payment_id, drg, quantity_texts[weight], contract_class, repriced)


def _member_ids(payment: ClaimPayment) -> str:
    """Identifiers of the insured, the patient and the corrected insured, each once."""
    found: dict[str, None] = {}
    for code in _MEMBER_CODES:
        for party in payment.parties:
            if party.entity_code == code and party.identifier:
                found[party.identifier] = None
    return "\n".join(found)


def _service_days(payment: ClaimPayment) -> tuple[date | None, date | None]:
    """The claim payment's days of service, from its lines where it has none of its own."""
    first_on, last_on = payment.service_from, payment.service_to
    if first_on is None:
        days = [line.service_from for line in payment.lines if line.service_from is not None]
        first_on = min(days, default=None)
    if last_on is None:
        days = [line.service_to for line in payment.lines if line.service_to is not None]
        last_on = max(days, default=first_on)
    return first_on, last_on


def add_line_payments(  # noqa: PLR0917 - called for every claim payment of a big file
    line_values: list[Value],
    adjustment_values: list[Value],
    payment: ClaimPayment,
    claim_payment_id: int,
    first_line_payment_id: int,
    first_adjustment_id: int,
) -> int:
    """Add the values of a claim payment's lines and of its adjustments on both levels, row after
    row; dates are the lines' own. Returns the adjustment identifier that is free after them."""
    adjustment_id = first_adjustment_id
    if payment.adjustments:
        _add_adjustments(adjustment_values, payment.adjustments, adjustment_id, claim_payment_id, 0)
        adjustment_id += len(payment.adjustments)
    extend, days = line_values.extend, iso_days
    for line_payment_id, line in enumerate(payment.lines, first_line_payment_id):
        allowed = None
        for amount in line.amounts:
            if amount.qualifier == "B6":
                allowed = amount.amount_cents
                break
        remark_codes = further = ""
        remarks = line.remark_codes
        if remarks:
            remark_codes = (
                remarks[0].code
                if len(remarks) == 1
                else "\n".join([remark.code for remark in remarks])
            )
        procedure = line.procedure
        if (
            line.submitted_procedure is not None
            or line.submitted_units is not None
            or line.revenue_code
            or procedure.description
        ):
            further = further_text(line)
        extend(
            (
                line_payment_id,
                claim_payment_id,
                line.line_ordinal,
                line.segment_ordinal,
                line.byte_offset,
                _procedure_texts[procedure],
                line.charge_cents,
                line.paid_cents,
                allowed,
                quantity_texts[line.paid_units],
                days[line.service_from],
                days[line.service_to],
                line.line_item_control_number,
                remark_codes,
                further,
            )
        )
        adjustments = line.adjustments
        if adjustments:
            _add_adjustments(
                adjustment_values, adjustments, adjustment_id, claim_payment_id, line.line_ordinal
            )
            adjustment_id += len(adjustments)
    return adjustment_id


def _add_adjustments(
    values: list[Value],
    adjustments: Sequence[Adjustment],
    first_adjustment_id: int,
    claim_payment_id: int,
    line_ordinal: int,
) -> None:
    """Add the values of CAS triplets; `line_ordinal` 0 is the claim level."""
    for adjustment_id, adjustment in enumerate(adjustments, first_adjustment_id):
        quantity = adjustment.quantity
        values += (
            adjustment_id,
            claim_payment_id,
            line_ordinal,
            adjustment.group_code,
            adjustment.reason_code,
            adjustment.amount_cents,
            None if quantity is None else quantity_texts[quantity],
        )


def provider_adjustment_row(
    adjustment: ProviderAdjustment, provider_adjustment_id: int, remittance_id: int
) -> Row:
    """One PLB pair."""
    return (
        provider_adjustment_id,
        remittance_id,
        adjustment.ordinal,
        adjustment.segment_ordinal,
        adjustment.byte_offset,
        adjustment.provider_id,
        iso_days[adjustment.fiscal_period_end],
        adjustment.reason_code,
        adjustment.reference,
        control_number_key(adjustment.reference),
        adjustment.amount_cents,
    )


_BY_PATIENT_NUMBER = frozenset({AnswerLevel.CLAIM})


def acknowledgment_row(found: Acknowledgment, acknowledgment_id: int, set_id: int) -> Row:
    """One answer of an acknowledgment."""
    is_claim = found.level in _BY_PATIENT_NUMBER
    responder, patient = found.responder, found.patient
    return (
        acknowledgment_id,
        set_id,
        found.segment_ordinal,
        found.byte_offset,
        found.kind.value,
        found.level.value,
        found.number,
        (patient_control_number_key if is_claim else control_number_key)(found.number),
        control_number_key(found.group_number),
        found.group_type,
        found.version,
        iso_days[found.answered_day],
        found.code,
        " ".join(found.fault_codes),
        iso_days[found.happened_on],
        responder.entity_code if responder is not None else "",
        responder.identifier if responder is not None else "",
        responder.last_name if responder is not None else "",
        found.payer_claim_control_number,
        patient_control_number_key(found.payer_claim_control_number),
        found.clearinghouse_trace,
        found.type_of_bill,
        patient.last_name if patient is not None else "",
        patient.first_name if patient is not None else "",
        patient.identifier if patient is not None else "",
        iso_days[found.service_from],
        iso_days[found.service_to],
        found.charge_cents,
        json_of(found.statuses),
        json_of(found.lines),
        json_of(found.faults),
        json_of((found.counts, found.quantities, found.amounts)),
        control_number_key(found.batch_number),
    )


ACKNOWLEDGMENT_TYPES = frozenset({"TA1", "997", "999", "277"})
"""Sets that answer; nobody answers them."""


def answerable_set_row(ended: RawSet, set_id: int, batch_reference: str) -> Row | None:
    """What a set may be answered by; None for an answer."""
    source = ended.source
    if source.set_type in ACKNOWLEDGMENT_TYPES:
        return None
    return (
        set_id,
        set_id,
        control_number_key(source.interchange_control_number),
        control_number_key(source.group_control_number),
        control_number_key(source.set_control_number),
        control_number_key(batch_reference),
    )

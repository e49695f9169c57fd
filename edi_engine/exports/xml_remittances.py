"""Remittances as XML, element by element as they come out of a file.

A remittance may hold hundreds of thousands of claim payments, so nothing is gathered: what stands
in the file in order stands in the document in order, and the totals come last. Their meaning and
order are in `xml/edi_engine.xsd`. Source: 005010X221A1.
"""

from enum import StrEnum

from edi_engine.codes import (
    carc,
    claim_filing_indicator,
    claim_status,
    group_code,
    payment_handling,
    payment_method,
    provider_adjustment,
    remark_words,
)
from edi_engine.exports.remittance_amounts import (
    AdviceAmounts,
    claim_amounts,
    claim_level_amounts,
    line_amounts,
)
from edi_engine.exports.xml_common import (
    words_of,
    write_adjustments,
    write_amounts,
    write_contacts,
    write_dates,
    write_party,
    write_procedure,
    write_quantities,
    write_references,
    write_remarks,
    write_source,
)
from edi_engine.exports.xml_text import XmlText
from edi_engine.records.remittances import (
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    ProviderSummary,
    Remittance,
)

__all__ = ["RemittancesXml"]


_AMOUNTS = tuple((field.removesuffix("_cents"), field) for field in AdviceAmounts.__struct_fields__)
"""Elements of a row of amounts, in order, and the fields they are from."""


USED_CODES_MAX = 10_000
"""Codes that a remittance lists at its end; all lists together have fewer than half as many."""


class CodeKind(StrEnum):
    """Lists of codes, in the order in which a remittance lists what it uses."""

    STATUS = "status"
    GROUP = "group"
    REASON = "reason"
    REMARK = "remark"
    PROVIDER = "provider_adjustment"


_KINDS = tuple(CodeKind)


def _legend_order(used: tuple[tuple[CodeKind, str], str]) -> tuple[int, int, str]:
    (kind, code), _ = used
    return _KINDS.index(kind), len(code), code


class RemittancesXml:
    """Writes one document; `take` gives what was written since it was last asked.

    Call `start`, then for each remittance `start_remittance`, its parts in file order and
    `end_remittance`, and `end` last.
    """

    def __init__(self) -> None:
        self._xml = XmlText()
        self._payment_cents: int | None = None
        self._amounts = AdviceAmounts()
        self._provider_adjustment_cents = 0
        self._used: dict[tuple[CodeKind, str], str] = {}

    def take(self) -> str:
        """The text written since the last time."""
        return self._xml.take()

    def start(self) -> None:
        """The start of the document."""
        self._xml.start_document("remittances")

    def end(self) -> None:
        """The end of the document."""
        self._xml.end()

    def start_remittance(
        self, remittance: Remittance, *, remittance_id: int | None = None, held: str = ""
    ) -> None:
        """The head of a remittance. `held` says why it must not count, empty when it counts."""
        self._payment_cents = remittance.payment_amount_cents
        self._amounts = AdviceAmounts()
        self._provider_adjustment_cents = 0
        self._used.clear()
        self._xml.start(
            "remittance",
            remittance_id=remittance_id,
            held=held,
            segment_ordinal=remittance.segment_ordinal,
            byte_offset=remittance.byte_offset,
        )
        self._write_head(remittance)

    def add_claim_payment(self, payment: ClaimPayment, claim_payment_id: int | None = None) -> None:
        """A claim payment with its lines."""
        amounts = claim_amounts(payment)
        self._amounts = self._amounts.plus(amounts)
        self._note_codes(payment)
        xml = self._xml
        xml.start(
            "claim_payment",
            claim_payment_id=claim_payment_id,
            claim_ordinal=payment.claim_ordinal,
            segment_ordinal=payment.segment_ordinal,
            byte_offset=payment.byte_offset,
        )
        self._write_claim_head(payment)
        write_adjustments(xml, payment.adjustments)
        for party in payment.parties:
            write_party(xml, "party", party)
        write_references(xml, payment.references)
        write_dates(xml, payment.dates)
        write_amounts(xml, payment.amounts)
        write_quantities(xml, payment.quantities)
        write_contacts(xml, payment.contacts)
        xml.positions("inpatient_element", payment.inpatient)
        xml.positions("outpatient_element", payment.outpatient)
        write_remarks(xml, payment.remark_codes)
        for line in payment.lines:
            self._write_line(line)
        xml.texts("extra_segment", payment.extra_segments)
        beside = claim_level_amounts(payment)
        if beside is not None:
            self._write_amounts("claim_level_amounts", beside)
        self._write_amounts("claim_totals", amounts)
        xml.end()

    def add_provider_summary(self, summary: ProviderSummary) -> None:
        """TS3 or TS2."""
        self._xml.start(
            "provider_summary",
            segment_ordinal=summary.segment_ordinal,
            byte_offset=summary.byte_offset,
        )
        self._xml.text("segment_id", summary.segment_id)
        self._xml.text("assigned_number", summary.assigned_number)
        self._xml.positions("summary_element", summary.elements)
        self._xml.end()

    def add_provider_adjustment(self, adjustment: ProviderAdjustment) -> None:
        """One reason of a PLB."""
        self._provider_adjustment_cents += adjustment.amount_cents
        known = provider_adjustment(adjustment.reason_code)
        self._note(CodeKind.PROVIDER, adjustment.reason_code, words_of(known))
        xml = self._xml
        xml.start(
            "provider_adjustment",
            ordinal=adjustment.ordinal,
            segment_ordinal=adjustment.segment_ordinal,
            byte_offset=adjustment.byte_offset,
        )
        xml.text("provider_id", adjustment.provider_id)
        xml.day("fiscal_period_end", adjustment.fiscal_period_end)
        xml.text("reason_code", adjustment.reason_code, words=words_of(known))
        xml.text("reference", adjustment.reference)
        xml.money("amount", adjustment.amount_cents)
        xml.end()

    def end_remittance(self) -> None:
        """The totals, and the end of the remittance."""
        xml = self._xml
        self._write_amounts("claim_payment_totals", self._amounts)
        expected_cents = self._amounts.paid_cents - self._provider_adjustment_cents
        xml.start("balance", sign=self._sign(expected_cents))
        xml.money("claim_payments", self._amounts.paid_cents)
        xml.money("provider_adjustments", self._provider_adjustment_cents)
        xml.money("expected_payment", expected_cents)
        xml.money("payment", self._payment_cents)
        if self._payment_cents is not None:
            xml.money("difference", self._payment_cents - expected_cents)
        xml.end()
        for (kind, code), words in sorted(self._used.items(), key=_legend_order):
            xml.text("used_code", code, kind=kind.value, words=words)
        xml.end()

    def _note_codes(self, payment: ClaimPayment) -> None:
        """Remember the codes of a claim payment with their words."""
        status = payment.status_code
        self._note(CodeKind.STATUS, status, words_of(claim_status(status)))
        parts: tuple[ClaimPayment | LinePayment, ...] = (payment, *payment.lines)
        for part in parts:
            for adjustment in part.adjustments:
                group, reason = adjustment.group_code, adjustment.reason_code
                self._note(CodeKind.GROUP, group, words_of(group_code(group)))
                self._note(CodeKind.REASON, reason, words_of(carc(reason)))
            for remark in part.remark_codes:
                self._note(CodeKind.REMARK, remark.code, remark_words(remark.code))

    def _note(self, kind: CodeKind, code: str, words: str) -> None:
        if code and len(self._used) < USED_CODES_MAX:
            self._used.setdefault((kind, code), words)

    def _sign(self, expected_cents: int) -> str:
        """With which sign of the provider adjustments the payment agrees; empty for neither."""
        if self._payment_cents == expected_cents:
            return "guide"
        inverted_cents = self._amounts.paid_cents + self._provider_adjustment_cents
        return "inverted" if self._payment_cents == inverted_cents else ""

    def _write_head(self, remittance: Remittance) -> None:
        xml = self._xml
        handling = payment_handling(remittance.handling_code)
        method = payment_method(remittance.method)
        write_source(xml, remittance.source)
        xml.text("handling_code", remittance.handling_code, words=words_of(handling))
        xml.money("payment_amount", remittance.payment_amount_cents)
        xml.text("credit_debit_flag", remittance.credit_debit_flag)
        xml.text("method", remittance.method, words=words_of(method))
        xml.day("payment_date", remittance.payment_date)
        xml.text("trace_number", remittance.trace_number)
        xml.text("originator_id", remittance.originator_id)
        xml.text("trace_supplement", remittance.trace_supplement)
        xml.positions("payment_element", remittance.payment_elements)
        xml.day("production_date", remittance.production_date)
        xml.positions("currency_element", remittance.currency)
        write_references(xml, remittance.references)
        write_dates(xml, remittance.dates)
        write_party(xml, "payer", remittance.payer)
        write_party(xml, "payee", remittance.payee)
        xml.texts("extra_segment", remittance.extra_segments)

    def _write_claim_head(self, payment: ClaimPayment) -> None:
        xml = self._xml
        status = claim_status(payment.status_code)
        filing = claim_filing_indicator(payment.filing_indicator)
        xml.text("assigned_number", payment.assigned_number)
        xml.text("patient_control_number", payment.patient_control_number)
        xml.text("status_code", payment.status_code, words=words_of(status))
        xml.money("charge", payment.charge_cents)
        xml.money("paid", payment.paid_cents)
        xml.money("patient_responsibility", payment.patient_responsibility_cents)
        xml.text("filing_indicator", payment.filing_indicator, words=words_of(filing))
        xml.text("payer_claim_control_number", payment.payer_claim_control_number)
        xml.text("facility_code", payment.facility_code)
        xml.text("frequency_code", payment.frequency_code)
        xml.text("patient_status_code", payment.patient_status_code)
        xml.text("drg_code", payment.drg_code)
        xml.quantity("drg_weight", payment.drg_weight)
        xml.quantity("discharge_fraction", payment.discharge_fraction)
        xml.day("service_from", payment.service_from)
        xml.day("service_to", payment.service_to)

    def _write_line(self, line: LinePayment) -> None:
        xml = self._xml
        xml.start(
            "line_payment",
            line_ordinal=line.line_ordinal,
            segment_ordinal=line.segment_ordinal,
            byte_offset=line.byte_offset,
        )
        write_procedure(xml, "procedure", line.procedure)
        write_procedure(xml, "submitted_procedure", line.submitted_procedure)
        xml.text("revenue_code", line.revenue_code)
        xml.money("charge", line.charge_cents)
        xml.money("paid", line.paid_cents)
        xml.quantity("paid_units", line.paid_units)
        xml.quantity("submitted_units", line.submitted_units)
        xml.day("service_from", line.service_from)
        xml.day("service_to", line.service_to)
        xml.text("line_item_control_number", line.line_item_control_number)
        write_adjustments(xml, line.adjustments)
        write_references(xml, line.references)
        write_dates(xml, line.dates)
        write_amounts(xml, line.amounts)
        write_quantities(xml, line.quantities)
        write_remarks(xml, line.remark_codes)
        xml.texts("extra_segment", line.extra_segments)
        self._write_amounts("line_amounts", line_amounts(line))
        xml.end()

    def _write_amounts(self, name: str, amounts: AdviceAmounts) -> None:
        self._xml.start(name)
        for element, field in _AMOUNTS:
            self._xml.money(element, getattr(amounts, field))
        self._xml.end()

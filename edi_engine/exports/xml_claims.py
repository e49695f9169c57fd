"""Claims as XML, claim by claim as they come out of a file.

Claims of one transaction set stand together, with its envelope before them. The meaning and order
of the elements are in `xml/edi_engine.xsd`. Source: 005010X222A1, X223A2, X224A2.
"""

from edi_engine.codes import claim_filing_indicator, place_of_service, type_of_bill_label
from edi_engine.exports.xml_common import (
    words_of,
    write_adjustments,
    write_amounts,
    write_dates,
    write_party,
    write_procedure,
    write_quantities,
    write_references,
    write_source,
)
from edi_engine.exports.xml_text import XmlText
from edi_engine.records.claims import (
    Claim,
    CodedInformation,
    Coverage,
    Drug,
    LineAdjudication,
    Note,
    OtherPayer,
    ServiceLine,
)
from edi_engine.records.source import SetSource

__all__ = ["ClaimsXml"]


class ClaimsXml:
    """Writes one document; `take` gives what was written since it was last asked.

    Call `start`, then `add_claim` for each claim, those of one transaction set after one another,
    and `end` last.
    """

    def __init__(self) -> None:
        self._xml = XmlText()
        self._source: SetSource | None = None

    def take(self) -> str:
        """The text written since the last time."""
        return self._xml.take()

    def start(self) -> None:
        """The start of the document."""
        self._xml.start_document("claims")

    def end(self) -> None:
        """The end of the last transaction set and of the document."""
        if self._source is not None:
            self._xml.end()
        self._xml.end()

    def add_claim(self, claim: Claim, claim_id: int | None = None) -> None:
        """A claim with everything it says."""
        if claim.source != self._source:
            if self._source is not None:
                self._xml.end()
            self._xml.start("claim_set")
            write_source(self._xml, claim.source)
            self._source = claim.source
        xml = self._xml
        xml.start(
            "claim",
            claim_id=claim_id,
            claim_ordinal=claim.claim_ordinal,
            segment_ordinal=claim.segment_ordinal,
            byte_offset=claim.byte_offset,
        )
        self._write_head(claim)
        self._write_parties(claim)
        self._write_details(claim)
        for other in claim.other_payers:
            self._write_other_payer(other)
        for line in claim.lines:
            self._write_line(line)
        xml.texts("extra_segment", claim.extra_segments)
        xml.end()

    def _write_head(self, claim: Claim) -> None:
        xml = self._xml
        xml.text("kind", claim.kind.value)
        xml.text("patient_control_number", claim.patient_control_number)
        xml.money("charge", claim.charge_cents)
        xml.text("frequency_code", claim.frequency_code)
        self._write_place(claim.place_of_service)
        xml.text("type_of_bill", claim.type_of_bill, words=type_of_bill_label(claim.type_of_bill))
        xml.text("bill_purpose", claim.bill_purpose)
        xml.day("sent_on", claim.sent_on)
        xml.day("service_from", claim.service_from)
        xml.day("service_to", claim.service_to)
        xml.text("original_reference", claim.original_reference)
        xml.text("prior_authorization", claim.prior_authorization)

    def _write_place(self, code: str) -> None:
        known = place_of_service(code)
        self._xml.text("place_of_service", code, words=words_of(known))

    def _write_parties(self, claim: Claim) -> None:
        xml = self._xml
        write_party(xml, "billing_provider", claim.billing_provider)
        write_party(xml, "pay_to", claim.pay_to)
        if claim.coverage is not None:
            self._write_coverage(claim.coverage)
        write_party(xml, "subscriber", claim.subscriber)
        write_party(xml, "patient", claim.patient)
        xml.text("patient_relationship", claim.patient_relationship)
        write_party(xml, "payer", claim.payer)
        for party in claim.parties:
            write_party(xml, "party", party)

    def _write_details(self, claim: Claim) -> None:
        xml = self._xml
        xml.positions("claim_element", claim.claim_elements)
        xml.positions("institutional_element", claim.institutional_elements)
        for code in claim.codes:
            self._write_code(code)
        write_references(xml, claim.references)
        write_dates(xml, claim.dates)
        write_amounts(xml, claim.amounts)
        write_quantities(xml, claim.quantities)
        self._write_notes(claim.notes)
        for tooth, status in claim.teeth:
            xml.start("tooth_status")
            xml.text("tooth", tooth)
            xml.text("status", status)
            xml.end()

    def _write_coverage(self, coverage: Coverage) -> None:
        xml = self._xml
        filing = claim_filing_indicator(coverage.filing_indicator)
        xml.start("coverage")
        xml.text("sequence_code", coverage.sequence_code)
        xml.text("relationship_code", coverage.relationship_code)
        xml.text("group_number", coverage.group_number)
        xml.text("group_name", coverage.group_name)
        xml.text("insurance_type", coverage.insurance_type)
        xml.text("filing_indicator", coverage.filing_indicator, words=words_of(filing))
        xml.end()

    def _write_code(self, code: CodedInformation) -> None:
        xml = self._xml
        xml.start("coded_information")
        xml.text("qualifier", code.qualifier)
        xml.text("code", code.code)
        xml.day("first_on", code.first_on)
        xml.day("last_on", code.last_on)
        xml.money("amount", code.amount_cents)
        xml.text("present_on_admission", code.present_on_admission)
        xml.end()

    def _write_notes(self, notes: tuple[Note, ...]) -> None:
        for note in notes:
            self._xml.start("note")
            self._xml.text("qualifier", note.qualifier)
            self._xml.text("text", note.text)
            self._xml.end()

    def _write_other_payer(self, other: OtherPayer) -> None:
        xml = self._xml
        xml.start(
            "other_payer", segment_ordinal=other.segment_ordinal, byte_offset=other.byte_offset
        )
        self._write_coverage(other.coverage)
        write_party(xml, "subscriber", other.subscriber)
        write_party(xml, "payer", other.payer)
        for party in other.other_parties:
            write_party(xml, "party", party)
        write_adjustments(xml, other.adjustments)
        write_amounts(xml, other.amounts)
        write_dates(xml, other.dates)
        xml.positions("assignment_element", other.assignment)
        xml.positions("inpatient_element", other.inpatient)
        xml.positions("outpatient_element", other.outpatient)
        xml.texts("extra_segment", other.extra_segments)
        xml.end()

    def _write_line(self, line: ServiceLine) -> None:
        xml = self._xml
        xml.start(
            "service_line",
            line_number=line.line_number,
            segment_ordinal=line.segment_ordinal,
            byte_offset=line.byte_offset,
        )
        xml.text("assigned_line_number", line.assigned_line_number)
        write_procedure(xml, "procedure", line.procedure)
        xml.text("revenue_code", line.revenue_code)
        xml.money("charge", line.charge_cents)
        xml.quantity("units", line.units)
        xml.text("unit_code", line.unit_code)
        self._write_place(line.place_of_service)
        xml.texts("diagnosis_pointer", line.diagnosis_pointers)
        xml.day("service_from", line.service_from)
        xml.day("service_to", line.service_to)
        xml.text("line_item_control_number", line.line_item_control_number)
        xml.money("noncovered", line.noncovered_cents)
        xml.texts("oral_cavity", line.oral_cavity)
        self._write_teeth_and_drugs(line)
        for party in line.parties:
            write_party(xml, "party", party)
        write_references(xml, line.references)
        write_dates(xml, line.dates)
        write_amounts(xml, line.amounts)
        write_quantities(xml, line.quantities)
        self._write_notes(line.notes)
        for adjudication in line.adjudications:
            self._write_adjudication(adjudication)
        for position, text in line.further_elements:
            xml.text("further_element", text, position=position)
        xml.texts("extra_segment", line.extra_segments)
        xml.end()

    def _write_teeth_and_drugs(self, line: ServiceLine) -> None:
        xml = self._xml
        for tooth in line.teeth:
            xml.start("tooth")
            xml.text("qualifier", tooth.qualifier)
            xml.text("code", tooth.code)
            xml.texts("surface", tooth.surfaces)
            xml.end()
        for drug in line.drugs:
            self._write_drug(drug)

    def _write_drug(self, drug: Drug) -> None:
        xml = self._xml
        xml.start("drug")
        xml.text("qualifier", drug.qualifier)
        xml.text("code", drug.code)
        xml.quantity("quantity", drug.quantity)
        xml.text("unit", drug.unit)
        write_references(xml, drug.references)
        xml.end()

    def _write_adjudication(self, one: LineAdjudication) -> None:
        xml = self._xml
        xml.start(
            "line_adjudication", segment_ordinal=one.segment_ordinal, byte_offset=one.byte_offset
        )
        xml.text("payer_id", one.payer_id)
        xml.money("paid", one.paid_cents)
        write_procedure(xml, "procedure", one.procedure)
        xml.text("revenue_code", one.revenue_code)
        xml.quantity("paid_units", one.paid_units)
        xml.text("bundled_into", one.bundled_into)
        write_adjustments(xml, one.adjustments)
        xml.day("adjudicated_on", one.adjudicated_on)
        write_amounts(xml, one.amounts)
        xml.end()

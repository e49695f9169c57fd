"""Claims: what an 837 bills. Source: 005010X222A1 (P), X223A2/A3 (I), X224A2/A3 (D), 4010 A1 forms.

A claim is complete in itself: the parties of the HL levels above it are part of it.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from edi_engine.records.common import (
    Adjustment,
    Amount,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
)
from edi_engine.records.source import SetSource

__all__ = [
    "Claim",
    "ClaimKind",
    "CodedInformation",
    "Coverage",
    "Drug",
    "LineAdjudication",
    "Note",
    "OtherPayer",
    "ServiceLine",
    "Tooth",
    "payer_sequence_of",
]


class ClaimKind(StrEnum):
    """Which 837 the claim came in."""

    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"
    DENTAL = "dental"


class CodedInformation(msgspec.Struct, frozen=True, gc=False):
    """One composite of an HI segment: diagnoses, procedures, occurrence, value, condition, DRG.

    `qualifier` is the list (ABK principal diagnosis, ABF other, ABJ admitting, BBR/BBQ procedure,
    BH occurrence, BI occurrence span, BE value, BG condition, DR DRG; BK, BF ... in ICD-9).
    Dates are filled for occurrences and procedures, `amount_cents` for value codes, and
    `present_on_admission` for diagnoses (component 9).
    """

    qualifier: str
    code: str
    first_on: date | None = None
    last_on: date | None = None
    amount_cents: int | None = None
    present_on_admission: str = ""


class Note(msgspec.Struct, frozen=True, gc=False):
    """NTE: reference code and text."""

    qualifier: str
    text: str


class Drug(msgspec.Struct, frozen=True, gc=False):
    """Loop 2410: LIN (qualifier N4 with the NDC) and CTP (quantity and unit)."""

    qualifier: str
    code: str
    quantity: Decimal | None = None
    unit: str = ""
    references: tuple[Reference, ...] = ()


class Tooth(msgspec.Struct, frozen=True, gc=False):
    """TOO: tooth code with its qualifier, and surfaces in file order."""

    qualifier: str
    code: str
    surfaces: tuple[str, ...] = ()


class LineAdjudication(msgspec.Struct, frozen=True, gc=False):
    """Loop 2430: what another payer decided on a line (SVD, CAS, DTP*573).

    `payer_id` is SVD01 and names the `OtherPayer` by its identifier. `bundled_into` is SVD06, the
    assigned line number, empty when the line was not bundled. `revenue_code` is SVD04.
    """

    segment_ordinal: int
    byte_offset: int
    payer_id: str
    paid_cents: int
    procedure: Procedure | None
    paid_units: Decimal | None = None
    bundled_into: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated_on: date | None = None
    amounts: tuple[Amount, ...] = ()
    revenue_code: str = ""


_PAYERS_IN_SEQUENCE = "PSTABCDEFGH"


def payer_sequence_of(sequence_code: str) -> int:
    """The place of a payer by SBR01: P 1, S 2, T 3, then A (4) to H (11); 0 for any other code."""
    if len(sequence_code) != 1:
        return 0
    return _PAYERS_IN_SEQUENCE.find(sequence_code) + 1


class Coverage(msgspec.Struct, frozen=True, gc=False):
    """SBR: sequence (P, S, T ...), relationship, group, insurance type and filing indicator."""

    sequence_code: str
    relationship_code: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""


class OtherPayer(msgspec.Struct, frozen=True, gc=False):
    """Loop 2320 with 2330: another payer of the claim and what it decided on claim level."""

    segment_ordinal: int
    byte_offset: int
    coverage: Coverage
    subscriber: Party | None = None
    payer: Party | None = None
    other_parties: tuple[Party, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    dates: tuple[EventDate, ...] = ()
    assignment: tuple[str, ...] = ()
    inpatient: tuple[str, ...] = ()
    outpatient: tuple[str, ...] = ()
    extra_segments: tuple[str, ...] = ()


class ServiceLine(msgspec.Struct, frozen=True, gc=False):
    """LX with SV1, SV2 or SV3 and what follows: one billed service line.

    `line_number` counts lines of the claim from 1; `assigned_line_number` is LX01 as read.
    `units` is SV104/SV205/SV306 with its unit code (UN, MJ, DA), None when absent or unreadable.
    `diagnosis_pointers` are one-based positions in the claim's diagnoses, as read. `dates` and
    `references` hold all of the line's, also those that have a field of their own; the service
    dates are DTP*472, None when the line has none (it then has the claim's).
    `further_elements` are the elements of SV1, SV2 or SV3 without a field here (emergency,
    family planning, prosthesis ...) as (position, text), so that a resent claim keeps them.
    """

    segment_ordinal: int
    byte_offset: int
    line_number: int
    assigned_line_number: str
    procedure: Procedure | None
    charge_cents: int
    units: Decimal | None = None
    unit_code: str = ""
    revenue_code: str = ""
    place_of_service: str = ""
    diagnosis_pointers: tuple[str, ...] = ()
    service_from: date | None = None
    service_to: date | None = None
    line_item_control_number: str = ""
    noncovered_cents: int | None = None
    oral_cavity: tuple[str, ...] = ()
    teeth: tuple[Tooth, ...] = ()
    drugs: tuple[Drug, ...] = ()
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[EventDate, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    notes: tuple[Note, ...] = ()
    adjudications: tuple[LineAdjudication, ...] = ()
    extra_segments: tuple[str, ...] = ()
    further_elements: tuple[tuple[int, str], ...] = ()


class Claim(msgspec.Struct, frozen=True, gc=False):
    """CLM with the parties above it, its other payers and its service lines in file order.

    `claim_ordinal` counts CLMs in the set from 1. `charge_cents` is CLM02. `sent_on` is BHT04.
    `place_of_service` is CLM05-1 of a professional or dental claim; an institutional claim has
    `type_of_bill`, CLM05-1 with CLM05-3 ("131"). `frequency_code` is CLM05-3 (1 original,
    7 replacement, 8 void). `original_reference` is REF*F8, `prior_authorization` REF*G1.
    Service dates are the claim's own (DTP*434 or 472), else from first to last of its lines.
    `subscriber` is the insured; `patient` is who was treated and is the same party when the file
    has no patient level. `parties` are those of loop 2310 (rendering 82, referring DN, facility
    77, attending 71, operating 72 ...), after those of the levels above that have no field.
    `claim_elements` are CLM06 on and `institutional_elements` CL101 on, as read, components joined
    by ":". `bill_purpose` is BHT06 (CH charge, RP encounter). `dates` and `references` hold all of
    the claim's, also those that have a field of their own. `extra_segments` are kept as text with
    the delimiters `*`, `:` and `^` whatever the file had; those of the levels above come first.
    """

    source: SetSource
    segment_ordinal: int
    byte_offset: int
    claim_ordinal: int
    kind: ClaimKind
    patient_control_number: str
    charge_cents: int
    frequency_code: str = ""
    place_of_service: str = ""
    type_of_bill: str = ""
    sent_on: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    billing_provider: Party | None = None
    pay_to: Party | None = None
    coverage: Coverage | None = None
    subscriber: Party | None = None
    patient: Party | None = None
    patient_relationship: str = ""
    payer: Party | None = None
    parties: tuple[Party, ...] = ()
    original_reference: str = ""
    prior_authorization: str = ""
    claim_elements: tuple[str, ...] = ()
    institutional_elements: tuple[str, ...] = ()
    codes: tuple[CodedInformation, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[EventDate, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    notes: tuple[Note, ...] = ()
    teeth: tuple[tuple[str, str], ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()
    lines: tuple[ServiceLine, ...] = ()
    extra_segments: tuple[str, ...] = ()
    bill_purpose: str = ""

    @property
    def payer_sequence(self) -> int:
        """1 for a claim sent to the primary payer, 2 secondary, 3 tertiary ...; 1 when unknown."""
        code = self.coverage.sequence_code if self.coverage is not None else ""
        return payer_sequence_of(code) or 1

    @property
    def payer_id(self) -> str:
        """NM109 of the destination payer, or empty."""
        return self.payer.identifier if self.payer is not None else ""

    @property
    def billing_npi(self) -> str:
        """The billing provider's NPI (NM109 with qualifier XX), or empty."""
        provider = self.billing_provider
        return provider.identifier if provider is not None and provider.id_qualifier == "XX" else ""

    @property
    def billing_tin(self) -> str:
        """The billing provider's tax id (REF*EI or REF*SY, or NM109 with 24/34 in 4010)."""
        provider = self.billing_provider
        if provider is None:
            return ""
        if provider.id_qualifier in {"24", "34", "FI"}:
            return provider.identifier
        return provider.reference("EI") or provider.reference("SY")

    @property
    def group_number(self) -> str:
        """The plan's group number (SBR03), or empty."""
        return self.coverage.group_number if self.coverage is not None else ""

    @property
    def drg(self) -> str:
        """The diagnosis related group that was billed (HI*DR), or empty."""
        return next((found.code for found in self.codes if found.qualifier == "DR"), "")

    @property
    def admitted_on(self) -> date | None:
        """The day of admission (DTP*435), or None."""
        return next((each.first_on for each in self.dates if each.qualifier == "435"), None)

    def codes_of(self, *qualifiers: str) -> tuple[CodedInformation, ...]:
        """The HI entries of these lists, in file order."""
        return tuple(code for code in self.codes if code.qualifier in qualifiers)

"""Remittances: what an 835 says. Source: 005010X221A1 (and 004010X091A1 where it agrees).

A remittance is one transaction set: one payment with its claim payments and provider adjustments.
Because a set may hold hundreds of thousands of claims, the parts are separate records that point
to their set by `source`; `RemittanceSet` gathers them for callers with small files.
"""

from datetime import date
from decimal import Decimal

import msgspec

from edi_engine.records.common import (
    Adjustment,
    Amount,
    Contact,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
    RemarkCode,
)
from edi_engine.records.source import SetSource

__all__ = [
    "ClaimPayment",
    "LinePayment",
    "ProviderAdjustment",
    "ProviderSummary",
    "Remittance",
    "RemittanceSet",
]


class LinePayment(msgspec.Struct, frozen=True, gc=False):
    """SVC and its loop 2110: one service line as the payer adjudicated it.

    `procedure` is SVC01 (adjudicated), `submitted_procedure` SVC06 (None when the payer says it
    is the same). `paid_units` is SVC05 (None when absent: one unit; 0 means not reported),
    `submitted_units` SVC07. `line_item_control_number` is the first REF*6R. Dates are DTM*472, or
    150 with 151; None when the line has none (it then has the claim's).
    """

    segment_ordinal: int
    byte_offset: int
    line_ordinal: int
    procedure: Procedure
    charge_cents: int
    paid_cents: int
    revenue_code: str = ""
    paid_units: Decimal | None = None
    submitted_procedure: Procedure | None = None
    submitted_units: Decimal | None = None
    service_from: date | None = None
    service_to: date | None = None
    line_item_control_number: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[EventDate, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    remark_codes: tuple[RemarkCode, ...] = ()
    extra_segments: tuple[str, ...] = ()


class ClaimPayment(msgspec.Struct, frozen=True, gc=False):
    """CLP and its loop 2100, with its line payments in file order.

    `claim_ordinal` counts CLPs in the set from 1. Money is as in the file: a reversal
    (`status_code` "22") is negative. `patient_responsibility_cents` is None when CLP05 is absent.
    `parties` keeps every NM1 in order (QC patient, IL subscriber, 74 corrected, 82 rendering, TT
    crossover, PR corrected priority payer ...). `inpatient` and `outpatient` are the elements of
    MIA and MOA from the first on, empty tuples when absent; their remark codes are in
    `remark_codes` too. `assigned_number` is LX01, `service_from`/`service_to` DTM*232/233.
    """

    source: SetSource
    segment_ordinal: int
    byte_offset: int
    claim_ordinal: int
    patient_control_number: str
    status_code: str
    charge_cents: int
    paid_cents: int
    patient_responsibility_cents: int | None
    filing_indicator: str = ""
    payer_claim_control_number: str = ""
    facility_code: str = ""
    frequency_code: str = ""
    patient_status_code: str = ""
    drg_code: str = ""
    drg_weight: Decimal | None = None
    discharge_fraction: Decimal | None = None
    assigned_number: str = ""
    service_from: date | None = None
    service_to: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[EventDate, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    contacts: tuple[Contact, ...] = ()
    inpatient: tuple[str, ...] = ()
    outpatient: tuple[str, ...] = ()
    remark_codes: tuple[RemarkCode, ...] = ()
    lines: tuple[LinePayment, ...] = ()
    extra_segments: tuple[str, ...] = ()

    def party(self, *entity_codes: str) -> Party | None:
        """The first party with one of the entity codes, in the order asked for, or None."""
        for code in entity_codes:
            for party in self.parties:
                if party.entity_code == code:
                    return party
        return None

    def reference(self, qualifier: str) -> str:
        """The value of the first REF of the claim with this qualifier, empty without one."""
        for reference in self.references:
            if reference.qualifier == qualifier:
                return reference.value
        return ""


class ProviderAdjustment(msgspec.Struct, frozen=True, gc=False):
    """One pair of a PLB segment. Positive cents lower the deposit, negative raise it.

    `ordinal` counts pairs in the set from 1. `reason_code` and `reference` are the two components
    of PLB03 (05, 07 ...); `fiscal_period_end` is PLB02. Source: 005010X221A1 1.10.2.
    """

    source: SetSource
    segment_ordinal: int
    byte_offset: int
    ordinal: int
    provider_id: str
    fiscal_period_end: date | None
    reason_code: str
    reference: str
    amount_cents: int


class ProviderSummary(msgspec.Struct, frozen=True, gc=False):
    """TS3 or TS2 under an LX: totals by provider, kept as read. `elements` start at TS301/TS201."""

    segment_id: str
    segment_ordinal: int
    byte_offset: int
    assigned_number: str
    elements: tuple[str, ...]


class Remittance(msgspec.Struct, frozen=True, gc=False):
    """The head of one 835 transaction set: BPR, TRN, references, dates, payer and payee.

    `payment_amount_cents` is BPR02, None when it is missing or unreadable (with a finding).
    `trace_number` is TRN02, `originator_id` TRN03. `payment_date` is BPR16. `production_date` is
    DTM*405. `payment_elements` are BPR01 on, as read.
    """

    source: SetSource
    segment_ordinal: int
    byte_offset: int
    handling_code: str
    payment_amount_cents: int | None
    credit_debit_flag: str
    method: str
    payment_date: date | None
    trace_number: str
    originator_id: str
    trace_supplement: str = ""
    payment_elements: tuple[str, ...] = ()
    production_date: date | None = None
    currency: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[EventDate, ...] = ()
    payer: Party | None = None
    payee: Party | None = None
    extra_segments: tuple[str, ...] = ()

    @property
    def payer_id(self) -> str:
        """Who pays, as the file best names it: N1*PR N104, else its REF*2U, else TRN03."""
        if self.payer is not None:
            found = self.payer.identifier or self.payer.reference("2U")
            if found:
                return found
        return self.originator_id

    @property
    def payee_npi(self) -> str:
        """The payee's NPI: N1*PE N104 with qualifier XX, else its REF*HPI, else empty."""
        if self.payee is None:
            return ""
        return (
            self.payee.identifier
            if self.payee.id_qualifier == "XX"
            else self.payee.reference("HPI")
        )

    @property
    def payee_tin(self) -> str:
        """The payee's tax id: N1*PE N104 with qualifier FI, else its REF*TJ, else empty."""
        if self.payee is None:
            return ""
        return (
            self.payee.identifier if self.payee.id_qualifier == "FI" else self.payee.reference("TJ")
        )


class RemittanceSet(msgspec.Struct, frozen=True):
    """A whole remittance in memory: for files known to be small, tests and programs."""

    remittance: Remittance
    claim_payments: tuple[ClaimPayment, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    provider_summaries: tuple[ProviderSummary, ...] = ()

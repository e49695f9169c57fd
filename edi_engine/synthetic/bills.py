"""Claims as the practice sends them, before any X12: patients, bills and their lines."""

from datetime import date

import msgspec

from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import Person, Provider

__all__ = ["Bill", "BillLine", "LineDrug", "LineTooth", "Patient", "PriorAnswer", "PriorLine"]


class Patient(msgspec.Struct, frozen=True, gc=False):
    """Someone treated, with coverage. `relationship` is "18" when the patient is the subscriber.

    Members of a family share `member_id` and `subscriber`; the account number is the patient's own.
    """

    person: Person
    subscriber: Person
    relationship: str
    member_id: str
    group_number: str
    account: int
    payer: PayerProfile
    secondary_payer: PayerProfile | None = None
    secondary_member_id: str = ""


class LineDrug(msgspec.Struct, frozen=True, gc=False):
    """NDC, quantity and unit of a drug line."""

    ndc: str
    quantity: str
    unit: str


class LineTooth(msgspec.Struct, frozen=True, gc=False):
    """Tooth number and surfaces of a dental line."""

    number: str
    surfaces: tuple[str, ...]


class BillLine(msgspec.Struct, frozen=True, gc=False):
    """One billed service line. `control_number` is empty when the practice's system sends none."""

    number: int
    qualifier: str
    code: str
    modifiers: tuple[str, ...]
    revenue_code: str
    units: int
    unit_code: str
    charge_cents: int
    served_on: date
    control_number: str
    drug: LineDrug | None = None
    tooth: LineTooth | None = None
    cavity: str = ""


class PriorLine(msgspec.Struct, frozen=True, gc=False):
    """What the primary payer decided on one line, as a secondary claim must repeat it."""

    paid_cents: int
    adjustments: tuple[tuple[str, str, int], ...]


class PriorAnswer(msgspec.Struct, frozen=True, gc=False):
    """The primary payer's answer, for the loops 2320 and 2430 of a secondary claim."""

    payer: PayerProfile
    member_id: str
    answered_on: date
    paid_cents: int
    patient_cents: int
    lines: tuple[PriorLine, ...]


class Bill(msgspec.Struct, frozen=True, gc=False):
    """One claim as sent. `serial` numbers the practice's claims from 1.

    `kind` is P, I or D; `payer` the destination and `sequence` 1 or 2 its place in line.
    `place` is the place of service of P and D claims; `bill_type` the first two digits of an
    institutional type of bill. `frequency` 7 and 8 carry `original_reference`, the payer's number
    of the claim they replace or void. `drg` and `drg_weight` are filled for stays.
    """

    serial: int
    kind: str
    control_number: str
    frequency: str
    patient: Patient
    payer: PayerProfile
    sequence: int
    billing: Provider
    rendering: Provider
    place: str
    bill_type: str
    sent_on: date
    first_on: date
    last_on: date
    charge_cents: int
    lines: tuple[BillLine, ...]
    diagnoses: tuple[str, ...]
    drg: str = ""
    drg_weight: str = ""
    authorization: str = ""
    original_reference: str = ""
    prior: PriorAnswer | None = None

    @property
    def member_id(self) -> str:
        """The subscriber's identifier with the destination payer."""
        if self.sequence == 1:
            return self.patient.member_id
        return self.patient.secondary_member_id

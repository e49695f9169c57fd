"""Inquiries: questions to payers about the status of claims. Source: 005010X212 (276)."""

from datetime import date
from decimal import Decimal

import msgspec

from edi_engine.records.common import Party, Procedure, Reference

__all__ = ["InquiredLine", "StatusInquiry", "WrittenInquiry"]


class InquiredLine(msgspec.Struct, frozen=True, gc=False):
    """A service line that is asked about (loop 2210): SVC, REF*FJ and DTP*472."""

    procedure: Procedure
    charge_cents: int
    revenue_code: str = ""
    units: Decimal | None = None
    line_item_control_number: str = ""
    service_from: date | None = None
    service_to: date | None = None


class StatusInquiry(msgspec.Struct, frozen=True, gc=False):
    """A question about one claim, with the parties of the levels above it.

    `payer` is loop 2100A, `receiver` (who gets the answer) 2100B, `provider` 2100C, `subscriber`
    2100D. `patient` is 2100E, None when the subscriber was treated. Of parties only names and
    identifier are written, and day of birth and gender of who was treated. `trace_number` is
    TRN02, which the answer repeats. `references` are REF in guide order: 1K the payer claim
    control number, BLT the type of bill, EJ the patient control number ... `charge_cents` is
    AMT*T3. Days are DTP*472, None when only lines are asked about.
    """

    payer: Party
    receiver: Party
    provider: Party
    subscriber: Party
    patient: Party | None
    trace_number: str
    references: tuple[Reference, ...] = ()
    charge_cents: int | None = None
    service_from: date | None = None
    service_to: date | None = None
    lines: tuple[InquiredLine, ...] = ()


class WrittenInquiry(msgspec.Struct, frozen=True):
    """A file of inquiries that was written; nobody knows here whether it was sent.

    `claim_ids` are the claims asked about, in the order of the file. `digest` is the SHA-256 of the
    file, whose name is not kept. `written_at` is an aware UTC instant as ISO text.
    """

    written_inquiry_id: int
    written_at: str
    actor: str
    interchange_control_number: int
    digest: str
    claim_ids: tuple[int, ...] = ()

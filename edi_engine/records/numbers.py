"""Amounts of claims and remittances, and where in their files they stand.

What is stored of an amount is the place of the segment that its loop begins with. Which segment of
the loop holds it, and which element, is read from the bytes when somebody asks.
"""

from enum import StrEnum

import msgspec

__all__ = ["FileNumber", "NumberPlace"]


class FileNumber(StrEnum):
    """An amount that a file states, by the X12 element that holds it."""

    CLAIM_CHARGE = "claim_charge"
    """CLM02."""
    LINE_CHARGE = "line_charge"
    """SV102, SV203 or SV302."""
    PAID_CLAIM_CHARGE = "paid_claim_charge"
    """CLP03."""
    CLAIM_PAID = "claim_paid"
    """CLP04."""
    PATIENT_RESPONSIBILITY = "patient_responsibility"
    """CLP05."""
    INTEREST = "interest"
    """AMT02 of AMT*I of the claim."""
    PAID_LINE_CHARGE = "paid_line_charge"
    """SVC02."""
    LINE_PAID = "line_paid"
    """SVC03."""
    LINE_ALLOWED = "line_allowed"
    """AMT02 of AMT*B6."""
    CLAIM_ADJUSTMENT = "claim_adjustment"
    """CAS03, 06 ... of the claim."""
    LINE_ADJUSTMENT = "line_adjustment"
    """CAS03, 06 ... of a line."""
    PAYMENT_AMOUNT = "payment_amount"
    """BPR02."""
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    """PLB04, 06 ..."""


class NumberPlace(msgspec.Struct, frozen=True, gc=False):
    """Where to look for an amount: the loop that holds it begins at `byte_offset` of the file.
    `nth` counts from 1 the amounts of this kind in the loop, in file order."""

    file_id: int
    byte_offset: int
    number: FileNumber
    nth: int = 1

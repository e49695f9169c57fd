"""What the reports on refusals, outcomes and appeals are counted from. Money is cents."""

from datetime import date

import msgspec

__all__ = ["Answer", "FiledAppeal", "RefusedAmount"]


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A claim payment that answers a claim, by the payer the claim was sent to."""

    claim_id: int
    claim_payment_id: int
    payer_sequence: int
    answered_on: date
    charge_cents: int
    paid_cents: int
    status_code: str


class RefusedAmount(msgspec.Struct, frozen=True, gc=False):
    """What was adjusted under a group and a reason code; whether that is a refusal is for the
    reader to say."""

    group_code: str
    reason_code: str
    cents: int


class FiledAppeal(msgspec.Struct, frozen=True, gc=False):
    """An appeal with the day on which its item arose, None where nobody knows."""

    level: int
    outcome: str
    filed_on: date
    decided_on: date | None
    disputed_cents: int
    overturned_cents: int
    arose_on: date | None
    cause: str

"""Lists of claims, as the numbers of a dashboard lead to them, and the groups it counts.

A claim is *answered* once its own payer (that of its payer sequence) paid, refused or passed it on
in a remittance that is not held; copies, replaced and voided claims are left out. Money is cents.
"""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.records.matching import ClaimId
from edi_engine.records.reports import AgingClock

__all__ = [
    "AnswerGroup",
    "ClaimAlike",
    "ClaimFilter",
    "ClaimListRow",
    "ClaimListTotals",
    "ClaimResult",
    "HitState",
    "HitTotals",
    "OwedBy",
]


class OwedBy(StrEnum):
    """Who owes something on a claim, or is owed it back."""

    PAYER = "payer"
    PATIENT = "patient"
    EITHER = "either"


class ClaimResult(StrEnum):
    """What came of an answered claim, as things stand. SETTLED_FIRST: one day's answer settled
    every line, nothing is refused or short, and the claim corrects no earlier one. REFUSED and
    SHORT: money of it is refused, or allowed less than expected."""

    SETTLED_FIRST = "settled_first"
    REFUSED = "refused"
    SHORT = "short"


class HitState(StrEnum):
    """Lines that were underpaid at some time. OPEN: one still is. RECOVERED: more was allowed for
    one since."""

    ANY = "any"
    OPEN = "open"
    RECOVERED = "recovered"


class ClaimAlike(msgspec.Struct, frozen=True):
    """A claim that says the same as another one; `status` is empty before it was reconciled."""

    claim_id: ClaimId
    patient_control_number: str
    payer_name: str
    sent_on: date | None
    status: str
    paid_cents: int


class ClaimFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which claims: all of these at once; None and empty mean any. Copies are never among them.

    `payer_id` "" means claims that name no payer. `since` are the first and last day from which a
    balance counts as old by `clock`, None where there is no bound; without a last day a balance
    without any day to count from is among them. `answered` are the first and last day of the first
    answer. `days_to_answer` is the least number of days from sending to it; `is_sent_known` asks
    for claims where these days are known.
    """

    payer_id: str | None = None
    status: str = ""
    owed_by: OwedBy | None = None
    clock: AgingClock = AgingClock.RESPONSIBILITY
    since: tuple[date | None, date | None] | None = None
    answered: tuple[date, date] | None = None
    result: ClaimResult | None = None
    days_to_answer: int | None = None
    is_sent_known: bool = False
    hits: HitState | None = None

    @property
    def asks_for_answers(self) -> bool:
        """Whether only answered claims can be among them."""
        return (
            self.answered is not None
            or self.result is not None
            or self.days_to_answer is not None
            or self.is_sent_known
        )


class ClaimListRow(msgspec.Struct, frozen=True, gc=False):
    """A claim in a list. `owed_cents` is the part of its balance that the filter asks for, None
    where it asks for none; the last three are None in lists that do not ask for answers."""

    claim_id: int
    patient_control_number: str
    patient_last_name: str
    patient_first_name: str
    payer_id: str
    payer_name: str
    service_from: date | None
    sent_on: date | None
    charge_cents: int
    status: str
    payer_balance_cents: int
    patient_balance_cents: int
    owed_cents: int | None = None
    answered_on: date | None = None
    refused_cents: int | None = None
    short_cents: int | None = None


class ClaimListTotals(msgspec.Struct, frozen=True, gc=False):
    """How many claims a filter finds, and their sums; the last three as in its rows."""

    claims_count: int
    charge_cents: int
    payer_balance_cents: int
    patient_balance_cents: int
    owed_cents: int | None = None
    refused_cents: int | None = None
    short_cents: int | None = None


class AnswerGroup(msgspec.Struct, frozen=True, gc=False):
    """Answered claims of one payer that were sent on one day and first answered on one day."""

    payer_id: str
    payer_name: str
    sent_on: date | None
    answered_on: date
    claims_count: int
    settled_first_count: int
    refused_count: int
    refused_cents: int
    short_count: int
    short_cents: int


class HitTotals(msgspec.Struct, frozen=True, gc=False):
    """Claims of one payer with lines that were underpaid, now or before.

    `short_cents` is what was short at first, `open_cents` what has not come of it where a line is,
    `recovered_cents` what was allowed more since.
    """

    payer_id: str
    payer_name: str
    claims_count: int
    short_cents: int
    open_count: int
    open_cents: int
    recovered_count: int
    recovered_cents: int

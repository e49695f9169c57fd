"""What became of work items: what was at stake when they arose, and what of it came in the end.

From these the chance of recovering the next one is counted. Source: domain features 60, 69 and 73.
"""

from datetime import date
from enum import StrEnum

import msgspec

__all__ = ["ClaimMeasure", "OutcomeCount", "OutcomeKind", "WorkOutcome", "WorkStake"]


class OutcomeKind(StrEnum):
    """How an item, or a stage of it, ended. MOVED: the claim was replaced or voided, so what came
    of it is told by another claim; it is not counted. WITHDRAWN: the item came back, so an earlier
    outcome no longer holds."""

    RECOVERED = "recovered"
    PARTLY = "partly"
    NOT_RECOVERED = "not_recovered"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


class WorkStake(msgspec.Struct, frozen=True, gc=False):
    """What was at stake in an item when it arose; kept until the item is settled.

    `detail` is what its chance depends on beside the cause, empty for most. `at_risk_cents` is the
    most that was ever at risk, `measured_cents` what was there at first of what the outcome is
    measured by: allowed, paid by later payers, or owed by the patient.
    """

    work_item_id: int
    payer_id: str
    cause: str
    detail: str
    arose_on: date | None
    opened_on: date
    at_risk_cents: int
    measured_cents: int


class WorkOutcome(msgspec.Struct, frozen=True, gc=False):
    """What became of an item; never changed. A later row may withdraw it.

    It counts `count` times (1, 0, or -1 where it withdraws) in every age band from `first_band`
    (the item's age when it was opened) to `last_band` (when it ended): in each of these it was
    open, and went on to this end. `share_percent` is the part of what was at risk that came, in
    whole percent rounded down, with the sign of `count`. `concluded_by` is "engine" where the
    money says so. The last three are what the item started from, for the case that it comes back.
    """

    work_item_id: int
    kind: OutcomeKind
    payer_id: str
    cause: str
    detail: str
    first_band: int
    last_band: int
    count: int
    at_risk_cents: int
    recovered_cents: int
    share_percent: int
    concluded_on: date
    concluded_by: str
    arose_on: date | None
    opened_on: date
    measured_cents: int


class OutcomeCount(msgspec.Struct, frozen=True, gc=False):
    """How many items of a payer, cause and detail were open at an age and ended, how many of them
    brought all or a part of what was at risk, and the sum of their shares in percent."""

    payer_id: str
    cause: str
    detail: str
    age_band: int
    count: int
    recovered_count: int
    partly_count: int
    share_percents: int


class ClaimMeasure(msgspec.Struct, frozen=True):
    """What outcomes on a claim are measured by. Allowed and paid are (payer sequence, cents)."""

    is_replaced: bool
    patient_balance_cents: int
    allowed_cents: tuple[tuple[int, int], ...]
    paid_cents: tuple[tuple[int, int], ...]

"""Appeals: what was asked of a payer at which level, until when it must answer, and what came.

Source: domain 6.3 and features 60, 65 and 66.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

__all__ = [
    "Appeal",
    "AppealEvent",
    "AppealEventKind",
    "AppealLadder",
    "AppealLevel",
    "AppealMethod",
    "AppealOutcome",
    "AppealPolicy",
    "usual_ladders",
]


class AppealMethod(StrEnum):
    """How an appeal went to the payer."""

    PORTAL = "portal"
    FAX = "fax"
    MAIL = "mail"
    PHONE = "phone"


class AppealOutcome(StrEnum):
    """What came of it. PENDING: nothing yet. UPHELD: the payer stays with what it said.
    OVERTURNED and PARTLY: it will pay all or some of it. NO_RESPONSE: it was due and never came,
    which most ladders count as upheld. WITHDRAWN: we took it back."""

    PENDING = "pending"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    PARTLY = "partly"
    WITHDRAWN = "withdrawn"
    NO_RESPONSE = "no_response"


class AppealEventKind(StrEnum):
    """What happened to an appeal; events are never changed or removed."""

    FILED = "filed"
    ANSWERED = "answered"
    CORRECTED = "corrected"


class AppealLevel(msgspec.Struct, frozen=True, gc=False):
    """One step of a ladder. `file_days` are calendar days from the decision before it (at the
    first level from the payment), `response_days` those that the payer has. Below `minimum_cents`
    in dispute the level is not open."""

    name: str
    file_days: int
    response_days: int
    minimum_cents: int = 0


class AppealLadder(msgspec.Struct, frozen=True):
    """The levels of some payers, lowest first. No payer named: for every other one."""

    name: str
    levels: tuple[AppealLevel, ...]
    payer_ids: frozenset[str] = frozenset()
    filing_indicators: frozenset[str] = frozenset()
    """SBR09 of claims it is for, unless another ladder names their payer."""

    @property
    def is_for_others(self) -> bool:
        """Whether it is for whatever no other ladder names."""
        return not (self.payer_ids or self.filing_indicators)


class AppealPolicy(msgspec.Struct, frozen=True):
    """The ladders in order, and for payers with days of their own how long an answer takes."""

    ladders: tuple[AppealLadder, ...] = ()
    response_days_by_payer: tuple[tuple[str, int], ...] = ()

    def ladder_for(self, payer_id: str, filing_indicator: str) -> AppealLadder:
        """The ladder that names the payer, else the filing indicator, else the one for others."""
        ladders = (*self.ladders, *usual_ladders())
        for ladder in ladders:
            if payer_id in ladder.payer_ids:
                return ladder
        for ladder in ladders:
            if filing_indicator in ladder.filing_indicators:
                return ladder
        return next(ladder for ladder in ladders if ladder.is_for_others)


def usual_ladders() -> tuple[AppealLadder, ...]:
    """What holds where the practice says nothing.

    Medicare's five levels with the amounts of 2025 (domain 6.3); a court gives no day for its
    answer, so a year stands there. For others two levels with the payer and one outside, by the
    days that contracts and plans usually give.
    """
    return (
        AppealLadder(
            "medicare",
            (
                AppealLevel("redetermination", 120, 60),
                AppealLevel("reconsideration", 180, 60),
                AppealLevel("administrative law judge", 60, 90, 190_00),
                AppealLevel("appeals council", 60, 90),
                AppealLevel("federal court", 60, 365, 1_900_00),
            ),
            filing_indicators=frozenset({"MA", "MB"}),
        ),
        AppealLadder(
            "commercial",
            (
                AppealLevel("first level", 180, 60),
                AppealLevel("second level", 60, 60),
                AppealLevel("external review", 120, 60),
            ),
        ),
    )


class Appeal(msgspec.Struct, frozen=True):
    """One appeal at one level, as it stands.

    `level` counts from 1. `disputed_cents` is what was asked for. `baseline_cents` is what the
    payer allowed on the claim when the appeal was filed, None when that is not known any more.
    `closing_cents` is what it allowed when the next level was filed, None while there is none.
    `overturned_cents` is what the payer said it would pay. `next_due_on` is the last day of the
    next level where the outcome opens one.
    """

    appeal_id: int
    claim_id: int
    work_item_id: int | None
    payer_id: str
    payer_sequence: int
    ladder: str
    level: int
    level_name: str
    method: AppealMethod
    tracking_number: str
    disputed_cents: int
    filed_on: date
    response_due_on: date
    baseline_cents: int | None
    closing_cents: int | None = None
    outcome: AppealOutcome = AppealOutcome.PENDING
    decided_on: date | None = None
    overturned_cents: int = 0
    note: str = ""
    next_level_name: str = ""
    next_due_on: date | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the payer has still to answer."""
        return self.outcome is AppealOutcome.PENDING

    def is_overdue(self, as_of: date) -> bool:
        """Whether the answer should have come before that day."""
        return self.is_pending and self.response_due_on < as_of


class AppealEvent(msgspec.Struct, frozen=True, gc=False):
    """Something that happened to an appeal: when (aware UTC), by whom, and what in a sentence."""

    happened_at: datetime
    kind: AppealEventKind
    actor: str
    text: str

"""Rules of deadlines: until when what may be sent to whom, counted from which event.

Records only: the rules that come with the engine are a table of `codes`, a practice's own stand in
its settings, and `worklist` counts the days. Source: domain 6.3 and feature 65.
"""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.dates import open_ranges_meet

__all__ = ["DeadlineAnchor", "DeadlineKind", "DeadlineRoll", "DeadlineRule", "DeadlineUnit"]


class DeadlineKind(StrEnum):
    """What must be done in time. FILING: a claim. CORRECTED_CLAIM: a replacement (frequency 7).
    APPEAL: an appeal of some level. REFUND: giving back what is owed to a payer."""

    FILING = "filing"
    CORRECTED_CLAIM = "corrected_claim"
    APPEAL = "appeal"
    REFUND = "refund"


class DeadlineUnit(StrEnum):
    """How days are counted. A month or year ends on the same day of the month, or on its last."""

    DAYS = "days"
    BUSINESS_DAYS = "business days"
    MONTHS = "months"
    YEARS = "years"


class DeadlineAnchor(StrEnum):
    """The event that days are counted from.

    FIRST_SERVICE and LAST_SERVICE: of the claim. DISCHARGE: the last day of an inpatient stay.
    CLAIM_SENT: the day of our file. REMITTANCE: its payment date. REMITTANCE_RECEIPT: that date
    and the days until receipt is presumed. DECISION: of the level of appeal before;
    DECISION_RECEIPT: likewise its receipt. OWED_SINCE: the day since when money is owed back.
    """

    FIRST_SERVICE = "first_service"
    LAST_SERVICE = "last_service"
    DISCHARGE = "discharge"
    CLAIM_SENT = "claim_sent"
    REMITTANCE = "remittance"
    REMITTANCE_RECEIPT = "remittance_receipt"
    DECISION = "decision"
    DECISION_RECEIPT = "decision_receipt"
    OWED_SINCE = "owed_since"


class DeadlineRoll(StrEnum):
    """What the rule says of a last day that is no business day. NONE: nothing, so it stands."""

    NONE = "none"
    NEXT = "next"
    PREVIOUS = "previous"


class DeadlineRule(msgspec.Struct, frozen=True):
    """One rule. Empty fields of the first five fit anything; a rule that names more of them, in
    this order, wins over one that names less.

    `product` is the class of the claim filing indicator ("medicare", "commercial" ...),
    `claim_type` "professional", "institutional" or "dental". `level` counts appeals from 1 and is
    1 for every other kind. `count` is how many of `unit`. `receipt_days` are the days until
    receipt is presumed, where the anchor is one. `minimum_cents` is the least amount that the
    level hears, None when it hears any. The effective days are inclusive, for the day of the
    anchor; None is open. `source` says where the rule stands.
    """

    payer_id: str = ""
    group_number: str = ""
    filing_indicator: str = ""
    product: str = ""
    claim_type: str = ""
    kind: DeadlineKind = DeadlineKind.APPEAL
    level: int = 1
    count: int = 0
    unit: DeadlineUnit = DeadlineUnit.DAYS
    anchor: DeadlineAnchor = DeadlineAnchor.REMITTANCE
    receipt_days: int = 5
    roll: DeadlineRoll = DeadlineRoll.NONE
    minimum_cents: int | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    source: str = ""

    @property
    def scope(self) -> tuple[str, ...]:
        """Whom it holds for, the most telling first; empty fields fit anything."""
        return (
            self.payer_id,
            self.group_number,
            self.filing_indicator,
            self.product,
            self.claim_type,
        )

    @property
    def specificity(self) -> tuple[bool, ...]:
        """Greater wins: naming the payer outweighs naming all the rest, and so on."""
        return tuple(bool(part) for part in self.scope)

    @property
    def within(self) -> str:
        """How long in words: "120 days", "1 year"."""
        unit = self.unit.value
        return f"{self.count} {unit if self.count != 1 else unit.removesuffix('s')}"

    def is_rival_of(self, other: "DeadlineRule") -> bool:
        """Whether both may hold for one claim on one day and neither is more specific."""
        if (self.kind, self.level, self.scope) != (other.kind, other.level, other.scope):
            return False
        return open_ranges_meet(
            self.effective_from, self.effective_to, other.effective_from, other.effective_to
        )

    def holds_on(self, anchor_on: date | None) -> bool:
        """Whether it is effective; for an unknown day only when it is open at the end."""
        if anchor_on is None:
            return self.effective_to is None
        return (self.effective_from or date.min) <= anchor_on <= (self.effective_to or date.max)

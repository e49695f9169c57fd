"""What payers keep doing: each line that was short or refused, and what it brought in the end.

Hits of one payer, term and cause are a project: one call, letter or repair settles them together.
Source: domain features 58, 60 and 70.
"""

from datetime import date
from enum import StrEnum

import msgspec

__all__ = [
    "DISCOUNT_LINE",
    "INTEREST_LINE",
    "HitKind",
    "PreventionClock",
    "ProjectHit",
    "ProjectRow",
    "RefusedLine",
]

INTEREST_LINE = -1
DISCOUNT_LINE = -2
"""Line numbers of hits that are of the whole claim: interest owed, and a discount not agreed."""


class HitKind(StrEnum):
    """Whether a payer allowed less than expected, or refused the line or a part of it."""

    UNDERPAID = "underpaid"
    REFUSED = "refused"


class ProjectHit(msgspec.Struct, frozen=True, gc=False):
    """A line that a payer paid too little for or refused; line 0 is the claim's own row. Or
    interest that it owes on the claim, or a discount that it took (see the line numbers above),
    whose amounts are what it paid so far, or took, below zero.

    `term` is the contract's term, or what was refused in the form "CO-50/N115"; `cause` is a cause
    of variances, or the denial category. `short_cents` is what the line should have brought (as
    expected, else its charge; of a line refused in part the refused amount) less what was allowed
    when it was seen first, and `first_allowed_cents` what was allowed then. `solved_on` is the day
    since when nothing is missing any more, None while something is; `recovered_cents` what is
    allowed more than at first, never negative. `reopened_count` counts how often it came back.
    `hit_on` is the day of the run that saw it first, `answered_on` that of the payer's answer, None
    where no remittance says it.
    """

    claim_id: int
    line_number: int
    payer_sequence: int
    kind: HitKind
    payer_id: str
    term: str
    cause: str
    short_cents: int
    first_allowed_cents: int
    recovered_cents: int
    hit_on: date
    answered_on: date | None = None
    solved_on: date | None = None
    reopened_count: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something is still missing."""
        return self.solved_on is None


class ProjectRow(msgspec.Struct, frozen=True, gc=False):
    """All hits of one kind, payer, term and cause.

    `open_cents` is what is missing still: of open hits, less what came meanwhile. `deadline` is the
    earliest of the open work on their claims, None when nothing lapses. The project is solved when
    no hit is open.
    """

    kind: HitKind
    payer_id: str
    payer_name: str
    cause: str
    term: str
    claims_count: int
    open_claims_count: int
    open_cents: int
    short_cents: int
    recovered_cents: int
    reopened_count: int
    first_on: date
    last_on: date
    deadline: date | None


class PreventionClock(StrEnum):
    """In which week a refusal stands. SEEN: of the run that saw it first, so that each stands in
    exactly one. ANSWERED: of the payer's answer, for looking back at what was loaded later."""

    SEEN = "seen"
    ANSWERED = "answered"


class RefusedLine(msgspec.Struct, frozen=True, gc=False):
    """A refusal with what its cause is looked for by. The provider is the claim's rendering one,
    else the billing one; the procedure is "revenue 0250" where a line has no other, and empty for a
    claim refused as a whole."""

    claim_id: int
    line_number: int
    payer_sequence: int
    category: str
    term: str
    provider_npi: str
    procedure_code: str
    refused_cents: int

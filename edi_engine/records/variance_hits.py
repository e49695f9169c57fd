"""Underpayments followed over time: each line that was short, and what it brought in the end.

Hits of one payer, term and cause are a project: one call or letter settles them together.
Source: domain features 58 and 60.
"""

from datetime import date

import msgspec

__all__ = ["DISCOUNT_LINE", "INTEREST_LINE", "ProjectRow", "VarianceHit"]

INTEREST_LINE = 0
DISCOUNT_LINE = -1
"""Line numbers of hits that are of the whole claim: interest owed, and a discount not agreed."""


class VarianceHit(msgspec.Struct, frozen=True, gc=False):
    """A line that a payer allowed less for than expected; or interest that it owes on the claim, or
    a discount that it took (see the line numbers above), whose amounts are what it paid so far, or
    took, below zero.

    `short_cents` is expected less allowed when it was seen first, `first_allowed_cents` what was
    allowed then. `solved_on` is the day since when it is no longer short, None while it is;
    `recovered_cents` what is allowed more than at first, never negative. `reopened_count` counts
    how often it came back.
    """

    claim_id: int
    line_number: int
    payer_id: str
    term: str
    cause: str
    short_cents: int
    first_allowed_cents: int
    recovered_cents: int
    hit_on: date
    solved_on: date | None = None
    reopened_count: int = 0


class ProjectRow(msgspec.Struct, frozen=True, gc=False):
    """All hits of one payer, term and cause. `deadline` is the earliest of the open work on their
    claims, None when nothing lapses. The project is solved when no hit is open."""

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

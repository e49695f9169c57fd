"""What a search from anywhere finds."""

from enum import StrEnum

import msgspec

__all__ = ["Hit", "SearchKind", "SearchTerm"]


class SearchKind(StrEnum):
    """Kinds of things that are found, in the order in which they are shown."""

    CLAIM = "claim"
    PAYMENT = "payment"
    REMITTANCE = "remittance"
    DEPOSIT = "deposit"
    ITEM = "item"


class SearchTerm(StrEnum):
    """What of which thing stands in `search_terms`."""

    CLAIM_NAME = "claim_name"
    CLAIM_DAY = "claim_day"
    PAYMENT_NAME = "payment_name"
    PAYMENT_CENTS = "payment_cents"
    REMITTANCE_CENTS = "remittance_cents"
    REMITTANCE_DAY = "remittance_day"
    REMITTANCE_TRACE = "remittance_trace"
    DEPOSIT_CENTS = "deposit_cents"


class Hit(msgspec.Struct, frozen=True, gc=False, order=True):
    """Something that was found. `rank` tells how good it is, 0 the best; `reason` says by what it
    was found, and names no patient."""

    rank: int
    thing_id: int
    reason: str

"""Promises to pay: who promised what until when, and what came of it.

A promise is a fact: it is never changed, and another one takes its place. What came of it is a
conclusion: what the journal says, and for a patient what a person says beside it. Source: domain
feature 80 and 7.3.
"""

from datetime import date
from enum import StrEnum

import msgspec

__all__ = [
    "Promise",
    "PromiseMoney",
    "PromiseReceipt",
    "PromiseStanding",
    "PromiseState",
    "Promiser",
]


class Promiser(StrEnum):
    """Who promised."""

    PAYER = "payer"
    PATIENT = "patient"


class PromiseState(StrEnum):
    """OPEN: its last day, with the grace, is still to come, and the money too. KEPT: all of it
    came. PARTLY_KEPT and BROKEN: some of it or nothing came until the last day of grace.
    REPLACED: another promise took its place. RELEASED: the item ended otherwise."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    REPLACED = "replaced"
    RELEASED = "released"


class Promise(msgspec.Struct, frozen=True):
    """What somebody promised to pay on the claim of an item.

    Money of the day `counted_from` and later counts, less `known_cents`: what of it the journal
    held already when the promise was recorded. `grace_days` are those of the settings then.
    """

    promise_id: int
    work_item_id: int
    claim_id: int
    payer_sequence: int
    promised_by: Promiser
    amount_cents: int
    due_on: date
    grace_days: int
    counted_from: date
    known_cents: int
    recorded_on: date
    recorded_at: str
    recorded_by: str
    note: str = ""
    replaces_promise_id: int | None = None


class PromiseReceipt(msgspec.Struct, frozen=True):
    """Money of a patient that a person saw and that no file tells of; negative takes it back."""

    receipt_id: int
    promise_id: int
    amount_cents: int
    came_on: date
    recorded_at: str
    recorded_by: str
    note: str = ""


class PromiseMoney(msgspec.Struct, frozen=True, gc=False):
    """Money that came on a day, negative when it was taken back."""

    came_on: date
    cents: int


class PromiseStanding(msgspec.Struct, frozen=True):
    """A promise with what came of it. `kept_on` is the day on which the sum reached the amount,
    None where it does not; `is_late` when that was after the grace."""

    promise: Promise
    state: PromiseState
    came_cents: int = 0
    kept_on: date | None = None
    is_late: bool = False

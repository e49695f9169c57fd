"""Why money waits in suspense, in plain words, and what helps. Source: docs/LEDGER.md, the gate."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from edi_engine.records.journal import PostingRefusal

__all__ = ["Remedy", "WayOut", "way_out"]


class Remedy(StrEnum):
    """Where the way out begins. REVIEW: each payment is looked at and decided. PAYER: the payer is
    released. HELD: the remittance is released or dismissed. ITEMS: the provider adjustment is
    explained. BALANCE: the equations show what is wrong. BANK: the deposit comes. WAIT: nothing is
    to be done."""

    REVIEW = "review"
    PAYER = "payer"
    HELD = "held"
    ITEMS = "items"
    BALANCE = "balance"
    BANK = "bank"
    WAIT = "wait"


class WayOut(msgspec.Struct, frozen=True):
    """What a refusal means, what helps, and where that is done."""

    words: str
    help: str
    remedy: Remedy


_LOOK = "Review the payment: put it on the right claim, or keep it off all of them."
_ACCEPT = "Review the payment: let it post, or ask the payer."

_WAYS_OUT: Mapping[PostingRefusal, WayOut] = {
    PostingRefusal.UNBALANCED: WayOut(
        "charges, adjustments and payments do not add up",
        "See which equation fails and by how much, and ask the payer for a corrected remittance.",
        Remedy.BALANCE,
    ),
    PostingRefusal.DUPLICATE: WayOut(
        "the remittance is held as a repetition",
        "Release it if its money came, dismiss it if it is a copy.",
        Remedy.HELD,
    ),
    PostingRefusal.UNMATCHED: WayOut("no claim of ours fits", _LOOK, Remedy.REVIEW),
    PostingRefusal.AMBIGUOUS: WayOut("several claims fit equally well", _LOOK, Remedy.REVIEW),
    PostingRefusal.SUGGESTED: WayOut(
        "a claim fits, but not surely enough",
        "Review the payment: accept the claim that is suggested, or choose another.",
        Remedy.REVIEW,
    ),
    PostingRefusal.NOT_OURS: WayOut(
        "it is for another practice",
        "Review the payment; if it is for somebody else, send the money back.",
        Remedy.REVIEW,
    ),
    PostingRefusal.NOT_AN_ANSWER: WayOut(
        "it is an estimate or a notice, not an answer",
        "Nothing is to be done: the answer comes in a later remittance.",
        Remedy.WAIT,
    ),
    PostingRefusal.REJECTED: WayOut(
        "a person keeps it in suspense",
        "Review the payment and undo the decision, if it was wrong.",
        Remedy.REVIEW,
    ),
    PostingRefusal.SEQUENCE_CONFLICT: WayOut(
        "a later payer answered before the earlier one",
        "It posts by itself once the earlier payer's answer is there.",
        Remedy.WAIT,
    ),
    PostingRefusal.REVERSAL_NOT_EXACT: WayOut(
        "it takes something back that we do not have so", _ACCEPT, Remedy.REVIEW
    ),
    PostingRefusal.OVER_BALANCE: WayOut(
        "it would settle more than is open",
        "Review the payment: let it post, or refund what came twice.",
        Remedy.REVIEW,
    ),
    PostingRefusal.OVER_CAP: WayOut(
        "an adjustment is above the limit in the settings", _ACCEPT, Remedy.REVIEW
    ),
    PostingRefusal.HOLD_LIST: WayOut(
        "an adjustment is on the list of what is looked at", _ACCEPT, Remedy.REVIEW
    ),
    PostingRefusal.ZERO_PAYMENT: WayOut(
        "it pays nothing, and the settings say to look", _ACCEPT, Remedy.REVIEW
    ),
    PostingRefusal.ADJUSTMENT_UNTRACED: WayOut(
        "a provider adjustment that nothing explains",
        "See what it names and what its work item advises; ask the payer what it is for.",
        Remedy.ITEMS,
    ),
    PostingRefusal.DEPOSIT_AWAITED: WayOut(
        "its money has not been seen at the bank",
        "Take in the bank's file; it posts once the deposit is there.",
        Remedy.BANK,
    ),
    PostingRefusal.PAYER_UNKNOWN: WayOut(
        "no claim of ours names this payer",
        "Release the payer once it is known to be one; all of its remittances may then post.",
        Remedy.PAYER,
    ),
    PostingRefusal.DISAGREEMENT: WayOut(
        "two of name, charge and days differ from the claim's",
        "Review the payment: let it post, or put it on another claim.",
        Remedy.REVIEW,
    ),
    PostingRefusal.PARTS_DIFFER: WayOut(
        "what the payment has beyond its parts",
        "See by how much they differ, and ask the payer which is right.",
        Remedy.BALANCE,
    ),
}


def way_out(refusal: str) -> WayOut:
    """The way out of a refusal. Raises ValueError for what is none."""
    return _WAYS_OUT[PostingRefusal(refusal)]

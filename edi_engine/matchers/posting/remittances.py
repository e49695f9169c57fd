"""What a remittance posts beside its claim payments: provider adjustments, and what is left over.

Claim payments, provider adjustments and the rest together make its cash the payment amount, so
that a remittance whose parts do not add up leaves the difference in suspense, named.
"""

from collections.abc import Iterable

import msgspec

from edi_engine.codes import PlbMeaning, provider_adjustment
from edi_engine.money import format_cents
from edi_engine.records.journal import (
    CASH,
    INTEREST,
    PROVIDER_LEVEL,
    REFUNDS,
    SUSPENSE,
    JournalEntry,
    PostingPlan,
    PostingRefusal,
    SubjectKind,
)
from edi_engine.records.matching import ClaimId, RemittanceId

__all__ = ["PlacedItem", "RemittanceParts", "account_of", "post_remittance"]

_ACCOUNTS = {
    PlbMeaning.INTEREST: INTEREST,
    PlbMeaning.PENALTY: INTEREST,
    PlbMeaning.REFUND: REFUNDS,
}


class PlacedItem(msgspec.Struct, frozen=True, gc=False):
    """A provider adjustment and whether it is explained; positive cents lower the payment."""

    provider_adjustment_id: int
    reason_code: str
    amount_cents: int
    is_explained: bool
    claim_id: ClaimId | None
    reason: str


class RemittanceParts(msgspec.Struct, frozen=True, gc=False):
    """A remittance's sums. `payment_amount_cents` None: unreadable, its parts say what came.

    `claim_payments_cents` is the sum of all claim payments. With `is_sign_inverted` positive
    provider adjustments raise the payment (a payer that reads the sign the other way). Of a
    withdrawn one nothing posts: its money never came.
    """

    remittance_id: RemittanceId
    payment_amount_cents: int | None
    claim_payments_cents: int
    is_sign_inverted: bool
    held: str
    is_withdrawn: bool = False


def account_of(reason_code: str) -> str:
    """The account of an explained provider adjustment."""
    entry = provider_adjustment(reason_code)
    return _ACCOUNTS.get(entry.meaning, PROVIDER_LEVEL) if entry is not None else PROVIDER_LEVEL


def post_remittance(parts: RemittanceParts, items: Iterable[PlacedItem]) -> list[PostingPlan]:
    """A plan for each provider adjustment with money, and one for a difference."""
    if parts.is_withdrawn:
        return []
    sign = 1 if parts.is_sign_inverted else -1
    plans = []
    total = parts.claim_payments_cents
    for item in items:
        cash = sign * item.amount_cents
        total += cash
        if cash:
            plans.append(_item_plan(parts, item, cash))
    amount = parts.payment_amount_cents
    if amount is not None and amount != total:
        plans.append(_rest_plan(parts, amount, total))
    return plans


def _item_plan(parts: RemittanceParts, item: PlacedItem, cash: int) -> PostingPlan:
    refusal, reason = "", item.reason
    account = account_of(item.reason_code)
    if parts.held:
        refusal = PostingRefusal.DUPLICATE.value
        reason = f"Its remittance is held: {parts.held}"
    elif not item.is_explained:
        refusal = PostingRefusal.ADJUSTMENT_UNTRACED.value
    if refusal:
        account = SUSPENSE
    return PostingPlan(
        SubjectKind.PROVIDER_ADJUSTMENT,
        item.provider_adjustment_id,
        parts.remittance_id,
        item.claim_id,
        (JournalEntry(CASH, cash), JournalEntry(account, -cash)),
        refusal,
        reason,
    )


def _rest_plan(parts: RemittanceParts, amount: int, total: int) -> PostingPlan:
    rest = amount - total
    return PostingPlan(
        SubjectKind.REMITTANCE,
        parts.remittance_id,
        parts.remittance_id,
        None,
        (JournalEntry(CASH, rest), JournalEntry(SUSPENSE, -rest)),
        PostingRefusal.PARTS_DIFFER.value,
        f"The payment is {format_cents(amount)}, but its claims and adjustments add up to"
        f" {format_cents(total)}. Ask the payer which of them is right.",
    )

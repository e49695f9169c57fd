"""What a remittance posts beside its claim payments: provider adjustments, and what is left over.

Claim payments, provider adjustments and the rest together make its cash the payment amount, so
that a remittance whose parts do not add up leaves the difference in suspense, named.
"""

from collections.abc import Iterable

import msgspec

from edi_engine.codes import PlbMeaning
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
from edi_engine.records.matching import RemittanceId
from edi_engine.records.provider_items import ProviderItem

__all__ = ["RemittanceParts", "post_remittance"]

_ACCOUNTS: dict[str, str] = {
    PlbMeaning.INTEREST: INTEREST,
    PlbMeaning.PENALTY: INTEREST,
    PlbMeaning.REFUND: REFUNDS,
}
"""Accounts by kind of provider adjustment; the others stand on the provider level."""


class RemittanceParts(msgspec.Struct, frozen=True, gc=False):
    """A remittance's sums. `payment_amount_cents` None: unreadable, its parts say what came.

    `claim_payments_cents` is the sum of all claim payments. Of a withdrawn one nothing posts: its
    money never came.
    """

    remittance_id: RemittanceId
    payment_amount_cents: int | None
    claim_payments_cents: int
    held: str
    is_withdrawn: bool = False


def post_remittance(parts: RemittanceParts, items: Iterable[ProviderItem]) -> list[PostingPlan]:
    """A plan for each provider adjustment with money, and one for a difference."""
    if parts.is_withdrawn:
        return []
    plans = []
    total = parts.claim_payments_cents
    for item in items:
        total -= item.amount_cents
        if item.amount_cents:
            plans.append(_item_plan(parts, item))
    amount = parts.payment_amount_cents
    if amount is not None and amount != total:
        plans.append(_rest_plan(parts, amount, total))
    return plans


def _item_plan(parts: RemittanceParts, item: ProviderItem) -> PostingPlan:
    """Of an item that is partly settled and not explained only what is open waits."""
    refusal, reason, waiting = "", item.reason, 0
    if parts.held:
        refusal = PostingRefusal.DUPLICATE.value
        reason = f"Its remittance is held: {parts.held}"
        waiting = item.amount_cents
    elif not item.is_explained:
        refusal = PostingRefusal.ADJUSTMENT_UNTRACED.value
        waiting = item.open_cents
    account = _ACCOUNTS.get(item.kind, PROVIDER_LEVEL)
    amounts = (
        (CASH, -item.amount_cents),
        (account, item.amount_cents - waiting),
        (SUSPENSE, waiting),
    )
    return PostingPlan(
        SubjectKind.PROVIDER_ADJUSTMENT,
        item.item_id,
        parts.remittance_id,
        item.traced_claim_id,
        tuple(JournalEntry(name, cents) for name, cents in amounts if cents),
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

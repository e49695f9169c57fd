"""What payers took at the provider level for claims of ours, without a reversal of the claim.

Such money stays on the provider level in the journal; here it only says that nothing more is owed
back on a claim that was replaced or voided. Source: domain 3.12, 4.4.
"""

from collections.abc import Iterable, Mapping

from edi_engine.codes import PlbMeaning
from edi_engine.records.matching import ClaimId
from edi_engine.records.provider_items import ProviderItem, ProviderItemState

__all__ = ["TakenByClaim", "claims_of_takebacks", "takeback_group_key", "taken_by_claim"]

TakenByClaim = Mapping[tuple[ClaimId, str], int]
"""Cents by claim and payer identifier; what is not above zero is left out."""

_TAKEBACK = PlbMeaning.TAKEBACK.value


def takeback_group_key(claim_id: ClaimId) -> str:
    """The group of items that name the claim (see `provider_items.group_key_of`)."""
    return f"recovery claim {claim_id}"


def claims_of_takebacks(items: Iterable[ProviderItem]) -> set[ClaimId]:
    """Claims that takebacks among the items name."""
    return {
        item.traced_claim_id
        for item in items
        if item.kind == _TAKEBACK and item.traced_claim_id is not None
    }


def taken_by_claim(
    items: Iterable[ProviderItem], others: Mapping[int, ProviderItem]
) -> dict[tuple[ClaimId, str], int]:
    """What the takebacks that name a claim took in the end.

    `others` are what the items are settled by. What a notice (a takeback the other way) offsets did
    not move; what our own refund offsets (72) did: the payer has it from our check. Of a held
    remittance nothing counts.
    """
    found: dict[tuple[ClaimId, str], int] = {}
    for item in items:
        is_held = item.state is ProviderItemState.OPEN and not item.open_cents
        claim_id = item.traced_claim_id
        if item.kind != _TAKEBACK or item.amount_cents <= 0 or is_held or claim_id is None:
            continue
        announced = sum(
            part.amount_cents for part in item.settled_by if others[part.item_id].kind == _TAKEBACK
        )
        key = claim_id, item.payer_id
        found[key] = found.get(key, 0) + item.amount_cents - announced
    return {key: cents for key, cents in found.items() if cents > 0}

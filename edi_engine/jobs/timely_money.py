"""What provider adjustments say of claims whose contracts look at when they are paid."""

from collections.abc import Collection, Iterable, Mapping

from edi_engine.matchers import timely_by_claim, timely_group_keys, unnamed_interest
from edi_engine.records.matching import ClaimId, RemittanceId
from edi_engine.records.provider_items import ProviderItem
from edi_engine.records.timely_payments import ProviderTimely
from edi_engine.store import Reader

__all__ = ["timely_money"]

TimelyMoney = tuple[dict[tuple[ClaimId, str], tuple[ProviderTimely, ...]], dict[RemittanceId, int]]


def timely_money(
    reader: Reader,
    claims_by_payer: Mapping[str, Collection[ClaimId]],
    remittance_ids: Iterable[RemittanceId],
) -> TimelyMoney:
    """Interest and allowances that name these claims, by claim and payer; and interest of these
    remittances that names none."""
    items: dict[int, ProviderItem] = {}
    for payer_id, claim_ids in sorted(claims_by_payer.items()):
        keys = [key for claim_id in sorted(claim_ids) for key in timely_group_keys(claim_id)]
        items |= reader.provider_items_of_groups(payer_id, keys)
    wanted = sorted(set(remittance_ids))
    unnamed = unnamed_interest(
        reader.placed_adjustments(remittance_ids=wanted).values(), reader.interest_payments(wanted)
    )
    return timely_by_claim(items.values()), unnamed

"""The provider adjustments of a payer settled: what is new with what it may still change.

Of a payer's history only what is open is looked at, and what was settled on or after the day of
what is new. When that changes something older (a remittance that came late), it is done again
from that older day, so that any order of arrival ends the same. Source: design 3.9, 3.10.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

import msgspec

from edi_engine.codes import provider_adjustment_meaning
from edi_engine.jobs.payer_evidence import as_profiled
from edi_engine.jobs.reconcile_batch import BatchContext
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.matchers import (
    ReferenceIndex,
    claims_of_takebacks,
    claims_of_timely_items,
    group_key_of,
    provider_issues,
    reference_keys,
    settle_provider_items,
    trace_number_texts,
)
from edi_engine.records.keys import PCN_PREFIX_LENGTH, control_number_key
from edi_engine.records.matching import ClaimId, RemittanceId
from edi_engine.records.payer_profiles import PayerProfiles
from edi_engine.records.provider_items import PlacedAdjustment, ProviderItem
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Reader, Writer
from edi_engine.worklist import PlacedIssue

__all__ = ["mark_named_by_new_remittances", "settle_payer"]


def mark_named_by_new_remittances(writer: Writer) -> None:
    """Have remittances looked at whose provider adjustments name one that has just come."""
    keys = {control_number_key(text) for text in writer.pending_trace_numbers()}
    writer.mark_pending_remittances(writer.remittance_ids_by_reference(keys))


def settle_payer(
    writer: Writer, context: BatchContext, payer_id: str, remittance_ids: Collection[int]
) -> tuple[Counter[WorkEventKind], list[ClaimId]]:
    """Conclude about the provider adjustments of these remittances of a payer, and about all of
    the payer's that change with them.

    Gives what happened to the work, and claims that must be looked at again: replaced or voided
    ones for which something else is taken now than before, and those that other interest or
    allowances name, where a contract has a clause for timely payment. Other remittances whose items
    changed are put on the queue; that is theirs to clear.
    """
    profiles = context.posting.profiles
    own = _placed(writer, profiles, remittance_ids=remittance_ids)
    _note_keys(writer, own.values())
    stored, items = _settle(writer, payer_id, own, profiles)
    changed = [item for item in items if stored.get(item.item_id) != item]
    writer.write_provider_items(changed)
    writer.mark_pending_remittances(
        {item.remittance_id for item in changed} - {RemittanceId(key) for key in remittance_ids}
    )
    newest = writer.newest_provider_item_on(payer_id)
    latest = {} if newest is None else {payer_id: newest}
    issues = provider_issues(items, latest, policy=context.policy)
    work = refresh_work(
        writer,
        [PlacedIssue(issue, payer_id) for issue in issues],
        provider_item_ids=[item.item_id for item in items],
        policy=context.policy,
        as_of=context.as_of,
        happened_at=context.happened_at,
        chances=context.chances,
    )
    before = [stored[item.item_id] for item in changed if item.item_id in stored]
    claim_ids = writer.dead_claim_ids(claims_of_takebacks([*before, *changed]))
    timely = claims_of_timely_items([*before, *changed])
    if timely and not context.prices.book.is_empty:
        named = writer.billed_claims(sorted(timely - set(claim_ids)))
        claim_ids += [key for key in sorted(named) if context.prices.agrees_on_time(named[key])]
    return work, claim_ids


def _note_keys(writer: Writer, adjustments: Iterable[PlacedAdjustment]) -> None:
    keys: dict[int, set[str]] = {}
    for one in adjustments:
        own = keys.setdefault(one.remittance_id, set())
        own.update(reference_keys(one.reference))
        own.update(control_number_key(text) for text in trace_number_texts(one.reference))
    writer.note_reference_keys(keys)


def _placed(
    reader: Reader,
    profiles: PayerProfiles,
    *,
    remittance_ids: Iterable[int] = (),
    item_ids: Iterable[int] = (),
) -> dict[int, PlacedAdjustment]:
    """Provider adjustments, their signs turned where the payer's profile says so."""
    found = reader.placed_adjustments(remittance_ids=remittance_ids, item_ids=item_ids)
    if not profiles:
        return found
    money = reader.remittance_money({one.remittance_id for one in found.values()})
    profiled, _ = as_profiled(reader, profiles, money)
    turned = {
        one.remittance_id
        for one in money
        if profiled[one.remittance_id].balance_sign != one.balance_sign
    }
    return {
        key: msgspec.structs.replace(one, amount_cents=-one.amount_cents)
        if one.remittance_id in turned
        else one
        for key, one in found.items()
    }


def _settle(
    reader: Reader,
    payer_id: str,
    own: Mapping[int, PlacedAdjustment],
    profiles: PayerProfiles,
) -> tuple[dict[int, ProviderItem], list[ProviderItem]]:
    """Items as they were and as they are, of all that was looked at."""
    since = min((one.paid_on or date.min for one in own.values()), default=date.max)
    groups = _group_keys(reader, own.values())
    while True:
        stored = _to_settle(reader, payer_id, since, groups, own)
        adjustments = _placed(reader, profiles, item_ids=stored.keys() - own.keys())
        items = _concluded(reader, [*own.values(), *adjustments.values()])
        changed = [item for item in items if stored.get(item.item_id) != item]
        before = [stored[item.item_id] for item in changed if item.item_id in stored]
        earliest = min((item.arose_on or date.min for item in changed), default=date.max)
        touched = {item.group_key for item in (*changed, *before)} - {""}
        if earliest >= since and touched <= groups:
            return stored, items
        since = min(since, earliest)
        groups |= touched


def _group_keys(reader: Reader, own: Collection[PlacedAdjustment]) -> set[str]:
    index = _index(reader, own)
    found: set[str] = set()
    for one in own:
        kind = provider_adjustment_meaning(one.reason_code)
        found.add(group_key_of(one, kind, index.trace(one)))
    return found - {""}


def _to_settle(
    reader: Reader,
    payer_id: str,
    since: date,
    groups: Collection[str],
    own: Mapping[int, PlacedAdjustment],
) -> dict[int, ProviderItem]:
    """Stored items to look at: what may change, with everything it is or was settled by."""
    wanted = reader.provider_item_ids_to_settle(payer_id, since, groups) | own.keys()
    found: dict[int, ProviderItem] = {}
    while wanted:
        loaded = reader.provider_items(item_ids=wanted)
        found |= loaded
        linked = {link.item_id for item in loaded.values() for link in item.settled_by}
        wanted = linked - found.keys() - own.keys()
    return found


def _concluded(reader: Reader, adjustments: Collection[PlacedAdjustment]) -> list[ProviderItem]:
    index = _index(reader, adjustments)
    claims = {trace.claim_id for trace in map(index.trace, adjustments) if trace.claim_id}
    return settle_provider_items(
        list(adjustments),
        index,
        reversals=reader.reversals_of(claims),
        interest=reader.interest_payments({one.remittance_id for one in adjustments}),
    )


def _index(reader: Reader, adjustments: Iterable[PlacedAdjustment]) -> ReferenceIndex:
    references = {one.reference for one in adjustments}
    keys = {key for reference in references for key in reference_keys(reference)}
    texts = {text for reference in references for text in trace_number_texts(reference)}
    return ReferenceIndex(
        reader.named_payments(keys),
        reader.named_claims(keys, [key for key in keys if len(key) >= PCN_PREFIX_LENGTH]),
        reader.named_remittances(texts),
    )

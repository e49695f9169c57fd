"""The provider adjustments of payers as a sub-ledger: what is open, settled, disputed, and why.

Pure, and the same in any order of arrival. For every payer the items that await one another add up
to what is open of them. Who decides what settles what is `provider_chains`, what a reference names
`provider_references`; here both become states. Source: domain 3.12, 4.4 (X12 RFI 325, 1756, 2123).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from edi_engine.codes import PlbMeaning, provider_adjustment_meaning
from edi_engine.matchers.facts import REVERSAL
from edi_engine.matchers.provider_chains import (
    Chain,
    ChainEntry,
    ChainResult,
    chain_of,
    settle_chains,
)
from edi_engine.matchers.provider_references import ReferenceIndex
from edi_engine.money import format_cents
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import ClaimId, RemittanceId
from edi_engine.records.provider_items import (
    InterestLink,
    NamedPayment,
    PlacedAdjustment,
    ProviderItem,
    ProviderItemState,
    ReferenceTrace,
)

__all__ = ["group_key_of", "settle_provider_items"]

_INTEREST_CODE = "L6"
_NOTHING = ChainResult(0)
_OF_CLAIMS = frozenset({PlbMeaning.INTEREST, PlbMeaning.ALLOWANCE})


class _Traced(msgspec.Struct, frozen=True, gc=False):
    """An adjustment with its kind and where its reference leads."""

    adjustment: PlacedAdjustment
    kind: PlbMeaning
    trace: ReferenceTrace

    @property
    def chain(self) -> Chain | None:
        return chain_of(self.kind)

    @property
    def group_key(self) -> str:
        return group_key_of(self.adjustment, self.kind, self.trace)


def group_key_of(adjustment: PlacedAdjustment, kind: PlbMeaning, trace: ReferenceTrace) -> str:
    """What ties an item to others of its payer: the claim it names, else its whole reference.

    Empty for what nothing ties. Takebacks and refunds share groups, other kinds keep their own;
    advances without a reference are one debt. Interest and allowances settle nothing; those that
    name a claim are found by it.
    """
    chain = chain_of(kind)
    if kind in _OF_CLAIMS and trace.claim_id is not None:
        return f"{kind.value} claim {trace.claim_id}"
    if chain in {None, Chain.FORWARDING}:
        return ""
    family = Chain.RECOVERY.value if chain is Chain.RECOVERY else kind.value
    if trace.claim_id is not None:
        return f"{family} claim {trace.claim_id}"
    key = control_number_key(adjustment.reference)
    return f"{family} {key}" if key or kind is PlbMeaning.ADVANCE else ""


def settle_provider_items(
    adjustments: Sequence[PlacedAdjustment],
    index: ReferenceIndex,
    *,
    reversals: Iterable[NamedPayment] = (),
    interest: Iterable[NamedPayment] = (),
) -> list[ProviderItem]:
    """The item of each adjustment, in order of identifier.

    Give all adjustments of a payer, or those that can still be settled with all they were settled
    by. `reversals` are claim payments with status 22 of the claims named; `interest` those with
    interest (AMT*I) of the remittances concerned. What is held settles nothing and stays open.
    """
    traced = [
        _Traced(each, kind, _trace(each, kind, index))
        for each in sorted(adjustments, key=lambda one: one.provider_adjustment_id)
        for kind in (provider_adjustment_meaning(each.reason_code),)
    ]
    results = _settled(traced)
    by_claim: dict[ClaimId, list[NamedPayment]] = {}
    for payment in reversals:
        if payment.claim_id is not None and payment.status_code == REVERSAL:
            by_claim.setdefault(payment.claim_id, []).append(payment)
    paid_interest = _interest_links(interest)
    interest_sums = _interest_sums(traced)
    told: set[RemittanceId] = set()
    items = []
    for each in traced:
        key = each.adjustment.remittance_id
        result = results.get(each.adjustment.provider_adjustment_id, _NOTHING)
        item = _item(each, result, by_claim.get(each.trace.claim_id or ClaimId(0), ()))
        if _is_interest(each):
            links = paid_interest.get(key, ())
            item = _with_interest(item, -interest_sums[key], links, is_first=key not in told)
            told.add(key)
        items.append(item)
    return items


def _trace(each: PlacedAdjustment, kind: PlbMeaning, index: ReferenceIndex) -> ReferenceTrace:
    """A forwarded balance concerns no single claim, whatever its reference says."""
    return ReferenceTrace() if kind is PlbMeaning.FORWARDING else index.trace(each)


def _settled(traced: Sequence[_Traced]) -> dict[int, ChainResult]:
    by_payer: dict[str, list[ChainEntry]] = {}
    for each in traced:
        chain = each.chain
        if chain is not None and not each.adjustment.held:
            entry = _entry(each, chain)
            by_payer.setdefault(each.adjustment.payer_id, []).append(entry)
    results: dict[int, ChainResult] = {}
    for entries in by_payer.values():
        results |= settle_chains(entries)
    return results


def _entry(each: _Traced, chain: Chain) -> ChainEntry:
    one = each.adjustment
    return ChainEntry(
        item_id=one.provider_adjustment_id,
        chain=chain,
        remittance_id=one.remittance_id,
        provider_id=one.provider_id,
        paid_on=one.paid_on,
        trace_number=one.trace_number,
        ordinal=one.ordinal,
        reference_key=control_number_key(one.reference),
        group_key=each.group_key,
        claim_id=each.trace.claim_id,
        is_refund=each.kind is PlbMeaning.REFUND,
        amount_cents=one.amount_cents,
    )


class _Verdict(msgspec.Struct, frozen=True, gc=False):
    state: ProviderItemState
    open_cents: int
    is_explained: bool
    reason: str


def _item(each: _Traced, result: ChainResult, reversals: Sequence[NamedPayment]) -> ProviderItem:
    one = each.adjustment
    verdict = _verdict(each, result, reversals)
    return ProviderItem(
        item_id=one.provider_adjustment_id,
        remittance_id=one.remittance_id,
        payer_id=one.payer_id,
        reason_code=one.reason_code,
        kind=each.kind.value,
        reference=one.reference,
        amount_cents=one.amount_cents,
        open_cents=verdict.open_cents,
        state=verdict.state,
        is_explained=verdict.is_explained,
        trace=each.trace,
        settled_by=result.settled_by,
        interest=(),
        by_amount=result.by_amount,
        group_key=each.group_key,
        reason=verdict.reason,
        arose_on=one.paid_on,
        settled_on=result.settled_on,
    )


def _verdict(each: _Traced, result: ChainResult, reversals: Sequence[NamedPayment]) -> _Verdict:
    one = each.adjustment
    amount = format_cents(abs(one.amount_cents))
    if one.held:
        reason = f"{amount} is in a remittance that is held, and may never have moved."
        return _Verdict(ProviderItemState.OPEN, 0, False, reason)
    if not one.amount_cents:
        return _Verdict(ProviderItemState.LEDGER, 0, True, "No money moved.")
    if each.chain is None:
        return _without_chain(each, amount)
    if not result.open_cents:
        how = "amount alone" if result.by_amount else "reference"
        if each.chain is Chain.FORWARDING:
            how = "another amount: the chain is broken" if result.is_broken else "the same amount"
        reason = f"{amount} is settled by its opposite, found by {how}."
        return _Verdict(ProviderItemState.CLOSED, 0, True, reason)
    if result.settled_by:
        return _partial(each, result, amount)
    if each.chain is Chain.FORWARDING:
        return _carried(each, amount)
    if each.chain is Chain.RECOVERY or each.kind is PlbMeaning.ADVANCE:
        return _recovery(each, amount, reversals)
    if each.trace.claim_id is not None:
        reason = f"{amount} concerns one claim of ours."
        return _Verdict(ProviderItemState.LEDGER, 0, True, reason)
    return _Verdict(
        ProviderItemState.UNTRACED,
        one.amount_cents,
        False,
        f"{amount} names no claim that we know.",
    )


def _without_chain(each: _Traced, amount: str) -> _Verdict:
    one = each.adjustment
    if each.kind is not PlbMeaning.UNKNOWN:
        reason = f"{amount} of {each.kind.value.replace('_', ' ')}."
        return _Verdict(ProviderItemState.LEDGER, 0, True, reason)
    reason = f"{amount} with a reason code that no code list has."
    is_traced = each.trace.claim_id is not None
    state = ProviderItemState.OPEN if is_traced else ProviderItemState.UNTRACED
    return _Verdict(state, one.amount_cents, False, reason)


def _partial(each: _Traced, result: ChainResult, amount: str) -> _Verdict:
    left = format_cents(abs(result.open_cents))
    settled = format_cents(abs(each.adjustment.amount_cents) - abs(result.open_cents))
    if result.is_broken:
        reason = (
            f"The chain is broken: {amount} on this side, {settled} on the other, {left} apart."
        )
    elif each.adjustment.amount_cents > 0:
        reason = f"{amount} was taken, of which {settled} was announced and {left} was not."
    else:
        reason = f"Of {amount} {settled} is settled, {left} is still to come."
    is_explained = each.adjustment.amount_cents < 0
    return _Verdict(ProviderItemState.PARTIAL, result.open_cents, is_explained, reason)


def _carried(each: _Traced, amount: str) -> _Verdict:
    cents = each.adjustment.amount_cents
    if cents < 0:
        reason = f"{amount} was carried forward; it must come back in a later remittance."
    else:
        reason = f"{amount} was brought forward; no earlier remittance carried it."
    return _Verdict(ProviderItemState.OPEN, cents, cents < 0, reason)


def _recovery(each: _Traced, amount: str, reversals: Sequence[NamedPayment]) -> _Verdict:
    cents, claim_id = each.adjustment.amount_cents, each.trace.claim_id
    if cents < 0:
        waits = {
            PlbMeaning.REFUND: "our refund; a takeback of the same amount must offset it",
            PlbMeaning.ADVANCE: "an advance that will be taken back",
        }
        reason = (
            f"{amount} is {waits.get(each.kind, 'a recovery put off; it will be taken later')}."
        )
        return _Verdict(ProviderItemState.OPEN, cents, True, reason)
    if claim_id is None:
        reason = f"{amount} was taken and {_names(each.trace)}."
        return _Verdict(ProviderItemState.UNTRACED, cents, False, reason)
    own = [one for one in reversals if one.remittance_id == each.adjustment.remittance_id]
    if own:
        reason = f"{amount} was taken for claim {claim_id}, reversed in the same remittance."
        return _Verdict(ProviderItemState.OPEN, cents, True, reason)
    reason = f"{amount} was taken for claim {claim_id} without notice" + _earlier(each, reversals)
    return _Verdict(ProviderItemState.OPEN, cents, False, reason)


def _names(trace: ReferenceTrace) -> str:
    if trace.claim_payment_id is not None:
        return f"names claim payment {trace.claim_payment_id}, which is on no claim of ours"
    if trace.remittance_id is not None:
        return f"names remittance {trace.remittance_id}, but no claim"
    return "names nothing that we know"


def _earlier(each: _Traced, reversals: Sequence[NamedPayment]) -> str:
    """What a reversal of another remittance did: it took the money already unless it postponed it,
    and then there would be an item to settle this one with."""
    day = each.adjustment.paid_on
    took = [
        one
        for one in reversals
        if one.paid_cents < 0 and (day is None or one.paid_on is None or one.paid_on <= day)
    ]
    if not took:
        return "."
    last = max(took, key=lambda one: (str(one.paid_on or ""), one.claim_payment_id))
    return f": its reversal in remittance {last.remittance_id} took the money already."


def _interest_links(
    payments: Iterable[NamedPayment],
) -> dict[RemittanceId, tuple[InterestLink, ...]]:
    found: dict[RemittanceId, list[InterestLink]] = {}
    for one in sorted(payments, key=lambda payment: payment.claim_payment_id):
        if one.interest_cents:
            link = InterestLink(one.claim_payment_id, one.claim_id, one.interest_cents)
            found.setdefault(one.remittance_id, []).append(link)
    return {key: tuple(links) for key, links in found.items()}


def _is_interest(each: _Traced) -> bool:
    return each.adjustment.reason_code == _INTEREST_CODE and not each.adjustment.held


def _interest_sums(traced: Sequence[_Traced]) -> Mapping[RemittanceId, int]:
    """The interest items of each remittance, added up."""
    found: Counter[RemittanceId] = Counter()
    for each in traced:
        if _is_interest(each):
            found[each.adjustment.remittance_id] += each.adjustment.amount_cents
    return found


def _with_interest(
    item: ProviderItem,
    provider_cents: int,
    links: tuple[InterestLink, ...],
    *,
    is_first: bool,
) -> ProviderItem:
    """Interest of the provider (net L6) against that of the claims: one is minus the other. The
    first interest item of a remittance has the links."""
    claims_cents = sum(link.amount_cents for link in links)
    amount = format_cents(abs(item.amount_cents))
    if provider_cents == claims_cents:
        count = len(links)
        reason = f"{amount} of interest, told by {count} claim payment{'s' * (count != 1)}."
    else:
        reason = (
            f"{amount} of interest; the claims say {format_cents(claims_cents)} and the provider"
            f" adjustments {format_cents(provider_cents)}, difference"
            f" {format_cents(claims_cents - provider_cents)}."
        )
    return msgspec.structs.replace(item, interest=links if is_first else (), reason=reason)

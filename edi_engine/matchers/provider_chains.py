"""Which provider adjustments settle one another: amounts of opposite sign, taken step by step.

Items are walked through in order of payment date, so that neither the order of arrival nor what
comes later moves what an earlier day settled:

1. items whose references tie them together, by the claim or else by the reference itself, settle
   one another in parts: the same reference before others, the same amount before others, the
   older before the newer;
2. of what is left, a taking settles with the one earlier notice (or refund) of the same amount;
   with several it waits;
3. a forwarded balance comes back in a later remittance as the same amount; another amount breaks
   the chain, and settles what it covers of the newest balance of the same provider.

Source: domain 3.12, 4.4 (X12 RFI 325, 1604, 1756, 1976, 2660).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from heapq import heappop, heappush

import msgspec

from edi_engine.codes import PlbMeaning
from edi_engine.records.matching import RemittanceId
from edi_engine.records.provider_items import Settlement

__all__ = ["Chain", "ChainEntry", "ChainResult", "chain_of", "settle_chains"]


class Chain(StrEnum):
    """How items of a kind settle one another. RECOVERY: takebacks and refunds, by reference and
    then by amount. FORWARDING: balances carried on. REFERENCE: by reference only."""

    RECOVERY = "recovery"
    FORWARDING = "forwarding"
    REFERENCE = "reference"


_CHAINS = {
    PlbMeaning.TAKEBACK: Chain.RECOVERY,
    PlbMeaning.REFUND: Chain.RECOVERY,
    PlbMeaning.FORWARDING: Chain.FORWARDING,
    PlbMeaning.ADVANCE: Chain.REFERENCE,
    PlbMeaning.RECOVERY: Chain.REFERENCE,
    PlbMeaning.OFFSET: Chain.REFERENCE,
    PlbMeaning.ADJUSTMENT: Chain.REFERENCE,
}


def chain_of(kind: PlbMeaning) -> Chain | None:
    """How items of that kind settle one another, None for those that await nothing."""
    return _CHAINS.get(kind)


class ChainEntry(msgspec.Struct, frozen=True, gc=False):
    """An item as the chains see it. `group_key` ties it to others, empty for none; `claim_id` is
    where its reference leads. Entries of one payer only."""

    item_id: int
    chain: Chain
    remittance_id: RemittanceId
    provider_id: str
    paid_on: date | None
    trace_number: str
    ordinal: int
    reference_key: str
    group_key: str
    claim_id: int | None
    is_refund: bool
    amount_cents: int

    @property
    def day(self) -> date:
        """The payment date; an item without one stands before all others."""
        return self.paid_on or date.min


class ChainResult(msgspec.Struct, frozen=True, gc=False):
    """What is left of an item (sign as its amount), by what the rest was settled, and when the
    last of it was: None while something is left."""

    open_cents: int
    settled_by: tuple[Settlement, ...] = ()
    by_amount: bool = False
    is_broken: bool = False
    settled_on: date | None = None


class _Lot:
    """An item with what is left of it so far."""

    def __init__(self, entry: ChainEntry, position: int) -> None:
        self.entry = entry
        self.position = position
        self.open_cents = entry.amount_cents
        self.settled_by: dict[int, int] = {}
        self.by_amount = False
        self.is_broken = False
        self.last_on = entry.day

    def settle_with(self, other: "_Lot") -> None:
        """Take from both what they have in common."""
        cents = min(abs(self.open_cents), abs(other.open_cents))
        for one, another in ((self, other), (other, self)):
            one.open_cents -= cents if one.open_cents > 0 else -cents
            key = another.entry.item_id
            one.settled_by[key] = one.settled_by.get(key, 0) + cents
            one.last_on = max(one.last_on, another.entry.day)

    def result(self) -> ChainResult:
        on = None if self.open_cents or self.last_on == date.min else self.last_on
        links = tuple(Settlement(key, self.settled_by[key]) for key in sorted(self.settled_by))
        return ChainResult(self.open_cents, links, self.by_amount, self.is_broken, on)


def settle_chains(entries: Iterable[ChainEntry]) -> dict[int, ChainResult]:
    """What is left of each entry, by item. The same in any order of the entries."""
    ordered = sorted(entries, key=_order)
    lots = [_Lot(entry, position) for position, entry in enumerate(ordered)]
    _by_reference([lot for lot in lots if lot.entry.group_key])
    _by_amount([lot for lot in lots if lot.entry.chain is Chain.RECOVERY])
    _by_forwarding([lot for lot in lots if lot.entry.chain is Chain.FORWARDING])
    return {lot.entry.item_id: lot.result() for lot in lots}


def _order(entry: ChainEntry) -> tuple[date, bool, str, int, int, str, int]:
    """By day, what raises the deposit first (a notice before its taking), then by what the file
    says, so that ties do not depend on the order of arrival."""
    return (
        entry.day,
        entry.amount_cents > 0,
        entry.trace_number,
        entry.ordinal,
        entry.amount_cents,
        entry.reference_key,
        entry.item_id,
    )


def _by_reference(lots: Sequence[_Lot]) -> None:
    groups: dict[str, dict[bool, _Opposites]] = {}
    for lot in lots:
        sides = groups.setdefault(lot.entry.group_key, {True: _Opposites(), False: _Opposites()})
        opposites, own = sides[lot.open_cents < 0], sides[lot.open_cents > 0]
        while lot.open_cents and (best := opposites.best_for(lot)) is not None:
            lot.settle_with(best)
            if best.open_cents:
                opposites.add(best)
        if lot.open_cents:
            own.add(lot)


_Queue = list[tuple[int, int, _Lot]]
"""A heap of position, what was open when the lot came in, and the lot. What is open of a lot only
shrinks, so an entry that says another amount is stale, and dropped when it comes up."""


class _Opposites:
    """Items of one group and sign that wait: for any other the best of them, without a search.

    The same reference before others, the same amount before others, the older before the newer.
    """

    __slots__ = ("_queues",)

    def __init__(self) -> None:
        self._queues: dict[tuple[str | None, int | None], _Queue] = {}

    def add(self, lot: _Lot) -> None:
        """Let it wait with what is open of it now."""
        reference, cents = lot.entry.reference_key, lot.open_cents
        for key in ((reference, cents), (reference, None), (None, cents), (None, None)):
            heappush(self._queues.setdefault(key, []), (lot.position, cents, lot))

    def best_for(self, lot: _Lot) -> _Lot | None:
        """What settles with it first; None when nothing waits."""
        reference, cents = lot.entry.reference_key, -lot.open_cents
        for key in ((reference, cents), (reference, None), (None, cents), (None, None)):
            queue = self._queues.get(key, [])
            while queue and queue[0][2].open_cents != queue[0][1]:
                heappop(queue)
            if queue:
                return queue[0][2]
        return None


class _Equals:
    """Items of one amount that wait, by position, apart from those that name a claim."""

    __slots__ = ("named", "unnamed")

    def __init__(self) -> None:
        self.named: dict[int, _Lot] = {}
        self.unnamed: dict[int, _Lot] = {}

    def of(self, lot: _Lot) -> dict[int, _Lot]:
        return self.unnamed if lot.entry.claim_id is None else self.named

    def only_for(self, lot: _Lot) -> _Lot | None:
        """The one item that fits: not both name a claim. None when it is not just one."""
        fitting = [self.unnamed] if lot.entry.claim_id is not None else [self.unnamed, self.named]
        if sum(map(len, fitting)) != 1:
            return None
        return next(one for found in fitting for one in found.values())


def _by_amount(lots: Sequence[_Lot]) -> None:
    """Only takings seek an earlier notice; a refund of ours seeks the taking it answers as well."""
    waiting: dict[int, _Equals] = {}
    for lot in lots:
        if not lot.open_cents:
            continue
        if lot.open_cents > 0 or lot.entry.is_refund:
            equals = waiting.get(-lot.open_cents)
            other = equals.only_for(lot) if equals is not None else None
            if equals is not None and other is not None:
                del equals.of(other)[other.position]
                lot.settle_with(other)
                lot.by_amount = other.by_amount = True
                continue
        waiting.setdefault(lot.open_cents, _Equals()).of(lot)[lot.position] = lot


def _by_forwarding(lots: Sequence[_Lot]) -> None:
    """Equal amounts of any provider first, else the newest of the own provider's earlier days."""
    equals, earlier = _Newest(), _Newest()
    today: list[_Lot] = []
    for lot in lots:
        if today and today[0].entry.day < lot.entry.day:
            for one in today:
                if one.open_cents:
                    earlier.add(_own_keys(one), one)
            today = []
        if lot.open_cents < 0:
            equals.add(_equal_keys(lot, lot.open_cents), lot)
            today.append(lot)
        elif lot.open_cents:
            aside = lot.entry.remittance_id
            equal = equals.first(_equal_keys(lot, -lot.open_cents), aside=aside)
            best = equal or earlier.first(_own_keys(lot), aside=aside)
            if best is None:
                continue
            if equal is None:
                lot.is_broken = best.is_broken = True
            lot.settle_with(best)
            if best.open_cents:
                equals.add(_equal_keys(best, best.open_cents), best)
                earlier.add(_own_keys(best), best)


_Key = tuple[int | None, str | None, str | None]
"""What is open, the provider, the reference; None for any."""


def _own_keys(lot: _Lot) -> tuple[_Key, ...]:
    """The same provider and reference, then the same provider."""
    provider, reference = lot.entry.provider_id, lot.entry.reference_key
    keys: tuple[_Key, ...] = ((None, provider, None),)
    return ((None, provider, reference), *keys) if reference else keys


def _equal_keys(lot: _Lot, cents: int) -> tuple[_Key, ...]:
    """The same provider and reference, the same provider, the same reference, anybody's."""
    provider, reference = lot.entry.provider_id, lot.entry.reference_key
    if not reference:
        return ((cents, provider, None), (cents, None, None))
    return (
        (cents, provider, reference),
        (cents, provider, None),
        (cents, None, reference),
        (cents, None, None),
    )


class _Newest:
    """Balances that wait, by what may tie one to another: for any tie the newest of another
    remittance, without a search. As with `_Queue`, entries that say another amount are stale."""

    __slots__ = ("_by_remittance", "_tops")

    def __init__(self) -> None:
        self._by_remittance: dict[tuple[_Key, RemittanceId], _Queue] = {}
        self._tops: dict[_Key, list[tuple[int, RemittanceId]]] = {}

    def add(self, keys: Iterable[_Key], lot: _Lot) -> None:
        """Let it wait under these keys with what is open of it now."""
        remittance_id = lot.entry.remittance_id
        for key in keys:
            queue = self._by_remittance.setdefault((key, remittance_id), [])
            heappush(queue, (-lot.position, lot.open_cents, lot))
            if queue[0][2] is lot:
                heappush(self._tops.setdefault(key, []), (-lot.position, remittance_id))

    def first(self, keys: Iterable[_Key], *, aside: RemittanceId) -> _Lot | None:
        """The newest of the first key that has one, but for those of the remittance aside."""
        for key in keys:
            found = self._newest(key, aside)
            if found is not None:
                return found
        return None

    def _newest(self, key: _Key, aside: RemittanceId) -> _Lot | None:
        tops = self._tops.get(key, [])
        kept: tuple[int, RemittanceId] | None = None
        found = None
        while tops and found is None:
            top = tops[0]
            lot = self._top_of(key, top[1])
            if lot is None or -lot.position != top[0] or top == kept:
                heappop(tops)
                if lot is not None and top != kept and -lot.position > top[0]:
                    heappush(tops, (-lot.position, top[1]))
            elif top[1] == aside:
                kept = heappop(tops)
            else:
                found = lot
        if kept is not None:
            heappush(tops, kept)
        return found

    def _top_of(self, key: _Key, remittance_id: RemittanceId) -> _Lot | None:
        """The newest of a remittance under this key, stale entries dropped."""
        queue = self._by_remittance.get((key, remittance_id), [])
        while queue and queue[0][2].open_cents != queue[0][1]:
            heappop(queue)
        return queue[0][2] if queue else None

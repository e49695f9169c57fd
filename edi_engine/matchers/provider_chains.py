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
    waiting: dict[tuple[str, bool], list[_Lot]] = {}
    for lot in lots:
        opposites = waiting.setdefault((lot.entry.group_key, lot.open_cents < 0), [])
        while lot.open_cents and opposites:
            best = min(opposites, key=lambda other: _preference(lot, other))
            lot.settle_with(best)
            if not best.open_cents:
                opposites.remove(best)
        if lot.open_cents:
            waiting.setdefault((lot.entry.group_key, lot.open_cents > 0), []).append(lot)


def _preference(lot: _Lot, other: _Lot) -> tuple[bool, bool, int]:
    return (
        other.entry.reference_key != lot.entry.reference_key,
        other.open_cents != -lot.open_cents,
        other.position,
    )


def _by_amount(lots: Sequence[_Lot]) -> None:
    """Only takings seek an earlier notice; a refund of ours seeks the taking it answers as well."""
    waiting: dict[int, list[_Lot]] = {}
    for lot in lots:
        if not lot.open_cents:
            continue
        if lot.open_cents > 0 or lot.entry.is_refund:
            fitting = [
                other
                for other in waiting.get(-lot.open_cents, ())
                if None in {lot.entry.claim_id, other.entry.claim_id}
            ]
            if len(fitting) == 1:
                waiting[-lot.open_cents].remove(fitting[0])
                lot.settle_with(fitting[0])
                lot.by_amount = fitting[0].by_amount = True
                continue
        waiting.setdefault(lot.open_cents, []).append(lot)


def _by_forwarding(lots: Sequence[_Lot]) -> None:
    carried: list[_Lot] = []
    for lot in lots:
        if lot.open_cents < 0:
            carried.append(lot)
            continue
        earlier = [one for one in carried if one.entry.remittance_id != lot.entry.remittance_id]
        equal = [one for one in earlier if one.open_cents == -lot.open_cents]
        own = [
            one
            for one in earlier
            if one.entry.provider_id == lot.entry.provider_id and one.entry.day < lot.entry.day
        ]
        if lot.open_cents and (equal or own):
            best = max(equal or own, key=lambda one: _nearness(lot, one))
            if not equal:
                lot.is_broken = best.is_broken = True
            lot.settle_with(best)
            carried = [one for one in carried if one.open_cents]


def _nearness(lot: _Lot, carried: _Lot) -> tuple[bool, bool, int]:
    """The same provider, the same reference, the newest."""
    one, other = lot.entry, carried.entry
    return (
        one.provider_id == other.provider_id,
        bool(one.reference_key) and one.reference_key == other.reference_key,
        carried.position,
    )

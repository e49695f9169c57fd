"""Several remittances in one deposit, and one remittance in several deposits.

An answer is taken only when it is the only one, and when it is no matter of luck: many amounts
have so many sums that one of them hits any total. Source: domain feature 25.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from edi_engine.dates import add_business_days
from edi_engine.matchers.deposits.facts import (
    WINDOW_BUSINESS_DAYS,
    DepositFacts,
    PayerVerdict,
    RemittanceFacts,
    traces_contradict,
)
from edi_engine.matchers.deposits.subsets import SubsetOutcome, unique_subset
from edi_engine.records.deposits import DepositId
from edi_engine.records.matching import RemittanceId

__all__ = ["Proposal", "bundle_proposals", "split_proposals"]

_CENTS_PER_SUM = 20
"""So many cents of the total must there be for each sum that is possible; a sum then hits by
chance once in twenty times at most, and a rule of thumb is all that this is."""


class Proposal(NamedTuple):
    """An answer of a rule: these deposits pay these remittances."""

    rule: str
    deposit_ids: tuple[DepositId, ...]
    remittance_ids: tuple[RemittanceId, ...]

    def claims(self) -> list[tuple[str, int]]:
        """What it claims."""
        return [
            *(("deposit", key) for key in self.deposit_ids),
            *(("remittance", key) for key in self.remittance_ids),
        ]


class Pairing(Protocol):
    """What the ladder knows of a deposit and a remittance."""

    def verdict(self, deposit: DepositFacts, remittance: RemittanceFacts) -> PayerVerdict:
        """Whether they name the same payer."""

    def may_join(self, deposit: DepositFacts, remittance: RemittanceFacts) -> bool:
        """Whether no person keeps them apart."""


_Facts = TypeVar("_Facts", DepositFacts, RemittanceFacts)


class _ByDay(list[tuple[date, int]]):
    """Places in a list, found by a window of days."""

    def __init__(self, days: Iterable[date | None]) -> None:
        super().__init__(sorted((day, place) for place, day in enumerate(days) if day is not None))

    def around(self, day: date) -> list[int]:
        first = add_business_days(day, -WINDOW_BUSINESS_DAYS)
        last = add_business_days(day, WINDOW_BUSINESS_DAYS)
        low = bisect_left(self, first, key=lambda pair: pair[0])
        high = bisect_right(self, last, key=lambda pair: pair[0])
        return sorted(place for _, place in self[low:high])


def bundle_proposals(
    deposits: Iterable[DepositFacts], remittances: Iterable[RemittanceFacts], pairing: Pairing
) -> tuple[list[Proposal], list[Proposal], dict[DepositId, str]]:
    """(answers, ties, notes by deposit): remittances that add up to one deposit.

    A remittance with the deposit's own trace number is part of the answer; one with the trace
    number of another open deposit waits for that one.
    """
    ours, theirs = list(deposits), list(remittances)
    by_day = _ByDay(one.day for one in theirs)
    traces = Counter(one.trace for one in ours if one.trace)
    proposals, ties, notes = [], [], {}
    for deposit in ours:
        if deposit.day is None:
            continue
        found = [
            one
            for one in (theirs[place] for place in by_day.around(deposit.day))
            if one.cents is not None
            and one.cents < deposit.cents
            and (one.trace == deposit.trace or not traces[one.trace])
            and pairing.may_join(deposit, one)
            and pairing.verdict(deposit, one) is PayerVerdict.AGREE
        ]
        named = [one for one in found if one.trace and one.trace == deposit.trace]
        others = [one for one in found if one not in named]
        outcome, chosen = _answer(deposit.cents, named, others)
        if chosen:
            keys = tuple(sorted(one.remittance_id for one in chosen))
            proposals.append(Proposal("bundle", (deposit.deposit_id,), keys))
        elif outcome in _WORDS:
            keys = tuple(sorted(one.remittance_id for one in found))
            ties.append(Proposal("bundle", (deposit.deposit_id,), keys))
            notes[deposit.deposit_id] = _WORDS[outcome].format(
                several="remittances", one="deposit", count=len(found)
            )
    return proposals, ties, notes


def split_proposals(
    deposits: Iterable[DepositFacts], remittances: Iterable[RemittanceFacts], pairing: Pairing
) -> tuple[list[Proposal], list[Proposal]]:
    """(answers, ties): deposits that add up to one remittance."""
    ours, theirs = list(deposits), list(remittances)
    by_day = _ByDay(one.day for one in ours)
    traces = Counter(one.trace for one in theirs if one.trace)
    proposals, ties = [], []
    for remittance in theirs:
        if remittance.day is None or remittance.cents is None:
            continue
        found = [
            one
            for one in (ours[place] for place in by_day.around(remittance.day))
            if one.cents < remittance.cents
            and (one.trace == remittance.trace or not traces[one.trace])
            and not traces_contradict(one, remittance)
            and pairing.may_join(one, remittance)
            and pairing.verdict(one, remittance) is PayerVerdict.AGREE
        ]
        named = [one for one in found if one.trace and one.trace == remittance.trace]
        others = [one for one in found if one not in named]
        outcome, chosen = _answer(remittance.cents, named, others)
        if chosen:
            keys = tuple(sorted(one.deposit_id for one in chosen))
            proposals.append(Proposal("split", keys, (remittance.remittance_id,)))
        elif outcome in _WORDS:
            keys = tuple(sorted(one.deposit_id for one in found))
            ties.append(Proposal("split", keys, (remittance.remittance_id,)))
    return proposals, ties


_LUCK = "luck"
_WORDS = {
    SubsetOutcome.SEVERAL.value: "Several choices of {several} add up to this {one}.",
    SubsetOutcome.TOO_MANY.value: "{count} {several} may be in this {one}: too many to try.",
    _LUCK: "One choice of {several} adds up to this {one}, but among {count} that can be luck.",
}
"""Why there is no answer although something adds up, or could."""


def _answer(
    total_cents: int, named: Sequence[_Facts], others: Sequence[_Facts]
) -> tuple[str, list[_Facts]]:
    """What came of the search, and the parts with `named` among them where it found one answer.

    All amounts must be known and below the total.
    """
    left_cents = total_cents - sum(one.cents or 0 for one in named)
    if left_cents <= 0 or not others:
        return SubsetOutcome.NONE.value, []
    found = unique_subset([one.cents or 0 for one in others], left_cents)
    if found.outcome is not SubsetOutcome.ONE:
        return found.outcome.value, []
    chosen: list[_Facts] = [others[place] for place in found.places]
    if len(chosen) + len(named) < 2:
        return SubsetOutcome.NONE.value, []
    if not _is_whole_days(chosen, others) and not _is_no_luck(left_cents, others):
        return _LUCK, []
    return SubsetOutcome.ONE.value, list(named) + chosen


def _is_whole_days(chosen: Sequence[_Facts], others: Sequence[_Facts]) -> bool:
    """Whether everything of the days that are in it is in it: that is how payers bundle."""
    days = {one.day for one in chosen}
    return len(chosen) == sum(1 for one in others if one.day in days)


def _is_no_luck(total_cents: int, others: Sequence[_Facts]) -> bool:
    count = sum(1 for one in others if (one.cents or 0) <= total_cents)
    return (1 << count) * _CENTS_PER_SUM <= total_cents

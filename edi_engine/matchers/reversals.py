"""Reversals (CLP02 22) paired with what they undo, and with the correction that follows.

A reversal negates every amount of an earlier payment of the same payer, with the original group
codes; CLP05 is silent on it. Source: domain 3.4, 4.3 (005010X221A1 1.10.2.8).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

import msgspec
from msgspec.structs import astuple

from edi_engine.matchers.facts import REVERSAL
from edi_engine.matchers.line_amounts import (
    Money,
    claim_level_money,
    line_money,
    whole_claim_money,
)
from edi_engine.money import format_cents
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import ClaimPaymentId, PaidClaim, PaidLine, RemittanceId
from edi_engine.records.reconciliation import ReversalOutcome, ReversalPair

__all__ = [
    "INEXACT",
    "adds_up",
    "in_order_of_payment",
    "is_not_negative",
    "pair_reversals",
    "payment_money",
    "with_corrections_elsewhere",
]

_PARTLY_UNDONE_MAX = 500
"""Payments that are held, line by line, against a reversal of some of their lines. A claim has a
handful of answers; of more, one further back is not found, and a person sees the reversal."""

INEXACT = frozenset({ReversalOutcome.INCOMPLETE, ReversalOutcome.AMOUNTS_DIFFER})
"""Outcomes of a reversal that does not undo a payment exactly: a person must accept it."""

_BUCKETS = (
    ("charge", "charge"),
    ("payment", "paid"),
    ("contractual", "contractual"),
    ("patient responsibility", "patient"),
    ("refused", "denied"),
    ("other", "other"),
)


def in_order_of_payment(payments: Sequence[PaidClaim]) -> list[PaidClaim]:
    """By payment date (undated first), trace number, remittance and place in it.

    Remittances of one day and trace number are ordered by what they say, not by their arrival.
    """
    if len(payments) < 2:
        return list(payments)
    first_words: dict[RemittanceId, tuple[object, ...]] = {}
    for each in payments:
        words = _words_of(each)
        first_words[each.remittance_id] = min(words, first_words.get(each.remittance_id, words))
    return sorted(
        payments,
        key=lambda each: (
            each.paid_on or date.min,
            each.trace_number,
            first_words[each.remittance_id],
            each.remittance_id,
            each.claim_ordinal,
            each.claim_payment_id,
        ),
    )


def _words_of(payment: PaidClaim) -> tuple[object, ...]:
    """What a claim payment says, comparable; equal for payments that say the same."""
    return (
        payment.claim_ordinal,
        payment.payer_claim_control_number,
        payment.status_code,
        payment.charge_cents,
        payment.paid_cents,
        [astuple(each) for each in payment.adjustments],
        [
            (
                line.procedure.code,
                line.charge_cents,
                line.paid_cents,
                [astuple(each) for each in line.adjustments],
            )
            for line in payment.lines
        ],
    )


def is_not_negative(payment: PaidClaim) -> bool:
    """A payment called a reversal that takes nothing back: perhaps a correction (RFI 288)."""
    return payment.status_code == REVERSAL and (payment.charge_cents > 0 or payment.paid_cents > 0)


def payment_money(payment: PaidClaim) -> Money:
    """All amounts of a claim payment, lines and claim level together."""
    if not payment.lines:
        return whole_claim_money(payment)
    total = Money()
    for line in payment.lines:
        total.add(line_money(line))
    rest = claim_level_money(payment)
    if rest is not None:
        total.add(rest)
    return total


def adds_up(payment: PaidClaim) -> bool:
    """Whether its charges less all its adjustments are its payment."""
    money = payment_money(payment)
    return money.charge - money.adjusted == money.paid


def pair_reversals(payments: Sequence[PaidClaim]) -> list[ReversalPair]:
    """One pair per reversal, in order of payment. `payments` are those of one claim and payer.

    Each original is undone once, by a reversal that cancels it before one that does not; of several
    that fit equally the latest is taken.
    """
    ordered = in_order_of_payment(payments)
    positions = {each.claim_payment_id: index for index, each in enumerate(ordered)}
    reversals = [each for each in ordered if each.status_code == REVERSAL]
    if not reversals:
        return []
    everything, left = Originals(ordered), Originals(ordered)
    undone: dict[ClaimPaymentId, PaidClaim] = {}
    for reversal in reversals:
        original = None
        if not is_not_negative(reversal):
            original = left.undone_exactly(reversal, positions[reversal.claim_payment_id])
        if original is not None:
            left.remove(positions[original.claim_payment_id])
            undone[reversal.claim_payment_id] = original
    pairs = []
    for reversal in reversals:
        original = undone.get(reversal.claim_payment_id)
        if is_not_negative(reversal):
            pairs.append(_pair(reversal, None, None, ReversalOutcome.NOT_NEGATIVE))
            continue
        position = positions[reversal.claim_payment_id]
        if original is None:
            original = left.best_fit(reversal, position)
            if original is not None:
                left.remove(positions[original.claim_payment_id])
        outcome = ReversalOutcome.ORPHAN
        differences: tuple[str, ...] = ()
        if original is not None:
            outcome, differences = _compared(reversal, original)
        elif (known := everything.best_fit(reversal, position)) is not None:
            # What a later reversal undoes exactly: this one was a first try, and is told as that.
            first_try = _compared(reversal, known)
            if first_try[0] in INEXACT:
                original, (outcome, differences) = known, first_try
        pairs.append(_pair(reversal, original, None, outcome, differences))
    return _with_corrections(pairs, ordered, positions)


class Originals:
    """The payments that reversals may undo, by what a reversal negates, latest first.

    Of several that fit equally the latest before the reversal is taken: a claim may have thousands
    of equal payments and as many reversals, so none is held against each.
    """

    def __init__(self, ordered: Sequence[PaidClaim]) -> None:
        self._ordered = ordered
        self._days = [each.paid_on or date.min for each in ordered]
        self._by_key: dict[tuple[object, ...], list[int]] = {}
        self._keys: dict[int, list[tuple[object, ...]]] = {}
        for position, each in enumerate(ordered):
            if each.status_code != REVERSAL:
                self._keys[position] = _keys_of(each)
                for key in self._keys[position]:
                    self._by_key.setdefault(key, []).append(position)

    def remove(self, position: int) -> None:
        """It is undone, and nothing else undoes it."""
        for key in self._keys.pop(position):
            found = self._by_key[key]
            del found[bisect_left(found, position)]

    def undone_exactly(self, reversal: PaidClaim, position: int) -> PaidClaim | None:
        """The payment whose every amount it cancels."""
        key = ("all", *_negated_amounts(reversal))
        return self._latest_of(key, reversal, position)

    def best_fit(self, reversal: PaidClaim, position: int) -> PaidClaim | None:
        """The best fit: amounts that cancel, then lines that do, then the payer claim control
        number; the latest of equals. None when none came before.

        What follows the reversal in its own remittance is its correction, never its original.
        """
        exactly = self.undone_exactly(reversal, position)
        if exactly is not None:
            return exactly
        found = self._latest_of(
            ("sums", -reversal.charge_cents, -reversal.paid_cents), reversal, position
        )
        return (
            found
            or self._with_its_lines(reversal, position)
            or self._latest(
                [("number", number) for number in _numbers_named(reversal)], reversal, position
            )
        )

    def _latest_of(
        self, key: tuple[object, ...], reversal: PaidClaim, position: int
    ) -> PaidClaim | None:
        """Of those with the key one that has a number it names, else any."""
        numbered = [(*key, number) for number in _numbers_named(reversal)]
        return self._latest(numbered, reversal, position) or self._latest([key], reversal, position)

    def _latest(
        self, keys: Iterable[tuple[object, ...]], reversal: PaidClaim, position: int
    ) -> PaidClaim | None:
        latest = max(
            (next(self._before(self._by_key.get(key, []), reversal, position), -1) for key in keys),
            default=-1,
        )
        return self._ordered[latest] if latest >= 0 else None

    def _before(self, places: Sequence[int], reversal: PaidClaim, position: int) -> Iterator[int]:
        """Those of the places, latest first, that precede the reversal."""
        end = len(places)
        if reversal.paid_on is not None:
            end = bisect_right(places, reversal.paid_on, key=self._days.__getitem__)
        while end > 0:
            place = places[end - 1]
            if _precedes(self._ordered[place], reversal):
                yield place
                end -= 1
            else:
                # What follows in its own remittance stands together, and what precedes before it.
                end = min(end - 1, bisect_left(places, position))

    def _with_its_lines(self, reversal: PaidClaim, position: int) -> PaidClaim | None:
        """A payment with each line of the reversal, negated, and more; of a payer claim control
        number that it names before others."""
        if not reversal.lines:
            return None
        wanted = [_line_key(line, -1) for line in reversal.lines]
        places = min((self._by_key.get(key, []) for key in wanted), key=len)
        tried = islice(self._before(places, reversal, position), _PARTLY_UNDONE_MAX)
        fitting = [
            self._ordered[place]
            for place in tried
            if _undoes_some_lines(reversal, self._ordered[place])
        ]
        numbers = _numbers_named(reversal)
        return next(
            (each for each in fitting if _own_number(each) in numbers),
            fitting[0] if fitting else None,
        )


def _keys_of(payment: PaidClaim) -> list[tuple[object, ...]]:
    """Under what a payment can be found by a reversal of it."""
    number = _own_number(payment)
    keys: list[tuple[object, ...]] = [
        ("all", *_amounts(payment)),
        ("sums", payment.charge_cents, payment.paid_cents),
    ]
    if number:
        keys += [(*key, number) for key in keys]
        keys.append(("number", number))
    if len(payment.lines) > 1:
        keys += dict.fromkeys(_line_key(line, 1) for line in payment.lines)
    return keys


def _own_number(payment: PaidClaim) -> str:
    return control_number_key(payment.payer_claim_control_number)


def _numbers_named(reversal: PaidClaim) -> set[str]:
    """Payer claim control numbers that it may mean."""
    return {_own_number(reversal), control_number_key(reversal.original_reference)} - {""}


def _amounts(payment: PaidClaim) -> tuple[int, ...]:
    money = payment_money(payment)
    buckets = [getattr(money, field) for _, field in _BUCKETS]
    return payment.charge_cents, payment.paid_cents, *buckets


def _negated_amounts(reversal: PaidClaim) -> tuple[int, ...]:
    return tuple(-cents for cents in _amounts(reversal))


def _line_key(line: PaidLine, sign: int) -> tuple[object, ...]:
    return "line", line.procedure.code, sign * line.charge_cents, sign * line.paid_cents


def with_corrections_elsewhere(
    pairs: Sequence[ReversalPair],
    payments: Sequence[PaidClaim],
    others: Sequence[PaidClaim],
) -> list[ReversalPair]:
    """Corrections from the claim that replaced this one, for reversals without one here.

    `payments` are the claim's own, `others` those of its replacement by the same payer sequence.
    """
    by_id = {each.claim_payment_id: each for each in payments}
    left = [each for each in in_order_of_payment(others) if each.status_code != REVERSAL]
    days = [each.paid_on or date.min for each in left]
    found = []
    for pair in pairs:
        paid_on = by_id[pair.reversal_id].paid_on
        # The first of that day or later; after an undated one only what is undated itself.
        index = bisect_left(days, paid_on or date.min)
        is_later = index < len(left) and (paid_on is not None or left[index].paid_on is None)
        if pair.correction_id is None and pair.original_id is not None and is_later:
            pair = msgspec.structs.replace(pair, correction_id=left[index].claim_payment_id)  # noqa: PLW2901
            del left[index], days[index]
        found.append(pair)
    return found


def _pair(
    reversal: PaidClaim,
    original: PaidClaim | None,
    correction_id: ClaimPaymentId | None,
    outcome: ReversalOutcome,
    differences: tuple[str, ...] = (),
) -> ReversalPair:
    original_id = original.claim_payment_id if original is not None else None
    return ReversalPair(reversal.claim_payment_id, original_id, correction_id, outcome, differences)


def _precedes(payment: PaidClaim, reversal: PaidClaim) -> bool:
    if payment.remittance_id == reversal.remittance_id:
        return payment.claim_ordinal < reversal.claim_ordinal
    if payment.paid_on is None or reversal.paid_on is None:
        return True
    return payment.paid_on <= reversal.paid_on


def _compared(reversal: PaidClaim, original: PaidClaim) -> tuple[ReversalOutcome, tuple[str, ...]]:
    taken, given = payment_money(reversal), payment_money(original)
    differences = _differences(taken, given)
    if not differences:
        return ReversalOutcome.EXACT, ()
    if not taken.adjusted and given.adjusted and taken.charge == -given.charge:
        return ReversalOutcome.INCOMPLETE, differences
    if _undoes_some_lines(reversal, original):
        return ReversalOutcome.PARTIAL_LINES, differences
    return ReversalOutcome.AMOUNTS_DIFFER, differences


def _differences(taken: Money, given: Money) -> tuple[str, ...]:
    return tuple(
        f"{name}: paid {format_cents(getattr(given, field))}, "
        f"reversed {format_cents(-getattr(taken, field))}"
        for name, field in _BUCKETS
        if getattr(taken, field) != -getattr(given, field)
    )


def _undoes_some_lines(reversal: PaidClaim, original: PaidClaim) -> bool:
    """Whether each line of the reversal negates a line of the original, and not all are."""
    if not reversal.lines or len(reversal.lines) >= len(original.lines):
        return False
    given = Counter(_line_key(line, 1) for line in original.lines)
    return Counter(_line_key(line, -1) for line in reversal.lines) <= given


def _with_corrections(
    pairs: Sequence[ReversalPair],
    ordered: Sequence[PaidClaim],
    positions: dict[ClaimPaymentId, int],
) -> list[ReversalPair]:
    """Give each reversal the next payment that no other reversal has for its correction.

    A first try whose original another reversal undoes exactly has none of its own.
    """
    exactly = {pair.original_id for pair in pairs if pair.outcome not in INEXACT}
    found = []
    start = 0
    for pair in pairs:
        correction_id = None
        is_first_try = pair.outcome in INEXACT and pair.original_id in exactly
        if pair.outcome is not ReversalOutcome.NOT_NEGATIVE and not is_first_try:
            start = max(start, positions[pair.reversal_id] + 1)
            while start < len(ordered) and ordered[start].status_code == REVERSAL:
                start += 1
            if start < len(ordered):
                correction_id = ordered[start].claim_payment_id
                start += 1
        found.append(
            ReversalPair(
                pair.reversal_id, pair.original_id, correction_id, pair.outcome, pair.differences
            )
        )
    return found

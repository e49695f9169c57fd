"""Payments that belong together: those a control number ties, and what a reversal undoes.

Source: domain 3.4, 4.3 and the second stage of the ladder.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from edi_engine.matchers.comparison import Comparison
from edi_engine.matchers.facts import ClaimFacts, PaymentFacts
from edi_engine.records.matching import ClaimId, ClaimPaymentId

__all__ = ["Siblings", "undone_by"]

_Placed = TypeVar("_Placed")

SIBLINGS_MAX = 500
"""Payments that one number may tie. A claim has a handful of answers; a number on more payments
than this means nothing, and comparing each with each would take for ever."""


class Siblings:
    """The payments of a group by patient control number and by payer claim control number."""

    def __init__(self, payments: Sequence[PaymentFacts]) -> None:
        self._by_number: dict[str, list[PaymentFacts]] = {}
        self._by_payer_number: dict[str, list[PaymentFacts]] = {}
        self._numbers: dict[str, set[str]] = {}
        self._primary_answers: dict[tuple[str, str], list[PaymentFacts]] = {}
        self._parts: dict[
            tuple[str, str, ClaimId], tuple[list[PaymentFacts], list[PaymentFacts]]
        ] = {}
        for paid in payments:
            if paid.number:
                self._by_number.setdefault(paid.number, []).append(paid)
            for key in _payer_numbers(paid):
                self._by_payer_number.setdefault(key, []).append(paid)
        for index in (self._by_number, self._by_payer_number):
            for key in [key for key, found in index.items() if len(found) > SIBLINGS_MAX]:
                del index[key]

    def payer_numbers(self, number: str) -> set[str]:
        """Payer claim control numbers on the payments of a patient control number."""
        if number not in self._numbers:
            self._numbers[number] = {
                key for paid in self._by_number.get(number, ()) for key in _payer_numbers(paid)
            }
        return self._numbers[number]

    def has_primary_answer(self, paid: PaymentFacts) -> bool:
        """Whether the same payer also sent an answer as primary under this number."""
        key = paid.number, paid.payer
        if key not in self._primary_answers:
            self._primary_answers[key] = [
                other
                for other in self._by_number.get(paid.number, ())
                if other.payer == paid.payer and other.stated_sequence == 1
            ][:2]
        return any(other is not paid for other in self._primary_answers[key])

    def is_answered_in_parts(self, paid: PaymentFacts, billed: ClaimFacts) -> bool:
        """Whether another payment of this number answers a part of the claim that leaves room for
        this one, and none the whole. Reversals aside."""
        whole = billed.claim.charge_cents
        key = paid.number, paid.payer, billed.claim.claim_id
        if key not in self._parts:
            others = [
                other
                for other in self._by_number.get(paid.number, ())
                if not other.is_reversal and other.payer == paid.payer
            ]
            parts = [
                other
                for other in others
                if (compared := Comparison(other, billed)).may_be_part and not compared.dates_differ
            ]
            # One of each may be the payment that asks: the next will do as well.
            self._parts[key] = (
                [other for other in others if other.charge_cents == whole][:2],
                sorted(parts, key=lambda other: other.charge_cents)[:2],
            )
        wholes, parts = self._parts[key]
        if any(other is not paid for other in wholes):
            return False
        return any(
            other.charge_cents + paid.charge_cents <= whole for other in parts if other is not paid
        )

    def of(self, paid: PaymentFacts) -> list[PaymentFacts]:
        """Payments of the same payer that share a number of either kind, by their ids."""
        found: dict[ClaimPaymentId, PaymentFacts] = {}
        for key in _payer_numbers(paid):
            for other in self._by_payer_number.get(key, ()):
                found[other.payment.claim_payment_id] = other
        for other in self._by_number.get(paid.number, ()):
            found[other.payment.claim_payment_id] = other
        return [
            found[payment_id]
            for payment_id in sorted(found)
            if found[payment_id] is not paid and found[payment_id].payer == paid.payer
        ]


def undone_by(
    reversal: PaymentFacts, placed: Sequence[tuple[PaymentFacts, _Placed]]
) -> set[_Placed]:
    """What the payments that a reversal most likely undoes are placed on.

    The strongest tie that any payment has decides: payer number and negated amounts, then control
    number and negated amounts, then the payer number alone. More than one place: not told.
    """
    for fits in _TIES:
        found = {place for other, place in placed if fits(reversal, other)}
        if found:
            return found
    return set()


def _payer_numbers(paid: PaymentFacts) -> set[str]:
    return {paid.payer_number, paid.original_number} - {""}


def _negates(reversal: PaymentFacts, other: PaymentFacts) -> bool:
    return (
        reversal.payment.charge_cents == -other.payment.charge_cents
        and reversal.payment.paid_cents == -other.payment.paid_cents
    )


def _by_payer_number(reversal: PaymentFacts, other: PaymentFacts) -> bool:
    """It names the other's CLP07, as its own or as the original's (REF*F8)."""
    return bool(other.payer_number) and other.payer_number in _payer_numbers(reversal)


def _by_payer_number_and_amounts(reversal: PaymentFacts, other: PaymentFacts) -> bool:
    return _negates(reversal, other) and _by_payer_number(reversal, other)


def _by_number_and_amounts(reversal: PaymentFacts, other: PaymentFacts) -> bool:
    return bool(reversal.number) and reversal.number == other.number and _negates(reversal, other)


_TIES: tuple[Callable[[PaymentFacts, PaymentFacts], bool], ...] = (
    _by_payer_number_and_amounts,
    _by_number_and_amounts,
    _by_payer_number,
)

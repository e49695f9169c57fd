"""Reversals (CLP02 22) paired with what they undo, and with the correction that follows.

A reversal negates every amount of an earlier payment of the same payer, with the original group
codes; CLP05 is silent on it. Source: domain 3.4, 4.3 (005010X221A1 1.10.2.8).
"""

from collections.abc import Sequence
from datetime import date

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
from edi_engine.records.matching import ClaimPaymentId, PaidClaim, RemittanceId
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

_NO_FIT = (0, 0)
_CANCELS = 3

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
    originals = [each for each in ordered if each.status_code != REVERSAL]
    reversals = [each for each in ordered if each.status_code == REVERSAL]
    undone = _undone_exactly(reversals, originals, positions)
    taken = {each.claim_payment_id for each in undone.values()}
    open_originals = [each for each in originals if each.claim_payment_id not in taken]
    pairs = []
    for reversal in reversals:
        original = undone.get(reversal.claim_payment_id)
        if is_not_negative(reversal):
            pairs.append(_pair(reversal, None, None, ReversalOutcome.NOT_NEGATIVE))
            continue
        if original is None:
            original = _original_of(reversal, open_originals, positions)
            if original is not None:
                open_originals.remove(original)
        outcome = ReversalOutcome.ORPHAN
        differences: tuple[str, ...] = ()
        if original is not None:
            outcome, differences = _compared(reversal, original)
        elif (known := _original_of(reversal, originals, positions)) is not None:
            # What a later reversal undoes exactly: this one was a first try, and is told as that.
            first_try = _compared(reversal, known)
            if first_try[0] in INEXACT:
                original, (outcome, differences) = known, first_try
        pairs.append(_pair(reversal, original, None, outcome, differences))
    return _with_corrections(pairs, ordered, positions)


def _undone_exactly(
    reversals: Sequence[PaidClaim],
    originals: Sequence[PaidClaim],
    positions: dict[ClaimPaymentId, int],
) -> dict[ClaimPaymentId, PaidClaim]:
    """By reversal the original whose every amount it cancels."""
    left = list(originals)
    found = {}
    for reversal in reversals:
        original = None if is_not_negative(reversal) else _original_of(reversal, left, positions)
        if original is not None and _fit(reversal, original)[0] == _CANCELS:
            left.remove(original)
            found[reversal.claim_payment_id] = original
    return found


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
    found = []
    for pair in pairs:
        reversal = by_id[pair.reversal_id]
        later = [
            each for each in left if not _precedes(each, reversal) or _is_same_day(each, reversal)
        ]
        if pair.correction_id is None and pair.original_id is not None and later:
            left.remove(later[0])
            pair = msgspec.structs.replace(pair, correction_id=later[0].claim_payment_id)  # noqa: PLW2901
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


def _original_of(
    reversal: PaidClaim,
    open_originals: Sequence[PaidClaim],
    positions: dict[ClaimPaymentId, int],
) -> PaidClaim | None:
    """The payment it undoes: the best fit, the latest of equals; None when none came before.

    What follows the reversal in its own remittance is its correction, never its original.
    """
    before = [each for each in open_originals if _precedes(each, reversal)]
    fitting = [each for each in before if _fit(reversal, each) > _NO_FIT]
    if not fitting:
        return None
    return max(fitting, key=lambda each: (_fit(reversal, each), positions[each.claim_payment_id]))


def _precedes(payment: PaidClaim, reversal: PaidClaim) -> bool:
    if payment.remittance_id == reversal.remittance_id:
        return payment.claim_ordinal < reversal.claim_ordinal
    if payment.paid_on is None or reversal.paid_on is None:
        return True
    return payment.paid_on <= reversal.paid_on


def _is_same_day(payment: PaidClaim, reversal: PaidClaim) -> bool:
    return payment.paid_on == reversal.paid_on


def _fit(reversal: PaidClaim, original: PaidClaim) -> tuple[int, int]:
    """How well a payment fits: amounts that cancel, then the payer claim control number."""
    numbers = {
        control_number_key(reversal.payer_claim_control_number),
        control_number_key(reversal.original_reference),
    }
    own = control_number_key(original.payer_claim_control_number)
    same_number = int(bool(own) and own in numbers)
    if (reversal.charge_cents, reversal.paid_cents) == (
        -original.charge_cents,
        -original.paid_cents,
    ):
        cancels = not _differences(payment_money(reversal), payment_money(original))
        return (_CANCELS if cancels else 2), same_number
    return int(_undoes_some_lines(reversal, original)), same_number


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
    given = [(line.procedure.code, line.charge_cents, line.paid_cents) for line in original.lines]
    for line in reversal.lines:
        wanted = (line.procedure.code, -line.charge_cents, -line.paid_cents)
        if wanted not in given:
            return False
        given.remove(wanted)
    return True


def _with_corrections(
    pairs: Sequence[ReversalPair],
    ordered: Sequence[PaidClaim],
    positions: dict[ClaimPaymentId, int],
) -> list[ReversalPair]:
    """Give each reversal the next payment that no other reversal has for its correction.

    A first try whose original another reversal undoes exactly has none of its own.
    """
    taken: set[ClaimPaymentId] = set()
    exactly = {pair.original_id for pair in pairs if pair.outcome not in INEXACT}
    found = []
    for pair in pairs:
        correction_id = None
        is_first_try = pair.outcome in INEXACT and pair.original_id in exactly
        if pair.outcome is not ReversalOutcome.NOT_NEGATIVE and not is_first_try:
            correction_id = next(
                (
                    each.claim_payment_id
                    for each in ordered[positions[pair.reversal_id] + 1 :]
                    if each.status_code != REVERSAL and each.claim_payment_id not in taken
                ),
                None,
            )
        if correction_id is not None:
            taken.add(correction_id)
        found.append(
            ReversalPair(
                pair.reversal_id, pair.original_id, correction_id, pair.outcome, pair.differences
            )
        )
    return found

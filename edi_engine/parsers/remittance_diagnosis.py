"""What would balance a whole remittance: sum of CLP04 - sum of PLB = BPR02.

Works on what was kept while the set streamed by: its first claim payments and provider
adjustments (`PARTS_COMPARED_MAX` of each), and the sums over all. Edits of a claim payment are held
against the claim's own equation too, so that one whose claim balances is no answer unless the whole
claim payment goes. Source: 005010X221A1 1.10.2; domain 3.1, 3.12.
"""

from collections.abc import Iterator, Sequence

import msgspec

from edi_engine.findings import BalancingEdit, Hypothesis
from edi_engine.money import format_cents
from edi_engine.parsers.diagnosis import Change, Equation, Equations, Term, code_in_words, diagnose
from edi_engine.parsers.payment_diagnosis import REVERSAL_STATUS, off_cents_of_claim
from edi_engine.records.remittances import ClaimPayment, ProviderAdjustment, Remittance

__all__ = ["PARTS_COMPARED_MAX", "RemittanceParts", "diagnose_remittance"]

PARTS_COMPARED_MAX = 2_000
"""How many claim payments and provider adjustments of a set are remembered: about ten megabytes.
Of sets with more, an edit of a later one is not found; those of the head and missing ones are."""

_TRANSACTION: Equation = ("transaction", 0)
_INTEREST: Equation = ("interest", 0)


class RemittanceParts(msgspec.Struct):
    """What is remembered of a set, and its sums in cents (of everything, also of what is not).

    `interest_off_cents` is the interest of the claims (AMT*I) plus PLB L6, zero when they agree.
    """

    claim_payments: list[ClaimPayment] = []
    provider_adjustments: list[ProviderAdjustment] = []
    paid_cents: int = 0
    provider_adjustment_cents: int = 0
    interest_off_cents: int = 0


def diagnose_remittance(
    remittance: Remittance, parts: RemittanceParts
) -> tuple[BalancingEdit, ...]:
    """Single edits that would balance the transaction, the likeliest first."""
    if remittance.payment_amount_cents is None:
        return ()
    off_cents = parts.paid_cents - parts.provider_adjustment_cents - remittance.payment_amount_cents
    off: dict[Equation, int] = {
        ("claim", one.claim_ordinal): off_cents_of_claim(one) for one in parts.claim_payments
    }
    off[_TRANSACTION] = off_cents
    equations = Equations(off, {_INTEREST: parts.interest_off_cents})
    terms = [_head_term(remittance, remittance.payment_amount_cents)]
    terms += _provider_terms(parts.provider_adjustments)
    terms += [_paid_term(one) for one in parts.claim_payments]
    return diagnose(equations, _TRANSACTION, terms, _changes(remittance, parts, off_cents))


def _head_term(remittance: Remittance, amount_cents: int) -> Term:
    return Term(
        amount_cents,
        ((_TRANSACTION, -1),),
        remittance.segment_ordinal,
        remittance.byte_offset,
        "BPR02",
        "the amount of the payment",
    )


def _provider_terms(adjustments: Sequence[ProviderAdjustment]) -> list[Term]:
    """PLB pairs; the later ones of equals are repetitions."""
    terms: list[Term] = []
    seen: set[tuple[str, str, int]] = set()
    places: dict[int, int] = {}
    for one in adjustments:
        place = places[one.segment_ordinal] = places.get(one.segment_ordinal, 0) + 1
        key = (one.reason_code, one.reference, one.amount_cents)
        effects = [(_TRANSACTION, -1)]
        if one.reason_code == "L6":
            effects.append((_INTEREST, 1))
        terms.append(
            Term(
                one.amount_cents,
                tuple(effects),
                one.segment_ordinal,
                one.byte_offset,
                f"PLB{2 * place + 2:02d}",
                f"the provider adjustment {code_in_words(one.reason_code)}",
                Hypothesis.PROVIDER_ADJUSTMENT_REPEATED
                if key in seen
                else Hypothesis.PROVIDER_ADJUSTMENT_EXTRA,
            )
        )
        seen.add(key)
    return terms


def _paid_term(payment: ClaimPayment) -> Term:
    return Term(
        payment.paid_cents,
        ((_TRANSACTION, 1), (("claim", payment.claim_ordinal), -1)),
        payment.segment_ordinal,
        payment.byte_offset,
        "CLP04",
        f"the payment of claim payment {payment.claim_ordinal}",
        is_free=True,
    )


def _changes(remittance: Remittance, parts: RemittanceParts, off_cents: int) -> Iterator[Change]:
    at = (remittance.segment_ordinal, remittance.byte_offset)
    yield from _all_inverted(parts)
    yield from _missing_interest(at, parts)
    yield from _claim_payment_changes(parts.claim_payments, off_cents)
    words = f"a provider adjustment of {format_cents(off_cents)} is missing"
    yield _added(Hypothesis.PROVIDER_ADJUSTMENT_MISSING, at, off_cents, -off_cents, words)
    words = f"a claim payment of {format_cents(-off_cents)} is missing"
    yield _added(Hypothesis.CLAIM_PAYMENT_MISSING, at, -off_cents, -off_cents, words)


def _all_inverted(parts: RemittanceParts) -> Iterator[Change]:
    """A payer's habit. Of a single adjustment it is told as the sign of that one."""
    if len(parts.provider_adjustments) < 2:
        return
    first = parts.provider_adjustments[0]
    total_cents = parts.provider_adjustment_cents
    interest_cents = sum(
        one.amount_cents for one in parts.provider_adjustments if one.reason_code == "L6"
    )
    edit = BalancingEdit(
        Hypothesis.PROVIDER_ADJUSTMENTS_INVERTED,
        first.segment_ordinal,
        first.byte_offset,
        "PLB",
        total_cents,
        -total_cents,
        "the signs of all provider adjustments are turned: "
        f"{format_cents(-total_cents)} for {format_cents(total_cents)}",
    )
    yield Change(edit, {_TRANSACTION: 2 * total_cents, _INTEREST: -2 * interest_cents})


def _missing_interest(at: tuple[int, int], parts: RemittanceParts) -> Iterator[Change]:
    """The claims' interest is in the payment, but no PLB L6 says so."""
    missing_cents = -parts.interest_off_cents
    if missing_cents:
        words = (
            "the interest that the claims name is given to the provider as well: PLB L6 of "
            f"{format_cents(missing_cents)}"
        )
        change = _added(Hypothesis.INTEREST_MISSING, at, missing_cents, -missing_cents, words)
        moved = {**change.moved_cents, _INTEREST: missing_cents}
        yield Change(change.edit, moved)


def _claim_payment_changes(payments: Sequence[ClaimPayment], off_cents: int) -> Iterator[Change]:
    """A whole claim payment too many, or a reversal that takes nothing back."""
    seen: set[tuple[object, ...]] = set()
    for one in payments:
        key = _claim_payment_key(one)
        if one.paid_cents == off_cents:
            hypothesis = Hypothesis.CLAIM_PAYMENT_EXTRA
            words = f"claim payment {one.claim_ordinal} of {format_cents(off_cents)} is left out"
            if key in seen:
                hypothesis = Hypothesis.CLAIM_PAYMENT_REPEATED
                words = (
                    f"claim payment {one.claim_ordinal} of {format_cents(off_cents)}, which repeats"
                    " an earlier one, counts once"
                )
            yield _claim_payment_change(hypothesis, one, None, words)
        if one.status_code == REVERSAL_STATUS and 2 * one.paid_cents == off_cents:
            words = (
                f"claim payment {one.claim_ordinal}, a reversal, takes its "
                f"{format_cents(one.paid_cents)} back"
            )
            yield _claim_payment_change(
                Hypothesis.REVERSAL_NOT_NEGATED, one, -one.paid_cents, words
            )
        seen.add(key)


def _claim_payment_change(
    hypothesis: Hypothesis, payment: ClaimPayment, after_cents: int | None, words: str
) -> Change:
    """The whole loop goes (None) or is negated: an equation of its own neither holds more nor
    less."""
    edit = BalancingEdit(
        hypothesis,
        payment.segment_ordinal,
        payment.byte_offset,
        "CLP" if after_cents is None else "CLP04",
        payment.paid_cents,
        after_cents,
        words,
    )
    return Change(edit, {_TRANSACTION: (after_cents or 0) - payment.paid_cents})


def _claim_payment_key(payment: ClaimPayment) -> tuple[object, ...]:
    return (
        payment.patient_control_number,
        payment.payer_claim_control_number,
        payment.status_code,
        payment.charge_cents,
        payment.paid_cents,
        payment.service_from,
        tuple((line.procedure, line.charge_cents, line.paid_cents) for line in payment.lines),
    )


def _added(
    hypothesis: Hypothesis, at: tuple[int, int], amount_cents: int, moved_cents: int, words: str
) -> Change:
    """Something that is missing; it would stand after the payment, whose place is given."""
    element = "CLP" if hypothesis is Hypothesis.CLAIM_PAYMENT_MISSING else "PLB"
    edit = BalancingEdit(hypothesis, at[0], at[1], element, None, amount_cents, words)
    return Change(edit, {_TRANSACTION: moved_cents})

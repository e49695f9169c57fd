"""Choosing among claims that reach the same level of the ladder: documented criteria, no guesses.

One patient control number may stand on an original, its replacements, a void, the claims to the
next payers, a resend, and another patient's claim. Each criterion keeps the claims that speak for
the payment where others speak against it; a claim is chosen when one is left. What is still more
than one after all criteria is ambiguous. Source: domain 3.3, 4.1 and feature 17.
"""

from collections.abc import Callable, Sequence

from edi_engine.matchers.comparison import Comparison
from edi_engine.matchers.facts import (
    REPLACEMENT,
    ClaimFacts,
    PaymentFacts,
    identifier_key,
    name_words,
)
from edi_engine.records.claims import payer_sequence_of
from edi_engine.records.reconciliation import Verdict

__all__ = [
    "choose",
    "is_of_earlier_payer",
    "is_of_replaced_version",
    "is_same_payer",
    "payer_sequence_on",
]

_PRIOR_PAYER_REASON = "23"


def choose(paid: PaymentFacts, candidates: Sequence[Comparison]) -> list[Comparison]:
    """The candidates left after every criterion, in the order given; one left is the choice."""
    left = list(candidates)
    for criterion in _CRITERIA:
        if len(left) == 1:
            break
        left = criterion(paid, left)
    return left


def is_same_payer(paid: PaymentFacts, billed: ClaimFacts) -> bool:
    """Whether the paying payer is the claim's: the same identifier, or the same name."""
    if paid.payer and paid.payer == billed.payer:
        return True
    words = name_words(paid.payment.payer_name)
    return bool(words) and words == name_words(billed.claim.payer_name)


def has_prior_payer(paid: PaymentFacts) -> bool:
    """Whether the payment adjusts for what an earlier payer did (CARC 23)."""
    payment = paid.payment
    return any(each.reason_code == _PRIOR_PAYER_REASON for each in payment.adjustments) or any(
        each.reason_code == _PRIOR_PAYER_REASON
        for line in payment.lines
        for each in line.adjustments
    )


def is_of_earlier_payer(paid: PaymentFacts, billed: ClaimFacts) -> bool:
    """Whether an earlier payer's answer meets a claim that we sent to a later payer.

    It belongs to the claim to that earlier payer, even when we do not have it: the two share
    number, charge, dates and patient. An unknown payer counts as earlier when it says that it paid
    first and adjusts for no prior payer.
    """
    if billed.claim.payer_sequence == 1 or is_same_payer(paid, billed):
        return False
    for other in billed.claim.prior_payers:
        if paid.payer and identifier_key(other.payer_id) == paid.payer:
            listed = payer_sequence_of(other.sequence_code)
            return 0 < listed < billed.claim.payer_sequence
    return paid.stated_sequence == 1 and not has_prior_payer(paid)


def is_of_replaced_version(paid: PaymentFacts, billed: ClaimFacts) -> bool:
    """Whether the claim is a replacement, and the payment belongs to what it replaced.

    So it is when the replacement was sent after the payment was made, and when a reversal names
    the payer claim control number that the replacement refers to (REF*F8). For other claims the
    day of sending decides only between several: a history written out anew has late days.
    """
    claim = billed.claim
    if claim.frequency_code != REPLACEMENT:
        return False
    named = {paid.payer_number, paid.original_number} - {""}
    if paid.is_reversal and billed.original_number in named:
        return True
    if claim.sent_on is None or paid.paid_on is None:
        return False
    return claim.sent_on > paid.paid_on


def payer_sequence_on(
    paid: PaymentFacts, billed: ClaimFacts, *, primary_answered: Callable[[], bool]
) -> int:
    """As which payer this payment answers the claim: 1, 2, 3 and so on.

    Payers misreport CLP02, so who pays decides over what the payer says, where the two can be
    compared. `primary_answered` tells whether the same payer also sent an answer as primary under
    this control number: only then is its "secondary" believed on its own primary claim.
    """
    own = billed.claim.payer_sequence
    stated = paid.stated_sequence
    if is_same_payer(paid, billed):
        if own == 1 and stated is not None and stated > 1 and primary_answered():
            return stated
        return own
    for other in billed.claim.prior_payers:
        if paid.payer and identifier_key(other.payer_id) == paid.payer:
            listed = payer_sequence_of(other.sequence_code)
            if listed:
                return listed
    if own > 1:
        return own
    if stated is not None and stated > 1:
        return stated
    return 2 if has_prior_payer(paid) else 1


def _prefer(
    candidates: list[Comparison], speaks_for: Callable[[Comparison], bool]
) -> list[Comparison]:
    """Those that pass, or all when none does."""
    passing = [candidate for candidate in candidates if speaks_for(candidate)]
    return passing or candidates


def _by_patient(_paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    left = _prefer(candidates, lambda each: not each.patient_differs)
    left = _prefer(left, lambda each: each.patient_agrees)
    return _prefer(left, lambda each: each.first in {Verdict.EQUAL, Verdict.SIMILAR})


def _by_payer(paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    """Claims to the same payer; then those of the payer sequence that CLP02 states.

    A payment stated as secondary takes the primary claim when we sent none to a second payer:
    the primary payer passed the claim on.
    """
    left = _prefer(candidates, lambda each: is_same_payer(paid, each.billed))
    sequences = {each.billed.claim.payer_sequence for each in left}
    if len(sequences) == 1:
        return left
    stated = paid.stated_sequence
    if stated == 1 and len(left) == len(candidates) and has_prior_payer(paid):
        stated = 2
    if stated is None:
        return left
    known = (
        stated
        if stated in sequences
        else max((sequence for sequence in sequences if sequence < stated), default=0)
    )
    return _prefer(left, lambda each: each.billed.claim.payer_sequence == known)


def _by_sending(paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    """A payment cannot answer a claim that was sent after it."""
    paid_on = paid.paid_on
    if paid_on is None:
        return candidates
    return _prefer(
        candidates,
        lambda each: each.billed.claim.sent_on is None or each.billed.claim.sent_on <= paid_on,
    )


def _by_dates(_paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    return _prefer(candidates, lambda each: each.dates is Verdict.EQUAL)


def _by_lines(_paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    """The same lines; those of one claim, and a part of those of another, are no less the same."""
    left = _prefer(candidates, lambda each: each.lines is Verdict.EQUAL or each.may_be_part)
    return _prefer(left, lambda each: each.lines_agree)


def _by_line_numbers(paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    keys = [key for key, _ in paid.control_numbers]
    if not keys:
        return candidates
    return _prefer(candidates, lambda each: all(key in each.billed.control_numbers for key in keys))


def _by_exact_number(paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    """The number as it was sent before one that only reads the same without zeros and dashes.

    A number long enough to have been cut is no better than one that goes on where it ends.
    """
    if any(each.billed.number != paid.number for each in candidates):
        return candidates
    return _prefer(candidates, lambda each: each.billed.number_text == paid.number_text)


def _by_version(paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    """The newest version of a claim, when that is one replacement (frequency 7).

    Only among claims of the payment's own number and replacements that refer to one. Under the very
    payer claim control number that the replacement refers to the payer may speak of either.
    """
    claims = [each.billed.claim for each in candidates]
    days = [claim.sent_on for claim in claims if claim.sent_on is not None]
    related = all(
        each.billed.number == paid.number or each.billed.claim.original_reference
        for each in candidates
    )
    if len(days) != len(claims) or not related or _speaks_of_replaced(paid, candidates):
        return candidates
    newest = [
        each
        for each in candidates
        if each.billed.claim.sent_on == max(days)
        and each.billed.claim.frequency_code == REPLACEMENT
    ]
    return newest if len(newest) == 1 else candidates


def _speaks_of_replaced(paid: PaymentFacts, candidates: list[Comparison]) -> bool:
    return not paid.original_number and any(
        paid.payer_number and each.billed.original_number == paid.payer_number
        for each in candidates
    )


def _by_provider(paid: PaymentFacts, candidates: list[Comparison]) -> list[Comparison]:
    payment = paid.payment
    left = _prefer(
        candidates,
        lambda each: bool(payment.payee_npi) and each.billed.claim.billing_npi == payment.payee_npi,
    )
    return _prefer(
        left,
        lambda each: (
            bool(payment.rendering_npi) and each.billed.claim.rendering_npi == payment.rendering_npi
        ),
    )


_CRITERIA: tuple[Callable[[PaymentFacts, list[Comparison]], list[Comparison]], ...] = (
    _by_patient,
    _by_payer,
    _by_sending,
    _by_dates,
    _by_lines,
    _by_line_numbers,
    _by_exact_number,
    _by_version,
    _by_provider,
)

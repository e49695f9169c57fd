"""The gate before the journal: ordered rules, the first that refuses says why. Source: domain 4.6.

A refused claim payment waits in suspense with its reason; the others of its remittance post. A
person may accept a payment in spite of a refusal, except where it could not be posted at all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from edi_engine.matchers.adjudications import Answer, counts
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.facts import identifier_key, name_words
from edi_engine.money import format_cents
from edi_engine.records.journal import PostingRefusal
from edi_engine.records.matching import (
    DECIDED_RULE,
    ClaimId,
    ClaimPaymentId,
    PaidAdjustment,
    PaidClaim,
    RemittanceId,
)
from edi_engine.records.payer_profiles import NO_PROFILES, PayerProfiles
from edi_engine.records.policy import PostingPolicy
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ReversalOutcome,
    ReversalPair,
    Verdict,
)
from edi_engine.records.timely_payments import ProviderTimely

__all__ = [
    "EVERYBODY",
    "Candidate",
    "KnownPayers",
    "PostingContext",
    "Refusal",
    "known_payers",
    "refusal_after",
    "refusal_before",
    "refusal_of_payment",
    "set_aside",
]


class Refusal(NamedTuple):
    """Why a payment waits: the code, and a sentence with what helps."""

    code: PostingRefusal
    reason: str


_POSTED_REVERSALS = frozenset({ReversalOutcome.EXACT, ReversalOutcome.PARTIAL_LINES})
_MUST_AGREE = ("patient_last_name", "charge", "service_dates")


class KnownPayers(msgspec.Struct, frozen=True):
    """Payers that our claims name or a person released: keys of identifiers, words of names."""

    identifiers: frozenset[str] = frozenset()
    names: frozenset[tuple[str, ...]] = frozenset()

    def know(self, payer_id: str, payer_name: str) -> bool:
        """Whether the payer is among them."""
        if identifier_key(payer_id) in self.identifiers:
            return True
        return name_words(payer_name) in self.names


def known_payers(payers: Iterable[tuple[str, str]]) -> KnownPayers:
    """Of identifiers and names as they stand on claims; empty ones are left out."""
    identifiers: set[str] = set()
    names: set[tuple[str, ...]] = set()
    for payer_id, payer_name in payers:
        identifiers.add(identifier_key(payer_id))
        names.add(name_words(payer_name))
    return KnownPayers(frozenset(identifiers - {""}), frozenset(names - {()}))


class PostingContext(msgspec.Struct, frozen=True):
    """What the gate needs to know beside the claim.

    `known_payers` None: every payer is known. `deposited` are the remittances whose money was seen
    at the bank; None when nobody asks. `accepted` and `rejected` are what persons decided.
    `profiles` is what may be used of payers' habits; `profiled` says of payments what was used.
    `taken` is what payers took for claims at the provider level, by claim and payer identifier,
    `timely` the interest and allowances there that name a claim, likewise; `timely_unnamed` is
    interest of a remittance that names none.
    """

    policy: PostingPolicy = PostingPolicy()
    known_payers: KnownPayers | None = None
    deposited: frozenset[RemittanceId] | None = None
    accepted: frozenset[ClaimPaymentId] = frozenset()
    rejected: Mapping[ClaimPaymentId, str] = msgspec.field(default_factory=dict)
    profiles: PayerProfiles = NO_PROFILES
    profiled: Mapping[ClaimPaymentId, str] = msgspec.field(default_factory=dict)
    taken: Mapping[tuple[ClaimId, str], int] = msgspec.field(default_factory=dict)
    timely: Mapping[tuple[ClaimId, str], Sequence[ProviderTimely]] = msgspec.field(
        default_factory=dict
    )
    timely_unnamed: Mapping[RemittanceId, int] = msgspec.field(default_factory=dict)


EVERYBODY = PostingContext()
"""Whatever passes the checks posts, whoever pays."""


class Candidate(msgspec.Struct, frozen=True):
    """A claim payment before the gate.

    `answers` are (line number, answer) of what it says that stands. `pair` is the reversal pair of
    which it is the taking back, or None. `posted` are the payments of the claim that passed before
    it, `standing_sequences` the payers of whom an answer stands.
    """

    payment: PaidClaim
    match: ClaimMatch
    case: ClaimCase
    sequence: SequenceCase
    answers: Sequence[tuple[int, Answer]]
    pair: ReversalPair | None
    posted: Collection[ClaimPaymentId]
    standing_sequences: frozenset[int]


def refusal_before(found: Candidate, context: PostingContext) -> Refusal | None:
    """What keeps the payment from being planned at all, or None."""
    for rule in _ALWAYS:
        refusal = rule(found, context)
        if refusal is not None:
            return refusal
    if found.payment.claim_payment_id in context.accepted:
        return None
    for rule in _BEFORE:
        refusal = rule(found, context)
        if refusal is not None:
            return refusal
    return None


def refusal_after(
    found: Candidate, context: PostingContext, *, open_cents: int, change_cents: int
) -> Refusal | None:
    """What speaks against the plan once it is known: `change_cents` is what it does to the
    claim's balance of `open_cents`."""
    if found.payment.claim_payment_id in context.accepted:
        return None
    over_cents = -(open_cents + change_cents)
    if change_cents < 0 < over_cents and not found.case.is_dead:
        return Refusal(
            PostingRefusal.OVER_BALANCE,
            f"It would settle {format_cents(over_cents)} more than is open on the claim"
            f" ({format_cents(open_cents)}). Look for a payment that came twice; refund it, or"
            " accept it.",
        )
    return refusal_of_payment(found.payment, found.match, context)


def refusal_of_payment(
    payment: PaidClaim, match: ClaimMatch, context: PostingContext
) -> Refusal | None:
    """What speaks against a payment whatever else stands on its claim: what the policy holds, its
    money, its payer, what it is matched by."""
    for rule in _OF_PAYMENTS:
        refusal = rule(payment, match, context)
        if refusal is not None:
            return refusal
    return None


def set_aside(payment: PaidClaim) -> Refusal:
    """Why a payment that answers nothing waits: its remittance is held, or it says no amount."""
    if payment.held:
        return Refusal(PostingRefusal.DUPLICATE, f"Its remittance is held: {payment.held}")
    return Refusal(
        PostingRefusal.NOT_AN_ANSWER,
        f"Status {payment.status_code} is no answer with money (an estimate, or passed on).",
    )


def _held(found: Candidate, _: PostingContext) -> Refusal | None:
    return set_aside(found.payment) if found.payment.held else None


def _not_an_answer(found: Candidate, _: PostingContext) -> Refusal | None:
    is_answer = counts(found.payment) or found.pair is not None
    return None if is_answer else set_aside(found.payment)


def _not_negative(found: Candidate, _: PostingContext) -> Refusal | None:
    """Perhaps a correction; accepted, it comes here as one, and is no reversal any more."""
    pair = found.pair
    if pair is None or pair.outcome is not ReversalOutcome.NOT_NEGATIVE:
        return None
    return Refusal(
        PostingRefusal.REVERSAL_NOT_EXACT,
        "The payer calls it a reversal, but it takes nothing back: perhaps a correction. Accept"
        " it as one, or ask the payer.",
    )


def _unbalanced(found: Candidate, _: PostingContext) -> Refusal | None:
    if _is_balanced(found):
        return None
    return Refusal(
        PostingRefusal.UNBALANCED,
        "Its charges, adjustments and payments do not add up. Ask the payer for a corrected"
        " remittance.",
    )


def _is_balanced(found: Candidate) -> bool:
    """Whether charge less adjustments is the payment, on every line that it answers."""
    paid_cents = 0
    by_line: dict[int, int] = {}
    for number, answer in found.answers:
        money = answer.money
        paid_cents += money.paid
        by_line[number] = by_line.get(number, 0) + money.charge - money.paid - money.adjusted
    return paid_cents == found.payment.paid_cents and not any(by_line.values())


def _rejected(found: Candidate, context: PostingContext) -> Refusal | None:
    said = context.rejected.get(found.payment.claim_payment_id)
    return None if said is None else Refusal(PostingRefusal.REJECTED, said)


def _sequence_conflict(found: Candidate, _: PostingContext) -> Refusal | None:
    """A later payer's answer waits until the earlier one's is posted."""
    own = found.case.claim.payer_sequence
    sequence = found.sequence.payer_sequence
    if sequence <= own or any(each < sequence for each in found.standing_sequences):
        return None
    return Refusal(
        PostingRefusal.SEQUENCE_CONFLICT,
        "A later payer answered, and no answer of the payer before it stands. It posts by itself"
        " once that one is there.",
    )


def _reversal(found: Candidate, _: PostingContext) -> Refusal | None:
    pair = found.pair
    if pair is None:
        return None
    if pair.outcome not in _POSTED_REVERSALS:
        return Refusal(
            PostingRefusal.REVERSAL_NOT_EXACT,
            f"The reversal does not undo a payment of ours exactly ({pair.outcome}). Compare it"
            " with what the payer paid, and accept it or ask for a corrected one.",
        )
    if pair.original_id not in found.posted:
        return Refusal(
            PostingRefusal.REVERSAL_NOT_EXACT,
            "The payment that it undoes is not posted itself; the two wait together.",
        )
    return None


def _hold_list(payment: PaidClaim, _match: ClaimMatch, context: PostingContext) -> Refusal | None:
    for rule in context.policy.hold_rules:
        if rule.payer_id and identifier_key(rule.payer_id) != identifier_key(payment.payer_id):
            continue
        for each in _adjustments_of(payment):
            if rule.group_code not in {"", each.group_code}:
                continue
            if rule.reason_code not in {"", each.reason_code}:
                continue
            told = f"{each.group_code} {each.reason_code} of {format_cents(each.amount_cents)}"
            if rule.above_cents is None:
                return Refusal(
                    PostingRefusal.HOLD_LIST, f"{told} is on the list of what is looked at."
                )
            if abs(each.amount_cents) > rule.above_cents:
                limit = format_cents(rule.above_cents)
                return Refusal(PostingRefusal.OVER_CAP, f"{told} is above the limit of {limit}.")
    return None


def _adjustments_of(payment: PaidClaim) -> list[PaidAdjustment]:
    found = list(payment.adjustments)
    for line in payment.lines:
        found += line.adjustments
    return found


def _zero_payment(
    payment: PaidClaim, _match: ClaimMatch, context: PostingContext
) -> Refusal | None:
    if not context.policy.hold_zero_payments or payment.paid_cents != 0:
        return None
    return Refusal(
        PostingRefusal.ZERO_PAYMENT, "It pays nothing; such answers are looked at first."
    )


def _deposit(payment: PaidClaim, _match: ClaimMatch, context: PostingContext) -> Refusal | None:
    if not context.policy.waits_for_deposits or context.deposited is None:
        return None
    if payment.remittance_id in context.deposited:
        return None
    return Refusal(PostingRefusal.DEPOSIT_AWAITED, "Its money has not been seen at the bank yet.")


def _payer_unknown(
    payment: PaidClaim, _match: ClaimMatch, context: PostingContext
) -> Refusal | None:
    payers = context.known_payers
    if payers is None or payers.know(payment.payer_id, payment.payer_name):
        return None
    return Refusal(
        PostingRefusal.PAYER_UNKNOWN,
        "No claim of ours names this payer. Release the payer once it is known to be one.",
    )


def _disagreement(
    _payment: PaidClaim, match: ClaimMatch, _context: PostingContext
) -> Refusal | None:
    """Name, charge and days that all speak against the match; one alone is everyday."""
    if match.rule == DECIDED_RULE:
        return None
    differing = [each.field for each in match.evidence if each.verdict is Verdict.DIFFERENT]
    against = [name for name in _MUST_AGREE if name in differing]
    if len(against) < 2:
        return None
    named = " and ".join(name.replace("_", " ") for name in against)
    return Refusal(
        PostingRefusal.DISAGREEMENT,
        f"It is matched, but {named} differ. Accept it, or link it to another claim.",
    )


_Rule = Callable[[Candidate, PostingContext], Refusal | None]

# What nobody can wave through: there would be nothing true to post.
_ALWAYS: tuple[_Rule, ...] = (_held, _not_an_answer, _not_negative, _unbalanced, _rejected)
_BEFORE: tuple[_Rule, ...] = (_sequence_conflict, _reversal)
_OF_PAYMENTS: tuple[Callable[[PaidClaim, ClaimMatch, PostingContext], Refusal | None], ...] = (
    _hold_list,
    _zero_payment,
    _deposit,
    _payer_unknown,
    _disagreement,
)

"""One claim sent twice: which of its answers belongs to which sending.

Nothing in the claims tells them apart, so the payer must: by refusing the later one as an exact
duplicate (CARC 18), or by a claim number of its own that the answer to the earlier one, given
before the later was sent, does not have. What is left goes to the latest sending before the payment
was made, for to the biller the sendings are one claim. Source: domain 4.1, 6.1 and MATCHING,
resends.
"""

from collections.abc import Sequence

from edi_engine.matchers.choosing import is_same_payer
from edi_engine.matchers.comparison import Comparison
from edi_engine.matchers.conclusions import Standing
from edi_engine.matchers.facts import PaymentFacts
from edi_engine.matchers.sendings import SendingMemory, in_order_of_sending
from edi_engine.records.matching import ClaimId

__all__ = [
    "latest_sending",
    "refuses_all_as_duplicate",
    "settle_by_latest_sending",
    "settle_copies",
    "settle_resends",
]

DUPLICATE_REASON = "18"

_REFUSED = "resend_refused_as_duplicate"
_NUMBERED = "resend_with_own_payer_number"
_LATEST = "resend_sent_last"
_COPY = "copy_of_matched_payment"

_Settling = Sequence[tuple[PaymentFacts, Standing]]


def refuses_all_as_duplicate(paid: PaymentFacts) -> bool:
    """Whether nothing is paid and every line (or the whole claim) is refused with CARC 18."""
    payment = paid.payment
    if payment.paid_cents != 0 or payment.charge_cents <= 0:
        return False
    if any(each.reason_code == DUPLICATE_REASON for each in payment.adjustments):
        return True
    charged = [line for line in payment.lines if line.charge_cents]
    return bool(charged) and all(
        any(each.reason_code == DUPLICATE_REASON for each in line.adjustments) for line in charged
    )


def latest_sending(
    paid: PaymentFacts, candidates: Sequence[Comparison], memory: SendingMemory
) -> Comparison | None:
    """The candidate that was sent last before the payment, when all are sendings of one claim.

    A claim sent on the very day of the payment was hardly answered by it. None when they are no
    sendings of one claim.
    """
    claims = [each.billed.claim for each in candidates]
    if not memory.are_sendings_of_one_claim(claims):
        return None
    by_id = {each.billed.claim.claim_id: each for each in candidates}
    ordered = in_order_of_sending(claims)
    before = [
        claim
        for claim in ordered
        if paid.paid_on is None or claim.sent_on is None or claim.sent_on < paid.paid_on
    ]
    return by_id[(before or ordered[:1])[-1].claim_id]


def settle_resends(standings: _Settling) -> None:
    """Settle ambiguous standings over exactly two claims, where the payer tells them apart.

    `standings` are those of the whole group: the other answer may be placed already, when the
    claim was resent after it.
    """
    pairs: dict[tuple[str, tuple[ClaimId, ...]], list[tuple[PaymentFacts, Standing]]] = {}
    answers: dict[tuple[str, ClaimId], list[PaymentFacts]] = {}
    reversals: list[PaymentFacts] = []
    for paid, standing in standings:
        if paid.payment.held:
            continue
        if paid.is_reversal:
            reversals.append(paid)
        elif standing.is_ambiguous:
            tied = tuple(each.billed.claim.claim_id for each in standing.ambiguous)
            if len(tied) == 2 and paid.number:
                pairs.setdefault((paid.number, tied), []).append((paid, standing))
        elif standing.chosen is not None and _is_ground(paid):
            key = paid.number, standing.chosen.billed.claim.claim_id
            answers.setdefault(key, []).append(paid)
    for (number, _), members in pairs.items():
        versions = _in_order_of_sending(members[0][1].ambiguous)
        if versions is None:
            continue
        earlier, later = versions
        of_earlier = answers.get((number, earlier.billed.claim.claim_id), [])
        if not _settle_refusal(members, earlier, later, is_answered=bool(of_earlier)):
            _settle_by_payer_number(members, earlier, later, of_earlier, reversals)


def settle_copies(standings: _Settling) -> None:
    """A held payment goes where the one stands that it repeats word for word."""
    placed: dict[tuple[object, ...], set[ClaimId]] = {}
    for paid, standing in standings:
        if standing.chosen is not None and not paid.payment.held:
            claim_id = standing.chosen.billed.claim.claim_id
            placed.setdefault(_words(paid), set()).add(claim_id)
    for paid, standing in standings:
        if paid.payment.held and standing.is_ambiguous:
            own = placed.get(_words(paid), set())
            found = [each for each in standing.ambiguous if each.billed.claim.claim_id in own]
            if len(found) == 1:
                _settle(standing, found[0], _COPY)


def _words(paid: PaymentFacts) -> tuple[object, ...]:
    payment = paid.payment
    return (
        paid.number,
        payment.payer_claim_control_number,
        payment.status_code,
        payment.charge_cents,
        payment.paid_cents,
        payment.adjustments,
        payment.lines,
    )


def settle_by_latest_sending(
    standings: _Settling, memory: SendingMemory, *, rule: str = _LATEST
) -> None:
    """Settle what is ambiguous over sendings of one claim, by the day they were sent.

    An answer of another payer than the claim's (a crossover), and a reversal of what is not among
    ours, go where the other answers under this number are, when these are on one sending. An empty
    `rule` keeps the one that reached the claims.
    """
    placed: set[tuple[str, ClaimId]] = set()
    followers: list[tuple[PaymentFacts, Standing, Comparison]] = []
    for paid, standing in standings:
        chosen = standing.chosen
        latest = None
        if standing.is_ambiguous:
            latest = latest_sending(paid, standing.ambiguous, memory)
        if latest is not None and _follows(paid, latest):
            followers.append((paid, standing, latest))
            continue
        if latest is not None:
            _settle(standing, latest, rule or standing.rule)
            chosen = latest
        if chosen is not None and _is_ground(paid):
            placed.add((paid.number, chosen.billed.claim.claim_id))
    for paid, standing, latest in followers:
        answered = [
            each
            for each in standing.ambiguous
            if (paid.number, each.billed.claim.claim_id) in placed
        ]
        if len(answered) > 1 and paid.is_reversal:
            continue
        chosen = answered[0] if len(answered) == 1 else latest
        _settle(standing, chosen, rule or standing.rule)


def _follows(paid: PaymentFacts, candidate: Comparison) -> bool:
    return bool(paid.number) and (paid.is_reversal or not is_same_payer(paid, candidate.billed))


def _is_ground(paid: PaymentFacts) -> bool:
    """Whether others under its number may go by where it is: a word on the claim, that counts.

    Payments under one number are always looked at together; others may be absent.
    """
    is_answer = not paid.is_reversal and not paid.payment.held
    return is_answer and bool(paid.number) and not refuses_all_as_duplicate(paid)


def _settle_refusal(
    members: _Settling,
    earlier: Comparison,
    later: Comparison,
    *,
    is_answered: bool,
) -> bool:
    """One refusal as duplicate and at most one other answer; the earlier claim is answered."""
    refusals = [standing for paid, standing in members if refuses_all_as_duplicate(paid)]
    others = [standing for paid, standing in members if not refuses_all_as_duplicate(paid)]
    if len(refusals) != 1 or len(others) > 1 or not (others or is_answered):
        return False
    _settle(refusals[0], later, _REFUSED)
    for standing in others:
        _settle(standing, earlier, _REFUSED)
    return True


def _settle_by_payer_number(
    members: _Settling,
    earlier: Comparison,
    later: Comparison,
    of_earlier: Sequence[PaymentFacts],
    reversals: Sequence[PaymentFacts],
) -> None:
    """The earlier claim was answered before the later was sent.

    Then an answer under the same payer claim control number is another word on the earlier claim,
    and one under a number of its own answers the later, unless the first answer was undone: then
    it may be its correction.
    """
    sent_on = later.billed.claim.sent_on
    known = {paid.payer_number for paid in of_earlier} - {""}
    is_settled = all(
        paid.paid_on is not None and sent_on is not None and paid.paid_on < sent_on
        for paid in of_earlier
    )
    is_undone = any(
        reversal.number == paid.number or reversal.payer_number in known
        for reversal in reversals
        for paid in of_earlier
    )
    if not known or not is_settled:
        return
    for paid, standing in members:
        if not paid.payer_number or any(paid.payer != other.payer for other in of_earlier):
            continue
        if paid.payer_number in known:
            # A replacement refers to this very number (REF*F8), and may be answered under it.
            if later.billed.original_number != paid.payer_number:
                _settle(standing, earlier, _NUMBERED)
        elif not is_undone:
            _settle(standing, later, _NUMBERED)


def _settle(standing: Standing, chosen: Comparison, rule: str) -> None:
    claim_id = chosen.billed.claim.claim_id
    found = [each for each in standing.ambiguous if each.billed.claim.claim_id == claim_id]
    standing.consider(standing.ambiguous)
    standing.reach(rule, found)


def _in_order_of_sending(candidates: Sequence[Comparison]) -> list[Comparison] | None:
    """The candidates by the day they were sent; None when days are missing or equal."""
    days = [each.billed.claim.sent_on for each in candidates]
    if None in days or len(set(days)) != len(days):
        return None
    return sorted(candidates, key=lambda each: str(each.billed.claim.sent_on))

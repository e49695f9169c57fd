"""One claim sent twice before its answer: which of the two answers belongs to which.

Nothing tells two equal claims apart but the payer's own word: an answer that refuses every line as
an exact duplicate (CARC 18) answers the later claim, and its sibling the earlier one.
Source: domain 6.1 (search the original first) and MATCHING, resends.
"""

from collections.abc import Sequence

from edi_engine.matchers.comparison import Comparison
from edi_engine.matchers.conclusions import Standing
from edi_engine.matchers.facts import PaymentFacts
from edi_engine.records.matching import ClaimId

__all__ = ["refuses_all_as_duplicate", "settle_resends"]

DUPLICATE_REASON = "18"

_RULE = "resend_refused_as_duplicate"


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


def settle_resends(standings: Sequence[tuple[PaymentFacts, Standing]]) -> None:
    """Settle ambiguous standings over exactly two claims with one refusal as duplicate.

    `standings` are those of the whole group: the other answer may be placed already, when the
    claim was resent after it.
    """
    pairs: dict[tuple[ClaimId, ...], list[tuple[PaymentFacts, Standing]]] = {}
    answered: set[ClaimId] = set()
    for paid, standing in standings:
        if paid.is_reversal or paid.payment.held:
            continue
        if standing.is_ambiguous:
            key = tuple(each.billed.claim.claim_id for each in standing.ambiguous)
            pairs.setdefault(key, []).append((paid, standing))
        elif standing.chosen is not None and not refuses_all_as_duplicate(paid):
            answered.add(standing.chosen.billed.claim.claim_id)
    for key, members in pairs.items():
        versions = _in_order_of_sending(members[0][1].ambiguous)
        if len(key) != 2 or versions is None:
            continue
        earlier, later = (each.billed.claim.claim_id for each in versions)
        refusals = [member for member in members if refuses_all_as_duplicate(member[0])]
        answers = [member for member in members if not refuses_all_as_duplicate(member[0])]
        if len(refusals) == 1 and (len(answers) == 1 or (not answers and earlier in answered)):
            _settle(refusals[0][1], later)
            for _, standing in answers:
                _settle(standing, earlier)


def _settle(standing: Standing, claim_id: ClaimId) -> None:
    chosen = [each for each in standing.ambiguous if each.billed.claim.claim_id == claim_id]
    standing.consider(standing.ambiguous)
    standing.reach(_RULE, chosen)


def _in_order_of_sending(candidates: Sequence[Comparison]) -> list[Comparison] | None:
    """The candidates by the day they were sent; None when days are missing or equal."""
    days = [each.billed.claim.sent_on for each in candidates]
    if None in days or len(set(days)) != len(days):
        return None
    return sorted(candidates, key=lambda each: str(each.billed.claim.sent_on))

"""One claim sent twice unchanged: which of its answers belongs to which sending.

Nothing in the claims tells them apart, so the payer must: by refusing the later one as an exact
duplicate (CARC 18), or by a claim number of its own that the answer to the earlier one, given
before the later was sent, does not have. Source: domain 6.1 and MATCHING, resends.
"""

from collections.abc import Sequence

from edi_engine.matchers.comparison import Comparison
from edi_engine.matchers.conclusions import Standing
from edi_engine.matchers.facts import PaymentFacts
from edi_engine.records.matching import ClaimId

__all__ = ["refuses_all_as_duplicate", "settle_resends"]

DUPLICATE_REASON = "18"

_REFUSED = "resend_refused_as_duplicate"
_NUMBERED = "resend_with_own_payer_number"


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
    """Settle ambiguous standings over exactly two claims, where the payer tells them apart.

    `standings` are those of the whole group: the other answer may be placed already, when the
    claim was resent after it.
    """
    pairs: dict[tuple[ClaimId, ...], list[tuple[PaymentFacts, Standing]]] = {}
    answers: dict[ClaimId, list[PaymentFacts]] = {}
    reversals: list[PaymentFacts] = []
    for paid, standing in standings:
        if paid.payment.held:
            continue
        if paid.is_reversal:
            reversals.append(paid)
        elif standing.is_ambiguous:
            key = tuple(each.billed.claim.claim_id for each in standing.ambiguous)
            pairs.setdefault(key, []).append((paid, standing))
        elif standing.chosen is not None and not refuses_all_as_duplicate(paid):
            answers.setdefault(standing.chosen.billed.claim.claim_id, []).append(paid)
    for key, members in pairs.items():
        versions = _in_order_of_sending(members[0][1].ambiguous)
        if len(key) != 2 or versions is None:
            continue
        earlier, later = versions
        of_earlier = answers.get(earlier.billed.claim.claim_id, [])
        if not _settle_refusal(members, earlier, later, is_answered=bool(of_earlier)):
            _settle_by_payer_number(members, earlier, later, of_earlier, reversals)


def _settle_refusal(
    members: Sequence[tuple[PaymentFacts, Standing]],
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
    members: Sequence[tuple[PaymentFacts, Standing]],
    earlier: Comparison,
    later: Comparison,
    of_earlier: Sequence[PaymentFacts],
    reversals: Sequence[PaymentFacts],
) -> None:
    """The earlier claim was answered before the later was sent, and that answer still stands.

    Then an answer under the same payer claim control number is another word on the earlier claim,
    and one under a number of its own answers the later.
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
    if not known or not is_settled or is_undone:
        return
    for paid, standing in members:
        same_payer = all(paid.payer == other.payer for other in of_earlier)
        if paid.payer_number and same_payer:
            chosen = earlier if paid.payer_number in known else later
            _settle(standing, chosen, _NUMBERED)


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

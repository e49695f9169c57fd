"""What one payer's answers say about each line of a claim, net of reversals.

Takes the payments of one payer sequence, finds the billed line of every line payment, and keeps
what stands: reversals with what they undo, and of several answers to a line those that pay (else
the latest). Source: domain 3.4, 3.5, 4.2.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence

from edi_engine.codes import claim_status
from edi_engine.matchers.facts import REVERSAL
from edi_engine.matchers.first_with_room import FirstWithRoom
from edi_engine.matchers.line_amounts import (
    Money,
    claim_level_money,
    line_money,
    whole_claim_money,
)
from edi_engine.matchers.line_ladder import CLAIM_ROW, NOWHERE, SHARES_MAX, LinePlace, match_lines
from edi_engine.matchers.resends import DUPLICATE_REASON
from edi_engine.matchers.reversals import (
    INEXACT,
    adds_up,
    in_order_of_payment,
    is_not_negative,
    pair_reversals,
    payment_money,
)
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimPaymentId, PaidClaim, PaidLine
from edi_engine.records.reconciliation import ReversalOutcome, ReversalPair

__all__ = ["CLAIM_ROW", "Answer", "PayerAnswers", "counts", "payer_answers"]

_NOT_AN_ANSWER = frozenset({"predetermination", "not_ours", "pending"})

_APART_RULES = {
    ReversalOutcome.ORPHAN: "reversal_orphan",
    ReversalOutcome.INCOMPLETE: "reversal_incomplete",
    ReversalOutcome.AMOUNTS_DIFFER: "reversal_amounts_differ",
}
"""How the money of a reversal that undoes nothing of ours came to the claim's own row."""

COMPARED_MAX = 1_000_000
"""Adjudications and reversals of a claim times its lines, for each looks at every line: a thousand
of the 999 lines that a claim may have. Beyond that the money stands on the claim's own row."""

_MatchLines = Callable[[Sequence[BilledLine], Sequence[PaidLine]], list[LinePlace]]

PRO_RATA = "pro rata"
CLAIM_LEVEL = "claim level"


class Answer:
    """One piece of a payment that answers one line: a line payment, a share of several, or claim
    level. `round_number` counts adjudications; `is_reversed` and `is_reversal` name the two legs
    of a reversal; `is_added` marks a line payment of the payer's own. `is_set_off`: a leg of a
    reversal that waits, whose lines the correction answers already. `refuses_bundled`: what a
    bundling reason takes is refused, for nothing shows the bundle."""

    __slots__ = (
        "allocation",
        "is_added",
        "is_reversal",
        "is_reversed",
        "is_set_off",
        "line",
        "line_ordinal",
        "money",
        "payment",
        "refuses_bundled",
        "round_number",
        "rule",
    )

    def __init__(
        self,
        payment: PaidClaim,
        line: PaidLine | None,
        money: Money,
        rule: str,
        *,
        round_number: int,
        allocation: str = "",
        is_added: bool = False,
    ) -> None:
        self.payment = payment
        self.line = line
        self.line_ordinal = line.line_ordinal if line is not None else 0
        self.money = money
        self.rule = rule
        self.round_number = round_number
        self.allocation = allocation
        self.is_added = is_added
        self.is_reversal = payment.status_code == REVERSAL
        self.is_reversed = False
        self.is_set_off = False
        self.refuses_bundled = False

    @property
    def is_open(self) -> bool:
        """Neither reversed nor a reversal."""
        return not self.is_reversed and not self.is_reversal

    @property
    def is_allocated(self) -> bool:
        """A share of claim-level money whose allowed part nobody but us put on this line.

        Where the lines lack exactly the claim level's adjustments, and these allow nothing, what
        is left of each line is its own.
        """
        if self.line is not None or not self.allocation:
            return False
        return self.allocation == PRO_RATA or self.money.allowed != 0


class PayerAnswers:
    """All of one payer sequence: `standing` and `superseded` answers by line number (0 for the
    claim's own row), payments in order, reversal pairs.

    `apart` holds the money of reversals that undo nothing, one answer each: part of no line and no
    balance. What an orphan undoes was never counted here, so it must not be taken off what was;
    one that does not undo its payment exactly waits for a person, and the payment stands.
    `rests` are what such a reversal and its payment leave of one another once the correction is the
    answer on their lines, one for each reversal: shown, part of no line, and posted by nobody.
    """

    __slots__ = ("apart", "payments", "rests", "reversals", "standing", "superseded")

    def __init__(self) -> None:
        self.apart: list[Answer] = []
        self.rests: list[Answer] = []
        self.standing: dict[int, list[Answer]] = {}
        self.superseded: dict[int, list[Answer]] = {}
        self.payments: list[PaidClaim] = []
        self.reversals: list[ReversalPair] = []

    @property
    def is_answer(self) -> bool:
        """Whether a payment that counts has come, and not only reversals that stand apart."""
        return len(self.payments) > len(self.apart)


def counts(payment: PaidClaim) -> bool:
    """Whether a matched payment is an answer with money: not held, no estimate, no forwarding
    notice, no pending notice without money, and no "reversal" that takes nothing back."""
    if payment.held or is_not_negative(payment):
        return False
    status = claim_status(payment.status_code)
    if status is None or status.meaning not in _NOT_AN_ANSWER:
        return True
    return status.meaning == "pending" and payment.paid_cents != 0


def payer_answers(
    claim: BilledClaim,
    payments: Sequence[PaidClaim],
    accepted: Collection[ClaimPaymentId] = frozenset(),
) -> PayerAnswers:
    """The answers of one payer sequence; what does not count only takes part in the pairing.

    `accepted` are payments that a person lets post in spite of what speaks against them.
    """
    found = PayerAnswers()
    if len(payments) == 1 and payments[0].status_code != REVERSAL:
        (payment,) = payments
        if counts(payment):
            found.payments = [payment]
            places = match_lines(claim.lines, payment.lines)
            is_shared_out = _are_shared_out(claim, payments)
            for number, answer in _answers_of(
                claim, payment, places, 0, is_shared_out=is_shared_out
            ):
                found.standing.setdefault(number, []).append(answer)
        return found
    weighed = [each for each in payments if not each.held]
    found.reversals = pair_reversals([each for each in weighed if _is_weighed(each)])
    found.payments = in_order_of_payment([each for each in payments if counts(each)])
    let_through = {
        each.claim_payment_id
        for each in found.payments
        if each.claim_payment_id in accepted and adds_up(each)
    }
    apart = _apart(found.reversals, let_through)
    undoing = [each for each in found.reversals if each.reversal_id not in apart]
    answers = _all_answers(claim, found.payments, undoing)
    found.apart = _set_apart(found, answers, apart)
    found.rests = _set_off(found, answers, undoing, let_through)
    for number, of_line in answers.items():
        standing, superseded = _standing(of_line) if number != CLAIM_ROW else (of_line, [])
        found.standing[number] = standing
        if superseded:
            found.superseded[number] = superseded
    return found


def _apart(
    pairs: Sequence[ReversalPair], let_through: Collection[ClaimPaymentId]
) -> dict[ClaimPaymentId, str]:
    """Reversals that are taken off nothing, with the rule that says why.

    One that does not undo its payment exactly is, unless a person let it through: the gate holds
    it, and what it names is still paid. When the correction came the payment is replaced all the
    same, but not by two: where another reversal undoes it exactly, that one counts.
    """
    exactly = {pair.original_id for pair in pairs if pair.outcome not in INEXACT}
    return {
        pair.reversal_id: _APART_RULES[pair.outcome]
        for pair in pairs
        if pair.outcome is ReversalOutcome.ORPHAN
        or (
            pair.outcome in INEXACT
            and pair.reversal_id not in let_through
            and (pair.correction_id is None or pair.original_id in exactly)
        )
    }


def _set_apart(
    found: PayerAnswers,
    answers: dict[int, list[Answer]],
    apart: Mapping[ClaimPaymentId, str],
) -> list[Answer]:
    """Take the money of these reversals off the lines; which lines they name stays to be seen."""
    if not apart:
        return []
    for of_line in answers.values():
        for answer in of_line:
            if answer.payment.claim_payment_id in apart:
                answer.money = Money()
    left = [
        each for each in answers.pop(CLAIM_ROW, ()) if each.payment.claim_payment_id not in apart
    ]
    if left:
        answers[CLAIM_ROW] = left
    return [
        Answer(each, None, payment_money(each), apart[each.claim_payment_id], round_number=-1)
        for each in found.payments
        if each.claim_payment_id in apart
    ]


def _set_off(
    found: PayerAnswers,
    answers: Mapping[int, Sequence[Answer]],
    undoing: Sequence[ReversalPair],
    let_through: Collection[ClaimPaymentId],
) -> list[Answer]:
    """Take off the lines both legs of reversals that are not exact, where the correction is there:
    it answers the lines, and what the legs leave of one another is nobody's price."""
    waiting = [
        pair for pair in undoing if pair.outcome in INEXACT and pair.reversal_id not in let_through
    ]
    if not waiting:
        return []
    reversal_of = {pair.original_id: pair.reversal_id for pair in reversed(waiting)}
    reversal_of |= {pair.reversal_id: pair.reversal_id for pair in waiting}
    rests = {
        each.claim_payment_id: Answer(each, None, Money(), "", round_number=-1)
        for each in found.payments
        if reversal_of.get(each.claim_payment_id) == each.claim_payment_id
    }
    for pair in waiting:
        rests[pair.reversal_id].rule = _APART_RULES[pair.outcome]
    for of_line in answers.values():
        for answer in of_line:
            reversal_id = reversal_of.get(answer.payment.claim_payment_id)
            if reversal_id is not None and answer.is_reversed:
                answer.is_set_off = True
                rests[reversal_id].money.add(answer.money)
    return list(rests.values())


def _is_weighed(payment: PaidClaim) -> bool:
    return payment.status_code == REVERSAL or counts(payment)


def _all_answers(
    claim: BilledClaim, payments: Sequence[PaidClaim], reversals: Sequence[ReversalPair]
) -> dict[int, list[Answer]]:
    places: dict[ClaimPaymentId, list[LinePlace]] = {}
    rounds: dict[ClaimPaymentId, int] = {}
    given = _rounds(claim, [each for each in payments if each.status_code != REVERSAL])
    reversals_count = sum(each.status_code == REVERSAL for each in payments)
    match: _MatchLines = match_lines
    if (len(given) + reversals_count) * len(claim.lines) > COMPARED_MAX:
        match = _on_claim_row
    for number, members in enumerate(given):
        together = [line for payment in members for line in payment.lines]
        found = iter(match(claim.lines, together))
        for payment in members:
            places[payment.claim_payment_id] = [next(found) for _ in payment.lines]
            rounds[payment.claim_payment_id] = number
    undone = {pair.reversal_id: pair.original_id for pair in reversals if pair.original_id}
    by_id = {payment.claim_payment_id: payment for payment in payments}
    answers: dict[int, list[Answer]] = {}
    legs: dict[ClaimPaymentId, dict[int, list[Answer]]] = {}
    is_shared_out = _are_shared_out(claim, payments)
    for payment in payments:
        payment_id = payment.claim_payment_id
        original = by_id.get(undone.get(payment_id, payment_id))
        if payment.status_code == REVERSAL:
            places[payment_id] = _places_of_reversal(claim, payment, original, places, match)
        round_number = rounds.get(original.claim_payment_id, -1) if original is not None else -1
        for number, answer in _answers_of(
            claim, payment, places[payment_id], round_number, is_shared_out=is_shared_out
        ):
            answers.setdefault(number, []).append(answer)
            legs.setdefault(payment_id, {}).setdefault(number, []).append(answer)
    for reversal_id, original_id in undone.items():
        of_original = legs.get(original_id, {}) if original_id is not None else {}
        for number, answers_of_leg in legs.get(reversal_id, {}).items():
            for answer in (*answers_of_leg, *of_original.get(number, ())):
                answer.is_reversed = True
    return answers


def _rounds(claim: BilledClaim, payments: Sequence[PaidClaim]) -> list[list[PaidClaim]]:
    """Payments that together are one adjudication: parts of a split claim, else one each.

    A part is charged less than the claim, and the parts of a round never exceed it.
    """
    rounds: list[list[PaidClaim]] = []
    whole = max(claim.charge_cents, sum(line.charge_cents for line in claim.lines))
    room = FirstWithRoom(len(payments))
    for payment in payments:
        charge = payment.charge_cents
        chosen = room.first(charge) if 0 < charge < whole else None
        if chosen is None:
            chosen = len(rounds)
            rounds.append([])
            room.give(chosen, whole if charge > 0 else 0)
        rounds[chosen].append(payment)
        room.give(chosen, -charge if charge > 0 else 0)
    return rounds


def _places_of_reversal(
    claim: BilledClaim,
    reversal: PaidClaim,
    original: PaidClaim | None,
    places: Mapping[ClaimPaymentId, list[LinePlace]],
    match: _MatchLines,
) -> list[LinePlace]:
    """The places of the lines it undoes; by the line ladder where no original line fits."""
    if original is None or original is reversal:
        return match(claim.lines, reversal.lines)
    left: dict[tuple[object, ...], deque[LinePlace]] = {}
    for line, place in zip(original.lines, places[original.claim_payment_id], strict=True):
        left.setdefault(_line_key(line, 1), deque()).append(place)
    found: list[LinePlace | None] = []
    for line in reversal.lines:
        fitting = left.get(_line_key(line, -1))
        found.append(fitting.popleft() if fitting else None)
    if None not in found:
        return [place for place in found if place is not None]
    own = match(claim.lines, reversal.lines)
    return [place or fallback for place, fallback in zip(found, own, strict=True)]


def _on_claim_row(_billed: Sequence[BilledLine], paid: Sequence[PaidLine]) -> list[LinePlace]:
    return [LinePlace((CLAIM_ROW,), "not_told_apart")] * len(paid)


def _line_key(line: PaidLine, sign: int) -> tuple[object, ...]:
    return (
        line.procedure.code,
        line.procedure.modifiers,
        sign * line.charge_cents,
        sign * line.paid_cents,
    )


def _are_shared_out(claim: BilledClaim, payments: Sequence[PaidClaim]) -> bool:
    """Whether payments without lines are shared out among the lines of the claim, as long as these
    shares can be counted."""
    return sum(not each.lines for each in payments) * len(claim.lines) <= SHARES_MAX


def _answers_of(
    claim: BilledClaim,
    payment: PaidClaim,
    places: Sequence[LinePlace],
    round_number: int,
    *,
    is_shared_out: bool,
) -> list[tuple[int, Answer]]:
    """(line number, answer) for all the money of a payment."""
    if not payment.lines:
        money = whole_claim_money(payment)
        shared_by = claim.lines if is_shared_out else ()
        return _shared(shared_by, payment, None, money, "claim_level", round_number=round_number)
    found: list[tuple[int, Answer]] = []
    lines: dict[int, BilledLine] = {}
    for line, place in zip(payment.lines, places, strict=True):
        money = line_money(line)
        if len(place.line_numbers) == 1:  # of the claim's own row, too
            answer = Answer(payment, line, money, place.rule, round_number=round_number)
            found.append((place.line_numbers[0], answer))
        elif place is NOWHERE or not place.line_numbers:
            answer = Answer(payment, line, money, "", round_number=round_number, is_added=True)
            found.append((CLAIM_ROW, answer))
        else:
            lines = lines or {each.line_number: each for each in claim.lines}
            among = [lines[number] for number in place.line_numbers]
            found += _shared(among, payment, line, money, place.rule, round_number=round_number)
    rest = claim_level_money(payment)
    if rest is not None:
        found += _claim_level(payment, rest, found, round_number)
    return found


def _shared(
    lines: Sequence[BilledLine],
    payment: PaidClaim,
    line: PaidLine | None,
    money: Money,
    rule: str,
    *,
    round_number: int,
) -> list[tuple[int, Answer]]:
    """The money in proportion to the charges of the lines; the claim's row without any."""
    if not lines:
        return [(CLAIM_ROW, Answer(payment, line, money, rule, round_number=round_number))]
    shares = money.shared([abs(line.charge_cents) for line in lines])
    return [
        (
            billed.line_number,
            Answer(payment, line, share, rule, round_number=round_number, allocation=PRO_RATA),
        )
        for billed, share in zip(lines, shares, strict=True)
    ]


def _claim_level(
    payment: PaidClaim, rest: Money, found: Sequence[tuple[int, Answer]], round_number: int
) -> list[tuple[int, Answer]]:
    """Claim-level money: to the claim's own row, unless the lines lack exactly these adjustments.

    Some payers refuse a claim as a whole and leave its lines without a word: then each line's gap
    says how much of the claim level is its own.
    """
    gaps = [(number, each.money.charge - each.money.paid - each.money.adjusted)
            for number, each in found]  # fmt: skip
    explains = (
        rest.paid == 0
        and rest.charge == 0
        and rest.adjusted != 0
        and sum(gap for _, gap in gaps) == rest.adjusted
        and all(gap * rest.adjusted >= 0 for _, gap in gaps)
        and all(number != CLAIM_ROW for number, _ in gaps)
    )
    if not explains:
        return [(CLAIM_ROW, Answer(payment, None, rest, "claim_level", round_number=round_number))]
    rest.charge = rest.adjusted
    rest.allowed = rest.plan_share + rest.within
    shares = rest.shared([abs(gap) for _, gap in gaps])
    pieces = []
    for (number, gap), share in zip(gaps, shares, strict=True):
        if gap:
            share.charge = 0
            pieces.append(
                (
                    number,
                    Answer(
                        payment,
                        None,
                        share,
                        "claim_level",
                        round_number=round_number,
                        allocation=CLAIM_LEVEL,
                    ),
                )
            )
    return pieces


def _standing(answers: Sequence[Answer]) -> tuple[list[Answer], list[Answer]]:
    """What stands on a line, and what later or paying answers replaced.

    Payers seldom reverse an answer that paid nothing before they answer again. So of several
    adjudications that are not reversed those that pay stand, and when none pays the latest; a
    refusal as duplicate stands only alone. Reversals and what they undo always stay: they cancel.
    """
    open_rounds: dict[int, list[Answer]] = {}
    for answer in answers:
        if answer.is_open:
            open_rounds.setdefault(answer.round_number, []).append(answer)
    if len(open_rounds) < 2:
        return list(answers), []
    paying = {
        number
        for number, of_round in open_rounds.items()
        if sum(each.money.paid for each in of_round) != 0
    }
    kept = paying or {_latest_word(open_rounds)}
    standing: list[Answer] = []
    superseded: list[Answer] = []
    for answer in answers:
        stands = not answer.is_open or answer.round_number in kept
        (standing if stands else superseded).append(answer)
    return standing, superseded


def _latest_word(rounds: Mapping[int, Sequence[Answer]]) -> int:
    """The latest adjudication that is no refusal as duplicate, else the latest."""
    words = [
        number
        for number, of_round in rounds.items()
        if not all(
            any(reason == DUPLICATE_REASON for _, reason, _ in each.money.refused)
            for each in of_round
        )
    ]
    return max(words or rounds)

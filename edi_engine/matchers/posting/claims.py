"""What the payments of a claim post, and the balance that leaves.

Payments are taken in order of payer sequence, then of payment, so that a later payer posts on what
the earlier ones left whichever came first. Only what stands on the lines is posted: an answer that
paid nothing and was replaced by a better one moves nothing. Source: domain 3.4, 3.7, 4.6.
"""

from collections.abc import Iterator, Sequence

import msgspec

from edi_engine.matchers.adjudications import Answer
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.line_amounts import Money
from edi_engine.matchers.posting.gate import (
    Candidate,
    PostingContext,
    Refusal,
    refusal_after,
    refusal_before,
    set_aside,
)
from edi_engine.matchers.posting.loose import suspended
from edi_engine.matchers.posting.profiled import reason_as_profiled
from edi_engine.matchers.reversals import in_order_of_payment
from edi_engine.money import format_cents
from edi_engine.records.journal import (
    CASH,
    CONTRACTUAL,
    OTHER_ADJUSTMENT,
    REBILLED,
    RECEIVABLE_DENIED,
    RECEIVABLE_PATIENT,
    JournalEntry,
    PostingPlan,
    PostingRefusal,
    SubjectKind,
    is_receivable,
    receivable_payer,
)
from edi_engine.records.matching import ClaimPaymentId, PaidClaim
from edi_engine.records.reconciliation import ClaimMatch

__all__ = ["ClaimPostings", "post_claim"]


class ClaimPostings(msgspec.Struct, frozen=True):
    """The plans of a claim, and what is open after them: charge plus all receivable entries."""

    plans: tuple[PostingPlan, ...]
    balance_cents: int
    patient_balance_cents: int

    @property
    def payer_balance_cents(self) -> int:
        """What payers owe, the refused money with it."""
        return self.balance_cents - self.patient_balance_cents


def post_claim(
    case: ClaimCase,
    matched: Sequence[tuple[PaidClaim, ClaimMatch]],
    opening_cents: int,
    context: PostingContext,
) -> ClaimPostings:
    """Plan everything that is matched to the claim, also what is no answer of any payer.

    `opening_cents` is what this claim asks its payers for: less than its charge where another
    claim of ours stands for the same services.
    """
    ledger = _Ledger(case, opening_cents)
    matches = {payment.claim_payment_id: match for payment, match in matched}
    for sequence in case.sequences:
        lines = _answers_by_payment(sequence)
        for payment in in_order_of_payment(sequence.matched):
            candidate = Candidate(
                payment=payment,
                match=matches[payment.claim_payment_id],
                case=case,
                sequence=sequence,
                answers=lines.get(payment.claim_payment_id, ()),
                posted=frozenset(ledger.by_payment),
                posted_sequences=frozenset(ledger.posted_sequences),
            )
            ledger.take(_plan(ledger, candidate, context), sequence)
    answered = {each.claim_payment_id for one in case.sequences for each in one.matched}
    for payment, match in matched:
        if payment.claim_payment_id not in answered:
            ledger.plans.append(_refused(payment, match, set_aside(payment)))
    return ledger.result()


class _Ledger:
    """The claim's own ledger while its payments are planned one after the other."""

    def __init__(self, case: ClaimCase, opening_cents: int) -> None:
        self.case = case
        self.plans: list[PostingPlan] = []
        self.by_payment: dict[ClaimPaymentId, PostingPlan] = {}
        self.posted_sequences: set[int] = set()
        self.open_cents = opening_cents
        self.patient_cents = 0
        elsewhere = case.claim.charge_cents - opening_cents
        if elsewhere:
            self.plans.append(_elsewhere(case, elsewhere))

    def take(self, plan: PostingPlan, sequence: SequenceCase) -> None:
        self.plans.append(plan)
        self.open_cents += _on_receivables(plan)
        self.patient_cents += plan.on(RECEIVABLE_PATIENT)
        if not plan.refusal:
            self.by_payment[ClaimPaymentId(plan.subject_id)] = plan
            self.posted_sequences.add(sequence.payer_sequence)

    def result(self) -> ClaimPostings:
        return ClaimPostings(tuple(self.plans), self.open_cents, self.patient_cents)


def _elsewhere(case: ClaimCase, cents: int) -> PostingPlan:
    """Takes off the claim what another claim of ours stands for."""
    claim = case.claim
    return PostingPlan(
        SubjectKind.CLAIM,
        claim.claim_id,
        None,
        claim.claim_id,
        (
            JournalEntry(receivable_payer(claim.payer_sequence), -cents, claim.claim_id),
            JournalEntry(REBILLED, cents, claim.claim_id),
        ),
        reason=f"{format_cents(cents)} of the charge stands on another claim of ours.",
    )


_Lines = Sequence[tuple[int, Answer]]


def _answers_by_payment(sequence: SequenceCase) -> dict[ClaimPaymentId, list[tuple[int, Answer]]]:
    """(line number, answer) of what stands, by payment, in order of lines."""
    found: dict[ClaimPaymentId, list[tuple[int, Answer]]] = {}
    for row in sequence.rows:
        for answer in row.answers:
            found.setdefault(answer.payment.claim_payment_id, []).append((row.number, answer))
    return found


def _plan(ledger: _Ledger, candidate: Candidate, context: PostingContext) -> PostingPlan:
    payment, match = candidate.payment, candidate.match
    refusal = refusal_before(candidate, context)
    if refusal is not None:
        return _refused(payment, match, refusal)
    entries, reason = _entries(ledger, candidate)
    reason = reason_as_profiled(reason, payment, context, is_capped=bool(reason))
    plan = PostingPlan(
        SubjectKind.PAYMENT,
        payment.claim_payment_id,
        payment.remittance_id,
        match.claim_id,
        entries,
        reason=reason,
    )
    refusal = refusal_after(
        candidate, context, open_cents=ledger.open_cents, change_cents=_on_receivables(plan)
    )
    return plan if refusal is None else _refused(payment, match, refusal)


def _refused(payment: PaidClaim, match: ClaimMatch, refusal: Refusal) -> PostingPlan:
    if refusal.code is PostingRefusal.NOT_AN_ANSWER and payment.paid_cents == 0:
        # An estimate or a notice without money: nothing waits for anybody.
        return PostingPlan(
            SubjectKind.PAYMENT,
            payment.claim_payment_id,
            payment.remittance_id,
            match.claim_id,
            (),
            reason=refusal.reason,
        )
    return suspended(payment, match, refusal)


def _on_receivables(plan: PostingPlan) -> int:
    return sum(each.amount_cents for each in plan.entries if is_receivable(each.account))


def _entries(ledger: _Ledger, candidate: Candidate) -> tuple[tuple[JournalEntry, ...], str]:
    """The entries of a payment that posts, and what a person should know of them."""
    pair, answers = candidate.pair, candidate.answers
    sequence = candidate.sequence.payer_sequence
    if pair is not None and pair.original_id is not None and sequence > 1:
        undone = ledger.by_payment.get(pair.original_id)
        if undone is not None and not pair.differences:
            return _negated(undone, answers), ""
    next_account = _next_account(ledger.case, candidate.sequence)
    room = _room_for_adjustments(ledger, candidate)
    made: list[JournalEntry] = []
    left = room
    for number, answer in answers:
        adjusted = _adjusted(answer.money)
        if left is not None and adjusted > 0:
            taken = min(adjusted, left)
            left -= taken
        else:
            taken = adjusted
        made += _entries_of(
            ledger.case,
            number,
            answer,
            payer_account=receivable_payer(sequence),
            next_account=next_account,
            adjusted_cents=taken,
        )
    reason = ""
    stated = sum(max(0, _adjusted(answer.money)) for _, answer in answers)
    if room is not None and stated > room:
        reason = (
            f"The payer adjusts {format_cents(stated)}, but only {format_cents(room)} was open"
            " for it: it repeats what an earlier payer settled, without saying so (OA 23)."
        )
    return tuple(made), reason


def _adjusted(money: Money) -> int:
    """What settles the line without money; what an earlier payer settled is there already."""
    return money.contractual + money.bundled + money.capitated + money.within


def _room_for_adjustments(ledger: _Ledger, candidate: Candidate) -> int | None:
    """What a later payer's adjustments may settle at most; None for the first payer.

    Payers report the whole charge less their payment as contractual when they leave out what the
    first one did (RFI 1696).
    """
    if candidate.sequence.payer_sequence == 1 or candidate.pair is not None:
        return None
    moved = sum(
        answer.money.paid + answer.money.patient + answer.money.denied
        for _, answer in candidate.answers
    )
    return max(0, ledger.open_cents - moved)


def _next_account(case: ClaimCase, sequence: SequenceCase) -> str:
    """Who is asked for what this payer leaves to the patient."""
    number = sequence.payer_sequence
    later = [
        each.payer_sequence
        for each in case.sequences
        if each.payer_sequence > number and each.is_answered
    ]
    if sequence is case.own and case.family.next_claim is not None:
        return REBILLED
    if later:
        return receivable_payer(later[0])
    if sequence is case.own and case.next_payer_is_due:
        return receivable_payer(number + 1)
    return RECEIVABLE_PATIENT


def _entries_of(
    case: ClaimCase,
    number: int,
    answer: Answer,
    *,
    payer_account: str,
    next_account: str,
    adjusted_cents: int,
) -> Iterator[JournalEntry]:
    """Entries of one answer. A dead claim takes only the money: its charge stands elsewhere."""
    claim_id = case.claim.claim_id
    money = answer.money
    # Of a capped adjustment the contractual part is what it may settle.
    other = money.bundled + money.capitated + money.within
    if adjusted_cents != _adjusted(money):
        other = min(max(other, 0), adjusted_cents)
    amounts = [
        (CASH, money.paid),
        (CONTRACTUAL, adjusted_cents - other),
        (OTHER_ADJUSTMENT, other),
        (RECEIVABLE_DENIED, money.denied),
        (next_account, money.patient),
    ]
    if case.is_dead:
        amounts = amounts[:1]
    settled = -sum(cents for _, cents in amounts)
    for account, cents in (*amounts, (payer_account, settled)):
        if cents:
            yield JournalEntry(account, cents, claim_id, number, answer.line_ordinal)


def _negated(undone: PostingPlan, answers: _Lines) -> tuple[JournalEntry, ...]:
    """The other leg of what was posted, with the lines of the reversal as its source.

    A later payer's original may have been capped, and is taken back as it was posted.
    """
    ordinals = {number: answer.line_ordinal for number, answer in reversed(answers)}
    return tuple(
        msgspec.structs.replace(
            each,
            amount_cents=-each.amount_cents,
            line_ordinal=ordinals.get(each.line_number, 0),
        )
        for each in undone.entries
    )

"""What the payments of a claim post, and the balance that leaves.

Payments are taken in order of payer sequence, then of payment, so that a later payer posts on what
the earlier ones left whichever came first. Only what stands on the lines is posted: an answer that
paid nothing and was replaced by a better one moves nothing. Source: domain 3.4, 3.7, 4.6.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from edi_engine.matchers.adjudications import Answer
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.posting.gate import (
    Candidate,
    PostingContext,
    Refusal,
    refusal_after,
    refusal_before,
    set_aside,
)
from edi_engine.matchers.posting.later_payers import Settlement, capped
from edi_engine.matchers.posting.loose import empty, suspended
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
from edi_engine.records.reconciliation import ClaimMatch, ReversalOutcome

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
        pairs = {each.reversal_id: each for each in sequence.answers.reversals}
        for payment in in_order_of_payment(sequence.matched):
            candidate = Candidate(
                payment=payment,
                match=matches[payment.claim_payment_id],
                case=case,
                sequence=sequence,
                answers=lines.get(payment.claim_payment_id, ()),
                pair=pairs.get(payment.claim_payment_id),
                posted=ledger.by_payment.keys(),
                standing_sequences=frozenset(
                    number for number, count in ledger.standing_counts.items() if count
                ),
            )
            ledger.take(_plan(ledger, candidate, context), candidate)
    answered = {each.claim_payment_id for one in case.sequences for each in one.matched}
    for payment, match in matched:
        if payment.claim_payment_id not in answered:
            ledger.plans.append(_refused(payment, match, set_aside(payment)))
    return ledger.result()


class _Ledger:
    """The claim's own ledger while its payments are planned one after the other.

    `by_payment` are the plans that post, `standing` the payer sequences of those that were not
    taken back again, `standing_counts` how many these are by payer sequence.
    """

    def __init__(self, case: ClaimCase, opening_cents: int) -> None:
        self.case = case
        self.plans: list[PostingPlan] = []
        self.by_payment: dict[ClaimPaymentId, PostingPlan] = {}
        self.standing: dict[ClaimPaymentId, int] = {}
        self.standing_counts: Counter[int] = Counter()
        self.open_cents = opening_cents
        self.patient_cents = 0
        elsewhere = case.claim.charge_cents - opening_cents
        if elsewhere:
            self.plans.append(_elsewhere(case, elsewhere))

    def take(self, plan: PostingPlan, candidate: Candidate) -> None:
        self.plans.append(plan)
        if plan.entries:
            self.open_cents += _on_receivables(plan)
            self.patient_cents += plan.on(RECEIVABLE_PATIENT)
        if plan.refusal:
            return
        payment_id, pair = candidate.payment.claim_payment_id, candidate.pair
        self.by_payment[payment_id] = plan
        if pair is None:
            self.standing[payment_id] = candidate.sequence.payer_sequence
            self.standing_counts[candidate.sequence.payer_sequence] += 1
        elif pair.outcome is ReversalOutcome.EXACT and pair.original_id in self.standing:
            self.standing_counts[self.standing.pop(pair.original_id)] -= 1

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
    """(line number, answer) of what stands, by payment, in order of lines; orphan reversals too,
    which post only when a person accepts them."""
    found: dict[ClaimPaymentId, list[tuple[int, Answer]]] = {}
    for row in sequence.rows:
        number = row.number
        for answer in (*row.answers, *row.apart):
            found.setdefault(answer.payment.claim_payment_id, []).append((number, answer))
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
        return empty(payment, match, refusal.reason)
    return suspended(payment, match, refusal)


def _on_receivables(plan: PostingPlan) -> int:
    return sum([each.amount_cents for each in plan.entries if is_receivable(each.account)])


def _entries(ledger: _Ledger, candidate: Candidate) -> tuple[tuple[JournalEntry, ...], str]:
    """The entries of a payment that posts, and what a person should know of them."""
    pair, answers = candidate.pair, candidate.answers
    sequence = candidate.sequence.payer_sequence
    if pair is not None and pair.original_id is not None and sequence > 1:
        undone = ledger.by_payment.get(pair.original_id)
        if undone is not None:
            taken_back = _negated(undone, answers)
            if sum(_cash_of(taken_back)) == candidate.payment.paid_cents:
                return taken_back, ""
    settled = [Settlement.of(answer) for _, answer in answers]
    reason = ""
    if sequence > 1 and pair is None:
        settled, reason = capped(settled, ledger.open_cents)
    next_account = _next_account(ledger.case, candidate.sequence)
    payer_account = receivable_payer(sequence)
    made: list[JournalEntry] = []
    for (number, answer), one in zip(answers, settled, strict=True):
        made += _entries_of(
            ledger.case, number, answer, one, payer_account=payer_account, next_account=next_account
        )
    return tuple(made), reason


def _cash_of(entries: Iterable[JournalEntry]) -> Iterator[int]:
    return (each.amount_cents for each in entries if each.account == CASH)


def _next_account(case: ClaimCase, sequence: SequenceCase) -> str:
    """Who is asked for what this payer leaves to the patient."""
    number = sequence.payer_sequence
    later = [
        each.payer_sequence
        for each in case.sequences
        if each.payer_sequence > number and each.is_answered
    ]
    billed = case.family.next_claim
    if billed is not None and number < billed.payer_sequence <= min(later, default=99):
        return REBILLED
    due = later[0] if later else case.payer_due_after(sequence)
    return RECEIVABLE_PATIENT if due is None else receivable_payer(due)


def _entries_of(
    case: ClaimCase,
    number: int,
    answer: Answer,
    settled: Settlement,
    *,
    payer_account: str,
    next_account: str,
) -> list[JournalEntry]:
    """Entries of one answer. A dead claim takes only the money: its charge stands elsewhere."""
    claim_id, line_ordinal = case.claim.claim_id, answer.line_ordinal
    amounts = [(CASH, settled.paid)]
    total = settled.paid
    if not case.is_dead:
        amounts += (
            (CONTRACTUAL, settled.contractual),
            (OTHER_ADJUSTMENT, settled.other),
            (RECEIVABLE_DENIED, settled.denied),
            (next_account, settled.patient),
        )
        total += settled.contractual + settled.other + settled.denied + settled.patient
    amounts.append((payer_account, -total))
    return [
        JournalEntry(account, cents, claim_id, number, line_ordinal)
        for account, cents in amounts
        if cents
    ]


def _negated(undone: PostingPlan, answers: _Lines) -> tuple[JournalEntry, ...]:
    """The other leg of what was posted on these lines, with the reversal's lines as its source.

    A later payer's original may have been capped, and is taken back as it was posted.
    """
    ordinals = {number: answer.line_ordinal for number, answer in reversed(answers)}
    return tuple(
        msgspec.structs.replace(
            each, amount_cents=-each.amount_cents, line_ordinal=ordinals[each.line_number]
        )
        for each in undone.entries
        if each.line_number in ordinals
    )

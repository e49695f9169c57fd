"""What a person must settle about a claim. The causes are the worklist's (docs/MATCHING.md).

Each rule looks at one claim and yields its issues; the tuple at the end is the order they come in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.denials import NOT_RECOGNISED, denial_category, denial_codes
from edi_engine.matchers.facts import NOT_OUR_CLAIM
from edi_engine.matchers.issue_making import issue_on, lines_in_words, total_of
from edi_engine.matchers.line_rows import LineRow
from edi_engine.matchers.posting import ClaimPostings
from edi_engine.matchers.silences import Awaited
from edi_engine.matchers.variance_issues import VARIANCE_RULES
from edi_engine.money import format_cents
from edi_engine.records.journal import CASH, SubjectKind, receivable_payer
from edi_engine.records.lifecycles import LifecycleState, Silence, Tier
from edi_engine.records.matching import ClaimId, PaidClaim
from edi_engine.records.pricing import SilentPpo
from edi_engine.records.reconciliation import (
    LineState,
    ReconciliationIssue,
    ReversalOutcome,
    ReversalPair,
)

__all__ = ["TakebackAwaited", "issues_of", "patient_balance", "takebacks_awaited"]

_REVERSAL_CAUSES = {
    ReversalOutcome.ORPHAN: (
        "reversal_orphan",
        "A reversal came for a payment that is not among ours: it is taken off nothing we have.",
    ),
    ReversalOutcome.AMOUNTS_DIFFER: (
        "reversal_amounts_differ",
        "A reversal does not cancel the payment it undoes",
    ),
    ReversalOutcome.INCOMPLETE: (
        "reversal_incomplete",
        "A reversal takes back the payment without its adjustments",
    ),
    ReversalOutcome.NOT_NEGATIVE: (
        "reversal_not_negative",
        "The payer calls it a reversal, but it takes nothing back: perhaps a correction.",
    ),
}


def issues_of(
    case: ClaimCase, balance: ClaimPostings, takebacks: Sequence["TakebackAwaited"]
) -> Iterator[ReconciliationIssue]:
    """All issues of a claim. A replaced or voided claim has only those about money to be taken
    back: `takebacks`."""
    for sequence in case.sequences:
        if not sequence.is_plain or case.family.paid_before is not None:
            for rule in _SEQUENCE_RULES:
                yield from rule(case, sequence)
    if case.silent_ppo is not None and case.silent_ppo.is_work:
        yield _silent_ppo(case, case.silent_ppo)
    yield from _reversals(case)
    if case.is_dead:
        yield from _takebacks(case, takebacks)
    else:
        yield from _balances(case, balance)


def _no_response(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    if sequence is not case.own or sequence.is_answered or case.is_dead or sequence.answers.apart:
        return
    for payment in sequence.matched:
        if payment.status_code == NOT_OUR_CLAIM and not payment.held:
            yield issue_on(
                case,
                sequence,
                "not_ours",
                amount_cents=case.claim.charge_cents,
                arose_on=payment.paid_on,
                reason="The payer says the claim is not its own.",
                payment=payment,
            )
            return
    if case.reception.is_rejected:
        yield _rejected(case, sequence)
        return
    awaited = case.silences.of_claim(case.claim, case.reception)
    if awaited is not None and case.as_of >= awaited.silent_from:
        yield issue_on(
            case,
            sequence,
            "no_response",
            detail=_silence_detail(case, awaited),
            amount_cents=case.claim.charge_cents,
            arose_on=awaited.since,
            reason=_silence_in_words(case, awaited),
        )


def _silence_detail(case: ClaimCase, awaited: Awaited) -> str:
    """What is missing; nothing where nobody says a word of any claim but in remittances."""
    is_plain = awaited.silence is Silence.NO_REMITTANCE and case.reception.accepted_on is None
    return "" if is_plain else awaited.silence.value


def _silence_in_words(case: ClaimCase, awaited: Awaited) -> str:
    if awaited.silence is Silence.NO_ACKNOWLEDGMENT:
        if case.reception.state is LifecycleState.SENT:
            text = f"Nobody acknowledged the claim within {awaited.days} days of sending."
        else:
            text = (
                "The file was taken, but nobody said anything of the claim within"
                f" {awaited.days} days of sending."
            )
    elif case.reception.accepted_on is None:
        text = f"No answer within {awaited.days} days of sending."
    else:
        who = "payer" if case.reception.tier is Tier.PAYER else "clearinghouse"
        text = f"No remittance within {awaited.days} days of the {who}'s accept."
    return text + awaited.basis


def _rejected(case: ClaimCase, sequence: SequenceCase) -> ReconciliationIssue:
    """The claim never reached a decision: what is wrong with it, and who says so."""
    rejection = case.reception.rejection
    who = {
        Tier.FILE: "The file was rejected",
        Tier.CLEARINGHOUSE: "The clearinghouse rejected the claim",
        Tier.PAYER: "The payer rejected the claim before deciding about it",
    }[case.reception.rejected_by or Tier.FILE]
    day = case.reception.rejected_on
    when = f" on {day}" if day is not None else ""
    words = rejection.words if rejection is not None else ""
    return issue_on(
        case,
        sequence,
        "rejected",
        detail=rejection.detail if rejection is not None else "",
        amount_cents=case.claim.charge_cents,
        arose_on=day or case.claim.sent_on,
        reason=f"{who}{when}. {words}",
    )


def _missing_lines(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    if not sequence.is_answered or case.is_dead:
        return
    rows = [row for row in sequence.rows if row.state is LineState.UNANSWERED]
    if rows:
        yield issue_on(
            case,
            sequence,
            "missing_line",
            amount_cents=sum(_worth(row) for row in rows),
            arose_on=sequence.paid_on,
            reason=f"The payer answered the claim, but not {lines_in_words(rows)}.",
            rows=rows,
        )


_PARTLY_REFUSED = frozenset({LineState.PAID, LineState.OVERPAID, LineState.PATIENT})
"""What is refused on an underpaid line is named with its underpayment: one item for one cause."""


def _denials(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    if case.is_dead:
        return
    refused = [row for row in sequence.rows if row.state is LineState.DENIED]
    partly = [row for row in sequence.rows if row.net.denied > 0 and row.state in _PARTLY_REFUSED]
    if sequence.variance_as_whole(case.policy)[0] is LineState.UNDERPAID:
        partly = [row for row in partly if not row.is_allocated]
    rows = refused + partly
    if not rows:
        return
    total = total_of(rows)
    answered = [
        row
        for row in sequence.rows
        if row.line is not None
        and row.state not in {LineState.ZERO_CHARGE, LineState.BUNDLED, LineState.UNANSWERED}
    ]
    is_whole = sequence.is_refused_at_claim_level or (
        bool(refused) and all(row.state is LineState.DENIED for row in answered)
    )
    codes = ", ".join(denial_codes(total)[:3]) or "CLP02 4 without a reason"
    yield issue_on(
        case,
        sequence,
        "denied" if is_whole else "partially_denied",
        detail=denial_category(total, case.claim.payer_id, case.policy) or NOT_RECOGNISED,
        amount_cents=sum(_worth(row) for row in refused) + sum(row.net.denied for row in partly),
        arose_on=sequence.paid_on,
        reason=f"{'The claim' if is_whole else lines_in_words(rows).capitalize()} was refused:"
        f" {codes}.",
        rows=rows,
    )


def _silent_ppo(case: ClaimCase, found: SilentPpo) -> ReconciliationIssue:
    """A discount under somebody else's contract."""
    rows = [row for row in case.own.rows if row.number in found.line_numbers]
    return issue_on(
        case,
        case.own,
        "silent_ppo",
        detail=found.signs[0].value,
        amount_cents=found.discount_cents,
        arose_on=case.own.paid_on,
        reason=f"The payer took {format_cents(found.discount_cents)} off as contractual on"
        f" {lines_in_words(rows)}, and no contract with it is in force. {found.words}"
        f" {found.request}",
        rows=rows,
    )


def _recodes(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    if case.is_dead:
        return
    rows = [row for row in sequence.rows if row.recode and row.state is not LineState.BUNDLED]
    if rows:
        changes = ", ".join(
            f"{row.line.procedure_code} as {row.recode}" for row in rows if row.line is not None
        )
        yield issue_on(
            case,
            sequence,
            "recoded",
            amount_cents=sum(
                max(0, row.priced_cents - row.net.allowed)
                for row in rows
                if row.priced_cents is not None
            ),
            arose_on=sequence.paid_on,
            reason=f"The payer adjudicated other codes than billed: {changes}.",
            rows=rows,
        )


def _extra_lines(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    added = [
        answer
        for row in sequence.rows
        if row.line is None
        for answer in row.answers
        if answer.is_added and answer.is_open
    ]
    if added:
        yield issue_on(
            case,
            sequence,
            "extra_line",
            amount_cents=sum(abs(answer.money.paid) for answer in added),
            arose_on=sequence.paid_on,
            reason=f"The payer answered {len(added)} line(s) that we did not bill.",
            payment=added[0].payment,
        )


def _duplicates(case: ClaimCase, sequence: SequenceCase) -> Iterator[ReconciliationIssue]:
    """The same line paid by two adjudications that both stand."""
    rows, amount = [], 0
    paying_payments: dict[int, PaidClaim] = {}
    for row in sequence.rows:
        paid_by_round: dict[int, int] = {}
        for answer in row.answers:
            if answer.is_open and row.line is not None:
                paid = paid_by_round.get(answer.round_number, 0) + answer.money.paid
                paid_by_round[answer.round_number] = paid
        paying = sorted((paid for paid in paid_by_round.values() if paid > 0), reverse=True)
        if len(paying) > 1:
            rows.append(row)
            paying_payments |= {
                answer.payment.claim_payment_id: answer.payment
                for answer in row.answers
                if not answer.is_reversed and answer.money.paid > 0
            }
            amount += sum(paying[1:])
    if rows:
        yield issue_on(
            case,
            sequence,
            "duplicate_payment",
            amount_cents=amount,
            arose_on=sequence.paid_on,
            reason=f"The payer paid {lines_in_words(rows)} more than once: "
            f"{_payments_in_words(paying_payments.values())}.",
            rows=rows,
        )


def _paid_on_both_sendings(
    case: ClaimCase, sequence: SequenceCase
) -> Iterator[ReconciliationIssue]:
    """The claim was sent twice, and the payer paid it twice."""
    if sequence is case.own and case.family.paid_before is not None and not case.is_dead:
        yield issue_on(
            case,
            sequence,
            "duplicate_payment",
            amount_cents=sequence.money.paid,
            arose_on=sequence.paid_on,
            reason="The same claim, sent earlier under this number, was paid as well.",
            rows=[row for row in sequence.rows if row.net.paid > 0 and row.line is not None],
        )


_PAYMENTS_NAMED_MAX = 20
"""A person who has found these finds the others beside them."""


def _payments_in_words(payments: Iterable[PaidClaim]) -> str:
    """The payments by date, with what a person needs to find them."""
    ordered = sorted(payments, key=lambda one: (one.paid_on or date.min, one.claim_payment_id))
    named = [
        f"claim payment {one.claim_payment_id} of {one.paid_on or 'an unknown day'} "
        f"({format_cents(one.paid_cents)}, trace number {one.trace_number or 'missing'})"
        for one in ordered[:_PAYMENTS_NAMED_MAX]
    ]
    more = len(ordered) - len(named)
    return ", ".join([*named, f"and {more} more"] if more else named)


def _reversals(case: ClaimCase) -> Iterator[ReconciliationIssue]:
    for sequence in case.sequences:
        if not sequence.answers.reversals:
            continue
        payments = {each.claim_payment_id: each for each in sequence.matched}
        taken_back = [
            row for row in sequence.rows if row.state is LineState.REVERSED and row.answers
        ]
        for pair in sequence.answers.reversals:
            reversal = payments[pair.reversal_id]
            amount = abs(reversal.paid_cents)
            found = _REVERSAL_CAUSES.get(pair.outcome)
            if found is not None:
                cause, text = found
                if pair.differences:
                    text = f"{text}: {'; '.join(pair.differences)}."
                yield issue_on(
                    case,
                    sequence,
                    cause,
                    amount_cents=amount,
                    arose_on=reversal.paid_on,
                    reason=text,
                    payment=reversal,
                )
            if taken_back and _awaits_correction(case, sequence, pair):
                yield _awaited(case, sequence, reversal, taken_back)


def _awaits_correction(case: ClaimCase, sequence: SequenceCase, pair: ReversalPair) -> bool:
    """Nothing answered the lines again, and the claim is still alive."""
    if case.is_dead or pair.correction_id is not None:
        return False
    if pair.outcome is ReversalOutcome.NOT_NEGATIVE:
        return False
    return pair.outcome is not ReversalOutcome.ORPHAN or not sequence.is_answered


def _awaited(
    case: ClaimCase, sequence: SequenceCase, reversal: PaidClaim, taken_back: Sequence[LineRow]
) -> ReconciliationIssue:
    """A reversal leaves nothing on the lines it undoes: `taken_back`."""
    days = case.policy.correction_days
    is_overdue = case.is_past(reversal.paid_on, days)
    return issue_on(
        case,
        sequence,
        "correction_awaited",
        detail="overdue" if is_overdue else "waiting",
        amount_cents=abs(reversal.paid_cents),
        arose_on=reversal.paid_on,
        reason=f"The payment was reversed and no corrected one came within {days} days."
        if is_overdue
        else "The payment was reversed; the corrected one is awaited.",
        rows=taken_back,
        payment=reversal,
    )


def _balances(case: ClaimCase, balance: ClaimPostings) -> Iterator[ReconciliationIssue]:
    last = next((each for each in reversed(case.sequences) if each.is_answered), case.own)
    if balance.balance_cents < 0:
        yield issue_on(
            case,
            last,
            "credit_balance",
            amount_cents=-balance.balance_cents,
            arose_on=last.paid_on,
            reason=f"Payments and adjustments exceed the charge by "
            f"{format_cents(-balance.balance_cents)}.",
        )
    waiting = case.awaiting
    if waiting is not None:
        yield from _next_payer_due(case, waiting, balance)
    elif balance.patient_balance_cents > 0:
        yield patient_balance(
            case.claim.claim_id,
            last.payer_sequence,
            balance.patient_balance_cents,
            arose_on=last.paid_on,
        )


def patient_balance(
    claim_id: ClaimId, payer_sequence: int, cents: int, *, arose_on: date | None
) -> ReconciliationIssue:
    """What the patient owes once a payer has answered and nobody else is to."""
    return ReconciliationIssue(
        cause="patient_balance",
        detail="",
        claim_id=claim_id,
        claim_payment_id=None,
        remittance_id=None,
        payer_sequence=payer_sequence,
        amount_cents=cents,
        arose_on=arose_on,
        reason=f"The patient owes {format_cents(cents)}.",
    )


class TakebackAwaited(NamedTuple):
    """What a payer still has to take back of a claim that was replaced or voided: the money of one
    payer sequence, what of its payment was taken at the provider level, since when it is owed back,
    and from which day on that is late."""

    sequence: SequenceCase
    cents: int
    taken_cents: int
    owed_since: date | None
    late_from: date | None


def takebacks_awaited(
    case: ClaimCase, balance: ClaimPostings, taken: Mapping[tuple[ClaimId, str], int]
) -> Iterator[TakebackAwaited]:
    """By payer sequence; nothing of a claim that is alive, nor of money that waits itself.

    `taken` is what payers took for claims at the provider level. A payer that paid as several
    sequences is taken to have it back in their order: the sum that is left is the same.
    """
    if not case.is_dead or balance.balance_cents >= 0:
        return
    left = dict(taken) if taken else {}
    for sequence in case.sequences:
        ids = {each.claim_payment_id for each in sequence.matched}
        cents = sum(
            plan.on(CASH)
            for plan in balance.plans
            if plan.subject_kind is SubjectKind.PAYMENT
            and plan.subject_id in ids
            and not plan.refusal
        )
        taken_cents = 0
        for payer_id in dict.fromkeys(each.payer_id for each in sequence.matched) if left else ():
            key = case.claim.claim_id, payer_id
            part = min(max(0, cents - taken_cents), left.get(key, 0))
            taken_cents += part
            left[key] = left.get(key, 0) - part
        if cents - taken_cents <= 0:
            continue
        days = [day for day in (case.family.dead_since, sequence.paid_on) if day is not None]
        since = max(days, default=None)
        late_from = since and since + timedelta(days=case.policy.correction_days + 1)
        yield TakebackAwaited(sequence, cents - taken_cents, taken_cents, since, late_from)


def _takebacks(
    case: ClaimCase, takebacks: Sequence[TakebackAwaited]
) -> Iterator[ReconciliationIssue]:
    """The payer keeps what it paid on a claim that we replaced or voided: that is owed back."""
    if case.family.is_voided:
        detail, done = "voided", "voided (frequency 8)"
    elif case.family.replacement is not None:
        detail, done = "replaced", "replaced (frequency 7)"
    else:
        detail, done = "sent_again", "sent again"
    for awaited in takebacks:
        if awaited.late_from is None or case.as_of < awaited.late_from:
            continue
        when = f" on {case.family.dead_since}" if case.family.dead_since is not None else ""
        yield issue_on(
            case,
            awaited.sequence,
            "takeback_awaited",
            detail=detail,
            amount_cents=awaited.cents,
            arose_on=awaited.owed_since,
            reason=f"The claim was {done}{when}, but {_not_taken(awaited)} was not taken back"
            f" within {case.policy.correction_days} days: it is owed back.",
        )


def _not_taken(awaited: TakebackAwaited) -> str:
    if not awaited.taken_cents:
        return f"its payment of {format_cents(awaited.cents)}"
    paid = format_cents(awaited.cents + awaited.taken_cents)
    taken = format_cents(awaited.taken_cents)
    return (
        f"of its payment of {paid}, {taken} of which a provider adjustment took,"
        f" {format_cents(awaited.cents)}"
    )


_ORDINALS = {1: "first", 2: "second", 3: "third"}


def _next_payer_due(
    case: ClaimCase, sequence: SequenceCase, balance: ClaimPostings
) -> Iterator[ReconciliationIssue]:
    """What one payer left belongs to the next, who must be billed, or asked once it is late."""
    awaited = None
    if sequence.is_forwarded:
        awaited = case.silences.of_next_payer(case.claim, sequence.paid_on)
        if awaited is None or case.as_of < awaited.silent_from:
            return
    amount_cents = sequence.money.patient
    if sequence is not case.own:
        # A later payer's share of the patient may have been cut: what it left is what it posted.
        account = receivable_payer(case.payer_due_after(sequence) or 0)
        amount_cents = sum(plan.on(account) for plan in balance.plans)
        if amount_cents <= 0:
            return
    number = sequence.payer_sequence
    which = _ORDINALS.get(number, f"{number}th")
    yield issue_on(
        case,
        sequence,
        "no_secondary_remittance" if awaited is not None else "secondary_due",
        detail="crossover" if awaited is not None else "not_billed",
        amount_cents=amount_cents,
        arose_on=sequence.paid_on,
        reason="The payer passed the claim on, but the next payer has not answered within"
        f" {awaited.days} days.{awaited.basis}"
        if awaited is not None
        else f"The {which} payer answered and another is known, but it has not been billed.",
    )


_SEQUENCE_RULES: tuple[Callable[[ClaimCase, SequenceCase], Iterator[ReconciliationIssue]], ...] = (
    _no_response,
    _missing_lines,
    _denials,
    *VARIANCE_RULES,
    _recodes,
    _extra_lines,
    _duplicates,
    _paid_on_both_sendings,
)


def _worth(row: LineRow) -> int:
    """What a line should bring: as expected, else its charge; for the claim's row what it says."""
    if row.line is None:
        return row.net.denied + row.net.patient_refused
    return row.expected_cents if row.expected_cents is not None else row.charge_cents

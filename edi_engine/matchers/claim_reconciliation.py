"""What stands on a claim: every billed line for every payer, reversals, balances and issues."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.matchers.adjudications import counts, payer_answers
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.claim_issues import issues_of, takebacks_awaited
from edi_engine.matchers.facts import PaymentFacts, number_key
from edi_engine.matchers.families import Family, family_of, relatives_among
from edi_engine.matchers.line_states import as_record, rows_of_sequence
from edi_engine.matchers.plain_claims import reconcile_plain
from edi_engine.matchers.posting import EVERYBODY, ClaimPostings, PostingContext, post_claim
from edi_engine.matchers.posting_issues import posting_issues
from edi_engine.matchers.profile_rules import lines_as_profiled
from edi_engine.matchers.resends import refuses_all_as_duplicate
from edi_engine.matchers.reversals import is_not_negative, with_corrections_elsewhere
from edi_engine.matchers.sendings import (
    AnsweredSending,
    SendingMemory,
    in_order_of_sending,
    is_sent_in_place_of,
    is_version,
    sending_that_counts,
)
from edi_engine.matchers.silences import SilenceClock
from edi_engine.matchers.timely_payments import (
    JudgeTimely,
    nobody_agreed,
    timely_issues,
    timely_verdict,
)
from edi_engine.matchers.variance_causes import (
    Explain,
    Suspect,
    explain_nothing,
    explain_rows,
    is_plain_suspect,
    silent_ppo_of,
)
from edi_engine.records.claims import payer_sequence_of
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.journal import REBILLED, SubjectKind
from edi_engine.records.lifecycles import NOT_RECEIVED, Reception
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    ClaimStatus,
    LineState,
    MatchOutcome,
    ReversalPair,
)
from edi_engine.records.timely_payments import TimelyFacts

NO_RECEPTIONS: Mapping[ClaimId, Reception] = {}

__all__ = ["MatchedPayment", "reconcile_claim", "reconcile_group", "reconcile_in_full"]

_PROCESSED = "1"
"""CLP02 of an answer; the payer sequence is the match's."""

MatchedPayment = tuple[PaidClaim, ClaimMatch]


def reconcile_claim(
    claim: BilledClaim,
    payments: Sequence[MatchedPayment],
    expected: Sequence[ExpectedAllowed] = (),
    *,
    policy: ReconcilePolicy,
    as_of: date,
    relatives: Sequence[BilledClaim] = (),
    relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]] | None = None,
    posting: PostingContext = EVERYBODY,
    memory: SendingMemory | None = None,
    explain: Explain = explain_nothing,
    suspect: Suspect | None = None,
    judge_timely: JudgeTimely = nobody_agreed,
    receptions: Mapping[ClaimId, Reception] = NO_RECEPTIONS,
    clock: SilenceClock | None = None,
) -> ClaimReconciliation:
    """Reconcile one claim with the payments matched to it (others are left out, in any order).

    `relatives` are the other claims with the same patient control number or tied by REF*F8:
    replacements, voids, and the claims to the next payers; `relatives_payments` what was matched
    to them. They decide superseded, voided, and where the open balance stands. `posting` says what
    the gate lets into the journal; the balance is what the plans leave. `explain` is asked why
    something else was allowed than expected, `suspect` whose contract is behind a discount where
    nothing was, `judge_timely` what is agreed on when it was paid. `receptions` tell how claims
    were received, `clock` how long payers are given.
    """
    if not relatives and not _looks_at_time(claim, judge_timely):
        plain = reconcile_plain(claim, payments, expected, posting)
        if plain is not None and (
            suspect is None or not is_plain_suspect(claim, payments[0][0], plain, suspect)
        ):
            return plain
    return reconcile_in_full(
        claim,
        payments,
        expected,
        policy=policy,
        as_of=as_of,
        relatives=relatives,
        relatives_payments=relatives_payments,
        posting=posting,
        memory=memory,
        explain=explain,
        suspect=suspect,
        judge_timely=judge_timely,
        receptions=receptions,
        clock=clock,
    )


def _looks_at_time(claim: BilledClaim, judge_timely: JudgeTimely) -> bool:
    """Whether a contract says anything about when the claim is paid."""
    return judge_timely(claim, TimelyFacts, is_discounted=False) is not None


def reconcile_in_full(
    claim: BilledClaim,
    payments: Sequence[MatchedPayment],
    expected: Sequence[ExpectedAllowed],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    relatives: Sequence[BilledClaim],
    relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]] | None,
    posting: PostingContext,
    memory: SendingMemory | None,
    explain: Explain,
    suspect: Suspect | None = None,
    judge_timely: JudgeTimely = nobody_agreed,
    receptions: Mapping[ClaimId, Reception] = NO_RECEPTIONS,
    clock: SilenceClock | None = None,
) -> ClaimReconciliation:
    """`reconcile_claim` by all the rules, for a claim that is plain, too."""
    matched = _matched_to(claim, payments, posting)
    placed = relatives_payments or {}
    if claim.claim_id not in placed:
        placed = {**placed, claim.claim_id: payments}
    known = SendingMemory() if memory is None else memory
    known.receptions = receptions
    family = _family(
        claim, relatives, placed, policy=policy, as_of=as_of, posting=posting, memory=known
    )
    case = _case(claim, matched, expected, family, policy=policy, as_of=as_of, posting=posting)
    case.reception = receptions.get(claim.claim_id, NOT_RECEIVED)
    case.clock = clock
    explain_rows(case, explain)
    if suspect is not None:
        case.silent_ppo = silent_ppo_of(case, suspect)
    opening = _opening_cents(case, relatives, relatives_payments or {}, posting, known)
    postings = post_claim(case, matched, opening, posting)
    takebacks = list(takebacks_awaited(case, postings, posting.taken))
    issues = tuple(issues_of(case, postings, takebacks))
    timely = timely_verdict(case, judge_timely, posting.timely, posting.timely_unnamed)
    issues += tuple(timely_issues(case, timely, policy))
    late = [each.late_from for each in takebacks if each.late_from]
    return ClaimReconciliation(
        claim_id=claim.claim_id,
        status=_status(case, postings),
        balance_cents=postings.balance_cents,
        payer_balance_cents=postings.payer_balance_cents,
        patient_balance_cents=postings.patient_balance_cents,
        lines=tuple(
            [
                as_record(row, claim, sequence.payer_sequence, policy)
                for sequence in case.sequences
                for row in sequence.rows
            ]
        ),
        reversals=_reversals(case, relatives_payments or {}, posting),
        issues=(*issues, *posting_issues(case, postings.plans, {one.cause for one in issues})),
        postings=postings.plans,
        look_again_on=min((day for day in late if day > as_of), default=None),
        replaced_by=family.replaced_by,
        silent_ppo=case.silent_ppo,
        timely=timely,
        awaits_payer=None if case.awaiting is None else case.payer_due_after(case.awaiting),
        dead_since=family.dead_since,
    )


def reconcile_group(
    claims: Sequence[BilledClaim],
    payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    expected: Mapping[ClaimId, Sequence[ExpectedAllowed]],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    posting: PostingContext = EVERYBODY,
    explain: Explain = explain_nothing,
    suspect: Suspect | None = None,
    judge_timely: JudgeTimely = nobody_agreed,
    receptions: Mapping[ClaimId, Reception] = NO_RECEPTIONS,
    clock: SilenceClock | None = None,
) -> list[ClaimReconciliation]:
    """Reconcile claims whose relatives are all among them (every claim of a PCN key is given).

    One result per claim, in the order given.
    """
    payments, posting = lines_as_profiled(payments, posting)
    memory = SendingMemory()
    clock = clock or SilenceClock(policy)
    relatives = relatives_among(
        claims,
        {claim_id: [paid for paid, _ in found] for claim_id, found in payments.items()}
        if any(claim.original_reference for claim in claims)
        else {},
        memory,
    )
    return [
        reconcile_claim(
            claim,
            payments.get(claim.claim_id, ()),
            expected.get(claim.claim_id, ()),
            policy=policy,
            as_of=as_of,
            relatives=relatives.get(claim.claim_id, ()),
            relatives_payments=payments,
            posting=posting,
            memory=memory,
            explain=explain,
            suspect=suspect,
            judge_timely=judge_timely,
            receptions=receptions,
            clock=clock,
        )
        for claim in claims
    ]


def _matched_to(
    claim: BilledClaim, payments: Sequence[MatchedPayment], posting: PostingContext
) -> list[MatchedPayment]:
    """What is matched to the claim. A "reversal" that takes nothing back is a correction once a
    person accepted it (RFI 288)."""
    return [
        (
            msgspec.structs.replace(paid, status_code=_PROCESSED)
            if paid.claim_payment_id in posting.accepted and is_not_negative(paid)
            else paid,
            match,
        )
        for paid, match in payments
        if match.claim_id == claim.claim_id and match.outcome is MatchOutcome.MATCHED
    ]


def _family(
    claim: BilledClaim,
    relatives: Sequence[BilledClaim],
    placed: Mapping[ClaimId, Sequence[MatchedPayment]],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    posting: PostingContext,
    memory: SendingMemory,
) -> Family:
    """What the relatives mean for the claim; with other sendings of it, by everybody's answers."""
    if not relatives:
        return family_of(claim, (), (), (), memory)
    family = _versions(claim, relatives, placed, memory)
    if family.is_dead:
        return family
    corrected = _sent_corrected(claim, relatives, placed, posting, memory)
    if corrected:
        return msgspec.structs.replace(
            family, resend=corrected[-1], dead_since=corrected[0].sent_on
        )
    again = [each for each in relatives if memory.is_sent_again(each, claim)]
    if not again:
        return family
    everyone = [claim, *relatives]
    may_be_dead = any(is_version(each) for each in everyone)
    group = frozenset(each.claim_id for each in everyone)
    sendings = []
    for each in in_order_of_sending([claim, *again]):
        if may_be_dead:
            if (each.claim_id, group) not in memory.dead:
                others = [other for other in everyone if other is not each]
                memory.dead[each.claim_id, group] = _versions(each, others, placed, memory).is_dead
            if memory.dead[each.claim_id, group]:
                continue
        if each.claim_id not in memory.answered:
            matched = _matched_to(each, placed.get(each.claim_id, ()), posting)
            case = _case(each, matched, (), Family(), policy=policy, as_of=as_of, posting=posting)
            is_rejected = memory.reception_of(each).is_rejected
            memory.answered[each.claim_id] = _answered_sending(case, is_rejected=is_rejected)
        sendings.append(memory.answered[each.claim_id])
    if not memory.are_sendings_of_one_claim([each.claim for each in sendings]):
        return family
    own = next(each for each in sendings if each.claim is claim)
    counting = sending_that_counts(own, sendings)
    earlier, later = sendings[: sendings.index(own)], sendings[sendings.index(own) + 1 :]
    dead_since = later[0].claim.sent_on if later else counting and counting.claim.sent_on
    paid = [each.claim for each in earlier if each.paid_cents > 0 and own.paid_cents > 0]
    return msgspec.structs.replace(
        family,
        resend=counting.claim if counting is not None else None,
        dead_since=dead_since if counting is not None else None,
        paid_before=paid[-1] if paid else None,
    )


def _sent_corrected(
    claim: BilledClaim,
    relatives: Sequence[BilledClaim],
    placed: Mapping[ClaimId, Sequence[MatchedPayment]],
    posting: PostingContext,
    memory: SendingMemory,
) -> list[BilledClaim]:
    """The claims that were sent in place of a rejected one, in order: those of its number, patient,
    days and payer sequence that were sent after it, changed or not. A payment on the rejected one
    says that it was not rejected after all."""
    if not memory.reception_of(claim).is_rejected or is_version(claim):
        return []
    if _matched_to(claim, placed.get(claim.claim_id, ()), posting):
        return []
    return in_order_of_sending(each for each in relatives if is_sent_in_place_of(each, claim))


def _versions(
    claim: BilledClaim,
    relatives: Sequence[BilledClaim],
    placed: Mapping[ClaimId, Sequence[MatchedPayment]],
    memory: SendingMemory,
) -> Family:
    return family_of(
        claim,
        relatives,
        _payer_numbers(claim, placed, memory),
        (number for each in relatives for number in _payer_numbers(each, placed, memory)),
        memory,
    )


def _payer_numbers(
    claim: BilledClaim,
    placed: Mapping[ClaimId, Sequence[MatchedPayment]],
    memory: SendingMemory,
) -> frozenset[str]:
    if claim.claim_id not in memory.payer_numbers:
        matched = _matched_to(claim, placed.get(claim.claim_id, ()), EVERYBODY)
        memory.payer_numbers[claim.claim_id] = frozenset(
            number_key(paid.payer_claim_control_number) for paid, _ in matched
        )
    return memory.payer_numbers[claim.claim_id]


def _answered_sending(case: ClaimCase, *, is_rejected: bool) -> AnsweredSending:
    answers = [PaymentFacts(payment) for payment in case.own.answers.payments]
    return AnsweredSending(
        claim=case.claim,
        status=_status(case, None),
        is_called_duplicate=bool(answers) and all(map(refuses_all_as_duplicate, answers)),
        answered_on=case.own.paid_on,
        paid_cents=case.own.money.paid,
        is_rejected=is_rejected,
    )


def _case(
    claim: BilledClaim,
    matched: Sequence[MatchedPayment],
    expected: Sequence[ExpectedAllowed],
    family: Family,
    *,
    policy: ReconcilePolicy,
    as_of: date,
    posting: PostingContext,
) -> ClaimCase:
    """The claim with the rows of its own payer sequence and of every other that answered."""
    by_sequence: dict[int, list[PaidClaim]] = {claim.payer_sequence: []}
    for paid, match in matched:
        by_sequence.setdefault(match.payer_sequence, []).append(paid)
    sequences = []
    for number in sorted(by_sequence):
        answers = payer_answers(claim, by_sequence[number], posting.accepted)
        if number != claim.payer_sequence and not answers.payments and not answers.reversals:
            continue
        is_expected = number == claim.payer_sequence == 1
        by_line = {each.line_number: each for each in expected} if is_expected else {}
        rows = rows_of_sequence(claim, answers, by_line, policy=policy)
        sequences.append(SequenceCase(number, by_sequence[number], answers, rows))
    return ClaimCase(claim, tuple(sequences), family, policy, as_of)


def _reversals(
    case: ClaimCase,
    relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    posting: PostingContext,
) -> tuple[ReversalPair, ...]:
    """All pairs; a replaced claim's correction is the answer to its replacement."""
    found: list[ReversalPair] = []
    replacement = case.family.replacement
    for sequence in case.sequences:
        pairs = sequence.answers.reversals
        if pairs and replacement is not None:
            answers = [
                paid
                for paid, match in _matched_to(
                    replacement, relatives_payments.get(replacement.claim_id, ()), posting
                )
                if match.payer_sequence == sequence.payer_sequence and counts(paid)
            ]
            pairs = with_corrections_elsewhere(pairs, sequence.matched, answers)
        found += pairs
    return tuple(found)


def _opening_cents(
    case: ClaimCase,
    relatives: Sequence[BilledClaim],
    relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    posting: PostingContext,
    memory: SendingMemory,
) -> int:
    """What this claim's payers are asked for: nothing when it is dead, the charge, or for a later
    payer what the earlier one left to the patient; by its own answer when that is posted, else by
    what the 837 says."""
    claim = case.claim
    if case.is_dead:
        return 0
    if claim.payer_sequence == 1:
        return claim.charge_cents
    for earlier in case.family.earlier_claims:
        matched = _matched_to(earlier, relatives_payments.get(earlier.claim_id, ()), posting)
        others = [each for each in (claim, *relatives) if each.claim_id != earlier.claim_id]
        family = _family(
            earlier,
            others,
            relatives_payments,
            policy=case.policy,
            as_of=case.as_of,
            posting=posting,
            memory=memory,
        )
        of_earlier = _case(
            earlier, matched, (), family, policy=case.policy, as_of=case.as_of, posting=posting
        )
        opening = _opening_cents(of_earlier, relatives, relatives_payments, posting, memory)
        postings = post_claim(of_earlier, matched, opening, posting)
        posted = [plan for plan in postings.plans if plan.remittance_id and not plan.refusal]
        if any(plan.entries for plan in posted):
            return sum(plan.on(REBILLED) for plan in posted)
    return claim.charge_cents - sum(
        prior.paid_cents
        for prior in claim.prior_payers
        if payer_sequence_of(prior.sequence_code) < claim.payer_sequence
    )


_LIGHT_STATES = frozenset({LineState.ZERO_CHARGE, LineState.BUNDLED})
_PARTIAL_STATES = frozenset({LineState.DENIED, LineState.UNANSWERED, LineState.REVERSED})


def _status(case: ClaimCase, postings: ClaimPostings | None) -> ClaimStatus:
    """By the claim's own payer; without its answer, by the first other one whose answer posts
    (any other, where nothing was planned)."""
    if case.family.is_voided:
        return ClaimStatus.VOIDED
    if case.family.is_superseded:
        return ClaimStatus.SUPERSEDED
    answered = (
        case.own
        if case.own.is_answered
        else next((each for each in case.sequences if _is_posted(each, postings)), None)
    )
    if answered is None:
        is_taken_back = any(sequence.answers.apart for sequence in case.sequences)
        return ClaimStatus.REVERSED if is_taken_back else ClaimStatus.UNANSWERED
    distinct = {row.state for row in answered.rows if row.line is not None} - _LIGHT_STATES
    if not distinct:
        distinct = {row.state for row in answered.rows}
    if distinct <= {LineState.REVERSED}:
        return ClaimStatus.REVERSED
    if distinct <= {LineState.DENIED} or answered.is_refused_at_claim_level:
        return ClaimStatus.DENIED
    if answered.claim_row_refuses or distinct & _PARTIAL_STATES:
        return ClaimStatus.PARTIAL
    as_whole, _ = answered.variance_as_whole(case.policy)
    if LineState.UNDERPAID in (as_whole, *distinct):
        return ClaimStatus.UNDERPAID
    if answered.variance_in_sum(case.policy)[0] is LineState.UNDERPAID:
        return ClaimStatus.UNDERPAID
    if distinct <= {LineState.PATIENT}:
        return ClaimStatus.PATIENT
    return ClaimStatus.PAID


def _is_posted(sequence: SequenceCase, postings: ClaimPostings | None) -> bool:
    if postings is None:
        return sequence.is_answered
    posted = {
        plan.subject_id
        for plan in postings.plans
        if plan.subject_kind is SubjectKind.PAYMENT and not plan.refusal
    }
    return any(each.claim_payment_id in posted for each in sequence.answers.payments)

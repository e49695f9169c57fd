"""What stands on a claim: every billed line for every payer, reversals, balances and issues."""

from collections.abc import Mapping, Sequence
from datetime import date

from edi_engine.matchers.adjudications import counts, payer_answers
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.claim_issues import issues_of
from edi_engine.matchers.facts import number_key
from edi_engine.matchers.families import Family, family_of, relatives_among
from edi_engine.matchers.line_states import as_record, rows_of_sequence
from edi_engine.matchers.posting import EVERYBODY, ClaimPostings, PostingContext, post_claim
from edi_engine.matchers.posting_issues import posting_issues
from edi_engine.matchers.profile_rules import lines_as_profiled
from edi_engine.matchers.reversals import with_corrections_elsewhere
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.journal import REBILLED
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

__all__ = ["MatchedPayment", "reconcile_claim", "reconcile_group"]

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
) -> ClaimReconciliation:
    """Reconcile one claim with the payments matched to it (others are left out, in any order).

    `relatives` are the other claims with the same patient control number or tied by REF*F8:
    replacements, voids, and the claims to the next payers; `relatives_payments` what was matched
    to them. They decide superseded, voided, and where the open balance stands. `posting` says what
    the gate lets into the journal; the balance is what the plans leave.
    """
    matched = _matched_to(claim, payments)
    family = family_of(
        claim,
        relatives,
        (number_key(paid.payer_claim_control_number) for paid, _ in matched),
    )
    case = _case(claim, matched, expected, family, policy=policy, as_of=as_of)
    postings = _postings(case, matched, relatives_payments or {}, posting)
    issues = tuple(issues_of(case, postings))
    return ClaimReconciliation(
        claim_id=claim.claim_id,
        status=_status(case),
        balance_cents=postings.balance_cents,
        payer_balance_cents=postings.payer_balance_cents,
        patient_balance_cents=postings.patient_balance_cents,
        lines=tuple(
            as_record(row, claim, sequence.payer_sequence)
            for sequence in case.sequences
            for row in sequence.rows
        ),
        reversals=_reversals(case, relatives_payments or {}),
        issues=(*issues, *posting_issues(case, postings.plans, {one.cause for one in issues})),
        postings=postings.plans,
    )


def reconcile_group(
    claims: Sequence[BilledClaim],
    payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    expected: Mapping[ClaimId, Sequence[ExpectedAllowed]],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    posting: PostingContext = EVERYBODY,
) -> list[ClaimReconciliation]:
    """Reconcile claims whose relatives are all among them (every claim of a PCN key is given).

    One result per claim, in the order given.
    """
    payments, posting = lines_as_profiled(payments, posting)
    relatives = relatives_among(
        claims, {claim_id: [paid for paid, _ in found] for claim_id, found in payments.items()}
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
        )
        for claim in claims
    ]


def _matched_to(claim: BilledClaim, payments: Sequence[MatchedPayment]) -> list[MatchedPayment]:
    return [
        (paid, match)
        for paid, match in payments
        if match.claim_id == claim.claim_id and match.outcome is MatchOutcome.MATCHED
    ]


def _case(
    claim: BilledClaim,
    matched: Sequence[MatchedPayment],
    expected: Sequence[ExpectedAllowed],
    family: Family,
    *,
    policy: ReconcilePolicy,
    as_of: date,
) -> ClaimCase:
    """The claim with the rows of its own payer sequence and of every other that answered."""
    by_sequence: dict[int, list[PaidClaim]] = {claim.payer_sequence: []}
    for paid, match in matched:
        by_sequence.setdefault(match.payer_sequence, []).append(paid)
    sequences = []
    for number in sorted(by_sequence):
        answers = payer_answers(claim, by_sequence[number])
        if number != claim.payer_sequence and not answers.payments and not answers.reversals:
            continue
        is_expected = number == claim.payer_sequence == 1
        by_line = {each.line_number: each for each in expected} if is_expected else {}
        rows = rows_of_sequence(claim, answers, by_line, policy=policy)
        sequences.append(SequenceCase(number, by_sequence[number], answers, rows))
    return ClaimCase(claim, tuple(sequences), family, policy, as_of)


def _reversals(
    case: ClaimCase, relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]]
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
                    replacement, relatives_payments.get(replacement.claim_id, ())
                )
                if match.payer_sequence == sequence.payer_sequence and counts(paid)
            ]
            pairs = with_corrections_elsewhere(pairs, sequence.matched, answers)
        found += pairs
    return tuple(found)


def _postings(
    case: ClaimCase,
    matched: Sequence[MatchedPayment],
    relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    posting: PostingContext,
) -> ClaimPostings:
    opening = _opening_cents(case, relatives_payments, posting)
    return post_claim(case, matched, opening, posting)


def _opening_cents(
    case: ClaimCase,
    relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    posting: PostingContext,
) -> int:
    """What this claim's payers are asked for: nothing when it is dead, the charge, or for a later
    payer what the earlier one left to the patient; by its own answer when that is posted, else by
    what the 837 says."""
    claim = case.claim
    if case.is_dead:
        return 0
    if claim.payer_sequence == 1:
        return claim.charge_cents
    earlier = case.family.earlier_claim
    if earlier is not None:
        matched = _matched_to(earlier, relatives_payments.get(earlier.claim_id, ()))
        family = Family(next_claim=claim)
        of_earlier = _case(earlier, matched, (), family, policy=case.policy, as_of=case.as_of)
        opening = _opening_cents(of_earlier, relatives_payments, posting)
        postings = post_claim(of_earlier, matched, opening, posting)
        posted = [plan for plan in postings.plans if plan.remittance_id and not plan.refusal]
        if any(plan.entries for plan in posted):
            return sum(plan.on(REBILLED) for plan in posted)
    return claim.charge_cents - sum(
        prior.paid_cents for prior in claim.prior_payers if prior.sequence_code != "T"
    )


def _status(case: ClaimCase) -> ClaimStatus:
    if case.family.is_voided:
        return ClaimStatus.VOIDED
    if case.family.is_superseded:
        return ClaimStatus.SUPERSEDED
    answered = (
        case.own
        if case.own.is_answered
        else next((sequence for sequence in case.sequences if sequence.is_answered), None)
    )
    if answered is None:
        return ClaimStatus.UNANSWERED
    states = [row.state for row in answered.rows if row.line is not None]
    light = {LineState.ZERO_CHARGE, LineState.BUNDLED}
    distinct = {state for state in states if state not in light}
    if not distinct:
        distinct = {row.state for row in answered.rows}
    if distinct <= {LineState.REVERSED}:
        return ClaimStatus.REVERSED
    if distinct <= {LineState.DENIED}:
        return ClaimStatus.DENIED
    if distinct & {LineState.DENIED, LineState.UNANSWERED, LineState.REVERSED}:
        return ClaimStatus.PARTIAL
    if LineState.UNDERPAID in distinct:
        return ClaimStatus.UNDERPAID
    if distinct <= {LineState.PATIENT}:
        return ClaimStatus.PATIENT
    return ClaimStatus.PAID

"""What stands on a claim: every billed line for every payer, reversals, balances and issues."""

from collections.abc import Mapping, Sequence
from datetime import date

from edi_engine.matchers.adjudications import counts, payer_answers
from edi_engine.matchers.balances import Balance, SequenceTotals, balance_of
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.claim_issues import issues_of
from edi_engine.matchers.facts import number_key
from edi_engine.matchers.families import Family, family_of, relatives_among
from edi_engine.matchers.line_states import as_record, rows_of_sequence
from edi_engine.matchers.reversals import with_corrections_elsewhere
from edi_engine.records.expected import ExpectedAllowed
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
) -> ClaimReconciliation:
    """Reconcile one claim with the payments matched to it (others are left out, in any order).

    `relatives` are the other claims with the same patient control number or tied by REF*F8:
    replacements, voids, and the claims to the next payers; `relatives_payments` what was matched
    to them. They decide superseded, voided, and where the open balance stands.
    """
    matched = _matched_to(claim, payments)
    family = family_of(
        claim,
        relatives,
        (number_key(paid.payer_claim_control_number) for paid, _ in matched),
    )
    case = _case(claim, matched, expected, family, policy=policy, as_of=as_of)
    opening = _opening_cents(case, relatives_payments or {})
    balance = _balance(case, opening)
    return ClaimReconciliation(
        claim_id=claim.claim_id,
        status=_status(case),
        balance_cents=balance.open_cents,
        payer_balance_cents=balance.payer_cents,
        patient_balance_cents=balance.patient_cents,
        lines=tuple(
            as_record(row, claim, sequence.payer_sequence)
            for sequence in case.sequences
            for row in sequence.rows
        ),
        reversals=_reversals(case, relatives_payments or {}),
        issues=tuple(issues_of(case, balance)),
    )


def reconcile_group(
    claims: Sequence[BilledClaim],
    payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    expected: Mapping[ClaimId, Sequence[ExpectedAllowed]],
    *,
    policy: ReconcilePolicy,
    as_of: date,
) -> list[ClaimReconciliation]:
    """Reconcile claims whose relatives are all among them (every claim of a PCN key is given).

    One result per claim, in the order given.
    """
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


def _opening_cents(
    case: ClaimCase, relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]]
) -> int:
    """What this claim's payers are asked for: the charge, or for a later payer what the earlier
    one left to the patient; by its own answer when we have it, else by what the 837 says."""
    claim = case.claim
    if claim.payer_sequence == 1:
        return claim.charge_cents
    earlier = case.family.earlier_claim
    if earlier is not None:
        matched = _matched_to(earlier, relatives_payments.get(earlier.claim_id, ()))
        of_earlier = _case(earlier, matched, (), Family(), policy=case.policy, as_of=case.as_of)
        if of_earlier.own.is_answered:
            return of_earlier.own.money.patient
    return claim.charge_cents - sum(
        prior.paid_cents for prior in claim.prior_payers if prior.sequence_code != "T"
    )


def _balance(case: ClaimCase, opening_cents: int) -> Balance:
    if case.family.is_voided or case.family.is_superseded:
        paid = sum(sequence.money.paid for sequence in case.sequences)
        return Balance(-paid, -paid, 0)
    totals = [
        SequenceTotals(sequence.payer_sequence, sequence.money)
        for sequence in case.sequences
        if sequence.is_answered
    ]
    return balance_of(
        opening_cents,
        totals,
        payer_is_due=not case.own.is_answered or case.next_payer_is_due,
        moves_on=case.family.next_claim is not None and case.own.is_answered,
    )


_PARTIAL_STATES = frozenset({LineState.DENIED, LineState.UNANSWERED, LineState.REVERSED})


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
        is_taken_back = any(sequence.answers.apart for sequence in case.sequences)
        return ClaimStatus.REVERSED if is_taken_back else ClaimStatus.UNANSWERED
    states = [row.state for row in answered.rows if row.line is not None]
    light = {LineState.ZERO_CHARGE, LineState.BUNDLED}
    distinct = {state for state in states if state not in light}
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
    if distinct <= {LineState.PATIENT}:
        return ClaimStatus.PATIENT
    return ClaimStatus.PAID

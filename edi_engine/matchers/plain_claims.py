"""The usual claim, quickly: its first payer answered once, line by line, and nothing is odd.

Nine claims in ten are such. What is concluded about one here is what the rules would conclude in
full (`claim_reconciliation`), which stand behind: whatever is not plain goes to them, and tests
hold the two together on every claim of whole practices. Nothing is decided here that is not
decided there.
"""

from collections.abc import Sequence
from typing import NamedTuple

from edi_engine.matchers.claim_issues import patient_balance
from edi_engine.matchers.facts import VOID
from edi_engine.matchers.line_amounts import Kind, kind_of
from edi_engine.matchers.line_ladder import LinePlace, by_control_numbers_alone
from edi_engine.matchers.posting import PostingContext, refusal_of_payment
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.journal import (
    CASH,
    CONTRACTUAL,
    RECEIVABLE_PATIENT,
    JournalEntry,
    PostingPlan,
    SubjectKind,
    receivable_payer,
)
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimId, PaidClaim, PaidLine
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    ClaimStatus,
    LineReconciliation,
    LineState,
    MatchOutcome,
    ReconciliationIssue,
    RemitLine,
)

__all__ = ["reconcile_plain"]

_FIRST_PAYER = 1
_PROCESSED_AS_PRIMARY = "1"


def reconcile_plain(
    claim: BilledClaim,
    payments: Sequence[tuple[PaidClaim, ClaimMatch]],
    expected: Sequence[ExpectedAllowed],
    posting: PostingContext,
) -> ClaimReconciliation | None:
    """What stands on a claim without relatives, or None where the rules must run in full.

    Plain is: to the first payer, who is the only one; answered by one claim payment that is
    balanced, posts, and returns every line once by its control number and code; adjustments are
    contractual or the patient's share, and the allowed amounts are those expected to the cent and
    not cut by the charge. A contract that looks at when it was paid needs the rules, too.
    """
    if len(payments) != 1:
        return None
    payment, match = payments[0]
    if (
        not _is_plain_claim(claim)
        or not _is_plain_answer(payment, claim)
        or not _is_free_to_post(payment, match, claim, posting)
    ):
        return None
    places = by_control_numbers_alone(claim.lines, payment.lines)
    if places is None:
        return None
    answers = _lines_in_order(claim, payment, places)
    if answers is None:
        return None
    by_line = {each.line_number: each for each in expected}
    amounts: list[_Amounts] = []
    for billed, paid in answers:
        found = _amounts_of(billed, paid, by_line.get(billed.line_number))
        if found is None:
            return None
        amounts.append(found)
    return _conclusion(claim, payment, amounts, places[0].rule)


def _is_plain_claim(claim: BilledClaim) -> bool:
    return (
        claim.payer_sequence == _FIRST_PAYER
        and not claim.prior_payers
        and claim.frequency_code != VOID
    )


def _is_plain_answer(payment: PaidClaim, claim: BilledClaim) -> bool:
    """An answer of the first payer that nobody holds, without money of its own at claim level."""
    lines = payment.lines
    return (
        payment.status_code == _PROCESSED_AS_PRIMARY
        and not payment.held
        and not payment.forwarded_to
        and not payment.adjustments
        and len(lines) == len(claim.lines)
        and payment.charge_cents == claim.charge_cents
        and payment.charge_cents == sum([line.charge_cents for line in lines])
        and payment.paid_cents == sum([line.paid_cents for line in lines])
    )


def _is_free_to_post(
    payment: PaidClaim, match: ClaimMatch, claim: BilledClaim, posting: PostingContext
) -> bool:
    """Matched to the claim, and let through by the gate without a word of a person or a profile."""
    return (
        match.claim_id == claim.claim_id
        and match.outcome is MatchOutcome.MATCHED
        and match.payer_sequence == _FIRST_PAYER
        and payment.claim_payment_id not in posting.profiled
        and payment.claim_payment_id not in posting.accepted
        and payment.claim_payment_id not in posting.rejected
        and refusal_of_payment(payment, match, posting) is None
    )


def _lines_in_order(
    claim: BilledClaim, payment: PaidClaim, places: Sequence[LinePlace]
) -> list[tuple[BilledLine, PaidLine]] | None:
    """Each billed line with the one that answers it, or None when one is answered twice."""
    by_number = {
        place.line_numbers[0]: line for place, line in zip(places, payment.lines, strict=True)
    }
    if len(by_number) != len(claim.lines):
        return None
    return [(line, by_number[line.line_number]) for line in claim.lines]


class _Amounts(NamedTuple):
    """A line with its answer; `share_cents` is the patient's within the allowed amount."""

    billed: BilledLine
    paid: PaidLine
    allowed_cents: int
    contractual_cents: int
    share_cents: int
    expected: ExpectedAllowed | None


def _amounts_of(
    billed: BilledLine, paid: PaidLine, expected: ExpectedAllowed | None
) -> _Amounts | None:
    """The amounts of an answered line; None unless it balances and is allowed as expected."""
    if paid.procedure.code != billed.procedure_code or not billed.charge_cents:
        return None
    contractual = share = 0
    for each in paid.adjustments:
        kind = kind_of(each.group_code, each.reason_code)
        if kind is Kind.CONTRACTUAL:
            contractual += each.amount_cents
        elif kind is Kind.PLAN_SHARE:
            share += each.amount_cents
        else:
            return None
    allowed = paid.paid_cents + share
    if (
        paid.paid_cents < 0
        or share < 0
        or allowed == 0
        or paid.charge_cents != allowed + contractual
        or paid.allowed_cents not in {None, allowed}
    ):
        return None
    if expected is not None and (
        expected.allowed_cents != allowed
        or expected.is_share
        or expected.is_inferred
        or expected.rate_cents is not None
    ):
        return None
    return _Amounts(billed, paid, allowed, contractual, share, expected)


def _conclusion(
    claim: BilledClaim, payment: PaidClaim, lines: Sequence[_Amounts], rule: str
) -> ClaimReconciliation:
    claim_id = claim.claim_id
    patient = sum([line.share_cents for line in lines])
    plan = PostingPlan(
        SubjectKind.PAYMENT,
        payment.claim_payment_id,
        payment.remittance_id,
        claim_id,
        tuple([entry for line in lines for entry in _entries(claim_id, line)]),
    )
    issues: tuple[ReconciliationIssue, ...] = ()
    if patient > 0:
        owed = patient_balance(claim_id, _FIRST_PAYER, patient, arose_on=payment.paid_on)
        issues = (owed,)
    return ClaimReconciliation(
        claim_id=claim_id,
        status=ClaimStatus.PAID if payment.paid_cents else ClaimStatus.PATIENT,
        balance_cents=patient,
        payer_balance_cents=0,
        patient_balance_cents=patient,
        lines=tuple([_record(claim_id, payment, line, rule) for line in lines]),
        issues=issues,
        postings=(plan,),
    )


def _entries(claim_id: ClaimId, line: _Amounts) -> list[JournalEntry]:
    number, ordinal = line.billed.line_number, line.paid.line_ordinal
    amounts = (
        (CASH, line.paid.paid_cents),
        (CONTRACTUAL, line.contractual_cents),
        (RECEIVABLE_PATIENT, line.share_cents),
        (receivable_payer(_FIRST_PAYER), -line.paid.charge_cents),
    )
    return [
        JournalEntry(account, cents, claim_id, number, ordinal)
        for account, cents in amounts
        if cents
    ]


def _record(claim_id: ClaimId, payment: PaidClaim, line: _Amounts, rule: str) -> LineReconciliation:
    billed, paid, allowed_cents, contractual_cents, share_cents, expected = line
    # By position, in the order of the fields: it takes half the time, for most records there are.
    return LineReconciliation(
        claim_id,
        billed.line_number,
        _FIRST_PAYER,
        billed.charge_cents,
        expected.allowed_cents if expected is not None else None,
        expected.source if expected is not None else "",
        allowed_cents,
        paid.paid_cents,
        contractual_cents,
        share_cents,
        0,
        0,
        0 if expected is not None else None,
        LineState.PAID if paid.paid_cents else LineState.PATIENT,
        "",
        (RemitLine(payment.claim_payment_id, paid.line_ordinal, rule),),
        "",
    )

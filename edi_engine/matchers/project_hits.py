"""Follow short and refused lines: new ones, those that were made good, those that came back. Pure.

What is open is told by what is concluded now, alone: neither the order of files nor a rebuild
changes it. Only the days, the first amounts and the count of reopenings know of earlier runs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from edi_engine.records.matching import BilledClaim, ClaimId, ClaimPaymentId, PaidClaim
from edi_engine.records.pricing import VarianceCause
from edi_engine.records.projects import DISCOUNT_LINE, INTEREST_LINE, HitKind, ProjectHit
from edi_engine.records.reconciliation import (
    DEAD_STATUSES,
    ClaimReconciliation,
    LineReconciliation,
    LineState,
)

__all__ = ["HitKey", "follow_projects"]

HitKey = tuple[int, int, int]
"""Claim, line number, payer sequence."""

WITHOUT_CODE = "CLP02-4"
"""The term of a refusal that the payer gave no reason for."""

_PARTLY_REFUSED = frozenset({LineState.PAID, LineState.OVERPAID, LineState.PATIENT})
"""What is refused on an underpaid line belongs to its underpayment, as in the work item."""


class _Missing(NamedTuple):
    """What is missing on a line now."""

    kind: HitKind
    term: str
    cause: str
    cents: int


def follow_projects(
    before: Mapping[HitKey, ProjectHit],
    conclusions: Sequence[ClaimReconciliation],
    claims: Mapping[ClaimId, BilledClaim],
    payments: Mapping[ClaimPaymentId, PaidClaim],
    *,
    as_of: date,
) -> list[ProjectHit]:
    """Hits that are new or have changed, of the claims concluded about, by claim and line.

    `before` are all hits of these claims, `payments` at least those that answer their lines. What
    is missing keeps the day, the amounts and the payer of its first sight; its term and cause are
    those of now. What is missing on a claim that was corrected or sent again is so until the claim
    in its place is answered: what that brings is recovered, unless its line is short or refused
    again and has a hit of its own.
    """
    by_claim = {conclusion.claim_id: conclusion for conclusion in conclusions}
    missing: dict[HitKey, tuple[LineReconciliation, _Missing]] = {}
    changed = []
    for conclusion in conclusions:
        told = _told(conclusion)
        for line in conclusion.lines:
            found = _missing(line, is_told=line.line_number in told)
            if found is not None and _still_counts(line, conclusion, by_claim):
                missing[line.claim_id, line.line_number, line.payer_sequence] = (line, found)
        changed += _in_time(before, conclusion, claims[conclusion.claim_id].payer_id, as_of)
    for key, (line, found) in missing.items():
        answers = [
            payments[each.claim_payment_id]
            for each in line.remit_lines
            if each.claim_payment_id in payments
        ]
        seen = _seen(line, found, claims[line.claim_id], answers, as_of)
        known = before.get(key)
        hit = seen if known is None else _seen_again(known, seen)
        if hit != known:
            changed.append(hit)
    if before:
        hits = {*before, *missing}
        for key, known in before.items():
            own = by_claim.get(ClaimId(key[0]))
            if key in missing or own is None or known.line_number < 0:
                continue
            hit = _solved(known, _allowed_now(known, own, by_claim, hits), as_of)
            if hit != known:
                changed.append(hit)
    return sorted(changed, key=lambda hit: (hit.claim_id, hit.line_number, hit.payer_sequence))


def _in_time(
    before: Mapping[HitKey, ProjectHit],
    conclusion: ClaimReconciliation,
    payer_id: str,
    as_of: date,
) -> list[ProjectHit]:
    """Interest that is owed and discounts that were not agreed: of the claim, and of no line.

    What stands in for the allowed amount is what moved so far: interest paid, discount taken.
    """
    short = {issue.cause: issue for issue in conclusion.issues if issue.cause in _OF_CLAIMS}
    verdict = conclusion.timely
    changed = []
    for cause, number in _OF_CLAIMS.items():
        known = before.get((conclusion.claim_id, number, 1))
        issue = short.get(cause)
        if known is None and (issue is None or verdict is None):
            continue
        now = known.first_allowed_cents if known is not None else 0
        if verdict is not None:
            is_interest = number == INTEREST_LINE
            now = verdict.interest_paid_cents if is_interest else -verdict.discount_taken_cents
        if known is None:
            found = ProjectHit(
                claim_id=conclusion.claim_id,
                line_number=number,
                payer_sequence=1,
                kind=HitKind.UNDERPAID,
                payer_id=payer_id,
                term=verdict.term if verdict is not None else "",
                cause=cause,
                short_cents=issue.amount_cents if issue is not None else 0,
                first_allowed_cents=now,
                recovered_cents=0,
                hit_on=as_of,
                answered_on=issue.arose_on if issue is not None else None,
            )
        else:
            found = msgspec.structs.replace(
                known,
                recovered_cents=max(0, now - known.first_allowed_cents),
                solved_on=None if issue is not None else known.solved_on or as_of,
                reopened_count=known.reopened_count + (issue is not None and not known.is_open),
            )
        if found != known:
            changed.append(found)
    return changed


_OF_CLAIMS = {
    VarianceCause.TIMELY_INTEREST.value: INTEREST_LINE,
    VarianceCause.TIMELY_DISCOUNT.value: DISCOUNT_LINE,
}

_SHORT = frozenset({"underpaid", "underallowed"})


def _told(conclusion: ClaimReconciliation) -> set[int]:
    """Lines that an issue of what is short names, for the primary payer."""
    return {
        number
        for issue in conclusion.issues
        if issue.cause in _SHORT and issue.payer_sequence == 1
        for number in issue.line_numbers
    }


def _still_counts(
    line: LineReconciliation,
    conclusion: ClaimReconciliation,
    by_claim: Mapping[ClaimId, ClaimReconciliation],
) -> bool:
    """Whether the line stands, or nobody answered yet what stands in its place."""
    if conclusion.status not in DEAD_STATUSES:
        return True
    other = _in_place_of(conclusion, by_claim, line.line_number, line.payer_sequence)
    return other is not None and other.state is LineState.UNANSWERED


def _in_place_of(
    conclusion: ClaimReconciliation,
    by_claim: Mapping[ClaimId, ClaimReconciliation],
    line_number: int,
    payer_sequence: int,
) -> LineReconciliation | None:
    """The line with this number on the claim that stands in the place of a dead one."""
    if conclusion.replaced_by is None or conclusion.replaced_by not in by_claim:
        return None
    return _line_of(by_claim[conclusion.replaced_by], line_number, payer_sequence)


def _seen(
    line: LineReconciliation,
    found: _Missing,
    claim: BilledClaim,
    answers: Sequence[PaidClaim],
    as_of: date,
) -> ProjectHit:
    """The hit of a line that something is missing on, as if it were seen first."""
    return ProjectHit(
        claim_id=line.claim_id,
        line_number=line.line_number,
        payer_sequence=line.payer_sequence,
        kind=found.kind,
        payer_id=_payer(line, claim, answers),
        term=found.term,
        cause=found.cause,
        short_cents=found.cents,
        first_allowed_cents=line.allowed_cents,
        recovered_cents=0,
        hit_on=as_of,
        answered_on=max((one.paid_on for one in answers if one.paid_on is not None), default=None),
    )


def _seen_again(known: ProjectHit, seen: ProjectHit) -> ProjectHit:
    """What is known with what is seen now. A line that was short and is refused now, or the other
    way round, is reckoned anew from there."""
    reopened_count = known.reopened_count + (not known.is_open)
    if known.kind is not seen.kind:
        return msgspec.structs.replace(seen, hit_on=known.hit_on, reopened_count=reopened_count)
    return msgspec.structs.replace(
        known,
        term=seen.term,
        cause=seen.cause,
        answered_on=seen.answered_on,
        solved_on=None,
        recovered_cents=max(0, seen.first_allowed_cents - known.first_allowed_cents),
        reopened_count=reopened_count,
    )


def _payer(line: LineReconciliation, claim: BilledClaim, answers: Iterable[PaidClaim]) -> str:
    """Whom the claim was sent to; of a payer that it was passed on to what its remittance says."""
    if line.payer_sequence == claim.payer_sequence:
        return claim.payer_id
    return next((one.payer_id for one in answers if one.payer_id), claim.payer_id)


def _allowed_now(
    known: ProjectHit,
    conclusion: ClaimReconciliation,
    by_claim: Mapping[ClaimId, ClaimReconciliation],
    hits: Collection[HitKey],
) -> int:
    """What is allowed in the end, in cents, where nothing is missing any more; for what another
    claim stands in its place on that one, unless the line there has a hit that counts it."""
    place = (known.line_number, known.payer_sequence)
    if conclusion.status in DEAD_STATUSES:
        line = _in_place_of(conclusion, by_claim, *place)
        if line is None or (line.claim_id, *place) in hits:
            return 0
    else:
        line = _line_of(conclusion, *place)
    return 0 if line is None else line.allowed_cents


def _solved(known: ProjectHit, allowed_cents: int, as_of: date) -> ProjectHit:
    return msgspec.structs.replace(
        known,
        solved_on=known.solved_on or as_of,
        recovered_cents=max(0, allowed_cents - known.first_allowed_cents),
    )


def _line_of(
    conclusion: ClaimReconciliation, line_number: int, payer_sequence: int
) -> LineReconciliation | None:
    return next(
        (
            line
            for line in conclusion.lines
            if (line.line_number, line.payer_sequence) == (line_number, payer_sequence)
        ),
        None,
    )


def _missing(line: LineReconciliation, *, is_told: bool) -> _Missing | None:
    """What is missing on a line now, None on most lines. `is_told`: an issue of what is short names
    it, as where all of it is the patient's."""
    state = line.state
    if state is LineState.DENIED:
        return _refused(line, _worth(line))
    is_told = is_told and state is not LineState.OVERPAID
    is_share = bool(line.variance_cause) and line.variance_cents is None
    if state is LineState.UNDERPAID or is_told or is_share:
        short = _short_cents(line)
        # A share of what was underpaid as a whole, or underpaid by itself. Only what the primary
        # payer allowed is compared with its contract.
        if line.payer_sequence != 1 or line.line_number == 0:
            return None
        if state is LineState.UNDERPAID or short > 0:
            cause = line.variance_cause or VarianceCause.UNKNOWN.value
            return _Missing(HitKind.UNDERPAID, line.expected_source, cause, short)
    if line.denied_cents > 0 and state in _PARTLY_REFUSED:
        return _refused(line, line.denied_cents)
    return None


def _short_cents(line: LineReconciliation) -> int:
    """What is short on the line; with all that it carries, where others are part of it."""
    if line.variance_cents is not None:
        return line.variance_cents
    return (line.expected_allowed_cents or 0) - line.allowed_cents


def _refused(line: LineReconciliation, cents: int) -> _Missing:
    term = line.denial_codes[0] if line.denial_codes else WITHOUT_CODE
    return _Missing(HitKind.REFUSED, term, line.denial_category, cents)


def _worth(line: LineReconciliation) -> int:
    """What a refused line should have brought; for the claim's own row what it refuses."""
    if line.line_number == 0:
        return line.denied_cents + line.patient_responsibility_cents
    if line.expected_allowed_cents is not None:
        return line.expected_allowed_cents
    return line.charge_cents

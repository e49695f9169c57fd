"""Follow underpaid lines: new ones, those that were made good, those that came back. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from edi_engine.records.matching import ClaimId
from edi_engine.records.pricing import VarianceCause
from edi_engine.records.reconciliation import ClaimReconciliation, LineReconciliation, LineState
from edi_engine.records.variance_hits import DISCOUNT_LINE, INTEREST_LINE, VarianceHit

__all__ = ["HitKey", "follow_variances"]

HitKey = tuple[int, int]
"""Claim and line number; only what the primary payer allowed is followed."""


def follow_variances(
    before: Mapping[HitKey, VarianceHit],
    conclusions: Iterable[ClaimReconciliation],
    payers: Mapping[ClaimId, str],
    *,
    as_of: date,
) -> list[VarianceHit]:
    """Hits that are new or have changed, of the claims concluded about, by claim and line.

    `before` are all hits of these claims, `payers` their payers. What is short keeps the day, the
    amounts and the payer of its first sight; its term and cause are those of now.
    """
    changed: list[VarianceHit] = []
    for conclusion in conclusions:
        told = _told(conclusion)
        for line in conclusion.lines:
            if line.payer_sequence != 1 or line.line_number == 0:
                continue
            known = before.get((line.claim_id, line.line_number))
            is_short = _is_short(line, is_told=line.line_number in told)
            found = _followed(known, line, payers[line.claim_id], as_of, is_short=is_short)
            if found is not None and found != known:
                changed.append(found)
        changed += _in_time(before, conclusion, payers[conclusion.claim_id], as_of)
    return changed


def _in_time(
    before: Mapping[HitKey, VarianceHit],
    conclusion: ClaimReconciliation,
    payer_id: str,
    as_of: date,
) -> list[VarianceHit]:
    """Interest that is owed and discounts that were not agreed: of the claim, and of no line.

    What stands in for the allowed amount is what moved so far: interest paid, discount taken.
    """
    short = {issue.cause: issue for issue in conclusion.issues if issue.cause in _OF_CLAIMS}
    verdict = conclusion.timely
    changed = []
    for cause, number in _OF_CLAIMS.items():
        known = before.get((conclusion.claim_id, number))
        issue = short.get(cause)
        if known is None and (issue is None or verdict is None):
            continue
        now = known.first_allowed_cents if known is not None else 0
        if verdict is not None:
            is_interest = number == INTEREST_LINE
            now = verdict.interest_paid_cents if is_interest else -verdict.discount_taken_cents
        if known is None:
            amount = issue.amount_cents if issue is not None else 0
            term = verdict.term if verdict is not None else ""
            found = VarianceHit(
                conclusion.claim_id, number, payer_id, term, cause, amount, now, 0, as_of
            )
        else:
            found = msgspec.structs.replace(
                known,
                recovered_cents=max(0, now - known.first_allowed_cents),
                solved_on=None if issue is not None else known.solved_on or as_of,
                reopened_count=known.reopened_count
                + (issue is not None and known.solved_on is not None),
            )
        if found != known:
            changed.append(found)
    return changed


_OF_CLAIMS = {
    VarianceCause.TIMELY_INTEREST.value: INTEREST_LINE,
    VarianceCause.TIMELY_DISCOUNT.value: DISCOUNT_LINE,
}


def _followed(
    known: VarianceHit | None,
    line: LineReconciliation,
    payer_id: str,
    as_of: date,
    *,
    is_short: bool,
) -> VarianceHit | None:
    if not is_short:
        if known is None:
            return None
        recovered = max(0, line.allowed_cents - known.first_allowed_cents)
        solved_on = known.solved_on or as_of
        return msgspec.structs.replace(known, solved_on=solved_on, recovered_cents=recovered)
    cause = line.variance_cause or VarianceCause.UNKNOWN.value
    if known is None:
        return VarianceHit(
            claim_id=line.claim_id,
            line_number=line.line_number,
            payer_id=payer_id,
            term=line.expected_source,
            cause=cause,
            short_cents=_short_cents(line),
            first_allowed_cents=line.allowed_cents,
            recovered_cents=0,
            hit_on=as_of,
        )
    return msgspec.structs.replace(
        known,
        term=line.expected_source,
        cause=cause,
        solved_on=None,
        recovered_cents=max(0, line.allowed_cents - known.first_allowed_cents),
        reopened_count=known.reopened_count + (known.solved_on is not None),
    )


_SHORT = frozenset({"underpaid", "underallowed"})


def _told(conclusion: ClaimReconciliation) -> set[int]:
    """Lines that an issue of what is short names, for the primary payer."""
    return {
        number
        for issue in conclusion.issues
        if issue.cause in _SHORT and issue.payer_sequence == 1
        for number in issue.line_numbers
    }


def _is_short(line: LineReconciliation, *, is_told: bool) -> bool:
    """Underpaid by itself, a share of what was underpaid as a whole, or told as short with others;
    also where all of it is the patient's."""
    if line.state is LineState.UNDERPAID:
        return True
    if is_told and line.state is not LineState.OVERPAID and _short_cents(line) > 0:
        return True
    return bool(line.variance_cause) and line.variance_cents is None and _short_cents(line) > 0


def _short_cents(line: LineReconciliation) -> int:
    """What is short on the line; with all that it carries, where others are part of it."""
    if line.variance_cents is not None:
        return line.variance_cents
    return (line.expected_allowed_cents or 0) - line.allowed_cents

"""Follow underpaid lines: new ones, those that were made good, those that came back. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from edi_engine.records.matching import ClaimId
from edi_engine.records.pricing import VarianceCause
from edi_engine.records.reconciliation import ClaimReconciliation, LineReconciliation, LineState
from edi_engine.records.variance_hits import VarianceHit

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
        for line in conclusion.lines:
            if line.payer_sequence != 1 or line.line_number == 0:
                continue
            known = before.get((line.claim_id, line.line_number))
            found = _followed(known, line, payers[line.claim_id], as_of)
            if found is not None and found != known:
                changed.append(found)
    return changed


def _followed(
    known: VarianceHit | None, line: LineReconciliation, payer_id: str, as_of: date
) -> VarianceHit | None:
    if not _is_short(line):
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


def _is_short(line: LineReconciliation) -> bool:
    """Underpaid by itself, or a share of what was underpaid as a whole."""
    if line.state is LineState.UNDERPAID:
        return True
    return bool(line.variance_cause) and line.variance_cents is None and _short_cents(line) > 0


def _short_cents(line: LineReconciliation) -> int:
    return (line.expected_allowed_cents or 0) - line.allowed_cents

"""Which lines need an explanation of what the payer allowed, and what it said of them.

Why it allowed that is told by whoever knows the contracts: a function is handed in, because the
rooms of contracts and of matching do not know each other.
"""

from collections.abc import Callable, Iterable, Sequence

from edi_engine.matchers.adjudications import Answer
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase, patients_variance
from edi_engine.matchers.line_rows import LineRow
from edi_engine.records.matching import BilledClaim
from edi_engine.records.pricing import AnsweredLine, VarianceExplanation
from edi_engine.records.reconciliation import LineState

__all__ = ["Explain", "explain_nothing", "explain_rows"]

Explain = Callable[[BilledClaim, Sequence[AnsweredLine]], Sequence[VarianceExplanation]]
"""Is given a claim and its lines that were allowed something else than expected."""

_VARIANT = frozenset({LineState.UNDERPAID, LineState.OVERPAID})


def explain_nothing(
    claim: BilledClaim,  # noqa: ARG001 - what others look at
    answers: Sequence[AnsweredLine],  # noqa: ARG001
) -> tuple[VarianceExplanation, ...]:
    """For whoever has no contracts."""
    return ()


def explain_rows(case: ClaimCase, explain: Explain) -> None:
    """Put the explanation on every row of the primary payer that was allowed something else. What
    the contract lets the payer do is no underpayment."""
    if case.is_dead or case.own.payer_sequence != 1 or not case.own.is_answered:
        return
    rows = _to_explain(case.own, case)
    if not rows:
        return
    by_number = {row.number: row for row in rows}
    for found in explain(case.claim, [_answered(row) for row in rows]):
        for number in found.line_numbers:
            if number in by_number:
                row = by_number[number]
                row.explanation = found
                if found.is_agreed and row.state is LineState.UNDERPAID:
                    row.state = LineState.PAID


def _to_explain(sequence: SequenceCase, case: ClaimCase) -> list[LineRow]:
    if sequence.is_plain:
        return []
    rows = [
        row
        for row in sequence.rows
        if row.line is not None
        and row.explanation is None
        and (row.state in _VARIANT or patients_variance(row, case.policy) is not LineState.PAID)
    ]
    state, _ = sequence.variance_as_whole(case.policy)
    if state is not LineState.PAID:
        rows += [row for row in sequence.allocated_rows if row not in rows]
    state, _ = sequence.variance_in_sum(case.policy)
    if state is not LineState.PAID:
        rows += [row for row in sequence.net_rows if row.is_off]
    return rows


def _answered(row: LineRow) -> AnsweredLine:
    """What the payer says of the line; where several pieces answer it, only their sum and codes."""
    pieces = [each for each in row.answers if each.is_open]
    lines = [each.line for each in pieces if each.line is not None]
    days = {each.payment.paid_on for each in pieces}
    paid_on = days.pop() if len(days) == 1 else None
    codes = frozenset(
        adjustment.reason_code for line in lines for adjustment in line.adjustments
    ) | _claim_codes(pieces)
    if len(pieces) != 1 or not lines:
        is_share = any(each.is_allocated for each in pieces)
        return AnsweredLine(
            row.number, row.net.allowed, reason_codes=codes, is_share=is_share, paid_on=paid_on
        )
    line = lines[0]
    return AnsweredLine(
        line_number=row.number,
        allowed_cents=row.net.allowed,
        procedure_code=line.procedure.code,
        modifiers=line.procedure.modifiers,
        units=line.paid_units,
        reason_codes=codes,
        paid_on=paid_on,
    )


def _claim_codes(pieces: Iterable[Answer]) -> frozenset[str]:
    """Reason codes at claim level of the payments that the pieces are of."""
    return frozenset(
        adjustment.reason_code for piece in pieces for adjustment in piece.payment.adjustments
    )

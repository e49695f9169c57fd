"""Which lines need an explanation of what the payer allowed, and what it said of them.

Why it allowed that is told by whoever knows the contracts: a function is handed in, because the
rooms of contracts and of matching do not know each other.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from edi_engine.matchers.adjudications import Answer
from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase, patients_variance
from edi_engine.matchers.line_rows import LineRow
from edi_engine.records.matching import BilledClaim, PaidClaim
from edi_engine.records.pricing import AnsweredLine, SilentPpo, VarianceExplanation
from edi_engine.records.reconciliation import ClaimReconciliation, LineState

__all__ = [
    "Explain",
    "Suspect",
    "explain_nothing",
    "explain_rows",
    "is_plain_suspect",
    "silent_ppo_of",
]

Explain = Callable[[BilledClaim, Sequence[AnsweredLine]], Sequence[VarianceExplanation]]
"""Is given a claim and its lines that were allowed something else than expected."""

Suspect = Callable[[BilledClaim, Sequence[AnsweredLine]], SilentPpo | None]
"""Is given a claim and its lines with a contractual discount that nothing explains."""

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


def silent_ppo_of(case: ClaimCase, suspect: Suspect) -> SilentPpo | None:
    """Whose contract may stand behind the primary payer's discounts on lines of which nothing is
    expected; None where there are none, or no sign of it."""
    own = case.own
    if case.is_dead or own.payer_sequence != 1 or not own.is_answered:
        return None
    odd = [
        row
        for row in own.rows
        if row.line is not None
        and row.net.contractual > 0
        and (row.expected is None or row.is_inferred)
    ]
    return suspect(case.claim, [_answered(row) for row in odd]) if odd else None


def is_plain_suspect(
    claim: BilledClaim, payment: PaidClaim, plain: ClaimReconciliation, suspect: Suspect
) -> bool:
    """Whether the only answer to a plain claim has a discount that nothing explains, and signs of
    whose it is: then the rules say it in full. Asked with what they would ask with."""
    answers = {line.line_ordinal: line for line in payment.lines}
    odd = [
        (line, answers[line.remit_lines[0].line_ordinal])
        for line in plain.lines
        if line.contractual_cents > 0 and line.expected_allowed_cents is None
    ]
    if not odd:
        return False
    names = (payment.contract_class,) if payment.contract_class else ()
    return bool(
        suspect(
            claim,
            [
                AnsweredLine(
                    line_number=line.line_number,
                    allowed_cents=line.allowed_cents,
                    procedure_code=answer.procedure.code,
                    modifiers=answer.procedure.modifiers,
                    units=answer.paid_units,
                    reason_codes=frozenset([each.reason_code for each in answer.adjustments]),
                    drg=payment.drg,
                    contract_names=names,
                    repriced_numbers=payment.repriced_numbers,
                    remark_codes=frozenset((*answer.remark_codes, *payment.remark_codes)),
                    discount_cents=line.contractual_cents,
                    paid_on=payment.paid_on,
                )
                for line, answer in odd
            ],
        )
    )


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
    payments = [piece.payment for piece in pieces]
    lines = [each.line for each in pieces if each.line is not None]
    days = {each.payment.paid_on for each in pieces}
    paid_on = days.pop() if len(days) == 1 else None
    codes = frozenset(
        adjustment.reason_code for line in lines for adjustment in line.adjustments
    ) | _claim_codes(pieces)
    found = AnsweredLine(
        row.number,
        row.net.allowed,
        reason_codes=codes,
        drg=_drg(pieces),
        contract_names=tuple(
            dict.fromkeys(each.contract_class for each in payments if each.contract_class)
        ),
        repriced_numbers=tuple(
            dict.fromkeys(number for each in payments for number in each.repriced_numbers)
        ),
        remark_codes=frozenset(code for each in payments for code in each.remark_codes).union(
            *(each.remark_codes for each in lines)
        ),
        discount_cents=row.net.contractual,
        above_cents=row.net.patient_above,
        paid_on=paid_on,
    )
    if len(pieces) != 1 or not lines:
        is_share = any(each.is_allocated for each in pieces)
        return msgspec.structs.replace(found, is_share=is_share)
    line = lines[0]
    return msgspec.structs.replace(
        found,
        procedure_code=line.procedure.code,
        modifiers=line.procedure.modifiers,
        units=line.paid_units,
    )


def _drg(pieces: Iterable[Answer]) -> str:
    """The payer's DRG, empty where it names none, or several."""
    found = {piece.payment.drg for piece in pieces if piece.payment.drg}
    return found.pop() if len(found) == 1 else ""


def _claim_codes(pieces: Iterable[Answer]) -> frozenset[str]:
    """Reason codes at claim level of the payments that the pieces are of."""
    return frozenset(
        adjustment.reason_code for piece in pieces for adjustment in piece.payment.adjustments
    )

"""Rows of the reconciliation: each billed line for one payer, its amounts and its state.

The states and their order are in docs/MATCHING.md. Source: design (datasets), domain 5.4, 6.1.
"""

from collections.abc import Mapping

from edi_engine.matchers.adjudications import CLAIM_ROW, PayerAnswers
from edi_engine.matchers.bundles import settle_bundles, settle_refused
from edi_engine.matchers.denials import (
    NOT_RECOGNISED,
    denial_category,
    denial_codes,
    is_refused_without_reason,
)
from edi_engine.matchers.line_rows import LineRow
from edi_engine.matchers.variances import state_of_variance
from edi_engine.money import format_cents
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.pricing import VarianceCause, VarianceExplanation
from edi_engine.records.reconciliation import LineReconciliation, LineState, RemitLine

__all__ = ["as_record", "rows_of_sequence"]

_CAPITATION_SOURCE = "capitation"


def rows_of_sequence(
    claim: BilledClaim,
    answers: PayerAnswers,
    expected: Mapping[int, ExpectedAllowed],
    *,
    policy: ReconcilePolicy,
) -> list[LineRow]:
    """Rows in line order, the claim's own row last and only when it holds money."""
    rows = [
        LineRow(
            line,
            answers.standing.get(line.line_number, ()),
            answers.superseded.get(line.line_number, ()),
            expected.get(line.line_number),
        )
        for line in claim.lines
    ]
    is_answered = bool(answers.standing)
    for row in rows:
        row.state = _own_state(row, is_answered=is_answered, policy=policy)
    if any(row.net.bundled or row.recode for row in rows):
        settle_bundles(rows, policy)
    own = answers.standing.get(CLAIM_ROW, ())
    if own or answers.apart or answers.rests:
        row = LineRow(None, own, (), None, answers.apart, rests=answers.rests)
        row.state = _state_of_claim_row(row)
        rows.append(row)
    for row in rows:
        if row.net.bundled > 0:
            settle_refused(row, policy)
    return rows


def as_record(
    row: LineRow, claim: BilledClaim, payer_sequence: int, policy: ReconcilePolicy
) -> LineReconciliation:
    """The row as it is kept."""
    net, expected, priced = row.shown, row.expected_cents, row.priced_cents
    allowed = net.allowed
    if row.state is LineState.DENIED or row.state is LineState.BUNDLED:
        allowed = 0
    source = row.expected.source if row.expected is not None else ""
    explanation = row.explanation
    if explanation is None and row.expected is not None and row.expected.rate_cents is not None:
        explanation = _below_rate(row, row.expected.rate_cents)
    if expected == 0 and net.is_capitated:
        source = _CAPITATION_SOURCE
    return LineReconciliation(
        claim_id=claim.claim_id,
        line_number=row.number,
        payer_sequence=payer_sequence,
        charge_cents=row.charge_cents,
        expected_allowed_cents=expected,
        expected_source=source,
        allowed_cents=allowed,
        paid_cents=net.paid,
        contractual_cents=net.contractual,
        patient_responsibility_cents=net.patient,
        denied_cents=net.denied,
        other_adjustment_cents=net.other,
        variance_cents=None if priced is None else priced - allowed,
        state=row.state,
        denial_category=_category(row, claim.payer_id, policy),
        remit_lines=tuple(
            [
                RemitLine(each.payment.claim_payment_id, each.line_ordinal, each.rule)
                for each in (*row.answers, *row.superseded, *row.apart, *row.rests)
            ]
        ),
        recode=row.recode,
        allocation=next((each.allocation for each in row.answers if each.allocation), ""),
        denial_codes=denial_codes(net) if net.refused else (),
        variance_cause=explanation.cause.value if explanation is not None else "",
        variance_words=explanation.in_words if explanation is not None else "",
    )


_AS_AGREED = frozenset({LineState.PAID, LineState.PATIENT})


def _below_rate(row: LineRow, rate_cents: int) -> VarianceExplanation | None:
    """Why no more was allowed than the charge: we charge less than the contract would allow."""
    if row.state not in _AS_AGREED or row.is_off or row.is_allocated:
        return None
    if rate_cents <= row.charge_cents:
        return None
    words = (
        f"the charge of {format_cents(row.charge_cents)}, which is below the rate of"
        f" {format_cents(rate_cents)}"
    )
    return VarianceExplanation((row.number,), VarianceCause.LESSER_OF, words, True)


def _category(row: LineRow, payer_id: str, policy: ReconcilePolicy) -> str:
    """Why the line, or a part of it, was refused; empty when nothing was."""
    if row.state is LineState.DENIED:
        return denial_category(row.net, payer_id, policy) or NOT_RECOGNISED
    is_partly = row.net.denied > 0 or row.net.patient_refused > 0
    return denial_category(row.net, payer_id, policy) if is_partly else ""


def _is_taken_back(row: LineRow) -> bool:
    """Whether nothing is left of what was answered: reversals, and what they undo."""
    return not [each for each in row.answers if not each.is_reversed and not each.is_reversal]


def _own_state(row: LineRow, *, is_answered: bool, policy: ReconcilePolicy) -> LineState:
    """The state of a billed line by its own answers; bundles are settled afterwards."""
    if not row.answers:
        is_nothing = row.charge_cents == 0 and is_answered
        return LineState.ZERO_CHARGE if is_nothing else LineState.UNANSWERED
    if _is_taken_back(row):
        return LineState.REVERSED
    net = row.net
    if net.paid == 0:
        if row.charge_cents == 0:
            return LineState.ZERO_CHARGE
        is_refused = net.refused_cents > 0 or is_refused_without_reason(
            row.answers[-1].payment.status_code, net
        )
        if net.plan_share == 0 and is_refused:
            return LineState.DENIED
        if net.plan_share > 0 and net.allowed == net.plan_share:
            return LineState.PATIENT
    return state_of_variance(row.agreed_cents, net.allowed, policy, row.tolerance)


def _state_of_claim_row(row: LineRow) -> LineState:
    """The claim's own row. What it refuses takes the lines' payment away: it pays below 0."""
    if _is_taken_back(row):
        return LineState.REVERSED
    net = row.net
    if net.paid <= 0 and net.plan_share == 0 and net.refused_cents > 0:
        return LineState.DENIED
    if net.paid == 0 and net.plan_share > 0:
        return LineState.PATIENT
    return LineState.PAID

"""Rows of the reconciliation: each billed line for one payer, its amounts and its state.

The states and their order are in docs/MATCHING.md. Source: design (datasets), domain 5.4, 6.1.
"""

from collections.abc import Mapping, Sequence

from edi_engine.matchers.adjudications import CLAIM_ROW, Answer, PayerAnswers
from edi_engine.matchers.denials import (
    NOT_RECOGNISED,
    denial_category,
    denial_codes,
    is_refused_without_reason,
)
from edi_engine.matchers.facts import code_forms
from edi_engine.matchers.line_amounts import Money
from edi_engine.matchers.variances import state_of_bundle, state_of_variance
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, BilledLine
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import LineReconciliation, LineState, RemitLine

__all__ = ["LineRow", "rows_of_sequence"]

_CAPITATION_SOURCE = "capitation"


class LineRow:
    """A line of the claim as one payer answered it, while the rows are made.

    `net` sums what stands. `line` is None for the claim's own row.
    """

    __slots__ = ("answers", "expected", "line", "net", "recode", "state", "superseded")

    def __init__(
        self,
        line: BilledLine | None,
        answers: Sequence[Answer],
        superseded: Sequence[Answer],
        expected: ExpectedAllowed | None,
    ) -> None:
        self.line = line
        self.answers = answers
        self.superseded = superseded
        self.expected = expected
        self.state = LineState.UNANSWERED
        self.net = answers[0].money if len(answers) == 1 else _sum(answers)
        self.recode = _recode(line, answers) if line is not None else ""

    @property
    def number(self) -> int:
        return self.line.line_number if self.line is not None else CLAIM_ROW

    @property
    def charge_cents(self) -> int:
        return self.line.charge_cents if self.line is not None else 0

    @property
    def expected_cents(self) -> int | None:
        """Nothing is expected under capitation; otherwise as the contract says."""
        if self.net.is_capitated and self.net.paid == 0 and self.line is not None:
            return 0
        return self.expected.allowed_cents if self.expected is not None else None

    @property
    def carries(self) -> bool:
        """Whether the payer allows something here, so that other lines may be part of it."""
        return self.net.paid > 0 or self.net.plan_share > 0


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
        _settle_bundles(rows, policy)
    own = answers.standing.get(CLAIM_ROW)
    if own:
        row = LineRow(None, own, (), None)
        row.state = _state_of_claim_row(row)
        rows.append(row)
    return rows


def as_record(row: LineRow, claim: BilledClaim, payer_sequence: int) -> LineReconciliation:
    """The row as it is kept."""
    net, expected = row.net, row.expected_cents
    is_refused = row.state is LineState.DENIED
    allowed = 0 if is_refused or row.state is LineState.BUNDLED else net.allowed
    source = row.expected.source if row.expected is not None else ""
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
        variance_cents=None if expected is None else expected - allowed,
        state=row.state,
        denial_category=(denial_category(net) or NOT_RECOGNISED) if is_refused else "",
        remit_lines=tuple(
            [
                RemitLine(each.payment.claim_payment_id, each.line_ordinal, each.rule)
                for each in (*row.answers, *row.superseded)
            ]
        ),
        recode=row.recode,
        allocation=next((each.allocation for each in row.answers if each.allocation), ""),
        denial_codes=denial_codes(net) if net.refused else (),
    )


def _sum(answers: Sequence[Answer]) -> Money:
    total = Money()
    for answer in answers:
        total.add(answer.money)
    return total


def _own_state(row: LineRow, *, is_answered: bool, policy: ReconcilePolicy) -> LineState:
    """The state of a billed line by its own answers; bundles are settled afterwards."""
    if not row.answers:
        is_nothing = row.charge_cents == 0 and is_answered
        return LineState.ZERO_CHARGE if is_nothing else LineState.UNANSWERED
    if all(answer.is_reversed or answer.is_reversal for answer in row.answers):
        return LineState.REVERSED
    net = row.net
    if row.charge_cents == 0 and net.paid == 0:
        return LineState.ZERO_CHARGE
    if net.paid == 0 and net.plan_share == 0:
        refused = net.denied + net.patient_refused + net.bundled
        if refused > 0 or is_refused_without_reason(row.answers[-1].payment.status_code, net):
            return LineState.DENIED
    if net.paid == 0 and net.plan_share > 0 and net.allowed == net.plan_share:
        return LineState.PATIENT
    return state_of_variance(row.expected_cents, net.allowed, policy)


def _state_of_claim_row(row: LineRow) -> LineState:
    if all(answer.is_reversed or answer.is_reversal for answer in row.answers):
        return LineState.REVERSED
    net = row.net
    if net.paid == 0 and net.plan_share == 0 and net.denied + net.patient_refused > 0:
        return LineState.DENIED
    if net.paid == 0 and net.plan_share > 0:
        return LineState.PATIENT
    return LineState.PAID


def _settle_bundles(rows: Sequence[LineRow], policy: ReconcilePolicy) -> None:
    """Lines paid within another line of the claim, and the lines that carry them.

    A line is bundled when the payer says so (CARC 97 and its like) and allows something on
    another line, or when it pays nothing and gives it the adjudicated code of a line it pays.
    Without a carrying line it is refused, category bundling: it was paid with nothing we billed.
    """
    carriers = [row for row in rows if row.carries]
    bundled = []
    for row in rows:
        others = [each for each in carriers if each is not row]
        if others and _is_bundled(row, others):
            row.state = LineState.BUNDLED
            bundled.append(row)
    for row in carriers:
        parts = [each for each in bundled if not each.recode or each.recode == row.recode]
        if parts and row.state in {LineState.OVERPAID, LineState.PAID}:
            whole = [row.expected_cents, *(each.expected_cents for each in parts)]
            known = [cents for cents in whole if cents is not None]
            expected = sum(known) if len(known) == len(whole) else None
            row.state = state_of_bundle(row.state, row.net.allowed, expected, policy)


def _is_bundled(row: LineRow, carriers: Sequence[LineRow]) -> bool:
    net = row.net
    if row.state is LineState.REVERSED or not row.answers or row.carries:
        return False
    if net.paid != 0 or net.denied > 0 or net.patient_refused > 0 or row.charge_cents == 0:
        return False
    if net.bundled > 0:
        return True
    return bool(row.recode) and any(each.recode == row.recode for each in carriers)


def _recode(line: BilledLine, answers: Sequence[Answer]) -> str:
    """The adjudicated code or codes, joined by "+", when they are not the billed one."""
    if all(
        answer.line is None or answer.line.procedure.code == line.procedure_code
        for answer in answers
    ):
        return ""
    code = line.procedure_code.upper()
    found: dict[str, None] = {}
    for answer in answers:
        paid = answer.line
        if paid is None or not paid.procedure.code or answer.is_reversal or answer.is_reversed:
            continue
        adjudicated = paid.procedure.code.upper()
        if adjudicated != code and not (
            adjudicated[:5] == code and code in code_forms(paid) and len(adjudicated) == 7
        ):
            found[adjudicated] = None
    return "+".join(found) if code else ""

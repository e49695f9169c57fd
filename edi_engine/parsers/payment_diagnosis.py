"""What would balance a claim payment: the hypotheses about its line and claim equations.

    ("line", n)   SVC02 - CAS of the line                       = SVC03
    ("claim", 0)  CLP03 - CAS of the claim - CAS of its lines   = CLP04
    hints         CLP03 = sum of SVC02;  sum of PR = CLP05

Called for the few claims that fail, never for one that balances. Source: 005010X221A1 1.10.2 and
1.10.2.8; X12 RFI 1429, 2348, 2548, 2570.
"""

from collections.abc import Iterable, Iterator, Sequence

from edi_engine.findings import BalancingEdit, Hypothesis
from edi_engine.money import format_cents
from edi_engine.parsers.diagnosis import (
    Change,
    Equation,
    Equations,
    Term,
    adjustment_terms,
    code_in_words,
    diagnose,
)
from edi_engine.records.common import Adjustment, Amount
from edi_engine.records.remittances import ClaimPayment, LinePayment

__all__ = ["CLAIM", "REVERSAL_STATUS", "ClaimPaymentDiagnosis", "off_cents_of_claim"]

REVERSAL_STATUS = "22"
CLAIM: Equation = ("claim", 0)
_CHARGES: Equation = ("charges", 0)
_PATIENT: Equation = ("patient", 0)
_PRIOR_PAYER = ("OA", "23")

_TOTALS = frozenset({"AU", "B6"})
"""AMT that sum up what other amounts say: covered and allowed. The others are parts (interest,
tax, discount, paid by the patient) that a payer may take for an adjustment."""


def off_cents_of_claim(payment: ClaimPayment) -> int:
    """Charge less all adjustments less what is paid, in cents; zero when the claim balances."""
    return payment.charge_cents - _sum(_all_adjustments(payment)) - payment.paid_cents


class ClaimPaymentDiagnosis:
    """What is known of one failing claim payment; work that all its equations share is done once,
    because a hostile claim may have very many lines."""

    def __init__(self, payment: ClaimPayment) -> None:
        self._payment = payment
        self._is_reversal = payment.status_code == REVERSAL_STATUS
        self._adjustments = _all_adjustments(payment)
        self._equations = _equations(payment)
        self._negations = list(_negation_of_all(payment, self._adjustments))

    def of_claim(self) -> tuple[BalancingEdit, ...]:
        """Single edits that would balance the claim's equation, the likeliest first."""
        terms = _claim_terms(self._payment)
        for line in self._payment.lines:
            terms += _line_terms(line, is_reversal=self._is_reversal)
        return diagnose(self._equations, CLAIM, terms, self._claim_changes())

    def of_line(self, line: LinePayment) -> tuple[BalancingEdit, ...]:
        """Single edits that would balance the equation of one line of the claim."""
        terms = _line_terms(line, is_reversal=self._is_reversal)
        changes = (*self._negations, *self._line_changes(line))
        return diagnose(self._equations, _equation_of(line), terms, changes)

    # Changes of several amounts, and amounts that are missing.

    def _claim_changes(self) -> Iterator[Change]:
        payment = self._payment
        at = (payment.segment_ordinal, payment.byte_offset)
        off_cents = self._equations.off_cents[CLAIM]
        yield from self._negations
        yield from _repetitions(payment)
        yield from _lines_repeated(payment)
        paid = (CLAIM, *at, "CLP04", payment.paid_cents, "the payment of the claim")
        yield from _readings_of_paid(self._adjustments, payment.amounts, paid, off_cents)
        effects = ((CLAIM, -1),)
        yield from self._missing(effects, at, off_cents, "of the claim", self._adjustments)
        for line in payment.lines:
            if self._equations.off_cents[_equation_of(line)]:
                yield from self._line_changes(line)

    def _line_changes(self, line: LinePayment) -> Iterator[Change]:
        key = _equation_of(line)
        at = (line.segment_ordinal, line.byte_offset)
        off_cents = self._equations.off_cents[key]
        effects = ((key, -1), (CLAIM, -1))
        where = f"of line {line.line_ordinal}"
        if self._is_reversal and line.adjustments:
            words = f"all adjustments {where} are negated"
            edit = _edit_of_group(Hypothesis.REVERSAL_NOT_NEGATED, line.adjustments, -1, words)
            moved_cents = 2 * _sum(line.adjustments)
            yield Change(edit, {key: moved_cents, CLAIM: moved_cents})
        paid = (key, *at, "SVC03", line.paid_cents, f"the payment {where}")
        yield from _readings_of_paid(line.adjustments, line.amounts, paid, off_cents)
        yield from self._missing(effects, at, off_cents, where, line.adjustments)

    def _missing(
        self,
        effects: Sequence[tuple[Equation, int]],
        at: tuple[int, int],
        off_cents: int,
        where: str,
        adjustments: Sequence[Adjustment],
    ) -> Iterator[Change]:
        """An adjustment that is not there: its amount is known, or also why it should be there."""
        missing = Hypothesis.ADJUSTMENT_MISSING
        words = f"an adjustment {where} of {format_cents(off_cents)} is missing"
        moved = {key: sign * off_cents for key, sign in effects}
        silent_cents = -self._equations.hints_cents.get(_PATIENT, 0)
        if self._is_reversal and not adjustments:
            missing = Hypothesis.REVERSAL_ADJUSTMENTS_MISSING
            words = (
                f"the reversal takes back adjustments {where} of {format_cents(off_cents)}"
                " (it is incomplete)"
            )
        elif silent_cents == off_cents and self._payment.patient_responsibility_cents:
            missing = Hypothesis.PATIENT_SHARE_MISSING
            words = (
                f"the patient's share of CLP05, {format_cents(off_cents)}, is an adjustment {where}"
            )
            moved[_PATIENT] = off_cents
        yield Change(BalancingEdit(missing, at[0], at[1], "CAS", None, off_cents, words), moved)


def _equation_of(line: LinePayment) -> Equation:
    return "line", line.line_ordinal


def _sum(adjustments: Iterable[Adjustment]) -> int:
    return sum(one.amount_cents for one in adjustments)


def _patient_cents(adjustments: Iterable[Adjustment]) -> int:
    return sum(one.amount_cents for one in adjustments if one.group_code == "PR")


def _all_adjustments(payment: ClaimPayment) -> list[Adjustment]:
    lines = (one for line in payment.lines for one in line.adjustments)
    return [*payment.adjustments, *lines]


def _equations(payment: ClaimPayment) -> Equations:
    off = {
        _equation_of(line): line.charge_cents - _sum(line.adjustments) - line.paid_cents
        for line in payment.lines
    }
    off[CLAIM] = off_cents_of_claim(payment)
    hints: dict[Equation, int] = {}
    if payment.lines:
        charges = sum(line.charge_cents for line in payment.lines)
        hints[_CHARGES] = payment.charge_cents - charges
    if payment.status_code != REVERSAL_STATUS:
        share_cents = _patient_cents(_all_adjustments(payment))
        hints[_PATIENT] = share_cents - (payment.patient_responsibility_cents or 0)
    return Equations(off, hints)


def _claim_terms(payment: ClaimPayment) -> list[Term]:
    at = (payment.segment_ordinal, payment.byte_offset)
    charge, paid = ((CLAIM, 1), (_CHARGES, 1)), ((CLAIM, -1),)
    return [
        Term(payment.charge_cents, charge, *at, "CLP03", "the charge of the claim"),
        Term(payment.paid_cents, paid, *at, "CLP04", "the payment of the claim", is_free=True),
        *adjustment_terms(payment.adjustments, paid, "of the claim", _PATIENT),
    ]


def _line_terms(line: LinePayment, *, is_reversal: bool) -> list[Term]:
    key = _equation_of(line)
    at = (line.segment_ordinal, line.byte_offset)
    where = f"of line {line.line_ordinal}"
    patient = None if is_reversal else _PATIENT
    return [
        Term(line.charge_cents, ((key, 1), (_CHARGES, -1)), *at, "SVC02", f"the charge {where}"),
        Term(line.paid_cents, ((key, -1),), *at, "SVC03", f"the payment {where}", is_free=True),
        *adjustment_terms(line.adjustments, [(key, -1), (CLAIM, -1)], where, patient),
    ]


def _negation_of_all(payment: ClaimPayment, adjustments: Sequence[Adjustment]) -> Iterator[Change]:
    """A reversal whose adjustments kept the sign they had in the payment it undoes."""
    if payment.status_code == REVERSAL_STATUS and adjustments:
        moved = {_equation_of(line): 2 * _sum(line.adjustments) for line in payment.lines}
        moved[CLAIM] = 2 * _sum(adjustments)
        words = "all adjustments of the reversal are negated"
        yield Change(_edit_of_group(Hypothesis.REVERSAL_NOT_NEGATED, adjustments, -1, words), moved)


def _repetitions(payment: ClaimPayment) -> Iterator[Change]:
    """Adjustments on the claim that its lines have already."""
    on_lines = [one for line in payment.lines for one in line.adjustments]
    for hypothesis, repeated, again, words in (
        (
            Hypothesis.PRIOR_PAYER_REPEATED,
            [one for one in payment.adjustments if _is_prior_payers(one)],
            any(map(_is_prior_payers, on_lines)),
            "the prior payer's OA-23 stands on the lines only, not on the claim as well",
        ),
        (
            Hypothesis.ADJUSTMENTS_REPEATED,
            payment.adjustments,
            bool(on_lines),
            "the claim's own adjustments, which repeat those of its lines, count once",
        ),
    ):
        if repeated and again:
            moved = {CLAIM: _sum(repeated), _PATIENT: -_patient_cents(repeated)}
            yield Change(_edit_of_group(hypothesis, repeated, None, words), moved)


def _is_prior_payers(adjustment: Adjustment) -> bool:
    return (adjustment.group_code, adjustment.reason_code) == _PRIOR_PAYER


def _lines_repeated(payment: ClaimPayment) -> Iterator[Change]:
    """A line that says again what an earlier one says."""
    seen: set[tuple[object, ...]] = set()
    for line in payment.lines:
        key = _line_key(line)
        if key in seen:
            moved = {
                CLAIM: _sum(line.adjustments),
                _CHARGES: line.charge_cents,
                _PATIENT: -_patient_cents(line.adjustments),
            }
            words = f"line {line.line_ordinal}, which repeats an earlier line, counts once"
            edit = BalancingEdit(
                Hypothesis.LINE_REPEATED,
                line.segment_ordinal,
                line.byte_offset,
                "SVC",
                line.paid_cents,
                None,
                words,
            )
            yield Change(edit, moved)
        seen.add(key)


def _line_key(line: LinePayment) -> tuple[object, ...]:
    adjustments = tuple(
        (one.group_code, one.reason_code, one.amount_cents) for one in line.adjustments
    )
    return (
        line.procedure,
        line.charge_cents,
        line.paid_cents,
        line.revenue_code,
        line.service_from,
        line.service_to,
        line.line_item_control_number,
        adjustments,
    )


_Paid = tuple[Equation, int, int, str, int, str]
"""The paid amount of a loop: equation, segment, byte, element, cents, its name in words."""


def _readings_of_paid(
    adjustments: Sequence[Adjustment], amounts: Iterable[Amount], paid: _Paid, off_cents: int
) -> Iterator[Change]:
    """Why the paid amount may be off by exactly this: something was taken off, or was not."""
    share_cents = _patient_cents(adjustments)
    name = paid[5]
    if share_cents and off_cents == -share_cents:
        words = f"{name} leaves out what the patient owes ({format_cents(share_cents)})"
        yield _paid_change(Hypothesis.PATIENT_SHARE_PAID, paid, off_cents, words)
    if share_cents and off_cents == share_cents:
        words = f"{name} is not lowered twice by what the patient owes"
        yield _paid_change(Hypothesis.PATIENT_SHARE_TAKEN_TWICE, paid, off_cents, words)
    for amount in _parts(amounts):
        if abs(off_cents) == abs(amount.amount_cents) != 0:
            words = f"AMT*{code_in_words(amount.qualifier)} takes no part in {name}"
            yield _paid_change(Hypothesis.AMOUNT_COUNTED, paid, off_cents, words)
    for one in adjustments:
        if off_cents == -one.amount_cents and one.group_code != "PR":
            code = f"{code_in_words(one.group_code)}-{code_in_words(one.reason_code)}"
            words = f"{name} is lowered by the adjustment {code} too"
            yield _paid_change(Hypothesis.PAID_NOT_NET, paid, off_cents, words)


def _parts(amounts: Iterable[Amount]) -> Iterator[Amount]:
    return (amount for amount in amounts if amount.qualifier not in _TOTALS)


def _paid_change(hypothesis: Hypothesis, paid: _Paid, off_cents: int, words: str) -> Change:
    key, segment, offset, element, before_cents, _ = paid
    after_cents = before_cents + off_cents
    told = f"{words}: {format_cents(after_cents)} for {format_cents(before_cents)}"
    edit = BalancingEdit(hypothesis, segment, offset, element, before_cents, after_cents, told)
    return Change(edit, {key: -off_cents})


def _edit_of_group(
    hypothesis: Hypothesis, adjustments: Sequence[Adjustment], factor: int | None, words: str
) -> BalancingEdit:
    """A change of several adjustments at once, told by their sum at the place of the first."""
    total_cents = _sum(adjustments)
    after_cents = None if factor is None else factor * total_cents
    first = adjustments[0]
    told = f"{words}: {format_cents(total_cents)}"
    if after_cents is not None:
        told = f"{words}: {format_cents(after_cents)} for {format_cents(total_cents)}"
    return BalancingEdit(
        hypothesis,
        first.segment_ordinal,
        first.byte_offset,
        "CAS",
        total_cents,
        after_cents,
        told,
    )

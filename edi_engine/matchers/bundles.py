"""Lines paid within another line of the claim, and bundling reasons without any such line.

Source: domain 3.5, 6.1, 6.2.
"""

from bisect import bisect_left
from collections.abc import Sequence

from edi_engine.matchers.line_amounts import Kind, Money, kind_of
from edi_engine.matchers.line_rows import LineRow
from edi_engine.matchers.variances import state_of_variance
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.pricing import VarianceCause, VarianceExplanation
from edi_engine.records.reconciliation import LineState

__all__ = ["settle_bundles", "settle_refused"]

_ABOVE_CHARGE_REASON = "94"
"""Negative on the line into which others were bundled: it is paid above its own charge."""


def settle_bundles(rows: Sequence[LineRow], policy: ReconcilePolicy) -> None:
    """Lines paid within another line of the claim, and the lines that carry them.

    A line is bundled only when the payment shows into what: a line that is allowed something has
    the same adjudicated code (SVC01 against SVC06), or takes the charge in by a negative
    adjustment. A bundling reason without that is a refusal, also beside a line that is paid as if
    nothing had been added to it. Source: domain 3.5, 6.1, 6.2.
    """
    carriers = [row for row in rows if row.carries]
    open_rows = [row for row in rows if _may_be_bundled(row)]
    parts_of: dict[int, list[LineRow]] = {}
    by_code: dict[str, LineRow] = {}
    for row in carriers:
        by_code.setdefault(_code_of(row), row)
    for row in open_rows:
        same = by_code.get(row.recode) if row.recode else None
        if same is not None:
            parts_of.setdefault(same.number, []).append(row)
            row.state = LineState.BUNDLED
    left = sorted(
        (row for row in open_rows if row.net.bundled > 0 and row.state is LineState.DENIED),
        key=lambda each: (-each.net.bundled, each.number),
    )
    for carrier in carriers:
        for row in _taken_in(carrier, left):
            parts_of.setdefault(carrier.number, []).append(row)
            row.state = LineState.BUNDLED
            left.remove(row)
    for row in carriers:
        parts = parts_of.get(row.number)
        if parts:
            _judge_bundle(row, parts, policy)


_JUDGED = frozenset({LineState.PAID, LineState.OVERPAID, LineState.UNDERPAID, LineState.PATIENT})


def _judge_bundle(carrier: LineRow, parts: Sequence[LineRow], policy: ReconcilePolicy) -> None:
    """Compare the line that carries others with what is agreed for all of them together.

    Where that is not known of every one, nothing can be said but that the line is not overpaid; and
    no more where a fee schedule prices one, which does not say what is paid apart.
    """
    agreed = [each.agreed_cents for each in parts]
    known = [cents for cents in agreed if cents is not None]
    if carrier.state not in _JUDGED:
        return
    if carrier.agreed_cents is None or len(known) < len(agreed):
        if carrier.state is LineState.OVERPAID:
            carrier.state = LineState.PAID
        return
    alone = carrier.agreed_cents
    if not all(each.is_by_contract for each in (carrier, *parts)):
        if carrier.state is LineState.OVERPAID:
            whole = alone + sum(known)
            state = state_of_variance(whole, carrier.net.allowed, policy)
            carrier.state = state if state is LineState.OVERPAID else LineState.PAID
        return
    carrier.bundled_cents = sum(known)
    for part in parts:
        part.is_part = True
    state = state_of_variance(carrier.agreed_cents, carrier.net.allowed, policy, carrier.tolerance)
    if carrier.state is not LineState.PATIENT:
        carrier.state = state
    if state is LineState.UNDERPAID:
        carrier.explanation = _explained(carrier, parts, alone)


def _explained(carrier: LineRow, parts: Sequence[LineRow], alone_cents: int) -> VarianceExplanation:
    """The payer made one of what is agreed for each; exact when it pays just the one."""
    numbers = sorted(part.number for part in parts)
    which = f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"
    is_alone = carrier.net.allowed == alone_cents
    words = (
        f"the price of line {carrier.number} alone, with nothing for {which} in it"
        if is_alone
        else f"another price for line {carrier.number} with {which} in it"
    )
    return VarianceExplanation((carrier.number,), VarianceCause.BUNDLED, words, is_alone)


def _may_be_bundled(row: LineRow) -> bool:
    """Answered, charged, nothing paid and nothing refused but by a bundling reason."""
    net = row.net
    if row.state is LineState.REVERSED or not row.answers or row.carries:
        return False
    return net.paid == 0 and net.denied <= 0 and net.patient_refused <= 0 and row.charge_cents != 0


def _code_of(row: LineRow) -> str:
    billed = row.line.procedure_code.upper() if row.line is not None else ""
    return row.recode or billed


def _taken_in(carrier: LineRow, left: Sequence[LineRow]) -> list[LineRow]:
    """Those of `left`, the largest first, whose charges this line takes in by negative adjustments.

    What a negative bundling reason adds bears no more than its own amount. Reason 94 also stands on
    a line that is merely priced above its charge, so there the amount must be used up exactly.
    """
    by_reason = _fitting(left, -_added(carrier, is_above_charge=False))
    if by_reason:
        return by_reason
    above = -_added(carrier, is_above_charge=True)
    fitting = _fitting(left, above)
    return fitting if sum(row.net.bundled for row in fitting) == above else []


def _fitting(left: Sequence[LineRow], cents: int) -> list[LineRow]:
    """Each of the lines that what is left of the amount bears, in their order."""
    found: list[LineRow] = []
    index = 0
    while cents > 0 and index < len(left):
        index = bisect_left(left, -cents, lo=index, key=lambda row: -row.net.bundled)
        if index < len(left):
            cents -= left[index].net.bundled
            found.append(left[index])
            index += 1
    return found


def _added(carrier: LineRow, *, is_above_charge: bool) -> int:
    """Sum of the negative adjustments that stand on a line: of reason 94, or of bundling."""
    return sum(
        each.amount_cents
        for answer in carrier.answers
        if answer.line is not None and answer.is_open
        for each in answer.line.adjustments
        if each.amount_cents < 0
        and (
            each.reason_code == _ABOVE_CHARGE_REASON
            if is_above_charge
            else kind_of(each.group_code, each.reason_code) is Kind.BUNDLED
        )
    )


def settle_refused(row: LineRow, policy: ReconcilePolicy) -> None:
    """What a bundling reason takes from a line that is part of no bundle is refused money.

    Unless the contract expects just what is left: then it is the multiple procedure discount.
    """
    if row.net.bundled <= 0 or row.state in {LineState.BUNDLED, LineState.REVERSED}:
        return
    if row.state is not LineState.DENIED and row.agreed_cents is not None:
        state = state_of_variance(row.agreed_cents, row.net.allowed, policy, row.tolerance)
        if state is not LineState.UNDERPAID:
            return
    refused = Money()
    refused.add(row.net)
    refused.denied += refused.bundled
    refused.bundled = 0
    row.net = refused
    for answer in row.answers:
        answer.refuses_bundled = True

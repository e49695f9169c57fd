"""What would balance a billed claim: hypotheses about the equations of `totals.py`.

    ("charge", 0)   CLM02                      = sum of the lines' charges
    ("line", n)     charge of line n           = SVD02 + CAS (2430), for each other payer
    ("payer", n)    AMT*D of the n-th payer    = its SVD02 - CAS (2320), or CLM02 - CAS (2320)

Called for claims that fail only. The engine changes nothing: the claim is corrected in the billing
system.
"""

from collections.abc import Iterator, Sequence

from edi_engine.findings import BalancingEdit, Hypothesis
from edi_engine.money import format_cents
from edi_engine.parsers.diagnosis import (
    Change,
    Equation,
    Equations,
    Term,
    adjustment_terms,
    diagnose,
)
from edi_engine.records.claims import Claim, ClaimKind, LineAdjudication, OtherPayer, ServiceLine
from edi_engine.records.common import Adjustment

__all__ = ["diagnose_charge", "diagnose_line_of_payer", "diagnose_other_payer"]

_CHARGE: Equation = ("charge", 0)
_LINE: Equation = ("line", 0)
_PAYER: Equation = ("payer", 0)
_CHARGE_ELEMENTS = {
    ClaimKind.PROFESSIONAL: "SV102",
    ClaimKind.INSTITUTIONAL: "SV203",
    ClaimKind.DENTAL: "SV302",
}


def diagnose_charge(claim: Claim) -> tuple[BalancingEdit, ...]:
    """Single edits by which CLM02 is the sum of the lines."""
    off_cents = claim.charge_cents - sum(line.charge_cents for line in claim.lines)
    at = (claim.segment_ordinal, claim.byte_offset)
    words = "the charge of the claim"
    terms = [Term(claim.charge_cents, ((_CHARGE, 1),), *at, "CLM02", words, is_free=True)]
    seen: set[tuple[object, ...]] = set()
    for line in claim.lines:
        key = (line.procedure, line.charge_cents, line.units, line.service_from, line.service_to)
        gone = Hypothesis.LINE_REPEATED if key in seen else Hypothesis.LINE_EXTRA
        terms.append(_line_charge(claim, line, ((_CHARGE, -1),), gone))
        seen.add(key)
    words = f"a line of {format_cents(off_cents)} is missing"
    missing = BalancingEdit(Hypothesis.LINE_MISSING, *at, "LX", None, off_cents, words)
    changes = [Change(missing, {_CHARGE: -off_cents})] if off_cents > 0 else []
    return diagnose(Equations({_CHARGE: off_cents}), _CHARGE, terms, changes)


def diagnose_line_of_payer(
    claim: Claim, line: ServiceLine, decisions: Sequence[LineAdjudication]
) -> tuple[BalancingEdit, ...]:
    """Single edits by which what one other payer decided accounts for the line's charge.

    The charge itself counts as an answer only when it would also repair the sum of the lines.
    """
    adjustments = [one for decision in decisions for one in decision.adjustments]
    paid_cents = sum(decision.paid_cents for decision in decisions)
    off_cents = line.charge_cents - paid_cents - _sum(adjustments)
    charges_off = claim.charge_cents - sum(each.charge_cents for each in claim.lines)
    equations = Equations({_LINE: off_cents, _CHARGE: charges_off})
    where = f"of line {line.line_number}"
    terms = [_line_charge(claim, line, ((_LINE, 1), (_CHARGE, -1)), None)]
    terms += [_paid_term(decision, (_LINE, -1), where) for decision in decisions]
    terms += adjustment_terms(adjustments, [(_LINE, -1)], where)
    changes = _missing((_LINE, -1), decisions[0], off_cents, where)
    return diagnose(equations, _LINE, terms, changes)


def diagnose_other_payer(
    claim: Claim, other: OtherPayer, paid_cents: int, decisions: Sequence[LineAdjudication]
) -> tuple[BalancingEdit, ...]:
    """Single edits by which AMT*D of another payer is what its decisions make.

    `decisions` are its decisions on lines; without any its adjustments stand against the charge.
    """
    decided_cents = sum(decision.paid_cents for decision in decisions)
    from_cents = decided_cents if decisions else claim.charge_cents
    off_cents = paid_cents - from_cents + _sum(other.adjustments)
    at = (other.segment_ordinal, other.byte_offset)
    terms = [
        Term(paid_cents, ((_PAYER, 1),), *at, "AMT02", "the other payer's payment", is_free=True),
        *adjustment_terms(other.adjustments, [(_PAYER, 1)], "of the other payer"),
        *(_paid_term(decision, (_PAYER, -1), "of the other payer") for decision in decisions),
    ]
    return diagnose(
        Equations({_PAYER: off_cents}),
        _PAYER,
        terms,
        (
            *_repeated(other, decisions),
            *_missing((_PAYER, 1), other, -off_cents, "of the other payer"),
        ),
    )


def _sum(adjustments: Sequence[Adjustment]) -> int:
    return sum(one.amount_cents for one in adjustments)


def _line_charge(
    claim: Claim,
    line: ServiceLine,
    effects: tuple[tuple[Equation, int], ...],
    gone: Hypothesis | None,
) -> Term:
    return Term(
        line.charge_cents,
        effects,
        line.segment_ordinal,
        line.byte_offset,
        _CHARGE_ELEMENTS[claim.kind],
        f"the charge of line {line.line_number}",
        gone,
    )


def _paid_term(decision: LineAdjudication, effect: tuple[Equation, int], where: str) -> Term:
    return Term(
        decision.paid_cents,
        (effect,),
        decision.segment_ordinal,
        decision.byte_offset,
        "SVD02",
        f"the other payer's payment {where}" if where.startswith("of line") else "a line payment",
    )


def _missing(
    effect: tuple[Equation, int],
    loop: LineAdjudication | OtherPayer,
    amount_cents: int,
    where: str,
) -> Iterator[Change]:
    key, sign = effect
    words = f"an adjustment {where} of {format_cents(amount_cents)} is missing"
    edit = BalancingEdit(
        Hypothesis.ADJUSTMENT_MISSING,
        loop.segment_ordinal,
        loop.byte_offset,
        "CAS",
        None,
        amount_cents,
        words,
    )
    yield Change(edit, {key: sign * amount_cents})


def _repeated(other: OtherPayer, decisions: Sequence[LineAdjudication]) -> Iterator[Change]:
    if not other.adjustments or not any(decision.adjustments for decision in decisions):
        return
    total_cents = _sum(other.adjustments)
    first = other.adjustments[0]
    edit = BalancingEdit(
        Hypothesis.ADJUSTMENTS_REPEATED,
        first.segment_ordinal,
        first.byte_offset,
        "CAS",
        total_cents,
        None,
        "the other payer's adjustments, which stand on the lines, are left out on the claim: "
        f"{format_cents(total_cents)}",
    )
    yield Change(edit, {_PAYER: -total_cents})

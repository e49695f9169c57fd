"""Money checks of a claim: its lines, and what other payers decided (BAL-02xx).

Equations, in cents, with CAS the sum of the adjustments of the loop named:

    claim      CLM02          = sum of the lines' charges
    line       line charge    = sum of SVD02 + sum of CAS (2430), for each other payer
    payer      AMT*D of 2320  = sum of SVD02 - sum of CAS (2320), for a payer with line decisions
    payer      AMT*D of 2320  = CLM02 - sum of CAS (2320), for a payer with decisions on the claim

A failing equation is reported with both sides and the single edits that would balance it, never
repaired. Source: 005010X222A1 1.4.4 as X12's answers 1053 and 1507 compute it (domain 3.7).
"""

from edi_engine.findings import BalancingEdit, FindingLog, Place
from edi_engine.money import format_cents
from edi_engine.parsers.claim_diagnosis import (
    diagnose_charge,
    diagnose_line_of_payer,
    diagnose_other_payer,
)
from edi_engine.parsers.diagnosis import with_answer
from edi_engine.records.claims import Claim, LineAdjudication, OtherPayer, ServiceLine

__all__ = ["check_totals"]

_PAYER_PAID = "D"


def check_totals(claim: Claim, log: FindingLog) -> None:
    """Report every equation of the claim that does not hold."""
    _check_charge(claim, log)
    adjudicated = False
    for line in claim.lines:
        if line.adjudications:
            adjudicated = True
            _check_line(claim, line, log)
    for other in claim.other_payers:
        _check_other_payer(claim, other, log, adjudicated=adjudicated)


def _check_charge(claim: Claim, log: FindingLog) -> None:
    """CLM02 against the lines; a claim without lines has a finding of its own."""
    if not claim.lines:
        return
    lines_cents = 0
    for line in claim.lines:
        lines_cents += line.charge_cents
    if lines_cents != claim.charge_cents:
        _report(
            log,
            "BAL-0201",
            claim.source.place(claim.segment_ordinal, claim.byte_offset, "CLM02"),
            f"The claim's charge is {format_cents(claim.charge_cents)}, its lines add up to "
            f"{format_cents(lines_cents)}.",
            sides=(claim.charge_cents, lines_cents),
            edits=diagnose_charge(claim) if log.lists("BAL-0201") else (),
        )


def _report(
    log: FindingLog,
    code: str,
    place: Place,
    message: str,
    *,
    sides: tuple[int, int],
    edits: tuple[BalancingEdit, ...],
) -> None:
    log.add(
        code,
        place,
        with_answer(message, edits),
        left_cents=sides[0],
        right_cents=sides[1],
        edits=edits,
    )


def _check_line(claim: Claim, line: ServiceLine, log: FindingLog) -> None:
    """Each other payer accounts for the whole charge of the line."""
    accounted: dict[str, int] = {}
    for decision in line.adjudications:
        adjusted = sum(adjustment.amount_cents for adjustment in decision.adjustments)
        accounted[decision.payer_id] = (
            accounted.get(decision.payer_id, 0) + decision.paid_cents + adjusted
        )
        if decision.paid_cents < 0:
            log.add(
                "BAL-0205",
                claim.source.place(decision.segment_ordinal, decision.byte_offset, "SVD02"),
                f"Another payer paid {format_cents(decision.paid_cents)} on the line.",
            )
    for payer_id, total_cents in accounted.items():
        if total_cents != line.charge_cents:
            edits: tuple[BalancingEdit, ...] = ()
            if log.lists("BAL-0202"):
                decisions = [one for one in line.adjudications if one.payer_id == payer_id]
                edits = diagnose_line_of_payer(claim, line, decisions)
            _report(
                log,
                "BAL-0202",
                claim.source.place(line.segment_ordinal, line.byte_offset, "SVD02"),
                f"The line's charge is {format_cents(line.charge_cents)}, another payer's payments"
                f" and adjustments add up to {format_cents(total_cents)}.",
                sides=(line.charge_cents, total_cents),
                edits=edits,
            )


def _check_other_payer(
    claim: Claim, other: OtherPayer, log: FindingLog, *, adjudicated: bool
) -> None:
    """AMT*D of another payer against its line decisions, or against the charge without any."""
    paid = [item.amount_cents for item in other.amounts if item.qualifier == _PAYER_PAID]
    if not paid:
        return
    left = paid[0]
    adjusted = sum(adjustment.amount_cents for adjustment in other.adjustments)
    payer_id = other.payer.identifier if other.payer is not None else ""
    decisions: list[LineAdjudication] = [
        decision
        for line in (claim.lines if adjudicated else ())
        for decision in line.adjudications
        if decision.payer_id == payer_id
    ]
    if decisions:
        lines_paid = sum(decision.paid_cents for decision in decisions)
        lines_adjusted = sum(
            item.amount_cents for decision in decisions for item in decision.adjustments
        )
        right = lines_paid - adjusted
        repeated = left == lines_paid and adjusted == lines_adjusted
        code = "BAL-0206" if repeated else "BAL-0203"
    elif other.adjustments:
        right, code = claim.charge_cents - adjusted, "BAL-0204"
    else:
        return
    if left != right:
        _report(
            log,
            code,
            claim.source.place(other.segment_ordinal, other.byte_offset, "AMT02"),
            f"Another payer paid {format_cents(left)} on the claim; its decisions make "
            f"{format_cents(right)}.",
            sides=(left, right),
            edits=diagnose_other_payer(claim, other, left, decisions) if log.lists(code) else (),
        )

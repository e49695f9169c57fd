"""From a payer's verdict on a claim to the claim payment of an 835, to the cent.

Every cent of a charge is told: contractual (45), the patient's (1, 2, 3), refused, taken in from a
bundled line (97 below zero), held back (253), taken off for timely payment (44), or left by an
earlier payer (23).
"""

import msgspec

from edi_engine.synthetic.answers import AnswerLine, ClaimAnswer, sent_code
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.verdicts import ClaimVerdict, Verdict

__all__ = ["LineOutcome", "answer_of", "outcomes_of"]

_COPAY_CENTS = 20_00
_COINSURANCE_PERCENT = 20
_SEQUESTRATION_PERCENT = 2

Adjustments = list[tuple[str, str, int]]


class LineOutcome(msgspec.Struct, frozen=True, gc=False):
    """What became of the charge of one line."""

    verdict: Verdict
    allowed_cents: int
    paid_cents: int
    patient_cents: int
    adjustments: tuple[tuple[str, str, int], ...]


def outcomes_of(bill: Bill, claim: ClaimVerdict) -> list[LineOutcome]:
    """The money of each line; shares of a rate for several as the payer writes them down."""
    shares = _shares(bill, claim)
    outcomes = []
    has_copaid = False
    for verdict in claim.lines:
        allowed = shares.get(verdict.line.number, verdict.allowed_cents)
        patient, reason = _patient_part(claim.patient, allowed, has_copaid=has_copaid)
        has_copaid = has_copaid or (reason == "3" and patient > 0)
        outcomes.append(_outcome(verdict, allowed, patient, reason))
    return outcomes


def _shares(bill: Bill, claim: ClaimVerdict) -> dict[int, int]:
    """Allowed cents of the lines that one rate pays together, by line number."""
    group = claim.group
    if group is None:
        return {}
    if claim.manner == "first":
        return dict.fromkeys(group.line_numbers, 0) | {group.line_numbers[0]: group.allowed_cents}
    charges = {each.number: each.charge_cents for each in bill.lines}
    total = sum(charges[number] for number in group.line_numbers)
    found = {n: group.allowed_cents * charges[n] // total for n in group.line_numbers}
    found[group.line_numbers[-1]] += group.allowed_cents - sum(found.values())
    return found


def _patient_part(kind: str, allowed: int, *, has_copaid: bool) -> tuple[int, str]:
    """Cents and reason code of the patient's part of what is allowed."""
    if kind == "all":
        return allowed, "1"
    if kind == "deductible":
        return allowed // 2, "1"
    if kind == "copay":
        return (_COPAY_CENTS if allowed > 2 * _COPAY_CENTS and not has_copaid else 0), "3"
    return (_percent(allowed, _COINSURANCE_PERCENT) if kind == "coinsurance" else 0), "2"


def _percent(cents: int, percent: int) -> int:
    """So many percent, half a cent up."""
    return (cents * percent * 2 + 100) // 200


def _outcome(verdict: Verdict, allowed: int, patient: int, reason: str) -> LineOutcome:
    held_back = 0
    if verdict.is_sequestered:
        held_back = _percent(allowed - patient, _SEQUESTRATION_PERCENT)
    refusal = verdict.refusal
    refused = 0 if refusal is None else refusal.cents
    contractual = (
        verdict.line.charge_cents + verdict.added_cents - allowed - refused - verdict.prior_cents
    )
    told: Adjustments = [("CO", "45", contractual), ("PR", reason, patient)]
    told += [("CO", "253", held_back), ("OA", "23", verdict.prior_cents)]
    told.append(("CO", "44", verdict.discount_cents))
    told.append(("CO", "97", -verdict.added_cents))
    if refusal is not None:
        told.append((refusal.group, refusal.reason, refused))
    return LineOutcome(
        verdict,
        allowed,
        allowed - patient - held_back - verdict.discount_cents,
        patient,
        tuple(each for each in told if each[2]),
    )


def answer_of(
    bill: Bill, claim: ClaimVerdict, outcomes: list[LineOutcome], *, serial: int
) -> ClaimAnswer:
    """The claim payment."""
    at_claim_level = claim.manner == "claim" and claim.group is not None
    lines = () if at_claim_level else tuple(_answer_line(bill, each) for each in outcomes)
    institutional = bill.kind == "I"
    return ClaimAnswer(
        serial=serial,
        bill=bill,
        role="payment",
        payer=bill.payer,
        sequence=bill.sequence,
        control_number=bill.control_number,
        status="1" if bill.sequence == 1 else "2",
        charge_cents=bill.charge_cents,
        paid_cents=sum(each.paid_cents for each in outcomes),
        patient_cents=sum(each.patient_cents for each in outcomes),
        payer_control_number=f"{bill.payer.payer_id}P{serial:07d}",
        facility=bill.bill_type if institutional else bill.place,
        frequency=bill.frequency,
        patient=bill.patient,
        member_id=bill.member_id,
        rendering=None,
        lines=lines,
        adjustments=_summed(outcomes) if at_claim_level else (),
        drg=claim.drg,
        drg_weight="1" if claim.drg else "",
        span=(bill.first_on, bill.last_on) if institutional else None,
        received_on=bill.sent_on,
        inpatient=bool(claim.drg),
        contract_class=claim.contract_class,
        repriced_number=claim.repriced_number,
    )


def _summed(outcomes: list[LineOutcome]) -> tuple[tuple[str, str, int], ...]:
    total: dict[tuple[str, str], int] = {}
    for outcome in outcomes:
        for group, reason, cents in outcome.adjustments:
            total[group, reason] = total.get((group, reason), 0) + cents
    return tuple((group, reason, cents) for (group, reason), cents in total.items() if cents)


def _answer_line(bill: Bill, outcome: LineOutcome) -> AnswerLine:
    verdict, line = outcome.verdict, outcome.verdict.line
    qualifier, code, modifiers = sent_code(line)
    shown = (qualifier, verdict.code or code, modifiers)
    if verdict.modifiers is not None:
        shown = (qualifier, verdict.code or code, verdict.modifiers)
    is_other = shown != (qualifier, code, modifiers)
    states_allowed = bill.payer.states_allowed and outcome.allowed_cents
    refused = "" if verdict.refusal is None else verdict.refusal.remark
    return AnswerLine(
        qualifier=qualifier,
        code=shown[1],
        modifiers=shown[2],
        revenue_code=line.revenue_code if line.code else "",
        charge_cents=line.charge_cents,
        paid_cents=outcome.paid_cents,
        paid_units=line.units if verdict.units is None else verdict.units,
        served_on=line.served_on if bill.kind == "P" else None,
        control_number=line.control_number,
        adjustments=outcome.adjustments,
        allowed_cents=outcome.allowed_cents if states_allowed else None,
        submitted=(qualifier, code, modifiers) if is_other else None,
        submitted_units=None if verdict.units is None else line.units,
        remarks=tuple(filter(None, (refused, verdict.remark))),
    )

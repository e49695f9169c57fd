"""A payer's answer as its 835 will show it, before any X12: claim payments and their lines.

`write_down` turns decisions into a claim payment in the payer's own manner: its habits with
control numbers, modifiers, line numbers, order and dates all happen here.
"""

from datetime import date

import msgspec

from edi_engine.synthetic.adjudication import Decision
from edi_engine.synthetic.bills import Bill, BillLine, Patient
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import Provider

__all__ = [
    "AnswerLine",
    "ClaimAnswer",
    "mangle_control_number",
    "negated",
    "sent_code",
    "write_down",
    "write_down_line",
]

Adjustments = tuple[tuple[str, str, int], ...]


class AnswerLine(msgspec.Struct, frozen=True, gc=False):
    """One SVC. `submitted` is SVC06 as (qualifier, code, modifiers), None when it says nothing new.

    `paid_units` and `submitted_units` None are left out. `control_number` is REF*6R, empty: none.
    `allowed_cents` None states no allowed amount.
    """

    qualifier: str
    code: str
    modifiers: tuple[str, ...]
    revenue_code: str
    charge_cents: int
    paid_cents: int
    paid_units: int | None
    served_on: date | None
    control_number: str
    adjustments: Adjustments
    allowed_cents: int | None = None
    submitted: tuple[str, str, tuple[str, ...]] | None = None
    submitted_units: int | None = None
    remarks: tuple[str, ...] = ()


class ClaimAnswer(msgspec.Struct, frozen=True, gc=False):
    """One CLP. `serial` numbers all answers of the practice; `bill` is the true claim it answers.

    `bill` is None when it answers none of ours. `role` says what it is: payment, denial, reversal,
    correction, secondary, foreign. `patient_cents` None leaves CLP05 out. `corrected_name` fills
    NM1*74, `forwarded_to` NM1*TT, `contract_class` REF*CE and `repriced_number` REF*9A.
    `interest_cents` is AMT*I, paid by the remittance, not the claim.
    """

    serial: int
    bill: Bill | None
    role: str
    payer: PayerProfile
    sequence: int
    control_number: str
    status: str
    charge_cents: int
    paid_cents: int
    patient_cents: int | None
    payer_control_number: str
    facility: str
    frequency: str
    patient: Patient
    member_id: str
    rendering: Provider | None
    lines: tuple[AnswerLine, ...]
    adjustments: Adjustments = ()
    drg: str = ""
    drg_weight: str = ""
    span: tuple[date, date] | None = None
    received_on: date | None = None
    forwarded_to: PayerProfile | None = None
    corrected_name: str = ""
    original_reference: str = ""
    interest_cents: int = 0
    covered_cents: int = 0
    inpatient: bool = False
    contract_class: str = ""
    repriced_number: str = ""
    messes: tuple[str, ...] = ()


def mangle_control_number(payer: PayerProfile, control_number: str) -> str:
    """The control number as it comes back from this payer."""
    text = control_number
    if payer.strips_separators:
        text = text.replace("-", "")
    if payer.control_number_prefix:
        text = payer.control_number_prefix + text
    if payer.control_number_length_max:
        text = text[: payer.control_number_length_max]
    return text.rjust(payer.control_number_width, "0")


def sent_code(line: BillLine) -> tuple[str, str, tuple[str, ...]]:
    """What identifies the service of a line: a revenue line without procedure is known by NU."""
    if line.code:
        return line.qualifier, line.code, line.modifiers
    return "NU", line.revenue_code, ()


def write_down(
    bill: Bill, decisions: tuple[Decision, ...], *, serial: int, payer: PayerProfile,
    payer_control_number: str, sequence: int = 1, status: str = "", role: str = "payment",
) -> ClaimAnswer:  # fmt: skip
    """The claim payment for these decisions, line for line, in the payer's manner."""
    shown = decisions
    if payer.reorders_lines:
        shown = tuple(sorted(decisions, key=lambda d: -d.line.charge_cents))
    lines = tuple(
        write_down_line(decision, position, payer=payer)
        for position, decision in enumerate(shown, 1)
    )
    whole_denial = all(d.state in ("denied", "zero_charge") for d in decisions)
    if not status:
        status = payer.denial_status if whole_denial and sequence == 1 else str(sequence)
    control_number = mangle_control_number(payer, bill.control_number)
    institutional = bill.kind == "I"
    needs_span = institutional or not payer.states_line_dates
    return ClaimAnswer(
        serial=serial,
        bill=bill,
        role="denial" if role == "payment" and whole_denial else role,
        payer=payer,
        sequence=sequence,
        control_number=control_number,
        status=status,
        charge_cents=sum(d.line.charge_cents for d in decisions),
        paid_cents=sum(d.paid_cents for d in decisions),
        patient_cents=sum(d.patient_cents for d in decisions),
        payer_control_number=payer_control_number,
        facility=bill.bill_type if institutional else bill.place,
        frequency=bill.frequency,
        patient=bill.patient,
        member_id=_member_id(bill, payer),
        rendering=bill.rendering if not institutional and bill.serial % 3 else None,
        lines=lines,
        span=(bill.first_on, bill.last_on) if needs_span else None,
        received_on=bill.sent_on,
        messes=_habits_shown(bill, control_number, payer),
    )


def write_down_line(decision: Decision, position: int, *, payer: PayerProfile) -> AnswerLine:
    """The service line payment of one decision; `position` counts in the payer's own order."""
    line = decision.line
    qualifier, code, modifiers = sent_code(line)
    submitted = None
    if decision.recoded_to:
        submitted = (qualifier, code, modifiers if payer.keeps_modifiers else ())
        code = decision.recoded_to
    units = decision.paid_units if decision.paid_units is not None else line.units
    return AnswerLine(
        qualifier=qualifier,
        code=code,
        modifiers=modifiers if payer.keeps_modifiers else (),
        revenue_code=line.revenue_code if line.code else "",
        charge_cents=line.charge_cents,
        paid_cents=decision.paid_cents,
        paid_units=None if units == 1 and payer.line_numbers == "omit" else units,
        served_on=line.served_on if payer.states_line_dates else None,
        control_number=line_number_shown(line, position, payer=payer),
        adjustments=decision.adjustments,
        allowed_cents=decision.allowed_cents
        if payer.states_allowed and decision.allowed_cents
        else None,
        submitted=submitted,
        submitted_units=line.units if units != line.units else None,
        remarks=decision.remarks,
    )


def line_number_shown(line: BillLine, position: int, *, payer: PayerProfile) -> str:
    """REF*6R as this payer sends it."""
    if payer.line_numbers == "omit":
        return ""
    return str(position) if payer.line_numbers == "position" else line.control_number


def negated(
    answer: ClaimAnswer, *, serial: int, payer_control_number: str = "", role: str = "reversal"
) -> ClaimAnswer:
    """The reversal of an answer: every charge, payment and adjustment with the other sign.

    CLP05 is left out. Source: 005010X221A1 1.10.2.8.
    """
    lines = tuple(
        msgspec.structs.replace(
            line,
            charge_cents=-line.charge_cents,
            paid_cents=-line.paid_cents,
            adjustments=_negated(line.adjustments),
            allowed_cents=None,
        )
        for line in answer.lines
    )
    return msgspec.structs.replace(
        answer,
        serial=serial,
        role=role,
        status="22",
        charge_cents=-answer.charge_cents,
        paid_cents=-answer.paid_cents,
        patient_cents=None,
        payer_control_number=payer_control_number or answer.payer_control_number,
        lines=lines,
        adjustments=_negated(answer.adjustments),
        interest_cents=0,
        covered_cents=0,
        forwarded_to=None,
    )


def _negated(adjustments: Adjustments) -> Adjustments:
    return tuple((group, reason, -cents) for group, reason, cents in adjustments)


def _member_id(bill: Bill, payer: PayerProfile) -> str:
    return bill.member_id + payer.member_suffix


def _habits_shown(bill: Bill, control_number: str, payer: PayerProfile) -> tuple[str, ...]:
    """Names of the payer's habits that change something on this answer."""
    shown = []
    if control_number != bill.control_number:
        shown.append("mangled_control_number")
        if payer.control_number_length_max:
            shown.append("truncated_control_number")
        elif payer.control_number_prefix:
            shown.append("prefixed_control_number")
        elif payer.control_number_width:
            shown.append("padded_control_number")
        else:
            shown.append("stripped_control_number")
    if not payer.keeps_modifiers and any(line.modifiers for line in bill.lines):
        shown.append("dropped_modifiers")
    if payer.line_numbers == "omit":
        shown.append("omitted_line_numbers")
    elif payer.line_numbers == "position":
        shown.append("positional_line_numbers")
    if payer.reorders_lines and len(bill.lines) > 1:
        shown.append("reordered_lines")
    if payer.joins_middle_name and bill.patient.person.middle_name:
        shown.append("joined_middle_name")
    if payer.member_suffix:
        shown.append("member_suffix")
    return tuple(shown)

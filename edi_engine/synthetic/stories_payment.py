"""Stories about what a payer pays: denials, wrong rates, zero payments, and odd services.

A story is a function on the desk; it makes its own bill. One that finds no payer to fit does
nothing.
"""

from datetime import timedelta

import msgspec

from edi_engine.synthetic.adjudication import (
    DENIALS,
    Decision,
    Denial,
    Share,
    capitate,
    deny,
)
from edi_engine.synthetic.bills import Bill, BillLine
from edi_engine.synthetic.desk import Desk, Entry
from edi_engine.synthetic.payers import PayerProfile

__all__ = [
    "all_deductible",
    "anesthesia",
    "capitated",
    "corrected_name",
    "denied_partial",
    "denied_whole",
    "drug",
    "interest",
    "late_answer",
    "overpaid",
    "paid",
    "paired_sides",
    "same_day_visits",
    "stay",
    "stay_other_drg",
    "unanswered",
    "underpaid",
    "zero_charge_line",
    "zero_charge_line_dropped",
]

_DEDUCTIBLE_FOR_ALL = 99_999_999
_DOWNCODES = {"99203": "99202", "99204": "99203", "99213": "99212", "99214": "99213",
              "99215": "99214"}  # fmt: skip
_VARIANCE_WORTH_CENTS = 3000
"""Lines that stories pay wrongly are expected at least so much, so that 10 % is no rounding."""


def _has_contract(payer: PayerProfile) -> bool:
    return payer.fee_percent > 0


def paid(desk: Desk) -> None:
    """Nothing special: paid as the contract says."""
    bill = desk.new_bill()
    if bill is not None:
        desk.answer(bill)


def all_deductible(desk: Desk) -> None:
    """Everything allowed is the patient's deductible; the payer pays nothing."""
    bill = desk.new_bill("P", shape="clear")
    if bill is None:
        return
    answer = desk.answer(bill, desk.decide(bill, Share(deductible_cents=_DEDUCTIBLE_FOR_ALL)))
    desk.note("all_deductible", answer)


def _next_denial(desk: Desk) -> Denial:
    told = len(desk.book.answer_notes.get("denied_whole", ()))
    told += len(desk.book.answer_notes.get("denied_partial", ()))
    return DENIALS[told % len(DENIALS)]


def denied_whole(desk: Desk) -> None:
    """Every line refused for one reason; the reasons take turns."""
    bill = desk.new_bill(desk.random.choice("PPPID"), shape="clear")
    if bill is None:
        return
    denial = _next_denial(desk)
    answer = desk.answer(bill, tuple(deny(line, denial) for line in bill.lines))
    desk.note("denied_whole", answer)
    desk.note(f"denied_{denial.category}", answer)


def denied_partial(desk: Desk) -> None:
    """Some lines paid, at least one refused."""
    bill = desk.new_bill(desk.random.choice("PPPID"), shape="clear", lines_min=2)
    if bill is None:
        return
    denial = _next_denial(desk)
    refused = set(desk.random.sample(range(len(bill.lines)), len(bill.lines) // 2))
    decisions = tuple(
        deny(decision.line, denial) if index in refused else decision
        for index, decision in enumerate(desk.decide(bill))
    )
    answer = desk.answer(bill, decisions)
    desk.note("denied_partial", answer)
    desk.note(f"denied_{denial.category}", answer)


def _dearest(desk: Desk, bill: Bill) -> tuple[int, int] | None:
    """Index and expectation of the line with the highest expected amount worth a variance."""
    expected = [(desk.expected_cents(bill, line) or 0, index)
                for index, line in enumerate(bill.lines)]  # fmt: skip
    cents, index = max(expected)
    return (index, cents) if cents >= _VARIANCE_WORTH_CENTS else None


def _priced_bill(desk: Desk, kind: str, shape: str) -> tuple[Bill, int, int] | None:
    """A bill with a line worth a variance, that line's index, and what it should be allowed."""
    bill = desk.new_bill(kind, test=_has_contract, shape=shape, lines_min=2)
    if bill is None:
        return None
    found = _dearest(desk, bill)
    if found is None:
        desk.answer(bill)
        return None
    return bill, *found


def underpaid(desk: Desk) -> None:
    """One line allowed less than the contract: by rate, reduction, units or a lower code."""
    told = len(desk.book.answer_notes.get("underpaid", ()))
    way = ("rate", "reduced", "units", "recoded")[told % 4]
    kind = desk.random.choice("PPPD") if way in ("rate", "reduced") else "P"
    found = _priced_bill(desk, kind, {"units": "units", "recoded": "visit"}.get(way, "clear"))
    if found is None:
        return
    bill, index, expected = found
    decisions = list(desk.decide(bill, Share()))
    if way == "units":
        index = next(i for i, line in enumerate(bill.lines) if line.units > 2)
        decisions[index] = _fewer_units(desk, bill, bill.lines[index])
    elif way == "recoded" and bill.lines[0].code in _DOWNCODES:
        decisions[0] = _recoded(desk, bill, bill.lines[0])
    else:
        percent = desk.random.choice((50, 75, 85, 90)) if way == "reduced" else 92
        decisions[index] = desk.pay(bill, bill.lines[index], expected * percent // 100)
    answer = desk.answer(bill, tuple(decisions))
    desk.note("underpaid", answer)
    desk.note(f"underpaid_{way}", answer)


def _fewer_units(desk: Desk, bill: Bill, line: BillLine) -> Decision:
    """One unit fewer paid; its charge is refused as not supported."""
    units = line.units - 1
    charge_refused = line.charge_cents // line.units
    accepted = msgspec.structs.replace(
        line, units=units, charge_cents=line.charge_cents - charge_refused
    )
    paid_part = desk.pay(bill, accepted, desk.allowed_cents(bill, accepted))
    return msgspec.structs.replace(
        paid_part,
        line=line,
        state="underpaid",
        denied_cents=charge_refused,
        adjustments=(*paid_part.adjustments, ("CO", "151", charge_refused)),
        denial_category="level_of_service",
        paid_units=units,
    )


def _recoded(desk: Desk, bill: Bill, line: BillLine) -> Decision:
    """Paid as the next lower code."""
    lower = msgspec.structs.replace(line, code=_DOWNCODES[line.code])
    decision = desk.pay(bill, line, desk.allowed_cents(bill, lower))
    return msgspec.structs.replace(decision, recoded_to=lower.code)


def overpaid(desk: Desk) -> None:
    """One line allowed a fifth more than the contract."""
    found = _priced_bill(desk, "P", "clear")
    if found is None:
        return
    bill, index, expected = found
    line = bill.lines[index]
    decisions = list(desk.decide(bill, Share()))
    decisions[index] = desk.pay(bill, line, min(line.charge_cents, expected * 120 // 100))
    desk.note("overpaid", desk.answer(bill, tuple(decisions)))


def capitated(desk: Desk) -> None:
    """Covered by capitation: zero paid, and right so."""
    bill = desk.new_bill("P", test=lambda payer: payer.capitates)
    if bill is None:
        return
    answer = desk.answer(bill, tuple(capitate(line) for line in bill.lines))
    desk.note("capitated", answer)


def zero_charge_line(desk: Desk) -> None:
    """A reporting code billed at no charge, and answered so."""
    bill = desk.new_bill("P", shape="reporting")
    if bill is not None:
        desk.note("zero_charge_line", desk.answer(bill))


def zero_charge_line_dropped(desk: Desk) -> None:
    """A reporting code billed at no charge, which the payer leaves out of its answer."""
    bill = desk.new_bill("P", shape="reporting", test=lambda payer: payer.line_numbers == "echo")
    if bill is None:
        return
    decisions = desk.decide(bill)
    shown = tuple(decision for decision in decisions if decision.line.charge_cents)
    if not shown:
        desk.answer(bill, decisions)
        return
    answer = desk.write(bill, shown)
    desk.post(answer, desk.usual_day(bill))
    desk.settle(bill, decisions)
    desk.note("zero_charge_line_dropped", answer)


def anesthesia(desk: Desk) -> None:
    """Billed by the minute."""
    bill = desk.new_bill("P", shape="anesthesia")
    if bill is not None:
        desk.note("anesthesia", desk.answer(bill))


def drug(desk: Desk) -> None:
    """A drug line with its NDC."""
    bill = desk.new_bill("P", shape="drug")
    if bill is not None:
        desk.note("drug", desk.answer(bill))


def paired_sides(desk: Desk) -> None:
    """One code on both sides, told apart by the modifier; one side refused."""
    bill = desk.new_bill("P", shape="paired", test=lambda payer: not payer.reorders_lines)
    if bill is None:
        return
    decisions = list(desk.decide(bill, Share()))
    last_side = max(index for index, line in enumerate(bill.lines) if line.modifiers == ("LT",))
    decisions[last_side] = deny(bill.lines[last_side], DENIALS[3])
    desk.note("paired_sides", desk.answer(bill, tuple(decisions)))


def interest(desk: Desk) -> None:
    """Paid late with interest, which the remittance pays outside the claim."""
    bill = desk.new_bill("P", shape="clear")
    if bill is None:
        return
    paid_on = desk.payment_day(bill.payer, desk.usual_day(bill) + timedelta(days=28))
    decisions = desk.decide(bill, Share())
    cents = desk.random.randint(5, 450)
    answer = msgspec.structs.replace(desk.write(bill, decisions), interest_cents=cents)
    batch = desk.post(answer, paid_on)
    batch.entries.append(
        Entry("L6", answer.payer_control_number, -cents, "interest", bill, traceable=True)
    )
    desk.settle(bill, decisions)
    desk.note("interest", answer)


def late_answer(desk: Desk) -> None:
    """Answered weeks after everything else."""
    bill = desk.new_bill()
    if bill is None:
        return
    late_on = desk.usual_day(bill) + timedelta(days=desk.random.randint(35, 60))
    desk.note("late_answer", desk.answer(bill, paid_on=desk.payment_day(bill.payer, late_on)))


def unanswered(desk: Desk) -> None:
    """Never answered at all."""
    bill = desk.new_bill()
    if bill is not None:
        desk.leave_unanswered(bill)
        desk.note_bill("unanswered", bill)


def corrected_name(desk: Desk) -> None:
    """The payer knows the patient by a corrected name, and says so."""
    bill = desk.new_bill("P")
    if bill is None:
        return
    decisions = desk.decide(bill)
    corrected = bill.patient.person.last_name + "STONE"
    answer = msgspec.structs.replace(desk.write(bill, decisions), corrected_name=corrected)
    desk.post(answer, desk.usual_day(bill))
    desk.settle(bill, decisions)
    desk.note("corrected_name", answer)


def same_day_visits(desk: Desk) -> None:
    """Two visits of one patient on one day, for a payer that cuts control numbers."""
    first = desk.new_bill("P", test=lambda payer: payer.control_number_length_max > 0)
    if first is None:
        return
    second = desk.maker.make("P", first.patient, sent_on=first.sent_on, served_on=first.first_on)
    for bill in (first, second):
        desk.note("same_day_visits", desk.answer(bill))


def stay(desk: Desk) -> None:
    """A hospital stay paid by its group, adjusted on claim level only."""
    bill = desk.new_bill("I", shape="stay")
    if bill is not None:
        desk.note("stay", desk.answer(bill))


def stay_other_drg(desk: Desk) -> None:
    """A hospital stay paid by another group than the one billed."""
    bill = desk.new_bill("I", shape="stay")
    if bill is not None:
        other = "392" if bill.drg != "392" else "291"
        desk.note("stay_other_drg", desk.answer_claim_level(bill, drg=other))

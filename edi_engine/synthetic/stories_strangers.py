"""Stories about identity: numbers reused, lost or shared, and payments for claims not ours."""

from datetime import date, timedelta

import msgspec

from edi_engine.synthetic.adjudication import Share
from edi_engine.synthetic.answers import ClaimAnswer, mangle_control_number
from edi_engine.synthetic.bills import Bill, Patient
from edi_engine.synthetic.desk import Desk, Entry
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import make_npi

__all__ = [
    "OTHER_PRACTICE_NPI",
    "ambiguous_twins",
    "foreign_paper",
    "foreign_practice",
    "foreign_recycled_number",
    "lost_control_number",
    "lost_number_in_family",
    "provider_adjustment",
    "recycled_number",
    "resent",
]

OTHER_PRACTICE_NPI = make_npi(9_900)
_ADJUSTMENT_REASONS = ("CS", "LE", "AP", "L3")


def _exact(payer: PayerProfile) -> bool:
    return not payer.mangles_control_numbers


def _cuts_and_omits(payer: PayerProfile) -> bool:
    return payer.control_number_length_max > 0 and payer.line_numbers == "omit"


def recycled_number(desk: Desk) -> None:
    """Two patients' claims of different days under one control number, both answered."""
    first = desk.new_bill("P", shape="clear")
    if first is None:
        return
    other = desk.another_patient(first.patient, first.payer)
    day = first.sent_on + timedelta(days=20)
    second = desk.maker.make("P", other, shape="clear", lines_min=2, sent_on=day)
    second = desk.maker.renumber(second, first.control_number)
    for bill in (first, second):
        desk.note("recycled_number", desk.answer(bill))


def lost_control_number(desk: Desk) -> None:
    """The payer lost our control number and sends a zero in its place."""
    bill = desk.new_bill("P", shape="clear")
    if bill is None:
        return
    decisions = desk.decide(bill)
    answer = msgspec.structs.replace(desk.write(bill, decisions), control_number="0")
    desk.post(answer, desk.usual_day(bill))
    desk.settle(bill, decisions)
    desk.note("lost_control_number", answer)


def lost_number_in_family(desk: Desk) -> None:
    """Two of a family treated alike on one day; their numbers are lost and only names differ."""
    first = desk.new_bill("P", shape="clear", test=lambda payer: payer.line_numbers != "echo")
    if first is None:
        return
    again = desk.maker.add_copy(first, sent_on=first.sent_on)
    again = desk.maker.amend(again, patient=desk.maker.relative(first.patient))
    again = desk.maker.renumber(again)
    paid_on = desk.usual_day(first)
    for bill in (first, again):
        decisions = desk.decide(bill)
        answer = msgspec.structs.replace(desk.write(bill, decisions), control_number="0")
        desk.post(answer, paid_on)
        desk.settle(bill, decisions)
        desk.note("lost_number_in_family", answer)


def ambiguous_twins(desk: Desk) -> None:
    """Two identical visits on one day; the payer cuts off what tells them apart."""
    first = desk.new_bill("P", shape="visit", test=_cuts_and_omits)
    if first is None:
        return
    twin = desk.maker.renumber(desk.maker.add_copy(first, sent_on=first.sent_on))
    cut = [mangle_control_number(first.payer, bill.control_number) for bill in (first, twin)]
    if cut[0] != cut[1]:
        for bill in (first, twin):
            desk.answer(bill)
        return
    decisions = desk.decide(first, Share())
    paid_on = desk.usual_day(first)
    for bill in (first, twin):
        own = tuple(
            msgspec.structs.replace(decision, line=line)
            for decision, line in zip(decisions, bill.lines, strict=True)
        )
        answer = desk.write(bill, own)
        desk.post(answer, paid_on)
        desk.settle(bill, own, uncertain="ambiguous")
        desk.book.ambiguous[answer.serial] = (first.serial, twin.serial)
        desk.note("ambiguous_twins", answer)


def resent(desk: Desk) -> None:
    """The same claim sent twice under one number before any answer; one answer comes.

    To the practice the two are one claim, and the later sending stands for it.
    """
    first = desk.new_bill("P", shape="clear", test=lambda payer: payer.line_numbers == "omit")
    if first is None:
        return
    again = desk.maker.add_copy(first, sent_on=first.sent_on + timedelta(days=2))
    answer = desk.answer(again)
    desk.note("resent", answer)
    desk.note_bill("resent_claim", first)


def _foreign(
    desk: Desk,
    model: Bill,
    patient: Patient,
    *,
    control_number: str,
    reason: str,
    served_on: date,
) -> ClaimAnswer:
    """A claim payment like one for `model`, but for a claim that is not among ours."""
    lines = tuple(
        msgspec.structs.replace(
            line,
            served_on=served_on,
            charge_cents=line.charge_cents + 111,
            control_number=f"Z{line.number:04d}",
        )
        for line in model.lines
    )
    foreign = msgspec.structs.replace(
        model,
        patient=patient,
        control_number=control_number,
        first_on=served_on,
        last_on=served_on,
        lines=lines,
    )
    decisions = tuple(desk.pay(foreign, line, line.charge_cents // 2) for line in foreign.lines)
    answer = msgspec.structs.replace(
        desk.write(foreign, decisions), bill=None, role="foreign", messes=()
    )
    desk.book.foreign_reasons[answer.serial] = reason
    return answer


def foreign_paper(desk: Desk) -> None:
    """A payment to us for a claim that was sent on paper, so that no 837 knows it."""
    model = desk.new_bill("P", shape="clear")
    if model is None:
        return
    desk.answer(model)
    patient = desk.maker.patient(model.payer)
    served_on = model.first_on - timedelta(days=desk.random.randint(7, 20))
    answer = _foreign(
        desk,
        model,
        patient,
        control_number=f"PAPER{desk.random.randint(0, 99_999):05d}",
        reason="paper",
        served_on=served_on,
    )
    desk.post(answer, desk.usual_day(model), payee_npi=model.billing.npi)
    desk.note("foreign_paper", answer)


def foreign_recycled_number(desk: Desk) -> None:
    """A payment for another patient's claim of last year, under a number we use again."""
    model = desk.new_bill("P", shape="clear")
    if model is None:
        return
    desk.answer(model)
    answer = _foreign(
        desk,
        model,
        desk.another_patient(model.patient, model.payer),
        control_number=model.control_number,
        reason="recycled",
        served_on=model.first_on - timedelta(days=200),
    )
    answer = msgspec.structs.replace(
        answer, control_number=mangle_control_number(model.payer, model.control_number)
    )
    desk.post(answer, desk.usual_day(model), payee_npi=model.billing.npi)
    desk.note("foreign_recycled_number", answer)


def foreign_practice(desk: Desk) -> None:
    """A payment to another practice that landed in our mailbox."""
    model = desk.new_bill("P", shape="clear")
    if model is None:
        return
    desk.answer(model)
    answer = _foreign(
        desk,
        model,
        desk.another_patient(model.patient, model.payer),
        control_number=f"OTHER{desk.random.randint(0, 99_999):05d}",
        reason="other_practice",
        served_on=model.first_on,
    )
    desk.post(answer, desk.usual_day(model), payee_npi=OTHER_PRACTICE_NPI)
    desk.note("foreign_practice", answer)


def provider_adjustment(desk: Desk) -> None:
    """A charge or credit to the practice that concerns no claim."""
    bill = desk.new_bill("P", shape="clear")
    if bill is None:
        return
    answer = desk.answer(bill)
    told = len(desk.book.answer_notes.get("provider_adjustment", ()))
    reason = _ADJUSTMENT_REASONS[told % len(_ADJUSTMENT_REASONS)]
    cents = desk.random.choice((-1, 1)) * desk.random.randint(100, 999)
    entry = Entry(reason, f"NOTE{told:04d}", cents, "other")
    desk.hold_back(answer.payer, bill.billing.npi, bill.sent_on, entry)
    desk.note("provider_adjustment", answer)

"""Stories of claims that a payer decided: paid, denied, replaced, voided, or taken back."""

import msgspec

from edi_engine.synthetic.adjudication import DENIALS, Share, deny
from edi_engine.synthetic.answers import negated
from edi_engine.synthetic.desk import Reversal
from edi_engine.synthetic.lifecycle_answers import Status
from edi_engine.synthetic.lifecycle_desk import SETTLED_DAYS, LifeDesk, next_workday
from edi_engine.synthetic.lifecycle_payers import FAST, SLOW, USUAL

__all__ = [
    "acknowledged_late",
    "denied",
    "garbled_number",
    "paid_in_full",
    "paid_to_hospital",
    "paid_with_copay",
    "pending_then_paid",
    "plainly_paid",
    "refused_late",
    "replaced_after_denial",
    "replaced_before_its_answer",
    "replaced_under_new_number",
    "reversed_and_corrected",
    "reversed_only",
    "voided",
    "voided_before_its_answer",
]

_COPAY = Share(copay_cents=2_000)


def plainly_paid(desk: LifeDesk, payer_id: str = "", kind: str = "P") -> None:
    """Accepted all the way and paid in full."""
    bill = desk.send(desk.long_ago(), kind=kind, payer_id=payer_id)
    desk.pay(bill, desk.accept(bill))
    desk.life(bill).ends("closed")


def paid_in_full(desk: LifeDesk) -> None:
    """The usual course."""
    plainly_paid(desk, USUAL)


def paid_to_hospital(desk: LifeDesk) -> None:
    """The usual course of an outpatient claim."""
    plainly_paid(desk, FAST, kind="I")


def paid_with_copay(desk: LifeDesk) -> None:
    """Paid but for what the patient owes."""
    bill = desk.send(desk.long_ago(), payer_id=FAST)
    desk.pay(bill, desk.accept(bill), share=_COPAY)
    desk.life(bill).ends("patient")


def denied(desk: LifeDesk) -> None:
    """Accepted, and then refused by the remittance."""
    bill = desk.send(desk.long_ago(), payer_id=USUAL)
    accepted_on = desk.accept(bill)
    decisions = tuple(deny(line, DENIALS[3]) for line in bill.lines)
    day = desk.usual_day(bill, accepted_on)
    desk.post(bill, desk.write(bill, decisions), day, "denied", accepted_on=accepted_on)
    desk.life(bill).ends("adjudicated")


def garbled_number(desk: LifeDesk) -> None:
    """The remittance garbles our number; the payer's own, told before, leads to the claim."""
    bill = desk.send(desk.long_ago(), payer_id=USUAL)
    accepted_on = desk.accept(bill)
    answer = msgspec.structs.replace(
        desk.write(bill, desk.desk.decide(bill, Share())),
        control_number=f"0{bill.serial % 7}",
        member_id=f"ZZ{bill.serial:07d}",
    )
    day = desk.usual_day(bill, accepted_on)
    desk.post(bill, answer, day, "paid", accepted_on=accepted_on)
    desk.life(bill).ends("closed")


def acknowledged_late(desk: LifeDesk) -> None:
    """The payer's acceptance is delivered only after its payment."""
    bill = desk.send(desk.long_ago(), payer_id=FAST)
    desk.clearinghouse(bill)
    accepted_on = desk.payer(bill, delivered_after_days=SETTLED_DAYS - 10)
    desk.pay(bill, accepted_on)
    desk.life(bill).ends("closed")


def refused_late(desk: LifeDesk) -> None:
    """A refusal by the clearinghouse comes in when the payer has long paid."""
    bill = desk.send(desk.long_ago(), payer_id=FAST)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False), delivered_after_days=SETTLED_DAYS - 12)
    desk.pay(bill, desk.payer(bill))
    desk.life(bill).ends("closed")


def pending_then_paid(desk: LifeDesk) -> None:
    """Asked about in between: the payer answered that it was working on it, and then paid."""
    bill = desk.send(desk.long_ago(), payer_id=SLOW)
    accepted_on = desk.accept(bill)
    desk.answer_inquiry(bill, Status("P1", "20"), after_days=25)
    desk.pay(bill, accepted_on)
    desk.life(bill).ends("closed")


def replaced_after_denial(desk: LifeDesk) -> None:
    """Denied by a remittance, replaced with frequency 7, and paid."""
    bill = desk.send(desk.long_ago() + 50, payer_id=FAST)
    accepted_on = desk.accept(bill)
    refused = desk.write(bill, tuple(deny(line, DENIALS[6]) for line in bill.lines))
    denied_on = desk.usual_day(bill, accepted_on)
    desk.post(bill, refused, denied_on, "denied", accepted_on=accepted_on)
    desk.life(bill).ends("superseded")
    number = refused.payer_control_number
    again = desk.send_again(
        bill, next_workday(denied_on, 3), frequency="7", original_reference=number
    )
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def voided(desk: LifeDesk) -> None:
    """Paid, voided by us with frequency 8, and the payment reversed."""
    bill = desk.send(desk.long_ago() + 20, payer_id=FAST)
    accepted_on = desk.accept(bill)
    answer = desk.pay(bill, accepted_on)
    paid_on = desk.life(bill).paid[-1][2]
    void = desk.send_again(
        bill,
        next_workday(paid_on, 3),
        frequency="8",
        original_reference=answer.payer_control_number,
    )
    void_on = desk.accept(void)
    reversal = negated(answer, serial=desk.desk.next_serial())
    desk.post(bill, reversal, next_workday(void_on, bill.payer.lag_days), "reversed")
    desk.desk.book.reversals.append(Reversal(reversal.serial, answer.serial, 0))
    desk.life(bill).ends("voided")
    desk.life(void).ends("voided")


def reversed_only(desk: LifeDesk) -> None:
    """Paid, and taken back without a correction so far."""
    bill = desk.send(desk.long_ago(), payer_id=FAST)
    answer = desk.pay(bill, desk.accept(bill))
    reversal = negated(answer, serial=desk.desk.next_serial())
    desk.post(bill, reversal, next_workday(desk.life(bill).paid[-1][2], 14), "reversed")
    desk.desk.book.reversals.append(Reversal(reversal.serial, answer.serial, 0))
    desk.life(bill).ends("reversed")


def reversed_and_corrected(desk: LifeDesk) -> None:
    """Paid too little, then reversed and paid rightly in one later remittance."""
    bill = desk.send(desk.long_ago() + 10, payer_id=FAST)
    accepted_on = desk.accept(bill)
    decisions = desk.desk.decide(bill, Share())
    first = desk.write(bill, (deny(bill.lines[0], DENIALS[1]), *decisions[1:]))
    paid_on = desk.usual_day(bill, accepted_on)
    desk.post(bill, first, paid_on, "denied", accepted_on=accepted_on)
    corrected_on = next_workday(paid_on, 14)
    reversal = negated(first, serial=desk.desk.next_serial())
    desk.post(bill, reversal, corrected_on, "reversed")
    correction = desk.write(bill, decisions, role="correction")
    desk.post(bill, correction, corrected_on, "paid")
    desk.desk.book.reversals.append(Reversal(reversal.serial, first.serial, correction.serial))
    desk.life(bill).ends("closed")


def replaced_under_new_number(desk: LifeDesk) -> None:
    """Denied, replaced with frequency 7 under a number of its own, and paid."""
    bill = desk.send(desk.long_ago() + 50, payer_id=FAST)
    accepted_on = desk.accept(bill)
    refused = desk.write(bill, tuple(deny(line, DENIALS[6]) for line in bill.lines))
    denied_on = desk.usual_day(bill, accepted_on)
    desk.post(bill, refused, denied_on, "denied", accepted_on=accepted_on)
    desk.life(bill).ends("superseded")
    number = refused.payer_control_number
    again = desk.renumber(
        desk.send_again(bill, next_workday(denied_on, 3), frequency="7", original_reference=number)
    )
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def replaced_before_its_answer(desk: LifeDesk) -> None:
    """Accepted, and replaced by the payer's number told on acceptance before any answer came."""
    bill = desk.send(60, payer_id=SLOW)
    desk.accept(bill)
    number = desk.life(bill).payer_number
    again = desk.resend(bill, frequency="7", reference=number)
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def voided_before_its_answer(desk: LifeDesk) -> None:
    """Accepted, and voided with frequency 8 before any answer came; none is awaited."""
    bill = desk.send(65, payer_id=FAST)
    desk.accept(bill)
    number = desk.life(bill).payer_number
    void = desk.resend(bill, frequency="8", reference=number)
    desk.accept(void)
    desk.life(bill).ends("voided")
    desk.life(void).ends("voided")

"""Stories that go on after the first answer: reversals, corrections, replacements, takebacks."""

from datetime import date, timedelta

import msgspec

from edi_engine.synthetic.adjudication import DENIALS, DUPLICATE, Decision, Share, deny
from edi_engine.synthetic.answers import ClaimAnswer, negated
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.desk import Desk, Entry, Reversal
from edi_engine.synthetic.payers import PayerProfile

__all__ = [
    "duplicate_denied",
    "duplicate_denied_new_number",
    "replaced",
    "replaced_same_number",
    "reversed_corrected_later",
    "reversed_forward_balance",
    "reversed_only",
    "reversed_postponed",
    "reversed_same_file",
    "takeback_traceable",
    "takeback_untraceable",
    "voided",
]

_REPLACED_ADDITION_CENTS = 500


def _long_numbers(payer: PayerProfile) -> bool:
    """A payer that leaves enough of a control number to tell two bills of a day apart."""
    return not payer.control_number_length_max


def _later(desk: Desk, bill: Bill, day: date, days: int) -> date:
    return desk.payment_day(bill.payer, day + timedelta(days=days))


def _paid_wrongly(desk: Desk, bill: Bill) -> tuple[Decision, ...]:
    """A first answer that will be corrected: the last line refused, or its rate too low."""
    decisions = list(desk.decide(bill, Share(coinsurance_percent=10)))
    last = bill.lines[-1]
    if len(decisions) > 1 and desk.random.random() < 0.5:
        decisions[-1] = deny(last, DENIALS[1])
    else:
        decisions[-1] = desk.pay(bill, last, desk.allowed_cents(bill, last) * 3 // 5)
    return tuple(decisions)


def _reverse(
    desk: Desk, answer: ClaimAnswer, paid_on: date, *, name: str, tag: str = ""
) -> ClaimAnswer:
    """Post the reversal of an answer."""
    reversal = negated(answer, serial=desk.next_serial())
    desk.post(reversal, paid_on, tag=tag)
    desk.note(name, reversal)
    return reversal


def _correct(desk: Desk, bill: Bill, decisions: tuple[Decision, ...], paid_on: date) -> ClaimAnswer:
    answer = desk.write(bill, decisions, role="correction")
    desk.post(answer, paid_on)
    desk.settle(bill, decisions)
    return answer


def _undo(desk: Desk, bill: Bill) -> None:
    """Note that nothing stands any more on the lines of a bill."""
    desk.settle(bill, tuple(Decision(line, "reversed", 0, 0) for line in bill.lines))


def _reversed_and_corrected(desk: Desk, name: str, correction_days: int) -> None:
    bill = desk.new_bill("P", shape="clear")
    if bill is None:
        return
    first_on = desk.usual_day(bill)
    original = desk.answer(bill, _paid_wrongly(desk, bill), paid_on=first_on)
    reversed_on = _later(desk, bill, first_on, 14)
    reversal = _reverse(desk, original, reversed_on, name=name)
    corrected_on = _later(desk, bill, reversed_on, correction_days)
    decisions = desk.decide(bill, Share(coinsurance_percent=10))
    correction = _correct(desk, bill, decisions, corrected_on)
    desk.book.reversals.append(Reversal(reversal.serial, original.serial, correction.serial))


def reversed_same_file(desk: Desk) -> None:
    """Paid wrongly, then reversed and corrected in one later remittance."""
    _reversed_and_corrected(desk, "reversed_same_file", 0)


def reversed_corrected_later(desk: Desk) -> None:
    """Paid wrongly, reversed, and corrected in a remittance after that."""
    _reversed_and_corrected(desk, "reversed_corrected_later", 14)


def _reversed(desk: Desk, name: str, *, tag: str = "") -> tuple[Bill, ClaimAnswer, date] | None:
    """Pay a claim and reverse it a fortnight later: the bill, its reversal and the day."""
    bill = desk.new_bill("P", shape="clear")
    if bill is None:
        return None
    first_on = desk.usual_day(bill)
    original = desk.answer(bill, desk.decide(bill, Share(copay_cents=1000)), paid_on=first_on)
    reversed_on = _later(desk, bill, first_on, 14)
    reversal = _reverse(desk, original, reversed_on, name=name, tag=tag)
    _undo(desk, bill)
    desk.book.reversals.append(Reversal(reversal.serial, original.serial, 0))
    return bill, reversal, reversed_on


def reversed_only(desk: Desk) -> None:
    """Paid, then reversed for good; the money leaves with the reversal."""
    _reversed(desk, "reversed_only")


def reversed_forward_balance(desk: Desk) -> None:
    """Reversed in a remittance of its own, which cannot be negative: the debt is carried on."""
    _reversed(desk, "reversed_forward_balance", tag="reversal")


def reversed_postponed(desk: Desk) -> None:
    """Reversed now, but the money is taken back weeks later, out of another payment."""
    done = _reversed(desk, "reversed_postponed")
    if done is None:
        return
    bill, reversal, reversed_on = done
    batch = desk.book.batch(bill.payer, reversed_on, bill.billing.npi)
    reference = reversal.payer_control_number
    batch.entries.append(
        Entry("WO", reference, reversal.paid_cents, "postponed", bill, traceable=True)
    )
    taken = Entry("WO", reference, -reversal.paid_cents, "takeback", bill, traceable=True)
    desk.hold_back(bill.payer, bill.billing.npi, reversed_on + timedelta(days=14), taken)


def _takeback(desk: Desk, *, traceable: bool) -> None:
    """Money kept back without any reversal; at best the reference names the claim."""
    bill = desk.new_bill("P", shape="clear")
    if bill is None:
        return
    answer = desk.answer(bill)
    name = "takeback_traceable" if traceable else "takeback_untraceable"
    desk.note(name, answer)
    cents = max(100, answer.paid_cents // 2)
    reference = answer.payer_control_number
    if not traceable:
        reference = f"OVP{desk.random.randint(0, 99_999):05d}"
    entry = Entry("WO", reference, cents, "takeback", bill if traceable else None, traceable)
    desk.hold_back(bill.payer, bill.billing.npi, bill.sent_on + timedelta(days=30), entry)


def takeback_traceable(desk: Desk) -> None:
    """Taken back without notice; the reference is the payer's number of the claim."""
    _takeback(desk, traceable=True)


def takeback_untraceable(desk: Desk) -> None:
    """Taken back without notice; the reference says nothing."""
    _takeback(desk, traceable=False)


def _replace(desk: Desk, *, same_number: bool) -> None:
    """A claim answered, corrected by us with frequency 7, and answered anew.

    The payer reverses what it paid on the first, and answers the replacement under the control
    number of the original, whatever ours was. Source: domain 3.3 (X12 RFI 1945).
    """
    bill = desk.new_bill("P", shape="clear", lines_min=2, test=_long_numbers)
    if bill is None:
        return
    first_on = desk.usual_day(bill)
    denied = desk.random.random() < 0.5
    refused = tuple(deny(line, DENIALS[6]) for line in bill.lines)
    original = desk.answer(bill, refused if denied else _paid_wrongly(desk, bill), paid_on=first_on)
    resent_on = first_on + timedelta(days=4)
    dearer = msgspec.structs.replace(
        bill.lines[0], charge_cents=bill.lines[0].charge_cents + _REPLACED_ADDITION_CENTS
    )
    name = "replaced_same_number" if same_number else "replaced"
    replacement = desk.maker.add_copy(
        bill,
        lines=(dearer, *bill.lines[1:]),
        frequency="7",
        sent_on=resent_on,
        original_reference=original.payer_control_number,
    )
    if not same_number:
        replacement = desk.maker.renumber(replacement)
    answered_on = _later(desk, bill, resent_on, bill.payer.lag_days)
    if not denied:
        reversal = _reverse(desk, original, answered_on, name=name)
        _undo(desk, bill)
    decisions = desk.decide(replacement, Share(coinsurance_percent=20))
    answer = msgspec.structs.replace(
        desk.write(replacement, decisions),
        control_number=original.control_number,
        original_reference=original.payer_control_number,
    )
    desk.post(answer, answered_on)
    desk.settle(replacement, decisions)
    desk.note(name, answer)
    desk.note_bill("replacement_claim", replacement)
    if not denied:
        desk.book.reversals.append(Reversal(reversal.serial, original.serial, answer.serial))


def replaced(desk: Desk) -> None:
    """Replaced under a new control number; the answer echoes the original's."""
    _replace(desk, same_number=False)


def replaced_same_number(desk: Desk) -> None:
    """Replaced under the same control number."""
    _replace(desk, same_number=True)


def voided(desk: Desk) -> None:
    """Paid, voided by us with frequency 8, and reversed."""
    bill = desk.new_bill("P", shape="clear", test=_long_numbers)
    if bill is None:
        return
    first_on = desk.usual_day(bill)
    original = desk.answer(bill, paid_on=first_on)
    void = desk.maker.add_copy(
        bill,
        frequency="8",
        sent_on=first_on + timedelta(days=3),
        original_reference=original.payer_control_number,
    )
    desk.note_bill("voided", void)
    reversed_on = _later(desk, bill, void.sent_on, bill.payer.lag_days)
    reversal = _reverse(desk, original, reversed_on, name="voided")
    _undo(desk, bill)
    desk.book.reversals.append(Reversal(reversal.serial, original.serial, 0))


def _duplicate(desk: Desk, *, new_number: bool) -> None:
    """The same claim sent again before its answer came; the second is refused as a duplicate."""
    bill = desk.new_bill("P", shape="clear", test=_long_numbers)
    if bill is None:
        return
    again = desk.maker.add_copy(bill, sent_on=bill.sent_on + timedelta(days=3))
    if new_number:
        again = desk.maker.renumber(again)
    first_on = desk.usual_day(bill)
    desk.answer(bill, paid_on=first_on)
    refused = tuple(deny(line, DUPLICATE) for line in again.lines)
    answer = desk.answer(again, refused, paid_on=_later(desk, bill, first_on, 5))
    desk.note("duplicate_denied_new_number" if new_number else "duplicate_denied", answer)
    desk.note_bill("duplicate_claim", again)


def duplicate_denied(desk: Desk) -> None:
    """Sent twice under one control number."""
    _duplicate(desk, new_number=False)


def duplicate_denied_new_number(desk: Desk) -> None:
    """Sent twice under two control numbers."""
    _duplicate(desk, new_number=True)

"""Lifecycle stories: what becomes of a claim between sending and payment, told one by one.

A story sends its claims, has them acknowledged, and says how each stands in the end. Claims that
wait are either clearly overdue or clearly not, for each payer by its own speed (see
`lifecycle_payers`), so that no rule of rounding decides.
"""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from edi_engine.synthetic.adjudication import DENIALS, Share, deny, follow_primary
from edi_engine.synthetic.answers import negated
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.desk import Reversal
from edi_engine.synthetic.lifecycle_answers import (
    CLEARINGHOUSE_REFUSALS,
    PAYER_REFUSALS,
    LineWord,
    Status,
)
from edi_engine.synthetic.lifecycle_desk import LifeDesk, next_workday
from edi_engine.synthetic.lifecycle_payers import (
    FAST,
    FORWARDING,
    LITTLE_KNOWN,
    OVERDUE_DAYS,
    PRIMARY_PAYERS,
    SLOW,
    USUAL,
)
from edi_engine.synthetic.payers import PayerProfile

__all__ = ["STORIES", "plainly_paid"]

LifeStory = Callable[[LifeDesk], None]

_COPAY = Share(copay_cents=2_000)
_RESENT_AFTER_DAYS = 5
_YOUNG_DAYS = 6
"""A claim this young is overdue with nobody, if somebody acknowledged it."""
_SETTLED_DAYS = 75
"""Whatever was sent so long ago has been paid by the slowest payer."""


def _long_ago(desk: LifeDesk) -> int:
    return _SETTLED_DAYS + desk.desk.random.randint(0, 30)


def _is_known(payer: PayerProfile) -> bool:
    """Not the payer whose history must stay too short to go by."""
    return payer.payer_id != LITTLE_KNOWN


def _refusal(desk: LifeDesk, *, by_payer: bool) -> tuple[Status, ...]:
    """The next way to refuse."""
    ways = PAYER_REFUSALS if by_payer else CLEARINGHOUSE_REFUSALS
    return ways[desk.turn(f"refusal {by_payer}") % len(ways)]


def _resend(desk: LifeDesk, bill: Bill, *, frequency: str = "1", reference: str = "") -> Bill:
    desk.life(bill).ends("superseded")
    day = next_workday(max([bill.sent_on, *(w.said_on for w in desk.life(bill).words)]), 2)
    day = max(day, next_workday(bill.sent_on, _RESENT_AFTER_DAYS))
    return desk.send_again(bill, day, frequency=frequency, original_reference=reference)


# paid


def plainly_paid(desk: LifeDesk, payer_id: str = "", kind: str = "P") -> None:
    """Accepted all the way and paid in full."""
    bill = desk.send(_long_ago(desk), kind=kind, payer_id=payer_id)
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
    bill = desk.send(_long_ago(desk), payer_id=FAST)
    desk.pay(bill, desk.accept(bill), share=_COPAY)
    desk.life(bill).ends("patient")


def denied(desk: LifeDesk) -> None:
    """Accepted, and then refused by the remittance."""
    bill = desk.send(_long_ago(desk), payer_id=USUAL)
    accepted_on = desk.accept(bill)
    decisions = tuple(deny(line, DENIALS[3]) for line in bill.lines)
    day = desk.usual_day(bill, accepted_on)
    desk.post(bill, desk.write(bill, decisions), day, "denied", accepted_on=accepted_on)
    desk.life(bill).ends("adjudicated")


def garbled_number(desk: LifeDesk) -> None:
    """The remittance garbles our number; the payer's own, told before, leads to the claim."""
    bill = desk.send(_long_ago(desk), payer_id=USUAL)
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
    bill = desk.send(_long_ago(desk), payer_id=FAST)
    desk.clearinghouse(bill)
    accepted_on = desk.payer(bill, delivered_after_days=_SETTLED_DAYS - 10)
    desk.pay(bill, accepted_on)
    desk.life(bill).ends("closed")


def refused_late(desk: LifeDesk) -> None:
    """A refusal by the clearinghouse comes in when the payer has long paid."""
    bill = desk.send(_long_ago(desk), payer_id=FAST)
    desk.clearinghouse(
        bill, *_refusal(desk, by_payer=False), delivered_after_days=_SETTLED_DAYS - 12
    )
    desk.pay(bill, desk.payer(bill))
    desk.life(bill).ends("closed")


def pending_then_paid(desk: LifeDesk) -> None:
    """Asked about in between: the payer answered that it was working on it, and then paid."""
    bill = desk.send(_long_ago(desk), payer_id=SLOW)
    accepted_on = desk.accept(bill)
    desk.answer_inquiry(bill, Status("P1", "20"), after_days=25)
    desk.pay(bill, accepted_on)
    desk.life(bill).ends("closed")


# refused


def refused_interchange(desk: LifeDesk) -> None:
    """A whole file refused by its envelope."""
    for _ in range(2):
        bill = desk.send(20, lane="refused_interchange")
        desk.life(bill).ends("rejected", rejected_by="file")


def refused_set(desk: LifeDesk) -> None:
    """One set of several refused by the 999; the other goes on."""
    companion = desk.send(24, payer_id=SLOW)
    for _ in range(2):
        bill = desk.send(24, lane="refused_set")
        desk.life(bill).ends("rejected", rejected_by="file")
    desk.life(companion).waits("payer_accepted", "remittance", desk.accept(companion))


def faulty_set(desk: LifeDesk) -> None:
    """A set taken in with errors; its claims go on."""
    bill = desk.send(_YOUNG_DAYS, lane="faulty_set")
    desk.life(bill).waits("payer_accepted", "remittance", desk.accept(bill))


def refused_batch(desk: LifeDesk) -> None:
    """The clearinghouse refuses a whole set and names none of its claims."""
    for _ in range(2):
        bill = desk.send(33, lane="refused_batch")
        desk.life(bill).ends("rejected", rejected_by="clearinghouse")


def refused_by_clearinghouse(desk: LifeDesk) -> None:
    """Refused before the payer had it; the ways take turns."""
    bill = desk.send(26)
    desk.clearinghouse(bill, *_refusal(desk, by_payer=False))
    desk.life(bill).ends("rejected", rejected_by="clearinghouse")


def refused_by_payer(desk: LifeDesk) -> None:
    """Accepted by the clearinghouse and refused by the payer; the ways take turns."""
    bill = desk.send(40)
    desk.clearinghouse(bill)
    desk.payer(bill, *_refusal(desk, by_payer=True), numbered=bill.serial % 2 == 0)
    desk.life(bill).ends("rejected", rejected_by="payer")


def refused_for_a_line(desk: LifeDesk) -> None:
    """The payer refuses the claim and names the line at fault."""
    bill = desk.send(19, payer_id=FAST)
    desk.clearinghouse(bill)
    said = LineWord(bill.lines[-1].number, Status("A7", "507"))
    desk.payer(bill, Status("A7", "507"), lines=(said,))
    desk.life(bill).ends("rejected", rejected_by="payer")


def refused_then_accepted_later_tier(desk: LifeDesk) -> None:
    """The clearinghouse refused it, yet the payer has it and accepted it."""
    bill = desk.send(_YOUNG_DAYS + 1)
    desk.clearinghouse(bill, *_refusal(desk, by_payer=False))
    desk.life(bill).waits("payer_accepted", "remittance", desk.payer(bill))


def refused_then_accepted_earlier_tier(desk: LifeDesk) -> None:
    """The payer refused it; that the clearinghouse accepts it after that changes nothing."""
    bill = desk.send(28)
    desk.payer(bill, *_refusal(desk, by_payer=True), after_days=2)
    desk.clearinghouse(bill, after_days=7)
    desk.life(bill).ends("rejected", rejected_by="payer")


def payer_changed_its_mind(desk: LifeDesk) -> None:
    """The payer refused the claim and accepted it some days later."""
    bill = desk.send(11, payer_id=SLOW)
    desk.clearinghouse(bill)
    desk.payer(bill, *_refusal(desk, by_payer=True), after_days=2)
    desk.life(bill).waits("payer_accepted", "remittance", desk.payer(bill, after_days=6))


def payer_withdrew(desk: LifeDesk) -> None:
    """The payer accepted the claim and refused it some days later."""
    bill = desk.send(32)
    desk.accept(bill)
    desk.payer(bill, *_refusal(desk, by_payer=True), after_days=8)
    desk.life(bill).ends("rejected", rejected_by="payer")


def received_then_accepted(desk: LifeDesk) -> None:
    """Three reports of one payer: received, received again, accepted; and two before those."""
    bill = desk.send(13, payer_id=SLOW)
    desk.clearinghouse(bill, Status("A0", "16", "PR"), after_days=1)
    desk.clearinghouse(bill, after_days=2)
    desk.payer(bill, Status("A1", "19"), after_days=2, numbered=False)
    desk.payer(bill, Status("A1", "19"), after_days=3)
    desk.life(bill).waits("payer_accepted", "remittance", desk.payer(bill, after_days=5))


def split_by_payer(desk: LifeDesk) -> None:
    """Accepted, and split into several claims by the payer."""
    bill = desk.send(_YOUNG_DAYS)
    desk.clearinghouse(bill)
    said_on = desk.payer(bill, Status("A5", "17"))
    desk.life(bill).waits("payer_accepted", "remittance", said_on)


# sent again


def resent_and_paid(desk: LifeDesk) -> None:
    """Refused by the clearinghouse, sent again under the same number, accepted and paid."""
    bill = desk.send(_long_ago(desk) + 10, test=_is_known)
    desk.clearinghouse(bill, *_refusal(desk, by_payer=False))
    again = _resend(desk, bill)
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def resent_after_refused_set(desk: LifeDesk) -> None:
    """In a set that was refused, sent again, and waiting for its payment."""
    bill = desk.send(14, lane="refused_set")
    again = _resend(desk, bill)
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def resent_after_refused_interchange(desk: LifeDesk) -> None:
    """In a file that was refused, sent again and paid."""
    bill = desk.send(_long_ago(desk) + 12, test=_is_known, lane="refused_interchange")
    again = _resend(desk, bill)
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def refused_twice(desk: LifeDesk) -> None:
    """Refused, sent again, and refused again: one claim to correct, not two."""
    bill = desk.send(35)
    desk.clearinghouse(bill, *_refusal(desk, by_payer=False))
    again = _resend(desk, bill)
    desk.clearinghouse(again)
    desk.payer(again, *_refusal(desk, by_payer=True))
    desk.life(again).ends("rejected", rejected_by="payer")


def resent_and_lost(desk: LifeDesk) -> None:
    """Never heard of, sent again, and waiting for its payment."""
    bill = desk.send(15, lane="lost")
    again = _resend(desk, bill)
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def replaced_after_refusal(desk: LifeDesk) -> None:
    """Refused by the payer under its number, replaced with frequency 7 by that number, and paid."""
    bill = desk.send(_long_ago(desk) + 10, payer_id=USUAL)
    desk.clearinghouse(bill)
    desk.payer(bill, *_refusal(desk, by_payer=True))
    number = desk.life(bill).payer_number
    again = _resend(desk, bill, frequency="7", reference=number)
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def replaced_after_denial(desk: LifeDesk) -> None:
    """Denied by a remittance, replaced with frequency 7, and paid."""
    bill = desk.send(_long_ago(desk) + 50, payer_id=FAST)
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
    bill = desk.send(_long_ago(desk) + 20, payer_id=FAST)
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
    bill = desk.send(_long_ago(desk), payer_id=FAST)
    answer = desk.pay(bill, desk.accept(bill))
    reversal = negated(answer, serial=desk.desk.next_serial())
    desk.post(bill, reversal, next_workday(desk.life(bill).paid[-1][2], 14), "reversed")
    desk.desk.book.reversals.append(Reversal(reversal.serial, answer.serial, 0))
    desk.life(bill).ends("reversed")


# silent, or not yet


def lost(desk: LifeDesk) -> None:
    """Sent weeks ago, and nothing was ever heard."""
    bill = desk.send(30, lane="lost")
    desk.life(bill).waits("sent", "acknowledgment", bill.sent_on)


def just_sent(desk: LifeDesk) -> None:
    """Sent on the last working day; nobody could have answered yet."""
    bill = desk.send(1, lane="lost")
    desk.life(bill).waits("sent", "acknowledgment", bill.sent_on)


def silent_after_file(desk: LifeDesk) -> None:
    """The file was taken in weeks ago, and nobody says anything of the claim."""
    bill = desk.send(29)
    desk.life(bill).waits("file_acknowledged", "acknowledgment", bill.sent_on)


def silent_after_clearinghouse(desk: LifeDesk) -> None:
    """The clearinghouse passed it on; the payer says nothing at all."""
    bill = desk.send(OVERDUE_DAYS[FAST], payer_id=FAST)
    said_on = desk.clearinghouse(bill)
    desk.life(bill).waits("clearinghouse_accepted", "remittance", said_on)


def forwarded_only(desk: LifeDesk) -> None:
    """The clearinghouse has just passed it on."""
    bill = desk.send(2, payer_id=FAST)
    said_on = desk.clearinghouse(bill, Status("A0", "16", "PR"), after_days=1)
    desk.life(bill).waits("clearinghouse_accepted", "remittance", said_on)


def received_only(desk: LifeDesk) -> None:
    """The payer has it and has not decided to take it in."""
    bill = desk.send(_YOUNG_DAYS, payer_id=SLOW)
    desk.clearinghouse(bill)
    said_on = desk.payer(bill, Status("A1", "19"))
    desk.life(bill).waits("payer_received", "remittance", said_on)


def silent_after_payer(desk: LifeDesk) -> None:
    """Accepted by the payer, and unpaid beyond what this payer takes; payers take turns."""
    payers = (FAST, USUAL, SLOW, LITTLE_KNOWN)
    payer_id = payers[desk.turn("silent") % len(payers)]
    bill = desk.send(OVERDUE_DAYS[payer_id], payer_id=payer_id)
    desk.life(bill).waits("payer_accepted", "remittance", desk.accept(bill))


def slow_but_usual(desk: LifeDesk) -> None:
    """As long unpaid as would be silence with a fast payer; this one takes longer."""
    payer_id = (SLOW, LITTLE_KNOWN)[desk.turn("slow") % 2]
    bill = desk.send(OVERDUE_DAYS[FAST], payer_id=payer_id)
    desk.life(bill).waits("payer_accepted", "remittance", desk.accept(bill))


def asked_and_silent(desk: LifeDesk) -> None:
    """Asked about, answered that it was being worked on, and still unpaid."""
    bill = desk.send(70, payer_id=FAST)
    accepted_on = desk.accept(bill)
    desk.answer_inquiry(bill, Status("P1", "20"), after_days=25)
    desk.life(bill).waits("payer_accepted", "remittance", accepted_on)


def waiting(desk: LifeDesk) -> None:
    """Accepted a few days ago."""
    payer_id = PRIMARY_PAYERS[desk.turn("waiting") % len(PRIMARY_PAYERS)]
    bill = desk.send(_YOUNG_DAYS, payer_id=payer_id)
    desk.life(bill).waits("payer_accepted", "remittance", desk.accept(bill))


def _cross_over(desk: LifeDesk, sent_days_ago: int) -> tuple[Bill, date]:
    """Paid by the primary, which sent it on by itself: the claim and the day of that."""
    bill = desk.send(sent_days_ago, payer_id=FORWARDING)
    accepted_on = desk.accept(bill)
    answer = msgspec.structs.replace(
        desk.write(bill, desk.desk.decide(bill, Share(coinsurance_percent=20)), status="19"),
        forwarded_to=bill.patient.secondary_payer,
    )
    day = desk.usual_day(bill, accepted_on)
    desk.post(bill, answer, day, "forwarded_on", accepted_on=accepted_on)
    return bill, day


def crossed_over_and_paid(desk: LifeDesk) -> None:
    """Sent on by the primary, and the rest paid by the second payer."""
    bill, primary_on = _cross_over(desk, _long_ago(desk))
    supplement = bill.patient.secondary_payer or bill.payer
    primary = desk.desk.decide(bill, Share(coinsurance_percent=20))
    second = tuple(follow_primary(each, copay_cents=0, states_prior=True) for each in primary)
    answer = msgspec.structs.replace(
        desk.desk.write(bill, second, payer=supplement, sequence=2, role="secondary"),
        member_id=bill.patient.secondary_member_id,
    )
    desk.post(bill, answer, next_workday(primary_on + timedelta(days=12)), "paid")
    desk.life(bill).ends("closed")


def silent_after_crossover(desk: LifeDesk) -> None:
    """Sent on by the primary two months ago; the second payer never answered."""
    bill, primary_on = _cross_over(desk, _SETTLED_DAYS + 10)
    desk.life(bill).waits("next_payer", "secondary_remittance", primary_on)


def just_crossed_over(desk: LifeDesk) -> None:
    """Sent on by the primary within the last days."""
    bill, primary_on = _cross_over(desk, 28)
    desk.life(bill).waits("next_payer", "secondary_remittance", primary_on)


STORIES: tuple[LifeStory, ...] = (
    paid_in_full, paid_to_hospital, paid_with_copay, denied, garbled_number, acknowledged_late,
    refused_late, pending_then_paid, refused_interchange, refused_set, faulty_set, refused_batch,
    refused_by_clearinghouse, refused_by_payer, refused_for_a_line,
    refused_then_accepted_later_tier, refused_then_accepted_earlier_tier, payer_changed_its_mind,
    payer_withdrew, received_then_accepted, split_by_payer, resent_and_paid,
    resent_after_refused_set, resent_after_refused_interchange, refused_twice, resent_and_lost,
    replaced_after_refusal, replaced_after_denial, voided, reversed_only, lost, just_sent,
    silent_after_file, silent_after_clearinghouse, forwarded_only, received_only,
    silent_after_payer, slow_but_usual, asked_and_silent, waiting, crossed_over_and_paid,
    silent_after_crossover, just_crossed_over,
)  # fmt: skip
"""Every story; a practice tells each at least once, those with turns several times."""

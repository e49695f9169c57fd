"""Stories of claims for which something is still to come: overdue, or not yet."""

from datetime import date, timedelta

import msgspec

from edi_engine.synthetic.adjudication import Share, follow_primary
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.lifecycle_answers import Status
from edi_engine.synthetic.lifecycle_desk import SETTLED_DAYS, YOUNG_DAYS, LifeDesk, next_workday
from edi_engine.synthetic.lifecycle_payers import (
    FAST,
    FORWARDING,
    LITTLE_KNOWN,
    OVERDUE_DAYS,
    PRIMARY_PAYERS,
    SLOW,
    USUAL,
)

__all__ = [
    "asked_and_silent",
    "crossed_over_and_paid",
    "forwarded_only",
    "just_crossed_over",
    "just_sent",
    "left_out_of_its_batch",
    "lost",
    "received_only",
    "silent_after_clearinghouse",
    "silent_after_crossover",
    "silent_after_file",
    "silent_after_payer",
    "slow_but_usual",
    "waiting",
]


def lost(desk: LifeDesk) -> None:
    """Sent weeks ago, and nothing was ever heard."""
    bill = desk.send(30, lane="lost")
    desk.life(bill).waits("sent", "acknowledgment", bill.sent_on)


def just_sent(desk: LifeDesk) -> None:
    """Sent on the last working day; nobody could have answered yet."""
    bill = desk.send(1, lane="lost")
    desk.life(bill).waits("sent", "acknowledgment", bill.sent_on)


def silent_after_file(desk: LifeDesk) -> None:
    """The file was taken in weeks ago, and nobody says anything of the claim or its batch."""
    bill = desk.send(29, lane="unnamed")
    desk.life(bill).waits("file_acknowledged", "acknowledgment", bill.sent_on)


def left_out_of_its_batch(desk: LifeDesk) -> None:
    """The clearinghouse speaks of the other claims of the batch, and leaves this one out."""
    other = desk.send(22, payer_id=SLOW)
    desk.life(other).waits("payer_accepted", "remittance", desk.accept(other))
    bill = desk.send(22)
    desk.life(bill).waits("file_acknowledged", "acknowledgment", bill.sent_on)


def silent_after_clearinghouse(desk: LifeDesk) -> None:
    """The clearinghouse passed it on; the payer says nothing at all."""
    bill = desk.send(OVERDUE_DAYS[FAST], payer_id=FAST)
    said_on = desk.clearinghouse(bill)
    desk.life(bill).waits("clearinghouse_accepted", "remittance", said_on)


def forwarded_only(desk: LifeDesk) -> None:
    """The clearinghouse has just passed it on."""
    bill = desk.send(4, payer_id=FAST)
    said_on = desk.clearinghouse(bill, Status("A0", "16", "PR"), after_days=1)
    desk.life(bill).waits("clearinghouse_accepted", "remittance", said_on)


def received_only(desk: LifeDesk) -> None:
    """The payer has it and has not decided to take it in."""
    bill = desk.send(YOUNG_DAYS, payer_id=SLOW)
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
    bill = desk.send(YOUNG_DAYS, payer_id=payer_id)
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
    bill, primary_on = _cross_over(desk, desk.long_ago())
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
    bill, primary_on = _cross_over(desk, SETTLED_DAYS + 10)
    desk.life(bill).waits("next_payer", "secondary_remittance", primary_on)


def just_crossed_over(desk: LifeDesk) -> None:
    """Sent on by the primary within the last days."""
    bill, primary_on = _cross_over(desk, 28)
    desk.life(bill).waits("next_payer", "secondary_remittance", primary_on)

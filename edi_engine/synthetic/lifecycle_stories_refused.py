"""Stories of claims that never reached a decision, and of what was sent again in their place.

Whoever refuses a claim after others took it decides, whatever those say later; what is sent again
stands in the place of what was refused.
"""

import msgspec

from edi_engine.synthetic.bills import Bill, BillLine
from edi_engine.synthetic.lifecycle_answers import LineWord, Status
from edi_engine.synthetic.lifecycle_desk import (
    REPEATED_AFTER_DAYS,
    RESENT_AFTER_DAYS,
    YOUNG_DAYS,
    LifeDesk,
    next_workday,
)
from edi_engine.synthetic.lifecycle_payers import FAST, LITTLE_KNOWN, SLOW, USUAL
from edi_engine.synthetic.payers import PayerProfile

__all__ = [
    "clearinghouse_refuses_after_payer_accepted",
    "faulty_set",
    "file_sent_again",
    "file_sent_again_unheard",
    "payer_changed_its_mind",
    "payer_withdrew",
    "received_then_accepted",
    "recycled_number",
    "refusal_delivered_after_resending",
    "refused_again_with_other_charge",
    "refused_batch",
    "refused_by_clearinghouse",
    "refused_by_payer",
    "refused_for_a_line",
    "refused_interchange",
    "refused_set",
    "refused_set_yet_accepted",
    "refused_then_accepted_earlier_tier",
    "refused_then_accepted_later_tier",
    "refused_twice",
    "replaced_after_refusal",
    "resent_after_refused_batch",
    "resent_after_refused_interchange",
    "resent_after_refused_set",
    "resent_and_lost",
    "resent_and_paid",
    "resent_for_other_member",
    "resent_next_day",
    "resent_twice",
    "resent_with_other_charge",
    "split_by_payer",
]


def _is_known(payer: PayerProfile) -> bool:
    """Not the payer whose history must stay too short to go by."""
    return payer.payer_id != LITTLE_KNOWN


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
    bill = desk.send(YOUNG_DAYS, lane="faulty_set")
    desk.life(bill).waits("payer_accepted", "remittance", desk.accept(bill))


def refused_batch(desk: LifeDesk) -> None:
    """The clearinghouse refuses a whole set and names none of its claims."""
    for _ in range(2):
        bill = desk.send(33, lane="refused_batch")
        desk.life(bill).ends("rejected", rejected_by="clearinghouse")


def refused_by_clearinghouse(desk: LifeDesk) -> None:
    """Refused before the payer had it; the ways take turns."""
    bill = desk.send(26)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False))
    desk.life(bill).ends("rejected", rejected_by="clearinghouse")


def refused_by_payer(desk: LifeDesk) -> None:
    """Accepted by the clearinghouse and refused by the payer; the ways take turns."""
    bill = desk.send(40)
    desk.clearinghouse(bill)
    desk.payer(bill, *desk.refusal(by_payer=True), numbered=bill.serial % 2 == 0)
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
    bill = desk.send(YOUNG_DAYS + 1)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False))
    desk.life(bill).waits("payer_accepted", "remittance", desk.payer(bill))


def refused_then_accepted_earlier_tier(desk: LifeDesk) -> None:
    """The payer refused it; that the clearinghouse accepts it after that changes nothing."""
    bill = desk.send(28)
    desk.payer(bill, *desk.refusal(by_payer=True), after_days=2)
    desk.clearinghouse(bill, after_days=7)
    desk.life(bill).ends("rejected", rejected_by="payer")


def payer_changed_its_mind(desk: LifeDesk) -> None:
    """The payer refused the claim and accepted it some days later."""
    bill = desk.send(11, payer_id=SLOW)
    desk.clearinghouse(bill)
    desk.payer(bill, *desk.refusal(by_payer=True), after_days=2)
    desk.life(bill).waits("payer_accepted", "remittance", desk.payer(bill, after_days=6))


def payer_withdrew(desk: LifeDesk) -> None:
    """The payer accepted the claim and refused it some days later."""
    bill = desk.send(32)
    desk.accept(bill)
    desk.payer(bill, *desk.refusal(by_payer=True), after_days=8)
    desk.life(bill).ends("rejected", rejected_by="payer")


def received_then_accepted(desk: LifeDesk) -> None:
    """Three reports of one payer: received, received again, accepted; and two before those."""
    bill = desk.send(13, payer_id=SLOW)
    desk.clearinghouse(bill, Status("A0", "16", "PR"), after_days=1)
    desk.clearinghouse(bill, after_days=2)
    desk.payer(bill, Status("A1", "19"), after_days=2, numbered=False)
    desk.payer(bill, Status("A1", "19"), after_days=5)
    desk.life(bill).waits("payer_accepted", "remittance", desk.payer(bill, after_days=9))


def split_by_payer(desk: LifeDesk) -> None:
    """Accepted, and split into several claims by the payer."""
    bill = desk.send(YOUNG_DAYS)
    desk.clearinghouse(bill)
    said_on = desk.payer(bill, Status("A5", "17"))
    desk.life(bill).waits("payer_accepted", "remittance", said_on)


def resent_and_paid(desk: LifeDesk) -> None:
    """Refused by the clearinghouse, sent again under the same number, accepted and paid."""
    bill = desk.send(desk.long_ago() + 10, test=_is_known)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False))
    again = desk.resend(bill)
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def resent_after_refused_set(desk: LifeDesk) -> None:
    """In a set that was refused, sent again, and waiting for its payment."""
    bill = desk.send(14, lane="refused_set")
    again = desk.resend(bill)
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def resent_after_refused_interchange(desk: LifeDesk) -> None:
    """In a file that was refused, sent again and paid."""
    bill = desk.send(desk.long_ago() + 12, test=_is_known, lane="refused_interchange")
    again = desk.resend(bill)
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def refused_twice(desk: LifeDesk) -> None:
    """Refused, sent again, and refused again: one claim to correct, not two."""
    bill = desk.send(35)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False))
    again = desk.resend(bill)
    desk.clearinghouse(again)
    desk.payer(again, *desk.refusal(by_payer=True))
    desk.life(again).ends("rejected", rejected_by="payer")


def resent_and_lost(desk: LifeDesk) -> None:
    """Never heard of, sent again, and waiting for its payment."""
    bill = desk.send(15, lane="lost")
    again = desk.resend(bill)
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def refusal_delivered_after_resending(desk: LifeDesk) -> None:
    """Refused at once, which is delivered only when the claim has been sent again and accepted."""
    bill = desk.send(16, payer_id=SLOW)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False), delivered_after_days=12)
    desk.life(bill).ends("superseded")
    again = desk.send_again(bill, next_workday(bill.sent_on, RESENT_AFTER_DAYS))
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def resent_after_refused_batch(desk: LifeDesk) -> None:
    """In a batch that the clearinghouse refused whole, sent again, and waiting."""
    bill = desk.send(13, payer_id=USUAL, lane="refused_batch")
    again = desk.resend(bill)
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def replaced_after_refusal(desk: LifeDesk) -> None:
    """Refused by the payer under its number, replaced with frequency 7 by that number, and paid."""
    bill = desk.send(desk.long_ago() + 10, payer_id=USUAL)
    desk.clearinghouse(bill)
    desk.payer(bill, *desk.refusal(by_payer=True))
    number = desk.life(bill).payer_number
    again = desk.resend(bill, frequency="7", reference=number)
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def _corrected_lines(bill: Bill) -> tuple[BillLine, ...]:
    """The lines with another charge on the first."""
    first = bill.lines[0]
    return (
        msgspec.structs.replace(first, charge_cents=first.charge_cents + 700),
        *bill.lines[1:],
    )


def resent_with_other_charge(desk: LifeDesk) -> None:
    """Refused, and sent again with a corrected charge; accepted and waiting."""
    bill = desk.send(20, payer_id=SLOW)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False))
    again = desk.resend(bill, lines=_corrected_lines(bill))
    desk.life(again).waits("payer_accepted", "remittance", desk.accept(again))


def resent_next_day(desk: LifeDesk) -> None:
    """Refused, sent again on the day after, and paid under the number told then."""
    bill = desk.send(desk.long_ago() + 10, payer_id=USUAL)
    desk.clearinghouse(bill)
    desk.payer(bill, *desk.refusal(by_payer=True))
    again = desk.resend(bill, at_once=True)
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def resent_for_other_member(desk: LifeDesk) -> None:
    """Refused for the member's number, and sent again under the right one; paid."""
    bill = desk.send(desk.long_ago() + 10, payer_id=USUAL)
    desk.clearinghouse(bill)
    desk.payer(bill, Status("A7", "164", "IL"), numbered=False)
    again = desk.resend(bill)
    right = f"{bill.patient.member_id[:-2]}88"
    again = desk.amend(again, msgspec.structs.replace(again.patient, member_id=right))
    desk.pay(again, desk.accept(again))
    desk.life(again).ends("closed")


def refused_again_with_other_charge(desk: LifeDesk) -> None:
    """Refused, corrected, and refused once more: only the last is to be worked."""
    bill = desk.send(30)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False))
    again = desk.resend(bill, lines=_corrected_lines(bill))
    desk.clearinghouse(again, *desk.refusal(by_payer=False))
    desk.life(again).ends("rejected", rejected_by="clearinghouse")


def resent_twice(desk: LifeDesk) -> None:
    """Refused by the file's receiver, then by the clearinghouse, and accepted the third time."""
    bill = desk.send(desk.long_ago() + 25, test=_is_known, lane="refused_set")
    second = desk.resend(bill)
    desk.clearinghouse(second, *desk.refusal(by_payer=False))
    third = desk.resend(second)
    desk.pay(third, desk.accept(third))
    desk.life(third).ends("closed")


def file_sent_again(desk: LifeDesk) -> None:
    """In a file that a TA1 refused and that was sent again as it was; accepted and waiting."""
    for _ in range(2):
        bill = desk.send(14, payer_id=SLOW, lane="repeated_interchange")
        desk.clearinghouse(bill, after_days=6)
        said_on = desk.payer(bill, after_days=7)
        desk.life(bill).waits("payer_accepted", "remittance", said_on)


def file_sent_again_unheard(desk: LifeDesk) -> None:
    """In a file that a TA1 refused and that was sent again in the last days, as yet unanswered."""
    bill = desk.send(6, lane="repeated_unheard")
    again_on = next_workday(bill.sent_on, REPEATED_AFTER_DAYS)
    desk.life(bill).waits("sent", "acknowledgment", again_on)


def refused_set_yet_accepted(desk: LifeDesk) -> None:
    """In a set that the 999 rejects, but the clearinghouse takes the claim all the same."""
    bill = desk.send(6, lane="refused_set")
    said_on = desk.clearinghouse(bill, after_days=2)
    desk.life(bill).waits("clearinghouse_accepted", "remittance", said_on)


def clearinghouse_refuses_after_payer_accepted(desk: LifeDesk) -> None:
    """The clearinghouse refuses what the payer took days before: the payer has it."""
    bill = desk.send(12, payer_id=SLOW)
    said_on = desk.payer(bill, after_days=2)
    desk.clearinghouse(bill, *desk.refusal(by_payer=False), after_days=7)
    desk.life(bill).waits("payer_accepted", "remittance", said_on)


def recycled_number(desk: LifeDesk) -> None:
    """The number of a claim long paid given to another patient's, which the payer refuses."""
    old = desk.send(desk.long_ago(), payer_id=FAST)
    desk.pay(old, desk.accept(old))
    desk.life(old).ends("closed")
    new = desk.renumber(desk.send(21, payer_id=FAST), old.control_number)
    desk.clearinghouse(new)
    desk.payer(new, *desk.refusal(by_payer=True))
    desk.life(new).ends("rejected", rejected_by="payer")

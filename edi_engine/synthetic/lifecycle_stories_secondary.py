"""Stories of claims that we bill to a second payer ourselves, under the number of the first."""

from datetime import date

import msgspec

from edi_engine.synthetic.adjudication import Decision, Share, follow_primary
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.lifecycle_desk import LifeDesk, next_workday
from edi_engine.synthetic.lifecycle_payers import LITTLE_KNOWN, OVERDUE_DAYS, USUAL
from edi_engine.synthetic.stories_later_payer import prior_answer

__all__ = ["secondary_paid", "secondary_refused", "secondary_silent"]

_PRIMARY_TAKES_DAYS = 24
"""From sending to the primary payer until its payment, at most."""


def _bill_secondary(desk: LifeDesk, days_ago: int) -> tuple[Bill, Bill, tuple[Decision, ...]]:
    """Paid by the primary, and billed to the second payer about so many days ago."""
    bill = desk.send(days_ago + _PRIMARY_TAKES_DAYS + 3, payer_id=USUAL)
    payer = desk.desk.maker.payer(LITTLE_KNOWN) or bill.payer
    patient = msgspec.structs.replace(
        bill.patient,
        secondary_payer=payer,
        secondary_member_id=f"MCD{bill.patient.account:07d}",
    )
    bill = desk.amend(bill, patient)
    accepted_on = desk.accept(bill)
    primary = desk.desk.decide(bill, Share(coinsurance_percent=20))
    answer = desk.write(bill, primary)
    paid_on: date = desk.usual_day(bill, accepted_on)
    desk.post(bill, answer, paid_on, "patient", accepted_on=accepted_on)
    desk.life(bill).ends("next_payer")
    prior = prior_answer(bill, answer, primary, paid_on=paid_on)
    return bill, desk.send_secondary(bill, payer, next_workday(paid_on, 3), prior), primary


def secondary_silent(desk: LifeDesk) -> None:
    """Accepted by the second payer, and unpaid beyond what it takes."""
    _, second, _ = _bill_secondary(desk, OVERDUE_DAYS[LITTLE_KNOWN] + 4)
    desk.life(second).waits("payer_accepted", "remittance", desk.accept(second))


def secondary_refused(desk: LifeDesk) -> None:
    """Refused by the second payer."""
    _, second, _ = _bill_secondary(desk, 20)
    desk.clearinghouse(second)
    desk.payer(second, *desk.refusal(by_payer=True))
    desk.life(second).ends("rejected", rejected_by="payer")


def secondary_paid(desk: LifeDesk) -> None:
    """Accepted and paid by the second payer; nothing is left of either claim."""
    bill, second, primary = _bill_secondary(desk, desk.long_ago())
    accepted_on = desk.accept(second)
    decisions = tuple(
        msgspec.structs.replace(follow_primary(each, copay_cents=0, states_prior=True), line=line)
        for each, line in zip(primary, second.lines, strict=True)
    )
    answer = msgspec.structs.replace(
        desk.desk.write(second, decisions, sequence=2, status="2", role="secondary"),
        payer_control_number=desk.life(second).payer_number,
    )
    desk.post(second, answer, next_workday(accepted_on, 20), "paid")
    desk.life(second).ends("closed")
    desk.life(bill).ends("closed")

"""Stories with a second payer: crossovers, secondary claims, and their bad habits."""

from datetime import date, timedelta

import msgspec

from edi_engine.synthetic.adjudication import Decision, Share, follow_primary
from edi_engine.synthetic.answers import ClaimAnswer
from edi_engine.synthetic.bills import Bill, PriorAnswer, PriorLine
from edi_engine.synthetic.desk import Desk
from edi_engine.synthetic.payers import PayerProfile

__all__ = [
    "crossover",
    "crossover_first",
    "prior_answer",
    "secondary_as_primary",
    "secondary_billed",
    "secondary_prior_missing",
    "secondary_same_payer",
    "secondary_unanswered",
]

_SECONDARY_PAYER_ID = "EX005"
_SECONDARY_COPAY_CENTS = 300


def _forwards(payer: PayerProfile) -> bool:
    return bool(payer.forwards_to)


def _sends_no_claims_on(payer: PayerProfile) -> bool:
    """A primary payer whose claims we bill to the second payer ourselves."""
    return not payer.forwards_to and payer.payer_id != _SECONDARY_PAYER_ID


def _follow(
    desk: Desk, primary: tuple[Decision, ...], *, states_prior: bool = True
) -> tuple[Decision, ...]:
    """The later payer's decisions; now and then it leaves the patient a small copay."""
    copay = _SECONDARY_COPAY_CENTS if desk.random.random() < 0.4 else 0
    return tuple(
        follow_primary(decision, copay_cents=copay if index == 0 else 0, states_prior=states_prior)
        for index, decision in enumerate(primary)
    )


def _cross_over(desk: Desk, *, secondary_first: bool) -> None:
    bill = desk.new_bill("P", shape="clear", test=_forwards)
    if bill is None or bill.patient.secondary_payer is None:
        return
    supplement = bill.patient.secondary_payer
    primary = desk.decide(bill, Share(coinsurance_percent=20))
    answer = msgspec.structs.replace(
        desk.write(bill, primary, status="19"), forwarded_to=supplement
    )
    primary_on = desk.usual_day(bill)
    desk.post(answer, primary_on)
    desk.settle(bill, primary)
    secondary = _follow(desk, primary)
    later = desk.write(bill, secondary, payer=supplement, sequence=2, role="secondary")
    later = msgspec.structs.replace(later, member_id=bill.patient.secondary_member_id)
    days = -8 if secondary_first else supplement.lag_days
    desk.post(later, desk.payment_day(supplement, primary_on + timedelta(days=days)))
    desk.settle(bill, secondary, sequence=2)
    name = "crossover_first" if secondary_first else "crossover"
    desk.note(name, answer)
    desk.note(name, later)


def crossover(desk: Desk) -> None:
    """The primary sends the claim on by itself; the supplement answers a claim we never sent it."""
    _cross_over(desk, secondary_first=False)


def crossover_first(desk: Desk) -> None:
    """A crossover whose second answer arrives before the first."""
    _cross_over(desk, secondary_first=True)


def _bill_secondary(desk: Desk) -> tuple[Bill, tuple[Decision, ...]] | None:
    """A claim answered by its primary and then sent by us to the second payer."""
    second_payer = desk.maker.payer(_SECONDARY_PAYER_ID)
    bill = desk.new_bill("P", shape="clear", test=_sends_no_claims_on, new_patient=True)
    if bill is None or second_payer is None:
        return None
    patient = msgspec.structs.replace(
        bill.patient,
        secondary_payer=second_payer,
        secondary_member_id=f"MCD{bill.patient.account:07d}",
    )
    bill = desk.maker.amend(bill, patient=patient)
    primary = desk.decide(bill, Share(coinsurance_percent=20))
    paid_on = desk.usual_day(bill)
    answer = desk.answer(bill, primary, paid_on=paid_on)
    second = desk.maker.add_secondary(
        bill,
        payer=second_payer,
        sent_on=paid_on + timedelta(days=3),
        prior=prior_answer(bill, answer, primary, paid_on=paid_on),
    )
    desk.note_bill("secondary_claim", second)
    return second, primary


def prior_answer(
    bill: Bill, answer: ClaimAnswer, primary: tuple[Decision, ...], *, paid_on: date
) -> PriorAnswer:
    """What a claim to the second payer says of the first one's answer."""
    return PriorAnswer(
        payer=bill.payer,
        member_id=bill.patient.member_id,
        answered_on=paid_on,
        paid_cents=answer.paid_cents,
        patient_cents=answer.patient_cents or 0,
        lines=tuple(PriorLine(each.paid_cents, each.adjustments) for each in primary),
    )


def _answer_second(desk: Desk, name: str, *, status: str = "2", states_prior: bool = True) -> None:
    found = _bill_secondary(desk)
    if found is None:
        return
    second, primary = found
    decisions = tuple(
        msgspec.structs.replace(decision, line=line)
        for decision, line in zip(
            _follow(desk, primary, states_prior=states_prior), second.lines, strict=True
        )
    )
    answer = desk.write(second, decisions, sequence=2, status=status, role="secondary")
    desk.post(answer, desk.usual_day(second))
    uncertain = "" if states_prior else "prior_payer_missing"
    desk.settle(second, decisions, sequence=2, uncertain=uncertain)
    desk.note(name, answer)


def secondary_billed(desk: Desk) -> None:
    """Billed to the second payer with what the first decided, and answered."""
    _answer_second(desk, "secondary_billed")


def secondary_as_primary(desk: Desk) -> None:
    """The second payer reports that it processed the claim as primary."""
    _answer_second(desk, "secondary_as_primary", status="1")


def secondary_prior_missing(desk: Desk) -> None:
    """The second payer calls all that it does not pay contractual, the first's payment too."""
    _answer_second(desk, "secondary_prior_missing", states_prior=False)


def secondary_unanswered(desk: Desk) -> None:
    """Billed to the second payer, which has not answered."""
    found = _bill_secondary(desk)
    if found is not None:
        second, _ = found
        desk.leave_unanswered(second)
        desk.note_bill("secondary_unanswered", second)


def secondary_same_payer(desk: Desk) -> None:
    """The patient is covered twice by one payer, which answers twice in one remittance."""
    bill = desk.new_bill("P", shape="clear", test=_sends_no_claims_on, new_patient=True)
    if bill is None:
        return
    primary = desk.decide(bill, Share(coinsurance_percent=20))
    paid_on = desk.usual_day(bill)
    answer = desk.answer(bill, primary, paid_on=paid_on)
    secondary = _follow(desk, primary)
    later = desk.write(bill, secondary, sequence=2, role="secondary")
    desk.post(later, paid_on)
    desk.settle(bill, secondary, sequence=2)
    desk.note("secondary_same_payer", answer)
    desk.note("secondary_same_payer", later)

"""Where lifecycle stories send claims and have them acknowledged, refused and paid.

Works on the usual desk, so that bills and remittances are those of any practice. Everything said
between sending and payment lands in `Life` records, one a bill. Days are working days, counted
backwards from the day on which the practice is looked at.
"""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from edi_engine.synthetic.adjudication import Decision, Share
from edi_engine.synthetic.answers import ClaimAnswer
from edi_engine.synthetic.bills import Bill, BillLine, Patient, PriorAnswer
from edi_engine.synthetic.desk import Desk
from edi_engine.synthetic.lifecycle_answers import (
    CLEARINGHOUSE_REFUSALS,
    PAYER_REFUSALS,
    LineWord,
    Status,
    StatusWord,
)
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.sent_files import Lane

__all__ = [
    "ACCEPTED",
    "REPEATED_AFTER_DAYS",
    "RESENT_AFTER_DAYS",
    "SETTLED_DAYS",
    "YOUNG_DAYS",
    "Life",
    "LifeDesk",
    "next_workday",
]

SETTLED_DAYS = 75
"""Whatever was sent so long ago has been paid by the slowest payer."""
YOUNG_DAYS = 6
"""A claim this young is overdue with nobody, if somebody acknowledged it."""
RESENT_AFTER_DAYS = 5
REPEATED_AFTER_DAYS = 3
"""A refused file is sent again as it is, so long after."""

ACCEPTED = Status("A2", "20")


class Life:
    """A bill's way, as its story tells it; the truth is made from it at the end."""

    def __init__(self, bill: Bill, story: str, lane: Lane) -> None:
        self.serial = bill.serial
        self.story = story
        self.lane = lane
        self.state = ""
        self.rejected_by = ""
        self.waits_for = ""
        self.waits_since: date | None = None
        self.followed_by = 0
        self.words: list[StatusWord] = []
        self.paid: list[tuple[str, ClaimAnswer, date]] = []
        self.payer_number = ""

    def ends(self, state: str, *, rejected_by: str = "") -> None:
        """How it stands when all files are in; nothing is waited for any more."""
        self.state, self.rejected_by = state, rejected_by
        self.waits_for, self.waits_since = "", None

    def waits(self, state: str, waits_for: str, since: date) -> None:
        """How it stands, and what is still to come."""
        self.state, self.waits_for, self.waits_since = state, waits_for, since


def next_workday(day: date, days: int = 0) -> date:
    """The day so many calendar days later, moved on from a weekend to Monday."""
    day += timedelta(days=days)
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


class LifeDesk:
    """Makes lives for stories. `as_of` is the day on which the practice is looked at."""

    def __init__(self, desk: Desk, as_of: date) -> None:
        self.desk = desk
        self.as_of = as_of
        self.lives: dict[int, Life] = {}
        self.story = ""
        self.lags: dict[str, list[int]] = {}
        self._turns: dict[str, int] = {}

    def turn(self, name: str) -> int:
        """How often that was asked before: what takes turns takes them by it."""
        count = self._turns.get(name, 0)
        self._turns[name] = count + 1
        return count

    def long_ago(self) -> int:
        """Days since the sending of a claim that everybody has had the time to answer."""
        return SETTLED_DAYS + self.desk.random.randint(0, 30)

    def refusal(self, *, by_payer: bool) -> tuple[Status, ...]:
        """The next way to refuse."""
        ways = PAYER_REFUSALS if by_payer else CLEARINGHOUSE_REFUSALS
        return ways[self.turn(f"refusal {by_payer}") % len(ways)]

    # sending

    def send(
        self,
        days_ago: int,
        *,
        kind: str = "P",
        payer_id: str = "",
        test: Callable[[PayerProfile], bool] | None = None,
        lane: Lane = "",
    ) -> Bill:
        """A bill sent about so many days before the day the practice is looked at."""
        day = self.as_of - timedelta(days=days_ago)
        day -= timedelta(days=max(0, day.weekday() - 4))
        bill = self.desk.new_bill(
            kind,
            test=(lambda payer: payer.payer_id == payer_id) if payer_id else test,
            shape="clear" if kind == "P" else "unpriced",
            new_patient=True,
            sent_on=day,
        )
        if bill is None:
            raise ValueError(f"no payer of this world takes claims of kind {kind}")
        self.open(bill, lane)
        return bill

    def send_again(
        self,
        bill: Bill,
        sent_on: date,
        *,
        frequency: str = "1",
        original_reference: str = "",
        lines: tuple[BillLine, ...] = (),
        lane: Lane = "",
    ) -> Bill:
        """The bill once more under its own number; the new one takes the place of the old."""
        copy = self.desk.maker.add_copy(
            bill,
            sent_on=sent_on,
            frequency=frequency,
            original_reference=original_reference,
            lines=lines,
        )
        self.open(copy, lane)
        self.lives[bill.serial].followed_by = copy.serial
        return copy

    def resend(
        self,
        bill: Bill,
        *,
        frequency: str = "1",
        reference: str = "",
        lines: tuple[BillLine, ...] = (),
        lane: Lane = "",
        at_once: bool = False,
    ) -> Bill:
        """The bill once more, some days after what was said of it, or (`at_once`) on the day after:
        it is superseded by that."""
        life = self.life(bill)
        life.ends("superseded")
        heard_on = max([bill.sent_on, *(word.said_on for word in life.words)])
        day = next_workday(heard_on, 1)
        if not at_once:
            day = max(next_workday(heard_on, 2), next_workday(bill.sent_on, RESENT_AFTER_DAYS))
        return self.send_again(
            bill, day, frequency=frequency, original_reference=reference, lines=lines, lane=lane
        )

    def send_secondary(
        self, bill: Bill, payer: PayerProfile, sent_on: date, prior: PriorAnswer
    ) -> Bill:
        """The bill under its own number to the second payer, with what the first decided."""
        second = self.desk.maker.add_secondary(bill, payer=payer, sent_on=sent_on, prior=prior)
        self.open(second, "")
        return second

    def renumber(self, bill: Bill, control_number: str = "") -> Bill:
        """The bill under that control number, or under one of its own."""
        return self.desk.maker.renumber(bill, control_number)

    def amend(self, bill: Bill, patient: Patient) -> Bill:
        """The bill with more, or other, known of the patient."""
        return self.desk.maker.amend(bill, patient=patient)

    def open(self, bill: Bill, lane: Lane) -> Life:
        """A life for a bill of the desk's."""
        life = Life(bill, self.story, lane)
        self.lives[bill.serial] = life
        return life

    def life(self, bill: Bill) -> Life:
        """The life of a bill."""
        return self.lives[bill.serial]

    # words between sending and payment

    def clearinghouse(
        self,
        bill: Bill,
        *statuses: Status,
        after_days: int = 1,
        delivered_after_days: int | None = None,
    ) -> date:
        """The clearinghouse says that on the day so long after sending; that day."""
        said_on = next_workday(bill.sent_on, after_days)
        self._say(bill, statuses, said_on, delivered_after_days, by_payer=False)
        return said_on

    def payer(
        self,
        bill: Bill,
        *statuses: Status,
        after_days: int = 2,
        delivered_after_days: int | None = None,
        numbered: bool = True,
        lines: tuple[LineWord, ...] = (),
    ) -> date:
        """The payer says that, with its number of the claim when `numbered`; the day of it."""
        said_on = next_workday(bill.sent_on, after_days)
        life = self.life(bill)
        if numbered and not life.payer_number:
            life.payer_number = self.desk.payer_control_number(bill.payer, said_on)
        self._say(
            bill,
            statuses,
            said_on,
            delivered_after_days,
            by_payer=True,
            payer_number=life.payer_number if numbered else "",
            lines=lines,
        )
        return said_on

    def answer_inquiry(self, bill: Bill, status: Status, *, after_days: int) -> date:
        """The payer answers what we asked about the claim; the day of it."""
        said_on = next_workday(bill.sent_on, after_days)
        life = self.life(bill)
        life.words.append(
            StatusWord(
                bill.serial, True, said_on, said_on, (status,), life.payer_number,
                answers_inquiry=True,
            )
        )  # fmt: skip
        return said_on

    def _say(
        self,
        bill: Bill,
        statuses: tuple[Status, ...],
        said_on: date,
        delivered_after_days: int | None,
        *,
        by_payer: bool,
        payer_number: str = "",
        lines: tuple[LineWord, ...] = (),
    ) -> None:
        late = (
            said_on
            if delivered_after_days is None
            else bill.sent_on + timedelta(days=delivered_after_days)
        )
        self.life(bill).words.append(
            StatusWord(
                serial=bill.serial,
                by_payer=by_payer,
                said_on=said_on,
                delivered_on=next_workday(late),
                statuses=statuses or (ACCEPTED,),
                payer_number=payer_number,
                trace="" if by_payer else f"CHT{bill.serial:07d}",
                lines=lines,
            )
        )

    def accept(self, bill: Bill) -> date:
        """Accepted all the way; the day on which the payer did."""
        self.clearinghouse(bill, Status("A2", "19"))
        return self.payer(bill)

    # money

    def pay(self, bill: Bill, accepted_on: date, *, share: Share | None = None) -> ClaimAnswer:
        """Paid as the contract says, after the payer's usual lag."""
        answer = self.write(bill, self.desk.decide(bill, share or Share()))
        outcome = "patient" if share is not None else "paid"
        self.post(bill, answer, self.usual_day(bill, accepted_on), outcome, accepted_on=accepted_on)
        return answer

    def usual_day(self, bill: Bill, accepted_on: date) -> date:
        """When this payer usually pays what it accepted that day."""
        lag = bill.payer.lag_days + self.desk.random.randint(0, 1)
        return next_workday(accepted_on, lag)

    def write(
        self,
        bill: Bill,
        decisions: tuple[Decision, ...],
        *,
        status: str = "",
        role: str = "payment",
    ) -> ClaimAnswer:
        """The claim payment under the payer's number of the claim; nothing is posted yet."""
        answer = self.desk.write(bill, decisions, status=status, role=role)
        number = self.life(bill).payer_number
        return msgspec.structs.replace(answer, payer_control_number=number) if number else answer

    def post(
        self,
        bill: Bill,
        answer: ClaimAnswer,
        paid_on: date,
        outcome: str,
        *,
        accepted_on: date | None = None,
    ) -> None:
        """Put it into the payer's remittance of that day, and into the bill's life. The days since
        `accepted_on` are remembered as a lag of the payer."""
        self.desk.post(answer, paid_on)
        self.life(bill).paid.append((outcome, answer, paid_on))
        if accepted_on is not None:
            self.lags.setdefault(bill.payer.payer_id, []).append((paid_on - accepted_on).days)

"""The billing desk: where stories make bills, have payers decide them, and note the truth.

A story works on a `Desk`. Everything it does lands in the desk's `Book`: the bills, the batches of
answers by payer and payment date, and the outcome of every line.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random

import msgspec

from edi_engine.money import split_cents
from edi_engine.synthetic.adjudication import Decision, Share, pay_line
from edi_engine.synthetic.answers import ClaimAnswer, write_down
from edi_engine.synthetic.bill_maker import BillMaker
from edi_engine.synthetic.bills import Bill, BillLine, Patient
from edi_engine.synthetic.fees import FeeTable
from edi_engine.synthetic.payers import PayerProfile

__all__ = ["Batch", "Book", "Desk", "Entry", "HeldBack", "Outcome", "Reversal"]

_STAY_SHARE = 0.3
_STAY_ALLOWED_PERCENT = 46


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One PLB pair to come; positive lowers the deposit."""

    reason: str
    reference: str
    cents: int
    meaning: str
    bill: Bill | None = None
    traceable: bool = False


class HeldBack(msgspec.Struct, frozen=True, gc=False):
    """An entry that waits for a payment after a date that can bear it."""

    payer: PayerProfile
    payee_npi: str
    not_before: date
    entry: Entry


class Batch:
    """What one payer pays one payee on one day: one 835 set. `tag` keeps batches apart."""

    def __init__(self, payer: PayerProfile, paid_on: date, payee_npi: str, tag: str) -> None:
        self.payer = payer
        self.paid_on = paid_on
        self.payee_npi = payee_npi
        self.tag = tag
        self.answers: list[ClaimAnswer] = []
        self.entries: list[Entry] = []
        self.sign_inverted = False

    def total_cents(self) -> int:
        """What BPR02 must be by the claims and entries so far; may still be negative."""
        paid = sum(answer.paid_cents for answer in self.answers)
        return paid - sum(entry.cents for entry in self.entries)


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """A decision as it stands in the end, for one bill line and payer sequence."""

    bill: Bill
    line_number: int
    sequence: int
    decision: Decision
    expected_cents: int | None
    uncertain: str


class Reversal(msgspec.Struct, frozen=True, gc=False):
    """Serials of a reversal, of what it undoes, and of the correction (0: none)."""

    reversal: int
    original: int
    correction: int


class Book:
    """Everything that happened, in the order it was told."""

    def __init__(self) -> None:
        self.batches: dict[tuple[str, date, str, str], Batch] = {}
        self.outcomes: dict[tuple[int, int, int], Outcome] = {}
        self.reversals: list[Reversal] = []
        self.bill_notes: dict[str, list[int]] = {}
        self.answer_notes: dict[str, list[int]] = {}
        self.foreign_reasons: dict[int, str] = {}
        self.ambiguous: dict[int, tuple[int, ...]] = {}
        self.unbalanced: dict[int, str] = {}
        self.unanswered: set[int] = set()
        self.held_back: list[HeldBack] = []
        self.answers_count = 0

    def batch(self, payer: PayerProfile, paid_on: date, payee_npi: str, tag: str = "") -> Batch:
        """The batch with that key, made when new."""
        key = (payer.payer_id, paid_on, payee_npi, tag)
        if key not in self.batches:
            self.batches[key] = Batch(payer, paid_on, payee_npi, tag)
        return self.batches[key]

    def batch_of(self, answer: ClaimAnswer) -> Batch | None:
        """The batch that holds an answer."""
        return next((b for b in self.batches.values() if answer in b.answers), None)


class Desk:
    """Makes bills and answers for stories; one random source for all."""

    def __init__(self, random: Random, *, maker: BillMaker, fees: FeeTable) -> None:
        self.random = random
        self.maker = maker
        self.fees = fees
        self.book = Book()
        self._payer_serials: dict[str, int] = {}

    # bills

    def new_bill(
        self,
        kind: str = "",
        *,
        test: Callable[[PayerProfile], bool] | None = None,
        shape: str = "",
        lines_min: int = 1,
        new_patient: bool = False,
        sent_on: date | None = None,
    ) -> Bill | None:
        """A bill of that kind (any when empty) for a payer that passes the test; None without."""
        kind = kind or self._any_kind()
        payer = self.maker.choose_payer(kind, test) or (
            self.maker.choose_payer("P", test) if kind == "D" else None
        )
        if payer is None:
            return None
        if kind not in payer.kinds:
            kind = "P"
        if kind == "I" and shape == "" and lines_min == 1 and self.random.random() < _STAY_SHARE:
            shape = "stay"
        patient = self.maker.patient(payer, new=new_patient)
        return self.maker.make(kind, patient, shape=shape, lines_min=lines_min, sent_on=sent_on)

    def _any_kind(self) -> str:
        return self.random.choices("PID", (70, 18, 12))[0]

    def note_bill(self, name: str, bill: Bill) -> None:
        """Record that something happened to a claim."""
        self.book.bill_notes.setdefault(name, []).append(bill.serial)

    def note(self, name: str, answer: ClaimAnswer) -> None:
        """Record that something happened in a claim payment."""
        self.book.answer_notes.setdefault(name, []).append(answer.serial)

    # money

    def expected_cents(self, bill: Bill, line: BillLine) -> int | None:
        """What the contract allows for the line, never above the charge; None when unpriced."""
        if line.unit_code == "MJ" or not line.code:
            return None
        rate = self.fees.rate_cents(
            bill.payer.payer_id,
            line.code,
            modifiers=line.modifiers,
            place=bill.place,
            served_on=line.served_on,
        )
        return None if rate is None else min(line.charge_cents, rate * line.units)

    def allowed_cents(self, bill: Bill, line: BillLine) -> int:
        """What an honest payer allows: the contract, or a share of the charge without one."""
        expected = self.expected_cents(bill, line)
        if expected is not None:
            return expected
        return line.charge_cents * bill.payer.charge_percent // 100

    def any_share(self) -> Share:
        """A usual patient's share: often a copay or coinsurance, sometimes a bit of deductible."""
        kind = self.random.random()
        if kind < 0.35:
            return Share(copay_cents=self.random.choice((1500, 2000, 2500, 4000)))
        if kind < 0.65:
            return Share(coinsurance_percent=self.random.choice((10, 20)))
        if kind < 0.75:
            return Share(deductible_cents=self.random.randint(500, 3000), coinsurance_percent=20)
        return Share()

    def decide(self, bill: Bill, share: Share | None = None) -> tuple[Decision, ...]:
        """Every line allowed as the contract says, the patient's share taken off line by line."""
        share = share or self.any_share()
        deductible, copay = share.deductible_cents, share.copay_cents
        decisions = []
        for line in bill.lines:
            allowed = self.allowed_cents(bill, line)
            decision = self.pay(
                bill, line, allowed, Share(deductible, share.coinsurance_percent, copay)
            )
            decisions.append(decision)
            deductible -= min(deductible, allowed)
            copay = 0 if allowed > copay else copay
        return tuple(decisions)

    def pay(
        self, bill: Bill, line: BillLine, allowed_cents: int, share: Share | None = None
    ) -> Decision:
        """One line allowed so much."""
        return pay_line(
            line,
            allowed_cents,
            share=share or Share(),
            sequesters=bill.payer.sequesters,
            expected=self.expected_cents(bill, line),
        )

    # answers

    def payment_day(self, payer: PayerProfile, not_before: date) -> date:
        """The payer's next payment day on or after a date."""
        return not_before + timedelta(days=(payer.payment_weekday - not_before.weekday()) % 7)

    def usual_day(self, bill: Bill) -> date:
        """When this payer usually pays a claim of that day."""
        lag = bill.payer.lag_days + self.random.randint(0, 6)
        return self.payment_day(bill.payer, bill.sent_on + timedelta(days=lag))

    def payer_control_number(self, payer: PayerProfile, day: date) -> str:
        """The payer's next claim number."""
        serial = self._payer_serials.get(payer.payer_id, 0) + 1
        self._payer_serials[payer.payer_id] = serial
        return f"{payer.payer_id[2:]}{day:%y%j}{serial:06d}"

    def next_serial(self) -> int:
        """Serial of the next claim payment."""
        self.book.answers_count += 1
        return self.book.answers_count

    def write(
        self,
        bill: Bill,
        decisions: tuple[Decision, ...],
        *,
        payer: PayerProfile | None = None,
        sequence: int = 1,
        status: str = "",
        role: str = "payment",
    ) -> ClaimAnswer:
        """The claim payment for these decisions; not posted yet."""
        payer = payer or bill.payer
        return write_down(
            bill,
            decisions,
            serial=self.next_serial(),
            payer=payer,
            payer_control_number=self.payer_control_number(payer, bill.sent_on),
            sequence=sequence,
            status=status,
            role=role,
        )

    def post(
        self, answer: ClaimAnswer, paid_on: date, *, tag: str = "", payee_npi: str = ""
    ) -> Batch:
        """Put a claim payment into the batch of its payer, day and payee."""
        npi = payee_npi or (answer.bill.billing.npi if answer.bill is not None else "")
        batch = self.book.batch(answer.payer, paid_on, npi, tag)
        batch.answers.append(answer)
        for mess in answer.messes:
            self.note(mess, answer)
        return batch

    def settle(
        self,
        bill: Bill,
        decisions: Iterable[Decision],
        *,
        sequence: int = 1,
        uncertain: str = "",
        bundle: frozenset[int] = frozenset(),
    ) -> None:
        """Note how the lines stand now; a later word on the same line and payer replaces it.

        Line numbers in `bundle` compare with the contract only together.
        """
        for decision in decisions:
            line = decision.line
            self.book.outcomes[bill.serial, line.number, sequence] = Outcome(
                bill,
                line.number,
                sequence,
                decision,
                self.expected_cents(bill, line) if sequence == 1 else None,
                "bundle" if line.number in bundle and not uncertain else uncertain,
            )

    def answer(
        self,
        bill: Bill,
        decisions: tuple[Decision, ...] | None = None,
        *,
        paid_on: date | None = None,
        status: str = "",
        role: str = "payment",
        tag: str = "",
    ) -> ClaimAnswer:
        """The usual course: decide, write down, post on the usual day, and settle."""
        if bill.drg:
            return self.answer_claim_level(bill, paid_on=paid_on)
        decided = decisions if decisions is not None else self.decide(bill)
        answer = self.write(bill, decided, status=status, role=role)
        self.post(answer, paid_on or self.usual_day(bill), tag=tag)
        self.settle(bill, decided)
        return answer

    def answer_claim_level(
        self, bill: Bill, *, paid_on: date | None = None, drg: str = ""
    ) -> ClaimAnswer:
        """Adjudicate a hospital claim as a whole: adjustments by the claim, no line answered."""
        allowed = bill.charge_cents * (_STAY_ALLOWED_PERCENT + self.random.randint(-9, 9)) // 100
        whole = msgspec.structs.replace(bill.lines[0], charge_cents=bill.charge_cents)
        share = Share(deductible_cents=self.random.choice((0, 0, 40_000, 163_200)))
        decision = pay_line(
            whole, allowed, share=share, sequesters=bill.payer.sequesters, expected=None
        )
        answer = msgspec.structs.replace(
            self.write(bill, (decision,)),
            lines=(),
            adjustments=decision.adjustments,
            covered_cents=bill.charge_cents,
            drg=drg or bill.drg,
            drg_weight=bill.drg_weight,
            inpatient=bool(bill.drg),
        )
        self.post(answer, paid_on or self.usual_day(bill))
        self.settle(bill, _spread(bill, decision), uncertain="claim_level")
        return answer

    def hold_back(
        self, payer: PayerProfile, payee_npi: str, not_before: date, entry: Entry
    ) -> None:
        """Have the payer put an entry into its first later payment that can bear it."""
        self.book.held_back.append(HeldBack(payer, payee_npi, not_before, entry))

    def leave_unanswered(self, bill: Bill) -> None:
        """The payer says nothing of this claim."""
        self.book.unanswered.add(bill.serial)
        silent = (Decision(line, "unanswered", 0, 0) for line in bill.lines)
        self.settle(bill, silent, sequence=bill.sequence)

    def another_patient(self, patient: Patient, payer: PayerProfile) -> Patient:
        """Someone with another name and member number."""
        while True:
            found = self.maker.patient(payer, new=True)
            if found.person.last_name != patient.person.last_name:
                return found


def _spread(bill: Bill, decision: Decision) -> list[Decision]:
    """A decision on the whole claim shared out by charge; the shares add up exactly."""
    weights = [line.charge_cents for line in bill.lines]
    allowed = split_cents(decision.allowed_cents, weights)
    paid = split_cents(decision.paid_cents, weights)
    contractual = split_cents(decision.contractual_cents, weights)
    patient = split_cents(decision.patient_cents, weights)
    other = split_cents(decision.other_cents, weights)
    return [
        Decision(
            line,
            decision.state,
            allowed[index],
            paid[index],
            contractual_cents=contractual[index],
            patient_cents=patient[index],
            other_cents=other[index],
        )
        for index, line in enumerate(bill.lines)
    ]

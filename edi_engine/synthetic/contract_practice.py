"""A practice with contracts from a seed: its contracts, claims, the answers, and the truth.

Most claims are paid as agreed. Of the others each has one mistake of its payer, or is answered
oddly but rightly; some go to payers without a contract, of which a few use another one of ours.
What is agreed is reckoned by the maker's own exact arithmetic, so that the engine's pricing and its
search for underpayments can be held against it. Everything is invented.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import cycle, groupby
from random import Random
from typing import TypeVar

import msgspec

from edi_engine.synthetic.agreement_claims import ClaimMaker
from edi_engine.synthetic.agreement_maker import make_advantage, make_hospital, make_preferred
from edi_engine.synthetic.agreement_text import hospital_files, physician_files
from edi_engine.synthetic.agreements import Agreement, HospitalAgreement
from edi_engine.synthetic.answers import ClaimAnswer, negated
from edi_engine.synthetic.bill_maker import make_own_providers
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.contract_truth import (
    ContractLineTruth,
    ContractTruth,
    DiscountTruth,
    RateTruth,
    TimelyTruth,
)
from edi_engine.synthetic.interchange import ControlNumbers, Envelope, file_text, set_lines
from edi_engine.synthetic.layout import lay_out_claims
from edi_engine.synthetic.physician_verdicts import (
    MISTAKES,
    ODDITIES,
    as_agreed,
    in_second_place,
)
from edi_engine.synthetic.remittance_text import (
    claim_segments,
    head_segments,
    provider_adjustment_segments,
)
from edi_engine.synthetic.rental_verdicts import (
    DISCOUNT_SHAPES,
    ORDINARY_DISCOUNTS,
    RENTED_DISCOUNTS,
    Rented,
    out_of_network,
    rates_of_another,
)
from edi_engine.synthetic.rental_verdicts import Story as RentalStory
from edi_engine.synthetic.stay_verdicts import STAY_MISTAKES, STAY_ODDITIES, stay_as_agreed
from edi_engine.synthetic.timely_verdicts import (
    TIMELY_MISTAKES,
    TIMELY_ODDITIES,
    interest_owed_cents,
    timely_wrongs,
)
from edi_engine.synthetic.truth import ClaimKey
from edi_engine.synthetic.verdict_text import LineOutcome, answer_of, outcomes_of
from edi_engine.synthetic.verdicts import ClaimVerdict, Verdict

__all__ = ["ContractPractice", "make_contract_practice"]

_TRIES_MAX = 400
"""Claims that are drawn until one gives occasion for a story; each gives it to one in forty."""
_PHYSICIAN_SHAPES = (
    "visit", "surgery", "surgery_units", "bilateral", "both_sides", "modified", "image", "drug",
    "anesthesia", "flat", "unlisted", "excluded", "straddling", "below_rate",
)  # fmt: skip
_ADVANTAGE_SHAPES = (*_PHYSICIAN_SHAPES, "therapy", "endoscopy", "therapy", "endoscopy")
_STAY_SHAPES = (
    "days", "days_implant", "costly_days", "delivery", "heart", "costly_heart", "joint",
    "costly_joint", "outpatient",
)  # fmt: skip
_PATIENTS = ("none", "coinsurance", "coinsurance", "copay", "deductible")

Decided = tuple[Bill, ClaimVerdict]
Moved = tuple[date, int]


class ContractPractice(msgspec.Struct, frozen=True):
    """What a seed makes. Contract files are (name with folders, text), schedules before the
    contract that names them; the others are (name, bytes)."""

    seed: int
    contract_files: tuple[tuple[str, str], ...]
    claim_files: tuple[tuple[str, bytes], ...]
    remittance_files: tuple[tuple[str, bytes], ...]
    truth: ContractTruth

    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Every X12 file, 837s before 835s."""
        return (*self.claim_files, *self.remittance_files)


def make_contract_practice(
    seed: int,
    *,
    claims_count: int = 150,
    mistakes_percent: int = 30,
    oddities_percent: int = 20,
    strangers_percent: int = 12,
) -> ContractPractice:
    """A practice of so many claims, these shares of which are answered wrongly, oddly, or by payers
    without a contract.

    Pure: the same arguments give the same bytes. The kinds of mistake take turns.
    """
    random = Random(f"{seed} contracts")  # noqa: S311  a seeded source is the point
    maker = ClaimMaker(random, make_own_providers(random))
    desk = _Desk(random, maker)
    mistakes_count = claims_count * mistakes_percent // 100
    oddities_count = claims_count * oddities_percent // 100
    decided = desk.mistaken(mistakes_count) + desk.odd(oddities_count)
    strangers = desk.strangers(claims_count * strangers_percent // 100)
    decided += [(each.bill, each.verdict) for each in strangers]
    decided += [desk.right() for _ in range(claims_count - len(decided))]
    decided.sort(key=lambda pair: pair[0].serial)
    numbers = ControlNumbers()
    claims = lay_out_claims([bill for bill, _ in decided], numbers)
    outcomes = [outcomes_of(bill, verdict) for bill, verdict in decided]
    return ContractPractice(
        seed=seed,
        contract_files=(
            *physician_files(desk.preferred),
            *physician_files(desk.advantage),
            *hospital_files(desk.hospital),
        ),
        claim_files=claims.files,
        remittance_files=_remittances(random, desk, decided, outcomes, numbers),
        truth=msgspec.structs.replace(
            _truth(decided, outcomes, claims.keys, strangers),
            timely=_timely_truth(desk, decided, outcomes, claims.keys),
        ),
    )


class _Desk:
    """Draws claims and what becomes of them, from one random source."""

    def __init__(self, random: Random, maker: ClaimMaker) -> None:
        self.random = random
        self.maker = maker
        self.preferred = make_preferred(random)
        self.advantage = make_advantage(random)
        self.hospital = make_hospital(random)

    def right(self) -> Decided:
        """A claim that is paid as agreed."""
        agreement = self._physicians()
        if self.random.random() < 0.3:
            bill = self.maker.stay(self.hospital, self.random.choice(_STAY_SHAPES))
            return bill, stay_as_agreed(self.hospital, bill, self.random)
        bill = self._claim(agreement)
        return bill, self._shared(as_agreed(agreement, bill))

    def mistaken(self, count: int) -> list[Decided]:
        """So many claims with one mistake each, the kinds in turn."""
        return _in_turn(
            count,
            [
                *map(self._of_claim, MISTAKES),
                *map(self._of_stay, STAY_MISTAKES),
                self._of_claim(out_of_network),
                self._of_another,
                *map(self._of_claim, TIMELY_MISTAKES),
            ],
        )

    def strangers(self, count: int) -> list[Rented]:
        """So many claims to payers without a contract, the kinds in turn."""
        kinds = [*RENTED_DISCOUNTS, *ORDINARY_DISCOUNTS]
        return _in_turn(count, [self._of_stranger(kind) for kind in kinds])

    def _of_stranger(self, story: RentalStory) -> Callable[[], Rented | None]:
        def draw() -> Rented | None:
            shape = self.random.choice(DISCOUNT_SHAPES)
            bill = self.maker.physician_claim(self.preferred, shape)
            return story(self.preferred, bill, self.random)

        return draw

    def _of_another(self) -> Decided | None:
        both = [self.preferred, self.advantage]
        self.random.shuffle(both)
        agreement, other = both
        bill = self.maker.physician_claim(agreement, self.random.choice(DISCOUNT_SHAPES))
        verdict = rates_of_another(agreement, other, bill)
        return None if verdict is None else (bill, self._shared(verdict))

    def odd(self, count: int) -> list[Decided]:
        """So many claims that are answered oddly but rightly."""
        kinds = [*map(self._of_claim, ODDITIES), *map(self._of_stay, STAY_ODDITIES), self._second]
        kinds += map(self._of_claim, TIMELY_ODDITIES)
        return _in_turn(count, kinds)

    def _of_claim(
        self, story: Callable[[Agreement, Bill, Random], ClaimVerdict | None]
    ) -> Callable[[], Decided | None]:
        def draw() -> Decided | None:
            agreement = self._physicians()
            bill = self._claim(agreement)
            verdict = story(agreement, bill, self.random)
            return None if verdict is None else (bill, self._shared(verdict))

        return draw

    def _of_stay(
        self, story: Callable[[HospitalAgreement, Bill, Random], ClaimVerdict | None]
    ) -> Callable[[], Decided | None]:
        def draw() -> Decided | None:
            bill = self.maker.stay(self.hospital, self.random.choice(_STAY_SHAPES))
            verdict = story(self.hospital, bill, self.random)
            return None if verdict is None else (bill, verdict)

        return draw

    def _second(self) -> Decided | None:
        bill = self.maker.secondary_claim(self.preferred)
        return bill, in_second_place(bill)

    def agreement_of(self, bill: Bill) -> Agreement | None:
        """The agreement with physicians that a bill is under, None for a hospital's."""
        agreements = (self.preferred, self.advantage)
        payer_id = bill.payer.payer_id
        fitting = (each for each in agreements if each.payer.payer_id == payer_id)
        return next(fitting, None) if bill.kind == "P" else None

    def _physicians(self) -> Agreement:
        return self.preferred if self.random.random() < 0.65 else self.advantage

    def _claim(self, agreement: Agreement) -> Bill:
        shapes = _ADVANTAGE_SHAPES if agreement is self.advantage else _PHYSICIAN_SHAPES
        return self.maker.physician_claim(agreement, self.random.choice(shapes))

    def _shared(self, verdict: ClaimVerdict) -> ClaimVerdict:
        """With a patient's part, unless the story has one."""
        if verdict.patient == "all":
            return verdict
        patient = self.random.choice(_PATIENTS)
        before = verdict.before
        if before is not None:
            before = msgspec.structs.replace(before, patient=patient)
        return msgspec.structs.replace(verdict, patient=patient, before=before)


_Drawn = TypeVar("_Drawn")


def _in_turn(count: int, kinds: Sequence[Callable[[], _Drawn | None]]) -> list[_Drawn]:
    """A kind that finds no occasion under these agreements is passed over."""
    found: list[_Drawn] = []
    for kind in cycle(kinds):
        if len(found) >= count:
            return found
        drawn = next((one for _ in range(_TRIES_MAX) if (one := kind()) is not None), None)
        if drawn is not None:
            found.append(drawn)
    return found


def _payments(
    bill: Bill, verdict: ClaimVerdict, outcome: list[LineOutcome]
) -> list[tuple[date, ClaimAnswer]]:
    """The claim payments of a claim with their days, in order."""
    paid_on, before = _paid_on(bill.sent_on), verdict.before
    if verdict.late:
        paid_on = _paid_on(bill.sent_on + timedelta(days=60))
    found = []
    if before is not None:
        first = answer_of(bill, before, outcomes_of(bill, before), serial=bill.serial)
        found += [(paid_on, first)]
        paid_on = _paid_on(paid_on)
        found += [(paid_on, negated(first, serial=bill.serial))]
    return [*found, (paid_on, answer_of(bill, verdict, outcome, serial=bill.serial))]


def _interest_cents(desk: _Desk, bill: Bill, verdict: ClaimVerdict, moved: list[Moved]) -> int:
    """What the payer pays for being late."""
    agreement = desk.agreement_of(bill)
    if agreement is None or not verdict.interest:
        return 0
    owed = interest_owed_cents(agreement, bill.sent_on, moved)
    return 2 * owed if verdict.interest == "double" else owed


def _timely_truth(
    desk: _Desk,
    decided: Sequence[Decided],
    outcomes: Sequence[list[LineOutcome]],
    keys: dict[int, ClaimKey],
) -> tuple[TimelyTruth, ...]:
    found = []
    for (bill, verdict), outcome in zip(decided, outcomes, strict=True):
        agreement = desk.agreement_of(bill)
        if agreement is None or bill.sequence != 1:
            continue
        paid = _payments(bill, verdict, outcome)
        moved = [(day, answer.paid_cents) for day, answer in paid]
        taken = sum(each.verdict.discount_cents for each in outcome)
        allowed = sum(each.allowed_cents for each in outcome if each.verdict.state != "denied")
        for cause, cents in timely_wrongs(
            agreement,
            bill.sent_on,
            moved,
            interest_cents=_interest_cents(desk, bill, verdict, moved),
            discounts=[(paid[-1][0], allowed, taken)],
        ):
            found.append(TimelyTruth(keys[bill.serial], cause, cents, verdict.story))
    return tuple(found)


def _remittances(
    random: Random,
    desk: _Desk,
    decided: Sequence[Decided],
    outcomes: Sequence[list[LineOutcome]],
    numbers: ControlNumbers,
) -> tuple[tuple[str, bytes], ...]:
    """One 835 a payer and half month; lines of a claim in any order."""
    answers = []
    named: dict[tuple[str, date], list[tuple[str, str, int]]] = {}
    payees = {bill.payer.payer_id: bill.billing for bill, _ in decided}
    for (bill, verdict), outcome in zip(decided, outcomes, strict=True):
        payments = _payments(bill, verdict, outcome)
        *earlier, (paid_on, answer) = payments
        if random.random() < 0.3:
            lines = tuple(random.sample(answer.lines, len(answer.lines)))
            answer = msgspec.structs.replace(answer, lines=lines)
        moved = [(day, each.paid_cents) for day, each in payments]
        interest = _interest_cents(desk, bill, verdict, moved)
        if interest:
            is_named = verdict.interest == "named"
            reference = answer.payer_control_number if is_named else ""
            named.setdefault((bill.payer.payer_id, paid_on), []).append(
                ("L6", reference, -interest)
            )
            if not is_named:
                answer = msgspec.structs.replace(answer, interest_cents=interest)
        for day, each in (*earlier, (paid_on, answer)):
            answers.append((bill.payer.payer_id, day, bill.serial, each))
    answers.sort(key=lambda each: each[:3])
    files = []
    for (payer_id, paid_on), group in groupby(answers, key=lambda each: each[:2]):
        given = [each[3] for each in group]
        payer, payee = given[0].payer, payees[payer_id]
        pairs = named.get((payer_id, paid_on), [])
        body = head_segments(
            payer,
            payee,
            payment_cents=sum(answer.paid_cents for answer in given)
            - sum(cents for _, _, cents in pairs),
            trace=f"{payer_id}{paid_on:%y%m%d}",
            paid_on=paid_on,
        )
        for answer in given:
            body += claim_segments(answer)
        body += provider_adjustment_segments(payee.npi, pairs, paid_on=paid_on)
        envelope = Envelope(payer_id, "SAMPLESUB1", "HP", "005010X221A1", paid_on)
        sets = [set_lines("835", "0001", "005010X221A1", body)]
        name = f"{paid_on:%Y%m%d}_835_{payer_id}.edi"
        files.append((name, file_text(envelope, sets, grouping="sets", numbers=numbers)))
    return tuple(files)


def _paid_on(sent_on: date) -> date:
    """The next first or sixteenth of a month, at least a week after sending."""
    day = sent_on + timedelta(days=7)
    while day.day not in {1, 16}:
        day += timedelta(days=1)
    return day


def _truth(
    decided: Sequence[Decided],
    outcomes: Sequence[list[LineOutcome]],
    keys: dict[int, ClaimKey],
    strangers: Sequence[Rented],
) -> ContractTruth:
    lines = []
    rates = []
    for (bill, verdict), outcome in zip(decided, outcomes, strict=True):
        key = keys[bill.serial]
        rate = _rate_of(key, verdict)
        together = () if rate is None else rate.line_numbers
        compared = _compared(verdict)
        for each in outcome:
            one = each.verdict
            is_share = one.line.number in together
            lines.append(
                ContractLineTruth(
                    claim=key,
                    line_number=one.line.number,
                    payer_sequence=bill.sequence,
                    charge_cents=one.line.charge_cents,
                    expected_cents=None if is_share else one.expected_cents,
                    allowed_cents=each.allowed_cents,
                    state=_state(one, each, is_share=is_share),
                    cause="" if is_share else one.cause or _below_rate(one),
                    is_share=is_share,
                    story=verdict.story,
                    compared_cents=None if is_share else compared[one.line.number],
                )
            )
        if rate is not None:
            rates.append(rate)
    of_bill = {bill.serial: outcome for (bill, _), outcome in zip(decided, outcomes, strict=True)}
    discounts = [
        DiscountTruth(
            claim=keys[each.bill.serial],
            discount_cents=sum(
                cents
                for outcome in of_bill[each.bill.serial]
                for group, reason, cents in outcome.adjustments
                if (group, reason) == ("CO", "45")
            ),
            is_work=each.is_work,
            network=each.network,
            contract=each.contract,
            story=each.verdict.story,
        )
        for each in sorted(strangers, key=lambda each: each.bill.serial)
    ]
    return ContractTruth(tuple(lines), tuple(rates), tuple(discounts))


def _compared(verdict: ClaimVerdict) -> dict[int, int | None]:
    """What each line is held against: the one that carries others against all of them."""
    found = {each.line.number: each.expected_cents for each in verdict.lines}
    carrier = next((each for each in verdict.lines if each.added_cents), None)
    for each in verdict.lines if carrier is not None else ():
        if each.state == "bundled" and carrier is not None:
            own = found[carrier.line.number]
            found[carrier.line.number] = (own or 0) + (each.expected_cents or 0)
            found[each.line.number] = None
    return found


def _below_rate(verdict: Verdict) -> str:
    """What is told of a line that is right, and could have been billed higher."""
    is_right = verdict.allowed_cents == verdict.expected_cents and not verdict.state
    return "lesser_of" if verdict.is_capped and is_right else ""


def _rate_of(key: ClaimKey, verdict: ClaimVerdict) -> RateTruth | None:
    """The lines of which only the sum is certain: those of one rate, and with them all others
    where the payer answers the claim without its lines."""
    group = verdict.group
    if group is None:
        return None
    numbers, expected, allowed = group.line_numbers, group.expected_cents, group.allowed_cents
    cause = group.cause
    if verdict.manner == "claim":
        own = [each for each in verdict.lines if each.line.number not in group.line_numbers]
        numbers = tuple(each.line.number for each in verdict.lines)
        expected += sum(each.expected_cents or 0 for each in own)
        allowed += sum(each.allowed_cents for each in own)
        cause = next((each.cause for each in own if each.cause), cause)
    return RateTruth(key, numbers, expected, allowed, cause, verdict.story)


def _state(verdict: Verdict, outcome: LineOutcome, *, is_share: bool) -> str:
    if verdict.state:
        return verdict.state
    if outcome.patient_cents and not outcome.paid_cents:
        return "patient"
    if is_share or not verdict.cause:
        return "paid"
    return "underpaid" if (verdict.expected_cents or 0) > outcome.allowed_cents else "overpaid"

"""Claims under agreements: visits, surgeries, therapies, stays, each of a shape that some rule
of a contract is about.

Charges stand well above what is agreed, but for claims that are made to be capped.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import msgspec

from edi_engine.synthetic.agreed_lines import agreed_lines, half_up
from edi_engine.synthetic.agreement_maker import RISE_ON, SURGERIES, YEAR
from edi_engine.synthetic.agreements import Agreement, HospitalAgreement
from edi_engine.synthetic.bill_maker import OwnProviders
from edi_engine.synthetic.bills import Bill, BillLine, Patient, PriorAnswer, PriorLine
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import make_person

__all__ = ["ClaimMaker"]

_FIRST_ON = date(YEAR - 1, 12, 8)
_DAYS = 130
_NEW_YEAR = date(YEAR, 1, 1)
_UNCAPPED_CENTS = 10**8
_VISITS = ("99203", "99204", "99213", "99214", "99215")
_TESTS = ("80053", "82947", "83036", "84443", "85025", "87086")
_IMAGES = ("70553", "71046", "73030", "73721", "76700")
_THERAPIES = ("97035", "97110", "97112", "97140", "97530")
_ENDOSCOPIES = ("45380", "45381", "45384", "45385")
_OTHER_PAYER = PayerProfile(
    name="MOCK FIRST INSURANCE",
    payer_id="CP109",
    originator_id="1990000109",
    filing_indicator="CI",
    remit_filing_indicator="12",
    kinds="PI",
    weight=1,
)


class _Wanted(msgspec.Struct, frozen=True, gc=False):
    """A line before it has a number and a charge."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    unit_code: str = "UN"
    days_later: int = 0


class ClaimMaker:
    """Draws claims from one random source; serials and control numbers are never used twice."""

    def __init__(self, random: Random, own: OwnProviders) -> None:
        self.random = random
        self.own = own
        self._serial = 0
        self._account = random.randint(10_000, 40_000)
        self._line_number = 0

    def physician_claim(self, agreement: Agreement, shape: str) -> Bill:
        """A claim of one of the shapes in `shapes_of`."""
        random = self.random
        place, wanted = _PHYSICIAN_SHAPES[shape](random)
        first_on = self._day(straddles=any(line.days_later for line in wanted))
        lines = [
            self._line(number, each, first_on + timedelta(days=each.days_later))
            for number, each in enumerate(wanted, 1)
        ]
        lines = [self._charged(agreement, line, place, shape) for line in lines]
        return self._bill(agreement.payer, "P", lines, place=place)

    def secondary_claim(self, agreement: Agreement) -> Bill:
        """A claim to the payer in second place, for which no contract speaks."""
        random = self.random
        bill = self.physician_claim(agreement, "visit")
        prior_lines = []
        for line in bill.lines:
            paid = line.charge_cents * random.randint(40, 60) // 100
            share = line.charge_cents // 5
            rest = line.charge_cents - paid - share
            prior_lines.append(PriorLine(paid, (("CO", "45", rest), ("PR", "2", share))))
        prior = PriorAnswer(
            payer=_OTHER_PAYER,
            member_id=f"MFI{bill.patient.account:07d}",
            answered_on=bill.sent_on - timedelta(days=2),
            paid_cents=sum(line.paid_cents for line in prior_lines),
            patient_cents=sum(line.adjustments[1][2] for line in prior_lines),
            lines=tuple(prior_lines),
        )
        patient = msgspec.structs.replace(
            bill.patient, secondary_payer=agreement.payer, secondary_member_id=bill.member_id
        )
        return msgspec.structs.replace(bill, patient=patient, sequence=2, prior=prior)

    def stay(self, agreement: HospitalAgreement, shape: str) -> Bill:
        """A hospital claim: days, costly_days, delivery, heart, joint or outpatient."""
        random = self.random
        first_on = self._day(straddles=False)
        if shape == "outpatient":
            lines = [
                self._revenue_line(number, code, 1, random.randint(90_00, 2_400_00), first_on)
                for number, code in enumerate(random.sample(("0300", "0320", "0450", "0636"), 2), 1)
            ]
            return self._bill(agreement.payer, "I", lines, bill_type="13")
        nights = random.randint(*_NIGHTS[shape])
        costly = shape in {"costly_days", "costly_heart", "costly_joint"}
        room = random.randint(1_900_00, 3_100_00) * nights
        parts = [("0120", nights, room), ("0250", 1, random.randint(800_00, 4_000_00))]
        if random.random() < 0.5:
            parts.append(("0300", 1, random.randint(500_00, 2_500_00)))
        parts.append(("0360", 1, random.randint(4_000_00, 9_000_00)))
        if costly:
            parts.append(("0636", 1, random.randint(82_000_00, 160_000_00)))
        if shape in {"days_implant", "costly_joint"} or (
            shape == "joint" and random.random() < 0.5
        ):
            parts.append(("0278", random.randint(1, 3), random.randint(3_000_00, 12_000_00)))
        lines = [
            self._revenue_line(number, code, units, cents, first_on)
            for number, (code, units, cents) in enumerate(parts, 1)
        ]
        drg = random.choice(_DRGS[shape.removeprefix("costly_").removesuffix("_implant")])
        return self._bill(
            agreement.payer, "I", lines, bill_type="11", drg=drg,
            last_on=first_on + timedelta(days=nights),
        )  # fmt: skip

    def _day(self, *, straddles: bool) -> date:
        """A day of the time; of claims that go over several days one just before a change."""
        if straddles:
            return self.random.choice((_NEW_YEAR, RISE_ON)) - timedelta(days=1)
        return _FIRST_ON + timedelta(days=self.random.randrange(_DAYS))

    def _line(self, number: int, wanted: _Wanted, served_on: date) -> BillLine:
        self._line_number += 1
        return BillLine(
            number=number,
            qualifier="HC",
            code=wanted.code,
            modifiers=wanted.modifiers,
            revenue_code="",
            units=wanted.units,
            unit_code=wanted.unit_code,
            charge_cents=_UNCAPPED_CENTS,
            served_on=served_on,
            control_number=f"CL{self._line_number:07d}",
        )

    def _revenue_line(
        self, number: int, code: str, units: int, charge_cents: int, served_on: date
    ) -> BillLine:
        line = self._line(number, _Wanted("", (), units), served_on)
        unit_code = "DA" if code == "0120" else "UN"
        return msgspec.structs.replace(
            line, qualifier="", revenue_code=code, unit_code=unit_code, charge_cents=charge_cents
        )

    def _charged(self, agreement: Agreement, line: BillLine, place: str, shape: str) -> BillLine:
        """The line with a charge: above what it is worth alone, or just below."""
        random = self.random
        (worth,) = agreed_lines(agreement, [line], place)
        if worth >= _UNCAPPED_CENTS // 10 or not worth:
            charge = random.randint(20_00, 900_00)
        else:
            low, high = (60, 92) if shape == "below_rate" else (160, 290)
            charge = half_up(Fraction(worth * random.randint(low, high), 100)) + 1
        return msgspec.structs.replace(line, charge_cents=charge)

    def _bill(
        self, payer: PayerProfile, kind: str, lines: Sequence[BillLine], *, place: str = "",
        bill_type: str = "", drg: str = "", last_on: date | None = None,
    ) -> Bill:  # fmt: skip
        random = self.random
        self._serial += 1
        self._account += random.randint(1, 5)
        person = make_person(random)
        patient = Patient(
            person=person,
            subscriber=person,
            relationship="18",
            member_id=f"{payer.payer_id}{self._account:06d}",
            group_number=f"GRP{random.randint(100, 999)}",
            account=self._account,
            payer=payer,
        )
        days = [line.served_on for line in lines]
        until = max(days) if last_on is None else last_on
        return Bill(
            serial=self._serial,
            kind=kind,
            control_number=f"CP{self._account:06d}{self._serial:05d}",
            frequency="1",
            patient=patient,
            payer=payer,
            sequence=1,
            billing=self.own.payee(kind),
            rendering=random.choice(self.own.doctors),
            place=place,
            bill_type=bill_type,
            sent_on=until + timedelta(days=random.randint(1, 4)),
            first_on=min(days),
            last_on=until,
            charge_cents=sum(line.charge_cents for line in lines),
            lines=tuple(lines),
            diagnoses=("Z0000",),
            drg=drg,
        )


_NIGHTS = {
    "days": (2, 11),
    "days_implant": (3, 9),
    "costly_days": (4, 10),
    "delivery": (1, 5),
    "heart": (4, 9),
    "costly_heart": (5, 9),
    "joint": (2, 5),
    "costly_joint": (3, 9),
}
_DRGS = {
    "days": ("392", "871", "194"),
    "delivery": ("765", "766", "768"),
    "heart": ("231", "234", "236"),
    "joint": ("469", "470", "480", "481"),
}

_Shape = tuple[str, list[_Wanted]]


def _visit(random: Random) -> _Shape:
    lines = [_Wanted(random.choice(_VISITS))]
    tests = random.sample(_TESTS, random.randint(0, 3))
    lines += [_Wanted(code, (), random.choice((1, 1, 2, 3))) for code in tests]
    return random.choice(("11", "11", "22")), lines


def _surgery(random: Random) -> _Shape:
    codes = random.sample(SURGERIES, random.randint(2, 4))
    return "22", [_Wanted(code) for code in codes]


def _surgery_units(random: Random) -> _Shape:
    one, other = random.sample(SURGERIES, 2)
    return "22", [_Wanted(one, (), random.randint(2, 3)), _Wanted(other)]


def _bilateral(random: Random) -> _Shape:
    return "22", [_Wanted(random.choice(SURGERIES), ("50",))]


def _both_sides(random: Random) -> _Shape:
    code, other = random.sample(SURGERIES, 2)
    sides = [_Wanted(code, ("RT",)), _Wanted(code, ("LT",))]
    if random.random() < 0.5:
        sides.insert(random.randint(0, 2), _Wanted(other))
    return "22", sides


def _modified(random: Random) -> _Shape:
    modifier = random.choice(("22", "52", "80"))
    return "22", [_Wanted(random.choice(SURGERIES), (modifier,))]


def _image(random: Random) -> _Shape:
    codes = random.sample(_IMAGES, 2)
    return "11", [_Wanted(code, random.choice(((), ("26",), ("TC",)))) for code in codes]


def _drug(random: Random) -> _Shape:
    code = random.choice(("J0696", "J1100", "J1885", "J3301"))
    return "11", [_Wanted(random.choice(_VISITS)), _Wanted(code, (), random.randint(1, 6))]


def _anesthesia(random: Random) -> _Shape:
    modifiers = random.choice((("AA",), ("QK",), ("AA", "P3")))
    code = random.choice(("00142", "00790", "00840", "01402"))
    return "22", [_Wanted(code, modifiers, random.randint(31, 190), "MJ")]


def _flat(random: Random) -> _Shape:
    return "11", [
        _Wanted("A4550", (), random.randint(1, 3)),
        _Wanted("G0442", (), random.randint(1, 3)),
    ]


def _unlisted(random: Random) -> _Shape:
    return "11", [_Wanted("99199"), _Wanted(random.choice(_VISITS))]


def _excluded(random: Random) -> _Shape:
    return "11", [_Wanted(random.choice(_VISITS)), _Wanted("15822")]


def _straddling(random: Random) -> _Shape:
    visits = random.choices(_VISITS, k=2)
    return "11", [
        _Wanted(visits[0]),
        _Wanted("84443", (), 2),
        _Wanted(visits[1], (), 1, "UN", 1),
        _Wanted("85025", (), 1, "UN", 1),
    ]


def _therapy(random: Random) -> _Shape:
    codes = random.sample(_THERAPIES, random.randint(2, 3))
    return "11", [_Wanted(code, ("GP",), random.choice((1, 1, 2))) for code in codes]


def _endoscopy(random: Random) -> _Shape:
    return "22", [_Wanted(code) for code in random.sample(_ENDOSCOPIES, 2)]


_PHYSICIAN_SHAPES = {
    "visit": _visit,
    "surgery": _surgery,
    "surgery_units": _surgery_units,
    "bilateral": _bilateral,
    "both_sides": _both_sides,
    "modified": _modified,
    "image": _image,
    "drug": _drug,
    "anesthesia": _anesthesia,
    "flat": _flat,
    "unlisted": _unlisted,
    "excluded": _excluded,
    "straddling": _straddling,
    "below_rate": _visit,
    "therapy": _therapy,
    "endoscopy": _endoscopy,
}

"""Draws agreements from a random source: two with physicians, one with a hospital.

Codes are values only; every rate is invented.
"""

from datetime import date
from fractions import Fraction
from random import Random

import msgspec

from edi_engine.synthetic.agreements import (
    Agreement,
    DiagnosisGroup,
    Edition,
    Fee,
    HospitalAgreement,
    HospitalEdition,
    Rise,
    StopLossTerm,
    TimeTerm,
)
from edi_engine.synthetic.payers import PayerProfile

__all__ = [
    "ADVANTAGE",
    "DAY_TERM",
    "DELIVERY_TERM",
    "HEART_TERM",
    "HOSPITAL",
    "JOINT_TERM",
    "PREFERRED",
    "RISE_ON",
    "SURGERIES",
    "YEAR",
    "make_advantage",
    "make_hospital",
    "make_preferred",
]

YEAR = 2026
"""The year in which claims are made; the versions change on its first day."""
RISE_ON = date(YEAR, 3, 1)
"""First day of the rise within the version, so that claims of a winter straddle both."""

DAY_TERM = "Hospital days"
DELIVERY_TERM = "Deliveries"
HEART_TERM = "Heart surgery"
JOINT_TERM = "By diagnosis group"


def _payer(
    name: str, payer_id: str, originator: int, *, filing: str = "CI", **habits: bool
) -> PayerProfile:
    return PayerProfile(
        name=name,
        payer_id=payer_id,
        originator_id=f"19900001{originator:02d}",
        filing_indicator=filing,
        remit_filing_indicator="MA" if filing == "16" else "12",
        kinds="PI",
        weight=1,
        remit_id=payer_id,
        states_allowed=habits.get("states_allowed", True),
        sequesters=filing == "16",
    )


PREFERRED = _payer("SAMPLE PREFERRED NETWORK", "CP101", 1)
ADVANTAGE = _payer("EXAMPLE ADVANTAGE PLAN", "CP102", 2, filing="16")
HOSPITAL = _payer("DEMO HOSPITAL ALLIANCE", "CP103", 3, states_allowed=False)

_VISITS = ("99202", "99203", "99204", "99212", "99213", "99214", "99215")
SURGERIES = (
    "11042", "12032", "19120", "20610", "23412", "27447", "29881", "49505", "58661", "64721",
)  # fmt: skip
_IMAGES = ("70553", "71046", "73030", "73721", "76700")
_TESTS = ("80053", "82947", "83036", "84443", "85025", "87086")
_DRUGS = ("J0696", "J1100", "J1885", "J3301")
_THERAPIES = ("97035", "97110", "97112", "97140", "97530")
_ENDOSCOPIES = ("45378", "45380", "45381", "45384", "45385")
_ANESTHESIA = (("00142", 4), ("00790", 7), ("00840", 6), ("01402", 7))


def _cents(random: Random, low: int, high: int) -> int:
    """An amount between two amounts of dollars, with odd cents."""
    return random.randint(low * 100, high * 100)


def _distinct(random: Random, count: int, low: int, high: int) -> list[int]:
    """Amounts that differ: who stands first among several is never a matter of taste."""
    return sorted(random.sample(range(low * 100, high * 100), count))


def _office_fees(random: Random) -> list[Fee]:
    fees = []
    for code, cents in zip(_VISITS[:3], _distinct(random, 3, 60, 180), strict=True):
        fees.append(Fee(code, cents, facility_cents=cents * random.randint(60, 85) // 100))
    for code, cents in zip(_VISITS[3:], _distinct(random, 4, 45, 210), strict=True):
        fees.append(Fee(code, cents, facility_cents=cents * random.randint(60, 85) // 100))
    surgeries = list(SURGERIES)
    random.shuffle(surgeries)
    for code, cents in zip(surgeries, _distinct(random, len(SURGERIES), 150, 1900), strict=True):
        fees.append(Fee(code, cents, multiple="2", bilateral="1"))
    for code in _IMAGES:
        professional, technical = _cents(random, 12, 90), _cents(random, 30, 320)
        fees += [
            Fee(code, professional + technical),
            Fee(code, professional, modifier="26"),
            Fee(code, technical, modifier="TC"),
        ]
    fees += [Fee(code, _cents(random, 2, 40)) for code in _DRUGS]
    return fees


def _test_fees(random: Random) -> list[Fee]:
    fees = [Fee(code, _cents(random, 4, 35)) for code in _TESTS[:-1]]
    first = _cents(random, 6, 12)
    fees.append(Fee(_TESTS[-1], first, last_on=date(YEAR, 2, 9)))
    fees.append(Fee(_TESTS[-1], first + random.randint(205, 390), first_on=date(YEAR, 2, 10)))
    return fees


def _advantage_fees(random: Random) -> list[Fee]:
    fees = _office_fees(random)
    for code, cents in zip(_THERAPIES, _distinct(random, 5, 24, 60), strict=True):
        expense = cents * random.randint(30, 55) // 100
        facility = expense * 9 // 10
        fees.append(Fee(code, cents, multiple="5", expense_cents=expense,
                        facility_expense_cents=facility))  # fmt: skip
    for code, cents in zip(_ENDOSCOPIES, _distinct(random, 5, 180, 420), strict=True):
        fees.append(Fee(code, cents, multiple="3", base=_ENDOSCOPIES[0]))
    return fees


def _raised(random: Random, fees: tuple[Fee, ...]) -> tuple[Fee, ...]:
    """Next year's schedule: each rate by some percent more, or a little less."""
    raised = []
    for fee in fees:
        percent = random.choice((97, 102, 103, 104, 106))

        def changed(cents: int | None, percent: int = percent) -> int | None:
            return None if cents is None else cents * percent // 100

        raised.append(
            msgspec.structs.replace(
                fee,
                cents=fee.cents * percent // 100,
                facility_cents=changed(fee.facility_cents),
                expense_cents=changed(fee.expense_cents),
                facility_expense_cents=changed(fee.facility_expense_cents),
            )
        )
    return tuple(raised)


def _editions(
    random: Random, office: list[Fee], *, percent: Fraction, factor: Fraction
) -> tuple[Edition, Edition]:
    old = Edition(
        version=str(YEAR - 1),
        first_on=date(YEAR - 1, 1, 1),
        last_on=date(YEAR - 1, 12, 31),
        office_percent=percent - Fraction(random.choice((4, 5, 6))),
        laboratory_percent=Fraction(random.choice((70, 75, 80))),
        drug_percent=Fraction(random.choice((62, 65, 70))),
        other_percent=Fraction(random.choice((45, 50, 55))),
        office=tuple(office),
        laboratory=tuple(_test_fees(random)),
        anesthesia=tuple(Fee(code, base_units=units) for code, units in _ANESTHESIA),
        anesthesia_factor=factor,
        kit_cents=_cents(random, 20, 40),
        screening_cents=_cents(random, 30, 60),
        rises=(Rise(date(YEAR - 1, 7, 1), Fraction(2)),),
    )
    new = msgspec.structs.replace(
        old,
        version=str(YEAR),
        first_on=date(YEAR, 1, 1),
        last_on=None,
        office_percent=percent,
        drug_percent=old.drug_percent - 2,
        office=_raised(random, old.office),
        laboratory=_raised(random, old.laboratory),
        anesthesia_factor=factor + Fraction(random.randint(150, 400)),
        kit_cents=old.kit_cents + random.randint(150, 300),
        screening_cents=old.screening_cents + random.randint(150, 400),
        rises=(Rise(RISE_ON, Fraction(random.choice((3, 4)))),),
    )
    return old, new


def make_preferred(random: Random) -> Agreement:
    """A commercial network: percent of a schedule, capped line by line, rounded at the end."""
    return Agreement(
        key="sample-preferred",
        name="Sample Preferred Network, physicians",
        payer=PREFERRED,
        editions=_editions(
            random,
            _office_fees(random),
            percent=Fraction(random.choice((1075, 1125, 1183, 1250)), 10),
            factor=Fraction(random.randint(58_0000, 72_0000), 100),
        ),
        modifiers=(
            ("22", Fraction(random.choice((120, 125, 130)))),
            ("52", Fraction(50)),
            ("62", Fraction(625, 10)),
            ("80", Fraction(random.choice((16, 20)))),
            ("AS", Fraction(136, 10)),
        ),
        bilateral=Fraction(150),
        ladder=random.choice(
            (
                (Fraction(100), Fraction(50), Fraction(25)),
                (Fraction(100), Fraction(50), Fraction(50)),
                (Fraction(100), Fraction(65), Fraction(40)),
            )
        ),
        expense_ladder=(),
        has_endoscopy=False,
        caps="line",
        rounds_each_step=random.random() < 0.3,
        sequesters=False,
        tolerance_cents=100,
        tolerance_percent=Fraction(1),
        in_time=TimeTerm(
            discount_days=25,
            discount_percent=Fraction(3),
            interest_days=30,
            interest_percent=Fraction(12),
        ),
    )


def make_advantage(random: Random) -> Agreement:
    """A Medicare Advantage plan: the schedule itself, therapies and endoscopies reduced as
    Medicare does, sequestration, charges capped over the claim."""
    return Agreement(
        key="example-advantage",
        name="Example Advantage Plan, physicians",
        payer=ADVANTAGE,
        editions=_editions(
            random,
            _advantage_fees(random),
            percent=Fraction(random.choice((1010, 1025, 1030)), 10),
            factor=Fraction(random.randint(20_0000, 24_0000), 100),
        ),
        modifiers=(("22", Fraction(120)), ("52", Fraction(50)), ("80", Fraction(16))),
        bilateral=Fraction(150),
        ladder=(Fraction(100), Fraction(50)),
        expense_ladder=(Fraction(100), Fraction(50)),
        has_endoscopy=True,
        caps="claim",
        rounds_each_step=False,
        sequesters=True,
        tolerance_cents=50,
        tolerance_percent=Fraction(1, 2),
    )


def make_hospital(random: Random) -> HospitalAgreement:
    """A hospital: days by tiers with second dollar stop-loss, case rates, diagnosis groups with
    outliers, implants and outpatients by percentages of charge."""
    first = _cents(random, 2100, 2900)
    old = HospitalEdition(
        version=str(YEAR - 1),
        first_on=date(YEAR - 1, 1, 1),
        last_on=date(YEAR - 1, 12, 31),
        tiers=((1, first), (random.choice((3, 4)), first * 3 // 4), (8, first // 2)),
        day_stop_loss=StopLossTerm(False, 60_000_00, Fraction(random.choice((50, 60, 65)))),
        delivery_cents=_cents(random, 4800, 7200),
        delivery_days=random.choice((2, 3)),
        delivery_extra_cents=_cents(random, 800, 1200),
        heart_cents=_cents(random, 22_000, 30_000),
        heart_stop_loss=StopLossTerm(True, 95_000_00, Fraction(random.choice((55, 60)))),
        groups=tuple(
            DiagnosisGroup(drg, Fraction(random.randint(low, low + 9000), 10_000))
            for drg, low in (("469", 30_000), ("470", 18_000), ("480", 26_000), ("481", 20_500))
        ),
        base_cents=_cents(random, 6000, 7800),
        cost_to_charge=Fraction(random.randint(280, 360), 1000),
        fixed_loss_cents=9_000_00,
        outlier_percent=Fraction(80),
        outlier_days=6,
        outlier_day_cents=_cents(random, 900, 1300),
        implant_percent=Fraction(random.choice((76, 80, 85)), 2),
        outpatient_percent=Fraction(random.choice((52, 55, 58))),
        rises=(Rise(date(YEAR - 1, 7, 1), Fraction(2), (DAY_TERM,)),),
    )
    new = msgspec.structs.replace(
        old,
        version=str(YEAR),
        first_on=date(YEAR, 1, 1),
        last_on=None,
        tiers=tuple((day, cents * 103 // 100) for day, cents in old.tiers),
        delivery_cents=old.delivery_cents * 104 // 100,
        heart_cents=old.heart_cents * 102 // 100,
        base_cents=old.base_cents * 103 // 100,
        rises=(Rise(RISE_ON, Fraction(3), (DAY_TERM, DELIVERY_TERM)),),
    )
    return HospitalAgreement(
        key="demo-hospital",
        name="Demo Hospital Alliance, facility",
        payer=HOSPITAL,
        editions=(old, new),
        tolerance_cents=100,
        group_tolerance_cents=5_00,
    )

"""Cases of lines that one rate prices together: per diem, case and DRG rates, stop-loss."""

from datetime import date
from decimal import Decimal

from edi_engine.records.contracts import (
    CaseRate,
    CostOutlier,
    DateBasis,
    DayCount,
    DayOutlier,
    DayTier,
    DrgRate,
    FlatRate,
    LesserOf,
    NotPayable,
    PercentOfCharge,
    PerDiemRate,
    ScheduledRate,
    StopLoss,
    Term,
)
from tests.contracts.contract_making import (
    ancillary,
    claim,
    contract,
    escalator,
    first_dollar,
    line,
    ranges,
    rate,
    room,
    second_dollar,
    stay,
    term,
    weight,
)
from tests.contracts.pricing_case import PricingCase, case

PER_DIEM = PerDiemRate((DayTier(1, 2_000_00),))
TIERS = (DayTier(1, 1_000_00), DayTier(4, 800_00), DayTier(8, 500_50))
BY_STAY = PerDiemRate((DayTier(1, 1_000_00),), DayCount.STAY)
IMPLANTS = term("implants", PercentOfCharge(Decimal(50)), revenue="0274-0278")


PER_DIEMS = [
    case(
        "G41: three days, an implant carved out, and charges beyond the threshold",
        contract(
            IMPLANTS,
            term("inpatient", PER_DIEM, bills="11", stop_loss=second_dollar(50_000_00, "60")),
        ),
        stay(
            "2026-03-01",
            "2026-03-04",
            room(12_000_00, "3"),
            ancillary("0250", 25_000_00),
            ancillary("0278", 15_000_00),
            ancillary("0360", 20_000_00),
        ),
        (2_147_37, "(6000.00 + 7000.00 x 60 %) x 12 / 57 -> 2147.37"),
        (4_473_68, "10200.00 x 25 / 57 -> 4473.68"),
        (7_500_00, "15000.00 x 50 % = 7500.00"),
        (3_578_95, "10200.00 x 20 / 57 -> 3578.95"),
        groups=(10_200_00,),
        terms=("inpatient", "inpatient", "implants", "inpatient"),
    ),
    case(
        "G41: without the implant the charges do not reach the threshold",
        contract(
            IMPLANTS,
            term("inpatient", PER_DIEM, bills="11", stop_loss=second_dollar(60_000_00, "60")),
        ),
        stay(
            "2026-03-01",
            "2026-03-04",
            room(12_000_00, "3"),
            ancillary("0278", 15_000_00),
            ancillary("0360", 45_000_00),
        ),
        (1_263_16, "6000.00 x 12 / 57 -> 1263.16"),
        (7_500_00, "15000.00 x 50 % = 7500.00"),
        (4_736_84, "6000.00 x 45 / 57 -> 4736.84"),
        groups=(6_000_00,),
    ),
    case(
        "days are the units of room and board alone",
        contract(term("inpatient", PER_DIEM)),
        stay(
            "2026-03-01",
            "2026-03-09",
            room(4_000_00, "2"),
            room(6_000_00, "1", revenue="0200"),
            line("", 10_000_00, units="30", revenue="0250", place=""),
        ),
        (1_200_00, "2000.00 x 3 = 6000.00; 6000.00 x 4 / 20 = 1200.00"),
        (1_800_00, "6000.00 x 6 / 20 = 1800.00"),
        (3_000_00, "6000.00 x 10 / 20 = 3000.00"),
        groups=(6_000_00,),
    ),
    case(
        "revenue codes of one's own count days",
        contract(
            term(
                "observation",
                PerDiemRate((DayTier(1, 700_00),), day_revenue_codes=ranges("0278")),
            )
        ),
        stay(
            "2026-03-01",
            "2026-03-03",
            room(1_000_00, "9"),
            line("", 3_000_00, units="2", revenue="0278"),
        ),
        (350_00, "700.00 x 2 = 1400.00; 1400.00 x 1 / 4 = 350.00"),
        (1_050_00, "1400.00 x 3 / 4 = 1050.00"),
        groups=(1_400_00,),
    ),
    case(
        "the last day of the first tier",
        contract(term("inpatient", PerDiemRate(TIERS))),
        stay("2026-03-01", "2026-03-04", room(9_000_00, "3")),
        (3_000_00, "1000.00 x 3 = 3000.00"),
        groups=(3_000_00,),
    ),
    case(
        "the first day of the second tier",
        contract(term("inpatient", PerDiemRate(TIERS))),
        stay("2026-03-01", "2026-03-05", room(9_000_00, "4")),
        (3_800_00, "1000.00 x 3 + 800.00 = 3800.00"),
    ),
    case(
        "three tiers crossed",
        contract(term("inpatient", PerDiemRate(TIERS))),
        stay("2026-03-01", "2026-03-11", room(9_000_00, "10")),
        (7_701_50, "1000.00 x 3 + 800.00 x 4 + 500.50 x 3 = 7701.50"),
    ),
    case(
        "days beyond the most are not paid",
        contract(term("inpatient", PerDiemRate(TIERS, days_max=5))),
        stay("2026-03-01", "2026-03-11", room(9_000_00, "10")),
        (4_600_00, "1000.00 x 3 + 800.00 x 2 = 4600.00"),
    ),
    case(
        "days of the stay count from admission to discharge",
        contract(term("inpatient", BY_STAY)),
        stay("2026-02-27", "2026-03-02", room(9_000_00, "99")),
        (3_000_00, "1000.00 x 3 = 3000.00"),
    ),
    case(
        "a stay within one day is one day",
        contract(term("inpatient", BY_STAY)),
        stay("2026-03-01", "2026-03-01", ancillary("0250", 9_000_00)),
        (1_000_00, "1000.00"),
    ),
    case(
        "an admission before the statement begins counts",
        contract(term("inpatient", BY_STAY)),
        stay("2026-03-01", "2026-03-06", room(9_000_00, "5"), admitted_on=date(2026, 2, 27)),
        (7_000_00, "27 February to 6 March: 1000.00 x 7 = 7000.00"),
    ),
    case(
        "intensive care and the ward are two groups",
        contract(
            term("intensive", PerDiemRate((DayTier(1, 3_500_00),)), revenue="0200-0219"),
            term("ward", PER_DIEM),
        ),
        stay(
            "2026-03-01",
            "2026-03-06",
            room(20_000_00, "2", revenue="0200"),
            room(12_000_00, "3"),
            ancillary("0250", 3_000_00),
        ),
        (7_000_00, "3500.00 x 2 = 7000.00"),
        (4_800_00, "2000.00 x 3 = 6000.00; 6000.00 x 12 / 15 = 4800.00"),
        (1_200_00, "6000.00 x 3 / 15 = 1200.00"),
        groups=(7_000_00, 6_000_00),
        terms=("intensive", "ward", "ward"),
    ),
    case(
        "an escalator raises the rate of a day",
        contract(
            term("inpatient", PER_DIEM),
            escalators=(escalator("2026-03-01", "3.5"),),
            dated_by=DateBasis.ADMISSION,
        ),
        stay("2026-03-01", "2026-03-04", room(12_000_00, "3")),
        (6_210_00, "2000.00 x 103.5 % x 3 = 6210.00"),
    ),
    case(
        "an escalator after admission raises nothing",
        contract(
            term("inpatient", PER_DIEM),
            escalators=(escalator("2026-03-02", "3.5"),),
            dated_by=DateBasis.ADMISSION,
        ),
        stay("2026-03-01", "2026-03-04", room(12_000_00, "3")),
        (6_000_00, "2000.00 x 3 = 6000.00"),
    ),
]


SHARES = [
    case(
        "thirds of a rate have an odd cent for the first",
        contract(term("case", CaseRate(100_00))),
        claim(line("27447", 500_00), line("27446", 500_00), line("29881", 500_00)),
        (33_34, "one of two odd cents: 33.34"),
        (33_33, "100.00 / 3 -> 33.33"),
        (33_33, "100.00 / 3 -> 33.33"),
        groups=(100_00,),
    ),
    case(
        "two odd cents go to the largest remainders",
        contract(term("case", CaseRate(1_00))),
        claim(line("27447", 1_00), line("27446", 2_00), line("29881", 4_00)),
        (14, "14.2857 cents: 0.14"),
        (29, "28.5714 cents: 0.29"),
        (57, "57.1428 cents: 0.57"),
        groups=(1_00,),
    ),
    case(
        "a line without a charge has no share",
        contract(term("case", CaseRate(1_000_00))),
        claim(line("27447", 3_000_00), line("36415", 0), line("99213", 1_000_00)),
        (750_00, "1000.00 x 3 / 4 = 750.00"),
        (0, "0.00"),
        (250_00, "1000.00 x 1 / 4 = 250.00"),
        groups=(1_000_00,),
    ),
    case(
        "without any charge the first line holds it all",
        contract(term("case", CaseRate(1_000_00))),
        claim(line("27447", 0), line("36415", 0)),
        (1_000_00, "1000.00"),
        (0, "0.00"),
        groups=(1_000_00,),
    ),
    case(
        "a thousand lines of one case add up",
        contract(term("case", CaseRate(1_234_56))),
        claim(*(line("36415", 1_00) for _ in range(1_000))),
        *((1_24, "the first odd cents: 1.24") for _ in range(456)),
        *((1_23, "1.23") for _ in range(544)),
        groups=(1_234_56,),
    ),
]


CASE_RATES = [
    case(
        "a case rate is for everything that it covers",
        contract(term("case", CaseRate(4_500_00))),
        claim(line("27447", 6_000_00, units="3"), line("J1100", 3_000_00, units="12.5")),
        (3_000_00, "4500.00 x 6 / 9 = 3000.00"),
        (1_500_00, "4500.00 x 3 / 9 = 1500.00"),
        groups=(4_500_00,),
    ),
    case(
        "lines outside of the case have prices of their own",
        contract(
            term("knee", CaseRate(4_500_00), codes="27440-27450"),
            term("never", NotPayable(), codes="99999"),
            term("rest", ScheduledRate("fees")),
            rates=[rate("99213", 92_47)],
        ),
        claim(line("27447", 6_000_00), line("99213"), line("99999"), line("27446", 3_000_00)),
        (3_000_00, "4500.00 x 6 / 9 = 3000.00"),
        (92_47, "92.47"),
        (0, "0.00"),
        (1_500_00, "4500.00 x 3 / 9 = 1500.00"),
        groups=(4_500_00,),
        terms=("knee", "rest", "never", "knee"),
    ),
    case(
        "modifiers play no part in a case rate",
        contract(term("case", CaseRate(4_500_00))),
        claim(line("27447-52-80", 6_000_00), line("71046-26", 3_000_00)),
        (3_000_00, "4500.00 x 6 / 9 = 3000.00"),
        (1_500_00, "4500.00 x 3 / 9 = 1500.00"),
        groups=(4_500_00,),
    ),
    case(
        "days that a case includes cost nothing more",
        contract(term("case", CaseRate(9_000_00, included_days=3, extra_day_cents=1_250_50))),
        stay("2026-03-01", "2026-03-04", room(20_000_00, "3")),
        (9_000_00, "9000.00"),
    ),
    case(
        "days beyond those included are paid each",
        contract(term("case", CaseRate(9_000_00, included_days=3, extra_day_cents=1_250_50))),
        stay("2026-03-01", "2026-03-06", room(20_000_00, "5")),
        (11_501_00, "9000.00 + 1250.50 x 2 = 11501.00"),
    ),
    case(
        "the days of a case are those of the stay and not units",
        contract(term("case", CaseRate(9_000_00, included_days=3, extra_day_cents=1_250_50))),
        stay("2026-03-01", "2026-03-05", room(20_000_00, "9")),
        (10_250_50, "9000.00 + 1250.50 = 10250.50"),
    ),
    case(
        "an escalator raises a case rate by half a cent and up",
        contract(
            term("case", CaseRate(10_000_50)),
            escalators=(escalator("2026-01-01", "3"),),
        ),
        claim(line("27447")),
        (10_300_52, "10000.50 x 103 % = 10300.515 -> 10300.52"),
    ),
    case(
        "a case rate stands above the charges of its lines",
        contract(term("case", CaseRate(4_500_00)), lesser_of=LesserOf.LINE),
        claim(line("27447", 2_000_00), line("27446", 1_000_00)),
        (3_000_00, "4500.00 x 2 / 3 = 3000.00"),
        (1_500_00, "4500.00 x 1 / 3 = 1500.00"),
        groups=(4_500_00,),
        capped=(),
    ),
    case(
        "lesser-of on the claim caps a case rate at its charges",
        contract(term("case", CaseRate(4_500_00)), lesser_of=LesserOf.CLAIM),
        claim(line("27447", 2_000_00), line("27446", 1_000_00)),
        (2_000_00, "4500 is above 3000: 2000.00"),
        (1_000_00, "1000.00"),
        groups=(3_000_00,),
        capped=(1, 2),
    ),
    case(
        "a term's own lesser-of on the claim caps its group",
        contract(
            term("case", CaseRate(4_500_00), codes="27000-27999", lesser_of=LesserOf.CLAIM),
            term("visits", FlatRate(90_00)),
        ),
        claim(line("27447", 2_000_00), line("27446", 1_000_00), line("99213", 100_00)),
        (2_000_00, "4500 is above 3000: 2000.00"),
        (1_000_00, "1000.00"),
        (90_00, "90.00"),
        groups=(3_000_00,),
    ),
]


DRGS = (weight("470", "1.9684"), weight("871", "0.6543"), weight("999", "1.000001"))
OUTLIER = CostOutlier(Decimal("0.35"), 20_000_00, Decimal(80))


def _drg(base_cents: int, **fields: object) -> Term:
    return term("inpatient", DrgRate("fees", base_cents, **fields))


DRG_RATES = [
    case(
        "the base rate times the weight",
        contract(_drg(6_000_00), weights=DRGS),
        stay(
            "2026-03-01",
            "2026-03-04",
            room(20_000_00, "3"),
            ancillary("0360", 20_000_00),
            drg="470",
        ),
        (5_905_20, "6000.00 x 1.9684 = 11810.40; 11810.40 / 2 = 5905.20"),
        (5_905_20, "11810.40 / 2 = 5905.20"),
        groups=(11_810_40,),
    ),
    case(
        "a weight below one, rounded down",
        contract(_drg(5_432_10), weights=DRGS),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="871"),
        (3_554_22, "5432.10 x 0.6543 = 3554.22303 -> 3554.22"),
    ),
    case(
        "half a cent of a weighted rate rounds up",
        contract(_drg(5_000_00), weights=DRGS),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="999"),
        (5_000_01, "5000.00 x 1.000001 = 5000.005 -> 5000.01"),
    ),
    case(
        "a claim without a DRG is not priced",
        contract(_drg(6_000_00), weights=DRGS),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), ancillary("0250", 1_00)),
        (None, "no DRG"),
        (None, "no DRG"),
        groups=(None,),
        because=("DRG",),
    ),
    case(
        "a DRG without a weight is not priced",
        contract(_drg(6_000_00), weights=DRGS),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="003"),
        (None, "unknown DRG"),
        groups=(None,),
        because=("003",),
    ),
    case(
        "a weight of the year before is none",
        contract(_drg(6_000_00), weights=[weight("470", "1.9", effective_to=date(2026, 2, 28))]),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="470"),
        (None, "no weight in March"),
        groups=(None,),
    ),
    case(
        "the weight of the day of admission",
        contract(
            _drg(6_000_00),
            weights=[
                weight("470", "1.9", effective_to=date(2026, 9, 30)),
                weight("470", "2.0", effective_from=date(2026, 10, 1)),
            ],
            dated_by=DateBasis.ADMISSION,
        ),
        stay("2026-09-30", "2026-10-03", room(40_000_00, "3"), drg="470"),
        (11_400_00, "6000.00 x 1.9 = 11400.00"),
    ),
    case(
        "costs far beyond the payment are shared",
        contract(_drg(6_000_00, cost_outlier=OUTLIER), weights=[weight("470", "1.2345")]),
        stay("2026-03-01", "2026-03-04", room(100_000_00, "3"), drg="470"),
        (
            13_481_40,
            "payment 7407.00: 7407.00 + (100000.00 x 0.35 - 7407.00 - 20000.00) x 80 % = 13481.40",
        ),
    ),
    case(
        "costs exactly at payment and fixed loss are not shared",
        contract(_drg(8_000_00, cost_outlier=OUTLIER), weights=[weight("470", "1")]),
        stay("2026-03-01", "2026-03-04", room(80_000_00, "3"), drg="470"),
        (8_000_00, "80000.00 x 0.35 - 8000.00 - 20000.00 = 0.00; 8000.00"),
    ),
    case(
        "a dollar of charges more is 35 cents of cost",
        contract(_drg(8_000_00, cost_outlier=OUTLIER), weights=[weight("470", "1")]),
        stay("2026-03-01", "2026-03-04", room(80_001_00, "3"), drg="470"),
        (8_000_28, "8000.00 + (80001.00 x 0.35 - 28000.00) x 80 % = 8000.28"),
    ),
    case(
        "costs below the payment take nothing away",
        contract(_drg(8_000_00, cost_outlier=OUTLIER), weights=[weight("470", "1")]),
        stay("2026-03-01", "2026-03-04", room(10_000_00, "3"), drg="470"),
        (8_000_00, "8000.00"),
    ),
    case(
        "half a cent of an outlier rounds up",
        contract(
            _drg(8_000_00, cost_outlier=CostOutlier(Decimal("0.25"), 0, Decimal(50))),
            weights=[weight("470", "1")],
        ),
        stay("2026-03-01", "2026-03-04", room(40_000_04, "3"), drg="470"),
        (9_000_01, "8000.00 + (40000.04 x 0.25 - 8000.00) x 50 % = 9000.005 -> 9000.01"),
    ),
    case(
        "days of the stay beyond so many are paid each",
        contract(_drg(8_000_00, day_outlier=DayOutlier(5, 900_00)), weights=[weight("470", "1")]),
        stay("2026-03-01", "2026-03-09", room(40_000_00, "3"), drg="470"),
        (10_700_00, "8000.00 + 900.00 x 3 = 10700.00"),
    ),
    case(
        "so many days exactly are not beyond",
        contract(_drg(8_000_00, day_outlier=DayOutlier(5, 900_00)), weights=[weight("470", "1")]),
        stay("2026-03-01", "2026-03-06", room(40_000_00, "3"), drg="470"),
        (8_000_00, "8000.00"),
    ),
    case(
        "an escalator raises the base rate",
        contract(
            _drg(6_000_00),
            weights=DRGS,
            escalators=(escalator("2026-01-01", "2.5"),),
            dated_by=DateBasis.ADMISSION,
        ),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="470"),
        (12_105_66, "6000.00 x 102.5 % x 1.9684 = 12105.66"),
    ),
    case(
        "some DRGs have a case rate before the weights",
        contract(term("hips", CaseRate(14_000_00), drgs="469-470"), _drg(6_000_00), weights=DRGS),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="470"),
        (14_000_00, "14000.00"),
        terms=("hips",),
    ),
    case(
        "and the others their weights",
        contract(term("hips", CaseRate(14_000_00), drgs="469-470"), _drg(10_000_00), weights=DRGS),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="871"),
        (6_543_00, "10000.00 x 0.6543 = 6543.00"),
        terms=("inpatient",),
    ),
]


def _stopped(
    name: str,
    stop: StopLoss,
    charge_cents: int,
    cents: int,
    how: str,
    *,
    lesser_of: LesserOf = LesserOf.LINE,
    **asked: object,
) -> PricingCase:
    """Three days at 2,000 under a stop-loss."""
    return case(
        name,
        contract(term("inpatient", PER_DIEM, stop_loss=stop), lesser_of=lesser_of),
        stay("2026-03-01", "2026-03-04", room(charge_cents, "3")),
        (cents, how),
        groups=(cents,),
        **asked,
    )


STOP_LOSS = [
    _stopped(
        "charges at the threshold are not beyond it",
        first_dollar(50_000_00, "65"),
        50_000_00,
        6_000_00,
        "2000.00 x 3 = 6000.00",
    ),
    _stopped(
        "a cent beyond the threshold pays a percentage of all charges",
        first_dollar(50_000_00, "65"),
        50_000_01,
        32_500_01,
        "50000.01 x 65 % = 32500.0065 -> 32500.01",
    ),
    _stopped(
        "from the first dollar instead of the rate",
        first_dollar(10_000_00, "40"),
        10_000_50,
        4_000_20,
        "less than 6000: 10000.50 x 40 % = 4000.20",
    ),
    _stopped(
        "from the second dollar nothing is added at the threshold",
        second_dollar(50_000_00, "65"),
        50_000_00,
        6_000_00,
        "2000.00 x 3 = 6000.00",
    ),
    _stopped(
        "from the second dollar half a cent rounds up",
        second_dollar(50_000_00, "50"),
        50_000_01,
        6_000_01,
        "6000.00 + 0.01 x 50 % = 6000.005 -> 6000.01",
    ),
    _stopped(
        "from the second dollar on top of the rate",
        second_dollar(50_000_00, "62.5"),
        61_234_56,
        13_021_60,
        "6000.00 + 11234.56 x 62.5 % = 13021.60",
    ),
    _stopped(
        "the charges cap what stop-loss adds",
        second_dollar(1_000_00, "100"),
        12_000_00,
        12_000_00,
        "6000 + 11000 is above the charges: 12000.00",
        lesser_of=LesserOf.CLAIM,
        capped=(1,),
    ),
    _stopped(
        "a percentage above a hundred from the first dollar is capped",
        first_dollar(1_000_00, "110"),
        12_000_00,
        12_000_00,
        "13200 is above the charges: 12000.00",
        lesser_of=LesserOf.CLAIM,
        capped=(1,),
    ),
    _stopped(
        "lesser-of on the line caps no stop-loss",
        first_dollar(1_000_00, "110"),
        12_000_00,
        13_200_00,
        "12000.00 x 110 % = 13200.00",
        capped=(),
    ),
    case(
        "stop-loss holds for case and DRG rates too",
        contract(
            term("case", CaseRate(9_000_00), drgs="470", stop_loss=second_dollar(30_000_00, "50")),
            term(
                "weights",
                DrgRate("fees", 6_000_00),
                drgs="871",
                stop_loss=first_dollar(30_000_00, "50"),
            ),
            weights=DRGS,
        ),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="470"),
        (14_000_00, "9000.00 + 10000.00 x 50 % = 14000.00"),
        groups=(14_000_00,),
    ),
    case(
        "stop-loss of a DRG rate from the first dollar",
        contract(
            term("weights", DrgRate("fees", 6_000_00), stop_loss=first_dollar(30_000_00, "50")),
            weights=DRGS,
        ),
        stay("2026-03-01", "2026-03-04", room(40_000_00, "3"), drg="871"),
        (20_000_00, "40000.00 x 50 % = 20000.00"),
        groups=(20_000_00,),
    ),
]

GROUP_CASES = [*PER_DIEMS, *SHARES, *CASE_RATES, *DRG_RATES, *STOP_LOSS]

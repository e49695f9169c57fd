"""Cases of lines that have a price of their own: schedules, percentages, flat rates, selectors."""

from datetime import date
from decimal import Decimal

from edi_engine.records.claims import ClaimKind
from edi_engine.records.contracts import (
    FlatRate,
    LesserOf,
    NotPayable,
    PercentOfCharge,
    ScheduledRate,
)
from tests.contracts.contract_making import (
    claim,
    contract,
    escalator,
    fees,
    line,
    modifier,
    rate,
    several,
    stay,
    term,
)
from tests.contracts.pricing_case import case

VISIT = rate("99213", 92_47)
FACILITIES = ("02", "19", "21", "22", "23", "24", "26", "31", "34")
FACILITIES += ("41", "42", "51", "52", "53", "56", "61")
OFFICES = ("01", "03", "10", "11", "12", "13", "20", "25", "32", "33", "49", "50", "54", "55")
OFFICES += ("57", "60", "62", "65", "71", "72", "81", "99")

REST_BY_CHARGE = term("rest", PercentOfCharge(Decimal(40)))


SCHEDULES = [
    case(
        "a schedule pays its rate",
        contract(rates=[VISIT]),
        claim(line("99213")),
        (92_47, "92.47"),
    ),
    case(
        "a percentage of a schedule rounds half a cent or less down",
        contract(fees("115"), rates=[VISIT]),
        claim(line("99213")),
        (106_34, "92.47 x 115 % = 106.3405 -> 106.34"),
    ),
    case(
        "a percentage of a percent is exact until the end",
        contract(fees("33.333"), rates=[rate("99213", 100_01)]),
        claim(line("99213")),
        (33_34, "100.01 x 33.333 % = 33.3363333 -> 33.34"),
    ),
    case(
        "exactly half a cent rounds up from an even cent",
        contract(fees("50"), rates=[rate("99213", 100_05)]),
        claim(line("99213")),
        (50_03, "100.05 x 50 % = 50.025 -> 50.03"),
    ),
    case(
        "the least amount that is a cent",
        contract(fees("50"), rates=[rate("99213", 1)]),
        claim(line("99213")),
        (1, "0.01 x 50 % = 0.005 -> 0.01"),
    ),
    case(
        "just below half a cent is nothing",
        contract(fees("49"), rates=[rate("99213", 1)]),
        claim(line("99213")),
        (0, "0.01 x 49 % = 0.0049 -> 0.00"),
    ),
    case(
        "units multiply",
        contract(rates=[VISIT]),
        claim(line("99213", units="3")),
        (277_41, "92.47 x 3 = 277.41"),
    ),
    case(
        "two and a half units end in half a cent",
        contract(rates=[rate("J1100", 33_33)]),
        claim(line("J1100", units="2.5")),
        (83_33, "33.33 x 2.5 = 83.325 -> 83.33"),
    ),
    case(
        "a thousandth of a unit",
        contract(rates=[rate("J1100", 12_34)]),
        claim(line("J1100", units="0.001")),
        (1, "12.34 x 0.001 = 0.01234 -> 0.01"),
    ),
    case(
        "a percentage is taken before units and not rounded between",
        contract(fees("110"), rates=[rate("J1100", 3_33)]),
        claim(line("J1100", units="7")),
        (25_64, "3.33 x 110 % = 3.663; 3.663 x 7 = 25.641 -> 25.64"),
    ),
    case(
        "units that are absent are one",
        contract(rates=[VISIT]),
        claim(line("99213", units=None)),
        (92_47, "92.47 x 1 = 92.47"),
    ),
    case(
        "zero units have no price",
        contract(rates=[VISIT]),
        claim(line("99213", units="0"), line("99213")),
        (None, "no units"),
        (92_47, "92.47"),
    ),
    case(
        "negative units have no price",
        contract(rates=[VISIT]),
        claim(line("99213", units="-1")),
        (None, "units below zero"),
    ),
    case(
        "minutes have no price outside of anesthesia",
        contract(rates=[VISIT]),
        claim(line("99213", units="30", unit_code="MJ")),
        (None, "minutes"),
    ),
    case(
        "sixteen places are facilities",
        contract(rates=[rate("99213", 92_47, facility_cents=68_11)]),
        claim(*(line("99213", place=place) for place in FACILITIES)),
        *((68_11, "in a facility: 68.11") for _ in FACILITIES),
    ),
    case(
        "every other place is none",
        contract(rates=[rate("99213", 92_47, facility_cents=68_11)]),
        claim(*(line("99213", place=place) for place in OFFICES)),
        *((92_47, "outside: 92.47") for _ in OFFICES),
    ),
    case(
        "a rate without a facility amount is the same in one",
        contract(rates=[VISIT]),
        claim(line("99213", place="22")),
        (92_47, "92.47"),
    ),
    case(
        "a facility amount of nothing is an amount",
        contract(rates=[rate("99213", 92_47, facility_cents=0)]),
        claim(line("99213", place="21")),
        (0, "0.00"),
    ),
    case(
        "the percentage holds for the facility amount",
        contract(fees("120"), rates=[rate("99213", 92_47, facility_cents=68_11)]),
        claim(line("99213", place="24", units="2")),
        (163_46, "68.11 x 120 % = 81.732; 81.732 x 2 = 163.464 -> 163.46"),
    ),
    case(
        "a row for a place wins over the row for any",
        contract(rates=[rate("99213", 92_47), rate("99213", 80_00, place_of_service="12")]),
        claim(line("99213", place="12"), line("99213", place="11")),
        (80_00, "80.00"),
        (92_47, "92.47"),
    ),
    case(
        "a row that is out of date leaves the code to the next term",
        contract(
            fees(),
            REST_BY_CHARGE,
            rates=[rate("99213", 92_47, effective_to=date(2026, 3, 9))],
        ),
        claim(line("99213", 150_00)),
        (60_00, "150.00 x 40 % = 60.00"),
        terms=("rest",),
    ),
    case(
        "the last day of one row and the first of the next",
        contract(
            rates=[
                rate("99213", 92_47, effective_to=date(2026, 6, 30)),
                rate("99213", 95_01, effective_from=date(2026, 7, 1)),
            ]
        ),
        claim(line("99213", on="2026-06-30"), line("99213", on="2026-07-01")),
        (92_47, "92.47"),
        (95_01, "95.01"),
    ),
    case(
        "codes are compared in upper case",
        contract(
            fees(),
            term("drugs", FlatRate(7_00), codes="J9000-J9999"),
            rates=[rate("G0463", 71_25), rate("G0463-TC", 31_25)],
        ),
        claim(line("g0463"), line("j9035"), line("g0463-tc")),
        (71_25, "71.25"),
        (7_00, "7.00"),
        (31_25, "31.25"),
    ),
    case(
        "a code that the schedule lacks falls through to the next term",
        contract(fees(), REST_BY_CHARGE, rates=[VISIT]),
        claim(line("99213"), line("99999", 250_01)),
        (92_47, "92.47"),
        (100_00, "250.01 x 40 % = 100.004 -> 100.00"),
        terms=("fees", "rest"),
    ),
    case(
        "a second schedule term takes what the first lacks",
        contract(
            term("labs", ScheduledRate("fees"), codes="80048-89398"),
            fees("120"),
            rates=[VISIT, rate("80053", 10_56)],
        ),
        claim(line("80053"), line("99213")),
        (10_56, "10.56"),
        (110_96, "92.47 x 120 % = 110.964 -> 110.96"),
        terms=("labs", "fees"),
    ),
    case(
        "a code that no term has is not priced",
        contract(rates=[VISIT]),
        claim(line("99214"), line("99213")),
        (None, "no rate"),
        (92_47, "92.47"),
    ),
    case(
        "a line that no term covers is not priced",
        contract(term("labs", FlatRate(10_00), codes="80048-89398")),
        claim(line("99213")),
        (None, "no term"),
    ),
]


SELECTORS = [
    case(
        "the first term in the order written wins and not the dearest",
        contract(
            term("carved out", FlatRate(10_00), codes="99213"),
            fees("200"),
            rates=[VISIT],
        ),
        claim(line("99213")),
        (10_00, "10.00"),
        terms=("carved out",),
    ),
    case(
        "a range holds both of its ends and nothing beyond",
        contract(term("panel", FlatRate(10_00), codes="80050-80060"), REST_BY_CHARGE),
        claim(
            line("80049", 20_00),
            line("80050", 20_00),
            line("80060", 20_00),
            line("80061", 20_00),
        ),
        (8_00, "20.00 x 40 % = 8.00"),
        (10_00, "10.00"),
        (10_00, "10.00"),
        (8_00, "20.00 x 40 % = 8.00"),
    ),
    case(
        "a range holds codes of its own length alone",
        contract(term("room", FlatRate(10_00), codes="0100-0219"), REST_BY_CHARGE),
        claim(line("01500", 20_00)),
        (8_00, "20.00 x 40 % = 8.00"),
    ),
    case(
        "a selector asks for all of its modifiers",
        contract(
            term("left toe", FlatRate(15_00), modifiers="TA 59"),
            term("others", FlatRate(5_00)),
        ),
        claim(line("11720-59-TA"), line("11720-TA"), line("11720-59")),
        (15_00, "15.00"),
        (5_00, "5.00"),
        (5_00, "5.00"),
    ),
    case(
        "a selector refuses what it is to be without",
        contract(
            term("in person", FlatRate(90_00), without="95 GT"),
            term("by video", FlatRate(70_00)),
        ),
        claim(line("99213"), line("99213-95"), line("99213-25-gt"), line("99213-25")),
        (90_00, "90.00"),
        (70_00, "70.00"),
        (70_00, "70.00"),
        (90_00, "90.00"),
    ),
    case(
        "a selector by place",
        contract(
            term("at home", FlatRate(120_00), places="12 13"),
            term("others", FlatRate(80_00)),
        ),
        claim(line("99348", place="12"), line("99348", place="13"), line("99348", place="11")),
        (120_00, "120.00"),
        (120_00, "120.00"),
        (80_00, "80.00"),
    ),
    case(
        "a selector by revenue code",
        contract(
            term("emergency", FlatRate(500_00), revenue="0450-0459"),
            term("others", FlatRate(50_00)),
        ),
        claim(line("99283", revenue="0450"), line("71046", revenue="0320"), line("36415")),
        (500_00, "500.00"),
        (50_00, "50.00"),
        (50_00, "50.00"),
    ),
    case(
        "a line without a code is in no range of codes",
        contract(
            term("coded", FlatRate(20_00), codes="00100-99999"),
            term("others", PercentOfCharge(Decimal(10))),
        ),
        claim(line("", 300_00, revenue="0250")),
        (30_00, "300.00 x 10 % = 30.00"),
    ),
    case(
        "a type of bill is a beginning",
        contract(
            term("inpatient", FlatRate(900_00), bills="11 12"),
            term("others", FlatRate(90_00)),
        ),
        stay("2026-03-01", "2026-03-02", line(revenue="0250"), type_of_bill="111"),
        (900_00, "900.00"),
    ),
    case(
        "another type of bill is not its beginning",
        contract(
            term("inpatient", FlatRate(900_00), bills="11 12"),
            term("others", FlatRate(90_00)),
        ),
        stay("2026-03-01", "2026-03-02", line(revenue="0250"), type_of_bill="131"),
        (90_00, "90.00"),
    ),
    case(
        "a selector by kind of claim",
        contract(
            term("hospital", FlatRate(900_00), kinds=[ClaimKind.INSTITUTIONAL]),
            term("others", FlatRate(90_00)),
        ),
        claim(line("99213")),
        (90_00, "90.00"),
    ),
    case(
        "a selector by DRG covers the claim's lines",
        contract(
            term("hips", FlatRate(900_00), drgs="469-470"),
            term("others", FlatRate(90_00)),
        ),
        stay("2026-03-01", "2026-03-02", line(revenue="0250"), line(revenue="0270"), drg="470"),
        (900_00, "900.00"),
        (900_00, "900.00"),
    ),
    case(
        "a selector by DRG covers no claim without one",
        contract(
            term("hips", FlatRate(900_00), drgs="469-470"),
            term("others", FlatRate(90_00)),
        ),
        stay("2026-03-01", "2026-03-02", line(revenue="0250")),
        (90_00, "90.00"),
    ),
    case(
        "everything that a selector gives must hold",
        contract(
            term("scans", FlatRate(300_00), codes="70450-70498", places="11", without="26"),
            term("others", FlatRate(30_00)),
        ),
        claim(
            line("70450", place="11"),
            line("70450-26", place="11"),
            line("70450", place="22"),
            line("71250", place="11"),
        ),
        (300_00, "300.00"),
        (None, "no rule for 26"),
        (30_00, "30.00"),
        (30_00, "30.00"),
        because=("26",),
    ),
    case(
        "an exclusion allows nothing",
        contract(term("cosmetic", NotPayable("not covered"), codes="15820-15829"), REST_BY_CHARGE),
        claim(line("15823", 900_00), line("99213", 100_00)),
        (0, "0.00"),
        (40_00, "100.00 x 40 % = 40.00"),
    ),
    case(
        "an exclusion after the term that covers excludes nothing",
        contract(REST_BY_CHARGE, term("cosmetic", NotPayable(), codes="15823")),
        claim(line("15823", 900_00)),
        (360_00, "900.00 x 40 % = 360.00"),
    ),
]


CHARGES_AND_FLAT_RATES = [
    case(
        "a percentage of the charge",
        contract(term("charges", PercentOfCharge(Decimal(60)))),
        claim(line("99213", 123_45)),
        (74_07, "123.45 x 60 % = 74.07"),
    ),
    case(
        "half a cent of a charge rounds up",
        contract(term("charges", PercentOfCharge(Decimal("62.5")))),
        claim(line("99213", 100_04)),
        (62_53, "100.04 x 62.5 % = 62.525 -> 62.53"),
    ),
    case(
        "a third of a charge",
        contract(term("charges", PercentOfCharge(Decimal("33.3333")))),
        claim(line("99213", 200_00)),
        (66_67, "200.00 x 33.3333 % = 66.6666 -> 66.67"),
    ),
    case(
        "units play no part in a percentage of the charge",
        contract(term("charges", PercentOfCharge(Decimal(60)))),
        claim(line("J1100", 123_45, units="12.5")),
        (74_07, "123.45 x 60 % = 74.07"),
    ),
    case(
        "modifiers play no part in a percentage of the charge",
        contract(
            term("charges", PercentOfCharge(Decimal(60))),
            modifiers=[modifier("22", "150"), modifier("52", "50")],
        ),
        claim(
            line("27447-80", 123_45),
            line("27447-22", 123_45),
            line("27447-52", 123_45),
            line("71046-26", 123_45),
            line("27448-50", 123_45),
        ),
        *((74_07, "123.45 x 60 % = 74.07") for _ in range(5)),
    ),
    case(
        "escalators play no part in a percentage of the charge",
        contract(
            term("charges", PercentOfCharge(Decimal(60))),
            escalators=(escalator("2026-01-01", "10"),),
        ),
        claim(line("99213", 123_45)),
        (74_07, "123.45 x 60 % = 74.07"),
    ),
    case(
        "a percentage above a hundred is capped at the charge",
        contract(term("charges", PercentOfCharge(Decimal(110)))),
        claim(line("99213", 100_00)),
        (100_00, "100.00 x 110 % = 110.00; above the charge: 100.00"),
        capped=(1,),
    ),
    case(
        "a percentage above a hundred stands where nothing caps",
        contract(term("charges", PercentOfCharge(Decimal(110))), lesser_of=LesserOf.NONE),
        claim(line("99213", 100_00)),
        (110_00, "100.00 x 110 % = 110.00"),
        capped=(),
    ),
    case(
        "a flat rate for each unit",
        contract(term("visits", FlatRate(45_67))),
        claim(line("97110", units="3")),
        (137_01, "45.67 x 3 = 137.01"),
    ),
    case(
        "a flat rate for each half unit",
        contract(term("visits", FlatRate(45_67))),
        claim(line("97110", units="1.5")),
        (68_51, "45.67 x 1.5 = 68.505 -> 68.51"),
    ),
    case(
        "a flat rate for the line whatever its units",
        contract(term("visits", FlatRate(45_67, per_unit=False))),
        claim(line("97110", units="3"), line("97110", units=None)),
        (45_67, "45.67"),
        (45_67, "45.67"),
    ),
    case(
        "a flat rate is raised by escalators",
        contract(term("visits", FlatRate(45_67)), escalators=(escalator("2026-03-10", "3"),)),
        claim(line("97110", units="2")),
        (94_08, "45.67 x 103 % x 2 = 94.0802 -> 94.08"),
    ),
    case(
        "modifiers apply to flat rates",
        contract(term("surgery", FlatRate(1_000_00))),
        claim(line("27447-80"), line("27447-62")),
        (160_00, "1000.00 x 16 % = 160.00"),
        (625_00, "1000.00 x 62.5 % = 625.00"),
    ),
    case(
        "a flat rate knows no professional share without a rule",
        contract(term("scans", FlatRate(300_00))),
        claim(line("71250-26"), line("71250-TC"), line("71250")),
        (None, "no rule for 26"),
        (None, "no rule for TC"),
        (300_00, "300.00"),
        because=("26", "TC"),
    ),
    case(
        "multiple procedures apply to flat rates by their codes",
        contract(
            term("surgery", FlatRate(800_00), codes="27000-27999"),
            term("hand", FlatRate(1_000_00), codes="26000-26999"),
            multiple_procedures=(several("100 50", codes="20000-29999"),),
        ),
        claim(line("27447"), line("26055")),
        (400_00, "second: 800.00 x 50 % = 400.00"),
        (1_000_00, "first: 1000.00"),
    ),
]


LINE_CASES = [*SCHEDULES, *SELECTORS, *CHARGES_AND_FLAT_RATES]

"""Cases of several procedures on one day."""

from datetime import date

from edi_engine.records.contracts import BilateralRule, Portion, ScheduleRate
from tests.contracts.contract_making import (
    claim,
    contract,
    escalator,
    fees,
    line,
    modifier,
    rate,
    several,
)
from tests.contracts.pricing_case import case


def surgery(procedure: str, cents: int, **fields: object) -> ScheduleRate:
    """A rate with the usual indicator of multiple procedures."""
    return rate(procedure, cents, multiple_procedures="2", **fields)


LOW, HIGH, MIDDLE = surgery("11111", 300_00), surgery("22222", 1_000_00), surgery("33333", 600_00)
SURGERIES = (LOW, HIGH, MIDDLE, surgery("44444", 200_00), surgery("55555", 100_00))
HALVES = several("100 50", indicators="2")
QUARTERS = several("100 50 25", indicators="2")


WHOLE = [
    case(
        "G38: three surgeries, low, high and middle, are ranked by their rates",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("11111"), line("22222"), line("33333")),
        (150_00, "third: 300.00 x 50 % = 150.00"),
        (1_000_00, "first: 1000.00"),
        (300_00, "second: 600.00 x 50 % = 300.00"),
    ),
    case(
        "without a rule nothing is reduced",
        contract(rates=SURGERIES),
        claim(line("11111"), line("22222"), line("33333")),
        (300_00, "300.00"),
        (1_000_00, "1000.00"),
        (600_00, "600.00"),
    ),
    case(
        "one procedure alone is paid by the first percentage",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("11111")),
        (300_00, "300.00"),
    ),
    case(
        "a ladder of three goes on with its last",
        contract(rates=SURGERIES, multiple_procedures=(QUARTERS,)),
        claim(*(line(f"{digit}" * 5) for digit in (5, 4, 3, 2, 1))),
        (25_00, "fifth: 100.00 x 25 % = 25.00"),
        (50_00, "fourth: 200.00 x 25 % = 50.00"),
        (300_00, "second: 600.00 x 50 % = 300.00"),
        (1_000_00, "first: 1000.00"),
        (75_00, "third: 300.00 x 25 % = 75.00"),
    ),
    case(
        "a ladder that does not begin with a hundred",
        contract(rates=SURGERIES, multiple_procedures=(several("90 62.5", indicators="2"),)),
        claim(line("11111"), line("33333")),
        (187_50, "second: 300.00 x 62.5 % = 187.50"),
        (540_00, "first: 600.00 x 90 % = 540.00"),
    ),
    case(
        "equal rates are ranked by line number",
        contract(
            rates=[surgery("11111", 300_00), surgery("22222", 300_00), surgery("33333", 300_00)],
            multiple_procedures=(QUARTERS,),
        ),
        claim(line("33333"), line("11111"), line("22222")),
        (300_00, "first: 300.00"),
        (150_00, "second: 300.00 x 50 % = 150.00"),
        (75_00, "third: 300.00 x 25 % = 75.00"),
    ),
    case(
        "half a cent of a reduction rounds up",
        contract(
            rates=[surgery("11111", 100_01), surgery("22222", 100_02)],
            multiple_procedures=(several("100 33.333", indicators="2"),),
        ),
        claim(line("11111"), line("22222")),
        (33_34, "second: 100.01 x 33.333 % = 33.3363333 -> 33.34"),
        (100_02, "first: 100.02"),
    ),
    case(
        "three units of one line are three procedures",
        contract(rates=SURGERIES, multiple_procedures=(QUARTERS,)),
        claim(line("11111", units="3")),
        (525_00, "300.00 + 300.00 x 50 % + 300.00 x 25 % = 525.00"),
    ),
    case(
        "the units of one line stand between those of others",
        contract(rates=SURGERIES, multiple_procedures=(QUARTERS,)),
        claim(line("11111"), line("33333", units="2"), line("44444", units="2")),
        (75_00, "third: 300.00 x 25 % = 75.00"),
        (900_00, "first and second: 600.00 + 600.00 x 50 % = 900.00"),
        (100_00, "fourth and fifth: 200.00 x 25 % x 2 = 100.00"),
    ),
    case(
        "a unit ranks by itself and not with its line",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("11111", units="3"), line("33333")),
        (450_00, "second to fourth: 300.00 x 50 % x 3 = 450.00"),
        (600_00, "first: 600.00"),
    ),
    case(
        "parts of a unit make the line one procedure",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("11111", units="2.5"), line("33333")),
        (750_00, "first: 300.00 x 2.5 = 750.00"),
        (300_00, "second: 600.00 x 50 % = 300.00"),
    ),
    case(
        "a hundred units are a hundred procedures",
        contract(
            rates=[surgery("11111", 1_00), surgery("22222", 50_00)], multiple_procedures=(HALVES,)
        ),
        claim(line("11111", units="100"), line("22222")),
        (50_00, "after the first: 1.00 x 50 % x 100 = 50.00"),
        (50_00, "first: 50.00"),
    ),
    case(
        "more than a hundred units are one",
        contract(
            rates=[surgery("11111", 1_00), surgery("22222", 50_00)], multiple_procedures=(HALVES,)
        ),
        claim(line("11111", units="101"), line("22222")),
        (101_00, "first: 1.00 x 101 = 101.00"),
        (25_00, "second: 50.00 x 50 % = 25.00"),
    ),
    case(
        "absent units are one procedure",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("33333", units=None), line("22222")),
        (300_00, "second: 600.00 x 50 % = 300.00"),
        (1_000_00, "first: 1000.00"),
    ),
    case(
        "every day has a ranking of its own",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(
            line("11111", on="2026-03-10"),
            line("22222", on="2026-03-11"),
            line("33333", on="2026-03-10"),
        ),
        (150_00, "second of its day: 300.00 x 50 % = 150.00"),
        (1_000_00, "alone: 1000.00"),
        (600_00, "first of its day: 600.00"),
    ),
    case(
        "a line with another indicator is not ranked",
        contract(
            rates=[*SURGERIES, rate("99213", 2_000_00, multiple_procedures="0")],
            multiple_procedures=(HALVES,),
        ),
        claim(line("11111"), line("99213"), line("33333")),
        (150_00, "second: 300.00 x 50 % = 150.00"),
        (2_000_00, "2000.00"),
        (600_00, "first: 600.00"),
    ),
    case(
        "a line that cannot be priced takes no rank",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("22222", units="0"), line("33333"), line("22222-52"), line("11111")),
        (None, "no units"),
        (600_00, "first: 600.00"),
        (None, "no rule for 52"),
        (150_00, "second: 300.00 x 50 % = 150.00"),
        because=("52",),
    ),
    case(
        "a rule may name codes instead of indicators",
        contract(
            rates=[rate("27447", 1_000_00), rate("29881", 1_200_00), rate("99213", 1_100_00)],
            multiple_procedures=(several("100 50", codes="20000-29999"),),
        ),
        claim(line("27447"), line("29881"), line("99213")),
        (500_00, "second: 1000.00 x 50 % = 500.00"),
        (1_200_00, "first: 1200.00"),
        (1_100_00, "1100.00"),
    ),
    case(
        "two rules have two rankings",
        contract(
            rates=[
                surgery("11111", 300_00),
                surgery("22222", 400_00),
                rate("33333", 200_00, multiple_procedures="1"),
                rate("44444", 100_00, multiple_procedures="1"),
            ],
            multiple_procedures=(
                HALVES,
                several("100 25", name="older surgeries", indicators="1"),
            ),
        ),
        claim(line("11111"), line("22222"), line("33333"), line("44444")),
        (150_00, "second of 2: 300.00 x 50 % = 150.00"),
        (400_00, "first of 2: 400.00"),
        (200_00, "first of 1: 200.00"),
        (25_00, "second of 1: 100.00 x 25 % = 25.00"),
    ),
    case(
        "amounts are ranked after modifiers",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("22222-80"), line("11111")),
        (80_00, "second: 1000.00 x 16 % x 50 % = 80.00"),
        (300_00, "first: 300.00"),
    ),
    case(
        "amounts are ranked after escalators and percentages",
        contract(
            fees("110"),
            rates=SURGERIES,
            multiple_procedures=(HALVES,),
            escalators=(escalator("2026-01-01", "10"),),
        ),
        claim(line("11111"), line("33333")),
        (181_50, "second: 300.00 x 110 % x 110 % x 50 % = 181.50"),
        (726_00, "first: 600.00 x 110 % x 110 % = 726.00"),
    ),
    case(
        "a distinct procedure is ranked like any other",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("22222"), line("33333-59"), line("11111-XS"), line("44444-79")),
        (1_000_00, "first: 1000.00"),
        (300_00, "second: 600.00 x 50 % = 300.00"),
        (150_00, "third: 300.00 x 50 % = 150.00"),
        (100_00, "fourth: 200.00 x 50 % = 100.00"),
    ),
    case(
        "a return to the theatre is ranked with its share",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,), modifiers=[modifier("78", "70")]),
        claim(line("22222"), line("33333-78")),
        (1_000_00, "first: 1000.00"),
        (210_00, "second: 600.00 x 70 % x 50 % = 210.00"),
    ),
    case(
        "51 changes nothing beside the rule",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("22222-51"), line("33333")),
        (1_000_00, "first: 1000.00"),
        (300_00, "second: 600.00 x 50 % = 300.00"),
    ),
    case(
        "both sides on one line rank as one procedure in full",
        contract(rates=SURGERIES, multiple_procedures=(HALVES,)),
        claim(line("33333-50"), line("11111"), line("44444")),
        (900_00, "first: 600.00 x 150 % = 900.00"),
        (150_00, "second: 300.00 x 50 % = 150.00"),
        (100_00, "third: 200.00 x 50 % = 100.00"),
    ),
    case(
        "both sides together may be first where one side were second",
        contract(
            rates=[surgery("11111", 700_00), surgery("33333", 600_00)],
            multiple_procedures=(HALVES,),
        ),
        claim(line("11111"), line("33333-50")),
        (350_00, "second: 700.00 x 50 % = 350.00"),
        (900_00, "first: 600.00 x 150 % = 900.00"),
    ),
    case(
        "both sides on two lines rank as one procedure",
        contract(
            rates=[surgery("11111", 700_00), surgery("33333", 600_00)],
            multiple_procedures=(HALVES,),
        ),
        claim(line("11111"), line("33333-RT"), line("33333-LT")),
        (350_00, "second: 700.00 x 50 % = 350.00"),
        (600_00, "first with the next: 600.00"),
        (300_00, "600.00 x 50 % = 300.00"),
    ),
    case(
        "both sides on two lines are reduced together",
        contract(rates=SURGERIES, multiple_procedures=(QUARTERS,)),
        claim(line("22222"), line("33333-RT"), line("33333-LT"), line("11111")),
        (1_000_00, "first: 1000.00"),
        (300_00, "second with the next: 600.00 x 50 % = 300.00"),
        (150_00, "600.00 x 50 % x 50 % = 150.00"),
        (75_00, "third: 300.00 x 25 % = 75.00"),
    ),
    case(
        "both sides on one line are reduced the same",
        contract(rates=SURGERIES, multiple_procedures=(QUARTERS,), bilateral=BilateralRule()),
        claim(line("22222"), line("33333-50"), line("11111")),
        (1_000_00, "first: 1000.00"),
        (450_00, "second: 600.00 x 150 % x 50 % = 450.00"),
        (75_00, "third: 300.00 x 25 % = 75.00"),
    ),
    case(
        "rates of two rows by date are ranked as they stand",
        contract(
            rates=[
                surgery("11111", 300_00, effective_to=date(2026, 3, 9)),
                surgery("11111", 700_00, effective_from=date(2026, 3, 10)),
                MIDDLE,
            ],
            multiple_procedures=(HALVES,),
        ),
        claim(line("33333"), line("11111")),
        (300_00, "second: 600.00 x 50 % = 300.00"),
        (700_00, "first: 700.00"),
    ),
    case(
        "a thousand procedures on one claim",
        contract(
            rates=[surgery(f"{number:05d}", 4 * number) for number in range(1, 1001)],
            multiple_procedures=(QUARTERS,),
        ),
        claim(*(line(f"{number:05d}") for number in range(1, 1001))),
        *(
            (number, f"{number * 4 / 100:.2f} x 25 % = {number / 100:.2f}")
            for number in range(1, 999)
        ),
        (19_98, "second: 39.96 x 50 % = 19.98"),
        (40_00, "first: 40.00"),
    ),
]


def scan(code: str, whole_cents: int, technical_cents: int) -> tuple[ScheduleRate, ...]:
    """A code with its two shares, under the indicator of imaging."""
    return tuple(
        rate(procedure, cents, multiple_procedures="4")
        for procedure, cents in (
            (code, whole_cents),
            (f"{code}-TC", technical_cents),
            (f"{code}-26", whole_cents - technical_cents),
        )
    )


HEAD, CHEST = scan("70450", 200_00, 140_00), scan("71250", 180_00, 120_00)
TECHNICAL = several("100 50", indicators="4", portion=Portion.TECHNICAL)
PROFESSIONAL = several("100 95", indicators="4", portion=Portion.PROFESSIONAL)

SHARES = [
    case(
        "a technical line is reduced whole",
        contract(rates=[*HEAD, *CHEST], multiple_procedures=(TECHNICAL,)),
        claim(line("71250-TC"), line("70450-TC")),
        (60_00, "second: 120.00 x 50 % = 60.00"),
        (140_00, "first: 140.00"),
    ),
    case(
        "of a whole scan the technical share is reduced",
        contract(rates=[*HEAD, *CHEST], multiple_procedures=(TECHNICAL,)),
        claim(line("70450"), line("71250")),
        (200_00, "first: 200.00"),
        (120_00, "second: 180.00 - 120.00 x 50 % = 120.00"),
    ),
    case(
        "of a percentage of a scan the percentage of the technical share",
        contract(fees("110"), rates=[*HEAD, *CHEST], multiple_procedures=(TECHNICAL,)),
        claim(line("70450"), line("71250")),
        (220_00, "first: 200.00 x 110 % = 220.00"),
        (132_00, "second: (180.00 - 120.00 x 50 %) x 110 % = 132.00"),
    ),
    case(
        "the professional share is not reduced with the technical one",
        contract(rates=[*HEAD, *CHEST], multiple_procedures=(TECHNICAL,)),
        claim(line("70450"), line("71250-26")),
        (200_00, "first: 200.00"),
        (60_00, "60.00"),
    ),
    case(
        "professional shares alone are not reduced by it",
        contract(rates=[*HEAD, *CHEST], multiple_procedures=(TECHNICAL,)),
        claim(line("70450-26"), line("71250-26")),
        (60_00, "60.00"),
        (60_00, "60.00"),
    ),
    case(
        "a whole scan without a technical row is not reduced",
        contract(
            rates=[*HEAD, rate("71250", 180_00, multiple_procedures="4")],
            multiple_procedures=(TECHNICAL,),
        ),
        claim(line("70450"), line("71250")),
        (200_00, "first: 200.00"),
        (180_00, "180.00"),
    ),
    case(
        "a professional line is reduced whole",
        contract(
            rates=[*HEAD, *scan("71250", 190_00, 120_00)], multiple_procedures=(PROFESSIONAL,)
        ),
        claim(line("70450-26"), line("71250-26")),
        (57_00, "second: 60.00 x 95 % = 57.00"),
        (70_00, "first: 70.00"),
    ),
    case(
        "of a whole scan the professional share is reduced",
        contract(
            rates=[*scan("70450", 250_00, 140_00), *CHEST], multiple_procedures=(PROFESSIONAL,)
        ),
        claim(line("70450"), line("71250")),
        (250_00, "first: 250.00"),
        (177_00, "second: 180.00 - 60.00 x 5 % = 177.00"),
    ),
    case(
        "the technical share is not reduced with the professional one",
        contract(rates=[*HEAD, *CHEST], multiple_procedures=(PROFESSIONAL,)),
        claim(line("70450-TC"), line("71250-TC")),
        (140_00, "140.00"),
        (120_00, "120.00"),
    ),
    case(
        "rules for both shares reduce each its own",
        contract(
            rates=[*HEAD, *CHEST],
            multiple_procedures=(
                TECHNICAL,
                several("100 95", name="reading", indicators="4", portion=Portion.PROFESSIONAL),
            ),
        ),
        claim(line("70450-TC"), line("71250-TC"), line("70450-26", place="22")),
        (140_00, "first: 140.00"),
        (60_00, "second: 120.00 x 50 % = 60.00"),
        (60_00, "first reading: 60.00"),
    ),
]


def therapy(code: str, cents: int, expense_cents: int, **fields: object) -> ScheduleRate:
    return rate(
        code, cents, multiple_procedures="5", practice_expense_cents=expense_cents, **fields
    )


EXPENSE = several("100 50", indicators="5", portion=Portion.PRACTICE_EXPENSE)

PRACTICE_EXPENSE = [
    case(
        "the practice expense of each further unit is halved",
        contract(
            rates=[therapy("97110", 40_00, 20_00), therapy("97140", 30_00, 16_00)],
            multiple_procedures=(EXPENSE,),
        ),
        claim(line("97140"), line("97110", units="2")),
        (22_00, "third: 30.00 - 16.00 x 50 % = 22.00"),
        (70_00, "first and second: 40.00 + 40.00 - 20.00 x 50 % = 70.00"),
    ),
    case(
        "the highest practice expense and not the highest rate is paid in full",
        contract(
            rates=[therapy("97110", 50_00, 10_00), therapy("97140", 40_00, 20_00)],
            multiple_procedures=(EXPENSE,),
        ),
        claim(line("97110"), line("97140")),
        (45_00, "second: 50.00 - 10.00 x 50 % = 45.00"),
        (40_00, "first: 40.00"),
    ),
    case(
        "the practice expense in a facility is its own",
        contract(
            rates=[
                therapy(
                    "97110",
                    40_00,
                    20_00,
                    facility_cents=30_00,
                    facility_practice_expense_cents=10_00,
                ),
                therapy(
                    "97140",
                    35_00,
                    18_00,
                    facility_cents=25_00,
                    facility_practice_expense_cents=8_01,
                ),
            ],
            multiple_procedures=(EXPENSE,),
        ),
        claim(line("97110", place="22"), line("97140", place="22")),
        (30_00, "first: 30.00"),
        (21_00, "second: 25.00 - 8.01 x 50 % = 20.995 -> 21.00"),
    ),
    case(
        "a percentage of the schedule takes its practice expense with it",
        contract(
            fees("120"),
            rates=[therapy("97110", 40_00, 20_00), therapy("97140", 30_00, 16_00)],
            multiple_procedures=(EXPENSE,),
        ),
        claim(line("97110"), line("97140")),
        (48_00, "first: 40.00 x 120 % = 48.00"),
        (26_40, "second: (30.00 - 16.00 x 50 %) x 120 % = 26.40"),
    ),
    case(
        "equal practice expenses are ranked by line number",
        contract(
            rates=[therapy("97110", 40_00, 16_00), therapy("97140", 30_00, 16_00)],
            multiple_procedures=(EXPENSE,),
        ),
        claim(line("97140-GP"), line("97110-GP")),
        (30_00, "first: 30.00"),
        (32_00, "second: 40.00 - 16.00 x 50 % = 32.00"),
    ),
]

MULTIPLE_PROCEDURE_CASES = [*WHOLE, *SHARES, *PRACTICE_EXPENSE]

"""Cases of what comes after a line's rate or before it: charges that cap, escalators, rounding."""

from datetime import date

from edi_engine.records.contracts import (
    DateBasis,
    LesserOf,
    Rounding,
    ScheduledRate,
)
from tests.contracts.contract_making import (
    claim,
    contract,
    escalator,
    fees,
    line,
    rate,
    several,
    term,
)
from tests.contracts.pricing_case import case

LESSER_OF = [
    case(
        "G40: a charge below the rate is what is allowed",
        contract(rates=[rate("99213", 150_00)]),
        claim(line("99213", 120_00)),
        (120_00, "rate 150.00 but the charge: 120.00"),
        capped=(1,),
    ),
    case(
        "a charge equal to the rate caps nothing",
        contract(rates=[rate("99213", 150_00)]),
        claim(line("99213", 150_00)),
        (150_00, "150.00"),
        capped=(),
    ),
    case(
        "a charge one cent below the rate caps",
        contract(rates=[rate("99213", 150_00)]),
        claim(line("99213", 149_99), line("99213", 150_01)),
        (149_99, "149.99"),
        (150_00, "150.00"),
        capped=(1,),
    ),
    case(
        "a charge of nothing caps at nothing",
        contract(rates=[rate("99213", 150_00)]),
        claim(line("99213", 0)),
        (0, "0.00"),
        capped=(1,),
    ),
    case(
        "a charge of nothing is no cap where nothing caps",
        contract(rates=[rate("99213", 150_00)], lesser_of=LesserOf.NONE),
        claim(line("99213", 0)),
        (150_00, "150.00"),
        capped=(),
    ),
    case(
        "the charge is compared after units",
        contract(rates=[rate("97110", 50_00)]),
        claim(line("97110", 140_00, units="3"), line("97110", 160_00, units="3")),
        (140_00, "50.00 x 3 = 150.00; above the charge: 140.00"),
        (150_00, "50.00 x 3 = 150.00"),
        capped=(1,),
    ),
    case(
        "the charge is compared after modifiers",
        contract(rates=[rate("27447", 200_00)]),
        claim(line("27447-62", 150_00), line("27447-62", 124_99)),
        (125_00, "200.00 x 62.5 % = 125.00"),
        (124_99, "200.00 x 62.5 % = 125.00; above the charge: 124.99"),
        capped=(2,),
    ),
    case(
        "the charge is compared after the reduction, by which rates and not charges are ranked",
        contract(
            rates=[
                rate("29881", 1_000_00, multiple_procedures="2"),
                rate("29877", 600_00, multiple_procedures="2"),
            ],
            multiple_procedures=(several("100 50", indicators="2"),),
        ),
        claim(line("29877", 700_00), line("29881", 400_00)),
        (300_00, "second: 600.00 x 50 % = 300.00"),
        (400_00, "first: 1000.00; above the charge: 400.00"),
        capped=(2,),
    ),
    case(
        "a contract without lesser-of pays above the charge",
        contract(rates=[rate("99213", 150_00)], lesser_of=LesserOf.NONE),
        claim(line("99213", 120_00)),
        (150_00, "150.00"),
        capped=(),
    ),
    case(
        "a term may be without lesser-of",
        contract(
            term("drugs", ScheduledRate("fees"), codes="J0000-J9999", lesser_of=LesserOf.NONE),
            fees(),
            rates=[rate("J1100", 150_00), rate("99213", 150_00)],
        ),
        claim(line("J1100", 120_00), line("99213", 120_00)),
        (150_00, "150.00"),
        (120_00, "above the charge: 120.00"),
        capped=(2,),
    ),
    case(
        "a term may have lesser-of alone",
        contract(
            term("drugs", ScheduledRate("fees"), codes="J0000-J9999", lesser_of=LesserOf.LINE),
            fees(),
            rates=[rate("J1100", 150_00), rate("99213", 150_00)],
            lesser_of=LesserOf.NONE,
        ),
        claim(line("J1100", 120_00), line("99213", 120_00)),
        (120_00, "above the charge: 120.00"),
        (150_00, "150.00"),
        capped=(1,),
    ),
    case(
        "on the claim a line may pay above its charge while the sum does not",
        contract(rates=[rate("99213", 80_00), rate("99214", 130_00)], lesser_of=LesserOf.CLAIM),
        claim(line("99213", 100_00), line("99214", 120_00)),
        (80_00, "80 + 130 is not above 220: 80.00"),
        (130_00, "130.00"),
        capped=(),
    ),
    case(
        "on the claim every line pays its charge once the rates exceed the charges",
        contract(rates=[rate("99213", 80_00), rate("99214", 150_00)], lesser_of=LesserOf.CLAIM),
        claim(line("99213", 100_00), line("99214", 120_00)),
        (100_00, "80 + 150 is above 220: 100.00"),
        (120_00, "120.00"),
        capped=(1, 2),
    ),
    case(
        "on the claim rates equal to the charges stand",
        contract(rates=[rate("99213", 80_00), rate("99214", 140_00)], lesser_of=LesserOf.CLAIM),
        claim(line("99213", 100_00), line("99214", 120_00)),
        (80_00, "80 + 140 is 220: 80.00"),
        (140_00, "140.00"),
        capped=(),
    ),
    case(
        "on the claim one cent above is above",
        contract(rates=[rate("99213", 80_00), rate("99214", 140_01)], lesser_of=LesserOf.CLAIM),
        claim(line("99213", 100_00), line("99214", 120_00)),
        (100_00, "80 + 140.01 is above 220: 100.00"),
        (120_00, "120.00"),
        capped=(1, 2),
    ),
    case(
        "on the claim the sum is that after reductions",
        contract(
            rates=[
                rate("29881", 100_00, multiple_procedures="2"),
                rate("29877", 100_00, multiple_procedures="2"),
            ],
            multiple_procedures=(several("100 50", indicators="2"),),
            lesser_of=LesserOf.CLAIM,
        ),
        claim(line("29881", 80_00), line("29877", 80_00)),
        (100_00, "100 + 50 is not above 160: 100.00"),
        (50_00, "100.00 x 50 % = 50.00"),
        capped=(),
    ),
    case(
        "a term may have lesser-of on the claim",
        contract(
            fees(lesser_of=LesserOf.CLAIM), rates=[rate("99213", 80_00), rate("99214", 130_00)]
        ),
        claim(line("99213", 100_00), line("99214", 120_00)),
        (80_00, "80 + 130 is not above 220: 80.00"),
        (130_00, "130.00"),
        capped=(),
    ),
]


ESCALATORS = [
    case(
        "an escalator holds from its day on",
        contract(rates=[rate("99213", 100_00)], escalators=(escalator("2026-07-01", "3"),)),
        claim(
            line("99213", on="2026-06-30"),
            line("99213", on="2026-07-01"),
            line("99213", on="2026-12-31"),
        ),
        (100_00, "100.00"),
        (103_00, "100.00 x 103 % = 103.00"),
        (103_00, "100.00 x 103 % = 103.00"),
    ),
    case(
        "escalators compound",
        contract(
            rates=[rate("99213", 100_00)],
            escalators=(escalator("2026-02-01", "3"), escalator("2026-03-01", "2")),
        ),
        claim(line("99213", on="2026-02-15"), line("99213", on="2026-03-15")),
        (103_00, "100.00 x 103 % = 103.00"),
        (105_06, "100.00 x 103 % x 102 % = 105.06"),
    ),
    case(
        "an escalator may lower",
        contract(rates=[rate("99213", 92_47)], escalators=(escalator("2026-01-01", "-2.25"),)),
        claim(line("99213")),
        (90_39, "92.47 x 97.75 % = 90.389425 -> 90.39"),
    ),
    case(
        "an escalator of one term leaves the others",
        contract(
            term("labs", ScheduledRate("fees"), codes="80048-89398"),
            fees(),
            rates=[rate("80053", 10_00), rate("99213", 100_00)],
            escalators=(escalator("2026-01-01", "5", "labs"),),
        ),
        claim(line("80053"), line("99213")),
        (10_50, "10.00 x 105 % = 10.50"),
        (100_00, "100.00"),
    ),
    case(
        "the day of admission decides on escalators where it dates the contract",
        contract(
            rates=[rate("99213", 100_00)],
            escalators=(escalator("2026-07-01", "3"),),
            dated_by=DateBasis.ADMISSION,
        ),
        claim(line("99213", on="2026-07-02"), admitted_on=date(2026, 6, 30)),
        (100_00, "admitted before: 100.00"),
    ),
    case(
        "percentage, two escalators and units in exact arithmetic",
        contract(
            fees("112.5"),
            rates=[rate("J1100", 7_77)],
            escalators=(escalator("2026-01-01", "1.5"), escalator("2026-02-01", "2.25")),
        ),
        claim(line("J1100", units="3.5")),
        (31_75, "7.77 x 112.5 % x 101.5 % x 102.25 % x 3.5 -> 31.75"),
    ),
]


ROUNDING = [
    case(
        "one rounding at the end of the line",
        contract(fees("150"), rates=[rate("J1100", 33_33)]),
        claim(line("J1100", units="3")),
        (149_99, "33.33 x 150 % x 3 = 149.985 -> 149.99"),
    ),
    case(
        "the same with a rounding at each step",
        contract(fees("150"), rates=[rate("J1100", 33_33)], rounding=Rounding.STEP),
        claim(line("J1100", units="3")),
        (150_00, "33.33 x 150 % = 49.995 -> 50.00; 50.00 x 3 = 150.00"),
    ),
    case(
        "two escalators and one rounding",
        contract(
            rates=[rate("J1100", 10_10)],
            escalators=(escalator("2026-01-01", "2.5"), escalator("2026-02-01", "2.5")),
        ),
        claim(line("J1100", units="10")),
        (106_11, "10.10 x 102.5 % x 102.5 % x 10 = 106.113125 -> 106.11"),
    ),
    case(
        "two escalators, each rounded",
        contract(
            rates=[rate("J1100", 10_10)],
            escalators=(escalator("2026-01-01", "2.5"), escalator("2026-02-01", "2.5")),
            rounding=Rounding.STEP,
        ),
        claim(line("J1100", units="10")),
        (
            106_10,
            "10.10 x 102.5 % -> 10.35; 10.35 x 102.5 % -> 10.61; 10.61 x 10 = 106.10",
        ),
    ),
    case(
        "a modifier and a reduction with one rounding",
        contract(
            rates=[
                rate("27447", 10_03, multiple_procedures="2"),
                rate("27130", 90_00, multiple_procedures="2"),
            ],
            multiple_procedures=(several("100 50", indicators="2"),),
        ),
        claim(line("27447-62"), line("27130")),
        (3_13, "10.03 x 62.5 % x 50 % = 3.134375 -> 3.13"),
        (90_00, "90.00"),
    ),
    case(
        "a modifier and a reduction, each rounded",
        contract(
            rates=[
                rate("27447", 10_03, multiple_procedures="2"),
                rate("27130", 90_00, multiple_procedures="2"),
            ],
            multiple_procedures=(several("100 50", indicators="2"),),
            rounding=Rounding.STEP,
        ),
        claim(line("27447-62"), line("27130")),
        (3_14, "10.03 x 62.5 % = 6.26875 -> 6.27; 6.27 x 50 % = 3.135 -> 3.14"),
        (90_00, "90.00"),
    ),
    case(
        "units are rounded before the modifier at each step",
        contract(rates=[rate("J1100", 33_33)], rounding=Rounding.STEP),
        claim(line("J1100-62", units="2.5")),
        (52_08, "33.33 x 2.5 = 83.325 -> 83.33; 83.33 x 62.5 % = 52.08125 -> 52.08"),
    ),
    case(
        "a modifier of odd units at each step and at the end differ",
        contract(rates=[rate("J1100", 1_11)], rounding=Rounding.STEP),
        claim(line("J1100-62", units="2.5")),
        (1_74, "1.11 x 2.5 = 2.775 -> 2.78; 2.78 x 62.5 % = 1.7375 -> 1.74"),
    ),
    case(
        "and at the end",
        contract(rates=[rate("J1100", 1_11)]),
        claim(line("J1100-62", units="2.5")),
        (1_73, "1.11 x 2.5 x 62.5 % = 1.734375 -> 1.73"),
    ),
]

CAP_AND_ROUNDING_CASES = [*LESSER_OF, *ESCALATORS, *ROUNDING]

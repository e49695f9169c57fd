"""Cases of endoscopies on one day: within a family, and families among other procedures."""

from edi_engine.records.contracts import BilateralRule, Portion, ScheduleRate
from tests.contracts.cases_of_multiple_procedures import HALVES, QUARTERS, surgery
from tests.contracts.contract_making import claim, contract, fees, line, rate, several
from tests.contracts.pricing_case import case


def scope(code: str, cents: int, base: str = "45378") -> ScheduleRate:
    return rate(code, cents, multiple_procedures="3", endoscopic_base=base)


BASE = scope("45378", 200_00)
SCOPES = several("100", name="scopes", indicators="3", portion=Portion.ENDOSCOPY)

WITHIN_A_FAMILY = [
    case(
        "the highest endoscopy in full, another of its family above the base",
        contract(
            rates=[BASE, scope("45380", 280_00), scope("45385", 350_00)],
            multiple_procedures=(SCOPES,),
        ),
        claim(line("45380"), line("45385")),
        (80_00, "280.00 - 200.00 = 80.00"),
        (350_00, "first: 350.00"),
    ),
    case(
        "the base itself beside one of its family is in it",
        contract(rates=[BASE, scope("45385", 350_00)], multiple_procedures=(SCOPES,)),
        claim(line("45378"), line("45385")),
        (0, "200.00 - 200.00 = 0.00"),
        (350_00, "first: 350.00"),
    ),
    case(
        "an endoscopy cheaper than its base is paid nothing and not less",
        contract(
            rates=[BASE, scope("45379", 150_00), scope("45385", 350_00)],
            multiple_procedures=(SCOPES,),
        ),
        claim(line("45379"), line("45385")),
        (0, "below 200.00: 0.00"),
        (350_00, "first: 350.00"),
    ),
    case(
        "one endoscopy of a family is paid in full",
        contract(rates=[BASE, scope("45380", 280_00)], multiple_procedures=(SCOPES,)),
        claim(line("45380")),
        (280_00, "280.00"),
    ),
    case(
        "endoscopies of two families are each the first of theirs",
        contract(
            rates=[
                BASE,
                scope("45385", 350_00),
                scope("43235", 180_00, base="43235"),
                scope("43239", 240_00, base="43235"),
                scope("43255", 300_00, base="43235"),
            ],
            multiple_procedures=(SCOPES,),
        ),
        claim(line("45385"), line("43239"), line("43255")),
        (350_00, "350.00"),
        (60_00, "240.00 - 180.00 = 60.00"),
        (300_00, "300.00"),
    ),
    case(
        "a percentage of the schedule takes the base with it",
        contract(
            fees("110"),
            rates=[BASE, scope("45380", 280_05), scope("45385", 350_00)],
            multiple_procedures=(SCOPES,),
        ),
        claim(line("45385"), line("45380")),
        (385_00, "350.00 x 110 % = 385.00"),
        (88_06, "(280.05 - 200.00) x 110 % = 88.055 -> 88.06"),
    ),
    case(
        "the base in a facility is its facility amount",
        contract(
            rates=[
                rate("45378", 200_00, facility_cents=120_00),
                rate(
                    "45380",
                    280_00,
                    facility_cents=170_00,
                    multiple_procedures="3",
                    endoscopic_base="45378",
                ),
                rate(
                    "45385",
                    350_00,
                    facility_cents=260_00,
                    multiple_procedures="3",
                    endoscopic_base="45378",
                ),
            ],
            multiple_procedures=(SCOPES,),
        ),
        claim(line("45385", place="24"), line("45380", place="24")),
        (260_00, "260.00"),
        (50_00, "170.00 - 120.00 = 50.00"),
    ),
]

RANKED_SCOPES = several("100 50", name="scopes", indicators="3", portion=Portion.ENDOSCOPY)
QUARTERED_SCOPES = several("100 50 25", name="scopes", indicators="3", portion=Portion.ENDOSCOPY)
COLON = (surgery("45378", 200_00), scope("45380", 280_00), scope("45385", 350_00))
UPPER = (
    surgery("43235", 180_00),
    scope("43239", 240_00, base="43235"),
    scope("43255", 300_00, base="43235"),
)
SINUS = (
    surgery("31231", 200_00),
    scope("31255", 500_00, base="31231"),
    scope("31267", 300_00, base="31231"),
)
"""As CMS has them: the base has no base of its own, and the indicator of surgery."""

RANKED = [
    case(
        "endoscopies of two families are ranked among each other",
        contract(rates=[*COLON, *UPPER], multiple_procedures=(RANKED_SCOPES,)),
        claim(line("43239"), line("45385")),
        (120_00, "second: 240.00 x 50 % = 120.00"),
        (350_00, "first: 350.00"),
    ),
    case(
        "each family is paid as one, then ranked by its sum",
        contract(rates=[*COLON, *UPPER], multiple_procedures=(RANKED_SCOPES,)),
        claim(line("45380"), line("45385"), line("43239"), line("43255")),
        (80_00, "first with the next, 430.00: 280.00 - 200.00 = 80.00"),
        (350_00, "350.00"),
        (30_00, "second with the next, 360.00: (240.00 - 180.00) x 50 % = 30.00"),
        (150_00, "300.00 x 50 % = 150.00"),
    ),
    case(
        "a family outranks a surgery that is dearer than its dearest endoscopy",
        contract(
            rates=[*COLON, surgery("11111", 400_00)], multiple_procedures=(HALVES, RANKED_SCOPES)
        ),
        claim(line("11111"), line("45385"), line("45380")),
        (200_00, "second: 400.00 x 50 % = 200.00"),
        (350_00, "first with the next, 430.00: 350.00"),
        (80_00, "280.00 - 200.00 = 80.00"),
    ),
    case(
        "a surgery outranks a family that is cheaper as a whole",
        contract(
            rates=[*COLON, surgery("11111", 500_00)], multiple_procedures=(HALVES, RANKED_SCOPES)
        ),
        claim(line("11111"), line("45385"), line("45380")),
        (500_00, "first: 500.00"),
        (175_00, "second with the next, 430.00: 350.00 x 50 % = 175.00"),
        (40_00, "(280.00 - 200.00) x 50 % = 40.00"),
    ),
    case(
        "two families stand between surgeries, each in one place",
        contract(
            rates=[*COLON, *UPPER, surgery("11111", 1_000_00), surgery("22222", 300_00)],
            multiple_procedures=(QUARTERS, QUARTERED_SCOPES),
        ),
        claim(
            line("22222"),
            line("43255"),
            line("43239"),
            line("45380"),
            line("45385"),
            line("11111"),
        ),
        (75_00, "fourth: 300.00 x 25 % = 75.00"),
        (75_00, "third with the next, 360.00: 300.00 x 25 % = 75.00"),
        (15_00, "(240.00 - 180.00) x 25 % = 15.00"),
        (40_00, "second with the next, 430.00: (280.00 - 200.00) x 50 % = 40.00"),
        (175_00, "350.00 x 50 % = 175.00"),
        (1_000_00, "first: 1000.00"),
    ),
    case(
        "an endoscopy alone is ranked like a surgery",
        contract(
            rates=[*COLON, surgery("11111", 400_00)], multiple_procedures=(HALVES, RANKED_SCOPES)
        ),
        claim(line("45385"), line("11111")),
        (175_00, "second: 350.00 x 50 % = 175.00"),
        (400_00, "first: 400.00"),
    ),
    case(
        "surgeries take as many places as they have units, a family one",
        contract(
            rates=[*COLON, surgery("11111", 500_00)], multiple_procedures=(QUARTERS, RANKED_SCOPES)
        ),
        claim(line("11111", units="2"), line("45385"), line("45380")),
        (750_00, "first and second: 500.00 + 500.00 x 50 % = 750.00"),
        (175_00, "third, its ladder ends with 50 %: 350.00 x 50 % = 175.00"),
        (40_00, "(280.00 - 200.00) x 50 % = 40.00"),
    ),
    case(
        "a family whose rule only reduces to the base takes no place among surgeries",
        contract(rates=[*COLON, surgery("11111", 400_00)], multiple_procedures=(HALVES, SCOPES)),
        claim(line("11111"), line("45385"), line("45380")),
        (400_00, "400.00"),
        (350_00, "350.00"),
        (80_00, "280.00 - 200.00 = 80.00"),
    ),
    case(
        "a further unit of one endoscopy is another of its family",
        contract(rates=COLON, multiple_procedures=(RANKED_SCOPES,)),
        claim(line("45385", units="2")),
        (500_00, "350.00 + (350.00 - 200.00) = 500.00"),
    ),
    case(
        "units of the dearest beside another",
        contract(rates=COLON, multiple_procedures=(RANKED_SCOPES,)),
        claim(line("45385", units="3"), line("45380")),
        (650_00, "350.00 + (350.00 - 200.00) x 2 = 650.00"),
        (80_00, "280.00 - 200.00 = 80.00"),
    ),
    case(
        "units of the cheaper are each paid above the base, and rank by one",
        contract(rates=COLON, multiple_procedures=(RANKED_SCOPES,)),
        claim(line("45380", units="2"), line("45385")),
        (160_00, "(280.00 - 200.00) x 2 = 160.00"),
        (350_00, "first: 350.00"),
    ),
    case(
        "parts of a unit are one endoscopy",
        contract(rates=COLON, multiple_procedures=(RANKED_SCOPES,)),
        claim(line("45380", units="1.5"), line("45385")),
        (420_00, "first: 280.00 x 1.5 = 420.00"),
        (150_00, "350.00 - 200.00 = 150.00"),
    ),
    case(
        "a base with the indicator of surgery is in the family of its code",
        contract(rates=COLON, multiple_procedures=(HALVES, RANKED_SCOPES)),
        claim(line("45378"), line("45385")),
        (0, "200.00 - 200.00 = 0.00"),
        (350_00, "first: 350.00"),
    ),
    case(
        "a base in its family is not ranked with surgeries as well",
        contract(
            rates=[*COLON, surgery("11111", 300_00)], multiple_procedures=(HALVES, RANKED_SCOPES)
        ),
        claim(line("45378"), line("11111"), line("45385")),
        (0, "200.00 - 200.00 = 0.00"),
        (150_00, "second: 300.00 x 50 % = 150.00"),
        (350_00, "first: 350.00"),
    ),
    case(
        "a base without one of its family is a procedure like others",
        contract(rates=[*COLON, *UPPER], multiple_procedures=(HALVES, RANKED_SCOPES)),
        claim(line("45378"), line("43239")),
        (100_00, "second: 200.00 x 50 % = 100.00"),
        (240_00, "first: 240.00"),
    ),
    case(
        "an endoscopy whose base nobody names is ranked by itself",
        contract(
            rates=[*COLON, rate("99999", 380_00, multiple_procedures="3")],
            multiple_procedures=(RANKED_SCOPES,),
        ),
        claim(line("45385"), line("99999")),
        (175_00, "second: 350.00 x 50 % = 175.00"),
        (380_00, "first: 380.00"),
    ),
    case(
        "both sides of the dearest endoscopy are one",
        contract(rates=SINUS, multiple_procedures=(RANKED_SCOPES,), bilateral=BilateralRule()),
        claim(line("31255-50"), line("31267")),
        (750_00, "first: 500.00 x 150 % = 750.00"),
        (100_00, "300.00 - 200.00 = 100.00"),
    ),
    case(
        "both sides of another are paid above both sides of the base",
        contract(rates=SINUS, multiple_procedures=(RANKED_SCOPES,), bilateral=BilateralRule()),
        claim(line("31255"), line("31267-RT"), line("31267-LT")),
        (500_00, "first: 500.00"),
        (100_00, "300.00 - 200.00 = 100.00"),
        (50_00, "(300.00 - 200.00) x 50 % = 50.00"),
    ),
    case(
        "families of different days are not ranked together",
        contract(rates=[*COLON, *UPPER], multiple_procedures=(RANKED_SCOPES,)),
        claim(line("45385", on="2026-03-10"), line("43239", on="2026-03-11")),
        (350_00, "350.00"),
        (240_00, "240.00"),
    ),
    case(
        "families are ranked after percentages, and half a cent rounds up",
        contract(
            fees("110"),
            rates=[*COLON, surgery("43235", 180_00), scope("43239", 240_01, base="43235")],
            multiple_procedures=(RANKED_SCOPES,),
        ),
        claim(line("45385"), line("43239")),
        (385_00, "first: 350.00 x 110 % = 385.00"),
        (132_01, "second: 240.01 x 110 % x 50 % = 132.0055 -> 132.01"),
    ),
    case(
        "a family one of which has no base to take off",
        contract(
            rates=[scope("45380", 280_00), scope("45385", 350_00), surgery("11111", 300_00)],
            multiple_procedures=(HALVES, RANKED_SCOPES),
        ),
        claim(line("45380"), line("45385"), line("11111")),
        (None, "the base 45378 has no rate"),
        (350_00, "first: 350.00"),
        (150_00, "second: 300.00 x 50 % = 150.00"),
    ),
]

ENDOSCOPY_CASES = [*WITHIN_A_FAMILY, *RANKED]

"""Cases of Medicare's cap of imaging at a hospital's outpatient payment."""

from edi_engine.records.contracts import BilateralRule, ScheduleRate
from tests.contracts.cases_of_multiple_procedures import HEAD, PROFESSIONAL, TECHNICAL
from tests.contracts.contract_making import claim, contract, fees, line, modifier, rate
from tests.contracts.pricing_case import case


def capped_scan(
    code: str, whole_cents: int, technical_cents: int, cap_cents: int, **fields: object
) -> tuple[ScheduleRate, ...]:
    """A code with its two shares; `cap_cents` is the cap of the technical one, and with the
    professional share on top of it that of the whole."""
    professional_cents = whole_cents - technical_cents
    fields.setdefault("multiple_procedures", "4")
    return (
        rate(code, whole_cents, outpatient_cap_cents=professional_cents + cap_cents, **fields),
        rate(f"{code}-TC", technical_cents, outpatient_cap_cents=cap_cents, **fields),
        rate(f"{code}-26", professional_cents, **fields),
    )


PELVIS = capped_scan("72191", 260_00, 200_00, 150_00)
LEG = capped_scan("73706", 240_00, 180_00, 70_00)
CHEST = capped_scan("71275", 180_00, 120_00, 90_00)

IMAGING_CAP_CASES = [
    case(
        "a technical line is paid what a hospital would get",
        contract(rates=PELVIS),
        claim(line("72191-TC")),
        (150_00, "200.00 - (200.00 - 150.00) = 150.00"),
    ),
    case(
        "of a whole scan the technical component is capped",
        contract(rates=PELVIS),
        claim(line("72191")),
        (210_00, "60.00 + 150.00 = 210.00"),
    ),
    case(
        "the professional component is not capped",
        contract(rates=PELVIS),
        claim(line("72191-26")),
        (60_00, "60.00"),
    ),
    case(
        "without a rule for several scans each is capped alone",
        contract(rates=[*PELVIS, *LEG]),
        claim(line("72191-TC"), line("73706-TC")),
        (150_00, "150.00"),
        (70_00, "70.00"),
    ),
    case(
        "what is reduced below the cap is not capped",
        contract(rates=[*PELVIS, *CHEST], multiple_procedures=(TECHNICAL,)),
        claim(line("72191-TC"), line("71275-TC")),
        (150_00, "first: 150.00"),
        (60_00, "second: 120.00 x 50 % = 60.00"),
    ),
    case(
        "what is reduced and still above the cap is capped",
        contract(rates=[*PELVIS, *LEG], multiple_procedures=(TECHNICAL,)),
        claim(line("73706-TC"), line("72191-TC")),
        (70_00, "second: 180.00 x 50 % = 90.00; not above 70.00: 70.00"),
        (150_00, "first: 150.00"),
    ),
    case(
        "so is the technical component of a whole scan",
        contract(rates=[*PELVIS, *LEG], multiple_procedures=(TECHNICAL,)),
        claim(line("73706"), line("72191")),
        (130_00, "second: 60.00 + 70.00 = 130.00"),
        (210_00, "first: 60.00 + 150.00 = 210.00"),
    ),
    case(
        "scans are ranked by their fees and not by their caps",
        contract(
            rates=[*capped_scan("72191", 260_00, 200_00, 50_00), *HEAD],
            multiple_procedures=(TECHNICAL,),
        ),
        claim(line("70450-TC"), line("72191-TC")),
        (70_00, "second: 140.00 x 50 % = 70.00"),
        (50_00, "first: 50.00"),
    ),
    case(
        "each unit is capped by itself",
        contract(rates=PELVIS, multiple_procedures=(TECHNICAL,)),
        claim(line("72191-TC", units="2")),
        (250_00, "150.00 + 200.00 x 50 % = 250.00"),
    ),
    case(
        "units of a whole scan too",
        contract(rates=PELVIS, multiple_procedures=(TECHNICAL,)),
        claim(line("72191", units="3")),
        (530_00, "60.00 x 3 + 150.00 + 200.00 x 50 % x 2 = 530.00"),
    ),
    case(
        "units without a rule are each paid up to the cap",
        contract(rates=PELVIS),
        claim(line("72191-TC", units="2")),
        (300_00, "150.00 x 2 = 300.00"),
    ),
    case(
        "a reduced professional component does not lift the cap",
        contract(rates=[*PELVIS, *LEG], multiple_procedures=(PROFESSIONAL,)),
        claim(line("72191"), line("73706")),
        (210_00, "first of equal ones: 60.00 + 150.00 = 210.00"),
        (127_00, "second: 60.00 x 95 % + 70.00 = 127.00"),
    ),
    case(
        "a percentage of Medicare is a percentage of what it pays",
        contract(fees("110"), rates=PELVIS),
        claim(line("72191-TC"), line("72191")),
        (165_00, "150.00 x 110 % = 165.00"),
        (231_00, "210.00 x 110 % = 231.00"),
    ),
    case(
        "a reduced service is paid its share of the capped fee",
        contract(rates=PELVIS, modifiers=[modifier("52", "50")]),
        claim(line("72191-TC-52")),
        (75_00, "150.00 x 50 % = 75.00"),
    ),
    case(
        "in a facility the cap is that of facilities",
        contract(
            rates=capped_scan(
                "72191",
                260_00,
                200_00,
                150_00,
                facility_cents=190_00,
                facility_outpatient_cap_cents=120_00,
            )
        ),
        claim(line("72191-TC", place="22"), line("72191-TC")),
        (120_00, "190.00 - 70.00 = 120.00"),
        (150_00, "150.00"),
    ),
    case(
        "both sides are each paid up to the cap",
        contract(
            rates=capped_scan("72191", 260_00, 200_00, 150_00, bilateral="3"),
            bilateral=BilateralRule(),
        ),
        claim(line("72191-TC-50")),
        (300_00, "150.00 x 200 % = 300.00"),
    ),
    case(
        "a technical share that the contract makes of the whole has no cap of its own",
        contract(rates=PELVIS[:1], modifiers=[modifier("TC", "75")]),
        claim(line("72191-TC")),
        (195_00, "260.00 x 75 % = 195.00"),
    ),
    case(
        "the charge caps what the cap leaves",
        contract(rates=PELVIS),
        claim(line("72191-TC", 140_00)),
        (140_00, "140.00, less than 150.00: 140.00"),
    ),
]

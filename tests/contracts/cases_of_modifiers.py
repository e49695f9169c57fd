"""Cases of modifiers, of both sides of one procedure, and of anesthesia."""

from decimal import Decimal

from edi_engine.records.contracts import (
    AnesthesiaRate,
    BilateralRule,
    Contract,
    FlatRate,
    Rounding,
    Term,
)
from tests.contracts.contract_making import (
    claim,
    contract,
    escalator,
    fees,
    line,
    modifier,
    rate,
    term,
)
from tests.contracts.pricing_case import PricingCase, case

HIP = rate("27130", 1_234_57)
INFORMATIONAL = ("24", "25", "57", "58", "59", "76", "77", "79", "90", "91", "95", "99", "GT", "KX")
INFORMATIONAL += ("LT", "E1", "F5", "T3", "TA", "XE", "XP", "XS", "XU")


def _hip(name: str, procedure: str, cents: int | None, how: str, *rules: str) -> PricingCase:
    """One line of a hip at 1,234.57, under rules written "80 20". Without a price the reason
    names the modifier."""
    return case(
        name,
        contract(rates=[HIP], modifiers=[modifier(*rule.split()) for rule in rules]),
        claim(line(procedure)),
        (cents, how),
        because=(procedure.split("-")[1],) if cents is None else (),
    )


MODIFIERS = [
    _hip(
        "each of two surgeons has 62.5 percent",
        "27130-62",
        771_61,
        "1234.57 x 62.5 % = 771.60625 -> 771.61",
    ),
    case(
        "half a cent of a surgeon's share rounds up",
        contract(rates=[rate("27130", 100_04)]),
        claim(line("27130-62")),
        (62_53, "100.04 x 62.5 % = 62.525 -> 62.53"),
    ),
    _hip("an assistant has 16 percent", "27130-80", 197_53, "1234.57 x 16 % = 197.5312 -> 197.53"),
    _hip("a minimum assistant too", "27130-81", 197_53, "1234.57 x 16 % = 197.5312 -> 197.53"),
    _hip("and one for want of a resident", "27130-82", 197_53, "1234.57 x 16 % -> 197.53"),
    _hip(
        "an assistant who is no physician has 85 percent of 16",
        "27130-AS",
        167_90,
        "1234.57 x 13.6 % = 167.90152 -> 167.90",
    ),
    _hip("AS with 80 counts once", "27130-AS-80", 167_90, "1234.57 x 13.6 % -> 167.90"),
    _hip("80 before AS counts once too", "27130-80-AS", 167_90, "1234.57 x 13.6 % -> 167.90"),
    _hip("AS with 81 counts once", "27130-81-AS", 167_90, "1234.57 x 13.6 % -> 167.90"),
    _hip("AS with 82 counts once", "27130-82-AS", 167_90, "1234.57 x 13.6 % -> 167.90"),
    _hip("an assistant in lower case", "27130-as", 167_90, "1234.57 x 13.6 % -> 167.90"),
    _hip(
        "a rule for AS counts with 80 beside it",
        "27130-AS-80",
        172_84,
        "1234.57 x 14 % = 172.8398 -> 172.84",
        "AS 14",
        "80 20",
    ),
    _hip("a rule of 20 for 80", "27130-80", 246_91, "1234.57 x 20 % = 246.914 -> 246.91", "80 20"),
    _hip("a rule of 13 for 81", "27130-81", 160_49, "1234.57 x 13 % = 160.4941 -> 160.49", "81 13"),
    _hip("a rule of 60 for 62", "27130-62", 740_74, "1234.57 x 60 % = 740.742 -> 740.74", "62 60"),
    _hip("surgeons in a team are paid by report", "27130-66", None, "by report"),
    _hip("unless a rule says", "27130-66", 411_48, "1234.57 x 33.33 % -> 411.48", "66 33.33"),
    _hip("22 raises nothing by itself", "27130-22", 1_234_57, "1234.57"),
    _hip(
        "a rule of 120 for 22",
        "27130-22",
        1_481_48,
        "1234.57 x 120 % = 1481.484 -> 1481.48",
        "22 120",
    ),
    _hip("51 lowers nothing by itself", "27130-51", 1_234_57, "1234.57"),
    _hip("63 raises nothing by itself", "27130-63", 1_234_57, "1234.57"),
    _hip(
        "a rule of 130 for 63",
        "27130-63",
        1_604_94,
        "1234.57 x 130 % = 1604.941 -> 1604.94",
        "63 130",
    ),
    _hip("reduced services need a rule", "27130-52", None, "no rule"),
    _hip("a rule of 50 for 52", "27130-52", 617_29, "1234.57 x 50 % = 617.285 -> 617.29", "52 50"),
    _hip("a discontinued procedure needs a rule", "27130-53", None, "no rule"),
    _hip("a rule of 25 for 53", "27130-53", 308_64, "1234.57 x 25 % = 308.6425 -> 308.64", "53 25"),
    _hip("before anesthesia it needs a rule", "27130-73", None, "no rule"),
    _hip("a rule of 50 for 73", "27130-73", 617_29, "1234.57 x 50 % = 617.285 -> 617.29", "73 50"),
    _hip(
        "a rule of 90 for 74", "27130-74", 1_111_11, "1234.57 x 90 % = 1111.113 -> 1111.11", "74 90"
    ),
    _hip("surgical care alone needs a rule", "27130-54", None, "no rule"),
    _hip("care after surgery alone needs a rule", "27130-55", None, "no rule"),
    _hip("care before surgery alone needs a rule", "27130-56", None, "no rule"),
    _hip("a rule of 69 for 54", "27130-54", 851_85, "1234.57 x 69 % = 851.8533 -> 851.85", "54 69"),
    _hip("a rule of 21 for 55", "27130-55", 259_26, "1234.57 x 21 % = 259.2597 -> 259.26", "55 21"),
    _hip("a rule of 10 for 56", "27130-56", 123_46, "1234.57 x 10 % = 123.457 -> 123.46", "56 10"),
    _hip("back in the theatre needs a rule or a share", "27130-78", None, "no rule"),
    _hip("a rule of 70 for 78", "27130-78", 864_20, "1234.57 x 70 % = 864.199 -> 864.20", "78 70"),
    _hip("a rule of nothing allows nothing", "27130-GZ", 0, "1234.57 x 0 % = 0.00", "GZ 0"),
    _hip(
        "a rule for a modifier that is informational elsewhere",
        "27130-77",
        987_66,
        "1234.57 x 80 % = 987.656 -> 987.66",
        "77 80",
    ),
    _hip(
        "two modifiers multiply",
        "27130-22-62",
        925_93,
        "1234.57 x 120 % x 62.5 % = 925.9275 -> 925.93",
        "22 120",
    ),
    _hip(
        "in either order",
        "27130-62-22",
        925_93,
        "1234.57 x 62.5 % x 120 % = 925.9275 -> 925.93",
        "22 120",
    ),
    _hip(
        "an assistant at an unusual procedure",
        "27130-80-22-LT",
        237_04,
        "1234.57 x 120 % x 16 % = 237.03744 -> 237.04",
        "22 120",
    ),
    case(
        "one modifier that cannot be priced leaves the line without a price",
        contract(rates=[HIP]),
        claim(line("27130-80-52")),
        (None, "no rule for 52"),
        because=("52",),
    ),
    case(
        "what a modifier only tells pays in full",
        contract(rates=[HIP]),
        claim(*(line(f"27130-{code}") for code in INFORMATIONAL)),
        *((1_234_57, "1234.57") for _ in INFORMATIONAL),
    ),
    case(
        "modifiers multiply what units made",
        contract(rates=[rate("11042", 33_33)]),
        claim(line("11042-80", units="2.5")),
        (13_33, "33.33 x 2.5 x 16 % = 13.332 -> 13.33"),
    ),
    case(
        "the share of modifier 78 stands in the schedule",
        contract(rates=[rate("27130", 1_234_57, intraoperative_percent="69")]),
        claim(line("27130-78"), line("27130")),
        (851_85, "1234.57 x 69 % = 851.8533 -> 851.85"),
        (1_234_57, "1234.57"),
    ),
    case(
        "a rule for 78 wins over the schedule's share",
        contract(
            rates=[rate("27130", 1_234_57, intraoperative_percent="69")],
            modifiers=[modifier("78", "80")],
        ),
        claim(line("27130-78")),
        (987_66, "1234.57 x 80 % = 987.656 -> 987.66"),
    ),
    case(
        "a row for 53 is the price of a discontinued procedure",
        contract(rates=[rate("45378", 338_90), rate("45378-53", 169_45)]),
        claim(line("45378-53"), line("45378")),
        (169_45, "169.45"),
        (338_90, "338.90"),
    ),
    case(
        "a row for 53 wins over a rule",
        contract(
            rates=[rate("45378", 338_90), rate("45378-53", 169_45)],
            modifiers=[modifier("53", "25")],
        ),
        claim(line("45378-53")),
        (169_45, "169.45"),
    ),
    case(
        "a row for 52 has the reduction in it",
        contract(
            rates=[rate("27130", 1_234_57), rate("27130-52", 700_01)],
            modifiers=[modifier("52", "50")],
        ),
        claim(line("27130-52")),
        (700_01, "700.01"),
    ),
    case(
        "a row for 80 has the assistant's share in it",
        contract(rates=[HIP, rate("27130-80", 210_00)]),
        claim(line("27130-80"), line("27130-81")),
        (210_00, "210.00"),
        (197_53, "1234.57 x 16 % -> 197.53"),
    ),
    case(
        "a row for one modifier leaves the other its factor",
        contract(
            rates=[HIP, rate("27130-22", 1_500_00)],
            modifiers=[modifier("22", "120")],
        ),
        claim(line("27130-22-80")),
        (240_00, "1500.00 x 16 % = 240.00"),
    ),
    case(
        "a row for both modifiers wins over a row for one",
        contract(rates=[HIP, rate("27130-80", 210_00), rate("27130-80-22", 260_00)]),
        claim(line("27130-22-80")),
        (260_00, "260.00"),
    ),
    case(
        "rows for professional and technical share",
        contract(rates=[rate("71250", 200_00), rate("71250-26", 60_00), rate("71250-TC", 140_00)]),
        claim(line("71250-26"), line("71250-TC"), line("71250")),
        (60_00, "60.00"),
        (140_00, "140.00"),
        (200_00, "200.00"),
    ),
    case(
        "rules for professional and technical share",
        contract(
            rates=[rate("71250", 200_01)],
            modifiers=[modifier("26", "40"), modifier("TC", "60")],
        ),
        claim(line("71250-26"), line("71250-TC")),
        (80_00, "200.01 x 40 % = 80.004 -> 80.00"),
        (120_01, "200.01 x 60 % = 120.006 -> 120.01"),
    ),
    case(
        "a row for the professional share wins over a rule",
        contract(
            rates=[rate("71250", 200_00), rate("71250-26", 60_00)],
            modifiers=[modifier("26", "40"), modifier("TC", "60")],
        ),
        claim(line("71250-26"), line("71250-TC")),
        (60_00, "60.00"),
        (120_00, "200.00 x 60 % = 120.00"),
    ),
    case(
        "a share without row or rule is not priced",
        contract(rates=[rate("71250", 200_00)]),
        claim(line("71250-26"), line("71250-TC"), line("71250")),
        (None, "no rule for 26"),
        (None, "no rule for TC"),
        (200_00, "200.00"),
        because=("26", "TC"),
    ),
    case(
        "a professional share in a facility by percentage",
        contract(
            fees("110"),
            rates=[rate("71250", 200_00), rate("71250-26", 60_05, facility_cents=55_55)],
        ),
        claim(line("71250-26-RT", place="22"), line("71250-26")),
        (61_11, "55.55 x 110 % = 61.105 -> 61.11"),
        (66_06, "60.05 x 110 % = 66.055 -> 66.06"),
    ),
    case(
        "bought and rented equipment have rows of their own",
        contract(rates=[rate("E0143-NU", 111_11), rate("E0143-RR", 11_11)]),
        claim(line("E0143-RR-KX"), line("E0143-NU")),
        (11_11, "11.11"),
        (111_11, "111.11"),
    ),
    case(
        "a rule for a flat rate's professional share",
        contract(term("scans", FlatRate(300_05)), modifiers=[modifier("26", "30")]),
        claim(line("71250-26")),
        (90_02, "300.05 x 30 % = 90.015 -> 90.02"),
    ),
]


def _sided(indicator: str = "", **fields: object) -> Contract:
    return contract(rates=[rate("27447", 100_00, bilateral=indicator)], **fields)


BILATERAL = [
    case(
        "G39: both sides on one line are 150 percent",
        _sided(),
        claim(line("27447-50")),
        (150_00, "100.00 x 150 % = 150.00"),
    ),
    case(
        "G39: both sides on two lines are the same",
        _sided(),
        claim(line("27447-RT"), line("27447-LT")),
        (100_00, "100.00 x 100 % = 100.00"),
        (50_00, "100.00 x 50 % = 50.00"),
    ),
    case(
        "G39: the second of two lines bears the 50",
        _sided(),
        claim(line("27447"), line("27447-50")),
        (100_00, "100.00 x 100 % = 100.00"),
        (50_00, "100.00 x 50 % = 50.00"),
    ),
    case(
        "the left side may come first and others between",
        contract(rates=[rate("27447", 100_00), rate("99213", 80_00)]),
        claim(line("27447-LT"), line("99213"), line("27447-RT")),
        (100_00, "100.00"),
        (80_00, "80.00"),
        (50_00, "100.00 x 50 % = 50.00"),
    ),
    case(
        "a rule of 200",
        _sided(bilateral=BilateralRule(Decimal(200))),
        claim(line("27447-50")),
        (200_00, "100.00 x 200 % = 200.00"),
    ),
    case(
        "a rule of 175 on two lines",
        _sided(bilateral=BilateralRule(Decimal(175))),
        claim(line("27447-RT"), line("27447-LT")),
        (100_00, "100.00"),
        (75_00, "100.00 x 75 % = 75.00"),
    ),
    case(
        "indicator 0 pays no more for both sides",
        _sided("0"),
        claim(line("27447-50")),
        (100_00, "100.00 x 100 % = 100.00"),
    ),
    case(
        "indicator 0 pays nothing for the second line",
        _sided("0"),
        claim(line("27447-RT"), line("27447-LT")),
        (100_00, "100.00"),
        (0, "100.00 x 0 % = 0.00"),
    ),
    case(
        "indicator 1 pays by the rule",
        _sided("1", bilateral=BilateralRule(Decimal(160))),
        claim(line("27447-50")),
        (160_00, "100.00 x 160 % = 160.00"),
    ),
    case(
        "indicator 2 has both sides in the rate",
        _sided("2"),
        claim(line("27447-50")),
        (100_00, "100.00"),
    ),
    case(
        "indicator 2 has both sides in the rate of the first line",
        _sided("2"),
        claim(line("27447-RT"), line("27447-LT")),
        (100_00, "100.00"),
        (0, "100.00 x 0 % = 0.00"),
    ),
    case(
        "indicator 3 pays each side in full",
        _sided("3"),
        claim(line("27447-50")),
        (200_00, "100.00 x 200 % = 200.00"),
    ),
    case(
        "indicator 3 pays each line in full",
        _sided("3"),
        claim(line("27447-RT"), line("27447-LT")),
        (100_00, "100.00"),
        (100_00, "100.00 x 100 % = 100.00"),
    ),
    case(
        "indicator 3 is not the rule's to change",
        _sided("3", bilateral=BilateralRule(Decimal(150))),
        claim(line("27447-50")),
        (200_00, "100.00 x 200 % = 200.00"),
    ),
    case(
        "indicator 9 knows no sides",
        _sided("9"),
        claim(line("27447-50")),
        (100_00, "100.00"),
    ),
    case(
        "indicator 9 makes no pair of two lines",
        _sided("9"),
        claim(line("27447-RT"), line("27447-LT")),
        (100_00, "100.00"),
        (100_00, "100.00"),
    ),
    case(
        "a rule below a hundred takes nothing back from the first line",
        _sided(bilateral=BilateralRule(Decimal(80))),
        claim(line("27447-RT"), line("27447-LT")),
        (100_00, "100.00"),
        (0, "80 % - 100 % is below nothing: 0.00"),
    ),
    case(
        "two units with modifier 50 are one pair",
        _sided(),
        claim(line("27447-50", units="2")),
        (150_00, "one side 100.00: 100.00 x 150 % = 150.00"),
    ),
    case(
        "lines of different codes are no pair",
        contract(rates=[rate("27447", 100_00), rate("27446", 90_00)]),
        claim(line("27447-RT"), line("27446-LT")),
        (100_00, "100.00"),
        (90_00, "90.00"),
    ),
    case(
        "lines of different days are no pair",
        _sided(),
        claim(line("27447-RT", on="2026-03-10"), line("27447-LT", on="2026-03-11")),
        (100_00, "100.00"),
        (100_00, "100.00"),
    ),
    case(
        "twice the same side is no pair",
        _sided(),
        claim(line("27447-RT"), line("27447-RT")),
        (100_00, "100.00"),
        (100_00, "100.00"),
    ),
    case(
        "one side alone pays in full",
        _sided("1"),
        claim(line("27447-LT")),
        (100_00, "100.00"),
    ),
    case(
        "half a cent of one line rounds up",
        contract(rates=[rate("27447", 33_33)]),
        claim(line("27447-50")),
        (50_00, "33.33 x 150 % = 49.995 -> 50.00"),
    ),
    case(
        "half a cent of the second line rounds up",
        contract(rates=[rate("27447", 33_33)]),
        claim(line("27447-RT"), line("27447-LT")),
        (33_33, "33.33"),
        (16_67, "33.33 x 50 % = 16.665 -> 16.67"),
    ),
    case(
        "both sides by two surgeons",
        _sided(),
        claim(line("27447-50-62")),
        (93_75, "100.00 x 62.5 % x 150 % = 93.75"),
    ),
    case(
        "both sides by an assistant on two lines",
        _sided(),
        claim(line("27447-80-RT"), line("27447-80-LT")),
        (16_00, "100.00 x 16 % = 16.00"),
        (8_00, "100.00 x 16 % x 50 % = 8.00"),
    ),
    case(
        "a row for 50 has both sides in it",
        contract(rates=[rate("27447", 100_00), rate("27447-50", 180_00)]),
        claim(line("27447-50")),
        (180_00, "180.00"),
    ),
    case(
        "both sides of a flat rate",
        contract(term("knees", FlatRate(1_000_01))),
        claim(line("27447-50")),
        (1_500_02, "1000.01 x 150 % = 1500.015 -> 1500.02"),
    ),
    case(
        "the charge of the second line caps it alone",
        _sided(),
        claim(line("27447-RT", 120_00), line("27447-LT", 49_99)),
        (100_00, "100.00"),
        (49_99, "100.00 x 50 % = 50.00; above the charge: 49.99"),
        capped=(2,),
    ),
]


def _asleep(name: str, procedure: str, minutes: str, cents: int | None, how: str) -> PricingCase:
    """One line at 22.50 a unit, five base units, a unit each 15 minutes; P3 has one more unit,
    P4 has two."""
    return case(
        name,
        contract(
            term(
                "anesthesia",
                AnesthesiaRate(
                    "fees", Decimal(2250), physical_status=(("P3", Decimal(1)), ("P4", Decimal(2)))
                ),
            ),
            rates=[rate("00840", 0, base_units="5")],
        ),
        claim(line(procedure, units=minutes, unit_code="MJ")),
        (cents, how),
        because=("AD",) if "AD" in procedure else (),
    )


def _anesthesia(conversion_factor: str, **fields: object) -> Term:
    return term("anesthesia", AnesthesiaRate("fees", Decimal(conversion_factor), **fields))


GALL = rate("00790", 0, base_units="7")
HERNIA = rate("00840", 0, base_units="5")

ANESTHESIA = [
    _asleep(
        "base units and whole units of time",
        "00840-AA",
        "90",
        247_50,
        "(5 + 90 / 15) x 22.50 = 247.50",
    ),
    _asleep(
        "time to a tenth", "00840-AA", "95", 254_25, "95 / 15 is 6.3: (5 + 6.3) x 22.50 = 254.25"
    ),
    _asleep(
        "time to a tenth, up",
        "00840-AA",
        "100",
        263_25,
        "100 / 15 is 6.7: (5 + 6.7) x 22.50 = 263.25",
    ),
    _asleep("no modifier of who was there", "00840", "90", 247_50, "11 x 22.50 = 247.50"),
    _asleep("a nurse alone has it all", "00840-QZ", "90", 247_50, "11 x 22.50 = 247.50"),
    _asleep("a directed nurse has half", "00840-QX", "90", 123_75, "11 x 22.50 x 50 % = 123.75"),
    _asleep("who directs several has half", "00840-QK", "90", 123_75, "11 x 22.50 x 50 % = 123.75"),
    _asleep("who directs one has half", "00840-QY", "90", 123_75, "11 x 22.50 x 50 % = 123.75"),
    _asleep("who supervises more than four needs a rule", "00840-AD", "90", None, "no rule for AD"),
    _asleep(
        "physical status adds a unit", "00840-AA-P3", "90", 270_00, "(5 + 6 + 1) x 22.50 = 270.00"
    ),
    _asleep("or two", "00840-AA-P4", "90", 292_50, "(5 + 6 + 2) x 22.50 = 292.50"),
    _asleep("a status without units adds none", "00840-AA-P1", "90", 247_50, "11 x 22.50 = 247.50"),
    _asleep(
        "status, tenths and half of it",
        "00840-QK-P4",
        "95",
        149_63,
        "(5 + 6.3 + 2) x 22.50 x 50 % = 149.625 -> 149.63",
    ),
    _asleep("monitored care changes nothing", "00840-AA-QS", "90", 247_50, "11 x 22.50 = 247.50"),
    _asleep("modifiers in lower case", "00840-qx-p3", "90", 135_00, "12 x 22.50 x 50 % = 135.00"),
    _asleep("no minutes have no price", "00840-AA", "0", None, "no minutes"),
    _asleep("a code without base units has no price", "00841-AA", "90", None, "no rate"),
    case(
        "time billed in units is taken as billed",
        contract(_anesthesia("2250"), rates=[HERNIA]),
        claim(line("00840-AA", units="8", unit_code="UN")),
        (292_50, "(5 + 8) x 22.50 = 292.50"),
    ),
    case(
        "whole units of time round up",
        contract(_anesthesia("2250", whole_units=True), rates=[HERNIA]),
        claim(
            line("00840-AA", units="91", unit_code="MJ"),
            line("00840-AA", units="90", unit_code="MJ"),
            line("00840-AA", units="1", unit_code="MJ"),
        ),
        (270_00, "91 / 15 is 7: (5 + 7) x 22.50 = 270.00"),
        (247_50, "(5 + 6) x 22.50 = 247.50"),
        (135_00, "(5 + 1) x 22.50 = 135.00"),
    ),
    case(
        "half a tenth of a unit rounds up",
        contract(_anesthesia("2000", minutes_per_unit=20), rates=[HERNIA]),
        claim(
            line("00840-AA", units="21", unit_code="MJ"),
            line("00840-AA", units="22", unit_code="MJ"),
            line("00840-AA", units="23", unit_code="MJ"),
        ),
        (122_00, "21 / 20 = 1.05 is 1.1: (5 + 1.1) x 20.00 = 122.00"),
        (122_00, "22 / 20 = 1.1: (5 + 1.1) x 20.00 = 122.00"),
        (124_00, "23 / 20 = 1.15 is 1.2: (5 + 1.2) x 20.00 = 124.00"),
    ),
    case(
        "ten minutes to a unit",
        contract(_anesthesia("2000", minutes_per_unit=10), rates=[HERNIA]),
        claim(line("00840-AA", units="37", unit_code="MJ")),
        (174_00, "(5 + 3.7) x 20.00 = 174.00"),
    ),
    case(
        "a conversion factor with parts of a cent",
        contract(_anesthesia("2043.56"), rates=[HERNIA]),
        claim(line("00840-AA", units="95", unit_code="MJ")),
        (230_92, "(5 + 6.3) x 20.4356 = 230.92228 -> 230.92"),
    ),
    case(
        "base units with a half",
        contract(_anesthesia("2005"), rates=[rate("01996", 0, base_units="3.5")]),
        claim(line("01996-QK", units="15", unit_code="MJ")),
        (45_11, "(3.5 + 1) x 20.05 x 50 % = 45.1125 -> 45.11"),
    ),
    case(
        "a rule for AD and one for QK",
        contract(
            _anesthesia("2250"),
            rates=[HERNIA],
            modifiers=[modifier("AD", "60"), modifier("QK", "55")],
        ),
        claim(
            line("00840-AD", units="90", unit_code="MJ"),
            line("00840-QK", units="90", unit_code="MJ"),
        ),
        (148_50, "11 x 22.50 x 60 % = 148.50"),
        (136_13, "11 x 22.50 x 55 % = 136.125 -> 136.13"),
    ),
    case(
        "an escalator raises the conversion factor",
        contract(_anesthesia("2250"), rates=[HERNIA], escalators=(escalator("2026-03-10", "4"),)),
        claim(line("00840-AA", units="90", unit_code="MJ")),
        (257_40, "11 x 22.50 x 104 % = 257.40"),
    ),
    case(
        "units and half of them, each rounded",
        contract(_anesthesia("2235"), rates=[HERNIA], rounding=Rounding.STEP),
        claim(line("00840-QK", units="92", unit_code="MJ")),
        (124_05, "(5 + 6.1) x 22.35 = 248.085 -> 248.09; 248.09 x 50 % = 124.045 -> 124.05"),
    ),
    case(
        "units and half of them, rounded once",
        contract(_anesthesia("2235"), rates=[HERNIA]),
        claim(line("00840-QK", units="92", unit_code="MJ")),
        (124_04, "(5 + 6.1) x 22.35 x 50 % = 124.0425 -> 124.04"),
    ),
    case(
        "the charge caps anesthesia",
        contract(_anesthesia("2250"), rates=[HERNIA, GALL]),
        claim(
            line("00840-AA", 200_00, units="90", unit_code="MJ"),
            line("00790-AA", 300_00, units="90", unit_code="MJ"),
        ),
        (200_00, "11 x 22.50 = 247.50; above the charge: 200.00"),
        (292_50, "(7 + 6) x 22.50 = 292.50"),
        capped=(1,),
    ),
    case(
        "anesthesia stands beside a schedule of surgery",
        contract(
            term("anesthesia", AnesthesiaRate("fees", Decimal(2250)), codes="00100-01999"),
            fees(),
            rates=[HERNIA, rate("99140", 45_00)],
        ),
        claim(line("00840-AA", units="90", unit_code="MJ"), line("99140")),
        (247_50, "11 x 22.50 = 247.50"),
        (45_00, "45.00"),
        terms=("anesthesia", "fees"),
    ),
]

MODIFIER_CASES = [*MODIFIERS, *BILATERAL, *ANESTHESIA]

"""What the practice does: procedure codes with base rates, and how claims are put together.

Code values only; nobody's descriptions. The base rate is an invented amount per unit from which
each payer's schedule is made by its percentage. A base rate of 0 is a reporting code that is
billed at no charge.
"""

import msgspec

__all__ = [
    "ANESTHESIA",
    "DENTAL",
    "DIAGNOSES",
    "DRGS",
    "DRUGS",
    "FACILITY_LINES",
    "OFFICE_VISITS",
    "PAIRED",
    "PROCEDURES",
    "REPORTING",
    "ROOM_LINES",
    "DentalWork",
    "Drug",
    "FacilityLine",
    "Procedure",
]


class Procedure(msgspec.Struct, frozen=True, gc=False):
    """A procedure code, its base rate and charge per unit in cents, and the units it may have.

    `modifiers` are the modifiers it is sometimes billed with, each a whole combination.
    """

    code: str
    base_cents: int
    charge_cents: int
    units_max: int = 1
    modifiers: tuple[tuple[str, ...], ...] = ((),)


class Drug(msgspec.Struct, frozen=True, gc=False):
    """A drug code with its NDC and the quantity per billed unit."""

    code: str
    base_cents: int
    charge_cents: int
    ndc: str
    quantity: str
    unit: str


class FacilityLine(msgspec.Struct, frozen=True, gc=False):
    """An outpatient revenue line; without a procedure code no schedule prices it."""

    revenue_code: str
    code: str
    base_cents: int
    charge_cents: int


class DentalWork(msgspec.Struct, frozen=True, gc=False):
    """A dental procedure; `tooth` says whether a tooth, and `surfaces` whether its faces, go along.

    `cavity` is the area of the mouth of a procedure billed by quadrant.
    """

    code: str
    base_cents: int
    charge_cents: int
    tooth: bool = False
    surfaces: bool = False
    cavity: str = ""


OFFICE_VISITS = (
    Procedure("99202", 7300, 16500),
    Procedure("99203", 11200, 24000, modifiers=((), ("25",))),
    Procedure("99204", 16700, 36000, modifiers=((), ("25",))),
    Procedure("99212", 5600, 12500),
    Procedure("99213", 9100, 19500, modifiers=((), ("25",), ("95",))),
    Procedure("99214", 12900, 28000, modifiers=((), ("25",), ("95",))),
    Procedure("99215", 18100, 39500),
)

PROCEDURES = (
    Procedure("36415", 857, 600),
    Procedure("80053", 1056, 4800),
    Procedure("85025", 777, 3900),
    Procedure("81002", 348, 1500),
    Procedure("93000", 1450, 6200),
    Procedure("71046", 3120, 13700, modifiers=((), ("26",), ("TC",))),
    Procedure("20610", 6230, 21500, modifiers=(("RT",), ("LT",))),
    Procedure("97110", 2989, 7500, units_max=4, modifiers=(("GP",), ())),
    Procedure("97140", 2777, 7100, units_max=4, modifiers=(("GP",), ("GP", "59"))),
    Procedure("96372", 1410, 5200),
    Procedure("90471", 1690, 4500),
    Procedure("94640", 1188, 5600),
    Procedure("17000", 6544, 18800),
    Procedure("11042", 12044, 33000, units_max=2),
    Procedure("12001", 8898, 27500),
    Procedure("69210", 4921, 13300, modifiers=((), ("50",))),
    Procedure("G0439", 13333, 29900),
)

PAIRED = (Procedure("73562", 4005, 14400), Procedure("20610", 6230, 21500))
"""Billed once for each side on the same day, so that only the modifier tells the lines apart."""

REPORTING = (Procedure("3074F", 0, 0), Procedure("1036F", 0, 0), Procedure("G8427", 0, 0))

ANESTHESIA = (Procedure("00840", 0, 950), Procedure("00400", 0, 880), Procedure("00142", 0, 1010))
"""Billed by the minute; the charge is per minute, and no schedule row prices it."""

DRUGS = (
    Drug("J1885", 112, 900, "99999000101", "1", "ML"),
    Drug("J0696", 98, 850, "99999000202", "250", "ME"),
    Drug("J3301", 205, 1300, "99999000303", "1", "ML"),
)

DENTAL = (
    DentalWork("D0120", 4400, 7500),
    DentalWork("D0150", 7700, 12500),
    DentalWork("D0274", 5300, 9100),
    DentalWork("D1110", 7900, 13600),
    DentalWork("D2392", 17100, 29800, tooth=True, surfaces=True),
    DentalWork("D2740", 81900, 139500, tooth=True),
    DentalWork("D3330", 91300, 149900, tooth=True),
    DentalWork("D7140", 13800, 24700, tooth=True),
    DentalWork("D4341", 17700, 31100, cavity="10"),
)

FACILITY_LINES = (
    FacilityLine("0450", "99283", 21100, 89000),
    FacilityLine("0301", "80053", 1056, 15700),
    FacilityLine("0305", "85025", 777, 11300),
    FacilityLine("0320", "71046", 3120, 41000),
    FacilityLine("0730", "93005", 2510, 26300),
    FacilityLine("0510", "G0463", 11800, 33800),
    FacilityLine("0360", "43239", 78100, 312000),
    FacilityLine("0636", "J0696", 98, 4100),
    FacilityLine("0250", "", 0, 6600),
    FacilityLine("0270", "", 0, 8900),
)

ROOM_LINES = (
    FacilityLine("0120", "", 0, 185000),
    FacilityLine("0250", "", 0, 94500),
    FacilityLine("0270", "", 0, 61200),
    FacilityLine("0300", "", 0, 77300),
    FacilityLine("0360", "", 0, 921000),
    FacilityLine("0710", "", 0, 132400),
)
"""Lines of a stay; the first is room and board, by the day."""

DRGS = (("470", "1.9003"), ("291", "1.2683"), ("871", "1.8682"), ("392", "0.7612"))
"""Diagnosis related groups with an invented weight."""

DIAGNOSES = ("I10", "E119", "M545", "J0190", "R079", "N390", "K219", "Z0000", "S83241A", "L570")

"""The most specific row decides a line; nothing is expected where two rows disagree."""

from datetime import date
from decimal import Decimal

import pytest

from edi_engine.contracts import FeeSchedule, expected_allowed
from edi_engine.records.claims import ClaimKind
from edi_engine.records.expected import FeeScheduleRow
from edi_engine.records.matching import BilledClaim, BilledLine, ClaimId

SERVED_ON = date(2026, 3, 10)


def row(
    allowed: int,
    *,
    payer: str = "",
    code: str = "",
    modifiers: tuple[str, ...] = (),
    place: str = "",
    first: date | None = None,
    last: date | None = None,
) -> FeeScheduleRow:
    return FeeScheduleRow(
        payer, code, modifiers, place, first, last, allowed, f"row of {allowed} cents"
    )


def claim(
    *,
    code: str = "99213",
    modifiers: tuple[str, ...] = (),
    place: str = "11",
    units: str | None = "1",
    unit_code: str = "UN",
    charge_cents: int = 100_00,
    served_on: date | None = SERVED_ON,
    payer_sequence: int = 1,
) -> BilledClaim:
    line = BilledLine(
        line_number=1,
        procedure_qualifier="HC",
        procedure_code=code,
        modifiers=modifiers,
        revenue_code="",
        units=Decimal(units) if units is not None else None,
        unit_code=unit_code,
        charge_cents=charge_cents,
        service_from=served_on,
        service_to=served_on,
        place_of_service=place,
        line_item_control_number="",
    )
    return BilledClaim(
        claim_id=ClaimId(1),
        kind=ClaimKind.PROFESSIONAL,
        patient_control_number="TEST1",
        frequency_code="1",
        original_reference="",
        payer_id="PAYERA",
        payer_name="SAMPLE PAYER",
        payer_sequence=payer_sequence,
        subscriber_id="",
        patient_last_name="",
        patient_first_name="",
        billing_npi="",
        billing_tin="",
        rendering_npi="",
        charge_cents=charge_cents,
        sent_on=None,
        service_from=served_on,
        service_to=served_on,
        lines=(line,),
    )


def allowed(rows: list[FeeScheduleRow], billed: BilledClaim) -> int | None:
    found = expected_allowed(FeeSchedule(rows), billed)
    return found[0].allowed_cents if found else None


CHOICES = [
    # why, rows, billed, allowed cents
    ("code alone", [row(50_00, code="99213")], claim(), 50_00),
    ("another code", [row(50_00, code="99214")], claim(), None),
    ("another payer", [row(50_00, payer="PAYERB", code="99213")], claim(), None),
    ("case of the payer", [row(50_00, payer="payera", code="99213")], claim(), 50_00),
    (
        "payer over any payer",
        [row(50_00, code="99213"), row(60_00, payer="PAYERA", code="99213")],
        claim(),
        60_00,
    ),
    (
        "modifier over none",
        [row(50_00, code="99213"), row(40_00, code="99213", modifiers=("26",))],
        claim(modifiers=("LT", "26")),
        40_00,
    ),
    ("modifier absent", [row(40_00, code="99213", modifiers=("26",))], claim(), None),
    (
        "more modifiers over fewer",
        [
            row(40_00, code="99213", modifiers=("26",)),
            row(30_00, code="99213", modifiers=("26", "LT")),
        ],
        claim(modifiers=("26", "LT")),
        30_00,
    ),
    ("place agrees", [row(40_00, code="99213", place="11")], claim(), 40_00),
    ("place differs", [row(40_00, code="99213", place="22")], claim(), None),
    (
        "last day included",
        [row(40_00, code="99213", first=date(2026, 1, 1), last=SERVED_ON)],
        claim(),
        40_00,
    ),
    ("not yet in force", [row(40_00, code="99213", first=date(2026, 3, 11))], claim(), None),
    (
        "no date of service",
        [row(40_00, code="99213", first=SERVED_ON)],
        claim(served_on=None),
        None,
    ),
    (
        "later first day wins",
        [
            row(40_00, code="99213", first=date(2025, 1, 1)),
            row(45_00, code="99213", first=date(2026, 1, 1)),
        ],
        claim(),
        45_00,
    ),
    (
        "a modifier outweighs a date",
        [
            row(40_00, code="99213", modifiers=("26",)),
            row(45_00, code="99213", first=date(2026, 1, 1), last=date(2026, 12, 31)),
        ],
        claim(modifiers=("26",)),
        40_00,
    ),
    (
        "equal rows that agree",
        [row(40_00, code="99213"), row(40_00, code="99213")],
        claim(),
        40_00,
    ),
    (
        "equal rows that disagree",
        [row(40_00, code="99213"), row(41_00, code="99213")],
        claim(),
        None,
    ),
    (
        "crossing rows that disagree",
        [row(40_00, payer="PAYERA", code="99213"), row(41_00, code="99213", place="11")],
        claim(),
        None,
    ),
    ("any code", [row(12_00, payer="PAYERA")], claim(), 12_00),
    ("units multiply", [row(30_00, code="99213")], claim(units="3"), 90_00),
    ("never above the charge", [row(60_00, code="99213")], claim(units="3"), 100_00),
    ("no units is one", [row(30_00, code="99213")], claim(units=None), 30_00),
    ("half a cent rounds up", [row(33_33, code="99213")], claim(units="0.5"), 16_67),
    ("minutes are not priced", [row(30_00, code="99213")], claim(unit_code="MJ"), None),
    ("no units at all", [row(30_00, code="99213")], claim(units="0"), None),
    ("secondary claim", [row(30_00, code="99213")], claim(payer_sequence=2), None),
]


@pytest.mark.parametrize(
    ("rows", "billed", "allowed_cents"),
    [choice[1:] for choice in CHOICES],
    ids=[choice[0] for choice in CHOICES],
)
def test_the_most_specific_row_decides(
    rows: list[FeeScheduleRow], billed: BilledClaim, allowed_cents: int | None
) -> None:
    assert allowed(rows, billed) == allowed_cents
    assert allowed(rows[::-1], billed) == allowed_cents


def test_the_expectation_says_where_it_comes_from() -> None:
    schedule = FeeSchedule([row(60_00, code="99213")])
    (found,) = expected_allowed(schedule, claim(units="2"))
    assert found.source == "row of 6000 cents"
    assert found.explanation == "60.00 x 2 = 120.00, but never above the charge of 100.00"

"""Service lines: charges, units, codes, drugs, teeth and other payers' decisions."""

from datetime import date
from decimal import Decimal

import pytest

from edi_engine.records.claims import Drug, ServiceLine, Tooth
from edi_engine.records.common import Amount, EventDate, Procedure, Quantity, Reference
from tests.parsers.claim_texts import CLAIM, LEVELS, LINE, read_one, read_set


def only_line(*texts: str) -> ServiceLine:
    (line,) = read_one(*CLAIM, *texts).lines
    return line


def test_a_professional_line() -> None:
    line = only_line(
        "LX*1",
        "SV1*HC:99214:25:59*200.5*UN*1.0*12**1:2:3**Y***Y",
        "DTP*472*RD8*20240105-20240106",
        "QTY*PT*2",
        "REF*6R*LINE0001",
        "REF*G1*AUTH1",
        "AMT*T*3.5",
        "NTE*ADD*SAMPLE NOTE",
        "HCP*10*5",
    )
    assert line.procedure == Procedure("HC", "99214", ("25", "59"))
    assert line.charge_cents == 20050
    assert (line.units, line.unit_code) == (Decimal(1), "UN")
    assert line.place_of_service == "12"
    assert line.diagnosis_pointers == ("1", "2", "3")
    assert line.further_elements == ((9, "Y"), (12, "Y"))
    assert (line.service_from, line.service_to) == (date(2024, 1, 5), date(2024, 1, 6))
    assert line.line_item_control_number == "LINE0001"
    assert line.references == (Reference("6R", "LINE0001"), Reference("G1", "AUTH1"))
    assert line.quantities == (Quantity("PT", Decimal(2)),)
    assert line.amounts == (Amount("T", 350),)
    assert line.notes[0].text == "SAMPLE NOTE"
    assert line.extra_segments == ("HCP*10*5",)


def test_an_institutional_line_with_and_without_a_procedure() -> None:
    room, surgery = read_one(
        "CLM*PCN-1*100***11:A:1*Y",
        "LX*1",
        "SV2*0120**3600*DA*3*1200*50",
        "LX*2",
        "SV2*0360*HC:92928*11000*UN*1",
    ).lines
    assert (room.revenue_code, room.procedure, room.noncovered_cents) == ("0120", None, 5000)
    assert (room.units, room.unit_code) == (Decimal(3), "DA")
    assert room.further_elements == ((6, "1200"),)
    assert surgery.procedure == Procedure("HC", "92928")


def test_a_dental_line_keeps_teeth_and_oral_cavity() -> None:
    line = only_line(
        "LX*1",
        "SV3*AD:D2740:::::CROWN*700**10:20*I*2*****1:2",
        "TOO*JP*3",
        "TOO*JP*4*O:D:B",
    )
    assert line.procedure == Procedure("AD", "D2740", (), "CROWN")
    assert line.oral_cavity == ("10", "20")
    assert line.units == Decimal(2)
    assert line.diagnosis_pointers == ("1", "2")
    assert line.further_elements == ((5, "I"),)
    assert line.teeth == (Tooth("JP", "3"), Tooth("JP", "4", ("O", "D", "B")))


@pytest.mark.parametrize(
    ("service", "procedure", "charge_cents", "units"),
    [
        ("SV1*HC:99213*.50*UN*1***1", Procedure("HC", "99213"), 50, Decimal(1)),
        ("SV1*HC:99213*0***1", Procedure("HC", "99213"), 0, None),
        (
            "SV1*HC:J3490:::::SAMPLE 50%*10*UN*.5",
            Procedure("HC", "J3490", (), "SAMPLE 50%"),
            1000,
            Decimal("0.5"),
        ),
        ("SV1*HC>99213>25*10*MJ*45", Procedure("HC", "99213", ("25",)), 1000, Decimal(45)),
        ("SV1*ZZ:X0001*10", Procedure("ZZ", "X0001"), 1000, None),
        ("SV1*:*10", None, 1000, None),
        ("SV1**10", None, 1000, None),
        ("SV1", None, 0, None),
        ("SV1*HC:99213*1E2*UN*x", Procedure("HC", "99213"), 0, None),
    ],
)
def test_odd_services_are_read_as_far_as_they_go(
    service: str, procedure: Procedure | None, charge_cents: int, units: Decimal | None
) -> None:
    line = only_line("LX*1", service)
    assert line.procedure == procedure
    assert (line.charge_cents, line.units) == (charge_cents, units)


def test_drugs_keep_code_quantity_unit_and_prescription() -> None:
    line = only_line(
        *LINE,
        "LIN**N4*00000000011",
        "CTP****1.5*ML:X",
        "REF*XZ*RX1",
        "LIN**N4*00000000022",
    )
    assert line.drugs == (
        Drug("N4", "00000000011", Decimal("1.5"), "ML", (Reference("XZ", "RX1"),)),
        Drug("N4", "00000000022"),
    )
    assert line.references == (Reference("6R", "LINE1"),)


def test_decisions_of_other_payers_keep_all_of_their_segments() -> None:
    line = only_line(
        *LINE,
        "SVD*FIRST*60*HC:99213:25*0450*2*1",
        "CAS*CO*45*30**96*5",
        "CAS*PR*1*5",
        "DTP*573*D8*20240110",
        "AMT*EAF*5",
        "SVD*SECOND*10**0300*1",
        "CAS*OA*23*90",
        "DTP*573*D8*20240120",
    )
    first, second = line.adjudications
    assert (first.payer_id, first.paid_cents, first.bundled_into) == ("FIRST", 6000, "1")
    assert first.procedure == Procedure("HC", "99213", ("25",))
    assert (first.revenue_code, first.paid_units) == ("0450", Decimal(2))
    assert [item.amount_cents for item in first.adjustments] == [3000, 500, 500]
    assert first.adjudicated_on == date(2024, 1, 10)
    assert first.amounts == (Amount("EAF", 500),)
    assert (second.payer_id, second.procedure) == ("SECOND", None)
    assert second.adjudicated_on == date(2024, 1, 20)
    assert line.dates == (EventDate("472", date(2024, 1, 5), date(2024, 1, 5)),)


def test_parties_of_a_line_may_stand_before_the_service_and_do_not_swallow_its_number() -> None:
    line = only_line(
        "LX*1",
        "NM1*82*1*TESTRENDERER*RENE****XX*1000000012",
        "PRV*PE*PXC*207R00000X",
        "SV1*HC:99213*100*UN*1***1",
        "NM1*DK*1*TESTORDERER*OLA****XX*1000000020",
        "REF*G2*OLD1",
        "REF*6R*LINE0001",
    )
    rendering, ordering = line.parties
    assert rendering.taxonomy == "207R00000X"
    assert ordering.references == (Reference("G2", "OLD1"),)
    assert line.line_item_control_number == "LINE0001"


def test_lines_are_counted_by_order_whatever_their_number_says() -> None:
    claim = read_one(
        *CLAIM, "LX*5", LINE[1], "LX*5", LINE[1], "LX", LINE[1], LINE[1], "LX*x", LINE[1]
    )
    assert [line.line_number for line in claim.lines] == [1, 2, 3, 4, 5]
    assert [line.assigned_line_number for line in claim.lines] == ["5", "5", "", "", "x"]


def test_services_without_line_numbers_are_lines_of_their_own() -> None:
    read = read_set((*LEVELS, *CLAIM, "SV1*HC:99213*60", "REF*6R*A", "SV1*HC:99214*40", "REF*6R*B"))
    (claim,) = read.claims
    assert [line.charge_cents for line in claim.lines] == [6000, 4000]
    assert [line.line_item_control_number for line in claim.lines] == ["A", "B"]
    assert read.codes.count("X12-0411") == 2


def test_segments_before_their_loop_are_kept_and_told() -> None:
    read = read_set((*LEVELS, *CLAIM, *LINE, "CAS*CO*45*1", "CTP****1*ML", "HI*ABK:J069"))
    (line,) = read.claims[0].lines
    assert line.extra_segments == ("CAS*CO*45*1", "CTP****1*ML", "HI*ABK:J069")
    assert read.codes == ["X12-0401"] * 3


def test_places_of_lines_and_decisions_point_to_their_segments() -> None:
    texts = (*LEVELS, *CLAIM, *LINE, "SVD*X*60", "CAS*CO*45*40")
    (line,) = read_set(texts).claims[0].lines
    line_at = len(LEVELS) + len(CLAIM)
    assert line.segment_ordinal == line_at + 1
    assert line.byte_offset == sum(len(text) + 1 for text in texts[:line_at])
    (decision,) = line.adjudications
    assert decision.segment_ordinal == len(texts) - 1
    assert decision.adjustments[0].segment_ordinal == len(texts)

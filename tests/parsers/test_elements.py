"""Single elements and small segments to records, with findings for what cannot be read."""

from datetime import date
from decimal import Decimal

import pytest

from edi_engine.findings import FindingLog
from edi_engine.parsers.delimiters import STANDARD
from edi_engine.parsers.elements import ElementReader, PartyBuilder, element_at, trailing_elements
from edi_engine.records.common import Contact, EventDate, Reference
from edi_engine.records.source import SetSource

SOURCE = SetSource("", "", 1, "0001", "835", "", 0)
AT = (7, 70)


def reader() -> ElementReader:
    return ElementReader(SOURCE, STANDARD, FindingLog())


def split(text: str) -> list[str]:
    return text.split("*")


@pytest.mark.parametrize(
    ("text", "cents", "findings"),
    [
        ("1", 100, []),
        (".01", 1, []),
        ("-0.05", -5, []),
        (" 12.5 ", 1250, []),
        ("", None, []),
        ("1,000", None, ["X12-0201"]),
        ("1.005", None, ["X12-0201"]),
        ("NaN", None, ["X12-0201"]),
        ("1E2", None, ["X12-0201"]),
        ("\uff11", None, ["X12-0201"]),
    ],
)
def test_amounts(text: str, cents: int | None, findings: list[str]) -> None:
    elements = reader()
    for _ in range(2):
        assert elements.cents(text, AT, "CLP03") == cents
    found = elements.log.take()
    assert [one.code for one in found] == findings * 2
    for one in found:
        assert (one.place.segment_ordinal, one.place.byte_offset) == AT
        assert one.place.element == "CLP03"


def test_a_required_amount_that_is_absent_is_zero_with_a_finding() -> None:
    elements = reader()
    assert elements.required_cents("", AT, "SVC02") == 0
    assert [one.code for one in elements.log.take()] == ["X12-0202"]


@pytest.mark.parametrize(
    ("text", "expected", "findings"),
    [
        ("20251201", date(2025, 12, 1), []),
        ("251201", date(2025, 12, 1), []),
        ("", None, []),
        ("19000101", None, []),
        ("00000000", None, []),
        ("20002316", None, ["X12-0203"]),
        ("yesterday", None, ["X12-0203"]),
    ],
)
def test_days(text: str, expected: date | None, findings: list[str]) -> None:
    elements = reader()
    assert elements.day(text, AT, "BPR16") == expected
    assert [one.code for one in elements.log.take()] == findings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DTM*472*20251201", EventDate("472", date(2025, 12, 1), date(2025, 12, 1))),
        ("DTM*472*20251201*0830", EventDate("472", date(2025, 12, 1), date(2025, 12, 1), "0830")),
        ("DTP*472*D8*20251201", EventDate("472", date(2025, 12, 1), date(2025, 12, 1))),
        ("DTP*434*RD8*20251201-20251203", EventDate("434", date(2025, 12, 1), date(2025, 12, 3))),
        ("DTP*435*DT*202512011330", EventDate("435", date(2025, 12, 1), date(2025, 12, 1), "1330")),
        ("DTP*096*TM*1130", None),
        (
            "DTM*232****RD8*20251201-20251203",
            EventDate("232", date(2025, 12, 1), date(2025, 12, 3)),
        ),
        ("DTM", None),
        ("DTM*472", None),
        ("DTM*472*D8", None),
    ],
)
def test_dates_and_ranges(text: str, expected: EventDate | None) -> None:
    elements = reader()
    assert elements.event_date(split(text), AT) == expected
    assert "X12-0203" not in elements.log.counts


def test_a_range_the_wrong_way_round_is_a_finding() -> None:
    elements = reader()
    assert elements.event_date(split("DTP*434*RD8*20251203-20251201"), AT) is None
    assert [one.code for one in elements.log.take()] == ["X12-0203"]


@pytest.mark.parametrize(
    ("text", "parts", "findings"),
    [
        ("HC:99213:25", ["HC", "99213", "25"], []),
        ("HC>99213>25", ["HC", "99213", "25"], ["X12-0205"]),
        ("HC^99213", ["HC", "99213"], ["X12-0205"]),
        ("13>A>1", ["13", "A", "1"], ["X12-0205"]),
        ("99213", ["99213"], []),
        ("", [""], []),
        ("A LONG > TEXT", ["A LONG > TEXT"], []),
    ],
)
def test_composites(text: str, parts: list[str], findings: list[str]) -> None:
    elements = reader()
    for _ in range(2):
        assert elements.components(text, AT, "SVC01") == parts
    assert [one.code for one in elements.log.take()] == findings, "told once a set"


@pytest.mark.parametrize(
    ("text", "expected", "findings"),
    [
        ("CAS*CO*45*20", [("45", 2000)], []),
        ("CAS*CO*45*20*1*97*5*2", [("45", 2000), ("97", 500)], []),
        ("CAS*PR*1*50*****2*40", [("1", 5000), ("2", 4000)], ["X12-0209"]),
        ("CAS*PR*1*50******", [("1", 5000)], []),
        ("CAS*CO**20", [("", 2000)], ["X12-0210"]),
        ("CAS*CO*45", [], ["X12-0211"]),
        ("CAS*CO*45*0", [("45", 0)], []),
        ("CAS*OA*94*-9", [("94", -900)], []),
        ("CAS*CR*45*1", [("45", 100)], []),
        ("CAS*QQ*45*1", [("45", 100)], ["X12-0208"]),
        ("CAS**45*1", [("45", 100)], ["X12-0208"]),
        ("CAS*CO*45*x*1*97*5", [("97", 500)], ["X12-0201"]),
        ("CAS*CO*45*5*many", [("45", 500)], ["X12-0204"]),
        ("CAS*CO", [], []),
        ("CAS", [], ["X12-0208"]),
    ],
)
def test_adjustments(text: str, expected: list[tuple[str, int]], findings: list[str]) -> None:
    elements = reader()
    found = elements.adjustments(split(text), AT)
    assert [(one.reason_code, one.amount_cents) for one in found] == expected
    assert [one.code for one in elements.log.take()] == findings
    assert all((one.segment_ordinal, one.byte_offset) == AT for one in found)


def test_a_party_gathers_what_follows_it() -> None:
    elements = reader()
    builder = PartyBuilder(elements, split("NM1*IL*1* TESTSUBSCRIBER*ALPHA*B*DR*JR*MI* M0001 "))
    for text in (
        "N3*1 TEST STREET*SUITE 2",
        "N4*TESTVILLE*OH*43000*US",
        "DMG*D8*19700102*F",
        "REF*SY*X",
        "PER*IC*SAMPLE DESK*TE*8005550100",
        "PRV*BI*PXC*207Q00000X",
    ):
        assert builder.add(split(text), AT)
    assert not builder.add(split("CLM*1"), AT)
    party = builder.build()
    assert (party.last_name, party.first_name, party.identifier) == (
        "TESTSUBSCRIBER",
        "ALPHA",
        "M0001",
    )
    assert (party.name_prefix, party.name_suffix) == ("DR", "JR")
    assert party.address == ("1 TEST STREET", "SUITE 2")
    assert (party.city, party.state, party.postal_code, party.country) == (
        "TESTVILLE",
        "OH",
        "43000",
        "US",
    )
    assert (party.born_on, party.gender, party.taxonomy) == (date(1970, 1, 2), "F", "207Q00000X")
    assert party.references == (Reference("SY", "X"),)
    assert party.contacts == (Contact("IC", "SAMPLE DESK", (("TE", "8005550100"),)),)


def test_small_helpers() -> None:
    assert element_at(["REF", "EA"], 1) == "EA"
    assert element_at(["REF", "EA"], 2) == ""
    assert trailing_elements(["MOA", "", "1", "", ""]) == ("", "1")
    assert trailing_elements(["MOA"]) == ()
    assert reader().quantity("2.50", AT, "SVC05") == Decimal("2.5")

"""Claims: what a biller looks up is there, under its own name."""

from datetime import date
from decimal import Decimal

import pytest

from edi_engine.findings import FindingLog
from edi_engine.parsers.claim_pieces import PieceReader
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.elements import ElementReader, PartyBuilder
from edi_engine.records.claims import ClaimKind, CodedInformation, Coverage, Note
from edi_engine.records.common import Amount, EventDate, Quantity, Reference
from edi_engine.records.source import SetSource
from tests.parsers.claim_texts import CLAIM, HEAD, LEVELS, LINE, read_one, read_set

INSTITUTIONAL_LINE = ("LX*1", "SV2*0300*HC:80053*100*UN*1")
DENTAL_LINE = ("LX*1", "SV3*AD:D2392*100****1")


def test_a_claim_knows_its_levels_its_set_and_its_place() -> None:
    claim = read_one(*CLAIM, *LINE)
    assert claim.billing_provider is not None
    assert claim.billing_npi == "1234567893"
    assert claim.billing_tin == "990000001"
    assert claim.coverage == Coverage("P", "18", "GROUP1", "", "", "CI")
    assert claim.subscriber is not None
    assert claim.subscriber.identifier == "MEMBER0001"
    assert claim.patient == claim.subscriber
    assert claim.patient_relationship == "18"
    assert claim.payer_id == "TESTPAYER"
    assert claim.sent_on == date(2024, 1, 15)
    assert claim.bill_purpose == "CH"
    assert claim.claim_ordinal == 1
    assert claim.segment_ordinal == len(LEVELS) + 1
    assert claim.byte_offset == sum(len(text) + 1 for text in LEVELS)


@pytest.mark.parametrize(
    ("location", "line", "guide", "kind", "place_and_bill"),
    [
        ("11:B:1", LINE[:2], "005010X222A1", ClaimKind.PROFESSIONAL, ("11", "")),
        ("11:B:1", LINE[:2], "005010X223A2", ClaimKind.PROFESSIONAL, ("11", "")),
        ("13:A:7", INSTITUTIONAL_LINE, "005010X223A2", ClaimKind.INSTITUTIONAL, ("", "137")),
        ("13:A:7", INSTITUTIONAL_LINE, "", ClaimKind.INSTITUTIONAL, ("", "137")),
        ("11:B:1", DENTAL_LINE, "005010X222A1", ClaimKind.DENTAL, ("11", "")),
        ("13:A:1", (), "005010X222A1", ClaimKind.INSTITUTIONAL, ("", "131")),
        ("11:B:1", (), "005010X224A2", ClaimKind.DENTAL, ("11", "")),
        ("11::1", (), "004010X097A1", ClaimKind.DENTAL, ("11", "")),
        ("13::1", (), "004010X096A1", ClaimKind.INSTITUTIONAL, ("", "131")),
        ("11", (), "999999X999X9", ClaimKind.PROFESSIONAL, ("11", "")),
        ("", (), "", ClaimKind.PROFESSIONAL, ("", "")),
    ],
)
def test_the_kind_is_told_by_lines_then_facility_then_guide(
    location: str,
    line: tuple[str, ...],
    guide: str,
    kind: ClaimKind,
    place_and_bill: tuple[str, str],
) -> None:
    claim = read_one(f"CLM*PCN-1*100***{location}*Y", *line, guide=guide)
    assert claim.kind is kind
    assert (claim.place_of_service, claim.type_of_bill) == place_and_bill


def test_claim_segments_of_every_sort_find_their_field() -> None:
    claim = read_one(
        "CLM*PCN-1*1234.5***11:B:7*Y*A*Y*Y**AA:::FL",
        "DTP*439*D8*20240101",
        "DTP*435*DT*202401020815",
        "DTP*096*TM*1130",
        "CL1*1*7*30",
        "DN1*36*12",
        "DN2*5*E****JP",
        "PWK*OZ*BM***AC*CONTROL1",
        "AMT*F5*25",
        "QTY*CA*4*DA",
        "REF*F8*ORIGINAL1",
        "REF*G1*AUTH1",
        "REF*D9*TRACE1",
        "K3*STATE DATA",
        "NTE*ADD*SAMPLE NOTE",
        *LINE,
    )
    assert claim.charge_cents == 123450
    assert claim.frequency_code == "7"
    assert claim.original_reference == "ORIGINAL1"
    assert claim.prior_authorization == "AUTH1"
    assert claim.claim_elements == ("Y", "A", "Y", "Y", "", "AA:::FL")
    assert claim.institutional_elements == ("1", "7", "30")
    assert claim.dates == (
        EventDate("439", date(2024, 1, 1), date(2024, 1, 1)),
        EventDate("435", date(2024, 1, 2), date(2024, 1, 2), "0815"),
    )
    assert claim.amounts == (Amount("F5", 2500),)
    assert claim.quantities == (Quantity("CA", Decimal(4)),)
    assert Reference("D9", "TRACE1") in claim.references
    assert claim.notes == (Note("ADD", "SAMPLE NOTE"),)
    assert claim.teeth == (("5", "E"),)
    assert claim.extra_segments == (
        "DTP*096*TM*1130",
        "DN1*36*12",
        "PWK*OZ*BM***AC*CONTROL1",
        "K3*STATE DATA",
    )


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("HI*ABK:J069", CodedInformation("ABK", "J069")),
        ("HI*BK:4779", CodedInformation("BK", "4779")),
        ("HI*ABF:I10:::::::W", CodedInformation("ABF", "I10", present_on_admission="W")),
        (
            "HI*BBR:0WQF0ZZ:D8:20240103",
            CodedInformation("BBR", "0WQF0ZZ", date(2024, 1, 3), date(2024, 1, 3)),
        ),
        (
            "HI*BI:70:RD8:20231220-20231224",
            CodedInformation("BI", "70", date(2023, 12, 20), date(2023, 12, 24)),
        ),
        ("HI*BE:A1:::2500.00", CodedInformation("BE", "A1", amount_cents=250000)),
        ("HI*BG:C5", CodedInformation("BG", "C5")),
        ("HI*DR:470", CodedInformation("DR", "470")),
    ],
)
def test_health_care_codes_keep_list_date_amount_and_presence(
    segment: str, expected: CodedInformation
) -> None:
    assert read_one(CLAIM[0], segment, *LINE).codes == (expected,)


def test_several_lists_in_one_segment_and_several_segments_keep_their_order() -> None:
    claim = read_one(CLAIM[0], "HI*ABK:A*ABF:B**BG:01", "HI*ABF:C", *LINE)
    assert [code.code for code in claim.codes] == ["A", "B", "01", "C"]
    assert [code.code for code in claim.codes_of("ABF")] == ["B", "C"]


@pytest.mark.parametrize(
    ("claim_date", "line_dates", "expected"),
    [
        ("", ("20240105", "20240107"), (date(2024, 1, 5), date(2024, 1, 7))),
        ("DTP*472*D8*20240101", ("20240105",), (date(2024, 1, 1), date(2024, 1, 1))),
        ("DTP*434*RD8*20240101-20240103", (), (date(2024, 1, 1), date(2024, 1, 3))),
        ("", (), (None, None)),
    ],
)
def test_service_dates_are_the_claims_own_or_those_of_its_lines(
    claim_date: str,
    line_dates: tuple[str, ...],
    expected: tuple[date | None, date | None],
) -> None:
    lines = [
        text
        for number, day in enumerate(line_dates, 1)
        for text in (f"LX*{number}", "SV1*HC:99213*50*UN*1***1", f"DTP*472*D8*{day}")
    ]
    own = (claim_date,) if claim_date else ()
    claim = read_one("CLM*PCN-1*100***11:B:1*Y", *own, *(lines or LINE[:2]))
    assert (claim.service_from, claim.service_to) == expected


def test_parties_of_a_claim_keep_what_follows_their_name() -> None:
    claim = read_one(
        *CLAIM,
        "NM1*DN*1*TESTREFERRER*RITA****XX*1000000004",
        "NM1*82*1*TESTRENDERER*RENE****XX*1000000012",
        "PRV*PE*PXC*207R00000X",
        "REF*G2*OLD1",
        "REF*F8*ORIGINAL1",
        "NM1*77*2*SAMPLE FACILITY",
        "N3*4 FACILITY WAY",
        "N4*TESTVILLE*FL*33114",
        "PER*IC*DESK*TE*8005550100",
        *LINE,
    )
    referring, rendering, facility = claim.parties
    assert (referring.entity_code, rendering.entity_code, facility.entity_code) == (
        "DN",
        "82",
        "77",
    )
    assert rendering.taxonomy == "207R00000X"
    assert rendering.references == (Reference("G2", "OLD1"),)
    assert facility.city == "TESTVILLE"
    assert facility.contacts[0].numbers == (("TE", "8005550100"),)
    assert claim.original_reference == "ORIGINAL1", "a misplaced REF*F8 is the claim's"


def test_other_payers_keep_their_decision_and_their_parties() -> None:
    claim = read_one(
        *CLAIM,
        "SBR*P*18*GROUP9******MB",
        "CAS*CO*45*20**96*5",
        "CAS*PR*2*16",
        "AMT*D*59",
        "AMT*EAF*16",
        "OI***Y***Y",
        "MIA*0***59",
        "MOA*.5**MA01",
        "NM1*IL*1*TESTPATIENT*ANNA****MI*OTHER0001",
        "N3*1 SAMPLE STREET",
        "NM1*PR*2*TEST OTHER PAYER*****PI*TESTOTHER",
        "N3*3 PAYER ROAD",
        "DTP*573*D8*20240110",
        "REF*F8*OTHERCLAIM1",
        "NM1*82*1",
        "REF*G2*OLD1",
        "SBR*S*18*******CI",
        "NM1*PR*2*TEST THIRD PAYER*****PI*TESTTHIRD",
        *LINE,
    )
    other, third = claim.other_payers
    assert other.coverage.filing_indicator == "MB"
    assert [(item.reason_code, item.amount_cents) for item in other.adjustments] == [
        ("45", 2000),
        ("96", 500),
        ("2", 1600),
    ]
    assert other.amounts == (Amount("D", 5900), Amount("EAF", 1600))
    assert other.assignment == ("", "", "Y", "", "", "Y")
    assert other.inpatient == ("0", "", "", "59")
    assert other.outpatient == (".5", "", "MA01")
    assert other.subscriber is not None
    assert other.subscriber.identifier == "OTHER0001"
    assert other.payer is not None
    assert other.payer.reference("F8") == "OTHERCLAIM1"
    assert other.payer.address == ("3 PAYER ROAD",)
    assert other.dates == (EventDate("573", date(2024, 1, 10), date(2024, 1, 10)),)
    assert [party.entity_code for party in other.other_parties] == ["82"]
    assert third.payer is not None
    assert third.payer.identifier == "TESTTHIRD"
    assert claim.original_reference == "", "the other payer's claim number is not the claim's"


def test_a_segment_of_no_known_place_is_kept_and_told() -> None:
    read = read_set((*LEVELS, *CLAIM, "ZZZ*A:B", *LINE, "YYY*1"))
    (claim,) = read.claims
    assert claim.extra_segments == ("ZZZ*A:B",)
    assert claim.lines[0].extra_segments == ("YYY*1",)
    assert read.codes == ["X12-0401", "X12-0401"]


def test_an_unreadable_date_or_amount_is_kept_as_text() -> None:
    read = read_set((*LEVELS, *CLAIM, "DTP*439*D8*20002316", "AMT*F5*1O", *LINE))
    (claim,) = read.claims
    assert claim.extra_segments == ("DTP*439*D8*20002316", "AMT*F5*1O")
    assert read.codes == ["X12-0203", "X12-0201"]


def test_stored_segments_have_standard_delimiters_whatever_the_file_had() -> None:
    delimiters = Delimiters("|", "^", "!", "~")
    texts = [text.translate(str.maketrans("*:", "|^")) for text in (*LEVELS, *CLAIM)]
    read = read_set([*texts, "K3|5*3^A!B:C"], delimiters=delimiters)
    # The star of the file is no delimiter there: it changes places with the one that is.
    assert read.claims[0].extra_segments == ("K3*5|3:A^B!C",)


def test_several_claims_under_one_patient_are_counted_in_order() -> None:
    read = read_set((*LEVELS, *CLAIM, *LINE, "CLM*PCN-2*100***11:B:1*Y", *LINE))
    assert [claim.claim_ordinal for claim in read.claims] == [1, 2]
    assert [claim.patient_control_number for claim in read.claims] == ["PCN-1", "PCN-2"]
    assert read.claims[1].subscriber == read.claims[0].subscriber
    assert (read.raw_set.claims_count, read.raw_set.lines_count) == (2, 2)
    assert read.raw_set.charge_cents == 20000


def test_records_do_not_depend_on_how_the_set_is_cut() -> None:
    claims = [
        text
        for number in range(1, 8)
        for text in (
            f"HL*{number + 1}*1*22*0",
            *SUBSCRIBER_AFTER_HL,
            f"CLM*PCN-{number}*100***11:B:1*Y",
            *LINE,
        )
    ]
    texts = [*HEAD, "HL*1**20*1", "NM1*85*2*SAMPLE CLINIC*****XX*1234567893", *claims]
    whole = read_set(texts)
    for pieces in (2, 3, 7, 15):
        assert read_set(texts, pieces=pieces) == whole


SUBSCRIBER_AFTER_HL = LEVELS[-3:]


PARTY_FORMS = (
    ("NM1*82",),
    ("NM1*82*1* TESTNAME *ANNA***JR*XX* 1000000004 *EXTRA",),
    ("NM1*85*2*SAMPLE CLINIC*****XX*1", "N2*SECOND* NAME ", "N3*1 STREET*", "N3*SUITE 2"),
    ("NM1*IL*1*TESTNAME", "N3* A * B *C", "N4* CITY *FL*33111*US*X*Y", "DMG*D8*19700102*F*M"),
    ("NM1*IL*1*TESTNAME", "N4*CITY", "DMG", "DMG*D8*1970010X", "PRV*PE*PXC* 207Q00000X "),
    ("NM1*QC", "REF*SY* 1 ", "REF*Y4*2*THREE", "REF", "PER*IC* DESK *TE*1*EX*2", "PER*IC", "PRV"),
    ("NM1*77*2", "N2", "N2**B", "N3", "N4", "N4****US"),
)


@pytest.mark.parametrize("texts", PARTY_FORMS, ids=lambda texts: texts[0])
def test_a_party_is_what_the_shared_builder_makes_of_it(texts: tuple[str, ...]) -> None:
    source = SetSource("", "", 1, "", "837", "", 0)
    log, other_log = FindingLog(), FindingLog()
    piece = PieceReader(source, STANDARD, log)
    piece.begin(list(texts), list(range(len(texts))), 1, 0)
    builder = PartyBuilder(ElementReader(source, STANDARD, other_log), piece.rows[0])
    for index, row in enumerate(piece.rows[1:], 1):
        assert builder.add(row, piece.at(index))
    assert piece.party(0, len(texts)) == (builder.build(), len(texts))
    assert log.findings == other_log.findings

"""What an 835 says, field by field, and the quirks of payers."""

from datetime import date
from decimal import Decimal

import pytest

from edi_engine.records.common import (
    Adjustment,
    Amount,
    Contact,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
    RemarkCode,
)
from edi_engine.records.intake import SetState
from edi_engine.records.remittances import ClaimPayment, LinePayment, Remittance
from tests.parsers.x12_files import CLAIM, FIXTURES_ROOT, LINE, codes, read, remittance

WHOLE = read(
    (FIXTURES_ROOT / "remittances" / "everything_a_claim_payment_holds.edi")
    .read_bytes()
    .decode("latin-1")
).remittance_sets[0]
INPATIENT, OUTPATIENT = WHOLE.claim_payments


def head_of(text: str) -> Remittance:
    return read(text).remittance_sets[0].remittance


def claim_of(text: str) -> ClaimPayment:
    return read(text).remittance_sets[0].claim_payments[0]


def line_of(line: str) -> LinePayment:
    return claim_of(remittance(CLAIM + line)).lines[0]


def money(adjustments: tuple[Adjustment, ...]) -> list[tuple[str, str, int, Decimal | None]]:
    return [
        (one.group_code, one.reason_code, one.amount_cents, one.quantity) for one in adjustments
    ]


def test_the_payment_and_its_trace() -> None:
    head = WHOLE.remittance
    assert (head.handling_code, head.payment_amount_cents, head.credit_debit_flag) == (
        "I",
        132550,
        "C",
    )
    assert (head.method, head.payment_date) == ("ACH", date(2026, 1, 5))
    assert (head.trace_number, head.originator_id) == ("TRACE0001", "1512345678")
    assert head.payment_elements[:4] == ("I", "1325.50", "C", "ACH")
    assert len(head.payment_elements) == 16
    assert head.production_date == date(2026, 1, 4)
    assert head.currency == ("PR", "USD")
    assert head.references == (Reference("EV", "RECEIVER1"),)


def test_payer_and_payee_with_their_contacts() -> None:
    head = WHOLE.remittance
    assert head.payer == Party(
        "PR",
        "2",
        "SAMPLE HEALTH PLAN",
        id_qualifier="XV",
        identifier="99999",
        address=("1 TEST STREET", "SUITE 2"),
        city="TESTVILLE",
        state="OH",
        postal_code="430001234",
        references=(Reference("2U", "PAYERID1"),),
        contacts=(
            Contact(
                "CX",
                "SAMPLE CLAIMS",
                (("TE", "8005550101"), ("EX", "22"), ("EM", "DESK@EXAMPLE.TEST")),
            ),
            Contact("BL", "SAMPLE DESK", (("TE", "8005550102"),)),
            Contact("IC", "", (("UR", "WWW.EXAMPLE.TEST"),)),
        ),
    )
    assert head.payee is not None
    assert (head.payer_id, head.payee_npi, head.payee_tin) == ("99999", "1999999976", "999999999")
    assert head.extra_segments == ("RDM*EM*SAMPLE CLINIC*ERA@EXAMPLE.TEST",)


def test_summaries_stand_with_their_line_of_the_claim_list() -> None:
    first, second = WHOLE.provider_summaries
    assert (first.segment_id, first.assigned_number) == ("TS3", "1")
    assert first.elements == ("1999999976", "11", "20261231", "2", "2600")
    assert (second.segment_id, second.elements) == ("TS2", ("0", "0", "0"))
    assert [one.assigned_number for one in WHOLE.claim_payments] == ["1", "2"]


def test_every_element_of_a_claim_payment() -> None:
    one = INPATIENT
    assert (one.patient_control_number, one.status_code) == ("TEST-INPATIENT", "19")
    assert (one.charge_cents, one.paid_cents, one.patient_responsibility_cents) == (
        200000,
        120050,
        19950,
    )
    assert (one.filing_indicator, one.payer_claim_control_number) == ("MA", "PAYER0001")
    assert (one.facility_code, one.frequency_code, one.patient_status_code) == ("11", "1", "01")
    assert (one.drg_code, one.drg_weight, one.discharge_fraction) == (
        "470",
        Decimal("1.2345"),
        Decimal("0.5"),
    )
    assert (one.service_from, one.service_to) == (date(2025, 11, 20), date(2025, 11, 25))
    assert [day.qualifier for day in one.dates] == ["232", "233", "050", "036"]
    assert one.amounts == (Amount("AU", 190000), Amount("I", 0))
    assert one.quantities == (Quantity("CA", Decimal(5)), Quantity("CD", Decimal("1.5")))
    assert [ref.qualifier for ref in one.references] == ["EA", "1W", "CE"]
    assert one.contacts == (Contact("CX", "SAMPLE CLAIM DESK", (("TE", "8005550103"),)),)
    assert one.lines == ()


def test_every_party_in_order() -> None:
    assert [party.entity_code for party in INPATIENT.parties] == [
        "QC", "IL", "74", "82", "TT", "PR", "GB",
    ]  # fmt: skip
    subscriber = INPATIENT.party("IL")
    assert subscriber is not None
    assert subscriber.identifier == "M0009", "the blank before the member number is dropped"
    corrected = INPATIENT.party("74")
    assert corrected is not None
    assert (corrected.last_name, corrected.id_qualifier) == ("TESTPATIENT", "C")


def test_inpatient_and_outpatient_adjudication_with_their_remarks() -> None:
    assert INPATIENT.inpatient[0] == "5"
    assert len(INPATIENT.inpatient) == 23
    assert [remark.code for remark in INPATIENT.remark_codes] == ["N19", "N20", "N21", "N22", "N23"]
    assert OUTPATIENT.outpatient[:3] == (".8", "12.5", "MA01")
    assert [remark.code for remark in OUTPATIENT.remark_codes] == [
        "MA01", "MA02", "N30", "N31", "N32",
    ]  # fmt: skip
    assert {remark.qualifier for remark in OUTPATIENT.remark_codes} == {"MOA"}


def test_adjustments_of_claim_and_line_stay_apart() -> None:
    assert money(INPATIENT.adjustments) == [
        ("CO", "45", 60000, None),
        ("CO", "253", 0, None),
        ("PR", "1", 15000, Decimal(1)),
        ("PR", "2", 4950, None),
    ]
    assert OUTPATIENT.adjustments == ()
    assert money(OUTPATIENT.lines[0].adjustments) == [
        ("CO", "45", 10000, Decimal(1)),
        ("CO", "97", 2500, None),
        ("PR", "1", 5000, None),
        ("PR", "2", 2500, None),
    ]
    assert money(OUTPATIENT.lines[1].adjustments) == [
        ("OA", "23", 27500, None),
        ("OA", "94", -900, Decimal(1)),
        ("OA", "100", 900, None),
        ("CO", "1", 0, None),
    ]


def test_a_line_with_both_procedures() -> None:
    line = OUTPATIENT.lines[0]
    assert line.procedure == Procedure("HC", "99214", ("25", "59", "GT", "95"), "OFFICE VISIT 100%")
    assert line.submitted_procedure == Procedure("HC", "99215", ("25",))
    assert (line.paid_units, line.submitted_units) == (Decimal(1), Decimal(2))
    assert (line.charge_cents, line.paid_cents, line.revenue_code) == (30000, 10000, "0510")
    assert (line.service_from, line.service_to) == (date(2025, 12, 1), date(2025, 12, 2))
    assert line.line_item_control_number == "LINE-1"
    assert [ref.qualifier for ref in line.references] == ["6R", "LU", "0K", "RB"]
    assert line.amounts == (Amount("B6", 17500), Amount("KH", 0))
    assert line.quantities == (Quantity("ZK", Decimal(1)),)
    assert line.remark_codes == (
        RemarkCode("HE", "N130"),
        RemarkCode("HE", "M25"),
        RemarkCode("RX", "75"),
    )
    second = OUTPATIENT.lines[1]
    assert (second.line_ordinal, second.paid_units) == (2, Decimal(0))
    assert second.line_item_control_number == "LINE-2"


def test_places_count_from_the_set_and_from_the_file() -> None:
    data = (FIXTURES_ROOT / "remittances" / "everything_a_claim_payment_holds.edi").read_bytes()
    segments = data[data.index(b"ST*") :].decode().split("~\n")
    for one in WHOLE.claim_payments:
        assert segments[one.segment_ordinal - 1].startswith(f"CLP*{one.patient_control_number}*")
        for line in one.lines:
            assert segments[line.segment_ordinal - 1].startswith("SVC*")
            for adjustment in line.adjustments:
                found = segments[adjustment.segment_ordinal - 1]
                assert found.startswith(f"CAS*{adjustment.group_code}*")
                assert data[adjustment.byte_offset :].startswith(found.encode())


@pytest.mark.parametrize(
    ("what", "line", "expected"),
    [
        ("plain", "SVC*HC:99213*100*80**1~", (Procedure("HC", "99213"), 10000, 8000)),
        ("another component separator", "SVC*HC>12345>26*100*80~",
         (Procedure("HC", "12345", ("26",)), 10000, 8000)),
        ("split by the element separator", "SVC*HC*99213*100.00*80.00~",
         (Procedure("HC", "99213"), 10000, 8000)),
        ("a qualifier alone", "SVC*HC*100*80~", (Procedure("HC", ""), 10000, 8000)),
        ("a code alone", "SVC*99213*100*80~", (Procedure("", "99213"), 10000, 8000)),
        ("a drug", "SVC*N4:00000000001*100*80~", (Procedure("N4", "00000000001"), 10000, 8000)),
        ("masked", "SVC*XX:XXXXX*9.99*9.99~", (Procedure("XX", "XXXXX"), 999, 999)),
        ("no procedure", "SVC**100*80~", (Procedure("", ""), 10000, 8000)),
        ("a described one", "SVC*HC:J3490:::::25 MG #2*100*80~",
         (Procedure("HC", "J3490", (), "25 MG #2"), 10000, 8000)),
        ("no amounts", "SVC*HC:99213~", (Procedure("HC", "99213"), 0, 0)),
    ],
)  # fmt: skip
def test_procedures_of_lines(what: str, line: str, expected: tuple[Procedure, int, int]) -> None:
    found = line_of(line)
    assert (found.procedure, found.charge_cents, found.paid_cents) == expected, what


@pytest.mark.parametrize(
    ("what", "segments", "expected"),
    [
        ("one day", "DTM*472*20251201~", (date(2025, 12, 1), date(2025, 12, 1))),
        ("two ends", "DTM*150*20251201~DTM*151*20251203~", (date(2025, 12, 1), date(2025, 12, 3))),
        ("a range", "DTM*472****RD8*20251201-20251203~", (date(2025, 12, 1), date(2025, 12, 3))),
        ("as a claim writes it", "DTM*472*D8*20251201~", (date(2025, 12, 1), date(2025, 12, 1))),
        ("only a beginning", "DTM*150*20251201~", (date(2025, 12, 1), date(2025, 12, 1))),
        ("of no day", "DTM*472*20002316~", (None, None)),
        ("a day that means none", "DTM*472*19000101~", (None, None)),
        ("none", "", (None, None)),
    ],
)
def test_dates_of_lines(
    what: str, segments: str, expected: tuple[date | None, date | None]
) -> None:
    found = line_of("SVC*HC:99213*100*80~" + segments)
    assert (found.service_from, found.service_to) == expected, what


def test_a_claim_has_its_own_dates_and_not_those_of_its_lines() -> None:
    found = claim_of(remittance(CLAIM + LINE))
    assert (found.service_from, found.service_to) == (None, None)
    assert found.lines[0].dates == (EventDate("472", date(2025, 12, 1), date(2025, 12, 1)),)


def test_the_same_text_reads_the_same_the_first_time_and_later() -> None:
    """The inner loop looks up what it has seen; nothing may differ but the place."""
    body = CLAIM + "DTM*232*20251201~AMT*AU*100~REF*EA*R~LQ*HE*N1~" + LINE + "AMT*B6*80~LQ*HE*N1~"
    first, second = read(remittance(body * 2, paid="160")).remittance_sets[0].claim_payments

    def said(one: ClaimPayment) -> list[object]:
        line = one.lines[0]
        return [
            one.parties, one.dates, one.amounts, one.references, one.remark_codes, one.charge_cents,
            line.procedure, line.paid_units, line.dates, line.amounts, line.references,
            line.remark_codes, money(line.adjustments), line.charge_cents, line.paid_cents,
        ]  # fmt: skip

    assert said(first) == said(second)
    assert second.segment_ordinal == first.segment_ordinal + body.count("~")


@pytest.mark.parametrize(
    ("what", "claim", "expected"),
    [
        ("short", "CLP*TEST-1*1*100*80~", ("TEST-1", None, "")),
        ("no patient share", "CLP*TEST-1*1*100*80**12*ICN~", ("TEST-1", None, "ICN")),
        ("zero patient share", "CLP*TEST-1*1*100*80*0*12*ICN~", ("TEST-1", 0, "ICN")),
        ("blanks around the number", "CLP* A 1 *1*100*80~", ("A 1", None, "")),
        ("a number with a slash", "CLP*1/1*1*100*80~", ("1/1", None, "")),
    ],
)
def test_claim_payments_of_all_sorts(
    what: str, claim: str, expected: tuple[str, int | None, str]
) -> None:
    found = claim_of(remittance(claim + "CAS*CO*45*20~"))
    assert (
        found.patient_control_number,
        found.patient_responsibility_cents,
        found.payer_claim_control_number,
    ) == expected, what
    assert money(found.adjustments) == [("CO", "45", 2000, None)]


def test_unreadable_money_is_never_guessed_and_its_text_is_kept() -> None:
    found = claim_of(remittance(CLAIM + "SVC*HC:99213*100*80~CAS*CO*45*1E2*1*97*20~AMT*B6*lots~"))
    line = found.lines[0]
    assert money(line.adjustments) == [("CO", "97", 2000, None)]
    assert line.amounts == ()
    assert line.extra_segments == ("CAS*CO*45*1E2*1*97*20", "AMT*B6*lots")


def test_a_segment_without_a_place_is_kept_as_text() -> None:
    found = claim_of(remittance(CLAIM + "XYZ*1*2~" + LINE + "PLXX*3~"))
    assert found.extra_segments == ("XYZ*1*2",)
    assert found.lines[0].extra_segments == ("PLXX*3",)


def test_a_party_named_again_between_claims_ends_the_claim_and_is_kept() -> None:
    again = "N1*PR*SAMPLE HEALTH PLAN~N3*1 TEST STREET~N1*PE*SAMPLE CLINIC~LX*2~"
    found = read(remittance(CLAIM + LINE + again + CLAIM + LINE, paid="160"))
    first, second = found.remittance_sets[0].claim_payments
    assert first.extra_segments == ()
    assert second.extra_segments[0] == "N1*PR*SAMPLE HEALTH PLAN"
    assert [finding.code for finding in found.findings] == ["X12-0307"]


@pytest.mark.parametrize(
    ("bpr", "method", "paid_on", "findings"),
    [
        ("BPR*I*80*C*ACH************20260105~", "ACH", date(2026, 1, 5), []),
        ("BPR*I*80*C*CHK***********20260105~", "CHK", date(2026, 1, 5), ["X12-0304"]),
        ("BPR*I*80*C*CHK626800************20260105~", "CHK", date(2026, 1, 5), ["X12-0305"]),
        ("BPR*I*80*C*CHK~", "CHK", None, []),
        ("BPR*H*0*C*NON************20260105~", "NON", date(2026, 1, 5), ["BAL-0103"]),
    ],
)
def test_payments_of_all_sorts(
    bpr: str, method: str, paid_on: date | None, findings: list[str]
) -> None:
    text = remittance(CLAIM + LINE)
    start, end = text.index("BPR*"), text.index("TRN*")
    text = text[:start] + bpr + text[end:]
    head = head_of(text)
    assert (head.method, head.payment_date) == (method, paid_on)
    assert codes(text) == findings


def test_a_remittance_may_hold_provider_adjustments_alone() -> None:
    found = read(remittance("", paid="12.5", after="PLB*1999999976*20261231*LS:LUMP*-12.5~"))
    (held,) = found.remittance_sets
    assert held.claim_payments == ()
    (one,) = held.provider_adjustments
    assert (one.reason_code, one.reference, one.amount_cents) == ("LS", "LUMP", -1250)
    assert (one.provider_id, one.fiscal_period_end) == ("1999999976", date(2026, 12, 31))
    assert found.raw_sets[0].state is SetState.READ
    assert not found.findings


@pytest.mark.parametrize(
    ("what", "pairs", "expected", "findings"),
    [
        ("six pairs", "WO:A*1*FB:B*2*CS:C*3*L3:D*4*72:E*5*AM:F*6",
         [("WO", "A", 100), ("FB", "B", 200), ("CS", "C", 300), ("L3", "D", 400), ("72", "E", 500),
          ("AM", "F", 600)], []),
        ("a reference with blanks", "WO:12104411 001GAL*-361.19",
         [("WO", "12104411 001GAL", -36119)], []),
        ("a reference with the separator", "WO:A:B*1", [("WO", "A:B", 100)], []),
        ("no reference", "CS*-1008.1*CS*24.21", [("CS", "", -100810), ("CS", "", 2421)],
         ["X12-0311"] * 2),
        ("another separator", "50>111*6173.5", [("50", "111", 617350)], ["X12-0205"]),
        ("a gap", "WO:A*1***WO:B*2", [("WO", "A", 100), ("WO", "B", 200)], ["X12-0310"]),
        ("two elements for one", "WO*A*1*CS:B*2", [("WO", "A", 100), ("CS", "B", 200)],
         ["X12-0312"]),
        ("nothing readable", "JTEST*JTEST", [], ["X12-0201"]),
    ],
)  # fmt: skip
def test_provider_adjustments_of_all_sorts(
    what: str, pairs: str, expected: list[tuple[str, str, int]], findings: list[str]
) -> None:
    total = sum(cents for *_, cents in expected)
    paid = f"{(8000 - total) / 100:.2f}"
    found = read(remittance(CLAIM + LINE, paid=paid, after=f"PLB*1*20261231*{pairs}~"))
    adjustments = found.remittance_sets[0].provider_adjustments
    assert [(one.reason_code, one.reference, one.amount_cents) for one in adjustments] == expected
    assert [one.ordinal for one in adjustments] == list(range(1, len(expected) + 1))
    assert [finding.code for finding in found.findings if finding.code != "X12-0303"] == findings
    assert found.raw_sets[0].balanced, what


def test_more_segments_of_one_kind_than_any_guide_allows_are_kept_as_text() -> None:
    many = "REF*LU*1~" * 600
    line = line_of("SVC*HC:99213*100*80~CAS*CO*45*20~" + many)
    assert len(line.references) == 500
    assert len(line.extra_segments) == 100


def test_a_claim_of_many_adjustments_keeps_them_all() -> None:
    many = "CAS*CO*45*.01~" * 2000
    line = line_of("SVC*HC:99213*100*80~" + many)
    assert sum(one.amount_cents for one in line.adjustments) == 2000

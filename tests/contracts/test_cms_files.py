"""Medicare's fees from CMS's files: what CMS publishes for a locality is what comes out."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.records.contracts import ScheduleRate
from tests.contracts.medicare_files import (
    FIXTURES,
    GPCI_HEADINGS,
    RVU_HEADINGS,
    RvuRow,
    csv_text,
    gpci_text,
    read_schedule,
    rvu_csv,
    rvu_fixed,
)

CITY = ("99901", "ZZ", "01", "INVENTED CITY", "1.000", "1.000", "1.000")
REST = ("99901", "ZZ", "02", "REST OF INVENTED", "1.050", "0.900", "1.200")
TOWN = ("99902", "YY", "01", "INVENTED TOWN", "1.020", "1.100", "0.800")
GPCI = gpci_text(CITY, REST)
VISIT = RvuRow("X1001", work="1.00", expense="1.00", facility="0.50", malpractice="0.10")

ALABAMA = ("10112", "AL", "00", "ALABAMA", "1", "0.869", "0.575")
ALASKA = ("02102", "AK", "01", "ALASKA*", "1.5", "1.081", "0.592")
MIAMI = ("09102", "FL", "04", "MIAMI", "1", "1.027", "2.5")

CELLS = VISIT.cells()
JOINED = [" ".join(words).split() for words in zip(*RVU_HEADINGS, strict=True)]
ONE_ROW = [" ".join(words) for words in JOINED]


def only(rvu: str, gpci: str = GPCI, locality: str = "99901-01") -> ScheduleRate:
    """The one rate of a file without mistakes."""
    rates, findings = read_schedule(rvu, gpci, locality=locality)
    assert not findings, [str(finding) for finding in findings]
    (rate,) = rates
    return rate


@pytest.mark.parametrize(
    ("place", "code", "values", "fee_outside", "fee_inside"),
    [
        # values: work, practice expense outside of and in facilities, malpractice
        (ALABAMA, "10021", ("1.03", "1.84", "0.47", "0.15"), 87_83, 49_32),
        (ALABAMA, "11004", ("10.80", "4.05", "4.05", "2.06"), 501_50, 501_50),
        (ALABAMA, "11606", ("5.02", "7.61", "3.63", "0.85"), 392_10, 280_22),
        (ALABAMA, "11730", ("1.05", "2.29", "0.48", "0.08"), 99_82, 48_94),
        (ALASKA, "G0438", ("2.60", "2.20", "2.20", "0.16"), 206_14, 206_14),
        (MIAMI, "92597", ("1.26", "0.90", "0.90", "0.04"), 73_89, 73_89),
        (MIAMI, "92612", ("1.27", "4.66", "0.66", "0.05"), 199_93, 67_05),
    ],
)
def test_a_fee_is_what_cms_published(
    place: tuple[str, ...],
    code: str,
    values: tuple[str, str, str, str],
    fee_outside: int,
    fee_inside: int,
) -> None:
    """Source: CMS, physician fee schedule payment amounts of 2025 (PFAL25A, PFAK25A, PFFL25A),
    relative values of PPRRVU 2025, GPCI2025, conversion factor 32.3465. 11004 and G0438 are marked
    NA in one setting, and published with the other's fee."""
    work, expense, facility, malpractice = values
    row = RvuRow(
        code,
        work=work,
        expense=expense,
        facility=facility,
        malpractice=malpractice,
        factor="32.3465",
    )
    rate = only(rvu_csv(row), gpci_text(place), f"{place[0]}-{place[2]}")
    assert (rate.amount_cents, rate.facility_cents) == (fee_outside, fee_inside)


def test_the_practice_expense_is_what_a_second_therapy_loses_half_of() -> None:
    """Source: the reduced therapy amount beside the fee of 92597 in PFFL25A, Miami: 58.94."""
    row = RvuRow(
        "92597",
        work="1.26",
        expense="0.90",
        facility="0.90",
        malpractice="0.04",
        multiple="5",
        factor="32.3465",
    )
    rate = only(rvu_csv(row), gpci_text(MIAMI), "09102-04")
    assert rate.practice_expense_cents == rate.facility_practice_expense_cents == 29_90
    assert rate.amount_cents - rate.practice_expense_cents // 2 == 58_94


ANGIOGRAPHY = RvuRow(
    "X7001",
    work="1.75",
    expense="6.56",
    facility="6.56",
    facility_na="NA",
    malpractice="0.11",
    multiple="4",
    factor="32.3465",
    opps_expense="6.11",
    opps_facility="6.11",
    opps_malpractice="0.11",
)
"""The values of the file of October 2025 for a code of CT angiography; the code is invented."""

ITS_TECHNICAL_PART = msgspec.structs.replace(
    ANGIOGRAPHY,
    modifier="TC",
    work="0.00",
    expense="5.93",
    facility="5.93",
    malpractice="0.03",
    opps_expense="5.48",
    opps_facility="5.48",
    opps_malpractice="0.03",
)


@pytest.mark.parametrize("form", [rvu_csv, rvu_fixed])
@pytest.mark.parametrize(
    ("row", "locality", "cap_cents"),
    [
        (ANGIOGRAPHY, ALABAMA, 230_40),
        (ITS_TECHNICAL_PART, ALABAMA, 154_60),
    ],
)
def test_a_cap_of_imaging_is_what_cms_published(
    form: Callable[..., str], row: RvuRow, locality: Sequence[str], cap_cents: int
) -> None:
    """The prices in OPPSCAP of October 2025."""
    rate = only(form(row), gpci_text(locality), f"{locality[0]}-{locality[2]}")
    assert (rate.outpatient_cap_cents, rate.facility_outpatient_cap_cents) == (cap_cents, cap_cents)
    assert rate.amount_cents > cap_cents


@pytest.mark.parametrize(
    "changed",
    [
        {"opps_expense": "7.00", "opps_facility": "7.00"},
        {"opps_expense": "0.00", "opps_facility": "0.00", "opps_malpractice": "0.00"},
        {"opps_expense": "", "opps_facility": "", "opps_malpractice": ""},
    ],
    ids=["above the fee", "no such concept", "empty"],
)
def test_a_cap_that_takes_nothing_off_is_none(changed: dict[str, str]) -> None:
    row = msgspec.structs.replace(ANGIOGRAPHY, **changed)
    assert only(rvu_csv(row)).outpatient_cap_cents is None


def test_a_file_without_the_columns_of_caps_is_read_without_caps() -> None:
    """So are files before 2007, and those of a practice that deletes the columns."""
    older = [ONE_ROW[:28], ANGIOGRAPHY.cells()[:28]]
    assert only(csv_text(older)).outpatient_cap_cents is None
    short = "\r\n".join(line[:147] for line in rvu_fixed(ANGIOGRAPHY).splitlines())
    assert only(short).outpatient_cap_cents is None


def test_both_forms_of_the_file_give_the_same_rates() -> None:
    """The fixtures are one file, once with commas and once in fixed width."""
    texts = [(FIXTURES / f"pass/medicare-rvu.{form}").read_text() for form in ("csv", "txt")]
    (rates, findings), (fixed, fixed_findings) = (read_schedule(text, GPCI) for text in texts)
    assert not findings
    assert not fixed_findings
    assert [msgspec.structs.replace(rate, origin="") for rate in rates] == [
        msgspec.structs.replace(rate, origin="") for rate in fixed
    ]
    shown = [
        (
            rate.procedure_code,
            ":".join(rate.modifiers),
            rate.amount_cents,
            rate.facility_cents,
            rate.multiple_procedures,
            rate.bilateral,
            rate.endoscopic_base,
            rate.intraoperative_percent,
        )
        for rate in rates
    ]
    assert shown == [
        ("X1001", "", 67_20, 51_20, "0", "0", "", None),
        ("X2001", "", 576_00, 576_00, "2", "1", "", 69),
        ("X3001", "", 88_96, 88_96, "4", "3", "", None),
        ("X3001", "26", 23_04, 23_04, "4", "3", "", None),
        ("X3001", "TC", 65_92, 65_92, "4", "3", "", None),
        ("X4001", "", 267_20, 155_20, "3", "0", "X4000", None),
        ("X5001", "", 68_80, 68_80, "9", "9", "", None),
    ]


def test_a_rate_names_file_row_and_locality() -> None:
    assert only(rvu_csv(VISIT)).origin == "rvu.csv row 8, locality 99901-01"
    assert only(rvu_fixed(VISIT)).origin == "rvu.csv row 2, locality 99901-01"


# --- layouts ---


@pytest.mark.parametrize(
    "text",
    [
        csv_text([ONE_ROW, CELLS]),
        csv_text([[heading.lower() for heading in ONE_ROW], CELLS]),
        csv_text([[heading.replace(" ", "\n") for heading in ONE_ROW], CELLS]),
        csv_text([["2031 INVENTED FILE"], *RVU_HEADINGS, CELLS]),
        csv_text([ONE_ROW[::-1], CELLS[::-1]]),
        csv_text([["NEW COLUMN", *ONE_ROW], ["new", *CELLS]]),
        csv_text([ONE_ROW, CELLS], "\t"),
        "\ufeff" + rvu_csv(VISIT).replace("\r\n", "\n"),
        csv_text([[h.replace("FACILITY", "FAC") for h in ONE_ROW], CELLS]),
        csv_text([[h.replace("NON-FAC ", "NON FACILITY ") for h in ONE_ROW], CELLS]),
        rvu_fixed(VISIT).partition("\r\n")[2],
    ],
    ids=[
        "one row of headings",
        "small letters",
        "broken headings",
        "title in the first column",
        "other order",
        "one column more",
        "tabs",
        "byte order mark",
        "short word",
        "no hyphen",
        "fixed width without header",
    ],
)
def test_columns_are_found_by_their_headings(text: str) -> None:
    rate = only(text)
    assert (rate.amount_cents, rate.facility_cents) == (67_20, 51_20)


def test_values_of_a_transition_are_taken_and_those_fully_implemented_not() -> None:
    """Source: headings of the files of 2007 to 2012."""
    now = {"NON-FAC PE RVU", "FACILITY PE RVU", "NON-FACILITY TOTAL", "FACILITY TOTAL"}
    headings = [f"TRANSITIONED {h}" if h in now else h for h in ONE_ROW]
    full = [f"FULLY IMPLEMENTED {heading}" for heading in sorted(now)]
    text = csv_text([headings + full, [*CELLS, "9.99", "9.99", "9.99", "9.99"]])
    assert only(text).amount_cents == 67_20


@pytest.mark.parametrize("heading", ["WORK RVU", "FACILITY TOTAL"])
def test_a_column_that_stands_twice_is_no_guess(heading: str) -> None:
    text = csv_text([[*ONE_ROW, heading], [*CELLS, "2.00"]])
    rates, findings = read_schedule(text, GPCI)
    assert not rates
    assert [finding.code for finding in findings] == ["FEE-0201"]
    assert f"several columns {heading}" in findings[0].message


def test_the_columns_that_are_missing_are_named() -> None:
    at = ONE_ROW.index("ENDO BASE")
    _, findings = read_schedule(csv_text([ONE_ROW[:at], CELLS[:at]]), GPCI)
    assert findings[0].message == "there is no column ENDO BASE."


# --- what a row gives ---


def test_a_setting_marked_na_has_the_fee_of_the_other() -> None:
    """CMS publishes the same amount for both; the file repeats the practice expense, and this
    holds where one that somebody edited does not."""
    inside = RvuRow("X1", work="1.00", expense="9.00", expense_na="NA", facility="0.50")
    rate = only(rvu_csv(msgspec.structs.replace(inside, code="X1001")))
    assert (rate.amount_cents, rate.facility_cents) == (48_00, 48_00)
    outside = RvuRow("X1002", work="1.00", expense="0.50", facility="9.00", facility_na="NA")
    rate = only(rvu_csv(outside))
    assert (rate.amount_cents, rate.facility_cents) == (48_00, 48_00)


def test_na_in_the_place_of_the_value_is_read_too() -> None:
    row = RvuRow("X1001", work="1.00", expense="0.00", facility="0.50", total="1.50")
    text = rvu_csv(row).replace("A,,1.00,0.00,,0.50", "A,,1.00,NA,,0.50")
    rate = only(text)
    assert (rate.amount_cents, rate.facility_cents) == (48_00, 48_00)


@pytest.mark.parametrize("status", list("ARTNIBX"))
def test_values_give_a_rate_whatever_the_status(status: str) -> None:
    assert only(rvu_csv(msgspec.structs.replace(VISIT, status=status))).amount_cents == 67_20


@pytest.mark.parametrize("status", list("CIJMXEPBN"))
def test_a_row_without_values_gives_none_and_is_no_mistake(status: str) -> None:
    rates, findings = read_schedule(rvu_csv(VISIT, RvuRow("X6001", status=status)), GPCI)
    assert [rate.procedure_code for rate in rates] == ["X1001"]
    assert not findings


@pytest.mark.parametrize("modifier", ["26", "TC", "53"])
def test_a_row_with_a_modifier_is_a_rate_of_its_own(modifier: str) -> None:
    part = msgspec.structs.replace(VISIT, modifier=modifier, work="0.40")
    rates, findings = read_schedule(rvu_csv(VISIT, part), GPCI)
    assert not findings
    assert [rate.modifiers for rate in rates] == [(), (modifier,)]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"code": "X10"}, "FEE-0203", "row 9, HCPCS: 'X10' is no procedure code"),
        ({"modifier": "2"}, "FEE-0203", "row 9, MOD: '2' is no modifier"),
        ({"base": "43"}, "FEE-0203", "row 9, ENDO BASE: '43' is no procedure code"),
        ({"total": "3.10"}, "FEE-0205", "row 9, NON-FACILITY TOTAL: '3.10' is not the sum"),
        ({"multiple": "two"}, "FEE-0204", "row 9, MULT PROC: 'two' is not one digit"),
        ({"expense_na": "N"}, "FEE-0204", "row 9, NON-FAC NA INDICATOR: 'N' is neither"),
        ({"intra": "76"}, "FEE-0204", "row 9, INTRA OP: '76' is not a number from 0"),
        ({"intra": "1.01"}, "FEE-0204", "row 9, INTRA OP: '1.01' is more than the whole"),
        ({"factor": ""}, "FEE-0204", "row 9, CONV FACTOR: '' is not a number"),
        (
            {"opps_expense": "x"},
            "FEE-0204",
            "row 9, NON-FACILITY PE USED FOR OPPS: 'x' is not a number",
        ),
        ({"factor": "0.0000"}, "FEE-0204", "row 9, CONV FACTOR: '0.0000' pays nothing"),
    ],
)
def test_a_mistake_has_row_column_and_value_and_the_row_no_rate(
    change: dict[str, str], code: str, message: str
) -> None:
    row = msgspec.structs.replace(VISIT, **{"code": "X1002", **change})
    rates, findings = read_schedule(rvu_csv(VISIT, row), GPCI)
    assert [finding.code for finding in findings] == [code]
    assert findings[0].message.startswith(message)
    assert findings[0].place.file_name == "rvu.csv"
    assert findings[0].remedy
    assert [rate.procedure_code for rate in rates] == ["X1001"]


@pytest.mark.parametrize("cell", ["-1.00", "1,00", "$1.00", "1E2", "1000.00", "N/A", "1.0000001"])
def test_a_value_that_is_no_plain_number_is_refused(cell: str) -> None:
    text = rvu_csv(VISIT, msgspec.structs.replace(VISIT, code="X1002"))
    _, findings = read_schedule(
        text.replace('X1002,,"Invented, words",A,,1.00', f'X1002,,"","",,"{cell}"'), GPCI
    )
    assert [finding.code for finding in findings] == ["FEE-0204"]
    assert f"row 9, WORK RVU: '{cell}'" in findings[0].message


def test_the_mistakes_of_both_files_come_at_once() -> None:
    broken = ("99901", "ZZ", "03", "INVENTED", "one", "1.000", "1.000")
    _, findings = read_schedule(
        rvu_csv(RvuRow("bad", work="1.00")), gpci_text(broken), locality="99901-03"
    )
    assert [finding.code for finding in findings] == ["FEE-0203", "FEE-0204", "FEE-0207"]


# --- the locality ---


@pytest.mark.parametrize(
    ("asked", "cents"),
    [
        ("99901-01", 67_20),
        ("99901 01", 67_20),
        ("9990101", 67_20),
        (" zz 1 ", 67_20),
        ("YY-01", 70_40),
        ("99902-1", 70_40),
        ("02", 66_24),
        ("2", 66_24),
    ],
)
def test_a_locality_is_found_by_what_names_it_alone(asked: str, cents: int) -> None:
    assert only(rvu_csv(VISIT), gpci_text(CITY, REST, TOWN), asked).amount_cents == cents


@pytest.mark.parametrize(
    ("asked", "code", "choices"),
    [
        ("01", "FEE-0208", "99901-01 ZZ INVENTED CITY; 99902-01 YY INVENTED TOWN"),
        ("99903-02", "FEE-0207", "99901-02 ZZ REST OF INVENTED"),
        ("07", "FEE-0207", "99901-01 ZZ INVENTED CITY; 99901-02 ZZ REST OF INVENTED; 99902-01"),
        ("{}", "FEE-0207", "99901-01"),
        ("", "FEE-0207", "99901-01"),
    ],
)
def test_any_other_locality_is_refused_with_the_choices(
    asked: str, code: str, choices: str
) -> None:
    rates, findings = read_schedule(rvu_csv(VISIT), gpci_text(CITY, REST, TOWN), locality=asked)
    assert not rates
    assert [finding.code for finding in findings] == [code]
    assert choices in findings[0].message
    assert findings[0].place.file_name == "gpci.csv"


def test_zeros_that_a_spreadsheet_cut_are_put_back() -> None:
    cut = ("2102", "AK", "1", "ALASKA*", "1.5", "1.081", "0.592")
    rate = only(rvu_csv(VISIT), gpci_text(cut), "02102-01")
    assert rate.origin.endswith("locality 02102-01")


def test_of_two_work_indices_the_one_with_the_floor_is_taken_and_told() -> None:
    headings = [*GPCI_HEADINGS[:4], "2025 PW GPCI (without 1.0 Floor)", *GPCI_HEADINGS[4:]]
    below = gpci_text([*CITY[:4], "0.962", *CITY[4:]], headings=headings)
    rates, findings = read_schedule(rvu_csv(VISIT), below)
    assert rates[0].amount_cents == 67_20
    assert [finding.code for finding in findings] == ["FEE-0209"]
    above = gpci_text([*CITY[:4], "1.000", *CITY[4:]], headings=headings)
    assert only(rvu_csv(VISIT), above).amount_cents == 67_20


def test_the_index_without_the_floor_serves_where_there_is_no_other() -> None:
    headings = [heading.replace("with 1.0", "without 1.0") for heading in GPCI_HEADINGS]
    assert only(rvu_csv(VISIT), gpci_text(CITY, headings=headings)).amount_cents == 67_20


def test_a_locality_that_stands_twice_is_told() -> None:
    _, findings = read_schedule(rvu_csv(VISIT), gpci_text(CITY, CITY))
    assert [finding.code for finding in findings] == ["FEE-0206"]


# --- the conversion factor ---


def test_the_contract_s_factor_goes_before_the_file_s() -> None:
    rates, findings = read_schedule(
        rvu_csv(msgspec.structs.replace(VISIT, factor="odd")),
        GPCI,
        conversion_factor=Decimal("40.5"),
    )
    assert not findings
    assert rates[0].amount_cents == 85_05


@pytest.mark.parametrize("given", ["0", "-1", "NaN", "Infinity", "1000", "32.12345678", "1E-9"])
def test_a_factor_that_cannot_be_one_is_refused(given: str) -> None:
    rates, findings = read_schedule(rvu_csv(VISIT), GPCI, conversion_factor=Decimal(given))
    assert not rates
    assert [finding.code for finding in findings] == ["FEE-0210"]


def test_two_factors_in_the_file_need_one_in_the_contract() -> None:
    headings = [*ONE_ROW, "QPP CONV FACTOR"]
    text = csv_text([headings, [*CELLS, "33.0000"]])
    rates, findings = read_schedule(text, GPCI)
    assert not rates
    assert [finding.code for finding in findings] == ["FEE-0210"]
    rates, findings = read_schedule(text, GPCI, conversion_factor=Decimal(33))
    assert not findings
    assert rates[0].amount_cents == 69_30


# --- properties ---

HUNDREDTHS = st.integers(0, 999_99).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
INDEX = st.integers(0, 2_999).map(lambda mills: f"{mills // 1000}.{mills % 1000:03d}")
FACTOR = st.integers(1, 999_9999).map(lambda units: f"{units // 10_000}.{units % 10_000:04d}")


def half_up(amount: Fraction) -> int:
    """Whole cents of dollars, in fractions: a second way to the same number."""
    return int(amount * 100 + Fraction(1, 2))


@given(
    st.tuples(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS, HUNDREDTHS.map(lambda text: text[-5:])),
    st.tuples(INDEX, INDEX, INDEX),
    FACTOR,
)
@settings(derandomize=True, max_examples=100)
def test_rates_are_exact_and_never_negative(
    values: tuple[str, str, str, str], indices: tuple[str, str, str], factor: str
) -> None:
    work, expense, facility, malpractice = values
    row = RvuRow(
        "X1001",
        work=work,
        expense=expense,
        facility=facility,
        malpractice=malpractice,
        factor=factor,
    )
    rates, findings = read_schedule(rvu_csv(row), gpci_text([*CITY[:4], *indices]))
    assert {finding.code for finding in findings} <= {"FEE-0211"}
    for rate in rates:
        by_work, by_expense, by_malpractice = (Fraction(index) for index in indices)
        both = Fraction(work) * by_work + Fraction(malpractice) * by_malpractice
        outside, inside = Fraction(expense) * by_expense, Fraction(facility) * by_expense
        assert rate.amount_cents == half_up((both + outside) * Fraction(factor)) >= 0
        assert rate.facility_cents == half_up((both + inside) * Fraction(factor))
        assert rate.practice_expense_cents == half_up(outside * Fraction(factor))
        assert rate.facility_practice_expense_cents == half_up(inside * Fraction(factor))


PIECES = st.text(st.sampled_from('0123456789X.,"\t\r\n- NA\x00é'), max_size=60)


@given(st.text(max_size=200), PIECES, st.integers(0, 1200), st.integers(0, 400))
@settings(derandomize=True, max_examples=200)
def test_no_text_at_all_raises(text: str, piece: str, at: int, gpci_at: int) -> None:
    rvu, fixed = rvu_csv(VISIT), rvu_fixed(VISIT)
    read_schedule(text, text, locality=text)
    read_schedule(rvu[:at] + piece + rvu[at:], GPCI[:gpci_at] + piece + GPCI[gpci_at:])
    rates, _ = read_schedule(fixed[:at] + piece + fixed[at:], GPCI)
    assert all(rate.amount_cents >= 0 for rate in rates)

"""Bank files: what is read of NACHA, BAI2 and CSV, and what is said of broken ones."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.errors import InputError
from edi_engine.findings import FINDING_KINDS, finding_kind
from edi_engine.money import CENTS_MAX
from edi_engine.parsers.deposits import bank_format_of, read_bank_file
from edi_engine.parsers.paper_columns import PAPER_COLUMNS
from edi_engine.records.deposits import BankFile, BankFormat, BankSpan
from edi_engine.synthetic.bank_text import BankMovement, bai2_text, bank_csv_text, nacha_text
from tests.repo.source import ROOT

FIXTURES = sorted((ROOT / "fixtures/deposits").glob("*/*"))
FAILING = [path for path in FIXTURES if path.parent.name == "fail"]
DAY = date(2026, 1, 15)
PAYER = ("1990000006", "DEMO CARE HMO")
ONE = BankMovement(DAY, 1_184_700, *PAYER, "00826011500084", "REF1")
TWO = BankMovement(DAY, 1_820_000, "1990000003", "EXAMPLE PLAN", "00326011500012", "REF2")

WRITERS = {
    BankFormat.NACHA: lambda found: nacha_text(found, created_on=DAY),
    BankFormat.BAI2: lambda found: bai2_text(found, as_of=DAY),
    BankFormat.CSV: bank_csv_text,
}


def codes(found: BankFile) -> list[str]:
    return [one.code for one in found.findings]


@st.composite
def movements(draw: st.DrawFn) -> BankMovement:
    digits = st.text("0123456789", min_size=1, max_size=20)
    return BankMovement(
        received_on=DAY,
        cents=draw(st.integers(-CENTS_MAX, CENTS_MAX).filter(bool)),
        company_id=draw(st.from_regex(r"[139][0-9]{9}", fullmatch=True)),
        company_name=draw(st.sampled_from(["EXAMPLE PLAN", "DEMO CARE HMO", "MOCK INDEMNITY"])),
        trace=draw(st.one_of(st.just(""), digits)),
        reference=draw(st.from_regex(r"R[0-9]{1,9}", fullmatch=True)),
    )


@pytest.mark.parametrize("form", BankFormat)
@given(found=st.lists(movements(), max_size=6))
def test_what_a_bank_writes_is_read_back(form: BankFormat, found: list[BankMovement]) -> None:
    read = read_bank_file(WRITERS[form](found))
    assert read.findings == ()
    assert [(one.received_on, one.amount_cents, one.company_id) for one in read.deposits] == [
        (one.received_on, one.cents, one.company_id) for one in found
    ]
    assert [one.trace_number for one in read.deposits if one.trace_is_stated] == [
        one.trace for one in found if one.trace
    ]
    assert read.span.bank_format is form
    if found:
        assert (read.span.first_on, read.span.last_on) == (DAY, DAY)


@pytest.mark.parametrize("form", BankFormat)
def test_a_deposit_knows_its_bytes(form: BankFormat) -> None:
    data = WRITERS[form]([ONE, TWO])
    for one, meant in zip(read_bank_file(data).deposits, (ONE, TWO), strict=True):
        part = data[one.byte_offset : one.byte_offset + one.byte_length]
        assert meant.trace.encode() in part
        assert part.count(b"TRN*") == 1
        assert data[: one.byte_offset].count(b"\n") + 1 == one.line_number


@pytest.mark.parametrize("form", BankFormat)
@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n\n", b"  \r\n"])
def test_line_ends_and_marks_do_not_matter(form: BankFormat, end: bytes) -> None:
    plain = WRITERS[form]([ONE, TWO]).replace(b"\r\n", b"\n")
    read = read_bank_file(b"\xef\xbb\xbf" + plain.replace(b"\n", end))
    assert read.findings == ()
    assert [one.amount_cents for one in read.deposits] == [1_184_700, 1_820_000]


def test_nacha_without_line_ends_is_cut_into_records() -> None:
    data = nacha_text([ONE, TWO], created_on=DAY).replace(b"\n", b"")
    read = read_bank_file(data)
    assert read.findings == ()
    assert [one.trace_number for one in read.deposits] == [ONE.trace, TWO.trace]


def nacha_with_addenda(*texts: str) -> bytes:
    lines = nacha_text([ONE], created_on=DAY).splitlines()
    place = next(index for index, line in enumerate(lines) if line[:1] == b"7")
    lines[place : place + 1] = [
        f"705{text:<80}{number:04d}0000001".encode() for number, text in enumerate(texts, 1)
    ]
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("texts", "number", "originator"),
    [
        (["TRN*1*ABC123*1999999999\\"], "ABC123", "1999999999"),
        (["TRN*1*ABC123*1999999999~"], "ABC123", "1999999999"),
        (["TRN*1*ABC123*1999999999*SUPPLEMENT\\"], "ABC123", "1999999999"),
        (["TRN|1|ABC123|1999999999\\"], "ABC123", "1999999999"),
        (["trn*1*abc123*1999999999\\"], "abc123", "1999999999"),
        (["BPR*C*5*C*ACH\\TRN*1*ABC123*1999999999\\DTM*405*20260115\\"], "ABC123", "1999999999"),
        (["BPR*C*5*C*ACH*" + "9" * 60 + "\\TRN*1", "*ABC123*1999999999\\"], "ABC123", "1999999999"),
        (["TRN*1*ABC123"], "ABC123", ONE.company_id),
        (["REF*EV*1\\"], "REF1", ONE.company_id),
        (["TRN*1**1999999999\\"], "REF1", ONE.company_id),
    ],
)
def test_the_trace_is_found_in_addenda(texts: list[str], number: str, originator: str) -> None:
    (one,) = read_bank_file(nacha_with_addenda(*texts)).deposits
    assert (one.trace_number, one.originator_id) == (number, originator)
    assert one.trace_is_stated == (number != "REF1")


@pytest.mark.parametrize("texts", [["TRN*1*ABC123"], ["REF*EV*1\\"]])
def test_addenda_without_a_whole_segment_are_told(texts: list[str]) -> None:
    assert "BANK-0106" in codes(read_bank_file(nacha_with_addenda(*texts)))


@pytest.mark.parametrize(
    ("code", "cents"),
    [(b"22", [500]), (b"32", [500]), (b"24", [500]), (b"27", [-500]), (b"37", [-500]),
     (b"21", [-500]), (b"26", [500]), (b"55", [-500]), (b"20", []), (b"2X", [])],
)  # fmt: skip
def test_transaction_codes_say_which_way_money_went(code: bytes, cents: list[int]) -> None:
    one = BankMovement(DAY, 500, *PAYER, "1", "R1")
    data = nacha_text([one], created_on=DAY).replace(b"\n622", b"\n6" + code)
    assert [found.amount_cents for found in read_bank_file(data).deposits] == cents


def test_prenotes_carry_no_money() -> None:
    one = BankMovement(DAY, 0, *PAYER, "1", "R1")
    data = nacha_text([one], created_on=DAY).replace(b"\n622", b"\n623")
    assert read_bank_file(data).deposits == ()
    assert len(read_bank_file(nacha_text([one], created_on=DAY)).deposits) == 1


HEAD = b"01,B,P,260115,0600,1,,,2/\n02,P,B,1,260116,,USD,2/\n03,123456789,USD,010,0,,/\n"


def details(text: str) -> BankFile:
    return read_bank_file(HEAD + text.encode() + b"\n99,0,1,1/")


@pytest.mark.parametrize(
    ("text", "cents", "day", "bank", "number"),
    [
        ("16,165,1500000,1,DD1620,CUST9,HC PAYMENT", 1_500_000, 16, "DD1620", "CUST9"),
        ("16,142,100,S,100,0,0,B1,C1,T", 100, 16, "B1", "C1"),
        ("16,142,100,V,260120,,B1,C1,T", 100, 20, "B1", "C1"),
        ("16,142,100,D,2,0,50,1,50,B1,C1,T", 100, 16, "B1", "C1"),
        ("16,142,100,Z,B1,C1/", 100, 16, "B1", "C1"),
        ("16,142,100", 100, 16, "", ""),
        ("16,455,100,,B1,C1,T", -100, 16, "B1", "C1"),
        ("16,925,100,,B1,C1,T", 100, 16, "B1", "C1"),
        ("16,142,100,,B1,C1,TRN*1*77,88*1999999999\\", 100, 16, "B1", "77,88"),
        ("16,142,100,,B1,C1,X/\n88,TRN*1*123456789", 100, 16, "B1", "123456789"),
        ("16,142,100,,B1,C1,X TRN*1*1234\n88,56789*1999999999\\", 100, 16, "B1", "123456789"),
        ("16,142,100,,B1,C1/\n88,TRACE NO: 55501 FROM A PLAN", 100, 16, "B1", "55501"),
    ],
)
def test_bai2_details(text: str, cents: int, day: int, bank: str, number: str) -> None:
    (one,) = details(text).deposits
    assert (one.amount_cents, one.received_on, one.bank_reference, one.trace_number) == (
        cents, date(2026, 1, day), bank, number,
    )  # fmt: skip
    assert one.account_last4 == "6789"


def test_bai2_names_who_paid() -> None:
    (one,) = details(
        "16,165,100,,B1,,ORIG CO NAME:EXAMPLE PLAN   ORIG ID:1990000003 SEC:CCD\n88,DESC:X"
    ).deposits
    assert (one.originator_name, one.company_id) == ("EXAMPLE PLAN", "1990000003")


def test_bai2_without_movement_still_tells_its_day() -> None:
    found = read_bank_file(HEAD + b"49,0,2/\n98,0,1,4/\n99,0,1,6/\n")
    assert found == BankFile(
        BankSpan(BankFormat.BAI2, date(2026, 1, 16), date(2026, 1, 16)), (), ()
    )


def test_what_bai2_calls_no_money_is_none() -> None:
    assert details("16,890,0,,B1,C1,NOTE").deposits == ()
    assert "BANK-0107" in codes(details("16,890,5,,B1,C1,NOTE"))


@pytest.mark.parametrize(
    ("head", "row", "cents", "day"),
    [
        ("Date,Amount,Description", "1/5/2026,12.50,X", 1_250, date(2026, 1, 5)),
        ("Date,Amount,Description", "2026-01-05,(12.50),X", -1_250, date(2026, 1, 5)),
        ("date;amount;memo", '05-Jan-2026;"$1,212.50";X', 121_250, date(2026, 1, 5)),
        ("Post Date\tCredit\tDebit\tDetails", "20260105\t12.50\t\tX", 1_250, date(2026, 1, 5)),
        ("Post Date\tCredit\tDebit\tDetails", "20260105\t\t12.50\tX", -1_250, date(2026, 1, 5)),
        ("Date,Amount,CR/DR,Description", "01/05/26,12.50,DR,X", -1_250, date(2026, 1, 5)),
        ("Check Number,Date,Amount", "5,Jan 5 2026,1250", 125_000, date(2026, 1, 5)),
        ("Account: 1\n\nDate,Amount,Payer", "01/05/2026,12.50,X", 1_250, date(2026, 1, 5)),
    ],
)
def test_csv_as_banks_write_it(head: str, row: str, cents: int, day: date) -> None:
    found = read_bank_file(f"{head}\n{row}\n".encode())
    ((one,), findings) = found.deposits, found.findings
    assert (one.amount_cents, one.received_on, findings) == (cents, day, ())


def test_columns_can_be_named_by_hand() -> None:
    data = b"Buchung;Betrag;Zweck\n2026-01-05;12.50;TRN*1*4711*1999999999\\\n"
    with pytest.raises(InputError, match="no bank file"):
        read_bank_file(data)
    columns = {"date": "Buchung", "amount": "Betrag", "description": "Zweck"}
    (one,) = read_bank_file(data, columns=columns).deposits
    assert (one.amount_cents, one.trace_number) == (1_250, "4711")


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (nacha_text([ONE], created_on=DAY), BankFormat.NACHA),
        (nacha_text([ONE], created_on=DAY)[95:], BankFormat.NACHA),
        (bai2_text([ONE], as_of=DAY), BankFormat.BAI2),
        (bank_csv_text([ONE]), BankFormat.CSV),
        (b"\xef\xbb\xbf\r\n" + bank_csv_text([ONE]), BankFormat.CSV),
        (b"ISA*00*          *00*          *ZZ*", None),
        (b"payer_id,procedure_code,modifiers,place_of_service,effective_from,effective_to,allowed\n",
         None),
        ((",".join(PAPER_COLUMNS) + "\n").encode(), None),
        (b"name,date of birth\n", None),
        (b"", None),
    ],
)  # fmt: skip
def test_the_content_tells_the_kind(head: bytes, form: BankFormat | None) -> None:
    assert bank_format_of(head) is form


# What is wrong.


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_fixture_gives_its_finding_alone(path: Path) -> None:
    found = read_bank_file(path.read_bytes(), file_name=path.name)
    kind = finding_kind(path.stem[:9])
    assert path.stem == f"{kind.code}-{kind.name}"
    assert {(one.code, one.remedy) for one in found.findings} >= {(kind.code, kind.remedy)}


def test_every_finding_of_bank_files_has_a_fixture() -> None:
    wanted = {kind.code for kind in FINDING_KINDS if kind.code.startswith("BANK-")}
    assert {path.stem[:9] for path in FAILING} == wanted


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_file_cut_anywhere_is_read_up_to_there(path: Path) -> None:
    data = path.read_bytes()
    whole = read_bank_file(data)
    for length in range(0, len(data), 7):
        if bank_format_of(data[:length]) is not whole.span.bank_format:
            continue
        part = read_bank_file(data[:length])
        assert len(part.deposits) <= len(whole.deposits) + 1
        done = [one for one in whole.deposits if one.byte_offset + one.byte_length < length]
        assert [one.amount_cents for one in part.deposits][: len(done)] == [
            one.amount_cents for one in done
        ]


@given(st.binary(max_size=400), st.sampled_from(FIXTURES), st.data())
def test_any_bytes_give_records_findings_or_an_input_error(
    junk: bytes, path: Path, data: st.DataObject
) -> None:
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    for text in (junk, whole[:at] + junk + whole[at:], whole[:at] + junk):
        try:
            found = read_bank_file(text)
        except InputError:
            continue
        assert all(one.byte_offset + one.byte_length <= len(text) for one in found.deposits)


def test_messages_hold_nothing_of_a_file() -> None:
    for path in FIXTURES:
        for finding in read_bank_file(path.read_bytes()).findings:
            assert not any(word in finding.message for word in ("DEMO", "0032601", "20002"))

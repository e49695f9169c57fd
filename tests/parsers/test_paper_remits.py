"""A sheet of paper remittances gives the records of an 835, or all of its mistakes at once."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.findings import FINDING_KINDS, finding_kind
from edi_engine.parsers import read_bytes
from edi_engine.parsers.paper_cells import amount_of, cell_mistake, day_of
from edi_engine.parsers.paper_columns import (
    PAPER_COLUMNS,
    REQUIRED_COLUMNS,
    is_paper_header,
    split_rows,
)
from edi_engine.parsers.paper_remits import PaperFile, read_paper_remits
from edi_engine.records.common import Procedure
from edi_engine.records.intake import ManualEntry, ParsedBatch, SetState
from edi_engine.records.remittances import RemittanceSet
from tests.parsers.paper_sheets import Row, money_of, sheet_of, sheet_text
from tests.parsers.x12_files import FIXTURES, ROOT, expanded

FAILING = sorted((ROOT / "fixtures/paper/fail").glob("*.csv"))
TWO_CHECKS = ROOT / "fixtures/paper/pass/two_checks.csv"

CHECK: Row = {
    "payer_id": "EX001",
    "payer_name": "EXAMPLE PAYER",
    "trace_number": "00412",
    "method": "CHK",
    "payment_date": "2026-03-02",
    "payment_amount": "80.00",
}
CLAIM: Row = {
    "patient_control_number": "EX-1",
    "status_code": "1",
    "claim_charge": "100.00",
    "claim_paid": "80.00",
}
LINE: Row = {
    "procedure_code": "99213",
    "line_charge": "100.00",
    "line_paid": "80.00",
    "adjustments": "CO-45:20.00",
}
WHOLE = CHECK | CLAIM | LINE


def read(*rows: Row, columns: Sequence[str] = PAPER_COLUMNS) -> PaperFile:
    return read_paper_remits(sheet_text(rows, columns).encode(), file_name="checks.csv")


def batch_of(*rows: Row) -> ParsedBatch:
    (batch,) = read(*rows).batches
    return batch


def told(found: PaperFile) -> list[tuple[int, str, str]]:
    return [(one.place.segment_ordinal, one.place.element, one.message) for one in found.mistakes]


# What is read.


def test_a_sheet_gives_the_records_of_an_835() -> None:
    found = read_paper_remits(TWO_CHECKS.read_bytes(), file_name="two_checks.csv")
    assert not found.mistakes
    first, second = found.batches

    head = first.remittance
    assert head is not None
    assert (head.payer_id, head.payee_npi, head.trace_number) == ("EX001", "1234567893", "00412")
    assert (head.method, head.payment_date) == ("CHK", date(2026, 3, 2))
    assert head.payment_amount_cents == 195_00
    assert head.source.set_type == "835"
    assert head.source.implementation == "paper"
    assert first.entry == ManualEntry("", "", "scanned")

    paid, other = first.claim_payments
    assert (paid.patient_control_number, paid.charge_cents, paid.paid_cents) == (
        *("EX-1", 150_00),
        120_00,
    )
    patient = paid.party("QC")
    assert patient is not None
    assert (patient.last_name, patient.identifier) == ("TESTPATIENT", "M0001")
    assert [line.procedure for line in paid.lines] == [
        Procedure("HC", "99213", ("25",)),
        Procedure("HC", "85025"),
    ]
    assert paid.lines[0].paid_units == Decimal(1)
    assert paid.lines[1].service_to == date(2026, 2, 10)
    assert [code.code for code in paid.lines[1].remark_codes] == ["N30"]
    assert [one.amount_cents for one in other.adjustments] == [20_00]
    (taken,) = first.provider_adjustments
    assert (taken.reason_code, taken.reference, taken.amount_cents) == ("WO", "EX-0", 5_00)

    assert [payment.status_code for payment in second.claim_payments] == ["22", "1"]
    assert second.claim_payments[0].charge_cents == -60_00
    assert second.claim_payments[1].lines[0].procedure.qualifier == "AD"
    assert [batch.ended.balanced for batch in found.batches if batch.ended] == [True, True]


def test_every_record_knows_its_row_and_byte() -> None:
    data = TWO_CHECKS.read_bytes()
    rows = {number: (start, cells) for number, start, _, cells in split_rows(data)}
    for batch in read_paper_remits(data).batches:
        for payment in batch.claim_payments:
            start, cells = rows[payment.segment_ordinal]
            assert start == payment.byte_offset
            assert payment.patient_control_number in cells
            for line in payment.lines:
                start, cells = rows[line.segment_ordinal]
                assert (start, line.procedure.code in cells) == (line.byte_offset, True)
        ended = batch.ended
        assert ended is not None
        text = data[ended.source.byte_offset : ended.source.byte_offset + ended.byte_length]
        assert text.startswith(rows[batch.claim_payments[0].segment_ordinal][1][0].encode())
        assert ended.state is SetState.READ
        assert ended.claims_count == len(batch.claim_payments)


def test_blank_cells_are_as_above() -> None:
    second = {"trace_number": "00413", "payment_amount": "50"} | CLAIM | {"claim_paid": "50"}
    found = read(WHOLE, second)
    heads = [batch.remittance for batch in found.batches]
    assert [(head.payer_id, head.method, head.payment_date) for head in heads if head] == [
        ("EX001", "CHK", date(2026, 3, 2))
    ] * 2


def test_another_payer_takes_over_no_name() -> None:
    other = WHOLE | {"payer_id": "EX002", "payer_name": ""}
    heads = [batch.remittance for batch in read(WHOLE, other).batches]
    assert [head.payer.last_name for head in heads if head and head.payer] == ["EXAMPLE PAYER", ""]


def test_equal_cells_repeat_what_stands_above_however_they_are_written() -> None:
    again = WHOLE | {"payment_date": "3/2/2026", "payment_amount": "$80", "claim_paid": "80"}
    (payment,) = batch_of(WHOLE, again).claim_payments
    assert len(payment.lines) == 2


@pytest.mark.parametrize(
    ("further", "count"),
    [
        ({"patient_control_number": "EX-2"}, 2),
        ({"status_code": "2"}, 2),
        ({"payer_claim_control_number": "77"}, 2),
        ({"claim": "2"}, 2),
        ({}, 1),
    ],
)
def test_another_number_or_status_begins_another_claim(further: Row, count: int) -> None:
    assert len(batch_of(WHOLE, CLAIM | LINE | further).claim_payments) == count


def test_adjustments_without_a_line_are_the_claims_own() -> None:
    rows = ({"adjustments": "OA-23:1.00", "remark_codes": "MA18 N30"}, {"adjustments": "PR-1:2"})
    (payment,) = batch_of(WHOLE, *rows).claim_payments
    assert [one.reason_code for one in payment.adjustments] == ["23", "1"]
    assert [one.code for one in payment.remark_codes] == ["MA18", "N30"]
    assert [one.reason_code for one in payment.lines[0].adjustments] == ["45"]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("80", 80_00), ("80.5", 80_50), (".75", 75), ("$80.00", 80_00), ("1,080.00", 1080_00),
        ("-5", -5_00), ("-$5.00", -5_00), ("$-5.00", -5_00), ("(5.00)", -5_00), ("($5)", -5_00),
        ("80.500", 80_50), ("1.005", None), ("1E2", None), ("12,50", None), ("", None),
        ("--5", None), ("-(5)", None), ("(-5)", None), ("5-", None), ("\u0661", None),
        ("999999999.00", None), ("NaN", None),
    ],
)  # fmt: skip
def test_an_amount_has_one_meaning_or_none(text: str, cents: int | None) -> None:
    assert amount_of(text) == cents


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)), ("2026-3-2", date(2026, 3, 2)),
        ("3/2/2026", date(2026, 3, 2)), ("20260302", date(2026, 3, 2)), ("3/2/26", None),
        ("2026-02-30", None), ("02.03.2026", None), ("260302", None), ("", None),
    ],
)  # fmt: skip
def test_a_date_has_one_meaning_or_none(text: str, day: date | None) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark_change_nothing(end: str, mark: bytes) -> None:
    data = TWO_CHECKS.read_bytes()
    dressed = mark + data.replace(b"\n", end.encode())
    assert is_paper_header(dressed)
    found, plain = read_paper_remits(dressed), read_paper_remits(data)
    assert not found.mistakes
    prints = [[one.ended.fingerprint for one in x.batches if one.ended] for x in (found, plain)]
    assert prints[0] == prints[1]


def test_the_example_of_the_document_is_what_the_document_says() -> None:
    text = (ROOT / "docs/PAPER_REMITS.md").read_text(encoding="utf-8")
    found = read_paper_remits(re.findall(r"```csv\n(.*?)```", text, re.DOTALL)[0].encode())
    told = [(one.source.set_control_number, one.ended.balanced) for one in found.batches
            if one.source and one.ended]  # fmt: skip
    assert told == [("00412", True), ("00413", True)]
    assert [one.patient_control_number for x in found.batches for one in x.claim_payments] == [
        *("EX-1", "EX-2", "EX-3")
    ]
    assert not [one for batch in found.batches for one in batch.findings]


def test_the_document_names_every_column_and_those_that_must_be_there() -> None:
    text = (ROOT / "docs/PAPER_REMITS.md").read_text(encoding="utf-8")
    assert [name for name in PAPER_COLUMNS if f"`{name}`" not in text] == []
    assert set(re.findall(r"\*\*`(\w+)`\*\*", text)) == set(REQUIRED_COLUMNS)


# How it is recognised.


@pytest.mark.parametrize(
    ("head", "is_ours"),
    [
        (",".join(REQUIRED_COLUMNS), True),
        (",".join(reversed(PAPER_COLUMNS)), True),
        (",".join(f' "{name.upper()}" ' for name in REQUIRED_COLUMNS).replace(' "', '"'), True),
        (",".join(REQUIRED_COLUMNS[1:]), False),
        ("date,amount,description,reference", False),
        ("ISA*00*          *00*", False),
        ("", False),
    ],
)
def test_the_header_alone_tells_a_sheet(head: str, is_ours: bool) -> None:
    assert is_paper_header(head.encode()) is is_ours


# What is wrong.


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_fixture_gives_its_mistake_and_nothing_else(path: Path) -> None:
    found = read_paper_remits(path.read_bytes(), file_name=path.name)
    kind = finding_kind(path.stem[:10])
    assert path.stem == f"{kind.code}-{kind.name}"
    assert [(one.code, one.remedy) for one in found.mistakes] == [(kind.code, kind.remedy)]
    assert not found.batches


def test_every_mistake_has_a_fixture() -> None:
    codes = {kind.code for kind in FINDING_KINDS if kind.code.startswith("PAPER-")}
    assert {path.stem[:10] for path in FAILING} == codes


@pytest.mark.parametrize(
    ("changes", "column", "message"),
    [
        ({"payment_amount": "8O"}, "payment_amount",
         "'9A' was read, expected is exact dollars and cents like 1234.50."),
        ({"payment_amount": ""}, "payment_amount",
         "The cell is blank, expected is payment_amount."),
        ({"claim_paid": "80.005"}, "claim_paid",
         "'99.999' was read, expected is exact dollars and cents like 1234.50."),
        ({"line_charge": "1,00"}, "line_charge",
         "'9,99' was read, expected is exact dollars and cents like 1234.50."),
        ({"line_paid": ""}, "line_paid", "The cell is blank, expected is line_paid."),
        ({"payment_date": "13/1/2026"}, "payment_date",
         "'99/9/9999' was read, expected is a date like 2026-01-31."),
        ({"line_service_from": "2026-03-02", "line_service_to": "2026-03-01"}, "line_service_to",
         "2026-03-01 was read, expected is no day before 2026-03-02."),
        ({"payer_id": "", "payer_name": ""}, "payer_id",
         "The cell is blank, expected is payer_id or payer_name."),
        ({"patient_control_number": ""}, "patient_control_number",
         "The cell is blank, expected is patient_control_number or payer_claim_control_number."),
        ({"status_code": "PAID"}, "status_code",
         "'AAAA' was read, expected is a claim status like 1 or 22."),
        ({"status_code": ""}, "status_code", "The cell is blank, expected is status_code."),
        ({"method": "CASH"}, "method", "'AAAA' was read, expected is CHK, ACH, FWT, BOP or NON."),
        ({"payee_npi": "123456789"}, "payee_npi", "'999999999' was read, expected is ten digits."),
        ({"payee_tin": "1234567"}, "payee_tin", "'9999999' was read, expected is nine digits."),
        ({"procedure_code": "99 213"}, "procedure_code",
         "'99 999' was read, expected is a procedure code like 99213."),
        ({"procedure_code": ""}, "procedure_code",
         "The cell is blank, expected is procedure_code or revenue_code."),
        ({"modifiers": "2"}, "modifiers",
         "'9' was read, expected is modifiers of two characters, joined by ':'."),
        ({"revenue_code": "45"}, "revenue_code",
         "'99' was read, expected is a revenue code like 0450."),
        ({"units": "two"}, "units", "'AAA' was read, expected is a plain number like 1 or 2.5."),
        ({"adjustments": "CO-45:20;XX-1:5"}, "adjustments",
         "'AA-9:9' was read, expected is a text like CO-45:12.30;PR-2:20.00."),
        ({"remark_codes": "30"}, "remark_codes",
         "'99' was read, expected is remark codes like N30, joined by ';'."),
        ({"provider_adjustment_reason": "WO"}, "patient_control_number",
         "The row holds a provider adjustment and something of a claim."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_row_and_column(changes: Row, column: str, message: str) -> None:
    found = read({}, WHOLE | changes)
    assert (3, column, message) in told(found)
    assert not found.batches


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ({"payment_amount": "81.00"}, "payment_amount", "The value differs from that of row 2."),
        ({"note": "b"} | LINE, "note", ""),
        ({"claim_charge": "101.00"} | LINE, "claim_charge",
         "The value differs from that of row 2."),
        (CLAIM, "patient_control_number", "The row repeats its claim and adds nothing to it."),
        ({"payer_name": "EXAMPLE OTHER"}, "trace_number",
         "The cell is blank, expected is trace_number."),
        ({"payer_claim_control_number": "5"}, "status_code",
         "The cell is blank, expected is status_code."),
        ({"provider_adjustment_reason": "WO"}, "provider_adjustment_amount",
         "The cell is blank, expected is provider_adjustment_amount."),
        ({"provider_adjustment_amount": "5"}, "provider_adjustment_reason",
         "The cell is blank, expected is provider_adjustment_reason."),
    ],
)  # fmt: skip
def test_a_row_may_not_contradict_the_rows_above(row: Row, column: str, message: str) -> None:
    found = read(WHOLE, row)
    expected = [(3, column, message)] if message else []
    assert [one for one in told(found) if one[1] == column] == expected
    assert bool(found.batches) is not bool(message)


def test_rows_of_a_remittance_stand_together() -> None:
    found = read(WHOLE, WHOLE | {"trace_number": "00413"}, WHOLE)
    message = "The remittance began above and was followed by another."
    assert told(found) == [(4, "trace_number", message)]


def test_all_mistakes_come_at_once_in_order_of_rows() -> None:
    rows = (
        WHOLE | {"payment_date": "x", "line_paid": "y"},
        {"trace_number": "00413", "payment_amount": "z"} | CLAIM,
        {"procedure_code": "99213", "line_charge": "1", "line_paid": "q"},
    )
    found = read(*rows)
    assert [(row, column) for row, column, _ in told(found)] == [
        (2, "payment_date"),
        (2, "line_paid"),
        (3, "payment_amount"),
        (4, "line_paid"),
    ]


def test_a_misspelt_column_is_named_with_what_was_meant() -> None:
    columns = [*PAPER_COLUMNS[:-1], "provider_adjustment_amout"]
    (mistake,) = read(WHOLE, columns=columns).mistakes
    assert mistake.message == (
        f"Column {len(PAPER_COLUMNS)} (provider_adjustment_amout) is none of the known columns. "
        "Is provider_adjustment_amount meant?"
    )


def test_messages_show_no_cell() -> None:
    secret = dict.fromkeys(PAPER_COLUMNS, "TESTPATIENT ALPHA")
    for found in (read(WHOLE, secret), read_paper_remits(b"TESTPATIENT,ALPHA\nTESTPATIENT,1\n")):
        assert found.mistakes
        assert not any("TESTPATIENT" in str(one) or "ALPHA" in str(one) for one in found.mistakes)


@pytest.mark.parametrize("column", PAPER_COLUMNS)
def test_a_single_cell_is_judged_like_one_in_a_sheet(column: str) -> None:
    assert cell_mistake(column, "") == ""
    mistake = cell_mistake(column, "!")
    messages = [one for one in told(read(WHOLE | {column: "!"})) if one[1] == column]
    assert bool(mistake) is bool([one for one in messages if "was read" in one[2]])


# What does not add up.


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"line_paid": "79.00"}, [("BAL-0101", "line_paid")]),
        ({"adjustments": "CO-45:21"}, [("BAL-0101", "line_paid"), ("BAL-0102", "claim_paid")]),
        ({"payment_amount": "81"}, [("BAL-0103", "payment_amount")]),
        ({"claim_charge": "101", "claim_paid": "81", "payment_amount": "81"},
         [("BAL-0105", "claim_charge")]),
        ({"patient_responsibility": "20"}, [("BAL-0106", "patient_responsibility")]),
        ({"interest": "1.00"}, [("BAL-0107", "provider_adjustment_reason")]),
        ({"payment_amount": "-80"},
         [("X12-0303", "payment_amount"), ("BAL-0103", "payment_amount")]),
        ({"status_code": "22"}, [("X12-0317", "claim_charge")]),
        ({"patient_control_number": "", "payer_claim_control_number": "7"},
         [("X12-0309", "patient_control_number")]),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_loaded_with_the_findings_of_an_835(
    changes: Row, codes: list[tuple[str, str]]
) -> None:
    batch = batch_of(WHOLE | changes)
    assert [(one.code, one.place.element) for one in batch.findings] == codes
    assert all(str(one.place).startswith("checks.csv row 2, ") for one in batch.findings)
    assert batch.ended is not None
    failed = {"BAL-0101", "BAL-0102", "BAL-0103"} & {code for code, _ in codes}
    assert batch.ended.balanced is not bool(failed)


def test_a_blank_patient_responsibility_is_not_compared() -> None:
    assert batch_of(WHOLE | {"adjustments": "PR-1:20"}).findings == ()


def test_a_payment_without_claims_is_told() -> None:
    assert [one.code for one in batch_of(CHECK).findings] == ["X12-0319", "BAL-0103"]


# The oracle: an 835 written on paper says the same.

UNWRITABLE = {
    "X12-0118-interchange-number-reused",  # the same payment twice in one file
    "X12-0206-procedure-incomplete",
    "X12-0208-adjustment-group-unknown",
    "X12-0210-adjustment-without-reason",
    "X12-0301-payment-missing",
    "X12-0302-trace-missing",
    "X12-0320-remittance-unreadable",
    "six_pairs_gaps_and_no_reference",
}
"""What a biller must not be able to type: the sheet refuses it."""


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_an_835_written_on_paper_says_the_same(path: Path) -> None:
    sent = read_bytes(expanded(path.read_bytes()))
    found = read_paper_remits(sheet_of(sent.remittance_sets).encode())
    assert bool(found.mistakes) is (path.stem in UNWRITABLE or not sent.remittance_sets)
    if found.mistakes:
        return
    typed = [
        RemittanceSet(one.remittance, one.claim_payments, one.provider_adjustments)
        for one in found.batches
        if one.remittance is not None
    ]
    assert [money_of(one) for one in typed] == [money_of(one) for one in sent.remittance_sets]
    ended = [one.ended for one in found.batches if one.ended is not None]
    raw = [one for one in sent.raw_sets if one.source.set_type == "835"]
    assert [(one.balanced, one.balance_sign, one.paid_cents) for one in ended] == [
        (one.balanced, one.balance_sign, one.paid_cents) for one in raw
    ]
    # BAL-0106 compares CLP05, which paper may leave out.
    codes = [one.code for batch in found.batches for one in batch.findings]
    assert sorted(code for code in codes if "BAL-" in code and code != "BAL-0106") == sorted(
        one.code for one in sent.findings if "BAL-01" in one.code and one.code != "BAL-0106"
    )


# Anything at all.

PIECES = st.text(st.sampled_from('ab\u00e9,"\r\n '), max_size=5)


@given(
    st.lists(st.lists(PIECES, min_size=1, max_size=4), max_size=6), st.sampled_from(["\n", "\r\n"])
)
def test_each_row_knows_its_bytes(table: list[list[str]], end: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(table)
    data = text.getvalue().encode()
    found = list(split_rows(data))
    assert [cells for *_, cells in found] == table
    assert [one for _, start, stop, _ in found for one in (start, stop)][1:-1:2] == [
        start for _, start, _, _ in found[1:]
    ]
    for _, start, stop, cells in found:
        assert list(csv.reader(io.StringIO(data[start:stop].decode(), newline=""))) == [cells]


@given(st.binary(max_size=400))
def test_any_bytes_give_mistakes_or_remittances(data: bytes) -> None:
    found = read_paper_remits(data)
    assert bool(found.mistakes) is not bool(found.batches)
    is_paper_header(data)


CELLS = st.one_of(
    st.sampled_from([*WHOLE.values(), "", "1", "-1.00", "CO-45:1:1", "22", "WO", "2", '"', "0"]),
    st.text(max_size=8),
)


@given(st.lists(st.dictionaries(st.sampled_from(PAPER_COLUMNS), CELLS, max_size=12), max_size=6))
def test_any_cells_give_mistakes_or_remittances_whose_sums_are_theirs(rows: list[Row]) -> None:
    text = sheet_text([WHOLE, *rows])
    found = read_paper_remits(text.encode("utf-8", "replace"))
    assert bool(found.mistakes) is not bool(found.batches)
    for batch in found.batches:
        assert batch.ended is not None
        paid = [payment.paid_cents for payment in batch.claim_payments]
        assert batch.ended.paid_cents == sum(paid)
        assert batch.ended.lines_count == sum(len(one.lines) for one in batch.claim_payments)

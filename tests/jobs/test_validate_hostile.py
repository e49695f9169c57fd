"""Validation of what is broken, random, huge or made to hurt: findings and words, never a stop."""

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.exports.validation_page import PageFile, validation_page
from edi_engine.findings import Severity
from edi_engine.jobs.validate import CheckedFile
from edi_engine.parsers import read_bytes
from edi_engine.parsers.page_segments import page_segments
from tests.exports.answers import answers_of, checked
from tests.parsers.x12_files import (
    CLAIM,
    FIXTURES_ROOT,
    HEAD,
    LINE,
    file_of,
    payment,
    remittance,
    set_of,
)

REMITTANCE = remittance(CLAIM + LINE).replace("*0*P*:~", "*1*P*:~").encode()
DENTAL = (FIXTURES_ROOT / "dental_claims" / "fillings.edi").read_bytes()
SECONDS_MAX = 60
"""Far more than any of these takes, far less than what a person would call hanging."""

ENVELOPE_CODES = {"X12-0109", "X12-0110", "X12-0111", "X12-0112", "X12-0113"}


def whole(data: bytes) -> CheckedFile:
    """Check, answer and show these bytes; what is written must be well formed."""
    found = checked(data)
    for answer in answers_of(found, data):
        codes = {one.code for one in read_bytes(answer.text.encode()).findings}
        assert not codes & ENVELOPE_CODES, answer.text
    places = [one.place.byte_offset for one in found.findings]
    shown = page_segments(io.BytesIO(data), places)
    page = validation_page(
        [PageFile("t", "", (), found.findings, shown.segments, shown.whole_count)]
    )
    assert page.endswith("</html>")
    return found


def assert_truncation_is_told(data: bytes, length: int) -> None:
    found = whole(data[:length])
    rest = data[length:].strip()
    if rest and length:
        assert found.findings, length
    answers = answers_of(found, data[:length])
    if b"IEA" in rest and found.outline:
        assert all(one.note.startswith("R") for one in answers), length


@pytest.mark.parametrize("length", range(0, len(REMITTANCE), 29))
def test_a_file_cut_off_somewhere_is_told_and_refused(length: int) -> None:
    assert_truncation_is_told(REMITTANCE, length)


@pytest.mark.slow
@pytest.mark.parametrize("data", [REMITTANCE, DENTAL[:1100]], ids=["835", "837D"])
def test_a_file_cut_off_at_any_byte_is_told_and_refused(data: bytes) -> None:
    for length in range(len(data) + 1):
        assert_truncation_is_told(data, length)


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_random_bytes_give_findings(data: bytes) -> None:
    found = whole(data)
    assert found.findings or found.file.is_readable


@pytest.mark.slow
@settings(max_examples=150)
@given(st.data())
def test_changed_files_give_findings_answers_and_pages(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([REMITTANCE, DENTAL]))
    changed = bytearray(original)
    for _ in range(data.draw(st.integers(1, 12))):
        position = data.draw(st.integers(0, len(changed) - 1))
        changed[position] = data.draw(st.sampled_from(b"*~:^0AHLZ\n\xff <&\x00"))
    whole(bytes(changed))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ISA",
        b"ISA*",
        REMITTANCE[:106],
        REMITTANCE[:106] * 50,
        b"ISA*00*" + b"~" * 2_000,
        b"ST*835*0001~" * 3_000,
        b"GS*HP*" * 3_000,
        REMITTANCE.replace(b"*", b"\x00"),
        "\u202e\u2066".encode() + REMITTANCE,
        REMITTANCE.replace(b"CAS*CO", b"CAS" + b"*9" * 5_000 + b"~CAS*CO"),
        REMITTANCE.replace(b"HC:99213", b"HC" + b":9" * 5_000),
        DENTAL.replace(b"M:O", b":".join([b"M"] * 5_000)),
        DENTAL.replace(b"CLM*DENT", b"HL*2*1*22*1~" * 2_000 + b"CLM*DENT"),
    ],
    ids=lambda data: f"{data[:12]!r} of {len(data)}",
)
def test_made_to_hurt(data: bytes) -> None:
    begun = time.monotonic()
    whole(data)
    assert time.monotonic() - begun < SECONDS_MAX


@pytest.mark.slow
def test_a_hundred_thousand_segments_are_checked() -> None:
    claims = (CLAIM + LINE) * 16_700
    data = file_of(set_of(payment(f"{80 * 16_700}") + HEAD + claims)).encode()
    assert data.count(b"~") > 100_000
    begun = time.monotonic()
    found = whole(data)
    assert time.monotonic() - begun < 2 * SECONDS_MAX
    assert found.file.claim_payments_count == 16_700


@pytest.mark.parametrize("data", [REMITTANCE, DENTAL], ids=["835", "837D"])
def test_an_element_of_ten_megabytes_is_told(data: bytes) -> None:
    at = data.index(b"REF*")
    huge = data[:at] + b"NTE*ADD*" + b"X" * 10_000_000 + b"~" + data[at:]
    found = whole(huge)
    assert "X12-0106" in {one.code for one in found.findings}
    assert any(one.severity is Severity.ERROR for one in found.findings)
    (answer,) = answers_of(found, huge)
    assert answer.verdicts == {"R": 1}

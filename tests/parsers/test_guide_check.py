"""The guide check: places of ours, words of ours, and never a stop."""

import io
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.findings import Finding
from edi_engine.parsers.guide_check import check_guide
from tests.parsers.x12_files import CLAIM, FIXTURES_ROOT, GS, LINE, expanded, file_of, remittance

CLEAN = remittance(CLAIM + "DTM*232*20251201~" + LINE).replace(
    "N1*PE", "N3*1 TEST STREET~N4*TESTVILLE*OH*43000~PER*BL*SAMPLE DESK*TE*8005550100~N1*PE"
)


def check(text: str) -> list[Finding]:
    stream = io.BytesIO(text.encode("latin-1"))
    return list(check_guide(stream, file_name="test.835", file_digest=""))


def told(text: str) -> list[tuple[str, int, str]]:
    return [(one.code, one.place.segment_ordinal, one.place.element) for one in check(text)]


def test_a_clean_remittance_gives_nothing() -> None:
    assert told(CLEAN) == []


@pytest.mark.parametrize(
    ("code", "text", "element"),
    [
        ("GUIDE-0307", CLEAN.replace("*12*PAYER0001", "*CI*PAYER0001"), "CLP06"),
        ("GUIDE-0308", CLEAN.replace("472*20251201", "472*20251301"), "DTM02"),
        ("GUIDE-0301", CLEAN.replace("CLP*TEST-1", "CLP*"), "CLP01"),
    ],
)
def test_violations_have_our_places(code: str, text: str, element: str) -> None:
    (finding,) = check(text)
    assert (finding.code, finding.place.element) == (code, element)
    segment = element[:3]
    assert text[finding.place.byte_offset :].startswith(segment)
    body = text[text.index("ST*") :].split("~")
    assert body[finding.place.segment_ordinal - 1].startswith(segment)


def test_places_are_right_in_the_second_set_too() -> None:
    one = CLEAN[CLEAN.index("ST*") : CLEAN.index("GE*")]
    two = one.replace("*0001~", "*0002~").replace("*12*PAYER0001", "*CI*PAYER0001")
    (finding,) = check(file_of(one, two))
    assert (finding.place.set_ordinal, finding.place.set_control_number) == (2, "0002")
    assert file_of(one, two)[finding.place.byte_offset :].startswith("CLP")


@pytest.mark.parametrize(
    "text",
    [
        "\xef\xbb\xbf" + CLEAN,
        "\n\n" + CLEAN,
        CLEAN.replace("~", "~\r\n   "),
        CLEAN.replace("*", "|").replace(":", ">"),
        CLEAN.replace("TESTPATIENT", "TESTPATI\xcbNT"),
        CLEAN.replace("SE*18", "SE*99"),
        CLEAN + CLEAN,
        "\n".join(CLEAN[start : start + 80] for start in range(0, len(CLEAN), 80)),
    ],
)
def test_what_would_stop_pyx12_is_made_clean_for_it(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("guide", ["005010X212", "005010X224A2", "5010", "", "999999X999X9"])
def test_guides_without_a_map_are_said_to_be_unchecked(guide: str) -> None:
    text = CLEAN.replace(GS, GS.replace("005010X221A1", guide))
    assert [code for code, *_ in told(text)] == ["GUIDE-0102"]


def test_new_codes_of_external_lists_are_no_violation() -> None:
    text = CLEAN.replace("CAS*CO*45", "CAS*CO*999").replace("DTM*232", "MOA***N999~DTM*232")
    assert told(text) == []


def test_nothing_of_the_file_is_logged_printed_or_told(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    text = CLEAN.replace("*12*PAYER0001", "*SECRET*PAYER0001").replace("ALPHA", "B" * 99)
    with caplog.at_level(logging.DEBUG):
        findings = check(text)
    assert findings
    assert not any("SECRET" in one.message or "BBBB" in one.message for one in findings)
    assert "SECRET" not in caplog.text
    assert capfd.readouterr() == ("", "")
    assert not logging.getLogger("pyx12").disabled


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_changed_fixtures_never_stop_the_check(data: st.DataObject) -> None:
    stories = sorted(FIXTURES_ROOT.rglob("*.edi"))
    path = data.draw(st.sampled_from(stories), label="fixture")
    changed = bytearray(expanded(path.read_bytes())[:5000])
    for _ in range(data.draw(st.integers(0, 6))):
        if changed:
            position = data.draw(st.integers(0, len(changed) - 1))
            changed[position] = data.draw(st.sampled_from(b"*~:^0AHLZ\n\xff"))
    check_guide(io.BytesIO(bytes(changed)), file_name="", file_digest="")

"""The page of findings: what is marked, that it escapes, asks for nothing, and stays readable."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.exports.validation_page import FINDINGS_SHOWN_MAX, PageFile, validation_page
from edi_engine.findings import Finding, Place, Severity
from edi_engine.parsers import read_bytes
from edi_engine.parsers.page_segments import SEGMENTS_SHOWN_MAX, page_segments
from edi_engine.records.validation import CheckRun, PageSegment
from tests.exports.answers import checked
from tests.parsers.x12_files import CLAIM, HEAD, LINE, file_of, payment, remittance, set_of

TEXT = remittance(CLAIM + LINE.replace("CAS*CO*45*20", "CAS*CO*45*2O.00"))


def page_of(text: str) -> str:
    data = text.encode("latin-1")
    found = checked(data)
    shown = page_segments(io.BytesIO(data), [one.place.byte_offset for one in found.findings])
    file = PageFile(
        "test.835", "1 set", found.file.checks, found.findings, shown.segments, shown.whole_count
    )
    return validation_page([file])


def one_segment(text: str, element: str, *, name: str = "f") -> str:
    finding = Finding("X12-0201", Severity.ERROR, Place("f", "", 1, "1", 2, 0, element), "m", "r")
    segment = PageSegment(0, 1, 2, text, "*", ":")
    return validation_page([PageFile(name, "1 set", (), (finding,), (segment,), 1)])


def test_the_element_at_fault_is_marked_and_its_finding_stands_below() -> None:
    page = page_of(TEXT)
    assert "CAS*CO*45*<mark>2O.00</mark>" in page
    row = page[page.index("<mark>2O.00</mark>") :]
    assert row.index("X12-0201") < row.index("</li>\n</ul>")


def test_every_segment_has_a_line_with_its_ordinal() -> None:
    page = page_of(TEXT)
    rows = re.findall(r'<span class="ordinal">([^<]*)</span><code>', page)
    count = TEXT[TEXT.index("ST*") : TEXT.index("GE*")].count("~")
    assert rows == ["–", "–", *(f"1 · {one}" for one in range(1, count + 1)), "–", "–"]


def test_the_index_leads_down_to_lines_that_are_there() -> None:
    page = page_of(TEXT)
    links = re.findall(r'href="#([^"]+)"', page)
    ids = re.findall(r'id="([^"]+)"', page)
    assert links
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("text", "element", "marked"),
    [
        ("SVC*HC:99213:25*100", "SVC01-2", "SVC*HC:<mark>99213</mark>:25*100"),
        ("SVC*HC:99213*100", "SVC01", "SVC*<mark>HC:99213</mark>*100"),
        ("SVC*HC:99213*100", "SVC01-5", "SVC*<mark>HC:99213</mark>*100"),
        ("CLP*A**100", "CLP02", "CLP*A*<mark>(empty)</mark>*100"),
        ("CLP*A", "CLP07", "<mark>CLP</mark>*A"),
        ("CLP*A", "", "<mark>CLP</mark>*A"),
        ("CLP*A", "NM101", "<mark>CLP</mark>*A"),
    ],
)
def test_what_is_marked(text: str, element: str, marked: str) -> None:
    assert f"<code>{marked}</code>" in one_segment(text, element)


HOSTILE = "<script>alert(1)</script>&\"'{{ 7*7 }}{% raw %}</code>"


def test_everything_of_the_file_is_escaped() -> None:
    page = one_segment(f"NM1*QC*1*{HOSTILE}*X", "NM103", name=HOSTILE)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page


@given(st.text(max_size=60), st.text(max_size=12))
@settings(max_examples=40)
def test_any_text_leaves_the_page_as_it_is_built(text: str, element: str) -> None:
    page = one_segment(text, element)
    plain = one_segment("X", "")
    tags = re.findall(r"<(/?[a-z0-9]+)", page)
    assert [one for one in tags if one.strip("/") != "mark"] == [
        one for one in re.findall(r"<(/?[a-z0-9]+)", plain) if one.strip("/") != "mark"
    ]


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    page = page_of(TEXT)
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|img|link|iframe|form|input|object|embed)", page)
    assert not re.search(r"(src|action|srcset)\s*=|url\(|@import|https?:|//[a-z]", page)
    assert all(href.startswith("#") for href in re.findall(r'href="([^"]*)"', page))


def test_the_page_says_that_it_holds_data_of_patients() -> None:
    assert "data of patients" in page_of(TEXT)


def test_severity_is_told_by_word_and_sign_not_by_colour_alone() -> None:
    page = page_of(TEXT)
    assert '<span aria-hidden="true">✕</span> error' in page


def test_checks_that_did_not_run_are_told() -> None:
    check = CheckRun("guide 005010X212", False, "1 set, and no map for it")
    page = validation_page([PageFile("f", "1 set", (check,), (), (), 0)])
    assert "guide 005010X212 did not run" in page
    assert "Nothing is wrong." in page


def test_the_same_file_gives_the_same_page() -> None:
    assert page_of(TEXT) == page_of(TEXT)


def test_of_a_large_file_only_what_is_around_findings_is_shown() -> None:
    claims = (CLAIM + LINE) * (SEGMENTS_SHOWN_MAX // 6 + 1)
    whole = payment(f"{80 * claims.count('CLP')}") + HEAD + claims
    first, last = whole.index("CO*45*20"), whole.rindex("CO*45*20")
    whole = f"{whole[:first]}CO*45*2O.00{whole[first + 8 : last]}CO*45*3O.00{whole[last + 8 :]}"
    data = file_of(set_of(whole)).encode()
    findings = read_bytes(data).findings
    shown = page_segments(io.BytesIO(data), [one.place.byte_offset for one in findings])
    file = PageFile("large", "1 set", (), findings, shown.segments, shown.whole_count)
    page = validation_page([file])
    rows = page.count('<span class="ordinal">')
    assert rows < 200
    assert "<mark>2O.00</mark>" in page
    assert "<mark>3O.00</mark>" in page
    assert page.count('"gap">segments left out') == 1
    assert f"the {rows} around the findings are shown" in page


def test_findings_beyond_the_limit_are_counted() -> None:
    finding = Finding("X12-0201", Severity.ERROR, Place("f"), "m", "r")
    file = PageFile("f", "1 set", (), (finding,) * (FINDINGS_SHOWN_MAX + 3), (), 0)
    assert "3 more are not shown." in validation_page([file])


def test_segments_that_are_too_long_are_cut() -> None:
    shown = page_segments(io.BytesIO(remittance("REF*6R*" + "9" * 9_000 + "~").encode()), [])
    assert max(len(one.text) for one in shown.segments) == 2_000
    assert [one.is_cut for one in shown.segments].count(True) == 1


# Colours, by the formula of WCAG 2.


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_reach_the_contrast_of_wcag_aa_in_light_dark_and_print() -> None:
    page = page_of(TEXT)
    schemes = re.findall(r":root \{([^}]*)\}", page)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", scheme))
        for ground in ("paper", "band"):
            for ink in ("ink", "soft", "link", "error", "warning", "info"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert contrast(colours["mark-ink"], colours["mark"]) >= 4.5

"""What pyx12 finds, in our words: every code of its has a finding, a sentence and a remedy."""

import io

import pytest
import pyx12.error_item
import pyx12.params
from pyx12.map_if import load_map_file

from edi_engine.findings import finding_kind
from edi_engine.parsers.guide_check import check_guide_faults
from edi_engine.parsers.guide_words import (
    ELEMENT_CODES,
    KNOWN_MISTAKES,
    SEGMENT_CODES,
    ElementRule,
    element_words,
    segment_words,
)
from tests.parsers.x12_files import FIXTURES_ROOT, expanded

FAIL = FIXTURES_ROOT / "fail"


def test_every_code_of_pyx12_has_a_finding() -> None:
    assert set(pyx12.error_item.seg_errors) - SEGMENT_CODES.keys() == {"8"}  # its elements tell it
    assert set(pyx12.error_item.ele_errors) == ELEMENT_CODES.keys()
    for code in {*SEGMENT_CODES.values(), *ELEMENT_CODES.values()}:
        assert finding_kind(code).remedy


@pytest.mark.parametrize("code", sorted({*SEGMENT_CODES.values(), "GUIDE-0101"}))
def test_sentences_about_segments_end_and_name_the_segment(code: str) -> None:
    words = segment_words(code, "REF", name="Some Name", loop="2300", said="")
    assert "REF" in words
    assert words.endswith(".")


@pytest.mark.parametrize("code", sorted({*ELEMENT_CODES.values(), "GUIDE-0311", "GUIDE-0312"}))
def test_sentences_about_elements_end_and_name_the_element(code: str) -> None:
    words = element_words(code, "REF02", "x", ElementRule("Some Name", "AN", ("A", "B")), "")
    assert words.startswith("REF02 (Some Name)")
    assert words.endswith(".")


SENTENCES = [
    ("GUIDE-0203", "PER (Payer Technical Contact Information) is missing before this segment"),
    ("GUIDE-0205", "PER (Submitter EDI Contact Information) stands here for time 3 in loop 1000A"),
    ("GUIDE-0205", "; the guide allows 2."),
    (
        "GUIDE-0302",
        "NM109 (Patient Identifier) is empty; elements beside it make the guide require",
    ),
    ("GUIDE-0304", "N402 (Payer State Code) has 1 character; at least 2 are expected."),
    ("GUIDE-0305", "N102 (Payer Name) has 72 characters; at most 60 are expected."),
    ("GUIDE-0307", "CLP06 (Claim Filing Indicator Code) is 'CI'; the guide allows 12, 13, 14,"),
    ("GUIDE-0307", "17, AM, CH, DS, HM, LM, MA and 7 more."),
    ("GUIDE-0308", "DTP03 (Service Date) is '99999999', which is no date of the form asked for."),
]


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_what_was_read_and_what_was_expected_are_said(code: str, sentence: str) -> None:
    (path,) = FAIL.glob(f"{code}-*.edi")
    report = check_guide_faults(
        io.BytesIO(expanded(path.read_bytes())), file_name="t", file_digest=""
    )
    assert any(sentence in one.message for one in report.findings)


def test_a_qualifier_that_the_place_does_not_allow_names_those_it_does() -> None:
    (path,) = FAIL.glob("GUIDE-0201-*.edi")
    data = path.read_bytes().replace(b"XYZ*1", b"REF*QQ*1")
    report = check_guide_faults(io.BytesIO(data), file_name="t", file_digest="")
    (found,) = report.findings
    assert found.code == "GUIDE-0202"
    assert "it could with 1L, 1W," in found.message


@pytest.mark.parametrize("mistake", KNOWN_MISTAKES, ids=lambda one: one.name)
def test_a_known_mistake_is_one_still(mistake: object) -> None:
    """The two copies that the map has of a place differ; when they no longer do, drop the entry."""
    name = {"004010X097A1": "837.4010.X097.A1.xml", "004010X096A1": "837.4010.X096.A1.xml"}
    root = load_map_file(name[mistake.guide], pyx12.params.ParamsBase())  # type: ignore[attr-defined]
    loops = [
        places(root, level, mistake.loops[-1], mistake.segment_id)  # type: ignore[attr-defined]
        for level in ("2000B", "2000C")
    ]
    assert loops[0] != loops[1]


def places(node: object, level: str, loop_id: str, segment_id: str) -> list[tuple[str, ...]]:
    """The qualifiers of a segment in a loop below a level, not counting deeper levels."""
    found: list[tuple[str, ...]] = []

    def walk(one: object, inside: bool) -> None:
        for position in sorted(one.pos_map):  # type: ignore[attr-defined]
            for child in one.pos_map[position]:  # type: ignore[attr-defined]
                if child.is_loop():
                    if not (inside and child.id == "2000C"):
                        walk(child, inside or child.id == level)
                elif inside and child.id == segment_id and child.parent.id == loop_id:
                    found.append(tuple(sorted(map(str, child.children[0].valid_codes))))

    walk(node, False)
    return found

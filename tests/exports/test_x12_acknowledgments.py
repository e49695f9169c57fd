"""999 and TA1 as they are written: what they say, of what, and to whom."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_engine.exports.acknowledgment_answers import ANSWERS, SetVerdict, answer_for
from edi_engine.exports.x12_acknowledgments import AnswerEnvelope, write_acknowledgment
from edi_engine.findings import FINDING_KINDS, Finding, Place, Severity
from edi_engine.parsers import read_bytes
from edi_engine.records.validation import GroupOutline, GuideFault, InterchangeOutline, SetOutline
from tests.exports.answers import answers_to
from tests.exports.pyx12_answers import pyx12_errors, verdicts_of
from tests.parsers.x12_files import CLAIM, GS, HEAD, ISA, LINE, file_of, payment, set_of

HERE = Path(__file__).parent
ADDRESS = "N3*1 TEST STREET~N4*TESTVILLE*OH*43000~PER*BL*SAMPLE DESK*TE*8005550100~"
BODY = payment("80") + HEAD + CLAIM + "DTM*232*20251201~" + LINE
CLEAN = file_of(set_of(BODY.replace("N1*PE", ADDRESS + "N1*PE")))
ONE = CLEAN[CLEAN.index("ST*") : CLEAN.index("GE*")]
WRONG = ONE.replace("*0001~", "*0002~").replace("*12*PAYER0001", "*CI*PAYER0001")
ASKS = CLEAN.replace("*0*P*:~", "*1*P*:~")
ACKNOWLEDGED = "GS*FA*SAMPLECLINIC*SAMPLEPAYER*20260105*0600*7*X*005010X231A1~"
ANSWER_HEADER = (
    "ISA*00*          *00*          *ZZ*SAMPLECLINIC   *ZZ*SAMPLEPAYER    "
    "*260321*0000*^*00501*000000101*0*P*:"
)
ANSWER_SET = (
    "ST*999*0001*005010X231A1~AK1*HP*101*005010X221A1~AK2*835*0001~IK5*A~AK9*A*1*1*1~SE*6*0001~"
)


def said(text: str) -> list[str]:
    """The segments of the one answer, without their terminators."""
    (answer,) = answers_to(text)
    return answer.text.replace("~", "").splitlines()


def body(text: str) -> list[str]:
    """What is between AK1 and SE."""
    segments = said(text)
    first = next(index for index, one in enumerate(segments) if one.startswith("AK1"))
    return [one for one in segments[first:] if one.startswith(("AK", "IK", "CTX"))]


def test_a_clean_remittance_is_accepted_in_these_very_words() -> None:
    assert said(CLEAN) == [
        ANSWER_HEADER,
        "GS*FA*SAMPLECLINIC*SAMPLEPAYER*20260321*0000*101*X*005010X231A1",
        "ST*999*0001*005010X231A1",
        "AK1*HP*101*005010X221A1",
        "AK2*835*0001",
        "IK5*A",
        "AK9*A*1*1*1",
        "SE*6*0001",
        "GE*1*101",
        "IEA*1*000000101",
    ]


def test_an_answer_with_faults_reads_as_the_file_beside_this_test() -> None:
    data = (HERE / "claims_with_faults.edi").read_bytes()
    (answer,) = answers_to(data)
    assert answer.text == (HERE / "answer_to_claims_with_faults.edi").read_text()
    assert pyx12_errors(answer.text) == []


def test_segments_elements_and_the_payment_at_fault_are_named() -> None:
    assert body(CLEAN.replace("*12*PAYER0001", "*CI*PAYER0001")) == [
        "AK1*HP*101*005010X221A1",
        "AK2*835*0001",
        "IK3*CLP*11*2100*8",
        "CTX*TRN02:TRACE0001",
        "IK4*6*1032*7*CI",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]


def test_a_group_with_good_and_bad_sets_is_accepted_in_part() -> None:
    found = body(file_of(ONE, WRONG, ONE.replace("*0001~", "*0003~")))
    assert [one for one in found if one.startswith(("AK2", "IK5", "AK9"))] == [
        "AK2*835*0001",
        "IK5*A",
        "AK2*835*0002",
        "IK5*R*5",
        "AK2*835*0003",
        "IK5*A",
        "AK9*P*3*3*2",
    ]


def test_a_code_on_nobodys_list_is_an_error_noted_and_the_set_is_accepted() -> None:
    found = body(CLEAN.replace("CAS*CO*45", "CAS*CO*999"))
    assert found[2:] == [
        "IK3*CAS*16**8",
        "CTX*TRN02:TRACE0001",
        "IK4*2*1034*7*999",
        "IK5*E*5",
        "AK9*E*1*1*1",
    ]


@pytest.mark.parametrize("wrong", ["BPR*I*99*", "CLP*TEST-1*1*100*79*"])
def test_money_is_no_business_of_a_999(wrong: str) -> None:
    right = "BPR*I*80*" if wrong.startswith("BPR") else "CLP*TEST-1*1*100*80*"
    assert "IK5*A" in body(CLEAN.replace(right, wrong))


SET_FAULTS = [
    # what was changed, in what, into what, codes of IK5
    ("SE counts wrongly", "SE*18*0001", "SE*99*0001", ["4"]),
    ("SE has another number", "SE*18*0001", "SE*18*0009", ["3"]),
    ("SE is missing", "SE*18*0001~", "", ["2"]),
    ("ST has no number", "ST*835*0001~", "ST*835*~", ["3", "7"]),
]


@pytest.mark.parametrize(("what", "old", "new", "codes"), SET_FAULTS)
def test_faults_of_the_set_have_their_codes(
    what: str, old: str, new: str, codes: list[str]
) -> None:
    assert old in CLEAN, what
    (verdict,) = [one for one in body(CLEAN.replace(old, new)) if one.startswith("IK5")]
    assert verdict.split("*") == ["IK5", "R", *codes], what


GROUP_FAULTS = [
    ("GE counts wrongly", "GE*1*101", "GE*2*101", "AK9*R*2*1*0*5"),
    ("GE has another number", "GE*1*101", "GE*1*109", "AK9*R*1*1*0*4"),
    ("GE is missing", "GE*1*101~", "", "AK9*R*1*1*0*3"),
    ("GS has no version", "005010X221A1", "", "AK9*R*1*1*0*2"),
]


@pytest.mark.parametrize(("what", "old", "new", "closing"), GROUP_FAULTS)
def test_faults_of_the_group_reject_all_of_it(what: str, old: str, new: str, closing: str) -> None:
    assert body(CLEAN.replace(old, new))[-1] == closing, what


def test_a_refused_group_names_only_the_sets_with_faults_of_their_own() -> None:
    (answer,) = answers_to(file_of(ONE, WRONG).replace("GE*2*101", "GE*2*109"))
    assert list(verdicts_of(answer.text)) == [("101", "0002")]
    assert "AK9*R*2*2*0*4~" in answer.text
    assert answer.verdicts == {"R": 2}


def test_a_set_number_that_comes_again_in_its_group_is_rejected() -> None:
    found = [one for one in body(file_of(ONE, ONE)) if one.startswith("IK5")]
    assert found == ["IK5*A", "IK5*R*23"]


NOTES = [
    # what was changed, in what, into what, TA104 and TA105
    ("nothing, and a TA1 is asked for", "", "", "A*000"),
    ("IEA is missing", "IEA*1*000000101~", "", "R*023"),
    ("IEA has another number", "IEA*1*000000101", "IEA*1*000000999", "R*001"),
    ("IEA counts wrongly", "IEA*1*000000101", "IEA*2*000000101", "R*021"),
    ("the number is none", "*000000101*1*P", "*00000010X*1*P", "R*018"),
    ("the version is none", "*00501*", "*00999*", "R*017"),
    ("no group", GS + ONE + "GE*1*101~", "", "R*021"),
    ("a group without GS", GS, "", "R*024"),
    ("sender's qualifier", "*ZZ*SAMPLEPAYER", "*XX*SAMPLEPAYER", "E*005"),
    ("sender's id is short", "SAMPLEPAYER    *", "SAMPLEPAYER*", "E*006"),
    ("receiver's qualifier", "*ZZ*SAMPLECLINIC", "*XX*SAMPLECLINIC", "E*007"),
    ("receiver's id is long", "SAMPLECLINIC   *", "SAMPLECLINIC    *", "E*008"),
    ("the day", "*260105*0600*^", "*261305*0600*^", "E*014"),
    ("the time", "*260105*0600*^", "*260105*2560*^", "E*015"),
    ("the request", "*1*P*:~", "*7*P*:~", "E*019"),
    ("one separator for two things", "*0600*^*", "*0600*:*", "E*027"),
    ("the usage", "*1*P*:~", "*1*Q*:~", "E*020"),
]


@pytest.mark.parametrize(("what", "old", "new", "note"), NOTES)
def test_the_interchange_is_noted_by_its_first_fault(
    what: str, old: str, new: str, note: str
) -> None:
    assert old in ASKS, what
    segments = said(ASKS.replace(old, new, 1) if old else ASKS)
    (answer,) = [one for one in segments if one.startswith("TA1")]
    assert answer.endswith(note), what
    is_rejected = note.startswith("R")
    assert any(one.startswith("ST*999") for one in segments) is not is_rejected, what


def test_a_ta1_names_the_interchange_it_answers() -> None:
    assert "TA1*000000101*260105*0600*A*000" in said(ASKS)
    assert not any(one.startswith("TA1") for one in said(CLEAN))


def test_a_repeated_interchange_number_is_refused_and_the_first_is_not() -> None:
    first, second = answers_to(CLEAN + CLEAN)
    assert (first.note, first.verdicts) == ("", {"A": 1})
    assert (second.note, second.verdicts) == ("R 025", {})


@pytest.mark.parametrize(
    "text",
    [
        ISA.replace("*0*P", "*1*P") + "TA1*000000001*260101*0600*A*000~IEA*0*000000101~",
        ISA.replace("*0*P", "*1*P") + ACKNOWLEDGED + ANSWER_SET + "GE*1*7~IEA*1*000000101~",
        ISA + ACKNOWLEDGED.replace("X231A1", "") + "ST*997*0001~AK1*HP*1~AK9*A*1*1*1~SE*4*0001~"
        "GE*1*7~IEA*1*000000101~",
        ISA + ACKNOWLEDGED + ANSWER_SET + "GE*1*7~",
    ],
)
def test_an_answer_is_never_answered(text: str) -> None:
    assert answers_to(text) == ()


def test_of_a_mixed_interchange_only_what_is_no_answer_is_answered() -> None:
    text = CLEAN.replace("IEA*1*", ACKNOWLEDGED + ANSWER_SET + "GE*1*7~IEA*2*")
    (answer,) = answers_to(text)
    assert list(verdicts_of(answer.text)) == [("101", "0001")]


def test_each_group_is_answered_to_its_own_sender() -> None:
    other = GS.replace("SAMPLEPAYER*SAMPLECLINIC", "OTHERPAYER*OTHERCLINIC").replace(
        "*101*", "*102*"
    )
    text = CLEAN.replace("IEA*1*", f"{other}{ONE}GE*1*102~IEA*2*")
    groups = [one for one in said(text) if one.startswith("GS")]
    assert groups == [
        "GS*FA*SAMPLECLINIC*SAMPLEPAYER*20260321*0000*101*X*005010X231A1",
        "GS*FA*OTHERCLINIC*OTHERPAYER*20260321*0000*102*X*005010X231A1",
    ]
    assert said(text)[-1] == "IEA*2*000000101"


def test_given_numbers_are_used_and_count_up() -> None:
    first, second = answers_to(CLEAN + CLEAN.replace("000000101", "000000102"), control_number=900)
    assert "IEA*1*000000900" in first.text
    assert "IEA*1*000000901" in second.text


def test_the_same_file_gives_the_same_answer_and_names_nobody() -> None:
    (first,), (second,) = answers_to(CLEAN), answers_to(CLEAN)
    assert first == second
    assert first.name.startswith("999_000000101_")
    assert "test" not in first.name


# Values that are copied.

FAULT_PLACE = Place("f", "", 1, "0001", 5, 100, "REF02")


def written(value: str, unit: str = "A17") -> str:
    """The answer to one set with one element that is too long, holding that value."""
    fault = GuideFault(
        Finding("GUIDE-0305", Severity.WARNING, FAULT_PLACE, "", ""),
        "REF", "2010AA", 2, 0, 0, "127", value, ("CLM01", unit),
    )  # fmt: skip
    one = SetOutline(1, "837", "0001", "005010X222A1", 90, 200, 8, True, "8", "0001")
    group = GroupOutline(
        ("GS", "HC", "SENDER", "RECEIVER", "20260105", "0600", "1", "X", "005010X222A1"),
        80, (one,), "1", "1",
    )  # fmt: skip
    elements = ("ISA", "00", " " * 10, "00", " " * 10, "ZZ", "SENDER".ljust(15), "ZZ")
    elements += ("RECEIVER".ljust(15), "260105", "0600", "^", "00501", "000000001", "0", "P")
    interchange = InterchangeOutline(
        elements, ("*", ":", "^", "~"), 0, (group,), 0, "1", "000000001"
    )
    found = write_acknowledgment(interchange, [fault], AnswerEnvelope(date(2026, 3, 21)))
    assert found is not None
    return found.data.decode("ascii")


@pytest.mark.parametrize("value", ["A*B", "A:B", "A~B", "A^B", "Ä", "A\nB", "\x07"])
def test_what_would_separate_or_is_no_text_is_not_copied(value: str) -> None:
    assert "IK4*2*127*5~" in written(value)
    assert "CTX" not in written("long", unit=value)


def test_long_values_are_cut_at_ninety_nine_characters() -> None:
    assert f"IK4*2*127*5*{'X' * 99}~" in written("X" * 500)


@given(st.text(max_size=150), st.text(max_size=60))
@settings(max_examples=60)
def test_any_value_gives_an_answer_that_pyx12_reads(value: str, unit: str) -> None:
    assert pyx12_errors(written(value, unit)) == []


@pytest.mark.parametrize("odd", ["*", "~", ":", "^"])
def test_ids_that_hold_a_separator_choose_other_separators(odd: str) -> None:
    text = CLEAN.translate(str.maketrans("*:^~", "|>!\n")).replace(
        "SAMPLEPAYER|SAMPLE", f"S{odd}P|SAMPLE"
    )
    (answer,) = answers_to(text)
    findings = {one.code for one in read_bytes(answer.text.encode()).findings}
    assert not findings & {"X12-0109", "X12-0110", "X12-0111", "X12-0112", "X12-0113"}
    assert f"S{odd}P" in answer.text


# The table.


def test_every_finding_of_a_set_has_an_answer_and_every_answer_a_finding() -> None:
    codes = {kind.code for kind in FINDING_KINDS}
    families = ("X12-", "GUIDE-", "CODE-", "DENT-", "BAL-")
    assert all(answer_for(code) for code in codes if code.startswith(families))
    assert all(any(code.startswith(key) for code in codes) for key in ANSWERS)


def test_answers_use_only_codes_that_the_guide_has_and_have_reasons() -> None:
    segment_codes = {"", "1", "2", "3", "4", "5", "6", "7", "8"}
    element_codes = {
        "",
        *map(str, range(1, 11)),
        "12",
        "13",
        "I6",
        "I9",
        "I10",
        "I11",
        "I12",
        "I13",
    }
    for code, answer in ANSWERS.items():
        assert answer.segment_code in segment_codes, code
        assert answer.element_code in element_codes, code
        assert answer.reason.endswith("."), code
        silent = not answer.segment_code and not answer.element_code
        assert silent or answer.verdict is not SetVerdict.ACCEPTED, code


def test_envelope_codes_and_findings_of_the_readers_are_the_same_faults() -> None:
    found = {one.code for one in read_bytes(CLEAN.replace("SE*18*", "SE*99*").encode()).findings}
    assert "X12-0109" in found
    clean = read_bytes(CLEAN.encode()).findings
    assert not clean, [one.code for one in clean]


@pytest.mark.slow
@settings(max_examples=150)
@given(st.data())
def test_a_changed_file_is_answered_in_well_formed_segments(data: st.DataObject) -> None:
    changed = bytearray(file_of(ONE, WRONG).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(changed) - 1))
        changed[position] = data.draw(st.sampled_from(b"*~:^0AHLZ\n\xff "))
    for answer in answers_to(bytes(changed)):
        codes = {one.code for one in read_bytes(answer.text.encode()).findings}
        assert not codes - {"X12-0116"}, (answer.text, codes)


def test_a_fault_without_a_unit_has_no_context() -> None:
    assert "CTX" not in written("X" * 500, unit="")

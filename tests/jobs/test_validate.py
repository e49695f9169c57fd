"""Validating files: one list, told once, with the checks that ran; and what their envelopes say."""

import io
import zipfile
from pathlib import Path

import pytest

from edi_engine.exports.acknowledgment_envelopes import interchange_note
from edi_engine.findings import Finding, Severity
from edi_engine.jobs.answering import write_answers
from edi_engine.jobs.validate import CheckedFile, guide_findings, validate_files
from edi_engine.jobs.validation_pages import FILES_SHOWN_MAX, PageWriter
from edi_engine.parsers import guide_check
from edi_engine.parsers.merging import merged_findings
from tests.exports.answers import answers_of, answers_to, checked
from tests.parsers.x12_files import (
    CLAIM,
    FIXTURES,
    FIXTURES_ROOT,
    GS,
    HEAD,
    LINE,
    expanded,
    file_of,
    payment,
    remittance,
    set_of,
)

REMITTANCE = remittance(CLAIM + LINE)
DENTAL = (FIXTURES_ROOT / "dental_claims" / "fillings.edi").read_text()


def runs(text: str) -> dict[str, bool]:
    return {check.name: check.ran for check in checked(text.encode("latin-1")).file.checks}


def findings(text: str) -> list[tuple[str, str]]:
    found = checked(text.encode("latin-1")).findings
    return [(one.code, one.place.element) for one in found]


ENVELOPE = REMITTANCE[: REMITTANCE.index("GS*")]
INQUIRY = (
    f"{ENVELOPE}GS*HR*AA*BB*20260105*0600*1*X*005010X212~ST*276*0001*005010X212~"
    "BHT*0010*13*X*20260105*0600~SE*3*0001~GE*1*1~IEA*1*000000101~"
)
CHECKS = [
    # what, file, checks that ran, checks that could not
    ("835", REMITTANCE, {"guide 005010X221A1", "money", "codes"}, set[str]()),
    ("dental", DENTAL, {"guide 005010X224A2", "money", "codes"}, set[str]()),
    ("276", INQUIRY, {"envelope"}, {"guide 005010X212", "money", "codes"}),
    (
        "TA1",
        f"{ENVELOPE}TA1*000000009*260104*0600*A*000~IEA*0*000000101~",
        {"envelope"},
        {"money", "codes"},
    ),
]


@pytest.mark.parametrize(("what", "text", "ran", "could_not"), CHECKS)
def test_what_ran_and_what_could_not_is_told(
    what: str, text: str, ran: set[str], could_not: set[str]
) -> None:
    found = runs(text)
    assert {name for name, has_run in found.items() if not has_run} == could_not, what
    assert ran <= {name for name, has_run in found.items() if has_run}, what


@pytest.mark.parametrize("name", ["277CA", "999", "997"])
def test_every_kind_of_answer_is_checked_too(name: str) -> None:
    kinds = {
        "277CA": ("HN", "277", "005010X214"),
        "999": ("FA", "999", "005010X231A1"),
        "997": ("FA", "997", "004010"),
    }
    group, set_type, guide = kinds[name]
    gs = GS.replace("GS*HP", f"GS*{group}").replace("005010X221A1", guide)
    text = REMITTANCE[: REMITTANCE.index("GS*")] + gs + f"ST*{set_type}*0001~ZZZ*1~SE*3*0001~"
    text += "GE*1*101~IEA*1*000000101~"
    if name == "997":
        text = text.replace("*^*00501*", "*U*00401*")
    assert runs(text)[f"guide {guide}"]
    assert any(code.startswith("GUIDE-02") for code, _ in findings(text))


def test_findings_stand_in_the_order_of_the_file() -> None:
    text = REMITTANCE.replace("BPR*I*80*C*ACH", "BPR*I*81*C*QQQ").replace("CAS*CO*45", "CAS*CO*999")
    found = checked(text.encode()).findings
    offsets = [one.place.byte_offset for one in found]
    assert offsets == sorted(offsets)
    assert {one.code for one in found} >= {"GUIDE-0307", "BAL-0103", "CODE-0101"}


TWICE = [
    # what, from, to, the finding that is told, the guide's that is not
    ("an amount", "CAS*CO*45*20~", "CAS*CO*45*2O.00~", "X12-0201", "GUIDE-0306"),
    ("a day", "472*20251201", "472*20251301", "X12-0203", "GUIDE-0308"),
    ("a day as in a claim", "472*20251201", "472*D8*20251201", "X12-0207", "GUIDE-0304"),
    ("a group", "CAS*CO*45", "CAS*QQ*45", "X12-0208", "GUIDE-0202"),
    ("a segment", "CAS*CO", "XYZ*1~CAS*CO", "X12-0315", "GUIDE-0201"),
]


@pytest.mark.parametrize(("what", "old", "new", "told", "not_told"), TWICE)
def test_what_two_checks_find_is_told_once(
    what: str, old: str, new: str, told: str, not_told: str
) -> None:
    data = REMITTANCE.replace(old, new).encode()
    codes = [one.code for one in checked(data).findings]
    alone = {one.code for one in guide_findings(io.BytesIO(data), "t", "")}
    assert not_told in alone, what
    assert told in codes, what
    assert not_told not in codes, what


def test_what_is_missing_is_told_once_though_the_checks_stumble_at_different_places() -> None:
    data = CLEAN.replace("TRN*1*TRACE0001*1512345678~", "").encode()
    found = checked(data)
    assert [(one.finding.code, one.segment_id) for one in found.faults] == [("GUIDE-0203", "TRN")]
    assert [one.code for one in found.findings] == ["X12-0302", "X12-0109"]


def test_the_worse_severity_stays() -> None:
    data = REMITTANCE.replace("CAS*CO", "XYZ*1~CAS*CO").encode()
    (found,) = [one for one in checked(data).findings if one.code == "X12-0315"]
    assert found.severity is Severity.WARNING


def test_what_is_about_money_is_never_taken_for_what_is_about_form() -> None:
    text = REMITTANCE.replace("CLP*TEST-1*1*100*80*", "CLP*TEST-1*1*100*80.123*")
    found = checked(text.encode())
    guide = [one for one in found.faults if one.finding.place.element == "CLP04"]
    balance = [one for one in found.ours if one.code.startswith("BAL-")]
    assert merged_findings(balance, guide) == tuple(
        sorted([*balance, *(one.finding for one in guide)], key=lambda one: one.place.byte_offset)
    )


def test_several_interchanges_mixed_sets_folders_and_archives_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    (folder / "both.edi").write_text(REMITTANCE + DENTAL)
    with zipfile.ZipFile(tmp_path / "day.zip", "w") as archive:
        archive.writestr("inner.835", REMITTANCE)
    seen: list[CheckedFile] = []
    report = validate_files(
        [folder, tmp_path / "day.zip"], each=lambda found, _: seen.append(found)
    )
    assert [file.name for file in report.files] == ["both.edi", "day.zip/inner.835"]
    assert report.files[0].sets_count == 2
    assert [len(found.outline) for found in seen] == [2, 1]


@pytest.mark.parametrize("path", FIXTURES[::9], ids=lambda path: path.stem)
def test_the_outline_counts_what_the_readers_count(path: Path) -> None:
    found = checked(expanded(path.read_bytes()))
    sets = [one for parts in found.outline for group in parts.groups for one in group.sets]
    answers = sum(parts.answers_count for parts in found.outline)
    assert len(sets) + answers == found.file.sets_count


ENVELOPES = [
    # what, from, to, the finding of the readers, the codes of the answer
    ("SE counts wrongly", "SE*14*", "SE*99*", "X12-0109", ("", "IK5*R*4")),
    ("SE has another number", "SE*14*0001", "SE*14*0009", "X12-0110", ("", "IK5*R*3")),
    ("SE is missing", "SE*14*0001~", "", "X12-0113", ("", "IK5*R*2")),
    ("GE counts wrongly", "GE*1*", "GE*7*", "X12-0109", ("", "AK9*R*7*1*0*5")),
    ("GE has another number", "GE*1*101", "GE*1*9", "X12-0110", ("", "AK9*R*1*1*0*4")),
    ("GE is missing", "GE*1*101~", "", "X12-0112", ("", "AK9*R*1*1*0*3")),
    ("IEA counts wrongly", "IEA*1*", "IEA*7*", "X12-0109", ("R 021", "")),
    ("IEA has another number", "IEA*1*000000101", "IEA*1*9", "X12-0110", ("R 001", "")),
    ("IEA is missing", "IEA*1*000000101~", "", "X12-0112", ("R 023", "")),
]
ADDRESS = "N3*1 TEST STREET~N4*TESTVILLE*OH*43000~PER*BL*SAMPLE DESK*TE*8005550100~"
CLEAN = file_of(
    set_of(
        payment("80")
        + HEAD.replace("N1*PE", ADDRESS + "N1*PE")
        + "CLP*TEST-1*1*100*80*20*12*PAYER0001*11*1~CAS*PR*1*20~"
        "NM1*QC*1*TESTPATIENT*ALPHA****MI*M0001~"
    )
)


@pytest.mark.parametrize(("what", "old", "new", "code", "answer"), ENVELOPES)
def test_envelope_faults_are_findings_and_codes_of_the_answer_alike(
    what: str, old: str, new: str, code: str, answer: tuple[str, str]
) -> None:
    assert old in CLEAN, what
    clean = checked(CLEAN.encode())
    assert [one.code for one in clean.findings] == [], what
    assert interchange_note(clean.outline[0]) == ("A", "000"), what
    data = CLEAN.replace(old, new).encode()
    assert code in {one.code for one in checked(data).findings}, what
    (found,) = answers_to(data)
    assert found.note == answer[0], what
    assert answer[1] in found.text, what


def test_a_set_without_a_guide_is_judged_by_what_the_readers_found() -> None:
    text = REMITTANCE.replace("005010X221A1", "005010X228").replace("CO*45*20~", "CO*45*2O.00~")
    (found,) = answers_to(text)
    assert "IK3*CAS" in found.text
    assert "IK4*3**6~" in found.text
    assert found.verdicts == {"R": 1}


def test_a_segment_that_could_not_be_read_rejects_its_set() -> None:
    body = CLEAN.replace("CAS*PR*1*20~", "CAS*PR*1*20~NTE*" + "X" * 70_000 + "~")
    (found,) = answers_to(body.replace("SE*14*", "SE*15*"))
    assert found.verdicts == {"R": 1}


def test_answers_are_written_whole_under_names_without_data(tmp_path: Path) -> None:
    answers = answers_to(CLEAN + CLEAN.replace("000000101", "000000102"))
    paths = write_answers(answers, tmp_path / "new" / "answers")
    assert [path.name for path in paths] == [one.name for one in answers]
    assert [path.read_text() for path in paths] == [one.text for one in answers]
    assert len(list((tmp_path / "new" / "answers").iterdir())) == 2
    assert write_answers(answers, tmp_path / "new" / "answers") == paths


def test_a_page_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "a.835").write_text(REMITTANCE)
    page = PageWriter()
    validate_files([tmp_path / "a.835"], each=page.take)
    page.write(tmp_path / "page.html")
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o600
    assert "CLP*TEST-1" in (tmp_path / "page.html").read_text()


def test_a_page_of_many_files_is_bounded_and_says_so(tmp_path: Path) -> None:
    for number in range(FILES_SHOWN_MAX + 2):
        (tmp_path / f"{number:03}.txt").write_text("no X12")
    page = PageWriter()
    validate_files([tmp_path], each=page.take)
    assert page.left_out_count == 2


def test_nothing_of_a_file_is_in_messages_of_the_new_checks() -> None:
    secrets = ("TESTPATIENT", "MEMBER0020", "TESTDENTIST", "SAMPLE AVENUE")
    text = DENTAL.replace("TOO*JP*12*", "TOO*JP*TESTPATIENT*").replace("*FL*", "*MEMBER0020*")
    found: tuple[Finding, ...] = checked(text.encode()).findings
    assert found
    assert not any(secret in one.message for secret in secrets for one in found)


def test_a_set_is_refused_even_when_the_file_has_more_findings_than_are_listed() -> None:
    sets = [f"ST*835*{number:04}~SE*2*{number:04}~" for number in range(1, 1_102)]
    found = checked(file_of(*sets).encode())
    assert "X12-0119" in {one.code for one in found.findings}
    (answer,) = answers_of(found, b"")
    assert answer.verdicts == {"R": 1_101}
    assert sum(one.code == "GUIDE-0203" for one in found.findings) <= 1_000


def test_a_large_file_is_checked_to_its_end_when_it_is_to_be_answered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(guide_check, "GUIDE_BYTES_MAX", 200)
    (tmp_path / "a.835").write_text(CLEAN)
    cut = validate_files([tmp_path / "a.835"])
    whole = validate_files([tmp_path / "a.835"], whole=True)
    assert [one.code for one in cut.findings] == ["GUIDE-0104"]
    assert whole.findings == ()

"""The proof as a file: what the page says, what the digests are, that nothing is left out."""

import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from edi_engine.exports.timely_filing import (
    cover_text,
    proof_files,
    proof_zip,
    verdict_sentences,
)
from edi_engine.records.timely_filing import (
    Evidence,
    PieceKind,
    ProofPiece,
    TimelyFilingProof,
)

COVER = Path(__file__).parents[2] / "fixtures" / "timely_filing" / "cover.txt"
LIMIT = date(2026, 5, 31)


def piece(kind: PieceKind, set_type: str, data: bytes, **more: object) -> ProofPiece:
    made = ProofPiece(
        kind=kind,
        set_type=set_type,
        set_data=data,
        file_digest=hashlib.sha256(b"file of " + data).hexdigest(),
        byte_offset=213,
        interchange_control_number="000000201",
        group_control_number="201",
        set_control_number="0001",
        happened_on=date(2026, 3, 3),
    )
    return msgspec.structs.replace(made, **more)


CLAIM = piece(
    PieceKind.CLAIM, "837", b"ST*837*0001~CLM*TEST-1*100~SE*3*0001~", other_claims_count=4
)
FILE = piece(
    PieceKind.FILE_ACKNOWLEDGMENT, "999", b"ST*999*0001~IK5*A~SE*3*0001~", says="A (Accepted)"
)
ANSWER = piece(
    PieceKind.CLAIM_ACKNOWLEDGMENT,
    "277",
    b"ST*277*0001~TRN*2*TEST-0~TRN*2*TEST-1~STC*A2:20~SE*5*0001~",
    extract=b"ST*277*0001~TRN*2*TEST-1~STC*A2:20~",
    happened_on=date(2026, 3, 5),
    says="A2 (Accepted for decision)",
)
PROOF = TimelyFilingProof(
    claim_id=12,
    made_on=date(2026, 7, 1),
    payer_name="TEST PAYER A",
    payer_id="TESTPAYERA",
    provider_name="TEST CLINIC",
    provider_npi="1999999984",
    patient_name="ALFA TESTPATIENT",
    member_id="MEM0001",
    patient_control_number="TEST-1",
    payer_claim_control_number="ICN1",
    charge_cents=123450,
    service_from=date(2026, 3, 2),
    service_to=date(2026, 3, 4),
    sent_on=date(2026, 3, 3),
    pieces=(CLAIM, FILE, ANSWER),
    evidence=Evidence.PAYER,
    filed_on=date(2026, 3, 5),
    limit_on=LIMIT,
    limit_reason="90 days from the first day of service, 2026-03-02",
    notes=("The sets enclosed hold claims of others too.",),
)


def but(**changes: object) -> TimelyFilingProof:
    return msgspec.structs.replace(PROOF, **changes)


def opened(proof: TimelyFilingProof) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(proof_zip(proof))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_cover_page_as_it_lies_beside_it(regenerate: bool) -> None:
    text = cover_text(PROOF)
    if regenerate:
        COVER.write_text(text, encoding="utf-8")
    assert COVER.read_text(encoding="utf-8") == text


VERDICTS = {
    "in time": ({}, "filed in time, 87 days before the last day."),
    "a day before": ({"filed_on": date(2026, 5, 30)}, "filed in time, 1 day before the last day."),
    "on the last day": ({"filed_on": LIMIT}, "filed in time, on the last day."),
    "a day late": ({"filed_on": date(2026, 6, 1)}, "was filed 1 day after the last day."),
    "late": ({"filed_on": date(2026, 6, 30)}, "was filed 30 days after the last day."),
    "no rule": (
        {"limit_on": None, "limit_reason": "no rule gives one"},
        "The last day of filing is not known (no rule gives one).",
    ),
    "no day of filing": ({"filed_on": None}, "Whether it was kept cannot be told."),
}


@pytest.mark.parametrize(("changes", "said"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_says_whether_the_limit_was_met(changes: dict[str, object], said: str) -> None:
    assert verdict_sentences(but(**changes))[-1].endswith(said)


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence.PAYER, "the payer says so"),
        (Evidence.CLEARINGHOUSE, "the clearinghouse says so"),
        (Evidence.FILE, "whoever received our file says so"),
        (Evidence.NOBODY, "our own file says so, and nobody else"),
    ],
)
def test_it_is_said_whose_word_the_day_rests_on(evidence: Evidence, said: str) -> None:
    assert said in verdict_sentences(but(evidence=evidence))[0]


def test_a_proof_is_complete_only_when_met_with_nothing_missing() -> None:
    assert PROOF.is_complete
    assert not but(missing=("No 277CA.",)).is_complete
    assert not but(filed_on=date(2026, 6, 1)).is_complete
    assert not but(limit_on=None).is_complete


def test_the_zip_holds_the_bytes_and_their_digests() -> None:
    files = opened(PROOF)
    assert tuple(files) == proof_files(PROOF)
    assert list(files) == ["cover.pdf", "837_set.edi", "999_set.edi", "277ca_claim.edi",
                           "manifest.json"]  # fmt: skip
    assert files["837_set.edi"] == CLAIM.set_data
    assert files["277ca_claim.edi"] == ANSWER.extract
    manifest = json.loads(files["manifest.json"])
    listed = {one["name"]: one for one in manifest["files"]}
    assert list(listed) == [name for name in files if name != "manifest.json"]
    for name, one in listed.items():
        assert one["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert one["bytes"] == len(files[name])
    assert listed["837_set.edi"]["set_sha256"] == listed["837_set.edi"]["sha256"]
    answer = listed["277ca_claim.edi"]
    assert answer["set_sha256"] == hashlib.sha256(ANSWER.set_data).hexdigest()
    assert answer["file_sha256"] == ANSWER.file_digest
    assert (answer["is_whole_set"], listed["837_set.edi"]["is_whole_set"]) == (False, True)
    assert manifest["days_left"] == 87
    assert manifest["charge"] == "1234.50"


def test_every_digest_stands_on_the_page() -> None:
    page = "".join(
        one.extract_text() for one in PdfReader(io.BytesIO(opened(PROOF)["cover.pdf"])).pages
    )
    read = "".join(page.split())
    for each in (CLAIM, FILE, ANSWER):
        assert hashlib.sha256(each.set_data).hexdigest() in read
        assert each.file_digest in read
    assert hashlib.sha256(ANSWER.extract).hexdigest() in read
    for fact in ("ALFATESTPATIENT", "MEM0001", "ICN1", "TEST-1", "$1,234.50", "March5,2026"):
        assert fact in read


def test_the_same_proof_gives_the_same_bytes() -> None:
    assert proof_zip(PROOF) == proof_zip(but())
    with zipfile.ZipFile(io.BytesIO(proof_zip(PROOF))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_no_name_of_a_file_and_no_manifest_says_who_the_patient_is() -> None:
    files = opened(PROOF)
    assert not any("TESTPATIENT" in name or "MEM0001" in name for name in files)
    assert b"TESTPATIENT" not in files["manifest.json"]
    assert b"MEM0001" not in files["manifest.json"]
    assert "TESTPATIENT" not in str(PdfReader(io.BytesIO(files["cover.pdf"])).metadata)


def test_what_is_missing_is_said_on_page_and_manifest() -> None:
    proof = but(pieces=(), missing=("No 999.", "No 277CA."), evidence=Evidence.NOBODY)
    files = opened(proof)
    assert list(files) == ["cover.pdf", "manifest.json"]
    text = cover_text(proof)
    assert "What is missing\n\nNo 999.\nNo 277CA.\n" in text
    assert "Nothing: no file of this claim is at hand." in text
    assert json.loads(files["manifest.json"])["missing"] == ["No 999.", "No 277CA."]
    assert "What is missing\n\nNothing.\n" in cover_text(PROOF)


@pytest.mark.parametrize("name", ["x" * 10_000, "\u738b <b>&amp;</b> {{ x }}", "A | B"])
def test_no_name_can_break_the_page(name: str) -> None:
    proof = but(patient_name=name, payer_name=name, limit_reason=name)
    files = opened(proof)
    assert len(PdfReader(io.BytesIO(files["cover.pdf"])).pages) >= 1
    json.loads(files["manifest.json"])

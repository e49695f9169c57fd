"""Proof of timely filing from the store: what was sent and who took it, in any state of things."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.filing_answers import filing_exhibit
from edi_engine.jobs.ingest import ingest_data
from edi_engine.jobs.timely_filing import filing_proof, proof_summary, write_filing_proof
from edi_engine.records.deadlines import (
    DeadlineAnchor,
    DeadlineKind,
    DeadlineRule,
    DeadlineUnit,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.timely_filing import Evidence, PieceKind, TimelyFilingProof
from edi_engine.store import Store, open_store
from tests.acknowledgment_files import claims_file, status_file, syntax_file, ta1_file
from tests.jobs.test_acknowledge import CLAIMS, DAY, FIRST, NEXT, SECOND, clock, run
from tests.seeds import seeds

AS_OF = date(2026, 3, 25)
ACCEPTED = f"STC*A2:20*{NEXT:%Y%m%d}*WQ*100~REF*1K*ICN77~"
TAKEN = syntax_file(201, ["A", "A"], "A", on=DAY)
CLEARED = status_file([(FIRST, "A1:20"), (SECOND, "A2:20")], on=DAY)
PAID_BY = status_file([(FIRST, ACCEPTED), (SECOND, "A7:562:85")], on=NEXT, payer=True, number=402)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "edi.db")) as opened:
        yield opened


def within(days: int) -> ReconcilePolicy:
    """A practice whose payer wants claims within so many days of service."""
    return ReconcilePolicy(
        deadline_rules=(
            DeadlineRule(
                payer_id="99999",
                kind=DeadlineKind.FILING,
                count=days,
                unit=DeadlineUnit.DAYS,
                anchor=DeadlineAnchor.FIRST_SERVICE,
                source="contract, clause 4",
            ),
        )
    )


def proof_of(
    store: Store, texts: Sequence[str], claim_id: int = 1, *, days: int = 90
) -> TimelyFilingProof:
    run(store, texts)
    return filing_proof(store, claim_id, policy=within(days), as_of=AS_OF)


def test_a_claim_that_everybody_took_is_proven(store: Store) -> None:
    proof = proof_of(store, [CLAIMS, TAKEN, CLEARED, PAID_BY])
    assert (proof.evidence, proof.filed_on) == (Evidence.PAYER, NEXT)
    assert proof.payer_claim_control_number == "ICN77"
    assert [(one.kind, one.set_type) for one in proof.pieces] == [
        (PieceKind.CLAIM, "837"),
        (PieceKind.FILE_ACKNOWLEDGMENT, "999"),
        (PieceKind.CLAIM_ACKNOWLEDGMENT, "277"),
    ]
    assert proof.limit_on == date(2026, 4, 3)
    assert proof.days_left == 87
    assert proof.missing == ()
    assert proof.is_complete


def test_the_pieces_are_the_bytes_of_the_files(store: Store) -> None:
    proof = proof_of(store, [CLAIMS, TAKEN, CLEARED, PAID_BY])
    for piece, text in zip(proof.pieces, (CLAIMS, TAKEN, PAID_BY), strict=True):
        data = text.encode()
        start = data.index(b"ST*")
        end = data.index(b"~", data.index(b"SE*", start)) + 1
        assert piece.set_data == data[start:end]
        assert piece.byte_offset == start
        assert piece.file_digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("order", seeds(2, 4))
def test_the_order_of_arrival_changes_nothing(store: Store, order: int) -> None:
    texts = [CLAIMS, TAKEN, CLEARED, PAID_BY]
    proof = proof_of(store, texts[order:] + texts[:order])
    summary = proof_summary(proof)
    assert (summary.evidence, summary.filed_on, summary.is_complete) == (
        Evidence.PAYER,
        NEXT,
        True,
    )
    assert summary.payer_claim_control_number == "ICN77"


GAPS = {
    "nothing came": ([], Evidence.NOBODY, DAY, ["No 999, 997 or TA1", "No 277CA that accepts"]),
    "only the file was taken": ([TAKEN], Evidence.FILE, DAY, ["No 277CA that accepts"]),
    "only a TA1": (
        [ta1_file(201, "A", on=NEXT)], Evidence.FILE, NEXT, ["No 277CA that accepts"],
    ),
    "the file was rejected": (
        [syntax_file(201, ["R", "A"], "P", on=DAY)], Evidence.NOBODY, DAY,
        ["No 999, 997 or TA1", "No 277CA that accepts"],
    ),
    "only the clearinghouse": (
        [TAKEN, CLEARED], Evidence.CLEARINGHOUSE, DAY,
        ["The clearinghouse acknowledges", "payer's number"],
    ),
    "the payer only received it": (
        [TAKEN, status_file([(FIRST, "A1:20")], on=NEXT, payer=True)], Evidence.PAYER, NEXT,
        ["none of its 277CA accepts it", "payer's number"],
    ),
    "the payer rejected it": (
        [TAKEN, status_file([(FIRST, "A3:21")], on=NEXT, payer=True)], Evidence.FILE, DAY,
        ["No 277CA that accepts"],
    ),
    "the answer bears no day": (
        [TAKEN, status_file([(FIRST, "STC*A2:20**WQ*100~REF*1K*ICN77~")], on=NEXT, payer=True)],
        Evidence.PAYER, NEXT, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "evidence", "filed_on", "missing"), GAPS.values(), ids=GAPS)
def test_what_is_missing_is_said(
    store: Store, texts: list[str], evidence: Evidence, filed_on: date, missing: list[str]
) -> None:
    proof = proof_of(store, [CLAIMS, *texts])
    assert (proof.evidence, proof.filed_on) == (evidence, filed_on)
    assert len(proof.missing) == len(missing)
    for said, part in zip(proof.missing, missing, strict=True):
        assert part in said


def test_the_payers_acceptance_counts_before_receipt_and_the_earliest_of_each(
    store: Store,
) -> None:
    texts = [
        status_file([(FIRST, "A1:20")], on=date(2026, 1, 7), payer=True, number=403),
        status_file([(FIRST, "A2:20")], on=date(2026, 1, 9), payer=True, number=404),
        status_file([(FIRST, "A2:20")], on=date(2026, 1, 8), payer=True, number=405),
    ]
    proof = proof_of(store, [CLAIMS, *texts])
    assert proof.filed_on == date(2026, 1, 8)
    assert proof.pieces[-1].interchange_control_number == "000000405"


def test_a_rejection_is_told_even_when_somebody_else_accepted(store: Store) -> None:
    proof = proof_of(store, [CLAIMS, TAKEN, CLEARED, PAID_BY], claim_id=2)
    assert proof.evidence is Evidence.CLEARINGHOUSE
    assert not proof.is_complete
    assert any("SAMPLE HEALTH PLAN rejected it on 2026-01-06: A7" in one for one in proof.notes)


def test_a_limit_that_was_missed_is_told_by_days(store: Store) -> None:
    proof = proof_of(store, [CLAIMS, TAKEN, CLEARED, PAID_BY], days=1)
    assert proof.days_left == -2
    assert not proof.is_complete
    assert "The claim was filed 2 days after the last day." in proof_summary(proof).sentences


def test_a_limit_of_our_own_settings_is_told_as_such(store: Store) -> None:
    run(store, [CLAIMS])
    proof = filing_proof(store, 1, policy=ReconcilePolicy(), as_of=AS_OF)
    assert proof.limit_on == date(2027, 1, 3)
    assert "setting" not in proof.limit_reason
    assert any("the setting policy.filing_days" in one for one in proof.notes)


def test_a_copy_of_a_claim_has_the_proof_of_what_it_repeats(store: Store) -> None:
    again = CLAIMS.replace("000000201", "000000209").replace("*201*X", "*209*X")
    again = again.replace("GE*2*201", "GE*2*209")
    run(store, [CLAIMS, again, TAKEN, CLEARED, PAID_BY])
    with store.reading() as reader:
        assert reader.original_of_claim(4) == 1
    proof = filing_proof(store, 4, policy=within(90), as_of=AS_OF)
    assert proof.evidence is Evidence.PAYER


def zipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_only_the_claim_shows_nobody_else(store: Store, tmp_path: Path) -> None:
    run(store, [CLAIMS, TAKEN, CLEARED, PAID_BY])
    whole, alone = tmp_path / "whole.zip", tmp_path / "alone.zip"
    for path, only_claim in ((whole, False), (alone, True)):
        write_filing_proof(store, 1, path, only_claim=only_claim, policy=within(90), as_of=AS_OF)
    assert b"TEST-2" in zipped(whole)["837_set.edi"]
    assert b"TEST-2" in zipped(whole)["277ca_set.edi"]
    files = zipped(alone)
    assert list(files) == [
        "cover.pdf", "837_claim.edi", "999_set.edi", "277ca_claim.edi", "manifest.json",
    ]  # fmt: skip
    assert not any(b"TEST-2" in data for data in files.values())
    assert b"CLM*TEST-1*" in files["837_claim.edi"]
    assert b"REF*1K*ICN77" in files["277ca_claim.edi"]
    notes = json.loads(zipped(whole)["manifest.json"])["notes"]
    assert any("claims of others" in one for one in notes)
    assert json.loads(files["manifest.json"])["notes"] == []


def test_the_same_store_gives_the_same_zip(store: Store, tmp_path: Path) -> None:
    run(store, [CLAIMS, TAKEN, CLEARED, PAID_BY])
    for name in ("1.zip", "2.zip"):
        write_filing_proof(store, 1, tmp_path / name, policy=within(90), as_of=AS_OF)
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_what_cannot_be_written_is_said(store: Store, tmp_path: Path) -> None:
    run(store, [CLAIMS])
    path = tmp_path / "proof.zip"
    path.write_text("mine")
    with pytest.raises(InputError, match="already"):
        write_filing_proof(store, 1, path, policy=within(90), as_of=AS_OF)
    assert path.read_text() == "mine"
    with pytest.raises(InputError, match="no such claim"):
        filing_proof(store, 99, policy=within(90), as_of=AS_OF)


def test_a_letter_lists_the_proof_when_there_is_one(store: Store) -> None:
    run(store, [CLAIMS])
    with store.reading() as reader:
        assert filing_exhibit(reader, 1) == ""
    run(store, [TAKEN, CLEARED, PAID_BY])
    with store.reading() as reader:
        assert filing_exhibit(reader, 1) == (
            "Proof of timely filing: the 837 as sent, 277CA of SAMPLE HEALTH PLAN of January 6,"
            " 2026, claim ICN77, 999 of January 5, 2026"
        )


def test_hostile_names_stay_one_line(store: Store) -> None:
    odd = FIRST._replace(patient="TESTPATIENT \x01\x1b[31m", first="A" * 300)
    proof = proof_of(store, [claims_file([[odd]], on=DAY)])
    assert proof.patient_name.isprintable()
    assert proof.patient_name.endswith("TESTPATIENT [31m")


def test_a_set_without_levels_is_not_given_away_where_only_the_claim_may_be(
    store: Store, tmp_path: Path
) -> None:
    path = Path("fixtures/x12/quirky_claims/no_hierarchy.edi")
    ingest_data(store, path.read_bytes(), "flat.837", clock=clock)
    written = tmp_path / "proof.zip"
    proof = write_filing_proof(store, 1, written, only_claim=True, policy=within(90), as_of=AS_OF)
    assert any("cannot be cut out" in one for one in proof.missing)
    assert list(zipped(written)) == ["cover.pdf", "manifest.json"]
    (_, listed) = json.loads(zipped(written)["manifest.json"])["files"]
    assert listed["name"] is None
    assert listed["set_sha256"] == hashlib.sha256(proof.pieces[0].set_data).hexdigest()

"""A corrected claim is the billed one but for what was changed, and follows its guide."""

import io
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.errors import InputError
from edi_engine.exports import (
    Envelope,
    corrected_claim,
    read_change,
    voided_claim,
    write_claims,
)
from edi_engine.money import format_cents, parse_cents
from edi_engine.parsers import EnvelopeWatch, read_bytes, read_file
from edi_engine.parsers.guide_check import check_guide
from edi_engine.records.claims import Claim, ClaimKind
from edi_engine.records.common import Reference
from edi_engine.records.places import without_places
from edi_engine.synthetic import make_practice
from tests.exports.made_up import MadeUp

FIXTURES = Path(__file__).parents[2] / "fixtures" / "x12"
CLAIM_FILES = sorted(
    path for folder in FIXTURES.glob("*_claims") for path in sorted(folder.glob("*.edi"))
)
CLEAN = {"professional_claims", "institutional_claims", "secondary_claims"}
SENT_ON = date(2024, 3, 1)
NUMBER = "ICN2024-0099"


def envelope_of(data: bytes, claim: Claim) -> Envelope:
    watch = EnvelopeWatch(claim.source.byte_offset)
    for _ in read_file(io.BytesIO(data), file_name="", file_digest="", watch=watch.take):
        pass
    original = watch.envelope(claim.source)
    return Envelope(
        original.sender_id or "SENDER",
        original.receiver_id or "RECEIVER",
        SENT_ON,
        interchange_control_number=7,
        submitter=original.submitter,
        receiver=original.receiver,
        group_sender_code=original.group_sender_code,
        group_receiver_code=original.group_receiver_code,
    )


def guide_mistakes(data: bytes) -> list[str]:
    findings = check_guide(io.BytesIO(data), file_name="written", file_digest="")
    return [str(found.message) for found in findings if found.code != "GUIDE-0102"]


def can_be_charged(claim: Claim) -> bool:
    """Made-up claims have charges up to what an element holds; a change may not go beyond."""
    changed = claim.charge_cents - claim.lines[0].charge_cents + 123_45
    return parse_cents(format_cents(changed)) is not None


def changes_for(claim: Claim) -> list[str]:
    """Something to correct in any claim that has a line."""
    changes = ["authorization=AUTH 77"]
    if claim.lines and can_be_charged(claim):
        changes.append(f"line {claim.lines[0].line_number} charge=123.45")
        if claim.lines[0].procedure is not None:
            changes.append("line 1 modifiers=76,XS")
    return changes


def as_billed(corrected: Claim, original: Claim) -> Claim:
    """The corrected claim with what a correction may change put back."""
    lines = corrected.lines
    if original.lines:
        first = msgspec.structs.replace(
            corrected.lines[0],
            charge_cents=original.lines[0].charge_cents,
            procedure=original.lines[0].procedure,
        )
        lines = (first, *corrected.lines[1:])
    return msgspec.structs.replace(
        corrected,
        lines=lines,
        charge_cents=original.charge_cents,
        frequency_code=original.frequency_code,
        type_of_bill=original.type_of_bill,
        original_reference=original.original_reference,
        prior_authorization=original.prior_authorization,
        references=original.references,
        sent_on=original.sent_on,
        claim_ordinal=original.claim_ordinal,
    )


def check_round_trip(claim: Claim, envelope: Envelope) -> bytes:
    """A correction and a void of a claim are read again as meant; gives the correction."""
    corrected, said = corrected_claim(
        claim, map(read_change, changes_for(claim)), original_reference=NUMBER, sent_on=SENT_ON
    )
    assert len(said) == len(changes_for(claim))
    written = write_claims([corrected], envelope)
    (again,) = read_bytes(written).claims
    assert again.frequency_code == "7"
    assert again.original_reference == NUMBER
    assert [one.value for one in again.references if one.qualifier == "F8"] == [NUMBER]
    assert again.prior_authorization == "AUTH 77"
    if claim.lines and can_be_charged(claim):
        assert again.lines[0].charge_cents == 123_45
        assert again.charge_cents - claim.charge_cents == 123_45 - claim.lines[0].charge_cents
    assert without_places(as_billed(again, claim)) == without_places(claim)
    void = voided_claim(claim, original_reference=NUMBER, sent_on=SENT_ON)
    (again,) = read_bytes(write_claims([void], envelope)).claims
    assert again.frequency_code == "8"
    if claim.type_of_bill:
        assert again.type_of_bill.endswith("8")
    assert again.charge_cents == claim.charge_cents
    undone = msgspec.structs.replace(
        again,
        frequency_code=claim.frequency_code,
        type_of_bill=claim.type_of_bill,
        original_reference=claim.original_reference,
        references=claim.references,
        sent_on=claim.sent_on,
        claim_ordinal=claim.claim_ordinal,
    )
    assert without_places(undone) == without_places(claim)
    return written


@pytest.mark.slow
@pytest.mark.parametrize("path", CLAIM_FILES, ids=lambda path: path.stem)
def test_every_claim_of_the_fixtures_is_corrected_and_voided_without_loss(path: Path) -> None:
    data = path.read_bytes()
    claims = [one for one in read_bytes(data).claims if one.kind is not None]
    for claim in claims:
        envelope = envelope_of(data, claim)
        written = check_round_trip(claim, envelope)
        if path.parent.name in CLEAN:
            assert guide_mistakes(written) == []
            void = voided_claim(claim, original_reference=NUMBER, sent_on=SENT_ON)
            assert guide_mistakes(write_claims([void], envelope)) == []


@pytest.mark.slow
@given(st.integers(0, 2**32))
def test_made_up_claims_are_corrected_and_voided_without_loss(seed: int) -> None:
    envelope = Envelope("SENDER", "RECEIVER", SENT_ON)
    for claim in MadeUp(seed).claims():
        plain = msgspec.structs.replace(
            claim,
            references=tuple(one for one in claim.references if one.qualifier not in {"F8", "G1"}),
            original_reference="",
            prior_authorization="",
        )
        check_round_trip(plain, envelope)


@pytest.mark.parametrize("seed", [3, 4])
def test_claims_of_a_practice_of_all_kinds_follow_their_guides(seed: int) -> None:
    practice = make_practice(seed, start_on=date(2024, 1, 1), claims_count=25)
    kinds = set()
    for name, data in practice.files():
        for claim in read_bytes(data).claims:
            kinds.add(claim.kind)
            written = check_round_trip(claim, envelope_of(data, claim))
            again = read_bytes(written)
            wrong = [f for f in again.findings if f.severity != "info"]
            assert not wrong or claim.other_payers, (name, wrong)
    assert kinds == set(ClaimKind)


@pytest.mark.slow
def test_a_practice_corrected_passes_the_guide_check() -> None:
    practice = make_practice(5, start_on=date(2024, 1, 1), claims_count=12)
    for _name, data in practice.files():
        for claim in read_bytes(data).claims:
            envelope = envelope_of(data, claim)
            if claim.kind is not ClaimKind.DENTAL:
                assert guide_mistakes(check_round_trip(claim, envelope)) == []


def test_the_envelope_of_the_original_is_copied() -> None:
    data = (FIXTURES / "professional_claims" / "office_visits.edi").read_bytes()
    claim = read_bytes(data).claims[0]
    written = write_claims([claim], envelope_of(data, claim)).decode()
    assert "NM1*41*2*SAMPLE BILLING OFFICE*****46*SAMPLECLINIC~" in written
    assert "PER*IC*TEST DESK*TE*8005550100~" in written
    assert "NM1*40*2*TEST PAYER*****46*TESTPAYER~" in written
    assert "GS*HC*SAMPLECLINIC*TESTPAYER*20240301*" in written


def first_claim(name: str = "professional_claims/office_visits") -> Claim:
    return read_bytes((FIXTURES / f"{name}.edi").read_bytes()).claims[0]


def corrected(claim: Claim, *texts: str) -> tuple[Claim, tuple[str, ...]]:
    changes = [read_change(text) for text in texts]
    return corrected_claim(claim, changes, original_reference=NUMBER, sent_on=SENT_ON)


def test_every_field_is_changed_and_told() -> None:
    claim = first_claim()
    known = len(claim.codes_of("ABK", "ABF"))
    changed, said = corrected(
        claim,
        "line 1 procedure=99215",
        "line 1 modifiers=25, gt",
        "line 1 units=2",
        "line 1 charge=200.10",
        "line 1 place_of_service=22",
        f"diagnosis {known + 1}=e11.9",
        f"line 1 pointers={known + 1},1",
        "place_of_service=22",
        "authorization=AB-12",
    )
    line = changed.lines[0]
    assert line.procedure is not None
    assert (line.procedure.code, line.procedure.modifiers) == ("99215", ("25", "GT"))
    assert str(line.units) == "2"
    assert line.charge_cents == 200_10
    assert changed.charge_cents == claim.charge_cents - claim.lines[0].charge_cents + 200_10
    assert changed.codes_of("ABK", "ABF")[known].code == "E119"
    assert line.diagnosis_pointers == (str(known + 1), "1")
    assert (line.place_of_service, changed.place_of_service) == ("22", "22")
    assert Reference("G1", "AB-12") in changed.references
    assert len(said) == 9
    assert said[3] == f"line 1 charge: {claim.lines[0].charge_cents / 100:.2f} becomes 200.10"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("patient=SOMEBODY", "cannot be changed"),
        ("line 1 date=20240101", "cannot be changed"),
        ("nothing", "cannot be read"),
        ("line 1 procedure=9921", "five letters or digits"),
        ("line 1 modifiers=2", "two letters or digits"),
        ("line 1 modifiers=25,26,27,28,29", "up to four"),
        ("line 1 units=0", "above zero"),
        ("line 1 units=many", "above zero"),
        ("line 1 charge=1.234", "in dollars"),
        ("line 1 charge=-5", "in dollars"),
        ("line 1 pointers=99", "different numbers"),
        ("line 1 pointers=1,1", "different numbers"),
        ("line 1 pointers=", "different numbers"),
        ("line 99 units=1", "no line 99"),
        ("diagnosis 20=E119", "one of 1 to"),
        ("diagnosis 1=nonsense", "ICD-10"),
        ("place_of_service=97X", "code list"),
        ("authorization=", "plain characters"),
    ],
)
def test_what_cannot_be_is_refused(change: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        corrected(first_claim(), change)


def test_a_change_that_changes_nothing_is_refused() -> None:
    claim = first_claim()
    place = claim.place_of_service
    with pytest.raises(InputError, match="that already"):
        corrected(claim, f"place_of_service={place}")
    with pytest.raises(InputError, match="nothing is changed"):
        corrected(claim)


def test_institutional_claims_have_no_pointers_and_no_place() -> None:
    claim = first_claim("institutional_claims/hospital_stay")
    for change in ("line 1 pointers=1", "place_of_service=11"):
        with pytest.raises(InputError, match="institutional"):
            corrected(claim, change)


@pytest.mark.parametrize("position", [1, 2])
def test_a_diagnosis_of_a_hospital_claim_is_changed_in_its_place(position: int) -> None:
    data = (FIXTURES / "institutional_claims" / "hospital_stay.edi").read_bytes()
    claim = read_bytes(data).claims[0]
    changed, _ = corrected(claim, f"diagnosis {position}=I10")
    written = write_claims([changed], envelope_of(data, claim))
    assert guide_mistakes(written) == []
    (again,) = read_bytes(written).claims
    assert again.codes_of("ABK", "ABF")[position - 1].code == "I10"

"""What is written as X12 is read again as the same records."""

import io
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.errors import InputError
from edi_engine.exports.x12_writer import Envelope, write_claims, write_remittances
from edi_engine.parsers import read_bytes
from edi_engine.parsers.guide_check import check_guide
from edi_engine.records.claims import ClaimKind
from edi_engine.records.places import without_places
from edi_engine.synthetic import make_practice
from tests.exports.made_up import MadeUp

FIXTURES = Path(__file__).parents[2] / "fixtures" / "x12"
SEEDS = st.integers(0, 2**32)
FILES = [
    path
    for path in sorted(FIXTURES.rglob("*.edi"))
    if b"{repeat" not in path.read_bytes()  # recipes for large files, not files
]
ENVELOPE = Envelope(
    "SAMPLECLINIC", "TESTPAYER", date(2024, 1, 15), "1023", submitter_phone="8005550100"
)


def said(records: object) -> list[object]:
    """What records say, without places; ordinals inside a set stay."""
    assert isinstance(records, tuple | list)
    return [without_places(record) for record in records]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fixture_is_read_again_as_the_same_records(path: Path) -> None:
    first = read_bytes(path.read_bytes())
    if first.claims:
        again = read_bytes(write_claims(first.claims, ENVELOPE))
        assert said(again.claims) == said(first.claims)
    if first.remittance_sets:
        again = read_bytes(write_remittances(first.remittance_sets, ENVELOPE))
        assert said(again.remittance_sets) == said(first.remittance_sets)


@given(SEEDS)
def test_made_up_claims_are_read_again_as_the_same(seed: int) -> None:
    claims = MadeUp(seed).claims()
    again = read_bytes(write_claims(claims, ENVELOPE))
    assert said(again.claims) == said(claims)
    assert not [item.code for item in again.findings if item.code.startswith("X12-01")]


@given(SEEDS)
def test_made_up_remittances_are_read_again_as_the_same(seed: int) -> None:
    made = MadeUp(seed)
    sets = [made.remittance_set(), made.remittance_set()]
    again = read_bytes(write_remittances(sets, ENVELOPE))
    assert said(again.remittance_sets) == said(sets)
    assert not [item.code for item in again.findings if item.code.startswith("X12-01")]


def test_writing_twice_gives_the_same_bytes() -> None:
    first = read_bytes((FIXTURES / "professional_claims" / "office_visits.edi").read_bytes())
    written = write_claims(first.claims, ENVELOPE)
    assert write_claims(read_bytes(written).claims, ENVELOPE) == written


def test_a_value_with_a_delimiter_in_it_changes_the_delimiter() -> None:
    path = FIXTURES / "professional_claims" / "office_visits.edi"
    claim = read_bytes(path.read_bytes()).claims[0]
    odd = msgspec.structs.replace(claim, patient_control_number="A*B:C^D~E")
    written = write_claims([odd], ENVELOPE)
    assert written[3:4] not in b"*:^~"
    (again,) = read_bytes(written).claims
    assert again.patient_control_number == "A*B:C^D~E"
    assert without_places(again) == without_places(odd)


def test_control_numbers_and_date_come_from_the_envelope_alone() -> None:
    path = FIXTURES / "professional_claims" / "office_visits.edi"
    claims = read_bytes(path.read_bytes()).claims
    envelope = msgspec.structs.replace(
        ENVELOPE, interchange_control_number=77, group_control_number=8, set_control_number=42
    )
    (raw_set,) = read_bytes(write_claims(claims, envelope)).raw_sets
    assert raw_set.source.interchange_control_number == "000000077"
    assert raw_set.source.group_control_number == "8"
    assert raw_set.source.set_control_number == "0042"
    assert raw_set.source.created_on == date(2024, 1, 15)
    assert raw_set.source.implementation == "005010X222A1"


def test_claims_of_several_kinds_make_a_group_for_each_kind() -> None:
    names = ["professional_claims", "institutional_claims", "dental_claims"]
    claims = [
        claim
        for name in names
        for path in sorted((FIXTURES / name).glob("*.edi"))
        for claim in read_bytes(path.read_bytes()).claims
    ]
    again = read_bytes(write_claims(claims, ENVELOPE))
    guides = [raw_set.source.implementation for raw_set in again.raw_sets]
    assert guides == ["005010X222A1", "005010X223A2", "005010X224A2"]
    groups = [raw_set.source.group_control_number for raw_set in again.raw_sets]
    assert groups == ["1", "2", "3"]
    assert again.findings == ()


@pytest.mark.parametrize("sender", ["", "A", "SIXTEENLETTERSXX"])
def test_an_id_that_does_not_fit_the_envelope_is_refused(sender: str) -> None:
    with pytest.raises(InputError):
        write_claims([], msgspec.structs.replace(ENVELOPE, sender_id=sender))


def test_no_claims_make_an_empty_interchange() -> None:
    assert read_bytes(write_claims([], ENVELOPE)).raw_sets == ()


CLEAN = ("professional_claims", "institutional_claims", "secondary_claims")


def guide_findings(data: bytes) -> list[str]:
    findings = check_guide(io.BytesIO(data), file_name="written", file_digest="")
    return [f"{finding.code} {finding.message}" for finding in findings]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.parent.name in CLEAN],
    ids=lambda path: path.stem,
)
def test_claims_written_from_clean_files_pass_the_guide_check(path: Path) -> None:
    data = path.read_bytes()
    assert guide_findings(data) == []
    assert guide_findings(write_claims(read_bytes(data).claims, ENVELOPE)) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_practice_is_read_and_written_without_loss(seed: int) -> None:
    practice = make_practice(seed, start_on=date(2024, 1, 1), claims_count=60)
    for name, data in practice.files():
        first = read_bytes(data)
        again = read_bytes(write_claims(first.claims, ENVELOPE))
        assert said(again.claims) == said(first.claims), name
        again = read_bytes(write_remittances(first.remittance_sets, ENVELOPE))
        assert said(again.remittance_sets) == said(first.remittance_sets), name


@pytest.mark.slow
def test_what_is_written_of_a_practice_passes_the_guide_check() -> None:
    practice = make_practice(3, start_on=date(2024, 1, 1), claims_count=40)
    read = [read_bytes(data) for _, data in practice.files()]
    claims = [item for file in read for item in file.claims if item.kind is not ClaimKind.DENTAL]
    by_kind = sorted(claims, key=lambda claim: claim.kind)
    remittances = [
        item
        for file in read
        for item in file.remittance_sets
        if item.remittance.source.implementation == "005010X221A1"
    ]
    assert guide_findings(write_claims(by_kind, ENVELOPE)) == []
    assert guide_findings(write_remittances(remittances, ENVELOPE)) == []

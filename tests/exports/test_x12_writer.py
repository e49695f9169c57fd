"""What is written as X12 is read again as the same records."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.errors import InputError
from edi_engine.exports.x12_writer import Envelope, write_claims, write_remittances
from edi_engine.parsers import read_bytes
from edi_engine.records.claims import Claim
from edi_engine.records.places import without_places
from edi_engine.records.remittances import RemittanceSet
from tests.exports.claim_strategies import claims as claim_lists
from tests.exports.remittance_strategies import remittance_sets

FIXTURES = Path(__file__).parents[2] / "fixtures" / "x12"
FILES = sorted(FIXTURES.rglob("*.edi"))
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


@given(claim_lists())
def test_made_up_claims_are_read_again_as_the_same(claims: list[Claim]) -> None:
    again = read_bytes(write_claims(claims, ENVELOPE))
    assert said(again.claims) == said(claims)
    assert not [item.code for item in again.findings if item.code.startswith("X12-01")]


@given(st.lists(remittance_sets(), min_size=1, max_size=2))
def test_made_up_remittances_are_read_again_as_the_same(sets: list[RemittanceSet]) -> None:
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

"""Codes of acknowledgments mean what the guides say: above all, which of them reject."""

import pytest

from edi_engine.codes.acknowledgments import (
    StatusMeaning,
    acknowledgment_verdict,
    claim_status_category,
    claim_status_reason,
    element_fault,
    interchange_note,
    segment_fault,
    set_fault,
    status_entity,
)

CATEGORIES = [
    ("A0", StatusMeaning.FORWARDED),
    ("A1", StatusMeaning.RECEIVED),
    ("A2", StatusMeaning.ACCEPTED),
    ("A3", StatusMeaning.REJECTED),
    ("A4", StatusMeaning.REJECTED),
    ("A5", StatusMeaning.SPLIT),
    ("A6", StatusMeaning.REJECTED),
    ("A7", StatusMeaning.REJECTED),
    ("A8", StatusMeaning.REJECTED),
    ("F1", StatusMeaning.FINALIZED),
    ("P1", StatusMeaning.PENDING),
    ("R4", StatusMeaning.REQUEST),
    ("E0", StatusMeaning.ERROR),
]

VERDICTS = [
    ("A", StatusMeaning.ACCEPTED),
    ("E", StatusMeaning.ACCEPTED_WITH_ERRORS),
    ("P", StatusMeaning.PARTLY),
    *((code, StatusMeaning.REJECTED) for code in "RMWX"),
]


@pytest.mark.parametrize(("code", "meaning"), CATEGORIES)
def test_a_category_means_what_the_guide_says(code: str, meaning: StatusMeaning) -> None:
    found = claim_status_category(code)
    assert found is not None
    assert found.meaning is meaning


@pytest.mark.parametrize(("code", "meaning"), VERDICTS)
def test_a_verdict_means_what_the_guide_says(code: str, meaning: StatusMeaning) -> None:
    found = acknowledgment_verdict(code)
    assert found is not None
    assert found.meaning is meaning


def test_a_fault_says_what_it_should_be() -> None:
    for found in (segment_fault("3"), element_fault("7"), segment_fault("I9")):
        assert found is not None
        assert found.label
        assert found.remedy.endswith(".")


def test_labels_are_ours_and_codes_without_one_are_known_all_the_same() -> None:
    known, unlabelled = claim_status_reason("562"), claim_status_reason("300")
    assert known is not None
    assert known.label == "National provider identifier"
    assert unlabelled is not None
    assert unlabelled.label == ""
    entity = status_entity("85")
    assert entity is not None
    assert entity.label == "Billing provider"


def test_an_unknown_code_is_information() -> None:
    lookups = (claim_status_category, claim_status_reason, status_entity, set_fault, segment_fault)
    assert all(lookup("??") is None for lookup in lookups)


def test_notes_of_an_interchange_may_lack_their_zeros() -> None:
    assert interchange_note("25") == interchange_note("025") is not None

"""A month with acknowledgments: its claims and payments are as without, and its fates are told."""

from datetime import date

import msgspec
import pytest

from edi_engine.synthetic import Practice, make_practice
from edi_engine.synthetic.practice_acknowledgments import FATES
from tests.synthetic.acknowledgment_sums import group_answers, is_refused, levels, sent_sets

START_ON = date(2024, 1, 1)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return make_practice(4, start_on=START_ON, is_acknowledged=True)


def test_acknowledgments_come_on_top_of_a_month_that_means_the_same(practice: Practice) -> None:
    silent = make_practice(4, start_on=START_ON)
    assert silent.acknowledgment_files == ()
    assert silent.truth.fates == ()
    assert len(silent.claim_files) == len(practice.claim_files)
    assert len(silent.truth.pairs) == len(practice.truth.pairs)
    assert len(silent.truth.unanswered_claims) == len(practice.truth.unanswered_claims)
    assert practice.files()[-1] == practice.acknowledgment_files[-1]


def test_the_same_seed_makes_the_same_acknowledgments(practice: Practice) -> None:
    assert make_practice(4, start_on=START_ON, is_acknowledged=True) == practice


def test_every_unanswered_claim_has_its_fate_and_all_happen(practice: Practice) -> None:
    told = [fate.claim for fate in practice.truth.fates]
    assert tuple(told) == practice.truth.unanswered_claims
    assert {fate.fate for fate in practice.truth.fates} == set(FATES)


def _refused_and_taken(practice: Practice) -> tuple[set[str], set[str]]:
    """Control numbers of claims that a 277CA refuses, and of those that some payer takes."""
    refused, taken = set(), set()
    for name, data in practice.acknowledgment_files:
        if "277CA" in name:
            for source in levels(data):
                for claim in source.claims():
                    number = claim.first("TRN")[2]
                    if is_refused(claim, data):
                        refused.add(number)
                    elif source.first("NM1")[1] == "PR":
                        taken.add(number)
    return refused, taken


def test_most_claims_are_taken_and_the_refused_are_those_of_the_truth(practice: Practice) -> None:
    numbers = {
        (each.file_name, each.control_number, ordinal): number
        for name, data in practice.claim_files
        for each in sent_sets(name, data)
        for ordinal, (number, _) in enumerate(each.claims, 1)
    }
    by_fate: dict[str, set[str]] = {}
    for fate in practice.truth.fates:
        by_fate.setdefault(fate.fate, set()).add(numbers[msgspec.structs.astuple(fate.claim)])
    refused, taken = _refused_and_taken(practice)
    assert refused == by_fate["refused_by_payer"] | by_fate["refused_by_clearinghouse"]
    assert by_fate["silent_after_payer"] <= taken
    assert not taken & by_fate["silent_after_clearinghouse"]
    assert len(refused) < len(taken) / 20


def test_sets_that_the_receiver_refused_hold_those_claims_only(practice: Practice) -> None:
    refused = {
        (answer.group, answer.control_number)
        for name, data in practice.acknowledgment_files
        if "_99" in name
        for group in group_answers(data)
        for answer in group.sets
        if answer.code == "R"
    }
    held = {
        (each.file_name, each.control_number): len(each.claims)
        for name, data in practice.claim_files
        for each in sent_sets(name, data)
        if (each.group, each.control_number) in refused
    }
    told = [fate.claim for fate in practice.truth.fates if fate.fate == "refused_by_file"]
    assert {(key.file_name, key.set_control_number) for key in told} == set(held)
    assert sum(held.values()) == len(told)

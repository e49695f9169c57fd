"""Acknowledgments of synthetic lifecycles are read as they were meant, to day, code and place."""

from collections import Counter
from datetime import date

import pytest

from edi_engine.parsers import read_bytes
from edi_engine.records.acknowledgments import Acknowledgment, AnswerLevel
from edi_engine.synthetic import LifecyclePractice, LifeTruth, make_lifecycles
from tests.seeds import seeds

Said = tuple[str, str, object, tuple[str, ...], str]

CLAIM_SOURCES = ("clearinghouse", "payer", "inquiry")


@pytest.fixture(scope="module", params=seeds(1, 6))
def practice(request: pytest.FixtureRequest) -> LifecyclePractice:
    return make_lifecycles(request.param, history_count=1)


def read(practice: LifecyclePractice) -> dict[str, tuple[Acknowledgment, ...]]:
    """What is in each first delivery of an acknowledgment; nothing in them is found wrong."""
    found = {}
    for file in practice.files:
        if not file.copy_of and not file.repeats:
            parsed = read_bytes(file.data, file_name=file.name)
            assert [each.code for each in parsed.findings] == [], file.name
            found[file.name] = parsed.acknowledgments
    return found


def _codes(answer: Acknowledgment) -> tuple[str, ...]:
    return tuple(
        ":".join((code.category, code.status, code.entity)).rstrip(":")
        for code in answer.statuses[0].codes
    )


def _control_number(answer: Acknowledgment) -> str:
    """TRN02, or REF*EJ where TRN02 is the number of our inquiry."""
    own = (each.value for each in answer.references if each.qualifier == "EJ")
    return next(own, answer.number)


def test_every_word_on_a_claim_is_read_with_its_day_codes_and_charge(
    practice: LifecyclePractice,
) -> None:
    wanted: Counter[Said] = Counter()
    for life in practice.truth.lives:
        for event in life.events:
            if event.source in CLAIM_SOURCES and "SAMPLEREC1_" not in event.file_name:
                wanted[
                    event.file_name, life.control_number, event.happened_on, event.codes,
                    str(life.charge_cents),
                ] += 1  # fmt: skip
    told: Counter[Said] = Counter(
        (name, _control_number(each), each.happened_on, _codes(each), str(each.charge_cents))
        for name, answers in read(practice).items()
        for each in answers
        if each.level is AnswerLevel.CLAIM
    )
    assert told == wanted


def test_the_payers_number_is_read_where_it_was_given(practice: LifecyclePractice) -> None:
    numbers = {life.control_number: life.payer_number for life in practice.truth.lives}
    given = {
        each.payer_claim_control_number
        for answers in read(practice).values()
        for each in answers
        if each.level is AnswerLevel.CLAIM and each.payer_claim_control_number
    }
    assert given
    # A claim sent again may have another; those of the last sendings are a part of all.
    assert {number for number in numbers.values() if number} - given == set()


def test_faults_of_refused_sets_are_read_where_they_were_planted(
    practice: LifecyclePractice,
) -> None:
    wanted = {
        (rejection.file_name, *fault[:5])
        for life in practice.truth.lives
        for rejection in life.rejections
        for fault in rejection.faults
    }
    told = {
        (
            name,
            fault.segment_id,
            fault.segment_position,
            fault.element,
            fault.component,
            tuple(code for code in (fault.segment_code, fault.element_code) if code),
        )
        for name, answers in read(practice).items()
        for each in answers
        if each.level is AnswerLevel.SET and each.code in ("R", "X")
        for fault in each.faults
    }
    assert wanted
    assert told == wanted


def _last_sent_on(life: LifeTruth, day: date) -> date:
    """When the claim was sent for the last time up to a day."""
    sendings = [one.happened_on for one in life.events if one.source == "sender"]
    return max(one for one in sendings if one <= day)


def test_interchanges_are_read_with_verdict_and_the_day_they_answer(
    practice: LifecyclePractice,
) -> None:
    wanted = {
        (event.file_name, _last_sent_on(life, event.happened_on), event.happened_on, event.codes)
        for life in practice.truth.lives
        for event in life.events
        if event.source == "interchange"
    }
    told = {
        (name, each.answered_day, each.happened_on, (" ".join((each.code, *each.fault_codes)),))
        for name, answers in read(practice).items()
        for each in answers
        if each.level is AnswerLevel.INTERCHANGE
    }
    assert told == wanted

"""Whole lifecycles: what the maker promises about its files and its truth, without any engine."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from edi_engine.synthetic import LifecyclePractice, SilenceRule, make_lifecycles
from edi_engine.synthetic.lifecycle_truth import STATES, LifeTruth, response_days, silence_on
from edi_engine.synthetic.people import NAME_MARKS
from edi_engine.synthetic.truth import ClaimKey
from tests.synthetic import x12_sums
from tests.synthetic.acknowledgment_sums import (
    Level,
    SentSet,
    group_answers,
    is_refused,
    levels,
    receipts,
    sent_sets,
)
from tests.synthetic.test_guide_conformance import complaints

RULE = SilenceRule()
MARGIN_DAYS = 4
"""No claim is nearer to its limit than this, so that neither holidays nor rounding decide."""


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def practice(request: pytest.FixtureRequest) -> LifecyclePractice:
    return make_lifecycles(request.param)


def files_of(practice: LifecyclePractice, *kinds: str) -> list[tuple[str, bytes]]:
    """First deliveries of these kinds, by the second word of their names; of claims also what was
    sent again."""
    return [
        (file.name, file.data)
        for file in practice.files
        if not file.copy_of
        and (not file.repeats or "_837" in file.name)
        and file.name.removesuffix(".edi").split("_")[1][:5] in kinds
    ]


def claim_files(practice: LifecyclePractice) -> list[tuple[str, bytes]]:
    return files_of(practice, "837P", "837I", "837D")


def all_sent(practice: LifecyclePractice) -> list[SentSet]:
    return [each for name, data in claim_files(practice) for each in sent_sets(name, data)]


def keys_of(practice: LifecyclePractice) -> Iterator[ClaimKey]:
    repeated = {file.name for file in practice.files if file.repeats}
    for each in all_sent(practice):
        if each.file_name in repeated:
            continue
        for ordinal in range(1, len(each.claims) + 1):
            yield ClaimKey(each.file_name, each.control_number, ordinal)


def days_of_payers(practice: LifecyclePractice) -> dict[str, int]:
    return {payer: response_days(lags, RULE) for payer, lags in practice.truth.lags}


# the maker


def test_the_same_seed_makes_the_same_bytes_and_truth() -> None:
    assert make_lifecycles(7) == make_lifecycles(7)
    assert make_lifecycles(7).files != make_lifecycles(8).files


def test_an_impossible_number_of_tellings_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_lifecycles(1, tellings=0)


def test_more_tellings_make_more_claims() -> None:
    once, twice = (
        make_lifecycles(3, history_count=0),
        make_lifecycles(3, tellings=2, history_count=0),
    )
    assert len(twice.truth.lives) > 1.8 * len(once.truth.lives)


def test_file_names_are_unique_and_name_no_patient(practice: LifecyclePractice) -> None:
    names = [file.name for file in practice.files]
    assert len(set(names)) == len(names)
    assert not any(mark in name.replace("SAMPLEREC1", "") for name in names for mark in NAME_MARKS)


def test_every_file_has_arrived_on_the_day_its_name_says(practice: LifecyclePractice) -> None:
    for file in practice.files:
        assert file.arrives_on <= practice.as_of
        if not file.copy_of and "_readdressed" not in file.name:
            assert file.name.startswith(f"{file.arrives_on:%Y%m%d}_")


def test_some_acknowledgments_come_again_in_another_envelope(practice: LifecyclePractice) -> None:
    by_name = {file.name: file.data for file in practice.files}
    again = [file for file in practice.files if file.repeats]
    assert {file.name.split("_")[1] for file in again} >= {"999", "277CA", "837P"}
    for file in again:
        assert file.data != by_name[file.repeats]
        assert (
            x12_sums.segments_of(file.data)[2:5] == x12_sums.segments_of(by_name[file.repeats])[2:5]
        )


def test_files_delivered_twice_are_of_every_kind_and_byte_for_byte_the_same() -> None:
    practice = make_lifecycles(1)
    by_name = {file.name: file.data for file in practice.files}
    copies = [file for file in practice.files if file.copy_of]
    assert all(file.data == by_name[file.copy_of] for file in copies)
    kinds = {file.name.split("_")[1] for file in copies}
    assert {"837P", "999", "277CA", "835"} <= kinds


# the files


def test_counts_and_control_numbers_tie(practice: LifecyclePractice) -> None:
    interchanges: list[str] = []
    for _, data in files_of(practice, "837P", "837I", "837D", "999", "997", "TA1", "277CA", "277"):
        open_groups = sets_in_group = 0
        segments = x12_sums.segments_of(data)
        begin = 0
        for index, segment in enumerate(segments):
            if segment[0] == "ISA":
                interchange, open_groups = segment[13], 0
                interchanges.append(interchange)
            elif segment[0] == "GS":
                group, sets_in_group = segment[6], 0
                open_groups += 1
            elif segment[0] == "ST":
                begin = index
                sets_in_group += 1
            elif segment[0] == "SE":
                assert segment[1:] == [str(index - begin + 1), segments[begin][2]]
            elif segment[0] == "GE":
                assert segment[1:] == [str(sets_in_group), group]
            elif segment[0] == "IEA":
                assert segment[1:] == [str(open_groups), interchange]
    assert len(set(interchanges)) == len(interchanges)


def test_every_group_that_arrived_is_answered_once_and_its_counts_are_right(
    practice: LifecyclePractice,
) -> None:
    sent = all_sent(practice)
    answered: Counter[tuple[str, str]] = Counter()
    for _, data in files_of(practice, "999", "997"):
        for group in group_answers(data):
            codes = [each.code for each in group.sets]
            taken = sum(code in "AE" for code in codes)
            assert group.verdict[2:] == [str(len(codes)), str(len(codes)), str(taken)]
            if taken < len(codes):
                assert group.verdict[1] == ("P" if taken else "R")
            else:
                assert group.verdict[1] == max(codes)
            answered.update((group.group, each.control_number) for each in group.sets)
    assert set(answered.values()) == {1}
    refused = {
        segment[1]
        for _, data in files_of(practice, "TA1")
        for segment in receipts(data)
        if segment[4] == "R"
    }
    unheard = {
        each.file_name
        for each in sent
        if (each.group, each.control_number) not in answered and each.interchange not in refused
    }
    lost = {life.claim.file_name for life in practice.truth.lives if not life.events[1:]}
    lost |= {
        life.events[-1].file_name
        for life in practice.truth.lives
        if life.events[-1].outcome == "sent_again"
    }
    assert unheard == lost
    assert refused <= {each.interchange for each in sent}
    assert set(answered) <= {(each.group, each.control_number) for each in sent}


def test_dental_claims_are_answered_by_the_older_997(practice: LifecyclePractice) -> None:
    older = [name for name, _ in files_of(practice, "997")]
    assert older
    assert all(name.endswith("D.edi") for name in older)


def test_faults_are_where_the_999_says_they_are(practice: LifecyclePractice) -> None:
    sets = {(each.group, each.control_number): each for each in all_sent(practice)}
    found = 0
    for _, data in files_of(practice, "999", "997"):
        for group in group_answers(data):
            for answer in group.sets:
                for place, elements in answer.faults:
                    segment = sets[answer.group, answer.control_number].segments[int(place[2]) - 1]
                    assert segment[0] == place[1]
                    for element in elements:
                        position, _, part = element[1].partition(":")
                        value = segment[int(position)]
                        value = value.split(":")[int(part) - 1] if part else value
                        assert len(element) < 5 or element[4] == value
                    found += 1
    assert found >= 4


def test_a_ta1_names_the_day_and_number_of_what_was_sent(practice: LifecyclePractice) -> None:
    days = {
        segment[13]: segment[9]
        for _, data in claim_files(practice)
        for segment in x12_sums.segments_of(data)
        if segment[0] == "ISA"
    }
    told = [
        segment for _, data in files_of(practice, "TA1", "999", "997") for segment in receipts(data)
    ]
    assert {segment[4] for segment in told} == {"A", "E", "R"}
    assert all(days[segment[1]] == segment[2] for segment in told)


def _totals(level: Level, names: tuple[str, str], data: bytes) -> tuple[dict[str, int], ...]:
    """QTY and AMT that a level must state, by adding up the claims below it."""
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for claim in level.claims():
        refused = is_refused(claim, data)
        counts[names[refused]] += 1
        sums["YY" if refused else "YU"] += x12_sums.cents(claim.first("STC")[4])
    return dict(counts), dict(sums)


def test_totals_of_a_277ca_are_the_sums_of_its_claims(practice: LifecyclePractice) -> None:
    refusals = 0
    for _, data in files_of(practice, "277CA"):
        for source in levels(data):
            (receiver,) = source.below
            stated = receiver.stated("QTY"), receiver.stated("AMT")
            if not receiver.below:
                refusals += 1
                continue
            assert stated == _totals(receiver, ("90", "AA"), data)
            for provider in receiver.below:
                told = provider.stated("QTY"), provider.stated("AMT")
                assert told == _totals(provider, ("QA", "QC"), data)
            total = sum(stated[1].values())
            assert x12_sums.cents(receiver.first("STC")[4]) == total
    assert refusals


def test_a_refused_batch_is_one_of_ours_and_its_totals_are_those_of_its_claims(
    practice: LifecyclePractice,
) -> None:
    sent = {each.batch: each for each in all_sent(practice)}
    for _, data in files_of(practice, "277CA"):
        for source in levels(data):
            (receiver,) = source.below
            if not receiver.below:
                claims = sent[receiver.first("TRN")[2]].claims
                assert receiver.stated("QTY") == {"AA": len(claims)}
                assert receiver.stated("AMT") == {"YY": sum(charge for _, charge in claims)}


def test_claims_in_a_277_are_ours_with_our_charges(practice: LifecyclePractice) -> None:
    charges: dict[str, set[int]] = {}
    for each in all_sent(practice):
        for number, charge in each.claims:
            charges.setdefault(number, set()).add(charge)
    told = 0
    for _, data in files_of(practice, "277CA"):
        for source in levels(data):
            for claim in source.claims():
                status = claim.first("STC")
                assert x12_sums.cents(status[4]) in charges[claim.first("TRN")[2]]
                told += 1
    assert told > len(charges)


def test_an_inquiry_is_answered_under_our_own_number(practice: LifecyclePractice) -> None:
    numbers = {number for each in all_sent(practice) for number, _ in each.claims}
    told = [
        segment[2]
        for _, data in files_of(practice, "277")
        for segment in x12_sums.segments_of(data)
        if segment[:2] == ["REF", "EJ"]
    ]
    assert told
    assert set(told) <= numbers


UNDATED = "EX003"
STC02_MISSING = 'Mandatory data element "Status Information Effective Date" (STC02) is missing'
PROVIDER_MISSING = 'Mandatory loop "Billing Provider of Service Level" (2000C) missing'


@pytest.fixture(scope="module")
def small() -> LifecyclePractice:
    return make_lifecycles(1, history_count=0)


def told_against(data: bytes) -> set[str]:
    """The texts of what pyx12 says against a file; empty when it accepts it."""
    answer = complaints(data)
    return set(_texts(json.loads(answer))) if answer else set()


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from [value] if name == "err_str" else _texts(value)
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each)


@pytest.mark.parametrize(
    "source", ["SAMPLEREC1", "EX001", "EX002", UNDATED, "EX004", "EX005", "EX008"]
)
def test_the_guide_check_takes_every_277ca(small: LifecyclePractice, source: str) -> None:
    """But for what is left out on purpose: dates of one payer, claims of batches refused whole."""
    joined = b"".join(
        data
        for name, data in files_of(small, "277CA")
        if f"277CA_{source}" in name and b"HL*2*1*21*0" not in data
    )
    assert joined
    assert told_against(joined) == ({STC02_MISSING} if source == UNDATED else set())


def test_the_guide_check_misses_only_the_provider_in_a_batch_refused_whole(
    small: LifecyclePractice,
) -> None:
    refusals = [data for _, data in files_of(small, "277CA") if b"HL*2*1*21*0" in data]
    assert refusals
    assert all(told_against(data) == {PROVIDER_MISSING} for data in refusals)


@pytest.mark.slow
def test_the_guide_check_takes_every_999(small: LifecyclePractice) -> None:
    answers = files_of(small, "999")
    assert told_against(b"".join(data for _, data in answers if b"TA1*" not in data)) == set()
    receipted = [data for _, data in answers if b"TA1*" in data]
    assert [told_against(data) for data in receipted[:2]] == [set(), set()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["837P", "837I", "835"])
def test_claims_and_remittances_of_lifecycles_follow_the_guides(
    small: LifecyclePractice, kind: str
) -> None:
    joined = b"".join(data for _, data in files_of(small, kind))
    assert told_against(joined) == set()


# the truth


def test_the_truth_has_every_claim_exactly_once(practice: LifecyclePractice) -> None:
    told = [life.claim for life in practice.truth.lives]
    assert sorted(told) == sorted(keys_of(practice))
    assert len(set(told)) == len(told)


def test_every_state_tier_and_silence_happens(practice: LifecyclePractice) -> None:
    lives = practice.truth.lives
    assert {life.state for life in lives} == STATES
    assert {life.rejected_by for life in lives} == {"", "file", "clearinghouse", "payer"}
    days = days_of_payers(practice)
    told = {silence_on(life, practice.as_of, days_of_payers=days, rule=RULE) for life in lives}
    assert told == {"", "no_acknowledgment", "no_remittance", "no_secondary_remittance"}


def test_rejections_say_who_and_why(practice: LifecyclePractice) -> None:
    for life in practice.truth.lives:
        assert (life.state == "rejected") == bool(life.rejected_by)
        if life.rejected_by:
            assert life.rejected_by in {each.tier for each in life.rejections}
        assert len(life.rejections) == sum(event.outcome == "rejected" for event in life.events)
        assert all(each.codes for each in life.rejections)


def test_superseded_claims_name_what_took_their_place(practice: LifecyclePractice) -> None:
    by_key = {life.claim: life for life in practice.truth.lives}
    for life in practice.truth.lives:
        if life.state == "superseded":
            assert life.followed_by is not None
            follower = by_key[life.followed_by]
            if life.story != "replaced_under_new_number":
                assert follower.control_number == life.control_number
            assert (
                follower.sent_on
                > max(event.happened_on for event in life.events if event.outcome == "rejected")
                if life.rejections
                else follower.sent_on > life.sent_on
            )


def test_events_begin_with_sending_and_stand_in_files_that_arrived(
    practice: LifecyclePractice,
) -> None:
    arrived = {file.name: file.arrives_on for file in practice.files}
    for life in practice.truth.lives:
        assert life.events[0].source == "sender"
        assert life.events[0].happened_on == life.sent_on
        assert [event.happened_on for event in life.events] == sorted(
            event.happened_on for event in life.events
        )
        assert all(event.happened_on <= arrived[event.file_name] for event in life.events)


RANKS = {"set": 0, "interchange": 0, "clearinghouse": 1, "payer": 2}
STATE_OF_WORD = {
    ("set", "accepted"): "file_acknowledged",
    ("set", "accepted_with_errors"): "file_acknowledged",
    ("interchange", "accepted"): "file_acknowledged",
    ("clearinghouse", "accepted"): "clearinghouse_accepted",
    ("clearinghouse", "forwarded"): "clearinghouse_accepted",
    ("payer", "received"): "payer_received",
    ("payer", "accepted"): "payer_accepted",
    ("payer", "split"): "payer_accepted",
}


def derived_state(life: LifeTruth) -> str:
    """The rule of domain 3.11 over the events: the newest word of the most downstream source."""
    if life.followed_by is not None:
        return "superseded"
    repeated_on = [event.happened_on for event in life.events if event.outcome == "sent_again"]
    paid = [event for event in life.events if event.source == "remittance"]
    if paid:
        last = paid[-1].outcome
        return {"paid": "closed", "denied": "adjudicated", "forwarded_on": "next_payer"}.get(
            last, last
        )
    words = [
        event
        for event in life.events
        if event.source in RANKS and event.happened_on >= max(repeated_on, default=date.min)
    ]
    if not words:
        return "sent"
    top = max(RANKS[event.source] for event in words)
    last_word = [event for event in words if RANKS[event.source] == top][-1]
    if last_word.outcome == "rejected":
        return "rejected"
    return STATE_OF_WORD[last_word.source, last_word.outcome]


def test_the_stories_agree_with_the_rule_over_their_events(practice: LifecyclePractice) -> None:
    for life in practice.truth.lives:
        if life.story in ("voided", "voided_before_its_answer"):
            assert life.state == "voided"
        elif life.story.startswith("secondary_") and life.payer_id == "EX003":
            assert life.state == ("closed" if life.story == "secondary_paid" else "next_payer")
        else:
            assert derived_state(life) == life.state, life


# silence


def test_no_claim_is_so_near_its_limit_that_rounding_decides(practice: LifecyclePractice) -> None:
    days = days_of_payers(practice)
    for life in practice.truth.lives:
        told = {
            silence_on(
                life,
                practice.as_of + timedelta(days=shift),
                days_of_payers={payer: found + change for payer, found in days.items()},
                rule=RULE,
            )
            for shift, change in ((0, 0), (0, MARGIN_DAYS), (0, -MARGIN_DAYS))
        }
        assert len(told) == 1, life


def test_payers_are_of_different_speeds(practice: LifecyclePractice) -> None:
    days = days_of_payers(practice)
    assert days["EX001"] == RULE.days_min
    assert 19 <= days["EX003"] <= 24
    assert 36 <= days["EX002"] <= RULE.days_max
    assert days["EX005"] == RULE.days_without_history


@pytest.mark.parametrize(
    ("lags", "days"),
    [
        ((), 30),
        ((20,) * 19, 30),
        ((20,) * 20, 20),
        ((5,) * 40, 14),
        ((90,) * 40, 45),
        ((16,) * 18 + (40,) * 2, 16),
        ((16,) * 17 + (40,) * 3, 40),
    ],
)
def test_a_payer_is_given_the_ninetieth_percentile_within_bounds(
    lags: tuple[int, ...], days: int
) -> None:
    assert response_days(lags, RULE) == days


MONDAY = date(2025, 3, 3)


@pytest.mark.parametrize(
    ("waits_for", "days_later", "silence"),
    [
        ("acknowledgment", 6, ""),
        ("acknowledgment", 7, "no_acknowledgment"),
        ("remittance", 21, ""),
        ("remittance", 22, "no_remittance"),
        ("secondary_remittance", 30, ""),
        ("secondary_remittance", 31, "no_secondary_remittance"),
        ("", 300, ""),
    ],
)
def test_silence_begins_on_the_first_working_day_after_the_limit(
    waits_for: str, days_later: int, silence: str
) -> None:
    life = LifeTruth(
        claim=ClaimKey("a.edi", "0001", 1), control_number="C1", story="", payer_id="EX001",
        sent_on=MONDAY, charge_cents=100, state="", rejected_by="", waits_for=waits_for,
        waits_since=MONDAY, events=(), rejections=(),
    )  # fmt: skip
    found = silence_on(
        life, MONDAY + timedelta(days=days_later), days_of_payers={"EX001": 21}, rule=RULE
    )
    assert found == silence


def test_what_is_waited_for_can_be_told_otherwise() -> None:
    shorter = msgspec.structs.replace(RULE, percentile=50, history_min=3, days_min=1)
    assert response_days((2, 4, 9), shorter) == 4

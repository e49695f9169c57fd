"""How claims are received: the order in which words come changes nothing, and none is lost."""

from datetime import date, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.matchers.lifecycles import life_events
from edi_engine.matchers.receptions import Heard, reception_of
from edi_engine.matchers.silences import SilenceClock
from edi_engine.records.acknowledgments import (
    AcknowledgmentKind,
    AnswerLevel,
    SentSet,
    StatusCode,
    StatusInformation,
    StoredAcknowledgment,
)
from edi_engine.records.lags import Lag, LagStage, PayerLags
from edi_engine.records.lifecycles import LifecycleState, LifeEventKind, Tier
from edi_engine.records.policy import ReconcilePolicy
from tests.matchers.making import SENT_ON, billed

SET = SentSet(1, 1, 1, "837", "", "1", "1", "1", "B", "US", "CLEAR", "US", "CLEAR", SENT_ON)

BLANK = StoredAcknowledgment(
    acknowledgment_id=1,
    set_id=9,
    segment_ordinal=1,
    byte_offset=0,
    kind=AcknowledgmentKind.CLAIM,
    level=AnswerLevel.CLAIM,
    number="",
    number_key="",
    group_key="",
    group_type="",
    version="",
    answered_day=None,
    code="",
    fault_codes=(),
    happened_on=None,
    source_code="",
    source_id="",
    source_name="",
    payer_claim_control_number="",
    pccn_key="",
    clearinghouse_trace="",
    type_of_bill="",
    patient_last_name="",
    patient_first_name="",
    member_id="",
    service_from=None,
    service_to=None,
    charge_cents=None,
)


def word(number: int, category: str, day: int, source: str = "PR") -> StoredAcknowledgment:
    """A claim-level answer, so many days after sending."""
    on = SENT_ON + timedelta(days=day)
    status = StatusInformation(
        (StatusCode(category, "20"),), on, "", None, None, None, None, "", "", number, number
    )
    return msgspec.structs.replace(
        BLANK,
        acknowledgment_id=number,
        set_id=100 + number,
        happened_on=on,
        source_code=source,
        source_name=f"{source}{number}",
        statuses=(status,),
    )


def verdict(number: int, code: str, day: int) -> StoredAcknowledgment:
    """An answer to the claim's set."""
    return msgspec.structs.replace(
        BLANK,
        acknowledgment_id=number,
        set_id=100 + number,
        kind=AcknowledgmentKind.IMPLEMENTATION,
        level=AnswerLevel.SET,
        code=code,
        happened_on=SENT_ON + timedelta(days=day),
        source_name=f"FILE{number}",
    )


words = st.builds(
    word,
    st.integers(1, 10_000),
    st.sampled_from(["A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "F1", "P1", "??"]),
    st.integers(0, 9),
    st.sampled_from(["PR", "AY", ""]),
)
verdicts = st.builds(
    verdict, st.integers(10_001, 20_000), st.sampled_from("AERMXQ"), st.integers(0, 9)
)


def by_number(answers: list[StoredAcknowledgment]) -> list[StoredAcknowledgment]:
    return list({one.acknowledgment_id: one for one in answers}.values())


@given(st.lists(words, max_size=6), st.lists(verdicts, max_size=3), st.randoms())
def test_any_order_of_words_comes_to_the_same(
    of_claim: list[StoredAcknowledgment],
    of_set: list[StoredAcknowledgment],
    order: Random,
) -> None:
    said, files = by_number(of_claim), by_number(of_set)
    once = reception_of(billed(), Heard([SET], {1: files} if files else {}, said))
    order.shuffle(said)
    order.shuffle(files)
    again = reception_of(billed(), Heard([SET], {1: files} if files else {}, said))
    assert once == again


@given(st.lists(words, max_size=6), st.lists(verdicts, max_size=3))
def test_every_word_is_an_event(
    of_claim: list[StoredAcknowledgment], of_set: list[StoredAcknowledgment]
) -> None:
    said, files = by_number(of_claim), by_number(of_set)
    found = reception_of(billed(), Heard([SET], {1: files} if files else {}, said))
    told = {event.acknowledgment_id for event in found.events} - {None}
    known = {one.acknowledgment_id for one in files if one.code != "Q"}
    assert told == known | {one.acknowledgment_id for one in said}
    events = life_events(billed(), (), found, state=found.state, dead_since=None)
    assert events[0].kind is LifeEventKind.SENT
    days = [event.happened_on or date.min for event in events]
    assert days == sorted(days)


@given(st.lists(words, max_size=6), st.lists(verdicts, max_size=3))
def test_the_most_downstream_word_decides(
    of_claim: list[StoredAcknowledgment], of_set: list[StoredAcknowledgment]
) -> None:
    """A second, slower way to the state: tier by tier from the payer down."""
    said, files = by_number(of_claim), by_number(of_set)
    found = reception_of(billed(), Heard([SET], {1: files} if files else {}, said))
    telling = [
        event
        for event in found.events
        if event.tier is not None and event.kind is not LifeEventKind.INFORMED
    ]
    for tier in (Tier.PAYER, Tier.CLEARINGHOUSE, Tier.FILE):
        own = [event for event in telling if event.tier is tier]
        if not own:
            continue
        assert found.tier is tier
        last = max(event.happened_on or date.min for event in own)
        newest = {event.kind for event in own if event.happened_on == last}
        if LifeEventKind.REJECTED in newest:
            assert found.state is LifecycleState.REJECTED
        elif found.state is LifecycleState.REJECTED:
            raise AssertionError("a newer accept of the same tier was not believed")
        return
    assert found.state is LifecycleState.SENT


PERCENTILES = [
    # days of twenty claims, median, days of nine in ten
    ([7] * 20, 7, 7),
    (list(range(1, 21)), 10, 18),
    ([1] * 17 + [50] * 3, 1, 50),
    ([1] * 18 + [50] * 2, 1, 1),
]


@pytest.mark.parametrize(("days", "median", "nine_in_ten"), PERCENTILES)
def test_lags_are_told_by_the_nearest_rank(days: list[int], median: int, nine_in_ten: int) -> None:
    counts = tuple(sorted({day: days.count(day) for day in days}.items()))
    lag = Lag(counts)
    ordered = sorted(days)
    assert lag.median == median == ordered[-(-len(days) * 50 // 100) - 1]
    assert lag.percentile(90) == nine_in_ten == ordered[-(-len(days) * 90 // 100) - 1]
    assert lag.within(7) == sum(day <= 7 for day in days)


GIVEN = [
    # days of nine in ten, claims known, days given
    (3, 20, 14),
    (20, 20, 20),
    (60, 20, 45),
    (20, 19, 30),
]


@pytest.mark.parametrize(("took", "count", "given_days"), GIVEN)
def test_days_given_are_those_of_history_within_floor_and_ceiling(
    took: int, count: int, given_days: int
) -> None:
    lags = PayerLags.of([("PAYERA", LagStage.DECIDED.value, took, count)])
    clock = SilenceClock(ReconcilePolicy(), lags)
    assert clock.days_given("PAYERA", LagStage.DECIDED)[0] == given_days
    assert clock.days_given("PAYERB", LagStage.DECIDED)[0] == 30


CLEARINGHOUSES = [
    # NM101, NM109, sender, settings, tier
    ("PR", "PAYERA", "CLEAR", frozenset(), Tier.PAYER),
    ("AY", "CLEAR", "CLEAR", frozenset(), Tier.CLEARINGHOUSE),
    ("", "", "CLEAR", frozenset(), Tier.CLEARINGHOUSE),
    ("", "PAYERA", "CLEAR", frozenset(), Tier.PAYER),
    ("PR", "CLEAR", "CLEAR", frozenset({"CLEAR"}), Tier.CLEARINGHOUSE),
    ("PR", "PAYERA", "CLEAR", frozenset({"CLEAR"}), Tier.PAYER),
]


@pytest.mark.parametrize(("code", "source", "sender", "named", "tier"), CLEARINGHOUSES)
def test_who_speaks_is_told_by_settings_then_by_what_it_calls_itself(
    code: str, source: str, sender: str, *, named: frozenset[str], tier: Tier
) -> None:
    answer = msgspec.structs.replace(
        word(1, "A2", 1), source_code=code, source_id=source, sender_id=sender
    )
    found = reception_of(billed(), Heard([SET], {}, [answer]), named)
    assert found.tier is tier

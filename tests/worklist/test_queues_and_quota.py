"""All queues that an item belongs to, and the daily quota of young refusals."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.records.denials import DenialStep
from edi_engine.records.work import QUEUE_WORDS, Queue
from edi_engine.worklist import (
    CAUSES,
    queue_match,
    queues_of,
    quota_words,
    takes_young,
)
from edi_engine.worklist.queues import advised_words
from tests.store.sample_records import work_item

TODAY = date(2026, 3, 2)
NEAR, FAR = date(2026, 3, 10), date(2026, 9, 1)

ITEMS = [
    # cause, own queue, deadline, advised, all queues
    ("denied", "denial", None, None, ["denial"]),
    ("denied", "denial", NEAR, None, ["denial", "deadline"]),
    ("denied", "denial", FAR, None, ["denial"]),
    ("denied", "denial", date(2026, 3, 1), None, ["denial"]),  # it has passed
    ("denied", "promise_broken", None, None, ["promise_broken", "denial"]),
    ("denied", "promise_broken", TODAY, None, ["promise_broken", "denial", "deadline"]),
    ("denied", "denial", None, DenialStep.BILL_NEXT_PAYER, ["denial", "secondary_due"]),
    ("partially_denied", "denial", NEAR, DenialStep.BILL_PATIENT,
     ["denial", "patient_overdue", "deadline"]),
    ("underpaid", "underpay", None, DenialStep.BILL_PATIENT, ["underpay"]),
    ("no_response", "no_response", NEAR, None, ["no_response", "deadline"]),
    ("patient_balance", "promise_broken", None, None, ["promise_broken", "patient_overdue"]),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "own", "deadline", "step", "queues"), ITEMS)
def test_an_item_is_in_every_queue_that_fits_its_own_first(
    cause: str, own: str, deadline: date | None, step: DenialStep | None, queues: list[str]
) -> None:
    item = work_item(
        "claim:1/x/1",
        cause=cause,
        queue=Queue(own),
        deadline=deadline,
        reason="Refused." if step is None else f"Refused. {advised_words(step)} Because.",
    )
    found = queues_of(item, TODAY)
    assert [queue.value for queue in found] == queues
    assert found[0] is item.queue


def test_the_order_is_that_of_the_feature_with_broken_words_before_and_deadline_last() -> None:
    assert [queue.value for queue in Queue] == [
        *("plan_broken", "promise_broken", "rejection", "no_response", "denial", "underpay"),
        *("unmatched_remit", "eft_era_gap", "plb", "credit", "secondary_due", "patient_overdue"),
        "deadline",
    ]


def test_every_queue_is_said_in_words_of_its_own() -> None:
    assert list(QUEUE_WORDS) == list(Queue)
    assert len(set(QUEUE_WORDS.values())) == len(QUEUE_WORDS)


def test_what_a_store_searches_by_is_what_an_item_says() -> None:
    for queue in Queue:
        if queue is Queue.DEADLINE:
            continue
        match = queue_match(queue)
        assert match.queue is queue
        assert set(match.causes) == {rule.cause for rule in CAUSES if rule.queue is queue}
    assert queue_match(Queue.PROMISE_BROKEN).broken == ()
    assert queue_match(Queue.SECONDARY_DUE).advised == "Advised: bill next payer."


@given(st.integers(0, 100), st.integers(0, 200), st.lists(st.booleans(), max_size=200))
def test_of_any_number_given_out_the_percentage_is_young_and_no_more_than_needed(
    percent: int, count: int, by_chance: list[bool]
) -> None:
    """`by_chance` says which of the others happen to be young."""
    young = forced = 0
    for given_out in range(count):
        if takes_young(given_out, young, percent):
            young, forced = young + 1, forced + 1
        elif given_out < len(by_chance) and by_chance[given_out]:
            young += 1
        assert 100 * young >= percent * (given_out + 1)
    if not any(by_chance):
        assert young == forced == -(-percent * count // 100)


@pytest.mark.parametrize(
    ("percent", "of_ten"), [(0, 0), (10, 1), (25, 3), (30, 3), (50, 5), (100, 10)]
)
def test_of_ten_items_so_many_are_young(percent: int, of_ten: int) -> None:
    young = 0
    for given_out in range(10):
        young += takes_young(given_out, young, percent)
    assert young == of_ten


def test_the_quota_is_told_with_its_counts() -> None:
    assert quota_words(10, 3) == "given out as one of today's young refusals: 3 of 10"

"""Clocks, promises, pulls and queue matches: on every kind of database."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from edi_engine.records.outcomes import WorkStake
from edi_engine.records.work import (
    Channel,
    Queue,
    QueueMatch,
    Resolution,
    WaitingFor,
    WorkStatus,
    WorkTouch,
)
from edi_engine.records.work_clocks import ClockKind, ClockSpan, WorkClock, WorkProgress
from edi_engine.store import Store, open_store
from edi_engine.store.migrations.versions import v0012_clocks_and_promises
from tests.store.older_databases import upgrade_by
from tests.store.sample_records import work_item

DAY = date(2026, 3, 2)
CLOCK = WorkClock(
    DAY,
    date(2026, 3, 3),
    (ClockSpan(datetime(2026, 3, 4, 9), datetime(2026, 3, 5, 10, 30)),),  # noqa: DTZ001
    date(2026, 3, 9),
)
NEW_TABLES = (
    "batch_item_progress", "promise_receipts", "promise_standings", "work_promises", "work_pulls",
    "work_progress",
)  # fmt: skip


def stake(work_item_id: int, arose_on: date | None) -> WorkStake:
    return WorkStake(work_item_id, "P", "denied", "coding", arose_on, DAY, 10_00, 0)


def test_progress_comes_back_as_it_was_written_and_is_replaced(store: Store) -> None:
    with store.writing() as writer:
        writer.upsert_work_items([work_item("claim:1/denied/1"), work_item("claim:2/denied/1")])
        first = WorkProgress(WorkClock(DAY))
        writer.write_work_progress({1: first, 2: WorkProgress(CLOCK, WaitingFor.PATIENT)})
        second = WorkProgress(CLOCK, None, Resolution.WRITTEN_OFF)
        writer.write_work_progress({1: second})
    with store.reading() as reader:
        assert reader.work_progress([1, 2, 3]) == {
            1: second,
            2: WorkProgress(CLOCK, WaitingFor.PATIENT),
        }


def test_clock_rows_are_of_what_nobody_settled_in_the_queues_asked_for(store: Store) -> None:
    with store.writing() as writer:
        writer.upsert_work_items(
            [
                work_item("claim:1/denied/1"),
                work_item("claim:2/denied/1", status=WorkStatus.ESCALATED),
                work_item("claim:3/denied/1", status=WorkStatus.CLOSED),
                work_item("claim:4/credit/1", queue=Queue.CREDIT),
            ]
        )
        writer.write_work_stakes([stake(1, DAY)])
        writer.write_work_progress({2: WorkProgress(CLOCK)})
    with store.reading() as reader:
        rows = reader.clock_rows(queues=[Queue.DENIAL, Queue.PROMISE_BROKEN])
        assert [(row.work_item_id, row.opened_on) for row in rows] == [(1, DAY), (2, None)]
        assert rows[0].progress is None
        assert rows[1].progress == WorkProgress(CLOCK)
        assert [row.work_item_id for row in reader.clock_rows()] == [1, 2, 3, 4]


MATCHES = [
    (QueueMatch(Queue.DENIAL), [1]),
    (QueueMatch(Queue.DENIAL, ("promise_broken",), ("denied", "x")), [1, 2]),
    (QueueMatch(Queue.SECONDARY_DUE, refusals=("denied",), advised="Advised: bill next payer."),
     [4]),
    (QueueMatch(Queue.PROMISE_BROKEN), [2, 3]),
    (QueueMatch(Queue.CREDIT, ("promise_broken",), ()), []),
]  # fmt: skip


@pytest.mark.parametrize(("match", "numbers"), MATCHES)
def test_a_queue_finds_what_belongs_to_it_as_well(
    store: Store, match: QueueMatch, numbers: list[int]
) -> None:
    broken = Queue.PROMISE_BROKEN
    advised = "Refused. Advised: bill next payer. Why."
    with store.writing() as writer:
        writer.upsert_work_items(
            [
                work_item("claim:1/denied/1"),
                work_item("claim:2/denied/1", queue=broken),
                work_item("claim:3/other/1", queue=broken, cause="patient_balance"),
                work_item("claim:4/denied/1", queue=Queue.PLB, reason=advised),
            ]
        )
    with store.reading() as reader:
        found = reader.work_items(match=match)
    assert sorted(item.work_item_id for item in found) == numbers


def test_young_items_come_youngest_first_and_old_or_ageless_ones_not(store: Store) -> None:
    with store.writing() as writer:
        ids = writer.upsert_work_items(
            [work_item(f"claim:{place}/denied/1", priority=place) for place in range(1, 6)]
        )
        days = [date(2026, 2, 1), date(2026, 3, 1), None, date(2026, 1, 31), date(2026, 3, 1)]
        writer.write_work_stakes([stake(*pair) for pair in zip(ids, days, strict=True)])
    with store.reading() as reader:
        young = reader.work_items(young_since=(("denied",), date(2026, 2, 1)))
        none = reader.work_items(young_since=(("underpaid",), date(2026, 2, 1)))
    assert [item.work_item_id for item in young] == [5, 2, 1]
    assert none == []


def test_pulls_of_a_day_are_counted_once_an_item(store: Store) -> None:
    with store.writing() as writer:
        writer.upsert_work_items([work_item("claim:1/denied/1"), work_item("claim:2/denied/1")])
        for number, is_young, words in ((1, True, "first"), (2, False, ""), (1, True, "again")):
            writer.note_pull(number, day=DAY, holder="kim", is_young=is_young, given_as=words)
    with store.reading() as reader:
        assert reader.pulled(DAY) == (2, 1)
        assert (reader.given_as(1, DAY), reader.given_as(2, DAY)) == ("again", "")
        assert reader.given_as(1, date(2026, 3, 3)) == ""


def test_nothing_is_known_of_promises_that_nobody_made(store: Store) -> None:
    with store.writing() as writer:
        writer.upsert_work_items([work_item("claim:1/denied/1")])
        assert writer.promises_of([1]) == {}
        assert writer.promise_states([1]) == {}
        assert writer.items_with_promises_to_settle(DAY, 0) == []
        assert writer.payer_money([1]) == {}
        assert writer.receipts([1]) == {}
        assert writer.promise(1) is None


def test_items_touched_before_the_tables_were_made_have_had_their_first_touch(
    tmp_path: Path,
) -> None:
    """A database of the version before: what was touched counts to the next touch."""
    path = str(tmp_path / "old.db")
    at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    with open_store(path) as store, store.writing() as writer:
        writer.upsert_work_items(
            [
                work_item("claim:1/denied/1", status=WorkStatus.WAITING),
                work_item("claim:2/denied/1", status=WorkStatus.OPEN),
                work_item("claim:3/denied/1"),
            ]
        )
        writer.write_work_stakes([stake(number, DAY) for number in (1, 2, 3)])
        for number in (1, 2):
            for next_on in (date(2026, 3, 10), date(2026, 3, 20)):
                touch = WorkTouch(at, "kim", Channel.PORTAL, "Asked", next_on)
                writer.add_work_touch(number, touch)
        for table in NEW_TABLES:
            writer.run(f"DROP TABLE {table}")
    upgrade_by(path, v0012_clocks_and_promises)
    with open_store(path) as store, store.reading() as reader:
        progress = reader.work_progress([1, 2, 3])

    touched = WorkClock(DAY, date(2026, 3, 3))
    back = ClockSpan(datetime(2026, 3, 20))  # noqa: DTZ001 - the office's own time
    assert progress == {
        1: WorkProgress(touched),
        2: WorkProgress(WorkClock(DAY, date(2026, 3, 3), (back,))),
    }
    assert progress[1].clock.kind is ClockKind.NEXT_TOUCH

"""Work items, the reconcile queue, reports: on every kind of database."""

from datetime import UTC, date, datetime

import msgspec

from edi_engine.records.reports import AgingClock
from edi_engine.records.work import (
    Queue,
    WorkEvent,
    WorkEventKind,
    WorkStatus,
)
from edi_engine.store import Store
from tests.store.sample_records import work_item


def test_items_come_back_as_they_were_written_and_keep_their_number(store: Store) -> None:
    written = [
        work_item("claim:1/denied/1", deadline=date(2026, 4, 1), next_action_on=date(2026, 3, 2)),
        work_item("payment:7/payment_place/1", queue=Queue.UNMATCHED_REMIT, assignee="kim"),
    ]
    with store.writing() as writer:
        ids = writer.upsert_work_items(written)
    with store.writing() as writer:
        changed = msgspec.structs.replace(written[0], status=WorkStatus.OPEN)
        again = writer.upsert_work_items([work_item("claim:2/denied/1"), changed])

    assert ids == [1, 2]
    assert again == [3, 1]
    with store.reading() as reader:
        assert reader.work_item(1) == msgspec.structs.replace(changed, work_item_id=1)
        assert reader.work_item(2) == msgspec.structs.replace(written[1], work_item_id=2)
        assert reader.work_item(9) is None


def test_items_are_found_by_subject_and_never_by_what_they_only_mention(store: Store) -> None:
    with store.writing() as writer:
        writer.upsert_work_items(
            [
                work_item("claim:1/denied/1"),
                work_item("claim:11/denied/1"),
                work_item("payment:1/payment_place/1"),
                work_item("remittance:1/unbalanced_remittance/1"),
            ]
        )
        found = {
            "claim": writer.work_items_of(claim_ids=[1]),
            "payment": writer.work_items_of(claim_payment_ids=[1]),
            "remittance": writer.work_items_of(remittance_ids=[1, 2]),
            "none": writer.work_items_of(),
        }

    assert {kind: [one.work_item_id for one in items] for kind, items in found.items()} == {
        "claim": [1],
        "payment": [3],
        "remittance": [4],
        "none": [],
    }


def test_the_list_is_in_order_and_can_be_narrowed(store: Store) -> None:
    early, late = date(2026, 4, 1), date(2026, 5, 1)
    with store.writing() as writer:
        writer.upsert_work_items(
            [
                work_item("claim:1/a/1", priority=1),
                work_item("claim:2/a/1", priority=9, deadline=late),
                work_item("claim:3/a/1", priority=9, deadline=early),
                work_item("claim:4/a/1", priority=9),
                work_item("claim:5/a/1", status=WorkStatus.WAITING, next_action_on=early),
                work_item(
                    "claim:6/a/1", status=WorkStatus.CLOSED, queue=Queue.CREDIT, assignee="kim"
                ),
            ]
        )
    with store.reading() as reader:

        def found(**options: object) -> list[int]:
            return [one.work_item_id for one in reader.work_items(**options)]  # type: ignore[arg-type]

        assert found() == [3, 2, 4, 5, 6, 1]
        assert found(limit=2) == [3, 2]
        assert found(queue=Queue.CREDIT) == [6]
        assert found(assignee="kim") == [6]
        assert found(assignee="", limit=1) == [3]
        assert found(statuses=[WorkStatus.WAITING, WorkStatus.CLOSED]) == [5, 6]
        assert found(awake_on=date(2026, 3, 31)) == [3, 2, 4, 6, 1]
        assert found(awake_on=early) == [3, 2, 4, 5, 6, 1]
        assert found(payer_id="NOBODY") == []
        assert [one.work_item_id for one in reader.work_items_to_wake(early)] == [5]
        assert [one.work_item_id for one in reader.work_items_by_deadline(early, early)] == [3]


def test_events_are_added_and_come_in_order(store: Store) -> None:
    at = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    events = [
        WorkEvent(at, WorkEventKind.OPENED, "engine", "Refused."),
        WorkEvent(at, WorkEventKind.NOTED, "kim", "called"),
    ]
    with store.writing() as writer:
        (number,) = writer.upsert_work_items([work_item("claim:1/denied/1")])
        writer.add_work_events([(number, events[0])])
        writer.add_work_events([(number, events[1])])

    with store.reading() as reader:
        assert reader.work_events(number) == events


def test_the_queue_remembers_until_it_is_cleared(store: Store) -> None:
    with store.writing() as writer:
        writer.mark_pending_remittances([3, 1, 3])
        writer.write_claim_clocks([(5, date(2026, 4, 1)), (6, date(2026, 4, 3))])
    with store.writing() as writer:
        assert writer.pending_remittance_ids() == [1, 3]
        assert writer.claim_ids_to_look_at(date(2026, 4, 2)) == [5]
        writer.clear_pending_remittances([1])
        writer.write_claim_clocks([(5, None), (6, date(2026, 4, 1))])
    with store.reading() as reader:
        assert reader.pending_remittance_ids() == [3]
        assert reader.claim_ids_to_look_at(date(2026, 4, 2)) == [6]


def test_an_empty_store_has_nothing_new_and_marks_stay(store: Store) -> None:
    with store.writing() as writer:
        assert writer.take_notice_of_new_rows() == (frozenset(), frozenset(), frozenset())
        assert writer.mark("policy") is None
        writer.set_mark("policy", 7)
    with store.reading() as reader:
        assert reader.mark("policy") == 7
        assert reader.known_practice_identifiers() == (frozenset(), frozenset())
        assert reader.practice_totals().claims == ()
        assert reader.open_balances(AgingClock.SENT) == []
        assert reader.payer_rows() == []

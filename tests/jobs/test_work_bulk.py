"""Bulk actions: what was previewed is done, or nothing; and what was done can be undone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.work_bulk import BulkPreview, Selection, do_bulk, preview_bulk, undo_bulk
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_pull import next_item
from edi_engine.jobs.worklist import note_item, show_item
from edi_engine.records.outcomes import OutcomeKind
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import Queue, WorkEvent, WorkEventKind, WorkItem, WorkStatus
from edi_engine.records.work_batches import BulkAction, BulkKind
from edi_engine.store import Store, open_store
from edi_engine.worklist import WorkChange
from tests.store.sample_records import work_item

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DENIALS = Selection(queue=Queue.DENIAL)
GIVE = BulkAction(BulkKind.ASSIGN, "kim")
CLOSE = BulkAction(BulkKind.CLOSE, "Written off.")
SLEEP = BulkAction(BulkKind.SNOOZE, "strike", date(2026, 4, 1))
NOTE = BulkAction(BulkKind.NOTE, "The payer moved.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three denials of 10.00 and a credit."""
    opened = WorkEvent(NOON, WorkEventKind.OPENED, "engine", "Refused.")
    items = [work_item(f"claim:{place}/denied/1", priority=9 - place) for place in range(3)]
    items.append(work_item("claim:9/credit_balance/1", queue=Queue.CREDIT, cause="credit_balance"))
    with open_store(str(tmp_path / "work.db")) as made:
        with made.writing() as writer:
            write_changes(writer, [WorkChange(item, (opened,)) for item in items], as_of=TODAY)
        yield made


def preview(store: Store, action: BulkAction, **options: object) -> BulkPreview:
    options.setdefault("selection", DENIALS)
    return preview_bulk(store, action=action, actor="lee", as_of=TODAY, now=lambda: NOON, **options)  # type: ignore[arg-type]


def do(store: Store, action: BulkAction, token: str, selection: Selection = DENIALS) -> BulkPreview:
    return do_bulk(
        store, selection, action, token=token, actor="lee", as_of=TODAY, now=lambda: NOON
    )


def state(store: Store, number: int) -> WorkItem:
    return show_item(store, number).item


def test_a_preview_tells_count_and_sum_and_changes_nothing(store: Store) -> None:
    before = [show_item(store, number) for number in (1, 2, 3, 4)]
    seen = preview(store, GIVE)

    assert (seen.work_item_ids, seen.amount_cents, seen.batch_id) == ((1, 2, 3), 30_00, 0)
    assert [show_item(store, number) for number in (1, 2, 3, 4)] == before
    assert preview(store, GIVE).token == seen.token
    assert preview(store, CLOSE).token != seen.token
    assert preview(store, GIVE, selection=Selection()).token != seen.token


@pytest.mark.parametrize("action", [GIVE, CLOSE, SLEEP, NOTE], ids=lambda action: action.kind)
def test_what_was_previewed_is_done_and_undone(store: Store, action: BulkAction) -> None:
    before = [state(store, number) for number in (1, 2, 3)]

    done = do(store, action, preview(store, action).token)
    after = [state(store, number) for number in (1, 2, 3)]
    undone = undo_bulk(store, done.batch_id, actor="mo", as_of=TODAY, now=lambda: NOON)

    assert done.batch_id == 1
    assert before != after
    assert all(item.status is not WorkStatus.NEW for item in after)
    assert (undone.undone, undone.changed_since) == ((1, 2, 3), ())
    assert [state(store, number) for number in (1, 2, 3)] == before
    kinds = [event.kind for event in show_item(store, 1).events]
    assert len(kinds) == 3
    assert kinds[-1] is WorkEventKind.UNDONE
    assert state(store, 4).status is WorkStatus.NEW


def test_a_closed_batch_that_is_undone_leaves_no_outcome(store: Store) -> None:
    done = do(store, CLOSE, preview(store, CLOSE).token)
    undo_bulk(store, done.batch_id, actor="mo", as_of=TODAY, now=lambda: NOON)

    assert [one.kind for one in show_item(store, 1).outcomes] == [
        OutcomeKind.NOT_RECOVERED,
        OutcomeKind.WITHDRAWN,
    ]


def test_a_selection_that_changed_since_is_refused_whole(store: Store) -> None:
    token = preview(store, GIVE).token
    note_item(store, 2, "called", actor="kim", now=lambda: NOON)

    with pytest.raises(InputError, match="is not what was previewed"):
        do(store, GIVE, token)
    with pytest.raises(InputError, match="is not what was previewed"):
        do(store, CLOSE, preview(store, GIVE).token)
    assert [state(store, number).assignee for number in (1, 2, 3)] == ["", "", ""]


def test_undoing_leaves_what_somebody_changed_since_and_happens_once(store: Store) -> None:
    done = do(store, SLEEP, preview(store, SLEEP).token)
    note_item(store, 2, "called", actor="kim", now=lambda: NOON)

    undone = undo_bulk(store, done.batch_id, actor="mo", as_of=TODAY, now=lambda: NOON)

    assert (undone.undone, undone.changed_since) == ((1, 3), (2,))
    assert [state(store, number).status.value for number in (1, 2, 3)] == ["new", "waiting", "new"]
    with pytest.raises(InputError, match="batch 1: mo undid it at 2026-03-02"):
        undo_bulk(store, 1, actor="mo", as_of=TODAY)
    with pytest.raises(InputError, match="batch 2: there is no such batch"):
        undo_bulk(store, 2, actor="mo", as_of=TODAY)


def test_there_is_a_cap_and_an_empty_selection_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="the selection has 3 items, and 1 to 2 can be"):
        preview(store, GIVE, policy=WorklistPolicy(bulk_items_max=2))
    with pytest.raises(InputError, match="the selection has 0 items"):
        preview(store, GIVE, selection=Selection(payer_id="NOBODY"))


def test_what_others_have_in_hand_is_left_out(store: Store) -> None:
    next_item(store, actor="kim", as_of=TODAY, now=lambda: NOON)
    seen = preview(store, GIVE)
    assert (seen.work_item_ids, seen.held_count) == ((2, 3), 1)


def test_an_action_that_makes_no_sense_is_refused_before_anything_is_done(store: Store) -> None:
    with pytest.raises(InputError, match="the reason is empty"):
        preview(store, BulkAction(BulkKind.CLOSE, " "))
    with pytest.raises(InputError, match="cannot snooze until 2026-03-02"):
        preview(store, BulkAction(BulkKind.SNOOZE, "", TODAY))

"""Appeals from filing to money: what becomes of the item, and what the appeal brought."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.appeals import (
    AppealEntry,
    Filing,
    answer_appeal,
    correct_appeal,
    file_appeal,
    list_appeals,
    next_of_appeal,
    show_appeal,
)
from edi_engine.jobs.worklist import list_work, note_item, show_item
from edi_engine.records.appeals import AppealMethod, AppealOutcome, AppealPolicy
from edi_engine.records.work import WorkItem, WorkStatus
from edi_engine.store import Store
from tests.jobs.appeal_story import AFTER, REFUSED_ON, database, overturn
from tests.jobs.conclusions import conclude
from tests.jobs.copies import store

__all__ = ["database", "store"]

FILED_ON = date(2026, 3, 25)
NOW = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)
POLICY = AppealPolicy()


def the_item(store: Store) -> WorkItem:
    with store.reading() as reader:
        (item,) = [one for one in reader.work_items() if one.cause == "denied"]
        return item


def file(store: Store, on: date = FILED_ON, *, cents: int = 100_00, **more: object) -> AppealEntry:
    filing = Filing(AppealMethod.PORTAL, on, cents, "TRACK-1", **more)  # type: ignore[arg-type]
    return file_appeal(
        store,
        filing,
        work_item_id=the_item(store).work_item_id,
        policy=POLICY,
        actor="kim",
        as_of=on,
        now=lambda: NOW,
    )


def answer(
    store: Store,
    appeal_id: int,
    outcome: str,
    *,
    on: date = date(2026, 4, 8),
    cents: int = 0,
) -> AppealEntry:
    return answer_appeal(
        store,
        appeal_id,
        AppealOutcome(outcome),
        decided_on=on,
        overturned_cents=cents,
        policy=POLICY,
        actor="kim",
        as_of=on,
        now=lambda: NOW,
    )


def test_filing_hides_the_item_until_the_answer_is_due(store: Store) -> None:
    before = the_item(store)
    entry = file(store)
    assert entry.appeal.response_due_on == date(2026, 5, 24)
    assert (entry.appeal.level, entry.appeal.level_name) == (1, "first level")
    assert (entry.appeal.baseline_cents, entry.recovered_cents) == (0, 0)
    item = the_item(store)
    assert item.status is WorkStatus.APPEALED
    assert item.next_action_on == date(2026, 5, 25)
    assert item.deadline is None
    assert item.priority <= before.priority
    assert "due on 2026-05-24" in item.next_action
    assert list_work(store, as_of=date(2026, 5, 24)) == []
    events = show_item(store, item.work_item_id).events
    assert events[-1].kind == "appealed"


def test_a_night_keeps_what_the_appeal_says_and_wakes_the_item_on_its_day(store: Store) -> None:
    file(store)
    with store.writing() as writer:
        writer.mark_pending_claims([the_item(store).claim_id or 0])
    conclude(store, as_of=date(2026, 4, 1))
    item = the_item(store)
    assert item.status is WorkStatus.APPEALED
    assert "due on 2026-05-24" in item.next_action
    assert item.deadline is None
    conclude(store, as_of=date(2026, 5, 25))
    item = the_item(store)
    assert item.status is WorkStatus.OPEN
    assert "then ask for it" in item.next_action
    (late,) = list_appeals(store, as_of=date(2026, 5, 25), is_overdue=True)
    assert late.appeal.appeal_id == 1
    assert list_appeals(store, as_of=date(2026, 5, 24), is_overdue=True) == []


def test_an_upheld_appeal_makes_the_next_level_the_next_action(store: Store) -> None:
    file(store)
    answer(store, 1, "upheld")
    item = the_item(store)
    assert item.status is WorkStatus.OPEN
    assert item.next_action == "File level 2 (second level) by 2026-06-07."
    assert item.deadline == date(2026, 6, 7)
    conclude(store, as_of=date(2026, 4, 9))
    assert the_item(store).next_action == item.next_action
    assert the_item(store).deadline == item.deadline
    following = next_of_appeal(store, 1, policy=POLICY)
    assert (following.level, following.due_on, following.disputed_cents) == (
        2,
        date(2026, 6, 7),
        100_00,
    )


def test_every_level_to_the_last(store: Store) -> None:
    file(store)
    answer(store, 1, "upheld")
    file(store, date(2026, 4, 20))
    answer(store, 2, "no_response", on=date(2026, 6, 20))
    file(store, date(2026, 6, 22))
    answer(store, 3, "upheld", on=date(2026, 7, 30))
    assert "was the last" in the_item(store).next_action
    with pytest.raises(InputError, match=r"level 3 .* is the last of the commercial ladder"):
        next_of_appeal(store, 3, policy=POLICY)
    with pytest.raises(InputError, match="is the last"):
        file(store, date(2026, 8, 1))


def test_an_overturned_appeal_keeps_the_item_until_the_money_arrives(
    store: Store, tmp_path: Path
) -> None:
    file(store)
    answer(store, 1, "overturned", cents=85_00)
    item = the_item(store)
    assert item.status is WorkStatus.APPEALED
    assert "Watch for the $85.00" in item.next_action
    conclude(store, as_of=date(2026, 4, 9))
    assert the_item(store).status is WorkStatus.APPEALED
    assert show_appeal(store, 1).recovered_cents == 0
    overturn(store, tmp_path, paid=80)
    assert the_item(store).status is WorkStatus.RESOLVED
    entry = show_appeal(store, 1)
    assert (entry.appeal.overturned_cents, entry.recovered_cents) == (85_00, 80_00)


def test_money_that_is_late_is_asked_for(store: Store) -> None:
    file(store)
    answer(store, 1, "overturned", cents=85_00)
    conclude(store, as_of=date(2026, 5, 8))
    item = the_item(store)
    assert item.status is WorkStatus.OPEN
    assert "Watch for the $85.00" in item.next_action


def test_what_each_level_brought_is_told_apart(store: Store, tmp_path: Path) -> None:
    file(store)
    answer(store, 1, "partly", cents=30_00)
    overturn(store, tmp_path, paid=30)
    item = the_item(store)
    assert item.status is WorkStatus.RESOLVED
    # The item is settled, but the claim can be appealed on under its number.
    entry = file_appeal(
        store,
        Filing(AppealMethod.MAIL, AFTER, 70_00),
        claim_id=item.claim_id,
        policy=POLICY,
        actor="kim",
        as_of=AFTER,
        now=lambda: NOW,
    )
    assert entry.appeal.work_item_id is None
    assert (entry.appeal.baseline_cents, entry.recovered_cents) == (30_00, 0)
    assert show_appeal(store, 1).recovered_cents == 30_00


def test_what_came_after_filing_makes_the_recovery_unknown(store: Store, tmp_path: Path) -> None:
    overturn(store, tmp_path)
    with store.reading() as reader:
        (claim,) = [row[0] for row in reader.dataset("claims")]
    entry = file_appeal(
        store,
        Filing(AppealMethod.FAX, FILED_ON, 100_00),
        claim_id=claim,
        policy=POLICY,
        actor="kim",
        as_of=AFTER,
        now=lambda: NOW,
    )
    assert entry.appeal.baseline_cents is None
    assert entry.recovered_cents is None


def test_a_withdrawn_appeal_gives_the_item_back_and_may_be_filed_again(store: Store) -> None:
    before = the_item(store)
    file(store)
    answer(store, 1, "withdrawn")
    conclude(store, as_of=date(2026, 4, 9))
    item = the_item(store)
    assert item.status is WorkStatus.OPEN
    assert (item.next_action, item.deadline) == (before.next_action, before.deadline)
    assert file(store, date(2026, 4, 9)).appeal.level == 1


def test_history_is_added_to_and_a_mistake_is_a_new_event(store: Store) -> None:
    file(store)
    answer(store, 1, "upheld")
    correct_appeal(
        store,
        1,
        outcome=AppealOutcome.PARTLY,
        overturned_cents=40_00,
        tracking_number="TRACK-2",
        reason="Read the letter again.",
        policy=POLICY,
        actor="sam",
        as_of=date(2026, 4, 9),
        now=lambda: NOW,
    )
    entry = show_appeal(store, 1)
    assert [event.kind.value for event in entry.events] == ["filed", "answered", "corrected"]
    assert "outcome: upheld becomes partly" in entry.events[2].text
    assert "tracking number: TRACK-1 becomes TRACK-2" in entry.events[2].text
    assert entry.events[2].actor == "sam"
    assert "Watch for the $40.00" in the_item(store).next_action
    assert "File level 2" in the_item(store).next_action


def test_an_answer_that_was_appealed_on_stands(store: Store) -> None:
    file(store)
    answer(store, 1, "upheld")
    file(store, date(2026, 4, 20))
    with pytest.raises(InputError, match="a later level followed"):
        correct_appeal(
            store,
            1,
            outcome=AppealOutcome.WITHDRAWN,
            reason="A mistake.",
            policy=POLICY,
            actor="kim",
            as_of=date(2026, 4, 20),
        )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"cents": 0}, "in dispute is"),
        ({"level": 4}, "has 3 levels"),
        ({"response_due_on": date(2026, 3, 1)}, "before the appeal was filed"),
    ],
)
def test_a_filing_that_makes_no_sense_changes_nothing(
    store: Store, more: dict[str, object], said: str
) -> None:
    before = the_item(store)
    with pytest.raises(InputError, match=said):
        file(store, **more)  # type: ignore[arg-type]
    assert the_item(store) == before
    assert list_appeals(store, as_of=FILED_ON) == []


def test_answers_that_make_no_sense_are_refused(store: Store) -> None:
    file(store)
    with pytest.raises(InputError, match="still waits for its answer"):
        file(store, date(2026, 4, 1))
    with pytest.raises(InputError, match="brings money"):
        answer(store, 1, "overturned")
    with pytest.raises(InputError, match="brings no money"):
        answer(store, 1, "upheld", cents=1)
    with pytest.raises(InputError, match="older than the appeal"):
        answer(store, 1, "upheld", on=REFUSED_ON)
    with pytest.raises(InputError, match="no answer yet"):
        next_of_appeal(store, 1, policy=POLICY)
    answer(store, 1, "overturned", cents=100_00)
    with pytest.raises(InputError, match="answered already"):
        answer(store, 1, "upheld")
    with pytest.raises(InputError, match="nothing to appeal"):
        next_of_appeal(store, 1, policy=POLICY)


def test_new_evidence_wakes_an_appealed_item(store: Store, tmp_path: Path) -> None:
    file(store)
    overturn(store, tmp_path, paid=0)
    item = the_item(store)
    assert item.status in {WorkStatus.OPEN, WorkStatus.RESOLVED}


def test_a_note_leaves_an_appealed_item_appealed(store: Store) -> None:
    file(store)
    item = the_item(store)
    note_item(store, item.work_item_id, "Called them.", actor="kim")
    assert the_item(store).status is WorkStatus.APPEALED

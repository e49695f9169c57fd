"""Touches, and giving up what was fully worked or is not worth it."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from edi_engine.errors import InputError
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import Channel, WorkEventKind, WorkItem, WorkStatus, WorkTouch
from edi_engine.worklist import give_up, is_in_sample, reopen, touch
from tests.store.sample_records import work_item

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY, LATER = date(2026, 3, 2), date(2026, 4, 1)


def item(status: WorkStatus = WorkStatus.OPEN) -> WorkItem:
    return work_item("claim:1/denied/1", status=status, work_item_id=12)


def called(**changes: object) -> WorkTouch:
    plain = WorkTouch(
        NOW,
        "kim",
        Channel.PAYER_CALL,
        outcome="Will be paid",
        next_action_on=LATER,
        contact="Lee",
        reference="77",
        note="Ask for Lee.",
    )
    return msgspec.structs.replace(plain, **changes)


def test_a_touch_hides_the_item_until_its_next_action_and_tells_everything() -> None:
    change = touch(item(), called(), as_of=TODAY)

    assert (change.item.status, change.item.next_action_on) == (WorkStatus.WAITING, LATER)
    (event,) = change.events
    assert (event.kind, event.actor) == (WorkEventKind.TOUCHED, "kim")
    assert event.text == (
        "Payer call with Lee (reference 77): Will be paid. Next on 2026-04-01. Ask for Lee."
    )


@pytest.mark.parametrize("channel", list(Channel))
def test_only_a_call_to_the_payer_needs_a_reference_number(channel: Channel) -> None:
    done = called(channel=channel, reference=" ")
    if channel is Channel.PAYER_CALL:
        with pytest.raises(InputError, match="work item 12: the call has no reference number"):
            touch(item(), done, as_of=TODAY)
    else:
        assert touch(item(), done, as_of=TODAY).item.status is WorkStatus.WAITING


@pytest.mark.parametrize(
    ("done", "status", "message"),
    [
        (called(next_action_on=TODAY), WorkStatus.OPEN, "2026-03-02 is not after 2026-03-02"),
        (called(outcome=" "), WorkStatus.OPEN, "the outcome is empty"),
        (called(note="x" * 2001), WorkStatus.OPEN, "the note has 2001 characters"),
        (called(), WorkStatus.CLOSED, "cannot be worked: it is closed already"),
        (called(), WorkStatus.WONT_WORK, "cannot be worked: it is wont work already"),
    ],
)
def test_what_makes_no_sense_is_refused(done: WorkTouch, status: WorkStatus, message: str) -> None:
    with pytest.raises(InputError, match=message):
        touch(item(status), done, as_of=TODAY)


@pytest.mark.parametrize(
    ("touches", "expected_cents", "told"),
    [
        (3, 500_00, "Fully worked, 3 touches. They do not pay."),
        (0, 10_00, "Worth $10.00 at its chance. They do not pay."),
        (2, 10_01, None),
        (0, 500_00, None),
    ],
)
def test_the_stop_rule(touches: int, expected_cents: int, told: str | None) -> None:
    def stopped() -> object:
        return give_up(
            item(),
            "They do not pay.",
            touches_count=touches,
            expected_cents=expected_cents,
            policy=WorklistPolicy(),
            actor="kim",
            happened_at=NOW,
        )

    if told is None:
        with pytest.raises(InputError, match=f"it has {touches} of 3 touches"):
            stopped()
        return
    change = stopped()
    assert change.item.status is WorkStatus.WONT_WORK  # type: ignore[attr-defined]
    assert change.events[0].text == told  # type: ignore[attr-defined]


def test_what_was_given_up_can_be_taken_up_again() -> None:
    again = reopen(item(WorkStatus.WONT_WORK), actor="kim", as_of=TODAY, happened_at=NOW)
    assert again.item.status is WorkStatus.OPEN


def test_the_sample_is_a_share_and_always_the_same() -> None:
    items = [work_item(f"claim:{number}/denied/1") for number in range(2_000)]
    chosen = [one.item_key for one in items if is_in_sample(one, 10)]

    assert 150 <= len(chosen) <= 250
    assert chosen == [one.item_key for one in items if is_in_sample(one, 10)]
    assert all(is_in_sample(one, 100) and not is_in_sample(one, 0) for one in items)

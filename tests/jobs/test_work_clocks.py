"""Clocks over the nights of a practice: late items, the manager, what a touch and a pause do."""

from collections import Counter
from datetime import date, timedelta

import pytest

from edi_engine.jobs.reports import report
from edi_engine.jobs.work_bulk import Selection, do_bulk, preview_bulk, undo_bulk
from edi_engine.jobs.work_pull import next_item
from edi_engine.jobs.worklist import (
    assign_item,
    close_item,
    list_work,
    note_item,
    reopen_item,
    show_item,
    snooze_item,
    touch_item,
)
from edi_engine.records.policy import AssignmentRule, ReconcilePolicy, WorklistPolicy
from edi_engine.records.work import Channel, Queue, Resolution, WaitingFor, WorkStatus
from edi_engine.records.work_batches import BulkAction, BulkKind
from edi_engine.records.work_clocks import ClockLimit, ClockUnit, QueueClocks
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import NOW, conclude, practice_of, take, written
from tests.jobs.copies import store
from tests.jobs.promise_story import ITEM, database

__all__ = ["database", "store"]

OPENED = date(2026, 3, 20)  # a Friday
DAYS = ClockUnit.BUSINESS_DAYS


def office(*, manager: str = "", rules: tuple[AssignmentRule, ...] = ()) -> ReconcilePolicy:
    clocks = QueueClocks(Queue.DENIAL, ClockLimit(2, DAYS), ClockLimit(5, DAYS))
    return ReconcilePolicy(worklist=WorklistPolicy(clocks=(clocks,), manager=manager, rules=rules))


def night(store: Store, day: date, policy: ReconcilePolicy | None = None) -> dict[str, int]:
    return conclude(store, as_of=day, policy=policy or office()).work


def words(store: Store, day: date) -> str:
    entry = show_item(store, ITEM, as_of=day, policy=office(), now=lambda: NOW)
    return "" if entry.clock is None else entry.clock.words


def status(store: Store) -> str:
    return show_item(store, ITEM).item.status.value


def touched(store: Store, day: date, next_on: date) -> None:
    touch_item(
        store, ITEM, Channel.PORTAL, "In process", next_action_on=next_on, actor="kim", as_of=day
    )


def test_a_clock_is_told_in_words_and_runs_out_once(store: Store) -> None:
    assert words(store, OPENED) == "first touch due 2026-03-24"
    assert night(store, date(2026, 3, 24)) == {}
    assert words(store, date(2026, 3, 25)) == "first touch due 2026-03-24, 1 business day late"

    assert night(store, date(2026, 3, 25)) == {"escalated": 1}
    assert status(store) == "escalated"
    event = show_item(store, ITEM).events[-1]
    assert (event.kind, event.actor) == ("escalated", "engine")
    assert event.text == ("Its clock ran out: first touch due 2026-03-24, 1 business day late.")
    assert night(store, date(2026, 3, 26)) == {}
    assert night(store, date(2026, 4, 15)) == {}


def test_without_clocks_nothing_is_late_and_nobody_is_told(store: Store) -> None:
    assert night(store, date(2026, 4, 15), ReconcilePolicy()) == {}
    assert show_item(store, ITEM, as_of=date(2026, 4, 15)).clock is None
    # Clocks that are set later run from the day the item opened.
    assert night(store, date(2026, 4, 15)) == {"escalated": 1}


def test_a_touch_ends_the_clock_and_the_next_one_runs_from_the_day_it_comes_back(
    store: Store,
) -> None:
    night(store, date(2026, 3, 25))
    touched(store, date(2026, 3, 25), date(2026, 4, 1))
    assert status(store) == "waiting"
    assert words(store, date(2026, 3, 30)) == (
        "next touch paused: waiting for the payer until 2026-04-01"
    )
    assert night(store, date(2026, 4, 1)) == {"woken": 1}
    assert words(store, date(2026, 4, 1)) == "next touch due 2026-04-08"
    assert night(store, date(2026, 4, 8)) == {}
    # It runs out again, and that is told again.
    assert night(store, date(2026, 4, 9)) == {"escalated": 1}
    assert words(store, date(2026, 4, 9)) == "next touch due 2026-04-08, 1 business day late"


def test_a_snooze_stops_it_and_a_note_does_not(store: Store) -> None:
    note_item(store, ITEM, "seen", actor="kim", now=lambda: NOW)
    assert words(store, date(2026, 3, 23)) == "first touch due 2026-03-24"
    snooze_item(store, ITEM, date(2026, 4, 6), actor="kim", as_of=date(2026, 3, 23))
    assert words(store, date(2026, 3, 30)) == "first touch paused: put off until 2026-04-06"
    assert night(store, date(2026, 4, 5)) == {}
    assert night(store, date(2026, 4, 6)) == {"woken": 1}
    # One of its two days was used on Monday the twenty-third.
    assert words(store, date(2026, 4, 6)) == "first touch due 2026-04-07"
    assert night(store, date(2026, 4, 7)) == {}
    assert night(store, date(2026, 4, 8)) == {"escalated": 1}


def test_the_manager_named_gets_it_and_rules_leave_it_there(store: Store) -> None:
    rules = (AssignmentRule(queue=Queue.DENIAL, assignees=("DANA",)),)
    night(store, OPENED, office(rules=rules, manager="PAT"))
    assert show_item(store, ITEM).item.assignee == "DANA"
    night(store, date(2026, 3, 25), office(rules=rules, manager="PAT"))
    entry = show_item(store, ITEM)
    assert (entry.item.assignee, entry.item.status) == ("PAT", "escalated")
    assert entry.events[-1].text.endswith("It goes to PAT.")
    others = (AssignmentRule(queue=Queue.DENIAL, assignees=("LEE",)),)
    night(store, date(2026, 3, 26), office(rules=others, manager="PAT"))
    assert show_item(store, ITEM).item.assignee == "PAT"


def test_what_somebody_has_in_hand_is_escalated_when_it_is_free_again(store: Store) -> None:
    day = date(2026, 3, 25)
    assert next_item(store, actor="DANA", as_of=day, now=lambda: NOW) is not None
    assert night(store, day) == {}
    with store.writing() as writer:
        writer.release_work_items([ITEM])
    assert night(store, day) == {"escalated": 1}


def test_closing_stops_it_and_reopening_starts_a_new_one(store: Store) -> None:
    close_item(store, ITEM, "small", actor="kim", as_of=OPENED, resolution=Resolution.INVALID)
    assert words(store, date(2026, 4, 1)) == ""
    assert night(store, date(2026, 4, 1)) == {}
    reopen_item(store, ITEM, actor="kim", as_of=date(2026, 4, 1))
    assert words(store, date(2026, 4, 1)) == "first touch due 2026-04-03"
    assert show_item(store, ITEM).resolution is None


def test_an_escalated_item_is_still_assigned_worked_and_given_out(store: Store) -> None:
    night(store, date(2026, 3, 25))
    day = date(2026, 3, 25)
    assert [one.item.work_item_id for one in list_work(store, as_of=day)] == [ITEM]
    assert assign_item(store, ITEM, "kim", actor="PAT").item.status is WorkStatus.ESCALATED
    held = next_item(store, actor="kim", as_of=day, now=lambda: NOW)
    assert held is not None
    touched(store, day, date(2026, 4, 1))
    night(store, date(2026, 4, 1))
    assert status(store) == "open"


def test_the_median_counts_business_days_to_the_first_touch_alone(store: Store) -> None:
    touched(store, date(2026, 3, 24), date(2026, 4, 1))  # a Tuesday, after a Friday
    night(store, date(2026, 4, 1))
    touched(store, date(2026, 4, 2), date(2026, 5, 1))

    def row(day: date) -> tuple[object, ...]:
        (found,) = report(store, "clocks", as_of=day, policy=office()).rows
        return found

    assert row(date(2026, 4, 2))[3:] == (1, 0, 0, 1, 0, 0, OPENED, 9, 1, 2)
    # Ninety days later it is no longer of the quarter.
    assert row(date(2026, 6, 21))[-2:] == (1, 2)
    assert row(date(2026, 6, 22))[-2:] == (0, None)


def test_only_late_items_are_listed_where_they_are_asked_for(store: Store) -> None:
    def late(day: date) -> int:
        return len(list_work(store, as_of=day, late_only=True, policy=office(), now=lambda: NOW))

    assert [late(date(2026, 3, day)) for day in (20, 24, 25, 30)] == [0, 0, 1, 1]


def test_undoing_a_batch_brings_back_whom_items_waited_for(store: Store) -> None:
    day = date(2026, 3, 23)
    touched(store, day, date(2026, 4, 1))
    selection = Selection(statuses=(WorkStatus.WAITING,))
    action = BulkAction(BulkKind.CLOSE, "done", resolution=Resolution.WRITTEN_OFF)
    preview = preview_bulk(store, selection, action, actor="kim", as_of=day)
    done = do_bulk(store, selection, action, token=preview.token, actor="kim", as_of=day)
    closed = show_item(store, ITEM)
    assert (closed.resolution, closed.waiting_for) == (Resolution.WRITTEN_OFF, None)

    undo_bulk(store, done.batch_id, actor="kim", as_of=day)
    back = show_item(store, ITEM)
    assert (back.item.status, back.waiting_for) == ("waiting", WaitingFor.PAYER)
    assert back.resolution is None
    assert words(store, day) == "next touch paused: waiting for the payer until 2026-04-01"


def test_undoing_a_snooze_brings_back_whom_items_waited_for(store: Store) -> None:
    day = date(2026, 3, 23)
    touched(store, day, date(2026, 4, 1))
    selection = Selection(statuses=(WorkStatus.WAITING,))
    action = BulkAction(BulkKind.SNOOZE, "later", date(2026, 5, 1), waiting_for=WaitingFor.PATIENT)
    preview = preview_bulk(store, selection, action, actor="kim", as_of=day)
    done = do_bulk(store, selection, action, token=preview.token, actor="kim", as_of=day)
    assert show_item(store, ITEM).waiting_for is WaitingFor.PATIENT
    undo_bulk(store, done.batch_id, actor="kim", as_of=day)
    assert show_item(store, ITEM).waiting_for is WaitingFor.PAYER


CHANNELS = [
    (Channel.PAYER_CALL, WaitingFor.PAYER),
    (Channel.PORTAL, WaitingFor.PAYER),
    (Channel.LETTER, WaitingFor.PAYER),
    (Channel.FAX, WaitingFor.PAYER),
    (Channel.EMAIL, WaitingFor.PAYER),
    (Channel.IN_PERSON, WaitingFor.PAYER),
    (Channel.PATIENT_CALL, WaitingFor.PATIENT),
    (Channel.INTERNAL, WaitingFor.INTERNAL),
]


@pytest.mark.parametrize(("channel", "side"), CHANNELS)
def test_whom_it_waits_for_is_told_by_the_channel_unless_somebody_says_it(
    store: Store, channel: Channel, side: WaitingFor
) -> None:
    def touch(day: date, said: WaitingFor | None) -> None:
        touch_item(
            store, ITEM, channel, "Asked", next_action_on=date(2026, 4, 1), reference="7",
            waiting_for=said, actor="kim", as_of=day,
        )  # fmt: skip

    touch(OPENED, None)
    assert show_item(store, ITEM).waiting_for is side
    touch(OPENED, WaitingFor.INTERNAL)
    assert show_item(store, ITEM).waiting_for is WaitingFor.INTERNAL
    waiting = list_work(
        store, as_of=OPENED, statuses=[WorkStatus.WAITING], waiting_for=WaitingFor.PAYER
    )
    assert waiting == []


# --- a whole practice ---


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Its files in four parts, a week apart, with some items touched and closed between."""
    folder = tmp_path_factory.mktemp("clocks")
    files = sorted(written(practice_of(120), folder / "files"))
    store = open_store(str(folder / "edi.db"))
    for place in range(4):
        day = date(2026, 3, 2) + timedelta(days=7 * place)
        take(store, files[place::4])
        conclude(store, as_of=day, policy=office())
        chosen = [one.item for one in list_work(store, as_of=day)][place::7]
        for item in chosen[:6]:
            touch_item(
                store,
                item.work_item_id,
                Channel.PORTAL,
                "Asked",
                next_action_on=day + timedelta(days=9),
                actor="kim",
                as_of=day + timedelta(days=place),
            )
        for item in chosen[6:9]:
            close_item(store, item.work_item_id, "no", actor="kim", as_of=day,
                       resolution=Resolution.WRITTEN_OFF)  # fmt: skip
    return store


LAST = date(2026, 3, 24)


def test_the_managers_view_adds_up_to_the_list(practice: Store) -> None:
    conclude(practice, as_of=LAST, policy=office())
    found = report(practice, "clocks", as_of=LAST, policy=office())
    rows = {row[0]: dict(zip(found.dataset.column_names, row, strict=True)) for row in found.rows}

    entries = list_work(
        practice,
        as_of=LAST,
        statuses=[one for one in WorkStatus if one not in {"resolved", "closed", "wont_work"}],
        policy=office(),
        now=lambda: NOW,
    )
    by_queue = Counter(entry.item.queue.value for entry in entries)
    assert {name: row["open"] for name, row in rows.items() if row["open"]} == dict(by_queue)
    denial = rows["denial"]
    states = [entry.clock for entry in entries if entry.item.queue is Queue.DENIAL]
    assert denial["late"] == sum(one is not None and one.is_late for one in states) > 0
    assert denial["paused"] == sum(one is not None and one.is_paused for one in states)
    running = [one for one in states if one is not None and not one.is_paused]
    assert denial["on_time"] == sum(not one.is_late for one in running)
    assert denial["on_time"] + denial["late"] + denial["paused"] == denial["open"]
    assert (denial["first_touch"], denial["next_touch"]) == ("2 business days", "5 business days")
    assert rows["underpay"]["first_touch"] == ""
    assert sum(row["first_touches"] for row in rows.values()) >= 15
    medians = [row["median_days_to_first_touch"] for row in rows.values() if row["first_touches"]]
    assert set(medians) <= set(range(15))
    late = {
        entry.item.work_item_id
        for entry in list_work(practice, as_of=LAST, late_only=True, policy=office())
    }
    assert len(late) == denial["late"]


def test_every_late_item_was_escalated_and_no_other(practice: Store) -> None:
    conclude(practice, as_of=LAST, policy=office())
    late = list_work(practice, as_of=LAST, late_only=True, policy=office(), now=lambda: NOW)
    escalated = list_work(practice, as_of=LAST, statuses=[WorkStatus.ESCALATED], policy=office())
    assert {one.item.work_item_id for one in late} == {one.item.work_item_id for one in escalated}


def test_how_items_ended_is_told_of_all_of_them(practice: Store) -> None:
    ended = list_work(practice, as_of=LAST, statuses=[WorkStatus.RESOLVED, WorkStatus.CLOSED])
    told = Counter(entry.resolution for entry in ended)
    assert None not in told
    assert set(told) >= {Resolution.PAID, Resolution.CORRECTED, Resolution.WRITTEN_OFF}
    only = list_work(
        practice,
        as_of=LAST,
        statuses=[WorkStatus.RESOLVED, WorkStatus.CLOSED],
        resolution=Resolution.PAID,
    )
    assert len(only) == told[Resolution.PAID]

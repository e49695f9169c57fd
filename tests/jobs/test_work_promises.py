"""Promises to pay over the days of a claim: kept, late, in part, broken, taken back."""

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.decide import reject
from edi_engine.jobs.reports import report
from edi_engine.jobs.work_promises import (
    PromiseGiven,
    promise_on_item,
    promise_standings,
    receive_on_promise,
)
from edi_engine.jobs.worklist import close_item, list_work, show_item, touch_item
from edi_engine.records.policy import ReconcilePolicy, WorklistPolicy
from edi_engine.records.promises import Promiser, PromiseStanding
from edi_engine.records.work import Channel, Queue, Resolution, WaitingFor, WorkItem
from edi_engine.records.work_clocks import ClockLimit, ClockUnit, QueueClocks
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import NOW
from tests.jobs.copies import store
from tests.jobs.promise_story import ITEM, answered, conclude, database, deny, take
from tests.store.conftest import databases, postgres_server, postgres_url

__all__ = ["database", "databases", "postgres_server", "postgres_url", "store"]

MADE_ON, DUE_ON = date(2026, 3, 25), date(2026, 4, 8)
LAST_DAY, BROKEN_ON = date(2026, 4, 11), date(2026, 4, 12)
PROMISE = PromiseGiven(80_00, DUE_ON)


def promised(store: Store, given: PromiseGiven = PROMISE, as_of: date = MADE_ON) -> PromiseStanding:
    return promise_on_item(store, ITEM, given, actor="kim", as_of=as_of)


def item(store: Store) -> WorkItem:
    return show_item(store, ITEM).item


def events(store: Store) -> list[str]:
    return [event.kind.value for event in show_item(store, ITEM).events]


def standing(store: Store, as_of: date) -> PromiseStanding:
    with store.reading() as reader:
        return promise_standings(reader, [ITEM], as_of=as_of)[ITEM][-1]


def stored_state(store: Store, promise_id: int = 1) -> str:
    with store.reading() as reader:
        return reader.promise_states([promise_id])[promise_id].value


def test_it_waits_for_the_payer_and_breaks_on_the_day_after_the_grace(store: Store) -> None:
    promised(store)
    entry = show_item(store, ITEM)
    assert (entry.item.status, entry.waiting_for) == ("waiting", WaitingFor.PAYER)
    assert entry.item.next_action_on == BROKEN_ON

    conclude(store, as_of=LAST_DAY)
    assert (item(store).status, stored_state(store)) == ("waiting", "open")
    report = conclude(store, as_of=BROKEN_ON)
    assert (item(store).queue, item(store).status) == (Queue.PROMISE_BROKEN, "open")
    assert report.made_work
    assert report.work["promise_broken"] == 1
    urgency = next(one for one in item(store).factors if one.name == "urgency")
    assert (urgency.value, urgency.reason[:20]) == ("x2.00", "a promise is broken;")
    assert stored_state(store) == "broken"
    assert conclude(store, as_of=BROKEN_ON).work == {}
    conclude(store, as_of=BROKEN_ON, everything=True)
    assert item(store).queue is Queue.PROMISE_BROKEN


def test_all_that_was_promised_in_time_keeps_it_and_settles_the_item(
    store: Store, tmp_path: Path
) -> None:
    promised(store)
    take(store, [answered(tmp_path, 900, date(2026, 4, 7), before=0, now=80, code="CO-45")])
    conclude(store, as_of=DUE_ON)

    entry = show_item(store, ITEM)
    assert (entry.item.status, entry.resolution) == ("resolved", Resolution.PAID)
    found = standing(store, DUE_ON)
    assert (found.state, found.came_cents, found.kept_on) == ("kept", 80_00, date(2026, 4, 7))
    assert "promise_kept" in events(store)
    conclude(store, as_of=date(2026, 5, 1))
    assert item(store).queue is Queue.DENIAL


def test_a_part_of_it_is_partly_kept_and_asked_for_again(store: Store, tmp_path: Path) -> None:
    promised(store)
    take(store, [answered(tmp_path, 900, date(2026, 4, 7), before=0, now=30)])
    conclude(store, as_of=DUE_ON)
    assert stored_state(store) == "open"
    conclude(store, as_of=BROKEN_ON)

    assert stored_state(store) == "partly_kept"
    assert item(store).queue is Queue.PROMISE_BROKEN
    (factor,) = [one for one in item(store).factors if one.name == "broken promise"]
    assert "$30.00 of it came, and the grace ended on 2026-04-11." in factor.reason


def test_money_that_comes_late_brings_it_back_and_a_takeback_breaks_it_again(
    store: Store, tmp_path: Path
) -> None:
    promised(store)
    conclude(store, as_of=BROKEN_ON)
    take(store, [answered(tmp_path, 900, date(2026, 4, 14), before=0, now=80)])
    conclude(store, as_of=date(2026, 4, 15))
    found = standing(store, date(2026, 4, 15))
    assert (found.state, found.is_late, item(store).queue) == ("kept", True, Queue.DENIAL)

    take(store, [answered(tmp_path, 901, date(2026, 4, 20), before=80, now=10)])
    conclude(store, as_of=date(2026, 4, 21))
    found = standing(store, date(2026, 4, 21))
    assert (found.state, found.came_cents) == ("partly_kept", 10_00)
    assert (item(store).queue, stored_state(store)) == (Queue.PROMISE_BROKEN, "partly_kept")
    told = [event.text for event in show_item(store, ITEM).events]
    assert any(text.startswith("Money was taken back. The payer promised") for text in told)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_files_arrive_does_not_matter(
    store: Store, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """Three remittances of other days, taken in any order on three nights, end the same."""
    promised(store)
    files = [
        answered(tmp_path, 900, date(2026, 4, 7), before=0, now=30),
        answered(tmp_path, 901, date(2026, 4, 10), before=30, now=80),
        answered(tmp_path, 902, date(2026, 4, 20), before=80, now=60),
    ]
    for night, place in enumerate(order):
        take(store, [files[place]])
        conclude(store, as_of=date(2026, 4, 21 + night))
    found = standing(store, date(2026, 4, 24))

    assert (found.state, found.came_cents) == ("partly_kept", 60_00)
    assert (stored_state(store), item(store).queue) == ("partly_kept", Queue.PROMISE_BROKEN)


def test_what_was_paid_before_the_promise_is_not_what_was_promised(
    store: Store, tmp_path: Path
) -> None:
    take(store, [answered(tmp_path, 900, MADE_ON, before=0, now=30)])
    conclude(store, as_of=MADE_ON)
    found = promised(store, PromiseGiven(30_00, DUE_ON))
    assert (found.promise.known_cents, found.came_cents, found.state) == (30_00, 0, "open")

    # A check of the day before, that the payer says is in the mail, counts where it is said.
    again = promised(store, PromiseGiven(30_00, DUE_ON, counted_from=date(2026, 3, 24)))
    assert (again.promise.replaces_promise_id, again.promise.known_cents) == (1, 30_00)
    take(store, [answered(tmp_path, 901, date(2026, 3, 24), before=30, now=60)])
    conclude(store, as_of=date(2026, 3, 30))
    assert standing(store, date(2026, 3, 30)).state == "kept"


def test_a_new_promise_takes_the_place_of_a_broken_one(store: Store) -> None:
    promised(store)
    conclude(store, as_of=BROKEN_ON)
    later = PromiseGiven(80_00, date(2026, 4, 20), note="Now they mean it.")
    promised(store, later, as_of=BROKEN_ON)

    assert (item(store).queue, item(store).status) == (Queue.DENIAL, "waiting")
    with store.reading() as reader:
        states = [one.state.value for one in promise_standings(reader, [ITEM], as_of=BROKEN_ON)[1]]
        first, second = reader.promises_of([ITEM])[ITEM]
    assert states == ["replaced", "open"]
    assert (first.amount_cents, first.due_on, second.replaces_promise_id) == (80_00, DUE_ON, 1)
    conclude(store, as_of=date(2026, 4, 24))
    assert item(store).queue is Queue.PROMISE_BROKEN


def test_a_promise_of_each_is_held_apart(store: Store) -> None:
    promised(store)
    conclude(store, as_of=BROKEN_ON)
    by_patient = PromiseGiven(20_00, date(2026, 4, 20), Promiser.PATIENT)
    found = promised(store, by_patient, as_of=BROKEN_ON)

    assert found.promise.replaces_promise_id is None
    # The patient's word does not make the payer's good.
    assert item(store).queue is Queue.PROMISE_BROKEN
    assert show_item(store, ITEM).waiting_for is WaitingFor.PATIENT


def test_what_a_patient_paid_is_what_a_person_says(store: Store) -> None:
    promised(store, PromiseGiven(20_00, DUE_ON, Promiser.PATIENT))
    conclude(store, as_of=BROKEN_ON)
    assert stored_state(store) == "broken"

    part = receive_on_promise(
        store, ITEM, 15_00, DUE_ON, actor="kim", as_of=BROKEN_ON, note="Cash at the desk."
    )
    assert (part.state, part.came_cents) == ("partly_kept", 15_00)
    rest = receive_on_promise(store, ITEM, 5_00, BROKEN_ON, actor="kim", as_of=BROKEN_ON)
    assert (rest.state, rest.is_late, item(store).queue) == ("kept", True, Queue.DENIAL)
    back = receive_on_promise(store, ITEM, -5_00, BROKEN_ON, actor="kim", as_of=BROKEN_ON)
    assert (back.state, item(store).queue) == ("partly_kept", Queue.PROMISE_BROKEN)
    with store.reading() as reader:
        assert [one.amount_cents for one in reader.receipts([1])[1]] == [15_00, 5_00, -5_00]


def test_money_without_a_promise_and_of_a_payer_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="work item 1: nothing was promised on it"):
        receive_on_promise(store, ITEM, 5_00, DUE_ON, actor="kim", as_of=DUE_ON)
    promised(store)
    with pytest.raises(InputError, match="what a payer paid is told by its remittance"):
        receive_on_promise(store, ITEM, 5_00, DUE_ON, actor="kim", as_of=DUE_ON)


def test_nobody_asks_for_a_promise_on_a_closed_item(store: Store) -> None:
    promised(store)
    close_item(store, ITEM, "small", actor="kim", as_of=MADE_ON, resolution=Resolution.WRITTEN_OFF)
    conclude(store, as_of=date(2026, 5, 1))
    assert stored_state(store) == "released"
    assert "promise_broken" not in events(store)
    assert show_item(store, ITEM).resolution is Resolution.WRITTEN_OFF


def test_a_touch_may_bring_a_promise_and_keeps_its_own_day(store: Store) -> None:
    entry = touch_item(
        store,
        ITEM,
        Channel.PAYER_CALL,
        "Will be paid",
        next_action_on=date(2026, 4, 1),
        reference="77",
        promised=PROMISE,
        actor="kim",
        as_of=MADE_ON,
    )
    assert [event.kind.value for event in entry.events] == ["touched", "promised"]
    assert entry.item.next_action_on == date(2026, 4, 1)
    assert standing(store, MADE_ON).state == "open"
    conclude(store, as_of=BROKEN_ON)
    assert item(store).queue is Queue.PROMISE_BROKEN


def test_a_touch_that_is_refused_leaves_no_promise(store: Store) -> None:
    with pytest.raises(InputError, match="no reference number"):
        touch_item(
            store,
            ITEM,
            Channel.PAYER_CALL,
            "Will be paid",
            next_action_on=date(2026, 4, 1),
            promised=PROMISE,
            actor="kim",
            as_of=MADE_ON,
        )
    with store.reading() as reader:
        assert reader.promises_of([ITEM]) == {}


def test_money_in_suspense_keeps_no_promise(store: Store, tmp_path: Path) -> None:
    """What a person rejects is in the journal, but not on the claim."""

    promised(store)
    take(store, [answered(tmp_path, 900, date(2026, 4, 7), before=0, now=80)])
    conclude(store, as_of=DUE_ON)
    assert stored_state(store) == "kept"
    with store.reading() as reader:
        payment = max(row[0] for row in reader.dataset("claim_payments"))
    reject(
        store,
        payment,
        note="not ours",
        actor="kim",
        policy=ReconcilePolicy(),
        as_of=DUE_ON,
        now=lambda: NOW,
    )
    conclude(store, as_of=BROKEN_ON)
    assert stored_state(store) == "broken"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_both_databases_tell_the_same(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Promise, grace, late money, and the reports that are made of it."""
    url = str(tmp_path / "edi.db")
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
    clocks = QueueClocks(Queue.DENIAL, ClockLimit(2, ClockUnit.BUSINESS_DAYS))
    office = ReconcilePolicy(worklist=WorklistPolicy(clocks=(clocks,), manager="PAT"))
    with open_store(url) as store:
        deny(store)
        conclude(store, as_of=date(2026, 3, 25), policy=office)
        assert (item(store).status, item(store).assignee) == ("escalated", "PAT")
        promised(store)
        conclude(store, as_of=BROKEN_ON, policy=office)
        assert (stored_state(store), item(store).queue) == ("broken", Queue.PROMISE_BROKEN)
        found = list_work(store, as_of=BROKEN_ON, queue=Queue.DENIAL)
        assert [entry.queues for entry in found] == [(Queue.PROMISE_BROKEN, Queue.DENIAL)]
        take(store, [answered(tmp_path, 900, date(2026, 4, 14), before=0, now=80, code="CO-45")])
        conclude(store, as_of=date(2026, 4, 15), policy=office)
        late = standing(store, date(2026, 4, 15))
        assert (late.state, late.is_late) == ("kept", True)
        assert show_item(store, ITEM).resolution is Resolution.PAID
        (by_code,) = [
            row
            for row in report(store, "outcomes", as_of=date(2026, 4, 16)).rows
            if row[0] == "carc"
        ]
        assert by_code[5:10] == ("50", 1, 0, 1, 0)
        kpis = report(store, "kpis", as_of=date(2026, 4, 15)).rows
        assert [(row[0], row[4], row[5]) for row in kpis] == [
            ("DN-1", 1, 1),
            ("DN-2", 1, 2),
            ("DN-3", 0, 1),
            ("DN-4", 0, None),
            ("DN-5", 1, None),
            ("DN-6", 0, 0),
        ]
        (queue,) = report(store, "clocks", as_of=date(2026, 4, 15), policy=office).rows
        assert (queue[0], queue[3], queue[-2:]) == ("denial", 0, (1, 3))

"""Rules at work on a practice: new items are given out, and a person's word stands."""

from datetime import timedelta
from pathlib import Path

import pytest

from edi_engine.jobs.work_pull import next_item
from edi_engine.jobs.worklist import assign_item, show_item
from edi_engine.records.policy import AssignmentRule, ReconcilePolicy, WorklistPolicy
from edi_engine.records.work import Queue
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import AS_OF, NOW, conclude, practice_of, take, written
from tests.jobs.copies import store

__all__ = ["store"]

DENIALS = AssignmentRule(queue=Queue.DENIAL, assignees=("DANA", "KIM"))
ALL_TO_LEE = AssignmentRule(assignees=("LEE",))


def policy(*rules: AssignmentRule) -> ReconcilePolicy:
    return ReconcilePolicy(worklist=WorklistPolicy(rules=rules))


def owners(store: Store) -> dict[int, str]:
    with store.reading() as reader:
        return {one.work_item_id: one.assignee for one in reader.work_items(queue=Queue.DENIAL)}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice concluded under a rule, for copies of it."""
    folder = tmp_path_factory.mktemp("assigned")
    with open_store(str(folder / "edi.db")) as made:
        take(made, written(practice_of(60), folder / "files"))
        conclude(made, policy=policy(DENIALS))
    return folder / "edi.db"


def test_new_items_are_given_out_in_turns_and_say_why(store: Store) -> None:
    names = list(owners(store).values())

    assert set(names) == {"DANA", "KIM"}
    assert abs(names.count("DANA") - names.count("KIM")) <= 1
    (number, *_) = owners(store)
    assert "by rule 1: queue denial." in show_item(store, number).events[-1].text
    with store.reading() as reader:
        assert {one.assignee for one in reader.work_items(queue=Queue.UNDERPAY)} <= {""}


def test_a_persons_word_outranks_the_rules(store: Store) -> None:
    first, second, *rest = owners(store)
    assign_item(store, first, "MO", actor="the manager")
    assign_item(store, second, "", actor="the manager")

    conclude(store, policy=policy(ALL_TO_LEE), everything=True)

    found = owners(store)
    assert (found[first], found[second]) == ("MO", "")
    assert {found[key] for key in rest} == {"LEE"}


def test_what_somebody_has_in_hand_is_moved_only_when_it_is_free_again(store: Store) -> None:
    held = next_item(store, actor="DANA", as_of=AS_OF, queue=Queue.DENIAL, now=lambda: NOW)
    assert held is not None
    number = held.item.work_item_id

    conclude(store, policy=policy(ALL_TO_LEE))
    assert owners(store)[number] == "DANA"
    with store.writing() as writer:
        writer.release_work_items([number])
    conclude(store, policy=policy(ALL_TO_LEE), as_of=AS_OF + timedelta(days=1))
    assert owners(store)[number] == "LEE"


def test_the_same_rules_again_change_nothing(store: Store) -> None:
    before = owners(store)
    conclude(store, policy=policy(DENIALS), everything=True)
    assert owners(store) == before

"""Whose an item is by the rules: a table of rules and items, and taking turns."""

from datetime import UTC, datetime

import pytest

from edi_engine.records.policy import AssignmentRule, WorklistPolicy
from edi_engine.records.reports import Subject
from edi_engine.records.work import Queue, WorkItem, WorkStatus
from edi_engine.worklist import assign_by_rules
from tests.store.sample_records import work_item

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SKILLS = (("DANA", ("appeals",)), ("KIM", ("appeals", "calls")), ("LEE", ()))


def item(place: int = 1, **changes: object) -> WorkItem:
    return work_item(f"claim:{place}/denied/1", work_item_id=place, **changes)


def given(
    items: list[WorkItem],
    *rules: AssignmentRule,
    workload: dict[str, int] | None = None,
    name: str = "Coral",
    payer_id: str = "EX002",
) -> dict[int, tuple[str, str]]:
    subject = Subject(patient_last_name=name, payer_id=payer_id)
    found = assign_by_rules(
        [(one, subject) for one in items],
        WorklistPolicy(rules=rules, skills=SKILLS),
        workload=workload or {},
        happened_at=NOW,
    )
    return {
        one.change.item.work_item_id: (one.change.item.assignee, one.change.events[0].text)
        for one in found
    }


def to_dana(**criteria: object) -> AssignmentRule:
    return AssignmentRule(assignees=("DANA",), **criteria)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (to_dana(), "everything"),
        (to_dana(payer_id="EX002"), "payer EX002"),
        (to_dana(payer_id="EX001"), None),
        (to_dana(queue=Queue.DENIAL), "queue denial"),
        (to_dana(queue=Queue.CREDIT), None),
        (to_dana(patient_from="a", patient_to="C"), "patients a to C"),
        (to_dana(patient_from="CORAL"), "patients CORAL to Z"),
        (to_dana(patient_to="CO"), "patients A to CO"),
        (to_dana(patient_to="CA"), None),
        (to_dana(patient_from="D"), None),
        (to_dana(least_cents=10_00, below_cents=10_01), "from $10.00, below $10.01"),
        (to_dana(least_cents=10_01), None),
        (to_dana(below_cents=10_00), None),
        (to_dana(skill="appeals"), "skill appeals"),
        (to_dana(skill="calls"), None),
    ],
)
def test_a_rule_fits_or_it_does_not(rule: AssignmentRule, words: str | None) -> None:
    expected = {} if words is None else {1: ("DANA", f"Assigned to DANA by rule 1: {words}.")}
    assert given([item()], rule) == expected


def test_the_first_rule_that_fits_and_finds_somebody_decides() -> None:
    nobody = AssignmentRule(skill="surgery")
    lee = AssignmentRule(payer_id="EX002", assignees=("LEE",))
    assert given([item()], nobody, lee, to_dana()) == {
        1: ("LEE", "Assigned to LEE by rule 2: payer EX002.")
    }


def test_whoever_has_least_to_do_is_next_and_the_best_item_goes_first() -> None:
    items = [item(place, priority=place) for place in (1, 2, 3, 4)]
    skilled = AssignmentRule(skill="appeals")

    found = given(items, skilled, workload={"DANA": 2, "KIM": 0})
    again = given(items[::-1], skilled, workload={"DANA": 2, "KIM": 0})

    assert {key: name for key, (name, _) in found.items()} == {
        4: "KIM", 3: "KIM", 2: "DANA", 1: "KIM",
    }  # fmt: skip
    assert found == again


def test_an_item_stays_with_whom_its_rule_still_names_and_stays_new() -> None:
    assert given([item(assignee="DANA")], to_dana()) == {}
    assert given([item(assignee="LEE")], to_dana())[1][0] == "DANA"
    subject = Subject()
    policy = WorklistPolicy(rules=(to_dana(),))
    (one,) = assign_by_rules([(item(), subject)], policy, workload={}, happened_at=NOW)
    assert one.change.item.status is item().status is WorkStatus.NEW

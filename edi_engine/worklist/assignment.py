"""Who gets an item by the office's rules: the first rule that fits, then whoever has least to do.

Pure and the same every time: items in order of priority, rules in the order of the settings, equal
workloads by name. A person's word is not asked here: the caller leaves such items out. Source:
domain feature 74.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from edi_engine.money import format_dollars
from edi_engine.records.policy import AssignmentRule, WorklistPolicy
from edi_engine.records.reports import Subject
from edi_engine.records.work import WorkEvent, WorkEventKind, WorkItem
from edi_engine.worklist.refresh import ENGINE, WorkChange

__all__ = ["RuleAssignment", "assign_by_rules"]


class RuleAssignment(msgspec.Struct, frozen=True):
    """An item given to somebody, and the rule in words."""

    change: WorkChange
    rule: str


def assign_by_rules(
    items: Iterable[tuple[WorkItem, Subject]],
    policy: WorklistPolicy,
    *,
    workload: Mapping[str, int],
    happened_at: datetime,
) -> list[RuleAssignment]:
    """Give out what a rule fits, best items first; `workload` counts what each person has open.

    An item that already belongs to one of those whom its rule names stays with them.
    """
    load = dict(workload)
    assigned: list[RuleAssignment] = []
    for item, subject in sorted(items, key=lambda pair: _best_first(pair[0])):
        for place, rule in enumerate(policy.rules, 1):
            people = _people(rule, policy)
            if not people or not _fits(rule, item, subject):
                continue
            if item.assignee not in people:
                name = min(people, key=lambda one: (load.get(one, 0), one))
                load[name] = load.get(name, 0) + 1
                words = f"rule {place}: {_in_words(rule)}"
                assigned.append(RuleAssignment(_given(item, name, words, happened_at), words))
            break
    return assigned


def _given(item: WorkItem, name: str, words: str, happened_at: datetime) -> WorkChange:
    text = f"Assigned to {name} by {words}."
    event = WorkEvent(happened_at, WorkEventKind.ASSIGNED, ENGINE, text)
    return WorkChange(msgspec.structs.replace(item, assignee=name), (event,))


def _best_first(item: WorkItem) -> tuple[int, date, str]:
    return -item.priority, item.deadline or date.max, item.item_key


def _people(rule: AssignmentRule, policy: WorklistPolicy) -> tuple[str, ...]:
    """Those the rule names who have its skill; everybody with the skill when it names nobody."""
    skilled = {name for name, skills in policy.skills if rule.skill in skills}
    named = set(rule.assignees) if rule.assignees else skilled
    return tuple(sorted(named & skilled if rule.skill else named))


def _fits(rule: AssignmentRule, item: WorkItem, subject: Subject) -> bool:
    if rule.payer_id and rule.payer_id != subject.payer_id:
        return False
    if rule.queue is not None and rule.queue is not item.queue:
        return False
    if rule.patient_from or rule.patient_to:
        name = subject.patient_last_name.strip().upper()
        first, last = rule.patient_from.upper(), rule.patient_to.upper()
        # "C" as the last means all names that begin with C.
        if not name or name < first or (last and name[: len(last)] > last):
            return False
    amount = item.amount_at_risk_cents
    if rule.least_cents is not None and amount < rule.least_cents:
        return False
    return rule.below_cents is None or amount < rule.below_cents


def _in_words(rule: AssignmentRule) -> str:
    said = [
        f"payer {rule.payer_id}" if rule.payer_id else "",
        f"queue {rule.queue.value}" if rule.queue is not None else "",
        f"patients {rule.patient_from or 'A'} to {rule.patient_to or 'Z'}"
        if rule.patient_from or rule.patient_to
        else "",
        f"from {format_dollars(rule.least_cents)}" if rule.least_cents is not None else "",
        f"below {format_dollars(rule.below_cents)}" if rule.below_cents is not None else "",
        f"skill {rule.skill}" if rule.skill else "",
    ]
    return ", ".join(word for word in said if word) or "everything"

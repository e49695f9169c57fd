"""Giving new items out by the office's rules, inside the caller's transaction."""

import hashlib
from collections import Counter
from datetime import date, datetime

from edi_engine.jobs.work_changes import write_changes
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Writer
from edi_engine.worklist import assign_by_rules

__all__ = ["assign_waiting"]

_RULES_MARK = "assignment_rules"


def assign_waiting(
    writer: Writer, policy: WorklistPolicy, *, as_of: date, happened_at: datetime
) -> Counter[WorkEventKind]:
    """Let the rules see what opened since they last did; all that is open when they changed.

    What a person assigned, or gave back, no rule touches, and what somebody has in hand stays
    where it is until it is theirs no more.
    """
    digest = _digest(policy)
    before = writer.mark(_RULES_MARK)
    if digest != before and (before is not None or policy.rules):
        writer.await_assignment_of_all()
    if digest != before:
        writer.set_mark(_RULES_MARK, digest)
    waiting = writer.items_to_assign() if policy.rules else []
    writer.clear_awaited_assignments()
    if not waiting:
        return Counter()
    held = writer.work_leases(waiting, now=happened_at)
    writer.await_assignment(held)
    items = [
        item for key in waiting if key not in held and (item := writer.work_item(key)) is not None
    ]
    subjects = writer.subjects(items)
    assigned = assign_by_rules(
        [(item, subjects[item.item_key]) for item in items],
        policy,
        workload=writer.workload(),
        happened_at=happened_at,
    )
    work = write_changes(writer, [one.change for one in assigned], as_of=as_of)
    writer.note_assignments(
        [(one.change.item.work_item_id, one.change.item.assignee, one.rule) for one in assigned]
    )
    return work


def _digest(policy: WorklistPolicy) -> int:
    """A number that differs for other rules; 0 for none."""
    if not policy.rules:
        return 0
    text = repr((policy.rules, sorted(policy.skills)))
    return int(hashlib.sha256(text.encode()).hexdigest()[:15], 16)

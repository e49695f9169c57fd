"""Telling the manager what nobody touched in time, inside the caller's transaction.

Source: domain feature 78.
"""

from collections import Counter
from datetime import date, datetime

from edi_engine.jobs.clock import office_moment
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_progress import clock_of_row
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import Queue, WorkEventKind, WorkStatus
from edi_engine.records.work_clocks import ClockState
from edi_engine.store import Writer
from edi_engine.worklist import ClockBook, cause_rule, escalate

__all__ = ["escalate_late"]

_BROKEN = (Queue.PLAN_BROKEN, Queue.PROMISE_BROKEN)


def escalate_late(
    writer: Writer, policy: ReconcilePolicy, *, as_of: date, happened_at: datetime
) -> Counter[WorkEventKind]:
    """Escalate items whose clock ran out, once for each clock; what somebody has in hand waits
    until it is theirs no more."""
    if not policy.worklist.clocks:
        return Counter()
    book = ClockBook(policy)
    now = office_moment(as_of, happened_at)
    late: dict[int, ClockState] = {}
    for row in writer.clock_rows(queues={*book.queues, *_BROKEN}):
        clock = clock_of_row(row)
        if clock is None or clock.escalated_on is not None:
            continue
        state = book.state(
            clock,
            (row.queue, cause_rule(row.cause).queue),
            status=WorkStatus(row.status),
            next_action_on=row.next_action_on,
            now=now,
        )
        if state is not None and state.is_late:
            late[row.work_item_id] = state
    held = writer.work_leases(late, now=happened_at)
    manager = policy.worklist.manager
    changes = [
        escalate(item, late[key], manager=manager, happened_at=happened_at)
        for key in sorted(late.keys() - held.keys())
        if (item := writer.work_item(key)) is not None
    ]
    if manager:
        writer.note_assignments([(one.item.work_item_id, manager, "") for one in changes])
    return write_changes(writer, changes, as_of=as_of)

"""What filing and answering an appeal do to its work item.

While the payer has the appeal the item is hidden until the answer is due; where it gave in, until
the money should be here; where it did not, the next level is the next thing to do.
"""

from datetime import date, datetime, timedelta

import msgspec

from edi_engine.errors import InputError
from edi_engine.records.appeals import Appeal, AppealOutcome
from edi_engine.records.work import (
    SETTLED,
    WaitingFor,
    WorkEvent,
    WorkEventKind,
    WorkItem,
    WorkStatus,
)
from edi_engine.worklist.appeals import standing_of
from edi_engine.worklist.causes import cause_rule
from edi_engine.worklist.refresh import WorkChange, with_standing

__all__ = ["MONEY_DAYS", "item_after_answer", "item_after_filing"]

MONEY_DAYS = 30
"""Calendar days from a decision for us until its money is asked for: a payer's usual cycle."""

_GAVE_IN = frozenset({AppealOutcome.OVERTURNED, AppealOutcome.PARTLY})


def item_after_filing(
    item: WorkItem, appeal: Appeal, words: str, *, as_of: date, actor: str, happened_at: datetime
) -> WorkChange:
    """The item is appealed, and comes back on the day after the answer was due."""
    if item.status in SETTLED:
        raise InputError(
            f"cannot be appealed: it is {item.status.value}.",
            place=f"work item {item.work_item_id}",
            remedy="Reopen it first." if item.status is WorkStatus.CLOSED else "",
        )
    return _hidden(
        item, appeal, appeal.response_due_on + timedelta(days=1), as_of,
        WorkEvent(happened_at, WorkEventKind.APPEALED, actor, words),
    )  # fmt: skip


def item_after_answer(
    item: WorkItem, appeal: Appeal, words: str, *, as_of: date, actor: str, happened_at: datetime
) -> WorkChange:
    """The item with what the answer (or its amendment) leaves to do.

    A settled item only remembers: the money or a person has said more.
    """
    event = WorkEvent(happened_at, WorkEventKind.ANSWERED, actor, words)
    if item.status in SETTLED:
        return WorkChange(item, (event,))
    if appeal.outcome in _GAVE_IN and appeal.decided_on is not None:
        until = appeal.decided_on + timedelta(days=MONEY_DAYS)
        if until > as_of:
            return _hidden(item, appeal, until, as_of, event)
    if appeal.is_pending:
        return _hidden(item, appeal, appeal.response_due_on + timedelta(days=1), as_of, event)
    standing = standing_of([appeal])
    opened = msgspec.structs.replace(item, status=WorkStatus.OPEN, next_action_on=as_of)
    if standing is None:
        action = cause_rule(item.cause).next_action
        return WorkChange(msgspec.structs.replace(opened, next_action=action), (event,))
    return WorkChange(with_standing(opened, standing, as_of), (event,))


def _hidden(
    item: WorkItem, appeal: Appeal, until: date, as_of: date, event: WorkEvent
) -> WorkChange:
    changed = msgspec.structs.replace(item, status=WorkStatus.APPEALED, next_action_on=until)
    standing = standing_of([appeal])
    if standing is not None:
        changed = with_standing(changed, standing, as_of)
    return WorkChange(changed, (event,), waiting_for=WaitingFor.PAYER)

"""Queues: which of them an item belongs to. The first in the order of `Queue` is its own, the one
it is stored with and counted in; it is found in every other one too.

Pure. What fits is told by the item alone, so a filter and a page never disagree. Source: domain
feature 72.
"""

from datetime import date

from edi_engine.records.denials import DenialStep
from edi_engine.records.work import Queue, QueueMatch, WorkItem
from edi_engine.worklist.advice import REFUSALS, advice_for
from edi_engine.worklist.causes import CAUSES
from edi_engine.worklist.priority import last_urgent_day

__all__ = ["own_queue", "queue_match", "queues_of"]

_ADVISED = {
    Queue.SECONDARY_DUE: DenialStep.BILL_NEXT_PAYER,
    Queue.PATIENT_OVERDUE: DenialStep.BILL_PATIENT,
}
"""Refusals that belong to another queue too, because what is advised is the work of that one."""

_BROKEN = frozenset({Queue.PLAN_BROKEN, Queue.PROMISE_BROKEN})


def own_queue(item: WorkItem) -> Queue:
    """The queue of what is wrong: the item's own, unless a broken word stands before it."""
    return advice_for(item.cause, item.detail).queue


def queues_of(item: WorkItem, as_of: date) -> tuple[Queue, ...]:
    """Every queue the item belongs to on a day, its own first."""
    found = {item.queue, own_queue(item)}
    if item.deadline is not None and as_of <= item.deadline <= last_urgent_day(as_of):
        found.add(Queue.DEADLINE)
    if item.cause in REFUSALS:
        found.update(
            queue for queue, step in _ADVISED.items() if advised_words(step) in item.reason
        )
    return tuple(queue for queue in Queue if queue in found)


def queue_match(queue: Queue) -> QueueMatch:
    """What `queues_of` asks, for a store to search by; `DEADLINE` is told by days alone."""
    step = _ADVISED.get(queue)
    return QueueMatch(
        queue,
        broken=() if queue in _BROKEN else tuple(sorted(_BROKEN)),
        causes=tuple(rule.cause for rule in CAUSES if rule.queue is queue),
        refusals=() if step is None else tuple(sorted(REFUSALS)),
        advised="" if step is None else advised_words(step),
    )


def advised_words(step: DenialStep) -> str:
    """How the reason of an item tells what is advised about its refusal."""
    return f"Advised: {step.words}."

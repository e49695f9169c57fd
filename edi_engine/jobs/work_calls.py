"""One call to a payer for many items: grouped by cause, with what the caller is asked for.

Source: domain 7.4.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import msgspec

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_entries import WorkEntry, entries_of, queue_conditions
from edi_engine.records.reports import CallFacts
from edi_engine.records.work import UNSETTLED, Queue, WorkItem
from edi_engine.store import Store
from edi_engine.worklist import expected_cents, own_queue

__all__ = ["CallGroup", "CallItem", "PayerWork", "call_sheet", "work_by_payer"]


class CallItem(msgspec.Struct, frozen=True):
    """An item of a call. `facts` is None where it is about no claim of ours."""

    entry: WorkEntry
    facts: CallFacts | None


class CallGroup(msgspec.Struct, frozen=True):
    """Items of one cause, best first. `expected_cents` is what they bring at their chances;
    `deadline` the earliest, None when nothing lapses."""

    cause: str
    amount_cents: int
    expected_cents: int
    deadline: date | None
    items: tuple[CallItem, ...]


class PayerWork(msgspec.Struct, frozen=True):
    """The open items of a payer in numbers; the payer is empty where nobody says who it is."""

    payer_id: str
    payer_name: str
    items_count: int
    amount_cents: int
    expected_cents: int
    deadline: date | None


def call_sheet(
    store: Store, payer_id: str, *, as_of: date, now: Callable[[], datetime] = utc_now
) -> list[CallGroup]:
    """What to ask one payer about, the group that brings most first; items that wait for a later
    day, or for the patient, are left out."""
    with store.reading() as reader:
        items = reader.work_items(statuses=UNSETTLED, payer_id=payer_id, awake_on=as_of)
        items = [item for item in items if _is_the_payers(item)]
        facts = reader.call_facts(item.claim_id for item in items if item.claim_id is not None)
        calls = [
            CallItem(entry, facts.get(entry.item.claim_id or 0))
            for entry in entries_of(reader, items, now=now(), as_of=as_of)
        ]
    causes = dict.fromkeys(call.entry.item.cause for call in calls)
    groups = [
        _group(cause, [call for call in calls if call.entry.item.cause == cause])
        for cause in causes
    ]
    return sorted(groups, key=lambda group: (-group.expected_cents, group.cause))


def work_by_payer(
    store: Store,
    *,
    as_of: date,
    queue: Queue | None = None,
    assignee: str | None = None,
    now: Callable[[], datetime] = utc_now,
) -> list[PayerWork]:
    """Whom to call: payers with open items, the one that brings most first."""
    with store.reading() as reader:
        items = reader.work_items(
            **queue_conditions(queue, as_of),
            statuses=UNSETTLED,
            assignee=assignee,
            awake_on=as_of,
        )
        entries = entries_of(
            reader, [item for item in items if _is_the_payers(item)], now=now(), as_of=as_of
        )
    by_payer: dict[str, list[WorkEntry]] = {}
    for entry in entries:
        by_payer.setdefault(entry.subject.payer_id, []).append(entry)
    rows = [_payer_work(payer_id, found) for payer_id, found in by_payer.items()]
    return sorted(rows, key=lambda row: (-row.expected_cents, row.payer_id))


def _is_the_payers(item: WorkItem) -> bool:
    return own_queue(item) is not Queue.PATIENT_OVERDUE


def _group(cause: str, calls: Sequence[CallItem]) -> CallGroup:
    items = [call.entry.item for call in calls]
    return CallGroup(
        cause=cause,
        amount_cents=sum(item.amount_at_risk_cents for item in items),
        expected_cents=sum(map(expected_cents, items)),
        deadline=_earliest(items),
        items=tuple(calls),
    )


def _payer_work(payer_id: str, entries: Sequence[WorkEntry]) -> PayerWork:
    items = [entry.item for entry in entries]
    return PayerWork(
        payer_id=payer_id,
        payer_name=min((entry.subject.payer_name for entry in entries), default=""),
        items_count=len(items),
        amount_cents=sum(item.amount_at_risk_cents for item in items),
        expected_cents=sum(map(expected_cents, items)),
        deadline=_earliest(items),
    )


def _earliest(items: Iterable[WorkItem]) -> date | None:
    return min((item.deadline for item in items if item.deadline is not None), default=None)

"""Promises to pay: recorded by people, held against the journal, told on the item.

What came is reckoned anew from the journal each time, so late files and takebacks change what is
concluded and never what was promised. Source: domain feature 80.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import existing_item
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.promises import (
    Promise,
    PromiseMoney,
    Promiser,
    PromiseReceipt,
    PromiseStanding,
)
from edi_engine.records.work import SETTLED, WorkEventKind, WorkItem
from edi_engine.store import Reader, Store, Writer
from edi_engine.worklist import (
    Measure,
    WorkChange,
    after_promises,
    cause_rule,
    check_receipt,
    last_day_of,
    promise,
    promiser_of,
    refuse_held,
    standing_of_promise,
)

__all__ = [
    "PromiseGiven",
    "add_promise",
    "promise_on_item",
    "promise_standings",
    "receive_on_promise",
    "settle_promises",
]

_POSTING_MARK = "promises"


class PromiseGiven(msgspec.Struct, frozen=True):
    """What a person says was promised. `promised_by` None means whoever owes what the item is
    about, `counted_from` None the day on which it is recorded."""

    amount_cents: int
    due_on: date
    promised_by: Promiser | None = None
    counted_from: date | None = None
    note: str = ""


def promise_on_item(
    store: Store,
    work_item_id: int,
    given: PromiseGiven,
    *,
    actor: str,
    as_of: date,
    policy: ReconcilePolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> PromiseStanding:
    """Record a promise; the item waits until the day after its grace, and nobody has it in hand.

    Raises InputError for what is no promise, and when somebody else has the item in hand.
    """
    policy = policy or ReconcilePolicy()
    with store.writing() as writer:
        at = now()
        item = existing_item(writer, work_item_id)
        refuse_held(item, writer.work_leases([work_item_id], now=at).get(work_item_id), actor)
        change = add_promise(
            writer, item, given, actor=actor, as_of=as_of, policy=policy, happened_at=at
        )
        write_changes(writer, [change], as_of=as_of)
        writer.release_work_items([work_item_id])
        return promise_standings(writer, [work_item_id], as_of=as_of)[work_item_id][-1]


def add_promise(
    writer: Writer,
    item: WorkItem,
    given: PromiseGiven,
    *,
    actor: str,
    as_of: date,
    policy: ReconcilePolicy,
    happened_at: datetime,
    keep_next_action: bool = False,
) -> WorkChange:
    """Keep a promise on an item; how the item changes is returned, for the caller to write.

    It replaces an earlier one of the same promiser that nothing has replaced yet.
    """
    promised_by = given.promised_by or promiser_of(item)
    earlier = _standing_promises(writer.promises_of([item.work_item_id]).get(item.work_item_id, ()))
    before = [one for one in earlier if one.promised_by is promised_by]
    counted_from = given.counted_from or as_of
    made = Promise(
        promise_id=0,
        work_item_id=item.work_item_id,
        claim_id=item.claim_id or 0,
        payer_sequence=_sequence(item),
        promised_by=promised_by,
        amount_cents=given.amount_cents,
        due_on=given.due_on,
        grace_days=policy.worklist.promise_grace_days,
        counted_from=counted_from,
        known_cents=0,
        recorded_on=as_of,
        recorded_at=happened_at.isoformat(),
        recorded_by=actor,
        note=given.note.strip(),
        replaces_promise_id=before[-1].promise_id if before else None,
    )
    change = promise(
        item,
        made,
        as_of=as_of,
        happened_at=happened_at,
        keep_next_action=keep_next_action,
        calendar=policy.calendar,
    )
    if promised_by is Promiser.PAYER:
        money = writer.payer_money([made.claim_id]).get((made.claim_id, made.payer_sequence), ())
        known = sum(one.cents for one in money if one.came_on >= counted_from)
        made = msgspec.structs.replace(made, known_cents=known)
    writer.add_promise(made)
    found = promise_standings(writer, [item.work_item_id], as_of=as_of)
    _keep(writer, found)
    # Another promise on the item may be broken still, and then the item is.
    told = {one.promise.promise_id: one.state for one in found[item.work_item_id]}
    still = after_promises(
        change.item,
        found[item.work_item_id],
        told,
        as_of=as_of,
        happened_at=happened_at,
        calendar=policy.calendar,
    )
    return change if still is None else msgspec.structs.replace(change, item=still.item)


def receive_on_promise(
    store: Store,
    work_item_id: int,
    amount_cents: int,
    came_on: date,
    *,
    actor: str,
    as_of: date,
    note: str = "",
    policy: ReconcilePolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> PromiseStanding:
    """Record money of a patient that a person saw come in, on the promise that stands.

    Raises InputError where the patient promised nothing, or what is given is no receipt.
    """
    policy = policy or ReconcilePolicy()
    with store.writing() as writer:
        at = now()
        item = existing_item(writer, work_item_id)
        standing = _standing_promises(writer.promises_of([work_item_id]).get(work_item_id, ()))
        standing.sort(key=lambda one: (one.promised_by is Promiser.PATIENT, one.promise_id))
        if not standing:
            raise InputError(
                "nothing was promised on it.",
                place=f"work item {work_item_id}",
                remedy='Record the promise first: "edi-engine worklist promise".',
            )
        found = standing[-1]
        receipt = PromiseReceipt(
            0, found.promise_id, amount_cents, came_on, at.isoformat(), actor, note.strip()
        )
        check_receipt(found, receipt, as_of=as_of)
        writer.add_receipt(receipt)
        _settle(writer, [item], policy, as_of=as_of, happened_at=at)
        standings = promise_standings(writer, [work_item_id], as_of=as_of)[work_item_id]
        return next(one for one in standings if one.promise.promise_id == found.promise_id)


def settle_promises(
    writer: Writer, policy: ReconcilePolicy, *, as_of: date, happened_at: datetime
) -> Counter[WorkEventKind]:
    """Conclude about the promises of which something else may be known, and tell their items."""
    reached = writer.mark(_POSTING_MARK) or 0
    keys = writer.items_with_promises_to_settle(as_of, reached)
    writer.set_mark(_POSTING_MARK, writer.newest_posting_id())
    items = [item for key in keys if (item := writer.work_item(key)) is not None]
    return _settle(writer, items, policy, as_of=as_of, happened_at=happened_at)


def promise_standings(
    reader: Reader, work_item_ids: Iterable[int], *, as_of: date
) -> dict[int, list[PromiseStanding]]:
    """What came of the promises of these items, in the order they were recorded."""
    promises = reader.promises_of(work_item_ids)
    everything = [one for found in promises.values() for one in found]
    receipts = reader.receipts(one.promise_id for one in everything)
    money = reader.payer_money({one.claim_id for one in everything})
    standings: dict[int, list[PromiseStanding]] = {}
    for key, found in promises.items():
        item = existing_item(reader, key)
        replaced = {one.replaces_promise_id for one in found}
        standings[key] = [
            standing_of_promise(
                one,
                money.get((one.claim_id, one.payer_sequence), ())
                if one.promised_by is Promiser.PAYER
                else [
                    PromiseMoney(each.came_on, each.amount_cents)
                    for each in receipts.get(one.promise_id, ())
                ],
                as_of=as_of,
                is_replaced=one.promise_id in replaced,
                is_settled=item.status in SETTLED,
            )
            for one in found
        ]
    return standings


def _settle(
    writer: Writer,
    items: Iterable[WorkItem],
    policy: ReconcilePolicy,
    *,
    as_of: date,
    happened_at: datetime,
) -> Counter[WorkEventKind]:
    calendar = policy.calendar
    by_key = {item.work_item_id: item for item in items}
    standings = promise_standings(writer, by_key, as_of=as_of)
    before = writer.promise_states(
        one.promise.promise_id for found in standings.values() for one in found
    )
    changes = [
        change
        for key, found in standings.items()
        if (
            change := after_promises(
                by_key[key],
                found,
                before,
                as_of=as_of,
                happened_at=happened_at,
                calendar=calendar,
            )
        )
        is not None
    ]
    work = write_changes(writer, changes, as_of=as_of)
    _keep(writer, standings)
    return work


def _keep(writer: Writer, standings: dict[int, list[PromiseStanding]]) -> None:
    writer.write_promise_standings(
        [
            (one, last_day_of(one.promise) + timedelta(days=1))
            for found in standings.values()
            for one in found
        ]
    )


def _standing_promises(found: Iterable[Promise]) -> list[Promise]:
    promises = list(found)
    replaced = {one.replaces_promise_id for one in promises}
    return [one for one in promises if one.promise_id not in replaced]


def _sequence(item: WorkItem) -> int:
    """The payer whose money counts: the next one where that is what the item waits for."""
    is_next = cause_rule(item.cause).measure is Measure.LATER_PAID
    return item.payer_sequence + 1 if is_next else item.payer_sequence

"""Bringing stored work items up to date with issues, inside the caller's transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import WorkEventKind, WorkStatus
from edi_engine.store import Writer
from edi_engine.worklist import PlacedIssue, WorkChange, refresh, refresh_on_date

__all__ = ["refresh_work", "refresh_work_on_date", "write_changes"]

_SETTLED = frozenset({WorkStatus.RESOLVED, WorkStatus.CLOSED})

_URGENT_CALENDAR_DAYS = 22
"""Fifteen business days are at most twenty-one calendar days; one more for the day they begin."""


def refresh_work(
    writer: Writer,
    issues: Sequence[PlacedIssue],
    *,
    claim_ids: Iterable[int] = (),
    claim_payment_ids: Iterable[int] = (),
    remittance_ids: Iterable[int] = (),
    provider_item_ids: Iterable[int] = (),
    deposit_ids: Iterable[int] = (),
    remittance_deposit_ids: Iterable[int] = (),
    policy: ReconcilePolicy,
    as_of: date,
    happened_at: datetime,
) -> Counter[WorkEventKind]:
    """Open, add to, resolve and reopen the items of these subjects; counts of what happened.

    `issues` must be everything wrong with the subjects now, for silence resolves an item.
    """
    items = writer.work_items_of(
        claim_ids=claim_ids,
        claim_payment_ids=claim_payment_ids,
        remittance_ids=remittance_ids,
        provider_item_ids=provider_item_ids,
        deposit_ids=deposit_ids,
        remittance_deposit_ids=remittance_deposit_ids,
    )
    changes = refresh(items, issues, policy=policy, as_of=as_of, happened_at=happened_at)
    return write_changes(writer, changes)


def refresh_work_on_date(
    writer: Writer, *, since: date | None, as_of: date, happened_at: datetime
) -> Counter[WorkEventKind]:
    """Wake what was snoozed to a day up to `as_of`, and let urgency rise or end.

    `since` is the day this was last done; None looks at every deadline that has passed.
    """
    nearing = writer.work_items_by_deadline(
        since or date.min, as_of + timedelta(days=_URGENT_CALENDAR_DAYS)
    )
    items = {item.item_key: item for item in (*nearing, *writer.work_items_to_wake(as_of))}
    return write_changes(
        writer, refresh_on_date(items.values(), as_of=as_of, happened_at=happened_at)
    )


def write_changes(writer: Writer, changes: Sequence[WorkChange]) -> Counter[WorkEventKind]:
    """Write changed items with their events; counts of the events by kind.

    Whoever has one in hand that is settled now has it no longer.
    """
    if not changes:
        return Counter()
    ids = writer.upsert_work_items([change.item for change in changes])
    events = [
        (work_item_id, event)
        for work_item_id, change in zip(ids, changes, strict=True)
        for event in change.events
    ]
    writer.add_work_events(events)
    writer.release_work_items(
        work_item_id
        for work_item_id, change in zip(ids, changes, strict=True)
        if change.item.status in _SETTLED
    )
    return Counter(event.kind for _, event in events)

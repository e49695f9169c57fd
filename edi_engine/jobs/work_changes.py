"""Bringing stored work items up to date with issues, inside the caller's transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from edi_engine.dates import add_business_days
from edi_engine.jobs.work_progress import note_progress
from edi_engine.records.outcomes import ClaimMeasure, WorkOutcome, WorkStake
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimReconciliation
from edi_engine.records.work import SETTLED, Resolution, WorkEventKind, WorkItem
from edi_engine.store import Writer
from edi_engine.worklist import (
    ENGINE,
    URGENT_BUSINESS_DAYS,
    Chances,
    PlacedIssue,
    WorkChange,
    band_starts,
    claim_measure,
    count_outcomes,
    follow,
    needs_measure,
    refresh,
    refresh_on_date,
    resolution_of,
    standing_of,
)

__all__ = ["count_new_outcomes", "refresh_work", "refresh_work_on_date", "write_changes"]

_OPENINGS = frozenset({WorkEventKind.OPENED, WorkEventKind.REOPENED})


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
    acknowledgment_ids: Iterable[int] = (),
    policy: ReconcilePolicy,
    as_of: date,
    happened_at: datetime,
    chances: Chances,
    conclusions: Iterable[ClaimReconciliation] = (),
) -> Counter[WorkEventKind]:
    """Open, add to, resolve and reopen the items of these subjects; counts of what happened.

    `issues` must be everything wrong with the subjects now, for silence resolves an item.
    `conclusions` are what the store holds of the claims, as far as it is at hand.
    """
    items = writer.work_items_of(
        claim_ids=claim_ids,
        claim_payment_ids=claim_payment_ids,
        remittance_ids=remittance_ids,
        provider_item_ids=provider_item_ids,
        deposit_ids=deposit_ids,
        remittance_deposit_ids=remittance_deposit_ids,
        acknowledgment_ids=acknowledgment_ids,
    )
    appeals = writer.appeals_of_items(item.work_item_id for item in items)
    standings = {
        item.item_key: standing
        for item in items
        if (standing := standing_of(appeals.get(item.work_item_id, ()))) is not None
    }
    stakes = writer.work_stakes(item.work_item_id for item in items)
    changes = refresh(
        items,
        issues,
        policy=policy,
        as_of=as_of,
        happened_at=happened_at,
        standings=standings,
        chances=chances,
        stakes=stakes,
    )
    return write_changes(writer, changes, as_of=as_of, conclusions=conclusions)


def count_new_outcomes(writer: Writer, as_of: date) -> Chances:
    """Count what ended before this day, and give the chances that the day's priorities are made of.

    What ends on a day counts from the next day on, so that neither the order of batches nor
    running twice can change a priority.
    """
    waiting = writer.outcomes_to_count(as_of)
    writer.count_in(waiting, count_outcomes(waiting.values()))
    return Chances(writer.outcome_counts())


def refresh_work_on_date(
    writer: Writer,
    *,
    since: date | None,
    policy: ReconcilePolicy,
    as_of: date,
    happened_at: datetime,
    chances: Chances,
) -> Counter[WorkEventKind]:
    """Wake what was snoozed to a day up to `as_of`, let urgency rise or end, and follow chances.

    Looked at are items with a near deadline, those that pass into another age band, and those of a
    kind of which others ended. `since` is the day this was last done; None looks at every deadline
    that has passed.
    """
    calendar = policy.calendar
    # One more for the day on which the last business days begin.
    urgent_by = add_business_days(as_of, URGENT_BUSINESS_DAYS + 1, calendar)
    nearing = writer.work_items_by_deadline(since or date.min, urgent_by)
    found = [*nearing, *writer.work_items_to_wake(as_of), *_passing(writer, since, as_of)]
    for cause, detail in writer.changed_chances():
        found += writer.work_items_of_kind(cause, detail)
    writer.clear_changed_chances()
    items = {item.item_key: item for item in found}
    changes = refresh_on_date(
        items.values(),
        as_of=as_of,
        happened_at=happened_at,
        chances=chances,
        stakes=writer.work_stakes(item.work_item_id for item in items.values()),
        calendar=calendar,
    )
    return write_changes(writer, changes, as_of=as_of)


def _passing(writer: Writer, since: date | None, as_of: date) -> list[WorkItem]:
    """Items that passed into another age band after `since`; nothing was reckoned before None."""
    if since is None or since >= as_of:
        return []
    return [
        item
        for days in band_starts()
        for item in writer.work_items_arisen(
            since - timedelta(days=days - 1), as_of - timedelta(days=days)
        )
    ]


def write_changes(
    writer: Writer,
    changes: Sequence[WorkChange],
    *,
    as_of: date,
    conclusions: Iterable[ClaimReconciliation] = (),
) -> Counter[WorkEventKind]:
    """Write changed items with their events; counts of the events by kind.

    Whoever has one in hand that is settled now has it no longer; what became of it is recorded.
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
        if change.item.status in SETTLED
    )
    _note_assignments(writer, zip(ids, changes, strict=True))
    numbered = [_numbered(*pair) for pair in zip(ids, changes, strict=True)]
    stakes = writer.work_stakes(ids)
    concluded: dict[int, ClaimReconciliation] = {one.claim_id: one for one in conclusions}
    resolutions = _follow(writer, numbered, stakes, as_of, concluded)
    note_progress(writer, numbered, stakes, resolutions, as_of)
    return Counter(event.kind for _, event in events)


def _note_assignments(writer: Writer, changes: Iterable[tuple[int, WorkChange]]) -> None:
    """A person's word on whose an item is stands; what opened for nobody, the rules shall see."""
    by_persons: list[tuple[int, str, str]] = []
    for_nobody: list[int] = []
    for work_item_id, change in changes:
        kinds = {event.kind: event.actor for event in change.events}
        if kinds.get(WorkEventKind.ASSIGNED, ENGINE) != ENGINE:
            by_persons.append((work_item_id, change.item.assignee, ""))
        elif not change.item.assignee and kinds.keys() & _OPENINGS:
            for_nobody.append(work_item_id)
    writer.note_assignments(by_persons)
    writer.await_assignment(for_nobody)


def _numbered(work_item_id: int, change: WorkChange) -> WorkChange:
    item = msgspec.structs.replace(change.item, work_item_id=work_item_id)
    return msgspec.structs.replace(change, item=item)


def _follow(
    writer: Writer,
    changes: Sequence[WorkChange],
    stakes: Mapping[int, WorkStake],
    as_of: date,
    conclusions: Mapping[int, ClaimReconciliation],
) -> dict[int, Resolution]:
    """Keep what is at stake in these items, and record what became of those that ended; how each
    of these ended, where that is known."""
    last = _last_outcomes(writer, changes, stakes)
    measures = _measures(
        writer,
        {
            change.item.claim_id
            for change in changes
            if change.item.claim_id is not None
            and needs_measure(change, stakes.get(change.item.work_item_id), as_of)
        },
        conclusions,
    )
    kept: list[WorkStake] = []
    dropped: list[int] = []
    outcomes: list[WorkOutcome] = []
    resolutions: dict[int, Resolution] = {}
    for change in changes:
        key = change.item.work_item_id
        before = stakes.get(key)
        claim = measures.get(change.item.claim_id or 0)
        followed = follow(change, before, last=last.get(key), claim=claim, as_of=as_of)
        if followed.stake is None:
            dropped.append(key)
        elif followed.stake != before:
            kept.append(followed.stake)
        outcomes += followed.outcomes
        resolution = resolution_of(change, followed.outcomes, claim)
        if resolution is not None:
            resolutions[key] = resolution
    writer.write_work_stakes(kept)
    writer.drop_work_stakes(dropped)
    writer.add_work_outcomes(outcomes)
    return resolutions


def _measures(
    writer: Writer, claim_ids: Iterable[int], conclusions: Mapping[int, ClaimReconciliation]
) -> dict[int, ClaimMeasure]:
    """What outcomes on these claims are measured by, of those that were concluded about."""
    found: dict[int, ClaimMeasure] = {}
    elsewhere: list[int] = []
    for claim_id in claim_ids:
        if claim_id in conclusions:
            found[claim_id] = claim_measure(conclusions[claim_id])
        else:
            elsewhere.append(claim_id)
    return found | writer.claim_measures(elsewhere)


def _last_outcomes(
    writer: Writer, changes: Sequence[WorkChange], stakes: Mapping[int, WorkStake]
) -> dict[int, WorkOutcome]:
    """How the items without a stake ended before, for those that did."""
    keys = [
        change.item.work_item_id
        for change in changes
        if change.item.work_item_id not in stakes
        and not any(event.kind is WorkEventKind.OPENED for event in change.events)
    ]
    return {key: found[-1] for key, found in writer.work_outcomes(keys).items()}

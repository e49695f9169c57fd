"""Filing appeals, recording what came of them, and what they brought: each one transaction.

What an appeal recovered is not what the payer said but what it allowed in the end: allowed now (or
when the next level was filed) less allowed when it was filed, over the claim's lines for this
payer. Source: domain features 60 and 66.
"""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.stored_claims import billed_claim_of
from edi_engine.jobs.work_changes import write_changes
from edi_engine.jobs.work_entries import require_unchanged
from edi_engine.records.appeals import (
    Appeal,
    AppealEvent,
    AppealLadder,
    AppealMethod,
    AppealOutcome,
    AppealPolicy,
)
from edi_engine.records.matching import BilledClaim, ClaimId
from edi_engine.records.reports import Subject
from edi_engine.records.work import UNSETTLED, WorkItem
from edi_engine.store import Reader, Store, Writer
from edi_engine.worklist import (
    Filing,
    NextLevel,
    amended,
    answered,
    filed,
    item_after_answer,
    item_after_filing,
    next_level,
)

__all__ = [
    "APPEALABLE_QUEUES",
    "AppealEntry",
    "Filing",
    "answer_appeal",
    "appeal_target",
    "appeals_of_item",
    "correct_appeal",
    "file_appeal",
    "list_appeals",
    "next_of_appeal",
    "show_appeal",
]

APPEALABLE_QUEUES = frozenset({"denial", "underpay", "plb", "deadline", "no_response"})


class AppealEntry(msgspec.Struct, frozen=True):
    """An appeal with what names its claim to a person. `recovered_cents` is None when what was
    allowed at filing is not known; `events` only where they were asked for."""

    appeal: Appeal
    subject: Subject
    recovered_cents: int | None
    events: tuple[AppealEvent, ...] = ()


class _Target(msgspec.Struct, frozen=True):
    """What is appealed: a claim, and the work item about it if there is one."""

    claim: BilledClaim
    item: WorkItem | None

    @property
    def payer_sequence(self) -> int:
        return self.item.payer_sequence if self.item is not None else self.claim.payer_sequence


def appeal_target(
    reader: Reader, *, work_item_id: int | None = None, claim_id: int | None = None
) -> _Target:
    """The claim and item that an appeal is about, from either number.

    Raises InputError when the item is about no claim, and when a claim has several open items.
    """
    if work_item_id is not None:
        item = reader.work_item(work_item_id)
        if item is None:
            raise InputError(
                "there is no such work item.",
                place=f"work item {work_item_id}",
                remedy='List them with "edi-engine worklist list".',
            )
        if item.claim_id is None:
            raise InputError(
                "it is about no claim of ours, so there is nothing to appeal.",
                place=f"work item {work_item_id}",
                remedy="Say first where the payment belongs: edi-engine decide link.",
            )
        return _Target(billed_claim_of(reader, item.claim_id), item)
    if claim_id is None:
        raise InputError("neither item nor claim is named.", remedy="Name a work item.")
    claim = billed_claim_of(reader, claim_id)
    items = [
        item
        for item in reader.work_items_of(claim_ids=[claim_id])
        if item.status in UNSETTLED and item.queue.value in APPEALABLE_QUEUES
    ]
    if len(items) > 1:
        numbers = ", ".join(str(item.work_item_id) for item in items)
        raise InputError(
            f"it has several open work items: {numbers}.",
            place=f"claim {claim_id}",
            remedy="Name the one that is appealed.",
        )
    return _Target(claim, items[0] if items else None)


def file_appeal(
    store: Store,
    filing: Filing | Callable[[int], Filing],
    *,
    work_item_id: int | None = None,
    claim_id: int | None = None,
    policy: AppealPolicy,
    actor: str,
    as_of: date,
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> AppealEntry:
    """Record that an appeal was filed. A function makes the filing from what the item puts at risk.

    `seen` is the newest event of the item that was looked at: ConflictError where there is another
    by now. Raises InputError when it is not the turn of a level, or too little is in dispute for
    it.
    """
    happened_at = now()
    with store.writing() as writer:
        target = appeal_target(writer, work_item_id=work_item_id, claim_id=claim_id)
        claim, item = target.claim, target.item
        if item is not None:
            require_unchanged(writer, item.work_item_id, seen)
        if not isinstance(filing, Filing):
            filing = filing(item.amount_at_risk_cents if item is not None else 0)
        if filing.filed_on > as_of:
            raise InputError(
                "it cannot have been filed after today.", place="--on", remedy="Give the day."
            )
        earlier = _earlier(writer, target)
        ladder = policy.ladder_for(claim.payer_id, claim.filing_indicator)
        made, event = filed(
            filing,
            earlier,
            ladder,
            appeal=_new_appeal(writer, target, filing),
            response_days=dict(policy.response_days_by_payer).get(claim.payer_id),
            actor=actor,
            happened_at=happened_at,
        )
        if earlier:
            last = msgspec.structs.replace(earlier[-1], closing_cents=made.baseline_cents)
            writer.write_appeal(last)
        writer.write_appeal(made, event)
        if item is not None:
            change = item_after_filing(
                item, made, event.text, as_of=as_of, actor=actor, happened_at=happened_at
            )
            write_changes(writer, [change], as_of=as_of)
        return msgspec.structs.replace(_entry(writer, made), events=(event,))


def answer_appeal(
    store: Store,
    appeal_id: int,
    outcome: AppealOutcome,
    *,
    decided_on: date,
    overturned_cents: int = 0,
    note: str = "",
    policy: AppealPolicy,
    actor: str,
    as_of: date,
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> AppealEntry:
    """Record what came of an appeal, once; `seen` as in `file_appeal`."""
    happened_at = now()

    def change(appeal: Appeal, ladder: AppealLadder) -> tuple[Appeal, AppealEvent]:
        return answered(
            appeal,
            outcome,
            ladder,
            decided_on=decided_on,
            overturned_cents=overturned_cents,
            note=note,
            actor=actor,
            happened_at=happened_at,
        )

    if decided_on > as_of:
        raise InputError("it cannot be decided after today.", place="--on", remedy="Give the day.")
    return _changed(
        store,
        appeal_id,
        change,
        policy,
        actor=actor,
        as_of=as_of,
        happened_at=happened_at,
        seen=seen,
    )


def correct_appeal(
    store: Store,
    appeal_id: int,
    *,
    method: AppealMethod | None = None,
    tracking_number: str | None = None,
    disputed_cents: int | None = None,
    response_due_on: date | None = None,
    outcome: AppealOutcome | None = None,
    decided_on: date | None = None,
    overturned_cents: int | None = None,
    reason: str,
    policy: AppealPolicy,
    actor: str,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> AppealEntry:
    """Put right what was recorded wrongly; the history keeps both.

    Raises InputError for an appeal that a later level followed: its answer stands.
    """
    happened_at = now()

    def change(appeal: Appeal, ladder: AppealLadder) -> tuple[Appeal, AppealEvent]:
        return amended(
            appeal,
            ladder,
            method=method,
            tracking_number=tracking_number,
            disputed_cents=disputed_cents,
            response_due_on=response_due_on,
            outcome=outcome,
            decided_on=decided_on,
            overturned_cents=overturned_cents,
            reason=reason,
            actor=actor,
            happened_at=happened_at,
        )

    return _changed(
        store, appeal_id, change, policy, actor=actor, as_of=as_of, happened_at=happened_at
    )


def list_appeals(
    store: Store,
    *,
    as_of: date,
    outcome: AppealOutcome | None = None,
    payer_id: str | None = None,
    claim_id: int | None = None,
    is_overdue: bool = False,
    limit: int | None = None,
) -> list[AppealEntry]:
    """Appeals, the earliest due answer first; `is_overdue` keeps those that should have come."""
    with store.reading() as reader:
        found = reader.appeals(
            claim_id=claim_id,
            payer_id=payer_id,
            outcome=outcome,
            overdue_on=as_of if is_overdue else None,
            limit=limit,
        )
        return [_entry(reader, appeal) for appeal in found]


def appeals_of_item(store: Store, work_item_id: int) -> list[Appeal]:
    """The appeals of a work item, oldest first."""
    with store.reading() as reader:
        return reader.appeals_of_items([work_item_id]).get(work_item_id, [])


def show_appeal(store: Store, appeal_id: int) -> AppealEntry:
    """An appeal with its history. Raises InputError when there is no such one."""
    with store.reading() as reader:
        appeal = _appeal(reader, appeal_id)
        events = tuple(reader.appeal_events(appeal_id))
        return msgspec.structs.replace(_entry(reader, appeal), events=events)


def next_of_appeal(store: Store, appeal_id: int, *, policy: AppealPolicy) -> NextLevel:
    """The level after an appeal, with its last day.

    Raises InputError, saying why, when there is none.
    """
    with store.reading() as reader:
        appeal = _appeal(reader, appeal_id)
        return next_level(appeal, _ladder(reader, appeal, policy))


def _changed(
    store: Store,
    appeal_id: int,
    change: Callable[[Appeal, AppealLadder], tuple[Appeal, AppealEvent]],
    policy: AppealPolicy,
    *,
    actor: str,
    as_of: date,
    happened_at: datetime,
    seen: int | None = None,
) -> AppealEntry:
    with store.writing() as writer:
        appeal = _appeal(writer, appeal_id)
        if appeal.work_item_id is not None:
            require_unchanged(writer, appeal.work_item_id, seen)
        latest = _is_latest(writer, appeal)
        made, event = change(appeal, _ladder(writer, appeal, policy))
        if not latest and (made.outcome, made.decided_on) != (appeal.outcome, appeal.decided_on):
            raise InputError(
                "a later level followed its answer, which therefore stands.",
                place=f"appeal {appeal_id}",
                remedy="Record what came of the later one.",
            )
        writer.write_appeal(made, event)
        item = None if made.work_item_id is None else writer.work_item(made.work_item_id)
        if item is not None and latest:
            after = item_after_answer(
                item, made, event.text, as_of=as_of, actor=actor, happened_at=happened_at
            )
            write_changes(writer, [after], as_of=as_of)
            # The next reconciling reckons deadline and priority anew.
            writer.mark_pending_claims([made.claim_id])
        return msgspec.structs.replace(_entry(writer, made), events=(event,))


def _appeal(reader: Reader, appeal_id: int) -> Appeal:
    appeal = reader.appeal(appeal_id)
    if appeal is None:
        raise InputError(
            "there is no such appeal.",
            place=f"appeal {appeal_id}",
            remedy='List them with "edi-engine appeals list".',
        )
    return appeal


def _ladder(reader: Reader, appeal: Appeal, policy: AppealPolicy) -> AppealLadder:
    claim = billed_claim_of(reader, appeal.claim_id)
    return policy.ladder_for(claim.payer_id, claim.filing_indicator)


def _earlier(reader: Reader, target: _Target) -> list[Appeal]:
    """Earlier appeals of the same work, oldest first."""
    found = sorted(
        reader.appeals(claim_id=target.claim.claim_id), key=lambda appeal: appeal.appeal_id
    )
    wanted = None if target.item is None else target.item.work_item_id
    return [appeal for appeal in found if appeal.work_item_id == wanted]


def _is_latest(reader: Reader, appeal: Appeal) -> bool:
    return all(
        other.appeal_id <= appeal.appeal_id or other.work_item_id != appeal.work_item_id
        for other in reader.appeals(claim_id=appeal.claim_id)
    )


def _new_appeal(writer: Writer, target: _Target, filing: Filing) -> Appeal:
    """What the appeal is about, and what was allowed before it; the rules fill in the rest."""
    return Appeal(
        appeal_id=writer.new_appeal_id(),
        claim_id=target.claim.claim_id,
        work_item_id=None if target.item is None else target.item.work_item_id,
        payer_id=target.claim.payer_id,
        payer_sequence=target.payer_sequence,
        ladder="",
        level=0,
        level_name="",
        method=filing.method,
        tracking_number="",
        disputed_cents=0,
        filed_on=filing.filed_on,
        response_due_on=filing.filed_on,
        baseline_cents=_baseline(writer, target, filing.filed_on),
    )


def _baseline(reader: Reader, target: _Target, filed_on: date) -> int | None:
    """What is allowed before the appeal; None when a payment of a later day is in it already."""
    claim_id = target.claim.claim_id
    ids = reader.payment_ids_matched_to([claim_id]).get(claim_id, [])
    payments = reader.paid_claims(ids).values()
    if any(one.paid_on is not None and one.paid_on > filed_on for one in payments):
        return None
    return _allowed(reader, claim_id, target.payer_sequence)


def _allowed(reader: Reader, claim_id: int, payer_sequence: int) -> int | None:
    """What the payer allows on the claim as it is reconciled; None before it was."""
    conclusion = reader.reconciliations([claim_id]).get(ClaimId(claim_id))
    if conclusion is None:
        return None
    return sum(
        line.allowed_cents for line in conclusion.lines if line.payer_sequence == payer_sequence
    )


def _recovered(reader: Reader, appeal: Appeal) -> int | None:
    after = appeal.closing_cents
    if after is None:
        after = _allowed(reader, appeal.claim_id, appeal.payer_sequence)
    if after is None or appeal.baseline_cents is None:
        return None
    return after - appeal.baseline_cents


def _entry(reader: Reader, appeal: Appeal) -> AppealEntry:
    return AppealEntry(
        appeal,
        reader.claim_subjects([appeal.claim_id])[appeal.claim_id],
        _recovered(reader, appeal),
    )

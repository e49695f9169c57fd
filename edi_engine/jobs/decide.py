"""A person's decisions: link, unlink, accept, reject, undo about claim payments; hold and release
about remittances.

A decision outranks every rule until it is undone; nothing is ever removed, and who decided stays
on record. The conclusions that hang on it are drawn again at once.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

import msgspec

from edi_engine.errors import ConflictError, InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.stored_claims import billed_claim_of
from edi_engine.jobs.stored_remittances import remittance_of
from edi_engine.records.journal import StoredPosting, SubjectKind
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimMatch, DecisionKind
from edi_engine.records.stored import StoredDecision, StoredRemittance
from edi_engine.records.work import WorkEvent, WorkEventKind
from edi_engine.store import Reader, Store, Writer

__all__ = [
    "DecisionResult",
    "accept",
    "decision_version",
    "dismiss",
    "hold",
    "link",
    "list_decisions",
    "reject",
    "release",
    "undo",
    "unlink",
]


class DecisionResult(msgspec.Struct, frozen=True):
    """A decision, where its claim payment belongs now and how it stands in the journal (None: it
    moves nothing). `replaced` are decisions that it ended: an earlier link of the payment, or the
    opposite one."""

    decision: StoredDecision
    replaced: tuple[int, ...]
    match: ClaimMatch
    posting: StoredPosting | None


def link(
    store: Store,
    claim_payment_id: int,
    claim_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> DecisionResult:
    """Put a claim payment on a claim, whatever the rules say.

    `seen` is the `decision_version` that was looked at. Raises ConflictError where there is
    another by now.
    """
    with store.writing() as writer:
        _require_payment(writer, claim_payment_id)
        _require_unchanged(writer, claim_payment_id, seen)
        _require_claim(writer, claim_id)
        decision_id, replaced = _decide(
            writer, DecisionKind.LINK, claim_payment_id, claim_id, actor=actor, note=note, at=now()
        )
    return _concluded(store, decision_id, replaced, policy=policy, as_of=as_of, now=now)


def unlink(
    store: Store,
    claim_payment_id: int,
    claim_id: int | None = None,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> DecisionResult:
    """Keep a claim payment off a claim, or off every claim when none is named; `seen` as in
    `link`."""
    with store.writing() as writer:
        _require_payment(writer, claim_payment_id)
        _require_unchanged(writer, claim_payment_id, seen)
        if claim_id is not None:
            _require_claim(writer, claim_id)
        decision_id, replaced = _decide(
            writer,
            DecisionKind.UNLINK,
            claim_payment_id,
            claim_id,
            actor=actor,
            note=note,
            at=now(),
        )
    return _concluded(store, decision_id, replaced, policy=policy, as_of=as_of, now=now)


def accept(
    store: Store,
    claim_payment_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> DecisionResult:
    """Let a matched claim payment post in spite of the gate; docs/LEDGER.md says of which rules."""
    return _judge(
        store,
        DecisionKind.ACCEPT,
        claim_payment_id,
        actor=actor,
        policy=policy,
        as_of=as_of,
        note=note,
        seen=seen,
        now=now,
    )


def reject(
    store: Store,
    claim_payment_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    seen: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> DecisionResult:
    """Keep a matched claim payment in suspense although the gate lets it post."""
    return _judge(
        store,
        DecisionKind.REJECT,
        claim_payment_id,
        actor=actor,
        policy=policy,
        as_of=as_of,
        note=note,
        seen=seen,
        now=now,
    )


def _judge(
    store: Store,
    kind: DecisionKind,
    claim_payment_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str,
    seen: int | None,
    now: Callable[[], datetime],
) -> DecisionResult:
    with store.writing() as writer:
        _require_payment(writer, claim_payment_id)
        _require_unchanged(writer, claim_payment_id, seen)
        decision_id, replaced = _decide(
            writer, kind, claim_payment_id, None, actor=actor, note=note, at=now()
        )
    return _concluded(store, decision_id, replaced, policy=policy, as_of=as_of, now=now)


def undo(
    store: Store,
    decision_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> DecisionResult:
    """End a decision; the rules hold again. Decisions it had ended stay ended."""
    with store.writing() as writer:
        found = _decision(writer, decision_id)
        if found.revoked_at is not None:
            raise InputError(
                f"it was ended at {found.revoked_at} by {found.revoked_by} already.",
                place=f"decision {decision_id}",
            )
        writer.revoke_decision(decision_id, revoked_by=actor, revoked_at=now().isoformat())
        writer.mark_pending_payments([found.decision.claim_payment_id])
    return _concluded(store, decision_id, (), policy=policy, as_of=as_of, now=now)


def release(
    store: Store,
    remittance_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    now: Callable[[], datetime] = utc_now,
) -> StoredRemittance:
    """Let a held remittance count: its money came, although it looks like a repetition."""
    return _set_held(
        store, remittance_id, "", actor=actor, policy=policy, as_of=as_of, note=note, now=now
    )


def dismiss(
    store: Store,
    remittance_id: int,
    note: str,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> StoredRemittance:
    """Say of a held remittance that its money never came: it is a repetition, and nothing of it
    stays in the journal. Releasing it takes that back."""
    place = f"remittance {remittance_id}"
    if not note.strip():
        raise InputError("the reason is empty.", remedy="Say in a few words how you know.")
    at = now()
    with store.writing() as writer:
        before = remittance_of(writer, remittance_id)
        if not before.held:
            raise InputError(
                "it is not held.",
                place=place,
                remedy='Hold it first with "edi-engine decide hold".',
            )
        found = writer.withdrawal(remittance_id)
        if found is not None:
            raise InputError(
                f"it was dismissed by {found.withdrawn_by} at {found.withdrawn_at} already.",
                place=place,
            )
        writer.withdraw_remittance(
            remittance_id, withdrawn_by=actor, withdrawn_at=at.isoformat(), note=note.strip()
        )
        writer.decide_remittance(
            remittance_id,
            held=True,
            decided_by=actor,
            decided_at=at.isoformat(),
            note=note.strip(),
        )
        _look_again(writer, remittance_id, f"Dismissed: {note.strip()}", actor=actor, at=at)
    reconcile(store, policy=policy, as_of=as_of, now=now)
    with store.reading() as reader:
        return remittance_of(reader, remittance_id)


def hold(
    store: Store,
    remittance_id: int,
    reason: str,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> StoredRemittance:
    """Keep a remittance's payments from counting, for a reason in words."""
    if not reason.strip():
        raise InputError("the reason is empty.", remedy="Say in a few words why it is held.")
    held = f"{reason.strip()} ({actor})"
    return _set_held(
        store, remittance_id, held, actor=actor, policy=policy, as_of=as_of, note="", now=now
    )


def _set_held(
    store: Store,
    remittance_id: int,
    held: str,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str,
    now: Callable[[], datetime],
) -> StoredRemittance:
    place = f"remittance {remittance_id}"
    with store.writing() as writer:
        before = remittance_of(writer, remittance_id)
        if bool(before.held) == bool(held):
            state = f"held already: {before.held}" if before.held else "not held."
            raise InputError(f"it is {state}", place=place)
        withdrawal = writer.withdrawal(remittance_id)
        if withdrawal is not None and writer.manual_remittance(remittance_id) is not None:
            raise InputError(
                f"it was withdrawn by {withdrawal.withdrawn_by} at {withdrawal.withdrawn_at}.",
                place=place,
                remedy='Type it in again, with another note, by "edi-engine remits enter".',
            )
        writer.revoke_withdrawal(remittance_id, revoked_by=actor, revoked_at=now().isoformat())
        writer.hold_remittance(remittance_id, held)
        writer.decide_remittance(
            remittance_id,
            held=bool(held),
            decided_by=actor,
            decided_at=now().isoformat(),
            note=note.strip(),
        )
        said = f"Held: {held}" if held else f"Released. {note.strip()}".strip()
        _look_again(writer, remittance_id, said, actor=actor, at=now())
    reconcile(store, policy=policy, as_of=as_of, now=now)
    with store.reading() as reader:
        return remittance_of(reader, remittance_id)


def _look_again(writer: Writer, remittance_id: int, said: str, *, actor: str, at: datetime) -> None:
    """Queue a remittance and its payments, and note on its work what was said."""
    writer.mark_pending_payments(writer.payment_ids_of_remittance(remittance_id))
    writer.mark_pending_remittances([remittance_id])
    writer.add_work_events(
        [
            (item.work_item_id, WorkEvent(at, WorkEventKind.NOTED, actor, said))
            for item in writer.work_items_of(remittance_ids=[remittance_id])
        ]
    )


def list_decisions(store: Store, *, standing_only: bool = False) -> list[StoredDecision]:
    """Decisions in the order they were made, the ended ones too unless left out."""
    with store.reading() as reader:
        found = reader.decision_history()
    return [one for one in found if one.revoked_at is None or not standing_only]


def _decide(
    writer: Writer,
    kind: DecisionKind,
    claim_payment_id: int,
    claim_id: int | None,
    *,
    actor: str,
    note: str,
    at: datetime,
) -> tuple[int, tuple[int, ...]]:
    """Record a decision and end the standing ones that it contradicts.

    A payment stands on one claim, so a link ends an earlier link; a link and an unlink of the same
    claim cannot both hold, nor can accepting and rejecting.
    """
    replaced: list[int] = []
    for standing in writer.decisions([claim_payment_id]):
        if standing.kind.is_about_place is not kind.is_about_place:
            continue
        same_claim = claim_id is None or standing.claim_id in {None, claim_id}
        both_link = kind is standing.kind is DecisionKind.LINK
        repeated = kind is standing.kind and claim_id == standing.claim_id
        if both_link or repeated or (kind is not standing.kind and same_claim):
            writer.revoke_decision(
                standing.decision_id, revoked_by=actor, revoked_at=at.isoformat()
            )
            replaced.append(standing.decision_id)
    decision_id = writer.add_decision(
        kind,
        claim_payment_id,
        claim_id=claim_id,
        decided_by=actor,
        decided_at=at.isoformat(),
        note=note.strip(),
    )
    writer.mark_pending_payments([claim_payment_id])
    return decision_id, tuple(replaced)


def _concluded(
    store: Store,
    decision_id: int,
    replaced: tuple[int, ...],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime],
) -> DecisionResult:
    reconcile(store, policy=policy, as_of=as_of, now=now)
    with store.reading() as reader:
        decision = _decision(reader, decision_id)
        payment_id = decision.decision.claim_payment_id
        match = reader.match_of([payment_id])[payment_id]
        posting = reader.postings(SubjectKind.PAYMENT, [payment_id])
        return DecisionResult(decision, replaced, match, posting[0] if posting else None)


def _decision(reader: Reader, decision_id: int) -> StoredDecision:
    for found in reader.decision_history():
        if found.decision.decision_id == decision_id:
            return found
    raise InputError(
        "there is no such decision.",
        place=f"decision {decision_id}",
        remedy='List them with "edi-engine decide list".',
    )


def decision_version(history: Iterable[StoredDecision]) -> int:
    """A number that grows with everything decided about one payment, also with what is undone."""
    return sum(1 if one.revoked_at is None else 2 for one in history)


def _require_unchanged(reader: Reader, claim_payment_id: int, seen: int | None) -> None:
    if seen is None:
        return
    history = reader.decision_history([claim_payment_id])
    if decision_version(history) != seen:
        latest = history[-1]
        raise ConflictError(
            f"{latest.revoked_by or latest.decision.decided_by} decided about it meanwhile.",
            place=f"claim payment {claim_payment_id}",
            remedy="Look at it again; nothing of yours was changed.",
        )


def _require_payment(reader: Reader, claim_payment_id: int) -> None:
    if not reader.remittance_ids_of_payments([claim_payment_id]):
        raise InputError(
            "there is no such claim payment.",
            place=f"claim payment {claim_payment_id}",
            remedy='Look up its number with "edi-engine show remit" or "export claim_payments".',
        )


def _require_claim(reader: Reader, claim_id: int) -> None:
    billed_claim_of(reader, claim_id)
    original = reader.original_of_claim(claim_id)
    if original is not None:
        raise InputError(
            f"it is a copy of claim {original} in a file that came twice.",
            place=f"claim {claim_id}",
            remedy=f"Link the payment to claim {original}.",
        )

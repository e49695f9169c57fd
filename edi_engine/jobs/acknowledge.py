"""Tying acknowledgments to what they answer, for what is new and what it can touch.

An acknowledgment waits when it arrives, when anything of ours with its number arrives, and, while
it has no claim, when a payment with its payer claim control number is matched. So the order of
arrival changes nothing. Claims of which another word is known by that are reconciled again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from edi_engine.jobs.reconcile_batch import BatchContext
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.matchers.acknowledgment_ties import tie_to_claim, tie_to_sets
from edi_engine.matchers.receptions import is_rejection
from edi_engine.records.acknowledgments import (
    AcknowledgmentTie,
    AnswerableClaim,
    AnswerLevel,
    SentSet,
    StoredAcknowledgment,
    TieOutcome,
)
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Reader, Writer
from edi_engine.worklist import PlacedIssue

__all__ = ["tie_pending"]


def tie_pending(
    writer: Writer, context: BatchContext, ids: Sequence[int]
) -> Counter[WorkEventKind]:
    """Tie these acknowledgments; what that changes waits to be reconciled. What became of the work:
    a rejection of which nobody knows what it rejects is a piece of it.

    Claims and the payments under the payer's numbers that are known of them by now are queued.
    """
    known = writer.stored_acknowledgments(ids)
    before = writer.acknowledgment_ties(ids)
    ties = _ties(writer, list(known.values()))
    changed = [one for one in ties if before.get(one.acknowledgment_id) != one]
    changed_ids = [one.acknowledgment_id for one in changed]
    touched = writer.claim_ids_acknowledged_by(changed_ids)
    writer.write_acknowledgment_ties(changed)
    writer.mark_pending_claims(touched | writer.claim_ids_acknowledged_by(changed_ids))
    numbers = {known[one].pccn_key for one in changed_ids} - {""}
    loose = writer.payment_ids_by_payer_claim_control_number(sorted(numbers))
    writer.mark_pending_payments({one for found in loose.values() for one in found})
    writer.clear_pending_acknowledgments(ids)
    return refresh_work(
        writer,
        [
            PlacedIssue(_unplaced(known[one.acknowledgment_id], one))
            for one in changed
            if one.outcome in _UNPLACED and is_rejection(known[one.acknowledgment_id])
        ],
        acknowledgment_ids=changed_ids,
        policy=context.policy,
        as_of=context.as_of,
        happened_at=context.happened_at,
        chances=context.chances,
    )


_UNPLACED = frozenset({TieOutcome.UNKNOWN, TieOutcome.AMBIGUOUS})


def _unplaced(answer: StoredAcknowledgment, tie: AcknowledgmentTie) -> ReconciliationIssue:
    return ReconciliationIssue(
        cause="rejection_unplaced",
        detail=tie.outcome.value,
        claim_id=None,
        claim_payment_id=None,
        remittance_id=None,
        payer_sequence=0,
        amount_cents=abs(answer.charge_cents or 0),
        arose_on=answer.happened_on,
        reason=f"A rejection came with set {answer.set_id}, segment {answer.segment_ordinal}."
        f" {tie.reason}",
        acknowledgment_id=answer.acknowledgment_id,
    )


def _ties(reader: Reader, answers: Sequence[StoredAcknowledgment]) -> list[AcknowledgmentTie]:
    of_claims = [one for one in answers if one.level is AnswerLevel.CLAIM]
    sets = _Sets(reader, [one for one in answers if one.level is not AnswerLevel.CLAIM])
    by_number, by_payer_number = _claims(reader, of_claims)
    summing_up = reader.receivers_summing_up(
        [one.acknowledgment_id for one in answers if one.level is AnswerLevel.RECEIVER]
    )
    return [
        tie_to_claim(
            one,
            by_number.get(one.number_key, ()) if one.number_key else (),
            by_payer_number.get(one.pccn_key, ()) if one.pccn_key else (),
        )
        if one.level is AnswerLevel.CLAIM
        else tie_to_sets(one, sets.of(one), sums_up=one.acknowledgment_id in summing_up)
        for one in answers
    ]


class _Sets:
    """Sets that may be answered, by the numbers that answers of each level name."""

    def __init__(self, reader: Reader, answers: Sequence[StoredAcknowledgment]) -> None:
        by_level: dict[AnswerLevel, set[str]] = {}
        for one in answers:
            key = one.number_key if one.level in _OWN_NUMBER else one.group_key
            by_level.setdefault(_read_as(one.level), set()).add(key)
        self._by_interchange = reader.sent_sets_by_interchange(
            by_level.get(AnswerLevel.INTERCHANGE, ())
        )
        self._by_group = reader.sent_sets_by_group(by_level.get(AnswerLevel.GROUP, ()))
        self._by_batch = reader.sent_sets_by_batch(by_level.get(AnswerLevel.RECEIVER, ()))

    def of(self, answer: StoredAcknowledgment) -> Sequence[SentSet]:
        if answer.level is AnswerLevel.INTERCHANGE:
            return self._by_interchange.get(answer.number_key, ())
        if answer.level is AnswerLevel.RECEIVER:
            return self._by_batch.get(answer.number_key, ())
        return self._by_group.get(answer.group_key, ()) if answer.group_key else ()


_OWN_NUMBER = frozenset({AnswerLevel.INTERCHANGE, AnswerLevel.RECEIVER, AnswerLevel.PROVIDER})


def _read_as(level: AnswerLevel) -> AnswerLevel:
    return AnswerLevel.GROUP if level is AnswerLevel.SET else level


def _claims(
    reader: Reader, answers: Sequence[StoredAcknowledgment]
) -> tuple[dict[str, list[AnswerableClaim]], dict[str, list[AnswerableClaim]]]:
    """Claims by patient control number and by payer claim control number."""
    by_number: dict[str, list[AnswerableClaim]] = {}
    for claim in reader.answerable_claims(pcn_keys={one.number_key for one in answers}):
        by_number.setdefault(claim.pcn_key, []).append(claim)
    payer_keys = sorted({one.pccn_key for one in answers} - {""})
    ids = reader.claim_ids_by_answered_number(payer_keys)
    claims = {one.claim_id: one for one in reader.answerable_claims(claim_ids=_all(ids.values()))}
    return by_number, {
        key: [claims[claim_id] for claim_id in sorted(set(found)) if claim_id in claims]
        for key, found in ids.items()
    }


def _all(groups: Iterable[Iterable[int]]) -> set[int]:
    return {one for group in groups for one in group}

"""Claim payments that wait for a person to say where they belong, beside what speaks for it."""

from collections.abc import Sequence
from datetime import date

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.decide import decision_version
from edi_engine.jobs.stored_claims import billed_claim_of
from edi_engine.matchers import compare_fields
from edi_engine.records.keys import patient_control_number_key
from edi_engine.records.matching import BilledClaim, ClaimId, ClaimPaymentId, PaidClaim
from edi_engine.records.reconciliation import ClaimMatch, MatchEvidence
from edi_engine.records.reports import Subject
from edi_engine.records.stored import ClaimStanding, StoredDecision
from edi_engine.records.work import WorkItem
from edi_engine.store import Reader, Store

__all__ = ["Candidate", "Review", "ReviewEntry", "find_claims", "list_reviews", "show_review"]

_CAUSES = ("ambiguous_payment", "suggested_payment", "unmatched_payment")
_FOUND_MAX = 20


class ReviewEntry(msgspec.Struct, frozen=True):
    """A payment that waits: the item that says so, and what names the patient."""

    item: WorkItem
    subject: Subject


class Candidate(msgspec.Struct, frozen=True):
    """A claim the payment may belong to: as billed, how it stands, each field beside the payment's,
    and what the rules say of it (empty for one that a person looked up)."""

    claim: BilledClaim
    standing: ClaimStanding | None
    evidence: tuple[MatchEvidence, ...]
    rule: str
    note: str
    is_matched: bool


class Review(msgspec.Struct, frozen=True):
    """A payment with its candidates, the likeliest first. `version` goes back with a decision;
    `next_payment_id` is the one that waits after this."""

    payment: PaidClaim
    match: ClaimMatch
    candidates: tuple[Candidate, ...]
    decisions: tuple[StoredDecision, ...]
    version: int
    next_payment_id: int | None


def list_reviews(store: Store, *, as_of: date, limit: int, offset: int = 0) -> list[ReviewEntry]:
    """Payments that wait for a person, most important first."""
    with store.reading() as reader:
        items = reader.work_items_by_cause(_CAUSES, awake_on=as_of, limit=limit, offset=offset)
        subjects = reader.subjects(items)
    return [ReviewEntry(item, subjects[item.item_key]) for item in items]


def show_review(
    store: Store, claim_payment_id: int, *, as_of: date, looked_up: Sequence[int] = ()
) -> Review:
    """A payment beside its candidates, and beside claims that a person looked up. Raises InputError
    for an unknown payment or claim."""
    with store.reading() as reader:
        payment = reader.paid_claims([claim_payment_id]).get(ClaimPaymentId(claim_payment_id))
        match = reader.match_of([claim_payment_id]).get(ClaimPaymentId(claim_payment_id))
        if payment is None or match is None:
            raise InputError(
                "there is no such claim payment, or it was not matched yet.",
                place=f"claim payment {claim_payment_id}",
                remedy="Look for it among the payments of its remittance.",
            )
        for claim_id in looked_up:
            billed_claim_of(reader, claim_id)
        told = {one.claim_id: (one.rule, one.note) for one in match.candidates}
        if match.claim_id is not None:
            told = {match.claim_id: told.get(match.claim_id, (match.rule, ""))} | told
        ids = list(dict.fromkeys([*told, *map(ClaimId, looked_up)]))
        claims = reader.billed_claims(ids)
        standings = reader.standings(ids)
        history = reader.decision_history([claim_payment_id])
        waiting = reader.work_items_by_cause(_CAUSES, awake_on=as_of, limit=2)
    return Review(
        payment=payment,
        match=match,
        candidates=tuple(
            Candidate(
                claim=claims[claim_id],
                standing=standings.get(claim_id),
                evidence=compare_fields(payment, claims[claim_id]),
                rule=told.get(claim_id, ("", ""))[0],
                note=told.get(claim_id, ("", ""))[1],
                is_matched=claim_id == match.claim_id,
            )
            for claim_id in ids
            if claim_id in claims
        ),
        decisions=tuple(history),
        version=decision_version(history),
        next_payment_id=next(
            (
                item.claim_payment_id
                for item in waiting
                if item.claim_payment_id not in {None, claim_payment_id}
            ),
            None,
        ),
    )


def find_claims(store: Store, text: str) -> list[ClaimId]:
    """Claims of a claim number of ours or a patient control number, the latest first."""
    wanted = text.strip()
    with store.reading() as reader:
        found = _by_number(reader, wanted)
        if wanted.isdecimal() and len(wanted) < 18:
            found |= reader.billed_claims([int(wanted)]).keys()
    return sorted(found, reverse=True)[:_FOUND_MAX]


def _by_number(reader: Reader, text: str) -> set[ClaimId]:
    key = patient_control_number_key(text)
    if not key:
        return set()
    return {claim_id for ids in reader.claim_ids_by_pcn([key]).values() for claim_id in ids}

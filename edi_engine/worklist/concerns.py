"""Issues gathered into concerns: everything one work item has to say on one day.

An issue is a fact about a claim, a payment or a remittance; issues of the same subject, cause
family and payer belong to one item. Source: domain feature 71.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.worklist.causes import CAUSES, Subject, cause_rule

__all__ = ["ClaimFacts", "Concern", "PlacedIssue", "gather_concerns", "item_key_of"]

_ORDER = {rule.cause: position for position, rule in enumerate(CAUSES)}


class ClaimFacts(msgspec.Struct, frozen=True):
    """What deadlines and advice ask about the claim of an issue; empty where nobody says.

    `first_sent_on` is the first day we sent it, `modifiers` are those of the refused lines,
    `original` is what became of another claim of ours that it repeats.
    """

    group_number: str = ""
    filing_indicator: str = ""
    claim_type: str = ""
    service_to: date | None = None
    discharged_on: date | None = None
    sent_on: date | None = None
    first_sent_on: date | None = None
    modifiers: frozenset[str] = frozenset()
    has_next_payer: bool = False
    original: str = ""


_NO_CLAIM = ClaimFacts()


class PlacedIssue(msgspec.Struct, frozen=True, gc=False):
    """An issue with what its deadline needs, the payer and the first date of service, and the
    refusal codes behind it ("CO-197/N54", most money first)."""

    issue: ReconciliationIssue
    payer_id: str = ""
    service_from: date | None = None
    denial_codes: tuple[str, ...] = ()
    claim: ClaimFacts = _NO_CLAIM


class Concern(msgspec.Struct, frozen=True):
    """What one item is about today. `amount_cents` is the sum over its issues; `evidence_digest`
    changes exactly when the facts do, not when a day passes or a sentence is reworded."""

    item_key: str
    cause: str
    detail: str
    claim_id: int | None
    claim_payment_id: int | None
    remittance_id: int | None
    payer_sequence: int
    payer_id: str
    amount_cents: int
    arose_on: date | None
    service_from: date | None
    denial_codes: tuple[str, ...]
    claim: ClaimFacts
    reason: str
    evidence_digest: str


def gather_concerns(issues: Iterable[PlacedIssue]) -> list[Concern]:
    """One concern per item key, sorted by key; the order of the issues does not matter.

    The leading issue (cause order of the table, then most money) names cause, detail and ids.
    """
    by_key: dict[str, list[PlacedIssue]] = {}
    for placed in issues:
        by_key.setdefault(item_key_of(placed.issue), []).append(placed)
    return [_concern(key, by_key[key]) for key in sorted(by_key)]


def item_key_of(issue: ReconciliationIssue) -> str:
    """What makes it the same piece of work: subject, cause family and payer sequence.

    A claim's issue without a claim (a reversal of an unknown payment) stands on its payment.
    """
    rule = cause_rule(issue.cause)
    return f"{_subject(rule.subject, issue)}/{rule.family}/{issue.payer_sequence}"


def _subject(subject: Subject, issue: ReconciliationIssue) -> str:
    for candidate in (subject, Subject.PAYMENT, Subject.REMITTANCE, Subject.CLAIM):
        identifier = _identifier(candidate, issue)
        if identifier is not None:
            return f"{candidate.value}:{identifier}"
    return "none"


def _identifier(subject: Subject, issue: ReconciliationIssue) -> int | None:
    if subject is Subject.CLAIM:
        return issue.claim_id
    if subject is Subject.PROVIDER_ITEM:
        return issue.provider_item_id
    if subject is Subject.ACKNOWLEDGMENT:
        return issue.acknowledgment_id
    if subject is Subject.DEPOSIT:
        return issue.deposit_id
    return issue.claim_payment_id if subject is Subject.PAYMENT else issue.remittance_id


def _concern(item_key: str, placed: list[PlacedIssue]) -> Concern:
    ordered = sorted(placed, key=_sort_key) if len(placed) > 1 else placed
    lead = ordered[0]
    issue = lead.issue
    arose = [one.issue.arose_on for one in ordered if one.issue.arose_on is not None]
    return Concern(
        item_key=item_key,
        cause=issue.cause,
        detail=issue.detail,
        claim_id=issue.claim_id,
        claim_payment_id=issue.claim_payment_id,
        remittance_id=issue.remittance_id,
        payer_sequence=issue.payer_sequence,
        payer_id=lead.payer_id,
        amount_cents=sum([one.issue.amount_cents for one in ordered]),
        # The oldest fact runs out first, so it sets the clock.
        arose_on=min(arose, default=None),
        service_from=lead.service_from,
        denial_codes=lead.denial_codes,
        claim=lead.claim,
        reason=" ".join(dict.fromkeys(one.issue.reason for one in ordered)),
        evidence_digest=_digest([one.issue for one in ordered]),
    )


def _sort_key(placed: PlacedIssue) -> tuple[int, int, str, tuple[int, ...], int, str]:
    issue = placed.issue
    return (
        _ORDER.get(issue.cause, len(_ORDER)),
        -issue.amount_cents,
        issue.detail,
        issue.line_numbers,
        issue.claim_payment_id or 0,
        issue.reason,
    )


def _digest(issues: Sequence[ReconciliationIssue]) -> str:
    facts = [
        (
            issue.cause,
            issue.detail,
            issue.claim_id,
            issue.claim_payment_id,
            issue.remittance_id,
            issue.amount_cents,
            issue.arose_on,
            issue.line_numbers,
        )
        for issue in issues
    ]
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:32]

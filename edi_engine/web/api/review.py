"""Match review: payments that wait for a person, and decisions about where they belong."""

import msgspec

from edi_engine.jobs.decide import DecisionResult
from edi_engine.jobs.decide import accept as accept_payment
from edi_engine.jobs.decide import link as link_payment
from edi_engine.jobs.decide import reject as reject_payment
from edi_engine.jobs.decide import undo as undo_decision
from edi_engine.jobs.decide import unlink as unlink_payment
from edi_engine.jobs.review import Review, ReviewEntry, find_claims, list_reviews, show_review
from edi_engine.web.api.calling import Input, Part
from edi_engine.web.asking import Ask
from edi_engine.web.deciding import DecisionTerms, decision_terms, terms

__all__ = ["accept", "link", "reject", "review", "reviews", "undo", "unlink"]


class ReviewList(msgspec.Struct, frozen=True):
    """Payments that wait, most important first."""

    payments: list[ReviewEntry]
    has_more: bool


class LookUp(Input, frozen=True, kw_only=True):
    """`find` is the number of a claim or a patient control number: its claims are compared too."""

    find: str = ""


class Decide(Input, frozen=True, kw_only=True):
    """`seen` is the `version` of the review that was looked at: when somebody decided since,
    nothing is done and the answer is 409."""

    note: str = ""
    seen: int | None = None


class Link(Decide, frozen=True, kw_only=True):
    claim_id: int


class Unlink(Decide, frozen=True, kw_only=True):
    """Without a claim the payment is kept off every claim."""

    claim_id: int | None = None


def reviews(ask: Ask, given: Part) -> ReviewList:
    """Claim payments that no rule could place alone."""
    found = list_reviews(ask.store, as_of=ask.as_of, limit=given.limit + 1, offset=given.offset)
    return ReviewList(found[: given.limit], len(found) > given.limit)


def review(ask: Ask, given: LookUp) -> Review:
    """A claim payment beside each claim it may belong to, field by field."""
    looked_up = find_claims(ask.store, given.find) if given.find.strip() else []
    return show_review(ask.store, ask.number("payment"), as_of=ask.as_of, looked_up=looked_up)


def link(ask: Ask, given: Link) -> DecisionResult:
    """Put a claim payment on a claim, whatever the rules say."""
    return link_payment(ask.store, ask.number("payment"), given.claim_id, **_terms(ask, given))


def unlink(ask: Ask, given: Unlink) -> DecisionResult:
    """Keep a claim payment off a claim."""
    return unlink_payment(ask.store, ask.number("payment"), given.claim_id, **_terms(ask, given))


def accept(ask: Ask, given: Decide) -> DecisionResult:
    """Let a matched claim payment post in spite of the gate."""
    return accept_payment(ask.store, ask.number("payment"), **_terms(ask, given))


def reject(ask: Ask, given: Decide) -> DecisionResult:
    """Keep a claim payment in suspense."""
    return reject_payment(ask.store, ask.number("payment"), **_terms(ask, given))


def undo(ask: Ask) -> DecisionResult:
    """End a decision; the rules hold again."""
    return undo_decision(ask.store, ask.number("decision"), **terms(ask))


def _terms(ask: Ask, given: Decide) -> DecisionTerms:
    return decision_terms(ask, note=given.note, seen=given.seen)

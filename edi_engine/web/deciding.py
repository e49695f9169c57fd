"""What every decision is made with, on pages and by calls."""

from datetime import date
from typing import TypedDict

from edi_engine.records.policy import ReconcilePolicy
from edi_engine.web.asking import Ask

__all__ = ["DecisionTerms", "Terms", "decision_terms", "terms"]


class Terms(TypedDict):
    """By whom, under which rules and as of when."""

    actor: str
    policy: ReconcilePolicy
    as_of: date


class DecisionTerms(Terms):
    """And of a claim payment why, and the version that was looked at."""

    note: str
    seen: int | None


def terms(ask: Ask) -> Terms:
    """Those of somebody's request."""
    return {"actor": ask.actor, "policy": ask.policy, "as_of": ask.as_of}


def decision_terms(ask: Ask, *, note: str, seen: int | None) -> DecisionTerms:
    """Those of somebody's request about a claim payment."""
    return {**terms(ask), "note": note, "seen": seen}

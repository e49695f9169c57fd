"""What every decision about a claim payment is made with, on pages and by calls."""

from datetime import date
from typing import TypedDict

from edi_engine.records.policy import ReconcilePolicy
from edi_engine.web.asking import Ask

__all__ = ["DecisionTerms", "decision_terms"]


class DecisionTerms(TypedDict):
    """By whom, under which rules, as of when, why, and the version that was looked at."""

    actor: str
    policy: ReconcilePolicy
    as_of: date
    note: str
    seen: int | None


def decision_terms(ask: Ask, *, note: str, seen: int | None) -> DecisionTerms:
    """The terms of somebody's request."""
    return {
        "actor": ask.actor,
        "policy": ask.policy,
        "as_of": ask.as_of,
        "note": note,
        "seen": seen,
    }

"""What to do about a cause: the cause's row, refined for refusals by why the payer refused.

A refusal's category (codes room) says who can repair it and how likely that is; the rest comes
from the table of causes. Source: domain features 63, 68 and 73.
"""

from functools import lru_cache
from types import MappingProxyType

import msgspec

from edi_engine.codes import denial_categories, denial_reason
from edi_engine.records.work import Queue
from edi_engine.worklist.causes import Window, cause_rule

__all__ = ["Advice", "advice_for", "chance_detail"]


class Advice(msgspec.Struct, frozen=True):
    """How to work an item, and the chance and effort its priority is made of, with reasons."""

    queue: Queue
    next_action: str
    recovery_percent: int
    recovery_reason: str
    effort_minutes: int
    effort_reason: str
    window: Window


_RECOVERY_PERCENT = MappingProxyType(
    {"high": 75, "medium": 45, "low": 15, "none": 5, "unknown": 30}
)
"""Chance by how recoverable a refusal's category is; ours, until a practice's history says more."""

_EFFORT_MINUTES = MappingProxyType(
    {
        "authorization": 40,
        "benefit_maximum": 10,
        "bundling": 25,
        "coding": 20,
        "duplicate": 10,
        "eligibility": 20,
        "invalid_code": 15,
        "level_of_service": 40,
        "medical_necessity": 45,
        "missing_information": 15,
        "other_liability": 30,
        "other_payer": 20,
        "pending": 10,
        "provider_enrollment": 45,
        "qualifying_service": 20,
        "timely_filing": 30,
    }
)
"""Usual minutes by category of refusal; the others take what their cause takes."""

_REFUSALS = frozenset({"denied", "partially_denied"})


@lru_cache(maxsize=1 << 12)
def advice_for(cause: str, detail: str, denial_codes: tuple[str, ...] = ()) -> Advice:
    """Advice for a cause; `detail` is the category of a refusal and means nothing elsewhere.

    `denial_codes` ("CO-197/N54", most money first) make the next action of a refusal more exact.
    """
    rule = cause_rule(cause)
    plain = Advice(
        queue=rule.queue,
        next_action=rule.next_action,
        recovery_percent=rule.recovery_percent,
        recovery_reason=f"usual for {_words(cause)}",
        effort_minutes=rule.effort_minutes,
        effort_reason=f"usual for {_words(cause)}",
        window=rule.window,
    )
    category = denial_categories().get(detail) if cause in _REFUSALS else None
    if category is None:
        return plain
    exact = _exact_action(denial_codes, detail)
    return msgspec.structs.replace(
        plain,
        next_action=exact or category.action,
        recovery_percent=_RECOVERY_PERCENT[category.recoverable],
        recovery_reason=f"{_words(detail)}: chance of recovery {category.recoverable}",
        effort_minutes=_EFFORT_MINUTES.get(detail, rule.effort_minutes),
        effort_reason=f"usual for a refusal for {_words(detail)}",
    )


def chance_detail(cause: str, detail: str) -> str:
    """The detail that the chance of recovery depends on: why the payer refused, else nothing."""
    return detail if cause in _REFUSALS else ""


def _exact_action(denial_codes: tuple[str, ...], category: str) -> str:
    """The action of the first code that has this category; empty when none has."""
    for text in denial_codes:
        codes, *remarks = text.split("/")
        group_code, _, reason_code = codes.partition("-")
        found = denial_reason(group_code, reason_code, remarks)
        if found.category.category == category:
            return found.action
    return ""


def _words(name: str) -> str:
    return name.replace("_", " ")

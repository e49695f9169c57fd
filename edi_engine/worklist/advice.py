"""What to do about a cause: the cause's row, refined for refusals by why the payer refused.

A refusal's category (codes room) says who can repair it and how likely that is; the rest comes
from the table of causes. Source: domain features 63, 68 and 73.
"""

from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

import msgspec

from edi_engine.codes import DenialReason, denial_categories, denial_reason
from edi_engine.records.denials import DenialRule
from edi_engine.records.work import Queue
from edi_engine.worklist.causes import Window, cause_rule

__all__ = ["REFUSALS", "Advice", "advice_for", "chance_detail", "refusal_reason"]


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

REFUSALS = frozenset({"denied", "partially_denied"})
"""Causes whose detail is the category of a refusal."""


@lru_cache(maxsize=1 << 10)
def advice_for(cause: str, detail: str) -> Advice:
    """Advice for a cause; `detail` is the category of a refusal and means nothing elsewhere."""
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
    category = denial_categories().get(detail) if cause in REFUSALS else None
    if category is None:
        return plain
    return msgspec.structs.replace(
        plain,
        next_action=category.action,
        recovery_percent=_RECOVERY_PERCENT[category.recoverable],
        recovery_reason=f"{_words(detail)}: chance of recovery {category.recoverable}",
        effort_minutes=_EFFORT_MINUTES.get(detail, rule.effort_minutes),
        effort_reason=f"usual for a refusal for {_words(detail)}",
    )


def chance_detail(cause: str, detail: str) -> str:
    """The detail that the chance of recovery depends on: why the payer refused, else nothing."""
    return detail if cause in REFUSALS else ""


def refusal_reason(
    detail: str,
    denial_codes: Sequence[str],
    *,
    payer_id: str = "",
    own_rules: tuple[DenialRule, ...] = (),
) -> DenialReason:
    """The reason of a refusal of one category: that of the first code ("CO-197/N54") that has it,
    else of the category alone.

    The remarks of every code stand with it: MA130 says something about the whole claim.
    """
    remarks: dict[str, None] = {}
    chosen: DenialReason | None = None
    for text in denial_codes:
        codes, *remark_codes = text.split("/")
        remarks |= dict.fromkeys(remark_codes)
        group_code, _, reason_code = codes.partition("-")
        if chosen is None:
            found = denial_reason(
                group_code, reason_code, remark_codes, payer_id=payer_id, own_rules=own_rules
            )
            chosen = found if found.category.category == detail else None
    if chosen is not None:
        return msgspec.structs.replace(chosen, remark_codes=tuple(remarks))
    entry = denial_categories().get(detail) or denial_categories()["other"]
    return DenialReason(
        entry,
        entry.action,
        False,
        entry.hardness,
        entry.kind,
        entry.step,
        remark_codes=tuple(remarks),
    )


def _words(name: str) -> str:
    return name.replace("_", " ")

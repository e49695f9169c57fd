"""Conclusions -> work items: queue, next action, deadline, priority, and what people do to them.

Pure: the day and the instant are given. The way through: issues are gathered into concerns
(`concerns`), a concern becomes or updates an item (`refresh`) with advice from the tables
(`causes`, `advice`), its `deadlines`, what is best done about a refusal (`denial_advice`,
`counsel`) and a `priority`, whose `chances` come of the `outcomes` of others; people change items
by `actions` and `touches`, and have them in hand by `leases`.
"""

from edi_engine.worklist.actions import assign, close, note, reopen, snooze
from edi_engine.worklist.appeal_items import item_after_answer, item_after_filing
from edi_engine.worklist.appeals import (
    AppealStanding,
    Filing,
    NextLevel,
    amended,
    answered,
    filed,
    next_level,
    remaining_cents,
    standing_of,
)
from edi_engine.worklist.assignment import assign_by_rules
from edi_engine.worklist.bulk import act, selection_token, undo
from edi_engine.worklist.causes import CAUSES, CauseRule, cause_rule
from edi_engine.worklist.chances import AGE_BANDS, NO_HISTORY, Chances, band_starts
from edi_engine.worklist.concerns import ClaimFacts, PlacedIssue, item_key_of
from edi_engine.worklist.counsel import CounselDesk
from edi_engine.worklist.deadlines import Deadline, DeadlineBook, DeadlineFacts
from edi_engine.worklist.leases import lease_for, refuse_held
from edi_engine.worklist.outcomes import claim_measure, count_outcomes, follow, needs_measure
from edi_engine.worklist.priority import URGENT_BUSINESS_DAYS, chance_percent, last_urgent_day
from edi_engine.worklist.refresh import ENGINE, WorkChange, refresh, refresh_on_date
from edi_engine.worklist.touches import give_up, is_in_sample, touch

__all__ = [
    "AGE_BANDS",
    "CAUSES",
    "ENGINE",
    "NO_HISTORY",
    "URGENT_BUSINESS_DAYS",
    "AppealStanding",
    "CauseRule",
    "Chances",
    "ClaimFacts",
    "CounselDesk",
    "Deadline",
    "DeadlineBook",
    "DeadlineFacts",
    "Filing",
    "NextLevel",
    "PlacedIssue",
    "WorkChange",
    "act",
    "amended",
    "answered",
    "assign",
    "assign_by_rules",
    "band_starts",
    "cause_rule",
    "chance_percent",
    "claim_measure",
    "close",
    "count_outcomes",
    "filed",
    "follow",
    "give_up",
    "is_in_sample",
    "item_after_answer",
    "item_after_filing",
    "item_key_of",
    "last_urgent_day",
    "lease_for",
    "needs_measure",
    "next_level",
    "note",
    "refresh",
    "refresh_on_date",
    "refuse_held",
    "remaining_cents",
    "reopen",
    "selection_token",
    "snooze",
    "standing_of",
    "touch",
    "undo",
]

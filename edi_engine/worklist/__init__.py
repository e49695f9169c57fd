"""Conclusions -> work items: queue, next action, deadline, priority, and what people do to them.

Pure: the day and the instant are given. The way through: issues are gathered into concerns
(`concerns`), a concern becomes or updates an item (`refresh`) with advice from the tables
(`causes`, `advice`), its `deadlines`, what is best done about a refusal (`denial_advice`,
`counsel`) and a `priority`; people change items by `actions`.
"""

from edi_engine.worklist.actions import assign, close, note, reopen, snooze
from edi_engine.worklist.causes import CAUSES, CauseRule, cause_rule
from edi_engine.worklist.concerns import ClaimFacts, PlacedIssue, item_key_of
from edi_engine.worklist.counsel import CounselDesk
from edi_engine.worklist.deadlines import Deadline, DeadlineBook, DeadlineFacts
from edi_engine.worklist.priority import URGENT_BUSINESS_DAYS
from edi_engine.worklist.refresh import ENGINE, WorkChange, refresh, refresh_on_date

__all__ = [
    "CAUSES",
    "ENGINE",
    "URGENT_BUSINESS_DAYS",
    "CauseRule",
    "ClaimFacts",
    "CounselDesk",
    "Deadline",
    "DeadlineBook",
    "DeadlineFacts",
    "PlacedIssue",
    "WorkChange",
    "assign",
    "cause_rule",
    "close",
    "item_key_of",
    "note",
    "refresh",
    "refresh_on_date",
    "reopen",
    "snooze",
]

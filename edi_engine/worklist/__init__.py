"""Conclusions -> work items: queue, next action, deadline, priority, and what people do to them.

Pure: the day and the instant are given. The way through: issues are gathered into concerns
(`concerns`), a concern becomes or updates an item (`refresh`) with advice from the tables
(`causes`, `advice`), its `deadlines`, what is best done about a refusal (`denial_advice`,
`counsel`) and a `priority`, whose `chances` come of the `outcomes` of others; people change items
by `actions`, `touches` and `promises`, and have them in hand by `leases`; `clocks` say until when
somebody should, `queues` where an item is found, `quota` which of a day's items are young.
"""

from edi_engine.worklist.actions import assign, close, note, reopen, snooze
from edi_engine.worklist.advice import REFUSALS
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
from edi_engine.worklist.causes import CAUSES, CauseRule, Measure, cause_rule
from edi_engine.worklist.chances import AGE_BANDS, NO_HISTORY, Chances, band_starts
from edi_engine.worklist.clocks import ClockBook, clock_after, escalate, turns_of
from edi_engine.worklist.concerns import ClaimFacts, PlacedIssue, item_key_of
from edi_engine.worklist.counsel import CounselDesk
from edi_engine.worklist.deadlines import Deadline, DeadlineBook, DeadlineFacts
from edi_engine.worklist.leases import lease_for, refuse_held
from edi_engine.worklist.outcomes import (
    claim_measure,
    count_outcomes,
    follow,
    needs_measure,
    resolution_of,
)
from edi_engine.worklist.priority import URGENT_BUSINESS_DAYS, expected_cents, last_urgent_day
from edi_engine.worklist.promises import (
    after_promises,
    check_receipt,
    last_day_of,
    promise,
    promise_words,
    promiser_of,
    standing_of_promise,
)
from edi_engine.worklist.queues import own_queue, queue_match, queues_of
from edi_engine.worklist.quota import quota_words, takes_young
from edi_engine.worklist.refresh import ENGINE, WorkChange, refresh, refresh_on_date
from edi_engine.worklist.touches import give_up, is_in_sample, touch

__all__ = [
    "AGE_BANDS",
    "CAUSES",
    "ENGINE",
    "NO_HISTORY",
    "REFUSALS",
    "URGENT_BUSINESS_DAYS",
    "AppealStanding",
    "CauseRule",
    "Chances",
    "ClaimFacts",
    "ClockBook",
    "CounselDesk",
    "Deadline",
    "DeadlineBook",
    "DeadlineFacts",
    "Filing",
    "Measure",
    "NextLevel",
    "PlacedIssue",
    "WorkChange",
    "act",
    "after_promises",
    "amended",
    "answered",
    "assign",
    "assign_by_rules",
    "band_starts",
    "cause_rule",
    "check_receipt",
    "claim_measure",
    "clock_after",
    "close",
    "count_outcomes",
    "escalate",
    "expected_cents",
    "filed",
    "follow",
    "give_up",
    "is_in_sample",
    "item_after_answer",
    "item_after_filing",
    "item_key_of",
    "last_day_of",
    "last_urgent_day",
    "lease_for",
    "needs_measure",
    "next_level",
    "note",
    "own_queue",
    "promise",
    "promise_words",
    "promiser_of",
    "queue_match",
    "queues_of",
    "quota_words",
    "refresh",
    "refresh_on_date",
    "refuse_held",
    "remaining_cents",
    "reopen",
    "resolution_of",
    "selection_token",
    "snooze",
    "standing_of",
    "standing_of_promise",
    "takes_young",
    "touch",
    "turns_of",
    "undo",
]

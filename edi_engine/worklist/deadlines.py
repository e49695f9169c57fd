"""Deadlines of work: the last day on which acting still helps, with its reason in words.

Which rule holds is told by how much of the claim it names (`DeadlineRule.specificity`); at the
same specificity a practice's own rule stands before ours. Nothing is guessed: where the day to
count from is not known, the deadline says which one is missing. Source: domain 6.3, 7.2 and
feature 65.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from edi_engine.codes import claim_filing_indicator, deadline_rules
from edi_engine.dates import add_business_days, add_months
from edi_engine.money import format_dollars
from edi_engine.records.deadlines import (
    DeadlineAnchor,
    DeadlineKind,
    DeadlineRoll,
    DeadlineRule,
    DeadlineUnit,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.worklist.causes import Window

__all__ = ["Deadline", "DeadlineBook", "DeadlineFacts", "driving_deadline"]


class DeadlineFacts(msgspec.Struct, frozen=True, gc=False):
    """What rules ask about a claim. Texts are empty and days None where nobody says.

    `remittance_on` is the payment date, `decided_on` the day of the decision that an appeal goes
    on from, `owed_since` the day since when money is owed back.
    """

    payer_id: str = ""
    group_number: str = ""
    filing_indicator: str = ""
    claim_type: str = ""
    first_service_on: date | None = None
    last_service_on: date | None = None
    discharged_on: date | None = None
    sent_on: date | None = None
    remittance_on: date | None = None
    decided_on: date | None = None
    owed_since: date | None = None

    @property
    def product(self) -> str:
        """The class of the claim filing indicator; empty for one that is missing or unknown."""
        found = claim_filing_indicator(self.filing_indicator)
        return found.meaning if found is not None else ""


class Deadline(msgspec.Struct, frozen=True):
    """A deadline, or what is missing to know it.

    `due_on` is None exactly when the day to count from is not known; then `reason` says which.
    `stands_in` tells that a corrected claim has no rule of its own, so the filing limit holds.
    """

    kind: DeadlineKind
    level: int
    rule: DeadlineRule
    due_on: date | None
    reason: str
    stands_in: bool = False

    @property
    def name(self) -> str:
        """For a person: "filing", "corrected claim", "appeal", then "appeal level 2"."""
        name = self.kind.value.replace("_", " ")
        return f"{name} level {self.level}" if self.level > 1 else name

    def is_passed(self, as_of: date) -> bool:
        """Whether its last day is over."""
        return self.due_on is not None and self.due_on < as_of


class DeadlineBook:
    """All rules in force under a policy, the most specific first."""

    def __init__(self, policy: ReconcilePolicy) -> None:
        self.calendar = policy.calendar
        self._rules: dict[tuple[DeadlineKind, int], list[DeadlineRule]] = defaultdict(list)
        own = (*policy.deadline_rules, *policy.plain_deadline_rules)
        for rule in (*own, *deadline_rules()):
            self._rules[rule.kind, rule.level].append(rule)
        for rules in self._rules.values():
            # Stable: a practice's own stay before ours of the same specificity.
            rules.sort(key=lambda rule: rule.specificity, reverse=True)

    def deadline(
        self, kind: DeadlineKind, facts: DeadlineFacts, *, level: int = 1
    ) -> Deadline | None:
        """The deadline of one kind, or None when no rule gives one.

        A corrected claim without a rule of its own is due within the filing limit.
        """
        found = self._rule_for(kind, level, facts)
        if found is not None:
            return self._counted(kind, found, facts, stands_in=False)
        if kind is not DeadlineKind.CORRECTED_CLAIM:
            return None
        found = self._rule_for(DeadlineKind.FILING, 1, facts)
        return None if found is None else self._counted(kind, found, facts, stands_in=True)

    def deadlines(self, window: Window, facts: DeadlineFacts) -> list[Deadline]:
        """Every deadline of a window that some rule gives, in the window's order."""
        found = [self.deadline(kind, facts) for kind in _KINDS[window]]
        return [one for one in found if one is not None]

    def _rule_for(
        self, kind: DeadlineKind, level: int, facts: DeadlineFacts
    ) -> DeadlineRule | None:
        product = facts.product
        claim = (
            facts.payer_id,
            facts.group_number,
            facts.filing_indicator,
            product,
            facts.claim_type,
        )
        for rule in self._rules.get((kind, level), ()):
            fits = all(
                not part or part == ours for part, ours in zip(rule.scope, claim, strict=True)
            )
            if fits and rule.holds_on(_anchor_day(rule, facts)):
                return rule
        return None

    def _counted(
        self, kind: DeadlineKind, rule: DeadlineRule, facts: DeadlineFacts, *, stands_in: bool
    ) -> Deadline:
        event_on, anchor_on = _event_day(rule, facts), _anchor_day(rule, facts)
        event = _EVENTS[rule.anchor]
        start = "as for filing, " if stands_in else ""
        if event_on is None or anchor_on is None:
            reason = f"unknown: {event} is missing ({start}{rule.within} from it; {rule.source})"
            return Deadline(kind, rule.level, rule, None, reason, stands_in)
        counted = self._count(anchor_on, rule)
        due_on, rolled = self._rolled(counted, rule, anchor_on)
        receipt = (
            f" and {rule.receipt_days} days until its receipt is presumed"
            if rule.anchor in _RECEIPTS
            else ""
        )
        least = (
            f"; only for {format_dollars(rule.minimum_cents)} or more"
            if rule.minimum_cents is not None
            else ""
        )
        reason = (
            f"{start}{rule.within} from {event}, {event_on.isoformat()}{receipt}{rolled}{least}"
            f" ({rule.source})"
        )
        return Deadline(kind, rule.level, rule, due_on, reason, stands_in)

    def _count(self, anchor_on: date, rule: DeadlineRule) -> date:
        if rule.unit is DeadlineUnit.BUSINESS_DAYS:
            return add_business_days(anchor_on, rule.count, self.calendar)
        if rule.unit is DeadlineUnit.DAYS:
            return _days_after(anchor_on, rule.count)
        months = rule.count * (12 if rule.unit is DeadlineUnit.YEARS else 1)
        return add_months(anchor_on, months)

    def _rolled(self, day: date, rule: DeadlineRule, anchor_on: date) -> tuple[date, str]:
        """The day after the rule's word on days off, and the words that tell it. Never before the
        day counted from."""
        off = self.calendar.name_of_day_off(day)
        if not off:
            return day, ""
        if rule.roll is DeadlineRoll.NONE:
            return day, f"; that is {off}, and the rule moves nothing"
        step = 1 if rule.roll is DeadlineRoll.NEXT else -1
        which = "next" if step > 0 else "last"
        moved = max(add_business_days(day, step, self.calendar), anchor_on)
        return moved, f"; {day.isoformat()} is {off}, so the {which} business day"


def driving_deadline(deadlines: Iterable[Deadline], as_of: date) -> Deadline | None:
    """The one that says how urgent it is: the earliest that has not passed; when all have, the
    last one; None when no day is known."""
    known = sorted(
        (one for one in deadlines if one.due_on is not None),
        key=lambda one: one.due_on or date.max,
    )
    open_ones = [one for one in known if not one.is_passed(as_of)]
    return (open_ones[0] if open_ones else known[-1]) if known else None


_KINDS: dict[Window, Sequence[DeadlineKind]] = {
    Window.NONE: (),
    Window.APPEAL: (DeadlineKind.APPEAL,),
    Window.FILING: (DeadlineKind.FILING,),
    # A correction is usually due inside the window of appeal too, so both are looked at.
    Window.CORRECTED_CLAIM: (DeadlineKind.CORRECTED_CLAIM, DeadlineKind.APPEAL),
    Window.REFUND: (DeadlineKind.REFUND,),
}

_RECEIPTS = frozenset({DeadlineAnchor.REMITTANCE_RECEIPT, DeadlineAnchor.DECISION_RECEIPT})

_EVENTS = {
    DeadlineAnchor.FIRST_SERVICE: "the first day of service",
    DeadlineAnchor.LAST_SERVICE: "the last day of service",
    DeadlineAnchor.DISCHARGE: "the day of discharge",
    DeadlineAnchor.CLAIM_SENT: "the day the claim was sent",
    DeadlineAnchor.REMITTANCE: "the date of the remittance",
    DeadlineAnchor.REMITTANCE_RECEIPT: "the date of the remittance",
    DeadlineAnchor.DECISION: "the decision of the level before",
    DeadlineAnchor.DECISION_RECEIPT: "the decision of the level before",
    DeadlineAnchor.OWED_SINCE: "the day since when it is owed",
}


def _event_day(rule: DeadlineRule, facts: DeadlineFacts) -> date | None:
    match rule.anchor:
        case DeadlineAnchor.FIRST_SERVICE:
            return facts.first_service_on
        case DeadlineAnchor.LAST_SERVICE:
            # A claim with one day of service often names it once.
            return facts.last_service_on or facts.first_service_on
        case DeadlineAnchor.DISCHARGE:
            return facts.discharged_on
        case DeadlineAnchor.CLAIM_SENT:
            return facts.sent_on
        case DeadlineAnchor.REMITTANCE | DeadlineAnchor.REMITTANCE_RECEIPT:
            return facts.remittance_on
        case DeadlineAnchor.DECISION | DeadlineAnchor.DECISION_RECEIPT:
            return facts.decided_on
        case DeadlineAnchor.OWED_SINCE:
            return facts.owed_since


def _anchor_day(rule: DeadlineRule, facts: DeadlineFacts) -> date | None:
    day = _event_day(rule, facts)
    if day is None or rule.anchor not in _RECEIPTS:
        return day
    return _days_after(day, rule.receipt_days)


def _days_after(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max

"""What to do about a concern on a day: next action, why, and the deadlines that hold.

Puts the table of causes, the advice on refusals and the deadlines together. A refusal's advice
says which deadlines matter: an unprocessable claim has no appeal, and what the patient owes has no
deadline of the payer's.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from edi_engine.records.deadlines import DeadlineKind
from edi_engine.records.denials import DenialStep
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.work import DEADLINE_NAME, PriorityFactor
from edi_engine.worklist.advice import REFUSALS, Advice, refusal_reason
from edi_engine.worklist.causes import Window
from edi_engine.worklist.concerns import Concern, PlacedIssue
from edi_engine.worklist.deadlines import Deadline, DeadlineBook, DeadlineFacts, driving_deadline
from edi_engine.worklist.denial_advice import RefusalFacts, advise_on_refusal

__all__ = ["Counsel", "CounselDesk", "deadlines_on", "urgency_words"]

_WINDOWS = {
    DenialStep.NEW_CLAIM: Window.FILING,
    DenialStep.BILL_NEXT_PAYER: Window.FILING,
    DenialStep.APPEAL: Window.APPEAL,
    DenialStep.BILL_PATIENT: Window.NONE,
    DenialStep.NOTHING: Window.NONE,
}
"""Which clock runs for a step. Every other step may still end in a corrected claim or an appeal."""


_NEXT_PAYER_DUE = "secondary_due"


class Counsel(msgspec.Struct, frozen=True):
    """What to do and why; `deadline` drives the priority, None when no day is known.

    `why` is empty for what is no refusal. `deadline_factors` tell every deadline with its reason.
    """

    next_action: str
    why: str
    deadline: date | None
    deadline_factors: tuple[PriorityFactor, ...]


class CounselDesk:
    """Answers for one policy; made once for many concerns."""

    def __init__(self, policy: ReconcilePolicy) -> None:
        self.book = DeadlineBook(policy)
        self._own_rules = policy.denial_rules

    def counsel(self, concern: Concern, advice: Advice, as_of: date) -> Counsel:
        """What to do about a concern as of a day."""
        facts = _deadline_facts(concern)
        next_action, why, window = advice.next_action, "", advice.window
        if concern.cause in REFUSALS:
            reason = refusal_reason(
                concern.detail,
                concern.denial_codes,
                payer_id=concern.payer_id,
                own_rules=self._own_rules,
            )
            claim = concern.claim
            found = advise_on_refusal(
                reason,
                RefusalFacts(
                    as_of=as_of,
                    product=facts.product,
                    modifiers=claim.modifiers,
                    has_next_payer=claim.has_next_payer,
                    original=claim.original,
                    first_sent_on=claim.first_sent_on,
                    filing=self.book.deadline(DeadlineKind.FILING, facts),
                    corrected_claim=self.book.deadline(DeadlineKind.CORRECTED_CLAIM, facts),
                    appeal=self.book.deadline(DeadlineKind.APPEAL, facts),
                ),
            )
            next_action, window = found.action, _WINDOWS.get(found.step, Window.CORRECTED_CLAIM)
            why = f"Advised: {found.step.words}. {found.why}"
            is_for_next_payer = found.step is DenialStep.BILL_NEXT_PAYER
        else:
            is_for_next_payer = concern.cause == _NEXT_PAYER_DUE
        if is_for_next_payer:
            facts = _to_another_payer(facts)
        deadlines = self.book.deadlines(window, facts)
        driving = driving_deadline(deadlines, as_of)
        return Counsel(
            next_action,
            why,
            driving.due_on if driving is not None else None,
            _factors(deadlines, driving, as_of),
        )

    def days_that_turn(self, placed: PlacedIssue) -> list[date]:
        """Last days after which something else may be advised about a refusal, in any order."""
        if placed.issue.cause not in REFUSALS:
            return []
        facts = _facts(placed.payer_id, placed.issue.arose_on, placed.service_from, placed)
        found = (self.book.deadline(kind, facts) for kind in _TURNING)
        return [one.due_on for one in found if one is not None and one.due_on is not None]


_TURNING = (DeadlineKind.FILING, DeadlineKind.CORRECTED_CLAIM, DeadlineKind.APPEAL)


def urgency_words(deadline: date | None, deadlines: Sequence[PriorityFactor]) -> str:
    """Which deadline drives the urgency, or what is missing to know one; empty when none lapses."""
    if deadline is not None:
        day = deadline.isoformat()
        found = next((one.name for one in deadlines if one.value.startswith(day)), "")
        return f"the {found}" if found else ""
    return "; ".join(f"{one.name} {one.reason}" for one in deadlines if one.value == _UNKNOWN)


def _factors(
    deadlines: Sequence[Deadline], driving: Deadline | None, as_of: date
) -> tuple[PriorityFactor, ...]:
    """Each deadline as a row: its day (or "unknown"), whether it has passed, and its reason; the
    one that drives the priority first."""
    ordered = sorted(deadlines, key=lambda one: one is not driving)
    return tuple(
        PriorityFactor(f"{one.name}{DEADLINE_NAME}", _day_words(one.due_on, as_of), one.reason)
        for one in ordered
    )


def deadlines_on(factors: Sequence[PriorityFactor], as_of: date) -> tuple[PriorityFactor, ...]:
    """The deadlines among an item's factors, told as passed where they have passed by then."""
    return tuple(
        factor
        if factor.value == _UNKNOWN
        else msgspec.structs.replace(
            factor, value=_day_words(date.fromisoformat(factor.value[:_DAY_LENGTH]), as_of)
        )
        for factor in factors
        if factor.is_deadline
    )


_UNKNOWN = "unknown"
_DAY_LENGTH = len("2026-03-01")


def _day_words(due_on: date | None, as_of: date) -> str:
    if due_on is None:
        return _UNKNOWN
    return f"{due_on.isoformat()}, passed" if due_on < as_of else due_on.isoformat()


def _to_another_payer(facts: DeadlineFacts) -> DeadlineFacts:
    """Without whom the claim was sent to: the rules of one payer are not those of the next, and
    who that is, its claim will say."""
    return msgspec.structs.replace(facts, payer_id="", group_number="", filing_indicator="")


def _deadline_facts(concern: Concern) -> DeadlineFacts:
    return _facts(concern.payer_id, concern.arose_on, concern.service_from, concern)


def _facts(
    payer_id: str, arose_on: date | None, service_from: date | None, of: Concern | PlacedIssue
) -> DeadlineFacts:
    claim = of.claim
    return DeadlineFacts(
        payer_id=payer_id,
        group_number=claim.group_number,
        filing_indicator=claim.filing_indicator,
        claim_type=claim.claim_type,
        first_service_on=service_from,
        last_service_on=claim.service_to,
        discharged_on=claim.discharged_on,
        sent_on=claim.sent_on,
        remittance_on=arose_on,
        owed_since=arose_on,
    )

"""Where a claim is in its life: its events in order, and the state that they come to. Pure.

What payers decided stands above how the claim was received; what we did to it (replaced, voided,
sent again) above both. Source: domain 3.11.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from edi_engine.codes import claim_status
from edi_engine.matchers.facts import REVERSAL, VOID, number_key
from edi_engine.matchers.silences import Awaited, SilenceClock
from edi_engine.money import format_cents
from edi_engine.records.lags import payer_key_of
from edi_engine.records.lifecycles import (
    NOT_RECEIVED,
    Lifecycle,
    LifecycleState,
    LifeEvent,
    LifeEventKind,
    Reception,
    Silence,
)
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    ClaimStatus,
    ReconciliationIssue,
)

__all__ = ["life_events", "lifecycles_of"]

_Matched = tuple[PaidClaim, ClaimMatch]

_DECIDED = frozenset(
    {
        ClaimStatus.PAID,
        ClaimStatus.PARTIAL,
        ClaimStatus.UNDERPAID,
        ClaimStatus.DENIED,
        ClaimStatus.PATIENT,
    }
)
_SILENT_CAUSES = {"no_response", "no_secondary_remittance"}
_NOT_OURS = "not_ours"


def lifecycles_of(
    claims: Mapping[ClaimId, BilledClaim],
    conclusions: Sequence[ClaimReconciliation],
    payments: Mapping[ClaimId, Sequence[_Matched]],
    receptions: Mapping[ClaimId, Reception],
    clock: SilenceClock,
) -> list[Lifecycle]:
    """One lifecycle for each conclusion, in their order. `claims` are whole groups: claims of one
    patient control number are among them together. Events are made when somebody looks, by
    `life_events`."""
    relations = _Relations(_unanswered_later_claims(claims, conclusions))
    return [
        _lifecycle(
            claims[one.claim_id],
            one,
            payments.get(one.claim_id, ()),
            reception=receptions.get(one.claim_id, NOT_RECEIVED),
            clock=clock,
            relations=relations,
        )
        for one in conclusions
    ]


class _Relations:
    """What the other claims of the group mean for one."""

    def __init__(self, billed_next: Mapping[str, int]) -> None:
        self._billed_next = billed_next

    def waits_for_later_claim(self, claim: BilledClaim) -> bool:
        """Whether we sent it to a later payer, too, which has not answered."""
        later = self._billed_next.get(number_key(claim.patient_control_number), 0)
        return later > claim.payer_sequence


def _unanswered_later_claims(
    claims: Mapping[ClaimId, BilledClaim], conclusions: Sequence[ClaimReconciliation]
) -> dict[str, int]:
    """By patient control number key the last payer that has a claim of ours and did not answer."""
    found: dict[str, int] = {}
    for one in conclusions:
        claim = claims[one.claim_id]
        if claim.payer_sequence > 1 and one.status is ClaimStatus.UNANSWERED:
            number = number_key(claim.patient_control_number)
            if number:
                found[number] = max(found.get(number, 0), claim.payer_sequence)
    return found


def _lifecycle(
    claim: BilledClaim,
    conclusion: ClaimReconciliation,
    payments: Sequence[_Matched],
    *,
    reception: Reception,
    clock: SilenceClock,
    relations: _Relations,
) -> Lifecycle:
    own = [paid for paid, match in payments if match.payer_sequence == claim.payer_sequence]
    answered_on = _first_day(own)
    forwarded_on = _first_day([paid for paid in own if _is_forwarded(paid)])
    later = [paid for paid, match in payments if match.payer_sequence > claim.payer_sequence]
    state, since_on = _state(claim, conclusion, payments, reception, relations)
    awaited = _awaited(
        claim,
        conclusion,
        state=state,
        reception=reception,
        clock=clock,
        forwarded_on=forwarded_on,
    )
    silence = _silence(conclusion.issues)
    rejection = reception.rejection
    return Lifecycle(
        claim_id=claim.claim_id,
        state=state,
        since_on=since_on,
        tier=reception.tier if state is reception.state else None,
        sent_on=claim.sent_on,
        acknowledged_on=reception.said_of_claim_on or reception.acknowledged_on,
        accepted_on=reception.accepted_on,
        answered_on=answered_on,
        forwarded_on=forwarded_on,
        next_answered_on=_first_day(later),
        rejected_on=reception.rejected_on,
        rejected_by=reception.rejected_by,
        rejection=rejection.detail if rejection is not None else "",
        silence=silence,
        silent_from=None if awaited is None else awaited.silent_from,
        payer_key=payer_key_of(claim.payer_id, claim.payer_name),
    )


def _state(
    claim: BilledClaim,
    conclusion: ClaimReconciliation,
    payments: Sequence[_Matched],
    reception: Reception,
    relations: _Relations,
) -> tuple[LifecycleState, date | None]:
    status = conclusion.status
    last_on = _last_day([paid for paid, _ in payments])
    if status is ClaimStatus.VOIDED:
        return LifecycleState.VOIDED, _dead_since(claim, conclusion)
    if status is ClaimStatus.SUPERSEDED:
        return LifecycleState.SUPERSEDED, conclusion.dead_since
    if status is ClaimStatus.REVERSED:
        return LifecycleState.REVERSED, last_on
    if status in _DECIDED:
        return _decided_state(claim, conclusion, relations), last_on
    since = claim.sent_on if reception.since_on is None else reception.since_on
    return reception.state, since


def _dead_since(claim: BilledClaim, conclusion: ClaimReconciliation) -> date | None:
    """A void is void from the day on which it was sent."""
    return claim.sent_on if claim.frequency_code == VOID else conclusion.dead_since


def _decided_state(
    claim: BilledClaim, conclusion: ClaimReconciliation, relations: _Relations
) -> LifecycleState:
    if conclusion.awaits_payer is not None or relations.waits_for_later_claim(claim):
        return LifecycleState.NEXT_PAYER
    if conclusion.balance_cents == 0:
        return LifecycleState.CLOSED
    if conclusion.payer_balance_cents == 0 and conclusion.patient_balance_cents > 0:
        return LifecycleState.PATIENT
    return LifecycleState.ADJUDICATED


def _awaited(
    claim: BilledClaim,
    conclusion: ClaimReconciliation,
    *,
    state: LifecycleState,
    reception: Reception,
    clock: SilenceClock,
    forwarded_on: date | None,
) -> Awaited | None:
    if conclusion.status is ClaimStatus.UNANSWERED:
        if any(issue.cause == _NOT_OURS for issue in conclusion.issues):
            return None
        return clock.of_claim(claim, reception)
    if state is LifecycleState.NEXT_PAYER and conclusion.awaits_payer is not None:
        return clock.of_next_payer(claim, forwarded_on)
    return None


def _silence(issues: Sequence[ReconciliationIssue]) -> Silence | None:
    """What is told as missing; the issues say it, so that claim and worklist never disagree."""
    for issue in issues:
        if issue.cause in _SILENT_CAUSES:
            if issue.cause == "no_response":
                return Silence(issue.detail) if issue.detail else Silence.NO_REMITTANCE
            return Silence.NO_SECONDARY_REMITTANCE
    return None


def _is_forwarded(paid: PaidClaim) -> bool:
    status = claim_status(paid.status_code)
    return bool(paid.forwarded_to) or (status is not None and status.forwarded)


def _first_day(payments: Sequence[PaidClaim]) -> date | None:
    days = [
        paid.paid_on
        for paid in payments
        if paid.paid_on is not None and not paid.held and paid.status_code != REVERSAL
    ]
    return min(days, default=None)


def _last_day(payments: Sequence[PaidClaim]) -> date | None:
    days = [paid.paid_on for paid in payments if paid.paid_on is not None and not paid.held]
    return max(days, default=None)


# Events ---


def life_events(
    claim: BilledClaim,
    payments: Sequence[_Matched],
    reception: Reception,
    *,
    state: LifecycleState,
    dead_since: date | None,
    replaced_by: ClaimId | None = None,
) -> tuple[LifeEvent, ...]:
    """Everything that happened to a claim, in order of day: what we sent, what was said of it, what
    was paid, and what we did to it; `dead_since` is the day of that."""
    events = list(reception.events) or [
        LifeEvent(LifeEventKind.SENT, claim.sent_on, words="We sent the claim.")
    ]
    events += [_payment_event(paid, match) for paid, match in payments if not paid.held]
    if state is LifecycleState.SUPERSEDED:
        other = "Another claim" if replaced_by is None else f"Claim {replaced_by}"
        words = f"{other} of ours stands in its place."
        events.append(LifeEvent(LifeEventKind.REPLACED, dead_since, words=words))
    if state is LifecycleState.VOIDED and claim.frequency_code != VOID:
        events.append(LifeEvent(LifeEventKind.VOIDED, dead_since, words="We voided the claim."))
    return tuple(sorted(events, key=lambda event: event.happened_on or date.min))


def _payment_event(paid: PaidClaim, match: ClaimMatch) -> LifeEvent:
    is_reversal = paid.status_code == REVERSAL
    known = claim_status(paid.status_code)
    label = known.label if known is not None else f"status {paid.status_code or 'missing'}"
    which = "" if match.payer_sequence == 1 else f" as payer {match.payer_sequence}"
    return LifeEvent(
        LifeEventKind.REVERSED if is_reversal else LifeEventKind.ANSWERED,
        paid.paid_on,
        source=paid.payer_name or paid.payer_id,
        detail=paid.status_code,
        words=f"{label}{which}: {format_cents(paid.paid_cents)} of"
        f" {format_cents(paid.charge_cents)} paid.",
        claim_payment_id=paid.claim_payment_id,
        payer_claim_control_number=paid.payer_claim_control_number,
    )

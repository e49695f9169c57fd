"""What became of an item: recorded when it ends, or when a stage of it brought money.

Pure. An item counts once, by its latest end: when it comes back, a row withdraws the earlier end.
What came is measured by the conclusions, then and now, as the table of causes says; where no
amount can tell, an item that the money settled counts as recovered, one that a person closed as
not. Source: domain features 60 and 69.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from edi_engine.records.outcomes import (
    ClaimMeasure,
    OutcomeCount,
    OutcomeKind,
    WorkOutcome,
    WorkStake,
)
from edi_engine.records.reconciliation import DEAD_STATUSES, ClaimReconciliation
from edi_engine.records.work import SETTLED, Resolution, WorkEventKind, WorkItem, WorkStatus
from edi_engine.worklist.advice import REFUSALS, chance_detail
from edi_engine.worklist.causes import Measure, cause_rule
from edi_engine.worklist.chances import age_band
from edi_engine.worklist.refresh import ENGINE, WorkChange

__all__ = [
    "Followed",
    "claim_measure",
    "count_outcomes",
    "follow",
    "measured",
    "needs_measure",
    "resolution_of",
]

_ENDS = frozenset({WorkEventKind.RESOLVED, WorkEventKind.CLOSED, WorkEventKind.GIVEN_UP})


class Followed(msgspec.Struct, frozen=True):
    """The stake as it is now (None once the item is settled) and what to record, in order."""

    stake: WorkStake | None
    outcomes: tuple[WorkOutcome, ...] = ()


def claim_measure(conclusion: ClaimReconciliation) -> ClaimMeasure:
    """What outcomes on a claim are measured by, as it was concluded: sums by payer sequence."""
    allowed: dict[int, int] = {}
    paid: dict[int, int] = {}
    for line in conclusion.lines:
        number = line.payer_sequence
        allowed[number] = allowed.get(number, 0) + line.allowed_cents
        paid[number] = paid.get(number, 0) + line.paid_cents
    return ClaimMeasure(
        conclusion.status in DEAD_STATUSES,
        conclusion.patient_balance_cents,
        tuple(sorted(allowed.items())),
        tuple(sorted(paid.items())),
    )


def needs_measure(change: WorkChange, stake: WorkStake | None, as_of: date) -> bool:
    """Whether `follow` asks for what the claim's conclusions say now."""
    causes = {change.item.cause} if stake is None else {change.item.cause, stake.cause}
    moves = (
        stake is None
        or stake.opened_on == as_of
        or stake.cause != change.item.cause
        or _end(change) is not None
    )
    return moves and any(cause_rule(cause).measure is not Measure.SETTLED for cause in causes)


def measured(cause: str, payer_sequence: int, claim: ClaimMeasure | None) -> int:
    """What outcomes of this cause are measured by, as it stands; 0 where nothing is measured."""
    if claim is None:
        return 0
    match cause_rule(cause).measure:
        case Measure.ALLOWED:
            return dict(claim.allowed_cents).get(payer_sequence, 0)
        case Measure.LATER_PAID:
            return sum(cents for number, cents in claim.paid_cents if number > payer_sequence)
        case Measure.PATIENT_BALANCE:
            return claim.patient_balance_cents
        case Measure.SETTLED:
            return 0


def follow(
    change: WorkChange,
    stake: WorkStake | None,
    *,
    last: WorkOutcome | None,
    claim: ClaimMeasure | None,
    as_of: date,
) -> Followed:
    """`last` is the latest outcome of an item that is settled or has just come back; `claim` may
    be None where `needs_measure` says no."""
    outcomes: list[WorkOutcome] = []
    ended_by = _end(change)
    if (ended_by is None and change.item.status in SETTLED) or (ended_by and stake is None):
        # Something was said about a settled item, or nobody knows what it started from.
        return Followed(None)
    if stake is None and last is not None and last.kind is not OutcomeKind.WITHDRAWN:
        outcomes.append(_withdrawn(last, as_of))
        stake = _restored(last)
    if stake is None:
        stake = _new_stake(change, claim, as_of)
    if ended_by is not None:
        return Followed(None, (*outcomes, _outcome(stake, change.item, ended_by, claim, as_of)))
    if stake.opened_on == as_of:
        # Later on the same day more is known, in however many batches it came: that is the start.
        return Followed(_new_stake(change, claim, as_of, before=stake), tuple(outcomes))
    if stake.cause != change.item.cause:
        recovered = _recovered(stake, change.item, claim)
        if recovered:
            outcomes.append(_outcome(stake, change.item, ENGINE, claim, as_of))
            return Followed(_new_stake(change, claim, as_of, before=stake), tuple(outcomes))
    return Followed(_updated(stake, change), tuple(outcomes))


_PAID_WHEN_SETTLED = frozenset({"deposit_missing", "unagreed_sequestration"})
"""Causes no amount can measure, of which money is nevertheless what settles them."""

_ANSWERED = frozenset(
    {
        "rejected",
        "no_response",
        "missing_line",
        "correction_awaited",
        "no_secondary_remittance",
        "secondary_due",
    }
)
"""Questions to a payer: an answer without money settles them too."""


def resolution_of(
    change: WorkChange, outcomes: Sequence[WorkOutcome], claim: ClaimMeasure | None
) -> Resolution | None:
    """How an item ended that a rule resolved, from the outcome recorded for it; a person says so
    of what they close. None where it did not end so, or nothing was recorded.

    A claim that was replaced or voided goes on as another: corrected. Money that came is paid. A
    refusal that ended without money is the patient's where the patient owes on the claim now.
    """
    if change.item.status is not WorkStatus.RESOLVED or not outcomes:
        return change.resolution
    last = outcomes[-1]
    if last.kind is OutcomeKind.MOVED:
        return Resolution.CORRECTED
    if cause_rule(last.cause).measure is Measure.SETTLED:
        is_paid = last.cause in _PAID_WHEN_SETTLED
        return Resolution.PAID if is_paid else Resolution.CORRECTED
    if last.kind in {OutcomeKind.RECOVERED, OutcomeKind.PARTLY}:
        return Resolution.PAID
    if last.cause in _ANSWERED:
        return Resolution.CORRECTED
    if last.cause in REFUSALS and claim is not None and claim.patient_balance_cents > 0:
        return Resolution.PATIENT
    return Resolution.INVALID


def _end(change: WorkChange) -> str | None:
    """Who settled the item, None when nobody did."""
    kinds = [event for event in change.events if event.kind in _ENDS]
    return kinds[-1].actor if kinds else None


def _tally(outcome: WorkOutcome) -> OutcomeCount:
    """What one outcome adds to the counts of each of its age bands; `age_band` is its first."""
    all_came = abs(outcome.recovered_cents) >= outcome.at_risk_cents
    in_part = bool(outcome.recovered_cents) and not all_came
    return OutcomeCount(
        payer_id=outcome.payer_id,
        cause=outcome.cause,
        detail=outcome.detail,
        age_band=outcome.first_band,
        count=outcome.count,
        recovered_count=outcome.count if all_came else 0,
        partly_count=outcome.count if in_part else 0,
        share_percents=outcome.share_percent,
    )


def count_outcomes(outcomes: Iterable[WorkOutcome]) -> list[OutcomeCount]:
    """All of them counted, by cause, detail, payer and age band, in that order."""
    counts: dict[tuple[str, str, str, int], OutcomeCount] = {}
    for outcome in outcomes:
        one = _tally(outcome)
        for band in range(outcome.first_band, outcome.last_band + 1):
            key = (one.cause, one.detail, one.payer_id, band)
            counts[key] = _sum(counts.get(key), msgspec.structs.replace(one, age_band=band))
    return [counts[key] for key in sorted(counts)]


def _sum(before: OutcomeCount | None, one: OutcomeCount) -> OutcomeCount:
    if before is None:
        return one
    return msgspec.structs.replace(
        one,
        count=before.count + one.count,
        recovered_count=before.recovered_count + one.recovered_count,
        partly_count=before.partly_count + one.partly_count,
        share_percents=before.share_percents + one.share_percents,
    )


def _new_stake(
    change: WorkChange,
    claim: ClaimMeasure | None,
    as_of: date,
    before: WorkStake | None = None,
) -> WorkStake:
    item = change.item
    placed = change.placed
    arose_on = before.arose_on if before is not None else None
    return WorkStake(
        work_item_id=item.work_item_id,
        payer_id=placed.payer_id if placed else before.payer_id if before else "",
        cause=item.cause,
        detail=chance_detail(item.cause, item.detail),
        arose_on=placed.arose_on if placed else arose_on,
        opened_on=as_of,
        at_risk_cents=item.amount_at_risk_cents,
        measured_cents=measured(item.cause, item.payer_sequence, claim),
    )


def _updated(stake: WorkStake, change: WorkChange) -> WorkStake:
    """The same stake with what is known now; where it was measured from stays."""
    item, placed = change.item, change.placed
    return msgspec.structs.replace(
        stake,
        payer_id=placed.payer_id if placed else stake.payer_id,
        arose_on=placed.arose_on if placed else stake.arose_on,
        cause=item.cause,
        detail=chance_detail(item.cause, item.detail),
        at_risk_cents=max(stake.at_risk_cents, item.amount_at_risk_cents),
    )


def _recovered(
    stake: WorkStake, item: WorkItem, claim: ClaimMeasure | None, *, by_money: bool = False
) -> int:
    """What came of the stake, at least nothing and at most all that was at risk."""
    measure = cause_rule(stake.cause).measure
    if measure is Measure.SETTLED:
        return stake.at_risk_cents if by_money else 0
    now_cents = measured(stake.cause, item.payer_sequence, claim)
    came = now_cents - stake.measured_cents
    if measure is Measure.PATIENT_BALANCE:
        came = -came
    return min(max(came, 0), stake.at_risk_cents)


def _outcome(
    stake: WorkStake, item: WorkItem, concluded_by: str, claim: ClaimMeasure | None, as_of: date
) -> WorkOutcome:
    is_moved = (
        claim is not None
        and claim.is_replaced
        and cause_rule(stake.cause).measure is not Measure.SETTLED
    )
    recovered = _recovered(stake, item, claim, by_money=concluded_by == ENGINE)
    if is_moved:
        kind, recovered = OutcomeKind.MOVED, 0
    elif not recovered:
        kind = OutcomeKind.NOT_RECOVERED
    elif recovered < stake.at_risk_cents:
        kind = OutcomeKind.PARTLY
    else:
        kind = OutcomeKind.RECOVERED
    # What the money settled on the day it was opened nobody had a chance to work.
    was_work = concluded_by != ENGINE or stake.opened_on < as_of
    counts = not is_moved and was_work and stake.at_risk_cents > 0
    return WorkOutcome(
        work_item_id=item.work_item_id,
        kind=kind,
        payer_id=stake.payer_id,
        cause=stake.cause,
        detail=stake.detail,
        first_band=age_band(stake.arose_on, stake.opened_on),
        last_band=max(age_band(stake.arose_on, as_of), age_band(stake.arose_on, stake.opened_on)),
        count=1 if counts else 0,
        at_risk_cents=stake.at_risk_cents,
        recovered_cents=recovered,
        share_percent=100 * recovered // stake.at_risk_cents if counts else 0,
        concluded_on=as_of,
        concluded_by=concluded_by,
        arose_on=stake.arose_on,
        opened_on=stake.opened_on,
        measured_cents=stake.measured_cents,
    )


def _withdrawn(last: WorkOutcome, as_of: date) -> WorkOutcome:
    return msgspec.structs.replace(
        last,
        kind=OutcomeKind.WITHDRAWN,
        count=-last.count,
        recovered_cents=-last.recovered_cents,
        share_percent=-last.share_percent,
        concluded_on=as_of,
    )


def _restored(last: WorkOutcome) -> WorkStake:
    return WorkStake(
        work_item_id=last.work_item_id,
        payer_id=last.payer_id,
        cause=last.cause,
        detail=last.detail,
        arose_on=last.arose_on,
        opened_on=last.opened_on,
        at_risk_cents=last.at_risk_cents,
        measured_cents=last.measured_cents,
    )

"""Provider adjustments (PLB) traced to claims: takebacks, forwarding balances, interest.

Positive cents lower the deposit. A takeback (WO) is closed by its opposite with the same
reference: a payer that reverses a claim but takes the money later sends WO negative first and
positive afterwards. A forwarding balance (FB) carried forward comes back as the same amount with
the other sign. Source: domain 3.12, 4.4 (RFI 325, 1604, 1756, 1976, 2370, 2660).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.codes import PlbMeaning, provider_adjustment
from edi_engine.money import format_cents
from edi_engine.records.keys import control_number_key, patient_control_number_key
from edi_engine.records.matching import ClaimId, PaidClaim, RemittanceId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimMatch, MatchOutcome, ReconciliationIssue

__all__ = [
    "PlacedAdjustment",
    "ProviderAdjustmentState",
    "TracedAdjustment",
    "trace_provider_adjustments",
]

_PARTS = (":", "*", ">", "|", ",", ";", "/", " ")
"""What payers put between a patient control number and whatever else a reference holds."""

_TRACED = frozenset(
    {
        PlbMeaning.TAKEBACK,
        PlbMeaning.REFUND,
        PlbMeaning.RECOVERY,
        PlbMeaning.OFFSET,
        PlbMeaning.ADJUSTMENT,
    }
)
"""Meanings whose money belongs to claims, so that a claim is looked for."""


class ProviderAdjustmentState(StrEnum):
    """OPEN: a balance held or carried that must come back. CLOSED: its opposite came.
    TRACED: it names a claim of ours. UNTRACED: money taken that names nothing we know.
    LEDGER: interest, withholding, capitation and the like, no claim to look for."""

    OPEN = "open"
    CLOSED = "closed"
    TRACED = "traced"
    UNTRACED = "untraced"
    LEDGER = "ledger"


class PlacedAdjustment(msgspec.Struct, frozen=True, gc=False):
    """A provider adjustment with what its remittance says. Positive cents lower the deposit."""

    provider_adjustment_id: int
    remittance_id: RemittanceId
    payer_id: str
    paid_on: date | None
    reason_code: str
    reference: str
    amount_cents: int


class TracedAdjustment(msgspec.Struct, frozen=True, gc=False):
    """The conclusion about one provider adjustment."""

    provider_adjustment_id: int
    state: ProviderAdjustmentState
    claim_id: ClaimId | None
    reason: str


def trace_provider_adjustments(
    adjustments: Sequence[PlacedAdjustment],
    payments: Sequence[tuple[PaidClaim, ClaimMatch]],
    claims_by_control_number: Mapping[str, Sequence[ClaimId]],
    *,
    policy: ReconcilePolicy,
) -> tuple[list[TracedAdjustment], list[ReconciliationIssue]]:
    """State of each adjustment in the order given, and the issues they raise.

    Give all adjustments of the payers concerned (a chain closes over remittances) and the
    payments whose patient or payer claim control number a reference may name.
    `claims_by_control_number` maps normalised patient control numbers to claims. An open balance
    is an issue once the payer had `policy.correction_days` to close it, counted to the payer's
    latest remittance among these.
    """
    by_payer_number = _claims_by_payer_number(payments)
    closed = _closed(adjustments)
    latest = _latest_days(adjustments)
    traced, issues = [], []
    for each in adjustments:
        claim_id = _claim_of(each, by_payer_number, claims_by_control_number)
        state, reason = _state(each, claim_id, is_closed=each.provider_adjustment_id in closed)
        traced.append(TracedAdjustment(each.provider_adjustment_id, state, claim_id, reason))
        issue = _issue_of(each, traced[-1])
        if issue is not None and not _may_still_close(each, state, latest, policy):
            issues.append(issue)
    return traced, issues


def _meaning(each: PlacedAdjustment) -> PlbMeaning | None:
    entry = provider_adjustment(each.reason_code)
    return entry.meaning if entry is not None else None


def _claims_by_payer_number(
    payments: Sequence[tuple[PaidClaim, ClaimMatch]],
) -> dict[tuple[str, str], set[ClaimId]]:
    found: dict[tuple[str, str], set[ClaimId]] = {}
    for payment, match in payments:
        if match.claim_id is None or match.outcome is not MatchOutcome.MATCHED:
            continue
        for text in (payment.payer_claim_control_number, payment.patient_control_number):
            key = patient_control_number_key(text)
            if key:
                found.setdefault((payment.payer_id, key), set()).add(match.claim_id)
    return found


def _claim_of(
    each: PlacedAdjustment,
    by_payer_number: Mapping[tuple[str, str], set[ClaimId]],
    by_number: Mapping[str, Sequence[ClaimId]],
) -> ClaimId | None:
    """The one claim that the reference, or a part of it, names; None when none or several do."""
    if _meaning(each) in {PlbMeaning.FORWARDING, None}:
        return None
    for key in _keys_of(each.reference):
        claims = by_payer_number.get((each.payer_id, key)) or set(by_number.get(key, ()))
        if len(claims) == 1:
            return next(iter(claims))
    return None


def _keys_of(reference: str) -> list[str]:
    """Keys that a reference may hold: as a whole, then each of its parts."""
    texts = [reference]
    parts = reference
    for separator in _PARTS[1:]:
        parts = parts.replace(separator, _PARTS[0])
    texts += parts.split(_PARTS[0])
    keys = [patient_control_number_key(text) for text in texts]
    return list(dict.fromkeys(key for key in keys if len(key) > 3))


def _closed(adjustments: Sequence[PlacedAdjustment]) -> set[int]:
    """Adjustments whose opposite came: the same payer, kind and reference, and the other sign.

    A postponed recovery and its later taking are of one reason code; a refund we sent (72) is
    always offset by a takeback. Forwarding balances need no equal reference.
    """
    open_by_key: dict[tuple[str, str, str], list[PlacedAdjustment]] = {}
    closed: set[int] = set()
    for each in sorted(adjustments, key=_by_day):
        key = _chain_key(each)
        if key is None:
            continue
        waiting = open_by_key.setdefault(key, [])
        opposite = next(
            (other for other in waiting if other.amount_cents == -each.amount_cents), None
        )
        if opposite is None:
            waiting.append(each)
        else:
            waiting.remove(opposite)
            closed |= {each.provider_adjustment_id, opposite.provider_adjustment_id}
    return closed


def _chain_key(each: PlacedAdjustment) -> tuple[str, str, str] | None:
    meaning = _meaning(each)
    if meaning is PlbMeaning.FORWARDING:
        return each.payer_id, "forwarding", ""
    if meaning in _TRACED:
        reference = control_number_key(each.reference)
        return (each.payer_id, "recovery", reference) if reference else None
    return None


def _by_day(each: PlacedAdjustment) -> tuple[date, int]:
    return each.paid_on or date.min, each.provider_adjustment_id


def _latest_days(adjustments: Sequence[PlacedAdjustment]) -> dict[str, date]:
    latest: dict[str, date] = {}
    for each in adjustments:
        if each.paid_on is not None:
            latest[each.payer_id] = max(each.paid_on, latest.get(each.payer_id, date.min))
    return latest


def _state(
    each: PlacedAdjustment, claim_id: ClaimId | None, *, is_closed: bool
) -> tuple[ProviderAdjustmentState, str]:
    meaning = _meaning(each)
    amount = format_cents(abs(each.amount_cents))
    if is_closed:
        return ProviderAdjustmentState.CLOSED, f"{amount} is settled by its opposite."
    if meaning is PlbMeaning.FORWARDING:
        direction = "carried forward" if each.amount_cents < 0 else "brought forward"
        return ProviderAdjustmentState.OPEN, f"{amount} was {direction}; its opposite is awaited."
    if meaning is not None and meaning not in _TRACED:
        return ProviderAdjustmentState.LEDGER, f"{amount} of {meaning.replace('_', ' ')}."
    if meaning is PlbMeaning.TAKEBACK and each.amount_cents < 0:
        return ProviderAdjustmentState.OPEN, f"{amount} will be taken later."
    if claim_id is not None:
        return ProviderAdjustmentState.TRACED, f"{amount} concerns one claim of ours."
    return ProviderAdjustmentState.UNTRACED, f"{amount} names no claim that we know."


def _issue_of(each: PlacedAdjustment, traced: TracedAdjustment) -> ReconciliationIssue | None:
    taken = each.amount_cents > 0
    if traced.state is ProviderAdjustmentState.UNTRACED and taken:
        cause = "takeback_untraced"
    elif traced.state in {ProviderAdjustmentState.UNTRACED, ProviderAdjustmentState.OPEN} or (
        traced.state is ProviderAdjustmentState.TRACED and taken
    ):
        cause = "provider_adjustment"
    else:
        return None
    return ReconciliationIssue(
        cause=cause,
        detail=each.reason_code,
        claim_id=traced.claim_id,
        claim_payment_id=None,
        remittance_id=each.remittance_id,
        payer_sequence=1,
        amount_cents=abs(each.amount_cents),
        arose_on=each.paid_on,
        reason=f"Provider adjustment {each.reason_code}: {traced.reason}",
    )


def _may_still_close(
    each: PlacedAdjustment,
    state: ProviderAdjustmentState,
    latest: Mapping[str, date],
    policy: ReconcilePolicy,
) -> bool:
    if state is not ProviderAdjustmentState.OPEN or each.paid_on is None:
        return False
    return (latest[each.payer_id] - each.paid_on).days <= policy.correction_days

"""Provider adjustments (PLB) traced to claims: takebacks, forwarding balances, interest."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.records.matching import ClaimId, PaidClaim, RemittanceId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimMatch, ReconciliationIssue

__all__ = [
    "PlacedAdjustment",
    "ProviderAdjustmentState",
    "TracedAdjustment",
    "trace_provider_adjustments",
]


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
    `claims_by_control_number` maps normalised patient control numbers to claims.
    """
    raise NotImplementedError

"""The whole reconciliation on data in memory: pure, and the same in any order of arrival."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.matchers.provider_adjustments import PlacedAdjustment, TracedAdjustment
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    Decision,
    ReconciliationIssue,
)

__all__ = ["Reconciliation", "payment_issues", "reconcile"]


class Reconciliation(msgspec.Struct, frozen=True):
    """Everything concluded: matches by claim payment id, claims by claim id, issues of payments
    and provider adjustments that stand on no claim."""

    matches: tuple[ClaimMatch, ...]
    claims: tuple[ClaimReconciliation, ...]
    issues: tuple[ReconciliationIssue, ...]
    provider_adjustments: tuple[TracedAdjustment, ...] = ()


def payment_issues(
    payments: Sequence[PaidClaim], matches: Sequence[ClaimMatch]
) -> list[ReconciliationIssue]:
    """Issues of payments that count on no claim: unmatched, ambiguous, suggested, not ours, held.

    `matches` are in the order of `payments`.
    """
    raise NotImplementedError


def reconcile(
    claims: Sequence[BilledClaim],
    payments: Sequence[PaidClaim],
    expected: Mapping[ClaimId, Sequence[ExpectedAllowed]] | None = None,
    *,
    decisions: Sequence[Decision] = (),
    policy: ReconcilePolicy,
    as_of: date,
    provider_adjustments: Sequence[PlacedAdjustment] = (),
) -> Reconciliation:
    """Match all payments and reconcile all claims. Same input, same output, in any order.

    `expected` comes from `contracts.expected_allowed`; claims without an entry have none.
    """
    raise NotImplementedError

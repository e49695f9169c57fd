"""What stands on a claim: every billed line for every payer, reversals, balances and issues."""

from collections.abc import Mapping, Sequence
from datetime import date

from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimMatch, ClaimReconciliation

__all__ = ["reconcile_claim", "reconcile_group"]

MatchedPayment = tuple[PaidClaim, ClaimMatch]


def reconcile_claim(
    claim: BilledClaim,
    payments: Sequence[MatchedPayment],
    expected: Sequence[ExpectedAllowed] = (),
    *,
    policy: ReconcilePolicy,
    as_of: date,
    relatives: Sequence[BilledClaim] = (),
    relatives_payments: Mapping[ClaimId, Sequence[MatchedPayment]] | None = None,
) -> ClaimReconciliation:
    """Reconcile one claim with the payments matched to it (others are left out, in any order).

    `relatives` are the other claims with the same patient control number or tied by REF*F8:
    replacements, voids, and the claims to the next payers; `relatives_payments` what was matched
    to them. They decide superseded, voided, and where the open balance stands.
    """
    raise NotImplementedError


def reconcile_group(
    claims: Sequence[BilledClaim],
    payments: Mapping[ClaimId, Sequence[MatchedPayment]],
    expected: Mapping[ClaimId, Sequence[ExpectedAllowed]],
    *,
    policy: ReconcilePolicy,
    as_of: date,
) -> list[ClaimReconciliation]:
    """Reconcile claims whose relatives are all among them (every claim of a PCN key is given).

    One result per claim, in the order given.
    """
    raise NotImplementedError

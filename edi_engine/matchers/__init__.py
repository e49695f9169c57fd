"""Claims and remittances -> matches, line reconciliation, denials and variances. Pure."""

from edi_engine.matchers.candidates import (
    CandidateKeys,
    CandidatePool,
    PracticeIdentifiers,
    candidate_keys,
)
from edi_engine.matchers.claim_ladder import match_payments
from edi_engine.matchers.claim_reconciliation import (
    MatchedPayment,
    reconcile_claim,
    reconcile_group,
)
from edi_engine.matchers.duplicates import (
    Repeat,
    RepeatedRemittance,
    RepeatKind,
    claim_payment_fingerprint,
    conclude_repeats,
)
from edi_engine.matchers.provider_adjustments import (
    PlacedAdjustment,
    ProviderAdjustmentState,
    TracedAdjustment,
    trace_provider_adjustments,
)
from edi_engine.matchers.reconcile import Reconciliation, payment_issues, reconcile

__all__ = [
    "CandidateKeys",
    "CandidatePool",
    "MatchedPayment",
    "PlacedAdjustment",
    "PracticeIdentifiers",
    "ProviderAdjustmentState",
    "Reconciliation",
    "Repeat",
    "RepeatKind",
    "RepeatedRemittance",
    "TracedAdjustment",
    "candidate_keys",
    "claim_payment_fingerprint",
    "conclude_repeats",
    "match_payments",
    "payment_issues",
    "reconcile",
    "reconcile_claim",
    "reconcile_group",
    "trace_provider_adjustments",
]

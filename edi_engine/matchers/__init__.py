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
from edi_engine.matchers.posting import (
    KnownPayers,
    PlacedItem,
    PostingContext,
    RemittanceParts,
    known_payers,
    post_loose,
    post_remittance,
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
    "KnownPayers",
    "MatchedPayment",
    "PlacedAdjustment",
    "PlacedItem",
    "PostingContext",
    "PracticeIdentifiers",
    "ProviderAdjustmentState",
    "Reconciliation",
    "RemittanceParts",
    "TracedAdjustment",
    "candidate_keys",
    "known_payers",
    "match_payments",
    "payment_issues",
    "post_loose",
    "post_remittance",
    "reconcile",
    "reconcile_claim",
    "reconcile_group",
    "trace_provider_adjustments",
]

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
from edi_engine.matchers.payer_learning import learn, opportunities
from edi_engine.matchers.payer_quirks import QUIRK_LENGTH_MIN, observe_group, observe_remittance
from edi_engine.matchers.posting import (
    KnownPayers,
    PlacedItem,
    PostingContext,
    RemittanceParts,
    known_payers,
    post_loose,
    post_remittance,
    sign_as_profiled,
    trace_as_profiled,
)
from edi_engine.matchers.provider_adjustments import (
    PlacedAdjustment,
    ProviderAdjustmentState,
    TracedAdjustment,
    trace_provider_adjustments,
)
from edi_engine.matchers.reconcile import Reconciliation, payment_issues, reconcile

__all__ = [
    "QUIRK_LENGTH_MIN",
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
    "learn",
    "match_payments",
    "observe_group",
    "observe_remittance",
    "opportunities",
    "payment_issues",
    "post_loose",
    "post_remittance",
    "reconcile",
    "reconcile_claim",
    "reconcile_group",
    "sign_as_profiled",
    "trace_as_profiled",
    "trace_provider_adjustments",
]

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
from edi_engine.matchers.posting import (
    KnownPayers,
    PostingContext,
    RemittanceParts,
    known_payers,
    post_loose,
    post_remittance,
)
from edi_engine.matchers.provider_issues import provider_issues
from edi_engine.matchers.provider_items import (
    ItemExplanation,
    explain_item,
    group_key_of,
    settle_provider_items,
)
from edi_engine.matchers.provider_references import (
    ReferenceIndex,
    reference_keys,
    trace_number_texts,
)
from edi_engine.matchers.reconcile import Reconciliation, payment_issues, reconcile

__all__ = [
    "CandidateKeys",
    "CandidatePool",
    "ItemExplanation",
    "KnownPayers",
    "MatchedPayment",
    "PostingContext",
    "PracticeIdentifiers",
    "Reconciliation",
    "ReferenceIndex",
    "RemittanceParts",
    "Repeat",
    "RepeatKind",
    "RepeatedRemittance",
    "candidate_keys",
    "claim_payment_fingerprint",
    "conclude_repeats",
    "explain_item",
    "group_key_of",
    "known_payers",
    "match_payments",
    "payment_issues",
    "post_loose",
    "post_remittance",
    "provider_issues",
    "reconcile",
    "reconcile_claim",
    "reconcile_group",
    "reference_keys",
    "settle_provider_items",
    "trace_number_texts",
]

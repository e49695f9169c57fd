"""Claims and remittances -> matches, line reconciliation, denials and variances. Pure."""

from edi_engine.matchers.adjudications import payer_answers
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
from edi_engine.matchers.comparison import compare_fields
from edi_engine.matchers.duplicates import (
    Repeat,
    RepeatedRemittance,
    RepeatKind,
    claim_payment_fingerprint,
    conclude_repeats,
    unnumbered_fingerprint,
)
from edi_engine.matchers.payer_learning import learn, opportunities
from edi_engine.matchers.payer_quirks import QUIRK_LENGTH_MIN, observe_group, observe_remittance
from edi_engine.matchers.posting import (
    KnownPayers,
    PostingContext,
    RemittanceParts,
    known_payers,
    post_loose,
    post_remittance,
    sign_as_profiled,
    trace_as_profiled,
)
from edi_engine.matchers.project_hits import follow_projects
from edi_engine.matchers.provider_issues import provider_issues
from edi_engine.matchers.provider_items import (
    group_key_of,
    settle_provider_items,
)
from edi_engine.matchers.provider_references import (
    ReferenceIndex,
    reference_keys,
    trace_number_texts,
)
from edi_engine.matchers.provider_takebacks import (
    claims_of_takebacks,
    takeback_group_key,
    taken_by_claim,
)
from edi_engine.matchers.reconcile import Reconciliation, payment_issues, reconcile
from edi_engine.matchers.timely_payments import (
    claims_of_timely_items,
    timely_by_claim,
    timely_facts,
    timely_group_keys,
    unnamed_interest,
)

__all__ = [
    "QUIRK_LENGTH_MIN",
    "CandidateKeys",
    "CandidatePool",
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
    "claims_of_takebacks",
    "claims_of_timely_items",
    "compare_fields",
    "conclude_repeats",
    "follow_projects",
    "group_key_of",
    "known_payers",
    "learn",
    "match_payments",
    "observe_group",
    "observe_remittance",
    "opportunities",
    "payer_answers",
    "payment_issues",
    "post_loose",
    "post_remittance",
    "provider_issues",
    "reconcile",
    "reconcile_claim",
    "reconcile_group",
    "reference_keys",
    "settle_provider_items",
    "sign_as_profiled",
    "takeback_group_key",
    "taken_by_claim",
    "timely_by_claim",
    "timely_facts",
    "timely_group_keys",
    "trace_as_profiled",
    "trace_number_texts",
    "unnamed_interest",
    "unnumbered_fingerprint",
]

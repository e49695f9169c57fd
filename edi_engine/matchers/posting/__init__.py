"""Conclusions -> what goes into the journal: plans of balanced entries, behind a gate."""

from edi_engine.matchers.posting.claims import ClaimPostings, post_claim
from edi_engine.matchers.posting.gate import (
    EVERYBODY,
    KnownPayers,
    PostingContext,
    known_payers,
    refusal_of_payment,
)
from edi_engine.matchers.posting.loose import post_loose
from edi_engine.matchers.posting.profiled import (
    capping_expected,
    sign_as_profiled,
    trace_as_profiled,
)
from edi_engine.matchers.posting.remittances import (
    RemittanceParts,
    post_remittance,
)

__all__ = [
    "EVERYBODY",
    "ClaimPostings",
    "KnownPayers",
    "PostingContext",
    "RemittanceParts",
    "capping_expected",
    "known_payers",
    "post_claim",
    "post_loose",
    "post_remittance",
    "refusal_of_payment",
    "sign_as_profiled",
    "trace_as_profiled",
]

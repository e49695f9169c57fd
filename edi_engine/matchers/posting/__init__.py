"""Conclusions -> what goes into the journal: plans of balanced entries, behind a gate."""

from edi_engine.matchers.posting.claims import ClaimPostings, post_claim
from edi_engine.matchers.posting.gate import EVERYBODY, KnownPayers, PostingContext, known_payers
from edi_engine.matchers.posting.loose import post_loose
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
    "known_payers",
    "post_claim",
    "post_loose",
    "post_remittance",
]

"""The payers of the lifecycle world: how fast each pays, and how it writes its 277CA.

Their habits in 835s are switched off, so that what is tested is the life before payment. The speeds
are far enough apart that a claim can be overdue with one payer and quite usual with another.
"""

import msgspec

from edi_engine.synthetic.payers import TEXT_PUNCTUATION, PayerProfile, Punctuation, plain_payers
from edi_engine.synthetic.status_text import Voice

__all__ = [
    "CLEARINGHOUSE",
    "DENTAL",
    "FAST",
    "FORWARDING",
    "LITTLE_KNOWN",
    "OVERDUE_DAYS",
    "PRIMARY_PAYERS",
    "SLOW",
    "USUAL",
    "lifecycle_payers",
    "punctuation_of",
    "voice_of",
]

FAST = "EX001"
SLOW = "EX002"
USUAL = "EX003"
FORWARDING = "EX004"
LITTLE_KNOWN = "EX005"
"""Pays too few claims to know how long it takes."""
DENTAL = "EX008"
_SUPPLEMENT = "EX009"

PRIMARY_PAYERS = (FAST, SLOW, USUAL, FORWARDING, LITTLE_KNOWN)

_LAG_DAYS = {FAST: 8, SLOW: 36, USUAL: 19, FORWARDING: 13, LITTLE_KNOWN: 17, DENTAL: 11}

OVERDUE_DAYS = {FAST: 26, USUAL: 36, SLOW: 56, FORWARDING: 30, LITTLE_KNOWN: 46}
"""Sent so long ago and accepted, a claim is overdue with that payer by more than a week."""

CLEARINGHOUSE = Voice("AY", "SAMPLE CLEARINGHOUSE", "SAMPLEREC1", "46")

_PIPED = Punctuation(component="|")


def lifecycle_payers() -> tuple[PayerProfile, ...]:
    """Five primary payers of one weight, a dental plan, and the supplement claims cross over to."""
    return tuple(
        msgspec.structs.replace(
            payer,
            lag_days=_LAG_DAYS.get(payer.payer_id, payer.lag_days),
            weight=0 if payer.payer_id == _SUPPLEMENT else 10,
            changes_fees=False,
            capitates=False,
        )
        for payer in plain_payers()
        if payer.payer_id in _LAG_DAYS or payer.payer_id == _SUPPLEMENT
    )


def voice_of(payer: PayerProfile) -> Voice:
    """The payer in a 277CA: the usual payer leaves STC02 out, the little known one entities."""
    return Voice(
        "PR",
        payer.name,
        payer.payer_id,
        "PI",
        dates_statuses=payer.payer_id != USUAL,
        names_entities=payer.payer_id != LITTLE_KNOWN,
    )


def punctuation_of(payer: PayerProfile) -> Punctuation:
    """The separators of the payer's 277CA."""
    return _PIPED if payer.payer_id == LITTLE_KNOWN else TEXT_PUNCTUATION

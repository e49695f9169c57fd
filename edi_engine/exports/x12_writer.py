"""Writes claims and remittances back as X12: what is read again gives the same records.

The records decide; what a record has no field for is written from its extra segments. The envelope
is given from outside (no clock, no counters here), and delimiters are chosen so that no value
contains one. Source: 005010X222A1, X223A2, X224A2 and X221A1.
"""

from collections.abc import Iterable

from edi_engine.exports.x12_claims import claim_sets
from edi_engine.exports.x12_envelope import Envelope, write_interchange
from edi_engine.exports.x12_remittances import remittance_sets
from edi_engine.records.claims import Claim
from edi_engine.records.remittances import RemittanceSet

__all__ = ["Envelope", "write_claims", "write_remittances"]


def write_claims(claims: Iterable[Claim], envelope: Envelope) -> bytes:
    """An interchange of 837 sets, a functional group for each run of claims of one kind.

    Raises InputError when an id of the envelope does not fit, or no delimiter is left.
    """
    return write_interchange(claim_sets(claims, envelope), envelope)


def write_remittances(sets: Iterable[RemittanceSet], envelope: Envelope) -> bytes:
    """An interchange with one 835 set for each remittance, in one functional group.

    Raises InputError as `write_claims` does.
    """
    return write_interchange(remittance_sets(sets), envelope)

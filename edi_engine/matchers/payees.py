"""Whose payment it is: the payee of a remittance held against our billing providers."""

from enum import Enum

from edi_engine.matchers.candidates import PracticeIdentifiers
from edi_engine.matchers.facts import PaymentFacts
from edi_engine.records.matching import BilledClaim

__all__ = ["Payee", "conflicts_with", "payee_of"]


class Payee(Enum):
    """OURS: a known identifier is ours. UNKNOWN: nothing to compare. FOREIGN: none is ours."""

    OURS = "ours"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


def payee_of(payee_npi: str, payee_tin: str, practice: PracticeIdentifiers) -> Payee:
    """Whether the payee is one of ours, as far as identifiers of the same kind are known."""
    npi_told = bool(payee_npi and practice.npis)
    tin_told = bool(payee_tin and practice.tins)
    if (npi_told and payee_npi in practice.npis) or (tin_told and payee_tin in practice.tins):
        return Payee.OURS
    return Payee.FOREIGN if npi_told or tin_told else Payee.UNKNOWN


def conflicts_with(paid: PaymentFacts, claim: BilledClaim) -> bool:
    """Whether the payee is known to be another provider than the claim's.

    A practice may bill under several NPIs of one tax id, and payers pay any of them: an equal tax
    id settles it.
    """
    payment = paid.payment
    if payment.payee_tin and claim.billing_tin:
        if payment.payee_tin == claim.billing_tin:
            return False
        return not (payment.payee_npi and payment.payee_npi == claim.billing_npi)
    if payment.payee_npi and claim.billing_npi:
        return payment.payee_npi != claim.billing_npi
    return False

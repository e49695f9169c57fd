"""Where a claim payment may belong: claims indexed by the keys a payer may echo.

No decisions here. The pool holds whatever claims the caller found (all of them in memory, or those
a database gave for `candidate_keys`); a claim that shares no key with a payment is never looked at.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from edi_engine.records.matching import BilledClaim, PaidClaim

__all__ = ["CandidateKeys", "CandidatePool", "PracticeIdentifiers", "candidate_keys"]


class PracticeIdentifiers(msgspec.Struct, frozen=True):
    """NPIs and tax ids that are ours: those of all claims' billing providers and of the policy.

    Empty sets mean "not known", and then no payment is called not ours by its payee.
    """

    npis: frozenset[str] = frozenset()
    tins: frozenset[str] = frozenset()


class CandidateKeys(msgspec.Struct, frozen=True):
    """What to ask a store for, sorted, without meaningless values. Made with `records.keys`.

    `charges_and_dates` are (cents, first service date) pairs.
    """

    patient_control_numbers: tuple[str, ...]
    patient_control_number_prefixes: tuple[str, ...]
    charges_and_dates: tuple[tuple[int, date], ...]
    line_control_numbers: tuple[str, ...]
    payer_claim_control_numbers: tuple[str, ...]
    members: tuple[str, ...]


class CandidatePool:
    """Claims that payments may belong to, indexed in memory; never changed after it is built.

    `practice` defaults to the billing providers of the claims given. A caller that holds only
    part of its claims passes the identifiers of all of them.
    """

    def __init__(
        self, claims: Iterable[BilledClaim], *, practice: PracticeIdentifiers | None = None
    ) -> None:
        raise NotImplementedError


def candidate_keys(payments: Sequence[PaidClaim]) -> CandidateKeys:
    """All keys under which the claims of these payments may be found.

    Pass all claim payments of a transaction set that share a patient control number together: the
    charge of a claim that was split is the sum over them.
    """
    raise NotImplementedError

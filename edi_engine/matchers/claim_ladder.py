"""The claim ladder: which claim a claim payment belongs to. Source: domain 4.1, MATCHING.md."""

from collections.abc import Sequence

from edi_engine.matchers.candidates import CandidatePool
from edi_engine.records.matching import PaidClaim
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimMatch, Decision

__all__ = ["match_payments"]


def match_payments(
    payments: Sequence[PaidClaim],
    pool: CandidatePool,
    *,
    decisions: Sequence[Decision] = (),
    policy: ReconcilePolicy,
) -> list[ClaimMatch]:
    """One conclusion per payment, in the order given; the order changes nothing else.

    `payments` is a whole group: with a payment come all those that share its patient control
    number or payer claim control number (by `records.keys`), also those matched before, because
    splits, reversals and resends are told apart by their siblings. Matched ones come out the
    same again unless something new changes them.
    """
    raise NotImplementedError

"""The claim ladder run on claims and payments in memory, for the tests."""

from edi_engine.matchers import CandidatePool, PracticeIdentifiers, match_payments
from edi_engine.records.matching import BilledClaim, PaidClaim
from edi_engine.records.reconciliation import ClaimMatch, Decision
from tests.matchers.making import POLICY


def match(
    payments: list[PaidClaim],
    claims: list[BilledClaim],
    *,
    decisions: tuple[Decision, ...] = (),
    practice: PracticeIdentifiers | None = None,
) -> list[ClaimMatch]:
    pool = CandidatePool(claims, practice=practice)
    return match_payments(payments, pool, decisions=decisions, policy=POLICY)


def match_one(payment: PaidClaim, *claims: BilledClaim) -> ClaimMatch:
    (found,) = match([payment], list(claims))
    return found

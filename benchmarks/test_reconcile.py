"""Match and reconcile in memory: `pytest -o addopts= benchmarks/test_reconcile.py`.

A synthetic practice with its usual messes is read once; timed is what reconciling does with it.
Divide the payments named in the extra info by the time to get claim payments a second.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, Protocol

import pytest

from edi_engine.contracts import FeeSchedule, expected_allowed, read_fee_schedule
from edi_engine.matchers import CandidatePool, match_payments, reconcile
from edi_engine.parsers import read_bytes
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import (
    BilledClaim,
    ClaimId,
    ClaimPaymentId,
    PaidClaim,
    RemittanceId,
    billed_claim,
    paid_claim,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.synthetic import make_practice

POLICY = ReconcilePolicy()
AS_OF = date(2026, 6, 1)


class Benchmark(Protocol):
    """What the benchmark fixture offers."""

    extra_info: dict[str, int]

    def __call__(self, function: Callable[[], object]) -> object:
        """Time a function."""


class Night(NamedTuple):
    """The records of a practice."""

    claims: list[BilledClaim]
    payments: list[PaidClaim]
    schedule: FeeSchedule
    expected: dict[ClaimId, tuple[ExpectedAllowed, ...]]


@pytest.fixture(scope="module")
def night() -> Night:
    """3,000 claims and their answers."""
    practice = make_practice(7, start_on=date(2026, 1, 5), months=2, claims_count=3000)
    claims: list[BilledClaim] = []
    payments: list[PaidClaim] = []
    for name, data in practice.files():
        parsed = read_bytes(data, file_name=name)
        for claim in parsed.claims:
            claims.append(billed_claim(claim, ClaimId(len(claims) + 1)))
        for found in parsed.remittance_sets:
            remittance_id = RemittanceId(len(payments) + 1)
            for payment in found.claim_payments:
                payment_id = ClaimPaymentId(len(payments) + 1)
                payments.append(paid_claim(payment, found.remittance, payment_id, remittance_id))
    schedule = FeeSchedule(read_fee_schedule(practice.fee_schedule_csv())[0])
    expected = {claim.claim_id: expected_allowed(schedule, claim) for claim in claims}
    return Night(claims, payments, schedule, expected)


def test_match_and_reconcile(benchmark: Benchmark, night: Night) -> None:
    """The whole of it; the target is 5,000 claim payments a second."""
    benchmark.extra_info["payments"] = len(night.payments)
    benchmark(
        lambda: reconcile(night.claims, night.payments, night.expected, policy=POLICY, as_of=AS_OF)
    )


def test_match_alone(benchmark: Benchmark, night: Night) -> None:
    """The claim ladder, the pool included."""
    benchmark.extra_info["payments"] = len(night.payments)
    benchmark(lambda: match_payments(night.payments, CandidatePool(night.claims), policy=POLICY))


def test_price(benchmark: Benchmark, night: Night) -> None:
    """The fee schedule on every line."""
    benchmark.extra_info["claims"] = len(night.claims)
    benchmark(lambda: [expected_allowed(night.schedule, claim) for claim in night.claims])

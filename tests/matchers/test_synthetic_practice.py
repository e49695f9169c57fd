"""A synthetic practice read, priced and reconciled in memory, held against its own truth."""

import random
from collections import Counter
from datetime import date

import msgspec
import pytest

from edi_engine.contracts import FeeSchedule, expected_allowed, read_fee_schedule
from edi_engine.matchers import (
    CandidatePool,
    PracticeIdentifiers,
    Reconciliation,
    match_payments,
    reconcile,
)
from edi_engine.parsers import read_bytes
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
from edi_engine.records.reconciliation import LineReconciliation, MatchOutcome
from edi_engine.synthetic import ClaimKey, LineTruth, PaymentKey, Practice, make_practice

START_ON = date(2026, 1, 5)
AS_OF = date(2026, 6, 1)


class World:
    """The practice's files as records, with ids by the truth's keys, and what was concluded."""

    def __init__(self, practice: Practice) -> None:
        self.truth = practice.truth
        self.claim_ids: dict[ClaimKey, ClaimId] = {}
        self.payment_ids: dict[PaymentKey, ClaimPaymentId] = {}
        self.claims: list[BilledClaim] = []
        self.payments: list[PaidClaim] = []
        repeated = {each.file_name for each in self.truth.duplicate_files}
        for name, data in practice.files():
            if name not in repeated:
                self._read(name, data)
        rows, findings = read_fee_schedule(practice.fee_schedule_csv(), file_name="fees.csv")
        assert not findings
        schedule = FeeSchedule(rows)
        expected = {claim.claim_id: expected_allowed(schedule, claim) for claim in self.claims}
        self.result: Reconciliation = reconcile(
            self.claims, self.payments, expected, policy=ReconcilePolicy(), as_of=AS_OF
        )

    def _read(self, name: str, data: bytes) -> None:
        parsed = read_bytes(data, file_name=name)
        for claim in parsed.claims:
            claim_id = ClaimId(len(self.claims) + 1)
            self.claims.append(billed_claim(claim, claim_id))
            key = ClaimKey(name, claim.source.set_control_number, claim.claim_ordinal)
            self.claim_ids[key] = claim_id
        for found in parsed.remittance_sets:
            remittance_id = RemittanceId(len(self.payments) + 1)
            for payment in found.claim_payments:
                payment_id = ClaimPaymentId(len(self.payments) + 1)
                self.payments.append(
                    paid_claim(payment, found.remittance, payment_id, remittance_id)
                )
                place = PaymentKey(name, payment.source.set_control_number, payment.claim_ordinal)
                self.payment_ids[place] = payment_id


def _assert_pairs(world: World) -> None:
    matches = {each.claim_payment_id: each for each in world.result.matches}
    found: Counter[str] = Counter()
    for pair in world.truth.pairs:
        payment_id = world.payment_ids.get(pair.payment)
        if payment_id is None:
            continue
        match = matches[payment_id]
        if match.outcome is MatchOutcome.MATCHED:
            if pair.candidates:
                assert match.claim_id in {world.claim_ids[key] for key in pair.candidates}
            else:
                assert pair.claim is not None, pair
                assert match.claim_id == world.claim_ids[pair.claim], pair
            assert match.payer_sequence == pair.payer_sequence, pair
        if pair.candidates:
            assert match.outcome in {MatchOutcome.AMBIGUOUS, MatchOutcome.MATCHED}
        elif pair.claim is not None:
            found[match.outcome] += 1
    assert found[MatchOutcome.MATCHED] >= 0.99 * found.total()


def _values(line: LineReconciliation) -> tuple[object, ...]:
    return (
        line.state,
        line.charge_cents,
        line.paid_cents,
        line.allowed_cents,
        line.contractual_cents,
        line.patient_responsibility_cents,
        line.denied_cents,
        line.other_adjustment_cents,
        line.expected_allowed_cents,
        line.variance_cents,
        line.denial_category,
    )


def _true_values(line: LineTruth) -> tuple[object, ...]:
    return (
        line.state,
        line.charge_cents,
        line.paid_cents,
        line.allowed_cents,
        line.contractual_cents,
        line.patient_responsibility_cents,
        line.denied_cents,
        line.other_cents,
        line.expected_cents,
        line.variance_cents,
        line.denial_category,
    )


def _assert_lines(world: World) -> None:
    rows = {
        (line.claim_id, line.line_number, line.payer_sequence): line
        for claim in world.result.claims
        for line in claim.lines
    }
    compared = 0
    for line in world.truth.lines:
        if not line.uncertain:
            row = rows[world.claim_ids[line.claim], line.line_number, line.payer_sequence]
            assert _values(row) == _true_values(line), line
            compared += 1
    assert compared > len(world.truth.lines) // 2


def _assert_reversals(world: World) -> None:
    pairs = {
        pair.reversal_id: (pair.original_id, pair.correction_id)
        for claim in world.result.claims
        for pair in claim.reversals
    }
    for reversal in world.truth.reversals:
        reversal_id = world.payment_ids.get(reversal.reversal)
        if reversal_id is not None:
            ids = (
                world.payment_ids[reversal.original] if reversal.original else None,
                world.payment_ids[reversal.correction] if reversal.correction else None,
            )
            assert pairs[reversal_id] == ids, reversal


def _check(seed: int, claims_count: int) -> None:
    world = World(make_practice(seed, start_on=START_ON, months=2, claims_count=claims_count))
    _assert_pairs(world)
    _assert_lines(world)
    _assert_reversals(world)


def test_a_practice_comes_out_as_its_truth_says() -> None:
    _check(seed=5, claims_count=250)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 26))
def test_larger_practices_come_out_as_their_truth_says(seed: int) -> None:
    _check(seed=seed, claims_count=1500)


def _same_bill(claim: BilledClaim, other: BilledClaim) -> bool:
    """Whether two claims are one bill sent twice, or to the next payer."""
    return (
        claim.charge_cents == other.charge_cents
        and claim.service_from == other.service_from
        and claim.patient_first_name == other.patient_first_name
        and claim.patient_last_name == other.patient_last_name
        and [(line.procedure_code, line.charge_cents) for line in claim.lines]
        == [(line.procedure_code, line.charge_cents) for line in other.lines]
    )


def _check_missing(world: World, seed: int, *, numbers: str) -> None:
    """With a third of the claims gone, no payment takes a claim that is another bill."""
    kept = [claim for claim in world.claims if random.Random(seed * claim.claim_id).random() > 0.3]
    by_id = {claim.claim_id: claim for claim in world.claims}
    practice = PracticeIdentifiers(
        npis=frozenset(claim.billing_npi for claim in world.claims),
        tins=frozenset(claim.billing_tin for claim in world.claims),
    )
    payments = [
        msgspec.structs.replace(
            payment,
            patient_control_number={
                "whole": payment.patient_control_number,
                "cut": payment.patient_control_number[:8],
                "lost": "0",
            }[numbers],
        )
        for payment in world.payments
    ]
    pool = CandidatePool(kept, practice=practice)
    matches = match_payments(payments, pool, policy=ReconcilePolicy())
    true_claims = {world.payment_ids[pair.payment]: pair.claim
                   for pair in world.truth.pairs if pair.payment in world.payment_ids}  # fmt: skip
    matched = 0
    for match in matches:
        if match.outcome is MatchOutcome.MATCHED and match.claim_id is not None:
            key = true_claims[match.claim_payment_id]
            assert key is not None, match
            assert _same_bill(by_id[match.claim_id], by_id[world.claim_ids[key]]), match
            matched += 1
    assert matched > len(kept) // 2


@pytest.mark.parametrize("numbers", ["whole", "cut", "lost"])
def test_payments_of_claims_that_are_missing_take_no_other_claim(numbers: str) -> None:
    world = World(make_practice(9, start_on=START_ON, months=1, claims_count=250))
    for seed in range(1, 4):
        _check_missing(world, seed, numbers=numbers)


@pytest.mark.slow
@pytest.mark.parametrize("numbers", ["whole", "cut", "lost"])
@pytest.mark.parametrize("seed", range(31, 34))
def test_larger_practices_with_missing_claims_match_nothing_else(seed: int, numbers: str) -> None:
    _check_missing(
        World(make_practice(seed, start_on=START_ON, months=2, claims_count=1500)),
        seed,
        numbers=numbers,
    )

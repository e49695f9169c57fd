"""Money is conserved for any claims and payments at all; the worlds are those of the ladder."""

import random

import pytest

from edi_engine.matchers import Reconciliation, reconcile
from edi_engine.records.journal import (
    RECEIVABLE_PATIENT,
    PostingPlan,
    SubjectKind,
    is_receivable,
)
from tests.matchers.making import POLICY
from tests.matchers.test_properties import AS_OF, World
from tests.seeds import seeds

SEEDS = seeds(20, 60)


def concluded(world: World, seed: int | None = None) -> Reconciliation:
    claims, payments = list(world.claims), list(world.payments)
    if seed is not None:
        random.Random(seed).shuffle(claims)
        random.Random(seed + 1).shuffle(payments)
    return reconcile(claims, payments, world.expected, policy=POLICY, as_of=AS_OF)


def plans_of(result: Reconciliation) -> list[PostingPlan]:
    on_claims = [plan for claim in result.claims for plan in claim.postings]
    return [*on_claims, *result.loose_postings]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cent_is_posted_once(seed: int) -> None:
    world = World(seed)
    plans = plans_of(concluded(world))
    for plan in plans:
        assert sum(entry.amount_cents for entry in plan.entries) == 0, plan
        assert all(entry.amount_cents for entry in plan.entries), plan
    cash = {
        plan.subject_id: plan.cash_cents
        for plan in plans
        if plan.subject_kind is SubjectKind.PAYMENT
    }
    assert cash == {payment.claim_payment_id: payment.paid_cents for payment in world.payments}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_balance_is_the_charge_and_what_was_posted_to_it(seed: int) -> None:
    world = World(seed)
    charges = {claim.claim_id: claim.charge_cents for claim in world.claims}
    result = concluded(world)
    entries = [entry for plan in plans_of(result) for entry in plan.entries]
    for claim in result.claims:
        own = [entry for entry in entries if entry.claim_id == claim.claim_id]
        posted = sum(entry.amount_cents for entry in own if is_receivable(entry.account))
        patient = sum(entry.amount_cents for entry in own if entry.account == RECEIVABLE_PATIENT)
        assert charges[claim.claim_id] + posted == claim.balance_cents
        assert patient == claim.patient_balance_cents
        assert claim.payer_balance_cents == claim.balance_cents - patient
        assert sum(entry.amount_cents for entry in own) == 0


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_the_order_of_the_input_changes_no_plan(seed: int) -> None:
    world = World(seed)
    key = lambda plan: (plan.subject_kind, plan.subject_id)  # noqa: E731 - as short as it gets
    expected = sorted(plans_of(concluded(world)), key=key)
    assert sorted(plans_of(concluded(world, seed)), key=key) == expected

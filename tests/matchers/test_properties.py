"""What holds for any group of claims and payments, made from seeds that a failure prints."""

import random
from collections import Counter
from datetime import timedelta

import msgspec
import pytest

from edi_engine.matchers import Reconciliation, reconcile
from edi_engine.matchers.adjudications import counts
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim, PaidLine, PriorPayer
from edi_engine.records.reconciliation import MatchOutcome
from tests.matchers.making import (
    PAID_ON,
    POLICY,
    SENT_ON,
    SERVED_ON,
    billed,
    billed_line,
    expect,
    paid,
    paid_line,
    reversed_payment,
)
from tests.seeds import seeds

DAY = timedelta(days=1)
AS_OF = PAID_ON + 90 * DAY
CODES = ("99213", "85025", "97110", "J1885", "3008F")
ADJUSTED = (
    "",
    "CO-45 20.00",
    "CO-45 20.00, PR-2 5.00",
    "CO-45 10.00, PR-1 {all}",
    "CO-50 {all}",
    "PR-96 {all}",
    "CO-97 {all}",
    "CO-24 {all}",
    "OA-18 {all}",
    "CO-45 10.00, CO-253 0.40",
    "OA-23 30.00",
    "CO-151 15.00",
)


class World:
    """Claims of a few patients under few numbers, and payments that answer them badly."""

    def __init__(self, seed: int) -> None:
        self.maker = random.Random(seed)
        self.claims: list[BilledClaim] = []
        self.payments: list[PaidClaim] = []
        self.expected: dict[ClaimId, tuple[ExpectedAllowed, ...]] = {}
        for _ in range(self.maker.randint(1, 5)):
            self._bill()
        if self.maker.random() < 0.5:
            self._send_again(self.maker.choice(self.claims))
        for claim in list(self.claims):
            for _ in range(self.maker.randint(0, 3)):
                self._pay(claim)

    def _bill(self) -> None:
        maker = self.maker
        claim_id = len(self.claims) + 1
        lines = tuple(
            billed_line(
                number,
                maker.choice(CODES),
                maker.choice([0, 50_00, 100_00, 100_00]),
                modifiers=maker.choice([(), (), ("LT",), ("RT",)]),
                control_number=f"LN{claim_id:02d}{number:02d}" if maker.random() < 0.5 else "",
            )
            for number in range(1, maker.randint(2, 5))
        )
        sequence = maker.choice([1, 1, 1, 2])
        self.claims.append(
            billed(
                claim_id,
                number=f"TEST000{maker.randint(1, 3)}",
                lines=lines,
                frequency=maker.choice(["1", "1", "1", "7", "8"]),
                payer_id="PAYERA" if sequence == 1 else "PAYERB",
                payer_name="A" if sequence == 1 else "B",
                sequence=sequence,
                first=maker.choice(["ALFA", "BRAVO"]),
                sent_on=SENT_ON + maker.randint(0, 3) * 7 * DAY,
                served_on=SERVED_ON + maker.choice([0, 0, 1]) * DAY,
                prior=(PriorPayer("PAYERA", "P", 20_00),) if sequence == 2 else (),
            )
        )
        self.expected[ClaimId(claim_id)] = tuple(
            expect(line.line_number, line.charge_cents * 8 // 10)
            for line in lines
            if maker.random() < 0.7
        )

    def _send_again(self, claim: BilledClaim) -> None:
        claim_id = ClaimId(len(self.claims) + 1)
        later = SENT_ON + self.maker.randint(0, 6) * 7 * DAY
        self.claims.append(msgspec.structs.replace(claim, claim_id=claim_id, sent_on=later))
        self.expected[claim_id] = self.expected[claim.claim_id]

    def _pay(self, claim: BilledClaim) -> None:
        maker = self.maker
        payment_id = len(self.payments) + 1
        shown = [line for line in claim.lines if maker.random() < 0.9] or list(claim.lines)
        if maker.random() < 0.3:
            maker.shuffle(shown)
        lines: list[PaidLine] = []
        for line in shown:
            text = maker.choice(ADJUSTED) if line.charge_cents else ""
            rest = line.charge_cents - (10_00 if text.startswith("CO-45 10.00, PR-1") else 0)
            lines.append(
                paid_line(
                    len(lines) + 1,
                    line.procedure_code,
                    line.charge_cents,
                    text.format(all=f"{rest / 100:.2f}"),
                    modifiers=line.modifiers if maker.random() < 0.7 else (),
                    control_number=line.line_item_control_number if maker.random() < 0.6 else "",
                    served_on=line.service_from,
                )
            )
        adjusted = maker.choice(["", "", "", "CO-45 3.00", "OA-23 7.00"])
        whole = maker.random() < 0.1
        payment = paid(
            payment_id,
            number=maker.choice([claim.patient_control_number] * 4 + ["0"]),
            lines=() if whole else lines,
            charge_cents=sum(line.charge_cents for line in lines),
            adjusted=adjusted,
            status=maker.choice(["1", "1", "2", "4", "19", "25"]),
            payer_id=claim.payer_id,
            payer_name=claim.payer_name,
            payer_number=f"ICN{maker.randint(1, 6)}",
            first=claim.patient_first_name,
            served_on=claim.service_from,
            paid_on=PAID_ON + maker.randint(0, 3) * 7 * DAY,
            held="suspected duplicate" if maker.random() < 0.1 else "",
        )
        self.payments.append(payment)
        if maker.random() < 0.3 and payment.status_code != "25":
            self.payments.append(reversed_payment(payment, payment_id + 1))

    def reconcile(self, seed: int | None = None) -> Reconciliation:
        claims, payments = self.claims[:], self.payments[:]
        if seed is not None:
            random.Random(seed).shuffle(claims)
            random.Random(seed + 1).shuffle(payments)
        return reconcile(claims, payments, self.expected, policy=POLICY, as_of=AS_OF)


SEEDS = seeds(30, 150)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_arrival_changes_nothing(seed: int) -> None:
    world = World(seed)
    expected = world.reconcile()
    for shuffle in range(3):
        assert world.reconcile(shuffle) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_every_payment_has_one_outcome_and_every_claim_one_conclusion(seed: int) -> None:
    world = World(seed)
    result = world.reconcile()
    assert [each.claim_payment_id for each in result.matches] == sorted(
        each.claim_payment_id for each in world.payments
    )
    assert [each.claim_id for each in result.claims] == sorted(
        each.claim_id for each in world.claims
    )
    open_payments = [
        match.claim_payment_id
        for match, payment in zip(result.matches, world.payments, strict=True)
        if match.outcome is not MatchOutcome.MATCHED and not payment.held
    ]
    assert sorted(open_payments) == sorted(
        issue.claim_payment_id for issue in result.issues if issue.claim_payment_id is not None
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_no_cent_is_lost_between_payments_and_rows(seed: int) -> None:
    world = World(seed)
    result = world.reconcile()
    by_id = {payment.claim_payment_id: payment for payment in world.payments}
    given: Counter[tuple[int, int]] = Counter()
    for match in result.matches:
        payment = by_id[match.claim_payment_id]
        if match.outcome is MatchOutcome.MATCHED and match.claim_id and counts(payment):
            given[match.claim_id, match.payer_sequence] += payment.paid_cents
    shown: Counter[tuple[int, int]] = Counter()
    for claim in result.claims:
        for line in claim.lines:
            shown[line.claim_id, line.payer_sequence] += line.paid_cents
    assert {key: cents for key, cents in given.items() if cents} == {
        key: cents for key, cents in shown.items() if cents
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_bucket_of_a_single_answer_comes_out_as_it_went_in(seed: int) -> None:
    """With one payment on a claim nothing is superseded: group by group it must add up."""
    world = World(seed)
    by_id = {payment.claim_payment_id: payment for payment in world.payments}
    result = world.reconcile()
    by_claim: dict[ClaimId, list[PaidClaim]] = {}
    for match in result.matches:
        if match.outcome is MatchOutcome.MATCHED and match.claim_id is not None:
            by_claim.setdefault(match.claim_id, []).append(by_id[match.claim_payment_id])
    for claim in result.claims:
        payments = by_claim.get(claim.claim_id, [])
        if len(payments) != 1 or not counts(payments[0]):
            continue
        (payment,) = payments
        adjustments = [
            *payment.adjustments,
            *(each for line in payment.lines for each in line.adjustments),
        ]
        of_patient = sum(each.amount_cents for each in adjustments if each.group_code == "PR")
        contractual = sum(each.amount_cents for each in adjustments if each.reason_code == "45")
        total = sum(each.amount_cents for each in adjustments)
        lines = claim.lines
        assert sum(line.patient_responsibility_cents for line in lines) == of_patient
        assert sum(line.contractual_cents for line in lines) == contractual
        assert total == sum(
            line.contractual_cents
            + line.patient_responsibility_cents
            + line.denied_cents
            + line.other_adjustment_cents
            for line in lines
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_day_of_asking_changes_no_amount_and_no_state(seed: int) -> None:
    world = World(seed)
    later = reconcile(
        world.claims, world.payments, world.expected, policy=POLICY, as_of=AS_OF + 500 * DAY
    )
    soon = world.reconcile()
    assert [claim.lines for claim in later.claims] == [claim.lines for claim in soon.claims]
    assert later.matches == soon.matches
    for claim in later.claims:
        assert claim.balance_cents == claim.payer_balance_cents + claim.patient_balance_cents
        assert all(issue.amount_cents >= 0 and issue.reason for issue in claim.issues)


def _odd_cents(maker: random.Random) -> int:
    return maker.choice([0, 1, -1, 50_00, -50_00, 99_999_999_99, maker.randint(-100_00, 100_00)])


def _odd_payment(maker: random.Random, payment_id: int) -> PaidClaim:
    lines = [
        paid_line(
            ordinal,
            maker.choice(["", "99213", "9921325", "x" * 40]),
            _odd_cents(maker),
            maker.choice(["", "CO-45 1.00", "-1 5.00", "PR-X9 -3.00", "CO-18 0.00"]),
            paid_cents=_odd_cents(maker),
            submitted=maker.choice(["", "99213"]),
            units=maker.choice([None, 0, -1, 3]),
            served_on=maker.choice([None, SERVED_ON]),
            control_number=maker.choice(["", "0", "1", "LN01", "é€"]),
            allowed_cents=maker.choice([None, 0, -5, 10_00]),
        )
        for ordinal in range(1, maker.randint(1, 5))
    ]
    return paid(
        payment_id,
        number=maker.choice(["", "0", "UNKNOWN", "TEST0001", "ﬁ", "A" * 60]),
        lines=lines,
        charge_cents=_odd_cents(maker),
        paid_cents=_odd_cents(maker),
        adjusted=maker.choice(["", "CO-29 5.00", "OA-23 -7.00"]),
        status=maker.choice(["1", "", "22", "22", "23", "25", "4", "5", "ZZ"]),
        payer_number=maker.choice(["", "0", "ICN1"]),
        original_reference=maker.choice(["", "ICN1"]),
        payer_id=maker.choice(["", "PAYERA"]),
        members=maker.choice([(), ("",), ("MEM0001",)]),
        last=maker.choice(["", "JR", "TESTPATIENT", "'", "Ñ"]),
        first=maker.choice(["", "ALFA", "-"]),
        npi=maker.choice(["", "1999999984"]),
        paid_on=maker.choice([None, PAID_ON]),
        served_on=maker.choice([None, SERVED_ON]),
    )


@pytest.mark.parametrize("seed", seeds(60, 300))
def test_no_values_at_all_raise_and_none_is_lost(seed: int) -> None:
    maker = random.Random(seed)
    claims = [
        billed(
            claim_id,
            number=maker.choice(["", "TEST0001", "A" * 60]),
            lines=[
                billed_line(
                    number,
                    maker.choice(["", "99213"]),
                    _odd_cents(maker),
                    units=maker.choice([None, 0, 1]),
                    served_on=maker.choice([None, SERVED_ON]),
                    control_number=maker.choice(["", "LN01", "1"]),
                )
                for number in range(1, maker.randint(1, 4))
            ],
            charge_cents=_odd_cents(maker),
            frequency=maker.choice(["", "1", "7", "8", "?"]),
            original_reference=maker.choice(["", "ICN1"]),
            payer_id=maker.choice(["", "PAYERA"]),
            sequence=maker.choice([1, 2, 3]),
            sent_on=maker.choice([None, SENT_ON]),
            served_on=maker.choice([None, SERVED_ON]),
            last=maker.choice(["", "TESTPATIENT"]),
        )
        for claim_id in range(1, maker.randint(1, 5))
    ]
    payments = [_odd_payment(maker, number) for number in range(1, maker.randint(2, 6))]
    result = reconcile(claims, payments, policy=POLICY, as_of=AS_OF)
    assert len(result.matches) == len(payments)
    by_id = {payment.claim_payment_id: payment for payment in payments}
    given = sum(
        by_id[match.claim_payment_id].paid_cents
        for match in result.matches
        if match.outcome is MatchOutcome.MATCHED and counts(by_id[match.claim_payment_id])
    )
    assert given == sum(line.paid_cents for claim in result.claims for line in claim.lines)

"""The quick way for the usual claim says what the rules say in full, or nothing.

The rules in full are the oracle: every oddity alone, thousands of claims with several at once, and
every claim of a whole practice.
"""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from edi_engine.matchers import PostingContext, claim_reconciliation
from edi_engine.matchers.claim_reconciliation import (
    MatchedPayment,
    reconcile_claim,
    reconcile_in_full,
)
from edi_engine.matchers.plain_claims import reconcile_plain
from edi_engine.matchers.posting import KnownPayers
from edi_engine.matchers.variance_causes import Suspect, explain_nothing
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledClaim, ClaimId, PriorPayer
from edi_engine.records.policy import HoldRule, PostingPolicy, PostOn
from edi_engine.records.pricing import AnsweredLine, SilentPpo, SilentPpoSign
from edi_engine.records.reconciliation import (
    ClaimReconciliation,
    MatchEvidence,
    MatchOutcome,
    Verdict,
)
from edi_engine.synthetic import make_practice
from tests.matchers.making import (
    PAID_ON,
    POLICY,
    adjustments,
    billed,
    billed_line,
    expect,
    paid,
    paid_line,
)
from tests.matchers.posting_cases import matched
from tests.matchers.test_synthetic_practice import START_ON, World
from tests.seeds import seeds

AS_OF = PAID_ON + timedelta(days=30)


class Case:
    """A plain claim of three lines with its answer, to be made odd."""

    def __init__(self) -> None:
        self.claim = billed(
            lines=(
                billed_line(1, "99213", 100_00, control_number="LINE0001"),
                billed_line(2, "85025", 40_00, control_number="LINE0002"),
                billed_line(3, "36415", 10_00, control_number="LINE0003"),
            )
        )
        self.payment = paid(
            lines=(
                paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00", control_number="LINE0001"),
                paid_line(2, "85025", 40_00, "CO-45 12.50", control_number="LINE0002"),
                paid_line(3, "36415", 10_00, "PR-1 10.00", control_number="LINE0003"),
            )
        )
        self.match: dict[str, Any] = {}
        self.posting = PostingContext()
        self.expected: list[ExpectedAllowed] = []
        self.more: list[MatchedPayment] = []
        self.is_matched = True

    @property
    def payments(self) -> list[MatchedPayment]:
        payment, match = matched(self.payment)
        found = (payment, msgspec.structs.replace(match, **self.match))
        return [found, *self.more] if self.is_matched else self.more

    def quickly(self) -> ClaimReconciliation | None:
        return reconcile_plain(self.claim, self.payments, self.expected, self.posting)

    def in_full(self) -> ClaimReconciliation:
        return reconcile_in_full(
            self.claim,
            self.payments,
            self.expected,
            policy=POLICY,
            as_of=AS_OF,
            relatives=(),
            relatives_payments=None,
            posting=self.posting,
            memory=None,
            explain=explain_nothing,
        )

    def on_claim(self, **changes: Any) -> None:
        self.claim = msgspec.structs.replace(self.claim, **changes)

    def on_billed_line(self, index: int, **changes: Any) -> None:
        lines = list(self.claim.lines)
        lines[index] = msgspec.structs.replace(lines[index], **changes)
        self.on_claim(lines=tuple(lines))

    def on_payment(self, **changes: Any) -> None:
        self.payment = msgspec.structs.replace(self.payment, **changes)

    def on_line(self, index: int, **changes: Any) -> None:
        lines = list(self.payment.lines)
        lines[index] = msgspec.structs.replace(lines[index], **changes)
        self.on_payment(lines=tuple(lines))

    def readjust(self, index: int, text: str) -> None:
        """Other adjustments on a line, which pays what is left of its charge."""
        line = self.payment.lines[index]
        found = adjustments(text)
        left = line.charge_cents - sum(each.amount_cents for each in found)
        self.on_line(index, adjustments=found, paid_cents=left)
        self.on_payment(paid_cents=self.payment.paid_cents + left - line.paid_cents)

    def recode(self, index: int, code: str, **changes: Any) -> None:
        procedure = msgspec.structs.replace(self.payment.lines[index].procedure, code=code)
        self.on_line(index, procedure=procedure, **changes)

    def on_posting(self, **changes: Any) -> None:
        self.posting = msgspec.structs.replace(self.posting, **changes)

    def on_policy(self, **changes: Any) -> None:
        self.on_posting(policy=PostingPolicy(**changes))

    def expect(self, number: int, cents: int, **changes: Any) -> None:
        self.expected.append(msgspec.structs.replace(expect(number, cents), **changes))


_DIFFERS = tuple(
    MatchEvidence(name, "A", "B", Verdict.DIFFERENT)
    for name in ("patient_last_name", "charge", "service_dates")
)
_SECOND_PAYER = PriorPayer(payer_id="PAYERB", sequence_code="S", paid_cents=0)

# Still plain: name -> what is done to the case.
PLAIN: dict[str, Callable[[Case], Any]] = {
    "nothing": lambda _: None,
    "a replacement": lambda case: case.on_claim(frequency_code="7"),
    "all the patient's": lambda case: [
        case.readjust(0, "PR-1 100.00"),
        case.readjust(1, "PR-1 40.00"),
    ],
    "nothing of the patient's": lambda case: [
        case.readjust(0, "CO-45 20.00"),
        case.readjust(2, ""),
    ],
    "a discount that raises the payment": lambda case: case.readjust(1, "CO-45 -2.50"),
    "allowed amounts stated": lambda case: case.on_line(1, allowed_cents=27_50),
    "lines in another order": lambda case: case.on_payment(lines=case.payment.lines[::-1]),
    "no days at all": lambda case: case.on_payment(paid_on=None),
    "expected to the cent": lambda case: [case.expect(1, 80_00), case.expect(3, 10_00)],
    "to be paid in full, and paid so": lambda case: case.expect(1, 80_00, is_paid_in_full=True),
    "matched by a person": lambda case: case.match.update(rule="decided", evidence=_DIFFERS),
    "one thing differs": lambda case: case.match.update(evidence=_DIFFERS[:1]),
    "a rule that holds something else": lambda case: case.on_policy(
        hold_rules=(HoldRule(reason_code="50"),)
    ),
    "money that was seen at the bank": lambda case: [
        case.on_policy(post_on=PostOn.DEPOSIT),
        case.on_posting(deposited=frozenset({case.payment.remittance_id})),
    ],
    "another payment accepted": lambda case: case.on_posting(accepted=frozenset({99})),
    "a payer that is known": lambda case: case.on_posting(
        known_payers=KnownPayers(frozenset({"PAYERA"}))
    ),
}

# Not plain: the quick way says nothing.
ODD: dict[str, Callable[[Case], Any]] = {
    "no payment": lambda case: setattr(case, "is_matched", False),
    "two payments": lambda case: case.more.append(
        matched(msgspec.structs.replace(case.payment, claim_payment_id=2))
    ),
    "only suggested": lambda case: case.match.update(outcome=MatchOutcome.SUGGESTED),
    "matched to another claim": lambda case: case.match.update(claim_id=ClaimId(2)),
    "an answer of the second payer": lambda case: case.match.update(payer_sequence=2),
    "a claim to the second payer": lambda case: case.on_claim(payer_sequence=2),
    "another payer on the claim": lambda case: case.on_claim(prior_payers=(_SECOND_PAYER,)),
    "a void": lambda case: case.on_claim(frequency_code="8"),
    "processed as secondary": lambda case: case.on_payment(status_code="2"),
    "refused": lambda case: case.on_payment(status_code="4"),
    "passed on": lambda case: case.on_payment(status_code="19"),
    "passed on, it says": lambda case: case.on_payment(forwarded_to="PAYERB"),
    "a reversal": lambda case: case.on_payment(status_code="22"),
    "an estimate": lambda case: case.on_payment(status_code="25"),
    "held": lambda case: case.on_payment(held="It came twice."),
    "adjusted at claim level": lambda case: case.on_payment(
        adjustments=adjustments("CO-45 5.00"), paid_cents=case.payment.paid_cents - 5_00
    ),
    "lines repeated at claim level": lambda case: case.on_payment(
        adjustments=adjustments("CO-45 32.50, PR-2 16.00, PR-1 10.00")
    ),
    "another total of charges": lambda case: case.on_payment(charge_cents=151_00),
    "another total of payments": lambda case: case.on_payment(paid_cents=90_00),
    "another charge billed": lambda case: case.on_claim(charge_cents=149_00),
    "a line not answered": lambda case: case.on_payment(lines=case.payment.lines[:-1]),
    "a line answered twice": lambda case: case.on_line(
        2, line_item_control_number="LINE0002", procedure=case.payment.lines[1].procedure
    ),
    "no control number": lambda case: case.on_line(0, line_item_control_number=""),
    "a strange control number": lambda case: case.on_line(0, line_item_control_number="LINE0009"),
    "recoded": lambda case: case.recode(
        0, "99212", submitted_procedure=case.payment.lines[0].procedure
    ),
    "a free line": lambda case: [
        case.on_billed_line(2, charge_cents=0),
        case.on_line(2, charge_cents=0, adjustments=()),
        case.on_claim(charge_cents=140_00),
        case.on_payment(charge_cents=140_00),
    ],
    "a line refused": lambda case: case.readjust(1, "CO-50 40.00"),
    "a part refused": lambda case: case.readjust(1, "CO-45 12.50, CO-50 5.00"),
    "refused, the patient's": lambda case: case.readjust(1, "PR-96 40.00"),
    "above the allowance, the patient's": lambda case: case.readjust(1, "PR-45 12.50"),
    "bundled": lambda case: case.readjust(1, "CO-97 40.00"),
    "all contractual": lambda case: case.readjust(1, "CO-45 40.00"),
    "capitation": lambda case: case.readjust(1, "CO-24 40.00"),
    "sequestration": lambda case: case.readjust(1, "CO-45 12.50, CO-253 0.55"),
    "what a payer before paid": lambda case: case.readjust(1, "OA-23 12.50"),
    "an unknown reason": lambda case: case.readjust(1, "CO-Z99 12.50"),
    "a negative share": lambda case: case.readjust(1, "PR-2 -5.00"),
    "a negative payment": lambda case: case.readjust(1, "CO-45 50.00"),
    "a line that does not add up": lambda case: [
        case.on_line(1, paid_cents=30_00),
        case.on_payment(paid_cents=94_00),
    ],
    "another allowed amount stated": lambda case: case.on_line(1, allowed_cents=29_00),
    "a cent more expected": lambda case: case.expect(1, 80_01),
    "less expected": lambda case: case.expect(1, 70_00),
    "more expected": lambda case: case.expect(1, 95_00),
    "more expected of the patient's line": lambda case: case.expect(3, 20_00),
    "a share of several expected": lambda case: case.expect(1, 80_00, is_share=True),
    "merely usual": lambda case: case.expect(1, 80_00, is_inferred=True),
    "accepted": lambda case: case.on_posting(accepted=frozenset({1})),
    "rejected": lambda case: case.on_posting(rejected={1: "DANA rejected it."}),
    "read as profiled": lambda case: case.on_posting(profiled={1: "The payer counts lines."}),
    "a rule that holds it": lambda case: case.on_policy(hold_rules=(HoldRule(reason_code="45"),)),
    "above a cap": lambda case: case.on_policy(hold_rules=(HoldRule("", "PR", "", 15_00),)),
    "money not seen at the bank": lambda case: [
        case.on_policy(post_on=PostOn.DEPOSIT),
        case.on_posting(deposited=frozenset()),
    ],
    "a payer that is not known": lambda case: case.on_posting(known_payers=KnownPayers()),
    "name, charge and days differ": lambda case: case.match.update(evidence=_DIFFERS),
}


_LAST = "a line not answered"
"""After the others, which count on three lines."""


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_plain_comes_out_as_in_full(name: str) -> None:
    case = Case()
    PLAIN[name](case)
    found = case.quickly()
    assert found is not None
    assert found == case.in_full()


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_left_to_the_rules(name: str) -> None:
    case = Case()
    ODD[name](case)
    assert case.quickly() is None
    case.in_full()  # whatever it is, they have an answer


@pytest.mark.parametrize("seed", seeds(20, 200))
def test_several_oddities_never_come_out_otherwise(seed: int) -> None:
    """Amounts by chance, and up to three things done to the claim."""
    random_source = random.Random(seed)
    plain_count = 0
    for _ in range(100):
        case = Case()
        _vary(case, random_source)
        count = random_source.choice((0, 1, 1, 3))
        for name in sorted(random_source.sample([*PLAIN, *ODD], count), key=_LAST.__eq__):
            (PLAIN | ODD)[name](case)
        found = case.quickly()
        if found is not None:
            plain_count += 1
            assert found == case.in_full()
    assert plain_count > 5


def _vary(case: Case, random_source: random.Random) -> None:
    """Other adjustments on every line, most of them such as a plain claim has."""
    for index, line in enumerate(case.payment.lines):
        left = line.charge_cents
        parts = []
        for codes in random_source.sample(("CO-45", "PR-1", "PR-2", "PR-3", "PI-45"), 2):
            cents = random_source.choice((0, 1, left // 3, left, random_source.randint(0, left)))
            parts.append(f"{codes} {Decimal(cents) / 100:.2f}")
            left -= cents
        case.readjust(index, ", ".join(parts))


def test_with_relatives_the_rules_run_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case()
    monkeypatch.setattr(claim_reconciliation, "reconcile_plain", lambda *_: pytest.fail("asked"))
    other = msgspec.structs.replace(case.claim, claim_id=ClaimId(2))
    claim_reconciliation.reconcile_claim(
        case.claim, case.payments, policy=POLICY, as_of=AS_OF, relatives=(other,)
    )


@pytest.mark.parametrize("seed", seeds(2, 8))
def test_a_whole_practice_comes_out_as_in_full(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_count = 0

    def counted(*asked: Any) -> ClaimReconciliation | None:
        nonlocal plain_count
        found = reconcile_plain(*asked)
        plain_count += found is not None
        return found

    practice = make_practice(seed, start_on=START_ON, claims_count=150)
    monkeypatch.setattr(claim_reconciliation, "reconcile_plain", counted)
    quickly = World(practice).result.claims
    monkeypatch.setattr(claim_reconciliation, "reconcile_plain", lambda *_: None)
    assert quickly == World(practice).result.claims
    assert plain_count > len(quickly) // 10


def test_somebody_elses_contract_is_asked_for_as_the_rules_ask() -> None:
    case = Case()
    case.expect(2, 27_50)
    case.on_payment(
        contract_class="SAMPLE RENTAL",
        repriced_numbers=("RP-77",),
        remark_codes=("MA01",),
        drg="470",
    )
    case.on_line(0, remark_codes=("N381",))
    asked: list[tuple[AnsweredLine, ...]] = []
    found = SilentPpo((1,), 100_00, 20_00, (SilentPpoSign.REPRICED,), "", "", is_work=True)

    def suspect(claim: BilledClaim, answers: Sequence[AnsweredLine]) -> SilentPpo | None:
        asked.append(tuple(answers))
        return found

    def concluded(answer: Suspect | None) -> ClaimReconciliation:
        return reconcile_claim(
            case.claim,
            case.payments,
            case.expected,
            policy=POLICY,
            as_of=AS_OF,
            posting=case.posting,
            suspect=answer,
        )

    in_full = concluded(suspect)
    assert len(asked) == 2
    assert asked[0] == asked[1]
    assert [each.line_number for each in asked[0]] == [1]
    assert in_full.silent_ppo == found
    assert [issue.cause for issue in in_full.issues] == ["silent_ppo", "patient_balance"]

    assert case.quickly() is not None
    for quick in (concluded(None), concluded(lambda *_: None)):
        assert quick == case.quickly()

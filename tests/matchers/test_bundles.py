"""Bundling reasons (CARC 97 and its like): bundled into what the payment shows, else refused."""

import itertools
import random
from collections.abc import Sequence

import msgspec
import pytest

from edi_engine.matchers import reconcile
from edi_engine.records.expected import ExpectedAllowed
from edi_engine.records.matching import BilledLine, ClaimId, PaidClaim, PaidLine
from edi_engine.records.reconciliation import ClaimReconciliation
from tests.matchers.making import PAID_ON, POLICY, billed, billed_line, expect, paid, paid_line
from tests.seeds import seeds

BILLED = (
    billed_line(1, "99213", 100_00),
    billed_line(2, "36415", 30_00),
    billed_line(3, "85025", 20_00),
)
EXPECTED = (expect(1, 80_00), expect(2, 20_00), expect(3, 15_00))


def run(
    payment: PaidClaim,
    lines: Sequence[BilledLine] = BILLED,
    expected: Sequence[ExpectedAllowed] = EXPECTED,
) -> ClaimReconciliation:
    claim = billed(lines=lines)
    known = {ClaimId(1): expected}
    return reconcile([claim], [payment], known, policy=POLICY, as_of=PAID_ON).claims[0]


def answer(*adjusted: str, recoded: Sequence[str] = ("", "", "")) -> list[PaidLine]:
    """Line payments for the billed lines in order, adjudicated under other codes where given."""
    return [
        paid_line(
            line.line_number,
            code or line.procedure_code,
            line.charge_cents,
            text,
            submitted=line.procedure_code if code else "",
        )
        for line, text, code in zip(BILLED, adjusted, recoded, strict=False)
    ]


def causes(found: ClaimReconciliation) -> list[tuple[str, str, int]]:
    return [(issue.cause, issue.detail, issue.amount_cents) for issue in found.issues]


CASES = [
    # why, adjustments of each line, adjudicated codes, states, denied, causes
    (
        "beside a line paid as if nothing was added",
        ("CO-45 20.00", "CO-97 30.00", "CO-45 5.00"),
        ("", "", ""),
        ("paid", "denied", "paid"),
        (0, 30_00, 0),
        [("partially_denied", "bundling", 20_00)],
    ),
    (
        "the other lines owed by the patient",
        ("CO-45 20.00, PR-1 80.00", "CO-97 30.00", "CO-45 5.00, PR-1 15.00"),
        ("", "", ""),
        ("patient", "denied", "patient"),
        (0, 30_00, 0),
        [("partially_denied", "bundling", 20_00), ("patient_balance", "", 95_00)],
    ),
    (
        "a line takes the charge in",
        ("CO-97 -30.00, CO-45 50.00", "CO-97 30.00", "CO-45 5.00"),
        ("", "", ""),
        ("paid", "bundled", "paid"),
        (0, 0, 0),
        [],
    ),
    (
        "a line takes both charges in",
        ("CO-97 -50.00, CO-45 50.00", "CO-97 30.00", "CO-97 20.00"),
        ("", "", ""),
        ("paid", "bundled", "bundled"),
        (0, 0, 0),
        [],
    ),
    (
        "a line takes in the larger charge alone",
        ("CO-97 -30.00, CO-45 50.00", "CO-97 30.00", "CO-97 20.00"),
        ("", "", ""),
        ("paid", "bundled", "denied"),
        (0, 0, 20_00),
        [("partially_denied", "bundling", 15_00)],
    ),
    (
        "a line takes in less than the charge",
        ("CO-97 -10.00, CO-45 30.00", "CO-97 30.00", "CO-45 5.00"),
        ("", "", ""),
        ("paid", "denied", "paid"),
        (0, 30_00, 0),
        [("partially_denied", "bundling", 20_00)],
    ),
    (
        "a line above its charge by exactly what is bundled (94)",
        ("OA-94 -50.00, CO-45 70.00", "CO-97 30.00", "CO-97 20.00"),
        ("", "", ""),
        ("paid", "bundled", "bundled"),
        (0, 0, 0),
        [],
    ),
    (
        "a line above its charge by its own price (94)",
        ("OA-94 -45.00", "CO-97 30.00", "CO-45 5.00"),
        ("", "", ""),
        ("overpaid", "denied", "paid"),
        (0, 30_00, 0),
        [("partially_denied", "bundling", 20_00), ("overpaid", "", 65_00)],
    ),
    (
        "the adjudicated code of a line that is paid",
        ("CO-45 5.00", "CO-97 30.00", "CO-97 20.00"),
        ("99215", "99215", "99215"),
        ("paid", "bundled", "bundled"),
        (0, 0, 0),
        [("recoded", "", 0)],
    ),
    (
        "the billed code of a line that is paid",
        ("CO-45 20.00", "CO-234 30.00", "CO-45 5.00"),
        ("", "99213", ""),
        ("paid", "bundled", "paid"),
        (0, 0, 0),
        [],
    ),
    (
        "another code than any line that is paid",
        ("CO-45 20.00", "CO-97 30.00", "CO-45 5.00"),
        ("", "99999", ""),
        ("paid", "denied", "paid"),
        (0, 30_00, 0),
        [("partially_denied", "bundling", 20_00), ("recoded", "", 20_00)],
    ),
    (
        "into a line that is refused itself",
        ("CO-50 130.00, CO-97 -30.00", "CO-97 30.00", "CO-45 5.00"),
        ("", "", ""),
        ("denied", "denied", "paid"),
        (130_00, 30_00, 0),
        [("partially_denied", "medical_necessity", 100_00)],
    ),
    (
        "every line, so nothing carries them",
        ("CO-97 100.00", "CO-97 30.00", "CO-97 20.00"),
        ("", "", ""),
        ("denied", "denied", "denied"),
        (100_00, 30_00, 20_00),
        [("denied", "bundling", 115_00)],
    ),
    (
        "a part of a line that should be paid whole",
        ("CO-45 20.00, CO-59 40.00", "CO-45 10.00", "CO-45 5.00"),
        ("", "", ""),
        ("underpaid", "paid", "paid"),
        (40_00, 0, 0),
        [("underpaid", "bundling", 40_00)],
    ),
    (
        "a part of a line, as the contract discounts it",
        ("CO-59 20.00", "CO-45 10.00", "CO-45 5.00"),
        ("", "", ""),
        ("paid", "paid", "paid"),
        (0, 0, 0),
        [],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_bundling_reason_is_a_refusal_unless_its_bundle_is_in_sight(
    case: tuple[
        str,
        tuple[str, ...],
        tuple[str, ...],
        tuple[str, ...],
        tuple[int, ...],
        list[tuple[str, str, int]],
    ],
) -> None:
    _, adjusted, recoded, states, denied, issues = case
    found = run(paid(lines=answer(*adjusted, recoded=recoded)))
    assert tuple(line.state for line in found.lines) == states
    assert tuple(line.denied_cents for line in found.lines) == denied
    assert causes(found) == issues
    for line in found.lines:
        assert (line.state == "denied") <= (line.denial_category != "")
        assert line.charge_cents == (
            line.paid_cents
            + line.contractual_cents
            + line.patient_responsibility_cents
            + line.denied_cents
            + line.other_adjustment_cents
        )


@pytest.mark.parametrize("reason", ["59", "97", "128", "231", "234", "236", "B10", "P14"])
@pytest.mark.parametrize("group", ["CO", "PI", "OA"])
def test_each_bundling_reason_alone_refuses_the_line(group: str, reason: str) -> None:
    found = run(paid(lines=answer("CO-45 20.00", f"{group}-{reason} 30.00", "CO-45 5.00")))
    assert found.lines[1].state == "denied"
    assert found.lines[1].denied_cents == 30_00
    assert found.lines[1].denial_category == "bundling"
    assert found.status == "partial"
    assert found.balance_cents == 30_00


WHOLE = [
    # how the claim is refused
    ("each line", paid(lines=answer("CO-97 100.00", "CO-97 30.00", "CO-97 20.00"))),
    ("no lines", paid(lines=(), charge_cents=150_00, adjusted="CO-97 150.00")),
    (
        "claim level, lines that say nothing",
        paid(
            lines=[msgspec.structs.replace(line, paid_cents=0) for line in answer("", "", "")],
            paid_cents=0,
            adjusted="CO-97 150.00",
        ),
    ),
    ("claim level, lines that pay", paid(lines=answer("", "", ""), adjusted="CO-97 150.00")),
]


@pytest.mark.parametrize("payment", [case[1] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_a_whole_claim_bundled_into_nothing_is_denied_and_stays_open(payment: PaidClaim) -> None:
    found = run(payment, expected=())
    assert found.status == "denied"
    assert sum(line.denied_cents for line in found.lines) == 150_00
    assert sum(line.other_adjustment_cents for line in found.lines) == 0
    assert causes(found) == [("denied", "bundling", 150_00)]
    assert (found.balance_cents, found.payer_balance_cents) == (150_00, 150_00)


def test_a_part_bundled_at_claim_level_is_refused_on_the_claims_own_row() -> None:
    found = run(
        paid(lines=answer("CO-45 20.00", "CO-45 10.00", "CO-45 5.00"), adjusted="CO-97 9.00")
    )
    own = found.lines[-1]
    assert (own.line_number, own.state, own.denied_cents) == (0, "denied", 9_00)
    assert found.status == "partial"
    assert causes(found) == [("partially_denied", "bundling", 9_00)]
    assert found.balance_cents == 9_00


@pytest.mark.parametrize("seed", seeds(20, 60))
def test_what_is_called_bundled_never_exceeds_what_lines_take_in(seed: int) -> None:
    """Without adjudicated codes; the largest bundle that a slower search finds is no smaller."""
    maker = random.Random(seed)
    amounts = [maker.choice([10_00, 20_00, 30_00, 45_00]) for _ in range(4)]
    lines = [billed_line(1, "99213", 100_00)]
    lines += [
        billed_line(number, f"A000{number}", cents) for number, cents in enumerate(amounts, 2)
    ]
    taken = maker.choice([0, 10_00, 30_00, 50_00, sum(amounts)])
    payment = paid(
        lines=[
            paid_line(1, "99213", 100_00, f"CO-97 -{taken / 100:.2f}, CO-45 {taken / 100:.2f}"),
            *(
                paid_line(number, f"A000{number}", cents, f"CO-97 {cents / 100:.2f}")
                for number, cents in enumerate(amounts, 2)
            ),
        ]
    )
    found = run(payment, lines, ())
    bundled = sum(line.charge_cents for line in found.lines if line.state == "bundled")
    refused = sum(line.denied_cents for line in found.lines)
    assert bundled + refused == sum(amounts)
    possible = [
        sum(chosen)
        for count in range(5)
        for chosen in itertools.combinations(amounts, count)
        if sum(chosen) <= taken
    ]
    assert bundled in possible
    assert (bundled > 0) == (max(possible) > 0)

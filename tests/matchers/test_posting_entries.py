"""Which accounts the money of one claim payment goes to, by group and kind of adjustment."""

import pytest

from edi_engine.records.matching import PriorPayer
from tests.matchers.making import billed, billed_line, paid, paid_line, reversed_payment
from tests.matchers.posting_cases import by_account, by_line, concluded, family, matched, plan_of

# What the payer says of a charge of 100.00, and what is posted beside -100.00 of the first payer.
COLUMNS = "adjusted, cash, contractual, other_adjustment, patient, denied"
ENTRIES = {
    "paid in full": ("", 100_00, 0, 0, 0, 0),
    "contractual": ("CO-45 20.00", 80_00, 20_00, 0, 0, 0),
    "contractual under OA": ("OA-45 20.00", 80_00, 20_00, 0, 0, 0),
    "deductible": ("CO-45 20.00, PR-1 80.00", 0, 20_00, 0, 80_00, 0),
    "coinsurance": ("CO-45 20.00, PR-2 16.00", 64_00, 20_00, 0, 16_00, 0),
    "copayment": ("CO-45 20.00, PR-3 30.00", 50_00, 20_00, 0, 30_00, 0),
    "above the allowance, the patient's": ("PR-45 20.00", 80_00, 0, 0, 20_00, 0),
    "refused, the patient's": ("PR-96 100.00", 0, 0, 0, 100_00, 0),
    "refused": ("CO-50 100.00", 0, 0, 0, 0, 100_00),
    "refused under PI": ("PI-50 100.00", 0, 0, 0, 0, 100_00),
    "refused in part": ("CO-45 20.00, CO-50 30.00", 50_00, 20_00, 0, 0, 30_00),
    "a reason nobody knows": ("CO-X99 100.00", 0, 0, 0, 0, 100_00),
    "capitation": ("CO-24 100.00", 0, 0, 100_00, 0, 0),
    "sequestration": ("CO-45 20.00, CO-253 1.60", 78_40, 20_00, 1_60, 0, 0),
    "a tax on top": ("CO-45 20.00, CO-137 -0.06", 80_06, 20_00, -6, 0, 0),
    "paid to somebody else": ("CO-45 20.00, OA-100 80.00", 0, 20_00, 80_00, 0, 0),
    "paid to the patient": ("CO-45 20.00, PR-100 80.00", 0, 20_00, 0, 80_00, 0),
    "paid above the charge": ("OA-94 -10.00", 110_00, -10_00, 0, 0, 0),
}


@pytest.mark.parametrize("case", ENTRIES)
def test_the_money_of_an_answer_goes_where_its_adjustments_say(case: str) -> None:
    adjusted, cash, contractual, other, patient, denied = ENTRIES[case]
    result = concluded(billed(), [paid(lines=[paid_line(1, "99213", 100_00, adjusted)])])
    plan = plan_of(result, 1)
    expected = {
        "cash": cash,
        "contractual": contractual,
        "other_adjustment": other,
        "receivable_patient": patient,
        "receivable_denied": denied,
        "receivable_payer_1": -100_00,
    }
    assert plan.refusal == ""
    assert by_account(plan.entries) == {name: cents for name, cents in expected.items() if cents}
    assert result.balance_cents == patient + denied
    assert result.patient_balance_cents == patient


def test_each_entry_names_the_billed_line_and_the_line_payment() -> None:
    lines = [billed_line(1, "99213", 100_00), billed_line(2, "85025", 15_00)]
    answers = [paid_line(1, "85025", 15_00, "CO-45 5.00"), paid_line(2, "99213", 100_00)]
    plan = plan_of(concluded(billed(lines=lines), [paid(lines=answers)]), 1)
    assert {(each.line_number, each.line_ordinal) for each in plan.entries} == {(2, 1), (1, 2)}
    assert by_line(plan.entries, "cash") == {1: 100_00, 2: 10_00}


def test_an_earlier_payers_part_is_not_posted_again() -> None:
    first = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 16.00")])
    second = paid(2, status="2", lines=[paid_line(1, "99213", 100_00, "OA-23 84.00")])
    result = concluded(billed(), [first, second])
    assert by_account(plan_of(result, 2).entries) == {"cash": 16_00, "receivable_payer_2": -16_00}
    assert result.balance_cents == 0


def test_claim_level_money_stays_on_the_claims_own_line() -> None:
    payment = paid(lines=[paid_line(1, "99213", 100_00, "PR-1 30.00")], adjusted="CO-A2 50.00")
    plan = plan_of(concluded(billed(), [payment]), 1)
    assert by_line(plan.entries, "contractual") == {0: 50_00}
    assert by_line(plan.entries, "cash") == {1: 70_00, 0: -50_00}


def test_an_answer_without_lines_is_shared_over_the_billed_ones_to_the_cent() -> None:
    lines = [billed_line(1, "99213", 33_33), billed_line(2, "85025", 66_67)]
    plan = plan_of(concluded(billed(lines=lines), [paid(lines=(), charge_cents=100_00,
        adjusted="CO-45 20.01")]), 1)  # fmt: skip
    assert sum(by_line(plan.entries, "cash").values()) == 79_99
    assert sum(by_line(plan.entries, "contractual").values()) == 20_01
    assert by_line(plan.entries, "receivable_payer_1") == {1: -33_33, 2: -66_67}


def test_an_answer_that_was_replaced_by_one_that_pays_moves_nothing() -> None:
    refused = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-16 100.00")])
    better = paid(2, lines=[paid_line(1, "99213", 100_00, "CO-45 20.00")], remittance=9)
    result = concluded(billed(), [refused, better])
    assert (plan_of(result, 1).entries, plan_of(result, 1).refusal) == ((), "")
    assert by_account(plan_of(result, 2).entries)["cash"] == 80_00
    assert result.balance_cents == 0


@pytest.mark.parametrize("adjusted", [case[0] for case in ENTRIES.values()])
def test_a_reversal_leaves_nothing_of_what_it_undoes(adjusted: str) -> None:
    first = paid(1, lines=[paid_line(1, "99213", 100_00, adjusted)])
    result = concluded(billed(), [first, reversed_payment(first, 2)])
    given, taken = plan_of(result, 1), plan_of(result, 2)
    assert (given.refusal, taken.refusal) == ("", "")
    assert by_account((*given.entries, *taken.entries)) == {}
    assert (result.balance_cents, result.patient_balance_cents) == (100_00, 0)


def test_a_reversal_of_single_lines_leaves_the_others() -> None:
    lines = [billed_line(1, "99213", 100_00), billed_line(2, "85025", 15_00)]
    answers = [paid_line(1, "99213", 100_00, "CO-45 20.00"), paid_line(2, "85025", 15_00)]
    first = paid(1, lines=answers)
    one_line = reversed_payment(first, 2)
    reversal = reversed_payment(paid(1, lines=answers[1:]), 2)
    assert reversal.lines == one_line.lines[1:]
    result = concluded(billed(lines=lines), [first, reversal])
    assert by_account(plan_of(result, 2).entries) == {"cash": -15_00, "receivable_payer_1": 15_00}
    assert result.balance_cents == 15_00


def test_a_dead_claim_takes_only_the_money_and_asks_nobody() -> None:
    old = billed(1)
    new = billed(2, frequency="7", original_reference="ICN000001")
    payment = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-45 40.00, PR-2 10.00")])
    found = family([old, new], {1: [matched(payment)]})
    assert by_account(plan_of(found[1], 1).entries) == {"cash": 50_00, "receivable_payer_1": -50_00}
    moved = next(each for each in found[1].postings if each.remittance_id is None)
    assert by_account(moved.entries) == {"rebilled": 100_00, "receivable_payer_1": -100_00}
    assert (found[1].balance_cents, found[2].balance_cents) == (-50_00, 100_00)


def test_a_voided_claim_asks_nobody() -> None:
    found = family([billed(1), billed(2, frequency="8", original_reference="ICN1")], {})
    assert [found[1].balance_cents, found[2].balance_cents] == [0, 0]


# A claim of its own to the next payer: what the first leaves, and what the second claim opens with.
OPENINGS = {
    "answered": ("CO-45 20.00, PR-2 16.00", 16_00),
    "answered with nothing left": ("CO-45 20.00", 0),
    "answered with all of it left": ("CO-45 20.00, PR-1 80.00", 80_00),
}


@pytest.mark.parametrize("case", OPENINGS)
def test_a_claim_to_the_next_payer_opens_with_what_the_first_left(case: str) -> None:
    adjusted, opening = OPENINGS[case]
    second = billed(2, payer_id="PAYERB", sequence=2, prior=(PriorPayer("PAYERA", "P", 50_00),))
    payment = paid(1, lines=[paid_line(1, "99213", 100_00, adjusted)])
    found = family([billed(1), second], {1: [matched(payment)]})
    assert plan_of(found[1], 1).on("rebilled") == opening
    assert (found[1].balance_cents, found[2].balance_cents) == (0, opening)
    moved = [each for each in found[2].postings if each.remittance_id is None]
    assert [each.on("rebilled") for each in moved] == [100_00 - opening]


def test_without_the_first_answer_a_second_claim_opens_with_what_it_says_itself() -> None:
    second = billed(2, payer_id="PAYERB", sequence=2, prior=(PriorPayer("PAYERA", "P", 64_00),))
    assert concluded(second, []).balance_cents == 36_00


def test_a_third_claim_opens_with_what_the_second_left() -> None:
    claims = [
        billed(1),
        billed(2, payer_id="PAYERB", sequence=2, prior=(PriorPayer("PAYERA", "P", 60_00),)),
        billed(3, payer_id="PAYERC", sequence=3, prior=(PriorPayer("PAYERA", "P", 60_00),)),
    ]
    first = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-45 20.00, PR-2 20.00")])
    second = paid(2, status="2", lines=[paid_line(1, "99213", 100_00, "CO-45 85.00, PR-2 5.00")])
    found = family(claims, {1: [matched(first)], 2: [matched(second, 2)]})
    # 20.00 were open for the second: it pays 10.00, leaves 5.00, and may take off 5.00 of 85.00.
    assert by_account(plan_of(found[2], 2).entries) == {
        "cash": 10_00,
        "contractual": 5_00,
        "rebilled": 5_00,
        "receivable_payer_2": -20_00,
    }
    assert [found[number].balance_cents for number in (1, 2, 3)] == [0, 0, 5_00]

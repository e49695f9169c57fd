"""Second and third payers: who owes what the first left, and how much the later ones may settle."""

import pytest

from edi_engine.matchers.posting.later_payers import Settlement, capped
from edi_engine.records.matching import PaidClaim, PriorPayer
from tests.matchers.making import billed, billed_line, paid, paid_line, reversed_payment
from tests.matchers.posting_cases import by_account, concluded, plan_of

SECOND_KNOWN = (PriorPayer("PAYERB", "S", 0),)
FIRST = "CO-45 20.00, PR-2 16.00"


def answer(
    payment_id: int, adjusted: str, *, status: str = "1", charge_cents: int = 100_00, **more: object
) -> PaidClaim:
    lines = [paid_line(1, "99213", charge_cents, adjusted)]
    return paid(payment_id, status=status, lines=lines, **more)  # type: ignore[arg-type]


# Who is asked for the 16.00 that the first payer leaves.
LEFT = {
    "nobody else is known": ((), "1", "", "receivable_patient"),
    "a second payer is known": (SECOND_KNOWN, "1", "", "receivable_payer_2"),
    "passed on by status": ((), "19", "", "receivable_payer_2"),
    "passed on by name": ((), "1", "SAMPLE PAYER B", "receivable_payer_2"),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_the_first_payer_leaves_is_asked_of_the_next(case: str) -> None:
    prior, status, forwarded_to, account = LEFT[case]
    payment = answer(1, FIRST, status=status, forwarded_to=forwarded_to)
    result = concluded(billed(prior=prior), [payment])
    assert plan_of(result, 1).on(account) == 16_00
    assert result.patient_balance_cents == (16_00 if account == "receivable_patient" else 0)


def test_three_payers_in_turn_leave_the_rest_to_the_patient() -> None:
    payments = [
        answer(1, FIRST),
        answer(2, "OA-23 84.00, PR-2 6.00", status="2"),
        answer(3, "OA-23 94.00, PR-3 2.00", status="3"),
    ]
    result = concluded(billed(), payments)
    entries = [entry for each in result.postings for entry in each.entries]
    assert by_account(entries) == {
        "cash": 78_00,
        "contractual": 20_00,
        "receivable_patient": 2_00,
        "receivable_payer_1": -100_00,
    }
    assert (result.balance_cents, result.patient_balance_cents) == (2_00, 2_00)


def test_the_order_in_which_payers_answer_changes_nothing() -> None:
    first, second = answer(1, FIRST), answer(2, "OA-23 84.00", status="2")
    late_first = answer(1, FIRST, paid_on=second.paid_on)
    for payments in ([first, second], [second, first], [second, late_first]):
        result = concluded(billed(), payments)
        assert [each.refusal for each in result.postings] == ["", ""]
        assert result.balance_cents == 0


def test_a_later_payer_waits_while_the_earlier_answer_is_missing_or_taken_back() -> None:
    first, second = answer(1, FIRST), answer(2, "CO-45 84.00", status="2")
    alone = concluded(billed(), [second])
    assert plan_of(alone, 2).refusal == "sequence_conflict"
    assert (alone.balance_cents, alone.patient_balance_cents) == (100_00, 0)
    taken_back = concluded(billed(), [first, reversed_payment(first, 3), second])
    assert plan_of(taken_back, 2).refusal == "sequence_conflict"
    assert taken_back.balance_cents == 100_00
    corrected = answer(4, FIRST, paid_on=None, remittance=9)
    again = concluded(billed(), [first, reversed_payment(first, 3), second, corrected])
    assert again.balance_cents == 0


# Charge 500.00, of which the first payer leaves 75.00; what the second says, and what may settle.
CAPPED_COLUMNS = "adjusted, cash, contractual, patient, denied, note"
CAPPED = {
    "says what the first did": ("OA-23 425.00, CO-45 10.00", 65_00, 10_00, 0, 0, ""),
    "calls all of it contractual": ("CO-45 435.00", 65_00, 10_00, 0, 0, "(OA 23)"),
    "calls all of it the patient's": ("PR-2 435.00", 65_00, 0, 10_00, 0, "(OA 23)"),
    "refuses all of it": ("CO-50 500.00", 0, 0, 0, 75_00, "(OA 23)"),
    "leaves a share beside its discount": ("CO-45 430.00, PR-2 5.00", 65_00, 5_00, 5_00, 0, "OA"),
    "pays all that is open": ("CO-45 425.00", 75_00, 0, 0, 0, "(OA 23)"),
    "pays less than is open": ("OA-23 425.00, PR-2 30.00", 45_00, 0, 30_00, 0, ""),
}


@pytest.mark.parametrize("case", CAPPED)
def test_a_second_payer_settles_no_more_than_is_open(case: str) -> None:
    adjusted, cash, contractual, patient, denied, note = CAPPED[case]
    claim = billed(lines=[billed_line(1, "99213", 500_00)])
    first = answer(1, "CO-45 125.00, PR-2 75.00", charge_cents=500_00)
    second = answer(2, adjusted, status="2", charge_cents=500_00)
    result = concluded(claim, [first, second])
    plan = plan_of(result, 2)
    expected = {
        "cash": cash,
        "contractual": contractual,
        "receivable_patient": patient,
        "receivable_denied": denied,
        "receivable_payer_2": -(cash + contractual + patient + denied),
    }
    assert by_account(plan.entries) == {name: cents for name, cents in expected.items() if cents}
    assert note in plan.reason
    assert bool(plan.reason) == bool(note)
    assert result.patient_balance_cents == patient
    assert result.balance_cents == patient + denied


def test_a_capped_payment_is_taken_back_as_it_was_posted() -> None:
    claim = billed(lines=[billed_line(1, "99213", 500_00)])
    first = answer(1, "CO-45 125.00, PR-2 75.00", charge_cents=500_00)
    second = answer(2, "CO-45 435.00", status="2", charge_cents=500_00)
    back = reversed_payment(second, 3)
    result = concluded(claim, [first, second, (back, _second_match(back))])
    taken = plan_of(result, 3)
    assert by_account(taken.entries) == {
        "cash": -65_00,
        "contractual": -10_00,
        "receivable_payer_2": 75_00,
    }
    assert result.balance_cents == 75_00


def _second_match(payment: PaidClaim) -> object:
    from tests.matchers.posting_cases import matched

    return matched(payment, sequence=2)[1]


def test_single_lines_of_a_capped_payment_are_taken_back_as_posted() -> None:
    claim = billed(lines=[billed_line(1, "99213", 100_00), billed_line(2, "85025", 50_00)])
    first = paid(1, lines=[paid_line(1, "99213", 100_00, FIRST),
                           paid_line(2, "85025", 50_00, "CO-45 30.00, PR-2 10.00")])  # fmt: skip
    answers = [
        paid_line(1, "99213", 100_00, "CO-45 88.00"),
        paid_line(2, "85025", 50_00, "CO-45 45.00"),
    ]
    second = paid(2, status="2", lines=answers)
    back = reversed_payment(paid(2, status="2", lines=answers[1:]), 3)
    result = concluded(claim, [first, second, (back, _second_match(back))])
    # 26.00 were open: 12.00 and 5.00 are paid, so 9.00 may be taken off, all on the first line.
    assert by_account(plan_of(result, 2).entries)["contractual"] == 9_00
    assert by_account(plan_of(result, 3).entries) == {"cash": -5_00, "receivable_payer_2": 5_00}
    assert result.balance_cents == 5_00


def one(**amounts: int) -> Settlement:
    names = ("paid", "patient", "denied", "contractual", "other", "prior")
    return Settlement(**{name: amounts.get(name, 0) for name in names})


# What the payer says line by line, how much is open, and what may post.
CAPS = {
    "all of it fits": ([one(paid=5, contractual=5)], 10, [(0, 0, 5, 0)]),
    "the last line gives way": (
        [one(contractual=6), one(contractual=6)],
        8,
        [(0, 0, 6, 0), (0, 0, 2, 0)],
    ),
    "the discount gives way before the share": (
        [one(patient=6, contractual=6)],
        8,
        [(6, 0, 2, 0)],
    ),
    "and before what is refused": ([one(denied=6, contractual=6)], 8, [(0, 6, 2, 0)]),
    "what is negative makes room": (
        [one(contractual=-4), one(contractual=10)],
        3,
        [(0, 0, -4, 0), (0, 0, 7, 0)],
    ),
    "nothing is open": ([one(paid=9, patient=3, other=2)], 9, [(0, 0, 0, 0)]),
    "less than nothing is open": ([one(patient=3)], -5, [(0, 0, 0, 0)]),
}


@pytest.mark.parametrize("case", CAPS)
def test_what_is_beyond_the_open_amount_is_cut_in_order(case: str) -> None:
    stated, open_cents, expected = CAPS[case]
    kept, reason = capped(stated, open_cents)
    assert [(each.patient, each.denied, each.contractual, each.other) for each in kept] == expected
    assert [each.paid for each in kept] == [each.paid for each in stated]
    assert bool(reason) == (kept != stated)

"""Deposits and remittances: the ladder rule by rule, sums against brute force, order, aging."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.dates import add_business_days
from edi_engine.matchers.deposits import (
    SUBSET_CANDIDATES_MAX,
    Coverage,
    PayerKeys,
    Reassociation,
    deposit_issues,
    look_again_at_deposit,
    look_again_at_remittance,
    reassociate,
    remittance_issues,
    unique_subset,
)
from edi_engine.records.deposits import (
    ANY_REMITTANCE,
    AwaitedRemittance,
    BankFormat,
    BankSpan,
    Deposit,
    DepositDecision,
    DepositId,
    DepositStatus,
    RemittanceDepositStatus,
    StoredDeposit,
    deposit_keys,
)
from edi_engine.records.matching import RemittanceId
from edi_engine.records.policy import ReconcilePolicy

DAY = date(2026, 3, 12)  # a Thursday, with no holiday in the months after
PAYER = "1990000003"
NAME = "EXAMPLE HEALTH PLAN"
NOBODY = PayerKeys()


def deposit(number: int, cents: int, trace: str = "", **changes: object) -> StoredDeposit:
    plain = Deposit(
        deposit_ordinal=number,
        received_on=DAY,
        amount_cents=cents,
        originator_id=PAYER,
        company_id=PAYER,
        originator_name=NAME[:16],
        trace_number=trace,
        trace_is_stated=bool(trace),
        description="HCCLAIMPMT",
    )
    bank_format = changes.pop("bank_format", BankFormat.BAI2)
    told = msgspec.structs.replace(plain, **changes)
    return StoredDeposit(DepositId(number), 1, "bank", bank_format, told)  # type: ignore[arg-type]


def remittance(
    number: int, cents: int | None, trace: str = "", **changes: object
) -> AwaitedRemittance:
    plain = AwaitedRemittance(
        RemittanceId(number), "EX003", NAME, PAYER, trace or f"T{number:06d}", "ACH", DAY, cents
    )
    return msgspec.structs.replace(plain, **changes)


def link(
    number: int, deposit_id: int, remittance_id: int, *, is_link: bool = True
) -> DepositDecision:
    return DepositDecision(
        number, is_link, DepositId(deposit_id), RemittanceId(remittance_id), "kim", ""
    )


def run(
    deposits: Sequence[StoredDeposit],
    remittances: Sequence[AwaitedRemittance],
    decisions: Sequence[DepositDecision] = (),
) -> Reassociation:
    return reassociate(deposits, remittances, decisions, known_payers=NOBODY)


def told(found: Reassociation) -> dict[int, tuple[str, tuple[int, ...], str]]:
    return {
        key: (one.status.value, one.remittance_ids, one.rule) for key, one in found.deposits.items()
    }


PLAIN = remittance(1, 500_00, "0012345678")
LATER = DAY + timedelta(days=20)
ELSEWHERE = {
    "originator_id": "1888888888", "company_id": "1888888888", "originator_name": "OTHER PAYER CO",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "status", "rule"),
    [
        ({"trace_number": "0012345678"}, "matched", "trace_originator_amount"),
        ({"trace_number": " 12345678 "}, "matched", "trace_originator_amount"),
        ({"trace_number": "12345678", "received_on": None}, "matched", "trace_originator_amount"),
        ({"trace_number": "12345678", "originator_id": "990000003"}, "matched",
         "trace_originator_amount"),
        ({"trace_number": "12345678", **ELSEWHERE}, "matched", "trace_amount"),
        ({"trace_number": "12345678", "amount_cents": 447_00}, "amount_differs", "trace_only"),
        ({"trace_number": "12345678", "amount_cents": 447_00, **ELSEWHERE}, "no_remittance", ""),
        ({"trace_number": ""}, "matched", "amount_payer_date"),
        ({"trace_number": "", "received_on": DAY + timedelta(days=7)}, "matched",
         "amount_payer_date"),
        ({"trace_number": "", "received_on": DAY + timedelta(days=8)}, "no_remittance", ""),
        ({"trace_number": "", "received_on": None}, "no_remittance", ""),
        ({"trace_number": "", **ELSEWHERE}, "no_remittance", ""),
        ({"trace_number": "", "originator_id": "", "company_id": ""}, "matched",
         "amount_payer_date"),
        ({"trace_number": "", "originator_id": "", "company_id": "", "originator_name": "",
          "description": "DEPOSIT EXAMPLE HEALTH PLAN 77"}, "matched", "amount_payer_date"),
        ({"trace_number": "", "originator_id": "", "company_id": "", "originator_name": "",
          "description": "CARD SALES"}, "other_money", ""),
        # Another trace number is another payment, whatever its amount.
        ({"trace_number": "99999"}, "no_remittance", ""),
        ({"trace_number": "99999", "trace_is_stated": False}, "matched", "amount_payer_date"),
        ({"trace_number": "2345678"}, "matched", "amount_payer_date"),
        ({"trace_number": "0000000"}, "matched", "amount_payer_date"),
        ({"amount_cents": -500_00}, "taken_back", ""),
        ({"amount_cents": 0}, "no_money", ""),
    ],
)  # fmt: skip
def test_the_ladder(changes: dict[str, object], status: str, rule: str) -> None:
    one = deposit(1, 500_00, "X", **{"trace_is_stated": True, **changes})
    found = run([one], [PLAIN]).deposits[DepositId(1)]
    assert (found.status.value, found.rule) == (status, rule)
    assert found.remittance_ids == ((1,) if rule else ())
    assert found.reason


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"payment_amount_cents": 0}, "zero_pay"),
        ({"method": "NON"}, "zero_pay"),
        ({"payment_amount_cents": 0, "trace_number": "0000000"}, "zero_pay"),
        ({"payment_amount_cents": -5}, "zero_pay"),
        ({}, "no_deposit"),
        ({"payment_amount_cents": None}, "no_deposit"),
    ],
)
def test_what_pays_nothing_waits_for_nothing(changes: dict[str, object], status: str) -> None:
    found = run([], [msgspec.structs.replace(PLAIN, **changes)])
    assert found.remittances[RemittanceId(1)].status.value == status


def test_three_payments_of_nothing_under_one_trace_need_no_deposit() -> None:  # G31
    three = [remittance(n, 0, "0000000", method="NON") for n in (1, 2, 3)]
    found = run([deposit(1, 100, "0000000")], three)
    assert {one.status for one in found.remittances.values()} == {RemittanceDepositStatus.ZERO_PAY}
    assert found.deposits[DepositId(1)].status is DepositStatus.NO_REMITTANCE


@pytest.mark.parametrize(
    ("announced", "adjusted", "status", "rule", "difference"),
    [
        (11_847_00, 553_00, "matched", "trace_originator_amount", 0),
        (12_400_00, 553_00, "matched", "trace_less_adjustments", -553_00),
        (12_400_00, 0, "amount_differs", "trace_only", -553_00),
        (11_000_00, 553_00, "amount_differs", "trace_only", 847_00),
    ],
)
def test_provider_adjustments_are_considered(  # G33
    announced: int, adjusted: int, status: str, rule: str, difference: int
) -> None:
    one = remittance(1, announced, "T1", provider_adjustments_cents=adjusted)
    found = run([deposit(1, 11_847_00, "T1")], [one]).deposits[DepositId(1)]
    assert (found.status.value, found.rule, found.difference_cents) == (status, rule, difference)


def test_the_direction_of_a_difference_is_said_in_words() -> None:
    less = run([deposit(1, 447_00, "T1")], [remittance(1, 500_00, "T1")]).deposits[DepositId(1)]
    more = run([deposit(1, 547_00, "T1")], [remittance(1, 500_00, "T1")]).deposits[DepositId(1)]
    assert "LESS than the payment amount by $53.00" in less.reason
    assert "GREATER than the payment amount by $47.00" in more.reason
    assert {one.field: one.agrees for one in less.evidence} == {
        "trace_number": True, "payer": True, "amount": False, "day": True,
    }  # fmt: skip


def test_an_unreadable_amount_is_met_by_its_trace_alone() -> None:
    found = run([deposit(1, 447_00, "T1")], [remittance(1, None, "T1")]).deposits[DepositId(1)]
    assert (found.status.value, found.difference_cents) == ("amount_differs", None)
    assert "cannot be read" in found.reason


def test_four_remittances_in_one_deposit() -> None:  # G34
    four = [
        remittance(n, cents) for n, cents in enumerate((7_000_10, 5_100_20, 4_000_30, 2_099_40), 1)
    ]
    other = remittance(5, 3_333_33)
    found = run([deposit(9, 18_200_00)], [*four, other])
    assert told(found) == {9: ("matched", (1, 2, 3, 4), "bundle")}
    assert found.remittances[RemittanceId(5)].status is RemittanceDepositStatus.NO_DEPOSIT


def test_a_bundle_with_two_answers_is_asked() -> None:
    found = run([deposit(9, 300_00)], [
        remittance(1, 100_00), remittance(2, 200_00), remittance(3, 100_00),
    ])  # fmt: skip
    assert told(found) == {9: ("ambiguous", (), "")}
    assert found.deposits[DepositId(9)].candidates == (1, 2, 3)
    assert {one.status.value for one in found.remittances.values()} == {"ambiguous"}


def test_a_bundle_keeps_the_remittance_of_its_own_trace() -> None:
    found = run([deposit(9, 300_00, "T000002")], [
        remittance(1, 100_00), remittance(2, 200_00), remittance(3, 260_00), remittance(4, 40_00),
    ])  # fmt: skip
    assert told(found) == {9: ("matched", (1, 2), "bundle")}


def test_a_bundle_leaves_what_has_a_deposit_of_its_own() -> None:
    found = run(
        [deposit(9, 300_00), deposit(8, 90_00, "T000002")],
        [remittance(1, 100_00), remittance(2, 200_00)],
    )
    assert told(found) == {9: ("no_remittance", (), ""), 8: ("amount_differs", (2,), "trace_only")}


def test_bundles_that_claim_the_same_get_nothing() -> None:
    found = run(
        [deposit(8, 300_00), deposit(9, 300_00)], [remittance(1, 100_00), remittance(2, 200_00)]
    )
    assert told(found) == {8: ("ambiguous", (), ""), 9: ("ambiguous", (), "")}


def test_a_sum_that_can_be_luck_is_asked() -> None:
    # Sixteen small amounts over several days: some choice of them adds up to nearly anything.
    random = Random(4)
    many = [remittance(n, 1 << n, payment_date=DAY + timedelta(days=n % 4)) for n in range(1, 17)]
    total = sum(one.payment_amount_cents or 0 for one in random.sample(many, 5))
    found = run([deposit(9, total)], many).deposits[DepositId(9)]
    assert (found.status.value, "luck" in found.reason) == ("ambiguous", True)


def test_too_many_candidates_are_said_and_not_tried() -> None:
    many = [remittance(n, 100 + n) for n in range(1, SUBSET_CANDIDATES_MAX + 2)]
    found = run([deposit(99, 900_00)], many).deposits[DepositId(99)]
    assert (found.status.value, "too many to try" in found.reason) == ("ambiguous", True)
    assert len(found.candidates) == 10


def test_one_remittance_in_two_deposits() -> None:
    found = run([deposit(1, 300_00), deposit(2, 200_00), deposit(3, 77_00)], [PLAIN])
    assert told(found)[1] == told(found)[2] == ("matched", (1,), "split")
    assert found.remittances[RemittanceId(1)].deposit_ids == (1, 2)


@pytest.mark.parametrize(
    ("deposits", "announced", "rule"),
    [((500,), (200, 300), "trace_adds_up"), ((200, 300), (500,), "trace_adds_up"),
     ((500,), (200, 301), ""), ((500, 500), (500,), ""), ((500,), (500, 500), "")],
)  # fmt: skip
def test_all_of_one_trace(deposits: tuple[int, ...], announced: tuple[int, ...], rule: str) -> None:
    found = run(
        [deposit(n, cents, "T1") for n, cents in enumerate(deposits, 1)],
        [remittance(n, cents, "T1") for n, cents in enumerate(announced, 1)],
    )
    statuses = {"matched" if rule else "ambiguous"}
    assert {one.rule for one in found.deposits.values()} == {rule}
    assert {one.status.value for one in found.deposits.values()} == statuses
    assert {one.status.value for one in found.remittances.values()} == statuses


def test_equal_amounts_of_one_payer_are_not_guessed() -> None:
    found = run([deposit(1, 500_00)], [PLAIN, remittance(2, 500_00)])
    assert told(found) == {1: ("ambiguous", (), "")}
    found = run([deposit(1, 500_00), deposit(2, 500_00)], [PLAIN])
    assert {one[0] for one in told(found).values()} == {"ambiguous"}


# Decisions.


def test_a_person_outranks_every_rule() -> None:
    one, two = deposit(1, 500_00, "12345678"), deposit(2, 499_00)
    found = run([one, two], [PLAIN], [link(1, 2, 1)])
    assert told(found) == {1: ("no_remittance", (), ""), 2: ("amount_differs", (1,), "decided")}


def test_several_links_are_one_answer() -> None:
    both = [remittance(1, 200_00), remittance(2, 300_00)]
    found = run([deposit(1, 500_00)], both, [link(1, 1, 1), link(2, 1, 2)])
    assert told(found) == {1: ("matched", (1, 2), "decided")}


def test_what_is_kept_apart_is_never_put_together() -> None:
    one = deposit(1, 500_00, "12345678")
    found = run([one], [PLAIN], [link(1, 1, 1, is_link=False)])
    assert told(found) == {1: ("no_remittance", (), "")}
    found = run([one], [PLAIN], [link(1, 1, ANY_REMITTANCE, is_link=False)])
    assert told(found) == {1: ("other_money", (), "decided")}
    both = [remittance(1, 200_00), remittance(2, 300_00)]
    found = run([deposit(1, 500_00)], both, [link(1, 1, 2, is_link=False)])
    assert told(found) == {1: ("no_remittance", (), "")}


# Order and sums, against a second way.


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[StoredDeposit], list[AwaitedRemittance]]:
    cents = st.integers(1, 9).map(lambda many: many * 100)
    traces = st.sampled_from(["", "", "A1", "B2", "C3"])
    days = st.integers(-9, 9).map(lambda step: DAY + timedelta(days=step))
    names = st.sampled_from([{}, {}, ELSEWHERE])
    deposits = [
        deposit(
            n,
            draw(cents),
            draw(traces),
            received_on=draw(days),
            bank_format=draw(st.sampled_from(BankFormat)),
            **draw(names),
        )
        for n in range(1, draw(st.integers(0, 6)) + 1)
    ]
    remittances = [
        remittance(n, draw(cents), draw(traces) or "0", payment_date=draw(days))
        for n in range(1, draw(st.integers(0, 6)) + 1)
    ]
    return deposits, remittances


@given(worlds(), st.randoms(use_true_random=False))
def test_order_means_nothing(
    world: tuple[list[StoredDeposit], list[AwaitedRemittance]], random: Random
) -> None:
    deposits, remittances = world
    expected = run(deposits, remittances)
    random.shuffle(deposits)
    random.shuffle(remittances)
    assert run(deposits, remittances) == expected


@given(worlds())
def test_conclusions_agree_from_both_sides_and_in_cents(
    world: tuple[list[StoredDeposit], list[AwaitedRemittance]],
) -> None:
    deposits, remittances = world
    found = run(deposits, remittances)
    assert found.deposits.keys() == {one.deposit_id for one in deposits}
    assert found.remittances.keys() == {one.remittance_id for one in remittances}
    came = {one.deposit_id: one.deposit.amount_cents for one in deposits}
    announced = {one.remittance_id: one.payment_amount_cents or 0 for one in remittances}
    for key, one in found.deposits.items():
        assert bool(one.remittance_ids) == bool(one.rule)
        for remittance_id in one.remittance_ids:
            assert key in found.remittances[remittance_id].deposit_ids
        if one.status is DepositStatus.MATCHED:
            partners = found.remittances[one.remittance_ids[0]].deposit_ids
            assert sum(came[other] for other in partners) == sum(
                announced[other] for other in one.remittance_ids
            )


def brute_force(amounts: Sequence[int], total: int) -> list[tuple[int, ...]]:
    places = range(len(amounts))
    return [
        chosen
        for size in range(1, len(amounts) + 1)
        for chosen in combinations(places, size)
        if sum(amounts[place] for place in chosen) == total
    ]


@given(st.lists(st.integers(1, 40), max_size=9), st.integers(1, 120))
def test_sums_are_those_that_trying_all_finds(amounts: list[int], total: int) -> None:
    answers = brute_force(amounts, total)
    found = unique_subset(amounts, total)
    assert found.outcome.value == ("none", "one", "several")[min(len(answers), 2)]
    assert found.places == (answers[0] if len(answers) == 1 else ())


@pytest.mark.parametrize("seed", range(40))
def test_bundles_are_those_that_trying_all_finds(seed: int) -> None:
    random = Random(seed)
    amounts = [random.randrange(100_00, 9_000_00) for _ in range(random.randrange(2, 8))]
    if seed % 4 == 0:
        amounts.append(amounts[0])  # so that there is more than one answer
    total = sum(random.sample(amounts, random.randrange(2, len(amounts) + 1)))
    remittances = [remittance(n, cents) for n, cents in enumerate(amounts, 1)]
    answers = brute_force(amounts, total)
    found = run([deposit(1, total)], remittances).deposits[DepositId(1)]
    if len(answers) == 1:
        assert found.remittance_ids == tuple(place + 1 for place in answers[0])
    else:
        assert (found.status, found.remittance_ids) == (DepositStatus.AMBIGUOUS, ())


# The same movement in another file.


def test_a_movement_is_known_again_by_what_it_is() -> None:
    one = deposit(1, 500_00, "12345678").deposit
    other_file = msgspec.structs.replace(one, deposit_ordinal=7, trace_number="012345678")
    assert deposit_keys([one]) == deposit_keys([other_file])
    assert len(set(deposit_keys([one, one]))) == 2
    for changes in ({"amount_cents": 1}, {"received_on": LATER}, {"trace_number": "9"}):
        assert deposit_keys([msgspec.structs.replace(one, **changes)]) != deposit_keys([one])


ENTRY = {"bank_format": BankFormat.NACHA, "method": "ACH", "account_last4": "0002"}
LINE = {"bank_format": BankFormat.BAI2}


@pytest.mark.parametrize(
    ("line", "is_repeated"),
    [
        ({}, True),
        ({"method": "ACH", "account_last4": "0002"}, True),
        ({"account_last4": "0003"}, False),
        ({"method": "CHK"}, False),
        ({"received_on": DAY + timedelta(days=1)}, False),
        ({"received_on": None}, False),
        ({"amount_cents": 500_01}, False),
        (ELSEWHERE, False),
        ({"originator_id": "", "company_id": "", "originator_name": ""}, True),
        ({"originator_id": "", "company_id": "", "originator_name": "", "description":
          "EXAMPLE HEALTH PLAN 77"}, True),
        ({"trace_number": "777", "trace_is_stated": True}, False),
        ({"trace_number": "777", "trace_is_stated": False}, True),
        ({"bank_format": BankFormat.NACHA}, False),
    ],
)  # fmt: skip
def test_a_line_of_a_statement_may_repeat_an_entry(
    line: dict[str, object], is_repeated: bool
) -> None:
    entry = deposit(1, 500_00, "12345678", **ENTRY)
    other = deposit(2, 500_00, **{**LINE, **line})
    found = run([entry, other], [PLAIN])
    assert told(found)[1] == ("matched", (1,), "trace_originator_amount")
    assert (told(found)[2][0] == "repeated") is is_repeated
    if is_repeated:
        assert "as deposit 1." in found.deposits[DepositId(2)].reason


@pytest.mark.parametrize(
    ("second", "line", "is_doubted"),
    [
        ({}, {}, True),
        ({"payment_date": DAY - timedelta(days=1)}, {}, True),
        ({}, {"originator_id": "", "company_id": "", "originator_name": ""}, True),
        ({}, {"trace_number": "12345678", "trace_is_stated": True}, False),
        ({"payment_date": DAY + timedelta(days=1)}, {}, False),
        ({"payment_date": DAY - timedelta(days=30)}, {}, False),
        ({"payment_amount_cents": 500_01}, {}, False),
        ({"payer_id": "EX9", "payer_name": "OTHER", "originator_id": "1888888888"}, {}, False),
    ],
)
def test_a_second_remittance_of_the_day_and_amount_makes_a_repeat_a_question(
    second: dict[str, object], line: dict[str, object], is_doubted: bool
) -> None:
    """The statement may lack the entry of the first and tell of the money of the second."""
    world = (
        [deposit(1, 500_00, "12345678", **ENTRY), deposit(2, 500_00, **{**LINE, **line})],
        [PLAIN, remittance(2, 500_00, **second)],
    )
    found = run(*world)
    assert told(found)[1] == ("matched", (1,), "trace_originator_amount")
    assert told(found)[2] == ("ambiguous" if is_doubted else "repeated", (), "")
    if is_doubted:
        assert found.deposits[DepositId(2)].candidates == (2,)
        assert found.remittances[RemittanceId(2)].status is RemittanceDepositStatus.AMBIGUOUS
        assert told(run(*world, [link(1, 2, 2)]))[2] == ("matched", (2,), "decided")
    assert run(world[0][::-1], world[1][::-1]) == found


def test_a_repeat_is_no_question_once_the_second_remittance_has_its_own_deposit() -> None:
    found = run(
        [
            deposit(1, 500_00, "12345678", **ENTRY),
            deposit(2, 500_00, **LINE),
            deposit(3, 500_00, "77770002", **ENTRY),
        ],
        [PLAIN, remittance(2, 500_00, "77770002")],
    )
    assert [one.status.value for one in found.deposits.values()] == [
        "matched", "repeated", "matched",
    ]  # fmt: skip


def test_what_a_file_has_twice_stays_twice() -> None:
    entries = [deposit(n, 500_00, f"T{n}", **ENTRY) for n in (1, 2)]
    lines = [deposit(n, 500_00, **LINE) for n in (3, 4, 5)]
    statuses = [one.status.value for one in run([*entries, *lines], []).deposits.values()]
    assert statuses.count("repeated") == 2
    assert statuses[:2] == ["no_remittance"] * 2


def test_an_entry_repeats_the_line_of_its_own_payer() -> None:
    found = run([
        deposit(1, 500_00, "12345678", **ENTRY),
        deposit(2, 500_00, originator_id="", company_id="", originator_name="", **LINE),
        deposit(3, 500_00, **LINE),
    ], [PLAIN])  # fmt: skip
    assert [one.status.value for one in found.deposits.values()] == [
        "matched", "no_remittance", "repeated",
    ]  # fmt: skip


def test_what_a_person_decided_about_stands_for_the_others() -> None:
    both = [deposit(1, 500_00, "X1", **ENTRY), deposit(2, 500_00, **LINE)]
    assert told(run(both, [PLAIN], [link(1, 2, 1)])) == {
        1: ("repeated", (), ""), 2: ("matched", (1,), "decided"),
    }  # fmt: skip


def test_money_taken_back_is_taken_back_once() -> None:
    both = [deposit(1, -500_00, **ENTRY), deposit(2, -500_00, **LINE)]
    assert sorted(one[0] for one in told(run(both, [PLAIN])).values()) == ["repeated", "taken_back"]


@given(worlds())
def test_no_kind_of_file_loses_a_movement_of_its_own(
    world: tuple[list[StoredDeposit], list[AwaitedRemittance]],
) -> None:
    found = run(*world).deposits
    counts: Counter[tuple[object, ...]] = Counter()
    kept: Counter[tuple[object, ...]] = Counter()
    for one in world[0]:
        movement = (one.deposit.received_on, one.deposit.amount_cents)
        counts[movement, one.bank_format] += 1
        kept[movement] += found[one.deposit_id].status is not DepositStatus.REPEATED
    for (movement, _), count in counts.items():
        assert kept[movement] >= count


# Time.

POLICY = ReconcilePolicy()
WHOLE = Coverage.of([BankSpan(BankFormat.BAI2, DAY, LATER)])
DUE = DAY + timedelta(days=6)  # four business days


@pytest.mark.parametrize(
    ("spans", "method", "as_of", "is_told"),
    [
        ([(BankFormat.BAI2, DAY, LATER)], "ACH", DUE, False),
        ([(BankFormat.BAI2, DAY, LATER)], "ACH", DUE + timedelta(days=1), True),
        ([(BankFormat.NACHA, DAY, LATER)], "ACH", LATER, True),
        ([(BankFormat.NACHA, DAY, LATER)], "CHK", LATER, False),
        ([(BankFormat.CSV, DAY, LATER)], "CHK", LATER, True),
        ([(BankFormat.CSV, DAY + timedelta(days=1), LATER)], "ACH", LATER, False),
        ([(BankFormat.CSV, DAY, DUE - timedelta(days=1))], "ACH", LATER, False),
        ([(BankFormat.CSV, DAY, DAY), (BankFormat.BAI2, DUE, DUE)], "ACH", LATER, True),
        ([(BankFormat.CSV, None, None)], "ACH", LATER, False),
        ([], "ACH", LATER, False),
    ],
)
def test_money_is_missed_only_where_it_would_have_been_seen(
    spans: list[tuple[BankFormat, date | None, date | None]],
    method: str,
    as_of: date,
    is_told: bool,
) -> None:
    one = msgspec.structs.replace(PLAIN, method=method)
    found = run([], [one]).remittances[RemittanceId(1)]
    coverage = Coverage.of([BankSpan(*span) for span in spans])
    issues = remittance_issues(found, one, coverage, POLICY, as_of)
    assert [issue.cause for issue in issues] == ["deposit_missing"] * is_told


def test_payers_who_pay_elsewhere_are_left_out() -> None:
    found = run([], [PLAIN]).remittances[RemittanceId(1)]
    policy = ReconcilePolicy(deposits_elsewhere=frozenset({"EX003"}))
    assert remittance_issues(found, PLAIN, WHOLE, policy, LATER) == []


@pytest.mark.parametrize("days", [1, 4, 10])
def test_a_payer_may_have_days_of_its_own(days: int) -> None:
    policy = ReconcilePolicy(deposit_days_by_payer=(("EX003", days),))
    found = run([], [PLAIN]).remittances[RemittanceId(1)]
    due_on = add_business_days(DAY, days)
    turn = look_again_at_remittance(found, PLAIN, policy, DAY)
    assert turn == due_on + timedelta(days=1)
    told = [
        len(remittance_issues(found, PLAIN, WHOLE, policy, day))
        for day in (due_on, due_on + timedelta(days=1))
    ]
    assert told == [0, 1]


@pytest.mark.parametrize(
    ("days", "cause", "detail"),
    [(6, "", ""), (7, "remittance_missing", ""), (21, "remittance_missing", ""),
     (22, "remittance_missing", "long_overdue")],
)  # fmt: skip
def test_a_deposit_waits_some_days_for_its_remittance(days: int, cause: str, detail: str) -> None:
    one = deposit(1, 500_00)
    match = run([one], []).deposits[DepositId(1)]
    issues = deposit_issues(match, one.deposit, POLICY, DAY + timedelta(days=days))
    assert [(issue.cause, issue.detail) for issue in issues] == [(cause, detail)] * bool(cause)


@pytest.mark.parametrize("days", range(30))
def test_the_day_to_look_again_is_the_next_on_which_something_changes(days: int) -> None:
    one = deposit(1, 500_00)
    match = run([one], []).deposits[DepositId(1)]
    as_of = DAY + timedelta(days=days)
    now = deposit_issues(match, one.deposit, POLICY, as_of)
    changes = (as_of + timedelta(days=step) for step in range(1, 60))
    expected = next(
        (day for day in changes if deposit_issues(match, one.deposit, POLICY, day) != now), None
    )
    assert look_again_at_deposit(match, one.deposit, POLICY, as_of) == expected


@pytest.mark.parametrize(
    ("cents", "trace", "cause"),
    [(447_00, "12345678", "deposit_amount_differs"), (-500_00, "", "deposit_taken_back"),
     (500_00, "12345678", ""), (0, "", "")],
)  # fmt: skip
def test_what_is_wrong_with_a_deposit_is_told_at_once(cents: int, trace: str, cause: str) -> None:
    one = deposit(1, cents, trace)
    match = run([one], [PLAIN]).deposits[DepositId(1)]
    issues = deposit_issues(match, one.deposit, POLICY, DAY)
    assert [issue.cause for issue in issues] == [cause] * bool(cause)

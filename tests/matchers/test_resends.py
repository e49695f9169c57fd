"""One claim sent again unchanged: where its answers go, and that its money is counted once."""

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import pytest

from edi_engine.matchers import Reconciliation, families, reconcile, reconcile_group
from edi_engine.records.matching import BilledClaim, ClaimPaymentId, PaidClaim
from edi_engine.records.reconciliation import ClaimStatus, MatchOutcome
from tests.matchers.making import (
    PAID_ON,
    POLICY,
    SENT_ON,
    billed,
    billed_line,
    paid,
    paid_line,
    reversed_payment,
)
from tests.seeds import seeds

DAY = timedelta(days=1)
AS_OF = PAID_ON + 200 * DAY
LATE = PAID_ON + 20 * DAY


def run(claims: Sequence[BilledClaim], payments: Sequence[PaidClaim]) -> Reconciliation:
    return reconcile(claims, payments, {}, policy=POLICY, as_of=AS_OF)


def matched(result: Reconciliation) -> list[int | None]:
    """The claim of each payment, None where a person must choose."""
    return [
        int(each.claim_id or 0) if each.outcome is MatchOutcome.MATCHED else None
        for each in result.matches
    ]


def answer(
    payment_id: int, adjusted: str = "CO-45 20.00", *, on: date = PAID_ON, number: str = ""
) -> PaidClaim:
    lines = (paid_line(1, "99213", 100_00, adjusted),)
    return paid(payment_id, lines=lines, paid_on=on, payer_number=number)


REFUSED, DUPLICATE = "CO-16 100.00", "OA-18 100.00"
FIRST, SECOND = SENT_ON, SENT_ON + 5 * DAY
AFTER = PAID_ON + DAY
"""The day of a resend that follows the first answer."""

CASES = [
    # what happened, days of sending, answers, claims matched, standing and balance, causes
    (
        "no answer at all",
        (FIRST, SECOND),
        [],
        [],
        [("superseded", 0), ("unanswered", 100_00)],
        ["no_response"],
    ),
    (
        "three sendings, no answer",
        (FIRST, SECOND, AFTER),
        [],
        [],
        [("superseded", 0), ("superseded", 0), ("unanswered", 100_00)],
        ["no_response"],
    ),
    (
        "one answer after both",
        (FIRST, SECOND),
        [answer(1)],
        [2],
        [("superseded", 0), ("paid", 0)],
        [],
    ),
    (
        "one refusal after both",
        (FIRST, SECOND),
        [answer(1, REFUSED)],
        [2],
        [("superseded", 0), ("denied", 100_00)],
        ["denied"],
    ),
    (
        "an answer between the sendings",
        (FIRST, AFTER),
        [answer(1)],
        [1],
        [("paid", 0), ("superseded", 0)],
        [],
    ),
    (
        "an answer on the day of the second",
        (FIRST, PAID_ON),
        [answer(1)],
        [1],
        [("paid", 0), ("superseded", 0)],
        [],
    ),
    (
        "refused, sent again, not answered yet",
        (FIRST, AFTER),
        [answer(1, REFUSED)],
        [1],
        [("superseded", 0), ("unanswered", 100_00)],
        ["no_response"],
    ),
    (
        "refused, sent again, paid",
        (FIRST, AFTER),
        [answer(1, REFUSED), answer(2, on=LATE)],
        [1, 2],
        [("superseded", 0), ("paid", 0)],
        [],
    ),
    (
        "refused, sent again, refused as a duplicate: both refusals keep their standing",
        (FIRST, AFTER),
        [answer(1, REFUSED), answer(2, DUPLICATE, on=LATE)],
        [1, 2],
        [("denied", 100_00), ("denied", 100_00)],
        ["denied", "denied"],
    ),
    (
        "paid, and the other refused as a duplicate",
        (FIRST, SECOND),
        [answer(1), answer(2, DUPLICATE)],
        [1, 2],
        [("paid", 0), ("denied", 100_00)],
        ["denied"],
    ),
    (
        "only refused as a duplicate",
        (FIRST, SECOND),
        [answer(1, DUPLICATE)],
        [2],
        [("superseded", 0), ("denied", 100_00)],
        ["denied"],
    ),
    (
        "refused and paid after both",
        (FIRST, SECOND),
        [answer(1, REFUSED), answer(2, on=LATE)],
        [2, 2],
        [("superseded", 0), ("paid", 0)],
        [],
    ),
    (
        "paid twice after both",
        (FIRST, SECOND),
        [answer(1), answer(2)],
        [2, 2],
        [("superseded", 0), ("paid", 0)],
        ["duplicate_payment"],
    ),
    (
        "paid, sent again, paid again",
        (FIRST, AFTER),
        [answer(1), answer(2, on=LATE)],
        [1, 2],
        [("paid", 0), ("paid", 0)],
        ["duplicate_payment"],
    ),
    (
        "paid, reversed and corrected after the second sending",
        (FIRST, AFTER),
        [
            answer(1, number="ICN7"),
            reversed_payment(answer(1, number="ICN7"), 2, paid_on=LATE),
            answer(3, "CO-45 30.00", on=LATE, number="ICN7"),
        ],
        [1, 1, 1],
        [("paid", 0), ("superseded", 0)],
        [],
    ),
    (
        "paid, reversed, and answered anew under another number",
        (FIRST, AFTER),
        [
            answer(1, number="ICN7"),
            reversed_payment(answer(1, number="ICN7"), 2, paid_on=LATE),
            answer(3, "CO-45 30.00", on=LATE, number="ICN8"),
        ],
        [1, 1, 2],
        [("superseded", 0), ("paid", 0)],
        [],
    ),
    (
        "a reversal of what never came",
        (FIRST, SECOND),
        [reversed_payment(answer(1), 1)],
        [2],
        [("superseded", 0), ("reversed", 100_00)],
        ["reversal_orphan", "correction_awaited"],
    ),
    (
        "twice on one day: perhaps two visits",
        (FIRST, FIRST),
        [answer(1)],
        [None],
        [("unanswered", 100_00), ("unanswered", 100_00)],
        ["no_response", "no_response"],
    ),
]


@pytest.mark.parametrize(
    ("days", "payments", "claim_ids", "standing", "causes"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_claim_sent_again_is_one_claim(
    days: Sequence[date],
    payments: list[PaidClaim],
    claim_ids: list[int | None],
    standing: list[tuple[str, int]],
    causes: list[str],
) -> None:
    claims = [billed(number, sent_on=day) for number, day in enumerate(days, 1)]
    result = run(claims, payments)
    assert matched(result) == claim_ids
    assert [(each.status, each.balance_cents) for each in result.claims] == standing
    found = [issue.cause for each in result.claims for issue in each.issues]
    assert found == causes
    for order in itertools.permutations(payments):
        for order_of_claims in itertools.permutations(claims):
            assert run(order_of_claims, order) == result


LINES = (billed_line(1, "99213", 100_00, control_number="LN770001"),)

DIFFERENT = [
    # what differs from a claim sent a week before
    ("nothing", {}, True),
    ("line control numbers", {"lines": LINES}, True),
    ("charge", {"lines": (billed_line(1, "99213", 90_00),)}, False),
    ("modifier", {"lines": (billed_line(1, "99213", 100_00, modifiers=("76",)),)}, False),
    ("units", {"lines": (billed_line(1, "99213", 100_00, units=2),)}, False),
    ("member", {"member": "MEM0002"}, False),
    ("first name", {"first": "BRAVO"}, False),
    ("rendering provider", {"rendering": "1888888886"}, False),
    ("zeros of the number", {"number": "0TEST0001"}, False),
    ("frequency", {"frequency": "7"}, False),
    ("payer", {"payer_id": "PAYERZ"}, False),
]


@pytest.mark.parametrize(
    ("changes", "is_same"), [case[1:] for case in DIFFERENT], ids=[case[0] for case in DIFFERENT]
)
def test_only_a_claim_sent_again_unchanged_stands_for_another(
    changes: dict[str, object], is_same: bool
) -> None:
    again = billed(2, sent_on=SECOND, **changes)  # type: ignore[arg-type]
    result = run([billed(1), again], [])
    is_version = again.frequency_code == "7"
    assert (result.claims[0].status == "superseded") == (is_same or is_version)
    assert result.claims[1].status == "unanswered"


def test_of_two_sendings_on_one_day_equal_line_numbers_make_one_claim() -> None:
    again = [billed(1, lines=LINES), billed(2, lines=LINES)]
    result = run(again, [answer(1)])
    assert matched(result) == [2]
    assert [each.status for each in result.claims] == ["superseded", "paid"]
    positions = (billed_line(1, "99213", 100_00, control_number="1"),)
    assert matched(run([billed(1, lines=positions), billed(2, lines=positions)], [answer(1)])) == [
        None
    ]


def test_a_number_lost_or_cut_finds_the_latest_sending_too() -> None:
    long = "ABCDEF0123456789X"
    claims = [billed(1, number=long), billed(2, number=long, sent_on=SECOND)]
    for number, rule in (
        ("0", "same_member_name_date_and_charge"),
        (long[:15], "truncated_control_number"),
        ("PB" + long, "altered_control_number"),
    ):
        (found,) = run(claims, [paid(number=number)]).matches
        assert (found.outcome, found.claim_id, found.rule) == ("matched", 2, rule)


def test_answers_under_one_altered_number_are_told_apart_like_others() -> None:
    claims = [billed(1), billed(2, sent_on=SECOND)]
    answers = [
        msgspec.structs.replace(each, patient_control_number="PBTEST0001")
        for each in (answer(1), answer(2, DUPLICATE, on=LATE))
    ]
    for order in (answers, answers[::-1]):
        assert matched(run(claims, order)) == [1, 2]


def test_an_answer_that_returns_the_first_ones_line_numbers_is_the_first_ones() -> None:
    other = (billed_line(1, "99213", 100_00, control_number="LN880001"),)
    claims = [billed(1, lines=LINES), billed(2, lines=other, sent_on=SECOND)]
    lines = (paid_line(1, "99213", 100_00, "CO-45 20.00", control_number="LN770001"),)
    result = run(claims, [paid(lines=lines)])
    assert matched(result) == [1]
    assert [each.status for each in result.claims] == ["paid", "superseded"]


def test_a_crossover_follows_the_first_payers_answer() -> None:
    claims = [billed(1), billed(2, sent_on=AFTER)]
    crossover = paid(
        2,
        payer_id="PAYERB",
        payer_name="B",
        status="2",
        paid_on=LATE,
        lines=(paid_line(1, "99213", 100_00, "OA-23 80.00"),),
    )
    assert matched(run(claims, [answer(1), crossover])) == [1, 1]
    assert matched(run(claims, [crossover])) == [2]


def test_a_void_ends_the_sendings_before_it() -> None:
    void = billed(2, frequency="8", sent_on=SECOND)
    anew = billed(3, sent_on=SECOND + 3 * DAY)
    result = run([billed(1), void, anew], [answer(1)])
    assert matched(result) == [3]
    assert [each.status for each in result.claims] == ["voided", "voided", "paid"]
    both = [billed(1), billed(2, sent_on=SENT_ON + DAY), billed(3, frequency="8", sent_on=SECOND)]
    assert matched(run(both, [answer(1)])) == [None]


def test_a_replacement_stands_for_every_sending_before_it() -> None:
    replacement = billed(3, frequency="7", sent_on=AFTER)
    claims = [billed(1), billed(2, sent_on=SECOND), replacement]
    result = run(claims, [answer(1), answer(2, on=LATE)])
    assert matched(result) == [2, 3]
    assert [each.status for each in result.claims] == ["superseded", "superseded", "paid"]


def test_the_second_payer_is_asked_for_what_the_answered_sending_left() -> None:
    second = billed(3, payer_id="PAYERB", payer_name="B", sequence=2, sent_on=AFTER)
    claims = [billed(1), billed(2, sent_on=AFTER), second]
    result = run(claims, [answer(1, "CO-45 20.00, PR-2 16.00")])
    assert [each.balance_cents for each in result.claims] == [0, 0, 16_00]


@pytest.mark.parametrize("seed", seeds(20, 60))
def test_the_money_of_a_claim_sent_again_is_owed_once(seed: int) -> None:
    """However often it is sent and whenever it is answered, once settled nothing more is due,
    and while open it is due once; nobody is asked twice why no answer came."""
    maker = random.Random(seed)
    days = maker.sample(range(40), maker.randint(2, 4))
    claims = [
        billed(number, sent_on=SENT_ON + day * DAY) for number, day in enumerate(sorted(days), 1)
    ]
    payments: list[PaidClaim] = []
    for _ in range(maker.randint(0, 1)):
        on = SENT_ON + maker.randint(1, 60) * DAY
        text = maker.choice(["CO-45 20.00", REFUSED, "CO-45 20.00, PR-1 80.00"])
        if on > min(claim.sent_on for claim in claims if claim.sent_on):
            payments.append(answer(len(payments) + 1, text, on=on))
    result = run(claims, payments)
    assert None not in matched(result)
    refused = all(each.lines[0].adjustments[0].reason_code == "16" for each in payments)
    due = [each.payer_balance_cents for each in result.claims]
    assert sum(due) == (100_00 if refused else 0)
    issues = [issue.cause for each in result.claims for issue in each.issues]
    assert issues.count("no_response") + issues.count("denied") == refused
    maker.shuffle(claims)
    assert run(claims, payments[::-1]) == result


def test_the_same_visit_under_another_number_is_another_claim() -> None:
    other = billed(2, number="TEST0002", sent_on=SECOND)
    result = run([billed(1), other], [answer(1)])
    assert matched(result) == [1]
    assert [each.status for each in result.claims] == ["paid", "unanswered"]
    lost = msgspec.structs.replace(answer(1), patient_control_number="0")
    assert matched(run([billed(1), other], [lost])) == [None]


def test_a_held_copy_goes_where_the_payment_is_that_it_repeats() -> None:
    claims = [billed(number, sent_on=day) for number, day in enumerate((FIRST, SECOND), 1)]
    paid_one, refused = answer(1), answer(2, DUPLICATE)
    copies = [
        msgspec.structs.replace(each, claim_payment_id=ClaimPaymentId(number), held="again")
        for number, each in enumerate((paid_one, refused), 3)
    ]
    result = run(claims, [paid_one, refused, *copies])
    assert matched(result) == [1, 2, 1, 2]
    assert [each.rule for each in result.matches][2:] == ["copy_of_matched_payment"] * 2


@pytest.mark.slow
def test_a_claim_that_stands_thousands_of_times_costs_little() -> None:
    # Each of two visits in one run is its own; a run a day makes sendings. With every claim held
    # against every other, and that again for each of them, this would not end.
    copies = [billed(number) for number in range(1, 5_001)]
    runs = [
        billed(number, number="TEST9999", sent_on=PAID_ON - number * DAY)
        for number in range(5_001, 5_401)
    ]
    found = reconcile_group([*copies, *runs], {}, {}, policy=POLICY, as_of=PAID_ON)
    counts = Counter((each.claim_id > 5_000, each.status) for each in found)
    assert counts == {
        (False, ClaimStatus.UNANSWERED): 5_000,
        (True, ClaimStatus.SUPERSEDED): 399,
        (True, ClaimStatus.UNANSWERED): 1,
    }


@pytest.mark.parametrize("seed", seeds(10, 40))
def test_many_claims_of_a_number_are_told_like_few(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = random.Random(seed)
    claims = [
        billed(
            number,
            first=maker.choice(["ALFA", "BRAVO"]),
            frequency=maker.choice(["1"] * 9 + ["7", "8"]) if seed % 2 else "1",
            sent_on=maker.choice([None, PAID_ON - DAY, PAID_ON - 9 * DAY, PAID_ON + DAY]),
            lines=(
                billed_line(
                    1, "99213", maker.choice([100_00, 50_00]),
                    control_number=maker.choice(["", "1", "LN000001", "LN000002"]),
                ),
            ),
        )
        for number in range(1, 13)
    ]  # fmt: skip
    few = reconcile_group(claims, {}, {}, policy=POLICY, as_of=PAID_ON)
    monkeypatch.setattr(families, "_MANY", 1)
    assert reconcile_group(claims, {}, {}, policy=POLICY, as_of=PAID_ON) == few

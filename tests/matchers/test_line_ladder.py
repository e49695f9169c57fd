"""Each rung of the line ladder; splits, bundles and ties; and the best assignment by trying all."""

import itertools
import random
from datetime import timedelta

import pytest

from edi_engine.matchers.line_ladder import match_lines
from edi_engine.records.matching import BilledLine, PaidLine
from tests.matchers.making import SERVED_ON, billed_line, paid_line
from tests.seeds import seeds

NEXT_DAY = SERVED_ON + timedelta(days=1)
VISIT = billed_line(1, "99213", 100_00, control_number="LN001")
BLOOD = billed_line(2, "85025", 30_00, control_number="LN002")
LEFT = billed_line(1, "73560", 80_00, modifiers=("LT",))
RIGHT = billed_line(2, "73560", 80_00, modifiers=("RT",))
TWO_DAYS = [
    billed_line(1, "97110", 50_00),
    billed_line(2, "97110", 50_00, served_on=NEXT_DAY),
]
ROOM = billed_line(1, "", 900_00, revenue_code="0120")
EMERGENCY = billed_line(1, "99284", 800_00, revenue_code="0450", control_number="LN001")
SCAN = billed_line(2, "70450", 600_00, revenue_code="0351", control_number="LN002")

CASES = [
    # what the payer did, billed, paid, line numbers, rules
    (
        "line numbers returned",
        [VISIT, BLOOD],
        [
            paid_line(1, "85025", 30_00, control_number="LN002"),
            paid_line(2, "99213", 100_00, control_number="LN001"),
        ],
        [(2,), (1,)],
        ["same_control_number_and_code"] * 2,
    ),
    (
        "positions as line numbers, wrong ones",
        [VISIT, BLOOD],
        [
            paid_line(1, "85025", 30_00, control_number="1"),
            paid_line(2, "99213", 100_00, control_number="2"),
        ],
        [(2,), (1,)],
        ["same_code_modifiers_date_and_charge"] * 2,
    ),
    (
        "positions of two lines with one code",
        [
            billed_line(1, "73560", 80_00, control_number="1"),
            billed_line(2, "73560", 60_00, control_number="2"),
        ],
        [
            paid_line(1, "73560", 60_00, control_number="1"),
            paid_line(2, "73560", 80_00, control_number="2"),
        ],
        [(2,), (1,)],
        ["same_code_modifiers_date_and_charge"] * 2,
    ),
    (
        "assigned numbers returned",
        [billed_line(1, "97110", 50_00), billed_line(2, "97140", 50_00)],
        [
            paid_line(1, "97140", 20_00, control_number="2"),
            paid_line(2, "97140", 30_00, control_number="2"),
        ],
        [(2,), (2,)],
        ["same_assigned_number_and_code"] * 2,
    ),
    (
        "recoded under its line number",
        [billed_line(1, "99215", 200_00, control_number="LN001"), BLOOD],
        [paid_line(1, "99214", 200_00, control_number="LN001")],
        [(1,)],
        ["same_control_number_and_charge"],
    ),
    (
        "recoded with the submitted code",
        [billed_line(1, "99215", 200_00)],
        [paid_line(1, "99214", 200_00, submitted="99215")],
        [(1,)],
        ["same_code_modifiers_date_and_charge"],
    ),
    (
        "recoded without a word",
        [billed_line(1, "99215", 200_00), BLOOD],
        [paid_line(1, "99214", 200_00), paid_line(2, "85025", 30_00)],
        [(1,), (2,)],
        ["same_charge_alone", "same_code_modifiers_date_and_charge"],
    ),
    (
        "modifiers dropped from one line",
        [LEFT, BLOOD],
        [paid_line(1, "73560", 80_00)],
        [(1,)],
        ["same_code_date_and_charge"],
    ),
    (
        "modifier glued to the code",
        [LEFT],
        [paid_line(1, "73560LT", 80_00)],
        [(1,)],
        ["same_code_date_and_charge"],
    ),
    (
        "two sides with their modifiers",
        [LEFT, RIGHT],
        [
            paid_line(1, "73560", 80_00, modifiers=("RT",)),
            paid_line(2, "73560", 80_00, "CO-50 80.00", modifiers=("LT",)),
        ],
        [(2,), (1,)],
        ["same_code_modifiers_date_and_charge"] * 2,
    ),
    (
        "two sides without modifiers, paid alike",
        [LEFT, RIGHT],
        [paid_line(1, "73560", 80_00), paid_line(2, "73560", 80_00)],
        [(1,), (2,)],
        ["same_code_date_and_charge"] * 2,
    ),
    (
        "two sides without modifiers, in the claim's order",
        [LEFT, RIGHT],
        [paid_line(1, "73560", 80_00, "CO-50 80.00"), paid_line(2, "73560", 80_00)],
        [(1,), (2,)],
        ["ordered_sequence"] * 2,
    ),
    (
        "two sides without modifiers, out of order",
        [LEFT, RIGHT, BLOOD],
        [
            paid_line(1, "85025", 30_00),
            paid_line(2, "73560", 80_00, "CO-50 80.00"),
            paid_line(3, "73560", 80_00),
        ],
        [(2,), (1, 2), (1, 2)],
        ["same_code_modifiers_date_and_charge", "not_told_apart", "not_told_apart"],
    ),
    (
        "some modifiers kept",
        [
            billed_line(1, "73560", 80_00, modifiers=("26", "LT")),
            billed_line(2, "73560", 80_00, modifiers=("26", "RT")),
        ],
        [
            paid_line(1, "73560", 80_00, modifiers=("RT",)),
            paid_line(2, "73560", 80_00, "CO-50 80.00", modifiers=("LT",)),
        ],
        [(2,), (1,)],
        ["same_code_date_and_charge"] * 2,
    ),
    (
        "one answer for two sides",
        [LEFT, RIGHT],
        [paid_line(1, "73560", 80_00)],
        [()],
        [""],
    ),
    (
        "two days",
        TWO_DAYS,
        [
            paid_line(1, "97110", 50_00, "CO-50 50.00", served_on=NEXT_DAY),
            paid_line(2, "97110", 50_00),
        ],
        [(2,), (1,)],
        ["same_code_modifiers_date_and_charge"] * 2,
    ),
    (
        "two days, dates lost",
        TWO_DAYS,
        [
            paid_line(1, "97110", 50_00, "CO-50 50.00", served_on=None),
            paid_line(2, "97110", 50_00, served_on=None),
        ],
        [(1,), (2,)],
        ["ordered_sequence"] * 2,
    ),
    (
        "identical lines",
        [billed_line(1, "97110", 50_00), billed_line(2, "97110", 50_00)],
        [paid_line(1, "97110", 50_00), paid_line(2, "97110", 50_00, "CO-50 50.00")],
        [(1,), (2,)],
        ["position_among_identical_lines"] * 2,
    ),
    (
        "units tell lines apart",
        [billed_line(1, "97110", 50_00), billed_line(2, "97110", 50_00, units=2)],
        [
            paid_line(1, "97110", 50_00, "CO-50 50.00", units=2),
            paid_line(2, "97110", 50_00, units=1),
        ],
        [(2,), (1,)],
        ["same_code_modifiers_date_and_charge"] * 2,
    ),
    (
        "a line split in two",
        [billed_line(1, "J1885", 40_00, units=4), BLOOD],
        [paid_line(1, "J1885", 10_00), paid_line(2, "J1885", 30_00)],
        [(1,), (1,)],
        ["split_line"] * 2,
    ),
    (
        "two lines split, one way only",
        [billed_line(1, "J1885", 40_00), billed_line(2, "J1885", 70_00)],
        [
            paid_line(1, "J1885", 10_00),
            paid_line(2, "J1885", 30_00),
            paid_line(3, "J1885", 35_00),
            paid_line(4, "J1885", 35_00),
        ],
        [(1,), (1,), (2,), (2,)],
        ["split_line"] * 4,
    ),
    (
        "a line unbundled",
        [billed_line(1, "93000", 60_00), BLOOD],
        [
            paid_line(1, "93005", 60_00, "CO-45 30.00", submitted="93000"),
            paid_line(2, "93010", 0, "CO-45 -20.00", submitted="93000"),
        ],
        [(1,), (1,)],
        ["same_code_modifiers_date_and_charge", "unbundled_line"],
    ),
    (
        "three lines bundled",
        [billed_line(n, code, 20_00) for n, code in ((1, "80053"), (2, "85025"), (3, "84443"))],
        [
            paid_line(1, "80050", 20_00, "CO-45 -20.00", submitted="80053"),
            paid_line(2, "80050", 20_00, "CO-97 20.00", submitted="85025"),
            paid_line(3, "80050", 20_00, "CO-97 20.00", submitted="84443"),
        ],
        [(1,), (2,), (3,)],
        ["same_code_modifiers_date_and_charge"] * 3,
    ),
    (
        "a revenue code line",
        [ROOM, billed_line(2, "", 50_00, revenue_code="0250")],
        [paid_line(1, "", 900_00, revenue_code="0120")],
        [(1,)],
        ["same_revenue_code_and_charge"],
    ),
    (
        "a revenue code in the place of the procedure (NU)",
        [ROOM, billed_line(2, "", 50_00, revenue_code="0250")],
        [paid_line(1, "120", 900_00, qualifier="NU")],
        [(1,)],
        ["same_revenue_code_and_charge"],
    ),
    (
        "the revenue codes of lines billed with procedures",
        [EMERGENCY, SCAN],
        [
            paid_line(1, "0351", 600_00, qualifier="NU"),
            paid_line(2, "0450", 800_00, qualifier="NU"),
        ],
        [(2,), (1,)],
        ["same_revenue_code_and_charge"] * 2,
    ),
    (
        "the same with line numbers",
        [EMERGENCY, SCAN],
        [
            paid_line(1, "0351", 600_00, qualifier="NU", control_number="LN002"),
            paid_line(2, "0450", 800_00, qualifier="NU", control_number="LN001"),
        ],
        [(2,), (1,)],
        ["same_control_number_and_code"] * 2,
    ),
    (
        "the charge of one line changed",
        [VISIT, BLOOD],
        [paid_line(1, "99213", 120_00)],
        [(1,)],
        ["same_code_alone"],
    ),
    (
        "part of a line",
        [VISIT, BLOOD],
        [paid_line(1, "99213", 60_00)],
        [(1,)],
        ["part_of_line"],
    ),
    ("a line of the payer's own", [VISIT], [paid_line(1, "99080", 0, "CO-45 -5.00")], [()], [""]),
    ("another charge and code", [VISIT], [paid_line(1, "99080", 5_00)], [()], [""]),
    ("a claim without lines", [], [paid_line(1, "99080", 5_00)], [()], [""]),
]


@pytest.mark.parametrize(
    ("lines", "payments", "numbers", "rules"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_line_payments_find_their_lines(
    lines: list[BilledLine],
    payments: list[PaidLine],
    numbers: list[tuple[int, ...]],
    rules: list[str],
) -> None:
    found = match_lines(lines, payments)
    assert [place.line_numbers for place in found] == numbers
    assert [place.rule for place in found] == rules


THIRD_DAY = NEXT_DAY + timedelta(days=1)
DAYS = (SERVED_ON, NEXT_DAY, THIRD_DAY)

POSITIONS = [
    # what the payer did with positions, (number, day) paid in order, lines found, by date
    ("counted what it dates", [("1", 1), ("2", 2), ("3", 3)], [1, 2, 3], False),
    ("counted in another order", [("1", 2), ("2", 3), ("3", 1)], [2, 3, 1], True),
    ("counted backwards", [("1", 3), ("2", 2), ("3", 1)], [3, 2, 1], True),
    ("padded the position", [("0001", 2), ("0002", 3), ("0003", 1)], [2, 3, 1], True),
    ("answered one line alone", [("1", 2)], [2], True),
    ("answered two, counted anew", [("1", 2), ("2", 3)], [2, 3], True),
    ("dated all by the claim", [("1", 1), ("2", 1), ("3", 1)], [1, 2, 3], False),
    ("dated the only one by the claim", [("2", 1)], [2], False),
    ("dated two by one of the days", [("1", 2), ("2", 2)], [1, 2], False),
    ("dated by a day not billed", [("2", 9)], [2], False),
    ("dated nothing", [("2", 0), ("1", 0)], [2, 1], False),
]
"""The claim has one code and charge on three days; day 0 is none, 9 is none of the claim's."""


@pytest.mark.parametrize("own", ["", "1"], ids=["counted by the payer", "sent in our REF*6R"])
@pytest.mark.parametrize(
    ("shown", "numbers", "by_date"),
    [case[1:] for case in POSITIONS],
    ids=[case[0] for case in POSITIONS],
)
def test_a_position_never_outranks_the_date(
    shown: list[tuple[str, int]], numbers: list[int], by_date: bool, own: str
) -> None:
    lines = [
        billed_line(
            number, "97110", 50_00, served_on=day, control_number=str(number) if own else ""
        )
        for number, day in enumerate(DAYS, 1)
    ]
    days = {0: None, 9: SERVED_ON - timedelta(days=9), **dict(enumerate(DAYS, 1))}
    payments = [
        paid_line(ordinal, "97110", 50_00, control_number=text, served_on=days[day])
        for ordinal, (text, day) in enumerate(shown, 1)
    ]
    found = match_lines(lines, payments)
    assert [place.line_numbers for place in found] == [(number,) for number in numbers]
    position = "same_control_number_and_code" if own else "same_assigned_number_and_code"
    crossed = [
        place.rule for place, (text, _) in zip(found, shown, strict=True)
        if place.line_numbers != (int(text),)
    ]  # fmt: skip
    assert set(crossed) <= {"same_code_modifiers_date_and_charge"}
    assert bool(crossed) == by_date
    if not by_date:
        assert {place.rule for place in found} == {position}


@pytest.mark.parametrize(
    ("shown", "numbers"),
    [
        # (position, modifiers) paid in order, lines found
        ([("1", ("RT",)), ("2", ("LT",))], [2, 1]),
        ([("1", ("LT",)), ("2", ("RT",))], [1, 2]),
        ([("1", ()), ("2", ())], [1, 2]),
        ([("1", ("RT",)), ("2", ("RT",))], [1, 2]),
        ([("1", ("50",)), ("2", ())], [1, 2]),
        ([("1", ("RT",))], [2]),
    ],
)
def test_a_position_never_outranks_the_modifiers_of_another_line(
    shown: list[tuple[str, tuple[str, ...]]], numbers: list[int]
) -> None:
    payments = [
        paid_line(ordinal, "73560", 80_00, control_number=text, modifiers=modifiers)
        for ordinal, (text, modifiers) in enumerate(shown, 1)
    ]
    found = match_lines([LEFT, RIGHT], payments)
    assert [place.line_numbers for place in found] == [(number,) for number in numbers]


def test_a_whole_line_number_outranks_the_date() -> None:
    lines = [
        billed_line(number, "97110", 50_00, served_on=day, control_number=f"LN00{number}")
        for number, day in enumerate(DAYS, 1)
    ]
    payments = [paid_line(1, "97110", 50_00, control_number="LN001", served_on=NEXT_DAY)]
    (place,) = match_lines(lines, payments)
    assert place == ((1,), "same_control_number_and_code")


@pytest.mark.parametrize("seed", seeds(25, 100))
def test_where_date_code_and_charge_are_told_positions_change_nothing(seed: int) -> None:
    """A payer that counts for itself says nothing: as if it had returned no number at all."""
    maker = random.Random(seed)
    lines = [
        billed_line(
            number,
            maker.choice(["97110", "97140"]),
            50_00,
            served_on=SERVED_ON + timedelta(days=number),
            control_number=str(number) if maker.random() < 0.3 else "",
        )
        for number in range(1, maker.randint(3, 6))
    ]
    shown = maker.sample(lines, maker.randint(2, len(lines)))
    payments = [
        paid_line(ordinal, line.procedure_code, line.charge_cents, served_on=line.service_from,
                  control_number=str(ordinal))
        for ordinal, line in enumerate(shown, 1)
    ]  # fmt: skip
    found = match_lines(lines, payments)
    assert [place.line_numbers for place in found] == [(line.line_number,) for line in shown]


def test_a_reversal_finds_the_lines_of_its_original() -> None:
    payments = [paid_line(1, "85025", -30_00), paid_line(2, "99213", -100_00)]
    assert [place.line_numbers for place in match_lines([VISIT, BLOOD], payments)] == [(2,), (1,)]


def _agreement(billed: BilledLine, paid: PaidLine) -> int:
    """How much speaks for a pair: more for each stricter rung; 0 when no rung joins them."""
    if paid.procedure.code != billed.procedure_code or paid.charge_cents != billed.charge_cents:
        return 0
    same_date = paid.service_from == billed.service_from
    same_modifiers = paid.procedure.modifiers == billed.modifiers
    return 1_000_000 + 10_000 * same_date + 100 * (same_date and same_modifiers)


@pytest.mark.parametrize("seed", seeds(60, 300))
def test_where_one_assignment_is_best_it_is_taken(seed: int) -> None:
    maker = random.Random(seed)
    codes, modifiers = ("97110", "97140"), ((), ("GP",), ("59",))
    lines = [
        billed_line(
            number,
            maker.choice(codes),
            maker.choice([50_00, 60_00]),
            modifiers=maker.choice(modifiers),
            served_on=maker.choice([SERVED_ON, NEXT_DAY]),
        )
        for number in range(1, maker.randint(2, 5))
    ]
    shown = maker.sample(lines, len(lines))
    payments = [
        paid_line(
            ordinal,
            line.procedure_code,
            line.charge_cents,
            maker.choice(["", "CO-50 1.00", "CO-45 2.00"]),
            modifiers=line.modifiers if maker.random() < 0.7 else (),
            served_on=line.service_from if maker.random() < 0.8 else None,
        )
        for ordinal, line in enumerate(shown, 1)
    ]
    ways = [
        (sum(_agreement(line, payment) for line, payment in zip(way, payments, strict=True)), way)
        for way in itertools.permutations(lines)
    ]
    best = max(score for score, _ in ways)
    winners = [[line.line_number for line in way] for score, way in ways if score == best]
    found = [place.line_numbers for place in match_lines(lines, payments)]
    assert len(found) == len(payments)
    taken = list(itertools.chain.from_iterable(numbers for numbers in found if len(numbers) == 1))
    assert len(taken) == len(set(taken))
    if len(winners) == 1 and all(len(numbers) == 1 for numbers in found):
        assert [numbers[0] for numbers in found] == winners[0]
    for numbers, choices in zip(found, zip(*winners, strict=True), strict=True):
        assert set(numbers) <= {line.line_number for line in lines}
        if len(set(choices)) == 1 and len(numbers) == 1:
            assert numbers[0] == choices[0]

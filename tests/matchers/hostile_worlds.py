"""Claims and payments by the thousand that are alike in every way a file can make them alike."""

from collections.abc import Callable
from datetime import timedelta

from edi_engine.records.matching import BilledClaim, PaidClaim
from tests.matchers.making import (
    PAID_ON,
    SENT_ON,
    SERVED_ON,
    billed,
    billed_line,
    paid,
    paid_line,
    reversed_payment,
)

__all__ = ["WORLDS", "World"]

DAY = timedelta(days=1)
World = tuple[list[BilledClaim], list[PaidClaim]]


def _each(
    count: int, claim: Callable[[int], BilledClaim], payment: Callable[[int], PaidClaim]
) -> World:
    numbers = range(1, count + 1)
    return [claim(number) for number in numbers], [payment(number) for number in numbers]


def _one_claim_of_lines(count: int, code: str, **changes: object) -> World:
    claim = billed(
        1,
        lines=[
            billed_line(number, "99213", 100_00, control_number=f"LN{number:06d}")
            for number in range(1, count + 1)
        ],
    )
    lines = [
        paid_line(number, code, 100_00, "CO-45 20.00", **changes)  # type: ignore[arg-type]
        for number in range(1, count + 1)
    ]
    return [claim], [paid(1, lines=lines)]


def _not_told_apart(count: int) -> World:
    lines = [
        billed_line(number, "99213", 100_00, modifiers=(f"M{number}", "XX"))
        for number in range(1, count + 1)
    ]
    answers = [
        paid_line(number, "99213", 100_00, f"CO-45 {number % 7}.00", modifiers=("XX",))
        for number in range(1, count + 1)
    ]
    return [billed(1, lines=lines)], [paid(1, lines=[*answers, paid_line(count + 1, "99214", 0)])]


def _reversals(count: int, adjusted: str) -> World:
    payments = [paid(number, payer_number="ICN1") for number in range(1, count + 1)]
    wrong = paid(1, payer_number="ICN1", lines=(paid_line(1, "99213", 100_00, adjusted),))
    taken_back = [reversed_payment(wrong, count + number) for number in range(1, count + 1)]
    return [billed(1)], payments + taken_back


def _visits_of_an_account(count: int) -> World:
    """One number for all visits of a patient, every second one replaced."""

    def claim(number: int) -> BilledClaim:
        is_replacement = number % 2 == 0
        return billed(
            number,
            served_on=SERVED_ON - (number + 1) // 2 * DAY,
            frequency="7" if is_replacement else "1",
            original_reference=f"ICN{number - 1:06d}" if is_replacement else "",
        )

    return _each(
        count, claim, lambda number: paid(number, served_on=SERVED_ON - (number + 1) // 2 * DAY)
    )


WORLDS: dict[str, tuple[Callable[[int], World], set[str]]] = {
    # what is alike: the world of so many, and the outcomes of its payments
    "everything": (
        lambda count: _each(count, billed, lambda number: paid(number, payer_number="ICN1")),
        {"ambiguous"},
    ),
    "everything, and no number": (
        lambda count: _each(
            count,
            lambda number: billed(number, number=""),
            lambda number: paid(number, number="0", payer_number="0"),
        ),
        {"ambiguous"},
    ),
    "number of payments lost": (
        lambda count: _each(
            count,
            lambda number: billed(number, number=f"C{number:07d}"),
            lambda number: paid(number, number="0", payer_number="0", members=()),
        ),
        {"ambiguous"},
    ),
    "charge and day, members differ": (
        lambda count: _each(
            count,
            lambda number: billed(number, number=f"C{number:07d}", member=f"{number:06d}AB"),
            lambda number: paid(number, number="", members=(f"{number:06d}AB",)),
        ),
        {"matched"},
    ),
    "charge, day and patient, numbers altered": (
        lambda count: _each(
            count,
            lambda number: billed(number, number=f"C{number:07d}"),
            lambda number: paid(number, number=f"PBC{number:07d}"),
        ),
        {"matched"},
    ),
    "what is left of a cut number": (
        lambda count: _each(
            count,
            lambda number: billed(number, number=f"ABCDEFGHIJKLMNO{number:05d}"),
            lambda number: paid(number, number="ABCDEFGHIJKLMNO"),
        ),
        {"ambiguous"},
    ),
    "number, patients differ": (
        lambda count: _each(
            count,
            lambda number: billed(number, last=f"{number:05d}TEST", member=f"{number:06d}AB"),
            lambda number: paid(number, last=f"{number:05d}TEST", members=(f"{number:06d}AB",)),
        ),
        {"matched"},
    ),
    "payer claim control number, half of the numbers lost": (
        lambda count: _each(
            count,
            lambda number: billed(number, number=f"C{number:07d}"),
            lambda number: paid(
                number, number=f"C{number:07d}" if number % 2 else "", payer_number="ICNX"
            ),
        ),
        {"matched", "ambiguous"},
    ),
    "line control numbers": (
        lambda count: _each(
            count,
            lambda number: billed(
                number,
                number=f"C{number:07d}",
                lines=(billed_line(1, "99213", 100_00, control_number="LINE0001"),),
            ),
            lambda number: paid(
                number,
                number="",
                lines=(paid_line(1, "99213", 100_00, control_number="LINE0001"),),
            ),
        ),
        {"ambiguous"},
    ),
    "REF*F8 of replacements": (
        lambda count: _each(
            count,
            lambda number: billed(
                number, number=f"C{number:07d}", frequency="7", original_reference="ICNX"
            ),
            lambda number: paid(number, number=f"C{number:07d}", payer_number="ICNX"),
        ),
        {"matched"},
    ),
    "number of replacements": (
        lambda count: _each(
            count,
            lambda number: billed(
                number,
                frequency="7" if number > 1 else "1",
                original_reference="ICN000001" if number > 1 else "",
                sent_on=SENT_ON + number * DAY,
            ),
            lambda number: paid(number, paid_on=PAID_ON + number * DAY),
        ),
        {"ambiguous"},
    ),
    "number of voids": (
        lambda count: _each(
            count, lambda number: billed(number, frequency="8" if number % 2 else "1"), paid
        ),
        {"ambiguous"},
    ),
    "number of an account, days differ": (_visits_of_an_account, {"matched", "ambiguous"}),
    "sendings": (
        lambda count: _each(
            count, lambda number: billed(number, sent_on=SENT_ON - number * DAY), paid
        ),
        {"ambiguous"},
    ),
    "answers of one claim": (
        lambda count: ([billed(1)], [paid(number) for number in range(1, count + 1)]),
        {"matched"},
    ),
    "parts of one claim": (
        lambda count: (
            [
                billed(
                    1, lines=[billed_line(each, "99213", 1_00) for each in range(1, count + 1)]
                )
            ],
            [
                paid(number, lines=(paid_line(1, "99213", 1_00),))
                for number in range(1, count + 1)
            ],
        ),
        {"matched"},
    ),
    "reversals": (lambda count: _reversals(count, "CO-45 20.00"), {"matched"}),
    "reversals of other amounts": (lambda count: _reversals(count, "CO-45 21.00"), {"matched"}),
    "reversals without adjustments": (lambda count: _reversals(count, ""), {"matched"}),
    "lines": (lambda count: _one_claim_of_lines(count, "99213"), {"matched"}),
    "lines, all recoded": (
        lambda count: _one_claim_of_lines(count, "99214", control_number="LN000001"),
        {"matched"},
    ),
    "lines that nothing tells apart": (_not_told_apart, {"matched"}),
    "answers without lines to a claim of many": (
        lambda count: (
            [
                billed(
                    1, lines=[billed_line(each, "99213", 1_00) for each in range(1, count + 1)]
                )
            ],
            [
                paid(number, lines=(), charge_cents=count * 1_00, adjusted="CO-45 1.00")
                for number in range(1, count + 1)
            ],
        ),
        {"matched"},
    ),
}  # fmt: skip

"""Payers that pay late or in time: interest forgotten, discounts taken, and what is right of it.

The arithmetic is the maker's own: every day alone, in exact fractions.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import msgspec

from edi_engine.synthetic.agreed_lines import half_up
from edi_engine.synthetic.agreements import Agreement
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.physician_verdicts import as_agreed
from edi_engine.synthetic.verdicts import ClaimVerdict

__all__ = ["TIMELY_MISTAKES", "TIMELY_ODDITIES", "interest_owed_cents", "timely_wrongs"]

_TOLERATED_CENTS = 100
"""Of a claim of which the agreement says nothing: a dollar, or one percent."""

Story = Callable[[Agreement, Bill, Random], ClaimVerdict | None]


def interest_owed_cents(
    agreement: Agreement, sent_on: date, moved: Sequence[tuple[date, int]]
) -> int:
    """Interest on what was still to be paid, day by day, once the days without it are over."""
    term = agreement.in_time
    if term is None or not moved:
        return 0
    final = sum(cents for _, cents in moved)
    owed = Fraction(0)
    day = sent_on + timedelta(days=term.interest_days + 1)
    while day <= max(paid_on for paid_on, _ in moved):
        so_far = sum(cents for paid_on, cents in moved if paid_on < day)
        owed += max(0, final - so_far) * term.interest_percent / (100 * 365)
        day += timedelta(days=1)
    return half_up(owed)


def timely_wrongs(
    agreement: Agreement,
    sent_on: date,
    moved: Sequence[tuple[date, int]],
    *,
    interest_cents: int,
    discounts: Iterable[tuple[date, int, int]],
) -> list[tuple[str, int]]:
    """Causes and cents beyond what is tolerated. `discounts` are day, allowed and taken cents."""
    found = []
    term = agreement.in_time
    if term is not None:
        owed = interest_owed_cents(agreement, sent_on, moved)
        off = owed - interest_cents
        if abs(off) > max(_TOLERATED_CENTS, owed // 100):
            found.append(("timely_interest" if off > 0 else "interest_overpaid", abs(off)))
    agreed = taken = 0
    for day, allowed, cents in discounts:
        taken += cents
        if term is not None and day <= sent_on + timedelta(days=term.discount_days):
            agreed += min(cents, half_up(allowed * term.discount_percent / 100))
    if taken - agreed > max(_TOLERATED_CENTS, agreed // 100):
        found.append(("timely_discount", taken - agreed))
    return found


def _late(agreement: Agreement, bill: Bill, *, interest: str, story: str) -> ClaimVerdict | None:
    if agreement.in_time is None:
        return None
    right = as_agreed(agreement, bill, story=story)
    if sum(verdict.allowed_cents for verdict in right.lines) < 200_00:
        return None
    return msgspec.structs.replace(right, late=True, interest=interest)


def _interest_forgotten(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """Paid two months late, and no interest."""
    return _late(agreement, bill, interest="", story="interest_forgotten")


def _interest_doubled(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """Paid two months late, with twice the interest."""
    return _late(agreement, bill, interest="double", story="interest_doubled")


def _interest_told(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """Late, with the interest that is owed, told on the claim."""
    return _late(agreement, bill, interest="told", story="interest_told")


def _interest_named(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """Late, with the interest that is owed, at the provider level."""
    return _late(agreement, bill, interest="named", story="interest_named")


def _discounted(
    agreement: Agreement, bill: Bill, percent: Fraction, *, story: str
) -> ClaimVerdict | None:
    """So much is taken off the first line."""
    right = as_agreed(agreement, bill, story=story)
    first, *rest = right.lines
    cents = half_up(first.allowed_cents * percent / 100)
    if first.state or cents <= _TOLERATED_CENTS:
        return None
    changed = msgspec.structs.replace(first, discount_cents=cents)
    return msgspec.structs.replace(right, lines=(changed, *rest))


def _discount_too_large(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """In time, and more than was agreed."""
    if agreement.in_time is None:
        return None
    return _discounted(agreement, bill, Fraction(15), story="discount_too_large")


def _discount_late(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """The agreed discount, two months late; the interest is paid."""
    if agreement.in_time is None:
        return None
    found = _discounted(agreement, bill, Fraction(3), story="discount_late")
    return found and msgspec.structs.replace(found, late=True, interest="told")


def _discount_agreed(agreement: Agreement, bill: Bill, _: Random) -> ClaimVerdict | None:
    """The agreed discount, in time."""
    if agreement.in_time is None:
        return None
    return _discounted(agreement, bill, Fraction(3), story="discount_agreed")


TIMELY_MISTAKES: tuple[Story, ...] = (
    _interest_forgotten,
    _interest_doubled,
    _discount_late,
    _discount_too_large,
)

TIMELY_ODDITIES: tuple[Story, ...] = (_interest_told, _interest_named, _discount_agreed)

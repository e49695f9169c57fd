"""What physicians are allowed: the maker's own exact arithmetic, line by line.

Fractions all the way, rounded half up once (or at each step where that is agreed). It shares
nothing with the engine's pricing, which is held against it. Sources: domain 5.1, 5.2;
docs/CONTRACTS.md.
"""

from collections.abc import Sequence
from fractions import Fraction

from edi_engine.synthetic.agreements import Agreement, Edition, Fee, Rise
from edi_engine.synthetic.bills import BillLine

__all__ = [
    "agreed_lines",
    "claim_tolerated_cents",
    "edition_on",
    "exact_lines",
    "fee_of",
    "half_up",
    "tolerated_cents",
]

_FACILITIES = ("21", "22", "23")
_MINUTES_A_UNIT = 15
_MEDICAL_DIRECTION = ("QK", Fraction(50))
_HUNDRED = Fraction(100)


class Work:
    """One billed line while it is priced. `each_cents` is the amount of one procedure of it,
    `factor` what its rate was multiplied by, `cap` whether the charge may cap it."""

    def __init__(self, line: BillLine, edition: Edition) -> None:
        self.line = line
        self.edition = edition
        self.kind = "rate"
        self.fee: Fee | None = None
        self.amount = Fraction(0)
        self.factor = Fraction(1)
        self.count = line.units
        self.partner: Work | None = None

    @property
    def is_second_of_pair(self) -> bool:
        """Whether its pair is already counted at the first side."""
        return self.partner is not None and self.partner.line.number < self.line.number


def half_up(amount: Fraction) -> int:
    """Whole cents, half a cent up; amounts are never negative here."""
    return int((amount * 2 + 1) // 2)


def tolerated_cents(agreement: Agreement, expected_cents: int) -> int:
    """The largest difference that passes on a line."""
    share = int(expected_cents * agreement.tolerance_percent / _HUNDRED)
    return max(agreement.tolerance_cents, share)


def claim_tolerated_cents(expected_cents: Sequence[int]) -> int:
    """The largest difference that passes on a claim of which the agreement says nothing: a dollar,
    or one percent of what is expected."""
    return max(100, sum(expected_cents) // 100)


def edition_on(agreement: Agreement, line: BillLine) -> Edition:
    """The version in force on the line's day."""
    return next(
        each
        for each in agreement.editions
        if each.first_on <= line.served_on
        and (each.last_on is None or line.served_on <= each.last_on)
    )


def agreed_lines(
    agreement: Agreement,
    lines: Sequence[BillLine],
    place: str,
    *,
    editions: Sequence[Edition] = (),
    in_claim_order: bool = False,
) -> list[int]:
    """What is allowed for each line, in cents, in line order.

    `editions` stand in for the versions in force, one a line. With `in_claim_order` several
    procedures are ranked as a careless payer does it, by their order on the claim.
    """
    exact = exact_lines(agreement, lines, place, editions=editions, in_claim_order=in_claim_order)
    cents = [half_up(amount) for amount in exact]
    charges = [line.charge_cents for line in lines]
    if agreement.caps == "line":
        return [min(own, charge) for own, charge in zip(cents, charges, strict=True)]
    if agreement.caps == "claim" and sum(cents) > sum(charges):
        return charges
    return cents


def exact_lines(
    agreement: Agreement,
    lines: Sequence[BillLine],
    place: str,
    *,
    editions: Sequence[Edition] = (),
    in_claim_order: bool = False,
) -> list[Fraction]:
    """The same before the last rounding, and before the charge caps it."""
    chosen = editions or [edition_on(agreement, line) for line in lines]
    works = [Work(line, edition) for line, edition in zip(lines, chosen, strict=True)]
    for work in works:
        _rate(agreement, work, place)
    _sides(agreement, works)
    _several(agreement, works, place, in_claim_order=in_claim_order)
    return [work.amount for work in works]


def _set(agreement: Agreement, work: Work, amount: Fraction) -> None:
    work.amount = Fraction(half_up(amount)) if agreement.rounds_each_step else amount


def _percent(agreement: Agreement, work: Work, percent: Fraction) -> None:
    work.factor *= percent / _HUNDRED
    _set(agreement, work, work.amount * percent / _HUNDRED)


def _rate(agreement: Agreement, work: Work, place: str) -> None:
    """The amount by the first term that covers the line, with units and modifiers."""
    line, edition = work.line, work.edition
    charge = Fraction(line.charge_cents)
    if "15820" <= line.code <= "15823":
        work.kind = "none"
        return
    if line.code.startswith("J"):
        work.kind = "charge"
        _set(agreement, work, charge * edition.drug_percent / _HUNDRED)
        return
    if "00100" <= line.code <= "01999":
        _anesthesia(agreement, work)
        return
    if line.code in {"A4550", "G0442"}:
        cents = edition.kit_cents if line.code == "A4550" else edition.screening_cents
        _set(agreement, work, Fraction(cents))
        _risen(agreement, work)
        if line.code == "G0442":
            _set(agreement, work, work.amount * line.units)
        return
    for fees, percent in (
        (edition.laboratory, edition.laboratory_percent),
        (edition.office, edition.office_percent),
    ):
        fee = fee_of(fees, line)
        if fee is not None:
            work.fee = fee
            _by_fee(agreement, work, fee, percent, place)
            return
    work.kind = "charge"
    _set(agreement, work, charge * edition.other_percent / _HUNDRED)


def fee_of(fees: Sequence[Fee], line: BillLine) -> Fee | None:
    """The row of a schedule for the line: with its modifier, else the plain one."""
    found = [
        fee
        for fee in fees
        if fee.code == line.code
        and (not fee.modifier or fee.modifier in line.modifiers)
        and (fee.first_on is None or fee.first_on <= line.served_on)
        and (fee.last_on is None or line.served_on <= fee.last_on)
    ]
    return max(found, key=lambda fee: bool(fee.modifier), default=None)


def rises_by(rises: Sequence[Rise], work: Work) -> list[Fraction]:
    """The rises that have come on the line's day, each as a percentage of what was before."""
    return [_HUNDRED + rise.percent for rise in rises if rise.first_on <= work.line.served_on]


def _risen(agreement: Agreement, work: Work) -> None:
    for percent in rises_by(work.edition.rises, work):
        _percent(agreement, work, percent)


def _by_fee(agreement: Agreement, work: Work, fee: Fee, percent: Fraction, place: str) -> None:
    _set(agreement, work, Fraction(_in_place(fee.cents, fee.facility_cents, place)))
    if percent != _HUNDRED:
        _percent(agreement, work, percent)
    _risen(agreement, work)
    if "50" in work.line.modifiers:
        work.count = 1
    else:
        _set(agreement, work, work.amount * work.line.units)
    for modifier, share in agreement.modifiers:
        is_in_fee = modifier == fee.modifier
        if modifier in work.line.modifiers and not is_in_fee:
            _percent(agreement, work, share)


def _in_place(cents: int, facility_cents: int | None, place: str) -> int:
    return facility_cents if facility_cents is not None and place in _FACILITIES else cents


def _anesthesia(agreement: Agreement, work: Work) -> None:
    """Base, time in tenths of a unit and status units, times the factor."""
    line, edition = work.line, work.edition
    fee = fee_of(edition.anesthesia, line)
    base = fee.base_units if fee is not None else 0
    time = Fraction(line.units)
    if line.unit_code == "MJ":
        time = Fraction(half_up(time / _MINUTES_A_UNIT * 10), 10)
    status = sum({"P3": 1, "P4": 2}.get(modifier, 0) for modifier in line.modifiers)
    _set(agreement, work, (base + time + status) * edition.anesthesia_factor)
    _risen(agreement, work)
    modifier, share = _MEDICAL_DIRECTION
    if modifier in line.modifiers:
        _percent(agreement, work, share)


def _sides(agreement: Agreement, works: Sequence[Work]) -> None:
    """Both sides: modifier 50 on one line, or one line RT and one LT."""
    waiting: dict[tuple[object, ...], Work] = {}
    for work in works:
        sides = {"RT", "LT", "50"}.intersection(work.line.modifiers)
        if work.fee is None or not sides:
            continue
        if "50" in sides:
            _percent(agreement, work, agreement.bilateral)
            continue
        rest = tuple(sorted(set(work.line.modifiers) - sides))
        key = (work.line.code, work.line.served_on, rest)
        other = waiting.pop(key, None)
        if other is None:
            waiting[key] = work
        elif sides.isdisjoint(other.line.modifiers):
            work.partner, other.partner = other, work
            _percent(agreement, work, agreement.bilateral - _HUNDRED)


def _several(
    agreement: Agreement, works: Sequence[Work], place: str, *, in_claim_order: bool
) -> None:
    """Several procedures of one day and one rule."""
    found: dict[tuple[object, ...], list[Work]] = {}
    for work in works:
        if work.fee is not None and work.fee.multiple and not work.is_second_of_pair:
            key = (work.edition.version, work.line.served_on, work.fee.multiple)
            found.setdefault(key, []).append(work)
    for (_, _, indicator), same in found.items():
        if indicator == "2":
            _surgeries(agreement, same, in_claim_order=in_claim_order)
        elif indicator == "5" and agreement.expense_ladder:
            _therapies(agreement, same, place, in_claim_order=in_claim_order)
        elif indicator == "3" and agreement.has_endoscopy:
            _endoscopies(agreement, same, in_claim_order=in_claim_order)


def _pair(work: Work) -> list[Work]:
    return [work] if work.partner is None else [work, work.partner]


def _surgeries(agreement: Agreement, works: list[Work], *, in_claim_order: bool) -> None:
    """The dearest in full; each unit is a procedure, a pair is one and loses in proportion."""
    units = []
    for work in works:
        whole = sum((each.amount for each in _pair(work)), Fraction(0))
        count = 1 if work.partner is not None else work.count
        units += [(work, whole / count)] * count
    if len(units) < 2:
        return
    if not in_claim_order:
        units.sort(key=lambda pair: (-pair[1], pair[0].line.number))
    lost: dict[int, Fraction] = {}
    for rank, (work, each) in enumerate(units):
        rung = agreement.ladder[min(rank, len(agreement.ladder) - 1)]
        number = work.line.number
        lost[number] = lost.get(number, Fraction(0)) + each * (_HUNDRED - rung) / _HUNDRED
    for work in works:
        members = _pair(work)
        whole = sum((each.amount for each in members), Fraction(0))
        taken = lost[work.line.number]
        if not taken:
            continue
        shares = [each.amount / whole for each in members]
        for member, share in zip(members, shares, strict=True):
            _set(agreement, member, member.amount - taken * share)


def _therapies(
    agreement: Agreement, works: list[Work], place: str, *, in_claim_order: bool
) -> None:
    """Of all but the dearest practice expense only a part of that expense is paid."""
    units = []
    for work in works:
        fee = work.fee
        if fee is not None and fee.expense_cents is not None:
            cents = _in_place(fee.expense_cents, fee.facility_expense_cents, place)
            units += [(work, cents * work.factor)] * work.count
    if len(units) < 2:
        return
    if not in_claim_order:
        units.sort(key=lambda pair: (-pair[1], pair[0].line.number))
    ladder = agreement.expense_ladder
    for rank, (work, expense) in enumerate(units):
        rung = ladder[min(rank, len(ladder) - 1)]
        work.amount -= expense * (_HUNDRED - rung) / _HUNDRED


def _endoscopies(agreement: Agreement, works: list[Work], *, in_claim_order: bool) -> None:
    """The dearest of a family in full, of the others what exceeds the family's base."""
    if not in_claim_order:
        works.sort(key=lambda work: (-work.amount, work.line.number))
    for work in works[1:]:
        fee = work.fee
        base = next(
            (e for e in work.edition.office if fee is not None and e.code == fee.base), None
        )
        if base is not None:
            _set(agreement, work, max(work.amount - base.cents * work.factor, Fraction(0)))

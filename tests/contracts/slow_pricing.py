"""A second way to the price of lines: slow, in fractions, straight from the wording of the rules.

Knows schedules without rows for modifiers or dates, flat rates, percentages of charge, one rule
for surgery and one for endoscopies by indicator, both sides of one procedure, escalators, both
roundings and every lesser-of of a contract. Shares no code with the engine.
"""

from collections.abc import Callable
from fractions import Fraction

import msgspec

from edi_engine.records.contracts import (
    Contract,
    FlatRate,
    LesserOf,
    MultipleProcedureRule,
    PercentOfCharge,
    Portion,
    Rounding,
    ScheduledRate,
    ScheduleRate,
    Term,
)
from edi_engine.records.matching import BilledClaim, BilledLine

FACILITIES = frozenset(
    ("02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61")
)
FACTORS = {"62": "62.5", "80": "16", "81": "16", "82": "16", "AS": "13.6"}
NEEDS_A_RULE = frozenset(("26", "TC", "52", "53", "54", "55", "56", "66", "73", "78"))


Step = Callable[[Fraction], Fraction]


class _Work(msgspec.Struct):
    """A line while it is worked on; `one` is the amount of a unit, or of a side."""

    line: BilledLine
    term: Term
    row: ScheduleRate | None
    amount: Fraction
    one: Fraction
    count: int = 1
    pair_percent: Fraction | None = None
    second_of: int | None = None
    second: "_Work | None" = None

    @property
    def one_with_pair(self) -> Fraction:
        return self.one + (Fraction(0) if self.second is None else self.second.amount)


def half_up(amount: Fraction) -> int:
    return (amount + Fraction(1, 2)) // 1


def slow_prices(agreed: Contract, billed: BilledClaim) -> list[int | None]:
    """Allowed cents of each line, in order."""

    def step(amount: Fraction) -> Fraction:
        return Fraction(half_up(amount)) if agreed.rounding is Rounding.STEP else amount

    works = {line.line_number: _before_reduction(agreed, line, step) for line in billed.lines}
    _pair(agreed, works, step)
    _reduce(agreed, works, step)
    amounts = [None if work is None else half_up(work.amount) for work in works.values()]
    charges = [line.charge_cents for line in billed.lines]
    if agreed.lesser_of is LesserOf.LINE:
        return [
            None if amount is None else min(amount, charge)
            for amount, charge in zip(amounts, charges, strict=True)
        ]
    if agreed.lesser_of is LesserOf.CLAIM and None not in amounts:
        return charges if sum(amounts) > sum(charges) else amounts
    return amounts


def _before_reduction(agreed: Contract, line: BilledLine, step: Step) -> _Work | None:
    term = next(
        (
            term
            for term in agreed.terms
            if any(each.covers(line.procedure_code) for each in term.selector.codes)
        ),
        None,
    )
    if term is None:
        return None
    if isinstance(term.method, PercentOfCharge):
        amount = line.charge_cents * Fraction(term.method.percent) / 100
        return _Work(line, term, None, amount, amount)
    row = None
    units = Fraction(1) if line.units is None else Fraction(line.units)
    if isinstance(term.method, ScheduledRate):
        row = next(
            each for each in agreed.schedules[0].rates if each.procedure_code == line.procedure_code
        )
        cents = row.amount_cents
        if line.place_of_service in FACILITIES and row.facility_cents is not None:
            cents = row.facility_cents
        rate = step(cents * Fraction(term.method.percent) / 100)
    else:
        assert isinstance(term.method, FlatRate)
        rate = Fraction(term.method.amount_cents)
        units = units if term.method.per_unit else Fraction(1)
    for each in agreed.escalators:
        if line.service_from >= each.first_on:
            rate = step(rate * (100 + Fraction(each.percent)) / 100)
    if "50" in line.modifiers:
        units = Fraction(1)
    amount, one = step(rate * units), rate
    for percent in _percents(agreed, line):
        if percent is None:
            return None
        amount, one = step(amount * percent / 100), step(one * percent / 100)
    whole = units.denominator == 1 and units <= 100
    work = _Work(line, term, row, amount, one if whole else amount, int(units) if whole else 1)
    if "50" in line.modifiers:
        work.pair_percent = _both_sides(agreed, row)
        work.amount = work.one = step(amount * work.pair_percent / 100)
    return work


def _percents(agreed: Contract, line: BilledLine) -> list[Fraction | None]:
    """The percentage of each modifier; None for one that needs a rule and has none."""
    rules = {each.modifier: Fraction(each.percent) for each in agreed.modifiers}
    codes = set(line.modifiers)
    if "AS" in codes:
        codes -= {"80", "81", "82"}
    known = {code: Fraction(percent) for code, percent in FACTORS.items()} | rules
    return [
        known.get(code, None if code in NEEDS_A_RULE else Fraction(100)) for code in sorted(codes)
    ]


def _both_sides(agreed: Contract, row: ScheduleRate | None) -> Fraction:
    rule = Fraction(150 if agreed.bilateral is None else agreed.bilateral.percent)
    indicator = "" if row is None else row.bilateral
    return {"0": Fraction(100), "2": Fraction(100), "3": Fraction(200)}.get(indicator, rule)


def _pair(agreed: Contract, works: dict[int, _Work | None], step: Step) -> None:
    """Right and left of one code and day, a unit each: the left pays what is above one side."""
    for number, work in works.items():
        if work is None or isinstance(work.term.method, PercentOfCharge):
            continue
        for later, other in works.items():
            if later <= number or other is None:
                continue
            here, there = work.line, other.line
            sides = {"RT", "LT"} & set(here.modifiers), {"RT", "LT"} & set(there.modifiers)
            if (
                sides in (({"RT"}, {"LT"}), ({"LT"}, {"RT"}))
                and here.procedure_code == there.procedure_code
                and here.service_from == there.service_from
            ):
                percent = _both_sides(agreed, work.row)
                other.second_of = number
                work.second = other
                work.pair_percent = percent
                other.amount = step(other.amount * (percent - 100) / 100)


def _reduce(agreed: Contract, works: dict[int, _Work | None], step: Step) -> None:
    """Every day ranked: units apart, a pair as one procedure with the amount of both sides, and a
    family of endoscopies as one with all that it is paid."""
    rules = dict.fromkeys(Portion) | {rule.portion: rule for rule in agreed.multiple_procedures}
    surgery, scopes = rules[Portion.WHOLE], rules[Portion.ENDOSCOPY]
    days = {work.line.service_from for work in works.values() if work is not None}
    for day in days:
        todays = {
            number: work
            for number, work in works.items()
            if work is not None and work.line.service_from == day and work.row is not None
        }
        services: list[_Service] = []
        families = {} if scopes is None else _families(agreed, scopes, todays, step)
        in_family = {number for family in families.values() for number in family}
        if scopes is not None and set(scopes.ladder) != {100}:
            for family in families.values():
                total = sum((todays[number].amount for number in family), Fraction(0))
                first = max(family, key=lambda number: (todays[number].one_with_pair, -number))
                services.append(_Service(total, first, scopes, tuple(family)))
        for number, work in todays.items():
            for rule in (surgery, scopes):
                if rule is None or number in in_family or work.second_of is not None:
                    continue
                if rule is scopes and set(scopes.ladder) == {100}:
                    continue
                if work.row.multiple_procedures in rule.indicators:
                    one = _Service(work.one_with_pair, number, rule, None)
                    services += [one] * work.count
        _by_rank(sorted(services, key=lambda each: (-each.worth, each.number)), todays, step)


class _Service(msgspec.Struct, frozen=True):
    """One unit of a procedure by the number of its line, or all lines of a family."""

    worth: Fraction
    number: int
    rule: MultipleProcedureRule
    family: tuple[int, ...] | None


def _by_rank(services: list[_Service], works: dict[int, _Work], step: Step) -> None:
    if len(services) < 2:
        return
    totals: dict[int, Fraction] = {}
    for place, service in enumerate(services):
        ladder = [Fraction(percent) for percent in service.rule.ladder]
        percent = ladder[min(place, len(ladder) - 1)]
        if service.family is not None:
            for number in service.family:
                works[number].amount = step(works[number].amount * percent / 100)
            continue
        number = service.number
        work = works[number]
        totals[number] = totals.get(number, Fraction(0)) + work.one * percent / 100
        if work.second is not None:
            work.second.amount = step(work.second.amount * percent / 100)
    for number, total in totals.items():
        works[number].amount = step(total)


def _families(
    agreed: Contract, rule: MultipleProcedureRule, works: dict[int, _Work], step: Step
) -> dict[str, list[int]]:
    """Numbers of lines by base. The dearest unit keeps its amount, every other what is above the
    base endoscopy as this line would be paid for it, or nothing."""
    bases = {
        work.row.endoscopic_base
        for work in works.values()
        if work.row.multiple_procedures in rule.indicators and work.row.endoscopic_base
    }
    found: dict[str, list[int]] = {base: [] for base in bases}
    for number, work in works.items():
        code = work.line.procedure_code
        if code in bases:
            found[code].append(number)
        elif work.row.multiple_procedures in rule.indicators and work.row.endoscopic_base:
            found[work.row.endoscopic_base].append(number)
    rows = {row.procedure_code: row for row in agreed.schedules[0].rates}
    for base, family in found.items():
        firsts = [number for number in family if works[number].second_of is None]
        dearest = max(firsts, key=lambda number: (works[number].one_with_pair, -number))
        for number in family:
            work = works[number]
            own = rows[work.line.procedure_code]
            inside = work.line.place_of_service in FACILITIES
            rate, less = (
                row.facility_cents
                if inside and row.facility_cents is not None
                else row.amount_cents
                for row in (own, rows[base])
            )
            assert rate > 0, "the oracle needs rates to scale the base by"
            if work.count == 1:
                # Parts of units make the line one, with the base as often as the rate.
                each = [max(work.amount - work.amount * less / rate, Fraction(0))]
            else:
                each = [max(work.one - work.one * less / rate, Fraction(0))] * work.count
            is_dearest = dearest in {number, work.second_of}
            if is_dearest:
                each[0] = work.amount if work.count == 1 else work.one
            if len(each) > 1 or not is_dearest:
                work.amount = step(sum(each, Fraction(0)))
    return found

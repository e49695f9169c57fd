"""Several procedures of one day: the dearest in full, the others by a ladder of percentages.

Ranks go by the rates and never by the order on the claim; each unit is a procedure, a pair of
sides is one. Source: domain 5.2; golden scenario G38.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from edi_engine.contracts.amounts import format_percent
from edi_engine.contracts.drafts import LineDraft
from edi_engine.contracts.line_methods import TAKES_NO_MODIFIERS
from edi_engine.contracts.schedule_index import amount_in, practice_expense_in
from edi_engine.records.contracts import (
    MultipleProcedureRule,
    Portion,
    ScheduledRate,
    ScheduleRate,
)

__all__ = ["apply_multiple_procedures"]

_UNITS_MAX = 100
"""Units of a line that are ranked one by one; a line of more is one procedure."""

_WHOLE = Decimal(100)
_HUNDREDTH = Decimal("0.01")

Procedure = tuple[LineDraft, ...]
"""One line, or the two lines of a pair."""


class _Ranked(NamedTuple):
    """What the ladder reduces: `part` of each of so many equal `units` of a procedure."""

    procedure: Procedure
    part: Decimal
    units: int


def apply_multiple_procedures(procedures: Sequence[Procedure]) -> None:
    """Reduce what several procedures of one day and one rule are paid."""
    if len(procedures) == 1 and procedures[0][0].units_count == 1:
        return
    for rule, found in _by_rule(procedures):
        if rule.portion is Portion.ENDOSCOPY:
            _reduce_families(rule, found)
        else:
            _reduce_by_ladder(rule, found)


def _by_rule(
    procedures: Sequence[Procedure],
) -> Iterable[tuple[MultipleProcedureRule, list[Procedure]]]:
    """Procedures of one contract and day with the rule that covers them."""
    found: dict[tuple[object, ...], tuple[MultipleProcedureRule, list[Procedure]]] = {}
    for procedure in procedures:
        first = procedure[0]
        if isinstance(first.term.method, TAKES_NO_MODIFIERS):
            continue
        rule = first.indexed.rule_for(first.rate, first.line)
        if rule is not None:
            key = (id(first.indexed), first.line.service_from, rule.name)
            found.setdefault(key, (rule, []))[1].append(procedure)
    return found.values()


def _reduce_by_ladder(rule: MultipleProcedureRule, procedures: Sequence[Procedure]) -> None:
    parts = _PARTS[rule.portion]
    ranked = [
        _Ranked(procedure, part, _units_of(procedure))
        for procedure in procedures
        if (part := parts(procedure)) is not None
    ]
    if sum(each.units for each in ranked) < 2:
        return
    ranked.sort(key=lambda each: (-each.part, each.procedure[0].line.line_number))
    rank = 0
    for procedure, part, count in ranked:
        percents = [_rung(rule, rank + unit) for unit in range(count)]
        rank += count
        lost = sum((_WHOLE - percent for percent in percents), Decimal(0)) * _HUNDREDTH
        if not lost:
            continue
        words = _words(rule, rank - count, percents)
        whole = sum((draft.amount for draft in procedure), Decimal(0))
        for draft in procedure:
            # A pair loses in proportion, so that it loses the same on one line and on two.
            share = draft.amount / whole if len(procedure) > 1 and whole else Decimal(1)
            draft.step(
                "multiple procedures", words, draft.amount - part * lost * share, rule.clause
            )


def _rung(rule: MultipleProcedureRule, rank: int) -> Decimal:
    return rule.ladder[min(rank, len(rule.ladder) - 1)]


def _words(rule: MultipleProcedureRule, rank: int, percents: Sequence[Decimal]) -> str:
    """ "procedure 2 of the day pays 50 %"."""
    what = "" if rule.portion is Portion.WHOLE else f" of the {_NAMES[rule.portion]}"
    paid = ", ".join(map(format_percent, dict.fromkeys(percents)))
    last = rank + len(percents)
    numbers = f"{rank + 1}" if last == rank + 1 else f"{rank + 1} to {last}"
    return f"procedure {numbers} of the day pays {paid}{what} ({rule.name})"


_NAMES = {
    Portion.PRACTICE_EXPENSE: "practice expense",
    Portion.TECHNICAL: "technical component",
    Portion.PROFESSIONAL: "professional component",
    Portion.ENDOSCOPY: "endoscopy",
}


def _units_of(procedure: Procedure) -> int:
    first = procedure[0]
    if len(procedure) > 1 or first.is_pair:
        return 1
    units = first.units_count
    return int(units) if units == int(units) and 1 <= units <= _UNITS_MAX else 1


def _whole_part(procedure: Procedure) -> Decimal | None:
    """All of one unit."""
    return sum((draft.amount for draft in procedure), Decimal(0)) / _units_of(procedure)


def _practice_expense_part(procedure: Procedure) -> Decimal | None:
    first = procedure[0]
    if first.rate is None:
        return None
    cents = practice_expense_in(first.rate, first.line)
    return None if cents is None else _as_paid(procedure, cents)


def _component_part(modifier: str, other: str) -> Callable[[Procedure], Decimal | None]:
    """The part of one component: the whole of a line that bills it alone, nothing of one that
    bills the other, and of a global one what the schedule pays for it alone."""

    def part(procedure: Procedure) -> Decimal | None:
        first = procedure[0]
        if modifier in first.modifiers:
            return _whole_part(procedure)
        if other in first.modifiers:
            return None
        rate = _rate_with(first, first.line.procedure_code, frozenset({modifier}))
        if rate is None or modifier not in rate.modifiers:
            return None
        return _as_paid(procedure, amount_in(rate, first.line))

    return part


def _rate_with(draft: LineDraft, code: str, modifiers: frozenset[str]) -> ScheduleRate | None:
    if not isinstance(draft.term.method, ScheduledRate):
        return None
    schedule = draft.indexed.schedules[draft.term.method.schedule]
    return schedule.rate_with(code, modifiers, draft.line, draft.day)


def _as_paid(procedure: Procedure, cents: int) -> Decimal:
    """A part of the rate after everything that the whole was multiplied by, of one unit."""
    part = sum((cents * draft.factor for draft in procedure), Decimal(0))
    first = procedure[0]
    units = first.units_count if _units_of(procedure) == 1 and not first.is_pair else Decimal(1)
    return part * units


_PARTS: dict[Portion, Callable[[Procedure], Decimal | None]] = {
    Portion.WHOLE: _whole_part,
    Portion.PRACTICE_EXPENSE: _practice_expense_part,
    Portion.TECHNICAL: _component_part("TC", "26"),
    Portion.PROFESSIONAL: _component_part("26", "TC"),
}


def _reduce_families(rule: MultipleProcedureRule, procedures: Sequence[Procedure]) -> None:
    """Of each family of endoscopies the dearest in full, the others less their base."""
    families: dict[str, list[Procedure]] = {}
    for procedure in procedures:
        rate = procedure[0].rate
        if rate is not None and rate.endoscopic_base:
            families.setdefault(rate.endoscopic_base.upper(), []).append(procedure)
    for base, family in families.items():
        ordered = sorted(
            family,
            key=lambda each: (
                -sum((draft.amount for draft in each), Decimal(0)),
                each[0].line.line_number,
            ),
        )
        for procedure in ordered[1:]:
            for draft in procedure:
                rate = _rate_with(draft, base, frozenset())
                if rate is None:
                    draft.give_up(f"The schedule has no rate for {base}, the family's base.")
                    continue
                units = Decimal(1) if draft.is_pair else draft.units_count
                less = amount_in(rate, draft.line) * draft.factor * units
                draft.step(
                    "multiple procedures",
                    f"less the base endoscopy {base} ({rule.name})",
                    max(draft.amount - less, Decimal(0)),
                    rule.clause,
                )

"""Several procedures of one day: the dearest in full, the others by a ladder of percentages.

Ranks go by the rates and never by the order on the claim; each unit is a procedure, a pair of
sides is one. Endoscopies of one family are paid first as a family: the dearest in full, of the
others what exceeds their base. Then each family is one service, ranked with the other families and
with the procedures of the standard rule. Source: domain 5.2; golden scenario G38; indicators 2 and
3 in attachment A of the document of CMS's relative value file; Medicare Claims Processing Manual,
chapter 12, 40.6.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from edi_engine.contracts.amounts import HUNDREDTH, format_percent
from edi_engine.contracts.drafts import LineDraft
from edi_engine.contracts.line_methods import TAKES_NO_MODIFIERS
from edi_engine.contracts.schedule_index import (
    amount_in,
    has_outpatient_cap,
    practice_expense_in,
)
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

Procedure = tuple[LineDraft, ...]
"""One line, or the two lines of a pair."""


class _Ranked(NamedTuple):
    """What a ladder reduces: `part` of each of so many equal `units` of a procedure. A family of
    endoscopies is one unit of all its lines, and named by its base."""

    procedure: Procedure
    part: Decimal
    units: int
    rule: MultipleProcedureRule
    family: str = ""


_Covered = tuple[MultipleProcedureRule | None, list[Procedure]]
"""A rule and the procedures it covers; None for those that no rule covers."""

_STANDARD_INDICATOR = "2"


def apply_multiple_procedures(procedures: Sequence[Procedure]) -> None:
    """Reduce what several procedures of one day are paid."""
    if len(procedures) == 1 and procedures[0][0].units_count == 1:
        return
    for of_day in _by_day(procedures):
        families = _families_of_day(of_day)
        for rule, found in of_day:
            if rule is None or rule.portion is Portion.ENDOSCOPY:
                continue
            ranked = _ranked(rule, found)
            if families and rule is _standard_rule(families):
                ranked += families
                families = []
            _reduce(ranked)
        _reduce(families)


def _by_day(procedures: Sequence[Procedure]) -> Iterable[list[_Covered]]:
    """Procedures of one contract and day by the rule that covers them."""
    found: dict[tuple[object, ...], dict[str, _Covered]] = {}
    for procedure in procedures:
        first = procedure[0]
        if isinstance(first.term.method, TAKES_NO_MODIFIERS):
            continue
        rule = first.indexed.rule_for(first.rate, first.line)
        of_day = found.setdefault((id(first.indexed), first.line.service_from), {})
        name = "" if rule is None else rule.name
        of_day.setdefault(name, (rule, []))[1].append(procedure)
    return [list(of_day.values()) for of_day in found.values()]


def _ranked(rule: MultipleProcedureRule, procedures: Iterable[Procedure]) -> list[_Ranked]:
    parts = _PARTS[rule.portion]
    return [
        _Ranked(procedure, part, _units_of(procedure), rule)
        for procedure in procedures
        if (part := parts(procedure)) is not None
    ]


def _reduce(ranked: list[_Ranked]) -> None:
    if sum(each.units for each in ranked) < 2:
        return
    ranked.sort(key=lambda each: (-each.part, each.procedure[0].line.line_number))
    rank = 0
    for each in ranked:
        percents = [_rung(each.rule, rank + unit) for unit in range(each.units)]
        lost = sum((_WHOLE - percent for percent in percents), Decimal(0)) * HUNDREDTH
        if lost:
            words = _words(each, rank, percents)
            for draft, one in _reduced_parts(each):
                if each.rule.portion in _OF_THE_TECHNICAL and has_outpatient_cap(draft.rate):
                    draft.losses = tuple([one * (_WHOLE - rung) * HUNDREDTH for rung in percents])
                draft.step(
                    "multiple procedures", words, draft.amount - one * lost, each.rule.clause
                )
        rank += each.units


_OF_THE_TECHNICAL = frozenset({Portion.TECHNICAL, Portion.WHOLE})
"""What takes something off the technical component, which may then be below its cap."""


def _reduced_parts(ranked: _Ranked) -> Iterable[tuple[LineDraft, Decimal]]:
    """The part of one unit that is reduced, line by line."""
    if ranked.family:
        yield from ((draft, draft.amount) for draft in ranked.procedure if draft.amount)
        return
    whole = sum((draft.amount for draft in ranked.procedure), Decimal(0))
    for draft in ranked.procedure:
        # A pair loses in proportion, so that it loses the same on one line and on two.
        share = draft.amount / whole if len(ranked.procedure) > 1 and whole else Decimal(1)
        yield draft, ranked.part * share


def _rung(rule: MultipleProcedureRule, rank: int) -> Decimal:
    return rule.ladder[min(rank, len(rule.ladder) - 1)]


def _words(ranked: _Ranked, rank: int, percents: Sequence[Decimal]) -> str:
    """ "procedure 2 of the day pays 50 %"."""
    what = _NAMES.get(ranked.rule.portion, "")
    paid = ", ".join(map(format_percent, dict.fromkeys(percents)))
    last = rank + len(percents)
    numbers = f"{rank + 1}" if last == rank + 1 else f"{rank + 1} to {last}"
    family = f"the endoscopies of {ranked.family} are " if ranked.family else ""
    pays = "and pay" if ranked.family else "pays"
    return f"{family}procedure {numbers} of the day {pays} {paid}{what} ({ranked.rule.name})"


_NAMES = {
    Portion.PRACTICE_EXPENSE: " of the practice expense",
    Portion.TECHNICAL: " of the technical component",
    Portion.PROFESSIONAL: " of the professional component",
}


def _units_of(procedure: Procedure) -> int:
    first = procedure[0]
    if len(procedure) > 1 or first.is_pair:
        return 1
    units = first.units_count
    return int(units) if units == int(units) and 1 <= units <= _UNITS_MAX else 1


def _whole_part(procedure: Procedure) -> Decimal:
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
    Portion.ENDOSCOPY: _whole_part,
    Portion.PRACTICE_EXPENSE: _practice_expense_part,
    Portion.TECHNICAL: _component_part("TC", "26"),
    Portion.PROFESSIONAL: _component_part("26", "TC"),
}


def _families_of_day(of_day: Sequence[_Covered]) -> list[_Ranked]:
    """Pay the families of endoscopies of a day, and give what is to be ranked of them.

    A base endoscopy belongs to the family of its code, whatever its own indicator is: it is taken
    out of the other rules' procedures. A rule whose ladder is 100 % alone ranks nothing.
    """
    found: list[_Ranked] = []
    for rule, scopes in of_day:
        if rule is None or rule.portion is not Portion.ENDOSCOPY:
            continue
        bases = {base for procedure in scopes if (base := _base_of(procedure))}
        members: dict[str, list[Procedure]] = {base: [] for base in bases}
        alone: list[Procedure] = []
        for other, procedures in of_day:
            for procedure in procedures.copy():
                first = procedure[0]
                code = first.line.procedure_code.upper() if first.rate is not None else ""
                base = code if code in bases else _base_of(procedure) if other is rule else ""
                if base:
                    members[base].append(procedure)
                    if other is not rule:
                        procedures.remove(procedure)
                elif other is rule:
                    alone.append(procedure)
        ranked = [_paid_family(rule, base, family) for base, family in members.items()]
        if any(percent != _WHOLE for percent in rule.ladder):
            found += [*ranked, *_ranked(rule, alone)]
    return found


def _base_of(procedure: Procedure) -> str:
    rate = procedure[0].rate
    return "" if rate is None else rate.endoscopic_base.upper()


def _standard_rule(families: Sequence[_Ranked]) -> MultipleProcedureRule | None:
    """The contract's rule for surgery, with whose procedures families are ranked."""
    contract = families[0].procedure[0].indexed.contract
    return next(
        (
            rule
            for rule in contract.multiple_procedures
            if rule.portion is Portion.WHOLE and _STANDARD_INDICATOR in rule.indicators
        ),
        None,
    )


def _paid_family(rule: MultipleProcedureRule, base: str, family: Sequence[Procedure]) -> _Ranked:
    """Of a family the dearest endoscopy in full, of every other, and every further unit, what
    exceeds the base."""
    units = sorted(
        ((_whole_part(procedure), procedure) for procedure in family),
        key=lambda each: (-each[0], each[1][0].line.line_number),
    )
    for place, (_, procedure) in enumerate(units):
        if place or _units_of(procedure) > 1:
            for draft in procedure:
                _less_base(rule, base, draft, _units_of(procedure), is_first=place == 0)
    drafts = [draft for _, procedure in units for draft in procedure if draft.is_priced]
    is_alone = len(units) == 1 and _units_of(units[0][1]) == 1
    whole = sum((draft.amount for draft in drafts), Decimal(0))
    return _Ranked(tuple(drafts or units[0][1]), whole, 1, rule, "" if is_alone else base)


def _less_base(
    rule: MultipleProcedureRule, base: str, draft: LineDraft, units: int, *, is_first: bool
) -> None:
    """Take the base off the units that are paid above it, of each at most what it is worth."""
    rate = _rate_with(draft, base, frozenset())
    if rate is None:
        draft.give_up(f"The schedule has no rate for {base}, the family's base.")
        return
    # Parts of a unit make the line one procedure: the base counts as often as the rate did.
    times = draft.units_count if units == 1 and not draft.is_pair else Decimal(1)
    one = draft.amount / units
    less = min(one, amount_in(rate, draft.line) * draft.factor * times)
    reduced = units - 1 if is_first else units
    further = " of the further units" if is_first else ""
    words = f"less the base endoscopy {base}{further} ({rule.name})"
    draft.step("multiple procedures", words, draft.amount - less * reduced, rule.clause)

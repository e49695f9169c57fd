"""Both sides of one procedure: on one line with modifier 50, or on two lines.

Two lines are a pair when they are the same procedure of the same day, one unit each, one RT and
one LT, or a plain one and one with 50. Either way the pair pays the same. Source: domain 5.2;
golden scenario G39; the indicator is that of CMS's relative value file.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from edi_engine.contracts.amounts import format_percent
from edi_engine.contracts.drafts import LineDraft
from edi_engine.records.contracts import BilateralRule

__all__ = ["apply_sides"]

_SIDES = frozenset({"50", "RT", "LT"})
_HAS_NO_SIDES = "9"
_ONE_SIDE = Decimal(100)
_USUAL = BilateralRule()
_BY_INDICATOR = {"0": Decimal(100), "2": Decimal(100), "3": Decimal(200), "9": Decimal(100)}


def apply_sides(drafts: Sequence[LineDraft]) -> list[tuple[LineDraft, ...]]:
    """Make the amounts of pairs, and give the procedures: pairs of lines, and single lines.

    The first of a pair of lines keeps its amount, the second gets what the pair pays beyond it.
    """
    procedures: list[tuple[LineDraft, ...]] = []
    for group in _alike(drafts):
        pairs, singles = _paired(group)
        for first, second in pairs:
            percent, clause = _percent(first)
            rest = max(percent - _ONE_SIDE, Decimal(0))
            words = f"the second side pays {format_percent(rest)}"
            second.times_percent("bilateral", words, rest, clause)
            first.is_pair = second.is_pair = True
            procedures.append((first, second))
        for draft in singles:
            if "50" in draft.modifiers and not _has_it_in_its_rate(draft):
                percent, clause = _percent(draft)
                draft.is_pair = True
                words = f"both sides pay {format_percent(percent)} of one"
                draft.times_percent("bilateral", words, percent, clause)
            procedures.append((draft,))
    return sorted(procedures, key=lambda each: each[0].line.line_number)


def _alike(drafts: Iterable[LineDraft]) -> Iterable[list[LineDraft]]:
    """Lines of one procedure, day, term and further modifiers."""
    found: dict[tuple[object, ...], list[LineDraft]] = {}
    for draft in drafts:
        key = (
            id(draft.indexed),
            draft.line.procedure_code.upper(),
            draft.line.service_from,
            draft.term.name,
            draft.modifiers - _SIDES,
        )
        found.setdefault(key, []).append(draft)
    return found.values()


def _paired(
    drafts: Sequence[LineDraft],
) -> tuple[list[tuple[LineDraft, LineDraft]], list[LineDraft]]:
    """Pairs, and what is left single."""
    if len(drafts) == 1:
        return [], list(drafts)
    by_side: dict[str, list[LineDraft]] = {"RT": [], "LT": [], "50": [], "": []}
    left: list[LineDraft] = []
    for draft in drafts:
        sides = draft.modifiers & _SIDES
        indicator = draft.rate.bilateral if draft.rate is not None else ""
        is_plain = draft.units_count == 1 and draft.line.procedure_code
        if len(sides) > 1 or not is_plain or indicator == _HAS_NO_SIDES:
            left.append(draft)
        else:
            by_side[next(iter(sides), "")].append(draft)
    pairs: list[tuple[LineDraft, LineDraft]] = []
    for one, other in (("RT", "LT"), ("", "50")):
        count = min(len(by_side[one]), len(by_side[other]))
        for found in zip(by_side[one][:count], by_side[other][:count], strict=True):
            first, second = sorted(found, key=lambda each: each.line.line_number)
            pairs.append(found if one == "" else (first, second))
        left += by_side[one][count:] + by_side[other][count:]
    return pairs, left


def _percent(draft: LineDraft) -> tuple[Decimal, str]:
    """What a pair pays of one side, and the clause that says so."""
    rule = draft.indexed.contract.bilateral
    indicator = draft.rate.bilateral if draft.rate is not None else ""
    if indicator in _BY_INDICATOR:
        return _BY_INDICATOR[indicator], f"bilateral indicator {indicator}"
    return (rule or _USUAL).percent, (rule or _USUAL).clause


def _has_it_in_its_rate(draft: LineDraft) -> bool:
    in_rate = draft.rate is not None and "50" in draft.rate.modifiers
    return in_rate or "50" in draft.term.selector.modifiers

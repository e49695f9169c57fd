"""What the parts of a contract must be to each other: names, order, days, schedules.

Every check takes what was read with its places and tells what it finds; none changes anything.
"""

from collections.abc import Sequence

from edi_engine.contracts.contract_fields import FieldReader, shown
from edi_engine.contracts.schedules import ScheduleKind, ScheduleSource
from edi_engine.contracts.yaml_nodes import YamlMap, YamlNode
from edi_engine.records.contracts import (
    AnesthesiaRate,
    CodeRange,
    Contract,
    DrgRate,
    Escalator,
    LineSelector,
    RateSchedule,
    ScheduledRate,
    Term,
)

__all__ = [
    "check_base_units",
    "check_days",
    "check_escalators",
    "check_schedules",
    "check_terms",
]

_COMPARISONS_MAX = 2_000_000
"""Codes of terms that are held against each other, a second's work; a contract of a hundred terms
with ten ranges each takes half of it. What is beyond is not called covered."""

_KINDS = {
    ScheduledRate: (ScheduleKind.RATES, ScheduleKind.MEDICARE),
    AnesthesiaRate: (ScheduleKind.BASE_UNITS, ScheduleKind.RATES, ScheduleKind.MEDICARE),
    DrgRate: (ScheduleKind.DRG_WEIGHTS, ScheduleKind.MEDICARE_DRG),
}
"""Kinds of schedule that each method can price by."""

Terms = Sequence[tuple[Term, FieldReader]]
Sources = Sequence[tuple[ScheduleSource, FieldReader]]


def check_days(contract: Contract, reader: FieldReader) -> None:
    """The contract must end no earlier than it begins."""
    first_on, last_on = contract.effective_from, contract.effective_to
    if last_on is not None and last_on < first_on:
        message = f"the contract ends on {last_on}, before it begins on {first_on}."
        reader.mistakes.add("CON-0114", reader.at("effective_to"), message)


def check_terms(terms: Terms) -> None:
    """Names must differ; a term that an earlier one leaves nothing to is told."""
    named: dict[str, YamlNode] = {}
    for term, reader in terms:
        if term.name in named:
            message = f"the name {shown(term.name)} stands in line {named[term.name].line} already."
            reader.mistakes.add("CON-0117", reader.at("name"), message)
        else:
            named[term.name] = reader.at("name")
    left = _COMPARISONS_MAX
    for index, (term, reader) in enumerate(terms):
        for earlier, _ in terms[:index]:
            left -= _comparisons(earlier.selector, term.selector)
            if left < 0:
                return
            if _takes_all(earlier) and _covers(earlier.selector, term.selector):
                message = f"{reader.what} prices nothing: {shown(earlier.name)} covers all of it."
                reader.mistakes.add("CON-0121", reader.at("name"), message)
                break


def _takes_all(term: Term) -> bool:
    """Whether a term leaves nothing that it covers to later ones, as a schedule without a code
    does."""
    return not isinstance(term.method, ScheduledRate)


def _comparisons(outer: LineSelector, inner: LineSelector) -> int:
    return (
        1
        + len(outer.codes) * len(inner.codes)
        + len(outer.revenue_codes) * len(inner.revenue_codes)
        + len(outer.drgs) * len(inner.drgs)
        + len(outer.types_of_bill) * len(inner.types_of_bill)
    )


def _covers(outer: LineSelector, inner: LineSelector) -> bool:
    """Whether all lines of one selector are surely lines of another."""
    return (
        outer.modifiers <= inner.modifiers
        and outer.without_modifiers <= inner.without_modifiers
        and _holds(outer.kinds, inner.kinds)
        and _holds(outer.places_of_service, inner.places_of_service)
        and _begins(outer.types_of_bill, inner.types_of_bill)
        and _spans(outer.codes, inner.codes)
        and _spans(outer.revenue_codes, inner.revenue_codes)
        and _spans(outer.drgs, inner.drgs)
    )


def _holds(outer: frozenset[str], inner: frozenset[str]) -> bool:
    return not outer or (bool(inner) and inner <= outer)


def _begins(outer: Sequence[str], inner: Sequence[str]) -> bool:
    return not outer or (bool(inner) and all(text.startswith(tuple(outer)) for text in inner))


def _spans(outer: Sequence[CodeRange], inner: Sequence[CodeRange]) -> bool:
    if not outer or not inner:
        return not outer
    return all(any(one.covers(it.first) and one.covers(it.last) for one in outer) for it in inner)


def check_schedules(terms: Terms, sources: Sources) -> None:
    """Schedules that terms name must be there and of the right kind; unused ones are told."""
    kinds = {source.name: source.kind for source, _ in sources}
    used = set()
    for term, reader in terms:
        method = term.method
        if not isinstance(method, ScheduledRate | AnesthesiaRate | DrgRate) or not method.schedule:
            continue
        used.add(method.schedule)
        place = _place_of_schedule(reader)
        if method.schedule not in kinds:
            known = f"it has {', '.join(kinds)}" if kinds else "it has none"
            message = f"{reader.what} names the schedule {shown(method.schedule)}; {known}."
            reader.mistakes.add("CON-0118", place, message)
        elif (kind := kinds[method.schedule]) and kind not in _KINDS[type(method)]:
            wanted = " or ".join(_KINDS[type(method)])
            message = f"schedule {shown(method.schedule)} is of kind {kind}, {wanted} is expected."
            reader.mistakes.add("CON-0119", place, message)
    for source, reader in sources:
        if source.name not in used:
            message = f"no term names the schedule {shown(source.name)}."
            reader.mistakes.add("CON-0120", reader.node, message)


def check_base_units(terms: Terms, schedules: Sequence[RateSchedule]) -> None:
    """A schedule that anesthesia is priced by must have base units."""
    lacking = {
        schedule.name
        for schedule in schedules
        if schedule.rates and all(rate.base_units is None for rate in schedule.rates)
    }
    for term, reader in terms:
        if isinstance(term.method, AnesthesiaRate) and term.method.schedule in lacking:
            message = f"schedule {shown(term.method.schedule)} has no base_units in any row."
            reader.mistakes.add("CON-0119", _place_of_schedule(reader), message)


def _place_of_schedule(reader: FieldReader) -> YamlNode:
    """Where a term names its schedule: beside the name, or within its method."""
    for key in ("schedule", "anesthesia", "drg"):
        entry = reader.node.entries.get(key)
        if entry is not None:
            node = entry[1]
            inner = node.entries.get("schedule") if isinstance(node, YamlMap) else None
            return node if inner is None else inner[1]
    return reader.node


def check_escalators(
    contract: Contract, escalators: Sequence[tuple[Escalator, FieldReader]]
) -> None:
    """Terms of an escalator must be there; one that begins outside the contract is told."""
    names = {term.name for term in contract.terms}
    for escalator, reader in escalators:
        for name in sorted(escalator.terms - names):
            message = f"the escalator names the term {shown(name)}, which the contract has not."
            reader.mistakes.add("CON-0118", reader.at("terms"), message)
        day, last_on = escalator.first_on, contract.effective_to
        if day < contract.effective_from or (last_on is not None and day > last_on):
            until = f"to {last_on}" if last_on is not None else "on"
            message = f"{day} is outside the contract, from {contract.effective_from} {until}."
            reader.mistakes.add("CON-0123", reader.at("effective_from"), message)

"""The terms of a contract file: what each covers and how it prices.

Keys are those of docs/CONTRACTS.md. A term has exactly one method. What terms mean together
(names, order, schedules) is checked in `contract_checks`.
"""

from collections.abc import Callable
from decimal import Decimal

from edi_engine.contracts.contract_fields import FieldReader, shown
from edi_engine.contracts.contract_values import (
    BILL_TYPE,
    CONVERSION_FACTOR,
    DOLLARS,
    DRG_RANGE,
    MODIFIER,
    PLACE_OF_SERVICE,
    PROCEDURE_RANGE,
    RATIO,
    REVENUE_RANGE,
    TEXT,
    UNITS,
    YES_OR_NO,
    choice,
    count,
    percentage,
)
from edi_engine.contracts.yaml_nodes import YamlMap, YamlNode, YamlText
from edi_engine.records.claims import ClaimKind
from edi_engine.records.contracts import (
    AnesthesiaRate,
    CaseRate,
    CostOutlier,
    DayCount,
    DayOutlier,
    DayTier,
    DrgRate,
    FlatRate,
    LesserOf,
    LineSelector,
    Method,
    NotPayable,
    PercentOfCharge,
    PerDiemRate,
    ScheduledRate,
    StopLoss,
    StopLossKind,
    Term,
)

__all__ = ["CLAIM_METHODS", "METHOD_KEYS", "read_term"]

CLAIM_METHODS = (CaseRate, PerDiemRate, DrgRate)
"""Methods that price all covered lines of a claim together."""

_WHOLE = percentage(0, 100)
_RATE = percentage(0, 1000)
_HUNDRED = Decimal(100)
_DAYS = count(1, 999, "days")


def read_term(reader: FieldReader, number: int) -> Term:
    """One term; stand-ins take the place of what is wrong, which the log then holds."""
    name = reader.required("name", TEXT, f"term {number}")
    reader.what = f"term {shown(name)}"
    term = Term(
        name=name,
        clause=reader.text("clause"),
        selector=_selector(reader),
        method=_method(reader),
        lesser_of=reader.value("lesser_of", choice(LesserOf)),
        stop_loss=_stop_loss(reader),
    )
    if term.stop_loss is not None and not isinstance(term.method, CLAIM_METHODS):
        message = f"{reader.what} prices each line by itself, so that no stop_loss can hold."
        reader.mistakes.add("CON-0124", reader.at("stop_loss"), message)
    reader.done()
    return term


# --- what a term covers ---


def _selector(reader: FieldReader) -> LineSelector:
    when = reader.inner("when", f"when of {reader.what}")
    if when is None:
        return LineSelector()
    selector = LineSelector(
        codes=when.values("codes", PROCEDURE_RANGE),
        revenue_codes=when.values("revenue_codes", REVENUE_RANGE),
        drgs=when.values("drgs", DRG_RANGE),
        types_of_bill=when.values("types_of_bill", BILL_TYPE),
        places_of_service=frozenset(when.values("places_of_service", PLACE_OF_SERVICE)),
        modifiers=frozenset(when.values("modifiers", MODIFIER)),
        without_modifiers=frozenset(when.values("without_modifiers", MODIFIER)),
        kinds=frozenset(when.values("kinds", choice(ClaimKind))),
    )
    when.done()
    both = sorted(selector.modifiers & selector.without_modifiers)
    if both:
        message = f"{', '.join(both)} must be on the line and must not, so that none is covered."
        when.mistakes.add("CON-0125", when.at("without_modifiers"), message)
    return selector


# --- methods ---


def _scheduled(reader: FieldReader, node: YamlNode) -> Method:
    name = reader.scalar("schedule", node, TEXT) or ""
    percent = reader.value("percent", _RATE)
    if percent is not None and 0 < percent < 5 and "%" not in _typed(reader, "percent"):
        message = f"percent: {shown(_typed(reader, 'percent'))} is read as {percent:f} %."
        reader.mistakes.add("CON-0129", reader.at("percent"), message)
    return ScheduledRate(name, _HUNDRED if percent is None else percent)


def _typed(reader: FieldReader, key: str) -> str:
    node = reader.at(key)
    return node.text if isinstance(node, YamlText) else ""


def _flat(reader: FieldReader, node: YamlNode) -> Method:
    if not isinstance(node, YamlMap):
        return FlatRate(reader.scalar("flat", node, DOLLARS) or 0)
    inner = FieldReader(node, "flat", reader.mistakes)
    rate = FlatRate(
        amount_cents=inner.required("amount", DOLLARS, 0),
        per_unit=inner.value("per_unit", YES_OR_NO) is not False,
    )
    inner.done()
    return rate


def _percent_of_charge(reader: FieldReader, node: YamlNode) -> Method:
    percent = reader.scalar("percent_of_charge", node, _WHOLE)
    return PercentOfCharge(Decimal(0) if percent is None else percent)


def _anesthesia(reader: FieldReader, node: YamlNode) -> Method:
    inner = reader.mapping("anesthesia", node)
    if inner is None:
        return NotPayable()
    rate = AnesthesiaRate(
        schedule=inner.required("schedule", TEXT, ""),
        conversion_factor=inner.required("conversion_factor", CONVERSION_FACTOR, Decimal(0)) * 100,
        minutes_per_unit=inner.value("minutes_per_unit", count(1, 60, "minutes")) or 15,
        whole_units=inner.value("whole_units", YES_OR_NO) is True,
        physical_status=_physical_status(inner),
    )
    inner.done()
    return rate


def _physical_status(reader: FieldReader) -> tuple[tuple[str, Decimal], ...]:
    inner = reader.inner("physical_status")
    if inner is None:
        return ()
    found = []
    for key, (key_node, _) in inner.node.entries.items():
        modifier = inner.scalar("physical_status", key_node, MODIFIER)
        units = inner.required(key, UNITS, Decimal(0))
        if modifier is not None:
            found.append((modifier, units))
    return tuple(found)


def _case_rate(reader: FieldReader, node: YamlNode) -> Method:
    if not isinstance(node, YamlMap):
        return CaseRate(reader.scalar("case_rate", node, DOLLARS) or 0)
    inner = FieldReader(node, "case_rate", reader.mistakes)
    rate = CaseRate(
        amount_cents=inner.required("amount", DOLLARS, 0),
        included_days=inner.value("included_days", _DAYS),
        extra_day_cents=inner.value("extra_day", DOLLARS) or 0,
    )
    inner.done()
    if ("included_days" in node.entries) != ("extra_day" in node.entries):
        message = "included_days and extra_day say something only together."
        inner.mistakes.add("CON-0125", node, message)
    return rate


def _per_diem(reader: FieldReader, node: YamlNode) -> Method:
    if not isinstance(node, YamlMap):
        return PerDiemRate((DayTier(1, reader.scalar("per_diem", node, DOLLARS) or 0),))
    inner = FieldReader(node, "per_diem", reader.mistakes)
    tiers = _tiers(inner)
    counted_by = inner.value("counted_by", choice(DayCount)) or DayCount.UNITS
    codes = inner.values("day_revenue_codes", REVENUE_RANGE)
    days_max = inner.value("days_max", _DAYS)
    inner.done()
    if codes and counted_by is DayCount.STAY:
        message = "day_revenue_codes say nothing where days are counted by stay."
        inner.mistakes.add("CON-0125", inner.at("day_revenue_codes"), message)
    if codes:
        return PerDiemRate(tiers, counted_by, codes, days_max)
    return PerDiemRate(tiers, counted_by, days_max=days_max)


def _tiers(reader: FieldReader) -> tuple[DayTier, ...]:
    """Tiers in order; each must begin later than the one before, the first on day 1."""
    reader.require("tiers")
    tiers: list[DayTier] = []
    before = 0
    for tier in reader.inners("tiers", "tier"):
        first_day = tier.required("from_day", _DAYS, before + 1)
        tiers.append(DayTier(first_day, tier.required("rate", DOLLARS, 0)))
        tier.done()
        if not before and first_day != 1:
            message = f"the first tier begins with day {first_day}, day 1 is expected."
            tier.mistakes.add("CON-0122", tier.at("from_day"), message)
        elif first_day <= before:
            message = f"the tier of day {first_day} stands after that of day {before}."
            tier.mistakes.add("CON-0122", tier.at("from_day"), message)
        before = max(before, first_day)
    return tuple(tiers)


def _drg(reader: FieldReader, node: YamlNode) -> Method:
    inner = reader.mapping("drg", node)
    if inner is None:
        return NotPayable()
    rate = DrgRate(
        schedule=inner.required("schedule", TEXT, ""),
        base_rate_cents=inner.required("base_rate", DOLLARS, 0),
        cost_outlier=_cost_outlier(inner),
        day_outlier=_day_outlier(inner),
    )
    inner.done()
    return rate


def _cost_outlier(reader: FieldReader) -> CostOutlier | None:
    inner = reader.inner("cost_outlier")
    if inner is None:
        return None
    outlier = CostOutlier(
        cost_to_charge=inner.required("cost_to_charge", RATIO, Decimal(0)),
        fixed_loss_cents=inner.required("fixed_loss", DOLLARS, 0),
        percent=inner.required("percent", _WHOLE, Decimal(0)),
    )
    inner.done()
    return outlier


def _day_outlier(reader: FieldReader) -> DayOutlier | None:
    inner = reader.inner("day_outlier")
    if inner is None:
        return None
    outlier = DayOutlier(
        after_days=inner.required("after_days", _DAYS, 1),
        rate_cents=inner.required("rate", DOLLARS, 0),
    )
    inner.done()
    return outlier


def _not_payable(reader: FieldReader, node: YamlNode) -> Method:
    text = reader.scalar("not_payable", node, TEXT) or ""
    answer = YES_OR_NO.parse(text)
    if answer is False:
        message = "not_payable: 'no' says nothing; the reason or yes is expected."
        reader.mistakes.add("CON-0113", node, message)
    return NotPayable("" if answer else text)


_METHODS: dict[str, Callable[[FieldReader, YamlNode], Method]] = {
    "schedule": _scheduled,
    "flat": _flat,
    "percent_of_charge": _percent_of_charge,
    "anesthesia": _anesthesia,
    "case_rate": _case_rate,
    "per_diem": _per_diem,
    "drg": _drg,
    "not_payable": _not_payable,
}
METHOD_KEYS = tuple(_METHODS)
"""The keys of which a term has exactly one."""


def _method(reader: FieldReader) -> Method:
    present = {key: node for key in METHOD_KEYS if (node := reader.get(key)) is not None}
    methods = {key: present[key] for key in reader.node.entries if key in present}
    read = [_METHODS[key](reader, node) for key, node in methods.items()]
    if reader.get("percent") is not None and "schedule" not in methods:
        message = f"{reader.what} names no schedule that percent could be of."
        reader.mistakes.add("CON-0125", reader.at("percent"), message)
    if len(methods) > 1:
        second = list(methods)[1]
        message = f"{reader.what} prices in {len(methods)} ways: {', '.join(methods)}."
        reader.mistakes.add("CON-0116", reader.at(second), message)
    elif not methods:
        message = f"{reader.what} does not say how it prices: {', '.join(METHOD_KEYS)}."
        reader.mistakes.add("CON-0116", reader.node, message)
    return read[0] if read else NotPayable()


def _stop_loss(reader: FieldReader) -> StopLoss | None:
    inner = reader.inner("stop_loss", f"stop_loss of {reader.what}")
    if inner is None:
        return None
    stop_loss = StopLoss(
        kind=inner.required("kind", choice(StopLossKind), StopLossKind.FIRST_DOLLAR),
        threshold_cents=inner.required("above", DOLLARS, 0),
        percent=inner.required("percent", _WHOLE, Decimal(0)),
    )
    inner.done()
    return stop_loss

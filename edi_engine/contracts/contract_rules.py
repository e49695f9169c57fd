"""What a contract file says beside its terms: whom it holds for, modifiers, several procedures,
escalators, timely payment and tolerance. Keys are those of docs/CONTRACTS.md."""

from decimal import Decimal

from edi_engine.contracts.contract_fields import FieldReader
from edi_engine.contracts.contract_values import (
    DAY,
    DOLLARS,
    FILING_INDICATOR,
    IDENTIFIER,
    INDICATOR,
    MODIFIER,
    NPI,
    PROCEDURE_RANGE,
    TEXT,
    TIN,
    choice,
    count,
    percentage,
)
from edi_engine.contracts.yaml_nodes import YamlMap, YamlNode
from edi_engine.records.claims import ClaimKind
from edi_engine.records.contracts import (
    BilateralRule,
    ContractScope,
    Escalator,
    ModifierRule,
    MultipleProcedureRule,
    Portion,
    TimelyPayment,
    Tolerance,
)

__all__ = [
    "read_bilateral",
    "read_escalators",
    "read_modifiers",
    "read_multiple_procedures",
    "read_scope",
    "read_timely_payment",
    "read_tolerance",
]

_WHOLE = percentage(0, 100)
_FACTOR = percentage(0, 1000)
_CHANGE = percentage(-50, 100)
_DAYS = count(1, 999, "days")


def read_scope(reader: FieldReader) -> ContractScope:
    """Whose claims the contract prices. One that names no payer would price everybody's."""
    node = reader.require("applies_to")
    inner = None if node is None else reader.mapping("applies_to", node)
    if inner is None:
        return ContractScope()
    scope = ContractScope(
        payer_ids=frozenset(inner.values("payer_ids", IDENTIFIER)),
        plans=frozenset(inner.values("plans", IDENTIFIER)),
        filing_indicators=frozenset(inner.values("filing_indicators", FILING_INDICATOR)),
        billing_npis=frozenset(inner.values("billing_npis", NPI)),
        billing_tins=frozenset(inner.values("billing_tins", TIN)),
        rendering_npis=frozenset(inner.values("rendering_npis", NPI)),
        kinds=frozenset(inner.values("kinds", choice(ClaimKind))),
        network=inner.text("network"),
    )
    if all(inner.get(key) is None for key in ("payer_ids", "plans", "filing_indicators")):
        message = "applies_to names no payer: payer_ids, plans or filing_indicators are expected."
        inner.mistakes.add("CON-0115", inner.node, message)
    inner.done()
    return scope


def read_modifiers(reader: FieldReader) -> tuple[ModifierRule, ...]:
    """Percentages by modifier, each alone or with its clause."""
    inner = reader.inner("modifiers")
    if inner is None:
        return ()
    rules: list[ModifierRule] = []
    for key, (key_node, _) in inner.node.entries.items():
        modifier = inner.scalar("modifiers", key_node, MODIFIER)
        node = inner.require(key)
        if modifier is None or node is None:
            continue
        percent, clause = _percent_and_clause(inner, key, node)
        if any(rule.modifier == modifier for rule in rules):
            message = f"modifier {modifier} has a percentage already."
            inner.mistakes.add("CON-0117", key_node, message)
        rules.append(ModifierRule(modifier, percent, clause))
    return tuple(rules)


def read_bilateral(reader: FieldReader) -> BilateralRule | None:
    """The percentage of both sides, alone or with its clause."""
    node = reader.get("bilateral")
    return None if node is None else BilateralRule(*_percent_and_clause(reader, "bilateral", node))


def _percent_and_clause(reader: FieldReader, key: str, node: YamlNode) -> tuple[Decimal, str]:
    """What is written as `80%`, or as `percent` and `clause`."""
    if not isinstance(node, YamlMap):
        percent = reader.scalar(key, node, _FACTOR)
        return Decimal(0) if percent is None else percent, ""
    inner = FieldReader(node, key, reader.mistakes)
    found = inner.required("percent", _FACTOR, Decimal(0)), inner.text("clause")
    inner.done()
    return found


def read_multiple_procedures(reader: FieldReader) -> tuple[MultipleProcedureRule, ...]:
    """Rules for several procedures of one day, in order."""
    rules: list[MultipleProcedureRule] = []
    names: set[str] = set()
    for inner in reader.inners("multiple_procedures", "rule"):
        rule = MultipleProcedureRule(
            name=inner.required("name", TEXT, f"rule {len(rules) + 1}"),
            ladder=_ladder(inner),
            portion=inner.value("portion", choice(Portion)) or Portion.WHOLE,
            indicators=frozenset(inner.values("indicators", INDICATOR)),
            codes=inner.values("codes", PROCEDURE_RANGE),
            clause=inner.text("clause"),
        )
        if inner.get("indicators") is None and inner.get("codes") is None:
            message = f"{inner.what} covers nothing: indicators or codes are expected."
            inner.mistakes.add("CON-0107", inner.node, message)
        if rule.name in names:
            message = f"the name {rule.name!r} has another rule already."
            inner.mistakes.add("CON-0117", inner.at("name"), message)
        inner.done()
        names.add(rule.name)
        rules.append(rule)
    return tuple(rules)


def _ladder(reader: FieldReader) -> tuple[Decimal, ...]:
    reader.require("ladder")
    return reader.series("ladder", _WHOLE)


def read_escalators(reader: FieldReader) -> tuple[tuple[Escalator, FieldReader], ...]:
    """Escalators with the mappings they stand in; those without a usable day are left out."""
    found = []
    for inner in reader.inners("escalators", "escalator"):
        node = inner.require("effective_from")
        first_on = None if node is None else inner.scalar("effective_from", node, DAY)
        percent = inner.required("percent", _CHANGE, Decimal(0))
        terms = frozenset(inner.values("terms", TEXT, split=False))
        clause = inner.text("clause")
        inner.done()
        if first_on is not None:
            found.append((Escalator(first_on, percent, terms, clause), inner))
    return tuple(found)


def read_timely_payment(reader: FieldReader) -> TimelyPayment | None:
    """Discount and interest, each with its days."""
    inner = reader.inner("timely_payment")
    if inner is None:
        return None
    found = TimelyPayment(
        discount_days=inner.value("discount_days", _DAYS),
        discount_percent=inner.value("discount_percent", _WHOLE) or Decimal(0),
        interest_after_days=inner.value("interest_after_days", _DAYS),
        interest_percent=inner.value("interest_percent", _WHOLE) or Decimal(0),
        clause=inner.text("clause"),
    )
    inner.done()
    for days, percent in (
        ("discount_days", "discount_percent"),
        ("interest_after_days", "interest_percent"),
    ):
        if (inner.get(days) is None) != (inner.get(percent) is None):
            message = f"{days} and {percent} say something only together."
            inner.mistakes.add("CON-0125", inner.node, message)
    return found


def read_tolerance(reader: FieldReader) -> tuple[Tolerance | None, Tolerance | None]:
    """Of a line and of a claim."""
    inner = reader.inner("tolerance")
    if inner is None:
        return None, None
    found = _tolerance(inner, "line"), _tolerance(inner, "claim")
    inner.done()
    return found


def _tolerance(reader: FieldReader, key: str) -> Tolerance | None:
    inner = reader.inner(key, f"tolerance of a {key}")
    if inner is None:
        return None
    if inner.get("amount") is None and inner.get("percent") is None:
        message = f"{inner.what} has neither amount nor percent."
        inner.mistakes.add("CON-0107", inner.node, message)
    cents = inner.value("amount", DOLLARS) or 0
    basis_points = (inner.value("percent", _WHOLE) or Decimal(0)) * 100
    if basis_points != int(basis_points):
        message = f"percent: {basis_points / 100:f} % has more than two places."
        inner.mistakes.add("CON-0109", inner.at("percent"), message)
    inner.done()
    return Tolerance(cents, int(basis_points))

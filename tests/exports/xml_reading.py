"""Reads exported XML back into records, by the fields of the records and by nothing of the writer.

Slow and general, with Python's own parser, so that it can be held against the writer: whatever the
writer drops, swaps or renames is missing here.
"""

import typing
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any
from xml.etree import ElementTree

import msgspec

from edi_engine.money import parse_cents
from edi_engine.records.claims import Claim
from edi_engine.records.remittances import RemittanceSet

Element = ElementTree.Element

_SPACE = "{urn:edi-engine:records:1}"
# Of lists whose elements are not named as the field without its last letter.
_SINGULARS = {
    "address": "address_line", "amounts": "stated_amount", "quantities": "stated_quantity",
    "dates": "event_date", "remark_codes": "remark", "codes": "coded_information",
    "adjudications": "line_adjudication", "parties": "party", "other_parties": "party",
    "oral_cavity": "oral_cavity", "lines": "", "teeth": "tooth",
}  # fmt: skip
_LINES = {"Claim": "service_line", "ClaimPayment": "line_payment"}
_POSITIONS = {
    "claim_elements": "claim_element", "institutional_elements": "institutional_element",
    "assignment": "assignment_element", "inpatient": "inpatient_element",
    "outpatient": "outpatient_element", "payment_elements": "payment_element",
    "currency": "currency_element", "elements": "summary_element",
}  # fmt: skip


def parsed(document: str) -> Element:
    return ElementTree.fromstring(document.encode())


def children(element: Element, name: str) -> list[Element]:
    return element.findall(f"{_SPACE}{name}")


def claims_of(document: str) -> list[Claim]:
    found = []
    for each in children(parsed(document), "claim_set"):
        (source,) = children(each, "source")
        for claim in children(each, "claim"):
            found.append(_record(Claim, claim, {"source": source}))
    return found


def remittance_sets_of(document: str) -> list[RemittanceSet]:
    found = []
    hints = typing.get_type_hints(RemittanceSet)
    for each in children(parsed(document), "remittance"):
        (source,) = children(each, "source")
        parts: dict[str, Any] = {"remittance": _record(hints["remittance"], each, {})}
        for name in ("claim_payment", "provider_adjustment", "provider_summary"):
            field = "provider_summaries" if name == "provider_summary" else f"{name}s"
            (kind, _) = typing.get_args(hints[field])
            parts[field] = tuple(
                _record(kind, part, {"source": source}) for part in children(each, name)
            )
        if not children(each, "claim_payment"):
            parts["claim_payments"] = ()
        found.append(RemittanceSet(**parts))
    return found


def _record(kind: type, element: Element, elsewhere: Mapping[str, Element]) -> Any:
    hints = typing.get_type_hints(kind)
    values = {}
    for field in msgspec.structs.fields(kind):
        name = field.name
        if name in elsewhere:
            values[name] = _record(hints[name], elsewhere[name], {})
        elif name in element.attrib:
            values[name] = int(element.attrib[name])
        else:
            values[name] = _value(kind, name, hints[name], element)
    return kind(**values)


def _value(kind: type, name: str, hint: Any, element: Element) -> Any:
    if typing.get_origin(hint) is tuple:
        return _list(kind, name, typing.get_args(hint)[0], element)
    is_optional = isinstance(hint, UnionType)
    plain = typing.get_args(hint)[0] if is_optional else hint
    found = children(element, name.removesuffix("_cents"))
    if not found:
        return None if is_optional else _nothing(plain)
    if issubclass(plain, msgspec.Struct):
        return _record(plain, found[0], {})
    return _plain(plain, name, found[0].text or "")


def _nothing(plain: Any) -> Any:
    return plain() if issubclass(plain, str) else 0


def _plain(plain: Any, name: str, text: str) -> Any:
    if plain is date:
        return date.fromisoformat(text)
    if plain is Decimal:
        return Decimal(text)
    if name.endswith("_cents"):
        assert text[-3] == "."
        return parse_cents(text)
    return plain(text) if issubclass(plain, (Enum, str)) else int(text)


def _list(kind: type, name: str, item: Any, element: Element) -> tuple[Any, ...]:
    if name in _POSITIONS and item is str:
        return _positions(children(element, _POSITIONS[name]))
    if name == "further_elements":
        return tuple(
            (int(one.attrib["position"]), one.text or "")
            for one in children(element, "further_element")
        )
    if kind.__name__ == "Claim" and name == "teeth":
        return tuple(
            (_text(one, "tooth"), _text(one, "status")) for one in children(element, "tooth_status")
        )
    if name == "numbers":
        return tuple(
            (_text(one, "qualifier"), _text(one, "value")) for one in children(element, "number")
        )
    singular = _SINGULARS.get(name, name.removesuffix("s")) or _LINES[kind.__name__]
    found = children(element, singular)
    if item is str:
        return tuple(one.text or "" for one in found)
    return tuple(_record(item, one, {}) for one in found)


def _text(element: Element, name: str) -> str:
    return "".join(one.text or "" for one in children(element, name))


def _positions(found: list[Element]) -> tuple[str, ...]:
    texts = {int(one.attrib["position"]): one.text or "" for one in found}
    return tuple(texts.get(place, "") for place in range(1, max(texts, default=0) + 1))


def as_written(record: Any) -> Any:
    """The record as XML can say it: lists of texts without empty ones, those with places without
    empty ones at their end."""
    changes = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, msgspec.Struct):
            value = as_written(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            value = tuple(map(as_written, value))
        elif isinstance(value, tuple) and value and isinstance(value[0], str):
            value = _ended(value) if name in _POSITIONS else tuple(filter(None, value))
        changes[name] = value
    return type(record)(**changes)


def _ended(texts: tuple[str, ...]) -> tuple[str, ...]:
    end = max((place for place, text in enumerate(texts, 1) if text), default=0)
    return texts[:end]

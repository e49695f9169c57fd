"""Elements that claims and remittances share: parties, references, dates, adjustments.

Elements hold what the file says and are named as the fields of the records. Attributes hold what
the engine knows beside it: its numbers, places in the file, and its words for a code. Their
meaning stands in `xml/edi_engine.xsd`.
"""

from collections.abc import Iterable
from typing import Protocol

from edi_engine.codes import Kind, carc, group_code, kind_of, remark_words
from edi_engine.exports.xml_text import XmlText
from edi_engine.records.common import (
    Adjustment,
    Amount,
    Contact,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
    RemarkCode,
)
from edi_engine.records.source import SetSource

__all__ = [
    "words_of",
    "write_adjustments",
    "write_amounts",
    "write_contacts",
    "write_dates",
    "write_party",
    "write_procedure",
    "write_quantities",
    "write_references",
    "write_remarks",
    "write_source",
]

_COPAYMENTS = {"1": "deductible", "2": "coinsurance", "3": "copayment"}
"""Shares of the patient that have a name of their own, by CARC of group PR."""


class _Labelled(Protocol):
    @property
    def label(self) -> str: ...


def words_of(entry: _Labelled | None) -> str:
    """Our words for a code, empty for one that no table knows."""
    return "" if entry is None else entry.label


def write_source(xml: XmlText, source: SetSource) -> None:
    """The transaction set and its envelope."""
    xml.start("source", set_ordinal=source.set_ordinal, byte_offset=source.byte_offset)
    xml.text("file_name", source.file_name)
    xml.text("file_digest", source.file_digest)
    xml.text("set_control_number", source.set_control_number)
    xml.text("set_type", source.set_type)
    xml.text("implementation", source.implementation)
    xml.text("interchange_control_number", source.interchange_control_number)
    xml.text("interchange_sender_id", source.interchange_sender_id)
    xml.text("interchange_receiver_id", source.interchange_receiver_id)
    xml.text("group_control_number", source.group_control_number)
    xml.text("group_sender_code", source.group_sender_code)
    xml.text("group_receiver_code", source.group_receiver_code)
    xml.day("created_on", source.created_on)
    xml.text("usage_indicator", source.usage_indicator)
    xml.end()


def write_party(xml: XmlText, name: str, party: Party | None) -> None:
    """Who someone is; nothing for None."""
    if party is None:
        return
    xml.start(name)
    xml.text("entity_code", party.entity_code)
    xml.text("entity_type", party.entity_type)
    xml.text("last_name", party.last_name)
    xml.text("first_name", party.first_name)
    xml.text("middle_name", party.middle_name)
    xml.text("name_prefix", party.name_prefix)
    xml.text("name_suffix", party.name_suffix)
    xml.text("id_qualifier", party.id_qualifier)
    xml.text("identifier", party.identifier)
    xml.texts("address_line", party.address)
    xml.text("city", party.city)
    xml.text("state", party.state)
    xml.text("postal_code", party.postal_code)
    xml.text("country", party.country)
    xml.day("born_on", party.born_on)
    xml.text("gender", party.gender)
    xml.text("taxonomy", party.taxonomy)
    write_references(xml, party.references)
    write_contacts(xml, party.contacts)
    xml.end()


def write_contacts(xml: XmlText, contacts: Iterable[Contact]) -> None:
    """How to reach someone."""
    for contact in contacts:
        xml.start("contact")
        xml.text("function", contact.function)
        xml.text("name", contact.name)
        for qualifier, value in contact.numbers:
            xml.start("number")
            xml.text("qualifier", qualifier)
            xml.text("value", value)
            xml.end()
        xml.end()


def write_references(xml: XmlText, references: Iterable[Reference]) -> None:
    """REF."""
    for reference in references:
        xml.start("reference")
        xml.text("qualifier", reference.qualifier)
        xml.text("value", reference.value)
        xml.text("description", reference.description)
        xml.end()


def write_dates(xml: XmlText, dates: Iterable[EventDate]) -> None:
    """DTM or DTP."""
    for event in dates:
        xml.start("event_date")
        xml.text("qualifier", event.qualifier)
        xml.day("first_on", event.first_on)
        xml.day("last_on", event.last_on)
        xml.text("time", event.time)
        xml.end()


def write_amounts(xml: XmlText, amounts: Iterable[Amount]) -> None:
    """AMT."""
    for amount in amounts:
        xml.start("stated_amount")
        xml.text("qualifier", amount.qualifier)
        xml.money("amount", amount.amount_cents)
        xml.end()


def write_quantities(xml: XmlText, quantities: Iterable[Quantity]) -> None:
    """QTY."""
    for quantity in quantities:
        xml.start("stated_quantity")
        xml.text("qualifier", quantity.qualifier)
        xml.quantity("quantity", quantity.quantity)
        xml.end()


def write_procedure(xml: XmlText, name: str, procedure: Procedure | None) -> None:
    """A procedure; nothing for None."""
    if procedure is None:
        return
    xml.start(name)
    xml.text("qualifier", procedure.qualifier)
    xml.text("code", procedure.code)
    xml.texts("modifier", procedure.modifiers)
    xml.text("description", procedure.description)
    xml.end()


def write_adjustments(xml: XmlText, adjustments: Iterable[Adjustment]) -> None:
    """CAS, an element for each reason."""
    for adjustment in adjustments:
        group, reason = group_code(adjustment.group_code), carc(adjustment.reason_code)
        xml.start(
            "adjustment",
            kind=_kind_in_words(adjustment),
            segment_ordinal=adjustment.segment_ordinal,
            byte_offset=adjustment.byte_offset,
        )
        xml.text("group_code", adjustment.group_code, words=words_of(group))
        xml.text("reason_code", adjustment.reason_code, words=words_of(reason))
        xml.money("amount", adjustment.amount_cents)
        xml.quantity("quantity", adjustment.quantity)
        xml.end()


def _kind_in_words(adjustment: Adjustment) -> str:
    """What an adjustment is, the shares of the patient by their names."""
    kind = kind_of(adjustment.group_code, adjustment.reason_code)
    words: str = kind.value
    if kind is Kind.PLAN_SHARE:
        return _COPAYMENTS.get(adjustment.reason_code, words)
    return words


def write_remarks(xml: XmlText, remarks: Iterable[RemarkCode]) -> None:
    """LQ, and the remark codes of MIA and MOA."""
    for remark in remarks:
        xml.start("remark")
        xml.text("qualifier", remark.qualifier)
        xml.text("code", remark.code, words=remark_words(remark.code))
        xml.end()

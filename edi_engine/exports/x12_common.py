"""Segments that written claims and remittances share: parties, references, dates, adjustments."""

from collections.abc import Iterable, Iterator
from datetime import date

from edi_engine.dates import parse_date, parse_date_range
from edi_engine.exports.x12_envelope import Segment
from edi_engine.money import format_cents, parse_cents
from edi_engine.quantities import format_quantity, parse_quantity
from edi_engine.records.common import (
    Adjustment,
    Amount,
    Contact,
    EventDate,
    Party,
    Procedure,
    Quantity,
    Reference,
)

__all__ = [
    "adjustment_segments",
    "amount_segment",
    "contact_segment",
    "date_period",
    "date_text",
    "dollars",
    "extra_segment",
    "party_segments",
    "procedure_composite",
    "quantity_segment",
    "reference_segment",
    "says_something",
    "segment_id_of",
    "taxonomy_segment",
]

_TRIPLETS_MAX = 6
"""CAS holds six triplets. Source: X12 segment CAS."""

_TAXONOMY_ROLES = {"85": "BI", "87": "PT", "82": "PE", "DN": "RF", "P3": "RF", "71": "AT"}
"""PRV01 by entity code; any other provider is written as performing."""


def dollars(cents: int) -> str:
    """An X12 amount: "12", "12.5", "-0.05"; no zeros that say nothing."""
    text = format_cents(cents)
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_text(on: date | None) -> str:
    """CCYYMMDD, empty for None; four digits of year also before the year 1000."""
    return "" if on is None else f"{on.year:04d}{on.month:02d}{on.day:02d}"


def procedure_composite(procedure: Procedure | None) -> tuple[str, ...]:
    """Qualifier, code, four modifiers and the description; empty for None."""
    if procedure is None:
        return ()
    modifiers = procedure.modifiers
    if not procedure.description:
        return (procedure.qualifier, procedure.code, *modifiers)
    padding = ("",) * (4 - len(modifiers))
    return (procedure.qualifier, procedure.code, *modifiers, *padding, procedure.description)


def extra_segment(text: str) -> Segment:
    """A segment that was kept as text."""
    return (text,)


def segment_id_of(segment: Segment) -> str:
    """The segment's id, also of one kept as text."""
    head = segment[0]
    return head.partition("*")[0] if isinstance(head, str) else ""


def says_something(text: str) -> bool:
    """Whether a reader would take a kept CAS, AMT, QTY, DTM or DTP for one of a loop's own.

    In its loop such a segment is only kept when it cannot be read; a readable one stood elsewhere.
    """
    elements = [element.strip() for element in text.split("*")] + [""] * 4
    segment_id = elements[0]
    if segment_id == "CAS":
        amounts = [amount for amount in elements[3::3] if amount]
        return bool(amounts) and all(parse_cents(amount) is not None for amount in amounts)
    if segment_id == "AMT":
        return parse_cents(elements[2]) is not None
    if segment_id == "QTY":
        return parse_quantity(elements[2]) is not None
    if segment_id == "DTM":
        return parse_date(elements[2]) is not None
    return segment_id == "DTP" and parse_date_range(elements[3]) is not None


def reference_segment(reference: Reference) -> Segment:
    """REF."""
    return ("REF", reference.qualifier, reference.value, reference.description)


def amount_segment(amount: Amount) -> Segment:
    """AMT."""
    return ("AMT", amount.qualifier, dollars(amount.amount_cents))


def quantity_segment(quantity: Quantity) -> Segment:
    """QTY."""
    return ("QTY", quantity.qualifier, format_quantity(quantity.quantity))


def contact_segment(contact: Contact) -> Segment:
    """PER."""
    numbers = (text for pair in contact.numbers for text in pair)
    return ("PER", contact.function, contact.name, *numbers)


def date_period(event: EventDate, *, as_range: bool = False) -> tuple[str, str]:
    """Format qualifier and text of a DTP: D8, DT with a time, or RD8 for several days.

    `as_range` writes one day as a range too, where the guide wants one.
    """
    first = date_text(event.first_on)
    if event.last_on != event.first_on or (as_range and not event.time):
        return "RD8", f"{first}-{date_text(event.last_on)}"
    return ("DT", first + event.time) if event.time else ("D8", first)


def adjustment_segments(adjustments: Iterable[Adjustment]) -> Iterator[Segment]:
    """CAS, one for each run of a group code, six triplets at most in each."""
    run: list[Adjustment] = []
    for adjustment in adjustments:
        if run and (run[0].group_code != adjustment.group_code or len(run) == _TRIPLETS_MAX):
            yield _adjustment_segment(run)
            run = []
        run.append(adjustment)
    if run:
        yield _adjustment_segment(run)


def party_segments(
    party: Party | None, *, dates: Iterable[Segment] = (), taxonomy: bool = True
) -> Iterator[Segment]:
    """NM1 and what follows it in guide order; `dates` go after the address (loop 2330).

    Without `taxonomy` no PRV is written: a billing provider's stands before its NM1.
    """
    if party is None:
        return
    yield (
        "NM1",
        party.entity_code,
        party.entity_type,
        party.last_name,
        party.first_name,
        party.middle_name,
        party.name_prefix,
        party.name_suffix,
        party.id_qualifier,
        party.identifier,
    )
    if taxonomy and party.taxonomy:
        yield taxonomy_segment(party)
    yield from _address_segments(party)
    if party.born_on is not None or party.gender:
        born = date_text(party.born_on)
        yield ("DMG", "D8" if born else "", born, party.gender)
    yield from dates
    yield from map(reference_segment, party.references)
    yield from map(contact_segment, party.contacts)


def taxonomy_segment(party: Party) -> Segment:
    """PRV."""
    return ("PRV", _TAXONOMY_ROLES.get(party.entity_code, "PE"), "PXC", party.taxonomy)


def _address_segments(party: Party) -> Iterator[Segment]:
    for index in range(0, len(party.address), 2):
        yield ("N3", *party.address[index : index + 2])
    if party.city or party.state or party.postal_code or party.country:
        yield ("N4", party.city, party.state, party.postal_code, party.country)


def _adjustment_segment(run: list[Adjustment]) -> Segment:
    elements = ["CAS", run[0].group_code]
    for adjustment in run:
        elements += (
            adjustment.reason_code,
            dollars(adjustment.amount_cents),
            format_quantity(adjustment.quantity),
        )
    return tuple(elements)

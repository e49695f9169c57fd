"""Who sent an 837 set to whom: what stands around and before its claims, to write it again.

Source: X12.5 (ISA, GS); 005010X222A1, X223A2, X224A2 loops 1000A and 1000B.
"""

from typing import BinaryIO

from edi_engine.findings import FindingLog, Place
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.elements import ElementReader, PartyBuilder
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import EnvelopeSegment, Segments, SegmentStream
from edi_engine.records.common import Party
from edi_engine.records.corrections import OriginalEnvelope
from edi_engine.records.source import SetSource

__all__ = ["read_claim_envelope"]

_HEAD_SEGMENTS_MAX = 20
"""BHT, an 87 REF of 4010, two parties with an N2 and two PER each: what comes before HL."""


def read_claim_envelope(stream: BinaryIO, source: SetSource) -> OriginalEnvelope:
    """The envelope of the set that begins at `source.byte_offset` of this file.

    Never raises for any bytes: what is not there is empty or None.
    """
    interchange: InterchangeStart | None = None
    group: tuple[str, ...] = ()
    delimiters = STANDARD
    is_in_set = False
    for event in SegmentStream(stream, Place(source.file_name, source.file_digest), FindingLog()):
        if isinstance(event, InterchangeStart):
            interchange, group, delimiters = event, (), event.delimiters
        elif isinstance(event, EnvelopeSegment):
            if is_in_set:
                break
            if event.elements[0] == "GS":
                group = event.elements
            is_in_set = event.elements[0] == "ST" and event.byte_offset == source.byte_offset
        elif isinstance(event, Segments) and is_in_set:
            parties = _parties(event.texts[:_HEAD_SEGMENTS_MAX], delimiters, source)
            return _envelope(interchange, group, parties)
    return _envelope(interchange if is_in_set else None, group if is_in_set else (), {})


def _envelope(
    interchange: InterchangeStart | None, group: tuple[str, ...], parties: dict[str, Party]
) -> OriginalEnvelope:
    def of_interchange(index: int) -> str:
        return "" if interchange is None else interchange.element(index)

    return OriginalEnvelope(
        sender_qualifier=of_interchange(5),
        sender_id=of_interchange(6),
        receiver_qualifier=of_interchange(7),
        receiver_id=of_interchange(8),
        group_sender_code=group[2].strip() if len(group) > 2 else "",
        group_receiver_code=group[3].strip() if len(group) > 3 else "",
        usage_indicator=of_interchange(15),
        submitter=parties.get("41"),
        receiver=parties.get("40"),
    )


def _parties(texts: list[str], delimiters: Delimiters, source: SetSource) -> dict[str, Party]:
    """Submitter (41) and receiver (40), from the segments before the first level."""
    reader = ElementReader(source, delimiters, FindingLog())
    found: dict[str, PartyBuilder] = {}
    current: PartyBuilder | None = None
    for text in texts:
        elements = text.split(delimiters.element)
        if elements[0] == "HL":
            break
        if elements[0] == "NM1":
            current = PartyBuilder(reader, elements)
            found.setdefault(current.entity_code, current)
        elif current is not None:
            current.add(elements, (0, 0))
    return {code: _named(builder.build()) for code, builder in found.items()}


def _named(party: Party) -> Party:
    """Name, identifier and contacts: all that these loops have."""
    return Party(
        party.entity_code,
        party.entity_type,
        party.last_name,
        party.first_name,
        party.middle_name,
        id_qualifier=party.id_qualifier,
        identifier=party.identifier,
        contacts=party.contacts,
    )

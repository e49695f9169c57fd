"""Who sent an 837 set to whom: what stands around and before its claims, to write it again.

Source: X12.5 (ISA, GS); 005010X222A1, X223A2, X224A2 loops 1000A and 1000B.
"""

from edi_engine.findings import FindingLog
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.elements import ElementReader, PartyBuilder
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import EnvelopeSegment, Segments, StreamEvent
from edi_engine.records.common import Party
from edi_engine.records.corrections import OriginalEnvelope
from edi_engine.records.source import SetSource

__all__ = ["EnvelopeWatch"]

_HEAD_SEGMENTS_MAX = 20
"""BHT, an 87 REF of 4010, two parties with an N2 and two PER each: what comes before HL."""


class EnvelopeWatch:
    """Keeps the envelope of one set while its file is read for something else: `take` is for
    `read_file`'s `watch`.

    The set is the one that begins at a byte of the file. Never raises for any bytes: what is not
    there is empty or None.
    """

    def __init__(self, set_byte_offset: int) -> None:
        self._set_byte_offset = set_byte_offset
        self._interchange: InterchangeStart | None = None
        self._group: tuple[str, ...] = ()
        self._delimiters = STANDARD
        self._head: list[str] = []
        self._is_in_set = False
        self._is_done = False

    def take(self, event: StreamEvent) -> None:
        """What comes next in the file."""
        if self._is_done:
            return
        if isinstance(event, Segments) and self._is_in_set:
            self._head = event.texts[:_HEAD_SEGMENTS_MAX]
            self._is_done = True
        elif self._is_in_set and isinstance(event, EnvelopeSegment):
            self._is_done = True
        elif isinstance(event, InterchangeStart):
            self._interchange, self._group = event, ()
            self._delimiters = event.delimiters
        elif isinstance(event, EnvelopeSegment):
            if event.elements[0] == "GS":
                self._group = event.elements
            self._is_in_set = (
                event.elements[0] == "ST" and event.byte_offset == self._set_byte_offset
            )

    def envelope(self, source: SetSource) -> OriginalEnvelope:
        """The envelope of the set; `source` is that of its claims."""
        if not self._is_in_set:
            return _envelope(None, (), {})
        return _envelope(
            self._interchange, self._group, _parties(self._head, self._delimiters, source)
        )


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

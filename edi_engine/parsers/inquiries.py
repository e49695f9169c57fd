"""Reads a 276 back into inquiries, and says where it does not follow the guide's structure.

Made for files that were written here: pyx12 has no map of 005010X212, so this is the check that
such a file passes before it is kept. It reads any 276 as far as it can. Counts and control numbers
of the envelope are the findings of `read_file`. Source: 005010X212.
"""

import io

import msgspec

from edi_engine.dates import parse_date
from edi_engine.findings import FindingLog, Place
from edi_engine.parsers.delimiters import STANDARD
from edi_engine.parsers.elements import ElementReader, PartyBuilder, element_at
from edi_engine.parsers.envelope import InterchangeStart
from edi_engine.parsers.segments import (
    EnvelopeSegment,
    GuessedDelimiters,
    Segments,
    SegmentStream,
)
from edi_engine.records.common import EventDate, Party, Reference
from edi_engine.records.inquiries import InquiredLine, StatusInquiry
from edi_engine.records.source import SetSource

__all__ = ["InquiryFault", "ReadInquiries", "read_inquiries"]

_SOURCE, _RECEIVER, _PROVIDER, _SUBSCRIBER, _DEPENDENT = "20", "21", "19", "22", "23"
_PARENTS = {
    _SOURCE: "",
    _RECEIVER: _SOURCE,
    _PROVIDER: _RECEIVER,
    _SUBSCRIBER: _PROVIDER,
    _DEPENDENT: _SUBSCRIBER,
}
_ENTITIES = {
    _SOURCE: "PR",
    _RECEIVER: "41",
    _PROVIDER: "1P",
    _SUBSCRIBER: "IL",
    _DEPENDENT: "QC",
}
_ID_QUALIFIERS = {
    _SOURCE: frozenset({"PI", "XV"}),
    _RECEIVER: frozenset({"46"}),
    _PROVIDER: frozenset({"XX", "SV", "FI"}),
    _SUBSCRIBER: frozenset({"MI", "II", "24"}),
}
_PATIENTS = frozenset({_SUBSCRIBER, _DEPENDENT})
_REFERENCES = ("1K", "BLT", "LU", "6P", "EJ", "XZ", "D9")
"""REF of a claim, in guide order; each once."""

_FOLLOWERS = {
    "ST": {"BHT"},
    "BHT": {"HL"},
    "HL": {"DMG", "NM1"},
    "DMG": {"NM1"},
    "NM1": {"PER", "TRN", "HL"},
    "PER": {"HL"},
    "TRN": {"REF", "AMT", "DTP", "SVC", "TRN", "HL"},
    "REF": {"REF", "AMT", "DTP", "SVC", "TRN", "HL"},
    "AMT": {"DTP", "SVC", "TRN", "HL"},
    "DTP": {"SVC", "TRN", "HL"},
    "SVC": {"REF", "DTP"},
}
"""What may stand after each segment."""

_LENGTHS = {("NM1", 3): 60, ("NM1", 4): 35, ("NM1", 5): 25, ("NM1", 9): 80, ("TRN", 2): 50}
_LENGTHS |= {("REF", 2): 50, ("BHT", 3): 50}


class InquiryFault(msgspec.Struct, frozen=True, gc=False):
    """Where the structure is broken: set and segment counted from 1, and what is wrong; no value
    of the file is repeated."""

    set_ordinal: int
    segment_ordinal: int
    words: str

    def __str__(self) -> str:
        return f"set {self.set_ordinal} segment {self.segment_ordinal}: {self.words}"


class ReadInquiries(msgspec.Struct, frozen=True):
    """What a file asks, in file order, and where it is broken."""

    inquiries: tuple[StatusInquiry, ...]
    faults: tuple[InquiryFault, ...]


def read_inquiries(data: bytes) -> ReadInquiries:
    """Every inquiry of the 276 sets of a file. Any bytes give inquiries or faults; never raises."""
    inquiries: list[StatusInquiry] = []
    faults: list[InquiryFault] = []
    log = FindingLog()
    delimiters = STANDARD
    current: _SetReader | None = None
    ordinal = 0
    for event in SegmentStream(io.BytesIO(data), Place("inquiry", ""), log):
        if isinstance(event, (InterchangeStart, GuessedDelimiters)):
            delimiters = event.delimiters
        elif isinstance(event, EnvelopeSegment):
            if current is not None:
                current.finish()
                inquiries += current.inquiries
                faults += current.faults
                current = None
            if event.elements[0] == "ST":
                ordinal += 1
                if element_at(list(event.elements), 1) == "276":
                    source = SetSource("inquiry", "", ordinal, "", "276", "", event.byte_offset)
                    current = _SetReader(ordinal, ElementReader(source, delimiters, log))
        elif isinstance(event, Segments) and current is not None:
            for text in event.texts:
                current.take(text.split(delimiters.element))
    if current is not None:
        current.finish()
        inquiries += current.inquiries
        faults += [*current.faults, InquiryFault(ordinal, current.segment_ordinal, "no SE")]
    return ReadInquiries(tuple(inquiries), tuple(faults))


class _Level(msgspec.Struct, frozen=True):
    """An HL: its four elements and where it stands."""

    number: str
    parent: str
    code: str
    child_code: str
    segment_ordinal: int


class _Part:
    """A loop 2200 or 2210 as far as it is read: TRN or SVC and what follows."""

    def __init__(self, elements: list[str], segment_ordinal: int) -> None:
        self.elements = elements
        self.segment_ordinal = segment_ordinal
        self.references: list[Reference] = []
        self.charge_cents: int | None = None
        self.served: EventDate | None = None
        self.lines: list[_Part] = []


class _SetReader:
    """Follows one 276 set."""

    def __init__(self, ordinal: int, reader: ElementReader) -> None:
        self.inquiries: list[StatusInquiry] = []
        self.faults: list[InquiryFault] = []
        self.segment_ordinal = 1
        self._ordinal = ordinal
        self._reader = reader
        self._before = "ST"
        self._levels: list[_Level] = []
        self._parties: dict[str, Party] = {}
        self._demographic: list[str] = []
        self._claims: list[_Part] = []
        self._asked = 0

    def take(self, elements: list[str]) -> None:
        """The next segment."""
        self.segment_ordinal += 1
        segment_id = elements[0]
        self._check_place(segment_id)
        self._check_lengths(elements)
        if segment_id == "BHT":
            self._head(elements)
        elif segment_id == "HL":
            self._open_level(elements)
        elif segment_id == "DMG":
            self._demographic = elements
        elif segment_id == "NM1":
            self._name(elements)
        elif segment_id == "TRN":
            self._open_claim(elements)
        elif segment_id in {"REF", "AMT", "DTP", "SVC"}:
            self._detail(elements)
        self._before = segment_id

    def finish(self) -> None:
        """The set is over: what only its end tells."""
        self._close_level()
        parents = {level.parent for level in self._levels}
        for level in self._levels:
            has_below = level.number in parents
            if has_below != (level.child_code == "1"):
                self._fault("HL04 does not fit what follows", level.segment_ordinal)
            if not has_below and level.code in {_SOURCE, _RECEIVER, _PROVIDER}:
                self._fault(f"nothing stands under level {level.code}", level.segment_ordinal)
        if not self._asked:
            self._fault("nothing is asked")
        self.faults.sort(key=lambda one: one.segment_ordinal)

    def _fault(self, words: str, segment_ordinal: int = 0) -> None:
        at = segment_ordinal or self.segment_ordinal
        self.faults.append(InquiryFault(self._ordinal, at, words))

    def _check_place(self, segment_id: str) -> None:
        if segment_id not in _FOLLOWERS.get(self._before, frozenset()):
            known = segment_id if segment_id in _FOLLOWERS else "a segment that no 276 has"
            self._fault(f"{known} stands after {self._before}")

    def _check_lengths(self, elements: list[str]) -> None:
        for (segment_id, index), length_max in _LENGTHS.items():
            if elements[0] == segment_id and len(element_at(elements, index)) > length_max:
                self._fault(f"{segment_id}{index:02d} has more than {length_max} characters")

    def _head(self, elements: list[str]) -> None:
        if elements[1:3] != ["0010", "13"]:
            self._fault("BHT01 and BHT02 are not 0010 and 13")
        if not element_at(elements, 3):
            self._fault("BHT03 is missing")
        if parse_date(element_at(elements, 4)) is None:
            self._fault("BHT04 is no day")

    def _open_level(self, elements: list[str]) -> None:
        self._close_level()
        number, parent, code, child_code = (element_at(elements, index) for index in range(1, 5))
        if number != str(len(self._levels) + 1):
            self._fault("HL01 does not count up from 1")
        above = next((one.code for one in self._levels if one.number == parent), "")
        if code not in _PARENTS:
            self._fault("HL03 is no level of a 276")
        elif above != _PARENTS[code]:
            self._fault(f"HL02 of level {code} does not name the level above it")
        self._levels.append(_Level(number, parent, code, child_code, self.segment_ordinal))
        self._demographic = []
        # A level ends what was said of it and of those below before.
        ranks = list(_PARENTS)
        for below in ranks[ranks.index(code) :] if code in _PARENTS else ():
            self._parties.pop(below, None)

    @property
    def _code(self) -> str:
        return self._levels[-1].code if self._levels else ""

    def _name(self, elements: list[str]) -> None:
        code = self._code
        party = PartyBuilder(self._reader, elements).build()
        if code not in _ENTITIES:
            return
        if party.entity_code != _ENTITIES[code]:
            self._fault(f"NM101 of level {code} is not {_ENTITIES[code]}")
        if party.entity_type not in {"1", "2"}:
            self._fault("NM102 is neither 1 nor 2")
        if not party.last_name and code in {_SOURCE, _SUBSCRIBER, _DEPENDENT}:
            self._fault("NM103 is missing")
        qualifiers = _ID_QUALIFIERS.get(code)
        if qualifiers is not None and (
            party.id_qualifier not in qualifiers or not party.identifier
        ):
            self._fault(f"NM108 and NM109 of level {code} name nobody")
        if self._demographic:
            party = msgspec.structs.replace(
                party,
                born_on=parse_date(element_at(self._demographic, 2)),
                gender=element_at(self._demographic, 3),
            )
            if party.born_on is None:
                self._fault("DMG02 is no day")
        self._parties[code] = party

    def _open_claim(self, elements: list[str]) -> None:
        if self._code not in _PATIENTS:
            self._fault("TRN stands on a level without a patient")
        if element_at(elements, 1) != "1" or not element_at(elements, 2):
            self._fault("TRN01 is not 1, or TRN02 is missing")
        self._claims.append(_Part(elements, self.segment_ordinal))

    def _detail(self, elements: list[str]) -> None:
        if not self._claims:
            return
        claim = self._claims[-1]
        part = claim.lines[-1] if claim.lines else claim
        at = (self.segment_ordinal, 0)
        if elements[0] == "SVC":
            claim.lines.append(_Part(elements, self.segment_ordinal))
        elif elements[0] == "AMT":
            claim.charge_cents = self._reader.cents(element_at(elements, 2), at, "AMT02")
            if element_at(elements, 1) != "T3" or claim.charge_cents is None:
                self._fault("AMT is no charge (T3)")
        elif elements[0] == "DTP":
            part.served = self._reader.event_date(elements, at)
            if element_at(elements, 1) != "472" or part.served is None:
                self._fault("DTP is no day of service (472)")
        else:
            self._reference(elements, part, is_line=bool(claim.lines))

    def _reference(self, elements: list[str], part: _Part, *, is_line: bool) -> None:
        reference = self._reader.reference(elements)
        allowed = ("FJ",) if is_line else _REFERENCES
        before = [one.qualifier for one in part.references]
        if reference.qualifier not in allowed or not reference.value:
            self._fault("REF01 is none that stands here, or REF02 is missing")
        elif reference.qualifier in before:
            self._fault("REF repeats one of this claim")
        part.references.append(reference)

    def _close_level(self) -> None:
        code = self._code
        if not code:
            return
        if code in _ENTITIES and code not in self._parties:
            self._fault(f"level {code} has no NM1", self._levels[-1].segment_ordinal)
        if self._demographic and not self._claims:
            self._fault("DMG stands where nothing is asked", self._levels[-1].segment_ordinal)
        if code == _DEPENDENT and not self._claims:
            self._fault("level 23 asks nothing", self._levels[-1].segment_ordinal)
        for claim in self._claims:
            self._asked += 1
            self._take_claim(claim)
        self._claims = []

    def _take_claim(self, claim: _Part) -> None:
        if claim.served is None and not any(line.served for line in claim.lines):
            self._fault("neither claim nor line has a day of service", claim.segment_ordinal)
        parties = [self._parties.get(code) for code in list(_PARENTS)[:4]]
        payer, receiver, provider, subscriber = parties
        if payer is None or receiver is None or provider is None or subscriber is None:
            self._fault("a level above the claim is missing", claim.segment_ordinal)
            return
        self.inquiries.append(
            StatusInquiry(
                payer=payer,
                receiver=receiver,
                provider=provider,
                subscriber=subscriber,
                patient=self._parties.get(_DEPENDENT),
                trace_number=element_at(claim.elements, 2),
                references=tuple(claim.references),
                charge_cents=claim.charge_cents,
                service_from=claim.served.first_on if claim.served else None,
                service_to=claim.served.last_on if claim.served else None,
                lines=tuple(filter(None, map(self._line, claim.lines))),
            )
        )

    def _line(self, line: _Part) -> InquiredLine | None:
        at = (line.segment_ordinal, 0)
        procedure = self._reader.procedure(element_at(line.elements, 1), at, "SVC01")
        charge_cents = self._reader.cents(element_at(line.elements, 2), at, "SVC02")
        if procedure is None or charge_cents is None:
            self._fault("SVC01 or SVC02 cannot be read", line.segment_ordinal)
            return None
        return InquiredLine(
            procedure=procedure,
            charge_cents=charge_cents,
            revenue_code=element_at(line.elements, 4),
            units=self._reader.quantity(element_at(line.elements, 7), at, "SVC07")
            if element_at(line.elements, 7)
            else None,
            line_item_control_number=next(
                (one.value for one in line.references if one.qualifier == "FJ"), ""
            ),
            service_from=line.served.first_on if line.served else None,
            service_to=line.served.last_on if line.served else None,
        )

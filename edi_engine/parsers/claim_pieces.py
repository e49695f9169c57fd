"""What every loop of an 837 reads with: the piece at hand, parties, dates, codes, kept segments.

A `PieceReader` belongs to one transaction set and is given its pieces one after another. The loop
readers (`claim_levels`, `claim_loops`, `service_lines`) walk the piece by index.
"""

from edi_engine.findings import FindingLog
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.elements import (
    CACHE_ENTRIES_MAX,
    ElementReader,
    element_at,
    trailing_elements,
)
from edi_engine.records.claims import CodedInformation
from edi_engine.records.common import Contact, EventDate, Party, Procedure, Reference
from edi_engine.records.source import SetSource

__all__ = ["PARTY_FOLLOWERS", "PieceReader"]

PARTY_FOLLOWERS = frozenset({"N2", "N3", "N4", "PRV", "REF", "PER", "DMG"})
"""Segments that belong to the NM1 before them."""

_NO_NAME = [""] * 9
_NO_PLACE = [""] * 4
_DATED_FOLLOWERS = PARTY_FOLLOWERS | {"DTP"}


class PieceReader:
    """The segments of a piece, with readers that remember what repeats.

    `rows` are the elements of each segment, `ids` their segment ids, both in file order.
    """

    def __init__(self, source: SetSource, delimiters: Delimiters, log: FindingLog) -> None:
        self.elements = ElementReader(source, delimiters, log)
        self.log = log
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.ids: list[str] = []
        self._delimiters = delimiters
        self._offsets: list[int] = []
        self._offsets_start = 0
        self._first_ordinal = 1
        self._parties: dict[tuple[str, ...], Party] = {}
        self._dates: dict[str, EventDate] = {}
        self._codes: dict[str, CodedInformation] = {}
        self._heads: dict[tuple[str, ...], tuple[str, str, str, tuple[str, ...]]] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._blank = delimiters.component + " "

    def begin(self, texts: list[str], offsets: list[int], first_ordinal: int, start: int) -> None:
        """Take the next piece; its first segment has `first_ordinal` and stands at
        `offsets[start]`. Pieces are small (a level, a claim), so that few lists live at a time."""
        separator = self._delimiters.element
        self.texts = texts
        self.rows = [text.split(separator) for text in texts]
        self.ids = [row[0] for row in self.rows]
        self._offsets = offsets
        self._offsets_start = start
        self._first_ordinal = first_ordinal

    def at(self, index: int) -> tuple[int, int]:
        """Segment ordinal and byte offset of a segment of the piece."""
        return self._first_ordinal + index, self._offsets[self._offsets_start + index]

    def report(self, code: str, index: int, element: str, message: str) -> None:
        """A finding at a segment of the piece."""
        self.elements.report(code, self.at(index), element, message)

    def party(
        self,
        index: int,
        end: int,
        *,
        own_references: frozenset[str] = frozenset(),
        with_dates: bool = False,
    ) -> tuple[Party, int]:
        """The party of the NM1 at `index` and the index after what belongs to it.

        `own_references` are REF qualifiers that belong to the loop around the party, so that a
        misplaced one ends the party instead of vanishing in it. `with_dates` steps over a DTP
        between them, as loop 2330B has it; the caller reads the dates.
        """
        ids, rows = self.ids, self.rows
        followers = _DATED_FOLLOWERS if with_dates else PARTY_FOLLOWERS
        last = index + 1
        while (
            last < end
            and ids[last] in followers
            and (ids[last] != "REF" or element_at(rows[last], 1) not in own_references)
        ):
            last += 1
        key = tuple(self.texts[index:last])
        found = self._parties.get(key)
        if found is None:
            found = self._new_party(key, index, last)
        return found, last

    def _new_party(self, key: tuple[str, ...], index: int, last: int) -> Party:
        told = self._told()
        found = self._read_party(index, last)
        if told == self._told():  # what has findings is read again, so that each is reported
            if len(self._parties) >= CACHE_ENTRIES_MAX:
                self._parties.clear()
            self._parties[key] = found
        return found

    def _read_party(self, index: int, last: int) -> Party:
        """What a `PartyBuilder` gives (a test holds the two equal), in one go: every claim has a
        subscriber of its own, so this is run for each."""
        rows = self.rows
        name = [*map(str.strip, rows[index][1:10]), *_NO_NAME[: max(0, 10 - len(rows[index]))]]
        address: tuple[str, ...] = ()
        place = _NO_PLACE
        born_on, gender, taxonomy = None, "", ""
        references: tuple[Reference, ...] = ()
        contacts: tuple[Contact, ...] = ()
        for follower in range(index + 1, last):
            segment_id, row = self.ids[follower], rows[follower]
            if segment_id == "N3":
                address += tuple([text.strip() for text in row[1:3] if text.strip()])
            elif segment_id == "N4":
                place = [*map(str.strip, row[1:5]), *_NO_PLACE[: max(0, 5 - len(row))]]
            elif segment_id == "REF":
                references += (self.reference(follower),)
            elif segment_id == "DMG":
                born_on = self.elements.day(element_at(row, 2), self.at(follower), "DMG02")
                gender = element_at(row, 3)
            elif segment_id == "PER":
                contacts += (self.elements.contact(row),)
            elif segment_id == "PRV":
                taxonomy = element_at(row, 3).strip()
            elif segment_id == "N2":
                name[2] = " ".join(filter(None, map(str.strip, (name[2], *row[1:3]))))
        (
            entity_code,
            entity_type,
            last_name,
            first_name,
            middle,
            prefix,
            suffix,
            qualifier,
            known,
        ) = name
        city, state, postal_code, country = place
        return Party(
            entity_code,
            entity_type,
            last_name,
            first_name,
            middle,
            prefix,
            suffix,
            qualifier,
            known,
            address,
            city,
            state,
            postal_code,
            country,
            born_on,
            gender,
            taxonomy,
            references,
            contacts,
        )

    def _told(self) -> int:
        return sum(self.log.counts.values())

    def claim_head(self) -> tuple[str, str, str, tuple[str, ...]]:
        """Of the CLM that the piece begins with: facility, its qualifier, frequency (CLM05) and
        the elements from CLM06 on."""
        rest = tuple(self.rows[0][5:])
        found = self._heads.get(rest)
        if found is None:
            location = self.elements.components(rest[0] if rest else "", self.at(0), "CLM05")
            facility, qualifier, frequency = [*map(str.strip, location), "", ""][:3]
            further = map(self.stored_element, trailing_elements(list(rest)))
            found = (facility, qualifier, frequency, tuple(further))
            if len(self._heads) >= CACHE_ENTRIES_MAX:
                self._heads.clear()
            self._heads[rest] = found
        return found

    def reference(self, index: int) -> Reference:
        """The REF at `index`."""
        row = self.rows[index]
        if len(row) == 3:
            return Reference(row[1], row[2].strip())
        return self.elements.reference(row)

    def date(self, index: int) -> EventDate | None:
        """The DTP at `index`; None when it holds no date (see `ElementReader.event_date`)."""
        text = self.texts[index]
        found = self._dates.get(text)
        if found is None:
            found = self.elements.event_date(self.rows[index], self.at(index))
            if found is not None:
                if len(self._dates) >= CACHE_ENTRIES_MAX:
                    self._dates.clear()
                self._dates[text] = found
        return found

    def codes(self, index: int) -> list[CodedInformation]:
        """The composites of the HI at `index`, in order, empty ones left out."""
        found: list[CodedInformation] = []
        for position, text in enumerate(self.rows[index][1:], 1):
            if not text:
                continue
            code = self._codes.get(text)
            found.append(code if code is not None else self._new_code(text, index, position))
        return found

    def _new_code(self, text: str, index: int, position: int) -> CodedInformation:
        """qualifier:code:date format:date:amount:quantity:version:code:present on admission."""
        told = self._told()
        at = self.at(index)
        name = f"HI{position:02d}"
        parts = [part.strip() for part in self.elements.components(text, at, name)]
        parts += [""] * (9 - len(parts))
        days = self.elements.event_date(["DTP", "", parts[2], parts[3]], at) if parts[3] else None
        code = CodedInformation(
            parts[0],
            parts[1],
            None if days is None else days.first_on,
            None if days is None else days.last_on,
            self.elements.cents(parts[4], at, f"{name}-5"),
            parts[8],
        )
        if told == self._told():
            if len(self._codes) >= CACHE_ENTRIES_MAX:
                self._codes.clear()
            self._codes[text] = code
        return code

    def procedure(self, text: str, index: int, element: str) -> Procedure | None:
        """A procedure composite; None when it is empty or holds nothing but separators."""
        if not text or not text.strip(self._blank):
            return None
        return self.elements.procedure(text, self.at(index), element)

    def components(self, text: str, index: int, element: str) -> tuple[str, ...]:
        """Parts of a composite that lists values (pointers, surfaces), empty ones left out."""
        found = self._lists.get(text)
        if found is None:
            parts = self.elements.components(text, self.at(index), element) if text else []
            found = tuple(part.strip() for part in parts if part.strip())
            if len(self._lists) >= CACHE_ENTRIES_MAX:
                self._lists.clear()
            self._lists[text] = found
        return found

    def stored_text(self, index: int) -> str:
        """The segment at `index` as extra segments are stored."""
        return self.elements.stored.of(self.texts[index])

    def stored_element(self, text: str) -> str:
        """An element as it is stored when it is kept as read: components joined by `:`."""
        return self.elements.stored.of(text)

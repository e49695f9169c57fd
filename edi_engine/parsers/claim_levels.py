"""The levels above a claim: billing provider, subscriber and patient (loops 2000A to 2010CA).

The level is told by HL03 and, where that is missing or odd, by what stands under it. The order of
the file decides who is under whom, because the standard puts every level right after its parent
and real files have wrong parent numbers far more often than a wrong order; a parent number that
says something else is a finding. Source: 005010X222A1, X223A2, X224A2; quirk 21.
"""

import msgspec

from edi_engine.parsers.claim_pieces import PieceReader
from edi_engine.parsers.elements import element_at
from edi_engine.records.claims import Coverage
from edi_engine.records.common import Party

__all__ = ["LevelReader", "read_coverage", "starts_level_without_hierarchy"]

PROVIDER, SUBSCRIBER, PATIENT = "20", "22", "23"

_PROVIDER_ENTITIES = frozenset({"85", "87", "PE"})
_KEPT_IDS = frozenset({"CUR", "PAT"})
_HEAD_IDS = frozenset({"ST", "BHT", "REF", "N2", "N3", "N4", "PER"})
_CLAIM_IDS = frozenset({"HI", "LX", "SV1", "SV2", "SV3", "SVD"})
"""Segments that only stand under a CLM: after them nothing is of a level any more."""

_HEADER_ENTITIES = frozenset({"40", "41"})
"""Receiver and submitter of the set: no part of a claim."""

_PARENTS = {SUBSCRIBER: PROVIDER, PATIENT: SUBSCRIBER}


class _Level:
    """One level as far as it is read; `party` is the provider, subscriber or patient."""

    __slots__ = ("extras", "number", "parties", "party")

    def __init__(self, number: str = "") -> None:
        self.number = number
        self.party: Party | None = None
        self.parties: tuple[Party, ...] = ()
        self.extras: tuple[str, ...] = ()


class _ProviderLevel(_Level):
    __slots__ = ("pay_to", "pay_to_taxonomy", "taxonomy")

    def __init__(self, number: str = "") -> None:
        super().__init__(number)
        self.pay_to: Party | None = None
        self.taxonomy = ""
        self.pay_to_taxonomy = ""


class _SubscriberLevel(_Level):
    __slots__ = ("coverage", "payer")

    def __init__(self, number: str = "") -> None:
        super().__init__(number)
        self.coverage: Coverage | None = None
        self.payer: Party | None = None


class _PatientLevel(_Level):
    __slots__ = ("relationship_code",)

    def __init__(self, number: str = "") -> None:
        super().__init__(number)
        self.relationship_code = ""


class LevelReader:
    """The levels that stand above the next claim of a set, kept from piece to piece."""

    def __init__(self, piece: PieceReader) -> None:
        self._piece = piece
        self._provider: _ProviderLevel | None = None
        self._subscriber: _SubscriberLevel | None = None
        self._patient: _PatientLevel | None = None
        self._here: _Level | None = None
        self._last_relationship = ""
        self._last_number = 0
        self._numbering_told = False
        self.has_hierarchy = False
        self.parties: tuple[Party, ...] = ()
        self.extra_segments: tuple[str, ...] = ()

    # What a claim takes from its levels.

    @property
    def billing_provider(self) -> Party | None:
        return None if self._provider is None else self._provider.party

    @property
    def pay_to(self) -> Party | None:
        return None if self._provider is None else self._provider.pay_to

    @property
    def coverage(self) -> Coverage | None:
        return None if self._subscriber is None else self._subscriber.coverage

    @property
    def subscriber(self) -> Party | None:
        return None if self._subscriber is None else self._subscriber.party

    @property
    def payer(self) -> Party | None:
        return None if self._subscriber is None else self._subscriber.payer

    @property
    def patient(self) -> Party | None:
        """The patient; the subscriber when there is no patient level."""
        return self.subscriber if self._patient is None else self._patient.party

    @property
    def patient_relationship(self) -> str:
        """PAT01, or SBR02 when there is no patient level."""
        if self._patient is not None:
            return self._patient.relationship_code
        return "" if self.coverage is None else self.coverage.relationship_code

    def _gather(self) -> None:
        """What no field holds, from the provider down: pay-to plan, responsible person ..."""
        levels = [
            level
            for level in (self._provider, self._subscriber, self._patient)
            if level is not None
        ]
        self.parties = tuple(party for level in levels for party in level.parties)
        self.extra_segments = tuple(text for level in levels for text in level.extras)

    # Reading.

    def read(self, start: int, end: int) -> None:
        """Read the segments of a level, from its HL (if it has one) to the next HL or CLM."""
        piece = self._piece
        index = start
        if index < end and piece.ids[index] == "HL":
            self._open(index)
            index += 1
        while index < end:
            segment_id, row = piece.ids[index], piece.rows[index]
            if segment_id == "NM1":
                index = self._party(index, end)
                continue
            if segment_id == "SBR":
                self._open_subscriber(with_coverage=True).coverage = read_coverage(row)
            elif segment_id == "PAT":
                self._patient_information(row, index)
            elif segment_id == "PRV":
                self._taxonomy(row, index)
            elif segment_id in _CLAIM_IDS:
                piece.report("X12-0422", index, "", "A claim's segments without a CLM before them.")
                break
            else:
                self._keep(index)
            index += 1
        self._gather()

    def _open(self, index: int) -> None:
        """HL."""
        piece = self._piece
        row = piece.rows[index]
        self.has_hierarchy = True
        number = element_at(row, 1).strip()
        self._check_number(number, index)
        level_code = element_at(row, 3).strip()
        self._check_parent(element_at(row, 2).strip(), level_code, index)
        if level_code == PROVIDER:
            self._start_provider(number)
        elif level_code == SUBSCRIBER:
            self._start_subscriber(number)
        elif level_code == PATIENT:
            self._start_patient(number)
        else:
            self._here = None
            piece.report(
                "X12-0403", index, "HL03", "The level is not 20, 22 or 23; what follows tells it."
            )

    def _check_number(self, number: str, index: int) -> None:
        value = int(number) if number.isascii() and number.isdigit() and len(number) < 12 else -1
        if value != self._last_number + 1 and not self._numbering_told:
            self._numbering_told = True
            self._piece.report("X12-0405", index, "HL01", "Levels are not numbered 1, 2, 3 ...")
        self._last_number = value

    def _check_parent(self, parent: str, level_code: str, index: int) -> None:
        piece = self._piece
        if level_code == PROVIDER:
            if parent:
                piece.report("X12-0402", index, "HL02", "A billing provider has no parent level.")
            return
        if level_code not in _PARENTS:
            return
        above = self._provider if level_code == SUBSCRIBER else self._subscriber
        if above is None:
            piece.report(
                "X12-0404", index, "HL03", f"No level {_PARENTS[level_code]} stands before it."
            )
        elif parent != above.number:
            piece.report(
                "X12-0402", index, "HL02", "The parent is not the level that it stands under."
            )

    def _start_provider(self, number: str = "") -> _ProviderLevel:
        level = self._provider = _ProviderLevel(number)
        self._subscriber = self._patient = None
        self._here = level
        return level

    def _start_subscriber(self, number: str = "") -> _SubscriberLevel:
        level = self._subscriber = _SubscriberLevel(number)
        self._patient = None
        self._here = level
        return level

    def _start_patient(self, number: str = "") -> _PatientLevel:
        level = self._patient = _PatientLevel(number)
        self._here = level
        return level

    def _open_subscriber(self, *, with_coverage: bool) -> _SubscriberLevel:
        """The subscriber level to fill; a new one when this one has what is coming."""
        level = self._subscriber
        if level is None:
            return self._start_subscriber()
        taken = level.coverage if with_coverage else level.party
        return level if taken is None else self._start_subscriber()

    def _open_patient(self) -> _PatientLevel:
        """The patient level to fill; without an HL of its own it takes the last PAT."""
        level = self._patient
        if level is None or level.party is not None:
            level = self._start_patient()
            level.relationship_code = self._last_relationship
        return level

    def _party(self, index: int, end: int) -> int:
        """NM1 with its followers; gives the index after them."""
        entity_code = element_at(self._piece.rows[index], 1).strip()
        if entity_code in _HEADER_ENTITIES:
            return index + 1
        party, after = self._piece.party(index, end)
        if entity_code in _PROVIDER_ENTITIES:
            self._provider_party(entity_code, party)
        elif entity_code == "IL" and not self._is_unnamed_patient():
            self._open_subscriber(with_coverage=False).party = party
        elif entity_code == "PR":
            self._payer(party)
        elif entity_code in {"QC", "IL"}:
            self._open_patient().party = party
        else:
            level = self._here or self._start_provider()
            level.parties += (party,)
        return after

    def _is_unnamed_patient(self) -> bool:
        """Whether the last HL opened a patient level that has no patient yet."""
        level = self._patient
        return level is not None and level is self._here and level.party is None

    def _provider_party(self, entity_code: str, party: Party) -> None:
        level = self._provider or self._start_provider()
        if entity_code == "85":
            if level.party is not None:
                level = self._next_provider()
            level.party = _with_taxonomy(party, level.taxonomy)
        elif entity_code == "87":
            level.pay_to = _with_taxonomy(party, level.pay_to_taxonomy)
        else:
            level.parties += (party,)

    def _next_provider(self) -> _ProviderLevel:
        """Another provider without an HL; one that stands in a subscriber's level keeps that."""
        if not self.has_hierarchy or self._here is self._provider:
            return self._start_provider()
        self._provider = _ProviderLevel()
        return self._provider

    def _payer(self, party: Party) -> None:
        level = self._subscriber or self._start_subscriber()
        if level.payer is None:
            level.payer = party
        else:
            level.parties += (party,)

    def _patient_information(self, row: list[str], index: int) -> None:
        """PAT: the relationship of a patient to the subscriber; kept when it holds more."""
        self._last_relationship = element_at(row, 1).strip()
        if self._patient is not None and self._is_unnamed_patient():
            self._patient.relationship_code = self._last_relationship
        if any(row[2:]):
            self._keep(index)

    def _taxonomy(self, row: list[str], index: int) -> None:
        """PRV before the NM1 of a provider level: BI billing, PT pay-to."""
        code, taxonomy = element_at(row, 1), element_at(row, 3).strip()
        if code == "BI":
            level = self._provider
            if level is None or level.party is not None:
                level = self._start_provider()
            level.taxonomy = taxonomy
        elif code == "PT":
            level = self._provider or self._start_provider()
            level.pay_to_taxonomy = taxonomy
        else:
            self._keep(index)

    def _keep(self, index: int) -> None:
        """A segment that no field holds: of a level for its claims, of the set's head not."""
        segment_id = self._piece.ids[index]
        if self._here is not None:
            self._here.extras += (self._piece.stored_text(index),)
        if segment_id not in (_HEAD_IDS if self._here is None else _KEPT_IDS):
            self._piece.report(
                "X12-0401", index, "", "The levels above a claim have no place for the segment."
            )


def starts_level_without_hierarchy(piece: PieceReader, end: int) -> int:
    """Where, after a claim of a set without HL, the levels of the next claim begin; `end` if none.

    They begin at a provider, subscriber or patient that belongs to no other payer of the claim, or
    at an SBR after its service lines.
    """
    in_other_payer = in_lines = False
    for index in range(1, end):
        segment_id = piece.ids[index]
        if segment_id == "LX":
            in_lines = True
        elif segment_id == "SBR":
            if in_lines:
                return index
            in_other_payer = True
        elif in_lines or not in_other_payer:
            second = element_at(piece.rows[index], 1)
            if segment_id == "PAT" or (segment_id == "PRV" and second == "BI"):
                return index
            if segment_id == "NM1" and second in {"85", "IL", "QC"}:
                return index
    return end


def read_coverage(row: list[str]) -> Coverage:
    """SBR."""
    return Coverage(
        element_at(row, 1).strip(),
        element_at(row, 2).strip(),
        element_at(row, 3).strip(),
        element_at(row, 4).strip(),
        element_at(row, 5).strip(),
        element_at(row, 9).strip(),
    )


def _with_taxonomy(party: Party, taxonomy: str) -> Party:
    if not taxonomy or party.taxonomy:
        return party
    return msgspec.structs.replace(party, taxonomy=taxonomy)

"""The lifeline of a claim: every dated event from the file it left in to the money it brought."""

from collections.abc import Sequence
from datetime import date

import msgspec

from edi_engine.jobs.heard import receptions_of
from edi_engine.matchers.lifecycles import life_events
from edi_engine.parsers.envelope import guess_delimiters
from edi_engine.parsers.pieces import segment_pieces
from edi_engine.records.lifecycles import (
    NOT_RECEIVED,
    EventPlace,
    Lifecycle,
    LifeEvent,
    LifeEventKind,
    Tier,
)
from edi_engine.records.matching import BilledClaim
from edi_engine.records.reconciliation import MatchOutcome
from edi_engine.records.stored import StoredSet
from edi_engine.store import Reader, Store

__all__ = [
    "Lifeline",
    "LifelineStep",
    "lifeline",
    "lifeline_of",
    "place_in_words",
    "silent_claims",
]

_WHO = {
    Tier.FILE: "file check",
    Tier.CLEARINGHOUSE: "clearinghouse",
    Tier.PAYER: "payer",
}
_OURS = frozenset(
    {
        LifeEventKind.SENT,
        LifeEventKind.SENT_AGAIN,
        LifeEventKind.REPLACED,
        LifeEventKind.VOIDED,
    }
)


class LifelineStep(msgspec.Struct, frozen=True):
    """An event with the days since the one before it (None for the first, and where a day is not
    known), who it comes from in words, and where it and what is at fault stand in files, as (file,
    byte); None where no file says it."""

    event: LifeEvent
    days: int | None
    who: str
    at: tuple[int, int] | None = None
    fault_at: tuple[int, int] | None = None


class Lifeline(msgspec.Struct, frozen=True):
    """`lifecycle` is what was concluded; None before reconciling."""

    lifecycle: Lifecycle | None
    steps: tuple[LifelineStep, ...]


def lifeline(store: Store, claim_id: int) -> Lifeline:
    """The lifeline of a claim, empty when there is no such one."""
    with store.reading() as reader:
        claim = next(iter(reader.billed_claims([claim_id]).values()), None)
        return Lifeline(None, ()) if claim is None else lifeline_of(reader, claim)


def lifeline_of(
    reader: Reader, claim: BilledClaim, clearinghouses: frozenset[str] = frozenset()
) -> Lifeline:
    """The lifeline of a claim that was read already.

    Tiers of events follow `clearinghouses` of the policy; the state is as it was concluded.
    """
    known = reader.lifecycles([claim.claim_id]).get(claim.claim_id)
    heard = receptions_of(reader, {claim.claim_id: claim}, clearinghouses)
    matches = reader.matches_of_claim(claim.claim_id)
    payments = reader.paid_claims(matches)
    reception = heard.get(claim.claim_id, NOT_RECEIVED)
    events = life_events(
        claim,
        [
            (payments[key], match)
            for key, match in matches.items()
            if match.outcome is MatchOutcome.MATCHED
        ],
        reception,
        state=reception.state if known is None else known.state,
        dead_since=None if known is None else known.since_on,
    )
    return Lifeline(known, tuple(_steps(reader, events)))


def _steps(reader: Reader, events: Sequence[LifeEvent]) -> list[LifelineStep]:
    places = _Places(reader, events)
    steps: list[LifelineStep] = []
    before: date | None = None
    for event in events:
        day = event.happened_on
        days = None if before is None or day is None else (day - before).days
        steps.append(
            LifelineStep(
                event, days, _who(event), places.of(event.place), places.of(event.fault_place)
            )
        )
        before = day or before
    return steps


class _Places:
    """Where segments of the sets that events name stand in their files; the sets are read at once,
    the bytes of each once."""

    def __init__(self, reader: Reader, events: Sequence[LifeEvent]) -> None:
        named = {one.place.set_id for one in events} | {one.fault_place.set_id for one in events}
        self._reader = reader
        self._sets = reader.transaction_sets(sorted(named - {0}))
        self._offsets: dict[int, list[int]] = {}

    def of(self, place: EventPlace) -> tuple[int, int] | None:
        """(file, byte) of a place; the beginning of the set where the segment is not found."""
        found = self._sets.get(place.set_id)
        if found is None:
            return None
        return found.file_id, place.byte_offset or self._byte(found, place.segment_ordinal)

    def _byte(self, found: StoredSet, ordinal: int) -> int:
        """Where the segment begins, ST being the first."""
        if ordinal <= 1:
            return found.byte_offset
        if found.set_id not in self._offsets:
            length = min(found.byte_length, _SET_BYTES_MAX)
            data = self._reader.raw_segments(found.file_id, found.byte_offset, length)
            self._offsets[found.set_id] = _segment_starts(data.decode("latin-1"))
        starts = self._offsets[found.set_id]
        inside = ordinal <= len(starts)
        return found.byte_offset + (starts[ordinal - 1] if inside else 0)


_SET_BYTES_MAX = 1 << 20
"""How far into a set a segment is looked for; beyond that its beginning is shown."""


def _segment_starts(text: str) -> list[int]:
    delimiters = guess_delimiters(text)
    if delimiters is None:
        return []
    return [offset for offset, _ in segment_pieces(text, delimiters.segment)]


def _who(event: LifeEvent) -> str:
    if event.kind in _OURS:
        return "us"
    tier = "remittance" if event.tier is None else _WHO[event.tier]
    return f"{tier}: {event.source}" if event.source else tier


def place_in_words(place: EventPlace) -> str:
    """ "set 3, segment 17"; empty for no place."""
    if not place.set_id:
        return ""
    return f"set {place.set_id}, segment {place.segment_ordinal}"


def silent_claims(store: Store, as_of: date) -> list[int]:
    """Claims for which something is missed by a day, in order."""
    with store.reading() as reader:
        return [int(claim_id) for claim_id in reader.silent_claim_ids(as_of)]

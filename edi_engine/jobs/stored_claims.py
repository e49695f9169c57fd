"""A stored claim whole again, read from the raw bytes of its file with all that has no column.

A claim is read as at intake: from the start of its file up to its set, so that separators and
envelope are those it came with. Source: docs/decisions/0010.
"""

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import BinaryIO

import msgspec

from edi_engine.errors import EdiEngineError, InputError
from edi_engine.parsers import EnvelopeWatch, read_file
from edi_engine.parsers.segments import StreamEvent
from edi_engine.records.claims import Claim
from edi_engine.records.corrections import OriginalEnvelope
from edi_engine.records.matching import BilledClaim, PaidClaim
from edi_engine.records.reconciliation import MatchOutcome
from edi_engine.store import Reader
from edi_engine.store.places import StoredPlace

__all__ = [
    "WholeClaim",
    "billed_claim_of",
    "payments_from",
    "raw_stream",
    "whole_claim",
    "whole_claims",
]


class WholeClaim(msgspec.Struct, frozen=True):
    """A claim with everything its 837 says, and the envelope it came in."""

    claim: Claim
    envelope: OriginalEnvelope


def billed_claim_of(reader: Reader, claim_id: int) -> BilledClaim:
    """The matching view of a claim. Raises InputError when there is no such one."""
    claim = next(iter(reader.billed_claims([claim_id]).values()), None)
    if claim is None:
        raise InputError(
            "there is no such claim.",
            place=f"claim {claim_id}",
            remedy='Look up its number with "edi-engine export claims".',
        )
    return claim


def payments_from(reader: Reader, claim: BilledClaim, payer_sequence: int) -> list[PaidClaim]:
    """Matched payments of one payer that are not held, reversals among them, by day."""
    ids = reader.payment_ids_matched_to([claim.claim_id]).get(claim.claim_id, [])
    matches = reader.match_of(ids)
    found = [
        payment
        for key, payment in reader.paid_claims(ids).items()
        if matches[key].outcome is MatchOutcome.MATCHED
        and matches[key].payer_sequence == payer_sequence
        and not payment.held
    ]
    return sorted(found, key=lambda one: (one.paid_on or date.min, one.claim_payment_id))


def whole_claim(reader: Reader, claim_id: int) -> WholeClaim:
    """The claim as its file has it. Raises InputError when there is no such one."""
    return whole_claims(reader, [claim_id])[claim_id]


def whole_claims(reader: Reader, claim_ids: Iterable[int]) -> dict[int, WholeClaim]:
    """Claims as their files have them, each file read once, in the order asked for.

    All are in memory. Raises InputError when there is no such one.
    """
    wanted = list(dict.fromkeys(claim_ids))
    places: dict[int, StoredPlace] = {}
    for claim_id in wanted:
        billed_claim_of(reader, claim_id)
        place = reader.claim_place(claim_id)
        if place is not None:
            places[claim_id] = place
    found: dict[int, WholeClaim] = {}
    for file_id in sorted({place.file_id for place in places.values()}):
        of_file = {key: place for key, place in places.items() if place.file_id == file_id}
        found |= _claims_at(reader, file_id, of_file)
    for claim_id in wanted:
        if claim_id not in found:
            raise EdiEngineError(
                "the claim does not stand where it was read.",
                place=f"claim {claim_id}",
                remedy='Check the database: "edi-engine db check".',
            )
    return {claim_id: found[claim_id] for claim_id in wanted}


def _claims_at(
    reader: Reader, file_id: int, places: Mapping[int, StoredPlace]
) -> dict[int, WholeClaim]:
    """Claims of one file by their places; those that do not stand there are left out."""
    stored = reader.file(file_id)
    if stored is None:
        return {}
    # Nothing beyond the last of the claims' own sets is needed.
    end = max(place.set_byte_offset + place.set_byte_length for place in places.values())
    watches = {place.set_ordinal: EnvelopeWatch(place.set_byte_offset) for place in places.values()}

    def watch(event: StreamEvent) -> None:
        for one in watches.values():
            one.take(event)

    by_place = {
        (place.set_ordinal, place.segment_ordinal): claim_id for claim_id, place in places.items()
    }
    stream = raw_stream(reader, file_id, min(end, stored.size_bytes))
    found: dict[int, Claim] = {}
    for batch in read_file(stream, file_name=stored.name, file_digest="", watch=watch):
        for claim in batch.claims:
            claim_id = by_place.get((claim.source.set_ordinal, claim.segment_ordinal))
            if claim_id is not None:
                found[claim_id] = claim
    return {
        claim_id: WholeClaim(claim, watches[claim.source.set_ordinal].envelope(claim.source))
        for claim_id, claim in found.items()
    }


def raw_stream(reader: Reader, file_id: int, end: int) -> BinaryIO:
    """The kept bytes of a file up to an end, as if the file were opened again."""
    return io.BufferedReader(_RawFile(reader, file_id, end))


class _RawFile(io.RawIOBase):
    """The stored bytes of a file up to an end, piece by piece."""

    def __init__(self, reader: Reader, file_id: int, end: int) -> None:
        self._reader = reader
        self._file_id = file_id
        self._at = 0
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # whatever can be written to
        wanted = min(len(view), self._end - self._at)
        data = self._reader.raw_segments(self._file_id, self._at, wanted) if wanted > 0 else b""
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

"""A stored claim whole again, read from the raw bytes of its file with all that has no column.

A claim is read as at intake: from the start of its file up to its set, so that separators and
envelope are those it came with. Source: docs/decisions/0010.
"""

import io
from datetime import date
from typing import BinaryIO

import msgspec

from edi_engine.errors import EdiEngineError, InputError
from edi_engine.parsers import EnvelopeWatch, read_file
from edi_engine.records.claims import Claim
from edi_engine.records.corrections import OriginalEnvelope
from edi_engine.records.matching import BilledClaim, PaidClaim
from edi_engine.records.reconciliation import MatchOutcome
from edi_engine.store import Reader
from edi_engine.store.places import StoredPlace

__all__ = ["WholeClaim", "billed_claim_of", "payments_from", "raw_stream", "whole_claim"]


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
    billed_claim_of(reader, claim_id)
    place = reader.claim_place(claim_id)
    stored = None if place is None else reader.file(place.file_id)
    if place is None or stored is None:
        raise EdiEngineError(
            "the file of the claim is not in the database.",
            place=f"claim {claim_id}",
            remedy='Check the database: "edi-engine db check".',
        )
    # Nothing beyond the claim's own set is needed.
    end = min(place.set_byte_offset + place.set_byte_length, stored.size_bytes)
    watch = EnvelopeWatch(place.set_byte_offset)
    claim = _claim_at(raw_stream(reader, place.file_id, end), place, watch)
    if claim is None:
        raise EdiEngineError(
            "the claim does not stand where it was read.",
            place=f"claim {claim_id}",
            remedy='Check the database: "edi-engine db check".',
        )
    return WholeClaim(claim, watch.envelope(claim.source))


def _claim_at(stream: BinaryIO, place: StoredPlace, watch: EnvelopeWatch) -> Claim | None:
    for batch in read_file(stream, file_name=place.file_name, file_digest="", watch=watch.take):
        for claim in batch.claims:
            if (
                claim.source.set_ordinal == place.set_ordinal
                and claim.segment_ordinal == place.segment_ordinal
            ):
                return claim
    return None


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

"""Which transaction sets of which files hold claims and remittances, and under which numbers.

For whoever reads kept files again: what is read is found here by its place.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from edi_engine.records.claims import Claim
from edi_engine.records.remittances import ClaimPayment
from edi_engine.store.queries import Queries

__all__ = ["EnvelopeNumbers", "NumberRange", "SetExtent", "StoredSetReading"]

NumberRange = tuple[int, int]
"""Numbers of claims or remittances from the first to the last, both included."""


class SetExtent(msgspec.Struct, frozen=True, gc=False):
    """A transaction set by its place in its file, and up to which byte it goes.

    `remittance_id` is None for a set of claims. `held` as in `StoredRemittance`. `is_paper` tells
    that rows of a sheet stand for its segments.
    """

    set_ordinal: int
    byte_end: int
    is_paper: bool
    remittance_id: int | None = None
    held: str = ""


class EnvelopeNumbers(NamedTuple):
    """ISA13 and GS06 of a set."""

    interchange_control_number: str
    group_control_number: str


class StoredSetReading(Queries):
    """The part of the reader that knows what stands in which set."""

    def files_with_claims(self, ranges: Sequence[NumberRange] = ()) -> list[int]:
        """Files with claims in order of ingest; only with some of the ranges, if there are any."""
        return self._files("claims", "claim_id", ranges)

    def files_with_remittances(self, ranges: Sequence[NumberRange] = ()) -> list[int]:
        """Files with remittances, as `files_with_claims`."""
        return self._files("remittances", "remittance_id", ranges)

    def sets_with_claims(self, file_id: int, ranges: Sequence[NumberRange] = ()) -> list[SetExtent]:
        """The file's sets that hold claims, of the ranges if any, in file order."""
        where, values = _in_ranges("x.claim_id", ranges)
        rows = self.rows(
            "SELECT DISTINCT s.set_ordinal, s.byte_offset + s.byte_length, s.implementation"
            " FROM claims x JOIN transaction_sets s ON s.set_id = x.set_id"
            f" WHERE s.file_id = ? AND {where} ORDER BY s.set_ordinal",
            (file_id, *values),
        )
        return [SetExtent(row[0], row[1], row[2] == "paper") for row in rows]

    def sets_with_remittances(
        self, file_id: int, ranges: Sequence[NumberRange] = ()
    ) -> list[SetExtent]:
        """The file's remittances, of the ranges if any, in file order."""
        where, values = _in_ranges("x.remittance_id", ranges)
        rows = self.rows(
            "SELECT s.set_ordinal, s.byte_offset + s.byte_length, s.implementation,"
            " x.remittance_id, x.held"
            " FROM remittances x JOIN transaction_sets s ON s.set_id = x.set_id"
            f" WHERE s.file_id = ? AND {where} ORDER BY s.set_ordinal",
            (file_id, *values),
        )
        return [SetExtent(row[0], row[1], row[2] == "paper", row[3], row[4]) for row in rows]

    def envelope_numbers(self, set_id: int) -> EnvelopeNumbers:
        """Control numbers of the envelope of a set; empty ones for no such set."""
        row = self.row(
            "SELECT interchange_control_number, group_control_number FROM transaction_sets"
            " WHERE set_id = ?",
            (set_id,),
        )
        return EnvelopeNumbers("", "") if row is None else EnvelopeNumbers(row[0], row[1])

    def stored_claim_ids(self, file_id: int, claims: Sequence[Claim]) -> list[int]:
        """Identifiers of claims that were read from a file again, 0 for what is not stored.

        They are found by their place: set, ordinal within it and segment; all are of one set.
        """
        return self._stored(_CLAIM_PLACES_SQL, file_id, claims)

    def stored_claim_payment_ids(self, file_id: int, payments: Sequence[ClaimPayment]) -> list[int]:
        """Identifiers of claim payments, as `stored_claim_ids`."""
        return self._stored(_PAYMENT_PLACES_SQL, file_id, payments)

    def _files(self, table: str, key: str, ranges: Sequence[NumberRange]) -> list[int]:
        where, values = _in_ranges(f"x.{key}", ranges)
        rows = self.rows(
            f"SELECT DISTINCT s.file_id FROM {table} x"
            f" JOIN transaction_sets s ON s.set_id = x.set_id WHERE {where} ORDER BY s.file_id",
            values,
        )
        return [row[0] for row in rows]

    def _stored(
        self, sql: str, file_id: int, read: Sequence[Claim] | Sequence[ClaimPayment]
    ) -> list[int]:
        if not read:
            return []
        ordinals = [each.claim_ordinal for each in read]
        values = (file_id, read[0].source.set_ordinal, min(ordinals), max(ordinals))
        known = {(row[0], row[1]): int(row[2]) for row in self.rows(sql, values)}
        return [known.get((each.claim_ordinal, each.segment_ordinal), 0) for each in read]


def _in_ranges(column: str, ranges: Sequence[NumberRange]) -> tuple[str, list[object]]:
    """A condition that holds for numbers of the ranges, for all without any; and its values."""
    if not ranges:
        return "1 = 1", []
    condition = " OR ".join([f"{column} BETWEEN ? AND ?"] * len(ranges))
    return f"({condition})", [number for pair in ranges for number in pair]


_CLAIM_PLACES_SQL = """
SELECT c.claim_ordinal, c.segment_ordinal, c.claim_id
FROM claims c JOIN transaction_sets s ON s.set_id = c.set_id
WHERE s.file_id = ? AND s.set_ordinal = ? AND c.claim_ordinal BETWEEN ? AND ?
"""

# Claim payments of one remittance have identifiers in a row, and no index by remittance.
_PAYMENT_PLACES_SQL = """
SELECT p.claim_ordinal, p.segment_ordinal, p.claim_payment_id
FROM transaction_sets s JOIN remittances r ON r.set_id = s.set_id
JOIN claim_payments p ON p.claim_payment_id >= r.first_claim_payment_id
    AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count
WHERE s.file_id = ? AND s.set_ordinal = ? AND p.claim_ordinal BETWEEN ? AND ?
"""

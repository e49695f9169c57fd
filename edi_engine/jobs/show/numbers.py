"""From amounts of claim payments to their places in the files."""

from collections.abc import Mapping

from edi_engine.records.numbers import FileNumber, NumberPlace
from edi_engine.store.places import StoredStart

__all__ = ["number_place"]


def number_place(
    starts: Mapping[tuple[int, int], StoredStart],
    claim_payment_id: int,
    line_ordinal: int,
    number: FileNumber,
    nth: int = 1,
) -> NumberPlace | None:
    """Where an amount of a claim payment (line ordinal 0) or one of its lines stands, None where
    the start is not known."""
    start = starts.get((claim_payment_id, line_ordinal))
    return None if start is None else NumberPlace(start.file_id, start.byte_offset, number, nth)

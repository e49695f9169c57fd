"""The seam between cutting a stream into segments and reading a transaction set.

A reader is given the segments of one set, in order and in pieces, and gives records back. It does
no I/O and knows no clock, so a piece of a file can be read anywhere; a faster twin would stand
behind the same protocol (design 3.13).
"""

from typing import Protocol

import msgspec

from edi_engine.records.intake import ParsedBatch

__all__ = ["SetEnd", "SetReader"]


class SetEnd(msgspec.Struct, frozen=True, gc=False):
    """What only the stream knows of a set once it is over; goes into its `RawSet` as it is.

    `complete` is False when the file or the envelope ended before SE.
    """

    byte_length: int
    segment_count: int
    fingerprint: str
    complete: bool = True


class SetReader(Protocol):
    """Reads one transaction set. One reader per set, fed in file order, then finished once.

    `boundary_ids` are the segments before which the stream may cut: what is fed ends right before
    one of them or at the end of the set, so a piece always holds whole claims.
    """

    boundary_ids: frozenset[str]

    def feed(self, texts: list[str], offsets: list[int], first_ordinal: int) -> ParsedBatch:
        """Read segments ("CLP*1*...", no terminator) that start at these byte offsets.

        `first_ordinal` is the segment ordinal of the first one (ST is 1). ST itself is fed in the
        first piece; SE is never fed. Never raises: what cannot be read becomes a finding.
        """
        ...

    def finish(self, ended: SetEnd) -> ParsedBatch:
        """The last piece, with `ParsedBatch.ended` set."""
        ...

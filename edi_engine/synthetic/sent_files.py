"""An 837 file as it was sent: where its sets went, and which claims are in each."""

from datetime import date

import msgspec

from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.interchange import SetPlace
from edi_engine.synthetic.truth import ClaimKey

__all__ = ["Lane", "SentFile", "SentSet"]

Lane = str
"""How a claim travels. "": with the day's other claims, all well. "refused_set" and "faulty_set":
in a set of the same file that the 999 rejects, or accepts with errors. "refused_interchange": in a
file of its own that a TA1 refuses. "refused_batch": in a set that the clearinghouse refuses whole.
"unnamed": in a set of the same file of which nobody speaks after the 999.
"repeated_interchange" and "repeated_unheard": in such a file, which is then sent again as it is,
and taken, or not answered yet. "lost": in a file of its own of which nothing is ever heard."""


class SentSet(msgspec.Struct, frozen=True, gc=False):
    """One set of claims with its place. `batch` is BHT03; `segments` count from ST."""

    lane: Lane
    control_number: str
    batch: str
    place: SetPlace
    bills: tuple[Bill, ...]
    segments: tuple[str, ...]


class SentFile(msgspec.Struct, frozen=True, gc=False):
    """One 837 as sent. `lane` is one of those that have a file of their own, else empty; `repeats`
    names the file whose sets it sends again in a new envelope, else empty."""

    name: str
    data: bytes
    sent_on: date
    kind: str
    lane: Lane
    sets: tuple[SentSet, ...]
    repeats: str = ""

    def serials(self, interchange: str = "") -> tuple[int, ...]:
        """Its bills, or those of that interchange."""
        return tuple(
            bill.serial
            for each in self.sets
            if interchange in ("", each.place.interchange)
            for bill in each.bills
        )

    def keys(self) -> dict[int, ClaimKey]:
        """Where each bill is, by its serial."""
        return {
            bill.serial: ClaimKey(self.name, each.control_number, ordinal)
            for each in self.sets
            for ordinal, bill in enumerate(each.bills, 1)
        }

"""Segments that are kept as text have the delimiters `*`, `:` and `^`, whatever their file had.

So a record means the same without its file, and the X12 writer can write the segment back.
"""

from edi_engine.parsers.delimiters import Delimiters

__all__ = ["STORED_DELIMITERS", "StoredText"]

STORED_DELIMITERS = "*:^"
"""Element, component and repetition separator of a stored segment."""


class StoredText:
    """Turns the delimiters of one interchange into the stored ones."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._table = _table(delimiters)

    def of(self, text: str) -> str:
        """A segment or element as it is stored."""
        return text.translate(self._table) if self._table else text


def _table(delimiters: Delimiters) -> dict[int, str]:
    """What changes into what, empty when the file's delimiters are the stored ones.

    Where a stored delimiter stands in the file as a plain character, it changes places with the
    delimiter that takes its meaning: no text gains or loses an element by it.
    """
    table: dict[int, str] = {}
    own = (delimiters.element, delimiters.component, delimiters.repetition)
    pairs = [pair for pair in zip(own, STORED_DELIMITERS, strict=True) if pair[0]]
    displaced = [stored for _, stored in pairs if stored not in own]
    freed = [mine for mine, _ in pairs if mine not in STORED_DELIMITERS]
    for mine, stored in pairs:
        if mine != stored:
            table[ord(mine)] = stored
    for stored, mine in zip(displaced, freed, strict=False):
        table[ord(stored)] = mine
    return table

"""What only a whole set tells of a segment: the business unit it belongs to, and its number.

Source: 005010X231A1, the context segment of AK2/IK3: CLM01 in an 837, TRN02 in 835, 276 and 277.
"""

from collections.abc import Iterator

__all__ = ["Numbering", "UnitFinder"]

_UNITS = {
    "837": ("CLM", 1, "CLM01"),
    "835": ("TRN", 2, "TRN02"),
    "276": ("TRN", 2, "TRN02"),
    "277": ("TRN", 2, "TRN02"),
}


class UnitFinder:
    """Follows a set; `unit` is the one that the last segment taken belongs to."""

    def __init__(self, set_type: str) -> None:
        self._opens = _UNITS.get(set_type)
        self.unit: tuple[str, str] = ("", "")

    def take(self, elements: list[str]) -> None:
        """The next segment's elements, as the file has them."""
        if self._opens is None:
            return
        segment_id, index, name = self._opens
        if elements[0] == segment_id:
            value = elements[index] if index < len(elements) else ""
            self.unit = (name, value) if value else ("", "")
        elif elements[0] == "HL":
            self.unit = ("", "")


class Numbering:
    """Whether levels (HL01) and lines of a claim (LX01) are numbered one after the other.

    pyx12's reader of files checks these two, its maps do not.
    """

    def __init__(self) -> None:
        self._levels = 0
        self._lines: int | None = None

    def take(self, elements: list[str]) -> Iterator[tuple[int, str, str]]:
        """The element at fault, the number of its data element, and a sentence, for each fault of
        the next segment."""
        segment_id = elements[0]
        if segment_id == "HL":
            self._levels += 1
            if _at(elements, 1) != str(self._levels):
                yield (
                    1,
                    "628",
                    f"HL01 is not {self._levels}: levels are numbered one after the other.",
                )
            parent = _at(elements, 2)
            if parent and not (parent.isdecimal() and 0 < int(parent[:9]) < self._levels):
                yield 2, "734", "HL02 names no level above it."
        elif segment_id == "CLM":
            self._lines = 0
        elif segment_id == "LX" and self._lines is not None:
            self._lines += 1
            if _at(elements, 1) != str(self._lines):
                yield (
                    1,
                    "554",
                    f"LX01 is not {self._lines}: lines of a claim are numbered one by one.",
                )


def _at(elements: list[str], index: int) -> str:
    return elements[index] if index < len(elements) else ""

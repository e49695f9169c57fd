"""The four separators of an interchange.

They are found by `parsers/envelope.py`, by splitting and never by position, because real ISA
segments are seldom 106 characters long.
"""

import msgspec

__all__ = ["STANDARD", "Delimiters"]


class Delimiters(msgspec.Struct, frozen=True, gc=False):
    """Separators as one interchange uses them.

    `component` is ISA16, `repetition` ISA11 when that is no letter or digit, else empty (4010 has
    "U" there). `segment` is the terminator without line ends; it is longer than one character only
    where the terminator is a line end or a multi-byte character. `line_end` is what follows each
    terminator right after the ISA ("", "\\n", "\\r\\n").
    """

    element: str = "*"
    component: str = ":"
    repetition: str = ""
    segment: str = "~"
    line_end: str = ""


STANDARD = Delimiters()
"""What most files use, and what a file without any ISA is first tried with."""

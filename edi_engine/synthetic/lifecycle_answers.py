"""What is said of a claim between sending and payment, before any X12, and the ways to refuse.

Three may speak: whoever receives the file (TA1, 999 or 997), the clearinghouse and the payer (both
by 277CA, the payer also by a 277 when asked). Sources: 005010X231A1, 005010X214, 005010X212.
"""

from datetime import date

import msgspec

__all__ = [
    "CLEARINGHOUSE_REFUSALS",
    "FILE_FAULTS",
    "INTERCHANGE_CODES",
    "PAYER_REFUSALS",
    "FileFault",
    "LineWord",
    "PlantedFault",
    "Status",
    "StatusWord",
]


class FileFault(msgspec.Struct, frozen=True, gc=False):
    """A kind of fault that a 999 names: the first segment of a claim that begins with `begins`.

    `loop` is IK303 (four characters at most), `segment_code` IK304. `element` is the position of
    the element at fault (0: the segment as a whole, and no IK4), `component` that of a part in it
    (0: all of it), `data_element` its reference number (IK402) and `element_code` IK403.
    `shows_value` says whether IK404 repeats the value.
    """

    begins: str
    loop: str
    segment_code: str
    element: int = 0
    component: int = 0
    data_element: str = ""
    element_code: str = ""
    shows_value: bool = True


FILE_FAULTS = (
    FileFault("SV1*", "2400", "8", 1, 2, "234", "7"),
    FileFault("DTP*472", "2400", "8", 3, 0, "1251", "8"),
    FileFault("NM1*82", "2310", "8", 9, 0, "67", "7"),
    FileFault("HI*", "2300", "8", 1, 2, "1271", "I12", shows_value=False),
    FileFault("PRV*PE", "2310", "3"),
    FileFault("CLM*", "2300", "8", 2, 0, "782", "6"),
    FileFault("LX*", "2400", "2"),
)
"""Kinds of fault, in turn. I12 is the guide's own "implementation pattern match failure"."""

INTERCHANGE_CODES = ("025", "006", "010", "021")
"""TA105 of refused interchanges, in turn: a number used twice, an unknown sender, and others."""


class PlantedFault(msgspec.Struct, frozen=True, gc=False):
    """A fault where it was planted. `position` counts segments from ST as 1, `value` is what the
    999 repeats, empty when it repeats nothing, and `control_number` CLM01 of the claim it is in."""

    kind: FileFault
    segment_id: str
    position: int
    value: str
    control_number: str


class Status(msgspec.Struct, frozen=True, gc=False):
    """One composite of an STC: category, status and entity; an empty entity is left out."""

    category: str
    code: str
    entity: str = ""

    @property
    def refuses(self) -> bool:
        """Whether this says that the claim does not go on. Source: X12 code source 507."""
        return self.category in ("A3", "A4", "A6", "A7", "A8")

    def text(self) -> str:
        """As the composite is written, with the usual separator."""
        return ":".join((self.category, self.code, self.entity)).rstrip(":")


class LineWord(msgspec.Struct, frozen=True, gc=False):
    """What is said of one line, by its number in the claim."""

    line_number: int
    status: Status


class StatusWord(msgspec.Struct, frozen=True, gc=False):
    """What a clearinghouse or payer says of one claim in one file.

    `serial` is the claim's. `by_payer` tells the two apart. `said_on` is STC02, `delivered_on` the
    day of the file that brings it. One to three statuses, the first of which decides.
    `payer_number` is REF*1K and `trace` REF*D9, empty when not given. `answers_inquiry` makes it a
    277 instead of a 277CA.
    """

    serial: int
    by_payer: bool
    said_on: date
    delivered_on: date
    statuses: tuple[Status, ...]
    payer_number: str = ""
    trace: str = ""
    lines: tuple[LineWord, ...] = ()
    answers_inquiry: bool = False

    @property
    def refuses(self) -> bool:
        return self.statuses[0].refuses


CLEARINGHOUSE_REFUSALS = (
    (Status("A3", "21", "85"), Status("A3", "562", "85")),
    (Status("A6", "126", "85"),),
    (Status("A7", "164", "IL"), Status("A7", "158", "IL")),
    (Status("A8", "496"), Status("A8", "504")),
)
"""Refusals by a clearinghouse, in turn."""

PAYER_REFUSALS = (
    (Status("A3", "116"),),
    (Status("A4", "35"),),
    (Status("A7", "562", "85"),),
    (Status("A6", "252", "IL"),),
    (Status("A8", "488"), Status("A8", "454")),
    (Status("A3", "97", "QC"), Status("A3", "33", "IL"), Status("A3", "164", "IL")),
)
"""Refusals by a payer, in turn."""

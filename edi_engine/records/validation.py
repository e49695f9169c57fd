"""What validating a file gives: faults with what an acknowledgment needs, and the file's outline.

A `GuideFault` holds text of the file, so it goes only where the file itself may go: back to its
sender in a 999, and onto a page that a person asked for. Findings and logs hold none of it.
"""

import msgspec

from edi_engine.findings import Finding

__all__ = [
    "CheckRun",
    "GroupOutline",
    "GuideFault",
    "InterchangeOutline",
    "PageSegment",
    "SetOutline",
]


class GuideFault(msgspec.Struct, frozen=True, gc=False):
    """A finding about one segment of a set, with what a 999 says beside it.

    `element`, `component` and `repetition` count from 1, 0 where the fault is of the whole; so
    `element` 0 is a fault of the segment. `reference` is the number of the data element in the
    dictionary ("1271"), `value` what stands there, `unit` the business unit it belongs to: the
    element's name and value, ("CLM01", "A17"), or two empty texts. Texts are empty where unknown.
    """

    finding: Finding
    segment_id: str
    loop: str = ""
    element: int = 0
    component: int = 0
    repetition: int = 0
    reference: str = ""
    value: str = ""
    unit: tuple[str, str] = ("", "")


class SetOutline(msgspec.Struct, frozen=True):
    """A transaction set: what ST and SE say and what is there. Texts as they stand in the file.

    `set_ordinal` counts in the file. `segments_count` holds ST and SE. `said_count` is SE01,
    `end_number` SE02; both None when there is no SE. `has_start` is False where segments stand
    without an ST; `set_type` is then empty. A TA1 is the type "TA1".
    """

    set_ordinal: int
    set_type: str
    control_number: str
    implementation: str
    byte_offset: int
    byte_end: int
    segments_count: int
    has_start: bool = True
    said_count: str | None = None
    end_number: str | None = None


class GroupOutline(msgspec.Struct, frozen=True):
    """A functional group: GS as its elements (index 1 is GS01), its sets, and what GE says.

    `elements` is empty for sets that stand in no group; `said_count` and `end_number` are None
    when there is no GE.
    """

    elements: tuple[str, ...]
    byte_offset: int
    sets: tuple[SetOutline, ...]
    said_count: str | None = None
    end_number: str | None = None

    def element(self, index: int) -> str:
        """An element of GS; empty when it ends before it."""
        return self.elements[index] if index < len(self.elements) else ""


class InterchangeOutline(msgspec.Struct, frozen=True):
    """An interchange: ISA as its elements with their blanks (index 13 is ISA13), its groups, its
    TA1s, and what IEA says.

    `elements` is empty for what stands outside any interchange. `separators` are those in use:
    element, component, repetition (empty where there is none) and segment. `repeats` tells that
    an earlier interchange of the file has the same number. `is_header_whole` is False where the
    ISA is not 106 characters long.
    """

    elements: tuple[str, ...]
    separators: tuple[str, str, str, str]
    byte_offset: int
    groups: tuple[GroupOutline, ...]
    answers_count: int = 0
    said_count: str | None = None
    end_number: str | None = None
    is_header_whole: bool = True
    repeats: bool = False

    def element(self, index: int) -> str:
        """An element of ISA without outer blanks; empty when it ends before it."""
        return self.elements[index].strip() if index < len(self.elements) else ""


class CheckRun(msgspec.Struct, frozen=True):
    """One check of one file: its name, whether it ran, and on what or why not."""

    name: str
    ran: bool
    words: str


class PageSegment(msgspec.Struct, frozen=True):
    """A segment of a file as a page shows it; `segment_ordinal` is 0 outside a set.

    `text` is the segment without its terminator, cut where it is too long for a page
    (`is_cut`). `element`, `component` and `repetition` are its separators.
    """

    byte_offset: int
    set_ordinal: int
    segment_ordinal: int
    text: str
    element: str
    component: str
    is_cut: bool = False

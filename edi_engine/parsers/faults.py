"""Findings of segments, gathered together with what a 999 needs of them."""

from collections import Counter

import msgspec

from edi_engine.findings import Finding, FindingLog, Place, finding_kind
from edi_engine.records.validation import GuideFault
from edi_engine.redact import shape_of

__all__ = ["FaultAt", "FaultLog", "id_in_message", "shown_value"]


class FaultAt(msgspec.Struct, frozen=True, gc=False):
    """The part of a segment at fault: loop, element and component from 1 (0 for the whole), the
    number of the data element, and what stands there."""

    loop: str = ""
    element: int = 0
    component: int = 0
    reference: str = ""
    value: str = ""


_UNLISTED_MAX = 3
"""How many faults of one code a set keeps once the file has more of it than are listed: an answer
must refuse the last set as it refused the first."""


class FaultLog:
    """Collects findings and their faults in order.

    `faults` are those whose findings are listed; `unlisted` a few for each set of those that are
    only counted. `unit` is the business unit that the next ones belong to.
    """

    def __init__(self) -> None:
        self.log = FindingLog()
        self.faults: list[GuideFault] = []
        self.unlisted: list[GuideFault] = []
        self.unit: tuple[str, str] = ("", "")
        self._unlisted: Counter[tuple[int, str]] = Counter()

    def add(
        self, code: str, place: Place, message: str, segment_id: str, at: FaultAt | None = None
    ) -> None:
        """A finding about the segment at that place; its element is named in the place."""
        at = at or FaultAt()
        if at.element:
            name = f"{id_in_message(segment_id)}{at.element:02d}"
            name += f"-{at.component}" if at.component else ""
            place = msgspec.structs.replace(place, element=name)
        listed = self.log.lists(code)
        self.log.add(code, place, message)
        if listed:
            self.faults.append(self._fault(self.log.findings[-1], segment_id, at))
            return
        key = (place.set_ordinal, code)
        self._unlisted[key] += 1
        if self._unlisted[key] <= _UNLISTED_MAX:
            kind = finding_kind(code)
            found = Finding(code, kind.severity, place, message, kind.remedy)
            self.unlisted.append(self._fault(found, segment_id, at))

    def _fault(self, found: Finding, segment_id: str, at: FaultAt) -> GuideFault:
        return GuideFault(
            finding=found,
            segment_id=segment_id,
            loop=at.loop,
            element=at.element,
            component=at.component,
            reference=at.reference,
            value=at.value,
            unit=self.unit,
        )

    def findings(self) -> tuple[Finding, ...]:
        """The findings so far, and a word about those that were counted only."""
        for code in sorted(self.log.counts):
            if self.log.is_full(code):
                place = msgspec.structs.replace(self.log.findings[0].place, element="")
                count = self.log.counts[code]
                self.log.add(
                    "X12-0119", place, f"{count} findings {code} in this file; not all are listed."
                )
        return tuple(self.log.findings)


def id_in_message(segment_id: str) -> str:
    """A segment id for a message; anything longer than an id is shown by its shape only."""
    return segment_id if len(segment_id) <= 3 and segment_id.isalnum() else shape_of(segment_id)


def shown_value(text: str) -> str:
    """A value in quotes: itself when it is as short as a code, else its shape.

    Three characters and fewer are codes, amounts of cents or initials at most; longer text may
    name somebody.
    """
    if len(text) <= 3 and text.isalnum() and text.isascii():
        return f"'{text}'"
    return f"'{shape_of(text)}'"

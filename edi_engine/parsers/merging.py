"""One list of findings from several checks: in file order, each thing told once.

The readers and the guide check often stumble over the same element. Ours is kept, because it says
what it means for the money; its severity becomes the worse of the two. What is about the balance
is never the same thing as what is about the form. A 999 is written from the faults, not from this.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from edi_engine.findings import Finding, Severity
from edi_engine.records.validation import GuideFault

__all__ = ["merged_findings"]

_EXPLAINS_SEGMENT = frozenset(
    {"X12-0205", "X12-0207", "X12-0304", "X12-0308", "X12-0312", "X12-0314", "X12-0322"}
)
"""Findings of the readers that explain everything the guide check says of the segment."""

_SAME_SEGMENT = {
    "X12-0208": frozenset({"GUIDE-0202"}),
    "X12-0212": frozenset({"GUIDE-0303"}),
    "X12-0313": frozenset({"GUIDE-0303"}),
    "X12-0315": frozenset({"GUIDE-0201", "GUIDE-0202"}),
    "X12-0401": frozenset({"GUIDE-0201", "GUIDE-0202"}),
    "X12-0402": frozenset({"GUIDE-0101"}),
    "X12-0403": frozenset({"GUIDE-0202"}),
    "X12-0405": frozenset({"GUIDE-0101"}),
    "X12-0413": frozenset({"GUIDE-0101"}),
}
"""Findings of the readers and of the guide check that say the same of one segment."""

_EXPLAINS_SET = {"X12-0405": ("GUIDE-0101", "HL01")}
"""Findings of the readers that are told once for the set, and what they explain anywhere in it."""

_MISSING = {
    "X12-0301": frozenset({("BPR", "")}),
    "X12-0302": frozenset({("TRN", "")}),
    "X12-0306": frozenset({("N1", "1000A"), ("N1", "1000B")}),
    "X12-0407": frozenset({("LX", "2400")}),
    "X12-0412": frozenset({("SV1", "2400"), ("SV2", "2400"), ("SV3", "2400")}),
    "X12-0415": frozenset({("NM1", "2010AA")}),
    "X12-0416": frozenset({("NM1", "2010BA")}),
    "X12-0417": frozenset({("NM1", "2010BB")}),
    "X12-0420": frozenset({("NM1", "2010CA")}),
}
"""What is missing, as the readers and as the guide check (segment and loop) say it. They tell it at
different places: the readers at the claim, the guide check where the segment should stand."""

_BESIDES = ("BAL-", "FILE-", "X12-01")
_WEIGHT = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


def merged_findings(
    ours: Iterable[Finding], faults: Iterable[GuideFault], others: Iterable[Finding] = ()
) -> tuple[Finding, ...]:
    """The findings of the readers, of the guide check (`faults`) and of the rest, in file order.

    `others` are findings without a fault, and of the guide check itself. The order of findings at
    one place is that in which they are given, readers first.
    """
    kept = list(ours)
    dropped = _Dropped(kept)
    told: list[Finding] = []
    by_element: dict[tuple[int, str], int] = {}
    for fault in faults:
        found = fault.finding
        index = dropped.same_as(fault)
        if index is not None:
            kept[index] = _worse(kept[index], found)
            continue
        key = (found.place.byte_offset, _base(found.place.element))
        earlier = by_element.get(key) if fault.element else None
        if earlier is not None and _says_more(found, told[earlier]):
            told[earlier] = found
        elif earlier is None or not _says_more(told[earlier], found):
            by_element[key] = len(told)
            told.append(found)
    whole = [*kept, *told, *others]
    return tuple(sorted(whole, key=lambda one: (one.code == "X12-0119", one.place.byte_offset)))


class _Dropped:
    """Finds, for a finding of the guide check, the one of the readers that says the same."""

    def __init__(self, ours: list[Finding]) -> None:
        self._ours = ours
        self._by_byte: dict[int, list[int]] = defaultdict(list)
        self._missing: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        self._sets: dict[tuple[int, str, str], int] = {}
        for index, one in enumerate(ours):
            if one.code.startswith(_BESIDES) or not one.place.set_ordinal:
                continue
            self._by_byte[one.place.byte_offset].append(index)
            if one.code in _EXPLAINS_SET:
                self._sets[one.place.set_ordinal, *_EXPLAINS_SET[one.code]] = index
            for segment_id, loop in _MISSING.get(one.code, ()):
                self._missing[one.place.set_ordinal, segment_id, loop].append(index)

    def same_as(self, fault: GuideFault) -> int | None:
        """The index of ours, or None."""
        place = fault.finding.place
        if fault.finding.code == "GUIDE-0203":
            waiting = self._missing.get((place.set_ordinal, fault.segment_id, fault.loop))
            return waiting.pop(0) if waiting else None
        explained = self._sets.get((place.set_ordinal, fault.finding.code, place.element))
        if explained is not None:
            return explained
        for index in self._by_byte.get(place.byte_offset, ()):
            one = self._ours[index]
            same = one.code in _EXPLAINS_SEGMENT
            same = same or fault.finding.code in _SAME_SEGMENT.get(one.code, ())
            same = same or bool(
                fault.element
                and one.place.element
                and _base(one.place.element) == _base(place.element)
            )
            if same:
                return index
        return None


def _worse(ours: Finding, theirs: Finding) -> Finding:
    if _WEIGHT[theirs.severity] > _WEIGHT[ours.severity]:
        return msgspec.structs.replace(ours, severity=theirs.severity)
    return ours


_RANK = ("GUIDE-0308", "GUIDE-0309", "GUIDE-0307", "GUIDE-0306", "GUIDE-0305", "GUIDE-0304")


def _says_more(one: Finding, other: Finding) -> bool:
    """Whether, of two findings about one element, the first makes the other needless: a code that
    is none of the list is not also too long."""
    if _is_code(other) and one.code == "GUIDE-0307":
        return True
    return (
        one.code in _RANK
        and other.code in _RANK
        and one.place.element == other.place.element
        and _RANK.index(one.code) < _RANK.index(other.code)
    )


def _is_code(one: Finding) -> bool:
    return one.code.startswith("CODE-")


def _base(element: str) -> str:
    return element.partition("-")[0]

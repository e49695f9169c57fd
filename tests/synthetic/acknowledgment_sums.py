"""A naive reading of acknowledgments for the tests: split the text, follow the numbers, add up.

Knows nothing of the engine's parsers nor of the makers in `edi_engine.synthetic`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.synthetic.x12_sums import cents, component_of, segments_of

REFUSED = ("A3", "A4", "A6", "A7", "A8")


@dataclass
class SentSet:
    """An 837 set as it left: where it is, its segments from ST on, and its claims' charges."""

    file_name: str
    interchange: str
    group: str
    control_number: str
    batch: str = ""
    segments: list[list[str]] = field(default_factory=list)
    claims: list[tuple[str, int]] = field(default_factory=list)


def sent_sets(file_name: str, data: bytes) -> list[SentSet]:
    """Every 837 set of a file."""
    found: list[SentSet] = []
    interchange = group = ""
    for segment in segments_of(data):
        if segment[0] == "ISA":
            interchange = segment[13]
        elif segment[0] == "GS":
            group = segment[6]
        elif segment[0] == "ST":
            found.append(SentSet(file_name, interchange, group, segment[2]))
        if found and segment[0] not in ("ISA", "GS", "GE", "IEA"):
            found[-1].segments.append(segment)
        if segment[0] == "BHT":
            found[-1].batch = segment[3]
        elif segment[0] == "CLM":
            found[-1].claims.append((segment[1], cents(segment[2])))
    return found


@dataclass
class SetAnswer:
    """What a 999 or 997 says of one set; `faults` are IK3 or AK3 with their IK4s."""

    group: str
    control_number: str
    code: str = ""
    faults: list[tuple[list[str], list[list[str]]]] = field(default_factory=list)


@dataclass
class GroupAnswer:
    """One 999 or 997 set."""

    kind: str
    group: str
    sets: list[SetAnswer] = field(default_factory=list)
    verdict: list[str] = field(default_factory=list)


def group_answers(data: bytes) -> list[GroupAnswer]:
    """Every 999 or 997 set of a file."""
    found: list[GroupAnswer] = []
    kind = ""
    for segment in segments_of(data):
        tag = segment[0]
        if tag == "ST":
            kind = segment[1]
        elif tag == "AK1":
            found.append(GroupAnswer(kind, segment[2]))
        elif tag == "AK2":
            found[-1].sets.append(SetAnswer(found[-1].group, segment[2]))
        elif tag in ("IK3", "AK3"):
            found[-1].sets[-1].faults.append((segment, []))
        elif tag in ("IK4", "AK4"):
            found[-1].sets[-1].faults[-1][1].append(segment)
        elif tag in ("IK5", "AK5"):
            found[-1].sets[-1].code = segment[1]
        elif tag == "AK9":
            found[-1].verdict = segment
    return found


def receipts(data: bytes) -> list[list[str]]:
    """Every TA1 of a file."""
    return [segment for segment in segments_of(data) if segment[0] == "TA1"]


@dataclass
class Level:
    """One level of a 277: its segments, with the totals it states and the claims below it."""

    code: str
    number: str
    parent: str
    segments: list[list[str]] = field(default_factory=list)
    below: list["Level"] = field(default_factory=list)

    def first(self, tag: str) -> list[str]:
        return next(segment for segment in self.segments if segment[0] == tag)

    def stated(self, tag: str) -> dict[str, int]:
        """QTY as counts or AMT as cents, by qualifier."""
        return {
            segment[1]: int(segment[2]) if tag == "QTY" else cents(segment[2])
            for segment in self.segments
            if segment[0] == tag
        }

    def claims(self) -> Iterator["Level"]:
        """Patient levels below it, at any depth."""
        for level in self.below:
            if level.code == "PT":
                yield level
            yield from level.claims()


def levels(data: bytes) -> list[Level]:
    """The source level of every 277 set, with all others below it."""
    roots: list[Level] = []
    by_number: dict[str, Level] = {}
    current: Level | None = None
    for segment in segments_of(data):
        if segment[0] == "ST":
            by_number, current = {}, None
        elif segment[0] == "HL":
            current = Level(segment[3], segment[1], segment[2])
            by_number[segment[1]] = current
            if segment[2]:
                by_number[segment[2]].below.append(current)
            else:
                roots.append(current)
        elif current is not None:
            current.segments.append(segment)
    return roots


def is_refused(level: Level, data: bytes) -> bool:
    """Whether the first status of a claim's level refuses it."""
    return level.first("STC")[1].split(component_of(data))[0] in REFUSED

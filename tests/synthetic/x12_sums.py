"""A naive second reading of X12 for the tests: split the text, add up the numbers.

Knows nothing of the engine's parsers nor of the makers in `edi_engine.synthetic`.
"""

from dataclasses import dataclass, field
from decimal import Decimal

TRIPLETS = range(2, 20, 3)


def segments_of(data: bytes) -> list[list[str]]:
    """Every segment as its elements; separators are read from each file's ISA."""
    text = data.decode("ascii")
    element, terminator = text[3], text[105]
    return [
        piece.strip("\r\n").split(element)
        for piece in text.split(terminator)
        if piece.strip("\r\n")
    ]


def component_of(data: bytes) -> str:
    return data.decode("ascii")[104]


def cents(text: str) -> int:
    scaled = Decimal(text or "0") * 100
    assert scaled == int(scaled), text
    return int(scaled)


def adjustments(segment: list[str]) -> int:
    return sum(cents(segment[i + 1]) for i in TRIPLETS if i + 1 < len(segment))


@dataclass
class PaidLine:
    charge: int
    paid: int
    adjusted: int = 0


@dataclass
class Paid:
    control_number: str
    status: str
    charge: int
    paid: int
    adjusted: int = 0
    patient: int = 0
    stated_patient: str = ""
    lines: list[PaidLine] = field(default_factory=list)


@dataclass
class RemittanceSums:
    control_number: str
    payment: int
    claims: list[Paid] = field(default_factory=list)
    provider: list[tuple[str, int]] = field(default_factory=list)


def remittances(data: bytes) -> list[RemittanceSums]:
    """Every 835 set of a file with what balancing needs."""
    found: list[RemittanceSums] = []
    number = ""
    for segment in segments_of(data):
        tag = segment[0]
        if tag == "ST":
            number = segment[2]
        elif tag == "BPR":
            found.append(RemittanceSums(number, cents(segment[2])))
        elif tag == "CLP":
            paid = Paid(segment[1], segment[2], cents(segment[3]), cents(segment[4]))
            paid.stated_patient = segment[5]
            found[-1].claims.append(paid)
        elif tag == "SVC":
            found[-1].claims[-1].lines.append(PaidLine(cents(segment[2]), cents(segment[3])))
        elif tag == "CAS":
            claim = found[-1].claims[-1]
            total = adjustments(segment)
            claim.patient += total if segment[1] == "PR" else 0
            if claim.lines:
                claim.lines[-1].adjusted += total
            else:
                claim.adjusted += total
        elif tag == "PLB":
            pairs = range(3, len(segment) - 1, 2)
            found[-1].provider += [(segment[i], cents(segment[i + 1])) for i in pairs]
    return found


@dataclass
class Billed:
    control_number: str
    charge: int
    lines: list[int] = field(default_factory=list)


def claims(data: bytes) -> list[tuple[str, list[Billed]]]:
    """Every 837 set of a file: its control number and its claims with their line charges."""
    sets: list[tuple[str, list[Billed]]] = []
    place = {"SV1": 2, "SV2": 3, "SV3": 2}
    for segment in segments_of(data):
        if segment[0] == "ST":
            sets.append((segment[2], []))
        elif segment[0] == "CLM":
            sets[-1][1].append(Billed(segment[1], cents(segment[2])))
        elif segment[0] in place:
            sets[-1][1][-1].lines.append(cents(segment[place[segment[0]]]))
    return sets

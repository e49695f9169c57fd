"""Line payments that are parts of a billed line: splits and unbundled codes. Domain 3.5, 4.2 B6.

A split keeps the code and divides the charge; an unbundled line keeps the charge on its first part
and brings further codes without charge, whose submitted procedure names the billed line.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product

from edi_engine.records.matching import BilledLine, PaidLine

__all__ = ["place_parts"]

PARTS_MAX = 8
LINES_MAX = 4
"""Parts and lines of one code that are tried in every combination: 4 to the 8th, 65,536, is the
most. A larger group is left unplaced, and a person sees it."""


def place_parts(
    billed: Sequence[BilledLine],
    free: Sequence[BilledLine],
    left: Sequence[tuple[str, PaidLine]],
) -> list[tuple[int, str] | None]:
    """For each (code, line payment): line number and rule, or None when it is no part.

    `billed` are all lines of the claim, `free` those without an answer so far.
    """
    places: list[tuple[int, str] | None] = [None] * len(left)
    by_code: dict[str, list[int]] = {}
    for index, (code, line) in enumerate(left):
        if line.charge_cents and code:
            by_code.setdefault(code, []).append(index)
    free_by_code = _by_code(free)
    for code, indexes in by_code.items():
        lines = free_by_code.get(code, [])
        charges = [abs(left[index][1].charge_cents) for index in indexes]
        days = [left[index][1].service_from for index in indexes]
        for index, place in zip(indexes, _split(lines, charges, days), strict=True):
            places[index] = place
    charged = _by_code([line for line in billed if line.charge_cents])
    for index, (code, line) in enumerate(left):
        if not line.charge_cents and code:
            places[index] = _unbundled(charged.get(code, ()), line)
    return places


def _by_code(lines: Sequence[BilledLine]) -> dict[str, list[BilledLine]]:
    found: dict[str, list[BilledLine]] = {}
    for line in lines:
        found.setdefault(line.procedure_code.upper(), []).append(line)
    return found


def _split(
    lines: Sequence[BilledLine], charges: Sequence[int], days: Sequence[object]
) -> Sequence[tuple[int, str] | None]:
    nothing: list[tuple[int, str] | None] = [None] * len(charges)
    if len(lines) == 1:
        (line,) = lines
        total = sum(charges)
        if len(charges) > 1 and total == line.charge_cents:
            return [(line.line_number, "split_line")] * len(charges)
        if total < line.charge_cents:
            return [(line.line_number, "part_of_line")] * len(charges)
        return nothing
    if not lines or len(lines) > LINES_MAX or len(charges) > PARTS_MAX:
        return nothing
    ways = list(_ways(lines, charges))
    of_day = [
        way
        for way in ways
        if all(
            day in (None, lines[choice].service_from) for choice, day in zip(way, days, strict=True)
        )
    ]
    for found in (of_day, ways):
        if len(found) == 1:
            return [(lines[choice].line_number, "split_line") for choice in found[0]]
    return nothing


def _ways(lines: Sequence[BilledLine], charges: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Ways to give each part to a line so that every line's parts add up to its charge."""
    for way in product(range(len(lines)), repeat=len(charges)):
        sums = [0] * len(lines)
        for choice, cents in zip(way, charges, strict=True):
            sums[choice] += cents
        if all(total in (0, line.charge_cents) for total, line in zip(sums, lines, strict=True)):
            yield way


def _unbundled(lines: Sequence[BilledLine], paid: PaidLine) -> tuple[int, str] | None:
    """The one charged line of its code (of that day, if several) for a part without charge."""
    if len(lines) > 1:
        of_day = (line for line in lines if line.service_from == paid.service_from)
        lines = list(islice(of_day, 2))
    return (lines[0].line_number, "unbundled_line") if len(lines) == 1 else None

"""A second, slower way to the sums of remittances: split, look at the id, add up. Shares no code.

Knows the separators only from what stands around "ISA" and "GS", and leaves a file out (None) when
it cannot tell them.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

__all__ = ["NaiveSums", "naive_sums"]

_START = re.compile(
    r"ISA([^A-Za-z0-9\s]).{50,300}?\1([^A-Za-z0-9\s])[ \t]*([^A-Za-z0-9 ])\s*GS\1", re.DOTALL
)


class NaiveSums(NamedTuple):
    """Counts and sums over the segments of all 835 sets."""

    claims: int
    charged: Decimal
    paid: Decimal
    lines: int
    lines_charged: Decimal
    lines_paid: Decimal
    adjusted: Decimal
    provider_adjusted: Decimal


def naive_sums(data: bytes) -> NaiveSums | None:
    """The sums, or None when the file's separators are beyond a naive reader."""
    text = data.decode("latin-1")
    starts = list(re.finditer(r"(?<![A-Z0-9*])ISA", text))
    found = _START.search(text)
    if found is None or len(starts) != 1:
        return None
    element, segment = found[1], found[3]
    if segment.isalnum() or segment == " ":
        return None
    pieces = [
        piece.strip().replace("\n", "").replace("\r", "").split(element)
        for piece in (re.split(r"[\r\n]+", text) if segment in "\r\n" else text.split(segment))
    ]
    kept, inside = [], False
    for piece in pieces:
        if piece[0].upper() == "ST":
            inside = len(piece) > 1 and piece[1] == "835"
        elif inside:
            kept.append((piece[0].upper(), piece))
    claims = [piece for name, piece in kept if name == "CLP"]
    lines = [piece for name, piece in kept if name == "SVC"]
    return NaiveSums(
        len(claims),
        _sum(claims, 3),
        _sum(claims, 4),
        len(lines),
        _sum(lines, 2),
        _sum(lines, 3),
        sum((_every_third(piece) for name, piece in kept if name == "CAS"), Decimal(0)),
        sum((_every_second(piece) for name, piece in kept if name == "PLB"), Decimal(0)),
    )


def _value(text: str) -> Decimal:
    try:
        value = Decimal(text.strip() or "0")
    except InvalidOperation:
        return Decimal(0)
    return value if re.fullmatch(r"\s*[+-]?[0-9]*\.?[0-9]*\s*", text, re.ASCII) else Decimal(0)


def _sum(pieces: list[list[str]], index: int) -> Decimal:
    return sum((_value(piece[index]) for piece in pieces if len(piece) > index), Decimal(0))


def _every_third(piece: list[str]) -> Decimal:
    return sum((_value(text) for text in piece[3::3]), Decimal(0))


def _every_second(piece: list[str]) -> Decimal:
    return sum((_value(text) for text in piece[4::2]), Decimal(0))

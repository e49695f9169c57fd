"""A stretch of a file cut at its segment terminators, to show places; reading is in `segments`."""

from collections.abc import Iterator

__all__ = ["segment_pieces"]


def segment_pieces(text: str, terminator: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Segments with their offsets counted from `start`, without what stands between them; empty
    ones are left out."""
    offset = start
    for piece in text.split(terminator):
        plain = piece.strip("\r\n \t")
        if plain:
            yield offset + piece.index(plain), plain
        offset += len(piece) + len(terminator)

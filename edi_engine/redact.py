"""Masking of what could name a patient, for messages and logs."""

__all__ = ["mask", "shape_of"]


def mask(text: str) -> str:
    """Length and nothing else: "<11 characters>"; "<empty>" for no text."""
    return f"<{len(text)} characters>" if text else "<empty>"


def shape_of(text: str, *, characters_max: int = 24) -> str:
    """The text's shape: letters become A, digits 9, the rest stays; cut at `characters_max`.

    "SMITH 0042/1" gives "AAAAA 9999/9". Enough to see what is malformed, not whose it is.
    """
    shaped = "".join(_shape_of_character(character) for character in text[:characters_max])
    return shaped + ("..." if len(text) > characters_max else "")


def _shape_of_character(character: str) -> str:
    if character.isalpha():
        return "A"
    if character.isalnum():
        return "9"
    return character if character.isprintable() else "?"

"""Envelopes: ISA to IEA around groups of sets, and the text of a whole file.

Segments are composed with the usual separators and translated to the sender's own at the end;
nothing we write holds a separator inside a value.
"""

from datetime import date

import msgspec

from edi_engine.synthetic.payers import TEXT_PUNCTUATION, Punctuation

__all__ = ["ControlNumbers", "Envelope", "SetPlace", "file_text", "placed_file", "set_lines"]

_NAMES_NO_IMPLEMENTATION = frozenset({"835", "997"})
"""Sets whose ST we write without ST03."""


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """Who sends what to whom. `functional_code` is GS01, `implementation` GS08."""

    sender: str
    receiver: str
    functional_code: str
    implementation: str
    written_on: date
    punctuation: Punctuation = TEXT_PUNCTUATION


class SetPlace(msgspec.Struct, frozen=True, gc=False):
    """Where a set was put: ISA13 and GS06 around it."""

    interchange: str
    group: str


class ControlNumbers:
    """Interchange and group control numbers, never used twice in a practice."""

    def __init__(self) -> None:
        self._interchange = 0
        self._group = 0

    def next_interchange(self) -> str:
        """ISA13."""
        self._interchange += 1
        return f"{self._interchange:09d}"

    def next_group(self) -> str:
        """GS06."""
        self._group += 1
        return str(self._group)


def set_lines(kind: str, control_number: str, implementation: str, body: list[str]) -> list[str]:
    """A set around its body. An 835 or 997 names no implementation in ST."""
    suffix = "" if kind in _NAMES_NO_IMPLEMENTATION else f"*{implementation}"
    count = len(body) + 2
    return [f"ST*{kind}*{control_number}{suffix}", *body, f"SE*{count}*{control_number}"]


def file_text(
    envelope: Envelope, sets: list[list[str]], *, grouping: str, numbers: ControlNumbers
) -> bytes:
    """The file with these sets in one group, in a group each, or in an interchange each."""
    return placed_file(envelope, sets, grouping=grouping, numbers=numbers)[0]


def placed_file(
    envelope: Envelope,
    sets: list[list[str]],
    *,
    grouping: str,
    numbers: ControlNumbers,
    receipts: list[str] | None = None,
) -> tuple[bytes, tuple[SetPlace, ...]]:
    """The same, and where each set went. `receipts` are TA1 segments of the first interchange;
    without any set they are all that is in the file."""
    interchanges: list[list[list[list[str]]]]
    if grouping == "interchanges" and sets:
        interchanges = [[[each]] for each in sets]
    elif grouping == "groups":
        interchanges = [[[each] for each in sets]]
    else:
        interchanges = [[sets] if sets else []]
    segments: list[str] = []
    places: list[SetPlace] = []
    for position, groups in enumerate(interchanges):
        number = numbers.next_interchange()
        segments.append(_header(envelope, number))
        segments += (receipts or []) if position == 0 else []
        for group in groups:
            segments += _group(envelope, group, numbers.next_group(), number, places)
        segments.append(f"IEA*{len(groups)}*{number}")
    return _punctuated(segments, envelope.punctuation), tuple(places)


def _header(envelope: Envelope, number: str) -> str:
    return (
        f"ISA*00*          *00*          *ZZ*{envelope.sender:<15}*ZZ*{envelope.receiver:<15}"
        f"*{envelope.written_on:%y%m%d}*0815*^*00501*{number}*0*P*:"
    )


def _group(
    envelope: Envelope, sets: list[list[str]], group: str, interchange: str, places: list[SetPlace]
) -> list[str]:
    """GS to GE around these sets; their places go on the list."""
    header = (
        f"GS*{envelope.functional_code}*{envelope.sender}*{envelope.receiver}"
        f"*{envelope.written_on:%Y%m%d}*0815*{group}*X*{envelope.implementation}"
    )
    segments = [header]
    for each in sets:
        segments += each
        places.append(SetPlace(interchange, group))
    segments.append(f"GE*{len(sets)}*{group}")
    return segments


def _punctuated(segments: list[str], punctuation: Punctuation) -> bytes:
    """The bytes of the file: separators of the sender, terminator and line end after each."""
    ending = punctuation.segment + punctuation.line_end
    text = ending.join(segments) + ending
    usual = TEXT_PUNCTUATION
    table: dict[str, str | int | None] = {
        usual.element: punctuation.element,
        usual.component: punctuation.component,
        usual.repetition: punctuation.repetition,
    }
    if any(mine != theirs for mine, theirs in table.items()):
        text = text.translate(str.maketrans(table))
    return text.encode("ascii")

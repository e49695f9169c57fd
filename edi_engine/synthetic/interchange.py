"""Envelopes: ISA to IEA around groups of sets, and the text of a whole file.

Segments are composed with the usual separators and translated to the sender's own at the end;
nothing we write holds a separator inside a value.
"""

from datetime import date

import msgspec

from edi_engine.synthetic.payers import TEXT_PUNCTUATION, Punctuation

__all__ = ["ControlNumbers", "Envelope", "file_text", "set_lines"]


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """Who sends what to whom. `functional_code` is GS01, `implementation` GS08."""

    sender: str
    receiver: str
    functional_code: str
    implementation: str
    written_on: date
    punctuation: Punctuation = TEXT_PUNCTUATION


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
    """A set around its body. An 835 names no implementation in ST."""
    suffix = f"*{implementation}" if kind == "837" else ""
    count = len(body) + 2
    return [f"ST*{kind}*{control_number}{suffix}", *body, f"SE*{count}*{control_number}"]


def file_text(
    envelope: Envelope, sets: list[list[str]], *, grouping: str, numbers: ControlNumbers
) -> bytes:
    """The file with these sets in one group, in a group each, or in an interchange each."""
    interchanges: list[list[list[list[str]]]]
    if grouping == "interchanges":
        interchanges = [[[each]] for each in sets]
    elif grouping == "groups":
        interchanges = [[[each] for each in sets]]
    else:
        interchanges = [[sets]]
    segments: list[str] = []
    for groups in interchanges:
        segments.extend(_interchange(envelope, groups, numbers))
    return _punctuated(segments, envelope.punctuation)


def _interchange(
    envelope: Envelope, groups: list[list[list[str]]], numbers: ControlNumbers
) -> list[str]:
    number = numbers.next_interchange()
    day = envelope.written_on
    header = (
        f"ISA*00*          *00*          *ZZ*{envelope.sender:<15}*ZZ*{envelope.receiver:<15}"
        f"*{day:%y%m%d}*0815*^*00501*{number}*0*P*:"
    )
    segments = [header]
    for sets in groups:
        group = numbers.next_group()
        segments.append(
            f"GS*{envelope.functional_code}*{envelope.sender}*{envelope.receiver}"
            f"*{day:%Y%m%d}*0815*{group}*X*{envelope.implementation}"
        )
        for each in sets:
            segments.extend(each)
        segments.append(f"GE*{len(sets)}*{group}")
    segments.append(f"IEA*{len(groups)}*{number}")
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

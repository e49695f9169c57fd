"""The outside of a written X12 file: control numbers, delimiters and segment text.

Source: X12.5 and X12.6 (ISA, GS, ST and their ends), version 00501.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from edi_engine.errors import InputError
from edi_engine.records.common import Party

__all__ = [
    "Envelope",
    "Segment",
    "TransactionSet",
    "WriterDelimiters",
    "choose_delimiters",
    "write_interchange",
]

Segment = tuple[str | tuple[str, ...], ...]
"""Segment id and elements; a composite is a tuple of its components. An extra segment, kept as
text when it was read, is a tuple of that one text."""

_CANDIDATES = '*:^~|>!+#;<=@`{}[]_%&$?"\x1c\x1d\x1e\x1f'
"""Delimiters in order of preference; the last four never stand in a value that was read."""

_STORED_DELIMITERS = "*:^"
"""How the readers store the delimiters inside an extra segment, whatever the file had."""

_LINE_ENDS = str.maketrans("\r\n", "  ")
_SENDER_WIDTH = 15


class Envelope(msgspec.Struct, frozen=True):
    """Who sends what to whom, under which control numbers and date. No clock is asked.

    `written_at` is HHMM. The names are those of the 837's submitter (its `submitter_phone` digits
    only) and receiver; an 835 has none. Control numbers count up from the ones given. The codes of
    the group are those of the interchange where they are empty, and `submitter` and `receiver`
    stand in place of the names where they are given.
    """

    sender_id: str
    receiver_id: str
    written_on: date
    written_at: str = "0000"
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    interchange_control_number: int = 1
    group_control_number: int = 1
    set_control_number: int = 1
    usage_indicator: str = "P"
    submitter_name: str = "SUBMITTER"
    submitter_phone: str = ""
    receiver_name: str = "RECEIVER"
    group_sender_code: str = ""
    group_receiver_code: str = ""
    submitter: Party | None = None
    receiver: Party | None = None


class WriterDelimiters(msgspec.Struct, frozen=True):
    """The four delimiters a file is written with."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"

    def text_of(self, segment: Segment) -> str:
        """The segment with its terminator and a line end; empty trailing elements are left out."""
        if len(segment) == 1 and isinstance(segment[0], str):
            return self._stored_text(segment[0]) + self.segment + "\n"
        elements = [
            _cleaned(element)
            if isinstance(element, str)
            else self.component.join(map(_cleaned, element)).rstrip(self.component)
            for element in segment
        ]
        return self.element.join(elements).rstrip(self.element) + self.segment + "\n"

    def _stored_text(self, text: str) -> str:
        own = self.element + self.component + self.repetition
        return _cleaned(text).translate(str.maketrans(_STORED_DELIMITERS, own))


class TransactionSet(msgspec.Struct, frozen=True):
    """One set to write: its type, its guide, its functional code (GS01) and what is between ST
    and SE. `segments` is asked for twice, once to choose delimiters and once to write."""

    set_type: str
    guide: str
    functional_code: str
    segments: tuple[Segment, ...]


def write_interchange(sets: Iterable[TransactionSet], envelope: Envelope) -> bytes:
    """One interchange with a functional group for each run of sets of the same guide.

    Text outside ASCII is written as UTF-8, which the readers try first. Raises InputError when the
    values use up every possible delimiter, or an id is longer than its element.
    """
    all_sets = tuple(sets)
    delimiters = choose_delimiters(all_sets)
    out = [_interchange_header(envelope, delimiters)]
    groups = 0
    for group_number, group in enumerate(_groups(all_sets), envelope.group_control_number):
        out.extend(_group_texts(group, group_number, envelope, delimiters))
        groups += 1
    closing: Segment = ("IEA", str(groups), f"{envelope.interchange_control_number:09d}")
    out.append(delimiters.text_of(closing))
    return "".join(out).encode("utf-8", "replace")


def _groups(sets: tuple[TransactionSet, ...]) -> Iterator[list[tuple[int, TransactionSet]]]:
    """Runs of sets of one guide, each set with its ordinal in the interchange from 0."""
    group: list[tuple[int, TransactionSet]] = []
    for ordinal, transaction in enumerate(sets):
        if group and group[-1][1].guide != transaction.guide:
            yield group
            group = []
        group.append((ordinal, transaction))
    if group:
        yield group


def _group_texts(
    group: list[tuple[int, TransactionSet]],
    group_number: int,
    envelope: Envelope,
    delimiters: WriterDelimiters,
) -> Iterator[str]:
    first = group[0][1]
    text_of = delimiters.text_of
    written_on = f"{envelope.written_on:%Y%m%d}"
    yield text_of(
        (
            "GS",
            first.functional_code,
            envelope.group_sender_code or envelope.sender_id,
            envelope.group_receiver_code or envelope.receiver_id,
            written_on,
            envelope.written_at,
            str(group_number),
            "X",
            first.guide,
        )
    )
    for ordinal, transaction in group:
        number = f"{envelope.set_control_number + ordinal:04d}"
        guide = transaction.guide if transaction.set_type != "835" else ""  # its ST03 is not used
        yield text_of(("ST", transaction.set_type, number, guide))
        yield from map(text_of, transaction.segments)
        yield text_of(("SE", str(len(transaction.segments) + 2), number))
    yield text_of(("GE", str(len(group)), str(group_number)))


def _interchange_header(envelope: Envelope, delimiters: WriterDelimiters) -> str:
    for value in (envelope.sender_id, envelope.receiver_id):
        if not 1 < len(value) <= _SENDER_WIDTH:
            raise InputError(
                f"an interchange id has {len(value)} characters, 2 to {_SENDER_WIDTH} are allowed."
            )
    elements = [
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        envelope.sender_qualifier,
        _cleaned(envelope.sender_id).ljust(_SENDER_WIDTH),
        envelope.receiver_qualifier,
        _cleaned(envelope.receiver_id).ljust(_SENDER_WIDTH),
        f"{envelope.written_on:%y%m%d}",
        envelope.written_at,
        delimiters.repetition,
        "00501",
        f"{envelope.interchange_control_number:09d}",
        "0",
        envelope.usage_indicator,
        delimiters.component,
    ]
    return delimiters.element.join(elements) + delimiters.segment + "\n"


def choose_delimiters(sets: tuple[TransactionSet, ...]) -> WriterDelimiters:
    """The preferred delimiters, or others where a value contains one of them.

    Raises InputError when the values use up every possible delimiter.
    """
    used: set[str] = set()
    for transaction in sets:
        for segment in transaction.segments:
            if len(segment) == 1 and isinstance(segment[0], str):
                used.update(_stored_values(segment[0]))
                continue
            for element in segment:
                used.update(element if isinstance(element, str) else "".join(element))
    free = [candidate for candidate in _CANDIDATES if candidate not in used]
    if len(free) < len("*:^~"):
        raise InputError("the values hold every character that could delimit them.")
    chosen: list[str] = []
    for preferred in "*:^~":
        chosen.append(preferred if preferred in free else next(c for c in free if c not in "*:^~"))
        free.remove(chosen[-1])
    return WriterDelimiters(*chosen)


def _stored_values(text: str) -> Iterator[str]:
    for delimiter in _STORED_DELIMITERS:
        text = text.replace(delimiter, "")
    return iter(text)


def _cleaned(value: str) -> str:
    """The value without line ends, which every reader drops."""
    return value if value.isprintable() else value.translate(_LINE_ENDS)

"""Writes the answer to an interchange: a 999 (005010X231A1) for its sets, and a TA1.

One functional group of the answer, with one 999, for each group of the interchange. A TA1 is
written when ISA14 asks for one or the interchange is bad; a rejected interchange gets its TA1 and
no 999, because nothing in it was taken. What is itself an acknowledgment (999, 997, TA1) is never
answered. What is said of a set comes from its faults by `acknowledgment_answers`, what is said of
envelopes from the outline. Numbers and dates are given from outside. Source: 005010X231A1; X12.5.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.dates import parse_date
from edi_engine.exports.acknowledgment_answers import SetVerdict, answer_for
from edi_engine.exports.acknowledgment_envelopes import (
    GROUP_OF,
    TYPE_OF,
    functional_code,
    group_codes,
    group_number,
    interchange_note,
    is_answer_group,
    is_number,
    is_time,
    set_codes,
    version_of,
)
from edi_engine.exports.acknowledgment_notes import segment_notes
from edi_engine.exports.x12_envelope import (
    Segment,
    TransactionSet,
    WriterDelimiters,
    choose_delimiters,
)
from edi_engine.records.validation import (
    GroupOutline,
    GuideFault,
    InterchangeOutline,
    SetOutline,
)

__all__ = [
    "Acknowledgment",
    "AnswerEnvelope",
    "SetAnswer",
    "write_acknowledgment",
]

GUIDE = "005010X231A1"
_CODES_MAX = 5
"""How many codes IK5 and AK9 have room for."""


class AnswerEnvelope(msgspec.Struct, frozen=True):
    """The day and time (HHMM) of the answer, and its interchange control number: None takes the
    number of the interchange that is answered, so that the same file gives the same answer."""

    written_on: date
    written_at: str = "0000"
    control_number: int | None = None


class SetAnswer(msgspec.Struct, frozen=True):
    """What was said of one set: IK501 and how many segments were named."""

    set_ordinal: int
    verdict: SetVerdict
    segments_count: int


class Acknowledgment(msgspec.Struct, frozen=True):
    """The bytes, what they hold ("TA1", "999" or both) and what was said.

    `note` is TA104 and TA105, two empty texts without a TA1.
    """

    data: bytes
    kinds: tuple[str, ...]
    note: tuple[str, str]
    sets: tuple[SetAnswer, ...]


def write_acknowledgment(
    interchange: InterchangeOutline, faults: Sequence[GuideFault], envelope: AnswerEnvelope
) -> Acknowledgment | None:
    """The answer to an interchange; `faults` are those of its sets, in file order.

    None when there is nothing to answer or nobody: an interchange of acknowledgments only, one
    without an ISA. Raises InputError when its ids use up every possible delimiter.
    """
    if not interchange.elements or _is_answer(interchange):
        return None
    verdict, code = interchange_note(interchange)
    asked = interchange.element(14) == "1"
    note = (verdict, code) if asked or verdict != "A" else ("", "")
    number = _control_number(interchange, envelope)
    groups: list[tuple[GroupOutline, TransactionSet]] = []
    answers: list[SetAnswer] = []
    if verdict != "R":
        by_set: dict[int, list[GuideFault]] = {}
        for fault in faults:
            by_set.setdefault(fault.finding.place.set_ordinal, []).append(fault)
        for group in interchange.groups:
            if is_answer_group(group):
                continue
            writer = _GroupWriter(group, by_set)
            groups.append((group, writer.transaction()))
            answers += writer.answers
    if not note[0] and not groups:
        return None
    data = _text(interchange, envelope, number, note, groups)
    kinds = (("TA1",) if note[0] else ()) + (("999",) if groups else ())
    return Acknowledgment(data, kinds, note, tuple(answers))


def _is_answer(interchange: InterchangeOutline) -> bool:
    return bool(interchange.groups or interchange.answers_count) and all(
        map(is_answer_group, interchange.groups)
    )


def _control_number(interchange: InterchangeOutline, envelope: AnswerEnvelope) -> int:
    if envelope.control_number is not None:
        return envelope.control_number % 1_000_000_000
    found = interchange.element(13)
    return int(found) if is_number(found) else 1


# A group and its sets.


class _GroupWriter:
    """Makes the 999 for one group."""

    def __init__(self, group: GroupOutline, faults: Mapping[int, list[GuideFault]]) -> None:
        self._group = group
        self._faults = faults
        self.answers: list[SetAnswer] = []

    def transaction(self) -> TransactionSet:
        """The 999 between its ST and SE.

        In a group that is refused as a whole the sets that have no fault of their own are not
        named: saying that they were accepted would say that they need not be sent again.
        """
        group = self._group
        code = functional_code(group) or ""
        segments: list[Segment] = [("AK1", code, group_number(group), version_of(group))]
        is_refused = any(group_codes(group))
        seen: set[str] = set()
        for one in group.sets:
            verdict, said = self._judged(one, seen)
            seen.add(one.control_number)
            if not is_refused or verdict is SetVerdict.REJECTED:
                segments.append(_set_header(one, TYPE_OF.get(code, "")))
                segments += said
            count = len({note[2] for note in said if note[0] == "IK3"})
            verdict = SetVerdict.REJECTED if is_refused else verdict
            self.answers.append(SetAnswer(one.set_ordinal, verdict, count))
        segments.append(self._close())
        return TransactionSet("999", GUIDE, "FA", tuple(segments))

    def _judged(self, one: SetOutline, seen: set[str]) -> tuple[SetVerdict, list[Segment]]:
        """The verdict about a set, and everything from its first IK3 to its IK5."""
        codes = list(set_codes(one, seen))
        # What is wrong with ST01 and ST02 has codes of its own in IK5.
        faults = [
            fault
            for fault in self._faults.get(one.set_ordinal, [])
            if fault.segment_id != "ST" or fault.element > 2
        ]
        told = (answer_for(fault.finding.code) for fault in faults)
        verdicts = {answer.verdict for answer in told if answer is not None}
        if codes or SetVerdict.REJECTED in verdicts:
            verdict = SetVerdict.REJECTED
        elif SetVerdict.WITH_ERRORS in verdicts:
            verdict = SetVerdict.WITH_ERRORS
        else:
            verdict = SetVerdict.ACCEPTED
        if verdicts - {SetVerdict.ACCEPTED}:
            codes.append("5")
        closing: Segment = ("IK5", verdict.value, *sorted(set(codes))[:_CODES_MAX])
        return verdict, [*segment_notes(faults), closing]

    def _close(self) -> Segment:
        """AK9: how many sets GE announces, how many came, how many were accepted."""
        group = self._group
        received = len(group.sets)
        codes = list(group_codes(group))
        accepted = sum(one.verdict is not SetVerdict.REJECTED for one in self.answers)
        if codes:
            verdict = "R"
        elif accepted == received:
            clean = all(one.verdict is SetVerdict.ACCEPTED for one in self.answers)
            verdict = "A" if clean else "E"
        else:
            verdict = "P" if accepted else "R"
        said = group.said_count
        announced = said if said is not None and re.fullmatch(r"[0-9]{1,6}", said) else received
        return ("AK9", verdict, str(announced), str(received), str(accepted), *codes[:_CODES_MAX])


def _set_header(one: SetOutline, usual_type: str) -> Segment:
    """AK2; a number that ST02 cannot have is cut or filled up to what it can."""
    set_type = one.set_type if one.set_type in GROUP_OF else usual_type
    number = _printable(one.control_number)[:9].strip().rjust(4, "0")
    version = one.implementation if len(one.implementation) <= 35 else ""
    return ("AK2", set_type, number, version)


# The text.


def _text(
    interchange: InterchangeOutline,
    envelope: AnswerEnvelope,
    number: int,
    note: tuple[str, str],
    groups: Sequence[tuple[GroupOutline, TransactionSet]],
) -> bytes:
    names: Segment = tuple(
        [interchange.element(6), interchange.element(8), interchange.element(13)]
        + [group.element(index) for group, _ in groups for index in (2, 3, 6, 8)]
    )
    probe = TransactionSet("", "", "", (("IDS", *names),))
    delimiters = choose_delimiters((probe, *(one for _, one in groups)))
    text_of = delimiters.text_of
    out = [_header(interchange, envelope, number, delimiters)]
    if note[0]:
        out.append(text_of(_interchange_answer(interchange, envelope, note)))
    for index, (group, transaction) in enumerate(groups):
        group_number = str((number + index) % 1_000_000_000 or 1)
        out.append(text_of(_group_header(group, envelope, group_number)))
        out.append(text_of(("ST", "999", "0001", GUIDE)))
        out += map(text_of, transaction.segments)
        out.append(text_of(("SE", str(len(transaction.segments) + 2), "0001")))
        out.append(text_of(("GE", "1", group_number)))
    out.append(text_of(("IEA", str(len(groups)), f"{number:09d}")))
    return "".join(out).encode("ascii", "replace")


def _header(
    interchange: InterchangeOutline,
    envelope: AnswerEnvelope,
    number: int,
    delimiters: WriterDelimiters,
) -> str:
    """ISA, the two sides exchanged. It asks for no TA1: an answer is not answered."""
    at = interchange.element
    elements = [
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        _qualifier(at(7)),
        _printable(at(8))[:15].ljust(15),
        _qualifier(at(5)),
        _printable(at(6))[:15].ljust(15),
        f"{envelope.written_on:%y%m%d}",
        envelope.written_at,
        delimiters.repetition,
        "00501",
        f"{number:09d}",
        "0",
        at(15) if at(15) in {"P", "T"} else "P",
        delimiters.component,
    ]
    return delimiters.element.join(elements) + delimiters.segment + "\n"


def _qualifier(text: str) -> str:
    return text if re.fullmatch(r"[0-9]{2}|ZZ", text, re.ASCII) else "ZZ"


def _interchange_answer(
    interchange: InterchangeOutline, envelope: AnswerEnvelope, note: tuple[str, str]
) -> Segment:
    """TA1. What cannot be copied because it is no number, day or time stands as zeros or today."""
    number, day, time = (interchange.element(index) for index in (13, 9, 10))
    return (
        "TA1",
        number.zfill(9) if is_number(number) else "000000000",
        day if len(day) == 6 and parse_date(day) is not None else f"{envelope.written_on:%y%m%d}",
        time if is_time(time) else "0000",
        *note,
    )


def _group_header(group: GroupOutline, envelope: AnswerEnvelope, number: str) -> Segment:
    return (
        "GS",
        "FA",
        _code_of_side(group.element(3)),
        _code_of_side(group.element(2)),
        f"{envelope.written_on:%Y%m%d}",
        envelope.written_at,
        number,
        "X",
        GUIDE,
    )


def _code_of_side(text: str) -> str:
    found = _printable(text)[:15].strip()
    return found if len(found) >= 2 else "UNKNOWN"


def _printable(text: str) -> str:
    return "".join(character if " " <= character <= "~" else "?" for character in text)

"""The claim files of a lifecycle practice, by lane, and what the receiver of files says to them.

A day's claims of one kind leave in one file; what is to be refused by its envelope, or lost, in
files of its own. The receiver answers each file by TA1, 999 or, for dental claims, the older 997.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

import msgspec

from edi_engine.synthetic.acknowledgment_text import (
    SetVerdict,
    group_body,
    interchange_receipt,
)
from edi_engine.synthetic.bills import Bill
from edi_engine.synthetic.claim_text import IMPLEMENTATIONS, claim_set_body
from edi_engine.synthetic.interchange import (
    ControlNumbers,
    Envelope,
    placed_file,
    set_lines,
)
from edi_engine.synthetic.lifecycle_answers import (
    FILE_FAULTS,
    INTERCHANGE_CODES,
    FileFault,
    PlantedFault,
)
from edi_engine.synthetic.lifecycle_desk import REPEATED_AFTER_DAYS, next_workday
from edi_engine.synthetic.sent_files import Lane, SentFile, SentSet

__all__ = [
    "FileAnswer",
    "FileWord",
    "acknowledge_file",
    "lay_out_sent_files",
]

SUBMITTER = "SAMPLESUB1"
RECEIVER = "SAMPLEREC1"

_OWN_FILES = ("refused_interchange", "lost", "repeated_interchange", "repeated_unheard")
_GROUPINGS = ("sets", "groups", "sets", "interchanges")
_REFUSED_CODES = ("R", "R", "X")
"""IK501 of refused sets, in turn; X is "rejected, content could not be analysed"."""
_RECEIPT_EVERY = 3
"""Every third file is answered by a TA1 too, though all is well."""


class FileWord(msgspec.Struct, frozen=True, gc=False):
    """What the receiver said of one set (or, by TA1, of the interchange around it).

    `source` is interchange or set, `code` TA104 or IK501, `note` TA105 or IK502 when refused or
    faulty. `faults` are those of the set.
    """

    source: str
    code: str
    note: str
    said_on: date
    file_name: str
    serials: tuple[int, ...]
    faults: tuple[PlantedFault, ...] = ()


def lay_out_sent_files(
    bills: Sequence[Bill], lanes: Mapping[int, Lane], numbers: ControlNumbers
) -> tuple[SentFile, ...]:
    """Files in order of their day; lanes of bills by serial."""

    def file_of(bill: Bill) -> tuple[date, str, str]:
        lane = lanes[bill.serial]
        return bill.sent_on, bill.kind, lane if lane in _OWN_FILES else ""

    ordered = sorted(bills, key=lambda bill: (*file_of(bill), lanes[bill.serial], bill.serial))
    files = []
    for index, ((sent_on, kind, own), group) in enumerate(groupby(ordered, key=file_of)):
        by_lane = groupby(group, key=lambda bill: lanes[bill.serial])
        parts = [(lane, tuple(members)) for lane, members in by_lane]
        files.append(_sent_file(sent_on, kind, own, parts, index=index, numbers=numbers))
        if own.startswith("repeated"):
            files.append(_repeated(files[-1], numbers))
    return tuple(files)


def _repeated(sent: SentFile, numbers: ControlNumbers) -> SentFile:
    """The same sets in a new envelope, some days later."""
    day = next_workday(sent.sent_on, REPEATED_AFTER_DAYS)
    data, places = placed_file(
        Envelope(SUBMITTER, RECEIVER, "HC", IMPLEMENTATIONS[sent.kind], day),
        [list(each.segments) for each in sent.sets],
        grouping="sets",
        numbers=numbers,
    )
    sets = tuple(
        msgspec.structs.replace(each, place=place)
        for each, place in zip(sent.sets, places, strict=True)
    )
    letter = sent.name.removesuffix(".edi")[-1]
    name = f"{day:%Y%m%d}_837{sent.kind}_again_{sent.sent_on:%m%d}{letter}.edi"
    lane = "lost" if sent.lane == "repeated_unheard" else ""
    return SentFile(name, data, day, sent.kind, lane, sets, repeats=sent.name)


def _sent_file(
    sent_on: date,
    kind: str,
    own: Lane,
    parts: list[tuple[Lane, tuple[Bill, ...]]],
    *,
    index: int,
    numbers: ControlNumbers,
) -> SentFile:
    implementation = IMPLEMENTATIONS[kind]
    letter = f"_{chr(ord('b') + _OWN_FILES.index(own))}" if own else ""
    laid = []
    for position, (lane, members) in enumerate(parts, 1):
        control_number, batch = f"{position:04d}", f"{sent_on:%y%m%d}{kind}{letter[1:]}{position}"
        body = claim_set_body(list(members), reference=batch)
        segments = set_lines("837", control_number, implementation, body)
        laid.append((lane, control_number, batch, members, segments))
    is_mixed = any(lane == "refused_set" for lane, *_ in laid)
    data, places = placed_file(
        Envelope(SUBMITTER, RECEIVER, "HC", implementation, sent_on),
        [segments for *_, segments in laid],
        grouping="sets" if is_mixed else _GROUPINGS[index % len(_GROUPINGS)],
        numbers=numbers,
    )
    sets = tuple(
        SentSet(lane, control_number, batch, place, members, tuple(segments))
        for (lane, control_number, batch, members, segments), place in zip(
            laid, places, strict=True
        )
    )
    return SentFile(f"{sent_on:%Y%m%d}_837{kind}{letter}.edi", data, sent_on, kind, own, sets)


class FileAnswer(msgspec.Struct, frozen=True, gc=False):
    """The receiver's answer to a file: its name, bytes and day, and what it says."""

    name: str
    data: bytes
    said_on: date
    words: tuple[FileWord, ...]


def acknowledge_file(sent: SentFile, index: int, numbers: ControlNumbers) -> FileAnswer | None:
    """The receiver's answer to the index-th file; None to a lost one."""
    if sent.lane == "lost":
        return None
    if sent.lane:
        return _refuse_interchange(sent, index, numbers)
    kind, implementation = ("997", "005010") if sent.kind == "D" else ("999", "005010X231A1")
    said_on = next_workday(sent.sent_on, index % 2)
    again = "_again" if sent.repeats else ""
    name = f"{said_on:%Y%m%d}_{kind}_{sent.sent_on:%m%d}{sent.kind}{again}.edi"
    verdicts = {
        each.control_number: _verdict(each, index + position)
        for position, each in enumerate(sent.sets)
    }
    by_group = groupby(sent.sets, key=lambda each: each.place.group)
    sets = [
        set_lines(
            kind,
            f"{position:04d}",
            implementation,
            group_body(
                group,
                IMPLEMENTATIONS[sent.kind],
                [verdicts[each.control_number] for each in members],
                older=kind == "997",
            ),
        )
        for position, (group, members) in enumerate(by_group, 1)
    ]
    words = [_set_word(each, verdicts[each.control_number], said_on, name) for each in sent.sets]
    receipts = []
    if index % _RECEIPT_EVERY == 0:
        first = sent.sets[0].place.interchange
        code, note = ("A", "000") if index % 2 else ("E", "010")
        receipts.append(interchange_receipt(first, sent.sent_on, code=code, note=note))
        words.append(FileWord("interchange", code, note, said_on, name, sent.serials(first)))
    envelope = Envelope(RECEIVER, SUBMITTER, "FA", implementation, said_on)
    data, _ = placed_file(envelope, sets, grouping="sets", numbers=numbers, receipts=receipts)
    return FileAnswer(name, data, said_on, tuple(words))


def _set_word(sent: SentSet, verdict: SetVerdict, said_on: date, name: str) -> FileWord:
    serials = tuple(bill.serial for bill in sent.bills)
    note = "5" if verdict.faults else ""
    return FileWord("set", verdict.code, note, said_on, name, serials, verdict.faults)


def _refuse_interchange(sent: SentFile, index: int, numbers: ControlNumbers) -> FileAnswer:
    """A file with nothing but TA1s, one for each interchange of the file that is refused."""
    code = INTERCHANGE_CODES[index % len(INTERCHANGE_CODES)]
    said_on = next_workday(sent.sent_on, 1)
    letter = sent.name.removesuffix(".edi")[-1]
    name = f"{said_on:%Y%m%d}_TA1_{sent.sent_on:%m%d}{sent.kind}_{letter}.edi"
    interchanges = dict.fromkeys(each.place.interchange for each in sent.sets)
    receipts = [
        interchange_receipt(each, sent.sent_on, code="R", note=code) for each in interchanges
    ]
    envelope = Envelope(RECEIVER, SUBMITTER, "FA", "005010X231A1", said_on)
    data, _ = placed_file(envelope, [], grouping="sets", numbers=numbers, receipts=receipts)
    return FileAnswer(
        name,
        data,
        said_on,
        (FileWord("interchange", "R", code, said_on, name, sent.serials()),),
    )


def _verdict(sent: SentSet, turn: int) -> SetVerdict:
    """A set by its lane: rejected for two faults, accepted with one, or accepted."""
    count = {"refused_set": 2, "faulty_set": 1}.get(sent.lane, 0)
    if not count:
        return SetVerdict(sent.control_number, "A")
    kinds = [FILE_FAULTS[(turn + step) % len(FILE_FAULTS)] for step in range(count)]
    faults = [
        _plant(sent, kind, sent.bills[step % len(sent.bills)]) for step, kind in enumerate(kinds)
    ]
    code = _REFUSED_CODES[turn % len(_REFUSED_CODES)] if sent.lane == "refused_set" else "E"
    return SetVerdict(
        sent.control_number, code, tuple(sorted(faults, key=lambda fault: fault.position))
    )


def _plant(sent: SentSet, kind: FileFault, bill: Bill) -> PlantedFault:
    """A fault of that kind at the first fitting segment of the bill."""
    start = next(
        index
        for index, segment in enumerate(sent.segments)
        if segment.startswith(f"CLM*{bill.control_number}*")
    )
    position = next(
        index
        for index in range(start, len(sent.segments))
        if sent.segments[index].startswith(kind.begins)
    )
    elements = sent.segments[position].split("*")
    value = ""
    if kind.element and kind.shows_value and kind.element < len(elements):
        value = elements[kind.element]
        if kind.component:
            value = value.split(":")[kind.component - 1]
    return PlantedFault(kind, elements[0], position + 1, value, bill.control_number)

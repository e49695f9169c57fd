"""Our 999s against pyx12: its reader accepts ours, and where it writes one itself the two agree.

Where they differ the reason is one of those named in `DIFFERENCES`; a difference of any other kind
fails. pyx12 cannot write the 999 of an 835, whatever its ST holds; for those its own report of what
it found is compared, which is what its 999 would have been made from.
"""

import io
import json
import re
from pathlib import Path

import msgspec
import pytest

from edi_engine.findings import Place
from edi_engine.jobs.validate import CheckedFile
from edi_engine.parsers.set_walk import walk_sets
from tests.exports.answers import answers_of, checked
from tests.exports.pyx12_answers import (
    SetVerdictRead,
    pyx12_answer_and_report,
    pyx12_errors,
    verdicts_of,
)
from tests.parsers.x12_files import FIXTURES, SAMPLES, expanded

BYTES_MAX = 100_000
"""Larger files are left to the tests of sizes: pyx12 takes a second for each."""

QUICK = [path for path in FIXTURES if path.parent.name == "fail"][::6]

DIFFERENCES = {
    "interchange refused": "We refuse the interchange by a TA1 and answer none of its sets; pyx12 "
    "answers the sets of an interchange whatever is wrong with it.",
    "group refused": "In a group that is refused as a whole we name only sets with faults of their "
    "own; pyx12 says of the others that they were accepted.",
    "codes on lists": "We look codes up in tables of today and note what is on none (E); pyx12 is "
    "asked without its old lists.",
    "nothing in the set": "Of a set without a segment between ST and SE pyx12 misses little.",
    "numbering": "Levels and lines that are not numbered one by one reject the set in both; pyx12 "
    "does not name the segment.",
    "end of the set": "What is missing at the end of a set we tell at SE; pyx12 does not count SE.",
    "separators and blanks": "Separators and blanks at the end of a segment, line ends inside one "
    "and ids in small letters are no fault to us: they change nothing that is read.",
    "ids that are none": "A segment id that IK301 cannot hold is not named by us, nor what pyx12 "
    "finds missing because of it.",
    "answers": "We never answer an answer; pyx12 reports on sets of 997 and 999 too.",
    "mistakes of its maps": "What pyx12's map is known to be wrong about is left out.",
    "behind the interchange": "What stands behind IEA is text outside any set to us.",
    "no map": "The 278 of 4010 has two maps; we check by neither.",
    "set without its end": "A missing SE has a code in IK5; pyx12 names it as a segment besides.",
    "more than are listed": "Of one finding a thousand are listed.",
}


class Seen(msgspec.Struct):
    """What one set of a file looks like, for explaining a difference."""

    ordinal: int
    set_type: str
    raw: dict[int, bytes]
    last: int


def sets_of(data: bytes) -> dict[tuple[str, int], Seen]:
    """By set control number and ordinal: the raw segments by their ordinal, up to the next one."""
    found: dict[tuple[str, int], Seen] = {}
    starts: dict[tuple[str, int], list[int]] = {}
    for piece in walk_sets(io.BytesIO(data), Place()):
        place = piece.head.place
        key = (place.set_control_number, place.set_ordinal)
        starts.setdefault(key, []).extend(piece.offsets)
        found[key] = Seen(place.set_ordinal, piece.head.set_type, {}, len(starts[key]))
    for key, offsets in starts.items():
        ends = [*offsets[1:], offsets[-1] + 400 if offsets else 0]
        for ordinal, (start, end) in enumerate(zip(offsets, ends, strict=True), 1):
            found[key].raw[ordinal] = data[start:end]
    return found


def is_untidy(raw: bytes, before: bytes) -> bool:
    """Whether a segment ends in separators or blanks, has some before it, or is broken over lines.
    `before` are the bytes of the segment before it, with what stands between the two."""
    body = raw.decode("latin-1").partition("~")[0]
    return (
        body.endswith(("*", " "))
        or before.rstrip(b"\r\n").endswith((b" ", b"\t"))
        or any(one != one.rstrip() for one in body.split("*"))
        or "\n" in body.strip("\r\n")
    )


def has_odd_ids(seen: Seen) -> bool:
    """Whether the set holds ids in small letters or such as are none."""
    ids = (raw.partition(b"*")[0] for raw in seen.raw.values())
    return not all(re.fullmatch(rb"[A-Z][A-Z0-9]{1,2}", one) for one in ids)


def explained(
    ours: SetVerdictRead, theirs: SetVerdictRead, found: CheckedFile, seen: Seen
) -> set[str]:
    """The names of the differences between two verdicts. Raises AssertionError for any other."""
    told: dict[tuple[str, int], set[str]] = {}
    for fault in found.faults:
        place = fault.finding.place
        if place.set_ordinal == seen.ordinal:
            key = fault.segment_id, place.segment_ordinal
            told.setdefault(key, set()).add(fault.finding.code)
    only_theirs = theirs.segments - ours.segments
    names = {
        _only_ours(one, told.get(one, set()), seen, only_theirs)
        for one in ours.segments - theirs.segments
    }
    if "end of the set" in names:
        only_theirs -= {(one, ordinal - 1) for one, ordinal in ours.segments}
    names |= {_only_theirs(one, found, seen) for one in only_theirs}
    if ours.verdict == "E" and theirs.verdict == "A":
        names.add("codes on lists")
    elif ours.verdict != theirs.verdict:
        envelope = seen.raw[1].split(b"~")[0]
        assert names or envelope.endswith(b" "), (ours.verdict, theirs.verdict)
        names.add("separators and blanks")
    return names


def _only_ours(
    one: tuple[str, int],
    codes: set[str],
    seen: Seen,
    only_theirs: frozenset[tuple[str, int]],
) -> str:
    if codes and codes <= {"CODE-0101", "CODE-0103", "CODE-0104"}:
        return "codes on lists"
    if "GUIDE-0101" in codes:
        return "numbering"
    if seen.last == 1 and (one[0], one[1] - 1) not in only_theirs:
        return "nothing in the set"
    assert one[1] > seen.last, f"only ours: {one} {codes}"
    assert (one[0], one[1] - 1) in only_theirs, f"only ours, at the end: {one} {codes}"
    return "end of the set"


def _only_theirs(one: tuple[str, int], found: CheckedFile, seen: Seen) -> str:
    left_out = {
        finding.place.segment_ordinal for finding in found.findings if finding.code == "GUIDE-0106"
    }
    if one[1] in left_out:
        return "mistakes of its maps"
    if seen.set_type == "278":
        return "no map"
    if one[1] > seen.last and b"IEA" in seen.raw[seen.last]:
        return "behind the interchange"
    if one[0] == "SE":
        return "set without its end"
    if has_odd_ids(seen):
        return "ids that are none"
    if any(finding.code == "X12-0119" for finding in found.findings):
        return "more than are listed"
    raw, before = seen.raw.get(one[1], b""), seen.raw.get(one[1] - 1, b"")
    assert is_untidy(raw, before), f"only theirs: {one}"
    return "separators and blanks"


def compare(data: bytes) -> tuple[int, set[str]]:
    """How many sets both answered, and the names of their differences; pyx12 must read ours.

    Raises AssertionError for what is neither agreement nor a difference that has a name.
    """
    result = checked(data)
    ours: dict[tuple[str, str], SetVerdictRead] = {}
    refused, groups = False, set[str]()
    for one in answers_of(result, data):
        assert not (found := pyx12_errors(one.text)), found
        ours |= verdicts_of(one.text)
        refused = refused or one.note.startswith("R")
        groups |= set(re.findall(r"AK1\*\w+\*(\w+)[^~]*~(?:(?!AK1).)*?AK9\*R", one.text, re.S))
    answer, report = pyx12_answer_and_report(data.decode("latin-1"))
    theirs = {**_verdicts_of_report(report), **verdicts_of(answer)}
    sets = sets_of(data)
    names: set[str] = set()
    count = 0
    for (group, number), verdict in theirs.items():
        matching = [seen for key, seen in sets.items() if key[0] == number.strip()]
        said = ours.get((group, number))
        if said is None:
            is_answer = {seen.set_type for seen in matching} <= {"997", "999"}
            is_refused = group in groups and verdict.verdict == "A"
            assert is_answer or refused or is_refused, f"not answered: {group} {number}"
            reason = "group refused" if is_refused else "interchange refused"
            names.add("answers" if is_answer else reason)
            continue
        count += 1
        names |= _explained_by_any(said, verdict, result, matching)
    return count, names


def _explained_by_any(
    ours: SetVerdictRead, theirs: SetVerdictRead, found: CheckedFile, matching: list[Seen]
) -> set[str]:
    """As `explained`, for the sets of a file that have the same number."""
    problems = []
    for seen in matching:
        try:
            return explained(ours, theirs, found, seen)
        except AssertionError as error:
            problems.append(str(error))
    raise AssertionError(problems[-1])


def _verdicts_of_report(report: str) -> dict[tuple[str, str], SetVerdictRead]:
    """What pyx12 would say of each set, from its report."""
    found: dict[tuple[str, str], SetVerdictRead] = {}
    kept = {*map(str, range(1, 9)), "SEG1"}
    for interchange in json.loads(report or "{}").get("interchanges", ()):
        for group in interchange["groups"]:
            for one in group["transactions"]:
                segments = {
                    (segment["seg_id"], segment["seg_count"])
                    for segment in one["segments"]
                    if segment["elements"]
                    or any(str(error["err_cde"]) in kept for error in segment["errors"])
                }
                key = (group["gs_control_num"], one["trn_set_control_num"].strip())
                found[key] = SetVerdictRead(one["ack_code"], frozenset(segments))
    return found


@pytest.mark.parametrize("path", QUICK, ids=lambda path: path.stem)
def test_pyx12_reads_answers_to_fixtures_and_agrees(path: Path) -> None:
    _, names = compare(expanded(path.read_bytes()))
    assert names <= DIFFERENCES.keys()


@pytest.mark.slow
@pytest.mark.parametrize("files", [FIXTURES, SAMPLES], ids=["fixtures", "samples"])
def test_pyx12_reads_every_answer_and_agrees(files: list[Path]) -> None:
    if not files:
        pytest.skip("no samples on this machine")
    count, names = 0, set[str]()
    wrong: dict[str, str] = {}
    for path in files:
        data = expanded(path.read_bytes())
        if len(data) > BYTES_MAX:
            continue
        try:
            compared, found = compare(data)
        except AssertionError as error:
            wrong[path.name] = str(error)
            continue
        count += compared
        names |= found
    assert not wrong
    assert names <= DIFFERENCES.keys()
    assert count > 40, names

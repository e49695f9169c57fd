"""Reads a 997 or 999: which groups and sets of ours were taken, and what is wrong in them.

One pass over the segments; a set's faults are gathered until its AK5/IK5, and one that lacks it
ends where the next one begins. Source: 005010X230, 005010X231A1; domain 3.9.
"""

from collections.abc import Callable
from itertools import islice

import msgspec

from edi_engine.codes.acknowledgments import (
    StatusMeaning,
    acknowledgment_verdict,
    element_fault,
    group_fault,
    segment_fault,
    set_fault,
)
from edi_engine.findings import FindingLog
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.elements import ElementReader, element_at
from edi_engine.parsers.set_reader import SetEnd
from edi_engine.records.acknowledgments import (
    Acknowledgment,
    AcknowledgmentKind,
    AnswerLevel,
    SyntaxFault,
)
from edi_engine.records.intake import ParsedBatch, RawSet, SetState
from edi_engine.records.source import SetSource
from edi_engine.redact import shape_of

__all__ = ["FAULTS_MAX", "SyntaxAnswerReader"]

FAULTS_MAX = 1_000
"""Faults kept of one set: a person mends the first hundreds and sends the set again."""

_CONTEXTS_MAX = 10
_NUMBER_DIGITS_MAX = 9
_CLAIM_CONTEXT = "CLM01"


class SyntaxAnswerReader:
    """Reads one 997 or 999 transaction set piece by piece; see `SetReader`."""

    boundary_ids = frozenset({"AK1", "AK2", "AK9", "SE"})

    def __init__(self, source: SetSource, delimiters: Delimiters, log: FindingLog) -> None:
        self._source = source
        self._log = log
        self._elements = ElementReader(source, delimiters, log)
        is_999 = source.set_type == "999"
        self._kind = AcknowledgmentKind.IMPLEMENTATION if is_999 else AcknowledgmentKind.FUNCTIONAL
        self._found: list[Acknowledgment] = []
        self._group: tuple[list[str], tuple[int, int]] | None = None
        self._set: tuple[list[str], tuple[int, int]] | None = None
        self._segment: SyntaxFault | None = None
        self._has_element_fault = False
        self._faults: list[SyntaxFault] = []
        self._answers_count = 0
        self._verdicts: list[str] = []
        self._readers: dict[str, Callable[[list[str], tuple[int, int]], None]] = {
            "AK1": self._open_group,
            "AK2": self._open_set,
            "AK3": self._segment_fault,
            "IK3": self._segment_fault,
            "AK4": self._element_fault,
            "IK4": self._element_fault,
            "CTX": self._context,
            "AK5": self._close_set,
            "IK5": self._close_set,
            "AK9": self._close_group,
        }

    def feed(self, texts: list[str], offsets: list[int], first_ordinal: int) -> ParsedBatch:
        """Read the next segments of the set. See `SetReader.feed`."""
        separator = self._elements.delimiters.element
        for index, text in enumerate(texts):
            row = text.split(separator)
            at = first_ordinal + index, offsets[index]
            read = self._readers.get(row[0])
            if read is not None:
                read(row, at)
            elif row[0] != "ST":
                self._misplaced(row[0], at, "It is no part of an acknowledgment.")
        return self._taken()

    def finish(self, ended: SetEnd) -> ParsedBatch:
        """The set's last piece: what is still open ends here."""
        at = (1, self._source.byte_offset)
        if self._set is not None:
            self._end_set("", ())
        if self._group is not None:
            self._elements.report("X12-0503", at, "AK9", "The answer to a group has no AK9.")
            self._end_group("", (), (None, None, None))
        if not self._answers_count:
            self._elements.report("X12-0501", at, "AK1", "The acknowledgment answers no group.")
        state = SetState.READ if self._answers_count else SetState.QUARANTINED
        taken = self._taken()
        raw_set = RawSet(
            self._source,
            ended.byte_length,
            ended.segment_count,
            state,
            fingerprint=ended.fingerprint,
        )
        return ParsedBatch(
            self._source, taken.findings, acknowledgments=taken.acknowledgments, ended=raw_set
        )

    def _taken(self) -> ParsedBatch:
        found = tuple(self._found)
        self._found.clear()
        return ParsedBatch(self._source, self._log.take(), acknowledgments=found)

    # Groups and sets.

    def _open_group(self, row: list[str], at: tuple[int, int]) -> None:
        if self._set is not None:
            self._end_set("", ())
        if self._group is not None:
            self._misplaced("AK1", at, "The group before it has no AK9.")
            self._end_group("", (), (None, None, None))
        self._group = row, at
        self._verdicts = []

    def _open_set(self, row: list[str], at: tuple[int, int]) -> None:
        if self._set is not None:
            self._misplaced("AK2", at, "The set before it has no verdict (AK5 or IK5).")
            self._end_set("", ())
        if self._group is None:
            self._misplaced("AK2", at, "No AK1 stands before it.")
        self._set = row, at

    def _close_set(self, row: list[str], at: tuple[int, int]) -> None:
        if self._set is None:
            self._misplaced(row[0], at, "No AK2 stands before it.")
            return
        code = element_at(row, 1).strip()
        self._check_verdict(code, at, f"{row[0]}01")
        faults = tuple(text.strip() for text in row[2:7] if text.strip())
        for index, text in enumerate(faults, 2):
            if set_fault(text) is None:
                self._unknown(text, at, f"{row[0]}{index:02d}")
        self._end_set(code, faults)

    def _close_group(self, row: list[str], at: tuple[int, int]) -> None:
        if self._set is not None:
            self._misplaced("AK9", at, "The set before it has no verdict (AK5 or IK5).")
            self._end_set("", ())
        if self._group is None:
            self._misplaced("AK9", at, "No AK1 stands before it.")
            return
        code = element_at(row, 1).strip()
        self._check_verdict(code, at, "AK901")
        faults = tuple(text.strip() for text in row[5:10] if text.strip())
        for index, text in enumerate(faults, 5):
            if group_fault(text) is None:
                self._unknown(text, at, f"AK9{index:02d}")
        included, received, accepted = (
            self._count(element_at(row, index), at, f"AK90{index}") for index in (2, 3, 4)
        )
        self._check_counts(accepted, at)
        self._end_group(code, faults, (included, received, accepted))

    def _end_set(self, code: str, fault_codes: tuple[str, ...]) -> None:
        if self._set is None:
            return
        row, at = self._set
        self._end_segment()
        group = self._group[0] if self._group is not None else []
        self._verdicts.append(code)
        self._add(
            self._answer(AnswerLevel.SET, at, row, group),
            code,
            fault_codes,
            faults=tuple(self._faults),
        )
        self._set = None
        self._faults = []

    def _end_group(
        self,
        code: str,
        fault_codes: tuple[str, ...],
        counts: tuple[int | None, int | None, int | None],
    ) -> None:
        if self._group is None:
            return
        row, at = self._group
        self._add(self._answer(AnswerLevel.GROUP, at, row, row), code, fault_codes, counts=counts)
        self._group = None

    def _answer(
        self, level: AnswerLevel, at: tuple[int, int], row: list[str], group: list[str]
    ) -> Acknowledgment:
        """What is answered; `row` are the elements of AK1 or AK2, `group` those of AK1."""
        return Acknowledgment(
            self._source,
            self._kind,
            level,
            at[0],
            at[1],
            element_at(row, 2).strip(),
            group_number=element_at(group, 2).strip(),
            group_type=element_at(group, 1).strip(),
            version=element_at(row, 3).strip() or element_at(group, 3).strip(),
            happened_on=self._source.created_on,
        )

    def _add(
        self,
        answer: Acknowledgment,
        code: str,
        fault_codes: tuple[str, ...],
        *,
        faults: tuple[SyntaxFault, ...] = (),
        counts: tuple[int | None, int | None, int | None] = (None, None, None),
    ) -> None:
        self._answers_count += 1
        self._found.append(
            msgspec.structs.replace(
                answer, code=code, fault_codes=fault_codes, faults=faults, counts=counts
            )
        )

    def _check_counts(self, accepted: int | None, at: tuple[int, int]) -> None:
        """AK904 against the verdicts; sets without a verdict of their own may be accepted too."""
        meanings = [
            None if (known := acknowledgment_verdict(code)) is None else known.meaning
            for code in self._verdicts
        ]
        listed = sum(
            meaning in {StatusMeaning.ACCEPTED, StatusMeaning.ACCEPTED_WITH_ERRORS}
            for meaning in meanings
        )
        if accepted is not None and self._verdicts and accepted < listed:
            self._elements.report(
                "X12-0504",
                at,
                "AK904",
                f"The group counts {accepted} accepted sets, its list shows {listed}.",
            )

    # Faults.

    def _segment_fault(self, row: list[str], at: tuple[int, int]) -> None:
        if self._set is None:
            self._misplaced(row[0], at, "No AK2 stands before it.")
            return
        self._end_segment()
        codes = [part.strip() for part in self._parts(element_at(row, 4)) if part.strip()]
        for code in codes:
            if segment_fault(code) is None:
                self._unknown(code, at, f"{row[0]}04")
        self._segment = SyntaxFault(
            segment_id=shape_free(element_at(row, 1)),
            segment_position=self._count(element_at(row, 2), at, f"{row[0]}02"),
            loop=element_at(row, 3).strip()[:6],
            segment_code=" ".join(codes),
            segment_ordinal=at[0],
            byte_offset=at[1],
        )
        self._has_element_fault = False

    def _element_fault(self, row: list[str], at: tuple[int, int]) -> None:
        if self._segment is None:
            self._misplaced(row[0], at, "No AK3 or IK3 stands before it.")
            return
        place = [part.strip() for part in self._components(element_at(row, 1))]
        numbers = [self._count(part, at, f"{row[0]}01") or 0 for part in place[:3]] + [0, 0, 0]
        code = element_at(row, 3).strip()
        if element_fault(code) is None:
            self._unknown(code, at, f"{row[0]}03")
        segment = self._segment
        self._has_element_fault = True
        self._keep(
            SyntaxFault(
                segment_id=segment.segment_id,
                segment_position=segment.segment_position,
                loop=segment.loop,
                segment_code=segment.segment_code,
                element=numbers[0],
                component=numbers[1],
                repetition=numbers[2],
                element_reference=element_at(row, 2).strip()[:4],
                element_code=code,
                read_as=shape_of(element_at(row, 4)),
                context=segment.context,
                claim_number=segment.claim_number,
                segment_ordinal=at[0],
                byte_offset=at[1],
            )
        )

    def _context(self, row: list[str], at: tuple[int, int]) -> None:
        """CTX after IK3 says of which claim, after IK4 what asked for the element."""
        segment = self._segment
        if segment is None:
            self._misplaced("CTX", at, "No IK3 stands before it.")
            return
        name, *values = self._components(element_at(row, 1))
        claim_number = ""
        if name.strip() == _CLAIM_CONTEXT and values:
            claim_number = values[0].strip()
        # What follows the name may be the patient's; the places after it are not.
        words = " ".join(filter(None, (name.strip(), *map(str.strip, row[2:6]))))
        found = (*segment.context, words)[:_CONTEXTS_MAX]
        number = claim_number or segment.claim_number
        self._segment = _with_context(segment, found, number)
        if self._faults and self._has_element_fault:
            self._faults[-1] = _with_context(self._faults[-1], found, number)

    def _end_segment(self) -> None:
        """A segment without an element at fault is a fault of its own."""
        if self._segment is not None and not self._has_element_fault:
            self._keep(self._segment)
        self._segment = None

    def _keep(self, fault: SyntaxFault) -> None:
        if len(self._faults) < FAULTS_MAX:
            self._faults.append(fault)
        elif len(self._faults) == FAULTS_MAX and self._log.counts.get("X12-0505", 0) == 0:
            self._elements.report(
                "X12-0505",
                (fault.segment_ordinal, fault.byte_offset),
                "",
                f"More than {FAULTS_MAX} faults of one set; the rest is not kept.",
            )

    # Small things.

    def _check_verdict(self, code: str, at: tuple[int, int], element: str) -> None:
        if acknowledgment_verdict(code) is None:
            self._unknown(code, at, element)

    def _unknown(self, code: str, at: tuple[int, int], element: str) -> None:
        said = f"'{shape_of(code)}'" if code else "An empty code"
        self._elements.report("X12-0502", at, element, f"{said} is not in the list of the guide.")

    def _misplaced(self, segment_id: str, at: tuple[int, int], why: str) -> None:
        self._elements.report("X12-0503", at, shape_free(segment_id), why)

    def _count(self, text: str, at: tuple[int, int], element: str) -> int | None:
        text = text.strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS_MAX:
            return int(text)
        self._elements.report(
            "X12-0204", at, element, f"'{shape_of(text)}' is not a number of the guide."
        )
        return None

    def _components(self, text: str) -> list[str]:
        """Components of the first repetition; the others say the same of other places."""
        return self._parts(text)[0].split(self._elements.delimiters.component)

    def _parts(self, text: str) -> list[str]:
        repetition = self._elements.delimiters.repetition
        return list(islice(text.split(repetition), 20)) if repetition else [text]


def shape_free(text: str) -> str:
    """A segment's name as it stands, its shape where it is none."""
    name = text.strip()
    return name if len(name) <= 3 and name.isalnum() else shape_of(name, characters_max=6)


def _with_context(fault: SyntaxFault, context: tuple[str, ...], number: str) -> SyntaxFault:
    return msgspec.structs.replace(fault, context=context, claim_number=number)

"""Reads a TA1: whether a whole interchange of ours was taken. Source: X12.5."""

from edi_engine.codes.acknowledgments import acknowledgment_verdict, interchange_note
from edi_engine.findings import FindingLog
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.elements import ElementReader, element_at
from edi_engine.parsers.set_reader import SetEnd
from edi_engine.records.acknowledgments import Acknowledgment, AcknowledgmentKind, AnswerLevel
from edi_engine.records.intake import ParsedBatch, RawSet, SetState
from edi_engine.records.source import SetSource
from edi_engine.redact import shape_of

__all__ = ["InterchangeAnswerReader"]

_VERDICTS = frozenset({"A", "E", "R"})


class InterchangeAnswerReader:
    """Reads one TA1 segment, which stands outside any group; see `SetReader`."""

    boundary_ids = frozenset({"TA1"})

    def __init__(self, source: SetSource, delimiters: Delimiters, log: FindingLog) -> None:
        self._source = source
        self._log = log
        self._elements = ElementReader(source, delimiters, log)
        self._state = SetState.QUARANTINED

    def feed(self, texts: list[str], offsets: list[int], first_ordinal: int) -> ParsedBatch:
        """Read the segment. See `SetReader.feed`."""
        separator = self._elements.delimiters.element
        found = []
        for index, text in enumerate(texts):
            row = text.split(separator)
            if row[0] == "TA1":
                found.append(self._answer(row, (first_ordinal + index, offsets[index])))
        return ParsedBatch(self._source, self._log.take(), acknowledgments=tuple(found))

    def finish(self, ended: SetEnd) -> ParsedBatch:
        """The last piece."""
        raw_set = RawSet(
            self._source,
            ended.byte_length,
            ended.segment_count,
            self._state,
            fingerprint=ended.fingerprint,
        )
        return ParsedBatch(self._source, self._log.take(), ended=raw_set)

    def _answer(self, row: list[str], at: tuple[int, int]) -> Acknowledgment:
        number, code = element_at(row, 1).strip(), element_at(row, 4).strip()
        note = element_at(row, 5).strip()
        report = self._elements.report
        if number and code:
            self._state = SetState.READ
        else:
            missing = "TA101" if not number else "TA104"
            report("X12-0501", at, missing, "The TA1 names no interchange or gives no verdict.")
        if code and (code not in _VERDICTS or acknowledgment_verdict(code) is None):
            report("X12-0502", at, "TA104", f"'{shape_of(code)}' is none of A, E and R.")
        if note and interchange_note(note) is None:
            report("X12-0502", at, "TA105", f"'{shape_of(note)}' is no note code that is known.")
        return Acknowledgment(
            self._source,
            AcknowledgmentKind.INTERCHANGE,
            AnswerLevel.INTERCHANGE,
            at[0],
            at[1],
            number,
            answered_day=self._elements.day(element_at(row, 2), at, "TA102"),
            code=code,
            fault_codes=(note,) if note else (),
            happened_on=self._source.created_on,
        )

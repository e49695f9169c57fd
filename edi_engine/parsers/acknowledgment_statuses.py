"""Reads a 277: the acknowledgment of claims (005010X214) and the answer to an inquiry (X212).

One pass over the segments. A level (HL) stands until the next one of its kind or above; every TRN
in it begins an answer, which takes the STC, REF, DTP, QTY, AMT and SVC that follow. HL03 PT is a
patient as 22 and 23 are. What only totals say is held against the claims below. Source: domain
3.10; quirk 22.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from edi_engine.codes.acknowledgments import StatusMeaning, claim_status_category
from edi_engine.findings import FindingLog
from edi_engine.parsers.acknowledgment_totals import LevelTotals
from edi_engine.parsers.delimiters import Delimiters
from edi_engine.parsers.elements import ElementReader, PartyBuilder, element_at
from edi_engine.parsers.set_reader import SetEnd
from edi_engine.records.acknowledgments import (
    Acknowledgment,
    AcknowledgmentKind,
    AnswerLevel,
    LineStatus,
    StatusCode,
    StatusInformation,
)
from edi_engine.records.common import Amount, Party, Quantity, Reference
from edi_engine.records.intake import ParsedBatch, RawSet, SetState
from edi_engine.records.keys import patient_control_number_key
from edi_engine.records.source import SetSource
from edi_engine.redact import shape_of

__all__ = ["LINES_MAX", "STATUSES_MAX", "StatusAnswerReader"]

STATUSES_MAX = 100
"""STC kept of one claim or line. Payers send a handful; a hundred reasons are read by nobody."""

LINES_MAX = 999
"""Lines kept of one claim: as many as a claim may have."""

_REFERENCES_MAX = 50
_SOURCE, _RECEIVER, _PROVIDER = "20", "21", "19"
_PATIENTS = frozenset({"22", "23", "PT"})
_RECEIVED_ON, _PROCESSED_ON, _SERVED_ON = "050", "009", "472"
_ACKNOWLEDGES_CLAIMS = frozenset({"0085"})
_BATCH_ONLY = "A"


class _Line:
    """A service line as far as it is read."""

    def __init__(self, row: list[str], at: tuple[int, int]) -> None:
        self.row = row
        self.at = at
        self.statuses: list[StatusInformation] = []
        self.control_number = ""
        self.days: tuple[date | None, date | None] = (None, None)


class _Answer:
    """An answer as far as it is read."""

    def __init__(self, level: AnswerLevel, number: str, at: tuple[int, int]) -> None:
        self.level = level
        self.number = number
        self.at = at
        self.statuses: list[StatusInformation] = []
        self.references: list[Reference] = []
        self.days: tuple[date | None, date | None] = (None, None)
        self.lines: list[_Line] = []
        self.quantities: list[Quantity] = []
        self.amounts: list[Amount] = []


class StatusAnswerReader:
    """Reads one 277 transaction set piece by piece; see `SetReader`."""

    boundary_ids = frozenset({"HL", "TRN", "SE"})

    def __init__(self, source: SetSource, delimiters: Delimiters, log: FindingLog) -> None:
        self._source = source
        self._log = log
        self._elements = ElementReader(source, delimiters, log)
        is_ca = "X214" in source.implementation.upper()
        self._kind = AcknowledgmentKind.CLAIM if is_ca else AcknowledgmentKind.STATUS
        self._is_request = "X213" in source.implementation.upper()
        self._created_on: date | None = None
        self._processed_on: date | None = None
        self._level = ""
        self._parties: dict[str, Party | None] = {}
        self._party: PartyBuilder | None = None
        self._party_name = ""
        self._answer: _Answer | None = None
        self._totals: dict[str, LevelTotals] = {}
        self._found: list[Acknowledgment] = []
        self._answers_count = 0
        self._batch_number = ""
        self._too_long_told = False
        self._readers: dict[str, Callable[[list[str], tuple[int, int]], None]] = {
            "BHT": self._head,
            "HL": self._open_level,
            "NM1": self._open_party,
            "TRN": self._open_answer,
            "STC": self._status,
            "REF": self._reference,
            "DTP": self._day,
            "QTY": self._quantity,
            "AMT": self._amount,
            "SVC": self._line,
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
            elif self._party is not None and self._answer is None:
                self._party.add(row, at)
        return self._taken()

    def finish(self, ended: SetEnd) -> ParsedBatch:
        """The set's last piece: open answers and totals end here."""
        self._end_answer()
        for level in tuple(self._totals):
            self._end_totals(level)
        at = (1, self._source.byte_offset)
        state = SetState.READ
        if self._is_request:
            state = SetState.KEPT
        elif not self._answers_count:
            state = SetState.QUARANTINED
            self._elements.report("X12-0501", at, "HL", "The 277 gives no status of anything.")
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
        found = () if self._is_request else tuple(self._found)
        self._found.clear()
        return ParsedBatch(self._source, self._log.take(), acknowledgments=found)

    # Head and levels.

    def _head(self, row: list[str], at: tuple[int, int]) -> None:
        self._created_on = self._elements.day(element_at(row, 4), at, "BHT04")
        if "X212" not in self._source.implementation.upper() and (
            element_at(row, 1).strip() in _ACKNOWLEDGES_CLAIMS or element_at(row, 6).strip() == "TH"
        ):
            self._kind = AcknowledgmentKind.CLAIM
        self._is_request = self._is_request or element_at(row, 6).strip() == "RQ"

    def _open_level(self, row: list[str], at: tuple[int, int]) -> None:
        self._end_answer()
        level = element_at(row, 3).strip()
        self._level = level
        self._party = None
        ends: tuple[str, ...] = ()
        if level == _SOURCE:
            self._parties.clear()
            self._processed_on = None
            self._batch_number = ""
            ends = (_PROVIDER, _RECEIVER)
        elif level == _RECEIVER:
            self._forget("receiver", "provider", "patient")
            self._batch_number = ""
            ends = (_PROVIDER, _RECEIVER)
        elif level == _PROVIDER:
            self._forget("provider", "patient")
            ends = (_PROVIDER,)
        else:
            if level != "23":
                self._forget("patient")
            if level not in _PATIENTS:
                said = shape_of(level) if level else "empty"
                self._elements.report("X12-0508", at, "HL03", f"The level is {said}.")
        for end in ends:
            self._end_totals(end)

    def _forget(self, *names: str) -> None:
        for name in names:
            self._parties.pop(name, None)

    def _open_party(self, row: list[str], _at: tuple[int, int]) -> None:
        self._end_answer()
        self._party = PartyBuilder(self._elements, row)
        name = {_SOURCE: "responder", _RECEIVER: "receiver", _PROVIDER: "provider"}.get(
            self._level, "patient"
        )
        self._parties[name] = None
        self._party_name = name

    def _end_party(self) -> None:
        if self._party is not None:
            self._parties[self._party_name] = self._party.build()
            self._party = None

    # Answers.

    def _open_answer(self, row: list[str], at: tuple[int, int]) -> None:
        self._end_answer()
        self._end_party()
        if self._level == _SOURCE:
            return
        self._begin(element_at(row, 2).strip(), at)

    def _begin(self, number: str, at: tuple[int, int]) -> _Answer:
        level = {_RECEIVER: AnswerLevel.RECEIVER, _PROVIDER: AnswerLevel.PROVIDER}.get(
            self._level, AnswerLevel.CLAIM
        )
        if level is AnswerLevel.CLAIM and not patient_control_number_key(number):
            self._elements.report(
                "X12-0506", at, "TRN02", "The answer names no patient control number."
            )
        if level is AnswerLevel.RECEIVER:
            self._batch_number = number
        self._answer = _Answer(level, number, at)
        return self._answer

    def _open(self, at: tuple[int, int]) -> _Answer:
        """The answer at hand; one without a TRN begins with its first segment."""
        self._end_party()
        return self._answer or self._begin("", at)

    def _status(self, row: list[str], at: tuple[int, int]) -> None:
        if self._level == _SOURCE:
            return
        answer = self._open(at)
        statuses = answer.lines[-1].statuses if answer.lines else answer.statuses
        if len(statuses) >= STATUSES_MAX:
            self._too_long(at, f"More than {STATUSES_MAX} statuses of one claim or line.")
            return
        statuses.append(self._status_information(row, at))

    def _status_information(self, row: list[str], at: tuple[int, int]) -> StatusInformation:
        elements = self._elements
        codes = tuple(
            self._status_code(text, at, f"STC{index:02d}")
            for index in (1, 10, 11)
            if (text := element_at(row, index)).strip() or index == 1
        )
        return StatusInformation(
            codes,
            elements.day(element_at(row, 2), at, "STC02"),
            element_at(row, 3).strip(),
            elements.cents(element_at(row, 4).strip(), at, "STC04"),
            elements.cents(element_at(row, 5).strip(), at, "STC05"),
            elements.day(element_at(row, 6), at, "STC06"),
            elements.day(element_at(row, 8), at, "STC08"),
            element_at(row, 9).strip(),
            element_at(row, 12).strip(),
            at[0],
            at[1],
        )

    def _status_code(self, text: str, at: tuple[int, int], element: str) -> StatusCode:
        parts = [part.strip() for part in self._elements.components(text, at, element)]
        category, status, entity, code_list = [*parts, "", "", ""][:4]
        known = claim_status_category(category)
        if known is None:
            said = f"'{shape_of(category)}'" if category else "An empty text"
            self._elements.report("X12-0507", at, f"{element}-1", f"{said} is no category.")
        elif self._kind is AcknowledgmentKind.CLAIM and not category.startswith(_BATCH_ONLY):
            self._elements.report(
                "X12-0509", at, f"{element}-1", f"Category {category} in an acknowledgment."
            )
        return StatusCode(category, status, entity, code_list)

    def _reference(self, row: list[str], at: tuple[int, int]) -> None:
        if self._answer is None and self._party is not None:
            self._party.add(row, at)
            return
        if self._level == _SOURCE:
            return
        answer = self._open(at)
        reference = self._elements.reference(row)
        if answer.lines and reference.qualifier == "FJ":
            answer.lines[-1].control_number = reference.value
        elif len(answer.references) < _REFERENCES_MAX:
            answer.references.append(reference)

    def _day(self, row: list[str], at: tuple[int, int]) -> None:
        found = self._elements.event_date(row, at)
        if found is None:
            return
        if self._level == _SOURCE:
            if found.qualifier == _PROCESSED_ON:
                self._processed_on = found.first_on
        elif found.qualifier in {_SERVED_ON, "232", "233"}:
            answer = self._open(at)
            place = answer.lines[-1] if answer.lines else answer
            place.days = _joined(place.days, (found.first_on, found.last_on))

    def _quantity(self, row: list[str], at: tuple[int, int]) -> None:
        found = self._elements.quantity_of(row, at)
        if found is not None and self._level != _SOURCE:
            answer = self._open(at)
            if len(answer.quantities) < _REFERENCES_MAX:
                answer.quantities.append(found)

    def _amount(self, row: list[str], at: tuple[int, int]) -> None:
        found = self._elements.amount(row, at)
        if found is not None and self._level != _SOURCE:
            answer = self._open(at)
            if len(answer.amounts) < _REFERENCES_MAX:
                answer.amounts.append(found)

    def _line(self, row: list[str], at: tuple[int, int]) -> None:
        answer = self._open(at)
        if len(answer.lines) < LINES_MAX:
            answer.lines.append(_Line(row, at))
        else:
            self._too_long(at, f"More than {LINES_MAX} lines of one claim.")

    def _too_long(self, at: tuple[int, int], message: str) -> None:
        if not self._too_long_told:
            self._too_long_told = True
            self._elements.report("X12-0505", at, "", f"{message} The rest is not kept.")

    def _end_answer(self) -> None:
        answer = self._answer
        self._answer = None
        if answer is None:
            self._end_party()
            return
        self._answers_count += 1
        self._found.append(self._acknowledgment(answer))
        if answer.level is AnswerLevel.CLAIM:
            self._count(answer)
        elif answer.quantities or answer.amounts:
            self._totals[self._level] = LevelTotals(
                answer.at, tuple(answer.quantities), tuple(answer.amounts)
            )

    def _acknowledgment(self, answer: _Answer) -> Acknowledgment:
        named = {each.qualifier: each.value for each in reversed(answer.references)}
        stated = [one.effective_on for one in answer.statuses if one.effective_on is not None]
        happened = [*stated, self._processed_on, self._created_on, self._source.created_on]
        return Acknowledgment(
            self._source,
            self._kind,
            answer.level,
            answer.at[0],
            answer.at[1],
            answer.number,
            happened_on=next((day for day in happened if day is not None), None),
            responder=self._parties.get("responder"),
            receiver=self._parties.get("receiver"),
            provider=self._parties.get("provider"),
            patient=self._parties.get("patient") if answer.level is AnswerLevel.CLAIM else None,
            statuses=tuple(answer.statuses),
            payer_claim_control_number=named.get("1K", ""),
            clearinghouse_trace=named.get("D9", ""),
            type_of_bill=named.get("BLT", ""),
            references=tuple(answer.references),
            service_from=answer.days[0],
            service_to=answer.days[1],
            lines=tuple(map(self._line_status, answer.lines)),
            quantities=tuple(answer.quantities),
            amounts=tuple(answer.amounts),
            batch_number="" if answer.level is AnswerLevel.RECEIVER else self._batch_number,
        )

    def _line_status(self, line: _Line) -> LineStatus:
        elements, row, at = self._elements, line.row, line.at
        units: Decimal | None = elements.quantity(element_at(row, 7).strip(), at, "SVC07")
        return LineStatus(
            elements.procedure(element_at(row, 1), at, "SVC01"),
            elements.cents(element_at(row, 2).strip(), at, "SVC02"),
            elements.cents(element_at(row, 3).strip(), at, "SVC03"),
            element_at(row, 4).strip(),
            units,
            tuple(line.statuses),
            line.control_number,
            line.days[0],
            line.days[1],
            at[0],
            at[1],
        )

    # Totals.

    def _count(self, answer: _Answer) -> None:
        meanings = {
            known.meaning
            for one in answer.statuses
            for code in one.codes
            if (known := claim_status_category(code.category)) is not None
        }
        cents = next((one.charge_cents for one in answer.statuses if one.charge_cents), 0)
        for totals in self._totals.values():
            totals.count(cents, is_rejected=StatusMeaning.REJECTED in meanings)

    def _end_totals(self, level: str) -> None:
        totals = self._totals.pop(level, None)
        if totals is not None and self._kind is AcknowledgmentKind.CLAIM:
            for element, message, left, right in totals.differences():
                place = self._source.place(totals.at[0], totals.at[1], element)
                self._log.add("X12-0510", place, message, left_cents=left, right_cents=right)


def _joined(
    days: tuple[date | None, date | None], more: tuple[date, date]
) -> tuple[date | None, date | None]:
    first_on, last_on = days
    return (
        more[0] if first_on is None else min(first_on, more[0]),
        more[1] if last_on is None else max(last_on, more[1]),
    )

"""NACHA files: records of 94 characters; credits with CCD+ or CTX addenda become deposits.

Read as the receiving side sees it: a credit entry brings us money, a debit entry or a return
takes it. Batch headers (5) name the payer and the day, addenda (7, type 05) carry the 835's TRN
segment. Source: NACHA record layouts; domain 3.8; X12 RFI 1874.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from edi_engine.dates import parse_date
from edi_engine.money import parse_implied_cents
from edi_engine.parsers.deposits.lines import (
    BankLog,
    Line,
    last_four,
    one_line,
    span_of,
    trace_in,
)
from edi_engine.records.deposits import BankFormat, BankSpan, Deposit

__all__ = ["is_nacha", "read_nacha"]

_RECORD_LENGTH = 94
_HEADER = re.compile(r"101.{31}094", re.ASCII)
_BATCH = re.compile(r"5(?:200|220|225|280).{46}[A-Z]{3}", re.ASCII)
_ADDENDA_TEXT = 80
_PAYMENT_ADDENDA = "05"

_CREDIT, _ZERO_CREDIT = "2", "4"
_DEBIT, _ZERO_DEBIT = "7", "9"
_RETURNED_CREDIT, _RETURNED_DEBIT = "1", "6"
_SIGNS = {_CREDIT: 1, _ZERO_CREDIT: 1, _DEBIT: -1, _ZERO_DEBIT: -1,
          _RETURNED_CREDIT: -1, _RETURNED_DEBIT: 1}  # fmt: skip
_PRENOTES = frozenset("38")
_LOAN, _LOAN_REVERSAL = "5", "5"
"""The second digit of a transaction code says what an entry does; the first which kind of account
it concerns. 55 takes a credit to a loan back. A prenote carries no money."""


def is_nacha(first_line: str) -> bool:
    """Whether a file that begins with this line is one: a file header, or a batch without one."""
    return bool(_HEADER.match(first_line) or _BATCH.match(first_line))


def read_nacha(lines: Iterable[Line], log: BankLog) -> tuple[list[Deposit], BankSpan]:
    """The file's deposits in order, and the days it tells of."""
    reader = _Nacha(log)
    for line in _records(lines):
        reader.take(line)
    return reader.finish()


def _records(lines: Iterable[Line]) -> Iterator[Line]:
    """Records one by one, also of a file without line ends."""
    for line in lines:
        text = line.text.rstrip()
        if len(text) <= _RECORD_LENGTH:
            yield line
            continue
        for start in range(0, len(text), _RECORD_LENGTH):
            part = text[start : start + _RECORD_LENGTH]
            if part.strip():
                yield Line(line.number, line.byte_offset + start, part)


class _Entry:
    """An entry detail record with the addenda read so far."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.end = line.byte_offset + len(line.text)
        self.addenda: list[str] = []
        self.last_addenda: Line | None = None


class _Nacha:
    """Follows batches and entries, and adds up what the control records are held against."""

    def __init__(self, log: BankLog) -> None:
        self._log = log
        self._batch = ""
        self._has_batch = False
        self._entry: _Entry | None = None
        self._deposits: list[Deposit] = []
        self._days: list[date] = []
        self._totals = {"batch": [0, 0, 0], "file": [0, 0, 0]}  # debits, credits, records
        self._ended = False
        self._last: Line | None = None

    def take(self, line: Line) -> None:
        self._last = line
        kind = line.text[0]
        if kind != "7":
            self._end_entry()
        if kind == "1":
            self._note_day(parse_date(line.text[23:29]))
        elif kind == "5":
            self._begin_batch(line)
        elif kind == "6":
            self._begin_entry(line)
        elif kind == "7":
            self._add_addenda(line)
        elif kind == "8":
            self._check(line, "batch", (4, 10), (20, 32), (32, 44))
            self._has_batch = False
        elif kind == "9":
            if line.text.strip("9 "):
                self._check(line, "file", (13, 21), (31, 43), (43, 55))
            self._ended = True
        else:
            self._log.add("BANK-0107", line, f"A record of type {_shown(kind)} is not known.")

    def finish(self) -> tuple[list[Deposit], BankSpan]:
        self._end_entry()
        if not self._ended:
            self._log.add("BANK-0105", self._last, "The file control record (9) is missing.")
        return self._deposits, BankSpan(BankFormat.NACHA, *span_of(self._days))

    def _note_day(self, day: date | None) -> None:
        if day is not None:
            self._days.append(day)

    def _begin_batch(self, line: Line) -> None:
        if self._has_batch:
            self._log.add("BANK-0105", line, "The batch control record (8) before it is missing.")
        self._batch = line.text
        self._has_batch = True
        self._totals["batch"] = [0, 0, 0]

    def _begin_entry(self, line: Line) -> None:
        self._count(line)
        if not self._has_batch:
            self._batch = ""
            self._log.add("BANK-0107", line, "An entry stands in no batch: payer and day are lost.")
        self._entry = _Entry(line)

    def _add_addenda(self, line: Line) -> None:
        self._count(line)
        entry = self._entry
        if entry is None:
            self._log.add("BANK-0107", line, "An addenda record stands under no entry.")
            return
        entry.end = line.byte_offset + len(line.text)
        if line.text[1:3] == _PAYMENT_ADDENDA:
            entry.addenda.append(line.text[3 : 3 + _ADDENDA_TEXT].ljust(_ADDENDA_TEXT))
            entry.last_addenda = line

    def _count(self, _line: Line) -> None:
        for sums in self._totals.values():
            sums[2] += 1

    def _end_entry(self) -> None:
        entry, self._entry = self._entry, None
        if entry is None:
            return
        text = entry.line.text
        code, amount = text[1:3], parse_implied_cents(text[29:39].strip())
        if code[1:] in _PRENOTES and not amount:
            return
        sign = -1 if code == _LOAN + _LOAN_REVERSAL else _SIGNS.get(code[1:])
        if amount is None or amount < 0 or sign is None:
            what = "amount" if sign is not None else "transaction code"
            self._log.add("BANK-0101", entry.line, f"Its {what} cannot be read.", field=what)
            return
        # Control totals go by what an entry is called, also when it is a return.
        is_credit = (sign > 0) != (code[1:] in {_RETURNED_CREDIT, _RETURNED_DEBIT})
        for sums in self._totals.values():
            sums[1 if is_credit else 0] += amount
        self._deposits.append(self._deposit(entry, sign * amount))

    def _deposit(self, entry: _Entry, cents: int) -> Deposit:
        text, batch = entry.line.text, self._batch
        received_on = parse_date(batch[69:75].strip()) or parse_date(batch[63:69].strip())
        if received_on is None:
            message = "Neither effective entry date nor descriptive date is a date."
            self._log.add("BANK-0102", entry.line, message, field="date")
        self._note_day(received_on)
        addenda = "".join(entry.addenda)
        trace = trace_in(addenda)
        if entry.addenda and (trace is None or not trace.originator_id):
            message = "No whole TRN segment stands in the addenda."
            self._log.add("BANK-0106", entry.last_addenda, message, field="addenda")
        company_id = one_line(batch[40:50])
        return Deposit(
            deposit_ordinal=len(self._deposits) + 1,
            received_on=received_on,
            amount_cents=cents,
            originator_id=(trace.originator_id if trace else "") or company_id,
            originator_name=one_line(batch[4:20]),
            trace_number=one_line(trace.number) if trace else one_line(text[39:54]),
            trace_is_stated=trace is not None,
            company_id=company_id,
            method="ACH",
            bank_reference=one_line(text[79:94]),
            account_last4=last_four(text[12:29]),
            description=one_line(f"{batch[53:63]} {batch[20:40]} {addenda}"),
            line_number=entry.line.number,
            byte_offset=entry.line.byte_offset,
            byte_length=entry.end - entry.line.byte_offset,
        )

    def _check(
        self,
        line: Line,
        level: str,
        count_at: tuple[int, int],
        debits_at: tuple[int, int],
        credits_at: tuple[int, int],
    ) -> None:
        """Hold a control record against what was read below it."""
        debit_cents, credit_cents, records = self._totals[level]
        sides = (("debits", debits_at, debit_cents), ("credits", credits_at, credit_cents))
        for name, at, cents in sides:
            stated = parse_implied_cents(line.text[slice(*at)].strip())
            if stated != cents:
                message = f"The control total of {name} of the {level} differs from its entries."
                self._log.add("BANK-0103", line, message, field=name, left_cents=stated,
                              right_cents=cents)  # fmt: skip
        stated_count = parse_implied_cents(line.text[slice(*count_at)].strip())
        if stated_count != records:
            counts = f"{stated_count if stated_count is not None else 'no number'}, not {records}"
            message = f"The control record of the {level} counts entries and addenda as {counts}."
            self._log.add("BANK-0104", line, message, field="count")


def _shown(kind: str) -> str:
    return kind if kind.isascii() and kind.isalnum() else "?"

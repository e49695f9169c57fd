"""BAI2 statements: transaction details (16) of accounts (03) become deposits.

Type codes 100 to 399 and 920 to 959 are credits, 400 to 699 and 960 to 999 debits. Amounts have
no point: the last two digits are cents. Continuations (88) belong to the record above. What the
payer sent stands in the text, in the best case with the 835's TRN segment.
Source: Cash Management Balance Reporting Specifications, version 2.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from edi_engine.dates import parse_date
from edi_engine.money import parse_implied_cents
from edi_engine.parsers.deposits.lines import (
    BankLog,
    Line,
    Trace,
    last_four,
    one_line,
    span_of,
    trace_in,
)
from edi_engine.records.deposits import BankFormat, BankSpan, Deposit

__all__ = ["is_bai2", "read_bai2"]

_HEADER = re.compile(r"01,[^,]*,[^,]*,[0-9]{6},")
_CODES = frozenset({"01", "02", "03", "16", "49", "88", "98", "99"})
_CREDITS = (range(100, 400), range(920, 960))
_DEBITS = (range(400, 700), range(960, 1000))
_ACH_TYPES = range(142, 143), range(163, 171), range(445, 470)
_CHECK_TYPES = range(115, 117), range(170, 188), range(301, 304)
_WIRE_TYPES = range(191, 192), range(195, 196), range(206, 209), range(495, 496)
_METHODS = (("ACH", _ACH_TYPES), ("FWT", _WIRE_TYPES), ("CHK", _CHECK_TYPES))
_NAME = re.compile(
    r"(?:ORIG(?:INATOR)?|CO(?:MPANY)?)[ .]?(?:CO )?NAME\s?[:=#]\s?(.{1,40}?)"
    r"(?=\s{2,}|$|[;,]|\s(?:CO|COMPANY|ORIG|ID|IND|INDN|DESC|ENTRY|SEC|TRACE|TRN|EED)\b)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?:ORIG(?:INATOR)?|CO(?:MPANY)?)[ .]?ID\s?[:=#]\s?([A-Z0-9]{6,10})", re.IGNORECASE
)
_LABELLED_TRACE = re.compile(
    r"\b(?:TRN|TRACE)\s?(?:NO\.?|NBR|NUMBER|#)?\s?[:=#]\s?([A-Z0-9-]{4,50})", re.IGNORECASE
)


def is_bai2(first_line: str) -> bool:
    """Whether a file that begins with this line is one."""
    return bool(_HEADER.match(first_line))


def read_bai2(lines: Iterable[Line], log: BankLog) -> tuple[list[Deposit], BankSpan]:
    """The file's deposits in order, and the days it tells of."""
    reader = _Bai2(log)
    for record in _records(lines, log):
        reader.take(record)
    return reader.finish()


class _Record(NamedTuple):
    """A record with its continuations: `pieces` are the contents after the codes, line by line."""

    line: Line
    code: str
    pieces: list[str]
    lines_count: int
    byte_end: int

    def fields(self) -> list[str]:
        return ",".join(self.pieces).split(",")


def _records(lines: Iterable[Line], log: BankLog) -> Iterator[_Record]:
    record: _Record | None = None
    for line in lines:
        text = line.text.rstrip(" \t\x00\x1a")
        code, _, rest = text.partition(",")
        content = rest.removesuffix("/")
        code = code.strip().removesuffix("/")
        end = line.byte_offset + len(text)
        if code == "88" and record is not None:
            record.pieces.append(content)
            record = record._replace(lines_count=record.lines_count + 1, byte_end=end)
            continue
        if code not in _CODES or code == "88":
            log.add("BANK-0107", line, "A line is no record of a known type; it is passed over.")
            continue
        if record is not None:
            yield record
        record = _Record(line, code, [content], 1, end)
    if record is not None:
        yield record


class _Sums:
    """What a trailer is held against."""

    def __init__(self) -> None:
        self.cents = 0
        self.children = 0
        self.records = 0


class _Bai2:
    """Follows groups and accounts."""

    def __init__(self, log: BankLog) -> None:
        self._log = log
        self._as_of: date | None = None
        self._account = ""
        self._has_account = False
        self._deposits: list[Deposit] = []
        self._days: list[date] = []
        self._sums = {"49": _Sums(), "98": _Sums(), "99": _Sums()}
        self._ended = False
        self._last: Line | None = None

    def take(self, record: _Record) -> None:
        self._last = record.line
        for trailer, begins in (("49", "03"), ("98", "02"), ("99", "01")):
            if record.code == begins:
                self._sums[trailer] = _Sums()
        for sums in self._sums.values():
            sums.records += record.lines_count
        if record.code == "02":
            self._begin_group(record)
        elif record.code == "03":
            self._begin_account(record)
        elif record.code == "16":
            self._add_detail(record)
        elif record.code in self._sums:
            self._check(record)

    def finish(self) -> tuple[list[Deposit], BankSpan]:
        if not self._ended:
            self._log.add("BANK-0105", self._last, "The file trailer (99) is missing.")
        return self._deposits, BankSpan(BankFormat.BAI2, *span_of(self._days))

    def _begin_group(self, record: _Record) -> None:
        fields = record.fields()
        self._as_of = parse_date(fields[3].strip()) if len(fields) > 3 else None
        if self._as_of is None:
            self._log.add("BANK-0102", record.line, "The group has no as-of date.", field="date")
        else:
            self._days.append(self._as_of)

    def _begin_account(self, record: _Record) -> None:
        fields = record.fields()
        self._account = fields[0]
        self._has_account = True
        position = 2
        while position + 1 < len(fields):
            self._add_amount(parse_implied_cents(fields[position + 1].strip()) or 0)
            # Type, amount, item count, funds type, and what the funds type asks for.
            funds = fields[position + 3].strip() if position + 3 < len(fields) else ""
            position += 4 + _funds_fields(funds, fields[position + 4 : position + 5])

    def _add_detail(self, record: _Record) -> None:
        fields = record.fields()
        type_code = fields[0].strip()
        cents = parse_implied_cents(fields[1].strip()) if len(fields) > 1 else None
        sign = _sign_of(type_code)
        self._add_amount(cents or 0)
        if sign == 0:
            if cents:
                message = f"Type code {type_code[:3]} is neither credit nor debit."
                self._log.add("BANK-0107", record.line, message, field="type")
            return
        if cents is None:
            self._log.add("BANK-0101", record.line, "Its amount cannot be read.", field="amount")
            return
        if not self._has_account:
            self._log.add("BANK-0107", record.line, "A transaction stands under no account.")
        funds = fields[2].strip().upper() if len(fields) > 2 else ""
        start = 3 + _funds_fields(funds, fields[3:4])
        value_on = parse_date(fields[3].strip()) if funds == "V" and len(fields) > 3 else None
        self._deposits.append(
            self._deposit(record, type_code, sign * cents, fields[start:], value_on)
        )

    def _deposit(
        self, record: _Record, type_code: str, cents: int, rest: list[str], value_on: date | None
    ) -> Deposit:
        bank_reference, customer_reference, *_ = [*rest, "", ""]
        text = _text_of(record, rest)
        trace = _trace_of([*record.pieces, text])
        company = _COMPANY.search(text)
        company_id = company[1] if company else ""
        name = _NAME.search(text)
        received_on = value_on or self._as_of
        if received_on is not None:
            self._days.append(received_on)
        labelled = _LABELLED_TRACE.search(text)
        number = trace.number if trace else (labelled[1] if labelled else customer_reference)
        return Deposit(
            deposit_ordinal=len(self._deposits) + 1,
            received_on=received_on,
            amount_cents=cents,
            originator_id=(trace.originator_id if trace else "") or company_id,
            originator_name=one_line(name[1]) if name else "",
            trace_number=one_line(number),
            trace_is_stated=trace is not None or labelled is not None,
            company_id=company_id,
            method=_method_of(type_code),
            bank_reference=one_line(bank_reference),
            account_last4=last_four(self._account),
            description=one_line(text),
            line_number=record.line.number,
            byte_offset=record.line.byte_offset,
            byte_length=record.byte_end - record.line.byte_offset,
        )

    def _add_amount(self, cents: int) -> None:
        for sums in self._sums.values():
            sums.cents += cents

    def _check(self, record: _Record) -> None:
        """Hold a trailer against what was read since its header."""
        fields = record.fields()
        sums = self._sums[record.code]
        stated = parse_implied_cents(fields[0].strip())
        if stated != sums.cents:
            message = f"The control total of record {record.code} differs from the amounts above."
            self._log.add("BANK-0103", record.line, message, field="total", left_cents=stated,
                          right_cents=sums.cents)  # fmt: skip
        count = parse_implied_cents(fields[-1].strip()) if len(fields) > 1 else None
        if count is not None and count != sums.records:
            message = f"Record {record.code} counts {count} records, not {sums.records}."
            self._log.add("BANK-0104", record.line, message, field="count")
        if record.code == "49":
            self._has_account = False
        self._ended = record.code == "99"


def _funds_fields(funds: str, following: list[str]) -> int:
    """How many fields a funds type has after it."""
    funds = funds.upper()
    if funds == "S":
        return 3
    if funds == "V":
        return 2
    if funds == "D":
        count = parse_implied_cents(following[0].strip()) if following else None
        return 1 + 2 * min(max(count or 0, 0), 100)
    return 0


def _text_of(record: _Record, rest: list[str]) -> str:
    """What follows the two references; lines that continue the text are put straight behind."""
    before = len(record.fields()) - len(rest) + 2
    first = record.pieces[0].split(",")
    if len(first) >= before:
        return ",".join(first[before:]) + "".join(record.pieces[1:])
    return ",".join(rest[2:]) or " ".join(record.pieces[1:])


def _trace_of(pieces: list[str]) -> Trace | None:
    """A whole TRN segment of one line, else one that continues, else one that breaks off."""
    found = [trace for piece in pieces if (trace := trace_in(piece)) is not None]
    whole = [trace for trace in found if trace.originator_id]
    return next(iter(whole or found), None)


def _sign_of(type_code: str) -> int:
    """1 for a credit, -1 for a debit, 0 for what moves no money or is not known."""
    if len(type_code) != 3 or not (type_code.isascii() and type_code.isdecimal()):
        return 0
    code = int(type_code)
    if any(code in codes for codes in _CREDITS):
        return 1
    return -1 if any(code in codes for codes in _DEBITS) else 0


def _method_of(type_code: str) -> str:
    code = int(type_code)
    for method, ranges in _METHODS:
        if any(code in codes for codes in ranges):
            return method
    return ""

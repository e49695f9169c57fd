"""Bank CSVs: a header that names a day, an amount and what the money is; a row per movement.

Banks name their columns as they like, so known names are recognised and others can be given.
Rows without an amount (balances, notes) are passed over. Days are read month first, as American
banks write them.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

import msgspec

from edi_engine.dates import parse_date
from edi_engine.money import parse_bank_cents
from edi_engine.parsers.deposits.lines import (
    BankLog,
    Line,
    last_four,
    one_line,
    span_of,
    trace_in,
)
from edi_engine.records.deposits import BankFormat, BankSpan, Deposit

__all__ = ["CSV_COLUMNS", "CsvHeader", "csv_columns_of", "read_bank_csv"]

CSV_COLUMNS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "date": frozenset({
            "date", "posting date", "post date", "posted date", "posted on", "transaction date",
            "effective date", "value date", "deposit date", "received on", "received date",
            "as of date", "settlement date",
        }),
        "amount": frozenset({"amount", "deposit amount", "transaction amount", "payment amount"}),
        "credit": frozenset({"credit", "credits", "credit amount", "deposit", "deposits"}),
        "debit": frozenset({"debit", "debits", "debit amount", "withdrawal", "withdrawals"}),
        "direction": frozenset({"credit debit", "debit credit", "cr dr", "dr cr", "direction"}),
        "description": frozenset({
            "description", "transaction description", "details", "detail", "memo", "narrative",
            "text", "addenda", "additional information", "transaction details", "remarks",
        }),
        "trace": frozenset({
            "trace", "trace number", "trace no", "trn", "trn02", "eft number", "eft trace number",
            "check number", "check", "check no", "cheque number", "check eft number",
            "customer reference", "reassociation trace number",
        }),
        "reference": frozenset({
            "reference", "reference number", "bank reference", "transaction id", "ref", "ref no",
            "bank reference number",
        }),
        "payer": frozenset({
            "payer", "payer name", "payor", "payor name", "originator", "originator name", "name",
            "company", "company name", "remitter", "sender", "counterparty",
        }),
        "originator_id": frozenset({
            "originator id", "company id", "trn03", "originating company id", "payer id",
            "originating company identifier",
        }),
        "account": frozenset({"account", "account number", "account no"}),
        "method": frozenset({"method", "payment method", "transaction type", "type"}),
    }
)  # fmt: skip
"""What each column may be called, in small letters with single blanks for anything else."""

_HEADER_LINES = 20
"""How far down a header is looked for: banks put a few lines about the account above it."""

_TELLING = ("description", "trace", "reference", "payer")
_SEPARATORS = ",;\t|"
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})", re.ASCII)
_NAMED_MONTHS = ("%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%y")
_METHODS = (("ACH", "ACH"), ("EFT", "ACH"), ("WIRE", "FWT"), ("CHECK", "CHK"), ("LOCKBOX", "CHK"))


class CsvHeader:
    """Where each column stands, and what separates the cells."""

    def __init__(self, ordinal: int, separator: str, places: Mapping[str, tuple[int, ...]]) -> None:
        self.ordinal = ordinal
        self.separator = separator
        self.places = places

    def cell(self, cells: Sequence[str], column: str) -> str:
        """The first filled cell of a column, without blanks around it."""
        for place in self.places.get(column, ()):
            if place < len(cells) and cells[place].strip():
                return cells[place].strip()
        return ""


def csv_columns_of(
    lines: Sequence[Line], columns: Mapping[str, str] | None = None
) -> "CsvHeader | None":
    """The header of a bank CSV among its first lines, or None when there is none.

    `columns` gives the bank's own names by ours ("amount": "Betrag").
    """
    names = {name: set(known) for name, known in CSV_COLUMNS.items()}
    for name, given in (columns or {}).items():
        # What is named by hand is meant, whatever else might look like it.
        names[name] = {_plain(given)}
    for ordinal, line in enumerate(lines[:_HEADER_LINES]):
        for separator in _SEPARATORS:
            if separator not in line.text:
                continue  # most files asked about are no CSV
            header = _header_in(line.text, separator, names, ordinal)
            if header is not None:
                return header
    return None


def _header_in(
    text: str, separator: str, names: Mapping[str, set[str]], ordinal: int
) -> CsvHeader | None:
    cells = [_plain(cell) for cell in _cells(text, separator)]
    places = {
        name: tuple(place for place, cell in enumerate(cells) if cell in known)
        for name, known in names.items()
    }
    has_money = places["amount"] or places["credit"]
    if places["date"] and has_money and any(places[name] for name in _TELLING):
        return CsvHeader(ordinal, separator, places)
    return None


def read_bank_csv(
    lines: Iterable[Line], header: CsvHeader, log: BankLog
) -> tuple[list[Deposit], BankSpan]:
    """The deposits below the header in order, and the days the file tells of."""
    deposits: list[Deposit] = []
    days: list[date] = []
    for ordinal, line in enumerate(lines):
        if ordinal <= header.ordinal:
            continue
        cells = _cells(line.text, header.separator)
        cents = _cents_of(cells, header)
        if cents is None:
            if _amount_texts(cells, header):
                log.add("BANK-0101", line, "The row's amount cannot be read.", field="amount")
            continue
        received_on = _day_of(header.cell(cells, "date"))
        if received_on is None:
            log.add("BANK-0102", line, "The row's day cannot be read.", field="date")
        else:
            days.append(received_on)
        deposit = _described(line, cells, header)
        deposits.append(
            msgspec.structs.replace(
                deposit,
                deposit_ordinal=len(deposits) + 1,
                received_on=received_on,
                amount_cents=cents,
            )
        )
    return deposits, BankSpan(BankFormat.CSV, *span_of(days))


def _described(line: Line, cells: Sequence[str], header: CsvHeader) -> Deposit:
    """A deposit with everything but its ordinal, day and amount."""
    description = header.cell(cells, "description")
    trace = trace_in(" ".join(cells))
    stated = header.cell(cells, "trace")
    originator_id = header.cell(cells, "originator_id")
    return Deposit(
        deposit_ordinal=0,
        received_on=None,
        amount_cents=0,
        originator_id=one_line((trace.originator_id if trace else "") or originator_id),
        originator_name=one_line(header.cell(cells, "payer")),
        trace_number=one_line(trace.number if trace else stated),
        trace_is_stated=trace is not None or bool(stated),
        company_id=one_line(originator_id),
        method=_method_of(f"{header.cell(cells, 'method')} {description}"),
        bank_reference=one_line(header.cell(cells, "reference")),
        account_last4=last_four(header.cell(cells, "account")),
        description=one_line(description),
        line_number=line.number,
        byte_offset=line.byte_offset,
        byte_length=len(line.text),
    )


def _amount_texts(cells: Sequence[str], header: CsvHeader) -> list[str]:
    return [text for name in ("amount", "credit", "debit") if (text := header.cell(cells, name))]


def _cents_of(cells: Sequence[str], header: CsvHeader) -> int | None:
    """Cents of a row: credits positive; None when it has no amount that can be read."""
    paid_in, paid_out = header.cell(cells, "credit"), header.cell(cells, "debit")
    amount = header.cell(cells, "amount")
    if amount:
        cents = parse_bank_cents(amount)
        if cents is not None and header.cell(cells, "direction").upper().startswith("D"):
            return -abs(cents)
        return cents
    if not paid_in and not paid_out:
        return None
    in_cents = parse_bank_cents(paid_in) if paid_in else 0
    out_cents = parse_bank_cents(paid_out) if paid_out else 0
    if in_cents is None or out_cents is None:
        return None
    return in_cents - abs(out_cents)


def _cells(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error:
        return []


def _plain(name: str) -> str:
    return _NOT_WORD.sub(" ", name.lower()).strip()


def _day_of(text: str) -> date | None:
    text = text.split("T", maxsplit=1)[0].strip() if text[:4].isdigit() else text.strip()
    found = _SLASHED.fullmatch(text.split(" ")[0])
    if found is not None:
        month, day, year = found.groups()
        return parse_date(f"{year}{month:0>2}{day:0>2}")
    digits = text.replace("-", "") if len(text) == 10 else text
    if len(digits) == 8:
        return parse_date(digits)
    for form in _NAMED_MONTHS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _method_of(text: str) -> str:
    upper = text.upper()
    if "HCCLAIMPMT" in upper:
        return "ACH"
    return next((method for word, method in _METHODS if word in upper), "")

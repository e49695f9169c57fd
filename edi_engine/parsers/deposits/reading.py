"""Which kind of bank file some bytes are, and everything in them."""

import hashlib
from collections.abc import Mapping
from itertools import islice

from edi_engine.errors import InputError
from edi_engine.findings import Place
from edi_engine.parsers.deposits.bai2 import is_bai2, read_bai2
from edi_engine.parsers.deposits.bank_csv import csv_columns_of, read_bank_csv
from edi_engine.parsers.deposits.lines import BankLog, lines_of
from edi_engine.parsers.deposits.nacha import is_nacha, read_nacha
from edi_engine.records.deposits import BankFile, BankFormat

__all__ = ["BANK_BYTES_MAX", "BANK_HEAD_BYTES", "bank_format_of", "read_bank_file"]

BANK_BYTES_MAX = 64_000_000
"""Half a million entries with addenda, a day of a large billing company's bank."""

BANK_HEAD_BYTES = 8192
"""What the kind is told from: a header and some lines about the account above it."""

_HEAD_LINES = 20


def bank_format_of(head: bytes, *, columns: Mapping[str, str] | None = None) -> BankFormat | None:
    """The kind of a bank file that begins with these bytes, None when it is none."""
    lines = list(islice(lines_of(head[:BANK_HEAD_BYTES]), _HEAD_LINES))
    if not lines:
        return None
    first = lines[0].text.lstrip()
    if is_nacha(first):
        return BankFormat.NACHA
    if is_bai2(first):
        return BankFormat.BAI2
    return BankFormat.CSV if csv_columns_of(lines, columns) is not None else None


def read_bank_file(
    data: bytes,
    *,
    file_name: str = "",
    file_digest: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> BankFile:
    """Everything in these bytes. What cannot be read is a finding; the rest is read all the same.

    `columns` gives the bank's own names of CSV columns by ours. `file_digest` defaults to the
    SHA-256 of the bytes. Raises InputError for a file that is none of the kinds or too large.
    """
    if len(data) > BANK_BYTES_MAX:
        raise InputError(
            f"The file is larger than {BANK_BYTES_MAX // 1_000_000} MB.",
            place=file_name,
            remedy="Ask the bank for one file a day, or split it.",
        )
    bank_format = bank_format_of(data, columns=columns)
    rows = list(lines_of(data))
    header = csv_columns_of(rows, columns) if bank_format is BankFormat.CSV else None
    if bank_format is None or (bank_format is BankFormat.CSV and header is None):
        raise InputError(
            "This is no bank file: neither NACHA nor BAI2, nor a CSV with columns for date, amount"
            " and description.",
            place=file_name,
            remedy="Name the columns with --column, or ask the bank for one of these.",
        )
    digest = hashlib.sha256(data).hexdigest() if file_digest is None else file_digest
    log = BankLog(Place(file_name, digest))
    if header is not None:
        deposits, span = read_bank_csv(rows, header, log)
    else:
        read = read_nacha if bank_format is BankFormat.NACHA else read_bai2
        deposits, span = read(rows, log)
    return BankFile(span, tuple(deposits), log.take())

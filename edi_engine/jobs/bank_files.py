"""Telling bank files from other files, and reading them whole."""

from collections.abc import Mapping
from typing import BinaryIO

from edi_engine.jobs.archives import Spool
from edi_engine.parsers.deposits import (
    BANK_BYTES_MAX,
    BANK_HEAD_BYTES,
    bank_format_of,
    read_bank_file,
)
from edi_engine.records.deposits import BankFile, BankFormat

__all__ = ["bank_kind", "read_bank_stream"]

_BLOCK_BYTES = 1 << 20


def bank_kind(spool: Spool, columns: Mapping[str, str] | None = None) -> BankFormat | None:
    """Which kind of bank file it is, None for another file. It stands at its beginning after."""
    head = spool.stream.read(BANK_HEAD_BYTES)
    spool.stream.seek(0)
    return bank_format_of(head, columns=columns)


def read_bank_stream(
    stream: BinaryIO,
    *,
    file_name: str,
    file_digest: str,
    columns: Mapping[str, str] | None = None,
) -> BankFile:
    """Everything in a bank's file. Raises InputError for one that is too large."""
    data = bytearray()
    while block := stream.read(_BLOCK_BYTES):
        data += block
        if len(data) > BANK_BYTES_MAX:
            break  # the reader says so
    return read_bank_file(
        bytes(data), file_name=file_name, file_digest=file_digest, columns=columns
    )

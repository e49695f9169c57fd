"""Telling CSVs of paper remittances from other files, and reading them like those."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.archives import Spool
from edi_engine.parsers.paper_columns import HEADER_BYTES_MAX, is_paper_header
from edi_engine.parsers.paper_remits import PAPER_BYTES_MAX, read_paper_remits
from edi_engine.records.intake import ManualEntry, ParsedBatch

__all__ = ["is_paper", "read_paper_file", "signed"]

_BLOCK_BYTES = 1 << 20


def is_paper(spool: Spool) -> bool:
    """Whether the file has the header of paper remittances. It stands at its beginning after."""
    head = spool.stream.read(HEADER_BYTES_MAX)
    spool.stream.seek(0)
    return is_paper_header(head)


def read_paper_file(stream: BinaryIO, *, file_name: str, file_digest: str) -> Iterator[ParsedBatch]:
    """Each remittance as a batch; or, with any mistake in the file, the mistakes alone.

    Raises InputError for a file larger than anybody types.
    """
    data = bytearray()
    while block := stream.read(_BLOCK_BYTES):
        data += block
        if len(data) > PAPER_BYTES_MAX:
            raise InputError(
                f"The file is larger than {PAPER_BYTES_MAX // 1_000_000} MB.",
                place=file_name,
                remedy="Split it, or check that it is the right file.",
            )
    found = read_paper_remits(bytes(data), file_name=file_name, file_digest=file_digest)
    if found.mistakes:
        yield ParsedBatch(None, found.mistakes)
    yield from found.batches


def signed(batch: ParsedBatch, entered: ManualEntry) -> ParsedBatch:
    """The batch with who typed it in, when and why, where the file itself does not say."""
    entry = batch.entry
    if entry is None:
        return batch
    return msgspec.structs.replace(
        batch,
        entry=ManualEntry(
            entry.entered_by or entered.entered_by, entered.entered_at, entry.note or entered.note
        ),
    )

"""Reading kept files again, for what the program that took them in had no column for.

A file is one transaction; safe to stop at any moment and to run again. What stands is never
changed: facts that are missing are added, and what they may change waits to be reconciled.
"""

from collections import Counter

import msgspec

from edi_engine.errors import EdiEngineError
from edi_engine.jobs.paper_files import read_paper_file
from edi_engine.jobs.reconcile import ProgressCallback
from edi_engine.jobs.stored_claims import raw_stream
from edi_engine.parsers.paper_columns import HEADER_BYTES_MAX, is_paper_header
from edi_engine.parsers.reading import read_file
from edi_engine.store import Store, Writer

__all__ = ["RereadReport", "files_to_reread", "reread_files", "waiting_words"]


class RereadReport(msgspec.Struct, frozen=True):
    """What reading again added: claims and claim payments that got facts, and acknowledgments that
    were kept unread. `not_found_count` claims and claim payments were read that do not
    stand in the database where they were read: they kept what they had."""

    files_count: int
    claims_count: int
    claim_payments_count: int
    acknowledgments_count: int
    not_found_count: int


def files_to_reread(store: Store) -> int:
    """How many files an older program took in that were not read again yet."""
    with store.reading() as reader:
        return len(reader.files_to_reread())


def waiting_words(count: int) -> str:
    """What to tell of so many files, and what to do."""
    files = "1 file was" if count == 1 else f"{count:,} files were"
    told = f"{files} taken in by an older version that did not keep all that is asked for now"
    return f"{told}: edi-engine db reread"


def reread_files(store: Store, *, progress: ProgressCallback | None = None) -> RereadReport:
    """Read every file that waits for it again. Nothing happens when none does.

    Claims and claim payments that got facts wait for the next reconciling.
    """
    with store.reading() as reader:
        waiting = reader.files_to_reread()
    added: Counter[str] = Counter()
    for done, file_id in enumerate(waiting, 1):
        with store.writing() as writer:
            added += _reread(writer, file_id)
            writer.mark_reread(file_id)
        if progress is not None:
            progress("Files", done, len(waiting))
    return RereadReport(
        files_count=len(waiting),
        claims_count=added["claims"],
        claim_payments_count=added["claim_payments"],
        acknowledgments_count=added["acknowledgments"],
        not_found_count=added["not_found"],
    )


def _reread(writer: Writer, file_id: int) -> Counter[str]:
    """What a file added, by the names of the report."""
    stored = writer.file(file_id)
    if stored is None:
        raise EdiEngineError(
            "a file that is to be read again is not in the database.",
            place=f"file {file_id}",
            remedy='Check the database: "edi-engine db check".',
        )
    paper = is_paper_header(writer.raw_segments(file_id, 0, HEADER_BYTES_MAX))
    read = read_paper_file if paper else read_file
    stream = raw_stream(writer, file_id, stored.size_bytes)
    found: Counter[str] = Counter()
    for batch in read(stream, file_name=stored.name, file_digest=stored.digest):
        if batch.acknowledgments and batch.source is not None:
            ordinal = batch.source.set_ordinal
            writer.add_acknowledgments_again(file_id, ordinal, batch.acknowledgments)
            found["acknowledgments"] += len(batch.acknowledgments)
        if batch.ended is not None:
            writer.note_set_read_again(
                file_id,
                batch.ended.source.set_ordinal,
                state=batch.ended.state.value,
                batch_reference=batch.batch_reference,
            )
        added = writer.add_contract_facts(file_id, batch.claims, batch.claim_payments)
        writer.mark_pending_claims(added.claim_ids)
        writer.mark_pending_payments(added.claim_payment_ids)
        found["claims"] += len(added.claim_ids)
        found["claim_payments"] += len(added.claim_payment_ids)
        found["not_found"] += added.not_found_count
    return found

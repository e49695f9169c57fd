"""What a new file repeats: whole transaction sets, payments, trace numbers. Source: domain 4.5.

A set with the content of an earlier one is kept and marked: claims of such a copy are matched by
nothing, payments of such a copy are held until a person releases them. The same payer and trace
number with the same payments in other words is held too. With other money or other claims it is
a conflict: both are kept and count, and a person must say which one holds. Of a remittance typed in
from paper, trace number, payer and amount decide: it seldom is typed to the last code.
"""

from collections.abc import Sequence

from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.money import format_cents
from edi_engine.parsers.paper_remits import PAPER_IMPLEMENTATION
from edi_engine.records.matching import RemittanceId
from edi_engine.records.stored import RemittanceTwin, StoredSet
from edi_engine.store import Writer

__all__ = ["note_duplicates"]


def note_duplicates(writer: Writer, file_id: int, place: Place) -> list[Finding]:
    """Mark and hold what the file repeats; the findings that say so, not yet written.

    `place` names the file. Everything of the file must have been added.
    """
    writer.flush()
    log = FindingLog()
    for later, earlier in writer.duplicate_sets(file_id):
        _note_duplicate_set(writer, log, place, later, earlier)
    for twin in (*writer.payment_twins(file_id), *writer.manual_twins(file_id)):
        _note_twin(writer, log, place, twin)
    return list(log.take())


def _note_duplicate_set(
    writer: Writer, log: FindingLog, place: Place, later: StoredSet, earlier: StoredSet
) -> None:
    writer.mark_duplicate_set(later.set_id, earlier.set_id)
    remittance_ids = writer.remittance_ids_of_set(later.set_id)
    where = Place(
        place.file_name,
        place.file_digest,
        later.set_ordinal,
        later.set_control_number,
        *_first_of(writer, later, remittance_ids),
    )
    known = writer.file(earlier.file_id)
    told = f"set {earlier.set_ordinal} of {known.name if known is not None else 'another file'}"
    if not remittance_ids:
        log.add("FILE-0110", where, f"The claims are those of {told}, sent again unchanged.")
        return
    for remittance_id in remittance_ids:
        writer.hold_remittance(remittance_id, f"It repeats {told}.")
    log.add("FILE-0111", where, f"The remittance is that of {told}.")


def _first_of(
    writer: Writer, found: StoredSet, remittance_ids: Sequence[RemittanceId]
) -> tuple[int, int, str]:
    """Segment ordinal, byte offset and element of a set's beginning; of a sheet its row."""
    if found.implementation != PAPER_IMPLEMENTATION:
        return 1, found.byte_offset, ""
    (head,) = writer.remittances(remittance_ids).values()
    return head.segment_ordinal, found.byte_offset, "trace_number"


def _note_twin(writer: Writer, log: FindingLog, place: Place, twin: RemittanceTwin) -> None:
    where = Place(
        place.file_name,
        place.file_digest,
        twin.set_ordinal,
        twin.set_control_number,
        twin.segment_ordinal,
        twin.byte_offset,
        "trace_number" if twin.is_typed else "TRN02",
    )
    if twin.same_content:
        told = f"remittance {twin.earlier_remittance_id} of {twin.earlier_file_name}"
        writer.hold_remittance(twin.remittance_id, f"It repeats {told}.")
        same = "payer and amount" if twin.is_manual else "amount and claims"
        log.add("FILE-0111", where, f"Trace number, {same} are those of {told}.")
        return
    if not twin.amount_cents and not twin.earlier_amount_cents:
        return  # payers use one number again for payments of nothing (domain 3.8)
    log.add(
        "FILE-0112",
        where,
        f"Remittance {twin.earlier_remittance_id} of {twin.earlier_file_name} has the same trace "
        f"number from the same payer, but pays {_money(twin.earlier_amount_cents)} where this one "
        f"pays {_money(twin.amount_cents)}, or lists other claims.",
    )


def _money(cents: int | None) -> str:
    return "an unreadable amount" if cents is None else format_cents(cents)

"""What a new file repeats: whole transaction sets, payments, trace numbers. Source: domain 4.5.

Claims of a copy are matched by nothing. Of remittances that say the same the earliest counts and
the others are held; which is the earliest is told by their dates, so a file may also cause one that
came before it to be held, and its payments are then reconciled again. A person's decision to hold
or release outranks all of this. With other money or other claims under one trace number both count,
and a person must say which one holds. Of a remittance typed in from paper trace number, payer and
amount decide, and the later to arrive is held: paper seldom is typed to the last code.
"""

from collections.abc import Iterable, Mapping, Sequence

from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.matchers import (
    Repeat,
    RepeatedRemittance,
    RepeatKind,
    claim_payment_fingerprint,
    conclude_repeats,
)
from edi_engine.money import format_cents
from edi_engine.parsers.paper_remits import PAPER_IMPLEMENTATION
from edi_engine.records.matching import RemittanceId
from edi_engine.records.stored import RemittanceIdentity, RemittanceTwin, StoredSet
from edi_engine.store import Reader, Writer

__all__ = ["note_duplicates"]

_PAYMENTS_AT_ONCE = 1_000


def note_duplicates(writer: Writer, file_id: int, place: Place) -> list[Finding]:
    """Mark and hold what the file repeats; the findings that say so, not yet written.

    `place` names the file. Everything of the file must have been added.
    """
    writer.flush()
    log = FindingLog()
    for later, earlier in writer.duplicate_sets(file_id):
        _note_duplicate_set(writer, log, place, later, earlier)
    groups: dict[tuple[str, ...], list[RemittanceIdentity]] = {}
    for one in writer.remittances_like_those_of(file_id):
        groups.setdefault(one.payment_key, []).append(one)
    for key in sorted(groups):
        if len(groups[key]) > 1:
            _note_group(writer, log, place, groups[key], file_id)
    for twin in writer.manual_twins(file_id):
        _note_twin(writer, log, place, twin)
    return list(log.take())


def _note_duplicate_set(
    writer: Writer, log: FindingLog, place: Place, later: StoredSet, earlier: StoredSet
) -> None:
    writer.mark_duplicate_set(later.set_id, earlier.set_id)
    remittance_ids = writer.remittance_ids_of_set(later.set_id)
    is_paper = later.implementation == PAPER_IMPLEMENTATION
    if remittance_ids and not is_paper:
        return  # told with all that have its content
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
    """A remittance that repeats another, of which one was typed in from paper."""
    where = Place(
        place.file_name,
        place.file_digest,
        twin.set_ordinal,
        twin.set_control_number,
        twin.segment_ordinal,
        twin.byte_offset,
        "trace_number" if twin.is_typed else "TRN02",
    )
    if twin.amount_cents == twin.earlier_amount_cents:
        told = f"remittance {twin.earlier_remittance_id} of {twin.earlier_file_name}"
        writer.hold_remittance(twin.remittance_id, f"It repeats {told}.")
        log.add("FILE-0111", where, f"Trace number, payer and amount are those of {told}.")
        return
    if not twin.amount_cents and not twin.earlier_amount_cents:
        return  # payers use one number again for payments of nothing (domain 3.8)
    told = (
        f"Remittance {twin.earlier_remittance_id} of {twin.earlier_file_name} has the same trace "
        f"number from the same payer, but pays {_money(twin.earlier_amount_cents)} where this one "
        f"pays {_money(twin.amount_cents)}, or lists other claims."
    )
    writer.write_remittance_repeats(
        [twin.remittance_id],
        [(twin.remittance_id, RepeatKind.CONFLICT.value, twin.earlier_remittance_id, told)],
    )
    log.add("FILE-0112", where, told)


def _money(cents: int | None) -> str:
    return "an unreadable amount" if cents is None else format_cents(cents)


def _note_group(
    writer: Writer, log: FindingLog, place: Place, group: list[RemittanceIdentity], file_id: int
) -> None:
    """Conclude about all remittances of one key, and tell what concerns the file's own."""
    repeats = {one.remittance_id: one for one in conclude_repeats(_compared(writer, group))}
    _hold(writer, group, repeats, file_id)
    known = {one.remittance_id: one for one in group}
    own = {one.remittance_id for one in group if one.file_id == file_id}
    for repeat in repeats.values():
        named = repeat.remittance_id
        told = repeat.reason
        if named not in own:
            if repeat.other_remittance_id not in own:
                continue
            # The file holds the earlier one of the two: what came before it is the repetition.
            named = repeat.other_remittance_id
            other = known[repeat.remittance_id]
            told = f"Remittance {other.remittance_id} of {other.file_name} is later: {told}"
        code = "FILE-0111" if repeat.kind is RepeatKind.DUPLICATE else "FILE-0112"
        log.add(code, _place(place, known[named]), told)


def _place(place: Place, one: RemittanceIdentity) -> Place:
    return Place(
        place.file_name,
        place.file_digest,
        one.set_ordinal,
        one.set_control_number,
        one.segment_ordinal,
        one.byte_offset,
        "TRN02",
    )


def _compared(reader: Reader, group: list[RemittanceIdentity]) -> list[RepeatedRemittance]:
    """The group as the ladder looks at it; claim payments are read only where contents differ."""
    differ = len({one.content for one in group}) > 1 and any(one.amount_cents for one in group)
    return [
        RepeatedRemittance(
            one.remittance_id,
            one.order,
            one.content,
            one.has_trace,
            one.file_name,
            one.payment_date,
            one.amount_cents,
            tuple(_fingerprints(reader, one)) if differ and one.has_trace else (),
        )
        for one in group
    ]


def _fingerprints(reader: Reader, one: RemittanceIdentity) -> Iterable[tuple[object, ...]]:
    ids = reader.payment_ids_of_remittance(one.remittance_id)
    for start in range(0, len(ids), _PAYMENTS_AT_ONCE):
        part = ids[start : start + _PAYMENTS_AT_ONCE]
        payments = reader.paid_claims(part)
        for key in part:
            yield claim_payment_fingerprint(payments[key])


def _hold(
    writer: Writer,
    group: list[RemittanceIdentity],
    repeats: Mapping[RemittanceId, Repeat],
    file_id: int,
) -> None:
    writer.write_remittance_repeats(
        [one.remittance_id for one in group],
        [
            (one.remittance_id, one.kind.value, one.other_remittance_id, one.reason)
            for one in repeats.values()
        ],
    )
    writer.mark_pending_remittances(one.remittance_id for one in group)
    for one in group:
        if one.is_decided:
            continue
        repeat = repeats.get(one.remittance_id)
        is_copy = repeat is not None and repeat.kind is RepeatKind.DUPLICATE
        held = repeat.reason if repeat is not None and is_copy else ""
        if held != one.held:
            writer.hold_remittance(one.remittance_id, held)
            # The file's own payments wait for reconciling in any case.
            if bool(held) != bool(one.held) and one.file_id != file_id:
                ids = writer.payment_ids_of_remittance(one.remittance_id)
                writer.mark_pending_payments(ids)

"""What a new file repeats: whole transaction sets, payments, trace numbers. Source: domain 4.5.

Claims of a copy are matched by nothing. Of remittances that say the same the earliest counts and
the others are held; which is the earliest is told by their dates, so a file may also cause one that
came before it to be held, and its payments are then reconciled again. A person's decision to hold
or release outranks all of this. With other money or other claims under one trace number both count,
and a person must say which one holds.
"""

from collections.abc import Iterable, Mapping

from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.matchers import (
    Repeat,
    RepeatedRemittance,
    RepeatKind,
    claim_payment_fingerprint,
    conclude_repeats,
)
from edi_engine.records.matching import RemittanceId
from edi_engine.records.stored import RemittanceIdentity, StoredSet
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
    return list(log.take())


def _note_duplicate_set(
    writer: Writer, log: FindingLog, place: Place, later: StoredSet, earlier: StoredSet
) -> None:
    writer.mark_duplicate_set(later.set_id, earlier.set_id)
    if writer.remittance_ids_of_set(later.set_id):
        return
    where = Place(
        place.file_name,
        place.file_digest,
        later.set_ordinal,
        later.set_control_number,
        1,
        later.byte_offset,
    )
    known = writer.file(earlier.file_id)
    told = f"set {earlier.set_ordinal} of {known.name if known is not None else 'another file'}"
    log.add("FILE-0110", where, f"The claims are those of {told}, sent again unchanged.")


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

"""Payers as the gate sees them: named by our claims, released by a person, or neither."""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.payer_profiles import count_quirks
from edi_engine.jobs.reconcile import reconcile
from edi_engine.matchers import KnownPayers, known_payers
from edi_engine.records.matching import RemittanceId
from edi_engine.records.payer_profiles import payer_key
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.stored import PayerRelease
from edi_engine.store import Reader, Store, Writer

__all__ = [
    "PayerStanding",
    "list_payers",
    "release_payer",
    "release_payer_of",
    "revoke_payer",
]


class PayerStanding(msgspec.Struct, frozen=True):
    """A payer that remittances name. `is_known`: a claim of ours names it, or `release` lets it
    post. `quirks_count` are the quirks it is known for, learned or declared."""

    payer_id: str
    payer_name: str
    is_known: bool
    release: PayerRelease | None
    quirks_count: int


def list_payers(store: Store, *, as_of: date) -> list[PayerStanding]:
    """Every payer of a remittance, by identifier and name."""
    with store.reading() as reader:
        known = known_payers(reader.known_payer_names())
        releases = {one.payer_id: one for one in reader.payer_releases()}
        quirks = count_quirks(reader, as_of)
        return [
            PayerStanding(
                payer_id,
                name,
                known.know(payer_id, name),
                releases.get(payer_id),
                quirks.get(payer_key(payer_id, name), 0),
            )
            for payer_id, name in reader.remittance_payers()
        ]


def release_payer(
    store: Store,
    payer_id: str,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    now: Callable[[], datetime] = utc_now,
) -> PayerStanding:
    """Let a payer's remittances post although no claim of ours names it.

    Raises InputError for a payer of no remittance, and for one that may post already.
    """
    with store.writing() as writer:
        before = _known(writer)
        _require_payer(writer, payer_id, before)
        writer.release_payer(
            payer_id, released_by=actor, released_at=now().isoformat(), note=note.strip()
        )
        _mark_changed(writer, before)
    reconcile(store, policy=policy, as_of=as_of, now=now)
    return _standing(store, payer_id, as_of)


def release_payer_of(
    store: Store,
    remittance_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    now: Callable[[], datetime] = utc_now,
) -> PayerStanding:
    """Release the payer of a remittance; all of the payer's remittances may post.

    Raises InputError as `release_payer`, for no such remittance, and for a payer without a number.
    """
    place = f"remittance {remittance_id}"
    with store.reading() as reader:
        head = reader.remittances([remittance_id]).get(RemittanceId(remittance_id))
    if head is None:
        raise InputError("there is no such remittance.", place=place)
    if not head.payer_id:
        raise InputError(
            "it names its payer by no number, and only a number can be released.",
            place=place,
            remedy="Review its payments one by one.",
        )
    return release_payer(
        store, head.payer_id, actor=actor, policy=policy, as_of=as_of, note=note, now=now
    )


def revoke_payer(
    store: Store,
    payer_id: str,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> PayerStanding:
    """End a release; what posted under it waits again. Raises InputError without a release."""
    with store.writing() as writer:
        before = _known(writer)
        standing = [one for one in writer.payer_releases() if one.payer_id == payer_id]
        if not standing:
            raise InputError(
                "it is not released.",
                place=f"payer {payer_id}",
                remedy='List payers with "edi-engine payers list".',
            )
        for one in standing:
            writer.revoke_payer_release(
                one.payer_release_id, revoked_by=actor, revoked_at=now().isoformat()
            )
        _mark_changed(writer, before)
    reconcile(store, policy=policy, as_of=as_of, now=now)
    return _standing(store, payer_id, as_of)


def _known(reader: Reader) -> KnownPayers:
    return known_payers(reader.known_payer_names())


def _require_payer(reader: Reader, payer_id: str, known: KnownPayers) -> None:
    names = [name for found, name in reader.remittance_payers() if found == payer_id]
    if not names:
        raise InputError(
            "no remittance names this payer.",
            place=f"payer {payer_id}",
            remedy='List payers with "edi-engine payers list".',
        )
    if all(known.know(payer_id, name) for name in names):
        raise InputError("its remittances post already.", place=f"payer {payer_id}")


def _mark_changed(writer: Writer, before: KnownPayers) -> None:
    after = _known(writer)
    changed = [
        payer for payer in writer.remittance_payers() if after.know(*payer) != before.know(*payer)
    ]
    writer.mark_pending_payments(writer.payment_ids_by_payer(changed))


def _standing(store: Store, payer_id: str, as_of: date) -> PayerStanding:
    return next(one for one in list_payers(store, as_of=as_of) if one.payer_id == payer_id)

"""Deposits for people: loading bank files, lists and pages, and a person's decisions."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import FileOutcome, IngestReport, IngestSettings
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.runs import ingest_run
from edi_engine.jobs.show.claims import work_table
from edi_engine.jobs.show.pages import Fact, Page, RawSegment, Table
from edi_engine.parsers.deposits.bank_csv import CSV_COLUMNS
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.deposits import (
    ANY_REMITTANCE,
    DepositDecision,
    DepositId,
    DepositMatch,
    DepositStatus,
    StoredDeposit,
)
from edi_engine.records.matching import RemittanceId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Reader, Store, Writer

__all__ = [
    "DepositDecided",
    "DepositEntry",
    "LoadedBankFile",
    "columns_named",
    "link_deposit",
    "list_deposits",
    "load_bank_files",
    "show_deposit",
    "undo_deposit_decision",
    "unlink_deposit",
]

_OPEN = frozenset(
    {
        DepositStatus.NO_REMITTANCE,
        DepositStatus.AMBIGUOUS,
        DepositStatus.AMOUNT_DIFFERS,
        DepositStatus.TAKEN_BACK,
    }
)
_RAW_LINES_MAX = 200
_RAW_BYTES_MAX = 65_536
_MONEY, _DAY, _NUMBER, _TEXT, _FLAG = (
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
    ColumnKind.FLAG,
)


class LoadedBankFile(msgspec.Struct, frozen=True):
    """What became of one file; of its deposits so many were told of by an earlier file."""

    outcome: FileOutcome
    deposits_count: int
    known_count: int


class DepositEntry(msgspec.Struct, frozen=True):
    """A deposit with what was concluded of it, None before it was looked at."""

    stored: StoredDeposit
    match: DepositMatch | None


class DepositDecided(msgspec.Struct, frozen=True):
    """A decision and where its deposit belongs now; `replaced` are decisions that it ended."""

    deposit_decision_id: int
    replaced: tuple[int, ...]
    match: DepositMatch


def columns_named(named: Iterable[str]) -> dict[str, str]:
    """ "amount=Betrag" texts as a bank's own names of CSV columns by ours.

    Raises InputError for a text of another form or a column that is none of ours.
    """
    columns: dict[str, str] = {}
    for text in named:
        name, equals, header = text.partition("=")
        if not equals or name.strip() not in CSV_COLUMNS or not header.strip():
            raise InputError(
                "this names no column.",
                place=text,
                remedy=f"Write NAME=HEADER, NAME being one of {', '.join(CSV_COLUMNS)}.",
            )
        columns[name.strip()] = header.strip()
    return columns


def load_bank_files(
    store: Store,
    paths: Sequence[str | Path],
    *,
    settings: IngestSettings | None = None,
    now: Callable[[], datetime] = utc_now,
) -> tuple[IngestReport, list[LoadedBankFile]]:
    """Take in bank files, as a recorded run; a file that is none fails and changes nothing."""
    only_bank = msgspec.structs.replace(settings or IngestSettings(), only_bank_files=True)
    report = ingest_run(store, paths, settings=only_bank, now=now)
    with store.reading() as reader:
        loaded = [
            LoadedBankFile(one, *reader.deposits_of_file(one.file_id or 0))
            for one in report.outcomes
        ]
    return report, loaded


def list_deposits(store: Store, *, open_only: bool = False) -> list[DepositEntry]:
    """Deposits in order of number; or those that somebody must still explain."""
    with store.reading() as reader:
        found = reader.deposits()
        matches = reader.deposit_matches(found)
    entries = [DepositEntry(one, matches.get(key)) for key, one in found.items()]
    if not open_only:
        return entries
    return [one for one in entries if one.match is None or one.match.status in _OPEN]


def show_deposit(store: Store, deposit_id: int) -> Page:
    """What the bank says, where it belongs and why. Raises InputError for no such deposit."""
    with store.reading() as reader:
        stored = _deposit(reader, deposit_id)
        match = reader.deposit_matches([deposit_id]).get(stored.deposit_id)
        remittances = match.remittance_ids if match is not None else ()
        candidates = match.candidates if match is not None else ()
        tables = [
            _remittances_table(reader, "remittances", remittances),
            _evidence_table(match),
            _remittances_table(reader, "candidates", candidates),
            _decisions_table(reader.deposit_decisions([deposit_id])),
        ]
        items = reader.work_items_of(deposit_ids=[deposit_id])
        if items:
            tables.append(work_table(items))
        place, raw = _raw(reader, stored)
    facts = (*_bank_facts(stored), *_match_facts(match))
    return Page(f"Deposit {deposit_id}", facts, tuple(tables), place, raw)


def link_deposit(
    store: Store,
    deposit_id: int,
    remittance_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    now: Callable[[], datetime] = utc_now,
) -> DepositDecided:
    """Put a deposit and a remittance together, whatever the rules say. Several links add up."""
    with store.writing() as writer:
        _deposit(writer, deposit_id)
        _require_remittance(writer, remittance_id)
        decided = _decide(
            writer, deposit_id, remittance_id, is_link=True, actor=actor, note=note, at=now()
        )
    return _concluded(store, deposit_id, *decided, policy=policy, as_of=as_of, now=now)


def unlink_deposit(
    store: Store,
    deposit_id: int,
    remittance_id: int | None = None,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    note: str = "",
    now: Callable[[], datetime] = utc_now,
) -> DepositDecided:
    """Keep a deposit and a remittance apart; without one, say that no remittance belongs to it."""
    with store.writing() as writer:
        _deposit(writer, deposit_id)
        if remittance_id is not None:
            _require_remittance(writer, remittance_id)
        other = ANY_REMITTANCE if remittance_id is None else remittance_id
        decided = _decide(
            writer, deposit_id, other, is_link=False, actor=actor, note=note, at=now()
        )
    return _concluded(store, deposit_id, *decided, policy=policy, as_of=as_of, now=now)


def undo_deposit_decision(
    store: Store,
    decision_id: int,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> DepositDecided:
    """End a decision; the rules hold again. Raises InputError when there is no standing one."""
    with store.writing() as writer:
        ended = writer.revoke_deposit_decision(
            decision_id, revoked_by=actor, revoked_at=now().isoformat()
        )
        if ended is None:
            raise InputError(
                "there is no such standing decision.",
                place=f"deposit decision {decision_id}",
                remedy='Look up its number with "edi-engine deposits show".',
            )
    return _concluded(
        store, ended[0], decision_id, (decision_id,), policy=policy, as_of=as_of, now=now
    )


def _decide(
    writer: Writer,
    deposit_id: int,
    remittance_id: int,
    *,
    is_link: bool,
    actor: str,
    note: str,
    at: datetime,
) -> tuple[int, tuple[int, ...]]:
    """Record a decision and end the standing ones that it repeats or contradicts."""
    replaced = []
    for standing in writer.deposit_decisions([deposit_id]):
        same = standing.remittance_id == remittance_id
        apart_from_all = ANY_REMITTANCE in {standing.remittance_id, remittance_id}
        if same or (standing.is_link is not is_link and apart_from_all):
            writer.revoke_deposit_decision(
                standing.deposit_decision_id, revoked_by=actor, revoked_at=at.isoformat()
            )
            replaced.append(standing.deposit_decision_id)
    decision_id = writer.add_deposit_decision(
        deposit_id,
        remittance_id,
        is_link=is_link,
        decided_by=actor,
        decided_at=at.isoformat(),
        note=note.strip(),
    )
    return decision_id, tuple(replaced)


def _concluded(
    store: Store,
    deposit_id: int,
    decision_id: int,
    replaced: tuple[int, ...],
    *,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime],
) -> DepositDecided:
    reconcile(store, policy=policy, as_of=as_of, now=now)
    with store.reading() as reader:
        match = reader.deposit_matches([deposit_id])[DepositId(deposit_id)]
    return DepositDecided(decision_id, replaced, match)


def _deposit(reader: Reader, deposit_id: int) -> StoredDeposit:
    found = reader.deposits([deposit_id]).get(DepositId(deposit_id))
    if found is None:
        raise InputError(
            "there is no such deposit.",
            place=f"deposit {deposit_id}",
            remedy='Look up its number with "edi-engine deposits list".',
        )
    original = reader.original_of_deposit(deposit_id)
    if original is not None:
        raise InputError(
            f"an earlier file told of it as deposit {original}.",
            place=f"deposit {deposit_id}",
            remedy=f"Name deposit {original}.",
        )
    return found


def _require_remittance(reader: Reader, remittance_id: int) -> None:
    if remittance_id not in reader.awaited_remittances([remittance_id]):
        raise InputError(
            "there is no such remittance, or it is held or withdrawn.",
            place=f"remittance {remittance_id}",
            remedy='Look up its number with "edi-engine export remittances".',
        )


def _bank_facts(stored: StoredDeposit) -> tuple[Fact, ...]:
    one = stored.deposit
    account = f"...{one.account_last4}" if one.account_last4 else ""
    return (
        Fact("received on", one.received_on, _DAY),
        Fact("amount", one.amount_cents, _MONEY),
        Fact("originator", one.originator_name),
        Fact("originator id", one.originator_id),
        Fact("trace number", one.trace_number),
        Fact("method", one.method),
        Fact("bank reference", one.bank_reference),
        Fact("account", account),
        Fact("description", one.description),
    )


def _match_facts(match: DepositMatch | None) -> tuple[Fact, ...]:
    if match is None:
        return (Fact("status", "not looked at yet"),)
    return (
        Fact("status", match.status.value),
        Fact("rule", match.rule),
        Fact("difference", match.difference_cents, _MONEY),
        Fact("reason", match.reason),
    )


def _remittances_table(reader: Reader, title: str, remittance_ids: Sequence[RemittanceId]) -> Table:
    heads = reader.remittances(remittance_ids)
    return Table(
        title,
        (
            ("remittance", _NUMBER),
            ("payer", _TEXT),
            ("trace number", _TEXT),
            ("payment date", _DAY),
            ("payment amount", _MONEY),
        ),
        tuple(
            (key, one.payer_name, one.trace_number, one.payment_date, one.payment_amount_cents)
            for key, one in sorted(heads.items())
        ),
    )


def _evidence_table(match: DepositMatch | None) -> Table:
    evidence = match.evidence if match is not None else ()
    return Table(
        "compared",
        (("field", _TEXT), ("bank's", _TEXT), ("payer's", _TEXT), ("agrees", _FLAG)),
        tuple((one.field, one.deposit_value, one.remittance_value, one.agrees) for one in evidence),
    )


def _decisions_table(decisions: Sequence[DepositDecision]) -> Table:
    return Table(
        "decisions",
        (
            ("decision", _NUMBER),
            ("kind", _TEXT),
            ("remittance", _TEXT),
            ("by", _TEXT),
            ("at", _TEXT),
            ("note", _TEXT),
        ),
        tuple(
            (
                one.deposit_decision_id,
                "link" if one.is_link else "unlink",
                "every" if one.remittance_id == ANY_REMITTANCE else str(one.remittance_id),
                one.decided_by,
                one.decided_at,
                one.note,
            )
            for one in decisions
        ),
    )


def _raw(reader: Reader, stored: StoredDeposit) -> tuple[str, tuple[RawSegment, ...]]:
    """Where a deposit stands in its file, and its records as they are there."""
    one = stored.deposit
    place = (
        f"{stored.file_name} (file {stored.file_id}), line {one.line_number}, "
        f"byte {one.byte_offset}"
    )
    length = min(one.byte_length, _RAW_BYTES_MAX)
    data = reader.raw_segments(stored.file_id, one.byte_offset, length).decode("latin-1")
    lines: list[RawSegment] = []
    offset = one.byte_offset
    for piece in data.splitlines(keepends=True)[:_RAW_LINES_MAX]:
        text = piece.rstrip("\r\n")
        if text.strip():
            lines.append(RawSegment(one.line_number + len(lines), offset, text))
        offset += len(piece)
    return place, tuple(lines)

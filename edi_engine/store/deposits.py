"""Deposits: what bank files say, what was concluded and decided about it, and what waits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from edi_engine.records.deposits import (
    AwaitedRemittance,
    BankFile,
    BankFormat,
    BankSpan,
    Deposit,
    DepositDecision,
    DepositEvidence,
    DepositId,
    DepositMatch,
    DepositStatus,
    RemittanceDeposit,
    RemittanceDepositStatus,
    StoredDeposit,
    deposit_keys,
    trace_key,
)
from edi_engine.records.matching import RemittanceId
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, day_of, json_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["DEPOSIT_SQL", "BothSides", "DepositReading", "DepositWriting", "stored_deposit"]


class BothSides(NamedTuple):
    """Some deposits and some remittances, by identifier."""

    deposit_ids: frozenset[int]
    remittance_ids: frozenset[int]

    def joined(self, other: "BothSides") -> "BothSides":
        """Those of both."""
        return BothSides(
            self.deposit_ids | other.deposit_ids, self.remittance_ids | other.remittance_ids
        )


class DepositReading(Queries):
    """The part of the reader that knows deposits."""

    def bank_spans(self) -> list[BankSpan]:
        """The days bank files tell of, file by file."""
        rows = self.rows("SELECT bank_format, first_on, last_on FROM bank_files ORDER BY file_id")
        return [BankSpan(BankFormat(row[0]), day_of(row[1]), day_of(row[2])) for row in rows]

    def pending_reassociation(self) -> BothSides:
        """Deposits and remittances to be put together (again)."""
        deposit_ids = self.rows("SELECT deposit_id FROM pending_deposits")
        remittance_ids = self.rows("SELECT remittance_id FROM pending_remittance_deposits")
        return BothSides(
            frozenset(row[0] for row in deposit_ids), frozenset(row[0] for row in remittance_ids)
        )

    def reassociation_due(self, as_of: date) -> BothSides:
        """Those whose conclusion time alone changes, on that day."""
        return BothSides(
            *(
                frozenset(
                    row[0]
                    for row in self.rows(
                        f"SELECT {key} FROM {table} WHERE look_again_on <= ?", (iso_days[as_of],)
                    )
                )
                for key, table in (
                    ("deposit_id", "deposit_matches"),
                    ("remittance_id", "remittance_deposits"),
                )
            )
        )

    def reassociation_days(self, sides: BothSides) -> set[date]:
        """Days of these deposits and remittances."""
        found = [
            *self.rows_in(
                "SELECT received_on FROM deposits WHERE deposit_id IN ({keys})", sides.deposit_ids
            ),
            *self.rows_in(
                "SELECT payment_date FROM remittance_deposits WHERE remittance_id IN ({keys})",
                sides.remittance_ids,
            ),
        ]
        return {day for (value,) in found if (day := day_of(value)) is not None}

    def reassociation_between(self, first_on: date, last_on: date) -> BothSides:
        """Deposits and remittances of an inclusive range of days."""
        days = (iso_days[first_on], iso_days[last_on])
        deposit_ids = self.rows(
            "SELECT deposit_id FROM deposits"
            " WHERE received_on BETWEEN ? AND ? AND same_as_deposit_id IS NULL",
            days,
        )
        remittance_ids = self.rows(
            "SELECT remittance_id FROM remittance_deposits WHERE payment_date BETWEEN ? AND ?", days
        )
        return BothSides(
            frozenset(row[0] for row in deposit_ids), frozenset(row[0] for row in remittance_ids)
        )

    def reassociation_partners(self, sides: BothSides) -> BothSides:
        """Those that share a trace number with one of these, or that a person linked to one."""
        traces = {
            row[0]
            for row in (
                *self.rows_in(
                    "SELECT trace_key FROM deposits WHERE deposit_id IN ({keys})",
                    sides.deposit_ids,
                ),
                *self.rows_in(
                    "SELECT trace_key FROM remittance_deposits WHERE remittance_id IN ({keys})",
                    sides.remittance_ids,
                ),
            )
        } - {""}
        links = [
            *self.rows_in(f"{_LINKED_SQL} AND deposit_id IN ({{keys}})", sides.deposit_ids),
            *self.rows_in(f"{_LINKED_SQL} AND remittance_id IN ({{keys}})", sides.remittance_ids),
        ]
        deposit_ids = self.rows_in(
            "SELECT deposit_id FROM deposits"
            " WHERE trace_key IN ({keys}) AND same_as_deposit_id IS NULL",
            sorted(traces),
        )
        remittance_ids = self.rows_in(
            "SELECT remittance_id FROM remittance_deposits WHERE trace_key IN ({keys})",
            sorted(traces),
        )
        return BothSides(
            frozenset(row[0] for row in deposit_ids) | {row[0] for row in links},
            frozenset(row[0] for row in remittance_ids) | {row[1] for row in links},
        )

    def deposits(self, deposit_ids: Iterable[int] | None = None) -> dict[DepositId, StoredDeposit]:
        """Deposits by identifier, in order; None means all but those told of before."""
        if deposit_ids is None:
            rows = self.rows(f"{DEPOSIT_SQL} WHERE d.same_as_deposit_id IS NULL")
        else:
            rows = list(
                self.rows_in(f"{DEPOSIT_SQL} WHERE d.deposit_id IN ({{keys}})", deposit_ids)
            )
        return {row[0]: stored_deposit(row) for row in sorted(rows, key=lambda row: int(row[0]))}

    def awaited_remittances(
        self, remittance_ids: Iterable[int]
    ) -> dict[RemittanceId, AwaitedRemittance]:
        """Those of the remittances that count, as their deposits see them."""
        wanted = sorted(set(remittance_ids))
        adjusted: dict[int, int] = dict(self.rows_in(_ADJUSTED_SQL, wanted))
        found = {}
        for row in self.rows_in(_AWAITED_SQL, wanted):
            sign = -1 if row[8] == "inverted" else 1
            found[row[0]] = AwaitedRemittance(
                remittance_id=row[0],
                payer_id=row[1],
                payer_name=row[2],
                originator_id=row[3],
                trace_number=row[4],
                method=row[5],
                payment_date=day_of(row[6]),
                payment_amount_cents=row[7],
                provider_adjustments_cents=sign * int(adjusted.get(row[0], 0)),
                payee_npi=row[9],
                payee_tin=row[10],
            )
        return found

    def remittances_without_deposit(self) -> dict[RemittanceId, AwaitedRemittance]:
        """Remittances whose money did not come so far."""
        rows = self.rows(
            "SELECT remittance_id FROM remittance_deposits WHERE status = ?",
            (RemittanceDepositStatus.NO_DEPOSIT.value,),
        )
        return self.awaited_remittances(row[0] for row in rows)

    def deposits_without_remittance(self) -> dict[DepositId, StoredDeposit]:
        """Deposits of payers that no remittance explains so far."""
        rows = self.rows(
            "SELECT deposit_id FROM deposit_matches WHERE status = ?",
            (DepositStatus.NO_REMITTANCE.value,),
        )
        return self.deposits([row[0] for row in rows])

    def deposit_matches(self, deposit_ids: Iterable[int]) -> dict[DepositId, DepositMatch]:
        """What was concluded of deposits, for those that were looked at."""
        return {
            row[0]: DepositMatch(
                deposit_id=row[0],
                status=DepositStatus(row[1]),
                rule=row[2],
                difference_cents=row[3],
                reason=row[4],
                remittance_ids=_REMITTANCE_IDS.decode(row[5]),
                evidence=_EVIDENCE.decode(row[6]),
                candidates=_REMITTANCE_IDS.decode(row[7]),
            )
            for row in self.rows_in(_MATCH_SQL, sorted(set(deposit_ids)))
        }

    def remittance_deposits(
        self, remittance_ids: Iterable[int]
    ) -> dict[RemittanceId, RemittanceDeposit]:
        """What was concluded of remittances' deposits, for those that were looked at."""
        wanted = sorted(set(remittance_ids))
        links: dict[int, list[DepositId]] = {}
        for remittance_id, deposit_id in sorted(
            self.rows_in(
                "SELECT remittance_id, deposit_id FROM deposit_links"
                " WHERE remittance_id IN ({keys})",
                wanted,
            )
        ):
            links.setdefault(remittance_id, []).append(deposit_id)
        return {
            row[0]: RemittanceDeposit(
                remittance_id=row[0],
                status=RemittanceDepositStatus(row[1]),
                deposit_ids=tuple(links.get(row[0], ())),
                rule=row[2],
                difference_cents=row[3],
                reason=row[4],
                candidates=_DEPOSIT_IDS.decode(row[5]),
            )
            for row in self.rows_in(_REMITTANCE_MATCH_SQL, wanted)
        }

    def deposit_decisions(self, deposit_ids: Iterable[int]) -> list[DepositDecision]:
        """Standing decisions about deposits, in the order they were made."""
        rows = self.rows_in(_DECISION_SQL, sorted(set(deposit_ids)))
        return [
            DepositDecision(row[0], bool(row[1]), *row[2:])
            for row in sorted(rows, key=lambda row: int(row[0]))
        ]

    def deposit_payers(self) -> tuple[list[str], list[str]]:
        """Identifiers and names of all who ever sent a remittance."""
        rows = self.rows("SELECT kind, value FROM deposit_payers ORDER BY kind, value")
        return (
            [value for kind, value in rows if kind == "id"],
            [value for kind, value in rows if kind == "name"],
        )

    def original_of_deposit(self, deposit_id: int) -> int | None:
        """The deposit of an earlier file that this one repeats, None for one that repeats none."""
        row = self.row(
            "SELECT same_as_deposit_id FROM deposits WHERE deposit_id = ?", (deposit_id,)
        )
        return None if row is None or row[0] is None else int(row[0])

    def deposits_of_file(self, file_id: int) -> tuple[int, int]:
        """How many deposits a bank file tells of, and how many of them were told before."""
        row = self.row(
            "SELECT COUNT(*), COUNT(same_as_deposit_id) FROM deposits WHERE file_id = ?",
            (file_id,),
        )
        return (0, 0) if row is None else (int(row[0]), int(row[1]))


class DepositWriting(FileWriting, DepositReading):
    """The part of the writer that keeps deposits."""

    def add_bank_file(self, file_id: int, bank: BankFile) -> None:
        """Keep the deposits of the file being written; those told of before are tied to the first.

        New ones wait to be put together with remittances.
        """
        span = bank.span
        days = (iso_days[span.first_on], iso_days[span.last_on])
        self.insert("bank_files", [(file_id, span.bank_format.value, *days)])
        keys = deposit_keys(bank.deposits)
        known: dict[str, int] = {}
        for key, deposit_id in self.rows_in(
            "SELECT deposit_key, MIN(deposit_id) FROM deposits WHERE deposit_key IN ({keys})"
            " AND same_as_deposit_id IS NULL GROUP BY deposit_key",
            keys,
        ):
            known[key] = deposit_id
        first = self.next_ids("deposits", len(keys))
        rows = []
        for deposit_id, (key, one) in enumerate(zip(keys, bank.deposits, strict=True), first):
            rows.append(
                (
                    deposit_id,
                    file_id,
                    one.deposit_ordinal,
                    iso_days[one.received_on],
                    one.amount_cents,
                    one.originator_id,
                    one.originator_name,
                    one.trace_number,
                    one.trace_is_stated,
                    one.company_id,
                    one.method,
                    one.bank_reference,
                    one.account_last4,
                    one.description,
                    one.line_number,
                    one.byte_offset,
                    one.byte_length,
                    trace_key(one.trace_number),
                    key,
                    known.get(key),
                )
            )
        self.insert("deposits", rows)
        self.mark_pending_reassociation(deposit_ids=[row[0] for row in rows if row[-1] is None])

    def mark_pending_reassociation(
        self, *, deposit_ids: Iterable[int] = (), remittance_ids: Iterable[int] = ()
    ) -> None:
        """Have these put together (again)."""
        self.replace("pending_deposits", [(key,) for key in sorted(set(deposit_ids))])
        rows = [(key,) for key in sorted(set(remittance_ids))]
        self.replace("pending_remittance_deposits", rows)

    def mark_all_reassociation_pending(self) -> None:
        """Have everything put together again, as a rebuild does."""
        self.run(
            "INSERT INTO pending_deposits SELECT deposit_id FROM deposits"
            " WHERE same_as_deposit_id IS NULL ON CONFLICT DO NOTHING"
        )
        self.run(
            "INSERT INTO pending_remittance_deposits SELECT remittance_id FROM remittances"
            " WHERE true ON CONFLICT DO NOTHING"
        )

    def mark_pending_remittances_for_reassociation(self) -> None:
        """Remittances that are new or count differently since: so may their deposits."""
        self.run(
            "INSERT INTO pending_remittance_deposits SELECT remittance_id FROM pending_remittances"
            " WHERE true ON CONFLICT DO NOTHING"
        )

    def clear_pending_reassociation(self) -> None:
        """Everything that waited is done."""
        self.run("DELETE FROM pending_deposits")
        self.run("DELETE FROM pending_remittance_deposits")

    def note_awaited(
        self, remittance_ids: Collection[int], awaited: Mapping[RemittanceId, AwaitedRemittance]
    ) -> None:
        """Take up those of the remittances that count, and drop what does not count any more."""
        gone = sorted(set(remittance_ids) - awaited.keys())
        for table in ("deposit_links", "remittance_deposits"):
            self.run_in(f"DELETE FROM {table} WHERE remittance_id IN ({{keys}})", gone)
        known = {row[0] for row in self.rows_in(_KNOWN_AWAITED_SQL, sorted(awaited))}
        waiting = RemittanceDepositStatus.NO_DEPOSIT.value
        self.insert(
            "remittance_deposits",
            [
                (key, trace_key(one.trace_number), iso_days[one.payment_date], waiting, "", None,
                 "", "[]", None)
                for key, one in sorted(awaited.items())
                if key not in known
            ],
        )  # fmt: skip

    def note_deposit_payers(self, awaited: Iterable[AwaitedRemittance]) -> bool:
        """Remember who sent remittances; whether somebody is new."""
        wanted = {
            (kind, value)
            for one in awaited
            for kind, value in (
                ("id", one.payer_id), ("id", one.originator_id), ("name", one.payer_name),
            )
            if value
        }  # fmt: skip
        ids, names = self.deposit_payers()
        known = {("id", one) for one in ids} | {("name", one) for one in names}
        self.replace("deposit_payers", sorted(wanted - known))
        return bool(wanted - known)

    def mark_other_money_pending(self) -> None:
        """Deposits that came from nobody known may come from a payer that is known now."""
        self.run(
            "INSERT INTO pending_deposits SELECT deposit_id FROM deposit_matches"
            " WHERE status = ? ON CONFLICT DO NOTHING",
            (DepositStatus.OTHER_MONEY.value,),
        )

    def write_deposit_matches(self, matches: Sequence[DepositMatch]) -> None:
        """Conclude about deposits, in place of what was concluded before."""
        self.run_in(
            "DELETE FROM deposit_links WHERE deposit_id IN ({keys})",
            [one.deposit_id for one in matches],
        )
        self.replace(
            "deposit_matches",
            [
                (
                    one.deposit_id,
                    one.status.value,
                    one.rule,
                    one.difference_cents,
                    one.reason,
                    json_of(one.remittance_ids),
                    json_of(one.evidence),
                    json_of(one.candidates),
                    None,
                )
                for one in matches
            ],
        )
        self.insert(
            "deposit_links",
            [(one.deposit_id, key) for one in matches for key in one.remittance_ids],
        )

    def write_remittance_deposits(self, found: Sequence[RemittanceDeposit]) -> None:
        """Conclude about remittances; which deposits pay them is written with the deposits."""
        self.run_many(
            "UPDATE remittance_deposits SET status = ?, rule = ?, difference_cents = ?, reason = ?,"
            " candidates = ?, look_again_on = NULL WHERE remittance_id = ?",
            [
                (
                    one.status.value,
                    one.rule,
                    one.difference_cents,
                    one.reason,
                    json_of(one.candidates),
                    one.remittance_id,
                )
                for one in found
            ],
        )

    def write_reassociation_clocks(
        self, deposits: Mapping[int, date | None], remittances: Mapping[int, date | None]
    ) -> None:
        """On which day to look again, None for never."""
        for table, key, clocks in (
            ("deposit_matches", "deposit_id", deposits),
            ("remittance_deposits", "remittance_id", remittances),
        ):
            by_day: dict[date | None, list[int]] = {}
            for number, day in sorted(clocks.items()):
                by_day.setdefault(day, []).append(number)
            for day, numbers in by_day.items():
                # Written out, for a mark before the keys would be one after them.
                text = "NULL" if day is None else f"'{iso_days[day]}'"
                self.run_in(
                    f"UPDATE {table} SET look_again_on = {text} WHERE {key} IN ({{keys}})", numbers
                )

    def add_deposit_decision(
        self,
        deposit_id: int,
        remittance_id: int,
        *,
        is_link: bool,
        decided_by: str,
        decided_at: str,
        note: str,
    ) -> int:
        """A person's decision; its identifier. What hangs on it waits to be put together again."""
        decision_id = self.next_ids("deposit_decisions")
        values = (deposit_id, remittance_id, decided_by, decided_at, note, None, None)
        self.insert("deposit_decisions", [(decision_id, is_link, *values)])
        remittances = [remittance_id] if remittance_id else []
        self.mark_pending_reassociation(deposit_ids=[deposit_id], remittance_ids=remittances)
        return decision_id

    def revoke_deposit_decision(
        self, decision_id: int, *, revoked_by: str, revoked_at: str
    ) -> tuple[int, int] | None:
        """End a standing decision; its deposit and remittance, None when there is no such one."""
        row = self.row(
            "SELECT deposit_id, remittance_id FROM deposit_decisions"
            " WHERE deposit_decision_id = ? AND revoked_at IS NULL",
            (decision_id,),
        )
        if row is None:
            return None
        self.run(
            "UPDATE deposit_decisions SET revoked_by = ?, revoked_at = ?"
            " WHERE deposit_decision_id = ?",
            (revoked_by, revoked_at, decision_id),
        )
        remittances = [row[1]] if row[1] else []
        self.mark_pending_reassociation(deposit_ids=[row[0]], remittance_ids=remittances)
        return row[0], row[1]


_EVIDENCE = msgspec.json.Decoder(tuple[DepositEvidence, ...])
_REMITTANCE_IDS = msgspec.json.Decoder(tuple[RemittanceId, ...])
_DEPOSIT_IDS = msgspec.json.Decoder(tuple[DepositId, ...])

DEPOSIT_SQL = """
SELECT d.deposit_id, d.file_id, f.name, d.deposit_ordinal, d.received_on, d.amount_cents,
    d.originator_id, d.originator_name, d.trace_number, d.trace_is_stated, d.company_id, d.method,
    d.bank_reference, d.account_last4, d.description, d.line_number, d.byte_offset, d.byte_length,
    b.bank_format
FROM deposits d JOIN files f ON f.file_id = d.file_id JOIN bank_files b ON b.file_id = d.file_id
"""

_AWAITED_SQL = """
SELECT r.remittance_id, r.payer_id, r.payer_name, r.originator_id, r.trace_number, r.method,
    r.payment_date, r.payment_amount_cents, s.balance_sign, r.payee_npi, r.payee_tin
FROM remittances r JOIN transaction_sets s ON s.set_id = r.set_id
WHERE r.remittance_id IN ({keys}) AND r.held = '' AND NOT EXISTS (
    SELECT 1 FROM withdrawals w WHERE w.remittance_id = r.remittance_id AND w.revoked_at IS NULL)
"""

_ADJUSTED_SQL = """
SELECT remittance_id, SUM(amount_cents) FROM provider_adjustments
WHERE remittance_id IN ({keys}) GROUP BY remittance_id
"""

_MATCH_SQL = """
SELECT deposit_id, status, rule, difference_cents, reason, remittance_ids, evidence, candidates
FROM deposit_matches WHERE deposit_id IN ({keys})
"""

_REMITTANCE_MATCH_SQL = """
SELECT remittance_id, status, rule, difference_cents, reason, candidates
FROM remittance_deposits WHERE remittance_id IN ({keys})
"""

_DECISION_SQL = """
SELECT deposit_decision_id, is_link, deposit_id, remittance_id, decided_by, decided_at, note
FROM deposit_decisions WHERE revoked_at IS NULL AND deposit_id IN ({keys})
"""

_LINKED_SQL = """
SELECT deposit_id, remittance_id FROM deposit_decisions
WHERE revoked_at IS NULL AND remittance_id <> 0
"""

_KNOWN_AWAITED_SQL = "SELECT remittance_id FROM remittance_deposits WHERE remittance_id IN ({keys})"


def stored_deposit(row: DriverRow) -> StoredDeposit:
    """From `DEPOSIT_SQL`."""
    deposit = Deposit(
        deposit_ordinal=row[3],
        received_on=day_of(row[4]),
        amount_cents=row[5],
        originator_id=row[6],
        originator_name=row[7],
        trace_number=row[8],
        trace_is_stated=bool(row[9]),
        company_id=row[10],
        method=row[11],
        bank_reference=row[12],
        account_last4=row[13],
        description=row[14],
        line_number=row[15],
        byte_offset=row[16],
        byte_length=row[17],
    )
    return StoredDeposit(row[0], row[1], row[2], BankFormat(row[18]), deposit)

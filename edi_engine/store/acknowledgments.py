"""Acknowledgments: what files say, and what each of them answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from edi_engine.records.acknowledgments import (
    Acknowledgment,
    AcknowledgmentKind,
    AcknowledgmentTie,
    AnswerableClaim,
    AnswerLevel,
    LineStatus,
    SentSet,
    StatusInformation,
    StoredAcknowledgment,
    SyntaxFault,
    TieOutcome,
)
from edi_engine.records.keys import control_number_key
from edi_engine.store import intake_rows as make
from edi_engine.store.queries import DriverRow, Queries, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["AcknowledgmentReading", "AcknowledgmentWriting", "ClaimSet"]

_Key = TypeVar("_Key")

_ACKNOWLEDGMENT_SQL = """
SELECT a.acknowledgment_id, a.set_id, a.segment_ordinal, a.byte_offset, a.kind, a.level, a.number,
    a.number_key, a.group_key, a.group_type, a.version, a.answered_day, a.code, a.fault_codes,
    a.happened_on, a.source_code, a.source_id, a.source_name, a.payer_claim_control_number,
    a.pccn_key, a.clearinghouse_trace, a.type_of_bill, a.patient_last_name, a.patient_first_name,
    a.member_id, a.service_from, a.service_to, a.charge_cents, a.statuses, a.lines, a.faults,
    s.interchange_sender_id, s.interchange_receiver_id, s.group_sender_code, s.group_receiver_code,
    a.batch_key
FROM acknowledgments a JOIN transaction_sets s ON s.set_id = a.set_id
"""

_FROM_TIES = " FROM {table} k JOIN acknowledgments a ON a.acknowledgment_id = k.acknowledgment_id"

_SENT_SET_SQL = """
SELECT t.set_id, t.original_set_id, s.file_id, s.set_type, s.implementation, t.interchange_key,
    t.group_key, t.set_key, t.batch_key, s.interchange_sender_id, s.interchange_receiver_id,
    s.group_sender_code, s.group_receiver_code, s.created_on
FROM answerable_sets t JOIN transaction_sets s ON s.set_id = t.set_id
"""

_CLAIM_SQL = """
SELECT c.claim_id, c.pcn_key, c.frequency_code, c.payer_id, c.payer_name, c.payer_sequence,
    c.subscriber_id, c.patient_last_name, c.patient_first_name, c.charge_cents, c.sent_on,
    c.service_from, c.service_to, coalesce(t.batch_key, '')
FROM claims c LEFT JOIN answerable_sets t ON t.set_id = c.set_id
WHERE c.duplicate_of_claim_id IS NULL
"""

_STATUSES = msgspec.json.Decoder(tuple[StatusInformation, ...])
_LINES = msgspec.json.Decoder(tuple[LineStatus, ...])
_FAULTS = msgspec.json.Decoder(tuple[SyntaxFault, ...])


class ClaimSet(NamedTuple):
    """In which set a claim was sent, and where in it its CLM stands."""

    set_id: int
    segment_ordinal: int


class AcknowledgmentReading(Queries):
    """The part of the reader that knows acknowledgments."""

    def has_acknowledgments(self) -> bool:
        """Whether any was ever taken in."""
        return self.row("SELECT 1 FROM acknowledgments LIMIT 1") is not None

    def pending_acknowledgment_ids(self) -> list[int]:
        """Those to be tied (again), in order."""
        sql = "SELECT acknowledgment_id FROM pending_acknowledgments ORDER BY 1"
        return [row[0] for row in self.rows(sql)]

    def stored_acknowledgments(self, ids: Iterable[int]) -> dict[int, StoredAcknowledgment]:
        """By identifier, whole."""
        sql = f"{_ACKNOWLEDGMENT_SQL} WHERE a.acknowledgment_id IN ({{keys}})"
        return {row[0]: _stored(row) for row in self.rows_in(sql, ids)}

    def acknowledgments_in_set(self, set_id: int) -> list[StoredAcknowledgment]:
        """What a set says, in the order of the file."""
        sql = f"{_ACKNOWLEDGMENT_SQL} WHERE a.set_id = ? ORDER BY a.acknowledgment_id"
        return [_stored(row) for row in self.rows(sql, (set_id,))]

    def acknowledgment_ties(self, ids: Collection[int]) -> dict[int, AcknowledgmentTie]:
        """What each answers, as far as it was concluded."""
        claims: dict[int, list[int]] = _grouped(
            self.rows_in(
                "SELECT acknowledgment_id, claim_id FROM acknowledged_claims"
                " WHERE acknowledgment_id IN ({keys})",
                ids,
            )
        )
        sets: dict[int, list[int]] = _grouped(
            self.rows_in(
                "SELECT acknowledgment_id, set_id FROM acknowledged_sets"
                " WHERE acknowledgment_id IN ({keys})",
                ids,
            )
        )
        sql = (
            "SELECT acknowledgment_id, outcome, rule, reason, candidates"
            " FROM acknowledgment_standings WHERE acknowledgment_id IN ({keys})"
        )
        return {
            row[0]: AcknowledgmentTie(
                row[0],
                TieOutcome(row[1]),
                row[2],
                row[3],
                next(iter(claims.get(row[0], ())), None),
                tuple(sorted(sets.get(row[0], ()))),
                tuple(map(int, row[4].split())),
            )
            for row in self.rows_in(sql, ids)
        }

    def loose_acknowledgment_ids(self) -> list[int]:
        """Those of which it is not told what they answer, in order."""
        sql = (
            "SELECT acknowledgment_id FROM acknowledgment_standings"
            " WHERE outcome IN ('unknown', 'ambiguous') ORDER BY 1"
        )
        return [row[0] for row in self.rows(sql)]

    def receivers_summing_up(self, ids: Collection[int]) -> set[int]:
        """Those of these answers to receivers that claims follow in the same set, before the next
        receiver: they sum up what is said of each."""
        sql = (
            "SELECT r.acknowledgment_id, (SELECT min(c.acknowledgment_id) FROM acknowledgments c"
            " WHERE c.set_id = r.set_id AND c.level = 'claim'"
            " AND c.acknowledgment_id > r.acknowledgment_id),"
            " (SELECT min(n.acknowledgment_id) FROM acknowledgments n"
            " WHERE n.set_id = r.set_id AND n.level = 'receiver'"
            " AND n.acknowledgment_id > r.acknowledgment_id)"
            " FROM acknowledgments r WHERE r.acknowledgment_id IN ({keys})"
        )
        return {
            one
            for one, claim, receiver in self.rows_in(sql, ids)
            if claim is not None and (receiver is None or claim < receiver)
        }

    # What may be answered ---

    def sent_sets_by_interchange(self, keys: Iterable[str]) -> dict[str, list[SentSet]]:
        """Sets by the key of ISA13."""
        return self._sent_sets("interchange_key", keys)

    def sent_sets_by_group(self, keys: Iterable[str]) -> dict[str, list[SentSet]]:
        """Sets by the key of GS06."""
        return self._sent_sets("group_key", keys)

    def sent_sets_by_batch(self, keys: Iterable[str]) -> dict[str, list[SentSet]]:
        """Sets by the key of BHT03."""
        return self._sent_sets("batch_key", keys)

    def _sent_sets(self, column: str, keys: Iterable[str]) -> dict[str, list[SentSet]]:
        sql = f"{_SENT_SET_SQL} WHERE t.{column} IN ({{keys}}) ORDER BY t.set_id"
        place = SentSet.__struct_fields__.index(column)
        found: dict[str, list[SentSet]] = defaultdict(list)
        for row in self.rows_in(sql, sorted(set(keys) - {""})):
            found[row[place]].append(_sent_set(row))
        return found

    def answerable_claims(
        self, *, pcn_keys: Iterable[str] = (), claim_ids: Iterable[int] = ()
    ) -> list[AnswerableClaim]:
        """Claims by patient control number key and by identifier, copies left out."""
        rows = [
            *self.rows_in(
                f"{_CLAIM_SQL} AND c.pcn_key IN ({{keys}})", sorted(set(pcn_keys) - {""})
            ),
            *self.rows_in(f"{_CLAIM_SQL} AND c.claim_id IN ({{keys}})", claim_ids),
        ]
        return list({row[0]: _answerable(row) for row in rows}.values())

    # What stands about claims ---

    def claim_sets(self, claim_ids: Iterable[int]) -> dict[int, ClaimSet]:
        """Where claims were sent."""
        sql = "SELECT claim_id, set_id, segment_ordinal FROM claims WHERE claim_id IN ({keys})"
        return {row[0]: ClaimSet(row[1], row[2]) for row in self.rows_in(sql, claim_ids)}

    def sendings_of_sets(self, set_ids: Iterable[int]) -> dict[int, list[SentSet]]:
        """By set, itself and all that repeat it, in order of arrival."""
        sql = f"{_SENT_SET_SQL} WHERE t.original_set_id IN ({{keys}}) ORDER BY t.set_id"
        found: dict[int, list[SentSet]] = defaultdict(list)
        for row in self.rows_in(sql, set_ids):
            found[row[1]].append(_sent_set(row))
        return found

    def acknowledgments_of_sets(
        self, set_ids: Iterable[int]
    ) -> dict[int, list[StoredAcknowledgment]]:
        """What was said of whole sets, by the set."""
        return self._by_subject("acknowledged_sets", "set_id", set_ids)

    def acknowledgments_of_claims(
        self, claim_ids: Iterable[int]
    ) -> dict[int, list[StoredAcknowledgment]]:
        """What was said of claims by their number, by the claim."""
        return self._by_subject("acknowledged_claims", "claim_id", claim_ids)

    def _by_subject(
        self, table: str, subject: str, keys: Iterable[int]
    ) -> dict[int, list[StoredAcknowledgment]]:
        """In order of acknowledgment; the subject stands behind its columns."""
        said = _ACKNOWLEDGMENT_SQL.replace("FROM acknowledgments a", f", k.{subject}{_FROM_TIES}")
        sql = f"{said.format(table=table)} WHERE k.{subject} IN ({{keys}})"
        found: dict[int, list[StoredAcknowledgment]] = defaultdict(list)
        for row in sorted(self.rows_in(sql, keys), key=lambda row: int(row[0])):
            found[row[-1]].append(_stored(row[:-1]))
        return found

    def claim_ids_acknowledged_by(self, ids: Collection[int]) -> set[int]:
        """Claims that these are about, themselves or with their set."""
        direct = self.rows_in(
            "SELECT claim_id FROM acknowledged_claims WHERE acknowledgment_id IN ({keys})", ids
        )
        through = self.rows_in(
            "SELECT c.claim_id FROM acknowledged_sets a"
            " JOIN answerable_sets t ON t.set_id = a.set_id"
            " JOIN claims c ON c.set_id = t.original_set_id"
            " WHERE a.acknowledgment_id IN ({keys}) AND c.duplicate_of_claim_id IS NULL",
            ids,
        )
        return {row[0] for row in (*direct, *through)}

    def claim_ids_by_answered_number(self, keys: Iterable[str]) -> dict[str, list[int]]:
        """Claims by the key of a payer claim control number under which they were acknowledged, or
        that a payment matched to them has."""
        wanted = list(keys)
        acknowledged = self.rows_in(
            "SELECT pccn_key, claim_id FROM claim_payer_numbers WHERE pccn_key IN ({keys})", wanted
        )
        matched = self.rows_in(
            "SELECT p.pccn_key, m.claim_id FROM claim_payments p"
            " JOIN matches m ON m.claim_payment_id = p.claim_payment_id"
            " WHERE p.pccn_key IN ({keys}) AND m.outcome = 'matched'",
            wanted,
        )
        found: dict[str, list[int]] = defaultdict(list)
        for key, claim_id in (*acknowledged, *matched):
            found[key].append(claim_id)
        return found

    def payer_numbers_of(self, claim_ids: Iterable[int]) -> dict[int, list[str]]:
        """Payer claim control numbers (REF*1K) under which claims were acknowledged."""
        sql = (
            "SELECT claim_id, payer_claim_control_number FROM claim_payer_numbers"
            " WHERE claim_id IN ({keys}) ORDER BY claim_id, pccn_key"
        )
        return _grouped(self.rows_in(sql, claim_ids))


class AcknowledgmentWriting(FileWriting, AcknowledgmentReading):
    """The part of the writer that ties acknowledgments."""

    def mark_acknowledgments_pending(self, *, everything: bool = False) -> None:
        """Queue acknowledgments that what was written since the last call may be answered by: sets
        and claims with the numbers that they name."""
        if everything:
            self.run(
                "INSERT INTO pending_acknowledgments SELECT acknowledgment_id FROM acknowledgments"
                " WHERE acknowledgment_id NOT IN"
                " (SELECT acknowledgment_id FROM pending_acknowledgments)"
            )
        sets = self._since("acknowledgeable_sets", "transaction_sets", "set_id")
        claims = self._since("acknowledgeable_claims", "claims", "claim_id")
        if everything or not self.has_acknowledgments():
            return
        for sql, span in ((_BY_INTERCHANGE, sets), (_BY_GROUP, sets), (_BY_BATCH, sets)):
            self._queue(sql, span)
        self._queue(_BY_CLAIM, claims)

    def mark_acknowledgments_by_payer_number(self) -> None:
        """Queue acknowledgments without a claim whose payer claim control number is on a matched
        payment, or on another acknowledgment that has its claim: few ever are without one."""
        self.replace("pending_acknowledgments", sorted(set(self.rows(_BY_PAYERS_NUMBER))))

    def clear_pending_acknowledgments(self, ids: Iterable[int]) -> None:
        """These are tied as well as can be."""
        self.run_in("DELETE FROM pending_acknowledgments WHERE acknowledgment_id IN ({keys})", ids)

    def write_acknowledgment_ties(self, ties: Sequence[AcknowledgmentTie]) -> None:
        """Conclude what these answer, in place of what was concluded before."""
        ids = [tie.acknowledgment_id for tie in ties]
        touched = self.claim_ids_tied(ids)
        for table in ("acknowledged_claims", "acknowledged_sets"):
            self.run_in(f"DELETE FROM {table} WHERE acknowledgment_id IN ({{keys}})", ids)
        self.replace(
            "acknowledgment_standings",
            [
                (
                    tie.acknowledgment_id,
                    tie.outcome.value,
                    tie.rule,
                    tie.reason,
                    " ".join(map(str, tie.candidates)),
                )
                for tie in ties
            ],
        )
        self.insert(
            "acknowledged_claims",
            [(tie.acknowledgment_id, tie.claim_id) for tie in ties if tie.claim_id is not None],
        )
        self.insert(
            "acknowledged_sets",
            [(tie.acknowledgment_id, set_id) for tie in ties for set_id in tie.set_ids],
        )
        touched.update(tie.claim_id for tie in ties if tie.claim_id is not None)
        self._write_payer_numbers(touched)

    def claim_ids_tied(self, ids: Collection[int]) -> set[int]:
        """Claims that these are tied to by a number of the claim."""
        sql = "SELECT claim_id FROM acknowledged_claims WHERE acknowledgment_id IN ({keys})"
        return {row[0] for row in self.rows_in(sql, ids)}

    def _write_payer_numbers(self, claim_ids: Collection[int]) -> None:
        """What was tied by the payer's number proves none: it is left out."""
        self.run_in("DELETE FROM claim_payer_numbers WHERE claim_id IN ({keys})", claim_ids)
        rows = self.rows_in(
            "SELECT c.claim_id, a.pccn_key, min(a.payer_claim_control_number)"
            " FROM acknowledged_claims c"
            " JOIN acknowledgments a ON a.acknowledgment_id = c.acknowledgment_id"
            " JOIN acknowledgment_standings s ON s.acknowledgment_id = c.acknowledgment_id"
            " WHERE c.claim_id IN ({keys}) AND a.pccn_key <> ''"
            " AND s.rule <> 'same_payer_claim_control_number'"
            " GROUP BY c.claim_id, a.pccn_key",
            claim_ids,
        )
        self.insert("claim_payer_numbers", [tuple(row) for row in rows])

    def add_acknowledgments_again(
        self, file_id: int, set_ordinal: int, found: Sequence[Acknowledgment]
    ) -> int:
        """Keep answers of a set that was stored without them; how many. Nothing where some are."""
        row = self.row(
            "SELECT set_id FROM transaction_sets WHERE file_id = ? AND set_ordinal = ?",
            (file_id, set_ordinal),
        )
        if row is None or not found:
            return 0
        there = set(
            self.rows(
                "SELECT segment_ordinal, level FROM acknowledgments WHERE set_id = ?", (row[0],)
            )
        )
        missing = [one for one in found if (one.segment_ordinal, one.level.value) not in there]
        first = self.next_ids("acknowledgments", len(missing))
        self.insert(
            "acknowledgments",
            [
                make.acknowledgment_row(one, number, row[0])
                for number, one in enumerate(missing, first)
            ],
        )
        self.insert("pending_acknowledgments", [(first + index,) for index in range(len(missing))])
        return len(missing)

    def note_set_read_again(
        self, file_id: int, set_ordinal: int, *, state: str, batch_reference: str
    ) -> None:
        """How a set stands that is read now and was not, and what it calls itself (BHT03)."""
        where = "(SELECT set_id FROM transaction_sets WHERE file_id = ? AND set_ordinal = ?)"
        self.run(
            f"UPDATE transaction_sets SET state = ? WHERE set_id = {where} AND state = 'kept'",
            (state, file_id, set_ordinal),
        )
        key = control_number_key(batch_reference)
        if key:
            self.run(
                f"UPDATE answerable_sets SET batch_key = ? WHERE set_id = {where}",
                (key, file_id, set_ordinal),
            )

    def _since(self, mark: str, table: str, column: str) -> tuple[int, int]:
        """First and last identifier since the mark, which moves to the last."""
        row = self.row("SELECT reached_id FROM reconcile_marks WHERE name = ?", (mark,))
        reached = 0 if row is None else int(row[0])
        newest = self.row(f"SELECT coalesce(max({column}), 0) FROM {table}")
        last = max(reached, int(newest[0]) if newest is not None else 0)
        self.replace("reconcile_marks", [(mark, last)])
        return reached + 1, last

    def _queue(self, sql: str, span: tuple[int, int]) -> None:
        if span[0] <= span[1]:
            self.replace("pending_acknowledgments", sorted(set(self.rows(sql, span))))


_BY_INTERCHANGE = """
SELECT a.acknowledgment_id FROM answerable_sets t
JOIN acknowledgments a ON a.number_key = t.interchange_key AND a.level = 'interchange'
WHERE t.set_id BETWEEN ? AND ? AND t.interchange_key <> ''
"""
_BY_GROUP = """
SELECT a.acknowledgment_id FROM answerable_sets t
JOIN acknowledgments a ON a.group_key = t.group_key AND a.group_key <> ''
WHERE t.set_id BETWEEN ? AND ?
"""
_BY_BATCH = """
SELECT a.acknowledgment_id FROM answerable_sets t
JOIN acknowledgments a ON a.number_key = t.batch_key AND a.level = 'receiver'
WHERE t.set_id BETWEEN ? AND ? AND t.batch_key <> ''
"""
_BY_CLAIM = """
SELECT a.acknowledgment_id FROM claims c
JOIN acknowledgments a ON a.number_key = c.pcn_key AND a.level = 'claim'
WHERE c.claim_id BETWEEN ? AND ? AND c.pcn_key <> '' AND c.duplicate_of_claim_id IS NULL
"""
_BY_PAYERS_NUMBER = """
SELECT a.acknowledgment_id FROM acknowledgment_standings s
JOIN acknowledgments a ON a.acknowledgment_id = s.acknowledgment_id
WHERE s.outcome IN ('unknown', 'ambiguous') AND a.pccn_key <> '' AND a.level = 'claim'
    AND (EXISTS (SELECT 1 FROM claim_payer_numbers n WHERE n.pccn_key = a.pccn_key)
        OR EXISTS (SELECT 1 FROM claim_payments p
            JOIN matches m ON m.claim_payment_id = p.claim_payment_id AND m.outcome = 'matched'
            WHERE p.pccn_key = a.pccn_key))
"""


def _sent_set(row: DriverRow) -> SentSet:
    return SentSet(*(*row[:13], day_of(row[13])))


def _stored(row: DriverRow) -> StoredAcknowledgment:
    values = list(row)
    values[4], values[5] = AcknowledgmentKind(row[4]), AnswerLevel(row[5])
    values[13] = tuple(row[13].split())
    for place in (11, 14, 25, 26):
        values[place] = day_of(row[place])
    values[28] = _STATUSES.decode(row[28])
    values[29] = _LINES.decode(row[29])
    values[30] = _FAULTS.decode(row[30])
    return StoredAcknowledgment(*values)


def _answerable(row: DriverRow) -> AnswerableClaim:
    return AnswerableClaim(*(*row[:10], *map(day_of, row[10:13]), row[13]))


def _grouped(rows: Iterable[DriverRow]) -> dict[int, list[_Key]]:
    found: dict[int, list[_Key]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found

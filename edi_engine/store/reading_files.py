"""Reading files: what is stored of them, their sets, findings and raw bytes."""

import zlib
from collections.abc import Collection, Iterable, Sequence

import msgspec

from edi_engine.findings import BalancingEdit, Finding, Place, Severity
from edi_engine.records.matching import RemittanceId
from edi_engine.records.stored import (
    FileContents,
    FileCounts,
    FileState,
    RemittanceIdentity,
    StoredFile,
    StoredRun,
    StoredSet,
)
from edi_engine.store.queries import DriverRow, Queries, day_of

__all__ = ["RAW_CHUNK_BYTES", "FileReading"]

RAW_CHUNK_BYTES = 262_144
"""Length of every raw chunk but a file's last; a part is found by division."""

_EDITS = msgspec.json.Decoder(tuple[BalancingEdit, ...])

_FILE_SQL = (
    "SELECT file_id, run_id, name, digest, size_bytes, received_at, state, sets_count,"
    " claims_count, service_lines_count, claim_payments_count, findings_count,"
    " error_findings_count FROM files"
)
_SET_SQL = (
    "SELECT set_id, file_id, set_ordinal, set_control_number, set_type, implementation, state,"
    " byte_offset, byte_length, segment_count, claims_count, lines_count, charge_cents,"
    " paid_cents, fingerprint, balanced, duplicate_of_set_id FROM transaction_sets"
)
_FINDING_SQL = (
    "SELECT n.code, n.severity, f.name, f.digest, n.set_ordinal, n.set_control_number,"
    " n.segment_ordinal, n.byte_offset, n.element, n.message, n.remedy, n.left_cents,"
    " n.right_cents, e.edits FROM findings n LEFT JOIN files f ON f.file_id = n.file_id"
    " LEFT JOIN finding_edits e ON e.finding_id = n.finding_id"
)


_OF_PAYMENT = """n.finding_id IN (
    SELECT o.finding_id FROM claim_payments p
    JOIN remittances r ON r.remittance_id = p.remittance_id
    JOIN transaction_sets s ON s.set_id = r.set_id
    JOIN findings o ON o.file_id = s.file_id AND o.set_id = s.set_id
    WHERE p.claim_payment_id = ? AND o.segment_ordinal >= p.segment_ordinal
    AND NOT EXISTS (SELECT 1 FROM claim_payments q WHERE q.remittance_id = p.remittance_id
        AND q.claim_payment_id = p.claim_payment_id + 1
        AND q.segment_ordinal <= o.segment_ordinal)
    AND NOT EXISTS (SELECT 1 FROM provider_adjustments a WHERE a.remittance_id = p.remittance_id
        AND a.segment_ordinal > p.segment_ordinal AND a.segment_ordinal <= o.segment_ordinal))"""

_RUN_SQL = "SELECT run_id, kind, started_at, finished_at, status, report FROM runs"

_LIKE_SQL = """
SELECT r.remittance_id, f.file_id, f.name, s.set_ordinal, s.set_control_number, r.segment_ordinal,
    r.byte_offset, r.originator_id, r.payer_id, r.payee_npi, r.payee_tin, r.trace_number,
    r.payment_date, r.production_date, s.created_on, s.interchange_control_number,
    s.group_control_number, f.digest, s.fingerprint, s.claims_count, s.provider_adjustment_cents,
    r.payment_amount_cents, r.held, d.held
FROM remittances r
JOIN transaction_sets s ON s.set_id = r.set_id
JOIN files f ON f.file_id = s.file_id
LEFT JOIN remittance_decisions d ON d.remittance_id = r.remittance_id
WHERE r.remittance_id IN (
    SELECT o.remittance_id FROM remittances o
    JOIN transaction_sets os ON os.set_id = o.set_id WHERE os.file_id = ?
    UNION
    SELECT e.remittance_id FROM remittances o
    JOIN transaction_sets os ON os.set_id = o.set_id
    JOIN remittances e ON e.trace_number = o.trace_number
    WHERE os.file_id = ? AND trim(o.trace_number, '0 ') <> ''
    UNION
    SELECT e.remittance_id FROM transaction_sets os
    JOIN transaction_sets es ON es.fingerprint = os.fingerprint AND es.fingerprint <> ''
    JOIN remittances e ON e.set_id = es.set_id
    WHERE os.file_id = ?)
    AND r.remittance_id NOT IN (SELECT remittance_id FROM manual_remittances)
"""


class FileReading(Queries):
    """The part of the reader that knows files."""

    def file_by_digest(self, digest: str) -> StoredFile | None:
        """The file with these very bytes, or None."""
        return self._file(f"{_FILE_SQL} WHERE digest = ?", digest)

    def file(self, file_id: int) -> StoredFile | None:
        """The file, or None when there is no such one."""
        return self._file(f"{_FILE_SQL} WHERE file_id = ?", file_id)

    def files(self) -> list[StoredFile]:
        """All files in order of ingest."""
        return [_stored_file(row) for row in self.rows(f"{_FILE_SQL} ORDER BY file_id")]

    def files_before(
        self, before: int | None, *, state: FileState | None = None, limit: int
    ) -> list[StoredFile]:
        """Files from the newest on, or from before an identifier; of a state where it is given."""
        conditions, values = ["1 = 1"], list[object]()
        for condition, value in (
            ("file_id < ?", before),
            ("state = ?", None if state is None else state.value),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        where = " AND ".join(conditions)
        rows = self.rows(
            f"{_FILE_SQL} WHERE {where} ORDER BY file_id DESC LIMIT {int(limit)}", values
        )
        return [_stored_file(row) for row in rows]

    def file_state_counts(self) -> dict[FileState, int]:
        """How many files there are of each state, without states of none."""
        rows = self.rows("SELECT state, COUNT(*) FROM files GROUP BY state ORDER BY state")
        return {FileState(row[0]): int(row[1]) for row in rows}

    def file_contents(self, file_ids: Collection[int]) -> dict[int, FileContents]:
        """What each of the files holds; those with nothing are left out."""
        sets: dict[int, list[str]] = {}
        for file_id, set_type, implementation in self.rows_in(
            "SELECT DISTINCT file_id, set_type, implementation FROM transaction_sets"
            " WHERE file_id IN ({keys}) ORDER BY file_id, set_type, implementation",
            sorted(file_ids),
        ):
            names = sets.setdefault(file_id, [])
            kind = "paper" if implementation == "paper" else set_type
            if kind not in names:
                names.append(kind)
        banks: dict[int, str] = dict(
            self.rows_in(
                "SELECT file_id, bank_format FROM bank_files WHERE file_id IN ({keys})",
                sorted(file_ids),
            )
        )
        severities: dict[int, list[tuple[Severity, int]]] = {}
        for file_id, severity, count in self.rows_in(
            "SELECT file_id, severity, COUNT(*) FROM findings WHERE file_id IN ({keys})"
            " GROUP BY file_id, severity ORDER BY file_id, severity",
            sorted(file_ids),
        ):
            severities.setdefault(file_id, []).append((Severity(severity), int(count)))
        return {
            file_id: FileContents(
                set_types=tuple(sets.get(file_id, ())),
                bank_format=banks.get(file_id, ""),
                findings=tuple(severities.get(file_id, ())),
            )
            for file_id in sorted({*sets, *banks, *severities})
        }

    def findings_of_file(
        self, file_id: int, *, severity: Severity | None = None, limit: int, offset: int = 0
    ) -> list[Finding]:
        """Some of a file's findings in file order, of a severity where it is given."""
        condition, values = "n.file_id = ?", list[object]((file_id,))
        if severity is not None:
            condition += " AND n.severity = ?"
            values.append(severity.value)
        rows = self.rows(
            f"{_FINDING_SQL} WHERE {condition} ORDER BY n.finding_id"
            f" LIMIT {int(limit)} OFFSET {int(offset)}",
            values,
        )
        return [_finding(row) for row in rows]

    def quarantined_sets(self, limit: int) -> list[tuple[StoredSet, str]]:
        """The newest transaction sets that could not be read, with the names of their files."""
        rows = self.rows(
            f"{_SET_SQL} WHERE state = 'quarantined' AND file_id IN (SELECT file_id FROM files"
            f" WHERE state IN ('partly', 'unreadable')) ORDER BY set_id DESC LIMIT {int(limit)}"
        )
        sets = [_stored_set(row) for row in rows]
        names: dict[int, str] = dict(
            self.rows_in(
                "SELECT file_id, name FROM files WHERE file_id IN ({keys})",
                {one.file_id for one in sets},
            )
        )
        return [(one, names[one.file_id]) for one in sets]

    def sets_of_file(self, file_id: int) -> list[StoredSet]:
        """The file's transaction sets in file order."""
        sql = f"{_SET_SQL} WHERE file_id = ? ORDER BY set_ordinal"
        return [_stored_set(row) for row in self.rows(sql, (file_id,))]

    def transaction_set(self, set_id: int) -> StoredSet | None:
        """One transaction set, or None."""
        row = self.row(f"{_SET_SQL} WHERE set_id = ?", (set_id,))
        return None if row is None else _stored_set(row)

    def transaction_sets(self, set_ids: Iterable[int]) -> dict[int, StoredSet]:
        """Transaction sets by their identifier; there is none for a number that no set has."""
        rows = self.rows_in(f"{_SET_SQL} WHERE set_id IN ({{keys}})", set_ids)
        return {found.set_id: found for found in map(_stored_set, rows)}

    def remittance_ids_of_set(self, set_id: int) -> list[RemittanceId]:
        """The set's remittance, or nothing for a set of another kind."""
        sql = "SELECT remittance_id FROM remittances WHERE set_id = ? ORDER BY remittance_id"
        return [row[0] for row in self.rows(sql, (set_id,))]

    def findings(self, file_id: int) -> list[Finding]:
        """The file's findings in file order."""
        return self._findings("n.file_id = ?", file_id)

    def findings_of_set(self, set_id: int) -> list[Finding]:
        """Findings of one transaction set in file order."""
        return self._findings(
            "n.file_id = (SELECT file_id FROM transaction_sets WHERE set_id = ?) AND n.set_id = ?",
            set_id,
            set_id,
        )

    def balancing_answers(
        self, codes: Collection[str], remittance_ids: Collection[int]
    ) -> dict[int, BalancingEdit]:
        """The likeliest edit that would balance a remittance, from its first finding of one of
        the codes that has an edit which explains something."""
        marks = ",".join("?" * len(codes))
        sql = (
            "SELECT r.remittance_id, e.edits FROM remittances r"
            " JOIN transaction_sets s ON s.set_id = r.set_id"
            " JOIN findings n ON n.file_id = s.file_id AND n.set_ordinal = s.set_ordinal"
            " JOIN finding_edits e ON e.finding_id = n.finding_id"
            f" WHERE r.remittance_id IN ({{keys}}) AND n.code IN ({marks})"
            " ORDER BY n.finding_id DESC"
        )
        return {
            remittance_id: edits[0]
            for remittance_id, text in self.rows_in(sql, sorted(remittance_ids), *sorted(codes))
            if (edits := _EDITS.decode(text)) and edits[0].explains
        }

    def findings_of_claim_payment(self, claim_payment_id: int) -> list[Finding]:
        """Findings between the CLP of a claim payment and what follows its loop."""
        return self._findings(_OF_PAYMENT, claim_payment_id)

    def raw_segments(self, file_id: int, byte_offset: int, byte_length: int) -> bytes:
        """Bytes of a file as it was received; fewer where the file ends."""
        return self.raw_pieces([(file_id, byte_offset, byte_length)])[0]

    def raw_pieces(self, wanted: Sequence[tuple[int, int, int]]) -> list[bytes]:
        """As `raw_segments`, for a few pieces at once: (file, byte offset, byte length) each."""
        if not wanted:
            return []
        spans = [
            (
                file_id,
                offset // RAW_CHUNK_BYTES,
                (offset + max(length, 1) - 1) // RAW_CHUNK_BYTES,
            )
            for file_id, offset, length in wanted
        ]
        condition = "(file_id = ? AND chunk_ordinal BETWEEN ? AND ?)"
        rows = self.rows(
            "SELECT file_id, chunk_ordinal, data FROM raw_chunks WHERE"
            f" {' OR '.join([condition] * len(spans))} ORDER BY file_id, chunk_ordinal",
            [value for span in spans for value in span],
        )
        chunks = {(row[0], row[1]): zlib.decompress(row[2]) for row in rows}
        found = []
        for (file_id, offset, length), (_, first, last) in zip(wanted, spans, strict=True):
            held = (chunks.get((file_id, each), b"") for each in range(first, last + 1))
            start = offset - first * RAW_CHUNK_BYTES
            found.append(b"".join(held)[start : start + length])
        return found

    def duplicate_sets(self, file_id: int) -> list[tuple[StoredSet, StoredSet]]:
        """The file's sets whose content an earlier set has too, each with the first such set.

        Sets that hold no claims, payments or money are left out: nothing could count twice. So is
        what was typed in from paper and withdrawn: typing it again is how it comes back.
        """
        pairs = self.rows(
            "SELECT s.set_id, min(e.set_id) FROM transaction_sets s"
            " JOIN transaction_sets e ON e.fingerprint = s.fingerprint AND e.set_id < s.set_id"
            " AND e.set_type = s.set_type"
            " WHERE s.file_id = ? AND s.fingerprint <> ''"
            " AND (s.claims_count > 0 OR s.provider_adjustment_cents <> 0)"
            " AND e.set_id NOT IN (SELECT r.set_id FROM manual_remittances m JOIN remittances r"
            " ON r.remittance_id = m.remittance_id JOIN withdrawals w"
            " ON w.remittance_id = m.remittance_id WHERE w.revoked_at IS NULL)"
            " GROUP BY s.set_id ORDER BY s.set_id",
            (file_id,),
        )
        ids = [value for pair in pairs for value in pair]
        found = {
            row[0]: _stored_set(row)
            for row in self.rows_in(f"{_SET_SQL} WHERE set_id IN ({{keys}})", ids)
        }
        return [(found[later], found[earlier]) for later, earlier in pairs]

    def remittances_like_those_of(self, file_id: int) -> list[RemittanceIdentity]:
        """The file's remittances and all that share trace number or content with one of them.

        Trace numbers that mean nothing (empty, all zeros) are no key: payers send them on every
        payment of zero dollars. Remittances without claims and adjustments share no content.
        """
        sql = _LIKE_SQL + " ORDER BY r.remittance_id"
        return [_identity(row) for row in self.rows(sql, (file_id, file_id, file_id))]

    def runs(self) -> list[StoredRun]:
        """All runs, newest first."""
        return [StoredRun(*row) for row in self.rows(f"{_RUN_SQL} ORDER BY run_id DESC")]

    def runs_before(
        self, before: int | None, *, kind: str = "", limit: int, with_report: bool = False
    ) -> list[StoredRun]:
        """Runs from the newest on, or from before an identifier; of a kind where it is given.
        Without their reports, which of a nightly run is long, unless asked for."""
        conditions, values = ["1 = 1"], list[object]()
        for condition, value in (("run_id < ?", before), ("kind = ?", kind or None)):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        sql = _RUN_SQL if with_report else _RUN_SQL.replace(", report", ", ''")
        where = " AND ".join(conditions)
        rows = self.rows(f"{sql} WHERE {where} ORDER BY run_id DESC LIMIT {int(limit)}", values)
        return [StoredRun(*row) for row in rows]

    def run_kinds(self) -> list[str]:
        """Kinds of which there are runs."""
        return [row[0] for row in self.rows("SELECT DISTINCT kind FROM runs ORDER BY kind")]

    def stored_run(self, run_id: int) -> StoredRun | None:
        """One run with its report, or None."""
        row = self.row(f"{_RUN_SQL} WHERE run_id = ?", (run_id,))
        return None if row is None else StoredRun(*row)

    def _file(self, sql: str, value: object) -> StoredFile | None:
        row = self.row(sql, (value,))
        return None if row is None else _stored_file(row)

    def _findings(self, condition: str, *values: object) -> list[Finding]:
        rows = self.rows(f"{_FINDING_SQL} WHERE {condition} ORDER BY n.finding_id", values)
        return [_finding(row) for row in rows]


def _stored_file(row: DriverRow) -> StoredFile:
    return StoredFile(
        file_id=row[0],
        run_id=row[1],
        name=row[2],
        digest=row[3],
        size_bytes=row[4],
        received_at=row[5],
        state=FileState(row[6]),
        counts=FileCounts(*row[7:13]),
    )


def _stored_set(row: DriverRow) -> StoredSet:
    balanced, duplicate_of_set_id = row[15:]
    values = [*row[:15], None if balanced is None else bool(balanced), duplicate_of_set_id]
    return StoredSet(*values)


def _finding(row: DriverRow) -> Finding:
    code, severity, name, digest, *place = row[:9]
    message, remedy, left_cents, right_cents, edits = row[9:]
    return Finding(
        code=code,
        severity=Severity(severity),
        place=Place(name or "", digest or "", *place),
        message=message,
        remedy=remedy,
        left_cents=left_cents,
        right_cents=right_cents,
        edits=_EDITS.decode(edits) if edits else (),
    )


def _identity(row: DriverRow) -> RemittanceIdentity:
    originator_id, payer_id, npi, tin, trace = row[7:12]
    payment_date, production_date, created_on = (day_of(value) for value in row[12:15])
    interchange, group, digest, fingerprint, claims, adjusted = row[15:21]
    content = fingerprint if claims or adjusted else ""
    has_trace = bool(trace.strip("0 "))
    payer = originator_id or f"payer {payer_id}"
    without_trace = ("", content or f"remittance {row[0]}")
    return RemittanceIdentity(
        remittance_id=row[0],
        file_id=row[1],
        file_name=row[2],
        set_ordinal=row[3],
        set_control_number=row[4],
        segment_ordinal=row[5],
        byte_offset=row[6],
        payment_key=(payer, npi, tin, trace) if has_trace else without_trace,
        order=(
            *(str(day or "") for day in (payment_date, production_date, created_on)),
            interchange,
            group,
            row[4],
            digest,
            f"{row[3]:09d}",
        ),
        content=content,
        has_trace=has_trace,
        payment_date=payment_date,
        amount_cents=row[21],
        held=row[22],
        is_decided=row[23] is not None,
    )

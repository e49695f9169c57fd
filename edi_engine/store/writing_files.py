"""Writing files: raw bytes, transaction sets and everything read from them, in bulk.

Rows wait in lists, one per table, and are sent to the driver in blocks, parents first. All of a
file is one transaction of the caller. Identifiers come from counters that are read when first
needed and written back with the rows, so that the same files in the same order always get the
same identifiers, and an undone transaction leaves no gap.
"""

import zlib
from collections.abc import Iterable, Sequence

from edi_engine.findings import Finding, Severity
from edi_engine.records.acknowledgments import Acknowledgment
from edi_engine.records.claims import Claim
from edi_engine.records.intake import ManualEntry, ParsedBatch
from edi_engine.records.remittances import ClaimPayment, ProviderAdjustment, Remittance
from edi_engine.records.source import SetSource
from edi_engine.records.stored import FileCounts, FileState
from edi_engine.store import intake_rows as make
from edi_engine.store.queries import Queries, Row, Value, json_of
from edi_engine.store.reading_files import RAW_CHUNK_BYTES

__all__ = ["FileWriting"]

_ROWS_WAITING_MAX = 3_000
"""Rows kept in memory before they are sent: some two blocks of a file. More outgrow the processor's
cache before they are sent: with twenty thousand loading takes a twentieth longer."""

_SET_END_SQL = """
UPDATE transaction_sets SET set_type = ?, state = ?, byte_length = ?, segment_count = ?,
    claims_count = ?, lines_count = ?, charge_cents = ?, paid_cents = ?, adjustment_cents = ?,
    provider_adjustment_cents = ?, fingerprint = ?, balanced = ?, balance_sign = ?
WHERE set_id = ?
"""
_REMITTANCE_END_SQL = "UPDATE remittances SET claim_payments_count = ? WHERE remittance_id = ?"


class _OpenFile:
    """The file being written: what must be remembered between its batches."""

    def __init__(self, file_id: int, first_claim_id: int, first_claim_payment_id: int) -> None:
        self.file_id = file_id
        self.raw = bytearray()
        self.raw_offset = 0
        self.chunks_count = 0
        self.has_nul = False
        self.set_ordinal = 0
        self.set_id = 0
        self.remittance_id: int | None = None
        self.set_claim_payments = 0
        self.first_claim_id = first_claim_id
        self.first_claim_payment_id = first_claim_payment_id
        self.sets = self.claims = self.service_lines = self.claim_payments = 0
        self.findings = self.error_findings = 0


class FileWriting(Queries):
    """The part of the writer that takes in files."""

    _counters: dict[str, int]
    _waiting: dict[str, list[Row]]
    _waiting_values: dict[str, list[Value]]
    _set_ends: list[Row]
    _remittance_ends: list[Row]
    _waiting_count: int
    _current: _OpenFile | None

    def _start_intake(self) -> None:
        self._counters = {}
        self._stored_counters: dict[str, int] = {}
        self._waiting = {name: [] for name in (*_FLUSH_ORDER, *_LAST_FLUSH_ORDER)}
        self._waiting_values = {name: [] for name in _VALUES_FLUSH_ORDER}
        self._set_ends = []
        self._remittance_ends = []
        self._waiting_count = 0
        self._current = None

    def next_ids(self, name: str, count: int = 1) -> int:
        """The first of so many new identifiers of a table."""
        first = self._counters.get(name)
        if first is None:
            found = self.row("SELECT next_id FROM id_counters WHERE name = ?", (name,))
            first = 1 if found is None else int(str(found[0]))
        self._counters[name] = first + count
        return first

    def begin_file(
        self, name: str, digest: str, *, size_bytes: int, received_at: str, run_id: int | None
    ) -> int:
        """A new file's identifier. One file at a time: end it with `finish_file`."""
        if self._current is not None:
            raise RuntimeError("a file is being written already")
        file_id = self.next_ids("files")
        self.insert(
            "files",
            [
                (
                    file_id,
                    run_id,
                    name,
                    digest,
                    size_bytes,
                    received_at,
                    FileState.READING.value,
                    *[0] * 6,
                )
            ],
        )
        self._current = _OpenFile(
            file_id, self.next_ids("claims", 0), self.next_ids("claim_payments", 0)
        )
        return file_id

    def add_raw(self, chunk: bytes) -> None:
        """Keep the file's next bytes, of any number."""
        file = self._open_file()
        file.has_nul = file.has_nul or b"\x00" in chunk
        file.raw += chunk
        while len(file.raw) >= RAW_CHUNK_BYTES:
            self._add_chunk(file, bytes(file.raw[:RAW_CHUNK_BYTES]))
            del file.raw[:RAW_CHUNK_BYTES]

    def add_batch(self, batch: ParsedBatch) -> None:
        """Take over everything of a parsed batch."""
        file = self._open_file()
        if batch.source is not None:
            self._enter_set(file, batch.source)
        if batch.claims:
            self._add_claims(file, batch.claims)
        if batch.remittance is not None:
            remittance_id = self._add_remittance(file, batch.remittance)
            if batch.entry is not None:
                self._add_manual_entry(remittance_id, batch.entry)
        if batch.claim_payments:
            self._add_claim_payments(file, batch.claim_payments)
        if batch.provider_adjustments:
            self._add_provider_adjustments(file, batch.provider_adjustments)
        if batch.acknowledgments:
            self._add_acknowledgments(batch.acknowledgments, file.set_id)
        if batch.findings:
            set_id = file.set_id if batch.source is not None else None
            self.add_findings(batch.findings, file.file_id, set_id=set_id)
        if batch.ended is not None:
            self._set_ends.append(make.set_end_values(batch.ended, file.set_id))
            answerable = make.answerable_set_row(batch.ended, file.set_id, batch.batch_reference)
            if answerable is not None:
                self._waiting["answerable_sets"].append(answerable)
            if file.remittance_id is not None:
                self._remittance_ends.append((file.set_claim_payments, file.remittance_id))
        if self._waiting_count >= _ROWS_WAITING_MAX:
            self.flush()

    def add_findings(
        self, findings: Sequence[Finding], file_id: int | None, *, set_id: int | None = None
    ) -> None:
        """Keep findings, of a file's set, of a file, or of neither."""
        first = self.next_ids("findings", len(findings))
        rows = self._waiting["findings"]
        for finding_id, finding in enumerate(findings, first):
            rows.append(make.finding_row(finding, finding_id, file_id, set_id))
            if finding.edits:
                self._waiting["finding_edits"].append((finding_id, json_of(finding.edits)))
        self._waiting_count += len(findings)
        if self._current is not None:
            self._current.findings += len(findings)
            self._current.error_findings += sum(
                finding.severity is Severity.ERROR for finding in findings
            )

    def finish_file(self, state: FileState) -> FileCounts:
        """End the file: everything is sent, its claims and payments wait for reconciling."""
        file = self._open_file()
        if file.raw:
            self._add_chunk(file, bytes(file.raw))
        self.flush()
        counts = FileCounts(
            sets=file.sets,
            claims=file.claims,
            service_lines=file.service_lines,
            claim_payments=file.claim_payments,
            findings=file.findings,
            error_findings=file.error_findings,
        )
        self.run(
            "UPDATE files SET state = ?, sets_count = ?, claims_count = ?,"
            " service_lines_count = ?, claim_payments_count = ?, findings_count = ?,"
            " error_findings_count = ? WHERE file_id = ?",
            (
                state.value,
                counts.sets,
                counts.claims,
                counts.service_lines,
                counts.claim_payments,
                counts.findings,
                counts.error_findings,
                file.file_id,
            ),
        )
        self._queue_for_reconciling(file)
        self._current = None
        return counts

    def flush(self) -> None:
        """Send every waiting row, and the counters, to the database."""
        clean = not self.is_sqlite and self._current is not None and self._current.has_nul
        for name in _FLUSH_ORDER:
            self._flush_rows(name, clean=clean)
        for name in _VALUES_FLUSH_ORDER:
            values = self._waiting_values[name]
            self.insert_values(name, _without_nul(values) if clean else values)
            values.clear()
        for name in _LAST_FLUSH_ORDER:
            self._flush_rows(name, clean=clean)
        self._waiting_count = 0
        self.run_many(_SET_END_SQL, self._set_ends)
        self._set_ends.clear()
        self.run_many(_REMITTANCE_END_SQL, self._remittance_ends)
        self._remittance_ends.clear()
        changed = [
            (name, next_id)
            for name, next_id in self._counters.items()
            if self._stored_counters.get(name) != next_id
        ]
        self.replace("id_counters", changed)
        self._stored_counters.update(changed)

    def _flush_rows(self, name: str, *, clean: bool) -> None:
        rows = self._waiting[name]
        if rows:
            self.insert(name, [tuple(_without_nul(row)) for row in rows] if clean else rows)
            rows.clear()

    def _open_file(self) -> _OpenFile:
        if self._current is None:
            raise RuntimeError("no file is being written")
        return self._current

    def _add_chunk(self, file: _OpenFile, data: bytes) -> None:
        chunk = (
            file.file_id,
            file.chunks_count,
            file.raw_offset,
            len(data),
            zlib.compress(data, 1),
        )
        self.insert("raw_chunks", [chunk])
        file.chunks_count += 1
        file.raw_offset += len(data)

    def _enter_set(self, file: _OpenFile, source: SetSource) -> None:
        if source.set_ordinal == file.set_ordinal:
            return
        file.set_ordinal = source.set_ordinal
        file.set_id = self.next_ids("transaction_sets")
        file.remittance_id = None
        file.set_claim_payments = 0
        file.sets += 1
        self._waiting["transaction_sets"].append(make.set_row(source, file.set_id, file.file_id))
        self._waiting_count += 1

    def _add_claims(self, file: _OpenFile, claims: Sequence[Claim]) -> None:
        claim_id = self.next_ids("claims", len(claims))
        lines_count = sum(len(claim.lines) for claim in claims)
        line_id = self.next_ids("service_lines", lines_count)
        claim_rows, line_rows = self._waiting["claims"], self._waiting["service_lines"]
        for claim in claims:
            claim_rows.append(make.claim_row(claim, claim_id, file.set_id, line_id))
            facts = make.claim_contract_facts_row(claim, claim_id)
            if facts is not None:
                self._waiting["claim_contract_facts"].append(facts)
            for line in claim.lines:
                line_rows.append(make.service_line_row(line, line_id, claim_id))
                line_id += 1
            claim_id += 1
        file.claims += len(claims)
        file.service_lines += lines_count
        self._waiting_count += len(claims) + lines_count

    def _add_remittance(self, file: _OpenFile, remittance: Remittance) -> int:
        remittance_id = self.next_ids("remittances")
        file.remittance_id = remittance_id
        self._waiting["remittances"].append(
            make.remittance_row(
                remittance, remittance_id, file.set_id, self.next_ids("claim_payments", 0)
            )
        )
        self._waiting_count += 1
        return remittance_id

    def _add_manual_entry(self, remittance_id: int, entry: ManualEntry) -> None:
        self._waiting["manual_remittances"].append(
            (remittance_id, entry.entered_by, entry.entered_at, entry.note)
        )
        self._waiting_count += 1

    def _remittance_id(self, file: _OpenFile, source: SetSource) -> int:
        """The set's remittance; a blank one for claim payments of a set without any head."""
        if file.remittance_id is not None:
            return file.remittance_id
        blank = Remittance(source, 0, source.byte_offset, "", None, "", "", None, "", "")
        return self._add_remittance(file, blank)

    def _add_claim_payments(self, file: _OpenFile, payments: Sequence[ClaimPayment]) -> None:
        remittance_id = self._remittance_id(file, payments[0].source)
        first_payment_id = self.next_ids("claim_payments", len(payments))
        first_line_id = line_id = self.next_ids("line_payments", 0)
        first_adjustment_id = adjustment_id = self.next_ids("adjustments", 0)
        payment_values, line_values, adjustment_values = self._waiting_values.values()
        payment_row, add_line_payments = make.claim_payment_row, make.add_line_payments
        facts_rows, facts_row = (
            self._waiting["payment_contract_facts"],
            make.payment_contract_facts_row,
        )
        for payment_id, payment in enumerate(payments, first_payment_id):
            own_adjustment_id = adjustment_id
            adjustment_id = add_line_payments(
                line_values, adjustment_values, payment, payment_id, line_id, adjustment_id
            )
            payment_values += payment_row(
                payment,
                payment_id,
                remittance_id,
                line_id,
                own_adjustment_id,
                adjustment_id - own_adjustment_id,
            )
            facts = facts_row(payment, payment_id)
            if facts is not None:
                facts_rows.append(facts)
            line_id += len(payment.lines)
        self._counters["line_payments"] = line_id
        self._counters["adjustments"] = adjustment_id
        file.claim_payments += len(payments)
        file.set_claim_payments += len(payments)
        self._waiting_count += (
            len(payments) + line_id - first_line_id + adjustment_id - first_adjustment_id
        )

    def _add_provider_adjustments(
        self, file: _OpenFile, adjustments: Sequence[ProviderAdjustment]
    ) -> None:
        remittance_id = self._remittance_id(file, adjustments[0].source)
        first = self.next_ids("provider_adjustments", len(adjustments))
        self._waiting["provider_adjustments"].extend(
            make.provider_adjustment_row(adjustment, adjustment_id, remittance_id)
            for adjustment_id, adjustment in enumerate(adjustments, first)
        )
        self._waiting_count += len(adjustments)

    def _add_acknowledgments(self, found: Sequence[Acknowledgment], set_id: int) -> None:
        """Keep answers of a set; they wait to be tied to what they answer."""
        first = self.next_ids("acknowledgments", len(found))
        for acknowledgment_id, one in enumerate(found, first):
            self._waiting["acknowledgments"].append(
                make.acknowledgment_row(one, acknowledgment_id, set_id)
            )
            self._waiting["pending_acknowledgments"].append((acknowledgment_id,))
        self._waiting_count += len(found)

    def _queue_for_reconciling(self, file: _OpenFile) -> None:
        self.run(
            "INSERT INTO pending_claims SELECT claim_id FROM claims"
            " WHERE claim_id >= ? AND duplicate_of_claim_id IS NULL ON CONFLICT DO NOTHING",
            (file.first_claim_id,),
        )
        self.run(
            "INSERT INTO pending_payments SELECT claim_payment_id FROM claim_payments"
            " WHERE claim_payment_id >= ?",
            (file.first_claim_payment_id,),
        )


_FLUSH_ORDER = (
    "transaction_sets",
    "claims",
    "claim_contract_facts",
    "service_lines",
    "remittances",
    "manual_remittances",
    "provider_adjustments",
    "acknowledgments",
    "answerable_sets",
    "pending_acknowledgments",
    "findings",
    "finding_edits",
)
"""Parents before children, as foreign keys ask."""

_VALUES_FLUSH_ORDER = ("claim_payments", "line_payments", "adjustments")
"""The tables with the most rows, sent after the others: their values wait row after row, without
a tuple for each row."""

_LAST_FLUSH_ORDER = ("payment_contract_facts",)
"""Children of the most numerous rows, which only few of them have."""


def _without_nul(values: Iterable[Value]) -> list[Value]:
    """Values with NUL characters shown as the replacement sign: PostgreSQL's text has none."""
    return [
        value.replace("\x00", "\ufffd") if isinstance(value, str) else value for value in values
    ]

"""The journal in the database. What stands is never changed: it is reversed, and posted anew."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.records.journal import (
    JournalEntry,
    PostingPlan,
    StoredPosting,
    SubjectKind,
)
from edi_engine.records.matching import ClaimPaymentId, RemittanceId
from edi_engine.records.stored import PayerRelease, RemittancePosting
from edi_engine.store.queries import DriverRow, Queries, Row, Value, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["JournalReading", "JournalWriting"]

Subjects = Mapping[SubjectKind, Iterable[int]]
"""Identifiers of what postings are about, by kind."""

_Standing = tuple[int, int, int, int]
"""Posting, its digest, its first entry and how many it has."""


class JournalReading(Queries):
    """The part of the reader that knows postings and released payers."""

    def postings(
        self, kind: SubjectKind, subject_ids: Iterable[int], *, in_force_only: bool = True
    ) -> list[StoredPosting]:
        """Postings of these subjects with their entries, in the order they were made."""
        sql = (
            f"{_POSTING_SQL} WHERE subject_id IN ({{keys}}) AND subject_kind = ?"
            f"{' AND in_force' if in_force_only else ''}"
        )
        rows = sorted(self.rows_in(sql, subject_ids, kind.value))
        return self._with_entries(rows)

    def postings_of(
        self,
        *,
        claim_ids: Collection[int] = (),
        claim_payment_ids: Collection[int] = (),
        in_force_only: bool = True,
    ) -> list[StoredPosting]:
        """Postings of a few claims and claim payments with their entries, in the order they were
        made: one question, for what a person looks at."""
        conditions, values = [], list[object]()
        for kind, ids in ((SubjectKind.CLAIM, claim_ids), (SubjectKind.PAYMENT, claim_payment_ids)):
            if ids:
                marks = ", ".join("?" * len(ids))
                conditions.append(f"(p.subject_kind = ? AND p.subject_id IN ({marks}))")
                values += [kind.value, *ids]
        if not conditions:
            return []
        standing = " AND p.in_force" if in_force_only else ""
        sql = f"{_WITH_ENTRIES_SQL} WHERE ({' OR '.join(conditions)}){standing}"
        postings: dict[int, DriverRow] = {}
        entries: dict[int, list[JournalEntry]] = {}
        for row in self.rows(f"{sql} ORDER BY p.posting_id, e.entry_id", values):
            posting, entry = row[:_POSTING_WIDTH], row[_POSTING_WIDTH:]
            postings[posting[0]] = posting
            if entry[0] is not None:
                entries.setdefault(posting[0], []).append(JournalEntry(*entry))
        return [_stored_posting(row, tuple(entries.get(key, ()))) for key, row in postings.items()]

    def postings_after(self, posting_id: int) -> list[StoredPosting]:
        """Every posting made after this one, in order."""
        rows = self.rows(f"{_POSTING_SQL} WHERE posting_id > ? ORDER BY posting_id", (posting_id,))
        return self._with_entries(rows)

    def newest_posting_id(self) -> int:
        """The last posting made, 0 before the first."""
        found = self.row("SELECT coalesce(max(posting_id), 0) FROM postings")
        return int(found[0]) if found is not None else 0

    def remittance_postings(
        self, remittance_ids: Iterable[int]
    ) -> dict[RemittanceId, list[RemittancePosting]]:
        """What stands of each remittance: sums by kind of subject and refusal, in order."""
        found: dict[RemittanceId, list[RemittancePosting]] = {}
        for row in sorted(self.rows_in(_REMITTANCE_POSTINGS_SQL, remittance_ids)):
            remittance_id, kind, refusal, count, cash, suspense = row
            found.setdefault(RemittanceId(remittance_id), []).append(
                RemittancePosting(SubjectKind(kind), refusal, count, int(cash), int(suspense))
            )
        return found

    def known_payer_names(self) -> list[tuple[str, str]]:
        """Payers our claims name or persons released: (identifier or empty, name or empty)."""
        known = [
            (value, "") if kind == "id" else ("", value)
            for kind, value in self.rows("SELECT kind, value FROM known_payers ORDER BY 1, 2")
        ]
        return known + [(one.payer_id, "") for one in self.payer_releases()]

    def payer_releases(self, *, standing_only: bool = True) -> list[PayerRelease]:
        """Released payers, in the order they were released."""
        sql = f"SELECT {', '.join(_RELEASE_COLUMNS)} FROM payer_releases"
        if standing_only:
            sql += " WHERE revoked_at IS NULL"
        return [PayerRelease(*row) for row in self.rows(f"{sql} ORDER BY payer_release_id")]

    def remittance_payers(self) -> list[tuple[str, str]]:
        """Every payer that remittances name, as (identifier, name), in order."""
        return [
            (row[0], row[1])
            for row in self.rows(
                "SELECT DISTINCT payer_id, payer_name FROM remittances ORDER BY 1, 2"
            )
        ]

    def payment_ids_by_payer(self, payers: Iterable[tuple[str, str]]) -> list[ClaimPaymentId]:
        """Claim payments of remittances by these payers (identifier and name as they stand)."""
        found: set[ClaimPaymentId] = set()
        for payer_id, payer_name in payers:
            found.update(
                row[0]
                for row in self.rows(
                    # CROSS JOIN: SQLite keeps the order, or it would begin with all payments.
                    "SELECT p.claim_payment_id FROM remittances r CROSS JOIN claim_payments p"
                    " WHERE p.claim_payment_id >= r.first_claim_payment_id"
                    " AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count"
                    " AND r.payer_id = ? AND r.payer_name = ?",
                    (payer_id, payer_name),
                )
            )
        return sorted(found)

    def _with_entries(self, rows: Sequence[DriverRow]) -> list[StoredPosting]:
        entries: dict[int, list[JournalEntry]] = {}
        for row in sorted(self.rows_in(_ENTRY_SQL, [row[0] for row in rows if row[9]])):
            _, posting_id, *values = row
            entries.setdefault(posting_id, []).append(JournalEntry(*values))
        return [_stored_posting(row, tuple(entries.get(row[0], ()))) for row in rows]


class JournalWriting(JournalReading, FileWriting):
    """The part of the writer that posts."""

    def post(self, plans: Sequence[PostingPlan], subjects: Subjects, *, posted_on: date) -> int:
        """Make the journal say what the plans say about these subjects; how many changed.

        What stands already is left alone, what stands otherwise is reversed first, and a subject
        without a plan, or whose plan says nothing, ends without a posting.
        """
        wanted = {
            (plan.subject_kind, plan.subject_id): plan
            for plan in plans
            if plan.entries or plan.refusal
        }
        standing = self._standing(subjects)
        digests = {key: _digest(plan) for key, plan in wanted.items()}
        reversed_ids = [
            found[0] for key, found in sorted(standing.items()) if digests.get(key) != found[1]
        ]
        self._reverse(reversed_ids, posted_on)
        new = [
            (plan, digests[key])
            for key, plan in wanted.items()
            if key not in standing or standing[key][1] != digests[key]
        ]
        self._insert([plan for plan, _ in new], [digest for _, digest in new], posted_on)
        return len(new) + len(reversed_ids)

    def note_known_payers(self, payers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Remember payers that claims name, as (kind, value); those that were not known."""
        rows = sorted(set(payers))
        known = {(row[0], row[1]) for row in self.rows("SELECT kind, value FROM known_payers")}
        new = [row for row in rows if row not in known]
        self.insert("known_payers", new)
        return new

    def release_payer(
        self, payer_id: str, *, released_by: str, released_at: str, note: str = ""
    ) -> int:
        """Let a payer's remittances post; the release's identifier."""
        release_id = self.next_ids("payer_releases")
        row = (release_id, payer_id, released_by, released_at, note, None, None)
        self.insert("payer_releases", [row])
        return release_id

    def revoke_payer_release(self, release_id: int, *, revoked_by: str, revoked_at: str) -> None:
        """End a release."""
        self.run(
            "UPDATE payer_releases SET revoked_by = ?, revoked_at = ? WHERE payer_release_id = ?",
            (revoked_by, revoked_at, release_id),
        )

    def _standing(self, subjects: Subjects) -> dict[tuple[SubjectKind, int], _Standing]:
        found: dict[tuple[SubjectKind, int], _Standing] = {}
        for kind, subject_ids in subjects.items():
            for subject_id, *values in self.rows_in(_STANDING_SQL, subject_ids, kind.value):
                found[kind, subject_id] = (values[0], values[1], values[2], values[3])
        return found

    def _reverse(self, posting_ids: Sequence[int], posted_on: date) -> None:
        """Take postings back: each entry again with the other sign."""
        if not posting_ids:
            return
        rows = sorted(self.rows_in(f"{_POSTING_SQL} WHERE posting_id IN ({{keys}})", posting_ids))
        undone = self._with_entries(rows)
        self.run_many(
            "UPDATE postings SET in_force = ? WHERE posting_id = ?",
            [(False, posting_id) for posting_id in posting_ids],
        )
        plans = [
            msgspec.structs.replace(
                one.plan,
                entries=tuple(
                    msgspec.structs.replace(each, amount_cents=-each.amount_cents)
                    for each in one.plan.entries
                ),
            )
            for one in undone
        ]
        self._insert(plans, [0] * len(plans), posted_on, [one.posting_id for one in undone])

    def _insert(
        self,
        plans: Sequence[PostingPlan],
        digests: Sequence[int],
        posted_on: date,
        reverses: Sequence[int] | None = None,
    ) -> None:
        if not plans:
            return
        day = posted_on.isoformat()
        posting_id = self.next_ids("postings", len(plans))
        entry_id = self.next_ids("journal_entries", sum(len(plan.entries) for plan in plans) or 1)
        rows: list[Row] = []
        values: list[Value] = []
        for index, (plan, digest) in enumerate(zip(plans, digests, strict=True)):
            undone = reverses[index] if reverses is not None else None
            rows.append(
                (
                    posting_id,
                    plan.subject_kind.value,
                    plan.subject_id,
                    plan.remittance_id,
                    plan.claim_id,
                    day,
                    plan.refusal,
                    plan.reason,
                    plan.cash_cents,
                    plan.suspense_cents,
                    entry_id,
                    len(plan.entries),
                    digest,
                    undone is None,
                    undone,
                )
            )
            for each in plan.entries:
                values += (
                    entry_id,
                    posting_id,
                    each.account,
                    each.amount_cents,
                    each.claim_id,
                    each.line_number,
                    each.line_ordinal,
                )
                entry_id += 1
            posting_id += 1
        self.insert("postings", rows)
        self.insert_values("journal_entries", values)


def _digest(plan: PostingPlan) -> int:
    """A number that differs for different plans; what a person reads counts too."""
    text = msgspec.json.encode(plan)
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "big")


def _stored_posting(row: DriverRow, entries: tuple[JournalEntry, ...]) -> StoredPosting:
    posting_id, kind, subject_id, remittance_id, claim_id, posted_on, refusal, reason, *rest = row
    plan = PostingPlan(
        SubjectKind(kind), subject_id, remittance_id, claim_id, entries, refusal, reason
    )
    _, _, in_force, reverses = rest
    return StoredPosting(posting_id, plan, day_of(posted_on) or date.min, bool(in_force), reverses)


_RELEASE_COLUMNS = tuple(PayerRelease.__struct_fields__)

_POSTING_SQL = """
SELECT posting_id, subject_kind, subject_id, remittance_id, claim_id, posted_on, refusal, reason,
    first_entry_id, entries_count, in_force, reverses_posting_id
FROM postings
"""

_POSTING_WIDTH = 12
_WITH_ENTRIES_SQL = """
SELECT p.posting_id, p.subject_kind, p.subject_id, p.remittance_id, p.claim_id, p.posted_on,
    p.refusal, p.reason, p.first_entry_id, p.entries_count, p.in_force, p.reverses_posting_id,
    e.account, e.amount_cents, e.claim_id, e.line_number, e.line_ordinal
FROM postings p
LEFT JOIN journal_entries e ON e.entry_id >= p.first_entry_id
    AND e.entry_id < p.first_entry_id + p.entries_count
"""

_ENTRY_SQL = """
SELECT e.entry_id, e.posting_id, e.account, e.amount_cents, e.claim_id, e.line_number,
    e.line_ordinal
FROM postings p
JOIN journal_entries e ON e.entry_id >= p.first_entry_id
    AND e.entry_id < p.first_entry_id + p.entries_count
WHERE p.posting_id IN ({keys})
"""

_STANDING_SQL = """
SELECT subject_id, posting_id, digest, first_entry_id, entries_count
FROM postings WHERE subject_id IN ({keys}) AND subject_kind = ? AND in_force
"""

_REMITTANCE_POSTINGS_SQL = """
SELECT remittance_id, subject_kind, refusal, COUNT(*), SUM(cash_cents), SUM(suspense_cents)
FROM postings WHERE remittance_id IN ({keys}) AND in_force
GROUP BY remittance_id, subject_kind, refusal
"""

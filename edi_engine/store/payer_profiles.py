"""Evidence of payers' quirks in the database, what was believed when, and what people say."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from edi_engine.records.payer_profiles import (
    CATALOGUE,
    EvidenceKind,
    LearnedQuirk,
    Observation,
    ProfileVersion,
    Quirk,
    QuirkDeclaration,
    QuirkTally,
    bit_of,
    quirks_of_mask,
)
from edi_engine.store.queries import Queries, Row, day_of, json_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["ObservedSubject", "PayerProfileReading", "PayerProfileWriting"]

_UNDATED = date.min
_WITH_VALUE = frozenset(entry.quirk for entry in CATALOGUE if entry.has_value)
_NOTHING = Observation()

_CountKey = tuple[str, Quirk, int, date]
_Said = tuple[str, date | None, Observation]
"""Payer, payment date, and what many of a night's payments say alike."""


class ObservedSubject(NamedTuple):
    """A claim payment or remittance, its payer and payment date, and what it says."""

    kind: EvidenceKind
    subject_id: int
    payer: str
    observed_on: date | None
    observation: Observation


class PayerProfileReading(Queries):
    """The part of the reader that knows payers' profiles."""

    def quirk_tallies(self, payer: str | None = None) -> dict[str, list[QuirkTally]]:
        """Counts of evidence by payer, of one or of all, by quirk and value."""
        where, values = ("", ()) if payer is None else (" WHERE payer = ?", (payer,))
        found: dict[str, list[QuirkTally]] = {}
        for name, quirk, value, seen, against, first_on, last_on in self.rows(
            f"{_TALLY_SQL}{where} GROUP BY payer, quirk, value ORDER BY payer, quirk, value", values
        ):
            if seen or against:
                tally = QuirkTally(
                    Quirk(quirk), value, int(seen), int(against), _dated(first_on), _dated(last_on)
                )
                found.setdefault(name, []).append(tally)
        return found

    def profile_versions(self, payer: str | None = None) -> list[ProfileVersion]:
        """What was believed of a payer, or of all, by payer, oldest first."""
        where, values = ("", ()) if payer is None else (" WHERE payer = ?", (payer,))
        return [
            ProfileVersion(
                name,
                version,
                day_of(believed_on) or _UNDATED,
                msgspec.json.decode(quirks, type=tuple[LearnedQuirk, ...]),
            )
            for name, version, believed_on, quirks in self.rows(
                "SELECT payer, version, believed_on, quirks FROM payer_profile_versions"
                f"{where} ORDER BY payer, version",
                values,
            )
        ]

    def payer_declarations(self, payer: str | None = None) -> list[QuirkDeclaration]:
        """What persons said of a payer, or of all, in the order they said it."""
        where, values = ("", ()) if payer is None else (" WHERE payer = ?", (payer,))
        columns = ", ".join(QuirkDeclaration.__struct_fields__)
        return [
            QuirkDeclaration(
                payer_declaration_id=row[0],
                payer=row[1],
                quirk=Quirk(row[2]),
                is_denied=bool(row[3]),
                value=row[4],
                effective_from=day_of(row[5]),
                effective_to=day_of(row[6]),
                declared_by=row[7],
                declared_at=row[8],
                note=row[9],
            )
            for row in self.rows(
                f"SELECT {columns} FROM payer_declarations{where} ORDER BY payer_declaration_id",
                values,
            )
        ]

    def pending_payers(self) -> list[str]:
        """Payers whose counts changed since their profile was last looked at, in order."""
        return [row[0] for row in self.rows("SELECT payer FROM pending_payers ORDER BY payer")]

    def quirk_examples(
        self, kind: EvidenceKind, quirk: Quirk, payers: Sequence[tuple[str, str]], count: int
    ) -> list[int]:
        """The newest claim payments or remittances that show a quirk, of remittances by these
        payers (identifier and name as they stand)."""
        found: list[int] = []
        for payer_id, payer_name in payers:
            rows = self.rows(_EXAMPLE_SQL[kind], (bit_of(quirk), payer_id, payer_name, count))
            found += [row[0] for row in rows]
        return sorted(found, reverse=True)[:count]

    def remittance_ids_by_payer(self, payers: Iterable[tuple[str, str]]) -> list[int]:
        """Remittances by these payers (identifier and name as they stand), in order."""
        found: set[int] = set()
        for payer in payers:
            sql = "SELECT remittance_id FROM remittances WHERE payer_id = ? AND payer_name = ?"
            found.update(row[0] for row in self.rows(sql, payer))
        return sorted(found)

    def traces_used_before(self, remittance_ids: Iterable[int]) -> set[int]:
        """Those of the remittances whose trace number an earlier one of the payer has."""
        return {row[0] for row in self.rows_in(_EARLIER_TRACE_SQL, remittance_ids)}


class PayerProfileWriting(PayerProfileReading, FileWriting):
    """The part of the writer that keeps payers' profiles."""

    def write_observations(self, subjects: Sequence[ObservedSubject]) -> None:
        """Say what these subjects show, in place of what they showed before; counts follow."""
        said: Counter[_Said] = Counter()
        for kind in EvidenceKind:
            of_kind = [one for one in subjects if one.kind is kind]
            known = self._observations(kind, [one.subject_id for one in of_kind])
            changed = [
                one for one in of_kind if known.get(one.subject_id, _NOTHING) != one.observation
            ]
            for one in changed:
                said[one.payer, one.observed_on, one.observation] += 1
                before = known.get(one.subject_id, _NOTHING)
                if before != _NOTHING:
                    said[one.payer, one.observed_on, before] -= 1
            self._replace_observations(kind, changed)
        changes: Counter[tuple[_CountKey, bool]] = Counter()
        for observed, count in said.items():
            for key in _counted(*observed):
                changes[key] += count
        self._change_counts(changes)

    def add_profile_version(self, version: ProfileVersion) -> None:
        """Believe something else of a payer from now on."""
        row: Row = (
            self.next_ids("payer_profile_versions"),
            version.payer,
            version.version,
            version.believed_on.isoformat(),
            json_of(version.quirks),
        )
        self.insert("payer_profile_versions", [row])

    def clear_pending_payers(self, payers: Iterable[str]) -> None:
        """The profiles of these payers are up to date."""
        self.run_many("DELETE FROM pending_payers WHERE payer = ?", [(one,) for one in payers])

    def declare_quirk(self, declaration: QuirkDeclaration) -> None:
        """Keep a person's word; its identifier is given out here."""
        one = declaration
        row: Row = (
            self.next_ids("payer_declarations"),
            one.payer,
            one.quirk.value,
            one.is_denied,
            one.value,
            None if one.effective_from is None else one.effective_from.isoformat(),
            None if one.effective_to is None else one.effective_to.isoformat(),
            one.declared_by,
            one.declared_at,
            one.note,
        )
        self.insert("payer_declarations", [row])

    def _observations(self, kind: EvidenceKind, ids: Sequence[int]) -> dict[int, Observation]:
        sql = (
            "SELECT subject_id, seen_mask, against_mask, length FROM quirk_observations"
            " WHERE subject_id IN ({keys}) AND kind = ?"
        )
        return {row[0]: Observation(*row[1:]) for row in self.rows_in(sql, ids, kind.value)}

    def _replace_observations(self, kind: EvidenceKind, changed: Sequence[ObservedSubject]) -> None:
        self.run_many(
            "DELETE FROM quirk_observations WHERE kind = ? AND subject_id = ?",
            [(kind.value, one.subject_id) for one in changed if one.observation == _NOTHING],
        )
        rows: list[Row] = [
            (
                kind.value,
                one.subject_id,
                one.observation.seen_mask,
                one.observation.against_mask,
                one.observation.length,
            )
            for one in changed
            if one.observation != _NOTHING
        ]
        self.replace("quirk_observations", rows)

    def _change_counts(self, changes: "Counter[tuple[_CountKey, bool]]") -> None:
        keys = sorted({key for (key, _), change in changes.items() if change})
        self.run_many(
            _COUNT_SQL,
            [
                (
                    payer,
                    quirk.value,
                    value,
                    day.isoformat(),
                    changes[(payer, quirk, value, day), True],
                    changes[(payer, quirk, value, day), False],
                )
                for payer, quirk, value, day in keys
            ],
        )
        self.replace("pending_payers", [(payer,) for payer in sorted({key[0] for key in keys})])


def _counted(
    payer: str, observed_on: date | None, said: Observation
) -> list[tuple[_CountKey, bool]]:
    """The counts that an observation adds one to; True: for the quirk."""
    day = observed_on or _UNDATED
    found = []
    for mask, is_for in ((said.seen_mask, True), (said.against_mask, False)):
        for quirk in quirks_of_mask(mask):
            value = said.length if quirk in _WITH_VALUE else 0
            found.append(((payer, quirk, value, day), is_for))
    return found


def _dated(value: object) -> date | None:
    day = day_of(value)
    return None if day == _UNDATED else day


_TALLY_SQL = """
SELECT payer, quirk, value, SUM(seen_count), SUM(against_count),
    MIN(CASE WHEN seen_count > 0 AND observed_on > '0001-01-01' THEN observed_on END),
    MAX(CASE WHEN seen_count > 0 THEN observed_on END)
FROM quirk_counts
"""

_COUNT_SQL = """
INSERT INTO quirk_counts (payer, quirk, value, observed_on, seen_count, against_count)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (payer, quirk, value, observed_on) DO UPDATE
SET seen_count = quirk_counts.seen_count + excluded.seen_count,
    against_count = quirk_counts.against_count + excluded.against_count
"""

_EXAMPLE_SQL = {
    EvidenceKind.PAYMENT: """
SELECT o.subject_id FROM remittances r
JOIN claim_payments p ON p.claim_payment_id >= r.first_claim_payment_id
    AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count
JOIN quirk_observations o ON o.kind = 'payment' AND o.subject_id = p.claim_payment_id
WHERE (o.seen_mask & ?) <> 0 AND r.payer_id = ? AND r.payer_name = ?
ORDER BY o.subject_id DESC LIMIT ?
""",
    EvidenceKind.REMITTANCE: """
SELECT o.subject_id FROM remittances r
JOIN quirk_observations o ON o.kind = 'remittance' AND o.subject_id = r.remittance_id
WHERE (o.seen_mask & ?) <> 0 AND r.payer_id = ? AND r.payer_name = ?
ORDER BY o.subject_id DESC LIMIT ?
""",
}

_EARLIER_TRACE_SQL = """
SELECT r.remittance_id FROM remittances r
WHERE r.remittance_id IN ({keys}) AND r.trace_number <> '' AND EXISTS (
    SELECT 1 FROM remittances e
    WHERE e.trace_number = r.trace_number AND e.payer_id = r.payer_id
        AND e.remittance_id < r.remittance_id)
"""

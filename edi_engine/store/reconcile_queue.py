"""What reconciling must look at: new rows, marked rows, claims whose clock has run.

Claims and claim payments are queued when their file is written; this module adds what follows
from them: remittances, newly known identifiers of the practice, and clocks. New rows are told by
identifiers above the last mark, so ingest need not know about any of it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from edi_engine.records.keys import control_number_key
from edi_engine.store.queries import Queries
from edi_engine.store.reading_matching import read_prior_payers

__all__ = ["ReconcileQueueReading", "ReconcileQueueWriting"]

_RANGES_PER_STATEMENT = 100

Identifiers = tuple[frozenset[str], frozenset[str]]


class NewNames(NamedTuple):
    """Identifiers of the practice that are new, and all payers named, as (kind, value)."""

    npis: frozenset[str]
    tins: frozenset[str]
    payers: frozenset[tuple[str, str]]


class ReconcileQueueReading(Queries):
    """The part of the reader that knows what waits for reconciling."""

    def pending_remittance_ids(self) -> list[int]:
        """Remittances to look at, in order of identifier."""
        sql = "SELECT remittance_id FROM pending_remittances ORDER BY remittance_id"
        return [row[0] for row in self.rows(sql)]

    def mark(self, name: str) -> int | None:
        """How far something has come, None before it was ever marked."""
        row = self.row("SELECT reached_id FROM reconcile_marks WHERE name = ?", (name,))
        return None if row is None else int(row[0])

    def known_practice_identifiers(self) -> Identifiers:
        """NPIs and tax ids of our claims' billing providers, as far as reconciling knows."""
        found = self.rows("SELECT kind, value FROM practice_identifiers")
        return (
            frozenset(value for kind, value in found if kind == "npi"),
            frozenset(value for kind, value in found if kind == "tin"),
        )

    def payment_ids_by_original_reference(self, keys: Iterable[str]) -> set[int]:
        """Claim payments whose original reference (REF*F8) has one of these keys."""
        sql = "SELECT claim_payment_id FROM payment_references WHERE reference_key IN ({keys})"
        return {row[0] for row in self.rows_in(sql, sorted(set(keys) - {""}))}

    def claim_ids_continuing(self, numbers: Iterable[str]) -> set[int]:
        """Claims whose patient control number key goes on where one of these ends: payers cut
        long ones. Copies of earlier claims are left out."""
        found: set[int] = set()
        wanted = list(numbers)
        for start in range(0, len(wanted), _RANGES_PER_STATEMENT):
            part = wanted[start : start + _RANGES_PER_STATEMENT]
            ranges = " OR ".join(["(pcn_key > ? AND pcn_key < ?)"] * len(part))
            rows = self.rows(
                f"SELECT claim_id FROM claims WHERE duplicate_of_claim_id IS NULL AND ({ranges})",
                [value for number in part for value in (number, f"{number}~")],
            )
            found.update(row[0] for row in rows)
        return found

    def payment_ids_by_payee(self, npis: Collection[str], tins: Collection[str]) -> list[int]:
        """Claim payments whose remittance names one of these as payee, in order."""
        found: set[int] = set()
        for column, values in (("payee_npi", npis), ("payee_tin", tins)):
            sql = (
                # CROSS JOIN: SQLite keeps the order, or it would begin with all payments.
                "SELECT p.claim_payment_id FROM remittances r CROSS JOIN claim_payments p"
                " WHERE p.claim_payment_id >= r.first_claim_payment_id"
                " AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count"
                f" AND r.{column} IN ({{keys}})"
            )
            found.update(row[0] for row in self.rows_in(sql, sorted(values)))
        return sorted(found)

    def claim_ids_to_look_at(self, as_of: date) -> list[int]:
        """Claims whose clock has run on that day, in order."""
        # Sorted here: asked to sort, SQLite reads every clock in order of claim.
        sql = "SELECT claim_id FROM claim_clocks WHERE look_again_on <= ?"
        return sorted(row[0] for row in self.rows(sql, (as_of.isoformat(),)))

    def claim_ids_by_payer(self, payer_ids: Collection[str] | None) -> list[int]:
        """Claims sent to these payers, or (None) to any, in order, copies left out; letter case
        does not matter."""
        live = "SELECT claim_id FROM claims WHERE duplicate_of_claim_id IS NULL"
        if payer_ids is None:
            return [row[0] for row in self.rows(f"{live} ORDER BY claim_id")]
        sql = f"{live} AND upper(trim(payer_id)) IN ({{keys}})"
        wanted = sorted({payer_id.strip().upper() for payer_id in payer_ids})
        return sorted(row[0] for row in self.rows_in(sql, wanted))

    def remittance_ids_by_reference(self, keys: Collection[str]) -> list[int]:
        """Remittances with a provider adjustment whose reference, or a part of it, has one of
        these keys. New ones are not among them: they are looked at in any case."""
        sql = "SELECT remittance_id FROM provider_reference_keys WHERE reference_key IN ({keys})"
        wanted = sorted(key for key in keys if key)
        return sorted({row[0] for row in self.rows_in(sql, wanted)})

    def remittance_conflicts(self, remittance_ids: Collection[int]) -> dict[int, str]:
        """Those of the remittances that contradict an earlier one, and how."""
        sql = (
            "SELECT remittance_id, reason FROM remittance_repeats"
            " WHERE remittance_id IN ({keys}) AND kind = 'conflict'"
        )
        return dict(self.rows_in(sql, sorted(remittance_ids)))


class ReconcileQueueWriting(ReconcileQueueReading):
    """The part of the writer that keeps the queue."""

    def take_notice_of_new_rows(self) -> NewNames:
        """Queue remittances written since the last call; who the claims written since then name
        for the first time."""
        first, last = self._unmarked("remittances", "remittance_id")
        self.run(
            "INSERT INTO pending_remittances SELECT remittance_id FROM remittances"
            " WHERE remittance_id BETWEEN ? AND ? ON CONFLICT DO NOTHING",
            (first, last),
        )
        self._note_references(*self._unmarked("claim_payments", "claim_payment_id"))
        first, last = self._unmarked("claims", "claim_id")
        found = self.rows(
            "SELECT DISTINCT billing_npi, billing_tin FROM claims WHERE claim_id BETWEEN ? AND ?",
            (first, last),
        )
        known_npis, known_tins = self.known_practice_identifiers()
        npis = frozenset(row[0] for row in found if row[0]) - known_npis
        tins = frozenset(row[1] for row in found if row[1]) - known_tins
        rows = [("npi", npi) for npi in sorted(npis)] + [("tin", tin) for tin in sorted(tins)]
        self.replace("practice_identifiers", rows)
        return NewNames(npis, tins, frozenset(self._payers_of_claims(first, last)))

    def _payers_of_claims(self, first: int, last: int) -> Iterator[tuple[str, str]]:
        """(kind, value) of the payers that these claims name, those of other coverage too."""
        rows = self.rows(
            "SELECT DISTINCT payer_id, payer_name FROM claims WHERE claim_id BETWEEN ? AND ?",
            (first, last),
        )
        for payer_id, payer_name in rows:
            yield from (("id", payer_id), ("name", payer_name))
        texts = self.rows(
            "SELECT DISTINCT prior_payers FROM claims"
            " WHERE claim_id BETWEEN ? AND ? AND prior_payers <> ''",
            (first, last),
        )
        for (text,) in texts:
            yield from (("id", one.payer_id) for one in read_prior_payers(text))

    def mark_pending_remittances(self, remittance_ids: Iterable[int]) -> None:
        """Have these remittances looked at (again)."""
        rows = [(remittance_id,) for remittance_id in sorted(set(remittance_ids))]
        self.replace("pending_remittances", rows)

    def clear_pending_remittances(self, remittance_ids: Iterable[int]) -> None:
        """These remittances are up to date."""
        self.run_in(
            "DELETE FROM pending_remittances WHERE remittance_id IN ({keys})", remittance_ids
        )

    def write_claim_clocks(self, clocks: Sequence[tuple[int, date | None]]) -> None:
        """Set or (None) remove the day on which a claim must be looked at again."""
        self.run_in(
            "DELETE FROM claim_clocks WHERE claim_id IN ({keys})",
            [claim_id for claim_id, day in clocks if day is None],
        )
        rows = [(claim_id, day.isoformat()) for claim_id, day in clocks if day is not None]
        self.replace("claim_clocks", rows)

    def set_mark(self, name: str, reached: int) -> None:
        """Remember how far something has come."""
        self.replace("reconcile_marks", [(name, reached)])

    def _note_references(self, first: int, last: int) -> None:
        rows = {
            (control_number_key(reference), payment_id)
            for payment_id, reference in self.rows(
                "SELECT claim_payment_id, original_reference FROM claim_payments"
                " WHERE claim_payment_id BETWEEN ? AND ? AND original_reference <> ''",
                (first, last),
            )
        }
        self.replace("payment_references", sorted(row for row in rows if row[0]))

    def _unmarked(self, table: str, key: str) -> tuple[int, int]:
        """First and last identifier since the mark, which moves to the last."""
        reached = self.mark(table) or 0
        newest = self.row(f"SELECT coalesce(max({key}), 0) FROM {table}")
        last = max(reached, int(newest[0]) if newest is not None else 0)
        self.set_mark(table, last)
        return reached + 1, last

"""What reconciling must look at: new rows, marked rows, claims whose clock has run.

Claims and claim payments are queued when their file is written; this module adds what follows
from them: remittances, newly known identifiers of the practice, and clocks. New rows are told by
identifiers above the last mark, so ingest need not know about any of it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from edi_engine.records.matching import RemittanceId
from edi_engine.records.standing import (
    RemittanceStanding,
    RemittanceTotals,
    StoredProviderAdjustment,
)
from edi_engine.store import tables
from edi_engine.store.queries import DriverRow, Queries, day_of

__all__ = ["ReconcileQueueReading", "ReconcileQueueWriting"]

Identifiers = tuple[frozenset[str], frozenset[str]]

_TOTALS_SQL = """
SELECT r.remittance_id, r.payer_id, r.payer_name, r.trace_number,
    coalesce(r.payment_date, r.production_date), r.payment_amount_cents, s.balanced,
    s.balance_sign, r.held,
    coalesce(sum(p.paid_cents), 0),
    coalesce(sum(CASE WHEN m.outcome = 'matched' THEN p.paid_cents ELSE 0 END), 0),
    coalesce(sum(CASE WHEN m.outcome = 'matched' THEN 0 ELSE 1 END), 0) - (CASE
        WHEN r.claim_payments_count = 0 THEN 1 ELSE 0 END)
FROM remittances r JOIN transaction_sets s ON s.set_id = r.set_id
LEFT JOIN claim_payments p ON p.claim_payment_id >= r.first_claim_payment_id
    AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count
LEFT JOIN matches m ON m.claim_payment_id = p.claim_payment_id
WHERE r.remittance_id IN ({keys})
GROUP BY r.remittance_id, r.payer_id, r.payer_name, r.trace_number, r.payment_date,
    r.production_date, r.payment_amount_cents, s.balanced, s.balance_sign, r.held,
    r.claim_payments_count
"""

_ADJUSTMENTS_SQL = """
SELECT a.provider_adjustment_id, a.remittance_id, a.ordinal, r.payer_id, a.provider_id,
    coalesce(r.payment_date, r.production_date), a.reason_code, a.reference, a.amount_cents,
    coalesce(t.state, ''), t.traced_claim_id
FROM provider_adjustments a JOIN remittances r ON r.remittance_id = a.remittance_id
LEFT JOIN provider_adjustment_states t ON t.provider_adjustment_id = a.provider_adjustment_id
"""

NEEDS_SOMEBODY = frozenset({"", "untraced", "open"})
"""States of provider adjustments whose money is not explained yet."""


class ReconcileQueueReading(Queries):
    """The part of the reader that knows what waits for reconciling."""

    def pending_remittance_ids(self) -> list[int]:
        """Remittances to look at, in order of identifier."""
        sql = "SELECT remittance_id FROM pending_remittances ORDER BY remittance_id"
        return [row[0] for row in self.rows(sql)]

    def known_practice_identifiers(self) -> Identifiers:
        """NPIs and tax ids of our claims' billing providers, as far as reconciling knows."""
        found = self.rows("SELECT kind, value FROM practice_identifiers")
        return (
            frozenset(value for kind, value in found if kind == "npi"),
            frozenset(value for kind, value in found if kind == "tin"),
        )

    def payment_ids_by_payee(self, npis: Collection[str], tins: Collection[str]) -> list[int]:
        """Claim payments whose remittance names one of these as payee, in order."""
        found: set[int] = set()
        for column, values in (("payee_npi", npis), ("payee_tin", tins)):
            sql = (
                "SELECT p.claim_payment_id FROM remittances r JOIN claim_payments p"
                " ON p.claim_payment_id >= r.first_claim_payment_id"
                " AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count"
                f" WHERE r.{column} IN ({{keys}})"
            )
            found.update(row[0] for row in self.rows_in(sql, sorted(values)))
        return sorted(found)

    def claim_ids_to_look_at(self, as_of: date) -> list[int]:
        """Claims whose clock has run on that day, in order."""
        sql = "SELECT claim_id FROM claim_clocks WHERE look_again_on <= ? ORDER BY claim_id"
        return [row[0] for row in self.rows(sql, (as_of.isoformat(),))]

    def claim_ids_by_payer(self, payer_ids: Collection[str]) -> list[int]:
        """Claims sent to these payers, in order."""
        sql = "SELECT claim_id FROM claims WHERE payer_id IN ({keys})"
        return sorted(row[0] for row in self.rows_in(sql, sorted(payer_ids)))

    def remittance_ids_by_reference(self, keys: Collection[str]) -> list[int]:
        """Remittances with a provider adjustment whose reference has one of these keys."""
        sql = "SELECT remittance_id FROM provider_adjustments WHERE reference_key IN ({keys})"
        wanted = sorted(key for key in keys if key)
        return sorted({row[0] for row in self.rows_in(sql, wanted)})

    def remittance_payers(self, remittance_ids: Collection[int]) -> dict[int, str]:
        """Payer identifiers of remittances."""
        sql = "SELECT remittance_id, payer_id FROM remittances WHERE remittance_id IN ({keys})"
        return dict(self.rows_in(sql, sorted(remittance_ids)))

    def provider_adjustments_of(
        self, *, remittance_ids: Collection[int] = (), payer_ids: Collection[str] = ()
    ) -> list[StoredProviderAdjustment]:
        """Provider adjustments of these remittances and payers, in order of identifier."""
        rows = {
            row[0]: row
            for column, keys in (
                ("a.remittance_id", sorted(remittance_ids)),
                ("r.payer_id", sorted(payer_ids)),
            )
            for row in self.rows_in(f"{_ADJUSTMENTS_SQL} WHERE {column} IN ({{keys}})", keys)
        }
        return [_provider_adjustment(rows[key]) for key in sorted(rows)]

    def remittance_totals(self, remittance_ids: Collection[int]) -> list[RemittanceTotals]:
        """Sums over the parts of remittances, in order of identifier."""
        ids = sorted(remittance_ids)
        adjusted = dict.fromkeys(ids, (0, 0))
        for one in self.provider_adjustments_of(remittance_ids=ids):
            placed = 0 if one.state in NEEDS_SOMEBODY else one.amount_cents
            whole_before, placed_before = adjusted[one.remittance_id]
            adjusted[one.remittance_id] = (whole_before + one.amount_cents, placed_before + placed)
        rows = {row[0]: row for row in self.rows_in(_TOTALS_SQL, ids)}
        return [_totals(rows[key], *adjusted[key]) for key in ids if key in rows]


class ReconcileQueueWriting(ReconcileQueueReading):
    """The part of the writer that keeps the queue."""

    def take_notice_of_new_rows(self) -> Identifiers:
        """Queue remittances written since the last call; identifiers of the practice seen first.

        The two sets are what the claims written since then add to `practice_identifiers`.
        """
        first, last = self._unmarked("remittances", "remittance_id")
        self.run(
            "INSERT INTO pending_remittances SELECT remittance_id FROM remittances"
            " WHERE remittance_id BETWEEN ? AND ? ON CONFLICT DO NOTHING",
            (first, last),
        )
        first, last = self._unmarked("claims", "claim_id")
        found = self.rows(
            "SELECT DISTINCT billing_npi, billing_tin FROM claims WHERE claim_id BETWEEN ? AND ?",
            (first, last),
        )
        known_npis, known_tins = self.known_practice_identifiers()
        npis = frozenset(row[0] for row in found if row[0]) - known_npis
        tins = frozenset(row[1] for row in found if row[1]) - known_tins
        rows = [("npi", npi) for npi in sorted(npis)] + [("tin", tin) for tin in sorted(tins)]
        self.replace(tables.practice_identifiers, rows)
        return npis, tins

    def mark_pending_remittances(self, remittance_ids: Iterable[int]) -> None:
        """Have these remittances looked at (again)."""
        rows = [(remittance_id,) for remittance_id in sorted(set(remittance_ids))]
        self.replace(tables.pending_remittances, rows)

    def clear_pending_remittances(self, remittance_ids: Iterable[int]) -> None:
        """These remittances are up to date."""
        self.run_many(
            "DELETE FROM pending_remittances WHERE remittance_id = ?",
            [(remittance_id,) for remittance_id in remittance_ids],
        )

    def write_claim_clocks(self, clocks: Sequence[tuple[int, date | None]]) -> None:
        """Set or (None) remove the day on which a claim must be looked at again."""
        self.run_many(
            "DELETE FROM claim_clocks WHERE claim_id = ?",
            [(claim_id,) for claim_id, day in clocks if day is None],
        )
        rows = [(claim_id, day.isoformat()) for claim_id, day in clocks if day is not None]
        self.replace(tables.claim_clocks, rows)

    def write_remittance_standings(self, standings: Sequence[RemittanceStanding]) -> None:
        """Write or overwrite what is posted and what waits."""
        rows = [(s.remittance_id, s.posted_cents, s.suspense_cents, s.reason) for s in standings]
        self.replace(tables.remittance_standings, rows)

    def write_provider_adjustment_states(
        self, states: Sequence[tuple[int, str, int | None]]
    ) -> None:
        """Write or overwrite (provider adjustment, state, traced claim)."""
        self.replace(tables.provider_adjustment_states, states)

    def _unmarked(self, table: str, key: str) -> tuple[int, int]:
        """First and last identifier since the mark, which moves to the last."""
        row = self.row("SELECT reached_id FROM reconcile_marks WHERE name = ?", (table,))
        reached = 0 if row is None else int(row[0])
        newest = self.row(f"SELECT coalesce(max({key}), 0) FROM {table}")
        last = max(reached, int(newest[0]) if newest is not None else 0)
        self.replace(tables.reconcile_marks, [(table, last)])
        return reached + 1, last


def _provider_adjustment(row: DriverRow) -> StoredProviderAdjustment:
    key, remittance_id, ordinal, payer_id, provider_id, paid_on, *rest = row
    return StoredProviderAdjustment(
        key, RemittanceId(remittance_id), ordinal, payer_id, provider_id, day_of(paid_on), *rest
    )


def _totals(row: DriverRow, adjusted_cents: int, placed_cents: int) -> RemittanceTotals:
    key, payer_id, payer_name, trace_number, paid_on, amount, balanced, *rest = row
    sign, held, *sums = rest
    claims_paid, matched_paid, unmatched = (int(value) for value in sums)
    return RemittanceTotals(
        remittance_id=RemittanceId(key),
        payer_id=payer_id,
        payer_name=payer_name,
        trace_number=trace_number,
        paid_on=day_of(paid_on),
        payment_amount_cents=amount,
        balanced=None if balanced is None else bool(balanced),
        is_sign_inverted=sign == "inverted",
        held=held,
        claims_paid_cents=claims_paid,
        matched_paid_cents=matched_paid,
        unmatched_count=unmatched,
        provider_adjustment_cents=adjusted_cents,
        placed_adjustment_cents=placed_cents,
    )

"""Questions of the reports on refusals, outcomes and appeals. Each reads a window of days, or the
claims it is given, never all of history at once."""

from collections.abc import Iterable
from datetime import date

from edi_engine.records.kpis import Answer, FiledAppeal, RefusedAmount
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import Queries, day_of

__all__ = ["KpiReading"]

_DAY = "COALESCE(r.payment_date, r.production_date)"

_ANSWERS_IN_SQL = f"""
SELECT m.claim_id, p.claim_payment_id, m.payer_sequence, {_DAY}, p.charge_cents, p.paid_cents,
    p.status_code
FROM remittances r CROSS JOIN claim_payments p
JOIN matches m ON m.claim_payment_id = p.claim_payment_id
JOIN claims c ON c.claim_id = m.claim_id AND c.payer_sequence = m.payer_sequence
WHERE p.claim_payment_id >= r.first_claim_payment_id
    AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count
    AND m.outcome = 'matched' AND r.held = '' AND p.status_code <> '22'
    AND {_DAY} BETWEEN ? AND ?
ORDER BY m.claim_id, 4, p.claim_payment_id
"""

_FIRST_DAYS_SQL = f"""
SELECT m.claim_id, MIN({_DAY})
FROM matches m
JOIN claims c ON c.claim_id = m.claim_id AND c.payer_sequence = m.payer_sequence
JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id
JOIN remittances r ON r.remittance_id = p.remittance_id
WHERE m.claim_id IN ({{keys}}) AND m.outcome = 'matched' AND r.held = ''
    AND p.status_code <> '22'
GROUP BY m.claim_id
"""

_ADJUSTED_SQL = """
SELECT p.claim_payment_id, a.group_code, a.reason_code, SUM(a.amount_cents)
FROM claim_payments p
JOIN adjustments a ON a.adjustment_id >= p.first_adjustment_id
    AND a.adjustment_id < p.first_adjustment_id + p.adjustments_count
WHERE p.claim_payment_id IN ({keys})
GROUP BY p.claim_payment_id, a.group_code, a.reason_code
"""

_ADJUSTED_ON_CLAIMS_SQL = f"""
SELECT m.claim_id, m.payer_sequence, {_DAY}, a.group_code, a.reason_code, SUM(a.amount_cents)
FROM matches m
JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id
JOIN remittances r ON r.remittance_id = p.remittance_id
JOIN adjustments a ON a.adjustment_id >= p.first_adjustment_id
    AND a.adjustment_id < p.first_adjustment_id + p.adjustments_count
WHERE m.claim_id IN ({{keys}}) AND m.outcome = 'matched'
GROUP BY m.claim_id, m.payer_sequence, {_DAY}, a.group_code, a.reason_code
"""

_NET_REVENUE_SQL = """
SELECT COALESCE(SUM(l.charge_cents - l.contractual_cents), 0)
FROM claims c
JOIN claim_standings s ON s.claim_id = c.claim_id
JOIN line_reconciliations l ON l.claim_id = c.claim_id AND l.payer_sequence = c.payer_sequence
WHERE c.duplicate_of_claim_id IS NULL AND s.status NOT IN ('superseded', 'voided')
    AND c.sent_on BETWEEN ? AND ? AND l.line_number > 0
"""

_APPEALS_SQL = """
SELECT a.level, a.outcome, a.filed_on, a.decided_on, a.disputed_cents, a.overturned_cents,
    COALESCE(s.arose_on, (SELECT MAX(o.arose_on) FROM work_outcomes o
        WHERE o.work_item_id = a.work_item_id AND o.kind <> 'withdrawn')), i.cause
FROM appeals a
LEFT JOIN work_items i ON i.work_item_id = a.work_item_id
LEFT JOIN work_stakes s ON s.work_item_id = a.work_item_id
WHERE a.filed_on BETWEEN ? AND ? OR a.decided_on BETWEEN ? AND ?
ORDER BY a.appeal_id
"""


class KpiReading(Queries):
    """The part of the reader that the reports on refusals ask."""

    def answers(self, first_on: date, last_on: date) -> list[Answer]:
        """Answers dated in an inclusive range, of the payers our claims were sent to, in order of
        claim and day; reversals and what is held are left out."""
        rows = self.rows(_ANSWERS_IN_SQL, (iso_days[first_on], iso_days[last_on]))
        return [
            Answer(
                claim_id=row[0],
                claim_payment_id=row[1],
                payer_sequence=row[2],
                answered_on=day_of(row[3]) or date.min,
                charge_cents=row[4],
                paid_cents=row[5],
                status_code=row[6],
            )
            for row in rows
        ]

    def first_answer_days(self, claim_ids: Iterable[int]) -> dict[int, date]:
        """When the payer that each of these claims was sent to first answered it."""
        found = self.rows_in(_FIRST_DAYS_SQL, claim_ids)
        return {claim_id: day for claim_id, value in found if (day := day_of(value)) is not None}

    def adjusted_by_code(self, claim_payment_ids: Iterable[int]) -> dict[int, list[RefusedAmount]]:
        """What each of these claim payments adjusts, by group and reason."""
        found: dict[int, list[RefusedAmount]] = {}
        for key, group_code, reason_code, cents in self.rows_in(_ADJUSTED_SQL, claim_payment_ids):
            found.setdefault(key, []).append(RefusedAmount(group_code, reason_code, int(cents)))
        return found

    def adjusted_on_claims(
        self, claim_ids: Iterable[int]
    ) -> dict[tuple[int, int], list[tuple[date, RefusedAmount]]]:
        """What answers to these claims adjust, by claim and payer sequence, with their days."""
        found: dict[tuple[int, int], list[tuple[date, RefusedAmount]]] = {}
        for claim_id, sequence, day, group_code, reason_code, cents in self.rows_in(
            _ADJUSTED_ON_CLAIMS_SQL, claim_ids
        ):
            amount = RefusedAmount(group_code, reason_code, int(cents))
            answered_on = day_of(day) or date.min
            found.setdefault((claim_id, sequence), []).append((answered_on, amount))
        return found

    def net_revenue(self, first_on: date, last_on: date) -> int:
        """Charges less what is contractual, of claims sent in an inclusive range, in cents."""
        row = self.row(_NET_REVENUE_SQL, (iso_days[first_on], iso_days[last_on]))
        return 0 if row is None else int(row[0])

    def appeals_between(self, first_on: date, last_on: date) -> list[FiledAppeal]:
        """Appeals filed or decided in an inclusive range, with the day their item arose."""
        days = (iso_days[first_on], iso_days[last_on])
        return [
            FiledAppeal(
                level=row[0],
                outcome=row[1],
                filed_on=day_of(row[2]) or date.min,
                decided_on=day_of(row[3]),
                disputed_cents=row[4],
                overturned_cents=row[5],
                arose_on=day_of(row[6]),
                cause=row[7] or "",
            )
            for row in self.rows(_APPEALS_SQL, (*days, *days))
        ]

    def work_item_subjects(self, work_item_ids: Iterable[int]) -> dict[int, tuple[int, int, str]]:
        """Claim (0 for none), payer sequence and status of these items."""
        rows = self.rows_in(
            "SELECT work_item_id, COALESCE(claim_id, 0), payer_sequence, status FROM work_items"
            " WHERE work_item_id IN ({keys})",
            work_item_ids,
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def payer_names(self) -> dict[str, str]:
        """A name of each payer that claims or remittances name."""
        rows = self.rows(
            "SELECT payer_id, MIN(payer_name) FROM remittances GROUP BY payer_id"
        ) + self.rows("SELECT payer_id, MIN(payer_name) FROM claims GROUP BY payer_id")
        return dict(rows)

"""What is at stake in open items, and what became of those that ended."""

from collections.abc import Iterable, Sequence
from datetime import date

from edi_engine.records.outcomes import (
    ClaimMeasure,
    OutcomeCount,
    OutcomeKind,
    WorkOutcome,
    WorkStake,
)
from edi_engine.records.reconciliation import DEAD_STATUSES, ClaimStatus
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, Row, day_of
from edi_engine.store.writing_files import FileWriting

__all__ = ["OutcomeReading", "OutcomeWriting"]

_OUTCOME_SQL = """
SELECT work_item_id, kind, payer_id, cause, detail, first_band, last_band, count, at_risk_cents,
    recovered_cents, share_percent, concluded_on, concluded_by, arose_on, opened_on, measured_cents
FROM work_outcomes
"""


class OutcomeReading(Queries):
    """The part of the reader that knows what was at stake and what came of it."""

    def work_stakes(self, work_item_ids: Iterable[int]) -> dict[int, WorkStake]:
        """Stakes of those of the items that have one: open ones."""
        rows = self.rows_in(
            "SELECT work_item_id, payer_id, cause, detail, arose_on, opened_on, at_risk_cents,"
            " measured_cents FROM work_stakes WHERE work_item_id IN ({keys})",
            work_item_ids,
        )
        return {row[0]: _stake(row) for row in rows}

    def work_outcomes(self, work_item_ids: Iterable[int]) -> dict[int, list[WorkOutcome]]:
        """What became of each of these items, in the order it was recorded."""
        found: dict[int, list[WorkOutcome]] = {}
        sql = f"{_OUTCOME_SQL} WHERE work_item_id IN ({{keys}}) ORDER BY outcome_id"
        for row in self.rows_in(sql, work_item_ids):
            found.setdefault(row[0], []).append(_outcome(row))
        return found

    def outcomes(self) -> list[WorkOutcome]:
        """Everything that became of items, in the order it was recorded."""
        return [_outcome(row) for row in self.rows(f"{_OUTCOME_SQL} ORDER BY outcome_id")]

    def outcomes_concluded(self, first_on: date, last_on: date) -> list[WorkOutcome]:
        """What became of items on the days of an inclusive range, in the order it was recorded."""
        rows = self.rows(
            f"{_OUTCOME_SQL} WHERE concluded_on BETWEEN ? AND ? ORDER BY outcome_id",
            (iso_days[first_on], iso_days[last_on]),
        )
        return [_outcome(row) for row in rows]

    def outcomes_to_count(self, before: date) -> dict[int, WorkOutcome]:
        """Outcomes of days before this one that are not counted yet, by identifier, in order."""
        waiting = [row[0] for row in self.rows("SELECT outcome_id FROM pending_outcomes")]
        sql = _OUTCOME_SQL.replace("SELECT", "SELECT outcome_id,")
        rows = self.rows_in(
            f"{sql} WHERE outcome_id IN ({{keys}}) AND concluded_on < ?", waiting, iso_days[before]
        )
        return {row[0]: _outcome(row[1:]) for row in sorted(rows)}

    def outcome_counts(self) -> list[OutcomeCount]:
        """All counts, in order of cause, detail, payer and age band."""
        rows = self.rows(
            "SELECT payer_id, cause, detail, age_band, count, recovered_count, partly_count,"
            " share_percents FROM outcome_counts ORDER BY cause, detail, payer_id, age_band"
        )
        return [OutcomeCount(*row) for row in rows]

    def changed_chances(self) -> list[tuple[str, str]]:
        """Causes and details whose chance changed since `clear_changed_chances`, in order."""
        rows = self.rows("SELECT cause, detail FROM pending_chances ORDER BY cause, detail")
        return [(cause, detail) for cause, detail in rows]

    def claim_measures(self, claim_ids: Iterable[int]) -> dict[int, ClaimMeasure]:
        """What outcomes on these claims are measured by, for those that were concluded about."""
        wanted = sorted(set(claim_ids))
        sums: dict[int, list[tuple[int, int, int]]] = {}
        for claim_id, number, allowed, paid in self.rows_in(
            "SELECT claim_id, payer_sequence, SUM(allowed_cents), SUM(paid_cents)"
            " FROM line_reconciliations WHERE claim_id IN ({keys})"
            " GROUP BY claim_id, payer_sequence ORDER BY claim_id, payer_sequence",
            wanted,
        ):
            sums.setdefault(claim_id, []).append((number, int(allowed), int(paid)))
        standings = self.rows_in(
            "SELECT claim_id, status, patient_balance_cents FROM claim_standings"
            " WHERE claim_id IN ({keys})",
            wanted,
        )
        return {
            claim_id: ClaimMeasure(
                is_replaced=ClaimStatus(status) in DEAD_STATUSES,
                patient_balance_cents=patient_cents,
                allowed_cents=tuple((number, cents) for number, cents, _ in sums.get(claim_id, ())),
                paid_cents=tuple((number, cents) for number, _, cents in sums.get(claim_id, ())),
            )
            for claim_id, status, patient_cents in standings
        }


class OutcomeWriting(FileWriting, OutcomeReading):
    """The part of the writer that keeps stakes and outcomes."""

    def write_work_stakes(self, stakes: Sequence[WorkStake]) -> None:
        """Keep stakes, in place of what was known of the same items."""
        self.replace(
            "work_stakes",
            [
                (
                    one.work_item_id,
                    one.payer_id,
                    one.cause,
                    one.detail,
                    iso_days[one.arose_on],
                    iso_days[one.opened_on],
                    one.at_risk_cents,
                    one.measured_cents,
                )
                for one in stakes
            ],
        )

    def drop_work_stakes(self, work_item_ids: Iterable[int]) -> None:
        """Nothing is at stake in these any more; their outcomes know what was."""
        self.run_in("DELETE FROM work_stakes WHERE work_item_id IN ({keys})", work_item_ids)

    def add_work_outcomes(self, outcomes: Sequence[WorkOutcome]) -> None:
        """Add to what became of items, in this order; it is counted later."""
        first = self.next_ids("work_outcomes", len(outcomes))
        rows = [_outcome_row(one, outcome_id) for outcome_id, one in enumerate(outcomes, first)]
        self.insert("work_outcomes", rows)
        self.insert("pending_outcomes", [(row[0],) for row in rows])

    def count_in(self, outcome_ids: Iterable[int], counts: Sequence[OutcomeCount]) -> None:
        """Add counts, which are of these outcomes, to the counts so far."""
        self.run_in("DELETE FROM pending_outcomes WHERE outcome_id IN ({keys})", outcome_ids)
        self.run_many(
            "INSERT INTO outcome_counts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (cause, detail, payer_id, age_band) DO UPDATE SET"
            " count = outcome_counts.count + excluded.count,"
            " recovered_count = outcome_counts.recovered_count + excluded.recovered_count,"
            " partly_count = outcome_counts.partly_count + excluded.partly_count,"
            " share_percents = outcome_counts.share_percents + excluded.share_percents",
            [
                (
                    one.cause,
                    one.detail,
                    one.payer_id,
                    one.age_band,
                    one.count,
                    one.recovered_count,
                    one.partly_count,
                    one.share_percents,
                )
                for one in counts
            ],
        )
        self.replace("pending_chances", sorted({(one.cause, one.detail) for one in counts}))

    def clear_changed_chances(self) -> None:
        """The priorities of all items follow the chances as they are."""
        self.run("DELETE FROM pending_chances")


def _stake(row: DriverRow) -> WorkStake:
    arose_on, opened_on, *cents = row[4:]
    values = [*row[:4], day_of(arose_on), _day(opened_on), *cents]
    return WorkStake(*values)


def _outcome(row: DriverRow) -> WorkOutcome:
    work_item_id, kind, *middle = row[:11]
    concluded_on, concluded_by, arose_on, opened_on, measured = row[11:]
    days = [_day(concluded_on), concluded_by, day_of(arose_on), _day(opened_on)]
    values = [work_item_id, OutcomeKind(kind), *middle, *days, measured]
    return WorkOutcome(*values)


def _day(value: object) -> date:
    return day_of(value) or date.min


def _outcome_row(one: WorkOutcome, outcome_id: int) -> Row:
    return (
        outcome_id,
        one.work_item_id,
        one.kind.value,
        one.payer_id,
        one.cause,
        one.detail,
        one.first_band,
        one.last_band,
        one.count,
        one.at_risk_cents,
        one.recovered_cents,
        one.share_percent,
        iso_days[one.concluded_on],
        one.concluded_by,
        iso_days[one.arose_on],
        iso_days[one.opened_on],
        one.measured_cents,
    )

"""Hits of underpayments in the database, and the projects that they make."""

from collections.abc import Iterable, Sequence
from datetime import date

from edi_engine.records.variance_hits import ProjectRow, VarianceHit
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, day_of

__all__ = ["VarianceHitReading", "VarianceHitWriting"]


class VarianceHitReading(Queries):
    """The part of the reader that knows what was underpaid, now or before."""

    def variance_hits(self, claim_ids: Iterable[int]) -> dict[tuple[int, int], VarianceHit]:
        """All hits of these claims, by claim and line number."""
        return {
            (row[0], row[1]): _hit(row)
            for row in self.rows_in(
                "SELECT claim_id, line_number, payer_id, term, cause, short_cents,"
                " first_allowed_cents, recovered_cents, hit_on, solved_on, reopened_count"
                " FROM variance_hits WHERE claim_id IN ({keys})",
                claim_ids,
            )
        }

    def project_rows(self) -> list[ProjectRow]:
        """Projects with something open first, most open money first."""
        return [
            ProjectRow(
                payer_id=payer_id,
                payer_name=payer_name,
                cause=cause,
                term=term,
                claims_count=int(claims),
                open_claims_count=int(open_claims),
                open_cents=int(open_cents),
                short_cents=int(short),
                recovered_cents=int(recovered),
                reopened_count=int(reopened),
                first_on=_day(first),
                last_on=_day(last),
                deadline=day_of(deadline),
            )
            for (
                payer_id,
                payer_name,
                cause,
                term,
                claims,
                open_claims,
                open_cents,
                short,
                recovered,
                reopened,
                first,
                last,
                deadline,
            ) in self.rows(_PROJECT_SQL)
        ]


class VarianceHitWriting(Queries):
    """The part of the writer that follows underpayments."""

    def write_variance_hits(self, hits: Sequence[VarianceHit]) -> None:
        """Note hits, in place of what was known of the same lines."""
        self.replace(
            "variance_hits",
            [
                (
                    hit.claim_id,
                    hit.line_number,
                    hit.payer_id,
                    hit.term,
                    hit.cause,
                    hit.short_cents,
                    hit.first_allowed_cents,
                    hit.recovered_cents,
                    iso_days[hit.hit_on],
                    iso_days[hit.solved_on],
                    hit.reopened_count,
                )
                for hit in hits
            ],
        )


def _hit(row: DriverRow) -> VarianceHit:
    hit_on, solved_on, reopened_count = row[8:]
    values = [*row[:8], _day(hit_on), day_of(solved_on), reopened_count]
    return VarianceHit(*values)


def _day(value: object) -> date:
    return day_of(value) or date.min


_PROJECT_SQL = """
SELECT h.payer_id, MIN(c.payer_name), h.cause, h.term, COUNT(DISTINCT h.claim_id),
    COUNT(DISTINCT CASE WHEN h.solved_on IS NULL THEN h.claim_id END),
    SUM(CASE WHEN h.solved_on IS NULL THEN h.short_cents ELSE 0 END),
    SUM(h.short_cents), SUM(h.recovered_cents), SUM(h.reopened_count),
    MIN(h.hit_on), MAX(h.hit_on),
    MIN(CASE WHEN h.solved_on IS NULL THEN
        (SELECT MIN(w.deadline) FROM work_items w
            WHERE w.subject = 'claim:' || CAST(h.claim_id AS TEXT)
            AND w.cause IN (CASE h.line_number WHEN 0 THEN 'timely_interest'
                WHEN -1 THEN 'timely_discount' ELSE 'underpaid' END,
                CASE WHEN h.line_number > 0 THEN 'underallowed' ELSE '' END)
            AND w.status IN ('new', 'open', 'waiting', 'appealed')) END)
FROM variance_hits h JOIN claims c ON c.claim_id = h.claim_id
GROUP BY h.payer_id, h.cause, h.term
ORDER BY 7 DESC, 8 DESC, h.payer_id, h.cause, h.term
"""

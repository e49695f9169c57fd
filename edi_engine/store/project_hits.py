"""Hits of short and refused lines in the database, and the projects that they make."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from edi_engine.records.projects import (
    DISCOUNT_LINE,
    INTEREST_LINE,
    HitKind,
    PreventionClock,
    ProjectHit,
    ProjectRow,
    RefusedLine,
)
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, day_of
from edi_engine.store.work_statuses import IS_UNSETTLED

__all__ = ["ProjectHitReading", "ProjectHitWriting"]


class ProjectHitReading(Queries):
    """The part of the reader that knows what was short or refused, now or before."""

    def project_hits(self, claim_ids: Iterable[int]) -> dict[tuple[int, int, int], ProjectHit]:
        """All hits of these claims, by claim, line number and payer sequence."""
        return {
            (row[0], row[1], row[2]): _hit(row)
            for row in self.rows_in(
                "SELECT claim_id, line_number, payer_sequence, kind, payer_id, term, cause,"
                " short_cents, first_allowed_cents, recovered_cents, hit_on, answered_on,"
                " solved_on, reopened_count FROM project_hits WHERE claim_id IN ({keys})",
                claim_ids,
            )
        }

    def project_rows(self) -> list[ProjectRow]:
        """Projects with something open first, most open money first."""
        return [
            ProjectRow(
                kind=HitKind(kind),
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
                kind,
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

    def refused_lines(
        self, first_on: date, last_on: date, clock: PreventionClock
    ) -> Iterator[RefusedLine]:
        """Refusals of these days, also those that were made good since, by claim and line."""
        day = {
            PreventionClock.SEEN: "h.hit_on",
            PreventionClock.ANSWERED: "COALESCE(h.answered_on, h.hit_on)",
        }[clock]
        sql = _REFUSED_SQL.replace("{day}", day)
        for row in self.stream(sql, (iso_days[first_on], iso_days[last_on])):
            yield RefusedLine(*row)


class ProjectHitWriting(Queries):
    """The part of the writer that follows what is short or refused."""

    def write_project_hits(self, hits: Sequence[ProjectHit]) -> None:
        """Note hits, in place of what was known of the same lines."""
        self.replace(
            "project_hits",
            [
                (
                    hit.claim_id,
                    hit.line_number,
                    hit.payer_sequence,
                    hit.kind.value,
                    hit.payer_id,
                    hit.term,
                    hit.cause,
                    hit.short_cents,
                    hit.first_allowed_cents,
                    hit.recovered_cents,
                    iso_days[hit.hit_on],
                    iso_days[hit.answered_on],
                    iso_days[hit.solved_on],
                    hit.reopened_count,
                )
                for hit in hits
            ],
        )


def _hit(row: DriverRow) -> ProjectHit:
    claim_id, line_number, payer_sequence, kind, *texts_and_cents = row[:10]
    hit_on, answered_on, solved_on, reopened_count = row[10:]
    values = [
        *texts_and_cents,
        _day(hit_on),
        day_of(answered_on),
        day_of(solved_on),
        reopened_count,
    ]
    return ProjectHit(claim_id, line_number, payer_sequence, HitKind(kind), *values)


def _day(value: object) -> date:
    return day_of(value) or date.min


_PROJECT_SQL = f"""
SELECT h.kind, h.payer_id,
    COALESCE(MIN(CASE WHEN c.payer_id = h.payer_id THEN c.payer_name END), MIN(r.payer_name), ''),
    h.cause, h.term, COUNT(DISTINCT h.claim_id),
    COUNT(DISTINCT CASE WHEN h.solved_on IS NULL THEN h.claim_id END),
    SUM(CASE WHEN h.solved_on IS NULL AND h.short_cents > h.recovered_cents
        THEN h.short_cents - h.recovered_cents ELSE 0 END),
    SUM(h.short_cents), SUM(h.recovered_cents), SUM(h.reopened_count),
    MIN(h.hit_on), MAX(h.hit_on),
    MIN(CASE WHEN h.solved_on IS NULL THEN
        (SELECT MIN(w.deadline) FROM work_items w
            WHERE w.subject = 'claim:' || CAST(h.claim_id AS TEXT)
            AND w.payer_sequence = h.payer_sequence
            AND ((h.kind = 'underpaid' AND w.cause IN (CASE h.line_number
                    WHEN {INTEREST_LINE} THEN 'timely_interest'
                    WHEN {DISCOUNT_LINE} THEN 'timely_discount' ELSE 'underpaid' END,
                    CASE WHEN h.line_number >= 0 THEN 'underallowed' ELSE '' END))
                OR (h.kind = 'refused' AND w.cause IN ('denied', 'partially_denied')))
            AND w.{IS_UNSETTLED}) END)
FROM project_hits h JOIN claims c ON c.claim_id = h.claim_id
LEFT JOIN (SELECT payer_id, MIN(payer_name) AS payer_name FROM remittances GROUP BY payer_id) r
    ON r.payer_id = h.payer_id
GROUP BY h.kind, h.payer_id, h.cause, h.term
ORDER BY 8 DESC, 9 DESC, h.kind, h.payer_id, h.cause, h.term
"""

_REFUSED_SQL = """
SELECT h.claim_id, h.line_number, h.payer_sequence, h.cause, h.term,
    CASE WHEN c.rendering_npi <> '' THEN c.rendering_npi ELSE c.billing_npi END,
    CASE WHEN b.procedure_code <> '' THEN b.procedure_code
        WHEN b.revenue_code <> '' THEN 'revenue ' || b.revenue_code ELSE '' END, h.short_cents
FROM project_hits h JOIN claims c ON c.claim_id = h.claim_id
LEFT JOIN service_lines b ON b.service_line_id >= c.first_service_line_id
    AND b.service_line_id < c.first_service_line_id + c.service_lines_count
    AND b.line_number = h.line_number
WHERE h.kind = 'refused' AND {day} BETWEEN ? AND ?
ORDER BY h.claim_id, h.line_number, h.payer_sequence
"""

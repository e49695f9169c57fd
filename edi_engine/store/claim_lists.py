"""Lists of claims by what is owed and what was answered, and the counts that lead to them.

What "answered", "refused", "short" and "settled at first" mean was concluded for each claim
(`matchers.claim_answers`); counts add it up and lists choose from it: so a number has as many
claims behind it as it says.
"""

from datetime import date

from edi_engine.records.claim_lists import (
    AnswerGroup,
    ClaimAlike,
    ClaimFilter,
    ClaimListRow,
    ClaimListTotals,
    ClaimResult,
    HitState,
    HitTotals,
    OwedBy,
)
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, day_of
from edi_engine.store.reports import since_sql

__all__ = ["ClaimListReading"]

_ALIKE_SQL = """
SELECT o.claim_id, o.patient_control_number, o.payer_name, o.sent_on, t.status,
    (SELECT SUM(n.paid_cents) FROM line_reconciliations n WHERE n.claim_id = o.claim_id)
FROM claims c
JOIN claims o ON o.charge_cents = c.charge_cents AND o.service_from = c.service_from
    AND o.claim_id <> c.claim_id AND o.duplicate_of_claim_id IS NULL
LEFT JOIN claim_standings t ON t.claim_id = o.claim_id
WHERE c.claim_id = ? AND o.patient_first_name = c.patient_first_name AND (
    (c.subscriber_id <> '' AND o.subscriber_id = c.subscriber_id)
    OR (c.patient_last_name <> '' AND o.patient_last_name = c.patient_last_name))
ORDER BY o.claim_id LIMIT 500
"""
"""At most 500: a laboratory has hundreds of claims of one price a day."""

_GROUPS_SQL = """
SELECT c.payer_id, MIN(c.payer_name), c.sent_on, a.first_on, COUNT(*),
    SUM(CASE WHEN a.is_settled_first THEN 1 ELSE 0 END),
    SUM(CASE WHEN a.refused_cents > 0 THEN 1 ELSE 0 END), SUM(a.refused_cents),
    SUM(CASE WHEN a.short_cents > 0 THEN 1 ELSE 0 END), SUM(a.short_cents)
FROM claim_answers a JOIN claims c ON c.claim_id = a.claim_id
WHERE a.first_on IS NOT NULL
GROUP BY c.payer_id, c.sent_on, a.first_on
ORDER BY c.payer_id, a.first_on, c.sent_on
"""

_HITS_SQL = """
SELECT c.payer_id, MIN(c.payer_name), COUNT(DISTINCT h.claim_id), SUM(h.short_cents),
    COUNT(DISTINCT CASE WHEN h.solved_on IS NULL THEN h.claim_id END),
    SUM(CASE WHEN h.solved_on IS NULL AND h.short_cents > h.recovered_cents
        THEN h.short_cents - h.recovered_cents ELSE 0 END),
    COUNT(DISTINCT CASE WHEN h.recovered_cents > 0 THEN h.claim_id END), SUM(h.recovered_cents)
FROM project_hits h JOIN claims c ON c.claim_id = h.claim_id
WHERE h.kind = 'underpaid' AND c.duplicate_of_claim_id IS NULL
GROUP BY c.payer_id ORDER BY 4 DESC, c.payer_id
"""

_HIT_CONDITIONS = {
    HitState.ANY: "",
    HitState.OPEN: " AND h.solved_on IS NULL",
    HitState.RECOVERED: " AND h.recovered_cents > 0",
}

_RESULT_CONDITIONS = {
    ClaimResult.SETTLED_FIRST: "a.is_settled_first",
    ClaimResult.REFUSED: "a.refused_cents > 0",
    ClaimResult.SHORT: "a.short_cents > 0",
}

_PAYER_BALANCE = "COALESCE(s.payer_balance_cents, c.charge_cents)"
_PATIENT_BALANCE = "COALESCE(s.patient_balance_cents, 0)"
"""Before anything was reconciled the payer owes the whole charge, as in the dataset of claims."""

_ORDERS = {
    ClaimResult.REFUSED: "a.refused_cents",
    ClaimResult.SHORT: "a.short_cents",
}


class ClaimListReading(Queries):
    """The part of the reader that lists claims."""

    def claims_like(self, claim_id: int) -> list[ClaimAlike]:
        """Other claims of the same patient, charge and first day under any number, by identifier;
        copies are left out. A patient is the same by subscriber and first name, else by name."""
        return [
            ClaimAlike(other_id, number, payer_name, day_of(sent_on), status or "", int(paid or 0))
            for other_id, number, payer_name, sent_on, status, paid in self.rows(
                _ALIKE_SQL, (claim_id,)
            )
        ]

    def claim_list(self, wanted: ClaimFilter, *, limit: int, offset: int = 0) -> list[ClaimListRow]:
        """A part of the claims: those with most money (refused, short, else owed) first."""
        owed, owed_values = _owed_part(wanted)
        answers = "a.first_on, a.refused_cents, a.short_cents"
        if not wanted.asks_for_answers:
            answers = "NULL, NULL, NULL"
        order = f"{_PAYER_BALANCE} + {_PATIENT_BALANCE}"
        if wanted.result is not None:
            order = _ORDERS.get(wanted.result, order)
        tables, values = self._chosen(wanted)
        rows = self.rows(
            "SELECT c.claim_id, c.patient_control_number, c.patient_last_name,"
            " c.patient_first_name, c.payer_id, c.payer_name, c.service_from, c.sent_on,"
            f" c.charge_cents, COALESCE(s.status, 'unanswered'), {_PAYER_BALANCE},"
            f" {_PATIENT_BALANCE}, {owed}, {answers} FROM {tables}"
            f" ORDER BY {order} DESC, c.claim_id LIMIT {int(limit)} OFFSET {int(offset)}",
            [*owed_values, *values],
        )
        return [_row(row) for row in rows]

    def claim_list_totals(self, wanted: ClaimFilter) -> ClaimListTotals:
        """How many claims there are, and their sums."""
        owed, owed_values = _owed_part(wanted)
        answers = "SUM(a.refused_cents), SUM(a.short_cents)"
        if not wanted.asks_for_answers:
            answers = "NULL, NULL"
        tables, values = self._chosen(wanted)
        ((count, *sums),) = self.rows(
            f"SELECT COUNT(*), SUM(c.charge_cents), SUM({_PAYER_BALANCE}),"
            f" SUM({_PATIENT_BALANCE}), SUM({owed}), {answers} FROM {tables}",
            [*owed_values, *values],
        )
        charge, payer, patient, *more = sums
        is_told = (wanted.owed_by is not None, wanted.asks_for_answers, wanted.asks_for_answers)
        return ClaimListTotals(
            int(count),
            *(int(cents or 0) for cents in (charge, payer, patient)),
            *(int(cents or 0) if told else None for told, cents in zip(is_told, more, strict=True)),
        )

    def claim_payers(self) -> list[tuple[str, str]]:
        """Payers that claims were sent to, identifier and name, by name."""
        rows = self.rows("SELECT payer_id, MIN(payer_name) FROM claims GROUP BY payer_id")
        return sorted(((row[0], row[1]) for row in rows), key=lambda row: (row[1], row[0]))

    def answer_groups(self) -> list[AnswerGroup]:
        """All answered claims in groups, by payer and day; those without any day are left out."""
        found = []
        for payer_id, payer_name, sent, answered, *counts in self.rows(_GROUPS_SQL):
            numbers = [int(number) for number in counts]
            answered_on = day_of(answered) or date.min
            found.append(AnswerGroup(payer_id, payer_name, day_of(sent), answered_on, *numbers))
        return found

    def hit_totals(self) -> list[HitTotals]:
        """Underpayments now and before, by payer, most money first."""
        return [
            HitTotals(payer_id, payer_name, *(int(number) for number in numbers))
            for payer_id, payer_name, *numbers in self.rows(_HITS_SQL)
        ]

    def _chosen(self, wanted: ClaimFilter) -> tuple[str, list[object]]:
        """Tables with their conditions, and the values of these."""
        tables = (
            "claims c LEFT JOIN claim_standings s ON s.claim_id = c.claim_id"
            " LEFT JOIN claim_answers a ON a.claim_id = c.claim_id"
        )
        conditions, values = ["c.duplicate_of_claim_id IS NULL"], list[object]()
        if wanted.asks_for_answers:
            conditions.append("a.first_on IS NOT NULL")
        if wanted.payer_id is not None:
            conditions.append("c.payer_id = ?")
            values.append(wanted.payer_id)
        if wanted.status:
            conditions.append("COALESCE(s.status, 'unanswered') = ?")
            values.append(wanted.status)
        if wanted.owed_by is not None:
            parts = _owed_parts(wanted)
            conditions.append(f"({' OR '.join(condition for _, condition, _ in parts)})")
            values += [value for _, _, own in parts for value in own]
        if wanted.answered is not None:
            conditions.append("a.first_on BETWEEN ? AND ?")
            values += [iso_days[day] for day in wanted.answered]
        if wanted.result is not None:
            conditions.append(_RESULT_CONDITIONS[wanted.result])
        if wanted.is_sent_known or wanted.days_to_answer is not None:
            conditions.append("c.sent_on IS NOT NULL")
        if wanted.days_to_answer is not None:
            conditions.append(f"{self._days('c.sent_on', 'a.first_on')} >= ?")
            values.append(wanted.days_to_answer)
        if wanted.hits is not None:
            conditions.append(
                "EXISTS (SELECT 1 FROM project_hits h WHERE h.claim_id = c.claim_id"
                f" AND h.kind = 'underpaid'{_HIT_CONDITIONS[wanted.hits]})"
            )
        return f"{tables} WHERE {' AND '.join(conditions)}", values

    def _days(self, earlier: str, later: str) -> str:
        """How many days lie between two columns, as each kind of database says it."""
        if self.is_sqlite:
            return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"
        return f"({later} - {earlier})"


def _owed_part(wanted: ClaimFilter) -> tuple[str, list[object]]:
    """The part of a claim's balance that a filter asks for, NULL where it asks for none."""
    if wanted.owed_by is None:
        return "CAST(NULL AS BIGINT)", []
    parts = _owed_parts(wanted)
    sums = (f"CASE WHEN {condition} THEN {balance} ELSE 0 END" for balance, condition, _ in parts)
    return " + ".join(sums), [value for _, _, own in parts for value in own]


def _owed_parts(wanted: ClaimFilter) -> list[tuple[str, str, list[object]]]:
    """Balance, condition and values of each whose debt a filter asks for."""
    owers = [
        ower for ower in (OwedBy.PAYER, OwedBy.PATIENT) if wanted.owed_by in {OwedBy.EITHER, ower}
    ]
    return [
        (balance, f"({balance} <> 0{condition})", values)
        for ower in owers
        for balance in [f"s.{ower.value}_balance_cents"]
        for condition, values in [_aged(wanted, ower)]
    ]


def _aged(wanted: ClaimFilter, ower: OwedBy) -> tuple[str, list[object]]:
    """Whether a balance is as old as the filter asks."""
    first_on, last_on = wanted.since or (None, None)
    since = since_sql(wanted.clock, ower)
    if first_on is not None and last_on is None:
        return f" AND ({since} >= ? OR {since} IS NULL)", [iso_days[first_on]]
    if last_on is None:
        return "", []
    if first_on is None:
        return f" AND {since} <= ?", [iso_days[last_on]]
    return f" AND {since} BETWEEN ? AND ?", [iso_days[first_on], iso_days[last_on]]


def _row(row: DriverRow) -> ClaimListRow:
    owed, answered, refused, short = row[12:]
    # A sum is a whole number to SQLite and a decimal one to PostgreSQL.
    sums = [None if value is None else int(value) for value in (owed, refused, short)]
    days = [day_of(value) for value in (row[6], row[7], answered)]
    values = [*row[:6], *days[:2], *row[8:12], sums[0], days[2], *sums[1:]]
    return ClaimListRow(*values)
